//! What the columns of a file of deals are for.

use std::collections::BTreeMap;

use jiff::Timestamp;
use leadlight_lead::CriterionGroup;
use leadlight_model::{CellFormat, FeatureKind, Monotone};

use crate::error::TableProblem;
use crate::header::Header;
use crate::rule::OpenRule;
use crate::written::WrittenAs;

/// What the columns of a file of deals are for. A name may differ from the file's in case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DealColumns {
    /// Says whether a deal was won.
    pub label: String,
    /// The label's values for won. What is not said is told from the words that CRMs use.
    pub positive: Vec<String>,
    /// The label's values for lost; `*` stands for all others.
    pub negative: Vec<String>,
    /// Rows of deals that are still open, each as `COLUMN=VALUE`: they are neither won nor lost, and left out.
    pub open: Vec<String>,
    /// In what order the deals were closed.
    pub order: RowOrder,
    /// Says when a lead was decided on, which is before its deal was closed: dates in other columns are aged to
    /// it. To age them to the close would tell how long the deal took.
    pub decided: Option<String>,
    /// Says whose deal it was.
    pub account: Option<String>,
    /// Says which deals may have a model of their own. It keeps the role that it has otherwise.
    pub own_by: Option<String>,
    /// Deals that close later than this are left out: they are still open, or their dates mistyped.
    pub until: Option<Timestamp>,
    /// Not to be learnt from.
    pub drop: Vec<String>,
    /// What is known of columns beforehand.
    pub declared: BTreeMap<String, Declared>,
    /// How numbers and dates are to be read that can be read in two ways.
    pub written: WrittenAs,
}

impl DealColumns {
    /// Only a label: rows without order or account, every other column looked at.
    pub fn new(label: &str) -> Self {
        Self {
            label: label.to_owned(),
            positive: Vec::new(),
            negative: Vec::new(),
            open: Vec::new(),
            order: RowOrder::None,
            decided: None,
            account: None,
            own_by: None,
            until: None,
            drop: Vec::new(),
            declared: BTreeMap::new(),
            written: WrittenAs::default(),
        }
    }
}

/// In what order the deals of a file were closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowOrder {
    /// By the date in this column; or of several, with commas between them, in the first that is filled.
    ClosedAt(String),
    /// As the rows stand, oldest first.
    AsGiven,
    /// In none that is known.
    None,
}

/// What is known of a column beforehand; what is not said here is told from its cells and its name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Declared {
    /// How its cells are read; a column whose kind is declared is never left out for what its cells hold.
    pub kind: Option<FeatureKind>,
    /// What it speaks about.
    pub group: Option<CriterionGroup>,
    /// Its label in words.
    pub factor: Option<String>,
    /// What its effect must not turn against.
    pub monotone: Option<Monotone>,
}

/// What a column is asked for that tells whose own model answers.
const OWN_BY: &str = "whose own model";

/// What one column is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Role {
    Label,
    Time,
    Decided,
    Account,
    Dropped,
    Declared(Declared),
    /// Nothing was said of it.
    Free,
}

impl Role {
    fn name(&self) -> &'static str {
        match self {
            Self::Label => "the label",
            Self::Time => "the time",
            Self::Decided => "the decision's time",
            Self::Account => "the account",
            Self::Dropped => "to be dropped",
            Self::Declared(_) => "a declared feature",
            Self::Free => "free",
        }
    }

    /// Whether the column may become a feature.
    pub(crate) fn is_candidate(&self) -> bool {
        matches!(self, Self::Declared(_) | Self::Free)
    }
}

/// What each column is for, and where the special ones stand.
pub(crate) struct Roles {
    /// In the order of the columns.
    pub(crate) by_column: Vec<Role>,
    pub(crate) label: usize,
    /// The first of these that is filled says when.
    pub(crate) time: Vec<usize>,
    pub(crate) decided: Option<usize>,
    pub(crate) account: Option<usize>,
    pub(crate) own_by: Option<usize>,
    pub(crate) until: Option<Timestamp>,
    /// How each column is written, as far as it is known yet.
    pub(crate) formats: Vec<CellFormat>,
    pub(crate) open: Vec<OpenRule>,
}

impl Roles {
    /// Finds all columns that are asked for, or names all that are missing.
    pub(crate) fn find(header: &Header, columns: &DealColumns) -> Result<Self, TableProblem> {
        let times = match &columns.order {
            RowOrder::ClosedAt(names) => whole_or_parts(header, names),
            RowOrder::AsGiven | RowOrder::None => Vec::new(),
        };
        let mut asked: Vec<(&str, Role)> = vec![(&columns.label, Role::Label)];
        asked.extend(times.iter().map(|name| (*name, Role::Time)));
        asked.extend(columns.decided.as_deref().map(|name| (name, Role::Decided)));
        asked.extend(columns.account.as_deref().map(|name| (name, Role::Account)));
        let drop = header.joined(&columns.drop);
        asked.extend(drop.iter().map(|name| (name.as_str(), Role::Dropped)));
        let declared = columns.declared.iter();
        asked.extend(declared.map(|(name, declared)| (name.as_str(), Role::Declared(declared.clone()))));

        let mut roles = vec![Role::Free; header.names().len()];
        let mut missing = Vec::new();
        for (name, role) in asked {
            let Some(place) = header.find(name) else {
                missing.push(header.missing(role.name(), name));
                continue;
            };
            // Dropping a column twice is no contradiction.
            if roles[place] != Role::Free && roles[place] != role {
                let (first, second) = (roles[place].name(), role.name());
                return Err(TableProblem::TwoRoles { column: header.name(place).to_owned(), first, second });
            }
            roles[place] = role;
        }
        let own_by = columns.own_by.as_deref().and_then(|name| {
            let place = header.find(name);
            missing.extend(place.is_none().then(|| header.missing(OWN_BY, name)));
            place
        });
        if let Some(place) = own_by.filter(|place| roles[*place] == Role::Label) {
            let (first, second) = (Role::Label.name(), OWN_BY);
            return Err(TableProblem::TwoRoles { column: header.name(place).to_owned(), first, second });
        }
        let open = OpenRule::find(header, &columns.open, &mut missing)?;
        if !missing.is_empty() {
            return Err(header.absent(missing));
        }
        let time = times.iter().filter_map(|name| header.find(name)).collect();
        let place = |role: &Role| roles.iter().position(|other| other == role);
        Ok(Self {
            // The label is always asked for, and whatever is asked for has been found.
            label: place(&Role::Label).unwrap_or_default(),
            time,
            decided: place(&Role::Decided),
            account: place(&Role::Account),
            own_by,
            until: columns.until,
            formats: vec![CellFormat::default(); roles.len()],
            open,
            by_column: roles,
        })
    }
}

/// A name that is no column may be several with commas between them.
fn whole_or_parts<'n>(header: &Header, names: &'n str) -> Vec<&'n str> {
    if header.find(names).is_some() || !names.contains(',') {
        return vec![names];
    }
    names.split(',').map(str::trim).filter(|name| !name.is_empty()).collect()
}
