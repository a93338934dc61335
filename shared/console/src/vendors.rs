//! What vendors gave, of the leads that wait now: a part of the data's page.

use jiff::SignedDuration;
use leadlight_enrichment::{Conflict, Supplied, Supply, Unmapped};
use leadlight_lead::FactField;
use leadlight_report::charts::{Bar, Column, bars, details, figure, nothing, table};
use leadlight_report::words::{NONE, capital, percent, several, thousands, usd};
use maud::{Markup, html};

/// Of each list what is shown: the most frequent.
const SHOWN: usize = 12;
/// What the bars and their table show.
const NAME: &str = "Share of leads in which a vendor's word counts";
/// Bars in the picture; the table has them all.
const PICTURED: usize = 24;

/// What vendors gave; where none was asked, how to have one asked.
pub(crate) fn vendors(supply: &Supply) -> Markup {
    if supply.providers.is_empty() {
        return if supply.leads == 0 {
            nothing("No lead waits.")
        } else {
            html! {
                p.nothing {
                    "No vendor was asked about the leads that wait now. A vendors file says whom to ask, in which order and for \
                     how much: " code { "leadlight vendors publish" } " puts one in force."
                }
            }
        };
    }
    html! {
        p.small.quiet {
            "Of " (several(supply.leads, "lead")) " that wait now. What was bought once counts for each lead that it serves, \
             and is paid by the first."
        }
        (by_vendor(supply))
        (troubles(supply))
        div.grid-2 {
            section { h3 { "Whose word counts" } (by_field(supply)) }
            section { (conflicts(supply)) (unmapped(supply)) }
        }
    }
}

fn by_vendor(supply: &Supply) -> Markup {
    let row = |(name, supplied): (&String, &Supplied)| {
        let age = |age: Option<SignedDuration>| age.map_or_else(|| NONE.to_owned(), days);
        #[expect(clippy::cast_precision_loss, reason = "dollars in millionths stay far below 2^53")]
        let cost = supplied.cost_usd_micros as f64 / 1e6;
        // Facts of an import were asked of nobody.
        let is_asked = supplied.leads > 0;
        let count = |number: usize| if is_asked { thousands(number) } else { NONE.to_owned() };
        vec![
            name.clone(),
            count(supplied.leads),
            count(supplied.found),
            count(supplied.kept),
            count(supplied.unknown),
            count(supplied.failed()),
            thousands(supplied.passed_over()),
            if is_asked { usd(cost) } else { NONE.to_owned() },
            supplied.usd_per_lead().map_or_else(|| NONE.to_owned(), usd),
            age(supplied.median_age()),
            age(supplied.ninth_decile_age()),
        ]
    };
    let columns = [
        Column::Words("Vendor"),
        Column::Figures("Leads asked about"),
        Column::Figures("Found"),
        Column::Figures("Known before"),
        Column::Figures("Unknown to it"),
        Column::Figures("Failed"),
        Column::Figures("Passed over"),
        Column::Figures("Cost"),
        Column::Figures("Cost a lead"),
        Column::Figures("Median age"),
        Column::Figures("Nine in ten under"),
    ];
    let rows: Vec<Vec<String>> = supply.providers.iter().map(row).collect();
    table("Vendors, what they answered and what it cost", &columns, &rows)
}

/// Why answers are missing, in the words that a lead's page has for it.
fn troubles(supply: &Supply) -> Markup {
    let of = |(name, supplied): (&String, &Supplied)| {
        let each = supplied.gaps.iter().map(|(gap, times)| (name.clone(), gap.in_words(), *times));
        each.collect::<Vec<_>>()
    };
    let mut troubles: Vec<_> = supply.providers.iter().flat_map(of).collect();
    troubles.sort_by_key(|(_, _, times)| std::cmp::Reverse(*times));
    html! {
        @if !troubles.is_empty() {
            ul.small {
                @for (name, gap, times) in troubles.iter().take(SHOWN) {
                    li { b { (name) } " " (gap) " (" (several(*times, "time")) ")" }
                }
            }
        }
    }
}

fn by_field(supply: &Supply) -> Markup {
    let mut rows: Vec<(FactField, &str, usize)> = Vec::new();
    for field in FactField::ALL {
        for (name, supplied) in &supply.providers {
            rows.extend(supplied.fields.get(&field).map(|leads| (field, name.as_str(), *leads)));
        }
    }
    if rows.is_empty() {
        return nothing("No fact comes from a vendor.");
    }
    let name = |field: FactField, provider: &str| format!("{} · {provider}", capital(field.in_words()));
    let bar = |(field, provider, _): &(FactField, &str, usize)| {
        let share = supply.share(provider, *field);
        Bar { name: name(*field, provider), value: share, label: percent(share), class: "won" }
    };
    let cells = |(field, provider, leads): &(FactField, &str, usize)| {
        vec![
            capital(field.in_words()),
            (*provider).to_owned(),
            thousands(*leads),
            percent(supply.share(provider, *field)),
        ]
    };
    let columns = [
        Column::Words("Field"),
        Column::Words("Vendor"),
        Column::Figures("Leads"),
        Column::Figures("Share of leads"),
    ];
    let pictured: Vec<Bar> = rows.iter().take(PICTURED).map(bar).collect();
    let as_table = table(NAME, &columns, &rows.iter().map(cells).collect::<Vec<_>>());
    figure(&bars(NAME, &pictured, 1.0, &[]), &details("Fields and vendors as a table", &as_table))
}

fn conflicts(supply: &Supply) -> Markup {
    let mut all: Vec<_> = supply.conflicts.iter().collect();
    all.sort_by_key(|(_, leads)| std::cmp::Reverse(**leads));
    let cells = |(conflict, leads): &(&Conflict, &usize)| {
        vec![
            capital(conflict.field.in_words()),
            conflict.won.clone(),
            conflict.lost.clone(),
            thousands(**leads),
        ]
    };
    let columns = [
        Column::Words("Field"),
        Column::Words("Whose word counts"),
        Column::Words("Who says otherwise"),
        Column::Figures("Leads"),
    ];
    let rows: Vec<Vec<String>> = all.iter().take(SHOWN).map(cells).collect();
    html! {
        h3 { "Where they contradict each other" }
        @if rows.is_empty() { (nothing("Nowhere, in these leads.")) }
        @else { (table("Contradictions, the most frequent first", &columns, &rows)) }
    }
}

fn unmapped(supply: &Supply) -> Markup {
    let lists = [
        (
            &supply.industries,
            "Industries. They count as not known, never as a bad fit, and can be added to the policy's grades.",
        ),
        (
            &supply.technologies,
            "Tools. They count where the policy names them by the same key, and nowhere else.",
        ),
    ];
    html! {
        h3 { "Words that nobody here understands" }
        @if lists.iter().all(|(words, _)| words.is_empty()) {
            (nothing("Every industry and every tool that they name is understood."))
        }
        @for (words, explained) in lists.iter().filter(|(words, _)| !words.is_empty()) {
            p.small.quiet { (explained) }
            ul.small {
                @for Unmapped { provider, word, leads } in &Unmapped::top(words, SHOWN) {
                    li { "“" (word) "”, " (provider) " (" (several(*leads, "lead")) ")" }
                }
            }
            @if words.len() > SHOWN { p.small.quiet { "And " (thousands(words.len() - SHOWN)) " more." } }
        }
    }
}

/// An age in days, as people say it.
fn days(age: SignedDuration) -> String {
    match usize::try_from(age.as_hours() / 24) {
        Ok(0) | Err(_) => "under a day".to_owned(),
        Ok(days) => several(days, "day"),
    }
}
