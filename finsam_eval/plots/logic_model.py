"""A logic model drawn: a row of boxes for each level, arrows between them, where each stands by colour and by sign."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.font_manager import FontProperties
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
from matplotlib.path import Path
from matplotlib.textpath import TextPath

from finsam_eval.logic_model import LEVEL_LABELS, LogicModel, Place, Standing, layout, standing
from finsam_eval.plots.shared import MUTED, STYLE, WIDTH, Figure, finish
from finsam_eval.swedish import listing

PER_ROW = 4
"""More boxes than this on one level are broken into several rows: the words must stay readable at A4."""

SIGNS = {
    Standing.REACHED: ("✓", "nått", "#e3f1e6", "#1b6437"),
    Standing.NOT_REACHED: ("✗", "ej nått", "#f9e0da", "#9c2f13"),
    Standing.UNDECIDED: ("?", "kan inte avgöras", "#fdf2d0", "#6e5200"),
    Standing.UNKNOWN: ("–", "kan inte bedömas", "#f1f1f1", "#5f5f5f"),
}
"""Sign, words, face and edge; the edge is dark enough against its face and against white for WCAG AA."""

SIZE, LINE, PAD, GAP, BETWEEN, HEADING = 7.2, 0.135, 0.16, 0.14, 0.34, 0.2
"""Font size in points; then inches: a line of text, within a box, beside it, between rows, for a level's name."""

BEFORE, AFTER = 0.23, 0.07
"""Inches within a box: before its text, where the sign stands, and after it."""

FONT = FontProperties(family="DejaVu Sans", size=SIZE)

ARROW: dict[str, Any] = {"arrowstyle": "-|>", "mutation_scale": 8, "color": MUTED, "linewidth": 0.9, "zorder": 1}


@dataclass(frozen=True)
class _Box:
    node: str
    text: str
    left: float
    top: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        return self.left + self.width / 2

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def bottom(self) -> float:
        return self.top + self.height


def drawing(model: LogicModel, evaluation: pd.DataFrame) -> Figure:
    """The chain from activities down to goals, each box with its sign; the alt text tells the chain in words."""
    stands = standing(model, evaluation)
    boxes, headings, height = _arranged(model)
    with mpl.rc_context(STYLE):
        canvas = Canvas(figsize=(WIDTH, height))
        axes = canvas.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, WIDTH), ylim=(height, 0))
    axes.set_axis_off()
    for label, top in headings:
        axes.text(GAP / 2, top, label, fontsize=SIZE, color=MUTED, va="top", fontweight="bold")
    for link in model.links:
        _arrow(axes, boxes[link.tail], boxes[link.head], list(boxes.values()))
    for box in boxes.values():
        _draw(axes, box, stands[box.node])
    _legend(axes, height)
    return finish(canvas, f"{model.title}: kedjan från aktivitet till mål", _alt(model, stands))


def _arranged(model: LogicModel) -> tuple[dict[str, _Box], list[tuple[str, float]], float]:
    """Return the boxes by node, the headings with their tops, and the height of it all, in inches from the top."""
    boxes: dict[str, _Box] = {}
    headings = []
    top = 0.08
    for places in _by_row(layout(model)):
        headings.append((LEVEL_LABELS[places[0].level], top))
        top += HEADING
        for part in _broken(places):
            row = _row(model, part, top)
            boxes |= {box.node: box for box in row}
            top = max(box.bottom for box in row) + BETWEEN
    return boxes, headings, top + 0.1


def _by_row(places: list[Place]) -> list[list[Place]]:
    return [[place for place in places if place.row == row] for row in range(places[-1].row + 1)]


