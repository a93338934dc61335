//! What people typed about their company and themselves, beside what was understood of it.

use std::fmt;

use super::FormSubmit;

/// A field in which people type what can be understood or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TypedField {
    /// The company's country.
    Country,
    /// Its industry.
    Industry,
    /// Its size.
    Employees,
    /// Its revenue.
    Revenue,
    /// The person's job title.
    Title,
}

impl TypedField {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Country, Self::Industry, Self::Employees, Self::Revenue, Self::Title];
}

impl fmt::Display for TypedField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Country => "country",
            Self::Industry => "industry",
            Self::Employees => "company size",
            Self::Revenue => "revenue",
            Self::Title => "title",
        })
    }
}

/// A field with what was typed in it.
#[derive(Clone, PartialEq, Eq)]
pub struct Typed {
    /// The field.
    pub field: TypedField,
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
    pub fn typed(&self, field: TypedField) -> Option<&str> {
        match field {
            TypedField::Country => self.country.as_deref(),
            TypedField::Industry => self.industry.as_deref(),
            TypedField::Employees => self.employees.as_ref().map(super::Answer::as_str),
            TypedField::Revenue => self.revenue_usd.as_ref().map(super::Answer::as_str),
            TypedField::Title => self.title.as_deref(),
        }
    }
}
