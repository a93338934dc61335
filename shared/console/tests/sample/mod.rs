//! Invented views with everything in them. Every free text passes through `text`, so that a test can fill all
//! of them with whatever it likes.

mod lead;
mod people;

use jiff::{SignedDuration, Timestamp};
use leadlight_console::{
    AccountPage, BadRecord, Champion, Chip, Counts, DataPage, ErrorPage, FieldFill, FindPage, Frame,
    LeadsPage, LearntPage, ListPage, LookedAt, ManagerPage, Mark, Message, ModelPage, ModelView, Panel,
    PolicyPage, QueuePage, QueueRow, QueueView, ReportRow, ReportsPage, SampleUser, SignIn, Surprises,
    SurprisingLead, Tone, UnreadField, Unreads, Version, Viewer,
};
use leadlight_enrichment::{Conflict, Supplied, Supply};
use leadlight_lead::{FactField, Gap, Grade, LeadId, ModelHash, PolicyHash, Role};
use leadlight_model::{BandVerdict, Finding, PastDeal, Severity, Stake, StudyReport};
use leadlight_policy::{Section, Table};

use lead::{attest, by_rules, closed, held, look_first};
pub(crate) use lead::{check, lead};
use people::{account, found, leads, learnt, mine, team};

/// Makes a free text of an invented one.
pub(crate) type Text = fn(&str) -> String;

/// A page under its name.
pub(crate) struct Shown {
    pub(crate) name: &'static str,
    pub(crate) html: String,
}

pub(crate) fn now() -> Timestamp {
    "2026-11-24T14:02:00Z".parse().unwrap()
}

fn minutes(n: i64) -> Timestamp {
    now() + SignedDuration::from_mins(n)
}

fn days_ago(n: i64) -> Timestamp {
    minutes(-n * 24 * 60)
}

pub(crate) fn id(n: usize) -> LeadId {
    LeadId::of(&"website-form".parse().unwrap(), &format!("sample-{n}").parse().unwrap())
}

pub(crate) fn frame(role: Option<Role>, text: Text, message: Option<(Tone, &str)>) -> Frame {
    let name = role.map(|role| match role {
        Role::Sdr => "Sample SDR 1",
        Role::Ae => "Sample AE 1",
        Role::Manager => "Sample manager",
        Role::Admin => "Sample admin",
    });
    Frame {
        now: now(),
        viewer: role.zip(name).map(|(role, name)| Viewer { name: text(name), role }),
        csrf: text("dGhpcyBpcyBhIHNhbXBsZSB0b2tlbg"),
        local: true,
        message: message.map(|(tone, words)| Message::new(tone, text(words))),
        ..Frame::default()
    }
}

