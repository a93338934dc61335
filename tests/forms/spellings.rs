//! The kinds of lead, and how their fields are written. All people and companies are invented.

use leadlight_lead::QueueName;
use serde_json::{Value, json};

/// A value as a specification would have it.
#[derive(Clone, Copy)]
pub(crate) enum Plain {
    Text(&'static str),
    Number(u32),
}

impl Plain {
    pub(crate) fn to_json(self) -> Value {
        match self {
            Self::Text(text) => json!(text),
            Self::Number(number) => json!(number),
        }
    }
}

/// A kind of lead.
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    pub(crate) queue: QueueName,
    /// Of the address; `{n}` keeps accounts apart.
    pub(crate) host: &'static str,
    /// Each with how it is written.
    pub(crate) fields: &'static [(&'static str, Plain, &'static [&'static str])],
    /// Of which nothing is known.
    pub(crate) unknown: &'static [&'static str],
}

/// Draws that are the same in each run.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// `SplitMix64`.
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn one_in(&mut self, n: u64) -> bool {
        self.next().is_multiple_of(n)
    }

    pub(crate) fn pick(&mut self, from: &'static [&'static str]) -> &'static str {
        from[usize::try_from(self.next() % from.len() as u64).unwrap()]
    }

    /// As a form tool would wrap it: a number where it is one, a list, with marks that nobody sees, decomposed.
    pub(crate) fn dressed(&mut self, text: &str) -> Value {
        match self.next() % 8 {
            0 => json!([text]),
            1 => json!(format!(" {text}\u{a0}")),
            2 => json!(format!("{text}\u{200b}")),
            3 => json!(decomposed(text)),
            4 => json!(format!("\t{text}\r\n")),
            _ => text
                .parse::<f64>()
                .ok()
                .filter(|_| !text.contains(' '))
                .map_or_else(|| json!(text), |number| json!(number)),
        }
    }
}

/// As macOS writes what it takes from file names.
fn decomposed(text: &str) -> String {
    [
        ("ä", "a\u{308}"),
        ("ö", "o\u{308}"),
        ("ü", "u\u{308}"),
        ("é", "e\u{301}"),
        ("ç", "c\u{327}"),
        ("ã", "a\u{303}"),
        ("ñ", "n\u{303}"),
    ]
    .iter()
    .fold(text.to_owned(), |text, (whole, parts)| text.replace(whole, parts))
}

pub(crate) const ADDRESSES: &[&str] = &[
    "pia.lang@{host}",
    "Pia.Lang@{host}",
    " pia.lang@{host} ",
    "pia.lang@{host}.",
    "\u{200b}pia.lang@{host}",
    "pia.lang@{host}\u{a0}",
    "Pia Lang <pia.lang@{host}>",
    "\"Lang, Pia\" <PIA.LANG@{host}>",
    "mailto:pia.lang@{host}",
    "<pia.lang@{host}>",
];

/// As JSON.
pub(crate) const NOTHING: &[&str] = &[
    "null",
    "\"\"",
    "\"  \"",
    "\"n/a\"",
    "\"undefined\"",
    "\"null\"",
    "\"-\"",
    "\"[not provided]\"",
    "\"--None--\"",
    "\"Select\"",
    "\"Please select…\"",
    "\"Bitte wählen\"",
    "\"#N/A\"",
    "\"\\\\N\"",
    "\"{{contact.property}}\"",
    "[]",
    "[\"\"]",
];

