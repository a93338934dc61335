use std::collections::BTreeSet;
use std::path::Path;

use jiff::SignedDuration;
use leadlight_lead::{CrmHistory, FormSubmit, LeadId, OutcomeResult, QueueName, SubmittedLead};
use leadlight_reading::AmountProblem;

use super::*;
use crate::sheet::{MAX_REPORTED_PROBLEMS, SheetProblem};
use crate::{Expected, REFERENCE, samples};

const HEADER: &str = "lead_id,email,source,event_id,outcome,occurred_at,deal,amount_usd,reason,id";
const WON: &str = ",,webinar,w-17,won,2026-11-20T09:30:00Z,D-1,24000,,crm-1";
const LOST: &str = ",ada@acme.example,,,lost,2026-11-20,D-1,,no budget,crm-2";
const LEAD_ID: &str = "lead_0123456789abcdef0123456789abcdef";

fn read(rows: &str) -> Result<Vec<CrmEvent>, OutcomeFileError> {
    let rows = read_outcomes("outcomes.csv", format!("{HEADER}\n{rows}\n").as_bytes())?;
    Ok(rows.into_iter().map(|row| row.event).collect())
}

fn read_one(row: &str) -> CrmEvent {
    let mut events = read(row).unwrap();
    assert_eq!(events.len(), 1);
    events.remove(0)
}

/// The problems of a file's rows, as line, column and problem.
fn problems(rows: &str) -> Vec<(u64, String, OutcomeLineProblem)> {
    let error = read(rows).unwrap_err();
    error.problems.into_iter().map(|p| (p.line, p.column.unwrap_or_default(), p.what)).collect()
}

/// The one problem that a change of a good row causes.
fn problem(row: &str, from: &str, to: &str) -> (String, OutcomeLineProblem) {
    let changed = row.replacen(from, to, 1);
    assert_ne!(changed, row, "{from} is not in the row");
    let mut found = problems(&changed);
    assert_eq!(found.len(), 1, "{found:?}");
    let (_, column, what) = found.remove(0);
    (column, what)
}

fn at(column: &str, what: OutcomeLineProblem) -> (String, OutcomeLineProblem) {
    (column.to_owned(), what)
}

#[test]
fn each_outcome_becomes_its_milestone() {
    let won = read_one(WON);
    let source = "webinar".parse().unwrap();
    assert_eq!(won.lead, LeadRef::Event { source, id: "w-17".parse().unwrap() });
    assert_eq!((won.schema_version, won.id.as_str()), (1, "crm-1"));
    assert_eq!(won.deal.as_ref().unwrap().as_str(), "D-1");
    assert_eq!(won.occurred_at.to_string(), "2026-11-20T09:30:00Z");
    assert_eq!(won.what, Milestone::Won { amount_usd: Some(24_000) });
    let lost = read_one(LOST);
    assert_eq!(lost.lead, LeadRef::Email("ada@acme.example".parse().unwrap()));
    assert_eq!(lost.what, Milestone::Lost { reason: Some("no budget".to_owned()) });
    let no_show = read_one(&format!("{LEAD_ID},,,,no_show,2026-11-20,,,,"));
    assert_eq!(no_show.lead, LeadRef::LeadId(LEAD_ID.parse().unwrap()));
    assert_eq!((no_show.deal, no_show.what), (None, Milestone::NoShow));
    let opened = read_one(&WON.replace("won", "opportunity_created").replace("24000", ""));
    assert_eq!(opened.what, Milestone::OpportunityCreated { amount_usd: None });
}

#[test]
fn outcomes_are_taken_as_crms_write_them() {
    for (text, kind) in [
        ("Closed Won", "won"),
        ("CLOSED-WON", "won"),
        ("closedwon", "won"),
        ("closed_won", "won"),
        ("Won", "won"),
        ("opportunitycreated", "opportunity_created"),
        ("Opportunity Created", "opportunity_created"),
    ] {
        assert_eq!(read_one(&WON.replace("won", text)).what.as_str(), kind);
    }
    for (text, kind) in [("closed lost", "lost"), ("ClOsEd LoSt", "lost"), ("closedlost", "lost")] {
        assert_eq!(read_one(&LOST.replace("lost", text)).what.as_str(), kind);
    }
}

