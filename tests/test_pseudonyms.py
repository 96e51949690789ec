import csv
import hashlib
import hmac
import os
import random

import openpyxl
import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from finsam_eval.cli import main
from finsam_eval.errors import BadInput
from finsam_eval.ingest import ingest
from finsam_eval.ingest.personnummer import looks_like_personnummer
from finsam_eval.pseudonyms import fingerprint, pseudonym, pseudonymise_file, read_key
from finsam_eval.study import open_study
from tests.rights import has
from tests.small import RAW, write_study

KEY = bytes(range(32))
NUMBER = "811228-9874"
TOLVAN, SAMORDNING = "198112289874", "197010632391"  # public examples of Skatteverket


def test_a_pseudonym_is_the_first_16_characters_of_an_hmac_of_the_plain_id():
    whole = hmac.new(KEY, b"8112289874", hashlib.sha256).hexdigest()
    assert pseudonym("811228-9874", KEY) == whole[:16]
    assert fingerprint(KEY) == hashlib.sha256(KEY).hexdigest()[:16]


@pytest.mark.parametrize("number", [TOLVAN, SAMORDNING])
def test_a_personnummer_has_one_pseudonym_however_it_is_written(number):
    short, apart = number[2:], f"{number[2:8]}-{number[8:]}"
    ways = [number, short, apart, f"{number[:8]}-{number[8:]}", f" {short} "]
    ways += [apart.replace("-", other) for other in ("–", "\N{MINUS SIGN}", " ", "\N{NO-BREAK SPACE}")]
    assert len({pseudonym(way, KEY) for way in ways}) == 1


def test_other_ids_are_taken_as_they_stand():
    other = ["811228-9873", "8112289873", "anna", "Anna", "A-1", "A1", "0012", "12"]
    assert len({pseudonym(text, KEY) for text in other}) == len(other)
    assert pseudonym(" anna ", KEY) == pseudonym("anna", KEY)
    assert pseudonym("", KEY) == pseudonym("  ", KEY) == ""


@given(st.text(min_size=1), st.binary(min_size=32, max_size=32))
def test_any_id_has_a_pseudonym_that_depends_on_the_key(text, key):
    made = pseudonym(text, key)
    assert (made == "") == (text.strip() == "")
    if made:
        assert len(made) == 16
        assert int(made, 16) >= 0
        assert pseudonym(text, hashlib.sha256(key).digest()) != made


SVAR = f"pnr;handläggare;datum;K01a\n{TOLVAN};h1;2025-02-01;4\n;h2;2025-02-02;5\n701063-2391;h1;2025-02-03;3\n"


@pytest.fixture
def owner(tmp_path):
    """The data owner's folder: a file and a key, and an empty folder beside it to deliver to."""
    folder = tmp_path / "owner"
    folder.mkdir()
    (folder / "svar.csv").write_text(SVAR, encoding="utf-8")
    (folder / "key.txt").write_text(KEY.hex() + "\n", encoding="ascii")
    (folder / "key.txt").chmod(0o600)
    (tmp_path / "delivery").mkdir()
    return folder


def make(owner, *ids, file="svar.csv", key="key.txt", out="svar.csv", new_key=False, drop=()):
    target = owner.parent / "delivery" / out
    return pseudonymise_file(owner / file, ids, owner / key, target, new_key=new_key, drop=drop)


def delivered(owner, name="svar.csv"):
    with (owner.parent / "delivery" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file, delimiter=";"))


def test_a_file_is_written_with_pseudonyms_in_the_declared_columns(owner):
    told = make(owner, "pnr", "handläggare")
    heading, *rows = delivered(owner)
    assert heading == ["pnr", "handläggare", "datum", "K01a"]
    assert sorted(rows) == sorted(
        [
            [pseudonym(TOLVAN, KEY), pseudonym("h1", KEY), "2025-02-01", "4"],
            ["", pseudonym("h2", KEY), "2025-02-02", "5"],
            [pseudonym(SAMORDNING, KEY), pseudonym("h1", KEY), "2025-02-03", "3"],
        ]
    )
    note = yaml.safe_load((owner.parent / "delivery" / "pseudonymer_svar.yaml").read_text(encoding="utf-8"))
    assert note == {"file": "svar.csv", "key_fingerprint": fingerprint(KEY)}
    assert "3 rows written to svar.csv: 2 personnummer, 3 other ids, 1 empty" in told
    assert not any(looks_like_personnummer(text) for text in (told, *(cell for row in rows for cell in row)))


def test_the_order_of_rows_tells_neither_the_original_one_nor_the_pseudonyms_and_is_the_same_each_time(owner):
    rows = [f"p{number:03d};{number}" for number in range(200)]
    (owner / "many.csv").write_text("pnr;nr\n" + "\n".join(rows) + "\n", encoding="utf-8")
    random.Random(1).shuffle(rows)
    (owner / "shuffled.csv").write_text("pnr;nr\n" + "\n".join(rows) + "\n", encoding="utf-8")
    make(owner, "pnr", file="many.csv", out="a.csv")
    make(owner, "pnr", file="shuffled.csv", out="b.csv")
    assert delivered(owner, "a.csv") == delivered(owner, "b.csv")
    made = delivered(owner, "a.csv")[1:]
    for order in ([int(row[1]) for row in made], [row[0] for row in made]):
        rising = sum(a < b for a, b in zip(order, order[1:], strict=False))
        assert 75 < rising < 125  # 99.5 expected of a random order, with standard deviation 4


