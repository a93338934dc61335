//! What an address's domain says about who writes, from lists kept under `data/`.
//!
//! The lists are embedded as sorted text and searched where they lie: nothing is built at start-up.
//! `data/README.md` names their sources, versions and licences.

use leadlight_lead::{DomainName, EmailAddress, EmailKind, NoCompany, ascii_host};

const DISPOSABLE: &str = include_str!("../data/disposable.txt");
const FREE_MAIL: &str = include_str!("../data/free-mail.txt");
const ACADEMIC: &str = include_str!("../data/academic.txt");
const ACADEMIC_SUFFIXES: &str = include_str!("../data/academic-suffixes.txt");

/// Classifies an address by its domain.
///
/// The most specific listed domain decides, never a public suffix: `sub.mailbox.example` is looked up
/// before `mailbox.example`. Within one domain disposable wins over free mail, which wins over
/// academic: a throw-away mailbox stays one whatever else is said of it, and where the lists
/// disagree on a school, the reading that doesn't disqualify anyone is taken. An alumni mailbox
/// (`alumni.…` at a school) is a private one: free mail. What is in no list is a business.
///
/// A relay under a company's domain (`privaterelay.appleid.com`) is a private mailbox, whatever the lists say.
pub fn classify(email: &EmailAddress) -> EmailKind {
    classify_domain(email.domain())
}

/// As [`classify`], for a host name.
pub(crate) fn classify_domain(host: &str) -> EmailKind {
    // The lists have internationalised domains in this form.
    let host: &str = &ascii_host(host);
    let shortest = match DomainName::of_host(host) {
        Ok(domain) => ascii_host(domain.as_str()).len(),
        Err(NoCompany::Relay) => return EmailKind::FreeMail,
        Err(_) => host.len(),
    };
    for domain in suffixes(host).take_while(|suffix| suffix.len() >= shortest) {
        if contains(DISPOSABLE, domain) {
            return EmailKind::Disposable;
        }
        if contains(FREE_MAIL, domain) {
            return EmailKind::FreeMail;
        }
        if contains(ACADEMIC, domain) {
            return academic(host);
        }
    }
    if suffixes(host).any(|suffix| is_academic_suffix(suffix) || contains(ACADEMIC_SUFFIXES, suffix)) {
        return academic(host);
    }
    EmailKind::Business
}

fn academic(host: &str) -> EmailKind {
    match host.split('.').next() {
        Some("alumni" | "alum") => EmailKind::FreeMail,
        _ => EmailKind::Academic,
    }
}

/// `edu`; `ac`, `edu`, `sch` or `k12` under a country; `k12` under a state of the US: registries keep
/// them for education.
fn is_academic_suffix(suffix: &str) -> bool {
    let two_letters = |label: &str| label.len() == 2 && label.bytes().all(|b| b.is_ascii_lowercase());
    let mut labels = suffix.split('.');
    match (labels.next(), labels.next(), labels.next(), labels.next()) {
        (Some("edu"), None, ..) => true,
        (Some("ac" | "edu" | "sch" | "k12"), Some(country), None, _) => two_letters(country),
        (Some("k12"), Some(state), Some("us"), None) => two_letters(state),
        _ => false,
    }
}

/// `a.b.c`, `b.c`, `c`.
fn suffixes(host: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(host), |rest| rest.split_once('.').map(|(_, shorter)| shorter))
}

