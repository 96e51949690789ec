from finsam_eval import tables
from finsam_eval.codebook import load_codebook
from tests.change_frames import change, flagged, found, hypotheses, sdc
from tests.psychometric_frames import coefficients, nothing, retest

CODEBOOK = load_codebook("nns2015")


def test_a_question_asked_twice_tells_its_change_beside_the_error_of_one_person():
    (row,) = tables.change_sizes(CODEBOOK, coefficients(*change(), sdc(), *retest("K03a"))).rows
    assert row == [
        "K01a → K01b, deltagare",
        "120",
        "0,25 (0,10 till 0,40)",
        "0,30 (0,10 till 0,50)",
        "0,28 (0,12 till 0,44)",
        "1,45 (1,20 till 1,70)",
        "–",
        "–",
    ]
    (row,) = tables.change_sizes(CODEBOOK, coefficients(*change(least=0.9))).rows
    assert row[5:] == ["–", "0,90 (0,10 till 1,90)", "0,90 (0,10 till 1,90)"]


def test_questions_that_are_not_differenced_say_why_in_place_of_a_number():
    rows = tables.change_sizes(CODEBOOK, coefficients(*flagged("K05b"), *flagged("K07a"))).rows
    assert [row[0] for row in rows] == ["K05a → K05b, deltagare", "K07a, deltagare"]
    assert [set(row[2:5]) for row in rows] == [{"byter innebörd"}, {"gäller redan en ändring"}]


def test_a_hidden_change_tells_neither_its_value_nor_its_n():
    hidden = [nothing(row, "undertryckt") for row in change()]
    (row,) = tables.change_sizes(CODEBOOK, coefficients(*hidden)).rows
    assert set(row[1:5]) == {"visas\N{NO-BREAK SPACE}inte"}


def test_low_beginners_are_told_where_the_retest_says_what_chance_does():
    (row,) = tables.low_beginners(CODEBOOK, coefficients(*change())).rows
    assert row == ["K01a → K01b, deltagare", "60", "0,80", "0,20"]
    without = [row for row in change() if "lag_start" not in row["statistic"]]
    assert tables.low_beginners(CODEBOOK, coefficients(*without)) is None


def test_nothing_asked_twice_gives_no_table():
    assert tables.change_sizes(CODEBOOK, coefficients(*retest("K01a"))) is None
    assert tables.hypotheses_tried(hypotheses(), coefficients(*retest("K01a"))) is None


def test_each_hypothesis_tells_what_was_expected_found_and_held():
    hidden = [nothing(row, "undertryckt") if row["subject"] == "H3" else row for row in found()]
    table = tables.hypotheses_tried(hypotheses(), coefficients(*hidden))
    assert table.rows == [
        ["H1 Påstående <1>", "korrelation minst 0,30", "0,50 (0,40 till 0,60)", "600", "bekräftad"],
        ["H2 Påstående <2>", "skillnad i SD från −0,30 till 0,30", "0,01 (−0,15 till 0,16)", "620", "bekräftad"],
        ["H3 Påstående <3>", "förändring i SD under 0", "visas\N{NO-BREAK SPACE}inte", "–", "–"],
    ]
    assert "<1>" not in table.html
