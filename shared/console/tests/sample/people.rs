//! Invented views of people's work: the team's month, lists of leads, and what the model learnt.

use leadlight_console::{
    AccountPage, Choosable, Event, Facet, FindPage, GradeSla, HistoryEntry, LeadsPage, LearntFrom,
    LearntPage, ListPage, ListRow, Load, ManagerPage, Mover, OtherLoad, PaceRow, PaceTime, PeopleCalibration,
    Rate, RateRow, RejectionCount, ScorePoint, Scored, SpeedRow, TeamPace, Way, Whose,
};
use leadlight_lead::{Grade, Role, TrainingMeaning};

use super::lead::contact;
use super::{Text, days_ago, id};

pub(super) fn team(text: Text) -> ManagerPage {
    let load = |name: &str, role, open, capacity, overdue, away: Option<i64>| Load {
        name: text(name),
        role,
        open,
        capacity,
        overdue,
        away_until: away.map(|days| days_ago(-days)),
        leads: Some("/manager/leads/sdr-1".to_owned()),
    };
    let rate = |name: &str, part, of| RateRow { name: text(name), rate: Rate { part, of } };
    ManagerPage {
        period: text("the last 30 days"),
        load: vec![
            load("Sample SDR 1", Role::Sdr, 31, 40, 2, None),
            load("Sample SDR 2", Role::Sdr, 40, 40, 0, None),
            load("Sample SDR 3", Role::Sdr, 0, 40, 0, Some(5)),
            load("Sample AE 1", Role::Ae, 12, 100, 0, None),
        ],
        others: vec![
            OtherLoad {
                whose: Whose::LeftTheTeam {
                    people: vec![(text("Sample SDR 4"), 4), (text("Sample SDR 5"), 1)],
                },
                open: 5,
                overdue: 1,
            },
            OtherLoad { whose: Whose::Nobody, open: 3, overdue: 0 },
        ],
        sla: vec![
            GradeSla { grade: Some(Grade::A), allowed_minutes: 60, met: 188, breached: 9 },
            GradeSla { grade: Some(Grade::B), allowed_minutes: 240, met: 240, breached: 31 },
            GradeSla { grade: Some(Grade::C), allowed_minutes: 480, met: 96, breached: 0 },
            GradeSla { grade: None, allowed_minutes: 90, met: 3, breached: 1 },
        ],
        by_person: vec![
            rate("Sample SDR 1", 141, 203),
            rate("Sample SDR 2", 96, 188),
            rate("Sample SDR 3", 2, 3),
        ],
        by_band: vec![
            rate("80–100", 120, 141),
            rate("60–80", 88, 140),
            rate("40–60", 28, 96),
            rate("0–40, drawn by chance", 1, 14),
        ],
        rejections: vec![
            RejectionCount {
                label: text("No need for what we sell"),
                training: TrainingMeaning::Negative,
                count: 61,
            },
            RejectionCount { label: text("Wrong person"), training: TrainingMeaning::Negative, count: 40 },
            RejectionCount {
                label: text("The record is wrong"),
                training: TrainingMeaning::BadData,
                count: 17,
            },
            RejectionCount { label: text("Bad timing"), training: TrainingMeaning::None, count: 9 },
        ],
        calibration: vec![
            PeopleCalibration { name: text("Sample SDR 1"), held_at_second: Rate { part: 88, of: 120 } },
            PeopleCalibration { name: text("Sample SDR 2"), held_at_second: Rate { part: 71, of: 80 } },
        ],
        pace: pace(text),
        csv: Some("/manager.csv".to_owned()),
    }
}

fn pace(text: Text) -> TeamPace {
    let time = |decided, median, before| PaceTime { decided, median: Some(median), before: Some(before) };
    let person = |name: &str, leads: Option<&str>| PaceRow {
        name: text(name),
        leads: leads.map(str::to_owned),
        first: time(120, 34.0, 61.0),
        second: PaceTime::default(),
        confirmed: Rate { part: 88, of: 120 },
        colleagues: Some(0.71),
        won: Rate { part: 12, of: 31 },
    };
    let speed = |grade, real, working, goal| SpeedRow {
        grade,
        real: Some(real),
        working: Some(working),
        goal,
        in_goal: Rate { part: 88, of: 97 },
    };
    TeamPace {
        months: vec!["2026-11".to_owned(), "2026-10".to_owned()],
        month: "2026-11".to_owned(),
        speed: vec![
            speed(Some(Grade::A), 48.0, 12.0, 60),
            speed(Some(Grade::B), 900.0, 190.0, 240),
            speed(None, 4000.0, 0.5, 480),
        ],
        checkpoints: vec![time(300, 30.0, 44.0), time(120, 200.0, 180.0)],
        people: vec![person("Sample SDR 1", Some("/manager/leads/sdr-1")), person("Sample SDR 9", None)],
        won_by_band: vec![
            (text("90 to 100"), Rate { part: 14, of: 22 }),
            (text("80 to 89"), Rate { part: 1, of: 4 }),
        ],
        agreement: Some(0.83),
    }
}

