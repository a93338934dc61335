//! Rows with a name above and a bar or a dot below it: the form that holds on a narrow screen.

use maud::Markup;

use super::axes::{Scale, Tick, range, ticks};
use super::{Picture, WIDTH};
use crate::words::{count, shortened};

const ROW: f64 = 36.0;
const TOP: f64 = 24.0;

/// A row with a bar.
pub struct Bar {
    /// What it is about; shortened where it is long.
    pub name: String,
    /// How long.
    pub value: f64,
    /// The value in words.
    pub label: String,
    /// Of the style: `won`, `lost` or `plain`.
    pub class: &'static str,
}

/// Bars from nothing up to `end`; longer ones are cut there, and their label has the figure. Marks are values
/// to compare with.
pub fn bars(name: &str, rows: &[Bar], end: f64, marks: &[(f64, &str)]) -> Markup {
    let base = TOP + ROW * count(rows.len());
    let scale = Scale { from: 0.0, to: end, start: 0.0, end: WIDTH };
    let mut picture = Picture::new(base + 4.0);
    for (place, row) in rows.iter().enumerate() {
        let top = TOP + ROW * count(place) + 19.0;
        picture.rect("rail", (0.0, top), (WIDTH, 9.0));
        if let Some(x) = scale.at(row.value) {
            picture.rect(row.class, (0.0, top), (x, 9.0));
        }
    }
    for (value, label) in marks {
        let Some(x) = scale.at(*value) else { continue };
        picture.line("mark", (x, TOP - 6.0), (x, base));
        picture.text(anchor(x), (x, 12.0), label);
    }
    // Last, so that no mark goes through them.
    for (place, row) in rows.iter().enumerate() {
        let line = TOP + ROW * count(place) + 13.0;
        picture.text("halo", (0.0, line), &shortened(&row.name, 48));
        picture.text("q e halo", (WIDTH, line), &row.label);
    }
    picture.named(name)
}

/// A row with a dot.
pub(crate) struct Dot {
    pub(crate) name: String,
    pub(crate) value: f64,
    /// The value in words.
    pub(crate) label: String,
    /// Where it may reach, to one side or both; drawn as a line.
    pub(crate) bounds: Vec<f64>,
    /// Drawn full where the others are hollow.
    pub(crate) best: bool,
}

/// Dots on a common axis, with marks to compare with.
pub(crate) fn dots(name: &str, rows: &[Dot], axis: &str, marks: &[(f64, &str)]) -> Markup {
    let base = TOP + ROW * count(rows.len());
    let values = rows.iter().flat_map(|row| row.bounds.iter().copied().chain([row.value]));
    let (from, to) = range(values.chain(marks.iter().map(|mark| mark.0)));
    let scale = Scale { from, to, start: 16.0, end: WIDTH - 16.0 };
    let mut picture = Picture::new(base + 42.0);
    for (value, label) in marks.iter().filter(|mark| mark.0.is_finite()) {
        let Some(x) = scale.at(*value) else { continue };
        picture.line("mark", (x, TOP - 6.0), (x, base));
        picture.text(anchor(x), (x, 12.0), label);
    }
    for (place, row) in rows.iter().enumerate() {
        let top = TOP + ROW * count(place);
        picture.text("halo", (0.0, top + 13.0), &shortened(&row.name, 44));
        picture.text(if row.best { "b e halo" } else { "q e halo" }, (WIDTH, top + 13.0), &row.label);
        picture.line("grid", (0.0, top + 25.0), (WIDTH, top + 25.0));
        let Some(x) = scale.at(row.value) else { continue };
        for bound in row.bounds.iter().filter_map(|bound| scale.at(*bound)) {
            picture.line("whisker", (bound, top + 25.0), (x, top + 25.0));
            picture.line("whisker", (bound, top + 21.0), (bound, top + 29.0));
        }
        picture.dot(if row.best { "point" } else { "hollow" }, (x, top + 25.0), 5.5);
    }
    picture.line("axis", (0.0, base), (WIDTH, base));
    for (value, label) in ticks(from, to, Tick::Number) {
        let Some(x) = scale.at(value) else { continue };
        picture.line("axis", (x, base), (x, base + 4.0));
        picture.text("q m", (x, base + 17.0), &label);
    }
    picture.text("q e", (WIDTH, base + 36.0), axis);
    picture.named(name)
}

/// Near the edges a text is held at its own edge, so that it is not cut.
fn anchor(x: f64) -> &'static str {
    if x < 60.0 {
        "q"
    } else if x > WIDTH - 60.0 {
        "q e"
    } else {
        "q m"
    }
}
