//! The pages of the review console: from what is to be shown to HTML. Pure: no I/O, no clock; the same view
//! gives the same page.
//!
//! Each page is a function from a [`Frame`] (who looks, when, in which time zone) and a view (plain data,
//! filled by the server) to a whole document. A page works without a script: every action is a form that
//! posts, with a token against forged forms and, for actions on a lead, the revision the page was made from.
//! The script ([`SCRIPT`]) adds keys, keeps a lead held while its page is open, and moves relative times on.
//!
//! Pages are made for [`CONTENT_SECURITY_POLICY`]: nothing inline runs or styles. Text goes through `maud`,
//! which escapes it. Addresses hold ids of leads and nothing of people.
//!
//! | Address | Page | Form fields beside `csrf` |
//! |---|---|---|
//! | GET `/queue`, `/ae`, `/flagged` | [`queue()`] | |
//! | POST `/next` | | `queue`: `sdr`, `ae` or `flagged` |
//! | GET `/leads/{id}` | [`lead()`] | |
//! | POST `/leads/{id}/claim`, `release`, `renew` | | `revision` |
//! | POST `…/confirm`, `seen` | | `revision`, `note` (may be empty) |
//! | POST `…/flag`, `send-back`, `override` | | `revision`, `note` |
//! | POST `…/reject` | | `revision`, `reason`, `note` (may be empty, unless the reason needs a text) |
//! | POST `…/accept` | | `revision`, `buying_signal`, `strategic_fit`, `relationship`, `deal_size`, `note` |
//! | POST `…/contact` | | `revision`, `state`, `on` where a meeting is on |
//! | POST `…/undo` | | `revision` |
//! | POST `…/reopen`, `assign` | | `revision`, `to`, `note` |
//! | POST `…/note` | | `revision`, `kind`, `note` |
//! | POST `…/complete` | | `revision`, the fields of [`leadlight_lead::ByHand`] by their names, `note` (may be empty) |
//! | GET `/model/check`, `/model/reports` | [`model()`], [`reports()`] | |
//! | GET `/manager`, `/model`, `/data`, `/policy` | [`manager()`], [`model()`], [`data()`], [`policy()`] | |
//! | GET `/mine`, `/manager/leads/{member}` | [`list()`] | |
//! | GET `/learnt` | [`learnt()`] | |
//! | GET, POST `/sign-in` | [`sign_in()`] | `member` on one machine, else none |
//! | POST `/sign-out` | | |
//!
//! The script renews with `accept: application/json`. An answer `{"revision": 8, "until":
//! "2026-11-24T14:30:00Z"}` tells until when the lead is held now. Another revision than the page's means that someone
//! changed the lead meanwhile, any other answer than a success that the hold is lost: the page says so either way.

mod account;
mod assets;
mod context;
mod data;
mod error;
mod find;
mod form;
mod layout;
mod lead;
mod leads;
mod learnt;
mod line;
mod list;
mod manager;
mod model;
mod pace;
mod policy;
mod queue;
mod rate;
mod reports;
mod sign_in;
mod svg;
mod vendors;
mod words;

pub use account::{AccountPage, account};
pub use assets::{CONTENT_SECURITY_POLICY, SCRIPT, SCRIPT_PATH, STYLE_PATH, asset_path, style};
pub use context::{Frame, Message, Tone, Undo, Viewer};
pub use data::{BadRecord, DataPage, FieldFill, LookedAt, UnreadField, Unreads, data};
pub use error::{ErrorPage, error};
pub use find::{FindPage, find};
pub use layout::home;
pub use lead::{
    AskedVendor, Choice, Colleague, Completing, ContactLine, DecidedBy, Fact, Factor, Facts, Flag, Judgement,
    LeadPage, Lost, Manage, Offered, Override, Panel, PartnerNote, RecordField, RejectReason, ScorePoint,
    Steps, Task, Who, lead,
};
/// An amount: "$40,000".
pub use leadlight_report::words::dollars;
pub use leads::{Choosable, Facet, LeadsPage, leads};
pub use learnt::{LearntFrom, LearntPage, Mover, Scored, Way, learnt};
pub use line::{Event, HistoryEntry};
pub use list::{ListPage, ListRow, list};
pub use manager::{
    GradeSla, Load, ManagerPage, OtherLoad, PeopleCalibration, RateRow, RejectionCount, Whose, manager,
};
pub use model::{Champion, ModelPage, ModelView, Surprises, SurprisingLead, Version, model};
pub use pace::{PaceRow, PaceTime, SpeedRow, TeamPace};
pub use policy::{PolicyPage, policy};
pub use queue::{Chip, Counts, Mark, QueuePage, QueueRow, QueueView, queue};
pub use rate::Rate;
pub use reports::{ReportRow, ReportsPage, reports};
pub use sign_in::{SampleUser, SignIn, sign_in};
