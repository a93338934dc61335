//! Which weights and thresholds history supports, beside a policy's own. It suggests; the owner of the policy decides.

use leadlight_lead::QueuedLead;
use leadlight_model::{Graded, Interval, weigh};
use leadlight_policy::{CriterionGrade, NewNumber, Policy};
use serde::Serialize;

/// Fewer closed deals than this, or fewer of either kind, say nothing of weights.
const FEWEST: (usize, usize) = (50, 10);

/// A closed deal as a policy grades it.
#[derive(Debug, Clone, PartialEq)]
pub struct ClosedDeal {
    grades: Vec<CriterionGrade>,
    won: bool,
    account: Option<String>,
}

impl ClosedDeal {
    /// What was known of a lead when it came, graded by this policy; nothing that was learnt since. None where its motion is
    /// weighed or decided in its own way: of that the weights and thresholds of all others say nothing.
    pub fn of(policy: &Policy, lead: &QueuedLead, won: bool) -> Option<Self> {
        if policy.has_own_scale(lead.enriched().motion) {
            return None;
        }
        let account = lead.account_domain().map(ToString::to_string);
        Some(Self { grades: policy.assess(lead.enriched()).grades, won, account })
    }
}

/// Weights and thresholds beside today's.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Suggestion {
    /// Closed deals that were looked at.
    pub deals: usize,
    /// Of them won.
    pub won: usize,
    /// Why nothing is suggested, where the deals are too few.
    pub too_few: Option<String>,
    /// By criterion, in the order of the policy's criteria.
    pub weights: Vec<SuggestedWeight>,
    /// The scores that decide; those that the suggested weights would have as many deals reach.
    pub cuts: Vec<SuggestedCut>,
}

/// A criterion's weight.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SuggestedWeight {
    /// Its name in the policy.
    pub criterion: &'static str,
    /// In words.
    pub factor: &'static str,
    /// As the policy has it.
    pub today: f64,
    /// As history supports it; all of them add up to what today's do.
    pub suggested: f64,
    /// What history supports: of ten histories nine have all their weights in such intervals at once. None where too
    /// little is known.
    pub interval: Option<Interval>,
    /// Deals of which it was known.
    pub known: usize,
    /// What that means.
    pub verdict: Support,
}

/// What history says of a weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Support {
    /// Too few deals, or all graded alike: today's stays.
    TooLittle,
    /// Today's may well be right.
    Agrees,
    /// It should count for more.
    More,
    /// It should count for less.
    Less,
}

/// A score that decides.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SuggestedCut {
    /// The table it stands in: `thresholds` or `grades`.
    pub table: &'static str,
    /// Its key.
    pub key: &'static str,
    /// As the policy has it.
    pub today: f64,
    /// Where as many deals would reach it.
    pub suggested: f64,
    /// The 90 % interval of that; none where no deal, or every one, reaches it.
    pub interval: Option<Interval>,
    /// Deals that reach today's.
    pub reach: usize,
}

/// What closed deals support.
pub fn suggest(policy: &Policy, deals: &[ClosedDeal]) -> Suggestion {
    let won = deals.iter().filter(|deal| deal.won).count();
    let (fewest, of_a_kind) = FEWEST;
    let too_few = (deals.len() < fewest || won.min(deals.len() - won) < of_a_kind).then(|| {
        format!(
            "{} closed deals, {won} won: weights take {fewest}, at least {of_a_kind} won and {of_a_kind} lost; keep today's",
            deals.len()
        )
    });
    let weights = weights(deals, too_few.is_some());
    let cuts = cuts(policy, deals, if are_moved(&weights) { &weights } else { &[] });
    Suggestion { deals: deals.len(), won, too_few, weights, cuts }
}

impl Suggestion {
    /// Whether history says that a weight is wrong by more than luck. Where not, the policy may stay as it is.
    pub fn is_change(&self) -> bool {
        are_moved(&self.weights)
    }

