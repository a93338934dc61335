//! What people typed about their company and themselves, beside what was understood of it.

use std::borrow::Cow;
use std::fmt;

use leadlight_reading::{ReadField, is_nothing};
use serde_json::Value;

use super::FormSubmit;
use super::bounds::{CONTINUED, SHORT};
use super::door::{AS_SENT, text_of};

/// A field with what was typed in it.
#[derive(Clone, PartialEq, Eq)]
pub struct Typed {
    /// The field.
    pub field: ReadField,
    /// As typed, cleaned.
    pub text: String,
}

/// What a person typed stays out of logs.
impl fmt::Debug for Typed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Typed({}: …)", self.field)
    }
}

impl FormSubmit {
    /// What was typed in a field. Of a value that has fields of its own, or is a list of lists: the texts in it, as many
    /// characters of them as a text may have.
    pub fn typed(&self, field: ReadField) -> Option<Cow<'_, str>> {
        let (name, read) = match field {
            ReadField::Country => ("country", self.country.as_deref()),
            ReadField::Industry => ("industry", self.industry.as_deref()),
            ReadField::Size => ("employees", self.employees.as_ref().map(super::Answer::as_str)),
            ReadField::Revenue => ("revenue_usd", self.revenue_usd.as_ref().map(super::Answer::as_str)),
            ReadField::Title => ("title", self.title.as_deref()),
        };
        let sent = || self.texts_as_sent(name).map(|texts| texts.chars().take(SHORT).collect());
        read.map(Cow::Borrowed).or_else(|| sent().map(Cow::Owned))
    }

    /// The whole job title, as typed: what excludes a lead is not to hide behind a bound, nor in a value that no title
    /// has.
    pub fn whole_title(&self) -> Option<String> {
        let rest = self.form.fields.get(&format!("title{CONTINUED}")).and_then(Value::as_str);
        let title = self.title.as_ref().map(|title| format!("{title}{}", rest.unwrap_or_default()));
        title.or_else(|| self.texts_as_sent("title"))
    }

    /// Whether a partner hands the lead over, also where what was sent of the partner could not be read.
    pub fn has_partner(&self) -> bool {
        let is_partner = |field: &str| field == "partner" || field.starts_with("partner.");
        let mut labels = self.form.fields.keys().filter_map(|label| label.strip_suffix(AS_SENT));
        self.partner.is_some() || labels.any(|field| is_partner(field) && self.texts_as_sent(field).is_some())
    }

    /// The texts in what was sent as a field and could not be read; `None` where nothing is said there.
    fn texts_as_sent(&self, field: &str) -> Option<String> {
        let texts = texts_in(self.form.fields.get(&format!("{field}{AS_SENT}"))?);
        (!texts.is_empty()).then(|| texts.join(", "))
    }
}

/// Texts, numbers, yes and no, wherever in a value they stand; fillers are none.
fn texts_in(value: &Value) -> Vec<String> {
    match value {
        Value::Array(several) => several.iter().flat_map(texts_in).collect(),
        Value::Object(fields) => fields.values().flat_map(texts_in).collect(),
        one => text_of(one).into_iter().filter(|text| !text.is_empty() && !is_nothing(text)).collect(),
    }
}
