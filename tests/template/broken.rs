//! A template that is broken in any way that counts is noticed, and by its name.

use serde_json::{Value, json};

use super::Check;
use super::document::Template;

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
    use super::checks::{dead_letters, mappings, redrives, visibility};
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
    use super::checks::{build, logs};
    use super::rights::roles;
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
        property_of(roles, "IntakeFunction", "IntakeRole", &format!("{statement}/5"), json!({})),
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
    use super::checks::stores;
    let table_encryption = "SSESpecification/SSEEnabled";
    let bucket_policy = "PolicyDocument/Statement/0/Effect";
    let changes = [
        property(stores, "ToScoreDlq", "SqsManagedSseEnabled", None),
        property(stores, "LeadsTable", table_encryption, json!(false)),
        property(stores, "LeadsTable", "PointInTimeRecoverySpecification", None),
        property(stores, "LeadsTable", "BillingMode", json!("PROVISIONED")),
        property(stores, "FactsTable", table_encryption, None),
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
fn a_broken_export_is_noticed() -> Result<(), String> {
    use super::exports::exports;
    let (to, statement) = ("Targets/0", "Policies/0/PolicyDocument/Statement");
    let changes = [
        property(exports, "ExportRule", "EventPattern/detail/object", None),
        property(exports, "ExportRule", &format!("{to}/Arn"), json!({"Ref": "SlaFunction"})),
        property(exports, "ExportRule", &format!("{to}/InputTransformer/InputTemplate"), json!("<key>")),
        property(exports, "ExportRule", &format!("{to}/InputTransformer/InputPathsMap/key"), json!("$.id")),
        property(exports, "ExportRule", &format!("{to}/DeadLetterConfig"), None),
        property_of(exports, "ExportRule", "ExportRuleMayStartRetrain", "SourceArn", None),
        property_of(exports, "ExportRule", "RetrainDlqPolicy", "PolicyDocument/Statement/0/Condition", None),
        property(exports, "RegistryBucket", "NotificationConfiguration", None),
        property(exports, "RegistryBucket", "LifecycleConfiguration/Rules/1/ExpirationInDays", None),
        property(
            exports,
            "RegistryBucket",
            "LifecycleConfiguration/Rules/1/NoncurrentVersionExpiration",
            None,
        ),
        property(exports, "RetrainFunction", "Environment/Variables/EXPORT_ABOVE_MB", json!("4000")),
        property(exports, "RetrainRole", &format!("{statement}/2/Resource"), json!({"Ref": "FactsTable"})),
        property(exports, "SlaRole", &format!("{statement}/0/Action"), json!("s3:PutObjectAcl")),
    ];
    changes.into_iter().try_for_each(is_noticed)
}

#[test]
fn a_broken_surface_is_noticed() -> Result<(), String> {
    use super::surface::{api, console, names, outputs, samples, schedule, variables};
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
        property(samples, "EnrichFunction", "Environment/Variables", json!({"LOCAL_VENDORS": "true"})),
    ];
    changes.into_iter().try_for_each(is_noticed)?;
    let elsewhere = [
        (api as Check, "IntakeAuthorization", "/Parameters/IntakeAuthorization/Default", Some(json!("NONE"))),
        (outputs, "LeadsTableName", "/Outputs/LeadsTableName", None),
        (outputs, "ApiKey", "/Outputs", Some(json!({"ApiKey": {}}))),
        (outputs, "Release", "/Outputs/Release/Value", Some(json!("0.0.9"))),
        (variables, "the functions", "/Resources/ScoreFunction", None),
        (variables, "Globals", "/Globals/Function/Environment/Variables", Some(json!({"TABLE": "leads"}))),
    ];
    elsewhere
        .into_iter()
        .map(|(check, names, at, becomes)| Change { check, names, at: at.to_owned(), becomes })
        .try_for_each(is_noticed)
}

