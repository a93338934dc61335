//! Small pictures of the console, drawn with the report's pen.

use leadlight_report::charts::Picture;
use maud::Markup;

use crate::rate::Rate;

/// A stretch from nothing to one, with room for a dot at both ends.
fn unit(width: f64, value: f64) -> f64 {
    6.0 + value.clamp(0.0, 1.0) * (width - 12.0)
}

/// A signed bar from a zero that all bars of a table share. The sign stands beside it as text.
pub(crate) fn signed_bar(value: f64, lowest: f64, highest: f64) -> Markup {
    const WIDTH: f64 = 200.0;
    let mut picture = Picture::sized(WIDTH, 14.0);
    let (lowest, highest) = (lowest.min(0.0), highest.max(0.0));
    let range = if highest > lowest { highest - lowest } else { 1.0 };
    let place = |x: f64| (x - lowest) / range * WIDTH;
    let (zero, end) = (place(0.0), place(value.clamp(lowest, highest)));
    let (class, from, to) = if value < 0.0 { ("lost", end, zero) } else { ("won", zero, end) };
    picture.rect(class, (from, 2.0), (to - from, 10.0));
    picture.line("axis", (zero, 0.0), (zero, 14.0));
    picture.filling()
}

/// A part of a whole; over the whole it is drawn in another colour. The figures stand beside it as text.
pub(crate) fn load_bar(part: f64, whole: f64) -> Markup {
    const WIDTH: f64 = 120.0;
    let share = if whole > 0.0 { part / whole } else { 0.0 };
    let mut picture = Picture::sized(WIDTH, 8.0);
    picture.rect("rail", (0.0, 0.0), (WIDTH, 8.0));
    picture.rect(if share >= 1.0 { "lost" } else { "won" }, (0.0, 0.0), (share.clamp(0.0, 1.0) * WIDTH, 8.0));
    picture.filling()
}

/// A rate with its interval on a stretch from 0 to 100 %. The figures stand beside it as text.
pub(crate) fn rate(rate: Rate) -> Markup {
    const WIDTH: f64 = 120.0;
    let mut picture = Picture::sized(WIDTH, 14.0);
    picture.rect("rail", (6.0, 5.0), (WIDTH - 12.0, 4.0));
    if let (Some(share), Some((from, to))) = (rate.share(), rate.interval()) {
        picture.rect("span", (unit(WIDTH, from), 2.0), (unit(WIDTH, to) - unit(WIDTH, from), 10.0));
        picture.dot("point", (unit(WIDTH, share), 7.0), 3.5);
    }
    picture.beside_its_text()
}

/// A probability with its interval on a stretch from 0 to 100 %.
pub(crate) fn probability(said: f64, interval: Option<(f64, f64)>, words: &str) -> Markup {
    const WIDTH: f64 = 240.0;
    let mut picture = Picture::sized(WIDTH, 38.0);
    picture.rect("rail", (6.0, 9.0), (WIDTH - 12.0, 6.0));
    if let Some((from, to)) = interval {
        picture.rect("span", (unit(WIDTH, from), 6.0), (unit(WIDTH, to) - unit(WIDTH, from), 12.0));
    }
    picture.dot("point", (unit(WIDTH, said), 12.0), 6.0);
    for (place, class, label) in [(0.0, "q", "0"), (WIDTH / 2.0, "q m", "50"), (WIDTH, "q e", "100\u{a0}%")] {
        picture.text(class, (place, 34.0), label);
    }
    picture.described("The chance on a line from 0 to 100 %", words)
}

/// Scores over time, evenly spaced in time, from 0 to 100: time, score, and whether it compares with the latest. A line joins
/// those that do; others are hollow.
pub(crate) fn sparkline(points: &[(f64, f64, bool)], words: &str) -> Markup {
    const WIDTH: f64 = 240.0;
    const HEIGHT: f64 = 38.0;
    let mut picture = Picture::sized(WIDTH, HEIGHT);
    let (first, last) = (points.first().map_or(0.0, |p| p.0), points.last().map_or(1.0, |p| p.0));
    let length = if last > first { last - first } else { 1.0 };
    let place = |(at, score, _): &(f64, f64, bool)| {
        (unit(WIDTH, (at - first) / length), HEIGHT - 4.0 - score.clamp(0.0, 100.0) / 100.0 * (HEIGHT - 8.0))
    };
    picture.line("grid", (0.0, HEIGHT - 4.0), (WIDTH, HEIGHT - 4.0));
    picture.curve("curve", points.iter().filter(|(.., compares)| *compares).map(place));
    for (i, point) in points.iter().enumerate() {
        let class = if point.2 { "point" } else { "point apart" };
        picture.dot(class, place(point), if i + 1 == points.len() { 4.5 } else { 3.0 });
    }
    picture.described("Scores of this person's leads over time", words)
}
