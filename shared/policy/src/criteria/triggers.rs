//! Triggers: what happened at a company or to a person that makes a first call timely, though nobody there asked for one.

use jiff::tz::TimeZone;
use leadlight_lead::{CriterionGroup, Function};
use leadlight_settings::{Limit, Problems, Spanned};
use schemars::JsonSchema;
use serde::Deserialize;

use super::parts::{fading, share};
use super::{Grading, Subject, WEIGHT};
use crate::disqualify::function_in_words;
use crate::keyed::ByFunction;
use crate::section::{Section, percent, unit};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Shape {
    /// What it counts for, 0 to 1000; only proportions count, and 0 switches it off.
    #[schemars(range(min = 0.0, max = 1000.0))]
    pub(super) weight: Spanned<f64>,
    /// The grade that counts where nothing is known, 0 to 1.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub(super) missing: Spanned<f64>,
    /// This sum of points gives the full grade.
    full_at: Spanned<f64>,
    /// Points on the day of a round of funding.
    funding: Spanned<f64>,
    /// Half of them are left this long after it.
    half_life_days: Spanned<f64>,
    /// Points of a company whose headcount grew.
    growth: Spanned<f64>,
    /// By this share in twelve months, or more; less in proportion.
    growth_full_at: Spanned<f64>,
    /// Points of a person who changed jobs recently.
    job_change: Spanned<f64>,
    /// Points where somebody is being hired for a function.
    #[serde(default)]
    hiring: ByFunction<Option<Spanned<f64>>>,
}

/// All numbers finite, from 0.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Rule {
    /// Over 0.
    full_at: f64,
    funding: f64,
    /// Over 0.
    half_life_days: f64,
    growth: f64,
    /// Over 0: a share a year, 0.3 for 30 %.
    growth_full_at: f64,
    job_change: f64,
    /// In the order of [`Function`]; each over 0.
    hiring: Vec<(Function, f64)>,
}

impl Grading for Rule {
    type Shape = Shape;
    const GROUP: CriterionGroup = CriterionGroup::Intent;
    const FACTOR: &'static str = "triggers";
    /// That nothing happened lately must not count for less than not having looked.
    const ONLY_ADDS: bool = true;

    fn check(p: &mut Problems<'_>, shape: &Shape) -> Self {
        let place = |what: &str| format!("criteria.triggers.{what}");
        let hiring = shape.hiring.entries().into_iter().filter_map(|(function, points)| {
            Some((function, p.number(points.as_ref()?, "a number of criteria.triggers.hiring", WEIGHT)))
        });
        let hiring = hiring.filter(|(_, points)| *points > 0.0).collect();
        Self {
            hiring,
            full_at: p.number(&shape.full_at, &place("full_at"), Limit::POSITIVE),
            funding: p.number(&shape.funding, &place("funding"), WEIGHT),
            half_life_days: p.number(&shape.half_life_days, &place("half_life_days"), Limit::POSITIVE),
            growth: p.number(&shape.growth, &place("growth"), WEIGHT),
            growth_full_at: p.number(&shape.growth_full_at, &place("growth_full_at"), Limit::POSITIVE),
            job_change: p.number(&shape.job_change, &place("job_change"), WEIGHT),
        }
    }

    fn grade(&self, lead: &Subject<'_>) -> Option<f64> {
        let points: Vec<f64> = [self.of_funding(lead), self.of_growth(lead), self.of_hiring(lead), self.of_job(lead)]
            .into_iter()
            .flatten()
            .collect();
        (!points.is_empty()).then(|| share(points, self.full_at))
    }

