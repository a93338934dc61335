//! The alarms of the stack.

use leadlight_local_aws::{AlarmState, StackState, alarms};

use super::Finding;
use crate::output::counted;
use crate::system::System;

pub(super) async fn look(system: &System, state: &StackState) -> Vec<Finding> {
    let of_stack = || state.resources.iter().filter(|resource| resource.kind == "AWS::CloudWatch::Alarm");
    let ids: Vec<&str> = of_stack().map(|resource| resource.id.as_str()).collect();
    let found = match alarms(system.config(), &ids).await {
        Ok(found) => found,
        Err(error) => return vec![Finding::not_seen("alarms", &error)],
    };
    let name_of = |alarm: &AlarmState| {
        let named = of_stack().find(|resource| resource.id == alarm.id);
        named.map_or_else(|| alarm.id.clone(), |resource| resource.name.clone())
    };
    let mut told: Vec<Finding> = found
        .iter()
        .filter(|alarm| alarm.state == "ALARM")
        .map(|alarm| {
            let name = name_of(alarm);
            let remedy = format!("infra/runbook.md, {name}");
            Finding::wrong(name, alarm.description.trim(), remedy)
        })
        .collect();
    if told.is_empty() {
        told.push(Finding::well("alarms", format!("{}, none raised", counted(found.len() as u64, "alarm"))));
    }
    if !system.is_on_one_machine() && !found.is_empty() && !found.iter().any(|alarm| alarm.tells_somebody) {
        told.push(Finding::look(
            "who is told",
            "nobody hears of an alarm: they are visible in CloudWatch alone",
            "deploy with AlarmTopicArn, an SNS topic that somebody is subscribed to",
        ));
    }
    told
}
