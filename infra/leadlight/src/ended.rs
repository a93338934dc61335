//! How a command ended, for people and for scripts.

/// How a command ended that did what it could.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// All is done.
    Well,
    /// Something was set aside, left out or is still on its way; stdout says what.
    InPart,
}

impl Ended {
    /// The process's exit code. An error's is 1, and that of a command line that cannot be read 2.
    pub fn code(self) -> u8 {
        match self {
            Self::Well => 0,
            Self::InPart => 3,
        }
    }

    /// Well, if that holds.
    pub(crate) fn well_if(all_is_done: bool) -> Self {
        if all_is_done { Self::Well } else { Self::InPart }
    }
}
