//! Titles as people write them.

use std::collections::BTreeSet;

use super::gender::forms;
use super::lexicon::{Kind, LEXICON, LONGEST, Meaning, entries};
use super::words::ALL;
use super::{TitlePhrase, TitleText, TitleWords, WordProblem, read_title};
use crate::role::{Function, Seniority};

/// Language, title, function, seniority; `-` where the title does not tell.
const TITLES: &str = include_str!("../../testdata/titles.tsv");
/// A post in the genders and spellings of its language.
const PAIRS: &str = include_str!("../../testdata/title-pairs.txt");

type Said = (Option<Function>, Option<Seniority>);

fn said(title: &str) -> Said {
    let reading = read_title(title);
    (reading.function, reading.seniority)
}

fn parsed<T: serde::de::DeserializeOwned>(cell: &str) -> Option<T> {
    (cell != "-").then(|| serde_json::from_value(cell.into()).unwrap())
}

/// Each fifth title of the list had no part in choosing the words.
fn mostly_read_right(held_out: bool, at_least: usize) {
    let lines = TITLES.lines().skip(1).enumerate();
    let titles: Vec<_> = lines.filter(|(index, _)| (index % 5 == 4) == held_out).collect();
    assert!(titles.len() >= at_least, "{}", titles.len());
    let mut wrong = Vec::new();
    for (_, line) in &titles {
        let cells: Vec<&str> = line.split('\t').collect();
        let [_, title, function, seniority] = cells.as_slice() else { panic!("{line}") };
        let expected: Said = (parsed(function), parsed(seniority));
        if said(title) != expected {
            wrong.push(format!("{title}: {:?} instead of {expected:?}", said(title)));
        }
    }
    let (right, all) = (titles.len() - wrong.len(), titles.len());
    assert!(right * 20 >= all * 19, "{right} of {all}: {wrong:#?}");
    eprintln!("{right} of {all} titles are read right; wrong: {wrong:#?}");
}

#[test]
fn nineteen_of_twenty_titles_are_read_right() {
    mostly_read_right(false, 400);
}

#[test]
fn nineteen_of_twenty_titles_that_were_held_out_are_read_right() {
    mostly_read_right(true, 100);
}

#[test]
fn the_same_post_is_read_the_same_in_every_gender() {
    let mut pairs = 0;
    let mut unequal = Vec::new();
    for line in PAIRS.lines() {
        let (_, posts) = line.split_once(": ").unwrap();
        let mut posts = posts.split(" | ");
        let first = posts.next().unwrap();
        assert_ne!(said(first), (None, None), "{first}");
        for other in posts {
            pairs += 1;
            if said(other) != said(first) {
                unequal.push(format!("{other}: {:?}; {first}: {:?}", said(other), said(first)));
            }
        }
    }
    assert!(pairs >= 150, "{pairs}");
    assert!(unequal.is_empty(), "{unequal:#?}");
}

#[test]
fn every_word_of_the_lexicon_says_the_same_in_every_gender() {
    let mut pairs = 0;
    let mut unequal = Vec::new();
    for words in ALL {
        for (phrase, meaning) in entries(words) {
            let forms = forms(phrase, &[words.language]);
            assert!(phrase.split(' ').count() <= LONGEST, "{phrase}");
            let first = LEXICON.phrase(&forms[0]).unwrap();
            for form in &forms[1..] {
                pairs += 1;
                let other = LEXICON.phrase(form).unwrap();
                let in_title =
                    matches!(meaning.kind, Kind::Plain | Kind::Whole).then(|| (said(&forms[0]), said(form)));
                if other != first || in_title.is_some_and(|(first, other)| first != other) {
                    unequal.push(format!("{phrase} / {form}: {first:?} {other:?} {in_title:?}"));
                }
            }
        }
    }
    assert!(pairs >= 150, "{pairs}");
    eprintln!("{pairs} pairs");
    assert!(unequal.is_empty(), "{unequal:#?}");
}

