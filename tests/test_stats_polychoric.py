import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats

from finsam_eval.stats.polychoric import EDGE, bivariate_normal, pair_tables, polychoric, thresholds
from tests.consistency_data import SETS, expected


@pytest.mark.parametrize(
    "h, k, r", [(0, 0, 0.5), (0, 1, -0.3), (-1, 2, 0.9), (1.3, 0, 0.99), (-2, -1, -0.7), (3, -3, 0)]
)
def test_the_bivariate_normal_is_that_of_scipy(h, k, r):
    found = stats.multivariate_normal.cdf([h, k], cov=[[1, r], [r, 1]])
    assert bivariate_normal(h, k, r) == pytest.approx(found, abs=1e-12)


def test_a_quadrant_by_sheppards_formula():
    r = np.array([-0.9, -0.5, 0.0, 0.3, 0.99])
    assert bivariate_normal(0, 0, r) == pytest.approx(0.25 + np.arcsin(r) / (2 * np.pi), abs=1e-15)


@settings(max_examples=50)
@given(st.floats(-4, 4), st.floats(-4, 4), st.floats(-0.99, 0.99))
def test_the_four_quadrants_make_one_and_an_endless_one_is_its_margin(h, k, r):
    below = bivariate_normal(h, k, r)
    assert bivariate_normal(h, -k, -r) + below == pytest.approx(special.ndtr(h), abs=1e-14)
    assert bivariate_normal(h, np.inf, r) == pytest.approx(special.ndtr(h), abs=1e-14)
    assert bivariate_normal(h, -np.inf, r) == pytest.approx(0, abs=1e-14)


def test_thresholds_are_the_normal_quantiles_of_cumulative_shares():
    assert thresholds([10, 20, 10]) == pytest.approx([special.ndtri(0.25), special.ndtri(0.75)])
    assert thresholds([0, 5, 5, 0]).tolist() == [-np.inf, 0, np.inf]


@pytest.mark.parametrize("first, second", [(1, 2), (3, 8)])
def test_the_polychoric_correlation_is_that_of_lavaan(first, second):
    pair = SETS["datcat"][[f"u{first}", f"u{second}"]].to_numpy() - 1
    (found,) = polychoric(pair_tables(pair.astype(int)))
    assert found == pytest.approx(expected("datcat", f"polychoric_u{first}_u{second}"), abs=1e-6)


def test_two_halves_have_the_tetrachoric_correlation_of_the_quadrant():
    # A share a of concordant pairs in a 2 × 2 table of even margins: r = sin(π (a − ½)).
    assert polychoric(np.array([[30.0, 10.0], [10.0, 30.0]])) == pytest.approx(np.sin(np.pi * 0.25), abs=1e-10)


def test_turning_a_scale_turns_the_sign_and_tables_are_counted_with_weights():
    steps = np.array([[0, 0], [0, 1], [1, 1], [2, 1], [2, 2], [1, 0]])
    weights = np.array([5, 2, 4, 3, 6, 2])
    table = pair_tables(steps, weights)
    assert table.shape == (1, 3, 3)
    assert table[0].tolist() == [[5, 2, 0], [2, 4, 0], [0, 3, 6]]
    assert (pair_tables(np.repeat(steps, weights, axis=0)) == table).all()
    assert polychoric(table[:, ::-1]) == pytest.approx(-polychoric(table), abs=1e-9)


def test_an_unused_step_changes_nothing():
    table = np.array([[8.0, 2.0, 1.0], [3.0, 7.0, 2.0], [1.0, 2.0, 9.0]])
    wider = np.insert(np.insert(table, 1, 0, axis=0), 3, 0, axis=1)
    padded = np.zeros((4, 4))
    padded[:, :] = wider
    assert polychoric(padded) == pytest.approx(polychoric(table), abs=1e-9)


@pytest.mark.parametrize(
    "table, sign",
    [([[5, 0], [0, 5]], 1), ([[0, 5], [5, 0]], -1), ([[10, 0, 0], [0, 10, 0], [0, 0, 10]], 1), ([[9, 3], [0, 8]], 1)],
)
def test_where_all_go_together_the_correlation_lies_at_the_edge(table, sign):
    assert polychoric(np.array(table)) == sign * EDGE


def test_no_number_where_one_step_is_used():
    assert np.isnan(polychoric(np.array([[5, 5], [0, 0]])))
