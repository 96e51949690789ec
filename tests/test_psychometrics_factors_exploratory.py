from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finsam_eval.errors import UnknownName, WrongShape
from finsam_eval.psychometrics.factors import efa
from finsam_eval.results import Status
from finsam_eval.stats.factor_likelihood import most_likely_factors
from tests.consistency_data import SETS
from tests.psychometric_data import BFI, ITEMS_OF_BFI

REFERENCE = pd.read_csv(
    Path(__file__).parent / "reference" / "factors_efa.csv",
    sep=";",
    comment="#",
    dtype={"item": "str"},
    keep_default_na=False,
)
ANSWERS = {"bfi": BFI[ITEMS_OF_BFI], "hs": SETS["hs"], "datcat": SETS["datcat"]}
CASES = [
    ("bfi", "polychoric", 5, "minres", "oblimin"),
    ("bfi", "polychoric", 5, "minres", "promax"),
    ("bfi", "pearson", 5, "ml", "oblimin"),
    *[("hs", "pearson", 3, how, turn) for how in ("ml", "minres") for turn in ("oblimin", "varimax", "promax", "none")],
    ("datcat", "polychoric", 2, "minres", "oblimin"),
    ("datcat", "polychoric", 2, "ml", "oblimin"),
    ("datcat", "polychoric", 1, "minres", "none"),
]


def expected(data: str, statistic: str) -> list[float]:
    rows = REFERENCE[(REFERENCE["data"] == data) & (REFERENCE["statistic"] == statistic)]
    return [float(value) for value in rows["value"]]


@pytest.mark.parametrize("data, correlation, factors, extraction, rotation", CASES)
def test_factors_are_those_of_r(data, correlation, factors, extraction, rotation):
    found = efa(ANSWERS[data], factors, rotation, correlation, extraction)
    start = f"{correlation}_{factors}_{extraction}_{rotation}"
    for number in range(1, factors + 1):
        theirs = expected(data, f"{start}_loading_{number}")
        assert list(found.loadings[f"F{number}"]) == pytest.approx(theirs, abs=2e-6)
    assert list(found.loadings["communality"]) == pytest.approx(expected(data, f"{start}_communality"), abs=1e-6)
    upper = found.factor_correlations.to_numpy().T[np.tril_indices(factors, -1)]
    assert sorted(upper) == pytest.approx(sorted(expected(data, f"{start}_phi")), abs=2e-6)
    assert list(found.variance["sum_of_squares"]) == pytest.approx(expected(data, f"{start}_ss"), abs=3e-6)
    assert found.rmsr == pytest.approx(*expected(data, f"{start}_rms"), abs=1e-8)


@pytest.mark.parametrize("data, factors", [("bfi", 5), ("hs", 3)])
def test_the_test_of_maximum_likelihood_is_that_of_factanal(data, factors):
    found, start = efa(ANSWERS[data], factors, "oblimin", "pearson", "ml"), f"pearson_{factors}_ml_oblimin"
    assert found.chisq == pytest.approx(*expected(data, f"{start}_chisq"), abs=1e-4)
    assert found.df == expected(data, f"{start}_df")[0]
    assert 0 <= found.p < 0.05


def test_there_is_no_test_on_polychoric_correlations_or_by_minres():
    for found in (
        efa(SETS["datcat"], 2, extraction="ml"),
        efa(SETS["hs"], 3, correlation="pearson"),
    ):
        assert (found.status, found.chisq, found.df, found.p) == (Status.OK, None, None, None)


def test_communalities_count_in_how_factors_correlate():
    found = efa(SETS["datcat"], 2)
    loadings, between = found.loadings[["F1", "F2"]].to_numpy(), found.factor_correlations.to_numpy()
    assert abs(between[0, 1]) > 0.2
    by_hand = loadings[:, 0] ** 2 + loadings[:, 1] ** 2 + 2 * between[0, 1] * loadings[:, 0] * loadings[:, 1]
    assert list(found.loadings["communality"]) == pytest.approx(list(by_hand))
    assert found.variance["sum_of_squares"].sum() == pytest.approx(by_hand.sum())
    assert found.variance["cumulative"].iloc[-1] == pytest.approx(by_hand.mean())
    assert list(found.loadings["uniqueness"]) == pytest.approx(list(1 - by_hand))


def test_a_known_structure_comes_back():
    # Exact correlations: six items, two unrelated factors of three items with loadings .8, .7, .6.
    pattern = np.kron(np.eye(2), np.array([[0.8], [0.7], [0.6]]))
    spread = pattern @ pattern.T
    np.fill_diagonal(spread, 1)
    rng = np.random.default_rng(1)
    scores = np.linalg.qr(np.column_stack([np.ones(60), rng.normal(size=(60, 6))]))[0][:, 1:]
    items = pd.DataFrame(scores @ np.linalg.cholesky(spread).T, columns=list("abcdef"))
    for extraction in ("minres", "ml"):
        for rotation in ("oblimin", "varimax"):
            found = efa(items, 2, rotation, "pearson", extraction)
            loadings = found.loadings.set_index("item")[["F1", "F2"]]
            first = "F1" if loadings.loc["a", "F1"] > 0.5 else "F2"
            assert list(loadings[first]) == pytest.approx([0.8, 0.7, 0.6, 0, 0, 0], abs=1e-6)
            assert found.rmsr == pytest.approx(0, abs=1e-7)


