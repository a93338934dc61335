//! The twin of an event bus.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use super::lock;
use crate::{BusEvent, Class, EventBus, NotTaken, Refused};

/// Remembers what was put.
#[derive(Debug, Clone, Default)]
pub struct MemoryBus(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    is_away: bool,
    refuses: BTreeSet<String>,
    taken: Vec<BusEvent>,
}

impl MemoryBus {
    /// All that was taken, in order; an event that was put twice stands there twice.
    pub fn taken(&self) -> Vec<BusEvent> {
        lock(&self.0).taken.clone()
    }

    /// From now on the event with this id is not taken.
    pub fn refuse(&self, id: &str) {
        lock(&self.0).refuses.insert(id.to_owned());
    }

    /// From now on all events are taken that the bus is there for.
    pub fn refuse_none(&self) {
        lock(&self.0).refuses.clear();
    }

    /// From now on nothing is taken, or everything again.
    pub fn set_away(&self, is_away: bool) {
        lock(&self.0).is_away = is_away;
    }
}

impl EventBus for MemoryBus {
    async fn put(&self, events: &[BusEvent]) -> Result<(), NotTaken> {
        let mut state = lock(&self.0);
        let mut refused = Vec::new();
        for (index, event) in events.iter().enumerate() {
            let reason = if state.is_away {
                "the twin was told to be away"
            } else if state.refuses.contains(event.id()) {
                "the twin was told to refuse it"
            } else {
                state.taken.push(event.clone());
                continue;
            };
            refused.push(Refused { index, class: Class::Retryable, reason: reason.to_owned() });
        }
        if refused.is_empty() { Ok(()) } else { Err(NotTaken { refused, of: events.len() }) }
    }
}
