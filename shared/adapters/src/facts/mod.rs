//! Bought facts in DynamoDB, in a table of their own with one key, `pk` (a string):
//!
//! | `pk` | holds |
//! |---|---|
//! | `fact#<vendor>#<subject>` | the answer, when it came, what it cost; the reservation that is open |
//! | `lead#<hash>` | what was spent on a lead |
//! | `spend#<year>-<month>` | what was spent in a month: in all, by day, by vendor |
//!
//! Each step is a conditional write of one item, so that steps never cancel each other as transactions on the month's
//! item would. A step that fails after one that succeeded takes that one back; where it cannot, or where an answer is
//! lost and the SDK sends again, money counts as spent that was not: never the other way round.
//!
//! Rights: `dynamodb:GetItem` and `dynamodb:UpdateItem` on the table; to erase, `dynamodb:Scan` and `dynamodb:DeleteItem`.

mod erasing;
mod item;

use aws_config::retry::RetryConfig;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValuesOnConditionCheckFailure};
use jiff::civil::Date;
use leadlight_ports::{
    Cap, FactKey, Facts, Finding, KeptFact, PortError, Purchase, Reservation, Reserved, Spent, UsdMicros,
    chain,
};

use crate::error::retryable;
use item::{
    ANSWER, BOUGHT_FOR, COST, DAY, FETCHED_AT, Item, OPEN_ID, OPEN_UNTIL, PROVIDER, SETTLED_ID, TOTAL,
    fact_key, kept, lead_key, month_key, number, open_until, spent, time,
};

/// The table of bought facts by its name.
#[derive(Debug, Clone)]
pub struct DynamoFacts {
    client: Client,
    table: String,
}

/// How a conditional write went.
enum Write {
    Done,
    /// The condition did not hold; the item as it is.
    Refused(Item),
}

impl DynamoFacts {
    /// A table by its name.
    pub fn new(client: Client, table: String) -> Self {
        Self { client, table }
    }

    /// A table by its name, with a client of its own.
    pub fn from_config(config: &aws_config::SdkConfig, table: String) -> Self {
        Self::new(Client::new(config), table)
    }

    fn update(&self, key: String) -> UpdateItemFluentBuilder {
        self.client
            .update_item()
            .table_name(&self.table)
            .key("pk", AttributeValue::S(key))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
    }

    /// Opens a reservation where none is and no fact is fresh.
    async fn open(&self, purchase: &Purchase<'_>, id: &str) -> Result<Option<Reserved>, PortError> {
        let request = self
            .update(fact_key(purchase.key))
            .update_expression(format!("SET {OPEN_ID} = :id, {OPEN_UNTIL} = :until"))
            .condition_expression(format!(
                "(attribute_not_exists({FETCHED_AT}) OR {FETCHED_AT} < :fresh_since) \
                 AND (attribute_not_exists({OPEN_ID}) OR {OPEN_UNTIL} <= :now)"
            ))
            .expression_attribute_values(":id", AttributeValue::S(id.to_owned()))
            .expression_attribute_values(":until", time(purchase.until))
            .expression_attribute_values(":fresh_since", time(purchase.fresh_since))
            .expression_attribute_values(":now", time(purchase.now));
        let Write::Refused(there) = write(request, "reserving the price of a fact").await? else {
            return Ok(None);
        };
        if let Some(fact) = kept(&there)?.filter(|fact| fact.fetched_at >= purchase.fresh_since) {
            return Ok(Some(Reserved::Fresh(fact)));
        }
        // The SDK sent it again, since the first answer was lost.
        if there.get(OPEN_ID).and_then(|value| value.as_s().ok()).is_some_and(|open| open == id) {
            return Ok(None);
        }
        Ok(Some(Reserved::Busy { until: open_until(&there)? }))
    }

    /// Counts a price against all caps or none; the one that does not allow it.
    async fn count(
        &self,
        purchase: &Purchase<'_>,
        reservation: &Reservation,
    ) -> Result<Option<Cap>, PortError> {
        if let Some(cap) = self.count_lead(purchase).await? {
            return Ok(Some(cap));
        }
        let of_month = self.count_month(purchase, reservation).await;
        if !matches!(of_month, Ok(None)) {
            self.recount_lead(reservation, purchase.price, UsdMicros(0)).await;
        }
        of_month
    }

