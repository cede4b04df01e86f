"""Log-mel features exactly as whisper.cpp computes them, from 8 kHz sound.

Stored features are log10 values before the normalisation: the normalisation depends on the maximum
over the whole padded input, and is done when a window is put together.
"""

import functools
import importlib.util
import pathlib

import numpy as np
import scipy.fft
import soxr

RATE = 16000
N_FFT, HOP, N_MELS = 400, 160, 80
FLOOR = 1e-10
PAD_LOG = -10.0  # log10 of the floor: what a frame of digital zeros holds.


@functools.lru_cache(maxsize=1)
def mel_filters():
    """Returns openai-whisper's 80 filters; found without importing the package, which loads torch."""
    package = pathlib.Path(importlib.util.find_spec("whisper").submodule_search_locations[0])
    with np.load(package / "assets" / "mel_filters.npz") as filters:
        return filters["mel_80"].astype(np.float32)


HANN = (0.5 * (1 - np.cos(2 * np.pi * np.arange(N_FFT) / N_FFT))).astype(np.float32)


def to_16k(sound, generator=None):
    """Brings 8 kHz to 16 kHz. Above 4 kHz nothing appears but the filter's leakage, which differs
    between resamplers; so training draws among several, and the model cannot lean on one."""
    quality = "HQ" if generator is None else str(generator.choice(["MQ", "HQ", "VHQ"]))
    wide = soxr.resample(sound.astype(np.float32), RATE // 2, RATE, quality)
    if generator is not None and generator.random() < 0.3:
        wide = np.rint(wide * 32768) / 32768
    return wide.astype(np.float32)


def log_mel(sound):
    """Returns (frames, 80) log10 mel power of 16 kHz sound: reflected at the start, zeros at the end."""
    frames = (len(sound) + N_FFT // 2 - 1) // HOP + 1
    padded = np.concatenate([
        sound[1:N_FFT // 2 + 1][::-1], sound, np.zeros(N_FFT + HOP, np.float32)])
    if len(padded) < (frames - 1) * HOP + N_FFT:
        padded = np.pad(padded, (0, (frames - 1) * HOP + N_FFT - len(padded)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, N_FFT)[::HOP][:frames]
    spectrum = scipy.fft.rfft(windows * HANN, axis=1)
    energies = spectrum.real ** 2 + spectrum.imag ** 2
    return np.log10(np.maximum(energies @ mel_filters().T, FLOOR))


def window(log_mels, frames):
    """Puts stored clips into one (clips, 80, frames) batch, each padded with zeros' value and
    normalised by its own maximum, as whisper.cpp does."""
    batch = np.full((len(log_mels), frames, N_MELS), PAD_LOG, np.float32)
    for row, mels in zip(batch, log_mels):
        row[:len(mels)] = mels
        floor = row.max() - 8.0
        np.maximum(row, floor, out=row)
    return ((batch + 4.0) / 4.0).transpose(0, 2, 1)
