//! Cuts a stream of samples into utterances.
//!
//! Every sample is in at most one segment, segments are in order, and how the stream was chunked
//! changes nothing. A provisional end shows the segment as it will be if the caller has finished;
//! the final end then shows the same samples, so work done in between stays good.

use super::{
    Config, FRAME_MS, FRAME_SAMPLES,
    endpoint::{Endpointer, Turn},
    vad::Detector,
};
use std::{collections::VecDeque, sync::Arc};

/// Samples of a millisecond.
const MS_SAMPLES: u64 = 16;

/// An over-long utterance is split at its quietest frame within this much of its end.
const SPLIT_SEARCH_FRAMES: usize = 2_000 / FRAME_MS as usize;

/// Frames over which the certainty of speech is taken: 128 ms, about one syllable.
const SURE_FRAMES: usize = 8;

/// One utterance, or what it will be if the caller has finished.
#[derive(Clone, Debug, PartialEq)]
pub struct Segment {
    /// Position of its first sample in the stream.
    pub start: u64,
    /// Its samples.
    pub samples: Arc<[f32]>,
    /// How much of it the detector took for speech.
    pub voiced_ms: u32,
    /// The mean score of its surest 128 ms, 0 to 1.
    pub certainty: f32,
}

impl Segment {
    /// Whether enough of it is speech, and surely enough, to ask the engine at all.
    #[must_use]
    pub fn has_speech(&self, config: &Config) -> bool {
        self.voiced_ms >= config.min_speech_ms && self.certainty >= config.certainty
    }

    /// Position after its last sample in the stream.
    #[must_use]
    pub fn end(&self) -> u64 {
        self.start + self.samples.len() as u64
    }
}

/// What the segmenter noticed.
#[derive(Clone, Debug, PartialEq)]
pub enum Sign {
    /// Speech began; the position is that of its first sample, pre-roll included.
    Started(u64),
    /// The caller has perhaps finished.
    Provisional(Segment),
    /// The caller goes on.
    Resumed,
    /// The caller has finished, or the utterance was split.
    Final(Segment),
}

/// Cuts one stream.
#[derive(Debug)]
pub struct Segmenter {
    config: Config,
    detector: Detector,
    endpointer: Endpointer,
    /// The stream from `held_start` on: the pre-roll, or the utterance.
    held: Vec<f32>,
    held_start: u64,
    /// How many samples of `held` the detector has seen: whole frames.
    n_scored: usize,
    /// How many of the last samples are known to be no voice.
    n_no_voice: usize,
    /// The scores of the utterance's frames, latest last.
    scores: VecDeque<f32>,
    /// Where the provisional segment ends, counted in `held`.
    provisional_end: Option<usize>,
    in_speech: bool,
    signs: VecDeque<Sign>,
}

