//! Words for marketing's list.

use std::path::PathBuf;

use clap::Subcommand;

/// Commands for leads that are nurtured.
#[derive(Debug, Subcommand)]
pub enum Nurture {
    /// The first leads that are nurtured, the highest score first.
    List {
        /// The most leads to show.
        #[arg(long, default_value_t = 20, value_name = "N")]
        limit: usize,
        /// Show people's names and addresses as well. JSON always has them.
        #[arg(long)]
        people: bool,
    },
    /// All leads that are nurtured as a CSV file with addresses, for a marketing tool to import. The whole table is read once.
    Export {
        /// The file, to be read by you alone; one that is there is not written over.
        #[arg(value_name = "FILE")]
        out: PathBuf,
    },
}
