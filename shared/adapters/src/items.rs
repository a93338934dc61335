//! Items of a company's own DynamoDB tables, read by `GetItem` alone.
//!
//! Rights: `dynamodb:GetItem` on the table, and `kms:Decrypt` on its key where that is the company's own.

use std::collections::HashMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::get_item::GetItemError;
use aws_sdk_dynamodb::types::AttributeValue;
use leadlight_outward::{GetItem, Item, is_code};
use leadlight_ports::{ItemError, Items};
use serde_json::{Number, Value};

/// The tables of the account and region.
#[derive(Debug, Clone)]
pub struct DynamoItems {
    client: Client,
}

impl DynamoItems {
    /// By a client.
    pub fn new(client: Client) -> Self {
        Self { client }
    }

    /// With a client of its own.
    pub fn from_config(config: &aws_config::SdkConfig) -> Self {
        Self::new(Client::new(config))
    }
}

impl Items for DynamoItems {
    async fn item(&self, asked: &GetItem) -> Result<Option<Item>, ItemError> {
        // By placeholders, since a name may be a reserved word or hold a dot.
        let mut request = self.client.get_item().table_name(&asked.table);
        let placeholders: Vec<String> = (0..asked.attributes.len()).map(|n| format!("#a{n}")).collect();
        for (placeholder, name) in placeholders.iter().zip(&asked.attributes) {
            request = request.expression_attribute_names(placeholder, name);
        }
        for (name, text) in &asked.key {
            request = request.key(name, AttributeValue::S(text.clone()));
        }
        let answer = request.projection_expression(placeholders.join(", ")).send().await;
        answer.map_err(error_of)?.item.map(item_of).transpose()
    }
}

/// By its code: what AWS says beside it may repeat what was asked.
fn error_of(error: SdkError<GetItemError>) -> ItemError {
    match error.code().unwrap_or_default() {
        "ResourceNotFoundException" => ItemError::NoTable,
        "AccessDeniedException" => ItemError::Denied,
        "ValidationException" => ItemError::OtherKey,
        "ProvisionedThroughputExceededException" | "RequestLimitExceeded" | "ThrottlingException" => {
            ItemError::TooFast
        }
        code => match error {
            SdkError::ServiceError(_) if is_code(code) => ItemError::Away(code.into()),
            SdkError::ServiceError(_) | SdkError::ResponseError(_) => {
                ItemError::Away("its answer cannot be read".into())
            }
            not_answered => ItemError::Away(Box::new(not_answered)),
        },
    }
}

fn item_of(attributes: HashMap<String, AttributeValue>) -> Result<Item, ItemError> {
    let item: Item = attributes.into_iter().map(|(name, value)| (name, json(value))).collect();
    let length: usize = item.iter().map(|(name, value)| name.len() + value.to_string().len()).sum();
    if length > ItemError::LONGEST_BYTES { Err(ItemError::TooLong) } else { Ok(item) }
}

/// A value as JSON. DynamoDB nests 32 levels at most.
fn json(value: AttributeValue) -> Value {
    match value {
        AttributeValue::S(text) => Value::String(text),
        AttributeValue::N(number) => json_number(number),
        AttributeValue::Bool(flag) => Value::Bool(flag),
        AttributeValue::Ss(texts) => texts.into_iter().map(Value::String).collect(),
        AttributeValue::Ns(numbers) => numbers.into_iter().map(json_number).collect(),
        AttributeValue::L(list) => list.into_iter().map(json).collect(),
        AttributeValue::M(map) => map.into_iter().map(|(name, value)| (name, json(value))).collect(),
        // Bytes say nothing that is a fact; nor does a kind of value that is newer than this.
        _ => Value::Null,
    }
}

/// One of 38 digits, or of an exponent that no double has, stays a text.
fn json_number(number: String) -> Value {
    number.parse::<Number>().map_or(Value::String(number), Value::Number)
}

#[cfg(test)]
mod tests {
    use aws_sdk_dynamodb::primitives::Blob;
    use serde_json::json;

    use super::*;

    fn list(values: Vec<AttributeValue>) -> AttributeValue {
        AttributeValue::L(values)
    }

    #[test]
    fn each_kind_of_value_is_the_json_that_says_the_same() {
        use AttributeValue::{B, Bool, Bs, M, N, Ns, Null, S, Ss};
        let map = HashMap::from([("city".to_owned(), S("Graz".to_owned()))]);
        for (value, wanted) in [
            (S("software".to_owned()), json!("software")),
            (S(String::new()), json!("")),
            (N("312".to_owned()), json!(312)),
            (N("-0.25".to_owned()), json!(-0.25)),
            (N("12345678901234567890123456789012345678".to_owned()), json!(1.234_567_890_123_456_8e37)),
            (N("1E+125".to_owned()), json!(1e125)),
            (N("many".to_owned()), json!("many")),
            (Bool(true), json!(true)),
            (Null(true), json!(null)),
            (Ss(vec!["salesforce".to_owned(), "slack".to_owned()]), json!(["salesforce", "slack"])),
            (Ns(vec!["1".to_owned(), "2.5".to_owned()]), json!([1, 2.5])),
            (B(Blob::new(b"x")), json!(null)),
            (Bs(vec![Blob::new(b"x")]), json!(null)),
            (list(vec![N("1".to_owned()), list(vec![M(map)])]), json!([1, [{ "city": "Graz" }]])),
        ] {
            assert_eq!(json(value.clone()), wanted, "{value:?}");
        }
    }

    #[test]
    fn an_item_that_is_longer_than_an_answer_is_none() {
        let of = |length| HashMap::from([("n".to_owned(), AttributeValue::S("x".repeat(length)))]);
        assert!(item_of(of(ItemError::LONGEST_BYTES - 3)).is_ok(), "the name and two quotes");
        assert!(matches!(item_of(of(ItemError::LONGEST_BYTES)), Err(ItemError::TooLong)));
    }
}
