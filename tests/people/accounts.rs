//! The list of accounts beside policy and team file: published, used, cited, gone back from.

use std::fmt::Write as _;

use leadlight_accounts::{Accounts, MOST_DOMAINS};
use leadlight_desk::{Action, Team, owners_fit};
use leadlight_lead::{Disposition, DrawKey, LeadId, QueueName, QueuedLead};
use leadlight_policy::Policy;
use leadlight_ports::{LeadIndex, Page};
use leadlight_registry::{InForce, Kind, RegistryError};
use leadlight_scoring::{Champion, judge};
use leadlight_tests::memory::{TEAM, change};
use leadlight_tests::office::{Office, after};

const STRONG: &str = include_str!("../../events/samples/01-sdr-vp-revops.json");

/// The strong sample, from someone at a company.
fn from(domain: &str) -> String {
    let event = STRONG.replace("\"id\": \"", &format!("\"id\": \"{domain}-"));
    event.replace("dana.whitlock@brightforge.example", &format!("dana@{domain}"))
}

async fn lead_from(office: &Office, domain: &str) -> QueuedLead {
    let passed = office.world.pass(&[&from(domain)]).await;
    assert_eq!(passed.dead.len(), 0, "{:?}", passed.dead.iter().map(|d| &d.attributes).collect::<Vec<_>>());
    let id = LeadId::of(&"website-form".parse().unwrap(), &format!("{domain}-form-7f3a01").parse().unwrap());
    office.lead(&id).await
}

fn reason(lead: &QueuedLead) -> Option<&str> {
    match &lead.decision().unwrap().disposition {
        Disposition::Disqualified { evidence, .. } => Some(evidence),
        _ => None,
    }
}

/// As many domains as a list may have, and these lines among them.
fn long_list(lines: &str) -> String {
    let mut text = format!("\u{feff}Website;Relation;Owner_SDR;Owner_AE\r\n{}", lines.replace('\n', "\r\n"));
    for n in lines.lines().count()..MOST_DOMAINS {
        let _ = write!(text, "https://www.company-{n}.example/;customer;;ae-1\r\n");
    }
    text
}

const LINES: &str = "www.brightforge.example;Customer;;\nrival.example;Competitor;;\nsouthwind.example;;sdr-2;ae-2\n\
                     acme.example;;sdr-2;\n";

#[tokio::test]
async fn a_hundred_thousand_accounts_are_published_used_and_cited_and_can_be_taken_back() {
    let office = Office::empty().await;
    let registry = office.world.registry();
    registry
        .publish::<Accounts>("domain,relation\nother.example,customer\n", &change(), after(0))
        .await
        .unwrap();
    let pointer = registry.publish::<Accounts>(&long_list(LINES), &change(), after(1)).await.unwrap();
    let list = registry.document::<Accounts>(&pointer.current.hash).await.unwrap();
    assert_eq!(list.len(), MOST_DOMAINS);

    let customer = lead_from(&office, "brightforge.example").await;
    assert_eq!(
        reason(&customer),
        Some("brightforge.example is on the list of customers in the accounts file")
    );
    assert_eq!(lead_from(&office, "eu.rival.example").await.queue, QueueName::Disqualified);
    assert_eq!(lead_from(&office, "company-99999.example").await.queue, QueueName::Disqualified);
    let free = lead_from(&office, "northwind.example").await;
    assert_eq!(reason(&free), None);

    // Whatever came of it, the decision cites the list, and can be computed again from what is kept.
    for lead in [&customer, &free] {
        let decision = lead.decision().unwrap();
        assert_eq!(decision.accounts.as_ref(), Some(&pointer.current.hash));
        let cited = registry.document::<Accounts>(decision.accounts.as_ref().unwrap()).await.unwrap();
        let champion = Champion::Absent { because: "no model is published yet".to_owned() };
        let key = DrawKey::new([7; 32]);
        let policy: Policy = registry.document(&decision.policy).await.unwrap();
        let again = judge(&policy, Some(&cited), &champion, lead.enriched(), &key);
        assert_eq!(again.decision, *decision);
    }

    // Owners: by the list, unless the team file names another.
    let owned = lead_from(&office, "southwind.example").await;
    assert_eq!(owned.work.owner.as_ref().unwrap().as_str(), "sdr-2");
    let sdr = office.person("sdr-2").await;
    office.does(1, &sdr, owned.id(), Action::Claim, None).await.unwrap();
    let confirmed = office.does(2, &sdr, owned.id(), Action::Confirm, None).await.unwrap();
    assert_eq!(
        confirmed.lead.work.owner.unwrap().as_str(),
        "ae-2",
        "the AE's account, in the console as well"
    );
    let by_file = lead_from(&office, "acme.example").await;
    assert_eq!(by_file.work.owner.unwrap().as_str(), "sdr-1", "the team file has its way");

    registry.roll_back::<Accounts>(&change(), after(3)).await.unwrap();
    let taken_back = lead_from(&office, "company-77.example").await;
    assert_ne!(taken_back.queue, QueueName::Disqualified, "no customer any more");
    assert_ne!(taken_back.decision().unwrap().accounts.as_ref(), Some(&pointer.current.hash));
}