/// Two entries of one language that say different things of one word: the second would never be heard.
#[test]
fn no_language_contradicts_itself() {
    for words in ALL {
        let mut known: Vec<(String, Meaning)> = Vec::new();
        for (phrase, meaning) in entries(words) {
            let key = forms(phrase, &[words.language]).remove(0);
            let clash = known.iter().find(|(other, said)| {
                *other == key
                    && (said.kind != meaning.kind
                        || said.function.is_some() && meaning.function.is_some()
                        || said.level.is_some() && meaning.level.is_some())
            });
            assert!(clash.is_none(), "{phrase}: {clash:?} {meaning:?}");
            known.push((key, meaning));
        }
    }
}

#[test]
fn common_titles_are_read() {
    let cases = [
        ("VP of Revenue Operations", Some(Function::RevenueOperations), Some(Seniority::Vp)),
        ("Head of Growth", Some(Function::Marketing), Some(Seniority::Vp)),
        ("Chief Marketing Officer", Some(Function::Marketing), Some(Seniority::CLevel)),
        ("CTO & Co-Founder", Some(Function::Engineering), Some(Seniority::Owner)),
        ("Sr. Software Engineer", Some(Function::Engineering), Some(Seniority::Senior)),
        ("Marketing Manager, DACH", Some(Function::Marketing), Some(Seniority::Manager)),
        // Who studies or teaches is the policy's to judge: a degree is no occupation.
        ("PhD student", None, Some(Seniority::Training)),
        ("CEO, PhD", Some(Function::GeneralManagement), Some(Seniority::CLevel)),
        ("Product Owner", Some(Function::Product), Some(Seniority::Individual)),
        ("Executive Assistant to the CEO", None, Some(Seniority::Entry)),
        ("Vice-President Finance", Some(Function::Finance), Some(Seniority::Vp)),
        ("Sales Development Intern", Some(Function::Sales), Some(Seniority::Training)),
        ("Managing Director", Some(Function::GeneralManagement), Some(Seniority::CLevel)),
        ("IT Administrator", Some(Function::It), Some(Seniority::Individual)),
        ("Vice President, Sales", Some(Function::Sales), Some(Seniority::Vp)),
        ("Chocolatier", None, None),
        ("", None, None),
    ];
    for (title, function, seniority) in cases {
        assert_eq!(said(title), (function, seniority), "{title}");
    }
}

#[test]
fn words_count_only_as_a_whole() {
    for title in ["Vpn gateway keeper", "Editor", "Itinerant", "Headphones", "Leadership", "Marketingspeak"] {
        assert_eq!(said(title), (None, None), "{title}");
    }
}

#[test]
fn a_post_that_is_anothers_is_not_theirs() {
    for title in [
        "Assistant to the CEO",
        "EA to the Managing Director",
        "CEO Assistant",
        "GF-Assistentin",
        "Vorstandsassistentin",
        "Assistentin Vertriebsleitung",
        "Sekretariat Geschäftsführung",
        "Referentin der Geschäftsführung",
        "Stabsstelle der Geschäftsführung",
        "Chief of Staff to the CEO",
        "Chief of Staff, Office of the CEO",
        "Adjointe au directeur général",
        "Assistante du Président",
        "Asistente del director general",
        "Founder's Associate",
        "Sparringspartner für Geschäftsführer",
        "Coach for the CEO",
        "Driver of the president",
        "Netzwerk Gründer:innen",
        "Coach, Geschäftsführerinnen",
        "Former CEO and founder",
        "Ex-Geschäftsführerin",
        "Exdirectora general",
        "Ancienne directrice générale",
        "Voormalig directeur",
        "Retired Managing Director",
        "Geschäftsführer a. D.",
        "Aspiring founder",
        "Head Chef",
        "Head Gardener",
        "Head Technician",
        "Chief Inspector",
        "School Principal",
        "CRO Project Coordinator",
        "President's Club",
        "Associate Partner",
        "Non-Executive Director",
        "Data Owner",
        "Dog owner",
    ] {
        let (function, seniority) = said(title);
        assert_ne!(function, Some(Function::GeneralManagement), "{title}");
        assert!(seniority.is_none_or(|level| level <= Seniority::Individual), "{title}: {seniority:?}");
    }
}

