import numpy as np
import pytest
from country_reference import COUNTS, MEANS, number, per_unit, units
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, special

from finsam_eval.stats import linear_intercept, logistic_intercept

X, N = np.array([9, 5, 12, 4, 6, 20, 0]), np.array([40, 61, 74, 35, 71, 52, 8])


def log_likelihood(mean: float, between: float) -> float:
    """The logistic model's, by fine integration over one unit after the other."""
    u = np.linspace(-9, 9, 2001)
    logit = mean + np.sqrt(between) * u
    parts = X[:, None] * logit + N[:, None] * special.log_expit(-logit) - u**2 / 2 - np.log(2 * np.pi) / 2
    return float(np.log(integrate.simpson(np.exp(parts + 40), x=u)).sum())


def best(between: float) -> float:
    return max(log_likelihood(mean, between) for mean in np.linspace(-2.6, -1.2, 71))


def test_the_estimate_is_the_peak_of_the_exact_likelihood():
    fit = logistic_intercept(X, N, 0.95)
    peak = log_likelihood(fit.mean, fit.between)
    for mean, between in [(0.02, 1), (-0.02, 1), (0, 1.05), (0, 0.95), (0.02, 1.05)]:
        assert log_likelihood(fit.mean + mean, fit.between * between) < peak


def test_the_limits_are_where_the_exact_profile_has_fallen_by_half_a_chi_square():
    fit = logistic_intercept(X, N, 0.95)
    peak = log_likelihood(fit.mean, fit.between)
    for limit in (fit.between_lower, fit.between_upper):
        assert peak - best(limit) == pytest.approx(special.ndtri(0.975) ** 2 / 2, abs=1e-3)


@pytest.mark.parametrize("data", COUNTS)
def test_the_logistic_model_equals_lme4(data):
    table = units(data).query("n > 0")
    fit = logistic_intercept(table["x"], table["n"], 0.95)
    assert special.expit(fit.mean) == pytest.approx(number(data, "mean"), abs=1e-4)
    assert fit.between == pytest.approx(number(data, "variance"), rel=1e-3)
    assert fit.between_lower == pytest.approx(number(data, "variance_lower"), rel=1e-3)
    assert fit.between_upper == pytest.approx(number(data, "variance_upper"), rel=1e-3)
    np.testing.assert_allclose(special.expit(fit.levels), per_unit(data, "shrunken")[table.index], rtol=0, atol=1e-4)


@pytest.mark.parametrize("data", MEANS)
def test_the_linear_model_equals_lme4(data):
    table = units(data).query("n > 0")
    squares = float(((table["n"] - 1) * table["sd"].fillna(0) ** 2).sum())
    fit = linear_intercept(table["mean"], squares, table["n"], 0.95)
    for name, found in {"mean": fit.mean, "variance": fit.between, "within": fit.within, "icc": fit.icc}.items():
        assert found == pytest.approx(number(data, name), rel=1e-4)
    assert fit.between_lower == pytest.approx(number(data, "variance_lower"), rel=1e-3, abs=1e-9)
    assert fit.between_upper == pytest.approx(number(data, "variance_upper"), rel=1e-3)
    np.testing.assert_allclose(fit.levels, per_unit(data, "shrunken")[table.index], rtol=1e-5)


def test_no_variance_between_units_is_an_estimate():
    # R 4.2.2, lme4 1.1-31, Dyestuff2: means and sds of six batches of five; lmer is singular, mean 5.6656, sd 3.7156843
    mean = [6.2268, 4.656, 7.5212, 5.6848, 6.0796, 3.8252]
    sd = [2.977420897, 5.048765394, 5.063468693, 2.655837947, 3.789324584, 2.875604145]
    fit = linear_intercept(mean, float(4 * np.square(sd).sum()), [5] * 6, 0.95)
    assert (fit.between, fit.between_lower, fit.icc) == (0, 0, 0)
    assert (fit.mean, fit.within) == pytest.approx((5.6656, 3.7156843**2), abs=1e-5)
    np.testing.assert_allclose(fit.levels, 5.6656, rtol=0, atol=1e-9)
    assert (fit.levels_se > fit.mean_se / 2).all()  # a variance estimated as 0 may still be another


def test_balanced_reml_by_hand():
    # Mean squares 12.5 between (five answers, means 1, 2, 3, 4, 5: 5 · 2.5) and 2 within: (12.5 − 2) / 5 = 2.1
    fit = linear_intercept([1, 2, 3, 4, 5], 2.0 * 20, [5] * 5, 0.95)
    assert (fit.mean, fit.between, fit.within) == pytest.approx((3, 2.1, 2), rel=1e-4)
    np.testing.assert_allclose(fit.levels, 3 + 2.1 / 2.5 * np.arange(-2, 3), rtol=1e-4)


@given(st.floats(-50, 50), st.floats(0.1, 20))
@settings(max_examples=8)
def test_the_linear_model_follows_its_scale(shift, scale):
    table = units("sleep").query("n > 0")
    mean, squares = table["mean"] / 100, float(((table["n"] - 1) * (table["sd"] / 100) ** 2).sum())
    plain = linear_intercept(mean, squares, table["n"], 0.95)
    moved = linear_intercept(shift + scale * mean, scale**2 * squares, table["n"], 0.95)
    assert moved.icc == pytest.approx(plain.icc, rel=1e-6)
    assert moved.between_upper == pytest.approx(scale**2 * plain.between_upper, rel=1e-6)
    np.testing.assert_allclose(moved.levels, shift + scale * plain.levels, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(moved.levels_se, scale * plain.levels_se, rtol=1e-6)


def test_turning_the_answer_round_turns_the_levels():
    agree, differ = logistic_intercept(X, N, 0.95), logistic_intercept(N - X, N, 0.95)
    np.testing.assert_allclose(agree.levels, -differ.levels, rtol=0, atol=1e-7)
    assert agree.between == pytest.approx(differ.between, rel=1e-7)


def test_units_of_one_mind_each_have_no_finite_spread():
    assert not logistic_intercept([40, 0, 40, 0], [40] * 4, 0.95).converged
