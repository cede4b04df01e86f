"""Recordings of people, joined to utterances: sentences as they are, words and syllables put together.

A folder holds one folder for each source with an `index.tsv` (file, speaker, text, seconds). What a
recording is good for follows from its text: Chinese characters are words or sentences, pinyin with a tone
digit is a syllable, and the speaker `noise` is noise. Some speakers and some words are kept for measuring.
"""

import csv
import pathlib
import re
import zlib

import jieba
import numpy as np
import pypinyin
import soxr

import channel
import speech
import text as spoken

HELD_OUT_SPEAKERS = {"S0252", "s29", "s30", "s31", "s32", "s33", "s34"}
LONGEST_WORD = 5
MANY_SPEAKERS = re.compile(r"s\d\d$")  # dspspeech: the same twelve words by everybody.
SYLLABLE = re.compile(r"_?([a-zü]+[1-5])$")


def read(path):
    """Returns a recording at 8 kHz, mono."""
    import soundfile

    sound, rate = soundfile.read(path, dtype="float32")
    if sound.ndim > 1:
        sound = sound.mean(axis=1)
    return soxr.resample(sound, rate, channel.RATE, "MQ") if rate != channel.RATE else sound


def quicker(sound, factor):
    """Returns the sound in less (or more) time at the same pitch: windows laid over each other where
    they fit best (WSOLA)."""
    size, reach = channel.RATE // 25, channel.RATE // 100
    if abs(factor - 1) < 0.03 or len(sound) < 3 * size:
        return sound
    step = size // 2
    shape = np.hanning(size).astype(np.float32)
    padded = np.pad(sound, (reach, size + 2 * reach))
    count = int(len(sound) / factor) // step
    out = np.zeros(count * step + size, np.float32)
    place = reach
    for number in range(count):
        wanted = padded[place + step:place + step + size]
        out[number * step:number * step + size] += padded[place:place + size] * shape
        start = int((number + 1) * step * factor)
        around = padded[start:start + size + 2 * reach]
        if len(around) < size + 2 * reach or len(wanted) < size:
            break
        place = start + int(np.argmax(np.correlate(around, wanted, "valid")))
    return out[:count * step]


def join(parts, draw):
    """Returns the parts in a row, brought to like levels: cross-faded, or with short gaps between."""
    out = np.zeros(0, np.float32)
    is_fluent = draw.random() < 0.6
    for part in parts:
        loud = np.sqrt(channel.power(part))
        part = (part * (0.1 / loud) * 10 ** (draw.uniform(-2.5, 2.5) / 20)).astype(np.float32)
        fade = min(len(out), len(part), channel.RATE * draw.randint(10, 40) // 1000) if is_fluent else 0
        if fade:
            ramp = np.linspace(0, 1, fade, dtype=np.float32)
            out[-fade:] = out[-fade:] * (1 - ramp) + part[:fade] * ramp
            out = np.concatenate([out, part[fade:]])
        else:
            out = np.concatenate([out, np.zeros(draw.randint(0, 1000), np.float32), part])
    return out


class People:
    """All recordings of a folder, by what they are good for."""

    def __init__(self, folder):
        self.sentences, self.held_out_sentences, self.noises = [], [], []
        self.words, self.many, self.held_out_words, self.held_out_many = {}, {}, {}, {}
        self.syllables = {}
        for index in sorted(pathlib.Path(folder).glob("*/index.tsv")):
            with index.open(encoding="utf-8", newline="") as file:
                for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
                    self._sort_in(row, index.parent / row["file"])

    def _sort_in(self, row, path):
        text = re.sub(r"\s", "", row["text"])
        held_out = row["speaker"] in HELD_OUT_SPEAKERS
        if row["speaker"] == "noise":
            self.noises.append(path)
        elif found := SYLLABLE.match(text):
            self.syllables.setdefault(found.group(1).replace("ü", "v"), []).append(path)
        elif not text or not all(map(spoken.is_common, text)):
            pass
        elif len(text) > LONGEST_WORD:
            (self.held_out_sentences if held_out else self.sentences).append((path, text))
        elif MANY_SPEAKERS.match(row["speaker"]):
            pool = self.held_out_many if held_out else self.many
            pool.setdefault(row["speaker"], []).append((path, text))
        else:
            # One reader: single words are kept for measuring, but no word that sentences need.
            kept = len(text) > 1 and zlib.crc32(path.name.encode()) % 10 == 0
            (self.held_out_words if kept else self.words).setdefault(text, path)

    def noise_recordings(self, count, generator):
        count = min(count, len(self.noises))
        chosen = generator.choice(len(self.noises), count, False) if count else []
        sounds = [read(self.noises[number]) for number in chosen]
        return [sound for sound in sounds if channel.power(sound) > 1e-8]

    def utterance(self, draw, sampler):
        """Returns (text, sound) for training, or None where the draw was unlucky."""
        kind = draw.random()
        if kind < 0.3 and self.sentences:
            path, text = draw.choice(self.sentences)
            parts, pace = [path], draw.uniform(0.85, 1.2)
        elif kind < 0.42 and self.many:
            chosen = draw.choices(draw.choice(list(self.many.values())), k=draw.randint(1, 4))
            parts, text, pace = [path for path, _ in chosen], "".join(word for _, word in chosen), draw.uniform(0.9, 1.4)
        elif kind < 0.62 and self.syllables:
            text = sampler.span(3, 14)
            parts, pace = self._by_syllable(text, draw), draw.uniform(1.2, 1.9)
        else:
            text = sampler.span(3, 16) if draw.random() < 0.6 else ""
            cut = self._cut(text) if text else draw.choices(list(self.words), k=draw.randint(1, 5))
            parts, text = [self.words[word] for word in cut or []], "".join(cut or [])
            pace = draw.uniform(1.0, 1.6)
        if not parts:
            return None
        return text, self._spoken(parts, pace, draw)

    def measured_words(self, draw, many):
        """Returns (text, sound) of two to four held-out recordings: of unseen speakers, or unseen words."""
        if many:
            chosen = draw.choices(draw.choice(list(self.held_out_many.values())), k=draw.randint(2, 4))
        else:
            chosen = [(path, word) for word, path in draw.choices(list(self.held_out_words.items()), k=draw.randint(2, 4))]
        return "".join(word for _, word in chosen), self._spoken([path for path, _ in chosen], 1.2, draw)

    @staticmethod
    def _spoken(paths, pace, draw):
        sounds = [quicker(speech.trim(read(path), 0.03), pace) for path in paths]
        sounds = [sound for sound in sounds if len(sound)]
        joined = join(sounds, draw) if len(sounds) > 1 else np.concatenate(sounds)
        return soxr.resample(joined, channel.RATE * draw.uniform(0.85, 1.18), channel.RATE, "MQ")

    def _cut(self, text):
        """Returns the text cut into recorded words, or None where one is missing."""
        found = []
        for word in jieba.cut(text):
            pieces = [word] if word in self.words else list(word)
            if not all(piece in self.words for piece in pieces):
                return None
            found += pieces
        return found

    def _by_syllable(self, text, draw):
        """Returns one recording for each syllable; a neutral tone takes whichever tone there is."""
        found = []
        parsed = pypinyin.lazy_pinyin(text, style=pypinyin.Style.TONE3, neutral_tone_with_five=True)
        for syllable in parsed:
            tones = [syllable] if syllable in self.syllables else [syllable[:-1] + tone for tone in "5143"]
            known = [tone for tone in tones if tone in self.syllables]
            if not known:
                return None
            found.append(draw.choice(self.syllables[known[0]]))
        return found
