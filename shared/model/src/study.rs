//! A whole run: audit, competition, gate, and the model that is published, or the reason why none is.

use std::collections::BTreeMap;

use crate::artifact::{Artifact, FeatureMismatch};
use crate::audit::{Finding, Severity, audit};
use crate::court::{Court, Judges, order};
use crate::drift;
use crate::encoder::FeatureError;
use crate::file::Body;
use crate::gate::{Bout, Challenger, GateLimits, Incumbent, Proof, gate};
use crate::importance::importance;
use crate::judged::{Words, judged};
use crate::learners::{LearnerKind, competitors};
use crate::own::{self, Hearing, changes, given_up};
use crate::places::Places;
use crate::publishing::with_own;
use crate::recipe::{Field, compete};
use crate::report::{LearnerResult, Origin, OwnStanding, StudyReport, StudyVerdict};
use crate::rows::{Lineage, SortedRows};
use crate::run::{Candidate, Run, nobody};
use crate::shift;
use crate::table::Deals;
use crate::train::{TrainError, Trained, check_both_kinds, check_counts, check_specs, metrics};
use crate::worth::{SaidWithout, VendorDeals, VendorWorth, weighed, worth};

/// How a study goes about it.
pub struct Options<'a> {
    /// What is studied, in words, such as the file's name; for the report.
    pub subject: String,
    /// Where the deals come from.
    pub origin: Origin,
    /// The model in force, if there is one that can be asked about the deals; see [`cannot_be_asked`].
    pub champion: Option<&'a Artifact>,
    /// What a challenger must hold.
    pub limits: GateLimits,
    /// What reading the deals has shown already; red findings stop the run as those of the audit do.
    pub found: Vec<Finding>,
    /// How the deals would look without each vendor that was asked about them.
    pub vendors: &'a [VendorDeals],
    /// Told of each step.
    pub progress: &'a mut dyn FnMut(Step<'_>),
}

/// Said of a champion that lacks what it needs: there is nothing to compare a challenger with but the base rate.
pub fn cannot_be_asked(mismatch: &FeatureMismatch) -> Finding {
    Finding {
        severity: Severity::Amber,
        feature: None,
        what: format!(
            "the champion cannot be asked about these deals, and a new model is held against the base rate: {mismatch}"
        ),
        remedy: "bring back what it needs, if it was left out by mistake".to_owned(),
    }
}

/// A step of a study.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step<'a> {
    /// What is being done, in words.
    pub doing: &'a str,
}

/// What a study comes to.
#[derive(Debug, Clone, PartialEq)]
pub struct Study {
    /// All there is to tell.
    pub report: StudyReport,
    /// The model to publish; none where the verdict is another.
    pub trained: Option<Trained>,
}

/// Lets the learners compete on the older deals, judges them and what scores today on the newest, and fits the
/// chosen one to all of them. The same deals, in any order, give the same study.
///
/// Deals that do not carry a model yet are no error: the verdict says what is missing. An error is a value that
/// cannot be used, or features that contradict each other.
pub fn study(deals: &Deals, lineage: &Lineage, options: Options<'_>) -> Result<Study, TrainError> {
    check_specs(&deals.specs)?;
    let Options { subject, origin, champion, limits, found, vendors, progress } = options;
    progress(Step { doing: "looking at the data" });
    let sorted = SortedRows::new(deals);
    let mut report = blank(deals, &sorted, subject, origin, lineage.trained_at);
    report.audit = audit(deals, &sorted.rows);
    report.audit.add(found);
    let accounts = &sorted.account_keys(deals);
    let run = Run { deals, sorted: &sorted, accounts, champion, limits, vendors, lineage };
    if let Err(error) = check_counts(deals.len(), report.won) {
        return Ok(run.without(report, error.to_string()));
    }
    if let Some(because) = stopped(&report.audit.findings) {
        return Ok(run.without(report, because));
    }
    let mut study = match run.judge_and_publish(&mut report, &mut |doing| progress(Step { doing })) {
        Ok(trained) => Study { report, trained },
        Err(error) if error.is_too_early() => run.without(report, error.to_string()),
        Err(error) => return Err(error),
    };
    if let Some(champion) = champion.filter(|_| study.trained.is_none() || study.report.keeps_shared()) {
        study.report.vendors = worth(champion, deals, vendors)?;
    }
    Ok(study)
}

/// What stops a run: all of it at once, so that nobody has to find it out run by run.
fn stopped(findings: &[Finding]) -> Option<String> {
    let red: Vec<String> = findings
        .iter()
        .filter(|finding| finding.severity == Severity::Red)
        .map(|finding| format!("{}; {}", finding.what, finding.remedy))
        .collect();
    (!red.is_empty()).then(|| format!("the data are not fit to learn from: {}", red.join(". Also, ")))
}

