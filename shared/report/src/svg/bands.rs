//! Score bands: how often each won, how sure that is, and how often it was said to.

use leadlight_model::Band;
use maud::Markup;

use super::axes::{Plot, Tick, share_up_to};
use super::{Picture, way};
use crate::words::{count, optional_percent, percent, span, thousands};

/// Lowest scores on the left.
pub fn bands(bands: &[Band]) -> Markup {
    let height = 300.0;
    let highest = bands.iter().flat_map(|b| [b.actual_to, b.predicted.unwrap_or(0.0)]).fold(0.0, f64::max);
    // Figures stand above the whiskers.
    let plot = Plot::new(height, (0.0, count(bands.len().max(1))), (0.0, share_up_to(highest * 1.08)));
    let mut picture = Picture::new(height);
    plot.draw_y(&mut picture, Tick::Percent, "Share of deals won");
    for (place, band) in bands.iter().enumerate() {
        let hint = format!(
            "Scores {}: {} of {} deals won, {} (95 % interval {} to {}); said {}",
            span(band.score_from, band.score_to),
            thousands(band.won),
            thousands(band.deals),
            percent(band.actual),
            percent(band.actual_from),
            percent(band.actual_to),
            optional_percent(band.predicted),
        );
        picture.hinted(&hint, |picture| draw(picture, &plot, count(place), band));
    }
    let base = plot.y.start;
    picture.line("axis", (plot.x.start, base), (plot.x.end, base));
    let said = if bands.iter().any(|b| b.predicted.is_some()) { ", with what was predicted" } else { "" };
    picture.named(&format!("Share of deals won by score band{said}"))
}

fn draw(picture: &mut Picture, plot: &Plot, place: f64, band: &Band) {
    let base = plot.y.start;
    let Some(middle) = plot.x.at(place + 0.5) else { return };
    if let (Some(left), Some(right), Some(top)) =
        (plot.x.at(place + 0.22), plot.x.at(place + 0.78), plot.y.at(band.actual))
    {
        picture.rect("won", (left, top), (right - left, base - top));
    }
    if let (Some(low), Some(high)) = (plot.y.at(band.actual_from), plot.y.at(band.actual_to)) {
        picture.path("whisker", &whisker(middle, low, high));
        picture.text("m b", (middle, high - 7.0), &percent(band.actual));
    }
    if let Some(y) = band.predicted.and_then(|predicted| plot.y.at(predicted)) {
        picture.dot("said", (middle, y), 5.0);
    }
    picture.text("m", (middle, base + 18.0), &span(band.score_from, band.score_to));
    let of = format!("{} of {}", thousands(band.won), thousands(band.deals));
    picture.text("q m", (middle, base + 36.0), &of);
}

/// An interval as a line with a stroke at both ends.
pub(super) fn whisker(x: f64, low: f64, high: f64) -> String {
    let stroke = |y| way([(x - 4.0, y), (x + 4.0, y)]);
    format!("{}{}{}", way([(x, low), (x, high)]), stroke(low), stroke(high))
}
