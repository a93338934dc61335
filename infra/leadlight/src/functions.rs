//! The functions of one machine: all in this program, so that a first run builds everything once. What goes to AWS is
//! built apart, each function by itself (`package`).

use anyhow::{Error, Result, bail};
use leadlight_local_aws::{Cargo, FUNCTIONS, package};
use serde::Serialize;

use crate::cli::Function;
use crate::local::workspace;
use crate::output::{self, Output};
use crate::progress::Bars;

/// Serves a function to the Lambda runtime that started this process, until it ends it.
pub(crate) async fn serve(function: Function) -> Result<()> {
    let served = match function {
        Function::Intake => leadlight_intake::serve().await,
        Function::Pull => leadlight_pull::serve().await,
        Function::Enrich => leadlight_enrich::serve().await,
        Function::Score => leadlight_score::serve().await,
        Function::Route => leadlight_route::serve().await,
        Function::Review => leadlight_review::serve().await,
        Function::Outcome => leadlight_outcome::serve().await,
        Function::Sla => leadlight_sla::serve().await,
        Function::Retrain => leadlight_retrain::serve().await,
        Function::Publish => leadlight_publish::serve().await,
        Function::Deliver => leadlight_deliver::serve().await,
        Function::Erase => leadlight_erase::serve().await,
        Function::Plan => leadlight_plan::serve().await,
    };
    served.map_err(Error::from_boxed)
}

/// One function as it goes to AWS.
#[derive(Debug, Serialize)]
struct Built {
    function: String,
    zip: String,
    zip_bytes: u64,
    architecture: Option<&'static str>,
    /// Why it would not start on Lambda.
    not_for_lambda: Option<String>,
}

/// `package`
pub(crate) fn build(output: Output) -> Result<()> {
    let workspace = workspace()?;
    let bars = Bars::new();
    let packaged = tokio::task::block_in_place(|| {
        package(&workspace, &Cargo::find()?, &FUNCTIONS, &bars).map_err(Error::from)
    })?;
    let built: Vec<Built> = packaged
        .into_iter()
        .map(|function| Built {
            function: function.name,
            zip: function.zip.display().to_string(),
            zip_bytes: function.zip_bytes,
            architecture: function.for_lambda.as_ref().ok().map(|architecture| architecture.as_str()),
            not_for_lambda: function.for_lambda.err(),
        })
        .collect();
    output.either(&built, |all| all.iter().map(line).collect::<Vec<_>>().join("\n"))?;
    if let Some((function, problem)) =
        built.iter().find_map(|b| Some((&b.function, b.not_for_lambda.as_ref()?)))
    {
        bail!("{function} would not start on Lambda: {problem}");
    }
    output::note("The template finds them under target/lambda: see `On AWS` in the README for `sam deploy`.");
    Ok(())
}

fn line(built: &Built) -> String {
    #[expect(clippy::cast_precision_loss, reason = "a tenth of a megabyte is precise enough to read")]
    let megabytes = built.zip_bytes as f64 / 1e6;
    format!(
        "{:<8} {megabytes:>5.1} MB  {:<7} {}",
        built.function,
        built.architecture.unwrap_or("–"),
        built.zip
    )
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;

    use super::*;

    #[test]
    fn every_function_of_the_template_is_served() {
        let served: Vec<String> = Function::value_variants()
            .iter()
            .filter_map(|function| Some(function.to_possible_value()?.get_name().to_owned()))
            .collect();
        assert_eq!(served, FUNCTIONS);
    }
}
