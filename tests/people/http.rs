//! The console over HTTP: sessions, forms, refusals, escaping; each request through the whole router.

mod record;
mod reports;
mod untrusted;

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use leadlight_identity::{LocalIssuer, csrf_token};
use leadlight_lead::{LeadId, Progress, QueueName, Role};
use leadlight_ports::memory::MemoryQueue;
use leadlight_ports::metrics::{Figure, counted};
use leadlight_ports::{Clock, FixedClock};
use leadlight_registry::InForce;
use leadlight_review::{Console, Server, SignIn, router};
use leadlight_tests::memory::reference;
use leadlight_tests::office::{MovedClock, Office};
use leadlight_tests::shaky::{Shaky, ShakyWorld};
use serde_json::{Value, json};
use tower::ServiceExt;

/// An action, its fields beside the token, and what is answered.
type Case<'a> = (&'a str, &'a [(&'a str, &'a str)], StatusCode, &'a str);

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    fn location(&self) -> &str {
        self.headers[header::LOCATION].to_str().unwrap()
    }
}

pub(crate) struct Door {
    pub(crate) office: Office,
    pub(crate) clock: MovedClock,
    router: Router,
}

impl Door {
    pub(crate) async fn new() -> Self {
        Self::of(Office::new().await)
    }

    fn of(office: Office) -> Self {
        let clock = MovedClock::default();
        let router = router(office.server(clock.clone()));
        Self { office, clock, router }
    }

