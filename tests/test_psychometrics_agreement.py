import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finsam_eval.errors import UnknownName, WrongShape
from finsam_eval.psychometrics import exact_agreement, icc, measurement_error, weighted_kappa
from finsam_eval.results import Status
from tests.psychometric_data import BFI, COHEN, SHROUT_FLEISS, expected, from_table, printed

PAIRS = {"cohen1968": from_table(COHEN), "bfi_A2_A3": BFI[["A2", "A3"]].to_numpy()}
RATINGS = {"shrout_fleiss": SHROUT_FLEISS, "bfi_A2_A3": BFI[["A2", "A3"]]}
WEIGHTS = {None: "kappa", "linear": "kappa_linear", "quadratic": "kappa_quadratic"}


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize("weights", WEIGHTS)
def test_kappa_is_that_of_r(name, weights):
    found = weighted_kappa(*PAIRS[name].T, weights)
    assert found.value == printed(name, WEIGHTS[weights])
    assert found.n == expected(name, "n")
    assert found.lower < found.value < found.upper


@pytest.mark.parametrize("name", RATINGS)
@pytest.mark.parametrize("form", ["ICC(1,1)", "ICC(2,1)", "ICC(3,1)"])
def test_icc_is_that_of_r(name, form):
    found = icc(RATINGS[name], form)
    assert found.value == printed(name, form)
    assert (found.n, found.method) == (expected(name, "n"), f"{form}, jackknife")


def test_the_error_of_measurement_is_that_of_rs_mean_squares():
    name = "bfi_A2_A3"
    raters, residual, n = (expected(name, what) for what in ("MSC", "MSE", "n"))
    found = measurement_error(*PAIRS[name].T)
    assert found.sem == pytest.approx(np.sqrt((raters - residual) / n + residual), abs=1e-9)
    assert found.value == pytest.approx(1.96 * np.sqrt(2) * found.sem)
    assert found.lower / found.value == pytest.approx(found.sem_lower / found.sem)
    assert found.sem_lower < found.sem < found.sem_upper


def test_by_hand():
    # Observed disagreement 1 of 4; by chance ½ · ½ + ½ · ½ = ½: kappa = 1 - ¼ / ½ for (1,1) (1,1) (2,2) (2,1)
    # has margins ½, ½ and ¾, ¼: by chance ½ · ¼ + ½ · ¾ = ½.
    assert weighted_kappa([1, 1, 2, 2], [1, 1, 2, 1]).value == pytest.approx(0.5)
    assert exact_agreement([1, 1, 2, 2], [1, 1, 2, 1]).value == 0.75
    # Differences 1, 0, -1, 0: no difference in level, residual variance 2 · ½ / 3 = 1/3.
    assert measurement_error([2, 3, 4, 5], [1, 3, 5, 5]).sem == pytest.approx(np.sqrt(1 / 3))


def test_a_step_nobody_took_is_still_a_step():
    kappas = [weighted_kappa([1, 2, high, 1], [2, 2, high, 1], "linear").value for high in (3, 5)]
    assert kappas[0] != kappas[1]


def test_a_shift_counts_in_the_second_form_and_not_in_the_third():
    shifted = pd.DataFrame({"a": [1, 2, 3, 4, 5], "b": [2, 3, 4, 5, 6]})
    assert icc(shifted, "ICC(3,1)").value == pytest.approx(1)
    assert icc(shifted, "ICC(2,1)").value == pytest.approx(2.5 / 3)  # 2.5 between persons, 0.5 between times


def test_perfect_agreement_is_one_and_its_uncertainty_is_unknown():
    kappa, agreement = weighted_kappa([1, 2, 3, 3], [1, 2, 3, 3], "quadratic"), exact_agreement([1, 2, 3], [1, 2, 3])
    assert (kappa.value, kappa.lower, kappa.upper, kappa.status) == (1, None, None, Status.OK)
    assert "går inte att räkna fram" in kappa.reason
    assert (agreement.value, agreement.upper) == (1, 1)
    assert agreement.lower == pytest.approx(3 / (3 + 1.959964**2), abs=1e-6)  # Wilson: n / (n + z²)
    assert icc(pd.DataFrame({"a": [1, 2, 3], "b": [1, 2, 3]})).value == pytest.approx(1)


