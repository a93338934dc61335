//! What a deal's hidden need leaves behind: third-party intent and first-party behaviour.

use super::draw::{Draw, logistic, whole};
use super::truth::Truth;

const MINUTES_A_DAY: f64 = 1440.0;

/// What an intent vendor saw before the deal was created.
pub(super) struct IntentTrace {
    pub(super) topic: &'static str,
    /// 0 to 100.
    pub(super) score: i64,
    pub(super) minutes_ago: i64,
}

/// Stronger and fresher the greater the need, with noise in both.
pub(super) fn intent(draw: &mut Draw, need: f64) -> IntentTrace {
    let topic = draw.choose(
        ("lead-scoring", 0.3),
        &[
            ("revenue-operations", 0.2),
            ("sales-automation", 0.2),
            ("crm", 0.18),
            ("marketing-automation", 0.12),
        ],
    );
    let score = 56.0 + 14.0 * need + 8.0 * draw.normal();
    let days_ago = (0.5 + draw.exponential(22.0) * (-0.35 * need).exp()).min(150.0);
    IntentTrace {
        topic,
        score: whole(score.clamp(1.0, 99.0) + 0.5),
        minutes_ago: whole(days_ago * MINUTES_A_DAY),
    }
}

/// What the person did in the ninety days before: kind, and minutes before the deal was created.
pub(super) fn activities(draw: &mut Draw, truth: &Truth) -> Vec<(&'static str, i64)> {
    let mut done = Vec::new();
    let mut add = |draw: &mut Draw, kind: &'static str, mean_days: f64| {
        let days = draw.exponential(mean_days).min(90.0);
        done.push((kind, whole(days * MINUTES_A_DAY)));
    };
    match truth.source {
        "content-syndication" => add(draw, "content_download", 0.5),
        "webinar" => add(draw, "webinar_attended", 1.5),
        "conference" => add(draw, "event_attended", 1.0),
        "product-trial" => trial(draw, truth.need, &mut add),
        _ => {}
    }
    // Nobody on a bought list came by themselves.
    let pace = if truth.source == "outbound-list" { 0.35 } else { 1.0 };
    for _ in 0..draw.count(pace * (0.35 + 0.45 * truth.need).exp()) {
        let kind = draw.choose(
            ("page_view", 0.46),
            &[("content_download", 0.24), ("email_click", 0.2), ("webinar_attended", 0.1)],
        );
        add(draw, kind, 14.0);
    }
    if draw.chance(pace * logistic(-1.3 + 0.9 * truth.need)) {
        add(draw, "pricing_view", 4.0);
    }
    if draw.chance(pace * logistic(-1.7 + 1.0 * truth.need)) {
        add(draw, "demo_request", 0.3);
    }
    done.sort_by_key(|(_, minutes)| std::cmp::Reverse(*minutes));
    done
}

/// A trial that is used shows more than one that was only started.
fn trial(draw: &mut Draw, need: f64, add: &mut impl FnMut(&mut Draw, &'static str, f64)) {
    add(draw, "trial_started", 12.0);
    for _ in 0..draw.count((0.4 + 0.4 * need).exp()) {
        add(draw, "feature_used", 5.0);
    }
    for (kind, logit) in
        [("integration_connected", -0.7), ("teammate_invited", -1.2), ("upgrade_inquiry", -2.0)]
    {
        if draw.chance(logistic(logit + 0.9 * need)) {
            add(draw, kind, 4.0);
        }
    }
}
