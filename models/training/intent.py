"""Trains the network that reads a caller's text, and writes `models/intent.safetensors` and `.toml`.

Input is what `cargo run --release --example intent-lines` prints: every line of the corpus, clean and
as a recogniser would mishear it, in characters and in sounds. A run takes ten minutes on one free core.

`--work` keeps the state behind every epoch, so a stopped run goes on where it was. The held-out
families are never trained on; the temperature and the thresholds come from the tuning set alone.
"""

import argparse
import collections
import csv
import hashlib
import pathlib
import random
import sys
import time

import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from torch import nn

TOPICS = """
account.login_failed account.verification_code account.security_check account.password_reset account.stolen
account.banned account.real_name account.phone_change account.cancel account.minor_mode account.profile
content.removed content.review content.limited content.infringement content.report content.live content.publish
finance.recharge_missing finance.refund finance.withdrawal finance.duplicate_charge finance.ad_billing
finance.minor_recharge finance.invoice finance.auto_renew finance.fraud finance.order human.request other
""".split()
CATEGORIES = sorted({topic.split(".")[0] for topic in TOPICS})
CATEGORY_OF = torch.tensor([CATEGORIES.index(topic.split(".")[0]) for topic in TOPICS])
N_TOPICS = len(TOPICS)
NO_SECOND, URGENT, N_LABELS = 2 * N_TOPICS, 2 * N_TOPICS + 1, 2 * N_TOPICS + 2

N_INPUTS, N_UNITS = 64, 96
LEAST_SEEN = 3  # A rarer character is known by its sound only.
LONGEST = 120  # Longer lines are cut in training; the reader itself has no such limit.
BATCH, EPOCHS, RATE = 64, 10, 2e-3
TWINS_AN_EPOCH = 2  # Spoilt twins heard beside each clean line.
DROPOUT, LABEL_SMOOTHING = 0.3, 0.05
SIDE_SHARE = 0.5  # The second wish and the urgency count half as much as the first wish.
SEED = 1


class Lines:
    """The lines of one part, as numbers."""

    def __init__(self, rows, vocabulary):
        characters, syllables = vocabulary
        self.n = len(rows)
        self.tokens = [
            torch.tensor([(characters.get(c, 0), syllables.get(s, 0))
                          for c, s in list(zip(row["text"], row["sounds"].split(" ")))[:LONGEST]] or [(0, 0)])
            for row in rows]
        self.topic = torch.tensor([TOPICS.index(row["topic"]) for row in rows])
        self.second = torch.tensor(
            [TOPICS.index(row["secondary"]) if row["secondary"] != "-" else N_TOPICS for row in rows])
        self.urgent = torch.tensor([float(row["urgent"]) for row in rows])

    def batch(self, rows):
        """Returns (tokens, places): padded, and which places are real."""
        longest = max(len(self.tokens[row]) for row in rows)
        tokens = torch.zeros(len(rows), longest, 2, dtype=torch.long)
        places = torch.zeros(len(rows), longest, dtype=torch.bool)
        for at, row in enumerate(rows):
            tokens[at, :len(self.tokens[row])] = self.tokens[row]
            places[at, :len(self.tokens[row])] = True
        return tokens, places


class Reader(nn.Module):
    """What `src/intent/network.rs` computes."""

    def __init__(self, n_characters, n_syllables):
        super().__init__()
        self.characters = nn.Embedding(n_characters + 1, N_INPUTS, padding_idx=0)
        self.syllables = nn.Embedding(n_syllables + 1, N_INPUTS, padding_idx=0)
        for table in (self.characters, self.syllables):
            nn.init.normal_(table.weight, 0, 0.3)
            table.weight.data[0] = 0
        self.units = nn.GRU(N_INPUTS, N_UNITS, bidirectional=True, batch_first=True)
        self.looks = nn.Linear(2 * N_UNITS, N_LABELS, bias=False)
        nn.init.normal_(self.looks.weight, 0, 0.05)
        self.finds = nn.Linear(2 * N_UNITS, N_LABELS)
        self.dropout = nn.Dropout(DROPOUT)

    def forward(self, tokens, places):
        inputs = self.dropout(self.characters(tokens[:, :, 0]) + self.syllables(tokens[:, :, 1]))
        packed = nn.utils.rnn.pack_padded_sequence(
            inputs, places.sum(1), batch_first=True, enforce_sorted=False)
        states, _ = nn.utils.rnn.pad_packed_sequence(self.units(packed)[0], batch_first=True)
        states = self.dropout(states)
        looks = self.looks(states).masked_fill(~places[:, :, None], -1e4).softmax(1)
        return (looks * (states @ self.finds.weight.T)).sum(1) + self.finds.bias


