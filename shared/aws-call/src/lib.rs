//! Calls of services of which a few operations are needed, without their SDK crates: those of CloudFormation, Lambda,
//! EventBridge and Secrets Manager are 460,000 lines, more than a tenth of everything that a first build compiles.
//!
//! Credentials, signature, retries and time-outs are the work of the runtime that the SDK crates stand on, configured as
//! they configure it. What is written by hand is the address, the request and the reading of its answer.

mod json;

use std::fmt;

use aws_config::SdkConfig;
use aws_runtime::auth::SigV4OperationSigningConfig;
use aws_runtime::auth::sigv4::{SCHEME_ID, SigV4AuthScheme};
use aws_runtime::retries::classifiers::AwsErrorCodeClassifier;
use aws_smithy_runtime::client::identity::IdentityCache;
use aws_smithy_runtime::client::orchestrator::operation::{Operation, OperationBuilder};
use aws_smithy_runtime::client::retries::classifiers::{HttpStatusCodeClassifier, TransientErrorClassifier};
use aws_smithy_runtime_api::client::auth::AuthSchemeOptionResolverParams;
use aws_smithy_runtime_api::client::auth::static_resolver::StaticAuthSchemeOptionResolver;
use aws_smithy_runtime_api::client::identity::SharedIdentityResolver;
use aws_smithy_runtime_api::client::orchestrator::{
    HttpRequest, HttpResponse, OrchestratorError, SensitiveOutput,
};
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponentsBuilder;
use aws_smithy_runtime_api::client::runtime_plugin::StaticRuntimePlugin;
use aws_smithy_runtime_api::http::Headers;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::Layer;
use aws_smithy_types::error::ErrorMetadata;
use aws_smithy_types::retry::RetryConfig;
use aws_types::SigningName;
use aws_types::region::{Region, SigningRegion};
use aws_types::service_config::ServiceConfigKey;

pub use json::{json, json_error};

/// What the service said against it, or why there was no answer. Its code, such as `ResourceNotFoundException`, is that
/// of [`ProvideErrorMetadata`](aws_smithy_types::error::metadata::ProvideErrorMetadata).
pub type CallError = SdkError<ErrorMetadata, HttpResponse>;

/// A service of AWS.
#[derive(Debug)]
pub struct Service {
    /// What its address begins with, and what requests are signed for, such as `events`.
    pub name: &'static str,
    /// As it is known to configuration, such as `Secrets Manager`: `AWS_ENDPOINT_URL_SECRETS_MANAGER` is its own address.
    pub id: &'static str,
    /// Whether its plain address in `GovCloud` is the one that holds FIPS, and there is no other.
    pub is_fips_in_gov: bool,
    /// Reads what an answer says that is not a success.
    pub error: fn(&HttpResponse) -> ErrorMetadata,
}

/// Of its operations in JSON, all are named after `AWSEvents`.
pub const EVENTBRIDGE: Service =
    Service { name: "events", id: "EventBridge", is_fips_in_gov: true, error: json_error };
/// Which speaks JSON, but has a path for each operation.
pub const LAMBDA: Service =
    Service { name: "lambda", id: "Lambda", is_fips_in_gov: false, error: json_error };
/// Of its operations in JSON, all are named after `secretsmanager`.
pub const SECRETS_MANAGER: Service =
    Service { name: "secretsmanager", id: "Secrets Manager", is_fips_in_gov: false, error: json_error };

/// What is sent. It may hold a customer's values or a secret: seen, it shows where it goes alone.
pub struct Request {
    /// Such as `POST`.
    pub method: &'static str,
    /// From the service's address, beginning with a slash.
    pub path: String,
    /// Names in lower case, and their values.
    pub headers: Vec<(&'static str, String)>,
    /// As the service reads it.
    pub body: Vec<u8>,
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request").field("path", &self.path).finish_non_exhaustive()
    }
}

