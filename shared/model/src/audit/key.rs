//! A column's value as something to count by.

use crate::feature::Cell;

/// A value as something to count by.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Key {
    Number(u64),
    Text(u64),
}

impl Key {
    pub(super) fn of(cell: &Cell<'_>) -> Option<Self> {
        let hash = |text: &str| {
            use std::hash::{DefaultHasher, Hash, Hasher};
            let mut hasher = DefaultHasher::new();
            text.hash(&mut hasher);
            hasher.finish()
        };
        match cell {
            Cell::Unknown => None,
            Cell::Number(x) => Some(Self::Number((x + 0.0).to_bits())),
            Cell::Category(value) => Some(Self::Text(hash(value))),
            Cell::Tags(tags) => Some(Self::Text(hash(&tags.join("\u{1f}")))),
        }
    }

    /// Distinct for distinct values of a column.
    pub(super) fn bits(self) -> u64 {
        match self {
            Self::Number(bits) | Self::Text(bits) => bits,
        }
    }

    pub(super) fn number(self) -> f64 {
        match self {
            Self::Number(bits) => f64::from_bits(bits),
            Self::Text(_) => 0.0,
        }
    }
}
