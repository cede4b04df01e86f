"""One checkpoint for every engine: Whisper's shapes, random weights, and a script that each engine writes.

The weights are drawn at random. A large vector of its own lies on each decoder position, and the row of the token that the
script wants next holds the same vector, so that every engine writes these tokens and then ends, whatever it hears,
at the full cost of the shape. Written as openai-whisper's `.pt`, whisper.cpp's ggml (f16, bf16, Q8_0) with Pretriage's
manifest, CTranslate2's int8 with the tokenizer that faster-whisper wants, and sherpa-onnx's int8 (`onnx_export.py`).
"""

import hashlib
import json
import os
import pathlib
import struct

import ctranslate2
import numpy as np
import tokenizers
import torch
import whisper
from ctranslate2.specs import common_spec, whisper_spec
from whisper.model import ModelDimensions, Whisper

import onnx_export
import window

SHAPES = {"tiny": (384, 6, 4), "base": (512, 8, 6)}  # width, heads, layers of each half: OpenAI's
VOCABULARY = 51865
END, PROMPT = 50257, 4  # end of text; <sot> <zh> <transcribe> <notimestamps>
SPEECH = "我充值的钱到现在还没有到账请帮我查一下谢谢你们"
POSITION, WISH = 50.0, 1.0  # lengths of the vectors: on the position, in the row of the token that it asks for
MAGIC, BLOCK = 0x67676D6C, 32
KINDS = {"f16": (1, 1), "q8_0": (7, 8), "bf16": (24, 30)}  # ggml file type, tensor type


def tokens():
    """Returns the ids that are to be written: characters that are one token each."""
    encoding = whisper.tokenizer.get_encoding("multilingual")
    wanted = [encoding.encode(character) for character in SPEECH]
    return [ids[0] for ids in wanted if len(ids) == 1]


@torch.no_grad()
def scripted(shape, seed=1):
    """Returns the model in openai-whisper's own module."""
    width, heads, layers = SHAPES[shape]
    torch.manual_seed(seed)
    model = Whisper(ModelDimensions(80, 1500, width, heads, layers, VOCABULARY, 448, width, heads, layers))
    for name, parameter in model.named_parameters():
        is_norm = name.endswith(("ln.weight", "ln_post.weight"))
        parameter.copy_(torch.ones_like(parameter) if is_norm else 0.02 * torch.randn_like(parameter))
    directions = torch.nn.functional.normalize(torch.randn(448, width), dim=1)
    model.decoder.positional_embedding.copy_(POSITION * directions)
    for step, token in enumerate([*tokens(), END]):
        model.decoder.token_embedding.weight[token] += WISH * directions[PROMPT - 1 + step]
    return model.eval()


def q8_0(matrix):
    blocks = matrix.reshape(-1, BLOCK)
    scales = np.abs(blocks).max(axis=1) / 127
    packed = np.zeros(len(blocks), dtype=[("scale", "<f2"), ("values", "i1", BLOCK)])
    packed["scale"] = scales
    packed["values"] = np.rint(blocks / np.where(scales > 0, scales, 1)[:, None])
    return packed.tobytes()


def bf16(matrix):
    return torch.from_numpy(matrix).bfloat16().view(torch.int16).numpy().tobytes()


def write_ggml(model, kind, path):
    """Writes whisper.cpp's file: sizes, mel filters, base tokens, tensors; then Pretriage's manifest beside it."""
    dims, (file_type, matrix_type) = model.dims, KINDS[kind]
    filters = np.load(pathlib.Path(whisper.__file__).parent / "assets/mel_filters.npz")["mel_80"].astype("<f4")
    encoding = whisper.tokenizer.get_encoding("multilingual")
    with open(path, "wb") as file:
        file.write(struct.pack("<12i", MAGIC, dims.n_vocab, dims.n_audio_ctx, dims.n_audio_state, dims.n_audio_head, dims.n_audio_layer,
                               dims.n_text_ctx, dims.n_text_state, dims.n_text_head, dims.n_text_layer, dims.n_mels, file_type))
        file.write(struct.pack("<2i", *filters.shape) + filters.tobytes() + struct.pack("<i", END))
        for token in range(END):
            word = encoding.decode_single_token_bytes(token)
            file.write(struct.pack("<i", len(word)) + word)
        for name, tensor in model.state_dict().items():
            array = tensor.float().numpy()
            if name.startswith("encoder.conv") and name.endswith("bias"):
                array = array[:, None]
            is_plain = "positional_embedding" in name or array.ndim < 2 or array.shape[-1] == 1
            type_ = 0 if is_plain else 1 if "conv" in name else matrix_type
            data = {0: lambda: array.astype("<f4").tobytes(), 1: lambda: array.astype("<f2").tobytes(),
                    8: lambda: q8_0(array), 30: lambda: bf16(array)}[type_]()
            file.write(struct.pack("<3i", array.ndim, len(name), type_))
            file.write(struct.pack(f"<{array.ndim}i", *reversed(array.shape)) + name.encode() + data)
    content = path.read_bytes()
    path.with_suffix(".toml").write_text(
        f'name = "{path.stem}"\nversion = "1"\nfile = "{path.name}"\nsha256 = "{hashlib.sha256(content).hexdigest()}"\n'
        f'bytes = {len(content)}\nlicense = "Apache-2.0"\nlanguage = "zh"\n'
        f"[window]\nmargin_ms = {round(1000 * window.MARGIN_SECONDS)}\nmin_ms = 1000\nmax_ms = 30000\nstep_ms = 320\nfull_window = \"exact\"\n"
        "[tokens]\nper_second = 10\nextra = 8\n[confidence]\ndoubtful_logprob = -1.0\n", encoding="utf-8")


