//! Ids that a spreadsheet has damaged: it takes them for numbers, keeps fifteen digits and drops zeros in front.

/// What a column of ids shows.
#[derive(Default)]
pub(crate) struct IdSurvey {
    known: u64,
    /// Written with an exponent, and where first.
    exponents: u64,
    first_exponent: Option<u64>,
    /// How many have digits alone, by how many they are.
    lengths: [u64; LENGTHS],
}

const LENGTHS: usize = 20;
/// Ids of one length, when so many in a hundred have it; of the numbers 1 to 100,000 nine in ten have five digits.
const PERCENT_OF_LENGTH: u64 = 95;
const LENGTH_MIN: usize = 5;

impl IdSurvey {
    pub(crate) fn see(&mut self, cell: &str, line: u64) {
        let cell = cell.trim();
        self.known += u64::from(!cell.is_empty());
        if is_exponent(cell) {
            self.exponents += 1;
            self.first_exponent.get_or_insert(line);
        } else if cell.bytes().all(|byte| byte.is_ascii_digit())
            && let Some(count) = self.lengths.get_mut(cell.len()).filter(|_| !cell.is_empty())
        {
            *count += 1;
        }
    }

    /// What to tell of it.
    pub(crate) fn note(&self, column: &str) -> Option<String> {
        if let Some(line) = self.first_exponent {
            let count = self.exponents;
            let cells = if count == 1 { "1 id was".to_owned() } else { format!("{count} ids were") };
            return Some(format!(
                "column \"{column}\": {cells} made a number by a spreadsheet (like 1.23E+15), the first in line {line}; \
                 different ones may look the same now. Export the column as text"
            ));
        }
        let (usual, count) =
            (0..LENGTHS).map(|length| (length, self.lengths[length])).max_by_key(|(_, n)| *n)?;
        let shorter: u64 = self.lengths[..usual].iter().sum();
        let is_usual =
            usual >= LENGTH_MIN && count < self.known && count * 100 >= self.known * PERCENT_OF_LENGTH;
        (is_usual && shorter > 0 && count + shorter == self.known).then(|| {
            format!(
                "column \"{column}\": nearly all ids have {usual} digits and {shorter} fewer; a spreadsheet may have \
                 dropped zeros in front"
            )
        })
    }
}

/// `1.23E+15`
fn is_exponent(cell: &str) -> bool {
    let Some((mantissa, exponent)) = cell.split_once(['E', 'e']) else { return false };
    exponent
        .strip_prefix('+')
        .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
        && mantissa.starts_with(|c: char| c.is_ascii_digit())
        && mantissa.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b','))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(cells: impl IntoIterator<Item = String>) -> Option<String> {
        let mut survey = IdSurvey::default();
        for (line, cell) in (2..).zip(cells) {
            survey.see(&cell, line);
        }
        survey.note("Id")
    }

    #[test]
    fn ids_that_became_numbers_are_pointed_out() {
        let cells = ["29911220931", "2,99E+15", "2.99E+15"].map(str::to_owned);
        assert!(
            note(cells)
                .unwrap()
                .contains("2 ids were made a number by a spreadsheet (like 1.23E+15), the first in line 3")
        );
        assert_eq!(note(["A1E+5", "E5", "1e5", "a"].map(str::to_owned)), None);
    }

    #[test]
    fn ids_that_lost_zeros_are_pointed_out() {
        let kept = (0..99).map(|i| format!("{}", 100_000 + i));
        assert!(note(kept.clone().chain(["4711".to_owned()])).unwrap().contains("dropped zeros"));
        assert_eq!(note(kept), None);
        assert_eq!(note((1..100_000).map(|i| i.to_string())), None);
        assert_eq!(note((0..99).map(|i| format!("{:06}", 900 + i))), None);
    }
}
