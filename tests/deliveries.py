"""Files as survey tools deliver them, made in the test that reads them, and a study of one file to read them with."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

import openpyxl
import pandas as pd
import pyreadstat

from finsam_eval.ingest import Ingested, ingest
from finsam_eval.study import open_study
from tests.small import write_study

SOURCE = {
    "respondent_group": "deltagare",
    "occasion": "under",
    "period": "2025H1",
    "columns": {"respondent": "id"},
}


def workbook(*sheets, merged=()):
    """An Excel file of (name, rows); `merged` cells are in the first sheet."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        page = book.create_sheet(name)
        for row in rows:
            page.append(row)
    for cells in merged:
        book.worksheets[0].merge_cells(cells)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def sav(columns, *, zipped=False, **told):
    """An SPSS file of columns."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / ("a.zsav" if zipped else "a.sav")
        pyreadstat.write_sav(pd.DataFrame(columns), path, compress=zipped, **told)
        return path.read_bytes()


def read_one(folder: Path, content: bytes | str, file: str = "svar.csv", **source: object) -> Ingested:
    """What ingest makes of one file of participants' answers."""
    declared = {**SOURCE, "file": file, **source}
    if "date" in declared["columns"]:
        del declared["period"]
    study = write_study(folder, sources={"responses": [declared]}, outcomes=[])
    data = content.encode() if isinstance(content, str) else content
    (study / "data" / "raw" / file).write_bytes(data)
    result = ingest(open_study(study))
    lines = result.account
    assert (lines["read"] == lines["kept"] + lines["quarantined"]).all()
    return result


def codes(result: Ingested) -> dict[str, dict[str, int]]:
    """Respondent → item → code, of the answers that there are."""
    there = result.responses.dropna(subset="value")
    return {
        str(person): dict(zip(rows["item"], rows["value"].astype(int), strict=True))
        for person, rows in there.groupby("respondent")
    }


def reasons(result: Ingested) -> dict[str, dict[str, str]]:
    """Respondent → item → why there is no answer."""
    absent = result.responses[result.responses["value"].isna()]
    return {
        str(person): dict(zip(rows["item"], rows["missing"], strict=True))
        for person, rows in absent.groupby("respondent")
    }


def set_aside(result: Ingested) -> list[tuple[int, str, str]]:
    """Row, column and reason of everything in quarantine."""
    return [
        (int(row), str(column), str(reason))
        for row, column, reason in zip(
            result.quarantine["row"], result.quarantine["column"], result.quarantine["reason"], strict=True
        )
    ]
