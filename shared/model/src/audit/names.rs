//! What a feature's name lets expect.

use leadlight_reading::fold;

/// Words in a feature's name that tell what is only known afterwards.
const AFTERWARDS: [&str; 14] = [
    "closed", "close", "won", "lost", "outcome", "result", "stage", "duration", "invoice", "contract",
    "churn", "renewal", "amount", "reason",
];

/// Whether a name sounds like something that is known only after a lead is scored.
pub(super) fn sounds_late(name: &str) -> bool {
    words(name).iter().any(|word| AFTERWARDS.contains(&word.as_str()))
}

/// A name's words in lower case, without accents: split at what is no letter, and where a capital follows a small letter.
pub(super) fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    for c in name.chars() {
        if !c.is_alphabetic() || (c.is_uppercase() && before.is_lowercase()) {
            words.push(String::new());
        }
        if c.is_alphabetic()
            && let Some(word) = words.last_mut()
        {
            word.push(c);
        }
        before = c;
    }
    words.retain(|word| !word.is_empty());
    words.iter().map(|word| fold(word)).collect()
}
