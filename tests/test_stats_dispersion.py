import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from finsam_eval.stats import benjamini_hochberg, dispersion, exact_p, interpolated_limits, winsorised

shares = st.floats(0.02, 0.98)


@settings(max_examples=60)
@given(st.integers(1, 300), shares, st.sampled_from([0.6, 0.95, 0.998]), st.data())
def test_a_count_is_outside_exactly_when_its_p_is_below_what_the_level_leaves(n, share, level, data):
    x = data.draw(st.integers(0, n))
    lower, upper = interpolated_limits([n], share, level)
    p = exact_p([x], [n], share)[0]
    if abs(p - (1 - level)) > 1e-9:
        assert (p < 1 - level) == (x / n < lower[0] or x / n > upper[0])


@settings(max_examples=40)
@given(st.integers(1, 300), shares)
def test_limits_of_the_opposite_answer_are_reflected(n, share):
    lower, upper = interpolated_limits([n], share, 0.95)
    below, above = interpolated_limits([n], 1 - share, 0.95)
    np.testing.assert_allclose([lower, upper], [1 - above, 1 - below], rtol=0, atol=1e-9)


@settings(max_examples=40)
@given(st.integers(1, 40), shares)
def test_by_chance_alone_no_more_are_outside_than_the_level_leaves(n, share):
    x = np.arange(n + 1)
    outside = exact_p(x, np.full(n + 1, n), share) < 0.05
    assert stats.binom.pmf(x, n, share)[outside].sum() <= 0.05 + 1e-12


def test_limits_lie_between_whole_counts_as_printed():
    # R 4.2.2: r <- qbinom(.025, 100, .3) = 21; (r - (pbinom(r, 100, .3) - .025) / dbinom(r, 100, .3)) / 100
    lower, _ = interpolated_limits([100], 0.3, 0.95)
    assert lower[0] == pytest.approx(0.2069023857911, abs=5e-13)


def test_a_part_of_a_whole_that_is_nearly_all_of_it_can_hardly_differ():
    lower, upper = interpolated_limits([99], 0.5, 0.95, total=100)
    assert 49 / 99 - 1 / 99 < lower[0] < upper[0] < 50 / 99 + 1 / 99


def test_overdispersion_by_hand():
    # z = 3, −1, 1 with variance 1: φ = 11 / 3; w = 1: τ² = (11 − 2) / (3 − 3 / 3) = 4.5
    assert dispersion([3, -1, 1], [1, 1, 1]) == pytest.approx((11 / 3, 4.5), abs=1e-12)
    assert dispersion([0.1, -0.1], [1, 4]) == pytest.approx((0.01, 0), abs=1e-12)


def test_winsorising_moves_the_ends_in_to_the_quantiles():
    # R 4.2.2: quantile(0:10, c(.1, .9)) is 1 and 9
    np.testing.assert_array_equal(winsorised(np.arange(11), 0.1), [1, 1, *range(2, 9), 9, 9])
    np.testing.assert_array_equal(winsorised([5, 1, 3], 0), [5, 1, 3])


def test_adjusted_p_equals_p_adjust_in_r():
    # R 4.2.2: p.adjust(c(.01, .04, NA, .03, .5, .02), "BH")
    expected = [0.05, 0.05, np.nan, 0.05, 0.5, 0.05]
    np.testing.assert_allclose(benjamini_hochberg([0.01, 0.04, np.nan, 0.03, 0.5, 0.02]), expected, rtol=0, atol=1e-15)
    np.testing.assert_array_equal(benjamini_hochberg([]), [])


@given(st.lists(st.floats(0, 1), max_size=30))
def test_adjusting_keeps_the_order_and_never_lowers_p(p):
    adjusted = benjamini_hochberg(p)
    order = np.argsort(p, kind="stable")
    assert (np.diff(adjusted[order]) >= 0).all()
    assert ((adjusted >= np.array(p) - 1e-15) & (adjusted <= 1)).all()
