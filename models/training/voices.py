"""Voices of our own for espeak-ng: its variants are few, and a model that knows 69 voices knows no others.

A variant is a small text file in espeak-ng's data folder: pitch, formants, roughness, consonants. `prepare`
copies that folder and adds seeded random variants to the copy. Speech makes from them what it makes of the
built-in ones; the held-out variants of `speech.py` stay the measure and are not touched.
"""

import pathlib
import random
import shutil

N_VOICES = 200  # espeak-ng 1.51 lists 350 voices at most, so the copy holds no language but Mandarin.
DATA_FOLDERS = ["/usr/lib/x86_64-linux-gnu/espeak-ng-data", "/usr/lib/aarch64-linux-gnu/espeak-ng-data",
                "/usr/share/espeak-ng-data", "/usr/lib/espeak-ng-data"]


def names():
    return [f"own{number:03d}" for number in range(N_VOICES)]


def variant(name):
    """Returns the text of one random variant; a head's size moves all formants together, taste each alone."""
    draw = random.Random(name)
    is_klatt = draw.random() < 0.2
    size = draw.uniform(0.85, 1.22)
    base = 65 * (size / 0.85) ** 2.6 * draw.uniform(0.85, 1.2)
    lines = ["language variant", f"name {name}", f"pitch {base:.0f} {base * draw.uniform(1.25, 1.7):.0f}"]
    if is_klatt:
        lines.append(f"klatt {draw.choice([1, 2, 3, 4, 5])}")
    for formant in range(1 if is_klatt else 0, 5 if is_klatt else 9):
        spread = 0.05 if formant < 4 else 0.12
        frequency = 100 * size * draw.uniform(1 - spread, 1 + spread)
        height = draw.uniform(75, 120) if formant < 4 else draw.uniform(40, 120)
        lines.append(f"formant {formant} {frequency:.0f} {height:.0f} {draw.uniform(75, 140):.0f}")
    lines.append(f"flutter {draw.randint(0, 6)}")
    lines.append(f"roughness {draw.choice([0, 0, 1, 1, 2, 3])}")
    lines.append(f"voicing {draw.randint(60, 150)}")
    lines.append(f"consonants {draw.randint(50, 150)} {draw.randint(50, 150)}")
    if draw.random() < 0.25:
        lines.append("echo %d %d" % (draw.randint(20, 140), draw.randint(5, 30)))
    if draw.random() < 0.3:
        lines.append(f"tone 600 {draw.randint(90, 220)} 1200 {draw.randint(80, 180)} 2500 {draw.randint(40, 160)}")
    if draw.random() < 0.2:
        lines.append("breath " + " ".join(str(draw.randint(0, 6)) for _ in range(8)))
        lines.append("breathw 150 150 200 200 400 400")
    return "\n".join(lines) + "\n"


def prepare(work):
    """Returns the folder to give espeak-ng; made once."""
    home = pathlib.Path(work) / "voices"
    if not (home / "complete").exists():
        source = next(folder for folder in map(pathlib.Path, DATA_FOLDERS) if folder.is_dir())
        shutil.copytree(source, home / "espeak-ng-data", dirs_exist_ok=True)
        for language in (home / "espeak-ng-data/lang").rglob("*"):
            if language.is_file() and not language.name.startswith("cmn"):
                language.unlink()
        shutil.rmtree(home / "espeak-ng-data/voices/mb", ignore_errors=True)
        for name in names():
            (home / "espeak-ng-data/voices/!v" / name).write_text(variant(name), encoding="ascii")
        (home / "complete").touch()
    return home
