//! Industry, by degree of fit: a grade for each that is listed, one for all others.
//!
//! What is graded is what a fact says, read by the vocabulary of `leadlight_reading`: `COMPUTER_SOFTWARE` counts as
//! `software` however it came to be stored. A decision keeps the features it was made with, and training uses them as
//! long as the policy is the same. Only where a lead is graded by another policy is its industry read as today.

use std::collections::BTreeMap;

use leadlight_lead::CriterionGroup;
use leadlight_reading::{Industry, industry_words, read_industry};
use leadlight_settings::{Limit, Problems, Spanned};
use schemars::JsonSchema;
use serde::Deserialize;

use super::parts::{Numbers, falling, table};
use super::{Grading, Subject};
use crate::section::{Section, grade};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Shape {
    /// What it counts for, 0 to 1000; only proportions count, and 0 switches it off.
    #[schemars(range(min = 0.0, max = 1000.0))]
    pub(super) weight: Spanned<f64>,
    /// The grade that counts where nothing is known, 0 to 1.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub(super) missing: Spanned<f64>,
    /// The grade of an industry that is understood and not listed.
    #[schemars(range(min = 0.0, max = 1.0))]
    unlisted: Spanned<f64>,
    /// Industries by key, in lower case with hyphens, each with its grade.
    grades: Numbers,
}

/// What a policy makes of an industry as somebody wrote it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum IndustryReading<'a> {
    /// It has a grade.
    Graded {
        /// Its key: the policy's, or that of the vocabulary.
        industry: &'a str,
        /// The key of the policy that it falls under: its own, or a broader one.
        listed: &'a str,
        /// 0 to 1.
        grade: f64,
    },
    /// It is understood, and nothing that the policy lists is it or holds it.
    Unlisted {
        /// Its key.
        industry: &'a str,
    },
    /// It is understood, and the policy lists only parts of it: which of them is meant cannot be told, so there is no
    /// grade.
    TooBroad {
        /// Its key.
        industry: &'a str,
    },
    /// It says nothing that is known.
    NotUnderstood,
}

impl<'a> IndustryReading<'a> {
    /// The key that a fact holds; nothing where the text is not understood.
    pub fn industry(&self) -> Option<&'a str> {
        match *self {
            Self::Graded { industry, .. } | Self::Unlisted { industry } | Self::TooBroad { industry } => {
                Some(industry)
            }
            Self::NotUnderstood => None,
        }
    }
}

/// The industries that a policy lists.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Listed {
    /// By the file's keys.
    grades: BTreeMap<String, f64>,
    /// The file's keys by their words.
    by_words: BTreeMap<String, String>,
    /// The file's keys by the industry that they are read as; nothing where several are it, with several grades.
    by_industry: BTreeMap<Industry, Option<String>>,
}

impl Listed {
    /// Of a policy that lists none.
    pub(crate) const fn none() -> Self {
        Self { grades: BTreeMap::new(), by_words: BTreeMap::new(), by_industry: BTreeMap::new() }
    }

    fn new(grades: BTreeMap<String, f64>) -> Self {
        let by_words = grades.keys().map(|key| (industry_words(key), key.clone())).collect();
        let mut by_industry: BTreeMap<Industry, Option<String>> = BTreeMap::new();
        for (key, grade) in &grades {
            let Some(industry) = read_industry(key) else { continue };
            // The vocabulary's own key goes before other words for the industry.
            if grades.contains_key(industry.key()) {
                by_industry.insert(industry, Some(industry.key().to_owned()));
                continue;
            }
            let entry = by_industry.entry(industry).or_insert_with(|| Some(key.clone()));
            let is_same = |other: &String| grades.get(other).is_some_and(|other| other.to_bits() == grade.to_bits());
            if !entry.as_ref().is_some_and(is_same) {
                *entry = None;
            }
        }
        Self { grades, by_words, by_industry }
    }

    /// A key of the file first, then what the vocabulary knows of the text, then what that belongs to.
    pub(crate) fn read(&self, text: &str) -> IndustryReading<'_> {
        let own = || self.by_words.get(&industry_words(text)).and_then(|key| self.grades.get_key_value(key));
        if let Some((key, grade)) = self.grades.get_key_value(text).or_else(own) {
            return IndustryReading::Graded { industry: key, listed: key, grade: *grade };
        }
        let Some(read) = read_industry(text) else { return IndustryReading::NotUnderstood };
        let industry = read.key();
        let nearest = read.and_above().find_map(|broader| self.by_industry.get(&broader));
        match nearest {
            Some(Some(listed)) => {
                let grade = self.grades.get(listed).copied().unwrap_or_default();
                IndustryReading::Graded { industry, listed, grade }
            }
            Some(None) => IndustryReading::TooBroad { industry },
            None if self.by_industry.keys().any(|listed| listed.is_within(read)) => {
                IndustryReading::TooBroad { industry }
            }
            None => IndustryReading::Unlisted { industry },
        }
    }

    /// What is worth knowing of the file's keys, a sentence each.
    pub(crate) fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        for key in self.grades.keys() {
            match read_industry(key) {
                Some(industry) if self.grades.contains_key(industry.key()) => {}
                Some(industry) => notes.push(format!(
                    "`{key}` is another word for `{industry}`, so every lead in `{industry}` falls under it"
                )),
                None => notes.push(match Industry::near(key) {
                    Some(near) => {
                        format!("`{key}` is not an industry Leadlight knows; did you mean `{near}`?")
                    }
                    None => format!(
                        "`{key}` is not an industry Leadlight knows: only leads that say \"{}\" fall under it",
                        industry_words(key)
                    ),
                }),
            }
        }
        for (industry, key) in &self.by_industry {
            if key.is_none() {
                notes.push(format!(
                    "several words for `{industry}` are listed with several grades, so a lead that says only \
                     \"{industry}\" has none; list `{industry}` as well"
                ));
            }
        }
        notes
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Rule {
    listed: Listed,
    unlisted: f64,
}

impl Rule {
    pub(crate) fn listed(&self) -> &Listed {
        &self.listed
    }
}

impl Grading for Rule {
    type Shape = Shape;
    const GROUP: CriterionGroup = CriterionGroup::Icp;
    const FACTOR: &'static str = "industry fit";

    fn check(p: &mut Problems<'_>, shape: &Shape) -> Self {
        Self {
            listed: Listed::new(table(p, &shape.grades, "criteria.industry.grades", Limit::SHARE)),
            unlisted: p.number(&shape.unlisted, "criteria.industry.unlisted", Limit::SHARE),
        }
    }

    fn grade(&self, lead: &Subject<'_>) -> Option<f64> {
        match self.listed.read(&lead.company.industry.as_ref()?.value) {
            IndustryReading::Graded { grade, .. } => Some(grade),
            IndustryReading::Unlisted { .. } => Some(self.unlisted),
            IndustryReading::TooBroad { .. } | IndustryReading::NotUnderstood => None,
        }
    }

    fn outline(&self, section: Section) -> Section {
        section
            .text([
                format!("An industry that is not listed has the grade {}.", grade(self.unlisted)),
                "One that belongs to a listed one has its grade, unless it is listed itself.".to_owned(),
                "One that is not understood, or of which only parts are listed, counts as not known.".to_owned(),
            ])
            .table(["Industry", "Grade"], falling(&self.listed.grades))
    }
}
