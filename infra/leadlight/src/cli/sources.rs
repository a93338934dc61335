//! Words for where leads come from.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::published::DocumentCommand;

pub(super) const SOURCES_HELP: &str = "\
A source is a table in the sources file. Its name is the one the policy knows it by, and the end of its address:

  schema_version = 1
  public_url = \"https://leads.company.example\"     # what senders call; HubSpot signs it

  [sources.website-form]
  adapter = \"json\"                                 # `leadlight sources adapters` lists what can be read
  fields = { \"How big are you?\" = \"employees\" }    # what the sender's own fields are; `ignore` leaves one out
  forms = { \"Request a demo\" = \"demo_request\" }    # what a form asks for, by its id or name; `*` is any other

Each has a secret of its own, the sender's signing secret or a key:

  leadlight sources secret website-form --generate

Examples:
  leadlight sources try website-form body.json --sources sources.toml
  leadlight sources publish sources.toml --reason \"the website sends its forms\"";

/// What can be done with sources.
#[derive(Debug, Subcommand)]
pub enum SourcesCommand {
    /// What every kind of file has.
    #[command(flatten)]
    File(DocumentCommand),
    /// List the senders that can be read, and how each is set up.
    Adapters,
    /// Show how a body that was sent, or pasted, is read. Nothing is sent, and no signature is asked for.
    Try(Try),
    /// Set the secret by which a source proves itself, or the token by which what it names is fetched.
    Secret(SourceSecret),
}

/// A body to be read.
#[derive(Debug, Args)]
pub struct Try {
    /// The source's name.
    #[arg(value_name = "SOURCE")]
    pub source: String,
    /// A file with the body as it was sent; `-` reads stdin.
    #[arg(value_name = "FILE")]
    pub body: PathBuf,
    /// A sources file to read it by; the one in force if left out.
    #[arg(long, value_name = "FILE")]
    pub sources: Option<PathBuf>,
    /// The body's media type. A form's body is recognised by itself.
    #[arg(long, value_name = "TYPE")]
    pub content_type: Option<String>,
}

/// A secret of a source.
#[derive(Debug, Args)]
pub struct SourceSecret {
    /// The source's name.
    #[arg(value_name = "SOURCE")]
    pub source: String,
    /// The token by which references are fetched, such as a private app's, instead of the signing secret.
    #[arg(long)]
    pub token: bool,
    /// Make a new key, set it, and print it once.
    #[arg(long, conflicts_with_all = ["file", "token"])]
    pub generate: bool,
    /// A file with the secret; `-` reads stdin. Two lines are two secrets that both count, while one follows the other.
    #[arg(long, value_name = "FILE", required_unless_present = "generate")]
    pub file: Option<PathBuf>,
}
