//! `CloudFormation`'s Query API.

use std::collections::BTreeMap;

use aws_config::SdkConfig;
use leadlight_aws_call::Service;
use roxmltree::Node;

use crate::AwsError;
use crate::query::{Fields, error, field, members, query, read, text};

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

/// A resource of a stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StackResource {
    /// Its name in the template.
    pub name: String,
    /// Its name or id at its service.
    pub id: String,
    /// Such as `AWS::SQS::Queue`.
    pub kind: String,
    /// Such as `CREATE_COMPLETE`.
    pub status: String,
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

    /// One page of all its resources, and where the next page begins.
    pub(super) async fn list(
        &self,
        id: &str,
        page: Option<String>,
    ) -> Result<(Vec<StackResource>, Option<String>), AwsError> {
        let mut fields = vec![field("StackName", id)];
        fields.extend(page.map(|token| ("NextToken".to_owned(), token)));
        let answer = self.call("ListStackResources", fields).await?;
        read(&answer, |root| {
            (members(root, "StackResourceSummaries").map(summary).collect(), text(root, "NextToken"))
        })
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
        query(self.0, &SERVICE, VERSION, action, fields).await
    }
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

fn summary(member: Node<'_, '_>) -> StackResource {
    StackResource {
        name: text(member, "LogicalResourceId").unwrap_or_default(),
        id: text(member, "PhysicalResourceId").unwrap_or_default(),
        kind: text(member, "ResourceType").unwrap_or_default(),
        status: text(member, "ResourceStatus").unwrap_or_default(),
    }
}

fn resource(member: Node<'_, '_>) -> Resource {
    Resource {
        name: text(member, "LogicalResourceId").unwrap_or_default(),
        status: text(member, "ResourceStatus").unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
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
}
