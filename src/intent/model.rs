//! The trained weights: one row of bytes for each bucket of features, one column for each topic.
//!
//! Multinomial logistic regression: a text's score for a topic is the sum of its features' weights.
//! The file is small enough to embed, carries its own checksum and is written byte for byte the same
//! by every training run. This file knows nothing of words and rules; its scores go to `classify`.

use super::{
    Topic,
    features::{Feature, N_BUCKETS},
};
use std::borrow::Cow;

/// Columns of the table: the topics, then the two yes-or-no questions.
pub const N_COLUMNS: usize = 32;
/// The column that says whether somebody is losing money or is in danger.
pub const URGENT: usize = 30;
/// The column that says whether the text holds two wishes.
pub const MIXED: usize = 31;

const _: () = assert!(Topic::ALL.len() == URGENT, "one column for each topic");

const MAGIC: &[u8; 8] = b"PRETRIA1";
const N_CELLS: usize = N_BUCKETS as usize * N_COLUMNS;
/// Magic, checksum, the settings, then a bias and a scale for each column.
const HEADER_BYTES: usize = 8 + 4 + 4 * N_SETTINGS + 8 * N_COLUMNS;
const N_SETTINGS: usize = 3;

/// What the training measured on held-out families and the classifier obeys.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// The scores are divided by it, so that a probability means what it says.
    pub temperature: f32,
    /// A text is urgent where that column's score is above it.
    pub urgent: f32,
    /// A text has a second wish where that column's score is above it.
    pub mixed: f32,
}

/// The weights in the form that is stored: bytes, and what one step means in each column.
#[derive(Clone, Debug)]
pub struct Weights {
    /// What the training measured.
    pub settings: Settings,
    biases: [f32; N_COLUMNS],
    scales: [f32; N_COLUMNS],
    cells: Cow<'static, [u8]>,
}

/// The embedded weights cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Too short, too long or another file.
    #[error("the intent weights are no weights of this version")]
    Format,
    /// The bytes are not those that were written.
    #[error("the intent weights are damaged: checksum {found:08x} instead of {wanted:08x}")]
    Checksum {
        /// As computed from the bytes.
        found: u32,
        /// As stored in the file.
        wanted: u32,
    },
}

impl Weights {
    /// Reads a stored file and proves its checksum.
    ///
    /// # Errors
    /// When the bytes are no such file or are damaged.
    pub fn from_bytes(bytes: &'static [u8]) -> Result<Self, Error> {
        let (header, cells) = bytes.split_at_checked(HEADER_BYTES).ok_or(Error::Format)?;
        if !header.starts_with(MAGIC) || cells.len() != N_CELLS {
            return Err(Error::Format);
        }
        let word = |at: usize| [header[at], header[at + 1], header[at + 2], header[at + 3]];
        let wanted = u32::from_le_bytes(word(8));
        let found = crc32(&bytes[12..]);
        if found != wanted {
            return Err(Error::Checksum { found, wanted });
        }
        let number = |at: usize| f32::from_le_bytes(word(12 + 4 * at));
        Ok(Self {
            settings: Settings { temperature: number(0), urgent: number(1), mixed: number(2) },
            biases: std::array::from_fn(|column| number(N_SETTINGS + column)),
            scales: std::array::from_fn(|column| number(N_SETTINGS + N_COLUMNS + column)),
            cells: Cow::Borrowed(cells),
        })
    }

    /// Rounds trained weights, row after row, to bytes.
    #[must_use]
    pub fn quantize(trained: &[f32], biases: [f32; N_COLUMNS], settings: Settings) -> Self {
        let mut largest = [f32::MIN_POSITIVE; N_COLUMNS];
        for row in trained.chunks_exact(N_COLUMNS) {
            for (largest, weight) in largest.iter_mut().zip(row) {
                *largest = largest.max(weight.abs());
            }
        }
        let scales = largest.map(|largest| largest / f32::from(i8::MAX));
        let mut cells: Vec<u8> = trained
            .chunks_exact(N_COLUMNS)
            .flat_map(|row| row.iter().zip(&scales))
            .map(|(weight, scale)| ((weight / scale).round() as i8).cast_unsigned())
            .collect();
        cells.resize(N_CELLS, 0);
        Self { settings, biases, scales, cells: Cow::Owned(cells) }
    }

