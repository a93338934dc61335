//! The words of the command line.

mod deals;
mod destinations;
mod erase;
mod nurture;
mod outbound;
mod published;
mod queues;
mod sources;
mod vendors;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub use deals::{Dates, Decimal, Import, Outcomes, ReportOf, RowsStand, Score, Train, Written};
pub use destinations::DestinationsCommand;
pub use erase::{Erase, Export};
pub use nurture::Nurture;
pub use outbound::{OutboundCommand, Rank, WeekArgs};
pub use published::{
    DocumentCommand, Model, ModelShadowCommand, Policy, PolicyCheck, PublishedCommand, Replay, ShadowCommand,
    ShadowReport, StoredModel, Suggest, Why,
};
pub use queues::{LetterClass, Letters, List, Queue, Renew, StageName, Wanted};
pub use sources::{SourceSecret, SourcesCommand, Try};
pub use vendors::{Somebody, TryVendors, VendorsCommand};

use deals::TRAIN_HELP;
use destinations::DESTINATIONS_HELP;
use erase::{ERASE_HELP, EXPORT_HELP};
use outbound::{OUTBOUND_HELP, TARGETS_HELP};
use published::ACCOUNTS_HELP;
use sources::SOURCES_HELP;
use vendors::VENDORS_HELP;

/// Lead qualification that runs in your own AWS account, shows its reasons, and gets better each month.
///
/// Without a command, `demo` runs: an AWS of this machine starts, the system is built and deployed on it,
/// a model is trained on invented deals, sample events are submitted, and you see where each lead went
/// and why. No account, no Docker; all it makes is under this folder.
#[derive(Debug, Parser)]
#[command(name = "leadlight", version, after_help = EXAMPLES)]
pub struct Cli {
    /// What to do; `demo` if left out.
    #[command(subcommand)]
    pub command: Option<Command>,

    /// The CloudFormation stack on AWS to work with. Without it: the AWS of this machine that `demo` or
    /// `up` started.
    #[arg(long, global = true, value_name = "NAME")]
    pub stack: Option<String>,

