//! What is counted by vendor: what one lead's facts tell of whom was asked, whose word counts and what it cost.
//!
//! A metric has a vendor's name beside its own, and one of them a field's: as many as the vendors file has, however many
//! leads there are.

use std::collections::BTreeMap;

use jiff::Timestamp;
use leadlight_lead::{Came, Enrichment, FactField};

/// What is counted of a vendor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VendorFigure {
    /// Answers with facts that were bought.
    Found,
    /// Answers with facts that had been bought before.
    Kept,
    /// Answers that it does not know the company or person.
    Unknown,
    /// Questions in vain: it was away, refused, or answered nothing that can be read.
    Failed,
    /// Questions that were not asked: caps, no time, or it was left in peace.
    PassedOver,
    /// US dollars that were paid.
    CostUsd,
    /// Facts in which its word counts.
    Facts,
    /// How old these were when the lead came, in days: divided by their number, their mean age.
    FactDays,
    /// Facts in which another's word counts instead.
    Overruled,
    /// Leads in which its word counts for a field.
    Filled,
}

impl VendorFigure {
    /// Every one.
    pub const ALL: [Self; 10] = [
        Self::Found,
        Self::Kept,
        Self::Unknown,
        Self::Failed,
        Self::PassedOver,
        Self::CostUsd,
        Self::Facts,
        Self::FactDays,
        Self::Overruled,
        Self::Filled,
    ];

    /// The name of its metric.
    pub fn name(self) -> &'static str {
        match self {
            Self::Found => "VendorFound",
            Self::Kept => "VendorKept",
            Self::Unknown => "VendorUnknown",
            Self::Failed => "VendorFailed",
            Self::PassedOver => "VendorPassedOver",
            Self::CostUsd => "VendorCostUsd",
            Self::Facts => "VendorFacts",
            Self::FactDays => "VendorFactDays",
            Self::Overruled => "VendorOverruled",
            Self::Filled => "VendorFilled",
        }
    }

    /// Its unit, by `CloudWatch`'s name.
    pub fn unit(self) -> &'static str {
        match self {
            Self::CostUsd | Self::FactDays => "None",
            _ => "Count",
        }
    }
}

/// Whom a figure is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct AboutVendor {
    /// The vendor's name in the vendors file.
    pub provider: String,
    /// Which field; none where all are meant.
    pub field: Option<FactField>,
}

/// Figures by vendor.
pub type VendorFigures = BTreeMap<AboutVendor, BTreeMap<VendorFigure, f64>>;

/// What one lead's facts tell of the vendors that were asked about it. `happened_at` is when its event happened: ages are
/// counted to there.
pub fn of_vendors(found: &Enrichment, happened_at: Timestamp) -> VendorFigures {
    let mut figures = VendorFigures::new();
    let mut add = |provider: &str, field, figure, value: f64| {
        let about = AboutVendor { provider: provider.to_owned(), field };
        *figures.entry(about).or_default().entry(figure).or_default() += value;
    };
    for asked in &found.asked {
        let figure = match asked.came {
            Came::Found => VendorFigure::Found,
            Came::Kept => VendorFigure::Kept,
            Came::Unknown | Came::KeptUnknown => VendorFigure::Unknown,
            Came::Nothing(gap) if gap.was_asked() => VendorFigure::Failed,
            Came::Nothing(_) => VendorFigure::PassedOver,
        };
        add(&asked.provider, None, figure, 1.0);
        if asked.cost_usd_micros > 0 {
            #[expect(clippy::cast_precision_loss, reason = "dollars in millionths stay far below 2^53")]
            add(&asked.provider, None, VendorFigure::CostUsd, asked.cost_usd_micros as f64 / 1e6);
        }
    }
    // A name that nobody was asked by is none of the vendors file's.
    let is_asked = |provider: &str| found.asked.iter().any(|asked| asked.provider == provider);
    for field in FactField::ALL {
        let Some(origin) = field.of(found).filter(|origin| is_asked(origin.provider)) else { continue };
        let days = happened_at.duration_since(origin.fetched_at).as_secs_f64() / 86_400.0;
        add(origin.provider, Some(field), VendorFigure::Filled, 1.0);
        add(origin.provider, None, VendorFigure::Facts, 1.0);
        // What was fetched for the lead itself came a moment after it: it is as fresh as can be.
        add(origin.provider, None, VendorFigure::FactDays, days.max(0.0));
    }
    for against in found.against.iter().filter(|against| is_asked(&against.provider)) {
        add(&against.provider, None, VendorFigure::Overruled, 1.0);
    }
    figures
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use leadlight_lead::{About, Against, Asked, FORM, Fact, Gap};

    use super::*;

    fn at() -> Timestamp {
        "2026-11-20T12:00:00Z".parse().unwrap()
    }

    fn asked(provider: &str, came: Came, cost_usd_micros: u64) -> Asked {
        Asked { provider: provider.to_owned(), about: About::Company, came, cost_usd_micros, at: at() }
    }

    fn fact(provider: &str, age_hours: i64) -> Fact<String> {
        let fetched_at = at() - SignedDuration::from_hours(age_hours);
        Fact { value: "5112".to_owned(), provider: provider.to_owned(), fetched_at, confidence: 0.9 }
    }

    #[test]
    fn a_lead_tells_of_each_vendor_that_was_asked() {
        let asked = vec![
            asked("one", Came::Found, 250_000),
            asked("one", Came::Unknown, 50_000),
            asked("one", Came::KeptUnknown, 0),
            asked("two", Came::Kept, 0),
            asked("two", Came::Nothing(Gap::Away), 0),
            asked("two", Came::Nothing(Gap::DayCap), 0),
        ];
        let mut found = Enrichment { asked, ..Enrichment::default() };
        found.company.naics = Some(fact("one", 36));
        found.company.name = Some(fact("one", -1));
        found.company.industry = Some(fact(FORM, 0));
        found.person.title = Some(fact("crm-export", 0));
        found.against = [("two", FactField::Naics), (FORM, FactField::Naics), ("two", FactField::Industry)]
            .map(|(provider, field)| Against {
                field,
                value: String::new(),
                provider: provider.to_owned(),
                fetched_at: at(),
                confidence: 0.1,
            })
            .into();
        let figures = of_vendors(&found, at());
        let told: Vec<_> = figures
            .iter()
            .flat_map(|(about, figures)| {
                let field = about.field.map_or("", FactField::as_str);
                figures
                    .iter()
                    .map(move |(figure, value)| (about.provider.as_str(), field, figure.name(), *value))
            })
            .collect();
        let wanted = [
            ("one", "", "VendorFound", 1.0),
            ("one", "", "VendorUnknown", 2.0),
            ("one", "", "VendorCostUsd", 0.3),
            ("one", "", "VendorFacts", 2.0),
            ("one", "", "VendorFactDays", 1.5),
            ("one", "company_name", "VendorFilled", 1.0),
            ("one", "naics", "VendorFilled", 1.0),
            ("two", "", "VendorKept", 1.0),
            ("two", "", "VendorFailed", 1.0),
            ("two", "", "VendorPassedOver", 1.0),
            ("two", "", "VendorOverruled", 2.0),
        ];
        assert_eq!(told, wanted, "a form and an import are no vendors of the file's");
    }

    #[test]
    fn names_are_told_apart() {
        let names: std::collections::BTreeSet<_> =
            VendorFigure::ALL.iter().map(|figure| figure.name()).collect();
        assert_eq!(names.len(), VendorFigure::ALL.len());
    }
}
