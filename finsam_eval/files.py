"""Files as this package writes them: whole or not at all, the same bytes for the same content."""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import pandas as pd

from finsam_eval.errors import BadInput

UNFINISHED = ".half"
"""How a file ends while it is being written."""

FORMULA = re.compile(r"[=+\-@＝＋－＠\t\r\n]")  # noqa: RUF001
NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?")

_written: ContextVar[list[Path] | None] = ContextVar("written", default=None)


@contextmanager
def record_writes() -> Iterator[list[Path]]:
    """Return a list that every file written within this block, in this thread, is added to."""
    files: list[Path] = []
    token = _written.set(files)
    try:
        yield files
    finally:
        _written.reset(token)


def write_atomically(path: Path, write: Callable[[Path], object], *, private: bool = False) -> None:
    """Let `write` fill a temporary file beside `path`, then move it there in one step.

    A new file has the rights that the user's umask gives; a `private` one, with rows of persons, is its owner's alone.
    A file that is replaced keeps its rights, but a private one not those of everybody.

    Raises
    ------
    BadInput
        When the folder or the file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        rights = _rights(path, private=private)
        temporary = path.with_name(f".{path.name}-{secrets.token_hex(8)}{UNFINISHED}")
        new = 0o666 if rights is None and not private else 0o600
        os.close(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, new))
    except OSError as error:
        raise BadInput(f"{path.parent.name}/ cannot be written ({error.strerror}); check the folder's rights") from None
    try:
        write(temporary)
        if rights is not None:
            temporary.chmod(rights)
        temporary.replace(path)
        if (files := _written.get()) is not None:
            files.append(path)
    except OSError as error:
        raise BadInput(f"{path.name} cannot be written ({error.strerror}); is it open in another program?") from None
    finally:
        temporary.unlink(missing_ok=True)


def _rights(path: Path, *, private: bool) -> int | None:
    """Return the rights a file is to keep; None where there is no file yet."""
    try:
        rights = stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        return None
    return rights & 0o770 if private else rights


def without_formulas(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame whose texts a spreadsheet takes for texts: an apostrophe before one that begins as a formula.

    Numbers, and texts that are one, are left as they are.
    """
    texts = [name for name in frame if pd.api.types.is_string_dtype(frame[name].dtype)]
    return frame.assign(**{str(name): frame[name].map(_as_shown) for name in texts})


def _as_shown(text: object) -> object:
    return f"'{text}" if isinstance(text, str) and begins_as_formula(text) else text


def begins_as_formula(text: str) -> bool:
    """Return whether a spreadsheet would reckon with a text when it opens a CSV file."""
    return FORMULA.match(text) is not None and NUMBER.fullmatch(text) is None


def save_table(frame: pd.DataFrame, path: Path, *, private: bool = False) -> None:
    """Write a frame as parquet, atomically; `private` where its rows are persons'."""
    write_atomically(path, lambda temporary: frame.to_parquet(temporary, index=False), private=private)


def load_table(path: Path) -> pd.DataFrame:
    """Return a table written by an earlier step.

    Raises
    ------
    BadInput
        When that step has not been run.
    """
    if not path.exists():
        raise BadInput(f"{path.name} is not made yet in {path.parent.name}/; run the step before this one")
    return pd.read_parquet(path)


def save_json(content: Any, path: Path) -> None:
    """Write JSON with sorted keys, atomically."""
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True, default=str) + "\n"
    write_atomically(path, lambda temporary: temporary.write_text(text, encoding="utf-8"))


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
