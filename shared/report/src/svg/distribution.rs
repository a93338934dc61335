//! Scores by outcome: won deals grow upwards, lost ones downwards.

use leadlight_model::ScoreBin;
use maud::Markup;

use super::Picture;
use super::axes::{Plot, Tick};
use crate::words::{count, span, thousands};

/// Both sides have one scale, so that their areas can be compared.
pub fn distribution(bins: &[ScoreBin]) -> Markup {
    let height = 340.0;
    let top = |of: fn(&ScoreBin) -> usize| count(bins.iter().map(of).max().unwrap_or(0).max(1)) * 1.1;
    let plot = Plot::new(height, (0.0, 100.0), (-top(|b| b.lost), top(|b| b.won)));
    let mut picture = Picture::new(height);
    plot.draw_y(&mut picture, Tick::Count, "Deals: won above, lost below");
    plot.draw_x(&mut picture, Tick::Number, "Score");
    for bin in bins {
        let hint = format!(
            "Scores {}: {} won, {} lost",
            span(bin.score_from, bin.score_to),
            thousands(bin.won),
            thousands(bin.lost)
        );
        picture.hinted(&hint, |picture| draw(picture, &plot, bin));
    }
    if let Some(zero) = plot.y.at(0.0) {
        picture.line("axis", (plot.x.start, zero), (plot.x.end, zero));
    }
    picture.named("Deals by score: won deals above the line, lost deals below it")
}

fn draw(picture: &mut Picture, plot: &Plot, bin: &ScoreBin) {
    let (Some(left), Some(right), Some(zero)) =
        (plot.x.at(bin.score_from), plot.x.at(bin.score_to), plot.y.at(0.0))
    else {
        return;
    };
    let (left, width) = (left + 1.0, right - left - 2.0);
    if let Some(top) = plot.y.at(count(bin.won)) {
        picture.rect("won", (left, top), (width, zero - top));
    }
    if let Some(bottom) = plot.y.at(-count(bin.lost)) {
        picture.rect("lost", (left, zero), (width, bottom - zero));
    }
}