    /// The numbers that a draft of the policy has otherwise, with why.
    pub fn changes(&self, policy: &Policy) -> Vec<NewNumber> {
        if !self.is_change() {
            return Vec::new();
        }
        let differs = |a: f64, b: f64| (a - b).abs() > 1e-9;
        let weights =
            self.weights.iter().filter(|weight| differs(weight.today, weight.suggested)).map(|weight| {
                let between = weight
                    .interval
                    .map_or_else(String::new, |Interval { from, to }| format!(" ({from:.0} to {to:.0})"));
                let sure = match weight.verdict {
                    Support::More | Support::Less => "more than luck",
                    Support::Agrees | Support::TooLittle => "may be luck; moved so that the sum stays",
                };
                NewNumber {
                    table: format!("criteria.{}", weight.criterion),
                    key: "weight",
                    value: weight.suggested,
                    why: format!(
                        "was {}; {} deals support {}{between}: {sure}",
                        weight.today, weight.known, weight.suggested
                    ),
                }
            });
        let cuts = self.cuts.iter().filter(|cut| differs(cut.today, cut.suggested)).map(|cut| NewNumber {
            table: cut.table.to_owned(),
            key: cut.key,
            value: cut.suggested,
            why: format!(
                "was {}; with these weights {} reached by as many closed deals, {} of {}",
                cut.today, cut.suggested, cut.reach, self.deals
            ),
        });
        let revision = NewNumber {
            table: String::new(),
            key: "revision",
            value: f64::from(policy.revision()) + 1.0,
            why: format!("was {}", policy.revision()),
        };
        weights.chain(cuts).chain([revision]).collect()
    }
}

/// What a grade weighs; nothing where it has no part in the score.
fn weight_of(grade: &CriterionGrade) -> f64 {
    grade.weight.unwrap_or_default()
}

fn are_moved(weights: &[SuggestedWeight]) -> bool {
    weights.iter().any(|weight| matches!(weight.verdict, Support::More | Support::Less))
}

fn weights(deals: &[ClosedDeal], too_few: bool) -> Vec<SuggestedWeight> {
    let Some(first) = deals.first() else { return Vec::new() };
    let today: Vec<f64> = first.grades.iter().map(weight_of).collect();
    let graded: Vec<Graded> = deals
        .iter()
        .map(|deal| Graded {
            grades: deal.grades.iter().map(|grade| (grade.applied, grade.grade.is_some())).collect(),
            won: deal.won,
            account: deal.account.clone(),
        })
        .collect();
    let found = weigh(&graded, &today);
    let fitted: Vec<f64> = found
        .iter()
        .zip(&today)
        .map(|(weighed, today)| weighed.fits.filter(|_| !too_few).map_or(*today, |(fits, _, _)| fits))
        .collect();
    let rounded = in_whole_points(&fitted, &today);
    let told = first.grades.iter().zip(found).zip(rounded).map(|((grade, weighed), suggested)| {
        let interval = weighed.fits.filter(|_| !too_few).map(|(_, from, to)| Interval { from, to });
        let today = weight_of(grade);
        let verdict = match interval {
            None => Support::TooLittle,
            Some(Interval { from, .. }) if today < from => Support::More,
            Some(Interval { to, .. }) if today > to => Support::Less,
            Some(_) => Support::Agrees,
        };
        SuggestedWeight {
            criterion: grade.criterion.name(),
            factor: grade.criterion.factor(),
            today,
            suggested,
            interval,
            known: weighed.known,
            verdict,
        }
    });
    told.collect()
}

/// Rounded so that the sum stays: each down, and those with the largest rest up again. Where today's are no whole
/// numbers, to tenths.
fn in_whole_points(fitted: &[f64], today: &[f64]) -> Vec<f64> {
    let unit = if today.iter().all(|weight| weight.fract() == 0.0) { 1.0 } else { 0.1 };
    let mut parts: Vec<f64> = fitted.iter().map(|weight| (weight / unit + 1e-9).floor()).collect();
    let mut by_rest: Vec<usize> = (0..parts.len()).collect();
    let rest = |at: &usize| fitted[*at] / unit - (fitted[*at] / unit + 1e-9).floor();
    by_rest.sort_by(|a, b| rest(b).total_cmp(&rest(a)));
    let mut missing = today.iter().sum::<f64>() / unit - parts.iter().sum::<f64>();
    for at in by_rest {
        if missing < 0.5 {
            break;
        }
        parts[at] += 1.0;
        missing -= 1.0;
    }
    parts.into_iter().map(|part| (part * unit * 10.0).round() / 10.0).collect()
}

