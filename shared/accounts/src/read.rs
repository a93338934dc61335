//! From a CSV file to a list, or to all that is wrong with it.

use std::ops::ControlFlow;

use leadlight_lead::{AccountsHash, DomainName, MemberId};
use leadlight_settings::{Cells, Found, LinesError as AccountsError, company_domain, read_table};

use crate::accounts::{Account, Accounts, MOST_DOMAINS};
use crate::columns::{Columns, relation};

/// How a file was read, for the person who publishes it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Notes {
    /// Lines that say again, or less than, what another says of the same domain.
    pub repeated: usize,
    /// The first of these, and the line it repeats.
    pub first_repeated: Option<(u64, u64)>,
    /// Domains that were written as an address, a URL or a host of the company's.
    pub rewritten: usize,
    /// Words in the columns `also` and `parent` that are no company's domain.
    pub not_domains: usize,
    /// Lines that say nothing of a company: neither customer nor competitor, and nobody owns it.
    pub idle: usize,
    /// Columns that nobody reads, counted from 1.
    pub unread_columns: Vec<usize>,
}

/// What a line says of one domain.
struct Row {
    account: Account,
    /// The company's first domain, where this is another of its.
    first: Option<DomainName>,
    /// The domain of the company that it belongs to.
    parent: Option<DomainName>,
}

/// Companies above a company that are looked at: no group of companies is deeper, and a circle ends.
const MOST_PARENTS: usize = 8;

impl Accounts {
    /// Reads and checks a file. `file` is what problems call it. Problems are all found in one go; the first twenty are
    /// told in words, the others counted.
    pub fn read(file: &str, text: &str) -> Result<(Self, Notes), AccountsError> {
        let mut found = Found::default();
        let (mut rows, mut notes) = rows(text, &mut found);
        // By line within a domain: the first that says something is the one that others contradict.
        rows.sort_unstable_by(|a, b| {
            let (a, b) = (&a.account, &b.account);
            a.domain.cmp(&b.domain).then(a.line.cmp(&b.line))
        });
        let rows = united(rows, &mut found, &mut notes);
        let firsts = rows.iter().filter_map(|row| Some((row.account.domain.clone(), row.first.clone()?)));
        let firsts: Vec<_> = firsts.filter(|(other, first)| other != first).collect();
        let accounts = with_parents(&rows);
        if found.is_empty() && accounts.is_empty() {
            found.add(
                1,
                "no line says anything of a company",
                "list customers, competitors or owned accounts",
            );
        }
        if accounts.len() > MOST_DOMAINS {
            let what = format!("there are more than {MOST_DOMAINS} domains");
            found.add(
                1,
                what,
                "leave out those that are neither customers nor competitors and have no owner",
            );
        }
        if !found.is_empty() {
            return Err(found.into_error(file));
        }
        let Some(list) = Self::new(AccountsHash::of(text.as_bytes()), &accounts, firsts) else {
            found.add(1, "more than 65,535 people own accounts", "let owners be members of the team");
            return Err(found.into_error(file));
        };
        Ok((list, notes))
    }

    /// The same, without how it was read.
    pub fn parse(file: &str, text: &str) -> Result<Self, AccountsError> {
        Self::read(file, text).map(|(accounts, _)| accounts)
    }
}

