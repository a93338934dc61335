//! What the tests share: the workspace's own Python environment, and a small stack with one function.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use aws_config::SdkConfig;
use leadlight_local_aws::{
    Architecture, Deployment, Destination, Invocation, PackagedFunction, Python, PythonEnv, Silent,
    StackOutputs, Workspace, deploy, invoke,
};
use sha2::{Digest, Sha256};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

pub(crate) const STACK: &str = "relay";
pub(crate) const BUCKET: &str = "artifacts";

/// The environment under the workspace's `target/`, made by whichever test comes first.
pub(crate) fn python_env() -> PythonEnv {
    let workspace = Workspace::find(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap();
    PythonEnv::ensure(&workspace, &Python::find().unwrap(), &Silent).unwrap()
}

pub(crate) fn template() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixture/template.yaml")
}

/// The fixture's function, run by the emulator's interpreter. `variant` makes two functions differ.
pub(crate) fn relay(folder: &Path, variant: &str) -> PackagedFunction {
    let script = include_str!("../fixture/bootstrap.py");
    let workspace = Workspace::find(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap();
    let python = workspace.state_dir().join("venv/bin/python");
    let bootstrap = format!("#!{}\n# {variant}\n{script}", python.display());
    let zip = folder.join(format!("relay-{variant}.zip"));
    let mut writer = ZipWriter::new(fs::File::create(&zip).unwrap());
    writer.start_file("bootstrap", SimpleFileOptions::default().unix_permissions(0o755)).unwrap();
    std::io::Write::write_all(&mut writer, bootstrap.as_bytes()).unwrap();
    writer.finish().unwrap();
    let bytes = fs::read(&zip).unwrap();
    PackagedFunction {
        name: "relay".into(),
        zip,
        zip_bytes: bytes.len() as u64,
        sha256: hex::encode(Sha256::digest(&bytes)),
        for_lambda: Ok(Architecture::X86_64),
    }
}

/// A deployment of the fixture, to the only account that uses the artifact bucket.
pub(crate) fn deployment(functions: &[PackagedFunction]) -> Deployment<'_> {
    Deployment {
        stack_name: STACK,
        template: template(),
        parameters: BTreeMap::new(),
        functions,
        artifact_bucket: BUCKET,
        destination: Destination::Local,
    }
}

/// Deploys the fixture with an artifact bucket of this name, which no other account may have.
pub(crate) async fn deploy_relay(config: &SdkConfig, folder: &Path, bucket: &str) -> StackOutputs {
    let functions = [relay(folder, "first")];
    let deployment = Deployment { artifact_bucket: bucket, ..deployment(&functions) };
    deploy(config, &deployment, &Silent).await.unwrap()
}

/// Invokes the fixture's function and answers its environment.
pub(crate) async fn environment_of(config: &SdkConfig, function: &str) -> BTreeMap<String, String> {
    let answer = invoke(config, function, Invocation::Awaited, b"{}".to_vec()).await.unwrap();
    let payload: serde_json::Value = serde_json::from_slice(&answer).unwrap();
    let pairs = payload["environment"].as_object().unwrap().iter();
    pairs.map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned())).collect()
}
