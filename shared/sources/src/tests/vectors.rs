//! Signatures that others made: those HubSpot publishes, and what an implementation apart from this one gives.

use http::{HeaderMap, HeaderName, HeaderValue};
use jiff::{SignedDuration, Timestamp};

use crate::adapters::adapter;
use crate::proof::{NotAuthentic, SecretTexts};
use crate::request::Request;

/// What was signed, and how.
struct Vector<'a> {
    adapter: &'a str,
    proof: &'a str,
    secret: &'a str,
    url: &'a str,
    body: &'a str,
    /// Milliseconds since 1970.
    at: i64,
    headers: &'a [(&'static str, &'a str)],
}

impl Vector<'_> {
    fn check(&self, secret: &str, later: SignedDuration) -> Result<(), NotAuthentic> {
        let header = |(name, value): &(&'static str, &str)| {
            (HeaderName::from_static(name), HeaderValue::from_str(value).unwrap())
        };
        let headers: HeaderMap = self.headers.iter().map(header).collect();
        let request = Request {
            method: "POST",
            url: Some(self.url),
            query: "",
            headers: &headers,
            body: self.body.as_bytes(),
            received_at: Timestamp::from_millisecond(self.at).unwrap() + later,
        };
        let adapter = adapter(self.adapter).unwrap();
        let proof = adapter.proofs.iter().find(|proof| proof.name == self.proof).unwrap();
        (proof.claim)(&request)?.check(SecretTexts::new(secret), request.received_at)
    }
}

const BODY: &str = r#"{"event_type":"form_response"}"#;
const OF_HUBSPOT: Vector<'static> = Vector {
    adapter: "hubspot",
    proof: "v3",
    secret: "yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy",
    url: "https://www.example.com/webhook_uri",
    body: "{'example_field':'example_value'}",
    at: 0,
    headers: &[],
};
const OF_OURS: Vector<'static> = Vector {
    adapter: "",
    proof: "signature",
    secret: "test-secret",
    url: "https://leads.acme.example/v1/sources/x",
    body: BODY,
    at: 1_700_000_000_000,
    headers: &[],
};

fn vectors() -> Vec<Vector<'static>> {
    vec![
        Vector {
            at: 1_693_657_560_000,
            headers: &[
                ("x-hubspot-signature-v3", "K36dawei4A+QBNolUOqo7s91KQDWQ5MXZ/QufNYuk/Y="),
                ("x-hubspot-request-timestamp", "1693657560000"),
            ],
            ..OF_HUBSPOT
        },
        Vector {
            at: 1_700_000_300_000,
            headers: &[
                ("x-hubspot-signature-v3", "RnbPH7+UMKVkbV32P8bz450N4M56aPmcru1+D3kSDtw="),
                ("x-hubspot-request-timestamp", "1700000300000"),
            ],
            ..OF_HUBSPOT
        },
        Vector {
            proof: "v1",
            body: concat!(
                r#"[{"eventId":1,"subscriptionId":12345,"portalId":62515,"occurredAt":1564113600000,"#,
                r#""subscriptionType":"contact.creation","attemptNumber":0,"objectId":123,"changeSource":"CRM","#,
                r#""changeFlag":"NEW","appId":54321}]"#
            ),
            headers: &[(
                "x-hubspot-signature",
                "232db2615f3d666fe21a8ec971ac7b5402d33b9a925784df3ca654d05f4817de",
            )],
            ..OF_HUBSPOT
        },
        Vector {
            adapter: "hubspot-workflow",
            proof: "v2",
            body: r#"{"example_field":"example_value"}"#,
            headers: &[(
                "x-hubspot-signature",
                "9569219f8ba981ffa6f6f16aa0f48637d35d728c7e4d93d0d52efaa512af7900",
            )],
            ..OF_HUBSPOT
        },
        Vector {
            adapter: "typeform",
            headers: &[("typeform-signature", "sha256=h0IhCE7l3MUi6SGClayLUCeR32zQ4toEzoOLkhHhhFk=")],
            ..OF_OURS
        },
        Vector {
            adapter: "webflow",
            headers: &[
                ("x-webflow-timestamp", "1700000000000"),
                ("x-webflow-signature", "099672ea22016d6479ad86f025f876249ad746bceb3ebb8ded1b4ff45b93cde7"),
            ],
            ..OF_OURS
        },
        Vector {
            adapter: "calendly",
            headers: &[(
                "calendly-webhook-signature",
                "t=1700000000,v1=b3431c33c8b68494dc838a0ca4937a12e1ceb7f4b8b23a265521fb1fdc428b60",
            )],
            ..OF_OURS
        },
        Vector {
            adapter: "segment",
            headers: &[("x-signature", "fad020bf0f5b7d7cb16cc3f3d84493268b4549dc")],
            ..OF_OURS
        },
        Vector {
            adapter: "linkedin",
            headers: &[(
                "x-li-signature",
                "a0a4644ecb875de43a6c2e12e6b41877301aa721e04666a1ca500d87ee22facd",
            )],
            ..OF_OURS
        },
    ]
}

