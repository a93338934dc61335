//! An invented lead in its states.

use jiff::Timestamp;
use leadlight_console::{
    AskedVendor, Choice, Colleague, Completing, ContactLine, DecidedBy, Event, Fact, Factor, Facts, Flag,
    HistoryEntry, Judgement, LeadPage, Lost, Manage, Mark, Offered, Override, Panel, PartnerNote, QueueView,
    RecordField, RejectReason, ScorePoint, Steps, Task, Who,
};
use leadlight_lead::{
    Becomes, ByHand, ContactState, CriterionGroup, FactField, Grade, ModelHash, Moved, PolicyHash, QueueName,
    ReasonUnit, Renews, TrainingMeaning, Trend,
};

use super::{Text, days_ago, id, minutes};

fn reasons(text: Text) -> Vec<RejectReason> {
    use TrainingMeaning::{BadData, Negative, None};
    [
        ("no_need", "No need for what we sell", Negative, false),
        ("wrong_person", "Wrong person", Negative, false),
        ("no_budget", "No budget", Negative, false),
        ("bad_timing", "Bad timing", None, false),
        ("existing_conversation", "We are talking already", None, false),
        ("bad_data", "The record is wrong", BadData, false),
        ("spam_or_fake", "Spam or a fake", BadData, false),
        ("other", "Another reason", None, true),
    ]
    .into_iter()
    .map(|(code, label, training, needs_text)| RejectReason {
        code: code.parse().unwrap(),
        label: text(label),
        training,
        needs_text,
    })
    .collect()
}

pub(crate) fn check(text: Text) -> Panel {
    Panel::Decide { until: minutes(28), task: Task::ContextCheck { can_flag: true }, reasons: reasons(text) }
}

pub(crate) fn attest(text: Text) -> Panel {
    let sizes = [
        ("under_10k", "Under $10,000"),
        ("10k_25k", "$10,000–25,000"),
        ("25k_100k", "$25,000–100,000"),
        ("over_100k", "Over $100,000"),
    ];
    let choice = |(code, label): (&str, &str)| Choice { code: code.parse().unwrap(), label: text(label) };
    let deal_sizes = sizes.into_iter().map(choice).collect();
    Panel::Decide { until: minutes(28), task: Task::Attest { deal_sizes }, reasons: reasons(text) }
}

pub(crate) fn held(text: Text) -> Panel {
    Panel::Held { by: text("Sample SDR 2"), until: minutes(28) }
}

pub(crate) fn closed(text: Text) -> Panel {
    Panel::Closed { because: text("Accepted by Sample AE 1 yesterday: people are done with this lead.") }
}

pub(crate) fn lead(text: Text, panel: Panel) -> LeadPage {
    LeadPage {
        id: id(1),
        revision: 7,
        list: Some(QueueView::Sdr),
        state: text("Waits for an SDR"),
        who: Who {
            company: text("Acme Robotics"),
            domain: Some("acme.example".parse().unwrap()),
            about: Some(text("Software, 340 employees, Austria")),
            person: text("Sample contact 1"),
            title: Some(text("Head of Revenue Operations")),
            email: Some(text("contact1@acme.example")),
        },
        occurred_at: minutes(-64),
        origin: text("website-form, inbound"),
        due_at: Some(minutes(34)),
        owner: Some(text("Sample SDR 1")),
        marks: vec![Mark::Borderline, Mark::HeldByYou(minutes(28)), Mark::SentBack],
        flags: vec![Flag { what: text("Changed jobs recently"), more: Some(text("since 2026-09-01")) }],
        judgement: Some(judgement(text)),
        scores: vec![
            score_at(days_ago(75), 44.0, false),
            score_at(days_ago(61), 41.0, true),
            score_at(days_ago(20), 58.0, true),
            score_at(minutes(-64), 72.0, true),
        ],
        trend: Some(Trend { moved: Moved::Rising, points: 31.0, days: 61, since: days_ago(61) }),
        renews: Some(Renews {
            on: jiff::civil::date(2026, 12, 24),
            becomes: Some(Becomes { queue: QueueName::Nurture, grade: Grade::C }),
        }),
        overridden: None,
        facts: facts(text),
        partner: None,
        activity: activity(text),
        before: Some(id(20)),
        after: None,
        group: group(text),
        history: history(text),
        steps: steps(text, &panel),
        completing: matches!(panel, Panel::Decide { .. } | Panel::Free).then(|| completing(text)),
        panel,
        can_note: true,
        max_note_characters: 4000,
    }
}

