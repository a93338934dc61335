//! What is read of an answer that is none, or another's.

use std::time::Duration;

use leadlight_enrichment::{Said, Subject};
use leadlight_events::CompanyRecord;
use leadlight_lead::{About, EmailAddress, Gap};
use leadlight_simulators::vendors::{Trouble, Vendor, Vendors};

use crate::{KEY, provider, said, said_with, world};

/// A company that every vendor knows.
fn company() -> CompanyRecord {
    let world = world();
    let is_known =
        |company: &&CompanyRecord| Vendor::ALL.iter().all(|vendor| world.knows_company(*vendor, company));
    world.companies.iter().find(is_known).unwrap().clone()
}

/// What a vendor says of the company while this is wrong, or with another key; and how many answers were paid for.
fn heard(vendor: Vendor, trouble: Option<Trouble>, key: &str) -> (Said, usize) {
    let company = company();
    let somebody: EmailAddress = format!("somebody@{}", company.domain).parse().unwrap();
    let subject = if provider(vendor).asks(About::Company) {
        Subject::Company(&company.domain)
    } else {
        Subject::Person(&somebody, Some(&company.domain))
    };
    let mut vendors = Vendors::new(world(), KEY);
    vendors.set_trouble(vendor, trouble);
    let said = said_with(key, &mut vendors, vendor, subject);
    (said, vendors.paid(vendor))
}

fn with(vendor: Vendor, trouble: Trouble) -> Said {
    heard(vendor, Some(trouble), KEY).0
}

#[test]
fn each_refusal_is_told_from_the_others() {
    for vendor in Vendor::ALL {
        assert!(matches!(heard(vendor, None, KEY), (Said::Facts(_), 1)), "{vendor:?}");
        for key in ["", "another:key"] {
            assert_eq!(
                heard(vendor, None, key),
                (Said::Nothing(Gap::Denied), 0),
                "{vendor:?} with the key {key:?}"
            );
        }
        for (trouble, gap) in [
            (Trouble::Status(401), Gap::Denied),
            (Trouble::Status(402), Gap::NoCredit),
            (Trouble::Status(403), Gap::Denied),
            (Trouble::Limited(3), Gap::TooFast),
            (Trouble::Status(500), Gap::Away),
            (Trouble::Status(503), Gap::Away),
            (Trouble::Pending(1), Gap::Pending),
            (Trouble::Html, Gap::Unreadable),
            (Trouble::Malformed, Gap::Unreadable),
            (Trouble::OtherSubject, Gap::OtherSubject),
        ] {
            assert_eq!(with(vendor, trouble.clone()), Said::Nothing(gap), "{vendor:?} and {trouble:?}");
        }
        assert_eq!(with(vendor, Trouble::Unknown), Said::Unknown, "{vendor:?}");
    }
}

#[test]
fn a_slow_or_a_long_answer_is_the_same_answer() {
    for vendor in Vendor::ALL {
        let usual = heard(vendor, None, KEY);
        assert_eq!(heard(vendor, Some(Trouble::Slow(Duration::from_secs(1))), KEY), usual, "{vendor:?}");
        assert_eq!(heard(vendor, Some(Trouble::Huge), KEY), usual, "{vendor:?}");
    }
}

#[test]
fn of_wrong_types_nothing_is_learnt() {
    for vendor in Vendor::ALL {
        match with(vendor, Trouble::WrongTypes) {
            Said::Unknown | Said::Nothing(Gap::Unreadable | Gap::OtherSubject) => {}
            Said::Facts(findings) => {
                let empty = leadlight_enrichment::CompanyFindings::default();
                assert_eq!(findings.company, empty, "{vendor:?}");
            }
            Said::Nothing(gap) => panic!("{vendor:?}: {gap:?}"),
        }
    }
}

#[test]
fn a_person_is_not_taken_for_another() {
    let world = world();
    for vendor in [Vendor::PeopleDataLabs, Vendor::Apollo, Vendor::Clearbit] {
        let person = world.people.iter().find(|person| world.knows_person(vendor, person)).unwrap();
        let mut vendors = Vendors::new(world.clone(), KEY);
        vendors.mark(vendor, person.email.as_str(), Trouble::OtherSubject);
        let said = said(&mut vendors, vendor, Subject::Person(&person.email, None));
        assert_eq!(said, Said::Nothing(Gap::OtherSubject), "{vendor:?}");
    }
}
