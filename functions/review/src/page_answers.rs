//! What the pages of team, model, data and policy show, as the API gives it: from the same views, so that neither says
//! what the other does not.

use jiff::Timestamp;
use leadlight_console::{DataPage, LearntPage, ManagerPage, PolicyPage, Rate, Scored, Whose};
use leadlight_lead::{Contact, Grade, LeadId, MemberId, ModelHash, PolicyHash, Role};
use schemars::JsonSchema;
use serde::Serialize;

use crate::answers::Row;
use crate::health::ModelHealth;
use crate::team_answer::TeamAnswer;

/// The team's page.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct TeamPageAnswer {
    /// What was counted in the month.
    #[serde(flatten)]
    pub(crate) month: TeamAnswer,
    /// Who has how much now, as the team file has them.
    pub(crate) load: Vec<LoadAnswer>,
    /// Open leads of people who are no longer in the team.
    pub(crate) of_former_members: usize,
    /// Open leads that nobody has.
    pub(crate) of_nobody: usize,
    /// Answered in time, by grade.
    pub(crate) in_time: Vec<InTimeAnswer>,
    /// Why leads were turned down, the most frequent reason first.
    pub(crate) turned_down: Vec<TurnedDownAnswer>,
}

/// What a member has.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct LoadAnswer {
    /// Their name.
    pub(crate) name: String,
    /// What they do.
    pub(crate) role: Role,
    /// Open leads.
    pub(crate) open: usize,
    /// Open leads at most.
    pub(crate) capacity: usize,
    /// Open leads that are overdue.
    pub(crate) overdue: usize,
    /// Out of office until then; absent where they are there.
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub(crate) away_until: Option<Timestamp>,
}

/// Answered in time, of a grade.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct InTimeAnswer {
    /// The grade; absent for leads without a score that counts.
    pub(crate) grade: Option<Grade>,
    /// The time allowed, in working minutes.
    pub(crate) allowed_minutes: u32,
    /// Answered in time.
    pub(crate) in_time: usize,
    /// Not answered in time.
    pub(crate) late: usize,
}

/// How often a reason was given.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct TurnedDownAnswer {
    /// The reason, in the policy's words.
    pub(crate) reason: String,
    /// How often.
    pub(crate) count: usize,
}

impl TeamPageAnswer {
    pub(crate) fn of(month: TeamAnswer, page: &ManagerPage) -> Self {
        let others =
            |is: fn(&Whose) -> bool| page.others.iter().filter(|o| is(&o.whose)).map(|o| o.open).sum();
        let load = page.load.iter().map(|load| LoadAnswer {
            name: load.name.clone(),
            role: load.role,
            open: load.open,
            capacity: load.capacity,
            overdue: load.overdue,
            away_until: load.away_until,
        });
        let in_time = page.sla.iter().map(|sla| InTimeAnswer {
            grade: sla.grade,
            allowed_minutes: sla.allowed_minutes,
            in_time: sla.met,
            late: sla.breached,
        });
        let reason = page.rejections.iter();
        Self {
            month,
            load: load.collect(),
            of_former_members: others(|whose| matches!(whose, Whose::LeftTheTeam { .. })),
            of_nobody: others(|whose| *whose == Whose::Nobody),
            in_time: in_time.collect(),
            turned_down: reason
                .map(|row| TurnedDownAnswer { reason: row.label.clone(), count: row.count })
                .collect(),
        }
    }
}

/// Leads with where each stands: what somebody has, or what one confirmed.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ListAnswer {
    /// The leads.
    pub(crate) leads: Vec<ListedAnswer>,
}

/// A lead with where it stands.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ListedAnswer {
    /// In short.
    #[serde(flatten)]
    pub(crate) lead: Row,
    /// Where it stands, in words.
    pub(crate) state: String,
    /// Whether its person was reached, and the meeting with them.
    pub(crate) contact: Option<Contact>,
    /// When checkpoint 1 was passed; absent where it was not.
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub(crate) confirmed_at: Option<Timestamp>,
}

