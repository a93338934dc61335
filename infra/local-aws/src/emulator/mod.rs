//! An AWS of this machine: the `ministack` emulator, run so that it cannot be reached from outside,
//! cannot reach the real AWS, and does not outlive whoever started it.

mod account;
mod announced;
mod group;
mod process;
mod run_dir;

use std::fs::{self, File};
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_s3::config::{Credentials, SharedCredentialsProvider};
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};

pub use account::{AccountId, NotAnAccountId};
pub use announced::{Announced, Running};

use crate::progress::{Phase, Progress};
use crate::python_env::PythonEnv;
use group::Group;
use process::Identity;
use run_dir::RunDir;

const LAUNCHER: &str = include_str!("launcher.py");
/// The one region everything lives in.
const REGION: &str = "us-east-1";
/// Credentials' other half. The emulator checks no signature.
const SECRET: &str = "local";
/// Starting takes well under a second on an idle machine; this is for one that is busy compiling.
const START_DEADLINE: Duration = Duration::from_mins(1);
const HEALTH_POLL: Duration = Duration::from_millis(25);
/// A free port may be taken between finding and using it; twice in a row is unlikely.
const PORT_ATTEMPTS: u32 = 5;
/// Lines of its log that an error quotes.
const QUOTED_LOG_LINES: usize = 15;
/// Accounts handed out start here, far from any that a person would write down.
const FIRST_ACCOUNT: u64 = 900_000_000_000;

