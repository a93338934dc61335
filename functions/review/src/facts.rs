//! What is known of a lead, in words.

use jiff::{SignedDuration, Timestamp};
use leadlight_console::{Event, Fact as Shown, Facts, Who, dollars};
use leadlight_lead::{Activity, ActivityKind, Completeness, Fact, Milestone, QueuedLead};
use leadlight_policy::Policy;

/// Facts older than this may no longer hold. Judgement: half a year, as in the monthly review.
const OLD_AFTER: SignedDuration = SignedDuration::from_hours(24 * 180);

/// A key such as `revenue_operations` or `professional-services`, for people.
pub(crate) fn words(key: &str) -> String {
    let spaced = key.replace(['_', '-'], " ");
    let mut letters = spaced.chars();
    letters.next().map(|first| format!("{}{}", first.to_uppercase(), letters.as_str())).unwrap_or_default()
}

/// A value's own name in messages, for people.
fn named(value: &impl serde::Serialize) -> String {
    let name = serde_json::to_value(value).unwrap_or_default();
    words(name.as_str().unwrap_or_default())
}

pub(crate) fn who(lead: &QueuedLead) -> Who {
    let enriched = lead.enriched();
    let (event, company) = (enriched.event(), &enriched.enrichment.company);
    let domain = enriched.account_domain.as_ref().map(ToString::to_string);
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
        company: known.or_else(|| domain.clone()).unwrap_or_else(|| "Company not known".to_owned()),
        domain,
        about: (!about.is_empty()).then(|| about.join(", ")),
        person: if name.is_empty() { event.email.as_str().to_owned() } else { name.join(" ") },
        title: title.or_else(|| event.title.clone()),
        email: Some(event.email.as_str().to_owned()),
    }
}

/// A person's role, without their name.
pub(crate) fn role(lead: &QueuedLead) -> String {
    let person = &lead.enrichment().person;
    let known = [
        person.seniority.as_ref().map(|f| named(&f.value)),
        person.function.as_ref().map(|f| named(&f.value).to_lowercase()),
    ];
    let known: Vec<String> = known.into_iter().flatten().collect();
    if known.is_empty() { "Role not known".to_owned() } else { known.join(", ") }
}

/// A fact's value in words, with its origin.
fn said<T>(fact: Option<&Fact<T>>, value: impl Fn(&T) -> String) -> Option<(String, &str, Timestamp)> {
    fact.map(|fact| (value(&fact.value), fact.provider.as_str(), fact.fetched_at))
}

pub(crate) fn of(lead: &QueuedLead, policy: &Policy, now: Timestamp) -> Facts {
    let enriched = lead.enriched();
    let (company, person) = (&enriched.enrichment.company, &enriched.enrichment.person);
    let mut known = Vec::new();
    let mut tell = |field: &str, fact: Option<(String, &str, Timestamp)>| {
        known.extend(fact.map(|(value, provider, fetched_at)| Shown {
            field: field.to_owned(),
            value,
            provider: provider.to_owned(),
            fetched_at,
            is_old: now.duration_since(fetched_at) > OLD_AFTER,
        }));
    };
    tell("Industry", said(company.industry.as_ref(), |v| words(v)));
    tell("Employees", said(company.employees.as_ref(), ToString::to_string));
    tell("Revenue", said(company.revenue_usd.as_ref(), |v| format!("{} a year", dollars(*v))));
    tell("Country", said(company.country.as_ref(), ToString::to_string));
    let typed = enriched.country_typed_otherwise();
    tell("Country, as typed", typed.map(|typed| (typed.into_owned(), "form", enriched.occurred_at())));
    tell("Tools", said(company.technologies.as_ref(), |v| v.join(", ")));
    tell(
        "Intent",
        said(company.intent.as_ref(), |intent| {
            let topics = intent.topics.iter().map(|t| format!("{} {:.0}", words(&t.name), t.score));
            format!(
                "{} (seen {})",
                topics.collect::<Vec<_>>().join(", "),
                intent.observed_at.strftime("%Y-%m-%d")
            )
        }),
    );
    tell("Title", said(person.title.as_ref(), Clone::clone));
    tell("Function", said(person.function.as_ref(), named));
    tell("Seniority", said(person.seniority.as_ref(), named));
    tell("In the role since", said(person.role_since.as_ref(), ToString::to_string));
    tell(
        "Recently changed jobs",
        said(person.recently_changed_jobs.as_ref(), |v| if *v { "Yes" } else { "No" }.to_owned()),
    );
    // Measured by the policy in force, as a decision would be now.
    let Completeness { share, missing } = policy.completeness(lead.enrichment());
    let not_taken = policy.taken(enriched).not_taken;
    let not_understood = enriched.not_understood();
    Facts {
        known,
        missing: missing.iter().map(|field| words(field)).collect(),
        completeness: share,
        not_understood: not_understood
            .into_iter()
            .map(|typed| (typed.field.to_string(), typed.text))
            .collect(),
        not_taken: not_taken.iter().map(|said| words(&said.to_string()).to_lowercase()).collect(),
    }
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
