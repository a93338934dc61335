//! Decisions of the past beside what became of their deals.

use jiff::{SignedDuration, Timestamp};
use leadlight_lead::{CriterionGroup, Decision, OutcomeResult, QueuedLead};
use leadlight_model::{
    BackTest, Decided, Decisions, Finding, Look, LookedBack, PastDeal, PastReview, PeopleReview, ScoredBy,
    Severity, Stake,
};
use leadlight_scoring::is_after_the_fact;

/// Facts older than this at the decision are stale. Judgement: half a year, in which every tenth person changes
/// the job.
const STALE_AFTER: SignedDuration = SignedDuration::from_hours(24 * 180);
/// Deals that went against their score are those of a year: who worked on older ones hardly remembers why.
const NAMED_FOR: SignedDuration = SignedDuration::from_hours(24 * 365);
/// Deals listed that went against their score, and factors of each.
const LISTED: usize = 20;
const FACTORS: usize = 3;
/// Where more than one in so many wins comes later than what counts as mature, reviews lean: with one in three, half of all
/// years had a false alarm at 300 deals a month (`two_hundred_years_of_reviews` in `model`).
const LATE: usize = 5;
/// The longest company name that is kept, in characters.
const LONGEST_NAME: usize = 80;

/// All closed deals with a decision. What was decided while the deal was open stands apart from what was computed for a
/// deal that had ended already: the first was worked by, the second only says how it would have been.
#[derive(Debug, Default)]
pub(crate) struct Past {
    live: Side,
    after_the_fact: Side,
    decided: usize,
    stale: usize,
    closed_before: usize,
    delays: Vec<SignedDuration>,
    /// Of the won ones alone, among those that were worked.
    won_after: Vec<SignedDuration>,
}

/// Decisions of one kind.
#[derive(Debug, Default)]
struct Side {
    decisions: Decisions,
    won: Listed,
    lost: Listed,
}

/// The deals that went most against their score: few are kept, however many there are.
#[derive(Debug, Default)]
struct Listed {
    deals: Vec<(f64, PastDeal)>,
    stake: Stake,
}

impl Listed {
    /// `rank` is least for what belongs first.
    fn offer(&mut self, rank: f64, amount_usd: Option<u64>, deal: impl FnOnce() -> PastDeal) {
        self.stake.deals += 1;
        self.stake.known += usize::from(amount_usd.is_some());
        self.stake.usd = self.stake.usd.saturating_add(amount_usd.unwrap_or(0));
        let place = self.deals.partition_point(|(other, _)| *other <= rank);
        if place < LISTED {
            self.deals.insert(place, (rank, deal()));
            self.deals.truncate(LISTED);
        }
    }

    fn into_deals(self) -> Vec<PastDeal> {
        self.deals.into_iter().map(|(_, deal)| deal).collect()
    }
}

impl Past {
    /// Sees a lead that converted or did not, and when that was clear.
    pub(crate) fn see(
        &mut self,
        lead: &QueuedLead,
        decision: &Decision,
        won: bool,
        closed_at: Timestamp,
        now: Timestamp,
    ) {
        self.decided += 1;
        let delay = closed_at.duration_since(decision.as_of);
        self.delays.push(delay);
        let oldest = lead.enriched().enrichment.oldest_fact_at();
        self.stale += usize::from(oldest.is_some_and(|at| decision.as_of.duration_since(at) > STALE_AFTER));
        if delay.is_negative() {
            // Clocks that disagree, or a deal that was matched to the wrong lead: it foretold nothing.
            self.closed_before += 1;
            return;
        }
        let is_after_the_fact = is_after_the_fact(decision);
        if won && !is_after_the_fact {
            self.won_after.push(delay);
        }
        let side = if is_after_the_fact { &mut self.after_the_fact } else { &mut self.live };
        let is_named = is_after_the_fact || now.duration_since(closed_at) <= NAMED_FOR;
        side.see(lead, decision, won, closed_at, is_named);
    }

