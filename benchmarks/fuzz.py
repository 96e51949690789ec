"""Give ingest files that are noise or damaged, and count how each ends: a table, a refusal, or a traceback.

Usage: python benchmarks/fuzz.py [--files 10000] [--seed 1] FOLDER

FOLDER (made anew, must not exist) takes a small study. A quarter of the files are random bytes; the others are whole
files of the three kinds (CSV, Excel, SPSS) with bytes changed, cut out, doubled or cut off, in Excel's also inside its
packed parts. Every file opened for writing outside the study is counted too. Files are read by a process of their own,
so that one that kills it is seen, named by its number, and does not end the count.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pyreadstat

from finsam_eval.codebook import load_codebook
from finsam_eval.errors import FinsamError
from finsam_eval.pipeline import ingest_step
from finsam_eval.study import Study, open_study

ROOT = Path(__file__).resolve().parents[1]
ITEMS = [f"{trait}{number}" for trait in "ACENO" for number in range(1, 6)]
KINDS = (".csv", ".xlsx", ".sav")
PERSONS = 6
AWKWARD = [b'"', b";", b"\n", b"\0", b"<", b"&", b"-1", b"9" * 20, b"\xff", b"1e999", b"NaN"]


def answers() -> pd.DataFrame:
    """Return six whole questionnaires of examples/bfi, as numbers."""
    rows = [[61_600 + one, 1 + one % 2, *((one + item) % 6 + 1 for item in range(25))] for one in range(PERSONS)]
    return pd.DataFrame(rows, columns=["id", "gender", *ITEMS])


def whole_file(kind: str) -> bytes:
    """Return the questionnaires as a file of a kind."""
    frame = answers()
    if kind == ".csv":
        return frame.to_csv(sep=";", index=False, lineterminator="\r\n").encode("utf-8-sig")
    if kind == ".xlsx":
        book, target = openpyxl.Workbook(), io.BytesIO()
        for row in [list(frame), *frame.to_numpy().tolist()]:
            book.active.append(row)
        book.save(target)
        return target.getvalue()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.sav"
        scale = load_codebook("codebook.yaml", ROOT / "examples" / "bfi").scale("A1")
        labels = {"A1": {scale.min: scale.lowest, scale.max: scale.highest}}
        missing = {"A2": [{"lo": 8, "hi": 9}]}
        pyreadstat.write_sav(frame, path, variable_value_labels=labels, missing_ranges=missing)
        return path.read_bytes()


def make_study(folder: Path) -> Path:
    """Write three studies in a folder, one for each kind of file."""
    for kind in KINDS:
        study = folder / kind[1:]
        shutil.copytree(ROOT / "examples" / "bfi", study, ignore=shutil.ignore_patterns("data", "reports"))
        (study / "data" / "raw").mkdir(parents=True)
        text = (study / "study.yaml").read_text(encoding="utf-8").replace("bfi.csv", f"svar{kind}")
        text = text.replace("      ignored: [education, age]\n", "")
        (study / "study.yaml").write_text(text, encoding="utf-8")
    return folder


def damaged(content: bytes, chance: random.Random) -> bytes:
    """Return a file with one to eight small damages."""
    changed = bytearray(content)
    for _ in range(chance.choice([1, 1, 2, 8])):
        if not changed:
            break
        place, length = chance.randrange(len(changed)), chance.randint(1, 12)
        match chance.randrange(6):
            case 0:
                changed[place] ^= 1 << chance.randrange(8)
            case 1:
                changed[place : place + length] = chance.randbytes(length)
            case 2:
                del changed[place : place + length]
            case 3:
                changed[place:place] = changed[place : place + length] * chance.randint(1, 4)
            case 4:
                del changed[max(place, len(changed) - 200) :]
            case 5:
                changed[place : place + 1] = chance.choice(AWKWARD)
    return bytes(changed)


def damaged_inside(workbook: bytes, chance: random.Random) -> bytes:
    """Return a workbook that unpacks, with one of its parts damaged."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        chosen = chance.choice(source.namelist())
        for name in source.namelist():
            part = source.read(name)
            packed.writestr(name, damaged(part, chance) if name == chosen else part)
    return target.getvalue()


