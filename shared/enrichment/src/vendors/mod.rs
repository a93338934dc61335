//! Every kind of vendor. A new one is a file beside this and an entry of [`VENDORS`].

mod apollo;
mod builtwith;
mod clearbit;
mod json;
mod people_data_labs;
mod person;

use crate::vendor::Vendor;

/// Every kind of vendor.
pub const VENDORS: [&Vendor; 4] =
    [&apollo::APOLLO, &builtwith::BUILTWITH, &clearbit::CLEARBIT, &people_data_labs::PEOPLE_DATA_LABS];
