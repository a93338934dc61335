//! One `CloudFormation` stack: made, changed, followed, deleted.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use aws_config::SdkConfig;

use super::cloudformation::{Client, Event, Stack};
use super::{DeployError, Destination, StackOutputs};
use crate::progress::Phase;
use crate::query::{Fields, field};

/// The functions' roles, and the SAM transform that makes them.
const CAPABILITIES: [&str; 2] = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"];

const IN_PROGRESS: &str = "_IN_PROGRESS";

/// The stack's own events with which an operation begins.
const OPERATION_STARTS: [&str; 3] = ["CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS"];

/// The template itself, or where it is.
pub(super) enum TemplateSource {
    Inline(String),
    Url(String),
}

/// What a stack is asked to be.
pub(super) struct Wanted<'a> {
    pub(super) template: TemplateSource,
    pub(super) parameters: &'a BTreeMap<String, String>,
}

pub(super) struct StackClient<'a> {
    client: Client<'a>,
    name: &'a str,
    poll: Duration,
    deadline: Duration,
}

impl<'a> StackClient<'a> {
    pub(super) fn new(config: &'a SdkConfig, destination: Destination, name: &'a str) -> Self {
        let (poll, deadline) = match destination {
            Destination::Local => (Duration::from_millis(50), Duration::from_mins(2)),
            Destination::Aws => (Duration::from_secs(3), Duration::from_mins(30)),
        };
        Self { client: Client(config), name, poll, deadline }
    }

    /// Makes the stack, or changes the one there is, and waits until it stands.
    pub(super) async fn apply(
        &self,
        wanted: Wanted<'_>,
        phase: &Phase<'_>,
    ) -> Result<StackOutputs, DeployError> {
        let id = match self.describe(self.name).await? {
            None => self.create(wanted).await?,
            Some(stack) if can_be_updated(&stack) => match self.update(wanted).await? {
                Some(id) => id,
                None => return Ok(outputs_of(&stack)),
            },
            Some(stack) => {
                return Err(DeployError::Unusable { stack: self.name.to_owned(), status: stack.status });
            }
        };
        let stack = self.settle(&id, phase).await?.ok_or_else(|| self.missing())?;
        match stack.status.as_str() {
            "CREATE_COMPLETE" | "UPDATE_COMPLETE" => Ok(outputs_of(&stack)),
            _ => Err(self.failure(&id, &stack).await),
        }
    }

    pub(super) async fn outputs(&self) -> Result<StackOutputs, DeployError> {
        let stack = self.describe(self.name).await?.ok_or_else(|| self.missing())?;
        Ok(outputs_of(&stack))
    }

    /// Deletes the stack and waits until it is gone. That there is none is not an error.
    pub(super) async fn delete(&self, phase: &Phase<'_>) -> Result<(), DeployError> {
        let Some(stack) = self.describe(self.name).await? else { return Ok(()) };
        let id = stack.id;
        self.client
            .delete(&id)
            .await
            .map_err(|source| DeployError::Delete { stack: self.name.to_owned(), source })?;
        match self.settle(&id, phase).await? {
            None => Ok(()),
            Some(stack) if stack.status == "DELETE_COMPLETE" => Ok(()),
            Some(stack) => Err(self.failure(&id, &stack).await),
        }
    }

    async fn create(&self, wanted: Wanted<'_>) -> Result<String, DeployError> {
        let id = self
            .client
            .create(self.fields(wanted))
            .await
            .map_err(|source| DeployError::Create { stack: self.name.to_owned(), source })?;
        Ok(id.unwrap_or_else(|| self.name.to_owned()))
    }

    /// None if the stack is already what is wanted.
    async fn update(&self, wanted: Wanted<'_>) -> Result<Option<String>, DeployError> {
        match self.client.update(self.fields(wanted)).await {
            Ok(id) => Ok(Some(id.unwrap_or_else(|| self.name.to_owned()))),
            Err(error) if error.says("No updates are to be performed") => Ok(None),
            Err(source) => Err(DeployError::Update { stack: self.name.to_owned(), source }),
        }
    }

