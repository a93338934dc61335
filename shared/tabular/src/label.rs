//! How deals ended: what each of the label's values means.

use leadlight_reading::{DealState, fold, is_nothing, read_deal_state, read_flag};

use crate::error::{TableProblem, shortened};

/// Of more values than these it is not told how often each comes.
const VALUES_MAX: usize = 100;
/// A label of more values is taken for another column, perhaps one with personal data: they are not repeated.
const REPEATED_MAX: usize = 20;
/// So many are named in a column's line.
const LISTED_MAX: usize = 5;
/// Stands for every value that is not named.
pub(crate) const ALL_OTHERS: &str = "*";

/// What was said of the label's values, each as it was typed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Said<'a> {
    pub(crate) won: &'a [String],
    pub(crate) lost: &'a [String],
}

/// The label's values and how often each comes.
pub(crate) struct LabelSurvey {
    values: Vec<Value>,
    /// Cells with values beyond the first [`VALUES_MAX`].
    more: u64,
}

struct Value {
    text: String,
    key: String,
    count: u64,
}

/// What the label's values mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Label {
    values: Vec<(String, DealState)>,
    /// Of values that were not told apart.
    others: DealState,
    /// Whether nothing but a "no" says that a deal was lost: of a deal that is still open it says the same.
    pub(crate) no_may_be_open: bool,
    /// In words.
    pub(crate) why: String,
    /// The open ones, named where they may be.
    pub(crate) open: String,
}

impl Label {
    /// Of a cell that is known.
    pub(crate) fn state(&self, cell: &str) -> DealState {
        let cell = cell.trim();
        if let Some((_, state)) = self.values.iter().find(|(value, _)| cell.eq_ignore_ascii_case(value)) {
            return *state;
        }
        let key = fold(cell);
        let same = self.values.iter().find(|(value, _)| fold(value) == key);
        same.map_or(self.others, |(_, state)| *state)
    }
}

impl LabelSurvey {
    /// What is said of values is watched for even if it comes late.
    pub(crate) fn new(said: Said<'_>) -> Self {
        let mut survey = Self { values: Vec::new(), more: 0 };
        for text in said.won.iter().chain(said.lost) {
            for part in std::iter::once(text.as_str()).chain(text.split(',')) {
                survey.watch(part);
            }
        }
        survey
    }

    fn watch(&mut self, text: &str) {
        let (text, key) = (text.trim(), fold(text));
        if !key.is_empty() && self.find(text, &key).is_none() {
            self.values.push(Value { text: text.to_owned(), key, count: 0 });
        }
    }

    fn find(&self, text: &str, key: &str) -> Option<usize> {
        self.values.iter().position(|value| text == value.text || key == value.key)
    }

    /// Counts a cell that is known; gives its place among the values, if it has one.
    pub(crate) fn see(&mut self, cell: &str) -> Option<usize> {
        let cell = cell.trim();
        let exact = self.values.iter().position(|value| cell == value.text && value.count > 0);
        let found = exact.or_else(|| self.find(cell, &fold(cell)));
        if let Some(place) = found {
            let value = &mut self.values[place];
            if value.count == 0 {
                // As the file writes it.
                cell.clone_into(&mut value.text);
            }
            value.count += 1;
            return Some(place);
        }
        if self.values.len() >= VALUES_MAX {
            self.more += 1;
            return None;
        }
        self.values.push(Value { text: cell.to_owned(), key: fold(cell), count: 1 });
        Some(self.values.len() - 1)
    }

    /// The value at a place that [`Self::see`] gave.
    pub(crate) fn value(&self, place: usize) -> Option<&str> {
        self.values.get(place).map(|value| value.text.as_str())
    }

    /// How many values there are.
    pub(crate) fn len(&self) -> usize {
        self.values.len()
    }

