"""The cube as one block of whole numbers: how many gave each answer, in every cell a record can rest on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from finsam_eval.codebook import Codebook
from finsam_eval.errors import WrongShape
from finsam_eval.results import ALL, COUNTRY

Counts = NDArray[np.int64]
Mask = NDArray[np.bool_]
Periods = Mapping[str, Mapping[str, Sequence[str]]]
"""Kind of period → reporting period → its atoms; kinds from the shortest to the longest, periods in time order."""

SERIES = ["respondent_group", "occasion", "item"]
COLUMNS = ["forbund", "insats", *SERIES, "period", "gender", "category", "n"]
WOMEN, MEN, UNKNOWN = "kvinna", "man", "okant"
GENDERS = [ALL, WOMEN, MEN, UNKNOWN]


@dataclass(frozen=True)
class Cells:
    """Counts of every cell: unit × series × reporting period × gender, margins and country included.

    `answers` has a last axis over the scale's codes, lowest first, padded with zeros to the longest scale;
    `insatser` counts those with an answer in the cell. `scores` and `top` have the shape series × codes.
    `previous` gives the position of the period before of the same kind, −1 for a first one; `kind` that of the kind.
    """

    units: pd.Index
    series: pd.MultiIndex
    periods: pd.Index
    kind: NDArray[np.int64]
    previous: NDArray[np.int64]
    answers: Counts
    insatser: Counts
    scores: NDArray[np.float64]
    top: Mask
    two_codes: Mask

    @cached_property
    def n(self) -> Counts:
        """Answers in each cell."""
        return np.asarray(self.answers.sum(axis=-1))

    @cached_property
    def x(self) -> Counts:
        """Answers in the scale's top codes in each cell."""
        return np.asarray((self.answers * self.top[:, np.newaxis, np.newaxis, :]).sum(axis=-1))

    @cached_property
    def expected(self) -> Mask:
        """Cells a reader looks for.

        All of every series; women and men where the country has any in the series, so that a row says nothing about
        the unit; unknown only where there is one.
        """
        in_country = self.n[-1:].sum(axis=2, keepdims=True) > 0
        expected = np.broadcast_to(in_country, self.n.shape).copy()
        expected[..., GENDERS.index(UNKNOWN)] = self.n[..., GENDERS.index(UNKNOWN)] > 0
        return expected

    def keys(self, mask: Mask) -> pd.DataFrame:
        """Return unit, series, period and gender of the masked cells, in the order `array[mask]` has."""
        unit, series, period, gender = np.nonzero(mask)
        levels = {name: self.series.get_level_values(name).take(series) for name in SERIES}
        labels = {"unit": self.units.take(unit), **levels, "period": self.periods.take(period)}
        return pd.DataFrame({**labels, "gender": pd.Index(GENDERS, dtype="str").take(gender)})


def tabulate_cells(
    counts: pd.DataFrame, *, codebook: Codebook, periods: Periods, also: Iterable[tuple[str, str, str]] = ()
) -> Cells:
    """Return the cube summed to the cells of every unit, reporting period and gender.

    counts : one row per atom of the cube, columns of `COLUMNS`; answers outside every reporting period are left out.
    also : series to make room for even if nobody answered, such as those with a target.

    Raises
    ------
    WrongShape
        When a column is missing, or a gender, category or n is none the codebook and the cube allow.
    UnknownName
        When an item is not in the codebook.
    """
    rows = _checked(counts)
    series = _series(rows, also, codebook)
    units = pd.Index(sorted(rows["forbund"].unique()), dtype="str")
    names, kind, previous = _calendar(periods)
    scales = [codebook.scale(item) for item in series.get_level_values("item")]
    width = max((len(scale.codes) for scale in scales), default=1)

    rows = _in_reporting_periods(rows, periods)
    position = series.get_indexer(pd.MultiIndex.from_frame(rows[SERIES]))
    category = rows["category"].to_numpy() - np.array([scale.min for scale in scales], dtype=np.int64)[position]
    _check_category(category, np.array([len(scale.codes) for scale in scales])[position], rows)
    gender = pd.Index(GENDERS).get_indexer(rows["gender"])
    cell = (units.get_indexer(rows["forbund"]), position, rows["position"].to_numpy(), gender)

    shape = (len(units), len(series), len(names), len(GENDERS))
    answers = _sum((*cell, category), (*shape, width), rows["n"].to_numpy())
    answers[:, :, :, 0] = answers.sum(axis=3)
    return Cells(
        units=units.append(pd.Index([COUNTRY], dtype="str")),
        series=series,
        periods=names,
        kind=kind,
        previous=previous,
        answers=_with_country(answers),
        insatser=_with_country(_insatser(cell, shape, rows)),
        scores=_per_code([[float(code) for code in scale.codes] for scale in scales], width, 0.0),
        top=_per_code([[code in scale.top_codes for code in scale.codes] for scale in scales], width, False),
        two_codes=np.array([len(scale.codes) == 2 for scale in scales], dtype=bool),
    )


