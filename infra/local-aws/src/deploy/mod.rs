//! The template and the packaged functions, made into a running stack.

mod cloudformation;
mod rewrite;
mod stack;
mod state;
mod upload;

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;

use aws_config::SdkConfig;
use aws_sdk_s3::primitives::ByteStreamError;

pub use cloudformation::StackResource;
pub use rewrite::RewriteError;
pub use state::{AlarmState, StackState, alarms, stack_state};

use crate::AwsError;
use crate::package::PackagedFunction;
use crate::progress::{Phase, Progress};
use stack::{StackClient, TemplateSource, Wanted};
use upload::Artifacts;

/// A larger template must be read from S3 ("Template body size in a request" among the quotas of
/// `CloudFormation`), in bytes.
const INLINE_TEMPLATE_BYTES: usize = 51_200;

/// Where a stack is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Destination {
    /// On an [`Emulator`](crate::Emulator): buckets are addressed by path, the artifact bucket is made
    /// as needed, and waiting is short.
    Local,
    /// On AWS: the artifact bucket must exist in the stack's region (outside the `aws-cn` partition),
    /// and functions must be built for Linux.
    Aws,
}

/// What is to be deployed. The stack's parameters may be confidential, so this has no `Debug`.
pub struct Deployment<'a> {
    /// The stack's name; one that exists is updated.
    pub stack_name: &'a str,
    /// The SAM template, whose functions say `CodeUri: ../target/lambda/<name>/`.
    pub template: PathBuf,
    /// Values of the template's parameters. One that is not given takes its default, in an update too.
    pub parameters: BTreeMap<String, String>,
    /// The functions the template names, no more and no fewer.
    pub functions: &'a [PackagedFunction],
    /// The bucket that zips (and a large template) go to.
    pub artifact_bucket: &'a str,
    /// Where to.
    pub destination: Destination,
}

/// Why a stack does not stand, is not found, or is not gone.
#[derive(Debug, thiserror::Error)]
pub enum DeployError {
    /// The template cannot be read.
    #[error("the template {} cannot be read", path.display())]
    Template {
        /// The template.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The template and the packaged functions do not fit together.
    #[error(transparent)]
    Rewrite(#[from] RewriteError),
    /// A function was built for this machine's system, not for Linux.
    #[error("{function} would not start on Lambda: {problem}")]
    NotForLambda {
        /// The function.
        function: String,
        /// What is wrong with its binary, and what to do.
        problem: String,
    },
    /// The configuration names no region.
    #[error("no AWS region is set; set AWS_REGION or the profile's region")]
    NoRegion,
    /// The artifact bucket could not be made.
    #[error("the bucket {bucket} could not be created")]
    Bucket {
        /// The bucket.
        bucket: String,
        /// What AWS said.
        source: AwsError,
    },
    /// A zip cannot be read.
    #[error("{} cannot be read", path.display())]
    Zip {
        /// The zip.
        path: PathBuf,
        /// Why not.
        source: ByteStreamError,
    },
    /// An artifact could not be stored.
    #[error("s3://{bucket}/{key} could not be stored; does the bucket exist, and may you write to it?")]
    Upload {
        /// The artifact bucket.
        bucket: String,
        /// The object's key.
        key: String,
        /// What AWS said.
        source: AwsError,
    },
    /// The stack could not be looked at.
    #[error("the stack {stack} could not be described")]
    Describe {
        /// The stack.
        stack: String,
        /// What AWS said.
        source: AwsError,
    },
    /// The stack's events could not be read, so the reason of a failure is not known.
    #[error("the stack {stack} failed, and its events could not be read")]
    Events {
        /// The stack.
        stack: String,
        /// What AWS said.
        source: AwsError,
    },
    /// The stack was refused before any resource was made.
    #[error("the stack {stack} was refused: {source}")]
    Create {
        /// The stack.
        stack: String,
        /// What AWS said.
        source: AwsError,
    },
    /// The change was refused before any resource was changed.
    #[error("the update of the stack {stack} was refused: {source}")]
    Update {
        /// The stack.
        stack: String,
        /// What AWS said.
        source: AwsError,
    },
    /// The deletion was refused.
    #[error("the deletion of the stack {stack} was refused: {source}")]
    Delete {
        /// The stack.
        stack: String,
        /// What AWS said.
        source: AwsError,
    },
    /// A resource failed, and the stack was rolled back.
    #[error("the stack {stack} ended as {status}, because of {resource}: {reason}")]
    Failed {
        /// The stack.
        stack: String,
        /// Its status.
        status: String,
        /// The first resource that failed, by its name in the template.
        resource: String,
        /// The reason given for it.
        reason: String,
    },
    /// The stack is in a state that cannot be updated.
    #[error(
        "the stack {stack} is {status} and cannot be updated; wait if something is in progress, \
         else delete the stack and deploy again"
    )]
    Unusable {
        /// The stack.
        stack: String,
        /// Its status.
        status: String,
    },
    /// It took too long. The operation goes on at AWS.
    #[error("the stack {stack} is not done after {deadline_s} s; it goes on without being waited for")]
    TimedOut {
        /// The stack.
        stack: String,
        /// How long it was waited for, in seconds.
        deadline_s: u64,
    },
    /// There is no such stack.
    #[error("there is no stack {stack} in this account and region")]
    NoStack {
        /// The stack.
        stack: String,
    },
}

