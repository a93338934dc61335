//! One `CloudFormation` stack: made, changed, followed, deleted.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use aws_config::SdkConfig;
use aws_sdk_cloudformation::Client;
use aws_sdk_cloudformation::types::{Capability, Parameter, Stack, StackEvent};

use super::{DeployError, Destination, StackOutputs};
use crate::AwsError;
use crate::progress::Phase;

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
    client: Client,
    name: &'a str,
    poll: Duration,
    deadline: Duration,
}

impl<'a> StackClient<'a> {
    pub(super) fn new(config: &SdkConfig, destination: Destination, name: &'a str) -> Self {
        let (poll, deadline) = match destination {
            Destination::Local => (Duration::from_millis(50), Duration::from_mins(2)),
            Destination::Aws => (Duration::from_secs(3), Duration::from_mins(30)),
        };
        Self { client: Client::new(config), name, poll, deadline }
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
                return Err(DeployError::Unusable { stack: self.name.to_owned(), status: status(&stack) });
            }
        };
        let stack = self.settle(&id, phase).await?.ok_or_else(|| self.missing())?;
        match status(&stack).as_str() {
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
        let id = stack.stack_id().unwrap_or(self.name).to_owned();
        self.client
            .delete_stack()
            .stack_name(&id)
            .send()
            .await
            .map_err(|error| DeployError::Delete { stack: self.name.to_owned(), source: error.into() })?;
        match self.settle(&id, phase).await? {
            None => Ok(()),
            Some(stack) if status(&stack) == "DELETE_COMPLETE" => Ok(()),
            Some(stack) => Err(self.failure(&id, &stack).await),
        }
    }

    async fn create(&self, wanted: Wanted<'_>) -> Result<String, DeployError> {
        let (body, url) = wanted.template.body_and_url();
        let answer = self
            .client
            .create_stack()
            .stack_name(self.name)
            .set_template_body(body)
            .set_template_url(url)
            .set_parameters(Some(parameters(wanted.parameters)))
            .set_capabilities(Some(capabilities()))
            .send()
            .await
            .map_err(|error| DeployError::Create { stack: self.name.to_owned(), source: error.into() })?;
        Ok(answer.stack_id().unwrap_or(self.name).to_owned())
    }

    /// None if the stack is already what is wanted.
    async fn update(&self, wanted: Wanted<'_>) -> Result<Option<String>, DeployError> {
        let (body, url) = wanted.template.body_and_url();
        let answer = self
            .client
            .update_stack()
            .stack_name(self.name)
            .set_template_body(body)
            .set_template_url(url)
            .set_parameters(Some(parameters(wanted.parameters)))
            .set_capabilities(Some(capabilities()))
            .send()
            .await
            .map_err(AwsError::from);
        match answer {
            Ok(answer) => Ok(Some(answer.stack_id().unwrap_or(self.name).to_owned())),
            Err(error) if error.says("No updates are to be performed") => Ok(None),
            Err(source) => Err(DeployError::Update { stack: self.name.to_owned(), source }),
        }
    }

    /// None if there is no such stack. A deleted one is still found by its id, not by its name.
    async fn describe(&self, name_or_id: &str) -> Result<Option<Stack>, DeployError> {
        match self.client.describe_stacks().stack_name(name_or_id).send().await.map_err(AwsError::from) {
            Ok(answer) => Ok(answer.stacks().first().cloned()),
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
                Some(stack) if status(&stack).ends_with("_IN_PROGRESS") => self.report(id, phase).await?,
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
        let answer =
            self.client.describe_stack_resources().stack_name(id).send().await.map_err(|error| {
                DeployError::Describe { stack: self.name.to_owned(), source: error.into() }
            })?;
        let is_done = |status: &str| !status.ends_with("_IN_PROGRESS");
        let (mut done, mut working_on) = (0, "waiting");
        for resource in answer.stack_resources() {
            if resource.resource_status().is_some_and(|status| is_done(status.as_str())) {
                done += 1;
            } else {
                working_on = resource.logical_resource_id().unwrap_or(working_on);
            }
        }
        phase.step(done, None, working_on);
        Ok(())
    }

    /// What went wrong first. The stack's own status says only that something did.
    async fn failure(&self, id: &str, stack: &Stack) -> DeployError {
        let first = match self.first_failure(id).await {
            Ok(first) => first,
            Err(error) => return error,
        };
        let (resource, reason) = match &first {
            Some(event) => (event.logical_resource_id(), event.resource_status_reason()),
            None => (Some(self.name), stack.stack_status_reason()),
        };
        DeployError::Failed {
            stack: self.name.to_owned(),
            status: status(stack),
            resource: resource.unwrap_or(self.name).to_owned(),
            reason: reason.unwrap_or("no reason given").to_owned(),
        }
    }

    /// The oldest failure of the newest operation. Events come newest first; a resource given up because
    /// another failed is not a cause.
    async fn first_failure(&self, id: &str) -> Result<Option<StackEvent>, DeployError> {
        let mut pages = self.client.describe_stack_events().stack_name(id).into_paginator().items().send();
        let mut first = None;
        while let Some(event) = pages.next().await {
            let event = event
                .map_err(|error| DeployError::Events { stack: self.name.to_owned(), source: error.into() })?;
            let of_stack = event.physical_resource_id() == event.stack_id();
            let status = event.resource_status().map_or("", |status| status.as_str());
            let is_start =
                matches!(status, "CREATE_IN_PROGRESS" | "UPDATE_IN_PROGRESS" | "DELETE_IN_PROGRESS");
            if of_stack && is_start {
                break;
            }
            let given_up = event.resource_status_reason().is_some_and(|why| why.contains("cancelled"));
            if status.ends_with("_FAILED") && !given_up {
                first = Some(event);
            }
        }
        Ok(first)
    }

    fn missing(&self) -> DeployError {
        DeployError::NoStack { stack: self.name.to_owned() }
    }
}

impl TemplateSource {
    fn body_and_url(self) -> (Option<String>, Option<String>) {
        match self {
            Self::Inline(body) => (Some(body), None),
            Self::Url(url) => (None, Some(url)),
        }
    }
}

/// The functions' roles, and the SAM transform that makes them.
fn capabilities() -> Vec<Capability> {
    vec![Capability::CapabilityIam, Capability::CapabilityAutoExpand]
}

fn parameters(parameters: &BTreeMap<String, String>) -> Vec<Parameter> {
    parameters
        .iter()
        .map(|(key, value)| Parameter::builder().parameter_key(key).parameter_value(value).build())
        .collect()
}

fn status(stack: &Stack) -> String {
    stack.stack_status().map_or_else(String::new, |status| status.as_str().to_owned())
}

fn can_be_updated(stack: &Stack) -> bool {
    matches!(status(stack).as_str(), "CREATE_COMPLETE" | "UPDATE_COMPLETE" | "UPDATE_ROLLBACK_COMPLETE")
}

fn outputs_of(stack: &Stack) -> StackOutputs {
    let pairs = stack
        .outputs()
        .iter()
        .filter_map(|output| Some((output.output_key()?.to_owned(), output.output_value()?.to_owned())));
    StackOutputs::new(stack.stack_name().unwrap_or_default(), pairs.collect())
}
