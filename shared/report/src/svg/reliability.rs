//! The reliability curve: said against happened.

use leadlight_model::ReliabilityBin;
use maud::Markup;

use super::axes::{Plot, Tick, share_up_to};
use super::bands::whisker;
use super::{Picture, way};
use crate::words::{count, percent, thousands};

/// Points on the diagonal are exactly right; their area grows with their deals.
pub(crate) fn reliability(bins: &[ReliabilityBin]) -> Markup {
    let height = 360.0;
    let end = share_up_to(bins.iter().flat_map(|b| [b.actual_to, b.predicted]).fold(0.0, f64::max));
    let plot = Plot::new(height, (0.0, end), (0.0, end));
    let mut picture = Picture::new(height);
    plot.draw_y(&mut picture, Tick::Percent, "Share won");
    plot.draw_x(&mut picture, Tick::Percent, "Probability said");
    if let (Some(from), Some(to)) = (plot.at(0.0, 0.0), plot.at(end, end)) {
        picture.line("ideal", from, to);
    }
    picture.path("curve", &way(bins.iter().filter_map(|bin| plot.at(bin.predicted, bin.actual))));
    let most = bins.iter().map(|bin| bin.deals).max().unwrap_or(0).max(1);
    for bin in bins {
        let hint = format!(
            "Said {}, won {} of {} deals (95 % interval {} to {})",
            percent(bin.predicted),
            percent(bin.actual),
            thousands(bin.deals),
            percent(bin.actual_from),
            percent(bin.actual_to),
        );
        picture.hinted(&hint, |picture| draw(picture, &plot, bin, most));
    }
    picture.named("Reliability: the share won against the probability said, with the diagonal of exactness")
}

fn draw(picture: &mut Picture, plot: &Plot, bin: &ReliabilityBin, most: usize) {
    let Some((x, y)) = plot.at(bin.predicted, bin.actual) else { return };
    if let (Some(low), Some(high)) = (plot.y.at(bin.actual_from), plot.y.at(bin.actual_to)) {
        picture.path("whisker thin", &whisker(x, low, high));
    }
    let radius = 2.0 + 4.5 * (count(bin.deals) / count(most)).sqrt();
    picture.dot("point", (x, y), radius);
}
