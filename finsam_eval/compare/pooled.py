"""How women and men differ over all förbund, each compared within itself, and whether the förbund agree on it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import special

from finsam_eval.compare.frames import EFFECTIVE, NO_ANSWERS, validate_deff
from finsam_eval.compare.strata import check_counts
from finsam_eval.errors import WrongShape
from finsam_eval.results import LEVEL, RECORD_COLUMNS, Estimate, Status, no_value, validate_level
from finsam_eval.stats.stratified import breslow_day, cochran_q, pooled_difference, pooled_odds_ratio

Array = NDArray[np.float64]

TINY = 1e-12
"""A standard error below this is 0 but for the last digits."""

NO_STRATUM = "Ingen enhet har svar på båda sidor."
DISAGREE = "Skillnaden är inte lika stor i alla enheter (Tarones test); den gemensamma siffran är ett genomsnitt."
NO_VARIATION = "På vardera sidan är alla svar lika; hur säker skillnaden är går inte att skatta."


@dataclass(frozen=True, kw_only=True, slots=True)
class PooledDifference(Estimate):
    """One difference over many units, and whether they agree on it.

    `value` and its limits are the difference of shares; `odds_ratio` and its limits the same on the odds scale.
    `tarone` tests that all units have that odds ratio, `q` that all have that difference (`…_df`, `…_p`); `i2` is the
    share of the differences' variation that is more than chance. What does not exist is None. n counts the answers of
    the `units` that have both sides; `left_out` counts those with answers on one side only; `note` tells
    of these, and of units that disagree.
    """

    odds_ratio: float | None = None
    odds_lower: float | None = None
    odds_upper: float | None = None
    tarone: float | None = None
    tarone_df: int = 0
    tarone_p: float | None = None
    q: float | None = None
    q_df: int = 0
    q_p: float | None = None
    i2: float | None = None
    units: int = 0
    left_out: int = 0
    note: str = ""

    def to_frame(self) -> pd.DataFrame:
        """One row with the columns of `RECORD_COLUMNS` and those of the odds ratio and the tests."""
        row = asdict(self)
        return pd.DataFrame([row])[[*RECORD_COLUMNS, *(name for name in row if name not in RECORD_COLUMNS)]]


def mantel_haenszel(
    x1: ArrayLike,
    n1: ArrayLike,
    x2: ArrayLike,
    n2: ArrayLike,
    *,
    deff: tuple[ArrayLike, ArrayLike] = (1.0, 1.0),
    level: float = LEVEL,
) -> PooledDifference:
    """Return the difference x1 / n1 − x2 / n2 within units, pooled over them, and how well they agree.

    Each unit compares its own two groups, so differences between units do not enter. Limits of the difference are
    Sato's, those of the odds ratio of Robins, Breslow & Greenland; both hold with few large and with many small units.
    They are about these units: where the units disagree, `note` says so, and the average difference of all units that
    might be is less sure (of 95 % intervals .79 covered it when differences varied by 10 points between 36 units).
    Of the tests of agreement prefer Tarone's; a high p is no proof of agreement.
    Measured (36 units, median 50 or 20 answers, 1 500 simulations of one true difference): 95 % intervals cover
    .94–.954; at 5 % Tarone's test rejects in .063–.065 (constant difference of shares .5–.75, where the odds ratio is
    nearly constant too), Cochran's in .05–.16, most where shares are near a half.

    x1, n1, x2, n2 : one entry per unit. A unit without answers on one side is left out and counted, one without any
        answer is not counted.
    deff : design effects of the two sides, for all units or each; every count is divided by it.

    Raises
    ------
    WrongShape
        When entries are not equally many whole numbers 0 ≤ x ≤ n, or deff or level is out of range.

    References: Greenland & Robins (1985), Biometrics 41:55–68; Sato (1989), Biometrics 45:1323–1324; Robins, Breslow &
    Greenland (1986), Biometrics 42:311–323; Tarone (1985), Biometrika 72:91–95; Cochran (1954), Biometrics 10:101–129;
    Higgins & Thompson (2002), Stat Med 21:1539–1558 (I²).
    In R: ``metafor::rma.mh(ai = x1, n1i = n1, ci = x2, n2i = n2, measure = "RD")`` and ``"OR"``
    """
    level, counts = validate_level(level), _checked(x1, n1, x2, n2)
    effects = [_effects(side, counts[0].size) for side in deff]
    both = (counts[1] > 0) & (counts[3] > 0)
    left_out = int((((counts[1] > 0) | (counts[3] > 0)) & ~both).sum())
    facts: dict[str, Any] = {
        "level": level,
        "method": "Mantel–Haenszel, Sato" + (EFFECTIVE if any((effect != 1).any() for effect in effects) else ""),
        "n": int((counts[1] + counts[3])[both].sum()),
        "units": int(both.sum()),
        "left_out": left_out,
        "note": _told(left_out),
    }
    if not both.any():
        return _nothing(Status.NO_DATA, NO_STRATUM if left_out else NO_ANSWERS, facts)
    return _pooled([(counts[place] / effects[place // 2])[both] for place in range(4)], facts)


def _pooled(sides: list[Array], facts: dict[str, Any]) -> PooledDifference:
    x1, n1, x2, n2 = sides
    value, error = pooled_difference(x1, n1, x2, n2)
    if error <= TINY:
        return _nothing(Status.NOT_APPLICABLE, NO_VARIATION, facts)
    half = float(special.ndtri((1 + facts["level"]) / 2))
    odds, log_error = pooled_odds_ratio(x1, n1, x2, n2)
    tarone, q = breslow_day(x1, n1, x2, n2, odds), cochran_q(x1, n1, x2, n2, value)
    disagree = tarone.p < 1 - facts["level"]  # never where there is no test: p is nan
    return PooledDifference(
        **{**facts, "note": f"{facts['note']} {DISAGREE if disagree else ''}".strip()},
        value=value,
        lower=max(value - half * error, -1.0),
        upper=min(value + half * error, 1.0),
        odds_ratio=_there(odds),
        odds_lower=_there(odds * np.exp(-half * log_error)),
        odds_upper=_there(odds * np.exp(half * log_error)),
        tarone=_there(tarone.statistic),
        tarone_df=tarone.df,
        tarone_p=_there(tarone.p),
        q=_there(q.statistic),
        q_df=q.df,
        q_p=_there(q.p),
        i2=_there(max(0.0, 1 - q.df / q.statistic) if q.statistic > 0 else q.statistic),
    )


def _checked(*counts: ArrayLike) -> list[Array]:
    arrays = [np.atleast_1d(np.asarray(count)) for count in counts]
    if any(array.ndim != 1 or array.size != arrays[0].size for array in arrays):
        raise WrongShape("x1, n1, x2 and n2 must be equally long rows, one entry per unit")
    check_counts(arrays[0], arrays[1])
    check_counts(arrays[2], arrays[3])
    return [array.astype(float) for array in arrays]


def _effects(deff: ArrayLike, size: int) -> Array:
    effects = np.asarray(deff, dtype=float)
    if effects.ndim > 1 or (effects.ndim == 1 and effects.size != size):
        raise WrongShape("deff must be one design effect, or one per unit")
    return np.broadcast_to([validate_deff(effect) for effect in np.atleast_1d(effects)], (size,))


def _told(left_out: int) -> str:
    if not left_out:
        return ""
    return f"{left_out} {'enhet' if left_out == 1 else 'enheter'} har svar på bara en sida och är inte med."


def _nothing(status: Status, reason: str, facts: dict[str, Any]) -> PooledDifference:
    empty = no_value(status, reason, method=facts["method"], n=facts["n"], level=facts["level"])
    return PooledDifference(**{**asdict(empty), **facts})


def _there(number: float) -> float | None:
    return float(number) if np.isfinite(number) else None
