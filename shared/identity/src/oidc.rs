//! What an issuer says of itself (OIDC Discovery 1.0).

use leadlight_ports::{Endpoint, EndpointError};
use serde::Deserialize;

/// Where an issuer's doors are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discovery {
    /// Browsers are sent here to sign in.
    pub authorization_endpoint: Endpoint,
    /// A code becomes a token here.
    pub token_endpoint: Endpoint,
    /// The public keys.
    pub jwks_uri: Endpoint,
}

/// The issuer's discovery document is refused.
#[derive(Debug, thiserror::Error)]
pub enum DiscoveryError {
    /// It is not JSON of that form.
    #[error(
        "the issuer's discovery document is no JSON with `issuer`, `authorization_endpoint`, \
         `token_endpoint` and `jwks_uri`; check the issuer's URL"
    )]
    Json(#[source] serde_json::Error),
    /// It speaks for another issuer.
    #[error(
        "the discovery document's `issuer` is not the one that was asked; set the issuer exactly as it says"
    )]
    Issuer,
    /// An address in it is of no use.
    #[error("`{field}` in the issuer's discovery document is refused")]
    Endpoint {
        /// Its name there.
        field: &'static str,
        /// Why.
        #[source]
        source: EndpointError,
    },
}

impl Discovery {
    /// Where the document of `issuer` is (OIDC Discovery 1.0, section 4).
    pub fn location(issuer: &str) -> Result<Endpoint, EndpointError> {
        // A query or fragment would swallow the path.
        if issuer.contains(['?', '#']) {
            return Err(EndpointError::NoUrl);
        }
        Endpoint::parse(&format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/')))
    }

    /// Reads the document, which must speak for `issuer` to the letter (section 4.3).
    pub fn parse(json: &[u8], issuer: &str) -> Result<Self, DiscoveryError> {
        #[derive(Deserialize)]
        struct Document {
            issuer: String,
            authorization_endpoint: String,
            token_endpoint: String,
            jwks_uri: String,
        }
        let document: Document = serde_json::from_slice(json).map_err(DiscoveryError::Json)?;
        if document.issuer != issuer {
            return Err(DiscoveryError::Issuer);
        }
        let read = |field: &'static str, text: &str| {
            Endpoint::parse(text).map_err(|source| DiscoveryError::Endpoint { field, source })
        };
        Ok(Self {
            authorization_endpoint: read("authorization_endpoint", &document.authorization_endpoint)?,
            token_endpoint: read("token_endpoint", &document.token_endpoint)?,
            jwks_uri: read("jwks_uri", &document.jwks_uri)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const ISSUER: &str = "https://issuer.example/pool";

    fn document() -> Value {
        json!({
            "issuer": ISSUER,
            "authorization_endpoint": "https://issuer.example/authorize",
            "token_endpoint": "https://issuer.example/token",
            "jwks_uri": "https://issuer.example/keys",
            "scopes_supported": ["openid"],
        })
    }

    fn parse(document: &Value) -> Result<Discovery, DiscoveryError> {
        Discovery::parse(document.to_string().as_bytes(), ISSUER)
    }

    #[test]
    fn a_document_is_read_and_more_in_it_does_not_matter() {
        let discovery = parse(&document()).unwrap();
        assert_eq!(discovery.token_endpoint.as_str(), "https://issuer.example/token");
    }

    #[test]
    fn another_issuers_document_is_refused() {
        for other in ["https://issuer.example/pool/", "https://issuer.example", "https://evil.example/pool"] {
            let mut wrong = document();
            wrong["issuer"] = json!(other);
            assert!(matches!(parse(&wrong), Err(DiscoveryError::Issuer)), "{other}");
        }
    }

    #[test]
    fn an_address_in_clear_text_is_refused_by_its_name() {
        for field in ["authorization_endpoint", "token_endpoint", "jwks_uri"] {
            let mut wrong = document();
            wrong[field] = json!("http://issuer.example/x");
            let error = parse(&wrong).unwrap_err();
            assert!(matches!(error, DiscoveryError::Endpoint { .. }) && error.to_string().contains(field));
        }
    }

    #[test]
    fn a_document_that_lacks_something_is_refused() {
        let mut wrong = document();
        wrong["jwks_uri"] = Value::Null;
        assert!(matches!(parse(&wrong), Err(DiscoveryError::Json(_))));
        assert!(matches!(Discovery::parse(b"<html>", ISSUER), Err(DiscoveryError::Json(_))));
    }

    #[test]
    fn the_document_lies_below_the_issuer() {
        let expected = "https://issuer.example/pool/.well-known/openid-configuration";
        assert_eq!(Discovery::location(ISSUER).unwrap().as_str(), expected);
        assert_eq!(Discovery::location("https://issuer.example/pool/").unwrap().as_str(), expected);
        assert!(Discovery::location("https://issuer.example/?a").is_err());
        assert!(Discovery::location("http://issuer.example").is_err());
    }
}
