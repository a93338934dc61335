//! Columns that are asked for by name.

use std::collections::BTreeMap;

use leadlight_lead::CriterionGroup;
use leadlight_model::{Cell, FeatureKind, Monotone, Order, parse_moment};
use leadlight_tabular::{DealColumns, Declared, RowOrder, TableProblem, Taken};

use crate::files::{by_time, read, read_as};

const TABLE: &str = "Industry,employees,account,closed,won\n\
    retail,10,acme.example,2026-01-02,yes\n\
    banking,20,,2026-01-01,no\n\
    retail,,acme.example,2026-01-03 10:00,no\n";

fn closed() -> DealColumns {
    DealColumns { account: Some("account".to_owned()), ..by_time() }
}

#[test]
fn time_and_account_are_read_and_not_learnt_from() {
    let table = read_as(TABLE, &closed()).unwrap();
    let times = ["2026-01-02", "2026-01-01", "2026-01-03 10:00"].map(|text| parse_moment(text).unwrap());
    assert_eq!(table.deals.order, Order::ClosedAt(times.to_vec()));
    let acme = Some("acme.example".to_owned());
    assert_eq!(table.deals.accounts, [acme.clone(), None, acme]);
    let names: Vec<&str> = table.deals.specs.iter().map(|spec| spec.name.as_str()).collect();
    assert_eq!(names, ["Industry", "employees"]);
    assert_eq!(table.columns[3].taken, Taken::Time);
    assert_eq!(table.columns[2].taken, Taken::Account);
}

#[test]
fn whose_own_model_answers_is_read_beside_what_the_column_is_otherwise() {
    let columns = DealColumns { own_by: Some("INDUSTRY".to_owned()), ..closed() };
    let table = read_as(TABLE, &columns).unwrap();
    let scopes: Vec<Option<&str>> = table.deals.scopes.iter().map(Option::as_deref).collect();
    assert_eq!(scopes, [Some("retail"), Some("banking"), Some("retail")]);
    assert_eq!(table.deals.specs[0].name, "Industry", "it is learnt from as well");
    assert!(read_as(TABLE, &closed()).unwrap().deals.scopes.is_empty());
    let label = read_as(TABLE, &DealColumns { own_by: Some("won".to_owned()), ..closed() }).unwrap_err();
    assert!(matches!(label.problem, TableProblem::TwoRoles { .. }), "{label}");
    let missing =
        read_as(TABLE, &DealColumns { own_by: Some("industri".to_owned()), ..closed() }).unwrap_err();
    assert!(missing.to_string().contains("industri"), "{missing}");
}

#[test]
fn rows_have_the_order_that_is_said() {
    let order =
        |order| read_as(TABLE, &DealColumns { order, ..DealColumns::new("won") }).unwrap().deals.order;
    assert_eq!(order(RowOrder::AsGiven), Order::AsGiven);
    assert_eq!(order(RowOrder::None), Order::None);
}

#[test]
fn a_time_that_is_none_is_refused_with_its_line() {
    let error = read_as(TABLE.replace("2026-01-01", "Q1-2026"), &closed()).unwrap_err();
    let text = error.to_string();
    assert!(matches!(error.problem, TableProblem::NotATime { line: 3, .. }));
    assert!(text.contains("line 3, column \"closed\": \"Q1-2026\" is not a date"), "{text}");
}

#[test]
fn rows_without_a_time_are_left_out_and_told() {
    let table = read_as(format!("{TABLE}retail,5,,,yes\n"), &closed()).unwrap();
    assert_eq!((table.deals.len(), table.rows.time_unknown), (3, 1));
    assert_eq!(table.notes, ["1 row is left out: the time \"closed\" is not known"]);
    let never = read_as("won,closed\nyes,\nno,\n", &by_time()).unwrap_err();
    assert!(matches!(never.problem, TableProblem::NoneLeft { .. }), "{never}");
    assert!(never.to_string().contains("2 rows are left out: the time \"closed\" is not known"), "{never}");
}

/// The label was called one-sided, and nothing was said of the deals that had fallen out before.
#[test]
fn what_falls_out_is_told_before_any_verdict() {
    let table =
        "won_at,lost_at,status,x\n2026-01-02,,Won,1\n2026-01-03,,Won,2\n,2026-01-04,Lost,3\n,,Open,4\n";
    let columns =
        |time: &str| DealColumns { order: RowOrder::ClosedAt(time.to_owned()), ..DealColumns::new("status") };
    let text = read_as(table, &columns("won_at")).unwrap_err().to_string();
    for words in [
        "1 row is left out: the time \"won_at\" is not known",
        "the 2 deals that are left are all won",
        "--time \"won_at,OTHER COLUMN\"",
    ] {
        assert!(text.contains(words), "{text}");
    }
    let both = read_as(table, &columns("won_at, lost_at")).unwrap();
    assert_eq!((both.deals.won, both.rows.open), (vec![true, true, false], 1));
    let times = ["2026-01-02", "2026-01-03", "2026-01-04"].map(|text| parse_moment(text).unwrap());
    assert_eq!(both.deals.order, Order::ClosedAt(times.to_vec()));
    assert_eq!([both.columns[0].taken, both.columns[1].taken], [Taken::Time; 2]);
    // A name with a comma is one name first.
    let comma = table.replace("won_at", "\"won, at\"").replace("2026-01-03,,Won", ",2026-01-03,Lost");
    assert_eq!(
        read_as(&comma, &columns("won, at,lost_at"))
            .unwrap_err()
            .to_string()
            .matches("has no column")
            .count(),
        1
    );
}

