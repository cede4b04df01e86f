"""The exported file in whisper.cpp itself (PyPI `pywhispercpp`), set up as Pretriage's engine is.

Greedy, no timestamps, one segment, and the window cut to the utterance. `suppress_blank` is off: with it
whisper.cpp forbids the end of text as the first token, and the model could not say that nobody speaks.
"""

import contextlib
import math
import os

import _pywhispercpp as whisper_cpp
import numpy as np

POSITIONS_PER_SECOND = 50
MARGIN_SECONDS = 0.1
SHORTEST_SECONDS = 1.0
STEP = 16  # A window is a multiple of so many positions: ggml's fast kernels take no others.


def positions(samples, margin=MARGIN_SECONDS):
    """Returns the window (`audio_ctx`) for so many 16 kHz samples."""
    seconds = max(SHORTEST_SECONDS, samples / 16000 + margin)
    return min(1500, math.ceil(seconds * POSITIONS_PER_SECOND / STEP) * STEP)


class Engine:
    """One loaded model."""

    def __init__(self, path, threads=1):
        parameters = whisper_cpp.whisper_context_default_params()
        # With flash attention and a short window whisper.cpp attends to what an earlier utterance left.
        parameters.flash_attn = False
        with _quiet():
            self.context = whisper_cpp.whisper_init_from_file_with_params(str(path), parameters)
        if self.context is None:
            raise ValueError(f"whisper.cpp does not load {path}")
        self.threads = threads

    def parameters(self, samples, full_window, margin):
        seconds = samples / 16000
        parameters = whisper_cpp.whisper_full_default_params(
            whisper_cpp.whisper_sampling_strategy.WHISPER_SAMPLING_GREEDY)
        parameters.n_threads = self.threads
        parameters.language = "zh"
        parameters.no_timestamps = True
        parameters.single_segment = True
        parameters.no_context = True
        parameters.suppress_blank = False
        parameters.temperature = 0.0
        parameters.temperature_inc = 0.0
        parameters.max_tokens = math.ceil(12 * seconds) + 8
        parameters.print_progress = False
        parameters.print_realtime = False
        if not full_window:
            parameters.audio_ctx = positions(samples, margin)
        return parameters

    def hear(self, sound, full_window=False, margin=MARGIN_SECONDS):
        """Returns (text, mean token log-probability) of 16 kHz sound."""
        samples = np.zeros(max(len(sound), 16000), np.float32)
        samples[:len(sound)] = sound
        with _quiet():
            whisper_cpp.whisper_full(
                self.context, self.parameters(len(sound), full_window, margin), samples, samples.size)
        data, scores = b"", []
        for segment in range(whisper_cpp.whisper_full_n_segments(self.context)):
            data += whisper_cpp.whisper_full_get_segment_text(self.context, segment)
            for token in range(whisper_cpp.whisper_full_n_tokens(self.context, segment)):
                scores.append(math.log(max(1e-9, whisper_cpp.whisper_full_get_token_p(
                    self.context, segment, token))))
        return data.decode("utf-8", errors="ignore").strip(), float(np.mean(scores)) if scores else 0.0


@contextlib.contextmanager
def _quiet():
    """Keeps whisper.cpp's own log lines off the terminal."""
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
