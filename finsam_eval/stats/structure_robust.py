"""How sure is a factor model when answers are not normal? Errors, scaled tests, differences, what would change it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from finsam_eval.stats.structure import Array, Structure, implied, jacobian
from finsam_eval.stats.structure_fit import Fit, Sample, expected, observed, slopes_of, square, weights

AT_A_TIME = 2**21
"""Numbers held at once while scores of respondents are summed up."""

LEAST_CURVE = 1e-10
"""The least eigenvalue of second derivatives, scaled to a diagonal of one, at the top of a likelihood."""

LEAST_LEFT = 6e-6
"""Information below this, about a parameter that is added, is none: it could not be told from the others."""


class Robust(NamedTuple):
    """What a test is divided by and moved, so that it is chi-square distributed on its degrees of freedom.

    covariance : of the parameters. scale, shift : the scaled test is chi-square / scale + shift. trace : the mean of
    the unscaled test where the model holds.
    """

    covariance: Array
    scale: float
    shift: float
    trace: float


class Information(NamedTuple):
    """Parts of a sandwich. inverse : of the information; moves : (groups, moments, parameters)."""

    inverse: Array
    moves: Array


def degrees(structure: Structure) -> int:
    """Return degrees of freedom: moments less parameters."""
    return structure.groups * structure.moments - structure.parameters


def chi_square(sample: Sample, fit: Fit) -> float:
    """Return the unscaled test that the model holds."""
    return float(sample.counted @ fit.discrepancy)


def distinct(structure: Structure, parameters: Array) -> bool:
    """Return whether the moments tell all parameters apart, near these values."""
    moves = jacobian(structure, parameters).reshape(-1, structure.parameters)
    lengths = np.sqrt((moves**2).sum(axis=0))
    if moves.shape[0] < moves.shape[1] or (lengths < 1e-8).any():
        return False
    return bool(np.linalg.svd(moves / lengths, compute_uv=False)[-1] > 1e-6)


def information(structure: Structure, sample: Sample, parameters: Array) -> Information:
    """Return the inverse of the expected information of one respondent, and the moments' slopes."""
    moves = jacobian(structure, parameters)
    inverse = np.linalg.inv(expected(structure, sample, parameters, moves))
    return Information(np.asarray(inverse, dtype=np.float64), moves)


def normal_errors(structure: Structure, sample: Sample, parameters: Array) -> Array:
    """Return the covariance of maximum likelihood estimates of normal answers (expected information)."""
    return information(structure, sample, parameters).inverse / sample.n.sum()


def robust_squares(structure: Structure, sample: Sample, fit: Fit, gammas: Array) -> Robust:
    """Return robust errors and the scaled and shifted test of weighted squares.

    gammas : (groups, moments, moments), n times the covariance of the moments.

    References: Muthén, du Toit & Spisic (1997); Asparouhov & Muthén (2010), Simple second order chi-square correction;
    Satorra & Bentler (1994).
    In R: ``lavaan::cfa(model, items, ordered = names(items), estimator = "WLSMV")``
    """
    if structure.parameters:
        inverse, moves = information(structure, sample, fit.parameters)
    else:
        inverse, moves = np.zeros((0, 0)), np.zeros((structure.groups, structure.moments, 0))
    weighted = _weighted(sample, moves)
    spread = _blocks(gammas / sample.shares[:, np.newaxis, np.newaxis])
    middle = weighted.T @ spread @ weighted
    product = _flat_weights(sample)[:, np.newaxis] * spread - weighted @ (inverse @ (weighted.T @ spread))
    return _shifted(inverse @ middle @ inverse / sample.counted.sum(), product, degrees(structure))


def _shifted(covariance: Array, product: Array, df: int) -> Robust:
    trace, squared = float(np.trace(product)), float((product * product.T).sum())
    factor = np.sqrt(df / squared) if df and squared > 0 else np.nan
    return Robust(covariance, 1 / factor, df - factor * trace, trace)


def _flat_weights(sample: Sample) -> Array:
    assert sample.weights is not None
    flat: Array = (sample.weights * sample.shares[:, np.newaxis]).reshape(-1)
    return flat


def _weighted(sample: Sample, moves: Array) -> Array:
    return _flat_weights(sample)[:, np.newaxis] * moves.reshape(moves.shape[0] * moves.shape[1], moves.shape[2])


def _blocks(matrices: Array) -> Array:
    groups, size = matrices.shape[0], matrices.shape[1]
    whole = np.zeros((groups, size, groups, size))
    whole[np.arange(groups), :, np.arange(groups), :] = matrices
    return whole.reshape(groups * size, groups * size)


