//! A replay as one HTML page in the style of the training report: self-contained, without script; text from data goes
//! through `maud`, which escapes it.

use leadlight_report::charts::{CHART_STYLE, Column, table};
use leadlight_report::words::{moment, thousands};
use leadlight_report::{PAGE_META, PAGE_STYLE};
use leadlight_scoring::compare::{Example, Summary};
use maud::{DOCTYPE, Markup, PreEscaped, html as markup};

use super::found::Found;
use super::text::{change, consequences, moved, recomputed, scores, segment_row, source_of, what, who};

/// The page.
pub fn html(found: &Found) -> String {
    let summary = &found.summary;
    let page = markup! {
        (DOCTYPE)
        html lang="en" {
            head {
                (PreEscaped(PAGE_META))
                title { "Replay of " (found.candidate.name) " · Leadlight" }
                style { (PreEscaped(CHART_STYLE)) (PreEscaped(PAGE_STYLE)) }
            }
            body {
                header { p.brand { b { "Leadlight" } " policy replay" } }
                main {
                    section.verdict.blue id="verdict" {
                        p.about { (found.candidate.name) ", revision " (found.candidate.revision) }
                        h1 { (moved(summary).trim_end_matches('.')) }
                        p.because { (what(found)) }
                        ul.notes { @for line in consequences(found) { li { (line) } } }
                    }
                    @if summary.leads > 0 { (queues(summary)) (moves(summary)) (sources(summary)) (segments(summary)) (grades(summary)) }
                    @if !summary.examples.is_empty() { (examples(&summary.examples)) }
                    section id="recomputed" {
                        h2 { "Decisions of before" }
                        @for line in recomputed(&summary.recomputed, summary.unreadable).lines() { p { (line) } }
                    }
                }
                footer { p { "Replayed on " (moment(found.replayed_at)) ". Nothing was changed." } }
            }
        }
    };
    page.into_string()
}

fn queues(summary: &Summary) -> Markup {
    let columns = [
        Column::Words("Queue"),
        Column::Figures("Today"),
        Column::Figures("With this policy"),
        Column::Figures("Change"),
    ];
    let rows: Vec<Vec<String>> = summary
        .queues
        .iter()
        .map(|row| {
            let change = change(row.before, row.after);
            vec![row.queue.to_string(), thousands(row.before), thousands(row.after), change]
        })
        .collect();
    part("queues", "Queues", &table("Leads by queue", &columns, &rows))
}

fn moves(summary: &Summary) -> Markup {
    if summary.moves.is_empty() {
        return markup! {};
    }
    let columns = [Column::Words("From"), Column::Words("To"), Column::Figures("Leads")];
    let rows: Vec<Vec<String>> = summary
        .moves
        .iter()
        .map(|told| vec![told.from.to_string(), told.to.to_string(), thousands(told.leads)])
        .collect();
    part("moves", "Moves", &table("From where to where", &columns, &rows))
}

fn sources(summary: &Summary) -> Markup {
    let columns = [
        Column::Words("Motion"),
        Column::Words("Source"),
        Column::Figures("Leads"),
        Column::Figures("Up"),
        Column::Figures("Down"),
    ];
    let rows: Vec<Vec<String>> = summary
        .sources
        .iter()
        .map(|row| {
            let [motion, source] = source_of(row);
            vec![motion, source, thousands(row.leads), thousands(row.up), thousands(row.down)]
        })
        .collect();
    part("sources", "Sources", &table("Leads that would move, by motion and source", &columns, &rows))
}

fn segments(summary: &Summary) -> Markup {
    if summary.segments.is_empty() {
        return markup! {};
    }
    let columns = [
        Column::Words("Motion"),
        Column::Words("Segment"),
        Column::Figures("Leads"),
        Column::Figures("Up"),
        Column::Figures("Down"),
        Column::Figures("People see today"),
        Column::Figures("With this policy"),
    ];
    let rows: Vec<Vec<String>> = summary.segments.iter().map(|row| segment_row(row).to_vec()).collect();
    part("segments", "Segments", &table("By segment of this policy", &columns, &rows))
}

fn grades(summary: &Summary) -> Markup {
    let columns = [Column::Words("Today"), Column::Words("With this policy"), Column::Figures("Leads")];
    let rows: Vec<Vec<String>> = summary
        .grades
        .iter()
        .map(|row| vec![row.from.to_string(), row.to.to_string(), thousands(row.leads)])
        .collect();
    part("grades", "Grades", &table("Leads by grade", &columns, &rows))
}

fn examples(examples: &[Example]) -> Markup {
    let columns = [
        Column::Words("Lead"),
        Column::Words("From"),
        Column::Words("To"),
        Column::Words("Score"),
        Column::Words("Why"),
    ];
    let rows: Vec<Vec<String>> = examples
        .iter()
        .map(|example| {
            let lead = format!("{}, {}", who(example), example.lead);
            let (from, to) = (example.from.to_string(), example.to.to_string());
            vec![lead, from, to, scores(example), example.because.clone()]
        })
        .collect();
    part("examples", "Those that would move most", &table("Leads that would move", &columns, &rows))
}

fn part(id: &str, title: &str, shown: &Markup) -> Markup {
    markup! { section id=(id) { h2 { (title) } (shown) } }
}