def next_file(originals: dict[str, bytes], chance: random.Random) -> tuple[str, bytes]:
    """Return the kind and the bytes of one more file."""
    kind = chance.choice(KINDS)
    if chance.random() < 0.25:
        start = originals[kind][: chance.choice([0, 0, 4, 60])]
        return kind, start + chance.randbytes(chance.randint(0, 400))
    if kind == ".xlsx" and chance.random() < 0.7:
        return kind, damaged_inside(originals[kind], chance)
    return kind, damaged(originals[kind], chance)


def outcome(study: Study, kind: str, content: bytes) -> str:
    """Return how ingest ends for one file: "table" or "refused". What else is raised goes on to the caller."""
    (study.raw / f"svar{kind}").write_bytes(content)
    try:
        ingest_step(study)
    except FinsamError:
        return "refused"
    responses = pd.read_parquet(study.processed / "responses.parquet")
    assert responses["value"].dropna().between(1, 6).all()
    return "table"


def read_some(folder: Path, numbers: range, seed: int) -> None:
    """Read some of the files and print a line for each, before and after."""
    outside = watch_writes(folder)
    originals = {kind: whole_file(kind) for kind in KINDS}
    studies = {kind: open_study(folder / kind[1:]) for kind in KINDS}
    for number in numbers:
        kind, content = next_file(originals, random.Random(f"{seed}-{number}"))
        print(json.dumps({"number": number, "kind": kind}), flush=True)
        outside.clear()
        print(json.dumps({"ended": outcome(studies[kind], kind, content), "outside": outside}), flush=True)


def watch_writes(folder: Path) -> list[str]:
    """Return a list that every path opened for writing, or made, outside `folder` is added to."""
    found: list[str] = []
    inside = str(folder.resolve())
    making: dict[str, Callable[[tuple], bool]] = {
        "open": lambda given: bool((given[2] or 0) & 0o3) or any(letter in str(given[1]) for letter in "wax+"),
        "os.mkdir": lambda given: True,
        "os.rename": lambda given: True,
    }

    def seen(event: str, given: tuple) -> None:
        path = given[0] if event in making and given else None
        outside = isinstance(path, str) and path != os.devnull and not str(Path(path).absolute()).startswith(inside)
        if outside and making[event](given):
            found.append(f"{event} {path}")

    sys.addaudithook(seen)
    return found


def main() -> int:
    """Make the study, read the files in processes of their own, and print the counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, help="FOLDER is made already: read from this number on, here")
    asked = parser.parse_args()
    if asked.first is not None:
        read_some(asked.folder, range(asked.first, asked.files), asked.seed)
        return 0
    make_study(asked.folder)
    counts = Counter[str]()
    first = 0
    while first < asked.files:
        lines, said = in_own_process(asked.folder, first, asked.files, asked.seed)
        for begun, ended in zip(lines[::2], lines[1::2], strict=False):
            counts[f"{begun['kind']} {ended['ended']}"] += 1
            counts["outside"] += len(ended["outside"])
            print("".join(f"file {begun['number']}: {path}\n" for path in ended["outside"]), end="", flush=True)
        first += (len(lines) + 1) // 2
        if len(lines) % 2:
            counts["traceback"] += 1
            print(f"file {lines[-1]['number']}{lines[-1]['kind']}: {said}", flush=True)
        elif not lines:
            sys.exit(said)
    print(*(f"{name}: {number}" for name, number in sorted(counts.items())), sep="\n")
    print(f"{asked.files} files: {counts['traceback']} tracebacks or kills, {counts['outside']} files outside")
    return 1 if counts["traceback"] or counts["outside"] else 0


def in_own_process(folder: Path, first: int, last: int, seed: int) -> tuple[list[dict[str, Any]], str]:
    """Return what a process that reads files from `first` on printed, and what it said as it died."""
    asked = [str(folder), "--files", str(last), "--seed", str(seed), "--first", str(first)]
    command = [sys.executable, "-P", "-W", "error", __file__, *asked]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return [json.loads(line) for line in done.stdout.splitlines()], f"ended with {done.returncode}\n{done.stderr}"


if __name__ == "__main__":
    sys.exit(main())
