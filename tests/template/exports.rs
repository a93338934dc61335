//! A large table is exported to the bucket, and the run that asked for it goes on: no emulator does either.

use leadlight_retrain::Request;
use serde_json::json;

use crate::bus::lets_in;
use crate::checks::{Breaches, require};
use crate::document::{Template, one_or_many, target};
use crate::rights::{ROLE, statements, under};

/// The list of an export's files, and no other object, starts retraining with a request that it reads; a start that fails
/// is kept; and what was exported is not kept for ever.
pub(crate) fn exports(template: &Template) -> Breaches {
    const KEY: &str =
        "exports/2027-06-01T060000Z-run/AWSDynamoDB/01693685827463-2d8752fd/manifest-files.json";
    let mut breaches = Breaches::new();
    let rule = template.properties("AWS::Events::Rule", Some("ExportRule"));
    let wanted = json!({
        "source": ["aws.s3"],
        "detail-type": ["Object Created"],
        "detail": {
            "bucket": { "name": [{ "Ref": "RegistryBucket" }] },
            "object": { "key": [{ "wildcard": "exports/*/AWSDynamoDB/*/manifest-files.json" }] },
        },
    });
    let pattern = &rule["EventPattern"];
    require(&mut breaches, *pattern == wanted, || format!("ExportRule: starts for {pattern}"));
    let told = &rule["Targets"][0];
    require(&mut breaches, target(&told["Arn"]) == Some("RetrainFunction"), || {
        format!("ExportRule: starts {}", told["Arn"])
    });
    let input = &told["InputTransformer"];
    let said = input["InputTemplate"].as_str().unwrap_or_default().replace("<key>", &format!("{KEY:?}"));
    let read = Request::parse(said.as_bytes()).ok().and_then(|request| request.export);
    let is_read = read.is_some_and(|export| export.as_str() == KEY);
    require(&mut breaches, is_read && input["InputPathsMap"]["key"] == "$.detail.object.key", || {
        format!("ExportRule: says {said}")
    });
    let kept = target(&told["DeadLetterConfig"]["Arn"]);
    require(&mut breaches, kept.is_some() && lets_in(template, kept, "ExportRule"), || {
        "ExportRule: what it cannot start is kept nowhere".to_owned()
    });
    let may_start = template.of_type("AWS::Lambda::Permission").any(|(_, permission)| {
        target(&permission["FunctionName"]) == Some("RetrainFunction")
            && permission["Principal"] == "events.amazonaws.com"
            && target(&permission["SourceArn"]) == Some("ExportRule")
    });
    require(&mut breaches, may_start, || "ExportRule: may not start RetrainFunction".to_owned());
    let bucket = template.properties("AWS::S3::Bucket", Some("RegistryBucket"));
    let tells = &bucket["NotificationConfiguration"]["Fn::If"];
    let on_aws = json!({ "EventBridgeConfiguration": { "EventBridgeEnabled": true } });
    require(&mut breaches, tells[0] == "OnAws" && tells[1] == on_aws, || {
        format!("RegistryBucket: tells of what comes in {tells}")
    });
    let forgets = one_or_many(&bucket["LifecycleConfiguration"]["Rules"]).iter().any(|rule| {
        let days = |rule: &serde_json::Value| rule.as_u64().is_some_and(|days| (1..=3).contains(&days));
        rule["Prefix"] == "exports/"
            && rule["Status"] == "Enabled"
            && days(&rule["ExpirationInDays"])
            && days(&rule["NoncurrentVersionExpiration"]["NoncurrentDays"])
    });
    require(&mut breaches, forgets, || "RegistryBucket: keeps people's data that was exported".to_owned());
    breaches.extend(asking(template));
    breaches
}

/// Retraining may ask for an export of the leads alone, into its own folder; and on one machine it never does.
fn asking(template: &Template) -> Breaches {
    let mut breaches = Breaches::new();
    let function = template.properties("AWS::Serverless::Function", Some("RetrainFunction"));
    let above = &function["Environment"]["Variables"]["EXPORT_ABOVE_MB"];
    let wanted = json!({"Fn::If": ["OnAws", {"Ref": "ExportAboveMegabytes"}, "0"]});
    require(&mut breaches, *above == wanted, || format!("RetrainFunction: EXPORT_ABOVE_MB is {above}"));
    for (id, role) in template.of_type(ROLE) {
        for statement in statements(role) {
            let actions = one_or_many(&statement["Action"]);
            let acts = |action: &str| actions.iter().any(|a| a == action);
            let exports = acts("dynamodb:ExportTableToPointInTime") || acts("s3:PutObjectAcl");
            let there = target(&statement["Resource"]) == Some("LeadsTable")
                || statement["Resource"]["Fn::Sub"] == under("exports");
            require(&mut breaches, !exports || (id == "RetrainRole" && there), || {
                format!("{id}: may export by {statement}")
            });
        }
    }
    breaches
}
