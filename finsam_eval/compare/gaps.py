"""How far apart: women and men in one period, and one period and the one before it.

Both are treated as independent groups. Where the same insatser, or the same persons, stand on both sides, their answers
vary together and the interval is on the wide side.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from finsam_eval.compare.cells import GENDERS, MEN, WOMEN, Cells, Mask
from finsam_eval.compare.clusters import clustered, effects
from finsam_eval.compare.frames import (
    EFFECTIVE,
    estimate,
    methods,
    ratio,
    record_rows,
    shares,
    statuses,
    validate_count,
    validate_deff,
)
from finsam_eval.results import LEVEL, Estimate, validate_level
from finsam_eval.stats import newcombe


def difference(
    x1: int, n1: int, x2: int, n2: int, *, deff: tuple[float, float] = (1.0, 1.0), level: float = LEVEL
) -> Estimate:
    """Return the difference x1 / n1 − x2 / n2 with its Newcombe interval on n / deff answers; its n is n1 + n2.

    With n1 or n2 = 0 the status is "inga data".

    Raises
    ------
    WrongShape
        When x and n are not whole numbers with 0 ≤ x ≤ n, or deff or level is out of range.

    References: Newcombe (1998), Statistics in Medicine 17:873–890, method 10.
    """
    (x1, n1), (x2, n2) = validate_count(x1, n1), validate_count(x2, n2)
    level, (deff1, deff2) = validate_level(level), (validate_deff(deff[0]), validate_deff(deff[1]))
    limits = newcombe(x1, n1, x2, n2, level, deff1, deff2)
    method = "Newcombe" if deff1 == deff2 == 1 else "Newcombe" + EFFECTIVE
    return estimate(ratio(x1, n1) - ratio(x2, n2), limits, level=level, method=method, n=n1 + n2)


def gender_records(cells: Cells, design: pd.DataFrame, level: float) -> pd.DataFrame:
    """Return the records `skillnad` of women minus men, in cells where both are expected."""
    women, men = np.zeros_like(cells.expected), np.zeros_like(cells.expected)
    both = cells.expected[..., GENDERS.index(WOMEN)] & cells.expected[..., GENDERS.index(MEN)]
    women[..., GENDERS.index(WOMEN)] = men[..., GENDERS.index(MEN)] = both
    return _records(cells, design, level, women, men, against="gender")


def period_records(cells: Cells, design: pd.DataFrame, level: float) -> pd.DataFrame:
    """Return the records `skillnad` of each period minus the one before it of its kind, gender by gender."""
    later = np.flatnonzero(cells.previous >= 0)
    both = cells.expected[:, :, later] & cells.expected[:, :, cells.previous[later]]
    now, before = np.zeros_like(cells.expected), np.zeros_like(cells.expected)
    now[:, :, later], before[:, :, cells.previous[later]] = both, both
    return _records(cells, design, level, now, before, against="period")


def _records(
    cells: Cells, design: pd.DataFrame, level: float, first: Mask, second: Mask, *, against: str
) -> pd.DataFrame:
    deff, known = effects(cells, design, "icc_share"), clustered(cells, design, "icc_share")
    n1, n2 = cells.n[first], cells.n[second]
    lower, upper = newcombe(cells.x[first], n1, cells.x[second], n2, level, deff[first], deff[second])
    columns = {
        f"against_{against}": cells.keys(second)[against],
        "statistic": "skillnad",
        "value": shares(cells, first) - shares(cells, second),
        "lower": lower,
        "upper": upper,
        "method": methods("Newcombe", known[first] | known[second]),
        "n": n1 + n2,
        **statuses(np.minimum(n1, n2)),
    }
    return record_rows(cells.keys(first), columns, level=level)
