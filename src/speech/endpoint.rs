//! Where speech starts and ends, from the scores of frames.
//!
//! Pure counting: scores in, [`Turn`]s out. Two ends are told: a provisional one, soon, on which
//! work may be started, and the final one. Which samples belong to the utterance is the
//! segmenter's business.

use super::{Config, FRAME_MS};

/// What a frame changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Nothing.
    None,
    /// Speech is believed since this many frames, counting this one.
    Start(u32),
    /// The caller has perhaps finished.
    Provisional,
    /// The caller goes on after a provisional end.
    Resume,
    /// The caller has finished.
    Final,
}

/// Follows one stream.
#[derive(Debug)]
pub struct Endpointer {
    threshold: f32,
    onset: u32,
    provisional: u32,
    last: u32,
    state: State,
}

#[derive(Clone, Copy, Debug)]
enum State {
    /// No speech; the last `streak` frames may become one. `misses` low frames are among them.
    Idle { streak: u32, hits: u32 },
    /// Speech; the last `silence` frames were low, `voiced` of all were high.
    Speech { silence: u32, voiced: u32 },
}

/// A streak of possible speech survives this many times its high frames in length: plosives leave
/// single low frames inside the first syllable.
const STREAK_STRETCH: u32 = 2;

impl Endpointer {
    /// Makes an endpointer; times are rounded up to frames.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        Self {
            threshold: config.threshold,
            onset: config.onset_ms.div_ceil(FRAME_MS).max(1),
            provisional: config.provisional_ms.div_ceil(FRAME_MS).max(1),
            last: config.final_ms.div_ceil(FRAME_MS).max(2),
            state: State::Idle { streak: 0, hits: 0 },
        }
    }

    /// Takes the score of the next frame.
    pub fn push(&mut self, score: f32) -> Turn {
        let high = score >= self.threshold;
        let (state, turn) = match self.state {
            State::Idle { streak, hits } => {
                let (streak, hits) = (streak + 1, hits + u32::from(high));
                if hits >= self.onset && high {
                    (State::Speech { silence: 0, voiced: hits }, Turn::Start(streak))
                } else if streak > hits * STREAK_STRETCH {
                    (State::Idle { streak: 0, hits: 0 }, Turn::None)
                } else {
                    (State::Idle { streak, hits }, Turn::None)
                }
            }
            State::Speech { silence, voiced } if high => {
                let resumed = silence >= self.provisional;
                let turn = if resumed { Turn::Resume } else { Turn::None };
                (State::Speech { silence: 0, voiced: voiced + 1 }, turn)
            }
            State::Speech { silence, voiced } => {
                let silence = silence + 1;
                if silence >= self.last {
                    (State::Idle { streak: 0, hits: 0 }, Turn::Final)
                } else if silence == self.provisional {
                    (State::Speech { silence, voiced }, Turn::Provisional)
                } else {
                    (State::Speech { silence, voiced }, Turn::None)
                }
            }
        };
        self.state = state;
        turn
    }

    /// Frames of speech in the utterance so far; 0 outside one.
    #[must_use]
    pub fn voiced(&self) -> u32 {
        match self.state {
            State::Speech { voiced, .. } => voiced,
            State::Idle { .. } => 0,
        }
    }

    /// Starts a new utterance without a pause: the old one was split after all but its last
    /// `kept_voiced` frames of speech.
    pub fn split(&mut self, kept_voiced: u32) {
        if let State::Speech { voiced, .. } = &mut self.state {
            *voiced = kept_voiced;
        }
    }

    /// Forgets what might have become a start.
    pub fn doubt(&mut self) {
        if let State::Idle { streak, hits } = &mut self.state {
            (*streak, *hits) = (0, 0);
        }
    }

    /// Ends the utterance, if there is one.
    pub fn flush(&mut self) -> bool {
        let in_speech = matches!(self.state, State::Speech { .. });
        self.state = State::Idle { streak: 0, hits: 0 };
        in_speech
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One letter a frame: `#` is speech, `.` is not. Answers one letter a frame.
    fn run(frames: &str) -> String {
        let config = Config {
            onset_ms: 3 * FRAME_MS,
            provisional_ms: 2 * FRAME_MS,
            final_ms: 5 * FRAME_MS,
            ..Config::default()
        };
        let mut endpointer = Endpointer::new(&config);
        let told = frames.chars().map(|frame| {
            match endpointer.push(if frame == '#' { 0.9 } else { 0.1 }) {
                Turn::None => '.',
                Turn::Start(_) => 'S',
                Turn::Provisional => 'p',
                Turn::Resume => 'r',
                Turn::Final => 'F',
            }
        });
        told.collect()
    }

    #[test]
    fn an_utterance_has_a_start_and_two_ends() {
        assert_eq!(run("..####......."), "....S..p..F..");
    }

    #[test]
    fn a_pause_inside_an_utterance_does_not_end_it() {
        assert_eq!(run("###...###....."), "..S.p.r...p..F");
    }

    #[test]
    fn a_click_is_no_start_but_a_plosive_gap_is_bridged() {
        assert_eq!(run("##......##......"), "................");
        assert_eq!(run("##.##......"), "...S..p..F.");
    }
}
