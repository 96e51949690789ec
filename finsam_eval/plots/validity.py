"""What the declared item sets measure, as figures: eigenvalues, a path diagram, and questions side by side."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.patches import Ellipse, FancyBboxPatch
from matplotlib.ticker import FuncFormatter, MaxNLocator

from finsam_eval.codebook import Codebook
from finsam_eval.plots.shared import MUTED, OTHER, OWN, STYLE, TALLEST, WIDTH, Figure, finish
from finsam_eval.psychometrics.irt.mokken import LOWEST
from finsam_eval.psychometrics.structure import Structure
from finsam_eval.swedish import decimal, listing
from finsam_eval.tables.validity import Z, having

LINE = 0.24
"""Inches that a question takes in a figure of all questions."""

BOX = 0.36
"""Inches that a question takes in a path diagram; less where all would not find room on a page."""

Point = tuple[float, float, float]
"""A number and its limits."""


def scree(found: Sequence[Structure]) -> Figure | None:
    """Eigenvalues of each set's polychoric correlations beside those that chance gives; None without any."""
    drawn = having(found, "parallel")
    if not drawn:
        return None
    canvas, panels = grid(len(drawn), 2, 2.3)
    for axes, one in zip(panels, drawn, strict=True):
        table = one.parallel.table
        axes.plot(table["number"], table["component"], "o-", color=OWN, markersize=4, linewidth=1.3)
        axes.plot(table["number"], table["component_limit"], "--", color=OTHER, linewidth=1.3)
        axes.set_title(textwrap.fill(one.item_set.label, 44), fontsize=8)
        axes.set_xlabel("Egenvärde, det största först", fontsize=8)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set_ylim(0)
    told = [f"{one.item_set.label}: {_counted(one)} ligger över slumpens gräns" for one in drawn]
    alt = (
        "Heldragen linje med punkter: svarens egenvärden. Streckad: gränsen som 95 av 100 slumpade svar håller sig "
        f"under. {'; '.join(told)}."
    )
    return finish(canvas, "Hur många saker? Egenvärden mot slumpen (parallellanalys)", alt)


def path_diagram(codebook: Codebook, found: Sequence[Structure]) -> Figure | None:
    """Each set's one factor with its questions, loadings and what is left; None where no model was found."""
    drawn = having(found, "model")
    if not drawn:
        return None
    box = min(BOX, (TALLEST - 0.3 * len(drawn)) / sum(len(one.items.columns) for one in drawn))
    heights = [len(one.items.columns) * box + 0.3 for one in drawn]
    with mpl.rc_context(STYLE):
        canvas = Canvas(figsize=(WIDTH, sum(heights)))
        panels = canvas.subplots(len(drawn), 1, squeeze=False, height_ratios=heights)[:, 0]
        canvas.subplots_adjust(left=0, right=1, top=1, bottom=0, hspace=0)
    for axes, one, height in zip(panels, drawn, heights, strict=True):
        _paths(axes, one, codebook, height, box)
    told = [f"{one.item_set.label}: {_loadings_in_words(one)}" for one in drawn]
    alt = (
        "Pilarna går från det gemensamma till varje fråga, med standardiserade laddningar; till höger andelen av "
        f"frågan som det gemensamma inte förklarar. {'; '.join(told)}."
    )
    return finish(canvas, "En gemensam faktor bakom frågorna: laddningar, och det som är frågans eget", alt)


def loadings(found: Sequence[Structure]) -> Figure | None:
    """Every question's standardised loading with its interval; None without any."""

    def points(one: Structure) -> dict[str, Point]:
        table = one.model.loadings
        return {
            row["item"]: (row["std"], row["std"] - Z * row["se"], row["std"] + Z * row["se"])
            for _, row in table.iterrows()
        }

    axis = "Standardiserad laddning; strecket visar osäkerheten"
    return forest(found, points, axis, "Hur starkt hör varje fråga ihop med det gemensamma?", line=0.0, start=0.0)


