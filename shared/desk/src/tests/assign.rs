//! Assignment: who gets a lead, who never does, and how shares follow weights.

use std::collections::BTreeMap;

use leadlight_lead::{
    Completeness, DomainName, EmailKind, EnrichedLead, Enrichment, EventId, Fact, FormSubmit, Joined, LeadId,
    MemberId, Motion, PolicyHash, QueueName, QueuedLead, Role, RouteRequest, SubmittedLead,
};
use proptest::prelude::*;

use super::{TEAM, at, team};
use crate::{Assignment, Seeking, Team, assign};

const THURSDAY_TEN_IN_VIENNA: &str = "2026-11-26T09:00:00Z";

fn lead_id(number: u32) -> LeadId {
    let event: EventId = number.to_string().parse().unwrap();
    LeadId::of(&"website-form".parse().unwrap(), &event)
}

fn member(id: &str) -> MemberId {
    id.parse().unwrap()
}

/// A lead from a company of 500 in Austria that nobody owns.
fn seeking(id: &LeadId) -> Seeking<'_> {
    Seeking {
        id,
        account: None,
        country: Some("AT".parse().unwrap()),
        employees: Some(500),
        motion: Motion::Inbound,
        role: Role::Sdr,
        sla_minutes: 60,
    }
}

fn loads(of: &[(&str, u32)]) -> BTreeMap<MemberId, u32> {
    of.iter().map(|(id, open)| (member(id), *open)).collect()
}

/// On a Thursday morning in Vienna, with the loads given.
fn given(change: impl FnOnce(&mut Seeking<'_>), open: &[(&str, u32)], except: Option<&str>) -> Assignment {
    let id = lead_id(1);
    let mut lead = seeking(&id);
    change(&mut lead);
    let except = except.map(member);
    assign(&team(TEAM), &lead, &loads(open), at(THURSDAY_TEN_IN_VIENNA), except.as_ref())
}

#[track_caller]
fn is(assignment: &Assignment, owner: &str, because: &str) {
    assert_eq!((assignment.owner.as_str(), assignment.because.as_str()), (owner, because));
}

const CATCH_ALL: &str = "catch-all: nobody else fits";
const ONLY: &str = "the only one whose territory and hours fit";

#[test]
fn the_least_loaded_of_those_who_fit_gets_it_and_answers_by_their_hours() {
    let two = "least loaded of 2 whose territory and hours fit";
    is(&given(|_| (), &[("sdr-1", 2), ("sdr-2", 1)], None), "sdr-2", two);
    let assignment = given(|_| (), &[("sdr-1", 1), ("sdr-2", 2)], None);
    is(&assignment, "sdr-1", two);
    assert_eq!(assignment.due_at, at("2026-11-26T10:00:00Z"));
}

#[test]
fn who_is_full_or_out_of_territory_or_segment_or_motion_gets_nothing() {
    is(&given(|_| (), &[("sdr-1", 3), ("sdr-2", 90)], None), "sdr-2", ONLY);
    is(&given(|lead| lead.country = Some("FR".parse().unwrap()), &[("sdr-2", 90)], None), "sdr-2", ONLY);
    is(&given(|lead| lead.employees = Some(2001), &[("sdr-2", 90)], None), "sdr-2", ONLY);
    is(&given(|lead| lead.motion = Motion::Event, &[("sdr-1", 2)], None), "sdr-1", ONLY);
    let both = given(|lead| lead.motion = Motion::Event, &[("sdr-1", 3)], None);
    is(&both, "manager-1", CATCH_ALL);
}

#[test]
fn what_is_not_known_fits_only_who_has_no_restriction_there() {
    is(&given(|lead| lead.country = None, &[("sdr-2", 90)], None), "sdr-2", ONLY);
    is(&given(|lead| lead.employees = None, &[("sdr-2", 90)], None), "sdr-2", ONLY);
}

#[test]
fn the_accounts_owner_comes_first_even_when_full_and_out_of_territory() {
    let acme: DomainName = "acme.example".parse().unwrap();
    let id = lead_id(1);
    let lead = Seeking { account: Some(&acme), country: None, motion: Motion::Plg, ..seeking(&id) };
    let ask = |lead: &Seeking<'_>, now: &str, except: Option<MemberId>| {
        assign(&team(TEAM), lead, &loads(&[("sdr-1", 900)]), at(now), except.as_ref())
    };
    is(&ask(&lead, THURSDAY_TEN_IN_VIENNA, None), "sdr-1", "owns the account");
    let at_checkpoint_2 = Seeking { role: Role::Ae, ..lead };
    let assignment = ask(&at_checkpoint_2, THURSDAY_TEN_IN_VIENNA, None);
    is(&assignment, "ae-2", "owns the account");
    assert_eq!(assignment.due_at, at("2026-11-26T15:00:00Z"), "an hour after New York opens");
    is(&ask(&at_checkpoint_2, THURSDAY_TEN_IN_VIENNA, Some(member("ae-2"))), "ae-1", ONLY);
}

