//! Words for files of deals, of their outcomes and of leads, and for the models that are learnt from them.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

const IMPORT_HELP: &str = "\
Deals that were won or lost are kept as leads with an outcome, judged by the policy as if they had come in when they
were created; `leadlight retrain` learns from them. Open deals are left out. A cell that cannot be read is not known,
and is counted. Nothing but deals' facts is kept of a row.

It exits with 0 if every row was taken or is as it should be (open, or told twice), and with 3 if rows were left out
since something is wrong with them; the others are imported all the same.

Examples:
  leadlight import deals.csv --dry-run
  leadlight import deals.csv --from salesforce --dry-run --map-out map.toml
  leadlight import deals.csv --map map.toml && leadlight retrain";

/// A file of deals.
#[derive(Debug, Args)]
#[command(after_help = IMPORT_HELP)]
pub struct Import {
    /// A CRM's export of deals, as it is: CSV with a header.
    #[arg(value_name = "FILE")]
    pub deals: PathBuf,
    /// The CRM it comes from: hubspot, salesforce, pipedrive, zoho, dynamics, or leadlight for our own format. Told by
    /// the columns if left out.
    #[arg(long, value_name = "CRM", conflicts_with = "map")]
    pub from: Option<String>,
    /// A mapping of columns to use instead.
    #[arg(long, value_name = "FILE")]
    pub map: Option<PathBuf>,
    /// Say how the file would be read and what the rules would have made of it, and import nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Write the mapping to a file, for editing.
    #[arg(long, value_name = "FILE")]
    pub map_out: Option<PathBuf>,
    /// Overwrite the file of --map-out.
    #[arg(long, requires = "map_out")]
    pub force: bool,
    /// With --dry-run: the policy to judge by, instead of the one in force. No system need run then.
    #[arg(long, value_name = "FILE", requires = "dry_run")]
    pub policy: Option<PathBuf>,
    /// How it writes what can be read in two ways.
    #[command(flatten)]
    pub written: Written,
}

pub(super) const TRAIN_HELP: &str = "\
What a column is, is told from its cells; the command prints what it took each one for, and why. A file given
with --policy declares what is known better:

  [columns.seniority]
  kind = \"number\"            # number, boolean, category, tags (with separator) or date (with half_life_days)
  group = \"contact\"          # icp, contact, technographic, intent, engagement or other
  label = \"Seniority\"
  never_lowers = true         # or never_raises: its effect never turns against this

A deal is won, lost or neither: what is still open is left out and told. The stages of the usual CRMs are known;
--positive, --negative and --open say what is not.

The newest fifth of the deals judges what was learnt from the others; where that fifth is under 200 deals, all of the
younger half judge a first model, each by asking a fit on the deals before it. No model is written unless it beats
the base rate, or the champion. --out gets report.html and report.json, and with a model model.bin and manifest.json.
It exits with 0 if a model was written or the champion stays, and with 1 if nothing held.

Examples:
  leadlight train --deals closed.csv --label stage --positive \"Closed Won\" --time close_date --out model
  leadlight train --deals export.csv --label stage --positive Renewed --negative Abandoned --open \"stage=On hold\" \\
    --time \"Won time,Lost time\" --out model
  leadlight train --deals export.csv --label won --drop id,notes --champion model --time closed_at --out next";

/// A file of outcomes.
#[derive(Debug, Args)]
pub struct Outcomes {
    /// A CSV file with one outcome a row.
    #[arg(value_name = "FILE")]
    pub outcomes: PathBuf,
    /// Return at once instead of waiting until each is kept or set aside.
    #[arg(long)]
    pub no_follow: bool,
    /// Send lines whose lead is not known as well: it may be on its way, and they are tried for at least eight hours.
    #[arg(long)]
    pub send_unknown: bool,
}

