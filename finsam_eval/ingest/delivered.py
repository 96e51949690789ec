"""The door for files from outside: each kind read as it is, or refused in one sentence."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

from finsam_eval.errors import BadInput
from finsam_eval.ingest.cells import LARGEST, Delivered
from finsam_eval.ingest.excel_file import read_excel
from finsam_eval.ingest.personnummer import without_personnummer
from finsam_eval.ingest.searched import refuse_names
from finsam_eval.ingest.spss_file import read_spss
from finsam_eval.ingest.text_file import read_text

__all__ = ["Delivered", "deliver"]

TEXT = (".csv", ".txt", ".tsv")
EXCEL = (".xlsx",)
SPSS = (".sav", ".zsav")


def deliver(path: Path, *, sheet: str | None = None, heading_rows: int = 1) -> Delivered:
    """Return a delivered file as text; nothing is written, and nothing but this file is opened.

    Parameters
    ----------
    path : Path
        CSV, Excel or SPSS, told apart by the ending of its name.
    sheet : str, optional
        The sheet of an Excel file; needed where more than one has content.
    heading_rows : int
        1, or 2 where a grid has its question above its rows; the heading is then "stem [sub]".

    Raises
    ------
    BadInput
        Missing, a link, too large, of an unknown kind, not what its name says it is, or named after a person.
    """
    refuse_names([path.name])
    suffix = path.suffix.lower()
    if suffix not in (*TEXT, *EXCEL, *SPSS):
        raise BadInput(f"{path.name}: expected a file of the kinds {', '.join((*TEXT, *EXCEL, *SPSS))}; export it anew")
    content = _bytes(path)
    if suffix in EXCEL:
        return read_excel(path.name, content, sheet=sheet, heading_rows=heading_rows)
    if sheet is not None or (suffix in SPSS and heading_rows != 1):
        raise BadInput(f"study.yaml, {path.name}: sheet and heading_rows do not apply to this kind; take them out")
    if suffix in SPSS:
        return read_spss(path)
    return read_text(path.name, content, heading_rows=heading_rows)


def _bytes(path: Path) -> bytes:
    try:
        if path.is_symlink():
            raise BadInput(f"{path.name} is a link to another place; put the file itself in data/raw")
        if path.is_dir():
            raise BadInput(f"{path.name} is a folder; put the file itself in data/raw, under that name")
        if path.exists() and not path.is_file():
            raise BadInput(f"{path.name} is no file (a pipe or a device); put a file in its place")
        if not path.is_file():
            raise BadInput(f"{path.name} is missing in {_folder(path)}{_instead(path)}")
        if path.stat().st_size > LARGEST:
            raise BadInput(f"{path.name} is larger than {LARGEST // 2**20} MB; export it in parts")
        return path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path.name} cannot be read ({error.strerror}); is it open in another program?") from None


def _folder(path: Path) -> str:
    return "/".join(path.parts[-3:-1]) or "this folder"


def _instead(path: Path) -> str:
    """Tell of files that a sync program or a browser may have renamed."""
    stem = _plain(path.stem)
    try:
        there = sorted(other.name for other in path.parent.iterdir() if other.suffix.lower() == path.suffix.lower())
    except OSError:
        there = []
    renamed = [name for name in there if re.match(rf"{re.escape(stem)}(?!\w)", _plain(name)) and name[0] not in ".~"]
    if renamed:
        names = ", ".join(map(without_personnummer, renamed))
        return f", but {names} is there; a sync program or a download may have renamed it"
    return ": put it there, or correct its name in study.yaml"


def _plain(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