#[test]
fn a_broken_bus_is_noticed() -> Result<(), String> {
    use super::bus::{rules, streams};
    let changes = "Events/Changes/Properties";
    let changes = [
        property_of(
            streams,
            "PublishFunction",
            "LeadsTable",
            "StreamSpecification/StreamViewType",
            json!("KEYS_ONLY"),
        ),
        property(streams, "PublishFunction", &format!("{changes}/StartingPosition"), json!("LATEST")),
        property(streams, "PublishFunction", &format!("{changes}/BisectBatchOnFunctionError"), None),
        property(streams, "PublishFunction", &format!("{changes}/MaximumRetryAttempts"), json!(3)),
        property(streams, "PublishFunction", &format!("{changes}/DestinationConfig"), None),
        property(streams, "PublishFunction", &format!("{changes}/FilterCriteria"), None),
        property_of(
            rules,
            "DeliveriesRule",
            "DeliveriesQueuePolicy",
            "Queues",
            json!([{"Ref": "OutcomesQueue"}]),
        ),
        property_of(
            rules,
            "DeliveriesRule",
            "DeliveriesQueuePolicy",
            "PolicyDocument/Statement/0/Condition",
            None,
        ),
        property_of(
            rules,
            "DeliveriesRule",
            "PublishDlqPolicy",
            "PolicyDocument/Statement/0/Principal",
            json!("*"),
        ),
        property(rules, "DeliveriesRule", "Targets/0/DeadLetterConfig", None),
        property(rules, "DeliveriesRule", "EventPattern/source", json!(["leadlight"])),
        property(rules, "DeliveriesRule", "EventBusName", json!("default")),
    ];
    changes.into_iter().try_for_each(is_noticed)
}

#[test]
fn a_silence_is_noticed() -> Result<(), String> {
    use super::watch::{alarms, bounds, dead_letters, failures, heartbeats, kinds, table_rights, waiting};
    let growth = "Metrics/1/MetricStat/Metric/Dimensions/0/Value/Fn::GetAtt/0";
    let sweep = "Events/Sweep/Properties/RetryPolicy/MaximumRetryAttempts";
    let changes = [
        property(alarms, "IntakeErrorsAlarm", "AlarmActions", None),
        Change {
            check: super::runbook::runbook,
            names: "SlaHeartbeatAlarm",
            at: "/Resources/SlaHeartbeatAlarm".to_owned(),
            becomes: None,
        },
        Change {
            check: super::runbook::runbook,
            names: "TeamRefusedAlarm",
            at: "/Resources/TeamRefusedAlarm".to_owned(),
            becomes: None,
        },
        property(alarms, "IntakeErrorsAlarm", "AlarmDescription", None),
        property(alarms, "IntakeErrorsAlarm", "TreatMissingData", None),
        property_of(kinds, "PolicyRefused", "PolicyRefusedAlarm", "Namespace", json!("AWS/Lambda")),
        property_of(kinds, "ModelUnfit", "ModelUnfitAlarm", "MetricName", json!("ModelRefused")),
        property_of(kinds, "LeadsDamaged", "LeadsDamagedAlarm", "Threshold", json!(5)),
        property_of(kinds, "Answers401", "SignInProbingAlarm", "Threshold", json!(5000)),
        property(kinds, "SignInProbingAlarm", "MetricName", json!("Answers402")),
        property(waiting, "ToScoreQueue", "MessageRetentionPeriod", json!(345_600)),
        property(waiting, "FormSubmitsDlq", "MaximumMessageSize", json!(262_144)),
        property_of(waiting, "OutcomesQueue", "OutcomesAgeAlarm", "Threshold", json!(3600)),
        property_of(waiting, "ToRouteQueue", "ToRouteAgeAlarm", "MetricName", json!("NumberOfMessagesSent")),
        property_of(dead_letters, "OutcomesDlq", "OutcomesDlqAlarm", "MetricName", json!("Age")),
        property_of(dead_letters, "ToScoreDlq", "ToScoreDlqAlarm", "Threshold", json!(5)),
        property_of(dead_letters, "ToScoreDlq", "ToScoreDlqGrowthAlarm", growth, json!("ToRouteDlq")),
        property_of(
            dead_letters,
            "RetrainDlq",
            "RetrainDlqGrowthAlarm",
            "Metrics/0/Expression",
            json!("there"),
        ),
        property_of(failures, "SlaFunction", "SlaErrorsAlarm", "Threshold", json!(5)),
        property_of(failures, "RetrainFunction", "RetrainErrorsAlarm", "MetricName", json!("Duration")),
        property_of(
            failures,
            "ScoreFunction",
            "ScoreThrottlesAlarm",
            "Dimensions/0/Value/Ref",
            json!("SlaFunction"),
        ),
        property_of(failures, "IntakeApi", "Intake5xxAlarm", "Dimensions/0/Value/Ref", json!("ConsoleApi")),
        property_of(
            heartbeats,
            "SlaFunction",
            "SlaHeartbeatAlarm",
            "TreatMissingData",
            json!("notBreaching"),
        ),
        property_of(heartbeats, "SlaFunction", "SlaHeartbeatAlarm", "EvaluationPeriods", json!(30)),
        property_of(heartbeats, "RetrainFunction", "RetrainHeartbeatAlarm", "MetricName", json!("Errors")),
        property(heartbeats, "SlaFunction", sweep, json!(0)),
        property(bounds, "ScoreFunction", "Events/ToScore/Properties/ScalingConfig", None),
        property(bounds, "EnrichFunction", "Environment/Variables/ENVIRONMENTS", json!("3")),
        property(bounds, "ReviewFunction", "ReservedConcurrentExecutions", None),
        property(bounds, "SlaFunction", "ReservedConcurrentExecutions", json!(1)),
        property(bounds, "RetrainFunction", "ReservedConcurrentExecutions/Fn::If/1", json!(2)),
        property(
            table_rights,
            "ReviewRole",
            "Policies/0/PolicyDocument/Statement/3/Resource",
            json!({"Fn::Sub": "${LeadsTable.Arn}/index/*"}),
        ),
        property(table_rights, "RouteRole", "Policies/0/PolicyDocument/Statement/3/Condition", None),
        property(
            table_rights,
            "SlaRole",
            "Policies/0/PolicyDocument/Statement/1/Condition/ForAllValues:StringLike/dynamodb:LeadingKeys",
            json!(["*"]),
        ),
    ];
    changes.into_iter().try_for_each(is_noticed)?;
    let elsewhere = [
        (kinds as Check, "Globals", "/Globals/Function/Environment", None),
        (kinds, "TeamRefused", "/Resources/TeamRefusedAlarm", None),
        (failures, "ReviewFunction", "/Resources/ReviewErrorsAlarm", None),
        (alarms, "ToScoreDlqGrowthAlarm", "/Resources/ToScoreDlqGrowthAlarm/Condition", None),
        (bounds, "ReserveConcurrency", "/Parameters/ReserveConcurrency/Default", Some(json!("true"))),
        (bounds, "Parameters", "/Parameters/StageConcurrency/Default", Some(json!(500))),
    ];
    elsewhere
        .into_iter()
        .map(|(check, names, at, becomes)| Change { check, names, at: at.to_owned(), becomes })
        .try_for_each(is_noticed)
}

