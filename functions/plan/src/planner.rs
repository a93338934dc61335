//! What the planner works with.

use leadlight_ports::{Marking, World};
use leadlight_registry::Registry;

/// What plans weeks and carries them out.
#[derive(Debug)]
pub struct Planner<W: World> {
    /// Policy, lists and plans.
    pub registry: Registry<W::Objects>,
    /// Where leads rest: whether somebody is on an account; and what is told beside them.
    pub leads: W::Leads,
    /// The deployment's key, by which those who were erased are known.
    pub marking: Marking<W::Objects>,
    /// Where events go in.
    pub form_submits: W::Queue,
}

/// Whether anything is kept and sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sending {
    /// The plan is kept and people become leads.
    Leads,
    /// Nothing: to look first.
    Nothing,
}
