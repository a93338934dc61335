//! Words for what is in force: documents that people write, and the model that scores.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use leadlight_scoring::Shares;

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
    /// What is done with the one in force.
    #[command(flatten)]
    InForce(PublishedCommand),
}

/// What can be done with the one in force, and with those before it.
#[derive(Debug, Subcommand)]
pub enum PublishedCommand {
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
    /// Say what is wrong with a file, with line and remedy. Where nothing is and a system runs, or `--stack` names one, say
    /// what would change too: whether the model in force stays, whether weights count, how many leads would move, and what the
    /// latest leads speak against, as warnings. Exits with 0 where the file is well-formed, warnings or not, and with 1 where it is
    /// refused.
    Check(PolicyCheck),
    /// What every kind of file has.
    #[command(flatten)]
    InForce(PublishedCommand),
    /// Print the JSON Schema of policy files, by which editors complete keys, show what each means and underline mistakes. Needs
    /// no running system. The policy file then begins with the line: #:schema ./policy.schema.json
    Schema,
    /// Tell in words what a policy file says, or the one in force.
    Docs {
        /// A policy file; the one in force if left out.
        #[arg(value_name = "FILE")]
        file: Option<PathBuf>,
    },
    /// Say what a policy file would have done with the leads of the table: which would move, from where to where and why,
    /// and what that means for people. Changes nothing.
    #[command(after_help = REPLAY_HELP)]
    Replay(Replay),
    /// Hold a policy file beside the one in force, over the leads that come in from now on. It decides nothing.
    #[command(subcommand, after_help = SHADOW_HELP)]
    Shadow(ShadowCommand),
    /// Say which weights and thresholds closed deals support, beside the policy's own. Changes nothing.
    #[command(after_help = SUGGEST_HELP)]
    Suggest(Suggest),
}

/// What is to be checked.
#[derive(Debug, Args)]
pub struct PolicyCheck {
    /// The file.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Another policy file to hold it against. No running system is asked then.
    #[arg(long, value_name = "FILE")]
    pub against: Option<PathBuf>,
    /// A CRM's export of deals, as `import` takes it: say as well what these deals speak against in the policy. Nothing is imported,
    /// and no running system is asked for them.
    #[arg(long, value_name = "FILE")]
    pub history: Option<PathBuf>,
    /// The CRM that the history comes from: hubspot, salesforce, pipedrive, zoho, dynamics, or leadlight for our own format. Told by
    /// its columns if left out.
    #[arg(long, value_name = "CRM", requires = "history", conflicts_with = "map")]
    pub from: Option<String>,
    /// A mapping of the history's columns to use instead, as `import --map-out` writes it.
    #[arg(long, value_name = "FILE", requires = "history")]
    pub map: Option<PathBuf>,
}

const SUGGEST_HELP: &str = "\
Each closed deal is graded by the policy from what was known when it came. A logistic regression of won on these grades
tells how much each criterion counted: never less than nothing, drawn towards today's weights as far as deals are few,
and scaled so that they add up to what today's do. Intervals come from resampling accounts 200 times: 9 times of 10
the weight lies between. A criterion that fewer than 30 deals had keeps its weight. Thresholds are put where as many of
the deals reach them as today; under a model the score is a place among past leads, and thresholds need no change.

What to keep in mind: only leads that were worked have an outcome, so a criterion that decided who was worked looks
weaker than it is; and history says nothing of a market that you want to enter. RevOps decides.

Examples:
  leadlight policy suggest                                   the running system's deals and policy in force
  leadlight policy suggest --out draft.toml                  and a draft, with a comment at each changed line
  leadlight policy suggest --stack prod --format json        on AWS, for programs
  leadlight policy suggest my-policy.toml --deals deals.csv  a CRM's export; needs no running system
  leadlight policy suggest --percentiles 10,30,60            letters so that 10 % of the latest leads have an A";

/// What can be done with a policy in shadow.
#[derive(Debug, Subcommand)]
pub enum ShadowCommand {
    /// Put a policy file in shadow, in place of another that may be there.
    Start {
        /// The file.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Who, and why.
        #[command(flatten)]
        why: Why,
    },
    /// Say what it would have done with the leads that came in since, beside what was decided, and how their deals ended.
    Report(ShadowReport),
    /// Put it in force, after saying what that changes.
    Promote {
        /// Who, and why.
        #[command(flatten)]
        why: Why,
    },
    /// Take it away. The policy in force stays as it is.
    Drop {
        /// Who, and why.
        #[command(flatten)]
        why: Why,
    },
}

/// How the report is shown.
#[derive(Debug, Args)]
pub struct ShadowReport {
    /// Write it as a page too.
    #[arg(long, value_name = "FILE")]
    pub page: Option<PathBuf>,
}