#[test]
fn an_account_owner_who_is_away_is_passed_over() {
    let text = TEAM.replace("\"ae-2\", \"sdr-1\"", "\"sdr-2\"");
    let acme: DomainName = "acme.example".parse().unwrap();
    let id = lead_id(1);
    let lead = Seeking { account: Some(&acme), ..seeking(&id) };
    let on = |now: &str| assign(&team(&text), &lead, &BTreeMap::new(), at(now), None);
    is(&on("2026-12-01T09:00:00Z"), "sdr-1", ONLY);
    is(&on("2026-12-02T09:00:00Z"), "sdr-2", "owns the account");
}

#[test]
fn who_let_it_wait_does_not_get_it_again_unless_as_the_catch_all() {
    is(&given(|_| (), &[("sdr-2", 90)], Some("sdr-1")), "sdr-2", ONLY);
    is(&given(|_| (), &[("sdr-1", 3)], Some("sdr-2")), "manager-1", CATCH_ALL);
    is(&given(|lead| lead.country = None, &[("sdr-2", 100)], Some("manager-1")), "manager-1", CATCH_ALL);
}

#[test]
fn who_is_at_work_comes_before_who_has_yet_to_open() {
    let to_ae = |lead: &mut Seeking<'_>| lead.role = Role::Ae;
    // It is four in the morning in New York: little to do there does not help.
    is(&given(to_ae, &[("ae-1", 99)], None), "ae-1", ONLY);
    // With no time to answer in, who is at work is asked all the same.
    let at_once = |lead: &mut Seeking<'_>| (lead.role, lead.sla_minutes) = (Role::Ae, 0);
    is(&given(at_once, &[("ae-1", 99)], None), "ae-1", ONLY);
    let id = lead_id(1);
    let lead = Seeking { role: Role::Ae, ..seeking(&id) };
    let evening = assign(&team(TEAM), &lead, &BTreeMap::new(), at("2026-11-26T17:00:00Z"), None);
    is(&evening, "ae-2", ONLY);
}

#[test]
fn at_night_who_opens_first_gets_it_and_by_their_hours() {
    let id = lead_id(1);
    let lead = Seeking { role: Role::Ae, ..seeking(&id) };
    let night = assign(&team(TEAM), &lead, &BTreeMap::new(), at("2026-11-27T01:00:00Z"), None);
    is(&night, "ae-1", ONLY);
    assert_eq!(night.due_at, at("2026-11-27T09:00:00Z"));
}

#[test]
fn flagged_leads_go_to_managers_who_are_not_away() {
    let flagged = |lead: &mut Seeking<'_>| lead.role = Role::Manager;
    is(
        &given(flagged, &[("manager-1", 5)], None),
        "manager-2",
        "least loaded of 2 whose territory and hours fit",
    );
    let id = lead_id(1);
    let lead = Seeking { role: Role::Manager, ..seeking(&id) };
    let on_monday = assign(&team(TEAM), &lead, &loads(&[("manager-1", 5)]), at("2026-11-30T09:00:00Z"), None);
    is(&on_monday, "manager-1", ONLY);
}

#[test]
fn no_lead_waits_for_an_admin() {
    is(&given(|lead| lead.role = Role::Admin, &[], None), "manager-1", CATCH_ALL);
}

