//! CRMs' exports as closed deals.

use std::io::Write as _;

use leadlight_lead::{Function, OutcomeResult, Seniority, SourceName};
use leadlight_reading::TitleReading;
use leadlight_tabular::{
    ColumnTold, Field, History, HistoryProblem, Judging, LeftOut, Mapping, Recognised, Table, WrittenAs,
    read_history, recognise,
};

fn table(text: &str) -> Table {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    Table::open(file.path(), WrittenAs::default()).unwrap()
}

fn read(text: &str) -> Result<History, HistoryProblem> {
    let table = table(text);
    let Recognised::Clearly(crm) = recognise(table.header()) else {
        panic!("which CRM? {:?}", table.header())
    };
    read_as(&table, &Mapping::of(crm, table.header()))
}

fn read_as(table: &Table, mapping: &Mapping) -> Result<History, HistoryProblem> {
    let is_source = |name: &SourceName| name.as_str() == "webinar";
    let industry = |text: &str| leadlight_reading::read_industry(text).map(|i| i.key().to_owned());
    let now = "2026-11-30T00:00:00Z".parse().unwrap();
    // A policy's own word for a function.
    let title = |text: &str| match text {
        "Kundenzauberin" => TitleReading { function: Some(Function::Sales), ..TitleReading::default() },
        other => leadlight_reading::read_title(other),
    };
    read_history(table, mapping, &Judging { now, is_source: &is_source, industry: &industry, title: &title })
}

fn left_out(history: &History) -> Vec<(LeftOut, u64)> {
    history.left_out.iter().map(|rows| (rows.why, rows.rows)).collect()
}

fn column<'a>(history: &'a History, name: &str) -> &'a ColumnTold {
    history.columns.iter().find(|column| column.column == name).unwrap()
}

const HUBSPOT: &str = "\u{feff}Record ID,Deal Name,Deal Stage,Close Date,Create Date,Amount,Currency,Associated Company,Company Domain Name,Industry,Number of Employees,Country/Region,Job Title,Email,Original Source
29911220931,Amberline,Closed won (Sales Pipeline),2026-03-19 18:14,2026-01-02 09:30,\"12,000.00\",USD,Amberline GmbH (1000211),https://www.amberline.example/de,COMPUTER_SOFTWARE,201-500,Germany,VP Sales,Ada Quist (ada@amberline.example),Webinar
29911220932,Birchline,closedlost,2026-03-20 08:00,2026-01-05,\"9,000.50\",EUR,Birchline,birchline.example,Fahrzeugzauber,lots,Atlantis,Chief Wizard of Light,not an address,Organic Search
29911220933,Cedarline,Appointment Scheduled (Sales Pipeline),2027-01-31,2026-02-01,,,,,,,,,,
29911220934,Doveline,Legal review,,2026-02-01,,,,,,,,,,
29911220935,Elmline,Closed won (Sales Pipeline),,2026-02-01,,,,,,,,,,
";

#[test]
fn a_hubspot_export_is_read_as_it_is() {
    let history = read(HUBSPOT).unwrap();
    assert_eq!(history.deals.len(), 2);
    let deal = &history.deals[0];
    assert_eq!(deal.id().as_str(), "29911220931");
    assert_eq!(deal.source().as_str(), "webinar");
    assert_eq!(deal.submitted.event.email.as_str(), "ada@amberline.example");
    assert_eq!(deal.submitted.event.website.as_deref(), Some("amberline.example"));
    assert_eq!((deal.outcome.result, deal.outcome.amount_usd), (OutcomeResult::Won, Some(12_000)));
    assert_eq!(deal.outcome.closed_at.to_string(), "2026-03-19T18:14:00Z");
    assert_eq!(deal.created_at().to_string(), "2026-01-02T09:30:00Z");
    let company = &deal.enrichment.company;
    assert_eq!(company.name.as_ref().unwrap().value, "Amberline GmbH");
    assert_eq!(company.industry.as_ref().unwrap().value, "software");
    assert_eq!(company.employees.as_ref().unwrap().value.at_least(), 201);
    assert_eq!(company.country.as_ref().unwrap().value.as_str(), "DE");
    let person = &deal.enrichment.person;
    assert_eq!(person.function.as_ref().unwrap().value, Function::Sales);
    assert_eq!(person.seniority.as_ref().unwrap().value, Seniority::Vp);
}

