import io
import random
import traceback
import uuid
import zipfile
from datetime import date, timedelta

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.comments import Comment

from finsam_eval.errors import BadInput
from finsam_eval.ingest.delivered import deliver
from finsam_eval.ingest.personnummer import (
    MASK,
    evened,
    id_holds_personnummer,
    looks_like_personnummer,
    masked,
    ten_digits,
)
from finsam_eval.mapping import propose
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
    "1981 12 28 9874",
    "1981-12-28-9874",
    "81 12 28-9874",
    " ".join("198112289874"),
    "8 1 1 2 2 8-9874",
    "(811228)9874",
    "811228.9874",
    "1981/12/28/9874",
    "811228_9874",
    "00198112289874",
    "0019811228-9874",
    "811228  -  9874",
]
UNSEEN = ["\N{SOFT HYPHEN}", "\N{ZERO WIDTH SPACE}", "\N{ZERO WIDTH JOINER}", "\N{WORD JOINER}"]
DASHES = ["\N{HYPHEN}", "\N{FIGURE DASH}", "\N{EM DASH}", "\N{MINUS SIGN}", "\N{FULLWIDTH HYPHEN-MINUS}"]
DIGITS = {
    "full width": str.maketrans("0123456789", "０１２３４５６７８９"),  # noqa: RUF001
    "arabic": str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"),
    "keys": {ord(digit): f"{digit}\N{VARIATION SELECTOR-16}\N{COMBINING ENCLOSING KEYCAP}" for digit in "0123456789"},
}


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


@pytest.mark.parametrize("sign", UNSEEN + DASHES)
def test_signs_that_are_not_seen_and_every_dash_hide_no_number(tmp_path, sign):
    for text in (f"811228{sign}9874", f"1981{sign}12{sign}28{sign}9874", sign.join("198112289874")):
        assert looks_like_personnummer(text)
        assert ten_digits(text) == "8112289874"
    stopped(tmp_path, f"id;annat;K01a\np1;811228{sign}9874;4\n", "svar.csv", "row 2, column annat", ignored=["annat"])


@pytest.mark.parametrize("script", DIGITS)
def test_digits_of_every_script_are_digits(script):
    for text in ("8112289874", "198112289874", "19811228-9874"):
        assert looks_like_personnummer(text.translate(DIGITS[script]))
        assert ten_digits(text.translate(DIGITS[script])) == "8112289874"


@given(st.lists(st.sampled_from(["", "-", " ", ".", "/", "_", "\N{EN DASH}", *UNSEEN]), min_size=4, max_size=4))
def test_parts_may_have_anything_between_them(signs):
    """Parted in the middle of the date only, 4 digits and 8 or 6 and 6, it could be a phone number."""
    _, year, month, last = (evened(sign) for sign in signs)
    century, rest = signs[0], f"81{signs[1]}12{signs[2]}28{signs[3]}9874"
    assert looks_like_personnummer(f"19{century}{rest}") == (bool(last) or not (year or month))


def test_a_heading_with_a_soft_hyphen_is_seen_before_it_is_printed(tmp_path):
    (tmp_path / "svar.csv").write_text("id;811228\N{SOFT HYPHEN}-9874\np1;4\n", encoding="utf-8")
    with pytest.raises(BadInput, match="row 1, column 2: its heading or a label looks like a personnummer"):
        propose(deliver(tmp_path / "svar.csv"), [], [])


@pytest.mark.parametrize(
    "text",
    [
        *("811228-9874", "Anna 811228-9874", "P811228-9874", "811228-9874a", "ab-811228-9874-cd", "P198112289874"),
        *("8112\N{SOFT HYPHEN}289874", "P8112\N{SOFT HYPHEN}289874a1", "81 12 28 9874", "８１１２２８９８７４"),
    ],
)
def test_an_id_that_holds_a_number_is_no_pseudonym(text):
    assert id_holds_personnummer(text)


def test_an_id_that_holds_a_number_stops_the_file_with_its_place(tmp_path):
    for folder, text in enumerate(["Anna 811228-9874", "P811228-9874", "811228-9874"]):
        stopped(tmp_path / str(folder), f"id;K01a\n{text};4\n", "svar.csv", "row 2, column id")


def test_a_number_in_a_bare_pseudonym_stands_there_by_chance(tmp_path):
    assert looks_like_personnummer("ab8112289874c0de")
    assert codes(read_one(tmp_path, "id;K01a\nab8112289874c0de;4\n7F8112289874X1;4\n"))
    chance = random.Random(6)
    made = [f"{chance.getrandbits(64):016x}" for _ in range(100_000)]
    assert not any(map(id_holds_personnummer, made))
    assert not any(id_holds_personnummer(str(uuid.UUID(int=chance.getrandbits(128)))) for _ in range(20_000))


def test_a_thousand_numbers_of_ten_digits_pass_where_they_are_declared_as_no_persons(tmp_path):
    chance = random.Random(5)
    numbers = [str(chance.randrange(10**9, 10**10)) for _ in range(1000)]
    assert any(map(looks_like_personnummer, numbers))
    text = "id;lopnummer;K01a\n" + "".join(f"p{place};{number};4\n" for place, number in enumerate(numbers))
    result = read_one(tmp_path / "a", text, ignored=["lopnummer"], not_personal=["lopnummer"])
    assert len(result.responses) == 1000
    as_ids = "id;K01a\n" + "".join(f"{number};4\n" for number in dict.fromkeys(numbers))
    assert len(read_one(tmp_path / "b", as_ids, not_personal=["id"]).responses) == len(set(numbers))


def test_of_ten_thousand_random_numbers_few_are_taken_for_persons():
    """A date is right in 37 or 74 of 1 000, the check digit in 1 of 10."""
    chance = random.Random(7)
    found = sum(looks_like_personnummer(str(chance.randrange(10**9, 10**10))) for _ in range(10_000))
    assert 40 < found < 100


