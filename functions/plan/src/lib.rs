//! The planner of outbound: it makes each week's plan of target accounts, and carries it out.
//!
//! It runs each day, so that a week that could not be planned on its Monday is planned on its Tuesday, and people who could
//! not be sent are sent. A plan is written before anything is sent, and only if no other is there: a second run, or one at
//! the same moment, carries out the same plan. Each person's lead has an id that follows from week and person, so that
//! what was sent before is found and not sent again.
//!
//! An account of which nobody is known is told of once a week (`account.needs_contact`), so that someone finds a person
//! there.

mod carry;
mod choosing;
mod config;
mod daily;
mod error;
mod making;
mod planner;
mod serve;

pub use carry::{Carried, Work};
pub use config::Config;
pub use daily::{Day, Idle};
pub use error::PlanError;
pub use planner::{Planner, Sending};
pub use serve::serve;
