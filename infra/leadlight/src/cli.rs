//! The words of the command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use leadlight_lead::QueueName;

/// Lead qualification that runs in your own AWS account, shows its reasons, and gets better each month.
///
/// Without a command, `demo` runs: an AWS of this machine starts, the system is built and deployed on it,
/// a model is trained on invented deals, sample events are submitted, and you see where each lead went
/// and why. No account, no Docker, nothing outside this folder.
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
  leadlight submit lead.json                  send an event to the system that runs
  leadlight queue list sdr                    what sales development works on next
  leadlight queue dead-letters                what could not be processed, and why
  leadlight policy check my-policy.toml       is my policy well-formed?
  leadlight import deals.csv && leadlight retrain
  leadlight queue list sdr --stack prod       the same words work on AWS";

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
    /// Start and deploy the system on this machine, empty but for the default policy; stay until Ctrl-C.
    Up,
    /// Submit form-submit events: files with one JSON event each; `-` reads stdin.
    Submit(Submit),
    /// Import closed deals from a CSV file, as history to learn from. See events/README.md for columns.
    Import(Import),
    /// Train on all closed deals now, and publish the model if it is better.
    Retrain,
    /// Look into the work queues and dead-letter queues.
    #[command(subcommand)]
    Queue(Queue),
    /// Check a policy file, put it in force, or show the one in force.
    #[command(subcommand)]
    Policy(Policy),
}

/// The demo.
#[derive(Debug, Default, Args)]
pub struct Demo {
    /// Stop everything once the table is printed.
    #[arg(long)]
    pub once: bool,
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

/// A file of deals.
#[derive(Debug, Args)]
pub struct Import {
    /// A CSV file of closed deals.
    #[arg(value_name = "FILE")]
    pub deals: PathBuf,
}

/// Queue commands.
#[derive(Debug, Subcommand)]
pub enum Queue {
    /// The leads of a work queue, in the order of work.
    List {
        /// `sdr`, `human_first`, `nurture`, `catch_all` or `disqualified`; all if left out.
        queue: Option<QueueName>,
        /// The most leads a queue to show.
        #[arg(long, default_value_t = 20, value_name = "N")]
        limit: usize,
    },
    /// Messages that could not be processed, each with its reason.
    DeadLetters,
    /// Move a stage's dead letters back to its queue, once their cause is mended.
    Redrive {
        /// Which stage.
        stage: StageName,
    },
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
}

/// Policy commands.
#[derive(Debug, Subcommand)]
pub enum Policy {
    /// Say what is wrong with a policy file, with line and remedy. Needs no running system.
    Check {
        /// A policy file.
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Put a policy file in force.
    Publish {
        /// A policy file.
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Print the policy in force.
    Show,
}
