import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finsam_eval.stats.incomplete import imputations, little, normal_fit, patterns, pooled
from tests.consistency_data import SETS, expected

NAMES = ["airquality", "bfi_first600"]


@pytest.mark.parametrize("name", NAMES)
def test_the_normal_model_is_that_of_r(name):
    fit = normal_fit(SETS[name].to_numpy(float))
    assert fit.converged
    for place, column in enumerate(SETS[name].columns):
        assert fit.mean[place] == pytest.approx(expected(name, f"em_mean_{column}"), rel=1e-7)
        assert np.sqrt(fit.covariance[place, place]) == pytest.approx(expected(name, f"em_sd_{column}"), rel=1e-7)


@pytest.mark.parametrize("name", NAMES)
def test_littles_distance_is_that_of_r(name):
    values = SETS[name].to_numpy(float)
    statistic, df, kinds = little(values, normal_fit(values))
    assert statistic == pytest.approx(expected(name, "little_d2"), rel=1e-7)
    assert (df, kinds) == (expected(name, "little_df"), expected(name, "patterns"))


def test_without_gaps_the_model_is_mean_and_covariance():
    values = np.random.default_rng(1).normal(size=(30, 3))
    fit = normal_fit(values)
    assert fit.mean == pytest.approx(values.mean(axis=0))
    assert fit.covariance == pytest.approx(np.cov(values.T, bias=True))


def test_patterns_are_counted_and_empty_rows_left_out():
    nan = np.nan
    found = patterns(np.array([[1, nan], [2, 3], [4, nan], [nan, nan], [5, 6]]))
    assert [(part.n, part.seen.tolist(), part.rows.tolist()) for part in found] == [
        (2, [True, True], [1, 4]),
        (2, [True, False], [0, 2]),
    ]
    assert found[1].mean == pytest.approx([2.5])
    assert found[1].scatter.tolist() == [[4.5]]


def test_columns_that_go_together_have_no_model():
    line = np.arange(6.0)
    assert not normal_fit(np.column_stack([line, 2 * line])).converged


def test_what_is_known_stays_and_the_gaps_are_filled_anew_each_time():
    values = SETS["airquality"].to_numpy(float)
    first, second = imputations(values, 2, 5)
    seen = np.isfinite(values)
    assert (first[seen] == values[seen]).all()
    assert np.isfinite(first).all()
    assert (first[~seen] != second[~seen]).all()
    assert np.array_equal(first, next(imputations(values, 1, 5)))


def test_imputed_means_come_near_those_of_the_model():
    values = SETS["airquality"].to_numpy(float)
    means = np.array([filled.mean(axis=0) for filled in imputations(values, 60, 1)])
    fit = normal_fit(values)
    # Bootstrap draws of the model move the imputed mean; their mean over 60 lies within 4 of its standard errors.
    error = means.std(axis=0, ddof=1) / np.sqrt(60)
    assert (np.abs(means.mean(axis=0) - fit.mean) <= 4 * error + 1e-9).all()


def test_rubins_rules_are_those_of_mice():
    found = pooled(np.array([1.0, 1.2, 0.9, 1.3]), np.sqrt([0.04, 0.05, 0.045, 0.055]), 49)
    assert found.value == pytest.approx(expected("pooled", "qbar"), abs=1e-9)
    assert found.error**2 == pytest.approx(expected("pooled", "t"), abs=1e-9)
    assert found.freedom == pytest.approx(expected("pooled", "df"), abs=1e-9)
    assert found.missing == pytest.approx(expected("pooled", "fmi"), abs=1e-9)


@settings(max_examples=30)
@given(st.lists(st.floats(-5, 5), min_size=2, max_size=8), st.floats(0.1, 3))
def test_pooling_is_never_surer_than_one_imputation(values, error):
    found = pooled(np.array(values), np.full(len(values), error), 50)
    assert found.error >= error * (1 - 1e-12)
    assert 0 < found.freedom <= 50
    assert found.limits(0.9)[0] < found.value < found.limits(0.9)[1]
