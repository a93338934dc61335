//! Events as forms, scripts and CRMs send them: no lead is lost for an optional fact.

use leadlight_reading::ReadField;
use serde_json::{Value, json};

use super::*;

fn event(more: &Value) -> FormSubmit {
    let mut body =
        json!({"schema_version": 1, "id": "e1", "source": "website-form", "email": "pia@clearpath.example"});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let event = FormSubmit::parse(body.to_string().as_bytes()).unwrap();
    let written = to_json(&event).unwrap();
    assert_eq!(FormSubmit::parse(written.as_bytes()).unwrap(), event, "it is taken as it is written");
    event
}

#[test]
fn a_size_is_kept_however_it_is_sent() {
    for (sent, typed) in [
        (json!(250), Some("250")),
        (json!("250"), Some("250")),
        (json!(250.0), Some("250")),
        (json!("11-50"), Some("11-50")),
        (json!("1,000+"), Some("1,000+")),
        (json!(["11-50"]), Some("11-50")),
        (json!(""), None),
        (json!(0), None),
        (json!("0"), None),
        (json!(null), None),
        (json!("undefined"), None),
        (json!("many"), Some("many")),
    ] {
        assert_eq!(event(&json!({ "employees": sent })).typed(ReadField::Size).as_deref(), typed, "{sent}");
    }
    let as_text = to_json(&event(&json!({"employees": "250"}))).unwrap();
    assert_eq!(as_text, to_json(&event(&json!({"employees": 250.0}))).unwrap());
}

#[test]
fn fillers_are_nothing_and_names_are_names() {
    let thin = event(&json!({
        "industry": "undefined", "country": "--None--", "title": "[not provided]", "company": "null", "phone": "n/a",
        "website": "{{contact.website}}", "message": "-", "first_name": "Nil", "last_name": "Null",
    }));
    let names = event(&json!({"first_name": "Nil", "last_name": "Null"}));
    assert_eq!(thin, names);
    assert_eq!(names.last_name.as_deref(), Some("Null"));
}

#[test]
fn what_cannot_be_read_is_kept_as_it_was_sent() {
    let odd = event(&json!({
        "industry": {"value": "software"}, "occurred_at": "yesterday", "is_test": "perhaps", "motion_hint": "sideways",
        "activity": [{"kind": "page_view", "at": "2026-11-20T09:30:00Z"}, {"kind": "danced", "at": "2026-11-20T09:30:00Z"}, 7],
        "consent": [{"id": "news", "accepted": "maybe"}], "partner": {"note": "no name"}, "utm": {"source": "x", "id": "42"},
        "form": "Contact us", "employees": {"min": 10},
    }));
    let fields = &odd.form.fields;
    assert_eq!(fields["industry, as sent"], json!({"value": "software"}));
    assert_eq!(fields["occurred_at, as sent"], "yesterday");
    assert_eq!(fields["activity, as sent"], json!([{"kind": "danced", "at": "2026-11-20T09:30:00Z"}, 7]));
    assert_eq!(fields["consent, as sent"], json!([{"id": "news", "accepted": "maybe"}]));
    assert_eq!(fields["utm.id, as sent"], "42");
    for label in ["is_test", "motion_hint", "partner", "employees"] {
        assert!(fields.contains_key(&format!("{label}, as sent")), "{label}");
    }
    assert_eq!((odd.activity.len(), odd.consent.len(), odd.utm.source.as_deref()), (1, 0, Some("x")));
    assert_eq!(odd.form.name.as_deref(), Some("Contact us"));
}

