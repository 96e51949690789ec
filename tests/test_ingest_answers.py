import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finsam_eval.codebook import Scale
from finsam_eval.ingest.answers import Declared, read_answers

ENDS = Scale(min=1, max=5, lowest="Instämmer inte alls", highest="Instämmer helt")
NAMED = Scale(min=0, max=3, labels={0: "Aldrig", 1: "1 gång", 2: "2–3 gånger", 3: "Oftare"})


def read(text, scale=ENDS, **declared):
    (row,) = read_answers(pd.Series([text], dtype="str"), scale, Declared(**declared)).to_dict("records")
    return None if pd.isna(row["value"]) else row["value"], row["missing"], row["reason"]


@pytest.mark.parametrize(
    "text, code",
    [
        ("1", 1),
        ("+5", 5),
        ("1 – Instämmer inte alls", 1),
        ("1. Instämmer inte alls", 1),
        ("1 = instämmer inte alls", 1),
        ("5: Instämmer\N{NO-BREAK SPACE}helt", 5),
        ("5) Instämmer helt", 5),
        ("5 Instämmer helt", 5),
        ("Instämmer inte alls", 1),
        ("INSTÄMMER HE\N{SOFT HYPHEN}LT", 5),
        ("3 – Varken eller", 3),
        ("2: 2", 2),
        ("1: 1", 1),
        ("5 = 5", 5),
        ("4 – 4", 4),
        ("3. 3", 3),
        ("4,0", 4),
        ("4.0", 4),
        ("+5,000", 5),
    ],
)
def test_a_code_its_words_or_both(text, code):
    assert read(text) == (code, "", "")


@pytest.mark.parametrize("text, code", [("Aldrig", 0), ("1 gång", 1), ("2-3 gånger", 2), ("2 – 2–3 gånger", None)])
def test_words_that_begin_with_a_number_are_words(text, code):
    assert read(text, NAMED)[0] == code


@pytest.mark.parametrize(
    "text",
    [
        *("4.5", "4,5", "4.05", "4,", "4.4", "4-5", "4-4", "4: 5", "4 4", "10:15", "4: 4: 4"),
        *("fyra", "Instämmer", "-", "–", "4 5", "1e0", "٤ x"),
    ],
)
def test_nothing_is_coerced(text):
    value, missing, reason = read(text)
    assert (value, missing) == (None, "oläsligt svar")
    assert "helt tal" in reason


def test_what_can_be_done_about_a_text_that_is_no_answer_is_said():
    assert read("Vet ej")[2].endswith("är det ett uteblivet svar, skriv det under missing")
    assert read("Vet ej", missing={"vet ej": "vet ej"}) == (None, "vet ej", "")


def test_a_whole_number_with_decimals_is_the_declared_one():
    assert read("9,0", missing={"9": "vet ej"}) == (None, "vet ej", "")
    assert read("20.0", answers={"20": 4}) == (4, "", "")
    assert read("4: 4", answers={"20": 4})[2] == "en siffra som study.yaml inte anger under answers"


def test_a_label_that_repeats_its_code_says_nothing_more():
    assert [read(code, labels={"1": "1: 1", "2": "2", "5": "5: Instämmer helt"})[0] for code in "125"] == [1, 2, 5]


@pytest.mark.parametrize("text", ["0", "6", "9", "99", "-9", "−9", "9 – Vet ej", "6: 6", "9,0"])
def test_codes_off_the_scale_are_no_answers_unless_declared(text):
    assert read(text) == (None, "oläsligt svar", "utanför skalan")
    assert read(text, missing={text: "vet ej"}) == (None, "vet ej", "")


def test_a_missing_answer_keeps_its_reason_and_an_empty_one_has_its_own():
    assert read("Vill ej  SVARA", missing={"Vill ej svara": "vill ej svara"}) == (None, "vill ej svara", "")
    assert read("") == (None, "obesvarad", "")
    assert read("3", missing={"3": "neutral"}) == (None, "neutral", "")


@pytest.mark.parametrize(
    "text", ["5 – Instämmer inte alls", "2 – Instämmer helt", "1 – Inte alls", "0 = Instämmer inte alls"]
)
def test_a_number_and_words_that_the_scale_does_not_join_contradict(text):
    assert read(text)[2] == "siffran och orden hör inte ihop på kodbokens skala"
    assert read(text, answers={text: 2}) == (2, "", "")


def test_where_a_label_number_is_not_the_value_every_number_must_be_declared():
    numbers = {"17": 1, "18": 2, "19": 3, "20": 4, "3": 5}
    assert [read(text, answers=numbers)[0] for text in ("17", "20", "3", "Instämmer helt")] == [1, 4, 5, 5]
    assert read("4", answers=numbers)[2] == "en siffra som study.yaml inte anger under answers"
    assert read("4 – Mycket", answers=numbers)[2] == "en siffra som study.yaml inte anger under answers"
    assert read("17", answers={"17": 9})[2] == "utanför skalan"


def test_labels_of_a_file_that_agree_leave_its_codes_as_they_are():
    labels = {"1": "Instämmer inte alls", "3": "Varken eller", "5": "5 Instämmer helt", "9": "Vet ej"}
    assert [read(code, labels=labels)[0] for code in "12345"] == [1, 2, 3, 4, 5]
    assert read("9", labels=labels)[2] == "utanför skalan"
    assert read("9", labels=labels, missing={"9": "Vet ej"}) == (None, "Vet ej", "")


def test_labels_of_a_file_that_name_the_whole_scale_decide_what_its_codes_mean():
    turned = {"4": "Aldrig", "3": "1 gång", "2": "2–3 gånger", "1": "Oftare", "9": "Vet ej"}
    got = [read(code, NAMED, labels=turned, missing={"9": "vet ej"})[:2] for code in "43219"]
    assert got == [(0, ""), (1, ""), (2, ""), (3, ""), (None, "vet ej")]
    assert read("0", NAMED, labels=turned)[0] is None


def test_labels_of_a_file_that_name_another_scale_in_part_contradict():
    assert read("4", labels={"0": "Instämmer inte alls", "4": "Instämmer helt"})[2].startswith("siffran och orden")
    assert read("1", labels={"1": "Instämmer helt"})[2].startswith("siffran och orden")


@given(st.lists(st.text(max_size=12), max_size=12))
def test_any_text_is_a_code_on_the_scale_or_says_why_not(texts):
    series = pd.Series(texts, index=range(7, 7 + len(texts)), dtype="str")
    got = read_answers(series, ENDS, Declared())
    assert list(got.index) == list(series.index)
    assert got["value"].dropna().between(1, 5).all()
    assert (got["value"].isna() == (got["missing"] != "")).all()
    assert ((got["missing"] == "oläsligt svar") == (got["reason"] != "")).all()
