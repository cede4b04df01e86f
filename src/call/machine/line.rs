//! What the line itself does to a call: faults told, said to the caller, and decided on.

use super::{Call, Hint, Warning};
use crate::{
    audio::line::{Fault, Turn},
    speech::FRAME_SAMPLES,
};

impl Call {
    /// Shows a frame to the watch of the line and tells what it found.
    pub(super) fn watch_the_line(&mut self, frame: &[f32; FRAME_SAMPLES]) {
        let turn = if self.segmenter.in_speech() {
            Turn::Speech
        } else if self.listening.is_playing(self.position) {
            Turn::Prompt
        } else {
            Turn::Pause
        };
        let fault = self.line.push(frame, turn);
        self.dialog.is_deaf = self.line.is_dead();
        let Some(fault) = fault else { return };
        if fault == Fault::Noise {
            self.line_hint = Some(Hint::Noisy);
        }
        self.dialog.is_bad_line |= matches!(fault, Fault::Noise | Fault::Dropouts);
        self.warn(Warning { code: fault.code(), text: fault.text().to_owned() });
        // The other end is no caller, or gone. What was said before is still heard.
        self.hung_up |= matches!(fault, Fault::Fax | Fault::BusyTone);
    }
}
