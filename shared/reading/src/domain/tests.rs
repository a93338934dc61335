use super::hosts::Shared;
use super::*;

fn of(text: &str) -> Result<String, NoCompany> {
    DomainName::from_host_or_url(text).map(String::from)
}

fn at(host: &str) -> Result<String, NoCompany> {
    DomainName::of_host(host).map(String::from)
}

#[test]
fn domains_are_registrable_ones() {
    assert_eq!(of("https://www.acme.co.uk/about?x=1").unwrap(), "acme.co.uk");
    assert_eq!(of("Shop.Acme.example:8443").unwrap(), "acme.example");
    for bad in ["co.uk", "localhost", "127.0.0.1", "", "-a.example", "a..example", "acme", "a_b.example", "."]
    {
        assert!(of(bad).is_err(), "{bad} was taken");
    }
}

#[test]
fn a_website_is_read_as_people_type_it() {
    for typed in [
        " acme.example",
        "ACME.example.",
        "http:/acme.example",
        "https//acme.example/",
        "HTTP:\\\\www.acme.example",
        "<https://acme.example>",
        "acme.example\u{200b}",
        "acme．example",
        "acme。example",
        "ａｃｍｅ.example",
        "https://info@acme.example/kontakt",
        "info@acme.example",
        "acme.example, www.acme.example",
    ] {
        assert_eq!(of(typed).as_deref(), Ok("acme.example"), "{typed:?}");
    }
    for open in ["acme.example, other.example", "we have none.", "acme corp.example", "soon"] {
        assert!(of(open).is_err(), "{open}");
    }
}

#[test]
fn one_domain_has_one_spelling() {
    for written in [
        "müllerwerk.example",
        "xn--mllerwerk-q9a.example",
        "XN--MLLERWERK-Q9A.example",
        "MÜLLERWERK.EXAMPLE",
        "mu\u{308}llerwerk.example",
        "www.müllerwerk.example.",
        "mail.xn--mllerwerk-q9a.example",
        "müllerwerk。example",
    ] {
        assert_eq!(of(written).as_deref(), Ok("müllerwerk.example"), "{written:?}");
        let stored: DomainName = serde_json::from_value("xn--mllerwerk-q9a.example".into()).unwrap();
        assert_eq!(stored, written.parse().unwrap());
    }
    assert_eq!(ascii_host("müllerwerk.example"), "xn--mllerwerk-q9a.example");
    // Under a suffix in letters of its own, in either spelling.
    for written in ["www.пример.рф", "xn--e1afmkfd.xn--p1ai", "ПРИМЕР.РФ"] {
        assert_eq!(at(written).as_deref(), Ok("пример.рф"), "{written}");
    }
    for written in ["shop.acme.個人.hk", "shop.acme.xn--gmqw5a.hk"] {
        assert_eq!(at(written).as_deref(), Ok("acme.個人.hk"), "{written}");
    }
    assert_eq!(at("हिन्दी.example").unwrap(), "हिन्दी.example");
    assert_ne!(at("straße.example"), at("strasse.example"), "two domains since 2010");
    assert_eq!(at("xn--zzzzzzzz.example").unwrap(), "xn--zzzzzzzz.example", "no A-label, and yet a name");
}

#[test]
fn tenants_of_one_host_are_companies_apart() {
    for (host, domain) in [
        ("leadlight-none-a.onmicrosoft.com", "leadlight-none-a.onmicrosoft.com"),
        ("tenant.mail.onmicrosoft.com", "tenant.onmicrosoft.com"),
        ("tenant-my.sharepoint.com", "tenant.sharepoint.com"),
        ("tenant.sharepoint.com", "tenant.sharepoint.com"),
        ("acme.my.salesforce.com", "acme.my.salesforce.com"),
        ("acme.develop.my.salesforce.com", "acme.my.salesforce.com"),
        ("acme.zendesk.com", "acme.zendesk.com"),
        ("acme.wd5.myworkdayjobs.com", "acme.myworkdayjobs.com"),
        ("acme.crm4.dynamics.com", "acme.dynamics.com"),
        ("mail.acme.freshdesk.com", "acme.freshdesk.com"),
        ("acme.atlassian.net", "acme.atlassian.net"),
        ("acme.wixsite.com", "acme.wixsite.com"),
        ("acme.myshopify.com", "acme.myshopify.com"),
        ("acme.github.io", "acme.github.io"),
        ("acme.herokuapp.com", "acme.herokuapp.com"),
        ("acme.blogspot.com", "acme.blogspot.com"),
        ("acme.uk.com", "acme.uk.com"),
    ] {
        assert_eq!(at(host).as_deref(), Ok(domain), "{host}");
        assert_eq!(of(&format!("https://{host}/home")).as_deref(), Ok(domain), "{host}");
    }
    for host in [
        "onmicrosoft.com",
        "mail.onmicrosoft.com",
        "www.onmicrosoft.com",
        "sharepoint.com",
        "atlassian.net",
        "wixsite.com",
        "www.wixsite.com",
        "business.site",
        "my.salesforce.com",
        "myshopify.com",
        "github.io",
        "www.github.io",
        "herokuapp.com",
    ] {
        assert_eq!(at(host), Err(NoCompany::SharedHost), "{host}");
    }
    assert_eq!(at("co.uk"), Err(NoCompany::PublicSuffix));
}

