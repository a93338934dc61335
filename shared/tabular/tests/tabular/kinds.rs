//! How columns are read, told from their cells.

use leadlight_model::{Cell, FeatureKind};
use leadlight_tabular::Taken;

use crate::files::{cycle, kind, read, taken, timed, with_column};

const DATE: FeatureKind = FeatureKind::Date { half_life_days: 30 };

#[test]
fn yes_and_no_in_words_are_booleans() {
    for words in [["yes", "no"], ["True", "FALSE"], ["t", "f"], ["y", "N"]] {
        assert_eq!(kind(&taken("x", cycle(&words, 30))), Some(FeatureKind::Boolean));
    }
    assert_eq!(kind(&taken("x", cycle(&["0", "1"], 30))), Some(FeatureKind::Number));
    assert_eq!(kind(&taken("x", cycle(&["yes", "no", "maybe"], 30))), Some(FeatureKind::Category));
}

#[test]
fn numbers_are_numbers_as_exports_write_them() {
    for words in [vec!["1", "2.5", "-3"], vec!["1,200", "950", "1,000,000"], vec!["2019", "2020"]] {
        assert_eq!(kind(&taken("x", cycle(&words, 30))), Some(FeatureKind::Number), "{words:?}");
    }
}

#[test]
fn a_few_cells_that_are_no_numbers_are_told_and_unknown() {
    let mut cells = cycle(&["1", "2", "3"], 200);
    cells[4] = "about five".to_owned();
    cells[7] = "seven".to_owned();
    let table = read(with_column("x", cells.clone())).unwrap();
    assert_eq!(kind(&table.columns[0]), Some(FeatureKind::Number));
    assert_eq!(table.columns[0].why, "numbers, but for 2 cells");
    assert_eq!(table.deals.columns[0].get(4), Cell::Unknown);
    let note = "column \"x\": 2 cells, the first in line 6, are not a finite decimal number; each counts as not known";
    assert_eq!(table.notes, [note]);

    for cell in cells.iter_mut().take(40).skip(30) {
        "some".clone_into(cell);
    }
    assert_eq!(kind(&taken("x", cells)), Some(FeatureKind::Category));
}

#[test]
fn not_a_number_is_unknown_and_infinity_cannot_be_read() {
    let mut cells = cycle(&["1", "2", "3", "NaN"], 200);
    cells[0] = "inf".to_owned();
    let table = read(with_column("x", cells)).unwrap();
    assert_eq!(kind(&table.columns[0]), Some(FeatureKind::Number));
    assert_eq!(table.columns[0].why, "numbers, but for 1 cell; not known in 50 of 200 rows");
    assert_eq!(
        (table.deals.columns[0].get(0), table.deals.columns[0].get(3)),
        (Cell::Unknown, Cell::Unknown)
    );
    assert_eq!(
        table.notes,
        ["column \"x\": the cell in line 2 is not a finite decimal number and counts as not known"]
    );
}

#[test]
fn words_for_not_known_among_numbers_do_not_make_a_category() {
    let note = taken("x", cycle(&["1", "2", "3", "unknown"], 200));
    assert_eq!(kind(&note), Some(FeatureKind::Number));
    assert_eq!(kind(&taken("x", cycle(&["web", "fair", "unknown"], 200))), Some(FeatureKind::Category));
    assert_eq!(kind(&taken("x", cycle(&["unknown", "missing"], 200))), Some(FeatureKind::Category));
}

#[test]
fn row_numbers_and_ids_are_identifiers() {
    for cells in
        [(0..40).collect::<Vec<u32>>(), (0..40).map(|i| 900 + i * i).collect(), (0..40).rev().collect()]
    {
        let note = taken("x", cells.iter().map(u32::to_string));
        assert_eq!(note.taken, Taken::LeftOut);
        assert!(note.why.contains("identifier"), "{}", note.why);
    }
    let shuffled = || (0..40).map(|i| ((i * 7) % 40).to_string());
    assert_eq!(taken("deal_id", shuffled()).taken, Taken::LeftOut);
    assert_eq!(kind(&taken("amount_paid", shuffled())), Some(FeatureKind::Number));
    // Few rows may rise by chance, and rising fractions count nothing.
    assert_eq!(kind(&taken("x", (0..10).map(|i| i.to_string()))), Some(FeatureKind::Number));
    assert_eq!(kind(&taken("x", (0..40).map(|i| format!("{i}.5")))), Some(FeatureKind::Number));
    assert_eq!(kind(&taken("owner_id", cycle(&["17", "4", "8"], 60))), Some(FeatureKind::Category));
}

#[test]
fn dates_are_aged_to_the_decision_and_left_out_without() {
    let cells = cycle(&["2026-01-01", "2025-12-01 08:00", "2025-11-01T00:00:00Z"], 40);
    let table = timed(cells.clone());
    assert_eq!(kind(&table.columns[0]), Some(DATE));
    assert_eq!(table.deals.columns[0].get(0), Cell::Number(1.0));
    let Cell::Number(second) = table.deals.columns[0].get(1) else { panic!() };
    assert!(second > 0.4 && second < 0.6, "{second}");
    let note = taken("x", cells);
    assert_eq!(note.taken, Taken::LeftOut);
    assert!(note.why.contains("--decided"), "{}", note.why);
}

