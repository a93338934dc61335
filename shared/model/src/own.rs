//! Own models: whether the leads of a scope, such as a motion, are better served by a model that learnt from them alone.
//!
//! A scope is heard once it has the deals that a first model needs. Its learners compete on its deals alone and are judged
//! as a first model is, but against what the shared model says of the very same deals: predictions of either that no fit
//! behind them had seen. A newcomer must be better beyond luck; the level is split evenly among all newcomers of a run
//! (Bonferroni), so that at most one run in forty has a false one. Scopes are many and chances to be lucky with them.
//!
//! An own model in force is judged by deals that closed since it was learnt. Retrained, it must not be worse than it
//! was. If the shared model is not worse than the better of the two, by the same measure, it answers again: of two equals
//! the one that has learnt from more deals.
//!
//! A scope within another, such as a segment of a motion, is held against what would answer otherwise: the own model of the
//! wider scope where it has one, else the shared one. Wider scopes are heard first.

use std::collections::{BTreeMap, BTreeSet};

use crate::audit::{Finding, Severity};
use crate::court::{Court, have_others_come};
use crate::file::Body;
use crate::gate::{Bout, Challenger, Comparison, GateLimits, Incumbent, Proof, gate};
use crate::learners::competitors;
use crate::math::{count, log_loss};
use crate::recipe::{Entrant, Lesson, MIN_CLOSED, MIN_OF_A_CLASS, compete};
use crate::report::{OwnJudged, OwnModel, OwnStanding};
use crate::rows::{Lineage, SortedRows};
use crate::scope::{from_narrowest, wider};
use crate::table::Deals;
use crate::train::{TrainError, body, check_both_kinds, check_counts, metrics};

/// Fewer deals than this do not judge: half of those that an own model needs.
const MIN_JUDGED: usize = MIN_CLOSED / 2;
/// A scope that holds more of the deals than this has the shared model for its own.
const NEARLY_ALL: f64 = 0.9;
/// Scopes told of that have no own model and too few deals for one, those with the most deals first: a column may have
/// thousands of values.
const LISTED: usize = 20;

/// What own models are decided by.
pub(crate) struct Hearing<'a> {
    pub(crate) deals: &'a Deals,
    pub(crate) sorted: &'a SortedRows,
    /// Own models that answer today.
    pub(crate) in_force: &'a BTreeMap<String, Body>,
    pub(crate) limits: GateLimits,
    pub(crate) lineage: &'a Lineage,
    /// What the shared model says of deals that the fits behind its words had not seen, in log-odds, by place.
    pub(crate) shared: &'a BTreeMap<usize, f64>,
}

/// What came of it.
pub(crate) struct Heard {
    /// Own models that answer from now on.
    pub(crate) own: BTreeMap<String, Body>,
    pub(crate) report: Vec<OwnModel>,
}

/// Whether a scope may have a model of its own.
pub(crate) fn is_any(deals: &Deals) -> bool {
    let by_scope = by_scope(deals, &(0..deals.len()).collect::<Vec<_>>());
    by_scope.values().any(|rows| unfit(deals, rows, deals.len()).is_none())
}

/// Of a run in which no own model was asked for.
pub(crate) fn untouched(in_force: &BTreeMap<String, Body>, deals: &Deals, because: &str) -> Vec<OwnModel> {
    let rows: Vec<usize> = (0..deals.len()).collect();
    let by_scope = by_scope(deals, &rows);
    let kept = |scope: &String| {
        let rows = by_scope.get(scope.as_str()).map_or(&[][..], Vec::as_slice);
        told(scope, deals, rows, &Settled::new(OwnStanding::Kept, because.to_owned()))
    };
    in_force.keys().map(kept).collect()
}

fn by_scope<'a>(deals: &'a Deals, rows: &[usize]) -> BTreeMap<&'a str, Vec<usize>> {
    let mut by_scope: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for row in rows {
        for scope in deals.scope(*row).into_iter().flat_map(from_narrowest) {
            by_scope.entry(scope).or_default().push(*row);
        }
    }
    by_scope
}

