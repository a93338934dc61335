//! Cumulative gains: working the best leads first, how soon are the wins found?

use leadlight_model::LiftPoint;
use maud::Markup;

use super::axes::{Plot, Tick};
use super::{Picture, thinned, way};

/// More points than this are not told apart on a curve of this width.
const POINTS: usize = 100;

/// The diagonal is what an order by chance would find; `mark` is the point to speak about.
pub(crate) fn lift(points: &[LiftPoint], mark: Option<LiftPoint>) -> Markup {
    let height = 360.0;
    let plot = Plot::new(height, (0.0, 1.0), (0.0, 1.0));
    let mut picture = Picture::new(height);
    plot.draw_y(&mut picture, Tick::Percent, "Share of all wins found");
    plot.draw_x(&mut picture, Tick::Percent, "Share of leads worked, best first");
    if let (Some(from), Some(to)) = (plot.at(0.0, 0.0), plot.at(1.0, 1.0)) {
        picture.line("ideal", from, to);
    }
    // Before the first lead no win is found.
    let shares = thinned(points, POINTS).into_iter().map(|point| (point.share_of_leads, point.share_of_wins));
    let curve = [(0.0, 0.0)].into_iter().chain(shares).filter_map(|(leads, wins)| plot.at(leads, wins));
    picture.path("curve", &way(curve));
    if let Some((x, y)) = mark.and_then(|mark| plot.at(mark.share_of_leads, mark.share_of_wins)) {
        picture.line("drop", (x, plot.y.start), (x, y));
        picture.line("drop", (plot.x.start, y), (x, y));
        picture.dot("point", (x, y), 5.5);
    }
    picture.named("Share of wins found against share of leads worked, best scores first")
}