pub(super) fn learnt(text: Text) -> LearntPage {
    let mover = |what: &str, way| Mover { what: text(what), way };
    LearntPage {
        from: Some(LearntFrom { deals: 2_324, since: days_ago(26) }),
        movers: vec![
            mover("asked for a demo", Way::MoreIsBetter),
            mover("days since the last visit", Way::LessIsBetter),
            mover("industry", Way::Depends),
        ],
        top: Some(Scored { from: 81.0, to: 99.0, won: Rate { part: 41, of: 60 } }),
        bottom: Some(Scored { from: 0.0, to: 18.0, won: Rate { part: 1, of: 90 } }),
    }
}

pub(super) fn found(text: Text) -> FindPage {
    let found = ListPage {
        title: "Leads found".to_owned(),
        at: "/find",
        about: "2 leads.".to_owned(),
        when: "Came",
        ..mine(text)
    };
    FindPage { asked: text("acme.example"), problem: None, found: Some(found) }
}

pub(super) fn leads(text: Text) -> LeadsPage {
    let choice = |label: &str, leads, is_chosen| Choosable {
        label: text(label),
        leads,
        address: "/leads?queue=nurture".to_owned(),
        is_chosen,
    };
    LeadsPage {
        queues: vec![choice("Sales development", None, false), choice("Nurture", None, true)],
        facets: vec![Facet {
            name: "Grade",
            choices: vec![
                choice("all", None, true),
                choice("B", Some(311), false),
                choice("C", Some(189), false),
            ],
        }],
        list: ListPage { title: text("Leads of the queue"), at: "/leads", when: "Came", ..mine(text) },
        standing: 12_480,
        looked_at: 500,
        left: 500,
        csv: "/leads.csv?queue=nurture".to_owned(),
    }
}

pub(super) fn account(text: Text) -> AccountPage {
    let entry = |days, who: Option<&str>, what: &str, note: Option<&str>| HistoryEntry {
        at: days_ago(days),
        who: who.map(text),
        what: text(what),
        note: note.map(text),
    };
    let said = |n, role: &str, entry| (id(n), text(role), entry);
    AccountPage {
        name: text("Acme Robotics"),
        domain: "acme.example".parse().unwrap(),
        about: Some(text("manufacturing, 420 employees, Germany")),
        standing: vec![text("Owner at the first checkpoint: Sample SDR 1")],
        leads: ListPage {
            title: text("Leads of the account"),
            at: "/find",
            about: text("3 leads, the latest first."),
            ..mine(text)
        },
        open: 1,
        people: 3,
        deals: Some(text("1 won, $42,000; 1 lost")),
        scores: [(90, 41.0, false), (40, 58.0, true), (3, 84.0, true)]
            .map(|(days, score, compares)| ScorePoint { at: days_ago(days), score, compares })
            .to_vec(),
        activity: vec![Event { at: days_ago(3), what: text("Asked for a demo"), name: None }],
        history: vec![
            said(4, "director, finance", entry(3, Some("Sample SDR 1"), "Confirmed", None)),
            said(
                5,
                "manager, sales",
                entry(12, Some("Sample manager"), "Noted", Some("They choose in the spring.")),
            ),
            said(5, "manager, sales", entry(40, None, "Placed in the queue “Nurture”", None)),
        ],
    }
}

pub(super) fn mine(text: Text) -> ListPage {
    let row = |n, state: &str, contact| ListRow {
        id: id(n),
        company: text("Acme Robotics"),
        person: text("Sample contact 1"),
        score: Some((84.0, Grade::A)),
        state: text(state),
        contact,
        at: Some(days_ago(3)),
    };
    ListPage {
        title: text("What I confirmed"),
        at: "/mine",
        about: text("The latest first, and what became of each."),
        empty: "You have not confirmed a lead yet.",
        when: "Confirmed",
        rows: vec![
            row(41, "Accepted: may become an opportunity", Some(contact(text))),
            ListRow { score: None, at: None, ..row(42, "Turned down", None) },
        ],
    }
}
