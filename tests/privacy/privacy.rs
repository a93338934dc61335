//! No personal data in logs. Alone in its binary: what a thread logs is collected by a subscriber, and
//! tests beside it that have none would switch log lines off for all.

use std::sync::{Arc, Mutex, PoisonError};

use leadlight_tests::memory::World;

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

#[tokio::test]
async fn logs_hold_no_personal_data() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing_subscriber::util::SubscriberInitExt::set_default(subscriber);
    let world = World::new().await;
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
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(text.contains("dead letter"), "the test must see the log: {text}");
    for (what, value, _) in personal {
        assert!(!text.contains(value), "{what} was logged: {text}");
    }
}
