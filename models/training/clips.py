"""Makes shards of training clips: text -> speech -> telephone line -> features.

A shard is two files: `NAME.npy` (log-mel frames of all its clips in a row, float16) and `NAME.tsv`
(start, frames, kind, voice, text, syllables). A finished shard is never made again, so the step can be
stopped and started; its seed comes from its name, so it is the same every time for the same texts.

Kinds to learn from: `short` (2-5 syllables), `sentence` (the main mix), `digits` (strings of 4-11),
`human` (recordings, if a folder of them is given), `wide` (sentences at 16 kHz, no telephone between) and
`silent` (nobody speaks; empty target). Kinds to measure with: those of `conditions.py`. They
keep their sound too, as `NAME.npz`: whisper.cpp itself is to hear them.
"""

import argparse
import multiprocessing
import os
import pathlib
import random
import time
import zlib

import numpy as np

import channel
import features
import people
import speech
import text as spoken
import voices
from conditions import CONDITIONS, line

CLIPS_PER_SHARD = 1000
LONGEST_SECONDS = 9.0  # Longer clips cost much and teach little that shorter ones do not.
OWN_VOICE_SHARE = 0.55  # The others speak with espeak-ng's own variants.


class Maker:
    """Makes single clips; holds everything that is costly to load."""

    def __init__(self, corpus, human_speech, work):
        self.corpus = corpus
        self.sampler = spoken.Sampler(corpus, 0)
        self.human = people.People(human_speech) if human_speech else None
        self.voice_data = voices.prepare(work)

    def shard(self, name, kind, count, attempt=0):
        """Returns (features, rows, sounds) of one shard; sounds only of the kinds for measuring."""
        seed = zlib.crc32(name.encode()) + attempt
        self.draw, self.generator = random.Random(seed), np.random.default_rng(seed)
        self.bank = channel.NoiseBank(self.human.noise_recordings(60, self.generator) if self.human else [])
        self.sampler.random.seed(seed)
        self.sampler.domain = spoken.domain_lines(self.corpus)  # The corpus may have grown.
        self.held_out = spoken.domain_lines(self.corpus, wanted_held_out=True)
        self.engine = speech.Synthesiser(self.voice_data)
        pieces, rows, sounds, start = [], [], [], 0
        while len(rows) < count:
            made = self.measured(CONDITIONS[kind]) if kind in CONDITIONS else self.learnt(kind)
            if made is None:
                continue
            text, syllables, voice, sound, rate = made
            if len(sound) > LONGEST_SECONDS * rate:
                continue
            wide = features.to_16k(sound, self.generator) if rate == channel.RATE else sound
            mels = features.log_mel(wide).astype(np.float16)
            if 4 * len(syllables) > len(mels):  # Faster than CTC could write it down.
                continue
            pieces.append(mels)
            rows.append((start, len(mels), kind, voice, text, " ".join(syllables)))
            start += len(mels)
            if kind in CONDITIONS:
                sounds.append(np.rint(sound * 32767).astype(np.int16))
        return np.concatenate(pieces), rows, sounds

    def learnt(self, kind):
        """Returns (text, syllables, voice, sound, its rate) of one clip, or None if the draw was unlucky."""
        if kind == "silent":
            return "", [], "-", channel.without_speech(self.bank, self.generator), channel.RATE
        if kind == "human":
            made = self.human.utterance(self.draw, self.sampler)
            if made is None or (parsed := spoken.pinyin(made[0])) is None:
                return None
            heard = channel.telephone(made[1], self.bank, self.generator)
            return made[0], parsed[1], "human", heard, channel.RATE
        words = None
        if kind == "digits":
            text, words = self.sampler.digits()
        else:
            text = self.sampler.sentence() if kind == "wide" else getattr(self.sampler, kind)()
        if text in spoken.kept_for_measuring():
            return None
        own = self.draw.random() < OWN_VOICE_SHARE
        rate = features.RATE if kind == "wide" else channel.RATE
        made = self._speak(text, words, voices.names() if own else speech.TRAINING_VARIANTS, rate)
        if made is None:
            return None
        syllables, voice, sound = made
        if kind == "wide":
            return text, syllables, voice, channel.direct(sound, self.generator), rate
        return text, syllables, voice, channel.telephone(sound, self.bank, self.generator), rate

    def measured(self, condition):
        """Returns the same for a clip to measure with."""
        if condition.speaks == "nobody":
            return "", [], "-", channel.without_speech(self.bank, self.generator), channel.RATE
        words, rate = None, features.RATE if condition.codec == "wide" else channel.RATE
        if condition.speaks == "S0252":
            path, text = self.draw.choice(self.human.held_out_sentences)
            sound = speech.trim(people.read(path), 0.03)
        elif condition.speaks.startswith("unseen"):
            text, sound = self.human.measured_words(self.draw, condition.speaks == "unseen speakers")
        else:
            if condition.says == "digits":
                text, words = self.sampler.digits(plain=True)
            else:
                text = self.draw.choice({"held-out sentence": self.held_out, "trained sentence": self.sampler.domain,
                                         "open wording": list(spoken.open_wording())}[condition.says])
            variants = speech.HELD_OUT_VARIANTS if condition.speaks == "held-out voice" else speech.TRAINING_VARIANTS
            made = self._speak(text, words, variants, rate)
            if made is None:
                return None
            syllables, voice, sound = made
        if condition.speaks not in ("held-out voice", "trained voice"):
            if (parsed := spoken.pinyin(text)) is None:
                return None
            syllables, voice = parsed[1], condition.speaks
        if condition.codec == "wide":
            return text, syllables, voice, channel.set_level(np.pad(sound, (rate // 3, rate // 2)), -6), rate
        return text, syllables, voice, line(sound, self.bank, self.generator, condition), rate

    def _speak(self, text, words, variants, rate):
        """Returns (syllables, voice, sound) of a synthetic voice, or None."""
        parsed = spoken.pinyin(text)
        if parsed is None:
            return None
        manner = speech.draw_manner(self.draw, variants)
        sound = self.engine.speak(words or parsed[0], manner, rate)
        if len(sound) < rate // 10:
            return None
        if rate == channel.RATE:
            self.bank.remember_voice(sound)
        return parsed[1], manner.variant, sound


def save(folder, name, mels, rows, sounds):
    """Writes a shard aside and renames it, the index last: a shard with an index is whole."""
    if sounds:
        np.savez(folder / f"{name}.npz", *sounds)
    for suffix, write in ((".npy", lambda path: np.save(path, mels)),
                          (".tsv", lambda path: path.write_text(
                              "".join("\t".join(map(str, row)) + "\n" for row in rows), encoding="utf-8"))):
        aside = folder / f".{name}{suffix}"
        write(aside)
        os.replace(aside, folder / (name + suffix))


def make(maker, folder, name, kind, count, attempt):
    """Makes and saves one shard."""
    started = time.time()
    mels, rows, sounds = maker.shard(name, kind, count, attempt)
    save(folder, name, mels, rows, sounds)
    print(f"{name}: {len(rows)} clips, {len(mels) / 100 / len(rows):.2f} s on average, "
          f"{(time.time() - started) / len(rows) * 1000:.0f} ms each", flush=True)


def make_in_child(maker, folder, name, kind, count):
    """Makes a shard in a process of its own: espeak-ng 1.51 has voices that crash it now and then, and
    a crash must cost one shard's first attempt (the next has another seed), not the run."""
    for attempt in range(5):
        child = multiprocessing.get_context("fork").Process(
            target=make, args=(maker, folder, name, kind, count, attempt))
        child.start()
        child.join()
        if child.exitcode == 0:
            return
        print(f"{name}: attempt {attempt + 1} ended with {child.exitcode}", flush=True)
    raise SystemExit(f"{name} cannot be made")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("work"))
    parser.add_argument("--corpus", type=pathlib.Path, default=pathlib.Path("../corpus"))
    parser.add_argument("--human-speech", type=pathlib.Path, help="folder of unpacked recordings")
    parser.add_argument("--clips", type=int, default=CLIPS_PER_SHARD, help="per shard")
    parser.add_argument("--series", default="a", help="first part of the shard names: another series, other clips")
    parser.add_argument("plan", nargs="+", help="KIND=SHARDS, made in this order, e.g. short=14 sentence=20")
    arguments = parser.parse_args()
    folder = arguments.work / "clips"
    folder.mkdir(parents=True, exist_ok=True)
    maker = Maker(arguments.corpus, arguments.human_speech, arguments.work)
    for item in arguments.plan:
        kind, shards = item.split("=")
        if kind in CONDITIONS and (codec := CONDITIONS[kind].lacks()):
            print(f"{kind}: left out, this machine has no {codec} (libgsm1, libopencore-amrnb0)", flush=True)
            continue
        for number in range(int(shards)):
            name = f"{kind}-{arguments.series}{number:03d}"
            if (folder / f"{name}.tsv").exists():
                continue
            make_in_child(maker, folder, name, kind, arguments.clips)


if __name__ == "__main__":
    main()
