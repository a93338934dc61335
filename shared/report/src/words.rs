//! Figures and moments as people read them.

use std::fmt::Display;

use jiff::Timestamp;
use leadlight_model::{OwnModel, OwnStanding, PastReview, ScoredBy, Stake, VendorWorth, Window, WorthGain};

/// Stands where there is no figure.
pub const NONE: &str = "–";
/// Keeps a figure and its unit on one line.
const NO_BREAK: char = '\u{a0}';

/// With so many decimals and a true minus sign.
pub fn fixed(x: f64, decimals: usize) -> String {
    if !x.is_finite() {
        return NONE.to_owned();
    }
    let text = format!("{:.decimals$}", x.abs());
    let is_zero = text.bytes().all(|b| b == b'0' || b == b'.');
    if x < 0.0 && !is_zero { format!("−{text}") } else { text }
}

/// As [`fixed`], with a plus sign too.
pub fn signed(x: f64, decimals: usize) -> String {
    let text = fixed(x, decimals);
    if x > 0.0 && x.is_finite() { format!("+{text}") } else { text }
}

/// A figure that may be missing.
pub fn optional(x: Option<f64>, decimals: usize) -> String {
    x.map_or_else(|| NONE.to_owned(), |x| fixed(x, decimals))
}

/// A share, 0 to 1, in whole per cent; under 10 % with one decimal.
pub fn percent(share: f64) -> String {
    if !share.is_finite() {
        return NONE.to_owned();
    }
    let decimals = usize::from(share > 0.0 && share < 0.0995);
    format!("{}{NO_BREAK}%", fixed(share * 100.0, decimals))
}

/// A share that may be missing.
pub fn optional_percent(share: Option<f64>) -> String {
    share.map_or_else(|| NONE.to_owned(), percent)
}