/// What the model learnt.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct LearntAnswer {
    /// Closed deals that it learnt from; absent while rules decide.
    pub(crate) deals: Option<usize>,
    /// Since when it scores.
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub(crate) since: Option<Timestamp>,
    /// What moves a score most, the weightiest first.
    pub(crate) movers: Vec<MoverAnswer>,
    /// Of leads that were scored and whose deals have ended, those with the highest scores.
    pub(crate) highest: Option<ScoredAnswer>,
    /// Those with the lowest scores.
    pub(crate) lowest: Option<ScoredAnswer>,
}

/// Something that moves scores.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct MoverAnswer {
    /// What, in words.
    pub(crate) what: String,
    /// Which way, in words.
    pub(crate) way: String,
}

/// Leads of a band of scores, and how their deals ended.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ScoredAnswer {
    /// The lowest score in it.
    pub(crate) from: f64,
    /// The highest score in it.
    pub(crate) to: f64,
    /// How many of their deals were won.
    pub(crate) won: usize,
    /// How many of their deals have ended.
    pub(crate) deals: usize,
}

impl LearntAnswer {
    pub(crate) fn of(page: LearntPage) -> Self {
        let scored = |scored: Scored| {
            let Rate { part, of } = scored.won;
            ScoredAnswer { from: scored.from, to: scored.to, won: part, deals: of }
        };
        let mover = |mover: leadlight_console::Mover| MoverAnswer {
            way: mover.way.in_words().to_owned(),
            what: mover.what,
        };
        Self {
            deals: page.from.map(|from| from.deals),
            since: page.from.map(|from| from.since),
            movers: page.movers.into_iter().map(mover).collect(),
            highest: page.top.map(scored),
            lowest: page.bottom.map(scored),
        }
    }
}

/// How the model is doing: the latest report of a run that trained as well.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ModelAnswer {
    /// The model in force; absent while rules decide.
    pub(crate) model: Option<ModelHash>,
    /// What kind of learner it is, in words.
    pub(crate) learner: Option<String>,
    /// Closed deals it learnt from.
    pub(crate) deals: Option<usize>,
    /// Since when it scores.
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub(crate) since: Option<Timestamp>,
    /// Why it has no say although no other took its place; absent where it scores.
    pub(crate) out_of_force: Option<String>,
    /// The name of the report that the rest is of; its page is at `/model/reports/{name}`.
    pub(crate) report: Option<String>,
    /// What past scores come to, such as `working`; absent before the first report.
    pub(crate) verdict: Option<String>,
    /// Why, in a sentence.
    pub(crate) because: Option<String>,
    /// What to do about it.
    pub(crate) what_to_do: Option<String>,
    /// Predicted against actual, the lowest scores first.
    pub(crate) bands: Vec<BandAnswer>,
}

/// Predicted against actual, of a band of scores.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct BandAnswer {
    /// The lowest score in it.
    pub(crate) from: f64,
    /// The highest score in it.
    pub(crate) to: f64,
    /// Deals in the band.
    pub(crate) deals: usize,
    /// How many of them were won.
    pub(crate) won: usize,
    /// Mean probability said, 0 to 1; absent unless all of them had one.
    pub(crate) predicted: Option<f64>,
    /// Share won, 0 to 1.
    pub(crate) actual: f64,
    /// Lower end of its 95 % interval.
    pub(crate) actual_from: f64,
    /// Upper end of its 95 % interval.
    pub(crate) actual_to: f64,
}

impl ModelAnswer {
    pub(crate) fn of(health: &ModelHealth, champion: Option<leadlight_console::Champion>) -> Self {
        let review = health.study().and_then(|study| study.past.as_ref()).map(|past| &past.review);
        let verdict = review.and_then(|review| serde_json::to_value(review.verdict).ok());
        let bands = review.map_or(&[][..], |review| &review.bands).iter().map(|band| BandAnswer {
            from: band.score_from,
            to: band.score_to,
            deals: band.deals,
            won: band.won,
            predicted: band.predicted,
            actual: band.actual,
            actual_from: band.actual_from,
            actual_to: band.actual_to,
        });
        Self {
            model: champion.as_ref().map(|c| c.model.clone()),
            learner: champion.as_ref().map(|c| c.learner.clone()),
            deals: champion.as_ref().map(|c| c.deals),
            since: champion.as_ref().map(|c| c.since),
            out_of_force: champion.and_then(|c| c.out_of_force),
            report: health.report_name().map(str::to_owned),
            verdict: verdict.and_then(|verdict| verdict.as_str().map(str::to_owned)),
            because: review.map(|review| review.because.clone()),
            what_to_do: review.map(|review| review.what_to_do.clone()),
            bands: bands.collect(),
        }
    }
}

