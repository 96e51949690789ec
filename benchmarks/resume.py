"""Kill a run at random points, resume it, and compare every file with an undisturbed run.

Usage: python benchmarks/resume.py [--kills 10] [--forbund N] [--seed 1] FOLDER

FOLDER (made anew, must not exist) takes one undisturbed run, a second one beside it, and one run for each kill.
N is at least 7: the demo has a comment by F07.
Prints how many files the two undisturbed runs have in common byte for byte, and the same for each killed run.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RUN = [sys.executable, "-P", "-m", "finsam_eval", "run", "--study"]


def make_study(folder: Path, forbund: int) -> Path:
    """Copy the demo's definitions into `folder` and make its raw data."""
    folder.mkdir(parents=True)
    for definition in ROOT.glob("*.yaml"):
        shutil.copy(definition, folder)
    if (ROOT / "comments").exists():
        shutil.copytree(ROOT / "comments", folder / "comments")
    simulate = [*RUN[:-2], "simulate", "--study", str(folder), "--forbund", str(forbund)]
    subprocess.run(simulate, check=True, cwd=ROOT, capture_output=True)
    return folder


def run(folder: Path) -> float:
    """Run everything; return the seconds it took."""
    start = time.perf_counter()
    subprocess.run([*RUN, str(folder)], check=True, cwd=ROOT, capture_output=True)
    return time.perf_counter() - start


def run_and_kill(folder: Path, after: float) -> bool:
    """Start a run and kill it, and all it started, after so many seconds; False if it was done before."""
    process = subprocess.Popen(
        [*RUN, str(folder)], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        process.wait(timeout=after)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait()
        return True
    return False


def hashes(folder: Path) -> dict[str, str]:
    """Return the hash of every file under `folder`."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def compare(name: str, one: dict[str, str], other: dict[str, str]) -> bool:
    """Print how many files are the same, and which are not."""
    every = sorted(set(one) | set(other))
    differing = [file for file in every if one.get(file) != other.get(file)]
    print(f"{name}: {len(every) - len(differing)} of {len(every)} files byte-identical", flush=True)
    for file in differing:
        print(f"  differs: {file}", flush=True)
    return not differing


def main() -> int:
    """Make the runs and compare them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--forbund", type=int, default=36)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True)
    first = make_study(asked.folder / "undisturbed", asked.forbund)
    seconds = run(first)
    print(
        f"undisturbed run: {seconds:.0f} s on {os.cpu_count()} cores; unchanged rerun: {run(first):.1f} s", flush=True
    )
    expected = hashes(first)
    second = make_study(asked.folder / "second", asked.forbund)
    run(second)
    same = [compare("second undisturbed run", expected, hashes(second))]
    shutil.rmtree(second)
    chance = random.Random(asked.seed)
    for number in range(1, asked.kills + 1):
        folder, after = make_study(asked.folder / f"killed{number}", asked.forbund), chance.uniform(1.5, seconds)
        killed = run_and_kill(folder, after)
        name = (
            f"kill {number} after {after:.0f} s{'' if killed else ' (came too late)'}, resumed in {run(folder):.0f} s"
        )
        same.append(compare(name, expected, hashes(folder)))
        shutil.rmtree(folder)
    print(f"{sum(same)} of {len(same)} runs identical to the undisturbed one")
    return 0 if all(same) else 1


if __name__ == "__main__":
    sys.exit(main())