def test_the_method_names_every_choice():
    found = efa(SETS["hs"], 3, "promax", "pearson", "ml")
    assert found.method == "EFA, 3 faktorer (maximum likelihood, promax), Pearsonkorrelationer"
    assert "1 faktor (minsta residualer, orotade)" in efa(SETS["datcat"], 1).method


def heywood() -> pd.DataFrame:
    """Exact correlations of a, b, c: one factor would need the loading sqrt(.8 · .8 / .5) > 1 of a."""
    spread = np.array([[1, 0.8, 0.8, 0.1], [0.8, 1, 0.5, 0.1], [0.8, 0.5, 1, 0.1], [0.1, 0.1, 0.1, 1]])
    rng = np.random.default_rng(1)
    scores = np.linalg.qr(np.column_stack([np.ones(40), rng.normal(size=(40, 4))]))[0][:, 1:]
    return pd.DataFrame(scores @ np.linalg.cholesky(spread).T, columns=list("abcd"))


@pytest.mark.parametrize("extraction", ["minres", "ml"])
def test_an_item_wholly_explained_is_named_and_gets_no_fit(extraction):
    found = efa(heywood(), 1, "oblimin", "pearson", extraction)
    assert found.status == Status.NOT_CONVERGED
    assert "allt i a (Heywood-fall)" in found.reason
    assert found.loadings.empty and found.rmsr is None and found.chisq is None


def test_maximum_likelihood_reaches_the_limit_of_the_same_item_as_factanal():
    # factanal(attitude, 3): uniqueness of learning .005, criterion .0865141.
    assert "allt i learning" in efa(SETS["attitude"], 3, "none", "pearson", "ml").reason
    fit = most_likely_factors(SETS["attitude"].corr().to_numpy(), 3)
    assert fit.discrepancy == pytest.approx(0.08651413, abs=1e-8)


@pytest.mark.parametrize(
    "items, status, says",
    [
        ({"a": [1, 2, 3]}, Status.NOT_APPLICABLE, "Bara en fråga"),
        ({"a": [1, 2, 3], "b": [2, 3, 3], "c": [4, 4, 4]}, Status.NO_DATA, "samma svar på c"),
        ({"a": [1, np.nan], "b": [2, 3], "c": [1, 2]}, Status.NO_DATA, "Bara en har svarat"),
        ({"a": [np.nan, np.nan], "b": [2, 3], "c": [1, 2]}, Status.NO_DATA, "Ingen har svarat"),
        ({"a": [1, 2, 3, 4], "b": [1, 3, 2, 4]}, Status.NOT_APPLICABLE, "2 frågor är för få"),
        ({"a": [1, 2, 1], "b": [1, 1, 2], "c": [2, 3, 3]}, Status.NOT_APPLICABLE, "summa av andra"),
    ],
)
def test_what_cannot_be_had_says_why(items, status, says):
    found = efa(pd.DataFrame(items, dtype=float), 1, correlation="pearson")
    assert (found.status, found.rmsr, found.loadings.empty, found.variance.empty) == (status, None, True, True)
    assert says in found.reason
    assert found.to_frame().empty


def test_too_many_factors_and_items_that_are_one():
    assert "9 frågor är för få för att skilja 6 faktorer" in efa(SETS["hs"], 6, correlation="pearson").reason
    same = pd.DataFrame(dict.fromkeys("abc", [1, 2, 3, 1, 2, 3, 2]))
    assert efa(same, 1).status == Status.NOT_CONVERGED


def test_calls_that_cannot_be_right_are_refused():
    with pytest.raises(UnknownName, match="known are oblimin, promax, varimax, none"):
        efa(SETS["hs"], 3, "quartimax", "pearson")
    with pytest.raises(UnknownName, match="known are minres, ml"):
        efa(SETS["hs"], 3, extraction="paf")
    with pytest.raises(WrongShape, match="whole number from 1"):
        efa(SETS["hs"], 0, correlation="pearson")
    with pytest.raises(WrongShape, match="whole numbers within"):
        efa(SETS["hs"], 3)


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 10_000))
def test_neither_order_nor_scale_changes_anything(seed):
    rng = np.random.default_rng(seed)
    opinions = rng.normal(size=(400, 2))
    items = pd.DataFrame(np.repeat(opinions, 4, axis=1) + rng.normal(size=(400, 8)), columns=list("abcdefgh"))
    moved = (items * 3 + 2)[list("hgfedcba")].iloc[::-1]
    for extraction in ("minres", "ml"):
        one = efa(items, 2, "oblimin", "pearson", extraction).loadings.set_index("item")
        other = efa(moved, 2, "oblimin", "pearson", extraction).loadings.set_index("item")
        pd.testing.assert_frame_equal(one, other.loc[one.index], check_exact=False, atol=1e-5, rtol=0)


def test_polychoric_correlations_that_do_not_go_together_are_told_as_such():
    rng = np.random.default_rng(0)
    answers = np.clip(np.round(rng.normal(size=(25, 1)) * 0.9 + rng.normal(size=(25, 7))), -1, 1)
    found = efa(pd.DataFrame(answers, columns=list("abcdefg")), 1)
    assert found.status == Status.NOT_APPLICABLE
    assert "inte positivt definit" in found.reason
