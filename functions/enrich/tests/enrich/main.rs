//! The stage over twins: what vendors say and cost, and what becomes of a lead when they are not as they should be.

#![expect(clippy::unwrap_used, reason = "a test ends where something is not as it should be")]

mod own;
mod vendors;

use http::{HeaderMap, StatusCode};
use jiff::{SignedDuration, Timestamp};
use leadlight_enrich::{Circumstances, Enrich, Lookup};
use leadlight_enrichment::Vendors;
use leadlight_lead::{Came, EnrichedLead, FactField, Gap, RouteRequest, StageMessage};
use leadlight_policy::Policy;
use leadlight_ports::batch::{Message, Stage};
use leadlight_ports::memory::{
    Memory, MemoryFacts, MemoryHttp, MemoryItems, MemoryLeads, MemoryObjects, MemoryQueue, MemorySecrets,
};
use leadlight_ports::{Facts, FixedClock, HttpAnswer, SecretName, Spent, UsdMicros};
use leadlight_registry::{Change, InForce, Registry};
use serde_json::{Value, json};

const POLICY: &str = include_str!("../../../../infra/policies/default.toml");
const COMPANY: &str =
    "https://api.peopledatalabs.com/v5/company/enrich?website=acme.example&min_likelihood=6";
const PERSON: &str =
    "https://api.peopledatalabs.com/v5/person/enrich?email=ada%40acme.example&min_likelihood=6";
const OTHER: &str = "https://other.vendor.example/v5/company/enrich?website=acme.example&min_likelihood=6";

const FILE: &str = r#"
schema_version = 1
[budget]
per_lead_usd = 1
per_day_usd = 10
per_month_usd = 100
longest_ms = 1000
again = 2
[never]
email_kinds = ["free_mail", "disposable"]
countries = ["AT"]
[firmographic]
order = ["pdl"]
fields = ["industry", "employees", "country"]
[providers.pdl]
kind = "people-data-labs"
price_usd = 0.10
timeout_ms = 300
per_second = 100
"#;

fn now() -> Timestamp {
    "2026-11-20T12:00:00Z".parse().unwrap()
}

/// All that lies outside, kept from one environment to the next.
#[derive(Default, Clone)]
struct World {
    objects: MemoryObjects,
    facts: MemoryFacts,
    http: MemoryHttp,
    secrets: MemorySecrets,
    items: MemoryItems,
}

type Stages = Enrich<Memory, MemoryFacts, MemorySecrets>;

impl World {
    async fn with(file: &str) -> Self {
        let world = Self::default();
        let (registry, by) = (Registry::new(world.objects.clone()), Change::new("a test", "to see"));
        registry.publish::<Policy>(POLICY, &by, now()).await.unwrap();
        if !file.is_empty() {
            registry.publish::<Vendors>(file, &by, now()).await.unwrap();
        }
        world.secrets.put(&key(), "s3cret");
        world.http.put(COMPANY, company("acme.example").to_string());
        world
    }

    fn stage_at(&self, now: Timestamp) -> Stages {
        Enrich {
            tombstones: MemoryLeads::default(),
            marking: leadlight_ports::Marking::new(self.objects.clone()),
            lookup: Lookup::new(
                InForce::new(Registry::new(self.objects.clone())),
                self.facts.clone(),
                self.http.clone(),
                self.secrets.clone(),
                self.items.clone(),
                FixedClock(now),
                Circumstances { stack: "leadlight".to_owned(), on_one_machine: false, environments: 1 },
            ),
            to_score: MemoryQueue::default(),
            to_route: MemoryQueue::default(),
            again: MemoryQueue::default(),
        }
    }

    fn stage(&self) -> Stages {
        self.stage_at(now())
    }

    async fn spent(&self) -> u64 {
        let Spent { total, .. } = self.facts.spent("2026-11-01".parse().unwrap()).await.unwrap();
        total.0
    }
}

