"""The model: openai-whisper's module, small, with windows cut to the utterance, and its vocabulary.

Three things differ from openai-whisper, none visible to whisper.cpp. The encoder's positional
embedding is sliced to the window, so a short `audio_ctx` is what the model was trained with. A mask over
the window's padding is written into the weights (`padding.py`). And only the vocabulary rows of Chinese characters exist in training (`Vocabulary`); the others are written
at export so that they can never win: dimension `MARK` of the decoder's last layer norm is
fixed at one, whatever the state, and an unused row holds -100 there and zero elsewhere.
"""

import functools

import torch
import torch.nn.functional as F
import whisper
from whisper.model import AudioEncoder, ModelDimensions, Whisper

import text as spoken
from padding import Seal

WIDTH = 192
MARK = WIDTH - 1
FULL_VOCABULARY = 51865
END, START, ZH, TRANSCRIBE, NO_TIMESTAMPS = 50257, 50258, 50260, 50359, 50363
PROMPT = [START, ZH, TRANSCRIBE, NO_TIMESTAMPS]
DIMENSIONS = dict(
    n_mels=80, n_audio_ctx=1500, n_audio_state=WIDTH, n_audio_head=3, n_audio_layer=4,
    n_text_ctx=448, n_text_state=WIDTH, n_text_head=3, n_text_layer=3)


class Vocabulary:
    """One token for each character: Whisper's own where it has one, else the place of one that is never needed.

    Whisper's encoding splits nine in ten of the characters into two or three tokens by their UTF-8 bytes, so
    that what sounds alike begins with what does not. whisper.cpp takes a token's bytes from the model
    file, so the file says what these places mean now. `used` are the token ids that training knows, `compact`
    their numbers there.
    """

    def __init__(self):
        encoding = whisper.tokenizer.get_encoding("multilingual")
        self.words = [encoding.decode_single_token_bytes(token) for token in range(END)]
        numbers = {word: token for token, word in enumerate(self.words)}
        self.by_character = {c: numbers.get(c.encode()) for c in spoken.characters()}
        # From the end, where the longest words of other languages are; 256 single bytes come first and stay.
        free = (t for t in reversed(range(END)) if len(self.words[t]) > 3 and not t in self.by_character.values())
        for character, token in self.by_character.items():
            if token is None:
                self.by_character[character] = token = next(free)
                self.words[token] = character.encode()
        self.used = sorted({*self.by_character.values(), *PROMPT, END})
        self.compact = {token: number for number, token in enumerate(self.used)}
        self.prompt = [self.compact[token] for token in PROMPT]
        self.end = self.compact[END]

    def write(self, text):
        """Returns the compact numbers of a text, one for each character."""
        return [self.compact[self.by_character[c]] for c in text]

    def read(self, numbers):
        """Returns the text of compact numbers."""
        tokens = [self.used[number] for number in numbers]
        return b"".join(self.words[token] for token in tokens if token < END).decode()


@functools.lru_cache(maxsize=1)
def vocabulary():
    return Vocabulary()


# whisper.cpp calculates GELU by its tanh form, openai-whisper exactly. On 40 clips the exact form left the mean logarithm of a
# token's probability 0.0005 off whisper.cpp's, this one 0.0003.
GELU = functools.partial(F.gelu, approximate="tanh")


class WindowedEncoder(AudioEncoder):
    """Whisper's encoder for any window up to the full one."""

    def forward(self, mels):
        hidden = GELU(self.conv1(mels))
        hidden = GELU(self.conv2(hidden)).permute(0, 2, 1)
        hidden = hidden + self.positional_embedding[:hidden.shape[1]]
        for block in self.blocks:
            hidden = block(hidden)
        return self.ln_post(hidden)


class Listener(Whisper):
    """Whisper, plus a CTC head over toneless pinyin that only training uses."""

    def __init__(self):
        dimensions = ModelDimensions(n_vocab=len(vocabulary().used), **DIMENSIONS)
        super().__init__(dimensions)
        self.encoder = WindowedEncoder(
            dimensions.n_mels, dimensions.n_audio_ctx, dimensions.n_audio_state,
            dimensions.n_audio_head, dimensions.n_audio_layer)
        for block in [*self.encoder.blocks, *self.decoder.blocks]:
            block.mlp[1] = torch.nn.GELU(approximate="tanh")
        self.pinyin_head = torch.nn.Linear(WIDTH, len(spoken.syllables()) + 1)
        torch.nn.init.normal_(self.decoder.token_embedding.weight, std=0.05)
        torch.nn.init.normal_(self.decoder.positional_embedding, std=0.02)
        self.seal = Seal(self)
        self.hold_reserved()

    @torch.no_grad()
    def hold_reserved(self):
        """Holds the reserved weights at their values; called after whatever may have moved them."""
        self.decoder.ln.weight[MARK] = 0.0
        self.decoder.ln.bias[MARK] = 1.0
        self.seal.apply()

    @torch.inference_mode()
    def transcribe_batch(self, mels, limit=80):
        """Returns (texts, mean token log-probabilities) by greedy decoding, as the engine decodes."""
        words = vocabulary()
        audio = self.encoder(mels)
        count = len(mels)
        numbers = torch.tensor([words.prompt] * count, device=mels.device)
        scores = torch.zeros(count, device=mels.device)
        lengths = torch.zeros(count, device=mels.device)
        running = torch.ones(count, dtype=torch.bool, device=mels.device)
        # whisper.cpp never writes these, so neither do we.
        banned = torch.tensor(words.prompt, device=mels.device)
        for _ in range(limit):
            logits = self.decoder(numbers, audio)[:, -1]
            logits[:, banned] = -torch.inf
            best, chosen = F.log_softmax(logits, -1).max(-1)
            chosen = torch.where(running, chosen, words.end)
            scores += torch.where(running, best, 0)
            lengths += running
            numbers = torch.cat([numbers, chosen[:, None]], 1)
            running = running & (chosen != words.end)
            if not running.any():
                break
        texts = []
        for row in numbers[:, len(words.prompt):].tolist():
            texts.append(words.read(row[:row.index(words.end)] if words.end in row else row))
        return texts, (scores / lengths.clamp(min=1)).tolist()

    @torch.inference_mode()
    def syllables_batch(self, mels):
        """Returns what the CTC head hears, greedily: lists of toneless syllables."""
        names = spoken.syllables()
        best = self.pinyin_head(self.encoder(mels)).argmax(-1).tolist()
        return [[names[now - 1] for before, now in zip([0] + row, row) if now and now != before]
                for row in best]
