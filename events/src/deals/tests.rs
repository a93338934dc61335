use leadlight_lead::{
    ActivityKind, Completeness, EmailKind, EnrichedLead, Function, HISTORY_SOURCE, Motion, OutcomeResult,
    PolicyHash, Seniority, StageMessage,
};
use leadlight_reading::AmountProblem;

use super::*;
use crate::sheet::SheetProblem;

const HEADER: &str = "deal_id,created_at,closed_at,outcome,amount_usd,source,industry,employees,country,function,\
    seniority,technologies,intent_topic,intent_score,intent_observed_at,activities";
const FULL: &str = "D-1,2026-01-10T09:00:00Z,2026-03-01T12:00:00Z,won,24000,webinar,Professional Services,480,de,\
    Revenue Operations,C-Level,hubspot|Salesforce|hubspot,lead-scoring,72.5,2026-01-02,\
    pricing_view@2026-01-09T08:00:00Z|webinar_attended@2026-01-05T16:00:00Z";

fn read_one(row: &str) -> Result<Vec<Deal>, DealFileError> {
    read_deals("deals.csv", format!("{HEADER}\n{row}\n").as_bytes())
}

/// The problems of a file with one row, as column and problem.
fn problems(row: &str) -> Vec<(String, DealLineProblem)> {
    let error = read_one(row).unwrap_err();
    assert!(error.problems.iter().all(|problem| problem.line == 2), "{error}");
    error.problems.into_iter().map(|p| (p.column.unwrap_or_default(), p.what)).collect()
}

