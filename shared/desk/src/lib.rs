//! What people may do with a lead: the team, who gets which lead and by when, and the two checkpoints. Pure.
//!
//! The team file says who works when and for whom. [`Team::parse`] refuses one that is vague or contradicts
//! itself, with line and remedy; with what it lets through, [`assign`] gives every lead an owner and a time
//! to answer by. [`act`] is the one way to change what people have decided, [`label`] what that teaches.
//! There is no I/O, no clock and no environment in this crate: even the time zones are its own.

mod act;
mod action;
mod assign;
mod at_once;
mod check;
mod check_hours;
mod check_member;
mod done;
mod excuse;
mod figures;
mod former;
mod give;
mod hours;
mod label;
mod owners;
mod refusal;
mod remind;
mod spec;
mod team;
mod zones;

pub use act::{act, may_complete, may_contact, may_undo, meeting_moved};
pub use action::{Action, Actor, Request};
pub use assign::{Assignment, Seeking, assign};
pub use at_once::act_at_once;
pub use done::{Done, HandOn, MOST_ENTRIES, TakenBack};
pub use figures::{Ends, Figures, FirstLooks, Pace, Spans, Through};
pub use former::Formers;
pub use give::{Loads, give, pass_on, stays};
pub use hours::{DaysOff, Hours};
pub use label::{Label, label};
pub use owners::{OtherOwner, owners_fit};
pub use refusal::{FieldProblem, Refusal};
pub use remind::{REMINDED_BEFORE, reminded};
pub use team::{Member, Team};

#[cfg(test)]
mod tests;
