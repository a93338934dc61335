//! A CRM's export read as closed deals of the past, whatever its columns are called.

mod cells;
mod rows;
mod state;
mod told;

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use leadlight_lead::{
    Company, ContentHash, Deal, DealOrigin, DealTold, Enrichment, EventId, Fact, HISTORY_PROVIDER, Intent,
    Outcome, OutcomeResult, Person, SourceName, Topic,
};
use leadlight_reading::{DateFormat, DealState, NumberFormat, TitleReading, WrittenNumber, is_nothing};

use crate::crm::{Field, Mapping};
use crate::error::TableProblem;
use crate::table::{Table, TableRow};

use rows::{Left, Rows};
pub use told::{ColumnTold, LeftOut, LeftOutRows, UnreadValue};
use told::{Columns, Seen};

/// A day may have begun so much earlier elsewhere: in Auckland a deal is closed today while it is yesterday in UTC.
const AHEAD: SignedDuration = SignedDuration::from_hours(14);

/// What the reader must be told beside the file.
pub struct Judging<'a> {
    /// The moment of the reading.
    pub now: Timestamp,
    /// Whether the policy declares a source.
    pub is_source: &'a dyn Fn(&SourceName) -> bool,
    /// An industry's key, if what is written is understood.
    pub industry: &'a dyn Fn(&str) -> Option<String>,
    /// What a title says.
    pub title: &'a dyn Fn(&str) -> TitleReading,
}

/// The closed deals of a file, and what became of its columns and rows.
#[derive(Debug)]
pub struct History {
    /// In the order of the file.
    pub deals: Vec<Deal>,
    /// How each column was read that a field is filled from, in the order of the header.
    pub columns: Vec<ColumnTold>,
    /// The columns that say nothing the product keeps.
    pub unused: Vec<String>,
    /// Rows that are no deal to learn from, by reason.
    pub left_out: Vec<LeftOutRows>,
    /// What to know of the file as a whole.
    pub notes: Vec<String>,
}

/// Why no deal can be read from a file.
#[derive(Debug, thiserror::Error)]
pub enum HistoryProblem {
    /// No column fills a field that no deal can do without.
    #[error("no column says {}", fields.iter().map(|field| needed(*field)).collect::<Vec<_>>().join(", nor "))]
    Missing {
        /// The fields that no column fills.
        fields: Vec<Field>,
    },
    /// A column of dates can be read in two ways.
    #[error(transparent)]
    Column(#[from] TableProblem),
}

fn needed(field: Field) -> &'static str {
    match field {
        Field::State => "whether a deal was won or lost",
        _ => "when a deal was closed",
    }
}

/// Reads each row as a closed deal. A cell of an optional field that cannot be read is not known; a row without an end
/// is left out. Both are counted.
pub fn read_history(
    table: &Table,
    mapping: &Mapping,
    judging: &Judging<'_>,
) -> Result<History, HistoryProblem> {
    let fields = mapping.missing();
    if !fields.is_empty() {
        return Err(HistoryProblem::Missing { fields });
    }
    let mut reader = Reader::new(table, mapping, judging)?;
    for line in table.damaged() {
        reader.leave_out(LeftOut::Cells, *line);
    }
    let mut rows = Rows::default();
    for row in table.rows() {
        let added = reader.deal(row).and_then(|deal| rows.add(row.line(), deal));
        if let Err(why) = added {
            reader.leave_out(why, row.line());
        }
    }
    let left = rows.left();
    for line in &left.contradicted {
        reader.leave_out(LeftOut::TwoEnds, *line);
    }
    Ok(reader.finish(left))
}

/// Whether a column has fractions by a format.
fn makes_fractions(table: &Table, place: usize, format: NumberFormat) -> bool {
    let mut numbers = table.rows().iter().filter_map(|row| format.read(row.cell(place)));
    numbers.any(|number| number.fract() != 0.0)
}

struct Reader<'a> {
    table: &'a Table,
    mapping: &'a Mapping,
    judging: &'a Judging<'a>,
    /// By column.
    dates: Vec<DateFormat>,
    /// By column; none where two readings are possible.
    numbers: Vec<Option<NumberFormat>>,
    columns: Columns,
    left_out: Vec<LeftOutRows>,
    clamped: u64,
    undated: u64,
    /// By field, the deals whose money there is in another currency than US dollars.
    foreign: BTreeMap<Field, u64>,
}

