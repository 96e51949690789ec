"""How shares stand to each other, made of records that can be counted by hand."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finsam_eval.compare import Margin, difference, equivalence, records, shrink_proportions, standardise
from finsam_eval.contrasts import COLUMNS, contrast, count_beside
from finsam_eval.contrasts.country import NO_COUNTRY, TOO_FEW, UNALIKE
from finsam_eval.criteria import Criteria
from tests.test_compare_records import codebook, cube

HALVES = ["2023H1", "2023H2", "2024H1", "2024H2"]
PERIODS = {"halvar": {half: [half] for half in HALVES}, "ar": {"2024": ["2024H1", "2024H2"]}}


def criteria(reliability=0.7, margin=0.1):
    return Criteria.model_validate(
        {
            "decided_by": "Provet",
            "decided_on": date(2023, 1, 1),
            "comparable_reliability": {"value": reliability, "source": "Boken"},
            "equal_within": {"value": margin, "source": "Styrgruppen"},
        }
    )


def country(agreeing, asked=40, gender="kvinna", period="2024H1"):
    """Förbund F00, F01 … with so many of `asked` answers in the top codes, no insatser."""
    lines = [
        f"F{number:02d} - {period} {gender} {asked - agree} 0 0 {agree} 0" for number, agree in enumerate(agreeing)
    ]
    return cube(*lines)


def made(counts, *, rules=None, breaks=()):
    rows = records(counts, codebook=codebook(), periods=PERIODS)
    return of(rows, rules=rules, breaks=breaks)


def of(rows, *, rules=None, breaks=()):
    return contrast(
        rows, codebook=codebook(), criteria=rules or criteria(), period="2024", periods=HALVES, breaks=breaks
    )


def kind(table, statistic):
    return table[table["statistic"] == statistic].set_index("unit")


UNALIKE_FORBUND = [8, 12, 16, 20, 20, 24, 24, 28, 32, 38]


def test_a_förbund_outside_the_line_is_told_with_its_side_where_its_answers_suffice():
    beside = kind(made(country(UNALIKE_FORBUND)), "mot_riket")
    assert (beside["status"] == "ok").all()
    assert beside["verdict"].to_dict()["F00"] == "under 99,8"
    assert beside["verdict"].to_dict()["F09"] == "över 99,8"
    assert beside["verdict"].to_dict()["F04"] == ""
    assert beside["centre"].unique().tolist() == [sum(UNALIKE_FORBUND) / 400]
    assert beside["tested"].unique().tolist() == [10]


def test_förbund_that_hardly_differ_are_not_compared_and_keep_their_level():
    beside = kind(made(country([20] * 10)), "mot_riket")
    assert set(beside["status"]) == {"kan inte jämföras"}
    assert set(beside["reason"]) == {UNALIKE}
    assert beside["needed"].isna().all()
    assert beside["p"].isna().all()
    assert (beside["value"] == 0.5).all()


def test_too_few_answers_are_told_with_how_many_would_do():
    found = made(country([agree // 4 for agree in UNALIKE_FORBUND], asked=10), rules=criteria(0.9))
    beside, needed = kind(found, "mot_riket"), kind(found, "svar_som_behovs")
    assert set(beside["reason"]) == {TOO_FEW}
    assert len(set(beside["needed"])) == 1
    assert beside["needed"].iloc[0] == pytest.approx(needed.loc["riket", "value"])
    assert (beside["needed"] > 10).all()


def test_smoothed_shares_are_those_of_the_model_around_the_countrys_share():
    smoothed = kind(made(country(UNALIKE_FORBUND)), "utjamnad")
    model = shrink_proportions(UNALIKE_FORBUND, [40] * 10, centre=sum(UNALIKE_FORBUND) / 400)
    assert smoothed["value"].to_numpy() == pytest.approx(model.units["shrunken"].to_numpy())
    assert smoothed["lower"].to_numpy() == pytest.approx(model.units["lower"].to_numpy())


def hide(rows, units):
    """Blank the records of some units, as a release does."""
    hidden = rows["unit"].isin(units)
    numbers = ["value", "lower", "upper", "n", "deff", "sd"]
    result = rows.astype({"n": "Int64"})
    result.loc[hidden, numbers] = pd.NA
    return result.assign(status=result["status"].mask(hidden, "undertryckt"), reason=result["reason"].mask(hidden, "r"))


def test_a_hidden_förbund_has_no_contrast_and_the_centre_is_still_the_countrys():
    rows = records(country(UNALIKE_FORBUND), codebook=codebook(), periods=PERIODS)
    beside = kind(of(hide(rows, ["F00", "F01"])), "mot_riket")
    assert beside.loc["F00", "status"] == "undertryckt"
    assert beside.loc["F00", ["value", "p", "reliability", "needed"]].isna().all()
    assert beside.loc["F09", "centre"] == sum(UNALIKE_FORBUND) / 400
    assert beside.loc["F09", "tested"] == 8


@settings(max_examples=5, deadline=None)
@given(st.permutations([4, 8, 10, 30, 38]))
def test_contrasts_of_a_release_do_not_know_what_is_hidden(order):
    """However the hidden answers are shared among the hidden förbund, nothing that is told changes."""
    counts = country([*order, 20, 24, 28, 16, 22])
    rows = records(counts, codebook=codebook(), periods=PERIODS)
    found = of(hide(rows, [f"F{number:02d}" for number in range(5)]))
    other = of(
        hide(
            records(country([4, 8, 10, 30, 38, 20, 24, 28, 16, 22]), codebook=codebook(), periods=PERIODS),
            [f"F{n:02d}" for n in range(5)],
        )
    )
    pd.testing.assert_frame_equal(found, other)


def test_without_the_countrys_number_nothing_is_compared():
    rows = records(country(UNALIKE_FORBUND), codebook=codebook(), periods=PERIODS)
    beside = kind(of(hide(rows, ["riket"])), "mot_riket")
    assert set(beside["status"]) == {"kan inte jämföras"}
    assert set(beside["reason"]) == {NO_COUNTRY}


def test_nothing_is_compared_before_somebody_has_decided_what_is_comparable():
    rows = records(country(UNALIKE_FORBUND), codebook=codebook(), periods=PERIODS)
    empty = contrast(rows, codebook=codebook(), criteria=None, period="2024", periods=HALVES)
    assert empty.empty
    assert list(empty.columns) == COLUMNS


def both_genders(women, men, asked=40):
    return pd.concat([country(women, asked), country(men, asked, gender="man")], ignore_index=True)


def test_women_and_men_are_called_equal_by_the_margin_and_its_test():
    found = made(both_genders([30] * 8, [30] * 8))
    alike = kind(found, "lika_kon").loc["riket"]
    expected = equivalence(240, 320, 240, 320, margin=Margin(value=0.1, source="Styrgruppen"))
    assert (alike["verdict"], alike["value"], alike["n"]) == (expected.verdict, 0.0, 640)
    assert alike["verdict"] == "lika inom marginalen"
    within = kind(found, "kon_inom_forbund").loc["riket"]
    assert (within["value"], within["tested"]) == (0.0, 8)


def test_that_förbund_agree_is_not_told_of_two():
    assert kind(made(both_genders([30] * 2, [30] * 2)), "kon_inom_forbund").empty


def test_the_mix_of_women_and_men_is_taken_out():
    counts = pd.concat(
        [
            cube(
                "F00 - 2024H1 kvinna 10 0 0 30 0",
                "F00 - 2024H1 man 5 0 0 5 0",
                "F01 - 2024H1 kvinna 2 0 0 8 0",
                "F01 - 2024H1 man 15 0 0 25 0",
            )
        ]
    )
    alike = kind(made(counts), "standardiserad")
    model = standardise([30, 5, 8, 25], [40, 10, 10, 40], ["k", "m", "k", "m"], unit=["F00", "F00", "F01", "F01"])
    assert alike["value"].to_list() == pytest.approx(model.units["value"].to_list())
    assert alike["centre"].to_list() == [0.68, 0.68]


def falling(unit, shares, asked=100):
    return [f"{unit} - {half} man {asked - agree} 0 0 {agree} 0" for half, agree in zip(HALVES, shares, strict=True)]


def test_worse_and_worsening_needs_a_low_level_and_a_fall():
    counts = cube(
        *falling("F00", [50, 45, 35, 30]), *falling("F01", [80, 81, 79, 80]), *falling("F02", [80, 80, 80, 80])
    )
    found = kind(made(counts), "trend")
    assert found["verdict"].to_dict() == {
        "F00": "sämre och blir sämre",
        "F01": "varken sämre eller på väg nedåt, så långt det kan visas",
        "F02": "varken sämre eller på väg nedåt, så långt det kan visas",
        "riket": "",
    }
    assert found.loc["F00", "upper"] < 0
    assert found.loc["F00", "tested"] == 4


def test_a_changed_instrument_cuts_the_trend():
    counts = cube(*falling("F00", [50, 45, 35, 30]))
    found = kind(made(counts, breaks=["2024H1"]), "trend")
    assert set(found["status"]) == {"ej tillämpligt"}
    assert found["value"].isna().all()


def test_a_gap_between_unit_and_country_is_the_difference_of_their_shares():
    assert difference(30, 100, 70, 100).upper < 0


def test_förbund_are_counted_by_side_and_never_ranked():
    table = made(country(UNALIKE_FORBUND))
    counted = count_beside(table, group="deltagare", occasion="avslut").iloc[0]
    beside = kind(table, "mot_riket")["verdict"]
    assert counted["item"] == "fraga"
    assert (counted["shown"], counted["comparable"]) == (10, 10)
    assert counted["above"] == beside.str.startswith("över").sum()
    assert counted["far_below"] == (beside == "under 99,8").sum()
    assert counted["by_chance"] == pytest.approx(0.5)


def test_nothing_answered_gives_no_rows():
    assert made(country([20]).iloc[:0]).empty


@pytest.mark.parametrize("agreeing", [[40] * 5, [0] * 5, [20], [20, 30]])
def test_what_cannot_be_compared_says_why_and_never_nan_without_a_word(agreeing):
    table = made(country(agreeing))
    silent = table["value"].isna() & (table["status"] == "ok")
    assert not silent.any()
    assert (table.loc[table["status"] != "ok", "reason"] != "").all()
    assert np.isfinite(table.loc[table["status"] == "ok", "value"]).all()
