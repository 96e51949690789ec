from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finsam_eval.errors import UnknownName, WrongShape
from finsam_eval.psychometrics.factors import bartlett, kmo, map_test, parallel_analysis
from finsam_eval.results import Status
from tests.consistency_data import SETS
from tests.psychometric_data import BFI, ITEMS_OF_BFI, WITHOUT_ANSWER

REFERENCE = pd.read_csv(
    Path(__file__).parent / "reference" / "factors_dimensions.csv",
    sep=";",
    comment="#",
    dtype={"item": "str"},
    keep_default_na=False,
)
ANSWERS = {"bfi": BFI[ITEMS_OF_BFI], "hs": SETS["hs"], "datcat": SETS["datcat"]}
CASES = [("bfi", "pearson"), ("bfi", "polychoric"), ("hs", "pearson"), ("datcat", "pearson"), ("datcat", "polychoric")]
ALL = [kmo, bartlett, parallel_analysis, map_test]


def expected(data: str, statistic: str) -> pd.Series:
    rows = REFERENCE[(REFERENCE["data"] == data) & (REFERENCE["statistic"] == statistic)]
    return rows.set_index("item")["value"].astype(float)


@pytest.mark.parametrize("data, kind", CASES)
def test_kmo_is_that_of_psych(data, kind):
    found, theirs = kmo(ANSWERS[data], kind), expected(data, f"kmo_{kind}")
    assert found.value == pytest.approx(theirs[""], abs=2e-8)
    assert found.items.set_index("item")["value"].to_dict() == pytest.approx(theirs.drop("").to_dict(), abs=2e-8)
    assert found.n == expected(data, "n").iloc[0]


@pytest.mark.parametrize("data", ANSWERS)
def test_bartlett_is_that_of_psych(data):
    found, theirs = bartlett(ANSWERS[data]), expected(data, "bartlett")
    assert (found.statistic, found.df) == (pytest.approx(theirs["chisq"], rel=1e-8), theirs["df"])
    assert found.p == pytest.approx(theirs["p"], rel=1e-6)


@pytest.mark.parametrize("data, kind", CASES)
def test_map_is_that_of_psych(data, kind):
    table, theirs = map_test(ANSWERS[data], kind).table, expected(data, f"map_{kind}")
    ours = table.set_index("components")["squared"]
    assert [ours[int(number)] for number in theirs.index] == pytest.approx(list(theirs), abs=3e-8)


@pytest.mark.parametrize("data, kind", CASES)
def test_eigenvalues_are_those_of_psych(data, kind):
    table = parallel_analysis(ANSWERS[data], kind, draws=2).table
    assert list(table["component"]) == pytest.approx(list(expected(data, f"eigenvalue_{kind}")), abs=1e-7)
    # psych's minres stops at about 1e-6 of the solution.
    assert list(table["factor"]) == pytest.approx(list(expected(data, f"factor_eigenvalue_{kind}")), abs=1e-6)


@pytest.mark.parametrize("data", ANSWERS)
def test_parallel_analysis_keeps_as_many_as_psych(data):
    found = parallel_analysis(ANSWERS[data], "pearson")
    assert found.n_factors == expected(data, "parallel_factors_pearson").iloc[0]
    assert found.n_components == expected(data, "parallel_components_pearson").iloc[0]
    # Means of 100 and of 200 draws, each with a spread of about .02.
    random = expected(data, "parallel_random_component")["1"]
    assert found.table["component_random"].iloc[0] == pytest.approx(random, abs=0.012)


def test_ordered_answers_are_held_against_their_own_in_random_order():
    items = SETS["datcat"]
    found = parallel_analysis(items, "polychoric", draws=30)
    assert (found.n_components, found.n_factors, found.draws) == (2, 2, 30)
    # Polychoric correlations of few answers are less sure than those of numbers, and chance reaches further.
    assert found.table["component_random"].iloc[0] > 1.32
    again = parallel_analysis(items, "polychoric", draws=30)
    pd.testing.assert_frame_equal(found.table, again.table)
    other = parallel_analysis(items, "polychoric", draws=30, seed=1)
    assert other.table["component_random"].iloc[0] != found.table["component_random"].iloc[0]
    assert "30 dragningar (varje frågas svar i slumpad ordning)" in found.method


