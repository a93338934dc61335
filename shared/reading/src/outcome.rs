//! How a deal ended, in the words of CRMs and of the people who sell with them.

use crate::text::fold;

/// What a word says of a deal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DealState {
    /// Closed, and won.
    Won,
    /// Closed, and lost.
    Lost,
    /// Neither: it is still open, or was taken out before it ended.
    Open,
}

/// Words for won, as [`key`] writes them. Default stages of Salesforce, HubSpot, Pipedrive, Zoho, Dynamics and Bitrix24
/// by their documentation; the words of other languages are those in which their interfaces show these stages.
const WON: &[&str] = &[
    "won",
    "win",
    "closedwon",
    "closewon",
    "dealwon",
    "wonclosed",
    "wondeal",
    "opportunitywon",
    "converted",
    "closedconverted",
    "success",
    "successful",
    "closedsuccessful",
    // German, Dutch.
    "gewonnen",
    "abgeschlossengewonnen",
    "geschlossengewonnen",
    "geslotengewonnen",
    "konvertiert",
    // French, Spanish, Italian, Portuguese.
    "gagne",
    "gagnee",
    "gagnes",
    "fermegagne",
    "fermeegagnee",
    "conclugagne",
    "clotureegagnee",
    "cloturegagne",
    "remporte",
    "remportee",
    "ganado",
    "ganada",
    "cerradoganado",
    "cerradaganada",
    "cierreganado",
    "vinto",
    "vinta",
    "chiusovinto",
    "chiusavinta",
    "ganho",
    "ganha",
    "fechadoganho",
    "fechadaganha",
    "fechadoeganho",
    // Danish, Norwegian, Swedish, Finnish, Polish, Czech, Russian.
    "vundet",
    "vunnet",
    "vunnen",
    "voitettu",
    "wygrana",
    "wygrane",
    "wygrany",
    "vyhrano",
    "выигран",
    "выиграна",
    "сделкауспешна",
    "успешно",
    "успешнореализовано",
];

const LOST: &[&str] = &[
    "lost",
    "loss",
    "lose",
    "loose",
    "closedlost",
    "closelost",
    "deallost",
    "lostdeal",
    "lostclosed",
    "opportunitylost",
    "closedlosttocompetition",
    "closedlosttocompetitor",
    "losttocompetition",
    "losttocompetitor",
    "outsold",
    "canceled",
    "cancelled",
    "notconverted",
    "closednotconverted",
    "unconverted",
    "notwon",
    "failure",
    "failed",
    "unsuccessful",
    "rejected",
    "disqualified",
    // German, Dutch.
    "verloren",
    "abgeschlossenverloren",
    "geschlossenverloren",
    "geslotenverloren",
    "nichtkonvertiert",
    "nichtgewonnen",
    "disqualifiziert",
    // French, Spanish, Italian, Portuguese.
    "perdu",
    "perdue",
    "perdus",
    "fermeperdu",
    "fermeeperdue",
    "concluperdu",
    "clotureperdu",
    "clotureeperdue",
    "perdido",
    "perdida",
    "cerradoperdido",
    "cerradaperdida",
    "cierreperdido",
    "perso",
    "persa",
    "chiusoperso",
    "chiusapersa",
    "fechadoperdido",
    "fechadaperdida",
    "fechadoeperdido",
    // Danish, Norwegian, Swedish, Finnish, Polish, Czech, Russian.
    "tabt",
    "tapt",
    "forlorad",
    "havitty",
    "przegrana",
    "przegrane",
    "przegrany",
    "prohrano",
    "проигран",
    "проиграна",
    "сделкапровалена",
    "закрытоинереализовано",
];

const OPEN: &[&str] = &[
    // States.
    "open",
    "opendeal",
    "stillopen",
    "notclosed",
    "new",
    "active",
    "inprogress",
    "inprocess",
    "ongoing",
    "pending",
    "onhold",
    "working",
    "workingcontacted",
    "opennotcontacted",
    "contacted",
    "draft",
    "draftphase",
    "deleted",
    // Salesforce, SugarCRM, Zoho.
    "prospecting",
    "qualification",
    "needsanalysis",
    "valueproposition",
    "iddecisionmakers",
    "identifydecisionmakers",
    "perceptionanalysis",
    "proposalpricequote",
    "negotiationreview",
    // HubSpot, by its internal names; its labels read the same.
    "appointmentscheduled",
    "qualifiedtobuy",
    "presentationscheduled",
    "decisionmakerboughtin",
    "contractsent",
    // Pipedrive, Dynamics, Freshsales, Odoo and people's own.
    "qualified",
    "contactmade",
    "demoscheduled",
    "proposalmade",
    "negotiationsstarted",
    "qualify",
    "develop",
    "propose",
    "discovery",
    "demo",
    "evaluation",
    "proposal",
    "proposalsent",
    "quotesent",
    "proposition",
    "negotiation",
    "negotiating",
    "innegotiation",
    "contractnegotiation",
    "pendingcontract",
    "pendingresponse",
    "verbalcommitment",
    "commit",
    // German, Dutch, French, Spanish, Italian, Portuguese, Russian.
    "offen",
    "neu",
    "inbearbeitung",
    "laufend",
    "verhandlung",
    "inverhandlung",
    "angebot",
    "angeboterstellt",
    "entwurf",
    "qualifizierung",
    "nieuw",
    "lopend",
    "inbehandeling",
    "onderhandeling",
    "offerte",
    "ouvert",
    "ouverte",
    "encours",
    "nouveau",
    "nouvelle",
    "negociation",
    "propositioncommerciale",
    "abierto",
    "abierta",
    "encurso",
    "nuevo",
    "negociacion",
    "propuesta",
    "aperto",
    "aperta",
    "incorso",
    "nuovo",
    "negoziazione",
    "trattativa",
    "proposta",
    "aberto",
    "aberta",
    "emandamento",
    "negociacao",
    "вработе",
    "новая",
    "переговоры",
    "квалификация",
];