/// Binary search over lines sorted by their bytes.
fn contains(list: &str, wanted: &str) -> bool {
    let bytes = list.as_bytes();
    // Both always stand at the beginning of a line, or at the end.
    let (mut low, mut high) = (0, bytes.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let start = bytes[low..middle].iter().rposition(|b| *b == b'\n').map_or(low, |at| low + at + 1);
        let end = bytes[middle..high].iter().position(|b| *b == b'\n').map_or(high, |at| middle + at);
        match bytes[start..end].cmp(wanted.as_bytes()) {
            std::cmp::Ordering::Equal => return true,
            std::cmp::Ordering::Less => low = (end + 1).min(high),
            std::cmp::Ordering::Greater => high = start,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(host: &str) -> EmailKind {
        classify(&format!("someone@{host}").parse().unwrap())
    }

    #[test]
    fn well_known_domains_are_told_apart() {
        for free in
            ["gmail.com", "outlook.com", "hotmail.co.uk", "icloud.com", "gmx.de", "qq.com", "proton.me"]
        {
            assert_eq!(kind(free), EmailKind::FreeMail, "{free}");
        }
        for disposable in ["mailinator.com", "guerrillamail.com", "yopmail.com", "box.mailinator.com"] {
            assert_eq!(kind(disposable), EmailKind::Disposable, "{disposable}");
        }
        for academic in
            ["mit.edu", "cs.stanford.edu", "ox.ac.uk", "u-tokyo.ac.jp", "ethz.ch", "student.ethz.ch"]
        {
            assert_eq!(kind(academic), EmailKind::Academic, "{academic}");
        }
        for business in ["acme.example", "mail.acme.example", "example.com", "rust-lang.org", "amazon.com"] {
            assert_eq!(kind(business), EmailKind::Business, "{business}");
        }
    }

    #[test]
    fn relays_and_providers_of_many_countries_are_no_companies() {
        for free in [
            "privaterelay.appleid.com",
            "users.noreply.github.com",
            "mozmail.com",
            "passmail.net",
            "duck.com",
            "addy.io",
            "chello.at",
            "a1.net",
            "sunrise.ch",
            "hispeed.ch",
            "talktalk.net",
            "telus.net",
            "sympatico.ca",
            "t-online.de",
            "orange.fr",
            "libero.it",
        ] {
            assert_eq!(kind(free), EmailKind::FreeMail, "{free}");
        }
        for business in ["github.com", "apple.com", "acme.onmicrosoft.com", "acme.zendesk.com", "telus.com"] {
            assert_eq!(kind(business), EmailKind::Business, "{business}");
        }
    }

    #[test]
    fn an_internationalised_domain_is_found_in_either_spelling() {
        let listed =
            FREE_MAIL.lines().chain(DISPOSABLE.lines()).find(|line| line.starts_with("xn--")).unwrap();
        let unicode = format!("someone@{listed}").parse::<EmailAddress>().unwrap();
        assert!(!unicode.domain().starts_with("xn--"));
        assert_ne!(classify(&unicode), EmailKind::Business, "{listed}");
    }

    #[test]
    fn a_suffix_alone_is_academic_and_a_lookalike_is_not() {
        assert_eq!(kind("a-new-school.edu.au"), EmailKind::Academic);
        assert_eq!(kind("pupils.some-school.k12.ca.us"), EmailKind::Academic);
        assert_eq!(kind("a-new-school.ed.jp"), EmailKind::Academic, "a suffix from the list");
        for business in
            ["education.example", "myedu.example", "edu.example", "ac.example", "edu.acme.example"]
        {
            assert_eq!(kind(business), EmailKind::Business, "{business}");
        }
    }

    #[test]
    fn alumni_write_from_a_private_mailbox() {
        assert_eq!(kind("alumni.stanford.edu"), EmailKind::FreeMail);
        assert_eq!(kind("alum.mit.edu"), EmailKind::FreeMail);
    }

    #[test]
    fn each_list_is_sorted_and_each_of_its_lines_is_found() {
        for (name, list) in [
            ("disposable", DISPOSABLE),
            ("free-mail", FREE_MAIL),
            ("academic", ACADEMIC),
            ("academic-suffixes", ACADEMIC_SUFFIXES),
        ] {
            let lines: Vec<&str> = list.lines().collect();
            assert!(lines.len() >= 10, "{name}");
            assert!(lines.is_sorted_by(|a, b| a < b), "{name} has a line out of order, or twice");
            for line in lines {
                assert!(contains(list, line), "{line} of {name}");
                assert!(!contains(list, &line[1..]) || list.lines().any(|other| other == &line[1..]));
                assert!(!contains(list, &format!("{line}x")) || list.contains(&format!("\n{line}x\n")));
            }
        }
        for absent in ["", "a", "zzzzzz.zz", "~", "\n"] {
            assert!(!contains(DISPOSABLE, absent), "{absent:?}");
        }
        assert!(!contains("", "a"));
        assert!(contains("a", "a"));
    }

    #[test]
    fn reserved_domains_are_in_no_list() {
        for list in [DISPOSABLE, FREE_MAIL, ACADEMIC] {
            for line in list.lines() {
                let last = line.rsplit('.').next();
                assert!(!matches!(last, Some("example" | "test" | "invalid" | "localhost")), "{line}");
                assert!(!matches!(line, "example.com" | "example.net" | "example.org"), "{line}");
            }
        }
    }
}
