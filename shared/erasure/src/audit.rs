//! What stays of an erasure, without the person.

use std::collections::BTreeMap;

use jiff::Timestamp;
use leadlight_lead::{ErasureMark, LeadId, Versioned};
use serde::{Deserialize, Serialize};

/// What was taken away, when and on whose word. It names nobody: the mark is a hash that only the deployment's key makes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AuditLine {
    /// The version of this shape.
    pub schema_version: u32,
    /// When.
    pub erased_at: Timestamp,
    /// Who carried it out, or which source passed the request on.
    pub by: String,
    /// The mark of whoever was asked for.
    pub mark: ErasureMark,
    /// How much was taken away, by place.
    pub taken_away: BTreeMap<String, usize>,
    /// What a person has to look at.
    pub left: Left,
}

/// What names them and cannot be taken away by itself.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Left {
    /// Published documents and reports with an address of theirs, by key.
    pub documents: Vec<String>,
    /// Leads of others whose text has an address of theirs, such as in a note.
    pub leads: Vec<LeadId>,
}

impl Left {
    /// Nothing has to be looked at.
    pub fn is_empty(&self) -> bool {
        self.documents.is_empty() && self.leads.is_empty()
    }
}

impl Versioned for AuditLine {}

impl AuditLine {
    /// Where it rests.
    pub(crate) fn key(&self) -> String {
        let time = self.erased_at.strftime("%Y-%m-%dT%H%M%SZ");
        format!("erased/{time}-{}.json", self.mark.short())
    }
}
