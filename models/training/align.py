"""Teaches the decoder where to listen: the CTC head's alignment guides some of its attention heads.

Left alone, the decoder loses its place in longer sentences long after the encoder hears every
syllable, and then recites. CTC knows when each syllable is spoken; one cross-attention head of each
later layer is rewarded for looking there. Only training does this; the model file holds no trace of it.
"""

import torch
import torch.nn.functional as F

GUIDED_LAYERS = [1, 2]
REACH = 3  # Encoder positions (20 ms) on either side that count as looking there.
HEAD_WIDTH = 64


@torch.no_grad()
def syllable_times(scores, syllables, counts):
    """Returns (clips, most syllables) encoder positions: the middle of each syllable's stay on the best
    CTC path. `scores` are (positions, clips, classes) log-probabilities, `syllables` all targets in a row."""
    length, clips, _ = scores.shape
    most = max(1, int(counts.max()))
    targets = torch.zeros(clips, most, dtype=torch.long)
    targets[torch.arange(most)[None] < counts[:, None].cpu()] = syllables.cpu()
    states = 2 * most + 1
    labels = torch.zeros(clips, states, dtype=torch.long)
    labels[:, 1::2] = targets
    may_skip = torch.zeros(clips, states, dtype=torch.bool)
    may_skip[:, 3::2] = targets[:, 1:] != targets[:, :-1]
    emitted = scores.cpu().gather(2, labels[None].expand(length, -1, -1))
    best = torch.full((clips, states), -1e9)
    best[:, :2] = emitted[0, :, :2]
    moves = torch.zeros(length, clips, states, dtype=torch.long)
    for now in range(1, length):
        one = F.pad(best, (1, 0), value=-1e9)[:, :-1]
        two = F.pad(best, (2, 0), value=-1e9)[:, :-2].masked_fill(~may_skip, -1e9)
        best, moves[now] = torch.stack([best, one, two]).max(0)
        best = best + emitted[now]
    last = 2 * counts.cpu()
    ends = torch.stack([last, (last - 1).clamp(min=0)], 1)
    state = ends.gather(1, best.gather(1, ends).argmax(1, keepdim=True))[:, 0]
    sums, stays = torch.zeros(clips, states), torch.zeros(clips, states)
    rows = torch.arange(clips)
    for now in range(length - 1, -1, -1):
        sums[rows, state] += now
        stays[rows, state] += 1
        state = state - moves[now, rows, state]
    return (sums / stays.clamp(min=1))[:, 1::2]


class Guide:
    """Collects how the guided heads look while the decoder runs."""

    def __init__(self, listener):
        self.looks = []
        for layer in GUIDED_LAYERS:
            listener.decoder.blocks[layer].cross_attn.register_forward_hook(self._look)

    def _look(self, attention, inputs, _output):
        asking, audio = inputs[:2]
        queries = F.linear(asking, attention.query.weight[:HEAD_WIDTH], attention.query.bias[:HEAD_WIDTH])
        keys = F.linear(audio, attention.key.weight[:HEAD_WIDTH])
        self.looks.append(F.log_softmax(queries @ keys.transpose(1, 2) * HEAD_WIDTH ** -0.5, -1))

    def loss(self, times, places):
        """Returns minus the log of the attention near the right place, averaged over tokens.
        `places` are (clips, tokens): the number of the syllable that a token writes, -1 where none."""
        guided = places >= 0
        wanted = times.to(places.device).gather(1, places.clamp(min=0))
        total = 0.0
        for look in self.looks:
            distance = (torch.arange(look.shape[-1], device=look.device) - wanted[..., None]).abs()
            near = look.masked_fill(distance > REACH, -1e4).logsumexp(-1)
            total = total - (near * guided).sum() / guided.sum().clamp(min=1)
        self.looks = []
        return total / len(GUIDED_LAYERS)
