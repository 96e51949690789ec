"""Where each box of a chain is drawn, and the same chain as Mermaid source."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from finsam_eval.logic_model.model import LogicModel
from finsam_eval.logic_model.parts import LEVEL_LABELS, LEVELS, Node

SWEEPS = 8
"""Down and up again; the order stands still long before on any model a person writes."""

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
    for _ in range(SWEEPS):
        rows = _swept(model, rows)
        rows = _swept(model, rows[::-1])[::-1]
    return [
        Place(name, model.node(name).level, row, column)
        for row, names in enumerate(rows)
        for column, name in enumerate(names)
    ]


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


def _swept(model: LogicModel, rows: list[list[str]]) -> list[list[str]]:
    placed: dict[str, Fraction] = {}
    ordered = []
    for row in rows:
        now = {name: _spread(place, len(row)) for place, name in enumerate(row)}
        pulls = {name: [placed[other] for other in _linked(model, name) if other in placed] for name in row}
        pulled = {name: _mean(pulls[name], now[name]) for name in row}
        ordered.append(sorted(row, key=pulled.__getitem__))
        placed |= {name: _spread(place, len(row)) for place, name in enumerate(ordered[-1])}
    return ordered


def _spread(place: int, length: int) -> Fraction:
    # Rows of unlike length are drawn equally wide. Exact, so that the order of the links never decides a tie.
    return Fraction(2 * place + 1, 2 * length)


def _mean(values: list[Fraction], otherwise: Fraction) -> Fraction:
    return sum(values, Fraction(0)) / len(values) if values else otherwise


def _linked(model: LogicModel, name: str) -> list[str]:
    return [link.tail if link.head == name else link.head for link in model.links if name in (link.tail, link.head)]


def _box(name: str, node: Node) -> str:
    return f'{name}["{_label(node.title)}"]'


def _label(text: str) -> str:
    """Return text with every sign that means something to Mermaid, HTML or Markdown as a numbered entity."""
    return _UNSAFE.sub(lambda found: f"#{ord(found.group())};", " ".join(text.split()))