#[test]
fn what_stands_around_a_post_does_not_change_it() {
    let vp_sales: Said = (Some(Function::Sales), Some(Seniority::Vp));
    for title in [
        "VP Sales",
        "vp sales",
        "VP, Sales",
        "V.P. Sales",
        "VP Sales (m/w/d)",
        "  VP\u{a0}Sales\u{200b} ",
        "🚀 VP Sales 🚀",
        "VP Sales | Speaker | Investor",
        "VP Sales @ Acme Marketing",
        "VP Sales @Acme",
        "VP Sales at Acme Data Systems, Inc.",
        "VP Sales bei der Acme Software GmbH",
        "VP Sales - DACH",
        "VP Sales – ex-CEO – ex-Google",
        "VP Sales, former Chief Marketing Officer",
        "VP Sales • Helping CEOs and Heads of Marketing grow",
        "Interim VP Sales",
        "Acting VP, Sales",
        "Speaker | VP Sales",
        "ＶＰ Ｓａｌｅｓ",
    ] {
        assert_eq!(said(title), vp_sales, "{title}");
    }
    let head: Said = (Some(Function::GeneralManagement), Some(Seniority::CLevel));
    for title in [
        "CEO bei Marketing Works GmbH",
        "CEO, Data Systems",
        "CEO & Geschäftsführer",
        "CEO/Geschäftsführerin",
        "CTO@Acme | x",
    ] {
        let wanted = if title.starts_with("CTO") { (Some(Function::Engineering), head.1) } else { head };
        assert_eq!(said(title), wanted, "{title}");
    }
}

#[test]
fn short_words_that_mean_several_things_say_nothing() {
    for title in [
        "AD",
        "GL Accountant",
        "Jane Doe, MD",
        "Hr. Dr. Maier",
        "Hr. Maier",
        "GL",
        "Making it happen",
        "Security Guard",
        "Chef",
    ] {
        let (function, seniority) = said(title);
        assert!(!matches!(function, Some(Function::It | Function::HumanResources)), "{title}");
        assert!(seniority.is_none_or(|level| level <= Seniority::Individual), "{title}: {seniority:?}");
    }
}

#[test]
fn who_trains_others_is_no_trainee() {
    for title in [
        "Student Success Manager",
        "Student Marketing Manager",
        "Head of Student Affairs",
        "Director Trainee Program",
    ] {
        assert!(said(title).1 >= Some(Seniority::Manager), "{title}: {:?}", said(title));
    }
    for title in
        ["Trainee Sales Manager", "Sales Manager Trainee", "HR Intern Berlin", "Werkstudent Vertriebsleitung"]
    {
        assert_eq!(said(title).1, Some(Seniority::Training), "{title}");
    }
}

#[test]
fn the_words_that_decided_are_told_as_written() {
    let reading = read_title("Stellv. Leiterin  Vertrieb & Einkauf | Speaker");
    assert_eq!(reading.function_words.as_deref(), Some("Vertrieb"));
    assert_eq!(reading.seniority_words.as_deref(), Some("Leiterin"));
    let one = read_title("Geschäftsführer:in");
    assert_eq!(one.function_words.as_deref(), Some("Geschäftsführer:in"));
    assert_eq!(one.function_words, one.seniority_words);
    assert_eq!(read_title("Chocolatier"), super::TitleReading::default());
}

