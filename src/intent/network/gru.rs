//! One direction of the reader: a gated recurrent unit (Cho et al. 2014, in PyTorch's form, whose
//! reset gate acts behind the recurrent product).

use super::arithmetic::{multiply, sigmoid, tanh};

/// Its weights on its own state; those on the input are in the tables already (see `weights`). The
/// matrix has one row for each unit; its columns are those of the reset gate, the update gate and the
/// candidate, side by side.
pub(super) struct Gru {
    pub(super) of_state: Vec<f32>,
    pub(super) state_bias: Vec<f32>,
}

/// Reset, update, candidate.
pub(super) const N_GATES: usize = 3;

impl Gru {
    pub(super) fn n_units(&self) -> usize {
        self.state_bias.len() / N_GATES
    }

    /// Reads places in the order of `places` and writes the state behind each to `states`. Both
    /// directions share the rows of `inputs` and `states`; `direction` is 0 or 1 and says whose half
    /// of a row is whose.
    pub(super) fn read(
        &self,
        inputs: &[f32],
        direction: usize,
        places: impl Iterator<Item = usize>,
        states: &mut [f32],
    ) {
        let n_units = self.n_units();
        let n_gates = N_GATES * n_units;
        let mut state = vec![0.0; n_units];
        let mut from_state = vec![0.0; n_gates];
        for place in places {
            let row = (2 * place + direction) * n_gates;
            from_state.copy_from_slice(&self.state_bias);
            multiply(&state, &self.of_state, &mut from_state);
            step(&inputs[row..row + n_gates], &from_state, &mut state);
            let row = (2 * place + direction) * n_units;
            states[row..row + n_units].copy_from_slice(&state);
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
