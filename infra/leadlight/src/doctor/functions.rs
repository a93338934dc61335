//! The functions: whether they are ready, fed by their queues and started by their schedules, and whether the account has room
//! for them.

use std::collections::BTreeSet;

use aws_config::SdkConfig;
use futures_util::future::join_all;
use leadlight_aws_call::{CallError, LAMBDA, Request, Service, call, json_error};
use leadlight_local_aws::StackState;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::Finding;
use crate::output::counted;
use crate::system::System;

const SCHEDULER: Service =
    Service { name: "scheduler", id: "Scheduler", is_fips_in_gov: false, error: json_error };
/// With fewer, the default `StageConcurrency` of ten lets four stages take all of it: 4 x 10, and ten for the others.
const ENOUGH_AT_ONCE: u64 = 50;

/// As Lambda tells of one.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[derive(Default)]
struct Function {
    state: String,
    state_reason: Option<String>,
    last_update_status: String,
    last_update_status_reason: Option<String>,
    architectures: Vec<String>,
    environment: Environment,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Environment {
    variables: std::collections::BTreeMap<String, String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Mappings {
    event_source_mappings: Vec<Mapping>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Mapping {
    state: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Settings {
    account_limit: Limit,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Limit {
    concurrent_executions: Option<u64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Schedule {
    state: String,
}

pub(super) async fn look(system: &System, state: &StackState) -> Vec<Finding> {
    let config = system.config();
    let ids_of = |kinds: &[&str]| -> Vec<(String, String)> {
        let of_kind = state.resources.iter().filter(|resource| kinds.contains(&resource.kind.as_str()));
        of_kind.map(|resource| (resource.name.clone(), resource.id.clone())).collect()
    };
    let functions = ids_of(&["AWS::Lambda::Function", "AWS::Serverless::Function"]);
    let mut found = ready(config, &functions, system.is_on_one_machine()).await;
    found.push(fed(config, &functions).await);
    found.push(started(config, &ids_of(&["AWS::Scheduler::Schedule"])).await);
    if !system.is_on_one_machine() {
        found.push(room(config).await);
    }
    found
}

async fn ready(config: &SdkConfig, functions: &[(String, String)], on_one_machine: bool) -> Vec<Finding> {
    let asked = functions.iter().map(async |(name, id)| {
        let path = format!("/2015-03-31/functions/{}/configuration", escaped(id));
        (name, get::<Function>(config, &LAMBDA, "GetFunctionConfiguration", path).await)
    });
    let (mut broken, mut known) = (Vec::new(), Vec::new());
    for (name, answer) in join_all(asked).await {
        match answer {
            Ok(function) => {
                broken.extend(is_broken(name, &function));
                known.push((name.as_str(), function));
            }
            Err(error) => return vec![Finding::not_seen("functions", &error)],
        }
    }
    let architectures: BTreeSet<&str> =
        known.iter().flat_map(|(_, function)| &function.architectures).map(String::as_str).collect();
    let architectures: Vec<&str> = architectures.into_iter().collect();
    let mut found = if broken.is_empty() {
        vec![Finding::well("functions", format!("{} ready, {}", known.len(), architectures.join(" and ")))]
    } else {
        broken
    };
    let issuer = known.iter().find_map(|(_, function)| function.environment.variables.get("OIDC_ISSUER"));
    found.extend((!on_one_machine).then(|| match issuer.map(String::as_str) {
        None | Some("") => Finding::look(
            "sign-in",
            "no issuer is named, so nobody can sign in to the console",
            "deploy with OidcIssuer and OidcClientId; docs/aws.md says how",
        ),
        Some(issuer) => Finding::well("sign-in", issuer),
    }));
    found
}

fn is_broken(name: &str, function: &Function) -> Option<Finding> {
    // The AWS of one machine leaves out what it does not keep.
    let is_well = |status: &str, well: &str| status.is_empty() || status == well;
    let why = |status: &str, reason: &Option<String>| {
        format!("is {status}{}", reason.as_ref().map_or_else(String::new, |reason| format!(": {reason}")))
    };
    let found = if !is_well(&function.state, "Active") && function.state != "Inactive" {
        why(&function.state, &function.state_reason)
    } else if !is_well(&function.last_update_status, "Successful") {
        let status = format!("not as deployed last ({})", function.last_update_status);
        why(&status, &function.last_update_status_reason)
    } else {
        return None;
    };
    Some(Finding::wrong(name, found, "if it is pending or in progress, wait a minute; else deploy again"))
}

/// Whether queues and the stream reach their functions.
async fn fed(config: &SdkConfig, functions: &[(String, String)]) -> Finding {
    const ABOUT: &str = "queues to functions";
    let asked = functions.iter().map(async |(name, id)| {
        let path = format!("/2015-03-31/event-source-mappings/?FunctionName={}", escaped(id));
        (name, get::<Mappings>(config, &LAMBDA, "ListEventSourceMappings", path).await)
    });
    let (mut count, mut off) = (0, Vec::new());
    for (name, answer) in join_all(asked).await {
        match answer {
            Ok(Mappings { event_source_mappings: mappings }) => {
                count += mappings.len();
                let is_off = |mapping: &&Mapping| {
                    !["Enabled", "Enabling", "Creating", "Updating"].contains(&mapping.state.as_str())
                };
                off.extend(
                    mappings.iter().find(is_off).map(|mapping| format!("{name} is {}", mapping.state)),
                );
            }
            Err(error) => return Finding::not_seen(ABOUT, &error),
        }
    }
    if off.is_empty() {
        return Finding::well(ABOUT, format!("{} on", counted(count as u64, "mapping")));
    }
    let found = format!("switched off, so that nothing moves there: {}", off.join(", "));
    Finding::wrong(ABOUT, found, "switch them on (Lambda, event source mappings), or deploy again")
}

async fn started(config: &SdkConfig, schedules: &[(String, String)]) -> Finding {
    let asked = schedules.iter().map(async |(name, id)| {
        let id = id.rsplit('/').next().unwrap_or(id);
        let path = format!("/schedules/{}", escaped(id));
        (name, get::<Schedule>(config, &SCHEDULER, "GetSchedule", path).await)
    });
    let mut off = Vec::new();
    for (name, answer) in join_all(asked).await {
        match answer {
            Ok(schedule) if schedule.state == "DISABLED" => off.push(name.as_str()),
            Ok(_) => {}
            Err(error) => return Finding::not_seen("schedules", &error),
        }
    }
    if off.is_empty() {
        return Finding::well("schedules", format!("{} on", counted(schedules.len() as u64, "schedule")));
    }
    let found = format!("switched off: {}", off.join(", "));
    Finding::wrong("schedules", found, "enable them (EventBridge Scheduler), or deploy again")
}

async fn room(config: &SdkConfig) -> Finding {
    let path = "/2016-08-19/account-settings/".to_owned();
    let answer = get::<Settings>(config, &LAMBDA, "GetAccountSettings", path).await;
    match answer {
        Err(error) => Finding::not_seen("concurrency", &error),
        Ok(Settings { account_limit: Limit { concurrent_executions: Some(most) } })
            if most < ENOUGH_AT_ONCE =>
        {
            Finding::look(
                "concurrency",
                format!(
                    "this account may run {most} functions at once, and stages take up to 4 x StageConcurrency"
                ),
                "deploy with StageConcurrency=2, and ask for a larger quota (Service Quotas, Lambda, concurrent executions)",
            )
        }
        Ok(Settings { account_limit: Limit { concurrent_executions: most } }) => Finding::well(
            "concurrency",
            most.map_or_else(
                || "not told".to_owned(),
                |most| format!("{most} functions at once in this account"),
            ),
        ),
    }
}

async fn get<T: DeserializeOwned>(
    config: &SdkConfig,
    service: &'static Service,
    operation: &'static str,
    path: String,
) -> Result<T, CallError> {
    let request = Request { method: "GET", path, headers: Vec::new(), body: Vec::new() };
    let answer = call(config, service, operation, request).await?;
    serde_json::from_slice(&answer.body).map_err(CallError::construction_failure)
}

/// A name is a part of an address.
fn escaped(name: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let one = |byte: u8| if is_plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    name.bytes().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_that_failed_or_was_not_replaced_is_told_with_the_reason() {
        let answer = |state: &str, update: &str| -> Function {
            serde_json::from_value(serde_json::json!({
                "State": state, "StateReason": "the key is gone", "LastUpdateStatus": update,
                "LastUpdateStatusReason": "no such object", "Architectures": ["arm64"],
            }))
            .unwrap()
        };
        assert_eq!(is_broken("Score", &answer("Active", "Successful")), None);
        assert_eq!(is_broken("Score", &answer("Inactive", "Successful")), None, "it sleeps");
        assert_eq!(is_broken("Score", &Function::default()), None);
        let failed = is_broken("Score", &answer("Failed", "Successful")).unwrap();
        assert!(failed.found.contains("Failed: the key is gone"), "{failed:?}");
        let old = is_broken("Score", &answer("Active", "Failed")).unwrap();
        assert!(old.found.contains("no such object"), "{old:?}");
    }

    #[test]
    fn a_name_is_one_part_of_an_address() {
        assert_eq!(escaped("arn:aws:lambda/x"), "arn%3Aaws%3Alambda%2Fx");
        assert_eq!(escaped("leadlight-Sla_1.a"), "leadlight-Sla_1.a");
    }
}