    /// What each value means. `column` is the label's name, `closed` the places of values whose deals are all closed, by
    /// another column: where it is said which ones are won, the others of these are lost.
    pub(crate) fn decide(
        &self,
        column: &str,
        said: Said<'_>,
        closed: &[usize],
    ) -> Result<Label, TableProblem> {
        let present: Vec<&Value> = self.values.iter().filter(|value| value.count > 0).collect();
        if present.is_empty() {
            return Err(TableProblem::LabelNeverKnown { column: column.to_owned() });
        }
        let (won, _) = self.named(column, "--positive", said.won)?;
        let (lost, all_others_lost) = self.named(column, "--negative", said.lost)?;
        if let Some(both) = won.iter().find(|key| lost.contains(key)) {
            let value = self.shown(|value| value.key == *both);
            return Err(TableProblem::BothWonAndLost { column: column.to_owned(), value });
        }
        if let ([only], 0) = (present.as_slice(), self.more) {
            let value = format!("\"{}\"", shortened(&only.text));
            return Err(TableProblem::LabelOneValue { column: column.to_owned(), value, rows: only.count });
        }
        let meaning = Meaning {
            won: &won,
            lost: &lost,
            all_others_lost,
            closed: closed.iter().filter_map(|place| Some(self.values.get(*place)?.key.as_str())).collect(),
            is_pair: present.len() == 2 && self.more == 0,
            has_zero: present.iter().any(|value| is_zero(&value.key)),
        };
        let states: Vec<(&Value, Option<DealState>)> =
            present.iter().map(|value| (*value, meaning.of(value))).collect();
        self.check(column, &states, &meaning)?;
        Ok(self.label(&states, all_others_lost))
    }

    /// The keys of values that were named. A name that is no value may be several with commas between them.
    fn named(
        &self,
        column: &str,
        option: &'static str,
        names: &[String],
    ) -> Result<(Vec<String>, bool), TableProblem> {
        let mut keys = Vec::new();
        let mut all_others = false;
        for name in names {
            if option == "--negative" && name.trim() == ALL_OTHERS {
                all_others = true;
                continue;
            }
            let is_there = |key: &String| self.values.iter().any(|v| v.count > 0 && v.key == *key);
            let whole = fold(name);
            if is_there(&whole) {
                keys.push(whole);
                continue;
            }
            let parts: Vec<String> = name.split(',').map(fold).filter(|part| !part.is_empty()).collect();
            if is_nothing(name) || parts.is_empty() || !parts.iter().all(is_there) {
                return Err(TableProblem::ValueAbsent {
                    column: column.to_owned(),
                    option,
                    value: name.trim().to_owned(),
                    values: self.shown(|_| true),
                });
            }
            keys.extend(parts);
        }
        Ok((keys, all_others))
    }

    /// Nothing may be guessed, and there must be both kinds.
    fn check(
        &self,
        column: &str,
        states: &[(&Value, Option<DealState>)],
        meaning: &Meaning<'_>,
    ) -> Result<(), TableProblem> {
        let column = column.to_owned();
        let is = |key: &str, wanted: Option<DealState>| {
            states.iter().any(|(value, state)| value.key == key && *state == wanted)
        };
        let has = |wanted| states.iter().any(|(_, state)| *state == Some(wanted));
        if states.iter().any(|(_, state)| state.is_none()) || (self.more > 0 && !meaning.leaves_the_rest()) {
            let values = self.listed(REPEATED_MAX, |value| is(&value.key, None));
            let known = self.known(states);
            return Err(TableProblem::LabelUnclear { column, values, known });
        }
        for (wanted, missing, option) in
            [(DealState::Won, "won", "--positive"), (DealState::Lost, "lost", "--negative")]
        {
            if !has(wanted) {
                let values = self.shown(|_| true);
                return Err(TableProblem::LabelOneSided { column, missing, option, values });
            }
        }
        Ok(())
    }

    /// What is known of values beside those that are not, for an error.
    fn known(&self, states: &[(&Value, Option<DealState>)]) -> String {
        let of = |wanted, word: &str| {
            let is = |value: &Value| states.iter().any(|(v, s)| v.key == value.key && *s == Some(wanted));
            let values = self.shown(is);
            if values.is_empty() { None } else { Some(format!("{word}: {values}")) }
        };
        let parts = [of(DealState::Won, "won"), of(DealState::Lost, "lost"), of(DealState::Open, "open")];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        if parts.is_empty() { String::new() } else { format!("; known are {}", parts.join(", ")) }
    }

    fn label(&self, states: &[(&Value, Option<DealState>)], all_others_lost: bool) -> Label {
        let among = |wanted: DealState| {
            let keys: Vec<&str> =
                states.iter().filter(|(_, s)| *s == Some(wanted)).map(|(v, _)| v.key.as_str()).collect();
            let verb = if keys.len() == 1 { "is" } else { "are" };
            (self.shown(|value| keys.contains(&value.key.as_str())), verb)
        };
        let ((won, won_are), (lost, lost_are)) = (among(DealState::Won), among(DealState::Lost));
        let (open, open_are) = among(DealState::Open);
        let open_part =
            if open.is_empty() { String::new() } else { format!("; {open} {open_are} neither and left out") };
        let lost_values = states.iter().filter(|(_, state)| *state == Some(DealState::Lost));
        Label {
            values: states
                .iter()
                .filter_map(|(value, state)| state.map(|state| (value.text.clone(), state)))
                .collect(),
            others: if all_others_lost { DealState::Lost } else { DealState::Open },
            no_may_be_open: lost_values.clone().all(|(value, _)| denies(&value.key)),
            why: format!("the outcome: {won} {won_are} won, {lost} {lost_are} lost{open_part}"),
            open,
        }
    }

