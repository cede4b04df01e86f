"""Makes shards of training clips: text -> speech -> telephone line -> features.

A shard is two files: `NAME.npy` (log-mel frames of all its clips in a row, float16) and `NAME.tsv`
(start, frames, kind, voice, text, syllables). A finished shard is never made again, so the step can be
stopped and started; its seed comes from its name, so it is the same every time for the same texts.

Kinds: `short` (2-5 syllables), `sentence` (the main mix), `human` (recordings, if a folder of
them is given), `silent` (nobody speaks; empty target), and for measuring `dev20` and `dev10` (held-out
families by held-out voices at 20 and 10 dB), `devhuman` (the held-out speaker) and `devsilent`. The
kinds for measuring keep their sound too, as `NAME.npz`: whisper.cpp itself is to hear them.
"""

import argparse
import csv
import multiprocessing
import os
import pathlib
import random
import re
import time
import zlib

import numpy as np
import soxr

import channel
import features
import speech
import text as spoken

CLIPS_PER_SHARD = 1000
LONGEST_SECONDS = 9.0  # Longer clips cost much and teach little that shorter ones do not.
HELD_OUT_SPEAKERS = {"S0252"}


class Human:
    """Recordings of people: sentences of one speaker as they are, words of another joined to phrases."""

    def __init__(self, folder):
        self.sentences, self.words, self.held_out, self.noises = [], [], [], []
        for index in sorted(pathlib.Path(folder).glob("*/index.tsv")):
            with index.open(encoding="utf-8", newline="") as file:
                for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
                    path = index.parent / row["file"]
                    if row["speaker"] == "noise":
                        self.noises.append(path)
                        continue
                    text = re.sub(r"\s", "", row["text"])
                    if not text or not all(map(spoken.is_common, text)):
                        continue
                    if row["speaker"] in HELD_OUT_SPEAKERS:
                        self.held_out.append((path, text))
                    elif len(text) > 5:
                        self.sentences.append((path, text))
                    else:
                        self.words.append((path, text))

    @staticmethod
    def read(path):
        import soundfile

        sound, rate = soundfile.read(path, dtype="float32")
        if sound.ndim > 1:
            sound = sound.mean(axis=1)
        return soxr.resample(sound, rate, channel.RATE, "MQ") if rate != channel.RATE else sound

    def recordings_of_noise(self, count, generator):
        chosen = [self.noises[i] for i in generator.choice(len(self.noises), min(count, len(self.noises)), False)] \
            if self.noises else []
        sounds = [self.read(path) for path in chosen]
        return [sound for sound in sounds if channel.power(sound) > 1e-8]

    def utterance(self, draw):
        """Returns (text, sound): a sentence, or one to four words of one speaker with short gaps."""
        if self.sentences and (draw.random() < 0.4 or not self.words):
            path, text = draw.choice(self.sentences)
            sound = speech.trim(self.read(path), 0.03)
        else:
            parts, text = [], ""
            for _ in range(draw.randint(1, 4)):
                path, word = draw.choice(self.words)
                parts += [speech.trim(self.read(path), 0.03), np.zeros(draw.randint(0, 1200), np.float32)]
                text += word
            sound = np.concatenate(parts[:-1])
        shift = draw.uniform(0.88, 1.15)
        return text, soxr.resample(sound, channel.RATE * shift, channel.RATE, "MQ")


class Maker:
    """Makes single clips; holds everything that is costly to load."""

    def __init__(self, corpus, human_speech):
        self.corpus = corpus
        self.sampler = spoken.Sampler(corpus, 0)
        self.human = Human(human_speech) if human_speech else None

    def shard(self, name, kind, count, attempt=0):
        """Returns (features, rows, sounds) of one shard; sounds only of the kinds for measuring."""
        seed = zlib.crc32(name.encode()) + attempt
        draw, generator = random.Random(seed), np.random.default_rng(seed)
        recordings = self.human.recordings_of_noise(60, generator) if self.human else []
        bank = channel.NoiseBank(recordings)
        sampler = self.sampler
        sampler.random.seed(seed)
        sampler.domain = spoken.domain_lines(self.corpus)  # The corpus may have grown.
        self.engine = speech.Synthesiser()
        held_out = spoken.domain_lines(self.corpus, wanted_held_out=True)
        pieces, rows, sounds, start = [], [], [], 0
        while len(rows) < count:
            made = self.clip(kind, draw, generator, bank, sampler, held_out)
            if made is None:
                continue
            text, syllables, voice, sound = made
            if len(sound) > LONGEST_SECONDS * channel.RATE:
                continue
            mels = features.log_mel(features.to_16k(sound, generator)).astype(np.float16)
            if 4 * len(syllables) > len(mels):  # Faster than CTC could write it down.
                continue
            pieces.append(mels)
            rows.append((start, len(mels), kind, voice, text, " ".join(syllables)))
            start += len(mels)
            if kind.startswith("dev"):
                sounds.append(np.rint(sound * 32767).astype(np.int16))
        return np.concatenate(pieces), rows, sounds

    def clip(self, kind, draw, generator, bank, sampler, held_out):
        """Returns (text, syllables, voice, sound at 8 kHz) of one clip, or None if the draw was unlucky."""
        if kind in ("silent", "devsilent"):
            return "", [], "-", channel.without_speech(bank, generator)
        snr_range = {"dev20": (20, 20), "dev10": (10, 10)}.get(kind)
        if kind == "human":
            text, sound = self.human.utterance(draw)
            voice = "human"
        elif kind == "devhuman":
            path, text = draw.choice(self.human.held_out)
            sound, voice = speech.trim(self.human.read(path), 0.03), "S0252"
        else:
            text = draw.choice(held_out) if snr_range else getattr(sampler, kind)()
        parsed = spoken.pinyin(text)
        if parsed is None:
            return None
        words, syllables = parsed
        if kind not in ("human", "devhuman"):
            variants = speech.HELD_OUT_VARIANTS if snr_range else speech.TRAINING_VARIANTS
            manner = speech.draw_manner(draw, variants)
            voice = manner.variant
            sound = self.engine.speak(words, manner)
            if len(sound) < channel.RATE // 10:
                return None
            bank.remember_voice(sound)
        if kind == "devhuman":
            return text, syllables, voice, channel.telephone(sound, channel.NoiseBank(), generator, (25, 25))
        if snr_range:
            return text, syllables, voice, channel.telephone(sound, bank, generator, snr_range)
        return text, syllables, voice, channel.telephone(sound, bank, generator)


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
    maker = Maker(arguments.corpus, arguments.human_speech)
    for item in arguments.plan:
        kind, shards = item.split("=")
        for number in range(int(shards)):
            name = f"{kind}-{arguments.series}{number:03d}"
            if (folder / f"{name}.tsv").exists():
                continue
            make_in_child(maker, folder, name, kind, arguments.clips)


if __name__ == "__main__":
    main()
