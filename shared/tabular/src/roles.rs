//! What the columns of a file of deals are for.

use std::collections::BTreeMap;

use jiff::Timestamp;
use leadlight_lead::CriterionGroup;
use leadlight_model::{CellFormat, FeatureKind, Monotone};

use crate::error::TableProblem;
use crate::header::Header;
use crate::written::WrittenAs;

/// What the columns of a file of deals are for. A name may differ from the file's in case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DealColumns {
    /// Says whether a deal was won.
    pub label: String,
    /// The label's value for won; all others are lost. None tells it from the value's words.
    pub positive: Option<String>,
    /// In what order the deals were closed.
    pub order: RowOrder,
    /// Says when a lead was decided on, which is before its deal was closed: dates in other columns are aged to
    /// it. To age them to the close would tell how long the deal took.
    pub decided: Option<String>,
    /// Says whose deal it was.
    pub account: Option<String>,
    /// Deals that close later than this are left out: their dates are mistyped.
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
            positive: None,
            order: RowOrder::None,
            decided: None,
            account: None,
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
    /// By the date in this column.
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
    pub(crate) time: Option<usize>,
    pub(crate) decided: Option<usize>,
    pub(crate) account: Option<usize>,
    pub(crate) until: Option<Timestamp>,
    /// How each column is written, as far as it is known yet.
    pub(crate) formats: Vec<CellFormat>,
}

impl Roles {
    /// Finds all columns that are asked for, or names all that are missing.
    pub(crate) fn find(header: &Header, columns: &DealColumns) -> Result<Self, TableProblem> {
        let time = match &columns.order {
            RowOrder::ClosedAt(name) => Some(name),
            RowOrder::AsGiven | RowOrder::None => None,
        };
        let mut asked: Vec<(&str, Role)> = vec![(&columns.label, Role::Label)];
        asked.extend(time.map(|name| (name.as_str(), Role::Time)));
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
        if !missing.is_empty() {
            return Err(header.absent(missing));
        }
        let place = |role: &Role| roles.iter().position(|other| other == role);
        Ok(Self {
            // The label is always asked for, and whatever is asked for has been found.
            label: place(&Role::Label).unwrap_or_default(),
            time: place(&Role::Time),
            decided: place(&Role::Decided),
            account: place(&Role::Account),
            until: columns.until,
            formats: vec![CellFormat::default(); roles.len()],
            by_column: roles,
        })
    }
}
