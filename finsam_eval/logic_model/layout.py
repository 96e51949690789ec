"""Where each box of a chain is drawn, and the same chain as Mermaid source."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from finsam_eval.logic_model.model import LogicModel
from finsam_eval.logic_model.parts import LEVEL_LABELS, LEVELS, Link, Node

SWEEPS = 8
"""Down and up again; the order stands still long before on any model a person writes."""

MANY = {
    "problem": "problem",
    "resurs": "resurser",
    "aktivitet": "aktiviteter",
    "prestation": "prestationer",
    "resultat": "resultat",
    "effekt_kort": "effekter på kort sikt",
    "effekt_lang": "effekter på lång sikt",
    "mal": "mål",
}
"""What several boxes of a level are called."""

_UNSAFE = re.compile(r"[^\w ,.%:()/–-]|_")


@dataclass(frozen=True, slots=True)
class Place:
    """A node's row, counted from the first level used, and its place in it from the left; both from 0."""

    node: str
    level: str
    row: int
    column: int


def layout(model: LogicModel) -> list[Place]:
    """Return the places of all nodes: a row for each level used, ordered so that few arrows cross.

    Each sweep orders the nodes of a row by the mean place of those they are linked with in the rows already placed;
    ties keep the order before, first the model's own, so that one model is always drawn alike.
    References: Sugiyama, Tagawa & Toda (1981), IEEE Trans. SMC 11:109–125.
    """
    rows = [[n.id for n in model.nodes if n.level == level] for level in LEVELS]
    rows = [row for row in rows if row]
    linked = _linked(model)
    for _ in range(SWEEPS):
        rows = _swept(linked, rows)
        rows = _swept(linked, rows[::-1])[::-1]
    levels = {node.id: node.level for node in model.nodes}
    return [
        Place(name, levels[name], row, column) for row, names in enumerate(rows) for column, name in enumerate(names)
    ]


def folded(model: LogicModel) -> tuple[LogicModel, dict[str, list[str]]]:
    """Return the model with the boxes of one section and level as one, and which boxes each stands for.

    Boxes outside any area stay as they are. Sections are those of the areas; an area without one stands for itself. The
    indicators are left out: they belong to the boxes that are folded.
    """
    sections = {area.id: area.section or area.title for area in model.areas}
    groups: dict[tuple[str, str], list[Node]] = {}
    for node in model.nodes:
        groups.setdefault((sections[node.area] if node.area else node.id, node.level), []).append(node)
    members: dict[str, list[str]] = {}
    fold: dict[str, str] = {}
    nodes = []
    for number, ((section, level), several) in enumerate(groups.items()):
        alone = len(several) == 1
        name = several[0].id if alone else f"fold_{number}"
        title = several[0].title if alone else f"{section}: {len(several)} {MANY[level]}"
        nodes.append(Node(id=name, level=several[0].level, title=title, target_level=several[0].target_level))
        members[name] = [node.id for node in several]
        fold |= {node.id: name for node in several}
    pairs = dict.fromkeys((fold[link.tail], fold[link.head]) for link in model.links)
    links = [Link.model_validate({"tail": tail, "head": head}) for tail, head in pairs if tail != head]
    without: dict[str, list[Node]] = {name: [] for name in ("areas", "indicators", "budgets", "composites")}
    return model.model_copy(update={**without, "nodes": nodes, "links": links}), members


def mermaid(model: LogicModel) -> str:
    """Return the chain as a Mermaid flowchart, a box around each level; titles cannot break out of their labels."""
    names = {node.id: f"n{place}" for place, node in enumerate(model.nodes)}
    lines = ["flowchart TD"]
    for level in LEVELS:
        members = [node for node in model.nodes if node.level == level]
        if members:
            lines += [f'  subgraph {level} ["{_label(LEVEL_LABELS[level])}"]']
            lines += [f"    {_box(names[node.id], node)}" for node in members]
            lines += ["  end"]
    lines += [f"  {names[link.tail]} --> {names[link.head]}" for link in model.links]
    return "\n".join(lines) + "\n"


def _swept(linked: dict[str, list[str]], rows: list[list[str]]) -> list[list[str]]:
    placed: dict[str, Fraction] = {}
    ordered = []
    for row in rows:
        now = {name: _spread(place, len(row)) for place, name in enumerate(row)}
        pulls = {name: [placed[other] for other in linked[name] if other in placed] for name in row}
        pulled = {name: _mean(pulls[name], now[name]) for name in row}
        ordered.append(sorted(row, key=pulled.__getitem__))
        placed |= {name: _spread(place, len(row)) for place, name in enumerate(ordered[-1])}
    return ordered


def _spread(place: int, length: int) -> Fraction:
    # Rows of unlike length are drawn equally wide. Exact, so that the order of the links never decides a tie.
    return Fraction(2 * place + 1, 2 * length)


def _mean(values: list[Fraction], otherwise: Fraction) -> Fraction:
    return sum(values, Fraction(0)) / len(values) if values else otherwise


def _linked(model: LogicModel) -> dict[str, list[str]]:
    linked: dict[str, list[str]] = {node.id: [] for node in model.nodes}
    for link in model.links:
        linked[link.tail].append(link.head)
        linked[link.head].append(link.tail)
    return linked


def _box(name: str, node: Node) -> str:
    return f'{name}["{_label(node.title)}"]'


def _label(text: str) -> str:
    """Return text with every sign that means something to Mermaid, HTML or Markdown as a numbered entity."""
    return _UNSAFE.sub(lambda found: f"#{ord(found.group())};", " ".join(text.split()))