    async fn send(&self, request: Request<Body>) -> Answer {
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = answer.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8_lossy(&body).into_owned(),
        }
    }

    /// A sample user's token.
    pub(crate) async fn token(&self, member: &str) -> String {
        let request = Request::post("/sign-in")
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(json!({ "member": member }).to_string()))
            .unwrap();
        let answer = self.send(request).await;
        serde_json::from_str::<Value>(&answer.body).unwrap()["token"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn page(&self, token: &str, path: &str) -> Answer {
        let request = Request::get(path)
            .header(header::COOKIE, format!("leadlight-local={token}"))
            .body(Body::empty())
            .unwrap();
        self.send(request).await
    }

    pub(crate) async fn form(&self, token: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let csrf = csrf_token(token);
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("csrf", &csrf).extend_pairs(fields);
        self.raw_form(token, path, form.finish(), &[]).await
    }

    async fn raw_form(&self, token: &str, path: &str, body: String, headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::post(path)
            .header(header::COOKIE, format!("leadlight-local={token}"))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::HOST, "console.localhost:1");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    pub(crate) async fn api(
        &self,
        token: &str,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> (StatusCode, Value) {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .body(body.map_or_else(Body::empty, |body| Body::from(body.to_string())))
            .unwrap();
        let answer = self.send(request).await;
        (answer.status, serde_json::from_str(&answer.body).unwrap_or_default())
    }

    async fn revision(&self, id: &LeadId) -> String {
        self.office.lead(id).await.work.revision.to_string()
    }
}

/// A page as a member sees it, so many minutes after the samples came in.
pub(crate) async fn page_of(office: &Office, minutes: i64, member: &str, path: &str) -> String {
    let door = Door::of(Office { world: office.world });
    door.clock.set(minutes);
    let token = door.token(member).await;
    door.page(&token, path).await.body
}

#[tokio::test]
async fn an_sdr_works_a_lead_by_forms_alone() {
    let door = Door::new().await;
    let token = door.token("sdr-1").await;
    let queue = door.page(&token, "/queue").await;
    assert_eq!(queue.status, StatusCode::OK, "{}", queue.body);
    let next = door.form(&token, "/next", &[("queue", "sdr")]).await;
    assert_eq!(next.status, StatusCode::SEE_OTHER);
    let id: LeadId = next.location().strip_prefix("/leads/").unwrap().parse().unwrap();
    let page = door.page(&token, next.location()).await;
    assert!(page.body.contains("Is there anything"), "it is a context check");
    let revision = door.revision(&id).await;
    let path = |action: &str| format!("/leads/{id}/{action}");
    let noted = door
        .form(
            &token,
            &path("note"),
            &[("revision", &revision), ("kind", "role_change"), ("note", "leaves in May")],
        )
        .await;
    assert!(noted.location().contains("did=note"), "{}", noted.body);
    let confirmed =
        door.form(&token, &path("confirm"), &[("revision", &door.revision(&id).await), ("note", "")]).await;
    assert_eq!(confirmed.location(), format!("/queue?did=confirm&lead={id}"));
    let list = door.page(&token, confirmed.location()).await.body;
    assert!(list.contains("Confirmed: it is with") && list.contains(&path("undo")), "a slip is undone here");
    let undone = door.form(&token, &path("undo"), &[("revision", &door.revision(&id).await)]).await;
    assert_eq!(undone.location(), format!("/leads/{id}?did=undo"));
    assert!(matches!(door.office.lead(&id).await.work.progress, Progress::Open));
    assert!(!door.page(&token, "/queue?did=confirm").await.body.contains("/undo"));
    for action in ["claim", "confirm"] {
        let revision = door.revision(&id).await;
        let done = door.form(&token, &path(action), &[("revision", &revision), ("note", "")]).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    }
    let lead = door.office.lead(&id).await;
    assert!(matches!(lead.work.progress, Progress::Confirmed(_)));
    assert_eq!(lead.waits_in(), Some(QueueName::Ae));
}

#[tokio::test]
async fn bad_forms_are_told_and_change_nothing() {
    let door = Door::new().await;
    let (id, sdr) = door.office.first(QueueName::Sdr).await;
    let token = door.token(sdr.actor.id.as_str()).await;
    door.form(&token, &format!("/leads/{id}/claim"), &[("revision", &door.revision(&id).await)]).await;
    let before = door.office.lead(&id).await;
    let now = before.work.revision.to_string();
    let long = "x".repeat(5_000);
    let hundred = "x".repeat(100_000);
    let huge = "x".repeat(300_000);
    let cases: [Case; 11] = [
        ("reject", &[("revision", &now)], StatusCode::BAD_REQUEST, "needs a reason"),
        (
            "reject",
            &[("revision", &now), ("reason", "no_such")],
            StatusCode::UNPROCESSABLE_ENTITY,
            "no such reason",
        ),
        (
            "reject",
            &[("revision", &now), ("reason", "other")],
            StatusCode::UNPROCESSABLE_ENTITY,
            "needs a note",
        ),
        ("flag", &[("revision", &now), ("note", " ")], StatusCode::UNPROCESSABLE_ENTITY, "needs a note"),
        ("confirm", &[("revision", "0")], StatusCode::CONFLICT, "has changed since"),
        ("confirm", &[("revision", "many")], StatusCode::BAD_REQUEST, "revision"),
        (
            "confirm",
            &[("revision", &now), ("note", &long)],
            StatusCode::UNPROCESSABLE_ENTITY,
            "5000 characters",
        ),
        (
            "confirm",
            &[("revision", &now), ("note", &hundred)],
            StatusCode::UNPROCESSABLE_ENTITY,
            "100000 characters",
        ),
        ("confirm", &[("revision", &now), ("note", &huge)], StatusCode::PAYLOAD_TOO_LARGE, "larger than"),
        ("accept", &[("revision", &now), ("buying_signal", "some")], StatusCode::BAD_REQUEST, "all four"),
        ("promote", &[("revision", &now)], StatusCode::NOT_FOUND, "nothing at this address"),
    ];
    for (action, fields, status, says) in cases {
        let answer = door.form(&token, &format!("/leads/{id}/{action}"), fields).await;
        let body = answer.body.to_lowercase();
        assert_eq!(answer.status, status, "{action}: {body}");
        assert!(body.contains(&says.to_lowercase()), "{action}: {says}: {body}");
        assert_eq!(door.office.lead(&id).await, before, "{action}");
    }
}

#[tokio::test]
async fn a_form_counts_only_from_our_own_page_and_session() {
    let door = Door::new().await;
    let (id, sdr) = door.office.first(QueueName::Sdr).await;
    let token = door.token(sdr.actor.id.as_str()).await;
    let other = door.token("manager-1").await;
    let before = door.office.lead(&id).await;
    let path = format!("/leads/{id}/claim");
    let body = |csrf: &str| format!("csrf={csrf}&revision={}", before.work.revision);
    let good = csrf_token(&token);
    let foreign: [(String, &[(&str, &str)]); 6] = [
        (body(""), &[]),
        (body("x"), &[]),
        (body(&csrf_token(&other)), &[]),
        (body(&good), &[("sec-fetch-site", "cross-site")]),
        (body(&good), &[("origin", "http://evil.example")]),
        (format!("revision={}", before.work.revision), &[]),
    ];
    for (body, headers) in foreign {
        let answer = door.raw_form(&token, &path, body.clone(), headers).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{body} {headers:?}");
        assert_eq!(door.office.lead(&id).await, before);
    }
    let headers = [("sec-fetch-site", "same-origin"), ("origin", "http://console.localhost:1")];
    assert_eq!(door.raw_form(&token, &path, body(&good), &headers).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn tokens_that_do_not_hold_open_nothing() {
    let door = Door::new().await;
    let token = door.token("sdr-1").await;
    let (head, rest) = token.split_once('.').unwrap();
    let (claims, _) = rest.split_once('.').unwrap();
    let now = door.clock.now();
    let day = leadlight_identity::LONGEST_SIGN_IN;
    let forged = LocalIssuer::new([8; 32]).mint("sdr-1", Role::Sdr, now, day);
    let issuer = LocalIssuer::new([7; 32]);
    let expired = issuer.mint("sdr-1", Role::Sdr, now - day - day, day);
    let unsigned = format!("eyJhbGciOiJub25lIn0.{claims}.");
    let altered = format!("{head}.{claims}x.AAAA");
    for bad in [&forged, &expired, &unsigned, &altered, "", "x"] {
        let (status, problem) = door.api(bad, Method::GET, "/api/v1/me", None).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{bad} {problem}");
        let page = door.page(bad, "/queue").await;
        assert_eq!((page.status, page.location()), (StatusCode::SEE_OTHER, "/sign-in"));
    }
    // A token that holds, of someone the team file has in another role or not at all.
    let wrong_role = issuer.mint("sdr-1", Role::Manager, now, day);
    let stranger = issuer.mint("nobody", Role::Sdr, now, day);
    for denied in [&wrong_role, &stranger] {
        let (status, _) = door.api(denied, Method::GET, "/api/v1/me", None).await;
        assert_eq!(status, StatusCode::FORBIDDEN);
    }
    // The API takes no cookie, so no page of another site can use it.
    let with_cookie = door.page(&token, "/api/v1/me").await;
    assert_eq!(with_cookie.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn refused_callers_are_counted() {
    let door = Door::new().await;
    let sdr = door.token("sdr-1").await;
    let ((), counted) = counted(async {
        door.api("x", Method::GET, "/api/v1/me", None).await;
        door.page("x", "/queue").await;
        door.page(&sdr, "/manager").await;
        door.page(&sdr, "/no-such-page").await;
        door.page(&sdr, "/queue").await;
    })
    .await;
    let of = |figure| counted.of(figure);
    assert_eq!((of(Figure::Answers401), of(Figure::Answers403)), (1.0, 1.0));
    assert_eq!((of(Figure::Answers4xx), of(Figure::Answers5xx)), (3.0, 0.0));
    assert_eq!((of(Figure::TokensRefused), of(Figure::ColdStarts)), (2.0, 0.0), "of the page as well");
}

#[tokio::test]
async fn pages_are_for_their_roles() {
    let door = Door::new().await;
    let allowed = [
        ("/queue", ["sdr-1", "manager-1", "admin-1"].as_slice()),
        ("/ae", &["ae-1", "manager-1", "admin-1"]),
        ("/flagged", &["manager-1", "admin-1"]),
        ("/manager", &["manager-1", "admin-1"]),
        ("/manager.csv", &["manager-1", "admin-1"]),
        ("/model", &["manager-1", "admin-1"]),
        ("/model/check", &["manager-1", "admin-1"]),
        ("/model/reports", &["manager-1", "admin-1"]),
        ("/data", &["manager-1", "admin-1"]),
        ("/policy", &["sdr-1", "ae-1", "manager-1", "admin-1"]),
        ("/queue.csv", &["sdr-1", "manager-1", "admin-1"]),
        ("/queue.csv?list=ae", &["ae-1", "manager-1", "admin-1"]),
    ];
    for member in ["sdr-1", "ae-1", "manager-1", "admin-1"] {
        let token = door.token(member).await;
        for (path, members) in allowed {
            let answer = door.page(&token, path).await;
            let wanted = if members.contains(&member) { StatusCode::OK } else { StatusCode::FORBIDDEN };
            assert_eq!(answer.status, wanted, "{member} at {path}: {}", answer.body);
        }
        assert_eq!(door.page(&token, "/nowhere").await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn the_data_page_asks_the_queues_together() {
    let mut door = Door::new().await;
    let leads = Shaky::of(&door.office.world.leads);
    let most_at_once = leads.most_at_once.clone();
    let console = Console::<ShakyWorld> {
        leads,
        in_force: InForce::new(door.office.world.registry()),
        to_score: MemoryQueue::default(),
        clock: FixedClock(reference()),
    };
    let sign_in = SignIn::Local(Box::new(LocalIssuer::new([7; 32])));
    door.router = router(Arc::new(Server { console, sign_in }));
    let token = door.token("manager-1").await;
    assert_eq!(door.page(&token, "/data").await.status, StatusCode::OK);
    assert_eq!(most_at_once.load(Ordering::SeqCst), QueueName::ALL.len());
}

#[tokio::test]
async fn every_answer_is_guarded_and_no_page_weighs_too_much() {
    let door = Door::new().await;
    let (id, sdr) = door.office.first(QueueName::Sdr).await;
    let manager = door.token("manager-1").await;
    let sdr = door.token(sdr.actor.id.as_str()).await;
    let lead = format!("/leads/{id}");
    let mut weight = 0;
    for asset in ["/assets/console.css", "/assets/console.js"] {
        weight += door.page("", asset).await.body.len();
    }
    for (token, path) in [
        (&sdr, "/queue"),
        (&sdr, lead.as_str()),
        (&manager, "/ae"),
        (&manager, "/flagged"),
        (&manager, "/manager"),
        (&manager, "/model"),
        (&manager, "/model/check"),
        (&manager, "/model/reports"),
        (&manager, "/data"),
        (&manager, "/policy"),
        (&manager, "/manager/leads/sdr-1"),
        (&sdr, "/mine"),
        (&sdr, "/learnt"),
        (&sdr, "/sign-in"),
        (&sdr, "/nowhere"),
    ] {
        let answer = door.page(token, path).await;
        let said = |name: &str| answer.headers[name].to_str().unwrap().to_owned();
        assert!(said("content-security-policy").starts_with("default-src 'none'"), "{path}");
        assert!(!said("content-security-policy").contains("unsafe"), "{path}");
        assert_eq!(
            (said("x-content-type-options"), said("cache-control")),
            ("nosniff".into(), "no-store".into())
        );
        assert_eq!(said("referrer-policy"), "same-origin");
        println!("{path}: {} bytes, with style and script {}", answer.body.len(), answer.body.len() + weight);
        // The policy in words grows with what a policy may say.
        let most = if path == "/policy" { 64_000 } else { 60_000 };
        assert!(answer.body.len() + weight < most, "{path}: {}", answer.body.len() + weight);
    }
}

#[tokio::test]
async fn only_the_very_file_that_a_page_names_is_kept_for_good() {
    let door = Door::new().await;
    let page = door.page("", "/sign-in").await.body;
    for file in ["/assets/console.css", "/assets/console.js"] {
        let named = page.split('"').find(|text| text.starts_with(file)).unwrap();
        let cached = async |path: &str| {
            let answer = door.page("", path).await;
            (answer.status, answer.headers[header::CACHE_CONTROL].to_str().unwrap().to_owned())
        };
        let (status, caching) = cached(named).await;
        assert_eq!((status, caching.contains("immutable")), (StatusCode::OK, true), "{named}");
        // While a release rolls out, a new page's script may be asked of an old instance, and the other way round.
        let of_another_release = format!("{file}?v=0123456789ab");
        for path in [file, of_another_release.as_str(), &named.replace("?v=", "?w=")] {
            assert_eq!(cached(path).await, (StatusCode::OK, "no-store".to_owned()), "{path}");
        }
        let version = named.split_once('?').unwrap().1;
        let gone = format!("/assets/gone.js?{version}");
        assert_eq!(cached(&gone).await, (StatusCode::NOT_FOUND, "no-store".to_owned()));
    }
}

#[tokio::test]
async fn what_was_written_is_shown_again_to_our_own_page_alone() {
    let door = Door::new().await;
    let (id, _) = door.office.first(QueueName::Sdr).await;
    let path = format!("/leads/{id}/confirm");
    let sent = async |headers: &[(&str, &str)]| {
        let body = "revision=1&note=call+0800+EVIL".to_owned();
        door.raw_form("", &path, body, headers).await
    };
    let ours = [("sec-fetch-site", "same-origin"), ("origin", "http://console.localhost:1")];
    let answer = sent(&ours).await;
    assert_eq!((answer.status, answer.body.contains("call 0800 EVIL")), (StatusCode::UNAUTHORIZED, true));
    for foreign in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example"), ("origin", "null")]
    {
        let answer = sent(&[foreign]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{foreign:?}");
        assert!(!answer.body.contains("EVIL"), "{foreign:?}");
    }
}

#[tokio::test]
async fn the_apis_document_is_for_those_who_may_use_the_api() {
    let door = Door::new().await;
    let stranger = door.page("", "/openapi.json").await;
    assert_eq!(stranger.status, StatusCode::UNAUTHORIZED);
    let policy = door.office.world.policy();
    let reason = &policy.people().reasons[0];
    assert!(!stranger.body.contains(reason.code.as_str()), "the policy's words are the team's");
    let token = door.token("sdr-1").await;
    assert_eq!(door.page(&token, "/openapi.json").await.status, StatusCode::OK);
    let (status, document) = door.api(&token, Method::GET, "/openapi.json", None).await;
    assert_eq!((status, document["openapi"].as_str()), (StatusCode::OK, Some("3.1.0")));
    assert!(document.to_string().contains(reason.code.as_str()));
}

#[tokio::test]
async fn the_api_says_what_the_pages_say() {
    let door = Door::new().await;
    let token = door.token("sdr-1").await;
    let (_, me) = door.api(&token, Method::GET, "/api/v1/me", None).await;
    assert_eq!((me["member"].as_str(), me["role"].as_str()), (Some("sdr-1"), Some("sdr")));
    let (status, next) = door.api(&token, Method::POST, "/api/v1/queues/sdr/next", None).await;
    assert_eq!(status, StatusCode::OK);
    let lead = &next["lead"];
    let id = lead["content"]["enriched"]["submitted"]["lead_id"].as_str().unwrap().to_owned();
    let revision = lead["work"]["revision"].as_u64().unwrap();
    let path = |action: &str| format!("/api/v1/leads/{id}/{action}");
    let (status, problem) =
        door.api(&token, Method::POST, &path("confirm"), Some(json!({"revision": 0}))).await;
    assert_eq!((status, problem["status"].as_u64()), (StatusCode::CONFLICT, Some(409)));
    for bad in [json!({}), json!([]), json!({"revision": -1}), json!({"revision": revision, "more": 1})] {
        let (status, _) = door.api(&token, Method::POST, &path("confirm"), Some(bad)).await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
    }
    let confirm = json!({"revision": revision, "note": "fine"});
    let (status, done) = door.api(&token, Method::POST, &path("confirm"), Some(confirm.clone())).await;
    assert_eq!((status, done["repeated"].as_bool()), (StatusCode::OK, Some(false)));
    let (status, again) = door.api(&token, Method::POST, &path("confirm"), Some(confirm)).await;
    assert_eq!((status, again["repeated"].as_bool()), (StatusCode::OK, Some(true)), "sent twice, done once");
    let (status, _) = door.api(&token, Method::GET, "/api/v1/leads/lead_none", None).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let document = leadlight_review::openapi_document(&door.office.world.policy());
    assert!(document["paths"]["/api/v1/leads/{id}/confirm"]["post"]["requestBody"].is_object());
    assert!(
        document["components"]["schemas"]["LeadAnswer"].is_object(),
        "{:#}",
        document["components"]["schemas"]
    );
}
