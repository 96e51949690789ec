"""How released shares stand to each other, as tables: a förbund and the country, women and men, over time."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from finsam_eval.contrasts import count_beside
from finsam_eval.criteria import criteria_of
from finsam_eval.results import COUNTRY, Status
from finsam_eval.swedish import DASH, decimal, percent, points, points_interval, whole
from finsam_eval.tables.shared import (
    Table,
    answers_needed,
    cell,
    item_label,
    number_cell,
    shown,
    without_empty,
)
from finsam_eval.view import View

NONE_SUFFICES = "förbunden för lika"
WITHIN = "inte säkert skild från riket"
NO_CRITERIA = "inga jämförelser görs: studien har inte bestämt vad som kan jämföras."
NOT_COMPARED = "inga jämförelser görs: talen kan inte visas."


def against_country(view: View, *, group: str, occasion: str) -> Table:
    """Per mätpunkt: the unit's share beside the country's, the verdict, and the share smoothed and like for like."""
    beside, smoothed, alike = (
        view.contrast(kind, group, occasion, unit=view.unit) for kind in ("mot_riket", "utjamnad", "standardiserad")
    )
    rows = [
        [
            item_label(item),
            number_cell(_own_level(beside.loc[[item.id]]), "n"),
            cell(_own_level(beside.loc[[item.id]]), _share_with_interval),
            percent(beside.loc[item.id, "centre"]) if pd.notna(beside.loc[item.id, "centre"]) else DASH,
            _verdict(beside.loc[item.id]),
            cell(smoothed.loc[[item.id]], _share_with_interval),
            cell(alike.loc[alike.index == item.id], _share_with_interval),
        ]
        for item in view.items(group, occasion)
        if item.id in beside.index
    ]
    columns = ["Mätpunkt", "Svar", "Andel", "Riket", "Mot riket", "Utjämnad andel", "Med rikets könsfördelning"]
    return Table(
        f"{view.whom(group, occasion)}: {view.name} och riket, {view.period_label}",
        *without_empty(columns, shown(rows), 6),
        empty=_why_empty(view),
    )


def standing(view: View, *, group: str, occasion: str) -> Table:
    """Per mätpunkt: förbund shown, comparable, above and below the country, what chance gives, and answers needed."""
    counted = count_beside(view.contrasts, group=group, occasion=occasion)
    needed = view.contrast("svar_som_behovs", group, occasion, unit=COUNTRY)
    rows = [
        [
            item_label(view.codebook.item(line.item)),
            *[whole(number) for number in (line.shown, line.comparable)],
            *_beside(line),
            cell(needed.loc[[line.item]], answers_needed, otherwise=NONE_SUFFICES),
        ]
        for line in counted.itertuples()
    ]
    columns = ["Mätpunkt", "Visas", "Kan jämföras", "Över riket", "Under riket", "Väntat av slump", "Svar som behövs"]
    for place in (5, 4, 3):  # where no förbund can be compared
        columns, rows = without_empty(columns, rows, place)
    return Table(
        f"{view.whom(group, occasion)}: förbund jämförda med riket, {view.period_label}",
        columns,
        rows,
        empty=_why_empty(view),
    )


def women_and_men(view: View, *, group: str, occasion: str) -> Table:
    """Per mätpunkt: whether women and men are alike, how they differ within förbund, and whether förbund agree."""
    alike, within = (view.contrast(kind, group, occasion, unit=COUNTRY) for kind in ("lika_kon", "kon_inom_forbund"))
    rows = [
        [
            item_label(item),
            cell(alike.loc[[item.id]], lambda row: points(row["value"])),
            cell(alike.loc[[item.id]], lambda row: points_interval(row["lower"], row["upper"]), otherwise=DASH),
            cell(alike.loc[[item.id]], lambda row: row["verdict"], otherwise=DASH),
            _agreement(within.loc[within.index == item.id]),
        ]
        for item in view.items(group, occasion)
        if item.id in alike.index
    ]
    columns = ["Mätpunkt", "Skillnad", "Osäkerhet", "Omdöme", "Olika i olika förbund"]
    return Table(
        f"{view.whom(group, occasion)}: kvinnor minus män i riket, procentenheter, {view.period_label}",
        *without_empty(columns, rows, 4),
        empty=_why_empty(view),
    )


def trends(view: View, *, group: str, occasion: str) -> Table:
    """Per mätpunkt: the change from one period to the next, and whether it is worse than the country and worsening."""
    found = view.contrast("trend", group, occasion, unit=view.unit)
    rows = [
        [
            item_label(item),
            number_cell(found.loc[[item.id]], "n"),
            number_cell(found.loc[[item.id]], "tested"),
            cell(found.loc[[item.id]], lambda row: points(row["value"])),
            cell(found.loc[[item.id]], lambda row: points_interval(row["lower"], row["upper"]), otherwise=DASH),
            cell(found.loc[[item.id]], lambda row: row["verdict"] or DASH, otherwise=DASH),
        ]
        for item in view.items(group, occasion)
        if item.id in found.index
    ]
    columns = ["Mätpunkt", "Svar", "Perioder", "Procentenheter per period", "Osäkerhet", "Läge och riktning"]
    caption = f"{view.whom(group, occasion)}: utveckling till och med {view.period_label}"
    return Table(caption, columns, shown(rows), empty="minst tre perioder med tal som visas behövs för en utveckling.")


def _own_level(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the row as its own level, which stands also where it cannot be compared."""
    return rows.assign(status=rows["status"].mask(rows["status"] == Status.NOT_COMPARABLE, str(Status.OK)))


def _verdict(row: pd.Series) -> str:
    if row["status"] == Status.NOT_COMPARABLE:
        number = f"omkring {whole(_about(row['needed']))} svar" if pd.notna(row["needed"]) else ""
        return f"kan inte jämföras ({number} skulle räcka)" if number else f"kan inte jämföras ({NONE_SUFFICES})"
    if row["status"] != Status.OK:
        return DASH
    side, _, line = str(row["verdict"]).partition(" ")
    return f"{side} riket (utanför {line} %)" if side else WITHIN


def _about(number: float) -> int:
    """Return a number rounded up to two figures: more would promise more than an estimate from some förbund holds."""
    step = 10 ** max(0, len(str(math.ceil(number))) - 2)
    return math.ceil(number / step) * step


def _why_empty(view: View) -> str:
    return NO_CRITERIA if criteria_of(view.study) is None else NOT_COMPARED


def _share_with_interval(row: pd.Series) -> str:
    return f"{percent(row['value'])} ({round(100 * row['lower'])}{DASH}{round(100 * row['upper'])})"


def _beside(line: Any) -> list[str]:
    if not line.comparable:
        return [DASH, DASH, DASH]
    return [_sides(line.above, line.far_above), _sides(line.below, line.far_below), decimal(line.by_chance)]


def _sides(outside: int, far: int) -> str:
    return f"{outside}, varav {far} långt" if far else str(outside)


def _agreement(rows: pd.DataFrame) -> str:
    """Return the test that women and men differ equally much in all förbund."""
    return cell(rows, lambda row: f"p = {decimal(row['p'], 3)} ({whole(row['tested'])} förbund)", otherwise=DASH)
