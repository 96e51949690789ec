"""Where a coefficient varies evenly: its interval is made there, and carried back.

Near 1 a coefficient can fall far and rise little. An interval as long to both sides misses what lies below; on these
scales it does not, and none reaches beyond what the coefficient can be.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from finsam_eval.psychometrics.answers import Array
from finsam_eval.stats.resampling import Statistic, jackknife_t


class Scale(NamedTuple):
    """A way there and back; what has no place on the scale is nan there."""

    there: Callable[[Array], Array]
    back: Callable[[Array], Array]


def _atanh(value: Array) -> Array:
    return np.arctanh(np.where(np.abs(value) < 1, value, np.nan))


def _log(value: Array) -> Array:
    return np.log(np.where(value > 0, value, np.nan))


FISHER = Scale(_atanh, np.tanh)
"""Of what lies between −1 and 1."""

LOG = Scale(_log, np.exp)
"""Of what is above 0."""


def intraclass(k: float) -> Scale:
    """Return Fisher's ½ log((1 + (k − 1)r) / (1 − r)), where r lies between −1 / (k − 1) and 1.

    k : raters of each subject, or answers in each unit.

    References: Fisher (1925), Statistical Methods for Research Workers, sec. 39.
    """
    return Scale(
        lambda r: FISHER.there(k * r / (2 + (k - 2) * r)),
        lambda z: 2 * np.tanh(z) / (k - (k - 2) * np.tanh(z)),
    )


def limits_on(scale: Scale, statistic: Statistic, counts: NDArray[np.int64], level: float) -> tuple[float, float]:
    """Return the jackknife limits of a statistic of weighted rows, made on a scale."""
    found = jackknife_t(lambda weights: scale.there(statistic(weights)), counts, level=level)
    lower, upper = scale.back(np.array(found))
    return float(lower), float(upper)
