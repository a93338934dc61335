//! What the publisher is told by its environment.

use leadlight_adapters::{self as adapters, Noted, Variables};

/// What the publisher is told by its environment.
#[derive(Debug, Clone)]
pub struct Config {
    /// `EVENT_BUS`: the bus that events are put on.
    pub event_bus: String,
    /// `STACK_NAME`: the stack's name, which events bear as their source.
    pub stack_name: String,
    /// `DEAD_LETTER_QUEUE_URL`: where changes rest of which no event can be made.
    pub dead_letter_queue_url: String,
}

impl adapters::Config for Config {
    fn read(variables: &mut Variables<'_>) -> Result<Self, Noted> {
        let event_bus = variables.text("EVENT_BUS");
        let stack_name = variables.text("STACK_NAME");
        let dead_letter_queue_url = variables.text("DEAD_LETTER_QUEUE_URL");
        Ok(Self {
            event_bus: event_bus?,
            stack_name: stack_name?,
            dead_letter_queue_url: dead_letter_queue_url?,
        })
    }
}