impl<'a> Reader<'a> {
    fn new(table: &'a Table, mapping: &'a Mapping, judging: &'a Judging<'a>) -> Result<Self, HistoryProblem> {
        let width = table.header().len();
        let mut reader = Self {
            table,
            mapping,
            judging,
            dates: vec![DateFormat::default(); width],
            numbers: vec![None; width],
            columns: Columns::new(width),
            left_out: Vec::new(),
            clamped: 0,
            undated: 0,
            foreign: BTreeMap::new(),
        };
        for field in [Field::Closed, Field::WonAt, Field::LostAt, Field::Created, Field::IntentObservedAt] {
            for place in mapping.places(field) {
                let found = table.dates(*place);
                if let Some(problem) = found.problem {
                    return Err(problem.into());
                }
                reader.dates[*place] = found.format;
                reader.columns.tell(*place, found.told);
            }
        }
        for field in [Field::Amount, Field::Employees, Field::Revenue, Field::IntentScore] {
            for place in mapping.places(field) {
                let found = table.numbers(*place);
                match found.problem {
                    // People are counted whole: where a mark would make fractions of them, it marks none.
                    None if field == Field::Employees && makes_fractions(table, *place, found.format) => {}
                    None => reader.numbers[*place] = Some(found.format),
                    // A size is also read by itself.
                    Some(_) if field == Field::Employees => {}
                    Some(problem) => reader.columns.tell(*place, vec![format!("not read: {problem}")]),
                }
                if matches!(field, Field::Amount | Field::Revenue) {
                    reader.columns.tell(*place, found.told);
                }
            }
        }
        Ok(reader)
    }

    fn leave_out(&mut self, why: LeftOut, line: u64) {
        match self.left_out.iter_mut().find(|rows| rows.why == why) {
            Some(rows) => {
                rows.rows += 1;
                rows.first_line = rows.first_line.min(line);
            }
            None => self.left_out.push(LeftOutRows { why, rows: 1, first_line: line }),
        }
    }

    /// The first filled cell of a field's columns that can be read.
    fn first<T>(
        &mut self,
        row: &TableRow,
        field: Field,
        read: impl Fn(&Self, &str, usize) -> Option<T>,
    ) -> Option<T> {
        let mapping = self.mapping;
        for place in mapping.places(field) {
            let cell = row.cell(*place);
            if is_nothing(cell) {
                self.columns.see(*place, &Seen::Empty, row.line());
                continue;
            }
            let value = read(&*self, cell, *place);
            let seen = if value.is_some() { Seen::Read } else { Seen::Unread(cell) };
            self.columns.see(*place, &seen, row.line());
            if value.is_some() {
                return value;
            }
        }
        None
    }

    fn deal(&mut self, row: &TableRow) -> Result<Deal, LeftOut> {
        let result = match self.state(row)? {
            DealState::Won => OutcomeResult::Won,
            DealState::Lost => OutcomeResult::Lost,
            DealState::Open => return Err(LeftOut::Open),
        };
        let closed = self.closed(row, result)?;
        let created = self.first(row, Field::Created, Self::moment);
        let (created_at, closed_at) = self.ordered(created, closed);
        let is_usd = self.first(row, Field::Currency, |_, cell, _| Some(cells::is_usd(cell)));
        let enrichment = self.enrichment(row, created_at, is_usd);
        let outcome = Outcome { result, closed_at, amount_usd: self.dollars(row, Field::Amount, is_usd) };
        let activity = self.first(row, Field::Activities, |_, cell, _| cells::activities(cell, created_at));
        let told = DealTold {
            id: self.id(row).ok_or(LeftOut::Damaged)?,
            origin: DealOrigin::Imported,
            source: self.source(row),
            email: self.first(row, Field::Email, |_, cell, _| cells::email(cell)),
            website: self.first(row, Field::Domain, |_, cell, _| cells::domain(cell)),
            activity: activity.unwrap_or_default(),
            created_at,
        };
        Deal::new(told, enrichment, outcome).ok_or(LeftOut::Damaged)
    }

