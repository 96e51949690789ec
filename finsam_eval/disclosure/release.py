"""Release once, over all tables together: what is shown of every number, and why the rest is not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from finsam_eval.codebook import Codebook
from finsam_eval.disclosure.cells import (
    DETAILS,
    GENDERS,
    SHOWN_GENDERS,
    Array,
    Calendar,
    Mask,
    Periods,
    Table,
    calendar,
    categories,
    cell_detail,
    margins,
)
from finsam_eval.disclosure.ladder import FEWEST_FORBUND, Ladder, Rule, climb
from finsam_eval.disclosure.policy import Policy
from finsam_eval.disclosure.records import PUBLIC_REASON, inherit
from finsam_eval.disclosure.suppression import Facts, secure
from finsam_eval.errors import UnknownName, WrongShape
from finsam_eval.results import ALL, COUNTRY, Status

SERIES = ["respondent_group", "occasion", "item"]
COUNTS = ["forbund", "insats", *SERIES, "period", "gender", "category", "n"]
RUNGS = ["unit", *SERIES, "kind", "period", "gender", "detail", "status", "reason"]
PUBLISHED = ["unit", *SERIES, "period", "gender", "detail", "category", "n"]
REGISTER = ["unit", *SERIES, "kind", "gender", "detail", "rule"]
EMPTY_REASON = "Det finns inga svar eller uppgifter här."


@dataclass(frozen=True)
class Released:
    """What may leave the study, and (`register` only) why the rest may not.

    rungs : one row per unit × series × reporting period × gender: the `detail` shown of the cell ("" is hidden).
    counts : the published counts, every coarser detail included.
    records : every record, blanked where a cell it rests on is not shown in the detail needed.
    register : every grain not shown in full, with the rule that stopped it. Internal.
    periods, codebook : how the published numbers add up.
    """

    rungs: pd.DataFrame
    counts: pd.DataFrame
    records: pd.DataFrame
    register: pd.DataFrame
    periods: Periods
    codebook: Codebook


@dataclass(frozen=True)
class Shown:
    """One series as it is shown: every cell, the detail of every grain and where nobody is."""

    series: tuple[str, str, str]
    units: list[str]
    table: Table
    cells: Array
    ladder: Ladder
    empty: Mask


def release(
    counts: pd.DataFrame,
    records: pd.DataFrame,
    policy: Policy,
    *,
    codebook: Codebook,
    periods: Periods | None = None,
    within: Released | None = None,
) -> Released:
    """Return what `policy` lets out of the cube and the records; of a cube without rows, tables without rows.

    Where the cube has one förbund the country is that förbund, and shows what it shows.

    Parameters
    ----------
    counts : the cube, one row per atom: forbund insats respondent_group occasion period gender item category n.
    records : one row per unit × series × period × gender × statistic.
    periods : kind → reporting period → atoms, kinds ordered fine to coarse. Each atom and their total if not given.
    within : a release under a laxer profile; nothing is shown finer than there.

    Raises
    ------
    WrongShape, UnknownName
        When the cube does not fit the codebook, or a statistic has no declared detail.
    """
    _check(counts)
    periods = periods or default_periods(counts)
    forbund = sorted(counts["forbund"].unique())
    shown = [
        _show(series, cube, forbund, table, policy, codebook, within)
        for series, cube, table in _cubes(counts, forbund, calendar(periods), codebook)
    ]
    rungs = joined([_rungs(one) for one in shown], RUNGS)
    return Released(
        rungs=rungs,
        counts=joined([_counts(one) for one in shown], PUBLISHED),
        records=inherit(records, rungs),
        register=joined([_register(one) for one in shown], REGISTER),
        periods=periods,
        codebook=codebook,
    )


def default_periods(counts: pd.DataFrame) -> Periods:
    """Return each atom of the cube as a period, and one that holds them all."""
    atoms = sorted(counts["period"].unique())
    return {"atom": {atom: [atom] for atom in atoms}, "totalt": {"totalt": atoms}}


def joined(tables: Sequence[pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    """Return the tables one below the other, also where there are none of them."""
    if tables:
        return pd.concat(tables, ignore_index=True)
    return pd.DataFrame(columns=columns, dtype="str").astype({name: "int64" for name in columns if name == "n"})


def _check(counts: pd.DataFrame) -> None:
    missing = [column for column in COUNTS if column not in counts.columns]
    if missing:
        raise WrongShape(f"counts need the column {missing[0]}; they have {', '.join(counts.columns)}")
    strange = sorted(set(counts["gender"]) - set(GENDERS))
    if strange:
        raise UnknownName(f"gender {strange[0]!r} in counts; the cube holds {', '.join(GENDERS)}, margins are sums")
    if (counts["n"] < 0).any() or (counts["forbund"] == COUNTRY).any():
        raise WrongShape(f"counts hold persons per förbund: n is never negative and {COUNTRY} is their sum, not a row")


def _cubes(
    counts: pd.DataFrame, forbund: list[str], calendar: Calendar, codebook: Codebook
) -> Iterator[tuple[tuple[str, str, str], Array, Table]]:
    """Every series as an array förbund × atom × gender × code, with the table that says how it adds up."""
    tables: dict[tuple[object, ...], Table] = {}
    reported = counts[counts["period"].isin(calendar.atoms)]
    for series, rows in reported.groupby(SERIES, sort=True):
        scale = codebook.scale(series[2])
        key = (scale.min, scale.max, scale.top)
        table = tables.setdefault(key, Table(calendar, categories(scale)))
        place = [
            pd.Index(names).get_indexer(rows[column])
            for names, column in [
                (forbund, "forbund"),
                (calendar.atoms, "period"),
                (GENDERS, "gender"),
                (scale.codes, "category"),
            ]
        ]
        if (place[3] < 0).any():
            raise WrongShape(f"counts of {series[2]} hold a category outside its codes {scale.min}–{scale.max}")
        cube = np.zeros((len(forbund), len(calendar.atoms), len(GENDERS), len(scale.codes)), dtype=np.int64)
        np.add.at(cube, tuple(place), rows["n"].to_numpy())
        yield series, cube, table


def _show(
    series: tuple[str, str, str],
    cube: Array,
    forbund: list[str],
    table: Table,
    policy: Policy,
    codebook: Codebook,
    within: Released | None,
) -> Shown:
    cells = margins(cube, table.calendar, table.categories)
    empty, units = cells[:, :, 3, 0] == 0, [*forbund, COUNTRY]
    threshold = policy.threshold(codebook.item(series[2]).sensitivity)
    ladder = climb(cells, table.calendar, table.categories, threshold)
    if (~empty[:-1]).any(axis=1).sum() < FEWEST_FORBUND:
        ladder = ladder.capped(_only(len(forbund), len(units)), Rule.FEW_FORBUND)
    if policy.offices_country_only and holds_office(codebook, series[0]):
        ladder = ladder.capped(_only(slice(-1), len(units)), Rule.OFFICE)
        empty[:-1] = False
    if within is not None:
        ladder = ladder.capped(_cap(within.rungs, series, units, table), Rule.WITHIN)
    ladder = ladder.capped(secure(Facts(cube, cells, empty, table), ladder.detail), Rule.DERIVABLE)
    return Shown(series, units, table, cells, ladder.alone() if len(forbund) == 1 else ladder, empty)


def holds_office(codebook: Codebook, group: str) -> bool:
    """Return whether a respondent group is of one or a few known persons."""
    return next(known.holds_office for known in codebook.groups if known.id == group)


def _only(hidden: int | slice, units: int) -> Array:
    """Return a cap that hides some units and leaves the others."""
    cap = np.full((units, 1, 1), len(DETAILS))
    cap[hidden] = 0
    return cap


def _cap(rungs: pd.DataFrame, series: tuple[str, str, str], units: list[str], table: Table) -> Array:
    """Return what another release shows of each grain of a series; nothing where it does not know the grain."""
    rows = rungs[(rungs[SERIES] == list(series)).all(axis=1)]
    level = rows["detail"].map(DETAILS.index).groupby([rows["unit"], rows["kind"], rows["gender"] == ALL]).max()
    grains = pd.MultiIndex.from_product([units, table.calendar.kinds, [False, True]])
    known = level.reindex(grains, fill_value=0).to_numpy().reshape(len(units), -1, 2)
    return table.categories.at_most(known)


def _index(one: Shown, places: tuple[Array, ...]) -> dict[str, object]:
    """Return the key columns of cells given by unit, period and gender number."""
    unit, period, gender = places[:3]
    return {
        "unit": np.array(one.units, dtype=object)[unit],
        **dict(zip(SERIES, one.series, strict=True)),
        "period": np.array(one.table.calendar.ids, dtype=object)[period],
        "gender": np.array(SHOWN_GENDERS, dtype=object)[gender],
    }


def _rungs(one: Shown) -> pd.DataFrame:
    calendar = one.table.calendar
    detail = cell_detail(one.ladder.detail, calendar)
    empty = np.broadcast_to(one.empty[:, :, None], detail.shape).ravel()
    name = np.where(empty, "", np.array(DETAILS, dtype=object)[detail.ravel()])
    places = tuple(np.indices(detail.shape).reshape(3, -1))
    frame = pd.DataFrame(_index(one, places))
    frame.insert(4, "kind", np.array(calendar.kinds, dtype=object)[calendar.kind_of[places[1]]])
    hidden = ~empty & (name == "")
    status = np.where(empty, Status.NO_DATA, np.where(hidden, Status.SUPPRESSED, Status.OK))
    reason = np.where(empty, EMPTY_REASON, np.where(hidden, PUBLIC_REASON, ""))
    return frame.assign(detail=name, status=status, reason=reason).astype("str")


def _counts(one: Shown) -> pd.DataFrame:
    categories = one.table.categories
    level, category = np.array(categories.rows).T
    shown = (cell_detail(one.ladder.detail, one.table.calendar)[..., None] >= level) & ~one.empty[:, :, None, None]
    places = np.nonzero(shown)
    frame = pd.DataFrame(
        {
            **_index(one, places),
            "detail": np.array(DETAILS, dtype=object)[level[places[3]]],
            "category": np.array(categories.names, dtype=object)[category[places[3]]],
        }
    ).astype("str")
    return frame.assign(n=one.cells[..., category][shown])


def _register(one: Shown) -> pd.DataFrame:
    unit, kind, by = np.nonzero(one.ladder.rule != "")
    detail, rule = one.ladder.detail[unit, kind, by], one.ladder.rule[unit, kind, by]
    return pd.DataFrame(
        {
            "unit": np.array(one.units, dtype=object)[unit],
            **dict(zip(SERIES, one.series, strict=True)),
            "kind": np.array(one.table.calendar.kinds, dtype=object)[kind],
            "gender": np.where(by == 1, ALL, "per kön"),
            "detail": np.array(DETAILS, dtype=object)[detail],
            "rule": rule,
        }
    ).astype("str")
