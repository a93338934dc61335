//! Facts about a lead's company and person: whom to ask, in which order and at what cost; how each vendor is asked and
//! read; whose word counts where several know something.
//!
//! | To do | Call |
//! |---|---|
//! | read the vendors file | [`Vendors::parse`] |
//! | learn who is asked next | [`Waterfall::next`], until it names nobody |
//! | build a vendor's requests, read its answers | [`Asking::step`], until it said something |
//! | look into the company's own table | [`OwnTable::company`], [`OwnTable::person`] |
//! | ask for an item of its own DynamoDB table, read it | [`DynamoTable::ask`], [`DynamoTable::read`] |
//! | make one picture of all answers | [`merged`] |
//! | see what vendors gave, over many leads | [`Supply`] |
//! | see a lead without one of them | [`without`] |
//!
//! A vendor is one file in `vendors/` and one entry of [`VENDORS`]. Nothing in this room sends anything, knows a clock or
//! keeps what was bought: `functions/enrich` does.

mod derived;
mod file;
mod findings;
mod merge;
mod supply;
mod table;
mod vendor;
mod vendors;
mod waterfall;
mod without;

pub use file::{Budget, By, Group, Never, Provider, Vendors};
pub use findings::{CompanyFindings, Findings, PersonFindings};
pub use merge::{Answer, Around, merged};
pub use supply::{Conflict, Supplied, Supply, Unmapped, Words};
pub use table::{MOST_ROWS, OwnTable};
pub use vendor::{
    Asking, Knows, Narrow, Options, Question, Said, Step, Subject, Then, Unreadable, Vendor, Way, Wrong,
    meaning,
};
pub use vendors::{DynamoTable, VENDORS};
pub use waterfall::{Next, Waterfall, Who};
pub use without::{Without, paid, without};

#[cfg(test)]
mod tests;
