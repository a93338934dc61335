//! A company's own table of facts: what people keep of companies and persons in a spreadsheet or a CRM, as a provider.
//!
//! A CSV file with a column `domain` and one for each field that it knows; a line with an `email` is about that person. Who
//! writes such a file means it, so a cell that cannot be read refuses the file, with its line, rather than being left out.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::ops::ControlFlow;

use jiff::civil::Date;
use leadlight_lead::{
    CountryCode, DomainName, EmailAddress, EmailKind, FactField, Function, Funding, Headcount, Hiring,
    RevenueRange, Seniority,
};
use leadlight_policy::mail_domains::classify_domain;
use leadlight_reading::{is_nothing, read_country, read_dollars, read_usd};
use leadlight_settings::{
    Cells, Found, LinesError, MOST_CHARACTERS, column, company_domain, plain_name, read_growth, read_hiring,
    read_table, read_tools, read_word,
};

use crate::findings::Findings;

/// Lines at most. Judgement: as many as a list of accounts may have; the function that looks things up reads them all when
/// it starts.
pub const MOST_ROWS: usize = 100_000;

/// Cells of a field that are kept while a table is read, so that their like is not read again.
const MOST_KEPT: usize = 2000;

/// The fields that a table may have a column for.
pub(crate) const FIELDS: &[FactField] = &[
    FactField::CompanyName,
    FactField::Industry,
    FactField::Employees,
    FactField::RevenueUsd,
    FactField::RevenueRange,
    FactField::Country,
    FactField::Technologies,
    FactField::Naics,
    FactField::Funding,
    FactField::HeadcountGrowth,
    FactField::Hiring,
    FactField::Title,
    FactField::Function,
    FactField::Seniority,
    FactField::RoleSince,
    FactField::Employer,
    FactField::EmployerSince,
];

/// A table that was read, checked and found whole.
#[derive(Clone, Default)]
pub struct OwnTable {
    companies: BTreeMap<DomainName, Box<[Known]>>,
    people: BTreeMap<EmailAddress, Box<[Known]>>,
}

/// What a cell says.
#[derive(Debug, Clone, PartialEq)]
enum Known {
    CompanyName(Box<str>),
    Industry(Box<str>),
    Employees(Headcount),
    RevenueUsd(u64),
    RevenueRange(RevenueRange),
    Country(CountryCode),
    Technologies(Box<[String]>),
    Naics(Box<str>),
    Funding(u64),
    HeadcountGrowth(f64),
    Hiring(Box<[Hiring]>),
    Title(Box<str>),
    Function(Function),
    Seniority(Seniority),
    RoleSince(Date),
    Employer(DomainName),
    EmployerSince(Date),
}

impl OwnTable {
    /// Its name where no other is known.
    pub const FILE: &'static str = "own-facts.csv";

    /// Reads a table. `file` is what problems call it. All problems are found in one go; the first twenty are told in
    /// words, the others counted.
    pub fn parse(file: &str, text: &str) -> Result<Self, LinesError> {
        Self::of_at_most(MOST_ROWS, file, text)
    }

    /// The same with another number of lines at most.
    pub(crate) fn of_at_most(most: usize, file: &str, text: &str) -> Result<Self, LinesError> {
        let mut found = Found::default();
        let mut reading = Reading { most, ..Reading::default() };
        let begin = "begin it with a line such as `domain,industry,employees,country`";
        read_table(text, begin, &mut found, Columns::of, |columns, cells, line, found| {
            reading.row(columns, cells, line, found)
        });
        if found.is_empty() && reading.table.is_empty() {
            found.add(
                1,
                "no line says anything of a company or a person",
                "fill in a cell beside a domain or an address",
            );
        }
        if found.is_empty() { Ok(reading.table) } else { Err(found.into_error(file)) }
    }

    /// What it says of a company; none where it has no line of it.
    pub fn company(&self, domain: &DomainName) -> Option<Findings> {
        self.companies.get(domain).map(|known| findings(known))
    }

