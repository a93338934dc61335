//! What each function may do: its role's actions, and on what.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::checks::{Breaches, require};
use crate::document::{Template, one_or_many, target};

pub(crate) const ROLE: &str = "AWS::IAM::Role";

/// What each function's role allows, and nothing besides.
const GRANTS: [(&str, &[&str]); 13] = [
    (
        "IntakeFunction",
        &[
            "dynamodb:GetItem",
            "logs:CreateLogStream",
            "logs:PutLogEvents",
            "s3:GetObject",
            "s3:ListBucket",
            "s3:PutObject",
            "secretsmanager:GetSecretValue",
            "sqs:SendMessage",
        ],
    ),
    (
        "PullFunction",
        &[
            "logs:CreateLogStream",
            "logs:PutLogEvents",
            "s3:GetObject",
            "s3:ListBucket",
            "s3:PutObject",
            "secretsmanager:GetSecretValue",
            "sqs:ChangeMessageVisibility",
            "sqs:DeleteMessage",
            "sqs:GetQueueAttributes",
            "sqs:ReceiveMessage",
            "sqs:SendMessage",
        ],
    ),
    (
        "EnrichFunction",
        &[
            "dynamodb:DeleteItem",
            "dynamodb:GetItem",
            "dynamodb:UpdateItem",
            "logs:CreateLogStream",
            "logs:PutLogEvents",
            "s3:GetObject",
            "s3:ListBucket",
            "secretsmanager:GetSecretValue",
            "sqs:ChangeMessageVisibility",
            "sqs:DeleteMessage",
            "sqs:GetQueueAttributes",
            "sqs:ReceiveMessage",
            "sqs:SendMessage",
        ],
    ),
    (
        "ScoreFunction",
        &[
            "dynamodb:BatchGetItem",
            "dynamodb:GetItem",
            "dynamodb:Query",
            "logs:CreateLogStream",
            "logs:PutLogEvents",
            "s3:GetObject",
            "s3:ListBucket",
            "s3:PutObject",
            "sqs:ChangeMessageVisibility",
            "sqs:DeleteMessage",
            "sqs:GetQueueAttributes",
            "sqs:ReceiveMessage",
            "sqs:SendMessage",
        ],
    ),
    (
        "RouteFunction",
        &[
            "dynamodb:BatchGetItem",
            "dynamodb:ConditionCheckItem",
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:Query",
            "logs:CreateLogStream",
            "logs:PutLogEvents",
            "s3:GetObject",
            "s3:ListBucket",
            "sqs:ChangeMessageVisibility",
            "sqs:DeleteMessage",
            "sqs:GetQueueAttributes",
            "sqs:ReceiveMessage",
            "sqs:SendMessage",
        ],
    ),
    (
        "OutcomeFunction",
        &[
            "dynamodb:BatchGetItem",
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:Query",
            "dynamodb:UpdateItem",
            "logs:CreateLogStream",
            "logs:PutLogEvents",
            "s3:GetObject",
            "s3:ListBucket",
            "sqs:ChangeMessageVisibility",
            "sqs:DeleteMessage",
            "sqs:GetQueueAttributes",
            "sqs:ReceiveMessage",
            "sqs:SendMessage",
        ],
    ),
    (
        "SlaFunction",
        &[
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:Query",
            "dynamodb:UpdateItem",
            "logs:CreateLogStream",
            "logs:PutLogEvents",
            "s3:GetObject",
            "s3:ListBucket",
            "sqs:SendMessage",
        ],
    ),
    (
        "ReviewFunction",
        &[
            "dynamodb:BatchGetItem",
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:Query",
            "dynamodb:UpdateItem",
            "logs:CreateLogStream",
            "logs:PutLogEvents",
            "s3:GetObject",
            "s3:ListBucket",
            "s3:PutObject",
            "secretsmanager:GetSecretValue",
            "sqs:SendMessage",
        ],
    ),
    (
        "RetrainFunction",
        &[
            "dynamodb:DescribeTable",
            "dynamodb:ExportTableToPointInTime",
            "dynamodb:PutItem",
            "dynamodb:Scan",
            "events:PutEvents",
            "logs:CreateLogStream",
            "logs:PutLogEvents",
            "s3:AbortMultipartUpload",
            "s3:GetObject",
            "s3:ListBucket",
            "s3:PutObject",
            "s3:PutObjectAcl",
            "sqs:SendMessage",
        ],
    ),
    (
        "PublishFunction",
        &[
            "dynamodb:DescribeStream",
            "dynamodb:GetRecords",
            "dynamodb:GetShardIterator",
            "dynamodb:ListStreams",
            "events:PutEvents",
            "logs:CreateLogStream",
            "logs:PutLogEvents",
            "sqs:SendMessage",
        ],
    ),
    (
        "DeliverFunction",
        &[
            "dynamodb:GetItem",
            "dynamodb:Query",
            "logs:CreateLogStream",
            "logs:PutLogEvents",
            "s3:GetObject",
            "s3:ListBucket",
            "secretsmanager:GetSecretValue",
            "sqs:ChangeMessageVisibility",
            "sqs:DeleteMessage",
            "sqs:GetQueueAttributes",
            "sqs:ReceiveMessage",
            "sqs:SendMessage",
        ],
    ),
    (
        "EraseFunction",
        &[
            "dynamodb:BatchGetItem",
            "dynamodb:DeleteItem",
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:Query",
            "dynamodb:Scan",
            "logs:CreateLogStream",
            "logs:PutLogEvents",
            "s3:DeleteObjectVersion",
            "s3:GetObject",
            "s3:ListBucket",
            "s3:ListBucketVersions",
            "s3:PutObject",
            "sqs:ChangeMessageVisibility",
            "sqs:DeleteMessage",
            "sqs:GetQueueAttributes",
            "sqs:ReceiveMessage",
        ],
    ),
    (
        "PlanFunction",
        &[
            "dynamodb:BatchGetItem",
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:Query",
            "logs:CreateLogStream",
            "logs:PutLogEvents",
            "s3:GetObject",
            "s3:ListBucket",
            "s3:PutObject",
            "sqs:SendMessage",
        ],
    ),
];

