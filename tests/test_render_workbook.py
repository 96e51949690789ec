import io
import zipfile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finsam_eval.render.workbook import Sheet, workbook

DANGEROUS = ['=HYPERLINK("http://x")', "+46", "-1+2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "#N/A", "#REF!"]


def read(*rows, heading=("a", "b"), **told):
    content = workbook([Sheet(title="Blad", heading=heading, rows=rows, **told)], title="t")
    return openpyxl.load_workbook(io.BytesIO(content))["Blad"]


@pytest.mark.parametrize("text", DANGEROUS)
def test_text_that_looks_like_a_formula_or_an_error_is_text_in_cell_and_heading(text):
    page = read((text, 1), heading=(text, "b"))
    for cell in (page["A1"], page["A2"]):
        assert cell.data_type == "s"
        assert cell.quotePrefix
        assert cell.value.strip() == text.strip()


def test_ordinary_text_has_no_mark_and_numbers_are_numbers():
    page = read(("Ål & Ö", 1), ("", 2.5), (None, float("nan")))
    assert [[cell.value for cell in row] for row in page.iter_rows(min_row=2, max_row=3)] == [
        ["Ål & Ö", 1],
        [None, 2.5],
    ]
    assert [page["B2"].data_type, page["B3"].data_type] == ["n", "n"]
    assert not page["A2"].quotePrefix
    assert page.max_row == 3


def test_a_banner_stands_above_the_headings():
    page = read(("x", 1), banner="SYNTETISKA DATA")
    assert [row[0] for row in page.iter_rows(values_only=True)] == ["SYNTETISKA DATA", "a", "x"]
    assert page.freeze_panes == "A3"


def test_control_signs_are_left_out():
    assert read(("a\x00b\x1bc", 1))["A2"].value == "abc"


def test_the_same_rows_give_the_same_bytes_whenever_they_are_written(monkeypatch):
    sheet = Sheet(title="Blad", heading=("a",), rows=[("=1",), (2,)])
    first = workbook([sheet], title="t")
    assert workbook([sheet], title="t") == first
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert {member.date_time for member in archive.infolist()} == {(2025, 1, 1, 0, 0, 0)}
        assert archive.read("docProps/core.xml").count(b"2025-01-01T00:00:00Z") == 2
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    assert workbook([sheet], title="t") != first


@settings(max_examples=50)
@given(st.lists(st.text(max_size=80), min_size=1, max_size=5))
def test_no_text_ever_becomes_anything_else(texts):
    page = read(*[(text, 1) for text in texts])
    cells = [page.cell(row, 1) for row in range(2, len(texts) + 2)]
    assert all(cell.data_type in ("s", "n") and (cell.value is None or isinstance(cell.value, str)) for cell in cells)
