//! `submit --as`: bodies as Typeform and HubSpot send them.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{Runs, text};

/// The body of a request that a sender once sent.
fn body(folder: &Path, sample: &str) -> PathBuf {
    let testdata = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/sources/testdata");
    let request = std::fs::read_to_string(testdata.join(format!("{sample}.http"))).unwrap();
    let (_, body) = request.split_once("\n\n").or(request.split_once("\r\n\r\n")).unwrap();
    let file = folder.join(format!("{}.body", sample.replace('/', "-")));
    std::fs::write(&file, body).unwrap();
    file
}

/// Of a running system, in which no sources file is in force yet.
pub(super) fn what_another_system_sends_goes_in_as_that_source(runs: &Runs, folder: &Path) {
    let typeform = body(folder, "typeform/demo");
    let typeform = typeform.to_str().unwrap();
    let early = runs.run(&["submit", "--as", "webinar", typeform]);
    assert_eq!(early.status.code(), Some(1), "no sources file is in force");

    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("../policies/sources.toml");
    let published = runs.run(&["sources", "publish", sources.to_str().unwrap(), "--reason", "a test"]);
    assert!(published.status.success(), "{}", text(&published.stderr));
    let listed = || {
        let output = runs.run(&["queue", "list", "--format", "json"]);
        let listed: Value = serde_json::from_slice(&output.stdout).unwrap();
        listed["leads"].as_array().unwrap().len()
    };
    let before = listed();

    let unknown = runs.run(&["submit", "--as", "webinars", typeform]);
    let said = text(&unknown.stderr);
    assert_eq!(unknown.status.code(), Some(1));
    assert!(said.contains("the sources file in force has no source `webinars`; it has "), "{said}");

    let dry = runs.run(&["submit", "--as", "webinar", typeform, "--dry-run"]);
    let (said, shown) = (text(&dry.stdout), text(&runs.run(&["sources", "try", "webinar", typeform]).stdout));
    assert_eq!(said, format!("{typeform}: {shown}Nothing was sent.\n"), "{}", text(&dry.stderr));
    assert_eq!(listed(), before);

    let first = runs.run(&["submit", "--as", "webinar", typeform, "--format", "json"]);
    assert!(first.status.success(), "{}", text(&first.stderr));
    let rows: Value = serde_json::from_slice(&first.stdout).unwrap();
    assert_eq!(rows[0]["lead"]["email"], "ada@acme.example", "{rows}");
    assert_eq!(rows[0]["lead"]["source"], "webinar", "whatever the body says");
    assert_eq!(listed(), before + 1);
    let again = text(&runs.run(&["submit", "--as", "webinar", typeform]).stdout);
    assert!(again.contains("submitted before"), "{again}");

    let nobody = body(folder, "typeform/no-address");
    let hubspot = body(folder, "hubspot/contact");
    let gone = folder.join("gone.body");
    let mixed = ["--as", "webinar", nobody.to_str().unwrap(), gone.to_str().unwrap(), typeform];
    let mixed = runs.run(&[&["submit"], &mixed[..]].concat());
    let said = text(&mixed.stdout);
    assert_eq!(mixed.status.code(), Some(3), "{said}");
    assert!(said.contains("typeform-no-address.body: not sent: ") && said.contains("email"), "{said}");
    assert!(said.contains("gone.body: not sent: ") && said.contains("cannot be read"), "{said}");
    assert!(said.contains("submitted before"), "what can be read goes in all the same: {said}");

    let referred = runs.run(&["submit", "--as", "referral", hubspot.to_str().unwrap()]);
    let said = text(&referred.stdout);
    assert!(referred.status.success() && said.contains("a contact to be fetched: "), "{said}");
}
