//! `leadlight`: reads the command line, runs the command, prints an error with its causes.

use std::process::ExitCode;

use clap::Parser;
use leadlight::cli::Cli;
use leadlight::{LeftOut, StdoutClosed};

/// What a shell reports of a program that SIGPIPE ended: 128 and the signal's number.
const ENDED_BY_SIGPIPE: u8 = 128 + 13;

/// All was done that could be; something is left out.
const DONE_IN_PART: u8 = 3;

#[tokio::main(flavor = "multi_thread")]
async fn main() -> ExitCode {
    match Box::pin(leadlight::run(Cli::parse())).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.is::<LeftOut>() => ExitCode::from(DONE_IN_PART),
        Err(error) if error.is::<StdoutClosed>() => ExitCode::from(ENDED_BY_SIGPIPE),
        Err(error) => {
            use std::io::Write as _;
            // Nothing can be done where stderr is closed.
            let _ = writeln!(std::io::stderr(), "error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
