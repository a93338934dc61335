//! What every file that people write has in common, whatever it is about: a policy, a team, and whatever comes next.
//!
//! A kind of file is a [`Kind`], the shape that serde reads, and one function that turns the shape into checked
//! rules. [`Kind::read`] does the rest: it reads the version first, so that a newer file is told apart from a wrong
//! one, then the TOML, then calls the function with a [`Problems`] to note what is wrong in.
//!
//! ```
//! use leadlight_settings::{Kind, Limit, Spanned};
//!
//! #[derive(serde::Deserialize)]
//! #[serde(deny_unknown_fields)]
//! struct Budget {
//!     #[serde(rename = "schema_version")]
//!     _schema_version: u32,
//!     share: Spanned<f64>,
//! }
//!
//! const BUDGET: Kind = Kind { name: "budget", schema_version: 1, example: "the sample budget" };
//! let parse = |text| BUDGET.read("budget.toml", text, |p, budget: Budget| {
//!     Some(p.number(&budget.share, "share", Limit::SHARE))
//! });
//!
//! assert_eq!(parse("schema_version = 1\nshare = 0.2").unwrap(), 0.2);
//! let error = parse("schema_version = 1\nshare = 2").unwrap_err();
//! assert_eq!(error.to_string(), "budget.toml:2: `share` is 2; write a number from 0 to 1");
//! ```
//!
//! A table that people write is read by [`read_table`], and each problem is told with its line by a [`LinesError`].
//!
//! What holds for all of them:
//!
//! * Every problem has a line and a remedy, and all are found in one go, unless the file cannot be read at all.
//! * A problem that two checks meet is listed once.
//! * What the TOML reader says is passed on without the value it met: that may be a person's name, and problems end
//!   up in logs. Checks of a file's own repeat numbers, codes, domains and the names of things, never a person's.
//! * A file with a problem gives no value. There is no way to a half-checked one.

mod cells;
mod kind;
mod lines;
mod problems;
mod spanned;
mod table;
mod values;

pub use cells::{MOST_CHARACTERS, cell_parts, read_growth, read_hiring, read_tools, read_word};
pub use kind::{Kind, read_plain};
pub use lines::{Found, LineProblem, LinesError};
pub use problems::{Problem, Problems, SettingsError};
pub use spanned::Spanned;
pub use table::{Cells, column, company_domain, plain_name, read_table};
pub use values::{Limit, Named, SpannedList};

#[cfg(test)]
mod tests;
