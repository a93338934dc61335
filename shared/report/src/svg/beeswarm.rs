//! What moves the model: a row a feature, a dot a deal, and a bar for the mean.

use leadlight_model::Importance;
use maud::Markup;

use super::axes::{Scale, Tick, ticks};
use super::{Picture, WIDTH, short, thinned};
use crate::words::{count, fixed, shortened};

/// So many features; the table has them all.
pub(crate) const ROWS: usize = 15;
/// Dots a feature: evenly taken by their value, so that the row keeps its shape.
const DOTS: usize = 90;
const ROW: f64 = 44.0;
const TOP: f64 = 24.0;
const SWARM_END: f64 = 340.0;
/// Dots that fall on one another are moved apart in steps of this, at most three to each side.
const SPREAD: f64 = 3.4;
/// Classes by the value of the feature, lowest first; the last is for values without an order.
const COLOURS: [&str; 6] = ["v0", "v1", "v2", "v3", "v4", "vn"];

/// The first [`ROWS`] features as they come.
pub(crate) fn beeswarm(features: &[Importance]) -> Markup {
    let features = &features[..features.len().min(ROWS)];
    let base = TOP + ROW * count(features.len());
    let mut picture = Picture::new(base + 42.0);
    let reach = features.iter().flat_map(|f| &f.points).map(|p| p.1.abs()).filter(|x| x.is_finite());
    let reach = reach.fold(0.0, f64::max);
    let reach = if reach > 0.0 { reach * 1.05 } else { 1.0 };
    let swarm = Scale { from: -reach, to: reach, start: 6.0, end: SWARM_END - 6.0 };
    let most = features.iter().map(|f| f.mean_abs).filter(|x| x.is_finite()).fold(0.0, f64::max);
    let mean = Scale { from: 0.0, to: most, start: SWARM_END + 16.0, end: WIDTH };
    picture.text("q", (0.0, 12.0), "Each dot a deal");
    picture.text("q e", (WIDTH, 12.0), "Mean effect");
    grid(&mut picture, &swarm, base);
    for (place, feature) in features.iter().enumerate() {
        draw(&mut picture, (&swarm, &mean), TOP + ROW * count(place), feature);
    }
    picture.named("Effect of each feature on single deals, and its mean effect, in log-odds")
}

fn grid(picture: &mut Picture, swarm: &Scale, base: f64) {
    for (value, label) in ticks(swarm.from, swarm.to, Tick::Number) {
        let Some(x) = swarm.at(value) else { continue };
        picture.line(if value.abs() < 1e-9 { "axis" } else { "grid" }, (x, TOP), (x, base));
        picture.text("q m", (x, base + 16.0), &label);
    }
    picture.text("q", (0.0, base + 36.0), "◀ lowers the chance");
    picture.text("q e", (SWARM_END, base + 36.0), "raises it ▶");
}

fn draw(picture: &mut Picture, (swarm, mean): (&Scale, &Scale), top: f64, feature: &Importance) {
    picture.text("halo", (0.0, top + 14.0), &shortened(&feature.factor, 44));
    picture.text("q e", (WIDTH, top + 14.0), &fixed(feature.mean_abs, 2));
    if let Some(end) = mean.at(feature.mean_abs) {
        picture.rect("won", (mean.start, top + 22.0), (end - mean.start, 12.0));
    }
    let mut ways = [const { String::new() }; COLOURS.len()];
    for (colour, x, y) in placed(swarm, top + 28.0, &feature.points) {
        // A stroke of no length with round ends: a dot in a few bytes.
        if let Some(way) = ways.get_mut(colour) {
            way.extend(["M", &short(x), " ", &short(y), "h0"]);
        }
    }
    for (class, way) in COLOURS.into_iter().zip(ways).filter(|(_, way)| !way.is_empty()) {
        picture.path(class, &way);
    }
}

/// Colour and place of each dot.
fn placed(swarm: &Scale, middle: f64, points: &[(Option<f64>, f64)]) -> Vec<(usize, f64, f64)> {
    let mut sorted: Vec<(Option<f64>, f64)> = points.iter().copied().filter(|p| p.1.is_finite()).collect();
    sorted.sort_by(|a, b| a.1.total_cmp(&b.1));
    let mut stack = (f64::NEG_INFINITY, 0_u8);
    let mut dots = Vec::with_capacity(sorted.len().min(DOTS));
    for (value, effect) in thinned(&sorted, DOTS) {
        let Some(x) = swarm.at(effect) else { continue };
        // 0, 1, −1, 2, −2, 3, −3, and again, while it is still on the same spot.
        stack = if x - stack.0 < SPREAD { (stack.0, (stack.1 + 1) % 7) } else { (x, 0) };
        let side = if stack.1 % 2 == 0 { -1.0 } else { 1.0 };
        dots.push((colour(value), x, middle + side * SPREAD * f64::from(stack.1.div_ceil(2))));
    }
    dots
}

fn colour(value: Option<f64>) -> usize {
    let Some(value) = value.filter(|x| x.is_finite()) else { return COLOURS.len() - 1 };
    [0.2, 0.4, 0.6, 0.8].iter().filter(|edge| value >= **edge).count()
}
