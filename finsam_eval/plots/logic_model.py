"""A logic model drawn: a row of boxes for each level, arrows between them, where each stands by colour and by sign."""

from __future__ import annotations

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch, Polygon, Rectangle

from finsam_eval.logic_model import LEVEL_LABELS, LEVELS, LogicModel, Standing, folded, layout, standing
from finsam_eval.plots.chain import LABELS, SIZE, Box, Drawn, Way, arrange
from finsam_eval.plots.shared import MUTED, STYLE, TALLEST, WIDTH, Figure, finish
from finsam_eval.results import Status
from finsam_eval.swedish import listing

MOST = 60
"""Boxes that one page can hold in letters that can be read; a larger model is drawn with its areas folded."""

SIGNS = {
    Standing.REACHED: ("✓", "nått", "#e3f1e6", "#1b6437"),
    Standing.NOT_REACHED: ("✗", "ej nått", "#f9e0da", "#9c2f13"),
    Standing.UNDECIDED: ("?", "kan inte avgöras", "#fdf2d0", "#6e5200"),
    Standing.UNKNOWN: ("–", "kan inte bedömas", "#f1f1f1", "#5f5f5f"),
}
"""Sign, words, face and edge; the edge is dark enough against its face and against white for WCAG AA."""

ABREAST, IN_ROWS = 6, 4
"""So many boxes have room beside each other, and so many at least where a level of more is broken into rows."""

FOR_ALL, NOTE = "Resurser utan pil (streckad kant) gäller hela insatsen.", 0.16
"""What is said of resources that no arrow goes from, and the room for it in inches."""

CLEAR = 0.025
"""Inches below where an arrow turns down to its head: from there other lines are broken where they cross it."""

COLOURS = ("#3d3d3d", "#0b4f8a", "#7a2e80", "#00665c", "#8a4b00")
"""Colours of arrows, in turn, so that lines that cross can be told apart; each dark enough against white."""


BANDS = ("#f6f8fa", "#ffffff")
"""What lies behind the levels, in turn."""


def drawing(model: LogicModel, evaluation: pd.DataFrame) -> Figure:
    """The chain from problem to goals, each box with its sign; the alt text tells the chain in words.

    A model of more than `MOST` boxes is drawn with the boxes of one section and level as one box that counts them.
    """
    stands = standing(model, evaluation)
    shown, members = folded(model) if len(model.nodes) > MOST else (model, {node.id: [node.id] for node in model.nodes})
    together = {name: _together([stands[one] for one in ids]) for name, ids in members.items()}
    drawn = _fitted(shown)
    with mpl.rc_context(STYLE):
        height = drawn.height + (NOTE if _for_all(shown) else 0)
        canvas = Canvas(figsize=(drawn.width, height))
        axes = canvas.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, drawn.width), ylim=(height, 0))
    axes.set_axis_off()
    known = bool(((evaluation["status"] != Status.NO_DATA) | (evaluation["printed"] != "")).any())
    whole = _for_all(shown)
    _paint(axes, drawn, together, whole, known=known)
    used = [LEVEL_LABELS[level].lower() for level in LEVELS if any(node.level == level for node in model.nodes)]
    span = f"från {used[0]} till {used[-1]}" if len(used) > 1 else f"på nivån {used[0]}"
    return finish(canvas, f"{model.title}: kedjan {span}", _alt(shown, together, known=known))


def _for_all(model: LogicModel) -> set[str]:
    """Return the resources that no arrow goes from or to: what is put in is then put into all that is done."""
    joined = {end for link in model.links for end in (link.tail, link.head)}
    return {node.id for node in model.nodes if node.level == "resurs" and node.id not in joined}


def _together(stands: list[Standing]) -> Standing:
    """Return where several boxes stand as one: not reached if one is not, reached if all are."""
    if Standing.NOT_REACHED in stands:
        return Standing.NOT_REACHED
    if set(stands) == {Standing.UNKNOWN}:
        return Standing.UNKNOWN
    return Standing.REACHED if set(stands) == {Standing.REACHED} else Standing.UNDECIDED


def _fitted(model: LogicModel) -> Drawn:
    """Return the chain in letters as large as let it fit a page: on the narrowest page that it fits, shown as wide."""
    levels = [sum(node.level == level for node in model.nodes) for level in {node.level for node in model.nodes}]
    most = max(*levels, 2)
    fewest = most if most <= ABREAST else IN_ROWS
    for step in range(30):
        width = WIDTH * (1 + step / 20)
        for columns in range(fewest, min(max(*levels, fewest), 8) + 1):
            drawn = arrange(model, width, columns)
            if drawn.height <= TALLEST * width / WIDTH:
                return drawn
    return drawn


