"""Which parameters of a factor model come nearest? Maximum likelihood, and weighted squares of moments."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from finsam_eval.stats.structure import Array, Numbers, Structure, implied, implied_with_slopes

STEPS = 500
SETTLED = 1e-17
"""A search has ended where the next step promises a fall no larger than this."""

ROUNDING = 1e-13
"""A rise of the discrepancy below this is none."""

NO_STEP = 1e12
COMPLEX = 1e-30


class Sample(NamedTuple):
    """What is to be described of each group.

    n : (groups,), respondents. moments : (groups, moments), in the order of `structure.implied`.
    weights : (groups, moments), one over the variance of each moment times n, for weighted squares; none for
    maximum likelihood.
    """

    n: Array
    moments: Array
    weights: Array | None = None

    @property
    def shares(self) -> Array:
        """Of all respondents, how many each group has."""
        share: Array = self.n / self.n.sum()
        return share

    @property
    def counted(self) -> Array:
        """What a group's discrepancy is multiplied by to give its chi-square: weighted squares lose one respondent."""
        return self.n if self.weights is None else self.n - 1


class Fit(NamedTuple):
    """The end of a search. discrepancy : (groups,); chi-square is `Sample.counted` times it, summed up."""

    parameters: Array
    discrepancy: Array
    settled: bool


class _At(NamedTuple):
    value: float
    slope: Array
    curve: Array
    discrepancy: Array


def fit_from(structure: Structure, sample: Sample, start: Array | None = None) -> Fit:
    """Return the parameters with the least discrepancy, by steps along expected second derivatives, damped if needed.

    References: Jöreskog (1969), Psychometrika 34:183–202; Muthén, du Toit & Spisic (1997); Levenberg–Marquardt steps.
    """
    parameters = np.array(structure.start if start is None else start)
    now, damping = _at(structure, sample, parameters), 0.0
    for _ in range(STEPS):
        if now is None:
            break
        step = _step(now, damping)
        if damping < 1e-3 and float(-step @ now.slope) < SETTLED:
            return Fit(parameters, now.discrepancy, True)
        tried = _at(structure, sample, parameters + step)
        if tried is not None and tried.value <= now.value + ROUNDING * max(1.0, now.value):
            parameters, now, damping = parameters + step, tried, damping / 10 if damping > 1e-6 else 0.0
        else:
            damping = max(damping * 10, 1e-3)
        if damping > NO_STEP:
            break
    discrepancy = np.full(structure.groups, np.nan) if now is None else now.discrepancy
    return Fit(parameters, discrepancy, False)


def fit_at(structure: Structure, sample: Sample, parameters: Array) -> Fit:
    """Return how far given parameters are from the moments: the end of a search that need not be made."""
    return Fit(parameters, _discrepancy(structure, sample, implied(structure, parameters))[0], True)


def _step(now: _At, damping: float) -> Array:
    """Return the damped step; where parameters cannot be told apart, the shortest of the best."""
    spread = np.sqrt(np.maximum(np.diag(now.curve), 1e-12))
    scaled = now.curve / spread / spread[:, np.newaxis] + (damping + 1e-11) * np.eye(spread.size)
    step: Array = -np.linalg.solve(scaled, now.slope / spread) / spread
    return step


def _at(structure: Structure, sample: Sample, parameters: Array) -> _At | None:
    """Return value, slope and expected curvature; None where the covariances are none."""
    found, moves = implied_with_slopes(structure, parameters)
    discrepancy, slopes = _discrepancy(structure, sample, found)
    if not np.isfinite(discrepancy).all():
        return None
    share = sample.counted / sample.n.sum()
    curve, slope = _curve(structure, sample, found, moves), _slope(share, slopes, moves)
    return _At(float(share @ discrepancy) / 2, slope, curve, discrepancy)


def expected(structure: Structure, sample: Sample, parameters: Array, moves: Array) -> Array:
    """Return the expected second derivatives of half the discrepancy: (parameters, parameters).

    moves : what `structure.jacobian` gives, here of these and perhaps of more parameters.
    """
    return _curve(structure, sample, implied(structure, parameters), moves)


def _slope(share: Array, slopes: Numbers, moves: Numbers) -> Numbers:
    groups = zip(share, slopes, moves, strict=True)
    return np.sum([part * (slope @ move) for part, slope, move in groups], axis=0)


