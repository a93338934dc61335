//! The graded criteria in words.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use leadlight_lead::{ActivityKind, Seniority};

use crate::criteria::{CompanySizeRule, Criterion};
use crate::disqualify::function_in_words;
use crate::outline::{Section, list, rounded, thousands, unit};
use crate::policy::Policy;

impl Policy {
    /// What a lead can earn, criterion by criterion.
    pub(crate) fn points_in_words(&self) -> Section {
        let rows = Criterion::ALL.map(|criterion| {
            let (weight, missing) = self.criteria.weight_and_missing(criterion);
            [capital(criterion.factor()), weight.to_string(), self.most_points(criterion), grade(missing)]
        });
        Section::new("What earns points")
            .text([
                "A grade says how well a lead fits in one respect, from 0 (not at all) to 1 (fully).",
                "Points are 100 times the sum of weight times grade, over the sum of weights: always 0 to 100.",
            ])
            .table(["Criterion", "Weight", "Most points", "Grade where nothing is known"], rows)
    }

    /// How one criterion is graded.
    pub(crate) fn criterion_in_words(&self, criterion: Criterion) -> Section {
        let (weight, missing) = self.criteria.weight_and_missing(criterion);
        let worth = if weight > 0.0 {
            format!("Up to {} points of 100.", self.most_points(criterion))
        } else {
            "Switched off: it has no weight, so it gives no points.".to_owned()
        };
        let unknown = format!("Where nothing is known, the grade {} counts.", grade(missing));
        let section = Section::new(capital(criterion.factor())).text([worth, unknown]);
        match criterion {
            Criterion::Industry => self.industry(section),
            Criterion::CompanySize => section.text(company_size(&self.criteria.company_size.rule)),
            Criterion::Function => {
                let rows = self.criteria.function.rule.entries().into_iter();
                section.table(
                    ["The person works in", "Grade"],
                    rows.map(|(f, g)| [capital(function_in_words(f)), grade(*g)]),
                )
            }
            Criterion::Seniority => {
                let rows = self.criteria.seniority.rule.entries().into_iter();
                section
                    .table(["Level", "Grade"], rows.map(|(s, g)| [level_in_words(s).to_owned(), grade(*g)]))
            }
            Criterion::TechStack => self.tech_stack(section),
            Criterion::Engagement => self.engagement(section),
            Criterion::Intent => self.intent(section),
        }
    }

    fn most_points(&self, criterion: Criterion) -> String {
        let (weight, _) = self.criteria.weight_and_missing(criterion);
        rounded(100.0 * weight / self.total_weight, 10.0).to_string()
    }

    fn industry(&self, section: Section) -> Section {
        let rule = &self.criteria.industry.rule;
        section
            .text([format!("An industry that is not listed has the grade {}.", grade(rule.unlisted))])
            .table(["Industry", "Grade"], falling(&rule.grades))
    }

    fn tech_stack(&self, section: Section) -> Section {
        let rule = &self.criteria.tech_stack.rule;
        section
            .text([
                format!(
                    "The strengths of the tools in use are added; a sum of {} is the full grade, more adds nothing.",
                    rule.full_at
                ),
                "Other tools don't count.".to_owned(),
            ])
            .table(["Tool", "Strength"], falling(&rule.tools))
    }

    fn engagement(&self, section: Section) -> Section {
        let rule = &self.criteria.engagement.rule;
        let points = rule.points.entries().into_iter();
        section
            .text([
                format!("What was done {} ago counts half.", unit(rule.half_life_days, "day")),
                format!("Its points are added; a sum of {} is the full grade.", rule.full_at),
                "Behaviour only ever adds: an old visit never counts for less than no visit.".to_owned(),
            ])
            .table(
                ["Behaviour", "Points when fresh"],
                points.map(|(kind, points)| [activity_in_words(kind).to_owned(), points.to_string()]),
            )
    }

