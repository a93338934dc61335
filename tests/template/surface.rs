//! What others rely on: environment variables, outputs, the schedule, the HTTP API, names.

use std::collections::BTreeSet;

use leadlight_adapters::{Config, MetricsConfig};
use serde_json::{Value, json};

use crate::checks::{Breaches, QUEUE, failed_runs, require};
use crate::document::{Template, strings, target};

/// The variables that each function reads, as its own configuration tells them.
fn variables_read() -> [(&'static str, BTreeSet<&'static str>); 13] {
    [
        ("IntakeFunction", leadlight_intake::Config::variables()),
        ("PullFunction", leadlight_pull::Config::variables()),
        ("EnrichFunction", leadlight_enrich::Config::variables()),
        ("ScoreFunction", leadlight_score::Config::variables()),
        ("RouteFunction", leadlight_route::Config::variables()),
        ("OutcomeFunction", leadlight_outcome::Config::variables()),
        ("SlaFunction", leadlight_sla::Config::variables()),
        ("ReviewFunction", leadlight_review::Config::variables()),
        ("RetrainFunction", leadlight_retrain::Config::variables()),
        ("PublishFunction", leadlight_publish::Config::variables()),
        ("DeliverFunction", leadlight_deliver::Config::variables()),
        ("EraseFunction", leadlight_erase::Config::variables()),
        ("PlanFunction", leadlight_plan::Config::variables()),
    ]
}

/// The stack's outputs: the operator's command reads them by name.
const OUTPUTS: [&str; 34] = [
    "ConsoleUrl",
    "DeliverFunctionName",
    "DeliveriesDlqUrl",
    "DeliveriesQueueUrl",
    "EnrichFunctionName",
    "EraseFunctionName",
    "FactsTableName",
    "FormSubmitsDlqUrl",
    "FormSubmitsQueueUrl",
    "IntakeApiId",
    "IntakeFunctionName",
    "IntakeUrl",
    "LeadsTableName",
    "OutcomeFunctionName",
    "OutcomesDlqUrl",
    "OutcomesQueueUrl",
    "PlanFunctionName",
    "PublishDlqUrl",
    "PublishFunctionName",
    "PullFunctionName",
    "RegistryBucketName",
    "Release",
    "RetrainDlqUrl",
    "RetrainFunctionName",
    "ReviewFunctionName",
    "RouteFunctionName",
    "ScoreFunctionName",
    "SlaFunctionName",
    "ToPullDlqUrl",
    "ToPullQueueUrl",
    "ToRouteDlqUrl",
    "ToRouteQueueUrl",
    "ToScoreDlqUrl",
    "ToScoreQueueUrl",
];

/// Names that would make two stacks in one account collide.
const FIXED_NAMES: [&str; 9] = [
    "AlarmName",
    "BucketName",
    "FunctionName",
    "LogGroupName",
    "Name",
    "QueueName",
    "RoleName",
    "ScheduleName",
    "TableName",
];

fn keys(value: &Value) -> BTreeSet<&str> {
    value.as_object().into_iter().flat_map(|fields| fields.keys()).map(String::as_str).collect()
}

/// Each function is told what it reads, and no more.
pub(crate) fn variables(template: &Template) -> Breaches {
    let mut breaches = Breaches::new();
    // What the layer under every function reads.
    let shared = keys(&template.root()["Globals"]["Function"]["Environment"]["Variables"]);
    require(&mut breaches, shared == MetricsConfig::variables(), || {
        format!("Globals: hand every function {shared:?}")
    });
    let functions = variables_read();
    for (id, wanted) in &functions {
        let function = template.properties("AWS::Serverless::Function", Some(id));
        let found = keys(&function["Environment"]["Variables"]);
        require(&mut breaches, found == *wanted, || format!("{id}: is told {found:?}, it reads {wanted:?}"));
    }
    let known: BTreeSet<&str> = functions.iter().map(|(id, _)| *id).collect();
    let found: BTreeSet<&str> = template.functions().map(|(id, _)| id).collect();
    require(&mut breaches, found == known, || format!("the functions are {found:?}, expected {known:?}"));
    breaches
}

