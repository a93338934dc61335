//! Is the history fit to learn from? Looked at before anything is trained; red findings stop it.

mod key;
mod look;
mod personal;
mod pure;
mod repeated;
#[cfg(test)]
mod tests;

use leadlight_reading::sounds_late;
use serde::{Deserialize, Serialize};

use self::look::Look;
use crate::math::count;
use crate::table::Deals;

/// What the audit found.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Audit {
    /// The gravest first.
    pub findings: Vec<Finding>,
    /// Each feature's column as it came.
    pub fill: Vec<Fill>,
}

impl Audit {
    /// Adds what was found elsewhere, by its gravity.
    pub fn add(&mut self, findings: impl IntoIterator<Item = Finding>) {
        self.findings.extend(findings);
        self.findings.sort_by_key(|finding| finding.severity);
    }
}

/// Something to know, or to put right.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// How grave.
    pub severity: Severity,
    /// The feature it is about; none for the deals as a whole.
    pub feature: Option<String>,
    /// What was found, with its figure.
    pub what: String,
    /// What to do.
    pub remedy: String,
}

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Training stops.
    Red,
    /// Look at it before you rely on the model.
    Amber,
    /// Good to know.
    Note,
}

/// How well a feature is filled.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fill {
    /// The feature.
    pub feature: String,
    /// Share of deals in which it is known, 0 to 1.
    pub known: f64,
    /// Distinct values among them.
    pub distinct: usize,
    /// How well it tells won from lost alone, 0.5 to 1; none where it never varies.
    pub auc: Option<f64>,
}

/// A feature that tells won from lost this well alone is no forecast: it was written when the outcome was
/// known. Judgement: the best single features of real lead data stay under .85.
const TOO_GOOD: f64 = 0.98;
/// This well it may be.
const VERY_GOOD: f64 = 0.85;
/// Fewer deals than this show such figures by chance.
const MIN_DEALS: usize = 50;
/// Filled less often than this.
const SPARSE: f64 = 0.2;
/// Rows that are looked at; of more, evenly spaced ones.
const MAX_ROWS: usize = 100_000;

/// Looks at deals, given in order of close date where they have one.
pub fn audit(deals: &Deals, rows: &[usize]) -> Audit {
    let kept = crate::matrix::evenly(rows.len(), MAX_ROWS);
    let rows: Vec<usize> = kept.into_iter().map(|at| rows[at]).collect();
    let mut audit = Audit::default();
    for (spec, column) in deals.specs.iter().zip(&deals.columns) {
        let looked = Look::at(column, &deals.won, &rows);
        audit.findings.extend(of_feature(&spec.name, &looked, rows.len()));
        audit.findings.extend(personal::finding(&spec.name, column, &rows));
        audit.fill.push(Fill {
            feature: spec.name.clone(),
            known: looked.known,
            distinct: looked.distinct,
            auc: looked.auc,
        });
    }
    audit.findings.extend(repeated::repetitions(deals, &rows));
    audit.findings.sort_by_key(|finding| finding.severity);
    audit
}

fn of_feature(name: &str, look: &Look, deals: usize) -> Vec<Finding> {
    let finding = |severity, what: String, remedy: &str| Finding {
        severity,
        feature: Some(name.to_owned()),
        what,
        remedy: remedy.to_owned(),
    };
    let mut findings = Vec::new();
    let auc = look.auc.unwrap_or(0.5);
    let enough = deals >= MIN_DEALS;
    if enough && auc >= TOO_GOOD && look.known > 0.3 {
        findings.push(finding(
            Severity::Red,
            format!("`{name}` alone tells won from lost with an AUC of {auc:.3}"),
            "it was most likely written when the outcome was known: leave it out",
        ));
    } else if enough && look.missing_auc.unwrap_or(0.5) >= TOO_GOOD {
        findings.push(finding(
            Severity::Red,
            format!("whether `{name}` is filled tells won from lost almost perfectly"),
            "it is filled when the outcome is known: leave it out",
        ));
    } else if enough && look.pure.gives_away(deals) {
        findings.push(finding(
            Severity::Red,
            look.pure.won(name),
            "it was most likely written when the outcome was known: leave it out",
        ));
    } else if look.known * count(deals) >= count(MIN_DEALS) && auc >= VERY_GOOD {
        findings.push(finding(
            Severity::Amber,
            format!("`{name}` alone tells won from lost with an AUC of {auc:.2}"),
            "make sure that it is known when a lead is scored, and not only later",
        ));
    } else if enough && look.missing_auc.unwrap_or(0.5) >= VERY_GOOD {
        findings.push(finding(
            Severity::Amber,
            format!("whether `{name}` is filled tells much about the outcome"),
            "make sure that it is not filled in the course of a deal",
        ));
    } else if enough && look.pure.is_odd(deals) {
        findings.push(finding(
            Severity::Amber,
            look.pure.lost(name),
            "make sure that it is known when a lead is scored, and not written later",
        ));
    }
    if sounds_late(name) && findings.is_empty() {
        findings.push(finding(
            Severity::Amber,
            format!("`{name}` sounds like something that is known only after a lead is scored"),
            "leave it out unless it is known before",
        ));
    }
    if look.known == 0.0 {
        findings.push(finding(
            Severity::Amber,
            format!("`{name}` is never known"),
            "find out why it is not filled, or leave it out",
        ));
    } else if look.known < SPARSE {
        findings.push(finding(
            Severity::Note,
            format!("`{name}` is known in {:.0} % of the deals", 100.0 * look.known),
            "more of it may help",
        ));
    }
    findings
}
