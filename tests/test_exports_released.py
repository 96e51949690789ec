import io
import json

import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner

from finsam_eval.cli import main
from finsam_eval.exports.released import HEADINGS, SHEETS, cells, released_workbook
from finsam_eval.study import open_study
from tests.small import write_study
from tests.views import contrast, count, record

NASTY = ['=HYPERLINK("http://ond.se";"Klicka")', "+46 70 123", "@SUM(A1:A9)"]
HIDDEN = "visas\N{NO-BREAK SPACE}inte"
POLICY = {"opinion": {"min_n": 10, "min_x": 3}, "decided_by": "=STYR()", "decided_on": "2024-11-15"}

ITEMS = {
    **dict.fromkeys(("respondent_group", "occasion", "item_set"), "avslut"),
    **dict.fromkeys(("mean", "sd", "floor", "ceiling", "missing", "item_rest", "alpha_if_deleted"), 0.5),
}
COEFFICIENT = {
    **dict.fromkeys(("kind", "subject", "label", "respondent_group", "occasion", "statistic", "method"), "x"),
    **{"value": 0.84, "lower": 0.8, "upper": 0.9, "level": 0.95, "n": 849, "status": "ok", "reason": "", "k": 7},
}
OBSERVATION = {
    **dict.fromkeys(("indicator", "unit", "period", "gender", "printed", "printed_status", "kind", "source"), "x"),
    **{"x": None, "n": None, "mentioned": None, "value": None, "status": "undertryckt", "reason": "r"},
}


@pytest.fixture
def study(tmp_path):
    opened = open_study(write_study(tmp_path))
    units = [{"forbund": f"F0{i}", "name": name, "lan": ""} for i, name in enumerate(NASTY, start=1)]
    tables = {
        "records": [record(0.8), {**record(None), "n": None}, record(None, status="inga data", reason="ingen")],
        "counts": [count("hog", 12)],
        "contrasts": [contrast("mot_riket", 0.8, centre=0.7)],
        "coefficients": [COEFFICIENT],
        "items": [{**ITEMS, "item": "K01b", "n": 20}, {**dict.fromkeys(ITEMS, None), "item": "K02b", "n": None}],
        "observations": [OBSERVATION],
        "units": units,
    }
    for name, rows in tables.items():
        path = opened.released("publik") / f"{name}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        frame = pd.DataFrame(rows)
        whole = {column: "Int64" for column in ("n", "x", "mentioned") if column in frame}
        numbers = {column: "float64" for column in ("value", "mean", "sd", "floor", "ceiling") if column in frame}
        frame.astype(whole | numbers).to_parquet(path)
    facts = {"policy": POLICY, "released_sha256": "0123"}
    (opened.released("publik") / "release.json").write_text(json.dumps(facts), encoding="utf-8")
    return opened


def opened(study, profile="publik"):
    return openpyxl.load_workbook(io.BytesIO(released_workbook(study, profile)))


def rows(page):
    heading, *below = page.iter_rows(values_only=True)
    return [dict(zip(heading, row, strict=True)) for row in below]


def test_a_sheet_per_table_with_swedish_headings_between_what_it_is_and_its_codes(study):
    book = opened(study)
    assert book.sheetnames == ["Om", *(title for title, _ in SHEETS.values()), "Koder"]
    assert [cell.value for cell in book["Antal"][1]] == [
        *("Enhet", "Vem som svarar", "Tillfälle", "Fråga", "Period", "Kön", "Detalj", "Svar", "n"),
    ]
    assert rows(book["Antal"])[0]["n"] == 12


def test_a_hidden_number_says_so_and_one_that_does_not_exist_is_empty(study):
    shown, hidden, absent = rows(opened(study)["Skattningar"])
    figures = ("Värde", "Undre gräns", "Övre gräns", "n")
    assert [shown[name] for name in figures] == [0.8, 0, 1, 50]
    assert [hidden[name] for name in figures] == [HIDDEN] * 4
    assert [absent[name] for name in figures] == [None, None, None, 0]
    assert (hidden["Status"], absent["Status"]) == ("undertryckt", "inga data")


def test_a_hidden_item_and_a_hidden_observation_say_so_too(study):
    book = opened(study)
    shown, hidden = rows(book["Frågor"])
    assert [shown["n"], shown["Medel"]] == [20, 0.5]
    assert [hidden["n"], hidden["Medel"], hidden["Andel som inte svarat"]] == [HIDDEN] * 3
    (observed,) = rows(book["Observationer"])
    assert [observed["x"], observed["n"], observed["Värde"]] == [HIDDEN] * 3


def test_no_cell_is_a_formula_whatever_names_are_called(study):
    book = opened(study)
    every = [cell for page in book for row in page.iter_rows() for cell in row]
    assert {cell.data_type for cell in every} <= {"s", "n", "b"}
    assert [row["Namn"] for row in rows(book["Enheter"])] == NASTY
    assert all(book["Enheter"].cell(row, 2).quotePrefix for row in (2, 3, 4))


def test_the_first_sheet_says_what_it_is_and_who_decided(study):
    told = list(opened(study)["Om"].iter_rows(values_only=True))
    assert told[0][0] == "SYNTETISKA DATA: inga verkliga personer"
    facts = dict(row[:2] for row in told if row[0])
    assert facts["Studie"] == "Liten studie"
    assert facts["Sekretessregel"] == "minst 10 svar, och minst 3 på vardera sidan av en andel"
    assert facts["Beslutad av"] == "=STYR(), 2024-11-15"
    assert "Status: undertryckt" in facts


def test_the_codes_are_told_in_words(study):
    told = {(row["Slag"], row["Kod"]): row["Betydelse"] for row in rows(opened(study)["Koder"])}
    assert told["Fråga", "K01a"] == "Jag får stödet på ett sätt som är till nytta för mig."
    assert told["Vem som svarar", "deltagare"] == "Deltagare"
    assert told["Svar", "hog"] == "de högsta stegen på skalan"


def test_the_same_release_gives_the_same_bytes(study):
    assert released_workbook(study, "publik") == released_workbook(study, "publik")


def test_the_command_writes_the_file_and_refuses_what_is_not_there(study, tmp_path):
    def call(*arguments):
        return CliRunner().invoke(main, ["tables", "--study", str(study.folder), *arguments])

    out = tmp_path / "ut" / "tabeller.xlsx"
    assert call("--out", str(out)).exit_code == 0
    assert out.read_bytes() == released_workbook(study, "publik")
    assert "there are publik" in call("--out", str(out), "--profile", "intern").output
    assert "ends with .xlsx" in call("--out", str(tmp_path / "a.xls")).output


def test_every_column_of_a_release_has_a_swedish_heading(study):
    columns = {
        name for table in SHEETS for name in pd.read_parquet(study.released("publik") / f"{table}.parquet").columns
    }
    assert columns == set(HEADINGS)


def test_cells_leave_the_table_as_it_was():
    table = pd.DataFrame([{**record(None), "n": None}])
    before = table.copy()
    cells(table)
    pd.testing.assert_frame_equal(table, before)
