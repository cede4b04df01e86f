"""Trains the model in stages, each restartable from its checkpoint.

`train.py encoder`: the encoder alone learns to hear syllables (CTC over toneless pinyin on short
clips); this clicks within minutes where whole sentences stand still for an hour.
`train.py decoder`: the decoder alone learns to write characters from what the encoder hears.
`train.py whole`: both together.

The learning rate follows training time, not steps: a run is given `--minutes` and ends well whatever
else the machine does. `work/STAGE.pt` is a stage's checkpoint; it holds an averaged model, which is what
is exported. A stage without one begins with `--begin FILE`: another stage's checkpoint or an exported file.
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
from model import Listener, vocabulary

MIX = {"sentence": 0.62, "digits": 0.12, "human": 0.09, "short": 0.07, "silent": 0.05, "wide": 0.05}
STAGES = {
    # `frames` of a batch, padding included: small batches, since a short training is short of steps.
    # `replays` are further steps of the decoder on what the encoder made of earlier batches: they cost a quarter.
    "encoder": dict(rate=1.5e-3, frames=9000, replays=0, mix={"short": 1.0}),
    "decoder": dict(rate=1.2e-3, frames=6000, replays=4, mix=MIX),
    "whole": dict(rate=1.2e-3, frames=6000, replays=1, mix=MIX),
}
WARM_UP_STEPS = 150
DECODER_SHARE = 2.5  # The decoder starts later than the encoder and lags behind it: it learns faster.
GUIDE_SHARE = 0.5
WRONG_INPUTS = 0.08
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


def with_wrong_characters(batch):
    """Returns the decoder's inputs with a wrong character now and then: it must listen, not recite."""
    words, inputs = vocabulary(), batch["inputs"]
    is_text = inputs != words.end
    is_text[:, :len(words.prompt)] = False
    is_wrong = is_text & (torch.rand(inputs.shape, device=inputs.device) < WRONG_INPUTS)
    return torch.where(is_wrong, torch.randint_like(inputs, len(words.used)), inputs)


def writing_loss(listener, guide, batch, audio, times):
    """Returns (loss per token, loss of the guided attention) of the decoder."""
    logits = listener.decoder(with_wrong_characters(batch), audio).float()
    token = F.cross_entropy(logits.flatten(0, 1), batch["targets"].flatten(), ignore_index=-100)
    return token, guide.loss(times, batch["places"])


class Replay:
    """What the encoder made of some batches, so that the decoder alone can learn several times from each."""

    def __init__(self, uses, seed, room=40):
        self.uses, self.room, self.kept = uses, room, []
        self.random = random.Random(seed)

    def add(self, *made):
        self.kept.append([self.uses, made])

    def draw(self):
        """Yields as many kept ones as a new one is to be used, once there are enough to choose from."""
        for _ in range(self.uses if len(self.kept) >= self.room else 0):
            entry = self.random.choice(self.kept)
            entry[0] -= 1
            if not entry[0]:
                self.kept.remove(entry)
            yield entry[1]


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
    averaged.hold_reserved()


def save(path, **state):
    """Writes a checkpoint aside and renames it: a stop in between costs nothing."""
    aside = path.with_suffix(".part")
    torch.save(state, aside)
    os.replace(aside, path)


def beginning(arguments):
    """Returns (model, its checkpoint or None): resumed, or begun from what the stage is given."""
    listener, path = Listener(), arguments.work / f"{arguments.stage}.pt"
    if path.exists():
        resumed = torch.load(path, map_location="cpu", weights_only=True)
        listener.load_state_dict(resumed["listener"])
        return listener, resumed
    if arguments.begin and arguments.begin.suffix == ".pt":
        listener.load_state_dict(torch.load(arguments.begin, map_location="cpu", weights_only=True)["averaged"])
    elif arguments.begin:
        export.load(listener, arguments.begin)
    return listener, None


