//! Whether a text names somebody.

use leadlight_lead::{CrmEvent, LeadId, LeadRef, StageMessage};
use leadlight_sources::Reference;

use crate::who::Who;

/// Whether a message, an object or a page names them: by an address however it is written, by a lead or event of theirs, or
/// as what a sender only named.
pub(crate) fn names(text: &str, who: &Who) -> bool {
    names_address(text, who)
        || who.leads.union(&who.events).any(|id| text.contains(id.as_str()))
        || names_event(text, who)
        || names_contact(text, who)
}

/// By an address, whatever its letters' case and however its `@` is written.
pub(crate) fn names_address(text: &str, who: &Who) -> bool {
    if who.addresses.is_empty() {
        return false;
    }
    let text = text.to_lowercase().replace("%40", "@").replace("\\u0040", "@").replace("&#64;", "@");
    who.addresses.iter().any(|address| text.contains(&address.as_str().to_lowercase()))
}

fn names_event(text: &str, who: &Who) -> bool {
    let Ok(event) = CrmEvent::parse(text.as_bytes()) else { return false };
    match event.lead {
        LeadRef::Event { source, id } => {
            let id = LeadId::of(&source, &id);
            who.leads.contains(&id) || who.events.contains(&id)
        }
        LeadRef::LeadId(_) | LeadRef::Email(_) => false,
    }
}

fn names_contact(text: &str, who: &Who) -> bool {
    let Ok(reference) = Reference::from_message(text.as_bytes()) else { return false };
    who.of_sources.iter().any(|(source, person)| {
        *source == reference.source && person.as_str() == reference.id && reference.what == "contact"
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::who::Asked;

    fn ada() -> Who {
        let mut who = Who::of(&Asked::Address("ada@acme.example".parse().unwrap()));
        who.of_sources.insert(("crm".parse().unwrap(), "151".parse().unwrap()));
        who.events.insert(LeadId::of(&"website-form".parse().unwrap(), &"e1".parse().unwrap()));
        who
    }

    #[test]
    fn an_address_is_found_however_it_is_written() {
        for text in [
            r#"{"email":"Ada@Acme.example"}"#,
            r#"{"email":"ada\u0040acme.example"}"#,
            "email=ada%40acme.example&name=Ada",
            "<a href='mailto:ada&#64;acme.example'>",
        ] {
            assert!(names(text, &ada()), "{text}");
        }
        assert!(!names(r#"{"email":"grace@acme.example"}"#, &ada()));
    }

    #[test]
    fn an_outcome_and_a_reference_are_theirs_without_an_address() {
        let outcome = r#"{"schema_version":1,"id":"o1","lead":{"event":{"source":"website-form","id":"e1"}},
            "occurred_at":"2026-11-20T09:30:00Z","what":{"kind":"no_show"}}"#;
        assert!(names(outcome, &ada()));
        let other = outcome.replace("e1", "e2");
        assert!(!names(&other, &ada()));
        let reference = |source: &str, id: &str| {
            Reference {
                source: source.parse().unwrap(),
                what: "contact".to_owned(),
                id: id.to_owned(),
                occurred_at: "2026-11-20T09:30:00Z".parse().unwrap(),
                event: "contact.creation".to_owned(),
            }
            .to_message()
            .unwrap()
        };
        assert!(names(&reference("crm", "151"), &ada()));
        assert!(!names(&reference("crm", "152"), &ada()));
        assert!(!names(&reference("other-crm", "151"), &ada()));
    }
}
