//! The scorecard in words.

use crate::completeness::{CompletenessRule, Gates};
use crate::criteria::Criterion;
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
        let rows = self.usual.weights.iter().map(|(criterion, weight)| {
            let missing = self.criteria.get(criterion).map_or(0.0, |graded| graded.missing);
            let most = rounded(100.0 * weight / self.usual.total_weight, 10.0).to_string();
            [capital(criterion.factor()), weight.to_string(), most, grade(missing)]
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
        self.criteria.iter().map(|(criterion, graded)| {
            let worth = match self.usual.most_points(*criterion) {
                Some(most) if most > 0.0 => format!("Up to {} points of 100.", rounded(most, 10.0)),
                Some(_) => "Switched off: it has no weight, so it gives no points.".to_owned(),
                None => {
                    format!("It counts for leads of these motions alone: {}.", self.weighed_by(*criterion))
                }
            };
            let unknown = format!("Where nothing is known, the grade {} counts.", grade(graded.missing));
            graded.outline(Section::new(capital(criterion.factor())).text([worth, unknown]))
        })
    }

    /// The motions for which a criterion counts.
    fn weighed_by(&self, criterion: Criterion) -> String {
        let weigh = self.by_motion.iter().filter(|(_, scale)| scale.weights.contains_key(&criterion));
        list(weigh.map(|(motion, _)| motion.to_string()), "and")
    }

    /// The score as a letter.
    pub(crate) fn letters_in_words(&self) -> Section {
        let limits = self.usual.letters;
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
    pub(crate) fn learnt_from(&self, seen: &Seen, who_decides: Vec<String>) -> Section {
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
        text.extend(who_decides);
        seen.in_words(Section::new("What a model may learn from, and how far it decides").text(text))
    }
}

fn wanted(rule: &CompletenessRule) -> String {
    list(rule.wanted.iter().map(|field| field.in_words()), "and")
}

/// "4 of 7".
fn fewest(rule: &CompletenessRule) -> String {
    format!("{} of {}", rule.fewest(), rule.wanted.len())
}