/// One mistyped year would make all other deals look old.
#[test]
fn deals_that_close_in_the_future_are_left_out_and_told() {
    let until = parse_moment("2026-02-01");
    let table =
        read_as(format!("{TABLE}retail,5,,2062-01-31,yes\n"), &DealColumns { until, ..closed() }).unwrap();
    assert_eq!((table.deals.len(), table.rows.in_future), (3, 1));
    assert!(table.notes[0].contains("still open or its date is mistyped"), "{:?}", table.notes);
}

#[test]
fn a_time_of_a_deal_that_is_not_closed_is_not_asked_for() {
    let table = read_as(format!("{TABLE}retail,5,,soon,\n"), &closed()).unwrap();
    assert_eq!((table.deals.len(), table.rows.label_unknown), (3, 1));
}

#[test]
fn all_missing_columns_are_named_with_near_names() {
    let columns = DealColumns {
        order: RowOrder::ClosedAt("close".to_owned()),
        account: Some("Acount".to_owned()),
        drop: vec!["zzz".to_owned()],
        declared: BTreeMap::from([("indsutry".to_owned(), Declared::default())]),
        ..DealColumns::new("Wonn")
    };
    let error = read_as(TABLE, &columns).unwrap_err();
    let text = error.to_string();
    let TableProblem::ColumnsAbsent { missing, present } = error.problem else { panic!("{text}") };
    let near: Vec<Option<&str>> = missing.iter().map(|column| column.near.as_deref()).collect();
    assert_eq!(near, [Some("won"), Some("closed"), Some("account"), None, Some("Industry")]);
    assert_eq!(present.len(), 5);
    assert!(text.contains("has no column \"Wonn\" (the label) – did you mean \"won\"?"), "{text}");
    assert!(
        text.ends_with("its columns are \"Industry\", \"employees\", \"account\", \"closed\", \"won\""),
        "{text}"
    );
}

#[test]
fn case_and_blanks_of_a_name_do_not_count() {
    let columns =
        DealColumns { drop: vec![" industry".to_owned(), "INDUSTRY".to_owned()], ..DealColumns::new("WON") };
    let table = read_as(TABLE, &columns).unwrap();
    assert_eq!(table.columns[0].taken, Taken::Dropped);
}

#[test]
fn a_column_has_one_role() {
    for columns in [
        DealColumns { drop: vec!["won".to_owned()], ..DealColumns::new("won") },
        DealColumns { account: Some("closed".to_owned()), ..by_time() },
        DealColumns {
            declared: BTreeMap::from([("won".to_owned(), Declared::default())]),
            ..DealColumns::new("won")
        },
    ] {
        let error = read_as(TABLE, &columns).unwrap_err();
        assert!(matches!(error.problem, TableProblem::TwoRoles { .. }), "{error}");
    }
}

#[test]
fn what_is_declared_wins_over_what_is_inferred() {
    let declared = Declared {
        kind: Some(FeatureKind::Category),
        group: Some(CriterionGroup::Contact),
        factor: Some("team".to_owned()),
        monotone: Some(Monotone::Increasing),
    };
    let columns = DealColumns {
        declared: BTreeMap::from([("Employees".to_owned(), declared)]),
        ..DealColumns::new("won")
    };
    let table = read_as(TABLE, &columns).unwrap();
    let spec = table.deals.specs.iter().find(|spec| spec.name == "employees").unwrap();
    assert_eq!((spec.kind, spec.group), (FeatureKind::Category, CriterionGroup::Contact));
    assert_eq!((spec.factor.as_str(), spec.monotone), ("team", Some(Monotone::Increasing)));
    assert_eq!(table.deals.columns[1].get(0), Cell::Category("10"));
}

#[test]
fn a_group_alone_leaves_the_kind_to_the_cells() {
    let declared = Declared { group: Some(CriterionGroup::Intent), ..Declared::default() };
    let columns = DealColumns {
        declared: BTreeMap::from([("employees".to_owned(), declared)]),
        ..DealColumns::new("won")
    };
    let table = read_as(TABLE, &columns).unwrap();
    let spec = table.deals.specs.iter().find(|spec| spec.name == "employees").unwrap();
    assert_eq!((spec.kind, spec.group), (FeatureKind::Number, CriterionGroup::Intent));
}

#[test]
fn a_declared_column_is_kept_whatever_it_holds_and_its_odd_cells_are_told() {
    let declared = Declared { kind: Some(FeatureKind::Number), ..Declared::default() };
    let columns =
        DealColumns { declared: BTreeMap::from([("x".to_owned(), declared)]), ..DealColumns::new("won") };
    let table = read_as("x,won\nmany,yes\nfew,no\n3,no\n", &columns).unwrap();
    assert_eq!(table.deals.columns[0].get(0), Cell::Unknown);
    assert_eq!(table.deals.columns[0].get(2), Cell::Number(3.0));
    let note = "column \"x\": 2 cells, the first in line 2, are not a finite decimal number; each counts as not known";
    assert_eq!(table.notes, [note]);
}

#[test]
fn factors_and_groups_come_from_names() {
    let table = read("emp.var.rate,jobTitle,won\n1,CEO,yes\n2,CTO,no\n").unwrap();
    let told: Vec<(&str, CriterionGroup)> =
        table.deals.specs.iter().map(|spec| (spec.factor.as_str(), spec.group)).collect();
    assert_eq!(told, [("emp var rate", CriterionGroup::Other), ("job title", CriterionGroup::Contact)]);
}
