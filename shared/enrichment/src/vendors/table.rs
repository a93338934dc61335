//! The company's own table as a provider: what it knows stands in [`crate::OwnTable`], and nobody is asked.

use leadlight_lead::About;

use crate::table::FIELDS;
use crate::vendor::{Vendor, Way};

/// The kind of the file.
pub(crate) const TABLE: Vendor = Vendor {
    name: "table",
    title: "the company's own table",
    options: &[],
    asks: &[About::Company, About::Person],
    fills: FIELDS,
    narrow: None,
    way: Way::Table,
};
