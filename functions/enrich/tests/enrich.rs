//! The stage over twins: what vendors say and cost, and what becomes of a lead when they are not as they should be.

#![expect(clippy::unwrap_used, reason = "a test ends where something is not as it should be")]

use std::time::{Duration, Instant};

use http::{HeaderMap, StatusCode};
use jiff::{SignedDuration, Timestamp};
use leadlight_enrich::{Again, Circumstances, Enrich, Lookup};
use leadlight_enrichment::Vendors;
use leadlight_lead::{Came, EnrichedLead, FactField, Gap, LeadId, RouteRequest, StageMessage};
use leadlight_policy::Policy;
use leadlight_ports::batch::{Message, Stage};
use leadlight_ports::memory::{Memory, MemoryFacts, MemoryHttp, MemoryObjects, MemoryQueue, MemorySecrets};
use leadlight_ports::{
    Caps, Class, Classed, FactKey, Facts, FixedClock, HttpAnswer, Purchase, Reserved, SecretName, Spent,
    Subject, UsdMicros,
};
use leadlight_registry::{Change, InForce, Registry};
use serde_json::{Value, json};

const POLICY: &str = include_str!("../../../infra/policies/default.toml");
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
            lookup: Lookup::new(
                InForce::new(Registry::new(self.objects.clone())),
                self.facts.clone(),
                self.http.clone(),
                self.secrets.clone(),
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
async fn a_vendor_that_is_away_costs_its_time_and_the_lead_is_enriched_again_later() {
    let world = World::with(FILE).await;
    world.http.set_away(true);
    let stage = world.stage();
    let lead = one(&stage, json!({ "country": "DE" })).await;
    assert_eq!(came(&lead), [Came::Nothing(Gap::Away)]);
    assert_eq!(
        lead.enrichment.company.country.as_ref().unwrap().provider,
        "form",
        "it goes on with what is known"
    );
    assert_eq!(world.spent().await, 0, "what was never reached charged nothing");
    let sent = stage.again.sent();
    assert_eq!(sent.len(), 1);
    stage.again.set_time(Timestamp::UNIX_EPOCH + SignedDuration::from_mins(14));
    assert!(stage.again.receive(1, Duration::from_secs(1)).is_empty(), "not before a quarter of an hour");

    // Still away: once more, and then no more, since the file says twice.
    let stage = world.stage();
    done(&stage, &sent[0].body).await;
    let again = stage.again.sent();
    assert_eq!(Again::from_message(again[0].body.as_bytes()).unwrap().round, 2);
    let last = world.stage();
    done(&last, &again[0].body).await;
    assert!(last.again.sent().is_empty());

    world.http.set_away(false);
    let stage = world.stage();
    done(&stage, &sent[0].body).await;
    let back = enriched(&stage).pop().unwrap();
    assert_eq!((back.id(), back.round, came(&back)), (lead.id(), 1, vec![Came::Found]));
    assert_eq!(back.submitted, lead.submitted, "it is the same event");
    assert!(stage.again.sent().is_empty());
}

#[tokio::test]
async fn an_answer_that_cannot_be_used_is_paid_for_once_an_hour_at_most() {
    let long = format!("{{\"a\":\"{}\"}}", "x".repeat(400 * 1024));
    for (body, gap) in [
        ("<!doctype html><title>Sign in</title>", Gap::Unreadable),
        ("{\"status\":200,\"website\":\"acme.exa", Gap::Unreadable),
        ("", Gap::Unreadable),
        ("[]", Gap::Unreadable),
        (&company("globex.example").to_string(), Gap::OtherSubject),
        (&long, Gap::Unreadable),
    ] {
        let world = World::with(FILE).await;
        world.http.put(COMPANY, body);
        for _ in 0..3 {
            let lead = one(&world.stage(), json!({})).await;
            assert_eq!(came(&lead), [Came::Nothing(gap)], "{body:.40}");
            assert!(lead.enrichment.company.employees.is_none());
        }
        assert_eq!((world.http.asked().len(), world.spent().await), (1, 100_000), "{body:.40}");
        world.http.put(COMPANY, company("acme.example").to_string());
        let later = world.stage_at(now() + SignedDuration::from_mins(61));
        assert_eq!(came(&one(&later, json!({})).await), [Came::Found], "{body:.40}");
    }
}

#[tokio::test]
async fn what_a_status_says_is_told_and_charges_nothing() {
    for (status, gap) in [
        (202, Gap::Pending),
        (302, Gap::Refused),
        (400, Gap::Refused),
        (401, Gap::Denied),
        (402, Gap::NoCredit),
        (403, Gap::Denied),
        (429, Gap::TooFast),
        (500, Gap::Away),
        (503, Gap::Away),
    ] {
        let world = World::with(FILE).await;
        world.http.put_answer(COMPANY, answer(status, ""));
        let stage = world.stage();
        let lead = one(&stage, json!({})).await;
        assert_eq!(came(&lead), [Came::Nothing(gap)], "{status}");
        assert_eq!(world.spent().await, 0, "{status}");
        assert_eq!(stage.again.sent().len(), usize::from(gap.may_pass()), "{status}");
        world.http.put(COMPANY, company("acme.example").to_string());
        assert_eq!(came(&one(&world.stage(), json!({})).await), [Came::Found], "{status}");
    }
}

#[tokio::test]
async fn an_answer_in_no_time_may_have_been_charged_and_stays_counted() {
    let world = World::with(FILE).await;
    world.http.hang(COMPANY);
    assert_eq!(came(&one(&world.stage(), json!({})).await), [Came::Nothing(Gap::Away)]);
    assert_eq!(world.spent().await, 100_000);
}

#[tokio::test]
async fn a_vendor_that_wants_fewer_questions_is_left_in_peace() {
    let world = World::with(FILE).await;
    let stage = world.stage();
    for n in 0..50 {
        let url = COMPANY.replace("acme", &format!("c{n}"));
        let mut busy = answer(429, "");
        busy.headers.insert("retry-after", "30".parse().unwrap());
        world.http.put_answer(&url, busy);
    }
    for n in 0..50 {
        done(&stage, &form(&format!("e{n}"), &json!({ "email": format!("ada@c{n}.example") }))).await;
    }
    assert_eq!(world.http.asked().len(), 1, "one question a Retry-After");
    let leads = enriched(&stage);
    assert_eq!(leads.len(), 50);
    assert_eq!(came(&leads[49]), [Came::Nothing(Gap::Resting)]);
}

#[tokio::test]
async fn each_request_takes_a_turn_and_waiting_for_someone_elses_takes_none() {
    // One a second: the second try of a vendor that is away has to wait for longer than the lead may.
    let slow =
        FILE.replace("per_second = 100", "per_second = 1").replace("timeout_ms = 300", "timeout_ms = 900");
    let world = World::with(&slow).await;
    world.http.put_answer(COMPANY, answer(503, ""));
    let lead = one(&world.stage(), json!({})).await;
    assert_eq!((came(&lead), world.http.asked().len()), (vec![Came::Nothing(Gap::Away)], 1));
    assert_eq!(world.spent().await, 0);

    // Another environment is asking: while its answer is waited for, no turn is used up.
    let world = World::with(&slow).await;
    let key = FactKey {
        provider: "pdl".parse().unwrap(),
        subject: Subject::company(&"acme.example".parse().unwrap()),
    };
    let other = LeadId::of(&"website-form".parse().unwrap(), &"other".parse().unwrap());
    let caps =
        Caps { per_lead: UsdMicros(1 << 40), per_day: UsdMicros(1 << 40), per_month: UsdMicros(1 << 40) };
    let later = |seconds| now() + SignedDuration::from_secs(seconds);
    let purchase = Purchase {
        key: &key,
        lead: &other,
        price: UsdMicros(100_000),
        caps,
        fresh_since: later(-60),
        now: now(),
        until: later(60),
    };
    let Reserved::Open(_reservation) = world.facts.reserve(&purchase).await.unwrap() else { panic!() };
    let stage = world.stage();
    assert_eq!(came(&one(&stage, json!({})).await), [Came::Nothing(Gap::NoTime)]);
    world.http.put(&COMPANY.replace("acme", "beta"), company("beta.example").to_string());
    done(&stage, &form("e2", &json!({ "email": "bo@beta.example" }))).await;
    assert_eq!(came(&enriched(&stage)[1]), [Came::Found], "its turn is there at once");
}

#[tokio::test]
async fn a_key_that_was_changed_is_read_again_and_one_that_is_absent_costs_no_lead() {
    let world = World::with(FILE).await;
    world.secrets.remove(&key());
    assert_eq!(came(&one(&world.stage(), json!({})).await), [Came::Nothing(Gap::Denied)]);
    assert!(world.http.asked().is_empty());

    world.secrets.put(&key(), "old");
    world.http.put_answer(COMPANY, answer(401, ""));
    let stage = world.stage();
    assert_eq!(came(&one(&stage, json!({})).await), [Came::Nothing(Gap::Denied)]);
    assert_eq!(world.http.asked().len(), 1, "the same key is not tried twice");
    world.secrets.put(&key(), "new\n");
    done(&stage, &form("e2", &json!({}))).await;
    let keys: Vec<_> = world.http.requests().iter().map(|r| r.headers["x-api-key"].clone()).collect();
    assert_eq!(keys, ["old", "old", "new"]);

    world.secrets.put(&key(), "line\nbreak");
    let other = form("e3", &json!({ "email": "bo@other.example" }));
    let stage = world.stage();
    done(&stage, &other).await;
    assert_eq!(came(&enriched(&stage)[0]), [Came::Nothing(Gap::Denied)], "no header holds it");
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
async fn while_bought_facts_cannot_be_read_nobody_is_asked_and_the_lead_waits() {
    let world = World::with(FILE).await;
    world.facts.set_away(true);
    let stage = world.stage();
    let body = form("e1", &json!({}));
    let error = stage.process(Message { body: &body, sent_at: now() }).await.unwrap_err();
    assert_eq!(error.class(), Class::Retryable);
    assert!(world.http.asked().is_empty() && stage.to_score.sent().is_empty());
    world.facts.set_away(false);
    done(&stage, &body).await;
    assert_eq!(enriched(&stage).len(), 1);
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
async fn a_slow_vendor_costs_no_more_than_the_budget_of_time() {
    let slow = FILE
        .replace("longest_ms = 1000", "longest_ms = 400")
        .replace("timeout_ms = 300", "timeout_ms = 15000");
    let world = World::with(&slow).await;
    world.http.hang(COMPANY);
    let begun = Instant::now();
    let lead = one(&world.stage(), json!({})).await;
    assert!(!came(&lead).is_empty());
    let limits = world.http.requests()[0].limits.timeout;
    assert!(limits <= Duration::from_millis(400), "{limits:?} is what the request was given");
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn an_address_on_this_machine_is_for_one_machine_alone() {
    let local = FILE.replace("price_usd", "base = \"http://127.0.0.1:1\"\nprice_usd");
    let world = World::with(&local).await;
    assert_eq!(came(&one(&world.stage(), json!({})).await), [Came::Nothing(Gap::Refused)]);
    assert!(world.http.asked().is_empty());
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
