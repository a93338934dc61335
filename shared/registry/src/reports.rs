//! Reports of training runs: which there are, by year, and which of them are the latest.
//!
//! A run's page and figures are never replaced. Beside them stands a list for each year, and a pointer that says which
//! years have one, which month's run and which daily check came last, and up to when a fall was answered for.

use jiff::Timestamp;
use leadlight_lead::{Versioned, from_versioned, to_json};
use leadlight_model::{BandVerdict, ScoredBy};
use leadlight_ports::{ObjectStore, Swap};
use serde::{Deserialize, Serialize};

use crate::error::RegistryError;
use crate::registry::Registry;

/// Where reports rest.
const FOLDER: &str = "reports/";
/// Key of the pointer to the latest reports.
const POINTER_KEY: &str = "reports/latest.json";
/// Two runs that end at one moment write the same list: so often it is read again.
const TRIES: usize = 5;

/// What a run was for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunKind {
    /// It reviewed, and trained: each month, or when an operator asked.
    Run,
    /// It looked whether scores have fallen, and trained only if they had.
    Check,
}

/// The name of a run's report: `<time>-run` or `<time>-check`, with nanoseconds behind it where it was not due on a
/// second. Names in order are reports in order, the oldest first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct ReportName(String);

/// Text that names no report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no name of a report")]
pub struct NoReportName;

impl TryFrom<String> for ReportName {
    type Error = NoReportName;

    /// Nothing else may be read by it.
    fn try_from(text: String) -> Result<Self, NoReportName> {
        const SHAPE: &[u8] = b"0000-00-00T000000Z-";
        let (moment, what) = text.split_at_checked(SHAPE.len()).ok_or(NoReportName)?;
        let fits =
            |(byte, shape): (u8, &u8)| if *shape == b'0' { byte.is_ascii_digit() } else { byte == *shape };
        let (kind, nanos) = what.split_once('-').unwrap_or((what, "000000000"));
        let is_whole = nanos.len() == 9 && nanos.bytes().all(|byte| byte.is_ascii_digit());
        if moment.bytes().zip(SHAPE).all(fits) && ["run", "check"].contains(&kind) && is_whole {
            Ok(Self(text))
        } else {
            Err(NoReportName)
        }
    }
}

impl ReportName {
    /// Of a run that was due, or began, at a moment.
    pub fn new(at: Timestamp, is_due: bool, kind: RunKind) -> Self {
        let what = match kind {
            RunKind::Run => "run",
            RunKind::Check => "check",
        };
        let to_the_second = format!("{}-{what}", at.strftime("%Y-%m-%dT%H%M%SZ"));
        // A schedule is due on the second; runs by hand may come within one.
        Self(match (is_due, at.subsec_nanosecond()) {
            (true, 0) => to_the_second,
            (_, nanos) => format!("{to_the_second}-{nanos:09}"),
        })
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What the run was for.
    pub fn kind(&self) -> RunKind {
        if self.0.contains("-check") { RunKind::Check } else { RunKind::Run }
    }

    /// The year in which it was due.
    pub fn year(&self) -> &str {
        self.0.split('-').next().unwrap_or_default()
    }

    /// The key of its files, without their ending.
    pub fn key(&self) -> String {
        format!("{FOLDER}{}", self.0)
    }
}

/// A report as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportEntry {
    /// Its name.
    pub name: ReportName,
    /// When the deals were studied; absent for one of before there were lists.
    #[serde(default)]
    pub at: Option<Timestamp>,
    /// What became of it, in a word: `published`, `kept` or `refused`.
    #[serde(default)]
    pub outcome: Option<String>,
    /// How the scores in force had done.
    #[serde(default)]
    pub review: Option<BandVerdict>,
}

/// Up to when a fall was answered for: a run saw it, and trained.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    /// Whose scores had fallen.
    pub by: ScoredBy,
    /// The last decision that it looked at.
    pub until: Timestamp,
}