fn key() -> SecretName {
    SecretName::of("leadlight", "vendors/pdl").unwrap()
}

fn company(website: &str) -> Value {
    json!({
        "status": 200, "likelihood": 9, "name": "acme", "website": website, "employee_count": 312,
        "industry": "computer software", "location": { "country": "germany" },
    })
}

fn answer(status: u16, body: &str) -> HttpAnswer {
    HttpAnswer {
        status: StatusCode::from_u16(status).unwrap(),
        headers: HeaderMap::new(),
        body: body.as_bytes().to_vec(),
    }
}

fn form(id: &str, more: &Value) -> String {
    let mut event = json!({
        "schema_version": 1, "id": id, "source": "website-form", "email": "ada@acme.example",
        "company": "Acme", "title": "VP Sales",
    });
    for (name, value) in more.as_object().into_iter().flatten() {
        event[name] = value.clone();
    }
    event.to_string()
}

async fn done(stage: &Stages, body: &str) {
    stage.process(Message { body, sent_at: now() }).await.unwrap();
}

fn enriched(stage: &Stages) -> Vec<EnrichedLead> {
    stage.to_score.sent().iter().map(|s| EnrichedLead::from_message(s.body.as_bytes()).unwrap()).collect()
}

async fn one(stage: &Stages, more: Value) -> EnrichedLead {
    done(stage, &form("e1", &more)).await;
    enriched(stage).pop().unwrap()
}

fn came(lead: &EnrichedLead) -> Vec<Came> {
    lead.enrichment.asked.iter().map(|asked| asked.came).collect()
}

#[tokio::test]
async fn a_form_of_address_company_and_title_becomes_a_lead_that_can_be_scored() {
    let policy = Policy::parse("default.toml", POLICY).unwrap();
    let without = one(&World::with("").await.stage(), json!({})).await;
    assert!(policy.assess(&without).missing.is_some(), "too little is known without a vendor");

    let world = World::with(FILE).await;
    let lead = one(&world.stage(), json!({})).await;
    assert_eq!(policy.assess(&lead).missing, None, "it is scored");
    for field in [FactField::Industry, FactField::Employees, FactField::Country] {
        let origin = field.of(&lead.enrichment).unwrap();
        assert_eq!((origin.provider, origin.fetched_at, origin.confidence), ("pdl", now(), 0.9), "{field}");
    }
    assert_eq!(lead.enrichment.company.industry.as_ref().unwrap().value, "software");
    assert_eq!((came(&lead), lead.enrichment.asked[0].cost_usd_micros), (vec![Came::Found], 100_000));
    assert_eq!(world.spent().await, 100_000);
}

#[tokio::test]
async fn a_message_that_comes_five_times_is_paid_once() {
    let world = World::with(FILE).await;
    let mut leads = Vec::new();
    for _ in 0..5 {
        // Each delivery in an environment of its own.
        leads.push(one(&world.stage(), json!({})).await);
    }
    assert_eq!((world.http.asked().len(), world.spent().await), (1, 100_000));
    assert!(leads.windows(2).all(|two| two[0].enrichment.company == two[1].enrichment.company));
    assert_eq!(leads[4].enrichment.asked, leads[0].enrichment.asked, "it is told the same");
    let other = one(&world.stage(), json!({ "id": "e2" })).await;
    assert_eq!((came(&other), other.enrichment.asked[0].cost_usd_micros), (vec![Came::Kept], 0));
}

#[tokio::test]
async fn leads_of_one_account_in_a_batch_ask_once() {
    let world = World::with(FILE).await;
    let stage = world.stage();
    let forms: Vec<_> =
        (0..10).map(|n| form(&format!("e{n}"), &json!({ "email": format!("p{n}@acme.example") }))).collect();
    futures_util::future::join_all(forms.iter().map(|body| done(&stage, body))).await;
    assert_eq!((world.http.asked().len(), world.spent().await), (1, 100_000));
    let all = enriched(&stage);
    assert_eq!(all.len(), 10);
    assert!(all.iter().all(|lead| lead.enrichment.company.employees.is_some()));
}

