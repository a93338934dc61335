//! From a CSV file to a list of target accounts.
//!
//! Such lists come out of CRMs, from event organisers and from vendors, and are never clean. A row that names no company is
//! set aside by its line, and the others are read; a cell that cannot be read is not known, and is told with its line. A
//! file is refused where it is no table, or where what follows cannot be trusted.

use std::collections::HashMap;
use std::ops::ControlFlow;

use leadlight_lead::{CountryCode, DomainName, EmailAddress, EmailKind, Funding, Headcount, TargetsHash};
use leadlight_policy::mail_domains::classify_domain;
use leadlight_reading::{is_nothing, read_country, read_usd, technology_keys};
use leadlight_settings::{
    Cells, Found, LinesError, MOST_CHARACTERS, company_domain, read_growth, read_table, read_tools,
};

use crate::cells;
use crate::columns::Columns;
use crate::target::{Contact, MOST_TARGETS, Target, TargetList};

/// People of one account that are kept: more than anyone writes to.
const MOST_PEOPLE: usize = 50;

/// How a file was read, for the person who publishes it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Notes {
    /// Rows that name no company, and were set aside.
    pub set_aside: Option<LinesError>,
    /// Cells that cannot be read: what they would say is not known.
    pub unread: Option<LinesError>,
    /// Rows that name an account of an earlier row: they add people, and facts that the earlier one does not say.
    pub repeated: usize,
    /// The first of these, and the row it repeats.
    pub first_repeated: Option<(u64, u64)>,
    /// Columns that nobody reads, counted from 1.
    pub unread_columns: Vec<usize>,
}

impl TargetList {
    /// Reads a file; `file` is what problems call it.
    pub fn read(file: &str, text: &str) -> Result<(Self, Notes), LinesError> {
        let mut found = Found::default();
        let mut reading = Reading::default();
        let mut unread_columns = Vec::new();
        let header = |names: &[String], line: u64, found: &mut Found| {
            let (columns, unread) = Columns::of(names, line, found)?;
            unread_columns = unread.into_iter().map(|place| place + 1).collect();
            Some(columns)
        };
        let begin = "begin it with a line such as `domain,name,country,employees,industry`";
        read_table(text, begin, &mut found, header, |columns, cells, line, found| {
            reading.row(columns, cells, line);
            if reading.targets.len() > MOST_TARGETS {
                let what = format!("there are more than {MOST_TARGETS} accounts");
                found.add(line, what, "keep those that you would sell to this year");
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        });
        let Reading { mut targets, set_aside, unread, repeated, first_repeated, .. } = reading;
        if found.is_empty() && targets.is_empty() {
            found.add(1, "no line names a company", "write a company's domain into `domain`");
        }
        if !found.is_empty() {
            return Err(found.into_error(file));
        }
        targets.sort_unstable_by(|a, b| a.domain.cmp(&b.domain));
        let list = Self { hash: TargetsHash::of(text.as_bytes()), targets: targets.into_boxed_slice() };
        let told = |found: Found| (!found.is_empty()).then(|| found.into_error(file));
        let (set_aside, unread) = (told(set_aside), told(unread));
        Ok((list, Notes { set_aside, unread, repeated, first_repeated, unread_columns }))
    }

    /// The same, without how it was read.
    pub fn parse(file: &str, text: &str) -> Result<Self, LinesError> {
        Self::read(file, text).map(|(list, _)| list)
    }
}

/// The rows so far.
#[derive(Default)]
struct Reading {
    targets: Vec<Target>,
    places: HashMap<DomainName, usize>,
    set_aside: Found,
    unread: Found,
    repeated: usize,
    first_repeated: Option<(u64, u64)>,
    countries: HashMap<String, Option<CountryCode>>,
}

/// The cells of a row, each read or noted.
struct Row<'a> {
    cells: &'a Cells<'a>,
    line: u64,
    unread: &'a mut Found,
}

impl Row<'_> {
    /// What is written; nothing where the cell says nothing, such as `n/a`.
    fn text(&self, place: Option<usize>) -> Option<String> {
        place.map(|place| self.cells.get(place)).filter(|text| !is_nothing(text))
    }

    /// Words for people, as far as anyone reads them.
    fn words(&self, place: Option<usize>) -> Option<String> {
        self.text(place).map(|text| text.chars().take(MOST_CHARACTERS).collect())
    }

    /// A value; noted where something is written and cannot be read.
    fn value<T>(
        &mut self,
        place: Option<usize>,
        (name, wanted): (&str, &str),
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.text(place)?;
        let value = read(&text);
        if value.is_none() {
            self.unread.add(self.line, format!("`{name}` cannot be read, and is not known"), wanted);
        }
        value
    }
}

const DAY: &str = "write a day such as 2026-03-01";

impl Reading {
    fn row(&mut self, columns: &Columns, cells: &Cells<'_>, line: u64) {
        let Some(domain) = self.domain(&cells.get(columns.domain), line) else { return };
        let mut row = Row { cells, line, unread: &mut self.unread };
        let target = target(&mut row, columns, domain, &mut self.countries);
        match self.places.get(&target.domain) {
            None => {
                self.places.insert(target.domain.clone(), self.targets.len());
                self.targets.push(target);
            }
            Some(place) => {
                self.repeated += 1;
                if let Some(first) = self.targets.get_mut(*place) {
                    self.first_repeated = self.first_repeated.or(Some((line, first.line)));
                    first.unite(target);
                }
            }
        }
    }

