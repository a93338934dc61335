use std::sync::{Arc, Mutex};

use super::lock;
use crate::PortError;
use crate::metrics::{Counted, Invocation, Metrics};

/// What an invocation counted.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    /// The function's name.
    pub function: String,
    /// Lambda's id of the invocation.
    pub request_id: String,
    /// Was it the environment's first?
    pub is_cold: bool,
    /// Its numbers.
    pub counted: Counted,
}

/// Metrics that remember what they were told.
#[derive(Debug, Clone, Default)]
pub struct MemoryMetrics(Arc<Mutex<Vec<Told>>>);

impl MemoryMetrics {
    /// All that was told, in order.
    pub fn told(&self) -> Vec<Told> {
        lock(&self.0).clone()
    }
}

impl Metrics for MemoryMetrics {
    fn tell(&self, invocation: Invocation<'_>, counted: &Counted) -> Result<(), PortError> {
        if !counted.is_empty() {
            lock(&self.0).push(Told {
                function: invocation.function.to_owned(),
                request_id: invocation.request_id.to_owned(),
                is_cold: invocation.is_cold,
                counted: counted.clone(),
            });
        }
        Ok(())
    }
}
