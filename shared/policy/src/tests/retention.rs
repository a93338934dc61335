//! How long leads are kept.

use jiff::{SignedDuration, Timestamp};
use leadlight_lead::{
    Claim, Confirmation, Consent, Entry, Happening, NoteKind, Outcome, OutcomeResult, Progress, QueueName,
    QueuedContent, QueuedLead, Rejection, RouteRequest, TrainingMeaning,
};

use super::{DEFAULT, OCCURRED_AT, bare_lead};
use crate::{KeptAs, Policy};

const RULES: &str = "\n[retention]\ndisqualified_days = 100\nrejected_days = 200\nnurtured_days = 300\nclosed_days = 400\n\
                     other_days = 500\nrefused_days = 30\n";

fn with(rules: &str) -> Policy {
    Policy::parse("p.toml", &format!("{DEFAULT}{rules}")).unwrap()
}

fn days_later(days: i64) -> Timestamp {
    OCCURRED_AT.parse::<Timestamp>().unwrap() + SignedDuration::from_hours(24 * days)
}

fn lead_in(queue: QueueName) -> QueuedLead {
    let content: QueuedContent = RouteRequest::HumanFirst(bare_lead("ada@acme.example"));
    let mut lead = QueuedLead::new(content, days_later(0));
    lead.queue = queue;
    lead
}

/// By what a lead goes, and how many days after it was heard of last.
fn goes(lead: &QueuedLead) -> Option<(KeptAs, i64)> {
    let policy = with(RULES);
    let rules = policy.retention().unwrap();
    (0..1000).find_map(|day| {
        let past = rules.past(lead, days_later(day) + SignedDuration::from_secs(1))?;
        Some((past.kept_as, day))
    })
}

#[test]
fn each_lead_is_kept_by_what_became_of_it() {
    let confirmed = Confirmation { by: "sam".parse().unwrap(), at: days_later(0) };
    let rejected = Rejection {
        by: "sam".parse().unwrap(),
        at: days_later(0),
        reason: "no_need".parse().unwrap(),
        training: TrainingMeaning::Negative,
    };
    let mut turned_down = lead_in(QueueName::Sdr);
    turned_down.work.progress = Progress::Rejected { confirmed: None, rejected };
    let mut closed = lead_in(QueueName::Disqualified);
    let outcome = Outcome { result: OutcomeResult::Lost, closed_at: days_later(0), amount_usd: None };
    closed.outcome = Some(outcome);
    let mut at_work = lead_in(QueueName::Nurture);
    at_work.work.progress = Progress::Confirmed(confirmed);
    let mut superseded = lead_in(QueueName::Nurture);
    superseded.thread.continued_in = Some(lead_in(QueueName::Sdr).id().clone());
    let each: [(Box<QueuedLead>, _); 7] = [
        (lead_in(QueueName::Disqualified).into(), (KeptAs::Disqualified, 100)),
        (turned_down.into(), (KeptAs::Rejected, 200)),
        (lead_in(QueueName::Nurture).into(), (KeptAs::Nurtured, 300)),
        (closed.into(), (KeptAs::Closed, 400)),
        (lead_in(QueueName::Sdr).into(), (KeptAs::Other, 500)),
        (at_work.into(), (KeptAs::Other, 500)),
        (superseded.into(), (KeptAs::Superseded, 0)),
    ];
    for (lead, wanted) in each {
        assert_eq!(goes(&lead), Some(wanted));
    }
}

#[test]
fn age_is_counted_from_what_was_heard_last_and_not_from_what_the_machine_did() {
    let entry = |by: Option<&str>| Entry {
        at: days_later(50),
        by: by.map(|by| by.parse().unwrap()),
        what: Happening::Noted { about: NoteKind::Context },
        note: None,
    };
    let mut noted = lead_in(QueueName::Disqualified);
    noted.work.history.push(entry(Some("sam")));
    assert_eq!(goes(&noted), Some((KeptAs::Disqualified, 150)));
    let mut passed_on = lead_in(QueueName::Disqualified);
    passed_on.work.history.push(entry(None));
    passed_on.queued_at = days_later(50);
    assert_eq!(goes(&passed_on), Some((KeptAs::Disqualified, 100)));
    let mut again = lead_in(QueueName::Disqualified);
    let mut event = bare_lead("ada@acme.example");
    event.submitted.received_at = days_later(20);
    again.join(event).unwrap();
    assert_eq!(goes(&again), Some((KeptAs::Disqualified, 120)));
    let mut held = lead_in(QueueName::Disqualified);
    held.work.claim = Some(Claim { holder: "sam".parse().unwrap(), until: days_later(130) });
    assert_eq!(goes(&held), Some((KeptAs::Disqualified, 130)), "not while somebody has it in hand");
}

#[test]
fn who_refused_consent_goes_sooner_unless_people_have_taken_it_up() {
    let consents = |lead: &mut QueuedLead, accepted: &[bool]| {
        let RouteRequest::HumanFirst(enriched) = &mut lead.content else { panic!() };
        let consent = |(n, accepted): (usize, &bool)| Consent { id: format!("c{n}"), accepted: *accepted };
        enriched.submitted.event.consent = accepted.iter().enumerate().map(consent).collect();
    };
    for (answers, wanted) in [
        (&[false, false][..], (KeptAs::Refused, 30)),
        (&[false, true][..], (KeptAs::Nurtured, 300)),
        (&[][..], (KeptAs::Nurtured, 300)),
    ] {
        let mut lead = lead_in(QueueName::Nurture);
        consents(&mut lead, answers);
        assert_eq!(goes(&lead), Some(wanted), "{answers:?}");
    }
    let mut taken_up = lead_in(QueueName::Nurture);
    consents(&mut taken_up, &[false]);
    taken_up.work.overridden = Some(Confirmation { by: "sam".parse().unwrap(), at: days_later(0) });
    assert_eq!(goes(&taken_up), Some((KeptAs::Other, 500)));
}

#[test]
fn what_is_not_said_is_kept() {
    assert_eq!(with("").retention(), None);
    let policy = with("\n[retention]\ndisqualified_days = 100\n");
    let rules = policy.retention().unwrap();
    assert!(rules.past(&lead_in(QueueName::Disqualified), days_later(101)).is_some());
    assert_eq!(rules.past(&lead_in(QueueName::Nurture), days_later(9999)), None);
}

#[test]
fn a_rule_that_is_none_is_refused_with_its_line() {
    for (rules, what) in [
        ("\n[retention]\nclosed_days = 29\n", "`retention.closed_days` is 29"),
        ("\n[retention]\nclosed_days = 3651\n", "`retention.closed_days` is 3651"),
        ("\n[retention]\n", "says of no lead how long it is kept"),
        ("\n[retention]\nwon_days = 100\n", "won_days"),
    ] {
        let text = format!("{DEFAULT}{rules}");
        let error = Policy::parse("p.toml", &text).unwrap_err().to_string();
        assert!(error.contains(what), "{error}");
    }
}

#[test]
fn the_rules_are_told_in_words() {
    let told = |rules: &str| {
        let sections = with(rules).outline();
        let section = sections.into_iter().find(|s| s.title == "How long leads are kept").unwrap();
        format!("{:?} {:?}", section.text, section.table.map(|table| table.rows))
    };
    assert!(told("").contains("until they are erased"));
    let all = told(RULES);
    for days in [100, 200, 300, 400, 500, 30] {
        assert!(all.contains(&format!("for {days} days")), "{all}");
    }
}
