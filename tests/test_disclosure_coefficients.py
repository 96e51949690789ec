from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from finsam_eval.codebook import load_codebook
from finsam_eval.disclosure import PUBLIC_REASON, load_policy, release_coefficients, release_items
from finsam_eval.errors import WrongShape
from finsam_eval.psychometrics.properties import ITEM_TABLE_COLUMNS
from finsam_eval.psychometrics.rows import COEFFICIENT_COLUMNS
from finsam_eval.results import Status

CODEBOOK = load_codebook("nns2015")
POLICIES = load_policy(Path(__file__).parents[1] / "policy.yaml")
PUBLIC = POLICIES["publik"]  # min_n 10, min_x 3
SERIES = {"respondent_group": "deltagare", "occasion": "under"}


def coefficient(value, n, statistic="alfa", **other):
    row = {"kind": "item_set", "subject": "under", "label": "Grupp", **SERIES, "statistic": statistic, "value": value}
    row |= {"lower": value - 0.1, "upper": value + 0.1, "level": 0.95, "method": "m", "n": n, "status": "ok"}
    return {**row, "reason": "", "k": 7, **other}


def coefficients(*rows):
    return pd.DataFrame(rows, columns=COEFFICIENT_COLUMNS)


def item(**other):
    row = {**SERIES, "item_set": "under", "item": "K01a", "n": 40, "mean": 4.0, "sd": 1.0, "floor": 0.1}
    row |= {"ceiling": 0.5, "missing": 0.2, "item_rest": 0.61234, "alpha_if_deleted": 0.71234}
    return pd.DataFrame([{**row, **other}], columns=ITEM_TABLE_COLUMNS)


def counted(tally, **other):
    """The published counts of one question."""
    place = {"unit": "riket", **SERIES, "item": "K01a", "period": "2025", "gender": "alla", "detail": "fordelning"}
    return pd.DataFrame([{**place, "category": str(code), "n": n, **other} for code, n in tally.items()])


def released(items, counts):
    return release_items(items, counts=counts, period="2025", codebook=CODEBOOK).iloc[0]


TALLY = {1: 3, 2: 4, 3: 5, 4: 8, 5: 20}


@pytest.mark.parametrize("n, shown", [(9, False), (10, True)])
def test_a_coefficient_is_shown_from_the_policys_limit(n, shown):
    found = release_coefficients(coefficients(coefficient(0.81234, n)), PUBLIC).iloc[0]
    if shown:
        assert (found["value"], found["lower"], found["n"], found["status"]) == (0.81, 0.71, 10, "ok")
    else:
        assert found[["value", "lower", "upper", "n"]].isna().all()
        assert (found["status"], found["reason"]) == (Status.SUPPRESSED, PUBLIC_REASON)


def test_office_holders_under_the_limit_vanish_the_same_way():
    chiefs = coefficient(0.6, 7, kind="karnindikator", subject="9", respondent_group="forbundschef")
    found = release_coefficients(coefficients(chiefs), PUBLIC).iloc[0]
    assert (found["status"], found["reason"]) == (Status.SUPPRESSED, PUBLIC_REASON)


@pytest.mark.parametrize("agree, shown", [(2, False), (3, True), (17, True), (18, False), (20, False)])
def test_pairs_that_nearly_all_agree_or_differ_hide_all_their_coefficients(agree, shown):
    pairs = {"kind": "item", "subject": "K01a"}
    rows = [coefficient(agree / 20, 20, "exakt", **pairs), coefficient(0.9, 20, "vagd_kappa", **pairs)]
    other = coefficient(0.8, 20, "vagd_kappa", kind="item", subject="K02a")
    found = release_coefficients(coefficients(*rows, other), PUBLIC)
    assert (found["status"] == "ok").tolist() == [shown, shown, True]


def test_no_more_digits_are_released_than_are_printed():
    rows = coefficients(coefficient(0.61373, 163, "exakt", kind="item"), coefficient(0.3948, 163, "icc", kind="item"))
    assert release_coefficients(rows, PUBLIC)[["value", "lower"]].to_numpy().tolist() == [[0.61, 0.51], [0.39, 0.29]]


