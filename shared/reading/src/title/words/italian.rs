//! Italian words.

use super::super::gender::Language;
use super::Words;
use crate::role::Function::{
    CustomerSuccess, Data, Engineering, Finance, GeneralManagement, HumanResources, It, Legal, Marketing,
    Operations, Product, Sales,
};
use crate::role::Seniority::{CLevel, Director, Entry, Individual, Manager, Owner, Training, Vp};

pub(super) const WORDS: Words = Words {
    whole: &[
        (
            Owner,
            &[
                "titolare",
                "fondatore",
                "cofondatore",
                "co fondatore",
                "proprietario",
                "imprenditore",
                "socio fondatore",
                "socio amministratore",
            ],
        ),
        (
            CLevel,
            &[
                "amministratore delegato",
                "amministratore unico",
                "presidente e ad",
                "presidente e amministratore delegato",
                "ad e direttore generale",
            ],
        ),
    ],
    bodies: &["direzione generale"],
    posts: &[
        (GeneralManagement, CLevel, &["direttore generale", "presidente"]),
        (GeneralManagement, Director, &["direttore di filiale", "direttore di paese"]),
        (Product, Manager, &["responsabile di prodotto"]),
        (Sales, Individual, &["venditore", "agente di commercio", "agente di vendita", "addetto vendite"]),
        (Engineering, Individual, &["ingegnere", "sviluppatore", "programmatore", "ingegnere informatico"]),
        (Engineering, Director, &["direttore tecnico"]),
        (Finance, Individual, &["contabile", "ragioniere", "commercialista"]),
        (Legal, Individual, &["avvocato", "giurista"]),
        (Operations, Individual, &["buyer", "addetto acquisti"]),
        (It, Individual, &["sistemista"]),
    ],
    levels: &[
        (Training, &["stagista", "tirocinante", "apprendista", "studente", "praticante"]),
        (Vp, &["vicepresidente", "vice presidente"]),
        (Director, &["direttore", "vicedirettore"]),
        (
            Manager,
            &[
                "responsabile",
                "capo",
                "capo progetto",
                "capo ufficio",
                "capoufficio",
                "caporeparto",
                "capo reparto",
                "capo area",
                "capoarea",
                "supervisore",
                "coordinatore di team",
            ],
        ),
        (
            Individual,
            &[
                "consulente",
                "impiegato",
                "analista",
                "specialista",
                "tecnico",
                "coordinatore",
                "addetto",
                "architetto",
                "progettista",
                "referente",
                "esperto",
            ],
        ),
        (Entry, &["ausiliare"]),
    ],
    functions: &[
        (CustomerSuccess, &["assistenza clienti", "servizio clienti", "customer care", "assistenza tecnica"]),
        (Marketing, &["comunicazione", "pubblicità", "marchio"]),
        (Sales, &["commerciale", "vendite", "vendita", "sviluppo commerciale"]),
        (Product, &["prodotto"]),
        (Data, &["dati"]),
        (It, &["informatica", "informatico", "sistemi informativi", "sicurezza informatica"]),
        (Engineering, &["ingegneria", "sviluppo software", "ricerca e sviluppo", "tecnologia"]),
        (
            Finance,
            &["finanza", "finanziario", "contabilità", "amministrazione e finanza", "controllo di gestione"],
        ),
        (HumanResources, &["risorse umane", "personale", "selezione del personale"]),
        (Legal, &["legale", "affari legali", "conformità"]),
        (Operations, &["acquisti", "produzione", "logistica", "operazioni", "stabilimento", "magazzino"]),
    ],
    assistants: &[
        "assistente",
        "assistente di direzione",
        "assistente alla direzione",
        "assistente del",
        "assistente personale",
        "segretario",
        "segretario di direzione",
    ],
    neither: &[
        "segretario generale",
        "direttore della fotografia",
        "direttore artistico",
        "direttore d orchestra",
        "direttore responsabile",
        "capo cuoco",
        "presidente onorario",
    ],
    not_theirs: &["ex", "già", "futuro", "aspirante"],
    over: &["pensionato", "in pensione"],
    at: &["presso"],
    ..Words::none(Language::Italian)
};