    /// What it says of a person; none where it has no line of them.
    pub fn person(&self, email: &EmailAddress) -> Option<Findings> {
        self.people.get(email).map(|known| findings(known))
    }

    /// How many companies and how many people it knows something of.
    pub fn len(&self) -> (usize, usize) {
        (self.companies.len(), self.people.len())
    }

    /// Does it know nobody? One that was read always knows somebody.
    pub fn is_empty(&self) -> bool {
        self.companies.is_empty() && self.people.is_empty()
    }
}

/// Tells how much there is, not what.
impl fmt::Debug for OwnTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (companies, people) = self.len();
        write!(f, "OwnTable({companies} companies, {people} people)")
    }
}

/// What people wrote themselves is sure.
fn findings(known: &[Known]) -> Findings {
    let mut findings = Findings { confidence: 1.0, ..Findings::default() };
    let Findings { company, person, .. } = &mut findings;
    for known in known.iter().cloned() {
        match known {
            Known::CompanyName(name) => company.name = Some(name.into()),
            Known::Industry(industry) => company.industry = Some(industry.into()),
            Known::Employees(employees) => company.employees = Some(employees),
            Known::RevenueUsd(usd) => company.revenue_usd = Some(usd),
            Known::RevenueRange(range) => company.revenue_range = Some(range),
            Known::Country(country) => company.country = Some(country),
            Known::Technologies(tools) => company.technologies = Some(tools.into()),
            Known::Naics(code) => company.naics = Some(code.into()),
            Known::Funding(usd) => {
                company.funding = Some(Funding { total_usd: Some(usd), ..Funding::default() });
            }
            Known::HeadcountGrowth(share) => company.headcount_growth = Some(share),
            Known::Hiring(open) => company.hiring = Some(open.into_vec()),
            Known::Title(title) => person.title = Some(title.into()),
            Known::Function(function) => person.function = Some(function),
            Known::Seniority(seniority) => person.seniority = Some(seniority),
            Known::RoleSince(day) => person.role_since = Some(day),
            Known::Employer(domain) => person.employer = Some(domain),
            Known::EmployerSince(day) => person.employer_since = Some(day),
        }
    }
    findings
}

const DOMAIN: &[&str] =
    &["domain", "company domain", "company domain name", "website", "web site", "company website", "url"];
const EMAIL: &[&str] = &["email", "e mail", "email address", "e mail address", "work email", "mail"];

/// What else a field's column is called, in the words of common CRMs.
fn also_called(field: FactField) -> &'static [&'static str] {
    match field {
        FactField::CompanyName => &["company name", "company", "account name", "account", "name", "firma"],
        FactField::Industry => &["industry", "sector", "branche"],
        FactField::Employees => &[
            "employees",
            "number of employees",
            "no of employees",
            "employee count",
            "headcount",
            "company size",
            "mitarbeiter",
        ],
        FactField::RevenueUsd => &["revenue usd", "annual revenue usd", "revenue in usd"],
        FactField::RevenueRange => &["revenue range"],
        FactField::Country => &["country", "country/region", "country region", "billing country", "land"],
        FactField::Technologies => &["technologies", "tools", "tech stack", "technology", "web technologies"],
        FactField::Naics => &["naics", "naics code"],
        FactField::Funding => &["funding", "total funding usd", "total money raised"],
        FactField::HeadcountGrowth => &["headcount growth"],
        FactField::Hiring => &["hiring", "open positions", "job openings"],
        FactField::Title => &["title", "job title", "position"],
        FactField::Function => &["function", "job function"],
        FactField::Seniority => &["seniority"],
        FactField::RoleSince => &["role since"],
        FactField::Employer => &["employer"],
        FactField::EmployerSince => &["employer since"],
        FactField::Intent | FactField::RecentlyChangedJobs => &[],
    }
}

