//! Is the history fit to learn from? Looked at before anything is trained; red findings stop it.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::feature::Cell;
use crate::math::count;
use crate::metrics::auc;
use crate::table::{Cells, Deals};

/// What the audit found.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Audit {
    /// The gravest first.
    pub findings: Vec<Finding>,
    /// Each feature's column as it came.
    pub fill: Vec<Fill>,
}

/// Something to know or to mend.
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
/// A share of deals with the same values and the other outcome that is worth a word.
const CONTRADICTORY: f64 = 0.05;
/// A share of repeated deals that is worth a word.
const REPEATED: f64 = 0.05;
/// Rows that are looked at; of more, evenly spaced ones.
const MAX_ROWS: usize = 100_000;

/// Words in a feature's name that tell what is only known afterwards.
const AFTERWARDS: [&str; 14] = [
    "closed", "close", "won", "lost", "outcome", "result", "stage", "duration", "invoice", "contract",
    "churn", "renewal", "amount", "reason",
];
/// Words that tell a trait which the law protects, or what stands for one (EU Charter, article 21).
const PROTECTED: [&str; 21] = [
    "age",
    "birth",
    "birthday",
    "gender",
    "sex",
    "race",
    "ethnicity",
    "ethnic",
    "religion",
    "nationality",
    "citizenship",
    "disability",
    "marital",
    "pregnant",
    "pregnancy",
    "children",
    "zip",
    "zipcode",
    "postcode",
    "firstname",
    "photo",
];

/// Looks at deals, given in order of close date where they have one.
pub fn audit(deals: &Deals, rows: &[usize]) -> Audit {
    let kept = crate::matrix::evenly(rows.len(), MAX_ROWS);
    let rows: Vec<usize> = kept.into_iter().map(|at| rows[at]).collect();
    let mut audit = Audit::default();
    for (spec, column) in deals.specs.iter().zip(&deals.columns) {
        let looked = Look::at(column, &deals.won, &rows);
        audit.findings.extend(of_feature(&spec.name, &looked, rows.len()));
        audit.fill.push(Fill {
            feature: spec.name.clone(),
            known: looked.known,
            distinct: looked.distinct,
            auc: looked.auc,
        });
    }
    audit.findings.extend(repetitions(deals, &rows));
    audit.findings.sort_by_key(|finding| finding.severity);
    audit
}

/// What one column shows.
struct Look {
    known: f64,
    distinct: usize,
    auc: Option<f64>,
    /// Of whether it is known at all.
    missing_auc: Option<f64>,
}

impl Look {
    fn at(column: &Cells, won: &[bool], rows: &[usize]) -> Self {
        let keys: Vec<Option<Key>> = rows.iter().map(|row| Key::of(&column.get(*row))).collect();
        let known = keys.iter().flatten().count();
        let mut tallies: HashMap<Key, (f64, f64)> = HashMap::new();
        for (key, row) in keys.iter().zip(rows) {
            if let Some(key) = key {
                let (deals, wins) = tallies.entry(*key).or_default();
                *deals += 1.0;
                *wins += if won[*row] { 1.0 } else { 0.0 };
            }
        }
        let numeric = matches!(column, Cells::Numbers(_));
        // Categories are ordered by their win rate without the deal itself, so that rare ones prove nothing.
        let score = |key: &Key, is_won: bool| {
            if numeric {
                return key.number();
            }
            let (deals, wins) = tallies.get(key).copied().unwrap_or_default();
            let own = if is_won { 1.0 } else { 0.0 };
            (wins - own + 0.5) / (deals - 1.0 + 1.0)
        };
        let points: Vec<(f64, bool)> = keys
            .iter()
            .zip(rows)
            .filter_map(|(key, row)| key.as_ref().map(|key| (score(key, won[*row]), won[*row])))
            .collect();
        let missing: Vec<(f64, bool)> = keys
            .iter()
            .zip(rows)
            .map(|(key, row)| (if key.is_some() { 1.0 } else { 0.0 }, won[*row]))
            .collect();
        // Within a value its own won deals then stand below its lost ones, though they are alike: half of these
        // pairs is given back.
        let won_of_known = points.iter().filter(|(_, won)| *won).count();
        let pairs = count(won_of_known) * count(points.len() - won_of_known);
        let alike: f64 = tallies.values().map(|(deals, wins)| wins * (deals - wins)).sum();
        let given_back = if numeric || pairs == 0.0 { 0.0 } else { alike / pairs / 2.0 };
        let either_way = |auc: Option<f64>| {
            auc.map(|a| if numeric { a.max(1.0 - a) } else { (a + given_back).clamp(0.5, 1.0) })
        };
        Self {
            known: count(known) / count(rows.len().max(1)),
            distinct: tallies.len(),
            auc: if tallies.len() > 1 { either_way(auc(&points)) } else { None },
            missing_auc: auc(&missing).map(|a| a.max(1.0 - a)),
        }
    }
}

