"""Feeds training: draws clips from the shards and puts them into batches of one window length.

Clips of like length go together, since all of a batch share a window. What a window adds is masked (`padding.py`), so
it may be short. The least heard clips come first; shards that appear
while training runs are picked up.
"""

import pathlib
import queue
import random
import threading

import numpy as np
import torch

import features
import text as spoken
from model import vocabulary

SHORTEST, MARGIN = 100, 10  # frames of 10 ms

SYLLABLE_IDS = {name: number + 1 for number, name in enumerate(spoken.syllables())}


class Clip:
    __slots__ = ("shard", "start", "frames", "kind", "text", "syllables", "views")

    def __init__(self, shard, row):
        self.shard = shard
        self.start, self.frames, self.kind = int(row[0]), int(row[1]), row[2]
        self.text = row[4]
        self.syllables = row[5].split()
        self.views = 0

    def mels(self):
        return self.shard[self.start:self.start + self.frames]


def load_clips(index):
    """Returns the clips of one shard; features stay on disk until they are wanted."""
    shard = np.load(index.with_suffix(".npy"), mmap_mode="r")
    lines = index.read_text(encoding="utf-8").splitlines()
    clips = [Clip(shard, line.split("\t")) for line in lines]
    return [clip for clip in clips if all(s in SYLLABLE_IDS for s in clip.syllables)]


class Batches:
    """An endless stream of batches, prepared in a thread beside the training."""

    def __init__(self, work, mix, frames_per_batch, seed, masks):
        self.folder = pathlib.Path(work) / "clips"
        self.mix = mix
        self.frames_per_batch = frames_per_batch
        self.draw = random.Random(seed)
        self.masks = masks
        self.clips = {kind: [] for kind in mix}
        self.known = set()
        self.ready = queue.Queue(maxsize=6)
        threading.Thread(target=self._run, daemon=True).start()

    def refresh(self):
        for index in sorted(self.folder.glob("[a-z]*.tsv")):
            kind = index.name.split("-")[0]
            if kind in self.mix and index.name not in self.known:
                self.known.add(index.name)
                self.clips[kind] += load_clips(index)

    def next(self):
        """Returns the next batch; a fault of the thread is raised here, or training would wait for ever."""
        batch = self.ready.get()
        if isinstance(batch, Exception):
            raise batch
        return batch

    def _run(self):
        try:
            while True:
                self.refresh()
                for batch in self._round(2000):
                    self.ready.put(self._tensors(batch))
        except Exception as fault:
            self.ready.put(fault)

    def _round(self, count):
        """Returns the batches of about `count` clips drawn by the mix, least heard first."""
        chosen = []
        present = {kind: share for kind, share in self.mix.items() if self.clips[kind]}
        for kind, share in present.items():
            wanted = round(count * share / sum(present.values()))
            pool = sorted(self.clips[kind], key=lambda clip: clip.views + self.draw.random())
            chosen += pool[:wanted]
        for clip in chosen:
            clip.views += 1
        chosen.sort(key=lambda clip: clip.frames + self.draw.uniform(0, 20))
        batches, batch, longest = [], [], 0
        for clip in chosen:
            longest = max(longest, clip.frames)
            if batch and (len(batch) + 1) * (longest + MARGIN) > self.frames_per_batch:
                batches.append(batch)
                batch, longest = [], clip.frames
            batch.append(clip)
        batches.append(batch)
        self.draw.shuffle(batches)
        return batches

    def _tensors(self, batch):
        frames = max(SHORTEST, max(clip.frames for clip in batch) + MARGIN)
        mels = features.window([clip.mels() for clip in batch], frames)
        if self.masks:
            self._mask(mels, batch)
        words = vocabulary()
        written = [words.write(clip.text) for clip in batch]
        width = len(words.prompt) + max(map(len, written))
        inputs = np.full((len(batch), width), words.end, np.int64)
        targets = np.full((len(batch), width), -100, np.int64)
        places = np.full((len(batch), width), -1, np.int64)
        for row, (numbers, clip) in enumerate(zip(written, batch)):
            whole = words.prompt + numbers
            inputs[row, :len(whole)] = whole
            targets[row, len(words.prompt) - 1:len(whole)] = numbers + [words.end]
            places[row, len(words.prompt) - 1:len(whole) - 1] = range(len(numbers))
        return {
            "mels": torch.from_numpy(np.ascontiguousarray(mels)),
            "inputs": torch.from_numpy(inputs),
            "targets": torch.from_numpy(targets),
            "places": torch.from_numpy(places),
            "syllables": torch.tensor([SYLLABLE_IDS[s] for clip in batch for s in clip.syllables]),
            "syllable_counts": torch.tensor([len(clip.syllables) for clip in batch]),
        }

    def _mask(self, mels, batch):
        """Light SpecAugment: one band and up to two short stretches of a clip go missing."""
        for row, clip in zip(mels, batch):
            quiet = row.min()
            if self.draw.random() < 0.5:
                low, width = self.draw.randrange(60), self.draw.randrange(1, 10)
                row[low:low + width] = quiet
            for _ in range(self.draw.choice([0, 1, 1, 2])):
                start, width = self.draw.randrange(clip.frames), self.draw.randrange(1, 14)
                row[:, start:start + width] = quiet
