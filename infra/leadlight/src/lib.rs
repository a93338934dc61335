//! The operator's command: runs the whole system on one machine, and works with it there or on AWS.

pub mod cli;
mod commands;
pub mod console;
mod crowd;
pub mod dead_letters;
mod declared;
mod demo;
mod documents;
pub mod follow;
mod functions;
pub mod history;
pub mod import;
mod learn;
mod local;
mod models;
pub mod outcomes;
mod output;
mod progress;
mod rate;
mod retraining;
pub mod rounds;
pub mod submit;
pub mod system;
mod team;
mod view;

use anyhow::{Context, Result};
use leadlight_desk::Team;
// For its dependencies' features.
use leadlight_features as _;

use crate::cli::{Cli, Command, Demo, DocumentCommand, Policy};
use crate::local::{Local, workspace};
use crate::output::Output;
pub use crate::output::StdoutClosed;
use crate::progress::Bars;
use crate::system::System;

/// Something was left out since it is wrong, and all else is done; stdout says what.
#[derive(Debug, thiserror::Error)]
#[error("some rows were left out")]
pub struct LeftOut;

/// Runs one command.
pub async fn run(cli: Cli) -> Result<()> {
    let output = Output::new(cli.format);
    let command = cli.command.unwrap_or(Command::Demo(Demo::default()));
    let connect = async || System::connect(cli.stack.as_deref(), &workspace()?).await;
    match command {
        // On the heap: it holds a whole training report.
        Command::Demo(args) => Box::pin(demo::run(&args, output)).await,
        Command::Up => up().await,
        Command::Submit(args) => commands::submit(&connect().await?, &args, output).await,
        Command::Import(args) => match Box::pin(import::run(&args, cli.stack.as_deref(), output)).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(LeftOut.into()),
            Err(error) => Err(error),
        },
        Command::Train(args) => learn::train(&args, output),
        Command::Score(args) => rate::score(&args, output),
        Command::Report(args) => learn::report(&args.folder, output),
        Command::Model(command) => models::model(&connect().await?, &command, output).await,
        Command::Retrain => commands::retrain(&connect().await?, output).await,
        Command::Queue(command) => commands::queue(&connect().await?, &command, output).await,
        Command::Outcomes(args) => outcomes::send(&connect().await?, &args, output).await,
        Command::Policy(Policy::File(DocumentCommand::Check { file })) => {
            commands::check_policy(&file, output)
        }
        Command::Policy(Policy::Docs { file: Some(file) }) => commands::policy_docs(&file, output),
        Command::Package => functions::build(output),
        Command::Function { function } => Box::pin(functions::serve(function)).await,
        Command::Team(DocumentCommand::Check { file }) => team::check(&file, output),
        Command::Team(command) => documents::document::<Team>(&connect().await?, &command, output).await,
        Command::Policy(Policy::Docs { file: None }) => {
            commands::policy_in_force_docs(&connect().await?, output).await
        }
        Command::Policy(Policy::File(command)) => {
            documents::document::<leadlight_policy::Policy>(&connect().await?, &command, output).await
        }
    }
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
