//! The few sums that the network is made of, written so that the compiler turns them into vector
//! instructions on any processor.
//!
//! Every sum runs over its inputs in one fixed order, whatever the width of the vectors: the same
//! text gives the same bits on every machine.

/// Adds `input · matrix` to `sums`; the matrix has one row for each input.
///
/// Four rows at a time: the sums are then loaded and stored a quarter as often.
pub(super) fn multiply(input: &[f32], matrix: &[f32], sums: &mut [f32]) {
    let n_columns = sums.len();
    let mut inputs = input.chunks_exact(4);
    let mut rows = matrix.chunks_exact(4 * n_columns);
    for (x, four) in inputs.by_ref().zip(rows.by_ref()) {
        let (first, rest) = four.split_at(n_columns);
        let (second, rest) = rest.split_at(n_columns);
        let (third, fourth) = rest.split_at(n_columns);
        for (at, sum) in sums.iter_mut().enumerate() {
            *sum += x[0] * first[at] + x[1] * second[at] + x[2] * third[at] + x[3] * fourth[at];
        }
    }
    for (x, row) in inputs.remainder().iter().zip(rows.remainder().chunks_exact(n_columns)) {
        sums.iter_mut().zip(row).for_each(|(sum, weight)| *sum += x * weight);
    }
}

/// Adding and taking away 1.5 · 2^23 leaves a small number rounded to a whole one, and its lowest
/// bits are that whole number.
const ROUND: f32 = 12_582_912.0;
/// Above and below, the result would leave the range of `f32`.
const LARGEST: f32 = 87.0;

/// e to the `x`, within 5e-6 of its size: 2 to a whole number by its bits, times 2 to the fraction by
/// its Taylor series. Nothing but products, sums and bits, so that it becomes vector instructions,
/// which a call of the library's does not.
#[inline]
pub(super) fn exp(x: f32) -> f32 {
    let x = x.clamp(-LARGEST, LARGEST) * std::f32::consts::LOG2_E;
    let shifted = x + ROUND;
    let whole = shifted.to_bits().wrapping_sub(ROUND.to_bits());
    let part = (x - (shifted - ROUND)) * std::f32::consts::LN_2;
    let series = 1.0 / 720.0;
    let series = series * part + 1.0 / 120.0;
    let series = series * part + 1.0 / 24.0;
    let series = series * part + 1.0 / 6.0;
    let series = series * part + 0.5;
    let series = series * part + 1.0;
    let series = series * part + 1.0;
    series * f32::from_bits(whole.wrapping_add(127) << 23)
}

/// 1 / (1 + e^−x).
#[inline]
pub(super) fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + exp(-x))
}

/// The hyperbolic tangent.
#[inline]
pub(super) fn tanh(x: f32) -> f32 {
    2.0 / (1.0 + exp(-2.0 * x)) - 1.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_those_of_the_library() {
        for step in -4_000..=4_000 {
            let x = step as f32 / 100.0;
            assert!((exp(x) / x.exp() - 1.0).abs() < 5e-6, "{x}");
            assert!((sigmoid(x) - 1.0 / (1.0 + (-x).exp())).abs() < 1e-6, "{x}");
            assert!((tanh(x) - x.tanh()).abs() < 1e-6, "{x}");
        }
        assert!(exp(-1e9) < 1e-30 && exp(1e9).is_finite());
    }

    #[test]
    fn a_product_is_the_sum_over_all_rows() {
        let matrix: Vec<f32> = (0..18).map(|at| at as f32).collect();
        let mut sums = [1.0, 0.0, 0.0];
        multiply(&[1.0, 2.0, 0.0, -1.0, 3.0, 1.0], &matrix, &mut sums);
        assert_eq!(sums, [1.0 + 48.0, 54.0, 60.0]);
    }
}
