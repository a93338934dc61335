//! The emulator's life: start, stop, side by side, and what is left when its owner is killed.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use common::{BUCKET, deploy_relay, environment_of, python_env};
use leadlight_local_aws::{AccountId, Emulator, Silent};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

fn start(state_dir: &Path) -> Emulator {
    Emulator::start(&python_env(), state_dir, &Silent).unwrap()
}

fn is_answering(endpoint: &str) -> bool {
    TcpStream::connect(endpoint.trim_start_matches("http://")).is_ok()
}

/// The emulator's process, as its run's folder tells it.
fn pid_of(run_dir: &Path) -> i32 {
    let saved: Value = serde_json::from_slice(&fs::read(run_dir.join("emulator.json")).unwrap()).unwrap();
    i32::try_from(saved["pid"].as_i64().unwrap()).unwrap()
}

/// The living processes of a group: state, and group as the third field after the name.
fn members(group: i32) -> Vec<i32> {
    let pids =
        fs::read_dir("/proc").unwrap().filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    pids.filter(|pid: &i32| {
        let Ok(stat) = fs::read_to_string(format!("/proc/{pid}/stat")) else { return false };
        let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
        fields[0] != "Z" && fields[2] == group.to_string()
    })
    .collect()
}

fn runs_in(state_dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(state_dir).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.is_dir()).collect()
}

#[test]
fn it_starts_answers_and_stops_without_a_trace() {
    let state_dir = tempfile::tempdir().unwrap();
    let emulator = start(state_dir.path());
    let endpoint = emulator.endpoint().to_owned();
    assert!(endpoint.starts_with("http://127.0.0.1:"), "{endpoint}");
    assert!(is_answering(&endpoint));
    assert!(emulator.is_running());
    assert!(emulator.log().is_file());
    let group = pid_of(emulator.log().parent().unwrap());
    assert!(members(group).contains(&group));

    emulator.stop().unwrap();
    assert!(!is_answering(&endpoint));
    assert!(members(group).is_empty());
    assert_eq!(runs_in(state_dir.path()), Vec::<PathBuf>::new());
}

/// Local addresses on which a process listens, as /proc/net/tcp and tcp6 write them.
fn listening_addresses(pid: i32) -> Vec<String> {
    let sockets: Vec<String> = fs::read_dir(format!("/proc/{pid}/fd"))
        .unwrap()
        .filter_map(|fd| Some(fs::read_link(fd.ok()?.path()).ok()?.to_str()?.to_owned()))
        .filter_map(|link| Some(link.strip_prefix("socket:[")?.strip_suffix(']')?.to_owned()))
        .collect();
    let tables =
        ["tcp", "tcp6"].map(|table| fs::read_to_string(format!("/proc/net/{table}")).unwrap_or_default());
    let rows = tables.iter().flat_map(|table| table.lines().skip(1));
    rows.map(|row| row.split_whitespace().collect::<Vec<_>>())
        .filter(|row| row[3] == "0A" && sockets.iter().any(|socket| socket == row[9]))
        .map(|row| row[1].split(':').next().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn it_listens_on_loopback_only_functions_included() {
    let state_dir = tempfile::tempdir().unwrap();
    let emulator = start(state_dir.path());
    let config = emulator.sdk_config(&emulator.new_account());
    let outputs = deploy_relay(&config, state_dir.path(), BUCKET).await;
    environment_of(&config, outputs.get("RelayName").unwrap()).await;

    let addresses = listening_addresses(pid_of(emulator.log().parent().unwrap()));
    assert!(addresses.len() >= 2, "the gateway and a function's runtime interface: {addresses:?}");
    // 127.0.0.1, in the byte order of a little-endian machine.
    assert!(addresses.iter().all(|address| address == "0100007F"), "{addresses:?}");
}

#[tokio::test]
async fn two_live_side_by_side_and_share_nothing() {
    let state_dir = tempfile::tempdir().unwrap();
    let (one, other) = (start(state_dir.path()), start(state_dir.path()));
    assert_ne!(one.endpoint(), other.endpoint());
    let account = AccountId::public();
    let queues = |emulator: &Emulator| aws_sdk_sqs::Client::new(&emulator.sdk_config(&account));
    queues(&one).create_queue().queue_name("only-here").send().await.unwrap();
    assert_eq!(queues(&one).list_queues().send().await.unwrap().queue_urls().len(), 1);
    assert_eq!(queues(&other).list_queues().send().await.unwrap().queue_urls().len(), 0);

    one.stop().unwrap();
    assert!(other.is_running());
    assert!(is_answering(other.endpoint()));
    assert_eq!(runs_in(state_dir.path()), [other.log().parent().unwrap()]);
}

#[test]
fn one_that_dies_is_noticed() {
    let state_dir = tempfile::tempdir().unwrap();
    let emulator = start(state_dir.path());
    signal(pid_of(emulator.log().parent().unwrap()), Signal::KILL);
    eventually("it is noticed", || !emulator.is_running());
    emulator.stop().unwrap();
    assert_eq!(runs_in(state_dir.path()), Vec::<PathBuf>::new());
}

/// Asks again and again until it holds; fails after half a minute.
fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < Duration::from_secs(30), "still not: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn signal(pid: i32, signal: Signal) {
    kill_process(Pid::from_raw(pid).unwrap(), signal).unwrap();
}

/// Names the state folder to a copy of this test binary that is to be an emulator's owner.
const OWNER: &str = "LEADLIGHT_TEST_OWNER_OF";

/// Another process that owns an emulator with a warm function.
struct Owner {
    process: Child,
    emulator: i32,
    account: String,
    endpoint: String,
    environment: BTreeMap<String, String>,
}

impl Owner {
    fn start(state_dir: &Path) -> Self {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "owner_process", "--nocapture"])
            .env(OWNER, state_dir)
            .env("AWS_SESSION_TOKEN", "a real token")
            .env("AWS_PROFILE", "a-real-profile")
            .env("HTTP_PROXY", "http://192.0.2.1:3128")
            .env("http_proxy", "http://192.0.2.1:3128")
            .env("SOME_PASSWORD", "hunter2")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let told: Value =
            lines.map_while(Result::ok).find_map(|line| serde_json::from_str(&line).ok()).unwrap();
        let text = |name: &str| told[name].as_str().unwrap().to_owned();
        Self {
            process,
            emulator: i32::try_from(told["emulator"].as_i64().unwrap()).unwrap(),
            account: text("account"),
            endpoint: text("endpoint"),
            environment: serde_json::from_value(told["environment"].clone()).unwrap(),
        }
    }

    fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

