//! The scorecard in words.

use crate::completeness::{CompletenessRule, Gates};
use crate::criteria::{Criterion, Weighted};
use crate::facts::Seen;
use crate::scorecard::Scorecard;
use crate::section::{Section, capital, grade, list, percent, rounded};

impl Scorecard {
    /// When a lead goes to people because too little is known of it.
    pub(crate) fn too_little_known(&self) -> Section {
        let Gates { usual, by_motion } = &self.completeness;
        let mut text = vec![
            format!("Wanted are {}.", wanted(usual)),
            format!(
                "At least {} of them must be known, that is {}.",
                percent(usual.minimum_share),
                fewest(usual)
            ),
            "With less a lead is not sorted by its score: people complete the record.".to_owned(),
        ];
        if by_motion.is_empty() {
            text.push("That holds for leads of every motion.".to_owned());
            return Section::new("When too little is known").text(text);
        }
        text.push("Leads of these motions have a gate of their own instead.".to_owned());
        let rows = by_motion.iter().map(|(motion, rule)| {
            let least = format!("{}, that is {}", percent(rule.minimum_share), fewest(rule));
            [capital(&motion.to_string()), wanted(rule), least]
        });
        Section::new("When too little is known")
            .text(text)
            .table(["Motion", "Wanted", "At least known"], rows)
    }

    /// What a lead can earn, criterion by criterion.
    pub(crate) fn points_in_words(&self) -> Section {
        let rows = self.criteria.iter().map(|(criterion, weighted)| {
            [
                capital(criterion.factor()),
                weighted.weight.to_string(),
                self.most_points(weighted),
                grade(weighted.missing),
            ]
        });
        Section::new("What earns points")
            .text([
                "A grade says how well a lead fits in one respect, from 0 (not at all) to 1 (fully).",
                "Points are 100 times the sum of weight times grade, over the sum of weights: always 0 to 100.",
            ])
            .table(["Criterion", "Weight", "Most points", "Grade where nothing is known"], rows)
    }

    /// How each criterion is graded.
    pub(crate) fn criteria_in_words(&self) -> impl Iterator<Item = Section> {
        self.criteria.iter().map(|(criterion, weighted)| {
            let worth = if weighted.weight > 0.0 {
                format!("Up to {} points of 100.", self.most_points(weighted))
            } else {
                "Switched off: it has no weight, so it gives no points.".to_owned()
            };
            let unknown = format!("Where nothing is known, the grade {} counts.", grade(weighted.missing));
            weighted.outline(Section::new(capital(criterion.factor())).text([worth, unknown]))
        })
    }

    fn most_points(&self, weighted: &Weighted) -> String {
        rounded(100.0 * weighted.weight / self.total_weight, 10.0).to_string()
    }

    /// The score as a letter.
    pub(crate) fn letters_in_words(&self) -> Section {
        let limits = self.letters;
        let rows = [
            ("A", format!("{} and more", limits.a)),
            ("B", format!("From {} up to {}", limits.b, limits.a)),
            ("C", format!("From {} up to {}", limits.c, limits.b)),
            ("D", format!("Below {}", limits.c)),
        ];
        Section::new("The score as a letter")
            .table(["Letter", "Score"], rows.map(|(letter, score)| [letter.to_owned(), score]))
    }

    /// What a learner may see.
    pub(crate) fn learnt_from(&self, seen: &Seen) -> Section {
        let in_words = |criteria: &[Criterion]| list(criteria.iter().map(|c| c.factor()), "and");
        let mut text = vec![format!("A model may see the grades in {}.", in_words(&self.features))];
        let hidden: Vec<Criterion> =
            self.criteria.keys().filter(|criterion| !self.features.contains(criterion)).copied().collect();
        if !hidden.is_empty() {
            text.push(format!("It does not see {}.", in_words(&hidden)));
        }
        if !self.never_lowers.is_empty() {
            text.push(format!(
                "A higher grade in {} never lowers its probability.",
                in_words(&self.never_lowers)
            ));
        }
        text.push(
            "It learns from how leads ended and from why people turned them down, as told above.".to_owned(),
        );
        seen.in_words(Section::new("What a model may learn from").text(text))
    }
}

fn wanted(rule: &CompletenessRule) -> String {
    list(rule.wanted.iter().map(|field| field.in_words()), "and")
}

/// "4 of 7".
fn fewest(rule: &CompletenessRule) -> String {
    format!("{} of {}", rule.fewest(), rule.wanted.len())
}
