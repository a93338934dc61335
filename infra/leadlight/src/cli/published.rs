//! Words for what is in force: documents that people write, and the model that scores.

use std::path::PathBuf;

use clap::{Args, Subcommand};

pub(super) const ACCOUNTS_HELP: &str = "\
The file has a header and one company a line, separated by comma, semicolon, tab or |:

  domain,relation,owner_sdr,owner_ae
  acme.example,customer,,ae-1
  https://www.initech.example/about,competitor,,
  globex.example,,sdr-1,ae-2

relation is customer, competitor or empty; owners are members of the team file. A column that is not needed may be left
out. Customers and competitors are turned down; an owner's leads go to them, unless the team file names another. What
the policy lists stays as it is there.

Examples:
  leadlight accounts check accounts.csv
  leadlight accounts publish accounts.csv --dry-run
  leadlight accounts publish accounts.csv --reason \"export of Monday\"
  leadlight accounts rollback";

/// What can be done with a kind of document that people write.
#[derive(Debug, Subcommand)]
pub enum DocumentCommand {
    /// Say what is wrong with a file, with line and remedy. Needs no running system.
    Check {
        /// The file.
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Put a file in force. One with a problem is refused, and what is in force stays.
    Publish {
        /// The file.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Say whether it would be taken, and put nothing in force.
        #[arg(long)]
        dry_run: bool,
        /// Who, and why.
        #[command(flatten)]
        why: Why,
    },
    /// Print the one in force.
    Show,
    /// List what was in force, since when, by whom and why.
    History,
    /// Put the one before it in force again. Twice goes two back, never to one that was taken back.
    Rollback {
        /// Who, and why.
        #[command(flatten)]
        why: Why,
    },
}

/// Who changes what is in force, and why; both are kept in its history.
#[derive(Debug, Clone, Default, Args)]
pub struct Why {
    /// Why, in your words.
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    /// Who; the user of this machine if left out.
    #[arg(long, value_name = "NAME")]
    pub author: Option<String>,
}

/// Policy commands.
#[derive(Debug, Subcommand)]
pub enum Policy {
    /// What every kind of file has.
    #[command(flatten)]
    File(DocumentCommand),
    /// Tell in words what a policy file says, or the one in force.
    Docs {
        /// A policy file; the one in force if left out.
        #[arg(value_name = "FILE")]
        file: Option<PathBuf>,
    },
}

/// Model commands.
#[derive(Debug, Subcommand)]
pub enum Model {
    /// The model that scores, and those before it.
    List,
    /// Let a stored model score.
    Promote {
        /// Its hash; the first digits are enough for one that scored before.
        #[arg(value_name = "HASH")]
        model: String,
        /// Who, and why.
        #[command(flatten)]
        why: Why,
    },
    /// Let the model before this one score again.
    Rollback {
        /// Who, and why.
        #[command(flatten)]
        why: Why,
    },
}
