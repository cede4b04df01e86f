"""Compares a run of the benches with the recorded one: `make bench`.

Reads what divan prints on standard input. Machines differ, so times are not compared but ratios: each median as a multiple of
the run's own yardstick, a fixed piece of arithmetic (`yardstick` in benches/audio.rs). `--record` writes them down instead.
"""

import argparse
import pathlib
import re
import sys

RECORDED = pathlib.Path(__file__).with_name("recorded.tsv")
SECONDS = {"ns": 1e-9, "µs": 1e-6, "ms": 1e-3, "s": 1.0}
SLOWER = 1.25  # A shared machine's own ups and downs stay below.


def medians(lines):
    """Yields (name, seconds) of every bench; arguments follow the name."""
    parents = []
    for line in lines:
        found = re.match(r"([│ ]*)[├╰]─ (\S.*?)\s{2,}(.*)$", line.rstrip()) or re.match(r"([│ ]*)[├╰]─ (\S+)()$", line.rstrip())
        if not found:
            if re.match(r"\w+ +fastest", line):
                parents = [line.split()[0]]
            continue
        depth = 1 + len(found[1]) // 3
        parents[depth:] = [found[2].strip()]
        columns = [column.strip() for column in found[3].split("│")]
        if len(columns) > 2 and (median := re.match(r"([\d.]+) (ns|µs|ms|s)$", columns[2])):
            yield " ".join(parents), float(median[1]) * SECONDS[median[2]]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--record", action="store_true", help=f"write {RECORDED.name}")
    arguments = parser.parse_args()
    lines = []
    for line in sys.stdin:
        print(line, end="", flush=True)
        lines.append(line)
    found = dict(medians(lines))
    yardstick = next((seconds for name, seconds in found.items() if name.endswith("yardstick")), None)
    if yardstick is None:
        raise SystemExit("the run has no yardstick: run `make bench`, all of it")
    ratios = {name: seconds / yardstick for name, seconds in found.items() if not name.endswith("yardstick")}
    if arguments.record:
        rows = "".join(f"{name}\t{ratio:.4g}\n" for name, ratio in ratios.items())
        RECORDED.write_text(f"bench\tmultiple of the yardstick\n{rows}", encoding="utf-8")
        return print(f"\nrecorded: {len(ratios)} benches in {RECORDED}")
    recorded = dict(line.split("\t") for line in RECORDED.read_text(encoding="utf-8").splitlines()[1:])
    slower = []
    print(f"\n{'bench':44}{'now':>10}{'recorded':>10}{'ratio':>8}")
    for name, ratio in ratios.items():
        before = float(recorded.get(name, "nan"))
        print(f"{name:44}{ratio:10.4g}{before:10.4g}{ratio / before:8.2f}")
        slower += [name] if ratio > SLOWER * before else []
    if slower:
        raise SystemExit(f"slower than recorded by more than {100 * (SLOWER - 1):.0f} %: {', '.join(slower)}")


if __name__ == "__main__":
    main()
