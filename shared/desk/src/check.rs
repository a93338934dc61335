//! From what serde read to a team: vague and contradictory files are refused here, with the line and the
//! remedy, all problems at once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use leadlight_lead::{DomainName, MemberId, Role, TeamHash};
use leadlight_policy::company_domain;
use leadlight_settings::{Kind, Named, Problems, SettingsError, Spanned};

use crate::check_hours;
use crate::check_member;
use crate::spec::{MemberSpec, TeamSpec};
use crate::team::{Member, Team};

const TEAM: Kind = Kind { name: "team", schema_version: 1, example: "the sample team" };

type Members = BTreeMap<MemberId, Arc<Member>>;

impl Team {
    /// Reads and checks a team file. `file` is what problems call it. A problem never repeats a person's name or
    /// sign-in.
    pub fn parse(file: &str, text: &str) -> Result<Self, SettingsError> {
        TEAM.read(file, text, |p, spec| team(p, &spec, TeamHash::of(text.as_bytes())))
    }
}

fn team(p: &mut Problems<'_>, spec: &TeamSpec, hash: TeamHash) -> Option<Team> {
    let hours = check_hours::all(p, &spec.hours);
    let members: Members = spec
        .members
        .iter()
        .filter_map(|(id, member)| check_member::member(p, id, member, &hours))
        .map(|member| (member.id.clone(), Arc::new(member)))
        .collect();
    unique(p, &spec.members, "subject", "the `sub` of their own sign-in token", |member| {
        Some(&member.subject)
    });
    unique(p, &spec.members, "slack", "their own member id in Slack", |member| member.slack.as_ref());
    let accounts = accounts(p, spec, &members);
    let catch_all_sdr = catch_all(p, &spec.catch_all.sdr, "catch_all.sdr", spec, &members);
    let catch_all_ae = catch_all(p, &spec.catch_all.ae, "catch_all.ae", spec, &members);
    // One is absent only where a problem was noted.
    let (catch_all_sdr, catch_all_ae) = (catch_all_sdr?, catch_all_ae?);
    if !spec.members.values().any(|member| member.role == Role::Manager) {
        let what = "the team has no manager, so nobody decides on flagged leads";
        p.add(spec.catch_all.sdr.span(), what, "add a member with role = \"manager\"");
    }
    Some(Team { hash, members, catch_all_sdr, catch_all_ae, accounts, listed: None })
}

/// A sign-in is one person's, and so is an id in Slack. The file's own words for both people are told, the sign-in is not.
fn unique(
    p: &mut Problems<'_>,
    members: &Named<MemberSpec>,
    field: &str,
    remedy: &str,
    of: impl Fn(&MemberSpec) -> Option<&Spanned<String>>,
) {
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    for (id, member) in members {
        let Some(value) = of(member) else { continue };
        if let Some(other) = seen.insert(value.get_ref(), id.get_ref()) {
            let what = format!("`members.{}.{field}` is that of `{other}` too", id.get_ref());
            p.add(value.span(), what, format!("give each person {remedy}"));
        }
    }
}

/// A member that is named elsewhere in the file: their role, and the member unless something is wrong with
/// them.
fn named<'a>(
    p: &mut Problems<'_>,
    entry: &Spanned<String>,
    name: &str,
    spec: &TeamSpec,
    members: &'a Members,
) -> Option<(Role, Option<&'a Arc<Member>>)> {
    let id = entry.get_ref();
    let found = spec.members.iter().find(|(known, _)| known.get_ref() == id);
    let Some((_, member)) = found else {
        let what = format!("`{name}` names `{id}`, who is not in the team");
        p.add(entry.span(), what, format!("name a member, or add `[members.{id}]`"));
        return None;
    };
    Some((member.role, members.values().find(|built| built.id.as_str() == id)))
}

fn catch_all(
    p: &mut Problems<'_>,
    entry: &Spanned<String>,
    name: &str,
    spec: &TeamSpec,
    members: &Members,
) -> Option<Arc<Member>> {
    let (role, member) = named(p, entry, name, spec, members)?;
    let wanted = if name.ends_with("ae") { Role::Ae } else { Role::Sdr };
    if role != wanted && role != Role::Manager {
        let what = format!("`{name}` names `{}`, who may not decide there: an {role}", entry.get_ref());
        p.add(entry.span(), what, "name a manager, or someone whose checkpoint it is");
    }
    member.cloned()
}

fn accounts(
    p: &mut Problems<'_>,
    spec: &TeamSpec,
    members: &Members,
) -> BTreeMap<DomainName, Vec<Arc<Member>>> {
    let mut accounts = BTreeMap::new();
    for (domain, owners) in &spec.accounts {
        let name = format!("accounts.\"{}\"", domain.get_ref());
        let parsed = company_domain(p, domain, "one account");
        let mut roles = BTreeSet::new();
        let owners = p.list(owners, &name, |p, entry| {
            let (role, member) = named(p, entry, &name, spec, members)?;
            if role == Role::Admin {
                let what = format!("`{name}` names `{}`, an admin, who decides nothing", entry.get_ref());
                p.add(entry.span(), what, "name an SDR, an AE or a manager");
            } else if !roles.insert(role) {
                let what = format!("`{name}` names `{}`, a second {role}", entry.get_ref());
                p.add(entry.span(), what, "keep one of each role");
            }
            member.cloned()
        });
        if let Some(domain) = parsed {
            accounts.insert(domain, owners);
        }
    }
    accounts
}
