//! In which order the rows stand, where no column is named that says when.

use std::fmt::Write as _;

use leadlight_model::{Cell, Order};
use leadlight_tabular::{DealColumns, DealTable, RowOrder};

use crate::files::read_as;

/// Rows from the newest to the oldest by the number in front.
fn table(name: &str, cells: impl Iterator<Item = String>) -> DealTable {
    let mut text = format!("{name},x,won,account\n");
    for (row, cell) in cells.enumerate() {
        writeln!(text, "{cell},{}.5,{},a{row}", row % 7, if row % 3 == 0 { "yes" } else { "no" }).unwrap();
    }
    let columns = DealColumns {
        order: RowOrder::AsGiven,
        account: Some("account".to_owned()),
        ..DealColumns::new("won")
    };
    read_as(text, &columns).unwrap()
}

#[test]
fn rows_that_stand_newest_first_are_turned_round_and_told() {
    for table in [
        table("Lead Number", (0..30).map(|row| (660_737 - 9 * row).to_string())),
        table("created", (1..30).map(|row| format!("2026-01-{:02}", 30 - row))),
        table("created", (1..30).map(|row| format!("{:02}.01.2026", 30 - row))),
    ] {
        let last = table.deals.len() - 1;
        assert!(table.notes[0].starts_with("the rows stand newest first"), "{:?}", table.notes);
        assert_eq!(table.deals.order, Order::AsGiven);
        assert_eq!(table.deals.accounts[last].as_deref(), Some("a0"));
        assert!(table.deals.won[last]);
        let x = table.deals.specs.iter().position(|spec| spec.name == "x").unwrap();
        assert_eq!(table.deals.columns[x].get(last), Cell::Number(0.5));
        assert_eq!(table.deals.columns[x].get(last - 3), Cell::Number(3.5));
    }
}

#[test]
fn rows_that_stand_oldest_first_stay_and_it_is_told() {
    let table = table("Lead Number", (0..30).map(|row| (row * 9).to_string()));
    assert!(table.notes[0].starts_with("the rows stand oldest first: the numbers in column \"Lead Number\""));
    assert_eq!(table.deals.accounts[0].as_deref(), Some("a0"));
}

#[test]
fn where_nothing_tells_the_order_it_is_said() {
    let table = table("Size", (0..30).map(|row| (row * 7 % 30).to_string()));
    assert!(table.notes[0].starts_with("no column says when deals were closed"), "{:?}", table.notes);
}
