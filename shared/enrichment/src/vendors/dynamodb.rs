//! A DynamoDB table of the company's own: an item a company, or a person, found by its key. Which attribute is which fact
//! stands in the vendors file, as an option for each, read by [`mapped`].

use std::collections::BTreeSet;

use jiff::Timestamp;
use leadlight_lead::{About, Gap};
use leadlight_outward::{GetItem, Item};
use serde_json::Value;

use super::mapped::{self, Add, Choice, DOMAIN, EMAIL, filled, option, with_map, wrongs};
use crate::vendor::{Knows, Options, Said, Subject, Vendor, Way, Wrong};

/// Its options beside the field map.
const OWN: [Choice; 6] = [
    ("table", None),
    // The partition key's attribute, and what stands in it: `{domain}` or `{email}` says whom it is asked about.
    ("key", None),
    ("key_value", Some(DOMAIN)),
    // The same of the sort key, where the table has one.
    ("sort_key", Some("")),
    ("sort_value", Some("")),
    // A number from 0 to 1, or a path to one. What people keep themselves is sure.
    ("confidence", Some("1")),
];

/// The kind of the file.
pub(crate) const DYNAMODB: Vendor = Vendor {
    name: "dynamodb",
    title: "the company's own DynamoDB table",
    options: &with_map::<26>(&OWN),
    asks: &[About::Company, About::Person],
    fills: mapped::FIELDS,
    narrow: Some(narrow),
    way: Way::Item,
};

/// Bytes of an attribute's name, and of what stands in a key beside the domain or the address. DynamoDB takes 255 and
/// 1024 bytes, and the longest address is far below the rest.
const LONGEST: usize = 200;

fn narrow(options: &Options) -> Result<Knows, Vec<Wrong>> {
    let about = mapped::about(&format!("{}{}", option(options, "key_value"), option(options, "sort_value")));
    let mut fills = BTreeSet::new();
    let wrong = wrongs(|add| {
        key_is_sound(options, add);
        fills = mapped::fills(options, "key_value", about, add);
    });
    if wrong.is_empty() { Ok(Knows { asks: vec![about], fills }) } else { Err(wrong) }
}

fn key_is_sound(options: &Options, add: &mut Add<'_>) {
    let of = |name: &str| option(options, name);
    let is_short = |text: &str| text.len() <= LONGEST;
    if !of("table").is_empty() && !GetItem::is_table(of("table")) {
        add(
            "table",
            "is no name of a DynamoDB table",
            "write its name, 3 to 255 letters, digits, `_`, `-` and `.`, not its ARN: it is in the stack's account and region",
        );
    }
    for name in ["key", "sort_key"] {
        if !is_short(of(name)) {
            add(name, "is too long for an attribute", "write the name of the key's attribute");
        }
    }
    for name in ["key_value", "sort_value"] {
        let rest = of(name).replace(DOMAIN, "").replace(EMAIL, "");
        if rest.contains(['{', '}']) || !is_short(&rest) {
            add(
                name,
                "is nothing that stands in a key",
                "write `{domain}` or `{email}`, with what stands around it, such as `COMPANY#{domain}`",
            );
        }
    }
    let both = format!("{}{}", of("key_value"), of("sort_value"));
    if both.contains(DOMAIN) == both.contains(EMAIL) {
        add(
            "key_value",
            "names neither or both of `{domain}` and `{email}`",
            "ask about one: a second provider asks about the other",
        );
    }
    if of("key_value").is_empty() {
        add("key_value", "is empty", "write what stands in the key, such as `{domain}`");
    }
    if of("sort_key").is_empty() != of("sort_value").is_empty() {
        add(
            "sort_key",
            "and `sort_value` go together",
            "name both, as in `sort_key = \"sk\"` and `sort_value = \"PROFILE\"`, or neither",
        );
    }
    if !of("sort_key").is_empty() && of("sort_key") == of("key") {
        add(
            "sort_key",
            "is the partition key",
            "name the table's sort key, or leave it and `sort_value` out",
        );
    }
}

/// A table as the vendors file describes it.
#[derive(Clone)]
pub struct DynamoTable {
    options: Options,
}

impl DynamoTable {
    /// By the options of the kind, which were checked.
    pub(crate) fn new(options: Options) -> Self {
        Self { options }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        option(&self.options, "table")
    }

    /// The question for somebody's item.
    pub fn ask(&self, subject: Subject<'_>) -> GetItem {
        let of = |name: &str| option(&self.options, name);
        let key = [("key", "key_value"), ("sort_key", "sort_value")].into_iter();
        let key = key.filter(|(name, _)| !of(name).is_empty());
        let key = key.map(|(name, value)| (of(name).to_owned(), filled(of(value), subject, str::to_owned)));
        GetItem { table: self.name().to_owned(), key: key.collect(), attributes: self.attributes() }
    }

    /// The attributes that something is read of: those that the paths of the map begin at.
    fn attributes(&self) -> Vec<String> {
        let confidence = option(&self.options, "confidence");
        let is_path = confidence.parse::<f64>().is_err();
        let fields = mapped::FIELDS.iter().map(|field| option(&self.options, field.as_str()));
        let paths = fields.chain(is_path.then_some(confidence)).filter(|path| !path.is_empty());
        let names: BTreeSet<&str> = paths.filter_map(|path| mapped::parts(path).next()).collect();
        names.into_iter().map(str::to_owned).collect()
    }

    /// What an item says that was read at a time; none where the table has none of this key.
    pub fn read(&self, item: Option<Item>, at: Timestamp) -> Said {
        let Some(item) = item else { return Said::Unknown };
        mapped::read(&self.options, at, &Value::Object(item)).unwrap_or(Said::Nothing(Gap::Unreadable))
    }
}
