"""Files as this package writes them: whole or not at all, the same bytes for the same content."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import pandas as pd

from finsam_eval.errors import BadInput

UNFINISHED = ".half"
"""How a file ends while it is being written."""

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


def write_atomically(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write` fill a temporary file beside `path`, then move it there in one step.

    Raises
    ------
    BadInput
        When the folder or the file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-", suffix=UNFINISHED)
        os.close(handle)
    except OSError as error:
        raise BadInput(f"{path.parent.name}/ cannot be written ({error.strerror}); check the folder's rights") from None
    temporary = Path(name)
    try:
        write(temporary)
        temporary.chmod(0o644)
        temporary.replace(path)
        if (files := _written.get()) is not None:
            files.append(path)
    except OSError as error:
        raise BadInput(f"{path.name} cannot be written ({error.strerror}); is it open in another program?") from None
    finally:
        temporary.unlink(missing_ok=True)


def save_table(frame: pd.DataFrame, path: Path) -> None:
    """Write a frame as parquet, atomically."""
    write_atomically(path, lambda temporary: frame.to_parquet(temporary, index=False))


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
