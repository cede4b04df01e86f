"""Makes the sample calls in `calls/` and `calls/expected.tsv`: `python tests/data/make_calls.py`.

Synthetic callers, made with the voices of `models/training/speech.py` (its environment runs this
too). Most voices were kept out of the speech model's training, and of the wishes only 转人工 stands
in its training text. The expected rows say what is right, not what some version did: a sample that
fails is a fault of the program.
"""

import csv
import dataclasses
import pathlib
import sys
import zlib

import numpy as np
import soundfile
import soxr

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "models" / "training"))

import channel  # noqa: E402  (found by the line above)
import speech  # noqa: E402
import text as spoken  # noqa: E402

FOLDER = HERE / "calls"
LEAD_SECONDS, TAIL_SECONDS = 0.5, 1.2
PAUSE_SECONDS = 2.0
SUBTYPES = {"pcm": "PCM_16", "alaw": "ALAW", "mulaw": "ULAW"}


@dataclasses.dataclass
class Call:
    """One sample: who says what over which line, and what must come of it."""

    name: str
    category: str
    says: tuple
    voice: str
    manner: dict = dataclasses.field(default_factory=dict)
    outcome: str = "route"
    reason: str = "understood"
    codec: str = "pcm"
    rate: int = channel.RATE
    peak_db: float = -6.0
    rms_db: float | None = None
    clip_db: float = 0.0
    snr_db: float = 28.0
    agent: str = ""


CALLS = [
    # Each desk three times.
    Call("account_password", "account", ("我的密码忘了想重新设置一个",), "belinda", {"rate": 180}),
    Call("account_code", "account", ("手机一直收不到验证码",), "david", {"rate": 170}),
    Call("account_login", "account", ("我的账号登录不上去了",), "f5", {"rate": 180}),
    Call("content_removed", "content", ("我发的视频怎么被下架了",), "Michael", {"rate": 175}),
    Call("content_report", "content", ("我要举报有人发低俗视频",), "Alicia", {"rate": 185}),
    Call("content_review", "content", ("视频审核两天了还没通过",), "m6", {"rate": 180}),
    Call("finance_refund", "finance", ("我充错钱了想申请退款",), "steph2", {"rate": 175}),
    Call("finance_recharge", "finance", ("充值了一百块钱没有到账",), "travis", {"rate": 180}),
    Call("finance_withdrawal", "finance", ("提现三天了还没到银行卡",), "iven3", {"rate": 180}),
    # A person, please: in a second, and in a sentence.
    Call("human_short", "human", ("转人工",), "pablo", {"rate": 175},
         outcome="handoff", reason="human_wish"),
    Call("human_sentence", "human", ("你好麻烦帮我接人工客服",), "f2", {"rate": 185},
         outcome="handoff", reason="human_wish"),
    # The wish comes only after a greeting or a start that says nothing.
    Call("pause_after_greeting", "content", ("喂你好", "我的直播间被封了想申诉"), "m3",
         {"rate": 180}),
    Call("pause_after_start", "finance", ("那个我想问一下", "自动续费怎么取消"), "anika",
         {"rate": 175}),
    # Conversations: the bot asks or guides, the caller answers.
    Call("guided", "account", ("我忘记密码了怎么改", "好了", "好了", "好了", "解决了谢谢"), "m6", {"rate": 165},
         outcome="guide", reason="solved"),
    Call("clarified", "finance", ("我那个直播的钱", "是的"), "m3", {"rate": 175}),
    Call("insists", "human", ("你好", "我不想跟机器人说", "我要找人工客服"), "f2", {"rate": 175},
         outcome="handoff", reason="human_wish"),
    Call("elderly", "other", ("我今年七十二岁了不会弄这个", "要的"), "f4", {"rate": 165},
         outcome="handoff", reason="vulnerable"),
    # What gateways and recorders send.
    Call("alaw", "account", ("我想换绑一个新手机号",), "klatt3", {"rate": 180}, codec="alaw"),
    Call("mulaw", "finance", ("我想开一张充值的发票",), "f4", {"rate": 180}, codec="mulaw"),
    Call("rate_16k", "content", ("有人盗用我的视频",), "adam", {"rate": 170}, rate=16_000),
    Call("stereo_44k_right", "account", ("我的账号被封了怎么申诉",), "linda", {"rate": 180},
         rate=44_100, agent="您好请问有什么可以帮您"),
    Call("very_quiet", "content", ("视频一直上传不了",), "max", {"rate": 170}, rms_db=-42.0),
    Call("clipped", "finance", ("会员自动扣费我要退钱",), "edward", {"rate": 175}, clip_db=14.0),
    # From a street far louder than the voice: too little is heard to know a desk.
    Call("bad_line", "other", ("你好我想说直播间的事", "我的直播间被封了", "我说直播间被封了听得清吗"), "f2",
         {"rate": 175}, outcome="handoff", reason="bad_line", codec="mulaw", snr_db=-8.0),
]


