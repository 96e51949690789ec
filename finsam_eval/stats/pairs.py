"""How sure the difference between two shares is when the same persons gave both answers."""

from __future__ import annotations

import numpy as np
from scipy import special

from finsam_eval.stats.intervals import wilson


def paired_newcombe(both: int, first: int, second: int, neither: int, level: float) -> tuple[float, float]:
    """Return lower and upper limits of the share at the first minus that at the second occasion, by pairs.

    The Wilson limits of both shares are combined with their correlation φ, which is drawn towards 0 where positive.

    both, first, second, neither : pairs positive at both occasions, only the first, only the second, neither.
    References: Newcombe (1998), Statistics in Medicine 17:2635–2650, method 10.
    """
    n, x1, x2 = both + first + second + neither, both + first, both + second
    p1, p2 = x1 / n, x2 / n
    (lower1, lower2), (upper1, upper2) = wilson([x1, x2], n, level)
    correlation = _correlation(both, first, second, neither)

    def distance(a: float, b: float) -> float:
        return float(np.sqrt(max(a**2 - 2 * correlation * a * b + b**2, 0.0)))

    return p1 - p2 - distance(p1 - lower1, upper2 - p2), p1 - p2 + distance(upper1 - p1, p2 - lower2)


def _correlation(both: int, first: int, second: int, neither: int) -> float:
    product = (both + first) * (second + neither) * (both + second) * (first + neither)
    if product == 0:
        return 0.0
    cross = both * neither - first * second
    n = both + first + second + neither
    return float((max(cross - n / 2, 0.0) if cross > 0 else cross) / np.sqrt(product))


def mcnemar_mid_p(first: int, second: int) -> float:
    """Return McNemar's mid-p, two-sided: that of those who changed, as many did in either direction.

    1 where nobody changed.
    References: Fagerland, Lydersen & Laake (2013), BMC Med Res Methodol 13:91.
    In R: ``2 * pbinom(min(b, c), b + c, .5) - dbinom(min(b, c), b + c, .5)``
    """
    changed, fewer = first + second, min(first, second)
    below = float(special.bdtr(fewer, changed, 0.5))
    at = below - (float(special.bdtr(fewer - 1, changed, 0.5)) if fewer else 0.0)
    return min(2 * below - at, 1.0)