    /// The company that a row is about; none where it names none, which is noted.
    fn domain(&mut self, written: &str, line: u64) -> Option<DomainName> {
        let remedy = "write the company's own as in company.example";
        if is_nothing(written) {
            self.set_aside.add(line, "there is no domain", remedy);
            return None;
        }
        // Of several in a cell the first is the company's own, as CRMs write them.
        let first = written.split([';', ',', ' ']).find(|part| !part.is_empty()).unwrap_or_default();
        let domain = company_domain(first).map_err(|why| self.set_aside.add(line, why, remedy)).ok()?;
        if matches!(classify_domain(domain.as_str()), EmailKind::FreeMail | EmailKind::Disposable) {
            let what = "this is a mailbox provider's domain: all who write from there would be this company";
            self.set_aside.add(line, what, remedy);
            return None;
        }
        Some(domain)
    }
}

fn target(
    row: &mut Row<'_>,
    columns: &Columns,
    domain: DomainName,
    countries: &mut HashMap<String, Option<CountryCode>>,
) -> Target {
    // The same few stand in thousands of lines, and names take long to read.
    let country = row.value(
        columns.country,
        ("country", "write a two-letter code or a country's name; one that several share is not taken"),
        |text| *countries.entry(text.to_owned()).or_insert_with(|| read_country(text)),
    );
    let country_unread = country.is_none() && row.text(columns.country).is_some();
    let employees = row.value(
        columns.employees,
        ("employees", "write a number, or a range such as 51-200"),
        Headcount::read,
    );
    let technologies = row.value(
        columns.technologies,
        ("technologies", "write names with semicolons between, at most 200"),
        |text| {
            let keys = technology_keys(read_tools(text)?.iter().map(String::as_str));
            (!keys.is_empty()).then_some(keys)
        },
    );
    let latest_at = row.value(columns.funding_on, ("funding_on", DAY), cells::day);
    let amount = row.value(
        columns.funding_amount,
        ("funding_amount", "write US dollars, such as 5000000 or $5M"),
        read_usd,
    );
    let parent = row.value(columns.parent, ("parent", "write the other company's domain"), |text| {
        company_domain(text).ok()
    });
    Target {
        line: row.line,
        name: row.words(columns.name),
        country,
        country_unread,
        industry: row.words(columns.industry),
        employees,
        technologies,
        intent: intent(row, columns).unwrap_or_default(),
        intent_on: row.value(columns.intent_on, ("intent_on", DAY), cells::day),
        funding: (latest_at.is_some() || amount.is_some()).then_some(Funding {
            total_usd: amount,
            latest_round: None,
            latest_at,
        }),
        growth: row.value(columns.growth, ("headcount_growth", "write 12 % or 0.12"), read_growth),
        hiring: row.value(
            columns.hiring,
            ("hiring", "write roles such as sales 3; engineering 12"),
            cells::hiring,
        ),
        tier: row.words(columns.tier),
        owner: row.words(columns.owner),
        parent: parent.filter(|parent| *parent != domain),
        last_spoken: row.value(columns.last_spoken, ("last_spoken_to_on", DAY), cells::day),
        people: person(row, columns).into_iter().collect(),
        domain,
    }
}

fn intent(row: &mut Row<'_>, columns: &Columns) -> Option<Vec<leadlight_lead::Topic>> {
    let score =
        row.value(columns.intent_score, ("intent_score", "write a score from 0 to 100"), cells::intent_score);
    let topics = row.value(
        columns.intent_topic,
        (
            "intent_topic",
            "write topics with a score each, such as lead-scoring 80; or give them an `intent_score`",
        ),
        |text| cells::topics(text, score),
    );
    if score.is_some() && row.text(columns.intent_topic).is_none() {
        let what = "`intent_score` stands without a topic, and does not count";
        row.unread.add(
            row.line,
            what,
            "name the topic in `intent_topic`, as the policy's [criteria.intent.topics] does",
        );
    }
    topics
}

fn person(row: &mut Row<'_>, columns: &Columns) -> Option<Contact> {
    let email: EmailAddress =
        row.value(columns.email, ("email", "write one such as name@company.example"), |text| {
            text.parse().ok()
        })?;
    Some(Contact { email, name: row.words(columns.person), title: row.words(columns.title) })
}

impl Target {
    /// Takes in what a further row says of the same account: what this one does not know, and the latest of what happened.
    fn unite(&mut self, other: Self) {
        fn or<T>(known: &mut Option<T>, also: Option<T>) {
            if known.is_none() {
                *known = also;
            }
        }
        or(&mut self.name, other.name);
        or(&mut self.country, other.country);
        self.country_unread = self.country.is_none() && (self.country_unread || other.country_unread);
        or(&mut self.industry, other.industry);
        or(&mut self.employees, other.employees);
        or(&mut self.technologies, other.technologies);
        or(&mut self.funding, other.funding);
        or(&mut self.growth, other.growth);
        or(&mut self.hiring, other.hiring);
        or(&mut self.tier, other.tier);
        or(&mut self.owner, other.owner);
        or(&mut self.parent, other.parent);
        self.last_spoken = self.last_spoken.max(other.last_spoken);
        // A row for each topic is common.
        for topic in other.intent {
            match self.intent.iter_mut().find(|known| known.name == topic.name) {
                Some(known) => known.score = known.score.max(topic.score),
                None => self.intent.push(topic),
            }
        }
        self.intent_on = self.intent_on.max(other.intent_on);
        for contact in other.people {
            let is_known = self.people.iter().any(|known| known.email == contact.email);
            if !is_known && self.people.len() < MOST_PEOPLE {
                self.people.push(contact);
            }
        }
    }
}
