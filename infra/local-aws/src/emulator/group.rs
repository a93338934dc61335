//! The emulator's process group: the emulator itself and the functions it started.

use std::process::Child;
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};

/// How long the emulator may take to end by itself. It keeps nothing, so nothing is lost by less.
const GRACE: Duration = Duration::from_secs(2);

const POLL: Duration = Duration::from_millis(10);

/// A started group. It is killed when dropped.
#[derive(Debug)]
pub(super) struct Group {
    /// None once it has ended: the number may then be another process's.
    leader: Option<Child>,
}

impl Group {
    /// Takes over a child that leads a process group of its own.
    pub(super) fn new(leader: Child) -> Self {
        Self { leader: Some(leader) }
    }

    /// The number of the leader, and so of the group.
    pub(super) fn id(&self) -> Option<i32> {
        self.leader.as_ref().map(|leader| Pid::from_child(leader).as_raw_nonzero().get())
    }

    /// Whether the emulator is gone, though functions may linger.
    pub(super) fn has_exited(&self) -> bool {
        self.leader.as_ref().is_none_or(|leader| exited(Pid::from_child(leader)))
    }

    /// Asks the whole group to end, insists after [`GRACE`], and waits for the leader.
    pub(super) fn end(&mut self) {
        let Some(mut leader) = self.leader.take() else { return };
        let group = Pid::from_child(&leader);
        // A signal fails only if the group is gone already, which is what is wanted.
        let _ = kill_process_group(group, Signal::TERM);
        let deadline = Instant::now() + GRACE;
        while !exited(group) && Instant::now() < deadline {
            sleep(POLL);
        }
        // The leader is not reaped yet, so the number is still this group's.
        let _ = kill_process_group(group, Signal::KILL);
        let _ = leader.wait();
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.end();
    }
}

/// Whether the child has ended, without reaping it.
fn exited(child: Pid) -> bool {
    let look = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    // The error is "no such child".
    !matches!(waitid(WaitId::Pid(child), look), Ok(None))
}
