//! Leadlight's own format, that of the sample history: for what comes from no CRM.

use super::{Crm, Field};

pub(super) const CRM: Crm = Crm {
    name: "leadlight",
    label: "Leadlight's own format",
    columns: &[
        (Field::Id, &["deal_id"]),
        (Field::Created, &["created_at"]),
        (Field::Closed, &["closed_at"]),
        (Field::State, &["outcome"]),
        (Field::Amount, &["amount_usd"]),
        (Field::Source, &["source"]),
        (Field::Industry, &["industry"]),
        (Field::Employees, &["employees"]),
        (Field::Country, &["country"]),
        (Field::Function, &["function"]),
        (Field::Seniority, &["seniority"]),
        (Field::Technologies, &["technologies"]),
        (Field::IntentTopic, &["intent_topic"]),
        (Field::IntentScore, &["intent_score"]),
        (Field::IntentObservedAt, &["intent_observed_at"]),
        (Field::Activities, &["activities"]),
    ],
    signs: &["closedat", "outcome", "createdat", "amountusd"],
    states: &[],
};
