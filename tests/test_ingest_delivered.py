import csv
import io
import zipfile
from datetime import date, datetime

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finsam_eval.errors import BadInput
from finsam_eval.ingest import cells, excel_file, spss_file
from finsam_eval.ingest.delivered import deliver
from tests.deliveries import sav, workbook


def put(folder, name, content):
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def refused(path, **asked):
    with pytest.raises(BadInput) as refusal:
        deliver(path, **asked)
    message = str(refusal.value)
    assert path.name in message
    assert "\n" not in message
    return message


@pytest.mark.parametrize(
    "content, rows, form",
    [
        ("a;b\nå;1,5\n".encode(), [["å", "1,5"]], "CSV, utf-8, semikolon mellan kolumner"),
        ("a;b\nå;1,5\n".encode("utf-8-sig"), [["å", "1,5"]], "CSV, utf-8, semikolon mellan kolumner"),
        ("a;b\r\nå;1,5\r\n".encode("cp1252"), [["å", "1,5"]], "CSV, cp1252, semikolon mellan kolumner"),
        ("a\tb\nå\t1,5\n".encode("utf-16"), [["å", "1,5"]], "CSV, utf-16, tabb mellan kolumner"),
        (b'a,b\n"1,5",x;y\n', [["1,5", "x;y"]], "CSV, utf-8, komma mellan kolumner"),
        (b'sep=,\r\na,b\r\n"1\r\n2",3\r\n', [["1\r\n2", "3"]], "CSV, utf-8, komma mellan kolumner"),
        (b"a;b\r1;2\r", [["1", "2"]], "CSV, utf-8, semikolon mellan kolumner"),
        (b"a;b;\n 1 ;2;\n;;\n\n", [["1", "2"]], "CSV, utf-8, semikolon mellan kolumner"),
        ("a;b\n€;–\n".encode("cp1252"), [["€", "–"]], "CSV, cp1252, semikolon mellan kolumner"),
    ],
)
def test_separated_text_in_the_forms_that_programs_give_it(tmp_path, content, rows, form):
    got = deliver(put(tmp_path, "a.csv", content))
    assert (got.heading, got.rows, got.form) == (["a", "b"], rows, form)


def test_a_separator_is_held_against_every_row(tmp_path):
    got = deliver(put(tmp_path, "a.csv", "id;Jag får, i regel, stöd, ja\n1;4\n2;5\n"))
    assert got.heading == ["id", "Jag får, i regel, stöd, ja"]


def test_rows_have_the_numbers_that_a_spreadsheet_shows(tmp_path):
    got = deliver(put(tmp_path, "a.csv", 'sep=;\na;b\n"x\ny";1\n\n;\nz;2\n'))
    assert got.numbers == [2, 5]


@pytest.mark.parametrize(
    "content, says",
    [
        (b"", "has no heading"),
        (b"\n\n", "has no heading"),
        (b"a;b\n1;2\n3\n", "row 3: expected 2 columns as in the heading, found 1; a ; inside"),
        (b'a;b\n1;2\n"3;4\n', "row 3: a quotation mark is left open"),
        (b'a;b\n"1"x;2\n', "row 2: a quotation mark is left open, or stands inside"),
        (b"a;b\n1;\x81\n", "row 2: a byte that is neither UTF-8 nor Windows-1252"),
        (b"a;b\n\xc3\xa5;\xe5\n", "row 2: bytes in two encodings"),
        (b"a;b\n1;\x00\n", "row 2: a character that is no text"),
        ("a;b\n1;2\n".encode("utf-16-le"), "row 1: a character that is no text"),
        ("a;b\n1;2\n".encode("utf-16") + b"\xd8", "bytes in two encodings"),
        (b"sep=|\na|b\n1|2\n", "its sep= line names a separator"),
    ],
)
def test_text_that_cannot_be_read_is_refused_with_its_row(tmp_path, content, says):
    assert says in refused(put(tmp_path, "a.csv", content))


def test_a_workbook_gives_values_as_a_person_would_write_them(tmp_path):
    rows = [
        ["id", "tal", "dag", "tid", "ja"],
        ["a", 4.0, date(2025, 3, 31), datetime(2025, 3, 31, 14, 5), True],
        [None, None, None, None, None],
        ["b ", 4.5, None, None, False],
    ]
    got = deliver(put(tmp_path, "a.xlsx", workbook(("Svar", rows))))
    assert got.rows == [["a", "4", "2025-03-31", "2025-03-31 14:05:00", "SANT"], ["b", "4.5", "", "", "FALSKT"]]
    assert (got.numbers, got.form) == ([2, 4], "Excel, blad Svar")


