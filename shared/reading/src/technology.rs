//! Tools that companies use: one vocabulary of keys for what vendors, CRMs and people call them.
//!
//! A name of the vocabulary is read as its tool. Any other is kept as words in lower case with hyphens: it can be listed,
//! counted and named in a policy, and [`is_known_technology`] tells that it is none of the vocabulary.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use crate::nothing::is_nothing;
use crate::text::fold;

const TECHNOLOGIES: &str = include_str!("../data/technologies.tsv");

/// No tool's name is longer; a description of one is.
const LONGEST: usize = 100;

/// Keys by the names they have, as they are [`compared`].
static NAMES: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| {
    let named = lines().flat_map(|(key, names)| names.split('|').chain([key]).map(move |name| (name, key)));
    named.map(|(name, key)| (compared(&fold(name)), key)).collect()
});

/// The first name of each key: the one its maker gives it.
static MAKERS_NAMES: LazyLock<HashMap<&'static str, &'static str>> =
    LazyLock::new(|| lines().filter_map(|(key, names)| Some((key, names.split('|').next()?))).collect());

/// A tool, of the vocabulary or not.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Technology {
    key: Cow<'static, str>,
}

impl Technology {
    /// Its key: lower-case words joined by hyphens, such as `google-analytics`.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Whether the vocabulary has it.
    pub fn is_known(&self) -> bool {
        matches!(self.key, Cow::Borrowed(_))
    }
}

impl From<Technology> for String {
    fn from(technology: Technology) -> Self {
        technology.key.into_owned()
    }
}

/// The tool that a text names: `Salesforce.com`, `google_analytics`, `HubSpot CRM`. None where it names none.
pub fn read_technology(text: &str) -> Option<Technology> {
    if text.len() > LONGEST || is_nothing(text) {
        return None;
    }
    let folded = fold(text);
    let known = |name: &str| NAMES.get(&compared(name)).copied();
    if let Some(key) = known(&folded).or_else(|| known(site(&folded)?)) {
        return Some(Technology { key: Cow::Borrowed(key) });
    }
    let key = slug(&folded);
    (!key.is_empty()).then_some(Technology { key: Cow::Owned(key) })
}

/// The keys of several names, in the order of the alphabet and each once. What names no tool is left out.
pub fn technology_keys<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut keys: Vec<String> = names.into_iter().filter_map(read_technology).map(String::from).collect();
    keys.sort();
    keys.dedup();
    keys
}

/// The key that a name is kept under; empty where it names no tool.
pub fn technology_key(text: &str) -> String {
    read_technology(text).map(String::from).unwrap_or_default()
}

/// Whether a key is one of the vocabulary: of a lead's tools, those that are not are named by nobody here.
pub fn is_known_technology(key: &str) -> bool {
    NAMES.get(&compared(key)).is_some_and(|known| *known == key)
}

/// The name of a tool by its key, as its maker writes it; the key itself where the vocabulary has none.
pub fn technology_name(key: &str) -> &str {
    MAKERS_NAMES.get(key).copied().unwrap_or(key)
}

/// By what names are compared: their letters and digits as one word. `C++` and `C#` are not `C`.
fn compared(folded: &str) -> String {
    folded.chars().filter(|c| c.is_alphanumeric() || matches!(c, '+' | '#')).collect()
}

/// The name in a web address: `salesforce` of `https://www.salesforce.com/`, and of `salesforce-com`, as one was kept.
fn site(folded: &str) -> Option<&str> {
    const ENDS: [&str; 9] = ["com", "io", "ai", "org", "net", "co", "app", "so", "us"];
    let host = folded.trim_end_matches('/');
    let host = host.strip_prefix("https://").or_else(|| host.strip_prefix("http://")).unwrap_or(host);
    let host = host.strip_prefix("www.").unwrap_or(host);
    let name = ENDS.iter().find_map(|end| host.strip_suffix(end)?.strip_suffix(['.', '-']))?;
    (!name.contains(['.', '/', ' '])).then_some(name)
}