/// All pages, each in the states that look different.
pub(crate) fn all(text: Text, report: &StudyReport) -> Vec<Shown> {
    use leadlight_console as console;
    let sdr = || frame(Some(Role::Sdr), text, None);
    let ae = || frame(Some(Role::Ae), text, None);
    let manager = || frame(Some(Role::Manager), text, None);
    let done = frame(Some(Role::Sdr), text, Some((Tone::Done, "Confirmed. 12 left.")));
    let refused = frame(
        Some(Role::Sdr),
        text,
        Some((Tone::Refused, "Your hold on this lead had run out. Take it again, then decide.")),
    );
    let door = frame(None, text, None);
    let cloud = Frame { local: false, ..frame(None, text, None) };
    let page = |name, html| Shown { name, html };
    vec![
        page("sign-in-local", console::sign_in(&door, &users(text))),
        page("sign-in-cloud", console::sign_in(&cloud, &SignIn::Organisation)),
        page("queue", console::queue(&done, &queue(QueueView::Sdr, text))),
        page("queue-empty", console::queue(&sdr(), &empty(QueueView::Sdr))),
        page("queue-ae", console::queue(&ae(), &queue(QueueView::Ae, text))),
        page("queue-flagged", console::queue(&manager(), &queue(QueueView::Flagged, text))),
        page("lead-decide", console::lead(&sdr(), &lead(text, check(text)))),
        page("lead-free", console::lead(&refused, &lead(text, Panel::Free))),
        page("lead-held", console::lead(&sdr(), &lead(text, held(text)))),
        page("lead-rules", console::lead(&sdr(), &by_rules(text))),
        page("lead-look-first", console::lead(&sdr(), &look_first(text))),
        page("lead-ae", console::lead(&ae(), &lead(text, attest(text)))),
        page("lead-override", console::lead(&manager(), &lead(text, Panel::CanOverride))),
        page("lead-closed", console::lead(&manager(), &lead(text, closed(text)))),
        page("manager", console::manager(&manager(), &team(text))),
        page("mine", console::list(&sdr(), &mine(text))),
        page("mine-empty", console::list(&sdr(), &ListPage { rows: vec![], ..mine(text) })),
        page("leads", console::leads(&manager(), &leads(text))),
        page(
            "leads-none",
            console::leads(
                &manager(),
                &LeadsPage { list: ListPage { rows: vec![], ..leads(text).list }, left: 0, ..leads(text) },
            ),
        ),
        page("account", console::account(&sdr(), &account(text))),
        page(
            "account-new",
            console::account(
                &ae(),
                &AccountPage {
                    deals: None,
                    scores: vec![],
                    activity: vec![],
                    history: vec![],
                    standing: vec![],
                    ..account(text)
                },
            ),
        ),
        page("find", console::find(&ae(), &FindPage::default())),
        page("find-found", console::find(&sdr(), &found(text))),
        page(
            "find-none",
            console::find(
                &manager(),
                &FindPage { problem: Some(text("names are not looked for yet")), found: None, ..found(text) },
            ),
        ),
        page("learnt", console::learnt(&sdr(), &learnt(text))),
        page("learnt-empty", console::learnt(&ae(), &LearntPage::default())),
        page("manager-empty", console::manager(&manager(), &ManagerPage::default())),
        page("model", console::model(&manager(), &model(text, Some(report)))),
        page("model-empty", console::model(&manager(), &ModelPage::default())),
        page(
            "model-check",
            console::model(&manager(), &ModelPage { view: ModelView::Check, ..ModelPage::default() }),
        ),
        page(
            "model-out",
            console::model(
                &manager(),
                &ModelPage { champion: Some(out_of_force(text)), ..ModelPage::default() },
            ),
        ),
        page("reports", console::reports(&manager(), &reports(text))),
        page("reports-empty", console::reports(&manager(), &ReportsPage::default())),
        page("data", console::data(&manager(), &data(text))),
        page("data-empty", console::data(&manager(), &DataPage::default())),
        page(
            "data-unasked",
            console::data(
                &manager(),
                &DataPage { supply: Supply { leads: 3, ..Supply::default() }, ..DataPage::default() },
            ),
        ),
        page("policy", console::policy(&manager(), &policy(text))),
        page("error-conflict", console::error(&sdr(), &conflict(text))),
    ]
}

fn users(text: Text) -> SignIn {
    let user =
        |member: &str, name, role| SampleUser { member: member.parse().unwrap(), name: text(name), role };
    SignIn::Sample(vec![
        user("sdr-1", "Sample SDR 1", Role::Sdr),
        user("sdr-2", "Sample SDR 2", Role::Sdr),
        user("ae-1", "Sample AE 1", Role::Ae),
        user("manager-1", "Sample manager", Role::Manager),
        user("admin-1", "Sample admin", Role::Admin),
    ])
}

fn row(
    n: usize,
    due: Option<i64>,
    score: Option<(f64, Grade)>,
    company: &str,
    marks: Vec<Mark>,
    text: Text,
) -> QueueRow {
    let reasons: [&[(&str, bool)]; 4] = [
        &[("asked for a demo", true), ("uses Salesforce", true), ("340 employees", true)],
        &[("three visits to pricing in a week", true), ("VP of sales", true), ("a free mailbox", false)],
        &[],
        &[("downloaded two guides", true), ("19 employees", false), ("agriculture", false)],
    ];
    let why: Vec<Chip> = reasons[n % reasons.len()]
        .iter()
        .map(|(reason, is_for)| Chip { text: text(reason), is_for: *is_for })
        .collect();
    QueueRow {
        id: id(n),
        due_at: due.map(minutes),
        score,
        company: text(company),
        person: text(&format!("Sample contact {n}")),
        title: (!n.is_multiple_of(3)).then(|| text("Head of Revenue Operations")),
        instead: why.is_empty().then(|| text("Handed over by a partner: a person looks before scoring")),
        why,
        marks,
    }
}

