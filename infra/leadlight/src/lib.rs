//! The operator's command: runs the whole system on one machine, and works with it there or on AWS.

mod accounts;
mod against_history;
pub mod cli;
mod commands;
pub mod consequences;
pub mod console;
mod crowd;
pub mod dead_letters;
mod declared;
mod demo;
mod destinations;
pub mod doctor;
mod documents;
mod drafts;
mod ended;
pub mod erase;
pub mod follow;
mod functions;
pub mod history;
pub mod import;
mod industries;
mod learn;
mod learnt_from;
mod local;
pub mod model_shadow;
mod models;
pub mod nurture;
pub mod outbound;
pub mod outcomes;
mod output;
mod outside;
mod percentiles;
mod policies;
mod progress;
mod queues;
mod rate;
pub mod renew;
pub mod replay;
mod retraining;
pub mod rounds;
pub mod sample_vendors;
mod secrets;
mod shadow;
mod sources;
mod speed;
pub mod submit;
mod submit_as;
mod suggest;
pub mod system;
mod team;
mod trace;
mod training_view;
mod vendors;
mod view;

use anyhow::{Context, Result};
use leadlight_desk::Team;
// For its dependencies' features.
use leadlight_features as _;

use crate::cli::{
    Cli, Command, Demo, DestinationsCommand, DocumentCommand, Model, Policy, PublishedCommand,
    SourcesCommand, VendorsCommand,
};
pub use crate::ended::Ended;
use crate::local::{Local, workspace};
use crate::output::Output;
pub use crate::output::StdoutClosed;
use crate::progress::Bars;
use crate::system::System;

/// Runs one command.
pub async fn run(cli: Cli) -> Result<Ended> {
    let output = Output::new(cli.format);
    let command = cli.command.unwrap_or(Command::Demo(Demo::default()));
    let connect = async || System::connect(cli.stack.as_deref(), &workspace()?).await;
    let done = match command {
        Command::Submit(args) => {
            let system = connect().await?;
            return match &args.source {
                Some(source) => Box::pin(submit_as::run(&system, &args, source, output)).await,
                None => commands::submit(&system, &args, output).await,
            };
        }
        Command::Outcomes(args) => return Box::pin(outcomes::send(&connect().await?, &args, output)).await,
        Command::Import(args) => {
            return Box::pin(import::run(&args, cli.stack.as_deref(), output)).await.map(Ended::well_if);
        }
        Command::Outbound(command) => return Box::pin(outbound::outbound(&command, connect, output)).await,
        Command::Queue(command) => return queues::queue(&connect().await?, &command, output).await,
        Command::Trace(args) => trace::run(&connect().await?, &args, output).await,
        Command::Nurture(command) => return nurture::run(&connect().await?, &command, output).await,
        Command::Doctor => return Box::pin(doctor::run(cli.stack.as_deref(), &workspace()?, output)).await,
        Command::Erase(args) => return Box::pin(erase::run(&connect().await?, &args, output)).await,
        Command::Export(args) => Box::pin(erase::export(&connect().await?, &args, output)).await,
        // On the heap: it holds a whole training report.
        Command::Demo(args) => Box::pin(demo::run(&args, output)).await,
        Command::Up => up().await,
        Command::Train(args) => learn::train(&args, output),
        Command::Score(args) => rate::score(&args, output),
        Command::Report(args) => learn::report(&args.folder, output),
        Command::Model(Model::Shadow(command)) => {
            Box::pin(model_shadow::run(&connect().await?, &command, output)).await
        }
        Command::Model(Model::Stored(command)) => models::model(&connect().await?, &command, output).await,
        Command::Speed { month } => speed::run(&connect().await?, month.as_deref(), output).await,
        Command::Retrain => commands::retrain(&connect().await?, output).await,
        Command::Policy(Policy::Check(args)) => {
            let is_named = cli.stack.is_some();
            policies::check(&args, is_named, connect, output).await
        }
        Command::Policy(Policy::Schema) => output::json(&leadlight_policy::Policy::json_schema()),
        Command::Policy(Policy::Docs { file: Some(file) }) => commands::policy_docs(&file, output),
        Command::Policy(Policy::Replay(args)) => Box::pin(replay::run(&args, connect, output)).await,
        Command::Policy(Policy::Shadow(command)) => Box::pin(shadow::run(&command, connect, output)).await,
        Command::Policy(Policy::Suggest(args)) => suggest::run(&args, connect, output).await,
        Command::Package => functions::build(output),
        Command::Function { function } => Box::pin(functions::serve(function)).await,
        Command::Team(DocumentCommand::Check { file }) => team::check(&file, output),
        Command::Team(command) => documents::document::<Team>(&connect().await?, &command, output).await,
        Command::Accounts(DocumentCommand::Check { file }) => accounts::check(&file, output),
        Command::Accounts(command) => accounts::document(&connect().await?, &command, output).await,
        Command::Targets(DocumentCommand::Check { file }) => outbound::check(&file, output),
        Command::Targets(command) => outbound::document(&connect().await?, &command, output).await,
        Command::Sources(SourcesCommand::File(DocumentCommand::Check { file })) => {
            sources::check(&file, output)
        }
        Command::Sources(SourcesCommand::Adapters) => sources::adapters(output),
        Command::Sources(SourcesCommand::Try(wanted)) => match &wanted.sources {
            Some(file) => {
                sources::try_out(&sources::read(file)?, &file.display().to_string(), &wanted, output)
            }
            None => sources::try_in_force(&connect().await?, &wanted, output).await,
        },
        Command::Sources(command) => sources::sources(&connect().await?, &command, output).await,
        Command::Destinations(DestinationsCommand::File(DocumentCommand::Check { file })) => {
            destinations::check(&file, output)
        }
        Command::Destinations(command) => {
            Box::pin(destinations::destinations(&connect().await?, &command, output)).await
        }
        Command::Vendors(VendorsCommand::File(DocumentCommand::Check { file })) => {
            vendors::check(&file, output)
        }
        Command::Vendors(VendorsCommand::Table(DocumentCommand::Check { file })) => {
            vendors::check_table(&file, output)
        }
        Command::Vendors(VendorsCommand::Kinds) => vendors::kinds(output),
        Command::Vendors(command) => Box::pin(vendors::vendors(&connect().await?, &command, output)).await,
        Command::Policy(Policy::Docs { file: None }) => {
            commands::policy_in_force_docs(&connect().await?, output).await
        }
        Command::Policy(Policy::InForce(command)) => {
            let system = connect().await?;
            if let PublishedCommand::Publish { file, .. } = &command {
                accounts::fits_policy(&system, &commands::read_policy(file)?).await?;
            }
            let beside = policies::of_publishing(&system, &command).await?;
            documents::published::<leadlight_policy::Policy>(&system, &command, beside, output).await
        }
    };
    done.map(|()| Ended::Well)
}

/// An empty system on this machine, until Ctrl-C.
async fn up() -> Result<()> {
    let local = Local::start(&Bars::new()).await?;
    let _announced = local.announce()?;
    output::note(&format!(
        "Leadlight runs until Ctrl-C.\n  AWS of this machine: {}\n  leads are posted to:  {}/v1/leads\n  the console:          {}",
        local.endpoint(),
        local.intake_url()?,
        local.console_url()?
    ));
    tokio::signal::ctrl_c().await.context("Ctrl-C cannot be heard")?;
    output::note("Stopping everything that was started …");
    local.stop()
}