pub(super) fn contact(text: Text) -> ContactLine {
    ContactLine {
        state: ContactState::MeetingOn { on: minutes(3000) },
        since: minutes(-30),
        by: Some(text("Sample SDR 1")),
    }
}

/// Who decides says what came of reaching out; a manager gives a lead to someone, or opens it again.
fn steps(text: Text, panel: &Panel) -> Steps {
    let members = ["sdr-1", "sdr-2"].map(|id| (id.parse().unwrap(), text("Sample SDR")));
    let manage = |reopens| Some(Manage { reopens, members: members.to_vec() });
    Steps {
        contact: Some(contact(text)),
        can_undo: matches!(panel, Panel::Closed { .. } | Panel::Free),
        can_contact: matches!(panel, Panel::Decide { .. } | Panel::Free),
        meeting_is_on: true,
        manage: match panel {
            Panel::Closed { .. } => manage(true),
            Panel::Held { .. } => manage(false),
            _ => None,
        },
    }
}

fn judgement(text: Text) -> Judgement {
    let factors = [
        (CriterionGroup::Engagement, "asked for a demo", 0.92),
        (CriterionGroup::Baseline, "an average lead", -1.31),
        (CriterionGroup::Icp, "340 employees", 0.41),
        (CriterionGroup::Technographic, "uses salesforce", 0.33),
        (CriterionGroup::Contact, "head of a department", 0.27),
        (CriterionGroup::Intent, "no intent seen by the vendor", -0.24),
        (CriterionGroup::Engagement, "three visits to pricing in a week", 0.22),
        (CriterionGroup::Icp, "industry software", 0.12),
        (CriterionGroup::Contact, "changed jobs lately", -0.09),
        (CriterionGroup::Engagement, "opened one mail", 0.04),
        (CriterionGroup::Other, "came by the website", 0.02),
    ];
    let factor = |(group, words, contribution): (_, &str, _)| Factor {
        group,
        text: text(words),
        contribution,
        known: true,
    };
    Judgement {
        summary: text(
            "84 of 100, 67 % likely: asked for a demo an hour ago; 340 employees in software; uses Salesforce",
        ),
        disposition: text("to an SDR at once"),
        score: 84.0,
        grade: Grade::A,
        probability: Some(0.666),
        interval: Some((0.52, 0.74)),
        decided_by: DecidedBy::Model(ModelHash::of(b"sample")),
        own_model: Some("partner".to_owned()),
        policy: PolicyHash::of(b"sample"),
        unit: ReasonUnit::LogOdds,
        factors: factors.into_iter().map(factor).collect(),
    }
}

pub(crate) fn by_rules(text: Text) -> LeadPage {
    let factors = [
        (CriterionGroup::Engagement, "asked for a demo", 18.0),
        (CriterionGroup::Icp, "340 employees", 12.5),
        (CriterionGroup::Technographic, "uses salesforce", 11.0),
        (CriterionGroup::Contact, "head of a department", 9.3),
        (CriterionGroup::Icp, "industry software", 8.0),
    ];
    let factor = |(group, words, contribution): (_, &str, _)| Factor {
        group,
        text: text(words),
        contribution,
        known: true,
    };
    let judgement = Judgement {
        summary: text("59 of 100: asked for a demo; 340 employees; uses Salesforce"),
        score: 58.8,
        grade: Grade::C,
        probability: None,
        interval: None,
        decided_by: DecidedBy::Rules { because: text("no model has been published yet") },
        unit: ReasonUnit::Points,
        factors: factors.into_iter().map(factor).collect(),
        ..judgement(text)
    };
    LeadPage {
        judgement: Some(judgement),
        scores: vec![score_at(minutes(-64), 72.0, true)],
        trend: None,
        renews: None,
        overridden: Some(Override {
            by: text("Sample manager"),
            at: minutes(-200),
            note: Some(text("Met them at the conference: they replace their tool this quarter.")),
        }),
        ..lead(text, check(text))
    }
}

pub(crate) fn look_first(text: Text) -> LeadPage {
    LeadPage {
        judgement: None,
        partner: Some(PartnerNote {
            name: text("Sample partner"),
            note: Some(text("They asked us twice about scoring.\nBudget is set for the first quarter.")),
        }),
        panel: Panel::Decide { until: minutes(28), task: Task::LookFirst, reasons: reasons(text) },
        marks: vec![Mark::LookFirst],
        ..lead(text, Panel::Free)
    }
}

