//! The table written out by DynamoDB itself, from its recovery log: it costs no read units, and no writer waits for it.

use aws_sdk_dynamodb::types::{ExportFormat, S3SseAlgorithm, TableDescription};
use leadlight_ports::{ExportTo, LeadExports, PortError};

use super::DynamoLeads;
use crate::error::{BadItem, retryable};

impl DynamoLeads {
    async fn description(&self) -> Result<TableDescription, PortError> {
        const OPERATION: &str = "describing the table";
        let described = self.client.describe_table().table_name(&self.table).send().await;
        let table = described.map_err(retryable(OPERATION))?.table;
        table.ok_or(BadItem { attribute: "Table" }).map_err(retryable(OPERATION))
    }
}

impl LeadExports for DynamoLeads {
    async fn size(&self) -> Result<u64, PortError> {
        let bytes = self.description().await?.table_size_bytes;
        Ok(bytes.and_then(|bytes| u64::try_from(bytes).ok()).unwrap_or(0))
    }

    async fn export(&self, to: &ExportTo) -> Result<(), PortError> {
        let request = self
            .client
            .export_table_to_point_in_time()
            .set_table_arn(self.description().await?.table_arn)
            .s3_bucket(&to.bucket)
            .s3_prefix(&to.prefix)
            .s3_sse_algorithm(S3SseAlgorithm::Aes256)
            .export_format(ExportFormat::DynamodbJson)
            .client_token(&to.prefix);
        request.send().await.map_err(retryable("asking for an export of the table"))?;
        Ok(())
    }
}
