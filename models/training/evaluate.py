"""Measures a checkpoint on clips it never met: held-out families by held-out voices, and a held-out human.

CER counts characters; PER counts toneless syllables, which is what the classifier behind works on. `examine.py` measures
the exported file in the program itself.
"""

import argparse
import pathlib
import random
import re

import numpy as np
import pypinyin
import torch

import features
from batches import load_clips
from conditions import CONDITIONS

QUICK_KINDS = ["open20", "dev20", "devten", "devdigits", "devhuman", "devsilent"]


def distance(heard, said):
    """Returns the edit distance of two sequences."""
    row = list(range(len(said) + 1))
    for i, a in enumerate(heard, 1):
        diagonal, row[0] = row[0], i
        for j, b in enumerate(said, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (a != b))
    return row[-1]


def to_syllables(text):
    """Returns toneless pinyin of what was heard; what is no Chinese character is one symbol."""
    return pypinyin.lazy_pinyin(text, style=pypinyin.Style.NORMAL, v_to_u=False)


class Tally:
    """Error counts over many clips."""

    def __init__(self):
        self.character_errors = self.characters = self.syllable_errors = self.syllables = 0
        self.empty = self.clips = 0

    def add(self, heard, clip):
        self.clips += 1
        self.empty += not heard
        self.character_errors += distance(heard, clip.text)
        self.characters += len(clip.text)
        self.syllable_errors += distance(to_syllables(heard), clip.syllables)
        self.syllables += len(clip.syllables)

    def __str__(self):
        if not self.characters:
            return f"{self.empty} of {self.clips} empty"
        return (f"CER {100 * self.character_errors / self.characters:.1f} %, "
                f"PER {100 * self.syllable_errors / self.syllables:.1f} %, "
                f"{self.empty} of {self.clips} empty")


def evaluation_clips(work, kind, count):
    """Returns the first clips of an evaluation kind, as many as wanted."""
    clips = []
    for index in sorted((pathlib.Path(work) / "clips").glob(f"{kind}-z*.tsv")):
        clips += load_clips(index)
    return clips[:count]


def evaluation_sounds(work, kind):
    """Yields the same clips' sound at 8 kHz."""
    for archive in sorted((pathlib.Path(work) / "clips").glob(f"{kind}-z*.npz")):
        with np.load(archive) as sounds:
            for number in range(len(sounds.files)):
                yield sounds[f"arr_{number}"].astype(np.float32) / 32768


def batches_by_length(clips, size=16, margin=50):
    """Yields (clips, features) with the window that the engine would give the longest of them."""
    ordered = sorted(clips, key=lambda clip: clip.frames)
    for start in range(0, len(ordered), size):
        batch = ordered[start:start + size]
        frames = max(100, (batch[-1].frames + margin + 1) // 2 * 2)
        yield batch, torch.from_numpy(np.ascontiguousarray(
            features.window([clip.mels() for clip in batch], frames)))


def report(listener, work, kind, count):
    """Returns one line of figures, with some heard texts for the eye."""
    listener.eval()
    device = next(listener.parameters()).device
    written, heard_ctc, said_ctc, scores, examples = Tally(), 0, 0, [], []
    for batch, mels in batches_by_length(evaluation_clips(work, kind, count)):
        texts, confidences = listener.transcribe_batch(mels.to(device))
        scores += confidences
        for clip, heard, syllables in zip(batch, texts, listener.syllables_batch(mels.to(device))):
            written.add(heard, clip)
            heard_ctc += distance(syllables, clip.syllables)
            said_ctc += len(clip.syllables)
            examples.append((clip.text, heard))
    listener.train()
    if not scores:
        return f"{kind}: no clips"
    shown = "".join(f"\n    {said} -> {heard}" for said, heard in random.Random(1).sample(examples, min(4, len(examples))))
    ctc = f", CTC PER {100 * heard_ctc / said_ctc:.1f} %" if said_ctc else ""
    return (f"{kind}: {written}{ctc}, mean log-probability {np.mean(scores):.2f} "
            f"(10-90 %: {np.percentile(scores, 10):.2f} to {np.percentile(scores, 90):.2f}){shown}")


def quick_report(listener, work):
    """Returns a few lines while training runs; kept small, because it costs training time."""
    return "\n".join(report(listener, work, kind, count) for kind, count in (("dev20", 64), ("devsilent", 32)))


def digits_right(heard, said):
    """Returns how many of the digits said were written; 幺 and 一 are the same digit."""
    heard, said = (re.sub(r"[^零一二三四五六七八九]", "", text.replace("幺", "一")) for text in (heard, said))
    return max(0, len(said) - distance(heard, said))


def trained(work, checkpoint):
    """Returns the averaged model of a checkpoint, or of an exported file (`.bin`)."""
    import export
    from model import Listener

    listener = Listener()
    if checkpoint.endswith(".bin"):
        export.load(listener, work / checkpoint)
        return listener
    state = torch.load(work / checkpoint, map_location="cpu", weights_only=True)
    listener.load_state_dict(state["averaged"])
    print(f"{checkpoint}, step {state['step']}")
    return listener


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("work"))
    parser.add_argument("--checkpoint", default="whole.pt")
    parser.add_argument("--count", type=int, default=300, help="clips of each kind")
    parser.add_argument("--kinds", nargs="*", choices=CONDITIONS, metavar="KIND", help="only these conditions")
    arguments = parser.parse_args()
    listener = trained(arguments.work, arguments.checkpoint)
    for kind in arguments.kinds or QUICK_KINDS:
        print(report(listener, arguments.work, kind, arguments.count), flush=True)


if __name__ == "__main__":
    main()
