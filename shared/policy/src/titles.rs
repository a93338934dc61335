//! Words of the policy's own that are read in titles.

use leadlight_lead::{Function, Seniority};
use leadlight_reading::TitleWords;

use crate::criteria::level_in_words;
use crate::disqualify::function_in_words;
use crate::section::{Section, list};

/// The words, and as they stand in the file.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct TitleRules {
    pub(crate) words: TitleWords,
    pub(crate) functions: Vec<(Function, Vec<String>)>,
    pub(crate) seniority: Vec<(Seniority, Vec<String>)>,
}

impl TitleRules {
    pub(crate) fn in_words(&self) -> Section {
        let section = Section::new("What a title says");
        let built_in = "Where no provider knows what a person works on and how senior they are, their title is read: \
                        in English, German, French, Spanish, Italian, Dutch and Portuguese, the same in every gender.";
        if self.words.is_empty() {
            return section.text([built_in, "The policy adds no words of its own."]);
        }
        let row = |words: &[String], says: &str| {
            [list(words.iter().map(|word| format!("\"{word}\"")), "or"), says.to_owned()]
        };
        let functions = self.functions.iter().map(|(function, words)| {
            row(words, &format!("The person works in {}", function_in_words(*function)))
        });
        let seniority = self
            .seniority
            .iter()
            .map(|(level, words)| row(words, &format!("Level: {}", level_in_words(*level))));
        section
            .text([
                built_in,
                "These words are the policy's own, and go before built-in ones of the same length.",
            ])
            .table(["In a title", "What it says"], functions.chain(seniority))
    }
}