pub(crate) fn queue(view: QueueView, text: Text) -> QueuePage {
    let until = minutes(28);
    let other = Mark::HeldBy { name: text("Sample SDR 2"), until: minutes(12) };
    let row = |n, due, score, company, marks| row(n, due, score, company, marks, text);
    QueuePage {
        view,
        counts: Counts { waiting: 1_214, due_within_the_hour: 3, overdue: 2 },
        held: vec![row(1, Some(34), Some((84.0, Grade::A)), "Acme Robotics", vec![Mark::HeldByYou(until)])],
        rows: vec![
            row(2, Some(-95), None, "Initech", vec![Mark::Overdue, Mark::LookFirst]),
            row(4, Some(-12), Some((78.2, Grade::A)), "Umbra Analytics", vec![Mark::Overdue, Mark::SentBack]),
            row(5, Some(18), Some((71.4, Grade::B)), "Northwind", vec![]),
            row(3, Some(41), Some((60.9, Grade::B)), "vandelay.example", vec![Mark::Borderline, other]),
            row(8, Some(55), Some((78.0, Grade::A)), "Stark Tooling", vec![]),
            row(
                7,
                Some(130),
                Some((52.0, Grade::C)),
                "Hooli Logistics",
                vec![
                    Mark::Overridden,
                    Mark::Segment(text("Enterprise")),
                    Mark::Sides("A fit, low engagement".to_owned()),
                ],
            ),
            row(11, Some(245), Some((14.7, Grade::D)), "Pied Paper", vec![Mark::Drawn(0.02)]),
            row(6, Some(600), None, "Soylent Foods", vec![Mark::Incomplete, Mark::Flagged]),
            row(9, None, Some((70.2, Grade::B)), "Wonka Packaging", vec![]),
        ],
        can_take: true,
        csv: Some("/queue.csv".to_owned()),
    }
}

fn empty(view: QueueView) -> QueuePage {
    QueuePage { view, counts: Counts::default(), held: vec![], rows: vec![], can_take: true, csv: None }
}

fn champion(text: Text) -> Champion {
    Champion {
        model: ModelHash::of(&[3]),
        out_of_force: None,
        learner: text("explainable boosting"),
        since: days_ago(26),
        deals: 2_324,
        own: vec![(text("partner"), 61)],
    }
}

fn out_of_force(text: Text) -> Champion {
    let because = text(
        "the policy lacks `tech_stack`, which the model learnt; the next training makes one that fits (leadlight retrain)",
    );
    Champion { out_of_force: Some(because), ..champion(text) }
}

fn model(text: Text, report: Option<&StudyReport>) -> ModelPage<'_> {
    let version = |n: u8, days, verdict: &str| Version {
        model: ModelHash::of(&[n]),
        at: days_ago(days),
        learner: text("explainable boosting"),
        verdict: text(verdict),
    };
    let surprise = |n, score, company: Option<&str>, amount_usd| SurprisingLead {
        deal: PastDeal {
            lead: id(n),
            score,
            probability: Some(score / 140.0),
            closed_at: days_ago(12),
            company: company.map(text),
            amount_usd,
            owner: None,
            factors: vec![
                (text("no intent seen"), -0.61),
                (text("role not known"), -0.3),
                (text("asked for a demo"), 0.2),
            ],
        },
        owner: company.map(|_| text("Sample SDR 1")),
    };
    ModelPage {
        view: ModelView::Review,
        champion: Some(champion(text)),
        report,
        report_address: Some("/model/reports/2026-11-01T030000Z-run".to_owned()),
        versions: vec![
            version(3, 26, "scores today"),
            version(2, 57, "replaced"),
            version(1, 88, "taken back: it promised too much"),
        ],
        won_but_low: Surprises {
            leads: vec![
                surprise(31, 12.0, Some("Brightforge"), Some(24_000)),
                surprise(32, 19.4, None, None),
            ],
            stake: Some(Stake { deals: 2, known: 1, usd: 24_000 }),
        },
        lost_but_high: Surprises { leads: vec![surprise(33, 96.0, Some("Lowland"), None)], stake: None },
        csv: Some("/model.csv".to_owned()),
    }
}

/// The second of three pages of a year's reports.
fn reports(text: Text) -> ReportsPage {
    let row = |name: &str, days, is_check, outcome: Option<&str>, review| ReportRow {
        address: format!("/model/reports/{name}"),
        name: name.to_owned(),
        at: Some(days_ago(days)),
        is_check,
        outcome: outcome.map(text),
        review,
    };
    ReportsPage {
        years: vec!["2026".to_owned(), "2025".to_owned()],
        year: Some("2026".to_owned()),
        reports: vec![
            row(
                "2026-11-02T050000Z-check",
                22,
                true,
                Some("the model stays"),
                Some(BandVerdict::Miscalibrated),
            ),
            row("2026-11-01T030000Z-run", 23, false, Some("a new model"), Some(BandVerdict::BottomStillWins)),
            ReportRow { at: None, ..row("2026-10-31T050000Z-check", 24, true, None, None) },
        ],
        page: (2, 3),
    }
}

