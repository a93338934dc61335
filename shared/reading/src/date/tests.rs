use super::*;

fn said(text: &str) -> Option<String> {
    DateFormat::default().read(text)?.moment().map(|moment| moment.to_string())
}

fn by(order: DateOrder, text: &str) -> Option<String> {
    let format = DateFormat { order: Some(order), number: None };
    format.read(text)?.moment().map(|moment| moment.to_string())
}

#[test]
fn dates_that_say_what_they_mean_are_read() {
    for text in [
        "2024-03-05",
        "2024-03-05 00:00",
        "2024-03-05T00:00:00",
        "2024-03-05T00:00:00Z",
        "2024-03-05T03:00:00+03:00",
        "2024-03-05 03:00:00 +0300",
        "2024-03-05 01:00:00 CET",
        "2024-03-05 00:00:00 UTC",
        "2024-03-05 12:00 AM",
        "2024/03/05",
        "2024/3/5 0:00",
        "2024.03.05",
        "2024. 03. 05.",
        "2024年3月5日",
        "Mar 5, 2024",
        "March 5th, 2024",
        "5-Mar-24",
        "05-MAR-2024",
        "5. März 2024",
        "5 mars 2024",
        "le 5 mars 2024",
        "5 de marzo de 2024",
        "5 maart 2024",
        "5 de março de 2024",
        "5 marzo 2024",
        "5. Mrz. 2024",
        "Tue Mar 05 2024 01:00:00 GMT+0100 (Central European Standard Time)",
        "Tuesday, March 5, 2024",
        "Tue, 05 Mar 2024 00:00:00 GMT",
        "2024-Mar-05",
        "Mar 5 2024 12:00AM",
        "5 Mar '24",
    ] {
        assert_eq!(said(text).as_deref(), Some("2024-03-05T00:00:00Z"), "{text}");
    }
    assert_eq!(said("Mar 5, 2024 2:30 p.m.").as_deref(), Some("2024-03-05T14:30:00Z"));
    assert_eq!(said("2024-03-05 14:30:05.123456").as_deref(), Some("2024-03-05T14:30:05.123456Z"));
    assert_eq!(said("1. Jänner 2024, 8:30 Uhr").as_deref(), Some("2024-01-01T08:30:00Z"));
}

#[test]
fn figures_are_read_in_the_order_of_their_column() {
    use DateOrder::{DayFirst, MonthFirst, YearFirst};
    for text in ["05.03.2024", "5/3/2024", "05-03-2024", "5.3.24", "05-03-24", "5. 3. 2024", "Mo, 5.3.2024"] {
        assert_eq!(by(DayFirst, text).as_deref(), Some("2024-03-05T00:00:00Z"), "{text}");
        assert_eq!(said(text), None, "{text}");
    }
    assert_eq!(by(MonthFirst, "3/5/2024 2:30 PM").as_deref(), Some("2024-03-05T14:30:00Z"));
    assert_eq!(by(DayFirst, "05.03.2024 14:30 Uhr").as_deref(), Some("2024-03-05T14:30:00Z"));
    assert_eq!(by(YearFirst, "24-03-05").as_deref(), Some("2024-03-05T00:00:00Z"));
    assert_eq!(by(DayFirst, "03/25/2024"), None);
    assert_eq!(by(DayFirst, "01.01.69").as_deref(), Some("1969-01-01T00:00:00Z"));
}

#[test]
fn what_is_no_date_is_none() {
    for text in [
        "",
        "soon",
        "12.5",
        "1-50",
        "31/02/x",
        "Q1-2024",
        "Mar 2024",
        "2024",
        "May",
        "value 12 34",
        "1/2",
        "Mai 5",
        "2024-13-01",
        "2024-02-30",
        "10:30",
        "March of 12 penguins 5",
        "1.2.3.4",
        "192.168.1.10",
        "a/b/c",
        "99/99/9999",
        "2024-03-05 25:00",
        "5 Mar 2024 10:00 XYZ",
        "1,2,2024",
        "+49 30 12 34",
        "SO 12-13-2024-5",
        "東京 1/2/2024",
    ] {
        assert_eq!(DateFormat { order: Some(DateOrder::DayFirst), number: None }.read(text), None, "{text}");
    }
}

