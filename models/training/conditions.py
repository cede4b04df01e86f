"""The conditions that a model is measured under: what is said, by whom, over which line.

Each name is a kind of `clips.py` and a row of `examine.py`. Voices and sentences are held out but for
the two rows that say otherwise: "open wording" is that of `models/evaluation`, written apart from the corpus, the other
sentences are of writing families that training never sees. What is not fixed here (room, pitch, pace, level, band) is drawn.
"""

import dataclasses

import channel
import mobile


@dataclasses.dataclass(frozen=True)
class Condition:
    row: str
    says: str = "held-out sentence"  # or "open wording", "digits", "trained sentence"
    speaks: str = "held-out voice"  # or "trained voice", "S0252", "unseen words", "unseen speakers", "nobody"
    snr: float = 20.0
    codec: str = "any G.711"  # or "alaw", "mulaw", "gsm", "amrnb 12.2", "amrnb 4.75", "lost", "wide"

    def lacks(self):
        """Returns the codec that this machine does not have, if there is one."""
        name = self.codec.split()[0]
        return name if name in mobile.CODECS and name not in mobile.AVAILABLE else None


CONDITIONS = {
    "open20": Condition("open wording, unseen voice, 20 dB", says="open wording"),
    "open10": Condition("the same, 10 dB", says="open wording", snr=10),
    "open5": Condition("the same, 5 dB", says="open wording", snr=5),
    "dev20": Condition("unseen sentence, unseen voice, 20 dB"),
    "devclean": Condition("16 kHz, no line, no noise", snr=60, codec="wide"),
    "devalaw": Condition("A-law, 20 dB", codec="alaw"),
    "devmulaw": Condition("mu-law, 20 dB", codec="mulaw"),
    "devten": Condition("G.711, 10 dB", snr=10),
    "devfive": Condition("G.711, 5 dB", snr=5),
    "devzero": Condition("G.711, 0 dB", snr=0),
    "devvoice": Condition("trained sentence, unseen voice, 20 dB", says="trained sentence"),
    "devsentence": Condition("unseen sentence, trained voice, 20 dB", speaks="trained voice"),
    "devgsm": Condition("GSM full rate", codec="gsm"),
    "devamr": Condition("AMR-NB 12.2 kbit/s", codec="amrnb 12.2"),
    "devamrlow": Condition("AMR-NB 4.75 kbit/s", codec="amrnb 4.75"),
    "devloss": Condition("3 % of packets lost, concealed", codec="lost"),
    "devdigits": Condition("4-11 digits, 20 dB", says="digits"),
    "devwords": Condition("human words joined (unseen words)", speaks="unseen words", snr=25),
    "devspeakers": Condition("human words joined (unseen speakers)", speaks="unseen speakers", snr=25),
    "devhuman": Condition("human sentences (S0252)", speaks="S0252", snr=25),
    "devsilent": Condition("nobody speaks", speaks="nobody"),
}


def line(sound, bank, generator, condition):
    """Returns the sound at 8 kHz after the condition's line."""
    if generator.random() < 0.4:
        sound = channel.reverberate(sound, generator.uniform(0.08, 0.35), generator)
    sound = channel.pad(sound, 0.3, 0.5)
    sound = channel.add_noise(sound, bank.draw(len(sound), generator), condition.snr)
    sound = channel.band_limit(sound, 300, 3400)
    sound = channel.set_level(sound, generator.uniform(-20, -3))
    if condition.codec == "gsm":
        return mobile.gsm(sound)
    if condition.codec.startswith("amrnb"):
        return mobile.amrnb(sound, {"12.2": 7, "4.75": 0}[condition.codec.split()[1]])
    if condition.codec == "lost":
        lost = generator.random(-(-len(sound) // mobile.FRAME)) < 0.03
        return channel.code(mobile.conceal(sound, lost), "alaw")
    codec = generator.choice(["alaw", "mulaw"]) if condition.codec == "any G.711" else condition.codec
    return channel.code(sound, str(codec))
