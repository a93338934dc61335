//! `leadlight`: reads the command line, runs the command, prints an error with its causes.

use std::process::ExitCode;

use clap::Parser;
use leadlight::cli::Cli;

#[tokio::main(flavor = "multi_thread")]
async fn main() -> ExitCode {
    match Box::pin(leadlight::run(Cli::parse())).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            use std::io::Write as _;
            // Nothing can be done where stderr is closed.
            let _ = writeln!(std::io::stderr(), "error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
