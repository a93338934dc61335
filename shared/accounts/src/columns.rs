//! Which column holds what: the header, in the words of this product and of common CRMs.

use leadlight_policy::Relation;
use leadlight_settings::{Found, column, plain_name};

/// The names of a column, the product's own first.
const DOMAIN: &[&str] = &[
    "domain",
    "domains",
    "company domain",
    "company domain name",
    "website",
    "web site",
    "website url",
    "company website",
    "url",
    "homepage",
];
const RELATION: &[&str] = &["relation", "type", "account type", "company type", "lifecycle stage", "status"];
const OWNER_SDR: &[&str] = &["owner sdr", "sdr"];
const OWNER_AE: &[&str] = &["owner ae", "ae"];

const ALSO: &[&str] = &["also", "alias", "aliases", "other domains", "additional domains"];
const PARENT: &[&str] = &["parent", "parent domain", "parent company domain"];

/// What a relation's cell may say, folded. What CRMs call companies that are neither says nothing here.
const CUSTOMER: &[&str] = &["customer", "customers", "current customer", "existing customer", "kunde"];
const COMPETITOR: &[&str] = &["competitor", "competitors", "wettbewerber", "konkurrent"];
const NEITHER: &[&str] = &[
    "",
    "open",
    "none",
    "other",
    "prospect",
    "partner",
    "lead",
    "subscriber",
    "opportunity",
    "marketing qualified lead",
    "sales qualified lead",
    "marketingqualifiedlead",
    "salesqualifiedlead",
];

/// Where the columns stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Columns {
    pub(crate) domain: usize,
    pub(crate) relation: Option<usize>,
    pub(crate) owner_sdr: Option<usize>,
    pub(crate) owner_ae: Option<usize>,
    pub(crate) also: Option<usize>,
    pub(crate) parent: Option<usize>,
}

/// What a cell says of a company; an error where it says something that is not known here.
pub(crate) fn relation(cell: &str) -> Result<Option<Relation>, ()> {
    // As nearly all cells are written, so that a long list is read soon.
    match cell {
        "" => return Ok(None),
        "customer" => return Ok(Some(Relation::Customer)),
        "competitor" => return Ok(Some(Relation::Competitor)),
        _ => {}
    }
    let word = plain_name(cell);
    let is = |words: &[&str]| words.contains(&word.as_str());
    // `Customer - Direct` and `Customer - Channel`, as Salesforce has them.
    if is(CUSTOMER) || matches!(word.as_str(), "customer direct" | "customer channel") {
        return Ok(Some(Relation::Customer));
    }
    if is(COMPETITOR) {
        return Ok(Some(Relation::Competitor));
    }
    if is(NEITHER) { Ok(None) } else { Err(()) }
}

impl Columns {
    /// From the header. Also gives the columns that nobody reads, by place.
    pub(crate) fn of(header: &[String], line: u64, found: &mut Found) -> Option<(Self, Vec<usize>)> {
        let names: Vec<String> = header.iter().map(|name| plain_name(name)).collect();
        let mut one = |wanted: &[&str]| column(&names, wanted, line, found);
        let domain = one(DOMAIN);
        let (relation, owner_sdr, owner_ae) = (one(RELATION), one(OWNER_SDR), one(OWNER_AE));
        let (also, parent) = (one(ALSO), one(PARENT));
        if let Some(owner) = names.iter().position(|name| matches!(name.as_str(), "owner" | "account owner"))
        {
            let what = format!("column {} does not say at which checkpoint the owner works", owner + 1);
            found.add(line, what, "call it `owner_sdr` or `owner_ae`");
        }
        let Some(domain) = domain else {
            if found.is_empty() {
                let remedy = "begin the file with a line such as `domain,relation,owner_sdr,owner_ae`";
                found.add(line, "no column is called `domain`", remedy);
            }
            return None;
        };
        if relation.or(owner_sdr).or(owner_ae).or(also).or(parent).is_none() {
            let remedy = "add a column `relation` with customer or competitor, `owner_sdr` or `owner_ae`";
            found.add(line, "no column says what the companies are, or who owns them", remedy);
        }
        let columns = Self { domain, relation, owner_sdr, owner_ae, also, parent };
        let read = [Some(domain), relation, owner_sdr, owner_ae, also, parent];
        let unread = (0..names.len()).filter(|place| !read.contains(&Some(*place))).collect();
        Some((columns, unread))
    }
}