class Trainer:
    """One stage: the model, its average, the optimiser, and what is fed to them."""

    def __init__(self, arguments):
        self.arguments, self.stage = arguments, STAGES[arguments.stage]
        self.device = torch.device(arguments.device)
        self.listener, resumed = beginning(arguments)
        self.step, self.spent = (resumed["step"], resumed["spent"]) if resumed else (0, 0.0)
        self.listener.to(self.device).train()
        self.averaged = copy.deepcopy(self.listener)
        self.optimiser = torch.optim.AdamW([
            dict(params=list(self.listener.encoder.parameters()), share=1.0),
            dict(params=[*self.listener.decoder.parameters(), *self.listener.pinyin_head.parameters()],
                 share=DECODER_SHARE),
        ], lr=1e-3, betas=(0.9, 0.98), weight_decay=0.02)
        if resumed:
            self.averaged.load_state_dict(resumed["averaged"])
            self.optimiser.load_state_dict(dict(state=resumed["optimiser"]["state"],
                                                param_groups=self.optimiser.state_dict()["param_groups"]))
        self.batches = Batches(arguments.work, self.stage["mix"], self.stage["frames"],
                               arguments.seed + self.step, arguments.masks)
        if not resumed and arguments.begin and arguments.begin.suffix != ".pt":
            learn_head(self.listener, self.batches, self.device)
            self.averaged.load_state_dict(self.listener.state_dict())
        self.guide = Guide(self.listener)
        self.replay = Replay(self.stage["replays"], arguments.seed)

    def descend(self, loss):
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        self.listener.seal.still()
        torch.nn.utils.clip_grad_norm_(self.listener.parameters(), 1.0)
        self.optimiser.step()
        self.listener.hold_reserved()

    def learn(self, progress):
        """Learns from one new batch, and again from some earlier ones.
        Returns (loss per syllable, loss per token, loss of the guided attention)."""
        rate = learning_rate(self.arguments.stage, self.arguments.rate or self.stage["rate"], self.step, progress)
        for group in self.optimiser.param_groups:
            group["lr"] = rate * group["share"]
        batch = {name: tensor.to(self.device) for name, tensor in self.batches.next().items()}
        floats = torch.autocast(self.device.type, torch.bfloat16, enabled=self.arguments.bf16)
        with floats, torch.set_grad_enabled(self.arguments.stage != "decoder"):
            audio = self.listener.encoder(batch["mels"])
            syllable, scores = ctc_loss(self.listener, audio, batch)
        if self.arguments.stage == "encoder":
            self.descend(syllable)
            return syllable.item(), float("nan"), float("nan")
        times = syllable_times(scores, batch["syllables"], batch["syllable_counts"])
        with floats:
            token, looking = writing_loss(self.listener, self.guide, batch, audio, times)
        share = max(CTC_SHARE_LAST, CTC_SHARE_FIRST - 1.4 * progress)
        loss = token + share * syllable + GUIDE_SHARE * looking
        self.descend(loss)
        self.replay.add(batch, audio.detach(), times)
        for made in self.replay.draw():
            with floats:
                again, also = writing_loss(self.listener, self.guide, *made)
            self.descend(again + GUIDE_SHARE * also)
        return syllable.item(), token.item(), looking.item()

    def save(self):
        save(self.arguments.work / f"{self.arguments.stage}.pt", listener=self.listener.state_dict(),
             averaged=self.averaged.state_dict(), optimiser=self.optimiser.state_dict(),
             step=self.step, spent=self.spent)


def train(arguments):
    torch.manual_seed(arguments.seed)
    random.seed(arguments.seed)
    np.random.seed(arguments.seed)
    torch.set_flush_denormal(True)
    cores = Cores(arguments.threads)
    trainer = Trainer(arguments)
    print(f"{arguments.stage}: {sum(p.numel() for p in trainer.listener.parameters()) / 1e6:.1f} M parameters, "
          f"step {trainer.step}, {trainer.spent / 60:.1f} minutes spent", flush=True)
    began, budget, means = time.time() - trainer.spent, arguments.minutes * 60, None
    saved = evaluated = time.time()
    while trainer.spent < budget:
        found = np.array(trainer.learn(trainer.spent / budget))
        means = found if means is None else 0.97 * means + 0.03 * found
        trainer.step += 1
        trainer.spent = time.time() - began
        if trainer.step % AVERAGE_EVERY == 0:
            average(trainer.averaged, trainer.listener, trainer.step // AVERAGE_EVERY)
        if trainer.step % 20 == 0:
            cores.adapt()
            print(f"{time.strftime('%H:%M:%S')} {arguments.stage} step {trainer.step}, {trainer.spent / 60:.1f} min, "
                  f"per syllable {means[0]:.3f}, per token {means[1]:.3f}, guide {means[2]:.2f}", flush=True)
        if time.time() - evaluated > arguments.evaluate_every * 60:
            evaluated = time.time()
            print(evaluate.quick_report(trainer.averaged, arguments.work), flush=True)
        if time.time() - saved > 120:
            saved = time.time()
            trainer.save()
    trainer.save()
    print(evaluate.quick_report(trainer.averaged, arguments.work), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stage", choices=sorted(STAGES))
    parser.add_argument("--minutes", type=float, required=True, help="of training in this stage, resumed ones included")
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("work"))
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    parser.add_argument("--threads", type=int, default=0,
                        help="0: as many as other processes leave idle")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rate", type=float, help="highest learning rate; less than a first training's to continue")
    parser.add_argument("--bf16", action="store_true",
                        help="products in bfloat16: a third faster where the CPU or GPU has them")
    parser.add_argument("--masks", action="store_true",
                        help="SpecAugment: for trainings long enough to hear clips many times")
    parser.add_argument("--evaluate-every", type=float, default=8, help="minutes")
    parser.add_argument("--begin", type=pathlib.Path, help="another stage's checkpoint (.pt) or an exported file to begin with")
    train(parser.parse_args())


if __name__ == "__main__":
    main()