def test_chance_without_answers_is_that_of_drawn_answers():
    rng = np.random.default_rng(5)
    drawn = [np.linalg.eigvalsh(np.corrcoef(rng.normal(size=(50, 6)).T))[-1] for _ in range(2000)]
    items = pd.DataFrame(rng.normal(size=(50, 6)))
    first = parallel_analysis(items, "pearson", draws=2000).table.iloc[0]
    assert first["component_random"] == pytest.approx(np.mean(drawn), abs=4 * np.std(drawn) / np.sqrt(1000))
    assert first["component_limit"] == pytest.approx(np.quantile(drawn, 0.95), abs=0.03)


def test_answers_without_anything_in_common_have_no_dimension():
    items = pd.DataFrame(np.random.default_rng(3).normal(size=(300, 8)))
    found = parallel_analysis(items, "pearson")
    assert (found.n_components, map_test(items).n_components) == (0, 0)
    assert bartlett(items).p > 0.05


def test_two_groups_of_items_by_hand():
    # Within each pair r = .6, none between: partial correlations given the rest are .6 too, so KMO is one half.
    from_spread = np.kron(np.eye(2), [[1.0, 0.6], [0.6, 1.0]])
    rng = np.random.default_rng(1)
    scores = np.linalg.qr(np.column_stack([np.ones(50), rng.normal(size=(50, 4))]))[0][:, 1:]
    items = pd.DataFrame(scores @ np.linalg.cholesky(from_spread).T)
    assert kmo(items).value == pytest.approx(0.5)
    assert bartlett(items).statistic == pytest.approx(-(49 - 13 / 6) * 2 * np.log(1 - 0.36))
    assert map_test(items).table["squared"].iloc[0] == pytest.approx(4 * 0.36 / 12)


@pytest.mark.parametrize("function", ALL)
@pytest.mark.parametrize("items, status, says", WITHOUT_ANSWER)
def test_what_cannot_be_had_says_why(function, items, status, says):
    found = function(pd.DataFrame(items, dtype=float))
    assert found.status == status
    assert says in found.reason
    numbers = [getattr(found, name) for name in ("value", "statistic", "n_components") if hasattr(found, name)]
    assert numbers == [None]


def test_an_item_that_is_the_sum_of_others_is_named():
    items = SETS["datcat"][["u1", "u2"]].assign(both=lambda frame: frame.sum(axis=1))
    for function in (kmo, bartlett, map_test):
        assert function(items).status == Status.NOT_APPLICABLE
        assert "summa av andra" in function(items).reason
    assert parallel_analysis(items, "pearson").status == Status.OK


def test_items_that_are_one_and_the_same_and_two_items():
    same = pd.DataFrame(dict.fromkeys("abc", [1, 2, 3, 1, 2, 3, 2]))
    assert kmo(same, "polychoric").status == parallel_analysis(same).status == Status.NOT_CONVERGED
    two = SETS["datcat"][["u1", "u2"]]
    assert parallel_analysis(two).status == map_test(two).status == Status.NOT_APPLICABLE
    assert kmo(two).value == pytest.approx(0.5)


def test_fewer_answers_than_items_are_held_against_as_few():
    items = pd.DataFrame(np.random.default_rng(2).normal(size=(5, 8)))
    found = parallel_analysis(items, "pearson", draws=20)
    assert found.table["component_random"].iloc[4:].max() == pytest.approx(0, abs=1e-12)
    assert kmo(items).status == Status.NOT_APPLICABLE


def test_calls_that_cannot_be_right_are_refused():
    with pytest.raises(UnknownName, match="known are pearson, polychoric"):
        kmo(SETS["hs"], "spearman")
    with pytest.raises(WrongShape, match="whole numbers within 15 ordered steps"):
        parallel_analysis(SETS["hs"], "polychoric")
    with pytest.raises(WrongShape, match="whole number from 1"):
        parallel_analysis(SETS["datcat"], draws=0)
    for function in ALL:
        with pytest.raises(WrongShape, match="respondents × items"):
            function(pd.DataFrame({"a": ["1", "2"], "b": ["1", "2"]}))


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10_000))
def test_neither_order_nor_scale_changes_anything(seed):
    rng = np.random.default_rng(seed)
    items = pd.DataFrame(rng.normal(size=(40, 5)) + rng.normal(size=(40, 1)), columns=list("abcde"))
    moved = (items * -3 + 2)[list("edcba")].iloc[::-1]
    assert kmo(moved).value == pytest.approx(kmo(items).value)
    assert 0 < kmo(items).value < 1
    ours, theirs = map_test(items).table["squared"], map_test(moved).table["squared"]
    assert list(ours) == pytest.approx(list(theirs))
