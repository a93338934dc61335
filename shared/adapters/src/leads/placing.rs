//! One step in which a person's event finds its lead.

use aws_sdk_dynamodb::types::builders::PutBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, Put, TransactWriteItem};
use leadlight_ports::{Ends, Placing, PortError, Version};

use super::item::{Item, item_of, joined_item, person_item, text};
use super::{DynamoLeads, UNCHANGED};
use crate::error::retryable;

impl DynamoLeads {
    /// What is written, each with what must still hold.
    pub(super) fn steps(&self, step: Placing<'_>) -> Result<Vec<TransactWriteItem>, PortError> {
        let id = step.lead.id();
        let mut puts = vec![match step.read {
            Some(read) => unchanged(self.writes(item_of(step.lead, next(read))?), read),
            None => absent(self.writes(item_of(step.lead, Version(1))?)),
        }];
        if let Some(event) = step.joins {
            puts.push(absent(self.writes(joined_item(&event.lead_id, id, &event.content_hash))));
        }
        match step.ends {
            Some(Ends::Over { lead, read }) => {
                puts.push(unchanged(self.writes(item_of(lead, next(read))?), read));
            }
            Some(Ends::Absorbed { lead, read }) => {
                let item = joined_item(lead.id(), id, &lead.submitted().content_hash);
                puts.push(unchanged(self.writes(item), read));
            }
            None => {}
        }
        for (key, was) in step.keys {
            let put = self.writes(person_item(key, id));
            puts.push(match was {
                None => absent(put),
                Some(was) => put
                    .condition_expression("#lead = :was")
                    .expression_attribute_names("#lead", "lead")
                    .expression_attribute_values(":was", text(was.as_str())),
            });
        }
        let build = |put: PutBuilder| put.build().map_err(retryable("storing a lead"));
        let write = |put| Ok::<_, PortError>(TransactWriteItem::builder().put(build(put)?).build());
        let puts = puts.into_iter().map(write);
        puts.chain(step.bars.iter().map(|bar| self.unless(bar))).collect()
    }

    fn writes(&self, item: Item) -> PutBuilder {
        Put::builder().table_name(&self.table).set_item(Some(item))
    }
}

fn next(read: Version) -> Version {
    Version(read.0 + 1)
}

fn absent(put: PutBuilder) -> PutBuilder {
    put.condition_expression("attribute_not_exists(pk)")
}

fn unchanged(put: PutBuilder, read: Version) -> PutBuilder {
    put.condition_expression(UNCHANGED)
        .expression_attribute_values(":read", AttributeValue::N(read.0.to_string()))
}