impl Segmenter {
    /// Starts a stream.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        Self {
            endpointer: Endpointer::new(config),
            config: config.clone(),
            detector: Detector::default(),
            held: Vec::new(),
            held_start: 0,
            n_scored: 0,
            n_no_voice: 0,
            scores: VecDeque::new(),
            provisional_end: None,
            in_speech: false,
            signs: VecDeque::new(),
        }
    }

    /// Feeds samples. Ask [`Segmenter::next_sign`] afterwards until it has none.
    pub fn push(&mut self, samples: &[f32]) {
        self.n_no_voice = 0;
        self.held.extend_from_slice(samples);
        while self.held.len() - self.n_scored >= FRAME_SAMPLES {
            let mut frame = [0.0; FRAME_SAMPLES];
            frame.copy_from_slice(&self.held[self.n_scored..self.n_scored + FRAME_SAMPLES]);
            self.n_scored += FRAME_SAMPLES;
            let score = self.detector.score(&frame);
            self.take(score);
        }
    }

    /// Feeds so many samples that are known to be no voice: silence to the caller's words, and
    /// nothing to the detector, which would take it for the line's own floor.
    pub fn push_no_voice(&mut self, n_samples: usize) {
        self.n_no_voice += n_samples;
        self.held.resize(self.held.len() + n_samples, 0.0);
        while self.held.len() - self.n_scored >= FRAME_SAMPLES {
            self.n_scored += FRAME_SAMPLES;
            self.take(0.0);
        }
    }

    /// The last samples were no voice after all: they become silence, and no start is built on
    /// them.
    pub fn take_back(&mut self, n_samples: usize) {
        let first = self.held.len().saturating_sub(n_samples);
        self.held[first..].fill(0.0);
        self.endpointer.doubt();
    }

    /// Ends the stream: an utterance that is under way ends with it.
    pub fn flush(&mut self) {
        let voiced = self.endpointer.voiced();
        if self.endpointer.flush() && self.in_speech {
            let end = self.provisional_end.unwrap_or(self.held.len());
            self.finish(end, voiced);
        }
    }

    /// Takes the next sign, oldest first.
    pub fn next_sign(&mut self) -> Option<Sign> {
        self.signs.pop_front()
    }

    /// Whether the caller is speaking, or paused for less than the final end.
    #[must_use]
    pub fn in_speech(&self) -> bool {
        self.in_speech
    }

    /// The utterance under way as far as it is spoken; nothing while the caller pauses for long
    /// enough to have finished.
    #[must_use]
    pub fn so_far(&self) -> Option<Segment> {
        let is_speaking = self.in_speech && self.provisional_end.is_none();
        is_speaking.then(|| self.segment(self.n_scored, self.endpointer.voiced()))
    }

    /// How much of the utterance under way the detector took for speech.
    #[must_use]
    pub fn voiced_ms(&self) -> u32 {
        if self.in_speech { self.endpointer.voiced() * FRAME_MS } else { 0 }
    }

    fn take(&mut self, score: f32) {
        let voiced_before = self.endpointer.voiced();
        match self.endpointer.push(score) {
            Turn::None => {}
            Turn::Start(frames) => self.start(frames),
            Turn::Provisional => {
                self.provisional_end = Some(self.n_scored);
                let segment = self.segment(self.n_scored, self.endpointer.voiced());
                self.signs.push_back(Sign::Provisional(segment));
            }
            Turn::Resume => {
                self.provisional_end = None;
                self.signs.push_back(Sign::Resumed);
            }
            Turn::Final => {
                let end = self.provisional_end.unwrap_or(self.n_scored);
                self.finish(end, voiced_before);
            }
        }
        if self.in_speech {
            self.scores.push_back(score);
            if self.n_scored as u64 >= u64::from(self.config.max_utterance_ms) * MS_SAMPLES {
                self.split();
            }
        } else {
            self.forget();
        }
    }

    fn start(&mut self, frames: u32) {
        let onset = frames as usize * FRAME_SAMPLES;
        let pre_roll = (u64::from(self.config.pre_roll_ms) * MS_SAMPLES) as usize;
        let first = self.n_scored.saturating_sub(onset + pre_roll);
        self.drop_front(first);
        self.in_speech = true;
        self.scores.clear();
        self.signs.push_back(Sign::Started(self.held_start));
    }

    /// Ends the utterance before the sample at `end` in `held`.
    fn finish(&mut self, end: usize, voiced: u32) {
        let segment = self.segment(end, voiced);
        self.drop_front(end);
        self.in_speech = false;
        self.provisional_end = None;
        self.signs.push_back(Sign::Final(segment));
    }

    /// Splits an over-long utterance after its quietest late frame; both parts are speech.
    fn split(&mut self) {
        let n_search = SPLIT_SEARCH_FRAMES.min(self.scores.len());
        let late = self.scores.iter().rev().take(n_search).copied();
        let n_after =
            late.enumerate().min_by(|a, b| a.1.total_cmp(&b.1)).map_or(0, |(n_after, _)| n_after);
        let high = |score: &&f32| **score >= self.config.threshold;
        let kept_voiced = self.scores.iter().rev().take(n_after).filter(high).count() as u32;
        let voiced = self.endpointer.voiced().saturating_sub(kept_voiced);
        if self.provisional_end.take().is_some() {
            self.signs.push_back(Sign::Resumed);
        }
        self.finish(self.n_scored - n_after * FRAME_SAMPLES, voiced);
        self.endpointer.split(kept_voiced);
        self.in_speech = true;
        self.scores.drain(..self.scores.len() - n_after);
        self.signs.push_back(Sign::Started(self.held_start));
    }

    fn segment(&self, end: usize, voiced: u32) -> Segment {
        let n_scores = self.scores.len();
        let windows = (0..n_scores.saturating_sub(SURE_FRAMES - 1)).map(|first| {
            self.scores.range(first..first + SURE_FRAMES).sum::<f32>() / SURE_FRAMES as f32
        });
        Segment {
            start: self.held_start,
            samples: self.held[..end].into(),
            voiced_ms: voiced * FRAME_MS,
            certainty: windows.fold(0.0, f32::max),
        }
    }

    /// Outside speech only what a pre-roll could need is kept.
    fn forget(&mut self) {
        let pre_roll = (u64::from(self.config.pre_roll_ms) * MS_SAMPLES) as usize;
        // An onset may spread over twice its frames (see the endpointer).
        let onset = 2 * (u64::from(self.config.onset_ms) * MS_SAMPLES) as usize + FRAME_SAMPLES;
        let n_kept = pre_roll + onset + FRAME_SAMPLES;
        if self.n_no_voice >= n_kept {
            // Nothing before this can be part of an utterance.
            self.drop_front(self.n_scored);
            return self.held.shrink_to(FRAME_SAMPLES);
        }
        // Moving the samples costs a little: not at every frame, and 30 kB each quarter of a second.
        let n_most = n_kept + n_kept / 2;
        if self.n_scored > n_most {
            self.drop_front(self.n_scored - n_kept);
            // An utterance takes up to 0.8 MB, and most of a call is none.
            self.held.shrink_to(n_most + FRAME_SAMPLES);
        }
    }

    fn drop_front(&mut self, n_samples: usize) {
        self.held.drain(..n_samples);
        self.held_start += n_samples as u64;
        // At the end of the stream samples leave that never filled a frame.
        self.n_scored = self.n_scored.saturating_sub(n_samples);
    }
}

#[cfg(test)]
mod tests;
