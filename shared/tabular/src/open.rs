//! Deals that are still open, told by other columns than the label: they are neither won nor lost.
//!
//! A label that only says yes or no says "no" of them as well. So columns whose name asks whether, at which stage or
//! when a deal was closed are watched: a value of theirs that means "not closed" and never goes with a win.

use std::collections::HashMap;
use std::fmt::Write as _;

use leadlight_model::{Finding, Severity, parse_boolean};
use leadlight_reading::{DateFormat, DateReading, is_nothing};
use leadlight_reading::{DealState, fold, read_deal_state};

use crate::header::Header;
use crate::label::{Label, LabelSurvey};
use crate::roles::Roles;
use crate::rule::OpenRule;
use crate::sheet::Sheet;
use crate::words;

/// Values watched in a column; one with more says no stages.
const VALUES_MAX: usize = 60;
/// Fewer rows may lack a win by chance.
const ROWS_MIN: u64 = 5;
/// How unlikely it must be that so many rows hold no win by chance. Judgement: it stops a run.
const BY_CHANCE: f64 = 0.01;

/// What a column's name asks of a deal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asks {
    /// Whether it is closed; the flag's value for "no".
    IsClosed { open: bool },
    /// At which stage it is.
    Stage,
    /// When it was, or will be, closed.
    CloseDate,
}

/// What a cell says to that.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Says {
    Closed,
    Lost,
    Open(String),
    Empty,
    Ahead,
    Unclear,
}

/// A column that may tell which deals are open.
pub(crate) struct Watch {
    place: usize,
    asks: Asks,
    /// By what the cell says and which of the label's values stands beside it.
    counts: HashMap<(Says, usize), u64>,
    /// A cell was none of what the name lets expect.
    is_other: bool,
}

/// What the watched columns say.
#[derive(Default)]
pub(crate) struct Watched {
    /// Rows that can only be open.
    pub(crate) rules: Vec<OpenRule>,
    /// Rows that most likely are, but might be lost.
    pub(crate) findings: Vec<Finding>,
}

impl Watch {
    /// Columns to watch.
    pub(crate) fn all(header: &Header, roles: &Roles) -> Vec<Self> {
        let places = (0..header.names().len()).filter(|place| {
            *place != roles.label
                && !roles.time.contains(place)
                && roles.open.iter().all(|rule| rule.place != *place)
        });
        places
            .filter_map(|place| {
                let asks = asks(header.name(place))?;
                Some(Self { place, asks, counts: HashMap::new(), is_other: false })
            })
            .collect()
    }

    /// Counts a row beside its label's value.
    pub(crate) fn see(&mut self, sheet: &Sheet, roles: &Roles, label: Option<usize>) {
        if self.is_other {
            return;
        }
        let cell = sheet.cell(self.place);
        let says = match self.asks {
            Asks::IsClosed { open } => match parse_boolean(cell) {
                Some(said) if said == open => Says::Open(cell.trim().to_owned()),
                Some(_) => Says::Closed,
                None if is_nothing(cell) => Says::Unclear,
                None => {
                    self.is_other = true;
                    return;
                }
            },
            Asks::Stage => match read_deal_state(cell) {
                Some(DealState::Open) => Says::Open(cell.trim().to_owned()),
                Some(DealState::Lost) => Says::Lost,
                Some(DealState::Won) => Says::Closed,
                None => Says::Unclear,
            },
            Asks::CloseDate => match (
                is_nothing(cell),
                DateFormat::default().read(cell).and_then(DateReading::moment),
                roles.until,
            ) {
                (true, _, _) => Says::Empty,
                (_, Some(moment), Some(until)) if moment > until => Says::Ahead,
                (_, Some(_), _) => Says::Closed,
                (_, None, _) => Says::Unclear,
            },
        };
        *self.counts.entry((says, label.unwrap_or(usize::MAX))).or_default() += 1;
        self.is_other = self.counts.len() > VALUES_MAX * 4;
    }

    /// Whether it asks if a deal is closed, and says so of every deal whose label has this value.
    fn closes(&self, label: usize) -> bool {
        let mut of_value =
            self.counts.iter().filter(|((_, beside), rows)| *beside == label && **rows > 0).peekable();
        matches!(self.asks, Asks::IsClosed { .. })
            && !self.is_other
            && of_value.peek().is_some()
            && of_value.all(|((says, _), _)| *says == Says::Closed)
    }