#[test]
fn an_optional_cell_that_cannot_be_read_costs_no_deal_and_is_told_once_a_column() {
    let history = read(HUBSPOT).unwrap();
    let deal = &history.deals[1];
    assert_eq!(deal.submitted.event.email.as_str(), "deal-29911220932@history.example");
    assert_eq!(deal.source().as_str(), "crm-history");
    let company = &deal.enrichment.company;
    assert!(company.industry.is_none() && company.employees.is_none() && company.country.is_none());
    assert_eq!(deal.outcome.amount_usd, None, "euros are no dollars");
    for (name, value) in
        [("Industry", "Fahrzeugzauber"), ("Number of Employees", "lots"), ("Country/Region", "Atlantis")]
    {
        let told = column(&history, name);
        assert_eq!((told.not_understood, told.first_line), (1, Some(3)), "{name}");
        assert_eq!(told.values[0].value, value);
    }
    let email = column(&history, "Email");
    assert!(email.not_understood == 1 && email.values.is_empty(), "an address is never repeated: {email:?}");
    assert!(history.notes.iter().any(|note| note.contains("another currency")), "{:?}", history.notes);
    assert_eq!(history.unused, ["Deal Name"]);
}

#[test]
fn rows_without_an_end_are_left_out_and_counted_by_reason() {
    let history = read(HUBSPOT).unwrap();
    let mut found = left_out(&history);
    found.sort_by_key(|(why, _)| format!("{why:?}"));
    assert_eq!(found, [(LeftOut::NoCloseDate, 1), (LeftOut::Open, 1), (LeftOut::StateUnread, 1)]);
    assert_eq!(column(&history, "Deal Stage").values[0].value, "Legal review");
    assert!(!LeftOut::Open.is_damage() && LeftOut::StateUnread.is_damage());
}

#[test]
fn a_german_salesforce_report_is_read_day_first() {
    let text = "\"Opportunity Name\";\"Phase\";\"Schlusstermin\";\"Erstelldatum\";\"Betrag\";\"Mitarbeiter\"\n\
        \"GRO\";\"Closed Lost\";\"16.03.2024\";\"05.02.2024\";\"12.500,50\";\"1.250\"\n\
        \"AMB\";\"Abgeschlossen / gewonnen\";\"22.02.2024\";\"10.02.2024\";\"900,00\";\"80\"\n\
        \"BIR\";\"Closed Won\";\"31.12.3999\";\"10.02.2024\";\"\";\"\"\n";
    let history = read(text).unwrap();
    let ends: Vec<_> =
        history.deals.iter().map(|d| (d.outcome.result, d.outcome.closed_at.to_string())).collect();
    assert_eq!(
        ends,
        [
            (OutcomeResult::Lost, "2024-03-16T23:59:59Z".to_owned()),
            (OutcomeResult::Won, "2024-02-22T23:59:59Z".to_owned())
        ]
    );
    assert_eq!(history.deals[0].outcome.amount_usd, Some(12_501));
    let sizes: Vec<_> = history
        .deals
        .iter()
        .map(|d| d.enrichment.company.employees.as_ref().unwrap().value.typical())
        .collect();
    assert_eq!(sizes, [1250, 80]);
    assert!(column(&history, "Schlusstermin").how.iter().any(|how| how == "day first"));
    assert_eq!(left_out(&history), [(LeftOut::NoCloseDate, 1)]);
    assert!(history.deals[0].id().as_str().starts_with("row-"), "known by its content");
}

#[test]
fn pipedrive_tells_the_close_date_in_two_columns() {
    let text = "Deal - ID,Deal - Status,Deal - Deal created,Deal - Won time,Deal - Lost time,Deal - Organization\n\
        1000,Lost,2025-01-06 09:00:00,,2025-02-20 16:00:00,Amberline AG\n\
        1001,Won,2025-01-11 09:00:00,2025-03-03 17:00:00,2025-02-01 10:00:00,Birchline GmbH\n\
        1002,Open,2025-01-11 09:00:00,,,Cedarline Ltd\n";
    let history = read(text).unwrap();
    let closed: Vec<_> = history.deals.iter().map(|deal| deal.outcome.closed_at.to_string()).collect();
    assert_eq!(
        closed,
        ["2025-02-20T16:00:00Z", "2025-03-03T17:00:00Z"],
        "a reopened deal counts by its last end"
    );
    assert_eq!(left_out(&history), [(LeftOut::Open, 1)]);
}

