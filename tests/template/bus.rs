//! From the table's stream to the bus, and from there to whoever is told: what an emulator lets pass and AWS does not.

use serde_json::{Value, json};

use crate::checks::{Breaches, QUEUE, require};
use crate::document::{Template, events, one_or_many, target};

/// A stream is read from its first record on, halves a batch that fails, never gives a record up while the stream has it,
/// and keeps its place when it does; what makes no event is left out before a function starts.
pub(crate) fn streams(template: &Template) -> Breaches {
    /// What a stream keeps, in seconds.
    const KEPT_S: u64 = 86_400;
    let mut breaches = Breaches::new();
    let mut read = 0;
    for (id, function) in template.functions() {
        for stream in events(function, "DynamoDB") {
            read += 1;
            let table = target(&stream["Stream"]);
            let images = &template.properties("AWS::DynamoDB::Table", table)["StreamSpecification"];
            require(&mut breaches, *images == json!({ "StreamViewType": "NEW_AND_OLD_IMAGES" }), || {
                format!("{id}: its table's stream shows {images}")
            });
            for (name, wanted) in [
                ("StartingPosition", json!("TRIM_HORIZON")),
                ("BisectBatchOnFunctionError", json!(true)),
                ("MaximumRetryAttempts", json!(-1)),
                ("MaximumRecordAgeInSeconds", json!(KEPT_S)),
            ] {
                require(&mut breaches, stream[name] == wanted, || {
                    format!("{id}: {name} is {}", stream[name])
                });
            }
            // Halving is by the function's error: an answer for each record is not given.
            let answers = &stream["FunctionResponseTypes"];
            require(&mut breaches, answers.is_null(), || format!("{id}: FunctionResponseTypes is {answers}"));
            let kept = target(&stream["DestinationConfig"]["OnFailure"]["Destination"]);
            require(&mut breaches, !template.properties(QUEUE, kept).is_null(), || {
                format!("{id}: what its stream gives up is kept nowhere")
            });
            let patterns: Vec<Value> = one_or_many(&stream["FilterCriteria"]["Filters"])
                .iter()
                .filter_map(|filter| serde_json::from_str(filter["Pattern"].as_str()?).ok())
                .collect();
            let wanted = [
                json!({ "dynamodb": { "Keys": { "sk": { "S": ["lead"] } } } }),
                json!({ "dynamodb": { "Keys": { "pk": { "S": ["told#model"] } } } }),
            ];
            require(&mut breaches, patterns == wanted, || format!("{id}: starts for {patterns:?}"));
        }
    }
    require(&mut breaches, read == 1, || format!("PublishFunction: {read} streams are read"));
    breaches
}

/// Each rule on the stack's bus has for its target a queue that lets this rule send to it, and what cannot be handed on is kept
/// in another. The one on the account's bus waits for exports, and is looked at by itself.
pub(crate) fn rules(template: &Template) -> Breaches {
    let mut breaches = Breaches::new();
    for (id, rule) in template.of_type("AWS::Events::Rule").filter(|(id, _)| *id != "ExportRule") {
        let bus = template.properties("AWS::Events::EventBus", target(&rule["EventBusName"]));
        require(&mut breaches, !bus.is_null(), || format!("{id}: is on no bus of the stack"));
        let source = &rule["EventPattern"]["source"];
        let wanted = json!([{ "Fn::Sub": "leadlight.${AWS::StackName}" }]);
        require(&mut breaches, *source == wanted, || format!("{id}: takes events of {source}"));
        for told in one_or_many(&rule["Targets"]) {
            for queue in [&told["Arn"], &told["DeadLetterConfig"]["Arn"]] {
                let queue = target(queue);
                require(&mut breaches, lets_in(template, queue, id), || {
                    format!("{id}: may not send to {queue:?}")
                });
            }
        }
    }
    breaches
}

/// Does a queue's policy let a rule send to it, and that rule alone?
pub(crate) fn lets_in(template: &Template, queue: Option<&str>, rule: &str) -> bool {
    template.of_type("AWS::SQS::QueuePolicy").any(|(_, policy)| {
        let statements = one_or_many(&policy["PolicyDocument"]["Statement"]);
        one_or_many(&policy["Queues"]).iter().any(|one| queue.is_some() && target(one) == queue)
            && statements
                .iter()
                .all(|statement| statement["Principal"] == json!({ "Service": "events.amazonaws.com" }))
            && statements.iter().any(|statement| {
                statement["Action"] == "sqs:SendMessage"
                    && target(&statement["Resource"]) == queue
                    && target(&statement["Condition"]["ArnEquals"]["aws:SourceArn"]) == Some(rule)
            })
    })
}