def chance(name):
    """Returns the random numbers of one call: a changed call leaves the others as they are."""
    return np.random.default_rng(zlib.crc32(name.encode()))


def speak(synthesiser, said, call, voice):
    """Returns one utterance, dry."""
    manner = speech.Manner(voice, **call.manner)
    return synthesiser.speak(spoken.pinyin(said)[0], manner)


def telephone(sound, call, generator):
    """Returns what arrives at the gateway: room, band, level and the line's own soft noise."""
    sound = channel.reverberate(sound, 0.15, generator)
    sound = channel.band_limit(sound, 300, 3400)
    voiced = np.abs(sound) > 0.02 * np.abs(sound).max()
    sound = channel.set_level(sound, call.peak_db)
    if call.rms_db is not None:
        level = 10 * np.log10(channel.power(sound[voiced]))
        sound = sound * 10 ** ((call.rms_db - level) / 20)
    sound = channel.add_noise(sound, channel.coloured_noise(len(sound), 1.0, generator), call.snr_db)
    return np.clip(sound * 10 ** (call.clip_db / 20), -1, 1)


def render(synthesiser, call, generator):
    """Returns the samples of a call, one column a channel."""
    parts = [speak(synthesiser, said, call, call.voice) for said in call.says]
    pause = np.zeros(int(PAUSE_SECONDS * channel.RATE), np.float32)
    sound = parts[0]
    for part in parts[1:]:
        sound = np.concatenate([sound, pause, part])
    if not call.agent:
        return telephone(channel.pad(sound, LEAD_SECONDS, TAIL_SECONDS), call, generator)
    # The agent speaks first, on the left; the caller answers on the right.
    agent = channel.pad(speak(synthesiser, call.agent, call, "f3"), LEAD_SECONDS, 0)
    turn = len(agent) / channel.RATE + LEAD_SECONDS
    caller = channel.pad(sound, turn, TAIL_SECONDS)
    agent = np.pad(agent, (0, len(caller) - len(agent)))
    return np.stack([telephone(side, call, generator) for side in (agent, caller)], axis=1)


def write(name, sound, rate=channel.RATE, codec="pcm"):
    """Writes a file in its own format."""
    if rate != channel.RATE:
        sound = soxr.resample(sound, channel.RATE, rate)
    soundfile.write(FOLDER / f"{name}.wav", np.clip(sound, -1, 1), rate, subtype=SUBTYPES[codec])


def silence(generator):
    """Returns a line on which nobody says anything: 12 s of its own hiss, near -72 dBFS."""
    return generator.standard_normal(12 * channel.RATE) * 10 ** (-72 / 20)


def noise(generator):
    """Returns 10 s of wind in the microphone: gusts of noise, no voice."""
    gusts = np.repeat(generator.uniform(0.2, 1.0, 21), channel.RATE // 2)
    smooth = np.hanning(channel.RATE // 2)
    gusts = np.convolve(gusts, smooth / smooth.sum(), mode="same")[:10 * channel.RATE]
    wind = channel.coloured_noise(len(gusts), 1.0, generator) * gusts
    return channel.set_level(channel.band_limit(wind, 300, 3400), -12)


def main():
    FOLDER.mkdir(exist_ok=True)
    synthesiser = speech.Synthesiser()
    rows = []
    for call in CALLS:
        write(call.name, render(synthesiser, call, chance(call.name)), call.rate, call.codec)
        side = "right" if call.agent else "left"
        rows.append((f"{call.name}.wav", call.category, call.outcome, call.reason, side))
    write("silence", silence(chance("silence")))
    rows.append(("silence.wav", "", "handoff", "no_input", "left"))
    write("noise", noise(chance("noise")))
    rows.append(("noise.wav", "", "handoff", "non_speech", "left"))
    with (FOLDER / "expected.tsv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, delimiter="\t", lineterminator="\n")
        table.writerow(("file", "category", "outcome", "reason", "channel"))
        table.writerows(rows)


if __name__ == "__main__":
    main()
