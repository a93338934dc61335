//! What a model never learns from, and why: known only afterwards, personal, protected, or said by Leadlight itself.

use leadlight_reading::{names_a_trait, sounds_late};

const AFTERWARDS: &str = "is known only once people have worked the lead: a model that saw it would tell the past and not the future";
const OURS: &str = "is what Leadlight itself says of the lead: a model that saw it would learn from itself";
const PERSONAL: &str = "is personal: a model learns from kinds of leads and never from who somebody is";
const FREE_TEXT: &str = "is free text: it names people, and hardly a value comes twice";
const PROTECTED: &str = "is a trait which the law protects, or stands for one";

/// Names, or what they begin with where they end in a full stop.
const REFUSED: &[(&str, &str)] = &[
    ("outcome", AFTERWARDS),
    ("outcome.", AFTERWARDS),
    ("deal.", AFTERWARDS),
    ("crm.", AFTERWARDS),
    ("opportunity", AFTERWARDS),
    ("opportunity.", AFTERWARDS),
    ("work.", AFTERWARDS),
    ("people.", AFTERWARDS),
    ("rejection", AFTERWARDS),
    ("rejection.", AFTERWARDS),
    ("lead.owner", AFTERWARDS),
    ("lead.queue", OURS),
    ("lead.score", OURS),
    ("lead.grade", OURS),
    ("decision.", OURS),
    ("person.name", PERSONAL),
    ("person.first_name", PERSONAL),
    ("person.last_name", PERSONAL),
    ("person.email", PERSONAL),
    ("person.phone", PERSONAL),
    ("person.title", FREE_TEXT),
    ("person.employer", PERSONAL),
    ("company.name", PERSONAL),
    ("company.domain", PERSONAL),
    ("account.domain", PERSONAL),
    ("account.name", PERSONAL),
    ("lead.email", PERSONAL),
    ("lead.message", FREE_TEXT),
    ("lead.note", FREE_TEXT),
    ("lead.page_url", FREE_TEXT),
    ("lead.referrer", FREE_TEXT),
];

/// Labels of fields that hold somebody's data, folded.
const PERSONAL_FIELDS: &[&str] = &[
    "name",
    "email",
    "e-mail",
    "email address",
    "work email",
    "business email",
    "phone",
    "phone number",
    "telephone",
    "telefon",
    "mobile",
    "mobile phone",
    "address",
    "street",
    "linkedin",
    "linkedin url",
    "linkedin profile",
];
const FREE_FIELDS: &[&str] =
    &["message", "comment", "comments", "note", "notes", "your message", "nachricht"];

/// Why a name is none that a model may learn from; nothing where no reason is known.
pub(crate) fn why_not(name: &str) -> Option<&'static str> {
    let is = |refused: &str| name == refused || (refused.ends_with('.') && name.starts_with(refused));
    let listed = REFUSED.iter().find(|(refused, _)| is(refused)).map(|(_, why)| *why);
    let protected = || names_a_trait(name).then_some(PROTECTED);
    let late = || sounds_late(name).then_some(AFTERWARDS);
    listed.or_else(protected).or_else(late)
}

/// Why the field of a form is none, by its label. What a form asks is known before: that is left to the audit of the deals.
pub(crate) fn why_not_field(folded: &str) -> Option<&'static str> {
    if PERSONAL_FIELDS.contains(&folded) {
        Some(PERSONAL)
    } else if FREE_FIELDS.contains(&folded) {
        Some(FREE_TEXT)
    } else {
        names_a_trait(folded).then_some(PROTECTED)
    }
}
