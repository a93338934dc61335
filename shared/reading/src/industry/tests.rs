use super::*;

#[track_caller]
fn reads(text: &str, key: &str) {
    assert_eq!(read_industry(text).map(Industry::key), Some(key), "{text:?}");
}

#[track_caller]
fn is_not_known(text: &str) {
    assert_eq!(read_industry(text), None, "{text:?}");
}

#[test]
fn the_values_of_the_large_systems_are_understood() {
    // List, values, values that may be several industries or say none.
    for (list, all, unsaid) in [
        (IndustryList::HubSpot, 148, vec![]),
        (IndustryList::Salesforce, 32, vec!["Other"]),
        (
            IndustryList::Dynamics,
            33,
            vec![
                "Agriculture and Non-petrol Natural Resource Extraction",
                "Brokers",
                "Inbound Capital Intensive Processing",
                "SIG Affiliations",
            ],
        ),
        (IndustryList::Zoho, 16, vec!["Large Enterprise", "Service Provider", "Small/Medium Enterprise"]),
        (IndustryList::LinkedInV1, 147, vec![]),
        (
            IndustryList::LinkedInV2,
            433,
            vec!["Technology, Information and Media", "Media & Telecommunications"],
        ),
        (
            IndustryList::GicsSectors,
            11,
            vec!["Materials", "Industrials", "Consumer Discretionary", "Communication Services"],
        ),
    ] {
        assert_eq!(list.values().count(), all, "{list}");
        let mut not_understood = Vec::new();
        for (value, industry) in list.values() {
            for written in
                [value.to_owned(), value.to_lowercase(), value.to_uppercase(), format!("  {value} ")]
            {
                assert_eq!(read_industry(&written), industry, "{list}: {written}");
            }
            not_understood.extend(industry.is_none().then_some(value));
        }
        assert_eq!(not_understood, unsaid, "{list}");
        println!("{list}: {} of {all} values are understood", all - unsaid.len());
    }
}

#[test]
fn one_industry_is_one_however_it_is_written() {
    for text in [
        "software",
        "Software",
        "COMPUTER_SOFTWARE",
        "computer-software",
        "Computer Software",
        " computer\u{a0}software ",
        "ＳＯＦＴＷＡＲＥ",
        "SaaS",
        "Software / SaaS",
        "SaaS & Software",
        "Industry: Software",
        "Branche: Softwareentwicklung",
        "Technology > Software",
        "Technology;Software",
        "Technology, Information and Internet > Software Development",
        "Software (SaaS)",
        "Software (B2B)",
        "B2B Software",
        "ComputerSoftware",
        "💻 Software",
        "Software.",
        "IT / Software",
        "Management ISV",
        "Software Industry",
        "Éditeur de logiciels",
        "NAICS 513210",
        "NAICS: 511210",
        "NAICS code 5132",
        "NAICS 2022: 513210",
        "513210",
        "513210 Software Publishers",
        "Software Publishers (513210)",
        "7372",
        "7372 - Prepackaged software",
        "SIC: 7372",
        "SIC Code 7372 Services-Prepackaged Software",
        "SIC 73720000",
        "62012",
        "UK SIC 62012 - Business and domestic software development",
        "WZ 62.01",
        "62.01.9 Sonstige Softwareentwicklung",
        "6201Z",
        "NACE J62.01",
        "[\"Software\"]",
    ] {
        reads(text, "software");
    }
    for (text, key) in [
        ("Health Care", "healthcare"),
        ("RealEstate", "real-estate"),
        ("Financialservices", "financial-services"),
        ("Food &amp; Beverages", "food-and-beverages"),
        ("Manufacturing - Automotive", "automotive"),
        ("Healthcare - Pharma", "pharmaceuticals"),
        ("Branche: Banken; Finanzdienstleister", "banking"),
        ("HOSPITAL_HEALTH_CARE", "healthcare"),
        ("K-12", "primary-and-secondary-education"),
        ("I.T. Services", "it-services"),
        ("IT-Dienstleistungen", "it-services"),
        ("Maschinen- und Anlagenbau", "machinery"),
        ("Maschinenbau", "machinery"),
        ("Gesundheitswesen", "healthcare"),
        ("Einzelhandel", "retail"),
        ("Services financiers", "financial-services"),
        ("Salud", "healthcare"),
        ("Assicurazioni", "insurance"),
        ("Bouw", "construction"),
        ("Food and Beverage", "food-and-beverages"),
        ("Food & Beverages", "food-and-beverages"),
        ("Alimentos y bebidas", "food-and-beverages"),
        ("Agroalimentaire", "food-and-beverages"),
        ("Saúde", "healthcare"),
        ("Öffentliche Verwaltung", "government"),
        ("Secteur de la santé", "healthcare"),
        ("E-Commerce", "e-commerce"),
        ("eCommerce", "e-commerce"),
        ("R&D", "research"),
        ("Energy & Utilities", "energy"),
        ("Retail/E-Commerce", "e-commerce"),
        ("31-33 Manufacturing", "manufacturing"),
        ("52 - Finance and Insurance", "financial-services"),
        ("C28 Maschinenbau", "machinery"),
        ("8062 General Medical & Surgical Hospitals", "healthcare"),
        ("NAICS 722511", "restaurants"),
        ("SIC 6021", "banking"),
        ("Travel & Hospitality", "hospitality"),
    ] {
        reads(text, key);
    }
}

