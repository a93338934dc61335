//! From a lead's values to the learners' columns. Fitted once, used by training and scoring alike, and travels
//! in the artifact.
//!
//! | kind | columns |
//! |---|---|
//! | number, yes/no, date | its value, the training median where it is not known, standardised; and, only if it was ever missing in training, a flag that says so |
//! | category | a flag for each frequent value, one for all others and one for not known; and, if the others are many, how often their value won |
//! | tags | a flag for each frequent value, how many there are, and one flag for not known |
//!
//! Flags are centred but not scaled: scaling would blow up a flag that few rows carry and let it escape
//! regularisation.

mod category;
mod number;
mod tags;

use std::ops::Range;

use leadlight_lead::{FeatureValue, FeatureVector};
use serde::{Deserialize, Serialize};

use crate::feature::{Cell, FeatureSpec, Monotone};
use crate::matrix::Matrix;
use crate::table::{Cells, Deals};

pub(crate) use category::CategoryEncoding;
pub(crate) use number::NumberEncoding;
pub(crate) use tags::TagsEncoding;

/// Deals that a value must be seen in to have a flag of its own: one in so many of all deals, but no fewer than the least
/// and no more than the most. Source: own measurement on a marketing data set; with fewer, logistic regression learns
/// chance, and with more, little is left of some hundred deals.
const FLAG_ONE_IN: usize = 25;
const FLAG_LEAST: usize = 4;
const FLAG_MOST: usize = 20;
/// Flags that one feature may have; the most frequent values get them.
const MAX_FLAGS: usize = 40;
/// Encoded values to aim at, rows times columns, four bytes each.
const MAX_VALUES: usize = 200_000_000;

/// A feature whose value cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FeatureError {
    /// NaN or infinite.
    #[error("feature `{feature}` is not a finite number; send a number, or nothing where it is not known")]
    NotFinite {
        /// Its name.
        feature: String,
    },
    /// Finite, but out of reach of the arithmetic.
    #[error("feature `{feature}` has values too large to be scaled; use a smaller unit")]
    TooLarge {
        /// Its name.
        feature: String,
    },
}

/// A column is (x − mean) / scale.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Scale {
    pub(crate) mean: f64,
    pub(crate) scale: f64,
}

impl Scale {
    /// Of a flag that `set` of `rows` rows carry.
    fn flag(set: usize, rows: usize) -> Self {
        Self { mean: crate::math::count(set) / crate::math::count(rows.max(1)), scale: 1.0 }
    }

    #[expect(clippy::cast_possible_truncation, reason = "what overflows becomes infinite and is refused")]
    fn apply(self, x: f64) -> f32 {
        ((x - self.mean) / self.scale) as f32
    }

    fn apply_flag(self, set: bool) -> f32 {
        self.apply(if set { 1.0 } else { 0.0 })
    }

    fn is_valid(self) -> bool {
        self.mean.is_finite() && self.scale.is_finite() && self.scale > 0.0
    }
}

/// How a feature becomes columns. New kinds go last: the file stores the place of a variant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum Encoding {
    /// It never varied in training: nothing to learn from it.
    Dropped,
    /// A number, a boolean or a date.
    Number(NumberEncoding),
    /// A category.
    Category(CategoryEncoding),
    /// Tags.
    Tags(TagsEncoding),
}

impl Encoding {
    fn width(&self) -> usize {
        match self {
            Self::Dropped => 0,
            Self::Number(number) => number.width(),
            Self::Category(category) => category.width(),
            Self::Tags(tags) => tags.width(),
        }
    }

    /// Appends the columns of a value.
    fn push(&self, cell: &Cell<'_>, row: &mut Vec<f32>) {
        match self {
            Self::Dropped => {}
            Self::Number(number) => number.push(cell, row),
            Self::Category(category) => category.push(cell, row),
            Self::Tags(tags) => tags.push(cell, row),
        }
    }

    pub(crate) fn is_valid(&self) -> bool {
        match self {
            Self::Dropped => true,
            Self::Number(number) => number.is_valid(),
            Self::Category(category) => category.is_valid(),
            Self::Tags(tags) => tags.is_valid(),
        }
    }

    /// The direction of each of its columns, where the policy demands one of the feature.
    fn signs(&self, spec: &FeatureSpec) -> impl Iterator<Item = f64> {
        self.of_value(self.scale().and(spec.monotone).map_or(0.0, Monotone::sign))
    }

    /// The policy's points for one unit of each of its columns.
    fn points(&self, spec: &FeatureSpec) -> impl Iterator<Item = f64> {
        self.of_value(self.scale().zip(spec.prior).map_or(0.0, |(scale, points)| points * scale.scale))
    }

