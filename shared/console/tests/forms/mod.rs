//! What forms send.

use super::*;

#[test]
fn every_form_posts_with_a_token_and_for_leads_with_the_revision() {
    for (name, page) in all() {
        for form in page.named("form") {
            assert_eq!(form.attribute("method").as_deref(), Some("post"), "{name}");
            let action = form.attribute("action").unwrap();
            assert!(action.starts_with('/') && !action.contains('?'), "{name}: {action}");
            let hidden = hidden(&form);
            assert_eq!(hidden["csrf"], "dGhpcyBpcyBhIHNhbXBsZSB0b2tlbg", "{name}: {action}");
            let revision = action.starts_with("/leads/").then_some("7");
            assert_eq!(hidden.get("revision").map(String::as_str), revision, "{name}: {action}");
        }
    }
}

fn hidden(form: &Element) -> BTreeMap<String, String> {
    let fields = form.named("input").into_iter().filter(|i| i.attribute("type").as_deref() == Some("hidden"));
    fields.map(|i| (i.attribute("name").unwrap(), i.attribute("value").unwrap())).collect()
}

#[test]
fn forms_send_the_fields_that_the_server_reads() {
    let fields = |form: &Element| -> String {
        let all =
            form.all().into_iter().filter(|e| matches!(e.name().as_str(), "input" | "textarea" | "select"));
        let names: BTreeSet<String> = all.filter_map(|e| e.attribute("name")).collect();
        names.into_iter().filter(|n| n != "csrf" && n != "revision").collect::<Vec<_>>().join(" ")
    };
    let mut found: BTreeMap<String, String> = BTreeMap::new();
    for (name, page) in all() {
        for form in page.named("form") {
            let action = form.attribute("action").unwrap();
            let action = action.rsplit('/').next().unwrap().to_owned();
            if action != "sign-in" {
                let before = found.insert(action.clone(), fields(&form));
                assert!(before.is_none_or(|before| before == fields(&form)), "{name}: {action}");
            }
        }
    }
    let expected = [
        ("accept", "buying_signal deal_size note relationship strategic_fit"),
        ("assign", "note to"),
        ("claim", ""),
        (
            "complete",
            "company_name country employees function industry note revenue_usd seniority technologies title",
        ),
        ("confirm", "note"),
        ("contact", "on"),
        ("find", "q"),
        ("flag", "note"),
        ("next", "queue"),
        ("note", "kind note"),
        ("override", "note"),
        ("reject", "note reason"),
        ("release", ""),
        ("renew", ""),
        ("reopen", "note to"),
        ("seen", "note"),
        ("send-back", "note"),
        ("sign-out", ""),
        ("undo", ""),
    ];
    assert_eq!(found, expected.map(|(a, f)| (a.to_owned(), f.to_owned())).into());
}
