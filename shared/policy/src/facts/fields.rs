//! Fields of forms that a policy declares as facts. Whatever a form asks for, or another system sends beside it, such as a
//! score of its own, is kept with the lead under its label; a model sees what is declared and nothing else.

use leadlight_lead::{EnrichedLead, FeatureValue, ValueKind};
use leadlight_reading::{fold, is_nothing, only_number, read_flag};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

/// A declared field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FormField {
    /// As forms have it; case and accents do not count.
    pub(crate) label: String,
    pub(crate) kind: FieldKind,
}

/// How a field's values are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FieldKind {
    /// A number, such as another system's score.
    Number,
    /// Yes or no.
    YesNo,
    /// One of the values of a list.
    Category,
    /// Several of the values of a list: a JSON list, or a text with `;` between them.
    Tags,
}

impl FieldKind {
    pub(crate) fn value(self) -> ValueKind {
        match self {
            Self::Number => ValueKind::Number,
            Self::YesNo => ValueKind::YesNo,
            Self::Category => ValueKind::Category,
            Self::Tags => ValueKind::Tags,
        }
    }
}

impl FormField {
    /// As in feature vectors.
    pub(crate) fn name(&self) -> String {
        format!("form.{}", fold(&self.label))
    }

    /// Nothing where nobody filled it in, or with something of another kind: a sentence is no value of a list, and nor is
    /// an address.
    pub(crate) fn read(&self, lead: &EnrichedLead) -> Option<FeatureValue> {
        let wanted = fold(&self.label);
        let fields = &lead.event().form.fields;
        let value = fields.iter().find(|(label, _)| fold(label) == wanted).map(|(_, value)| value)?;
        match self.kind {
            FieldKind::Number => number(value),
            FieldKind::YesNo => yes_no(value),
            FieldKind::Category => FeatureValue::category(&chosen(value)?),
            FieldKind::Tags => tags(value),
        }
    }
}

fn number(value: &Value) -> Option<FeatureValue> {
    let number = value.as_f64().or_else(|| only_number(value.as_str()?));
    number.filter(|number| number.is_finite()).map(FeatureValue::Number)
}

fn yes_no(value: &Value) -> Option<FeatureValue> {
    value.as_bool().or_else(|| read_flag(value.as_str()?)).map(FeatureValue::from)
}

/// The value of a list as people chose it, in lower case and without accents: forms of one question differ in both.
fn chosen(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => fold(text),
        Value::Number(number) => number.to_string(),
        Value::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        Value::Null | Value::Array(_) | Value::Object(_) => return None,
    };
    (!is_nothing(&text) && !text.contains('@')).then(|| text.trim().to_owned())
}

fn tags(value: &Value) -> Option<FeatureValue> {
    let chosen: Vec<String> = match value {
        Value::Array(values) => values.iter().filter_map(chosen).collect(),
        Value::String(text) => {
            text.split(';').filter_map(|part| chosen(&Value::String(part.to_owned()))).collect()
        }
        _ => return None,
    };
    (!chosen.is_empty()).then(|| FeatureValue::tags(chosen.iter().map(String::as_str)))
}