    /// The file that [`Self::from_bytes`] reads.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let Settings { temperature, urgent, mixed } = self.settings;
        let mut payload = Vec::with_capacity(HEADER_BYTES + N_CELLS);
        let numbers =
            [temperature, urgent, mixed].into_iter().chain(self.biases).chain(self.scales);
        payload.extend(numbers.flat_map(f32::to_le_bytes));
        payload.extend_from_slice(&self.cells);
        let mut bytes = MAGIC.to_vec();
        bytes.extend(crc32(&payload).to_le_bytes());
        bytes.extend(payload);
        bytes
    }

    /// The score of each column for a text with these features.
    #[must_use]
    pub fn scores(&self, features: &[Feature]) -> [f32; N_COLUMNS] {
        let mut sums = [0_i32; N_COLUMNS];
        for feature in features {
            for (sum, weight) in sums.iter_mut().zip(self.row(feature)) {
                *sum += i32::from(weight.cast_signed());
            }
        }
        let share = share(features.len());
        std::array::from_fn(|column| {
            self.biases[column] + sums[column] as f32 * self.scales[column] * share
        })
    }

    /// What one feature of a text with `n_features` adds to each topic, relative to the mean topic.
    #[must_use]
    pub fn advantage(&self, feature: &Feature, n_features: usize, topic: usize) -> f32 {
        let row = self.row(feature);
        let weight = |column: usize| f32::from(row[column].cast_signed()) * self.scales[column];
        let mean = (0..URGENT).map(weight).sum::<f32>() / URGENT as f32;
        (weight(topic) - mean) * share(n_features)
    }

    fn row(&self, feature: &Feature) -> &[u8] {
        let at = feature.bucket as usize * N_COLUMNS;
        &self.cells[at..at + N_COLUMNS]
    }
}

/// How much one feature counts among so many: all of a text together have length one, so that a
/// rambling caller's scores stay in the range of a terse one's.
#[must_use]
pub fn share(n_features: usize) -> f32 {
    1.0 / (n_features.max(1) as f32).sqrt()
}

/// CRC-32 as in zlib: of the weights at start, of a family's name in the training.
#[must_use]
pub fn crc32(bytes: &[u8]) -> u32 {
    const TABLE: [u32; 256] = {
        let mut table = [0; 256];
        let mut at = 0;
        while at < 256 {
            let mut value = at as u32;
            let mut bit = 0;
            while bit < 8 {
                value = value >> 1 ^ (0xedb8_8320 & (value & 1).wrapping_neg());
                bit += 1;
            }
            table[at] = value;
            at += 1;
        }
        table
    };
    !bytes.iter().fold(!0, |crc, byte| crc >> 8 ^ TABLE[(crc as u8 ^ byte) as usize])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksum_is_that_of_zlib() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn a_written_file_reads_back_and_a_damaged_one_is_refused() {
        let settings = Settings { temperature: 1.5, urgent: 0.25, mixed: -1.0 };
        let mut trained = vec![0.0; N_CELLS];
        trained[3] = -2.0;
        let weights = Weights::quantize(&trained, [0.5; N_COLUMNS], settings);
        let bytes = weights.to_bytes();
        let read = Weights::from_bytes(bytes.clone().leak()).unwrap();
        assert_eq!(read.settings, settings);
        assert_eq!(read.to_bytes(), bytes);

        let mut damaged = bytes.clone();
        *damaged.last_mut().unwrap() ^= 1;
        assert!(matches!(Weights::from_bytes(damaged.leak()), Err(Error::Checksum { .. })));
        assert_eq!(Weights::from_bytes(bytes[..99].to_vec().leak()).unwrap_err(), Error::Format);
        assert_eq!(Weights::from_bytes(b"").unwrap_err(), Error::Format);
    }
}
