//! How deals would look without each vendor that was asked about them.

use std::collections::BTreeMap;

use leadlight_enrichment::{Without, paid, without};
use leadlight_lead::{EnrichedLead, FeatureVector};
use leadlight_model::{Deals, TrainingRow, VendorDeals, VendorPart};
use leadlight_policy::Policy;
use leadlight_scoring::features;

/// Deals by vendor.
#[derive(Debug, Default)]
pub(crate) struct Vendors(BTreeMap<String, VendorDeals>);

impl Vendors {
    /// Sees a deal before it is pushed to the others.
    pub(crate) fn see(&mut self, policy: &Policy, lead: &EnrichedLead, deals: &Deals, known: &TrainingRow) {
        for (provider, cost_usd_micros) in paid(lead) {
            let vendor =
                self.0.entry(provider.to_owned()).or_insert_with(|| VendorDeals::new(provider, deals));
            vendor.push(deals.len(), || {
                let Without { lead: seen, fields, contested } = without(policy, lead, provider);
                let part = VendorPart {
                    is_filled: !fields.is_empty(),
                    is_contested: !contested.is_empty(),
                    cost_usd_micros,
                };
                let changed = changed(&known.features, &features(policy, lead), &features(policy, &seen));
                (TrainingRow { features: changed, ..known.clone() }, part)
            });
        }
    }

    /// As they are once every second deal is left out.
    pub(crate) fn every_second(&mut self) {
        self.0.values_mut().for_each(VendorDeals::every_second);
    }

    /// All of them, by name.
    pub(crate) fn into_deals(self) -> Vec<VendorDeals> {
        self.0.into_values().collect()
    }
}

/// What was known then, but for the features that a vendor's facts make a difference to.
fn changed(known: &FeatureVector, with: &FeatureVector, without: &FeatureVector) -> FeatureVector {
    let value = |(name, value): (&str, Option<f64>)| {
        let makes_a_difference = with.get(name) != without.get(name);
        (name.to_owned(), if makes_a_difference { without.get(name) } else { value })
    };
    FeatureVector::new(known.iter().map(value).collect()).unwrap_or_default()
}
