"""Where the variance of an answer lies when units lie within units: a linear mixed model of nested random intercepts.

The likelihood needs no matrix: the answers of a unit are one answer of its mean to the unit above, less precise by as
much as units of its kind differ.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from finsam_eval.results import validate_level

Array = NDArray[np.float64]
Places = NDArray[np.int64]

WIDEST = 100.0
"""The sd between units looked at, in sds of the rest."""

STEP, NEAR = 1e-4, 1e-4


@dataclass(frozen=True, kw_only=True, slots=True)
class NestedIntercepts:
    """A model fitted by REML: variances from the outermost level to the innermost, then the rest.

    `lower` and `upper` are profile limits of the variances between units, given that of the rest; the rest has none
    (nan). `mean` is the level of a typical answer. `converged` is False where the likelihood still rises at the widest.
    """

    mean: float
    variances: Array
    lower: Array
    upper: Array
    converged: bool


@dataclass(frozen=True, slots=True)
class _Tree:
    """Innermost units' sizes, means and squares within, and at each level going outwards the unit a unit lies in."""

    n: Array
    means: Array
    within: float
    parents: tuple[Places, ...]


def nested_intercepts(values: ArrayLike, levels: Sequence[ArrayLike], level: float) -> NestedIntercepts:
    """Return the variances between units at each level, and of the rest, by REML.

    values : one entry per answer, not all equal within every unit.
    levels : per level, outermost first, the unit of each answer; a unit lies in one unit of the level before.
    References: Searle, Casella & McCulloch (1992), Variance Components, ch. 6; profile limits: Bates, Mächler, Bolker &
        Walker (2015), J Stat Softw 67(1), sec. 5.1.
    In R: ``lme4::lmer(values ~ 1 + (1 | a) + (1 | a:b), REML = TRUE)``
    """
    tree = _tree(np.asarray(values, dtype=float), [np.asarray(names) for names in levels])
    depth = len(levels)

    def deviance(sds: Array) -> float:
        return _reml(tree, sds)[0]

    best = _lowest(deviance, np.full(depth, 0.3))
    _, rest, mean = _reml(tree, best)
    z = float(special.ndtri((1 + validate_level(level)) / 2))
    limits = np.array([_profile(deviance, best, place, z) for place in range(depth)])
    return NestedIntercepts(
        mean=mean,
        variances=np.append(best**2 * rest, rest),
        lower=np.append(limits[:, 0] ** 2 * rest, np.nan),
        upper=np.append(limits[:, 1] ** 2 * rest, np.nan),
        converged=bool((best < 0.99 * WIDEST).all()),
    )


def _tree(values: Array, levels: list[NDArray[np.generic]]) -> _Tree:
    inner = [np.unique(names, return_index=True, return_inverse=True)[1:] for names in levels]
    first, place = inner[-1]
    n: Array = np.bincount(place).astype(float)
    means = np.bincount(place, values) / n
    parents = []
    for (_, outer), (once, _) in zip(reversed(inner[:-1]), reversed(inner[1:]), strict=True):
        parents.append(outer[once])
    parents.append(np.zeros(len(inner[0][0]), dtype=np.int64))
    return _Tree(n, means, float(((values - means[place]) ** 2).sum()), tuple(parents))


def _reml(tree: _Tree, sds: Array) -> tuple[float, float, float]:
    """Return −2 log likelihood (but a constant), the variance of the rest and the mean; sds are in its square root."""
    weight, mean, squares, log_size = tree.n, tree.means, tree.within, 0.0
    for ratio, parent in zip(np.square(sds[::-1]), tree.parents, strict=True):
        inflation = 1 + ratio * weight
        log_size += float(np.log(inflation).sum())
        weight = weight / inflation
        total: Array = np.bincount(parent, weight).astype(float)
        above = np.bincount(parent, weight * mean) / total
        squares += float(weight @ (mean - above[parent]) ** 2)
        weight, mean = total, above
    freedom = tree.n.sum() - 1
    rest = squares / freedom
    return float(freedom * np.log(rest) + log_size + np.log(weight[0])), float(rest), float(mean[0])


def _lowest(deviance: Callable[[Array], float], start: Array, tight: bool = True) -> Array:
    """Return the sds, from 0 to `WIDEST`, where the deviance is lowest."""
    from scipy import optimize

    bounds = [(0.0, WIDEST)] * len(start)
    slope, step = "3-point" if tight else "2-point", {"finite_diff_rel_step": STEP}
    found = optimize.minimize(deviance, start, method="L-BFGS-B", jac=slope, bounds=bounds, options=step)
    if not tight:
        return np.asarray(found.x)
    polish = {"xatol": 1e-9, "fatol": 1e-11, "maxiter": 4000, "initial_simplex": _simplex(found.x)}
    return np.asarray(optimize.minimize(deviance, found.x, method="Nelder-Mead", bounds=bounds, options=polish).x)


def _simplex(centre: Array) -> Array:
    return np.vstack([centre, centre + 1e-3 * np.eye(len(centre))])


def _profile(deviance: Callable[[Array], float], best: Array, place: int, z: float) -> tuple[float, float]:
    """Return the sds at one level where the deviance, lowest over the others, has risen by z²."""
    from scipy import optimize

    others, lowest = np.delete(np.arange(len(best)), place), deviance(best)

    def above(sd: float) -> float:
        """Return the root of the rise, nearly straight in sd, less z."""

        def rest(free: Array) -> float:
            return deviance(np.insert(free, place, sd))

        free = _lowest(rest, np.maximum(best[others], 0.01), tight=False) if others.size else best[others]
        return float(np.sqrt(max(rest(free) - lowest, 0.0))) - z

    lower = 0.0 if above(0.0) <= 0 else float(optimize.brentq(above, 0.0, best[place], xtol=NEAR))
    far = max(2 * best[place], 0.05)
    while above(far) < 0 and far < WIDEST:
        far *= 2
    upper = float(optimize.brentq(above, best[place], far, xtol=NEAR)) if far < WIDEST else np.inf
    return lower, upper
