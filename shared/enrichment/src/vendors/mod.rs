//! Every kind of vendor. A new one is a file beside this and an entry of [`VENDORS`].

mod json;
mod people_data_labs;

use crate::vendor::Vendor;

/// Every kind of vendor.
pub const VENDORS: [&Vendor; 1] = [&people_data_labs::PEOPLE_DATA_LABS];