/// A value as something to count by.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Key {
    Number(u64),
    Text(u64),
}

impl Key {
    fn of(cell: &Cell<'_>) -> Option<Self> {
        let hash = |text: &str| {
            use std::hash::{DefaultHasher, Hash, Hasher};
            let mut hasher = DefaultHasher::new();
            text.hash(&mut hasher);
            hasher.finish()
        };
        match cell {
            Cell::Unknown => None,
            Cell::Number(x) => Some(Self::Number((x + 0.0).to_bits())),
            Cell::Category(value) => Some(Self::Text(hash(value))),
            Cell::Tags(tags) => Some(Self::Text(hash(&tags.join("\u{1f}")))),
        }
    }

    fn number(self) -> f64 {
        match self {
            Self::Number(bits) => f64::from_bits(bits),
            Self::Text(_) => 0.0,
        }
    }
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
    } else if enough && auc >= VERY_GOOD {
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
    }
    let words = words(name);
    let has = |list: &[&str]| list.iter().any(|word| words.iter().any(|w| w == word));
    if has(&AFTERWARDS) && findings.is_empty() {
        findings.push(finding(
            Severity::Amber,
            format!("`{name}` sounds like something that is known only after a lead is scored"),
            "leave it out unless it is known before",
        ));
    }
    if has(&PROTECTED) {
        findings.push(finding(
            Severity::Amber,
            format!("`{name}` may be a protected trait, or stand for one"),
            "leave it out unless you may lawfully decide by it",
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

/// A name's words in lower case: split at what is no letter, and where a capital follows a small letter.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    for c in name.chars() {
        if !c.is_alphabetic() || (c.is_uppercase() && before.is_lowercase()) {
            words.push(String::new());
        }
        if c.is_alphabetic()
            && let Some(word) = words.last_mut()
        {
            word.extend(c.to_lowercase());
        }
        before = c;
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Deals with the very same values: told twice, or told differently.
fn repetitions(deals: &Deals, rows: &[usize]) -> Vec<Finding> {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut seen: HashMap<u64, (usize, usize)> = HashMap::new();
    for row in rows {
        let mut hasher = DefaultHasher::new();
        for column in &deals.columns {
            Key::of(&column.get(*row)).hash(&mut hasher);
        }
        let (alike, wins) = seen.entry(hasher.finish()).or_default();
        *alike += 1;
        *wins += usize::from(deals.won[*row]);
    }
    let share = |n: usize| count(n) / count(rows.len().max(1));
    let repeated: usize = seen.values().map(|(alike, _)| alike - 1).sum();
    let contradictory: usize = seen.values().map(|(alike, wins)| (*wins).min(alike - wins)).sum();
    let mut findings = Vec::new();
    if share(repeated) > REPEATED {
        findings.push(Finding {
            severity: Severity::Note,
            feature: None,
            what: format!(
                "{:.0} % of the deals have the very values of another one",
                100.0 * share(repeated)
            ),
            remedy: "make sure that no deal was exported twice".to_owned(),
        });
    }
    if share(contradictory) > CONTRADICTORY {
        findings.push(Finding {
            severity: Severity::Note,
            feature: None,
            what: format!(
                "{:.0} % of the deals have the values of another one that ended the other way",
                100.0 * share(contradictory)
            ),
            remedy: "more features would tell them apart".to_owned(),
        });
    }
    findings
}

#[cfg(test)]
mod tests {
    use leadlight_lead::CriterionGroup;

    use super::*;
    use crate::feature::{FeatureKind, FeatureSpec};
    use crate::table::Order;

    /// A column: its name, its kind, and the cell of each deal.
    type Column<'a> = (&'a str, FeatureKind, &'a dyn Fn(usize) -> String);

    fn deals(columns: &[Column<'_>], n: usize) -> Deals {
        let spec = |(name, kind, _): &Column<'_>| FeatureSpec {
            name: (*name).to_owned(),
            group: CriterionGroup::Other,
            factor: (*name).to_owned(),
            kind: *kind,
            monotone: None,
            rule: None,
        };
        let mut deals = Deals::new(columns.iter().map(spec).collect());
        deals.order = Order::AsGiven;
        for i in 0..n {
            for ((_, kind, value), column) in columns.iter().zip(&mut deals.columns) {
                column.push(&kind.read(&value(i), crate::CellFormat::default(), None).unwrap());
            }
            deals.won.push(won(i));
            deals.accounts.push(None);
        }
        deals
    }

    fn won(i: usize) -> bool {
        i * 7 % 10 < 3
    }

    fn findings(name: &str, kind: FeatureKind, value: &dyn Fn(usize) -> String) -> Vec<Severity> {
        let deals = deals(
            &[(name, kind, value), ("plain", FeatureKind::Number, &|i| (i * 13 % 101).to_string())],
            200,
        );
        let rows: Vec<usize> = (0..200).collect();
        let found = audit(&deals, &rows);
        found.findings.iter().filter(|f| f.feature.as_deref() == Some(name)).map(|f| f.severity).collect()
    }

    #[test]
    fn what_gives_the_outcome_away_is_red() {
        let outcome = |i: usize| if won(i) { "closing" } else { "dropped" }.to_owned();
        assert_eq!(findings("status", FeatureKind::Category, &outcome), [Severity::Red]);
        let amount = |i: usize| if won(i) { (1000 + i).to_string() } else { "0".to_owned() };
        assert_eq!(findings("arr", FeatureKind::Number, &amount), [Severity::Red]);
        let filled = |i: usize| if won(i) { "x".to_owned() } else { String::new() };
        assert_eq!(findings("signed_by", FeatureKind::Category, &filled), [Severity::Red]);
    }

    #[test]
    fn names_and_gaps_are_pointed_at() {
        let noise = |i: usize| (i * 31 % 97).to_string();
        assert_eq!(findings("visits", FeatureKind::Number, &noise), []);
        assert_eq!(findings("callDuration", FeatureKind::Number, &noise), [Severity::Amber]);
        assert_eq!(findings("marital", FeatureKind::Number, &noise), [Severity::Amber]);
        assert_eq!(findings("page", FeatureKind::Number, &noise), [], "a page is no age");
        let sparse = |i: usize| if i.is_multiple_of(11) { i.to_string() } else { String::new() };
        assert_eq!(findings("score_of_partner", FeatureKind::Number, &sparse), [Severity::Note]);
    }

    #[test]
    fn a_categorys_auc_is_that_of_its_win_rates() {
        // Two values, won in 7 and in 3 of 10: a won deal outranks a lost one in .7 · .7 + (.7 · .3 + .3 · .7) / 2.
        let value = |i: usize| if i.is_multiple_of(2) { "a" } else { "b" }.to_owned();
        let mut deals = deals(&[("x", FeatureKind::Category, &value)], 2000);
        deals.won = (0..2000_usize).map(|i| (i / 2) % 10 < if i.is_multiple_of(2) { 7 } else { 3 }).collect();
        let found = audit(&deals, &(0..2000).collect::<Vec<_>>());
        assert!((found.fill[0].auc.unwrap() - 0.7).abs() < 0.002, "{:?}", found.fill[0].auc);
    }

    /// Each value seen once: it tells nothing, though each went with one outcome only.
    #[test]
    fn rare_values_prove_nothing() {
        assert_eq!(findings("company", FeatureKind::Category, &|i| format!("company {i}")), []);
    }

    #[test]
    fn repetitions_and_contradictions_are_counted() {
        let deals = deals(&[("x", FeatureKind::Number, &|i| (i % 5).to_string())], 200);
        let found = audit(&deals, &(0..200).collect::<Vec<_>>());
        let whats: Vec<&str> = found.findings.iter().map(|f| f.what.as_str()).collect();
        assert_eq!(whats.len(), 2, "{whats:?}");
    }
}
