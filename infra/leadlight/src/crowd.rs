//! Leads for the loop, so that people have a day's work: the invented deals of the sample history come in once more,
//! as new form submits of other invented companies.

use anyhow::{Context, Result};
use jiff::Timestamp;
use leadlight_events::{HISTORY_CSV, read_deals, rebased_history};
use leadlight_lead::{Deal, Function, Seniority};
use serde_json::{Value, json};

/// The last deals of the history, as form submits that happen now.
pub(crate) fn form_submits(count: usize, now: Timestamp) -> Result<Vec<String>> {
    let deals = read_deals("events/history/deals.csv", &rebased_history(HISTORY_CSV, now))?;
    let last = deals.iter().rev().take(count).enumerate();
    last.map(|(n, deal)| Ok(form_submit(n, deal, now).context("a sample deal makes no event")?.to_string()))
        .collect()
}

fn form_submit(n: usize, deal: &Deal, now: Timestamp) -> Option<Value> {
    let (company, person) = (&deal.enrichment.company, &deal.enrichment.person);
    let moved = now.duration_since(deal.created_at());
    let activity: Vec<Value> = deal
        .submitted
        .event
        .activity
        .iter()
        .map(|a| json!({ "kind": a.kind, "name": a.name, "at": a.at + moved }))
        .collect();
    let mut event = json!({
        "schema_version": 1,
        "id": format!("demo-crowd-{n}"),
        "source": "website-form",
        "email": format!("contact@company-{n}.example"),
        "company": format!("Sample company {n}"),
        "website": format!("company-{n}.example"),
        "activity": activity,
    });
    let fields = event.as_object_mut()?;
    let mut tell =
        |name: &str, value: Option<Value>| value.map(|value| fields.insert(name.to_owned(), value));
    tell("industry", company.industry.as_ref().map(|f| json!(f.value)));
    tell("employees", company.employees.as_ref().map(|f| json!(f.value)));
    tell("country", company.country.as_ref().map(|f| json!(f.value)));
    // Every second person is a vice president who asks for a demo. A form says nothing about tools or intent, so a model
    // that has learnt from both would otherwise send hardly anyone to the SDRs.
    let asks = n.is_multiple_of(2);
    tell("form", asks.then(|| json!({ "name": "Book a demo", "kind": "demo_request" })));
    let known = person.seniority.as_ref().zip(person.function.as_ref());
    tell(
        "title",
        known.map(|(seniority, function)| {
            json!(title(if asks { Seniority::Vp } else { seniority.value }, function.value))
        }),
    );
    Some(event)
}

/// A title that says function and seniority.
fn title(seniority: Seniority, function: Function) -> String {
    let name = serde_json::to_value(function).unwrap_or_default();
    let field = name.as_str().unwrap_or_default().replace('_', " ");
    match seniority {
        Seniority::Training => format!("{field} intern"),
        Seniority::Entry => format!("Junior {field} associate"),
        Seniority::Individual => format!("{field} specialist"),
        Seniority::Senior => format!("Senior {field} specialist"),
        Seniority::Manager => format!("{field} manager"),
        Seniority::Director => format!("Director of {field}"),
        Seniority::Vp => format!("VP {field}"),
        Seniority::CLevel => format!("Chief {field} officer"),
        Seniority::Owner => "Owner".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use leadlight_lead::FormSubmit;

    use super::*;

    #[test]
    fn each_is_a_valid_event_of_its_own() {
        let now = "2026-11-20T12:00:00Z".parse().unwrap();
        let events = form_submits(40, now).unwrap();
        let mut ids: Vec<String> = events
            .iter()
            .map(|body| FormSubmit::parse(body.as_bytes()).unwrap().id.unwrap().to_string())
            .collect();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 40);
    }
}