/// Why a scope with these deals, of so many in the scope around it, has no model of its own, whatever it could learn.
fn unfit(deals: &Deals, rows: &[usize], around: usize) -> Option<String> {
    if count(rows.len()) > NEARLY_ALL * count(around) {
        return Some(
            "nearly all deals around them are theirs, so that the model of those is theirs already"
                .to_owned(),
        );
    }
    check_counts(rows.len(), deals.won_among(rows)).err().map(|_| {
        let won = deals.won_among(rows);
        format!(
            "they have {} closed deals, {won} of them won; a model of their own takes {MIN_CLOSED}, with at least \
             {MIN_OF_A_CLASS} won and {MIN_OF_A_CLASS} lost",
            rows.len()
        )
    })
}

fn told(scope: &str, deals: &Deals, rows: &[usize], settled: &Settled) -> OwnModel {
    OwnModel {
        scope: scope.to_owned(),
        deals: rows.len(),
        won: deals.won_among(rows),
        standing: settled.standing,
        because: settled.because.clone(),
        judged: settled.judged,
    }
}

/// A scope that is heard.
struct Scope<'a> {
    name: &'a str,
    /// Its deals, the oldest first.
    rows: &'a [usize],
    /// Deals of the scope around it; of all, where that is all leads.
    around: usize,
    otherwise: Otherwise<'a>,
}

/// What answers where a scope has no model of its own.
#[derive(Clone, Copy)]
struct Otherwise<'a> {
    /// The wider scope whose model it is; none where it is the shared one.
    whose: Option<&'a str>,
    /// What it says of deals that the fits behind its words had not seen, in log-odds, by place; none where that is not known.
    said: Option<&'a BTreeMap<usize, f64>>,
}

impl Otherwise<'_> {
    fn in_words(&self) -> String {
        self.whose.map_or_else(
            || "the one that all leads share".to_owned(),
            |scope| format!("the one of all {scope} leads"),
        )
    }
}

/// What became of one scope.
struct Settled {
    standing: OwnStanding,
    because: String,
    judged: Option<OwnJudged>,
    /// The own model that answers from now on.
    body: Option<Body>,
    /// What a model of theirs says of deals that it had not seen, in log-odds, by place.
    said: BTreeMap<usize, f64>,
}

/// What was learnt from a scope's deals alone, beside the shared model.
struct Plea {
    /// The scope's deals, the oldest first.
    mine: Deals,
    sorted: SortedRows,
    entrant: Entrant,
    /// Whether it has learnt from all of them.
    is_whole: bool,
    older: Vec<usize>,
    bout: Sides,
    /// What it stands against, in words.
    otherwise: String,
}

/// Both models on the deals that judge.
struct Sides {
    /// By place among the scope's own.
    rows: Vec<usize>,
    own: Vec<f64>,
    shared: Vec<f64>,
}

