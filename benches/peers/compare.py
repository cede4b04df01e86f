"""Measures the engines side by side, pass by pass, and writes the tables: `benches/peers/run.sh`.

Every engine is a process of its own with one thread and the same checkpoint, sounds and tokens (`checkpoint.py`). Passes are
interleaved, so that whatever else the machine does meets all of them. `--shapes`, `--passes` and `--seconds` choose less.
"""

import argparse
import datetime
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import time
import wave

import numpy as np

import checkpoint
import window

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
CALLS = ROOT / "tests/data/calls"
SOUNDS = ["account_login", "content_removed", "content_report", "finance_refund", "finance_withdrawal", "human_sentence"]
RATE = 16_000


class Peer:
    """One engine in its process, and what it took."""

    def __init__(self, name, command):
        self.name = name
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.passes = []
        if not self.process.stdout.readline():
            raise SystemExit(f"{name} did not start: {' '.join(map(str, command))}")

    def ask(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise SystemExit(f"{self.name} died")
        return json.loads(answer)

    def run(self, keep=True):
        answer = self.ask("pass")
        if keep:
            self.passes.append(answer)

    def end(self):
        self.process.stdin.close()
        self.process.wait()

    def all(self, key):
        return [value for answer in self.passes for value in answer[key]]


def speech(seconds, folder):
    """Writes the sample calls one behind the other, cut to so many seconds, and returns the files."""
    joined = []
    for name in SOUNDS:
        with wave.open(str(CALLS / f"{name}.wav")) as file:
            if file.getsampwidth() != 2:
                continue
            samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float32) / 32768
            joined.append(np.repeat(samples, RATE // file.getframerate()))
    whole = np.concatenate(joined)
    files = []
    for number in range(3):
        start = (number * seconds * RATE // 2) % max(1, len(whole) - seconds * RATE)
        path = folder / f"speech-{seconds}s-{number}.f32"
        whole[start:start + seconds * RATE].astype("<f4").tofile(path)
        files.append(str(path))
    return files


def ceiling():
    """Returns how many billion operations a second one thread multiplies matrices with: torch's own, by type."""
    import torch

    torch.set_num_threads(1)
    rows, inner, columns = window.FIVE_SECONDS, 512, 2048  # the widest layer of the base shape over a 5 s window
    found = {}

    def rate(multiply):
        multiply()
        best = 0.0
        for _ in range(5):
            begun = time.perf_counter()
            for _ in range(40):
                multiply()
            best = max(best, 40 * 2 * rows * inner * columns / (time.perf_counter() - begun))
        return best / 1e9

    a, b = torch.randn(rows, inner), torch.randn(inner, columns)
    found["f32"] = rate(lambda: a @ b)
    narrow_a, narrow_b = a.bfloat16(), b.bfloat16()
    found["bf16"] = rate(lambda: narrow_a @ narrow_b)
    whole_a, whole_b = (a * 40).to(torch.int8), (b * 40).to(torch.int8)
    try:
        found["int8"] = rate(lambda: torch._int_mm(whole_a, whole_b))
    except (AttributeError, RuntimeError):
        pass
    return found


def percentile(values, share):
    return float(np.percentile(values, share))


def peers(shape, folder, sounds, plain, ours):
    """Starts every engine on one shape."""
    model = str(folder / shape)
    python = [sys.executable, str(HERE / "engines.py")]
    made = [
        Peer("Pretriage (Q8_0)", [ours / "peer-pretriage", f"{model}-q8_0.bin", *sounds]),
        Peer("Pretriage (f16)", [ours / "peer-pretriage", f"{model}-f16.bin", *sounds]),
        Peer("Pretriage (bf16)", [ours / "peer-pretriage", f"{model}-bf16.bin", *sounds]),
        Peer("whisper-rs, defaults (f16)", [plain / "peer-whisper-rs", f"{model}-f16.bin", "1", "default", "off", *sounds]),
        Peer("CTranslate2 int8, same short window", [*python, "ctranslate2-short", model, *sounds]),
        Peer("faster-whisper int8, as shipped", [*python, "faster-whisper", model, *sounds]),
        Peer("sherpa-onnx int8, as shipped", [*python, "sherpa-onnx", model, *sounds]),
        Peer("openai-whisper f32", [*python, "openai-whisper", model, *sounds]),
    ]
    return made


def table(engines, baseline):
    lines = ["| engine | CPU s an utterance | wall p50 / p95 s | tokens | memory MB | times our CPU |", "|---|---|---|---|---|---|"]
    ours = statistics.median(baseline.all("cpu"))
    for engine in engines:
        cpu, wall = statistics.median(engine.all("cpu")), engine.all("wall")
        tokens = sorted(set(engine.all("tokens")))
        lines.append(f"| {engine.name} | {cpu:.3f} | {percentile(wall, 50):.3f} / {percentile(wall, 95):.3f} | "
                     f"{', '.join(map(str, tokens))} | {max(it['memory'] for it in engine.passes) / 1e6:.0f} | {cpu / ours:.2f} |")
    return lines


def burst(shape, folder, sounds, plain, ours, rounds):
    """Eight callers at once: our pool against one locked engine with defaults and two threads."""
    model = str(folder / shape)
    pool = Peer("Pretriage, its pool (Q8_0)", [ours / "peer-pretriage", f"{model}-q8_0.bin", *sounds])
    locked = Peer("one locked engine, whisper-rs defaults (f16)", [plain / "peer-whisper-rs", f"{model}-f16.bin", str(os.cpu_count()), "default", "off", *sounds])
    answered = {pool: [], locked: []}
    for number in range(rounds + 1):
        for peer, times in answered.items():
            times += peer.ask("burst 8")["answered"] if number else peer.ask("burst 8")["answered"][:0]
    for peer in answered:
        peer.end()
    lines = ["| 8 callers at once | answered p50 / p95 s |", "|---|---|"]
    for peer, times in answered.items():
        lines.append(f"| {peer.name} | {percentile(times, 50):.3f} / {percentile(times, 95):.3f} |")
    ratio = percentile(answered[locked], 95) / percentile(answered[pool], 95)
    return [*lines, "", f"The p95 of the locked engine is {ratio:.1f} times ours."]


def kernels(shape, folder, sounds, plain, built, passes):
    """The same short window by file type, kernels, flash attention and threads."""
    model = folder / shape
    made = []
    for kind in checkpoint.KINDS:
        for name, place in [("whisper.cpp's own kernels", plain), ("as Pretriage builds it", built)]:
            for threads, flash in [("1", "off"), ("1", "on"), ("2", "off")]:
                title = f"{kind}, {name}, {threads} thread{'s' * (threads != '1')}, flash attention {flash}"
                made.append(Peer(title, [place / "peer-whisper-rs", f"{model}-{kind}.bin", threads, str(window.MARGIN_SECONDS), flash, *sounds]))
        blas = folder / "blas/release/peer-whisper-rs"
        if blas.exists():
            made.append(Peer(f"{kind}, OpenBLAS, 1 thread", [blas, f"{model}-{kind}.bin", "1", str(window.MARGIN_SECONDS), "off", *sounds]))
    interleave(made, passes)
    work = encoder_work(shape, window.FIVE_SECONDS)
    lines = ["| file, kernels, threads | CPU s | wall p50 s | encoder alone, CPU s | G operations a second |", "|---|---|---|---|---|"]
    for engine in made:
        alone = statistics.median(engine.ask("encode 9")["cpu"])
        lines.append(f"| {engine.name} | {statistics.median(engine.all('cpu')):.3f} | {percentile(engine.all('wall'), 50):.3f} "
                     f"| {alone:.3f} | {work / alone / 1e9:.0f} |")
        engine.end()
    return [*lines, "", f"The encoder's work over {window.FIVE_SECONDS} positions, the decoder's cross keys and values among it: {work / 1e9:.1f} G operations."]


def encoder_work(shape, positions):
    """Returns the operations of one encode: convolutions, layers, and the keys and values for the decoder."""
    width, _, layers = checkpoint.SHAPES[shape]
    convolutions = 2 * (2 * positions) * 3 * 80 * width + 2 * positions * 3 * width * width
    layer = 2 * positions * (4 + 8) * width * width + 4 * positions * positions * width
    return convolutions + layers * (layer + 4 * positions * width * width)


def interleave(engines, passes):
    for number in range(passes + 1):
        for engine in engines:
            engine.run(keep=number > 0)
        print(f"pass {number} of {passes}", file=sys.stderr, flush=True)


def processor():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=pathlib.Path, default=ROOT / "target/peers")
    parser.add_argument("--shapes", nargs="+", default=["tiny", "base"], choices=sorted(checkpoint.SHAPES))
    parser.add_argument("--seconds", nargs="+", type=int, default=[5, 10])
    parser.add_argument("--passes", type=int, default=5)
    parser.add_argument("--out", type=pathlib.Path, default=HERE / "RESULTS.md")
    arguments = parser.parse_args()
    work, plain, ours = arguments.work, arguments.work / "plain/release", arguments.work / "ours/release"
    lines = ["# Side by side", "", f"{datetime.date.today()}, `benches/peers/run.sh`, {processor()}, {os.cpu_count()} CPUs. Random weights in "
             "OpenAI's shapes that make every engine write the same tokens (`checkpoint.py`); one thread each; passes interleaved; medians.", ""]
    for shape in arguments.shapes:
        checkpoint.make(work, shape)
    found = ceiling()
    lines += [f"Matrix products on one thread (torch, {window.FIVE_SECONDS} × 512 × 2,048): "
              + ", ".join(f"{name} {rate:.0f} G operations a second" for name, rate in found.items()) + ".", ""]
    for shape in arguments.shapes:
        for seconds in arguments.seconds:
            engines = peers(shape, work, speech(seconds, work), plain, ours)
            interleave(engines, arguments.passes)
            lines += [f"## {shape} shape, {seconds} s", "", *table(engines, engines[0]), ""]
            for engine in engines:
                engine.end()
        sounds = speech(5, work)
        lines += [f"## {shape} shape, 8 callers", "", *burst(shape, work, sounds, plain, ours, max(1, arguments.passes // 2)), ""]
        lines += [f"## {shape} shape, kernels, 5 s in a window of {window.FIVE_SECONDS} positions", "", *kernels(shape, work, sounds, plain, ours, arguments.passes), ""]
        arguments.out.write_text("\n".join(lines), encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
