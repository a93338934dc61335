//! Objects in S3 with conditional writes.

use aws_sdk_s3::Client;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::operation::get_object::GetObjectError;
use aws_sdk_s3::operation::put_object::builders::PutObjectFluentBuilder;
use aws_sdk_s3::primitives::ByteStream;
use leadlight_ports::{ETag, Object, ObjectStore, ObjectTraces, PortError, PutNew, Swap};

use crate::error::retryable;

/// How often a part of an object is asked for.
const PART_TRIES: u32 = 3;

/// One bucket.
#[derive(Debug, Clone)]
pub struct S3Objects {
    client: Client,
    bucket: String,
}

impl S3Objects {
    /// A bucket by its name.
    pub fn new(client: Client, bucket: String) -> Self {
        Self { client, bucket }
    }

    /// A bucket by its name, with a client of its own. A custom endpoint means one machine, where buckets
    /// have no host names.
    pub fn from_config(config: &aws_config::SdkConfig, bucket: String) -> Self {
        let path_style = config.endpoint_url().is_some();
        let config = aws_sdk_s3::config::Builder::from(config).force_path_style(path_style).build();
        Self::new(Client::from_conf(config), bucket)
    }

    async fn range(&self, key: &str, from: u64, most: usize) -> Result<Option<Vec<u8>>, PortError> {
        const OPERATION: &str = "reading a part from the bucket";
        let last = from.saturating_add(most as u64).saturating_sub(1);
        let request = self.client.get_object().bucket(&self.bucket).key(key);
        match request.range(format!("bytes={from}-{last}")).send().await {
            Ok(answer) => Ok(Some(answer.body.collect().await.map_err(retryable(OPERATION))?.to_vec())),
            Err(error) if error.as_service_error().is_some_and(GetObjectError::is_no_such_key) => Ok(None),
            // It ends before.
            Err(error) if error.code() == Some("InvalidRange") => Ok(Some(Vec::new())),
            Err(error) => Err(retryable(OPERATION)(error)),
        }
    }

    async fn put_if(
        &self,
        key: &str,
        bytes: Vec<u8>,
        condition: impl FnOnce(PutObjectFluentBuilder) -> PutObjectFluentBuilder + Send,
        operation: &'static str,
    ) -> Result<bool, PortError> {
        let request = self.client.put_object().bucket(&self.bucket).key(key).body(ByteStream::from(bytes));
        match condition(request).send().await {
            Ok(_) => Ok(true),
            Err(error) if lost_condition(&error) => Ok(false),
            // Also 409: another conditional write of the same key is under way, and which of the two will be there is
            // not known yet.
            Err(error) => Err(retryable(operation)(error)),
        }
    }
}

/// 412: the condition does not hold. 404 on `If-Match`: the object that should be replaced is gone.
fn lost_condition<E: ProvideErrorMetadata>(error: &SdkError<E>) -> bool {
    error.raw_response().is_some_and(|r| r.status().as_u16() == 412) || error.code() == Some("NoSuchKey")
}

impl ObjectStore for S3Objects {
    async fn get(&self, key: &str) -> Result<Option<Object>, PortError> {
        const OPERATION: &str = "reading from the bucket";
        let answer = match self.client.get_object().bucket(&self.bucket).key(key).send().await {
            Ok(answer) => answer,
            Err(error) if error.as_service_error().is_some_and(GetObjectError::is_no_such_key) => {
                return Ok(None);
            }
            Err(error) => return Err(retryable(OPERATION)(error)),
        };
        let etag = ETag(answer.e_tag.unwrap_or_default());
        let bytes = answer.body.collect().await.map_err(retryable(OPERATION))?.to_vec();
        Ok(Some(Object { bytes, etag }))
    }

    async fn part(&self, key: &str, from: u64, most: usize) -> Result<Option<Vec<u8>>, PortError> {
        let mut tries = 1;
        loop {
            match self.range(key, from, most).await {
                // The SDK tries a request again, and not an answer that breaks off half-way.
                Err(_) if tries < PART_TRIES => tries += 1,
                result => return result,
            }
        }
    }

    async fn put_new(&self, key: &str, bytes: Vec<u8>) -> Result<PutNew, PortError> {
        let created =
            self.put_if(key, bytes, |r| r.if_none_match("*"), "writing a new object to the bucket").await?;
        Ok(if created { PutNew::Created } else { PutNew::AlreadyThere })
    }

    async fn swap(&self, key: &str, bytes: Vec<u8>, expected: Option<&ETag>) -> Result<Swap, PortError> {
        let condition = |r: PutObjectFluentBuilder| match expected {
            Some(etag) => r.if_match(&etag.0),
            None => r.if_none_match("*"),
        };
        let done = self.put_if(key, bytes, condition, "swapping a pointer in the bucket").await?;
        Ok(if done { Swap::Done } else { Swap::Lost })
    }
}

impl ObjectTraces for S3Objects {
    async fn keys(&self, prefix: &str) -> Result<Vec<String>, PortError> {
        let mut keys = Vec::new();
        let mut next = None;
        loop {
            let page = self.client.list_objects_v2().bucket(&self.bucket).prefix(prefix);
            let page =
                page.set_continuation_token(next).send().await.map_err(retryable("listing the bucket"))?;
            keys.extend(page.contents.unwrap_or_default().into_iter().filter_map(|object| object.key));
            next = page.next_continuation_token;
            if next.is_none() {
                return Ok(keys);
            }
        }
    }

    async fn remove(&self, key: &str) -> Result<(), PortError> {
        const OPERATION: &str = "taking an object away with its versions";
        let mut after = (None, None);
        loop {
            let page = self.client.list_object_versions().bucket(&self.bucket).prefix(key);
            let page = page.set_key_marker(after.0).set_version_id_marker(after.1);
            let page = page.send().await.map_err(retryable(OPERATION))?;
            let versions = page.versions.unwrap_or_default().into_iter().map(|v| (v.key, v.version_id));
            let markers = page.delete_markers.unwrap_or_default().into_iter().map(|m| (m.key, m.version_id));
            for (_, version) in versions.chain(markers).filter(|(found, _)| found.as_deref() == Some(key)) {
                let request = self.client.delete_object().bucket(&self.bucket).key(key);
                request.set_version_id(version).send().await.map_err(retryable(OPERATION))?;
            }
            if page.is_truncated != Some(true) {
                return Ok(());
            }
            after = (page.next_key_marker, page.next_version_id_marker);
        }
    }
}
