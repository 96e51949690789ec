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


@dataclass(frozen=True, kw_only=True, slots=True)
class MeanSquares:
    """An analysis of variance of clusters within strata; a mean square without degrees of freedom is nan.

    `sizes` and `means` are the clusters'. `n0` is the size that unequal clusters count as, (N − Σ_strata Σ_clusters
    n_c² / n_s) / (clusters − strata).
    """

    sizes: Array
    means: Array
    between: float
    within: float
    df_between: int
    df_within: float
    n0: float


def mean_squares(values: ArrayLike, cluster: ArrayLike, stratum: ArrayLike = 0, weights: ArrayLike = 1) -> MeanSquares:
    """Return the mean squares between clusters within strata, and within clusters.

    values, cluster, stratum : one entry per answer, or per kind of answer with `weights` telling how many; one stratum
        for all where there are none. A cluster belongs to one stratum. Weights are above 0.
    In R: ``anova(lm(values ~ stratum + stratum:cluster))``, without strata ``anova(lm(values ~ cluster))``
    """
    values = np.asarray(values, dtype=float)
    weights = np.broadcast_to(np.asarray(weights, dtype=float), values.shape)
    _, first, cluster = np.unique(cluster, return_index=True, return_inverse=True)
    _, stratum = np.unique(np.broadcast_to(stratum, values.shape)[first], return_inverse=True)
    sizes: Array = np.bincount(cluster, weights).astype(float)
    means = np.bincount(cluster, weights * values) / sizes
    strata_sizes = np.bincount(stratum, sizes)
    strata_means = np.bincount(stratum, sizes * means) / strata_sizes

    within = float(weights @ (values - means[cluster]) ** 2)
    between = float(sizes @ (means - strata_means[stratum]) ** 2)
    df_between, df_within = len(sizes) - len(strata_sizes), float(sizes.sum()) - len(sizes)
    spared = float(sizes.sum() - (sizes**2 / strata_sizes[stratum]).sum())
    return MeanSquares(
        sizes=sizes,
        means=means,
        between=between / df_between if df_between > 0 else float("nan"),
        within=within / df_within if df_within > 0 else float("nan"),
        df_between=df_between,
        df_within=df_within,
        n0=spared / df_between if df_between > 0 else float("nan"),
    )


def pooled_icc(values: ArrayLike, cluster: ArrayLike, stratum: ArrayLike, weights: ArrayLike = 1) -> PooledIcc:
    """Return the one-way ANOVA intraclass correlation of clusters nested in strata, never below 0.

    Variance between strata is left out.

    values, cluster, stratum, weights : as for `mean_squares`.
    Missing: nan where no stratum holds two clusters, where no cluster holds two answers, or where all are equal.
    References: Donner (1986), Int Stat Rev 54:67–82; Searle, Casella & McCulloch (1992), Variance Components, ch. 3.
    In R: the mean squares of ``anova(lm(values ~ stratum + stratum:cluster))``
    """
    at = mean_squares(values, cluster, stratum, weights)
    variance = max(0.0, (at.between - at.within) / at.n0)
    known = at.between + at.within > 0
    value = variance / (variance + at.within) if known else float("nan")
    return PooledIcc(value=value, k=len(at.sizes), n=round(float(at.sizes.sum())))


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
