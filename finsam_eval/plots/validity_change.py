"""How much the answers of the same persons changed, as a figure."""

from __future__ import annotations

import pandas as pd
from matplotlib.ticker import FuncFormatter

from finsam_eval.codebook import Codebook
from finsam_eval.language import said
from finsam_eval.plots.shared import MUTED, OWN, Figure, canvas_for, finish, mark, under
from finsam_eval.results import Status
from finsam_eval.swedish import decimal
from finsam_eval.tables.validity_change import each_change, flag_or, sdc_of


def change_srm(codebook: Codebook, coefficients: pd.DataFrame) -> Figure | None:
    """SRM per question asked twice with its interval, beside it the SDC of one person; None where none may be shown.

    Questions that must not be differenced stand there with the reason in place of a mark.
    """
    rows = each_change(codebook, coefficients)
    shown = pd.DataFrame([found["srm"] for _, _, found in rows if found["srm"]["status"] == Status.OK])
    if shown.empty:
        return None
    canvas, axes = canvas_for([one.later for one, _, _ in rows])
    canvas.subplots_adjust(right=0.86)
    told = []
    for place, (one, group, found) in enumerate(rows):
        flagged = found["srm"]["status"] == Status.NOT_APPLICABLE
        words = flag_or(found["srm"], one)
        why = words if flagged else ""
        mark(axes, place, found["srm"], OWN, marker="o", filled=True, bar=True, why=why)
        error = sdc_of(coefficients, one, group)
        seen = decimal(error["value"], 1) if error is not None and error["status"] == Status.OK else ""
        axes.annotate(seen, (1.02, place), xycoords=("axes fraction", "data"), fontsize=8, va="center", color=MUTED)
        told.append(f"{one.later.id} {words}" + (f", SDC {seen}" if seen else ""))
    ends = shown[["lower", "upper", "value"]].astype("float64")
    axes.set_xlim(min(-0.25, float(ends.min().min()) - 0.05), max(0.85, float(ends.max().max()) + 0.05))
    axes.axvline(0, color=MUTED, linewidth=1, zorder=0.5)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: decimal(value, 2)))
    axes.annotate("SDC", (1.02, 1.01), xycoords="axes fraction", fontsize=8, color=MUTED)
    under(axes, said("SRM: 0 ingen förändring, 0,2 liten, 0,5 måttlig, 0,8 stor; strecket visar osäkerheten"))
    caption = said(
        "Hur mycket samma personers svar ändrats; SDC är vad en enskild persons svar måste ändras, i skalsteg"
    )
    return finish(canvas, caption, said("SRM per fråga: {told}.", told="; ".join(told)))
