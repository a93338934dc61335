//! Metrics: the twin and the embedded metric format tell the same, and every line is one that `CloudWatch` reads.

use std::collections::BTreeSet;
use std::io::Write;
use std::sync::{Arc, Mutex};

use leadlight_adapters::Emf;
use leadlight_lead::{About, Asked, Came, Company, Enrichment, Fact, Gap, LeadId};
use leadlight_ports::VendorFigure;
use leadlight_ports::memory::{MemoryMetrics, Told};
use leadlight_ports::metrics::{
    Alarm, Counted, Figure, Invocation, Metric, Metrics, concerns, count, counted, measure, supplied,
};
use leadlight_tests::memory::{System, reference};
use serde_json::Value;

/// A file that others can look into.
#[derive(Clone, Default)]
struct Paper(Arc<Mutex<Vec<u8>>>);

impl Write for Paper {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Paper {
    fn lines(&self) -> Vec<Value> {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        assert!(text.is_empty() || text.ends_with('\n'), "a line that does not end swallows the next");
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// What AWS's specification of the format demands of a document.
fn is_emf(document: &Value) {
    let about = &document["_aws"];
    let at = about["Timestamp"].as_i64().unwrap();
    assert!(at > 1_600_000_000_000, "milliseconds since 1970: {at}");
    for directive in about["CloudWatchMetrics"].as_array().unwrap() {
        assert!(directive["Namespace"].as_str().is_some_and(|name| (1..=255).contains(&name.len())));
        let sets = directive["Dimensions"].as_array().unwrap();
        assert!(!sets.is_empty(), "without a set of dimensions there is no metric");
        for set in sets {
            let keys = set.as_array().unwrap();
            assert!(keys.len() <= 30);
            for key in keys {
                let value = document[key.as_str().unwrap()].as_str().unwrap();
                assert!((1..=1024).contains(&value.len()), "{key} is {value:?}");
            }
        }
        let metrics = directive["Metrics"].as_array().unwrap();
        assert!((1..=100).contains(&metrics.len()));
        for metric in metrics {
            let name = metric["Name"].as_str().unwrap();
            assert!((1..=1024).contains(&name.len()));
            assert!(document[name].is_number(), "{name} has no number: {document}");
            assert!(["Count", "None"].contains(&metric["Unit"].as_str().unwrap()));
        }
    }
}

/// A line as the twin would have kept it, but for the numbers' names.
fn read(document: &Value) -> (String, String, bool, Vec<(String, f64)>, Vec<String>) {
    is_emf(document);
    let text = |key: &str| document[key].as_str().unwrap().to_owned();
    let named = document["_aws"]["CloudWatchMetrics"][0]["Metrics"].as_array().unwrap();
    let all_names = named.iter().map(|metric| metric["Name"].as_str().unwrap().to_owned());
    let numbers = all_names.map(|name| (name.clone(), document[&name].as_f64().unwrap())).collect();
    let ids = document["lead_ids"].as_array().into_iter().flatten();
    (
        text("FunctionName"),
        text("request_id"),
        document["cold_start"].as_bool().unwrap(),
        numbers,
        ids.map(|id| id.as_str().unwrap().to_owned()).collect(),
    )
}

fn kept(told: Told) -> (String, String, bool, Vec<(String, f64)>, Vec<String>) {
    let numbers = told.counted.numbers().map(|(metric, number)| (metric.name().to_owned(), number)).collect();
    let leads = told.counted.leads().map(ToString::to_string).collect();
    (told.function, told.request_id, told.is_cold, numbers, leads)
}

fn told_by(metrics: &impl Metrics, counted: &[Counted]) {
    for (number, counted) in counted.iter().enumerate() {
        let request_id = format!("request-{number}");
        let is_cold = number == 0;
        let told = Invocation { function: "score", request_id: &request_id, is_cold, ended_at: reference() };
        metrics.tell(told, counted).unwrap();
    }
}

async fn samples() -> Vec<Counted> {
    let lead = LeadId::of(&"website-form".parse().unwrap(), &"e1".parse().unwrap());
    let ((), everything) = counted(async {
        for alarm in Alarm::ALL {
            count(*alarm, 2);
        }
        for figure in Figure::ALL {
            measure(*figure, 0.25);
        }
        concerns(&lead);
    })
    .await;
    let ((), nothing) = counted(async { concerns(&lead) }).await;
    let ((), one) = counted(async { measure(Figure::ModelsPublished, 0.0) }).await;
    vec![everything, nothing, one]
}

#[tokio::test]
async fn the_twin_and_the_embedded_metric_format_tell_the_same() {
    let samples = samples().await;
    let (twin, paper) = (MemoryMetrics::default(), Paper::default());
    told_by(&twin, &samples);
    told_by(&Emf::new("Leadlight/stack".to_owned(), paper.clone()), &samples);
    let kept: Vec<_> = twin.told().into_iter().map(kept).collect();
    assert_eq!(kept, paper.lines().iter().map(read).collect::<Vec<_>>());
    assert_eq!(kept.len(), 2, "where nothing was counted there is no metric");
    assert_eq!(kept[0].3.len(), Alarm::ALL.len() + Figure::ALL.len());
}

#[tokio::test]
async fn alarms_look_at_a_metric_without_dimension() {
    let paper = Paper::default();
    told_by(&Emf::new("Leadlight/stack".to_owned(), paper.clone()), &samples().await);
    for line in paper.lines() {
        let about = &line["_aws"]["CloudWatchMetrics"][0];
        assert_eq!(about["Namespace"], "Leadlight/stack");
        assert_eq!(about["Dimensions"], serde_json::json!([[], ["FunctionName"]]));
    }
}

/// One vendor that was asked twice, and fills two fields.
#[tokio::test]
async fn vendors_have_lines_of_their_own_and_no_lead_in_them() {
    let fact = |value: &str| Fact {
        value: value.to_owned(),
        provider: "acme-data".to_owned(),
        fetched_at: reference(),
        confidence: 0.9,
    };
    let asked = |came, cost_usd_micros| Asked {
        provider: "acme-data".to_owned(),
        about: About::Company,
        came,
        cost_usd_micros,
        at: reference(),
    };
    let company = Company { name: Some(fact("Acme")), naics: Some(fact("5112")), ..Company::default() };
    let asked = vec![asked(Came::Found, 110_000), asked(Came::Nothing(Gap::Away), 0)];
    let found = Enrichment { company, asked, ..Enrichment::default() };
    let lead = LeadId::of(&"website-form".parse().unwrap(), &"e1".parse().unwrap());
    let ((), sample) = counted(async {
        concerns(&lead);
        supplied(&found, reference());
    })
    .await;
    let paper = Paper::default();
    told_by(&Emf::new("Leadlight/stack".to_owned(), paper.clone()), &[sample]);
    let lines = paper.lines();
    lines.iter().for_each(is_emf);
    let dimensions = |line: &Value| line["_aws"]["CloudWatchMetrics"][0]["Dimensions"].clone();
    let told: Vec<_> = lines.iter().map(|line| (dimensions(line), line["Field"].as_str())).collect();
    let by_field = serde_json::json!([["Provider", "Field"]]);
    let wanted = [
        (serde_json::json!([[], ["Provider"]]), None),
        (by_field.clone(), Some("company_name")),
        (by_field, Some("naics")),
    ];
    assert_eq!(told, wanted);
    let figure = |name: &str| lines[0][name].as_f64();
    assert_eq!(
        [figure("VendorFound"), figure("VendorFailed"), figure("VendorFacts")],
        [Some(1.0), Some(1.0), Some(2.0)]
    );
    assert!((figure("VendorCostUsd").unwrap() - 0.11).abs() < 1e-12);
    assert!(!lines.iter().any(|line| line.to_string().contains(&lead.to_string())));
}

#[test]
fn no_two_metrics_share_a_name_and_none_takes_a_propertys() {
    let metrics =
        Alarm::ALL.iter().map(|a| Metric::from(*a)).chain(Figure::ALL.iter().map(|f| Metric::from(*f)));
    let vendors = VendorFigure::ALL.iter().map(|figure| figure.name());
    let names: Vec<&str> = metrics.map(Metric::name).chain(vendors).collect();
    assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
    for property in ["_aws", "FunctionName", "request_id", "cold_start", "lead_ids", "Provider", "Field"] {
        assert!(!names.contains(&property), "{property}");
    }
}

#[tokio::test]
async fn a_batch_through_the_stages_is_one_line_with_its_leads_and_without_the_person() {
    const LEAD: &str =
        r#"{"schema_version":1,"id":"e1","source":"website-form","email":"ada@brightforge.example"}"#;
    let world = System::new().await;
    let (_, counted) = counted(world.pass(&[LEAD, "no JSON"])).await;
    let paper = Paper::default();
    told_by(&Emf::new("Leadlight/stack".to_owned(), paper.clone()), &[counted]);
    let lines = paper.lines();
    let (_, _, _, numbers, leads) = read(&lines[0]);
    let of = |name: &str| numbers.iter().find(|(n, _)| n == name).map(|(_, number)| *number);
    assert_eq!(of("MessagesDone"), Some(3.0), "enriched, scored, routed: {numbers:?}");
    assert_eq!(of("DeadLettersPoison"), Some(1.0));
    assert_eq!(leads, [LeadId::of(&"website-form".parse().unwrap(), &"e1".parse().unwrap()).to_string()]);
    assert!(!lines[0].to_string().contains("ada"), "{lines:?}");
}