/// Whole numbers with commas between thousands.
pub fn thousands(n: impl Display) -> String {
    let digits = n.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// "1 deal", "2 deals".
pub fn several(n: usize, one: &str) -> String {
    format!("{} {one}{}", thousands(n), if n == 1 { "" } else { "s" })
}

/// US dollars: cents from a cent on, below that as many places as it takes.
pub fn usd(dollars: f64) -> String {
    let decimals = match dollars.abs() {
        x if x == 0.0 || x >= 0.0995 => 2,
        x if x >= 0.000_95 => 4,
        _ => 6,
    };
    if !dollars.is_finite() {
        return NONE.to_owned();
    }
    let mut text = fixed(dollars, decimals);
    let is_too_long =
        |text: &str| text.ends_with('0') && text.rfind('.').is_some_and(|at| text.len() - at > 3);
    while is_too_long(&text) {
        text.pop();
    }
    format!("${text}")
}

/// Whole US dollars.
pub fn dollars(usd: u64) -> String {
    format!("${}", thousands(usd))
}

/// How many deals, and the money in them as far as it is known: "3 deals worth $40,000", "3 deals; what they were worth is
/// not known".
pub fn stake(stake: &Stake) -> String {
    let deals = several(stake.deals, "deal");
    match (stake.deals, stake.known) {
        (0, _) => "No deal".to_owned(),
        (1, 0) => format!("{deals}; what it was worth is not known"),
        (_, 0) => format!("{deals}; what they were worth is not known"),
        (all, known) if known < all => format!(
            "{deals}; the {} whose amount is known {} worth {}",
            thousands(known),
            if known == 1 { "was" } else { "were" },
            dollars(stake.usd)
        ),
        _ => format!("{deals} worth {}", dollars(stake.usd)),
    }
}

/// Who gave scores, to be read in a sentence: "the model 4f2a91c03b7e", "the rules of policy 0a0b…".
pub fn scorer(by: &ScoredBy) -> String {
    match by {
        ScoredBy::Model { hash } => format!("the model {}", hash.short()),
        ScoredBy::Rules { policy } => format!("the rules of policy {}", policy.short()),
    }
}

/// From one day to another: "from 3 June to 1 September 2026".
pub fn days(window: &Window) -> String {
    format!("from {} to {}", day(window.from), day(window.until))
}

/// Of what a review is; of one that was stored before scorers were told apart, that it is of all of them.
pub fn reviewed(past: &PastReview) -> String {
    let (Some(by), Some(window)) = (&past.scored_by, &past.window) else {
        return "All decisions of all models and rules until then, together.".to_owned();
    };
    format!(
        "About {}, which scored leads at the time, and leads decided {}: long enough ago for slow deals to have closed.",
        scorer(by),
        days(window)
    )
}

/// What a vendor's facts add and cost, to be read after its name: "takes 0.012 (0.004 to 0.020) off the log-loss …".
pub fn worth(vendor: &VendorWorth) -> String {
    if vendor.deals == 0 {
        return "has no part in a deal that the model has not learnt from, so nothing can be told yet"
            .to_owned();
    }
    let between = |from: f64, to: f64| format!("({} to {})", fixed(from, 3), fixed(to, 3));
    let deals = several(vendor.deals, "deal");
    let adds = match vendor.gain {
        None => format!(
            "has facts in {} that judge, which is too few to say what they add",
            several(vendor.filled, "deal")
        ),
        Some(WorthGain { mean, from, to }) if from > 0.0 => {
            format!("takes {} {} off the log-loss of {deals}", fixed(mean, 3), between(from, to))
        }
        Some(WorthGain { mean, from, to }) if to < 0.0 => format!(
            "adds {} {} to the log-loss of {deals}: its facts make predictions worse",
            fixed(-mean, 3),
            between(-to, -from)
        ),
        Some(WorthGain { mean, from, to }) => format!(
            "makes no difference that can be told from {deals}: {} {} off the log-loss",
            fixed(mean, 3),
            between(from, to)
        ),
    };
    let costs = match vendor.usd_per_lead() {
        _ if vendor.is_import() => "it came with an import and costs nothing here".to_owned(),
        None => "what it cost is not known".to_owned(),
        Some(dollars) if vendor.priced < vendor.deals => {
            format!("it cost {} a lead, as far as {} of them tell", usd(dollars), thousands(vendor.priced))
        }
        Some(dollars) => format!("it cost {} a lead", usd(dollars)),
    };
    format!("{adds}; {costs}")
}

/// Who answers for the leads of a scope, and why: "partner leads have a model of their own from now on: on 31 …".
pub fn own(own: &OwnModel) -> String {
    let standing = match own.standing {
        OwnStanding::Shared => "are scored by the model of all leads",
        OwnStanding::New => "have a model of their own from now on",
        OwnStanding::Renewed => "have a model of their own, retrained",
        OwnStanding::Kept => "keep their own model as it is",
        OwnStanding::Dropped => "no longer have a model of their own",
    };
    format!("{} leads {standing}: {}", own.scope, own.because)
}

/// From one score to another; a single figure where both are the same.
pub fn span(from: f64, to: f64) -> String {
    let (from, to) = (fixed(from, 0), fixed(to, 0));
    if from == to { from } else { format!("{from}–{to}") }
}

/// A count as a number.
#[expect(clippy::cast_precision_loss, reason = "counts of deals stay far below 2^53")]
pub fn count(n: usize) -> f64 {
    n as f64
}

/// One count as a share of another.
pub fn share(part: usize, whole: usize) -> f64 {
    // Of nothing: not a number, which is shown as a dash.
    count(part) / count(whole)
}

/// The day, in UTC.
pub fn day(at: Timestamp) -> String {
    at.strftime("%-d %B %Y").to_string()
}

/// Day and time of day, in UTC.
pub fn moment(at: Timestamp) -> String {
    at.strftime("%-d %B %Y, %H:%M UTC").to_string()
}

/// With a capital first letter.
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// With a capital first letter and an end.
pub fn sentence(text: &str) -> String {
    let text = capital(text.trim());
    if text.is_empty() || text.ends_with(['.', '!', '?', ':', '…']) { text } else { text + "." }
}

/// At most so many characters, for labels in pictures; the tables have the whole.
pub fn shortened(text: &str, characters: usize) -> String {
    match text.char_indices().nth(characters) {
        Some(_) => text.chars().take(characters.saturating_sub(1)).chain(['…']).collect(),
        None => text.to_owned(),
    }
}

/// How well a model sorts, by its AUC.
pub fn sorting(auc: f64) -> &'static str {
    match auc {
        x if !x.is_finite() => "Not known",
        x if x >= 0.8 => "It sorts well",
        x if x >= 0.7 => "It sorts fairly well",
        x if x >= 0.6 => "It sorts somewhat",
        x if x >= 0.55 => "It sorts weakly",
        x if x >= 0.45 => "It hardly sorts",
        _ => "It sorts the wrong way round",
    }
}