#[test]
fn every_kind_of_bad_cell_is_told() {
    use OutcomeLineProblem as P;
    let by_id = format!("{LEAD_ID},,,,no_show,2026-11-20,,,,");
    assert_eq!(problem(&by_id, LEAD_ID, "lead_12"), at("lead_id", P::LeadId));
    assert_eq!(problem(LOST, "ada@acme.example", "ada@acme"), at("email", P::Email));
    assert_eq!(problem(WON, "webinar", "Web Inar"), at("source", P::Source));
    assert_eq!(problem(WON, "w-17", &"x".repeat(257)), at("event_id", P::Id));
    assert_eq!(problem(WON, "won", "open"), at("outcome", P::Outcome));
    assert_eq!(problem(WON, "won", ""), at("outcome", SheetProblem::MissingValue.into()));
    assert_eq!(problem(WON, "2026-11-20T09:30:00Z", "20.11.2026"), at("occurred_at", P::Time));
    assert_eq!(problem(WON, "2026-11-20T09:30:00Z", "2026-11-31"), at("occurred_at", P::Time));
    assert_eq!(
        problem(WON, "2026-11-20T09:30:00Z", ""),
        at("occurred_at", SheetProblem::MissingValue.into())
    );
    assert_eq!(problem(WON, "D-1", &"d".repeat(257)), at("deal", P::Id));
    assert_eq!(problem(WON, "24000", "24 kegs"), at("amount_usd", P::Amount(AmountProblem::NoAmount)));
    assert_eq!(problem(WON, "24000", "24.000"), at("amount_usd", P::Amount(AmountProblem::TwoReadings)));
    assert_eq!(problem(WON, "24000", "€24000"), at("amount_usd", P::Amount(AmountProblem::OtherCurrency)));
    assert_eq!(problem(WON, "crm-1", "\"crm\n1\""), at("id", P::Id));
    assert_eq!(problem(LOST, "no budget", &"é".repeat(501)), at("reason", P::ReasonTooLong));
    assert!(read(&LOST.replace("no budget", &"é".repeat(500))).is_ok());
}

#[test]
fn rows_of_crms_with_stages_and_decimals_are_read() {
    // As HubSpot exports them: internal names of stages, amounts with a decimal, times without a zone.
    let row = read_one(",ada@acme.example,,,closedwon,2026-11-20 09:30,9918273,38500.0,,");
    assert_eq!(row.what, Milestone::Won { amount_usd: Some(38_500) });
    assert_eq!(row.occurred_at.to_string(), "2026-11-20T09:30:00Z");
    let blank = read_one("n/a,ada@acme.example,-,N/A,Closed Won,2026-11-20,,n/a,--,");
    assert_eq!(blank.lead, LeadRef::Email("ada@acme.example".parse().unwrap()));
    assert_eq!(blank.what, Milestone::Won { amount_usd: None });
}

#[test]
fn rows_know_their_lines() {
    let file = format!("{HEADER}\n{WON}\n\n{LOST}\n");
    let rows = read_outcomes("outcomes.csv", file.as_bytes()).unwrap();
    assert_eq!(rows.iter().map(|row| row.line).collect::<Vec<_>>(), [2, 4]);
}

#[test]
fn an_amount_and_a_reason_stand_only_where_they_mean_something() {
    use OutcomeLineProblem as P;
    assert_eq!(problem(WON, "won", "lost"), at("amount_usd", P::AmountOfNone));
    assert_eq!(problem(WON, "won", "no_show"), at("amount_usd", P::AmountOfNone));
    for outcome in ["won", "no_show", "opportunity_created"] {
        assert_eq!(problem(LOST, "lost", outcome), at("reason", P::ReasonOfNone));
    }
}

#[test]
fn a_row_names_its_lead_in_exactly_one_way() {
    use OutcomeLineProblem as P;
    let named = |lead: &str| problems(&format!("{lead},no_show,2026-11-20,,,,"));
    let row = |what| vec![(2, String::new(), what)];
    assert_eq!(named(",,,"), row(P::NoLead));
    assert_eq!(named(&format!("{LEAD_ID},ada@acme.example,,")), row(P::SeveralLeads));
    assert_eq!(named(&format!("{LEAD_ID},,webinar,w-17")), row(P::SeveralLeads));
    assert_eq!(named(",ada@acme.example,webinar,w-17"), row(P::SeveralLeads));
    assert_eq!(named(",,webinar,"), [(2, "event_id".to_owned(), P::EventInPart)]);
    assert_eq!(named(",,,w-17"), [(2, "source".to_owned(), P::EventInPart)]);
}

#[test]
fn without_an_id_the_same_happening_has_the_same_id() {
    let row = |from: &str, to: &str| {
        let changed = WON.replace("crm-1", "").replacen(from, to, 1);
        read_one(&changed).id.to_string()
    };
    let id = row("", "");
    let digits = id.strip_prefix("csv-").unwrap();
    assert!(digits.len() == 32 && digits.bytes().all(|b| b.is_ascii_hexdigit()), "{id}");
    // Written down, since files imported by an earlier release must still be known again.
    assert_eq!(id, "csv-ca009939bd4e3a9bfe699d292754d7a3");
    assert_eq!(row("won", "Closed Won"), id);
    assert_eq!(row("09:30:00Z", "10:30:00+01:00"), id, "the same instant");
    assert_eq!(row("24000", "25000"), id, "a corrected amount is no second event");
    for (from, to) in [("w-17", "w-18"), ("D-1", "D-2"), ("D-1", ""), ("09:30", "09:31")] {
        assert_ne!(row(from, to), id, "{from} → {to}");
    }
    assert_ne!(row("won", "opportunity_created"), id);
}