def phones_and_dates():
    chance = random.Random(8)
    first = date(2015, 1, 1)
    for _ in range(1000):
        day, other = (first + timedelta(chance.randrange(4000)) for _ in range(2))
        number = f"{chance.randrange(10**7):07d}"
        clock = f"{chance.randrange(24):02d}:{chance.randrange(60):02d}"
        area = f"0{chance.randrange(100, 1000)}"
        yield from (
            f"Ring 070-{number[:3]} {number[3:5]} {number[5:]}, vi ses {day} {clock}",
            f"07{number[0]}-{number}, +46 70 {number[:3]} {number[3:5]} {number[5:]}",
            f"{area}-{number[1:]}; {area}-{number[1:3]} {number[3:5]} {number[5:]}; 08-{number[:3]} {number[3:6]} 00",
            f"{day} - {other}, {day}/{other}, {day:%Y%m%d}-{other:%Y%m%d}, {day:%y%m%d}-{other:%y%m%d}",
            f"{day} {clock}:30.{number[:3]}, {day:%d/%m %Y} och {other:%d/%m-%y}, kl {clock.replace(':', '.')}",
            f"556{number[:3]}-{number[3:]}" if number[0] in "23456789" else "212000-0142",
            f"16{number[0]}0{chance.randrange(20, 100)}{number[1:]}",
        )


def test_phone_numbers_dates_intervals_and_organisations_are_no_persons():
    assert [text for text in phones_and_dates() if looks_like_personnummer(text)] == []


def test_what_must_be_kept_is_masked():
    assert masked("811228-9874") == masked("101010007") == masked("1981 12 28 98\N{SOFT HYPHEN}74") == MASK
    assert masked(f"Anna {NUMBER}, Bo 701063-2391!") == f"Anna {MASK}, Bo {MASK}!"
    assert masked("ring 070-123 45 67") == "ring 070-123 45 67"


def test_an_answer_in_quarantine_is_masked_also_in_a_column_that_is_declared_as_no_persons(tmp_path):
    result = read_one(tmp_path, f"id;K01a\np1;{NUMBER}\np2;77\n", not_personal=["K01a"])
    assert result.quarantine["value"].tolist() == [MASK, "77"]


@pytest.mark.parametrize("place", ["cell", "number", "formula", "computed", "name", "comment", "comment elsewhere"])
def test_other_sheets_and_comments_of_a_workbook_are_searched(tmp_path, place):
    book = openpyxl.Workbook()
    for row in (["id", "K01a"], ["p1", 4]):
        book.active.append(row)
    book.active.title = "Svar"
    other = book.create_sheet(NUMBER if place == "name" else "Blad 2")
    told = {"cell": f"Anna {NUMBER}", "number": 8112289874, "formula": f'="{NUMBER}"', "computed": "=A9&A8"}
    other["B2"] = told.get(place, "något")
    if place.startswith("comment"):
        (other if place.endswith("elsewhere") else book.active)["A2"].comment = Comment(f"är {NUMBER}", "någon")
    content = io.BytesIO()
    book.save(content)
    made = content.getvalue()
    if place == "computed":
        made = repacked(made, "xl/worksheets/sheet2.xml", b"<v></v>", b"<v>8112289874</v>", b"<v />")
    where = "a cell of another sheet" if place in told else "a comment, a drawing, the name of a sheet"
    stopped(tmp_path, made, "svar.xlsx", where, sheet="Svar")


def repacked(content, part, new, *others):
    """A workbook with the value of the formula in one of its parts filled in."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w") as made:
        for name in old.namelist():
            data = old.read(name)
            for text in (new, *others[1:]) if name == part else ():
                data = data.replace(text, others[0])
            made.writestr(name, data)
    return target.getvalue()


def test_a_comment_cut_up_by_its_formatting_is_read_as_one_text(tmp_path):
    book = openpyxl.Workbook()
    for row in (["id", "K01a"], ["p1", 4]):
        book.active.append(row)
    book.active["A2"].comment = Comment("MARK", "någon")
    content = io.BytesIO()
    book.save(content)
    runs = b"<r><t>8112</t></r><r><t>28-98</t></r><r><t>74</t></r>"
    made = repacked(content.getvalue(), "xl/comments/comment1.xml", b"<t>MARK</t>", runs)
    stopped(tmp_path, made, "svar.xlsx", "a comment")


def test_a_workbook_with_other_sheets_and_comments_without_persons_is_read(tmp_path):
    book = openpyxl.Workbook()
    for row in (["id", "K01a"], ["p1", 4]):
        book.active.append(row)
    book.active["A2"].comment = Comment("ring 070-123 45 67", "någon")
    book.create_sheet("Om")["A1"] = "=1+1"
    content = io.BytesIO()
    book.save(content)
    assert codes(read_one(tmp_path, content.getvalue(), "svar.xlsx", sheet="Sheet")) == {"p1": {"K01a": 4}}


@pytest.mark.parametrize("told", [{"file_label": f"Svar {NUMBER}"}, {"note": f"rättat av {NUMBER}"}])
def test_the_label_and_the_notes_of_an_spss_file_are_searched(tmp_path, told):
    stopped(tmp_path, sav({"id": ["p1"], "K01a": [4.0]}, **told), "svar.sav", "its label or notes")


@pytest.mark.parametrize(
    "text", ["20250331", "101010006", "1234567", "2025-03-31 12:00", "0701234567", "46708112289874"]
)
def test_dates_and_other_numbers_pass(tmp_path, text):
    assert len(read_one(tmp_path, f"id;annat;K01a\np1;{text};4\n", ignored=["annat"]).responses) == 1