    fn outline(&self, section: Section) -> Section {
        let open = self.hiring.iter().map(|(function, points)| {
            [format!("Hires for {}", function_in_words(*function)), points.to_string()]
        });
        let rows = [
            ("Raised money, on the day".to_owned(), self.funding),
            (format!("Grew by {} in a year or more", percent(self.growth_full_at)), self.growth),
            ("The person changed jobs recently".to_owned(), self.job_change),
        ];
        let rows = rows.map(|(what, points)| [what, points.to_string()]);
        section
            .text([
                format!("Points are added; a sum of {} is the full grade.", self.full_at),
                format!("The points of a round are half {} after it.", unit(self.half_life_days, "day")),
                "Of open positions the one with the most points counts.".to_owned(),
            ])
            .table(["What happened", "Points"], rows.into_iter().chain(open))
    }
}

/// Points of each kind of trigger; nothing where nothing is known.
impl Rule {
    fn of_funding(&self, lead: &Subject<'_>) -> Option<f64> {
        let on = lead.company.funding.as_ref()?.value.latest_at?;
        // A date that no calendar has is not one that a vendor sent.
        let at = TimeZone::UTC.to_timestamp(on.at(0, 0, 0, 0)).ok()?;
        Some(self.funding * fading(at, lead.as_of, self.half_life_days))
    }

    fn of_growth(&self, lead: &Subject<'_>) -> Option<f64> {
        let growth = lead.company.headcount_growth.as_ref()?.value;
        Some(self.growth * (growth / self.growth_full_at).clamp(0.0, 1.0))
    }

    fn of_hiring(&self, lead: &Subject<'_>) -> Option<f64> {
        let open = &lead.company.hiring.as_ref()?.value;
        let is_open = |function| open.iter().any(|hiring| hiring.function == function && hiring.openings > 0);
        let points = self.hiring.iter().filter(|(function, _)| is_open(*function)).map(|(_, points)| *points);
        Some(points.fold(0.0, f64::max))
    }

    fn of_job(&self, lead: &Subject<'_>) -> Option<f64> {
        let changed = lead.person.recently_changed_jobs.as_ref()?.value;
        Some(if changed { self.job_change } else { 0.0 })
    }
}

#[cfg(test)]
mod tests {
    use leadlight_lead::{Company, Fact, Funding, Hiring, Person};

    use super::super::parts::test_support::{close, days_before};
    use super::*;

    fn fact<T>(value: T) -> Fact<T> {
        Fact { value, provider: "directory".to_owned(), fetched_at: days_before(0), confidence: 0.9 }
    }

    fn grade_of(company: &Company, person: &Person) -> Option<f64> {
        let rule = Rule {
            full_at: 10.0,
            funding: 6.0,
            half_life_days: 90.0,
            growth: 4.0,
            growth_full_at: 0.4,
            job_change: 5.0,
            hiring: vec![(Function::RevenueOperations, 5.0), (Function::Sales, 3.0)],
        };
        rule.grade(&Subject { company, person, activity: &[], group: None, as_of: days_before(0) })
    }

    #[test]
    fn what_happened_adds_up_and_what_is_not_known_is_not_graded() {
        assert_eq!(grade_of(&Company::default(), &Person::default()), None);
        let round = Funding {
            total_usd: None,
            latest_round: None,
            latest_at: Some(TimeZone::UTC.to_datetime(days_before(90)).date()),
        };
        let mut company = Company { funding: Some(fact(round)), ..Company::default() };
        let after_half = grade_of(&company, &Person::default()).unwrap();
        assert!((after_half - 0.3).abs() < 0.01, "{after_half}");
        company.funding = None;
        company.headcount_growth = Some(fact(0.1));
        assert!(close(grade_of(&company, &Person::default()).unwrap(), 0.1));
        company.headcount_growth = Some(fact(-0.5));
        let open = |function, openings| Hiring { function, openings };
        company.hiring = Some(fact(vec![open(Function::Sales, 2), open(Function::RevenueOperations, 0)]));
        assert!(close(grade_of(&company, &Person::default()).unwrap(), 0.3));
        let moved = Person { recently_changed_jobs: Some(fact(true)), ..Person::default() };
        assert!(close(grade_of(&company, &moved).unwrap(), 0.8));
    }
}
