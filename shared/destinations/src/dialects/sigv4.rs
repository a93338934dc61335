//! How a request to AWS is signed: Signature Version 4, of a JSON body without a query.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac;
use http::Uri;
use http::header::{AUTHORIZATION, HeaderName};
use jiff::Timestamp;
use serde::Deserialize;

use super::{Ask, Meaning};

/// A destination's secret where it is an access key.
#[derive(Deserialize)]
pub(crate) struct AccessKey {
    access_key_id: String,
    secret_access_key: String,
}

impl AccessKey {
    /// Reads `{"access_key_id": "…", "secret_access_key": "…"}`.
    pub(crate) fn parse(secret: &str) -> Result<Self, Meaning> {
        let why = r#"the secret is JSON with two texts: {"access_key_id": "…", "secret_access_key": "…"}"#;
        serde_json::from_str(secret).map_err(|_| Meaning::Denied { why: why.to_owned() })
    }

    /// Adds what a signature needs, and the signature; none where the address has no host.
    pub(crate) fn sign(&self, mut ask: Ask, region: &str, service: &str, now: Timestamp) -> Option<Ask> {
        let uri: Uri = ask.url.parse().ok()?;
        let host = uri.authority()?.as_str();
        let moment = now.strftime("%Y%m%dT%H%M%SZ").to_string();
        let day = moment.get(..8)?;
        let signed = "content-type;host;x-amz-date";
        let kind = ask.headers.iter().find(|(name, _)| *name == http::header::CONTENT_TYPE)?.1.as_str();
        let request = format!(
            "{}\n{}\n\ncontent-type:{kind}\nhost:{host}\nx-amz-date:{moment}\n\n{signed}\n{}",
            ask.method,
            uri.path(),
            hex::encode(digest(&SHA256, &ask.body)),
        );
        let scope = format!("{day}/{region}/{service}/aws4_request");
        let text = format!(
            "AWS4-HMAC-SHA256\n{moment}\n{scope}\n{}",
            hex::encode(digest(&SHA256, request.as_bytes()))
        );
        let secret = format!("AWS4{}", self.secret_access_key);
        let parts = [day, region, service, "aws4_request", text.as_str()];
        let signature = parts.iter().fold(secret.into_bytes(), |key, part| mac(&key, part));
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential={}/{scope}, SignedHeaders={signed}, Signature={}",
            self.access_key_id,
            hex::encode(signature)
        );
        ask.headers.extend([(HeaderName::from_static("x-amz-date"), moment), (AUTHORIZATION, authorization)]);
        Some(ask)
    }
}

fn mac(key: &[u8], text: &str) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text.as_bytes()).as_ref().to_vec()
}

#[cfg(test)]
mod tests {
    use http::Method;
    use http::header::CONTENT_TYPE;

    use super::*;

    /// AWS's own test suite for Signature Version 4, case `post-x-www-form-urlencoded`.
    #[test]
    fn the_published_example_is_signed_alike() {
        let key = AccessKey::parse(
            r#"{"access_key_id":"AKIDEXAMPLE","secret_access_key":"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}"#,
        );
        let ask = Ask {
            method: Method::POST,
            url: "https://example.amazonaws.com/".to_owned(),
            headers: vec![(CONTENT_TYPE, "application/x-www-form-urlencoded".to_owned())],
            body: b"Param1=value1".to_vec(),
        };
        let now = "2015-08-30T12:36:00Z".parse().unwrap();
        let Ok(key) = key else { panic!("it is a key") };
        let signed = key.sign(ask, "us-east-1", "service", now).unwrap();
        let wanted = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
                      SignedHeaders=content-type;host;x-amz-date, \
                      Signature=ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a";
        assert_eq!(signed.headers.last().unwrap().1, wanted);
    }
}