/// Why the emulator does not run.
#[derive(Debug, thiserror::Error)]
pub enum EmulatorError {
    /// The folder for its state could not be made, or one of a dead run not removed.
    #[error("the emulator's folder in {} could not be prepared", path.display())]
    RunDir {
        /// Where the folder was to be.
        path: PathBuf,
        /// Why it is not.
        source: io::Error,
    },
    /// No loopback port could be had.
    #[error("no free port on 127.0.0.1")]
    NoPort(#[source] io::Error),
    /// The interpreter did not start.
    #[error("{} did not start", python.display())]
    Spawn {
        /// The environment's interpreter.
        python: PathBuf,
        /// Why it did not.
        source: io::Error,
    },
    /// It ended before it answered.
    #[error("the emulator ended while starting; its log is {}:\n{tail}", log.display())]
    Ended {
        /// The log, kept until the next emulator starts.
        log: PathBuf,
        /// The log's last lines.
        tail: String,
    },
    /// It did not answer in time.
    #[error("the emulator did not answer within {deadline_s} s; its log is {}:\n{tail}", log.display())]
    Silent {
        /// How long it was waited for, in seconds.
        deadline_s: u64,
        /// The log, kept until the next emulator starts.
        log: PathBuf,
        /// The log's last lines.
        tail: String,
    },
    /// Where it is could not be written down for other processes.
    #[error("where the emulator is could not be written to {}", path.display())]
    Announce {
        /// The folder.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// It ended, but its folder could not be removed.
    #[error("the emulator's folder {} could not be removed", path.display())]
    Remove {
        /// The folder.
        path: PathBuf,
        /// Why it is still there.
        source: io::Error,
    },
}

/// A configuration for SDK clients that act in `account` on the emulator at `endpoint`, which another
/// process may have started. It reads nothing of this process's environment, not even its proxies, and
/// never asks the instance metadata service. An S3 client needs `force_path_style(true)` besides: bucket names do not resolve
/// under an address.
pub fn local_sdk_config(endpoint: &str, account: &AccountId) -> SdkConfig {
    let credentials = Credentials::new(account.as_str(), SECRET, None, None, "leadlight-local-aws");
    // The default client sends even what is for loopback through `HTTP_PROXY`; this one knows no proxy.
    let http = aws_smithy_http_client::Builder::new().tls_provider(Provider::Rustls(CryptoMode::AwsLc));
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(Region::from_static(REGION))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .endpoint_url(endpoint)
        .http_client(http.build_https())
        .build()
}

/// A running emulator, which ends when this is dropped, and also when this process is killed.
///
/// Each has its own port, folder and state; any number may run side by side. Kept in a `static` it is
/// never dropped, and ends with the process all the same.
#[derive(Debug)]
pub struct Emulator {
    // Declared first, so dropped first: no process may still write into a folder that is removed.
    group: Group,
    run_dir: RunDir,
    endpoint: String,
    next_account: AtomicU64,
}

impl Emulator {
    /// Starts one with its state in a new folder under `runs` (the workspace's
    /// [`runs_dir`](crate::Workspace::runs_dir)) and waits until it answers. First removes what runs
    /// that were killed have left there. Blocks.
    pub fn start(env: &PythonEnv, runs: &Path, progress: &dyn Progress) -> Result<Self, EmulatorError> {
        let phase = Phase::start(progress, "Starting the emulator");
        let run_dir =
            RunDir::create(runs).map_err(|source| EmulatorError::RunDir { path: runs.to_owned(), source })?;
        let mut attempts_left = PORT_ATTEMPTS;
        let (group, port) = loop {
            attempts_left -= 1;
            let port = free_port().map_err(EmulatorError::NoPort)?;
            let mut group = spawn(env, &run_dir, port)?;
            match wait_until_healthy(&group, &run_dir, port) {
                Ok(()) => break (group, port),
                Err(EmulatorError::Ended { tail, .. }) if attempts_left > 0 && port_was_taken(&tail) => {
                    group.end();
                }
                Err(error) => return Err(error),
            }
        };
        phase.finish();
        Ok(Self { group, run_dir, endpoint: endpoint(port), next_account: AtomicU64::new(FIRST_ACCOUNT) })
    }

    /// `http://127.0.0.1:<port>`, for every service.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Where requests to the HTTP API with this id go, without a slash at the end. For the API of an
    /// account other than [`AccountId::public`], a request must name the account; see
    /// [`account_query`](Self::account_query).
    pub fn http_api_url(&self, api_id: &str) -> String {
        format!("{}/_aws/execute-api/{api_id}/$default", self.endpoint)
    }

    /// The address of an HTTP API by a host name of its own, for browsers: its pages are at the root, as on AWS.
    /// Browsers take any name under `localhost` for this machine; other programs may not.
    pub fn http_api_host_url(&self, api_id: &str) -> String {
        let port = self.endpoint.rsplit(':').next().unwrap_or_default();
        format!("http://{api_id}.execute-api.localhost:{port}")
    }

    /// The query string that sends an unsigned request into an account: the emulator takes the account
    /// from the credential's scope, and without one assumes [`AccountId::public`].
    pub fn account_query(account: &AccountId) -> String {
        format!("X-Amz-Credential={account}/20250101/{REGION}/execute-api/aws4_request")
    }

    /// Lets other processes find it by [`Running::find`], for as long as the answer lives.
    pub fn announce(&self, account: &AccountId) -> Result<Announced, EmulatorError> {
        let running = Running { endpoint: self.endpoint.clone(), account: account.clone() };
        let path = self.run_dir.path();
        running.announce(path).map_err(|source| EmulatorError::Announce { path: path.to_owned(), source })
    }

    /// Its log, which is removed with it.
    pub fn log(&self) -> PathBuf {
        self.run_dir.log()
    }

    /// Its folder, which is removed with it.
    pub(crate) fn folder(&self) -> &Path {
        self.run_dir.path()
    }

    /// An account nobody else was given by this emulator: one for each test keeps tests apart.
    pub fn new_account(&self) -> AccountId {
        AccountId::numbered(self.next_account.fetch_add(1, Ordering::Relaxed))
    }

    /// A configuration for SDK clients that act in `account` on this emulator.
    pub fn sdk_config(&self, account: &AccountId) -> SdkConfig {
        local_sdk_config(&self.endpoint, account)
    }

    /// Whether it still runs.
    pub fn is_running(&self) -> bool {
        !self.group.has_exited()
    }

    /// Ends it and its functions, and removes its folder. Blocks for up to two seconds.
    pub fn stop(mut self) -> Result<(), EmulatorError> {
        self.end()
    }

    fn end(&mut self) -> Result<(), EmulatorError> {
        self.group.end();
        self.run_dir
            .remove()
            .map_err(|source| EmulatorError::Remove { path: self.run_dir.path().to_owned(), source })
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        // What cannot be removed now, the next start removes.
        let _ = self.end();
    }
}

fn endpoint(port: u16) -> String {
    format!("http://{}:{port}", Ipv4Addr::LOCALHOST)
}

fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

fn spawn(env: &PythonEnv, run_dir: &RunDir, port: u16) -> Result<Group, EmulatorError> {
    let folder = run_dir.path();
    let prepare = |source| EmulatorError::RunDir { path: folder.to_owned(), source };
    let launcher = folder.join("launcher.py");
    fs::write(&launcher, LAUNCHER).map_err(prepare)?;
    let log = File::create(run_dir.log()).map_err(prepare)?;
    let log_too = log.try_clone().map_err(prepare)?;

    let child = Command::new(env.python())
        .arg("-I")
        .arg(&launcher)
        .arg(folder)
        .env_clear()
        .envs(environment(folder, port))
        // Kept open by the child handle: its end tells the launcher that this process is gone.
        .stdin(Stdio::piped())
        .stdout(log)
        .stderr(log_too)
        // Apart from the terminal's group, so that Ctrl-C reaches this process first.
        .process_group(0)
        .spawn()
        .map_err(|source| EmulatorError::Spawn { python: env.python().to_owned(), source })?;
    let group = Group::new(child);
    if let Some(identity) = group.id().and_then(Identity::of) {
        identity.save(&run_dir.identity()).map_err(prepare)?;
    }
    Ok(group)
}

/// The emulator's whole environment. Functions inherit it, so nothing of the caller's is passed on but
/// the search path: no credential, no profile, no proxy.
fn environment(folder: &Path, port: u16) -> Vec<(&'static str, String)> {
    let inside = |name: &str| folder.join(name).to_string_lossy().into_owned();
    vec![
        ("PATH", std::env::var("PATH").unwrap_or_else(|_| "/usr/bin:/bin".to_owned())),
        ("LANG", "C.UTF-8".to_owned()),
        ("HOME", inside("home")),
        ("TMPDIR", inside("tmp")),
        ("STATE_DIR", inside("state")),
        ("S3_DATA_DIR", inside("s3")),
        // Its own default is every interface.
        ("BIND_HOST", Ipv4Addr::LOCALHOST.to_string()),
        ("GATEWAY_PORT", port.to_string()),
        // Listeners of services not used here, which would bind every interface.
        ("IOT_MTLS_ENABLED", "0".to_owned()),
        ("SFTP_ENABLED", "0".to_owned()),
        // Functions may do what their roles allow, and no more: a right that the template lacks shows here.
        ("AUTH", "true".to_owned()),
        // Told by its health answer: a stranger on the same port is not taken for it.
        ("MINISTACK_VERSION", name(folder)),
        ("MINISTACK_ACCOUNT_ID", AccountId::public().to_string()),
        ("MINISTACK_REGION", REGION.to_owned()),
        // What functions call. Without it they would call the real AWS.
        ("AWS_ENDPOINT_URL", endpoint(port)),
        ("AWS_ACCESS_KEY_ID", AccountId::public().to_string()),
        ("AWS_SECRET_ACCESS_KEY", SECRET.to_owned()),
        ("AWS_REGION", REGION.to_owned()),
        ("AWS_DEFAULT_REGION", REGION.to_owned()),
        ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
    ]
}

/// What this run calls itself.
fn name(folder: &Path) -> String {
    folder.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

fn wait_until_healthy(group: &Group, run_dir: &RunDir, port: u16) -> Result<(), EmulatorError> {
    let agent = ureq::Agent::config_builder()
        .proxy(None)
        .timeout_global(Some(Duration::from_secs(2)))
        .build()
        .new_agent();
    let url = format!("{}/_ministack/health", endpoint(port));
    let expected = name(run_dir.path());
    let started = Instant::now();
    while started.elapsed() < START_DEADLINE {
        if answers_as(&agent, &url, &expected) {
            return Ok(());
        }
        if group.has_exited() {
            return Err(EmulatorError::Ended { log: run_dir.log(), tail: tail(&run_dir.log()) });
        }
        sleep(HEALTH_POLL);
    }
    Err(EmulatorError::Silent {
        deadline_s: START_DEADLINE.as_secs(),
        log: run_dir.log(),
        tail: tail(&run_dir.log()),
    })
}

fn answers_as(agent: &ureq::Agent, url: &str, expected: &str) -> bool {
    let Ok(mut answer) = agent.get(url).call() else { return false };
    let Ok(body) = answer.body_mut().read_to_string() else { return false };
    serde_json::from_str::<serde_json::Value>(&body).is_ok_and(|health| health["version"] == expected)
}

/// Whether the emulator's last words were that somebody else has the port.
fn port_was_taken(tail: &str) -> bool {
    tail.to_lowercase().contains("already in use")
}

fn tail(log: &Path) -> String {
    let text = fs::read(log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(QUOTED_LOG_LINES)..].join("\n")
}
