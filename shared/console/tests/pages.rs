//! The pages as a browser gets them.

#![expect(clippy::unwrap_used, reason = "a test ends where something is not as it should be")]

mod dom;
mod forms;
mod sample;
#[expect(dead_code, reason = "shared with the tests of the report, which use all of it")]
#[path = "../../report/tests/sample/mod.rs"]
mod study;

use std::collections::{BTreeMap, BTreeSet};

use dom::{Element, parsed};
use leadlight_console::{
    Factor, LeadPage, Message, Panel, QueuePage, QueueView, SCRIPT, SCRIPT_PATH, STYLE_PATH, Task, Tone,
    asset_path, style,
};
use leadlight_lead::{CriterionGroup, Role};
use sample::Shown;

const KILOBYTE: usize = 1024;

fn hostile(_: &str) -> String {
    r#"</title><script>alert(1)</script>"'><img src=x onerror=alert(1)>&lt;"#.to_owned()
}

fn all() -> Vec<(&'static str, Element)> {
    let study = study::report(12);
    sample::all(str::to_owned, &study).iter().map(|p| (p.name, parsed(p.name, &p.html))).collect()
}

fn page(name: &str) -> Element {
    all().into_iter().find(|(n, _)| *n == name).unwrap().1
}

#[test]
fn every_page_has_its_landmarks_a_title_and_one_heading() {
    for (name, page) in all() {
        let count = |element: &str| page.named(element).len();
        assert_eq!(page.named("html")[0].attribute("lang").as_deref(), Some("en"), "{name}");
        let title = page.named("head")[0].named("title")[0].text();
        assert!(title.ends_with(" · Leadlight") && title.len() > 13, "{name}: {title}");
        assert_eq!([count("h1"), count("main"), count("header"), count("footer")], [1, 1, 1, 1], "{name}");
        let skip = &page.named("body")[0].named("a")[0];
        assert_eq!(skip.attribute("href").as_deref(), Some("#main"), "{name}");
        assert_eq!(page.named("main")[0].attribute("id").as_deref(), Some("main"), "{name}");
        for nav in page.named("nav") {
            assert!(nav.has("aria-label"), "{name}");
        }
    }
}

#[test]
fn headings_leave_out_no_level() {
    for (name, page) in all() {
        let mut last = 1;
        for heading in page.named("main")[0].all() {
            let level = match heading.name().as_str() {
                "h1" => 1,
                "h2" => 2,
                "h3" => 3,
                _ => continue,
            };
            assert!(level <= last + 1, "{name}: {}", heading.text());
            last = level;
        }
    }
}

#[test]
fn nothing_inline_runs_or_styles() {
    for (name, page) in all() {
        let scripts = page.named("script");
        assert_eq!(scripts.len(), 1, "{name}");
        assert_eq!(scripts[0].attribute("src").as_deref(), Some(asset_path(SCRIPT_PATH)), "{name}");
        assert_eq!(scripts[0].text(), "", "{name}");
        assert_eq!(page.named("link")[0].attribute("href").as_deref(), Some(asset_path(STYLE_PATH)));
        for element in page.all() {
            assert!(
                !matches!(element.name().as_str(), "style" | "iframe" | "object" | "base" | "img"),
                "{name}"
            );
            for (attribute, value) in element.attributes() {
                assert!(attribute != "style" && !attribute.starts_with("on"), "{name}: {attribute}");
                assert!(!value.contains("javascript:"), "{name}: {attribute}");
            }
        }
    }
}

