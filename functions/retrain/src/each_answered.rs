//! Which answered leads count as history, and where they are read.

use leadlight_exports::{ExportError, Fault, FileReader, Met, data_files};
use leadlight_lead::{DealOrigin, QueuedLead};
use leadlight_ports::{Class, LeadStore, ObjectStore, PortError};

use crate::export_key::ExportKey;

/// Bytes of an export's file that are fetched at once: some megabytes of gzip are tens of them unzipped, a second's work.
const PART: usize = 4 * 1024 * 1024;

/// What reading them came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AnsweredRead {
    /// Invented leads that were not handed out, since there are leads of the company's own.
    pub samples_left_out: usize,
    /// Items that could not be read.
    pub unreadable: usize,
    /// Whether reading ended before the table did.
    pub is_cut_short: bool,
}

/// Where a run reads leads.
pub(crate) enum Source<'a, L, O> {
    /// As they are now.
    Table(&'a L),
    /// As they were when they were written out.
    Export(&'a O, &'a ExportKey),
}

impl<L: LeadStore, O: ObjectStore> Source<'_, L, O> {
    /// Hands out every answered lead, as [`each_answered`] does.
    pub(crate) async fn each_answered(
        &self,
        is_over: impl Fn() -> bool,
        see: impl FnMut(&QueuedLead),
    ) -> Result<AnsweredRead, PortError> {
        match self {
            Self::Table(leads) => each_answered(*leads, is_over, see).await,
            Self::Export(objects, key) => each_exported(*objects, key, is_over, see).await,
        }
    }
}

/// Hands out every lead that people or a deal have answered, in no order. Leads of the sample history count only as long as
/// there are none that the company has imported. After each page `is_over` is asked whether to stop there.
pub async fn each_answered<L: LeadStore>(
    leads: &L,
    is_over: impl Fn() -> bool,
    see: impl FnMut(&QueuedLead),
) -> Result<AnsweredRead, PortError> {
    let mut history = History::new(see);
    let mut after = None;
    loop {
        let page = leads.answered(after).await?;
        page.leads.into_iter().for_each(|lead| history.take(lead));
        history.read.unreadable += page.unreadable;
        match page.next {
            None => break,
            Some(_) if is_over() => {
                history.read.is_cut_short = true;
                break;
            }
            next => after = next,
        }
    }
    Ok(history.end())
}

/// The same from the files of an export, of which one part is held at a time. A file that is not what the export's manifest
/// says is an error, even if leads of it have been handed out.
async fn each_exported<O: ObjectStore>(
    objects: &O,
    key: &ExportKey,
    is_over: impl Fn() -> bool,
    see: impl FnMut(&QueuedLead),
) -> Result<AnsweredRead, PortError> {
    let mut history = History::new(see);
    let manifest = objects.get(key.as_str()).await?.ok_or_else(|| absent(key.as_str()))?;
    let mut files = data_files(key.as_str(), &manifest.bytes).map_err(damaged)?.into_iter().peekable();
    while let Some(file) = files.next() {
        let key = file.key.clone();
        let mut reader = FileReader::new(file, |met| match met {
            Met::Lead(lead) => history.take(*lead),
            Met::Unreadable => history.read.unreadable += 1,
        });
        let mut from = 0;
        let is_whole = loop {
            let part = objects.part(&key, from, PART).await?.ok_or_else(|| absent(&key))?;
            if part.is_empty() {
                break true;
            }
            if from > 0 && is_over() {
                break false;
            }
            reader.push(&part).map_err(damaged)?;
            from += part.len() as u64;
        };
        if is_whole {
            reader.finish().map_err(damaged)?;
        } else {
            drop(reader);
        }
        if !is_whole || (files.peek().is_some() && is_over()) {
            history.read.is_cut_short = true;
            break;
        }
    }
    Ok(history.end())
}

fn absent(key: &str) -> PortError {
    damaged(ExportError { key: key.to_owned(), fault: Fault::Absent })
}

/// What is written stays as it is.
fn damaged(error: ExportError) -> PortError {
    PortError { operation: "reading an export", class: Class::Poison, source: Box::new(error) }
}

/// Tells the sample history from the company's own.
struct History<F> {
    read: AnsweredRead,
    samples: Vec<QueuedLead>,
    has_own: bool,
    see: F,
}

impl<F: FnMut(&QueuedLead)> History<F> {
    fn new(see: F) -> Self {
        Self { read: AnsweredRead::default(), samples: Vec::new(), has_own: false, see }
    }

    fn take(&mut self, lead: QueuedLead) {
        match lead.deal_origin() {
            Some(DealOrigin::Sample) if self.has_own => self.read.samples_left_out += 1,
            Some(DealOrigin::Sample) => self.samples.push(lead),
            origin => {
                self.has_own |= origin == Some(DealOrigin::Imported);
                (self.see)(&lead);
            }
        }
    }

    fn end(mut self) -> AnsweredRead {
        if self.has_own {
            self.read.samples_left_out += self.samples.len();
        } else {
            self.samples.iter().for_each(self.see);
        }
        self.read
    }
}
