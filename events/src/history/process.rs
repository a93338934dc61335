//! The random process behind the sample history.
//!
//! Each deal has a true state (who the company and the person are, and a hidden *need* for the
//! product), traces of it (intent, behaviour), and an outcome drawn from a logistic chance:
//! main effects of fit and need, an interaction of industry and stack, one of one industry and one tool, a drift over
//! the two years, and
//! what nobody can know beforehand. A few outcomes are recorded wrongly. What the CRM knows of the true
//! state depends on company size and need, never on the outcome: gaps carry information, but no leak.

use super::draw::{Draw, logistic, whole};
use super::traces::{IntentTrace, activities, intent};
use super::truth::{Truth, draw_truth};

const MINUTES_A_DAY: f64 = 1440.0;
/// The history reaches this far back from the reference instant.
const WINDOW_DAYS: f64 = 730.0;
/// Brings the share of won deals to about a quarter.
const BASE_LOGIT: f64 = -2.45;
/// Outcomes recorded wrongly.
const LABEL_NOISE: f64 = 0.03;

/// What the CRM knows of it.
pub(super) struct Known {
    pub(super) industry: Option<&'static str>,
    pub(super) employees: Option<u32>,
    pub(super) country: Option<&'static str>,
    pub(super) function: Option<&'static str>,
    pub(super) seniority: Option<&'static str>,
    pub(super) technologies: Option<Vec<&'static str>>,
    pub(super) intent: Option<IntentTrace>,
}

