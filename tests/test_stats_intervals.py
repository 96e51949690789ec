from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from finsam_eval.stats import jeffreys_probability, mean_interval, newcombe, wilson, woodruff_quantile

REFERENCE = Path(__file__).parent / "reference"


def reference(name: str) -> pd.DataFrame:
    return pd.read_csv(REFERENCE / f"stats_{name}.csv", comment="#")


def cells(smallest: int = 1) -> st.SearchStrategy[tuple[int, int]]:
    return st.integers(smallest, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


deffs = st.floats(1, 20)
levels = st.sampled_from([0.8, 0.95, 0.998])


def test_wilson_equals_prop_test_in_r():
    for level, rows in reference("wilson").groupby("level"):
        lower, upper = wilson(rows["x"], rows["n"], level)
        np.testing.assert_allclose(lower, rows["lower"], rtol=0, atol=5e-11)
        np.testing.assert_allclose(upper, rows["upper"], rtol=0, atol=5e-11)


def test_wilson_equals_statsmodels():
    x, n = np.arange(0, 31), np.full(31, 30)
    for ours, theirs in zip(wilson(x, n, 0.95), proportion_confint(x, n, method="wilson"), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-12)


def test_newcombe_equals_the_printed_examples():
    rows = reference("newcombe")
    lower, upper = newcombe(rows["x1"], rows["n1"], rows["x2"], rows["n2"], 0.95)
    np.testing.assert_allclose(lower, rows["lower"], rtol=0, atol=5e-10)
    np.testing.assert_allclose(upper, rows["upper"], rtol=0, atol=5e-10)


def test_jeffreys_equals_pbeta_in_r():
    rows = reference("jeffreys")
    probability = jeffreys_probability(rows["x"], rows["n"], rows["target"])
    np.testing.assert_allclose(probability, rows["probability"], rtol=0, atol=5e-11)


def test_mean_interval_equals_t_test_in_r():
    # R 4.2.2: t.test(c(1,2,2,3,3,3,4,4,5,5,5))$conf.int, conf.level .95 and .90
    values = np.array([1, 2, 2, 3, 3, 3, 4, 4, 5, 5, 5])
    mean, sd = values.mean(), values.std(ddof=1)
    assert mean_interval(mean, sd, 11, 0.95) == pytest.approx((2.44875527588, 4.27851745139), abs=5e-12)
    assert mean_interval(mean, sd, 11, 0.90) == pytest.approx((2.61943390872, 4.10783881856), abs=5e-12)


def test_mean_interval_has_at_least_one_degree_of_freedom():
    # t with 1 degree of freedom, 97.5 %: 12.7062; 4 answers worth 1.6: half width 12.7062 · 1 / √1.6
    lower, upper = mean_interval(3, 1, 4, 0.95, deff=2.5)
    assert (upper - lower) / 2 == pytest.approx(12.7062 / np.sqrt(1.6), abs=5e-5)


@pytest.mark.parametrize(
    "counts, q, position",  # R 4.2.2: quantile(rep(1:5, counts), q, type = 1), minus 1
    [
        ([1, 2, 3, 4, 5], 0.1, 1),
        ([1, 2, 3, 4, 5], 0.5, 3),
        ([0, 0, 1, 0, 0], 0.9, 2),
        ([2, 2, 0, 0, 4], 0.5, 1),
        ([10, 0, 0, 0, 10], 0.5, 0),
        ([3, 27, 0, 0, 0], 0.1, 0),
    ],
)
def test_quantile_is_the_first_category_to_reach_it(counts, q, position):
    assert woodruff_quantile(counts, q, 0.95)[0] == position


def test_woodruff_limits_are_where_wilson_limits_of_a_half_fall():
    # Wilson limits of 50 / 100 are .4038 and .5962; cumulative shares are .40, .55, .60, 1
    value, lower, upper = woodruff_quantile([40, 15, 5, 40], 0.5, 0.95)
    assert (value, lower, upper) == (1, 1, 2)
    # of 25 effective answers they are .3218 and .6782
    value, lower, upper = woodruff_quantile([40, 15, 5, 40], 0.5, 0.95, deff=4)
    assert (value, lower, upper) == (1, 0, 3)


def test_no_answers_give_nan_without_a_warning():
    answers = [
        *wilson(0, 0, 0.95),
        *newcombe(0, 0, 3, 5, 0.95),
        *mean_interval(np.nan, np.nan, 0, 0.95),
        *woodruff_quantile([0, 0, 0], 0.5, 0.95),
        jeffreys_probability(0, 0, 0.3),
    ]
    assert len(answers) == 10
    assert np.isnan(answers).all()


def test_arrays_broadcast():
    lower, upper = wilson(np.array([[1], [2]]), np.array([4, 5, 0]), 0.95, deff=np.array([[1.0], [2.0]]))
    assert lower.shape == upper.shape == (2, 3)
    assert lower[1, 0] == wilson(2, 4, 0.95, 2)[0]
    assert np.isnan(lower[:, 2]).all()


@given(cells(), deffs, levels)
def test_wilson_holds_the_share_and_stays_within_0_and_1(cell, deff, level):
    x, n = cell
    lower, upper = wilson(x, n, level, deff)
    assert 0 <= lower <= x / n <= upper <= 1
    assert lower < upper


@given(cells(2), deffs)
def test_wilson_rises_with_x(cell, deff):
    x, n = max(cell[0], 1), cell[1]
    before, after = wilson(x - 1, n, 0.95, deff), wilson(x, n, 0.95, deff)
    assert before[0] < after[0]
    assert before[1] < after[1]


@given(cells(), deffs)
def test_wilson_is_symmetric(cell, deff):
    x, n = cell
    lower, upper = wilson(x, n, 0.95, deff)
    mirrored = wilson(n - x, n, 0.95, deff)
    assert (1 - upper, 1 - lower) == pytest.approx(mirrored, abs=1e-12)


@given(cells(), st.floats(1.01, 5))
def test_clustering_and_level_widen_every_interval(cell, deff):
    x, n = cell
    plain, clustered, surer = wilson(x, n, 0.95), wilson(x, n, 0.95, deff), wilson(x, n, 0.99)
    assert np.diff(plain) < np.diff(clustered)
    assert np.diff(plain) < np.diff(surer)
    apart = [np.diff(newcombe(x, n, 3, 8, 0.95, deff1=d)) for d in (1, deff)]
    assert apart[0] <= apart[1] + 1e-12  # not strictly: one side only enters each limit


@given(cells(), cells(), deffs, deffs)
def test_difference_is_antisymmetric_and_holds_its_value(first, second, deff1, deff2):
    lower, upper = newcombe(*first, *second, 0.95, deff1, deff2)
    turned = newcombe(*second, *first, 0.95, deff2, deff1)
    assert (-upper, -lower) == pytest.approx(turned, abs=1e-12)
    assert -1 - 1e-12 <= lower <= first[0] / first[1] - second[0] / second[1] <= upper <= 1 + 1e-12


@given(cells(), st.floats(0.01, 0.99), deffs)
def test_probabilities_of_a_share_and_of_its_opposite_add_up_to_one(cell, target, deff):
    x, n = cell
    total = jeffreys_probability(x, n, target, deff) + jeffreys_probability(n - x, n, 1 - target, deff)
    assert total == pytest.approx(1, abs=1e-9)


@given(st.lists(st.integers(0, 30), min_size=2, max_size=6).filter(any), deffs)
def test_median_lies_within_its_limits(counts, deff):
    value, lower, upper = woodruff_quantile(counts, 0.5, 0.95, deff)
    assert 0 <= lower <= value <= upper <= len(counts) - 1
    assert counts[int(value)] > 0
