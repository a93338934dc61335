//! Metrics as `CloudWatch`'s embedded metric format: one JSON line an invocation, on standard output, from which
//! `CloudWatch` Logs makes the metrics. No call, no right, nothing to wait for.
//!
//! A line names each metric twice: without a dimension, which is what alarms look at, and by function.

use std::io::Write;
use std::sync::{Mutex, PoisonError};

use leadlight_ports::PortError;
use leadlight_ports::metrics::{Counted, Invocation, Metrics, untold};
use serde_json::{Map, Value, json};

/// The dimension that names the function, as AWS's own metrics of functions do.
const FUNCTION: &str = "FunctionName";

/// Writes metrics in the embedded metric format.
#[derive(Debug)]
pub struct Emf<W> {
    namespace: String,
    out: Mutex<W>,
}

impl<W: Write + Send> Emf<W> {
    /// Writes metrics of a namespace, such as `Leadlight/<stack>`.
    pub fn new(namespace: String, out: W) -> Self {
        Self { namespace, out: Mutex::new(out) }
    }
}

impl<W: Write + Send> Metrics for Emf<W> {
    fn tell(&self, invocation: Invocation<'_>, counted: &Counted) -> Result<(), PortError> {
        // A document without a metric is none.
        if counted.is_empty() {
            return Ok(());
        }
        let line = format!("{}\n", document(&self.namespace, invocation, counted));
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        // In one piece: a log line of the function must not fall into the middle.
        out.write_all(line.as_bytes()).and_then(|()| out.flush()).map_err(untold)
    }
}

fn document(namespace: &str, invocation: Invocation<'_>, counted: &Counted) -> Value {
    let metrics: Vec<Value> = counted
        .numbers()
        .map(|(metric, _)| json!({ "Name": metric.name(), "Unit": metric.unit() }))
        .collect();
    let mut document = Map::new();
    let about = json!({
        "Timestamp": invocation.ended_at.as_millisecond(),
        "CloudWatchMetrics": [{
            "Namespace": namespace,
            "Dimensions": [[], [FUNCTION]],
            "Metrics": metrics,
        }],
    });
    document.insert("_aws".to_owned(), about);
    document.insert(FUNCTION.to_owned(), json!(invocation.function));
    document.insert("request_id".to_owned(), json!(invocation.request_id));
    document.insert("cold_start".to_owned(), json!(invocation.is_cold));
    let leads: Vec<String> = counted.leads().map(ToString::to_string).collect();
    if !leads.is_empty() {
        document.insert("lead_ids".to_owned(), json!(leads));
    }
    for (metric, number) in counted.numbers() {
        document.insert(metric.name().to_owned(), json!(number));
    }
    Value::Object(document)
}
