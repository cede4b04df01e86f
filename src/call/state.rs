//! What a call remembers: whose turn it is, and the story so far.

use super::{Key, Warning, dialog::Say};
use crate::{
    audio::{RATE_HZ, level},
    decision::Card,
    intent::{
        Category, Classifier, Slots, Verdict,
        mask::{Masked, Masker},
    },
    transcript::Transcript,
};
use std::{sync::Arc, time::Duration};

/// Whose turn it is: what plays, and since when the caller could have spoken.
#[derive(Debug)]
pub(super) struct Listening {
    plays_prompts: bool,
    n_prompts: u32,
    playing: Option<Playing>,
    /// What played when the caller began to speak.
    spoken_over: Arc<str>,
    /// The caller's speech has stopped a prompt.
    was_cut: bool,
    /// Since when the caller has been silent with nothing playing.
    since: u64,
}

#[derive(Debug)]
struct Playing {
    id: String,
    text: Arc<str>,
    barge_in: bool,
    started: u64,
    until: u64,
}

impl Listening {
    pub(super) fn new(plays_prompts: bool) -> Self {
        Self {
            plays_prompts,
            n_prompts: 0,
            playing: None,
            spoken_over: Arc::from(""),
            was_cut: false,
            since: 0,
        }
    }

    /// Gives the prompt its id.
    pub(super) fn prompt_started(&mut self, say: &Say, now: u64, longest: Duration) -> String {
        self.n_prompts += 1;
        let id = format!("{}-{}", say.name, self.n_prompts);
        self.since = now;
        if self.plays_prompts {
            // Prompts of the same moment are played one after the other.
            let before = self.playing.take().filter(|playing| playing.started == now);
            let begin = before.as_ref().map_or(now, |playing| playing.until);
            let until = begin + longest.as_millis() as u64 * u64::from(RATE_HZ) / 1_000;
            let barge_in = say.barge_in && before.as_ref().is_none_or(|playing| playing.barge_in);
            let text = before.map_or_else(
                || Arc::clone(&say.text),
                |playing| format!("{}{}", playing.text, say.text).into(),
            );
            self.playing = Some(Playing { id: id.clone(), text, barge_in, started: now, until });
        }
        id
    }

    /// Whether it was this prompt that played; an earlier one's late report counts as known.
    pub(super) fn prompt_finished(&mut self, id: &str, now: u64) -> bool {
        if self.playing.as_ref().is_some_and(|playing| playing.id == id) {
            self.prompt_over(now);
            return true;
        }
        let number = id.rsplit_once('-').and_then(|(_, number)| number.parse::<u32>().ok());
        number.is_some_and(|number| (1..=self.n_prompts).contains(&number))
    }

    pub(super) fn prompt_over(&mut self, now: u64) {
        if self.playing.take().is_some() {
            self.since = now;
        }
    }

    /// The caller began to speak; answers whether a prompt was playing.
    pub(super) fn speech_started(&mut self, now: u64) -> bool {
        let playing = self.playing.as_ref().filter(|playing| now < playing.until);
        self.spoken_over = playing.map_or_else(|| Arc::from(""), |it| Arc::clone(&it.text));
        self.was_cut = false;
        playing.is_some()
    }

    /// The caller speaks over a prompt: stops it where it allows that, and answers whether it does.
    pub(super) fn cut_short(&mut self, now: u64) -> bool {
        self.was_cut = self.playing.as_ref().is_some_and(|playing| playing.barge_in);
        if self.was_cut {
            self.prompt_over(now);
        }
        self.was_cut
    }

    /// Whether the speech that has ended stopped a prompt.
    pub(super) fn was_cut(&mut self) -> bool {
        std::mem::take(&mut self.was_cut)
    }

    /// The caller has spoken: words, and no mere sound.
    pub(super) fn spoke(&mut self, now: u64) {
        self.since = now;
    }

    pub(super) fn is_playing(&self, now: u64) -> bool {
        self.playing.as_ref().is_some_and(|playing| now < playing.until)
    }

    pub(super) fn prompt_at_speech_start(&self) -> Arc<str> {
        Arc::clone(&self.spoken_over)
    }

    /// Milliseconds of silence in which the caller could have spoken.
    pub(super) fn silence(&mut self, now: u64) -> u32 {
        match &self.playing {
            Some(playing) if now < playing.until => return 0,
            Some(_) => self.prompt_over(now),
            None => {}
        }
        u32::try_from((now - self.since) * 1_000 / u64::from(RATE_HZ)).unwrap_or(u32::MAX)
    }
}

/// The most words an agent's one-line summary holds.
const SUMMARY_CHARACTERS: usize = 60;

/// The most keys a card holds: the longest number that a caller keys in has 19, and a few tries.
const MAX_KEYS: usize = 64;

/// The story so far. Words are kept as the masker gives them, but for the last doubtful ones, which
/// are read again together with what follows.
#[derive(Default)]
pub(super) struct Story {
    /// The best verdict and which utterance it came from.
    best: Option<(Verdict, usize)>,
    /// How many utterances were read.
    n_read: usize,
    masker: Masker,
    /// The caller gave a password or a code, or began to, and has not been told yet not to.
    pub(super) offered_credential: bool,
    /// Words that were not enough alone; never leave the call.
    unclear_words: String,
    pub(super) n_dropped: u32,
    keys: String,
    /// The desk that the caller pressed or named.
    pub(super) desk: Option<Category>,
    line_quality: Vec<String>,
}