def _checked(counts: pd.DataFrame) -> pd.DataFrame:
    missing = [column for column in COLUMNS if column not in counts.columns]
    if missing:
        raise WrongShape(f"counts must have the columns {', '.join(COLUMNS)}; {', '.join(missing)} is missing")
    for column in ("category", "n"):
        if not pd.api.types.is_integer_dtype(counts[column]):
            raise WrongShape(f"counts: column {column} must hold whole numbers, got {counts[column].dtype}")
    if (counts["n"] < 0).any():
        raise WrongShape("counts: n must not be negative")
    if not counts["gender"].isin(GENDERS[1:]).all():
        raise WrongShape(f"counts: gender must be one of {', '.join(GENDERS[1:])}; the margin {ALL} is never stored")
    return counts.loc[counts["n"] > 0, COLUMNS]


def _check_category(category: Counts, codes: Counts, rows: pd.DataFrame) -> None:
    outside = (category < 0) | (category >= codes)
    if outside.any():
        items = sorted(rows["item"].to_numpy()[outside])
        raise WrongShape(f"counts: a category of item {items[0]} is not a code on its scale; correct it at ingest")


def _series(rows: pd.DataFrame, also: Iterable[tuple[str, str, str]], codebook: Codebook) -> pd.MultiIndex:
    """Return the series there are, in the instrument's order."""
    order = {item.id: place for place, item in enumerate(codebook.items)}
    found = {*rows[SERIES].drop_duplicates().itertuples(index=False, name=None), *also}
    for _, _, item in found:
        codebook.item(item)
    ordered = sorted(found, key=lambda key: (order[key[2]], key))
    return pd.MultiIndex.from_frame(pd.DataFrame(ordered, columns=SERIES, dtype="str"))


def _calendar(periods: Periods) -> tuple[pd.Index, Counts, Counts]:
    kind = [place for place, members in enumerate(periods.values()) for _ in members]
    within = [place for members in periods.values() for place in range(len(members))]
    names = pd.Index([name for members in periods.values() for name in members], dtype="str")
    previous = np.where(np.array(within, dtype=np.int64) > 0, np.arange(len(names)) - 1, -1)
    return names, np.array(kind, dtype=np.int64), previous


def _in_reporting_periods(rows: pd.DataFrame, periods: Periods) -> pd.DataFrame:
    """Return each row once for every reporting period it lies in, with that period's position."""
    members = [atoms for kind in periods.values() for atoms in kind.values()]
    places = [(atom, place) for place, atoms in enumerate(members) for atom in atoms]
    lookup = pd.DataFrame(places, columns=["period", "position"]).astype({"period": "str", "position": "int64"})
    return rows.merge(lookup, on="period")


def _insatser(cell: tuple[Any, ...], shape: tuple[int, ...], rows: pd.DataFrame) -> Counts:
    insats, _ = pd.factorize(rows["insats"])  # unique within förbund, and the förbund is part of the cell
    known = rows["insats"].to_numpy() != ""
    unit, series, period, gender = (axis[known] for axis in cell)
    count = int(insats.max(initial=0)) + 1
    total = np.zeros(shape, dtype=np.int64)
    for column in (gender, np.zeros_like(gender)):
        where = np.ravel_multi_index((unit, series, period, column), shape)
        total += _sum((pd.unique(where * count + insats[known]) // count,), (total.size,)).reshape(shape)
    return total


def _sum(position: tuple[Any, ...], shape: tuple[int, ...], weights: Counts | None = None) -> Counts:
    flat = np.ravel_multi_index(position, shape)
    return np.bincount(flat, weights, minlength=int(np.prod(shape))).reshape(shape).astype(np.int64)


def _with_country(block: Counts) -> Counts:
    return np.concatenate([block, block.sum(axis=0, keepdims=True)])


def _per_code(values: list[list[Any]], width: int, padding: Any) -> NDArray[Any]:
    padded = [[*row, *[padding] * (width - len(row))] for row in values]
    return np.array(padded, dtype=type(padding)).reshape(len(values), width)
