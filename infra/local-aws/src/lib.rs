//! Builds, packages and deploys the system on an AWS of this machine, and reads what a stack on either gave out.
//!
//! The operator's command and the end-to-end tests both go this way, so that what is tested is what
//! is run, and what is run here is the template that is deployed there:
//!
//! 1. [`Workspace`], [`Cargo`], [`Python`]: what has to be there, each lack with its remedy.
//! 2. [`PythonEnv::ensure`]: a private, hash-pinned environment with the emulator in it.
//! 3. [`Emulator::start`]: an AWS of this machine, on a loopback port of its own.
//! 4. [`launchers`]: packages that start one program, which serves every function; or [`package`]: the functions'
//!    release binaries as the zips Lambda takes.
//! 5. [`deploy`]: zips to S3, template to `CloudFormation`, outputs back.
//!
//! [`Destination::Aws`] takes the template as it is, without what one machine needs. No command deploys with it: on AWS
//! that is the SAM CLI's.
//!
//! Everything made here lives under the workspace's `target/`: `target/leadlight` (environment, locks,
//! running emulators) and `target/lambda` (packages). Steps 1 to 4 block; call them outside an async
//! runtime or from a blocking task. Nothing prints: see [`Progress`].

mod aws_error;
mod deploy;
mod emulator;
mod lambda;
mod lock;
mod package;
mod prerequisites;
mod progress;
mod python_env;
mod query;

pub use aws_error::AwsError;
pub use deploy::{
    AlarmState, DeployError, Deployment, Destination, MissingOutput, RewriteError, StackOutputs,
    StackResource, StackState, alarms, delete, deploy, outputs, stack_state,
};
pub use emulator::{
    AccountId, Announced, Emulator, EmulatorError, NotAnAccountId, Running, local_sdk_config,
};
pub use lambda::{Invocation, InvokeError, invoke};
pub use package::{Architecture, FUNCTIONS, PackageError, PackagedFunction, command, launchers, package};
pub use prerequisites::{Cargo, PrerequisiteError, Python, Workspace};
pub use progress::{Progress, Silent, Step};
pub use python_env::{PythonEnv, PythonEnvError};
