use super::*;

fn both(text: &str) -> (Option<f64>, Option<f64>) {
    WrittenNumber::of(text).map_or((None, None), |w| (w.by(DecimalMark::Point), w.by(DecimalMark::Comma)))
}

#[test]
fn what_can_be_read_in_one_way_only_is() {
    for (text, value) in [
        ("12", 12.0),
        ("-3", -3.0),
        ("1234.5", 1234.5),
        ("1,234.5", 1234.5),
        ("1.234,5", 1234.5),
        ("3.150.000,00", 3_150_000.0),
        ("1,000,000", 1_000_000.0),
        ("5,1 %", 5.1),
        ("%5", 5.0),
        ("1 234", 1234.0),
        ("1\u{a0}234,50 €", 1234.5),
        ("1\u{202f}234", 1234.0),
        ("1'234.50", 1234.5),
        ("CHF 1’234.–", 1234.0),
        ("$1,200.00", 1200.0),
        ("US$ 90", 90.0),
        ("R$ 1.234,56", 1234.56),
        ("12,50 kr", 12.5),
        ("10 zł", 10.0),
        ("EUR 25,0000000000", 25.0),
        ("(1,200.00)", -1200.0),
        ("($5)", -5.0),
        ("-$5", -5.0),
        ("$-5", -5.0),
        ("120-", -120.0),
        ("−7", -7.0),
        ("+7", 7.0),
        ("1,2E+06", 1_200_000.0),
        ("1.2e-3", 0.0012),
        ("1.5k", 1500.0),
        ("1,5 Mio. €", 1_500_000.0),
        ("$2M", 2_000_000.0),
        ("12,34,567", 1_234_567.0),
        ("0.125", 0.125),
        ("0,125", 0.125),
        ("1.000,-", 1000.0),
        ("100.--", 100.0),
        (".5", 0.5),
        ("1234.567", 1234.567),
        ("38500.0", 38500.0),
    ] {
        assert_eq!(only_number(text), Some(value), "{text}");
    }
}

#[test]
fn what_can_be_read_in_two_ways_is_not_guessed() {
    assert_eq!(both("1.250"), (Some(1.25), Some(1250.0)));
    assert_eq!(both("$1,200"), (Some(1200.0), Some(1.2)));
    assert_eq!(only_number("12.500"), None);
}

#[test]
fn what_is_no_number_is_none() {
    for text in [
        "",
        "-",
        "€",
        "1-50",
        "+49 30 1",
        "1,2,3",
        "1.2.3",
        "01.02.2024",
        "12:30",
        "10 apples",
        "1 2",
        "--5",
        "5%%",
        "€5€",
        "1,23,4",
        "e5",
        "5e",
        "1e99999",
        "inf",
        "NaN",
        "0x10",
        "5 m",
        "1.23.456",
        "A1",
        "(5",
        "½",
        "1..2",
        "1e5e5",
        "-5-",
        "1,2345,678",
        "()",
        "12-",
        "5 EUR USD",
        "0 500",
    ] {
        if text == "12-" {
            assert_eq!(only_number(text), Some(-12.0));
        } else {
            assert_eq!(both(text), (None, None), "{text}");
        }
    }
}

fn surveyed(cells: &[&str]) -> NumberSurvey {
    let mut survey = NumberSurvey::default();
    for (line, cell) in (2..).zip(cells) {
        survey.see(cell, line);
    }
    survey
}

#[test]
fn a_column_says_what_marks_its_decimals() {
    let evidence = |cells: &[&str]| surveyed(cells).evidence();
    assert_eq!(evidence(&["1", "20"]), NumberEvidence::None);
    assert_eq!(evidence(&["1.250", "2.5"]), NumberEvidence::Sure(DecimalMark::Point));
    assert_eq!(evidence(&["1.250", "1.250,00"]), NumberEvidence::Sure(DecimalMark::Comma));
    assert_eq!(evidence(&["35", "1.250"]), NumberEvidence::Either { line: 3 });
    assert_eq!(evidence(&["1.5", "x", "1,5", "2,5"]), NumberEvidence::Both { point: (2, 1), comma: (4, 2) });
}

#[test]
fn whole_numbers_beside_groups_of_three_part_thousands() {
    assert_eq!(surveyed(&["35", "480", "1.250", "12.500"]).parts_thousands_by(), Some('.'));
    assert_eq!(surveyed(&["950", "1,200"]).parts_thousands_by(), Some(','));
    // Decimals that keep their zeros, that drop them, and thousands that stand bare.
    for cells in [["1.250", "2.500"], ["35", "1.125"], ["3500", "1.250"], ["1.250", "1,250"]] {
        assert_eq!(surveyed(&cells).parts_thousands_by(), None, "{cells:?}");
    }
}

#[test]
fn money_has_no_three_decimals() {
    assert_eq!(surveyed(&["$12,000", "$5,500"]).parts_amounts_by(), Some(','));
    assert_eq!(surveyed(&["1.250 €", "2.125 €", "3 €"]).parts_amounts_by(), Some('.'));
    assert_eq!(surveyed(&["1.250 €", "2.125"]).parts_amounts_by(), None);
}

#[test]
fn words_for_thousands_count_where_all_numbers_have_them() {
    let all = surveyed(&["1.5k", "12k"]);
    let format = all.format(DecimalMark::Point);
    assert_eq!((all.fitting(format), format.read("12k"), format.read("12")), (2, Some(12_000.0), None));
    let some = surveyed(&["1", "2", "12k"]);
    assert_eq!(some.fitting(some.format(DecimalMark::Point)), 2);
}

#[test]
fn what_stands_with_numbers_is_known() {
    let survey = surveyed(&["€ 5", "5 EUR", "$7", "5 %"]);
    assert_eq!(survey.currencies(), ["EUR", "USD"]);
    assert!(survey.mixes_percents());
}

proptest::proptest! {
    #[test]
    fn any_text_is_read_or_not(text in "\\PC{0,30}|[-+0-9.,' %kM€$()eE]{0,14}") {
        let _ = WrittenNumber::of(&text);
    }

    #[test]
    fn plain_digits_are_read_as_rust_reads_them(text in "-?[0-9]{0,20}\\.?[0-9]{0,8}") {
        let read = plain(&text).map(|written| written.point.map(f64::to_bits));
        let long = text.trim_start_matches('-').len() > 18;
        proptest::prop_assert_eq!(read, text.parse().ok().filter(|_| !long).map(|x: f64| Some(x.to_bits())));
    }

    #[test]
    fn what_computers_write_is_read_as_meant(x in proptest::num::f64::NORMAL) {
        proptest::prop_assert_eq!(both(&x.to_string()).0, Some(x).filter(|x| x.to_string().len() <= 48));
    }
}
