use std::collections::BTreeMap;

use super::name::key;
use super::*;

/// CLDR's names: language, code, name.
const CLDR: &str = include_str!("../../testdata/country-names.tsv");
const NAMES: &str = include_str!("../../data/country-names.txt");

fn read(text: &str) -> Option<String> {
    read_country(text).map(String::from)
}

#[track_caller]
fn are(code: &str, texts: &[&str]) {
    let wrong: Vec<_> = texts.iter().filter(|text| read(text).as_deref() != Some(code)).collect();
    let read: Vec<_> = wrong.iter().map(|text| read(text)).collect();
    assert!(wrong.is_empty(), "not {code}: {wrong:?}, read as {read:?}");
}

#[track_caller]
fn open(texts: &[&str]) {
    let read: Vec<_> = texts.iter().filter_map(|text| Some((text, read(text)?))).collect();
    assert!(read.is_empty(), "{read:?}");
}

#[test]
fn every_code_is_read_in_each_of_its_three_forms() {
    let mut codes = 0;
    for line in CODES.lines() {
        let [alpha_2, alpha_3, number] = line.split(' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
        assert_eq!(alpha_2.parse::<CountryCode>().unwrap().as_str(), alpha_2);
        // Namibia's code is also how people say that nothing is known.
        if alpha_2 != "NA" {
            are(alpha_2, &[alpha_2, &alpha_2.to_lowercase(), &format!(" {alpha_2} ")]);
        }
        are(alpha_2, &[alpha_3, &alpha_3.to_lowercase(), number]);
        codes += 1;
    }
    assert_eq!(codes, 250, "249 of ISO 3166-1 and Kosovo");
    assert!(CODES.lines().is_sorted_by(|a, b| a < b));
}

#[test]
fn every_name_of_every_language_is_read_as_its_own_country() {
    // Names that are more than one country's, or a state's: never guessed.
    let open = ["congo", "georgia", "kongo"];
    let (mut read, mut left, mut by_language) = (0, Vec::new(), BTreeMap::<&str, u32>::new());
    for line in CLDR.lines() {
        let [language, code, name] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
        match read_country(name) {
            // Spanish abbreviates Reino Unido so.
            Some(found) if name == "RU" => assert_eq!(found.as_str(), "RU"),
            Some(found) => {
                assert_eq!(found.as_str(), code, "{language}: {name}");
                read += 1;
                *by_language.entry(language).or_default() += 1;
            }
            None => left.push((language, code, name)),
        }
    }
    println!("{read} names read; left open: {left:?}");
    assert!(
        left.iter().all(|(_, code, name)| open.contains(&key(name).as_str()) || *code == "NA"),
        "{left:?}"
    );
    assert!(left.len() <= 12 && read > 5_900, "{left:?}");
    assert_eq!(by_language.len(), 23);
    assert!(by_language.values().all(|names| *names >= 249), "{by_language:?}");
}

#[test]
fn the_table_is_in_order_and_by_the_key_that_finds_it() {
    assert!(NAMES.lines().is_sorted_by(|a, b| a.split_once('\t').unwrap().0 < b.split_once('\t').unwrap().0));
    for line in NAMES.lines() {
        let (name, codes) = line.split_once('\t').unwrap();
        assert_eq!(key(name), name);
        assert!(codes.split(' ').all(|code| CountryCode::of_alpha_2(code).is_some()), "{line}");
    }
}

#[test]
fn long_and_official_forms_are_read_however_they_are_turned() {
    are(
        "IR",
        &[
            "Iran, Islamic Republic of",
            "Iran (Islamic Republic of)",
            "Islamic Republic of Iran",
            "IRAN (ISLAMIC REPUBLIC OF)",
            "Iran, Islamic Rep.",
            "ایران",
            "Иран",
            "🇮🇷",
        ],
    );
    are(
        "RU",
        &[
            "Russian Federation",
            "RUS",
            "Russia",
            "Russische Föderation",
            "Россия",
            "Росси\u{438}\u{306}ская Федерация",
        ],
    );
    are("VN", &["Viet Nam", "Vietnam", "Việt Nam"]);
    are("NL", &["The Netherlands", "Netherlands", "Holland", "Netherlands (Kingdom of the)", "Nederland"]);
    are(
        "US",
        &["U.S.A.", "USA", "US of A", "America", "u.s.", "United States of America", "EE. UU.", "États-Unis"],
    );
    are(
        "GB",
        &[
            "UK",
            "U.K.",
            "Great Britain",
            "England",
            "Scotland",
            "Wales",
            "Northern Ireland",
            "Großbritannien",
        ],
    );
    are("GR", &["EL", "Greece", "Hellas", "Griechenland"]);
    are("TR", &["Türkiye", "Turkey", "Turkiye", "TÜRKİYE", "Türkei"]);
    are("AE", &["UAE", "U.A.E.", "United Arab Emirates"]);
    are("CZ", &["Czechia", "Czech Republic", "Česko"]);
    are("MM", &["Burma", "Myanmar (Burma)"]);
    are("CI", &["Ivory Coast", "Côte d’Ivoire", "Cote D'Ivoire"]);
    are("IE", &["Republic of Ireland", "Ireland, Republic of", "Éire"]);
    are("BO", &["Bolivia (Plurinational State of)", "Bolivia, Plurinational State of"]);
    are("FK", &["Falkland Islands (Malvinas)"]);
    are("CC", &["Cocos (Keeling) Islands"]);
    are("VA", &["Holy See (Vatican City State)"]);
    are("SY", &["Syrian Arab Republic", "Syria"]);
    are("TW", &["Taiwan, Province of China", "Taiwan, China", "Republic of China"]);
    are(
        "DE",
        &[
            "Deutschland",
            "GERMANY",
            "Ｇｅｒｍａｎｙ",
            "Allemagne",
            "ドイツ",
            "德国",
            "독일",
            "germany.",
            "Gérmany",
        ],
    );
}

#[test]
fn one_of_two_is_never_taken_for_the_other() {
    are(
        "KR",
        &["Korea", "Korea, Republic of", "Republic of Korea", "South Korea", "Korea (Republic of)", "ROK"],
    );
    are(
        "KP",
        &[
            "Korea, Democratic People's Republic of",
            "Korea (Democratic People’s Republic of)",
            "DPRK",
            "North Korea",
            "Korea, North",
            "N. Korea",
            "Nordkorea",
            "Korea, Dem. People's Rep.",
            "Korea, DPR of the",
            "북한",
            "Pyongyang, North Korea",
        ],
    );
    open(&["Pyongyang, Korea", "Korea (both)", "Seoul / Korea"]);
    are("CD", &["Congo, The Democratic Republic of the", "DRC", "Congo - Kinshasa", "Congo (DRC)"]);
    are("CG", &["Congo, Republic of", "Republic of the Congo", "Congo - Brazzaville"]);
    are("GN", &["Guinea"]);
    are("GQ", &["Equatorial Guinea", "Guinea, Equatorial"]);
    are("GW", &["Guinea-Bissau"]);
    are("PG", &["Papua New Guinea"]);
    are("SS", &["South Sudan", "Dél-Szudán"]);
    are("DO", &["Dominican Republic"]);
    are("DM", &["Dominica"]);
    are("NE", &["Niger"]);
    are("AS", &["American Samoa", "Samoa, American"]);
    are("VI", &["Virgin Islands, U.S."]);
    are(
        "GE",
        &["GE", "GEO", "Georgien", "Republic of Georgia", "GE - Georgia", "Georgia (GE)", "🇬🇪 Georgia"],
    );
    are("US", &["Georgia, USA", "Atlanta, Georgia, USA"]);
    open(&["Georgia", "Tbilisi, Georgia", "NA", "n/a", "Congo", "Virgin Islands", "Northern Cyprus"]);
}

#[test]
fn twice_is_once_and_a_place_is_in_its_country() {
    are(
        "DE",
        &[
            "DE - Germany",
            "Germany (DE)",
            "DE/Germany",
            "DE: Germany",
            "Germany DE",
            "DE-Germany",
            "🇩🇪 Germany",
            "🇩🇪",
            "Germany (+49)",
            "Deutschland / Germany",
            "Berlin, Germany",
            "80331 München, Deutschland",
            "DE-HE",
            "de_DE",
        ],
    );
    are(
        "US",
        &["California, USA", "San Francisco, CA, US", "Wilmington, DE, United States", "en-US", "USA - US"],
    );
    are(
        "GB",
        &[
            "London, UK",
            "GB-SCT",
            "🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}",
            "Jersey City, England",
        ],
    );
    are("HK", &["Hong Kong, China", "Kowloon, Hong Kong"]);
    are("PR", &["Puerto Rico, USA", "San Juan, Puerto Rico, USA"]);
    are("AT", &["040", "040.0", "de-AT"]);
    open(&[
        "CA - California",
        "Los Angeles, CA",
        "Wilmington, DE",
        "Lebanon, NH",
        "Holland, Michigan",
        "Germany, Austria",
        "Austria/Germany",
        "USA, Canada",
        "CA/USA",
        "US-CA",
        "Iran / USA",
        "🇩🇪🇦🇹",
        "🇩🇪 Austria",
        "USA (not Iran)",
        "49",
        "+49",
        "40",
        "Europe",
        "EU",
        "DACH",
        "Narnia",
        "ZZ",
        "",
        "Other",
        "Select country",
        "The",
    ]);
}

#[test]
fn only_assigned_codes_are_codes() {
    for code in ["DE", "de", " gb ", "XK", "NA"] {
        assert!(code.parse::<CountryCode>().is_ok(), "{code}");
    }
    for text in ["UK", "EL", "EU", "ZZ", "XX", "SU", "Germany", "DEU", "", "D", "ДЕ", "ß"] {
        assert!(text.parse::<CountryCode>().is_err(), "{text}");
    }
}

#[test]
fn a_document_stored_before_codes_were_looked_up_is_still_read() {
    let stored = |text: &str| serde_json::from_value::<CountryCode>(text.into()).map(|code| code.to_string());
    for (text, code) in [("DE", "DE"), ("UK", "GB"), ("EL", "GR"), ("ZZ", "ZZ"), ("EU", "EU"), ("NA", "NA")] {
        assert_eq!(stored(text).unwrap(), code);
        let again =
            serde_json::to_value(serde_json::from_value::<CountryCode>(text.into()).unwrap()).unwrap();
        assert_eq!(again, code);
    }
    assert!(stored("Narnia").is_err());
}

#[test]
fn a_remedy_names_all_that_may_be_meant() {
    let likely =
        |text| likely_countries(text).iter().map(CountryCode::to_string).collect::<Vec<_>>().join(" ");
    assert_eq!(likely("UK"), "GB");
    assert_eq!(likely("Germany"), "DE");
    assert_eq!(likely("Georgia"), "GE US");
    assert_eq!(likely("Congo"), "CD CG");
    assert_eq!(likely("Narnia"), "");
}

proptest::proptest! {
    #[test]
    fn any_text_is_read_or_left_and_a_key_is_its_own_key(text in "\\PC{0,60}|[A-Z]{2}[-_/, (]{1,3}[A-Za-z. ]{0,20}[)]?") {
        let _ = read_country(&text);
        let _ = likely_countries(&text);
        // Sorted words are words.
        let once = key(&text);
        proptest::prop_assert_eq!(key(&once), once);
    }

    #[test]
    fn what_is_read_is_read_again(line in 0..6_000usize) {
        let name = CLDR.lines().nth(line).unwrap().rsplit('\t').next().unwrap();
        if let Some(code) = read_country(name) {
            proptest::prop_assert_eq!(read_country(&format!("  {name}\u{200b}")), Some(code));
            proptest::prop_assert_eq!(read_country(&name.to_uppercase()), Some(code));
            proptest::prop_assert_eq!(read_country(&format!("{code} - {name}")), Some(code));
            proptest::prop_assert_eq!(read_country(&format!("{name} ({code})")), Some(code));
        }
    }
}

#[test]
fn every_country_has_an_english_name() {
    assert_eq!(CountryCode::from_str("DE").unwrap().in_english(), "Germany");
    assert_eq!(ENGLISH.lines().count(), lines().count());
    for line in ENGLISH.lines() {
        let (code, name) = line.split_once(' ').unwrap();
        assert_eq!(CountryCode::from_str(code).unwrap().in_english(), name);
        // Some names alone could be two places, such as Georgia.
        assert!(read_country(name).is_none_or(|read| read.as_str() == code), "{line}");
    }
}
