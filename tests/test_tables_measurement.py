import numpy as np
import pandas as pd
import pytest

from finsam_eval import tables, wording
from finsam_eval.codebook import load_codebook
from finsam_eval.psychometrics.breakdowns import BREAKDOWN_COLUMNS
from tests.psychometric_frames import coefficient, coefficients, dyad, item_set, nothing, retest

CODEBOOK = load_codebook("nns2015")


def cells(table):
    return [[cell.replace("\N{NO-BREAK SPACE}", " ") for cell in row] for row in table.rows]


def plain(text):
    return text.markdown.replace("\N{NO-BREAK SPACE}", " ")


def forbund(item="K07a", single=0.05, needed=44.2, upper=np.nan):
    return [
        coefficient("forbund", item, "icc1", single, 0.01, 0.1, 620),
        coefficient("forbund", item, "icc2", 0.47, 0.2, 0.7, 620),
        coefficient("forbund", item, "svar_som_behovs", needed, 21.0, upper, 620),
        coefficient("forbund", item, "rwg", 0.4, 0.31, 0.49, 36),
    ]


def gendered(difference, lower, upper, status="ok", subject="under"):
    place = {"kind": "item_set", "subject": subject, "label": "Påståenden", "respondent_group": "deltagare"}
    place |= {"occasion": "under", "statistic": "alfa", "level": 0.95, "method": "m", "n": 400, "reason": ""}
    numbers = {"kvinna": (0.85, 0.82, 0.87), "man": (0.8, 0.76, 0.84), "kvinna − man": (difference, lower, upper)}
    rows = [
        {**place, "gender": who, "value": value, "lower": least, "upper": most, "status": status}
        for who, (value, least, most) in numbers.items()
    ]
    return pd.DataFrame(rows, columns=BREAKDOWN_COLUMNS)


def test_a_sets_relatives_of_alpha_stand_beside_it_and_what_was_not_computed_is_a_dash():
    rows = [item_set(0.84, 0.82, 0.86, 849), {**item_set(0.88, 0.86, 0.89, 849), "statistic": "ordinal_alfa"}]
    (row,) = cells(tables.consistency(CODEBOOK, coefficients(*rows)))
    assert row[1:] == ["0,84 (0,82 till 0,86)", "0,88 (0,86 till 0,89)", "–", "–", "–"]
    (alone,) = cells(tables.item_sets(CODEBOOK, coefficients(*rows)))
    assert alone[4] == "0,84"


def test_agreement_and_shift_of_a_retest_and_of_two_sides():
    extra = [coefficient("item", "K01a", "kappa", 0.42, 0.31, 0.51, 163)]
    extra += [coefficient("item", "K01a", "skift", 0.04, -0.09, 0.18, 163)]
    found = coefficients(*retest("K01a"), *extra, *dyad(), {**dyad()[0], "statistic": "bada_sidor", "value": 0.6})
    (row,) = cells(tables.agreement(CODEBOOK, found, "item"))
    assert row[:2] == ["K01a, deltagare under insatsen", "0,42 (0,31 till 0,51)"]
    (shift,) = cells(tables.shifts(CODEBOOK, found, "item"))
    assert shift[1] == "0,04 (−0,09 till 0,18)"
    (sides,) = cells(tables.shifts(CODEBOOK, found, "dyad"))
    assert (sides[0], sides[-1]) == ("K03a och K03c, under insatsen", "60 % (44 % till 55 %)")


@pytest.mark.parametrize(
    "rows, says",
    [
        (forbund(), "45 (21 eller fler)"),
        (forbund(upper=90.0), "45 (21–90)"),
        (
            [nothing(row, "ej tillämpligt") if row["statistic"] == "svar_som_behovs" else row for row in forbund()],
            "inget antal räcker",
        ),
        ([nothing(row, "undertryckt") for row in forbund()], "visas inte"),
    ],
)
def test_a_forbunds_mean_says_how_many_answers_it_needs(rows, says):
    (row,) = cells(tables.forbund_means(CODEBOOK, coefficients(*rows)))
    assert row[4] == says


def test_women_and_men_stand_beside_each_other_with_the_difference():
    (row,) = cells(tables.by_gender(CODEBOOK, gendered(0.05, 0.01, 0.09)))
    assert row[1:] == ["Alfa", "0,85 (0,82 till 0,87)", "0,80 (0,76 till 0,84)", "0,05 (0,01 till 0,09)"]
    assert "Säkert olika: Påståenden." in plain(wording.by_gender(gendered(0.05, 0.01, 0.09)))
    assert "Ingen skillnad är säkerställd" in plain(wording.by_gender(gendered(0.05, -0.01, 0.09)))
    assert "För få kvinnor eller män" in plain(wording.by_gender(gendered(None, None, None, "kan inte jämföras")))


def test_without_any_of_it_there_is_no_table():
    none = coefficients()
    assert tables.consistency(CODEBOOK, none) is None
    assert tables.agreement(CODEBOOK, none, "item") is None
    assert tables.shifts(CODEBOOK, none, "dyad") is None
    assert tables.forbund_means(CODEBOOK, none) is None
    assert tables.by_gender(CODEBOOK, pd.DataFrame(columns=BREAKDOWN_COLUMNS)) is None


def test_the_whole_in_brief_for_somebody_who_is_no_statistician():
    rows = [item_set(0.84, 0.82, 0.86, 849), *retest("K01a"), *dyad(), *forbund(upper=40.0), *forbund("K01a", upper=90)]
    text = plain(wording.reliability_summary(coefficients(*rows)))
    assert "alfa 0,84" in text
    assert "exakt detsamma i 61 % av fallen. En enskild persons svar måste flytta sig mer än 1,45 steg" in text
    assert "samma svar om samma sak i 50 % av paren." in text
    assert "För 2 av 2 frågor (räknat per grupp och tillfälle) räcker 50 svar" in text
    assert "säkert är det för 1." in text
    assert plain(wording.reliability_summary(coefficients())) == "Det finns inga mått på mätsäkerheten att visa."


def test_where_no_forbund_can_be_told_apart_the_sentence_says_so():
    assert "kan inte räknas" in plain(wording.forbund_means(coefficients()))
    assert "räcker 50 svar" in plain(wording.forbund_means(coefficients(*forbund())))