    fn moment(&self, cell: &str, place: usize) -> Option<Timestamp> {
        self.dates[place].read(cell)?.moment()
    }

    /// When the deal was closed, as it stands.
    fn closed(&mut self, row: &TableRow, result: OutcomeResult) -> Result<Timestamp, LeftOut> {
        let own = if result == OutcomeResult::Won { Field::WonAt } else { Field::LostAt };
        let read = |reader: &Self, cell: &str, place| reader.moment(cell, place);
        let closed = self.first(row, own, read).or_else(|| self.first(row, Field::Closed, read));
        let Some(closed) = closed else {
            let mut places = [own, Field::Closed].into_iter().flat_map(|field| self.mapping.places(field));
            let is_filled = places.any(|place| {
                let cell = row.cell(*place);
                !is_nothing(cell) && self.dates[*place].read(cell).is_none()
            });
            return Err(if is_filled { LeftOut::CloseDateUnread } else { LeftOut::NoCloseDate });
        };
        if closed > self.judging.now + AHEAD {
            return Err(LeftOut::InFuture);
        }
        Ok(closed)
    }

    /// When it was created and closed. A date alone means the end of its day: what happened on that day counts as
    /// known. A deal is not created after its end: where a CRM says so, it took the deal over from another one.
    fn ordered(&mut self, created: Option<Timestamp>, closed: Timestamp) -> (Timestamp, Timestamp) {
        let closed = cells::end_of_day(closed);
        let Some(created) = created.map(cells::end_of_day) else {
            self.undated += 1;
            return (closed, closed);
        };
        if created > closed {
            self.clamped += 1;
            return (closed, closed);
        }
        (created, closed)
    }

    /// The CRM's id, or one of the row's content.
    fn id(&mut self, row: &TableRow) -> Option<EventId> {
        let of_content = || {
            let cells: Vec<&str> = row.cells().collect();
            let hash = ContentHash::of(cells.join("\u{1f}").as_bytes());
            format!("row-{}", hash.as_str().get(..32)?).parse().ok()
        };
        self.first(row, Field::Id, |_, cell, _| cells::id(cell)).or_else(of_content)
    }

    fn source(&mut self, row: &TableRow) -> Option<SourceName> {
        self.first(row, Field::Source, |reader, cell, _| {
            let written = cell.parse::<SourceName>().ok();
            let joined = || cells::joined(cell, "-").parse::<SourceName>().ok();
            let declared = |name: &SourceName| (reader.judging.is_source)(name);
            written.filter(declared).or_else(|| joined().filter(declared))
        })
    }

    /// Money of a row whose currency column says this of US dollars, in whole ones. Another currency is not converted,
    /// and not taken for dollars.
    fn dollars(&mut self, row: &TableRow, field: Field, is_usd: Option<bool>) -> Option<u64> {
        let (amount, said) = self.first(row, field, |reader, cell, place| {
            let amount = cells::whole(reader.numbers[place]?.read(cell)?)?;
            Some((amount, WrittenNumber::of(cell)?.is_usd()))
        })?;
        if is_usd == Some(false) || said == Some(false) {
            *self.foreign.entry(field).or_insert(0) += 1;
            return None;
        }
        Some(amount)
    }

    fn enrichment(&mut self, row: &TableRow, at: Timestamp, is_usd: Option<bool>) -> Enrichment {
        let intent = self.intent(row, at).map(|intent| fact(intent, at));
        let company = Company {
            name: self.first(row, Field::Company, |_, cell, _| cells::company(cell)).map(|v| fact(v, at)),
            industry: self.first(row, Field::Industry, |r, cell, _| r.industry(cell)).map(|v| fact(v, at)),
            employees: self
                .first(row, Field::Employees, |r, cell, place| cells::headcount(cell, r.numbers[place]))
                .map(|v| fact(v, at)),
            revenue_usd: self.dollars(row, Field::Revenue, is_usd).map(|v| fact(v, at)),
            country: self.first(row, Field::Country, |r, cell, _| r.country(cell)).map(|v| fact(v, at)),
            technologies: self
                .first(row, Field::Technologies, |_, cell, _| cells::tools(cell))
                .map(|v| fact(v, at)),
            intent,
            ..Company::default()
        };
        let title = self.title(row);
        let read = self.judging.title;
        let TitleReading { function, seniority, .. } = title.as_deref().map(read).unwrap_or_default();
        let in_words = |cell: &str| cells::word(cell).or_else(|| read(cell).function);
        let function = self.first(row, Field::Function, |_, cell, _| in_words(cell)).or(function);
        let in_words = |cell: &str| cells::word(cell).or_else(|| read(cell).seniority);
        let said = self.first(row, Field::Seniority, |_, cell, _| in_words(cell));
        let person = Person {
            title: title.map(|value| fact(value, at)),
            function: function.map(|value| fact(value, at)),
            seniority: said.or(seniority).map(|value| fact(value, at)),
            ..Person::default()
        };
        Enrichment { company, person, ..Enrichment::default() }
    }

