import numpy as np
import pytest

from finsam_eval.stats.structure import NO_THRESHOLDS, Cells, Part, Structure, implied, jacobian
from finsam_eval.stats.structure_fit import Sample, expected, fit_from, observed, weights
from finsam_eval.stats.structure_robust import chi_square, degrees, distinct, robust_likelihood


def model(entries, groups, items, factors, *, ordered=False, levels=False, of=NO_THRESHOLDS):
    """Rows of (group, part, row, column, parameter or −1, value)."""
    group, part, row, column, free, value = zip(*entries, strict=True)
    places = [np.array(x, dtype=np.int64) for x in (group, part, row, column, free)]
    return Structure(Cells(*places, np.array(value, dtype=float)), groups, items, factors, ordered, levels, of)


def one_factor(items=4, levels=False):
    entries = [(0, Part.LOADING, at, 0, at, 0.7) for at in range(items)]
    entries += [(0, Part.FACTOR, 0, 0, -1, 1.0)]
    entries += [(0, Part.RESIDUAL, at, at, items + at, 0.5) for at in range(items)]
    if levels:
        entries += [(0, Part.INTERCEPT, at, 0, 2 * items + at, 0.0) for at in range(items)]
    return model(entries, 1, items, 1, levels=levels)


def everything(ordered):
    """Two groups with every kind of parameter, one of them shared."""
    entries = []
    numbers = iter(range(1000))
    shared = next(numbers)
    of = np.array([0, 0, 1, 2, 3, 4, 4, 5])
    for group in range(2):
        entries += [(group, Part.LOADING, 0, 0, shared, 0.6), (group, Part.LOADING, 5, 0, next(numbers), 0.2)]
        entries += [(group, Part.LOADING, at, at // 3, next(numbers), 0.5 + at / 20) for at in range(1, 6)]
        entries += [(group, Part.PATH, at, 2, next(numbers), 0.4) for at in range(2)]
        entries += [(group, Part.FACTOR, at, at, next(numbers), 1.1) for at in range(3)]
        entries += [(group, Part.FACTOR, 0, 1, next(numbers), 0.2)]
        entries += [(group, Part.RESIDUAL, 0, 3, next(numbers), 0.1)]
        entries += [(group, Part.INTERCEPT, at, 0, next(numbers), at / 10) for at in range(6)]
        entries += [(group, Part.MEAN, at, 0, next(numbers), 0.3) for at in range(3)]
        if ordered:
            entries += [(group, Part.THRESHOLD, at, 0, next(numbers), at / 5 - 1) for at in range(8)]
            entries += [(group, Part.SCALE, at, 0, next(numbers), 1.2) for at in range(6)]
        else:
            entries += [(group, Part.RESIDUAL, at, at, next(numbers), 0.6) for at in range(6)]
    return model(entries, 2, 6, 3, ordered=ordered, levels=True, of=of if ordered else NO_THRESHOLDS)


@pytest.mark.parametrize("ordered", [False, True])
def test_slopes_are_those_of_the_moments_themselves(ordered):
    structure = everything(ordered)
    at = structure.start + np.random.default_rng(1).uniform(-0.1, 0.1, structure.parameters)
    steps = np.eye(at.size) * 1e-30j
    by_steps = np.array([implied(structure, at + step).imag / 1e-30 for step in steps])
    assert jacobian(structure, at) == pytest.approx(by_steps.transpose(1, 2, 0), abs=1e-13)
    assert jacobian(structure, at).shape == (2, structure.moments, structure.parameters)


def test_moments_by_hand():
    structure = one_factor(3)
    found = implied(structure, np.array([0.5, 0.6, 0.7, 0.1, 0.2, 0.3]))
    assert found[0] == pytest.approx([0.35, 0.30, 0.35, 0.56, 0.42, 0.79])
    entries = [(0, Part.LOADING, at, 0, at, 0.5) for at in range(2)] + [(0, Part.FACTOR, 0, 0, -1, 1.0)]
    entries += [(0, Part.THRESHOLD, at, 0, 2 + at, 0.0) for at in range(2)] + [(0, Part.MEAN, 0, 0, 4, 0.0)]
    entries += [(0, Part.INTERCEPT, 1, 0, 5, 0.0), (0, Part.SCALE, 1, 0, 6, 1.0)]
    ordered = model(entries, 1, 2, 1, ordered=True, levels=True, of=np.array([0, 1]))
    found = implied(ordered, np.array([0.5, 0.8, -0.1, 0.4, 0.2, 0.3, 2.0]))
    # −0.1 − 0.5·0.2; 2·(0.4 − 0.3 − 0.8·0.2); 2·0.5·0.8
    assert found[0] == pytest.approx([-0.2, -0.12, 0.8])


def test_a_model_that_made_the_moments_is_found_again():
    structure = one_factor(5)
    truth = np.array([0.9, 0.8, 0.7, 0.6, -0.5, 0.2, 0.3, 0.4, 0.5, 0.6])
    sample = Sample(np.array([200.0]), implied(structure, truth))
    start = np.r_[np.full(4, 0.5), -0.5, np.full(5, 0.5)]
    found = fit_from(structure, sample, start)
    assert found.settled
    assert found.parameters == pytest.approx(truth, abs=1e-9)
    assert chi_square(sample, found) == pytest.approx(0, abs=1e-9)
    assert degrees(structure) == 15 - 10
    squares = sample._replace(weights=np.ones((1, 15)))
    assert fit_from(structure, squares, start).parameters == pytest.approx(truth, abs=1e-9)


def test_where_the_model_holds_exactly_observed_and_expected_information_are_one():
    structure = one_factor(5)
    truth = np.array([0.9, 0.8, 0.7, 0.6, 0.5, 0.2, 0.3, 0.4, 0.5, 0.6])
    sample = Sample(np.array([200.0]), implied(structure, truth))
    both = observed(structure, sample, truth), expected(structure, sample, truth, jacobian(structure, truth))
    assert both[0] == pytest.approx(both[1], abs=1e-12)


def test_second_derivatives_are_those_of_the_discrepancy():
    structure = one_factor(4, levels=True)
    rows = np.random.default_rng(2).normal(size=(50, 4)) @ (np.eye(4) + 0.5)
    sample = Sample(np.array([50.0]), np.r_[rows.mean(0), np.cov(rows.T, bias=True)[np.triu_indices(4)]][np.newaxis])
    found = fit_from(structure, sample)
    from finsam_eval.stats.structure_fit import fit_at

    def value(parameters):
        return fit_at(structure, sample, parameters).discrepancy[0] / 2

    h, unit = 1e-4, np.eye(structure.parameters) * 1e-4
    at = found.parameters
    by_steps = [
        [(value(at + a + b) - value(at + a - b) - value(at - a + b) + value(at - a - b)) / (4 * h * h) for a in unit]
        for b in unit
    ]
    assert observed(structure, sample, at) == pytest.approx(np.array(by_steps), abs=1e-5)


def test_the_weight_of_normal_theory_is_the_inverse_of_the_moments_covariance():
    structure = one_factor(3, levels=True)
    spread = np.array([[1.0, 0.5, 0.2], [0.5, 2.0, 0.4], [0.2, 0.4, 1.5]])
    first, second = np.triu_indices(3)
    moments = np.r_[np.zeros(3), spread[first, second]][np.newaxis]
    products = spread[np.ix_(first, first)] * spread[np.ix_(second, second)]
    crossed = spread[np.ix_(first, second)] * spread[np.ix_(second, first)]
    weight = weights(structure, Sample(np.array([10.0]), moments), moments)[0]
    assert np.linalg.inv(weight)[3:, 3:] == pytest.approx(products + crossed, abs=1e-10)
    assert np.linalg.inv(weight)[:3, :3] == pytest.approx(spread, abs=1e-12)


def test_with_normal_answers_the_scaled_test_is_nearly_the_plain_one():
    structure = one_factor(4, levels=True)
    rng = np.random.default_rng(5)
    rows = rng.normal(size=(20_000, 1)) * [0.8, 0.7, 0.6, 0.5] + rng.normal(size=(20_000, 4)) * 0.7
    sample = Sample(
        np.array([20_000.0]), np.r_[rows.mean(0), np.cov(rows.T, bias=True)[np.triu_indices(4)]][np.newaxis]
    )
    found = fit_from(structure, sample)
    robust = robust_likelihood(structure, sample, found, [rows])
    assert robust.scale == pytest.approx(1, abs=0.05)
    plain = np.linalg.inv(expected(structure, sample, found.parameters, jacobian(structure, found.parameters))) / 20_000
    assert np.diag(robust.covariance) == pytest.approx(np.diag(plain), rel=0.05)


def test_parameters_that_cannot_be_told_apart_are_seen():
    assert distinct(one_factor(3), one_factor(3).start)
    entries = [(0, Part.LOADING, at, 0, at, 0.7) for at in range(3)] + [(0, Part.FACTOR, 0, 0, 3, 1.0)]
    entries += [(0, Part.RESIDUAL, at, at, 4 + at, 0.5) for at in range(3)]
    free_scale = model(entries, 1, 3, 1)
    assert not distinct(free_scale, free_scale.start)
    wider = one_factor(4)
    scale = wider.cells._replace(free=np.where(wider.cells.part == Part.FACTOR, 8, wider.cells.free))
    too_free = wider._replace(cells=scale)
    assert degrees(too_free) == 1
    assert not distinct(too_free, too_free.start)


def test_a_search_from_where_there_are_no_covariances_does_not_settle():
    structure = one_factor(3)
    sample = Sample(np.array([50.0]), np.array([[1.0, 0.3, 0.3, 1.0, 0.3, 1.0]]))
    found = fit_from(structure, sample, np.r_[np.ones(3), -np.ones(3)])
    assert not found.settled
    assert np.isnan(found.discrepancy).all()