/// Two vendors, the second asked where the first fails, and what came with an import.
pub(crate) fn supply(text: Text) -> Supply {
    let day = |days: i64| SignedDuration::from_hours(24 * days);
    // Whatever the text: three names.
    let named = |name: &str| format!("{}{name}", text(""));
    let (first, second, import) = (named("people-data-labs"), named("last-resort"), named("crm-export"));
    let people_data_labs = Supplied {
        leads: 200,
        found: 120,
        kept: 50,
        unknown: 24,
        gaps: [(Gap::Away, 4), (Gap::NoCredit, 2), (Gap::LeadCap, 3)].into(),
        cost_usd_micros: 22_000_000,
        fields: [(FactField::Industry, 160), (FactField::Employees, 170)].into(),
        ages: vec![day(0), day(12), day(40)],
    };
    let last_resort = Supplied { leads: 24, found: 8, unknown: 16, ..Supplied::default() };
    let imported = Supplied { fields: [(FactField::Country, 12)].into(), ..Supplied::default() };
    let conflict = Conflict { field: FactField::Employees, won: first.clone(), lost: text("form") };
    Supply {
        leads: 212,
        providers: [(first.clone(), people_data_labs), (second, last_resort), (import, imported)].into(),
        conflicts: [(conflict, 17)].into(),
        industries: [((first.clone(), text("Sundry goods")), 3)].into(),
        technologies: (1..15).map(|n| ((first.clone(), named(&format!("tool-{n:02}"))), n)).collect(),
    }
}

fn data(text: Text) -> DataPage {
    let field = |name: &str, known, is_wanted| FieldFill { field: text(name), known, is_wanted };
    let finding = |severity, feature: Option<&str>, what: &str, remedy: &str| Finding {
        severity,
        feature: feature.map(text),
        what: text(what),
        remedy: text(remedy),
    };
    DataPage {
        unread: Unreads {
            leads: 212,
            fields: vec![UnreadField {
                field: "industry".to_owned(),
                said: 190,
                unread: 7,
                texts: vec![(text("Wizardry"), 5)],
            }],
        },
        supply: supply(text),
        looked_at: Some(LookedAt { leads: 1_204, at: days_ago(3) }),
        fields: vec![
            field("industry", 0.93, true),
            field("employees", 0.88, true),
            field("country", 0.99, true),
            field("technologies", 0.41, true),
            field("intent", 0.22, true),
            field("seniority", 0.71, true),
            field("revenue", 0.35, false),
        ],
        findings: vec![
            finding(
                Severity::Red,
                Some("intent"),
                "known for 22 % of leads, 58 % the month before",
                "see that the vendor’s feed still arrives",
            ),
            finding(
                Severity::Amber,
                Some("technologies"),
                "a third of the facts are older than 180 days",
                "fetch them anew more often",
            ),
            finding(Severity::Note, None, "38 leads came without a time", "have the form send occurred_at"),
        ],
        bad_records: vec![BadRecord {
            lead: id(41),
            company: text("Initech"),
            at: minutes(-500),
            by: text("Sample SDR 2"),
            reason: text("The record is wrong"),
            note: Some(text("The company was bought last year.")),
        }],
    }
}

fn policy(text: Text) -> PolicyPage {
    let table = Table {
        head: vec![text("Grade"), text("Score from"), text("Answer within")],
        rows: vec![
            vec![text("A"), text("75"), text("1 h")],
            vec![text("B"), text("60"), text("4 h")],
            vec![text("C"), text("40"), text("8 h")],
        ],
    };
    let section = |title: &str, words: &str, table: Option<Table>| Section {
        title: text(title),
        text: vec![text(words)],
        table,
    };
    PolicyPage {
        name: text("default"),
        revision: 4,
        hash: PolicyHash::of(b"sample"),
        since: Some(days_ago(40)),
        sections: vec![
            section(
                "Who is turned down at once",
                "Customers, competitors, and people who don’t buy for a company. What is not known disqualifies nobody.",
                None,
            ),
            section(
                "Thresholds and grades",
                "At 60 of 100 and over, an SDR looks at once; from 40, marketing nurtures.",
                Some(table),
            ),
            section(
                "What a sample of chance is for",
                "Of leads that would be turned down, 2 % go to people all the same, marked as such.",
                None,
            ),
        ],
    }
}

fn conflict(text: Text) -> ErrorPage {
    ErrorPage {
        status: 409,
        title: text("This lead has changed"),
        what: text("Sample SDR 2 worked on it since your page was made; nothing of yours was changed in it."),
        to_do: text("Look at the lead as it is now, then decide anew."),
        link: (format!("/leads/{}", id(1)), text("Look at it now")),
    }
}