#[test]
fn each_checkpoint_has_its_own_catch_all() {
    let to_ae = |lead: &mut Seeking<'_>| lead.role = Role::Ae;
    is(&given(to_ae, &[("ae-1", 100), ("ae-2", 100)], None), "manager-2", CATCH_ALL);
}

/// A form of a company of 500 in Austria, looked up.
pub(super) fn queued() -> QueuedLead {
    let form = br#"{"schema_version":1,"id":"e1","source":"website-form","email":"info@acme.example"}"#;
    let event = FormSubmit::parse(form).unwrap();
    let (content, now) = (event.content_hash().unwrap(), at(THURSDAY_TEN_IN_VIENNA));
    let mut enrichment = Enrichment::default();
    let provider = || "sample".to_owned();
    enrichment.company.country =
        Some(Fact { value: "AT".parse().unwrap(), provider: provider(), fetched_at: now, confidence: 1.0 });
    enrichment.company.employees = Some(Fact {
        value: leadlight_lead::Headcount::exactly(500).unwrap(),
        provider: provider(),
        fetched_at: now,
        confidence: 1.0,
    });
    let enriched = EnrichedLead {
        submitted: SubmittedLead::new(event, content, now).unwrap(),
        policy: PolicyHash::of(b""),
        motion: Motion::Partner,
        email_kind: EmailKind::Business,
        account_domain: Some("acme.example".parse().unwrap()),
        enrichment,
        completeness: Completeness { share: 1.0, missing: Vec::new() },
        enriched_at: now,
        round: 0,
        group: None,
        renewal: None,
        joined: Joined::default(),
        found: None,
        seen_first_for: None,
    };
    QueuedLead::new(RouteRequest::HumanFirst(enriched), now)
}

#[test]
fn a_lead_seeks_whom_its_queue_waits_for_by_what_is_known_of_its_company() {
    let lead = queued();
    for (queue, role) in [
        (QueueName::Sdr, Role::Sdr),
        (QueueName::HumanFirst, Role::Sdr),
        (QueueName::CatchAll, Role::Sdr),
        (QueueName::Flagged, Role::Manager),
        (QueueName::Ae, Role::Ae),
    ] {
        let sought = Seeking::of(&lead, queue, 45).unwrap();
        assert_eq!((sought.role, sought.sla_minutes, sought.id), (role, 45, lead.id()));
        assert_eq!(sought.account.unwrap().as_str(), "acme.example");
        assert_eq!(sought.country.unwrap().as_str(), "AT");
        assert_eq!((sought.employees, sought.motion), (Some(500), Motion::Partner));
    }
    assert!(Seeking::of(&lead, QueueName::Nurture, 45).is_none());
    assert!(Seeking::of(&lead, QueueName::Disqualified, 45).is_none());
}

/// A team of SDRs of these weights, all at work, with room for all.
fn weighted(weights: &[u32]) -> Team {
    let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let days = days.map(|day| format!("{day} = \"00:00-24:00\"\n")).concat();
    let members = weights.iter().enumerate().map(|(number, weight)| {
        format!(
            "[members.sdr-{number}]\nname = \"Sample SDR {number}\"\nsubject = \"{number}\"\nrole = \"sdr\"\n\
             hours = \"always\"\nweight = {weight}\ncapacity = 1000\n"
        )
    });
    let text = format!(
        "schema_version = 1\ncatch_all = {{ sdr = \"boss\", ae = \"boss\" }}\n\
         [members.boss]\nname = \"Sample manager\"\nsubject = \"boss\"\nrole = \"manager\"\nhours = \"always\"\n\
         [hours.always]\ntime_zone = \"UTC\"\n{days}{}",
        members.collect::<String>()
    );
    team(&text)
}

