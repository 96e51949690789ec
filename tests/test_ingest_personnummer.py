import random
import traceback

import pytest

from finsam_eval.errors import BadInput
from finsam_eval.ingest.personnummer import looks_like_personnummer
from tests.deliveries import codes, read_one, sav, workbook

# Skatteverket's own public examples.
NUMBER = "811228-9874"
SPELLINGS = [
    "8112289874",
    "198112289874",
    "811228–9874",
    "811228\N{NO-BREAK SPACE}9874",
    "811228+9874",
    f"Anna {NUMBER}.",
]


def stopped(folder, content, file, place, **source):
    """The file is refused with the place, and its number is nowhere: message, chain or folder."""
    with pytest.raises(BadInput) as refusal:
        read_one(folder, content, file, **source)
    told = "".join(traceback.format_exception(refusal.value))
    assert place in str(refusal.value)
    assert "looks like a personnummer" in str(refusal.value)
    assert refusal.value.__suppress_context__ or refusal.value.__context__ is None
    assert "9874" not in str(refusal.value)
    assert "8112289874" not in told
    written = [path for path in folder.rglob("*") if path.is_file() and path.name not in (file, "study.yaml")]
    assert all(b"9874" not in path.read_bytes() for path in written)


@pytest.mark.parametrize("text", SPELLINGS)
def test_a_personnummer_in_any_column_stops_the_file_with_its_place(tmp_path, text):
    csv_text = f"id;annat;K01a\np1;;4\np2;{text};4\n"
    stopped(tmp_path, csv_text, "svar.csv", "row 3, column annat", ignored=["annat"])


def test_a_personnummer_stops_every_kind_of_file(tmp_path):
    rows = [["id", "annat", "K01a"], ["p1", None, 4], ["p2", NUMBER, 4]]
    stopped(tmp_path / "xlsx", workbook(("Svar", rows)), "svar.xlsx", "row 3, column annat", ignored=["annat"])
    content = sav({"id": ["p1", "p2"], "annat": ["", NUMBER], "K01a": [4.0, 4.0]})
    stopped(tmp_path / "sav", content, "svar.sav", "row 2, column annat")


def test_a_number_in_a_cell_is_one_too_even_without_its_first_zeros(tmp_path):
    # 010101-0007: a date and a right check digit, but 000 is given to nobody; a spreadsheet leaves 101010007 of it.
    assert looks_like_personnummer("0101010007")
    for number in (8112289874, 8112289874.0, 101010007):
        rows = [["id", "annat", "K01a"], ["p1", number, 4]]
        with pytest.raises(BadInput, match="row 2, column annat: looks like"):
            read_one(tmp_path / str(number), workbook(("Svar", rows)), "svar.xlsx", ignored=["annat"])
    content = sav({"id": ["p1"], "annat": [8112289874.0], "K01a": [4.0]})
    stopped(tmp_path / "sav", content, "svar.sav", "row 1, column annat")


@pytest.mark.parametrize(
    "told, place",
    [
        ({"column_labels": {"K01a": f"Svar av {NUMBER}"}}, "heading or labels of column 2"),
        ({"variable_value_labels": {"K01a": {4: NUMBER}}}, "heading or labels of column 2"),
    ],
)
def test_questions_and_labels_of_an_spss_file_are_searched_too(tmp_path, told, place):
    stopped(tmp_path, sav({"id": ["p1"], "K01a": [4.0]}, **told), "svar.sav", place)


def test_headings_and_names_of_sheets_are_searched_too(tmp_path):
    stopped(tmp_path / "h", f"id;K01a;{NUMBER}\np1;4;x\n", "svar.csv", "heading or labels of column 3")
    several = workbook((NUMBER, [["id"], ["p1"]]), ("Svar", [["id"], ["p1"]]))
    with pytest.raises(BadInput, match="several sheets with content: …, Svar;"):
        read_one(tmp_path / "n", several, "svar.xlsx")
    stopped(tmp_path / "s", workbook((NUMBER, [["id"], ["p1"]])), "svar.xlsx", "name of the sheet")


def test_a_pseudonym_that_hides_digits_is_none_and_one_that_is_a_number_is(tmp_path):
    assert codes(read_one(tmp_path / "a", "id;K01a\nab-811228-9874-cd;4\n"))
    stopped(tmp_path / "b", "id;K01a\n811228-9874;4\n", "svar.csv", "row 2, column id")


def test_a_thousand_numbers_of_ten_digits_pass_where_they_are_declared_as_no_persons(tmp_path):
    chance = random.Random(5)
    numbers = [str(chance.randrange(10**9, 10**10)) for _ in range(1000)]
    assert any(map(looks_like_personnummer, numbers))
    text = "id;lopnummer;K01a\n" + "".join(f"p{place};{number};4\n" for place, number in enumerate(numbers))
    result = read_one(tmp_path / "a", text, ignored=["lopnummer"], not_personal=["lopnummer"])
    assert len(result.responses) == 1000
    as_ids = "id;K01a\n" + "".join(f"{number};4\n" for number in dict.fromkeys(numbers))
    assert len(read_one(tmp_path / "b", as_ids, not_personal=["id"]).responses) == len(set(numbers))


@pytest.mark.parametrize(
    "text", ["20250331", "101010006", "1234567", "2025-03-31 12:00", "0701234567", "46708112289874"]
)
def test_dates_and_other_numbers_pass(tmp_path, text):
    assert len(read_one(tmp_path, f"id;annat;K01a\np1;{text};4\n", ignored=["annat"]).responses) == 1