impl Run<'_> {
    fn without(&self, mut report: StudyReport, because: String) -> Study {
        if let Some(champion) = self.champion.filter(|_| report.own.is_empty()) {
            report.own = own::untouched(champion.own(), self.deals, "nothing was judged in this run");
        }
        report.verdict = if self.champion.is_some() {
            StudyVerdict::Keep { because }
        } else {
            StudyVerdict::Refuse { because }
        };
        Study { report, trained: None }
    }

    fn judge_and_publish(
        &self,
        report: &mut StudyReport,
        progress: &mut dyn FnMut(&str),
    ) -> Result<Option<Trained>, TrainError> {
        let court = match Court::convene(self.deals, self.sorted, self.champion, self.limits.min_deals) {
            Ok(court) => court,
            Err(because) => {
                *report = self.without(report.clone(), because).report;
                return Ok(None);
            }
        };
        order(&self.deals.order, court.who).clone_into(&mut report.order);
        check_both_kinds(self.deals, &court.older)?;
        report.notes.extend(court.notes().map(str::to_owned));
        report.drift = drift::between(self.deals, &court.older, &court.judges);
        let learnt_from = if court.is_in_turn() { &self.sorted.rows } else { &court.older };
        let is_judged_forward = court.is_in_turn() || own::is_any(self.deals);
        let learners = competitors(self.deals.len(), self.deals.has_points());
        let field = compete(self.lesson(learnt_from, is_judged_forward), learners, progress)?;
        if field.entrants.is_empty() && self.champion.is_none() {
            return Err(nobody(&field.absent));
        }
        if !field.entrants.is_empty() && field.entrants.iter().all(|e| e.scorer.encoder.width() == 0) {
            return Err(TrainError::NothingVaries);
        }
        report.notes.extend(field.notes.iter().cloned());
        progress("judging on the newest deals");
        let mut candidates = self.candidates(field, &court, report)?;
        self.compare(&candidates, &court, report)?;
        let chosen = report.gate.as_ref().and_then(|gate| gate.chosen);
        self.picture(&candidates, chosen, &court, report)?;
        let because = report.gate.as_ref().map(|gate| gate.because.clone()).unwrap_or_default();
        let place = chosen.and_then(|kind| candidates.iter().position(|c| c.kind == kind));
        let candidate = place.map(|place| candidates.swap_remove(place));
        let own = self.own(candidate.as_ref(), &court, report, progress)?;
        let (learner, because, trained) = match (candidate, self.champion) {
            (Some(candidate), _) => {
                let learner = candidate.kind;
                report.vendors = self.vendors_worth(&candidate, &court)?;
                progress("fitting the chosen learner to all the deals");
                match self.publish(candidate, own, &court) {
                    Err(TrainError::Learn(error)) => {
                        report.own.clear();
                        let because =
                            format!("{because}; fitted to all the deals it came to nothing: {error}");
                        *report = self.without(report.clone(), because).report;
                        return Ok(None);
                    }
                    other => (learner, because, other?),
                }
            }
            (None, Some(champion)) if report.own.iter().any(|own| own.standing.has_changed()) => {
                let because = format!("{because}; but {}", changes(&report.own));
                (champion.lineage().learner, because, with_own(champion, own)?)
            }
            (None, _) => {
                *report = self.without(report.clone(), because).report;
                return Ok(None);
            }
        };
        let dropped = report.own.iter().filter(|own| own.standing == OwnStanding::Dropped);
        report.audit.add(dropped.map(given_up));
        report.importance = importance(&trained.artifact, self.deals, &self.sorted.rows)?;
        report.pairs = Some(crate::interactions::pairs(&trained.artifact, self.deals, &self.sorted.rows)?);
        report.manifest = Some(trained.manifest.clone());
        report.verdict = StudyVerdict::Publish { learner, because };
        Ok(Some(trained))
    }

    fn candidates(
        &self,
        field: Field,
        court: &Court,
        report: &mut StudyReport,
    ) -> Result<Vec<Candidate>, TrainError> {
        let judges = &court.judges;
        let mut candidates = Vec::new();
        if let Some(champion) = self.champion {
            let kind = LearnerKind::ChampionShifted;
            let margins = self.shifted(champion, court)?;
            report.learners.push(self.result(kind, None, "its weights as they are".to_owned()));
            candidates.push(Candidate { kind, margins, entrant: None });
        }
        for entrant in field.entrants {
            let kind = entrant.kind;
            let margins: Vec<f64> = if court.is_in_turn() {
                entrant.unseen.points.iter().map(|(margin, _)| *margin).collect()
            } else {
                entrant.scorer.margins(self.deals, judges)?
            };
            if margins.len() != judges.len() {
                // A step forward had only wins, or only losses, to learn from.
                let won = self.deals.won[self.sorted.rows[0]];
                return Err(TrainError::OneSidedHistory { deals: court.older.len(), won });
            }
            let remark =
                format!("{}; {}", entrant.remark(self.sorted.rows.len()), entrant.scorer.learned.size());
            let forward = crate::metrics::mean_log_loss(&entrant.forward);
            report.learners.push(self.result(kind, forward, remark));
            candidates.push(Candidate { kind, margins, entrant: Some(entrant) });
        }
        for absent in field.absent {
            match report.learners.iter_mut().find(|l| l.learner == absent.kind) {
                Some(result) => result.remark = format!("{}; {}", result.remark, absent.because),
                None => report.learners.push(self.result(absent.kind, None, absent.because)),
            }
        }
        report.learners.sort_by_key(|l| l.learner);
        Ok(candidates)
    }

    #[expect(clippy::unused_self, reason = "reads as the run's result")]
    fn result(&self, learner: LearnerKind, forward_log_loss: Option<f64>, remark: String) -> LearnerResult {
        LearnerResult { learner, forward_log_loss, metrics: None, remark }
    }

    fn shifted(&self, champion: &Artifact, court: &Court) -> Result<Vec<f64>, FeatureError> {
        let Court { before, judges, .. } = court;
        let outcomes = |rows: &[usize]| rows.iter().map(|row| self.deals.won[*row]).collect::<Vec<_>>();
        let past = champion.scorer().margins(self.deals, before)?;
        let past: Vec<(f64, bool)> = past.into_iter().zip(outcomes(before)).collect();
        let margins = champion.scorer().margins(self.deals, judges)?;
        Ok(shift::forward(&past, &margins, &outcomes(judges)))
    }

    /// The gate.
    fn compare(
        &self,
        candidates: &[Candidate],
        court: &Court,
        report: &mut StudyReport,
    ) -> Result<(), TrainError> {
        let Court { older, judges, .. } = court;
        for candidate in candidates {
            let found = metrics(self.deals, older, judges, &candidate.margins)?;
            if let Some(result) = report.learners.iter_mut().find(|l| l.learner == candidate.kind) {
                result.metrics = Some(found);
            }
        }
        let won: Vec<bool> = judges.iter().map(|row| self.deals.won[*row]).collect();
        let accounts: Vec<Option<&str>> =
            judges.iter().map(|row| self.deals.accounts.get(*row).and_then(|a| a.as_deref())).collect();
        let base_rate = crate::math::count(self.deals.won_among(older)) / crate::math::count(older.len());
        let (incumbent, incumbent_margins) = match self.champion {
            Some(champion) => (Incumbent::Champion, champion.scorer().margins(self.deals, judges)?),
            None => (Incumbent::BaseRate, vec![(base_rate / (1.0 - base_rate)).ln(); judges.len()]),
        };
        let bout = Bout {
            incumbent,
            incumbent_margins: &incumbent_margins,
            won: &won,
            accounts: &accounts,
            base_rate,
        };
        let challengers: Vec<Challenger> = candidates
            .iter()
            .map(|c| Challenger { learner: c.kind, margins: c.margins.clone(), proof: self.proof(c.kind) })
            .collect();
        report.gate = gate(&bout, &challengers, GateLimits { min_deals: court.min_deals, ..self.limits });
        Ok(())
    }

    /// What a way to learn has to show.
    fn proof(&self, kind: LearnerKind) -> Proof {
        let Some(champion) = self.champion else { return Proof::ExpectedGain };
        let own = match champion.lineage().learner {
            // Its file does not say any more who learnt its weights.
            LearnerKind::ChampionShifted => LearnerKind::Blend,
            kind => kind,
        };
        if kind == own { Proof::NotWorse } else { Proof::BeyondLuck }
    }

    /// What vendors add to what the chosen candidate says of the judge's deals, which it has not learnt from.
    fn vendors_worth(&self, candidate: &Candidate, court: &Court) -> Result<Vec<VendorWorth>, TrainError> {
        let said = match (&candidate.entrant, self.champion) {
            (Some(entrant), _) if court.is_in_turn() => SaidWithout::Forward(&entrant.unseen.without),
            (Some(entrant), _) => SaidWithout::Fit(&entrant.scorer),
            (None, Some(champion)) => SaidWithout::Shifted(champion.scorer()),
            (None, None) => return Ok(Vec::new()),
        };
        Ok(weighed(self.vendors, self.deals, &court.judges, &candidate.margins, said)?)
    }

    /// Pictures of the chosen candidate; where none was chosen, of the best.
    fn picture(
        &self,
        candidates: &[Candidate],
        chosen: Option<LearnerKind>,
        court: &Court,
        report: &mut StudyReport,
    ) -> Result<(), TrainError> {
        let Court { older, judges, .. } = court;
        let loss = |kind: LearnerKind| {
            let result = report.learners.iter().find(|l| l.learner == kind);
            result.and_then(|l| l.metrics.as_ref()).map_or(f64::INFINITY, |m| m.log_loss)
        };
        let best = candidates.iter().min_by(|a, b| loss(a.kind).total_cmp(&loss(b.kind)));
        let shown = candidates.iter().find(|c| Some(c.kind) == chosen).or(best);
        let Some(candidate) = shown else { return Ok(()) };
        let scorer = match (&candidate.entrant, self.champion) {
            (Some(entrant), _) => &entrant.scorer,
            (None, Some(champion)) => champion.scorer(),
            (None, None) => return Ok(()),
        };
        let places = Places::of(if court.is_in_turn() {
            candidate.margins.clone()
        } else {
            scorer.margins(self.deals, older)?
        });
        // A moved intercept moves no lead's place among the others.
        let places_by = match (&candidate.entrant, self.champion) {
            (None, Some(champion)) => champion.scorer().margins(self.deals, judges)?,
            _ => candidate.margins.clone(),
        };
        let said = Words { probability: &candidate.margins, place: &places_by };
        report.judged = Some(judged(candidate.kind, scorer, &places, self.deals, judges, said));
        Ok(())
    }

    /// Whether scopes are better served by models of their own, beside the shared one that is to answer.
    fn own(
        &self,
        candidate: Option<&Candidate>,
        court: &Court,
        report: &mut StudyReport,
        progress: &mut dyn FnMut(&str),
    ) -> Result<BTreeMap<String, Body>, TrainError> {
        let shared = match (candidate, self.champion) {
            (Some(candidate), _) => candidate.unseen(court),
            (None, Some(champion)) => {
                let until = champion.lineage().last_closed_at;
                let newer = shift::unseen(self.deals, &self.sorted.rows, until);
                let rows: Vec<usize> = court.judges.iter().copied().chain(newer).collect();
                let margins = champion.scorer().margins(self.deals, &rows)?;
                rows.into_iter().zip(margins).collect()
            }
            // Without a model that all leads share there is nothing to put beside it.
            (None, None) => return Ok(BTreeMap::new()),
        };
        let none = BTreeMap::new();
        let hearing = Hearing {
            deals: self.deals,
            sorted: self.sorted,
            in_force: self.champion.map_or(&none, Artifact::own),
            limits: self.limits,
            lineage: self.lineage,
            shared: &shared,
        };
        let heard = hearing.hear(progress);
        report.own = heard.report;
        Ok(heard.own)
    }
}