#[test]
fn what_has_two_readings_or_none_is_not_known() {
    for text in [
        "",
        "undefined",
        "null",
        "n/a",
        "[not provided]",
        "Other",
        "Sonstige",
        "Banking; Retail",
        "Retail and Wholesale",
        "Software, Agriculture",
        "Software & Widgets",
        "Widgets",
        "Services",
        "Dienstleistungen",
        "Security",
        "Distribution",
        "Gaming",
        "Industrials",
        "4",
        "52",
        "72",
        "2211",
        "5411",
        "8111",
        "NAICS 999999",
        "NAICS 52 and 51",
        "45103010",
        "52 - Agriculture",
        "SIC 7372 Agriculture",
        "2022",
        "https://example.example/software",
        "{{contact.industry}}",
        "🚀",
        "株式会社",
    ] {
        is_not_known(text);
    }
    is_not_known(&"software ".repeat(100));
}

#[test]
fn a_number_is_read_by_the_classification_that_it_names() {
    for (text, key) in [
        ("NAICS 5411", "legal-services"),
        ("SIC 5411", "supermarkets"),
        ("5411 Legal services", "legal-services"),
        ("5411 - Grocery", "supermarkets"),
        ("NAICS 6311", "-"),
        ("SIC 6311", "insurance"),
        ("SIC 63.11", "it-services"),
        ("SIC 6201", "software"),
        ("NACE 63.11", "it-services"),
        ("63110", "it-services"),
    ] {
        assert_eq!(read_industry(text).map_or("-", Industry::key), key, "{text}");
    }
}

#[test]
fn industries_belong_to_broader_ones() {
    let of = |key| Industry::of_key(key).unwrap();
    assert_eq!(of("computer-games").parent(), Some(of("media")));
    assert_eq!(
        of("biotechnology").and_above().map(Industry::key).collect::<Vec<_>>(),
        ["biotechnology", "life-sciences", "healthcare"]
    );
    assert!(
        of("biotechnology").is_within(of("healthcare")) && !of("healthcare").is_within(of("biotechnology"))
    );
    assert_eq!(Industry::of_key("widgets"), None);
    for industry in Industry::all() {
        let broadest = industry.and_above().last().unwrap();
        assert_eq!(broadest.parent(), None, "{industry}");
        reads(industry.key(), industry.key());
    }
    assert!((60..=130).contains(&Industry::all().count()));
}

#[test]
fn a_mistyped_key_is_near_the_one_that_was_meant() {
    for (typed, meant) in [("sofware", "software"), ("sotfware", "software"), ("real-estat", "real-estate")] {
        assert_eq!(Industry::near(typed).map(Industry::key), Some(meant));
    }
    for own in ["widgets", "x", "", "it"] {
        assert_eq!(Industry::near(own), None, "{own}");
    }
}

proptest::proptest! {
    #[test]
    fn any_text_can_be_read(text in "\\PC{0,60}|[0-9a-z.;:/ -]{0,24}") {
        let _ = read_industry(&text);
        let _ = Industry::near(&text);
    }

    #[test]
    fn case_blanks_and_marks_change_nothing(place in 0..3000usize, turn in 0..4usize) {
        let names = table::Table::names();
        let word = names[place % names.len()];
        let written = match turn {
            0 => word.to_uppercase(),
            1 => word.replace(' ', "_"),
            2 => format!("  {} ", word.replace(' ', " - ")),
            _ => format!("Industry: {word}"),
        };
        proptest::prop_assert_eq!(read_industry(&written), read_industry(word), "{}", written);
    }
}
