//! The value of each fact in words.

use jiff::civil::Date;
use leadlight_console::dollars;
use leadlight_lead::{BY_HAND, Enrichment, FORM, Fact, FactField, Funding, Hiring, Intent, RevenueRange};

/// A key such as `revenue_operations` or `professional-services`, for people.
pub(crate) fn words(key: &str) -> String {
    let spaced = key.replace(['_', '-'], " ");
    let mut letters = spaced.chars();
    letters.next().map(|first| format!("{}{}", first.to_uppercase(), letters.as_str())).unwrap_or_default()
}

/// A value's own name in messages.
pub(crate) fn name(value: &impl serde::Serialize) -> String {
    let name = serde_json::to_value(value).unwrap_or_default();
    name.as_str().unwrap_or_default().to_owned()
}

/// The same, for people.
pub(crate) fn named(value: &impl serde::Serialize) -> String {
    words(&name(value))
}

/// Who said something, for people.
pub(crate) fn provider(name: &str) -> String {
    match name {
        FORM => "The form".to_owned(),
        BY_HAND => "Our people".to_owned(),
        vendor => words(vendor),
    }
}

fn of<T>(fact: Option<&Fact<T>>, value: impl Fn(&T) -> String) -> Option<String> {
    fact.map(|fact| value(&fact.value))
}

/// What is known of a field; none where nothing is.
pub(crate) fn value(field: FactField, found: &Enrichment) -> Option<String> {
    let (company, person) = (&found.company, &found.person);
    match field {
        FactField::CompanyName => of(company.name.as_ref(), Clone::clone),
        FactField::Industry => of(company.industry.as_ref(), |v| words(v)),
        FactField::Employees => of(company.employees.as_ref(), ToString::to_string),
        FactField::RevenueUsd => of(company.revenue_usd.as_ref(), |v| format!("{} a year", dollars(*v))),
        FactField::RevenueRange => of(company.revenue_range.as_ref(), range),
        FactField::Country => of(company.country.as_ref(), ToString::to_string),
        FactField::Technologies => of(company.technologies.as_ref(), |v| tools(v)),
        FactField::Intent => of(company.intent.as_ref(), intent),
        FactField::Naics => of(company.naics.as_ref(), Clone::clone),
        FactField::Funding => of(company.funding.as_ref(), funding),
        FactField::HeadcountGrowth => {
            of(company.headcount_growth.as_ref(), |v| format!("{:+.0} % in twelve months", v * 100.0))
        }
        FactField::Hiring => of(company.hiring.as_ref(), |v| hiring(v)),
        FactField::Title => of(person.title.as_ref(), Clone::clone),
        FactField::Function => of(person.function.as_ref(), named),
        FactField::Seniority => of(person.seniority.as_ref(), named),
        FactField::RoleSince => of(person.role_since.as_ref(), Date::to_string),
        FactField::Employer => of(person.employer.as_ref(), ToString::to_string),
        FactField::EmployerSince => of(person.employer_since.as_ref(), Date::to_string),
        FactField::RecentlyChangedJobs => {
            of(person.recently_changed_jobs.as_ref(), |v| if *v { "Yes" } else { "No" }.to_owned())
        }
    }
}

/// The topics of intent, the strongest first.
pub(crate) fn topics(intent: &Intent) -> Vec<String> {
    let mut topics: Vec<_> = intent.topics.iter().collect();
    topics.sort_by(|a, b| b.score.total_cmp(&a.score));
    topics.into_iter().map(|topic| format!("{} {:.0}", words(&topic.name), topic.score)).collect()
}

fn tools(tools: &[String]) -> String {
    if tools.is_empty() { "None seen".to_owned() } else { tools.join(", ") }
}

fn range(range: &RevenueRange) -> String {
    match range.to_usd {
        Some(to) => format!("{} to {} a year", dollars(range.from_usd), dollars(to)),
        None => format!("{} and more a year", dollars(range.from_usd)),
    }
}

fn intent(intent: &Intent) -> String {
    let mut parts =
        vec![if intent.topics.is_empty() { "No topic".to_owned() } else { topics(intent).join(", ") }];
    parts.extend(intent.score.map(|score| format!("{score:.0} of 100 over all topics")));
    parts.extend(intent.is_spike.map(|spike| if spike { "a spike" } else { "no spike" }.to_owned()));
    parts.extend(intent.buying_stage.as_ref().map(|stage| format!("stage {}", words(stage).to_lowercase())));
    format!("{} (seen {})", parts.join("; "), intent.observed_at.strftime("%Y-%m-%d"))
}

fn funding(funding: &Funding) -> String {
    let round = funding.latest_round.as_ref().map(|round| words(round));
    let at = funding.latest_at.map(|at| at.to_string());
    let latest = match (round, at) {
        (Some(round), Some(at)) => Some(format!("{round} on {at}")),
        (Some(round), None) => Some(round),
        (None, at) => at.map(|at| format!("latest round on {at}")),
    };
    let total = funding.total_usd.map(|usd| format!("{} in all", dollars(usd)));
    let parts: Vec<String> = total.into_iter().chain(latest).collect();
    if parts.is_empty() { "Raised money, no more is known".to_owned() } else { parts.join("; ") }
}

fn hiring(open: &[Hiring]) -> String {
    if open.is_empty() {
        return "No open positions".to_owned();
    }
    let each = open.iter().map(|one| format!("{} in {}", one.openings, named(&one.function).to_lowercase()));
    each.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use leadlight_lead::Topic;

    use super::*;

    #[test]
    fn facts_can_be_read_at_a_glance() {
        let observed: Timestamp = "2026-11-20T00:00:00Z".parse().unwrap();
        let topic = |name: &str, score| Topic { name: name.to_owned(), score };
        let seen = Intent {
            score: Some(82.0),
            is_spike: Some(true),
            buying_stage: Some("decision".to_owned()),
            ..Intent::on(observed, vec![topic("crm", 61.0), topic("lead-scoring", 88.0)])
        };
        let told =
            "Lead scoring 88, Crm 61; 82 of 100 over all topics; a spike; stage decision (seen 2026-11-20)";
        assert_eq!(intent(&seen), told);
        assert_eq!(intent(&Intent::on(observed, vec![])), "No topic (seen 2026-11-20)");
        assert_eq!(range(&RevenueRange { from_usd: 100, to_usd: Some(2000) }), "$100 to $2,000 a year");
        let round = Some("series-b".to_owned());
        let raised = Funding { total_usd: Some(12_000_000), latest_round: round, latest_at: None };
        assert_eq!(funding(&raised), "$12,000,000 in all; Series b");
        assert_eq!(funding(&Funding::default()), "Raised money, no more is known");
    }
}