/// An answer that is a success. It too may hold a secret, and shows nothing of it.
pub struct Answer {
    headers: Headers,
    /// As the service wrote it.
    pub body: Vec<u8>,
}

impl Answer {
    /// A header that came but once.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer").finish_non_exhaustive()
    }
}

/// Sends it, signed with the configuration's credentials; again, as the SDK would, where the service or the way to it
/// was at fault.
pub async fn call(
    config: &SdkConfig,
    service: &'static Service,
    operation: &'static str,
    request: Request,
) -> Result<Answer, CallError> {
    let region = config.region().ok_or_else(|| {
        CallError::construction_failure("no AWS region is set; set AWS_REGION or the profile's region")
    })?;
    let credentials = config
        .credentials_provider()
        .ok_or_else(|| CallError::construction_failure("no AWS credentials are set"))?;
    let mut signing = Layer::new("signing");
    // The runtime's own log of answers, at its finest level, leaves their bodies out.
    signing.store_put(SensitiveOutput);
    signing.store_put(AuthSchemeOptionResolverParams::new(()));
    signing.store_put(SigV4OperationSigningConfig {
        region: Some(SigningRegion::from(region.clone())),
        name: Some(SigningName::from_static(service.name)),
        ..SigV4OperationSigningConfig::default()
    });
    let signer = RuntimeComponentsBuilder::new("signing")
        .with_auth_scheme_option_resolver(Some(StaticAuthSchemeOptionResolver::new(vec![SCHEME_ID])))
        .with_auth_scheme(SigV4AuthScheme::new())
        .with_identity_cache(Some(config.identity_cache().unwrap_or_else(IdentityCache::no_cache)))
        .with_identity_resolver(SCHEME_ID, SharedIdentityResolver::new(credentials));
    let endpoint = own_address(service, config)
        .or_else(|| config.endpoint_url().map(str::to_owned))
        .unwrap_or_else(|| address(service, region, config));

    configured(config)
        .service_name(service.name)
        .operation_name(operation)
        .endpoint_url(&endpoint)
        .runtime_plugin(
            StaticRuntimePlugin::new().with_config(signing.freeze()).with_runtime_components(signer),
        )
        .retry_classifier(TransientErrorClassifier::<ErrorMetadata>::new())
        .retry_classifier(AwsErrorCodeClassifier::<ErrorMetadata>::new())
        .retry_classifier(HttpStatusCodeClassifier::default())
        .with_connection_poisoning()
        .serializer(|request: Request| {
            let mut http = HttpRequest::new(SdkBody::from(request.body));
            http.set_method(request.method)?;
            http.set_uri(request.path)?;
            for (name, value) in request.headers {
                http.headers_mut().try_insert(name, value)?;
            }
            Ok(http)
        })
        .deserializer(|response: &HttpResponse| {
            if response.status().is_success() {
                let body = response.body().bytes().unwrap_or_default().to_vec();
                Ok(Answer { headers: response.headers().clone(), body })
            } else {
                Err(OrchestratorError::operation((service.error)(response)))
            }
        })
        .build()
        .invoke(request)
        .await
}

/// What the configuration says of how calls are made, where it says something.
fn configured(config: &SdkConfig) -> OperationBuilder {
    let retries = config.retry_config().cloned().unwrap_or_else(RetryConfig::standard);
    let mut operation = Operation::builder().standard_retry(&retries);
    if let Some(version) = config.behavior_version() {
        operation = operation.behavior_version(version);
    }
    if let Some(client) = config.http_client() {
        operation = operation.http_client(client);
    }
    if let Some(timeouts) = config.timeout_config() {
        operation = operation.timeout_config(timeouts.clone());
    }
    if let Some(sleep) = config.sleep_impl() {
        operation = operation.sleep_impl(sleep);
    }
    if let Some(clock) = config.time_source() {
        operation = operation.time_source(clock);
    }
    operation
}