/// Closed deals to learn from.
#[derive(Debug, Args)]
pub struct Train {
    /// A CSV file with one closed deal a row; separated by comma, semicolon, tab or |.
    #[arg(long, value_name = "FILE")]
    pub deals: PathBuf,
    /// The column that says how a deal ended.
    #[arg(long, value_name = "COLUMN")]
    pub label: String,
    /// A value of the label that means won, where it is none of the usual words; as often as needed.
    #[arg(long, value_name = "VALUE")]
    pub positive: Vec<String>,
    /// A value of the label that means lost; as often as needed, `*` for all others.
    #[arg(long, value_name = "VALUE")]
    pub negative: Vec<String>,
    /// Deals that are still open, such as "`is_closed=False"`: neither won nor lost, they are left out. As often as
    /// needed.
    #[arg(long, value_name = "COLUMN=VALUE")]
    pub open: Vec<String>,
    /// The column that says when a deal was closed; of "Won time,Lost time" the first that is filled.
    #[arg(long, value_name = "COLUMN")]
    pub time: Option<String>,
    /// How the rows stand where no column is named that says when. Rows that their dates or numbers show to stand newest
    /// first are turned round.
    #[arg(long, value_enum, default_value_t = RowsStand::Oldest, conflicts_with = "time")]
    pub rows: RowsStand,
    /// The column that says when a lead was decided on; other dates are aged to it.
    #[arg(long, value_name = "COLUMN")]
    pub decided: Option<String>,
    /// The column that says whose deal it was: deals of one account count as one piece of luck.
    #[arg(long, value_name = "COLUMN")]
    pub account: Option<String>,
    /// The column that says which deals may have a model of their own, such as the motion or the region: from 50 deals of a
    /// value on, where it is better than the model of all. The column is learnt from as any other; see --drop. `score` takes
    /// the same.
    #[arg(long, value_name = "COLUMN")]
    pub own_by: Option<String>,
    /// Columns not to learn from, such as what is known only afterwards.
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    pub drop: Vec<String>,
    /// How numbers and dates are to be read that can be read in two ways.
    #[command(flatten)]
    pub written: Written,
    /// A file that declares columns; see below.
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// The folder of the model that scores today; a new one must beat it.
    #[arg(long, value_name = "DIR")]
    pub champion: Option<PathBuf>,
    /// The folder to write to; made if it is not there.
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
}

/// How a file writes what can be read in two ways. Most files show it themselves.
#[derive(Debug, Clone, Copy, Args)]
pub struct Written {
    /// What marks decimals, where 1.250 may be 1250 or 1.25.
    #[arg(long, value_enum, value_name = "MARK")]
    pub decimal: Option<Decimal>,
    /// What stands first in dates, where 01/02/2026 may be in January or in February.
    #[arg(long, value_enum, value_name = "ORDER")]
    pub dates: Option<Dates>,
}

/// What marks decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Decimal {
    /// 1,234.50
    Point,
    /// 1.234,50
    Comma,
}

/// What stands first in dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Dates {
    /// 31/01/2026
    DayFirst,
    /// 01/31/2026
    MonthFirst,
    /// 26-01-31
    YearFirst,
}

/// How the rows of a file stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RowsStand {
    /// The oldest deal first: the last fifth judges, or the second half where the deals are few.
    Oldest,
    /// In no order: a fifth drawn at random judges, or all by turns where the deals are few. It cannot show drift.
    Random,
}

/// Leads to score.
#[derive(Debug, Args)]
pub struct Score {
    /// The folder that `train` wrote.
    #[arg(long, value_name = "DIR")]
    pub model: PathBuf,
    /// A CSV file with one lead a row, with the columns the model learnt from.
    #[arg(long, value_name = "FILE")]
    pub leads: PathBuf,
    /// The column that says when a lead is decided on, for the age of dates; now if left out.
    #[arg(long, value_name = "COLUMN")]
    pub decided: Option<String>,
    /// The column that says whose own model answers, as `train` was told; another column of the result says which did.
    #[arg(long, value_name = "COLUMN")]
    pub own_by: Option<String>,
    /// How numbers and dates are to be read that can be read in two ways.
    #[command(flatten)]
    pub written: Written,
    /// The CSV file to write: row, the file's own ids, probability with its 90 % interval, score, summary, reasons.
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Overwrite the file of --out.
    #[arg(long)]
    pub force: bool,
}

/// A model's report.
#[derive(Debug, Args)]
pub struct ReportOf {
    /// The folder that `train` wrote.
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
}
