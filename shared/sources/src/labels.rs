//! What forms call the fields of a lead.
//!
//! A label is read where only one field can be meant. Questions of a company's own ("Which of our products …?") stay
//! with the lead under their label, and a field map says what they are.

mod words;

use leadlight_reading::fold;

use words::{ASKING, LABELS, WRAPPERS};

/// A field of ours that an answer can fill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// One that the event has under this name.
    Named(&'static str),
    /// A campaign parameter.
    Utm(&'static str),
    /// First and last name in one.
    FullName,
    /// A consent, given or refused.
    Consent,
    /// The form's name.
    FormName,
    /// The form's id.
    FormId,
}

/// All of them, as a field map writes them.
pub(crate) const FIELDS: &[(&str, Field)] = &[
    ("email", Field::Named("email")),
    ("first_name", Field::Named("first_name")),
    ("last_name", Field::Named("last_name")),
    ("full_name", Field::FullName),
    ("phone", Field::Named("phone")),
    ("title", Field::Named("title")),
    ("company", Field::Named("company")),
    ("website", Field::Named("website")),
    ("country", Field::Named("country")),
    ("employees", Field::Named("employees")),
    ("revenue_usd", Field::Named("revenue_usd")),
    ("industry", Field::Named("industry")),
    ("message", Field::Named("message")),
    ("page_url", Field::Named("page_url")),
    ("referrer", Field::Named("referrer")),
    ("id", Field::Named("id")),
    ("occurred_at", Field::Named("occurred_at")),
    ("person_id", Field::Named("person_id")),
    ("is_test", Field::Named("is_test")),
    ("activity", Field::Named("activity")),
    ("partner", Field::Named("partner")),
    ("motion_hint", Field::Named("motion_hint")),
    ("utm_source", Field::Utm("source")),
    ("utm_medium", Field::Utm("medium")),
    ("utm_campaign", Field::Utm("campaign")),
    ("utm_term", Field::Utm("term")),
    ("utm_content", Field::Utm("content")),
    ("consent", Field::Consent),
    ("form_name", Field::FormName),
    ("form_id", Field::FormId),
];

/// The field of a name as a field map writes it.
pub(crate) fn field(name: &str) -> Option<Field> {
    FIELDS.iter().find(|(known, _)| *known == name).map(|(_, field)| *field)
}

/// A label without case, accents, blanks and signs: what `First Name`, `first_name` and `firstName` have in common.
pub(crate) fn key(label: &str) -> String {
    // Every form; and numbers with parts, which Gravity Forms gives its fields: 1.3 is not 13.
    if label == "*" || (label.contains('.') && label.bytes().all(|b| b.is_ascii_digit() || b == b'.')) {
        return label.to_owned();
    }
    fold(label).chars().filter(|sign| sign.is_alphanumeric()).collect()
}

/// Jotform puts a question's number before its name: `q4_email`.
fn numbered(part: &str) -> &str {
    let name = part.strip_prefix('q').and_then(|rest| rest.split_once('_'));
    name.filter(|(number, _)| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
        .map_or(part, |(_, name)| name)
}

/// The field that a label names, if only one can be meant. A path such as `contact.email` is one label.
pub(crate) fn field_of(label: &str) -> Option<Field> {
    let parts: Vec<String> =
        label.split('.').map(|part| key(numbered(part))).filter(|part| !part.is_empty()).collect();
    let begins = parts.iter().take_while(|part| WRAPPERS.contains(&part.as_str())).count();
    let known =
        |name: &str| LABELS.iter().find(|(_, labels)| labels.contains(&name)).and_then(|(own, _)| field(own));
    let asked = |name: &str| {
        known(name).or_else(|| ASKING.iter().find_map(|before| known(name.strip_prefix(before)?)))
    };
    // What stands around a name may belong to it: `form.name` is the form's, and an event's title is nobody's. The last
    // part is the name itself.
    let is_a_things = |begin: usize| {
        let around = begin.checked_sub(1).and_then(|at| parts.get(at));
        around.is_some_and(|around| ["event", "form"].contains(&around.as_str()))
            && ["name", "title", "url"].contains(&parts[begin..].concat().as_str())
    };
    let mut begins = (0..=begins.min(parts.len().saturating_sub(1))).filter(|begin| !is_a_things(*begin));
    begins.find_map(|begin| asked(&parts[begin..].concat()))
}

/// Of two addresses, that at work is meant.
pub(crate) fn is_at_work(label: &str) -> bool {
    const AT_WORK: &[&str] = &[
        "work",
        "business",
        "corporate",
        "company",
        "professional",
        "geschaft",
        "dienst",
        "firmen",
        "trabajo",
        "aziendal",
        "zakelijk",
    ];
    let key = key(label);
    AT_WORK.iter().any(|word| key.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_read_where_one_field_can_be_meant() {
        for (label, wanted) in [
            ("First Name", "first_name"),
            ("firstName", "first_name"),
            ("first_name*", "first_name"),
            ("What's your work email?", "email"),
            ("E-Mail-Adresse", "email"),
            ("Geschäftliche E-Mail", "email"),
            ("contact.email", "email"),
            ("form.data.Email Address", "email"),
            ("company.name", "company"),
            ("form.name", "form_name"),
            ("data.form.id", "form_id"),
            ("contact.name", "full_name"),
            ("data.user.id", "person_id"),
            ("rawRequest.q4_email", "email"),
            ("q3_name.first", "first_name"),
            ("Your work email", "email"),
            ("Company name", "company"),
            ("Unternehmensgröße", "employees"),
            ("Número de empleados", "employees"),
            ("Country/Region", "country"),
            ("utm_source", "utm_source"),
            ("Ihre Nachricht", "message"),
        ] {
            assert_eq!(field_of(label), field(wanted), "{label}");
        }
    }

    #[test]
    fn what_may_mean_something_else_is_no_field() {
        for label in [
            "",
            ".",
            "How did you hear about us?",
            "Which CRM does your company use?",
            "Email of your manager",
            "company.email.domain",
            "Does your company have more than 50 employees?",
            "billing.country",
            "partner.company",
            "event.name",
            "data.event.title",
        ] {
            assert_eq!(field_of(label), None, "{label}");
        }
    }

    #[test]
    fn every_label_is_a_key_and_stands_once() {
        let mut seen = std::collections::BTreeSet::new();
        for (own, labels) in LABELS {
            assert!(field(own).is_some(), "{own}");
            for label in *labels {
                assert_eq!(&key(label), label);
                assert!(seen.insert(label), "{label} stands twice");
            }
        }
    }
}
