//! An account's page: all its leads and people, wherever they stand, and what was said of them.

use axum::http::{Method, StatusCode};
use leadlight_accounts::Accounts;
use leadlight_ports::{LeadIndex, LeadStore};
use leadlight_tests::memory::{change, reference};
use serde_json::Value;

use crate::http::Door;

async fn of(door: &Door, token: &str, domain: &str) -> (StatusCode, Value) {
    door.api(token, Method::GET, &format!("/api/v1/accounts/{domain}"), None).await
}

#[tokio::test]
async fn an_account_has_all_its_leads_and_every_lead_leads_to_it() {
    let door = Door::new().await;
    let token = door.token("sdr-1").await;
    let leads = door.office.world.leads.all(None, None).await.unwrap().leads;
    let mut seen = 0;
    for lead in &leads {
        let Some(domain) = lead.account_domain() else { continue };
        seen += 1;
        let path = format!("/accounts/{domain}");
        let lead_page = door.page(&token, &format!("/leads/{}", lead.id())).await.body;
        assert!(lead_page.contains(&format!("href=\"{path}\"")), "{domain}");
        let page = door.page(&token, &path).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.body.contains(&format!("/leads/{}", lead.id())), "{domain}");
        let (status, told) = of(&door, &token, domain.as_str()).await;
        assert_eq!((status, told["domain"].as_str()), (StatusCode::OK, Some(domain.as_str())));
        let all = door.office.world.leads.of_account(domain, 100).await.unwrap();
        assert_eq!(told["leads"].as_array().unwrap().len(), all.len());
        let open = all.iter().filter(|lead| lead.waits_in().is_some()).count();
        assert_eq!(told["open"], open);
    }
    assert!(seen > 5, "{seen}");
}

#[tokio::test]
async fn it_says_what_the_company_is_to_us_and_who_owns_it() {
    let door = Door::new().await;
    let token = door.token("sdr-1").await;
    let list = "domain,relation,owner_sdr,company\nbrightforge.example,customer,sdr-1,Brightforge\n\
                brightforge-labs.example,,,Brightforge\n";
    door.office.world.registry().publish::<Accounts>(list, &change(), reference()).await.unwrap();
    door.clock.set(5);
    let (_, told) = of(&door, &token, "brightforge.example").await;
    assert_eq!((told["relation"].as_str(), told["owner_sdr"].as_str()), (Some("customer"), Some("sdr-1")));
    let page = door.page(&token, "/accounts/brightforge.example").await.body;
    assert!(page.contains("A customer") && page.contains("owns it at the first checkpoint"), "{page}");
}

#[tokio::test]
async fn an_account_without_leads_says_so_and_what_is_no_domain_is_no_page() {
    let door = Door::new().await;
    let token = door.token("ae-1").await;
    let page = door.page(&token, "/accounts/nowhere.example").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("No lead of this account is known"), "{}", page.body);
    assert_eq!(of(&door, &token, "nowhere.example").await.0, StatusCode::NOT_FOUND);
    for none in ["%3Cscript%3E", "a@b.example", "localhost", "%2e%2e"] {
        assert_eq!(
            door.page(&token, &format!("/accounts/{none}")).await.status,
            StatusCode::NOT_FOUND,
            "{none}"
        );
        assert_eq!(of(&door, &token, none).await.0, StatusCode::NOT_FOUND, "{none}");
    }
    assert_eq!(of(&door, "", "acme.example").await.0, StatusCode::UNAUTHORIZED);
}
