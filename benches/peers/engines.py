"""The engines of other makers, one a process: `engines.py NAME MODEL SOUND…`.

A line on standard input is a pass: every sound once, and one JSON line of what it took on standard output. Each is given one
thread, the language, and no time stamps; for the rest it is as it ships, unless its name says otherwise.
"""

import json
import os
import pathlib
import sys
import time

THREADS = 1
os.environ.update({name: str(THREADS) for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")})

import numpy as np

import window

RATE = 16_000
PROMPT = [50258, 50260, 50359, 50363]


def openai_whisper(model):
    """openai-whisper, f32, its 30 s window."""
    import torch
    import whisper

    torch.set_num_threads(THREADS)
    loaded = whisper.load_model(f"{model}.pt", device="cpu")
    options = whisper.DecodingOptions(language="zh", without_timestamps=True, fp16=False)

    def hear(sound):
        mel = whisper.log_mel_spectrogram(whisper.pad_or_trim(sound))
        return len(whisper.decode(loaded, mel, options).tokens)

    return hear


def faster_whisper(model):
    """faster-whisper, int8, as it ships: five beams, its 30 s window."""
    from faster_whisper import WhisperModel

    loaded = WhisperModel(f"{model}-int8", device="cpu", compute_type="int8", cpu_threads=THREADS, num_workers=1)

    def hear(sound):
        segments, _ = loaded.transcribe(sound, language="zh", without_timestamps=True)
        return sum(len(segment.tokens) for segment in segments)

    return hear


def ctranslate2_short(model):
    """CTranslate2, int8, greedy, the same short window as Pretriage's."""
    import ctranslate2
    from faster_whisper.feature_extractor import FeatureExtractor

    loaded = ctranslate2.models.Whisper(f"{model}-int8", device="cpu", compute_type="int8", intra_threads=THREADS, inter_threads=1)
    extractor = FeatureExtractor()

    def hear(sound):
        positions = window.positions(len(sound) / RATE)
        features = np.zeros((80, 2 * positions), np.float32)
        made = extractor(sound, padding=0)[:, :2 * positions]
        features[:, :made.shape[1]] = made
        view = ctranslate2.StorageView.from_array(np.ascontiguousarray(features[None]))
        answer = loaded.generate(view, [PROMPT], beam_size=1, suppress_blank=False, suppress_tokens=[])
        return len(answer[0].sequences_ids[0])

    return hear


def sherpa_onnx(model):
    """sherpa-onnx, int8, as it ships: greedy, and a window of the sound and ten seconds more."""
    from sherpa_onnx import OfflineRecognizer

    loaded = OfflineRecognizer.from_whisper(f"{model}-encoder.onnx", f"{model}-decoder.onnx", f"{model}-tokens.txt", language="zh", num_threads=THREADS)

    def hear(sound):
        stream = loaded.create_stream()
        stream.accept_waveform(RATE, sound)
        loaded.decode_stream(stream)
        # One piece of text for each token that is not a special one.
        return len(stream.result.tokens)

    return hear


ENGINES = {"openai-whisper": openai_whisper, "faster-whisper": faster_whisper, "ctranslate2-short": ctranslate2_short, "sherpa-onnx": sherpa_onnx}


def main():
    name, model, *files = sys.argv[1:]
    sounds = [np.fromfile(file, "<f4") for file in files]
    hear = ENGINES[name](model)
    print(json.dumps({"ready": name}), flush=True)
    for _ in sys.stdin:
        answer = {"wall": [], "cpu": [], "tokens": []}
        for sound in sounds:
            wall, cpu = time.perf_counter(), time.process_time()
            tokens = hear(sound)
            answer["tokens"].append(tokens)
            answer["cpu"].append(time.process_time() - cpu)
            answer["wall"].append(time.perf_counter() - wall)
        status = pathlib.Path("/proc/self/status").read_text()
        answer["memory"] = int(status.split("VmHWM:")[1].split()[0]) * 1024
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