#[tokio::test]
async fn what_is_not_known_is_kept_as_well_and_asked_again_when_it_is_old() {
    let world = World::with(FILE).await;
    world.http.put_answer(COMPANY, answer(404, "{}"));
    let lead = one(&world.stage(), json!({})).await;
    assert_eq!((came(&lead), world.spent().await), (vec![Came::Unknown], 0), "a miss is not charged");
    let other = || json!({ "id": "e2" });
    assert_eq!(came(&one(&world.stage(), other()).await), [Came::KeptUnknown]);
    let days = |days: i64| now() + SignedDuration::from_hours(24 * days);
    world.http.put(COMPANY, company("acme.example").to_string());
    assert_eq!(came(&one(&world.stage_at(days(29)), other()).await), [Came::KeptUnknown]);
    assert_eq!(came(&one(&world.stage_at(days(31)), json!({})).await), [Came::Found]);
    assert_eq!(world.http.asked().len(), 2);
    assert_eq!(came(&one(&world.stage_at(days(120)), other()).await), [Came::Kept]);
    assert_eq!(
        came(&one(&world.stage_at(days(122)), json!({})).await),
        [Came::Found],
        "facts are fresh for 90 days"
    );
}

#[tokio::test]
async fn caps_hold_and_the_lead_goes_on() {
    for (cap, gap) in [("per_lead", Gap::LeadCap), ("per_day", Gap::DayCap), ("per_month", Gap::MonthCap)] {
        let file = FILE
            .lines()
            .map(|line| if line.starts_with(cap) { format!("{cap}_usd = 0") } else { line.to_owned() })
            .collect::<Vec<_>>()
            .join("\n");
        let world = World::with(&file).await;
        let lead = one(&world.stage(), json!({})).await;
        assert_eq!(came(&lead), [Came::Nothing(gap)]);
        assert_eq!((world.http.asked().len(), world.spent().await), (0, 0), "{cap}");
    }
}

#[tokio::test]
async fn nobody_is_asked_about_those_the_file_or_the_policy_leaves_out() {
    for more in [
        json!({ "is_test": true }),
        json!({ "email": "ada@globex.example" }),
        json!({ "email": "ada@rivalscore.example" }),
        json!({ "country": "Austria" }),
        json!({ "title": "PhD student" }),
        json!({ "email": "ada@webmail.example" }),
        json!({ "email": "ada@university.example" }),
    ] {
        let world = World::with(FILE).await;
        let lead = one(&world.stage(), more.clone()).await;
        assert!(lead.enrichment.asked.is_empty() && world.http.asked().is_empty(), "{more}");
    }
    let consenting = FILE.replace("[never]", "[never]\nwithout_consent = \"enrichment\"");
    for (accepted, asked) in [(None, 0), (Some(false), 0), (Some(true), 1)] {
        let world = World::with(&consenting).await;
        let consent = accepted.map(|accepted| json!([{ "id": "enrichment", "accepted": accepted }]));
        one(&world.stage(), json!({ "consent": consent.unwrap_or(json!([])) })).await;
        assert_eq!(world.http.asked().len(), asked, "{accepted:?}");
    }
}