def test_one_category_has_no_kappa_and_no_icc():
    same = [4, 4, 4]
    for found in (weighted_kappa(same, same), icc(pd.DataFrame({"a": same, "b": same}))):
        assert (found.status, found.value, found.n) == (Status.NO_DATA, None, 3)
        assert "Alla svar är desamma" in found.reason
    assert exact_agreement(same, same).value == 1
    assert measurement_error(same, same).value == 0


def test_a_negative_icc_is_shown_and_named():
    found = icc(pd.DataFrame({"a": [1, 2, 3, 4, 2], "b": [4, 3, 2, 1, 2]}))
    assert found.value < 0
    assert "negativt" in found.reason


def test_two_persons_have_a_value_without_an_interval():
    found = icc(pd.DataFrame({"a": [1, 5], "b": [2, 4]}))
    assert found.value is not None
    assert (found.lower, found.upper) == (None, None)


@pytest.mark.parametrize("a, b, n", [([], [], 0), ([1, np.nan], [np.nan, 2], 0), ([1, 2], [1, np.nan], 1)])
def test_fewer_than_two_pairs_say_so(a, b, n):
    found = [weighted_kappa(a, b), icc(pd.DataFrame({"a": a, "b": b}, dtype=float)), measurement_error(a, b)]
    assert {(record.status, record.value, record.n) for record in found} == {(Status.NO_DATA, None, n)}
    assert all("svarat" in record.reason for record in found)
    assert exact_agreement([], []).status == Status.NO_DATA


def test_missing_answers_of_integers_are_left_out():
    first = pd.Series([1, 2, pd.NA, 4], dtype="Int64", index=[9, 8, 7, 6])
    assert exact_agreement(first, pd.Series([1, 1, 1, 4])).value == pytest.approx(2 / 3)


@pytest.mark.parametrize("ratings", [SHROUT_FLEISS.T.iloc[:3], pd.DataFrame({"a": [1, 2]})])
def test_transposed_or_single_ratings_are_refused(ratings):
    with pytest.raises(WrongShape, match="subjects × raters"):
        icc(ratings)


def test_words_and_unequal_lengths_and_unknown_names_are_refused():
    with pytest.raises(WrongShape, match="numbers"):
        weighted_kappa(["ja", "nej"], ["ja", "ja"])
    with pytest.raises(WrongShape, match="got 3 and 2"):
        exact_agreement([1, 2, 3], [1, 2])
    with pytest.raises(UnknownName, match="'linear', 'quadratic'"):
        weighted_kappa([1, 2], [1, 2], "cubic")
    with pytest.raises(UnknownName, match="ICC\\(3,1\\)"):
        icc(SHROUT_FLEISS, "ICC(2,2)")


pairs = st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=3, max_size=15)


@settings(max_examples=20)
@given(pairs)
def test_kappa_is_the_same_from_both_sides_and_unweighted_when_there_are_two_codes(found):
    a, b = np.array(found).T
    for weights in WEIGHTS:
        assert weighted_kappa(a, b, weights).value == pytest.approx(weighted_kappa(b, a, weights).value)
    two = [weighted_kappa(a > 2, b > 2, weights).value for weights in WEIGHTS]
    assert two == pytest.approx([two[0]] * 3)


@settings(max_examples=20)
@given(pairs)
def test_the_error_of_measurement_is_what_the_icc_lacks(found):
    ratings = pd.DataFrame(found, columns=["a", "b"])
    coefficient, error = icc(ratings).value, measurement_error(ratings["a"], ratings["b"]).sem
    a, b = ratings["a"], ratings["b"]
    level = max(0, ((a.mean() - b.mean()) ** 2 - (a - b).var() / len(a)) / 2)
    assert error**2 == pytest.approx((a - b).var() / 2 + level)
    if coefficient is not None and level > 0:
        assert coefficient == pytest.approx(a.cov(b) / (a.cov(b) + error**2))
