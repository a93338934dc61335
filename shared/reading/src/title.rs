//! What a job title says about function and seniority.
//!
//! Titles are free text in the producer's language; English and a few words common in European forms are
//! read here. What is not recognised stays unknown: a miss is not a "no".

use crate::role::{Function, Seniority};

/// Words that name a seniority, most telling first: the first that occurs decides.
const SENIORITY: &[(&[&str], Seniority)] = &[
    (&["product owner", "process owner"], Seniority::Individual),
    (&["founder", "cofounder", "co founder", "owner", "proprietor"], Seniority::Owner),
    (&["intern", "internship", "trainee", "student", "apprentice", "werkstudent"], Seniority::Training),
    (&["vp", "svp", "evp", "avp", "vice president", "head"], Seniority::Vp),
    (
        &[
            "chief",
            "ceo",
            "cto",
            "cfo",
            "coo",
            "cmo",
            "cro",
            "cio",
            "ciso",
            "cpo",
            "president",
            "managing director",
            "geschäftsführer",
        ],
        Seniority::CLevel,
    ),
    (&["director", "direktor"], Seniority::Director),
    (&["manager", "supervisor", "teamleiter", "team lead", "team leader"], Seniority::Manager),
    (&["senior", "sr", "lead", "principal", "staff"], Seniority::Senior),
    (&["assistant", "junior", "jr", "associate"], Seniority::Entry),
    (
        &[
            "analyst",
            "engineer",
            "developer",
            "specialist",
            "consultant",
            "administrator",
            "executive",
            "coordinator",
            "representative",
            "designer",
            "architect",
            "accountant",
        ],
        Seniority::Individual,
    ),
];

/// Words that name a function, most telling first.
const FUNCTION: &[(&[&str], Function)] = &[
    (
        &[
            "revops",
            "revenue operations",
            "sales operations",
            "sales ops",
            "gtm operations",
            "crm",
            "cro",
            "revenue",
        ],
        Function::RevenueOperations,
    ),
    (&["customer success", "support", "account management"], Function::CustomerSuccess),
    (
        &["marketing", "growth", "demand generation", "demand gen", "brand", "content", "cmo"],
        Function::Marketing,
    ),
    (&["sales", "account executive", "business development", "sdr", "bdr", "vertrieb"], Function::Sales),
    (&["product", "cpo"], Function::Product),
    (&["data", "analytics", "bi", "data science"], Function::Data),
    (&["security", "infrastructure", "it", "cio", "ciso", "systems", "network"], Function::It),
    (
        &["engineering", "engineer", "developer", "software", "cto", "devops", "architect"],
        Function::Engineering,
    ),
    (&["finance", "cfo", "accounting", "accountant", "controller"], Function::Finance),
    (&["hr", "people", "talent", "recruiting", "human resources"], Function::HumanResources),
    (&["legal", "counsel", "compliance"], Function::Legal),
    (&["operations", "coo", "logistics", "supply chain"], Function::Operations),
    (
        &[
            "ceo",
            "founder",
            "cofounder",
            "co founder",
            "owner",
            "president",
            "managing director",
            "general manager",
            "geschäftsführer",
        ],
        Function::GeneralManagement,
    ),
];

/// What the title says, where it says it.
pub fn read_title(title: &str) -> (Option<Function>, Option<Seniority>) {
    // Whom someone assists says nothing of themselves.
    let own = title.split(" to ").next().unwrap_or_default();
    let words = padded_words(own);
    (first(FUNCTION, &words), first(SENIORITY, &words))
}

fn first<T: Copy>(table: &[(&[&str], T)], words: &str) -> Option<T> {
    let named = |w: &&str| words.contains(&format!(" {w} "));
    table.iter().find(|(names, _)| names.iter().any(named)).map(|(_, value)| *value)
}

/// Lower case, single spaces, one at each end, so that whole words can be searched for.
fn padded_words(title: &str) -> String {
    let mut words = String::with_capacity(title.len() + 2);
    words.push(' ');
    for word in title.to_lowercase().split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()) {
        words.push_str(word);
        words.push(' ');
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

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
            assert_eq!(read_title(title), (function, seniority), "{title}");
        }
    }

    #[test]
    fn words_count_only_as_a_whole() {
        assert_eq!(read_title("Vpn gateway keeper"), (None, None));
        assert_eq!(read_title("Editor"), (None, None), "holds the letters of IT");
    }
}