    /// The first title that is understood, else the first that is written: another policy may understand it.
    fn title(&mut self, row: &TableRow) -> Option<String> {
        let understood = self.first(row, Field::Title, |reader, cell, _| {
            let title = cells::title(cell);
            let read = (reader.judging.title)(&title);
            (read.function.is_some() || read.seniority.is_some()).then_some(title)
        });
        let mut written = self.mapping.places(Field::Title).iter().map(|place| row.cell(*place));
        understood.or_else(|| written.find(|cell| !is_nothing(cell)).map(cells::title))
    }

    fn industry(&self, cell: &str) -> Option<String> {
        let own = self.mapping.industries.get(&leadlight_reading::fold(cell));
        own.cloned().or_else(|| (self.judging.industry)(cell))
    }

    fn country(&self, cell: &str) -> Option<leadlight_lead::CountryCode> {
        let own = self.mapping.countries.get(&leadlight_reading::fold(cell));
        own.copied().or_else(|| leadlight_reading::read_country(cell))
    }

    /// Topic, score and time belong together; what was seen after the deal was created says nothing of it.
    fn intent(&mut self, row: &TableRow, created_at: Timestamp) -> Option<Intent> {
        let name = self.first(row, Field::IntentTopic, |_, cell, _| cells::joined_key(cell));
        let score = self.first(row, Field::IntentScore, |r, cell, place| {
            r.numbers[place]?.read(cell).filter(|score| (0.0..=100.0).contains(score))
        });
        let observed_at = self.first(row, Field::IntentObservedAt, |r, cell, place| {
            Some(cells::end_of_day(r.moment(cell, place)?)).filter(|at| *at <= created_at)
        });
        Some(Intent::on(observed_at?, vec![Topic { name: name?, score: score? }]))
    }

    fn finish(self, left: Left) -> History {
        let (table, mapping) = (self.table, self.mapping);
        let mut notes = table.notes().to_vec();
        if mapping.places(Field::Id).is_empty() {
            notes.push(
                "no column holds an id: deals are known by the content of their row, and a row that changes becomes a \
                 new deal"
                    .to_owned(),
            );
        }
        let mut count = |rows: u64, what: &str| {
            if rows > 0 {
                notes.push(format!("{rows} {} {what}", if rows == 1 { "deal" } else { "deals" }));
            }
        };
        count(self.undated, "without a date of creation: taken as created when closed");
        count(
            self.clamped,
            "created after the close date, as after a move from another CRM: taken as created when closed",
        );
        count(left.of_two_amounts, "with another amount in another row: the amount is not kept");
        for (field, deals) in self.foreign {
            let what = if field == Field::Revenue { "a revenue" } else { "an amount" };
            count(deals, &format!("with {what} in another currency than US dollars: it is not kept"));
        }
        let mut left_out = self.left_out;
        left_out.sort_by_key(|rows| std::cmp::Reverse(rows.rows));
        let unused = (0..table.header().len())
            .filter(|place| mapping.field_of(*place).is_none())
            .map(|place| table.name(place).to_owned())
            .collect();
        History { deals: left.deals, columns: self.columns.told(table, mapping), unused, left_out, notes }
    }
}

fn fact<T>(value: T, at: Timestamp) -> Fact<T> {
    Fact { value, provider: HISTORY_PROVIDER.to_owned(), fetched_at: at, confidence: 1.0 }
}
