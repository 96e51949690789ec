import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finsam_eval.psychometrics.scales import FISHER, LOG, intraclass, limits_on
from finsam_eval.stats import jackknife_t

shares = st.floats(0.001, 0.999)


@given(shares, st.floats(2, 50))
def test_there_and_back(share, k):
    lowest = -1 / (k - 1)
    value = lowest + share * (1 - lowest)
    scale = intraclass(k)
    assert scale.back(scale.there(np.array([value])))[0] == pytest.approx(value, abs=1e-9)
    odds = (1 + (k - 1) * value) / (1 - value)
    assert scale.there(np.array([value]))[0] == pytest.approx(np.log(odds) / 2, abs=1e-6)


def test_two_raters_have_fishers_scale():
    values = np.array([-0.9, 0.0, 0.4, 0.99])
    np.testing.assert_allclose(intraclass(2).there(values), FISHER.there(values))
    np.testing.assert_allclose(FISHER.there(values), np.arctanh(values))


def test_what_has_no_place_on_a_scale_is_nan():
    assert np.isnan(FISHER.there(np.array([1.0, -1.0, 1.2]))).all()
    assert np.isnan(LOG.there(np.array([0.0, -1.0]))).all()
    assert np.isnan(intraclass(3).there(np.array([-0.5, 1.0]))).all()


def test_limits_on_a_scale_are_the_jackknifes_there():
    # The mean of answers 1, 1, 2, 4 on the log scale.
    rows, counts = np.array([1.0, 2.0, 4.0]), np.array([2, 1, 1])
    mean = lambda weights: weights @ rows / weights.sum(axis=1)  # noqa: E731
    there = jackknife_t(lambda weights: np.log(mean(weights)), counts, level=0.9)
    assert limits_on(LOG, mean, counts, 0.9) == pytest.approx(np.exp(there))
