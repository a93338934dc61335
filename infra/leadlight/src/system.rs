//! A deployed system: where its queues, table and bucket are.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use aws_config::SdkConfig;
use leadlight_adapters::{DynamoFacts, DynamoLeads, S3Objects, SqsQueue};
use leadlight_local_aws::{Running, StackOutputs, Workspace, local_sdk_config, outputs};
use leadlight_registry::Registry;

use crate::cli::StageName;

/// The stack's name on this machine.
pub const LOCAL_STACK: &str = "leadlight";

/// The template's parameters on one machine.
pub fn local_parameters() -> BTreeMap<String, String> {
    [("Target", "local"), ("IntakeAuthorization", "NONE"), ("DeletionProtection", "false")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
}

/// A deployed system.
#[derive(Debug, Clone)]
pub struct System {
    config: SdkConfig,
    stack: String,
    /// Not told by the stack's name, which is free to be the same on AWS.
    on_one_machine: bool,
    outputs: StackOutputs,
}

/// A stage's queue and its dead-letter queue, by URL.
#[derive(Debug, Clone)]
pub struct StageQueues {
    /// The stage.
    pub stage: StageName,
    /// Where its messages wait.
    pub queue_url: String,
    /// Where its dead letters rest.
    pub dead_letters_url: String,
}

impl System {
    /// The system just deployed on this machine.
    pub fn on_one_machine(config: SdkConfig, stack: String, outputs: StackOutputs) -> Self {
        Self::of(config, stack, true, outputs)
    }

    /// A system by what its stack told.
    pub fn of(config: SdkConfig, stack: String, on_one_machine: bool, outputs: StackOutputs) -> Self {
        Self { config, stack, on_one_machine, outputs }
    }

    /// How the AWS of a stack is reached, and the stack's name: AWS itself, or the AWS that runs on this machine.
    pub async fn reached(stack: Option<&str>, workspace: &Workspace) -> Result<(SdkConfig, String)> {
        Ok(match stack {
            Some(stack) => (leadlight_adapters::sdk_config().await, stack.to_owned()),
            None => (running_config(workspace)?, LOCAL_STACK.to_owned()),
        })
    }

    /// The system on AWS by its stack's name, or the one that runs on this machine.
    pub async fn connect(stack: Option<&str>, workspace: &Workspace) -> Result<Self> {
        let on_one_machine = stack.is_none();
        let (config, stack) = Self::reached(stack, workspace).await?;
        let outputs = outputs(&config, &stack).await.with_context(|| {
            format!(
                "the stack `{stack}` cannot be looked up; is its name right, and are you signed in to AWS?"
            )
        })?;
        Ok(Self::of(config, stack, on_one_machine, outputs))
    }

    /// The stack's name.
    pub fn stack(&self) -> &str {
        &self.stack
    }

    /// Whether it runs on this machine and not on AWS.
    pub const fn is_on_one_machine(&self) -> bool {
        self.on_one_machine
    }

    /// What the template says under a name.
    pub fn output(&self, name: &str) -> Result<String> {
        Ok(self.outputs.get(name)?.to_owned())
    }

    /// The table of leads.
    pub fn leads(&self) -> Result<DynamoLeads> {
        Ok(DynamoLeads::from_config(&self.config, self.output("LeadsTableName")?))
    }

    /// Bought facts and what was spent.
    pub fn facts(&self) -> Result<DynamoFacts> {
        Ok(DynamoFacts::from_config(&self.config, self.output("FactsTableName")?))
    }

    /// Policies and models.
    pub fn registry(&self) -> Result<Registry<S3Objects>> {
        Ok(Registry::new(S3Objects::from_config(&self.config, self.output("RegistryBucketName")?)))
    }

    /// Where events go in.
    pub fn form_submits(&self) -> Result<SqsQueue> {
        Ok(SqsQueue::from_config(&self.config, self.output("FormSubmitsQueueUrl")?))
    }

    /// Where outcomes go in.
    pub fn outcomes(&self) -> Result<SqsQueue> {
        Ok(SqsQueue::from_config(&self.config, self.output("OutcomesQueueUrl")?))
    }

    /// Every stage's queues.
    pub fn stages(&self) -> Result<[StageQueues; 6]> {
        let stage = |stage, queue: &str, dead: &str| -> Result<StageQueues> {
            Ok(StageQueues { stage, queue_url: self.output(queue)?, dead_letters_url: self.output(dead)? })
        };
        Ok([
            stage(StageName::Enrich, "FormSubmitsQueueUrl", "FormSubmitsDlqUrl")?,
            stage(StageName::Score, "ToScoreQueueUrl", "ToScoreDlqUrl")?,
            stage(StageName::Route, "ToRouteQueueUrl", "ToRouteDlqUrl")?,
            stage(StageName::Outcome, "OutcomesQueueUrl", "OutcomesDlqUrl")?,
            stage(StageName::Pull, "ToPullQueueUrl", "ToPullDlqUrl")?,
            stage(StageName::Deliver, "DeliveriesQueueUrl", "DeliveriesDlqUrl")?,
        ])
    }

    /// Where runs of retraining that failed, or could not be started, rest.
    pub fn failed_runs(&self) -> Result<String> {
        self.output("RetrainDlqUrl")
    }

    /// Where changes rest of which the bus was not told.
    pub fn untold(&self) -> Result<String> {
        self.output("PublishDlqUrl")
    }

    /// For what has no adapter: looking into queues is the operator's business alone.
    pub fn sqs(&self) -> aws_sdk_sqs::Client {
        aws_sdk_sqs::Client::new(&self.config)
    }

    /// The id of the HTTP API that leads are posted to.
    pub fn intake_api_id(&self) -> Result<String> {
        self.output("IntakeApiId")
    }

    /// How its AWS is reached, for what has no adapter: starting a function is the operator's business alone.
    pub fn config(&self) -> &SdkConfig {
        &self.config
    }
}

fn running_config(workspace: &Workspace) -> Result<SdkConfig> {
    let runs = workspace.runs_dir();
    let found = Running::find(&runs).with_context(|| format!("{} cannot be read", runs.display()))?;
    let Some(Running { endpoint, account }) = found else {
        bail!(
            "no Leadlight runs on this machine; start one with `cargo run -- up` in another terminal, or name a stack \
             on AWS with --stack"
        )
    };
    Ok(local_sdk_config(&endpoint, &account))
}
