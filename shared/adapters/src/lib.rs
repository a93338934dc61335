//! The real adapters: queues on SQS, leads in DynamoDB, objects in S3, HTTPS over a network.
//!
//! Beside this room only the operator's command and `infra/local-aws` name an AWS SDK. Each adapter passes the same
//! contract suite as its in-memory twin.

mod config;
mod emf;
mod error;
mod facts;
mod https;
mod items;
mod lambda;
mod leads;
mod objects;
mod one_machine;
mod queue;
mod sdk;

use leadlight_ports::{SystemClock, World};

pub use aws_config::SdkConfig;
pub use config::{BadVariable, BadVariables, Config, Noted, Variables};
pub use emf::Emf;
pub use facts::DynamoFacts;
pub use https::{HttpSetupError, HttpsClient};
pub use items::DynamoItems;
pub use lambda::{MetricsConfig, RedeliveryConfig, serve_queue, serve_runtime};
pub use leads::{
    ACCOUNT_INDEX, DynamoLeads, OWNER_INDEX, PERSON_INDEX, QUEUE_INDEX, RENEWAL_INDEX, TakeOutError,
};
pub use objects::S3Objects;
pub use one_machine::{NotOneMachine, require_one_machine};
pub use queue::SqsQueue;
pub use sdk::{function_config, sdk_config};

/// All that lies outside a function, for real.
#[derive(Debug, Clone, Copy)]
pub struct Aws;

impl World for Aws {
    type Leads = DynamoLeads;
    type Objects = S3Objects;
    type Queue = SqsQueue;
    type Http = HttpsClient;
    type Items = DynamoItems;
    type Clock = SystemClock;
}