/// Where someone set that this service alone answers, as for an endpoint of their own network; but code goes first.
fn own_address(service: &Service, config: &SdkConfig) -> Option<String> {
    if config.get_origin("endpoint_url").is_client_config() {
        return None;
    }
    let key =
        ServiceConfigKey::builder().service_id(service.id).env("AWS_ENDPOINT_URL").profile("endpoint_url");
    config.service_config()?.load_config(key.build().ok()?)
}

/// What the regions of a partition begin with; the end of its addresses, and of those that answer over IPv6 too.
const PARTITIONS: [(&str, &str, &str); 3] = [
    ("cn-", "amazonaws.com.cn", "api.amazonwebservices.com.cn"),
    ("eusc-", "amazonaws.eu", "api.amazonwebservices.eu"),
    ("", "amazonaws.com", "api.aws"),
];

/// Where AWS answers in a region.
fn address(service: &Service, region: &Region, config: &SdkConfig) -> String {
    let partition = PARTITIONS.iter().find(|(start, ..)| region.as_ref().starts_with(start));
    let (_, plain, dual) = partition.unwrap_or(&PARTITIONS[2]);
    let suffix = if config.use_dual_stack() == Some(true) { dual } else { plain };
    let is_plain = service.is_fips_in_gov && region.as_ref().starts_with("us-gov-");
    let fips = if config.use_fips() == Some(true) && !is_plain { "-fips" } else { "" };
    format!("https://{}{fips}.{region}.{suffix}", service.name)
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::thread;

    use aws_config::BehaviorVersion;
    use aws_credential_types::Credentials;
    use aws_credential_types::provider::SharedCredentialsProvider;
    use aws_smithy_types::error::metadata::ProvideErrorMetadata;
    use aws_types::service_config::LoadServiceConfig;

    use super::*;

    const ECHO: Service =
        Service { error: |_| ErrorMetadata::builder().code("Away").message("away").build(), ..LAMBDA };

    /// Answers one request after the other with these statuses; what was sent, with lower-case names of headers.
    fn server(statuses: &'static [u16]) -> (String, thread::JoinHandle<Vec<String>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let serve = move || {
            let one = |status: &u16| {
                let (mut stream, _) = listener.accept().unwrap();
                let mut sent = Vec::new();
                while !sent.ends_with(b"the body") {
                    let mut byte = [0];
                    stream.read_exact(&mut byte).unwrap();
                    sent.push(byte[0]);
                }
                let head = format!(
                    "HTTP/1.1 {status} X\r\nconnection: close\r\nx-told: yes\r\ncontent-length: 2\r\n\r\nok"
                );
                stream.write_all(head.as_bytes()).unwrap();
                String::from_utf8(sent).unwrap()
            };
            statuses.iter().map(one).collect()
        };
        (address, thread::spawn(serve))
    }

    fn config(address: &str) -> SdkConfig {
        let client = aws_smithy_http_client::Builder::new().build_http();
        SdkConfig::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(Region::from_static("us-east-1"))
            .credentials_provider(SharedCredentialsProvider::new(Credentials::new(
                "000000000000",
                "sample",
                None,
                None,
                "test",
            )))
            .endpoint_url(address)
            .http_client(client)
            .build()
    }

    fn a_request() -> Request {
        Request {
            method: "POST",
            path: "/a/b".to_owned(),
            headers: vec![("x-one", "1".to_owned())],
            body: b"the body".to_vec(),
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn it_is_signed_for_service_and_region_and_its_answer_comes_back() {
        let (address, server) = server(&[202]);
        let answer = call(&config(&address), &ECHO, "Invoke", a_request()).await.unwrap();
        assert_eq!((answer.body.as_slice(), answer.header("x-told")), (&b"ok"[..], Some("yes")));
        let sent = &server.join().unwrap()[0];
        assert!(sent.starts_with("POST /a/b HTTP/1.1\r\n") && sent.contains("x-one: 1\r\n"), "{sent}");
        let authorization = sent.lines().find(|line| line.starts_with("authorization: ")).unwrap();
        let today = date_of(sent);
        let scope =
            format!("AWS4-HMAC-SHA256 Credential=000000000000/{today}/us-east-1/lambda/aws4_request, ");
        assert!(authorization.contains(&scope), "{authorization}");
        assert!(
            authorization.contains("x-amz-date") && authorization.contains("Signature="),
            "{authorization}"
        );
    }

    /// The day in the request's own `x-amz-date`, such as `20261130`.
    fn date_of(sent: &str) -> &str {
        let line = sent.lines().find_map(|line| line.strip_prefix("x-amz-date: ")).unwrap();
        line.split('T').next().unwrap()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_the_service_is_at_fault_for_is_sent_again_and_what_the_caller_is_not() {
        let (address, away) = server(&[500, 503, 200]);
        call(&config(&address), &ECHO, "Invoke", a_request()).await.unwrap();
        assert_eq!(away.join().unwrap().len(), 3);

        let (address, refused) = server(&[403]);
        let error = call(&config(&address), &ECHO, "Invoke", a_request()).await.unwrap_err();
        assert_eq!((error.code(), error.message()), (Some("Away"), Some("away")));
        assert_eq!(refused.join().unwrap().len(), 1);
    }

    #[test]
    fn neither_what_is_sent_nor_what_comes_back_is_shown() {
        let answer = Answer { headers: Headers::new(), body: b"the body".to_vec() };
        assert_eq!(format!("{answer:?}"), "Answer { .. }");
        assert_eq!(format!("{:?}", a_request()), r#"Request { path: "/a/b", .. }"#);
    }

    #[tokio::test]
    async fn without_a_region_nothing_is_sent() {
        let error = call(&SdkConfig::builder().build(), &ECHO, "Invoke", a_request()).await.unwrap_err();
        let CallError::ConstructionFailure(_) = &error else { panic!("{error:?}") };
    }

    #[test]
    fn each_partition_has_its_own_address() {
        let plain = SdkConfig::builder().build();
        let fips = SdkConfig::builder().use_fips(true).build();
        let dual = SdkConfig::builder().use_dual_stack(true).build();
        let at =
            |service, region: &'static str, config| address(service, &Region::from_static(region), config);
        assert_eq!(at(&LAMBDA, "eu-central-1", &plain), "https://lambda.eu-central-1.amazonaws.com");
        assert_eq!(at(&LAMBDA, "eu-central-1", &dual), "https://lambda.eu-central-1.api.aws");
        assert_eq!(at(&LAMBDA, "cn-north-1", &plain), "https://lambda.cn-north-1.amazonaws.com.cn");
        assert_eq!(at(&LAMBDA, "eusc-de-east-1", &plain), "https://lambda.eusc-de-east-1.amazonaws.eu");
        assert_eq!(at(&LAMBDA, "us-gov-west-1", &fips), "https://lambda-fips.us-gov-west-1.amazonaws.com");
        assert_eq!(at(&EVENTBRIDGE, "us-gov-west-1", &fips), "https://events.us-gov-west-1.amazonaws.com");
        assert_eq!(at(&EVENTBRIDGE, "us-east-1", &fips), "https://events-fips.us-east-1.amazonaws.com");
    }

    /// Configuration that has an address for one service.
    #[derive(Debug)]
    struct OfLambda;

    impl LoadServiceConfig for OfLambda {
        fn load_config(&self, key: ServiceConfigKey<'_>) -> Option<String> {
            let asked = (key.service_id(), key.env(), key.profile());
            (asked == ("Lambda", "AWS_ENDPOINT_URL", "endpoint_url")).then(|| "http://own.test".to_owned())
        }
    }

    #[test]
    fn a_service_may_have_an_address_of_its_own() {
        let config = SdkConfig::builder().service_config(OfLambda).build();
        assert_eq!(own_address(&LAMBDA, &config).as_deref(), Some("http://own.test"));
        assert_eq!(own_address(&EVENTBRIDGE, &config), None);
    }
}
