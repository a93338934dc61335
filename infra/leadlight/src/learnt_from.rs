//! What a model would learn from under a policy, as `policy check` tells it.

use leadlight_policy::Policy;

use crate::industries::wrapped;

/// Grades, facts and what is left out, by name, to stand below what was said.
pub(crate) fn text(policy: &Policy) -> String {
    let (grades, facts): (Vec<_>, Vec<_>) =
        policy.feature_specs().into_iter().partition(|feature| feature.points.is_some());
    let left_out = policy.facts_left_out();
    let mut text = format!(
        "\n\nA model learns from {} grades and {} facts; what is known of no closed deal it leaves out",
        grades.len(),
        facts.len()
    );
    text.push_str(&wrapped("grades", grades.into_iter().map(|feature| feature.name)));
    if !facts.is_empty() {
        text.push_str(&wrapped("facts", facts.into_iter().map(|feature| feature.name)));
    }
    if !left_out.is_empty() {
        text.push_str(&wrapped("facts that it does not see", left_out.iter().map(ToString::to_string)));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEFAULT: &str = include_str!("../../policies/default.toml");

    #[test]
    fn what_is_learnt_from_and_what_is_not_are_both_told() {
        let narrow = DEFAULT.replace("\n[model]\n", "\n[model]\nfacts = [\"company.industry\"]\n");
        let told = text(&Policy::parse("p.toml", &narrow).unwrap());
        assert!(told.contains("from 7 grades and 1 facts"), "{told}");
        assert!(
            told.contains("facts: company.industry\n  facts that it does not see: company.naics_sector"),
            "{told}"
        );
        let told = text(&Policy::parse("p.toml", DEFAULT).unwrap());
        assert!(told.contains("does not see: person.seniority"), "{told}");
    }
}