def difference(
    free: tuple[Structure, Fit], held: tuple[Structure, Fit], sample: Sample, gammas: Array
) -> tuple[float, int, float]:
    """Return the scaled and shifted test of a model against a freer one by weighted squares: chi-square, df, scale.

    free, held : the model with more parameters, and the one within it.

    References: Satorra (2000), Scaled and adjusted restricted tests; the restriction is taken from both models' slopes.
    In R: ``lavaan::lavTestLRT(free, held, method = "satorra.2000", A.method = "delta")``
    """
    gap = chi_square(sample, held[1]) - chi_square(sample, free[1])
    df = degrees(held[0]) - degrees(free[0])
    inverse, moves = information(free[0], sample, free[1].parameters)
    wide = moves.reshape(moves.shape[0] * moves.shape[1], moves.shape[2])
    narrow = jacobian(held[0], held[1].parameters).reshape(wide.shape[0], -1)
    within = np.linalg.pinv(wide) @ narrow
    restriction = np.linalg.svd(within.T)[2][np.linalg.matrix_rank(within) :]
    left = inverse @ restriction.T
    middle = left @ np.linalg.pinv(restriction @ left) @ left.T
    weighted = _weighted(sample, moves)
    product = weighted @ middle @ weighted.T @ _blocks(gammas / sample.shares[:, np.newaxis, np.newaxis])
    found = _shifted(middle, product, df)
    return gap / found.scale + found.shift, df, found.scale


def robust_likelihood(structure: Structure, sample: Sample, fit: Fit, rows: list[Array]) -> Robust:
    """Return sandwich errors and the scaled test of maximum likelihood, as Mplus' MLR.

    rows : the answers of each group, respondents × items. All is nan where the fit is no top of the likelihood.

    References: Huber (1967); Yuan & Bentler (2000), Sociol Methodol 30:165–200; Asparouhov & Muthén (2005),
    Multivariate stratified sampling, on the traces of both models.
    In R: ``lavaan::cfa(model, items, estimator = "MLR")``
    """
    curve = observed(structure, sample, fit.parameters)
    # Where the likelihood does not fall in all directions, the end of the search is no top and has no errors.
    top = np.linalg.eigvalsh(curve / _lengths(curve))[0] > LEAST_CURVE
    inverse = np.linalg.inv(curve) if top else np.full_like(curve, np.nan)
    moves, found = jacobian(structure, fit.parameters), implied(structure, fit.parameters)
    middle, trace = np.zeros_like(inverse), 0.0
    bare = weights(structure, sample, sample.moments)
    for group, share in enumerate(sample.shares):
        scores = _products(structure, rows[group], found[group])
        middle += share * (moves[group].T @ scores @ moves[group])
        unmodelled = _products(structure, rows[group], sample.moments[group])
        trace += float(np.trace(np.linalg.solve(bare[group], unmodelled)))
    trace -= float((middle * inverse).sum())
    df = degrees(structure)
    return Robust(inverse @ middle @ inverse / sample.n.sum(), trace / df if df else np.nan, 0.0, trace)


def _lengths(curve: Array) -> Array:
    """Return the products of the square roots of a matrix' diagonal."""
    sd = np.sqrt(np.maximum(np.diag(curve), 1e-300))
    lengths: Array = sd * sd[:, np.newaxis]
    return lengths


def _products(structure: Structure, rows: Array, moments: Array) -> Array:
    """Return the mean product of one respondent's scores on the moments: (moments, moments)."""
    p = structure.items
    centre = moments[:p] if structure.levels else rows.mean(axis=0)
    inverse = np.linalg.inv(square(structure, moments[structure.level_moments :]))
    first, second = structure.pairs
    half = np.where(first == second, 0.5, 1.0)
    total = np.zeros((structure.moments, structure.moments))
    size = max(AT_A_TIME // structure.moments, 1)
    for begin in range(0, len(rows), size):
        pulled = (rows[begin : begin + size] - centre) @ inverse
        spread = (pulled[:, first] * pulled[:, second] - inverse[first, second]) * half
        scores = np.concatenate([pulled, spread], axis=1) if structure.levels else spread
        total += scores.T @ scores
    return total / len(rows)


def expected_changes(structure: Structure, wider: Structure, sample: Sample, parameters: Array) -> tuple[Array, Array]:
    """Return modification indices and expected changes of parameters that `wider` has after those of `structure`.

    parameters : of `structure` at its best; those that are added stand at their start in `wider`.

    References: Sörbom (1989), Psychometrika 54:371–384; Saris, Satorra & Sörbom (1987). Expected information.
    In R: ``lavaan::modindices(fit)``
    """
    own = structure.parameters
    at = np.concatenate([parameters, wider.start[own:]])
    moves = jacobian(wider, at)
    slope = np.einsum("g,gm,gmk->k", sample.counted / sample.n.sum(), slopes_of(wider, sample, at), moves)[own:]
    curve = expected(wider, sample, at, moves)
    crossed = curve[own:, :own]
    left = np.diag(curve)[own:] - (crossed @ np.linalg.inv(curve[:own, :own]) * crossed).sum(axis=1)
    left = np.where(left > LEAST_LEFT, left, np.nan)
    return sample.n.sum() * slope**2 / left, -slope / left
