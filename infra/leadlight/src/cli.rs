//! The words of the command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use leadlight_lead::{LeadId, QueueName};
use serde::Serialize;

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
  leadlight outcomes outcomes.csv             what became of deals, to the leads they belong to
  leadlight team publish my-team.toml         who works, when, and on what
  leadlight accounts publish accounts.csv     customers, competitors, and who owns whom
  leadlight queue list sdr                    what sales development works on next
  leadlight queue dead-letters                what could not be processed, and why
  leadlight queue dead-letters --bodies DIR   the same, with each message as a file to correct
  leadlight queue resend DIR/*.json           what was corrected, back to its stage
  leadlight policy check my-policy.toml       is my policy well-formed?
  leadlight policy publish my-policy.toml --reason EMEA-starts-at-director
  leadlight policy rollback                   the policy before is in force again
  leadlight import deals.csv && leadlight retrain
  leadlight train --deals export.csv --label won --time closed_at --out model
  leadlight score --model model --leads leads.csv --out scores.csv
  leadlight model rollback                    the model before scores again
  leadlight queue list sdr --stack prod       the same words work on AWS

Exit codes:
  0  all is done
  1  an error, told on stderr; or nothing held, of `train`
  2  the command line could not be read
  3  done in part: of `submit`, `import`, `outcomes` and `queue resend`, something was set aside, left out or is still
     on its way; stdout says what";

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
    Submit(Submit),
    /// Import a CRM's export of deals as it is, as history to learn from. Exits with 3 if rows were set aside.
    Import(Import),
    /// Send what became of deals, from a CSV file, to the leads they belong to. See events/README.md for columns. Lines
    /// whose lead is not known are named and not sent. Exits with 3 if there are such lines, or one was set aside.
    Outcomes(Outcomes),
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
    /// Check a policy file, put it in force, show the one in force, see its history, or go back.
    #[command(subcommand)]
    Policy(Policy),
    /// The same for the team file: who works, when, and on what.
    #[command(subcommand)]
    Team(DocumentCommand),
    /// The same for the list of accounts, a CSV file with up to 100,000 domains: customers, competitors, owners.
    #[command(subcommand, after_help = ACCOUNTS_HELP)]
    Accounts(DocumentCommand),
    /// The same for the list of destinations: which CRMs, webhooks and tools hear of what.
    #[command(subcommand, after_help = DESTINATIONS_HELP)]
    Destinations(DestinationsCommand),
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

/// Files to submit.
#[derive(Debug, Args)]
pub struct Submit {
    /// Files with one JSON event each.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Return at once instead of following each lead to its queue.
    #[arg(long)]
    pub no_follow: bool,
}

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

const TRAIN_HELP: &str = "\
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

const ACCOUNTS_HELP: &str = "\
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

const DESTINATIONS_HELP: &str = "\
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

/// Queue commands.
#[derive(Debug, Subcommand)]
pub enum Queue {
    /// The leads of a work queue, in the order of work.
    List(List),
    /// Messages that could not be processed, each with its source, its age and the reason; also runs of retraining that
    /// failed, and changes that the bus was not told of. They stay where they are.
    #[command(after_help = LETTERS_HELP)]
    DeadLetters(Letters),
    /// Take a damaged lead out of its queue: one that can be neither read nor written, which the alarm `LeadsDamaged`
    /// and the log of the SLA clock name by its id. What is stored of it stays.
    TakeOut {
        /// The lead's id, such as `lead_0a1b…`.
        #[arg(value_name = "LEAD_ID")]
        lead_id: LeadId,
    },
    /// Move a stage's dead letters back to its queue, once their cause is gone. A run of retraining is not moved back:
    /// `leadlight retrain` starts another.
    #[command(after_help = REDRIVE_HELP)]
    Redrive {
        /// Which stage.
        stage: StageName,
        /// Which of its letters.
        #[command(flatten)]
        wanted: Wanted,
    },
    /// Send dead letters that somebody corrected, from the files that `queue dead-letters --bodies` wrote: each is checked,
    /// sent to its stage, and only then is its letter taken off. Exits with 3 if one was not sent.
    #[command(after_help = LETTERS_HELP)]
    Resend {
        /// Files named STAGE-MESSAGE_ID.json.
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// Send them even if this release could not read them.
        #[arg(long)]
        unchecked: bool,
    },
}

/// Which leads to list, and how.
#[derive(Debug, Args)]
pub struct List {
    /// `sdr`, `human_first`, `flagged`, `ae`, `nurture`, `catch_all` or `disqualified`; all if left out.
    pub queue: Option<QueueName>,
    /// The most leads a queue to show; how many more there are is said below.
    #[arg(long, default_value_t = 20, value_name = "N")]
    pub limit: usize,
    /// Show all of them.
    #[arg(long, conflicts_with = "limit")]
    pub all: bool,
    /// Show people's names and addresses as well. JSON always has them.
    #[arg(long)]
    pub people: bool,
}

/// Which dead letters to show, and whether to write them down.
#[derive(Debug, Args)]
pub struct Letters {
    /// Those of a stage alone.
    #[arg(long)]
    pub stage: Option<StageName>,
    /// Which of its letters.
    #[command(flatten)]
    pub wanted: Wanted,
    /// Write each message into this folder, as STAGE-MESSAGE_ID.json: to be read by you alone, since it holds what people
    /// typed. A file that is there already stays as it is.
    #[arg(long, value_name = "DIR")]
    pub bodies: Option<PathBuf>,
}

const LETTERS_HELP: &str = "\
To correct what a stage could not read:
  leadlight queue dead-letters --stage enrich --reason employees --bodies letters
  (edit the files in letters/)
  leadlight queue resend letters/*.json

Nothing is lost on the way: a letter stays until its correction is on the queue. If the event was not at fault, `queue
redrive` sends letters back as they are.";

const REDRIVE_HELP: &str = "\
Examples:
  leadlight queue redrive route                              all of them
  leadlight queue redrive route --class retryable            what failed for hours through no fault of its own
  leadlight queue redrive enrich --reason \"is not declared\"   once the source stands in the policy";

/// Which dead letters; all if nothing is asked for.
#[derive(Debug, Clone, Default, Args)]
pub struct Wanted {
    /// Those of a class alone.
    #[arg(long, value_enum)]
    pub class: Option<LetterClass>,
    /// Those alone whose reason has this text in it, in capitals or not.
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
}

/// What was wrong with a dead letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LetterClass {
    /// Something else: it was tried for hours.
    Retryable,
    /// The message itself: it was set aside at once.
    Poison,
    /// Nobody could say: its function died each time, so SQS moved it.
    Crashed,
    /// It is a run of retraining that failed, or that could not be started; or changes that the bus was not told of.
    #[value(skip)]
    FailedRun,
}

impl LetterClass {
    /// As written in tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Retryable => "retryable",
            Self::Poison => "poison",
            Self::Crashed => "crashed",
            Self::FailedRun => "failed run",
        }
    }
}

/// A stage with a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum StageName {
    /// Reads form-submits.
    Enrich,
    /// Reads to-score.
    Score,
    /// Reads to-route.
    Route,
    /// Reads outcomes.
    Outcome,
    /// Reads deliveries.
    Deliver,
}

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
