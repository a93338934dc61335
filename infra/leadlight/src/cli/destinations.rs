//! Words for whoever hears of leads.

use std::path::PathBuf;

use clap::Subcommand;
use leadlight_lead::LeadId;

use super::published::DocumentCommand;

pub(super) const DESTINATIONS_HELP: &str = "\
Each destination has a kind, an address and the events it hears of; its secret is kept in Secrets Manager, under
STACK/destinations/NAME:

  [destinations.hooks]
  kind = \"webhook\"
  base = \"https://hooks.example.com/leads\"
  on = [\"lead.routed\", \"review.decided\"]

Examples:
  leadlight destinations check destinations.toml
  leadlight destinations publish destinations.toml --reason \"the CRM hears of scores\"
  leadlight destinations secret hooks secret.txt
  leadlight destinations prepare crm
  leadlight destinations try hooks LEAD_ID
  leadlight destinations rollback";

/// Commands for the list of destinations.
#[derive(Debug, Subcommand)]
pub enum DestinationsCommand {
    /// What every kind of file has.
    #[command(flatten)]
    File(DocumentCommand),
    /// Set a destination's secret, which the functions read within five minutes.
    Secret {
        /// Its name in the list.
        #[arg(value_name = "NAME")]
        destination: String,
        /// A file with the secret; `-` reads stdin. Spaces and line breaks around it are left out.
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Make what a destination has to have before the first lead, such as the properties of a CRM's contacts. What
    /// is there already stays as it is.
    Prepare {
        /// Its name in the list.
        #[arg(value_name = "NAME")]
        destination: String,
        /// Say what would be made, and make nothing.
        #[arg(long)]
        dry_run: bool,
    },
    /// Tell a destination of one lead as it is now, from here, and say how it answered.
    Try {
        /// Its name in the list.
        #[arg(value_name = "NAME")]
        destination: String,
        /// The lead's id, such as `lead_0a1b…`.
        #[arg(value_name = "LEAD_ID")]
        lead_id: LeadId,
        /// Print what would be sent, which is personal, and send nothing.
        #[arg(long)]
        dry_run: bool,
    },
}