def _broken(places: list[Place]) -> list[list[Place]]:
    """Return a level's places in as few rows as needed, filled evenly."""
    rows = -(-len(places) // PER_ROW)
    size = -(-len(places) // rows)
    return [places[start : start + size] for start in range(0, len(places), size)]


def _row(model: LogicModel, places: list[Place], top: float) -> list[_Box]:
    width = min(WIDTH / len(places), WIDTH / 2) - GAP
    texts = [_wrapped(model.node(place.node).title, width - BEFORE - AFTER) for place in places]
    height = LINE * max(text.count("\n") + 1 for text in texts) + PAD
    start = (WIDTH - len(places) * (width + GAP) + GAP) / 2
    return [
        _Box(place.node, text, start + spot * (width + GAP), top, width, height)
        for spot, (place, text) in enumerate(zip(places, texts, strict=True))
    ]


def _wrapped(text: str, width: float) -> str:
    """Return text broken into lines no wider than `width` inches; a word that is wider itself is divided."""
    lines: list[str] = []
    for word in (piece for whole in text.split() for piece in _pieces(whole, width)):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and _inches(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return "\n".join(lines)


def _pieces(word: str, width: float) -> list[str]:
    if _inches(word) <= width:
        return [word]
    cut = max(size for size in range(1, len(word)) if size == 1 or _inches(f"{word[:size]}-") <= width)
    return [f"{word[:cut]}-", *_pieces(word[cut:], width)]


@cache
def _inches(text: str) -> float:
    return float(TextPath((0, 0), text, prop=FONT).get_extents().width) / 72


def _draw(axes: Axes, box: _Box, stands: Standing) -> None:
    sign, _, face, edge = SIGNS[stands]
    shape = FancyBboxPatch(
        (box.left, box.top),
        box.width,
        box.height,
        boxstyle="round,pad=0,rounding_size=0.05",
        facecolor=face,
        edgecolor=edge,
        linewidth=1,
        zorder=2,
    )
    axes.add_patch(shape)
    middle = box.top + box.height / 2
    axes.text(box.left + 0.06, middle, sign, fontsize=9, color=edge, fontweight="bold", va="center", zorder=3)
    axes.text(
        box.left + BEFORE, middle, box.text, fontsize=SIZE, color="#1a1a1a", va="center", zorder=3, linespacing=1.1
    )


def _arrow(axes: Axes, tail: _Box, head: _Box, boxes: list[_Box]) -> None:
    """Draw down from the lower edge to the upper one; beside or upwards as an arc, so that it is seen to be odd."""
    if head.top > tail.bottom:
        line = FancyArrowPatch(path=Path(_way(tail, head, boxes)), **ARROW)
    else:
        end = (head.middle, head.bottom if head.bottom < tail.top else head.top)
        bend = "arc3,rad=0.35"
        line = FancyArrowPatch((tail.middle, tail.top), end, connectionstyle=bend, shrinkA=0, shrinkB=0, **ARROW)
    axes.add_patch(line)


def _way(tail: _Box, head: _Box, boxes: list[_Box]) -> list[tuple[float, float]]:
    """Return the corners of a line down from one box to another, past the rows between them where they leave room."""
    way = [(tail.middle, tail.bottom)]
    for top in sorted({box.top for box in boxes if tail.top < box.top < head.top}):
        row = [box for box in boxes if box.top == top]
        x, y = way[-1]
        straight = x + (head.middle - x) * (top - y) / (head.top - y)
        passage = min(_openings(row), key=lambda opening: abs(opening - straight))
        way += [(passage, top), (passage, max(box.bottom for box in row))]
    return [*way, (head.middle, head.top)]


def _openings(row: list[_Box]) -> list[float]:
    """Return where a line may pass a row: left of it, between its boxes, right of it."""
    return [row[0].left - GAP / 4, *(box.right + GAP / 2 for box in row[:-1]), row[-1].right + GAP / 4]


def _legend(axes: Axes, height: float) -> None:
    words = "     ".join(f"{sign} {told}" for sign, told, _, _ in SIGNS.values())
    axes.text(GAP / 2, height - 0.08, words, fontsize=SIZE, color="#1a1a1a", va="bottom")


def _alt(model: LogicModel, stands: dict[str, Standing]) -> str:
    told = []
    for place in layout(model):
        node = model.node(place.node)
        heads = [f"”{model.node(name).title}”" for name in model.leads_to(node.id)]
        leads = f", leder till {listing(heads)}" if heads else ""
        told.append(f"{LEVEL_LABELS[node.level]} ”{node.title}” ({SIGNS[stands[node.id]][1]}){leads}")
    return f"Kedja i {model.title}. {'. '.join(told)}."
