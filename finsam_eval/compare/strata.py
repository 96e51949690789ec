"""Counts of units × strata as blocks, checked: what standardisation works on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from finsam_eval.compare.frames import validate_deff
from finsam_eval.errors import UnknownName, WrongShape

Array = NDArray[np.float64]


class StratumCells(NamedTuple):
    """x and n of units × strata, of the reference's strata, and every unit's design effect."""

    x: Array
    n: Array
    reference_x: Array
    reference_n: Array
    deff: Array


def entries(x: ArrayLike, n: ArrayLike, strata: ArrayLike, unit: ArrayLike) -> tuple[pd.DataFrame, int]:
    """Return the entries as rows, and how many answers have no stratum (theirs count 0 of 0, so the unit stays)."""
    columns = {"x": x, "n": n, "stratum": strata, "unit": unit}
    arrays = {name: np.asarray(values) for name, values in columns.items()}
    if any(values.ndim != 1 or values.size != arrays["x"].size for values in arrays.values()):
        raise WrongShape("x, n, strata and unit must be equally long rows, one entry per unit and stratum")
    table = pd.DataFrame(arrays)
    if table["unit"].isna().any():
        raise WrongShape("unit: an entry has no unit; leave it out or name it")
    check_counts(table["x"], table["n"])
    unknown = table["stratum"].isna()
    left_out = int(table.loc[unknown, "n"].sum())
    return table.assign(x=table["x"].where(~unknown, 0), n=table["n"].where(~unknown, 0)), left_out


def check_counts(x: ArrayLike, n: ArrayLike) -> None:
    """Refuse x and n that are not whole numbers with 0 ≤ x ≤ n.

    Raises
    ------
    WrongShape
        For shares in place of counts, missing values, or more counted than there are.
    """
    x, n = np.asarray(x), np.asarray(n)
    for name, numbers in (("x", x), ("n", n)):
        if numbers.dtype.kind not in "iuf" or not np.equal(np.mod(numbers, 1), 0).all() or (numbers < 0).any():
            raise WrongShape(f"{name} must be whole numbers, 0 or above (counts, not shares), got {numbers.dtype}")
    if (x > n).any():
        raise WrongShape("x must be at most n in every entry")


def stratum_cells(
    table: pd.DataFrame, reference: pd.DataFrame | None, deff: float | Mapping[str, float]
) -> tuple[list[Any], list[Any], StratumCells]:
    """Return the units and strata in the order they come, the reference's own strata last, and their counts."""
    sums = table.dropna(subset="stratum").groupby(["unit", "stratum"], sort=False)[["x", "n"]].sum()
    if reference is None:
        reference = sums.groupby("stratum", sort=False).sum()
    if not {"x", "n"} <= set(reference.columns) or reference.index.has_duplicates:
        raise WrongShape("reference must have the columns x and n and one row per stratum (its index)")
    check_counts(reference["x"], reference["n"])
    units, names = list(table["unit"].unique()), list(table["stratum"].dropna().unique())
    names += [name for name in reference.index if name not in names]
    blocks = [_block(sums[column], units, names) for column in "xn"]
    known = [reference[column].reindex(names, fill_value=0).to_numpy(float) for column in "xn"]
    cells = StratumCells(blocks[0], blocks[1], known[0], known[1], _effects(units, deff))
    return units, names, cells


def _block(sums: pd.Series, units: list[Any], names: list[Any]) -> Array:
    block = np.zeros((len(units), len(names)))
    place = [
        pd.Index(labels).get_indexer(sums.index.get_level_values(axis)) for axis, labels in enumerate([units, names])
    ]
    block[tuple(place)] = sums.to_numpy()
    return block


def _effects(units: list[Any], deff: float | Mapping[str, float]) -> Array:
    if not isinstance(deff, Mapping | pd.Series):
        return np.full(len(units), validate_deff(deff))
    missing = [unit for unit in units if unit not in deff]
    if missing:
        raise UnknownName(f"deff names no design effect for {len(missing)} of the units; give one for each")
    return np.array([validate_deff(deff[unit]) for unit in units])


def some(numbers: ArrayLike) -> Array:
    """Return numbers, nan where they are 0: what is divided by nothing is nothing, without a warning."""
    numbers = np.asarray(numbers, dtype=float)
    return np.where(numbers > 0, numbers, np.nan)