def _curve(structure: Structure, sample: Sample, found: Array, moves: Array) -> Array:
    total = np.zeros((moves.shape[2], moves.shape[2]))
    weight = weights(structure, sample, found)
    for share, slopes, here in zip(sample.shares, moves, weight, strict=True):
        weighted = here[:, np.newaxis] * slopes if here.ndim == 1 else here @ slopes
        total += share * (slopes.T @ weighted)
    return total


def weights(structure: Structure, sample: Sample, moments: Array) -> Array:
    """Return what squares are weighted by: (groups, moments), or (groups, moments, moments) of normal theory."""
    if sample.weights is not None:
        return sample.weights
    return np.array([normal_weight(structure, _inverse(structure, row)) for row in moments])


def slopes_of(structure: Structure, sample: Sample, parameters: Array) -> Array:
    """Return how half each group's discrepancy moves with its moments: (groups, moments)."""
    return np.array(_discrepancy(structure, sample, implied(structure, parameters))[1], dtype=float)


def observed(structure: Structure, sample: Sample, parameters: Array) -> Array:
    """Return the second derivatives of half the discrepancy themselves, by complex steps: (parameters, parameters)."""

    def slope(at: Numbers) -> Numbers:
        found, moves = implied_with_slopes(structure, at)
        return _slope(sample.counted / sample.n.sum(), _discrepancy(structure, sample, found)[1], moves)

    steps = np.eye(parameters.size) * COMPLEX * 1j
    return np.array([slope(parameters + step).imag / COMPLEX for step in steps])


def _discrepancy(structure: Structure, sample: Sample, found: Numbers) -> tuple[Array, Numbers]:
    if sample.weights is not None:
        gap = found - sample.moments
        return (gap.real**2 * sample.weights).sum(axis=1), gap * sample.weights
    pairs = [_likelihood(structure, moments, row) for moments, row in zip(sample.moments, found, strict=True)]
    return np.array([value for value, _ in pairs]), np.array([slope for _, slope in pairs])


def _likelihood(structure: Structure, moments: Array, found: Numbers) -> tuple[float, Numbers]:
    levels = structure.level_moments
    values = np.linalg.eigvalsh(square(structure, found[levels:]).real)
    if values[0] <= 0:
        return np.inf, np.zeros_like(found)
    inverse = _inverse(structure, found)
    covariance = square(structure, moments[levels:])
    gap = moments[:levels] - found[:levels]
    if levels:
        covariance = covariance + gap[:, np.newaxis] * gap
    product = inverse @ covariance
    value = float(np.log(values).sum() + np.trace(product).real) - structure.items - _log_of(structure, moments)
    first, second = structure.pairs
    slope = (inverse - product @ inverse)[first, second] * np.where(first == second, 0.5, 1.0)
    return value, np.concatenate([-inverse @ gap, slope]) if levels else slope


def _log_of(structure: Structure, moments: Array) -> float:
    return float(np.linalg.slogdet(square(structure, moments[structure.level_moments :]))[1])


def _inverse(structure: Structure, moments: Numbers) -> Numbers:
    inverse: Numbers = np.linalg.inv(square(structure, moments[structure.level_moments :]))
    return inverse


def square(structure: Structure, spread: Numbers) -> Numbers:
    """Return a symmetric matrix from its half; of ordered answers with ones in the diagonal."""
    matrix = np.eye(structure.items, dtype=spread.dtype)
    first, second = structure.pairs
    matrix[first, second] = matrix[second, first] = spread
    return matrix


def normal_weight(structure: Structure, inverse: Array) -> Array:
    """Return the information of one respondent on means and covariances, from the inverse of the covariances.

    References: Magnus & Neudecker (1999), Matrix Differential Calculus, ch. 15.
    """
    first, second = structure.pairs
    twice = np.where(first == second, 1.0, 2.0)
    products = inverse[np.ix_(first, first)] * inverse[np.ix_(second, second)]
    crossed = inverse[np.ix_(first, second)] * inverse[np.ix_(second, first)]
    spread = twice[:, np.newaxis] * twice * (products + crossed) / 4
    if not structure.levels:
        return spread
    p, k = structure.items, first.size
    whole = np.zeros((p + k, p + k))
    whole[:p, :p], whole[p:, p:] = inverse, spread
    return whole
