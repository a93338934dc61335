//! The page that tells people what a training run found: one HTML file with its style and pictures inside,
//! for a browser, a phone or paper. Pure: no I/O, no clock; the same report gives the same page.
//!
//! The first screen is for who works with the leads and knows no statistics: verdict, what to do, four
//! figures, the score bands. What follows is for who wants to check it. Each picture has a name and the same
//! content as a table or in words; the page asks nothing of the network and runs no script.
//!
//! The markup is well-formed XML too, so that a test can parse all of it. Text from data goes through `maud`,
//! which escapes it.

mod first;
mod page;
mod parts;
mod sections;
mod svg;
mod words;

/// Renders a report as a page that needs nothing beside it.
///
/// Figures that are missing or not finite are shown as an en dash, and parts without data say so.
pub fn html(report: &leadlight_model::StudyReport) -> String {
    page::page(report).into_string()
}
