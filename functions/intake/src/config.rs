//! What the intake is told by its environment.

use leadlight_adapters::{self as adapters, Noted, Variables};

/// What the intake is told by its environment.
#[derive(Debug, Clone)]
pub struct Config {
    /// `FORM_SUBMITS_QUEUE_URL`: where accepted events go.
    pub form_submits_queue_url: String,
}

impl adapters::Config for Config {
    fn read(variables: &mut Variables<'_>) -> Result<Self, Noted> {
        let form_submits_queue_url = variables.text("FORM_SUBMITS_QUEUE_URL");
        Ok(Self { form_submits_queue_url: form_submits_queue_url? })
    }
}
