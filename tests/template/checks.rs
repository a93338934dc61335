//! One function an invariant. Each answers with what breaks it, naming the resource; nothing if it holds.

use std::collections::BTreeSet;
use std::time::Duration;

use leadlight_ports::batch::backoff::patience;
use serde_json::{Value, json};

use crate::document::{Template, events, one_or_many, strings, target};
use crate::rights::{ROLE, statements, under};

/// What breaks an invariant, one line each.
pub(crate) type Breaches = Vec<String>;

/// SQS must not hand a message out again while its batch is still being worked on. Lambda asks for six
/// times the function's timeout.
const VISIBILITY_OVER_TIMEOUT: u64 = 6;
/// What is away for so long must cost no message its place: the least that one is tried for before it is set aside.
const LEAST_PATIENCE: Duration = Duration::from_hours(8);
/// The longest SQS keeps a message: 14 days.
const DEAD_LETTER_RETENTION_S: u64 = 1_209_600;

pub(crate) const QUEUE: &str = "AWS::SQS::Queue";
const TABLE: &str = "AWS::DynamoDB::Table";
const BUCKET: &str = "AWS::S3::Bucket";
const LOGS: &str = "AWS::Logs::LogGroup";

/// Notes a breach unless the condition holds.
pub(crate) fn require(breaches: &mut Breaches, holds: bool, breach: impl FnOnce() -> String) {
    if !holds {
        breaches.push(breach());
    }
}

/// Built for the custom runtime, from the folder that bears the function's name, with its own limits.
pub(crate) fn build(template: &Template) -> Breaches {
    let mut breaches = Breaches::new();
    for (id, function) in template.functions() {
        let name = id.trim_end_matches("Function").to_lowercase();
        let wanted = [
            ("/Runtime", json!("provided.al2023")),
            ("/Handler", json!(name)),
            ("/Architectures", json!([{"Ref": "Architecture"}])),
            ("/CodeUri", json!(format!("../target/lambda/{name}/"))),
            ("/LoggingConfig/LogFormat", json!("JSON")),
        ];
        for (pointer, value) in wanted {
            let found = template.effective(function, pointer);
            require(&mut breaches, *found == value, || format!("{id}: {pointer} is {found}, not {value}"));
        }
        for limit in ["MemorySize", "Timeout"] {
            require(&mut breaches, function[limit].is_u64(), || format!("{id}: {limit} is not its own"));
        }
    }
    breaches
}

/// A queue hides a message for at least six times its consumer's timeout.
pub(crate) fn visibility(template: &Template) -> Breaches {
    let mut breaches = Breaches::new();
    for (id, function, mapping) in template.mappings() {
        let source = target(&mapping["Queue"]);
        let hidden_s = template.properties(QUEUE, source)["VisibilityTimeout"].as_u64().unwrap_or(0);
        let timeout_s = function["Timeout"].as_u64().unwrap_or(u64::MAX);
        require(&mut breaches, hidden_s >= timeout_s.saturating_mul(VISIBILITY_OVER_TIMEOUT), || {
            format!("{}: hidden for {hidden_s} s, {id} may take {timeout_s} s", source.unwrap_or("no queue"))
        });
    }
    breaches
}

/// A queue that redrives does so after hours alone, also where the process dies each time, into a dead-letter queue of
/// its own that lets it.
pub(crate) fn redrives(template: &Template) -> Breaches {
    let mut breaches = Breaches::new();
    let mut taken = BTreeSet::new();
    for (id, queue) in template.of_type(QUEUE) {
        let Some(dead_letters) = target(&queue["RedrivePolicy"]["deadLetterTargetArn"]) else { continue };
        let receives = &queue["RedrivePolicy"]["maxReceiveCount"];
        let count = receives.as_u64().and_then(|n| u32::try_from(n).ok()).unwrap_or(0);
        let hidden = Duration::from_secs(queue["VisibilityTimeout"].as_u64().unwrap_or(0));
        let patience = (*patience(count).start()).min(hidden.saturating_mul(count.saturating_sub(1)));
        // SQS takes no more than 1,000.
        require(&mut breaches, patience >= LEAST_PATIENCE && count <= 1000, || {
            format!("{id}: maxReceiveCount is {receives}, which is over after {} s", patience.as_secs())
        });
        require(&mut breaches, taken.insert(dead_letters), || format!("{id}: shares {dead_letters}"));
        let allowed = &template.properties(QUEUE, Some(dead_letters))["RedriveAllowPolicy"];
        let source = queue["QueueName"]["Fn::Sub"].as_str().map(|name| format!(":{name}"));
        let sources = strings(&allowed["sourceQueueArns"]);
        let named = source.is_some_and(|source| sources.iter().any(|arn| arn.ends_with(&source)));
        require(&mut breaches, allowed["redrivePermission"] == "byQueue" && named, || {
            format!("{id}: {dead_letters} does not exist or does not let it redrive")
        });
    }
    breaches
}