/// The scores that as many deals reach by other weights. Without weights, or where rounding would turn two of them
/// round, today's.
fn cuts(policy: &Policy, deals: &[ClosedDeal], weights: &[SuggestedWeight]) -> Vec<SuggestedCut> {
    let points = |deal: &ClosedDeal, weight: &dyn Fn(usize, &CriterionGrade) -> f64| {
        let weighted = |(at, grade): (usize, &CriterionGrade)| (weight(at, grade), grade.applied);
        let (mut sum, mut of) = (0.0, 0.0);
        for (weight, applied) in deal.grades.iter().enumerate().map(weighted) {
            sum += weight * applied;
            of += weight;
        }
        100.0 * sum / of
    };
    let today: Vec<f64> = deals.iter().map(|deal| points(deal, &|_, grade| weight_of(grade))).collect();
    let suggested =
        |at: usize, grade: &CriterionGrade| weights.get(at).map_or(weight_of(grade), |w| w.suggested);
    let mut then: Vec<f64> = deals.iter().map(|deal| points(deal, &suggested)).collect();
    then.sort_unstable_by(|a, b| b.total_cmp(a));
    let found = policy.cuts().map(|cut| {
        let reach = today.iter().filter(|points| **points >= cut.value).count();
        let place = (!weights.is_empty()).then(|| placed(&then, reach)).flatten();
        let (suggested, interval) = match place {
            Some((at, interval)) => (at.round(), Some(interval)),
            None => (cut.value, None),
        };
        SuggestedCut { table: cut.table, key: cut.key, today: cut.value, suggested, interval, reach }
    });
    let is_falling = |table: &str| {
        let of_it: Vec<f64> =
            found.iter().filter(|cut| cut.table == table).map(|cut| cut.suggested).collect();
        of_it.windows(2).all(|pair| pair[0] > pair[1])
    };
    let holds = ["thresholds", "grades"].map(|table| (table, is_falling(table)));
    let kept =
        found.clone().into_iter().map(|cut| match holds.iter().find(|(table, _)| *table == cut.table) {
            Some((_, false)) => SuggestedCut { suggested: cut.today, interval: None, ..cut },
            _ => cut,
        });
    kept.collect()
}

/// Between the last of so many falling points and the next, and the 90 % interval by the ranks that chance may give.
fn placed(falling: &[f64], reach: usize) -> Option<(f64, Interval)> {
    if reach == 0 || reach >= falling.len() {
        return None;
    }
    let between = |place: usize| f64::midpoint(falling[place - 1], falling[place]);
    let (n, k) = (count(falling.len()), count(reach));
    let stray = 1.645 * (k * (1.0 - k / n)).sqrt();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "some of the deals, never negative"
    )]
    let stray = stray.ceil() as usize;
    let (low, high) = ((reach + stray).min(falling.len() - 1), reach.saturating_sub(stray).max(1));
    Some((between(reach), Interval { from: between(low), to: between(high) }))
}

#[expect(clippy::cast_precision_loss, reason = "counts of deals stay far below 2^53")]
fn count(n: usize) -> f64 {
    n as f64
}

#[cfg(test)]
mod tests {
    use leadlight_lead::{EnrichedLead, StageMessage};
    use leadlight_policy::redraft;

    use super::*;

    const LEAD: &str = include_str!("../../lead/testdata/v1/enriched-lead.json");
    const POLICY: &str = include_str!("../../../infra/policies/default.toml");

    fn policy() -> Policy {
        Policy::parse("default.toml", POLICY).unwrap()
    }

    /// Evenly spread numbers from 0 to 1 without a generator: the golden ratio's multiples.
    fn spread(i: u32, of: f64) -> f64 {
        (f64::from(i) * (0.618_033_988_75 + of * 0.137_035_999)).fract()
    }

    /// Deals in which a criterion's points count for so many times what the policy says; `known` tells of which deals a
    /// criterion is known.
    fn world(n: u32, times: impl Fn(&str) -> f64, known: impl Fn(&str, u32) -> bool) -> Vec<ClosedDeal> {
        let lead = EnrichedLead::from_message(LEAD.as_bytes()).unwrap();
        let as_known = policy().assess(&lead).grades;
        let deal = |i: u32| {
            let mut log_odds = -4.0;
            let mut grades = as_known.clone();
            for (grade, place) in grades.iter_mut().zip(1_u32..) {
                let x = spread(i, f64::from(place));
                let is_known = known(grade.criterion.name(), i);
                grade.grade = is_known.then_some(x);
                grade.applied = if is_known { x } else { 0.3 };
                log_odds += 8.0 * weight_of(grade) / 100.0 * times(grade.criterion.name()) * grade.applied;
            }
            let won = spread(i, 0.5) < 1.0 / (1.0 + f64::exp(-log_odds));
            ClosedDeal { grades, won, account: None }
        };
        (1..=n).map(deal).collect()
    }

