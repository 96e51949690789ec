"""What a series of periods says: its slope, its natural variation, and what falls outside.

A period without data is nan (and has n = 0); it keeps its place on the time axis.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

Array = NDArray[np.float64]

RUN = 8
"""So many points in a row on one side of the centre line are a signal."""

SIGMAS = 3.0
RANGE_TO_SIGMA = 2 / np.sqrt(np.pi)
"""The mean distance between two independent normal values, in standard deviations: 1.128."""


class Slope(NamedTuple):
    """Change per period with its standard error, and the critical distribution's degrees of freedom (inf: normal)."""

    value: float
    error: float
    df: float

    @property
    def p(self) -> float:
        """Two-sided p of no change."""
        return float(2 * special.stdtr(self.df, -abs(self.value / self.error)))

    def limits(self, level: float) -> tuple[float, float]:
        """Lower and upper limit of the change per period."""
        half = float(special.stdtrit(self.df, (1 + level) / 2)) * self.error
        return self.value - half, self.value + half


class Chart(NamedTuple):
    """Centre line, and the limits of natural variation at every period, nan where there are no data.

    `excess` is how many times wider than chance between persons the limits are: 1 in a p-chart, nan in an XmR-chart.
    """

    name: str
    centre: float
    lower: Array
    upper: Array
    excess: float


def share_slope(x: Array, n: Array) -> Slope:
    """Return the slope of a share over equally spaced periods: the trend test of Cochran and Armitage.

    (slope / error)² is the test's chi-squared; the error is that of no trend, so the interval leaves 0 out exactly
    where the test rejects. Needs two periods with answers, not all of them alike.
    References: Armitage (1955), Biometrics 11:375–386.
    In R: ``prop.trend.test(x, n)``
    """
    time, overall = np.arange(x.size, dtype=float), x.sum() / n.sum()
    time -= (time * n).sum() / n.sum()
    spread = float((n * time**2).sum())
    return Slope(float((x * time).sum()) / spread, float(np.sqrt(overall * (1 - overall) / spread)), np.inf)


def mean_slope(values: Array) -> Slope:
    """Return the slope of a straight line through values by least squares; needs three of them.

    In R: ``confint(lm(values ~ seq_along(values)))``
    """
    known = ~np.isnan(values)
    time, y = np.flatnonzero(known).astype(float), values[known]
    time -= time.mean()
    spread, df = float((time**2).sum()), y.size - 2
    slope = float((time * y).sum()) / spread
    residual = float(((y - y.mean() - slope * time) ** 2).sum())
    return Slope(slope, float(np.sqrt(residual / df / spread)), float(df))


def p_chart(x: Array, n: Array, level: float) -> Chart:
    """Return a p-chart; where the shares vary more than chance at `level` allows, Laney's p′-chart.

    References: Shewhart (1931), Economic Control of Quality of Manufactured Product; Laney (2002), Quality
    Engineering 14:531–537; Montgomery (2013), Introduction to Statistical Quality Control, section 7.2.
    In R: ``qcc::qcc(x, sizes = n, type = "p")``
    """
    known = n > 0
    size = np.where(known, n, np.nan)
    centre = float(x.sum() / n.sum())
    sigma = np.sqrt(centre * (1 - centre) / size)
    z = (x / size - centre) / sigma
    excess = moving_sigma(z)
    wide = bool(np.nansum(z**2) > special.chdtri(known.sum() - 1, 1 - level) and excess > 1)
    factor = excess if wide else 1.0
    half = SIGMAS * sigma * factor
    lower, upper = np.maximum(centre - half, 0.0), np.minimum(centre + half, 1.0)
    return Chart("p′" if wide else "p", centre, lower, upper, factor)


def xmr_chart(values: Array) -> Chart:
    """Return a chart of individual values, limits from the moving range: mean ± 2.66 · mean range.

    References: Montgomery (2013), section 6.4; Wheeler & Chambers (1992), Understanding Statistical Process Control.
    In R: ``qcc::qcc(values, type = "xbar.one")``
    """
    centre = float(np.nanmean(values))
    half = np.where(np.isnan(values), np.nan, SIGMAS * moving_sigma(values))
    return Chart("XmR", centre, centre - half, centre + half, float("nan"))


def moving_sigma(values: Array) -> float:
    """Return the standard deviation that the distances between neighbouring periods tell; nan without neighbours.

    Over a gap there is no neighbour.
    """
    distances = np.abs(np.diff(values))
    known = distances[~np.isnan(distances)]
    return float(known.mean() / RANGE_TO_SIGMA) if known.size else float("nan")


def outside(values: Array, chart: Chart) -> NDArray[np.bool_]:
    """Tell which points lie outside the limits; a gap does not."""
    return (values < chart.lower) | (values > chart.upper)


def in_run(values: Array, centre: float) -> NDArray[np.bool_]:
    """Tell which points belong to a run of `RUN` or more on one side of the centre; a gap or a tie ends a run.

    References: Western Electric (1956), Statistical Quality Control Handbook, p. 25–27.
    """
    side = np.nan_to_num(np.sign(np.round(values - centre, 12)))
    starts = np.flatnonzero(np.diff(side, prepend=np.nan) != 0)
    lengths = np.diff(np.append(starts, side.size))
    return np.repeat(lengths, lengths) * (side != 0) >= RUN
