//! The real template with the real functions on an emulator. Each test has an account of its own, so that
//! tests never see each other's queues.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::memory::change;
use aws_config::SdkConfig;
use leadlight::sample_vendors::SampleVendors;
use leadlight::system::{System, local_parameters};
use leadlight_local_aws::{
    AccountId, Cargo, Deployment, Destination, Emulator, FUNCTIONS, PackagedFunction, Python, PythonEnv,
    Silent, StackOutputs, Workspace, command, deploy, launchers, package,
};
use leadlight_policy::Policy;
use leadlight_ports::{Clock, SystemClock};
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::memory::DEFAULT_POLICY;

struct Ready {
    emulator: Emulator,
    /// As the demo runs them: the command serves them all.
    functions: Vec<PackagedFunction>,
    template: PathBuf,
}

fn workspace() -> Workspace {
    Workspace::find(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap_or_else(|e| panic!("no workspace: {e}"))
}

fn cargo() -> Cargo {
    Cargo::find().unwrap_or_else(|e| panic!("a prerequisite is missing: {e}"))
}

/// Builds and starts once for all tests of a binary.
fn ready() -> &'static Ready {
    static READY: OnceLock<Ready> = OnceLock::new();
    READY.get_or_init(|| {
        let workspace = workspace();
        let python = Python::find().unwrap_or_else(|e| panic!("a prerequisite is missing: {e}"));
        let python = PythonEnv::ensure(&workspace, &python, &Silent)
            .unwrap_or_else(|e| panic!("the emulator cannot be installed: {e}"));
        let program = command(&workspace, &cargo(), &Silent)
            .unwrap_or_else(|e| panic!("the command cannot be built: {e}"));
        let emulator = Emulator::start(&python, &workspace.runs_dir(), &Silent)
            .unwrap_or_else(|e| panic!("the emulator does not start: {e}"));
        let functions = launchers(&emulator, &program, &FUNCTIONS)
            .unwrap_or_else(|e| panic!("the functions cannot be laid: {e}"));
        Ready { emulator, functions, template: workspace.root().join("infra/template.yaml") }
    })
}

/// The functions as they go to AWS, built for release: minutes of work the first time.
pub fn packages() -> &'static [PackagedFunction] {
    static PACKAGES: OnceLock<Vec<PackagedFunction>> = OnceLock::new();
    PACKAGES.get_or_init(|| {
        package(&workspace(), &cargo(), &FUNCTIONS, &Silent)
            .unwrap_or_else(|e| panic!("the functions cannot be built: {e}"))
    })
}

/// One deployed system in an account of its own.
#[derive(Debug)]
pub struct Deployed {
    /// As the operator's command sees it.
    pub system: System,
    /// For what only tests do.
    pub config: SdkConfig,
    account: AccountId,
    _vendors: SampleVendors,
    _turn: SemaphorePermit<'static>,
}

/// Systems on the emulator at one time: each has a dozen functions, and two cores serve them all.
static TURNS: Semaphore = Semaphore::const_new(8);

impl Deployed {
    /// Deploys the template and puts the default policy in force, beside vendors who know the sample world.
    pub async fn new() -> Self {
        Self::of(ready().template.clone(), &ready().functions).await
    }

    /// The same with the functions as they go to AWS.
    pub async fn of_packages() -> Self {
        Self::of(ready().template.clone(), packages()).await
    }

    /// The same with the template's text changed.
    pub async fn altered(change: impl FnOnce(&str) -> String) -> Self {
        let text = std::fs::read_to_string(&ready().template).expect("the template can be read");
        let changed = change(&text);
        assert_ne!(changed, text, "the change must change something");
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let template = folder.path().join("template.yaml");
        std::fs::write(&template, changed).expect("a temporary file can be written");
        Self::of(template, &ready().functions).await
    }

    /// A release as it was: its `template.yaml` and a zip for each function, such as `enrich.zip`, in a folder.
    pub async fn of_release(folder: &Path) -> Self {
        let zip = |name: &str| folder.join(format!("{name}.zip"));
        // It may not have had all of today's.
        let functions: Vec<PackagedFunction> = FUNCTIONS
            .iter()
            .filter(|name| zip(name).exists())
            .map(|name| {
                let zip = zip(name);
                let bytes = std::fs::read(&zip).unwrap_or_else(|e| panic!("{}: {e}", zip.display()));
                PackagedFunction {
                    name: (*name).to_owned(),
                    zip_bytes: bytes.len() as u64,
                    sha256: leadlight_lead::ContentHash::of(&bytes).to_string(),
                    zip,
                    for_lambda: Err("this machine's emulator alone runs it".to_owned()),
                }
            })
            .collect();
        Self::of(folder.join("template.yaml"), &functions).await
    }

