//! The deployment template keeps its promises. Each invariant is a function that names what breaks it; the
//! last tests break a copy in every way that counts and see that it is noticed.

mod checks;
mod document;
mod surface;

use serde_json::{Value, json};

use checks::Breaches;
use document::Template;

type Check = fn(&Template) -> Breaches;

fn holds(check: Check) -> Result<(), String> {
    let breaches = check(Template::shipped()?);
    if breaches.is_empty() { Ok(()) } else { Err(breaches.join("; ")) }
}

#[test]
fn each_function_is_built_for_the_custom_runtime_with_its_own_limits() -> Result<(), String> {
    holds(checks::build)
}

#[test]
fn a_queue_hides_a_message_for_six_times_its_consumers_timeout() -> Result<(), String> {
    holds(checks::visibility)
}

#[test]
fn a_queue_redrives_after_hours_alone_into_a_dead_letter_queue_of_its_own() -> Result<(), String> {
    holds(checks::redrives)
}

#[test]
fn every_queue_has_a_dead_letter_queue_or_is_one_that_keeps_14_days() -> Result<(), String> {
    holds(checks::dead_letters)
}

#[test]
fn each_consumer_answers_for_each_message_and_knows_its_dead_letter_queue() -> Result<(), String> {
    holds(checks::mappings)
}

#[test]
fn each_function_has_a_role_that_allows_what_it_needs_and_no_more() -> Result<(), String> {
    holds(checks::roles)
}

#[test]
fn every_store_is_encrypted_kept_and_closed() -> Result<(), String> {
    holds(checks::stores)
}

#[test]
fn every_function_logs_to_a_group_of_its_own_that_forgets() -> Result<(), String> {
    holds(checks::logs)
}

#[test]
fn each_function_is_told_what_it_reads() -> Result<(), String> {
    holds(surface::variables)
}

#[test]
fn the_outputs_bear_the_names_that_are_read() -> Result<(), String> {
    holds(surface::outputs)
}

#[test]
fn retraining_is_scheduled_retried_and_its_failures_kept() -> Result<(), String> {
    holds(surface::schedule)
}

#[test]
fn retraining_reaches_what_it_reads_and_publishes() -> Result<(), String> {
    holds(checks::registry)
}

#[test]
fn the_intake_is_closed_by_default_and_throttled() -> Result<(), String> {
    holds(surface::api)
}

#[test]
fn the_consoles_api_is_behind_the_issuer() -> Result<(), String> {
    holds(surface::console)
}

#[test]
fn sample_users_and_invented_facts_are_for_one_machine_alone() -> Result<(), String> {
    holds(surface::samples)
}

#[test]
fn somebody_hears_of_every_dead_letter_and_alarm() -> Result<(), String> {
    holds(surface::alarms)
}

#[test]
fn nothing_ties_the_stack_to_one_account_or_machine() -> Result<(), String> {
    holds(surface::names)
}

/// A change to one place, and the check that must notice it by the resource's name.
struct Change {
    check: Check,
    /// The resource, parameter or output that the breach must name first.
    names: &'static str,
    /// The changed place (RFC 6901).
    at: String,
    /// The new value; none removes the place.
    becomes: Option<Value>,
}

/// A change to a resource's property.
fn property(check: Check, names: &'static str, at: &str, becomes: impl Into<Option<Value>>) -> Change {
    property_of(check, names, names, at, becomes)
}

/// A change to one resource's property that breaks another resource.
fn property_of(
    check: Check,
    names: &'static str,
    resource: &str,
    at: &str,
    becomes: impl Into<Option<Value>>,
) -> Change {
    Change { check, names, at: format!("/Resources/{resource}/Properties/{at}"), becomes: becomes.into() }
}

fn is_noticed(change: Change) -> Result<(), String> {
    let Change { check, names, at, becomes } = change;
    let told = becomes.as_ref().map_or_else(|| "is gone".to_owned(), |value| format!("is {value}"));
    let breaches = check(&Template::shipped()?.with(&at, becomes)?);
    if breaches.iter().any(|breach| breach.starts_with(names)) {
        Ok(())
    } else {
        Err(format!("{at} {told}, yet no breach names {names}: {breaches:?}"))
    }
}