    /// What is in force, on its own, as it stands now.
    pub(crate) fn review(self, look: &Look) -> PastReview {
        let Side { decisions, won, lost } = self.live;
        let LookedBack { recent, metrics, by_motion, months, earlier, fall } = decisions.look_back(look);
        PastReview {
            review: recent.review,
            scored_by: Some(look.in_force.clone()),
            window: Some(recent.window),
            months,
            earlier,
            fall,
            metrics,
            by_motion,
            won_low: Some(won.stake),
            lost_high: Some(lost.stake),
            won_but_low: won.into_deals(),
            lost_but_high: lost.into_deals(),
            back_test: self.after_the_fact.back_test(),
            drift: Vec::new(),
            people: PeopleReview::default(),
        }
    }

    /// What the leads tell of the data beside their features.
    pub(crate) fn findings(&self, maturity_days: u32) -> Vec<Finding> {
        let finding = |severity, what: String, remedy: &str| Finding {
            severity,
            feature: None,
            what,
            remedy: remedy.to_owned(),
        };
        let mut findings = Vec::new();
        let deals = self.decided;
        if self.stale * 10 > deals {
            findings.push(finding(
                Severity::Amber,
                format!("{} of {deals} leads were decided on facts more than half a year old", self.stale),
                "have them enriched anew before they are scored",
            ));
        }
        if self.closed_before > 0 {
            findings.push(finding(
                Severity::Amber,
                format!(
                    "{} of {deals} deals were closed before their lead was decided on; the review leaves them out",
                    self.closed_before
                ),
                "look at how close dates and leads are matched",
            ));
        }
        let mature = SignedDuration::from_hours(24 * i64::from(maturity_days));
        let late = self.won_after.iter().filter(|delay| **delay > mature).count();
        if late * LATE > self.won_after.len() {
            findings.push(finding(
                Severity::Amber,
                format!(
                    "{late} of {} wins came later than the {maturity_days} days after which a review counts a lead: it \
                     counts the losses and not yet these, and so sees falls where there are none",
                    self.won_after.len()
                ),
                "raise `maturity_days` in the policy's [conversion]",
            ));
        }
        let mut delays = self.delays.clone();
        delays.sort_unstable();
        if let Some(median) = delays.get(delays.len() / 2) {
            findings.push(finding(
                Severity::Note,
                format!("half of the deals are closed within {} days", median.as_hours() / 24),
                "outcomes that come later are not known to this run",
            ));
        }
        findings
    }
}

impl Side {
    fn see(
        &mut self,
        lead: &QueuedLead,
        decision: &Decision,
        won: bool,
        closed_at: Timestamp,
        is_named: bool,
    ) {
        let said = Word::of(decision);
        let score = said.score;
        let account = lead.account_domain().map(ToString::to_string);
        self.decisions.push(Decided {
            by: said.by,
            score,
            probability: decision.chance(),
            won,
            as_of: decision.as_of,
            account: account.as_deref(),
            motion: &lead.enriched().motion.to_string(),
        });
        if !is_named {
            return;
        }
        let amount_usd = lead.outcome.as_ref().and_then(|outcome| outcome.amount_usd);
        let deal = || named(lead, decision, closed_at);
        // These lists are of deals, whatever counts as converted; without a deal, people's word stands for it.
        let won = lead.outcome.as_ref().map_or(won, |outcome| outcome.result == OutcomeResult::Won);
        if won && score < 50.0 {
            self.won.offer(score, amount_usd, deal);
        } else if !won && score >= 50.0 {
            self.lost.offer(-score, amount_usd, deal);
        }
    }

    fn back_test(self) -> Option<BackTest> {
        let Self { decisions, won, lost } = self;
        (!decisions.is_empty()).then(|| BackTest {
            review: decisions.whole(),
            won_low: won.stake,
            lost_high: lost.stake,
            won_but_low: won.into_deals(),
            lost_but_high: lost.into_deals(),
        })
    }
}

/// What is judged of a decision: a model's word, even where it was only heard and the rules decided, since that is what tells
/// whether it should decide. Where no model was asked, the rules'.
struct Word {
    by: ScoredBy,
    /// 0 to 100.
    score: f64,
}

