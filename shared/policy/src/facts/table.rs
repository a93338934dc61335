//! The facts, a line each. Their order is that of a model's columns; a new one may stand anywhere, and a model that learnt
//! without it goes on without it. What a line reads must not change under its name: give it another name instead, so that a
//! model never reads what it did not learn.

use leadlight_lead::{ActivityKind, CriterionGroup, EmailKind, FeatureValue, ValueKind};
use leadlight_reading::is_known_technology;
use serde::Serialize;

use CriterionGroup::{Contact, Engagement, Icp, Intent, Technographic};
use ValueKind::{Category, Number, Tags, YesNo};

use super::words::{
    behaviour, country, dollars, employees, freshness, growth, labelled, level, months, months_ago, tools,
    yes_or_no,
};
use super::{Fact, Known, power_of_ten, short};
use crate::criteria::Criterion;

/// All facts.
#[rustfmt::skip]
pub(crate) const FACTS: &[Fact] = &[
    // The company.
    fact("company.industry", Icp, Category, "industry", |k| category(k.industry?), labelled).graded_by(Criterion::Industry),
    fact("company.naics_sector", Icp, Category, "NAICS sector", |k| category(k.company().naics.as_ref()?.value.get(..2)?), labelled).graded_by(Criterion::Industry),
    fact("company.employees", Icp, Number, "number of employees", |k| power_of_ten(f64::from(k.company().employees.as_ref()?.value.typical())), employees).graded_by(Criterion::CompanySize),
    fact("company.revenue", Icp, Number, "revenue", revenue, dollars).graded_by(Criterion::CompanySize),
    fact("company.country", Icp, Category, "country", |k| category(k.company().country.as_ref()?.value.as_str()), country),
    fact("company.headcount_growth", Icp, Number, "headcount growth", |k| Some(short(k.company().headcount_growth.as_ref()?.value)), growth),
    fact("company.funding", Icp, Number, "money raised", |k| power_of_ten(amount(k.company().funding.as_ref()?.value.total_usd?)), dollars),
    fact("company.funding_round", Icp, Category, "latest funding round", |k| category(k.company().funding.as_ref()?.value.latest_round.as_ref()?), labelled),
    fact("company.technologies", Technographic, Tags, "tools in use", technologies, tools).graded_by(Criterion::TechStack),

    // Signs that it may buy.
    fact("intent.topics", Intent, Tags, "topics researched", topics, labelled).graded_by(Criterion::Intent),
    fact("intent.score", Intent, Number, "intent score", |k| Some(short(k.company().intent.as_ref()?.value.score?)), labelled).graded_by(Criterion::Intent),
    fact("intent.spike", Intent, YesNo, "intent spike", |k| Some(k.company().intent.as_ref()?.value.is_spike?.into()), yes_or_no).graded_by(Criterion::Intent),
    fact("intent.buying_phase", Intent, Category, "buying phase by the intent vendor", |k| category(k.company().intent.as_ref()?.value.buying_stage.as_ref()?), labelled),
    fact("intent.freshness", Intent, Number, "intent signal", |k| Some(short(k.fading(k.company().intent.as_ref()?.value.observed_at))), freshness).graded_by(Criterion::Intent),
    fact("company.funding_months", Intent, Number, "latest funding round", |k| k.months_since(k.company().funding.as_ref()?.value.latest_at?), months_ago),
    fact("company.hiring", Intent, Tags, "hiring for", |k| Some(FeatureValue::tags(k.company().hiring.as_ref()?.value.iter().filter(|h| h.openings > 0).filter_map(|h| word(&h.function)).collect::<Vec<_>>().iter().map(String::as_str))), labelled),
    fact("company.openings", Intent, Number, "open positions", |k| Some(f64::from(k.company().hiring.as_ref()?.value.iter().fold(0_u32, |sum, h| sum.saturating_add(h.openings))).into()), labelled),

    // The person.
    fact("person.function", Contact, Category, "job function", |k| category(&word(&k.person().function.as_ref()?.value)?), labelled).graded_by(Criterion::Function),
    fact("person.seniority", Contact, Category, "seniority", |k| category(&word(&k.person().seniority.as_ref()?.value)?), level).graded_by(Criterion::Seniority),
    fact("person.role_months", Contact, Number, "in the role", |k| k.months_since(k.person().role_since.as_ref()?.value), months),
    fact("person.company_months", Contact, Number, "with the company", |k| k.months_since(k.person().employer_since.as_ref()?.value), months),
    fact("person.changed_jobs", Contact, YesNo, "changed jobs recently", |k| Some(k.person().recently_changed_jobs.as_ref()?.value.into()), yes_or_no),
    fact("person.mailbox", Contact, Category, "mailbox", mailbox, labelled),
    fact("account.people", Contact, Number, "others at the account", |k| Some(count(k.lead.group.as_ref()?.others.len()).into()), labelled).graded_by(Criterion::BuyingGroup),
    fact("account.highest", Contact, Category, "most senior other at the account", |k| category(&word(&k.lead.group.as_ref()?.others.iter().flatten().max()?)?), level).graded_by(Criterion::BuyingGroup),

    // How they came.
    fact("lead.source", Engagement, Category, "source", |k| category(k.lead.event().source.as_str()), labelled),
    fact("lead.motion", Engagement, Category, "motion", |k| category(&k.lead.motion.to_string()), labelled),
    fact("lead.form", Engagement, Category, "form", |k| plain(k.lead.event().form.id.as_deref().or(k.lead.event().form.name.as_deref())), labelled),
    fact("lead.campaign", Engagement, Category, "campaign", |k| plain(k.lead.event().utm.campaign.as_deref()), labelled),
    fact("lead.campaign_source", Engagement, Category, "campaign source", |k| plain(k.lead.event().utm.source.as_deref()), labelled),
    fact("lead.campaign_medium", Engagement, Category, "campaign medium", |k| plain(k.lead.event().utm.medium.as_deref()), labelled),
    fact("lead.events", Engagement, Number, "times they came", |k| Some(count(k.lead.event_count()).into()), labelled),

    // What they did.
    fact("did.page_view", Engagement, Number, "page views", |k| k.done(ActivityKind::PageView), behaviour).graded_by(Criterion::Engagement),
    fact("did.pricing_view", Engagement, Number, "views of the pricing page", |k| k.done(ActivityKind::PricingView), behaviour).graded_by(Criterion::Engagement),
    fact("did.content_download", Engagement, Number, "downloads", |k| k.done(ActivityKind::ContentDownload), behaviour).graded_by(Criterion::Engagement),
    fact("did.demo_request", Engagement, Number, "demo requests", |k| k.done(ActivityKind::DemoRequest), behaviour).graded_by(Criterion::Engagement),
    fact("did.email_click", Engagement, Number, "clicks in mails", |k| k.done(ActivityKind::EmailClick), behaviour).graded_by(Criterion::Engagement),
    fact("did.webinar_attended", Engagement, Number, "webinars attended", |k| k.done(ActivityKind::WebinarAttended), behaviour).graded_by(Criterion::Engagement),
    fact("did.event_attended", Engagement, Number, "events attended", |k| k.done(ActivityKind::EventAttended), behaviour).graded_by(Criterion::Engagement),
    fact("did.trial_started", Engagement, Number, "trials started", |k| k.done(ActivityKind::TrialStarted), behaviour).graded_by(Criterion::Engagement),
    fact("did.feature_used", Engagement, Number, "use of the product", |k| k.done(ActivityKind::FeatureUsed), behaviour).graded_by(Criterion::Engagement),
    fact("did.integration_connected", Engagement, Number, "integrations connected", |k| k.done(ActivityKind::IntegrationConnected), behaviour).graded_by(Criterion::Engagement),
    fact("did.teammate_invited", Engagement, Number, "teammates invited", |k| k.done(ActivityKind::TeammateInvited), behaviour).graded_by(Criterion::Engagement),
    fact("did.upgrade_inquiry", Engagement, Number, "questions about an upgrade", |k| k.done(ActivityKind::UpgradeInquiry), behaviour).graded_by(Criterion::Engagement),
    fact("did.last", Engagement, Number, "last seen", |k| Some(short(k.fading(k.activity.iter().map(|did| did.at).max()?))), freshness).graded_by(Criterion::Engagement),
];

