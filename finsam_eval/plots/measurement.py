"""How the mätpunkter measure, as figures: the answers, the same person twice, and how many answers a förbund needs."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.ticker import FuncFormatter

from finsam_eval.codebook import Codebook
from finsam_eval.inside import Inside
from finsam_eval.plots.shared import MUTED, OTHER, OWN, STYLE, WIDTH, Figure, finish
from finsam_eval.plots.units import leaning_bars
from finsam_eval.psychometrics.rows import FORBUND, ITEM
from finsam_eval.results import Status
from finsam_eval.swedish import decimal, whole

ENOUGH = 0.7
BLAND_ALTMAN = ("skift", "lagst_skillnad", "hogst_skillnad")

LARGEST = 400
"""Dots, as matplotlib measures areas: the bubble of the most common pair."""


def answers(inside: Inside, *, group: str, occasion: str) -> Figure | None:
    """Every answer's share per mätpunkt in the whole country; None where nobody answered."""
    codebook = inside.study.codebook
    cube = inside.counts
    rows = cube[
        (cube["respondent_group"] == group)
        & (cube["occasion"] == occasion)
        & cube["period"].isin(inside.study.atoms_in_report)
    ]
    asked = [item for item in codebook.survey_items if item.sensitivity == "opinion" and item.id in set(rows["item"])]
    if not asked:
        return None
    scale = codebook.scale(asked[0].id)
    items = [item for item in asked if codebook.scale(item.id) == scale]
    tallies = {item.id: rows[rows["item"] == item.id].groupby("category")["n"].sum() for item in items}
    whom = f"{codebook.group_label(group)} {codebook.occasion_label(occasion)}"
    return leaning_bars(items, tallies, scale, f"{whom}: alla svar (INTERN)", "riket")


def answered_twice(inside: Inside) -> Figure | None:
    """How often each pair of first and second answer was given, all retested questions together; None without any."""
    pairs = inside.retests
    if pairs.empty:
        return None
    tally = pairs.groupby(["first", "second"], as_index=False).size()
    canvas, axes = _square()
    _bubbles(axes, tally["first"], tally["second"], tally["size"])
    least, most = pairs[["first", "second"]].min().min(), pairs[["first", "second"]].max().max()
    axes.plot([least, most], [least, most], color=MUTED, linewidth=1, zorder=0.5)
    _steps(axes, np.arange(least, most + 1))
    axes.set_xlabel("Första svaret", fontsize=8)
    axes.set_ylabel("Andra svaret", fontsize=8)
    same = int((pairs["first"] == pairs["second"]).sum())
    near = int(((pairs["first"] - pairs["second"]).abs() == 1).sum())
    alt = (
        f"Av {whole(len(pairs))} par av svar är {whole(same)} lika och {whole(near)} ett steg ifrån varandra. Ytan "
        "visar hur många par som gav de två svaren; på linjen är de lika."
    )
    return finish(canvas, "Samma fråga två gånger: första och andra svaret, alla frågor tillsammans (INTERN)", alt)


