//! A sender that waits for the score gets it in the answer.

use std::time::Duration;

use leadlight_lead::{LeadId, QueuedLead, Reason};
use leadlight_ports::{LeadStore, Secrets, World, chain};
use serde_json::{Value, json};

use crate::door::Intake;

/// How long a lead is waited for. Marketo gives an answer half a minute, and so does API Gateway.
pub(crate) const WAIT: Duration = Duration::from_secs(20);
/// How often it is looked for. A lead takes a second or two.
const EACH: Duration = Duration::from_millis(400);
/// Reasons in the answer.
const REASONS: usize = 3;

impl<W: World, S: Secrets> Intake<W, S> {
    /// What is known of a lead once it is in its queue, flat, so that it can be mapped to fields.
    pub(crate) async fn score_of(&self, lead: &LeadId) -> Value {
        let look = async {
            loop {
                match self.leads.get(lead).await {
                    Ok(Some(found)) => return told(&found.lead),
                    Ok(None) => {}
                    Err(error) => tracing::warn!(reason = chain(&error), "the lead cannot be looked for"),
                }
                tokio::time::sleep(EACH).await;
            }
        };
        let pending = || json!({ "lead_id": lead, "lead_status": "pending" });
        tokio::time::timeout(self.waits_for_a_score, look).await.unwrap_or_else(|_| pending())
    }
}

fn told(lead: &QueuedLead) -> Value {
    let mut told = json!({ "lead_id": lead.id(), "lead_queue": lead.queue });
    let Some(decision) = lead.decision() else {
        told["lead_status"] = "human_first".into();
        return told;
    };
    told["lead_status"] = "scored".into();
    told["lead_score"] = json!(decision.score);
    told["lead_grade"] = json!(decision.grade);
    told["lead_probability"] = json!(decision.chance());
    told["lead_summary"] = decision.summary.as_str().into();
    if Reason::is_nothing_known(&decision.reasons) {
        told["lead_reason_1"] = "nothing is known of this lead yet".into();
        return told;
    }
    for (place, reason) in decision.reasons.iter().take(REASONS).enumerate() {
        let word = if reason.contribution < 0.0 { "against" } else { "for" };
        told[format!("lead_reason_{}", place + 1)] = format!("{word}: {}", reason.factor).into();
    }
    told
}