#[tokio::test]
async fn the_next_provider_is_asked_only_for_what_is_still_open() {
    let two = format!(
        "{}\n[providers.other]\nkind = \"people-data-labs\"\nbase = \"https://other.vendor.example\"\nprice_usd = 0.01\n",
        FILE.replace("order = [\"pdl\"]", "order = [\"pdl\", \"other\"]")
    );
    let world = World::with(&two).await;
    world.secrets.put(&SecretName::of("leadlight", "vendors/other").unwrap(), "k2");
    assert_eq!(came(&one(&world.stage(), json!({})).await), [Came::Found], "the first knew all");
    assert_eq!(world.http.asked(), [COMPANY]);

    let world = World::with(&two).await;
    world.secrets.put(&SecretName::of("leadlight", "vendors/other").unwrap(), "k2");
    let mut part = company("acme.example");
    part["location"] = Value::Null;
    world.http.put(COMPANY, part.to_string());
    let mut rest = company("acme.example");
    rest["employee_count"] = json!(40);
    world.http.put(OTHER, rest.to_string());
    let lead = one(&world.stage(), json!({})).await;
    let company = &lead.enrichment.company;
    let said = |field: FactField| field.of(&lead.enrichment).unwrap().provider;
    assert_eq!((said(FactField::Employees), said(FactField::Country)), ("pdl", "other"));
    assert_eq!(company.employees.as_ref().unwrap().value.typical(), 312);
    let against = &lead.enrichment.against[0];
    assert_eq!(
        (against.field, against.value.as_str(), against.provider.as_str()),
        (FactField::Employees, "40", "other")
    );
    assert_eq!(world.spent().await, 110_000);
}

#[tokio::test]
async fn a_partners_lead_is_looked_up_as_well_and_goes_to_people() {
    let world = World::with(FILE).await;
    let stage = world.stage();
    let body = form("e1", &json!({ "source": "partner-portal", "partner": { "name": "Globe Partners" } }));
    done(&stage, &body).await;
    let sent = stage.to_route.sent();
    let RouteRequest::HumanFirst(lead) = RouteRequest::from_message(sent[0].body.as_bytes()).unwrap() else {
        panic!("a person looks first")
    };
    assert!(lead.enrichment.company.employees.is_some() && stage.to_score.sent().is_empty());
}

#[tokio::test]
async fn a_person_is_asked_about_by_their_address_at_work_alone() {
    let contact = FILE.replace(
        "[firmographic]\norder = [\"pdl\"]\nfields = [\"industry\", \"employees\", \"country\"]",
        "[contact]\norder = [\"pdl\"]",
    );
    let world = World::with(&contact).await;
    let moved = json!({
        "status": 200, "likelihood": 8,
        "data": {
            "work_email": "ada@acme.example", "job_title": "vp sales", "job_title_levels": ["vp"],
            "job_company_website": "elsewhere.example", "job_company_name": "elsewhere",
        },
    });
    world.http.put(PERSON, moved.to_string());
    let lead = one(&world.stage(), json!({})).await;
    let changed = lead.enrichment.person.recently_changed_jobs.unwrap();
    assert_eq!((changed.value, changed.provider.as_str()), (true, "pdl"), "they work elsewhere now");
    let world = World::with(&contact).await;
    one(&world.stage(), json!({ "email": "ada@webmail.example", "website": "acme.example" })).await;
    assert!(world.http.asked().is_empty());
}

#[tokio::test]
async fn a_quote_says_who_would_be_asked_and_asks_nobody() {
    let world = World::with(FILE).await;
    let stage = world.stage();
    let vendors = Vendors::parse("file", FILE).unwrap();
    let lead = one(&world.stage_at(now() - SignedDuration::from_hours(24 * 200)), json!({})).await;
    let quote = stage.lookup.quote(lead.submitted.clone(), &vendors, None).await.unwrap();
    assert_eq!(
        (quote.at_least, quote.at_most),
        (UsdMicros(100_000), UsdMicros(100_000)),
        "what was bought is too old"
    );
    assert_eq!(quote.questions[0].provider, "pdl");
    one(&stage, json!({})).await;
    let quote = stage.lookup.quote(lead.submitted, &vendors, None).await.unwrap();
    assert_eq!((quote.at_most, quote.questions[0].kept), (UsdMicros(0), Some(Came::Kept)));
    assert_eq!(world.http.asked().len(), 2, "by the leads alone");
}
