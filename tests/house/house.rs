//! The house itself: who may know whom, nothing in a circle, no I/O in rooms that are to have none, no dependency that
//! nothing uses.

#![expect(clippy::unwrap_used, reason = "a test ends where something is not as it should be")]

mod circles;
mod rooms;
mod sources;

use std::collections::BTreeSet;

use circles::{Modules, circles};
use proc_macro2::TokenTree;
use sources::{Room, files, names, paths, rooms as all_rooms, root, tokens};

/// Rooms that know no I/O, clock, environment or SDK. Those that are not built yet are not looked at.
const PURE: [&str; 15] = [
    "shared/reading",
    "shared/lead",
    "shared/settings",
    "shared/policy",
    "shared/model",
    "shared/scoring",
    "shared/sources",
    "shared/enrichment",
    "shared/destinations",
    "shared/accounts",
    "shared/outbound",
    "shared/desk",
    "shared/console",
    "shared/report",
    "shared/exports",
];
/// What such a room names nowhere but in its tests: paths as they begin.
const OUTSIDE: [&[&str]; 16] = [
    &["std", "fs"],
    &["std", "net", "TcpListener"],
    &["std", "net", "TcpStream"],
    &["std", "net", "ToSocketAddrs"],
    &["std", "net", "UdpSocket"],
    &["std", "env"],
    &["std", "process"],
    &["std", "thread", "sleep"],
    &["std", "io", "stdin"],
    &["std", "io", "stdout"],
    &["std", "io", "stderr"],
    &["std", "time", "SystemTime"],
    &["std", "time", "Instant"],
    &["Timestamp", "now"],
    &["jiff", "Timestamp", "now"],
    &["Zoned", "now"],
];
/// Dependencies that bring it in, as they begin.
const DOORS: [&str; 13] = [
    "aws_",
    "lambda_",
    "hyper",
    "tokio",
    "ureq",
    "reqwest",
    "rustix",
    "getrandom",
    "leadlight_ports",
    "leadlight_registry",
    "leadlight_adapters",
    "leadlight_aws_call",
    "leadlight_identity",
];
/// Of those that begin so the one that does nothing but calculate: hashes and signatures.
const ARITHMETIC: &str = "aws_lc_rs";
/// Files of a function that may name the real adapters: they wire it.
const WIRING: [&str; 3] = ["main.rs", "serve.rs", "config.rs"];

fn told(problems: &[String]) {
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

fn source_files(room: &Room) -> std::collections::BTreeMap<String, String> {
    files(&root().join(&room.folder).join("src"))
}

#[test]
fn nothing_goes_in_a_circle() {
    let mut found = Vec::new();
    let mut looked_at = 0;
    for room in all_rooms() {
        let needs = Modules::read(&source_files(&room)).needs();
        looked_at += needs.values().map(std::collections::BTreeMap::len).sum::<usize>();
        found.extend(circles(&needs).iter().map(|circle| format!("{}: {circle}", room.folder)));
    }
    assert!(looked_at > 200, "the imports were read: {looked_at}");
    told(&found);
}

#[test]
fn every_room_knows_whom_the_architecture_says() {
    let text = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let found = rooms::differences(&text, &all_rooms());
    told(&found.iter().map(|problem| format!("ARCHITECTURE.md: {problem}")).collect::<Vec<_>>());
}

/// A file that its head declares for tests alone, by its name.
fn is_for_tests(file: &str) -> bool {
    file == "tests.rs" || file.ends_with("/tests.rs") || file.contains("tests/")
}

#[test]
fn pure_rooms_know_nothing_of_the_outside() {
    let mut found = Vec::new();
    let rooms = all_rooms();
    assert!(rooms.iter().filter(|room| PURE.contains(&room.folder.as_str())).count() >= 6);
    for room in rooms.iter().filter(|room| PURE.contains(&room.folder.as_str())) {
        let leads_outside =
            |name: &&String| *name != ARITHMETIC && DOORS.iter().any(|door| name.starts_with(door));
        for name in room.dependencies.iter().filter(leads_outside) {
            found.push(format!("{} is to know no I/O and depends on {name}", room.folder));
        }
        for (file, text) in source_files(room).into_iter().filter(|(file, _)| !is_for_tests(file)) {
            for path in outside(&tokens(&text)) {
                found.push(format!("{}/src/{file} is to know no I/O and names {path}", room.folder));
            }
        }
    }
    told(&found);
}

/// Paths that lead outside.
fn outside(tokens: &[TokenTree]) -> Vec<String> {
    let mut named = Vec::new();
    paths(tokens, &mut named);
    let leads_out = |path: &&Vec<String>| {
        OUTSIDE.iter().any(|way| path.iter().map(String::as_str).take(way.len()).eq(way.iter().copied()))
    };
    named.iter().filter(leads_out).map(|path| path.join("::")).collect()
}

#[test]
fn what_leads_outside_is_seen() {
    for text in [
        "use std::{fmt, fs::File};",
        "fn now() -> jiff::Timestamp { jiff::Timestamp::now() }",
        "use jiff::Timestamp; fn now() -> Timestamp { Timestamp::now() }",
        "fn wait() { let x = vec![std::time::Instant::now()]; }",
    ] {
        assert_eq!(outside(&tokens(text)).len(), 1, "{text}");
    }
    assert!(outside(&tokens("use std::fmt; #[cfg(test)] mod tests { use std::fs; }")).is_empty());
}

#[test]
fn a_function_meets_the_real_adapters_only_where_it_is_wired() {
    let mut found = Vec::new();
    for room in all_rooms().iter().filter(|room| room.folder.starts_with("functions/")) {
        for (file, text) in source_files(room) {
            let mut named = BTreeSet::new();
            names(&tokens(&text), &mut named);
            if named.contains("leadlight_adapters") && !WIRING.contains(&file.as_str()) {
                found.push(format!(
                    "{}/src/{file} names leadlight_adapters; wire it in serve.rs",
                    room.folder
                ));
            }
        }
    }
    told(&found);
}

#[test]
fn every_dependency_is_used_by_name() {
    let mut found = Vec::new();
    for room in all_rooms() {
        let folder = root().join(&room.folder);
        let mut code = BTreeSet::new();
        let mut all = BTreeSet::new();
        for (file, text) in files(&folder) {
            // A folder within, such as `events/src`, is the crate's own; another crate's is not.
            let is_another = file.split('/').scan(folder.clone(), |at, part| {
                at.push(part);
                Some(at.join("Cargo.toml").exists())
            });
            if file.starts_with("target/") || is_another.into_iter().any(|is_another| is_another) {
                continue;
            }
            let stream: proc_macro2::TokenStream = text.parse().unwrap();
            names(&stream.into_iter().collect::<Vec<_>>(), &mut all);
            if file.starts_with("src/") || file == "build.rs" {
                names(&tokens(&text), &mut code);
            }
        }
        let lists =
            [("dependencies", &room.dependencies, &code), ("dev-dependencies", &room.dev_dependencies, &all)];
        for (list, dependencies, used) in lists {
            for name in dependencies.difference(used) {
                found.push(format!(
                    "{}/Cargo.toml: nothing uses {name}; take it out of [{list}]",
                    room.folder
                ));
            }
        }
    }
    told(&found);
}
