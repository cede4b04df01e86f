"""Examines the program itself, by condition: clips of `conditions.py` through `pretriage`, as recordings of calls.

CER counts characters, PER toneless pinyin syllables. "Desk" is how many clips of labelled sentences came to the right
desk or, where that was wished, to a person; "of typed" compares that with the same sentences typed into
`pretriage classify`, and "routed" is how many of those that would be routed if typed were routed when spoken.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile
import tomllib

import soundfile

import channel
import evaluate
import features
import text as spoken
from conditions import CONDITIONS

HERE = pathlib.Path(__file__).resolve().parent
HEADINGS = ["condition", "clips", "CER %", "PER %", "desk", "typed", "of typed %", "routed %", "digits right %", "empty", "to a desk"]
DECIDED = {"understood", "human_wish", "urgent"}


class Program:
    """The built program, with its own model or another one."""

    def __init__(self, binary, model):
        self.binary = str(binary)
        self.model = ["--model", str(model)] if model else []
        with open(HERE.parents[1] / "hotline/default.toml", "rb") as file:
            self.thresholds = tomllib.load(file)["decision"]["thresholds"]

    def _lines(self, command, typed=None):
        answer = subprocess.run([self.binary, *command], input=typed, capture_output=True, text=True, check=False)
        if answer.returncode:
            raise SystemExit(f"{self.binary} {command[0]}: {answer.stderr.strip()}")
        return [json.loads(line) for line in answer.stdout.splitlines()]

    def transcribe(self, folder, count):
        """Returns what is heard in each recording of the folder, unmasked."""
        heard = [""] * count
        for segment in self._lines(["transcribe", "--raw", "--format", "json", *self.model, folder]):
            heard[int(pathlib.Path(segment["file"]).stem)] += segment["text"].replace(" ", "")
        return heard

    def triage(self, folder):
        return self._lines(["triage", "--json", *self.model, folder])

    def classify(self, texts):
        return self._lines(["classify", "--json"], "".join(text + "\n" for text in texts))

    def would_end(self, verdict):
        """Returns whether a typed verdict is enough to end the call: routed, or handed to a person as wished."""
        if verdict["category"] == "human":
            return verdict["confidence"] >= self.thresholds["human"]
        return (verdict["category"] != "other" and verdict["confidence"] >= self.thresholds["route"]
                and verdict["margin"] >= self.thresholds["margin"])


def share(part, whole):
    return f"{100 * part / whole:.1f}" if whole else "-"


def row_of(kind, program, desks, arguments):
    """Returns the condition's row of the table, or None where there are no clips."""
    clips = evaluate.evaluation_clips(arguments.work, kind, arguments.count)
    if not clips:
        return None
    condition = CONDITIONS[kind]
    rate = features.RATE if condition.codec == "wide" else channel.RATE
    with tempfile.TemporaryDirectory() as folder:
        for number, (_, sound) in enumerate(zip(clips, evaluate.evaluation_sounds(arguments.work, kind))):
            soundfile.write(pathlib.Path(folder) / f"{number:04}.wav", sound, rate, subtype="PCM_16")
        heard, decided = program.transcribe(folder, len(clips)), program.triage(folder)
    tally, right_digits = evaluate.Tally(), 0
    for clip, text in zip(clips, heard):
        tally.add(text, clip)
        right_digits += evaluate.digits_right(text, clip.text)
    labelled = [(desks[clip.text], end) for clip, end in zip(clips, decided) if desks.get(clip.text, "other") != "other"]
    typed = program.classify([clip.text for clip in clips if desks.get(clip.text, "other") != "other"])
    right = sum(desk == end["category"] for desk, end in labelled)
    right_typed = sum(desk == verdict["category"] for (desk, _), verdict in zip(labelled, typed))
    enough = [end["reason"] in DECIDED for (_, end), verdict in zip(labelled, typed) if program.would_end(verdict)]
    if arguments.texts:
        for clip, text, end in zip(clips, heard, decided):
            print(f"    {end['outcome']} {end['category']} {end['reason']}: {clip.text} | {text}")
    return [condition.row, str(len(clips)), share(tally.character_errors, tally.characters),
            share(tally.syllable_errors, tally.syllables), f"{right}/{len(labelled)}" if labelled else "-",
            str(right_typed) if labelled else "-", share(right, right_typed), share(sum(enough), len(enough)),
            share(right_digits, tally.characters) if condition.says == "digits" else "-", str(tally.empty),
            str(sum(end["outcome"] == "route" for end in decided))]


def draw(rows, path):
    """Draws the table: errors of characters and syllables for each condition."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "pretriage"
    import matplotlib.pyplot as plot

    rows = [row for row in rows if row[2] != "-"][::-1]
    figure, axes = plot.subplots(figsize=(9, 0.36 * len(rows) + 1.2), layout="constrained")
    for offset, column, name, colour in ((0.2, 2, "characters (CER)", "#9db8d9"), (-0.2, 3, "syllables (PER)", "#1f5a9e")):
        bars = axes.barh([place + offset for place in range(len(rows))], [float(row[column]) for row in rows],
                         height=0.38, label=name, color=colour)
        axes.bar_label(bars, fmt="%.0f", padding=2, fontsize=7)
    axes.set_yticks(range(len(rows)), [row[0] for row in rows], fontsize=8)
    axes.set_xlim(0, 105)
    axes.set_xlabel("errors, % of what was said (lower is better)")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, fontsize=8)
    figure.savefig(path, metadata={"Date": None})


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("work"))
    parser.add_argument("--corpus", type=pathlib.Path, default=pathlib.Path("../corpus"))
    parser.add_argument("--pretriage", type=pathlib.Path, default=HERE.parents[1] / "target/release/pretriage")
    parser.add_argument("--model", type=pathlib.Path, help="a ggml file with its manifest beside it, instead of the built-in model")
    parser.add_argument("--count", type=int, default=200, help="clips of each condition, at most")
    parser.add_argument("--kinds", nargs="*", choices=CONDITIONS, metavar="KIND", help="only these conditions")
    parser.add_argument("--texts", action="store_true", help="also print what was said, heard and decided")
    parser.add_argument("--record", type=pathlib.Path, help="write the table there, tab-separated")
    parser.add_argument("--picture", type=pathlib.Path, help="draw it there (SVG)")
    arguments = parser.parse_args()
    program, desks, rows = Program(arguments.pretriage, arguments.model), spoken.desks(arguments.corpus), []
    print("| " + " | ".join(HEADINGS) + " |\n|---|" + "---:|" * (len(HEADINGS) - 1), flush=True)
    for kind in arguments.kinds or CONDITIONS:
        if row := row_of(kind, program, desks, arguments):
            rows.append(row)
            print("| " + " | ".join(row) + " |", flush=True)
        else:
            print(f"{kind}: no clips under {arguments.work}", file=sys.stderr)
    if arguments.record:
        arguments.record.write_text("".join("\t".join(row) + "\n" for row in [HEADINGS, *rows]), encoding="utf-8")
    if arguments.picture:
        draw(rows, arguments.picture)


if __name__ == "__main__":
    main()