/// A deal with its outcome. Times are in minutes before the reference instant, or before creation.
pub(super) struct ClosedDeal {
    pub(super) source: &'static str,
    pub(super) created_minutes_ago: i64,
    pub(super) closed_minutes_ago: i64,
    pub(super) won: bool,
    pub(super) amount_usd: Option<u64>,
    pub(super) known: Known,
    /// Kind, and minutes before the deal was created; oldest first.
    pub(super) activities: Vec<(&'static str, i64)>,
}

impl ClosedDeal {
    /// The deal, if it closed before the reference instant.
    pub(super) fn closed_by_reference(self) -> Option<Self> {
        (self.closed_minutes_ago >= 0).then_some(self)
    }
}

/// Draws one deal, open or closed.
pub(super) fn draw_deal(draw: &mut Draw) -> ClosedDeal {
    let days_ago = created_days_ago(draw);
    let truth = draw_truth(draw);
    let chance = logistic(win_logit(&truth, 1.0 - days_ago / WINDOW_DAYS) + 0.4 * draw.normal());
    let truly_won = draw.chance(chance);
    let cycle = cycle_days(draw, truth.employees, truly_won);
    let won = truly_won != draw.chance(LABEL_NOISE);
    ClosedDeal {
        source: truth.source,
        created_minutes_ago: whole(days_ago * MINUTES_A_DAY),
        closed_minutes_ago: whole((days_ago - cycle) * MINUTES_A_DAY),
        amount_usd: amount_usd(draw, truth.employees, won),
        won,
        activities: activities(draw, &truth),
        known: known(draw, truth),
    }
}

/// Volume grows by a third over the window, follows the business year and all but rests at weekends.
fn created_days_ago(draw: &mut Draw) -> f64 {
    /// By months before November: November, October, … December.
    const SEASON: [f64; 12] = [1.0, 1.1, 1.05, 0.65, 0.75, 1.05, 0.95, 0.95, 1.1, 0.95, 0.95, 0.55];
    loop {
        let days_ago = draw.uniform() * WINDOW_DAYS;
        let month = whole((days_ago + 10.0) / 30.44).rem_euclid(12);
        let season = usize::try_from(month).ok().and_then(|m| SEASON.get(m)).copied().unwrap_or(1.0);
        // The reference instant is a Friday noon; day 5 and 6 before it are a Sunday and a Saturday.
        let weekend = [5, 6].contains(&whole(days_ago + 0.5).rem_euclid(7));
        let growth = 1.0 - 0.25 * days_ago / WINDOW_DAYS;
        if draw.chance(season / 1.1 * growth * if weekend { 0.1 } else { 1.0 }) {
            return days_ago;
        }
    }
}

/// The log-odds of winning, but for what nobody can know. `elapsed` runs from 0 to 1 over the window.
fn win_logit(truth: &Truth, elapsed: f64) -> f64 {
    let industry = industry_fit(truth.industry);
    let stack = stack_fit(&truth.technologies);
    let main = 2.2 * (industry - 0.6)
        + 1.9 * (size_fit(truth.employees) - 0.75)
        + 1.6 * (function_fit(truth.function) - 0.7)
        + 2.1 * (seniority_fit(truth.seniority) - 0.5)
        + 1.3 * (stack - 0.45)
        + 1.3 * truth.need;
    // A good stack counts where the product is at home and is wasted where it is not.
    let interaction = 4.0 * (industry - 0.6) * (stack - 0.45);
    // One tool tells in one industry alone who is about to buy: neither the grade of the industry nor that of the stack
    // can say so.
    let pair = match (truth.industry, truth.technologies.contains(&"segment")) {
        ("software", true) => 2.2,
        ("software", false) => -1.6,
        _ => 0.0,
    };
    let source = match truth.source {
        "referral" => 0.6,
        "partner-portal" => 0.3,
        "product-trial" => 0.25,
        "content-syndication" => -0.25,
        "outbound-list" => -0.35,
        // Webinars lose their pull.
        "webinar" => 0.25 - 0.5 * elapsed,
        _ => 0.0,
    };
    // Fintech warms up while the market as a whole cools a little.
    let drift = if truth.industry == "fintech" { 0.3 * elapsed } else { -0.2 * elapsed };
    BASE_LOGIT + main + interaction + pair + source + drift
}

fn industry_fit(industry: &str) -> f64 {
    match industry {
        "software" => 1.0,
        "fintech" => 0.9,
        "professional-services" => 0.65,
        "healthcare" | "media" => 0.6,
        "logistics" | "manufacturing" => 0.5,
        "retail" => 0.4,
        "education" | "government" => 0.2,
        _ => 0.1,
    }
}

/// 1 from 100 to 2000 employees, falling to 0 at a tenth or the tenfold.
fn size_fit(employees: u32) -> f64 {
    let size = f64::from(employees).max(1.0);
    let decades_off = (100.0 / size).log10().max((size / 2000.0).log10()).max(0.0);
    (1.0 - decades_off).max(0.0)
}

fn function_fit(function: &str) -> f64 {
    match function {
        "revenue_operations" => 1.0,
        "sales" => 0.9,
        "marketing" => 0.75,
        "general_management" => 0.7,
        "operations" | "customer_success" => 0.5,
        "data" | "it" => 0.4,
        "finance" | "engineering" => 0.25,
        _ => 0.05,
    }
}

fn seniority_fit(seniority: &str) -> f64 {
    match seniority {
        "c_level" | "vp" => 1.0,
        "director" | "owner" => 0.8,
        "manager" => 0.55,
        "senior" => 0.35,
        "individual" => 0.2,
        _ => 0.05,
    }
}

fn stack_fit(technologies: &[&str]) -> f64 {
    let points: f64 = technologies
        .iter()
        .map(|tool| match *tool {
            "salesforce" => 0.35,
            "hubspot" => 0.3,
            "outreach" | "gong" | "segment" => 0.2,
            "snowflake" | "marketo" => 0.15,
            "slack" | "intercom" => 0.05,
            _ => 0.0,
        })
        .sum();
    points.min(1.0)
}

/// Medians of 24, 45 and 85 days by size, log-normal; what is lost is given up a little sooner.
fn cycle_days(draw: &mut Draw, employees: u32, won: bool) -> f64 {
    let median = match employees {
        ..100 => 24.0,
        100..1000 => 45.0,
        _ => 85.0,
    };
    let pace = if won { 1.0 } else { 0.85 };
    (median * pace * (0.45 * draw.normal()).exp()).max(2.0)
}

/// Grows with size. Every won deal has an amount; of lost ones, those that came as far as a quote.
fn amount_usd(draw: &mut Draw, employees: u32, won: bool) -> Option<u64> {
    let exact = (4000.0 + 110.0 * f64::from(employees).powf(0.75)) * (0.35 * draw.normal()).exp();
    let quoted = draw.chance(0.55);
    (won || quoted).then(|| u64::try_from(whole(exact / 100.0) * 100).unwrap_or(0))
}

/// Hides what the CRM does not know. Vendors cover large companies better, and those who are in need
/// fill in more; so a gap says something about the deal.
fn known(draw: &mut Draw, truth: Truth) -> Known {
    let trace = intent(draw, truth.need);
    let tilt = -0.35 * truth.need - 0.5 * (f64::from(truth.employees).log10() - 2.4);
    let mut kept = |logit: f64| !draw.chance(logistic(logit + tilt));
    Known {
        industry: kept(-3.0).then_some(truth.industry),
        employees: kept(-2.5).then_some(truth.employees),
        country: kept(-3.3).then_some(truth.country),
        function: kept(-2.2).then_some(truth.function),
        seniority: kept(-2.0).then_some(truth.seniority),
        technologies: kept(-1.6).then_some(truth.technologies).filter(|tools| !tools.is_empty()),
        intent: kept(-0.2).then_some(trace),
    }
}
