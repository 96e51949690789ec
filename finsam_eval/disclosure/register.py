"""One series as it goes out: what is shown of every cell, the counts themselves, and why the rest is not shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from finsam_eval.disclosure.cells import DETAILS, SHOWN_GENDERS, Array, Mask
from finsam_eval.disclosure.facts import Facts
from finsam_eval.disclosure.ladder import Ladder, Rule
from finsam_eval.disclosure.policy import Exemption
from finsam_eval.disclosure.records import PUBLIC_REASON
from finsam_eval.results import ALL, Status

SERIES = ["respondent_group", "occasion", "item"]
RUNGS = ["unit", *SERIES, "kind", "period", "gender", "detail", "status", "reason"]
PUBLISHED = ["unit", *SERIES, "period", "gender", "detail", "category", "n"]
REGISTER = ["unit", *SERIES, "kind", "period", "gender", "detail", "rule", "status", "reason", "exception"]
EMPTY_REASON = "Det finns inga svar eller uppgifter här."


@dataclass(frozen=True)
class Shown:
    """One series as it is shown: every cell, the level of every cell and grain, and where nobody is.

    changed : reported cells of which an earlier number has changed.
    """

    series: tuple[str, str, str]
    units: list[str]
    facts: Facts
    ladder: Ladder
    changed: Mask
    exempted: Mapping[str, Sequence[Exemption]]


def rungs_of(one: Shown) -> pd.DataFrame:
    """Return the detail shown of every reported cell, columns `RUNGS`."""
    calendar, level = one.facts.table.calendar, one.facts.levels(one.ladder.detail)
    empty = np.broadcast_to(one.facts.empty[:, : len(calendar.ids), None], level.shape).ravel()
    name = np.where(empty, "", np.array(DETAILS, dtype=object)[level.ravel()])
    places = tuple(np.indices(level.shape).reshape(3, -1))
    frame = pd.DataFrame(_index(one, places))
    frame.insert(4, "kind", np.array(calendar.kinds, dtype=object)[calendar.kind_of[places[1]]])
    hidden = ~empty & (name == "")
    status = np.where(empty, Status.NO_DATA, np.where(hidden, Status.SUPPRESSED, Status.OK))
    reason = np.where(empty, EMPTY_REASON, np.where(hidden, PUBLIC_REASON, ""))
    return frame.assign(detail=name, status=status, reason=reason).astype("str")


def counts_of(one: Shown) -> pd.DataFrame:
    """Return the published counts in every detail shown, columns `PUBLISHED`."""
    categories, reported = one.facts.table.categories, len(one.facts.table.calendar.ids)
    level, category = np.array(categories.rows).T
    empty = one.facts.empty[:, :reported, None, None]
    shown = (one.facts.levels(one.ladder.detail)[..., None] >= level) & ~empty
    places = np.nonzero(shown)
    frame = pd.DataFrame(
        {
            **_index(one, places),
            "detail": np.array(DETAILS, dtype=object)[level[places[3]]],
            "category": np.array(categories.names, dtype=object)[category[places[3]]],
        }
    ).astype("str")
    return frame.assign(n=one.facts.cells[:, :reported][..., category][shown])


def register_of(one: Shown) -> pd.DataFrame:
    """Return every grain not shown in full or shown by an exception, then every cell hidden for having changed."""
    calendar, detail = one.facts.table.calendar, one.ladder.detail
    rule = one.ladder.rule.copy()
    free = np.isin(one.units, list(one.exempted))
    rule[free] = np.where(rule[free] == "", Rule.EXEMPTED, rule[free])
    grains = np.nonzero(rule != "")
    cell = np.stack([detail[:, calendar.kind_of], one.facts.cap]).min(axis=0)
    less = np.nonzero((cell < detail[:, calendar.kind_of]) | one.changed)
    unit, kind, by = (np.concatenate([a, b]) for a, b in zip(grains, less, strict=True))
    many = len(grains[0])
    kind[many:] = calendar.kind_of[less[1]]
    shown = np.array(DETAILS, dtype=object)[np.concatenate([detail[grains], cell[less]])]
    told = {name: "; ".join(one_.told() for one_ in all_) for name, all_ in one.exempted.items()}
    units = np.array(one.units, dtype=object)[unit]
    hidden = shown == ""
    return pd.DataFrame(
        {
            "unit": units,
            **dict(zip(SERIES, one.series, strict=True)),
            "kind": np.array(calendar.kinds, dtype=object)[kind],
            "period": [*[""] * many, *np.array(calendar.ids, dtype=object)[less[1]]],
            "gender": np.where(by == 1, ALL, "per kön"),
            "detail": shown,
            "rule": [*rule[grains], *[Rule.CHANGED] * len(less[0])],
            "status": np.where(hidden, Status.SUPPRESSED, Status.OK),
            "reason": np.where(hidden, PUBLIC_REASON, ""),
            "exception": [told.get(name, "") for name in units],
        }
    ).astype("str")


def _index(one: Shown, places: tuple[Array, ...]) -> dict[str, object]:
    """Return the key columns of cells given by unit, period and gender number."""
    unit, period, gender = places[:3]
    return {
        "unit": np.array(one.units, dtype=object)[unit],
        **dict(zip(SERIES, one.series, strict=True)),
        "period": np.array(one.facts.table.calendar.ids, dtype=object)[period],
        "gender": np.array(SHOWN_GENDERS, dtype=object)[gender],
    }
