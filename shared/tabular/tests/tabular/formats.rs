//! Numbers and dates in the format of their column.

use std::fmt::Write as _;

use jiff::Timestamp;
use leadlight_lead::CriterionGroup;
use leadlight_model::{Cell, FeatureKind, FeatureSpec, Order, parse_moment};
use leadlight_tabular::{
    DateOrder, DealColumns, DealTable, DecimalMark, LeadReader, TableError, TableProblem, Taken, WrittenAs,
};

use crate::files::{by_time, cycle, file, kind, read, read_as, taken, timed, with_column};

fn numbers(table: &DealTable, column: usize) -> Vec<Cell<'_>> {
    (0..table.deals.len().min(4)).map(|row| table.deals.columns[column].get(row)).collect()
}

#[test]
fn a_german_and_a_plain_file_say_the_same() {
    let mut german = "\u{feff}Mitarbeiter;Umsatz EUR;Anteil;Status\n".to_owned();
    let mut plain = "Mitarbeiter,Umsatz EUR,Anteil,Status\n".to_owned();
    for (row, (size, written)) in [(35, "35"), (1250, "1.250"), (480, "480"), (12_500, "12.500")]
        .into_iter()
        .cycle()
        .take(80)
        .enumerate()
    {
        let status = if row % 3 == 0 { "Gewonnen" } else { "Verloren" };
        writeln!(german, "{written};3.150.0{row:02},50;{row},1 %;{status}").unwrap();
        writeln!(plain, "{size},31500{row:02}.50,{row}.1,{status}").unwrap();
    }
    let columns = DealColumns { positive: vec!["Gewonnen".to_owned()], ..DealColumns::new("Status") };
    let (german, plain) = (read_as(german, &columns).unwrap(), read_as(plain, &columns).unwrap());
    assert_eq!(german.deals, plain.deals);
    assert_eq!(german.columns[0].why, "numbers, with a decimal comma, as in column \"Umsatz EUR\"");
    assert_eq!(german.columns[1].why, "numbers, with a decimal comma");
    assert_eq!(plain.columns[1].why, "numbers");
}

#[test]
fn numbers_are_read_as_people_write_them() {
    for (cells, first) in [
        (["$1,200.50", "$90"], 1200.5),
        (["1.200,50 €", "90 €"], 1200.5),
        (["1 200", "12 000"], 1200.0),
        (["1\u{202f}200,5", "90"], 1200.5),
        (["CHF 1'200.50", "CHF 90"], 1200.5),
        (["(1,200.50)", "90"], -1200.5),
        (["120-", "90"], -120.0),
        (["12.5 %", "90 %"], 12.5),
        (["1,2E+06", "90"], 1_200_000.0),
        (["1.2k", "90k"], 1200.0),
        (["R$ 1.200,50", "R$ 90,00"], 1200.5),
        (["1,200", "950"], 1200.0),
        (["$12,000", "$5,125"], 12_000.0),
        (["1.250 €", "2.125 €"], 1250.0),
    ] {
        let table = read(with_column("x", cycle(&cells, 30))).unwrap();
        assert_eq!(kind(&table.columns[0]), Some(FeatureKind::Number), "{cells:?}");
        assert_eq!(table.deals.columns[0].get(0), Cell::Number(first), "{cells:?}");
    }
}

#[test]
fn numbers_that_may_mean_two_things_stop_the_reading_until_it_is_said() {
    for (cells, mark) in [(["1.250", "35"], '.'), (["1.250", "2.500"], '.'), (["1,250", "2,125"], ',')] {
        let text = with_column("Size", cycle(&cells, 30));
        let error = read(&text).unwrap_err();
        let TableProblem::AmbiguousNumbers { line: 2, mark: found, .. } = error.problem else {
            panic!("{error}")
        };
        assert_eq!(found, mark);
        assert!(
            error.to_string().contains("--decimal comma") && error.to_string().contains("--decimal point")
        );
        for (said, grouped) in [(DecimalMark::Comma, mark == '.'), (DecimalMark::Point, mark == ',')] {
            let written = WrittenAs { decimal: Some(said), dates: None };
            let table = read_as(&text, &DealColumns { written, ..DealColumns::new("won") }).unwrap();
            let first = if grouped { 1250.0 } else { 1.25 };
            assert_eq!(numbers(&table, 0)[0], Cell::Number(first));
        }
        // Who does not want the column need not say.
        let drop = DealColumns { drop: vec!["size".to_owned()], ..DealColumns::new("won") };
        assert!(read_as(&text, &drop).is_ok());
    }
}

#[test]
fn thousands_beside_whole_numbers_are_read_where_the_separator_agrees() {
    let text = with_column("Size", cycle(&["1.250", "35"], 30)).replace(',', ";");
    let table = read(text).unwrap();
    assert_eq!(numbers(&table, 0)[..2], [Cell::Number(1250.0), Cell::Number(35.0)]);
    assert_eq!(table.columns[0].why, "numbers, with points between thousands");
}