def scalability(found: Sequence[Structure]) -> Figure | None:
    """Every question's Mokken H with its interval, and the lowest that a scale takes; None without any."""

    def points(one: Structure) -> dict[str, Point]:
        return {row["item"]: (row["h"], row["lower"], row["upper"]) for _, row in one.mokken.items.iterrows()}

    axis = "Mokkens Hᵢ; den streckade linjen är det lägsta som en skala bör ha"
    return forest(found, points, axis, "Ordnar frågorna personerna lika? (Mokken)", line=LOWEST, start=0.0)


def read_differently(found: Sequence[Structure]) -> Figure | None:
    """Every question's log odds of a higher step, women less men of the same sum; None without any."""

    def points(one: Structure) -> dict[str, Point]:
        rows = one.dif.items
        told = {row["item"]: (-row["log_odds"], row["log_odds_se"]) for _, row in rows.iterrows()}
        return {item: (at, at - Z * se, at + Z * se) for item, (at, se) in told.items() if np.isfinite(at)}

    def stands_out(one: Structure, item: str) -> bool:
        return bool(one.dif.items.set_index("item").loc[item, "flagged"])

    axis = "Kvinnor svarar lägre  ←  logodds vid samma summa  →  kvinnor svarar högre"
    return forest(
        found, points, axis, "Fungerar frågorna olika för kvinnor och män? (DIF)", line=0.0, marked=stands_out
    )


def forest(
    found: Sequence[Structure],
    points: Callable[[Structure], dict[str, Point]],
    axis: str,
    caption: str,
    *,
    line: float,
    start: float | None = None,
    marked: Callable[[Structure, str], bool] = lambda one, item: False,
) -> Figure | None:
    """A number with its interval per question, a panel per set, beside a line; None where no set has any.

    start : where the axis begins; else where the numbers do. marked : whether a question stands out.
    """
    told = {place: points(one) for place, one in enumerate(found)}
    drawn = [(one, told[place]) for place, one in enumerate(found) if told[place]]
    if not drawn:
        return None
    heights = [len(own) * LINE + 0.35 for _, own in drawn]
    with mpl.rc_context(STYLE):
        canvas = Canvas(figsize=(WIDTH, sum(heights) + 0.45))
        panels = canvas.subplots(len(drawn), 1, squeeze=False, height_ratios=heights, sharex=True)[:, 0]
        room = 0.45 / (sum(heights) + 0.45)
        canvas.subplots_adjust(left=0.1, right=0.97, top=1 - 0.27 / (sum(heights) + 0.45), bottom=room, hspace=0.2)
    for axes, (one, own) in zip(panels, drawn, strict=True):
        axes.axvline(line, color=MUTED, linestyle="--", linewidth=1)
        _rows(axes, own, {item for item in own if marked(one, item)})
        axes.set_title(one.item_set.label, fontsize=8.5, loc="left")
    panels[-1].xaxis.set_major_formatter(FuncFormatter(lambda value, _: decimal(value)))
    if start is not None:
        least = min(min(point) for _, own in drawn for point in own.values())
        panels[-1].set_xlim(min(start, np.floor(10 * least) / 10) if np.isfinite(least) else start, 1.0)
    panels[-1].set_xlabel(axis, fontsize=8)
    return finish(canvas, caption, f"{'; '.join(_in_words(one, own) for one, own in drawn)}.")


def grid(panels: int, across: int, height: float, *, named: bool = True) -> tuple[Canvas, list[Axes]]:
    """Return a canvas with so many panels, `across` a line, each so high in inches with what is written about it.

    named : whether axes have names; else a legend stands below all.
    """
    down = -(-panels // across)
    height = min(height, TALLEST / down)
    whole, about, side = height * down + (0 if named else 0.45), 0.72 if named else 0.5, 0.55 if named else 0.32
    with mpl.rc_context({**STYLE, "axes.grid.axis": "both"}):
        canvas = Canvas(figsize=(WIDTH, whole))
        every = canvas.subplots(down, across, squeeze=False).ravel()
    # Fixed margins, as in `shared.canvas_for`: looking for them takes longer than all the rest.
    wide = (WIDTH - 0.12) / across - side
    ends = {"top": 1 - 0.25 / whole, "bottom": (about - 0.25 + (0 if named else 0.45)) / whole}
    gaps = {"hspace": about / (height - about), "wspace": side / wide}
    canvas.subplots_adjust(left=side / WIDTH, right=1 - 0.12 / WIDTH, **ends, **gaps)
    for axes in every[panels:]:
        axes.remove()
    for axes in every[:panels]:
        axes.tick_params(labelsize=7.5)
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: decimal(value, 0)))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: decimal(value, 1)))
    return canvas, list(every[:panels])


