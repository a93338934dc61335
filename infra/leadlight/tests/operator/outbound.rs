//! Target accounts by the command, without a running system.

use super::*;

const LIST: &str = "domain;name;Mitarbeiter;Branche;email\nacme.example;Acme;1.200;Software;ada@acme.example\n\
                    bolt.example;=1+1;viele;Einzelhandel;\n;Nameless;1;Software;\nglobex.example;A customer;500;Software;\n";

#[test]
fn a_list_of_target_accounts_is_checked_and_ranked() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("targets.csv");
    std::fs::write(&file, LIST).unwrap();
    let (file, policy) =
        (file.to_str().unwrap(), Path::new(env!("CARGO_MANIFEST_DIR")).join("../policies/default.toml"));
    let checked = run(&["targets", "check", file]);
    let said = text(&checked.stdout);
    for part in [
        "3 accounts, 1 person there",
        "1 set aside, since no company is named",
        "targets.csv:4: there is no domain; write",
        "targets.csv:3: `employees` cannot be read, and is not known",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    let rank = |how: &[&str]| {
        let output =
            run(&[&["outbound", "rank", "--targets", file, "--policy", policy.to_str().unwrap()], how]
                .concat());
        assert!(output.status.success(), "{}", text(&output.stderr));
        text(&output.stdout)
    };
    let value: Value = serde_json::from_str(&rank(&["--format", "json"])).unwrap();
    assert_eq!(
        (&value["accounts"][0]["domain"], &value["accounts"][0]["people"]),
        (&"acme.example".into(), &1.into())
    );
    assert_eq!(value["left_out"][0]["disqualifier"], "current_customer");
    let csv = rank(&["--csv"]);
    assert!(
        csv.starts_with("rank,domain,name,tier,owner,score,people,why,left_out\n1,acme.example,Acme,"),
        "{csv}"
    );
    assert!(csv.contains("2,bolt.example,'=1+1,"), "no spreadsheet takes a name for a formula: {csv}");
    let told = rank(&["--top", "1"]);
    assert!(
        told.contains("2 accounts ranked, 1 more than shown") && told.contains("Left out, 1 account"),
        "{told}"
    );
    let refused = run(&["outbound", "rank", "--policy", "x.toml"]);
    assert_eq!(refused.status.code(), Some(2), "a policy alone ranks nothing");
}
