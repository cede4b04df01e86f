"""The telephone: rooms, noise, band limit, level, codecs, loss. Everything at 8 kHz, floats from -1 to 1.

`telephone` draws one random line for a training clip; the single steps are public because the
evaluation and the sample calls want them with fixed values. This file knows nothing of text.
"""

import functools

import numpy as np
import scipy.signal

import mobile

RATE = 8000


def a_law_table():
    """Returns what each 16-bit sample becomes after A-law and back (ITU-T G.711)."""
    samples = np.arange(-32768, 32768)
    magnitude = np.minimum(np.where(samples >= 0, samples, -samples - 1) >> 3, 4095)
    exponent = np.maximum(np.floor(np.log2(np.maximum(magnitude, 1))).astype(int) - 4, 1)
    step = 1 << exponent
    decoded = ((magnitude // step) * step + step // 2) << 3
    return (np.where(samples >= 0, decoded, -decoded) / 32768).astype(np.float32)


def mu_law_table():
    """Returns what each 16-bit sample becomes after mu-law and back (ITU-T G.711)."""
    samples = np.arange(-32768, 32768)
    magnitude = np.minimum(np.abs(samples) >> 2, 8158) + 33
    exponent = np.floor(np.log2(magnitude)).astype(int) - 5
    step = 1 << (exponent + 1)
    decoded = ((magnitude // step) * step + step // 2 - 33) << 2
    return (np.where(samples >= 0, decoded, -decoded) / 32768).astype(np.float32)


TABLES = {"alaw": a_law_table(), "mulaw": mu_law_table()}


def code(sound, codec):
    """Returns the sound after 16-bit quantisation and the codec."""
    samples = np.clip(np.rint(sound * 32768), -32768, 32767).astype(np.int32)
    if codec == "pcm":
        return samples.astype(np.float32) / 32768
    return TABLES[codec][samples + 32768]


@functools.lru_cache(maxsize=64)
def band_filter(low, high):
    return scipy.signal.butter(3, [low, high], "bandpass", fs=RATE, output="sos")


def band_limit(sound, low, high):
    """Keeps the telephone band."""
    return scipy.signal.sosfilt(band_filter(low, high), sound).astype(np.float32)


def reverberate(sound, seconds, generator):
    """Adds a synthetic room: the direct sound and an exponentially decaying noise tail."""
    length = int(seconds * RATE)
    decay = np.exp(-6.9 * np.arange(length) / length)
    room = generator.standard_normal(length) * decay
    room[:int(0.003 * RATE)] = 0
    room *= generator.uniform(0.2, 0.7) / np.sqrt((room ** 2).sum() + 1e-9)
    room[0] = 1
    return scipy.signal.oaconvolve(sound, room).astype(np.float32)[:len(sound) + length // 2]


def pad(sound, lead, tail):
    """Puts seconds of silence before and after."""
    return np.pad(sound, (int(lead * RATE), int(tail * RATE)))


def power(sound):
    return float(np.mean(np.square(sound))) + 1e-12


def set_level(sound, peak_db):
    """Scales the sound to a peak level in dBFS."""
    return (sound * (10 ** (peak_db / 20) / (np.abs(sound).max() + 1e-9))).astype(np.float32)


def coloured_noise(length, slope, generator):
    """Returns noise whose power falls with frequency: slope 0 is white, 1 pink, 2 brown."""
    spectrum = np.fft.rfft(generator.standard_normal(length + 16))
    spectrum *= np.maximum(np.arange(len(spectrum)), 8.0) ** (-slope / 2)
    return np.fft.irfft(spectrum)[:length].astype(np.float32)


def add_noise(sound, noise, snr_db):
    """Adds noise so far below the speech. Speech power is that of its loud half: pauses do not count."""
    frames = sound[:len(sound) // 80 * 80].reshape(-1, 80)
    energies = np.sort(np.mean(np.square(frames), axis=1)) if len(frames) else np.zeros(1)
    loud = float(energies[len(energies) // 2:].mean()) + 1e-12
    return sound + noise * np.sqrt(loud / power(noise) / 10 ** (snr_db / 10)).astype(np.float32)


class NoiseBank:
    """Noises for the lines: recordings if a folder of them is at hand, else synthetic ones only.

    `babble` is fed by the caller with clean utterances: several at once are a crowded room.
    """

    def __init__(self, recordings=()):
        self.recordings = list(recordings)
        self.voices = []

    def remember_voice(self, sound, limit=200):
        self.voices.append(sound)
        if len(self.voices) > limit:
            self.voices.pop(0)

    def draw(self, length, generator):
        """Returns some noise of this length."""
        kind = generator.random()
        if kind < 0.35 and self.recordings:
            return self.stretch(self.recordings[generator.integers(len(self.recordings))], length, generator)
        if kind < 0.5 and len(self.voices) > 10:
            noise = np.zeros(length, np.float32)
            for _ in range(generator.integers(2, 6)):
                noise += self.stretch(self.voices[generator.integers(len(self.voices))], length, generator)
            return noise
        if kind < 0.6:
            hum = np.arange(length) * (2 * np.pi * generator.choice([50, 100, 150]) / RATE)
            return (np.sin(hum) + 0.5 * np.sin(3 * hum)
                    + generator.standard_normal(length)).astype(np.float32)
        return coloured_noise(length, generator.uniform(0, 2), generator)

    @staticmethod
    def stretch(noise, length, generator):
        """Returns a piece of this length, repeating the recording where it is too short."""
        start = generator.integers(len(noise))
        return np.resize(np.roll(noise, -start), length).astype(np.float32)


def draw_snr(snr_range, generator):
    """Returns a ratio in dB: mostly 10-30, but three in ten where hearing is hard."""
    drawn = generator.uniform(0, 13) if generator.random() < 0.3 else generator.normal(21, 8)
    return float(np.clip(drawn, *snr_range))


def fault(sound, generator):
    """Adds what a bad line adds now and then: an offset, the mains' hum, an overdriven microphone."""
    peak = float(np.abs(sound).max())
    if generator.random() < 0.05:
        sound = sound + np.float32(generator.uniform(-0.05, 0.05))
    if generator.random() < 0.06:
        hum = np.arange(len(sound)) * (2 * np.pi * 50 / RATE)
        loudness = peak * 10 ** (generator.uniform(-40, -14) / 20)
        sound = sound + (loudness * (np.sin(hum) + 0.4 * np.sin(2 * hum) + 0.3 * np.sin(3 * hum))).astype(np.float32)
    if generator.random() < 0.05 and peak > 0.3:
        sound = np.clip(sound * 10 ** (generator.uniform(3, 12) / 20), -0.9, 0.9)
    return sound


def transmit(sound, generator):
    """Returns the sound after a random network: G.711 mostly, a mobile leg before it, lost packets."""
    if generator.random() < 0.18:
        sound = mobile.random_codec(sound, generator)
    elif generator.random() < 0.08:
        sound = mobile.conceal(sound, mobile.losses(len(sound), generator))
    return code(sound, str(generator.choice(["alaw", "mulaw", "alaw", "mulaw", "pcm"])))


def telephone(sound, bank, generator, snr_range=(0, 40)):
    """Returns the utterance as it arrives over one random line."""
    if generator.random() < 0.4:
        sound = reverberate(sound, generator.uniform(0.08, 0.5), generator)
    if generator.random() < 0.1:  # An endpointer that cuts a little too close.
        sound = sound[generator.integers(0, RATE // 25):len(sound) - generator.integers(1, RATE // 25)]
    sound = pad(sound, generator.uniform(0.05, 0.4), generator.uniform(0.1, 0.6))
    if generator.random() < 0.92:
        sound = add_noise(sound, bank.draw(len(sound), generator), draw_snr(snr_range, generator))
    if generator.random() < 0.85:
        low = generator.choice([50, 100, 200, 250, 300, 350])
        high = generator.choice([3000, 3200, 3400, 3600, 3800])
        sound = band_limit(sound, int(low), int(high))
    sound = set_level(sound, generator.uniform(-40, -3))
    return transmit(fault(sound, generator), generator)


def direct(sound, generator):
    """Returns a 16 kHz utterance as a softphone sends it: no telephone band, some noise, any level."""
    sound = np.pad(sound, (generator.integers(800, 6400), generator.integers(1600, 9600)))
    if generator.random() < 0.8:
        noise = coloured_noise(len(sound), generator.uniform(0, 2), generator)
        sound = add_noise(sound, noise, generator.uniform(8, 45))
    return code(set_level(sound, generator.uniform(-35, -3)), "pcm")


def chord(time, generator):
    """Returns three or four notes with overtones."""
    root = generator.uniform(150, 600)
    notes = root * np.array([1, generator.choice([1.2, 1.26]), 1.5, 2])[:generator.integers(3, 5)]
    return sum(np.sin(2 * np.pi * note * overtone * time + generator.uniform(0, 6)) / overtone
               for note in notes for overtone in (1, 2, 3) if note * overtone < 3800)


def without_speech(bank, generator):
    """Returns a clip in which nobody speaks: silence, noise, or the network's own tones."""
    length = int(generator.uniform(0.5, 5) * RATE)
    time = np.arange(length) / RATE
    kind = generator.random()
    if kind < 0.2:
        sound = generator.standard_normal(length) * 10 ** (generator.uniform(-90, -55) / 20)
        return code(sound, str(generator.choice(["alaw", "mulaw", "pcm"])))
    if kind < 0.65:
        # Recordings and synthetic noise, but no babble: that is speech, if hardly to be heard.
        quiet_bank = NoiseBank(bank.recordings)
        sound = quiet_bank.draw(length, generator)
    elif kind < 0.8:  # Ring-back of the Chinese network: 450 Hz, 1 s on, 4 s off.
        sound = np.sin(2 * np.pi * 450 * time) * ((time + generator.uniform(0, 5)) % 5 < 1)
    elif kind < 0.87:  # DTMF digits.
        low = np.array([697, 770, 852, 941])[generator.integers(4, size=30)]
        high = np.array([1209, 1336, 1477])[generator.integers(3, size=30)]
        digit = (time / 0.25).astype(int) % 30
        sound = (np.sin(2 * np.pi * low[digit] * time) + np.sin(2 * np.pi * high[digit] * time)) \
            * (time % 0.25 < 0.12)
    elif kind < 0.94:  # A chord, as waiting music has them, now and then a new one.
        sound = sum(chord(time, generator) * (time // 0.8 % 3 == part) for part in range(3))
    elif kind < 0.97:  # Somebody breathes into the microphone.
        rhythm = np.maximum(0, np.sin(2 * np.pi * time / generator.uniform(1.5, 4) + generator.uniform(0, 6)))
        sound = band_limit(coloured_noise(length, 0.5, generator), 300, 2500) * rhythm ** 2
    else:
        sound = np.sin(2 * np.pi * generator.uniform(200, 2000) * time)
    sound = sound + generator.standard_normal(length) * 1e-3
    if generator.random() < 0.7:
        sound = band_limit(sound, 300, 3400)
    return code(set_level(sound, generator.uniform(-45, -6)), str(generator.choice(["alaw", "mulaw", "pcm"])))
