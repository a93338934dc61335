//! The list of accounts: which companies are customers or competitors, and who owns them. Pure.
//!
//! A CSV file that sales operations exports from a CRM, with up to 100,000 domains, published beside the policy and the
//! team file, which name the few that people write by hand. [`Accounts::read`] takes any separator, a byte-order mark,
//! and addresses, URLs and hosts for domains. A file that contradicts itself is refused, with both lines; so is one that
//! names a host that many companies share. There is no match by a company's name: two may share one.

mod accounts;
mod columns;
mod conflicts;
mod read;

pub use accounts::{Account, Accounts, MOST_DOMAINS};
pub use conflicts::conflicts;
pub use leadlight_settings::{Found, LineProblem, LinesError as AccountsError};
pub use read::Notes;

#[cfg(test)]
mod tests;
