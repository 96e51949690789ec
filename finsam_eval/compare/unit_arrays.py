"""One number per unit, as a caller gives them: named, in order, and of a kind that can be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from finsam_eval.errors import WrongShape
from finsam_eval.results import validate_level


def unit_counts(x: ArrayLike, n: ArrayLike) -> pd.DataFrame:
    """Return the columns n, x and value = x / n (nan where n is 0), one row per unit.

    Raises
    ------
    WrongShape
        When they are not whole numbers with 0 ≤ x ≤ n, of one length and with the same names.
    """
    index, columns = _columns({"n": n, "x": x})
    size, count = _whole(columns["n"], "n"), _whole(columns["x"], "x")
    if (count > size).any():
        raise WrongShape("x must be at most n in every unit")
    return pd.DataFrame({"n": size, "x": count, "value": count / np.where(size > 0, size, np.nan)}, index=index)


def unit_means(mean: ArrayLike, sd: ArrayLike, n: ArrayLike) -> pd.DataFrame:
    """Return the columns n, value = mean and sd, one row per unit.

    Raises
    ------
    WrongShape
        When n is not whole numbers, mean is missing where n > 0, or sd is missing or negative where n > 1.
    """
    index, columns = _columns({"n": n, "mean": mean, "sd": sd})
    size, centre, spread = _whole(columns["n"], "n"), columns["mean"], columns["sd"]
    if not np.isfinite(centre[size > 0]).all():
        raise WrongShape("mean must be a number in every unit with answers")
    if not (np.isfinite(spread[size > 1]) & (spread[size > 1] >= 0)).all():
        raise WrongShape("sd must be 0 or above in every unit with two answers or more (divisor n − 1)")
    known = {"value": np.where(size > 0, centre, np.nan), "sd": np.where(size > 1, spread, np.nan)}
    return pd.DataFrame({"n": size, **known}, index=index)


def unit_errors(value: ArrayLike, se: ArrayLike) -> pd.DataFrame:
    """Return the columns n = 1 / se² (0 where there is no value), value and deff = 1, one row per unit.

    Raises
    ------
    WrongShape
        When se is not above 0, or one of the two is missing.
    """
    index, columns = _columns({"value": value, "se": se})
    centre, error = columns["value"], columns["se"]
    if (np.isfinite(centre) != np.isfinite(error)).any() or (error <= 0).any():
        raise WrongShape("value and se must both be numbers, se above 0, or both missing, in every unit")
    precision = np.where(np.isfinite(error), 1 / np.where(np.isfinite(error), error, 1) ** 2, 0.0)
    return pd.DataFrame({"n": precision, "value": centre, "deff": 1.0}, index=index)


def unit_deff(deff: ArrayLike, units: pd.DataFrame) -> NDArray[np.float64]:
    """Return the design effect of each unit.

    Raises
    ------
    WrongShape
        When it is neither one number nor one per unit, or any is below 1 or infinite.
    """
    effect = np.asarray(deff, dtype=float)
    if effect.ndim and effect.shape != (len(units),):
        raise WrongShape(f"deff must be one number, or one per unit ({len(units)}), got shape {effect.shape}")
    if not ((effect >= 1) & np.isfinite(effect)).all():
        raise WrongShape("deff must be 1 or above and finite (1 for independent answers)")
    return np.broadcast_to(effect, (len(units),)).astype(float)


def ordered_levels(levels: Sequence[float]) -> tuple[float, ...]:
    """Return confidence levels from the lowest to the highest.

    Raises
    ------
    WrongShape
        When there is none, or one is not between 0 and 1.
    """
    if not len(levels):
        raise WrongShape("levels must hold at least one confidence level, such as 0.95")
    return tuple(sorted({validate_level(level) for level in levels}))


def _columns(given: dict[str, Any]) -> tuple[pd.Index, dict[str, NDArray[Any]]]:
    names = [values.index for values in given.values() if isinstance(values, pd.Series)]
    if any(not index.equals(names[0]) for index in names):
        raise WrongShape(f"{', '.join(given)} must name the same units in the same order")
    columns = {name: np.asarray(values) for name, values in given.items()}
    if {column.ndim for column in columns.values()} != {1} or len({column.size for column in columns.values()}) != 1:
        raise WrongShape(f"{', '.join(given)} must be rows of one length, one entry per unit")
    if any(column.dtype.kind not in "iuf" for column in columns.values()):
        raise WrongShape(f"{', '.join(given)} must be numbers")
    if names and not names[0].is_unique:
        raise WrongShape(f"{', '.join(given)} must name every unit once")
    index = names[0] if names else pd.RangeIndex(len(next(iter(columns.values()))))
    return index.rename("unit"), columns


def _whole(column: NDArray[Any], name: str) -> NDArray[np.int64]:
    if not (np.isfinite(column) & (column >= 0) & (column == np.rint(column))).all():
        raise WrongShape(f"{name} must be whole numbers, 0 or above (counts, not shares)")
    return column.astype(np.int64)