struct Columns {
    domain: Option<usize>,
    email: Option<usize>,
    fields: Vec<(FactField, usize)>,
}

impl Columns {
    fn of(header: &[String], line: u64, found: &mut Found) -> Option<Self> {
        let names: Vec<String> = header.iter().map(|name| plain_name(name)).collect();
        let before = found.is_empty();
        let mut one = |wanted: &[&str]| column(&names, wanted, line, found);
        let (domain, email) = (one(DOMAIN), one(EMAIL));
        let fields: Vec<_> =
            FIELDS.iter().filter_map(|field| Some((*field, one(also_called(*field))?))).collect();
        if before && found.is_empty() {
            if domain.or(email).is_none() {
                let remedy = "begin the file with a line such as `domain,industry,employees,country`";
                found.add(line, "no column is called `domain` or `email`", remedy);
            } else if fields.is_empty() {
                let known: Vec<_> = FIELDS.iter().map(|field| field.as_str()).collect();
                let remedy = format!("add a column with any of these names: {}", known.join(", "));
                found.add(line, "no column says anything of a company or a person", remedy);
            }
        }
        found.is_empty().then_some(Self { domain, email, fields })
    }
}

/// The lines so far.
#[derive(Default)]
struct Reading {
    table: OwnTable,
    companies: BTreeMap<DomainName, u64>,
    people: BTreeMap<EmailAddress, u64>,
    /// What cells were read as.
    read: HashMap<FactField, HashMap<String, Known>>,
    rows: usize,
    most: usize,
}

impl Reading {
    fn row(&mut self, columns: &Columns, cells: &Cells<'_>, line: u64, found: &mut Found) -> ControlFlow<()> {
        self.rows += 1;
        if self.rows > self.most {
            let what = format!("there are more than {} lines", self.most);
            found.add(line, what, "keep those of companies that may become customers");
            return ControlFlow::Break(());
        }
        let cell = |place: Option<usize>| place.map(|place| cells.get(place)).unwrap_or_default();
        let (domain, email) = (cell(columns.domain), cell(columns.email));
        let is_person = !email.is_empty();
        let known = self.known(columns, cells, is_person, line, found);
        if is_person {
            let Ok(email) = email.parse::<EmailAddress>() else {
                let remedy =
                    "write one such as name@company.example, or leave it empty for a line about a company";
                found.add(line, "this is no person's e-mail address", remedy);
                return ControlFlow::Continue(());
            };
            is_first(&mut self.people, email.clone(), line, "this person", found);
            if !known.is_empty() {
                self.table.people.insert(email, known);
            }
        } else if domain.is_empty() {
            found.add(line, "this line is about nobody", "give it a domain or an address, or take it out");
        } else if let Some(domain) = of_company(&domain, line, found) {
            is_first(&mut self.companies, domain.clone(), line, domain.as_str(), found);
            if !known.is_empty() {
                self.table.companies.insert(domain, known);
            }
        }
        ControlFlow::Continue(())
    }

    /// What a line says. A cell that says nothing, such as `n/a`, is one that is not filled in.
    fn known(
        &mut self,
        columns: &Columns,
        cells: &Cells<'_>,
        is_person: bool,
        line: u64,
        found: &mut Found,
    ) -> Box<[Known]> {
        let mut known = Vec::new();
        for (field, place) in &columns.fields {
            let text = cells.get(*place);
            if is_nothing(&text) {
                continue;
            }
            if *field >= FactField::Title && !is_person {
                let what = format!("`{field}` is filled in, and of whom is not");
                found.add(line, what, "write the person's address into `email`, or leave the cell empty");
                continue;
            }
            match self.read_once(*field, text) {
                Some(value) => known.push(value),
                None => found.add(line, format!("`{field}` cannot be read"), wanted(*field)),
            }
        }
        known.into_boxed_slice()
    }