def test_two_heading_rows_with_merged_cells_are_a_question_and_its_rows(tmp_path):
    rows = [["id", "Jag får stöd", None, "Ålder"], [None, "i tid", "rätt", None], ["a", 1, 2, 40]]
    content = workbook(("Svar", rows), merged=["A1:A2", "B1:C1"])
    got = deliver(put(tmp_path, "a.xlsx", content), heading_rows=2)
    assert got.heading == ["id", "Jag får stöd [i tid]", "Jag får stöd [rätt]", "Ålder"]
    assert (got.rows, got.numbers) == ([["a", "1", "2", "40"]], [3])
    text = "id;Jag får stöd;\n;i tid;rätt\na;1;2\n"
    assert deliver(put(tmp_path, "a.csv", text), heading_rows=2).heading == got.heading[:3]


def test_one_sheet_with_content_needs_no_name_and_several_do(tmp_path):
    rows = [["a"], ["1"]]
    alone = put(tmp_path, "a.xlsx", workbook(("Tomt", []), ("Svar", rows)))
    assert deliver(alone).form == "Excel, blad Svar"
    several = put(tmp_path, "b.xlsx", workbook(("Svar", rows), ("Mer", [["b"], ["2"]])))
    assert "several sheets with content: Svar, Mer" in refused(several)
    assert deliver(several, sheet="Mer").rows == [["2"]]
    assert "has no sheet Annat: it has Svar, Mer" in refused(several, sheet="Annat")


def test_what_a_workbook_says_of_its_own_size_is_not_believed(tmp_path):
    content = with_part(workbook(("Svar", [["a"], ["1"]])), "xl/worksheets/sheet1.xml", b"A1:A2", b"A1:XFD1048576")
    assert deliver(put(tmp_path, "a.xlsx", content)).rows == [["1"]]


def with_part(content, name, old, new):
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w") as packed:
        for part in source.namelist():
            text = source.read(part)
            packed.writestr(part, text.replace(old, new) if part == name else text)
    return target.getvalue()


def test_a_formula_gives_the_value_that_excel_computed(tmp_path):
    content = workbook(("Svar", [["a", "b"], ["=1+1", "x"]]))
    assert "cell A2: a formula without a value" in refused(put(tmp_path, "a.xlsx", content))
    sheet, cell = "xl/worksheets/sheet1.xml", b'<c r="A2"><f>1+1</f><v></v></c>'
    computed = with_part(content, sheet, cell, b'<c r="A2"><f>1+1</f><v>2</v></c>')
    assert deliver(put(tmp_path, "b.xlsx", computed)).rows == [["2", "x"]]
    empty = with_part(content, sheet, cell, b'<c r="A2" t="str"><f>1+1</f><v></v></c>')
    assert deliver(put(tmp_path, "c.xlsx", empty)).rows == [["", "x"]]


