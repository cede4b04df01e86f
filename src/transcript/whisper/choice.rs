//! What the decoder's scores say: the best token, and how probable it is.
//!
//! Pure arithmetic over one row of logits; it knows no tokens by name.

/// A score so far below the best has no part in a probability: e^-25 times 51,866 tokens is less
/// than a float can tell from nought.
const NEGLIGIBLE: f32 = 25.0;

/// The best of several logits, the first of equals, and the natural logarithm of its probability
/// among them. None where the best is no number: a broken model shall not seem sure.
pub(super) fn best(logits: &[f32]) -> Option<(usize, f32)> {
    let max = max(logits);
    let best = logits.iter().position(|logit| *logit == max && max.is_finite())?;
    Some((best, -sum(logits, max).ln()))
}

/// Probability of one of several logits; 0 where that is no number.
pub(super) fn probability(logits: &[f32], idx: usize) -> f32 {
    let max = max(logits);
    let share = logits.get(idx).map(|logit| (logit - max).exp() / sum(logits, max));
    share.filter(|share| share.is_finite()).unwrap_or(0.0)
}

fn max(logits: &[f32]) -> f32 {
    logits.iter().copied().fold(f32::NEG_INFINITY, f32::max)
}

/// The sum of all probabilities, in units of the best one's.
fn sum(logits: &[f32], max: f32) -> f32 {
    let counts = |logit: &&f32| max - **logit < NEGLIGIBLE;
    logits.iter().filter(counts).map(|logit| (logit - max).exp()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn nothing_is_best_where_no_score_is_a_number() {
        assert_eq!(best(&[]), None);
        for broken in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            assert_eq!(best(&[broken, broken]), None, "{broken}");
            assert_eq!(probability(&[broken, broken], 1), 0.0, "{broken}");
        }
        assert_eq!(best(&[f32::NAN, 1.0]).map(|(idx, _)| idx), Some(1));
    }

    proptest! {
        #[test]
        fn probabilities_are_those_of_the_softmax(
            logits in prop::collection::vec(-60_f32..60.0, 1..200),
        ) {
            let all: f64 = logits.iter().map(|it| f64::from(*it).exp()).sum();
            let (idx, logprob) = best(&logits).unwrap();
            prop_assert!(logits.iter().all(|logit| *logit <= logits[idx]));
            prop_assert!((f64::from(logprob) - (f64::from(logits[idx]).exp() / all).ln()).abs() < 1e-4);
            for (idx, logit) in logits.iter().enumerate() {
                let exact = f64::from(*logit).exp() / all;
                prop_assert!((f64::from(probability(&logits, idx)) - exact).abs() < 1e-5);
            }
        }
    }
}
