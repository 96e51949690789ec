"""The drawn line of a funnel: how far from the centre a unit with n answers may lie."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import special

from finsam_eval.errors import WrongShape
from finsam_eval.stats import exact_p, interpolated_limits

Array = NDArray[np.float64]
Scale = Literal["exact", "arcsine", "identity"]

LARGE = 0.1
"""A unit with more than this share of all answers is compared with the others, not with a country that is itself."""

BEYOND = 1e-12
"""Values this much beyond a limit lie on it: a count and a limit that are equal may differ in the last digit."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """The limits at any number of answers.

    `scale`: exact on counts, or a normal approximation of a share's arcsine square root (Anscombe's), or of a mean.
    `variance` is that of one answer on the scale; `phi` and `tau2` are what is used of overdispersion (1 and 0 for
    none); `deff` is None where the units have one each. `total` counts all answers, 0 for a centre that is not made
    of them; `concentration` is Σw² and `noise` Σw² · variance of the units' shares w of the answers.
    """

    scale: Scale
    centre: float
    levels: tuple[float, ...]
    deff: float | None
    variance: float
    phi: float
    tau2: float
    total: int
    concentration: float
    noise: float

    def limits(self, n: Array, deff: ArrayLike) -> dict[str, Array]:
        """Return the columns lower_95, upper_95 and so on at each n."""
        found: dict[str, Array] = {}
        for level in self.levels:
            found[f"lower_{percent(level)}"], found[f"upper_{percent(level)}"] = self._limits(n, deff, level)
        return found

    def at(self, n: ArrayLike, deff: ArrayLike | None) -> pd.DataFrame:
        """Return n and the limits at each n, after looking at what was given."""
        size = np.asarray(n)
        whole = self.scale == "identity" or (size >= 1) & (size == np.rint(size))
        if size.ndim != 1 or size.dtype.kind not in "iuf" or not ((size > 0) & whole).all():
            raise WrongShape("n must be a row of whole numbers, 1 or above: the numbers of answers to draw the line at")
        if deff is None and self.deff is None:
            raise WrongShape("the units have design effects of their own: say which to draw the line for, deff=…")
        effect = np.asarray(self.deff if deff is None else deff, dtype=float)
        if self.scale == "exact" and (effect != 1).any():
            raise WrongShape("this funnel's limits are exact for independent answers; give deff to the funnel itself")
        return pd.DataFrame({"n": size, **self.limits(size, effect)})

    def test(self, x: Array, n: Array, value: Array, deff: Array) -> tuple[Array, Array]:
        """Return z and the two-sided p; p is below 1 − level exactly where the value lies outside the line."""
        if self.scale != "exact":
            z = (self._position(value, n) - self._middle()) / self._sd(n, deff)
            return z, 2 * special.ndtr(-np.abs(z))
        p, large = exact_p(x, n, self.centre), self.large(n)
        if large.any():
            p[large] = exact_p(x[large], n[large], self.centre, total=self.total)
        return np.sign(value - self.centre) * np.abs(special.ndtri(p / 2)), p

    def large(self, n: Array) -> NDArray[np.bool_]:
        """Return where n is so much of all answers that the unit is compared with the others."""
        return np.asarray((self.total > 0) & (n > LARGE * self.total))

    def _limits(self, n: Array, deff: ArrayLike, level: float) -> tuple[Array, Array]:
        if self.scale == "exact":
            return self._exact(n, level)
        half = special.ndtri((1 + level) / 2) * self._sd(n, deff)
        return self._value(self._middle() - half, n), self._value(self._middle() + half, n)

    def _exact(self, n: Array, level: float) -> tuple[Array, Array]:
        lower, upper = interpolated_limits(n, self.centre, level)
        large = self.large(n)
        if large.any():
            part = np.minimum(n[large], self.total)
            lower[large], upper[large] = interpolated_limits(part, self.centre, level, total=self.total)
        return lower, upper

    def _sd(self, n: Array, deff: ArrayLike) -> Array:
        """Return the standard deviation of a unit's distance to the centre.

        A large unit's is that of unit minus others, times the others' share of the answers: since the country is unit
        and others together, (unit − country) / sd is then the z test of unit against others.
        """
        within = self.variance * np.asarray(deff) / (n + 0.5 if self.scale == "arcsine" else n)
        share = np.minimum(n / max(self.total, 1), 1.0)
        alone = (1 - share) ** 2  # what is left where the others are so many and so small that they are known
        apart = np.maximum(within * (1 - 2 * share) + self.noise, within * alone)
        between = self.tau2 * np.maximum(1 - 2 * share + self.concentration, alone)
        return np.sqrt(np.where(self.large(n), self.phi * apart + between, self.phi * within + self.tau2))

    def _middle(self) -> float:
        return float(np.arcsin(np.sqrt(self.centre))) if self.scale == "arcsine" else self.centre

    def _position(self, value: Array, n: Array) -> Array:
        return np.arcsin(np.sqrt((n * value + 3 / 8) / (n + 3 / 4))) if self.scale == "arcsine" else value

    def _value(self, position: Array, n: Array) -> Array:
        if self.scale != "arcsine":
            return position
        return np.clip(((n + 3 / 4) * np.sin(np.clip(position, 0, np.pi / 2)) ** 2 - 3 / 8) / n, 0, 1)


def percent(level: float) -> str:
    """Return 0.998 as 99.8."""
    return f"{100 * level:g}"
