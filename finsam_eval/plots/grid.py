"""In which row and column each box of a chain stands."""

from __future__ import annotations

from collections import defaultdict

from finsam_eval.logic_model import LEVEL_LABELS, LogicModel, layout

SEEMING = 0.75
"""What it costs, in columns that an arrow runs sideways, to stand straight above a box that another leads to."""

SWEEPS = 8
"""So many times at most the rows are gone through."""

TINY = 1e-9
"""A difference in cost that is none."""


def grid(
    model: LogicModel, columns: int
) -> tuple[dict[str, tuple[int, int]], list[list[str]], list[tuple[str, int, int]]]:
    """Return row and column of every node, the nodes of every row, and each level's first and last row.

    A level that fits a row stands below what leads to it. In a level of several rows those that belong to the left
    fill the left columns from above, so that arrows run mostly down.
    """
    cells: dict[str, tuple[int, int]] = {}
    tails: dict[str, list[str]] = defaultdict(list)
    for link in model.links:
        tails[link.head].append(link.tail)
    rows: list[list[str]] = []
    levels = []
    places = layout(model)
    for number in range(places[-1].row + 1):
        names = [place.node for place in places if place.row == number]
        level = next(place.level for place in places if place.row == number)
        depth = -(-len(names) // columns)
        start = len(rows)
        rows += [names[offset::depth] for offset in range(depth)]
        levels.append((LEVEL_LABELS[level], start, start + depth - 1))
        if depth == 1:
            above = [[cells[tail][1] for tail in tails[name] if tail in cells] for name in names]
            own = _columns(above, columns)
        else:
            first = (columns - -(-len(names) // depth)) // 2
            own = [first + order // depth for order in range(len(names))]
        for order, name in enumerate(names):
            cells[name] = (start + order % depth, own[order])
    _settle(model, cells, [rows[first] for _, first, last in levels if first == last], columns)
    return cells, rows, levels


def _columns(above: list[list[int]], columns: int) -> list[int]:
    """Return a column for each box of a row, in their order, as near as can be to the columns of what leads to it.

    Boxes that nothing leads to want the place that they would have in a row spread evenly.
    """
    spread = [(order + 0.5) * columns / len(above) - 0.5 for order in range(len(above))]
    wanted = [sum(own) / len(own) if own else even for own, even in zip(above, spread, strict=True)]
    return _cheapest([[abs(place - want) for place in range(columns)] for want in wanted])[1]


def _cheapest(costs: list[list[float]]) -> tuple[float, list[int]]:
    """Return what the best columns for the boxes of a row cost, and these columns, the boxes in their order.

    costs : for each box what every column costs.
    """
    ways: dict[int, tuple[float, list[int]]] = {-1: (0.0, [])}
    for own in costs:
        ways = {
            place: min((cost + own[place], [*way, place]) for last, (cost, way) in ways.items() if last < place)
            for place in range(len(own))
            if any(last < place for last in ways)
        }
    return min(ways.values())


def _settle(model: LogicModel, cells: dict[str, tuple[int, int]], single: list[list[str]], columns: int) -> None:
    """Move the boxes of levels of one row towards what they lead to and what leads to them, while it gets better.

    It is better the less far arrows run sideways, and where no box stands straight above one that another leads to:
    its arrow would seem to go there.
    """
    pairs = {(link.tail, link.head) for link in model.links}
    for _ in range(SWEEPS):
        moved = False
        for names in [*reversed(single), *single]:
            costs = [[_aside(name, place, cells, pairs) for place in range(columns)] for name in names]
            now = sum(own[cells[name][1]] for name, own in zip(names, costs, strict=True))
            least, own_columns = _cheapest(costs)
            if least < now - TINY:
                moved = True
                cells |= {name: (cells[name][0], place) for name, place in zip(names, own_columns, strict=True)}
        if not moved:
            return


def _aside(name: str, place: int, cells: dict[str, tuple[int, int]], pairs: set[tuple[str, str]]) -> float:
    """Return what a column costs a box: how far its arrows run sideways, and each box it would seem to belong to."""
    tails, heads = {tail for tail, head in pairs if head == name}, {head for tail, head in pairs if tail == name}
    cost = float(sum(abs(place - cells[other][1]) for other in tails | heads))
    row = cells[name][0]
    led_to, leading = {head for _, head in pairs}, {tail for tail, _ in pairs}
    for other, cell in cells.items():
        below = cell == (row + 1, place) and heads and other in led_to and other not in heads
        above = cell == (row - 1, place) and tails and other in leading and other not in tails
        cost += SEEMING * (bool(below) + bool(above))
    return cost
