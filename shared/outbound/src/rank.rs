//! Accounts in the order in which they are to be called on. Nothing is rejected but by a hard disqualifier.

use std::cmp::Ordering;

use jiff::Timestamp;
use leadlight_accounts::Accounts;
use leadlight_lead::{Company, Disqualifier, DomainName, Reason, Score};
use leadlight_policy::{Listed, Policy};
use serde::Serialize;

use crate::target::{Target, TargetList};

/// All accounts of a list, ranked.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranking<'a> {
    /// The moment that ages were counted to.
    pub as_of: Timestamp,
    /// The best first.
    pub ranked: Vec<Ranked<'a>>,
    /// Those that a disqualifier keeps out, by domain.
    pub left_out: Vec<LeftOut<'a>>,
}

/// An account in its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranked<'a> {
    /// Its place, from 1.
    pub rank: usize,
    /// The account.
    pub target: &'a Target,
    /// 0 to 100: the policy's points of what a company alone is weighed by.
    pub score: Score,
    /// The share of that, by weight, of which something is known; 0 to 1.
    pub known: f64,
    /// Each criterion's part, the largest first; they add up to the score.
    pub reasons: Vec<Reason>,
    /// Score and why, in one line.
    pub summary: String,
    /// The domain under which companies of one group are counted together.
    pub group: &'a DomainName,
    /// Whether its country is written, is not understood, and may be one that is excluded: somebody looks first.
    pub may_be_excluded: bool,
}

/// An account that is not called on, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct LeftOut<'a> {
    /// The account.
    pub target: &'a Target,
    /// Why.
    pub why: Why,
}

/// Why an account is left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Why {
    /// The disqualifier that holds.
    pub disqualifier: Disqualifier,
    /// What it rests on.
    pub evidence: String,
}

/// The policy weighs nothing that an account has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the outbound motion weighs nothing that a company alone has, so all accounts would stand alike; give industry, \
     company_size, tech_stack, intent or triggers a weight in `[motions.outbound.weights]`"
)]
pub struct NothingToRankBy;

/// Ranks a list by what the policy's outbound motion weighs of a company. Ages are counted to `as_of`.
///
/// The order is total and depends on nothing but the accounts: the score as people read it, to a tenth of a point, then
/// the account of which more is known, then the domain. Digits that nobody sees decide nothing, so that a signal that
/// moves by a hair moves no account.
pub fn rank<'a>(
    list: &'a TargetList,
    policy: &Policy,
    accounts: Option<&'a Accounts>,
    as_of: Timestamp,
) -> Result<Ranking<'a>, NothingToRankBy> {
    let scale = policy.account_scale().ok_or(NothingToRankBy)?;
    let (mut ranked, mut left_out) = (Vec::with_capacity(list.len()), Vec::new());
    for target in list.iter() {
        let group = target.group(list, accounts);
        let company: Company = target.company(policy, as_of);
        let assessment = scale.assess(&target.domain, &company, as_of, &accounts);
        let of_group = || belongs_to(target, group, policy, accounts);
        if let Some((disqualifier, evidence)) = assessment.disqualified.or_else(of_group) {
            left_out.push(LeftOut { target, why: Why { disqualifier, evidence } });
            continue;
        }
        ranked.push(Ranked {
            rank: 0,
            target,
            score: assessment.points,
            known: assessment.known,
            reasons: assessment.reasons,
            summary: assessment.summary,
            group,
            may_be_excluded: target.country_unread && policy.doubts_country(),
        });
    }
    ranked.sort_unstable_by(order);
    for (place, ranked) in ranked.iter_mut().enumerate() {
        ranked.rank = place + 1;
    }
    Ok(Ranking { as_of, ranked, left_out })
}

/// A company is to us what the company is that it belongs to, as in the list of accounts.
fn belongs_to(
    target: &Target,
    group: &DomainName,
    policy: &Policy,
    accounts: Option<&Accounts>,
) -> Option<(Disqualifier, String)> {
    use leadlight_policy::Relation::{Competitor, Customer};
    if *group == target.domain {
        return None;
    }
    let relation = policy.relation(group).or_else(|| accounts.relation(group))?;
    let disqualifier = match relation {
        Customer => Disqualifier::CurrentCustomer,
        Competitor => Disqualifier::Competitor,
    };
    Some((disqualifier, format!("it belongs to {group}, a {relation}")))
}

fn order(a: &Ranked<'_>, b: &Ranked<'_>) -> Ordering {
    let tenths = |ranked: &Ranked<'_>| (ranked.score.value() * 10.0).round();
    let known = |ranked: &Ranked<'_>| (ranked.known * 100.0).round();
    tenths(b)
        .total_cmp(&tenths(a))
        .then_with(|| known(b).total_cmp(&known(a)))
        .then_with(|| a.target.domain.cmp(&b.target.domain))
}
