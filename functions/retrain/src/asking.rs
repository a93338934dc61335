//! A large table is read from an export: a run asks for it and ends, and goes on in another once the files are there.

use jiff::{SignedDuration, Timestamp};
use leadlight_lead::{Versioned, from_versioned, to_json};
use leadlight_ports::metrics::Alarm;
use leadlight_ports::{Clock, ExportTo, LeadExports, ObjectStore, World, alarm};
use leadlight_registry::ReportName;
use serde::{Deserialize, Serialize};

use crate::export_key::FOLDER;
use crate::{Report, Request, Retrain, RetrainError};

/// What was asked for last.
const ASKED: &str = "exports/asked.json";
/// An export of some gigabytes takes minutes, of a terabyte hours.
const LONGEST: SignedDuration = SignedDuration::from_hours(12);

/// From what size on a run reads an export, and where that goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportAbove {
    /// The largest table that is read itself, in bytes.
    pub bytes: u64,
    /// The registry's bucket, by its name.
    pub bucket: String,
}

/// What a start came to.
#[derive(Debug, Clone)]
pub enum Started {
    /// The run is done.
    Ran(Box<Report>),
    /// It goes on once the table is written out.
    AwaitsExport {
        /// The run, as its report will be named.
        run: ReportName,
        /// How large the table is.
        bytes: u64,
    },
}

/// What was asked for last, as stored.
#[derive(Debug, Serialize, Deserialize)]
struct Asked {
    schema_version: u32,
    run: ReportName,
    at: Timestamp,
}

impl Versioned for Asked {}

impl<W: World> Retrain<W> {
    /// Runs, or asks first for what a run over a large table reads. Repeated with the same request it does nothing twice.
    ///
    /// The daily look reads the table itself whatever its size: a copy of all a company's leads a day would be too much for
    /// what a fair sample tells as well.
    pub async fn start(
        &self,
        request: &Request,
        read_until: Option<Timestamp>,
    ) -> Result<Started, RetrainError> {
        if request.only_if_degraded {
            self.miss_exports().await?;
        } else if let (Some(above), None) = (&self.export, &request.export) {
            let bytes = self.leads.size().await.map_err(RetrainError::Export)?;
            if bytes > above.bytes {
                return self.ask(request, above, bytes).await;
            }
        }
        self.run(request, read_until).await.map(|report| Started::Ran(Box::new(report)))
    }

    async fn ask(&self, request: &Request, above: &ExportAbove, bytes: u64) -> Result<Started, RetrainError> {
        let now = self.clock.now();
        let run = request.report(now);
        if let Some(done) = self.done(request, &run).await? {
            return Ok(Started::Ran(Box::new(done)));
        }
        let asked = Asked { schema_version: Asked::VERSION, run: run.clone(), at: now };
        let asked = to_json(&asked).map_err(RetrainError::Told)?;
        let store = self.registry.store();
        let before = store.get(ASKED).await.map_err(RetrainError::Export)?.map(|object| object.etag);
        // Who is quicker has asked at this very moment: it is as well if that is remembered.
        store.swap(ASKED, asked.into_bytes(), before.as_ref()).await.map_err(RetrainError::Export)?;
        let to = ExportTo { bucket: above.bucket.clone(), prefix: format!("{FOLDER}{}", run.as_str()) };
        self.leads.export(&to).await.map_err(RetrainError::Export)?;
        tracing::info!(reason = request.reason, run = run.as_str(), bytes, "an export is asked for");
        Ok(Started::AwaitsExport { run, bytes })
    }

    /// An export that fails fails in silence: nobody but us knows that a run waits for it.
    async fn miss_exports(&self) -> Result<(), RetrainError> {
        let Some(asked) = self.registry.store().get(ASKED).await.map_err(RetrainError::Export)? else {
            return Ok(());
        };
        let asked: Asked = from_versioned(&asked.bytes).map_err(RetrainError::Told)?;
        let report = self.registry.report(&asked.run, "json").await.map_err(RetrainError::Registry)?;
        if report.is_none() && self.clock.now().duration_since(asked.at) > LONGEST {
            alarm!(Alarm::ExportMissing; run = asked.run.as_str(), "a run waits for an export in vain");
        }
        Ok(())
    }
}