/// What a stack's template tells about what it made: addresses, names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StackOutputs {
    stack: String,
    values: BTreeMap<String, String>,
}

/// The stack has no such output: it is of another version of the template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the stack {stack} has no output {name}; deploy it again with this version")]
pub struct MissingOutput {
    stack: String,
    name: String,
}

impl StackOutputs {
    /// As a stack by that name told them.
    pub fn new(stack: &str, values: BTreeMap<String, String>) -> Self {
        Self { stack: stack.to_owned(), values }
    }

    /// The value of the output `name`.
    pub fn get(&self, name: &str) -> Result<&str, MissingOutput> {
        let missing = || MissingOutput { stack: self.stack.clone(), name: name.to_owned() };
        self.values.get(name).map(String::as_str).ok_or_else(missing)
    }

    /// All of them, by name.
    pub fn values(&self) -> &BTreeMap<String, String> {
        &self.values
    }
}

/// Uploads the functions, then makes or updates the stack and waits until it stands. Doing it again
/// with nothing changed changes nothing.
pub async fn deploy(
    config: &SdkConfig,
    deployment: &Deployment<'_>,
    progress: &dyn Progress,
) -> Result<StackOutputs, DeployError> {
    let Deployment { stack_name, functions, destination, .. } = *deployment;
    let template = upload::read_template(&deployment.template)?;
    refuse_foreign(functions, destination)?;
    // Before anything is uploaded: that the template and the functions fit together.
    let placeholder = functions.iter().map(|function| (function.name.as_str(), String::new())).collect();
    rewrite::code_uris(&template, &placeholder)?;

    let phase = Phase::start(progress, "Uploading the functions");
    let artifacts = Artifacts::open(config, destination, deployment.artifact_bucket).await?;
    let total = u64::try_from(functions.len()).ok();
    let mut objects = BTreeMap::new();
    for (index, function) in (1..).zip(functions) {
        objects.insert(function.name.as_str(), artifacts.function(function).await?);
        phase.step(index, total, &function.name);
    }
    let template = rewrite::code_uris(&template, &objects)?;
    let template = if template.len() > INLINE_TEMPLATE_BYTES {
        TemplateSource::Url(artifacts.template(&template).await?)
    } else {
        TemplateSource::Inline(template)
    };
    phase.finish();

    let phase = Phase::start(progress, "Deploying the stack");
    let wanted = Wanted { template, parameters: &deployment.parameters };
    let outputs = StackClient::new(config, destination, stack_name).apply(wanted, &phase).await?;
    phase.finish();
    Ok(outputs)
}

/// The outputs of a stack that exists.
pub async fn outputs(config: &SdkConfig, stack_name: &str) -> Result<StackOutputs, DeployError> {
    StackClient::new(config, Destination::Aws, stack_name).outputs().await
}

/// Deletes the stack, if there is one, and waits until it is gone. Buckets that are not empty keep it
/// from going on AWS; the error then names the first.
pub async fn delete(
    config: &SdkConfig,
    stack_name: &str,
    destination: Destination,
    progress: &dyn Progress,
) -> Result<(), DeployError> {
    let phase = Phase::start(progress, "Deleting the stack");
    StackClient::new(config, destination, stack_name).delete(&phase).await?;
    phase.finish();
    Ok(())
}

fn refuse_foreign(functions: &[PackagedFunction], destination: Destination) -> Result<(), DeployError> {
    let foreign = functions.iter().find_map(|function| Some((function, function.for_lambda.as_ref().err()?)));
    match (destination, foreign) {
        (Destination::Aws, Some((function, problem))) => {
            Err(DeployError::NotForLambda { function: function.name.clone(), problem: problem.clone() })
        }
        _ => Ok(()),
    }
}
