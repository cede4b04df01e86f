"""Measures whole calls: new sentences by held-out voices, through the real `pretriage triage`.

The sentences (`models/evaluation/calls.tsv`) are in open wording and never part of any training.
Each is spoken by a voice that was never trained on, in a random manner, room and noise, over G.711.
Prints one line a call and the figures of the model card: the right desk or wish, CER and PER.
"""

import argparse
import csv
import json
import pathlib
import random
import subprocess
import tempfile

import numpy as np
import soundfile

import channel
import speech
import text as spoken
from evaluate import distance, to_syllables

HERE = pathlib.Path(__file__).resolve().parent


def render(line, snr, draw, generator, synthesiser, path):
    """Writes one call."""
    manner = speech.draw_manner(draw, speech.HELD_OUT_VARIANTS)
    sound = synthesiser.speak(spoken.pinyin(line)[0], manner)
    if draw.random() < 0.5:
        sound = channel.reverberate(sound, draw.uniform(0.05, 0.3), generator)
    sound = channel.pad(sound, 0.5, 1.2)
    sound = channel.band_limit(sound, 300, 3400)
    sound = channel.set_level(sound, draw.uniform(-12, -3))
    noise = channel.coloured_noise(len(sound), draw.choice([0.5, 1.0]), generator)
    sound = channel.add_noise(sound, noise, snr)
    codec = draw.choice(["alaw", "mulaw"])
    sound = channel.code(sound, codec)
    soundfile.write(path, np.clip(sound, -1, 1), channel.RATE, subtype=codec.upper().replace("MU", "U"))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=pathlib.Path, default=HERE.parent / "evaluation/calls.tsv")
    parser.add_argument("--pretriage", default=HERE.parents[1] / "target/release/pretriage")
    parser.add_argument("--snr", type=float, default=20.0, help="dB")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--model", help="a ggml file instead of the built-in model")
    parser.add_argument("--sha256", help="of that file")
    arguments = parser.parse_args()
    draw = random.Random(arguments.seed)
    generator = np.random.default_rng(arguments.seed)
    synthesiser = speech.Synthesiser()
    with open(arguments.calls, encoding="utf-8") as table:
        lines = list(csv.DictReader(table, delimiter="\t"))
    with tempfile.TemporaryDirectory() as folder:
        for number, line in enumerate(lines):
            path = pathlib.Path(folder) / f"{number:04}.wav"
            render(line["text"], arguments.snr, draw, generator, synthesiser, path)
        command = [str(arguments.pretriage), "triage", "--json", folder]
        if arguments.model:
            command += ["--model", arguments.model]
        if arguments.sha256:
            command += ["--sha256", arguments.sha256]
        answers = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    n_right = n_decided = character_errors = characters = syllable_errors = syllables = 0
    for line, answer in zip(lines, map(json.loads, answers.splitlines()), strict=True):
        heard = (answer["transcript"] or "").replace(" ", "")
        is_right = answer["category"] == line["category"]
        n_right += is_right
        n_decided += is_right and answer["reason"] in ("understood", "human_wish")
        character_errors += distance(heard, line["text"])
        characters += len(line["text"])
        said = to_syllables(line["text"])
        syllable_errors += distance(to_syllables(heard), said)
        syllables += len(said)
        print(f"{'+' if is_right else '-'} {line['category']:8} {answer['category'] or '-':8} "
              f"{answer['reason']:15} {line['text']} | {heard}")
    print(f"{len(lines)} calls at {arguments.snr:g} dB: right category {n_right} "
          f"({100 * n_right / len(lines):.1f} %), of these decided so {n_decided} "
          f"({100 * n_decided / len(lines):.1f} %), CER {100 * character_errors / characters:.1f} %, "
          f"PER {100 * syllable_errors / syllables:.1f} %")


if __name__ == "__main__":
    main()
