//! What a value of a fact says, for people. It stands in a reason, so it is short and begins small.

use leadlight_lead::{CountryCode, CriterionGroup, FeatureValue};
use leadlight_reading::technology_name;

use crate::section::thousands;

/// Tags that are named; of more it is told how many.
const NAMED: usize = 3;

/// `industry: software`, `funding round: series b`, `pages seen: 3`; of tags the first few.
pub(super) fn labelled(label: &str, value: &FeatureValue) -> String {
    match value {
        FeatureValue::Number(number) => format!("{label}: {}", plain(*number)),
        FeatureValue::Category(key) => format!("{label}: {}", spaced(key)),
        FeatureValue::Tags(tags) if tags.is_empty() => format!("{label}: none"),
        FeatureValue::Tags(tags) => format!("{label}: {}", few(tags, |tag| spaced(tag))),
    }
}

/// `intent spike: yes`.
pub(super) fn yes_or_no(label: &str, value: &FeatureValue) -> String {
    if value.number() == Some(0.0) { format!("{label}: no") } else { format!("{label}: yes") }
}

/// `47 employees`, of a power of ten.
pub(super) fn employees(label: &str, value: &FeatureValue) -> String {
    match value.number().map(size) {
        Some(1.0) => "1 employee".to_owned(),
        Some(size) => format!("{} employees", thousands(size)),
        None => labelled(label, value),
    }
}

/// `revenue about $12,000,000`, of a power of ten.
pub(super) fn dollars(label: &str, value: &FeatureValue) -> String {
    match value.number().map(size) {
        Some(usd) => format!("{label} about ${}", thousands(usd)),
        None => labelled(label, value),
    }
}

/// `headcount growth: 20 % in a year`.
pub(super) fn growth(label: &str, value: &FeatureValue) -> String {
    match value.number() {
        Some(share) => format!("{label}: {} % in a year", (share * 100.0).round() + 0.0),
        None => labelled(label, value),
    }
}

/// `in Germany`.
pub(super) fn country(label: &str, value: &FeatureValue) -> String {
    let FeatureValue::Category(code) = value else { return labelled(label, value) };
    let Ok(code) = code.parse::<CountryCode>() else { return labelled(label, value) };
    let name = code.in_english();
    let article = ["United", "Netherlands", "Philippines", "Bahamas", "Maldives", "Czech Republic"];
    let the = if article.iter().any(|begin| name.starts_with(begin)) { "the " } else { "" };
    format!("in {the}{name}")
}

/// `uses Salesforce, Segment and 2 more`.
pub(super) fn tools(label: &str, value: &FeatureValue) -> String {
    match value {
        FeatureValue::Tags(tags) if tags.is_empty() => "uses none of the tools that count".to_owned(),
        FeatureValue::Tags(tags) => format!("uses {}", few(tags, |tag| technology_name(tag).to_owned())),
        _ => labelled(label, value),
    }
}

/// `no demo requests`, `demo requests`, `demo requests, long ago`.
pub(super) fn behaviour(label: &str, value: &FeatureValue) -> String {
    match value.number() {
        Some(0.0) => format!("no {label}"),
        Some(faded) if faded < 0.25 => format!("{label}, long ago"),
        _ => label.to_owned(),
    }
}

/// `intent signal: within a month`, of what fades by half in a month.
pub(super) fn freshness(label: &str, value: &FeatureValue) -> String {
    let how = match value.number() {
        Some(faded) if faded >= 0.5 => "within a month",
        Some(faded) if faded >= 0.125 => "within three months",
        _ => "longer ago",
    };
    format!("{label}: {how}")
}

/// `in the role for 14 months`.
pub(super) fn months(label: &str, value: &FeatureValue) -> String {
    match value.number() {
        Some(1.0) => format!("{label} for 1 month"),
        Some(months) if months < 1.0 => format!("{label} for less than a month"),
        Some(months) => format!("{label} for {months} months"),
        None => labelled(label, value),
    }
}

/// `latest funding round 3 months ago`.
pub(super) fn months_ago(label: &str, value: &FeatureValue) -> String {
    match value.number() {
        Some(1.0) => format!("{label} a month ago"),
        Some(months) if months < 1.0 => format!("{label} this month"),
        Some(months) => format!("{label} {months} months ago"),
        None => labelled(label, value),
    }
}

/// `seniority: vice president`.
pub(super) fn level(label: &str, value: &FeatureValue) -> String {
    match value {
        FeatureValue::Category(key) if key == "vp" => format!("{label}: vice president"),
        FeatureValue::Category(key) if key == "c_level" => format!("{label}: chief officer"),
        _ => labelled(label, value),
    }
}

/// What a group of facts is about.
pub(super) fn group(group: CriterionGroup) -> &'static str {
    match group {
        CriterionGroup::Baseline => "The average lead",
        CriterionGroup::Icp => "The company",
        CriterionGroup::Contact => "The person",
        CriterionGroup::Technographic => "Its tools",
        CriterionGroup::Intent => "Signs that it may buy",
        CriterionGroup::Engagement => "How they came and what they did",
        CriterionGroup::Other => "Fields of forms",
    }
}

/// From a power of ten, to four digits: what is shown is not more certain than what was known.
fn size(power: f64) -> f64 {
    let size = libm::exp10(power);
    let unit = libm::exp10((libm::floor(power) - 3.0).max(0.0));
    (size / unit).round() * unit
}

fn plain(number: f64) -> String {
    ((number * 100.0).round() / 100.0 + 0.0).to_string()
}

fn spaced(key: &str) -> String {
    key.replace(['-', '_'], " ")
}

fn few(tags: &[String], name: impl Fn(&String) -> String) -> String {
    let named: Vec<String> = tags.iter().take(NAMED).map(name).collect();
    match tags.len().saturating_sub(NAMED) {
        0 => named.join(", "),
        more => format!("{} and {more} more", named.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_told_as_one_would_say_them() {
        let number = |x: f64| FeatureValue::Number(x);
        for count in [1.0, 47.0, 9_999.0, 25_000.0, 480_000.0] {
            let told = employees("number of employees", &number((libm::log10(count) * 1e6).round() / 1e6));
            let wanted = thousands(count);
            assert_eq!(
                told,
                if count > 1.0 { format!("{wanted} employees") } else { "1 employee".to_owned() }
            );
        }
        assert_eq!(country("country", &FeatureValue::category("DE").unwrap()), "in Germany");
        assert_eq!(country("country", &FeatureValue::category("US").unwrap()), "in the United States");
        let tools = |tags: &[&str]| tools("tools in use", &FeatureValue::tags(tags.iter().copied()));
        assert_eq!(tools(&["salesforce"]), "uses Salesforce");
        assert_eq!(
            tools(&["hubspot", "salesforce", "segment", "slack", "zendesk"]),
            "uses HubSpot, Salesforce, Segment and 2 more"
        );
        assert_eq!(behaviour("demo requests", &number(0.0)), "no demo requests");
        assert_eq!(months("in the role", &number(14.0)), "in the role for 14 months");
        assert_eq!(growth("headcount growth", &number(-0.1)), "headcount growth: -10 % in a year");
        assert_eq!(
            labelled("industry", &FeatureValue::category("real-estate").unwrap()),
            "industry: real estate"
        );
        assert_eq!(dollars("revenue", &number(7.079_181)), "revenue about $12,000,000");
    }
}
