"""Read files of 10 thousand, 100 thousand and a million answers into validated parquet; print time and memory.

Usage: python benchmarks/ingest.py [--answers 10000 --answers 100000 …] FOLDER

FOLDER (made anew, must not exist) takes one study for each size: the questions of examples/bfi, 25 answers a row, CSV
with ; between columns and a decimal comma in a column that is left unread. Each size runs in a process of its own.
"""

from __future__ import annotations

import argparse
import random
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ITEMS = [f"{trait}{number}" for trait in "ACENO" for number in range(1, 6)]
SIZES = (10_000, 100_000, 1_000_000)


def make_study(folder: Path, answers: int) -> Path:
    """Write a study with so many answers, a hundredth of them left empty."""
    shutil.copytree(ROOT / "examples" / "bfi", folder, ignore=shutil.ignore_patterns("processed", "reports"))
    chance = random.Random(answers)
    texts = [*"123456" * 16, "", "", "", ""]
    lines = [";".join(["id", "gender", "education", "age", *ITEMS])]
    for person in range(answers // len(ITEMS)):
        given = chance.choices(texts, k=len(ITEMS))
        lines.append(
            f"p{person:07d};{chance.choice('12')};3;{chance.uniform(18, 65):.1f};".replace(".", ",") + ";".join(given)
        )
    (folder / "data" / "raw" / "bfi.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def read(folder: Path) -> None:
    """Ingest one study; print rows kept, seconds for reading and for writing, and the most memory held."""
    from finsam_eval.files import save_table
    from finsam_eval.ingest import ingest
    from finsam_eval.study import open_study

    start = time.perf_counter()
    study = open_study(folder)
    responses = ingest(study).responses
    middle = time.perf_counter()
    save_table(responses, study.processed / "responses.parquet")
    end = time.perf_counter()
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{len(responses):>9} answers: read {middle - start:5.1f} s, written {end - middle:4.1f} s, {megabytes:5.0f} MB"
    )


def main() -> int:
    """Make the studies and read each in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--answers", type=int, action="append")
    parser.add_argument("--made", action="store_true", help="FOLDER is a study already: read it here")
    asked = parser.parse_args()
    if asked.made:
        read(asked.folder)
        return 0
    asked.folder.mkdir(parents=True)
    for answers in asked.answers or SIZES:
        folder = make_study(asked.folder / str(answers), answers)
        subprocess.run([sys.executable, "-P", __file__, "--made", str(folder)], check=True, cwd=ROOT)
    return 0


if __name__ == "__main__":
    sys.exit(main())
