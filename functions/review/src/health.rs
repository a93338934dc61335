//! How the model and the data are: from the latest run's report and the registry's pointer.

use jiff::Timestamp;
use leadlight_console::{
    BadRecord, Champion, DataPage, FieldFill, LookedAt, ModelPage, ModelView, PolicyPage, ReportRow,
    ReportsPage, Surprises, SurprisingLead, UnreadField, Unreads, Version,
};
use leadlight_enrichment::Supply;
use leadlight_lead::{Happening, ModelHash, QueueName, QueuedLead, ReadField, TrainingMeaning};
use leadlight_model::{Artifact, Manifest, PastDeal, Stake, StudyReport};
use leadlight_policy::Policy;
use leadlight_ports::{LeadIndex, LeadStore, World};
use leadlight_reading::UnreadTally;
use leadlight_registry::{MANIFEST, Pointer, RegistryError, ReportEntry, ReportName, RunKind};
use serde::Deserialize;

use crate::console::{Console, Person, readable};
use crate::facts;
use crate::problem::{Problem, unavailable};
use crate::values;

/// Surprising deals a list; the report has more.
const LISTED: usize = 10;

/// Reports on a page of the list.
const REPORTS_ON_A_PAGE: usize = 40;

/// What the model's and the data's pages are made of.
#[derive(Debug, Default)]
pub(crate) struct ModelHealth {
    name: Option<ReportName>,
    study: Option<StudyReport>,
    pointer: Option<Pointer<Artifact>>,
    /// Why the champion has no say, where it has none.
    out_of_force: Option<String>,
    manifest: Option<Manifest>,
}

impl ModelHealth {
    /// The deals that the model in force learnt from, and since when it scores; none while rules decide.
    pub(crate) fn scores_since(&self) -> Option<(usize, Timestamp)> {
        let pointer = self.pointer.as_ref().filter(|_| self.out_of_force.is_none())?;
        Some((self.manifest.as_ref().map_or(0, |m| m.deals), pointer.current.published_at))
    }

    /// The latest report.
    pub(crate) fn study(&self) -> Option<&StudyReport> {
        self.study.as_ref()
    }

    /// Its name.
    pub(crate) fn report_name(&self) -> Option<&str> {
        self.study.as_ref().and(self.name.as_ref()).map(ReportName::as_str)
    }
}

/// Of a run's figures, what the pages show.
#[derive(Deserialize)]
struct Run {
    study: StudyReport,
}

#[expect(clippy::needless_pass_by_value, reason = "what `map_err` hands over")]
fn unread(error: RegistryError) -> Problem {
    unavailable(&error)
}

/// Reads the latest report, of a kind if one is asked for, and the champion's papers. What cannot be read is not there:
/// the page shows the rest.
pub(crate) async fn model_health<W: World>(
    console: &Console<W>,
    view: Option<ModelView>,
) -> Result<ModelHealth, Problem> {
    let registry = console.in_force.registry();
    let reports = registry.reports().await.map_err(unread)?;
    let name = match view {
        Some(ModelView::Review) => reports.run,
        Some(ModelView::Check) => reports.check,
        None => reports.latest,
    };
    let report = match &name {
        Some(name) => registry.report(name, "json").await.map_err(unread)?,
        None => None,
    };
    let found = registry.find::<Artifact>().await.map_err(unread)?;
    let manifest = match &found.pointer {
        Some(pointer) => registry.paper(&pointer.current.hash, MANIFEST).await.map_err(unread)?,
        None => None,
    };
    let out_of_force = match &found.pointer {
        Some(pointer) if view.is_some() => {
            let no_say = registry.out_of_force(&pointer.current.hash).await.map_err(unread)?;
            no_say.map(|no_say| no_say.to_string())
        }
        _ => None,
    };
    Ok(ModelHealth {
        name,
        out_of_force,
        study: report.and_then(|bytes| serde_json::from_slice::<Run>(&bytes).ok()).map(|run| run.study),
        pointer: found.pointer,
        manifest: manifest.and_then(|bytes| serde_json::from_slice(&bytes).ok()),
    })
}

