//! From a CSV file to a list, or to all that is wrong with it.

use std::io::Read;

use csv::StringRecord;
use leadlight_lead::{AccountsHash, DomainName, MemberId};
use leadlight_reading::{BEHIND_TABLE, NoCompany, clean, took_in_rows};

use crate::accounts::{Account, Accounts, MOST_DOMAINS};
use crate::columns::{Columns, relation};
use crate::error::{AccountsError, Found};

/// What may stand between cells.
const SEPARATORS: [char; 4] = [',', ';', '\t', '|'];

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
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (separator, skipped, text) = separator(text);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .flexible(true)
        .has_headers(false)
        .from_reader(text.as_bytes().chain(b"\n".as_slice()).chain(BEHIND_TABLE.as_bytes()));
    let (mut rows, mut notes, mut columns) = (Vec::new(), Notes::default(), None);
    let mut record = StringRecord::new();
    loop {
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(_) => {
                found.add(skipped + 1, "the file is not a table", "save it as CSV");
                break;
            }
        }
        let line = record.position().map_or(0, csv::Position::line) + skipped;
        if record.iter().all(|cell| tidy(cell).is_empty()) {
            continue;
        }
        let width = columns.as_ref().map_or(record.len(), |(width, _)| *width);
        if took_in_rows(&record, separator.into(), width) {
            let remedy = "close it, or write it twice (\"\") where it belongs to the cell";
            found.add(line, "a double quote opens a cell and is not closed there", remedy);
            // What it took in is not known, so nothing can be said of what follows.
            break;
        }
        match columns {
            None => {
                let header: Vec<String> = record.iter().map(clean).collect();
                let Some((of, unread)) = Columns::of(&header, line, found) else { break };
                notes.unread_columns = unread.into_iter().map(|place| place + 1).collect();
                columns = Some((header.len(), of));
            }
            Some((width, columns)) if fits(&record, width, line, found) => {
                row(&record, columns, line, found, &mut rows, &mut notes);
            }
            Some(_) => {}
        }
        // However often they repeat each other: what follows would only take memory.
        if rows.len() > 2 * MOST_DOMAINS {
            let what = format!("more than {} domains are written down", 2 * MOST_DOMAINS);
            found.add(line, what, "write each once");
            break;
        }
    }
    if columns.is_none() && found.is_empty() {
        found.add(
            1,
            "the file is empty",
            "begin it with a line such as `domain,relation,owner_sdr,owner_ae`",
        );
    }
    (rows, notes)
}

/// Whether a row has a cell for each name. Separators behind the last cell make none.
fn fits(record: &StringRecord, width: usize, line: u64, found: &mut Found) -> bool {
    let cells = record.len();
    let fits = cells == width || cells > width && record.iter().skip(width).all(|cell| tidy(cell).is_empty());
    if !fits {
        let remedy = "put a cell in double quotes if it holds a line break or what stands between cells";
        let are = if cells == 1 { "is 1 cell" } else { &format!("are {cells} cells") };
        found.add(line, format!("there {are}, and the header has {width}"), remedy);
    }
    fits
}

/// What stands between cells: what Excel's own first line says, or the sign that the header has most of. Also how many
/// lines that took, and what follows them.
fn separator(text: &str) -> (u8, u64, &str) {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let mut chars = first.trim().strip_prefix("sep=").into_iter().flat_map(str::chars);
    if let (Some(sign), None) = (chars.next(), chars.next())
        && sign.is_ascii()
    {
        return (sign as u8, 1, rest);
    }
    let header = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    // The first of those that are there as often.
    let most = SEPARATORS.into_iter().rev().max_by_key(|sign| header.matches(*sign).count());
    (most.unwrap_or(',') as u8, 0, text)
}

/// A cell's text without what nobody sees. Plain letters, as nearly all cells have, are not looked at twice.
fn tidy(cell: &str) -> String {
    let is_plain = cell.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    if is_plain { cell.trim().to_owned() } else { clean(cell) }
}

/// Adds what a row says: one account for each domain that it names.
fn row(
    record: &StringRecord,
    columns: Columns,
    line: u64,
    found: &mut Found,
    rows: &mut Vec<Row>,
    notes: &mut Notes,
) {
    let cell = |place: Option<usize>| place.and_then(|place| record.get(place)).map(tidy).unwrap_or_default();
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
        match domain(part) {
            Ok(domain) => {
                notes.rewritten += usize::from(!domain.as_str().eq_ignore_ascii_case(part));
                domains.push(domain);
            }
            Err(why) => {
                let remedy = "write the company's own as in company.example, or take the line out";
                found.add(line, in_words(why), remedy);
                break;
            }
        }
    }
    domains
}

/// The domains of a cell beside it. What is none is passed over, and counted.
fn beside(written: &str, notes: &mut Notes) -> Vec<DomainName> {
    let read: Vec<_> = parts(written).map(|part| domain(part).ok()).collect();
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

/// A bare host is what it says, be it that of a network whose pages are everybody's.
fn domain(written: &str) -> Result<DomainName, NoCompany> {
    match DomainName::of_host(written) {
        Err(NoCompany::Malformed) => DomainName::from_host_or_url(written),
        found => found,
    }
}

fn in_words(why: NoCompany) -> &'static str {
    match why {
        NoCompany::Malformed => "this is no company's domain",
        NoCompany::PublicSuffix => "this is no company's domain: anybody may register a name under it",
        NoCompany::SharedHost => "this is no company's domain: many companies have a name each on that host",
        NoCompany::Relay => {
            "this is no company's domain: it passes on mail, and anybody may have an address there"
        }
        NoCompany::Page => "this is no company's domain: it is a page on somebody else's site",
    }
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