fn blank(
    deals: &Deals,
    sorted: &SortedRows,
    subject: String,
    origin: Origin,
    studied_at: jiff::Timestamp,
) -> StudyReport {
    let closed = |row: Option<&usize>| row.and_then(|row| deals.closed_at(*row));
    StudyReport {
        schema_version: StudyReport::SCHEMA_VERSION,
        subject,
        origin,
        past: None,
        studied_at,
        deals: deals.len(),
        won: deals.won.iter().filter(|won| **won).count(),
        order: order(&deals.order, Judges::NewestFifth).to_owned(),
        period: closed(sorted.rows.first()).zip(closed(sorted.rows.last())),
        audit: crate::audit::Audit::default(),
        verdict: StudyVerdict::Refuse { because: String::new() },
        learners: Vec::new(),
        gate: None,
        judged: None,
        importance: Vec::new(),
        pairs: None,
        drift: Vec::new(),
        manifest: None,
        vendors: Vec::new(),
        own: Vec::new(),
        notes: Vec::new(),
        file: None,
    }
}

impl StudyReport {
    /// A report on deals that nothing was trained on, and why.
    pub fn without_training(
        subject: &str,
        deals: &Deals,
        verdict: StudyVerdict,
        studied_at: jiff::Timestamp,
    ) -> Self {
        let sorted = SortedRows::new(deals);
        let report = blank(deals, &sorted, subject.to_owned(), Origin::System, studied_at);
        Self { audit: audit(deals, &sorted.rows), verdict, ..report }
    }
}
