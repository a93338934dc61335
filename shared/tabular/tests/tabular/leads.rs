//! Leads to score.

use jiff::Timestamp;
use leadlight_lead::CriterionGroup;
use leadlight_model::{Cell, FeatureKind, FeatureSpec, parse_moment};
use leadlight_tabular::{LeadReader, LeadsRead, TableError, TableProblem};

use crate::files::file;

const LEADS: &str = "email;Employees;seen;industry;decided\n\
    jane.doe@example.com;1,200.00;2026-01-01;retail;2026-01-31\n\
    \"john\nroe@example.com\";;2026-01-01;banking;\n\
    ;;;;\n\
    ann.poe@example.com;dozens;soon;;tomorrow\n\
    kim.lee@example.com;hundreds;;;2026-01-31\n";

fn spec(name: &str, kind: FeatureKind) -> FeatureSpec {
    let (name, factor) = (name.to_owned(), name.to_owned());
    FeatureSpec { name, group: CriterionGroup::Icp, factor, kind, monotone: None, rule: None, prior: None }
}

fn specs() -> Vec<FeatureSpec> {
    vec![
        spec("industry", FeatureKind::Category),
        spec("employees", FeatureKind::Number),
        spec("seen", FeatureKind::Date { half_life_days: 30 }),
    ]
}

fn now() -> Timestamp {
    parse_moment("2026-03-02").unwrap()
}

/// What is remembered of a lead.
type Seen = (u64, u64, Timestamp, String);

fn read(text: &str, time: Option<&str>) -> Result<(Vec<Seen>, LeadsRead), TableError> {
    let specs = specs();
    let file = file(text);
    let mut seen = Vec::new();
    let read =
        LeadReader::open(&file.path, &specs, time)?.read::<TableError>(now(), &mut |_| (), &mut |lead| {
            seen.push((lead.row, lead.line, lead.as_of, format!("{:?}", lead.cells)));
            Ok(())
        })?;
    Ok((seen, read))
}

#[test]
fn leads_come_with_their_places_and_their_cells_in_the_features_order() {
    let (seen, read) = read(LEADS, None).unwrap();
    assert_eq!(read.rows, 4);
    let places: Vec<(u64, u64)> = seen.iter().map(|lead| (lead.0, lead.1)).collect();
    assert_eq!(places, [(1, 2), (2, 3), (3, 6), (4, 7)]);
    let first = [Cell::Category("retail"), Cell::Number(1200.0), Cell::Number(0.25)];
    assert_eq!(seen[0].3, format!("{first:?}"));
    let second = [Cell::Category("banking"), Cell::Unknown, Cell::Number(0.25)];
    assert_eq!(seen[1].3, format!("{second:?}"));
}

#[test]
fn cells_that_cannot_be_read_are_unknown_and_told() {
    let (seen, read) = read(LEADS, None).unwrap();
    assert_eq!(seen[2].3, format!("{:?}", [Cell::Unknown, Cell::Unknown, Cell::Unknown]));
    assert_eq!(
        read.notes,
        [
            "1 row is left out: all cells are empty",
            "column \"Employees\": 2 cells, the first in line 6, are not a finite decimal number; each counts as \
             not known",
            "column \"seen\": the cell in line 6 is not a date such as 2026-01-31 and counts as not known",
        ]
    );
}

#[test]
fn a_lead_is_decided_on_when_its_row_says() {
    let (seen, read) = read(LEADS, Some("decided")).unwrap();
    let decided = parse_moment("2026-01-31").unwrap();
    let moments: Vec<Timestamp> = seen.iter().map(|lead| lead.2).collect();
    assert_eq!(moments, [decided, now(), now(), decided]);
    assert!(seen[0].3.contains("Number(0.5)"));
    assert!(
        read.notes[1].starts_with("column \"decided\": the cell in line 6 is not a date"),
        "{:?}",
        read.notes
    );
}

#[test]
fn the_rows_own_cells_can_be_written_out_again() {
    let file = file(LEADS);
    let specs = specs();
    let reader = LeadReader::open(&file.path, &specs, None).unwrap();
    assert_eq!(reader.separator(), ';');
    assert_eq!(reader.header(), ["email", "Employees", "seen", "industry", "decided"]);
    let mut emails = Vec::new();
    let each = &mut |lead: &leadlight_tabular::LeadRow<'_>| {
        emails.extend(lead.texts().next().map(str::to_owned));
        Ok(())
    };
    reader.read::<TableError>(now(), &mut |_| (), each).unwrap();
    assert_eq!(emails[1], "john\nroe@example.com");
}

#[test]
fn columns_the_model_needs_must_be_there() {
    let error = read("industri,seen\nretail,\n", Some("when")).unwrap_err();
    let text = error.to_string();
    assert!(matches!(error.problem, TableProblem::ColumnsAbsent { .. }));
    assert!(
        text.ends_with(
            "has no column \"industry\" (a feature of the model) – did you mean \"industri\"?, and none \
             \"employees\" (a feature of the model), and none \"when\" (the time); its columns are \"industri\", \
             \"seen\""
        ),
        "{text}"
    );
}

#[test]
fn a_file_may_hold_no_leads() {
    let (seen, read) = read("industry,employees,seen\n", None).unwrap();
    assert!(seen.is_empty());
    assert_eq!(read, LeadsRead { rows: 0, notes: Vec::new() });
}

#[test]
fn whoever_reads_can_stop_with_an_error_of_their_own() {
    #[derive(Debug)]
    enum Stop {
        Enough(u64),
        Table,
    }
    impl From<TableError> for Stop {
        fn from(_: TableError) -> Self {
            Self::Table
        }
    }
    let specs = specs();
    let open = |file: &crate::files::TableFile| LeadReader::open(&file.path, &specs, None).unwrap();
    let good = file(LEADS);
    let stopped = open(&good).read(now(), &mut |_| (), &mut |lead| Err(Stop::Enough(lead.row)));
    assert!(matches!(stopped, Err(Stop::Enough(1))));
    let ragged = file("industry,employees,seen\nretail,1\n");
    let stopped = open(&ragged).read::<Stop>(now(), &mut |_| (), &mut |_| Ok(()));
    assert!(matches!(stopped, Err(Stop::Table)));
}
