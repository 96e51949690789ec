"""What do items have in common? Loadings by minimum residuals, oblique rotation, a general factor; many at a time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

STEPS, SETTLED = 300, 1e-10
LEAST_UNIQUE = 0.005
"""Of an item's variance at least this much is its own."""

CLOSE = 1e-9
"""Eigenvalues nearer than this are told apart by rounding alone."""

TURNS, TURNED = 1000, 1e-7
ROUNDING = 1e-15
STARTS, SEED = 20, 18370512


def minres(correlations: Array, factors: int, start: Array | float = 0.5) -> Array:
    """Return unrotated loadings that leave the smallest squared residual correlations.

    correlations : shape (…, items, items) → loadings, shape (…, items, factors).
    start : the share of each item's variance that is its own, to begin with, broadcast to (…, items).
    Missing: nan where there is no solution within `STEPS` steps, or the correlations are not numbers.

    References: Harman & Jones (1966), Psychometrika 31:351–368; Jöreskog (1977), the ULS case and its derivatives.
    In R: ``psych::fa(correlations, factors, rotate = "none", fm = "minres")``
    """
    shape, items = correlations.shape[:-2], correlations.shape[-1]
    matrices = correlations.reshape(-1, items, items)
    unique = np.broadcast_to(np.asarray(start, dtype=float), (*shape, items)).reshape(-1, items).copy()
    moving = np.flatnonzero(np.isfinite(matrices).all(axis=(1, 2)))
    settled = np.zeros(len(matrices), dtype=bool)
    for _ in range(STEPS):
        step = _newton_step(matrices[moving], unique[moving], factors)
        moved = np.clip(unique[moving] + step, LEAST_UNIQUE, 1.0)
        still = np.abs(moved - unique[moving]).max(axis=1) > SETTLED
        unique[moving] = moved
        settled[moving[~still]] = True
        moving = moving[still]
        if not moving.size:
            break
    loadings = np.full((len(matrices), items, factors), np.nan)
    loadings[settled] = _loadings(matrices[settled], unique[settled], factors)
    return loadings.reshape(*shape, items, factors)


def _reduced(matrices: Array, unique: Array) -> tuple[Array, Array]:
    places = np.arange(matrices.shape[1])
    reduced = matrices.copy()
    reduced[:, places, places] -= unique
    values, vectors = np.linalg.eigh(reduced)
    return values[:, ::-1], vectors[:, :, ::-1]


def _newton_step(matrices: Array, unique: Array, factors: int) -> Array:
    """Return the step towards the minimum of half the sum of squares of the eigenvalues that are left out."""
    values, vectors = _reduced(matrices, unique)
    left, kept = vectors[:, :, factors:], vectors[:, :, :factors]
    gradient = -(left**2 * values[:, np.newaxis, factors:]).sum(axis=2)
    plain = (left @ left.transpose(0, 2, 1)) ** 2
    gap = values[:, np.newaxis, :factors] - values[:, factors:, np.newaxis]
    apart = values[:, factors:, np.newaxis] / np.maximum(gap, CLOSE)
    curved = plain - 2 * np.einsum("smn,sim,sin,sjm,sjn->sij", apart, left, kept, left, kept, optimize=True)
    # Where the exact curvature is not upwards, the plain one is: its step never climbs.
    upwards = np.linalg.eigvalsh(curved)[:, 0] > 1e-6
    curvature = np.where(upwards[:, np.newaxis, np.newaxis], curved, plain)
    stuck = ((unique <= LEAST_UNIQUE) & (gradient > 0)) | ((unique >= 1.0) & (gradient < 0))
    free = ~stuck
    curvature = curvature * (free[:, :, np.newaxis] & free[:, np.newaxis, :])
    places = np.arange(unique.shape[1])
    curvature[:, places, places] += stuck + 1e-12
    step: Array = np.linalg.solve(curvature, -(gradient * free)[:, :, np.newaxis])[:, :, 0]
    return np.clip(step, -0.3, 0.3)


def _loadings(matrices: Array, unique: Array, factors: int) -> Array:
    values, vectors = _reduced(matrices, unique)
    loadings = vectors[:, :, :factors] * np.sqrt(np.maximum(values[:, np.newaxis, :factors], 0.0))
    sums = loadings.sum(axis=1, keepdims=True)
    return loadings * np.where(sums < 0, -1.0, 1.0)