def bland_altman(inside: Inside) -> Figure | None:
    """Difference against mean for the retested question whose answers lie farthest apart; None without a retest."""
    rows = inside.properties.coefficients
    rows = rows[(rows["kind"] == ITEM) & (rows["status"] == Status.OK) & rows["statistic"].isin(BLAND_ALTMAN)]
    ends = rows.pivot_table(index=["respondent_group", "occasion", "subject"], columns="statistic", values="value")
    if inside.retests.empty or ends.empty:
        return None
    group, occasion, item = (ends["hogst_skillnad"] - ends["lagst_skillnad"]).idxmax()
    at = ends.loc[(group, occasion, item)]
    pairs = inside.retests
    pairs = pairs[(pairs[["respondent_group", "occasion", "item"]] == [group, occasion, item]).all(axis=1)]
    mean, difference = (pairs["first"] + pairs["second"]) / 2, pairs["first"] - pairs["second"]
    tally = pd.DataFrame({"mean": mean, "difference": difference}).value_counts().reset_index(name="n")
    canvas, axes = _square()
    _bubbles(axes, tally["mean"], tally["difference"], tally["n"])
    for name, style in zip(BLAND_ALTMAN, ("-", "--", "--"), strict=True):
        axes.axhline(at[name], color=OTHER, linestyle=style, linewidth=1.2, zorder=0.8)
        axes.annotate(
            decimal(at[name], 2), (1.01, at[name]), xycoords=("axes fraction", "data"), fontsize=8, va="center"
        )
    axes.set_xlabel("De två svarens medelvärde", fontsize=8)
    axes.set_ylabel("Första minus andra svaret", fontsize=8)
    alt = (
        f"{item}: medelskillnaden är {decimal(at['skift'], 2)} steg, och 95 % av skillnaderna väntas ligga mellan "
        f"{decimal(at['lagst_skillnad'], 2)} och {decimal(at['hogst_skillnad'], 2)} steg."
    )
    return finish(canvas, f"Bland–Altman för {item}, frågan där svaren skiljer sig mest (INTERN)", alt)


def reliability_by_answers(codebook: Codebook, coefficients: pd.DataFrame) -> Figure | None:
    """How reliable a förbund's mean is with more answers, a line a question; None where no förbund differ."""
    rows = coefficients[
        (coefficients["kind"] == FORBUND)
        & (coefficients["statistic"] == "icc1")
        & (coefficients["status"] == Status.OK)
        & (coefficients["value"] > 0)
    ]
    if rows.empty:
        return None
    n = np.geomspace(5, 500, 100)
    with mpl.rc_context({**STYLE, "axes.grid.axis": "both"}):
        canvas = Canvas(figsize=(WIDTH, 3.2))
        axes = canvas.subplots()
        canvas.subplots_adjust(left=0.1, right=0.97, top=0.95, bottom=0.17)
    for single in rows["value"]:
        axes.plot(n, n * single / (1 + (n - 1) * single), color=OWN, alpha=0.45, linewidth=1.2)
    axes.axhline(ENOUGH, color=OTHER, linestyle="--", linewidth=1.4)
    axes.set_xscale("log")
    axes.set_xticks([5, 10, 20, 50, 100, 200, 500], ["5", "10", "20", "50", "100", "200", "500"])
    axes.set_ylim(0, 1)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: decimal(value)))
    axes.set_xlabel("Svar i förbundet", fontsize=8)
    axes.set_ylabel("Medelvärdets reliabilitet", fontsize=8)
    told = [f"{row['subject']} {decimal(row['value'], 2)}" for _, row in rows.iterrows()]
    alt = (
        f"En linje per fråga och tillfälle ({len(rows)}); den streckade är gränsen {decimal(ENOUGH)}. Ju större del av "
        f"variationen som ligger mellan förbund, desto färre svar behövs. ICC(1): {'; '.join(told)}."
    )
    return finish(canvas, "Hur säkert ett förbunds medelvärde blir med fler svar", alt)


def _square() -> tuple[Canvas, Axes]:
    with mpl.rc_context({**STYLE, "axes.grid.axis": "both"}):
        canvas = Canvas(figsize=(0.7 * WIDTH, 3.6))
        axes = canvas.subplots()
        canvas.subplots_adjust(left=0.13, right=0.88, top=0.96, bottom=0.14)
    return canvas, axes


def _bubbles(axes: Axes, x: pd.Series, y: pd.Series, n: pd.Series) -> None:
    axes.scatter(x, y, s=LARGEST * n / n.max(), color=OWN, alpha=0.75, linewidth=0)


def _steps(axes: Axes, codes: np.ndarray) -> None:
    axes.set_xticks(codes, [whole(code) for code in codes])
    axes.set_yticks(codes, [whole(code) for code in codes])
    axes.set_xlim(codes[0] - 0.6, codes[-1] + 0.6)
    axes.set_ylim(codes[0] - 0.6, codes[-1] + 0.6)