/// The one problem that a change of the full row causes.
fn problem(from: &str, to: &str) -> (String, DealLineProblem) {
    let changed = FULL.replacen(from, to, 1);
    assert_ne!(changed, FULL, "{from} is not in the row");
    let mut found = problems(&changed);
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

fn at(column: &str, what: DealLineProblem) -> (String, DealLineProblem) {
    (column.to_owned(), what)
}

#[test]
fn a_full_row_becomes_a_deal() {
    let deal = read_one(FULL).unwrap().remove(0);
    assert_eq!(deal.id().as_str(), "D-1");
    assert_eq!(deal.source().as_str(), "webinar");
    assert_eq!(deal.submitted.event.email.as_str(), "deal-d-1@history.example");
    assert_eq!(deal.submitted.received_at, deal.submitted.occurred_at());
    let company = &deal.enrichment.company;
    let industry = company.industry.as_ref().unwrap();
    assert_eq!(industry.value, "professional-services");
    assert_eq!(industry.provider, HISTORY_PROVIDER);
    assert_eq!((industry.fetched_at, industry.confidence.to_bits()), (deal.created_at(), 1.0_f64.to_bits()));
    assert_eq!(company.employees.as_ref().unwrap().value.typical(), 480);
    assert_eq!(company.country.as_ref().unwrap().value.as_str(), "DE");
    assert_eq!(company.technologies.as_ref().unwrap().value, ["hubspot", "salesforce"]);
    let intent = &company.intent.as_ref().unwrap().value;
    assert_eq!(intent.observed_at.to_string(), "2026-01-02T23:59:59Z");
    assert_eq!(intent.topics, [Topic { name: "lead-scoring".to_owned(), score: 72.5 }]);
    assert_eq!(deal.enrichment.person.function.as_ref().unwrap().value, Function::RevenueOperations);
    assert_eq!(deal.enrichment.person.seniority.as_ref().unwrap().value, Seniority::CLevel);
    let kinds: Vec<_> = deal.submitted.event.activity.iter().map(|a| a.kind).collect();
    assert_eq!(kinds, [ActivityKind::WebinarAttended, ActivityKind::PricingView], "oldest first");
    assert_eq!((deal.outcome.result, deal.outcome.amount_usd), (OutcomeResult::Won, Some(24_000)));
}

#[test]
fn a_deal_told_with_another_end_is_not_the_same_deal() {
    let content = |row: &str| read_one(row).unwrap().remove(0).submitted.content_hash;
    assert_eq!(content(FULL), content(FULL));
    for (from, to) in
        [(",won,", ",lost,"), ("24000", "42000"), (",480,", ",48,"), ("2026-03-01T12", "2026-03-01T13")]
    {
        assert_ne!(content(FULL), content(&FULL.replacen(from, to, 1)), "{to} is read as a repetition");
    }
}

#[test]
fn empty_cells_and_absent_columns_are_not_known() {
    let file = "outcome,deal_id,created_at,closed_at\nLost,7,2026-01-10,2026-01-10\n";
    let deal = read_deals("deals.csv", file.as_bytes()).unwrap().remove(0);
    assert_eq!(deal.source().as_str(), HISTORY_SOURCE);
    assert_eq!(deal.enrichment, Enrichment::default());
    assert!(deal.submitted.event.activity.is_empty());
    assert_eq!(deal.outcome.result, OutcomeResult::Lost);
    assert_eq!(read_one("7,2026-01-10,2026-01-10,lost,,,,,,,,,,,,").unwrap(), [deal]);
}

#[test]
fn rows_of_crms_with_stages_decimals_ranges_and_fillers_are_read() {
    let file = "deal_id,created_at,closed_at,outcome,amount_usd,employees,industry,function,country\n\
                1,2026-01-10 09:00,2026-03-01,Closed Won,24000.00,201-500,n/a,--,NA\n\
                2,2026-01-10,2026-03-01 18:14,closedlost,,0,Not provided,unknown,\n";
    let deals = read_deals("deals.csv", file.as_bytes()).unwrap();
    let (won, lost) = (&deals[0], &deals[1]);
    assert_eq!((won.outcome.result, won.outcome.amount_usd), (OutcomeResult::Won, Some(24_000)));
    assert_eq!(lost.outcome.result, OutcomeResult::Lost);
    let employees = won.enrichment.company.employees.as_ref().unwrap().value;
    assert_eq!(employees.to_string(), "201-500");
    assert_eq!(won.enrichment.company.country.as_ref().unwrap().value.as_str(), "NA", "Namibia");
    assert!(won.enrichment.company.industry.is_none() && won.enrichment.person.function.is_none());
    assert!(lost.enrichment.company.employees.is_none() && lost.enrichment.person.function.is_none());
}

#[test]
fn a_deal_becomes_a_message_of_the_pipeline() {
    let deal = read_one(FULL).unwrap().remove(0);
    let completeness = Completeness { share: 1.0, missing: Vec::new() };
    let lead =
        deal.enriched(&PolicyHash::of(b"policy"), Motion::Event, (EmailKind::Business, None), completeness);
    assert_eq!((lead.motion, lead.email_kind), (Motion::Event, EmailKind::Business));
    assert_eq!(lead.enriched_at, deal.created_at());
    let message = lead.to_message().unwrap();
    assert_eq!(EnrichedLead::from_message(message.as_bytes()).unwrap(), lead);
}

#[test]
fn byte_order_mark_line_ends_and_separators_do_not_matter() {
    let plain = format!("{HEADER}\n{FULL}\n\n,,,,,,,,,,,,,,,\n");
    let expected = read_deals("deals.csv", plain.as_bytes()).unwrap();
    assert_eq!(expected.len(), 1);
    for separator in [",", ";", "\t"] {
        let text = plain.replace(',', separator).replace('\n', "\r\n");
        for mark in ["", "\u{feff}"] {
            assert_eq!(read_deals("deals.csv", format!("{mark}{text}").as_bytes()).unwrap(), expected);
        }
    }
}

#[test]
fn every_kind_of_bad_cell_is_told() {
    use DealLineProblem as P;
    assert_eq!(problem("D-1", "Jane Doe"), at("deal_id", P::DealId));
    assert_eq!(problem("D-1", &"x".repeat(60)), at("deal_id", P::DealId));
    assert_eq!(problem("2026-01-10T09:00:00Z", "10.01.2026"), at("created_at", P::Time));
    assert_eq!(problem("2026-03-01T12:00:00Z", "2026-02-30"), at("closed_at", P::Time));
    assert_eq!(problem("2026-03-01T12:00:00Z", ""), at("closed_at", SheetProblem::MissingValue.into()));
    assert_eq!(problem("won", "open"), at("outcome", P::Outcome));
    assert_eq!(problem("24000", "24 kegs"), at("amount_usd", P::Amount(AmountProblem::NoAmount)));
    assert_eq!(problem("24000", "24.000"), at("amount_usd", P::Amount(AmountProblem::TwoReadings)));
    assert_eq!(problem("webinar,", "Web Inar,"), at("source", P::Source));
    assert_eq!(problem("Professional Services", "€"), at("industry", P::Key));
    assert_eq!(problem("480", "-480"), at("employees", P::Employees));
    assert_eq!(problem("480", "99999999999"), at("employees", P::Employees));
    assert_eq!(problem("480", "1.000"), at("employees", P::Employees));
    assert_eq!(problem(",de,", ",Germany,"), at("country", P::Country));
    assert_eq!(problem("Revenue Operations", "RevOps"), at("function", P::Function));
    assert_eq!(problem("C-Level", "boss"), at("seniority", P::Seniority));
    assert_eq!(problem("hubspot|S", "hubspot||S"), at("technologies", P::Key));
    assert_eq!(problem("72.5", "high"), at("intent_score", P::IntentScore));
    assert_eq!(problem("72.5", "NaN"), at("intent_topic", P::IntentIncomplete));
    assert_eq!(problem("72.5", "101"), at("intent_score", P::IntentScore));
    assert_eq!(problem("72.5", ""), at("intent_topic", P::IntentIncomplete));
    assert_eq!(problem("pricing_view@", "dreamt@"), at("activities", P::Activities));
    assert_eq!(problem("pricing_view@", "pricing_view "), at("activities", P::Activities));
}

#[test]
fn what_came_after_the_deal_was_created_is_refused() {
    use DealLineProblem as P;
    assert_eq!(problem("2026-03-01T12:00:00Z", "2026-01-09"), at("closed_at", P::ClosedBeforeCreated));
    assert_eq!(problem("2026-01-09T08", "2026-01-11T08"), at("activities", P::AfterCreated));
    assert_eq!(problem("2026-01-02", "2026-01-11"), at("intent_observed_at", P::AfterCreated));
}

#[test]
fn a_date_alone_means_the_end_of_the_day() {
    let same_day = "D-1,2026-01-10,2026-01-10,lost,,,,,,,,,crm,60,2026-01-10,demo_request@2026-01-10";
    assert_eq!(read_one(same_day).unwrap()[0].created_at().to_string(), "2026-01-10T23:59:59Z");
}

#[test]
fn all_problems_of_a_row_are_told_at_once() {
    let bad = FULL.replace("2026-01-10T09:00:00Z", "soon").replace("480", "many").replace("won", "maybe");
    let columns: Vec<_> = problems(&bad).into_iter().map(|(column, _)| column).collect();
    assert_eq!(columns, ["created_at", "outcome", "employees"]);
}

#[test]
fn a_repeated_id_is_refused_with_both_lines() {
    for ends in ["\n", "\r\n"] {
        let noted = format!("{HEADER}\n{FULL}\n\n{}\n{FULL}\n", FULL.replace("D-1", "\"D-2\""));
        let error = read_deals("deals.csv", noted.replace('\n', ends).as_bytes()).unwrap_err();
        let expected = DealProblem {
            line: 5,
            rows: 1,
            column: Some("deal_id".to_owned()),
            what: DealLineProblem::RepeatedDealId { first_line: 2 },
        };
        assert_eq!(error.problems, [expected]);
    }
}

#[test]
fn columns_are_checked_by_name() {
    let error = |header: &str| read_deals("deals.csv", format!("{header}\n").as_bytes()).unwrap_err();
    let named = |error: DealFileError| -> Vec<_> {
        error.problems.into_iter().map(|p| (p.column.unwrap_or_default(), p.what)).collect()
    };
    assert_eq!(
        named(error("deal_id,createdat,created_at,closed_at,closed_at,a@b.example")),
        [
            at("createdat", SheetProblem::UnknownColumn.into()),
            at("closed_at", SheetProblem::RepeatedColumn.into()),
            at("no. 6", SheetProblem::UnknownColumn.into()),
            at("outcome", SheetProblem::MissingColumn.into()),
        ]
    );
    let headless = error("Jane Doe,2026-01-01,2026-02-01,won");
    assert!(!headless.to_string().contains("Jane"), "{headless}");
    assert_eq!(named(headless), [at("", SheetProblem::NoHeader.into())]);
    assert_eq!(named(error(HEADER)), [at("", SheetProblem::NoRows.into())]);
}

#[test]
fn files_that_are_no_table_are_refused() {
    let only = |bytes: &[u8]| {
        let mut error = read_deals("deals.csv", bytes).unwrap_err();
        assert_eq!(error.problems.len(), 1, "{error}");
        error.problems.remove(0)
    };
    for empty in [&b""[..], b"\xef\xbb\xbf", b" \r\n\n"] {
        assert_eq!(only(empty).what, SheetProblem::Empty.into());
    }
    let latin1 = [HEADER.as_bytes(), b"\nD-1,Z\xfcrich\n"].concat();
    assert_eq!((only(&latin1).line, only(&latin1).what), (2, SheetProblem::NotUtf8.into()));
    let short = format!("{HEADER}\nD-1,2026-01-10\n");
    assert_eq!(only(short.as_bytes()).what, SheetProblem::FieldCount { found: 2, expected: 16 }.into());
    let open_quote = format!("{HEADER}\n\"{FULL}\n{FULL}\n");
    assert_eq!(only(open_quote.as_bytes()).what, SheetProblem::FieldCount { found: 1, expected: 16 }.into());
}

#[test]
fn one_bad_row_keeps_the_good_ones_out_and_a_column_is_told_once() {
    let bad = |n: usize| format!("B-{n},2026-01-10,2026-01-11,perhaps,,,,,,,,,,,,");
    let rows: Vec<String> = (0..27).map(bad).collect();
    let error = read_one(&format!("{FULL}\n{}", rows.join("\n"))).unwrap_err();
    assert_eq!((error.problems.len(), error.problems[0].rows, error.more), (1, 27, 0));
    let text = error.to_string();
    assert!(
        text.starts_with("no deal was imported from deals.csv:\ndeals.csv:3: column `outcome`: "),
        "{text}"
    );
    assert!(
        text.contains("is neither won nor lost (27 rows, from this line on); write `won` or `lost`"),
        "{text}"
    );
    assert!(!text.contains("perhaps"), "a cell's content is never repeated");
}

#[test]
fn a_damaged_file_is_read_or_refused_with_a_line_of_its_own() {
    let whole = format!("{HEADER}\n{FULL}\n{}\n", FULL.replace("D-1", "D-2")).into_bytes();
    let lines = 1..=4;
    let mut refused = 0;
    let mut check = |bytes: &[u8]| match read_deals("deals.csv", bytes) {
        Ok(deals) => assert!((1..=3).contains(&deals.len())),
        Err(error) => {
            refused += 1;
            assert!(!error.problems.is_empty());
            assert!(error.problems.iter().all(|problem| lines.contains(&problem.line)), "{error}");
        }
    };
    for place in (0..whole.len()).step_by(3) {
        check(&whole[..place]);
        for byte in [b'"', b',', b'\n', b'\r', b'@', b'|', 0, 0xff] {
            let mut damaged = whole.clone();
            damaged[place] = byte;
            check(&damaged);
        }
    }
    assert!(refused > whole.len(), "{refused}");
}