    /// How a number's value became its first column.
    fn scale(&self) -> Option<Scale> {
        match self {
            Self::Number(number) => number.value,
            _ => None,
        }
    }

    /// Something said of the value's column, and nothing of the others.
    fn of_value(&self, said: f64) -> impl Iterator<Item = f64> {
        (0..self.width()).map(move |column| if column == 0 { said } else { 0.0 })
    }
}

/// A feature with its columns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct EncodedFeature {
    pub(crate) spec: FeatureSpec,
    pub(crate) encoding: Encoding,
}

/// All features, in the order they were declared in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Encoder {
    pub(crate) features: Vec<EncodedFeature>,
}

/// An encoder with the rows it was fitted to, encoded for learning.
pub(crate) struct FittedEncoder {
    pub(crate) encoder: Encoder,
    pub(crate) matrix: Matrix,
    /// What was left out and why, in words.
    pub(crate) notes: Vec<String>,
}

impl Encoder {
    /// Learns fills, scales and values from some of the deals.
    ///
    /// Where a column says how often a value won, the matrix to learn from says it of the other deals of that
    /// value (out of fold): a deal's own outcome must not explain it.
    pub(crate) fn fit(deals: &Deals, rows: &[usize]) -> Result<FittedEncoder, FeatureError> {
        let mut notes = Vec::new();
        let flags = max_flags(deals);
        let features = deals
            .specs
            .iter()
            .zip(&deals.columns)
            .map(|(spec, cells)| {
                let encoding = fit_feature(spec, cells, &deals.won, rows, flags, &mut notes)?;
                Ok(EncodedFeature { spec: spec.clone(), encoding })
            })
            .collect::<Result<_, FeatureError>>()?;
        let encoder = Self { features };
        let mut matrix = encoder.encode_rows(deals, rows)?;
        for ((feature, columns), cells) in encoder.features.iter().zip(encoder.ranges()).zip(&deals.columns) {
            if let (Encoding::Category(category), Cells::Categories(codes)) = (&feature.encoding, cells) {
                category.hide_own_outcomes(codes, &deals.won, rows, columns.end, &mut matrix);
            }
        }
        Ok(FittedEncoder { encoder, matrix, notes })
    }

    /// How many columns a row has.
    pub(crate) fn width(&self) -> usize {
        self.features.iter().map(|f| f.encoding.width()).sum()
    }

    /// The columns that each feature became.
    pub(crate) fn ranges(&self) -> impl Iterator<Item = Range<usize>> {
        let mut start = 0;
        self.features.iter().map(move |f| {
            let columns = start..start + f.encoding.width();
            start = columns.end;
            columns
        })
    }

    /// The feature of each column.
    pub(crate) fn feature_of_column(&self) -> Vec<usize> {
        self.ranges().enumerate().flat_map(|(feature, columns)| columns.map(move |_| feature)).collect()
    }

    /// The direction that each column's effect must not turn against: 1, −1, or 0 for none.
    pub(crate) fn signs(&self) -> Vec<f64> {
        self.features.iter().flat_map(|f| f.encoding.signs(&f.spec)).collect()
    }

    /// The policy's points for one unit of each column; 0 where it has no word on it.
    pub(crate) fn points(&self) -> Vec<f64> {
        self.features.iter().flat_map(|f| f.encoding.points(&f.spec)).collect()
    }

    /// A lead's columns. Every number in it is finite.
    pub(crate) fn encode<'a>(
        &self,
        value_of: impl Fn(&FeatureSpec) -> Cell<'a>,
    ) -> Result<Vec<f32>, FeatureError> {
        self.encode_cells(self.features.iter().map(|feature| value_of(&feature.spec)))
    }

    /// The same, its values given in the order of the features.
    pub(crate) fn encode_cells<'a>(
        &self,
        cells: impl Iterator<Item = Cell<'a>>,
    ) -> Result<Vec<f32>, FeatureError> {
        let mut row = Vec::with_capacity(self.width());
        for (feature, cell) in self.features.iter().zip(cells) {
            feature.push(&cell, &mut row)?;
        }
        Ok(row)
    }

    /// The columns of a lead by its values.
    pub(crate) fn encode_vector(&self, vector: &FeatureVector) -> Result<Vec<f32>, FeatureError> {
        self.encode(|spec| vector.value(&spec.name).into())
    }

    /// Some of the deals, row by row. A feature that the deals do not have counts as not known.
    pub(crate) fn encode_rows(&self, deals: &Deals, rows: &[usize]) -> Result<Matrix, FeatureError> {
        let column = |spec: &FeatureSpec| {
            deals.specs.iter().position(|s| s.name == spec.name).and_then(|at| deals.columns.get(at))
        };
        let sources: Vec<Option<Source<'_>>> = self
            .features
            .iter()
            .map(|f| column(&f.spec).map(|cells| Source::new(cells, &f.encoding, rows.len())))
            .collect();
        let columns = self.width();
        let mut values = Vec::with_capacity(rows.len() * columns);
        for row in rows {
            for (feature, source) in self.features.iter().zip(&sources) {
                match source {
                    Some(Source::Cells(cells)) => feature.push(&cells.get(*row), &mut values)?,
                    Some(Source::Prepared { codes, columns, width, unknown }) => {
                        let known = codes.code(*row).and_then(|c| columns.get(c * width..(c + 1) * width));
                        values.extend_from_slice(known.unwrap_or(unknown));
                    }
                    None => feature.push(&Cell::Unknown, &mut values)?,
                }
            }
        }
        Ok(Matrix { rows: rows.len(), columns, values })
    }
}

