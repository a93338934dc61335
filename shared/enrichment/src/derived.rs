//! Facts that need no vendor: the country of a company by the end of its domain, and by the prefix of a telephone number.
//!
//! Neither is a head office: a company in Linz may have a `.com`, its founder a Swiss number. So both lose to a form and to
//! every vendor that is surer, and where they contradict each other neither says anything.

use leadlight_lead::{CountryCode, DomainName};
use leadlight_reading::read_phone_country;

/// Of a country by the end of a domain. Judgement: most such domains are registered where the company is.
const BY_DOMAIN: f64 = 0.4;
/// Of a country by a telephone number. Judgement: it is where the person is, which may be a branch.
const BY_PHONE: f64 = 0.3;

/// Ends of domains that belong to a country on paper, and are bought everywhere for how they read or what they cost.
const BOUGHT_EVERYWHERE: &str = " ac ad ag ai am as bz cc cd cm co cv cx dj eu fm fo ga gd gg gl gq gs hm ht im io is je kg ki \
    la lc li ly md me ml mn ms mu nf nu pm pn pw re sc sh so sr st su sx tc tf tk tl tm to tt tv vc vg vu wf ws yt ";

/// Ends in the letters of a country's own language, each with its code.
const IN_OWN_LETTERS: &str = " рф=RU укр=UA бел=BY бг=BG қаз=KZ мкд=MK мон=MN срб=RS ελ=GR გე=GE հայ=AM 中国=CN 中國=CN 香港=HK \
    台湾=TW 台灣=TW 澳門=MO 澳门=MO 新加坡=SG 한국=KR ไทย=TH भारत=IN ישראל=IL السعودية=SA امارات=AE مصر=EG قطر=QA عمان=OM \
    الاردن=JO المغرب=MA تونس=TN الجزائر=DZ پاکستان=PK ایران=IR বাংলা=BD ලංකා=LK ";

/// The country of a company, as far as its domain and a telephone number say one, with a confidence from 0 to 1.
pub(crate) fn country(domain: Option<&DomainName>, phone: Option<&str>) -> Option<(CountryCode, f64)> {
    match (domain.and_then(country_of_domain), phone.and_then(read_phone_country)) {
        (Some(one), Some(other)) if one != other => None,
        (Some(country), _) => Some((country, BY_DOMAIN)),
        (None, phone) => Some((phone?, BY_PHONE)),
    }
}

fn country_of_domain(domain: &DomainName) -> Option<CountryCode> {
    let (_, end) = domain.as_str().rsplit_once('.')?;
    let is_listed = |list: &str| list.contains(&format!(" {end} "));
    if end == "uk" {
        return "GB".parse().ok();
    }
    if end.len() == 2 && end.is_ascii() && !is_listed(BOUGHT_EVERYWHERE) {
        return end.to_ascii_uppercase().parse().ok();
    }
    let own = IN_OWN_LETTERS.split_whitespace().filter_map(|entry| entry.split_once('='));
    own.into_iter().find(|(letters, _)| *letters == end)?.1.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(domain: &str, phone: &str) -> Option<(String, f64)> {
        let domain: Option<DomainName> = (!domain.is_empty()).then(|| domain.parse().unwrap());
        country(domain.as_ref(), Some(phone)).map(|(country, confidence)| (country.to_string(), confidence))
    }

    #[test]
    fn the_end_of_a_domain_and_a_prefix_name_a_country() {
        assert_eq!(of("acme.at", ""), Some(("AT".to_owned(), BY_DOMAIN)));
        assert_eq!(of("acme.co.uk", ""), Some(("GB".to_owned(), BY_DOMAIN)));
        assert_eq!(of("пример.рф", ""), Some(("RU".to_owned(), BY_DOMAIN)));
        assert_eq!(of("acme.com", "+43 1 234567"), Some(("AT".to_owned(), BY_PHONE)));
        assert_eq!(of("", "+43 1 234567"), Some(("AT".to_owned(), BY_PHONE)));
        assert_eq!(of("acme.at", "+43 1 234567"), Some(("AT".to_owned(), BY_DOMAIN)));
    }

    #[test]
    fn what_is_bought_everywhere_or_contradicts_itself_says_nothing() {
        for domain in [
            "acme.io",
            "acme.ai",
            "acme.co",
            "acme.me",
            "acme.tv",
            "acme.eu",
            "acme.li",
            "acme.com",
            "acme.example",
        ] {
            assert_eq!(of(domain, "01 234567"), None, "{domain}");
        }
        assert_eq!(of("acme.at", "+49 89 1234567"), None);
        assert_eq!(of("acme.io", "+49 89 1234567"), Some(("DE".to_owned(), BY_PHONE)));
    }
}