/// The outputs bear the names that are read.
pub(crate) fn outputs(template: &Template) -> Breaches {
    let mut breaches = Breaches::new();
    let found = keys(&template.root()["Outputs"]);
    for output in OUTPUTS {
        require(&mut breaches, found.contains(output), || format!("{output}: is no output"));
    }
    for output in found {
        require(&mut breaches, OUTPUTS.contains(&output), || format!("{output}: an output nobody reads"));
    }
    let release = &template.root()["Outputs"]["Release"]["Value"];
    require(&mut breaches, release == env!("CARGO_PKG_VERSION"), || {
        format!("Release: says {release}, and this is {}", env!("CARGO_PKG_VERSION"))
    });
    breaches
}

/// Retraining runs monthly in a named time zone, is retried, and what fails for good is kept.
pub(crate) fn schedule(template: &Template) -> Breaches {
    let id = "RetrainFunction";
    let mut breaches = Breaches::new();
    let function = template.properties("AWS::Serverless::Function", Some(id));
    let none = Value::Null;
    let default = &template.root()["Parameters"]["RetrainSchedule"]["Default"];
    require(&mut breaches, default == "cron(0 6 1 * ? *)", || {
        format!("RetrainSchedule: defaults to {default}")
    });
    // What its input says of a run, beside the moment it is due: that names the run, and is filled in on AWS.
    let daily = json!({
        "schema_version": 1, "reason": "degradation-check", "due_at": DUE, "only_if_degraded": true,
    });
    let monthly = json!({ "schema_version": 1, "reason": "schedule", "due_at": DUE });
    let wanted = [
        ("Monthly", json!({"Ref": "RetrainSchedule"}), monthly),
        ("Daily", json!("cron(0 5 ? * * *)"), daily),
    ];
    for (name, expression, input) in &wanted {
        let event = function.pointer(&format!("/Events/{name}/Properties")).unwrap_or(&none);
        let said = event["Input"].as_str().and_then(|text| serde_json::from_str::<Value>(text).ok());
        require(&mut breaches, said.as_ref() == Some(input), || format!("{id}: {name} does not say {input}"));
        for (pointer, value) in [
            ("/ScheduleExpression", expression),
            ("/ScheduleExpressionTimezone", &json!({"Ref": "RetrainTimeZone"})),
            ("/OmitName", &json!(true)),
        ] {
            require(&mut breaches, event.pointer(pointer) == Some(value), || {
                format!("{id}: {name}'s {pointer} is not {value}")
            });
        }
        let retries = &event["RetryPolicy"]["MaximumRetryAttempts"];
        require(&mut breaches, retries.as_u64() > Some(0), || format!("{id}: {name} is not retried"));
        for (what, reference) in
            [("undelivered", &event["DeadLetterConfig"]["Arn"]), ("failed", failed_runs(function))]
        {
            let queue = template.properties(QUEUE, target(reference));
            require(&mut breaches, !queue.is_null(), || format!("{id}: {what} runs are kept nowhere"));
        }
    }
    breaches
}

/// What the scheduler puts the due time in the place of.
const DUE: &str = "<aws.scheduler.scheduled-time>";

