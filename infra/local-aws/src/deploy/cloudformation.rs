//! `CloudFormation`'s Query API: forms there, XML back.

use std::collections::BTreeMap;

use aws_config::SdkConfig;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_types::error::ErrorMetadata;
use leadlight_aws_call::{Request, Service, call};
use roxmltree::{Document, Node};

use crate::AwsError;

/// The one version there is.
const VERSION: &str = "2010-05-15";

const SERVICE: Service =
    Service { name: "cloudformation", id: "CloudFormation", is_fips_in_gov: true, error };

/// What a stack is said to be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Stack {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) status: String,
    pub(super) reason: Option<String>,
    pub(super) outputs: BTreeMap<String, String>,
}

/// Something that happened to a stack or to a resource of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Event {
    /// Whether it is about the stack itself.
    pub(super) of_stack: bool,
    /// The resource by its name in the template.
    pub(super) resource: String,
    pub(super) status: String,
    pub(super) reason: Option<String>,
}

/// A resource of a stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Resource {
    /// Its name in the template.
    pub(super) name: String,
    pub(super) status: String,
}

/// The fields of a request.
pub(super) type Fields = Vec<(String, String)>;

/// A field by its name.
pub(super) fn field(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

/// The API with the configuration's credentials.
#[derive(Debug)]
pub(super) struct Client<'a>(pub(super) &'a SdkConfig);

impl Client<'_> {
    /// Makes a stack; its id.
    pub(super) async fn create(&self, stack: Fields) -> Result<Option<String>, AwsError> {
        let answer = self.call("CreateStack", stack).await?;
        read(&answer, |root| text(root, "StackId"))
    }

    /// Changes a stack; its id.
    pub(super) async fn update(&self, stack: Fields) -> Result<Option<String>, AwsError> {
        let answer = self.call("UpdateStack", stack).await?;
        read(&answer, |root| text(root, "StackId"))
    }

    /// Begins to delete a stack.
    pub(super) async fn delete(&self, name_or_id: &str) -> Result<(), AwsError> {
        self.call("DeleteStack", vec![field("StackName", name_or_id)]).await.map(drop)
    }

    /// The stack of that name or id. That there is none is an error of the service's, `ValidationError`.
    pub(super) async fn describe(&self, name_or_id: &str) -> Result<Option<Stack>, AwsError> {
        let answer = self.call("DescribeStacks", vec![field("StackName", name_or_id)]).await?;
        read(&answer, |root| members(root, "Stacks").next().map(stack))
    }

    /// The stack's resources, a hundred at most.
    pub(super) async fn resources(&self, id: &str) -> Result<Vec<Resource>, AwsError> {
        let answer = self.call("DescribeStackResources", vec![field("StackName", id)]).await?;
        read(&answer, |root| members(root, "StackResources").map(resource).collect())
    }

    /// One page of what happened to a stack, the newest first, and where the next page begins.
    pub(super) async fn events(
        &self,
        id: &str,
        page: Option<String>,
    ) -> Result<(Vec<Event>, Option<String>), AwsError> {
        let mut fields = vec![field("StackName", id)];
        fields.extend(page.map(|token| ("NextToken".to_owned(), token)));
        let answer = self.call("DescribeStackEvents", fields).await?;
        read(&answer, |root| (members(root, "StackEvents").map(event).collect(), text(root, "NextToken")))
    }

    async fn call(&self, action: &'static str, fields: Fields) -> Result<String, AwsError> {
        let body = form_urlencoded::Serializer::new(String::new())
            .append_pair("Action", action)
            .append_pair("Version", VERSION)
            .extend_pairs(fields)
            .finish();
        let headers = vec![("content-type", "application/x-www-form-urlencoded".to_owned())];
        let request = Request { method: "POST", path: "/".to_owned(), headers, body: body.into_bytes() };
        let answer = call(self.0, &SERVICE, action, request).await?;
        String::from_utf8(answer.body).map_err(|_| AwsError::of("CloudFormation's answer is not text"))
    }
}

/// Reads an answer: its root is the action's response, which holds the action's result.
fn read<T>(answer: &str, of: impl FnOnce(Node<'_, '_>) -> T) -> Result<T, AwsError> {
    let document = Document::parse(answer).map_err(|_| AwsError::of("CloudFormation's answer is not XML"))?;
    let root = document.root_element();
    Ok(of(root.children().find(|child| child.tag_name().name().ends_with("Result")).unwrap_or(root)))
}

