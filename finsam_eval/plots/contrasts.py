"""The förbund around the country in one figure: a funnel, and the levels drawn towards each other."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.ticker import FuncFormatter

from finsam_eval.contrasts import cell_of, funnel_of
from finsam_eval.inside import Inside
from finsam_eval.plots.country import rows_of_forbund
from finsam_eval.plots.shared import (
    MUTED,
    OTHER,
    OWN,
    STYLE,
    WIDTH,
    Figure,
    finish,
    legend,
    mark,
    share_axis,
)
from finsam_eval.results import Status
from finsam_eval.swedish import percent, percent_interval
from finsam_eval.view import View

HEIGHT = 4.2

FUNNEL_STYLE = {**STYLE, "axes.grid.axis": "y", "axes.spines.left": True, "ytick.left": True}

LINES = {"95": ("--", "95 % av slumpen"), "99.8": (":", "99,8 % av slumpen")}

MARKS = {
    "not comparable": ("o", MUTED, False, "kan inte jämföras"),
    "within": ("o", OWN, True, "inom gränserna"),
    "outside": ("^", OTHER, True, "utanför 95 %"),
    "far": ("D", OTHER, True, "utanför 99,8 %"),
}


def funnel(source: View | Inside, *, group: str, occasion: str, item: str) -> Figure | None:
    """Every förbund's share of one mätpunkt against how much its answers tell, with the lines that chance draws.

    Answers are counted as independent ones, so that the line at a förbund is the one it is judged by.
    None where fewer than two förbund may be shown.
    """
    rows = cell_of(source.study, source.records, group=group, occasion=occasion, item=item)
    found = funnel_of(rows)
    beside = _of_item(source, "mot_riket", group, occasion, item)
    if found is None or found.status is not Status.OK or len(beside) < 2:
        return None
    units = found.units.loc[[unit for unit in found.units.index if unit in beside.index]]
    size = units["n"] / rows.loc[units.index, "deff"]
    units = units.assign(size=size, kind=[_kind(beside.loc[unit]) for unit in units.index]).sort_values("size")
    with mpl.rc_context(FUNNEL_STYLE):
        canvas = Canvas(figsize=(WIDTH, HEIGHT))
        axes = canvas.subplots()
        canvas.subplots_adjust(left=0.1, right=0.97, top=0.86, bottom=0.13)
    _lines(axes, units, float(found.centre or np.nan))
    _points(axes, units)
    axes.set_xlabel("Svar, räknade som oberoende", loc="right", fontsize=8)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: percent(value)))
    axes.set_xlim(left=0)
    canvas.legend(loc="upper left", ncols=3, frameon=False, fontsize=8)
    label = source.study.codebook.item(item).id
    caption = f"{_whom(source, group, occasion)}: {label} i förbunden och gränserna för slumpen, {_period(source)}"
    return finish(canvas, caption, _told(units, float(found.centre or np.nan), label))


def smoothed(source: View | Inside, *, group: str, occasion: str, item: str) -> Figure | None:
    """Each förbund's share of one mätpunkt as it is and drawn towards the others, in the order of the study's file."""
    chosen = _of_item(source, "utjamnad", group, occasion, item)
    shown = chosen[chosen["status"] == Status.OK]
    if shown.empty:
        return None
    own = cell_of(source.study, source.records, group=group, occasion=occasion, item=item).loc[shown.index]
    canvas, axes = rows_of_forbund(list(shown.index))
    for place, unit in enumerate(shown.index):
        mark(axes, place, own.loc[unit], OTHER, marker="D", filled=False)
        mark(axes, place, shown.loc[unit], OWN, marker="o", filled=True, bar=True)
    share_axis(axes)
    legend(axes, [("Utjämnad andel", OWN, "o", True), ("Andel som den är", OTHER, "D", False)])
    told = "; ".join(
        f"{unit} {percent(row['value'])} ({percent_interval(row['lower'], row['upper'])})"
        for unit, row in shown.iterrows()
    )
    caption = f"{_whom(source, group, occasion)}: {item} i varje förbund, utjämnad, {_period(source)}"
    return finish(canvas, caption, f"Utjämnad andel som instämmer i {item}: {told}.")


def _of_item(source: View | Inside, statistic: str, group: str, occasion: str, item: str) -> pd.DataFrame:
    rows, wanted = source.contrasts, [statistic, group, occasion, item]
    chosen = (rows[["statistic", "respondent_group", "occasion", "item"]] == wanted).all(axis=1)
    return rows[chosen].set_index("unit")


def _kind(row: pd.Series) -> str:
    if row["status"] != Status.OK:
        return "not comparable"
    return {"": "within", "99,8": "far"}.get(str(row["verdict"]).partition(" ")[2], "outside")


def _lines(axes: Axes, units: pd.DataFrame, centre: float) -> None:
    axes.axhline(centre, color=MUTED, linewidth=1.2, label=f"riket, {percent(centre)}")
    for level, (style, name) in LINES.items():
        for number, end in enumerate(("lower", "upper")):
            label = None if number else name
            axes.plot(units["size"], units[f"{end}_{level}"], style, color=MUTED, linewidth=1.2, label=label)


def _points(axes: Axes, units: pd.DataFrame) -> None:
    for kind, (marker, colour, filled, name) in MARKS.items():
        some = units[units["kind"] == kind]
        if some.empty:
            continue
        face = colour if filled else "none"
        axes.plot(some["size"], some["value"], marker, color=colour, markerfacecolor=face, markersize=5.5, label=name)
        if kind in ("outside", "far"):
            for unit, row in some.iterrows():
                place = (row["size"], row["value"])
                axes.annotate(str(unit), place, xytext=(4, 3), textcoords="offset points", fontsize=7.5)


def _told(units: pd.DataFrame, centre: float, label: str) -> str:
    number = units["kind"].value_counts()
    parts = [f"{number[kind]} {name}" for kind, (_, _, _, name) in MARKS.items() if number.get(kind, 0)]
    outside = [
        f"{unit} {percent(row['value'])} av {row['n']:.0f} svar"
        for unit, row in units.iterrows()
        if row["kind"] in ("outside", "far")
    ]
    named = f" Utanför: {'; '.join(outside)}." if outside else ""
    return (
        f"Andel som instämmer i {label} mot antalet svar. Riket {percent(centre)}. Förbund: {', '.join(parts)}.{named}"
    )


def _whom(source: View | Inside, group: str, occasion: str) -> str:
    codebook = source.study.codebook
    return f"{codebook.group_label(group)} {codebook.occasion_label(occasion)}"


def _period(source: View | Inside) -> str:
    return source.study.period_label(source.study.settings.report_period)
