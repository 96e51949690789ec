"""What was said beforehand beside what the answers show, as a figure."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.ticker import FuncFormatter, MultipleLocator

from finsam_eval.hypotheses import Hypotheses
from finsam_eval.language import said
from finsam_eval.plots.shared import MUTED, OTHER, OWN, Figure, canvas_of, finish, mark, under
from finsam_eval.psychometrics.hypotheses import Verdict
from finsam_eval.results import Status
from finsam_eval.swedish import decimal
from finsam_eval.tables.reliability import value_cell
from finsam_eval.tables.validity_hypotheses import MEASURES, expected_words, tried, verdict_of


def hypotheses_tried(hypotheses: Hypotheses | None, coefficients: pd.DataFrame) -> Figure | None:
    """Each hypothesis' value with its interval, on the band where it was expected; None where none may be shown.

    A filled mark is confirmed, a hollow one is not or is undecided.
    """
    found = tried(coefficients)
    asked = [one for one in (hypotheses.hypotheses if hypotheses else []) if one.id in found]
    shown = [found[one.id] for one in asked if found[one.id]["status"] == Status.OK]
    if not shown:
        return None
    numbers = pd.DataFrame(shown)[["value", "lower", "upper"]].astype("float64")
    low, high = min(-1.0, float(numbers.min().min()) - 0.05), max(1.0, float(numbers.max().max()) + 0.05)
    canvas, axes = canvas_of([f"{one.id} {said(one.text)}" for one in asked])
    told = []
    for place, one in enumerate(asked):
        row = found[one.id]
        ends = np.clip(one.expected.ends, low, high)
        axes.fill_betweenx([place - 0.35, place + 0.35], *ends, color=MUTED, alpha=0.2, linewidth=0, zorder=0.7)
        confirmed = row["status"] == Status.OK and row["reason"] == Verdict.CONFIRMED
        mark(axes, place, row, OWN if confirmed else OTHER, marker="o", filled=confirmed, bar=True)
        value = f"{value_cell(row)}, {verdict_of(row)}" if row["status"] == Status.OK else value_cell(row)
        told.append(f"{one.id} ({said(MEASURES[one.kind])} {expected_words(one.expected)}): {value}")
    axes.set_xlim(low, high)
    axes.axvline(0, color=MUTED, linewidth=1, zorder=0.8)
    axes.xaxis.set_major_locator(MultipleLocator(0.5))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: decimal(value)))
    under(axes, said("Korrelation, eller skillnad i SD; i det grå bandet väntades värdet ligga"))
    return finish(canvas, said("Hypoteser som sattes före svaren: väntat och funnet"), f"{'; '.join(told)}.")
