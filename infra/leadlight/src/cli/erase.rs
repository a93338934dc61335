//! Words for erasing a person, and for giving out what is held of them.

use std::path::PathBuf;

use clap::Args;
use leadlight_lead::{EmailAddress, PersonId, SourceName};

pub(super) const ERASE_HELP: &str = "\
What goes: their leads with everything in them (messages, facts, decisions, notes, deals), what leads to those, what vendors
told of them, dead letters, exports of the table, and requests to be forgotten. What was decided and learnt stays in models,
which know nobody. What they sent before and comes late is dropped; a form that they send afterwards begins a new lead. An
audit line stays: when, by whom, how much. It names them by a keyed hash alone. docs/data-map.md has every place.

What you have to do yourself is said at the end: published files that name them, other people's leads whose notes name them,
and the destinations that were told of leads. If it is interrupted, start it again.

Examples:
  leadlight erase ada@acme.example --dry-run
  leadlight erase ada@acme.example
  leadlight erase --source hubspot --person 151
  leadlight erase --asked                       # what senders asked for; by itself that is done each day
  leadlight erase --retention --dry-run         # whose time is up by the policy; by itself that is done each day";

pub(super) const EXPORT_HELP: &str = "\
The same places as `leadlight erase` clears, each with what it holds, as one JSON document.

Examples:
  leadlight export ada@acme.example --out ada.json
  leadlight export --source hubspot --person 151";

/// Who is meant.
#[derive(Debug, Clone, Args)]
pub struct Somebody {
    /// Their e-mail address.
    #[arg(value_name = "EMAIL", required_unless_present_any = ["person", "asked", "retention"])]
    pub email: Option<EmailAddress>,
    /// A source's own id of them, instead.
    #[arg(long, value_name = "ID", requires = "source", conflicts_with = "email")]
    pub person: Option<PersonId>,
    /// The source whose id that is.
    #[arg(long, value_name = "SOURCE", requires = "person")]
    pub source: Option<SourceName>,
}

/// Erasing.
#[derive(Debug, Args)]
pub struct Erase {
    /// Who.
    #[command(flatten)]
    pub who: Somebody,
    /// Everyone who asked for it through one of your other systems.
    #[arg(long, conflicts_with_all = ["email", "person", "source"])]
    pub asked: bool,
    /// Everyone whose time is up by the policy's `[retention]`.
    #[arg(long, conflicts_with_all = ["email", "person", "source", "asked", "by"])]
    pub retention: bool,
    /// Say what would go, and change nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Who carries it out, for the audit line; the user of this machine if left out.
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
}

/// Giving out.
#[derive(Debug, Args)]
pub struct Export {
    /// Their e-mail address.
    #[arg(value_name = "EMAIL", required_unless_present = "person")]
    pub email: Option<EmailAddress>,
    /// A source's own id of them, instead.
    #[arg(long, value_name = "ID", requires = "source", conflicts_with = "email")]
    pub person: Option<PersonId>,
    /// The source whose id that is.
    #[arg(long, value_name = "SOURCE", requires = "person")]
    pub source: Option<SourceName>,
    /// The file to write; stdout if left out.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}