#[test]
fn the_owner_of_a_shared_host_is_a_company_where_it_goes_by_that_name() {
    for host in ["zendesk.com", "www.zendesk.com", "support.zendesk.com"] {
        assert_eq!(at(host).as_deref(), Ok("zendesk.com"), "{host}");
    }
    assert_eq!(at("slack.com").unwrap(), "slack.com");
    assert_eq!(at("linkedin.com").unwrap(), "linkedin.com", "its people write from there");
}

#[test]
fn a_page_about_somebody_is_no_website_of_theirs() {
    for page in [
        "linkedin.com/company/acme",
        "https://de.linkedin.com/in/pia-lund",
        "www.facebook.com/acme",
        "m.facebook.com/acme",
        "instagram.com/acme",
        "https://x.com/acme",
        "https://sites.google.com/view/acme",
        "https://www.google.de/maps/place/Acme",
        "google.com",
        "bit.ly/3xyz",
        "https://linktr.ee/acme",
        "https://github.com/acme",
        "amazon.co.uk/shops/acme",
        "https://t.me/acme",
        "https://medium.com/@acme",
    ] {
        assert_eq!(of(page), Err(NoCompany::Page), "{page}");
    }
    assert_eq!(of("https://netflix.com"), Ok("netflix.com".to_owned()), "ends as x.com does");
    assert_eq!(of("https://notgoogle.example"), Ok("notgoogle.example".to_owned()));
}

#[test]
fn a_relay_is_nobodys_company() {
    for host in ["privaterelay.appleid.com", "users.noreply.github.com", "x.privaterelay.appleid.com"] {
        assert_eq!(at(host), Err(NoCompany::Relay), "{host}");
    }
    assert_eq!(at("github.com").unwrap(), "github.com");
}

#[test]
fn the_list_of_shared_hosts_has_what_the_public_suffix_list_has_not() {
    for Shared { host, is_owners } in SHARED {
        assert_eq!(one_spelling(host).as_deref(), Some(*host));
        assert_eq!(SHARED.iter().filter(|other| other.host == *host).count(), 1, "{host}");
        assert!(by_public_suffix(host).is_ok() || *is_owners, "{host} is a suffix already");
    }
}

#[test]
fn a_document_stored_before_hosts_were_told_apart_is_still_read() {
    for host in ["onmicrosoft.com", "appleid.com", "linkedin.com", "müllerwerk.example", "acme.example"] {
        let stored: DomainName = serde_json::from_value(host.into()).unwrap();
        assert_eq!(stored.as_str(), host);
    }
    assert!(serde_json::from_value::<DomainName>("no domain".into()).is_err());
}

proptest::proptest! {
    #[test]
    fn any_text_is_read_or_refused_and_what_is_read_is_read_again(
        text in "\\PC{0,40}|([a-zäßçжя0-9-]{1,9}[.。]){1,3}(com|example|рф|co[.]uk|github[.]io)|(www[.])?[a-z]{0,5}[.]?(onmicrosoft|zendesk|sharepoint)[.]com",
    ) {
        let _ = DomainName::from_host_or_url(&text);
        if let Ok(domain) = DomainName::of_host(&text) {
            proptest::prop_assert_eq!(DomainName::of_host(domain.as_str()), Ok(domain.clone()));
            proptest::prop_assert_eq!(DomainName::of_host(&ascii_host(domain.as_str())), Ok(domain.clone()));
            let stored = serde_json::to_value(&domain).unwrap();
            proptest::prop_assert_eq!(serde_json::from_value::<DomainName>(stored).unwrap(), domain);
        }
    }

    #[test]
    fn the_short_way_spells_as_unicode_does(host in "[a-zA-Z0-9._ -]{0,30}") {
        let host = clean(&host);
        let host = host.trim_end_matches('.');
        proptest::prop_assert_eq!(one_spelling(host), spelled_by_unicode(host));
    }
}