    fn of<'a>(suggestion: &'a Suggestion, criterion: &str) -> &'a SuggestedWeight {
        suggestion.weights.iter().find(|weight| weight.criterion == criterion).unwrap()
    }

    /// Company size says nothing in truth, and what people did counts for twice its points.
    #[test]
    fn what_is_worth_double_and_what_is_worth_nothing_is_suggested() {
        let truth = |criterion: &str| match criterion {
            "company_size" => 0.0,
            "engagement" => 2.0,
            _ => 1.0,
        };
        let deals = world(3000, truth, |_, _| true);
        let suggestion = suggest(&policy(), &deals);
        let (size, engagement) = (of(&suggestion, "company_size"), of(&suggestion, "engagement"));
        assert_eq!((size.verdict, engagement.verdict), (Support::Less, Support::More), "{suggestion:?}");
        assert!(size.suggested <= 6.0 && engagement.suggested >= 22.0, "{suggestion:?}");
        let sum = |of: fn(&SuggestedWeight) -> f64| suggestion.weights.iter().map(of).sum::<f64>();
        assert!((sum(|weight| weight.suggested) - sum(|weight| weight.today)).abs() < 1e-9);

        let draft = redraft("draft.toml", POLICY, &suggestion.changes(&policy())).unwrap();
        let changed = Policy::parse("draft.toml", &draft).unwrap();
        assert_eq!(changed.revision(), policy().revision() + 1);
        for line in [
            format!("weight = {}", engagement.suggested),
            format!("# was 15; 3000 deals support {}", engagement.suggested),
        ] {
            assert!(draft.contains(&line), "{line}");
        }
        for (cut, today) in suggestion.cuts.iter().zip(policy().cuts()) {
            let reached = |by: &dyn Fn(usize, &CriterionGrade) -> f64, from: f64| {
                let points = |deal: &&ClosedDeal| {
                    let graded = || deal.grades.iter().enumerate();
                    let sum: f64 = graded().map(|(at, grade)| by(at, grade) * grade.applied).sum();
                    100.0 * sum / graded().map(|(at, grade)| by(at, grade)).sum::<f64>() >= from
                };
                deals.iter().filter(points).count()
            };
            let before = reached(&|_, grade| weight_of(grade), today.value);
            let then = reached(&|at, _| suggestion.weights[at].suggested, cut.suggested);
            assert_eq!(before, cut.reach);
            assert!(before.abs_diff(then) < 100, "{cut:?}: {before} {then}, but for whole points");
        }
    }

    #[test]
    fn a_policy_that_history_bears_out_stays() {
        let suggestion = suggest(&policy(), &world(1500, |_| 1.0, |_, _| true));
        assert!(!suggestion.is_change(), "{suggestion:?}");
        assert!(suggestion.changes(&policy()).is_empty());
        assert!(suggestion.cuts.iter().all(|cut| (cut.today - cut.suggested).abs() < 1e-9));
    }

    #[test]
    fn where_evidence_is_too_little_todays_stays_and_it_is_said() {
        let few = suggest(&policy(), &world(40, |_| 1.0, |_, _| true));
        assert!(few.too_few.as_ref().is_some_and(|why| why.starts_with("40 closed deals")), "{few:?}");
        assert!(few.weights.iter().all(|weight| weight.verdict == Support::TooLittle));
        assert!(few.changes(&policy()).is_empty());
        assert_eq!(suggest(&policy(), &[]).weights, []);

        let rare = suggest(&policy(), &world(800, |_| 1.0, |criterion, i| criterion != "intent" || i <= 12));
        let intent = of(&rare, "intent");
        assert_eq!((intent.known, intent.verdict), (12, Support::TooLittle));
        assert!((intent.suggested - intent.today).abs() < 1e-9 && intent.interval.is_none());
    }
}