    /// Counts a price for the lead, if its cap allows that.
    async fn count_lead(&self, purchase: &Purchase<'_>) -> Result<Option<Cap>, PortError> {
        let Some(room) = purchase.room(Cap::Lead) else { return Ok(Some(Cap::Lead)) };
        let request = self
            .update(lead_key(purchase.lead))
            .update_expression(format!("ADD {TOTAL} :price"))
            .condition_expression(format!("attribute_not_exists({TOTAL}) OR {TOTAL} <= :room"))
            .expression_attribute_values(":price", number(purchase.price))
            .expression_attribute_values(":room", number(room));
        Ok(match write(request, "counting what is spent on a lead").await? {
            Write::Done => None,
            Write::Refused(_) => Some(Cap::Lead),
        })
    }

    /// Counts a price for the day and the month, if both caps allow that.
    async fn count_month(
        &self,
        purchase: &Purchase<'_>,
        reservation: &Reservation,
    ) -> Result<Option<Cap>, PortError> {
        let Some(of_day) = purchase.room(Cap::Day) else { return Ok(Some(Cap::Day)) };
        let Some(of_month) = purchase.room(Cap::Month) else { return Ok(Some(Cap::Month)) };
        let request = self
            .add_to_month(reservation, number(purchase.price))
            .condition_expression(format!(
                "(attribute_not_exists({TOTAL}) OR {TOTAL} <= :of_month) \
                 AND (attribute_not_exists(#day) OR #day <= :of_day)"
            ))
            .expression_attribute_values(":of_month", number(of_month))
            .expression_attribute_values(":of_day", number(of_day));
        let there = match write(request, "counting what is spent in a month").await? {
            Write::Done => return Ok(None),
            Write::Refused(there) => spent(&there)?,
        };
        let spent_today = there.by_day.get(&reservation.day.day()).copied().unwrap_or_default();
        Ok(Some(if spent_today > of_day { Cap::Day } else { Cap::Month }))
    }

    fn add_to_month(&self, reservation: &Reservation, amount: AttributeValue) -> UpdateItemFluentBuilder {
        self.update(month_key(reservation.day))
            .update_expression(format!("ADD {TOTAL} :amount, #day :amount, #provider :amount"))
            .expression_attribute_names("#day", format!("{DAY}{}", reservation.day.day()))
            .expression_attribute_names(
                "#provider",
                format!("{PROVIDER}{}", reservation.key.provider.as_str()),
            )
            .expression_attribute_values(":amount", amount)
    }

    /// Ends a reservation; no if another took its place, or it ended before.
    async fn close(&self, reservation: &Reservation) -> Result<bool, PortError> {
        let request = self
            .update(fact_key(&reservation.key))
            .update_expression(format!("REMOVE {OPEN_ID}, {OPEN_UNTIL}"))
            .condition_expression(format!("{OPEN_ID} = :id"))
            .expression_attribute_values(":id", AttributeValue::S(reservation.id.clone()));
        let closed = write(request, "taking back the price of a fact").await?;
        Ok(matches!(closed, Write::Done))
    }

    /// Counts `cost` for the lead in the place of what was counted.
    async fn recount_lead(&self, reservation: &Reservation, counted: UsdMicros, cost: UsdMicros) {
        let amount = difference(counted, cost);
        let request = self
            .update(lead_key(&reservation.lead))
            .update_expression(format!("ADD {TOTAL} :amount"))
            .expression_attribute_values(":amount", amount);
        recount(request, counted, cost).await;
    }

    /// The same for the day and the month.
    async fn recount_month(&self, reservation: &Reservation, counted: UsdMicros, cost: UsdMicros) {
        recount(self.add_to_month(reservation, difference(counted, cost)), counted, cost).await;
    }

    /// Ends a reservation whose question is not asked. What fails here runs out by itself.
    async fn give_up(&self, reservation: &Reservation) {
        if let Err(error) = self.close(reservation).await {
            tracing::warn!(reason = chain(&error), "a reservation is left to run out");
        }
    }

    /// Keeps an answer on a condition; it may end the reservation with that.
    async fn keep(
        &self,
        reservation: &Reservation,
        fact: &KeptFact,
        ends: bool,
        condition: String,
    ) -> Result<Write, PortError> {
        let mut set = vec![
            format!("{FETCHED_AT} = :fetched_at"),
            format!("{COST} = :cost"),
            format!("{SETTLED_ID} = :id"),
            format!("{BOUGHT_FOR} = :bought_for"),
        ];
        let mut remove = if ends { vec![OPEN_ID, OPEN_UNTIL] } else { vec![] };
        let mut request = self
            .update(fact_key(&reservation.key))
            .condition_expression(condition)
            .expression_attribute_values(":fetched_at", time(fact.fetched_at))
            .expression_attribute_values(":cost", number(fact.cost))
            .expression_attribute_values(
                ":bought_for",
                AttributeValue::S(fact.bought_for.as_str().to_owned()),
            )
            .expression_attribute_values(":id", AttributeValue::S(reservation.id.clone()));
        match &fact.finding {
            Finding::Known(answer) => {
                set.push(format!("{ANSWER} = :answer"));
                let answer = AttributeValue::B(answer.bytes().to_vec().into());
                request = request.expression_attribute_values(":answer", answer);
            }
            Finding::Unknown => remove.push(ANSWER),
        }
        let mut expression = format!("SET {}", set.join(", "));
        if !remove.is_empty() {
            expression = format!("{expression} REMOVE {}", remove.join(", "));
        }
        write(request.update_expression(expression), "keeping a bought fact").await
    }
}

