//! An item of a DynamoDB table: what is asked for, and what is there.

use serde_json::{Map, Value};

/// A question for one item, by its whole key. It holds personal data, and has no `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct GetItem {
    /// The table's name, in the account and region of who asks.
    pub table: String,
    /// The attributes of the key, each with its text: the partition key, and the sort key where the table has one.
    pub key: Vec<(String, String)>,
    /// The attributes that are wanted, each once. Nothing else of the item goes over the wire.
    pub attributes: Vec<String>,
}

/// The wanted attributes of an item as JSON: sets are lists, numbers are numbers, bytes are null. It holds personal data.
pub type Item = Map<String, Value>;

impl GetItem {
    /// The characters that the name of a table may have, and how many: as DynamoDB takes it.
    pub fn is_table(name: &str) -> bool {
        let is_taken = |b: u8| b.is_ascii_alphanumeric() || b"_.-".contains(&b);
        (3..=255).contains(&name.len()) && name.bytes().all(is_taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_named_as_dynamodb_names_it() {
        for name in ["company-facts", "Facts_2026.eu", "abc"] {
            assert!(GetItem::is_table(name), "{name}");
        }
        for name in ["", "ab", "a b c", "table/facts", "arn:aws:dynamodb:eu-central-1:1:table/facts", "*"] {
            assert!(!GetItem::is_table(name), "{name}");
        }
        assert!(!GetItem::is_table(&"x".repeat(256)));
    }
}