#[test]
fn dates_for_none_are_none() {
    for text in [
        "0000-00-00",
        "0000-00-00 00:00:00",
        "0001-01-01T00:00:00Z",
        "1899-12-30",
        "1900-01-00",
        "9999-12-31",
        "9999-12-31T23:59:59Z",
        "31.12.3999",
        "12/31/9999",
        "00/01/1900",
        "1970-01-01",
        "1970-01-01T00:00:00Z",
        "31-Dec-9999",
    ] {
        let format = DateFormat { order: Some(DateOrder::DayFirst), number: None };
        let month = DateFormat { order: Some(DateOrder::MonthFirst), number: None };
        let read = format.read(text).or_else(|| month.read(text));
        assert_eq!(read, Some(DateReading::NoDate), "{text}");
    }
}

#[test]
fn numbers_are_dates_where_a_column_says_so() {
    let read = |kind, text: &str| {
        let format = DateFormat { order: None, number: Some(kind) };
        format.read(text).and_then(DateReading::moment).map(|moment| moment.to_string())
    };
    let expected = |text: &str| Some(text.to_owned());
    assert_eq!(read(DateNumber::SpreadsheetDays, "45356"), expected("2024-03-05T00:00:00Z"));
    assert_eq!(read(DateNumber::SpreadsheetDays, "45356,5"), expected("2024-03-05T12:00:00Z"));
    assert_eq!(read(DateNumber::Seconds, "1709596800"), expected("2024-03-05T00:00:00Z"));
    assert_eq!(read(DateNumber::Milliseconds, "1709596800000"), expected("2024-03-05T00:00:00Z"));
    assert_eq!(read(DateNumber::Figures, "20240305"), expected("2024-03-05T00:00:00Z"));
    assert_eq!(read(DateNumber::SpreadsheetDays, "12"), None);
    assert_eq!(said("45356"), None);
}

fn evidence(cells: &[&str]) -> DateEvidence {
    let mut survey = DateSurvey::default();
    for (line, cell) in (2..).zip(cells) {
        survey.see(cell, line);
    }
    survey.evidence()
}

#[test]
fn a_column_says_which_part_is_the_day() {
    use DateOrder::{DayFirst, MonthFirst, YearFirst};
    assert_eq!(evidence(&["2024-03-05", "Mar 3, 2024"]), DateEvidence::None);
    assert_eq!(evidence(&["01/02/2024", "13/02/2024"]), DateEvidence::Sure(DayFirst));
    assert_eq!(evidence(&["08-02-2017", "12-20-2018"]), DateEvidence::Sure(MonthFirst));
    assert_eq!(evidence(&["05/05/2024", "06/06/2024"]), DateEvidence::None);
    assert_eq!(evidence(&["01.02.2024", "03.04.2024"]), DateEvidence::Sure(DayFirst));
    assert_eq!(evidence(&["85-01-31"]), DateEvidence::Sure(YearFirst));
    assert_eq!(
        evidence(&["05/05/2024", "01/02/2024"]),
        DateEvidence::Either { first: DayFirst, second: MonthFirst, line: 3 }
    );
    assert_eq!(
        evidence(&["13/02/2024", "02/13/2024"]),
        DateEvidence::Both { not_day_first: 3, not_month_first: 2 }
    );
    assert!(matches!(evidence(&["24-01-31"]), DateEvidence::Either { .. }));
    // What stands in line 2 is one day by day and by month first, and another by year first.
    assert_eq!(
        evidence(&["12-12-24", "05-06-40"]),
        DateEvidence::Either { first: DayFirst, second: MonthFirst, line: 3 }
    );
}

#[test]
fn of_two_digits_the_one_that_takes_few_values_is_the_year() {
    let day_first: Vec<String> = (1..29).map(|day| format!("{day:02}-01-24")).collect();
    let year_first: Vec<String> = (1..29).map(|day| format!("24-01-{day:02}")).collect();
    let of = |cells: &[String]| evidence(&cells.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(of(&day_first), DateEvidence::Sure(DateOrder::DayFirst));
    assert_eq!(of(&year_first), DateEvidence::Sure(DateOrder::YearFirst));
}

#[test]
fn a_mistyped_date_among_many_is_told_apart() {
    let mut cells = vec!["25/03/2024"; 99];
    cells.push("03/25/2024");
    assert_eq!(evidence(&cells), DateEvidence::Sure(DateOrder::DayFirst));
}

proptest::proptest! {
    #[test]
    fn any_text_is_read_or_not(text in "\\PC{0,30}|[0-9]{1,4}[-./ ][0-9A-Za-zä]{1,4}[-./ ][0-9]{1,4}( [0-9]{1,2}:[0-9]{2}.{0,9})?") {
        for order in DateOrder::ALL {
            let _ = DateFormat { order: Some(order), number: Some(DateNumber::Milliseconds) }.read(&text);
        }
        DateSurvey::default().see(&text, 1);
    }
}