#[test]
fn more_than_an_item_of_ones_own_table_is_noticed() -> Result<(), String> {
    use super::own_facts::own_facts;
    let granted = "Policies/0/PolicyDocument/Statement/8/Fn::If";
    let changes = [
        property(own_facts, "EnrichRole", &format!("{granted}/0"), json!("OnAws")),
        property(own_facts, "EnrichRole", &format!("{granted}/1/Action"), json!("dynamodb:Query")),
        property(own_facts, "EnrichRole", &format!("{granted}/1/Resource/Fn::Sub"), json!("*")),
        property(
            own_facts,
            "ScoreRole",
            "Policies/0/PolicyDocument/Statement/0/Resource",
            json!({"Ref": "OwnFactsTableName"}),
        ),
    ];
    changes.into_iter().try_for_each(is_noticed)?;
    let parameter = "/Parameters/OwnFactsTableName";
    let elsewhere = [
        ("OwnFactsTableName", format!("{parameter}/Default"), Some(json!("facts"))),
        ("OwnFactsTableName", format!("{parameter}/AllowedPattern"), Some(json!("^.*$"))),
        ("HasOwnFacts", "/Conditions/HasOwnFacts".to_owned(), Some(json!({"Fn::Equals": ["", ""]}))),
    ];
    let changes =
        elsewhere.into_iter().map(|(names, at, becomes)| Change { check: own_facts, names, at, becomes });
    changes.into_iter().try_for_each(is_noticed)
}
