//! What is logged, and what is not. In a binary of their own: what a thread logs is collected by a subscriber, and tests
//! beside them that have none would switch log lines off for all.

#![expect(clippy::unwrap_used, reason = "a test ends where something is not as it should be")]

use std::sync::{Arc, Mutex, PoisonError};

use leadlight_desk::Action;
use leadlight_lead::{NoteKind, QueueName};
use leadlight_ports::FixedClock;
use leadlight_ports::memory::MemoryQueue;
use leadlight_ports::metrics::Alarm;
use leadlight_registry::InForce;
use leadlight_sla::Sla;
use leadlight_tests::memory::{MAX_RECEIVE_COUNT, System, delivery, through};
use leadlight_tests::office::{Office, after};
use leadlight_tests::shaky::{Shaky, ShakyWorld};

const LEAD: &str = r#"{"schema_version":1,"id":"e1","source":"website-form","email":"ada@brightforge.example","title":"VP Sales"}"#;

/// Collects what would be logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Log {
    /// Collects what this thread logs, until the guard is dropped.
    fn collect(&self) -> tracing::subscriber::DefaultGuard {
        let writer = self.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_ansi(false)
            .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
            .with_writer(move || writer.clone())
            .finish();
        tracing_subscriber::util::SubscriberInitExt::set_default(subscriber)
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }
}

#[tokio::test]
async fn a_sweep_that_fails_tells_of_the_leads_that_no_later_one_will_see() {
    let log = Log::default();
    let _guard = log.collect();
    let office = Office::new().await;
    let leads = Shaky { unheard: Some(QueueName::Ae), ..Shaky::of(&office.world.leads) };
    let all_late = FixedClock(after(60 * 24 * 7));
    let sla = Sla::<ShakyWorld> {
        leads,
        in_force: InForce::new(office.world.registry()),
        to_score: MemoryQueue::default(),
        clock: all_late,
    };
    assert!(sla.run(None).await.is_err());
    let told = log.text();
    let breached = told
        .lines()
        .find(|line| line.contains("alarm=\"LeadsBreached\""))
        .unwrap_or_else(|| panic!("{told}"));
    assert!(breached.contains("number=") && !breached.contains("number=0"), "{breached}");
}

#[tokio::test]
async fn a_lead_that_is_taken_over_too_late_is_told_of_like_one_that_a_sweep_finds() {
    let log = Log::default();
    let _guard = log.collect();
    let office = Office::new().await;
    let (id, _) = office.first(QueueName::Sdr).await;
    let manager = office.person("manager-1").await;
    office.does(60 * 24 * 7, &manager, &id, Action::Claim, None).await.unwrap();
    let told = log.text();
    assert!(told.contains("alarm=\"LeadsBreached\" number=1"), "{told}");
}

/// Rust sources of the functions and of what they share.
fn sources() -> Vec<(std::path::PathBuf, String)> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut folders = vec![root.join("functions"), root.join("shared")];
    let mut sources = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                sources.push((path, text));
            }
        }
    }
    sources
}

#[test]
fn what_is_logged_as_an_alarm_is_counted_and_every_alarm_can_be_raised() {
    let sources = sources();
    assert!(sources.len() > 100, "the test must see the code");
    let (here, others): (Vec<_>, Vec<_>) =
        sources.iter().partition(|(path, _)| path.ends_with("ports/src/metrics.rs"));
    assert_eq!(here.len(), 1);
    for (path, text) in &others {
        assert!(
            !text.contains("alarm = "),
            "{}: logs an alarm that nobody counts; use `alarm!`",
            path.display()
        );
    }
    for alarm in Alarm::ALL {
        let name = format!("Alarm::{}", alarm.name());
        assert!(others.iter().any(|(_, text)| text.contains(&name)), "{name} is never raised");
    }
}

#[tokio::test]
async fn logs_hold_no_personal_data() {
    let log = Log::default();
    let _guard = log.collect();
    let world = System::new().await;
    let personal = [
        ("email", "ada@brightforge.example", LEAD.to_owned()),
        ("a bad e-mail", "adalovelace", LEAD.replace("ada@brightforge.example", "adalovelace")),
        ("a conflict", "Intern", LEAD.replace("VP Sales", "Intern")),
        ("a phone as a number", "4917012345", LEAD.replace("\"id\"", "\"phone\":4917012345,\"id\"")),
        ("no JSON", "Ada Lovelace", "Ada Lovelace".to_owned()),
    ];
    for (_, _, body) in &personal {
        world.pass(&[body]).await;
    }
    // People and deals speak of the same person.
    let office = Office::new().await;
    let (id, sdr) = office.first(QueueName::Sdr).await;
    let written = "she told me about Lovelace";
    office.does(1, &sdr, &id, Action::Claim, None).await.unwrap();
    office.does(2, &sdr, &id, Action::Note { about: NoteKind::Context }, Some(written)).await.unwrap();
    office.does(3, &sdr, &id, Action::Flag, Some(written)).await.unwrap();
    assert!(office.does(3, &sdr, &id, Action::Confirm, Some(written)).await.is_err());
    office.world.sla(after(60 * 24 * 7)).run(None).await.unwrap();
    let stranger = r#"{"schema_version":1,"id":"c1","lead":{"email":"grace@nowhere.example"},
        "occurred_at":"2026-11-20T11:00:00Z","what":{"kind":"lost","reason":"Hopper left"}}"#;
    through(&office.world.outcomes(), delivery([stranger, "{\"lead\":\"Hopper\"}"], MAX_RECEIVE_COUNT)).await;
    let text = log.text();
    assert!(text.contains("dead letter"), "the test must see the log: {text}");
    let said = ["Lovelace", "grace@nowhere", "Hopper"]
        .map(|value| ("what people and deals said", value, String::new()));
    for (what, value, _) in personal.into_iter().chain(said) {
        assert!(!text.contains(value), "{what} was logged: {text}");
    }
}
