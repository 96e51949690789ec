import numpy as np
import pandas as pd
import pytest

from finsam_eval import tables
from finsam_eval.codebook import load_codebook
from finsam_eval.psychometrics.properties import ITEM_TABLE_COLUMNS
from finsam_eval.psychometrics.rows import COEFFICIENT_COLUMNS
from tests.psychometric_frames import coefficients, dyad, indicator, item_row, item_set, nothing, retest

CODEBOOK = load_codebook("nns2015")


def plain(table):
    return [[cell.replace("\N{NO-BREAK SPACE}", " ") for cell in row] for row in table.rows]


def test_an_item_row_tells_how_it_is_answered_and_how_it_goes_with_the_others():
    (row,) = plain(tables.item_statistics(CODEBOOK, pd.DataFrame([item_row()])))
    assert row == ["K01a, deltagare under insatsen", "1 148", "4,18", "0,99", "2 %", "48 %", "3 %", "0,64", "0,82"]


def test_hidden_unanswered_and_lonely_items_say_which():
    hidden = item_row(n=pd.NA, mean=np.nan)
    nobody = item_row(item="K02a", n=0, mean=np.nan)
    alone = item_row(item="K03c", item_set="", item_rest=np.nan, alpha_if_deleted=np.nan, missing=np.nan)
    rows = plain(tables.item_statistics(CODEBOOK, pd.DataFrame([hidden, nobody, alone])))
    assert [row[1] for row in rows] == ["visas inte", "inga svar", "1 148"]
    assert set(rows[0][2:]) == {"–"}
    assert rows[2][6:] == ["visas inte", "–", "–"]


def test_an_item_in_two_sets_says_in_which():
    twice = pd.DataFrame([item_row(), item_row(item_set="avslut")])
    assert [row[0] for row in plain(tables.item_statistics(CODEBOOK, twice))] == [
        "K01a, deltagare under insatsen (Deltagarpåståenden under insatsen)",
        "K01a, deltagare under insatsen (Deltagarpåståenden vid avslut)",
    ]


def test_item_sets_show_alpha_interval_n_and_cases():
    (row,) = plain(tables.item_sets(CODEBOOK, coefficients(item_set(0.8433, 0.8233, 0.8616, 849))))
    assert row == [
        "Deltagarpåståenden under insatsen (Deltagare under insatsen)",
        "7",
        "de som svarat på alla frågor i gruppen",
        "849",
        "0,84",
        "0,82 till 0,86",
    ]


def test_a_hidden_coefficient_tells_neither_its_value_nor_its_n():
    (row,) = plain(tables.item_sets(CODEBOOK, coefficients(nothing(item_set(0.8, 0.7, 0.9, 8), "undertryckt"))))
    assert row[3:] == ["–", "visas inte", "–"]


def test_an_indicator_of_one_question_has_no_row_and_one_of_several_has():
    alone = nothing(indicator("3", k=1, n=995), "ej tillämpligt", n=995)
    two = indicator("6", k=2, n=622, statistic="spearman_brown", occasion="avslut")
    rows = plain(tables.karnindikatorer(CODEBOOK, coefficients(alone, two)))
    assert rows == [["6 Rubrik", "Deltagare vid avslut", "2", "Spearman–Brown", "622", "0,70", "0,60 till 0,80"]]
    assert tables.karnindikatorer(CODEBOOK, coefficients(alone)) is None


def test_the_retest_table_has_every_coefficient():
    (row,) = plain(tables.retest(CODEBOOK, coefficients(*retest("K01a"))))
    assert row == [
        "K01a, deltagare under insatsen",
        "163",
        "61 %",
        "0,75 (0,65 till 0,82)",
        "0,74 (0,64 till 0,81)",
        "0,52",
        "1,45",
    ]


def test_a_value_without_interval_stands_alone():
    rows = retest("K01a")
    rows[1] |= {"lower": np.nan, "upper": np.nan, "value": 1.0}
    assert plain(tables.retest(CODEBOOK, coefficients(*rows)))[0][3] == "1,00"


def test_the_dyad_table_names_both_sides():
    (row,) = plain(tables.dyads(CODEBOOK, coefficients(*dyad())))
    assert row[:3] == ["K03a och K03c, under insatsen", "313", "50 %"]


@pytest.mark.parametrize("table", [tables.item_sets, tables.karnindikatorer, tables.retest, tables.dyads])
def test_what_the_study_does_not_have_is_no_table(table):
    assert table(CODEBOOK, pd.DataFrame(columns=COEFFICIENT_COLUMNS)) is None


def test_no_items_is_a_sentence():
    empty = tables.item_statistics(CODEBOOK, pd.DataFrame(columns=ITEM_TABLE_COLUMNS))
    assert list(empty._repr_mimebundle_()) == ["text/markdown"]


def test_names_are_escaped():
    named = coefficients(item_set(0.8, 0.7, 0.9, 100) | {"label": "<b>Grupp</b>"})
    assert "&lt;b&gt;Grupp" in tables.item_sets(CODEBOOK, named).html