/// Words in lower case with hyphens between.
fn slug(folded: &str) -> String {
    let spelled = folded.replace('+', " plus ").replace('#', " sharp ");
    let words = spelled.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-")
}

/// Key and names of each tool.
fn lines() -> impl Iterator<Item = (&'static str, &'static str)> {
    TECHNOLOGIES.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('\t'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_read_and_no_name_stands_for_two_tools() {
        let whole = TECHNOLOGIES.lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(lines().count(), whole);
        let mut seen: HashMap<String, &str> = HashMap::new();
        for (key, names) in lines() {
            assert!(key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'), "{key}");
            assert!(is_known_technology(key) && technology_key(key) == key, "{key}");
            for name in names.split('|') {
                assert!(!compared(&fold(name)).is_empty() && name.trim() == name, "{key}: {name:?}");
                let read = read_technology(name).unwrap();
                assert!(read.is_known() && read.key() == key, "{name} is {} and not {key}", read.key());
            }
            for name in names.split('|').map(|name| compared(&fold(name))).chain([compared(key)]) {
                assert_eq!(*seen.entry(name).or_insert(key), key);
            }
        }
        let keys: std::collections::BTreeSet<_> = lines().map(|(key, _)| key).collect();
        assert_eq!(keys.len(), whole, "a key stands twice");
    }

    #[test]
    fn a_tool_has_a_name_for_people() {
        assert_eq!(technology_name("hubspot"), "HubSpot");
        assert_eq!(technology_name("our-own-tool"), "our-own-tool");
    }

    #[test]
    fn a_tool_is_one_whatever_it_is_called() {
        for (key, names) in [
            (
                "salesforce",
                [
                    "Salesforce",
                    "Salesforce.com",
                    "https://www.salesforce.com/",
                    "salesforce-com",
                    "SALESFORCE CRM",
                ],
            ),
            (
                "google-analytics",
                ["google_analytics", "Google Analytics", "GA4", "Universal Analytics", "google-analytics"],
            ),
            ("hubspot", ["HubSpot CRM", "Hubspot", "hubspot.com", "HubSpot Marketing Hub", "hub spot"]),
            (
                "microsoft-365",
                ["Office 365", "microsoft_office_365", "O365", "Microsoft Office 365", "Microsoft 365"],
            ),
            ("monday", ["monday.com", "Monday", "MONDAY.COM", "monday.com/", "Monday CRM"]),
        ] {
            for name in names {
                assert_eq!(technology_key(name), key, "{name}");
            }
        }
    }

    #[test]
    fn products_that_differ_are_told_apart() {
        let names = [
            "Salesforce",
            "Salesforce Marketing Cloud",
            "Pardot",
            "Salesforce Commerce Cloud",
            "Shopify",
            "Shopify Plus",
            "WordPress.org",
            "WordPress.com",
            "Zendesk",
            "Zendesk Chat",
        ];
        assert_eq!(technology_keys(names).len(), names.len());
    }

    #[test]
    fn a_name_that_nobody_here_knows_is_kept_and_can_be_told_apart() {
        let read = read_technology(" Acme Widget_Server 3.1 ").unwrap();
        assert_eq!((read.key(), read.is_known()), ("acme-widget-server-3-1", false));
        assert!(!is_known_technology(read.key()));
        assert_eq!(technology_key(read.key()), read.key(), "a key stays itself");
        assert_eq!(
            (technology_key("C++"), technology_key("C#")),
            ("c-plus-plus".to_owned(), "c-sharp".to_owned())
        );
        assert_eq!(technology_key("Café Système"), "cafe-systeme");
        for several in ["Marketing Cloud", "Amazon", "Apollo"] {
            assert!(!read_technology(several).unwrap().is_known(), "{several} may be several");
        }
    }

    #[test]
    fn what_names_no_tool_is_none() {
        for text in ["", "  ", "n/a", "unknown", "---", "?"] {
            assert_eq!(read_technology(text), None, "{text:?}");
        }
        assert_eq!(read_technology(&"tool ".repeat(40)), None);
        assert_eq!(technology_keys(["Slack", "n/a", "slack.com", "HubSpot"]), ["hubspot", "slack"]);
    }
}
