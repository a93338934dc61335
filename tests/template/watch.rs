//! Nothing fails in silence: what is watched, whether an alarm can be heard, and what bounds a flood.
//!
//! The rules go over all queues, functions, APIs, schedules and kinds of alarms, so that none can be forgotten.

use std::collections::BTreeSet;

use leadlight_ports::metrics::{Alarm, Figure};
use serde_json::{Value, json};

use crate::checks::{Breaches, QUEUE, require};
use crate::document::{Template, events, one_or_many, strings, target};
use crate::rights::statements;

const ALARM: &str = "AWS::CloudWatch::Alarm";
/// The longest a message may wait before somebody hears of it, in seconds.
const LONGEST_WAIT_S: u64 = 900;
/// Silence of a schedule that is due every few minutes, and of one that is due daily, in seconds.
const LONGEST_SILENCE_S: u64 = 900;
const LONGEST_DAILY_SILENCE_S: u64 = 26 * 3600;
/// Callers that are refused: people mistype, so somebody hears only of many.
const MOST_REFUSED: u64 = 100;

/// Where the functions' own metrics are.
fn namespace() -> Value {
    json!({"Fn::Sub": "Leadlight/${AWS::StackName}"})
}

/// What an alarm on one metric looks at, if it looks at one.
struct Watch<'a> {
    alarm: &'a Value,
    metric: &'a str,
    /// The resource that its only dimension names.
    of: Option<&'a str>,
}

fn watches(template: &Template) -> impl Iterator<Item = Watch<'_>> {
    template.of_type(ALARM).filter_map(|(_, alarm)| {
        let metric = alarm["MetricName"].as_str()?;
        Some(Watch { alarm, metric, of: target(&alarm["Dimensions"][0]["Value"]) })
    })
}

/// Does anything raise an alarm when a metric goes beyond a number of at most `most`?
fn heard(template: &Template, metric: &str, of: Option<&str>, most: u64) -> bool {
    watches(template).any(|watch| {
        watch.metric == metric
            && watch.of == of
            && watch.alarm["ComparisonOperator"] == "GreaterThanThreshold"
            && watch.alarm["Threshold"].as_u64().is_some_and(|threshold| threshold <= most)
            && watch.alarm["EvaluationPeriods"] == 1
            && watch.alarm["Period"].as_u64().is_some_and(|period_s| period_s <= 300)
    })
}

/// Alarms reach whoever is to hear of them, and stand under `OnAws` where one machine's AWS refuses them.
pub(crate) fn alarms(template: &Template) -> Breaches {
    let mut breaches = Breaches::new();
    let speaks = json!({"Fn::If": ["HasAlarmTopic", [{"Ref": "AlarmTopicArn"}], {"Ref": "AWS::NoValue"}]});
    for (id, alarm) in template.of_type(ALARM) {
        require(&mut breaches, alarm["AlarmActions"] == speaks, || format!("{id}: tells nobody"));
        require(&mut breaches, alarm["AlarmDescription"].is_string(), || {
            format!("{id}: does not say what it means")
        });
        let on_aws = template.root()["Resources"][id]["Condition"] == "OnAws";
        require(&mut breaches, alarm["Metrics"].is_null() || on_aws, || {
            format!("{id}: has metric math, which one machine's AWS refuses")
        });
        let missing = &alarm["TreatMissingData"];
        require(&mut breaches, missing.is_string(), || format!("{id}: does not say what silence means"));
    }
    breaches
}

/// Each kind of alarm that functions raise has one to itself, on a metric of that name, and no other is listened to.
pub(crate) fn kinds(template: &Template) -> Breaches {
    let mut breaches = Breaches::new();
    let given = &template.root()["Globals"]["Function"]["Environment"]["Variables"]["METRICS_NAMESPACE"];
    require(&mut breaches, *given == namespace(), || format!("Globals: METRICS_NAMESPACE is {given}"));
    for kind in Alarm::ALL {
        let name = kind.name();
        let ours = watches(template).any(|w| w.metric == name && w.alarm["Namespace"] == namespace());
        require(&mut breaches, ours && heard(template, name, None, 0), || {
            format!("{name}: nobody hears of it")
        });
    }
    for figure in [Figure::TokensRefused, Figure::Answers401, Figure::Answers403] {
        let name = figure.name();
        require(&mut breaches, heard(template, name, None, MOST_REFUSED), || {
            format!("{name}: nobody hears of a probing")
        });
    }
    let known: Vec<&str> =
        Alarm::ALL.iter().map(|a| a.name()).chain(Figure::ALL.iter().map(|f| f.name())).collect();
    for (id, alarm) in template.of_type(ALARM) {
        let metric = alarm["Metrics"][1]["MetricStat"]["Metric"].clone();
        let looked_at = if metric.is_null() { alarm.clone() } else { metric };
        let is_ours = looked_at["Namespace"] == namespace();
        let is_known = looked_at["MetricName"].as_str().is_some_and(|name| known.contains(&name));
        require(&mut breaches, !is_ours || is_known, || format!("{id}: no function counts what it looks at"));
    }
    let filters = template.of_type("AWS::Logs::MetricFilter").map(|(id, _)| id);
    breaches.extend(
        filters.map(|id| format!("{id}: a pattern over log lines, where functions count themselves")),
    );
    breaches
}