fn error(response: &HttpResponse) -> ErrorMetadata {
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

fn stack(member: Node<'_, '_>) -> Stack {
    let output = |output| Some((text(output, "OutputKey")?, text(output, "OutputValue").unwrap_or_default()));
    Stack {
        id: text(member, "StackId").unwrap_or_default(),
        name: text(member, "StackName").unwrap_or_default(),
        status: text(member, "StackStatus").unwrap_or_default(),
        reason: text(member, "StackStatusReason"),
        outputs: members(member, "Outputs").filter_map(output).collect(),
    }
}

fn event(member: Node<'_, '_>) -> Event {
    let stack = text(member, "StackId");
    Event {
        of_stack: stack.is_some() && stack == text(member, "PhysicalResourceId"),
        resource: text(member, "LogicalResourceId").unwrap_or_default(),
        status: text(member, "ResourceStatus").unwrap_or_default(),
        reason: text(member, "ResourceStatusReason"),
    }
}

fn resource(member: Node<'_, '_>) -> Resource {
    Resource {
        name: text(member, "LogicalResourceId").unwrap_or_default(),
        status: text(member, "ResourceStatus").unwrap_or_default(),
    }
}

fn child<'a, 'input>(of: Node<'a, 'input>, name: &str) -> Option<Node<'a, 'input>> {
    of.children().find(|child| child.tag_name().name() == name)
}

/// The text of a child; none where it is absent or empty.
fn text(of: Node<'_, '_>, name: &str) -> Option<String> {
    child(of, name)?.text().map(str::to_owned)
}

/// The members of a list.
fn members<'a, 'input>(of: Node<'a, 'input>, list: &str) -> impl Iterator<Item = Node<'a, 'input>> {
    child(of, list)
        .into_iter()
        .flat_map(|list| list.children().filter(|child| child.tag_name().name() == "member"))
}

#[cfg(test)]
mod tests {
    use aws_smithy_runtime_api::http::StatusCode;
    use aws_smithy_types::body::SdkBody;

    use super::*;

    /// As `CloudFormation` writes it.
    const DESCRIBED: &str = r#"<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">
  <DescribeStacksResult>
    <Stacks>
      <member>
        <StackName>leadlight</StackName>
        <StackId>arn:aws:cloudformation:us-east-1:123456789012:stack/leadlight/1</StackId>
        <StackStatusReason/>
        <StackStatus>CREATE_COMPLETE</StackStatus>
        <Outputs>
          <member><OutputKey>Url</OutputKey><OutputValue>https://a.example/?a=1&amp;b=2</OutputValue></member>
          <member><OutputKey>Table</OutputKey><OutputValue>leads</OutputValue></member>
        </Outputs>
      </member>
    </Stacks>
  </DescribeStacksResult>
  <ResponseMetadata><RequestId>1</RequestId></ResponseMetadata>
</DescribeStacksResponse>"#;

    #[test]
    fn a_stack_and_its_outputs_are_read() {
        let stack = read(DESCRIBED, |root| members(root, "Stacks").next().map(stack)).unwrap().unwrap();
        assert_eq!((stack.name.as_str(), stack.status.as_str()), ("leadlight", "CREATE_COMPLETE"));
        assert_eq!(stack.reason, None);
        let outputs: Vec<(&str, &str)> =
            stack.outputs.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        assert_eq!(outputs, [("Table", "leads"), ("Url", "https://a.example/?a=1&b=2")]);
        assert!(read("<cut", |_| ()).is_err());
    }

    #[test]
    fn events_tell_the_stack_from_its_resources_and_where_the_next_page_begins() {
        let page = "<R><DescribeStackEventsResult><StackEvents><member><StackId>s</StackId>\
                    <PhysicalResourceId>s</PhysicalResourceId><ResourceStatus>CREATE_IN_PROGRESS</ResourceStatus></member>\
                    <member><StackId>s</StackId><LogicalResourceId>Table</LogicalResourceId>\
                    <ResourceStatus>CREATE_FAILED</ResourceStatus><ResourceStatusReason>no</ResourceStatusReason></member>\
                    </StackEvents><NextToken>t</NextToken></DescribeStackEventsResult></R>";
        let (events, next) = read(page, |root| {
            (members(root, "StackEvents").map(event).collect::<Vec<_>>(), text(root, "NextToken"))
        })
        .unwrap();
        assert_eq!(next.as_deref(), Some("t"));
        assert!(events[0].of_stack && !events[1].of_stack);
        assert_eq!((events[1].resource.as_str(), events[1].reason.as_deref()), ("Table", Some("no")));
    }

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