def test_an_excel_file_is_read_as_well(owner):
    book = openpyxl.Workbook()
    for row in (["pnr", "K01a"], ["811228-9874", 4]):
        book.active.append(row)
    book.save(owner / "svar.xlsx")
    make(owner, "pnr", file="svar.xlsx")
    assert delivered(owner) == [["pnr", "K01a"], [pseudonym(TOLVAN, KEY), "4"]]


@pytest.mark.parametrize(
    "text, ids, says",
    [
        (SVAR, ["pnr", "personnummer"], "--id number 2 was expected once"),
        (SVAR.replace("handläggare", "pnr"), ["pnr"], "found 2 times"),
        (SVAR, ["handläggare"], "row 2, column 1: looks like a personnummer"),
        (SVAR.replace(";4", ";ring 811228-9874"), ["pnr"], "row 2, column 4: looks like a personnummer"),
        (SVAR.replace("K01a", "811228-9874"), ["pnr"], "a heading looks like a personnummer"),
        # 010101-0007 has a right check digit; a spreadsheet makes it a number of nine digits.
        (SVAR + "101010007;h1;2025-02-03;3\n", ["pnr"], "row 5, column 1: looks like a personnummer that has lost"),
    ],
)
def test_a_file_that_would_still_tell_who_somebody_is_is_refused(owner, text, ids, says):
    (owner / "svar.csv").write_text(text, encoding="utf-8")
    with pytest.raises(BadInput) as refusal:
        make(owner, *ids)
    assert says in str(refusal.value)
    assert not any(number in str(refusal.value) for number in ("811228", "101010007", "personnummer,"))
    assert refusal.value.__cause__ is None
    assert not list((owner.parent / "delivery").iterdir())


def test_nothing_is_overwritten(owner):
    make(owner, "pnr")
    before = delivered(owner)
    with pytest.raises(BadInput, match=r"svar.csv is there already"):
        make(owner, "pnr")
    (owner.parent / "delivery" / "svar.csv").unlink()
    with pytest.raises(BadInput, match=r"pseudonymer_svar.yaml is there already"):
        make(owner, "pnr")
    with pytest.raises(BadInput, match=r"ends in .csv"):
        make(owner, "pnr", out="svar.xlsx")
    assert len(before) == 4


def test_a_new_key_is_made_once_and_only_its_owner_can_read_it(owner):
    make(owner, "pnr", key="new.txt", out="a.csv", new_key=True)
    assert len(read_key(owner / "new.txt")) == 32
    if os.name == "posix":
        assert (owner / "new.txt").stat().st_mode & 0o777 == 0o600
    before = (owner / "new.txt").read_bytes()
    with pytest.raises(BadInput, match="a key that is lost cannot be had again"):
        make(owner, "pnr", key="new.txt", out="b.csv", new_key=True)
    assert (owner / "new.txt").read_bytes() == before
    assert not (owner.parent / "delivery" / "b.csv").exists()


def test_no_key_is_made_for_a_file_that_is_refused(owner):
    with pytest.raises(BadInput):
        make(owner, "handläggare", key="new.txt", new_key=True)
    assert not (owner / "new.txt").exists()


@pytest.mark.parametrize(
    "text, says", [(None, "is missing"), ("abc\n", "64 hex characters"), ("å" * 64, "cannot be read")]
)
def test_an_unusable_key_is_refused(owner, text, says):
    (owner / "key.txt").unlink()
    if text is not None:
        (owner / "key.txt").write_text(text, encoding="utf-8")
        (owner / "key.txt").chmod(0o600)
    with pytest.raises(BadInput, match=says):
        make(owner, "pnr")


@pytest.mark.parametrize("new_key", [True, False])
def test_a_key_in_a_studys_folder_is_refused(owner, new_key):
    (owner.parent / "study.yaml").write_text("id: x\n", encoding="utf-8")
    with pytest.raises(BadInput, match="lies in a study's folder"):
        make(owner, "pnr", new_key=new_key)


def test_links_hold_between_deliveries_of_one_key_and_a_delivery_of_another_key_is_refused(owner):
    """Participants and their answers are pseudonymised apart, and meet in the study."""
    study = write_study(owner.parent / "study")
    for name, other in (("deltaganden.csv", ""), ("deltagare.csv", ""), ("personal.csv", "")):
        (owner / name).write_text(RAW[name] + other, encoding="utf-8")
        make(owner, "person", file=name, out=name)
    for path in (owner.parent / "delivery").iterdir():
        path.replace(study / "data" / "raw" / path.name)
    result = ingest(open_study(study))
    assert result.quarantine.empty
    assert len(result.responses) == 17
    assert set(result.responses["about"]) == {"", pseudonym("p1", KEY), pseudonym("p2", KEY)}
    make(owner, "person", file="personal.csv", key="other.txt", out="personal.csv", new_key=True)
    for path in (owner.parent / "delivery").iterdir():
        path.replace(study / "data" / "raw" / path.name)
    with pytest.raises(BadInput, match=r"pseudonymer_personal.yaml in data/raw does not carry the key fingerprint"):
        ingest(open_study(study))