impl std::fmt::Debug for Story {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Words of the caller stay out of every log.
        f.debug_struct("Story").field("n_read", &self.n_read).finish_non_exhaustive()
    }
}

impl Story {
    /// Takes what was heard; answers with the words as they may be told.
    pub(super) fn hear(&mut self, transcript: &Transcript) -> String {
        if transcript.dropped.is_some() || transcript.text.is_empty() {
            return String::new();
        }
        let Masked { text, offers_credential } = self.masker.hear(&transcript.text);
        self.offered_credential |= offers_credential;
        text
    }

    /// Reads what was heard of an utterance that is still being spoken, and keeps nothing of it.
    /// Nothing where it may not be told.
    pub(super) fn overhear(
        &self,
        classifier: &Classifier,
        text: &str,
    ) -> Option<(String, Verdict)> {
        let masked = self.masker.overhear(text)?;
        let mut verdict = classifier.classify(text);
        hide(&mut verdict, std::slice::from_ref(&masked));
        Some((masked, verdict))
    }

    /// Reads words that were heard just now, alone and together with unclear ones before them, and
    /// answers with the surer verdict. Words that the engine itself does not believe (`is_heard` false)
    /// are not kept for that: two doubtful texts do not make a wish.
    pub(super) fn read(
        &mut self,
        classifier: &Classifier,
        transcript: &Transcript,
        is_heard: bool,
    ) -> Verdict {
        let mut verdict = classifier.classify(&transcript.text);
        if !self.unclear_words.is_empty() {
            let together = format!("{} {}", self.unclear_words, transcript.text);
            let joined = classifier.classify(&together);
            let surer = joined.confidence > verdict.confidence && joined.category().is_desk();
            if surer && verdict.category() != Category::Human {
                verdict = joined;
            }
            if is_heard {
                self.unclear_words = together;
            }
        } else if is_heard {
            self.unclear_words.clone_from(&transcript.text);
        }
        hide(&mut verdict, &self.masker.heard());
        let is_better = self.best.as_ref().is_none_or(|(best, _)| rank(&verdict) >= rank(best));
        if is_better {
            self.best = Some((verdict.clone(), self.n_read));
        }
        self.n_read += 1;
        verdict
    }

    /// Keeps a key for the card; a flood of them still acts, but is not kept.
    pub(super) fn note_key(&mut self, key: Key) {
        if self.keys.len() < MAX_KEYS {
            self.keys.push(key.as_char());
        }
    }

    /// Notes an utterance's level; answers with a warning the first time it is bad.
    pub(super) fn note_level(&mut self, level: &level::Level) -> Option<Warning> {
        let (code, text) = if level.clipped_share >= level::CLIPPED_SHARE_BAD {
            ("clipping", "the caller's audio is clipped: lower the gain before this service")
        } else if level.rms_dbfs <= level::TOO_QUIET_DBFS {
            ("too_quiet", "the caller is hardly louder than the line's own noise")
        } else {
            return None;
        };
        self.note_line(code).then(|| Warning { code, text: text.to_owned() })
    }

    /// Whether this fault of the line is new.
    pub(super) fn note_line(&mut self, code: &str) -> bool {
        let is_new = !self.line_quality.iter().any(|known| known == code);
        if is_new {
            self.line_quality.push(code.to_owned());
        }
        is_new
    }

    /// The best that was understood so far.
    pub(super) fn best(&self) -> Option<&Verdict> {
        self.best.as_ref().map(|(verdict, _)| verdict)
    }

    /// Puts a reading first that the caller confirmed, pressed, or was guided by.
    pub(super) fn choose(&mut self, mut verdict: Verdict) {
        hide(&mut verdict, &self.masker.heard());
        let utterance = match &self.best {
            Some((_, utterance)) => *utterance,
            None => self.n_read,
        };
        self.best = Some((verdict, utterance));
    }

    /// The desk: what was pressed goes before what was said.
    pub(super) fn category(&self) -> Option<Category> {
        self.desk.or_else(|| self.best.as_ref().map(|(verdict, _)| verdict.category()))
    }

    /// The best verdict and the card, once, at the end.
    pub(super) fn close(&mut self) -> (Option<Verdict>, Card) {
        let heard = self.masker.heard();
        let (mut verdict, utterance) = self.best.take().unzip();
        if let Some(verdict) = &mut verdict {
            hide(verdict, &heard);
        }
        let words = utterance.and_then(|at| heard.get(at)).map_or("", String::as_str);
        let card = Card {
            summary: words.chars().take(SUMMARY_CHARACTERS).collect(),
            slots: Slots::of_masked(&heard),
            heard,
            keys: masked_keys(&self.keys),
            line_quality: std::mem::take(&mut self.line_quality),
            ..Card::default()
        };
        (verdict, card)
    }
}

/// More keys than this in a call are no way through a menu but a number, maybe a password.
const MENU_KEYS: usize = 3;

/// The keys as a card may show them.
fn masked_keys(keys: &str) -> String {
    if keys.len() > MENU_KEYS { format!("[按键{}个]", keys.len()) } else { keys.to_owned() }
}

/// Takes evidence away that shows a part of a secret: its words no longer stand in what was heard.
/// The classifier masks what it can see, but not what only an earlier utterance gives away.
fn hide(verdict: &mut Verdict, heard: &[String]) {
    let heard = heard.join(" ");
    verdict.evidence.retain(|piece| heard.contains(&piece.words));
}

/// Desks and wishes for a person go before chit-chat, then the surer before the less sure.
fn rank(verdict: &Verdict) -> (bool, f32) {
    (verdict.category() != Category::Other, verdict.confidence)
}
