//! A checked team: who is in it, when each works, and which leads each may get.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::sync::Arc;

use jiff::Timestamp;
use leadlight_accounts::Accounts;
use leadlight_lead::{CountryCode, DomainName, EmailAddress, MemberId, Motion, Role, TeamHash};

use crate::hours::{DaysOff, Hours};

/// A team that was read, checked and found whole: every lead finds an owner in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Team {
    pub(crate) hash: TeamHash,
    pub(crate) members: BTreeMap<MemberId, Arc<Member>>,
    pub(crate) catch_all_sdr: Arc<Member>,
    pub(crate) catch_all_ae: Arc<Member>,
    /// At most one of each role.
    pub(crate) accounts: BTreeMap<DomainName, Vec<Arc<Member>>>,
    /// The list of accounts that is in force beside the file.
    pub(crate) listed: Option<Arc<Accounts>>,
}

impl Team {
    /// SHA-256 of the file.
    pub fn hash(&self) -> &TeamHash {
        &self.hash
    }

    /// By the team's own name for a person.
    pub fn member(&self, id: &MemberId) -> Option<&Member> {
        self.members.get(id).map(AsRef::as_ref)
    }

    /// By the `sub` of a sign-in token.
    pub fn by_subject(&self, subject: &str) -> Option<&Member> {
        self.members().find(|member| member.subject == subject)
    }

    /// By their id in Slack.
    pub fn by_slack(&self, id: &str) -> Option<&Member> {
        self.members().find(|member| member.slack.as_deref() == Some(id))
    }

    /// All, by id.
    pub fn members(&self) -> impl Iterator<Item = &Member> {
        self.members.values().map(AsRef::as_ref)
    }

    /// Who gets what waits for that role and nobody else can take. Only a manager decides on flagged leads.
    pub fn catch_all(&self, role: Role) -> &Member {
        match role {
            Role::Ae => &self.catch_all_ae,
            Role::Manager if self.catch_all_sdr.role != Role::Manager => {
                self.members().find(|member| member.role == Role::Manager).unwrap_or(&self.catch_all_sdr)
            }
            Role::Sdr | Role::Manager | Role::Admin => &self.catch_all_sdr,
        }
    }

    /// The same team beside a list of accounts: whom the list names as owner gets an account's leads, unless the file
    /// names another.
    #[must_use]
    pub fn beside(&self, listed: Option<Arc<Accounts>>) -> Self {
        Self { listed, ..self.clone() }
    }

    /// Who of that role owns the account: by the file, or else by the list of accounts, as long as they are in the team
    /// and have that role.
    pub fn account_owner(&self, account: &DomainName, role: Role) -> Option<&Member> {
        let listed = || self.member(self.listed.as_ref()?.owner(account, role)?).filter(|m| m.role == role);
        self.own_account_owner(account, role).or_else(listed)
    }

    /// Whom the file itself names.
    pub(crate) fn own_account_owner(&self, account: &DomainName, role: Role) -> Option<&Member> {
        self.accounts.get(account)?.iter().map(AsRef::as_ref).find(|member| member.role == role)
    }
}

/// One of the team. `Debug` tells neither name nor sign-in.
#[derive(Clone, PartialEq, Eq)]
pub struct Member {
    pub(crate) id: MemberId,
    pub(crate) name: String,
    pub(crate) subject: String,
    pub(crate) slack: Option<String>,
    pub(crate) email: Option<EmailAddress>,
    pub(crate) role: Role,
    /// Without the days they are away.
    pub(crate) hours: Hours,
    pub(crate) away: Vec<DaysOff>,
    pub(crate) weight: u32,
    pub(crate) capacity: u32,
    pub(crate) takes: Takes,
}

/// Which leads a member may get.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Takes {
    pub(crate) countries: Option<BTreeSet<CountryCode>>,
    pub(crate) employees: Option<RangeInclusive<u32>>,
    pub(crate) motions: Option<BTreeSet<Motion>>,
}

impl Member {
    /// The team's own name for them: what stands in keys, logs and addresses.
    pub fn id(&self) -> &MemberId {
        &self.id
    }

    /// For people.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The `sub` of their sign-in token.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// Their id in Slack, where the file has it.
    pub fn slack(&self) -> Option<&str> {
        self.slack.as_deref()
    }

    /// Where they hear of leads by e-mail, where the file says so.
    pub fn email(&self) -> Option<&EmailAddress> {
        self.email.as_ref()
    }

    /// What they may do.
    pub fn role(&self) -> Role {
        self.role
    }

    /// When they work; days they are away count as closed.
    pub fn hours(&self) -> &Hours {
        &self.hours
    }

    /// Their part of the leads beside others' weights, 1 to 100.
    pub fn weight(&self) -> u32 {
        self.weight
    }

    /// How many open leads they get at most, 1 to 1000; those of accounts they own, and what nobody else can
    /// take, may go beyond it.
    pub fn capacity(&self) -> u32 {
        self.capacity
    }

    /// The countries they work in; none is everywhere.
    pub fn countries(&self) -> Option<&BTreeSet<CountryCode>> {
        self.takes.countries.as_ref()
    }

    /// The sizes of company they work with, in employees; none is every size.
    pub fn employees(&self) -> Option<&RangeInclusive<u32>> {
        self.takes.employees.as_ref()
    }

    /// The motions they work in; none is all.
    pub fn motions(&self) -> Option<&BTreeSet<Motion>> {
        self.takes.motions.as_ref()
    }

    /// The days they are away.
    pub fn away(&self) -> &[DaysOff] {
        &self.away
    }

    /// Are they away on that day, as it is in their time zone?
    pub fn is_away(&self, at: Timestamp) -> bool {
        let date = self.hours.date(at);
        self.away.iter().any(|days| days.contains(date))
    }
}

impl std::fmt::Debug for Member {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Member").field("id", &self.id).field("role", &self.role).finish_non_exhaustive()
    }
}
