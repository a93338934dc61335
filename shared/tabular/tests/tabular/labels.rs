//! Which deals were won.

use std::iter;

use leadlight_model::Severity;
use leadlight_tabular::{DealColumns, DealTable, TableProblem, Taken};

use crate::files::{problem, read, read_as};

fn labelled(values: &[&str]) -> String {
    let rows = values.iter().enumerate().map(|(row, value)| format!("{},{value}\n", row % 3));
    iter::once("x,won\n".to_owned()).chain(rows).collect()
}

fn positive(value: &str) -> DealColumns {
    said(&[value], &[])
}

fn said(won: &[&str], lost: &[&str]) -> DealColumns {
    let owned = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect();
    DealColumns { positive: owned(won), negative: owned(lost), ..DealColumns::new("won") }
}

/// How many deals were won, lost and left out as open.
fn counted(table: &DealTable) -> (usize, usize, u64) {
    let won = table.deals.won.iter().filter(|won| **won).count();
    (won, table.deals.won.len() - won, table.rows.open)
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
            assert!(table.columns[1].why.contains(&format!("\"{won}\" (1) is won")));
        }
    }
}

#[test]
fn two_values_of_unknown_meaning_need_a_word() {
    for values in [["good", "bad"], ["1", "2"], ["0", "-1"]] {
        let error = read(labelled(&values)).unwrap_err();
        assert!(matches!(error.problem, TableProblem::LabelUnclear { .. }), "{error}");
        assert!(error.to_string().contains("say it with --positive VALUE"), "{error}");
    }
    // An open deal is not a lost one.
    for (values, missing) in
        [(["won", "open"], "lost"), (["yes", "won"], "lost"), (["lost", "Negotiation"], "won")]
    {
        let text = read(labelled(&values)).unwrap_err().to_string();
        assert!(text.contains(&format!("means {missing}")), "{text}");
    }
    assert!(read_as(labelled(&["won", "open"]), &positive("won")).is_err());
    for columns in [said(&["GOOD"], &[]), said(&[], &["bad"]), said(&["good"], &["bad"])] {
        let table = read_as(labelled(&["good", "bad"]), &columns).unwrap();
        assert_eq!(table.deals.won, [true, false]);
    }
    let access = read_as(labelled(&["0", "-1", "-1"]), &positive("-1")).unwrap();
    assert_eq!(counted(&access), (2, 1, 0));
}

#[test]
fn a_deal_that_is_still_open_is_neither_won_nor_lost() {
    for (won, lost, open) in [
        ("closedwon", "closedlost", "appointmentscheduled"),
        ("6 - Closed Won", "Closed - Lost", "Negotiation/Review"),
        ("Gewonnen", "Verloren", "In Bearbeitung"),
        ("Gagn\u{e9}", "Perdu", "En cours"),
        ("Yes", "No", "Pending"),
    ] {
        let table = read(labelled(&[won, open, lost, open, lost])).unwrap();
        assert_eq!(counted(&table), (1, 2, 2), "{won}");
        let note = format!("2 rows are left out: the label is neither won nor lost: \"{open}\" (2)");
        assert_eq!(table.notes, [note]);
    }
}