impl EncodedFeature {
    /// Of tags those that have a flag, the rarest first: what is rare tells most. Anything else as it is.
    pub(crate) fn told_apart(&self, value: &FeatureValue) -> FeatureValue {
        let (Encoding::Tags(encoding), FeatureValue::Tags(tags)) = (&self.encoding, value) else {
            return value.clone();
        };
        let mut flags: Vec<&(String, Scale)> =
            encoding.flags.iter().filter(|(flag, _)| tags.contains(flag)).collect();
        flags.sort_by(|a, b| a.1.mean.total_cmp(&b.1.mean));
        FeatureValue::Tags(flags.into_iter().map(|(flag, _)| flag.clone()).collect())
    }

    /// A vector refuses NaN when built, but one that was read back has not been through that.
    fn push(&self, cell: &Cell<'_>, row: &mut Vec<f32>) -> Result<(), FeatureError> {
        if matches!(cell, Cell::Number(x) if !x.is_finite()) {
            return Err(FeatureError::NotFinite { feature: self.spec.name.clone() });
        }
        let start = row.len();
        self.encoding.push(cell, row);
        if row[start..].iter().all(|x| x.is_finite()) {
            Ok(())
        } else {
            Err(FeatureError::TooLarge { feature: self.spec.name.clone() })
        }
    }
}

/// Where a feature's values come from.
enum Source<'a> {
    Cells(&'a Cells),
    /// A category's columns, one code's behind the other's: looked up once a value and not once a row.
    Prepared {
        codes: &'a crate::table::Codes,
        columns: Vec<f32>,
        width: usize,
        unknown: Vec<f32>,
    },
}

impl<'a> Source<'a> {
    fn new(cells: &'a Cells, encoding: &Encoding, rows: usize) -> Self {
        let Cells::Categories(codes) = cells else { return Self::Cells(cells) };
        if codes.values().len() > rows {
            return Self::Cells(cells);
        }
        let width = encoding.width();
        let (mut columns, mut unknown) = (Vec::with_capacity(codes.values().len() * width), Vec::new());
        codes.values().iter().for_each(|value| encoding.push(&Cell::Category(value), &mut columns));
        encoding.push(&Cell::Unknown, &mut unknown);
        Self::Prepared { codes, columns, width, unknown }
    }
}

/// Fewer where there are very many deals and features: all columns of all deals must fit into memory.
fn max_flags(deals: &Deals) -> usize {
    let features = deals.specs.len().max(1) * deals.len().max(1);
    (MAX_VALUES / features).clamp(4, MAX_FLAGS)
}

/// Deals that a value must be seen in to have a flag of its own.
fn min_rows(rows: usize) -> usize {
    (rows / FLAG_ONE_IN).clamp(FLAG_LEAST, FLAG_MOST)
}

fn fit_feature(
    spec: &FeatureSpec,
    cells: &Cells,
    won: &[bool],
    rows: &[usize],
    max_flags: usize,
    notes: &mut Vec<String>,
) -> Result<Encoding, FeatureError> {
    let encoding = match cells {
        Cells::Numbers(numbers) => {
            number::fit(&spec.name, numbers, rows, notes)?.map_or(Encoding::Dropped, Encoding::Number)
        }
        Cells::Categories(column) => category::fit(&spec.name, column, won, rows, max_flags, notes)
            .map_or(Encoding::Dropped, Encoding::Category),
        Cells::Tags(column) => {
            tags::fit(&spec.name, column, rows, max_flags, notes).map_or(Encoding::Dropped, Encoding::Tags)
        }
    };
    Ok(encoding)
}

#[cfg(test)]
mod tests;