fn facts(text: Text) -> Facts {
    let known = [
        ("Industry", "Software", "directory", 12, false),
        ("Employees", "340", "directory", 12, false),
        ("Country", "Austria", "form", 0, false),
        ("Technologies", "salesforce, hubspot, snowflake", "technographics", 190, true),
        ("Title", "Head of Revenue Operations", "form", 0, false),
        ("Function", "Sales", "form", 0, false),
        ("Seniority", "Head of a department", "form", 0, false),
    ]
    .into_iter()
    .map(|(field, value, provider, days, is_old)| Fact {
        field: text(field),
        value: text(value),
        provider: text(provider),
        fetched_at: days_ago(days),
        confidence: 0.9,
        lost: if field == "Employees" { lost(text) } else { vec![] },
        is_old,
    })
    .collect();
    Facts {
        known,
        missing: vec![text("intent"), text("revenue")],
        asked: asked(text),
        completeness: 6.0 / 7.0,
        not_understood: vec![(text("country"), text("Narnia"))],
        not_taken: vec![text("motion_hint")],
        consents: vec![(text("newsletter"), true), (text("profiling"), false)],
    }
}

fn lost(text: Text) -> Vec<Lost> {
    let (value, provider) = (text("51-200"), text("Apollo"));
    vec![Lost { value, provider, fetched_at: days_ago(40), confidence: 0.6 }]
}

fn asked(text: Text) -> Vec<AskedVendor> {
    let one = |what, is_missing| AskedVendor { what: text(what), at: minutes(-63), is_missing };
    vec![one("Clearbit did not answer", true), one("People data labs knew the company", false)]
}

fn completing(text: Text) -> Completing {
    let field = |field, value: &str, found: Option<&str>, offered| RecordField {
        field,
        // Of a list there is no free text.
        value: if matches!(offered, Offered::Nothing) && !value.is_empty() {
            text(value)
        } else {
            value.to_owned()
        },
        found: found.map(text),
        offered,
    };
    let levels = [("director", "Director"), ("vp", "Vp")];
    let levels = levels.map(|(value, label)| (value.to_owned(), text(label))).to_vec();
    let offered = |wanted| match wanted {
        FactField::Industry => Offered::Among(vec![text("Software"), text("Fintech")]),
        FactField::Function | FactField::Seniority => Offered::Only(levels.clone()),
        _ => Offered::Nothing,
    };
    let fields = ByHand::FIELDS.map(|one| match one {
        FactField::Employees => field(one, "250", Some("51-200, by Apollo"), offered(one)),
        FactField::Seniority => field(one, "vp", None, offered(one)),
        _ => field(one, "", None, offered(one)),
    });
    Completing { fields: fields.to_vec(), is_open: true }
}

fn activity(text: Text) -> Vec<Event> {
    let event = |minutes_ago: i64, what: &str, name: Option<&str>| Event {
        at: minutes(-minutes_ago),
        what: text(what),
        name: name.map(text),
    };
    let mut events = vec![
        event(64, "Asked for a demo", Some("Talk to us")),
        event(71, "Looked at prices", Some("/pricing")),
        event(2_900, "Looked at prices", Some("/pricing")),
        event(4_400, "Downloaded", Some("Guide to lead scoring")),
        event(9_000, "Attended a webinar", None),
    ];
    events.extend((0..6).map(|n| event(12_000 + n * 2_000, "Looked at a page", Some("/blog"))));
    events
}

fn group(text: Text) -> Vec<Colleague> {
    vec![
        Colleague {
            id: id(21),
            role: text("director, finance"),
            is_open: true,
            score: Some((66.0, Grade::B)),
            state: text("Confirmed, waits for an AE"),
        },
        Colleague {
            id: id(22),
            role: text("specialist, sales"),
            is_open: false,
            score: None,
            state: text("Looked at before scoring"),
        },
    ]
}

fn history(text: Text) -> Vec<HistoryEntry> {
    let entry = |ago: i64, who: Option<&str>, what: &str, note: Option<&str>| HistoryEntry {
        at: minutes(-ago),
        who: who.map(text),
        what: text(what),
        note: note.map(text),
    };
    vec![
        entry(
            8,
            Some("Sample AE 1"),
            "sent back",
            Some("Ask whether the meeting with their finance team took place."),
        ),
        entry(
            40,
            Some("Sample SDR 2"),
            "noted, role about to change",
            Some("Moves to another team in January."),
        ),
        entry(62, None, "given to Sample SDR 1: least loaded of 2 whose territory and hours fit", None),
    ]
}

fn score_at(at: Timestamp, score: f64, compares: bool) -> ScorePoint {
    ScorePoint { at, score, compares }
}
