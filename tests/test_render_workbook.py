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


def rules(page):
    return {str(rule.sqref): rule for rule in page.data_validations.dataValidation}


def test_a_column_offers_what_another_sheet_has_and_takes_anything_else():
    boxes = Sheet(title="Rutor", heading=("Id", "Text"), rows=[("a", "Ett"), ("b", "Två"), (None, None)])
    arrows = Sheet(title="Pilar", heading=("Från",), rows=[(None,)] * 4, suggestions={"Från": ("Rutor", 2)})
    book = openpyxl.load_workbook(io.BytesIO(workbook([boxes, arrows], title="t")))
    (rule,) = rules(book["Pilar"]).values()
    assert (str(rule.sqref), rule.type) == ("A2:A5", "list")
    assert rule.formula1 == "OFFSET(Rutor!$B$2,0,0,MAX(1,COUNTA(Rutor!$B$2:$B$4)),1)"
    assert not rule.showErrorMessage


def test_a_prompt_is_shown_at_the_heading_and_is_never_longer_than_excel_takes():
    page = read(("x", 1), prompts={"a": "Skriv det som mäts.", "b": "ord " * 100})
    short, long = rules(page)["A1"], rules(page)["B1"]
    assert (short.showInputMessage, short.promptTitle, short.prompt) == (True, "a", "Skriv det som mäts.")
    assert len(long.prompt) == 255


def test_a_sheet_to_write_in_wraps_at_the_top_also_where_nothing_is_written():
    page = read(("ord " * 25, 1), ("kort", None), widths={"a": 40, "b": 12})
    assert [page.column_dimensions[letter].width for letter in "AB"] == [40, 12]
    looks = [page["A2"].alignment, page["B2"].alignment, page["A3"].alignment, page.column_dimensions["B"].alignment]
    assert {(look.wrap_text, look.vertical) for look in looks} == {(True, "top")}
    assert (page.row_dimensions[2].height, page.row_dimensions[3].height) == (45, None)


def test_a_hidden_sheet_is_there_and_not_seen():
    shown, hidden = Sheet(title="A", heading=("a",), rows=[]), Sheet(title="B", heading=("b",), rows=[], hidden=True)
    book = openpyxl.load_workbook(io.BytesIO(workbook([shown, hidden], title="t")))
    assert [page.sheet_state for page in book.worksheets] == ["visible", "hidden"]
