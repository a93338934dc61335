//! What people said of leads, beside what the score had said.

use leadlight_model::{PeopleBand, PeopleReview, StudyReport};
use maud::{Markup, html};

use crate::parts::{Column, table};
use crate::words::{capital, several, thousands};

/// Nothing where people have answered no lead.
pub(crate) fn people(report: &StudyReport) -> Markup {
    let people = report.past.as_ref().map(|past| &past.people).filter(|people| !people.bands.is_empty());
    html! {
        @if let Some(people) = people {
            section id="people" {
                div.prose {
                    h2 { "What did people say?" }
                    p {
                        "Leads that people answered, by the score they had. Where a high score is turned down as often as a \
                         low one, either the score or the check is not worth its time."
                    }
                }
                (by_band(people))
                (beside(people))
            }
        }
    }
}

fn cells(name: String, band: &PeopleBand) -> Vec<String> {
    let counts = [band.answered, band.confirmed, band.rejected, band.accepted, band.won, band.lost];
    std::iter::once(name).chain(counts.into_iter().map(thousands)).collect()
}

fn by_band(people: &PeopleReview) -> Markup {
    let name = |from: u8| if from == 90 { "90 to 100".to_owned() } else { format!("{from} to {}", from + 9) };
    let mut rows: Vec<Vec<String>> =
        people.bands.iter().rev().map(|band| cells(name(band.score_from), band)).collect();
    if people.sampled.answered > 0 {
        rows.push(cells("drawn by chance".to_owned(), &people.sampled));
    }
    let columns = [
        Column::Words("Score"),
        Column::Figures("Answered"),
        Column::Figures("Confirmed"),
        Column::Figures("Turned down"),
        Column::Figures("Accepted"),
        Column::Figures("Won"),
        Column::Figures("Lost"),
    ];
    table("What people said of leads, by score", &columns, &rows)
}

fn beside(people: &PeopleReview) -> Markup {
    let reasons: Vec<String> = people
        .reasons
        .iter()
        .map(|(code, n)| format!("{} {n}", capital(&code.replace(['_', '-'], " "))))
        .collect();
    html! {
        @if !reasons.is_empty() { p.small { "Turned down for: " (reasons.join(", ")) "." } }
        @if people.unattended > 0 {
            p.small {
                b { (several(people.unattended, "lead")) }
                " became an opportunity in the CRM without passing both checkpoints here."
            }
        }
    }
}