/// A stage's queue keeps what nobody takes for as long as SQS can, and somebody hears of it long before.
pub(crate) fn waiting(template: &Template) -> Breaches {
    const LONGEST_KEPT_S: u64 = 1_209_600;
    const LARGEST_BYTES: u64 = 1_048_576;
    let mut breaches = Breaches::new();
    for (id, queue) in template.of_type(QUEUE) {
        let kept_s = &queue["MessageRetentionPeriod"];
        require(&mut breaches, *kept_s == LONGEST_KEPT_S, || format!("{id}: keeps messages for {kept_s} s"));
        let bytes = &queue["MaximumMessageSize"];
        require(&mut breaches, *bytes == LARGEST_BYTES, || format!("{id}: takes messages of {bytes} bytes"));
    }
    for (_, _, mapping) in template.mappings() {
        let queue = target(&mapping["Queue"]);
        require(
            &mut breaches,
            heard(template, "ApproximateAgeOfOldestMessage", queue, LONGEST_WAIT_S),
            || format!("{}: nobody hears of what waits there", queue.unwrap_or("no queue")),
        );
    }
    breaches
}

/// Somebody hears of dead letters, and, while old ones still lie there, of new ones.
pub(crate) fn dead_letters(template: &Template) -> Breaches {
    const LETTERS: &str = "ApproximateNumberOfMessagesVisible";
    let mut breaches = Breaches::new();
    let grows = |id: &str| {
        template.of_type(ALARM).any(|(_, alarm)| {
            let [growth, there] = [&alarm["Metrics"][0], &alarm["Metrics"][1]];
            let metric = &there["MetricStat"]["Metric"];
            growth["Expression"] == "DIFF(FILL(there, 0))"
                && growth["ReturnData"] == true
                && there["Id"] == "there"
                && there["ReturnData"] == false
                && metric["MetricName"] == LETTERS
                && target(&metric["Dimensions"][0]["Value"]) == Some(id)
                && alarm["Threshold"] == 0
        })
    };
    for (id, _) in template.of_type(QUEUE).filter(|(_, queue)| queue["RedrivePolicy"].is_null()) {
        require(&mut breaches, heard(template, LETTERS, Some(id), 0), || {
            format!("{id}: nobody hears of its messages")
        });
        require(&mut breaches, grows(id), || format!("{id}: nobody hears of new messages beside old ones"));
    }
    breaches
}

/// Somebody hears of each function that fails or is not let run, and of each API that answers with 5xx, or refuses many.
pub(crate) fn failures(template: &Template) -> Breaches {
    let mut breaches = Breaches::new();
    for (id, _) in template.functions() {
        for metric in ["Errors", "Throttles"] {
            require(&mut breaches, heard(template, metric, Some(id), 0), || {
                format!("{id}: nobody hears of its {metric}")
            });
        }
    }
    for (id, _) in template.of_type("AWS::ApiGatewayV2::Api") {
        for (metric, most) in [("5xx", 0), ("4xx", MOST_REFUSED)] {
            require(&mut breaches, heard(template, metric, Some(id), most), || {
                format!("{id}: nobody hears of its {metric}")
            });
        }
    }
    breaches
}

