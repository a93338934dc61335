//! The words that vendors have for what the directory says in keys.

/// An industry in the words of two vendors, and its NAICS code. What is not here is written as its key.
pub(super) struct Industry {
    /// In small letters, as People Data Labs writes it.
    pub(super) small: String,
    /// As Apollo and Clearbit write it.
    pub(super) title: String,
    /// The code, where there is one that says the same.
    pub(super) naics: Option<&'static str>,
}

const INDUSTRIES: [(&str, &str, Option<&str>); 11] = [
    ("software", "Computer Software", Some("513210")),
    ("fintech", "Financial Technology", None),
    ("media", "Media & Entertainment", None),
    ("logistics", "Logistics & Supply Chain", None),
    ("healthcare", "Hospital & Health Care", Some("622110")),
    ("manufacturing", "Industrial Manufacturing", None),
    ("agriculture", "Agriculture", None),
    ("education", "Education Management", None),
    ("retail", "Retail", None),
    ("professional-services", "Professional Services", None),
    ("government", "Government Administration", None),
];

pub(super) fn industry(key: &str) -> Industry {
    let known = INDUSTRIES.iter().find(|(known, ..)| *known == key);
    let title = known.map_or_else(|| spaced(key), |(_, title, _)| (*title).to_owned());
    Industry { small: title.to_lowercase(), title, naics: known.and_then(|(.., naics)| *naics) }
}

/// Countries by name; what is not here is written as its code.
const COUNTRIES: [(&str, &str); 14] = [
    ("AT", "Austria"),
    ("AU", "Australia"),
    ("CA", "Canada"),
    ("CH", "Switzerland"),
    ("DE", "Germany"),
    ("ES", "Spain"),
    ("FR", "France"),
    ("GB", "United Kingdom"),
    ("IE", "Ireland"),
    ("IR", "Iran"),
    ("IT", "Italy"),
    ("NL", "Netherlands"),
    ("SG", "Singapore"),
    ("US", "United States"),
];

pub(super) fn country(code: &str) -> String {
    COUNTRIES.iter().find(|(known, _)| *known == code).map_or(code, |(_, name)| name).to_owned()
}

/// Tools whose name has capitals within.
const TOOLS: [(&str, &str); 3] = [("hubspot", "HubSpot"), ("intercom", "Intercom"), ("zoominfo", "ZoomInfo")];

pub(super) fn tool(key: &str) -> String {
    TOOLS.iter().find(|(known, _)| *known == key).map_or_else(|| spaced(key), |(_, name)| (*name).to_owned())
}

/// A key as a title: `lead-scoring` becomes `Lead Scoring`.
pub(super) fn spaced(key: &str) -> String {
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    };
    key.split('-').map(capital).collect::<Vec<_>>().join(" ")
}

/// The range of sizes that a number falls into, of those that a vendor has: its lower bounds, ascending, and its name.
pub(super) fn range<'a>(number: u64, ranges: &[(u64, &'a str)]) -> Option<&'a str> {
    ranges.iter().rev().find(|(from, _)| number >= *from).map(|(_, name)| *name)
}

/// Yearly revenue as People Data Labs and Clearbit both write it.
pub(super) const REVENUE: [(u64, &str); 9] = [
    (0, "$0-$1M"),
    (1_000_000, "$1M-$10M"),
    (10_000_000, "$10M-$25M"),
    (25_000_000, "$25M-$50M"),
    (50_000_000, "$50M-$100M"),
    (100_000_000, "$100M-$250M"),
    (250_000_000, "$250M-$500M"),
    (500_000_000, "$500M-$1B"),
    (1_000_000_000, "$1B-$10B"),
];
