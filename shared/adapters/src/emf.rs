//! Metrics as `CloudWatch`'s embedded metric format: one JSON line an invocation, on standard output, from which
//! `CloudWatch` Logs makes the metrics. No call, no right, nothing to wait for.
//!
//! A line names each metric twice: without a dimension, which is what alarms look at, and by function. Figures of vendors
//! have lines of their own, one a vendor and one a vendor's field, since a line has one value for a dimension.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::{Mutex, PoisonError};

use leadlight_ports::metrics::{Counted, Invocation, Metrics, untold};
use leadlight_ports::{AboutVendor, PortError, VendorFigure};
use serde_json::{Map, Value, json};

/// The dimension that names the function, as AWS's own metrics of functions do.
const FUNCTION: &str = "FunctionName";
/// The dimensions that name a vendor, and one of its fields.
const PROVIDER: &str = "Provider";
const FIELD: &str = "Field";

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
        let of_all = counted.numbers().next().map(|_| document(&self.namespace, invocation, counted));
        let of_vendors = counted
            .vendors()
            .iter()
            .map(|(about, figures)| of_vendor(&self.namespace, invocation, about, figures));
        let lines: Vec<String> =
            of_all.into_iter().chain(of_vendors).map(|document| format!("{document}\n")).collect();
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        // In one piece: a log line of the function must not fall into the middle.
        out.write_all(lines.concat().as_bytes()).and_then(|()| out.flush()).map_err(untold)
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

/// A vendor's figures, and over all vendors; of a field by vendor alone.
fn of_vendor(
    namespace: &str,
    invocation: Invocation<'_>,
    about: &AboutVendor,
    figures: &BTreeMap<VendorFigure, f64>,
) -> Value {
    let dimensions = match about.field {
        None => json!([[], [PROVIDER]]),
        Some(_) => json!([[PROVIDER, FIELD]]),
    };
    let metrics: Vec<Value> =
        figures.keys().map(|figure| json!({ "Name": figure.name(), "Unit": figure.unit() })).collect();
    let mut document = Map::new();
    let directive = json!({ "Namespace": namespace, "Dimensions": dimensions, "Metrics": metrics });
    let ended_at = invocation.ended_at.as_millisecond();
    document.insert("_aws".to_owned(), json!({ "Timestamp": ended_at, "CloudWatchMetrics": [directive] }));
    document.insert(PROVIDER.to_owned(), json!(about.provider));
    if let Some(field) = about.field {
        document.insert(FIELD.to_owned(), json!(field.as_str()));
    }
    document.insert(FUNCTION.to_owned(), json!(invocation.function));
    document.insert("request_id".to_owned(), json!(invocation.request_id));
    for (figure, value) in figures {
        document.insert(figure.name().to_owned(), json!(value));
    }
    Value::Object(document)
}
