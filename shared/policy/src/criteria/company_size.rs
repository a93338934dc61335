//! Company size, by distance from the ideal range.

use std::fmt::Write as _;

use leadlight_lead::CriterionGroup;
use leadlight_settings::{Limit, Problems, Spanned};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Grading, Subject};
use crate::section::{Section, thousands, unit};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Shape {
    /// What it counts for, 0 to 1000; only proportions count, and 0 switches it off.
    #[schemars(range(min = 0.0, max = 1000.0))]
    pub(super) weight: Spanned<f64>,
    /// The grade that counts where nothing is known, 0 to 1.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub(super) missing: Spanned<f64>,
    /// From so many employees the grade is 1.
    ideal_min: Spanned<u32>,
    /// Up to so many employees the grade is 1.
    ideal_max: Spanned<u32>,
    /// Outside, the grade halves for each so many doublings of distance.
    #[schemars(extend("exclusiveMinimum" = 0))]
    half_after_doublings: Spanned<f64>,
}

impl Shape {
    /// What is preferred must not be what is rejected.
    pub(crate) fn against_minimum(&self, p: &mut Problems<'_>, minimum_employees: u32) {
        let ideal_min = *self.ideal_min.get_ref();
        if ideal_min < minimum_employees {
            p.add(
                self.ideal_min.span(),
                format!(
                    "the ideal range begins at {ideal_min}, but companies below {minimum_employees} employees are \
                     rejected"
                ),
                format!(
                    "begin the range at {minimum_employees} or more, or lower `disqualify.minimum_employees`"
                ),
            );
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Rule {
    /// In employees.
    ideal_min: u32,
    /// In employees; not below the minimum.
    ideal_max: u32,
    half_after_doublings: f64,
}

impl Rule {
    /// 1 in the ideal range; outside, halved for every `half_after_doublings` doublings of distance.
    /// Doublings, because 50 employees are to 100 what 2,000 are to 4,000.
    fn of_size(&self, employees: u32) -> f64 {
        let (min, max, size) = (f64::from(self.ideal_min), f64::from(self.ideal_max), f64::from(employees));
        let times = if size < min {
            min / size
        } else if size > max {
            size / max
        } else {
            return 1.0;
        };
        libm::exp2(-libm::log2(times) / self.half_after_doublings)
    }
}

impl Grading for Rule {
    type Shape = Shape;
    const GROUP: CriterionGroup = CriterionGroup::Icp;
    const FACTOR: &'static str = "company size";

    fn check(p: &mut Problems<'_>, shape: &Shape) -> Self {
        let (ideal_min, ideal_max) = (*shape.ideal_min.get_ref(), *shape.ideal_max.get_ref());
        if ideal_min > ideal_max {
            p.add(
                shape.ideal_max.span(),
                format!("the ideal range is inverted: it goes from {ideal_min} to {ideal_max}"),
                "write the smaller number as `ideal_min`, the larger as `ideal_max`",
            );
        }
        let name = "criteria.company_size.half_after_doublings";
        let half_after_doublings = p.number(&shape.half_after_doublings, name, Limit::POSITIVE);
        Self { ideal_min, ideal_max, half_after_doublings }
    }

    fn grade(&self, lead: &Subject<'_>) -> Option<f64> {
        Some(self.of_size(lead.company.employees.as_ref()?.value.typical()))
    }

    fn outline(&self, section: Section) -> Section {
        let ideal = format!(
            "From {} up to {} employees the grade is 1.",
            thousands(self.ideal_min),
            thousands(self.ideal_max)
        );
        let mut outside =
            format!("Outside, it halves for each {} of distance", unit(self.half_after_doublings, "doubling"));
        let times = libm::exp2(self.half_after_doublings);
        let (below, above) = (f64::from(self.ideal_min) / times, f64::from(self.ideal_max) * times);
        // Sizes that no company has would explain nothing.
        if below >= 1.0 && above < f64::from(u32::MAX) {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "within bounds, just above"
            )]
            let [below, above] = [below, above].map(|size| thousands(size.round() as u32));
            // Writing to a string can't fail.
            let _ = write!(outside, ": about {below} or {above} employees have the grade 0.5");
        }
        section.text([ideal, format!("{outside}.")])
    }
}

#[cfg(test)]
mod tests {
    use super::super::parts::test_support::close;
    use super::*;

    #[test]
    fn size_falls_by_doublings_on_both_sides() {
        let rule = Rule { ideal_min: 100, ideal_max: 1000, half_after_doublings: 2.0 };
        for ideal in [100, 550, 1000] {
            assert!(close(rule.of_size(ideal), 1.0));
        }
        assert!(close(rule.of_size(25), 0.5));
        assert!(close(rule.of_size(4000), 0.5));
        assert!(close(rule.of_size(16_000), 0.25));
        assert!(close(rule.of_size(0), 0.0));
        assert!(rule.of_size(u32::MAX) < 0.01);
    }
}
