"""How far items with ordered steps order persons alike: Loevinger's H, and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Steps = NDArray[np.int64]

TINY = 1e-12
ROWS = 4000
"""Rows of answers worked on at a time, so that memory grows with items² and not with respondents."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Scalability:
    """H of pairs, shape (items, items) with nan in the diagonal, of items and of all, and their standard errors.

    `covariance` and `highest` are what H is made of: covariances of pairs, and the highest their margins allow.
    """

    pairs: Array
    pairs_se: Array
    items: Array
    items_se: Array
    whole: float
    whole_se: float
    covariance: Array
    highest: Array


def scalability(steps: Steps, counts: Array) -> Scalability:
    """Return H and its standard errors (delta method, answers a multinomial sample).

    H is covariance over the highest covariance with the same margins: of a pair, and of sums over pairs.

    steps : different rows of answers, rows × items, from 0; every item varies. counts : how many gave each.

    References: Molenaar (1991), Kwantitatieve Methoden 12(37):97–117; errors: Kuijpers, Van der Ark & Croon (2013),
    Sociological Methodology 43:42–69.
    In R: ``mokken::coefH(items, se = TRUE)``
    """
    margins = _margins(steps, counts)
    means = margins.sum(axis=1)
    shares = counts / counts.sum()
    covariance = (steps * shares[:, np.newaxis]).T @ steps - np.outer(means, means)
    shared = _shared(margins)
    highest = shared - np.outer(means, means)
    apart = 1 - np.eye(len(means))
    np.fill_diagonal(covariance, np.nan)
    with_others, most = np.nansum(covariance, axis=1), (highest * apart).sum(axis=1)
    pairs, items, whole = covariance / highest, with_others / most, with_others.sum() / most.sum()
    errors = _squares(steps, counts, margins, covariance, highest, (pairs, items, whole))
    return Scalability(
        pairs=pairs,
        pairs_se=np.sqrt(errors[0]) + np.where(apart > 0, 0.0, np.nan),
        items=items,
        items_se=np.sqrt(errors[1]),
        whole=float(whole),
        whole_se=float(np.sqrt(errors[2])),
        covariance=covariance,
        highest=highest,
    )


def _margins(steps: Steps, counts: Array) -> Array:
    """Return the share that reaches each step of each item, from step 1: shape (items, steps)."""
    reached = [(counts[:, np.newaxis] * (steps >= step)).sum(axis=0) for step in range(1, int(steps.max()) + 1)]
    return np.array(reached).T / counts.sum()


def _shared(margins: Array) -> Array:
    """Return the mean product of two items' steps if whoever reaches the harder of two steps reaches the easier."""
    return np.minimum(margins[:, np.newaxis, :, np.newaxis], margins[np.newaxis, :, np.newaxis, :]).sum(axis=(2, 3))


def _pulls(margins: Array) -> Array:
    """Return what reaching step x of item i adds to the `_shared` of i and j: shape (items, items, steps + 1).

    The rarer of two steps decides how many reach both; of two as common, each does by half.
    """
    own, others = margins[:, np.newaxis, :, np.newaxis], margins[np.newaxis, :, np.newaxis, :]
    rarer = np.where(np.abs(own - others) < TINY, 0.5, own < others).sum(axis=3)
    pulls = np.zeros((*rarer.shape[:2], rarer.shape[2] + 1))
    pulls[:, :, 1:] = np.cumsum(rarer, axis=2)
    return pulls


def _squares(
    steps: Steps,
    counts: Array,
    margins: Array,
    covariance: Array,
    highest: Array,
    values: tuple[Array, Array, float],
) -> tuple[Array, Array, float]:
    """Return the squared standard errors of H of pairs, items and all, from each row's influence on them."""
    pairs, items, whole = values
    means, pulls, k = margins.sum(axis=1), _pulls(margins), len(margins)
    most, apart = (highest * (1 - np.eye(k))).sum(axis=1), 1 - np.eye(k)
    shared = highest + np.outer(means, means)
    place = np.arange(k)
    found: list[Array] = [np.zeros((k, k)), np.zeros(k), np.zeros(())]
    for start in range(0, len(steps), ROWS):
        rows, weight = steps[start : start + ROWS], counts[start : start + ROWS]
        own = pulls[place[:, np.newaxis], place, rows[:, :, np.newaxis]]  # rows × i × j: what i's answer adds
        off = rows - means
        towards = (off[:, :, np.newaxis] * off[:, np.newaxis, :] - np.nan_to_num(covariance)) * apart
        drift = off[:, :, np.newaxis] * means
        above = (own + own.transpose(0, 2, 1) - shared - drift - drift.transpose(0, 2, 1)) * apart
        of_pairs = (towards - np.nan_to_num(pairs) * above) / highest
        of_items = (towards.sum(axis=2) - items * above.sum(axis=2)) / most
        of_all = (towards - whole * above).sum(axis=(1, 2)) / most.sum()
        for total, influence in zip(found, (of_pairs, of_items, of_all), strict=True):
            total += np.tensordot(weight, influence**2, axes=1)
    n2 = counts.sum() ** 2
    return found[0] / n2, found[1] / n2, float(found[2] / n2)
