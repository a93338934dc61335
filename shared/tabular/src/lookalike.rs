//! Cells that a person would read as numbers or dates and that are written in another way.

use leadlight_model::parse_number;

/// What text looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lookalike {
    DecimalComma,
    LocalDate,
    Amount,
}

impl Lookalike {
    pub(crate) const ALL: [Self; 3] = [Self::DecimalComma, Self::LocalDate, Self::Amount];

    /// What text that is neither a number nor a date looks like.
    pub(crate) fn of(text: &str) -> Option<Self> {
        let numeric = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '+' | '-' | ' ' | '/' | ':');
        let bare = text.trim_start_matches(['$', '€', '£']).trim_end_matches(['%', '€', '$']).trim();
        if bare.len() < text.len() && parse_number(bare).is_some() {
            return Some(Self::Amount);
        }
        if !text.starts_with(|c: char| c.is_ascii_digit() || c == '-') || !text.chars().all(numeric) {
            return None;
        }
        let day = text.split(' ').next().unwrap_or_default();
        let parts = || day.split(['/', '.']);
        if parts().count() == 3 && parts().all(|part| matches!(part.len(), 1 | 2 | 4)) && !day.contains(',') {
            return Some(Self::LocalDate);
        }
        let number = !text.contains(['/', ':', ' ']) && text.matches(',').count() == 1;
        number.then_some(Self::DecimalComma)
    }

    /// What to do about it.
    pub(crate) fn hint(self) -> &'static str {
        match self {
            Self::DecimalComma => "its cells look like numbers with a decimal comma; write 1.5 for 1,5",
            Self::LocalDate => "its cells look like dates in local form; write 2026-01-31",
            Self::Amount => "its cells look like amounts or percentages; write them without $, € or %",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_ways_to_write_numbers_and_dates_are_known() {
        assert_eq!(Lookalike::of("1,5"), Some(Lookalike::DecimalComma));
        assert_eq!(Lookalike::of("1.234,5"), Some(Lookalike::DecimalComma));
        assert_eq!(Lookalike::of("31/01/2026"), Some(Lookalike::LocalDate));
        assert_eq!(Lookalike::of("1.2.26 08:30"), Some(Lookalike::LocalDate));
        assert_eq!(Lookalike::of("$1,200"), Some(Lookalike::Amount));
        assert_eq!(Lookalike::of("12.5 %"), Some(Lookalike::Amount));
        for text in ["Software", "1-50", "a/b/c", "€", "+49 30 1", "1,2,3", "-"] {
            assert_eq!(Lookalike::of(text), None, "{text}");
        }
    }
}