#[test]
fn own_words_go_before_built_in_ones_in_every_gender() {
    let mut own = TitleWords::default();
    assert!(own.is_empty());
    assert_eq!(own.read("Head of Sales"), read_title("Head of Sales"));
    own.add_function("Kundenberater", Function::Sales).unwrap();
    own.add_function("growth", Function::Product).unwrap();
    own.add_seniority("Kundenberater", Seniority::Senior).unwrap();
    own.add_seniority("head of desk", Seniority::Manager).unwrap();
    own.add_seniority("president", Seniority::Owner).unwrap();
    for title in ["Kundenberater", "Kundenberaterin", "Kundenberater:in", "KUNDENBERATERIN"] {
        let reading = own.read(title);
        assert_eq!(
            (reading.function, reading.seniority),
            (Some(Function::Sales), Some(Seniority::Senior)),
            "{title}"
        );
    }
    assert_eq!(own.read("Head of Growth").function, Some(Function::Product));
    assert_eq!(own.read("Head of Desk, CEO").seniority, Some(Seniority::Manager));
    assert_eq!(own.read("Vice President").seniority, Some(Seniority::Vp), "the longer phrase is read");
    let president = own.read("President");
    assert_eq!(president.function, Some(Function::GeneralManagement), "what it leaves open stays");
    assert_eq!(president.seniority, Some(Seniority::Owner));
}

#[test]
fn own_words_are_words_and_agree() {
    let mut own = TitleWords::default();
    for (phrase, problem) in [
        ("", WordProblem::Empty),
        (" - ", WordProblem::Empty),
        ("one two three four five six", WordProblem::TooLong),
        ("sales, marketing", WordProblem::Parted),
    ] {
        assert_eq!(own.add_function(phrase, Function::Sales), Err(problem), "{phrase}");
    }
    own.add_function("Kundenberater", Function::Sales).unwrap();
    own.add_function("kundenberaterin", Function::Sales).unwrap();
    assert_eq!(own.add_function("Kundenberaterin", Function::Marketing), Err(WordProblem::Contradicts));
}

#[test]
fn a_phrase_counts_where_it_ends_a_part_of_the_title() {
    let ends =
        |title: &str, phrase: &str| TitlePhrase::new(phrase).unwrap().ends_part_of(&TitleText::new(title));
    for student in [
        "Student",
        "PhD  student",
        "Student at Acme University",
        "student, physics",
        "Engineer / Student",
        "(student)",
        "Studentin",
        "Student:in",
        "Student(in) der BWL",
        "STUDENTIN, TU",
        "Studente",
        "Student @ TU",
    ] {
        assert!(ends(student, "student"), "{student}");
    }
    for other in [
        "Student Success Manager",
        "Director of Student Affairs",
        "Head of Students",
        "",
        "nonstudent",
        "Beratung für Studenten",
        "Coach für Student:innen",
        "Coach für Student*innen",
        "Werkstudent",
    ] {
        assert!(!ends(other, "student"), "{other}");
    }
    assert!(ends("Post-Doc Teaching Assistant", "teaching assistant"));
    assert!(ends("PhD-Candidate", "phd candidate"));
    assert!(!ends("Executive Assistant", "teaching assistant"));
    assert!(!ends("Teaching, Assistant", "teaching assistant"));
    assert!(ends("Demandeuse d’emploi", "demandeur d'emploi"));
    assert!(ends("Étudiante en droit", "étudiant"));
    assert!(ends("Student of Law, TU", "student of law"));
}

#[test]
fn keys_are_the_same_however_umlauts_are_written() {
    let keys: BTreeSet<String> =
        ["Geschäftsführer", "Geschaeftsfuehrer", "GESCHAFTSFUHRER", "Gescha\u{308}ftsfu\u{308}hrer"]
            .map(super::text::key)
            .into();
    assert_eq!(keys.len(), 1);
}

proptest::proptest! {
    #[test]
    fn whatever_is_written_can_be_read(title in "\\PC{0,60}|[a-zA-Z@*/:(). -]{0,60}") {
        let reading = read_title(&title);
        proptest::prop_assert_eq!(reading.function.is_some(), reading.function_words.is_some());
        proptest::prop_assert_eq!(reading.seniority.is_some(), reading.seniority_words.is_some());
        let _ = TitleWords::default().add_function(&title, Function::Sales);
        let _ = TitlePhrase::new(&title).map(|phrase| phrase.ends_part_of(&TitleText::new(&title)));
    }
}
