"""Synthetic speech: pinyin in, a voice out, by espeak-ng called in process.

The voice `cmn` reads most Chinese characters as English words, so text never goes to it: pinyin
with tone digits goes to `cmn-latn-pinyin`. This file knows voices, pitch and pace; what a telephone
line does to the sound is `channel.py`'s business.

`python speech.py say` renders one text to a WAV file: the project's sample calls are made with it.
"""

import argparse
import ctypes
import ctypes.util
import dataclasses

import numpy as np
import soxr

import channel
import text as spoken

LANGUAGE = "cmn-latn-pinyin"

# Voice variants of espeak-ng that sound like people. Whispers, robots and effects are left out:
# nobody calls a hotline like that, and they cost capacity. `rob` crashes espeak-ng 1.51.
VARIANTS = """
Alex Alicia Andrea Andy Annie Denis Diogo Gene Gene2 Henrique Hugo Jacky Lee Marco Mario Michael Mike
Mr Nguyen RicishayMax RicishayMax2 RicishayMax3 Tweaky adam anika announcer antonio aunty belinda
benjamin boris caleb david ed edward edward2 f1 f2 f3 f4 f5 grandma grandpa gustave iven iven2 iven3
iven4 john kaukovalta klatt klatt2 klatt3 klatt4 linda m1 m2 m3 m4 m5 m6 m7 m8 marcelo max michel
miguel norbert pablo paul pedro quincy robert sandro shelby steph steph2 steph3 travis victor zac
""".split()

# Never heard in training: evaluation speaks with these.
HELD_OUT_VARIANTS = ["Alicia", "Michael", "belinda", "david", "f5", "iven3", "klatt3", "m6", "pablo",
                     "steph2", "travis", "grandma"]
TRAINING_VARIANTS = [variant for variant in VARIANTS if variant not in HELD_OUT_VARIANTS]

# espeak-ng's enumerations (speak_lib.h).
SYNCHRONOUS, UTF8, POSITION_CHARACTER = 2, 1, 1
RATE, PITCH, RANGE, WORDGAP = 1, 3, 4, 7


@dataclasses.dataclass
class Manner:
    """How one utterance is spoken. `shift` scales pitch and formants together, as a smaller head does."""

    variant: str
    rate: int = 180
    pitch: int = 50
    pitch_range: int = 50
    word_gap: int = 0
    shift: float = 1.0


def draw_manner(draw, variants):
    """Returns a random manner: 4 to 7 syllables a second, high and low, flat and lively."""
    return Manner(
        variant=draw.choice(variants),
        rate=draw.randint(135, 255),
        pitch=draw.randint(10, 90),
        pitch_range=draw.randint(20, 90),
        word_gap=draw.choice([0, 0, 0, 0, 1, 2, 4]),
        shift=draw.uniform(0.84, 1.17),
    )


class Synthesiser:
    """One espeak-ng engine; the library keeps global state, so there is one per process."""

    def __init__(self, data=None):
        """`data` is the folder that holds `espeak-ng-data`, where it is not the system's (see `voices.py`)."""
        self.library = ctypes.CDLL(ctypes.util.find_library("espeak-ng") or "libespeak-ng.so.1")
        self.chunks = []
        callback_type = ctypes.CFUNCTYPE(
            ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)
        self.callback = callback_type(self._collect)  # Kept: ctypes would free it otherwise.
        self.rate = self.library.espeak_Initialize(
            SYNCHRONOUS, 0, str(data).encode() if data else None, 0)
        if self.rate <= 0:
            raise RuntimeError("espeak-ng does not start")
        self.library.espeak_SetSynthCallback(self.callback)

    def _collect(self, samples, count, _events):
        if samples and count > 0:
            self.chunks.append(np.ctypeslib.as_array(samples, (count,)).copy())
        return 0

    def speak(self, words, manner, rate=channel.RATE):
        """Returns the utterance at 8 kHz (or `rate`), -1 to 1, silence at both ends cut off."""
        name = f"{LANGUAGE}+{manner.variant}".encode()
        if self.library.espeak_SetVoiceByName(name) != 0:
            raise ValueError(f"espeak-ng has no voice {name.decode()}")
        for parameter, value in ((RATE, manner.rate), (PITCH, manner.pitch),
                                 (RANGE, manner.pitch_range), (WORDGAP, manner.word_gap)):
            self.library.espeak_SetParameter(parameter, value, 0)
        self.chunks = []
        line = " ".join(words).encode()
        self.library.espeak_Synth(line, len(line) + 1, 0, POSITION_CHARACTER, 0, UTF8, None, None)
        if not self.chunks:
            return np.zeros(0, np.float32)
        sound = np.concatenate(self.chunks).astype(np.float32) / 32768
        # Played faster or slower, then brought to the rate: pitch and formants move together.
        sound = soxr.resample(sound, self.rate * manner.shift, rate, "MQ")
        return trim(sound)