def tokenizer():
    """Returns Whisper's vocabulary as faster-whisper reads it. It has no merges: nothing is encoded here but symbols."""
    encoding = whisper.tokenizer.get_encoding("multilingual")
    alphabet = byte_letters()
    vocabulary = {"".join(alphabet[byte] for byte in encoding.decode_single_token_bytes(token)): token for token in range(END)}
    made = tokenizers.Tokenizer(tokenizers.models.BPE(vocabulary, []))
    made.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = tokenizers.decoders.ByteLevel()
    special = sorted(encoding._special_tokens.items(), key=lambda item: item[1])
    made.add_special_tokens([tokenizers.AddedToken(name, special=True) for name, _ in special])
    assert all(made.token_to_id(name) == token for name, token in special)
    return made, [name for name, _ in special]


def byte_letters():
    """Returns GPT-2's letter for each byte."""
    shown = [*range(33, 127), *range(161, 173), *range(174, 256)]
    hidden = [byte for byte in range(256) if byte not in shown]
    return {byte: chr(byte) for byte in shown} | {byte: chr(256 + number) for number, byte in enumerate(hidden)}


def write_ctranslate2(model, folder):
    """Writes CTranslate2's int8 model, from the same weights."""
    # Copies, because CTranslate2 scales in place what it is given.
    dims, state = model.dims, {name: tensor.float().numpy().copy() for name, tensor in model.state_dict().items()}
    spec = whisper_spec.WhisperSpec(dims.n_audio_layer, dims.n_audio_head, dims.n_text_layer, dims.n_text_head)

    def linear(to, *names):
        to.weight = np.concatenate([state[f"{name}.weight"] for name in names])
        # Whisper's keys have no bias.
        zeros = lambda name: np.zeros(len(state[f"{name}.weight"]), np.float32)
        to.bias = np.concatenate([state.get(f"{name}.bias", zeros(name)) for name in names])

    def norm(to, name):
        to.gamma, to.beta = state[f"{name}.weight"], state[f"{name}.bias"]

    def feed_forward(to, name):
        norm(to.layer_norm, f"{name}.mlp_ln")
        linear(to.linear_0, f"{name}.mlp.0")
        linear(to.linear_1, f"{name}.mlp.2")

    def self_attention(to, name):
        norm(to.layer_norm, f"{name}.attn_ln")
        linear(to.linear[0], f"{name}.attn.query", f"{name}.attn.key", f"{name}.attn.value")
        linear(to.linear[1], f"{name}.attn.out")

    encoder, decoder = spec.encoder, spec.decoder
    for to, name in [(encoder.conv1, "encoder.conv1"), (encoder.conv2, "encoder.conv2")]:
        to.weight, to.bias = state[f"{name}.weight"], state[f"{name}.bias"]
    encoder.position_encodings.encodings = state["encoder.positional_embedding"]
    norm(encoder.layer_norm, "encoder.ln_post")
    for number, to in enumerate(encoder.layer):
        self_attention(to.self_attention, f"encoder.blocks.{number}")
        feed_forward(to.ffn, f"encoder.blocks.{number}")
    decoder.embeddings.weight = decoder.projection.weight = state["decoder.token_embedding.weight"]
    decoder.position_encodings.encodings = state["decoder.positional_embedding"]
    norm(decoder.layer_norm, "decoder.ln")
    for number, to in enumerate(decoder.layer):
        name = f"decoder.blocks.{number}"
        self_attention(to.self_attention, name)
        norm(to.attention.layer_norm, f"{name}.cross_attn_ln")
        linear(to.attention.linear[0], f"{name}.cross_attn.query")
        linear(to.attention.linear[1], f"{name}.cross_attn.key", f"{name}.cross_attn.value")
        linear(to.attention.linear[2], f"{name}.cross_attn.out")
        feed_forward(to.ffn, name)
    made, special = tokenizer()
    words = [made.id_to_token(number) for number in range(END)] + special
    spec.register_vocabulary(words[:VOCABULARY])
    languages = [made.token_to_id(f"<|{code}|>") for code in whisper.tokenizer.LANGUAGES]
    spec.config.lang_ids = [token for token in languages if token is not None]
    spec.config.suppress_ids, spec.config.suppress_ids_begin, spec.config.alignment_heads = [], [220, END], [(0, 0)]
    spec.validate()
    spec.optimize(quantization="int8")
    os.makedirs(folder, exist_ok=True)
    spec.save(str(folder))
    made.save(str(folder / "tokenizer.json"))


def make(folder, shape):
    """Writes every form of one shape that is not there; the file written last says that those before it are whole."""
    done, onnx_done = folder / f"{shape}.json", folder / f"{shape}-tokens.txt"
    if done.exists() and onnx_done.exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    model = scripted(shape)
    if not done.exists():
        torch.save({"dims": model.dims.__dict__, "model_state_dict": model.state_dict()}, folder / f"{shape}.pt")
        for kind in KINDS:
            write_ggml(model, kind, folder / f"{shape}-{kind}.bin")
        write_ctranslate2(model, folder / f"{shape}-int8")
        done.write_text(json.dumps({"tokens": tokens()}))
    if not onnx_done.exists():
        onnx_export.write(model, folder / shape)