#[test]
fn columns_that_contradict_each_other_prove_nothing() {
    let rows = "1.5;1,5;1.250;yes\n2.5;2,5;2.250;no\n".repeat(10);
    let error = read(format!("a;b;c;won\n{rows}")).unwrap_err();
    assert!(
        matches!(&error.problem, TableProblem::AmbiguousNumbers { column, .. } if column == "c"),
        "{error}"
    );
}

#[test]
fn a_column_in_two_formats_is_left_out_and_told() {
    let note = taken("x", cycle(&["1.5", "2,5"], 60));
    assert_eq!(note.taken, Taken::LeftOut);
    assert!(note.why.contains("more than one way"), "{}", note.why);
    let mut cells = cycle(&["1,5", "2,5"], 200);
    cells[7] = "3.5".to_owned();
    let table = read(with_column("x", cells)).unwrap();
    assert_eq!(numbers(&table, 0)[0], Cell::Number(1.5));
    assert_eq!(
        table.columns[0].why,
        "numbers, with a decimal comma (in line 9 with a point), but for 1 cell"
    );
    assert_eq!(
        table.notes,
        ["column \"x\": the cell in line 9 is not a number with a decimal comma and counts as not known"]
    );
}

#[test]
fn amounts_in_several_currencies_are_told() {
    assert!(taken("x", cycle(&["€ 5", "$ 7"], 60)).why.contains("in EUR and USD, and not converted"));
}

#[test]
fn words_for_nothing_are_nothing() {
    let table =
        read(with_column("x", cycle(&["web", "fair", "Select", "-- None --", "unknown"], 60))).unwrap();
    assert_eq!(numbers(&table, 0)[..3], [Cell::Category("web"), Cell::Category("fair"), Cell::Unknown]);
    assert_eq!(table.deals.columns[0].get(3), Cell::Unknown);
    assert_eq!(table.deals.columns[0].get(4), Cell::Category("unknown"));
    assert_eq!(kind(&taken("x", cycle(&["1", "2", "k. A.", "#DIV/0!"], 60))), Some(FeatureKind::Number));
}

fn closed(dates: &[&str]) -> Result<DealTable, TableError> {
    closed_as(dates, WrittenAs::default())
}

fn closed_as(dates: &[&str], written: WrittenAs) -> Result<DealTable, TableError> {
    let mut text = "x,closed,won\n".to_owned();
    for (row, date) in dates.iter().enumerate() {
        writeln!(text, "{row},\"{date}\",{}", if row % 2 == 0 { "yes" } else { "no" }).unwrap();
    }
    read_as(text, &DealColumns { written, ..by_time() })
}

