"""Writes a checkpoint as a whisper.cpp model file, and reads such a file back to continue training.

The file: magic, eleven int32 sizes, the mel filters, the 50,257 base tokens as bytes, then the tensors.
Matrices are f16 (`--type f16`, what ships: whisper.cpp then writes what the reference writes) or Q8_0 (`--type q8_0`,
smaller and a little faster); convolutions stay f16, vectors f32. `--install FOLDER` also writes the compressed file and
its manifest, each aside first and then renamed.
"""

import argparse
import hashlib
import io
import os
import pathlib
import re
import struct

import numpy as np
import pypinyin
import torch

import evaluate
import features
from model import DIMENSIONS, END, FULL_VOCABULARY, MARK, WIDTH, Listener, vocabulary

MAGIC = 0x67676D6C
F32, F16, Q8_0 = 0, 1, 8  # ggml tensor types
FILE_TYPES = {"f16": 1, "q8_0": 7}  # ggml file types
BLOCK = 32
NEVER = -100.0  # What an unused token's row holds where the last layer norm is always one.
SIZES = ["n_audio_ctx", "n_audio_state", "n_audio_head", "n_audio_layer",
         "n_text_ctx", "n_text_state", "n_text_head", "n_text_layer", "n_mels"]


def q8_0(matrix):
    """Returns ggml's Q8_0 blocks: per 32 values of a row one f16 scale and 32 int8."""
    blocks = matrix.astype(np.float32).reshape(-1, BLOCK)
    scales = np.abs(blocks).max(axis=1) / 127
    safe = np.where(scales > 0, scales, 1)
    packed = np.zeros(len(blocks), dtype=[("scale", "<f2"), ("values", "i1", BLOCK)])
    packed["scale"] = scales
    packed["values"] = np.rint(blocks / safe[:, None])
    return packed.tobytes()


def tensors(listener):
    """Yields (name, array, type) of everything that whisper.cpp wants, the vocabulary in full."""
    for name, tensor in listener.state_dict().items():
        if name.startswith("pinyin_head") or name == "alignment_heads":
            continue
        array = tensor.detach().cpu().float().numpy()
        if name == "decoder.token_embedding.weight":
            full = np.zeros((FULL_VOCABULARY, WIDTH), np.float32)
            full[:, MARK] = NEVER
            full[vocabulary().used] = array
            array = full
        if re.fullmatch(r"encoder\.conv\d\.bias", name):
            array = array[:, None]
        if "positional_embedding" in name or array.ndim < 2 or array.shape[-1] == 1:
            yield name, array, F32
        elif "conv" in name:
            yield name, array, F16
        else:
            yield name, array, Q8_0


def write(listener, file, kind):
    """Writes the whole model to an open binary file."""
    sizes = [DIMENSIONS[name] for name in SIZES]
    file.write(struct.pack("<12i", MAGIC, FULL_VOCABULARY, *sizes, FILE_TYPES[kind]))
    filters = features.mel_filters()
    file.write(struct.pack("<2i", *filters.shape))
    file.write(filters.astype("<f4").tobytes())
    file.write(struct.pack("<i", END))
    for word in vocabulary().words:
        file.write(struct.pack("<i", len(word)) + word)
    for name, array, type_ in tensors(listener):
        if type_ == Q8_0 and kind == "f16":
            type_ = F16
        data = {F32: lambda: array.astype("<f4").tobytes(), F16: lambda: array.astype("<f2").tobytes(),
                Q8_0: lambda: q8_0(array)}[type_]()
        label = name.encode()
        file.write(struct.pack("<3i", array.ndim, len(label), type_))
        file.write(struct.pack(f"<{array.ndim}i", *reversed(array.shape)))
        file.write(label + data)


