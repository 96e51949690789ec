"""Where on a scale questions measure, as figures: how likely each answer is, and how much all answers tell."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from finsam_eval.plots.shared import MUTED, OTHER, OWN, Figure, finish
from finsam_eval.plots.validity import grid
from finsam_eval.psychometrics.structure import Structure
from finsam_eval.swedish import decimal, percent, whole
from finsam_eval.tables.validity import having

TRAIT = np.linspace(-4, 4, 161)
ENOUGH = 0.7
COLOURS = ("#7a3b00", "#c46a1b", "#7f7f7f", "#4f86b8", "#0b4f8a", "#1c2f55", "#000000")
DASHES = ("-", "--", "-.", ":", "-", "--", "-.")
"""Steps from the lowest: shapes differ too, so that colour never carries the meaning alone."""


def category_curves(found: Sequence[Structure]) -> Figure | None:
    """How likely each answer is along the trait, a small panel per question; None where no model was found."""
    drawn = having(found, "graded")
    places = [(one, item) for one in drawn for item in one.graded.items["item"]]
    if not places:
        return None
    canvas, panels = grid(len(places), 4, 1.4, named=False)
    curves = {id(one): one.graded.category_curves(TRAIT) for one in drawn}
    for axes, (one, item) in zip(panels, places, strict=True):
        own = curves[id(one)]
        for step, part in own[own["item"] == item].groupby("step"):
            place = int(step)
            colour, dash = COLOURS[place % 7], DASHES[place % 7]
            axes.plot(part["trait"], part["share"], dash, color=colour, linewidth=1.2, label=_answer(one, item, place))
        axes.set_title(f"{item}, {one.item_set.id}", fontsize=8)
        axes.set_ylim(0, 1)
        axes.set_yticks([0, 0.5, 1])
        axes.set_xticks([-4, -2, 0, 2, 4])
    _legend(panels)
    alt = (
        "Varje ruta är en fråga, varje kurva ett svar. Vågrätt: läget på det som mäts, 0 är medelpersonen. Lodrätt: "
        "sannolikheten för svaret. Ett svar vars kurva aldrig är högst väljs sällan framför grannarna."
    )
    return finish(canvas, "Vilket svar väljs var på skalan? (graderad responsmodell)", alt)


def information(found: Sequence[Structure]) -> Figure | None:
    """How reliably all questions together measure along the trait, and where persons are; None without a model."""
    drawn = having(found, "graded")
    if not drawn:
        return None
    canvas, panels = grid(len(drawn), min(2, len(drawn)), 2.5)
    for axes, one in zip(panels, drawn, strict=True):
        _informed(axes, one)
    told = "; ".join(f"{one.item_set.label}: {_reach(one)}" for one in drawn)
    alt = f"Blå linje: reliabiliteten på varje plats. Grå staplar: var de som svarat befinner sig. {told}."
    return finish(canvas, "Var mäter frågorna säkert, och var är de som svarat?", alt)


def item_information(found: Sequence[Structure]) -> Figure | None:
    """How much each question tells along the trait, a panel per set; None without a model."""
    drawn = having(found, "graded")
    if not drawn:
        return None
    canvas, panels = grid(len(drawn), min(2, len(drawn)), 2.3)
    for axes, one in zip(panels, drawn, strict=True):
        table = one.graded.information(TRAIT)
        names = list(one.graded.items["item"])
        for place, item in enumerate(names):
            axes.plot(TRAIT, table[item], color=OWN, alpha=0.75, linewidth=1.1, linestyle=DASHES[place % 4])
        peaks = {item: int(table[item].to_numpy().argmax()) for item in names}
        best = max(names, key=lambda item: table[item].max())
        least = min(names, key=lambda item: table[item].max())
        for item in (best, least):
            axes.annotate(
                item, (TRAIT[peaks[item]], table[item].max()), fontsize=8, color=OTHER, ha="center", va="bottom"
            )
        axes.set_title(one.item_set.label, fontsize=8)
        axes.set_xlabel("Läge på det som mäts", fontsize=8)
        axes.set_ylabel("Information", fontsize=8)
        axes.set_ylim(0)
        axes.margins(y=0.15)
        axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5]))
    alt = "En linje per fråga; den som säger mest och den som säger minst är namngivna i varje ruta."
    return finish(canvas, "Hur mycket varje fråga säger, längs skalan", alt)


def _informed(axes: Axes, one: Structure) -> None:
    table = one.graded.information(TRAIT)
    score = one.graded.scores["score"].dropna()
    tall, edges = np.histogram(score, np.arange(-4, 4.01, 0.25))
    axes.bar(edges[:-1], tall / tall.max() * 0.45, 0.25, align="edge", color="#cfcfcf", linewidth=0, zorder=0.5)
    axes.plot(TRAIT, table["reliability"], color=OWN, linewidth=1.8)
    axes.axhline(ENOUGH, color=OTHER, linestyle="--", linewidth=1.2)
    row = one.graded.reach.set_index("reliability").loc[ENOUGH]
    if np.isfinite(row["lower"]):
        axes.axvspan(max(row["lower"], -4), min(row["upper"], 4), color=OWN, alpha=0.07, linewidth=0)
    axes.set_xlim(-4, 4)
    axes.set_ylim(0, 1)
    axes.set_title(one.item_set.label, fontsize=8)
    axes.set_xlabel("Läge på det som mäts (0: medelpersonen)", fontsize=8)
    axes.set_ylabel("Reliabilitet", fontsize=8)
    axes.annotate(decimal(ENOUGH, 2), (3.95, ENOUGH + 0.02), fontsize=7.5, color=MUTED, ha="right")


def _reach(one: Structure) -> str:
    row = one.graded.reach.set_index("reliability").loc[ENOUGH]
    if not np.isfinite(row["lower"]):
        return f"ingenstans når reliabiliteten {decimal(ENOUGH)}"
    ends = f"{decimal(row['lower'])} till {decimal(row['upper'])}"
    return f"minst {decimal(ENOUGH)} från {ends}, där {percent(row['share'])} av de svarande är"


def _answer(one: Structure, item: str, step: int) -> str:
    """Return the answer code that a curve stands for."""
    rows = one.graded.thresholds
    above = rows.loc[rows["item"] == item, "step"].tolist()
    lowest = int(one.items[item].min())
    return whole(([lowest, *above])[step])


def _legend(panels: Sequence[Axes]) -> None:
    fullest = max(panels, key=lambda axes: len(axes.get_lines()))
    handles, labels = fullest.get_legend_handles_labels()
    look = {"frameon": False, "fontsize": 8, "title_fontsize": 8}
    panels[0].figure.legend(handles, labels, title="Svar", loc="lower center", ncols=len(labels), **look)