impl Word {
    fn of(decision: &Decision) -> Self {
        let score = decision.heard.as_ref().map_or(decision.score, |heard| heard.score).value();
        let by = match decision.asked_model() {
            Some(hash) => ScoredBy::Model { hash: hash.clone() },
            None => ScoredBy::Rules { policy: decision.policy.clone() },
        };
        Self { by, score }
    }
}

fn named(lead: &QueuedLead, decision: &Decision, closed_at: Timestamp) -> PastDeal {
    let reasons = decision.reasons.iter().filter(|reason| reason.group != CriterionGroup::Baseline);
    PastDeal {
        lead: lead.id().clone(),
        score: Word::of(decision).score,
        probability: decision.chance(),
        closed_at,
        company: company(lead),
        amount_usd: lead.outcome.as_ref().and_then(|outcome| outcome.amount_usd),
        owner: lead.work.owner.clone(),
        factors: reasons.take(FACTORS).map(|reason| (reason.factor.clone(), reason.contribution)).collect(),
    }
}

/// The company's name, or else its domain. A report outlives the erasure of a person, so a company that is called as they
/// are, or whose name is an address, goes by its domain; and where that has their name too, by none.
fn company(lead: &QueuedLead) -> Option<String> {
    let known = lead.known();
    let event = known.event();
    let names = [event.first_name.as_deref(), event.last_name.as_deref()];
    let names: Vec<String> =
        names.into_iter().flatten().map(|name| name.trim().to_lowercase()).filter(|n| n.len() > 2).collect();
    let is_no_persons = |text: &str| {
        let text = text.to_lowercase();
        !text.contains('@') && !names.iter().any(|name| text.contains(name))
    };
    let name = known.enrichment.company.name.as_ref().map(|fact| fact.value.clone());
    let domain = known.account_domain.as_ref().map(ToString::to_string);
    let shown = name.into_iter().chain(domain).find(|text| is_no_persons(text))?;
    Some(shown.chars().take(LONGEST_NAME).collect())
}

#[cfg(test)]
mod tests {
    use leadlight_lead::{EmailAddress, Fact, LeadId, Outcome, RouteRequest, StageMessage};

    use super::*;

    const LEAD: &str = include_str!("../../../shared/lead/testdata/v1/queued-lead-rules.json");
    const DAY: SignedDuration = SignedDuration::from_hours(24);

    fn now() -> Timestamp {
        "2027-06-01T00:00:00Z".parse().unwrap()
    }

    /// Decided so many days ago, closed so many days later.
    fn lead(n: u16, age: i32, took: i32, result: OutcomeResult, amount_usd: Option<u64>) -> QueuedLead {
        let mut lead = QueuedLead::from_message(LEAD.as_bytes()).unwrap();
        let RouteRequest::Scored(scored) = &mut lead.content else { panic!() };
        let event = format!("deal-{n}").parse().unwrap();
        scored.enriched.submitted.lead_id = LeadId::of(&"website-form".parse().unwrap(), &event);
        scored.enriched.account_domain = format!("firm-{n}.example").parse().ok();
        scored.decision.as_of = now() - DAY * age;
        scored.decision.score = 20.0.try_into().unwrap();
        let closed_at = scored.decision.as_of + DAY * took;
        lead.outcome = Some(Outcome { result, closed_at, amount_usd });
        lead
    }

    fn see(past: &mut Past, lead: &QueuedLead) {
        let outcome = lead.outcome.as_ref().unwrap();
        let won = outcome.result == OutcomeResult::Won;
        past.see(lead, lead.decision().unwrap(), won, outcome.closed_at, now());
    }

    fn look(lead: &QueuedLead) -> Look {
        let in_force = Word::of(lead.decision().unwrap()).by;
        Look { now: now(), maturity: DAY * 60, in_force, answered: None }
    }

    fn findings(past: &Past) -> String {
        past.findings(60).into_iter().map(|finding| finding.what).collect::<Vec<_>>().join("\n")
    }