#[test]
fn signatures_that_others_made_hold() {
    for vector in vectors() {
        let name = format!("{} {}", vector.adapter, vector.proof);
        assert_eq!(vector.check(vector.secret, SignedDuration::ZERO), Ok(()), "{name}");
        // As the newer of two, as text files have them.
        let two = format!("\r\n an-older-one \r\n\r\n{}\r\n", vector.secret);
        assert_eq!(vector.check(&two, SignedDuration::ZERO), Ok(()), "{name}");
        for secret in ["", "\n\n", "another", &vector.secret.to_uppercase(), "a\nb\ntest-secret"] {
            assert_eq!(
                vector.check(secret, SignedDuration::ZERO),
                Err(NotAuthentic::Wrong),
                "{name}: {secret}"
            );
        }
        let changed = Vector { body: "{}", ..vector };
        assert_eq!(changed.check(changed.secret, SignedDuration::ZERO), Err(NotAuthentic::Wrong), "{name}");
    }
}

#[test]
fn what_signs_its_time_holds_for_five_minutes_either_way() {
    let mut timed = 0;
    for vector in vectors() {
        let name = format!("{} {}", vector.adapter, vector.proof);
        let is_timed = vector.proof == "v3" || ["webflow", "calendly"].contains(&vector.adapter);
        timed += usize::from(is_timed);
        for (seconds, holds) in
            [(-301, false), (-300, true), (299, true), (300, true), (301, false), (86_400, false)]
        {
            let expected = if holds || !is_timed { Ok(()) } else { Err(NotAuthentic::Stale) };
            assert_eq!(
                vector.check(vector.secret, SignedDuration::from_secs(seconds)),
                expected,
                "{name} {seconds}"
            );
        }
    }
    assert_eq!(timed, 4);
}

#[test]
fn linkedins_challenge_is_answered_with_the_newest_secret() {
    let answer = |query: &str, method: &str| {
        let headers = HeaderMap::new();
        let request = Request {
            method,
            url: None,
            query,
            headers: &headers,
            body: b"",
            received_at: Timestamp::UNIX_EPOCH,
        };
        let handshake = adapter("linkedin").unwrap().handshake.unwrap();
        handshake(&request, SecretTexts::new("old\ntest-secret\n")).map(|reply| reply.body)
    };
    let body = answer("challengeCode=11111111-1111-4111-8111-111111111111", "GET").unwrap();
    let body: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!(body["challengeResponse"], "188f46ee2f20d28c48bc444e921b0f3cd822813166c9df3a4cd7baca3bdf4a88");
    // Nobody gets a signature over what they like.
    for (query, method) in [
        ("challengeCode=11111111-1111-4111-8111-111111111111", "POST"),
        ("challengeCode=hmacsha256%3D%7B%7D", "GET"),
        ("challengeCode=", "GET"),
        ("", "GET"),
    ] {
        assert_eq!(answer(query, method), None, "{query}");
    }
}
