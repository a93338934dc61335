//! Calls of the two services of which a few operations are needed, without their SDK crates: those are 330,000 lines, a
//! tenth of everything that a first build compiles.
//!
//! Credentials, signature, retries and time-outs are the work of the runtime that the SDK crates stand on, configured as
//! they configure it. What is written by hand is the request and the reading of its answer.

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
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse, OrchestratorError};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponentsBuilder;
use aws_smithy_runtime_api::client::runtime_plugin::StaticRuntimePlugin;
use aws_smithy_runtime_api::http::Headers;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::Layer;
use aws_smithy_types::error::ErrorMetadata;
use aws_smithy_types::retry::RetryConfig;
use aws_types::SigningName;
use aws_types::region::{Region, SigningRegion};

use crate::AwsError;

/// A service of AWS.
#[derive(Debug)]
pub(crate) struct Service {
    /// What its address begins with, and what requests are signed for.
    pub(crate) name: &'static str,
    /// Reads what an answer says that is not a success.
    pub(crate) error: fn(&HttpResponse) -> ErrorMetadata,
}

/// One POST. It may hold a customer's values, so this has no `Debug` of its own.
pub(crate) struct Post {
    /// From the service's address, beginning with a slash.
    pub(crate) path: String,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
}

impl std::fmt::Debug for Post {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Post").field("path", &self.path).finish_non_exhaustive()
    }
}

/// An answer that is a success.
#[derive(Debug)]
pub(crate) struct Answer {
    headers: Headers,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// A header that came but once.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)
    }
}

/// Sends it, signed with the configuration's credentials; again, as the SDK would, where the service or the way to it
/// was at fault.
pub(crate) async fn post(
    config: &SdkConfig,
    service: &'static Service,
    operation: &'static str,
    post: Post,
) -> Result<Answer, AwsError> {
    let region = config
        .region()
        .ok_or_else(|| AwsError::of("no AWS region is set; set AWS_REGION or the profile's region"))?;
    let credentials =
        config.credentials_provider().ok_or_else(|| AwsError::of("no AWS credentials are set"))?;
    let mut signing = Layer::new("signing");
    signing.store_put(AuthSchemeOptionResolverParams::new(()));
    signing.store_put(SigV4OperationSigningConfig {
        region: Some(SigningRegion::from(region.clone())),
        name: Some(SigningName::from_static(service.name)),
        ..SigV4OperationSigningConfig::default()
    });
    let signer = RuntimeComponentsBuilder::new("signing")
        .with_auth_scheme_option_resolver(Some(StaticAuthSchemeOptionResolver::new(vec![SCHEME_ID])))
        .with_auth_scheme(SigV4AuthScheme::new())
        .with_identity_cache(Some(IdentityCache::no_cache()))
        .with_identity_resolver(SCHEME_ID, SharedIdentityResolver::new(credentials));
    let endpoint =
        config.endpoint_url().map_or_else(|| endpoint(service.name, region, config), str::to_owned);

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
        .serializer(|post: Post| {
            let mut request = HttpRequest::new(SdkBody::from(post.body));
            request.set_method("POST")?;
            request.set_uri(post.path)?;
            for (name, value) in post.headers {
                request.headers_mut().try_insert(name, value)?;
            }
            Ok(request)
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
        .invoke(post)
        .await
        .map_err(AwsError::from)
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

/// Where AWS answers in a region.
fn endpoint(service: &str, region: &Region, config: &SdkConfig) -> String {
    let fips = if config.use_fips() == Some(true) { "-fips" } else { "" };
    let suffix = if region.as_ref().starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
    format!("https://{service}{fips}.{region}.{suffix}")
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::thread;

    use super::*;
    use crate::{AccountId, local_sdk_config};

    const ECHO: Service =
        Service { name: "lambda", error: |_| ErrorMetadata::builder().code("Away").message("away").build() };

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

    fn the_post() -> Post {
        Post { path: "/a/b".to_owned(), headers: vec![("x-one", "1".to_owned())], body: b"the body".to_vec() }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn it_is_signed_for_service_and_region_and_its_answer_comes_back() {
        let (address, server) = server(&[202]);
        let config = local_sdk_config(&address, &AccountId::public());
        let answer = post(&config, &ECHO, "Invoke", the_post()).await.unwrap();
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

    /// The date that the request itself bears.
    fn date_of(sent: &str) -> &str {
        let line = sent.lines().find_map(|line| line.strip_prefix("x-amz-date: ")).unwrap();
        line.split('T').next().unwrap()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_the_service_is_at_fault_for_is_sent_again_and_what_the_caller_is_not() {
        let (address, away) = server(&[500, 503, 200]);
        let config = local_sdk_config(&address, &AccountId::public());
        post(&config, &ECHO, "Invoke", the_post()).await.unwrap();
        assert_eq!(away.join().unwrap().len(), 3);

        let (address, refused) = server(&[403]);
        let config = local_sdk_config(&address, &AccountId::public());
        let error = post(&config, &ECHO, "Invoke", the_post()).await.unwrap_err();
        assert_eq!((error.code(), error.to_string().as_str()), (Some("Away"), "Away: away"));
        assert_eq!(refused.join().unwrap().len(), 1);
    }

    #[test]
    fn each_partition_has_its_own_address() {
        let config = SdkConfig::builder().build();
        let fips = SdkConfig::builder().use_fips(true).build();
        let at =
            |region: &'static str, config| endpoint("cloudformation", &Region::from_static(region), config);
        assert_eq!(at("eu-central-1", &config), "https://cloudformation.eu-central-1.amazonaws.com");
        assert_eq!(at("cn-north-1", &config), "https://cloudformation.cn-north-1.amazonaws.com.cn");
        assert_eq!(at("us-gov-west-1", &fips), "https://cloudformation-fips.us-gov-west-1.amazonaws.com");
    }
}
