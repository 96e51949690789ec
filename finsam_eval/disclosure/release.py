"""Release once, over all tables together: what is shown of every number, and why the rest is not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from finsam_eval.codebook import Codebook
from finsam_eval.disclosure.cells import (
    DETAILS,
    GENDERS,
    Array,
    Calendar,
    Mask,
    Periods,
    Table,
    calendar,
    categories,
    margins,
)
from finsam_eval.disclosure.facts import Facts
from finsam_eval.disclosure.ladder import FEWEST_FORBUND, Ladder, Rule, climb, secrets
from finsam_eval.disclosure.policy import Policy
from finsam_eval.disclosure.published import Past, past, values_of
from finsam_eval.disclosure.records import inherit
from finsam_eval.disclosure.register import PUBLISHED, REGISTER, RUNGS, SERIES, Shown, counts_of, register_of, rungs_of
from finsam_eval.disclosure.suppression import secure
from finsam_eval.errors import UnknownName, WrongShape
from finsam_eval.files import load_table
from finsam_eval.processors import Each
from finsam_eval.results import ALL, COUNTRY, Status

COUNTS = ["forbund", "insats", *SERIES, "period", "gender", "category", "n"]


@dataclass(frozen=True)
class Released:
    """What may leave the study, and (`register` only) why the rest may not.

    rungs : one row per unit × series × reporting period × gender: the `detail` shown of the cell ("" is hidden).
    counts : the published counts, every coarser detail included.
    records : every record, blanked where a cell it rests on is not shown in the detail needed.
    register : every grain not shown in full, with the rule that stopped it, and single periods of a grain that show
        less than it (`period`, "" for the whole grain); grains shown by an exception, with who made it. Internal.
    periods, codebook : how the published numbers add up.
    """

    rungs: pd.DataFrame
    counts: pd.DataFrame
    records: pd.DataFrame
    register: pd.DataFrame
    periods: Periods
    codebook: Codebook


def release(
    counts: pd.DataFrame,
    records: pd.DataFrame,
    policy: Policy,
    *,
    codebook: Codebook,
    periods: Periods | None = None,
    within: Released | None = None,
    earlier: Sequence[Released] = (),
    each: Each = map,
) -> Released:
    """Return what `policy` lets out of the cube and the records; of a cube without rows, tables without rows.

    Where the cube has one förbund the country is that förbund, and shows what it shows.

    Parameters
    ----------
    counts : the cube, one row per atom: forbund insats respondent_group occasion period gender item category n.
    records : one row per unit × series × period × gender × statistic.
    periods : kind → reporting period → atoms, kinds ordered fine to coarse. Each atom and their total if not given.
    within : a release under a laxer profile; nothing is shown finer than there.
    earlier : what the same readers were given before. Numbers that have changed by a group that the policy would not
        let out are hidden (`published.past` argues why).
    each : how the series are worked through, `map` or that of `processors.every_processor`.

    Raises
    ------
    WrongShape, UnknownName
        When the cube does not fit the codebook, a statistic has no declared detail, or an earlier release tells of a
        period that is no longer reported.
    """
    _check(counts)
    periods = periods or default_periods(counts)
    check_earlier(earlier, periods)
    forbund = sorted(counts["forbund"].unique())
    wider, before = within and by_series(within), [by_series(one) for one in earlier]
    asked = [
        _Asked(
            series,
            cube,
            table,
            within=wider(series)[0] if wider else None,
            earlier=[find(series) for find in before],
        )
        for series, cube, table in cubes_of(counts, calendar(periods), codebook)
    ]
    shown = list(each(partial(_told, forbund=forbund, policy=policy, codebook=codebook), asked))
    rungs = joined([one for one, _, _ in shown], RUNGS)
    return Released(
        rungs=rungs,
        counts=joined([one for _, one, _ in shown], PUBLISHED),
        records=inherit(records, rungs),
        register=joined([one for _, _, one in shown], REGISTER),
        periods=periods,
        codebook=codebook,
    )


def load_released(folder: Path, *, codebook: Codebook, periods: Periods) -> Released:
    """Return an earlier release from its folder (rungs.parquet, counts.parquet), to be given as `earlier`.

    `periods` are the study's reporting periods now. The register stays inside, and is empty here, as are the records:
    they follow from the counts.
    """
    rungs, counts = (load_table(folder / f"{name}.parquet") for name in ("rungs", "counts"))
    return Released(
        rungs=rungs,
        counts=counts,
        records=pd.DataFrame(),
        register=joined([], REGISTER),
        periods=periods,
        codebook=codebook,
    )


def check_earlier(earlier: Sequence[Released], periods: Periods) -> None:
    """Refuse an earlier release of periods that nobody can place.

    Raises
    ------
    WrongShape
        When it tells of a period that is not among `periods`.
    """
    reported = {period for kind in periods.values() for period in kind}
    for released in earlier:
        gone = sorted(set(released.rungs["period"]) - reported)
        if gone:
            raise WrongShape(f"an earlier release tells of the period {gone[0]}; keep it among the study's periods")


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


def cubes_of(
    counts: pd.DataFrame, calendar: Calendar, codebook: Codebook
) -> Iterator[tuple[tuple[str, str, str], Array, Table]]:
    """Every series as an array förbund × atom × gender × code, with the table that says how it adds up."""
    forbund = sorted(counts["forbund"].unique())
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


@dataclass(frozen=True)
class _Asked:
    """One series, and of it what other releases show: the laxer one's rungs, the earlier ones' rungs and counts."""

    series: tuple[str, str, str]
    cube: Array
    table: Table
    within: pd.DataFrame | None
    earlier: Sequence[tuple[pd.DataFrame, pd.DataFrame]]


def _told(
    asked: _Asked, *, forbund: list[str], policy: Policy, codebook: Codebook
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return the rungs, counts and register of one series."""
    shown = _show(asked, forbund, policy, codebook)
    return rungs_of(shown), counts_of(shown), register_of(shown)