/// Yes and no, as exports write them.
const YES: &[&str] =
    &["yes", "true", "t", "y", "1", "1.0", "wahr", "ja", "oui", "vrai", "si", "verdadero", "vero", "sim"];
const NO: &[&str] =
    &["no", "false", "f", "n", "0", "0.0", "falsch", "nein", "non", "faux", "falso", "nao", "nee"];

/// What a CRM's stage or status, or a person's word, says of a deal: `closedwon`, `6 – Closed Won (100 %)`, `Gagnée`,
/// `Negotiation/Review`. `None` where it is not known to say one thing; yes, no, 1 and 0 say it only of a column that
/// asks ([`read_flag`]).
pub fn read_deal_state(text: &str) -> Option<DealState> {
    let key = key(text);
    let among = |words: &[&str]| words.contains(&key.as_str());
    if among(WON) {
        Some(DealState::Won)
    } else if among(LOST) {
        Some(DealState::Lost)
    } else {
        among(OPEN).then_some(DealState::Open)
    }
}

/// Yes or no, of a column that asks for one of them.
pub fn read_flag(text: &str) -> Option<bool> {
    let folded = fold(text);
    if YES.contains(&folded.as_str()) { Some(true) } else { NO.contains(&folded.as_str()).then_some(false) }
}

/// Letters alone: case, accents, what stands between words, a stage's number before it and its odds behind it do not
/// count.
fn key(text: &str) -> String {
    if text.len() > 200 {
        return String::new();
    }
    fold(text).chars().filter(|c| c.is_alphabetic()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deals_end_is_read_in_the_words_of_crms() {
        for won in [
            "closedwon",
            "Closed Won",
            "CLOSED_WON",
            "closed-won",
            "Closed - Won",
            " Won ",
            "6. Closed Won (100%)",
            "100 % – Won",
            "Won 🎉",
            "Closed\u{a0}Won",
            "Gewonnen",
            "Abgeschlossen / gewonnen",
            "Gagné",
            "Gagne\u{301}e",
            "Fermé gagné",
            "Ganada",
            "Cerrada ganada",
            "Vinto",
            "Ganho",
            "Closed - Converted",
        ] {
            assert_eq!(read_deal_state(won), Some(DealState::Won), "{won:?}");
        }
        for lost in [
            "closedlost",
            "Closed Lost",
            "Closed-Lost to Competition",
            "Verloren",
            "Perdu",
            "Perdida",
            "Perso",
            "Closed - Not Converted",
            "not won",
            "Out-Sold",
            "Disqualified",
        ] {
            assert_eq!(read_deal_state(lost), Some(DealState::Lost), "{lost:?}");
        }
    }

    #[test]
    fn a_deal_that_has_not_ended_is_neither() {
        for open in [
            "Open",
            "In Progress",
            "appointmentscheduled",
            "Appointment Scheduled",
            "Decision Maker Bought-In",
            "contractsent",
            "Id. Decision Makers",
            "Proposal/Price Quote",
            "3 - Negotiation/Review (60%)",
            "Qualified",
            "Needs Analysis",
            "Offen",
            "En cours",
            "deleted",
            "Draft Phase",
            "Pending Contract",
        ] {
            assert_eq!(read_deal_state(open), Some(DealState::Open), "{open:?}");
        }
    }

    /// They may mean either, or are no word for a deal's end at all.
    #[test]
    fn what_can_be_read_in_two_ways_is_not_read() {
        for unclear in [
            "",
            "1",
            "2",
            "yes",
            "Closed",
            "Closed Won Renewal",
            "Abandoned",
            "No decision",
            "Customer",
            "Wonderful",
            "Won back",
            "lost and found",
            "100%",
        ] {
            assert_eq!(read_deal_state(unclear), None, "{unclear:?}");
        }
    }

    #[test]
    fn no_word_says_two_things_and_each_is_written_as_it_is_looked_up() {
        let all: Vec<&str> = [WON, LOST, OPEN].concat();
        for (at, word) in all.iter().enumerate() {
            assert_eq!(key(word), *word);
            assert!(!all[..at].contains(word), "{word}");
        }
    }

    #[test]
    fn flags_are_yes_or_no() {
        assert_eq!(["TRUE", "Ja", "1", "Sí"].map(read_flag), [Some(true); 4]);
        assert_eq!(["0", "falsch", "Non", "Não"].map(read_flag), [Some(false); 4]);
        assert_eq!(["2", "won", ""].map(read_flag), [None; 3]);
    }
}