#[test]
fn broken_queues_are_noticed() -> Result<(), String> {
    use checks::{dead_letters, mappings, redrives, visibility};
    let enrich = "Events/FormSubmits/Properties";
    let changes = [
        property(visibility, "FormSubmitsQueue", "VisibilityTimeout", json!(179)),
        property(visibility, "ToScoreQueue", "VisibilityTimeout", None),
        property_of(visibility, "ToRouteQueue", "RouteFunction", "Timeout", json!(31)),
        property(redrives, "ToScoreQueue", "RedrivePolicy/maxReceiveCount", json!(5)),
        property(redrives, "ToScoreQueue", "RedrivePolicy/maxReceiveCount", json!(1001)),
        // The same deliveries, over too soon where a process dies each time.
        property(redrives, "ToScoreQueue", "VisibilityTimeout", json!(120)),
        property(
            redrives,
            "ToScoreQueue",
            "RedrivePolicy/deadLetterTargetArn/Fn::GetAtt/0",
            json!("NoQueue"),
        ),
        property(
            redrives,
            "ToScoreQueue",
            "RedrivePolicy/deadLetterTargetArn/Fn::GetAtt/0",
            json!("ToRouteDlq"),
        ),
        property_of(
            redrives,
            "ToRouteQueue",
            "ToRouteDlq",
            "RedriveAllowPolicy/redrivePermission",
            json!("denyAll"),
        ),
        property(dead_letters, "ToRouteQueue", "RedrivePolicy", None),
        property(dead_letters, "RetrainDlq", "MessageRetentionPeriod", json!(345_600)),
        property(dead_letters, "FormSubmitsDlq", "MessageRetentionPeriod", None),
        property(mappings, "EnrichFunction", &format!("{enrich}/FunctionResponseTypes"), None),
        property(mappings, "EnrichFunction", &format!("{enrich}/BatchSize"), json!(100)),
        property(mappings, "EnrichFunction", &format!("{enrich}/ScalingConfig"), None),
        property(mappings, "ScoreFunction", "Environment/Variables/MAX_RECEIVE_COUNT", json!("4")),
        property(
            mappings,
            "ScoreFunction",
            "Environment/Variables/SOURCE_QUEUE_URL/Ref",
            json!("ToRouteQueue"),
        ),
        property(
            mappings,
            "ScoreFunction",
            "Environment/Variables/DEAD_LETTER_QUEUE_URL/Ref",
            json!("ToRouteDlq"),
        ),
    ];
    changes.into_iter().try_for_each(is_noticed)
}

#[test]
fn broken_functions_are_noticed() -> Result<(), String> {
    use checks::{build, logs, roles};
    let statement = "Policies/0/PolicyDocument/Statement";
    let mut runtime = property(build, "ScoreFunction", "", json!("provided.al2"));
    runtime.at = "/Globals/Function/Runtime".to_owned();
    let changes = [
        runtime,
        property(build, "RouteFunction", "CodeUri", json!("../target/lambda/score/")),
        property(build, "RouteFunction", "MemorySize", None),
        property(roles, "RouteFunction", "Role/Fn::GetAtt/0", json!("ScoreRole")),
        property(roles, "RouteFunction", "Role", json!("arn:aws:iam::123456789012:role/admin")),
        property_of(
            roles,
            "RouteFunction",
            "RouteRole",
            &format!("{statement}/3/Action"),
            json!("dynamodb:*"),
        ),
        property(roles, "RouteRole", &format!("{statement}/3/Action"), json!("dynamodb:*")),
        property(roles, "RouteRole", &format!("{statement}/3/Resource"), json!("*")),
        property(
            roles,
            "ScoreRole",
            &format!("{statement}/4/Resource"),
            json!([{"Fn::Sub": "${RegistryBucket.Arn}/*"}]),
        ),
        property(roles, "RetrainScheduleRole", &format!("{statement}/0/Resource"), json!("*")),
        property_of(roles, "IntakeFunction", "IntakeRole", &format!("{statement}/1"), json!({})),
        property_of(
            logs,
            "ScoreFunction",
            "EnrichFunction",
            "LoggingConfig/LogGroup/Ref",
            json!("ScoreLogs"),
        ),
        property(logs, "EnrichFunction", "LoggingConfig", None),
        property(logs, "IntakeAccessLogs", "RetentionInDays", None),
    ];
    changes.into_iter().try_for_each(is_noticed)?;
    let mut role = Template::shipped()?.properties("AWS::IAM::Role", Some("IntakeRole")).clone();
    role["ManagedPolicyArns"] = json!(["arn:aws:iam::aws:policy/AdministratorAccess"]);
    let mut managed = property(roles, "IntakeRole", "", role);
    managed.at = "/Resources/IntakeRole/Properties".to_owned();
    is_noticed(managed)
}

