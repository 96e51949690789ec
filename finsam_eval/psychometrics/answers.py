"""What every coefficient asks of its answers, and the record of one that has a value but perhaps no interval."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from finsam_eval.errors import WrongShape
from finsam_eval.results import Status
from finsam_eval.stats.resampling import Statistic, bca, jackknife_t, unique_rows

Array = NDArray[np.float64]
Facts = dict[str, Any]
"""Fields of a record by name: level, method, n, and k where there is one."""

NO_INTERVAL = "Osäkerheten går inte att räkna fram: för få svar, eller så varierar de för lite."
NEGATIVE = "Värdet är negativt: svaren hänger inte ihop."

TINY = 1e-9
"""A variance below this, in squared scale steps, is rounding."""


def numeric(frame: pd.DataFrame, shape: str) -> pd.DataFrame:
    """Return a frame of answers as floats; NaN = no answer.

    Raises
    ------
    WrongShape
        When it is no DataFrame with columns, or a column holds anything but numbers.
    """
    if not isinstance(frame, pd.DataFrame) or frame.shape[1] == 0:
        came = f"{frame.shape}" if isinstance(frame, pd.DataFrame) else type(frame).__name__
        raise WrongShape(f"expected a DataFrame of {shape}, with at least one column; got {came}")
    for name, column in frame.items():
        kind = column.dtype
        if not pd.api.types.is_numeric_dtype(kind) and column.notna().any():
            raise WrongShape(f"expected a DataFrame of {shape} with numbers in it; column {name} holds {kind}")
    values = frame.astype("float64")
    if np.isinf(values.to_numpy()).any():
        raise WrongShape(f"expected a DataFrame of {shape} with finite numbers; got an infinite one")
    return values


def pair(a: ArrayLike, b: ArrayLike) -> Array:
    """Return the pairs where both answered, shape (pairs, 2). Two Series are paired by position, not by label.

    Raises
    ------
    WrongShape
        When the two are not equally long rows of numbers.
    """
    first, second = pd.Series(a).reset_index(drop=True), pd.Series(b).reset_index(drop=True)
    if len(first) != len(second):
        raise WrongShape(
            f"a and b must be answers of the same persons in the same order; got {len(first)} and {len(second)}"
        )
    return numeric(pd.DataFrame({"a": first, "b": second}), "pairs of answers").dropna().to_numpy()


def obstacle(complete: Array) -> tuple[Status, str] | None:
    """Return why no coefficient of these complete rows exists; None where one does."""
    if len(complete) == 0:
        return Status.NO_DATA, "Ingen har svarat på allt som hör till."
    if len(complete) == 1:
        return Status.NO_DATA, "Bara en har svarat på allt som hör till."
    return None


def constant(complete: pd.DataFrame) -> list[str]:
    """Return the columns where everybody gave the same answer."""
    return [str(name) for name in complete.columns if complete[name].min() == complete[name].max()]


def fields(value: float, limits: Iterable[float], facts: Facts) -> Facts:
    """Return the fields of a record whose value exists; limits that do not are None, and `reason` says so."""
    lower, upper = (float(limit) if np.isfinite(limit) else None for limit in limits)
    remarks = [NEGATIVE] if value < 0 else []
    remarks += [NO_INTERVAL] if lower is None or upper is None else []
    return {"value": value, "lower": lower, "upper": upper, "reason": " ".join(remarks), **facts}


def absent(status: Status, reason: str, facts: Facts) -> Facts:
    """Return the fields of a record whose value does not exist."""
    return {"value": None, "lower": None, "upper": None, "status": status, "reason": reason, **facts}


def bootstrap(rows: Array, statistic_of: Callable[[Array], Statistic], level: float) -> tuple[float, float]:
    """Return the BCa interval over persons; persons with the same answers share a row."""
    unique, counts = unique_rows(rows)
    return bca(statistic_of(unique), counts, level=level)


def jackknife(
    rows: Array,
    statistic_of: Callable[[Array], Statistic],
    level: float,
    within: tuple[float, float] = (-np.inf, 1.0),
) -> tuple[float, float]:
    """Return the jackknife interval over persons of a coefficient that lies `within` two limits."""
    unique, counts = unique_rows(rows)
    return jackknife_t(statistic_of(unique), counts, level=level, within=within)
