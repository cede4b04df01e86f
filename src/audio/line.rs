//! What is wrong with the line, named within seconds: noise, a dead channel, tones, music, losses.
//!
//! A [`LineWatch`] takes the frames of one call and what the call was doing meanwhile, and names each
//! [`Fault`] once. It is pure: the same frames name the same faults at the same frames, whichever door
//! they came by. It refuses to know words and prompts; what a fault leads to is the call's.

mod dead_air;
mod dropouts;
mod levels;
mod music;
#[cfg(test)]
pub(crate) mod sounds;
#[cfg(test)]
mod tests;
mod tones;

use super::{FRAME_MS, FRAME_SAMPLES};
use dead_air::DeadAir;
use dropouts::Dropouts;
use levels::Noise;
use music::Music;
use tones::{Cadence, Heard};

/// Frames of so many milliseconds.
const fn frames(ms: u32) -> u32 {
    ms / FRAME_MS
}

/// A fault of the line. Closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fault {
    /// Steady noise, loud against speech.
    Noise,
    /// Nothing but digital silence comes from the caller.
    OneSided,
    /// The tone that a caller hears while another telephone rings.
    RingBack,
    /// The tone of a line that is engaged, congested or given up.
    BusyTone,
    /// Music, as it is played to who waits.
    HoldMusic,
    /// A fax machine or a modem.
    Fax,
    /// Many short gaps within speech: packets were lost before they came here.
    Dropouts,
}

impl Fault {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Fax,
        Self::BusyTone,
        Self::RingBack,
        Self::HoldMusic,
        Self::OneSided,
        Self::Dropouts,
        Self::Noise,
    ];

    /// The name on the card and of the warning.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Noise => "noise",
            Self::OneSided => "one_sided",
            Self::RingBack => "ring_back",
            Self::BusyTone => "busy_tone",
            Self::HoldMusic => "hold_music",
            Self::Fax => "fax",
            Self::Dropouts => "dropouts",
        }
    }

    /// One sentence for the gateway's operator.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Noise => "steady noise is loud against the caller's speech",
            Self::OneSided => {
                "the caller's channel carries digital silence: check the media path to this service"
            }
            Self::RingBack => "a ringing tone is heard: nobody has answered at the other end",
            Self::BusyTone => "a busy tone is heard: the other end has hung up",
            Self::HoldMusic => "music is heard: the other end has put this call on hold",
            Self::Fax => "a fax machine or a modem is calling",
            Self::Dropouts => {
                "the caller's speech has many short gaps: packets are lost before this service"
            }
        }
    }

    /// Whether it is the sound of a machine, and no person's.
    #[must_use]
    pub const fn is_machine(self) -> bool {
        matches!(self, Self::RingBack | Self::BusyTone | Self::HoldMusic | Self::Fax)
    }
}

/// What the call is doing while a frame comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// The caller speaks, or something that may be speech is heard.
    Speech,
    /// Nobody speaks, and the caller could.
    Pause,
    /// A prompt is played to a silent caller.
    Prompt,
}

/// Follows one line.
#[derive(Debug, Default)]
pub struct LineWatch {
    noise: Noise,
    dead_air: DeadAir,
    cadence: Cadence,
    music: Music,
    dropouts: Dropouts,
    told: Vec<Fault>,
}

impl LineWatch {
    /// Takes the next frame; answers with a fault that is new. Of several, the others follow with the
    /// next frames.
    pub fn push(&mut self, frame: &[f32; FRAME_SAMPLES], turn: Turn) -> Option<Fault> {
        let power = alternating_power(frame);
        self.dead_air.push(power, turn);
        let heard = self.cadence.push(frame, power, turn == Turn::Speech);
        self.music.push(frame);
        let is_tonal = matches!(heard, Heard::Tone(_)) || self.music.is_tonal();
        self.noise.push(power, turn == Turn::Speech, is_tonal);
        self.dropouts.push(frame, turn == Turn::Speech);
        let new = Fault::ALL.into_iter().find(|fault| self.shows(*fault) && !self.has(*fault))?;
        self.told.push(new);
        Some(new)
    }

    fn shows(&self, fault: Fault) -> bool {
        match fault {
            Fault::Noise => self.noise.is_loud(),
            Fault::OneSided => self.dead_air.is_dead(),
            Fault::RingBack | Fault::BusyTone | Fault::Fax => self.cadence.fault() == Some(fault),
            Fault::HoldMusic => self.music.is_heard(),
            Fault::Dropouts => self.dropouts.are_many(),
        }
    }

    /// Whether this fault was named on this call.
    #[must_use]
    pub fn has(&self, fault: Fault) -> bool {
        self.told.contains(&fault)
    }

    /// Whether nothing comes from the caller now, and has not for long.
    #[must_use]
    pub fn is_dead(&self) -> bool {
        self.dead_air.is_dead()
    }

    /// Whether a machine was heard.
    #[must_use]
    pub fn is_machine(&self) -> bool {
        self.told.iter().any(|fault| fault.is_machine())
    }

    /// Whether the line was loud where nobody spoke: noise, tones or music.
    #[must_use]
    pub fn has_sound(&self) -> bool {
        self.is_machine() || self.noise.is_sound()
    }

    /// Whether what was taken for speech last was only a tone of the line.
    #[must_use]
    pub fn was_mere_tone(&self) -> bool {
        self.cadence.was_mere_tone()
    }
}

/// The mean power about the mean: A-law's silence decodes to a constant 8 of 32,768, which is none.
fn alternating_power(samples: &[f32]) -> f32 {
    let n_samples = samples.len().max(1) as f32;
    let mean = samples.iter().sum::<f32>() / n_samples;
    samples.iter().map(|sample| (sample - mean) * (sample - mean)).sum::<f32>() / n_samples
}
