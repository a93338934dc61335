//! Reports of training runs, by their addresses.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use leadlight_retrain::Request;
use leadlight_tests::memory::request;

use super::*;

/// The month's review and the daily check each have a page, and no report is lost sight of when the next one comes.
#[tokio::test]
async fn every_report_stays_linked() {
    let door = Door::new().await;
    let manager = door.token("manager-1").await;
    let empty = door.page(&manager, "/model/reports").await;
    assert!(empty.body.contains("There is no report yet"), "{}", empty.body);
    assert_eq!(door.page(&manager, "/model/report").await.status, StatusCode::NOT_FOUND);

    let world = door.office.world;
    world.import_history(40).await;
    let day = |days: i64| reference() + SignedDuration::from_hours(24 * days);
    let due = |days, only_if_degraded| Request { due_at: Some(day(days)), only_if_degraded, ..request() };
    world.retrain_as(&due(0, false), day(0)).await;
    for days in 1..=45 {
        world.retrain_as(&due(days, true), day(days)).await;
    }
    world.retrain_as(&due(46, false), day(46)).await;
    let names = world.registry().reports().await.unwrap();
    let (run, check) = (names.run.unwrap(), names.check.unwrap());

    let review = door.page(&manager, "/model").await.body;
    assert!(review.contains(&format!("/model/reports/{}", run.as_str())), "{review}");
    let daily = door.page(&manager, "/model/check").await.body;
    assert!(daily.contains(&format!("/model/reports/{}", check.as_str())), "{daily}");

    let mut linked = BTreeSet::new();
    for year in &names.years {
        for page in 1..=3 {
            let list = door.page(&manager, &format!("/model/reports?year={year}&page={page}")).await;
            assert_eq!(list.status, StatusCode::OK);
            let parts = list.body.split("href=\"/model/reports/").skip(1);
            linked.extend(parts.map(|rest| rest.split('"').next().unwrap().to_owned()));
        }
    }
    assert_eq!(linked.len(), 47, "{linked:?}");
    for name in &linked {
        let whole = door.page(&manager, &format!("/model/reports/{name}")).await;
        assert_eq!(whole.status, StatusCode::OK, "{name}");
        assert!(whole.body.contains("training report"), "{name}");
        let policy = whole.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'"), "{policy}");
    }
    for strange in ["latest", "2026", "..%2F..%2Fkeys%2Fdraw", "2026-11-01T030000Z-run", "x"] {
        let answer = door.page(&manager, &format!("/model/reports/{strange}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{strange}");
    }
    for strange in ["year=1999", "year=%2e%2e%2flatest", "page=0", "page=many", "page=99999999999999999999"] {
        let answer = door.page(&manager, &format!("/model/reports?{strange}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{strange}");
        assert!(answer.body.contains("Daily check"), "{strange}");
    }
    let sdr = door.token("sdr-1").await;
    let answer = door.page(&sdr, &format!("/model/reports/{}", run.as_str())).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
}
