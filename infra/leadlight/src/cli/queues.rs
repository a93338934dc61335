//! Words for work queues and dead letters.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use leadlight_lead::{LeadId, QueueName};
use serde::Serialize;

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
    /// Send leads that wait to be scored again as of today: those of which the release before never said when time would
    /// move them, or all. What people hold or have taken up stays with them; what they have answered is left alone.
    #[command(after_help = RENEW_HELP)]
    Renew(Renew),
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

/// Which leads to send to scoring again.
#[derive(Debug, Clone, Copy, Args)]
pub struct Renew {
    /// All that wait and that a score has placed, such as after a new policy or model. Each costs a pass through scoring.
    #[arg(long)]
    pub all: bool,
    /// Only count them.
    #[arg(long)]
    pub dry_run: bool,
}

const RENEW_HELP: &str = "\
Examples:
  leadlight queue renew                once, after an update from a release that did not renew scores
  leadlight queue renew --all --dry-run
  leadlight queue renew --all          the policy and the model in force decide on every lead that waits

The whole table is read once. What is sent twice is decided once.";

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
    /// Reads to-pull.
    Pull,
    /// Reads deliveries.
    Deliver,
}
