"""Checks that the exported file says in whisper.cpp what the reference implementation says.

Three figures: the cosine of the encoder's output, exported weights against the checkpoint's (f16 and
Q8_0, as they are read back); on how many clips whisper.cpp writes what the reference decoder writes with
the same weights; and on how many clips the text stays the same whatever margin the window adds.
"""

import argparse
import io
import pathlib

import numpy as np
import torch

import engine
import evaluate
import export
import features
from model import Listener

MARGINS = [0.3, 0.5, 1.0, 2.0]  # seconds


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


@torch.inference_mode()
def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("work"))
    parser.add_argument("--checkpoint", default="whole.pt")
    parser.add_argument("--kind", default="dev20", help="of the clips")
    parser.add_argument("--count", type=int, default=200)
    arguments = parser.parse_args()
    listener = evaluate.trained(arguments.work, arguments.checkpoint).eval()
    sounds = [features.to_16k(sound) for sound in evaluate.evaluation_sounds(arguments.work, arguments.kind)]
    sounds = sounds[:arguments.count]
    for kind in ("f16", "q8_0"):
        path = arguments.work / f"check-{kind}.bin"
        exported = read_back(listener, kind, path)
        cosines, same, steady = [], 0, 0
        hearing = engine.Engine(path)
        for wide in sounds:
            mels = window_of(wide)
            pair = [model.encoder(mels).flatten(1) for model in (listener, exported)]
            cosines.append(torch.cosine_similarity(*pair).item())
            heard = hearing.hear(wide)[0]
            same += heard == exported.transcribe_batch(mels)[0][0]
            steady += kind == "q8_0" and all(hearing.hear(wide, margin=margin)[0] == heard for margin in MARGINS)
        print(f"{kind}: encoder cosine at least {min(cosines):.5f}, {np.mean(cosines):.5f} on average; "
              f"whisper.cpp and the reference write the same for {same} of {len(sounds)} clips", flush=True)
    margins = ", ".join(f"{margin:g}" for margin in MARGINS)
    print(f"q8_0 in whisper.cpp: the same text with margins of {margins} s for {steady} of {len(sounds)} clips")


if __name__ == "__main__":
    main()