def trim(sound, floor=0.01):
    """Cuts what is quieter than `floor` of the peak at both ends, keeping 20 ms."""
    if not sound.size:
        return sound
    loud = np.flatnonzero(np.abs(sound) > floor * np.abs(sound).max())
    if not loud.size:
        return sound[:0]
    keep = channel.RATE // 50
    return sound[max(0, loud[0] - keep):loud[-1] + keep]


def say(arguments):
    """Renders one text to a file, as a caller on a telephone line would sound."""
    import soundfile

    parsed = spoken.pinyin(spoken.spell_out_digits(arguments.text))
    if parsed is None:
        raise SystemExit("the text must be Chinese characters and digits only")
    manner = Manner(arguments.voice, arguments.speed, arguments.pitch, arguments.pitch_range,
                    arguments.word_gap, arguments.shift)
    generator = np.random.default_rng(arguments.seed)
    sound = Synthesiser().speak(parsed[0], manner)
    if arguments.room > 0:
        sound = channel.reverberate(sound, arguments.room, generator)
    sound = channel.pad(sound, arguments.lead, arguments.tail)
    sound = channel.band_limit(sound, 300, 3400)
    sound = channel.set_level(sound, arguments.gain_db)
    if arguments.snr is not None:
        sound = channel.add_noise(sound, channel.coloured_noise(len(sound), 1.0, generator), arguments.snr)
    sound = channel.code(sound, arguments.codec)
    if arguments.rate != channel.RATE:
        sound = soxr.resample(sound, channel.RATE, arguments.rate)
    subtype = {"pcm": "PCM_16", "alaw": "ALAW", "mulaw": "ULAW"}[arguments.codec]
    soundfile.write(arguments.out, np.clip(sound, -1, 1), arguments.rate, subtype=subtype)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(required=True)
    one = commands.add_parser("say", help="render one text to a WAV file")
    one.add_argument("--text", required=True)
    one.add_argument("--voice", default="f5", choices=VARIANTS, metavar="VARIANT", help="espeak-ng variant; held out: "
                     + " ".join(HELD_OUT_VARIANTS))
    one.add_argument("--out", required=True)
    one.add_argument("--rate", type=int, default=8000)
    one.add_argument("--codec", choices=["pcm", "alaw", "mulaw"], default="pcm")
    one.add_argument("--snr", type=float, help="noise this many dB below the speech; none if left out")
    one.add_argument("--gain-db", type=float, default=-6, help="peak level in dBFS")
    one.add_argument("--speed", type=int, default=180, help="espeak-ng words a minute; 160 is about 4.6 syllables a second, 250 about 7")
    one.add_argument("--pitch", type=int, default=50, help="0-99")
    one.add_argument("--pitch-range", type=int, default=50, help="0-99")
    one.add_argument("--word-gap", type=int, default=0, help="pause between words, 10 ms units")
    one.add_argument("--shift", type=float, default=1.0, help="pitch and formants together")
    one.add_argument("--room", type=float, default=0.0, help="reverberation time in seconds")
    one.add_argument("--lead", type=float, default=0.3, help="seconds before the speech")
    one.add_argument("--tail", type=float, default=0.8, help="seconds after it")
    one.add_argument("--seed", type=int, default=0, help="of noise and room")
    one.set_defaults(run=say)
    arguments = parser.parse_args()
    arguments.run(arguments)


if __name__ == "__main__":
    main()
