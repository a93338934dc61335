//! Which data files an export has.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use crate::{ExportError, Fault};

/// The name of the list of data files. It is written once they are: each stands in it with its checksum.
pub const MANIFEST: &str = "manifest-files.json";

/// A data file as the manifest lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataFile {
    /// Its key in the bucket.
    pub key: String,
    /// How many items it holds, one a line.
    pub items: u64,
    /// The MD5 of its bytes as they lie there.
    pub md5: [u8; 16],
}

/// A line as DynamoDB writes it. What else stands there (`etag`) tells nothing that the MD5 does not.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    item_count: u64,
    md5_checksum: String,
    data_file_s3_key: String,
}

/// The data files of the export whose manifest lies at `key`.
///
/// Only a file's name is taken from the list: it lies in the folder `data` beside the list, whether or not the key that is
/// listed begins with the export's prefix; and no list leads anywhere else.
pub fn data_files(key: &str, manifest: &[u8]) -> Result<Vec<DataFile>, ExportError> {
    let folder = key.strip_suffix(MANIFEST).unwrap_or_default();
    let lines = manifest.split(|byte| *byte == b'\n').enumerate();
    let lines = lines.filter(|(_, line)| !line.trim_ascii().is_empty());
    let read = lines.map(|(n, line)| {
        file(folder, line).ok_or_else(|| ExportError { key: key.to_owned(), fault: Fault::Manifest(n + 1) })
    });
    read.collect()
}

fn file(folder: &str, line: &[u8]) -> Option<DataFile> {
    let listed: Listed = serde_json::from_slice(line).ok()?;
    let md5 = STANDARD.decode(listed.md5_checksum).ok()?.try_into().ok()?;
    let name = listed.data_file_s3_key.rsplit('/').next().filter(|name| !name.is_empty())?;
    Some(DataFile { key: format!("{folder}data/{name}"), items: listed.item_count, md5 })
}
