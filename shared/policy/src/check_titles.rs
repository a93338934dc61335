//! Checks of the words that the policy adds to those read in titles.

use leadlight_reading::{TitleWords, WordProblem};
use leadlight_settings::{Problems, Spanned, SpannedList};

use crate::spec::TitlesSpec;
use crate::titles::TitleRules;

pub(crate) fn titles(p: &mut Problems<'_>, spec: Option<&Spanned<TitlesSpec>>) -> TitleRules {
    let mut rules = TitleRules::default();
    let Some(spec) = spec else { return rules };
    for (function, listed) in spec.get_ref().functions.iter().flat_map(|lists| lists.entries()) {
        let add = |words: &mut TitleWords, word: &str| words.add_function(word, function);
        if let Some(words) = words(p, &mut rules.words, listed.as_ref(), "titles.functions", add) {
            rules.functions.push((function, words));
        }
    }
    for (level, listed) in spec.get_ref().seniority.iter().flat_map(|lists| lists.entries()) {
        let add = |words: &mut TitleWords, word: &str| words.add_seniority(word, level);
        if let Some(words) = words(p, &mut rules.words, listed.as_ref(), "titles.seniority", add) {
            rules.seniority.push((level, words));
        }
    }
    if rules.functions.is_empty() && rules.seniority.is_empty() {
        p.add(
            spec.span(),
            "`[titles]` has no words",
            "write some, such as `functions.sales = [\"kundenberater\"]`, or remove the table",
        );
    }
    rules
}

fn words(
    p: &mut Problems<'_>,
    all: &mut TitleWords,
    listed: Option<&SpannedList<String>>,
    name: &str,
    add: impl Fn(&mut TitleWords, &str) -> Result<(), WordProblem>,
) -> Option<Vec<String>> {
    p.optional_list(listed, name, |p, entry| {
        let written = entry.get_ref().trim();
        if let Err(problem) = add(all, written) {
            let (what, remedy) = in_words(written, name, problem);
            p.add(entry.span(), what, remedy);
        }
        Some(written.to_lowercase())
    })
}

fn in_words(written: &str, name: &str, problem: WordProblem) -> (String, &'static str) {
    match problem {
        WordProblem::Empty => (
            format!("`{written}` has no word in it"),
            "write what stands in a title, such as `kundenberater`",
        ),
        WordProblem::TooLong => {
            (format!("`{written}` has more than five words"), "keep the words that tell, five at most")
        }
        WordProblem::Parted => (
            format!("`{written}` would never be found: such a sign ends a part of a title"),
            "write what stands on either side as an entry of its own",
        ),
        WordProblem::Contradicts => (
            format!("`{written}`, or the same word in another gender, is in two lists of `{name}`"),
            "keep it in the one that is true",
        ),
    }
}