impl Hearing<'_> {
    /// Hears every scope.
    pub(crate) fn hear(&self, progress: &mut dyn FnMut(&str)) -> Heard {
        let by_scope = by_scope(self.deals, &self.sorted.rows);
        if by_scope.is_empty() {
            let because = "the deals do not tell whose they are";
            return Heard {
                own: self.in_force.clone(),
                report: untouched(self.in_force, self.deals, because),
            };
        }
        let in_force = self.in_force.keys().map(String::as_str);
        let scopes: BTreeSet<&str> = by_scope.keys().copied().chain(in_force).collect();
        let rows = |scope: &str| by_scope.get(scope).map_or(&[][..], Vec::as_slice);
        let is_new = |scope: &&&str| {
            let around = wider(scope).map_or(self.deals.len(), |wider| rows(wider).len());
            unfit(self.deals, rows(scope), around).is_none() && self.known(scope, rows(scope)).is_none()
        };
        let newcomers = scopes.iter().filter(is_new).count();
        let mut heard = Heard { own: BTreeMap::new(), report: Vec::new() };
        // What own models say of deals that the fits behind their words had not seen, by scope.
        let mut said = BTreeMap::new();
        // In the order of their names a scope comes before those within it.
        for name in scopes {
            let wider_own = from_narrowest(name).skip(1).find(|wider| heard.own.contains_key(*wider));
            let otherwise = match wider_own {
                Some(wider) => Otherwise { whose: Some(wider), said: said.get(wider) },
                None => Otherwise { whose: None, said: Some(self.shared) },
            };
            let around = wider(name).map_or(self.deals.len(), |wider| rows(wider).len());
            let scope = Scope { name, rows: rows(name), around, otherwise };
            let mut settled = self.settle(&scope, newcomers, progress);
            heard.report.push(told(name, self.deals, rows(name), &settled));
            if let Some(body) = settled.body.take() {
                said.insert(name, settled.said);
                heard.own.insert(name.to_owned(), body);
            }
        }
        shorten(&mut heard.report);
        heard
    }

    /// The own model in force, if the scope's deals are those that it learnt from, and newer ones. Where others have come,
    /// as a company's own in the place of invented ones, it is not asked for its own sake any more.
    fn known(&self, scope: &str, rows: &[usize]) -> Option<&Body> {
        let body = self.in_force.get(scope)?;
        (!have_others_come(self.deals, rows, &body.lineage, MIN_JUDGED)).then_some(body)
    }

    fn settle(&self, scope: &Scope<'_>, newcomers: usize, progress: &mut dyn FnMut(&str)) -> Settled {
        let Scope { name, rows, around, otherwise } = *scope;
        let in_force = self.in_force.get(name);
        if let Some(because) = unfit(self.deals, rows, around) {
            return Settled::shared(in_force, because, None);
        }
        progress(&format!("learning from {name} leads alone"));
        let plea = match self.learn(rows, otherwise) {
            Ok(plea) => plea,
            Err(error) => {
                return Settled::as_it_was(
                    in_force,
                    format!("nothing could be learnt from them alone: {error}"),
                );
            }
        };
        let places = plea.bout.rows.iter().map(|row| rows[*row]);
        let said = places.zip(plea.bout.own.iter().copied()).collect();
        let settled = match self.known(name, rows) {
            Some(known) => self.again(known, plea),
            None => self.newcomer(in_force, plea, newcomers),
        };
        let settled = settled.unwrap_or_else(|error| {
            Settled::as_it_was(in_force, format!("fitted to all of their deals it came to nothing: {error}"))
        });
        Settled { said, ..settled }
    }

    /// Who learns and who judges is as for a first model.
    fn learn(&self, rows: &[usize], otherwise: Otherwise<'_>) -> Result<Plea, TrainError> {
        let mine = self.deals.some(rows);
        let sorted = SortedRows::new(&mine);
        let court = Court::of_all(&mine, &sorted, MIN_JUDGED);
        check_both_kinds(&mine, &court.older)?;
        let is_whole = court.is_in_turn();
        let entrant =
            fit(&mine, &sorted, if is_whole { &sorted.rows } else { &court.older }, is_whole, None)?;
        let (judges, own, unweighed) = if is_whole {
            let unseen = &entrant.unseen;
            let margins = unseen.points.iter().map(|(margin, _)| *margin).collect();
            (unseen.rows.clone(), margins, unseen.unweighed)
        } else {
            let margins = entrant.scorer.margins(&mine, &court.judges)?;
            (court.judges, margins, 0)
        };
        let both = judges.into_iter().zip(own).enumerate().filter_map(|(at, (row, own))| {
            let shared = *otherwise.said?.get(&rows[row])?;
            Some((at >= unweighed, row, own, shared))
        });
        let mut both: Vec<_> = both.collect();
        // Where nothing weighed the learners yet only the share won was said, which tells nothing of a model.
        let weighed = both.iter().filter(|(is_weighed, ..)| *is_weighed).count();
        both.retain(|(is_weighed, ..)| *is_weighed || weighed < MIN_JUDGED);
        let bout = Sides {
            rows: both.iter().map(|(_, row, ..)| *row).collect(),
            own: both.iter().map(|(_, _, own, _)| *own).collect(),
            shared: both.iter().map(|(.., shared)| *shared).collect(),
        };
        let otherwise = otherwise.in_words();
        Ok(Plea { mine, sorted, entrant, is_whole, older: court.older, bout, otherwise })
    }

    fn newcomer(&self, in_force: Option<&Body>, plea: Plea, newcomers: usize) -> Result<Settled, TrainError> {
        let level = self.limits.level / count(newcomers.max(1));
        let Sides { own, shared, .. } = &plea.bout;
        let challenger = (own.as_slice(), Proof::BeyondLuck);
        let Some(found) = self.compare(&plea, &plea.bout.rows, shared, challenger, level) else {
            return Ok(Settled::shared(in_force, "no deal of theirs can judge yet".to_owned(), None));
        };
        let judged = plea.judged(&plea.bout.rows, shared, own);
        let figures = plea.figures(&judged);
        if !found.passed {
            return Ok(Settled::shared(
                in_force,
                format!("{figures}, and {}", found.objection),
                Some(judged),
            ));
        }
        let because = format!("{figures}; a gain of at least {:.4} is sure", found.gain_at_least);
        let body = Some(plea.whole(self.lineage)?);
        let standing = if in_force.is_some() { OwnStanding::Renewed } else { OwnStanding::New };
        Ok(Settled { judged: Some(judged), body, ..Settled::new(standing, because) })
    }

    /// An own model in force, on what has closed since it was learnt.
    fn again(&self, known: &Body, plea: Plea) -> Result<Settled, TrainError> {
        let until = known.lineage.last_closed_at;
        let newer: Vec<usize> = (0..plea.bout.rows.len())
            .filter(|at| {
                plea.mine.closed_at(plea.bout.rows[*at]).zip(until).is_some_and(|(at, until)| at > until)
            })
            .collect();
        if newer.len() < MIN_JUDGED {
            let because = format!(
                "{} of the deals that can judge closed since it was learnt, {MIN_JUDGED} are needed",
                newer.len()
            );
            return Ok(Settled::as_it_was(Some(known), because));
        }
        let of = |margins: &[f64]| newer.iter().map(|at| margins[*at]).collect::<Vec<f64>>();
        let rows: Vec<usize> = newer.iter().map(|at| plea.bout.rows[*at]).collect();
        let (anew, shared) = (of(&plea.bout.own), of(&plea.bout.shared));
        let then = known.scorer.margins(&plea.mine, &rows)?;
        let not_worse = |than: &[f64], margins: &[f64]| {
            let found = self.compare(&plea, &rows, than, (margins, Proof::NotWorse), self.limits.level);
            found.is_some_and(|found| found.passed)
        };
        let is_renewed = not_worse(&then, &anew);
        let own = if is_renewed { &anew } else { &then };
        let judged = plea.judged(&rows, &shared, own);
        let figures = plea.figures(&judged);
        if not_worse(own, &shared) {
            let because = format!("{figures}, and of two equals the one that more leads share answers");
            return Ok(Settled::shared(Some(known), because, Some(judged)));
        }
        let (standing, body) = if is_renewed {
            (OwnStanding::Renewed, plea.whole(self.lineage)?)
        } else {
            (OwnStanding::Kept, known.clone())
        };
        let because = if is_renewed { figures } else { format!("{figures}; retrained it was worse") };
        Ok(Settled { judged: Some(judged), body: Some(body), ..Settled::new(standing, because) })
    }

    /// One against the other; none where there are no deals to judge.
    fn compare(
        &self,
        plea: &Plea,
        rows: &[usize],
        incumbent: &[f64],
        (margins, proof): (&[f64], Proof),
        level: f64,
    ) -> Option<Comparison> {
        let won: Vec<bool> = rows.iter().map(|row| plea.mine.won[*row]).collect();
        let accounts: Vec<Option<&str>> =
            rows.iter().map(|row| plea.mine.accounts.get(*row).and_then(|a| a.as_deref())).collect();
        let bout = Bout {
            incumbent: Incumbent::Champion,
            incumbent_margins: incumbent,
            won: &won,
            accounts: &accounts,
            base_rate: count(plea.mine.won_among(&plea.older)) / count(plea.older.len()),
        };
        let challenger = Challenger { learner: plea.entrant.kind, margins: margins.to_vec(), proof };
        let limits = GateLimits {
            min_deals: MIN_JUDGED,
            level,
            // On some dozen deals both are mostly chance, and log-loss holds what counts of either.
            max_auc_drop: f64::INFINITY,
            max_ece_rise: f64::INFINITY,
            ..self.limits
        };
        gate(&bout, &[challenger], limits)?.challengers.pop()
    }
}

