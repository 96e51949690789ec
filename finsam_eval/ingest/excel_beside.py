"""What a workbook holds beside the sheet that is read, searched for personnummer: other sheets, comments, drawings."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from typing import Any
from xml.etree import ElementTree

import openpyxl

from finsam_eval.ingest.cells import as_text
from finsam_eval.ingest.personnummer import cell_holds_personnummer, looks_like_personnummer

CELLS = re.compile(r"xl/(worksheets/[^/]+|sharedStrings|styles|theme/.*|calcChain)\.xml")
"""Parts that are read as cells, or say how they look and are reckoned."""

WHOLE = {"comment", "threadedComment", "p"}
"""Elements whose text may be cut up by its formatting."""

NAMED = {"v", "name", "displayName", "title", "descr"}
"""Attributes in which people or programs write text, or a pivot table keeps its cells."""


Rows = Callable[[Any], Iterator[Any]]
"""Gives the rows of a sheet, and refuses one that has too many."""


def beside(content: bytes, chosen: str, rows: Rows) -> str:
    """Return where beside the `chosen` sheet a workbook holds what looks like a personnummer, "" where nowhere."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        parts = [name for name in packed.namelist() if name.endswith(".xml") and not CELLS.fullmatch(name)]
        sheets = sum(name.startswith("xl/worksheets/") and name.endswith(".xml") for name in packed.namelist())
        told = any(looks_like_personnummer(text) for part in parts for text in _texts(packed.read(part)))
    if told:
        return "a comment, a drawing, the name of a sheet or another text beside its cells"
    return "a cell of another sheet" if sheets > 1 and _in_other_sheet(content, chosen, rows) else ""


def _texts(part: bytes) -> Iterator[str]:
    within = 0
    for event, element in ElementTree.iterparse(io.BytesIO(part), events=("start", "end")):
        whole = element.tag.rpartition("}")[2] in WHOLE
        if event == "start":
            within += whole
            continue
        within -= whole
        yield from (text for name, text in element.attrib.items() if name in NAMED)
        yield "".join(element.itertext()) if whole else element.text or ""
        if not within:
            element.clear()


def _in_other_sheet(content: bytes, chosen: str, rows: Rows) -> bool:
    """Return whether a cell of another sheet holds one: as its formula is written, or as it was last computed."""
    for computed in (False, True):
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=computed)
        kinds = set()
        for cell in (cell for page in book.worksheets if page.title != chosen for cell in _filled(page, rows)):
            if cell_holds_personnummer(as_text(cell.value)):
                return True
            kinds.add(cell.data_type)
        if "f" not in kinds:
            return False
    return False


def _filled(page: Any, rows: Rows) -> Iterator[Any]:
    page.reset_dimensions()  # what a file says of its own size is not always true
    return (cell for row in rows(page) for cell in row if cell.value is not None)
