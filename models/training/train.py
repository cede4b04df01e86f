"""Trains the model in two stages, each restartable from its checkpoint.

`train.py encoder`: the encoder alone learns to hear syllables (CTC over toneless pinyin on short
clips); this clicks within minutes where whole sentences stand still for an hour.
`train.py whole`: encoder and decoder together learn to write characters.

The learning rate follows training time, not steps: a run is given `--minutes` and ends well whatever
else the machine does. `work/encoder.pt` and `work/whole.pt` are the checkpoints; both hold an averaged
model, which is what is exported. `--from-model FILE.bin` starts stage two from an exported file.
"""

import argparse
import copy
import math
import os
import pathlib
import random
import time

import numpy as np
import torch
import torch.nn.functional as F

import evaluate
import export
from align import Guide, syllable_times
from batches import Batches
from model import Listener

STAGES = {
    # `frames` of a batch, padding included: small batches, since a short training is short of steps.
    "encoder": dict(rate=1.5e-3, frames=9000, mix={"short": 1.0}),
    "whole": dict(rate=1.2e-3, frames=6000,
                  mix={"sentence": 0.62, "digits": 0.14, "human": 0.09, "short": 0.08, "silent": 0.04, "wide": 0.03}),
}
WARM_UP_STEPS = 150
DECODER_SHARE = 2.5  # The decoder starts later than the encoder and lags behind it: it learns faster.
GUIDE_SHARE = 0.5
CTC_SHARE_FIRST, CTC_SHARE_LAST = 1.0, 0.3  # Stage two: syllables lead at first, characters later.
AVERAGE_EVERY, AVERAGE_DECAY = 5, 0.99  # The average reaches back about 500 steps.


HEAD_STEPS, HEAD_RATE = 250, 4e-3  # An exported file has no CTC head; the guide needs one that knows.


def learning_rate(stage, highest, step, progress):
    """Returns the rate: a warm-up by steps, then for stage two a cosine over training time to 3 %."""
    warm = min(1.0, (step + 1) / WARM_UP_STEPS)
    fall = 1.0 if stage == "encoder" else 0.03 + 0.97 * 0.5 * (1 + math.cos(math.pi * progress))
    return highest * warm * fall


def ctc_loss(listener, audio, batch):
    """Returns the CTC loss per syllable. Clips without speech count as one syllable."""
    scores = F.log_softmax(listener.pinyin_head(audio).float(), -1).transpose(0, 1)
    lengths = torch.full((audio.shape[0],), audio.shape[1], dtype=torch.long)
    loss = F.ctc_loss(scores, batch["syllables"], lengths, batch["syllable_counts"],
                      reduction="none", zero_infinity=True)
    return loss.sum() / batch["syllable_counts"].clamp(min=1).sum(), scores.detach()


def losses(listener, guide, stage, batch, progress, with_encoder):
    """Without the encoder's part a step costs half: only the decoder learns then.
    Returns (loss to descend, loss per syllable, loss per token, loss of the guided attention)."""
    with torch.set_grad_enabled(with_encoder):
        audio = listener.encoder(batch["mels"])
        syllable, scores = ctc_loss(listener, audio, batch)
    if stage == "encoder":
        return syllable, syllable.item(), float("nan"), float("nan")
    logits = listener.decoder(batch["inputs"], audio).float()
    token = F.cross_entropy(logits.flatten(0, 1), batch["targets"].flatten(), ignore_index=-100)
    share = max(CTC_SHARE_LAST, CTC_SHARE_FIRST - 1.4 * progress)
    times = syllable_times(scores, batch["syllables"], batch["syllable_counts"])
    looking = guide.loss(times, batch["places"])
    return token + share * syllable + GUIDE_SHARE * looking, syllable.item(), token.item(), looking.item()


def learn_head(listener, batches, device):
    """Teaches a new CTC head what the finished encoder hears, the rest untouched. Cheap: no decoder, and
    nothing of the encoder to descend. Without it the guide would point the decoder anywhere at first."""
    optimiser = torch.optim.AdamW(listener.pinyin_head.parameters(), lr=HEAD_RATE, weight_decay=0.0)
    for step in range(HEAD_STEPS):
        batch = {name: tensor.to(device) for name, tensor in batches.next().items()}
        with torch.no_grad(), torch.autocast(device.type, torch.bfloat16):
            audio = listener.encoder(batch["mels"]).float()
        loss, _ = ctc_loss(listener, audio, batch)
        optimiser.param_groups[0]["lr"] = HEAD_RATE * (1 - step / HEAD_STEPS)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        if step % 50 == 49:
            print(f"{time.strftime('%H:%M:%S')} head step {step + 1}, per syllable {loss.item():.3f}", flush=True)


class Cores:
    """Uses the cores that others leave idle. Threads that must wait for a core taken by somebody else
    make a step many times slower than one thread alone, so each moment gets what it can carry."""

    def __init__(self, fixed):
        self.fixed = fixed
        self.before = self._usage()
        torch.set_num_threads(fixed or 1)

    @staticmethod
    def _usage():
        """Returns (wall seconds, seconds of all processes over all cores, our own seconds)."""
        with open("/proc/stat", encoding="ascii") as file:
            fields = [int(field) for field in file.readline().split()[1:9]]
        busy = sum(fields) - fields[3] - fields[4]  # All but idle and waiting for a disk.
        return time.time(), busy / os.sysconf("SC_CLK_TCK"), time.process_time()

    def adapt(self):
        if self.fixed:
            return
        now = self._usage()
        wall, busy, own = (after - before for after, before in zip(now, self.before))
        self.before = now
        torch.set_num_threads(max(1, int(os.cpu_count() - (busy - own) / max(wall, 1e-3) + 0.75)))


