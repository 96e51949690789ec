"""Figures of a released unit: levels, differences, distributions. No computing beyond where to draw."""

from __future__ import annotations

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from finsam_eval.codebook import Item, Scale
from finsam_eval.plots.shared import (
    MUTED,
    OTHER,
    OWN,
    Figure,
    NoFigure,
    canvas_for,
    finish,
    legend,
    mark,
    share_axis,
    under,
)
from finsam_eval.results import ALL, COUNTRY, Status
from finsam_eval.swedish import HIDDEN, MINUS, listing, percent, points
from finsam_eval.view import View


def levels(view: View, *, group: str, occasion: str) -> Figure | None:
    """Top-two share per mätpunkt with its interval, the country beside it; None where the table beside says why."""
    own, country = (view.shares(group, occasion, unit=unit) for unit in (view.unit, COUNTRY))
    items = [item for item in view.items(group, occasion) if item.id in own.index]
    caption = f"{view.whom(group, occasion)}: andel som instämmer, {view.period_label}"
    if not (own.loc[[item.id for item in items], "status"] == Status.OK).any():
        return None
    canvas, axes = canvas_for(items)
    for place, item in enumerate(items):
        if not view.is_country:
            mark(axes, place, country.loc[item.id], OTHER, marker="D", filled=False)
        mark(axes, place, own.loc[item.id], OWN, marker="o", filled=True, bar=True)
    share_axis(axes)
    if not view.is_country:
        legend(axes, [(view.name, OWN, "o", True), ("Riket", OTHER, "D", False)])
    alt = _levels_alt(view, items, own, country)
    return finish(canvas, caption, alt)


def gaps(view: View, *, group: str, occasion: str) -> Figure | None:
    """Women minus men in percentage points, with interval, per mätpunkt; None where the table beside says why."""
    key = {"respondent_group": group, "occasion": occasion, "period": view.period}
    rows = view.select(**key, statistic="skillnad", gender="kvinna", against_gender="man").set_index("item")
    items = [item for item in view.items(group, occasion) if item.id in rows.index]
    caption = f"{view.whom(group, occasion)}: skillnad mellan kvinnor och män, {view.period_label}"
    if not (rows.loc[[item.id for item in items], "status"] == Status.OK).any():
        return None
    canvas, axes = canvas_for(items)
    axes.axvline(0, color=MUTED, linewidth=1.4, zorder=0.9)
    for place, item in enumerate(items):
        mark(axes, place, rows.loc[item.id], OWN, marker="o", filled=True, bar=True)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: points(value)))
    under(axes, f"Procentenheter; {MINUS} män instämmer oftare, + kvinnor instämmer oftare")
    shown = [(item, rows.loc[item.id]) for item in items if rows.loc[item.id, "status"] == Status.OK]
    told = listing([f"{item.id} {points(row['value'])}" for item, row in shown])
    return finish(canvas, caption, f"Kvinnors andel minus mäns, i procentenheter: {told}.")


def distribution(view: View, *, group: str, occasion: str) -> Figure | NoFigure:
    """Every answer's share per mätpunkt as bars that lean left for the low answers and right for the high."""
    counts = view.counts[
        (view.counts["unit"] == view.unit)
        & (view.counts["respondent_group"] == group)
        & (view.counts["occasion"] == occasion)
        & (view.counts["period"] == view.period)
        & (view.counts["gender"] == ALL)
        & (view.counts["detail"] == "fordelning")
    ]
    items = [item for item in view.items(group, occasion) if item.id in set(counts["item"])]
    caption = f"{view.whom(group, occasion)}: alla svar, {view.period_label}"
    if not items:
        return NoFigure(caption)
    codes = counts["category"].astype("str").astype("int64")
    tallies = {item.id: counts["n"].set_axis(codes)[(counts["item"] == item.id).to_numpy()] for item in items}
    return leaning_bars(items, tallies, view.codebook.scale(items[0].id), caption, view.name)


def leaning_bars(items: list[Item], tallies: dict[str, pd.Series], scale: Scale, caption: str, whose: str) -> Figure:
    """Draw every answer's share per item as bars that lean left for the low answers and right for the high.

    tallies : per item the number of answers, by code.
    """
    canvas, axes = canvas_for(items)
    for place, item in enumerate(items):
        tally = tallies[item.id]
        _lean(axes, place, [float(tally.get(code, 0)) / float(tally.sum()) for code in scale.codes], scale)
    axes.axvline(0, color=MUTED, linewidth=1.4, zorder=0.9)
    axes.set_xlim(-0.6, 1.02)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: percent(abs(value))))
    under(axes, "Andel av svaren; låga svar åt vänster, höga åt höger")
    canvas.legend(loc="upper left", ncols=len(scale.codes), frameon=False, fontsize=8, handlelength=1)
    return finish(canvas, caption, _distribution_alt(items, tallies, scale, whose))


def _lean(axes: Axes, place: int, shares: list[float], scale: Scale) -> None:
    colours = sns.color_palette("vlag_r", len(shares))
    middle = len(shares) // 2 if len(shares) % 2 else None
    below = sum(shares[: len(shares) // 2]) + (shares[middle] / 2 if middle is not None else 0)
    left = -below
    for code, share, colour in zip(scale.codes, shares, colours, strict=True):
        label = scale.label(code) if place == 0 else None
        axes.barh(place, share, left=left, height=0.7, color=colour, edgecolor="white", linewidth=0.6, label=label)
        if share >= 0.08:
            axes.text(left + share / 2, place, percent(share), ha="center", va="center", fontsize=7)
        left += share


def _levels_alt(view: View, items: list[Item], own: pd.DataFrame, country: pd.DataFrame) -> str:
    told = []
    for item in items:
        row, other = own.loc[item.id], country.loc[item.id]
        told_beside = other["status"] == Status.OK and not view.is_country
        beside = f", riket {percent(other['value'])}" if told_beside else ""
        value = percent(row["value"]) if row["status"] == Status.OK else HIDDEN
        told.append(f"{item.id} {value}{beside}")
    return f"Andel som instämmer i {view.name}: {'; '.join(told)}."


def _distribution_alt(items: list[Item], tallies: dict[str, pd.Series], scale: Scale, whose: str) -> str:
    told = []
    for item in items:
        tally = tallies[item.id]
        top = sum(float(tally.get(code, 0)) for code in scale.top_codes) / float(tally.sum())
        told.append(f"{item.id} {percent(top)}")
    return f"Svarens fördelning, {whose}. Andel i de högsta stegen: {'; '.join(told)}."