/// Who was won against the score is said by name, with the money, and what is not known is said to be so.
#[test]
fn the_models_page_names_deals_and_what_was_at_stake() {
    let text = page("model").named("main")[0].text();
    for words in [
        "2 deals; the 1 whose amount is known was worth $24,000.",
        "Brightforge $24,000, score 12",
        "owner Sample SDR 1",
        "Company not known amount not known, score 19",
        "Scores have fallen.",
        "Back-test",
        "Won with a low score: 1 deal worth $18,000.",
        "By month of the decision",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    let check = page("model-check").named("main")[0].text();
    assert!(check.contains("There was no daily check yet"), "{check}");
}

/// Segment, fit and engagement are told in a few words beside what else is special.
#[test]
fn a_row_tells_segment_fit_and_engagement() {
    let text = page("queue").named("main")[0].text();
    assert!(text.contains("Enterprise"), "{text}");
    assert!(text.contains("A fit, low engagement"), "{text}");
}

#[test]
fn a_model_that_has_no_say_is_not_said_to_score() {
    let text = page("model-out").named("main")[0].text();
    assert!(text.contains("This model is out of force: rules decide."), "{text}");
    assert!(
        text.contains(
            "The policy lacks `tech_stack`, which the model learnt; the next training makes one that fits (leadlight retrain)."
        ),
        "{text}"
    );
    assert!(!text.contains("Scores today"), "{text}");
}

#[test]
fn every_report_is_a_link_in_a_list() {
    let page = page("reports");
    let links: Vec<String> =
        page.named("main")[0].named("a").iter().filter_map(|a| a.attribute("href")).collect();
    for wanted in [
        "/model/reports/2026-11-01T030000Z-run",
        "/model/reports/2026-10-31T050000Z-check",
        "/model/reports?year=2025",
        "/model/reports?year=2026&page=1",
        "/model/reports?year=2026&page=3",
    ] {
        assert!(links.iter().any(|link| link == wanted), "{wanted}: {links:?}");
    }
    let text = page.named("main")[0].text();
    assert!(text.contains("LOW SCORES STILL WIN") && text.contains("2026-10-31T050000Z-check"), "{text}");
}

/// What the page says of vendors, row by row.
#[test]
fn the_datas_page_says_what_each_vendor_gave_and_cost() {
    let page = page("data");
    let rows: Vec<String> = page
        .named("tr")
        .iter()
        .map(|row| {
            row.all()
                .iter()
                .filter(|cell| cell.name() == "td")
                .map(Element::text)
                .collect::<Vec<_>>()
                .join("|")
        })
        .collect();
    for row in [
        "people-data-labs|200|120|50|24|6|3|$22.00|$0.11|12 days|40 days",
        "last-resort|24|8|0|16|0|0|$0.00|$0.00|–|–",
        "crm-export|–|–|–|–|–|0|–|–|–|–",
        "Industry|people-data-labs|160|75\u{a0}%",
        "Number of employees|people-data-labs|form|17",
    ] {
        assert!(rows.iter().any(|found| found == row), "{row}: {rows:#?}");
    }
    let text = page.named("main")[0].text();
    for words in [
        "people-data-labs did not answer (4 times)",
        "“Sundry goods”, people-data-labs (3 leads)",
        "“tool-14”, people-data-labs (14 leads)",
        "And 2 more.",
    ] {
        assert!(text.contains(words), "{words}");
    }
    assert!(!text.contains("tool-02"), "the most frequent twelve");
    let unasked = self::page("data-unasked").named("main")[0].text();
    assert!(
        unasked.contains("No vendor was asked") && unasked.contains("leadlight vendors publish"),
        "{unasked}"
    );
}

/// An element without its texts: its name, its attributes, and the values of those that browsers act on.
fn one_shape(element: &Element) -> String {
    let mut shape = element.name();
    for (name, value) in element.attributes() {
        shape.extend([" ", &name]);
        if ["href", "action", "src", "id", "name", "class", "role", "type", "for"].contains(&name.as_str()) {
            shape.extend(["=", &value]);
        }
    }
    shape
}

#[test]
fn text_from_data_never_becomes_markup_or_an_address() {
    let study = study::report(12);
    let shape = |pages: &[Shown]| -> Vec<String> {
        let parsed = pages.iter().flat_map(|p| parsed(p.name, &p.html).all());
        parsed.map(|element| one_shape(&element)).collect()
    };
    let (kind, evil) = (sample::all(str::to_owned, &study), sample::all(hostile, &study));
    for (kind, evil) in shape(&kind).iter().zip(shape(&evil)) {
        assert_eq!(*kind, evil);
    }
    assert_eq!(shape(&kind).len(), shape(&evil).len());
}

#[test]
fn only_who_holds_a_lead_can_decide() {
    let actions = |name: &str| -> BTreeSet<String> {
        let page = page(name);
        let forms = page.named("form");
        forms.iter().filter_map(|f| f.attribute("action")?.rsplit('/').next().map(str::to_owned)).collect()
    };
    for (name, expected) in [
        ("lead-decide", "complete confirm contact flag note reject release renew sign-out"),
        ("lead-look-first", "complete contact flag note reject release renew seen sign-out undo"),
        ("lead-ae", "accept complete contact note reject release renew send-back sign-out"),
        ("lead-free", "claim complete contact note sign-out undo"),
        ("lead-held", "assign note sign-out"),
        ("lead-closed", "note reopen sign-out undo"),
        ("lead-override", "note override sign-out"),
    ] {
        assert_eq!(actions(name).into_iter().collect::<Vec<_>>().join(" "), expected, "{name}");
    }
}

#[test]
fn a_reason_and_each_of_the_four_attestations_must_be_chosen() {
    for (name, action, fields) in [
        ("lead-decide", "/reject", vec!["reason"]),
        ("lead-ae", "/accept", vec!["buying_signal", "strategic_fit", "relationship", "deal_size"]),
    ] {
        let page = page(name);
        let forms = page.named("form");
        let form = forms.iter().find(|f| f.attribute("action").unwrap().ends_with(action)).unwrap();
        for field in fields {
            let all = form.named("input");
            let radios: Vec<_> =
                all.iter().filter(|i| i.attribute("name").as_deref() == Some(field)).collect();
            assert!(
                radios.len() >= 3 && radios.iter().all(|r| r.has("required") && !r.has("checked")),
                "{field}"
            );
            let group = radios[0].around().into_iter().find(|e| e.name() == "fieldset").unwrap();
            assert_eq!(group.named("legend").len(), 1, "{field}");
        }
    }
}

#[test]
fn every_field_has_a_label_and_every_button_a_text() {
    for (name, page) in all() {
        for element in page.all() {
            match element.name().as_str() {
                "input" if element.attribute("type").as_deref() == Some("hidden") => {}
                "input" | "textarea" | "select" => {
                    let label = element.around().into_iter().find(|e| e.name() == "label");
                    assert!(label.is_some_and(|l| !l.text().trim().is_empty()), "{name}");
                }
                "button" | "a" | "summary" => assert!(!element.text().trim().is_empty(), "{name}"),
                _ => {}
            }
        }
    }
}

#[test]
fn ids_are_unique_and_what_refers_to_one_finds_it() {
    for (name, page) in all() {
        let ids: Vec<String> = page.all().iter().filter_map(|e| e.attribute("id")).collect();
        let unique: BTreeSet<&String> = ids.iter().collect();
        assert_eq!(ids.len(), unique.len(), "{name}");
        for element in page.all() {
            let local = element.attribute("href").and_then(|h| h.strip_prefix('#').map(str::to_owned));
            let refers = ["aria-labelledby", "form", "for"].into_iter().filter_map(|a| element.attribute(a));
            for id in refers.chain(local) {
                assert!(ids.contains(&id), "{name}: {id}");
            }
        }
        let keys: Vec<String> = page.all().iter().filter_map(|e| e.attribute("aria-keyshortcuts")).collect();
        assert_eq!(keys.len(), keys.iter().collect::<BTreeSet<_>>().len(), "{name}: {keys:?}");
        let listed: Vec<String> = page.named("kbd").iter().map(Element::text).collect();
        assert!(keys.iter().all(|key| listed.contains(key)), "{name}: {keys:?} {listed:?}");
    }
}

#[test]
fn tables_and_pictures_say_what_they_are() {
    for (name, page) in all() {
        for table in page.named("table") {
            assert_eq!(table.named("caption").len(), 1, "{name}");
            assert!(table.named("th").iter().all(|th| th.has("scope") && !th.text().is_empty()), "{name}");
        }
        for picture in page.named("svg") {
            let is_hidden = picture.attribute("aria-hidden").as_deref() == Some("true");
            let is_named = picture.attribute("role").as_deref() == Some("img")
                && picture.attribute("aria-label").is_some_and(|label| label.len() > 20)
                && !picture.named("title").is_empty();
            assert!(is_hidden != is_named, "{name}");
            let has_table =
                picture.around().iter().any(|e| e.name() == "figure" && !e.named("table").is_empty());
            assert!(is_hidden || has_table || !picture.named("desc").is_empty(), "{name}");
        }
        for time in page.named("time") {
            let moment: Result<jiff::Timestamp, _> = time.attribute("datetime").unwrap().parse();
            assert!(moment.is_ok(), "{name}");
        }
    }
}

#[test]
fn messages_are_read_aloud() {
    let done = page("queue");
    let status = done.all().into_iter().find(|e| e.attribute("role").as_deref() == Some("status")).unwrap();
    assert_eq!(status.text(), "Confirmed. 12 left.");
    let refused = page("lead-free");
    let alert = refused.all().into_iter().find(|e| e.attribute("role").as_deref() == Some("alert")).unwrap();
    assert!(alert.text().starts_with("Not done. "));
}

#[test]
fn the_way_around_is_that_of_the_role() {
    for (role, expected) in [
        (Role::Sdr, "My queue|Mine|Find|What the model learnt|Policy"),
        (Role::Ae, "Meetings|Find|What the model learnt|Policy"),
        (Role::Manager, "Flagged|My queue|Meetings|Mine|All leads|Find|Team|Model|Data|Policy"),
        (Role::Admin, "Flagged|All leads|Find|Team|Model|Data|Policy"),
    ] {
        let frame = sample::frame(Some(role), str::to_owned, None);
        let html = leadlight_console::manager(&frame, &leadlight_console::ManagerPage::default());
        let page = parsed("manager", &html);
        let nav = &page.named("nav")[0];
        let links: Vec<String> = nav.named("a").iter().map(Element::text).collect();
        assert_eq!(links.join("|"), expected);
    }
}

#[test]
fn one_machine_says_so_and_the_cloud_does_not() {
    let local = page("sign-in-local").text();
    assert!(local.contains("this machine") && local.contains("Sample users, this machine only."));
    let cloud = page("sign-in-cloud");
    assert!(!cloud.text().contains("this machine") && !cloud.text().contains("Sample"));
    assert_eq!(cloud.named("button").len(), 1);
}

#[test]
fn the_factors_add_up_to_the_chance_and_to_the_score() {
    for (name, total) in [("lead-decide", "67\u{a0}%"), ("lead-rules", "58.8")] {
        let page = page(name);
        let table = page.named("table").into_iter().find(|t| !t.named("tfoot").is_empty()).unwrap();
        let rows = table.named("tbody")[0].named("tr");
        let last = |row: &Element| row.named("td").last().unwrap().text();
        assert_eq!(last(&table.named("tfoot")[0]), total);
        assert_eq!(last(rows.last().unwrap()), total, "the running total ends at the sum");
    }
}

/// Not a word of praise for what nobody knows, and no chance that nobody believes.
#[test]
fn a_lead_of_which_nothing_is_known_is_told_as_that() {
    let mut lead = sample::lead(str::to_owned, Panel::Free);
    let judgement = lead.judgement.as_mut().unwrap();
    for factor in &mut judgement.factors {
        factor.known = factor.group == CriterionGroup::Baseline;
    }
    let shown = |lead: &LeadPage| {
        let html = leadlight_console::lead(&sample::frame(Some(Role::Sdr), str::to_owned, None), lead);
        parsed("lead", &html).text()
    };
    let text = shown(&lead);
    assert!(text.contains("Nothing is known of this lead yet"), "{text}");
    assert!(!text.contains("as likely as the average lead"), "{text}");

    let mut sure = sample::lead(str::to_owned, Panel::Free);
    let judgement = sure.judgement.as_mut().unwrap();
    judgement.factors[0].contribution = 7.3;
    (judgement.probability, judgement.interval) = (Some(0.999), Some((0.95, 1.0)));
    let text = shown(&sure);
    assert!(text.contains("over 99\u{a0}%") && !text.contains("1487") && !text.contains('×'), "{text}");
    assert!(text.contains("at least 10 times as high"), "{text}");
}

#[test]
fn what_is_no_number_is_not_shown_as_one() {
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let mut lead = sample::lead(str::to_owned, Panel::Free);
        let judgement = lead.judgement.as_mut().unwrap();
        (judgement.score, judgement.probability, judgement.interval) = (bad, Some(bad), Some((bad, bad)));
        let text = "a".to_owned();
        judgement.factors.push(Factor { group: CriterionGroup::Other, text, contribution: bad, known: true });
        lead.scores[0].score = bad;
        let html = leadlight_console::lead(&sample::frame(Some(Role::Sdr), str::to_owned, None), &lead);
        parsed("lead", &html);
        assert!(!html.contains("NaN") && !html.contains("inf"), "{bad}");
    }
}

