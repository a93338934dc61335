//! The twin of a company's own DynamoDB tables.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex};

use leadlight_outward::{GetItem, Item};

use super::lock;
use crate::{ItemError, Items};

/// Tables in maps, each with the attributes of its key. `Debug` shows how many there are.
#[derive(Clone, Default)]
pub struct MemoryItems(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    tables: BTreeMap<String, Table>,
    /// What the next questions meet, in order; none where no answer ever comes.
    failing: VecDeque<Option<ItemError>>,
    asked: Vec<GetItem>,
}

#[derive(Default)]
struct Table {
    key: Vec<String>,
    items: Vec<Item>,
}

impl MemoryItems {
    /// Makes a table with these attributes as its key, if it is not there.
    pub fn create(&self, table: &str, key: &[&str]) {
        let key = key.iter().map(|name| (*name).to_owned()).collect();
        lock(&self.0).tables.entry(table.to_owned()).or_insert(Table { key, items: Vec::new() });
    }

    /// Puts an item into a table that is there, in the place of the one with its key.
    pub fn put(&self, table: &str, item: Item) {
        if let Some(Table { key, items }) = lock(&self.0).tables.get_mut(table) {
            items.retain(|other| key.iter().any(|name| other.get(name) != item.get(name)));
            items.push(item);
        }
    }

    /// The next question fails so; called again, the one after it.
    pub fn fail(&self, error: ItemError) {
        lock(&self.0).failing.push_back(Some(error));
    }

    /// The next question is never answered.
    pub fn hang(&self) {
        lock(&self.0).failing.push_back(None);
    }

    /// What was asked so far, in order.
    pub fn asked(&self) -> Vec<GetItem> {
        lock(&self.0).asked.clone()
    }
}

impl fmt::Debug for MemoryItems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MemoryItems({} tables)", lock(&self.0).tables.len())
    }
}

impl Items for MemoryItems {
    async fn item(&self, asked: &GetItem) -> Result<Option<Item>, ItemError> {
        let failing = {
            let mut state = lock(&self.0);
            state.asked.push(asked.clone());
            state.failing.pop_front()
        };
        match failing {
            Some(Some(error)) => Err(error),
            Some(None) => std::future::pending().await,
            None => found(&lock(&self.0).tables, asked),
        }
    }
}

fn found(tables: &BTreeMap<String, Table>, asked: &GetItem) -> Result<Option<Item>, ItemError> {
    let Table { key, items } = tables.get(&asked.table).ok_or(ItemError::NoTable)?;
    if !key.iter().eq(asked.key.iter().map(|(name, _)| name)) {
        return Err(ItemError::OtherKey);
    }
    let is_it = |item: &&Item| {
        asked.key.iter().all(|(name, text)| item.get(name).and_then(|value| value.as_str()) == Some(text))
    };
    let Some(item) = items.iter().find(is_it) else { return Ok(None) };
    let wanted = asked.attributes.iter();
    let found: Item = wanted.filter_map(|name| Some((name.clone(), item.get(name)?.clone()))).collect();
    let length: usize = found.iter().map(|(name, value)| name.len() + value.to_string().len()).sum();
    if length > ItemError::LONGEST_BYTES { Err(ItemError::TooLong) } else { Ok(Some(found)) }
}