@pytest.mark.parametrize(
    "content, says",
    [
        (b"id;K01a\n1;2\n", "is not an Excel file"),
        (b"", "is not an Excel file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "has a password or is an old .xls"),
        (workbook(("Svar", [["a"], ["#N/A"]])), "cell A2: an error such as #N/A"),
        (workbook(("Svar", [["a", "b"], ["1", "#DIV/0!"]])), "cell B2: an error such as #N/A"),
        (workbook(("Svar", [])), "has no heading"),
    ],
)
def test_a_workbook_that_cannot_be_read_is_refused(tmp_path, content, says):
    assert says in refused(put(tmp_path, "a.xlsx", content))


def test_a_small_file_that_unpacks_to_a_large_one_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(excel_file, "UNPACKED", 1000)
    assert "when unpacked" in refused(put(tmp_path, "a.xlsx", workbook(("Svar", [["a"], ["1"]]))))
    monkeypatch.setattr(spss_file, "MOST_CELLS", 1)
    assert "more than 1 cells" in refused(put(tmp_path, "a.sav", sav({"a": [1, 2]})))
    monkeypatch.setattr(cells, "MOST_COLUMNS", 1)
    assert "2 columns" in refused(put(tmp_path, "a.csv", "a;b\n1;2\n"))


@pytest.mark.parametrize("zipped", [False, True])
def test_an_spss_file_tells_its_questions_labels_and_missing_codes(tmp_path, zipped):
    content = sav(
        {"id": ["a", "b"], "q1": [1.0, 99.0], "q2": [None, -8.0], "dag": [date(2025, 3, 31), None]},
        zipped=zipped,
        column_labels={"q1": "Jag får stödet"},
        variable_value_labels={"q1": {1: "Instämmer inte alls", 99: "Vet ej"}},
        missing_ranges={"q1": [99], "q2": [{"lo": -9, "hi": -1}]},
    )
    got = deliver(put(tmp_path, "a.zsav" if zipped else "a.sav", content))
    assert (got.heading, got.numbers) == (["id", "q1", "q2", "dag"], [1, 2])
    assert got.rows == [["a", "1", "", "2025-03-31"], ["b", "99", "-8", ""]]
    assert got.questions == {"q1": "Jag får stödet"}
    assert got.labels == {"q1": {"1": "Instämmer inte alls", "99": "Vet ej"}}
    assert got.missing == {"q1": {"99": "Vet ej"}, "q2": {"-8": "angivet som saknat"}}
    assert got.form == "SPSS, UTF-8"


@pytest.mark.parametrize("content", [b"", b"$FL2", b"id;K01a\n1;2\n", sav({"a": [1.0]})[:200]])
def test_a_broken_spss_file_is_refused(tmp_path, content):
    assert "is not an SPSS file that can be read" in refused(put(tmp_path, "a.sav", content))


def test_other_kinds_links_and_large_files_are_refused(tmp_path, monkeypatch):
    assert "expected a file of the kinds .csv, .txt, .tsv, .xlsx, .sav, .zsav" in refused(put(tmp_path, "a.xls", ""))
    (tmp_path / "b.csv").symlink_to(put(tmp_path, "c.csv", "a;b\n1;2\n"))
    assert "is a link to another place" in refused(tmp_path / "b.csv")
    (tmp_path / "d.csv").mkdir()
    assert "d.csv is missing in" in refused(tmp_path / "d.csv")
    assert "do not apply to this kind" in refused(tmp_path / "c.csv", sheet="Svar")
    monkeypatch.setattr("finsam_eval.ingest.delivered.LARGEST", 3)
    assert "is larger than" in refused(tmp_path / "c.csv")


def test_a_missing_file_is_told_with_what_it_may_be_called_now(tmp_path):
    put(tmp_path, "enkät (1).csv", "")
    put(tmp_path, "enkäter.csv", "")
    message = refused(tmp_path / "enkät.csv")
    assert "but enkät (1).csv is there" in message
    assert "enkäter" not in message


CELL = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=8).map(str.strip)
TABLE = st.integers(2, 4).flatmap(
    lambda width: st.lists(st.lists(CELL, min_size=width, max_size=width), min_size=2, max_size=6)
)


@given(TABLE, st.sampled_from(";,\t"), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]), st.sampled_from([0, 1]))
def test_what_is_written_as_csv_comes_back(tmp_path_factory, table, delimiter, encoding, quoting):
    heading = [f"k{place}" for place in range(len(table[0]))]
    target = io.StringIO(newline="")
    csv.writer(target, delimiter=delimiter, quoting=quoting).writerows([heading, *table])
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    path.write_bytes(target.getvalue().encode(encoding))
    assert (deliver(path).heading, deliver(path).rows) == (heading, [row for row in table if any(row)])


@pytest.mark.parametrize(
    "most, old, new", [(19, b"", b""), (20, b'<row r="20"', b'<row r="99999999"'), (20, b'r="A2"', b'r="ALL2"')]
)
def test_a_workbook_of_too_many_cells_is_refused_as_soon_as_they_are_passed(tmp_path, monkeypatch, most, old, new):
    """Too many rows, a row far below the others, a cell far to the right."""
    content = workbook(("Svar", [["a"], *([["1"]] * 19)]))
    monkeypatch.setattr(excel_file, "MOST_CELLS", 20)
    assert len(deliver(put(tmp_path, "a.xlsx", content)).rows) == 19
    monkeypatch.setattr(excel_file, "MOST_CELLS", most)
    far = with_part(content, "xl/worksheets/sheet1.xml", old, new) if old else content
    says = f"a.xlsx has more than {most} cells; export it as CSV, or in parts"
    assert says in refused(put(tmp_path, "a.xlsx", far))


@pytest.mark.parametrize(
    "name, content",
    [
        ("a.csv", "a;b\n"),
        ("a.csv", "a;b\n;\n"),
        ("a.xlsx", workbook(("Svar", [["a", "b"]]))),
        ("a.sav", sav({"a": pd.Series([], dtype="str"), "b": pd.Series([], dtype="float64")})),
    ],
)
def test_a_heading_without_rows_is_a_delivery_of_nobody(tmp_path, name, content):
    got = deliver(put(tmp_path, name, content))
    assert (got.heading, got.rows, got.numbers) == (["a", "b"], [], [])


def test_two_heading_rows_need_two_rows(tmp_path):
    path = put(tmp_path, "a.csv", "a;b\n")
    with pytest.raises(BadInput, match="has no heading"):
        deliver(path, heading_rows=2)


@pytest.mark.parametrize("value, text", [(1e15, "1000000000000000.0"), (float("nan"), ""), (-0.0, "0"), (None, "")])
def test_numbers_as_text(value, text):
    assert cells.as_text(value) == text
