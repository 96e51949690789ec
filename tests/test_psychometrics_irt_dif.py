import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finsam_eval.errors import UnknownName, WrongShape
from finsam_eval.psychometrics.irt import dif
from finsam_eval.psychometrics.irt.dif_tests import mantel, ordinal_logistic
from finsam_eval.results import Status
from finsam_eval.stats.ordered import fit_ordered
from tests.consistency_data import KEYED
from tests.irt_data import SETS, TRANSREAS, expected, reference

REFERENCE = reference("dif")
GENDER = KEYED["gender"]
LOGISTIC = ["chisq_uniform", "chisq_nonuniform", "chisq", "p", "r2_uniform", "r2_nonuniform", "r2", "log_odds"]


def high(items: pd.DataFrame) -> pd.DataFrame:
    return (items > 4).astype(float).where(items.notna())


def drawn(seed: int, shift: float, n: int = 600, impact: float = 0.5) -> tuple[pd.DataFrame, np.ndarray]:
    """Graded answers to six items of two groups; the second, who has more of it, finds the first item easier."""
    rng = np.random.default_rng(seed)
    group = rng.integers(0, 2, n)
    opinion = rng.normal(size=n) + impact * group
    cuts = np.array([-1.5, -0.5, 0.5, 1.5]) + rng.normal(0, 0.3, (6, 1))
    at = opinion[:, np.newaxis] + shift * group[:, np.newaxis] * (np.arange(6) == 0)
    noise = rng.logistic(size=(n, 6, 1))
    steps = (1.7 * (at[:, :, np.newaxis] - cuts) + noise > 0).sum(axis=2)
    return pd.DataFrame(steps, columns=list("abcdef")), group


@pytest.mark.parametrize("matching", ["sum", "rest"])
@pytest.mark.parametrize("data", ["bfi_A", "bfi_N"])
def test_logistic_tests_are_those_of_polr(data, matching):
    found = dif(SETS[data], GENDER, matching=matching, purify=False)
    assert found.n == expected(REFERENCE, data, "n").iloc[0]
    table = found.items.set_index("item")
    for column in LOGISTIC:
        theirs = expected(REFERENCE, data, f"{matching}_{column}").to_dict()
        assert table[column].to_dict() == pytest.approx(theirs, abs=3e-7), column


@pytest.mark.parametrize("matching", ["sum", "rest"])
@pytest.mark.parametrize("data", ["bfi_A", "bfi_N"])
def test_mantel_is_that_of_its_formula_in_r(data, matching):
    table = dif(SETS[data], GENDER, "Mantel", matching, purify=False).items.set_index("item")
    for column, name in (("chisq", "chisq"), ("difference", "smd"), ("standardised", "standardised")):
        theirs = expected(REFERENCE, data, f"mantel_{matching}_{name}").to_dict()
        assert table[column].to_dict() == pytest.approx(theirs, abs=1e-8), column


@pytest.mark.parametrize("data", ["bfi_A", "bfi_N"])
def test_of_two_steps_both_are_those_of_r_itself(data):
    answers = high(SETS[data])
    found = dif(answers, GENDER, "Mantel", purify=False).items.set_index("item")["chisq"]
    theirs = expected(REFERENCE, f"{data}_high", "mantelhaen_sum_chisq").to_dict()
    assert found.to_dict() == pytest.approx(theirs, abs=1e-7)
    logistic = dif(answers, GENDER, purify=False).items.set_index("item")["chisq"]
    assert logistic.to_dict() == pytest.approx(expected(REFERENCE, f"{data}_high", "sum_chisq").to_dict(), abs=1e-7)


def test_several_groups_are_compared_at_once():
    items = KEYED[[f"E{number}" for number in range(1, 6)]]
    found = dif(items, KEYED["education"], purify=False)
    table = found.items.set_index("item")
    for column in ("chisq", "r2"):
        theirs = expected(REFERENCE, "bfi_E_education", f"sum_{column}").to_dict()
        assert table[column].to_dict() == pytest.approx(theirs, abs=1e-7)
    assert set(table["df"]) == {8}
    assert table["log_odds"].isna().all()
    assert (found.groups["n"].sum(), len(found.groups)) == (found.n, 5)