    /// The same range stands in thousands of lines, and reading it takes longer than all else of its line.
    fn read_once(&mut self, field: FactField, text: String) -> Option<Known> {
        let before = self.read.entry(field).or_default();
        if let Some(known) = before.get(&text) {
            return Some(known.clone());
        }
        let known = read(field, &text)?;
        if before.len() < MOST_KEPT {
            before.insert(text, known.clone());
        }
        Some(known)
    }
}

/// One line a company and one a person: of two, which is right cannot be told. People's addresses are not repeated.
fn is_first<K: Ord>(seen: &mut BTreeMap<K, u64>, key: K, line: u64, called: &str, found: &mut Found) {
    let first = *seen.entry(key).or_insert(line);
    if first != line {
        found.add(line, format!("{called} is in line {first} as well"), "keep one of the two");
    }
}

fn of_company(written: &str, line: u64, found: &mut Found) -> Option<DomainName> {
    let remedy = "write the company's own as in company.example, or take the line out";
    let domain = company_domain(written).map_err(|why| found.add(line, why, remedy)).ok()?;
    if matches!(classify_domain(domain.as_str()), EmailKind::FreeMail | EmailKind::Disposable) {
        let what = "this is a mailbox provider's domain: all who write from there would be this company";
        found.add(line, what, remedy);
        return None;
    }
    Some(domain)
}

fn read(field: FactField, text: &str) -> Option<Known> {
    let words = || (text.chars().count() <= MOST_CHARACTERS).then(|| Box::from(text));
    let day = || text.parse::<Date>().ok();
    Some(match field {
        FactField::CompanyName => Known::CompanyName(words()?),
        FactField::Industry => Known::Industry(words()?),
        FactField::Employees => Known::Employees(Headcount::read(text)?),
        FactField::RevenueUsd => Known::RevenueUsd(read_usd(text)?),
        FactField::RevenueRange => Known::RevenueRange(RevenueRange::read(text)?),
        FactField::Country => Known::Country(read_country(text)?),
        FactField::Technologies => Known::Technologies(read_tools(text)?.into_boxed_slice()),
        FactField::Naics => {
            let is_code = (2..=6).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
            Known::Naics(is_code.then(|| text.into())?)
        }
        FactField::Funding => Known::Funding(read_dollars(text).ok()?),
        FactField::HeadcountGrowth => Known::HeadcountGrowth(read_growth(text)?),
        FactField::Hiring => Known::Hiring(read_hiring(text)?.into_boxed_slice()),
        FactField::Title => Known::Title(words()?),
        FactField::Function => Known::Function(read_word(text)?),
        FactField::Seniority => Known::Seniority(read_word(text)?),
        FactField::RoleSince => Known::RoleSince(day()?),
        FactField::Employer => Known::Employer(company_domain(text).ok()?),
        FactField::EmployerSince => Known::EmployerSince(day()?),
        FactField::Intent | FactField::RecentlyChangedJobs => return None,
    })
}

/// What to write where a cell cannot be read.
fn wanted(field: FactField) -> &'static str {
    match field {
        FactField::Employees => "write a number, or a range such as 51-200",
        FactField::RevenueUsd | FactField::Funding => "write US dollars, such as 5000000 or $5M",
        FactField::RevenueRange => "write a range in US dollars, such as $10M-$50M",
        FactField::Country => {
            "write a two-letter code or a country's name; one that several share is not taken"
        }
        FactField::Technologies => "write names with semicolons between, at most 200",
        FactField::Naics => "write 2 to 6 digits",
        FactField::Hiring => "write functions and numbers such as sales 3; engineering 12",
        FactField::HeadcountGrowth => "write a percentage such as 12 %, or a share such as 0.12",
        FactField::Function => "write one of ours, such as sales, revenue_operations or engineering",
        FactField::Seniority => "write one of ours, such as manager, director, vp or c_level",
        FactField::RoleSince | FactField::EmployerSince => "write a day such as 2026-03-01",
        FactField::Employer => "write the company's own domain, such as company.example",
        _ => "write at most 300 characters",
    }
}
