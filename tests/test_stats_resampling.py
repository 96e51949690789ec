import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from finsam_eval.errors import WrongShape
from finsam_eval.stats import bca, unique_rows

VALUES = np.array([1.0, 2.0, 3.0, 5.0, 9.0])
COUNTS = np.array([9, 7, 5, 4, 3])


def mean(weights):
    return weights @ VALUES / weights.sum(axis=1)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_does_not():
    assert bca(mean, COUNTS, level=0.95) == bca(mean, COUNTS, level=0.95)
    assert bca(mean, COUNTS, level=0.95, seed=1) != bca(mean, COUNTS, level=0.95, seed=2)


def test_it_agrees_with_the_bca_of_scipy():
    sample = np.repeat(VALUES, COUNTS)
    other = stats.bootstrap((sample,), np.mean, n_resamples=40_000, method="BCa", rng=np.random.default_rng(3))
    # Two sets of 40 000 draws: a limit moves by about two hundredths of a standard error between them.
    error = 0.04 * sample.std() / np.sqrt(len(sample))
    assert bca(mean, COUNTS, level=0.95, draws=40_000) == pytest.approx(other.confidence_interval, abs=error)


def test_a_rising_function_of_the_statistic_has_the_same_function_of_the_limits():
    plain = bca(mean, COUNTS, level=0.9)
    assert bca(lambda weights: np.exp(mean(weights)), COUNTS, level=0.9) == pytest.approx(np.exp(plain), rel=2e-3)


def test_many_rows_are_drawn_in_parts_and_every_draw_has_as_many_respondents():
    counts, seen = np.ones(3000, dtype=int), []

    def first_weight(weights):
        seen.append((weights.shape[0], set(weights.sum(axis=1))))
        return weights[:, 0]

    bca(first_weight, counts, level=0.95)
    drawn = seen[1:3]  # the estimate comes first, then the draws, then those without one respondent
    assert [rows for rows, _ in drawn] == [1333, 667]
    assert all(sums == {3000.0} for _, sums in drawn)
    assert seen[-1][1] == {2999.0}


def nothing_without_the_first(weights):
    return np.where(weights[:, 0] > 0, weights[:, 1], np.nan)


def test_no_interval_where_the_statistic_is_missing_in_more_than_one_draw_of_twenty():
    # Chance that one of n is never drawn: (1 - 1/n)^n, about .37; two of them .13, four of them .016.
    assert np.isnan(bca(nothing_without_the_first, np.array([2, 30]), level=0.95)).all()
    assert np.isfinite(bca(nothing_without_the_first, np.array([4, 30]), level=0.95)).all()


def test_no_interval_where_one_respondent_carries_the_statistic():
    assert np.isnan(bca(nothing_without_the_first, np.array([1, 30]), level=0.95)).all()


def test_no_interval_where_nothing_varies():
    assert np.isnan(bca(lambda weights: np.full(len(weights), 0.5), COUNTS, level=0.95)).all()
    assert np.isnan(bca(mean, np.array([0, 20, 0, 0, 0]), level=0.95)).all()


@settings(max_examples=30)
@given(st.lists(st.integers(2, 6), min_size=5, max_size=5))
def test_limits_are_in_order_and_a_wider_level_is_wider(counts):
    narrow, wide = (bca(mean, np.array(counts), level=level, draws=400) for level in (0.8, 0.95))
    assert wide[0] <= narrow[0] <= narrow[1] <= wide[1]


@pytest.mark.parametrize("counts", [[0.5, 0.5], [0, 0], [3, -1], [[1, 2], [3, 4]]])
def test_counts_that_cannot_be_are_refused(counts):
    with pytest.raises(WrongShape, match="whole numbers"):
        bca(mean, np.array(counts), level=0.95)


def test_unique_rows_are_counted():
    rows, counts = unique_rows(np.array([[2.0, 1.0], [1.0, 5.0], [2.0, 1.0]]))
    assert (rows.tolist(), counts.tolist()) == ([[1, 5], [2, 1]], [1, 2])
