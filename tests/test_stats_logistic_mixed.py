from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from finsam_eval.stats.logistic import fit_logistic
from finsam_eval.stats.logistic_mixed import between_limits, fit_logistic_intercept
from finsam_eval.stats.mixed import logistic_intercept

HERE = Path(__file__).parent / "reference"
R = pd.read_csv(HERE / "validity_outcomes.csv", sep=";", comment="#").set_index("name")["value"]
CBPP = pd.read_csv(HERE / "cbpp.csv", comment="#")
PERIODS = np.column_stack([np.ones(len(CBPP)), *((CBPP["period"] == at).astype(float) for at in (2, 3, 4))])
HERDS = (
    PERIODS,
    CBPP["incidence"].to_numpy(dtype=float),
    CBPP["size"].to_numpy(dtype=float),
    CBPP["herd"].to_numpy() - 1,
)


def drawn(seed: int, sd: float) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    unit, step = rng.integers(0, 30, 600), rng.integers(1, 6, 600)
    chance = 1 / (1 + np.exp(1.5 - 0.3 * step - sd * rng.normal(size=30)[unit]))
    return np.column_stack([np.ones(600), step]), (rng.random(600) < chance).astype(float), np.ones(600), unit


@pytest.mark.parametrize("points", [7, 25])
def test_coefficients_and_errors_are_those_of_glmer(points):
    fit = fit_logistic_intercept(*HERDS)
    assert fit.converged
    theirs = [R[f"cbpp{points}_b{at}"] for at in range(1, 5)]
    errors = [R[f"cbpp{points}_se{at}"] for at in range(1, 5)]
    # With 7 points glmer itself is 2e-6 from its most accurate answer.
    assert fit.coefficients == pytest.approx(theirs, abs=1e-6 if points == 25 else 1e-5)
    assert np.sqrt(np.diag(fit.covariance)) == pytest.approx(errors, abs=1e-6 if points == 25 else 1e-5)
    assert fit.between**0.5 == pytest.approx(R[f"cbpp{points}_sd"], abs=1e-6 if points == 25 else 1e-5)


def test_limits_of_the_variance_are_the_profile_of_glmer():
    fit = fit_logistic_intercept(*HERDS)
    lower, upper = between_limits(*HERDS, fit, 0.95)
    assert [lower**0.5, upper**0.5] == pytest.approx([R["cbpp25_sd_lower"], R["cbpp25_sd_upper"]], abs=1e-5)


def test_without_a_predictor_it_is_the_model_of_units():
    design, x, n, unit = drawn(1, 0.8)
    fit = fit_logistic_intercept(design[:, :1], x, n, unit)
    limits = between_limits(design[:, :1], x, n, unit, fit, 0.95)
    ours = logistic_intercept(np.bincount(unit, x), np.bincount(unit), 0.95)
    assert [fit.coefficients[0], fit.between] == pytest.approx([ours.mean, ours.between], abs=1e-5)
    assert limits == pytest.approx((ours.between_lower, ours.between_upper), abs=1e-4)


def test_where_units_do_not_differ_it_is_plain_logistic_regression():
    design, x, n, _ = drawn(2, 0.0)
    alternating = np.zeros(600, dtype=int)
    for had in (0, 1):
        alternating[x == had] = np.arange((x == had).sum()) % 30
    fit, plain = fit_logistic_intercept(design, x, n, alternating), fit_logistic(design, x, n)
    assert fit.between == 0
    assert fit.coefficients == pytest.approx(plain.coefficients, abs=1e-8)
    assert fit.covariance == pytest.approx(plain.covariance, abs=1e-8)
    assert between_limits(design, x, n, alternating, fit, 0.95)[0] == 0


def test_rows_may_come_in_any_order_or_added_up():
    design, x, n, unit = drawn(3, 0.6)
    mixed = np.random.default_rng(0).permutation(600)
    fit = fit_logistic_intercept(design, x, n, unit)
    other = fit_logistic_intercept(design[mixed], x[mixed], n[mixed], unit[mixed])
    doubled = fit_logistic_intercept(
        np.repeat(design, 2, axis=0), np.repeat(x, 2) / 2, np.repeat(n, 2) / 2, unit.repeat(2)
    )
    assert other.coefficients == pytest.approx(fit.coefficients, abs=1e-8)
    assert doubled.coefficients == pytest.approx(fit.coefficients, abs=1e-8)


def test_a_predictor_that_tells_all_apart_has_no_maximum():
    design, x, n, unit = drawn(4, 0.5)
    fit = fit_logistic_intercept(design, (design[:, 1] > 3).astype(float), n, unit)
    assert not fit.converged
    assert np.isnan(fit.coefficients).all()
