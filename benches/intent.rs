//! How long a verdict and a mask take: `cargo bench --bench intent`. The budget is 200 µs a line.

use divan::{Bencher, black_box};
use pretriage::intent::{Classifier, mask::mask};

fn main() {
    divan::main();
}

/// What a caller says in a breath, in half a minute, and the longest text that is read.
const LINES: [&str; 3] = ["short", "rambling", "longest"];

fn line(name: &str) -> String {
    let breath = "我昨天充的两百块钱到现在都没到账你帮我查一下";
    match name {
        "short" => breath.to_owned(),
        "rambling" => format!("{breath}我电话是一三八零零一三八零零零").repeat(4),
        _ => breath.repeat(30),
    }
}

#[divan::bench(args = LINES)]
fn classify(bencher: Bencher<'_, '_>, name: &str) {
    let classifier = Classifier::embedded().expect("the embedded weights are sound");
    let text = line(name);
    bencher.bench(|| classifier.classify(black_box(&text)));
}

#[divan::bench(args = LINES)]
fn redact(bencher: Bencher<'_, '_>, name: &str) {
    let text = line(name);
    bencher.bench(|| mask(black_box(&text)));
}
