"""A mask over the window's padding, written into the weights.

whisper.cpp has no mask: attention sees the whole window, so the text of a model depends on how much silence the window
adds. Here some of the weights are constants (`Seal`) that tell padding apart and hide it, in any program that
runs the file:

- Four channels of the first convolution compare bands of one frame. In digital silence, and nowhere else, all bands are
  equal: whisper.cpp writes the same floor into each.
- The second convolution has a dimension `PAD` that is `LOUD` where three frames in a row are so, and zero elsewhere.
  Nothing later writes to it.
- After a layer norm, `PAD` is about the root of the width in padding and next to nothing elsewhere. The first dimension of
  each head's keys copies it, and the same dimension of the queries is always `-HIDE`: a position of padding
  has a weight of e^-41 against one of sound, which is none in any floating-point number that ggml sums with.

The price is one dimension in 192, one in 64 of each head's keys, and four channels.
"""

import torch

PAD = -1  # The encoder's reserved dimension.
DETECTORS = slice(-4, None)  # The reserved channels of the first convolution.
LOUD = 200.0
HIDE = 24.0
# Powers of two, as many above zero as below: bands that are equal cancel exactly, in bfloat16 and float16 too.
TILT, TEXTURE = 16.0, 64.0
OFF = -10.0  # whisper.cpp's GELU is exactly zero from here on.
STEEP = 64.0


def detectors(mels):
    """Returns the (4, bands) weights: telephone speech tilts towards low bands, flat noise differs from band to band."""
    tilt, texture = torch.zeros(2, mels)
    tilt[10:26], tilt[64:80] = TILT, -TILT
    texture[10:42:2], texture[11:42:2] = TEXTURE, -TEXTURE
    return torch.stack([tilt, -tilt, texture, -texture])


class Seal:
    """Holds the reserved weights of one model at their values."""

    def __init__(self, listener):
        self.held = []
        encoder, blocks = listener.encoder, listener.encoder.blocks
        first, second = encoder.conv1, encoder.conv2
        listening = torch.zeros_like(first.weight[DETECTORS])
        listening[:, :, 1] = detectors(first.weight.shape[1])
        self.hold(first.weight, DETECTORS, listening)
        self.hold(first.bias, DETECTORS, OFF)
        self.hold(second.weight, (slice(None), DETECTORS), 0.0)
        self.hold(second.weight, PAD, 0.0)
        self.hold(second.weight, (PAD, DETECTORS), -STEEP)
        self.hold(second.bias, PAD, LOUD)
        self.hold(encoder.positional_embedding, (slice(None), PAD), 0.0)
        for block in blocks:
            for written in (block.attn.out, block.mlp[2]):
                self.hold(written.weight, PAD, 0.0)
                self.hold(written.bias, PAD, 0.0)
        for norm in [encoder.ln_post, *(n for block in blocks for n in (block.attn_ln, block.mlp_ln))]:
            self.hold(norm.weight, PAD, 1.0)
            self.hold(norm.bias, PAD, 0.0)
        for attention in [*(b.attn for b in blocks), *(b.cross_attn for b in listener.decoder.blocks)]:
            rows = slice(None, None, attention.query.weight.shape[0] // attention.n_head)
            self.hold(attention.query.weight, rows, 0.0)
            self.hold(attention.query.bias, rows, -HIDE)
            self.hold(attention.key.weight, rows, 0.0)
            self.hold(attention.key.weight, (rows, PAD), 1.0)

    def hold(self, parameter, where, value):
        self.held.append((parameter, where, value))

    @torch.no_grad()
    def apply(self):
        """Writes the values again."""
        for parameter, where, value in self.held:
            parameter[where] = value.to(parameter.device) if torch.is_tensor(value) else value

    def still(self):
        """Takes them out of the gradient, whose length would else be theirs."""
        for parameter, where, _ in self.held:
            if parameter.grad is not None:
                parameter.grad[where] = 0.0
