//! What is known of a lead, in words.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use leadlight_console::{AskedVendor, Event, Fact as Shown, Facts, Flag, Lost, Who, dollars};
use leadlight_lead::{
    Activity, ActivityKind, Against, Asked, BY_HAND, Completeness, EnrichedLead, FORM, Fact, FactField,
    Milestone, Origin, QueuedLead, TYPED_CONFIDENCE,
};
use leadlight_policy::Policy;

use crate::values::{named, provider, topics, value, words};

/// Facts older than this may no longer hold. Judgement: half a year, as in the monthly review.
const OLD_AFTER: SignedDuration = SignedDuration::from_hours(24 * 180);

pub(crate) fn who(lead: &QueuedLead) -> Who {
    let enriched = lead.known();
    let (event, company) = (enriched.event(), &enriched.enrichment.company);
    let domain = enriched.account_domain.clone();
    let known = company.name.as_ref().map(|fact| fact.value.clone()).or_else(|| event.company.clone());
    let about = [
        company.industry.as_ref().map(|f| words(&f.value)),
        company.employees.as_ref().map(|f| format!("{} employees", f.value)),
        company.country.as_ref().map(|f| f.value.to_string()),
    ];
    let about: Vec<String> = about.into_iter().flatten().collect();
    let names = [event.first_name.as_deref(), event.last_name.as_deref()];
    let name: Vec<&str> = names.into_iter().flatten().collect();
    let title = enriched.enrichment.person.title.as_ref().map(|fact| fact.value.clone());
    Who {
        company: known
            .or_else(|| domain.as_ref().map(ToString::to_string))
            .unwrap_or_else(|| "Company not known".to_owned()),
        domain,
        about: (!about.is_empty()).then(|| about.join(", ")),
        person: if name.is_empty() { event.email.as_str().to_owned() } else { name.join(" ") },
        title: title.or_else(|| event.title.clone()),
        email: Some(event.email.as_str().to_owned()),
    }
}

/// A person's role, without their name.
pub(crate) fn role(lead: &QueuedLead) -> String {
    let person = &lead.known().enrichment.person;
    let known = [
        person.seniority.as_ref().map(|f| named(&f.value)),
        person.function.as_ref().map(|f| named(&f.value).to_lowercase()),
    ];
    let known: Vec<String> = known.into_iter().flatten().collect();
    if known.is_empty() { "Role not known".to_owned() } else { known.join(", ") }
}

pub(crate) fn of(lead: &QueuedLead, policy: &Policy, now: Timestamp) -> Facts {
    let enriched = &*lead.known();
    let mut known: Vec<Shown> =
        FactField::ALL.into_iter().filter_map(|field| fact(field, enriched, now)).collect();
    if let Some(typed) = enriched.country_typed_otherwise() {
        known.push(Shown {
            field: "Country, as typed".to_owned(),
            value: typed.into_owned(),
            provider: provider(FORM),
            fetched_at: enriched.occurred_at(),
            confidence: TYPED_CONFIDENCE,
            lost: Vec::new(),
            is_old: false,
        });
    }
    // Measured by the policy in force, as a decision would be now.
    let Completeness { share, missing } = policy.completeness(&enriched.enrichment, enriched.motion);
    let not_taken = policy.taken(enriched).not_taken;
    let not_understood = enriched.not_understood();
    Facts {
        known,
        asked: enriched.enrichment.asked.iter().map(asked).collect(),
        missing: missing.iter().map(|field| words(field)).collect(),
        completeness: share,
        not_understood: not_understood
            .into_iter()
            .map(|typed| (typed.field.to_string(), typed.text))
            .collect(),
        not_taken: not_taken.iter().map(|said| words(&said.to_string()).to_lowercase()).collect(),
        consents: consents(enriched),
    }
}

/// What the person was asked to consent to, in the order of its id, by their latest word.
fn consents(lead: &EnrichedLead) -> Vec<(String, bool)> {
    let mut events: Vec<&EnrichedLead> = lead.events().iter().collect();
    events.sort_by_key(|event| event.occurred_at());
    let said = events.iter().flat_map(|event| &event.event().consent);
    let latest: BTreeMap<_, _> = said.map(|consent| (consent.id.clone(), consent.accepted)).collect();
    latest.into_iter().collect()
}

