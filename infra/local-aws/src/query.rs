//! Services that speak AWS's Query protocol: forms there, XML back.

use aws_config::SdkConfig;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_types::error::ErrorMetadata;
use leadlight_aws_call::{Request, Service, call};
use roxmltree::{Document, Node};

use crate::AwsError;

/// The fields of a request.
pub(crate) type Fields = Vec<(String, String)>;

/// A field by its name.
pub(crate) fn field(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

/// Sends an action; its answer as it came.
pub(crate) async fn query(
    config: &SdkConfig,
    service: &'static Service,
    version: &str,
    action: &'static str,
    fields: Fields,
) -> Result<String, AwsError> {
    let body = form_urlencoded::Serializer::new(String::new())
        .append_pair("Action", action)
        .append_pair("Version", version)
        .extend_pairs(fields)
        .finish();
    let headers = vec![("content-type", "application/x-www-form-urlencoded".to_owned())];
    let request = Request { method: "POST", path: "/".to_owned(), headers, body: body.into_bytes() };
    let answer = call(config, service, action, request).await?;
    String::from_utf8(answer.body)
        .map_err(|_| AwsError::of(&format!("the answer of {} is not text", service.id)))
}

/// Reads an answer: its root is the action's response, which holds the action's result.
pub(crate) fn read<T>(answer: &str, of: impl FnOnce(Node<'_, '_>) -> T) -> Result<T, AwsError> {
    let document = Document::parse(answer).map_err(|_| AwsError::of("the answer is not XML"))?;
    let root = document.root_element();
    Ok(of(root.children().find(|child| child.tag_name().name().ends_with("Result")).unwrap_or(root)))
}

pub(crate) fn error(response: &HttpResponse) -> ErrorMetadata {
    let status = response.status().as_u16();
    let body = String::from_utf8_lossy(response.body().bytes().unwrap_or_default());
    let mut metadata = ErrorMetadata::builder();
    if let Ok(document) = Document::parse(&body) {
        let root = document.root_element();
        let error = child(root, "Error").or_else(|| child(child(root, "Errors")?, "Error")).unwrap_or(root);
        if let (Some(code), message) = (text(error, "Code"), text(error, "Message")) {
            return metadata.code(code).message(message.unwrap_or_default()).build();
        }
    }
    metadata = metadata.message(format!("it answered {status}"));
    metadata.build()
}

pub(crate) fn child<'a, 'input>(of: Node<'a, 'input>, name: &str) -> Option<Node<'a, 'input>> {
    of.children().find(|child| child.tag_name().name() == name)
}

/// The text of a child; none where it is absent or empty.
pub(crate) fn text(of: Node<'_, '_>, name: &str) -> Option<String> {
    child(of, name)?.text().map(str::to_owned)
}

/// The members of a list.
pub(crate) fn members<'a, 'input>(
    of: Node<'a, 'input>,
    list: &str,
) -> impl Iterator<Item = Node<'a, 'input>> {
    child(of, list)
        .into_iter()
        .flat_map(|list| list.children().filter(|child| child.tag_name().name() == "member"))
}

#[cfg(test)]
mod tests {
    use aws_smithy_runtime_api::http::StatusCode;
    use aws_smithy_types::body::SdkBody;

    use super::*;

    #[test]
    fn a_refusal_has_its_code_and_words_and_whatever_else_its_status() {
        let refused = |status: u16, body: &'static str| {
            error(&HttpResponse::new(StatusCode::try_from(status).unwrap(), SdkBody::from(body)))
        };
        let missing = refused(
            400,
            "<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code>\
             <Message>Stack with id x does not exist</Message></Error><RequestId>1</RequestId></ErrorResponse>",
        );
        assert_eq!(missing.code(), Some("ValidationError"));
        assert_eq!(missing.message(), Some("Stack with id x does not exist"));
        for other in ["", "upstream is away", "<html><body>no</body></html>"] {
            assert_eq!(refused(503, other).message(), Some("it answered 503"));
        }
    }
}
