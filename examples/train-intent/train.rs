//! Multinomial logistic regression by Adagrad, on lines that are spoilt anew in every epoch.

use crate::{
    corpus::{LEXICON, Line},
    noise,
    rng::Rng,
};
use pretriage::intent::{
    Topic,
    features::{Features, N_BUCKETS, extract},
    model::{MIXED, N_COLUMNS, Settings, URGENT, Weights, share},
    normalize::normalize,
};

const N_EPOCHS: usize = 12;
const LEARNING_RATE: f32 = 0.35;
/// Pulls rare weights towards zero.
const DECAY: f32 = 2e-6;
/// Each line is seen once as written and so often spoilt in an epoch.
const N_SPOILT: usize = 2;
/// The highest share of spoilt characters; each spoilt line draws its own.
const WORST_RATE: f32 = 0.45;
/// How much of a line with two wishes belongs to the second one.
const SECOND_SHARE: f32 = 0.35;
const SEED: u64 = 20_260_101;

type Columns = [f32; N_COLUMNS];

struct Trainer {
    weights: Vec<Columns>,
    squares: Vec<Columns>,
    biases: Columns,
    bias_squares: Columns,
}

/// Trains on some lines and calibrates on others.
pub(crate) fn train(training: &[Line], held_out: &[Line], noise: &noise::Model) -> Weights {
    let mut rng = Rng(SEED);
    let mut trainer = Trainer {
        weights: vec![[0.0; N_COLUMNS]; N_BUCKETS as usize],
        squares: vec![[1e-6; N_COLUMNS]; N_BUCKETS as usize],
        biases: [0.0; N_COLUMNS],
        bias_squares: [1e-6; N_COLUMNS],
    };
    let mut order: Vec<usize> = (0..training.len() * (1 + N_SPOILT)).collect();
    for epoch in 0..N_EPOCHS {
        rng.shuffle(&mut order);
        let rate = LEARNING_RATE * (1.0 - epoch as f32 / N_EPOCHS as f32);
        for at in &order {
            let line = &training[at / (1 + N_SPOILT)];
            let said = carried(line, &mut rng);
            let features = if at % (1 + N_SPOILT) == 0 {
                extract(&normalize(&said))
            } else {
                let worst = WORST_RATE * rng.unit();
                extract(&normalize(&noise.spoil(&said, worst, &mut rng)))
            };
            trainer.step(&features, line, rate);
        }
    }
    let settings = Settings { temperature: 1.0, urgent: 0.0, mixed: 0.0 };
    let flat = trainer.weights.as_flattened();
    let raw = Weights::quantize(flat, trainer.biases, settings);
    Weights::quantize(flat, trainer.biases, calibrate(&raw, held_out, noise))
}

/// What callers say before a bare phrase of the lexicon.
const OPENINGS: [&str; 14] = [
    "",
    "",
    "",
    "我想问一下",
    "我这个",
    "我",
    "为什么",
    "怎么",
    "请问",
    "帮我看下",
    "我的",
    "你们这",
    "我要反映",
    "老是",
];
/// And behind it.
const CLOSINGS: [&str; 12] = [
    "",
    "",
    "",
    "怎么办",
    "了",
    "怎么回事",
    "怎么弄",
    "能不能处理",
    "啊",
    "帮我查一下",
    "好几天了",
    "什么情况",
];

/// A line as it is said: a phrase of the lexicon gets a few words around it.
fn carried(line: &Line, rng: &mut Rng) -> String {
    if line.family != LEXICON {
        return line.text.clone();
    }
    let opening = OPENINGS[rng.below(OPENINGS.len())];
    let closing = CLOSINGS[rng.below(CLOSINGS.len())];
    format!("{opening}{}{closing}", line.text)
}