#[test]
fn between_equals_chance_decides_by_weight_and_the_same_for_the_same_lead() {
    // Relative loads are equal: one lead more is 3/6 or 1/2.
    let team = weighted(&[6, 2]);
    let open = loads(&[("sdr-0", 2)]);
    let owners: Vec<MemberId> = (0..2000)
        .map(|number| {
            let id = lead_id(number);
            let again = || assign(&team, &seeking(&id), &open, at(THURSDAY_TEN_IN_VIENNA), None).owner;
            assert_eq!(again(), again());
            again()
        })
        .collect();
    let first = owners.iter().filter(|owner| owner.as_str() == "sdr-0").count();
    // Three quarters of 2,000, within five standard deviations of 19.4.
    assert!((1403..=1597).contains(&first), "{first}");
}

proptest! {
    #[test]
    fn shares_follow_the_weights_to_within_one_lead(
        weights in prop::collection::vec(1..=100_u32, 1..12),
        leads in 1..300_u32,
    ) {
        let team = weighted(&weights);
        let total = i64::from(weights.iter().sum::<u32>());
        let mut open: BTreeMap<MemberId, u32> = BTreeMap::new();
        for number in 1..=leads {
            let id = lead_id(number);
            let owner = assign(&team, &seeking(&id), &open, at(THURSDAY_TEN_IN_VIENNA), None).owner;
            *open.entry(owner).or_default() += 1;
            for (index, weight) in weights.iter().enumerate() {
                let has = i64::from(open.get(&member(&format!("sdr-{index}"))).copied().unwrap_or(0));
                let off = has * total - i64::from(number) * i64::from(*weight);
                prop_assert!(off.abs() < total, "sdr-{index} has {has} of {number} by {weight} of {total}");
            }
        }
    }

    #[test]
    fn nobody_gets_what_they_must_not_and_no_lead_is_ownerless(
        number in any::<u32>(),
        hour in 0..24_i64 * 14,
        owned in any::<bool>(),
        country in prop::option::of(prop::sample::select(vec!["AT", "DE", "US", "FR"])),
        employees in prop::option::of(1..4000_u32),
        motion in prop::sample::select(vec![Motion::Inbound, Motion::Event]),
        role in prop::sample::select(Role::ALL.to_vec()),
        open in prop::collection::vec(0..5_u32, 8),
        except in prop::option::of(0..8_usize),
    ) {
        let team = team(TEAM);
        let ids: Vec<MemberId> = team.members().map(|member| member.id().clone()).collect();
        let open: BTreeMap<MemberId, u32> = ids.iter().cloned().zip(open).collect();
        let except = except.map(|index| &ids[index]);
        let acme: DomainName = "acme.example".parse().unwrap();
        let id = lead_id(number);
        let country = country.map(|code| code.parse().unwrap());
        let account = owned.then_some(&acme);
        let lead = Seeking { account, country, employees, motion, role, ..seeking(&id) };
        let now = at("2026-11-24T00:00:00Z") + jiff::SignedDuration::from_hours(hour);
        let given = assign(&team, &lead, &open, now, except);
        prop_assert_eq!(&given, &assign(&team, &lead, &open, now, except), "the same again");
        let owner = team.member(&given.owner).unwrap();
        prop_assert_eq!(given.due_at, owner.hours().due(now, 60));
        let owns = team.account_owner(&acme, role).is_some_and(|member| owned && member == owner);
        let may = |member: &crate::Member| {
            member.role() == role
                && role != Role::Admin
                && !member.is_away(now)
                && Some(member.id()) != except
                && (open[member.id()] < member.capacity())
                && member.countries().is_none_or(|own| country.is_some_and(|code| own.contains(&code)))
                && member.employees().is_none_or(|own| employees.is_some_and(|size| own.contains(&size)))
                && member.motions().is_none_or(|own| own.contains(&motion))
        };
        match given.because.as_str() {
            "owns the account" => {
                prop_assert!(owns && !owner.is_away(now) && Some(owner.id()) != except);
            }
            CATCH_ALL => {
                prop_assert_eq!(owner, team.catch_all(role));
                prop_assert!(!team.members().any(may), "someone fits");
            }
            _ => {
                prop_assert!(may(owner));
                let soonest = team.members().filter(|m| may(m)).map(|m| m.hours().due(now, 60)).min();
                let soonest = soonest.unwrap();
                prop_assert!(given.due_at.duration_since(soonest).as_mins() < 15, "another answers sooner");
            }
        }
    }
}
