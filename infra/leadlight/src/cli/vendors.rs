//! Words for vendors of facts.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use leadlight_lead::{DomainName, EmailAddress};

use super::published::DocumentCommand;

pub(super) const VENDORS_HELP: &str = "\
The vendors file says who is asked for facts about a lead's company and person, in which order and at what cost:

  schema_version = 1
  [budget]
  per_lead_usd = 0.30
  per_day_usd = 20
  per_month_usd = 300

  [firmographic]
  order = [\"people-data-labs\"]

  [providers.people-data-labs]
  price_usd = 0.10

Each provider's key is kept in Secrets Manager, under STACK/vendors/NAME. What was bought is kept and used again while it
is fresh; a cap that is reached, or a vendor that is away, never holds up a lead.

Examples:
  leadlight vendors check enrichment.toml
  leadlight vendors secret people-data-labs key.txt
  leadlight vendors try acme.example --file enrichment.toml
  leadlight vendors publish enrichment.toml --reason \"company facts for inbound leads\"
  leadlight vendors spend";

/// Commands for vendors of facts.
#[derive(Debug, Subcommand)]
pub enum VendorsCommand {
    /// What every kind of file has.
    #[command(flatten)]
    File(DocumentCommand),
    /// The same for your own table of facts, a CSV file: what you know of companies goes before what vendors say, in the
    /// place that the vendors file gives it (`kind = "table"`).
    #[command(subcommand)]
    Table(DocumentCommand),
    /// List the kinds of vendors that can be asked, and what each may know.
    Kinds,
    /// Set a provider's key, which the functions read within five minutes.
    Secret {
        /// Its name in the vendors file.
        #[arg(value_name = "NAME")]
        provider: String,
        /// A file with the key; `-` reads stdin. Spaces and line breaks around it are left out.
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Show who would be asked about somebody, in which order, and what it would cost. Nobody is asked.
    Try(TryVendors),
    /// Show what was spent in a month, by day and by provider.
    Spend {
        /// The month, such as 2026-11; this month if left out.
        #[arg(long, value_name = "MONTH")]
        month: Option<String>,
    },
}

/// A person, or a company.
#[derive(Debug, Clone)]
pub enum Somebody {
    /// By their address.
    Person(EmailAddress),
    /// By its domain.
    Company(DomainName),
}

fn somebody(text: &str) -> Result<Somebody, String> {
    let wanted = "write an address such as ada@acme.example, or a domain such as acme.example";
    if text.contains('@') {
        return text.parse().map(Somebody::Person).map_err(|_| wanted.to_owned());
    }
    text.parse().map(Somebody::Company).map_err(|_| wanted.to_owned())
}

/// Somebody to be asked about.
#[derive(Debug, Args)]
pub struct TryVendors {
    /// Their address, or the domain of a company.
    #[arg(value_name = "EMAIL|DOMAIN", value_parser = somebody)]
    pub somebody: Somebody,
    /// A vendors file to follow; the one in force if left out.
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Ask the vendors, spend the money, and show what is known then. Wants an address.
    #[arg(long)]
    pub ask: bool,
}
