//! Dutch words.

use super::super::gender::Language;
use super::Words;
use crate::role::Function::{
    CustomerSuccess, Data, Engineering, Finance, GeneralManagement, HumanResources, It, Legal, Marketing,
    Operations, Product, Sales,
};
use crate::role::Seniority::{CLevel, Director, Entry, Individual, Manager, Owner, Training, Vp};

pub(super) const WORDS: Words = Words {
    whole: &[(
        Owner,
        &[
            "eigenaar",
            "mede eigenaar",
            "medeeigenaar",
            "oprichter",
            "medeoprichter",
            "mede oprichter",
            "directeur eigenaar",
            "dga eigenaar",
            "ondernemer",
        ],
    )],
    bodies: &["directie", "raad van bestuur", "directieteam"],
    posts: &[
        (
            GeneralManagement,
            CLevel,
            &[
                "algemeen directeur",
                "zaakvoerder",
                "bestuursvoorzitter",
                "gedelegeerd bestuurder",
                "afgevaardigd bestuurder",
                "directievoorzitter",
            ],
        ),
        (Sales, Manager, &["verkoopleider"]),
        (Sales, Individual, &["verkoper", "vertegenwoordiger", "accountmanager"]),
        (Operations, Individual, &["inkoper"]),
        (Finance, Individual, &["boekhouder"]),
        (Engineering, Individual, &["ontwikkelaar", "softwareontwikkelaar", "programmeur", "ingenieur"]),
        (Legal, Individual, &["advocaat"]),
        (It, Individual, &["systeembeheerder", "netwerkbeheerder"]),
    ],
    levels: &[
        (Training, &["stagiair", "student", "werkstudent", "leerling"]),
        (Vp, &["vicevoorzitter van de directie"]),
        (Director, &["directeur"]),
        (
            Manager,
            &[
                "hoofd",
                "afdelingshoofd",
                "teamleider",
                "teamhoofd",
                "groepsleider",
                "projectleider",
                "projectmanager",
                "afdelingsleider",
                "afdelingsmanager",
                "filiaalmanager",
                "ploegleider",
            ],
        ),
        (
            Individual,
            &[
                "medewerker",
                "adviseur",
                "consulent",
                "specialist",
                "analist",
                "coördinator",
                "beheerder",
                "bediende",
            ],
        ),
    ],
    functions: &[
        (CustomerSuccess, &["klantenservice", "klantendienst", "klantenondersteuning"]),
        (Marketing, &["communicatie", "reclame"]),
        (Sales, &["verkoop", "commercieel", "binnendienst", "buitendienst"]),
        (Product, &["productbeheer"]),
        (Data, &["gegevens"]),
        (It, &["ict", "informatica", "automatisering"]),
        (Engineering, &["techniek", "technisch", "ontwikkeling"]),
        (Finance, &["financiën", "financieel", "boekhouding"]),
        (HumanResources, &["personeelszaken", "personeel", "p & o"]),
        (Legal, &["juridisch", "juridische zaken", "jurist"]),
        (Operations, &["inkoop", "logistiek", "productie", "operationeel", "aankoop"]),
        (GeneralManagement, &["bedrijfsleider"]),
    ],
    assistants: &[
        "directieassistent",
        "directie assistent",
        "directiesecretaris",
        "directie secretaris",
        "managementassistent",
        "management assistent",
        "secretaris",
        "assistent",
    ],
    neither: &["secretaris generaal", "regisseur", "hoofd docent", "hoofdredacteur"],
    not_theirs: &["voormalig", "vroeger", "toekomstig", "oud directeur"],
    over: &["gepensioneerd", "met pensioen"],
    at: &["bij"],
    tails: &[
        (None, Director, &["directeur"]),
        (None, Manager, &["leider", "manager", "hoofd", "chef"]),
        (None, Individual, &["medewerker", "adviseur", "consulent", "specialist", "beheerder", "analist"]),
        (None, Entry, &["assistent", "secretaris"]),
    ],
    stems: &[
        (Some(Sales), &["verkoop", "sales"]),
        (Some(Marketing), &["marketing", "communicatie"]),
        (Some(CustomerSuccess), &["klantenservice", "service"]),
        (Some(Product), &["product"]),
        (Some(HumanResources), &["personeel", "hr"]),
        (Some(Operations), &["inkoop", "logistiek", "productie", "magazijn", "aankoop"]),
        (Some(It), &["ict", "systeem", "netwerk"]),
        (None, &["project", "kwaliteit", "afdeling"]),
    ],
    ..Words::none(Language::Dutch)
};