    fn intent(&self, section: Section) -> Section {
        let rule = &self.criteria.intent.rule;
        section
            .text([
                format!(
                    "The vendor's score of a topic counts from {} (nothing) to 100 (in full).",
                    rule.baseline
                ),
                format!(
                    "It is multiplied by the topic's relevance; a sum of {} is the full grade.",
                    rule.full_at
                ),
                format!("A signal that is {} old counts half.", unit(rule.half_life_days, "day")),
                "Other topics don't count.".to_owned(),
            ])
            .table(["Topic", "Relevance"], falling(&rule.topics))
    }

    /// What a learner may see.
    pub(crate) fn learnt_from(&self) -> Section {
        let in_words = |criteria: &[Criterion]| list(criteria.iter().map(|c| c.factor()), "and");
        let mut text = vec![format!("A model may see the grades in {}.", in_words(&self.features))];
        let hidden: Vec<Criterion> =
            Criterion::ALL.into_iter().filter(|criterion| !self.features.contains(criterion)).collect();
        if !hidden.is_empty() {
            text.push(format!("It does not see {}.", in_words(&hidden)));
        }
        if !self.never_lowers.is_empty() {
            text.push(format!(
                "A higher grade in {} never lowers its probability.",
                in_words(&self.never_lowers)
            ));
        }
        text.push(
            "It learns from how leads ended and from why people turned them down, as told above.".to_owned(),
        );
        Section::new("What a model may learn from").text(text)
    }
}

fn company_size(rule: &CompanySizeRule) -> Vec<String> {
    let ideal = format!(
        "From {} up to {} employees the grade is 1.",
        thousands(rule.ideal_min),
        thousands(rule.ideal_max)
    );
    let mut outside =
        format!("Outside, it halves for each {} of distance", unit(rule.half_after_doublings, "doubling"));
    let times = libm::exp2(rule.half_after_doublings);
    let (below, above) = (f64::from(rule.ideal_min) / times, f64::from(rule.ideal_max) * times);
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
    vec![ideal, format!("{outside}.")]
}

/// A grade as the file has it, with its decimal point.
fn grade(value: f64) -> String {
    format!("{value:?}")
}

/// The largest first, equal ones by name.
fn falling(values: &BTreeMap<String, f64>) -> Vec<[String; 2]> {
    let mut rows: Vec<(&String, &f64)> = values.iter().collect();
    rows.sort_by(|a, b| b.1.total_cmp(a.1));
    rows.into_iter().map(|(name, value)| [name.clone(), grade(*value)]).collect()
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn level_in_words(level: Seniority) -> &'static str {
    match level {
        Seniority::Training => "Student, intern or trainee",
        Seniority::Entry => "First job or assistant",
        Seniority::Individual => "Individual contributor",
        Seniority::Senior => "Senior individual contributor",
        Seniority::Manager => "Manager",
        Seniority::Director => "Director",
        Seniority::Vp => "Vice president or head of a function",
        Seniority::CLevel => "Chief officer",
        Seniority::Owner => "Founder or owner",
    }
}

fn activity_in_words(kind: ActivityKind) -> &'static str {
    match kind {
        ActivityKind::PageView => "Viewed a page",
        ActivityKind::PricingView => "Viewed the pricing page",
        ActivityKind::ContentDownload => "Downloaded a paper, guide or case study",
        ActivityKind::DemoRequest => "Asked for a demo or a call",
        ActivityKind::EmailClick => "Opened or clicked a mail",
        ActivityKind::WebinarAttended => "Attended a webinar",
        ActivityKind::EventAttended => "Attended a conference or visited the stand",
        ActivityKind::TrialStarted => "Started a trial",
        ActivityKind::FeatureUsed => "Used a feature",
        ActivityKind::IntegrationConnected => "Connected an integration",
        ActivityKind::TeammateInvited => "Invited a colleague",
        ActivityKind::UpgradeInquiry => "Asked about an upgrade",
    }
}