    /// What stdout holds. Progress and logs go to stderr.
    #[arg(long, global = true, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

const EXAMPLES: &str = "\
Examples:
  leadlight                                   the demo; stays until Ctrl-C
  leadlight demo --once --format json | jq    the demo's leads as JSON, then stop everything
  leadlight demo --once --loop                scripted people work through the queues, and the loop closes
  leadlight submit lead.json                  send an event to the system that runs
  leadlight submit --as webinar body.json     the same with what another system sends, read as its own
  leadlight outcomes outcomes.csv             what became of deals, to the leads they belong to
  leadlight team publish my-team.toml         who works, when, and on what
  leadlight accounts publish accounts.csv     customers, competitors, and who owns whom
  leadlight outbound rank                     whom to call on first, and why
  leadlight outbound week                     this week's accounts, as leads
  leadlight sources try website-form body.json  how a form's body is read
  leadlight queue list sdr                    what sales development works on next
  leadlight nurture export nurture.csv        marketing's list, with where each score goes
  leadlight queue dead-letters                what could not be processed, and why
  leadlight queue dead-letters --bodies DIR   the same, with each message as a file to correct
  leadlight queue resend DIR/*.json           what was corrected, back to its stage
  leadlight policy check my-policy.toml       is my policy well-formed?
  leadlight policy publish my-policy.toml --reason EMEA-starts-at-director
  leadlight policy replay my-policy.toml      which leads would move, and why
  leadlight policy rollback                   the policy before is in force again
  leadlight policy suggest                    which weights closed deals support
  leadlight import deals.csv && leadlight retrain
  leadlight train --deals export.csv --label won --time closed_at --out model
  leadlight score --model model --leads leads.csv --out scores.csv
  leadlight model rollback                    the model before scores again
  leadlight erase ada@acme.example --dry-run  what would go; then the same without --dry-run
  leadlight export ada@acme.example --out ada.json
  leadlight doctor --stack prod               what is wrong, and what to do about it
  leadlight queue list sdr --stack prod       the same words work on AWS

Exit codes:
  0  all is done
  1  an error, told on stderr; or nothing held, of `train`
  2  the command line could not be read
  3  done in part: of `submit`, `import`, `outcomes`, `outbound week` and `queue resend`, something was set aside, left out or is still
     on its way; of `doctor`, something is wrong; stdout says what";

/// What stdout holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Tables and sentences.
    Text,
    /// One JSON document.
    Json,
}

/// A command.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the whole system on this machine with sample data and show where each lead goes.
    Demo(Demo),
    /// Start and deploy the system on this machine, without leads, with the default policy and the sample team; stay
    /// until Ctrl-C.
    Up,
    /// Submit form-submit events: files with one JSON event each; `-` reads stdin. Each is followed to its queue for as
    /// long as something happens. Exits with 3 if one was not sent, was set aside or is still on its way.
    #[command(after_help = SUBMIT_HELP)]
    Submit(Submit),
    /// Import a CRM's export of deals as it is, as history to learn from. Exits with 3 if rows were set aside.
    Import(Import),
    /// Send what became of deals, from a CSV file, to the leads they belong to. See events/README.md for columns. Lines
    /// whose lead is not known are named and not sent. Exits with 3 if there are such lines, or one was set aside.
    Outcomes(Outcomes),
    /// Show how fast people are in a month: from a form to a first look, by grade, and from getting a lead to deciding on it.
    Speed {
        /// The month in UTC, such as 2026-11; this one if left out.
        #[arg(long)]
        month: Option<String>,
    },
    /// Train on the system's closed deals now, and publish the model if it is better.
    Retrain,
    /// Learn from any CSV export of closed deals: a model and a report in a folder. Needs no running system.
    #[command(after_help = TRAIN_HELP)]
    Train(Train),
    /// Score the leads of a CSV file with a model that `train` wrote. Needs no running system.
    Score(Score),
    /// Write a model's report again, and print it in short. Needs no running system.
    Report(ReportOf),
    /// See which models scored, and decide which one does.
    #[command(subcommand)]
    Model(Model),
    /// Look into the work queues and dead-letter queues.
    #[command(subcommand)]
    Queue(Queue),
    /// Show a lead's whole way: when it came, whom it was asked about, which policy and model scored it, where it was placed, and what
    /// people and the CRM did with it. Nobody is named.
    Trace(Trace),
    /// Marketing's list: the leads that are nurtured, where their scores go, and when time would move them.
    #[command(subcommand)]
    Nurture(Nurture),
    /// Check a policy file, put it in force, show the one in force, see its history, or go back; and see what closed deals
    /// say of its weights.
    #[command(subcommand)]
    Policy(Policy),
    /// The same for the team file: who works, when, and on what.
    #[command(subcommand)]
    Team(DocumentCommand),
    /// The same for the list of accounts, a CSV file with up to 100,000 domains: customers, competitors, owners.
    #[command(subcommand, after_help = ACCOUNTS_HELP)]
    Accounts(DocumentCommand),
    /// The same for the list of target accounts, a CSV file with up to 100,000 of them: whom you would like to win.
    #[command(subcommand, after_help = TARGETS_HELP)]
    Targets(DocumentCommand),
    /// Rank the target accounts, and make the best of them each week's work.
    #[command(subcommand, after_help = OUTBOUND_HELP)]
    Outbound(OutboundCommand),
    /// The same for the list of destinations: which CRMs, webhooks and tools hear of what.
    #[command(subcommand, after_help = DESTINATIONS_HELP)]
    Destinations(DestinationsCommand),
    /// Where leads come from: which sender's webhooks are read, how a body is read, and each source's secret.
    #[command(subcommand, after_help = SOURCES_HELP)]
    Sources(SourcesCommand),
    /// Whom to ask for facts about companies and people: in which order, at what cost, and what was spent.
    #[command(subcommand, after_help = VENDORS_HELP)]
    Vendors(VendorsCommand),
    /// Erase a person: all that is held of them goes for good, and what they sent until now is kept out. Exits with 3 if
    /// something is left for you to do.
    #[command(after_help = ERASE_HELP)]
    Erase(Erase),
    /// Write all that is held of a person into one file, as they may ask for.
    #[command(after_help = EXPORT_HELP)]
    Export(Export),
    /// Look at a deployed system: stack, functions, documents in force, secrets, queues, dead letters, schedules, training and
    /// alarms, each with what to do where something is wrong. Nothing is changed. Exits with 3 if something is wrong or could
    /// not be seen.
    Doctor,
    /// Build the functions as they go to AWS: target/lambda, where the template looks for them. Takes several minutes
    /// the first time. Needs no running system.
    Package,
    /// Serve one function to the Lambda runtime that started this process: how the AWS of this machine runs them.
    #[command(hide = true)]
    Function {
        /// As the template's `Handler` names it.
        function: Function,
    },
}

/// A function, by its handler's name in the template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Function {
    /// Takes leads over HTTP.
    Intake,
    /// Reads to-pull.
    Pull,
    /// Reads form-submits.
    Enrich,
    /// Reads to-score.
    Score,
    /// Reads to-route.
    Route,
    /// The console.
    Review,
    /// Reads outcomes.
    Outcome,
    /// Looks for leads that nobody answered in time.
    Sla,
    /// Trains.
    Retrain,
    /// Puts changes on the bus.
    Publish,
    /// Tells destinations.
    Deliver,
    /// Carries out requests to be forgotten.
    Erase,
    /// Makes the week's plan of target accounts, and carries it out.
    Plan,
}

/// The demo.
#[derive(Debug, Default, Args)]
pub struct Demo {
    /// Stop everything once the table is printed.
    #[arg(long)]
    pub once: bool,
    /// Close the loop as well: scripted SDRs, AEs and managers work through the queues by the console's own API,
    /// outcomes arrive, and the system judges itself.
    #[arg(long = "loop")]
    pub close_the_loop: bool,
}

const SUBMIT_HELP: &str = "\
A file holds one form-submit event as JSON; events/README.md has its fields:

  {\"schema_version\": 1, \"id\": \"try-1\", \"source\": \"website-form\", \"email\": \"ada@acme.example\"}

With --as, it holds what another system sends to /v1/sources/SOURCE: the body of a webhook of Typeform, HubSpot or Segment, of
a form, a Zap or an export of your own. The sources file in force says how it is read. What the intake would do with it is done:
leads go in and are followed, what became of a deal goes to its lead, what is only named is fetched, and a request to be
forgotten is kept. A part that cannot be read is named and not sent.

No signature and no key is asked for, since you may write to the queues. So this shows how a body is read and what becomes of
it, not whether the sender's secret is right: for that, let the sender send.

Examples:
  leadlight submit lead.json
  leadlight submit --as webinar typeform-body.json --dry-run   # how it is read; nothing is sent
  leadlight submit --as webinar typeform-body.json
  curl -s https://crm.example/last-form | leadlight submit --as website-form -
  leadlight sources show                                       # which sources there are";

/// Files to submit.
#[derive(Debug, Args)]
pub struct Submit {
    /// Files with one JSON event each; with --as, with one body each as that source sends it.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Return at once instead of following each lead to its queue.
    #[arg(long)]
    pub no_follow: bool,
    /// Read the files as what this source of the sources file in force sends.
    #[arg(long = "as", value_name = "SOURCE")]
    pub source: Option<String>,
    /// Show how the files are read, as `sources try` does, and send nothing.
    #[arg(long, requires = "source", conflicts_with = "no_follow")]
    pub dry_run: bool,
    /// The bodies' media type. A form's body is recognised by itself.
    #[arg(long, value_name = "TYPE", requires = "source")]
    pub content_type: Option<String>,
}

/// The lead to trace.
#[derive(Debug, clap::Args)]
pub struct Trace {
    /// The lead's id, that of an event that joined it, or the person's address.
    #[arg(value_name = "LEAD")]
    pub lead: String,
}