fn moments(table: &DealTable) -> Vec<String> {
    match &table.deals.order {
        Order::ClosedAt(times) => times.iter().map(Timestamp::to_string).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn close_dates_are_read_in_the_format_of_their_column() {
    for dates in [
        ["05.03.2024", "31.03.2024"],
        ["03/05/2024", "03/31/2024"],
        ["03-05-2024", "03-31-2024"],
        ["5/3/24", "31/3/24"],
        ["5. März 2024", "31. März 2024"],
        ["Mar 5, 2024 12:00 AM", "Mar 31, 2024 12:00 AM"],
        ["2024/03/05", "2024/03/31"],
        ["45356", "45382"],
        ["1709596800000", "1711843200000"],
        ["1709596800", "1711843200"],
        ["20240305", "20240331"],
        ["2024-03-05T03:00:00+03:00", "2024-03-31T03:00:00+03:00"],
    ] {
        let table = closed(&dates).unwrap_or_else(|error| panic!("{dates:?}: {error}"));
        assert_eq!(moments(&table), ["2024-03-05T00:00:00Z", "2024-03-31T00:00:00Z"], "{dates:?}");
    }
}

#[test]
fn close_dates_that_may_mean_two_things_stop_the_reading_until_it_is_said() {
    let error = closed(&["05/05/2024", "03/05/2024"]).unwrap_err();
    assert!(matches!(error.problem, TableProblem::AmbiguousDates { line: 3, .. }), "{error}");
    assert!(error.to_string().contains("say --dates day-first or --dates month-first"), "{error}");
    for (said, second) in
        [(DateOrder::DayFirst, "2024-05-03T00:00:00Z"), (DateOrder::MonthFirst, "2024-03-05T00:00:00Z")]
    {
        let written = WrittenAs { decimal: None, dates: Some(said) };
        let table = closed_as(&["05/05/2024", "03/05/2024"], written).unwrap();
        assert_eq!(moments(&table)[1], second);
        assert!(table.notes[0].contains("as is said"), "{:?}", table.notes);
    }
    // Another column proves it.
    let text = "x,closed,made,won\n1,05/05/2024,13/04/2024,yes\n2,03/05/2024,12/04/2024,no\n";
    let table = read_as(text, &by_time()).unwrap();
    assert_eq!(moments(&table)[1], "2024-05-03T00:00:00Z");
    assert!(table.notes[0].contains("as in column \"made\""), "{:?}", table.notes);
}

#[test]
fn close_dates_in_two_formats_are_refused_with_two_lines() {
    let error = closed(&["05/03/2024", "13/03/2024", "03/13/2024"]).unwrap_err();
    let TableProblem::TwoDateFormats { not_day_first: 4, not_month_first: 3, .. } = error.problem else {
        panic!("{error}")
    };
}

#[test]
fn a_date_for_none_is_no_close_date() {
    let table = closed(&["31.12.3999", "31.03.2024", "01.03.2024", "00.00.0000"]).unwrap();
    assert_eq!((table.rows.time_unknown, table.deals.len()), (2, 2));
    assert!(table.notes.iter().any(|note| note.contains("2 stand for no date")), "{:?}", table.notes);
}

#[test]
fn a_date_that_is_none_is_refused_with_its_line() {
    let error = closed(&["05.03.2024", "soon"]).unwrap_err();
    assert!(matches!(error.problem, TableProblem::NotATime { line: 3, .. }), "{error}");
}

#[test]
fn dates_that_are_features_are_read_alike() {
    let date = Some(FeatureKind::Date { half_life_days: 30 });
    let table = timed(cycle(&["01.01.2026", "13.12.2025"], 40));
    assert_eq!((kind(&table.columns[0]), table.columns[0].why.as_str()), (date, "dates, day first"));
    assert_eq!(table.deals.columns[0].get(0), Cell::Number(1.0));
    assert_eq!(kind(&timed(cycle(&["1. Jan. 2026", "Dec 13, 2025"], 40)).columns[0]), date);
}

#[test]
fn numbers_are_dates_only_in_a_column_of_dates() {
    let column = |name: &str| {
        let cells = cycle(&["45356", "45382", "45001"], 60);
        let mut text = format!("{name},decided,won\n");
        for (row, cell) in cells.iter().enumerate() {
            writeln!(text, "{cell},2026-01-01,{}", if row % 2 == 0 { "yes" } else { "no" }).unwrap();
        }
        let columns = DealColumns { decided: Some("decided".to_owned()), ..DealColumns::new("won") };
        kind(&read_as(text, &columns).unwrap().columns[0])
    };
    assert_eq!(column("Created Date"), Some(FeatureKind::Date { half_life_days: 30 }));
    assert_eq!(column("Amount"), Some(FeatureKind::Number));
}

#[test]
fn ids_that_a_spreadsheet_damaged_are_pointed_out() {
    let cells = (0..40).map(|row| if row == 7 { "1.23E+15".to_owned() } else { format!("12345678{row}") });
    let table = read(with_column("Record ID", cells)).unwrap();
    assert!(
        table.notes.iter().any(|note| note.contains("1 id was made a number by a spreadsheet")),
        "{:?}",
        table.notes
    );
}

fn lead_specs() -> Vec<FeatureSpec> {
    let spec = |name: &str, kind| FeatureSpec {
        name: name.to_owned(),
        group: CriterionGroup::Icp,
        factor: name.to_owned(),
        kind,
        monotone: None,
        rule: None,
        prior: None,
    };
    vec![spec("size", FeatureKind::Number), spec("seen", FeatureKind::Date { half_life_days: 30 })]
}

fn leads(text: &str, written: WrittenAs) -> Result<(Vec<String>, Vec<String>), TableError> {
    let specs = lead_specs();
    let file = file(text);
    let mut cells = Vec::new();
    let now = parse_moment("2026-03-02").unwrap();
    let read = LeadReader::open(&file.path, &specs, None)?.written(written).read::<TableError>(
        now,
        &mut |_| (),
        &mut |lead| {
            cells.push(format!("{:?}", lead.cells));
            Ok(())
        },
    )?;
    Ok((cells, read.notes))
}

#[test]
fn leads_are_read_in_the_format_of_their_own_file() {
    let plain =
        leads("size,seen,rate\n1250,2026-01-01,5.5\n35,2026-01-31,1\n", WrittenAs::default()).unwrap();
    let german =
        leads("size;seen;rate\n1.250;01.01.2026;5,5\n35;31.01.2026;1\n", WrittenAs::default()).unwrap();
    assert_eq!(plain.0, german.0);
    assert_eq!(
        german.1,
        [
            "column \"size\": numbers, with a decimal comma, as in column \"rate\"",
            "column \"seen\": dates, day first"
        ]
    );
    let us = leads("size,seen\n\"1,250.00\",1/1/2026\n35,1/31/2026\n", WrittenAs::default()).unwrap();
    assert_eq!(plain.0, us.0);
}

#[test]
fn a_single_lead_that_may_mean_two_things_stops_the_reading_until_it_is_said() {
    let text = "size,seen\n1.250,2026-01-01\n";
    assert!(matches!(
        leads(text, WrittenAs::default()).unwrap_err().problem,
        TableProblem::AmbiguousNumbers { .. }
    ));
    let written = WrittenAs { decimal: Some(DecimalMark::Comma), dates: None };
    assert!(leads(text, written).unwrap().0[0].contains("1250"));
    let text = "size,seen\n5,01/02/2026\n";
    assert!(matches!(
        leads(text, WrittenAs::default()).unwrap_err().problem,
        TableProblem::AmbiguousDates { .. }
    ));
}