#[test]
fn some_cells_that_are_no_dates_are_told() {
    let mut cells = cycle(&["2026-01-01", "2025-12-01"], 200);
    cells[9] = "last week".to_owned();
    let table = timed(cells);
    assert_eq!(kind(&table.columns[0]), Some(DATE));
    assert!(table.notes[0].contains("line 11 is not a date such as"), "{:?}", table.notes);
}

#[test]
fn values_that_recur_in_cells_are_tags() {
    let tools = ["CRM", "chat", "email", "ads", "wiki", "forms"];
    for separator in [";", ",", "|"] {
        let cell = |i: usize| {
            let chosen: Vec<&str> = (0..6).filter(|bit| i >> bit & 1 == 1).map(|bit| tools[bit]).collect();
            chosen.join(separator)
        };
        let table = read(with_column("tools", (0..128).map(cell))).unwrap();
        let separator = separator.chars().next().unwrap();
        assert_eq!(kind(&table.columns[0]), Some(FeatureKind::Tags { separator }), "{separator}");
        assert!(table.columns[0].why.starts_with("several values in a cell, 6 in all"));
        assert_eq!(table.deals.columns[0].get(0), Cell::Unknown);
        assert_eq!(table.deals.columns[0].get(5), Cell::Tags(vec!["CRM", "email"]));
    }
}

#[test]
fn a_comma_within_names_makes_no_tags() {
    let note =
        taken("city", cycle(&["Springfield, IL", "Shelbyville, IL", "Ogdenville, IN", "Brockway"], 200));
    assert_eq!(kind(&note), Some(FeatureKind::Category));
}

#[test]
fn values_that_repeat_are_a_category() {
    assert_eq!(taken("x", cycle(&["a", "b", "c"], 30)).why, "text of 3 values");
    let note = taken("x", (0..900).map(|i| format!("value {}", i % 300)));
    assert_eq!(kind(&note), Some(FeatureKind::Category));
    // Titles: most are written once, but most people hold one of a few.
    let title = |i| if i % 3 == 0 { format!("title {i}") } else { format!("usual title {}", i % 5) };
    assert_eq!(kind(&taken("title", (0..600).map(title))), Some(FeatureKind::Category));
}

#[test]
fn text_that_hardly_repeats_is_left_out() {
    let note = taken("email", (0..100).map(|i| format!("person{i}@example.com")));
    assert_eq!((note.taken, note.why.as_str()), (Taken::LeftOut, "text that differs in nearly every row"));
    let note = taken("company", (0..600).map(|i| format!("company {}", i / 2)));
    assert_eq!(note.taken, Taken::LeftOut);
    assert_eq!(note.why, "text that differs in most rows (300 values in 600 cells)");
}

#[test]
fn a_category_of_very_many_values_is_read() {
    // Each value stands in four of 800,000 rows.
    let table = read(with_column("x", (0..800_000).map(|i| format!("value {}", i % 200_000)))).unwrap();
    assert_eq!(kind(&table.columns[0]), Some(FeatureKind::Category), "{}", table.columns[0].why);
    assert_eq!(table.deals.columns[0].get(799_999), Cell::Category("value 199999"));
    let note = taken("x", (0..200_000).map(|i| format!("value {i}")));
    assert_eq!(note.taken, Taken::LeftOut);
}

#[test]
fn columns_that_say_nothing_are_left_out() {
    let note = taken("x", cycle(&["", "n/a", "-"], 30));
    assert_eq!((note.taken, note.why.as_str()), (Taken::LeftOut, "never known"));
    let note = taken("x", cycle(&["same"], 30));
    assert_eq!((note.taken, note.why.as_str()), (Taken::LeftOut, "always the same"));
    // Whether it is known may matter.
    let note = taken("x", cycle(&["same", ""], 30));
    assert_eq!(
        (kind(&note), note.why.as_str()),
        (Some(FeatureKind::Category), "text of 1 value; not known in 15 of 30 rows")
    );
}

#[test]
fn nothing_to_learn_from_is_told() {
    let table = read(with_column("x", cycle(&[""], 30))).unwrap();
    assert!(table.deals.specs.is_empty() && table.deals.len() == 30);
    assert_eq!(table.notes, ["no column is left to learn from"]);
}

#[test]
fn notes_do_not_repeat_cells() {
    let cells =
        (0..100).map(|i| if i == 50 { "jane.doe@example.com".to_owned() } else { (i % 7).to_string() });
    let table = read(with_column("x", cells)).unwrap();
    let told = format!("{:?} {:?}", table.columns, table.notes);
    assert!(told.contains("line 52") && !told.contains("jane"), "{told}");
}