def test_right_and_wrong_answers_of_pupils_by_grade():
    items = TRANSREAS[["t1", "t2", "t3", "t5", "t6", "t7", "t8", "t9", "t10"]]
    grades = dif(items, TRANSREAS["grade"], purify=False).items.set_index("item")
    late = dif(items, TRANSREAS["grade"] > 4, purify=False).items.set_index("item")
    # In one grade the score tells the answer to t10 wholly: R goes on until its shares are numerically 0 or 1.
    assert np.isnan(grades["p"]["t10"]) and "går inte att pröva" in grades["reason"]["t10"]
    for column in ("chisq_uniform", "chisq", "r2"):
        for data, table in (("transreas_grade", grades.drop(index="t10")), ("transreas_late", late)):
            theirs = expected(REFERENCE, data, f"sum_{column}")[table.index].to_dict()
            assert table[column].to_dict() == pytest.approx(theirs, abs=1e-6), (data, column)
    table = dif(items, TRANSREAS["grade"] > 4, "Mantel", purify=False).items.set_index("item")
    for name in ("mantel_sum_chisq", "mantelhaen_sum_chisq"):
        theirs = expected(REFERENCE, "transreas_late", name).to_dict()
        assert table["chisq"].to_dict() == pytest.approx(theirs, abs=1e-7)


def test_mantel_by_hand():
    # One score; the second group answers 1, 1, 0 and the first 0, 0, 1, 0: expected 3 · 3/7, variance 12/49 · 12/6.
    answers, group = np.array([1, 1, 0, 0, 0, 1, 0]), np.array([1, 1, 1, 0, 0, 0, 0])
    found = mantel(answers, np.ones(7, dtype=int), group)
    assert found.chisq == pytest.approx((2 - 9 / 7) ** 2 / (12 / 49 / 6 * 12))
    assert found.difference == pytest.approx(2 / 3 - 1 / 4)
    assert found.standardised == pytest.approx((2 / 3 - 1 / 4) / answers.std(ddof=1))


def test_the_likelihood_of_steps_alone_is_that_of_their_shares():
    counts = np.array([[3.0, 5.0, 2.0]])
    found = fit_ordered(np.zeros((1, 0)), counts)
    assert found.log_likelihood == pytest.approx(3 * np.log(0.3) + 5 * np.log(0.5) + 2 * np.log(0.2))


def test_odds_ratio_of_a_two_by_two_table_and_its_lack():
    group = np.array([[0.0], [1.0]])
    found = fit_ordered(group, np.array([[6.0, 4.0], [3.0, 7.0]]))
    assert found.coefficients[0] == pytest.approx(np.log(7 / 3) - np.log(4 / 6))
    without = fit_ordered(group, np.array([[6.0, 4.0], [0.0, 7.0]]))
    assert not without.converged and np.isnan(without.log_likelihood)


@pytest.mark.parametrize("method, size", [("ordinal logistic", "måttlig"), ("Mantel", "stor")])
def test_a_planted_item_is_found_and_leaves_the_score(method, size):
    items, group = drawn(1, 1.0)
    table = dif(items, group, method).items.set_index("item")
    assert list(table.index[table["flagged"]]) == ["a"]
    assert table["size"]["a"] == size
    assert list(table.index[~table["anchor"]]) == ["a"]
    kept = dif(items, group, method, purify=False).items
    assert kept["anchor"].all()
    others = kept["chisq"][1:].sum(), table["chisq"][1:].sum()
    assert others[0] > others[1]


def test_matching_on_the_rest_takes_a_higher_level_for_a_different_reading():
    items, group = drawn(2, 0.0, impact=1.0)
    rest, whole = (dif(items, group, "Mantel", how, purify=False).items["difference"] for how in ("rest", "sum"))
    assert (rest > 0).all() and whole.abs().max() < rest.max()