/// Does nothing by itself; as an [`Owner`]'s process, starts an emulator, tells of it and waits to be
/// killed.
#[tokio::test]
async fn owner_process() {
    let Some(state_dir) = std::env::var_os(OWNER).map(PathBuf::from) else { return };
    let emulator = start(&state_dir);
    let account = emulator.new_account();
    let config = emulator.sdk_config(&account);
    let artifacts = tempfile::tempdir().unwrap();
    let outputs = deploy_relay(&config, artifacts.path(), BUCKET).await;
    let environment = environment_of(&config, outputs.get("RelayName").unwrap()).await;
    let told = json!({
        "emulator": pid_of(emulator.log().parent().unwrap()),
        "account": account.as_str(),
        "endpoint": emulator.endpoint(),
        "environment": environment,
    });
    println!("\n{told}");
    std::thread::sleep(Duration::from_mins(2));
}

#[test]
fn a_function_gets_its_roles_credentials_and_nothing_of_the_caller() {
    let state_dir = tempfile::tempdir().unwrap();
    let mut owner = Owner::start(state_dir.path());
    let seen = &owner.environment;
    assert!(seen["AWS_ACCESS_KEY_ID"].starts_with("ASIA"), "temporary credentials, as on AWS");
    assert_eq!(seen["AWS_ENDPOINT_URL"], owner.endpoint);
    assert!(!seen["AWS_SESSION_TOKEN"].is_empty());
    assert!(seen["OUT_QUEUE_URL"].contains(&owner.account));
    for leaked in ["AWS_PROFILE", "HTTP_PROXY", "http_proxy", "SOME_PASSWORD", OWNER] {
        assert!(!seen.contains_key(leaked), "{leaked}");
    }
    assert!(Path::new(&seen["HOME"]).starts_with(state_dir.path().canonicalize().unwrap()));
    owner.kill();
    eventually("the emulator is gone", || members(owner.emulator).is_empty());
}

#[test]
fn an_owner_that_is_killed_takes_emulator_functions_and_folder_along() {
    let state_dir = tempfile::tempdir().unwrap();
    let mut owner = Owner::start(state_dir.path());
    assert!(members(owner.emulator).len() >= 2, "the emulator and its warm function");
    assert_eq!(runs_in(state_dir.path()).len(), 1);

    owner.kill();
    eventually("emulator and function are gone", || members(owner.emulator).is_empty());
    eventually("the folder is gone", || runs_in(state_dir.path()).is_empty());
}

#[test]
fn what_outlives_its_owner_is_removed_by_the_next_start() {
    let state_dir = tempfile::tempdir().unwrap();
    let mut owner = Owner::start(state_dir.path());
    let group = members(owner.emulator);
    assert!(group.len() >= 2, "the emulator and its warm function");
    // With one more writer on the pipe to it, it does not notice that its owner is gone.
    let pipe = fs::File::options().write(true).open(format!("/proc/{}/fd/0", owner.emulator)).unwrap();
    owner.kill();
    let abandoned = runs_in(state_dir.path());
    assert_eq!(abandoned.len(), 1);
    std::thread::sleep(Duration::from_millis(500));
    assert_eq!(members(owner.emulator), group);

    let next = start(state_dir.path());
    eventually("what was left is gone", || members(owner.emulator).is_empty());
    assert_eq!(runs_in(state_dir.path()), [next.log().parent().unwrap()]);
    assert_ne!(runs_in(state_dir.path()), abandoned);
    assert!(is_answering(next.endpoint()));
    drop(pipe);
}
