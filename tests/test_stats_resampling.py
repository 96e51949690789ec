import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from finsam_eval.errors import WrongShape
from finsam_eval.stats import bca, jackknife_t, percentile, unique_rows

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


def test_the_jackknife_of_a_mean_is_the_standard_error_of_a_mean():
    sample = np.repeat(VALUES, COUNTS)
    lower, upper = jackknife_t(mean, COUNTS, level=0.95)
    pulls = sample - sample.mean()
    freedom = 2 * len(sample) / (stats.kurtosis(pulls, fisher=False) - 1)
    half = stats.t.ppf(0.975, min(freedom, len(sample) - 1)) * stats.sem(sample)
    assert (lower, upper) == pytest.approx((sample.mean() - half, sample.mean() + half), rel=1e-12)


def test_degrees_of_freedom_are_never_more_than_one_less_than_the_respondents():
    # Halves at two values have kurtosis 1: no spread of the squared pulls at all.
    lower, upper = jackknife_t(lambda w: w[:, 0] / w.sum(axis=1), np.array([10, 10]), level=0.95)
    assert upper - lower == pytest.approx(2 * stats.t.ppf(0.975, 19) * np.sqrt(0.25 / 19), rel=1e-12)


def test_few_who_pull_hard_make_the_interval_wider_than_as_many_who_pull_alike():
    rare, common = (
        jackknife_t(lambda w: w[:, 0] / w.sum(axis=1), np.array(c), level=0.95) for c in ([3, 57], [30, 30])
    )
    error_of_rare, error_of_common = np.sqrt(0.05 * 0.95 / 59), np.sqrt(0.25 / 59)
    assert (rare[1] - rare[0]) / error_of_rare > 1.05 * (common[1] - common[0]) / error_of_common


def test_limits_beyond_what_the_statistic_can_be_are_cut_off():
    def share(weights):
        return weights[:, 0] / weights.sum(axis=1)

    assert jackknife_t(share, np.array([1, 5]), level=0.95)[0] < 0
    assert jackknife_t(share, np.array([1, 5]), level=0.95, within=(0, 1))[0] == 0


def test_no_jackknife_where_nothing_varies_or_one_respondent_carries_the_statistic():
    assert np.isnan(jackknife_t(lambda weights: np.full(len(weights), 0.5), COUNTS, level=0.95)).all()
    assert np.isnan(jackknife_t(nothing_without_the_first, np.array([1, 30]), level=0.95)).all()
    assert np.isnan(jackknife_t(mean, np.array([1, 0, 0, 0, 0]), level=0.95)).all()


@settings(max_examples=30)
@given(st.lists(st.integers(0, 6), min_size=5, max_size=5).filter(lambda c: np.count_nonzero(c) > 1), st.floats(-3, 3))
def test_the_jackknife_follows_a_shift_and_a_scale(counts, shift):
    plain = jackknife_t(mean, np.array(counts), level=0.9)
    moved = jackknife_t(lambda weights: 2 * mean(weights) + shift, np.array(counts), level=0.9)
    assert moved == pytest.approx(2 * np.array(plain) + shift, abs=1e-9, nan_ok=True)


def test_percentile_limits_are_the_middle_of_the_draws():
    sample = np.repeat(VALUES, COUNTS)
    other = stats.bootstrap((sample,), np.mean, n_resamples=40_000, method="percentile", rng=np.random.default_rng(3))
    # The mean of 28 whole numbers goes in steps of 1/28; one step is all that two sets of draws can differ by.
    limits = percentile(mean, COUNTS, level=0.95, draws=40_000)
    assert limits == pytest.approx(tuple(other.confidence_interval), abs=1 / 28 + 1e-9)
    squared = percentile(lambda weights: np.exp(mean(weights)), COUNTS, level=0.9)
    assert squared == pytest.approx(np.exp(percentile(mean, COUNTS, level=0.9)), rel=2e-3)
    assert np.isnan(percentile(lambda weights: np.full(len(weights), 0.5), COUNTS, level=0.95)).all()