def test_the_command_tells_what_it_did_and_never_an_id(owner):
    arguments = ["pseudonymise", owner / "svar.csv", "--id", "pnr", "--key", owner / "key.txt"]
    out = owner.parent / "delivery" / "ut.csv"
    result = CliRunner().invoke(main, [str(part) for part in [*arguments, "--out", out]])
    assert result.exit_code == 0
    assert result.output.startswith("3 rows written to ut.csv: 2 personnummer, 0 other ids, 1 empty")
    assert "9874" not in result.output
    again = CliRunner().invoke(main, [str(part) for part in [*arguments, "--out", out]])
    assert again.exit_code == 1
    assert "is there already" in again.output


def test_what_is_left_in_clear_is_told_and_columns_can_be_left_out(owner):
    (owner / "svar.csv").write_text(f"pnr;namn;ring;K01a\n{TOLVAN};Anna;{NUMBER};4\n", encoding="utf-8")
    told = make(owner, "pnr", drop=["ring"])
    assert "Left as they were: namn, K01a." in told
    assert "--drop COLUMN" in told
    told = make(owner, "pnr", drop=["ring", "namn"], out="b.csv")
    assert delivered(owner, "b.csv") == [["pnr", "K01a"], [pseudonym(TOLVAN, KEY), "4"]]
    assert "Left as they were: K01a." in told
    assert "Anna" not in told
    with pytest.raises(BadInput, match="--drop number 2 was expected once"):
        make(owner, "pnr", drop=["ring", "adress"], out="c.csv")
    with pytest.raises(BadInput, match="named with both --id and --drop"):
        make(owner, "pnr", drop=["pnr"], out="c.csv")


def test_the_command_leaves_columns_out(owner):
    out = owner.parent / "delivery" / "ut.csv"
    arguments = ["pseudonymise", owner / "svar.csv", "--id", "pnr", "--drop", "handläggare", "--key", owner / "key.txt"]
    result = CliRunner().invoke(main, [str(part) for part in [*arguments, "--out", out]])
    assert result.exit_code == 0
    assert "Left as they were: datum, K01a." in result.output
    assert delivered(owner, "ut.csv")[0] == ["pnr", "datum", "K01a"]


def test_formulas_are_told_and_left_as_they_are(owner):
    (owner / "svar.csv").write_text(f"pnr;fritext\n{TOLVAN};=1+1\n{SAMORDNING};-1\n", encoding="utf-8")
    assert "1 cells begin with = + - or @, and are left as they were" in make(owner, "pnr")
    assert [pseudonym(TOLVAN, KEY), "=1+1"] in delivered(owner)
    assert "cells begin" not in make(owner, "pnr", drop=["fritext"], out="b.csv")


@pytest.mark.parametrize("name", ["811228-9874.csv", "svar_8112289874.csv"])
def test_a_file_to_hand_over_is_not_named_after_a_person(owner, name):
    with pytest.raises(BadInput, match="--out: the name holds a personnummer") as refusal:
        make(owner, "pnr", out=name)
    assert "9874" not in str(refusal.value)
    assert not list((owner.parent / "delivery").iterdir())


@pytest.mark.parametrize("rights", [0o644, 0o604, 0o602])
def test_a_key_that_everybody_can_read_is_refused(owner, rights):
    if os.name != "posix":
        return
    (owner / "key.txt").chmod(rights)
    with pytest.raises(BadInput, match=r"key.txt can be read or changed by everybody .* chmod 600"):
        make(owner, "pnr")
    (owner / "key.txt").chmod(0o640)
    make(owner, "pnr")


def test_what_is_handed_over_can_be_read_by_its_owner_only(owner):
    make(owner, "pnr")
    assert has(owner.parent / "delivery" / "svar.csv", 0o600)


def test_no_key_is_made_in_a_repository_and_one_that_lies_there_is_warned_of(owner):
    assert "repository" not in make(owner, "pnr")
    (owner.parent / ".git").mkdir()
    with pytest.raises(BadInput, match=r"new.txt would lie in a git repository"):
        make(owner, "pnr", key="new.txt", out="b.csv", new_key=True)
    assert not (owner / "new.txt").exists()
    assert "Warning: key file key.txt lies in a git repository" in make(owner, "pnr", out="b.csv")


@pytest.mark.parametrize("number", ["1981 12 28 9874", "(811228)9874", "811228\N{SOFT HYPHEN}9874", "00198112289874"])
def test_what_ingest_would_stop_has_the_persons_pseudonym(owner, number):
    assert pseudonym(number, KEY) == pseudonym(TOLVAN, KEY)
    (owner / "svar.csv").write_text(f"pnr;fritext\n{number};{number}\n", encoding="utf-8")
    with pytest.raises(BadInput, match="row 2, column 2: looks like a personnummer"):
        make(owner, "pnr")