def read(path):
    """Returns the rows by part; a training line's part is its own, so that twins stay together."""
    parts = collections.defaultdict(list)
    with open(path, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            if row["text"]:
                parts[row["part"]].append(row)
    return parts


def vocabulary(rows):
    """Returns the numbers of the characters and of the syllables, commonest first, from 1."""
    characters = collections.Counter(c for row in rows for c in row["text"])
    syllables = collections.Counter(s for row in rows for s in row["sounds"].split(" ") if s != "-")
    known = [c for c, count in characters.most_common() if count >= LEAST_SEEN]
    return ({c: at + 1 for at, c in enumerate(known)},
            {s: at + 1 for at, (s, _) in enumerate(syllables.most_common())})


def loss(scores, lines, rows):
    topics, seconds, urgent = scores[:, :N_TOPICS], scores[:, N_TOPICS:URGENT], scores[:, URGENT]
    side = F.cross_entropy(seconds, lines.second[rows]) \
        + F.binary_cross_entropy_with_logits(urgent, lines.urgent[rows])
    return F.cross_entropy(topics, lines.topic[rows], label_smoothing=LABEL_SMOOTHING) + SIDE_SHARE * side


def train(groups, lines, sizes, work):
    """Trains the network, from where an earlier run was stopped."""
    torch.manual_seed(SEED)
    reader = Reader(*sizes)
    optimiser = torch.optim.Adam(reader.parameters(), lr=RATE)
    kept, first, began = work / "reader.pt", 0, time.time()
    if kept.exists():
        state = torch.load(kept, weights_only=True)
        reader.load_state_dict(state["reader"])
        optimiser.load_state_dict(state["optimiser"])
        first = state["epochs"]
    n_steps = EPOCHS * len(groups) * (1 + TWINS_AN_EPOCH) / BATCH
    for epoch in range(first, EPOCHS):
        draw = random.Random(SEED * EPOCHS + epoch)
        torch.manual_seed(SEED * EPOCHS + epoch)
        reader.train()
        order = [row for group in groups for row in [group[0], *draw.sample(group[1:], TWINS_AN_EPOCH)]]
        draw.shuffle(order)
        step, total = epoch * n_steps / EPOCHS, 0.0
        for rows in batches(order, lines, draw):
            for group in optimiser.param_groups:
                group["lr"] = RATE * max(0.02, 1 - step / n_steps)
            found = loss(reader(*lines.batch(rows)), lines, torch.tensor(rows))
            optimiser.zero_grad()
            found.backward()
            nn.utils.clip_grad_norm_(reader.parameters(), 5.0)
            optimiser.step()
            step += 1
            total += found.item() * len(rows)
        torch.save({"reader": reader.state_dict(), "optimiser": optimiser.state_dict(), "epochs": epoch + 1}, kept)
        print(f"epoch {epoch + 1} of {EPOCHS}, loss {total / len(order):.3f}, {time.time() - began:.0f} s",
              file=sys.stderr, flush=True)
    return reader


def batches(order, lines, draw):
    """Lines of about the same length go together."""
    found = []
    for start in range(0, len(order), 20 * BATCH):
        chunk = sorted(order[start:start + 20 * BATCH], key=lambda row: len(lines.tokens[row]))
        found += [chunk[at:at + BATCH] for at in range(0, len(chunk), BATCH)]
    draw.shuffle(found)
    return found


@torch.no_grad()
def judge(reader, lines):
    reader.eval()
    order = sorted(range(lines.n), key=lambda row: len(lines.tokens[row]))
    scores = torch.empty(lines.n, N_LABELS)
    for start in range(0, lines.n, 256):
        rows = order[start:start + 256]
        scores[rows] = reader(*lines.batch(rows))
    return scores


def of_categories(topics):
    return torch.zeros(len(topics), len(CATEGORIES)).index_add(1, CATEGORY_OF, topics)


def second_ahead(scores):
    """How far the best second wish, other than the first one and "other", is ahead of none; and which."""
    first = scores[:, :N_TOPICS].argmax(1)
    seconds = scores[:, N_TOPICS:NO_SECOND].clone()
    seconds[torch.arange(len(scores)), first] = -1e4
    seconds[:, TOPICS.index("other")] = -1e4
    best, which = seconds.max(1)
    return best - scores[:, NO_SECOND], which


def report(name, scores, lines):
    categories = of_categories(scores[:, :N_TOPICS].softmax(1)).argmax(1)
    wanted = CATEGORY_OF[lines.topic]
    desk = wanted < CATEGORIES.index("human")
    topic = scores[:, :N_TOPICS].argmax(1)
    print(f"{name}: category {(categories == wanted).float().mean():.3f}, "
          f"topic {(topic == lines.topic)[desk].float().mean():.3f}", file=sys.stderr, flush=True)


def calibrate(scores, lines):
    """Returns the settings: least surprise for the temperature; urgency where as many are called in
    vain as are missed, since a false one takes another caller's place; best F1 for the second wish."""
    wanted = CATEGORY_OF[lines.topic]
    grid = [percent / 100 for percent in range(30, 301, 2)]
    temperature = min(grid, key=lambda t: F.nll_loss(
        of_categories((scores[:, :N_TOPICS] / t).softmax(1)).clamp(min=1e-9).log(), wanted).item())
    steps = [step / 4 for step in range(-12, 13)]
    urgent = min(steps, key=lambda t: abs((scores[:, URGENT] > t).sum().item() - lines.urgent.sum().item()))
    ahead, which = second_ahead(scores)
    has_second = lines.second < N_TOPICS
    second = max(steps, key=lambda t: f1(ahead > t, has_second, has_second & (which == lines.second)))
    return dict(temperature=temperature, urgent=urgent, second=second)


def f1(said, wanted, right):
    return 2 * (said & right).sum().item() / max(1, said.sum().item() + wanted.sum().item())


@torch.no_grad()
def probe(reader, row, vocabularies):
    """Returns a text and the scores of its topics, by which `network.rs` proves itself at start."""
    reader.eval()
    scores = reader(*Lines([row], vocabularies).batch([0]))[0, :N_TOPICS]
    return row["text"], ", ".join(f"{score:.4f}" for score in scores.tolist())


def export(reader, vocabularies, settings, row, folder):
    characters, syllables = vocabularies
    weights = reader.state_dict()
    tensors = {
        "characters": weights["characters.weight"][1:],
        "syllables": weights["syllables.weight"][1:],
        "looks": weights["looks.weight"].T,
        "finds": weights["finds.weight"].T,
        "biases": weights["finds.bias"],
    }
    for name, suffix in (("forward", "l0"), ("backward", "l0_reverse")):
        tensors[f"{name}.input"] = weights[f"units.weight_ih_{suffix}"].T
        tensors[f"{name}.state"] = weights[f"units.weight_hh_{suffix}"].T
        tensors[f"{name}.input_bias"] = weights[f"units.bias_ih_{suffix}"]
        tensors[f"{name}.state_bias"] = weights[f"units.bias_hh_{suffix}"]
    path = folder / "intent.safetensors"
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, path, metadata={
        "topics": " ".join(TOPICS), "characters": "".join(characters), "syllables": " ".join(syllables)})
    text, scores = probe(reader, row, vocabularies)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    (folder / "intent.toml").write_text(
        "# The reader of callers' texts, beside its weights in intent.safetensors.\n"
        "# Written by training/intent.py; evaluation/README.md says what it is worth.\n"
        f'sha256 = "{digest}"\n\n'
        "[settings]              # measured on evaluation/intent-tuning.tsv, clean and spoilt\n"
        f"temperature = {settings['temperature']}      # the topics' scores are divided by it\n"
        f"urgent = {settings['urgent']}           # urgent above this score\n"
        f"second = {settings['second']}           # a second wish where it is so far ahead of none\n\n"
        "[probe]                 # what the network must say to this text, topic by topic\n"
        f'text = "{text}"\ntopics = [{scores}]\n', encoding="utf-8")
    print(f"{path}: {path.stat().st_size} bytes, {settings}", file=sys.stderr)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=pathlib.Path, required=True, help="what the example intent-lines printed")
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("work/intent"))
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path(".."), help="where the two files go")
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(arguments.threads)
    torch.use_deterministic_algorithms(True)

    parts = read(arguments.lines)
    tuning, held_out = parts.pop("tuning"), parts.pop("held_out")
    probed = tuning[0]
    rows = [row for part in parts.values() for row in part]
    words = vocabulary(rows)
    sizes = len(words[0]), len(words[1])
    lines, tuning, held_out = (Lines(some, words) for some in (rows, tuning, held_out))
    groups, start = [], 0
    for part in parts.values():
        if len(part) > TWINS_AN_EPOCH:
            groups.append(list(range(start, start + len(part))))
        start += len(part)
    print(f"{len(groups)} lines to learn, {lines.n} with twins, {sizes[0]} characters, {sizes[1]} syllables",
          file=sys.stderr)

    reader = train(groups, lines, sizes, arguments.work)
    report("tuning set", judge(reader, tuning), tuning)
    report("held-out families", judge(reader, held_out), held_out)
    export(reader, words, calibrate(judge(reader, tuning), tuning), probed, arguments.out)


if __name__ == "__main__":
    main()
