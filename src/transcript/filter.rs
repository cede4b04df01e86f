//! The filters: what the engine wrote, less what nobody said.
//!
//! Traditional becomes Simplified, punctuation goes, and text that is known to be made up (engine
//! heard nobody, phantom lines, loops, the echo of our own prompt) is dropped with its reason. A
//! text that asks for a person is never dropped: a human must stay reachable at any confidence.
//! The filters refuse to know what a call is about; the text goes up to `call`.

mod echo;
mod phantom;
mod repetition;

use super::{Dropped, EngineError, Raw, Transcript, simplify::Simplifier};

/// Whisper's own rule for "nobody spoke" (`no_speech_threshold`, `logprob_threshold` of the
/// reference code): both must hold.
const NO_SPEECH_ABOVE: f32 = 0.6;
pub(super) const NO_SPEECH_LOGPROB_BELOW: f32 = -1.0;

/// Words by which callers ask for a person. Not a classifier, only a veto: `intent` decides.
const PERSON_WORDS: [&str; 6] = ["人工", "真人", "活人", "接线员", "话务员", "转接"];

/// All filters, loaded once and shared by the workers.
#[derive(Debug)]
pub struct Filter {
    simplifier: Simplifier,
    phantoms: phantom::Phantoms,
}

impl Filter {
    /// Reads the built-in tables.
    ///
    /// # Errors
    /// When a table is damaged.
    pub fn load() -> Result<Self, EngineError> {
        let simplifier = Simplifier::load()?;
        Ok(Self { simplifier, phantoms: phantom::Phantoms::load() })
    }

    /// Applies every filter to one raw text; `prompt` is what was playing when the caller began.
    #[must_use]
    pub fn apply(&self, raw: &Raw, prompt: &str) -> Transcript {
        let text = self.normalize(&raw.text);
        match self.fault(&text, raw, prompt) {
            Some(dropped) => Transcript { dropped: Some(dropped), ..Transcript::default() },
            None => Transcript { confidence: confidence(raw.mean_logprob), text, dropped: None },
        }
    }

    fn fault(&self, text: &str, raw: &Raw, prompt: &str) -> Option<Dropped> {
        if text.is_empty() {
            return Some(Dropped::NoSpeech);
        }
        if PERSON_WORDS.iter().any(|word| text.contains(word)) {
            return None;
        }
        let is_nobody =
            raw.no_speech > NO_SPEECH_ABOVE && raw.mean_logprob < NO_SPEECH_LOGPROB_BELOW;
        let text: Vec<char> = text.chars().collect();
        if is_nobody {
            Some(Dropped::NoSpeech)
        } else if self.phantoms.is_phantom(&text) {
            Some(Dropped::Phantom)
        } else if repetition::is_loop(&text) {
            Some(Dropped::Repetition)
        } else if echo::is_echo(&text, &self.normalize(prompt)) {
            Some(Dropped::PromptEcho)
        } else {
            None
        }
    }

    /// Simplified characters, without punctuation and odd spaces.
    fn normalize(&self, text: &str) -> String {
        strip(&self.simplifier.simplify(text))
    }
}

/// Geometric mean of the tokens' probabilities; a logarithm that is no number is no confidence.
fn confidence(mean_logprob: f32) -> f32 {
    let confidence = mean_logprob.exp();
    if confidence.is_finite() { confidence.clamp(0.0, 1.0) } else { 0.0 }
}

/// Keeps letters and digits, one space between two words in Latin letters, and the point in 3.5.
fn strip(text: &str) -> String {
    let mut stripped = String::with_capacity(text.len());
    let mut gap = None;
    for character in text.chars() {
        if !character.is_alphanumeric() {
            // Of a run of marks the first decides.
            gap = gap.or(Some(character));
            continue;
        }
        let last = stripped.chars().next_back();
        match (last, gap.take()) {
            (Some(last), Some('.')) if last.is_ascii_digit() && character.is_ascii_digit() => {
                stripped.push('.');
            }
            (Some(last), Some(_))
                if last.is_ascii_alphabetic() && character.is_ascii_alphabetic() =>
            {
                stripped.push(' ');
            }
            _ => {}
        }
        stripped.push(character);
    }
    stripped
}

#[cfg(test)]
mod tests;