#[test]
fn flags_go_before_names_and_contradictions_are_set_aside() {
    let text = "Id,StageName,CloseDate,CreatedDate,IsClosed,IsWon\n\
        a,Signed at last,2026-01-31,2026-01-01,true,true\n\
        b,Closed Won,2026-01-31,2026-01-01,true,false\n\
        c,Closed Lost,2026-12-31,2026-01-01,false,false\n\
        d,Gone,2026-01-31,2026-01-01,1,0\n\
        e,Negotiation,2026-12-31,2026-01-01,false,false\n";
    let history = read(text).unwrap();
    let ends: Vec<_> = history.deals.iter().map(|d| (d.id().as_str(), d.outcome.result)).collect();
    assert_eq!(ends, [("a", OutcomeResult::Won), ("d", OutcomeResult::Lost)]);
    assert_eq!(column(&history, "StageName").not_understood, 0, "what is known otherwise need not be read");
    let mut found = left_out(&history);
    found.sort_by_key(|(why, _)| format!("{why:?}"));
    assert_eq!(found, [(LeftOut::Contradiction, 2), (LeftOut::Open, 1)]);
}

#[test]
fn ids_that_a_spreadsheet_rounded_are_none() {
    let text = "Record ID,Deal Stage,Close Date,Create Date\n\
        2.99112E+10,Closed Won,2026-01-31,2026-01-01\n2.99112E+10,Closed Lost,2026-01-30,2026-01-02\n";
    let history = read(text).unwrap();
    assert_eq!(history.deals.len(), 2);
    assert_ne!(history.deals[0].id(), history.deals[1].id());
    assert_eq!(column(&history, "Record ID").not_understood, 2);
}

#[test]
fn one_id_is_one_deal_and_two_ends_are_none() {
    let text = "Record ID,Deal Stage,Close Date,Create Date,Email\n\
        1,Closed Won,2026-01-31,2026-01-01,a@acme.example\n1,Closed Won,2026-01-31,2026-01-01,b@acme.example\n\
        2,Closed Won,2026-01-31,2026-01-01,\n2,Closed Lost,2026-01-31,2026-01-01,\n";
    let history = read(text).unwrap();
    assert_eq!(history.deals.len(), 1);
    assert_eq!(left_out(&history), [(LeftOut::TwoEnds, 2), (LeftOut::Repeated, 1)]);
}

#[test]
fn a_deal_that_was_moved_from_another_crm_is_created_when_it_closed() {
    let text = "Record ID,Deal Stage,Close Date,Create Date\n\
        1,Closed Won,2020-01-31,2026-01-01\n2,Closed Lost,2026-02-01,2026-01-01\n3,Closed Lost,2026-02-01,\n";
    let history = read(text).unwrap();
    assert_eq!(history.deals[0].created_at(), history.deals[0].outcome.closed_at);
    assert!(history.notes.iter().any(|note| note.starts_with("1 deal created after")), "{:?}", history.notes);
    assert!(
        history.notes.iter().any(|note| note.starts_with("1 deal without a date")),
        "{:?}",
        history.notes
    );
}

#[test]
fn a_deal_closed_today_in_auckland_is_no_deal_of_the_future() {
    let text = "Record ID,Deal Stage,Close Date,Create Date\n\
        1,Closed Won,2026-11-30,2026-01-01\n2,Closed Won,2026-12-02,2026-01-01\n";
    let history = read(text).unwrap();
    assert_eq!((history.deals.len(), left_out(&history)), (1, vec![(LeftOut::InFuture, 1)]));
}

#[test]
fn dates_that_can_be_read_in_two_ways_are_refused_with_both() {
    let text = "Record ID,Deal Stage,Close Date\n1,Closed Won,01/02/2026\n2,Closed Lost,03/04/2026\n";
    let refused = read(text).unwrap_err().to_string();
    assert!(refused.contains("Close Date") && refused.contains("--dates"), "{refused}");
}

#[test]
fn rows_that_do_not_fit_are_set_aside_and_a_file_full_of_them_is_refused() {
    let rows: Vec<String> =
        (0..20).map(|n| format!("{n},Closed Won,2026-01-{:02},2025-12-01\n", n + 1)).collect();
    let good = rows.concat();
    let header = "Record ID,Deal Stage,Close Date,Create Date\n";
    let history = read(&format!("{header}{good}99,Closed Won\n{good}")).unwrap();
    assert_eq!(history.deals.len(), 20);
    assert!(left_out(&history).contains(&(LeftOut::Cells, 1)), "{:?}", history.left_out);
    let mut file = tempfile::NamedTempFile::new().unwrap();
    write!(file, "{header}1,a,b,c,d\n2,a,b,c,d\n3,Closed Won,2026-01-01,2026-01-01\n").unwrap();
    assert!(Table::open(file.path(), WrittenAs::default()).is_err());
}

