import numpy as np
import pandas as pd
import pytest

from finsam_eval.errors import WrongShape
from finsam_eval.psychometrics import omega_categorical, omega_hierarchical, omega_total, ordinal_alpha
from finsam_eval.results import Status
from tests.consistency_data import SETS, expected
from tests.psychometric_data import WITHOUT_ANSWER

ALL = [omega_total, omega_hierarchical, omega_categorical, ordinal_alpha]


@pytest.mark.parametrize(
    "name, factors", [("bfi_A", 1), ("attitude", 1), ("hs", 1), ("bfi_ACE", 1), ("hs", 3), ("bfi_ACE", 3)]
)
def test_omega_total_is_that_of_r(name, factors):
    assert omega_total(SETS[name], factors).value == pytest.approx(expected(name, f"omega_total_{factors}"), abs=1e-8)


@pytest.mark.parametrize("name", ["hs", "bfi_ACE"])
def test_omega_hierarchical_is_that_of_r(name):
    found = omega_hierarchical(SETS[name])
    assert found.value == pytest.approx(expected(name, "omega_hierarchical"), abs=1e-6)
    assert (found.n, found.k) == (expected(name, "n"), SETS[name].shape[1])
    assert 0 <= found.lower < found.value < found.upper <= 1


@pytest.mark.parametrize("name", ["bfi_A", "datcat"])
def test_ordinal_alpha_is_that_of_lavaan(name):
    assert ordinal_alpha(SETS[name]).value == pytest.approx(expected(name, "ordinal_alpha"), abs=1e-7)


@pytest.mark.parametrize("name", ["bfi_A", "datcat"])
def test_categorical_omega_is_that_of_semtools_and_of_its_equation(name):
    found = omega_categorical(SETS[name])
    # semTools fits loadings in single steps of an optimizer that stops at about 1e-6.
    assert found.value == pytest.approx(expected(name, "omega_categorical"), abs=1e-6)
    assert found.value == pytest.approx(expected(name, "omega_categorical_own"), abs=1e-6)
    assert found.lower < found.value < found.upper


def test_the_method_names_the_definition():
    few = SETS["datcat"].head(60)
    assert omega_total(few).method == "Omega total, 1 faktor (minres), observerad varians, jackknife"
    assert "3 faktorer (minres, oblimin, Schmid–Leiman), observerad varians" in omega_hierarchical(few).method
    assert "1 faktor (ULS på polykoriska korrelationer), observerad varians" in omega_categorical(few).method
    assert "polykoriska" in ordinal_alpha(few).method


def test_the_interval_of_ordinal_alpha_leaves_each_respondent_out_in_turn():
    items = SETS["datcat"].head(60)
    alone = np.array([ordinal_alpha(items.drop(index=row)).value for row in items.index])
    found = ordinal_alpha(items)
    pulls = 59 * (alone.mean() - alone)
    error = np.sqrt((pulls**2).sum() / (60 * 59))
    excess = 60 * (pulls**4).sum() / (pulls**2).sum() ** 2 - 1
    from scipy import stats

    half = stats.t.ppf(0.975, min(59, 120 / excess)) * error
    assert (found.lower, found.upper) == pytest.approx((found.value - half, min(1, found.value + half)), abs=1e-7)


def test_the_interval_of_omega_leaves_each_respondent_out_in_turn():
    items = SETS["datcat"].head(60)
    alone = np.array([omega_total(items.drop(index=row)).value for row in items.index])
    found = omega_total(items)
    error = np.sqrt(59 / 60 * ((alone - alone.mean()) ** 2).sum())
    assert (found.upper - found.lower) / 2 >= 1.95 * error
    assert found.value - found.lower == pytest.approx(found.upper - found.value, abs=1e-9)


@pytest.mark.parametrize("coefficient", ALL)
@pytest.mark.parametrize("items, status, says", WITHOUT_ANSWER)
def test_what_cannot_be_had_says_why(coefficient, items, status, says):
    found = coefficient(pd.DataFrame(items, dtype=float))
    assert (found.status, found.value, found.lower, found.upper) == (status, None, None, None)
    assert says in found.reason


def test_too_few_items_for_the_factors_are_not_applicable():
    two, five = SETS["bfi_A"][["A2", "A3"]], SETS["bfi_A"]
    assert omega_total(two).status == Status.NOT_APPLICABLE
    assert "5 frågor är för få för att skilja 3 faktorer" in omega_hierarchical(five).reason
    assert "Spearman–Brown" in omega_categorical(two).reason
    assert ordinal_alpha(two).status == Status.OK


def test_items_that_are_one_and_the_same_have_no_polychoric_correlation():
    same = pd.DataFrame(dict.fromkeys("abc", [1, 2, 3, 1, 2, 3, 2]))
    assert ordinal_alpha(same).status == Status.NOT_CONVERGED
    assert "följs åt" in omega_categorical(same).reason


def test_a_factor_that_explains_an_item_wholly_is_named():
    found = omega_hierarchical(SETS["attitude"])
    assert "förklaras helt" in found.reason


@pytest.mark.parametrize(
    "items", [pd.DataFrame({"a": [1.5, 2], "b": [1, 2]}), pd.DataFrame({"a": [1, 99], "b": [1, 2]})]
)
def test_what_is_no_ordered_step_is_refused(items):
    with pytest.raises(WrongShape, match="whole numbers within 15 ordered steps"):
        ordinal_alpha(items)


def test_calls_that_cannot_be_right_are_refused():
    with pytest.raises(WrongShape, match="use omega_total for one"):
        omega_hierarchical(SETS["hs"], 1)
    with pytest.raises(WrongShape, match="whole number from 1"):
        omega_total(SETS["hs"], 0)
    for coefficient in ALL:
        with pytest.raises(WrongShape, match="respondents × items"):
            coefficient(pd.DataFrame({"a": ["1", "2"], "b": ["1", "2"]}))


@pytest.mark.parametrize("coefficient", ALL)
def test_neither_order_nor_a_shifted_scale_nor_a_copy_changes_anything(coefficient):
    items = SETS["datcat"].head(80)
    before, moved = items.copy(), coefficient((items + 3).iloc[::-1])
    found = coefficient(items)
    assert (moved.value, moved.lower) == pytest.approx((found.value, found.lower), abs=1e-6)
    pd.testing.assert_frame_equal(items, before)


def test_a_negative_omega_lies_within_its_limits():
    found = omega_total(pd.DataFrame(np.random.default_rng(4).normal(size=(12, 4))))
    assert found.value < 0
    assert found.lower < found.value < found.upper
    assert "negativt" in found.reason