    /// Clocks disagree, or a deal was matched to the wrong lead: it was not foretold.
    #[test]
    fn what_was_closed_before_it_was_decided_is_told_and_not_reviewed() {
        let mut past = Past::default();
        let first = lead(0, 100, 30, OutcomeResult::Won, None);
        see(&mut past, &first);
        see(&mut past, &lead(1, 100, -2, OutcomeResult::Won, None));
        see(&mut past, &lead(2, -3, 4, OutcomeResult::Lost, None));
        assert!(findings(&past).contains("1 of 3 deals were closed before their lead was decided on"));
        let review = past.review(&look(&first));
        assert_eq!(review.review.deals, 1, "nor is what a clock ahead of ours has decided");
        assert_eq!(review.won_but_low.len(), 1);
    }

    #[test]
    fn a_month_without_a_close_is_a_review_of_nothing() {
        let none = Past::default();
        assert_eq!(findings(&none), "");
        let review = none.review(&look(&lead(0, 100, 30, OutcomeResult::Won, None)));
        assert!(review.review.bands.is_empty() && review.back_test.is_none() && review.fall.is_none());
        assert_eq!(review.won_low, Some(Stake::default()));
    }

    #[test]
    fn money_is_summed_over_all_and_what_nobody_said_is_not_known() {
        let mut past = Past::default();
        for n in 0..25 {
            see(&mut past, &lead(n, 100, 30, OutcomeResult::Won, (n % 5 == 0).then_some(1_000)));
        }
        // Nobody remembers a deal of long ago.
        see(&mut past, &lead(99, 800, 30, OutcomeResult::Won, Some(7_000)));
        let review = past.review(&look(&lead(0, 100, 30, OutcomeResult::Won, None)));
        assert_eq!(review.won_low, Some(Stake { deals: 25, known: 5, usd: 5_000 }));
        assert_eq!(review.won_but_low.len(), LISTED);
        assert!(review.won_but_low.iter().any(|deal| deal.amount_usd.is_none()));
    }

    #[test]
    fn wins_that_come_late_are_told_since_reviews_lean_by_them() {
        let mut past = Past::default();
        for n in 0..12 {
            see(&mut past, &lead(n, 200, if n % 3 == 0 { 90 } else { 20 }, OutcomeResult::Won, None));
        }
        assert!(findings(&past).contains("4 of 12 wins came later than the 60 days"), "{}", findings(&past));
    }

    /// A report outlives the erasure of a person.
    #[test]
    fn a_deal_is_named_by_its_company_and_never_by_a_person() {
        let named_so = |name: &str| {
            let mut lead = lead(7, 100, 30, OutcomeResult::Won, None);
            let RouteRequest::Scored(scored) = &mut lead.content else { panic!() };
            let enriched = &mut scored.enriched;
            let email: EmailAddress = "dana.whitlock@firm-7.example".parse().unwrap();
            let event = &mut enriched.submitted.event;
            (event.email, event.first_name, event.last_name) =
                (email, Some("Dana".to_owned()), Some("Whitlock".to_owned()));
            let at = enriched.enriched_at;
            let provider = "acme-data".to_owned();
            let value = name.to_owned();
            enriched.enrichment.company.name =
                (!name.is_empty()).then_some(Fact { value, provider, fetched_at: at, confidence: 0.9 });
            let mut past = Past::default();
            see(&mut past, &lead);
            past.review(&look(&lead)).won_but_low.remove(0).company
        };
        assert_eq!(named_so("Brightforge").as_deref(), Some("Brightforge"));
        assert_eq!(named_so("").as_deref(), Some("firm-7.example"));
        assert_eq!(named_so("Dana Whitlock Consulting").as_deref(), Some("firm-7.example"));
        assert_eq!(named_so("dana.whitlock@firm-7.example").as_deref(), Some("firm-7.example"));
        assert_eq!(named_so(&"x".repeat(500)).map(|name| name.len()), Some(LONGEST_NAME));
    }
}
