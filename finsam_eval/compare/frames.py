"""Arrays over cells → rows of the table of records; a number that does not exist is blank and says why."""

from __future__ import annotations

from numbers import Real
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from finsam_eval.compare.cells import Cells, Mask
from finsam_eval.errors import WrongShape
from finsam_eval.results import RECORD_COLUMNS, Estimate, Status, no_value

KEYS = [
    "unit",
    "respondent_group",
    "occasion",
    "item",
    "period",
    "gender",
    "against_period",
    "against_gender",
    "statistic",
]
TARGET_COLUMNS = ["target", "outcome", "verdict", "probability", "short"]
SPREAD_COLUMNS = ["deff", "sd"]
"""What the interval of a share or a mean was made with: the design effect, and the standard deviation of a mean."""

COLUMNS = [*KEYS, *RECORD_COLUMNS, *TARGET_COLUMNS, "indicator", *SPREAD_COLUMNS]
NUMBERS = ["value", "lower", "upper", "probability", "short", *SPREAD_COLUMNS]
WORDS = [*KEYS, "method", "status", "reason", "outcome", "verdict", "indicator"]
BLANK = {
    **dict.fromkeys(["against_period", "against_gender", "outcome", "verdict", "indicator"], ""),
    **dict.fromkeys(["target", "probability", "short", *SPREAD_COLUMNS], np.nan),
}

NO_ANSWERS = "Inga uppgifter finns för gruppen i perioden."
EFFECTIVE = ", effektivt n"
"""Added to the name of a method that takes clustering into account."""


def record_rows(keys: pd.DataFrame, columns: dict[str, Any], *, level: float) -> pd.DataFrame:
    """Return records from keys and columns of equal length; numbers are blanked where `status` is not OK."""
    filled = {**keys, **BLANK, **columns, "level": level}
    exists = columns["status"] == Status.OK.value
    numbers = {name: np.where(exists, filled[name], np.nan) for name in NUMBERS}
    table = pd.DataFrame({**filled, **numbers}, index=keys.index, columns=COLUMNS)
    return table.astype(dict.fromkeys(WORDS, "str"))


def statuses(n: NDArray[Any], *reasons: tuple[Any, str]) -> dict[str, NDArray[Any]]:
    """Return the columns `status` and `reason`: no data where n is 0, else not applicable for the first that holds."""
    conditions = [n == 0, *(condition for condition, _ in reasons)]
    states = [Status.NO_DATA.value, *[Status.NOT_APPLICABLE.value for _ in reasons]]
    words = [NO_ANSWERS, *(reason for _, reason in reasons)]
    return {
        "status": np.select(conditions, states, Status.OK.value),
        "reason": np.select(conditions, words, ""),
    }


def methods(name: str, clustered: NDArray[np.bool_]) -> NDArray[np.str_]:
    """Return the method of each row: by its name, and on effective n where clustering is taken into account."""
    return np.where(clustered, name + EFFECTIVE, name)


def shares(cells: Cells, mask: Mask) -> NDArray[np.float64]:
    """Return x / n of the masked cells, nan where there is no answer."""
    n = cells.n[mask].astype(float)
    return cells.x[mask] / np.where(n > 0, n, np.nan)


def validate_count(x: Any, n: Any) -> tuple[int, int]:
    """Return x and n as whole numbers with 0 ≤ x ≤ n.

    Raises
    ------
    WrongShape
        For anything else, such as a share in place of a count.
    """
    for name, number in (("x", x), ("n", n)):
        if not isinstance(number, Real) or not float(number).is_integer() or number < 0:
            raise WrongShape(f"{name} must be a whole number, 0 or above, got {number!r} (a count, not a share)")
    if x > n:
        raise WrongShape(f"x must be at most n, got x = {x} of n = {n}")
    return int(x), int(n)


def validate_deff(deff: float) -> float:
    """Return a design effect, finite and above 0.

    Raises
    ------
    WrongShape
        For anything else.
    """
    if not 0 < deff < float("inf"):
        raise WrongShape(f"deff must be above 0 and finite (1 for independent answers), got {deff}")
    return float(deff)


def estimate(value: float, limits: tuple[Any, Any], *, level: float, method: str, n: int) -> Estimate:
    """Return the record of one number; without answers it has none."""
    if n == 0 or np.isnan(value):
        return no_value(Status.NO_DATA, NO_ANSWERS, method=method, n=n, level=level)
    lower, upper = (float(limit) for limit in limits)
    return Estimate(value=float(value), lower=lower, upper=upper, level=level, method=method, n=n)


def ratio(x: int, n: int) -> float:
    """Return x / n, nan where n is 0."""
    return x / n if n else float("nan")