    fn fields(&self, Wanted { template, parameters }: Wanted<'_>) -> Fields {
        let mut fields = vec![field("StackName", self.name)];
        fields.push(match template {
            TemplateSource::Inline(body) => field("TemplateBody", &body),
            TemplateSource::Url(url) => field("TemplateURL", &url),
        });
        for (number, (name, value)) in (1..).zip(parameters) {
            fields.push(field(&format!("Parameters.member.{number}.ParameterKey"), name));
            fields.push(field(&format!("Parameters.member.{number}.ParameterValue"), value));
        }
        for (number, capability) in (1..).zip(CAPABILITIES) {
            fields.push(field(&format!("Capabilities.member.{number}"), capability));
        }
        fields
    }

    /// None if there is no such stack. A deleted one is still found by its id, not by its name.
    async fn describe(&self, name_or_id: &str) -> Result<Option<Stack>, DeployError> {
        match self.client.describe(name_or_id).await {
            Ok(stack) => Ok(stack),
            Err(error) if error.code() == Some("ValidationError") && error.says("does not exist") => Ok(None),
            Err(source) => Err(DeployError::Describe { stack: self.name.to_owned(), source }),
        }
    }

    /// Waits until nothing is in progress any more.
    async fn settle(&self, id: &str, phase: &Phase<'_>) -> Result<Option<Stack>, DeployError> {
        let started = Instant::now();
        loop {
            let stack = self.describe(id).await?;
            match stack {
                Some(stack) if stack.status.ends_with(IN_PROGRESS) => self.report(id, phase).await?,
                settled => return Ok(settled),
            }
            if started.elapsed() > self.deadline {
                let deadline_s = self.deadline.as_secs();
                return Err(DeployError::TimedOut { stack: self.name.to_owned(), deadline_s });
            }
            tokio::time::sleep(self.poll).await;
        }
    }

    /// Tells how many resources are done, and which is being worked on.
    async fn report(&self, id: &str, phase: &Phase<'_>) -> Result<(), DeployError> {
        let resources = self
            .client
            .resources(id)
            .await
            .map_err(|source| DeployError::Describe { stack: self.name.to_owned(), source })?;
        let is_done = |status: &str| !status.is_empty() && !status.ends_with(IN_PROGRESS);
        let done = resources.iter().filter(|resource| is_done(&resource.status)).count();
        let working_on = resources.iter().rfind(|resource| !is_done(&resource.status));
        phase.step(done as u64, None, working_on.map_or("waiting", |resource| &resource.name));
        Ok(())
    }

    /// What went wrong first. The stack's own status says only that something did.
    async fn failure(&self, id: &str, stack: &Stack) -> DeployError {
        let first = match self.first_failure(id).await {
            Ok(first) => first,
            Err(error) => return error,
        };
        let (resource, reason) = match first {
            Some(event) => (event.resource, event.reason),
            None => (self.name.to_owned(), stack.reason.clone()),
        };
        DeployError::Failed {
            stack: self.name.to_owned(),
            status: stack.status.clone(),
            resource,
            reason: reason.unwrap_or_else(|| "no reason given".to_owned()),
        }
    }

    /// The oldest failure of the newest operation. Events come newest first; a resource given up because
    /// another failed is not a cause.
    async fn first_failure(&self, id: &str) -> Result<Option<Event>, DeployError> {
        let (mut first, mut page) = (None, None);
        loop {
            let (events, next) = self
                .client
                .events(id, page)
                .await
                .map_err(|source| DeployError::Events { stack: self.name.to_owned(), source })?;
            for event in events {
                if event.of_stack && OPERATION_STARTS.contains(&event.status.as_str()) {
                    return Ok(first);
                }
                let given_up = event.reason.as_ref().is_some_and(|why| why.contains("cancelled"));
                if event.status.ends_with("_FAILED") && !given_up {
                    first = Some(event);
                }
            }
            page = next;
            if page.is_none() {
                return Ok(first);
            }
        }
    }

    fn missing(&self) -> DeployError {
        DeployError::NoStack { stack: self.name.to_owned() }
    }
}

fn can_be_updated(stack: &Stack) -> bool {
    matches!(stack.status.as_str(), "CREATE_COMPLETE" | "UPDATE_COMPLETE" | "UPDATE_ROLLBACK_COMPLETE")
}

fn outputs_of(stack: &Stack) -> StackOutputs {
    StackOutputs::new(&stack.name, stack.outputs.clone())
}