/// "All others then count as lost" made losses of open deals and of a second word for won.
#[test]
fn what_a_value_means_is_never_guessed() {
    let stages =
        ["Closed Won", "Closed Won Renewal", "Closed Lost", "Closed Won Renewal", "Proposal", "Parked"];
    let text = read(labelled(&stages)).unwrap_err().to_string();
    for words in [
        "\"Closed Won Renewal\" (2), \"Parked\" (1)",
        "known are won: \"Closed Won\" (1), lost: \"Closed Lost\" (1), open: \"Proposal\" (1)",
        "--positive VALUE",
        "--negative VALUE",
        "--open \"won=VALUE\"",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    // One word for won says nothing of the others.
    let text = read_as(labelled(&stages), &positive("Closed Won")).unwrap_err().to_string();
    assert!(text.contains("\"Closed Won Renewal\" (2), \"Parked\" (1)"), "{text}");
    let both = ["Closed Won", "Closed Won Renewal"];
    let table = read_as(labelled(&stages), &said(&both, &["Parked"])).unwrap();
    assert_eq!(counted(&table), (3, 2, 1));
    // Several values in one word, unless it is a value.
    let table = read_as(labelled(&stages), &said(&["closed won,closed won renewal"], &["*"])).unwrap();
    assert_eq!(counted(&table), (3, 2, 1));
    let table =
        read_as(labelled(&stages), &DealColumns { open: vec!["WON=parked".to_owned()], ..said(&both, &[]) });
    assert_eq!(counted(&table.unwrap()), (3, 1, 2));
    // Where both kinds are named, the rest is neither, and told.
    let table = read_as(labelled(&stages), &said(&both, &["Closed Lost"])).unwrap();
    assert_eq!(counted(&table), (3, 1, 2));
    assert!(table.notes[0].contains("\"Parked\" (1)"), "{:?}", table.notes);
    let twice = read_as(labelled(&stages), &said(&["Parked"], &["parked"])).unwrap_err();
    assert!(matches!(twice.problem, TableProblem::BothWonAndLost { .. }), "{twice}");
}

#[test]
fn a_value_that_holds_a_comma_is_one_value() {
    let labels = ["\"Won, renewed\"", "Gone", "Gone"];
    let table = read_as(labelled(&labels), &positive("won, renewed")).unwrap();
    assert_eq!(counted(&table), (1, 2, 0));
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
    for columns in [said(&["won"], &[]), said(&[], &["won"]), said(&["yes,won"], &[])] {
        let error = read_as(labelled(&["yes", "no"]), &columns).unwrap_err();
        assert!(matches!(error.problem, TableProblem::ValueAbsent { .. }));
        assert!(error.to_string().contains("its values are \"yes\" (1), \"no\" (1)"), "{error}");
    }
}

#[test]
fn a_value_that_comes_late_among_many_is_found() {
    let mut values: Vec<String> = (0..500).map(|i| format!("stage {i}")).collect();
    values.push("won".to_owned());
    let values: Vec<&str> = values.iter().map(String::as_str).collect();
    let text = read_as(labelled(&values), &positive("won")).unwrap_err().to_string();
    assert!(text.contains("different ones") && !text.contains("stage 1"), "perhaps personal data: {text}");
    let table = read_as(labelled(&values), &said(&["won"], &["*"])).unwrap();
    assert_eq!(counted(&table), (1, 500, 0));
}

/// 60 deals by a yes or no that is "no" for open ones too.
fn flagged(name: &str, cell: impl Fn(bool, bool) -> String) -> String {
    let row = |i: usize| {
        let (open, won) = (i.is_multiple_of(3), i % 3 == 1 && i.is_multiple_of(2));
        format!("{},{},{won}\n", i % 5, cell(open, won))
    };
    format!("x,{name},won\n{}", (0..60).map(row).collect::<String>())
}

#[test]
fn open_deals_under_a_yes_or_no_are_left_out_where_another_column_tells_them() {
    for (name, table) in [
        ("is_closed", flagged("is_closed", |open, _| (!open).to_string())),
        ("Is Open", flagged("Is Open", |open, _| u8::from(open).to_string())),
        (
            "Stage",
            flagged("Stage", |open, won| match (open, won) {
                (true, _) => "Negotiation".to_owned(),
                (_, true) => "Closed Won".to_owned(),
                _ => "Closed Lost".to_owned(),
            }),
        ),
    ] {
        let told = read(&table).unwrap();
        assert_eq!(counted(&told), (10, 30, 20), "{name}");
        let note = &told.notes[0];
        assert!(note.starts_with(&format!("20 rows are left out: \"{name}\" is ")), "{note}");
        assert!(note.contains("no such deal was won"), "{note}");
        // A column that is not learnt from still tells it.
        let dropped = DealColumns { drop: vec![name.to_owned()], ..DealColumns::new("won") };
        assert_eq!(read_as(&table, &dropped).unwrap().rows.open, 20, "{name}");
    }
    // Won deals that are not closed: the column means something else.
    let other = flagged("is_closed", |open, won| (!open && !won).to_string());
    assert_eq!(read(other).unwrap().rows.open, 0);
    // The outcome by another name.
    let again = flagged("closed", |_, won| won.to_string());
    assert_eq!(read(again).unwrap().rows.open, 0);
    // Who says "lost" means it.
    let said = flagged("is_closed", |open, _| (!open).to_string())
        .replace(",false\n", ",Lost\n")
        .replace(",true\n", ",Won\n");
    assert_eq!(read(said).unwrap().rows.open, 0);
}

#[test]
fn deals_that_are_most_likely_open_stop_a_run_with_a_way_to_leave_them_out() {
    let stage = flagged("Stage", |open, won| {
        if open {
            "Negotiation"
        } else if won {
            "Signed"
        } else {
            "Gone"
        }
        .to_owned()
    });
    let red = |table: &DealTable| {
        let found = table.findings.iter().find(|finding| finding.severity == Severity::Red)?;
        Some(format!("{}: {}", found.what, found.remedy))
    };
    let told = red(&read(&stage).unwrap()).unwrap();
    assert!(told.contains("\"Stage\" is \"Negotiation\" (20)"), "{told}");
    assert!(told.contains("--open \"Stage=Negotiation\""), "{told}");
    let columns = DealColumns { open: vec!["Stage=Negotiation".to_owned()], ..DealColumns::new("won") };
    let table = read_as(&stage, &columns).unwrap();
    assert_eq!((counted(&table), red(&table)), ((10, 30, 20), None));

    let dates =
        |open: &str| flagged("close_date", |is_open, _| if is_open { open } else { "2026-01-05" }.to_owned());
    let empty = red(&read(dates("")).unwrap()).unwrap();
    assert!(
        empty.contains("\"close_date\" is empty (20)") && empty.contains("--time \"close_date\""),
        "{empty}"
    );
    let until = leadlight_model::parse_moment("2026-02-01");
    let ahead = read_as(dates("2026-03-01"), &DealColumns { until, ..DealColumns::new("won") }).unwrap();
    assert!(red(&ahead).unwrap().contains("in the future (20)"));
    // Pipedrive keeps the stage at which a deal was lost: beside a label that says "Lost" it tells nothing of open ones.
    let lost = stage.replace("true", "Won").replace("false", "Lost");
    let told = read(lost).unwrap();
    assert_eq!((told.rows.open, red(&told)), (0, None));
}

#[test]
fn words_for_open_deals_that_fit_nothing_are_refused() {
    let refused = |open: &str| {
        let columns = DealColumns { open: vec![open.to_owned()], ..DealColumns::new("won") };
        read_as(labelled(&["yes", "no"]), &columns).unwrap_err()
    };
    assert!(matches!(refused("x").problem, TableProblem::NotARule { .. }));
    assert!(matches!(refused("y=1").problem, TableProblem::ColumnsAbsent { .. }));
    assert!(matches!(refused("x=77").problem, TableProblem::OpenAbsent { .. }));
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

#[test]
fn what_is_closed_and_not_among_the_won_is_lost() {
    let mut text = "stage,CLOSED,x\n".to_owned();
    for (stage, closed, rows) in
        [("Delivered", "Y", 8), ("Put off", "Y", 5), ("Failed to pay", "Y", 7), ("Talking", "N", 6)]
    {
        for n in 0..rows {
            text.push_str(&[stage, closed, &n.to_string()].join(","));
            text.push('\n');
        }
    }
    let columns = DealColumns { positive: vec!["Delivered".to_owned()], ..DealColumns::new("stage") };
    let error = read_as(&text, &columns).unwrap_err().to_string();
    assert!(error.contains("won or lost: \"Talking\" (6); known are"), "{error}");
    assert!(error.contains("lost: \"Failed to pay\" (7), \"Put off\" (5)"), "{error}");
    let known = text.replace("Talking", "Negotiation");
    let table = read_as(&known, &columns).unwrap();
    assert_eq!((table.deals.len(), table.rows.open), (20, 6));
}
