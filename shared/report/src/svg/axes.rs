//! From values to places, and the lines that say so.

use super::{Picture, WIDTH};
use crate::words::{fixed, percent};

/// A range of values on a stretch of the picture.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    pub(super) from: f64,
    pub(super) to: f64,
    pub(super) start: f64,
    pub(super) end: f64,
}

impl Scale {
    /// Where a value lies; those outside of the range lie at its ends, what is no number nowhere.
    pub(super) fn at(&self, value: f64) -> Option<f64> {
        let share = ((value - self.from) / (self.to - self.from)).clamp(0.0, 1.0);
        share.is_finite().then_some(self.start + share * (self.end - self.start))
    }
}

/// How a tick is written.
#[derive(Debug, Clone, Copy)]
pub(super) enum Tick {
    /// A share in per cent.
    Percent,
    /// A number as it is, with as many decimals as its step needs.
    Number,
    /// How many, whichever side of nothing it is on.
    Count,
}

/// The area between two axes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plot {
    pub(super) x: Scale,
    pub(super) y: Scale,
}

impl Plot {
    const LEFT: f64 = 44.0;
    const RIGHT: f64 = WIDTH - 12.0;
    const TOP: f64 = 26.0;
    /// Below the area: ticks and the axis' name.
    const FOOT: f64 = 44.0;

    /// Fills a picture of this height.
    pub(super) fn new(height: f64, x: (f64, f64), y: (f64, f64)) -> Self {
        Self {
            x: Scale { from: x.0, to: x.1, start: Self::LEFT, end: Self::RIGHT },
            y: Scale { from: y.0, to: y.1, start: height - Self::FOOT, end: Self::TOP },
        }
    }

    /// Where a pair of values lies.
    pub(super) fn at(&self, x: f64, y: f64) -> Option<(f64, f64)> {
        Some((self.x.at(x)?, self.y.at(y)?))
    }

    /// Level lines with their figures, and what they count above them.
    pub(super) fn draw_y(&self, picture: &mut Picture, tick: Tick, name: &str) {
        for (value, label) in ticks(self.y.from, self.y.to, tick) {
            let Some(y) = self.y.at(value) else { continue };
            picture.line("grid", (self.x.start, y), (self.x.end, y));
            picture.text("q e", (self.x.start - 6.0, y + 4.0), &label);
        }
        picture.text("q", (0.0, 12.0), name);
    }

    /// The base line with its figures, and what they count below them.
    pub(super) fn draw_x(&self, picture: &mut Picture, tick: Tick, name: &str) {
        let base = self.y.start;
        picture.line("axis", (self.x.start, base), (self.x.end, base));
        for (value, label) in ticks(self.x.from, self.x.to, tick) {
            let Some(x) = self.x.at(value) else { continue };
            picture.line("axis", (x, base), (x, base + 4.0));
            picture.text("q m", (x, base + 17.0), &label);
        }
        picture.text("q e", (self.x.end, base + 36.0), name);
    }
}

/// Round values in a range, some four to six, with their labels.
pub(super) fn ticks(from: f64, to: f64, tick: Tick) -> Vec<(f64, String)> {
    let step = round_step((to - from) / 5.0);
    if !(step.is_finite() && step > 0.0 && from.is_finite() && to > from) {
        return Vec::new();
    }
    let step = if matches!(tick, Tick::Count) { step.max(1.0) } else { step };
    let first = (from / step - 1e-9).ceil();
    (0_u8..12)
        .map(|i| (first + f64::from(i)) * step)
        .take_while(|value| *value <= to + step * 1e-9)
        .map(|value| (value, label(value, step, tick)))
        .collect()
}

fn label(value: f64, step: f64, tick: Tick) -> String {
    let decimals = |step: f64| (0..4).find(|d| step * f64::from(10_u32.pow(*d)) >= 0.999).unwrap_or(4);
    match tick {
        Tick::Percent if step >= 0.0099 => percent((value * 100.0).round() / 100.0).replace(".0", ""),
        Tick::Percent => percent(value),
        Tick::Number => fixed(value, usize::try_from(decimals(step)).unwrap_or(4)),
        Tick::Count => fixed(value.abs(), 0),
    }
}

/// The next of 1, 2, 2.5, 5, 10 times a power of ten, or the one just below it.
fn round_step(rough: f64) -> f64 {
    let power = 10_f64.powf(rough.log10().floor());
    [1.0, 2.0, 2.5, 5.0, 10.0]
        .map(|m| m * power)
        .into_iter()
        .find(|step| *step >= rough * 0.85)
        .unwrap_or(rough)
}

/// Where an axis of shares from nothing ends: a little above the highest.
pub(super) fn share_up_to(highest: f64) -> f64 {
    const ENDS: [f64; 9] = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0];
    ENDS.into_iter().find(|end| *end >= highest).unwrap_or(1.0)
}

/// The range of some values, with a margin of a tenth; around a single one, and without any from 0 to 1.
pub(super) fn range(values: impl IntoIterator<Item = f64>) -> (f64, f64) {
    let (low, high) = values
        .into_iter()
        .filter(|x| x.is_finite())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(x), high.max(x)));
    if low > high {
        return (0.0, 1.0);
    }
    let margin = if high > low { (high - low) / 10.0 } else { low.abs().max(1.0) / 10.0 };
    (low - margin, high + margin)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(from: f64, to: f64, tick: Tick) -> Vec<String> {
        ticks(from, to, tick).into_iter().map(|(_, label)| label).collect()
    }

    #[test]
    fn ticks_are_round() {
        assert_eq!(labels(0.0, 1.0, Tick::Number), ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
        assert_eq!(labels(-30.0, 30.0, Tick::Count), ["20", "0", "20"]);
        assert_eq!(
            labels(0.0, 0.05, Tick::Percent),
            ["0\u{a0}%", "1\u{a0}%", "2\u{a0}%", "3\u{a0}%", "4\u{a0}%", "5\u{a0}%"]
        );
        assert_eq!(labels(-0.012, 0.021, Tick::Number), ["−0.01", "0.00", "0.01", "0.02"]);
        assert!(labels(1.0, 1.0, Tick::Number).is_empty());
        assert!(labels(f64::NAN, 1.0, Tick::Number).is_empty());
    }

    #[test]
    fn what_is_no_number_has_no_place() {
        let scale = Scale { from: 0.0, to: 1.0, start: 10.0, end: 20.0 };
        assert_eq!(scale.at(0.5), Some(15.0));
        assert_eq!(scale.at(7.0), Some(20.0));
        assert_eq!(scale.at(f64::NAN), None);
        assert_eq!(Scale { to: 0.0, ..scale }.at(0.0), None);
        assert_eq!(range([]), (0.0, 1.0));
        assert_eq!(range([f64::NAN, 1.0, 2.0]), (0.9, 2.1));
    }
}