def _show(asked: _Asked, forbund: list[str], policy: Policy, codebook: Codebook) -> Shown:
    series, cube, table, within = asked.series, asked.cube, asked.table, asked.within
    cells, units = margins(cube, table.calendar, table.categories), [*forbund, COUNTRY]
    limits, office = policy.threshold(codebook.item(series[2]).sensitivity), holds_office(codebook, series[0])
    exempted = policy.exempted(series)
    ladder = _climb(cells, units, table, policy, series, codebook)
    if (cells[:-1, :, 3, 0] > 0).any(axis=1).sum() < FEWEST_FORBUND:
        ladder = ladder.capped(_only(len(forbund), len(units)), Rule.FEW_FORBUND, table.calendar)
    if within is not None:
        ladder = ladder.capped(_cap(within, units, table), Rule.WITHIN, table.calendar)
    before = [values_of(rungs, counts, units, table) for rungs, counts in asked.earlier]
    told = past(cells.astype(float), before, table, limits)
    facts = _facts(cube, cells, table, told, secrets(cells, table, limits), policy, office)
    if within is not None:
        facts = replace(facts, cap=np.minimum(facts.cap, _cap_of_cells(within, units, table)))
    if before:
        nothing = facts.visible(np.zeros_like(ladder.detail))
        facts = replace(facts, secret=facts.secret & ~facts.given_away(nothing))
    ladder = ladder.capped(secure(facts, ladder.detail), Rule.DERIVABLE, table.calendar)
    if len(forbund) == 1:
        facts, ladder = facts.alone(0), ladder.alone()
    return Shown(series, units, facts, ladder, told.changed, exempted)


def _climb(
    cells: Array, units: list[str], table: Table, policy: Policy, series: tuple[str, str, str], codebook: Codebook
) -> Ladder:
    """Return the ladder under the policy and its exceptions."""
    limits = policy.threshold(codebook.item(series[2]).sensitivity)
    ladder = climb(cells, table.calendar, table.categories, limits)
    for unit, exemptions in policy.exempted(series).items():
        if unit in units:
            lifted = limits.without(limit for one in exemptions for limit in one.lifts)
            ladder = ladder.of(units.index(unit), climb(cells, table.calendar, table.categories, lifted))
    if policy.offices_country_only and holds_office(codebook, series[0]):
        ladder = ladder.capped(_only(slice(-1), len(units)), Rule.OFFICE, table.calendar)
    return ladder


def _facts(cube: Array, cells: Array, table: Table, told: Past, secret: Mask, policy: Policy, office: bool) -> Facts:
    empty = cells[:, :, 3, 0] == 0
    # A derived period is not reported, so nobody is told that it is empty.
    empty[:, len(table.calendar.ids) :] = False
    if policy.offices_country_only and office:
        empty[:-1], secret[:-1] = False, True
    return Facts(
        cube=cube,
        cells=cells,
        table=table,
        empty=empty,
        secret=secret,
        cap=told.cap,
        known=told.known,
        limits=told.limits if told.changed.any() else None,
        width=policy.min_width,
    )


def by_series(released: Released) -> Callable[[tuple[str, str, str]], tuple[pd.DataFrame, pd.DataFrame]]:
    """Return what finds the rungs and counts of a series, empty where nothing was released of it."""
    rungs, counts = released.rungs, released.counts
    rungs_of, counts_of = (dict(list(frame.groupby(SERIES))) for frame in (rungs, counts))
    return lambda series: (rungs_of.get(series, rungs.iloc[:0]), counts_of.get(series, counts.iloc[:0]))


def holds_office(codebook: Codebook, group: str) -> bool:
    """Return whether a respondent group is of one or a few known persons."""
    return next(known.holds_office for known in codebook.groups if known.id == group)


def _only(hidden: int | slice, units: int) -> Array:
    """Return a cap that hides some units and leaves the others."""
    cap = np.full((units, 1, 1), len(DETAILS))
    cap[hidden] = 0
    return cap


def _cap(rows: pd.DataFrame, units: list[str], table: Table) -> Array:
    """Return what the rungs of a series show of each grain; nothing where they do not know the grain."""
    level = rows["detail"].map(DETAILS.index).groupby([rows["unit"], rows["kind"], rows["gender"] == ALL]).max()
    grains = pd.MultiIndex.from_product([units, table.calendar.kinds, [False, True]])
    known = level.reindex(grains, fill_value=0).to_numpy().reshape(len(units), -1, 2)
    return table.categories.at_most(known)


def _cap_of_cells(rows: pd.DataFrame, units: list[str], table: Table) -> Array:
    """Return what the rungs of a series show of each reported cell, by gender and for all: all where nobody is."""
    rows = rows[rows["status"] != Status.NO_DATA]
    cap = np.full((len(units), len(table.calendar.ids), 2), table.categories.levels[-1])
    unit, period = pd.Index(units).get_indexer(rows["unit"]), pd.Index(table.calendar.ids).get_indexer(rows["period"])
    level, known = rows["detail"].map(DETAILS.index).to_numpy(), (unit >= 0) & (period >= 0)
    by = (rows["gender"] == ALL).to_numpy().astype(int)
    np.minimum.at(cap, (unit[known], period[known], by[known]), level[known])
    return table.categories.at_most(cap)