#[tokio::test]
async fn without_a_list_or_with_one_that_is_damaged_leads_go_on() {
    let office = Office::empty().await;
    let lead = lead_from(&office, "brightforge.example").await;
    assert_eq!((lead.queue, &lead.decision().unwrap().accounts), (QueueName::Sdr, &None));
    let registry = office.world.registry();
    let refused = registry.publish::<Accounts>("domain,relation\nacme,customer\n", &change(), after(0)).await;
    assert!(matches!(refused, Err(RegistryError::Refused { kind: "accounts", .. })), "{refused:?}");
    let pointer = registry
        .publish::<Accounts>("domain,relation\nnorthwind.example,customer\n", &change(), after(0))
        .await
        .unwrap();
    let warm = InForce::new(office.world.registry());
    assert!(warm.accounts(after(0)).await.unwrap().is_some());
    office.world.objects.damage(&Accounts::key(&pointer.current.hash), b"domain\n".to_vec());
    assert!(warm.accounts(after(2)).await.unwrap().is_some(), "the last good one stays");
    assert!(InForce::new(office.world.registry()).accounts(after(2)).await.unwrap().is_none());
    let lead = lead_from(&office, "northwind.example").await;
    assert_eq!((reason(&lead), &lead.decision().unwrap().accounts), (None, &None), "nothing stops");
}

#[tokio::test]
async fn owners_who_are_not_in_the_team_are_told_at_publishing_and_passed_over_later() {
    let team = Team::parse("team.toml", TEAM).unwrap();
    let list = |text: &str| Accounts::parse("accounts.csv", text).unwrap();
    let text =
        "domain,owner_sdr,owner_ae\nacme.example,sdr-2,\nbolt.example,sdr-9,sdr-1\ncore.example,sdr-1,\n";
    let told = owners_fit("accounts.csv", &list(text), &team).unwrap_err().to_string();
    assert_eq!(
        told,
        "accounts.csv:3: `owner_sdr` is `sdr-9`, who is not in the team; name a member, or add them to the team file \
         first\naccounts.csv:3: `owner_ae` is `sdr-1`, whose role is SDR; name someone whose role is AE"
    );
    let others = owners_fit("accounts.csv", &list("domain,owner_sdr\nacme.example,sdr-2\n"), &team).unwrap();
    assert_eq!((others.len(), others[0].line, others[0].account.as_str()), (1, 2, "acme.example"));

    // They leave after it was published.
    let office = Office::empty().await;
    let registry = office.world.registry();
    registry
        .publish::<Accounts>("domain,owner_sdr\nbolt.example,sdr-9\n", &change(), after(0))
        .await
        .unwrap();
    let lead = lead_from(&office, "bolt.example").await;
    assert!(["sdr-1", "sdr-2"].contains(&lead.work.owner.unwrap().as_str()));
    let rows = office.world.leads.waiting(QueueName::Sdr, None, Page::first(10)).await.unwrap();
    assert_eq!(rows, [], "someone has it");
}
