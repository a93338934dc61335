//! Does this function run on one machine, where its AWS is an emulator beside it?

use aws_config::SdkConfig;
use leadlight_ports::Endpoint;

const ENDPOINT_VARIABLE: &str = "AWS_ENDPOINT_URL";

/// Variables that turn the SDK away from [`ENDPOINT_VARIABLE`]: one for each service, and one for none.
const OVERRIDING_VARIABLES: [&str; 2] = ["AWS_ENDPOINT_URL_", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"];

/// A setting for one machine alone is switched on elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "{variable} is for one machine alone, and this function's AWS is not on the loopback interface; set the stack's \
     parameter Target to aws"
)]
pub struct NotOneMachine {
    /// The variable that switches it on.
    pub variable: &'static str,
}

/// Refuses what is for one machine alone, such as sample users and sample facts, wherever the SDK does not speak to
/// this machine's loopback interface over plain http: there its AWS is the emulator on the same machine.
///
/// `AWS_ENDPOINT_URL` must be set and nothing that overrides it: with `AWS_ENDPOINT_URL_DYNAMODB` beside it, sample
/// users would work on a real table.
///
/// So it cannot be switched on in the cloud. The variable that allows it is the one that leads table, queues
/// and registry away from AWS. On a function's loopback interface there is only Lambda's own runtime
/// interface, so whoever set it there would have a console that lets anyone in and has nothing to show or
/// change. Setting it takes the right to configure the function, and no request has a say in it. The address
/// is split by the parser that the SDK uses, and what the two could take differently is refused.
pub fn require_one_machine(variable: &'static str, sdk: &SdkConfig) -> Result<(), NotOneMachine> {
    let names = std::env::vars_os().map(|(name, _)| name.to_string_lossy().into_owned());
    if is_one_machine(sdk.endpoint_url(), names) { Ok(()) } else { Err(NotOneMachine { variable }) }
}

/// `endpoint_url` is what the SDK made of its surroundings, `variable_names` the names of all environment variables.
fn is_one_machine(
    endpoint_url: Option<&str>,
    variable_names: impl IntoIterator<Item = impl AsRef<str>>,
) -> bool {
    let mut is_set = false;
    for name in variable_names {
        // Some systems ignore the case of names.
        let name = name.as_ref().to_ascii_uppercase();
        if OVERRIDING_VARIABLES.iter().any(|overriding| name.starts_with(overriding)) {
            return false;
        }
        is_set |= name == ENDPOINT_VARIABLE;
    }
    let is_here = |text| Endpoint::parse(text).is_ok_and(|endpoint| endpoint.is_on_this_machine());
    is_set && endpoint_url.is_some_and(is_here)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_that_leads_the_sdk_elsewhere_is_not_one_machine() {
        let here = Some("http://127.0.0.1:4566");
        assert!(is_one_machine(here, ["AWS_REGION", "AWS_ENDPOINT_URL"]));
        for other in [
            "AWS_ENDPOINT_URL_DYNAMODB",
            "AWS_ENDPOINT_URL_S3",
            "aws_endpoint_url_dynamodb",
            "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
        ] {
            assert!(!is_one_machine(here, ["AWS_ENDPOINT_URL", other]), "{other}");
            assert!(!is_one_machine(here, [other, "AWS_ENDPOINT_URL"]), "{other}");
        }
        // From a file: a service may have another one there.
        assert!(!is_one_machine(here, ["AWS_REGION"]));
        // The SDK was told to ignore it.
        assert!(!is_one_machine(None, ["AWS_ENDPOINT_URL"]));
    }

    #[test]
    fn an_aws_anywhere_else_is_not_one_machine() {
        for url in
            ["https://127.0.0.1:4566", "http://10.0.0.1:4566", "https://dynamodb.eu-west-1.amazonaws.com", ""]
        {
            assert!(!is_one_machine(Some(url), ["AWS_ENDPOINT_URL"]), "{url}");
        }
    }

    #[test]
    fn what_is_for_one_machine_alone_is_refused_elsewhere_by_its_name() {
        let aws = SdkConfig::builder().build();
        let refused = require_one_machine("SAMPLE_DIRECTORY", &aws).unwrap_err();
        assert!(refused.to_string().starts_with("SAMPLE_DIRECTORY is for one machine alone"), "{refused}");
    }
}
