//! Tags: a flag for each frequent value, and how many there are.

use serde::{Deserialize, Serialize};

use super::{Scale, min_rows};
use crate::feature::Cell;
use crate::math::count;
use crate::table::TagCodes;

/// The columns of tags: flags by `flags`, then `number` and `missing` as far as they are there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct TagsEncoding {
    /// Frequent values, sorted, and the column of each.
    pub(crate) flags: Vec<(String, Scale)>,
    /// How many tags there are; none if always as many.
    pub(crate) number: Option<Scale>,
    /// The most that were seen; more count as so many.
    pub(crate) most: usize,
    /// Not known; none if they always were.
    pub(crate) missing: Option<Scale>,
}

impl TagsEncoding {
    pub(super) fn width(&self) -> usize {
        self.flags.len() + usize::from(self.number.is_some()) + usize::from(self.missing.is_some())
    }

    pub(super) fn push(&self, cell: &Cell<'_>, row: &mut Vec<f32>) {
        let tags = if let Cell::Tags(tags) = cell { Some(tags.as_slice()) } else { None };
        let has = |flag: &str| tags.is_some_and(|tags| tags.contains(&flag));
        row.extend(self.flags.iter().map(|(flag, scale)| scale.apply_flag(has(flag))));
        // Where they are not known, as many as on average.
        row.extend(
            self.number.map(|s| s.apply(tags.map_or(s.mean, |tags| count(tags.len().min(self.most))))),
        );
        row.extend(self.missing.map(|s| s.apply_flag(tags.is_none())));
    }

    pub(super) fn is_valid(&self) -> bool {
        let scale_ok = |s: &Option<Scale>| s.is_none_or(Scale::is_valid);
        self.width() > 0
            && self.flags.is_sorted_by(|a, b| a.0 < b.0)
            && self.flags.iter().all(|(_, scale)| scale.is_valid())
            && scale_ok(&self.number)
            && scale_ok(&self.missing)
    }
}

/// Learns from the rows; `None` if there is nothing to learn from it.
pub(super) fn fit(
    name: &str,
    column: &TagCodes,
    rows: &[usize],
    max_flags: usize,
    notes: &mut Vec<String>,
) -> Option<TagsEncoding> {
    let mut deals_of = vec![0_usize; column.values().len()];
    let (mut numbers, mut unknown, mut most) = (Vec::new(), 0, 0);
    for row in rows {
        let Some(codes) = column.codes(*row) else {
            unknown += 1;
            continue;
        };
        most = most.max(codes.len());
        numbers.push(count(codes.len()));
        for code in codes {
            if let Some(deals) = deals_of.get_mut(*code as usize) {
                *deals += 1;
            }
        }
    }
    // A tag that nearly every deal carries tells as little as one that nearly none does.
    let tells = |deals: usize| deals >= min_rows(rows.len()) && numbers.len() - deals >= min_rows(rows.len());
    let mut frequent_first: Vec<usize> = (0..deals_of.len()).filter(|code| tells(deals_of[*code])).collect();
    frequent_first.sort_by(|a, b| {
        deals_of[*b].cmp(&deals_of[*a]).then_with(|| column.values()[*a].cmp(&column.values()[*b]))
    });
    frequent_first.truncate(max_flags);
    let mut flags: Vec<(String, Scale)> = frequent_first
        .iter()
        .map(|code| (column.values()[*code].clone(), Scale::flag(deals_of[*code], rows.len())))
        .collect();
    flags.sort_by(|a, b| a.0.cmp(&b.0));
    let known = count(numbers.len().max(1));
    let mean = numbers.iter().sum::<f64>() / known;
    let spread = (numbers.iter().map(|n| (n - mean).powi(2)).sum::<f64>() / known).sqrt();
    let encoding = TagsEncoding {
        flags,
        most,
        number: (spread > 1e-9).then_some(Scale { mean, scale: spread }),
        missing: (unknown > 0 && unknown < rows.len()).then(|| Scale::flag(unknown, rows.len())),
    };
    if encoding.width() == 0 {
        notes.push(format!("`{name}` is the same in every closed deal, or never known: left out"));
        return None;
    }
    Some(encoding)
}