#[test]
fn a_row_that_stands_there_twice_is_refused_with_both_lines() {
    use OutcomeLineProblem as P;
    let no_id = WON.replace("crm-1", "");
    let repeated = [(5, String::new(), P::RepeatedRow { first_line: 2 })];
    assert_eq!(problems(&format!("{WON}\n{LOST}\n\n{WON}")), repeated);
    assert_eq!(problems(&format!("{no_id}\n\n{LOST}\n{no_id}")), repeated);
    let other = [(3, "id".to_owned(), P::RepeatedId { first_line: 2 })];
    assert_eq!(problems(&format!("{WON}\n{}", WON.replace("D-1", "D-2"))), other);
    assert_eq!(problems(&format!("{WON}\n{}", WON.replace("w-17", "w-18"))), other);
    let amount = format!("{no_id}\n{}", no_id.replace("24000", "25000"));
    assert_eq!(problems(&amount), [(3, String::new(), P::SameEvent { first_line: 2 })]);
}

#[test]
fn repetitions_are_found_whatever_ends_the_lines() {
    let row = WON.replace("crm-1", "");
    for ends in ["\n", "\r\n", "\r"] {
        let file = [HEADER, &row, &row, ""].join(ends);
        assert_eq!(read_outcomes("outcomes.csv", file.as_bytes()).unwrap_err().problems.len(), 1, "{ends:?}");
    }
}

#[test]
fn a_deals_course_on_one_day_is_kept_where_only_dates_are_told() {
    let rows =
        [",,webinar,w-17,won,2026-11-20,D-1,,,", ",,webinar,w-17,opportunity_created,2026-11-20,D-1,,,"];
    // Whatever the derived ids are, which decide between equal times.
    for lead in 0..20 {
        let file = rows.join("\n").replace("w-17", &format!("w-{lead}"));
        let mut history = CrmHistory::default();
        for event in read(&file).unwrap() {
            assert!(event.occurred_at.to_string().starts_with("2026-11-20T23:59:5"));
            history.add(event.record().unwrap());
        }
        assert_eq!(history.outcome().unwrap().result, OutcomeResult::Won);
    }
}

#[test]
fn byte_order_mark_line_ends_and_separators_do_not_matter() {
    let plain = format!("{HEADER}\n{WON}\n\n{LOST}\n,,,,,,,,,\n");
    let expected = read_outcomes("outcomes.csv", plain.as_bytes()).unwrap();
    assert_eq!(expected.len(), 2);
    for separator in [",", ";", "\t"] {
        let text = plain.replace(',', separator).replace('\n', "\r\n");
        for mark in ["", "\u{feff}"] {
            let read = read_outcomes("outcomes.csv", format!("{mark}{text}").as_bytes()).unwrap();
            assert_eq!(read, expected);
        }
    }
}

#[test]
fn columns_are_checked_by_name() {
    let columns = |header: &str| -> Vec<(String, OutcomeLineProblem)> {
        let error = read_outcomes("outcomes.csv", format!("{header}\n").as_bytes()).unwrap_err();
        error.problems.into_iter().map(|p| (p.column.unwrap_or_default(), p.what)).collect()
    };
    assert_eq!(
        columns("email,outcome,outcome,owner"),
        [
            at("outcome", SheetProblem::RepeatedColumn.into()),
            at("owner", SheetProblem::UnknownColumn.into()),
            at("occurred_at", SheetProblem::MissingColumn.into()),
        ]
    );
    let no_way = at("lead_id", SheetProblem::MissingColumn.into());
    assert_eq!(columns("outcome,occurred_at,source"), [no_way]);
    assert_eq!(columns("ada@acme.example,won,2026-11-20"), [at("", SheetProblem::NoHeader.into())]);
    assert_eq!(columns(HEADER), [at("", SheetProblem::NoRows.into())]);
}