/// How far the percentages can be taken at their word, by the expected calibration error.
pub fn calibration(ece: f64) -> &'static str {
    match ece {
        x if !x.is_finite() => "Not known",
        x if x <= 0.03 => "Very close to what was said",
        x if x <= 0.06 => "Close to what was said",
        x if x <= 0.1 => "Somewhat off what was said",
        _ => "Far off what was said",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_reads_well() {
        let said = [1234.5, 1.0, 0.11, 0.0042, 0.05, 0.000_012, 0.0, f64::NAN].map(usd);
        assert_eq!(said, ["$1234.50", "$1.00", "$0.11", "$0.0042", "$0.05", "$0.000012", "$0.00", NONE]);
    }

    #[test]
    fn money_at_stake_is_never_made_up() {
        let said = |deals, known, usd| stake(&Stake { deals, known, usd });
        assert_eq!(said(3, 3, 40_000), "3 deals worth $40,000");
        assert_eq!(said(3, 1, 40_000), "3 deals; the 1 whose amount is known was worth $40,000");
        assert_eq!(said(3, 0, 0), "3 deals; what they were worth is not known");
        assert_eq!(said(0, 0, 0), "No deal");
    }

    #[test]
    fn a_vendors_worth_is_said_plainly() {
        let vendor = |gain: Option<(f64, f64, f64)>| VendorWorth {
            provider: "acme-data".to_owned(),
            deals: 140,
            filled: 20,
            contested: 0,
            priced: 140,
            cost_usd_micros: 15_400_000,
            gain: gain.map(|(mean, from, to)| WorthGain { mean, from, to }),
        };
        let helps = vendor(Some((0.012, 0.004, 0.02)));
        assert_eq!(
            worth(&helps),
            "takes 0.012 (0.004 to 0.020) off the log-loss of 140 deals; it cost $0.11 a lead"
        );
        let harms = worth(&vendor(Some((-0.012, -0.02, -0.004))));
        assert!(
            harms.starts_with("adds 0.012 (0.004 to 0.020) to the log-loss of 140 deals: its facts make"),
            "{harms}"
        );
        let neither = worth(&vendor(Some((0.002, -0.003, 0.006))));
        assert!(
            neither.contains("no difference that can be told from 140 deals: 0.002 (−0.003 to 0.006)"),
            "{neither}"
        );
        assert!(worth(&vendor(None)).starts_with("has facts in 20 deals that judge, which is too few"));
        let unjudged = VendorWorth { deals: 0, filled: 0, priced: 0, cost_usd_micros: 0, ..vendor(None) };
        assert!(worth(&unjudged).ends_with("nothing can be told yet"));
        let unpaid = VendorWorth { priced: 0, cost_usd_micros: 0, ..helps.clone() };
        assert!(worth(&unpaid).ends_with("; what it cost is not known"), "never nothing");
        let some = VendorWorth { priced: 70, ..helps.clone() };
        assert!(worth(&some).ends_with("it cost $0.22 a lead, as far as 70 of them tell"));
        let import = VendorWorth { provider: "crm-export".to_owned(), ..unpaid };
        assert!(worth(&import).ends_with("it came with an import and costs nothing here"));
    }

    #[test]
    fn figures_read_well() {
        assert_eq!(fixed(-0.004, 2), "0.00");
        assert_eq!(fixed(-1.25, 1), "−1.2");
        assert_eq!(fixed(f64::NAN, 2), NONE);
        assert_eq!(signed(0.5, 1), "+0.5");
        assert_eq!(signed(f64::INFINITY, 1), NONE);
        assert_eq!(percent(0.034), "3.4\u{a0}%");
        assert_eq!(percent(0.5), "50\u{a0}%");
        assert_eq!(percent(0.0), "0\u{a0}%");
        assert_eq!(percent(share(0, 0)), NONE);
        assert_eq!(thousands(1_234_567), "1,234,567");
        assert_eq!(thousands(123), "123");
        assert_eq!(several(1, "deal"), "1 deal");
        assert_eq!(span(4.2, 4.4), "4");
        assert_eq!(sentence("élan and no end"), "Élan and no end.");
        assert_eq!(shortened("Größe", 4), "Grö…");
        assert_eq!(shortened("Größe", 5), "Größe");
    }
}