#[test]
fn ids_lists_and_yes_or_no_are_read_as_scripts_write_them() {
    let id = |sent: Value| event(&json!({ "id": sent })).id.map(|id| id.as_str().to_owned());
    assert_eq!(id(json!(9_918_273)).as_deref(), Some("9918273"));
    assert_eq!(id(json!(9_918_273.0)).as_deref(), Some("9918273"));
    assert_eq!(id(json!("")), None);
    assert_eq!(id(json!("x".repeat(300))), None, "no key, but a lead all the same");
    let several = event(&json!({"industry": ["Software", "Software", ""], "is_test": "true", "title": 7}));
    assert_eq!(
        (several.industry.as_deref(), several.is_test, several.title.as_deref()),
        (Some("Software"), true, Some("7"))
    );
    let consent =
        event(&json!({"consent": [{"id": "news", "accepted": "on"}, {"id": 4, "accepted": 0}]})).consent;
    assert_eq!(
        consent.iter().map(|c| (c.id.as_str(), c.accepted)).collect::<Vec<_>>(),
        [("news", true), ("4", false)]
    );
}

#[test]
fn times_are_read_as_systems_write_them() {
    for sent in [
        json!("2026-11-20T09:30:00Z"),
        json!("2026-11-20T10:30:00+01:00"),
        json!("2026-11-20 09:30:00"),
        json!("2026-11-20T09:30"),
        json!("2026-11-20 09:30:00 UTC"),
        json!("Fri, 20 Nov 2026 09:30:00 +0000"),
        json!(1_795_167_000),
        json!("1795167000000"),
    ] {
        let at = event(&json!({ "occurred_at": sent })).occurred_at.map(|at| at.to_string());
        assert_eq!(at.as_deref(), Some("2026-11-20T09:30:00Z"), "{sent}");
    }
    let day = event(&json!({"occurred_at": "2026-11-20"})).occurred_at.unwrap();
    assert_eq!(day.to_string(), "2026-11-20T00:00:00Z");
}

#[test]
fn what_nobody_sees_is_gone_and_a_byte_order_mark_is_no_text() {
    let seen = event(
        &json!({"title": "Gescha\u{308}ftsfu\u{308}hrer\u{200b}", "company": "\u{a0}Clear\u{ad}path\u{a0}"}),
    );
    assert_eq!(
        (seen.title.as_deref(), seen.company.as_deref()),
        (Some("Geschäftsführer"), Some("Clearpath"))
    );
    let body =
        "\u{feff}{\"schema_version\":1,\"source\":\"website-form\",\"email\":\"pia@clearpath.example\"}";
    assert_eq!(FormSubmit::parse(body.as_bytes()).unwrap().email.as_str(), "pia@clearpath.example");
}

#[test]
fn without_an_id_a_person_is_a_lead_a_day() {
    let on = |day: &str| {
        let event = event(&json!({ "id": null, "occurred_at": format!("{day}T09:30:00Z") }));
        event.lead_id("2026-11-25T00:00:00Z".parse().unwrap()).unwrap()
    };
    assert_eq!(on("2026-11-20"), on("2026-11-20"));
    assert_ne!(on("2026-11-20"), on("2026-11-21"));
}

#[test]
fn what_was_given_and_not_read_is_told_as_typed() {
    let odd = event(&json!({
        "country": {"code": "KP"}, "industry": [["Iran", {"x": 7}]], "employees": {"min": null}, "revenue_usd": [[]],
        "title": {"value": "Student"},
    }));
    let typed = |field| odd.typed(field).map(std::borrow::Cow::into_owned);
    assert_eq!(typed(ReadField::Country).as_deref(), Some("KP"));
    assert_eq!(typed(ReadField::Industry).as_deref(), Some("Iran, 7"));
    assert_eq!((typed(ReadField::Size), typed(ReadField::Revenue)), (None, None), "nothing is said there");
    assert_eq!(odd.whole_title().as_deref(), Some("Student"));
    let long = event(&json!({ "country": {"name": "x".repeat(5000)} }));
    assert!(long.typed(ReadField::Country).unwrap().len() <= 300);
}

#[test]
fn a_part_that_cannot_be_read_costs_no_other() {
    let odd = event(&json!({
        "partner": {"name": "Beacon", "note": {"text": "They know us"}},
        "utm": {"source": "x", "term": {"a": 1}},
    }));
    assert_eq!(odd.partner.as_ref().map(|p| (p.name.as_str(), p.note.as_deref())), Some(("Beacon", None)));
    assert_eq!(odd.utm.source.as_deref(), Some("x"));
    assert_eq!(odd.form.fields["partner.note, as sent"], json!({"text": "They know us"}));
    assert_eq!(odd.form.fields["utm.term, as sent"], json!({"a": 1}));
}