/// The intake has its routes, closed unless the operator opens them or each sender proves itself, and is throttled.
pub(crate) fn api(template: &Template) -> Breaches {
    let mut breaches = Breaches::new();
    let default = &template.root()["Parameters"]["IntakeAuthorization"]["Default"];
    require(&mut breaches, default == "AWS_IAM", || format!("IntakeAuthorization: defaults to {default}"));
    let mut routes = BTreeSet::new();
    let of_intake = |route: &Value| target(&route["ApiId"]) == Some("IntakeApi");
    for (id, route) in template.of_type("AWS::ApiGatewayV2::Route").filter(|(_, route)| of_intake(route)) {
        let guard = &route["AuthorizationType"];
        // Other systems cannot sign for AWS: the function asks each for its own proof.
        let proves_itself =
            route["RouteKey"].as_str().is_some_and(|key| key.ends_with("/v1/sources/{source}"));
        let wanted = if proves_itself { json!("NONE") } else { json!({"Ref": "IntakeAuthorization"}) };
        let guarded = *guard == wanted;
        require(&mut breaches, guarded, || format!("{id}: is guarded by {guard}"));
        routes.extend(route["RouteKey"].as_str());
    }
    let wanted = BTreeSet::from([
        "GET /v1/sources/{source}",
        "POST /v1/cloudevents",
        "POST /v1/leads",
        "POST /v1/sources/{source}",
    ]);
    require(&mut breaches, routes == wanted, || {
        format!("IntakeApi: its routes are {routes:?}, not {wanted:?}")
    });
    for route in routes {
        let path = format!("/{}", route.replacen(' ', "", 1).replace("{source}", "*"));
        let granted = template
            .of_type("AWS::Lambda::Permission")
            .any(|(_, permission)| strings(&permission["SourceArn"]).iter().any(|arn| arn.ends_with(&path)));
        require(&mut breaches, granted, || format!("IntakeApi: {route} may not call its function"));
    }
    for (id, stage) in template.of_type("AWS::ApiGatewayV2::Stage") {
        let limits = &stage["DefaultRouteSettings"];
        let throttled = limits["ThrottlingRateLimit"].is_u64() && limits["ThrottlingBurstLimit"].is_u64();
        require(&mut breaches, throttled, || format!("{id}: is not throttled"));
    }
    breaches
}

/// The console's API is behind the issuer's authorizer wherever there is an issuer.
pub(crate) fn console(template: &Template) -> Breaches {
    let mut breaches = Breaches::new();
    let route = template.properties("AWS::ApiGatewayV2::Route", Some("ConsoleApiRoute"));
    let guard = &route["AuthorizationType"];
    require(&mut breaches, *guard == json!({"Fn::If": ["HasIssuer", "JWT", "NONE"]}), || {
        format!("ConsoleApiRoute: is guarded by {guard}")
    });
    let authorizer = template.properties("AWS::ApiGatewayV2::Authorizer", Some("ConsoleAuthorizer"));
    let reads = &authorizer["JwtConfiguration"];
    let wanted = json!({"Issuer": {"Ref": "OidcIssuer"}, "Audience": [{"Ref": "OidcClientId"}]});
    require(&mut breaches, *reads == wanted, || format!("ConsoleAuthorizer: trusts {reads}"));
    breaches
}

/// Sample users, and vendors and destinations without TLS, are for one machine alone.
pub(crate) fn samples(template: &Template) -> Breaches {
    let mut breaches = Breaches::new();
    for (id, variable) in [
        ("ReviewFunction", "LOCAL_SIGN_IN"),
        ("EnrichFunction", "LOCAL_VENDORS"),
        ("DeliverFunction", "LOCAL_DESTINATIONS"),
    ] {
        let function = template.properties("AWS::Serverless::Function", Some(id));
        let value = &function["Environment"]["Variables"][variable];
        require(&mut breaches, *value == json!({"Fn::If": ["OnAws", "false", "true"]}), || {
            format!("{id}: {variable} is {value}")
        });
    }
    breaches
}

/// Two stacks fit into one account, and nothing points at one machine.
pub(crate) fn names(template: &Template) -> Breaches {
    let mut breaches = Breaches::new();
    for (id, resource) in template.root()["Resources"].as_object().into_iter().flatten() {
        for property in FIXED_NAMES {
            let name = &resource["Properties"][property];
            require(&mut breaches, !name.is_string(), || format!("{id}: {property} is always {name}"));
        }
        for text in strings(resource) {
            let fixed = ["AWS_ENDPOINT", "localhost", "127.0.0.1"].iter().any(|part| text.contains(part));
            require(&mut breaches, !fixed, || format!("{id}: {text:?} points at one machine"));
        }
    }
    breaches
}
