//! Tables that people write: a header and rows of cells, as spreadsheets and CRMs save them.

use std::io::Read;
use std::ops::ControlFlow;

use csv::StringRecord;
use leadlight_lead::{DomainName, NoCompany};
use leadlight_reading::{BEHIND_TABLE, clean, fold, took_in_rows};

use crate::lines::Found;

/// What may stand between cells.
const SEPARATORS: [char; 4] = [',', ';', '\t', '|'];

/// The cells of a row.
pub struct Cells<'a>(&'a StringRecord);

impl Cells<'_> {
    /// A cell's text without what nobody sees; empty where there is none.
    pub fn get(&self, place: usize) -> String {
        self.0.get(place).map(tidy).unwrap_or_default()
    }
}

/// Reads a table: `header` makes the columns of the first line, or notes why it cannot; `row` takes each row that holds
/// anything and has a cell for each column, until it breaks. `begin` says how a file begins, for one that is empty.
///
/// Any of `,;|` and tabs may stand between cells, a byte-order mark and Excel's `sep=` before them. A quote that nobody
/// closed ends the reading, since what it took in is not known.
pub fn read_table<C>(
    text: &str,
    begin: &str,
    found: &mut Found,
    mut header: impl FnMut(&[String], u64, &mut Found) -> Option<C>,
    mut row: impl FnMut(&C, &Cells<'_>, u64, &mut Found) -> ControlFlow<()>,
) {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (separator, skipped, text) = separator(text);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .flexible(true)
        .has_headers(false)
        .from_reader(text.as_bytes().chain(b"\n".as_slice()).chain(BEHIND_TABLE.as_bytes()));
    let mut columns: Option<(usize, C)> = None;
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
        match &columns {
            None => {
                let names: Vec<String> = record.iter().map(clean).collect();
                let Some(of) = header(&names, line, found) else { break };
                columns = Some((names.len(), of));
            }
            Some((width, columns)) if fits(&record, *width, line, found) => {
                if row(columns, &Cells(&record), line, found).is_break() {
                    break;
                }
            }
            Some(_) => {}
        }
    }
    if columns.is_none() && found.is_empty() {
        found.add(1, "the file is empty", begin);
    }
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

/// A column's name or a word without case, accents and the signs that stand for spaces.
pub fn plain_name(text: &str) -> String {
    let spaced: String = fold(text).chars().map(|c| if matches!(c, '_' | '-') { ' ' } else { c }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The place of the column that has one of some names, the product's own first; `names` are plain ones. Where several
/// do, the one with the product's own name; without it which is meant cannot be told, and is noted.
pub fn column(names: &[String], wanted: &[&str], line: u64, found: &mut Found) -> Option<usize> {
    let places: Vec<usize> =
        (0..names.len()).filter(|place| wanted.contains(&names[*place].as_str())).collect();
    let own = places.iter().copied().filter(|place| Some(&names[*place].as_str()) == wanted.first());
    match (own.collect::<Vec<_>>().as_slice(), places.as_slice()) {
        (&[own], _) => Some(own),
        (_, &[only]) => Some(only),
        (_, []) => None,
        (_, several) => {
            let places: Vec<String> = several.iter().map(|place| (place + 1).to_string()).collect();
            let what = format!("the columns {} may each be `{}`", places.join(" and "), wanted[0]);
            found.add(line, what, format!("call the one that is `{}`", wanted[0]));
            None
        }
    }
}

/// A company's domain in any spelling, or why a cell holds none. A bare host is what it says, be it that of a network
/// whose pages are everybody's.
pub fn company_domain(written: &str) -> Result<DomainName, &'static str> {
    let read = match DomainName::of_host(written) {
        Err(NoCompany::Malformed) => DomainName::from_host_or_url(written),
        found => found,
    };
    read.map_err(|why| match why {
        NoCompany::Malformed => "this is no company's domain",
        NoCompany::PublicSuffix => "this is no company's domain: anybody may register a name under it",
        NoCompany::SharedHost => "this is no company's domain: many companies have a name each on that host",
        NoCompany::Relay => {
            "this is no company's domain: it passes on mail, and anybody may have an address there"
        }
        NoCompany::Page => "this is no company's domain: it is a page on somebody else's site",
    })
}