#[test]
fn a_partner_that_cannot_be_read_hands_it_over_all_the_same() {
    for sent in [
        json!({"name": "Beacon"}),
        json!({"company": "Beacon"}),
        json!({"name": {"x": "Beacon"}}),
        json!([["B"]]),
    ] {
        assert!(event(&json!({ "partner": sent })).has_partner(), "{sent}");
    }
    for sent in
        [json!(null), json!(""), json!({}), json!({"name": ""}), json!({"name": null, "company": "-"})]
    {
        let none = event(&json!({ "partner": sent }));
        assert!(!none.has_partner() && none.partner.is_none(), "{sent}");
    }
}

#[test]
fn of_two_values_under_one_label_both_are_kept() {
    let both = event(&json!({
        "budget": "50k", "form": {"size": 7, "fields": {"budget": "10k", "size": 7, "Plan": "gold", "Plan\u{200b}": "silver"}},
    }));
    let fields = serde_json::to_value(&both.form.fields).unwrap();
    let expected =
        json!({"budget": "10k", "budget (2)": "50k", "size": 7, "Plan": "gold", "Plan (2)": "silver"});
    assert_eq!(fields, expected);
    assert_eq!(both.notes(), [""; 0]);
    let unnamed = event(&json!({ "": 1, "\u{0}": 2 }));
    assert_eq!(serde_json::to_value(&unnamed.form.fields).unwrap(), json!({"": 1, "(2)": 2}));
}

#[test]
fn a_field_of_ours_that_stands_twice_is_refused() {
    for (twice, told) in [
        (r#""email":"a@x.example","email":"b@y.example""#, "has `email` twice"),
        (r#""email":"a@x.example","partner":{"name":"a","name":"b"}"#, "field `partner`: has `name` twice"),
        (r#""email":"a@x.example","form":{"fields":{},"fields":{}}"#, "field `form`: has `fields` twice"),
    ] {
        let body = format!(r#"{{"schema_version":1,"source":"website-form",{twice}}}"#);
        let error = FormSubmit::parse(body.as_bytes()).unwrap_err().to_string();
        assert!(error.starts_with(told), "{error}");
    }
    let free =
        r#"{"schema_version":1,"source":"website-form","email":"a@x.example","x":{"name":1,"name":2}}"#;
    assert!(FormSubmit::parse(free.as_bytes()).is_ok());
}

#[test]
fn an_event_fits_with_the_time_that_a_door_adds() {
    let of_message = |characters: usize| {
        let fields = json!({ "x": "y".repeat(characters) });
        let body = json!({"schema_version": 1, "source": "website-form", "email": "a@x.example", "form": {"fields": fields}});
        FormSubmit::parse(body.to_string().as_bytes())
    };
    let largest = (MAX_EVENT_BYTES - 400..MAX_EVENT_BYTES).rev().find(|n| of_message(*n).is_ok()).unwrap();
    let mut event = of_message(largest).unwrap();
    event.occurred_at = Some("2026-11-20T09:30:00.123456789Z".parse().unwrap());
    assert_eq!(FormSubmit::parse(to_json(&event).unwrap().as_bytes()).unwrap(), event);
}

#[test]
fn a_stored_size_of_nobody_is_not_known() {
    let stored = |size: Value| {
        let fact = json!({"value": size, "provider": "form", "fetched_at": "2026-11-20T09:30:00Z", "confidence": 1.0});
        serde_json::from_value::<crate::Company>(json!({ "employees": fact }))
    };
    assert!(stored(json!(0)).unwrap().employees.is_none());
    assert_eq!(stored(json!("11-50")).unwrap().employees.unwrap().value.at_least(), 11);
    assert!(stored(json!("many")).unwrap_err().to_string().contains("expected a number of employees"));
}