const SOFTWARE: &[&str] = &[
    "software",
    "Software",
    "SOFTWARE",
    "COMPUTER_SOFTWARE",
    "Computer Software",
    "Software Development",
    "software-development",
    "Logiciels",
    "NAICS 513210",
    "SIC 7372",
    "Technology, Information and Internet; Software",
];
const MACHINERY: &[&str] = &["machinery", "Machinery", "MACHINERY", "Maschinenbau", "NAICS 333"];
const GERMANY: &[&str] = &[
    "DE",
    "de",
    "DEU",
    "276",
    "Germany",
    "GERMANY",
    "Deutschland",
    "Allemagne",
    "Alemania",
    "Germania",
    "Duitsland",
    "Alemanha",
    "Federal Republic of Germany",
    "Germany (DE)",
    "🇩🇪",
];
const BRITAIN: &[&str] = &[
    "GB",
    "UK",
    "U.K.",
    "GBR",
    "United Kingdom",
    "Great Britain",
    "England",
    "Vereinigtes Königreich",
    "Royaume-Uni",
    "Reino Unido",
];
const IRAN: &[&str] = &[
    "IR",
    "ir",
    "IRN",
    "Iran",
    "IRAN",
    "Iran, Islamic Republic of",
    "Iran (Islamic Republic of)",
    "Islamic Republic of Iran",
    "364",
];
const THREE_HUNDRED: &[&str] = &["300", "300.0", "300 employees", "ca. 300", "300 Mitarbeiter", "~300"];
const RANGE: &[&str] = &["201-500", "201 - 500", "201–500", "201-500 employees", "201 to 500", "201 bis 500"];
const SMALL: &[&str] = &["1-10", "1 - 10", "10-Jan", "1–10 employees"];
const SALES_DIRECTOR: &[&str] = &[
    "Director of Sales",
    "Sales Director",
    "SALES DIRECTOR",
    "Vertriebsdirektor",
    "Vertriebsdirektorin",
    "Vertriebsdirektor/in",
    "Directeur commercial",
    "Directrice commerciale",
    "Director de ventas",
    "Directora de ventas",
    "Direttore vendite",
    "Direttrice vendite",
    "Verkoopdirecteur",
    "Diretor de vendas",
    "Diretora de vendas",
    "Director of Sales, DACH",
];
const MANAGING: &[&str] = &[
    "Managing Director",
    "Geschäftsführer",
    "Geschäftsführerin",
    "GESCHÄFTSFÜHRERIN",
    "Geschäftsführer/in",
    "Geschäftsführer:in",
    "Geschäftsführer*in",
    "Geschaeftsfuehrerin",
    "Directeur général",
    "Directrice générale",
    "Directora general",
    "Director general",
    "Algemeen directeur",
];

/// All have an example domain, so that no vendor knows them.
pub(crate) const KINDS: &[Kind] = &[
    Kind {
        name: "strong",
        queue: QueueName::Sdr,
        host: "clearpath-{n}.example",
        fields: &[
            ("industry", Plain::Text("software"), SOFTWARE),
            ("country", Plain::Text("DE"), GERMANY),
            ("employees", Plain::Number(300), THREE_HUNDRED),
            ("title", Plain::Text("Managing Director"), MANAGING),
        ],
        unknown: &["revenue_usd", "phone"],
    },
    Kind {
        name: "range",
        queue: QueueName::Sdr,
        host: "jägerhof-{n}.example",
        fields: &[
            ("industry", Plain::Text("software"), SOFTWARE),
            ("country", Plain::Text("GB"), BRITAIN),
            ("employees", Plain::Text("201-500"), RANGE),
            ("title", Plain::Text("Director of Sales"), SALES_DIRECTOR),
        ],
        unknown: &["website", "message"],
    },
    Kind {
        name: "excluded",
        queue: QueueName::Disqualified,
        host: "alborz-{n}.example",
        fields: &[
            ("industry", Plain::Text("software"), SOFTWARE),
            ("country", Plain::Text("IR"), IRAN),
            ("employees", Plain::Number(300), THREE_HUNDRED),
            ("title", Plain::Text("Director of Sales"), SALES_DIRECTOR),
        ],
        unknown: &[],
    },
    Kind {
        name: "small",
        queue: QueueName::Disqualified,
        host: "tiny-{n}.example",
        fields: &[
            ("industry", Plain::Text("machinery"), MACHINERY),
            ("employees", Plain::Text("1-10"), SMALL),
            ("country", Plain::Text("DE"), GERMANY),
            ("title", Plain::Text("Managing Director"), MANAGING),
        ],
        unknown: &["company"],
    },
    Kind {
        name: "thin",
        queue: QueueName::CatchAll,
        host: "thin-{n}.example",
        fields: &[("title", Plain::Text("Managing Director"), MANAGING)],
        unknown: &["industry", "country", "employees", "revenue_usd", "company", "website"],
    },
];