/// All rows that say something, in the order of the file.
fn rows(text: &str, found: &mut Found) -> (Vec<Row>, Notes) {
    let (mut rows, mut notes, mut unread_columns) = (Vec::new(), Notes::default(), Vec::new());
    let header = |names: &[String], line: u64, found: &mut Found| {
        let (columns, unread) = Columns::of(names, line, found)?;
        unread_columns = unread.into_iter().map(|place| place + 1).collect();
        Some(columns)
    };
    let begin = "begin it with a line such as `domain,relation,owner_sdr,owner_ae`";
    read_table(text, begin, found, header, |columns, cells, line, found| {
        row(cells, *columns, line, found, &mut rows, &mut notes);
        // However often they repeat each other: what follows would only take memory.
        if rows.len() > 2 * MOST_DOMAINS {
            let what = format!("more than {} domains are written down", 2 * MOST_DOMAINS);
            found.add(line, what, "write each once");
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    });
    notes.unread_columns = unread_columns;
    (rows, notes)
}

/// Adds what a row says: one account for each domain that it names.
fn row(
    cells: &Cells<'_>,
    columns: Columns,
    line: u64,
    found: &mut Found,
    rows: &mut Vec<Row>,
    notes: &mut Notes,
) {
    let cell = |place: Option<usize>| place.map(|place| cells.get(place)).unwrap_or_default();
    let relation = relation(&cell(columns.relation)).unwrap_or_else(|()| {
        let remedy = "write customer or competitor, or leave it empty; a company you have lost is neither";
        found.add(line, "what the company is to you is not known here", remedy);
        None
    });
    let mut owner = |place, name: &str| -> Option<MemberId> {
        let id = cell(place);
        let parsed = id.parse().ok();
        if parsed.is_none() && !id.is_empty() {
            found.add(
                line,
                format!("`{name}` is no member's id"),
                "write it as the team file does, such as sdr-1",
            );
        }
        parsed
    };
    let owner_sdr = owner(columns.owner_sdr, "owner_sdr");
    let owner_ae = owner(columns.owner_ae, "owner_ae");
    let written = cell(Some(columns.domain));
    let others = beside(&cell(columns.also), notes);
    let parent = beside(&cell(columns.parent), notes).into_iter().next();
    let says_nothing = relation.is_none() && owner_sdr.is_none() && owner_ae.is_none() && parent.is_none();
    // It would be left out, so whatever stands for its domain is right.
    if says_nothing && parts(&written).count() + others.len() < 2 {
        notes.idle += 1;
        return;
    }
    if written.is_empty() {
        found.add(line, "there is no domain", "write the company's domain, or take the line out");
    }
    let own = domains(&written, line, found, notes);
    // One company, several domains: its leads are one account, under the first.
    let first = own.first().cloned();
    for domain in own.into_iter().chain(others) {
        let (owner_sdr, owner_ae) = (owner_sdr.clone(), owner_ae.clone());
        let account = Account { line, domain, relation, owner_sdr, owner_ae };
        rows.push(Row { account, first: first.clone(), parent: parent.clone() });
    }
}

/// What stands in a cell, as CRMs write several.
fn parts(written: &str) -> impl Iterator<Item = &str> {
    written.split(|c: char| c.is_whitespace() || matches!(c, ';' | ',')).filter(|part| !part.is_empty())
}

/// The domains of a cell.
fn domains(written: &str, line: u64, found: &mut Found, notes: &mut Notes) -> Vec<DomainName> {
    let mut domains = Vec::new();
    for part in parts(written) {
        // Told once a cell, however many words there are.
        match company_domain(part) {
            Ok(domain) => {
                notes.rewritten += usize::from(!domain.as_str().eq_ignore_ascii_case(part));
                domains.push(domain);
            }
            Err(why) => {
                let remedy = "write the company's own as in company.example, or take the line out";
                found.add(line, why, remedy);
                break;
            }
        }
    }
    domains
}

/// The domains of a cell beside it. What is none is passed over, and counted.
fn beside(written: &str, notes: &mut Notes) -> Vec<DomainName> {
    let read: Vec<_> = parts(written).map(|part| company_domain(part).ok()).collect();
    notes.not_domains += read.iter().filter(|domain| domain.is_none()).count();
    read.into_iter().flatten().collect()
}

/// What a company's own line does not say, the line of the company that it belongs to says.
fn with_parents(rows: &[Row]) -> Vec<Account> {
    let line_of = |domain: &DomainName| {
        let place = rows.binary_search_by(|row| row.account.domain.cmp(domain)).ok()?;
        rows.get(place)
    };
    let whole = |row: &Row| {
        let mut account = row.account.clone();
        let mut above = row.parent.as_ref().and_then(line_of);
        for _ in 0..MOST_PARENTS {
            let Some(parent) = above else { break };
            unite(&mut account.relation, parent.account.relation);
            unite(&mut account.owner_sdr, parent.account.owner_sdr.clone());
            unite(&mut account.owner_ae, parent.account.owner_ae.clone());
            above = parent.parent.as_ref().and_then(line_of);
        }
        account
    };
    rows.iter().map(whole).collect()
}

/// One row a domain. Lines that say more of it are put together; of two that contradict each other both are told.
fn united(rows: Vec<Row>, found: &mut Found, notes: &mut Notes) -> Vec<Row> {
    let mut whole: Vec<Row> = Vec::with_capacity(rows.len());
    for row in rows {
        let Some(before) = whole.last_mut().filter(|before| before.account.domain == row.account.domain)
        else {
            whole.push(row);
            continue;
        };
        let (first, account) = (&mut before.account, row.account);
        // A cell that has a company's domain with and without `www.`.
        if account.line == first.line {
            continue;
        }
        notes.repeated += 1;
        if notes.first_repeated.is_none_or(|(line, _)| account.line < line) {
            notes.first_repeated = Some((account.line, first.line));
        }
        let differ = [
            unite(&mut first.relation, account.relation).then_some("one says customer, the other competitor"),
            unite(&mut first.owner_sdr, account.owner_sdr).then_some("each has another `owner_sdr`"),
            unite(&mut first.owner_ae, account.owner_ae).then_some("each has another `owner_ae`"),
            unite(&mut before.parent, row.parent).then_some("each has another `parent`"),
        ];
        // Of two companies that name one domain the first in the file has it.
        unite(&mut before.first, row.first);
        for differ in differ.into_iter().flatten() {
            let what = format!("{} is in line {} as well: {differ}", account.domain, first.line);
            found.add(account.line, what, "keep the one that is right");
        }
    }
    whole
}

/// Fills what the first does not say; true where both say something else.
fn unite<T: PartialEq>(first: &mut Option<T>, second: Option<T>) -> bool {
    match (&first, second) {
        (Some(first), Some(second)) => *first != second,
        (None, second) => {
            *first = second;
            false
        }
        (Some(_), None) => false,
    }
}
