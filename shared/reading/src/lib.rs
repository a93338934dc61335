//! What people and their systems write, and what it means: text, numbers, dates, addresses, domains, countries, sizes,
//! industries, tools, titles, how deals ended.
//!
//! Forms, exports and files that people keep all say the same things in a hundred ways. Each kind of thing is read here
//! once, for every door: an event, a file of deals, a policy. What can be read in one way only is read; what cannot is
//! `None`, "not known", and stays as it was written beside it. No I/O, no clock, no words of other rooms.

mod amount;
mod cell;
mod column;
mod country;
mod date;
mod domain;
mod email;
mod headcount;
mod industry;
mod invalid;
mod likeness;
mod nothing;
mod number;
mod outcome;
mod phone;
mod quote;
mod role;
mod technology;
mod text;
mod title;
mod unread;
mod whole;

pub use amount::{AmountProblem, read_dollars, read_usd};
pub use cell::harmless_cell;
pub use column::{names_a_trait, sounds_late};
pub use country::{CountryCode, likely_countries, read_country};
pub use date::{DateEvidence, DateFormat, DateNumber, DateOrder, DateReading, DateSurvey};
pub use domain::{DomainName, NoCompany, ascii_host};
pub use email::{EmailAddress, EmailKind};
pub use headcount::Headcount;
pub use industry::{Industry, IndustryList, industry_words, read_industry};
pub use invalid::InvalidId;
pub use likeness::edit_distance;
pub use nothing::{is_nothing, says_unknown};
pub use number::{DecimalMark, NumberEvidence, NumberFormat, NumberSurvey, WrittenNumber, only_number};
pub use outcome::{DealState, read_deal_state, read_flag};
pub use phone::read_phone_country;
pub use quote::{BEHIND_TABLE, took_in_rows};
pub use role::{Function, Seniority};
pub use technology::{
    Technology, is_known_technology, read_technology, technology_key, technology_keys, technology_name,
};
pub use text::{clean, clean_lines, fold, words_key};
pub use title::{TitlePhrase, TitleReading, TitleText, TitleWords, WordProblem, read_title};
pub use unread::{ReadField, Unread, UnreadTally};
