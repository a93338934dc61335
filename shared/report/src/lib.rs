//! The page that tells people what a training run found: one HTML file with its style and pictures inside,
//! for a browser, a phone or paper. Pure: no I/O, no clock; the same report gives the same page.
//!
//! The first screen is for who works with the leads and knows no statistics: verdict, what to do, four
//! figures, the score bands. What follows is for who wants to check it. Each picture has a name and the same
//! content as a table or in words; the page asks nothing of the network and runs no script.
//!
//! The markup is well-formed XML too, so that a test can parse all of it. Text from data goes through `maud`,
//! which escapes it.

mod bands;
mod first;
mod page;
mod parts;
mod sections;
mod svg;
pub mod words;

/// What the console's pages show in the same form as the report: pictures, tables and their parts. Their
/// style is [`CHART_STYLE`](charts::CHART_STYLE).
pub mod charts {
    pub use crate::bands::{badge, band_picture};
    pub use crate::first::headline;
    pub use crate::page::CHART_STYLE;
    pub use crate::parts::{Column, details, figure, key, nothing, severity, table};
    pub use crate::sections::{drift_pictures, earlier, findings, months, pair_tables, score_picture};
    pub use crate::svg::{Bar, Picture, bands, bars, distribution};
}

pub use page::{META as PAGE_META, STYLE as PAGE_STYLE};

/// Renders a report as a page that needs nothing beside it.
///
/// Figures that are missing or not finite are shown as an en dash, and parts without data say so.
pub fn html(report: &leadlight_model::StudyReport) -> String {
    page::page(report).into_string()
}
