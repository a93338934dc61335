//! Pictures: small SVG drawings whose colours come from the page's style, so that they follow light and dark.

mod axes;
mod bands;
mod beeswarm;
mod distribution;
mod lift;
mod reliability;
mod rows;

use std::fmt::Write;

use maud::{Escaper, Markup, PreEscaped, html};

pub use bands::bands;
pub(crate) use beeswarm::{ROWS as BEESWARM_ROWS, beeswarm};
pub use distribution::distribution;
pub(crate) use lift::lift;
pub(crate) use reliability::reliability;
pub use rows::{Bar, bars};
pub(crate) use rows::{Dot, dots};

/// All pictures are as wide, in user units; the style scales them to the column.
const WIDTH: f64 = 460.0;

/// What is drawn so far. Places and sizes are in user units; the style scales them.
pub struct Picture {
    width: f64,
    height: f64,
    body: String,
}

impl Picture {
    /// As wide as the pictures of the report.
    pub(crate) fn new(height: f64) -> Self {
        Self::sized(WIDTH, height)
    }

    /// An empty picture.
    pub fn sized(width: f64, height: f64) -> Self {
        Self { width, height, body: String::new() }
    }

    /// A straight line. Classes are those of the style, here and below.
    pub fn line(&mut self, class: &str, from: (f64, f64), to: (f64, f64)) {
        let (x1, y1, x2, y2) = (short(from.0), short(from.1), short(to.0), short(to.1));
        self.write(format_args!(r#"<line class="{class}" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"/>"#));
    }

    /// A rectangle by its upper left corner. Sizes under nothing are nothing.
    pub fn rect(&mut self, class: &str, corner: (f64, f64), size: (f64, f64)) {
        let (x, y, w, h) = (short(corner.0), short(corner.1), short(size.0.max(0.0)), short(size.1.max(0.0)));
        self.write(format_args!(r#"<rect class="{class}" x="{x}" y="{y}" width="{w}" height="{h}"/>"#));
    }

    /// A circle.
    pub fn dot(&mut self, class: &str, centre: (f64, f64), radius: f64) {
        let (x, y, r) = (short(centre.0), short(centre.1), short(radius));
        self.write(format_args!(r#"<circle class="{class}" cx="{x}" cy="{y}" r="{r}"/>"#));
    }

    /// `way` is made by our own code, never from data.
    pub(crate) fn path(&mut self, class: &str, way: &str) {
        self.write(format_args!(r#"<path class="{class}" d="{way}"/>"#));
    }

    /// The class says where the text is held: `m` in its middle, `e` at its end, else at its start.
    pub fn text(&mut self, class: &str, at: (f64, f64), text: &str) {
        let (x, y) = (short(at.0), short(at.1));
        self.write(format_args!(r#"<text class="{class}" x="{x}" y="{y}">"#));
        self.escaped(text);
        self.body.push_str("</text>");
    }

    /// Draws parts that show one hint when pointed at.
    pub fn hinted(&mut self, hint: &str, draw: impl FnOnce(&mut Self)) {
        self.body.push_str("<g><title>");
        self.escaped(hint);
        self.body.push_str("</title>");
        draw(self);
        self.body.push_str("</g>");
    }

    /// A line through points.
    pub fn curve(&mut self, class: &str, points: impl IntoIterator<Item = (f64, f64)>) {
        self.path(class, &way(points));
    }

    /// The picture with its name, which a screen reader says in its place.
    pub fn named(self, name: &str) -> Markup {
        html! {
            svg viewBox={ "0 0 " (short(self.width)) " " (short(self.height)) } role="img" aria-label=(name) {
                title { (name) }
                (PreEscaped(self.body))
            }
        }
    }

    /// The picture with its name and what it shows in words, for pictures that have no table beside them.
    pub fn described(self, name: &str, description: &str) -> Markup {
        let said = format!("{name}. {description}");
        html! {
            svg viewBox={ "0 0 " (short(self.width)) " " (short(self.height)) } role="img" aria-label=(said) {
                title { (name) }
                desc { (description) }
                (PreEscaped(self.body))
            }
        }
    }

    /// The picture without a name: what it shows stands beside it as text.
    pub fn beside_its_text(self) -> Markup {
        self.hidden(None)
    }

    /// As [`Picture::beside_its_text`], for bars that fill whatever room the style gives them.
    pub fn filling(self) -> Markup {
        self.hidden(Some("none"))
    }

    fn hidden(self, aspect: Option<&str>) -> Markup {
        let (width, height) = (short(self.width), short(self.height));
        html! {
            svg viewBox={ "0 0 " (width) " " (height) } preserveAspectRatio=[aspect] aria-hidden="true" {
                (PreEscaped(self.body))
            }
        }
    }

    fn escaped(&mut self, text: &str) {
        // Writing to a string cannot fail.
        _ = Escaper::new(&mut self.body).write_str(text);
    }

    fn write(&mut self, element: std::fmt::Arguments<'_>) {
        // Nor here.
        _ = self.body.write_fmt(element);
    }
}

/// A coordinate with a decimal at most: finer is not seen and only weighs.
fn short(x: f64) -> String {
    if !x.is_finite() {
        return "0".to_owned();
    }
    let text = format!("{x:.1}");
    match text.strip_suffix(".0") {
        Some("-0") => "0".to_owned(),
        Some(whole) => whole.to_owned(),
        None => text,
    }
}

/// A way through points.
fn way(points: impl IntoIterator<Item = (f64, f64)>) -> String {
    let mut text = String::new();
    for (x, y) in points {
        text.push(if text.is_empty() { 'M' } else { 'L' });
        text.push_str(&short(x));
        text.push(' ');
        text.push_str(&short(y));
    }
    text
}

/// At most so many of them, evenly taken, with the first and the last.
fn thinned<T: Copy>(all: &[T], at_most: usize) -> Vec<T> {
    let Some(last) = all.len().checked_sub(1).filter(|_| at_most >= 2) else {
        return all.iter().take(at_most).copied().collect();
    };
    if all.len() <= at_most {
        return all.to_vec();
    }
    (0..at_most).filter_map(|i| all.get(i * last / (at_most - 1)).copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coordinates_are_short_and_numbers() {
        assert_eq!(short(12.04), "12");
        assert_eq!(short(-0.04), "0");
        assert_eq!(short(3.25), "3.2");
        assert_eq!(short(f64::NAN), "0");
        assert_eq!(way([(1.0, 2.0), (3.5, 4.0)]), "M1 2L3.5 4");
    }

    #[test]
    fn thinning_keeps_both_ends() {
        let all: Vec<usize> = (0..1000).collect();
        let few = thinned(&all, 50);
        assert_eq!((few.len(), few.first(), few.last()), (50, Some(&0), Some(&999)));
        assert_eq!(thinned(&all[..3], 50), [0, 1, 2]);
        assert_eq!(thinned(&all, 1), [0]);
        assert!(thinned::<usize>(&[], 50).is_empty());
    }
}
