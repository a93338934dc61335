//! How far reading has come.

/// How far reading has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// What has been read; a file that is read twice counts twice.
    pub bytes_read: u64,
    /// What there is to read.
    pub bytes_total: u64,
}

/// Reports progress now and then.
pub(crate) struct Meter<'a> {
    report: &'a mut dyn FnMut(Progress),
    passed: u64,
    bytes_total: u64,
    reported: u64,
}

const STEP_BYTES: u64 = 1024 * 1024;

impl<'a> Meter<'a> {
    pub(crate) fn new(bytes_total: u64, report: &'a mut dyn FnMut(Progress)) -> Self {
        Self { report, passed: 0, bytes_total, reported: 0 }
    }

    /// `bytes` of this pass are read.
    pub(crate) fn at(&mut self, bytes: u64) {
        let bytes_read = (self.passed + bytes).min(self.bytes_total);
        if bytes_read >= self.reported + STEP_BYTES {
            self.tell(bytes_read);
        }
    }

    /// A pass over `bytes` has ended.
    pub(crate) fn pass_ended(&mut self, bytes: u64) {
        self.passed += bytes;
        self.tell(self.passed.min(self.bytes_total));
    }

    fn tell(&mut self, bytes_read: u64) {
        self.reported = bytes_read;
        (self.report)(Progress { bytes_read, bytes_total: self.bytes_total });
    }
}