def test_nonuniform_and_uniform_add_up():
    table = dif(SETS["bfi_A"], GENDER, purify=False).items
    assert list(table["chisq_uniform"] + table["chisq_nonuniform"]) == pytest.approx(list(table["chisq"]))
    assert list(table["r2_uniform"] + table["r2_nonuniform"]) == pytest.approx(list(table["r2"]))
    assert (table["p_adjusted"] >= table["p"]).all()


def test_a_step_that_a_group_did_not_use_is_told_and_small_groups_too():
    items, group = drawn(3, 0.0, n=150)
    items.loc[(group == 1) & items["b"].eq(4), "b"] = 3
    found = dif(items, np.where(group == 1, "man", "kvinna"))
    table = found.items.set_index("item")
    assert "I man har ingen valt alla steg" in table["reason"]["b"]
    assert np.isfinite(table["chisq"]["b"])
    assert "Färre än 100 svar i kvinna, man" in found.reason


@pytest.mark.parametrize("method", ["ordinal logistic", "Mantel"])
def test_an_item_that_cannot_be_tested_has_no_numbers(method):
    items = pd.DataFrame({"a": [1, 2, 1, 2], "b": [1, 1, 2, 2]})
    found = dif(items, ["x", "x", "x", "y"], method)
    table = found.items
    assert found.status == Status.OK
    assert table["p"].isna().all() and (table["size"] == "").all() and not table["flagged"].any()
    assert table["reason"].str.contains("går inte att pröva").all()


@pytest.mark.parametrize("method", ["ordinal logistic", "Mantel"])
@pytest.mark.parametrize(
    "items, group, status, says",
    [
        ({"a": [1, 2, 3]}, [1, 1, 2], Status.NOT_APPLICABLE, "Bara en fråga"),
        ({"a": [1, 2, 3], "b": [4, 4, 4]}, [1, 1, 2], Status.NO_DATA, "samma svar på b"),
        ({"a": [1, np.nan], "b": [2, 3]}, [1, 2], Status.NO_DATA, "Bara en har svarat"),
        ({"a": [1, 2], "b": [2, 3]}, [np.nan, np.nan], Status.NO_DATA, "Ingen har svarat"),
        ({"a": [1, 2, 3], "b": [2, 3, 3]}, [1, 1, np.nan], Status.NOT_APPLICABLE, "Bara en grupp"),
    ],
)
def test_what_cannot_be_had_says_why(method, items, group, status, says):
    found = dif(pd.DataFrame(items, dtype=float), group, method)
    assert (found.status, found.items.empty) == (status, True)
    assert says in found.reason


def test_calls_that_cannot_be_right_are_refused():
    items = SETS["bfi_A"]
    with pytest.raises(UnknownName, match="known are ordinal logistic, Mantel"):
        dif(items, GENDER, "lord")
    with pytest.raises(UnknownName, match="known are sum, rest"):
        dif(items, GENDER, matching="theta")
    with pytest.raises(WrongShape, match="one entry per row"):
        dif(items, GENDER[:10])
    with pytest.raises(WrongShape, match="compares two groups, got 5"):
        dif(items, KEYED["education"], "Mantel")
    with pytest.raises(WrongShape, match="whole numbers"):
        dif(items + 0.5, GENDER)


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 10_000))
def test_neither_order_nor_which_group_is_first_changes_the_tests(seed):
    items, group = drawn(seed, 0.4, n=200)
    one = dif(items, group, purify=False).items
    other = dif(items.iloc[::-1] + 2, 1 - group[::-1], purify=False).items
    assert list(other["chisq"]) == pytest.approx(list(one["chisq"]), abs=1e-6)
    assert list(other["log_odds"]) == pytest.approx(list(-one["log_odds"]), abs=1e-6)
    first, second = (mantel(items["a"].to_numpy(), items.sum(axis=1).to_numpy(), g) for g in (group, 1 - group))
    assert first.chisq == pytest.approx(second.chisq)
    tests = ordinal_logistic(items["a"].to_numpy(), items.sum(axis=1).to_numpy(), group)
    assert tests.chisq == pytest.approx(one["chisq"][0])
