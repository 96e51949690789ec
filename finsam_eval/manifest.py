"""What each piece of work read and wrote, by content; work whose receipt still holds need not be done again."""

from __future__ import annotations

import json
import platform
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any

from finsam_eval.errors import BadInput
from finsam_eval.files import UNFINISHED, file_hash, record_writes, save_json
from finsam_eval.study import Study

PACKAGE = Path(__file__).parent
LOCK = PACKAGE.parent / "requirements.lock"

SHOWING = (
    *("comments", "view", "spread", "inside", "tables", "plots", "wording", "render"),
    *("mapping", "exports", "lint", "reporting", "start", "cli"),
    "english.yaml",
)
"""Rooms that only show: a change in them makes reports anew, never the steps before."""

MADE_WITH = ("jupyterlab", "numpy", "pandas", "papermill", "pingouin", "scipy", "seaborn", "statsmodels", "typst")


@dataclass(frozen=True)
class Work:
    """A piece of work by name, and the content of everything it reads: what → SHA-256."""

    name: str
    read: Mapping[str, str]


@dataclass(frozen=True)
class Receipt:
    """What a piece of work read and wrote (file, relative to the study → SHA-256), and what it told."""

    read: dict[str, str]
    wrote: dict[str, str]
    told: dict[str, str]


def carry_out(study: Study, work: Work, do: Callable[[], Mapping[str, str]], *, force: bool = False) -> Receipt | None:
    """Do a piece of work and note it; return its old receipt instead, doing nothing, where that still holds.

    `do` returns what it wants remembered. The receipt is written last: work that was interrupted has none.
    """
    if not force and (old := still_holds(study, work)):
        return old
    path = _path(study, work.name)
    path.unlink(missing_ok=True)
    with record_writes() as written:
        told = dict(do())
    wrote = {file.relative_to(study.folder).as_posix(): file_hash(file) for file in sorted(set(written))}
    save_json({"read": dict(work.read), "wrote": wrote, "told": told}, path)
    return None


def still_holds(study: Study, work: Work) -> Receipt | None:
    """Return a work's receipt if it read the same as now, and all it wrote still lies there unchanged."""
    receipt = read_receipt(study, work.name)
    if receipt is None or receipt.read != dict(work.read):
        return None
    files = {name: study.folder / name for name in receipt.wrote}
    same = all(path.exists() and file_hash(path) == receipt.wrote[name] for name, path in files.items())
    return receipt if same else None


def read_receipt(study: Study, name: str) -> Receipt | None:
    """Return the receipt of the work called `name`; None where it was never finished, or the receipt is damaged.

    A receipt that names a file outside what is made (data/processed, reports) is damaged: its files may be removed.
    """
    path = _path(study, name)
    if not path.exists():
        return None
    try:
        receipt = Receipt(**json.loads(path.read_text(encoding="utf-8")))
        made = [(study.folder / file).resolve() for file in receipt.wrote]
        whole = all(any(file.is_relative_to(place) for place in (study.processed, study.reports)) for file in made)
    except (ValueError, TypeError, AttributeError):
        return None
    tables = all(isinstance(part, dict) for part in (receipt.read, receipt.wrote, receipt.told))
    return receipt if whole and tables else None


def receipts(study: Study, under: str = "") -> dict[str, Receipt]:
    """Return every receipt whose work's name starts with `under`, in the order of the names."""
    folder = _path(study, "").parent
    names = sorted(path.relative_to(folder).with_suffix("").as_posix() for path in folder.rglob("[!.]*.json"))
    found = {name: read_receipt(study, name) for name in names if name.startswith(under)}
    return {name: receipt for name, receipt in found.items() if receipt is not None}


def discard(study: Study, name: str) -> None:
    """Remove a work's files and its receipt: nobody asks for it any more."""
    receipt = read_receipt(study, name)
    for file in receipt.wrote if receipt else ():
        (study.folder / file).unlink(missing_ok=True)
    _path(study, name).unlink(missing_ok=True)


def hashes(paths: Iterable[Path], folder: Path) -> dict[str, str]:
    """Return the hash of every file that is there, by its name relative to `folder`."""
    return {path.relative_to(folder).as_posix(): file_hash(path) for path in sorted(paths) if path.is_file()}


@cache
def code_hash(*, showing: bool) -> str:
    """Return the hash of the package's files and the lock; with `showing`, of the rooms that only show as well."""
    digest = sha256(file_hash(LOCK).encode() if LOCK.exists() else b"")
    for path in sorted(PACKAGE.rglob("*")):
        room = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        if path.is_file() and "__pycache__" not in path.parts and (showing or room not in SHOWING):
            digest.update(path.relative_to(PACKAGE).as_posix().encode() + b"\0" + file_hash(path).encode())
    return digest.hexdigest()


def write_manifest(study: Study, path: Path, works: Mapping[str, Receipt]) -> None:
    """Write what was read and made, by which code, on what."""
    save_json(
        {
            "study": study.settings.id,
            "code_sha256": code_hash(showing=True),
            "lock_sha256": file_hash(LOCK) if LOCK.exists() else "",
            "git_commit": _commit(),
            "python": platform.python_version(),
            "packages": {name: version(name) for name in MADE_WITH},
            "work": {name: {"read": receipt.read, "wrote": receipt.wrote} for name, receipt in works.items()},
        },
        path,
    )


@contextmanager
def alone(study: Study) -> Iterator[None]:
    """Keep a second run out of the same study, and clear away what a killed one left half written.

    Raises
    ------
    BadInput
        When another run is at work in this study. The system itself lifts the lock of one that was killed.
    """
    study.processed.mkdir(parents=True, exist_ok=True)
    with (study.processed / ".lock").open("a") as handle:
        try:
            _lock(handle)
        except OSError:
            raise BadInput("another run is at work in this study: wait until it is done, or stop it") from None
        for folder in (study.raw, study.processed, study.reports):
            for half in folder.rglob(f".*{UNFINISHED}"):
                half.unlink()
        yield


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: IO[Any]) -> None:
        msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(handle: IO[Any]) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _path(study: Study, name: str) -> Path:
    return study.processed / "receipts" / f"{name}.json"


def _commit() -> str:
    """Return the commit the code stands at; empty where it is no checkout or git is not there."""
    try:
        command = ["git", "-C", str(PACKAGE.parent), "rev-parse", "HEAD"]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""