def _rows(axes: Axes, own: dict[str, Point], marked: set[str]) -> None:
    for place, (item, (value, lower, upper)) in enumerate(own.items()):
        colour = OTHER if item in marked else OWN
        if np.isfinite(lower):
            axes.hlines(place, lower, upper, color=colour, linewidth=2)
        axes.plot(value, place, "D" if item in marked else "o", color=colour, markersize=6)
    axes.set_yticks(range(len(own)), list(own), fontsize=8)
    axes.set_ylim(len(own) - 0.5, -0.5)


def _paths(axes: Axes, one: Structure, codebook: Codebook, height: float, box: float) -> None:
    """Draw one factor and its questions in inches, so that text and boxes keep their sizes."""
    axes.set_axis_off()
    axes.set_xlim(0, WIDTH)
    axes.set_ylim(0, height)
    centre = (0.78, height / 2)
    axes.add_patch(Ellipse(centre, 1.46, 0.95, facecolor="white", edgecolor=OWN, linewidth=1.5, zorder=3))
    label = textwrap.fill(one.item_set.label, 18, break_long_words=False)
    axes.text(*centre, label, ha="center", va="center", fontsize=6.8, zorder=4)
    left = one.model.residuals.set_index("item")["std"]
    for place, (_, row) in enumerate(one.model.loadings.iterrows()):
        at = height - 0.15 - box * (place + 0.5)
        _box(axes, at, 0.75 * box, f"{row['item']}  {codebook.item(row['item']).wording}")
        _arrow(axes, centre, at, float(row["std"]))
        axes.text(6.62, at, decimal(left[row["item"]], 2), ha="right", va="center", fontsize=7.5, color=MUTED)


def _box(axes: Axes, at: float, tall: float, words: str) -> None:
    box = FancyBboxPatch(
        (2.55, at - tall / 2), 3.65, tall, boxstyle="round,pad=0.02", facecolor="white", edgecolor=MUTED
    )
    axes.add_patch(box)
    axes.text(2.6, at, textwrap.fill(textwrap.shorten(words, 128, placeholder=" …"), 68), va="center", fontsize=6.5)
    axes.annotate("", (6.24, at), (6.4, at), arrowprops={"arrowstyle": "->", "color": MUTED, "linewidth": 0.8})


def _arrow(axes: Axes, centre: tuple[float, float], at: float, loading: float) -> None:
    start, end = (1.48, centre[1] + 0.12 * (at - centre[1])), (2.5, at)
    style = {"arrowstyle": "-|>", "color": OWN, "linewidth": 0.6 + 1.4 * abs(loading), "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", end, start, arrowprops=style)
    place = 0.66
    x, y = (start[axis] + place * (end[axis] - start[axis]) for axis in (0, 1))
    white = {"facecolor": "white", "edgecolor": "none", "pad": 0.8}
    axes.text(x, y, decimal(loading, 2), ha="center", va="center", fontsize=7.5, color=OWN, bbox=white)


def _counted(one: Structure) -> str:
    number = one.parallel.n_components
    return "inget" if not number else str(number)


def _loadings_in_words(one: Structure) -> str:
    return listing([f"{row['item']} {decimal(row['std'], 2)}" for _, row in one.model.loadings.iterrows()])


def _in_words(one: Structure, own: dict[str, Point]) -> str:
    told = [
        f"{item} {decimal(value, 2)}" + ("" if pd.isna(lower) else f" ({decimal(lower, 2)} till {decimal(upper, 2)})")
        for item, (value, lower, upper) in own.items()
    ]
    return f"{one.item_set.label}: {', '.join(told)}"
