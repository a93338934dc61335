//! Every kind of vendor. A new one is a file beside this and an entry of [`VENDORS`].

mod apollo;
mod bombora;
mod builtwith;
mod clearbit;
mod dynamodb;
mod http;
mod json;
mod mapped;
mod people_data_labs;
mod person;
mod six_sense;
mod table;

use crate::vendor::Vendor;

pub use dynamodb::DynamoTable;

/// Every kind of vendor, by name.
#[rustfmt::skip]
pub const VENDORS: [&Vendor; 9] = [
    &six_sense::SIX_SENSE,
    &apollo::APOLLO,
    &bombora::BOMBORA,
    &builtwith::BUILTWITH,
    &clearbit::CLEARBIT,
    &dynamodb::DYNAMODB,
    &http::HTTP,
    &people_data_labs::PEOPLE_DATA_LABS,
    &table::TABLE,
];