/// Which reports there are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reports {
    /// The latest of all.
    pub latest: Option<ReportName>,
    /// The latest month's run.
    pub run: Option<ReportName>,
    /// The latest daily check.
    pub check: Option<ReportName>,
    /// Years with a list, the latest first.
    pub years: Vec<String>,
    /// The last fall that was answered for.
    pub answered: Option<Answered>,
}

/// As stored. A release before wrote `report` alone.
#[derive(Debug, Serialize, Deserialize)]
struct ReportPointer {
    schema_version: u32,
    /// The key of its files, without their ending.
    report: String,
    #[serde(default)]
    run: Option<ReportName>,
    #[serde(default)]
    check: Option<ReportName>,
    #[serde(default)]
    years: Vec<String>,
    #[serde(default)]
    answered: Option<Answered>,
}

impl Versioned for ReportPointer {}

#[derive(Debug, Serialize, Deserialize)]
struct YearList {
    schema_version: u32,
    /// The latest first.
    reports: Vec<ReportEntry>,
}

impl Versioned for YearList {}

impl Reports {
    fn read(bytes: &[u8]) -> Result<Self, RegistryError> {
        let pointer: ReportPointer =
            from_versioned(bytes).map_err(|source| RegistryError::Pointer { key: POINTER_KEY, source })?;
        let latest = pointer.report.strip_prefix(FOLDER).map(str::to_owned);
        let latest = latest.and_then(|name| ReportName::try_from(name).ok());
        let of = |kind| latest.clone().filter(|name| name.kind() == kind);
        let ReportPointer { run, check, years, answered, .. } = pointer;
        // A release before may have had the last word, and knows only of its own.
        let run = run.max(of(RunKind::Run));
        let check = check.max(of(RunKind::Check));
        Ok(Self { latest, run, check, years, answered })
    }

    /// With one more.
    fn with(mut self, name: &ReportName, answered: Option<Answered>) -> Self {
        let newest = |known: &mut Option<ReportName>| *known = known.take().max(Some(name.clone()));
        newest(&mut self.latest);
        newest(match name.kind() {
            RunKind::Run => &mut self.run,
            RunKind::Check => &mut self.check,
        });
        if !self.years.iter().any(|year| year == name.year()) {
            self.years.push(name.year().to_owned());
            self.years.sort_by(|a, b| b.cmp(a));
        }
        self.answered = answered.or(self.answered);
        self
    }
}

fn list_key(year: &str) -> String {
    format!("{FOLDER}{year}.json")
}

impl<S: ObjectStore> Registry<S> {
    /// Which reports there are; none before the first run.
    pub async fn reports(&self) -> Result<Reports, RegistryError> {
        let object = self.store().get(POINTER_KEY).await?;
        object.map_or_else(|| Ok(Reports::default()), |object| Reports::read(&object.bytes))
    }

    /// A year's reports, the latest first. A list that cannot be read is an error, and not an empty one.
    pub async fn reports_of(&self, year: &str) -> Result<Vec<ReportEntry>, RegistryError> {
        let Some(object) = self.store().get(&list_key(year)).await? else { return Ok(Vec::new()) };
        let list: YearList =
            from_versioned(&object.bytes).map_err(|source| RegistryError::List { source })?;
        Ok(list.reports)
    }

    /// A file of a report by its ending: `json` or `html`; none where it was not kept.
    pub async fn report(&self, name: &ReportName, ending: &str) -> Result<Option<Vec<u8>>, RegistryError> {
        Ok(self.store().get(&format!("{}.{ending}", name.key())).await?.map(|object| object.bytes))
    }

