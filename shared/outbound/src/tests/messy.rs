//! Lists as CRMs, vendors and organisers write them.

use leadlight_lead::Function;
use leadlight_settings::LinesError;

use super::{list, read};
use crate::{MOST_TARGETS, Target, TargetList};

fn target(text: &str) -> Target {
    list(text).iter().next().unwrap().clone()
}

fn refused(text: &str) -> String {
    TargetList::parse("targets.csv", text).unwrap_err().to_string()
}

fn lines(told: Option<&LinesError>) -> Vec<u64> {
    told.map(|told| told.problems().iter().map(|problem| problem.line).collect()).unwrap_or_default()
}

#[test]
fn a_list_in_german_from_excel_is_read() {
    let (list, notes) = read(
        "\u{feff}sep=;\r\nWebseite;Firma;Land;Mitarbeiter;Branche;Technologien;Priorität;Thema;Intent Score;Finanzierung am;\
         Finanzierung;Offene Stellen;Ansprechpartner;E-Mail;Position;Letzter Kontakt\r\n\
         https://www.Müllerwerk.example/impressum;Müllerwerk AG;Deutschland;1.250;Software;Salesforce|Slack;A;Lead Scoring;\
         75,5;01.10.2026;5 Mio. USD;Head of Revenue Operations;Ada Lovelace;ada@xn--mllerwerk-q9a.example;VP Sales;\
         15.06.2026\r\n;;;;;;;;;;;;;;;\r\n",
    );
    assert_eq!((list.len(), list.people()), (1, 1));
    assert_eq!((notes.set_aside, notes.unread), (None, None));
    let target = list.iter().next().unwrap();
    assert_eq!(target.domain.as_str(), "müllerwerk.example");
    assert_eq!(target.name.as_deref(), Some("Müllerwerk AG"));
    assert_eq!(target.country.unwrap().to_string(), "DE");
    assert_eq!(target.employees.unwrap().to_string(), "1250");
    assert_eq!(target.technologies.as_deref().unwrap(), ["salesforce", "slack"]);
    assert_eq!((target.intent[0].name.as_str(), target.intent[0].score), ("lead-scoring", 75.5));
    let funding = target.funding.clone().unwrap();
    assert_eq!(
        (funding.total_usd, funding.latest_at.unwrap().to_string()),
        (Some(5_000_000), "2026-10-01".to_owned())
    );
    assert_eq!(target.hiring.as_deref().unwrap()[0].function, Function::RevenueOperations);
    assert_eq!(target.last_spoken.unwrap().to_string(), "2026-06-15");
    assert_eq!(target.tier.as_deref(), Some("A"));
}

#[test]
fn a_row_that_names_no_company_is_set_aside_by_its_line_and_costs_no_other() {
    let (list, notes) = read(
        "domain,name\nacme.example,Acme\n,Nameless\ngmail.com,Ada\nhttps://www.linkedin.com/company/globex,Globex\n\
         co.uk,Anybody\nbolt.example,Bolt\n",
    );
    assert_eq!(list.len(), 2);
    let set_aside = notes.set_aside.unwrap();
    assert_eq!(lines(Some(&set_aside)), [3, 4, 5, 6]);
    let told = set_aside.to_string();
    assert!(told.contains("targets.csv:3: there is no domain; write the company's own"), "{told}");
    assert!(told.contains("targets.csv:4: this is a mailbox provider's domain"), "{told}");
    assert!(!told.contains("Nameless") && !told.contains("Ada"), "{told}");
}

#[test]
fn a_cell_that_cannot_be_read_is_not_known_and_is_told() {
    let (list, notes) = read(
        "domain,employees,country,intent_topic,intent_score,funding_date,email,hiring\n\
         acme.example,many,Narnia,crm,200,03/04/2026,ada,juggler\nbolt.example,n/a,,,,-,,\n",
    );
    let acme = list.get(&"acme.example".parse().unwrap()).unwrap();
    assert_eq!(
        (acme.employees, acme.country, acme.funding.clone(), acme.people.len()),
        (None, None, None, 0)
    );
    assert!(acme.intent.is_empty() && acme.hiring.is_none() && acme.country_unread);
    assert!(!list.get(&"bolt.example".parse().unwrap()).unwrap().country_unread);
    let unread = notes.unread.unwrap();
    assert_eq!(unread.count(), 7, "{unread}");
    assert!(unread.problems().iter().all(|problem| problem.line == 2));
    let told = unread.to_string();
    assert!(
        told.contains("`employees` cannot be read, and is not known; write a number, or a range"),
        "{told}"
    );
    assert!(!told.contains("Narnia") && !told.contains("juggler"), "{told}");
}

#[test]
fn rows_of_one_account_are_put_together() {
    let (list, notes) = read(
        "domain,employees,email,intent topic,intent score,last contact\n\
         acme.example,,ada@acme.example,crm,60,2026-01-01\nwww.acme.example,200,bob@acme.example,lead scoring,80,2026-09-01\n\
         https://acme.example,999,ADA@acme.example,crm,70,\n",
    );
    let acme = list.iter().next().unwrap();
    assert_eq!((list.len(), notes.repeated, notes.first_repeated), (1, 2, Some((3, 2))));
    assert_eq!(acme.employees.unwrap().to_string(), "200", "the first that says it");
    assert_eq!(acme.people.len(), 2);
    assert_eq!(acme.last_spoken.unwrap().to_string(), "2026-09-01");
    let topics: Vec<_> = acme.intent.iter().map(|topic| (topic.name.as_str(), topic.score)).collect();
    assert_eq!(topics, [("crm", 70.0), ("lead-scoring", 80.0)]);
}

#[test]
fn what_is_no_list_is_refused_with_what_to_write() {
    for (text, wanted) in [
        ("", "targets.csv:1: the file is empty; begin it with a line such as `domain,name"),
        ("company,employees\nAcme,5\n", "no column is called `domain`"),
        ("domain,name\n,Acme\n", "no line names a company"),
        ("website,url\na.example,b.example\n", "the columns 1 and 2 may each be `domain`"),
        ("domain,name\nacme.example,Acme, Inc.\n", "targets.csv:2: there are 3 cells, and the header has 2"),
        (
            "domain,name\nacme.example,\"Acme\nbolt.example,Bolt\n",
            "a double quote opens a cell and is not closed",
        ),
    ] {
        let told = refused(text);
        assert!(told.contains(wanted), "{text:?}: {told}");
    }
    assert_eq!(read("domain,Account ID\nacme.example,7\n").1.unread_columns, [2]);
}

#[test]
fn a_list_names_a_hundred_thousand_accounts_and_no_more() {
    let rows = |count: usize| -> String {
        (0..count).fold(String::new(), |text, n| text + &format!("c{n}.example\n"))
    };
    assert_eq!(list(&format!("domain\n{}", rows(MOST_TARGETS))).len(), MOST_TARGETS);
    let told = refused(&format!("domain\n{}", rows(MOST_TARGETS + 1)));
    assert!(told.contains("targets.csv:100002: there are more than 100000 accounts"), "{told}");
}

#[test]
fn nothing_of_it_lands_in_a_log() {
    let list = list("domain,email\nacme.example,ada@acme.example\n");
    assert!(!format!("{list:?}").contains("acme"));
    let acme = target("domain,email,person\nacme.example,ada@acme.example,Ada\n");
    assert!(!format!("{:?}", acme.people).contains("ada"));
}
