//! A lead's points in two parts, fit and engagement, and the grid that makes a grade of both.

use leadlight_lead::{CriterionGroup, Grade, Score, Side, Sides};
use leadlight_settings::Problems;

use crate::check_scorecard;
use crate::scale::{CriterionGrade, LetterLimits, nearest_score};
use crate::section::{Section, list};
use crate::spec::{GridSpec, RowSpec};

/// From the letters of both sides to a grade. A better side never gives a lower grade.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Grid {
    fit: LetterLimits,
    engagement: LetterLimits,
    /// By the letter of fit, then by that of engagement, A first.
    grades: [[Grade; 4]; 4],
}

const LETTERS: [Grade; 4] = [Grade::A, Grade::B, Grade::C, Grade::D];

impl Grid {
    pub(crate) fn check(p: &mut Problems<'_>, spec: &GridSpec) -> Self {
        let rows = spec.grades.get_ref();
        let rows = [&rows.a, &rows.b, &rows.c, &rows.d];
        let grades = rows.map(|row| {
            let RowSpec { a, b, c, d } = row.get_ref();
            [*a, *b, *c, *d]
        });
        for (at, row) in rows.iter().enumerate() {
            let (letter, cells) = (LETTERS[at], grades[at]);
            if cells.windows(2).any(|pair| pair[0] > pair[1]) {
                let what = format!(
                    "in `grid.grades`, more engagement would lower the grade of a lead with fit {letter}"
                );
                p.add(row.span(), what, "let the grades of a row fall from a to d, or stay");
            }
            let above = at.checked_sub(1).map(|above| grades[above]);
            if above.is_some_and(|above| above.iter().zip(cells).any(|(above, below)| *above > below)) {
                let what = format!(
                    "in `grid.grades`, a lead with fit {letter} would get a better grade than one with fit {}",
                    LETTERS[at - 1]
                );
                p.add(
                    row.span(),
                    what,
                    "let no row have a better grade than the row above it, in any column",
                );
            }
        }
        if grades.iter().flatten().all(|grade| *grade == grades[0][0]) {
            let what = format!("`grid.grades` gives every lead the grade {}", grades[0][0]);
            p.add(
                spec.grades.span(),
                what,
                "let it tell leads apart, or remove `[grid]`: then the score says the grade",
            );
        }
        Self {
            fit: check_scorecard::letters(p, &spec.fit, "grid.fit"),
            engagement: check_scorecard::letters(p, &spec.engagement, "grid.engagement"),
            grades,
        }
    }

    /// The grade of a lead; none where one of its sides has no criterion, so that there is nothing to look up.
    pub(crate) fn grade(&self, sides: &Sides) -> Option<Grade> {
        let (fit, engagement) = (sides.fit?.grade, sides.engagement?.grade);
        Some(self.grades[at(fit)][at(engagement)])
    }

    /// In words.
    pub(crate) fn in_words(&self) -> Section {
        let from = |limits: &LetterLimits| format!("{}, {} and {}", limits.a, limits.b, limits.c);
        let rows = LETTERS.iter().map(|letter| {
            let [a, b, c, d] = self.grades[at(*letter)].map(|grade| grade.to_string());
            [letter.to_string(), a, b, c, d]
        });
        Section::new("The grade by fit and engagement")
            .text([
                "Fit is what company and person are, engagement what they do; each is the mean grade of its criteria by weight, \
                 of 100.".to_owned(),
                format!("Fit is A, B and C from {}; engagement from {}.", from(&self.fit), from(&self.engagement)),
                "The grade of a lead is the cell of both letters, whoever decides its score. Where it goes is for its score."
                    .to_owned(),
            ])
            .table(["Fit", "Engagement A", "Engagement B", "Engagement C", "Engagement D"], rows)
    }
}

fn at(letter: Grade) -> usize {
    match letter {
        Grade::A => 0,
        Grade::B => 1,
        Grade::C => 2,
        Grade::D => 3,
    }
}

/// Whether a group speaks of what somebody is; of what they do, else.
pub(crate) fn is_fit(group: CriterionGroup) -> bool {
    match group {
        CriterionGroup::Icp | CriterionGroup::Contact | CriterionGroup::Technographic => true,
        CriterionGroup::Intent
        | CriterionGroup::Engagement
        | CriterionGroup::Baseline
        | CriterionGroup::Other => false,
    }
}

/// Both sides of a lead; none where no criterion has weight. Without a grid a side's letter is by the limits of the score's.
pub(crate) fn sides(grades: &[CriterionGrade], grid: Option<&Grid>, usual: LetterLimits) -> Option<Sides> {
    let limits = grid.map_or((usual, usual), |grid| (grid.fit, grid.engagement));
    let sides = Sides { fit: side(grades, true, limits.0), engagement: side(grades, false, limits.1) };
    (!sides.is_empty()).then_some(sides)
}

/// Adds in the order of the grades, as the points are.
fn side(grades: &[CriterionGrade], fit: bool, limits: LetterLimits) -> Option<Side> {
    let of_side = || grades.iter().filter(move |grade| is_fit(grade.group) == fit);
    let weight: f64 = of_side().filter_map(|grade| grade.weight).sum();
    if weight == 0.0 {
        return None;
    }
    let weighted: f64 = of_side().filter_map(|grade| Some(grade.weight? * grade.applied)).sum();
    let score: Score = nearest_score(100.0 * (weighted / weight));
    let known =
        of_side().any(|grade| grade.grade.is_some() && grade.weight.is_some_and(|weight| weight > 0.0));
    Some(Side { score, grade: limits.letter(score), known })
}

/// What a motion must weigh for a grid to have a cell for its leads; nothing where it weighs both sides.
pub(crate) fn without_side(weights: &[(CriterionGroup, f64)]) -> Option<String> {
    let has = |fit: bool| weights.iter().any(|(group, weight)| is_fit(*group) == fit && *weight > 0.0);
    let missing: Vec<&str> = [("fit", has(true)), ("engagement", has(false))]
        .into_iter()
        .filter(|(_, has)| !has)
        .map(|(side, _)| side)
        .collect();
    (!missing.is_empty()).then(|| list(missing, "and"))
}