#[test]
fn broken_stores_are_noticed() -> Result<(), String> {
    use checks::stores;
    let table_encryption = "SSESpecification/SSEEnabled";
    let bucket_policy = "PolicyDocument/Statement/0/Effect";
    let changes = [
        property(stores, "ToScoreDlq", "SqsManagedSseEnabled", None),
        property(stores, "LeadsTable", table_encryption, json!(false)),
        property(stores, "LeadsTable", "PointInTimeRecoverySpecification", None),
        property(stores, "LeadsTable", "BillingMode", json!("PROVISIONED")),
        property(stores, "LeadsTable", "GlobalSecondaryIndexes/0/IndexName", json!("queue")),
        property(stores, "RegistryBucket", "BucketEncryption", None),
        property(stores, "RegistryBucket", "VersioningConfiguration/Status", json!("Suspended")),
        property(stores, "RegistryBucket", "OwnershipControls", None),
        property(stores, "RegistryBucket", "PublicAccessBlockConfiguration/BlockPublicAcls", json!(false)),
        property(stores, "RegistryBucket", "PublicAccessBlockConfiguration/RestrictPublicBuckets", None),
        property_of(stores, "RegistryBucket", "RegistryTransportPolicy", bucket_policy, json!("Allow")),
    ];
    changes.into_iter().try_for_each(is_noticed)?;
    for (store, policy) in [("LeadsTable", "DeletionPolicy"), ("RegistryBucket", "UpdateReplacePolicy")] {
        let at = format!("/Resources/{store}/{policy}");
        is_noticed(Change { check: stores, names: store, at, becomes: None })?;
    }
    Ok(())
}

#[test]
fn a_broken_surface_is_noticed() -> Result<(), String> {
    use surface::{alarms, api, console, names, outputs, samples, schedule, variables};
    let monthly = "Events/Monthly/Properties";
    let endpoint = json!({"AWS_ENDPOINT_URL": "http://localhost:4566"});
    let changes = [
        property(variables, "RouteFunction", "Environment/Variables/LEADS_TABLE", None),
        property(variables, "IntakeFunction", "Environment/Variables", endpoint.clone()),
        property(names, "IntakeFunction", "Environment/Variables", endpoint),
        property(names, "ToRouteQueue", "QueueName", json!("to-route")),
        property(schedule, "RetrainFunction", &format!("{monthly}/ScheduleExpressionTimezone"), None),
        property(schedule, "RetrainFunction", &format!("{monthly}/ScheduleExpression"), json!("rate(1 day)")),
        property(schedule, "RetrainFunction", &format!("{monthly}/RetryPolicy"), None),
        property(schedule, "RetrainFunction", &format!("{monthly}/DeadLetterConfig"), None),
        property(schedule, "RetrainFunction", &format!("{monthly}/OmitName"), None),
        property(schedule, "RetrainFunction", &format!("{monthly}/Input"), json!("{}")),
        property(schedule, "RetrainFunction", "EventInvokeConfig", None),
        property(api, "IntakeLeadsRoute", "AuthorizationType", json!("NONE")),
        property_of(api, "IntakeApi", "IntakeLeadsRoute", "RouteKey", json!("POST /leads")),
        property_of(api, "IntakeApi", "IntakeLeadsPermission", "SourceArn", json!("arn")),
        property(api, "IntakeStage", "DefaultRouteSettings", None),
        property(console, "ConsoleApiRoute", "AuthorizationType", json!("NONE")),
        property(console, "ConsoleAuthorizer", "JwtConfiguration/Audience", json!(["any"])),
        property(samples, "ReviewFunction", "Environment/Variables/LOCAL_SIGN_IN", json!("true")),
        property(samples, "EnrichFunction", "Environment/Variables", json!({"SAMPLE_DIRECTORY": "true"})),
        property_of(alarms, "SlaFunction", "SlaErrorsAlarm", "Threshold", json!(5)),
        property_of(alarms, "OutcomesDlq", "OutcomesDlqAlarm", "MetricName", json!("Age")),
        property_of(alarms, "ToScoreDlq", "ToScoreDlqAlarm", "Threshold", json!(5)),
        property_of(alarms, "RetrainFunction", "RetrainErrorsAlarm", "MetricName", json!("Duration")),
        property_of(
            alarms,
            "SlaFunction",
            "SlaRefusals",
            "FilterPattern",
            json!(r#"{ $.fields.alarm = "leads-unreadable" }"#),
        ),
        property_of(alarms, "ReviewFunction", "ReviewSlaBreaches", "FilterPattern", json!("{ $.late = * }")),
        property_of(alarms, "RouteFunction", "RouteRefusals", "LogGroupName/Ref", json!("SlaLogs")),
    ];
    changes.into_iter().try_for_each(is_noticed)?;
    let elsewhere = [
        (api as Check, "IntakeAuthorization", "/Parameters/IntakeAuthorization/Default", Some(json!("NONE"))),
        (outputs, "LeadsTableName", "/Outputs/LeadsTableName", None),
        (outputs, "ApiKey", "/Outputs", Some(json!({"ApiKey": {}}))),
        (variables, "the functions", "/Resources/ScoreFunction", None),
        (variables, "Globals", "/Globals/Function", Some(json!({"Environment": {}}))),
    ];
    elsewhere
        .into_iter()
        .map(|(check, names, at, becomes)| Change { check, names, at: at.to_owned(), becomes })
        .try_for_each(is_noticed)
}