const fn fact(
    name: &'static str,
    group: CriterionGroup,
    kind: ValueKind,
    label: &'static str,
    read: fn(&Known<'_>) -> Option<FeatureValue>,
    says: fn(&str, &FeatureValue) -> String,
) -> Fact {
    Fact { name, group, kind, label, graded_by: None, read, says }
}

impl Fact {
    const fn graded_by(self, criterion: Criterion) -> Self {
        Self { graded_by: Some(criterion), ..self }
    }
}

fn category(text: &str) -> Option<FeatureValue> {
    FeatureValue::category(text)
}

/// A text that a company's own people chose, such as a campaign's name; one that holds an address is somebody's.
fn plain(text: Option<&str>) -> Option<FeatureValue> {
    category(&text?.trim().to_lowercase()).filter(|_| !text.is_some_and(|text| text.contains('@')))
}

/// The word that documents have for one of several values.
fn word(value: &impl Serialize) -> Option<String> {
    // A unit variant is written as its name.
    toml::Value::try_from(value).ok()?.as_str().map(str::to_owned)
}

#[expect(clippy::cast_precision_loss, reason = "people and events are few")]
fn count(number: usize) -> f64 {
    number as f64
}

#[expect(clippy::cast_precision_loss, reason = "dollars far below 2⁵³")]
fn amount(usd: u64) -> f64 {
    usd as f64
}

/// Of a range its geometric middle, or where it begins.
fn revenue(known: &Known<'_>) -> Option<FeatureValue> {
    let company = known.company();
    if let Some(exact) = &company.revenue_usd {
        return power_of_ten(amount(exact.value));
    }
    let range = company.revenue_range.as_ref()?.value;
    let (from, to) = (amount(range.from_usd).max(1.0), range.to_usd.map(amount));
    power_of_ten(to.map_or(from, |to| (from * to.max(1.0)).sqrt()))
}

/// Those of the vocabulary first: of a company with hundreds the rest is cut off.
fn technologies(known: &Known<'_>) -> Option<FeatureValue> {
    let tools = &known.company().technologies.as_ref()?.value;
    let (vocabulary, other): (Vec<&str>, Vec<&str>) =
        tools.iter().map(String::as_str).partition(|key| is_known_technology(key));
    Some(FeatureValue::tags(vocabulary.into_iter().chain(other)))
}

/// Researched more than an average company does; the strongest first.
fn topics(known: &Known<'_>) -> Option<FeatureValue> {
    const AVERAGE: f64 = 50.0;
    let mut topics: Vec<_> =
        known.company().intent.as_ref()?.value.topics.iter().filter(|topic| topic.score > AVERAGE).collect();
    topics.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.name.cmp(&b.name)));
    Some(FeatureValue::tags(topics.into_iter().map(|topic| topic.name.as_str())))
}

fn mailbox(known: &Known<'_>) -> Option<FeatureValue> {
    category(match known.lead.email_kind {
        EmailKind::Business => "at a company",
        EmailKind::FreeMail => "free mail",
        EmailKind::Disposable => "throw-away",
        EmailKind::Academic => "academic",
    })
}