    /// Updates the stack in place to the template and the functions of today.
    pub async fn update(&mut self) {
        let ready = ready();
        let outputs = stack(&self.config, &self.account, ready.template.clone(), &ready.functions).await;
        self.system = System::on_one_machine(self.config.clone(), stack_name(&self.account), outputs);
    }

    async fn of(template: PathBuf, functions: &[PackagedFunction]) -> Self {
        let turn = TURNS.acquire().await.expect("nobody closes it");
        let ready = ready();
        let account = ready.emulator.new_account();
        let config = ready.emulator.sdk_config(&account);
        let outputs = stack(&config, &account, template, functions).await;
        let system = System::on_one_machine(config.clone(), stack_name(&account), outputs);
        let registry = system.registry().expect("the template names the bucket");
        // A fixed key, so that chance decides the same in each run.
        registry.draw_key([7; 32]).await.expect("the bucket takes a key");
        registry
            .publish::<Policy>(DEFAULT_POLICY, &change(), SystemClock.now())
            .await
            .expect("the bucket takes a policy");
        let vendors = SampleVendors::start(&system).await.expect("the bucket takes a vendors file");
        Self { system, config, account, _vendors: vendors, _turn: turn }
    }

    /// Where a path of the intake is posted to in this account.
    pub fn intake_url(&self, path: &str) -> String {
        let api = self.system.intake_api_id().expect("the template names the API");
        let base = ready().emulator.http_api_url(&api);
        format!("{base}{path}?{}", Emulator::account_query(&self.account))
    }

    /// Where the console answers programs; each address wants [`account_query`](Self::account_query) behind it.
    pub fn console_url(&self) -> String {
        ready()
            .emulator
            .http_api_url(&self.system.output("ConsoleUrl").expect("the template names the console"))
    }

    /// What leads an unsigned request into this account.
    pub fn account_query(&self) -> String {
        Emulator::account_query(&self.account)
    }

    /// The physical name of a function, such as `Enrich`.
    pub fn function(&self, name: &str) -> String {
        self.system.output(&format!("{name}FunctionName")).expect("the template names its functions")
    }

    /// The processes of functions on this emulator, by id: those that were told of a runtime interface and of this
    /// emulator as their AWS. Linux alone tells.
    pub fn function_processes() -> Vec<u32> {
        let aws = format!("AWS_ENDPOINT_URL={}", ready().emulator.endpoint()).into_bytes();
        let is_ours = |id: &u32| {
            let environment = std::fs::read(format!("/proc/{id}/environ")).unwrap_or_default();
            let has = |wanted: &dyn Fn(&[u8]) -> bool| environment.split(|byte| *byte == 0).any(wanted);
            has(&|told| told == aws) && has(&|told| told.starts_with(b"AWS_LAMBDA_RUNTIME_API="))
        };
        let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
        processes.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).filter(is_ours).collect()
    }

    /// The zip of a function, such as `enrich`.
    pub fn zip(name: &str) -> Vec<u8> {
        let function = ready().functions.iter().find(|f| f.name == name).expect("it is one of the functions");
        std::fs::read(&function.zip).expect("packages can be read")
    }
}

/// A name of its own for each: the emulator makes the functions' names of the stack's, and a function that it deploys
/// ends the processes of every account's function of that name, at work or not.
fn stack_name(account: &AccountId) -> String {
    format!("leadlight-{account}")
}

async fn stack(
    config: &SdkConfig,
    account: &AccountId,
    template: PathBuf,
    functions: &[PackagedFunction],
) -> StackOutputs {
    let bucket = format!("artifacts-{account}");
    let deployment = Deployment {
        stack_name: &stack_name(account),
        template,
        parameters: local_parameters(),
        functions,
        artifact_bucket: &bucket,
        destination: Destination::Local,
    };
    deploy(config, &deployment, &Silent).await.unwrap_or_else(|e| panic!("the template does not deploy: {e}"))
}

impl Deployed {
    /// A package whose program ends at once, as a broken build would.
    pub fn crashing_zip() -> Vec<u8> {
        use std::io::{Cursor, Write};
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default().unix_permissions(0o755);
        zip.start_file("bootstrap", options).expect("in memory");
        zip.write_all(b"#!/bin/sh\nexit 1\n").expect("in memory");
        zip.finish().expect("in memory").into_inner()
    }
}
