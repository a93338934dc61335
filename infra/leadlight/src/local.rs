//! The whole system on this machine: start, deploy.

use std::path::Path;

use anyhow::{Context, Result};
use leadlight_desk::Team;
use leadlight_local_aws::{
    AccountId, Announced, Deployment, Destination, Emulator, FUNCTIONS, Python, PythonEnv, Workspace, deploy,
    launchers,
};
use leadlight_policy::Policy;
use leadlight_ports::{Clock, SystemClock};
use leadlight_registry::Change;

use crate::progress::Bars;
use crate::rounds::Door;
use crate::sample_vendors::SampleVendors;
use crate::system::{LOCAL_STACK, System, local_parameters};

/// The policy that a new system starts with.
const DEFAULT_POLICY: &str = include_str!("../../policies/default.toml");

/// The team that a new system on this machine starts with.
const SAMPLE_TEAM: &str = include_str!("../../policies/team.toml");

/// The workspace this command was built from.
pub(crate) fn workspace() -> Result<Workspace> {
    Ok(Workspace::find(Path::new(env!("CARGO_MANIFEST_DIR")))?)
}

/// A running system on this machine. It ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Local {
    /// The deployed system.
    pub(crate) system: System,
    /// Vendors who know the samples.
    pub(crate) vendors: SampleVendors,
    account: AccountId,
    emulator: Emulator,
}

impl Local {
    /// Starts an AWS, deploys the template on it, with this program as every function, and puts the default policy
    /// and the sample team in force, beside vendors who know the samples.
    pub(crate) async fn start(bars: &Bars) -> Result<Self> {
        let (emulator, functions, workspace) = tokio::task::block_in_place(|| -> Result<_> {
            let workspace = workspace()?;
            let python = PythonEnv::ensure(&workspace, &Python::find()?, bars)?;
            let emulator = Emulator::start(&python, &workspace.runs_dir(), bars)?;
            let program = std::env::current_exe().context("this program's own file cannot be found")?;
            let functions = launchers(&emulator, &program, &FUNCTIONS)?;
            Ok((emulator, functions, workspace))
        })?;
        let account = AccountId::public();
        let config = emulator.sdk_config(&account);
        let deployment = Deployment {
            stack_name: LOCAL_STACK,
            template: workspace.root().join("infra/template.yaml"),
            parameters: local_parameters(),
            functions: &functions,
            artifact_bucket: "leadlight-artifacts",
            destination: Destination::Local,
        };
        let outputs = deploy(&config, &deployment, bars).await?;
        let system = System::on_one_machine(config, LOCAL_STACK.to_owned(), outputs);
        let registry = system.registry()?;
        let shipped = Change::new("leadlight", "the sample that ships");
        registry.publish::<Policy>(DEFAULT_POLICY, &shipped, SystemClock.now()).await?;
        // A fixed key, so that the samples end in the same queues wherever they are tried.
        registry.draw_key([7; 32]).await?;
        registry.publish::<Team>(SAMPLE_TEAM, &shipped, SystemClock.now()).await?;
        let vendors = SampleVendors::start(&system).await?;
        Ok(Self { system, vendors, account, emulator })
    }

    /// Lets other commands reach it, for as long as the answer lives.
    pub(crate) fn announce(&self) -> Result<Announced> {
        Ok(self.emulator.announce(&self.account)?)
    }

    /// Where the AWS of this machine answers.
    pub(crate) fn endpoint(&self) -> &str {
        self.emulator.endpoint()
    }

    /// Where leads can be posted on this machine.
    pub(crate) fn intake_url(&self) -> Result<String> {
        Ok(self.emulator.http_api_url(&self.system.intake_api_id()?))
    }

    /// Where people work, in a browser.
    pub(crate) fn console_url(&self) -> Result<String> {
        Ok(self.emulator.http_api_host_url(&self.system.output("ConsoleUrl")?))
    }

    /// The console as programs reach it, which may not know the browser's host name.
    pub(crate) fn door(&self) -> Result<Door> {
        let base = self.emulator.http_api_url(&self.system.output("ConsoleUrl")?);
        Ok(Door { base, query: String::new() })
    }

    /// Stops everything that was started.
    pub(crate) fn stop(self) -> Result<()> {
        Ok(tokio::task::block_in_place(|| self.emulator.stop())?)
    }
}
