//! Who works on leads, as team file and policy in force have it, for what is said to people outside the console.

use jiff::Timestamp;
use leadlight_desk::{Member, Team};
use leadlight_destinations::{Choice, Contact, Staff};
use leadlight_lead::Role;
use leadlight_policy::{Policy, RejectionReason};
use leadlight_ports::ObjectStore;

use crate::error::RegistryError;
use crate::in_force::InForce;

impl<S: ObjectStore> InForce<S> {
    /// Who works on leads, how each is reached, and what they may answer; nobody where no team is published.
    pub async fn staff(&self, now: Timestamp) -> Result<Staff, RegistryError> {
        let policy = self.policy(now).await?;
        Ok(staff(self.team(now).await?.as_deref(), &policy))
    }
}

fn staff(team: Option<&Team>, policy: &Policy) -> Staff {
    let contact = |member: &Member| Contact {
        name: member.name().to_owned(),
        slack: member.slack().map(str::to_owned),
        email: member.email().map(|address| address.as_str().to_owned()),
    };
    let members = team.into_iter().flat_map(Team::members);
    let choices = |is_offered: fn(&RejectionReason) -> bool| {
        let reasons = policy.people().reasons.iter().filter(|reason| is_offered(reason));
        reasons.map(|reason| Choice { code: reason.code.to_string(), label: reason.label.clone() }).collect()
    };
    Staff {
        members: members.map(|member| (member.id().clone(), contact(member))).collect(),
        manager: team.map(|team| team.catch_all(Role::Manager).id().clone()),
        at_first: choices(|reason| reason.at_first),
        at_second: choices(|reason| reason.at_second),
    }
}