/// Every queue either has a dead-letter queue or is one, and a dead-letter queue keeps its messages 14 days.
pub(crate) fn dead_letters(template: &Template) -> Breaches {
    let mut breaches = Breaches::new();
    let redriven = template.of_type(QUEUE).map(|(_, queue)| &queue["RedrivePolicy"]["deadLetterTargetArn"]);
    let failed = template.functions().map(|(_, function)| failed_runs(function));
    let undelivered = template
        .functions()
        .flat_map(|(_, function)| events(function, "ScheduleV2"))
        .map(|event| &event["DeadLetterConfig"]["Arn"]);
    let given_up = template
        .functions()
        .flat_map(|(_, function)| events(function, "DynamoDB"))
        .map(|stream| &stream["DestinationConfig"]["OnFailure"]["Destination"]);
    let dead_letters: BTreeSet<&str> =
        redriven.chain(failed).chain(undelivered).chain(given_up).filter_map(target).collect();
    for (id, queue) in template.of_type(QUEUE) {
        let kept_s = &queue["MessageRetentionPeriod"];
        if dead_letters.contains(id) {
            require(&mut breaches, *kept_s == DEAD_LETTER_RETENTION_S, || {
                format!("{id}: a dead-letter queue that keeps messages for {kept_s} s")
            });
        } else {
            require(&mut breaches, target(&queue["RedrivePolicy"]["deadLetterTargetArn"]).is_some(), || {
                format!("{id}: has no dead-letter queue and is none")
            });
        }
    }
    breaches
}

/// Where Lambda puts an asynchronous call that failed for good.
pub(crate) fn failed_runs(function: &Value) -> &Value {
    &function["EventInvokeConfig"]["DestinationConfig"]["OnFailure"]["Destination"]
}

/// A consumer answers for each message by itself, and knows its own dead-letter queue and redrive count.
pub(crate) fn mappings(template: &Template) -> Breaches {
    let mut breaches = Breaches::new();
    for (id, function, mapping) in template.mappings() {
        let responses = &mapping["FunctionResponseTypes"];
        require(&mut breaches, *responses == json!(["ReportBatchItemFailures"]), || {
            format!("{id}: FunctionResponseTypes is {responses}; failed messages would be deleted")
        });
        let batch = &mapping["BatchSize"];
        require(&mut breaches, *batch == 10, || format!("{id}: BatchSize is {batch}"));
        let redrive = &template.properties(QUEUE, target(&mapping["Queue"]))["RedrivePolicy"];
        let variables = &function["Environment"]["Variables"];
        let (told, set) = (&variables["MAX_RECEIVE_COUNT"], &redrive["maxReceiveCount"]);
        require(&mut breaches, told.as_str() == Some(&set.to_string()), || {
            format!("{id}: MAX_RECEIVE_COUNT is {told}, its queue's is {set}")
        });
        let (told, set) = (target(&variables["SOURCE_QUEUE_URL"]), target(&mapping["Queue"]));
        require(&mut breaches, told.is_some() && told == set, || {
            format!("{id}: SOURCE_QUEUE_URL is {told:?}, its messages come from {set:?}")
        });
        let (told, set) =
            (target(&variables["DEAD_LETTER_QUEUE_URL"]), target(&redrive["deadLetterTargetArn"]));
        require(&mut breaches, told.is_some() && told == set, || {
            format!("{id}: DEAD_LETTER_QUEUE_URL is {told:?}, its queue redrives into {set:?}")
        });
    }
    breaches
}

