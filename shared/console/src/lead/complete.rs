//! The form by which a person completes a record.

use leadlight_lead::FactField;
use leadlight_report::words::capital;
use maud::{Markup, html};

use super::view::{Completing, Offered, RecordField};
use crate::form::{Target, note};

pub(super) fn complete(target: Target<'_>, completing: &Completing, max_characters: usize) -> Markup {
    html! {
        section aria-labelledby="h-complete" {
            h2 id="h-complete" { "Complete the record" }
            details open[completing.is_open] {
                summary { "Write what you know" }
                p.small.quiet {
                    "What you write goes before what vendors say, now and later. Empty a field, and what vendors say counts \
                     again. Unless people have decided, the lead is then scored again."
                }
                (target.form("complete", "record", &html! {
                    div.grid-2 { @for field in &completing.fields { (entry(field)) } }
                    (note("Where you know it from", false, max_characters, 2))
                    button { "Keep in the record" }
                }))
            }
        }
    }
}

fn entry(field: &RecordField) -> Markup {
    let name = field.field.as_str();
    let list = format!("list-{name}");
    html! {
        label.field {
            span { (capital(field.field.in_words())) }
            @match &field.offered {
                Offered::Only(choices) => select name=(name) {
                    option value="" selected[field.value.is_empty()] { "–" }
                    @for (value, label) in choices {
                        option value=(value) selected[*value == field.value] { (label) }
                    }
                    @if !field.value.is_empty() && !choices.iter().any(|(value, _)| *value == field.value) {
                        option value=(field.value) selected { (field.value) }
                    }
                },
                Offered::Among(suggested) => {
                    input type="text" name=(name) value=(field.value) list=(list) autocomplete="off";
                    datalist id=(list) { @for one in suggested { option value=(one) {} } }
                }
                Offered::Nothing => input type="text" name=(name) value=(field.value) autocomplete="off";,
            }
            @if let Some(hint) = hint(field.field) { small.quiet { (hint) } }
            @if let Some(known) = &field.found { small.quiet { "Found: " (known) } }
        }
    }
}

fn hint(field: FactField) -> Option<&'static str> {
    Some(match field {
        FactField::Employees => "Such as 250, or 201-500",
        FactField::RevenueUsd => "US dollars a year, such as $12M",
        FactField::Country => "Its name, or two letters",
        FactField::Technologies => "With commas between them",
        _ => return None,
    })
}
