//! Target accounts: the list that people keep, its ranking, and which accounts become a week's work. Pure.
//!
//! In outbound, qualification happens before a lead is: a team has more accounts than time. So they are ranked and never
//! filtered: by fit, intent and what makes a first call timely ([`rank`]). The best become work each week, within the
//! policy's `[outbound]` ([`choose`]); the others wait, and move when signals move. What becomes work is a [`WeekPlan`],
//! which is made once a week; the people of its accounts become leads by [`WeekPlan::events`].

mod cells;
mod choose;
mod columns;
mod leads;
mod plan;
mod rank;
mod read;
mod target;
mod week;

pub use choose::{Choice, Chosen, Past, Waits, choose};
pub use leads::{Call, CannotSend};
pub use plan::{Planned, UnreadablePlan, WeekPlan};
pub use rank::{LeftOut, NothingToRankBy, Ranked, Ranking, Why, rank};
pub use read::Notes;
pub use target::{Contact, MOST_TARGETS, TARGET_LIST, Target, TargetList};
pub use week::{NoWeek, Week};

#[cfg(test)]
mod tests;