/// What is due by the clock is started again if it was not, and somebody hears when it stays silent.
pub(crate) fn heartbeats(template: &Template) -> Breaches {
    let mut breaches = Breaches::new();
    for (id, function) in template.functions() {
        let mut silence_s = None;
        for event in events(function, "ScheduleV2") {
            let retries = event["RetryPolicy"]["MaximumRetryAttempts"].as_u64().unwrap_or(0);
            let kept =
                &template.properties(QUEUE, target(&event["DeadLetterConfig"]["Arn"]))["RedriveAllowPolicy"];
            require(&mut breaches, retries > 0 || !kept.is_null(), || {
                format!("{id}: a start that fails is neither tried again nor kept")
            });
            let often = event["ScheduleExpression"].as_str().is_some_and(|text| text.contains("minutes"));
            silence_s = Some(if often { LONGEST_SILENCE_S } else { LONGEST_DAILY_SILENCE_S });
        }
        let Some(silence_s) = silence_s else { continue };
        let beats = watches(template).any(|Watch { alarm, metric, of }| {
            let window_s =
                alarm["Period"].as_u64().zip(alarm["EvaluationPeriods"].as_u64()).map(|(p, n)| p * n);
            metric == "Invocations"
                && of == Some(id)
                && alarm["ComparisonOperator"] == "LessThanThreshold"
                && alarm["Threshold"] == 1
                && alarm["TreatMissingData"] == "breaching"
                && window_s == Some(silence_s)
        });
        require(&mut breaches, beats, || format!("{id}: nobody hears when its schedule stops"));
    }
    breaches
}

/// What an account may run at once unless it asked for more, less what Lambda keeps for functions without a bound.
const MOST_AT_ONCE: u64 = 900;

/// Every function has a bound: its mapping's, or a reservation that a stack on a small account leaves out. All together
/// fit into an account.
pub(crate) fn bounds(template: &Template) -> Breaches {
    let mut breaches = Breaches::new();
    let mut at_once = 0;
    for (id, function) in template.functions() {
        let mappings: Vec<&Value> = events(function, "SQS").collect();
        for mapping in &mappings {
            let cap = number(template, &mapping["ScalingConfig"]["MaximumConcurrency"]);
            // Lambda takes no cap below two.
            require(&mut breaches, cap.is_some_and(|cap| cap >= 2), || {
                format!("{id}: its queue has no bound")
            });
            at_once += cap.unwrap_or(0);
            // Those who share what somebody outside takes a second have to know how many they are.
            let told = &function["Environment"]["Variables"]["ENVIRONMENTS"];
            let knows = cap.is_some() && told.as_str().and_then(|told| told.parse().ok()) == cap;
            require(&mut breaches, told.is_null() || knows, || {
                format!("{id}: is told of {told} environments, and has up to {cap:?}")
            });
        }
        let reserved = &function["ReservedConcurrentExecutions"];
        if mappings.is_empty() {
            let left_out = reserved["Fn::If"][0] == "ReservesConcurrency"
                && target(&reserved["Fn::If"][2]) == Some("AWS::NoValue");
            let bound = reserved["Fn::If"][1].as_u64().filter(|_| left_out);
            require(&mut breaches, bound.is_some_and(|bound| bound > 0), || {
                format!("{id}: has no bound that a small account can leave out: {reserved}")
            });
            at_once += bound.unwrap_or(0);
        } else {
            // It would throttle the mapping, and each throttled delivery counts as one.
            require(&mut breaches, reserved.is_null(), || format!("{id}: has two bounds"));
        }
        let by_clock = events(function, "ScheduleV2").next().is_some();
        require(&mut breaches, !by_clock || reserved["Fn::If"][1] == 1, || {
            format!("{id}: may run twice at once")
        });
    }
    let default = &template.root()["Parameters"]["ReserveConcurrency"]["Default"];
    require(&mut breaches, default == "false", || {
        format!(
            "ReserveConcurrency: is {default} by default; an account with a quota of 10 refuses the stack"
        )
    });
    require(&mut breaches, at_once <= MOST_AT_ONCE, || {
        format!("Parameters: all bounds together are {at_once}")
    });
    breaches
}

/// A number, or the default of the parameter that stands in its place.
fn number(template: &Template, value: &Value) -> Option<u64> {
    // What AWS gets stands first.
    let value = value["Fn::If"].as_array().map_or(value, |either| &either[1]);
    let parameter = target(value).map(|name| &template.root()["Parameters"][name]["Default"]);
    parameter.unwrap_or(value).as_u64()
}

/// Which items of the table each function may touch, and by which indexes it may look for them.
type Rights = (&'static str, &'static [(&'static str, &'static str)], &'static [&'static str]);