def _paint(axes: Axes, drawn: Drawn, stands: dict[str, Standing], whole: set[str], *, known: bool) -> None:
    for number, (label, top, bottom) in enumerate(drawn.bands):
        shade = BANDS[number % len(BANDS)]
        band = Rectangle((0, top - 0.05), drawn.width, bottom - top + 0.1, facecolor=shade, linewidth=0, zorder=0)
        axes.add_patch(band)
        name = axes.text(LABELS / 2 - 0.04, (top + bottom) / 2, _short(label, bottom - top), ha="center", va="center")
        name.set(fontsize=SIZE - 1.4, color=MUTED, rotation=90, fontweight="bold", linespacing=1.1)
    for number, way in enumerate(drawn.ways):
        _line(axes, way, COLOURS[way.ink], 1 + number / 1000)
    for tail, head in drawn.odd:
        _arc(axes, drawn.boxes[tail], drawn.boxes[head])
    for box in drawn.boxes.values():
        _draw(axes, box, stands[box.node], signed=known, dashed=box.node in whole)
    # Of a plan without figures there is nothing to sign.
    signs = [f"{sign} {told}" for sign, told, _, _ in SIGNS.values()] if known else []
    words = "     ".join([*signs, "Pilarnas färger skiljer dem bara åt."])
    axes.text(LABELS, drawn.height - 0.06, words, fontsize=SIZE, color="#1a1a1a", va="bottom")
    if whole:
        axes.text(LABELS, drawn.height + NOTE - 0.06, FOR_ALL, fontsize=SIZE, color="#1a1a1a", va="bottom")


def _short(label: str, room: float) -> str:
    """Return a level's name on as many lines as the height of its rows asks for."""
    return label if len(label) * 0.065 <= room + 0.25 else label.replace(" på ", "\npå ").replace(" sikt", "\nsikt")


def _line(axes: Axes, way: Way, ink: str, order: float) -> None:
    """Draw the lines of one net above a white edge, so that a line that crosses others is seen to pass over them."""
    for colour, thick, above in (("white", 2.6, 0.0), (ink, 0.9, 0.0005)):
        for corners in way.lines:
            (line,) = axes.plot(*zip(*corners, strict=True), color=colour, linewidth=thick, zorder=order + above)
            line.set_solid_joinstyle("round")
    for x, y in way.heads:
        _whole_to_its_head(axes, way, x, y, ink)
        tip = Polygon([(x, y), (x - 0.035, y - 0.08), (x + 0.035, y - 0.08)], color=ink, linewidth=0, zorder=2.5)
        axes.add_patch(tip)


def _whole_to_its_head(axes: Axes, way: Way, x: float, y: float, ink: str) -> None:
    """Draw the last piece of an arrow above all lines that cross it: they are broken, and it is not."""
    start = max((corners[-2][1] for corners in way.lines if corners[-1] == (x, y)), default=y)
    for colour, thick, from_, order in (("white", 2.6, start + CLEAR, 2.1), (ink, 0.9, start, 2.2)):
        (line,) = axes.plot([x, x], [min(from_, y), y], color=colour, linewidth=thick, zorder=order)
        line.set_solid_capstyle("butt")


def _arc(axes: Axes, tail: Box, head: Box) -> None:
    """Draw an arrow up or along a row as a dashed arc, so that it is seen to be odd."""
    end = (head.middle, head.bottom if head.bottom < tail.top else head.top)
    arc = FancyArrowPatch((tail.middle, tail.top), end, connectionstyle="arc3,rad=0.35", shrinkA=0, shrinkB=0)
    arc.set(color="#9c2f13", linewidth=1, linestyle=(0, (4, 2)), zorder=4)
    arc.set_arrowstyle("-|>")
    arc.set_mutation_scale(8)
    axes.add_patch(arc)


def _draw(axes: Axes, box: Box, stands: Standing, *, signed: bool, dashed: bool) -> None:
    sign, _, face, edge = SIGNS[stands]
    shape = FancyBboxPatch((box.left, box.top), box.width, box.height, boxstyle="round,pad=0,rounding_size=0.04")
    shape.set(facecolor=face, edgecolor=edge, linewidth=0.9, zorder=3)
    shape.set_linestyle((0, (4, 2)) if dashed else "-")
    axes.add_patch(shape)
    words = axes.text(box.middle, box.top + box.height / 2, box.text, ha="center", va="center", linespacing=1.05)
    words.set(fontsize=SIZE, color="#1a1a1a", zorder=5)
    if not signed:
        return
    # The sign sits on the corner: there it takes no room from the words.
    x, y = box.left + 0.02, box.top + 0.02
    axes.add_patch(Circle((x, y), 0.075, facecolor=edge, linewidth=0, zorder=5))
    mark = axes.text(x, y + 0.002, sign, ha="center", va="center", fontweight="bold")
    mark.set(fontsize=6.5, color="white", zorder=6)


def _alt(model: LogicModel, stands: dict[str, Standing], *, known: bool) -> str:
    nodes = {node.id: node for node in model.nodes}
    told = []
    for place in layout(model):
        node = nodes[place.node]
        heads = [f"”{nodes[link.head].title}”" for link in model.links if link.tail == node.id]
        leads = f", leder till {listing(heads)}" if heads else ""
        stand = f" ({SIGNS[stands[node.id]][1]})" if known else ""
        leads = ", gäller hela insatsen" if node.id in _for_all(model) else leads
        told.append(f"{LEVEL_LABELS[node.level]} ”{node.title}”{stand}{leads}")
    return f"Kedja i {model.title}. {'. '.join(told)}."
