//! Who was in the team before: read from earlier team files, however little of them can still be read.

use std::collections::{BTreeMap, BTreeSet};

use leadlight_lead::{MemberId, QueueName, Role};
use serde::Deserialize;

use crate::team::Team;

/// The people of earlier team files.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Formers(BTreeMap<MemberId, Former>);

#[derive(Clone, PartialEq, Eq)]
struct Former {
    name: String,
    roles: BTreeSet<Role>,
}

/// All that is asked of an earlier file: one that today's checks would refuse tells as well who was in it.
#[derive(Deserialize)]
struct Earlier {
    members: BTreeMap<String, EarlierMember>,
}

#[derive(Deserialize)]
struct EarlierMember {
    name: String,
    role: Role,
}

impl Formers {
    /// Adds the people of an earlier team file; a later call has the last word on a name. What cannot be read adds
    /// nobody, and gives false.
    pub fn add(&mut self, text: &str) -> bool {
        let Ok(earlier) = toml::from_str::<Earlier>(text) else { return false };
        for (id, member) in earlier.members {
            let Ok(id) = id.parse() else { continue };
            let former = self.0.entry(id);
            let former = former.or_insert_with(|| Former { name: String::new(), roles: BTreeSet::new() });
            former.name = member.name;
            former.roles.insert(member.role);
        }
        true
    }

    /// The name of someone who was in the team.
    pub fn name(&self, id: &MemberId) -> Option<&str> {
        self.0.get(id).map(|former| former.name.as_str())
    }

    /// Who may still have leads in a queue though they don't work it any more: they left, or have another role now.
    pub fn gone_from(&self, queue: QueueName, team: &Team) -> impl Iterator<Item = &MemberId> {
        let works_now = move |id| team.member(id).is_some_and(|member| member.role().works(queue));
        self.0
            .iter()
            .filter(move |(id, former)| !works_now(id) && former.roles.iter().any(|role| role.works(queue)))
            .map(|(id, _)| id)
    }
}

/// Tells no names.
impl std::fmt::Debug for Formers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
