//! What the columns show that a reader of the report should know as well.

use leadlight_model::{Finding, Severity};

use crate::header::Header;
use crate::roles::{Role, Roles, RowOrder};
use crate::survey::Survey;

/// Fewer rows may fall by chance.
const ROWS_TO_FALL: u64 = 20;

/// Columns that were taken as text and look like something else, and a file that seems to begin with the newest deal.
pub(crate) fn hints(
    header: &Header,
    roles: &Roles,
    surveys: &[Option<Survey>],
    order: &RowOrder,
) -> Vec<Finding> {
    let columns = header.names().iter().zip(&roles.by_column).zip(surveys);
    let surveyed: Vec<(&String, &Role, &Survey)> =
        columns.filter_map(|((name, role), survey)| Some((name, role, survey.as_ref()?))).collect();
    let mut findings = Vec::new();
    let falls = |survey: &Survey| {
        let numbers = &survey.numbers;
        numbers.falls() && numbers.count == survey.known && survey.unknown == 0 && survey.known > ROWS_TO_FALL
    };
    if *order == RowOrder::AsGiven
        && let Some((name, _, _)) = surveyed.iter().find(|(_, _, survey)| falls(survey))
    {
        findings.push(Finding {
            severity: Severity::Amber,
            feature: Some((*name).clone()),
            what: format!("`{name}` falls from row to row: the file seems to begin with the newest deal"),
            remedy: "rows are taken to begin with the oldest: turn the file round, or name the close date with --time"
                .to_owned(),
        });
    }
    for (name, role, survey) in surveyed {
        if *role == Role::Free
            && let Some(lookalike) = survey.lookalike()
        {
            findings.push(Finding {
                severity: Severity::Note,
                feature: Some(name.clone()),
                what: format!("`{name}`: {}", lookalike.hint()),
                remedy: "as it stands, it was read as text".to_owned(),
            });
        }
    }
    findings
}