impl Trainer {
    fn step(&mut self, features: &Features, line: &Line, rate: f32) {
        let share = share(features.list.len());
        let mut scores = [0.0; N_COLUMNS];
        for feature in &features.list {
            let row = &self.weights[feature.bucket as usize];
            scores.iter_mut().zip(row).for_each(|(score, weight)| *score += weight);
        }
        scores
            .iter_mut()
            .zip(&self.biases)
            .for_each(|(score, bias)| *score = *score * share + bias);
        let errors = errors(&scores, line);
        for feature in &features.list {
            let row = &mut self.weights[feature.bucket as usize];
            let squares = &mut self.squares[feature.bucket as usize];
            for column in 0..N_COLUMNS {
                let gradient = errors[column] * share + DECAY * row[column];
                squares[column] += gradient * gradient;
                row[column] -= rate * gradient / squares[column].sqrt();
            }
        }
        for ((bias, square), error) in
            self.biases.iter_mut().zip(&mut self.bias_squares).zip(&errors)
        {
            *square += error * error;
            *bias -= rate * error / square.sqrt();
        }
    }
}

/// Prediction less target, column by column.
fn errors(scores: &Columns, line: &Line) -> Columns {
    let mut errors = [0.0; N_COLUMNS];
    let largest = scores[..URGENT].iter().copied().fold(f32::MIN, f32::max);
    let sum: f32 = scores[..URGENT].iter().map(|score| (score - largest).exp()).sum();
    for column in 0..URGENT {
        errors[column] = (scores[column] - largest).exp() / sum;
    }
    match line.secondary {
        Some(second) => {
            errors[line.topic as usize] -= 1.0 - SECOND_SHARE;
            errors[second as usize] -= SECOND_SHARE;
        }
        None => errors[line.topic as usize] -= 1.0,
    }
    let sigmoid = |score: f32| 1.0 / (1.0 + (-score).exp());
    errors[URGENT] = sigmoid(scores[URGENT]) - f32::from(u8::from(line.urgent));
    errors[MIXED] = sigmoid(scores[MIXED]) - f32::from(u8::from(line.secondary.is_some()));
    errors
}

/// Finds the temperature with the least surprise over the held-out lines' categories, clean and
/// spoilt, and the thresholds of the two yes-or-no questions with the best F1.
fn calibrate(raw: &Weights, held_out: &[Line], noise: &noise::Model) -> Settings {
    let mut rng = Rng(SEED ^ 1);
    let scored: Vec<(Columns, &Line)> = noise::REPORTED
        .iter()
        .flat_map(|rate| held_out.iter().map(move |line| (*rate, line)))
        .map(|(rate, line)| {
            let heard = noise.spoil(&line.text, rate, &mut rng);
            (raw.scores(&extract(&normalize(&heard)).list), line)
        })
        .collect();
    let surprise = |temperature: f32| -> f32 {
        scored.iter().map(|(scores, line)| -category_share(scores, line, temperature).ln()).sum()
    };
    let temperature = (20..=300)
        .map(|percent| percent as f32 / 100.0)
        .min_by(|left, right| surprise(*left).total_cmp(&surprise(*right)))
        .unwrap_or(1.0);
    let threshold = |column: usize, truth: fn(&Line) -> bool| {
        (-8..=8)
            .map(|quarter| quarter as f32 / 4.0)
            .max_by(|left, right| {
                let f1 = |threshold: f32| f1(&scored, column, threshold, truth);
                f1(*left).total_cmp(&f1(*right))
            })
            .unwrap_or(0.0)
    };
    Settings {
        temperature,
        urgent: threshold(URGENT, |line| line.urgent),
        mixed: threshold(MIXED, |line| line.secondary.is_some()),
    }
}

fn category_share(scores: &Columns, line: &Line, temperature: f32) -> f32 {
    let largest = scores[..URGENT].iter().copied().fold(f32::MIN, f32::max);
    let weight = |topic: &Topic| ((scores[*topic as usize] - largest) / temperature).exp();
    let sum: f32 = Topic::ALL.iter().map(weight).sum();
    let right = Topic::ALL.iter().filter(|topic| topic.category() == line.topic.category());
    (right.map(weight).sum::<f32>() / sum).max(1e-9)
}

fn f1(scored: &[(Columns, &Line)], column: usize, threshold: f32, truth: fn(&Line) -> bool) -> f32 {
    let mut counts = [0.0_f32; 3];
    for (scores, line) in scored {
        match (scores[column] > threshold, truth(line)) {
            (true, true) => counts[0] += 1.0,
            (true, false) => counts[1] += 1.0,
            (false, true) => counts[2] += 1.0,
            (false, false) => {}
        }
    }
    2.0 * counts[0] / (2.0 * counts[0] + counts[1] + counts[2]).max(1.0)
}
