//! Which column holds what: the header, in the words of this product, of CRMs and of lists that people keep.

use leadlight_settings::{Found, column, plain_name};

/// Where the columns stand.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Columns {
    pub(crate) domain: usize,
    pub(crate) name: Option<usize>,
    pub(crate) country: Option<usize>,
    pub(crate) employees: Option<usize>,
    pub(crate) industry: Option<usize>,
    pub(crate) technologies: Option<usize>,
    pub(crate) tier: Option<usize>,
    pub(crate) owner: Option<usize>,
    pub(crate) parent: Option<usize>,
    pub(crate) intent_topic: Option<usize>,
    pub(crate) intent_score: Option<usize>,
    pub(crate) intent_on: Option<usize>,
    pub(crate) funding_on: Option<usize>,
    pub(crate) funding_amount: Option<usize>,
    pub(crate) growth: Option<usize>,
    pub(crate) hiring: Option<usize>,
    pub(crate) email: Option<usize>,
    pub(crate) person: Option<usize>,
    pub(crate) title: Option<usize>,
    pub(crate) last_spoken: Option<usize>,
}

/// What a column is called, the product's own word first; all as [`plain_name`] has them.
const DOMAIN: &[&str] = &[
    "domain",
    "company domain",
    "company domain name",
    "website",
    "web site",
    "website url",
    "company website",
    "url",
    "homepage",
    "webseite",
];
const NAME: &[&str] = &["name", "company name", "company", "account name", "account", "firma", "unternehmen"];
const COUNTRY: &[&str] = &["country", "country/region", "country region", "billing country", "land"];
const EMPLOYEES: &[&str] = &[
    "employees",
    "number of employees",
    "no of employees",
    "employee count",
    "headcount",
    "company size",
    "mitarbeiter",
    "anzahl mitarbeiter",
];
const INDUSTRY: &[&str] = &["industry", "sector", "branche"];
const TECHNOLOGIES: &[&str] =
    &["technologies", "tools", "tech stack", "technology", "web technologies", "technologien"];
const TIER: &[&str] = &["tier", "account tier", "target account tier", "priority", "prioritat"];
const OWNER: &[&str] = &["owner", "account owner", "company owner", "inhaber", "verantwortlich"];
const PARENT: &[&str] = &["parent", "parent domain", "parent company domain", "konzern"];
const INTENT_TOPIC: &[&str] = &["intent topic", "intent topics", "topic", "topics", "thema"];
const INTENT_SCORE: &[&str] = &["intent score", "intent", "surge score", "composite score"];
const INTENT_ON: &[&str] = &["intent on", "intent date", "intent observed on", "surge date"];
const FUNDING_ON: &[&str] = &[
    "funding on",
    "funding date",
    "last funding date",
    "last funding on",
    "latest funding date",
    "finanzierung am",
];
const FUNDING_AMOUNT: &[&str] = &[
    "funding amount",
    "funding amount usd",
    "last funding amount",
    "last funding amount usd",
    "funding",
    "total funding",
    "finanzierung",
];
const GROWTH: &[&str] = &["headcount growth", "employee growth", "growth"];
const HIRING: &[&str] =
    &["hiring", "hiring roles", "open roles", "open positions", "job openings", "offene stellen"];
const EMAIL: &[&str] =
    &["email", "e mail", "email address", "person email", "contact email", "work email", "mail"];
const PERSON: &[&str] = &["person", "person name", "contact", "contact name", "full name", "ansprechpartner"];
const TITLE: &[&str] = &["title", "job title", "person title", "contact title", "position"];
const LAST_SPOKEN: &[&str] = &[
    "last spoken to on",
    "last spoken on",
    "last spoken",
    "last contacted",
    "last activity",
    "last activity date",
    "last contact",
    "letzter kontakt",
];

impl Columns {
    /// From the header. Also gives the columns that nobody reads, by place.
    pub(crate) fn of(header: &[String], line: u64, found: &mut Found) -> Option<(Self, Vec<usize>)> {
        let names: Vec<String> = header.iter().map(|name| plain_name(name)).collect();
        let mut read = Vec::new();
        let mut one = |wanted: &[&str]| {
            let place = column(&names, wanted, line, found);
            read.extend(place);
            place
        };
        let domain = one(DOMAIN);
        let columns = |domain| Self {
            domain,
            name: one(NAME),
            country: one(COUNTRY),
            employees: one(EMPLOYEES),
            industry: one(INDUSTRY),
            technologies: one(TECHNOLOGIES),
            tier: one(TIER),
            owner: one(OWNER),
            parent: one(PARENT),
            intent_topic: one(INTENT_TOPIC),
            intent_score: one(INTENT_SCORE),
            intent_on: one(INTENT_ON),
            funding_on: one(FUNDING_ON),
            funding_amount: one(FUNDING_AMOUNT),
            growth: one(GROWTH),
            hiring: one(HIRING),
            email: one(EMAIL),
            person: one(PERSON),
            title: one(TITLE),
            last_spoken: one(LAST_SPOKEN),
        };
        let columns = domain.map(columns);
        if columns.is_none() && found.is_empty() {
            let remedy = "begin the file with a line such as `domain,name,country,employees,industry`";
            found.add(line, "no column is called `domain`", remedy);
        }
        let unread = (0..names.len()).filter(|place| !read.contains(place)).collect();
        found.is_empty().then_some((columns?, unread))
    }
}
