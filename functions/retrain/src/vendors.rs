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

/// What was known then, but for the features that a vendor's facts make a difference to. What is not known has no entry in
/// some of the three, so each feature of any of them is looked at.
fn changed(known: &FeatureVector, with: &FeatureVector, without: &FeatureVector) -> FeatureVector {
    let names = known.iter().chain(without.iter()).map(|(name, _)| name);
    let value = |name: &str| {
        let makes_a_difference = with.value(name) != without.value(name);
        (name.to_owned(), if makes_a_difference { without.value(name) } else { known.value(name) }.cloned())
    };
    FeatureVector::new(names.map(value).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use leadlight_lead::{About, Asked, Came, Fact, RouteRequest, StageMessage};
    use leadlight_lead::{Enrichment, QueuedLead};
    use leadlight_scoring::feature_specs;

    use super::*;

    const LEAD: &str = include_str!("../../../shared/lead/testdata/v1/queued-lead-rules.json");
    const POLICY: &str = include_str!("../../../infra/policies/default.toml");

    fn policy() -> Policy {
        Policy::parse("default.toml", POLICY).unwrap()
    }

    /// An industry from one vendor, a size from another; a country that was typed, and one that a vendor says.
    fn lead() -> EnrichedLead {
        let lead = QueuedLead::from_message(LEAD.as_bytes()).unwrap();
        let RouteRequest::Scored(scored) = lead.content else { panic!() };
        let mut lead = scored.enriched;
        let at = lead.enriched_at;
        let fact = |value: &str, provider: &str| Fact {
            value: value.to_owned(),
            provider: provider.to_owned(),
            fetched_at: at,
            confidence: 0.9,
        };
        lead.enrichment = Enrichment::default();
        let company = &mut lead.enrichment.company;
        company.industry = Some(fact("software", "acme-data"));
        company.technologies = Some(Fact {
            value: vec!["salesforce".to_owned()],
            provider: "other".to_owned(),
            fetched_at: at,
            confidence: 0.9,
        });
        let asked = |provider: &str, came, cost_usd_micros| Asked {
            provider: provider.to_owned(),
            about: About::Company,
            came,
            cost_usd_micros,
            at,
        };
        lead.enrichment.asked =
            vec![asked("acme-data", Came::Found, 110_000), asked("silent", Came::Unknown, 50_000)];
        lead
    }

    fn seen() -> (Deals, Vec<VendorDeals>) {
        let (policy, lead) = (policy(), lead());
        let mut deals = Deals::new(feature_specs(&policy));
        let mut vendors = Vendors::default();
        for won in [true, false, true, true] {
            let features = features(&policy, &lead);
            let row = TrainingRow { features, won, closed_at: lead.enriched_at, account: None, scope: None };
            vendors.see(&policy, &lead, &deals, &row);
            deals.push(&row);
        }
        (deals, vendors.into_deals())
    }

    #[test]
    fn each_vendor_of_a_deal_is_seen_with_the_deal() {
        let (deals, vendors) = seen();
        let told: Vec<_> = vendors.iter().map(|vendor| (vendor.provider(), vendor.len())).collect();
        assert_eq!(told, [("acme-data", 4), ("other", 4), ("silent", 4)]);
        assert_eq!(deals.len(), 4);
    }

    /// A model that knows what to make of an industry has one feature less to go by, and no other.
    #[test]
    fn without_a_vendor_only_what_it_said_is_missing() {
        let (policy, lead) = (policy(), lead());
        let known = features(&policy, &lead);
        let seen = without(&policy, &lead, "acme-data").lead;
        let looks = changed(&known, &known, &features(&policy, &seen));
        let other: Vec<&str> =
            known.iter().filter(|(name, value)| looks.value(name) != *value).map(|(name, _)| name).collect();
        assert_eq!(other, ["company.industry", "industry"], "the fact and its grade");
        assert_eq!((known.number("industry"), looks.number("industry")), (Some(1.0), None));
    }

    /// What the deal was decided by stays, where code of today would grade it otherwise and the vendor has no part in it.
    #[test]
    fn a_grade_of_then_is_kept_where_the_vendor_has_no_part_in_it() {
        let vector = |pairs: &[(&str, Option<f64>)]| {
            FeatureVector::new(pairs.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect())
                .unwrap()
        };
        let then = vector(&[("a", Some(0.1)), ("b", Some(0.2))]);
        let (with, without) =
            (vector(&[("a", Some(0.9)), ("b", Some(0.2))]), vector(&[("a", Some(0.9)), ("b", None)]));
        assert_eq!(changed(&then, &with, &without), vector(&[("a", Some(0.1)), ("b", None)]));
    }
}