def test_that_all_gave_the_same_answer_is_not_told_but_one_question_is_not_applicable():
    rows = [
        coefficient(np.nan, 30, status=Status.NO_DATA, reason="Alla gav samma svar på K01a"),
        coefficient(np.nan, 30, status=Status.NOT_APPLICABLE, reason="Bara en fråga"),
        coefficient(np.nan, 3, status=Status.NOT_APPLICABLE, reason="Bara en fråga"),
        coefficient(np.nan, 0, status=Status.NO_DATA, reason="Ingen har svarat"),
    ]
    found = release_coefficients(coefficients(*rows), PUBLIC)
    assert found["status"].tolist() == ["undertryckt", "ej tillämpligt", "ej tillämpligt", "inga data"]
    assert found["reason"].tolist() == [PUBLIC_REASON, "Bara en fråga", "Bara en fråga", "Ingen har svarat"]
    assert found["n"].isna().tolist() == [True, False, True, True]


def test_the_public_profile_shows_nothing_that_the_internal_one_hides():
    rows = [coefficient(0.5, n, "exakt", kind="item", subject=f"K{n}") for n in range(2, 15)]
    found = {name: release_coefficients(coefficients(*rows), policy) for name, policy in POLICIES.items()}
    shown = {name: frame["value"].notna() for name, frame in found.items()}
    assert (shown["publik"] <= shown["intern"]).all()
    assert shown["intern"].sum() > shown["publik"].sum() > 0


def test_item_statistics_are_those_of_the_published_counts():
    found = released(item(), counted(TALLY))
    codes = np.repeat(list(TALLY), list(TALLY.values()))
    assert (found["n"], found["mean"], found["sd"]) == (40, codes.mean(), pytest.approx(codes.std(ddof=1)))
    assert (found["floor"], found["ceiling"]) == (3 / 40, 20 / 40)
    assert (found["missing"], found["item_rest"], found["alpha_if_deleted"]) == (0.2, 0.61, 0.71)


@pytest.mark.parametrize(
    "counts",
    [
        counted(TALLY, detail="topptva"),
        counted(TALLY, unit="F01"),
        counted(TALLY, period="2025H1"),
        counted(TALLY, gender="kvinna"),
        counted(TALLY, item="K02a"),
    ],
)
def test_without_a_published_distribution_of_the_country_everything_is_hidden(counts):
    found = released(item(), counts)
    numbers = ["n", "mean", "sd", "floor", "ceiling", "missing", "item_rest", "alpha_if_deleted"]
    assert found[numbers].isna().all()


def test_the_unanswered_are_given_in_whole_per_cent():
    assert released(item(n=40, missing=2 / 42), counted(TALLY))["missing"] == 0.05


@pytest.mark.parametrize("answer", [1, 2, 3, 4, 5])
def test_an_answer_that_the_counts_leave_out_cannot_be_had_by_subtracting(answer):
    """Somebody whose gender is rare answered too: inside n is 41, and sums differ by that one answer."""
    codes = np.array([*np.repeat(list(TALLY), list(TALLY.values())), answer])
    inside = item(n=41, mean=codes.mean(), sd=codes.std(ddof=1), floor=(codes == 1).mean(), ceiling=(codes == 5).mean())
    found = released(inside, counted(TALLY))
    total = sum(code * n for code, n in TALLY.items())
    assert found["n"] * found["mean"] - total == pytest.approx(0)
    pd.testing.assert_series_equal(found, released(item(), counted(TALLY)))
    assert inside["n"].iloc[0] * inside["mean"].iloc[0] - total == pytest.approx(answer)  # what it would have been


def test_a_frame_of_another_kind_is_refused():
    with pytest.raises(WrongShape, match="statistic is missing"):
        release_coefficients(coefficients().drop(columns="statistic"), PUBLIC)
    with pytest.raises(WrongShape, match="item_rest is missing"):
        release_items(item().drop(columns="item_rest"), counts=counted(TALLY), period="2025", codebook=CODEBOOK)


def test_answers_needed_are_whole_numbers_and_never_of_two_forbund():
    needed = coefficient(61.234, 900, "svar_som_behovs", kind="forbund", k=36, lower=17.6, upper=None)
    found = release_coefficients(coefficients(needed, {**needed, "k": 2, "subject": "K02a"}), PUBLIC)
    assert found.loc[0, ["value", "lower"]].tolist() == [61.0, 18.0]
    assert found.loc[1, "status"] == Status.SUPPRESSED


def test_a_share_of_pairs_with_both_sides_positive_is_hidden_where_few_are_not():
    pairs = {"kind": "dyad", "subject": "K07a", "k": 2}
    rows = [coefficient(38 / 40, 40, "bada_sidor", **pairs), coefficient(0.5, 40, "icc", **pairs)]
    assert set(release_coefficients(coefficients(*rows), PUBLIC)["status"]) == {Status.SUPPRESSED}
    rows[0]["value"] = 30 / 40
    assert set(release_coefficients(coefficients(*rows), PUBLIC)["status"]) == {Status.OK}