/// A run's own page; the latest run's where none is named.
pub(crate) async fn report<W: World>(
    console: &Console<W>,
    name: Option<&str>,
) -> Result<Option<String>, Problem> {
    let registry = console.in_force.registry();
    let name = match name {
        Some(name) => ReportName::try_from(name.to_owned()).ok(),
        None => registry.reports().await.map_err(unread)?.latest,
    };
    let Some(name) = name else { return Ok(None) };
    let page = registry.report(&name, "html").await.map_err(unread)?;
    Ok(page.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
}

/// Where a report can be read whole.
fn address(name: &ReportName) -> String {
    format!("/model/reports/{}", name.as_str())
}

/// A page of the list of reports; the latest year's first where none is asked for, or none of that name is there.
pub(crate) async fn reports_page<W: World>(
    console: &Console<W>,
    year: Option<&str>,
    page: usize,
) -> Result<ReportsPage, Problem> {
    let registry = console.in_force.registry();
    let reports = registry.reports().await.map_err(unread)?;
    let years = reports.years;
    if let Some(unlisted) = reports.latest.filter(|_| years.is_empty()) {
        // Of a release before, which kept no list.
        let entry = ReportEntry { name: unlisted, at: None, outcome: None, review: None };
        return Ok(ReportsPage { reports: vec![report_row(entry)], page: (1, 1), ..ReportsPage::default() });
    }
    let year = year.filter(|year| years.iter().any(|known| known == year)).map(str::to_owned);
    let Some(year) = year.or_else(|| years.first().cloned()) else { return Ok(ReportsPage::default()) };
    let all = registry.reports_of(&year).await.map_err(unread)?;
    let pages = all.len().div_ceil(REPORTS_ON_A_PAGE).max(1);
    let page = page.clamp(1, pages);
    let shown = all
        .into_iter()
        .skip((page - 1) * REPORTS_ON_A_PAGE)
        .take(REPORTS_ON_A_PAGE)
        .map(report_row)
        .collect();
    Ok(ReportsPage { years, year: Some(year), reports: shown, page: (page, pages) })
}

fn report_row(entry: ReportEntry) -> ReportRow {
    let ReportEntry { name, at, outcome, review } = entry;
    let outcome = outcome.map(|word| match word.as_str() {
        "published" => "a new model".to_owned(),
        "kept" => "the model stays".to_owned(),
        "refused" => "no model: rules decide".to_owned(),
        _ => word,
    });
    ReportRow {
        address: address(&name),
        at,
        is_check: name.kind() == RunKind::Check,
        outcome,
        review,
        name: name.as_str().to_owned(),
    }
}

/// The page of the model.
pub(crate) fn model_page<'a>(health: &'a ModelHealth, view: ModelView, person: &Person) -> ModelPage<'a> {
    let champion = champion(health);
    let past = health.study.as_ref().and_then(|study| study.past.as_ref());
    let surprises = |deals: &[PastDeal], stake: Option<Stake>| Surprises {
        leads: deals.iter().take(LISTED).map(|deal| surprising(deal, person)).collect(),
        stake,
    };
    ModelPage {
        view,
        champion,
        report: health.study.as_ref(),
        report_address: health.study.as_ref().and(health.name.as_ref()).map(address),
        versions: versions(health),
        won_but_low: past.map_or_else(Surprises::default, |p| surprises(&p.won_but_low, p.won_low)),
        lost_but_high: past.map_or_else(Surprises::default, |p| surprises(&p.lost_but_high, p.lost_high)),
        csv: None,
    }
}

/// The model in force.
pub(crate) fn champion(health: &ModelHealth) -> Option<Champion> {
    health.pointer.as_ref().map(|pointer| Champion {
        model: pointer.current.hash.clone(),
        out_of_force: health.out_of_force.clone(),
        learner: health.manifest.as_ref().map_or_else(|| "not known".to_owned(), |m| m.learner.to_string()),
        since: pointer.current.published_at,
        deals: health.manifest.as_ref().map_or(0, |m| m.deals),
        own: health.manifest.iter().flat_map(|m| &m.own).map(|own| (own.scope.clone(), own.deals)).collect(),
    })
}

fn surprising(deal: &PastDeal, person: &Person) -> SurprisingLead {
    SurprisingLead { deal: deal.clone(), owner: deal.owner.as_ref().map(|owner| person.name_of(owner)) }
}

