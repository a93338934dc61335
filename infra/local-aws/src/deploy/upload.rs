//! Artifacts into S3, under names made of their content.

use std::path::Path;

use aws_config::SdkConfig;
use aws_sdk_s3::Client;
use aws_sdk_s3::operation::head_object::HeadObjectError;
use aws_sdk_s3::primitives::ByteStream;
use sha2::{Digest, Sha256};

use super::{DeployError, Destination};
use crate::AwsError;
use crate::package::PackagedFunction;

/// The bucket that artifacts go to.
pub(super) struct Artifacts<'a> {
    client: Client,
    config: &'a SdkConfig,
    destination: Destination,
    bucket: &'a str,
}

impl<'a> Artifacts<'a> {
    /// On this machine the bucket is made if absent; on AWS its owner sets it up once, with the
    /// encryption and retention they want.
    pub(super) async fn open(
        config: &'a SdkConfig,
        destination: Destination,
        bucket: &'a str,
    ) -> Result<Self, DeployError> {
        let path_style = destination == Destination::Local;
        let settings = aws_sdk_s3::config::Builder::from(config).force_path_style(path_style).build();
        let artifacts = Self { client: Client::from_conf(settings), config, destination, bucket };
        match destination {
            Destination::Local => artifacts.create().await?,
            Destination::Aws => {}
        }
        Ok(artifacts)
    }

    async fn create(&self) -> Result<(), DeployError> {
        match self.client.create_bucket().bucket(self.bucket).send().await.map_err(AwsError::from) {
            Err(error) if error.code() == Some("BucketAlreadyOwnedByYou") => Ok(()),
            Err(source) => Err(DeployError::Bucket { bucket: self.bucket.to_owned(), source }),
            Ok(_) => Ok(()),
        }
    }

    /// Uploads the function's zip, unless that very zip is there, and answers its `s3://` address.
    pub(super) async fn function(&self, function: &PackagedFunction) -> Result<String, DeployError> {
        let key = format!("functions/{}/{}.zip", function.name, function.sha256);
        let address = format!("s3://{}/{key}", self.bucket);
        if self.has(&key).await? {
            return Ok(address);
        }
        let body = ByteStream::from_path(&function.zip)
            .await
            .map_err(|source| DeployError::Zip { path: function.zip.clone(), source })?;
        self.put(key, body).await?;
        Ok(address)
    }

    /// Uploads a template and answers the URL that `CloudFormation` reads it from.
    pub(super) async fn template(&self, text: &str) -> Result<String, DeployError> {
        let key = format!("templates/{}.yaml", hex::encode(Sha256::digest(text)));
        let url = match (self.destination, self.config.endpoint_url(), self.config.region()) {
            (Destination::Local, Some(endpoint), _) => format!("{endpoint}/{}/{key}", self.bucket),
            (_, _, Some(region)) => format!("https://{}.s3.{region}.amazonaws.com/{key}", self.bucket),
            (_, _, None) => return Err(DeployError::NoRegion),
        };
        if !self.has(&key).await? {
            self.put(key, ByteStream::from(text.as_bytes().to_vec())).await?;
        }
        Ok(url)
    }

    async fn has(&self, key: &str) -> Result<bool, DeployError> {
        match self.client.head_object().bucket(self.bucket).key(key).send().await {
            Ok(_) => Ok(true),
            Err(error) if error.as_service_error().is_some_and(HeadObjectError::is_not_found) => Ok(false),
            Err(error) => Err(self.failed(key, error.into())),
        }
    }

    async fn put(&self, key: String, body: ByteStream) -> Result<(), DeployError> {
        let sent = self.client.put_object().bucket(self.bucket).key(&key).body(body).send().await;
        sent.map(drop).map_err(|error| self.failed(&key, error.into()))
    }

    fn failed(&self, key: &str, source: AwsError) -> DeployError {
        DeployError::Upload { bucket: self.bucket.to_owned(), key: key.to_owned(), source }
    }
}

/// Reads the template.
pub(super) fn read_template(path: &Path) -> Result<String, DeployError> {
    std::fs::read_to_string(path).map_err(|source| DeployError::Template { path: path.to_owned(), source })
}
