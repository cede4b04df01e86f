//! Prints the corpus as the network sees it, clean and spoilt, for `models/training/intent.py`.
//!
//! `cargo run --release --example intent-lines`: one row for each line and for each of its spoilt
//! twins, tab-separated, the same bytes on every run. What a character sounds like and how errors
//! are made is known here alone; the training in Python only learns numbers.

mod corpus;

use corpus::{Line, is_held_out};
use fastrand::Rng;
use pretriage::intent::{
    Topic,
    noise::{FAIR_LINE, Noise},
    normalize::normalize,
    pinyin::syllables,
};
use std::{
    collections::BTreeMap,
    error::Error,
    io::{self, Write},
    path::Path,
};

/// How many spoilt twins a training line has. The training hears a few of them in each epoch.
const N_TWINS: usize = 8;
/// The highest share of spoilt characters; each twin draws its own.
const WORST_RATE: f32 = 0.4;
/// How many spoilt twins a line of the tuning set has: enough for a steady temperature.
const N_TUNING_TWINS: usize = 3;
/// So many lines of characters in no order at all, about nothing: what a recogniser writes for
/// noise must never reach a desk.
const N_SALADS: usize = 800;
const LONGEST_SALAD: usize = 14;
const SEED: u64 = 20_261_125;

fn main() -> Result<(), Box<dyn Error>> {
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("models");
    let corpus = corpus::read_folder(&models.join("corpus"))?;
    let tuning = corpus::read_file(&models.join("evaluation/intent-tuning.tsv"))?;
    let characters = by_frequency(&corpus);
    let noise = Noise::new(characters.iter().copied());
    let mut rng = Rng::with_seed(SEED);
    let mut out = io::BufWriter::new(io::stdout().lock());
    writeln!(out, "part\ttopic\tsecondary\turgent\tspoilt\ttext\tsounds")?;
    for (number, line) in corpus.iter().enumerate() {
        let held_out = is_held_out(line);
        let part = if held_out { "held_out".to_owned() } else { format!("train{number}") };
        row(&mut out, &part, line, 0.0, &line.text)?;
        for _ in 0..if held_out { 1 } else { N_TWINS } {
            let rate = if held_out { FAIR_LINE } else { WORST_RATE * rng.f32() };
            row(&mut out, &part, line, rate, &noise.spoil(&line.text, rate, &mut rng))?;
        }
    }
    for number in 0..N_SALADS {
        let part = format!("salad{number}");
        for _ in 0..=N_TWINS {
            let text = salad(&characters, &mut rng);
            let line = Line { text, ..nothing() };
            row(&mut out, &part, &line, 1.0, &line.text)?;
        }
    }
    for line in &tuning {
        row(&mut out, "tuning", line, 0.0, &line.text)?;
        for _ in 0..N_TUNING_TWINS {
            row(
                &mut out,
                "tuning",
                line,
                FAIR_LINE,
                &noise.spoil(&line.text, FAIR_LINE, &mut rng),
            )?;
        }
    }
    out.flush()?;
    Ok(())
}

/// Characters as they come, common ones more often.
fn salad(characters: &[char], rng: &mut Rng) -> String {
    let n_chars = rng.usize(1..=LONGEST_SALAD);
    let draw = |rng: &mut Rng| {
        let draw = rng.f32();
        characters[(draw * draw * characters.len() as f32) as usize]
    };
    (0..n_chars).map(|_| draw(rng)).collect()
}

fn nothing() -> Line {
    Line {
        family: String::new(),
        topic: Topic::Other,
        secondary: None,
        urgent: false,
        forbidden: None,
        text: String::new(),
    }
}

fn row(out: &mut dyn Write, part: &str, line: &Line, rate: f32, heard: &str) -> io::Result<()> {
    let normal = normalize(heard);
    let text: String = normal.chars().iter().collect();
    let sounds: Vec<&str> = syllables(normal.chars())
        .iter()
        .map(|syllable| if syllable.plain.is_empty() { "-" } else { syllable.plain })
        .collect();
    let secondary = line.secondary.map_or("-", |topic| topic.as_str());
    let urgent = u8::from(line.urgent);
    let sounds = sounds.join(" ");
    writeln!(out, "{part}\t{}\t{secondary}\t{urgent}\t{rate:.2}\t{text}\t{sounds}", line.topic)
}

/// The characters of the training lines, commonest first.
fn by_frequency(lines: &[Line]) -> Vec<char> {
    let mut counts: BTreeMap<char, usize> = BTreeMap::new();
    for line in lines.iter().filter(|line| !is_held_out(line)) {
        line.text.chars().for_each(|character| *counts.entry(character).or_default() += 1);
    }
    let mut characters: Vec<(char, usize)> = counts.into_iter().collect();
    characters.sort_by_key(|(character, count)| (std::cmp::Reverse(*count), *character));
    characters.into_iter().map(|(character, _)| character).collect()
}
