//! Reviews in rows: by month, by what gave the scores.

use jiff::tz::TimeZone;
use leadlight_model::{Band, BandReview, EarlierReview, WindowReview};
use maud::Markup;

use crate::bands::badge;
use crate::parts::{Column, table};
use crate::words::{capital, days, optional_percent, percent, scorer, share, thousands};

/// A review as the cells of a row, behind its name.
pub(crate) fn cells(name: String, review: &BandReview) -> Vec<String> {
    let rate = |band: Option<&Band>| optional_percent(band.map(|band| band.actual));
    vec![
        name,
        thousands(review.deals),
        percent(share(review.won, review.deals)),
        rate(review.bands.last()),
        rate(review.bands.first()),
        badge(review.verdict).0.to_owned(),
    ]
}

const REVIEWED: [Column; 5] = [
    Column::Figures("Deals"),
    Column::Figures("Won"),
    Column::Figures("Top band"),
    Column::Figures("Bottom band"),
    Column::Words("Verdict"),
];

fn columns(first: [Column; 1]) -> Vec<Column> {
    first.into_iter().chain(REVIEWED).collect()
}

/// What scores leads now, by month of its decisions.
pub fn months(months: &[WindowReview]) -> Markup {
    let name =
        |month: &WindowReview| TimeZone::UTC.to_datetime(month.window.from).strftime("%B %Y").to_string();
    let rows: Vec<Vec<String>> = months.iter().map(|month| cells(name(month), &month.review)).collect();
    table("Leads by the month in which they were decided on", &columns([Column::Words("Decided in")]), &rows)
}

/// What gave scores before.
pub fn earlier(earlier: &[EarlierReview]) -> Markup {
    let name = |one: &EarlierReview| format!("{}, {}", capital(&scorer(&one.by)), days(&one.all.window));
    let rows: Vec<Vec<String>> = earlier.iter().map(|one| cells(name(one), &one.all.review)).collect();
    table("Models and rules that gave scores before", &columns([Column::Words("Scored by")]), &rows)
}