#[test]
fn a_bad_row_keeps_the_good_ones_out_and_no_cell_is_repeated() {
    let bad = "Jane,jane@acme,Jane,,jane,jane,,jane,jane,";
    let rows = [bad; 5].join("\n");
    let error = read(&format!("{WON}\n{rows}")).unwrap_err();
    assert!(error.problems.len() < MAX_REPORTED_PROBLEMS && error.more == 0, "{error}");
    assert!(error.problems.iter().all(|problem| problem.rows == 5), "{error}");
    let text = error.to_string();
    let start = "no outcome was imported from outcomes.csv:\noutcomes.csv:3: column `lead_id`: is not a lead id \
                 (5 rows, from this line on); ";
    assert!(text.starts_with(start), "{text}");
    assert!(!text.to_lowercase().contains("jane"), "{text}");
    assert!(!format!("{error:?}").to_lowercase().contains("jane"));
}

#[test]
fn every_problem_has_a_text_and_a_remedy_of_one_line() {
    let rows = [
        ",,,,won,2026-11-20,,,,",
        ",ada@acme.example,,w-1,won,,,x,y,",
        ",ada,,,lost,soon,,5,,",
        "x,,,,dreamt,2026-11-20,,,,",
    ];
    let text = read(&rows.join("\n")).unwrap_err().to_string();
    for line in text.lines().skip(1) {
        assert!(line.starts_with("outcomes.csv:") && line.contains("; "), "{line}");
        assert!(line.len() < 200, "{line}");
    }
}

#[test]
fn a_damaged_file_is_read_or_refused_with_a_line_of_its_own() {
    let whole = format!("{HEADER}\n{WON}\n{LOST}\n").into_bytes();
    let mut refused = 0;
    let mut check = |bytes: &[u8]| match read_outcomes("outcomes.csv", bytes) {
        Ok(events) => assert!((1..=3).contains(&events.len())),
        Err(error) => {
            refused += 1;
            assert!(error.problems.iter().all(|problem| (1..=4).contains(&problem.line)), "{error}");
        }
    };
    for place in 0..whole.len() {
        check(&whole[..place]);
        for byte in [b'"', b',', b'\n', b'\r', b'@', 0, 0xff] {
            let mut damaged = whole.clone();
            damaged[place] = byte;
            check(&damaged);
        }
    }
    assert!(refused > whole.len(), "{refused}");
}

/// The sample events that end before an SDR, as leads.
fn leads_before_an_sdr() -> Vec<SubmittedLead> {
    let now = REFERENCE.parse().unwrap();
    let before_sdr = samples().iter().filter(|s| s.expected == Expected::Queue(QueueName::Sdr));
    before_sdr
        .map(|sample| {
            let event = FormSubmit::parse(sample.bytes).unwrap();
            let hash = event.content_hash().unwrap();
            SubmittedLead::new(event, hash, now).unwrap()
        })
        .collect()
}

/// What the samples tell happens to a lead that an SDR sees, after it came, and close enough to the samples' day
/// that no clock takes it for the future.
fn check_sample(event: &CrmEvent) {
    let leads = leads_before_an_sdr();
    let lead = leads.iter().find(|lead| match &event.lead {
        LeadRef::LeadId(id) => &lead.lead_id == id,
        LeadRef::Event { source, id } => lead.lead_id == LeadId::of(source, id),
        LeadRef::Email(email) => &lead.event.email == email,
    });
    assert!(lead.unwrap().occurred_at() < event.occurred_at, "{}", event.id);
    let latest = REFERENCE.parse::<Timestamp>().unwrap() + SignedDuration::from_hours(24);
    assert!(event.occurred_at <= latest, "{}", event.id);
}

#[test]
fn the_sample_file_tells_of_leads_that_an_sdr_sees() {
    let events = read_outcomes("outcomes.csv", OUTCOMES_CSV).unwrap();
    assert!(events.iter().all(|row| matches!(row.event.lead, LeadRef::Event { .. })));
    for row in &events {
        check_sample(&row.event);
    }
    let kinds: BTreeSet<_> = events.iter().map(|row| row.event.what.as_str()).collect();
    assert_eq!(kinds, ["lost", "no_show", "opportunity_created", "won"].into());
}

#[test]
fn the_sample_events_show_each_milestone_and_each_way_to_name_a_lead() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("crm");
    let files = std::fs::read_dir(folder).unwrap().map(|f| f.unwrap().file_name().into_string().unwrap());
    let files: BTreeSet<String> = files.collect();
    assert_eq!(files, CRM_EVENTS.iter().map(|(file, _)| (*file).to_owned()).collect());
    let mut ways = BTreeSet::new();
    for (file, bytes) in CRM_EVENTS {
        let event = CrmEvent::parse(bytes).unwrap();
        assert_eq!(file.replace('-', "_"), format!("{}.json", event.what.as_str()));
        check_sample(&event);
        ways.insert(match event.lead {
            LeadRef::LeadId(_) => "lead_id",
            LeadRef::Event { .. } => "event",
            LeadRef::Email(_) => "email",
        });
    }
    assert_eq!(ways.len(), 3);
}
