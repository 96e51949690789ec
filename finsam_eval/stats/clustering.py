"""How alike answers within one cluster are, and how much that costs in precision."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class PooledIcc:
    """Intraclass correlation within strata. `k` counts clusters, `n` answers; value is nan where none can be had."""

    value: float
    k: int
    n: int


def pooled_icc(values: ArrayLike, cluster: ArrayLike, stratum: ArrayLike, weights: ArrayLike = 1) -> PooledIcc:
    """Return the one-way ANOVA intraclass correlation of clusters nested in strata, never below 0.

    Variance between strata is left out. The mean squares are those of an analysis of variance of clusters within
    strata; unequal sizes enter by n0 = (N − Σ_strata Σ_clusters n_c² / n_s) / (clusters − strata).

    values, cluster, stratum : one entry per answer, or per kind of answer with `weights` telling how many.
        A cluster belongs to one stratum. Weights are above 0.
    Missing: nan where no stratum holds two clusters, where no cluster holds two answers, or where all are equal.
    References: Donner (1986), Int Stat Rev 54:67–82; Searle, Casella & McCulloch (1992), Variance Components, ch. 3.
    In R: the mean squares of ``anova(lm(values ~ stratum + stratum:cluster))``
    """
    values = np.asarray(values, dtype=float)
    weights = np.broadcast_to(np.asarray(weights, dtype=float), values.shape)
    _, first, cluster = np.unique(cluster, return_index=True, return_inverse=True)
    _, stratum = np.unique(np.asarray(stratum)[first], return_inverse=True)
    sizes = np.bincount(cluster, weights)
    means = np.bincount(cluster, weights * values) / sizes
    strata_sizes = np.bincount(stratum, sizes)
    strata_means = np.bincount(stratum, sizes * means) / strata_sizes

    within = float(weights @ (values - means[cluster]) ** 2)
    between = float(sizes @ (means - strata_means[stratum]) ** 2)
    n, k, df_between = float(sizes.sum()), len(sizes), len(sizes) - len(strata_sizes)
    result = np.nan
    if df_between > 0 and n > k and within + between > 0:
        n0 = (n - float((sizes**2 / strata_sizes[stratum]).sum())) / df_between
        result = _ratio(between / df_between, within / (n - k), n0)
    return PooledIcc(value=result, k=k, n=round(n))


def _ratio(between: float, within: float, n0: float) -> float:
    variance = max(0.0, (between - within) / n0)
    return variance / (variance + within)


def size_cv2(sizes: ArrayLike, stratum: ArrayLike) -> float:
    """Return the squared coefficient of variation of cluster sizes within strata; nan without clusters.

    Σ n_c² / Σ (N_s² / k_s) − 1 for clusters of n_c answers, k_s of them with N_s answers in a stratum. Of one stratum
    it is the variance (divisor k) over the squared mean, and mean · (1 + CV²) = Σ n_c² / Σ n_c, the size of the
    cluster that an average answer is in. How much strata differ in size has nothing to do with how uneven the
    clusters of one are.
    """
    sizes = np.asarray(sizes, dtype=float)
    if not sizes.size:
        return float("nan")
    _, place = np.unique(np.asarray(stratum), return_inverse=True)
    total, number = np.bincount(place, sizes), np.bincount(place)
    return float((sizes**2).sum() / (total**2 / number).sum() - 1)


def design_effect(n: ArrayLike, k: ArrayLike, icc: ArrayLike, cv2: ArrayLike) -> Array:
    """Return how many times wider the variance of a mean is than that of n independent answers; at least 1.

    max(1, 1 + ((n / k)(1 + CV²) − 1) · ICC) for n answers in k clusters; 1 where there are no clusters.
    References: Kish (1965), Survey Sampling, ch. 5; Eldridge, Ashby & Kerry (2006), Int J Epidemiol 35:1292–1300.
    """
    k = np.asarray(k, dtype=float)
    per_cluster = np.asarray(n) / np.where(k > 0, k, 1.0)
    effect = 1 + (per_cluster * (1 + np.asarray(cv2)) - 1) * np.asarray(icc)
    return np.where(k > 0, np.maximum(1.0, effect), 1.0)