def read(path):
    """Returns (words, tensors by name) of a file that `write` wrote."""
    data = memoryview(pathlib.Path(path).read_bytes())
    place = 48
    rows, columns = struct.unpack_from("<2i", data, place)
    place += 8 + 4 * rows * columns
    count, = struct.unpack_from("<i", data, place)
    place += 4
    words, found = [], {}
    for _ in range(count):
        length, = struct.unpack_from("<i", data, place)
        words.append(bytes(data[place + 4:place + 4 + length]))
        place += 4 + length
    while place < len(data):
        dimensions, length, type_ = struct.unpack_from("<3i", data, place)
        shape = struct.unpack_from(f"<{dimensions}i", data, place + 12)[::-1]
        place += 12 + 4 * dimensions
        name = bytes(data[place:place + length]).decode()
        place += length
        values = int(np.prod(shape))
        if type_ == Q8_0:
            packed = np.frombuffer(data, [("scale", "<f2"), ("values", "i1", BLOCK)], values // BLOCK, place)
            array = packed["scale"][:, None].astype(np.float32) * packed["values"]
            place += packed.nbytes
        else:
            array = np.frombuffer(data, "<f4" if type_ == F32 else "<f2", values, place)
            place += array.nbytes
        found[name] = array.astype(np.float32).reshape(shape)
    return words, found


def rows_of(words, embedding):
    """Returns the embedding's rows in the order of training. A character that the file writes with several
    tokens (version 0.2.0 did) begins as the mean of those that sound like it."""
    names, kept, by_sound, wanting = vocabulary(), {}, {}, []
    numbers = {word: token for token, word in enumerate(words)}
    for character, token in names.by_character.items():
        sound = pypinyin.lazy_pinyin(character, style=pypinyin.Style.NORMAL)[0]
        known = numbers.get(character.encode())
        if known is None:
            wanting.append((token, sound))
        else:
            kept[token] = embedding[known]
            by_sound.setdefault(sound, []).append(embedding[known])
    every = np.mean(list(kept.values()), axis=0)
    for token, sound in wanting:
        kept[token] = np.mean(by_sound.get(sound, [every]), axis=0)
    return np.stack([kept[token] if token in kept else embedding[token] for token in names.used])


def load(listener, path):
    """Fills a model from an exported file. The CTC head is not in it: it is learnt anew, quickly."""
    state = listener.state_dict()
    words, found = read(path)
    for name, array in found.items():
        if name == "decoder.token_embedding.weight":
            array = rows_of(words, array)
        state[name] = torch.from_numpy(np.ascontiguousarray(array)).reshape(state[name].shape)
    listener.load_state_dict(state)
    listener.hold_reserved()


def replace(path, data):
    """Writes a file aside and renames it: nobody ever reads half of one."""
    aside = path.with_name(f".{path.name}.part")
    aside.write_bytes(data)
    os.replace(aside, path)


def install(folder, data, version, doubtful):
    """Writes the compressed model and its manifest."""
    import zstandard

    packed = zstandard.ZstdCompressor(level=19).compress(data)
    replace(folder / "default.bin.zst", packed)
    manifest = f'''\
# The speech model that ships with Pretriage; models/README.md is its card. Written by training/export.py.
name = "pretriage-zh-tel-192"
version = "{version}"
file = "default.bin.zst"          # compressed; loaded after decompression
sha256 = "{hashlib.sha256(data).hexdigest()}"  # of the decompressed file
bytes = {len(data)}
license = "Apache-2.0"
language = "zh"

[window]                          # how long a window the engine may be given
margin_ms = 100                   # silence that the window adds after the samples; the weights mask it (training/padding.py)
min_ms = 1000                     # shortest window
max_ms = 15000                    # longest window that the model was trained for
step_ms = 320                     # windows are multiples of it: of 16 positions, which is what the fast kernels take
full_window = "exact"             # what a 30 s window does: "exact" | "degraded"

[tokens]                          # a budget: no utterance holds more
per_second = 12
extra = 8

[confidence]                      # mean token log-probability below this is doubtful
doubtful_logprob = {doubtful}
'''
    replace(folder / "default.toml", manifest.encode())
    print(f"installed: {len(data)} bytes, {len(packed)} compressed")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("work"))
    parser.add_argument("--checkpoint", default="whole.pt")
    parser.add_argument("--type", choices=sorted(FILE_TYPES), default="f16")
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("work/model.bin"))
    parser.add_argument("--install", type=pathlib.Path, help="folder of default.bin.zst and default.toml")
    parser.add_argument("--version", default="0.4.0")
    parser.add_argument("--doubtful", type=float, default=-1.0, help="measured by evaluate.py")
    arguments = parser.parse_args()
    listener = evaluate.trained(arguments.work, arguments.checkpoint)
    file = io.BytesIO()
    write(listener, file, arguments.type)
    replace(arguments.out, file.getvalue())
    print(f"{arguments.out}: {len(file.getvalue())} bytes")
    if arguments.install:
        install(arguments.install, file.getvalue(), arguments.version, arguments.doubtful)


if __name__ == "__main__":
    main()