async fn write(request: UpdateItemFluentBuilder, operation: &'static str) -> Result<Write, PortError> {
    match request.send().await {
        Ok(_) => Ok(Write::Done),
        Err(error) => match error.as_service_error() {
            Some(UpdateItemError::ConditionalCheckFailedException(there)) => {
                Ok(Write::Refused(there.item().cloned().unwrap_or_default()))
            }
            _ => Err(retryable(operation)(error)),
        },
    }
}

/// A count that goes down is sent once alone: sent twice, since an answer was lost, it would take back what was spent.
async fn recount(request: UpdateItemFluentBuilder, counted: UsdMicros, cost: UsdMicros) {
    let once = aws_sdk_dynamodb::Config::builder().retry_config(RetryConfig::disabled());
    let sent = if cost < counted {
        request.customize().config_override(once).send().await
    } else {
        request.send().await
    };
    if let Err(error) = sent {
        tracing::warn!(
            reason = chain(&error),
            counted_usd_micros = counted.0,
            cost_usd_micros = cost.0,
            "the price counts as spent"
        );
    }
}

/// What takes a count from one amount to another.
fn difference(counted: UsdMicros, cost: UsdMicros) -> AttributeValue {
    AttributeValue::N((i128::from(cost.0) - i128::from(counted.0)).to_string())
}

impl Facts for DynamoFacts {
    async fn get(&self, key: &FactKey) -> Result<Option<KeptFact>, PortError> {
        let request = self.client.get_item().table_name(&self.table).consistent_read(true);
        let answer = request.key("pk", AttributeValue::S(fact_key(key))).send().await;
        answer.map_err(retryable("reading a bought fact"))?.item.as_ref().map_or(Ok(None), kept)
    }

    async fn reserve(&self, purchase: &Purchase<'_>) -> Result<Reserved, PortError> {
        let mut random = [0; 16];
        getrandom::fill(&mut random).map_err(retryable("drawing a reservation's id"))?;
        let reservation = Reservation {
            id: hex::encode(random),
            key: purchase.key.clone(),
            lead: purchase.lead.clone(),
            price: purchase.price,
            day: purchase.day(),
        };
        if let Some(other) = self.open(purchase, &reservation.id).await? {
            return Ok(other);
        }
        let over = match self.count(purchase, &reservation).await {
            Ok(None) => return Ok(Reserved::Open(reservation)),
            Ok(Some(cap)) => Ok(Reserved::OverCap(cap)),
            Err(error) => Err(error),
        };
        self.give_up(&reservation).await;
        over
    }

    async fn settle(&self, reservation: &Reservation, fact: &KeptFact) -> Result<(), PortError> {
        let is_open = format!("{OPEN_ID} = :id");
        match self.keep(reservation, fact, true, is_open).await? {
            Write::Done => {
                if fact.cost != reservation.price {
                    self.recount_lead(reservation, reservation.price, fact.cost).await;
                    self.recount_month(reservation, reservation.price, fact.cost).await;
                }
            }
            Write::Refused(there)
                if there.get(SETTLED_ID).and_then(|id| id.as_s().ok()) == Some(&reservation.id) => {}
            Write::Refused(_) => {
                let is_newer = format!("attribute_not_exists({FETCHED_AT}) OR {FETCHED_AT} < :fetched_at");
                self.keep(reservation, fact, false, is_newer).await?;
            }
        }
        Ok(())
    }

    async fn release(&self, reservation: &Reservation) -> Result<(), PortError> {
        if self.close(reservation).await? {
            self.recount_lead(reservation, reservation.price, UsdMicros(0)).await;
            self.recount_month(reservation, reservation.price, UsdMicros(0)).await;
        }
        Ok(())
    }

    async fn spent(&self, month_of: Date) -> Result<Spent, PortError> {
        let request = self.client.get_item().table_name(&self.table).consistent_read(true);
        let answer = request.key("pk", AttributeValue::S(month_key(month_of))).send().await;
        answer.map_err(retryable("reading what was spent"))?.item.as_ref().map_or(Ok(Spent::default()), spent)
    }
}
