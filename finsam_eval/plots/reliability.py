"""How stable each answer is when the same person is asked again, as a figure."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from finsam_eval.codebook import Codebook
from finsam_eval.language import said
from finsam_eval.plots.shared import OWN, Figure, canvas_for, finish, mark, under
from finsam_eval.psychometrics.rows import ITEM
from finsam_eval.results import Status
from finsam_eval.swedish import between, decimal


def retest(codebook: Codebook, coefficients: pd.DataFrame) -> Figure | None:
    """Weighted kappa per question asked twice, with its interval; None where there is nothing to draw."""
    rows = coefficients[(coefficients["kind"] == ITEM) & (coefficients["statistic"] == "vagd_kappa")]
    shown = rows[rows["status"] == Status.OK]
    if shown.empty:
        return None
    canvas, axes = canvas_for([codebook.item(name) for name in rows["subject"]])
    for place, (_, row) in enumerate(rows.iterrows()):
        mark(axes, place, row, OWN, marker="o", filled=True, bar=True)
    _axis(axes, shown)
    told = "; ".join(_told(row) for _, row in shown.iterrows())
    caption = said("Omtest: hur lika svaren är när samma person svarar igen")
    return finish(canvas, caption, said("Vägd kappa per fråga: {told}.", told=told))


def _axis(axes: Axes, shown: pd.DataFrame) -> None:
    axes.set_xlim(min(0.0, float(shown[["value", "lower"]].min().min()) - 0.02), 1.02)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: decimal(value)))
    under(axes, said("Vägd kappa: 0 slumpen, 1 alltid samma svar; strecket visar osäkerheten"))


def _told(row: pd.Series) -> str:
    value = f"{row['subject']} {decimal(row['value'], 2)}"
    if pd.isna(row["lower"]):
        return value
    return f"{value} ({between(decimal(row['lower'], 2), decimal(row['upper'], 2))})"