#[test]
fn without_stage_or_close_date_the_file_is_refused_with_what_is_missing() {
    let table = table("Record ID,Deal Name\n1,Amberline\n");
    let mapping = Mapping::of(leadlight_tabular::crm_named("hubspot").unwrap(), table.header());
    let Err(HistoryProblem::Missing { fields }) = read_as(&table, &mapping) else { panic!() };
    assert_eq!(fields, [Field::State, Field::Closed]);
}

#[test]
fn our_own_format_is_read_as_before_and_ranges_and_titles_are_understood() {
    let text = "deal_id,created_at,closed_at,outcome,amount_usd,source,industry,employees,country,function,seniority,technologies,intent_topic,intent_score,intent_observed_at,activities\n\
        D-1,2026-01-10T09:00:00Z,2026-03-01T12:00:00Z,Closed Won,24000.00,webinar,Professional Services,51-200,de,Revenue Operations,C-Level,hubspot|Salesforce|hubspot,lead-scoring,72.5,2026-01-02,pricing_view@2026-01-09T08:00:00Z|demo_request@2026-02-01T08:00:00Z\n";
    let history = read(text).unwrap();
    let deal = &history.deals[0];
    assert_eq!(deal.submitted.event.email.as_str(), "deal-d-1@history.example");
    assert_eq!(deal.outcome.amount_usd, Some(24_000));
    let company = &deal.enrichment.company;
    assert_eq!(company.technologies.as_ref().unwrap().value, ["hubspot", "salesforce"]);
    assert_eq!(company.intent.as_ref().unwrap().value.observed_at.to_string(), "2026-01-02T23:59:59Z");
    assert_eq!(deal.enrichment.person.function.as_ref().unwrap().value, Function::RevenueOperations);
    assert_eq!(
        deal.submitted.event.activity.len(),
        1,
        "what came after the deal was created says nothing of it"
    );
}

#[test]
fn tools_are_kept_by_the_keys_that_vendors_answers_have() {
    let tools = |cell: &str| {
        let text = format!(
            "deal_id,created_at,closed_at,outcome,technologies\n\
             D-1,2026-01-10T09:00:00Z,2026-03-01T12:00:00Z,Closed Won,\"{cell}\"\n"
        );
        let deal = read(&text).unwrap().deals.remove(0);
        deal.enrichment.company.technologies.map(|tools| tools.value)
    };
    assert_eq!(
        tools("Salesforce.com; HubSpot CRM, google_analytics").unwrap(),
        ["google-analytics", "hubspot", "salesforce"]
    );
    assert_eq!(tools("Acme Widgets|SFDC|Salesforce").unwrap(), ["acme-widgets", "salesforce"]);
    assert_eq!(tools("n/a"), None);
}

/// Won deals in a CRM's words, with some more columns.
fn deals(columns: &str, rows: &[&str]) -> History {
    let rows: Vec<String> = rows
        .iter()
        .enumerate()
        .map(|(n, row)| format!("{n},Closed Won,2026-01-31,2026-01-01,{row}\n"))
        .collect();
    read(&format!("Record ID,Deal Stage,Close Date,Create Date,{columns}\n{}", rows.concat())).unwrap()
}

fn revenues(history: &History) -> Vec<Option<u64>> {
    let revenue =
        |deal: &leadlight_lead::Deal| deal.enrichment.company.revenue_usd.as_ref().map(|fact| fact.value);
    history.deals.iter().map(revenue).collect()
}

fn sizes(history: &History) -> Vec<Option<u32>> {
    let size =
        |deal: &leadlight_lead::Deal| deal.enrichment.company.employees.as_ref().map(|f| f.value.typical());
    history.deals.iter().map(size).collect()
}

#[test]
fn revenue_in_another_currency_is_not_taken_for_dollars() {
    let history = deals("Annual Revenue", &["€ 5.000.000", "$ 6.000.000", "7.000.000"]);
    assert_eq!(revenues(&history), [None, Some(6_000_000), Some(7_000_000)]);
    assert!(history.notes.iter().any(|note| note.starts_with("1 deal with a revenue in another currency")));
    let history = deals("Currency,Annual Revenue", &["EUR,5000000", "USD,6000000", ",7000000"]);
    assert_eq!(revenues(&history), [None, Some(6_000_000), Some(7_000_000)]);
    assert_eq!(column(&history, "Currency").read, 2, "a cell is told once");
}