    /// Rows in which the column says this, and how many of them were won.
    fn rows(&self, says: &Says, won: &dyn Fn(usize) -> Option<bool>) -> (u64, u64) {
        let of = |wanted: bool| {
            let counts =
                self.counts.iter().filter(|((s, label), _)| s == says && won(*label) == Some(wanted));
            counts.map(|(_, n)| n).sum::<u64>()
        };
        (of(true) + of(false), of(true))
    }

    /// What the column says that means "not closed", the commonest first.
    fn open_words(&self, won: &dyn Fn(usize) -> Option<bool>) -> Vec<(Says, u64, u64)> {
        let mut words: Vec<(Says, u64, u64)> = Vec::new();
        for (says, _) in self.counts.keys() {
            let is_open = matches!(says, Says::Open(_) | Says::Empty | Says::Ahead);
            if is_open && words.iter().all(|(other, _, _)| other != says) {
                let (rows, wins) = self.rows(says, won);
                words.push((says.clone(), rows, wins));
            }
        }
        words.retain(|(_, rows, _)| *rows > 0);
        words.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| word(&a.0).cmp(&word(&b.0))));
        words
    }

    /// Whether a "no" of the label that stands beside these words can only be that of an open deal.
    fn is_plain(&self, won: &dyn Fn(usize) -> Option<bool>) -> bool {
        match self.asks {
            // One that says "closed" of no lost deal asks whether it was won.
            Asks::IsClosed { .. } => matches!(self.rows(&Says::Closed, won), (rows, wins) if rows > wins),
            // A column that has words for lost deals would use them for a lost one.
            Asks::Stage => matches!(self.rows(&Says::Lost, won), (1.., 0)),
            Asks::CloseDate => false,
        }
    }
}

/// Places of the label's values whose deals are all closed, by a column that asks just that.
pub(crate) fn always_closed(watches: &[Watch], values: usize) -> Vec<usize> {
    (0..values).filter(|value| watches.iter().any(|watch| watch.closes(*value))).collect()
}

/// What all watched columns together say of deals that the label calls lost.
pub(crate) fn watched(watches: &[Watch], header: &Header, survey: &LabelSurvey, label: &Label) -> Watched {
    let won = |place: usize| match label.state(survey.value(place)?) {
        DealState::Won => Some(true),
        DealState::Lost => Some(false),
        DealState::Open => None,
    };
    let mut found = Watched::default();
    // Who says "lost" means it.
    if !label.no_may_be_open {
        return found;
    }
    let mut suspects = Vec::new();
    for watch in watches.iter().filter(|watch| !watch.is_other) {
        let words = watch.open_words(&won);
        if words.is_empty() || words.iter().any(|(_, _, wins)| *wins > 0) {
            continue;
        }
        if watch.is_plain(&won) {
            found.rules.push(rule(watch, header, &words));
        } else if !matches!(watch.asks, Asks::IsClosed { .. }) {
            suspects.push((watch, words));
        }
    }
    // What the rules leave out explains what other columns show.
    if found.rules.is_empty() {
        for (watch, words) in suspects {
            found.findings.extend(finding(watch, header, &words, &won));
        }
    }
    found
}

fn rule(watch: &Watch, header: &Header, words: &[(Says, u64, u64)]) -> OpenRule {
    let name = header.name(watch.place);
    let told = told(words);
    let why = format!("\"{name}\" is {told} and no such deal was won, so the deals are still open");
    let key = |says: &Says| if let Says::Open(text) = says { fold(text) } else { String::new() };
    OpenRule::told(watch.place, words.iter().map(|(says, _, _)| key(says)).collect(), why)
}

