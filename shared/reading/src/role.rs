//! What a person does, and how senior they are.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How senior a person is, in rising order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Seniority {
    /// Student, intern or trainee.
    Training,
    /// First job, assistant.
    Entry,
    /// Individual contributor.
    Individual,
    /// Senior individual contributor, lead.
    Senior,
    /// Leads a team.
    Manager,
    /// Leads managers.
    Director,
    /// Vice president, head of a function.
    Vp,
    /// Chief officer.
    CLevel,
    /// Founder or owner.
    Owner,
}

impl Seniority {
    /// All levels, lowest first.
    pub const ALL: [Self; 9] = [
        Self::Training,
        Self::Entry,
        Self::Individual,
        Self::Senior,
        Self::Manager,
        Self::Director,
        Self::Vp,
        Self::CLevel,
        Self::Owner,
    ];
}

/// What a person works on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Function {
    /// Revenue operations, sales operations.
    RevenueOperations,
    /// Selling.
    Sales,
    /// Marketing and growth.
    Marketing,
    /// Customer success and support.
    CustomerSuccess,
    /// Building the product.
    Engineering,
    /// Product management.
    Product,
    /// Information technology and security.
    It,
    /// Data and analytics.
    Data,
    /// Running the business.
    GeneralManagement,
    /// Business operations.
    Operations,
    /// Finance.
    Finance,
    /// People and hiring.
    HumanResources,
    /// Legal and compliance.
    Legal,
    /// Teaching, studying, research.
    Education,
    /// None of these.
    Other,
}

impl Function {
    /// All functions.
    pub const ALL: [Self; 15] = [
        Self::RevenueOperations,
        Self::Sales,
        Self::Marketing,
        Self::CustomerSuccess,
        Self::Engineering,
        Self::Product,
        Self::It,
        Self::Data,
        Self::GeneralManagement,
        Self::Operations,
        Self::Finance,
        Self::HumanResources,
        Self::Legal,
        Self::Education,
        Self::Other,
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seniority_rises() {
        assert!(Seniority::ALL.is_sorted());
        assert!(Seniority::Vp > Seniority::Manager);
    }
}
