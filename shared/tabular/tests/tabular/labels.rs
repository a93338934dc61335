//! Which deals were won.

use std::iter;

use leadlight_tabular::{DealColumns, TableProblem, Taken};

use crate::files::{problem, read, read_as};

fn labelled(values: &[&str]) -> String {
    let rows = values.iter().enumerate().map(|(row, value)| format!("{},{value}\n", row % 3));
    iter::once("x,won\n".to_owned()).chain(rows).collect()
}

fn positive(value: &str) -> DealColumns {
    DealColumns { positive: Some(value.to_owned()), ..DealColumns::new("won") }
}

#[test]
fn usual_words_for_won_are_known() {
    for (won, lost) in [
        ("yes", "no"),
        ("TRUE", "False"),
        ("1", "0"),
        ("1.0", "0.0"),
        ("y", "n"),
        ("Won", "Lost"),
        ("Closed Won", "Closed Lost"),
        ("converted", "not converted"),
        ("success", "failure"),
    ] {
        for values in [[won, lost, lost], [lost, lost, won]] {
            let table = read(labelled(&values)).unwrap();
            assert_eq!(table.deals.won, values.map(|value| value == won), "{won}");
            assert_eq!(table.columns[1].taken, Taken::Label);
            assert!(table.columns[1].why.contains(&format!("\"{won}\" is won")));
        }
    }
}

#[test]
fn two_values_of_unknown_meaning_need_a_word() {
    // An open deal is not a lost one, so the word for won alone does not decide.
    for values in [["good", "bad"], ["won", "open"], ["1", "2"], ["yes", "won"]] {
        let error = read(labelled(&values)).unwrap_err();
        assert!(matches!(error.problem, TableProblem::LabelUnclear { .. }), "{error}");
        assert!(error.to_string().contains("say it with --positive VALUE"));
    }
    let table = read_as(labelled(&["good", "bad"]), &positive("GOOD")).unwrap();
    assert_eq!(table.deals.won, [true, false]);
}

#[test]
fn more_than_two_values_are_listed_with_counts() {
    let stages = ["won", "lost", "lost", "open", "a", "b", "c"];
    let error = read(labelled(&stages)).unwrap_err();
    assert!(matches!(error.problem, TableProblem::LabelNotBinary { .. }));
    let text = error.to_string();
    assert!(
        text.contains("\"lost\" (2), \"won\" (1), \"open\" (1), \"a\" (1), \"b\" (1) and 1 more"),
        "{text}"
    );
    let table = read_as(labelled(&stages), &positive("won")).unwrap();
    assert_eq!(table.deals.won.iter().filter(|won| **won).count(), 1);
    assert!(table.columns[1].why.contains("every other value is lost"));
}

#[test]
fn one_class_is_refused() {
    let error = read(labelled(&["yes", "yes"])).unwrap_err();
    assert!(matches!(error.problem, TableProblem::LabelOneValue { rows: 2, .. }), "{error}");
    let error = read_as(labelled(&["yes", "yes"]), &positive("yes")).unwrap_err();
    assert!(matches!(error.problem, TableProblem::LabelOneValue { .. }), "{error}");
}

#[test]
fn a_value_that_never_comes_is_told() {
    let error = read_as(labelled(&["yes", "no"]), &positive("won")).unwrap_err();
    assert!(matches!(error.problem, TableProblem::PositiveAbsent { .. }));
    assert!(error.to_string().contains("never \"won\"; its values are \"yes\" (1), \"no\" (1)"), "{error}");
}

#[test]
fn a_value_that_comes_late_among_many_is_found() {
    let mut values: Vec<String> = (0..500).map(|i| format!("stage {i}")).collect();
    values.push("won".to_owned());
    let values: Vec<&str> = values.iter().map(String::as_str).collect();
    let table = read_as(labelled(&values), &positive("won")).unwrap();
    assert_eq!(table.deals.won.iter().filter(|won| **won).count(), 1);
}

#[test]
fn deals_that_are_not_closed_are_left_out_and_told() {
    let table = read(labelled(&["yes", "", "no", "n/a"])).unwrap();
    assert_eq!((table.deals.won.len(), table.rows.label_unknown), (2, 2));
    assert_eq!(table.notes, ["2 rows are left out: the label is not known, so the deal is not closed yet"]);
    assert!(matches!(problem(labelled(&["", ""])), TableProblem::LabelNeverKnown { .. }));
}

#[test]
fn the_label_is_no_feature() {
    let table = read(labelled(&["yes", "no", "no"])).unwrap();
    assert!(table.deals.specs.iter().all(|spec| spec.name != "won"));
}
