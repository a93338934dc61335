//! Whoever is called finds the alarm in the runbook, with what to do.

use std::collections::BTreeSet;

use crate::checks::{Breaches, require};
use crate::document::Template;

const RUNBOOK: &str = include_str!("../../infra/runbook.md");
const ALARM: &str = "AWS::CloudWatch::Alarm";

/// Each alarm of the template stands in one row of the runbook that says what to do, and no other does.
pub(crate) fn runbook(template: &Template) -> Breaches {
    let mut breaches = Breaches::new();
    let mut told = Vec::new();
    for row in RUNBOOK.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").collect();
        let names = cells[0].split('`').filter(|text| text.ends_with("Alarm"));
        let has_words = cells.get(1).is_some_and(|cell| cell.split_whitespace().count() >= 3);
        for name in names {
            require(&mut breaches, has_words, || format!("{name}: the runbook does not say what to do"));
            told.push(name);
        }
    }
    let alarms: BTreeSet<&str> = template.of_type(ALARM).map(|(id, _)| id).collect();
    for alarm in &alarms {
        let times = told.iter().filter(|name| *name == alarm).count();
        require(&mut breaches, times == 1, || format!("{alarm}: stands in {times} rows of the runbook"));
    }
    for name in told.iter().filter(|name| !alarms.contains(*name)) {
        breaches.push(format!("{name}: stands in the runbook, and is no alarm"));
    }
    breaches
}
