import numpy as np
import pytest

from finsam_eval.stats.factors import general_loadings, minres, oblimin, simplest

ONE = np.array([0.9, 0.8, 0.7, 0.6, 0.5])
GENERAL = np.array([0.9, 0.8, 0.7])
OWN = np.kron(np.eye(3), np.array([[0.8], [0.7], [0.6]]))
BETWEEN = np.outer(GENERAL, GENERAL) * (1 - np.eye(3)) + np.eye(3)


def correlations(loadings, between):
    matrix = loadings @ between @ loadings.T
    np.fill_diagonal(matrix, 1.0)
    return matrix[np.newaxis]


def test_the_loadings_that_made_the_correlations_are_found_again():
    found = minres(correlations(ONE[:, np.newaxis], np.eye(1)), 1)[0, :, 0]
    assert found == pytest.approx(ONE, abs=1e-9)


def test_many_matrices_give_each_what_it_gives_alone():
    first, second = (correlations(loadings[:, np.newaxis], np.eye(1)) for loadings in (ONE, ONE[::-1] / 2))
    both = minres(np.concatenate([first, second]), 1)
    assert both[0] == pytest.approx(minres(first, 1)[0], abs=1e-9)
    assert both[1] == pytest.approx(minres(second, 1)[0], abs=1e-9)


def test_three_oblique_factors_and_the_general_one_above_are_found_again():
    rotated, between, turn = simplest(minres(correlations(OWN, BETWEEN), 3))
    order = np.argmax(np.abs(OWN).T @ rotated[0], axis=1)
    assert rotated[0][:, order] == pytest.approx(OWN, abs=1e-5)
    assert between[0][np.ix_(order, order)] == pytest.approx(BETWEEN, abs=1e-5)
    assert (turn**2).sum(axis=1) == pytest.approx(np.ones((1, 3)))
    items, factors = general_loadings(rotated, between)
    assert factors[0][order] == pytest.approx(GENERAL, abs=1e-4)
    assert items[0] == pytest.approx(OWN @ GENERAL, abs=1e-4)


def test_turning_leaves_what_the_factors_explain():
    loadings = minres(correlations(OWN, BETWEEN), 3)
    rotated, between, _ = oblimin(loadings)
    assert rotated @ between @ rotated.transpose(0, 2, 1) == pytest.approx(loadings @ loadings.transpose(0, 2, 1))


def test_two_factors_load_equally_on_the_general_one():
    between = np.array([[[1.0, 0.49], [0.49, 1.0]]])
    items, factors = general_loadings(np.array([[[0.8, 0.0], [0.0, 0.6]]]), between)
    assert factors[0] == pytest.approx([0.7, 0.7])
    assert items[0] == pytest.approx([0.56, 0.42])


def test_what_is_no_number_stays_none_and_does_not_touch_the_others():
    good = correlations(ONE[:, np.newaxis], np.eye(1))
    both = minres(np.concatenate([np.full_like(good, np.nan), good]), 1)
    assert np.isnan(both[0]).all()
    assert both[1][:, 0] == pytest.approx(ONE, abs=1e-9)
    assert np.isnan(oblimin(np.full((1, 5, 2), np.nan))[0]).all()


def test_items_that_have_nothing_in_common_share_no_factor():
    loadings = minres(np.eye(6)[np.newaxis], 2)[0]
    together = loadings @ loadings.T
    # A factor of one item alone leaves no residual, whatever its loading.
    assert together - np.diag(np.diag(together)) == pytest.approx(np.zeros((6, 6)), abs=1e-9)
