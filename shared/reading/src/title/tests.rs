//! Titles as people write them.

use std::collections::BTreeSet;

use super::gender::forms;
use super::lexicon::{Kind, LEXICON, entries, inflected_by};
use super::words::ALL;
use super::{TitleWords, WordProblem, read_title};
use crate::role::{Function, Seniority};

/// Language, title, function, seniority.
const TITLES: &str = include_str!("../../testdata/titles.tsv");

fn both(title: &str) -> (Option<Function>, Option<Seniority>) {
    let reading = read_title(title);
    (reading.function, reading.seniority)
}

/// The titles of the list that are read right, and all; `which` picks by line.
fn read_right(which: impl Fn(usize) -> bool) -> (usize, usize, Vec<String>) {
    let (mut right, mut all, mut wrong) = (0, 0, Vec::new());
    for (index, line) in TITLES.lines().skip(1).enumerate().filter(|(index, _)| which(*index)) {
        let cells: Vec<&str> = line.split('\t').collect();
        let [_, title, function, seniority] = cells.as_slice() else { panic!("line {index}: {line}") };
        let expected = (parsed::<Function>(function), parsed::<Seniority>(seniority));
        all += 1;
        if both(title) == expected {
            right += 1;
        } else {
            wrong.push(format!("{title}: {:?} instead of {expected:?}", both(title)));
        }
    }
    (right, all, wrong)
}

fn parsed<T: serde::de::DeserializeOwned>(cell: &str) -> Option<T> {
    (cell != "-").then(|| serde_json::from_value(cell.into()).unwrap())
}

/// Each fifth line was held out while the lexicon was written.
fn is_held_out(index: usize) -> bool {
    index % 5 == 4
}

#[test]
fn nineteen_of_twenty_titles_are_read_right() {
    let (right, all, wrong) = read_right(|index| !is_held_out(index));
    println!("{right} of {all}");
    assert!(all >= 400 && right * 20 >= all * 19, "{right} of {all}\n{}", wrong.join("\n"));
}