impl Settled {
    fn new(standing: OwnStanding, because: String) -> Self {
        Self { standing, because, judged: None, body: None, said: BTreeMap::new() }
    }

    /// The shared model answers: still, or again.
    fn shared(in_force: Option<&Body>, because: String, judged: Option<OwnJudged>) -> Self {
        let standing = if in_force.is_some() { OwnStanding::Dropped } else { OwnStanding::Shared };
        Self { judged, ..Self::new(standing, because) }
    }

    /// Nothing speaks for a change.
    fn as_it_was(in_force: Option<&Body>, because: String) -> Self {
        let standing = if in_force.is_some() { OwnStanding::Kept } else { OwnStanding::Shared };
        Self { body: in_force.cloned(), ..Self::new(standing, because) }
    }
}

impl Plea {
    fn judged(&self, rows: &[usize], shared: &[f64], own: &[f64]) -> OwnJudged {
        let loss = |margins: &[f64]| {
            let losses = margins.iter().zip(rows).map(|(margin, row)| log_loss(*margin, self.mine.won[*row]));
            losses.sum::<f64>() / count(rows.len())
        };
        OwnJudged { deals: rows.len(), shared_log_loss: loss(shared), own_log_loss: loss(own) }
    }

    fn figures(&self, judged: &OwnJudged) -> String {
        let OwnJudged { deals, shared_log_loss, own_log_loss } = judged;
        format!(
            "on {deals} of their deals that neither had seen, a model of their own has log-loss {own_log_loss:.4}, \
             {} {shared_log_loss:.4}",
            self.otherwise
        )
    }

