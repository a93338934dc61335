//! Who works on leads, for destinations that tell people.

use std::collections::BTreeMap;

use leadlight_lead::MemberId;

/// Who works on leads, how each is reached, and what they may answer: as team file and policy have it.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Staff {
    /// By the team file's name for them.
    pub members: BTreeMap<MemberId, Contact>,
    /// Who hears of leads that nobody answered in time; none where no team is published.
    pub manager: Option<MemberId>,
    /// Why a lead is turned down at checkpoint 1, in the order they are offered.
    pub at_first: Vec<Choice>,
    /// The same at checkpoint 2.
    pub at_second: Vec<Choice>,
}

/// How someone is reached.
#[derive(Clone, PartialEq, Eq)]
pub struct Contact {
    /// For people.
    pub name: String,
    /// Their member id in Slack, where the team file has it.
    pub slack: Option<String>,
    /// Their address for e-mail, where the team file has it.
    pub email: Option<String>,
}

/// Something to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// As kept.
    pub code: String,
    /// For people.
    pub label: String,
}

impl Staff {
    /// The name of someone; their id where the team file has them no more.
    pub fn name<'a>(&'a self, id: &'a MemberId) -> &'a str {
        self.members.get(id).map_or(id.as_str(), |contact| contact.name.as_str())
    }

    /// Someone's member id in Slack.
    pub fn slack(&self, id: &MemberId) -> Option<&str> {
        self.members.get(id)?.slack.as_deref()
    }
}

/// No names.
impl std::fmt::Debug for Staff {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Staff({} members)", self.members.len())
    }
}
