//! From what serde read to a team: vague and contradictory files are refused here, with the line and the
//! remedy, all problems at once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use leadlight_lead::{DomainName, MemberId, Role, TeamHash};
use serde::de::DeserializeOwned;
use toml::Spanned;

use crate::check_hours;
use crate::check_member;
use crate::error::{Problems, TeamError};
use crate::spec::{Header, MemberSpec, Named, SpannedList, TeamSpec};
use crate::team::{Member, Team};

/// The version of the file's shape that this release reads.
const SCHEMA_VERSION: i64 = 1;

type Members = BTreeMap<MemberId, Arc<Member>>;

pub(crate) fn team(file: &str, text: &str) -> Result<Team, TeamError> {
    let mut problems = Problems::new(file, text);
    let Some(spec) = read(text, &mut problems) else { return Err(problems.refuse()) };
    let p = &mut problems;
    let hours = check_hours::all(p, &spec.hours);
    let members: Members = spec
        .members
        .iter()
        .filter_map(|(id, member)| check_member::member(p, id, member, &hours))
        .map(|member| (member.id.clone(), Arc::new(member)))
        .collect();
    unique_subjects(p, &spec.members);
    let accounts = accounts(p, &spec, &members);
    let sdr = catch_all(p, &spec.catch_all.sdr, "catch_all.sdr", &spec, &members);
    let ae = catch_all(p, &spec.catch_all.ae, "catch_all.ae", &spec, &members);
    // One is absent only where a problem was noted.
    let (Some(catch_all_sdr), Some(catch_all_ae)) = (sdr, ae) else { return Err(problems.refuse()) };
    let p = &mut problems;
    if !spec.members.values().any(|member| member.role == Role::Manager) {
        let what = "the team has no manager, so nobody decides on flagged leads";
        p.add(spec.catch_all.sdr.span(), what, "add a member with role = \"manager\"");
    }
    let hash = TeamHash::of(text.as_bytes());
    problems.finish(Team { hash, members, catch_all_sdr, catch_all_ae, accounts })
}

fn read(text: &str, problems: &mut Problems<'_>) -> Option<TeamSpec> {
    let header: Header = from_toml(text, problems)?;
    let found = *header.schema_version.get_ref();
    if found != SCHEMA_VERSION {
        problems.add(
            header.schema_version.span(),
            format!("`schema_version` is {found}, this release reads version {SCHEMA_VERSION}"),
            format!("upgrade Leadlight, or write the team as version {SCHEMA_VERSION}"),
        );
        return None;
    }
    from_toml(text, problems)
}

fn from_toml<T: DeserializeOwned>(text: &str, problems: &mut Problems<'_>) -> Option<T> {
    toml::from_str(text).map_err(|error| problems.add_toml(&error)).ok()
}

/// A list's entries: not empty, none twice.
pub(crate) fn list<T, U: PartialEq>(
    p: &mut Problems<'_>,
    entries: &SpannedList<T>,
    name: &str,
    mut parse: impl FnMut(&mut Problems<'_>, &Spanned<T>) -> Option<U>,
) -> Vec<U> {
    if entries.get_ref().is_empty() {
        p.add(
            entries.span(),
            format!("`{name}` is an empty list"),
            "name at least one entry, or leave it out",
        );
    }
    let mut parsed = Vec::with_capacity(entries.get_ref().len());
    for entry in entries.get_ref() {
        let Some(value) = parse(p, entry) else { continue };
        if parsed.contains(&value) {
            p.add(entry.span(), format!("an entry stands twice in `{name}`"), "keep one of the two");
        } else {
            parsed.push(value);
        }
    }
    parsed
}

/// A sign-in is one person's. The file's own words for both are told, the sign-in is not.
fn unique_subjects(p: &mut Problems<'_>, members: &Named<MemberSpec>) {
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    for (id, member) in members {
        let subject = member.subject.get_ref().as_str();
        if let Some(other) = seen.insert(subject, id.get_ref()) {
            let what = format!("`members.{}.subject` is that of `{other}` too", id.get_ref());
            p.add(member.subject.span(), what, "give each person the `sub` of their own sign-in token");
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
        let parsed = account(p, domain);
        let mut roles = BTreeSet::new();
        let owners = list(p, owners, &name, |p, entry| {
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

fn account(p: &mut Problems<'_>, entry: &Spanned<String>) -> Option<DomainName> {
    let text = entry.get_ref();
    match DomainName::try_from(text.clone()) {
        Ok(domain) if domain.as_str() == text => Some(domain),
        Ok(domain) => {
            let what = format!("`{text}` is more than a company's domain");
            p.add(entry.span(), what, format!("write `{domain}`"));
            None
        }
        Err(expected) => {
            p.add(entry.span(), format!("`{text}` is not a domain"), format!("write {}", expected.expected));
            None
        }
    }
}
