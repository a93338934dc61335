//! What a column's name says: its words, what they speak about, and how people would write it.

use leadlight_lead::CriterionGroup;
use leadlight_reading::fold;

const ICP: &[&str] = &[
    "industry",
    "sector",
    "vertical",
    "employees",
    "employee",
    "headcount",
    "size",
    "revenue",
    "country",
    "region",
    "geo",
    "company",
];
const CONTACT: &[&str] = &["title", "role", "seniority", "function", "department", "job", "persona"];
const TECHNOGRAPHIC: &[&str] =
    &["tech", "technology", "technologies", "stack", "tool", "tools", "integration", "integrations", "crm"];
const INTENT: &[&str] = &["intent", "topic", "topics", "surge"];
const ENGAGEMENT: &[&str] = &[
    "visit",
    "visits",
    "page",
    "pages",
    "download",
    "downloads",
    "email",
    "emails",
    "click",
    "clicks",
    "session",
    "sessions",
    "trial",
    "trials",
    "usage",
    "webinar",
    "webinars",
    "event",
    "events",
    "demo",
    "demos",
    "website",
];
/// Words of names of dates, folded, wherever they stand in a name.
const DATES: &[&str] = &[
    "date",
    "dates",
    "timestamp",
    "datetime",
    "createdate",
    "closedate",
    "createdat",
    "closedat",
    "datum",
    "erstelldatum",
    "abschlussdatum",
    "fecha",
];
/// Words that names of dates end with: `closed_at`, `Abgeschlossen am`, `won time`, `Last Modified`.
const TIMES: &[&str] =
    &["at", "am", "on", "time", "le", "op", "em", "created", "closed", "updated", "modified", "erstellt"];
/// Words of names of numbers that count time.
const LENGTHS: &[&str] = &[
    "days", "hours", "minutes", "seconds", "age", "since", "until", "to", "tage", "total", "duration",
    "amount",
];
/// What an id may be of, where both are one word.
const OWNERS_OF_IDS: &[&str] = &[
    "account",
    "case",
    "client",
    "company",
    "contact",
    "customer",
    "deal",
    "lead",
    "opp",
    "opportunity",
    "org",
    "record",
    "row",
    "user",
];

/// What a column speaks about, by the words of its name. The one place where that is decided.
pub(crate) fn group(name: &str) -> CriterionGroup {
    let words: Vec<String> = split(name).iter().map(|word| word.to_lowercase()).collect();
    let any = |known: &[&str]| words.iter().any(|word| known.contains(&word.as_str()));
    let groups = [
        (ICP, CriterionGroup::Icp),
        (CONTACT, CriterionGroup::Contact),
        (TECHNOGRAPHIC, CriterionGroup::Technographic),
        (INTENT, CriterionGroup::Intent),
        (ENGAGEMENT, CriterionGroup::Engagement),
    ];
    groups.into_iter().find(|(known, _)| any(known)).map_or(CriterionGroup::Other, |(_, group)| group)
}

/// A name as people would write it; one with blanks is taken to be written by people.
pub(crate) fn factor(name: &str) -> String {
    let name = name.trim();
    let words = split(name);
    if words.is_empty() || name.contains(char::is_whitespace) {
        return name.to_owned();
    }
    let shouted = !name.contains(char::is_lowercase);
    let is_acronym =
        |word: &str| !shouted && (2..=4).contains(&word.len()) && !word.contains(char::is_lowercase);
    let word = |word: &str| if is_acronym(word) { word.to_owned() } else { word.to_lowercase() };
    words.into_iter().map(word).collect::<Vec<_>>().join(" ")
}

/// Whether a name says that its cells only name something.
pub(crate) fn is_identifier(name: &str) -> bool {
    split(name).iter().map(|word| word.to_lowercase()).any(|word| {
        matches!(word.as_str(), "id" | "ids" | "uuid" | "guid")
            || word.strip_suffix("id").is_some_and(|owner| OWNERS_OF_IDS.contains(&owner))
    })
}

/// Whether a name says that its cells are dates, so that a number among them may stand for one.
pub(crate) fn is_date(name: &str) -> bool {
    let words: Vec<String> = split(name).iter().map(|word| fold(word)).collect();
    let ends_in_time = words.len() > 1 && words.last().is_some_and(|last| TIMES.contains(&last.as_str()));
    let is_length = words.iter().any(|word| LENGTHS.contains(&word.as_str()));
    !is_length && (ends_in_time || words.iter().any(|word| DATES.contains(&word.as_str())))
}

/// `emp.var.rate`, `company_size`, `companySize` and `CRMType` in their words.
fn split(name: &str) -> Vec<&str> {
    let mut words = Vec::new();
    for part in name.split(|c: char| c.is_whitespace() || matches!(c, '_' | '.' | '-' | '/' | ':')) {
        let mut start = 0;
        let letters: Vec<(usize, char)> = part.char_indices().collect();
        for (place, (at, c)) in letters.iter().enumerate().skip(1) {
            let before = letters[place - 1].1;
            let ends_acronym =
                before.is_uppercase() && letters.get(place + 1).is_some_and(|n| n.1.is_lowercase());
            if c.is_uppercase() && (before.is_lowercase() || before.is_ascii_digit() || ends_acronym) {
                words.push(&part[start..*at]);
                start = *at;
            }
        }
        words.push(&part[start..]);
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_readable() {
        for (name, factor_of) in [
            ("emp.var.rate", "emp var rate"),
            ("poutcome", "poutcome"),
            ("company_size", "company size"),
            ("companySize", "company size"),
            ("CRMType", "CRM type"),
            ("EMPLOYEES", "employees"),
            ("Annual Revenue (USD)", "Annual Revenue (USD)"),
            ("___", "___"),
            ("größe_Österreich", "größe österreich"),
        ] {
            assert_eq!(factor(name), factor_of);
        }
    }

    #[test]
    fn names_say_what_they_speak_about() {
        for (name, expected) in [
            ("industry", CriterionGroup::Icp),
            ("CompanySize", CriterionGroup::Icp),
            ("Job Title", CriterionGroup::Contact),
            ("tech_stack", CriterionGroup::Technographic),
            ("intent.topic", CriterionGroup::Intent),
            ("webinar-visits", CriterionGroup::Engagement),
            ("anything", CriterionGroup::Other),
        ] {
            assert_eq!(group(name), expected, "{name}");
        }
    }

    #[test]
    fn dates_are_known_by_name() {
        for name in
            ["Close Date", "closedate", "closed_at", "CreatedAt", "Abgeschlossen am", "Won time", "Fecha"]
        {
            assert!(is_date(name), "{name}");
        }
        for name in [
            "Total Time Spent",
            "days_to_close_date",
            "Closed Amount",
            "at",
            "Employees",
            "Time",
            "days since date",
        ] {
            assert!(!is_date(name), "{name}");
        }
    }

    #[test]
    fn identifiers_are_known_by_name() {
        for name in ["id", "deal_id", "DealId", "leadID", "dealid", "uuid", "Contact ID"] {
            assert!(is_identifier(name), "{name}");
        }
        for name in ["paid", "amount_paid", "bid", "idle", "grid"] {
            assert!(!is_identifier(name), "{name}");
        }
    }
}
