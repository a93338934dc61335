//! Writes a file of N deals with 30 columns, reads it as deals and as leads, and prints how long each took
//! and how much memory was needed.
//! Run with `cargo run --release --example big -p leadlight-tabular -- 4000000`; that is about 1 GB.
#![expect(clippy::print_stdout, reason = "printing is what this program is for")]

use std::error::Error;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::Instant;

use leadlight_model::parse_moment;
use leadlight_tabular::{DealColumns, LeadReader, Limits, RowOrder, TableError, Taken, read_deals};

const NUMBERS: usize = 20;
const CATEGORIES: [u64; 4] = [4, 40, 3_000, 100_000];
const TOOLS: [&str; 8] = ["crm", "chat", "wiki", "ads", "forms", "mail", "billing", "phone"];

fn main() -> Result<(), Box<dyn Error>> {
    let rows: u64 = std::env::args().nth(1).map_or(Ok(1_000_000), |rows| rows.parse())?;
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("big.csv");
    write_deals(&path, rows)?;
    println!("{rows} rows of 30 columns, {} MB", fs::metadata(&path)?.len() / 1_000_000);

    let started = Instant::now();
    let columns =
        DealColumns { order: RowOrder::ClosedAt("closed_at".to_owned()), ..DealColumns::new("outcome") };
    let table = read_deals(&path, &columns, Limits::default(), &mut |_| ())?;
    println!(
        "as deals: {:.1} s, {} kept, peak {}",
        started.elapsed().as_secs_f64(),
        table.rows.kept,
        peak()?
    );
    for note in &table.columns {
        println!("  {:<12} {}", note.column, note.why);
    }
    for note in &table.notes {
        println!("  {note}");
    }

    let features = table.columns.iter().filter(|note| matches!(note.taken, Taken::Feature(_))).count();
    let specs = table.deals.specs;
    drop(table.deals.columns);
    let started = Instant::now();
    let as_of = parse_moment("2026-01-31").unwrap_or_default();
    let mut cells = 0;
    let read =
        LeadReader::open(&path, &specs, None)?.read::<TableError>(as_of, &mut |_| (), &mut |lead| {
            cells += lead.cells.len();
            Ok(())
        })?;
    let seconds = started.elapsed().as_secs_f64();
    println!("as leads: {seconds:.1} s, {} rows, {features} features, {cells} cells", read.rows);
    Ok(())
}

/// A deal a line: an id, the outcome, two dates, a flag, tags, categories, numbers.
fn write_deals(path: &Path, rows: u64) -> Result<(), Box<dyn Error>> {
    let mut file = BufWriter::new(File::create(path)?);
    write!(file, "deal_id,outcome,closed_at,last_visit,trial,tools")?;
    for place in 0..CATEGORIES.len() {
        write!(file, ",category_{place}")?;
    }
    for place in 0..NUMBERS {
        write!(file, ",number_{place}")?;
    }
    writeln!(file)?;
    let mut random = 0x9e37_79b9_7f4a_7c15;
    for row in 0..rows {
        let outcome = if next(&mut random).is_multiple_of(4) { "Closed Won" } else { "Closed Lost" };
        let (year, month, day) =
            (2015 + row * 11 / rows, next(&mut random) % 12 + 1, next(&mut random) % 28 + 1);
        let trial = if next(&mut random).is_multiple_of(2) { "yes" } else { "no" };
        write!(file, "{row},{outcome},{year}-{month:02}-{day:02},{year}-{month:02}-01 10:{day:02},{trial},")?;
        let tools = next(&mut random);
        let chosen: Vec<&str> = (0..8).filter(|bit| tools >> bit & 3 == 3).map(|bit| TOOLS[bit]).collect();
        write!(file, "{}", chosen.join(";"))?;
        for values in CATEGORIES {
            write!(file, ",value {}", next(&mut random) % values)?;
        }
        for place in 0..NUMBERS {
            let number = next(&mut random);
            match place % 4 {
                _ if number.is_multiple_of(11) => write!(file, ",")?,
                0 => write!(file, ",{}", number % 100)?,
                1 => write!(file, ",{}.{:02}", number % 10_000, number % 89 + 10)?,
                2 => write!(file, ",-{}.{:06}", number % 7, number % 1_000_000)?,
                _ => write!(file, ",{}", number % 1_000_000_000)?,
            }
        }
        writeln!(file)?;
    }
    file.flush()?;
    Ok(())
}

/// Numbers without a pattern that would matter here.
fn next(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state >> 16
}

/// The most memory that this program has held.
fn peak() -> Result<String, Box<dyn Error>> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    Ok(line.map_or_else(|| "unknown".to_owned(), |peak| peak.trim().to_owned()))
}