/// One role a function, with exactly the actions it needs, each on a resource named to the prefix.
pub(crate) fn roles(template: &Template) -> Breaches {
    let mut breaches = Breaches::new();
    let mut taken = BTreeSet::new();
    for (id, function) in template.functions() {
        let role = target(&function["Role"]);
        let properties = template.properties(ROLE, role);
        require(&mut breaches, !properties.is_null(), || format!("{id}: has no role of the template's"));
        require(&mut breaches, taken.insert(role), || format!("{id}: shares {role:?} with another function"));
        require(&mut breaches, function["Policies"].is_null(), || {
            format!("{id}: has Policies beside its role")
        });
        let granted: BTreeSet<&str> = statements(properties)
            .flat_map(|s| one_or_many(&s["Action"]))
            .filter_map(Value::as_str)
            .collect();
        let needed = GRANTS.iter().find(|(name, _)| *name == id).map(|(_, actions)| actions.iter().copied());
        let needed: BTreeSet<&str> = needed.into_iter().flatten().collect();
        require(&mut breaches, granted == needed, || {
            format!("{id}: its role allows {granted:?}, it needs {needed:?}")
        });
    }
    for (id, role) in template.of_type(ROLE) {
        require(&mut breaches, role["ManagedPolicyArns"].is_null(), || format!("{id}: has a managed policy"));
        for statement in statements(role) {
            for action in one_or_many(&statement["Action"]) {
                let exact = action.as_str().is_some_and(|text| !text.contains('*'));
                require(&mut breaches, exact, || format!("{id}: allows the action {action}"));
            }
            for resource in one_or_many(&statement["Resource"]) {
                require(&mut breaches, names_one_thing(resource), || {
                    format!("{id}: allows it on {resource}")
                });
            }
        }
    }
    breaches
}

/// The statements of a role's inline policies.
pub(crate) fn statements(role: &Value) -> impl Iterator<Item = &Value> {
    one_or_many(&role["Policies"])
        .iter()
        .flat_map(|policy| one_or_many(&policy["PolicyDocument"]["Statement"]))
        // A statement that only one kind of machine has counts as well.
        .flat_map(|statement| match statement["Fn::If"].as_array() {
            Some(either) => either[1..].iter().filter(|one| one["Effect"].is_string()).collect::<Vec<_>>(),
            None => vec![statement],
        })
}

/// What the functions read and write in the registry's bucket.
const PREFIXES: [&str; 19] = [
    "accounts",
    "bodies",
    "console",
    "destinations",
    "erased",
    "erasures",
    "exports",
    "keys",
    "models",
    "outbound",
    "own-facts",
    "policies",
    "reports",
    "retention",
    "shadows",
    "sources",
    "targets",
    "teams",
    "vendors",
];
/// What finds leads in the table.
const INDEXES: [&str; 5] = ["by_queue", "by_owner", "by_person", "by_account", "by_renewal"];

/// The company's own table of facts.
pub(crate) const OWN_FACTS: &str =
    "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${OwnFactsTableName}";

/// A resource of the template, one of the registry's prefixes, indexes and streams of the table, the secrets of the
/// stack's sources, destinations and vendors, the account's event bus, or the company's own table of facts.
fn names_one_thing(resource: &Value) -> bool {
    const SECRETS: &str =
        "arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:${AWS::StackName}/";
    const PURPOSES: [&str; 4] = ["sources/*", "destinations/*", "destinations/*/signing-*", "vendors/*"];
    const BUS: &str = "arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:event-bus/default";
    resource["Fn::GetAtt"][1] == "Arn"
        || resource["Fn::GetAtt"][1] == "StreamArn"
        || resource["Fn::Sub"] == "${LeadsTable.Arn}/stream/*"
        || resource["Fn::Sub"] == BUS
        || resource["Fn::Sub"] == OWN_FACTS
        || PURPOSES.iter().any(|purpose| resource["Fn::Sub"] == format!("{SECRETS}{purpose}"))
        || INDEXES.iter().any(|index| resource["Fn::Sub"] == format!("${{LeadsTable.Arn}}/index/{index}"))
        || PREFIXES.iter().any(|prefix| resource["Fn::Sub"] == under(prefix))
}

pub(crate) fn under(prefix: &str) -> String {
    format!("${{RegistryBucket.Arn}}/{prefix}/*")
}
