"""How much more alike are two answers than chance alone would make them? Cohen's kappa."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from finsam_eval.psychometrics.agreement.ratings import ONE_CATEGORY, disagreement
from finsam_eval.psychometrics.answers import TINY, Array, Facts, absent, fields, obstacle, pair
from finsam_eval.psychometrics.detailed import Detailed
from finsam_eval.psychometrics.scales import FISHER, limits_on
from finsam_eval.results import LEVEL, Status, validate_level
from finsam_eval.stats.resampling import Statistic, unique_rows


@dataclass(frozen=True, kw_only=True, slots=True)
class Kappa(Detailed):
    """Cohen's kappa; n counts pairs. `se` is the large-sample standard error of Fleiss, Cohen & Everitt.

    None where there is no value, or where all pairs agree: then it cannot be told.
    """

    se: float | None


def weighted_kappa(a: ArrayLike, b: ArrayLike, weights: str | None = None, level: float = LEVEL) -> Kappa:
    """Return Cohen's kappa with a jackknife interval over pairs.

    Kappa is 1 − observed / expected disagreement. Two different answers disagree by 1 (``weights=None``), by their
    distance in scale steps (``linear``) or by its square (``quadratic``); distances are between the codes as they
    are, so a code that nobody gave still counts as a step.

    a, b : answers of the same persons, or of two raters about the same, in the same order. NaN = no answer;
        incomplete pairs are dropped.
    A status in place of a value: no data with fewer than two pairs, or when all answers are the same. Where all
    pairs agree kappa is 1 and has no interval.
    `se` is what other programs make kappa ± 1.96 · se of; on skewed answers of few that is too narrow, which is why it
    is not the interval here.
    How often the interval holds the truth stands in benchmarks/inference/results/coverage.csv.

    Raises
    ------
    WrongShape
        When a and b are not equally many numbers.
    UnknownName
        For other weights.

    References: Cohen (1960), Educ Psychol Meas 20:37–46; Cohen (1968), Psychol Bull 70:213–220; Fleiss, Cohen &
    Everitt (1969), Psychol Bull 72:323–327, eq. 14.
    In R: ``psych::cohen.kappa(cbind(a, b))``, value only: its standard error is another
    """
    name, distance = disagreement(weights)
    pairs = pair(a, b)
    facts: Facts = {"level": validate_level(level), "method": f"Cohens kappa {name}, jackknife", "n": len(pairs)}
    hindrance = obstacle(pairs) or ((Status.NO_DATA, ONE_CATEGORY) if np.ptp(pairs) == 0 else None)
    if hindrance:
        return Kappa(**absent(*hindrance, facts), se=None)
    unique, counts = unique_rows(pairs)
    kappa = _kappa_of(unique, distance)
    limits = limits_on(FISHER, kappa, counts, facts["level"])
    value = float(kappa(counts[np.newaxis].astype(float))[0])
    error = _standard_error(unique, counts, distance)
    return Kappa(**fields(value, limits, facts), se=error if error > TINY else None)


def _kappa_of(pairs: Array, distance: Callable[[Array], Array]) -> Statistic:
    codes = np.unique(pairs)
    apart = distance(codes[:, np.newaxis] - codes)
    first, second = ((pairs[:, [i]] == codes).astype(float) for i in (0, 1))
    found = distance(pairs[:, 0] - pairs[:, 1])

    def kappa(weights: Array) -> Array:
        n = weights.sum(axis=1)
        expected = (((weights @ first) @ apart) * (weights @ second)).sum(axis=1) / n**2
        return 1 - (weights @ found / n) / np.where(expected > TINY, expected, np.nan)

    return kappa


def _standard_error(pairs: Array, counts: NDArray[np.int64], distance: Callable[[Array], Array]) -> float:
    """Return the root mean square of how much each pair pulls kappa, by √n."""
    share = counts / counts.sum()
    found = distance(pairs[:, 0] - pairs[:, 1])
    to_second, to_first = (
        (share * distance(pairs[:, [i]] - pairs[:, 1 - i])).sum(axis=1) for i in (0, 1)
    )  # mean disagreement of each answer with all of the other side's
    observed, expected = share @ found, share @ to_second
    pull = (observed * (to_first + to_second - expected) - expected * found) / expected**2
    return float(np.sqrt((share @ pull**2 - (share @ pull) ** 2) / counts.sum()))
