//! One direction of the reader: a gated recurrent unit (Cho et al. 2014, in PyTorch's form, whose
//! reset gate acts behind the recurrent product).

use super::arithmetic::{multiply, sigmoid, tanh};

/// Its weights. Each matrix has one row for each input; its columns are those of the reset gate,
/// the update gate and the candidate, side by side.
pub(super) struct Gru {
    pub(super) of_input: Vec<f32>,
    pub(super) of_state: Vec<f32>,
    pub(super) input_bias: Vec<f32>,
    pub(super) state_bias: Vec<f32>,
}

/// Reset, update, candidate.
const N_GATES: usize = 3;

impl Gru {
    pub(super) fn n_units(&self) -> usize {
        self.state_bias.len() / N_GATES
    }

    /// Reads places in the order of `places` and writes the state behind each to `states`: `(place,
    /// column)` says whose input it is and where in that place's row, which both directions share,
    /// its state goes.
    pub(super) fn read(
        &self,
        inputs: &[f32],
        n_inputs: usize,
        places: impl Iterator<Item = (usize, usize)>,
        states: &mut [f32],
    ) {
        let n_units = self.n_units();
        let mut state = vec![0.0; n_units];
        let mut from_input = vec![0.0; N_GATES * n_units];
        let mut from_state = vec![0.0; N_GATES * n_units];
        for (place, column) in places {
            from_input.copy_from_slice(&self.input_bias);
            multiply(
                &inputs[place * n_inputs..(place + 1) * n_inputs],
                &self.of_input,
                &mut from_input,
            );
            from_state.copy_from_slice(&self.state_bias);
            multiply(&state, &self.of_state, &mut from_state);
            step(&from_input, &from_state, &mut state);
            let start = place * 2 * n_units + column;
            states[start..start + n_units].copy_from_slice(&state);
        }
    }
}

fn step(from_input: &[f32], from_state: &[f32], state: &mut [f32]) {
    let n_units = state.len();
    let (reset_input, rest) = from_input.split_at(n_units);
    let (update_input, new_input) = rest.split_at(n_units);
    let (reset_state, rest) = from_state.split_at(n_units);
    let (update_state, new_state) = rest.split_at(n_units);
    for (at, unit) in state.iter_mut().enumerate() {
        let reset = sigmoid(reset_input[at] + reset_state[at]);
        let update = sigmoid(update_input[at] + update_state[at]);
        let candidate = tanh(new_input[at] + reset * new_state[at]);
        *unit = candidate + update * (*unit - candidate);
    }
}
