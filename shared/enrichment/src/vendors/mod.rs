//! Every kind of vendor. A new one is a file beside this and an entry of [`VENDORS`].

mod bombora;
mod http;
mod json;
mod people_data_labs;
mod six_sense;
mod table;

use crate::vendor::Vendor;

/// Every kind of vendor, by name.
#[rustfmt::skip]
pub const VENDORS: [&Vendor; 5] = [
    &six_sense::SIX_SENSE,
    &bombora::BOMBORA,
    &http::HTTP,
    &people_data_labs::PEOPLE_DATA_LABS,
    &table::TABLE,
];
