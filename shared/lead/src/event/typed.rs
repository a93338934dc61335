//! What people typed about their company and themselves, beside what was understood of it.

use std::fmt;

use leadlight_reading::ReadField;

use super::FormSubmit;

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
    /// What was typed in a field.
    pub fn typed(&self, field: ReadField) -> Option<&str> {
        match field {
            ReadField::Country => self.country.as_deref(),
            ReadField::Industry => self.industry.as_deref(),
            ReadField::Size => self.employees.as_ref().map(super::Answer::as_str),
            ReadField::Revenue => self.revenue_usd.as_ref().map(super::Answer::as_str),
            ReadField::Title => self.title.as_deref(),
        }
    }
}