@torch.no_grad()
def average(averaged, listener, count):
    """Moves the averaged model towards the trained one, faster at the beginning."""
    decay = min(AVERAGE_DECAY, (1 + count) / (10 + count))
    for kept, trained in zip(averaged.parameters(), listener.parameters()):
        kept.lerp_(trained, 1 - decay)
    averaged.fix_mark()


def save(path, **state):
    """Writes a checkpoint aside and renames it: a stop in between costs nothing."""
    aside = path.with_suffix(".part")
    torch.save(state, aside)
    os.replace(aside, path)


def train(arguments):
    torch.manual_seed(arguments.seed)
    random.seed(arguments.seed)
    np.random.seed(arguments.seed)
    torch.set_flush_denormal(True)
    cores = Cores(arguments.threads)
    device = torch.device(arguments.device)
    stage = arguments.stage
    path = arguments.work / f"{stage}.pt"
    listener = Listener()
    step, spent, resumed = 0, 0.0, None
    if path.exists():
        resumed = torch.load(path, map_location="cpu", weights_only=True)
        listener.load_state_dict(resumed["listener"])
        step, spent = resumed["step"], resumed["spent"]
    elif arguments.from_model:
        export.load(listener, arguments.from_model)
    elif stage == "whole" and (arguments.work / "encoder.pt").exists():
        begun = torch.load(arguments.work / "encoder.pt", map_location="cpu", weights_only=True)
        listener.load_state_dict(begun["averaged"])
    listener.to(device).train()
    averaged = copy.deepcopy(listener)
    optimiser = torch.optim.AdamW([
        dict(params=list(listener.encoder.parameters()), share=1.0),
        dict(params=[*listener.decoder.parameters(), *listener.pinyin_head.parameters()], share=DECODER_SHARE),
    ], lr=1e-3, betas=(0.9, 0.98), weight_decay=0.02)
    if resumed:
        averaged.load_state_dict(resumed["averaged"])
        optimiser.load_state_dict(dict(state=resumed["optimiser"]["state"],
                                       param_groups=optimiser.state_dict()["param_groups"]))
    settings = STAGES[stage]
    highest = arguments.rate or settings["rate"]
    batches = Batches(arguments.work, settings["mix"], settings["frames"],
                      arguments.seed + step, arguments.masks)
    if arguments.from_model and not resumed:
        learn_head(listener, batches, device)
        averaged.load_state_dict(listener.state_dict())
    guide = Guide(listener)
    print(f"{stage}: {sum(p.numel() for p in listener.parameters()) / 1e6:.1f} M parameters, "
          f"step {step}, {spent / 60:.1f} minutes spent", flush=True)
    began, budget = time.time() - spent, arguments.minutes * 60
    syllable_mean = token_mean = None
    saved = evaluated = time.time()
    while (elapsed := time.time() - began) < budget:
        batch = {name: tensor.to(device) for name, tensor in batches.next().items()}
        rate = learning_rate(stage, highest, step, elapsed / budget)
        for group in optimiser.param_groups:
            group["lr"] = rate * group["share"]
        with torch.autocast(device.type, torch.bfloat16, enabled=arguments.bf16):
            loss, syllable, token, looking = losses(
                listener, guide, stage, batch, elapsed / budget,
                with_encoder=stage == "encoder" or step % arguments.encoder_every == 0)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(listener.parameters(), 1.0)
        optimiser.step()
        listener.fix_mark()
        step += 1
        if step % AVERAGE_EVERY == 0:
            average(averaged, listener, step // AVERAGE_EVERY)
        syllable_mean = syllable if syllable_mean is None else 0.97 * syllable_mean + 0.03 * syllable
        token_mean = token if token_mean is None else 0.97 * token_mean + 0.03 * token
        if step % 20 == 0:
            cores.adapt()
            print(f"{time.strftime('%H:%M:%S')} {stage} step {step}, {elapsed / 60:.1f} min, lr {rate:.2e}, "
                  f"per syllable {syllable_mean:.3f}, per token {token_mean:.3f}, guide {looking:.2f}", flush=True)
        now = time.time()
        if now - evaluated > arguments.evaluate_every * 60:
            evaluated = now
            print(evaluate.quick_report(averaged, arguments.work), flush=True)
        if now - saved > 120:
            saved = now
            save(path, listener=listener.state_dict(), averaged=averaged.state_dict(),
                 optimiser=optimiser.state_dict(), step=step, spent=elapsed)
    save(path, listener=listener.state_dict(), averaged=averaged.state_dict(),
         optimiser=optimiser.state_dict(), step=step, spent=time.time() - began)
    print(evaluate.quick_report(averaged, arguments.work), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stage", choices=sorted(STAGES))
    parser.add_argument("--minutes", type=float, required=True, help="of training in this stage, resumed ones included")
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("work"))
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    parser.add_argument("--threads", type=int, default=0,
                        help="0: as many as other processes leave idle")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--encoder-every", type=int, default=1,
                        help="steps between those that train the encoder, too; 3 where the decoder lags")
    parser.add_argument("--rate", type=float, help="highest learning rate; less than a first training's to continue")
    parser.add_argument("--bf16", action="store_true",
                        help="products in bfloat16: a third faster where the CPU or GPU has them")
    parser.add_argument("--masks", action="store_true",
                        help="SpecAugment: for trainings long enough to hear clips many times")
    parser.add_argument("--evaluate-every", type=float, default=8, help="minutes")
    parser.add_argument("--from-model", type=pathlib.Path, help="an exported f16 file to continue from")
    train(parser.parse_args())


if __name__ == "__main__":
    main()