#[test]
fn dollars_with_a_word_for_thousands_are_dollars() {
    for (written, amount) in [
        ("$250k", 250_000),
        ("$1.5M", 1_500_000),
        ("USD 2M", 2_000_000),
        ("1.2 million", 1_200_000),
        ("3 mrd", 3_000_000_000),
        ("2B", 2_000_000_000),
        ("US$ 12k", 12_000),
    ] {
        let history = deals("Amount", &[written]);
        assert_eq!(history.deals[0].outcome.amount_usd, Some(amount), "{written}");
        assert_eq!(history.notes, [""; 0], "{written}");
    }
    assert_eq!(deals("Amount", &["€250k"]).deals[0].outcome.amount_usd, None);
}

#[test]
fn a_fraction_is_no_number_of_employees() {
    let rows = ["12500.50,1.250", "900.25,2.500", "900.25,80"];
    let history = deals("Amount,Number of Employees", &rows);
    assert_eq!(sizes(&history), [Some(1250), Some(2500), Some(80)]);
    assert_eq!(sizes(&deals("Number of Employees", &["2.5", "120.0"])), [None, Some(120)]);
    let history = deals("Number of Employees", &["1.250", "2.500"]);
    assert_eq!(sizes(&history), [Some(1250), Some(2500)]);
    assert_eq!(column(&history, "Number of Employees").how, [""; 0], "it was read");
    let rows = ["12500.50,1.000", "900.25,2.500"];
    assert_eq!(sizes(&deals("Amount,Number of Employees", &rows)), [None, Some(2500)]);
}

#[test]
fn rows_of_one_deal_with_other_amounts_are_one_deal_of_an_unknown_amount() {
    let text = "Record ID,Deal Stage,Close Date,Create Date,Amount\n\
        1,Closed Won,2026-01-31 10:00,2026-01-01,100\n1,Closed Won,2026-01-31 11:00,2026-01-01,200\n\
        1,Closed Won,2026-01-31 10:00,2026-01-01,200\n\
        2,Closed Won,2026-01-31,2026-01-01,\n2,Closed Won,2026-01-31,2026-01-01,70\n\
        3,Closed Won,2026-01-31,2026-01-01,5\n3,Closed Won,2026-02-01,2026-01-01,5\n";
    let history = read(text).unwrap();
    let amounts: Vec<_> = history.deals.iter().map(|d| (d.id().as_str(), d.outcome.amount_usd)).collect();
    assert_eq!(amounts, [("1", None), ("2", Some(70))]);
    assert_eq!(left_out(&history), [(LeftOut::Repeated, 3), (LeftOut::TwoEnds, 2)]);
    let note = "1 deal with another amount in another row: the amount is not kept";
    assert!(history.notes.iter().any(|told| told == note), "{:?}", history.notes);
    let without = read(&text.replace(",100\n", ",\n").replace(",200\n", ",\n")).unwrap();
    assert_eq!(without.deals[0].submitted.content_hash, history.deals[0].submitted.content_hash);
}

#[test]
fn a_column_is_found_by_its_own_name_before_one_much_like_it() {
    let table = table("Amount,Amount (€),DealID,Deal - ID,STAGE\n1,2,3,4,5\n");
    let found = ["Amount (€)", "amount", "Deal - ID", "dealid", "Deal ID", "Stage", "s.t.a.g.e", "none"]
        .map(|name| table.find(name));
    let expected = [Some(1), Some(0), Some(3), Some(2), None, Some(4), Some(4), None];
    assert_eq!(found, expected, "of two much like it none is meant");
    let crm = leadlight_tabular::crm_named("hubspot").unwrap();
    let header = ["Amount (€)", "Amount"].map(str::to_owned);
    assert_eq!(Mapping::of(crm, &header).places(Field::Amount), [1]);
}

#[test]
fn titles_are_read_in_the_policys_words_and_kept_whatever_they_say() {
    let history =
        deals("Job Title,Department", &["Kundenzauberin,", "Chief Wizard of Light,Kundenzauberin", "-,"]);
    let person = |n: usize| &history.deals[n].enrichment.person;
    let known = |n: usize| {
        (person(n).title.as_ref().map(|t| t.value.as_str()), person(n).function.as_ref().map(|f| f.value))
    };
    assert_eq!(known(0), (Some("Kundenzauberin"), Some(Function::Sales)));
    assert_eq!(
        known(1),
        (Some("Chief Wizard of Light"), Some(Function::Sales)),
        "a policy may understand it later"
    );
    assert_eq!(known(2), (None, None));
    let told = column(&history, "Job Title");
    assert_eq!((told.read, told.not_understood, told.empty), (1, 1, 1));
}