/// A fact with its origin, and with what others say instead.
fn fact(field: FactField, lead: &EnrichedLead, now: Timestamp) -> Option<Shown> {
    let origin = field.of(&lead.enrichment)?;
    let text = value(field, &lead.enrichment)?;
    let lost = |value, origin: Origin<'_>| Lost {
        value,
        provider: provider(origin.provider),
        fetched_at: origin.fetched_at,
        confidence: origin.confidence,
    };
    // What people wrote over stands first: it counts again should they take it back.
    let overruled = field.of(lead.found()).filter(|_| origin.provider == BY_HAND);
    let overruled = overruled.and_then(|origin| Some(lost(value(field, lead.found())?, origin)));
    let against = lead.enrichment.against.iter().filter(|one| one.field == field);
    let against = against.map(|Against { value, provider, fetched_at, confidence, .. }| {
        let origin = Origin { provider, fetched_at: *fetched_at, confidence: *confidence };
        lost(value.clone(), origin)
    });
    Some(Shown {
        field: words(field.in_words()),
        lost: overruled.into_iter().chain(against).filter(|lost| lost.value != text).collect(),
        value: text,
        provider: provider(origin.provider),
        fetched_at: origin.fetched_at,
        confidence: origin.confidence,
        is_old: now.duration_since(origin.fetched_at) > OLD_AFTER,
    })
}

/// A vendor's part in a lead, in words.
fn asked(asked: &Asked) -> AskedVendor {
    let what = asked.in_words(&provider(&asked.provider));
    AskedVendor { what, at: asked.at, is_missing: asked.came.gap().is_some() }
}

/// What a person who reads should not miss.
pub(crate) fn flags(lead: &EnrichedLead) -> Vec<Flag> {
    let (company, person) = (&lead.enrichment.company, &lead.enrichment.person);
    let since = |what: &str, fact: Option<&Fact<Date>>| fact.map(|fact| format!("{what} {}", fact.value));
    let changed = has_changed_jobs(lead).then(|| {
        let elsewhere =
            person.employer.as_ref().filter(|fact| Some(&fact.value) != lead.account_domain.as_ref());
        let more = [
            elsewhere.map(|fact| format!("now at {}", fact.value)),
            since("there since", person.employer_since.as_ref())
                .or_else(|| since("in the role since", person.role_since.as_ref())),
        ];
        let more: Vec<String> = more.into_iter().flatten().collect();
        Flag { what: "Changed jobs recently".to_owned(), more: (!more.is_empty()).then(|| more.join(", ")) }
    });
    let spike = company.intent.as_ref().filter(|fact| fact.value.is_spike == Some(true)).map(|fact| {
        let seen = format!("seen {}", fact.value.observed_at.strftime("%Y-%m-%d"));
        let more: Vec<String> = topics(&fact.value).into_iter().take(2).chain([seen]).collect();
        Flag { what: "Spike in intent".to_owned(), more: Some(more.join(", ")) }
    });
    changed.into_iter().chain(spike).collect()
}

/// Whether somebody says that the person changed jobs recently.
pub(crate) fn has_changed_jobs(lead: &EnrichedLead) -> bool {
    lead.enrichment.person.recently_changed_jobs.as_ref().is_some_and(|fact| fact.value)
}

pub(crate) fn activity(activity: &Activity) -> Event {
    let what = match activity.kind {
        ActivityKind::PageView => "Looked at a page",
        ActivityKind::PricingView => "Looked at prices",
        ActivityKind::ContentDownload => "Downloaded",
        ActivityKind::DemoRequest => "Asked for a demo",
        ActivityKind::EmailClick => "Clicked in an e-mail",
        ActivityKind::WebinarAttended => "Attended a webinar",
        ActivityKind::EventAttended => "Attended an event",
        ActivityKind::TrialStarted => "Started a trial",
        ActivityKind::FeatureUsed => "Used a feature",
        ActivityKind::IntegrationConnected => "Connected an integration",
        ActivityKind::TeammateInvited => "Invited a teammate",
        ActivityKind::UpgradeInquiry => "Asked about an upgrade",
    };
    Event { at: activity.at, what: what.to_owned(), name: activity.name.clone() }
}

pub(crate) fn milestone(what: &Milestone) -> String {
    let worth = |amount: &Option<u64>| amount.map(|usd| format!(", {}", dollars(usd))).unwrap_or_default();
    match what {
        Milestone::MeetingBooked { .. } => "Meeting booked".to_owned(),
        Milestone::MeetingCancelled => "Meeting cancelled".to_owned(),
        Milestone::MeetingHeld => "Meeting held".to_owned(),
        Milestone::NoShow => "They did not come to the meeting".to_owned(),
        Milestone::OpportunityCreated { amount_usd } => format!("Opportunity opened{}", worth(amount_usd)),
        Milestone::Won { amount_usd } => format!("Deal won{}", worth(amount_usd)),
        Milestone::Lost { reason: Some(reason) } => format!("Deal lost: {reason}"),
        Milestone::Lost { reason: None } => "Deal lost".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_can_be_read_at_a_glance() {
        let told = |amount_usd| milestone(&Milestone::Won { amount_usd });
        assert_eq!(told(Some(1_250_000)), "Deal won, $1,250,000");
        assert_eq!((told(Some(900)), told(None)), ("Deal won, $900".to_owned(), "Deal won".to_owned()));
    }
}