    /// Puts a report on its year's list and among the latest. Done twice it changes nothing. `answered` takes the place of
    /// what was answered for before, if it is given.
    pub async fn list_report(
        &self,
        entry: &ReportEntry,
        answered: Option<Answered>,
    ) -> Result<(), RegistryError> {
        let before = self.reports().await.unwrap_or_default();
        // What a release before pointed to is on no list yet.
        if let Some(unlisted) = before.latest.filter(|_| before.years.is_empty()) {
            let (name, at, outcome, review) = (unlisted, None, None, None);
            self.put_on_list(&ReportEntry { name: name.clone(), at, outcome, review }).await?;
            self.point_to_report(&name, None).await?;
        }
        self.put_on_list(entry).await?;
        self.point_to_report(&entry.name, answered).await
    }

    async fn put_on_list(&self, entry: &ReportEntry) -> Result<(), RegistryError> {
        let unreadable = |source| RegistryError::List { source };
        self.change(&list_key(entry.name.year()), |bytes| {
            let mut list: YearList = match bytes {
                Some(bytes) => from_versioned(bytes).map_err(unreadable)?,
                None => YearList { schema_version: YearList::VERSION, reports: Vec::new() },
            };
            list.reports.retain(|other| other.name != entry.name);
            let place = list.reports.partition_point(|other| other.name > entry.name);
            list.reports.insert(place, entry.clone());
            to_json(&list).map_err(unreadable)
        })
        .await
    }

    /// A pointer that cannot be read is replaced: the files and lists are what counts.
    async fn point_to_report(
        &self,
        name: &ReportName,
        answered: Option<Answered>,
    ) -> Result<(), RegistryError> {
        self.change(POINTER_KEY, |bytes| {
            let before = bytes.and_then(|bytes| Reports::read(bytes).ok()).unwrap_or_default();
            let Reports { latest, run, check, years, answered } = before.with(name, answered.clone());
            let pointer = ReportPointer {
                schema_version: ReportPointer::VERSION,
                report: latest.map(|latest| latest.key()).unwrap_or_default(),
                run,
                check,
                years,
                answered,
            };
            to_json(&pointer).map_err(|source| RegistryError::Pointer { key: POINTER_KEY, source })
        })
        .await
    }

    /// Reads, changes and writes an object, again where someone else was quicker.
    async fn change(
        &self,
        key: &str,
        change: impl Fn(Option<&[u8]>) -> Result<String, RegistryError>,
    ) -> Result<(), RegistryError> {
        for _ in 0..TRIES {
            let before = self.store().get(key).await?;
            let body = change(before.as_ref().map(|object| &object.bytes[..]))?.into_bytes();
            if before.as_ref().is_some_and(|before| before.bytes == body) {
                return Ok(());
            }
            if self.store().swap(key, body, before.as_ref().map(|before| &before.etag)).await? == Swap::Done {
                return Ok(());
            }
        }
        Err(RegistryError::Raced)
    }
}

#[cfg(test)]
mod tests {
    use leadlight_ports::memory::MemoryObjects;

    use super::*;

    fn name(text: &str) -> ReportName {
        ReportName::try_from(text.to_owned()).unwrap()
    }

    fn entry(text: &str) -> ReportEntry {
        let review = Some(BandVerdict::Working);
        ReportEntry { name: name(text), at: None, outcome: Some("kept".to_owned()), review }
    }

    #[test]
    fn only_names_of_reports_are_read_by() {
        for good in ["2026-11-01T030000Z-run", "2026-11-01T030000Z-check", "2026-11-01T030000Z-run-000000123"]
        {
            assert_eq!(name(good).as_str(), good);
        }
        for bad in [
            "",
            "latest",
            "2026",
            "2026-11-01T030000Z-",
            "2026-11-01T030000Z-run-",
            "2026-11-01T030000Z-run-12",
            "2026-11-01T030000Z-runs",
            "2026-11-01T030000Z-run/../../keys/draw",
            "../keys/draw",
            "2026-11-01T03000éZ-run",
        ] {
            assert!(ReportName::try_from(bad.to_owned()).is_err(), "{bad}");
        }
        let at: Timestamp = "2026-11-01T03:00:00.5Z".parse().unwrap();
        assert_eq!(ReportName::new(at, true, RunKind::Check).as_str(), "2026-11-01T030000Z-check-500000000");
        assert_eq!(ReportName::new(at, true, RunKind::Check).kind(), RunKind::Check);
    }