    /// Fitted to all of the scope's deals.
    fn whole(self, lineage: &Lineage) -> Result<Body, TrainError> {
        let Self { mine, sorted, entrant, is_whole, older, bout, otherwise: _ } = self;
        let found = metrics(&mine, &older, &bout.rows, &bout.own)?;
        let entrant =
            if is_whole { entrant } else { fit(&mine, &sorted, &sorted.rows, false, Some(entrant))? };
        Ok(body(&mine, &sorted, entrant, found, lineage.clone())?.0)
    }
}

/// The blend of all learners, or the only one that came to an end; of the same ones as before, if that is given.
fn fit(
    mine: &Deals,
    sorted: &SortedRows,
    rows: &[usize],
    is_judged_forward: bool,
    before: Option<Entrant>,
) -> Result<Entrant, TrainError> {
    let accounts = &sorted.account_keys(mine);
    let lesson = Lesson { deals: mine, rows, accounts, vendors: &[], closed: mine.len(), is_judged_forward };
    let learners =
        before.map_or_else(|| competitors(mine.len(), mine.has_points()), |before| before.learners);
    let mut field = compete(lesson, learners, &mut |_| {})?;
    let entrant = field.entrants.pop().ok_or(TrainError::NothingVaries)?;
    if entrant.scorer.encoder.width() == 0 {
        return Err(TrainError::NothingVaries);
    }
    Ok(entrant)
}

/// All that an own model was asked for, and of the others those with the most deals.
fn shorten(report: &mut Vec<OwnModel>) {
    let mut sizes: Vec<usize> = report.iter().filter(|own| own.is_small()).map(|own| own.deals).collect();
    sizes.sort_unstable_by(|a, b| b.cmp(a));
    let least = sizes.get(LISTED).copied().unwrap_or(0);
    report.retain(|own| !own.is_small() || own.deals > least);
}

impl OwnModel {
    fn is_small(&self) -> bool {
        self.standing == OwnStanding::Shared && self.judged.is_none()
    }
}

/// Which own models have changed and how, in words.
pub(crate) fn changes(own: &[OwnModel]) -> String {
    let changed = own.iter().filter_map(|own| {
        let how = match own.standing {
            OwnStanding::New => "now have a model of their own",
            OwnStanding::Renewed => "have their own model retrained",
            OwnStanding::Dropped => "no longer have a model of their own",
            OwnStanding::Kept | OwnStanding::Shared => return None,
        };
        Some(format!("{} leads {how}", own.scope))
    });
    changed.collect::<Vec<_>>().join(", ")
}

/// An own model that no longer answers is told of loudly: its leads are scored another way.
pub(crate) fn given_up(own: &OwnModel) -> Finding {
    Finding {
        severity: Severity::Amber,
        feature: None,
        what: format!("{} leads no longer have a model of their own: {}", own.scope, own.because),
        remedy: "look at what has changed for them; a model of their own comes back once it is better again"
            .to_owned(),
    }
}
