"""What a mobile network does to a voice: GSM full rate, AMR-NB, and packets that never arrive.

The codecs are the system's own libraries (libgsm, libopencore-amrnb: those that ffmpeg uses), called in
process, since starting ffmpeg costs more than making the clip. Without a library its codec is left out.
"""

import ctypes
import ctypes.util

import numpy as np

FRAME = 160  # 20 ms at 8 kHz, in both codecs.
AMR_MODES = [0, 2, 4, 5, 7]  # 4.75, 5.9, 7.4, 7.95 and 12.2 kbit/s.


def _load(name):
    path = ctypes.util.find_library(name)
    return ctypes.CDLL(path) if path else None


GSM, AMR = _load("gsm"), _load("opencore-amrnb")
if GSM:
    GSM.gsm_create.restype = ctypes.c_void_p
if AMR:
    AMR.Encoder_Interface_init.restype = ctypes.c_void_p
    AMR.Decoder_Interface_init.restype = ctypes.c_void_p
CODECS = {"gsm": GSM, "amrnb": AMR}
AVAILABLE = [name for name, library in CODECS.items() if library]


def frames_of(sound):
    """Returns whole 20 ms frames of 16-bit samples."""
    samples = np.rint(np.clip(sound, -1, 1 - 2 ** -15) * 32768).astype(np.int16)
    return np.pad(samples, (0, -len(samples) % FRAME)).reshape(-1, FRAME)


def gsm(sound):
    """Returns the sound after GSM full rate and back."""
    coder, decoder = ctypes.c_void_p(GSM.gsm_create()), ctypes.c_void_p(GSM.gsm_create())
    packet, out = ctypes.create_string_buffer(33), (ctypes.c_int16 * FRAME)()
    frames = frames_of(sound)
    heard = np.empty_like(frames)
    for row, frame in enumerate(np.ascontiguousarray(frames)):
        GSM.gsm_encode(coder, frame.ctypes.data_as(ctypes.c_void_p), packet)
        GSM.gsm_decode(decoder, packet, out)
        heard[row] = out
    GSM.gsm_destroy(coder)
    GSM.gsm_destroy(decoder)
    return heard.reshape(-1)[:len(sound)].astype(np.float32) / 32768


def amrnb(sound, mode, lost=None):
    """Returns the sound after AMR-NB; frames named in `lost` reach the decoder's own concealment."""
    coder = ctypes.c_void_p(AMR.Encoder_Interface_init(0))
    decoder = ctypes.c_void_p(AMR.Decoder_Interface_init())
    packet, out = ctypes.create_string_buffer(64), (ctypes.c_int16 * FRAME)()
    frames = frames_of(sound)
    heard = np.empty_like(frames)
    for row, frame in enumerate(np.ascontiguousarray(frames)):
        AMR.Encoder_Interface_Encode(coder, mode, frame.ctypes.data_as(ctypes.c_void_p), packet, 0)
        AMR.Decoder_Interface_Decode(decoder, packet, out, int(lost is not None and bool(lost[row])))
        heard[row] = out
    AMR.Encoder_Interface_exit(coder)
    AMR.Decoder_Interface_exit(decoder)
    return heard.reshape(-1)[:len(sound)].astype(np.float32) / 32768


def losses(length, generator):
    """Returns which 20 ms packets of so many samples are lost: 1 to 8 %, in short bursts."""
    count = -(-length // FRAME)
    share, burst = generator.uniform(0.01, 0.08), generator.uniform(1, 3)
    lost, state = np.zeros(count, bool), False
    for packet in range(count):
        state = generator.random() > 1 / burst if state else generator.random() < share / burst
        lost[packet] = state
    return lost


def conceal(sound, lost):
    """Fills lost packets as gateways do: the last 20 ms again, fading, silence after three."""
    sound, missing = sound.copy(), 0
    for packet in np.flatnonzero(lost):
        start = packet * FRAME
        missing = missing + 1 if packet and lost[packet - 1] else 1
        piece = sound[start:start + FRAME]
        before = sound[max(0, start - FRAME):start]
        if missing > 3 or len(before) < len(piece):
            piece[:] = 0
        else:
            piece[:] = before[:len(piece)] * 0.7
    return sound


def random_codec(sound, generator):
    """Returns the sound after one of the mobile codecs at hand."""
    if not AVAILABLE:
        return sound
    if generator.choice(AVAILABLE) == "gsm":
        return gsm(sound)
    lost = losses(len(sound), generator) if generator.random() < 0.2 else None
    return amrnb(sound, int(generator.choice(AMR_MODES)), lost)
