//! Chances and odds as people are told them, the same in every page, message, file and field of a CRM.
//!
//! A model computes with many digits; past deals back only few of them. So a chance ends at "over 99 %", and how many
//! times one thing is as likely as another is told in steps that anybody can check against a list of deals.

use crate::decision::ReasonUnit;

/// How many times, upwards; and the same downwards, in words.
const STEPS: [(f64, &str, &str); 5] = [
    (1.5, "1.5 times", "two thirds"),
    (2.0, "2 times", "half"),
    (3.0, "3 times", "a third"),
    (5.0, "5 times", "a fifth"),
    (10.0, "10 times", "a tenth"),
];
/// Keeps a figure and its unit on one line.
const NO_BREAK: char = '\u{a0}';

/// A chance, 0 to 1, such as "34 %"; under 10 % with one decimal. What is nearer to certain than 1 in 100 is told as
/// that.
pub fn chance(probability: f64) -> String {
    match probability * 100.0 {
        p if !p.is_finite() => "–".to_owned(),
        p if p < 0.95 => format!("under 1{NO_BREAK}%"),
        p if p < 9.95 => format!("{p:.1}{NO_BREAK}%"),
        p if p < 99.5 => format!("{p:.0}{NO_BREAK}%"),
        _ => format!("over 99{NO_BREAK}%"),
    }
}

/// A reason's part: "+12.3 points", or "odds about 3 times as high".
pub fn effect(unit: ReasonUnit, part: f64) -> String {
    match unit {
        ReasonUnit::Points => format!("{part:+.1} points").replace('-', "−"),
        ReasonUnit::LogOdds => format!("odds {}", odds(part)),
    }
}

/// What a part in log-odds does to the odds: "about 3 times as high", "about half as high".
pub fn odds(part: f64) -> String {
    as_much(part, "high")
}

/// A chance beside that of the average lead, both 0 to 1: "about 3 times as likely as the average lead".
pub fn beside_average(probability: f64, average: f64) -> String {
    format!("{} as the average lead", as_much((probability / average).ln(), "likely"))
}

/// The nearest step to a ratio, given by its logarithm; beyond the last one only that it is no less.
fn as_much(log_ratio: f64, what: &str) -> String {
    let (size, is_up) = (log_ratio.abs(), log_ratio > 0.0);
    let words = |(_, up, down): (f64, &'static str, &'static str)| if is_up { up } else { down };
    let last = STEPS[STEPS.len() - 1];
    if size.is_nan() {
        return "–".to_owned();
    }
    if size > last.0.ln() + 1e-9 {
        return format!("{} {} as {what}", if is_up { "at least" } else { "at most" }, words(last));
    }
    let away = |step: f64| (size - step.ln()).abs();
    let nearest = STEPS.into_iter().min_by(|a, b| away(a.0).total_cmp(&away(b.0)));
    match nearest.filter(|step| away(step.0) < size) {
        Some(step) => format!("about {} as {what}", words(step)),
        None => format!("about as {what}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn no_chance_is_told_as_certain() {
        let told =
            [0.0, 0.004, 0.0094, 0.0096, 0.034, 0.0996, 0.73, 0.9949, 0.9951, 1.0, f64::NAN].map(chance);
        let told = told.map(|text| text.replace(NO_BREAK, " "));
        assert_eq!(
            told,
            [
                "under 1 %",
                "under 1 %",
                "under 1 %",
                "1.0 %",
                "3.4 %",
                "10 %",
                "73 %",
                "99 %",
                "over 99 %",
                "over 99 %",
                "–"
            ]
        );
    }

    #[test]
    fn odds_are_told_in_steps_that_can_be_checked() {
        for (ratio, words) in [
            (1.0, "about as high"),
            (1.2, "about as high"),
            (1.3, "about 1.5 times as high"),
            (1.9, "about 2 times as high"),
            (3.6, "about 3 times as high"),
            (4.2, "about 5 times as high"),
            (8.0, "about 10 times as high"),
            (1487.0, "at least 10 times as high"),
            (0.7, "about two thirds as high"),
            (0.5, "about half as high"),
            (0.35, "about a third as high"),
            (0.001, "at most a tenth as high"),
        ] {
            assert_eq!(odds(f64::ln(ratio)), words, "{ratio}");
        }
        assert_eq!(odds(f64::INFINITY), "at least 10 times as high");
        assert_eq!(odds(f64::NAN), "–");
        assert_eq!(beside_average(0.6, 0.2), "about 3 times as likely as the average lead");
        assert_eq!(beside_average(0.2, 0.21), "about as likely as the average lead");
        assert_eq!(beside_average(0.01, 0.2), "at most a tenth as likely as the average lead");
    }

    #[test]
    fn a_reasons_part_is_told_in_its_unit() {
        assert_eq!(effect(ReasonUnit::Points, 12.34), "+12.3 points");
        assert_eq!(effect(ReasonUnit::Points, -3.0), "−3.0 points");
        assert_eq!(effect(ReasonUnit::LogOdds, -0.7), "odds about half as high");
    }
}
