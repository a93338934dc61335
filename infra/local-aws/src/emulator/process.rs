//! Telling one process from another that later got its number.

use std::path::Path;
use std::process::Command;
use std::{fs, io};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

/// A process, known by its number, its start and its command line together.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Identity {
    pid: i32,
    /// When it started, in a form that only equality is asked of: clock ticks since boot on Linux,
    /// a date elsewhere.
    started: String,
    /// Its process group.
    group: i32,
    command: String,
}

impl Identity {
    /// The living process with this number.
    pub(super) fn of(pid: i32) -> Option<Self> {
        if cfg!(target_os = "linux") { from_proc(pid) } else { from_ps(pid) }
    }

    /// Writes down who this is, for a later run to find.
    pub(super) fn save(&self, path: &Path) -> io::Result<()> {
        fs::write(path, json!({ "pid": self.pid, "started": self.started }).to_string())
    }

    /// The group's number and living members which are provably of the run in `run_dir`: the recorded
    /// process with the recorded start and the folder in its command line, and members of the group it
    /// led that run in that folder.
    pub(super) fn saved_members(path: &Path, run_dir: &Path) -> Vec<i32> {
        let Some((leader, started)) = read_saved(path) else { return Vec::new() };
        let folder = run_dir.to_string_lossy();
        let mut members: Vec<i32> = Self::of(leader)
            .filter(|found| found.started == started && found.command.contains(folder.as_ref()))
            .map(|found| found.pid)
            .into_iter()
            .collect();
        let functions = processes().filter(|pid| {
            *pid != leader
                && Self::of(*pid).is_some_and(|found| found.group == leader)
                && fs::read_link(format!("/proc/{pid}/cwd")).is_ok_and(|cwd| cwd.starts_with(run_dir))
        });
        members.extend(functions);
        members
    }
}

fn read_saved(path: &Path) -> Option<(i32, String)> {
    let saved: Value = serde_json::from_slice(&fs::read(path).ok()?).ok()?;
    let pid = saved["pid"].as_i64().and_then(|pid| i32::try_from(pid).ok())?;
    Some((pid, saved["started"].as_str()?.to_owned()))
}

/// The numbers of all processes; none where there is no `/proc`.
fn processes() -> impl Iterator<Item = i32> {
    fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
}

/// Kills the process at once. That it is gone already is not an error.
pub(super) fn kill(pid: i32) {
    if let Some(pid) = Pid::from_raw(pid) {
        // The only other failure is a process of another user, which a process of ours is not.
        let _ = kill_process(pid, Signal::KILL);
    }
}

/// See `proc_pid_stat(5)`: after the parenthesised name come state, parent, group, and as the twentieth
/// field the start time.
fn from_proc(pid: i32) -> Option<Identity> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    if matches!(*fields.first()?, "Z" | "X") {
        return None;
    }
    let command = fs::read(format!("/proc/{pid}/cmdline")).ok()?;
    Some(Identity {
        pid,
        group: fields.get(2)?.parse().ok()?,
        started: (*fields.get(19)?).to_owned(),
        command: String::from_utf8_lossy(&command).replace('\0', " "),
    })
}

/// The same where there is no `/proc`.
fn from_ps(pid: i32) -> Option<Identity> {
    let output = Command::new("ps")
        .env("LC_ALL", "C")
        .args(["-ww", "-o", "pgid=,stat=,lstart=,command=", "-p", &pid.to_string()])
        .output()
        .ok()?;
    parse_ps(pid, &String::from_utf8_lossy(&output.stdout))
}

/// Group, state, start in five words ("Mon Jan  5 10:00:00 2026"), command line.
fn parse_ps(pid: i32, line: &str) -> Option<Identity> {
    let words: Vec<&str> = line.split_whitespace().collect();
    if words.get(1)?.starts_with('Z') {
        return None;
    }
    let (started, command) = words.get(2..)?.split_at_checked(5)?;
    Some(Identity {
        pid,
        group: words.first()?.parse().ok()?,
        started: started.join(" "),
        command: command.join(" "),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Stdio;

    /// A child that has become `sleep`: for a moment after it starts, a process has no command line yet.
    fn sleeper() -> std::process::Child {
        let child = Command::new("sleep").arg("60").stdin(Stdio::null()).spawn().unwrap();
        let pid = i32::try_from(child.id()).unwrap();
        while !Identity::of(pid).unwrap().command.contains("sleep") {
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
        child
    }

    #[test]
    fn a_living_process_has_an_identity_and_a_dead_one_has_none() {
        let mut child = sleeper();
        let pid = i32::try_from(child.id()).unwrap();
        let found = Identity::of(pid).unwrap();
        assert_eq!(Identity::of(pid), Some(found));
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(Identity::of(pid), None);
    }

    #[test]
    fn a_line_of_ps_is_understood() {
        let line = "  811 Ss   Mon Jan  5 10:00:00 2026 /venv/bin/python -I /x/run-7-0/launcher.py\n";
        let expected = Identity {
            pid: 812,
            group: 811,
            started: "Mon Jan 5 10:00:00 2026".into(),
            command: "/venv/bin/python -I /x/run-7-0/launcher.py".into(),
        };
        assert_eq!(parse_ps(812, line), Some(expected));
        assert_eq!(parse_ps(812, ""), None);
        assert_eq!(parse_ps(812, "811 Z+ Mon Jan  5 10:00:00 2026 <defunct>"), None);
    }

    #[test]
    fn a_process_that_only_shares_the_number_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let mut child = sleeper();
        let pid = i32::try_from(child.id()).unwrap();
        let saved = folder.path().join("emulator.json");
        let real = Identity::of(pid).unwrap();

        // Right number and start, but the folder is not in its command line.
        real.save(&saved).unwrap();
        assert!(Identity::saved_members(&saved, folder.path()).is_empty());
        // Right number and command line, but another start.
        Identity { started: "1".into(), ..real }.save(&saved).unwrap();
        assert!(Identity::saved_members(&saved, Path::new("sleep")).is_empty());

        child.kill().unwrap();
        child.wait().unwrap();
    }
}