/// How the data are.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct DataAnswer {
    /// Leads that the latest run looked at; absent before the first.
    pub(crate) leads: Option<usize>,
    /// When it looked.
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub(crate) at: Option<Timestamp>,
    /// How well each field is filled.
    pub(crate) fields: Vec<FieldAnswer>,
    /// What is wrong with the data, the gravest first.
    pub(crate) findings: Vec<FindingAnswer>,
    /// Leads that people turned down since their record was wrong.
    pub(crate) bad_records: Vec<BadRecordAnswer>,
}

/// How well a field is filled.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct FieldAnswer {
    /// Which, in words.
    pub(crate) field: String,
    /// Share of leads in which it is known, 0 to 1.
    pub(crate) known: f64,
}

/// Something that is wrong with the data.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct FindingAnswer {
    /// `red`: training stops; `amber`: look at it first; `note`: good to know.
    pub(crate) severity: String,
    /// What was found, with its figure.
    pub(crate) what: String,
    /// What to do.
    pub(crate) remedy: String,
}

/// A lead whose record was wrong.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct BadRecordAnswer {
    /// The lead, by its id.
    pub(crate) lead: LeadId,
    /// Why it was turned down, in the policy's words.
    pub(crate) reason: String,
    /// Who turned it down, by name.
    pub(crate) by: String,
    /// When they turned it down, in UTC.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub(crate) at: Timestamp,
}

impl DataAnswer {
    pub(crate) fn of(page: DataPage) -> Self {
        let severity = |severity| match serde_json::to_value(severity) {
            Ok(serde_json::Value::String(text)) => text,
            _ => String::new(),
        };
        let field =
            |field: leadlight_console::FieldFill| FieldAnswer { field: field.field, known: field.known };
        let finding = |finding: leadlight_model::Finding| FindingAnswer {
            severity: severity(finding.severity),
            what: finding.what,
            remedy: finding.remedy,
        };
        let record = |record: leadlight_console::BadRecord| BadRecordAnswer {
            lead: record.lead,
            reason: record.reason,
            by: record.by,
            at: record.at,
        };
        Self {
            leads: page.looked_at.as_ref().map(|at| at.leads),
            at: page.looked_at.map(|at| at.at),
            fields: page.fields.into_iter().map(field).collect(),
            findings: page.findings.into_iter().map(finding).collect(),
            bad_records: page.bad_records.into_iter().map(record).collect(),
        }
    }
}

/// The policy in force, in words.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct PolicyAnswer {
    /// Its name.
    pub(crate) name: String,
    /// Its revision.
    pub(crate) revision: u32,
    /// Its hash.
    pub(crate) hash: PolicyHash,
    /// Since when it is in force.
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub(crate) since: Option<Timestamp>,
    /// Its parts in words.
    pub(crate) sections: Vec<SectionAnswer>,
}

/// A part of the policy in words.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct SectionAnswer {
    /// What it is about.
    pub(crate) title: String,
    /// Whole sentences.
    pub(crate) text: Vec<String>,
    /// The columns of its table; empty without one.
    pub(crate) head: Vec<String>,
    /// The rows of its table, each as wide as its head.
    pub(crate) rows: Vec<Vec<String>>,
}

impl PolicyAnswer {
    pub(crate) fn of(page: PolicyPage) -> Self {
        let sections = page.sections.into_iter().map(|section| {
            let (head, rows) = section.table.map(|table| (table.head, table.rows)).unwrap_or_default();
            SectionAnswer { title: section.title, text: section.text, head, rows }
        });
        let sections = sections.collect();
        Self { name: page.name, revision: page.revision, hash: page.hash, since: page.since, sections }
    }
}

/// Whose leads an address names: a member's, or the pool's.
pub(crate) fn owner_named(text: &str) -> Result<Option<MemberId>, crate::problem::Problem> {
    match text {
        "pool" => Ok(None),
        id => id.parse().map(Some).map_err(|_| crate::problem::Problem::NoPage),
    }
}