const TABLE_RIGHTS: [Rights; 12] = [
    ("IntakeRole", &[("dynamodb:GetItem", "lead")], &[]),
    (
        "RetrainRole",
        &[
            ("dynamodb:DescribeTable", "anything"),
            ("dynamodb:ExportTableToPointInTime", "anything"),
            ("dynamodb:PutItem", "told"),
            ("dynamodb:Scan", "anything"),
        ],
        &[],
    ),
    ("DeliverRole", &[("dynamodb:GetItem", "lead")], &["by_owner"]),
    // The stream alone.
    (
        "PublishRole",
        &[
            ("dynamodb:DescribeStream", "anything"),
            ("dynamodb:GetRecords", "anything"),
            ("dynamodb:GetShardIterator", "anything"),
        ],
        &[],
    ),
    ("EnrichRole", &[("dynamodb:GetItem", "erased")], &[]),
    ("ScoreRole", &[("dynamodb:BatchGetItem", "lead"), ("dynamodb:GetItem", "usage")], &["by_account"]),
    (
        "RouteRole",
        &[
            ("dynamodb:BatchGetItem", "lead"),
            ("dynamodb:BatchGetItem", "person"),
            ("dynamodb:ConditionCheckItem", "erased"),
            ("dynamodb:GetItem", "erased"),
            ("dynamodb:GetItem", "lead"),
            ("dynamodb:GetItem", "person"),
            ("dynamodb:PutItem", "lead"),
            ("dynamodb:PutItem", "person"),
        ],
        &["by_owner", "by_person"],
    ),
    (
        "OutcomeRole",
        &[
            ("dynamodb:BatchGetItem", "lead"),
            ("dynamodb:GetItem", "erased"),
            ("dynamodb:GetItem", "lead"),
            ("dynamodb:GetItem", "person"),
            ("dynamodb:GetItem", "usage"),
            ("dynamodb:PutItem", "lead"),
            ("dynamodb:PutItem", "usage"),
            ("dynamodb:UpdateItem", "tally"),
        ],
        &["by_account", "by_person"],
    ),
    (
        "EraseRole",
        &[
            ("dynamodb:BatchGetItem", "lead"),
            ("dynamodb:DeleteItem", "lead"),
            ("dynamodb:DeleteItem", "person"),
            ("dynamodb:GetItem", "lead"),
            ("dynamodb:GetItem", "person"),
            ("dynamodb:PutItem", "erased"),
            ("dynamodb:PutItem", "told"),
            ("dynamodb:Scan", "anything"),
        ],
        &["by_person"],
    ),
    (
        "PlanRole",
        &[
            ("dynamodb:BatchGetItem", "lead"),
            ("dynamodb:GetItem", "erased"),
            ("dynamodb:GetItem", "lead"),
            ("dynamodb:PutItem", "told"),
        ],
        &["by_account"],
    ),
    (
        "SlaRole",
        &[("dynamodb:GetItem", "lead"), ("dynamodb:PutItem", "lead"), ("dynamodb:UpdateItem", "tally")],
        &["by_owner", "by_queue", "by_renewal"],
    ),
    (
        "ReviewRole",
        &[
            ("dynamodb:BatchGetItem", "lead"),
            ("dynamodb:GetItem", "lead"),
            ("dynamodb:PutItem", "lead"),
            ("dynamodb:Query", "tally"),
            ("dynamodb:UpdateItem", "tally"),
        ],
        &["by_account", "by_owner", "by_person"],
    ),
];

/// A function touches leads, or what is counted of people's work, and looks by the indexes it uses. `retrain` reads all,
/// and writes what is told of models.
pub(crate) fn table_rights(template: &Template) -> Breaches {
    let mut breaches = Breaches::new();
    for (id, wanted, wanted_indexes) in TABLE_RIGHTS {
        let (mut items, mut indexes) = (BTreeSet::new(), BTreeSet::new());
        for statement in statements(template.properties("AWS::IAM::Role", Some(id))) {
            let keys = &statement["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"];
            let kinds: Vec<&str> =
                strings(keys).into_iter().map(|key| key.strip_suffix("#*").unwrap_or("anything")).collect();
            for resource in one_or_many(&statement["Resource"]) {
                if let Some(index) = resource["Fn::Sub"].as_str().and_then(|arn| arn.split_once("/index/")) {
                    indexes.insert(index.1);
                }
                if target(resource) == Some("LeadsTable") {
                    for action in one_or_many(&statement["Action"]).iter().filter_map(Value::as_str) {
                        let anything = kinds.is_empty().then_some("anything");
                        items.extend(kinds.iter().copied().chain(anything).map(|kind| (action, kind)));
                    }
                }
            }
        }
        let wanted: BTreeSet<_> = wanted.iter().copied().collect();
        require(&mut breaches, items == wanted, || format!("{id}: may {items:?}, it needs {wanted:?}"));
        let wanted: BTreeSet<_> = wanted_indexes.iter().copied().collect();
        require(&mut breaches, indexes == wanted, || {
            format!("{id}: may query {indexes:?}, it uses {wanted:?}")
        });
    }
    breaches
}