/// A red one, where it is not luck.
fn finding(
    watch: &Watch,
    header: &Header,
    words: &[(Says, u64, u64)],
    won: &dyn Fn(usize) -> Option<bool>,
) -> Option<Finding> {
    let name = header.name(watch.place);
    let rows: u64 = words.iter().map(|(_, rows, _)| rows).sum();
    let all = |wanted: bool| {
        watch.counts.iter().filter(|((_, label), _)| won(*label) == Some(wanted)).map(|(_, n)| n).sum::<u64>()
    };
    let (wins, losses) = (all(true), all(false));
    #[expect(clippy::cast_precision_loss, reason = "counts of rows stay far below 2^53")]
    let win_rate = wins as f64 / (wins + losses).saturating_sub(rows).max(1) as f64;
    let by_chance = (1.0 - win_rate).max(0.0).powi(i32::try_from(rows).unwrap_or(i32::MAX));
    if rows < ROWS_MIN || by_chance > BY_CHANCE {
        return None;
    }
    let is_date = watch.asks == Asks::CloseDate;
    let value = match words.first().map(|(says, _, _)| says) {
        Some(Says::Open(text)) => text.clone(),
        _ => String::new(),
    };
    let mut remedy = "open deals are neither won nor lost, so leave them out".to_owned();
    // Writing to a string can't fail.
    let _ = if is_date {
        write!(remedy, ": name the column with --time \"{name}\"")
    } else if words.len() > 1 {
        write!(remedy, ", each value with an option of its own: --open \"{name}={value}\" …")
    } else {
        write!(remedy, " with --open \"{name}={value}\"")
    };
    Some(Finding {
        severity: Severity::Red,
        feature: Some(name.to_owned()),
        what: format!(
            "\"{name}\" is {} and not one of these {rows} deals was won: they are most likely still open, and would \
             be learnt as lost",
            told(words)
        ),
        remedy,
    })
}

/// `"Negotiation" (12), "Proposal" (7)`
fn told(words: &[(Says, u64, u64)]) -> String {
    const TOLD_MAX: usize = 6;
    let mut told: Vec<String> =
        words.iter().take(TOLD_MAX).map(|(says, rows, _)| format!("{} ({rows})", word(says))).collect();
    if words.len() > TOLD_MAX {
        told.push(format!("{} more", words.len() - TOLD_MAX));
    }
    told.join(" or ")
}

/// The words that are repeated are all from the lists of words that mean "open", and say nothing of people.
fn word(says: &Says) -> String {
    match says {
        Says::Open(text) => format!("\"{text}\""),
        Says::Ahead => "in the future".to_owned(),
        _ => "empty".to_owned(),
    }
}

/// What a column's name asks, if it asks whether a deal is closed.
fn asks(name: &str) -> Option<Asks> {
    let words: Vec<String> = words::split(name).iter().map(|word| fold(word)).collect();
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    let all = |list: &[&str]| words.iter().all(|word| list.contains(&word.as_str()));
    let about = ["is", "hs", "deal", "opportunity", "opp", "lead", "flag", "has", "been", "ist", "est", "c"];
    let closed = [
        "closed",
        "isclosed",
        "geschlossen",
        "abgeschlossen",
        "clos",
        "cloture",
        "cloturee",
        "cerrado",
        "cerrada",
        "chiuso",
        "chiusa",
        "gesloten",
        "fechado",
        "fechada",
    ];
    if has(&closed) && all(&[&about[..], &closed].concat()) {
        return Some(Asks::IsClosed { open: false });
    }
    if has(&["open", "isopen", "offen"]) && all(&[&about[..], &["open", "isopen", "offen"]].concat()) {
        return Some(Asks::IsClosed { open: true });
    }
    let closing =
        ["close", "closed", "closing", "closedate", "abschluss", "cloture", "cierre", "chiusura", "sluiting"];
    let date = ["date", "at", "on", "time", "day", "am", "datum", "fecha", "data", "closedate"];
    let joined = words.concat();
    if (has(&closing) && has(&date)) || joined.contains("closedate") || joined.contains("abschlussdatum") {
        return Some(Asks::CloseDate);
    }
    let stage = [
        "stage",
        "dealstage",
        "stagename",
        "status",
        "state",
        "phase",
        "etape",
        "etapa",
        "fase",
        "statut",
        "estado",
        "stato",
    ];
    has(&stage).then_some(Asks::Stage)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_ask_whether_a_deal_is_closed() {
        for name in ["is_closed", "Closed", "IsClosed", "hs_is_closed", "Deal closed", "CLOSED"] {
            assert_eq!(asks(name), Some(Asks::IsClosed { open: false }), "{name}");
        }
        assert_eq!(asks("Is Open"), Some(Asks::IsClosed { open: true }));
        for name in
            ["close_date", "Close Date", "closedate", "Closed at", "Date de clôture", "Abschlussdatum"]
        {
            assert_eq!(asks(name), Some(Asks::CloseDate), "{name}");
        }
        for name in ["Deal - Stage", "dealstage", "Lead Status", "StageName"] {
            assert_eq!(asks(name), Some(Asks::Stage), "{name}");
        }
        for name in ["Closed deals last year", "open rate", "Industry", "closed_amount"] {
            assert_eq!(asks(name), None, "{name}");
        }
    }
}
