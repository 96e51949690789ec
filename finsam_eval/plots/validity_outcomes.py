"""How well an answer at the end tells what came of it, as figures. For inside only: a curve gives its counts back."""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.ticker import FuncFormatter

from finsam_eval.plots.shared import MUTED, OTHER, OWN, STYLE, WIDTH, Figure, finish
from finsam_eval.psychometrics.validity import Calibration, Roc
from finsam_eval.swedish import decimal, percent

MARKS = [(OWN, "o", "-"), (OTHER, "D", "--"), (MUTED, "s", ":")]
"""Colour, marker and line of each outcome; a fourth begins anew."""


def roc_curves(curves: Mapping[str, Roc], name: str) -> Figure | None:
    """The ROC curve of one answer against each outcome, by the outcome's label; None where there is none to draw.

    name : what was answered, for the caption.
    """
    shown = {label: found for label, found in curves.items() if found.value is not None}
    if not shown:
        return None
    canvas, axes = _square()
    for place, (label, found) in enumerate(shown.items()):
        colour, marker, line = MARKS[place % len(MARKS)]
        x, y = 1 - found.curve["specificity"], found.curve["sensitivity"]
        axes.plot(x, y, line, color=colour, marker=marker, markersize=4, label=f"{label}: AUC {_told(found)}")
    _labelled(axes, "Andel av dem utan utfallet som svarat minst så högt", "Andel av dem med utfallet")
    told = "; ".join(f"{label}: AUC {_told(found)}" for label, found in shown.items())
    alt = f"{told}. Linjen från hörn till hörn är ett svar som inte säger något; ju högre över den, desto bättre."
    return finish(canvas, f"{name} vid avslut mot vad som hände: ROC-kurvor (INTERN)", alt)


def calibrated(found: Mapping[str, Calibration], name: str) -> Figure | None:
    """Predicted chance against what happened, by the outcome's label; None where there is nothing to draw."""
    shown = {label: one for label, one in found.items() if one.value is not None}
    if not shown:
        return None
    canvas, axes = _square()
    for place, (label, one) in enumerate(shown.items()):
        colour, marker, _ = MARKS[place % len(MARKS)]
        bins = one.bins
        axes.vlines(bins["predicted"], bins["lower"], bins["upper"], color=colour, linewidth=1, alpha=0.6)
        axes.plot(bins["predicted"], bins["observed"], marker, color=colour, label=f"{label}: lutning {_told(one)}")
    _labelled(axes, "Beräknad chans, ur de andra förbundens svar", "Andel som hade utfallet")
    told = "; ".join(
        f"{label}: lutning {_told(one)}, {', '.join(_point(row) for _, row in one.bins.iterrows())}"
        for label, one in shown.items()
    )
    alt = f"{told}. På linjen är andelen som den beräknade chansen."
    return finish(canvas, f"{name} vid avslut: stämmer de beräknade chanserna? (INTERN)", alt)


def _square() -> tuple[Canvas, Axes]:
    with mpl.rc_context({**STYLE, "axes.grid.axis": "both"}):
        canvas = Canvas(figsize=(0.7 * WIDTH, 4.1))
        axes = canvas.subplots()
        canvas.subplots_adjust(left=0.17, right=0.94, top=0.86, bottom=0.12)
    axes.plot([0, 1], [0, 1], color=MUTED, linewidth=1, zorder=0.5)
    return canvas, axes


def _labelled(axes: Axes, below: str, beside: str) -> None:
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(FuncFormatter(lambda value, _: percent(value)))
    axes.set_xlim(-0.02, 1.02)
    axes.set_ylim(-0.02, 1.02)
    axes.set_xlabel(below, fontsize=8)
    axes.set_ylabel(beside, fontsize=8)
    axes.figure.legend(loc="upper left", frameon=False, fontsize=8)


def _told(found: Roc | Calibration) -> str:
    value = decimal(found.value or 0.0, 2)
    if found.lower is None or found.upper is None:
        return value
    return f"{value} ({decimal(found.lower, 2)} till {decimal(found.upper, 2)})"


def _point(row: pd.Series) -> str:
    predicted, observed = (percent(row[name]) for name in ("predicted", "observed"))
    return f"{predicted} väntat och {observed} utfall"
