"""The scripted checkpoint as sherpa-onnx ships Whisper: an encoder and a decoder in ONNX, int8, and the tokens.

The encoder returns every decoder layer's cross keys and values and takes any length up to 30 s. The decoder is given the caches
of its own keys and values, full-sized, and returns them with the new positions written. Only products with weights on
the right become int8: the vocabulary stands on the left of its own and stays f32, as in the published files.
"""

import io
import pathlib
import shutil

import onnx
import torch
import whisper
from onnxruntime.quantization import QuantType, quantize_dynamic
from whisper.model import disable_sdpa

OPSET = 17
CROSS = ["n_layer_cross_k", "n_layer_cross_v"]
CACHES = ["n_layer_self_k_cache", "n_layer_self_v_cache"]


class Encoder(torch.nn.Module):
    def __init__(self, model):
        super().__init__()
        self.encoder, self.decoder = model.encoder, model.decoder

    def forward(self, mel):
        gelu = torch.nn.functional.gelu
        heard = gelu(self.encoder.conv2(gelu(self.encoder.conv1(mel)))).permute(0, 2, 1)
        heard = heard + self.encoder.positional_embedding[:heard.shape[1]]
        for block in self.encoder.blocks:
            heard = block(heard)
        heard = self.encoder.ln_post(heard)
        crosses = [block.cross_attn for block in self.decoder.blocks]
        return torch.stack([cross.key(heard) for cross in crosses]), torch.stack([cross.value(heard) for cross in crosses])


class Decoder(torch.nn.Module):
    def __init__(self, model):
        super().__init__()
        self.decoder = model.decoder

    def forward(self, tokens, keys, values, cross_keys, cross_values, offset):
        begin, end = offset[0], offset[0] + tokens.shape[1]
        state = self.decoder.token_embedding(tokens) + self.decoder.positional_embedding[begin:end]
        for number, block in enumerate(self.decoder.blocks):
            own, cross = block.attn, block.cross_attn
            normal = block.attn_ln(state)
            keys[number, :, begin:end] = own.key(normal)
            values[number, :, begin:end] = own.value(normal)
            state = state + attend(own, normal, keys[number, :, :end], values[number, :, :end], self.decoder.mask)
            state = state + attend(cross, block.cross_attn_ln(state), cross_keys[number], cross_values[number])
            state = state + block.mlp(block.mlp_ln(state))
        logits = self.decoder.token_embedding.weight @ self.decoder.ln(state).permute(0, 2, 1)
        return logits.permute(0, 2, 1), keys, values


def attend(attention, state, keys, values, mask=None):
    return attention.out(attention.qkv_attention(attention.query(state), keys, values, mask)[0])


def properties(model):
    """Returns what sherpa-onnx reads from the encoder's file."""
    known = whisper.tokenizer.get_tokenizer(True, num_languages=model.num_languages)
    found = model.dims.__dict__ | {
        "is_multilingual": 1, "sot": known.sot, "eot": known.eot, "blank_id": known.encode(" ")[0], "translate": known.translate,
        "transcribe": known.transcribe, "no_speech": known.no_speech, "no_timestamps": known.no_timestamps}
    listed = {"sot_sequence": known.sot_sequence, "all_language_tokens": known.all_language_tokens, "all_language_codes": known.all_language_codes}
    return {name: str(value) for name, value in found.items()} | {name: ",".join(map(str, values)) for name, values in listed.items()}


def save(module, inputs, outputs, axes, path, about):
    """Writes one module in int8; the inputs are examples by name."""
    traced = io.BytesIO()
    torch.onnx.export(module, tuple(inputs.values()), traced, opset_version=OPSET, input_names=list(inputs), output_names=outputs, dynamic_axes=axes)
    made = onnx.load_from_string(traced.getvalue())
    onnx.helper.set_model_props(made, about)
    quantize_dynamic(made, path, op_types_to_quantize=["MatMul"], weight_type=QuantType.QInt8)


@torch.no_grad()
def write(model, stem):
    """Writes `<stem>-encoder.onnx`, `<stem>-decoder.onnx` and, last, `<stem>-tokens.txt`."""
    dims = model.dims
    mel = torch.zeros(1, dims.n_mels, 2 * dims.n_audio_ctx)
    heard = {name: torch.zeros(dims.n_text_layer, 1, dims.n_audio_ctx, dims.n_text_state) for name in CROSS}
    caches = {f"in_{name}": torch.zeros(dims.n_text_layer, 1, dims.n_text_ctx, dims.n_text_state) for name in CACHES}
    one = {"tokens": torch.tensor([[0]])} | caches | heard | {"offset": torch.tensor([1])}
    lengths = {name: {2: "positions"} for name in CROSS}
    # PyTorch's fused attention cannot be traced: whether it is causal would depend on a length.
    with disable_sdpa():
        save(Encoder(model), {"mel": mel}, CROSS, lengths | {"mel": {2: "frames"}}, f"{stem}-encoder.onnx", properties(model))
        save(Decoder(model), one, ["logits", *(f"out_{name}" for name in CACHES)], lengths | {"tokens": {1: "tokens"}}, f"{stem}-decoder.onnx", {})
    # openai-whisper's own list has the same form: a token in base64 and its id.
    shutil.copyfile(pathlib.Path(whisper.__file__).parent / "assets/multilingual.tiktoken", f"{stem}-tokens.txt")
