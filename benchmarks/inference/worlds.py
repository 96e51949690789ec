"""What agreement is with endless data: the probability of every pair of answers, and what follows from it."""

from __future__ import annotations

import numpy as np
from scipy import special

from benchmarks.inference.trials import NODES, Floats, cuts


def pair_probabilities(correlation: float, first: tuple[float, ...], second: tuple[float, ...]) -> Floats:
    """Return the probability of each pair of steps when one factor makes both answers correlate so, uncut."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(NODES)
    sides = []
    for shares in (first, second):
        edges = np.concatenate([[-np.inf], cuts(shares), [np.inf]])
        below = special.ndtr((edges - np.sqrt(correlation) * nodes[:, np.newaxis]) / np.sqrt(1 - correlation))
        sides.append(np.diff(below, axis=1))
    joint: Floats = np.einsum("i,ij,ik->jk", weights / weights.sum(), *sides)
    return joint


def apart(steps: int, weights: str | None) -> Floats:
    """Return how much two answers disagree, step by step."""
    distance = np.abs(np.subtract.outer(np.arange(steps), np.arange(steps))).astype(float)
    return {None: (distance > 0).astype(float), "linear": distance, "quadratic": distance**2}[weights]


def kappa(joint: Floats, weights: str | None) -> float:
    """Return Cohen's kappa."""
    cost = apart(len(joint), weights)
    return float(1 - (joint * cost).sum() / (np.outer(joint.sum(1), joint.sum(0)) * cost).sum())


def gwet(joint: Floats, weights: str | None) -> float:
    """Return Gwet's AC1 or AC2."""
    cost = apart(len(joint), weights)
    agree, share, q = 1 - cost / cost.max(), (joint.sum(1) + joint.sum(0)) / 2, len(joint)
    chance = agree.sum() / (q * (q - 1)) * (share * (1 - share)).sum()
    return float(((joint * agree).sum() - chance) / (1 - chance))


def krippendorff(joint: Floats, metric: str) -> float:
    """Return Krippendorff's alpha, the steps being 1 and upwards."""
    share, codes = (joint.sum(1) + joint.sum(0)) / 2, np.arange(1.0, len(joint) + 1)
    middle = np.cumsum(share) - share / 2
    cost = {
        "nominal": apart(len(joint), None),
        "ordinal": np.subtract.outer(middle, middle) ** 2,
        "interval": apart(len(joint), "quadratic"),
        "ratio": (np.subtract.outer(codes, codes) / np.add.outer(codes, codes)) ** 2,
    }[metric]
    return float(1 - (joint * cost).sum() / (np.outer(share, share) * cost).sum())


def difference_moments(joint: Floats) -> tuple[float, float]:
    """Return the mean and standard deviation of the first answer minus the second."""
    steps = np.subtract.outer(np.arange(len(joint)), np.arange(len(joint)))
    mean = float((joint * steps).sum())
    return mean, float(np.sqrt((joint * steps**2).sum() - mean**2))


def spearman_brown(single: float, k: int) -> float:
    """Return the reliability of a mean of k."""
    return k * single / (1 + (k - 1) * single)