    #[tokio::test]
    async fn a_daily_check_takes_nothing_away_from_the_months_run() {
        let registry = Registry::new(MemoryObjects::default());
        assert_eq!(registry.reports().await.unwrap(), Reports::default());
        for report in ["2026-12-31T050000Z-check", "2027-01-01T030000Z-run", "2027-01-01T050000Z-check"] {
            registry.list_report(&entry(report), None).await.unwrap();
        }
        // A message that comes late or again changes nothing.
        registry.list_report(&entry("2026-12-31T050000Z-check"), None).await.unwrap();
        let reports = registry.reports().await.unwrap();
        assert_eq!(reports.run, Some(name("2027-01-01T030000Z-run")));
        assert_eq!(
            (&reports.check, &reports.latest),
            (&Some(name("2027-01-01T050000Z-check")), &reports.check)
        );
        assert_eq!(reports.years, ["2027", "2026"]);
        let of_2027 = registry.reports_of("2027").await.unwrap();
        assert_eq!(of_2027, [entry("2027-01-01T050000Z-check"), entry("2027-01-01T030000Z-run")]);
        assert_eq!(registry.reports_of("2026").await.unwrap().len(), 1);
        assert!(registry.reports_of("2025").await.unwrap().is_empty());
    }

    #[tokio::test]
    async fn what_the_release_before_pointed_to_stays_linked() {
        let store = MemoryObjects::default();
        let old = r#"{"schema_version":1,"report":"reports/2026-11-30T050000Z-check"}"#;
        store.put_new(POINTER_KEY, old.as_bytes().to_vec()).await.unwrap();
        let registry = Registry::new(store);
        assert_eq!(registry.reports().await.unwrap().check, Some(name("2026-11-30T050000Z-check")));
        registry.list_report(&entry("2026-12-01T030000Z-run"), None).await.unwrap();
        let reports = registry.reports().await.unwrap();
        assert_eq!(reports.check, Some(name("2026-11-30T050000Z-check")));
        let names: Vec<String> =
            registry.reports_of("2026").await.unwrap().iter().map(|e| e.name.as_str().to_owned()).collect();
        assert_eq!(names, ["2026-12-01T030000Z-run", "2026-11-30T050000Z-check"]);
    }

    #[tokio::test]
    async fn what_was_answered_for_stays_until_something_else_is() {
        let registry = Registry::new(MemoryObjects::default());
        let by = ScoredBy::Model { hash: leadlight_lead::ModelHash::of(b"model") };
        let answered = Some(Answered { by, until: Timestamp::UNIX_EPOCH });
        registry.list_report(&entry("2026-12-01T050000Z-check"), answered.clone()).await.unwrap();
        registry.list_report(&entry("2026-12-02T050000Z-check"), None).await.unwrap();
        assert_eq!(registry.reports().await.unwrap().answered, answered);
    }

    #[tokio::test]
    async fn a_damaged_list_is_an_error_and_a_damaged_pointer_is_replaced() {
        let store = MemoryObjects::default();
        let registry = Registry::new(store.clone());
        registry.list_report(&entry("2026-12-01T050000Z-check"), None).await.unwrap();
        store.damage(POINTER_KEY, b"{".to_vec());
        registry.list_report(&entry("2026-12-02T050000Z-check"), None).await.unwrap();
        assert_eq!(registry.reports().await.unwrap().years, ["2026"]);
        store.damage("reports/2026.json", b"{".to_vec());
        let refused = registry.list_report(&entry("2026-12-03T050000Z-check"), None).await.unwrap_err();
        assert!(matches!(refused, RegistryError::List { .. }), "{refused}");
    }
}
