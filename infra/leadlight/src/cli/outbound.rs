//! Words for target accounts.

use std::path::PathBuf;

use clap::{Args, Subcommand};

pub(super) const TARGETS_HELP: &str = "\
The file has a header and one account a line, or one person a line, separated by comma, semicolon, tab or |:

  domain,name,country,employees,industry,tier,intent topic,intent score,funding date,hiring roles,person,email,title,last spoken to on
  acme.example,Acme,DE,1.200,Software,A,lead scoring,80,2026-10-01,sales 3,Ada Lovelace,ada@acme.example,VP Sales,2026-05-01

Only domain must be there; also known are technologies, headcount growth, funding amount, intent date, owner and parent (the
domain of the company that it belongs to). A row that names no company is set aside and told by its line; a cell that cannot
be read is not known. Rows of one account are put together.

Examples:
  leadlight targets check targets.csv
  leadlight targets publish targets.csv --reason \"accounts of the fair\"
  leadlight outbound rank
  leadlight outbound week --dry-run";

pub(super) const OUTBOUND_HELP: &str = "\
Accounts are ranked by what the policy's outbound motion weighs of a company: fit, intent, triggers. None is rejected for its
score; customers, competitors and what else the policy disqualifies are listed apart, with the reason. `[outbound]` of the
policy says how many become work each week. The first run of a week makes the week's plan, which then stays: a run after it
carries out what is still to be done, and makes no lead twice.

Examples:
  leadlight outbound rank --top 20
  leadlight outbound rank --csv > ranked.csv
  leadlight outbound rank --targets targets.csv --policy my-policy.toml    needs no running system
  leadlight outbound week --dry-run
  leadlight outbound week --find-someone people-to-find.csv";

/// Commands for target accounts.
#[derive(Debug, Subcommand)]
pub enum OutboundCommand {
    /// Show all target accounts in the order in which to call on them, each with why. Changes nothing.
    Rank(Rank),
    /// Choose this week's accounts, and send their people in as outbound leads. Exits with 3 if some could not be sent.
    Week(WeekArgs),
}

/// How the ranking is shown.
#[derive(Debug, Args)]
pub struct Rank {
    /// As CSV, all accounts, for a spreadsheet.
    #[arg(long, conflicts_with = "top")]
    pub csv: bool,
    /// So many accounts; 50 of a text if left out, all of JSON.
    #[arg(long, value_name = "N")]
    pub top: Option<usize>,
    /// A list of target accounts; the one in force if left out.
    #[arg(long, value_name = "FILE")]
    pub targets: Option<PathBuf>,
    /// A policy file; the one in force if left out. With --targets, no running system is asked.
    #[arg(long, value_name = "FILE", requires = "targets")]
    pub policy: Option<PathBuf>,
}

/// What becomes work.
#[derive(Debug, Args)]
pub struct WeekArgs {
    /// Show what would become work, and why others wait; keep and send nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Write the accounts without a person here as CSV: find someone there.
    #[arg(long, value_name = "FILE")]
    pub find_someone: Option<PathBuf>,
}