/// Retraining reads policies, and publishes models and reports.
pub(crate) fn registry(template: &Template) -> Breaches {
    let mut breaches = Breaches::new();
    let id = "RetrainFunction";
    let function = template.properties("AWS::Serverless::Function", Some(id));
    let role = template.properties(ROLE, target(&function["Role"]));
    let may = |action: &str, prefix: &str| {
        statements(role).any(|statement| {
            let acts = one_or_many(&statement["Action"]).iter().any(|a| a == action);
            let there = one_or_many(&statement["Resource"]).iter().any(|r| r["Fn::Sub"] == under(prefix));
            acts && there
        })
    };
    for (action, prefix) in [
        ("s3:GetObject", "policies"),
        ("s3:GetObject", "models"),
        ("s3:PutObject", "models"),
        ("s3:GetObject", "reports"),
        ("s3:PutObject", "reports"),
        ("s3:GetObject", "exports"),
        ("s3:PutObject", "exports"),
    ] {
        require(&mut breaches, may(action, prefix), || format!("{id}: may not {action} under {prefix}/"));
    }
    breaches
}

/// Encrypted, kept through mistakes, closed to the public.
pub(crate) fn stores(template: &Template) -> Breaches {
    let mut breaches = Breaches::new();
    let wanted = [
        (QUEUE, "/SqsManagedSseEnabled", json!(true)),
        (TABLE, "/SSESpecification/SSEEnabled", json!(true)),
        (TABLE, "/PointInTimeRecoverySpecification/PointInTimeRecoveryEnabled", json!(true)),
        (TABLE, "/BillingMode", json!("PAY_PER_REQUEST")),
        (BUCKET, "/VersioningConfiguration/Status", json!("Enabled")),
        (BUCKET, "/OwnershipControls/Rules/0/ObjectOwnership", json!("BucketOwnerEnforced")),
        (BUCKET, "/PublicAccessBlockConfiguration/BlockPublicAcls", json!(true)),
        (BUCKET, "/PublicAccessBlockConfiguration/BlockPublicPolicy", json!(true)),
        (BUCKET, "/PublicAccessBlockConfiguration/IgnorePublicAcls", json!(true)),
        (BUCKET, "/PublicAccessBlockConfiguration/RestrictPublicBuckets", json!(true)),
    ];
    for (kind, pointer, value) in &wanted {
        for (id, store) in template.of_type(kind) {
            require(&mut breaches, store.pointer(pointer) == Some(value), || {
                format!("{id}: {pointer} is not {value}")
            });
        }
    }
    let leads = template.properties(TABLE, Some("LeadsTable"));
    for (place, name) in
        ["by_queue", "by_owner", "by_account", "by_person", "by_renewal"].into_iter().enumerate()
    {
        let found = &leads["GlobalSecondaryIndexes"][place]["IndexName"];
        require(&mut breaches, found == name, || {
            format!("LeadsTable: its index {place} is {found}, not {name}")
        });
    }
    for (id, bucket) in template.of_type(BUCKET) {
        let rule = &bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"][0];
        let algorithm = &rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"];
        require(&mut breaches, algorithm.is_string(), || format!("{id}: is not encrypted"));
        let tls_only = template.of_type("AWS::S3::BucketPolicy").any(|(_, policy)| {
            let statement = &policy["PolicyDocument"]["Statement"][0];
            target(&policy["Bucket"]) == Some(id)
                && statement["Effect"] == "Deny"
                && statement["Condition"]["Bool"]["aws:SecureTransport"] == "false"
        });
        require(&mut breaches, tls_only, || format!("{id}: can be read without TLS"));
    }
    for kind in [TABLE, BUCKET] {
        for (id, _) in template.of_type(kind) {
            let resource = &template.root()["Resources"][id];
            for policy in ["DeletionPolicy", "UpdateReplacePolicy"] {
                let keeps = resource[policy].as_str().is_some_and(|text| text.starts_with("Retain"));
                require(&mut breaches, keeps, || format!("{id}: {policy} lets the owner's data go"));
            }
        }
    }
    breaches
}

/// Every function writes to a log group of its own, and no log is kept for ever.
pub(crate) fn logs(template: &Template) -> Breaches {
    let mut breaches = Breaches::new();
    let mut taken = BTreeSet::new();
    for (id, function) in template.functions() {
        let group = target(&function["LoggingConfig"]["LogGroup"]);
        let exists = !template.properties(LOGS, group).is_null();
        require(&mut breaches, exists && taken.insert(group), || {
            format!("{id}: has no log group of its own")
        });
    }
    for (id, group) in template.of_type(LOGS) {
        let retention = &group["RetentionInDays"];
        require(&mut breaches, *retention == json!({"Ref": "LogRetentionDays"}), || {
            format!("{id}: keeps its lines for {retention} days")
        });
    }
    breaches
}