#[test]
fn pages_are_light() {
    let beside = style().len() + SCRIPT.len();
    assert!(SCRIPT.len() < 7 * KILOBYTE, "the script: {}", SCRIPT.len());
    let study = study::report(60);
    let mut pages: Vec<Shown> = sample::all(str::to_owned, &study);
    let frame = sample::frame(Some(Role::Sdr), str::to_owned, None);
    pages.push(Shown { name: "queue of 40", html: leadlight_console::queue(&frame, &long_queue()) });
    for page in pages {
        let bytes = page.html.len() + beside;
        println!("{:>6} bytes with style and script: {}", bytes, page.name);
        assert!(bytes < 60 * KILOBYTE, "{}: {bytes}", page.name);
    }
}

/// As many leads as a page of the console has.
fn long_queue() -> QueuePage {
    let short = sample::queue(QueueView::Sdr, str::to_owned);
    QueuePage { rows: short.rows.iter().cycle().take(40).cloned().collect(), ..short }
}

#[test]
fn the_same_view_gives_the_same_page() {
    let lead: LeadPage = sample::lead(str::to_owned, sample::check(str::to_owned));
    let frame = sample::frame(Some(Role::Sdr), str::to_owned, Some((Tone::Done, "Kept.")));
    assert!(matches!(frame.message, Some(Message { tone: Tone::Done, .. })));
    assert!(matches!(lead.panel, Panel::Decide { task: Task::ContextCheck { .. }, .. }));
    assert_eq!(leadlight_console::lead(&frame, &lead), leadlight_console::lead(&frame, &lead));
}

#[test]
fn the_address_of_an_asset_changes_with_its_content() {
    let style = asset_path(STYLE_PATH);
    assert!(
        style.starts_with("/assets/console.css?v=") && style.len() == "/assets/console.css?v=".len() + 12
    );
    assert_ne!(style.rsplit('=').next(), asset_path(SCRIPT_PATH).rsplit('=').next());
    assert_eq!(asset_path("/other"), "/other");
}
