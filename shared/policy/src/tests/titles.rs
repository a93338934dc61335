//! What titles say: by the policy's own words, and where they end a lead's way.

use leadlight_lead::{Disqualifier, Function, Seniority};
use leadlight_reading::read_title;

use super::problems::problems;
use super::{DEFAULT, bare_lead, fact, policy};
use crate::Policy;

const COMMENTED: &str = "\
# [titles]
# functions.sales = [\"kundenberater\"]
# seniority.director = [\"bereichsvorstand\"]
";

/// The default policy with this instead of the example of its own.
fn with(titles: &str) -> String {
    assert_eq!(DEFAULT.matches(COMMENTED).count(), 1);
    DEFAULT.replace(COMMENTED, titles)
}

fn example() -> Policy {
    Policy::parse("own.toml", &with(&COMMENTED.replace("# ", ""))).unwrap()
}

#[test]
fn the_example_of_own_words_works_once_it_is_no_comment() {
    let own = example();
    for title in ["Kundenberater", "Kundenberaterin", "Kundenberater:in", "KUNDENBERATERIN (m/w/d)"] {
        assert_eq!(own.read_title(title).function, Some(Function::Sales), "{title}");
        assert_eq!(policy().read_title(title).function, None, "{title}");
    }
    for title in ["Bereichsvorstand", "Bereichsvorständin Vertrieb"] {
        assert_eq!(own.read_title(title).seniority, Some(Seniority::Director), "{title}");
    }
}

#[test]
fn without_own_words_titles_are_read_as_built_in() {
    for title in ["VP Sales", "Geschäftsführerin", "Chocolatier", "Directora de ventas", ""] {
        assert_eq!(policy().read_title(title), read_title(title), "{title}");
    }
}

#[test]
fn own_words_are_told_in_words() {
    let section = |policy: &Policy| {
        policy.outline().into_iter().find(|section| section.title == "What a title says").unwrap()
    };
    assert_eq!(section(policy()).table, None);
    let told = section(&example()).table.unwrap();
    assert_eq!(
        told.rows,
        [["\"kundenberater\"", "The person works in sales"], ["\"bereichsvorstand\"", "Level: Director"],]
    );
}

#[test]
fn own_words_that_are_vague_or_contradict_are_refused() {
    for (titles, what, remedy) in [
        ("[titles]\n", "`[titles]` has no words", "remove the table"),
        ("[titles.functions]\nsales = []\n", "`titles.functions` is an empty list", "leave the list out"),
        ("[titles]\nfunctions.sale = [\"a\"]\n", "unknown field `sale`", "`sales`"),
        ("[titles]\nlevels.vp = [\"a\"]\n", "unknown field `levels`", "`seniority`"),
        ("[titles]\nseniority.boss = [\"a\"]\n", "unknown field `boss`", "`director`"),
        ("[titles]\nfunctions.sales = [\" - \"]\n", "has no word in it", "kundenberater"),
        ("[titles]\nfunctions.sales = [\"a b c d e f\"]\n", "more than five words", "five at most"),
        ("[titles]\nfunctions.sales = [\"sales, marketing\"]\n", "would never be found", "on either side"),
        ("[titles]\nfunctions.sales = [\"rep\", \"Rep\"]\n", "\"Rep\" appears twice", "keep one"),
        (
            "[titles]\nfunctions.sales = [\"berater\"]\nfunctions.marketing = [\"Beraterin\"]\n",
            "`Beraterin`, or the same word in another gender, is in two lists of `titles.functions`",
            "the one that is true",
        ),
        (
            "[titles]\nseniority.vp = [\"leiter\"]\nseniority.director = [\"Leiter\"]\n",
            "is in two lists of `titles.seniority`",
            "the one that is true",
        ),
    ] {
        let text = with(titles);
        let found = problems(&text);
        assert_eq!(found.len(), 1, "{titles}: {found:#?}");
        assert!(found[0].what.contains(what), "{}", found[0]);
        assert!(found[0].remedy.contains(remedy), "{}", found[0]);
    }
}

#[test]
fn a_word_may_say_both_function_and_seniority() {
    let text = with("[titles]\nfunctions.sales = [\"hunter\"]\nseniority.senior = [\"hunter\"]\n");
    let read = Policy::parse("own.toml", &text).unwrap().read_title("Hunter");
    assert_eq!((read.function, read.seniority), (Some(Function::Sales), Some(Seniority::Senior)));
}

#[test]
fn who_does_not_buy_is_told_in_every_gender() {
    let rejected = |title: &str| {
        let mut lead = bare_lead("ada@acme.example");
        lead.enrichment.person.title = Some(fact(title.to_owned()));
        policy().disqualify.first(&lead, lead.email_kind, &crate::Readings::of(&lead))
    };
    for (one, other) in [
        ("Student", "Studentin"),
        ("Student", "Student:in"),
        ("Student", "Student*in der BWL"),
        ("Student, TU", "STUDENTIN, TU"),
        ("Student", "Studente"),
        ("Étudiant en droit", "Étudiante en droit"),
        ("Étudiant", "Étudiant(e)"),
        ("Estudiante", "ESTUDIANTE"),
        ("Studente", "Studentessa"),
        ("Professor", "Professorin"),
        ("Professor", "Professora"),
        ("Professor", "Professor:in"),
        ("Profesor de marketing", "Profesora de marketing"),
        ("Professore", "Professoressa"),
        ("Professeur", "Professeure"),
        ("Enseignant", "Enseignante"),
        ("Doktorand", "Doktorandin"),
        ("Dozent", "Dozentin"),
        ("Lehrer", "Lehrerin"),
        ("Leraar", "Lerares"),
        ("Docent", "Docente"),
        ("Rentner", "Rentnerin"),
        ("Retraité", "Retraitée"),
        ("Jubilado", "Jubilada"),
        ("Pensionato", "Pensionata"),
        ("Aposentado", "Aposentada"),
        ("Demandeur d'emploi", "Demandeuse d’emploi"),
        ("Desempleado", "Desempleada"),
        ("Research Assistant", "Research assistant, TU"),
    ] {
        for title in [one, other] {
            let (why, _) = rejected(title).unwrap_or_else(|| panic!("{title}"));
            assert_eq!(why, Disqualifier::NonCommercialContact, "{title}");
        }
    }
    for title in [
        "Student Success Manager",
        "Werkstudentin Vertrieb",
        "Leiterin Studentenwerk",
        "Professional Services Manager",
        "Profesional de ventas",
        "Teacher Success Lead",
        "Directora de ventas",
        "Lehrgangsleiterin",
        "Executive Assistant",
    ] {
        assert_eq!(rejected(title), None, "{title}");
    }
}
