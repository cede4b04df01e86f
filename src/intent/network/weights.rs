//! The trained file and its manifest.
//!
//! `models/intent.safetensors` holds the weights, `models/intent.toml` its checksum and what the
//! training measured. Both are written by `models/training/intent.py`.

use super::{Gru, N_LABELS, N_TOPICS, Network, Parts, arithmetic::multiply, gru::N_GATES};
use crate::{
    intent::{Topic, normalize::normalize, pinyin::syllables},
    model,
};
use safetensors::{Dtype, SafeTensors};
use serde::Deserialize;
use std::sync::Arc;

/// What the training measured on lines it had not learnt from, and the classifier obeys.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The topics' scores are divided by it, so that a probability means what it says.
    pub temperature: f32,
    /// A text is urgent where that score is above this.
    pub urgent: f32,
    /// A text has a second wish where the best topic's score is so far above that of "none".
    pub second: f32,
}

/// `models/intent.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    sha256: String,
    settings: Settings,
    probe: Probe,
}

/// What the training's own arithmetic made of a text: a network that says something else is not the
/// one that was measured.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Probe {
    text: String,
    topics: Vec<f32>,
}

/// How far a score may be from the training's: sums in another order, the manifest's four digits.
const TOLERANCE: f32 = 0.01;

/// The embedded weights cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The manifest is none.
    #[error("the intent manifest is unreadable: {0}")]
    Manifest(#[from] toml::de::Error),
    /// The bytes are not those that were written.
    #[error("the intent weights are damaged: SHA-256 {found} instead of {wanted}")]
    Checksum {
        /// As computed from the bytes.
        found: String,
        /// As stored in the manifest.
        wanted: String,
    },
    /// Not a file of tensors.
    #[error("the intent weights are unreadable: {0}")]
    Format(#[from] safetensors::SafeTensorError),
    /// A file of other tensors.
    #[error("the intent weights are of another version: {0}")]
    Content(&'static str),
}

impl Network {
    /// Reads the weights and proves their checksum and every size in them.
    ///
    /// # Errors
    /// When one of the two is not what the training wrote.
    pub fn load(weights: &[u8], manifest: &str) -> Result<Self, Error> {
        let manifest: Manifest = toml::from_str(manifest)?;
        let found = model::digest(weights);
        if found != manifest.sha256 {
            return Err(Error::Checksum { found, wanted: manifest.sha256 });
        }
        let (_, metadata) = SafeTensors::read_metadata(weights)?;
        let notes = metadata.metadata().as_ref().ok_or(Error::Content("no notes"))?;
        let note = |name: &str| notes.get(name).ok_or(Error::Content("a note is missing"));
        if !note("topics")?.split(' ').eq(Topic::ALL.iter().map(|topic| topic.as_str())) {
            return Err(Error::Content("its topics are others"));
        }
        let characters: Vec<char> = note("characters")?.chars().collect();
        let syllables: Vec<&str> = note("syllables")?.split(' ').collect();

        let tensors = Tensors(SafeTensors::deserialize(weights)?);
        let n_inputs = tensors.n_columns("characters")?;
        let n_units = tensors.n_columns("forward.state")? / N_GATES;
        if n_units == 0 {
            return Err(Error::Content("no units"));
        }
        let gates = tensors.gates(n_inputs, n_units)?;
        let table = |name: &str, n_rows: usize| -> Result<Vec<f32>, Error> {
            Ok(project(&tensors.take(name, n_rows * n_inputs)?, n_inputs, &gates))
        };
        let parts = Parts {
            settings: manifest.settings,
            of_characters: table("characters", characters.len())?,
            of_syllables: table("syllables", syllables.len())?,
            characters: characters.into_iter().enumerate().map(|(row, c)| (c, row)).collect(),
            syllables: syllables
                .iter()
                .enumerate()
                .map(|(row, s)| ((*s).to_owned(), row))
                .collect(),
            input_bias: tensors.both("input_bias", N_GATES * n_units)?.concat(),
            forward: tensors.gru("forward", n_units)?,
            backward: tensors.gru("backward", n_units)?,
            looks: tensors.take("looks", 2 * n_units * N_LABELS)?,
            finds: tensors.take("finds", 2 * n_units * N_LABELS)?,
            biases: tensors.take("biases", N_LABELS)?,
        };
        let network = Self(Arc::new(parts));
        network.prove(&manifest.probe)?;
        Ok(network)
    }

    fn prove(&self, probe: &Probe) -> Result<(), Error> {
        let normal = normalize(&probe.text);
        let scores = self.read(&normal, &syllables(normal.chars()));
        let near = |(score, wanted): (&f32, &f32)| (score - wanted).abs() < TOLERANCE;
        if scores.topics().len() != probe.topics.len()
            || !scores.topics().iter().zip(&probe.topics).all(near)
        {
            return Err(Error::Content("it does not read its probe as its training did"));
        }
        Ok(())
    }
}

const _: () = assert!(N_LABELS == 2 * N_TOPICS + 2, "one label for each question");

struct Tensors<'file>(SafeTensors<'file>);

impl Tensors<'_> {
    fn n_columns(&self, name: &str) -> Result<usize, Error> {
        let shape = self.0.tensor(name)?.shape().to_vec();
        shape.last().copied().filter(|n| *n > 0).ok_or(Error::Content("a tensor without columns"))
    }

    fn take(&self, name: &str, n_numbers: usize) -> Result<Vec<f32>, Error> {
        let tensor = self.0.tensor(name)?;
        if tensor.dtype() != Dtype::F32 {
            return Err(Error::Content("a tensor is not of 32-bit numbers"));
        }
        let numbers: Vec<f32> = tensor
            .data()
            .chunks_exact(4)
            .map(|bytes| f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
            .collect();
        if numbers.len() != n_numbers {
            return Err(Error::Content("a tensor has another size"));
        }
        Ok(numbers)
    }

    /// A tensor of the forward and of the backward direction.
    fn both(&self, name: &str, n_numbers: usize) -> Result<[Vec<f32>; 2], Error> {
        let take = |direction: &str| self.take(&format!("{direction}.{name}"), n_numbers);
        Ok([take("forward")?, take("backward")?])
    }

    /// The weights on the input, those of both directions side by side in one matrix.
    fn gates(&self, n_inputs: usize, n_units: usize) -> Result<Vec<f32>, Error> {
        let width = N_GATES * n_units;
        let [forward, backward] = self.both("input", n_inputs * width)?;
        let rows = forward.chunks_exact(width).zip(backward.chunks_exact(width));
        Ok(rows.flat_map(|(left, right)| left.iter().chain(right).copied()).collect())
    }

    fn gru(&self, name: &str, n_units: usize) -> Result<Gru, Error> {
        let width = N_GATES * n_units;
        Ok(Gru {
            of_state: self.take(&format!("{name}.state"), n_units * width)?,
            state_bias: self.take(&format!("{name}.state_bias"), width)?,
        })
    }
}

/// Takes each row of a table to the gates once and for all: 8 MB instead of a quarter of every
/// text's time (`benches/RESULTS.md`).
fn project(table: &[f32], n_inputs: usize, gates: &[f32]) -> Vec<f32> {
    let width = gates.len() / n_inputs;
    let mut projected = vec![0.0; table.len() / n_inputs * width];
    for (row, sums) in table.chunks_exact(n_inputs).zip(projected.chunks_exact_mut(width)) {
        multiply(row, gates, sums);
    }
    projected
}
