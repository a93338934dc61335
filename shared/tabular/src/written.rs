//! What a file's owner says of how it is written.

use leadlight_reading::{DateOrder, DecimalMark};

/// How a file writes what can be read in two ways, where its owner says so. It decides only that: what can be read in one
/// way is read in that one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WrittenAs {
    /// What marks decimals, where 1.250 may be 1250 or 1.25.
    pub decimal: Option<DecimalMark>,
    /// Which part of a date stands first, where 01/02/2026 may be in January or in February.
    pub dates: Option<DateOrder>,
}
