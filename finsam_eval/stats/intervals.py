"""How sure is a share, a difference, a mean, a median? Intervals on effective n, unrounded.

Every function broadcasts its arguments and takes a design effect `deff`: the interval is that of n / deff independent
answers. Where n is 0 the answer is nan.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

Array = NDArray[np.float64]


def wilson(x: ArrayLike, n: ArrayLike, level: float, deff: ArrayLike = 1.0) -> tuple[Array, Array]:
    """Return lower and upper Wilson limits of the share x / n.

    References: Wilson (1927), JASA 22:209–212.
    In R, for deff = 1: ``prop.test(x, n, correct = FALSE)$conf.int``
    """
    size, share = _positive(n) / np.asarray(deff), np.asarray(x) / _positive(n)
    z2 = _z(level) ** 2
    centre = (share + z2 / (2 * size)) / (1 + z2 / size)
    half = np.sqrt(z2 * share * (1 - share) / size + (z2 / (2 * size)) ** 2) / (1 + z2 / size)
    return np.clip(centre - half, 0, share), np.clip(centre + half, share, 1)


def newcombe(
    x1: ArrayLike,
    n1: ArrayLike,
    x2: ArrayLike,
    n2: ArrayLike,
    level: float,
    deff1: ArrayLike = 1.0,
    deff2: ArrayLike = 1.0,
) -> tuple[Array, Array]:
    """Return lower and upper limits of x1 / n1 − x2 / n2 between independent groups.

    Each group's distance from its share to its Wilson limit is combined by Pythagoras.
    References: Newcombe (1998), Statistics in Medicine 17:873–890, method 10.
    """
    first, second = np.asarray(x1) / _positive(n1), np.asarray(x2) / _positive(n2)
    return difference_limits(first, wilson(x1, n1, level, deff1), second, wilson(x2, n2, level, deff2))


def difference_limits(
    first: ArrayLike, limits1: tuple[ArrayLike, ArrayLike], second: ArrayLike, limits2: tuple[ArrayLike, ArrayLike]
) -> tuple[Array, Array]:
    """Return lower and upper limits of first − second from the limits of two independent estimates (MOVER).

    The distances from each to its limits are combined by Pythagoras; nothing else need be known of how they were made.
    References: Zou & Donner (2008), Statistics in Medicine 27:1693–1702.
    """
    first, second = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    below = np.hypot(first - limits1[0], limits2[1] - second)
    above = np.hypot(limits1[1] - first, second - limits2[0])
    return first - second - below, first - second + above


def mean_interval(
    mean: ArrayLike, sd: ArrayLike, n: ArrayLike, level: float, deff: ArrayLike = 1.0
) -> tuple[Array, Array]:
    """Return lower and upper limits of a mean by Student's t with effective n − 1 degrees of freedom, at least 1.

    `sd` is the standard deviation with divisor n − 1.
    In R, for deff = 1: ``t.test(values)$conf.int``
    """
    size = _positive(n) / np.asarray(deff)
    quantile = special.stdtrit(np.maximum(size - 1, 1), (1 + level) / 2)
    half = quantile * np.asarray(sd) / np.sqrt(size)
    return np.asarray(mean) - half, np.asarray(mean) + half


def woodruff_quantile(counts: ArrayLike, q: float, level: float, deff: ArrayLike = 1.0) -> tuple[Array, Array, Array]:
    """Return the positions of the quantile q of an ordinal answer, and of its lower and upper limit.

    A position is that of the first category whose cumulative share reaches q, or the Wilson limits of q.

    counts : shape (…, categories), lowest category first.
    deff : shape (…).
    References: Woodruff (1952), JASA 47:635–646.
    In R, the quantile itself: ``quantile(values, q, type = 1)``
    """
    cumulative = np.cumsum(counts, axis=-1)
    n = cumulative[..., -1]
    lower, upper = wilson(q * n, n, level, deff)
    at = np.round(q * n, 9)  # since .1 · 30 would otherwise exceed 3
    return (
        _first_reaching(cumulative, at),
        _first_reaching(cumulative, lower * n),
        _first_reaching(cumulative, upper * n),
    )


def _first_reaching(cumulative: NDArray[np.int64], at: Array) -> Array:
    position = np.argmax(cumulative >= at[..., np.newaxis], axis=-1)
    return np.where(cumulative[..., -1] > 0, position, np.nan)


def jeffreys_probability(x: ArrayLike, n: ArrayLike, target: ArrayLike, deff: ArrayLike = 1.0) -> Array:
    """Return P(true share ≥ target) after x of n, under the prior Beta(½, ½).

    References: Brown, Cai & DasGupta (2001), Statistical Science 16:101–133, section 4.1.
    In R, for deff = 1: ``pbeta(target, x + .5, n - x + .5, lower.tail = FALSE)``
    """
    size, reached = _positive(n) / np.asarray(deff), np.asarray(x) / np.asarray(deff)
    probability: Array = special.betaincc(reached + 0.5, size - reached + 0.5, target)
    return probability


def _z(level: float) -> float:
    return float(special.ndtri((1 + level) / 2))


def _positive(n: ArrayLike) -> Array:
    """Return n as floats, nan where there is nothing: nan passes through arithmetic without a warning."""
    n = np.asarray(n, dtype=float)
    return np.where(n > 0, n, np.nan)
