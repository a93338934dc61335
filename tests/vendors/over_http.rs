//! Simulated vendors in memory and behind a socket answer alike, whatever goes wrong.

use std::time::Duration;

use http::{HeaderName, Method, StatusCode};
use leadlight_adapters::HttpsClient;
use leadlight_outward::Ask;
use leadlight_ports::{Http, HttpError, HttpLimits, HttpRequest};
use leadlight_simulators::Simulator;
use leadlight_simulators::vendors::{Trouble, Vendor, Vendors};
use leadlight_tests::vendors::{MemoryVendors, VENDORS_URL};

use crate::{KEY, world};

const LIMITS: HttpLimits = HttpLimits { timeout: Duration::from_millis(700), longest_answer_bytes: 300_000 };

/// What comes of asking People Data Labs about a company: the status and the number of bytes, or what went wrong.
async fn outcome(http: &impl Http, url: &str) -> String {
    let url = format!("{url}/people-data-labs/v5/company/enrich");
    let ask = Ask::get(&url, &[("website", "brightforge.example")]);
    let ask = ask.with(HeaderName::from_static("x-api-key"), KEY.to_owned());
    assert_eq!(ask.method, Method::GET);
    match http.send(HttpRequest::of(ask, LIMITS).unwrap()).await {
        Ok(answer) => {
            let wait = answer.retry_after(crate::now());
            let is_elsewhere = answer.headers.contains_key("location");
            format!("{}, {} bytes, wait {wait:?}, elsewhere {is_elsewhere}", answer.status, answer.body.len())
        }
        Err(HttpError::Unreachable(_)) => "unreachable".to_owned(),
        Err(error) => error.to_string(),
    }
}

#[tokio::test]
async fn in_memory_and_behind_a_socket_they_answer_alike() {
    let memory = MemoryVendors::new(world(), KEY);
    let real = Simulator::start(Vendors::new(world(), KEY)).await;
    let client = HttpsClient::new().unwrap();
    let elsewhere = Simulator::start(Vendors::new(world(), KEY)).await;
    let well = outcome(&client, real.url()).await;
    assert!(well.starts_with("200 OK"), "{well}");
    let mut seen = Vec::new();
    for trouble in [
        Trouble::Unknown,
        Trouble::Pending(5),
        Trouble::Status(StatusCode::PAYMENT_REQUIRED.as_u16()),
        Trouble::Status(503),
        Trouble::Limited(7),
        Trouble::Slow(Duration::from_millis(50)),
        Trouble::Slow(Duration::from_secs(2)),
        Trouble::Malformed,
        Trouble::Html,
        Trouble::WrongTypes,
        Trouble::Truncated,
        Trouble::OtherSubject,
        Trouble::Redirect(format!("{}/people-data-labs/", elsewhere.url())),
        Trouble::Huge,
    ] {
        memory.behind().set_trouble(Vendor::PeopleDataLabs, Some(trouble.clone()));
        real.behind(|vendors| vendors.set_trouble(Vendor::PeopleDataLabs, Some(trouble.clone())));
        let (one, other) = (outcome(&memory, VENDORS_URL).await, outcome(&client, real.url()).await);
        assert_eq!(one, other, "{trouble:?}");
        seen.push(one);
    }
    assert!(seen.contains(&"unreachable".to_owned()), "{seen:?}");
    assert!(
        seen.iter().any(|one| one.contains("longer than")) && seen.iter().any(|one| one.contains("700 ms"))
    );
    assert!(seen.iter().any(|one| one.ends_with("elsewhere true")), "{seen:?}");
    assert_eq!(elsewhere.behind(|vendors| vendors.calls().len()), 0, "no redirect is followed");
    let paid = |vendors: &Vendors| vendors.paid(Vendor::PeopleDataLabs);
    assert_eq!(
        real.behind(|vendors| paid(vendors)),
        paid(&memory.behind()) + 1,
        "the first was asked of one alone"
    );
}