def oblimin(loadings: Array, start: Array | None = None) -> tuple[Array, Array, Array]:
    """Return rotated loadings, correlations of the factors and the turning itself, of direct quartimin (γ = 0).

    loadings : shape (sets, items, factors), as `minres` gives them; not normalised. Every factor is turned so that
        its loadings add up to something positive.
    start : the turning to begin with, one or one a set; none turns nothing.
    Missing: nan where the turning has not come to rest within `TURNS` turns.

    References: Jennrich (2002), Psychometrika 67:7–19; Bernaards & Jennrich (2005), Educ Psychol Meas 65:676–696.
    In R: ``GPArotation::oblimin(loadings, eps = 1e-7, maxit = 1000)``
    """
    sets, _, factors = loadings.shape
    turn = np.broadcast_to(np.eye(factors) if start is None else start, (sets, factors, factors)).copy()
    moving = np.flatnonzero(np.isfinite(loadings).all(axis=(1, 2)))
    settled, length = np.zeros(sets, dtype=bool), np.ones(sets)
    for _ in range(TURNS):
        slope = _projected(loadings[moving], turn[moving])
        still = np.sqrt((slope**2).sum(axis=(1, 2))) > TURNED
        settled[moving[~still]] = True
        moving, slope = moving[still], slope[still]
        if not moving.size:
            break
        turn[moving], length[moving] = _turned(loadings[moving], turn[moving], slope, 2 * length[moving])
    turn[~settled] = np.nan
    rotated = np.full_like(loadings, np.nan)
    rotated[settled] = _rotated(loadings[settled], turn[settled])
    sign = np.where(rotated.sum(axis=1, keepdims=True) < 0, -1.0, 1.0)
    turn = turn * sign
    return rotated * sign, turn.transpose(0, 2, 1) @ turn, turn


def simplest(loadings: Array) -> tuple[Array, Array, Array]:
    """Return `oblimin` of one set of loadings from the start that ends simplest: none turned, or one of `STARTS`.

    loadings : shape (1, items, factors). One start alone may end where others go on.
    In R: ``GPArotation::oblimin(loadings, randomStarts = 20)``
    """
    factors = loadings.shape[2]
    drawn = np.random.default_rng(SEED).standard_normal((STARTS, factors, factors))
    starts = np.concatenate([np.eye(factors)[np.newaxis], np.linalg.qr(drawn)[0]])
    rotated, between, turn = oblimin(np.repeat(loadings, len(starts), axis=0), starts)
    found = np.where(np.isfinite(rotated).all(axis=(1, 2)), _complexity(rotated), np.inf)
    # The first of those that end alike, so that rounding does not choose the order of the factors.
    best = int(np.flatnonzero(found <= found.min() + 1e-9)[0])
    return rotated[[best]], between[[best]], turn[[best]]


def _rotated(loadings: Array, turn: Array) -> Array:
    return loadings @ np.linalg.inv(turn).transpose(0, 2, 1)


def _complexity(rotated: Array) -> Array:
    squares = rotated**2
    return (squares * (squares.sum(axis=2, keepdims=True) - squares)).sum(axis=(1, 2)) / 4


def _projected(loadings: Array, turn: Array) -> Array:
    """Return the slope of the complexity along turnings whose columns keep length one."""
    back = np.linalg.inv(turn)
    rotated = loadings @ back.transpose(0, 2, 1)
    squares = rotated**2
    slope = rotated * (squares.sum(axis=2, keepdims=True) - squares)
    whole = -(rotated.transpose(0, 2, 1) @ slope @ back).transpose(0, 2, 1)
    return whole - turn * (turn * whole).sum(axis=1, keepdims=True)


def _turned(loadings: Array, turn: Array, slope: Array, length: Array) -> tuple[Array, Array]:
    """Return the turnings one step down the slope, halved until each falls far enough, and the steps' lengths."""
    before, steep = _complexity(_rotated(loadings, turn)), (slope**2).sum(axis=(1, 2))
    turned, length = turn.copy(), length.copy()
    trying = np.arange(len(turn))
    for _ in range(12):
        tried = turn[trying] - length[trying, np.newaxis, np.newaxis] * slope[trying]
        tried = tried / np.sqrt((tried**2).sum(axis=1, keepdims=True))
        turned[trying] = tried
        fall = before[trying] - _complexity(_rotated(loadings[trying], tried))
        trying = trying[fall < 0.5 * steep[trying] * length[trying] - ROUNDING]
        if not trying.size:
            break
        length[trying] /= 2
    return turned, length


def general_loadings(rotated: Array, correlations: Array) -> tuple[Array, Array]:
    """Return the loadings of items, and of factors, on the general factor of the factors (Schmid–Leiman).

    Shapes (sets, items) and (sets, factors).

    rotated, correlations : of oblique factors, as `oblimin` gives them. Two factors load equally on the general one.

    References: Schmid & Leiman (1957), Psychometrika 22:53–61.
    In R: ``psych::schmid(correlations_of_items, factors)$sl[, "g"]``
    """
    factors = correlations.shape[1]
    if factors == 2:
        above = np.repeat(np.sqrt(np.abs(correlations[:, 0, 1]))[:, np.newaxis], 2, axis=1)
    else:
        above = minres(correlations, 1)[:, :, 0]
    return (rotated * above[:, np.newaxis, :]).sum(axis=2), above
