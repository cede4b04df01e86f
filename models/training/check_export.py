"""Checks that the exported file says in whisper.cpp what the reference implementation says.

Three figures for each type of file: the cosine of the encoder's output, the file's weights against the
checkpoint's; on how many clips whisper.cpp writes what the reference decoder writes with the file's own weights; and on
how many the text stays the same whatever margin the window adds. A last line says what a full 30 s window does.
`--record FILE` writes down what the reference decoder writes for the sample calls: a test of the program holds it to that.
"""

import argparse
import io
import pathlib
import time

import numpy as np
import soundfile
import torch

import engine
import evaluate
import export
import features
from model import Listener

MARGINS = [0.05, 0.3, 0.5, 1.0, 2.0]  # seconds
CALLS = pathlib.Path(__file__).resolve().parents[2] / "tests/data/calls"
# Not what two resamplers make two texts of, as they do of content_report: this is about the engine.
RECORDED = ["account_login", "account_password", "content_removed", "finance_refund", "finance_withdrawal",
            "human_short", "human_sentence", "silence", "noise"]


def read_back(listener, kind, path):
    """Returns a model with the weights that a file of this type holds."""
    file = io.BytesIO()
    export.write(listener, file, kind)
    export.replace(path, file.getvalue())
    again = Listener()
    export.load(again, path)
    return again.eval()


def window_of(wide, margin=engine.MARGIN_SECONDS):
    """Returns the features of the very window that the engine gives the utterance."""
    frames = 2 * engine.positions(len(wide), margin)
    return torch.from_numpy(np.ascontiguousarray(features.window([features.log_mel(wide)[:frames]], frames)))


def check(listener, kind, sounds, work):
    """Prints the figures of one type of file."""
    path = work / f"check-{kind}.bin"
    exported, hearing = read_back(listener, kind, path), engine.Engine(path)
    cosines, same, steady, told = [], 0, 0, time.time()
    for number, wide in enumerate(sounds, 1):
        mels = window_of(wide)
        pair = [model.encoder(mels).flatten(1) for model in (listener, exported)]
        cosines.append(torch.cosine_similarity(*pair).item())
        heard = hearing.hear(wide)[0]
        written = exported.transcribe_batch(mels)[0][0]
        same += heard == written
        steady += all(hearing.hear(wide, margin=margin)[0] == heard for margin in MARGINS)
        if time.time() - told > 20:
            told = time.time()
            print(f"    {kind}: {number} of {len(sounds)} clips", flush=True)
    print(f"{kind}: encoder cosine at least {min(cosines):.5f}, {np.mean(cosines):.5f} on average; whisper.cpp and the reference "
          f"write the same for {same} of {len(sounds)} clips; the same text with margins of "
          f"{', '.join(f'{margin:g}' for margin in MARGINS)} s for {steady}", flush=True)
    return exported, hearing


def full_window(hearing, clips, sounds):
    """Prints what a full 30 s window changes."""
    cut, full, same = evaluate.Tally(), evaluate.Tally(), 0
    for clip, wide in zip(clips, sounds):
        texts = hearing.hear(wide)[0], hearing.hear(wide, full_window=True)[0]
        cut.add(texts[0], clip)
        full.add(texts[1], clip)
        same += texts[0] == texts[1]
    print(f"window cut to the utterance: {cut}; full 30 s window: {full}; the same text for {same}", flush=True)


def record(exported, path):
    """Writes what the reference decoder writes for whole sample calls."""
    lines = ["file\ttext"]
    for name in RECORDED:
        sound, rate = soundfile.read(CALLS / f"{name}.wav", dtype="float32")
        wide = features.to_16k(sound) if rate == 8000 else sound
        lines.append(f"{name}.wav\t{exported.transcribe_batch(window_of(wide))[0][0]}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


@torch.inference_mode()
def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("work"))
    parser.add_argument("--checkpoint", default="whole.pt")
    parser.add_argument("--kind", default="dev20", help="of the clips")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--record", type=pathlib.Path)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    listener = evaluate.trained(arguments.work, arguments.checkpoint).eval()
    clips = evaluate.evaluation_clips(arguments.work, arguments.kind, arguments.count)
    sounds = [features.to_16k(sound) for sound in evaluate.evaluation_sounds(arguments.work, arguments.kind)][:len(clips)]
    exported, hearing = check(listener, "f16", sounds, arguments.work)
    check(listener, "q8_0", sounds, arguments.work)
    full_window(hearing, clips[:60], sounds[:60])
    if arguments.record:
        record(exported, arguments.record)


if __name__ == "__main__":
    main()