fn versions(health: &ModelHealth) -> Vec<Version> {
    let Some(pointer) = &health.pointer else { return Vec::new() };
    let learner = |is_champion: bool| match &health.manifest {
        Some(manifest) if is_champion => manifest.learner.to_string(),
        _ => "see its own report".to_owned(),
    };
    let version = |model: &ModelHash, at, verdict: &str, now| Version {
        model: model.clone(),
        at,
        learner: learner(now),
        verdict: verdict.to_owned(),
    };
    let now = if health.out_of_force.is_some() { "out of force" } else { "scores today" };
    let mut versions = vec![version(&pointer.current.hash, pointer.current.published_at, now, true)];
    versions.extend(pointer.history.iter().map(|p| version(&p.hash, p.published_at, "scored before", false)));
    versions.extend(pointer.withdrawn.iter().map(|p| version(&p.hash, p.published_at, "taken back", false)));
    versions
}

/// The page of the data.
pub(crate) async fn data_page<W: World>(
    console: &Console<W>,
    health: &ModelHealth,
    person: &Person,
) -> Result<DataPage, Problem> {
    let policy = console.policy().await?;
    let waiting = first_of_each_queue(console).await?;
    let (unread, supply) = (not_understood(&waiting), Supply::of(&policy, &waiting));
    let Some(study) = &health.study else {
        return Ok(DataPage { unread, supply, ..DataPage::default() });
    };
    let bad = study.past.as_ref().map_or(&[][..], |past| &past.people.bad_data);
    let reads = bad.iter().map(|id| async { readable(console.leads.get(id).await) });
    let leads = futures_util::future::try_join_all(reads).await?;
    let record = |lead: QueuedLead| {
        let entry = lead.work.history.iter().rev().find_map(|entry| match &entry.what {
            Happening::Rejected { reason } => Some((entry, policy.reason(reason)?)),
            _ => None,
        });
        let (entry, reason) = entry.filter(|(_, reason)| reason.training == TrainingMeaning::BadData)?;
        Some(BadRecord {
            lead: lead.id().clone(),
            company: facts::who(&lead).company,
            at: entry.at,
            by: entry.by.as_ref().map_or_else(|| "the machine".to_owned(), |by| person.name_of(by)),
            reason: reason.label.clone(),
            note: entry.note.clone(),
        })
    };
    Ok(DataPage {
        looked_at: Some(LookedAt { leads: study.deals, at: study.studied_at }),
        fields: study
            .audit
            .fill
            .iter()
            .map(|fill| FieldFill { field: values::words(&fill.feature), known: fill.known, is_wanted: true })
            .collect(),
        findings: study.audit.findings.clone(),
        unread,
        supply,
        bad_records: leads.into_iter().flatten().filter_map(|stored| record(stored.lead)).collect(),
    })
}

/// Leads of each queue that are looked at for what was not understood and what vendors gave: the first to be worked on.
const OF_EACH_QUEUE: usize = 50;
/// Texts of a field that are shown.
const TEXTS_SHOWN: usize = 12;

async fn first_of_each_queue<W: World>(console: &Console<W>) -> Result<Vec<QueuedLead>, Problem> {
    let queues = QueueName::ALL.map(|queue| console.leads.queue(queue, OF_EACH_QUEUE));
    let waiting = futures_util::future::try_join_all(queues).await.map_err(|error| unavailable(&error))?;
    Ok(waiting.into_iter().flatten().collect())
}

/// What was typed in leads that wait now and is not known from anyone else either.
fn not_understood(waiting: &[QueuedLead]) -> Unreads {
    let mut tally = UnreadTally::default();
    for lead in waiting {
        let unread = lead.enriched().not_understood();
        for field in ReadField::ALL {
            if let Some(text) = lead.event().typed(field) {
                tally.see_as(field, &text, !unread.iter().any(|typed| typed.field == field));
            }
        }
    }
    let fields = ReadField::ALL.into_iter().filter_map(|field| {
        let (said, unread) = tally.total(field);
        let texts =
            tally.top(field, TEXTS_SHOWN).into_iter().map(|unread| (unread.value, unread.count)).collect();
        (unread > 0).then(|| UnreadField { field: field.to_string(), said, unread, texts })
    });
    Unreads { leads: waiting.len(), fields: fields.collect() }
}

/// The page of the policy.
pub(crate) async fn policy_page<W: World>(console: &Console<W>) -> Result<PolicyPage, Problem> {
    let policy = console.policy().await?;
    let since = console
        .in_force
        .registry()
        .in_force::<Policy>()
        .await
        .ok()
        .map(|pointer| pointer.current.published_at);
    Ok(PolicyPage {
        name: policy.name().to_owned(),
        revision: policy.revision(),
        hash: policy.hash().clone(),
        since,
        sections: policy.outline(),
    })
}
