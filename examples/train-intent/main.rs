//! Trains `models/intent.bin` from `models/corpus/*.tsv` and `models/lexicon.tsv`, and prints what it is worth.
//!
//! `cargo run --release --example train-intent` writes the same bytes on every run. With `--fold N`
//! (1 to 9) another tenth of the families is held out and nothing is written: the ten folds together
//! are a cross-validation. `--errors` prints the held-out lines that went wrong.
//! It knows the corpus and the noise; the classifier it measures is the one that ships.

#![expect(clippy::print_stdout, reason = "a command that reports on stdout")]

mod corpus;
mod noise;
mod report;
mod rng;
mod train;

use pretriage::intent::{Classifier, model::crc32};
use std::{error::Error, path::Path};

/// One family in so many is held out of the training.
const N_FOLDS: u32 = 10;

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let fold = match args.iter().position(|arg| arg == "--fold") {
        Some(at) => args.get(at + 1).ok_or("--fold needs a number")?.parse()?,
        None => 0,
    };
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("models");
    let lines = corpus::read(&models.join("corpus"))?;
    let (held_out, mut training): (Vec<_>, Vec<_>) =
        lines.into_iter().partition(|line| crc32(line.family.as_bytes()) % N_FOLDS == fold);
    training.extend(corpus::read_lexicon(&models.join("lexicon.tsv"))?);
    println!("{} lines to train on, {} held out (fold {fold})", training.len(), held_out.len());

    let noise = noise::Model::new(&training);
    let weights = train::train(&training, &held_out, &noise);
    println!("{:?}", weights.settings);
    let bytes = weights.to_bytes();
    let classifier = Classifier::new(weights);
    for rate in noise::REPORTED {
        report::print(
            &classifier,
            &held_out,
            &noise,
            rate,
            args.iter().any(|arg| arg == "--errors"),
        );
    }
    if fold == 0 {
        std::fs::write(models.join("intent.bin"), &bytes)?;
        println!("models/intent.bin: {} bytes, crc32 {:08x}", bytes.len(), crc32(&bytes));
    }
    Ok(())
}