    /// Some values with their counts, the commonest first, or how many there are.
    fn shown(&self, wanted: impl Fn(&Value) -> bool) -> String {
        self.listed(LISTED_MAX, wanted)
    }

    fn listed(&self, limit: usize, wanted: impl Fn(&Value) -> bool) -> String {
        let distinct = self.values.iter().filter(|value| value.count > 0).count();
        let mut values: Vec<&Value> =
            self.values.iter().filter(|value| value.count > 0 && wanted(value)).collect();
        if values.is_empty() && self.more == 0 {
            return String::new();
        }
        if self.more > 0 || distinct > REPEATED_MAX {
            let more = if self.more > 0 { " or more" } else { "" };
            let found = values.len();
            return format!("{found}{more} different ones");
        }
        values.sort_by_key(|value| std::cmp::Reverse(value.count));
        let listed: Vec<String> = values
            .iter()
            .take(limit)
            .map(|value| format!("\"{}\" ({})", shortened(&value.text), value.count))
            .collect();
        let more = values.len().saturating_sub(limit);
        let rest = if more == 0 { String::new() } else { format!(" and {more} more") };
        format!("{}{rest}", listed.join(", "))
    }
}

/// What values mean, by what was said and by the words of CRMs.
struct Meaning<'a> {
    won: &'a [String],
    lost: &'a [String],
    all_others_lost: bool,
    /// Values whose deals are all closed, by another column.
    closed: Vec<&'a str>,
    /// Whether there are two values in all: what is said of one says the other.
    is_pair: bool,
    /// Whether 0 is a value: beside it −1 may mean yes, as databases write it, or a third thing.
    has_zero: bool,
}

impl Meaning<'_> {
    /// Whether values that nothing is known of are neither won nor lost: where both kinds were named, the rest is.
    fn leaves_the_rest(&self) -> bool {
        self.all_others_lost || (!self.won.is_empty() && !self.lost.is_empty())
    }

    /// None where it would have to be guessed.
    fn of(&self, value: &Value) -> Option<DealState> {
        let among = |keys: &[String]| keys.contains(&value.key);
        if among(self.won) {
            return Some(DealState::Won);
        }
        if among(self.lost) {
            return Some(DealState::Lost);
        }
        if self.is_pair && !self.leaves_the_rest() {
            match (self.won.is_empty(), self.lost.is_empty(), read_deal_state(&value.key)) {
                // An open deal is not a lost one.
                (_, _, Some(DealState::Open)) => {}
                (false, true, _) => return Some(DealState::Lost),
                (true, false, _) => return Some(DealState::Won),
                _ => {}
            }
        }
        match self.read(value) {
            // Who names what is won has named all of it; the same of lost ones is not meant to be so strict.
            Some(DealState::Won) if !self.won.is_empty() => None,
            Some(state) => Some(state),
            None if self.all_others_lost => Some(DealState::Lost),
            // What is closed and not among the won ones.
            None if !self.won.is_empty() && self.closed.contains(&value.key.as_str()) => {
                Some(DealState::Lost)
            }
            None if self.leaves_the_rest() => Some(DealState::Open),
            None => None,
        }
    }

    fn read(&self, value: &Value) -> Option<DealState> {
        if value.key == "-1" {
            return (!self.has_zero).then_some(DealState::Lost);
        }
        if is_zero(&value.key) {
            return Some(DealState::Lost);
        }
        let flag = read_flag(&value.key).map(|yes| if yes { DealState::Won } else { DealState::Lost });
        read_deal_state(&value.text).or(flag)
    }
}

fn is_zero(key: &str) -> bool {
    matches!(key, "0" | "0.0")
}

/// Whether a value only denies that a deal was won.
fn denies(key: &str) -> bool {
    read_flag(key) == Some(false)
        || key == "-1"
        || ["not ", "un", "nicht ", "non ", "no "].iter().any(|no| key.starts_with(no))
}
