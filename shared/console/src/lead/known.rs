//! What is known of a lead: facts, what the person did, colleagues, what happened among people.

use leadlight_report::words::{capital, percent};
use maud::{Markup, html};

use super::score;
use super::view::{AskedVendor, LeadPage, Lost};
use crate::context::Frame;
use crate::line::{event_line, history_line, shown_first};
use crate::words::{Relative, relative};

pub(super) fn partner(page: &LeadPage) -> Markup {
    html! {
        @if let Some(partner) = &page.partner {
            section aria-labelledby="h-partner" {
                h2 id="h-partner" { "What " (partner.name) " knows" }
                @match &partner.note {
                    Some(note) => blockquote { (note) },
                    None => p.quiet { "They handed it over without a note." },
                }
            }
        }
    }
}

pub(super) fn facts(frame: &Frame, page: &LeadPage) -> Markup {
    let facts = &page.facts;
    html! {
        section aria-labelledby="h-facts" {
            h2 id="h-facts" { "What is known" }
            @if !facts.missing.is_empty() {
                p.missing {
                    b { "Not known: " } (facts.missing.join(", ")) ". "
                    span.quiet { (percent(facts.completeness)) " of what is wanted is there." }
                }
            }
            (asked(frame, &facts.asked))
            @if !facts.not_taken.is_empty() {
                p.missing {
                    b { "Not taken from this source: " } (facts.not_taken.join(", ")) ". "
                    span.quiet { "It is kept as sent, and does not count." }
                }
            }
            @if !facts.not_understood.is_empty() {
                p.missing {
                    b { "As typed, not understood: " }
                    @for (place, (field, text)) in facts.not_understood.iter().enumerate() {
                        @if place > 0 { ", " }
                        (field) " “" (text) "”"
                    }
                    ". "
                    span.quiet { "It counts as not known." }
                }
            }
            @if !facts.consents.is_empty() {
                p.missing {
                    b { "Consent: " }
                    @for (place, (id, accepted)) in facts.consents.iter().enumerate() {
                        @if place > 0 { ", " }
                        (id) " " @if *accepted { "given" } @else { b { "refused" } }
                    }
                    "."
                }
            }
            @if facts.known.is_empty() { p.quiet { "Enrichment found nothing." } }
            @else {
                table.words.facts {
                    caption.unseen { "Facts with their origin and age" }
                    thead {
                        tr {
                            th scope="col" { "Field" }
                            th scope="col" { "Value" }
                            th scope="col" { "From" }
                            th scope="col" { "Age" }
                        }
                    }
                    tbody {
                        @for fact in &facts.known {
                            tr {
                                th scope="row" { (fact.field) }
                                td.value {
                                    (fact.value)
                                    @for lost in &fact.lost { (against(frame, lost)) }
                                }
                                td.quiet { (fact.provider) ", " (percent(fact.confidence)) " sure" }
                                td.quiet {
                                    (relative(frame, fact.fetched_at, Relative::Ago))
                                    @if fact.is_old { " " span.tag-old { "old" } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Which vendors were asked; what is missing since one could not be is seen without opening the list.
fn asked(frame: &Frame, asked: &[AskedVendor]) -> Markup {
    let (missing, rest): (Vec<_>, Vec<_>) = asked.iter().partition(|one| one.is_missing);
    let entry = |one: &&AskedVendor| {
        html! { li { (one.what) ", " span.quiet { (relative(frame, one.at, Relative::Ago)) } } }
    };
    html! {
        @if !missing.is_empty() { ul.asked { @for one in &missing { (entry(one)) } } }
        @if !rest.is_empty() {
            details.asked {
                summary { "Vendors that answered" }
                ul { @for one in &rest { (entry(one)) } }
            }
        }
    }
}

/// What somebody else said, in a quiet line.
fn against(frame: &Frame, lost: &Lost) -> Markup {
    html! {
        small.lost {
            (lost.provider) " says " (lost.value) " ("
            (percent(lost.confidence)) " sure, " (relative(frame, lost.fetched_at, Relative::Ago)) ")"
        }
    }
}

pub(super) fn activity(frame: &Frame, page: &LeadPage) -> Markup {
    html! {
        section aria-labelledby="h-activity" {
            h2 id="h-activity" { "What they did here" }
            (shown_first(&page.activity, "Nothing was seen.", |event| event_line(frame, event)))
        }
    }
}

pub(super) fn group(page: &LeadPage) -> Markup {
    html! {
        @if !page.group.is_empty() {
            section aria-labelledby="h-group" {
                h2 id="h-group" { "Others at " (page.who.company) }
                p { (buying_group(page)) }
                table.words {
                    caption.unseen { "Other people of the same account" }
                    thead {
                        tr {
                            th scope="col" { "Role" }
                            th scope="col" { "Score" }
                            th scope="col" { "Where it stands" }
                        }
                    }
                    tbody {
                        @for other in &page.group {
                            tr {
                                th scope="row" { a.act href={ "/leads/" (other.id) } { (capital(&other.role)) } }
                                td { (score(other.score)) }
                                td { (other.state) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Who weighs a purchase at the account now, besides the person.
fn buying_group(page: &LeadPage) -> String {
    let open: Vec<&str> = page.group.iter().filter(|other| other.is_open).map(|o| o.role.as_str()).collect();
    match open.as_slice() {
        [] => "Nobody else at this company has an open lead.".to_owned(),
        [one] => format!("The buying group has one more person: {one}."),
        several => format!("The buying group has {} more people: {}.", several.len(), several.join("; ")),
    }
}

pub(super) fn thread(page: &LeadPage) -> Markup {
    html! {
        @if let Some(after) = &page.after {
            p.about { a.act href={ "/leads/" (after) } { "They have a later lead" } }
        }
        @if let Some(before) = &page.before {
            p.about { a.act href={ "/leads/" (before) } { "They had a lead before" } }
        }
    }
}

pub(super) fn history(frame: &Frame, page: &LeadPage) -> Markup {
    html! {
        section aria-labelledby="h-history" {
            h2 id="h-history" { "History" }
            (shown_first(&page.history, "No one has touched it.", |entry| history_line(frame, entry, None)))
        }
    }
}
