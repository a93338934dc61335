//! The vendors file of the demo and of tests.

use super::Vendor;
use super::world::SIGNAL;

/// A vendors file that has the simulated vendors asked, at an address such as `http://127.0.0.1:8080`.
///
/// Apollo is asked for a company before Clearbit, since it costs less, and People Data Labs, which knows all, last; of a
/// person People Data Labs knows most. An answer of one that is not surest of all is still used where no other is.
pub fn file(url: &str) -> String {
    let mut text = String::from(
        "schema_version = 1\n\n\
         [budget]\nper_lead_usd = 1.00\nper_day_usd = 500.00\nper_month_usd = 5000.00\n\n\
         [firmographic]\norder = [\"apollo\", \"clearbit\", \"people-data-labs\"]\n\
         fields = [\"industry\", \"employees\", \"country\"]\n\n\
         [contact]\norder = [\"people-data-labs\", \"apollo\", \"clearbit\"]\n\
         fields = [\"title\", \"function\", \"seniority\"]\n\n\
         [technographic]\norder = [\"builtwith\"]\n\n\
         [intent]\norder = [\"bombora\", \"6sense\"]\n",
    );
    text.extend(Vendor::ALL.map(|vendor| provider(url, vendor)));
    text
}

fn provider(url: &str, vendor: Vendor) -> String {
    let (name, cents) = (vendor.as_str(), vendor.price_usd_micros() / 10_000);
    let misses = if vendor.charges_misses() { "charges_misses = true\n" } else { "" };
    let options = match vendor {
        Vendor::Bombora => {
            format!(
                "options = {{ signal = \"0c8e2ba4-6f0f-4a1c-9d7e-3a1f5b2c4d6e\", topic = \"{SIGNAL}\" }}\n"
            )
        }
        Vendor::SixSense => "options = { country = \"United States\" }\n".to_owned(),
        _ => String::new(),
    };
    format!(
        "\n[providers.{name}]\nbase = \"{url}/{name}\"\nprice_usd = 0.{cents:02}\nper_second = 50\n{misses}{options}"
    )
}