const SHADOW_HELP: &str = "\
The candidate is kept in the registry under a pointer of its own, which nothing that decides on leads reads. Its report
replays the leads that came in since it was put there, so it shows leads that the candidate was not written for.

Examples:
  leadlight policy shadow start my-policy.toml --reason \"smaller companies\"
  leadlight policy shadow report --page shadow.html
  leadlight policy shadow promote
  leadlight policy shadow drop";

const REPLAY_HELP: &str = "\
Each lead's decision is first made again with the policy, list of accounts and model that it cites, and compared to the
bit. What does not come out the same is counted, with the reason. Then each lead is decided on by the file's policy, from
what was known when it came, with the list of accounts and the model in force.

What to keep in mind: facts that nobody looked for then are not known; a deal that was never worked has no outcome; and
where a model decides the score, weights change nothing.

Examples:
  leadlight policy replay my-policy.toml                      the last 90 days
  leadlight policy replay my-policy.toml --all --page p.html  all leads, and a page to send around
  leadlight policy replay my-policy.toml --model none         as if rules decided
  leadlight policy replay my-policy.toml --stack prod --format json";

/// What is to be replayed.
#[derive(Debug, Args)]
pub struct Replay {
    /// A policy file; `-` reads stdin.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The model that decides: its hash, of which the first digits are enough for one that scored before; `none` lets
    /// rules decide. The one in force if left out.
    #[arg(long, value_name = "HASH")]
    pub model: Option<String>,
    /// Leads of so many days.
    #[arg(long, value_name = "N", default_value_t = 90, value_parser = clap::value_parser!(u32).range(1..))]
    pub days: u32,
    /// All leads.
    #[arg(long, conflicts_with = "days")]
    pub all: bool,
    /// Write it as a page here too.
    #[arg(long, value_name = "FILE")]
    pub page: Option<PathBuf>,
}

/// What is to be weighed.
#[derive(Debug, Args)]
pub struct Suggest {
    /// A policy file; the one in force if left out.
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// A CRM's export of closed deals, read as `import` reads it; the running system's deals if left out.
    #[arg(long, value_name = "FILE")]
    pub deals: Option<PathBuf>,
    /// Say instead from which scores on leads would have an A, B and C so that these shares of the latest leads reach an A, an A
    /// or a B, and an A, B or C, in percent. Asks the running system.
    #[arg(long, value_name = "A,B,C", conflicts_with = "deals", value_parser = Shares::read)]
    pub percentiles: Option<Shares>,
    /// Leads of so many days, for --percentiles.
    #[arg(long, value_name = "N", default_value_t = 90, requires = "percentiles", value_parser = clap::value_parser!(u32).range(1..))]
    pub days: u32,
    /// Write a draft of the policy here, where a number would change.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Overwrite the draft if it is there already.
    #[arg(long)]
    pub force: bool,
}

/// Model commands.
#[derive(Debug, Subcommand)]
pub enum Model {
    /// What is done with those that are stored.
    #[command(flatten)]
    Stored(StoredModel),
    /// Hold a stored model beside the one in force, over the leads that come in from now on. It decides nothing.
    #[command(subcommand, after_help = MODEL_SHADOW_HELP)]
    Shadow(ModelShadowCommand),
}

/// What is done with stored models.
#[derive(Debug, Subcommand)]
pub enum StoredModel {
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

const MODEL_SHADOW_HELP: &str = "\
Any stored model may be a candidate: one that training wrote and the gate kept back, one that scored before, or one that was
taken back. Nothing that scores leads reads what is in shadow. Its report replays the leads that came in since, by the policy
in force, so it shows leads that the model has not learnt from.

Examples:
  leadlight model shadow start 0123456789ab… --reason \"trained on two years\"
  leadlight model shadow report --page shadow.html
  leadlight model shadow promote
  leadlight model shadow drop";

/// What can be done with a model in shadow.
#[derive(Debug, Subcommand)]
pub enum ModelShadowCommand {
    /// Put a stored model in shadow, in place of another that may be there.
    Start {
        /// Its hash; the first digits are enough for one that scored before.
        #[arg(value_name = "HASH")]
        model: String,
        /// Who, and why.
        #[command(flatten)]
        why: Why,
    },
    /// Say what it would have done with the leads that came in since, beside what was decided, and how their deals ended.
    Report(ShadowReport),
    /// Let it score, if it fits the policy in force.
    Promote {
        /// Who, and why.
        #[command(flatten)]
        why: Why,
    },
    /// Take it away. The model in force stays as it is.
    Drop {
        /// Who, and why.
        #[command(flatten)]
        why: Why,
    },
}
