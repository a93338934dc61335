//! How the industries of large systems fall under a policy, as `policy check` tells it.

use std::fmt::Write as _;

use leadlight_policy::{IndustryCoverage, IndustryList, Policy};
use serde_json::{Value, json};

/// In characters.
const WIDTH: usize = 100;
const LISTS: [IndustryList; 5] = [
    IndustryList::HubSpot,
    IndustryList::Salesforce,
    IndustryList::Dynamics,
    IndustryList::Zoho,
    IndustryList::LinkedInV2,
];

/// Notes and values, for programs. Nothing where the policy does not grade industries.
pub(crate) fn value(policy: &Policy) -> Value {
    let lists = LISTS.iter().filter_map(|list| {
        let IndustryCoverage { graded, unlisted, too_broad, not_understood } =
            policy.industry_coverage(*list)?;
        let coverage = json!({ "graded": graded, "unlisted": unlisted, "too_broad": too_broad,
                               "not_understood": not_understood });
        Some((list.to_string(), coverage))
    });
    let lists: serde_json::Map<String, Value> = lists.collect();
    if lists.is_empty() { Value::Null } else { json!({ "notes": policy.industry_notes(), "lists": lists }) }
}

/// The same for people, to stand below what was said; nothing where the policy does not grade industries.
pub(crate) fn text(policy: &Policy) -> String {
    let mut text = String::new();
    for note in policy.industry_notes() {
        let _ = write!(text, "\nNote: {note}");
    }
    for list in LISTS {
        let Some(coverage) = policy.industry_coverage(list) else { continue };
        let graded: usize = coverage.graded.values().map(Vec::len).sum();
        let others = [&coverage.unlisted, &coverage.too_broad, &coverage.not_understood];
        let all = graded + others.iter().map(|values| values.len()).sum::<usize>();
        let _ = write!(text, "\n\n{list}: {graded} of {all} industries have a grade of their own");
        let by_key = coverage.graded.iter().map(|(key, values)| format!("{key} {}", values.len()));
        text.push_str(&wrapped("graded", by_key));
        // LinkedIn's own are too many to read.
        let named = all <= 200;
        for (what, values) in [
            ("not listed, so graded as `unlisted`", &coverage.unlisted),
            ("too broad to tell, so graded as `missing`", &coverage.too_broad),
            ("more than one industry or none, so graded as `missing`", &coverage.not_understood),
        ] {
            match values.len() {
                0 => {}
                _ if named => {
                    text.push_str(&wrapped(
                        &format!("{what}, {}", values.len()),
                        values.iter().map(ToString::to_string),
                    ));
                }
                count => {
                    let _ = write!(text, "\n  {what}: {count}");
                }
            }
        }
    }
    text
}

/// Words after a name, on as many indented lines as they need.
pub(crate) fn wrapped(name: &str, words: impl Iterator<Item = String>) -> String {
    let mut lines = format!("\n  {name}:");
    let mut width = lines.len() - 1;
    for (place, word) in words.enumerate() {
        if place > 0 {
            lines.push(',');
            width += 1;
        }
        if width + word.len() + 2 > WIDTH {
            lines.push_str("\n   ");
            width = 3;
        }
        lines.push(' ');
        lines.push_str(&word);
        width += word.len() + 1;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEFAULT: &str = include_str!("../../policies/default.toml");

    #[test]
    fn what_falls_under_a_policy_is_told_by_system() {
        let policy = Policy::parse("default.toml", DEFAULT).unwrap();
        let text = text(&policy);
        for part in [
            "HubSpot: ",
            " of 148 industries",
            "software 1",
            "graded as `unlisted`",
            "BANKING",
            "INTERNET",
            "Salesforce: ",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert!(text.lines().all(|line| line.chars().count() <= WIDTH), "{text}");
        assert!(!text.contains("Note: "), "{text}");
        assert_eq!(value(&policy)["lists"]["HubSpot"]["graded"]["software"], json!(["COMPUTER_SOFTWARE"]));
    }

    #[test]
    fn a_key_that_looks_mistyped_is_a_note() {
        let typo = DEFAULT.replace("\nsoftware = 1.0", "\nsofware = 1.0");
        let policy = Policy::parse("default.toml", &typo).unwrap();
        assert!(
            text(&policy)
                .contains("\nNote: `sofware` is not an industry Leadlight knows; did you mean `software`?")
        );
        assert_eq!(value(&policy)["notes"].as_array().unwrap().len(), 1);
    }
}
