//! How long work tells its caller how far it is, without knowing whether anybody watches.

/// Where one phase of the work stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step<'a> {
    /// Units finished so far (packages, files, resources: the phase's own unit).
    pub done: u64,
    /// Units in all, where that is known. An estimate: `done` may pass it.
    pub total: Option<u64>,
    /// The unit just finished, or what is being waited for, in a few words.
    pub message: &'a str,
}

/// A watcher of long work: a progress bar, a log, or nobody ([`Silent`]).
///
/// A phase that fails is started and never finished; the error says the rest.
pub trait Progress: Send + Sync {
    /// The phase with this title begins.
    fn started(&self, phase: &str);
    /// How long the phase that just began usually takes, in a few words. Told of those that people wait for.
    fn usually(&self, _phase: &str, _takes: &str) {}
    /// The phase has come this far.
    fn step(&self, phase: &str, step: Step<'_>);
    /// The phase ended well.
    fn finished(&self, phase: &str);
}

/// Watches nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn started(&self, _phase: &str) {}
    fn step(&self, _phase: &str, _step: Step<'_>) {}
    fn finished(&self, _phase: &str) {}
}

/// One running phase, so that its title is written once.
pub(crate) struct Phase<'a> {
    progress: &'a dyn Progress,
    title: &'a str,
}

impl<'a> Phase<'a> {
    pub(crate) fn start(progress: &'a dyn Progress, title: &'a str) -> Self {
        progress.started(title);
        Self { progress, title }
    }

    /// The same, of a phase that people wait for.
    pub(crate) fn start_long(progress: &'a dyn Progress, title: &'a str, takes: &str) -> Self {
        let phase = Self::start(progress, title);
        progress.usually(title, takes);
        phase
    }

    pub(crate) fn step(&self, done: u64, total: Option<u64>, message: &str) {
        self.progress.step(self.title, Step { done, total, message });
    }

    pub(crate) fn finish(self) {
        self.progress.finished(self.title);
    }
}
