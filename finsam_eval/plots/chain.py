"""How large the boxes of a chain are on the page, and which way each arrow takes between them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from matplotlib.font_manager import FontProperties, findfont
from matplotlib.ft2font import FT2Font

from finsam_eval.logic_model import LogicModel
from finsam_eval.plots.grid import grid

SIZE, LINE, PAD = 7.2, 0.115, 0.12
"""Font size in points; then inches: a line of text, and the room in a box above and below its text together."""

SIDE = 0.07
"""Inches in a box to the left and to the right of its text."""

GUTTER, LANE, TRACK, SLOT = 0.13, 0.05, 0.05, 0.11
"""Inches: the least room between columns, between arrows side by side, one above the other, and at one box's edge."""

ABOVE, BELOW = 0.07, 0.15
"""Inches below a row before the first arrow runs sideways, and after the last one down to the next row."""

TOP, LABELS, LEGEND = 0.14, 0.36, 0.26
"""Inches: above the first row, the names of the levels to the left, the legend below."""

INKS = 5
"""Colours that arrows take in turn."""

LEFT_OVER, BEFORE = 4, 5
"""Letters of a divided word that the next line has at least, and the line before where it is divided at a seam."""

SEAM = re.compile(r"(?<=[^\Ws])s(?=[bdfghlmnrsv])", re.IGNORECASE)
"""The s that binds two Swedish words into one (Arbets-förmedlingen); before k, p or t it begins the second."""

FONT = FontProperties(family="DejaVu Sans", size=SIZE)


@dataclass(frozen=True)
class Box:
    """A node on the page: its row and column on the grid, its text in lines, and its rectangle in inches."""

    node: str
    row: int
    column: int
    text: str
    left: float
    top: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        """Its middle from the left."""
        return self.left + self.width / 2

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.top + self.height


@dataclass(frozen=True)
class Way:
    """The lines of arrows that share a tail or a head: corners of each line, and the points where heads are entered.

    `ink` numbers its colour, another than that of most lines beside it.
    """

    lines: list[list[tuple[float, float]]]
    heads: list[tuple[float, float]]
    ink: int


@dataclass(frozen=True)
class Drawn:
    """A chain on a page of `width` × `height` inches; `bands` are each level's name, top and bottom."""

    boxes: dict[str, Box]
    bands: list[tuple[str, float, float]]
    ways: list[Way]
    odd: list[tuple[str, str]]
    width: float
    height: float


@dataclass
class _Net:
    """Arrows drawn as one line: from several tails to one head, or from one tail to several heads."""

    tails: list[str]
    heads: list[str]
    gutter: int = 0
    lane: int | None = None
    ink: int = 0


def arrange(model: LogicModel, width: float, columns: int) -> Drawn:
    """Return a chain laid out in at most `columns` columns on a page of a width in inches.

    A level with more boxes than columns takes several rows. Arrows that share a head, or a tail, are one line that
    joins or parts; lines that share neither never run on each other: each has a lane of its own between two columns,
    a track of its own between two rows, and a place of its own at the edge of a box. Arrows up or along a row are
    left in `odd`.
    """
    cells, rows, levels = grid(model, columns)
    nets, odd = _nets(model, cells)
    lanes = _lanes(nets, cells, columns)
    _ink(nets, cells)
    tracks = _tracks(nets, cells)
    gutters = [max(GUTTER, 0.08 + LANE * (lanes[place] + 1)) for place in range(columns + 1)]
    box_width = (width - LABELS - sum(gutters)) / columns
    lefts = [LABELS + sum(gutters[: place + 1]) + box_width * place for place in range(columns)]
    texts = {node.id: wrapped(node.title, box_width - 2 * SIDE) for node in model.nodes}
    boxes, top = {}, TOP
    for number, row in enumerate(rows):
        height = PAD + LINE * max(texts[name].count("\n") + 1 for name in row)
        for name in row:
            column = cells[name][1]
            boxes[name] = Box(name, number, column, texts[name], lefts[column], top, box_width, height)
        top += height + ABOVE + TRACK * max(tracks[number].values(), default=0) + BELOW
    lane_lefts = [LABELS + sum(gutters[:place]) + box_width * place + 0.06 for place in range(columns + 1)]
    ways = _ways(nets, boxes, tracks, lane_lefts)
    return Drawn(boxes, _bands(boxes, levels), ways, odd, width, top + LEGEND - BELOW)


def _nets(model: LogicModel, cells: dict[str, tuple[int, int]]) -> tuple[list[_Net], list[tuple[str, str]]]:
    """Return the arrows down, those of one head together or, where a tail has more arrows than that, of one tail."""
    into, out = Counter(link.head for link in model.links), Counter(link.tail for link in model.links)
    odd: list[tuple[str, str]] = []
    nets: dict[tuple[str, str], _Net] = {}
    for link in model.links:
        if cells[link.head][0] <= cells[link.tail][0]:
            odd.append((link.tail, link.head))
        elif into[link.head] >= out[link.tail]:
            nets.setdefault(("head", link.head), _Net([], [link.head])).tails.append(link.tail)
        else:
            nets.setdefault(("tail", link.tail), _Net([link.tail], [])).heads.append(link.head)
    return list(nets.values()), odd


def _channels(net: _Net, cells: dict[str, tuple[int, int]]) -> tuple[int, int]:
    """Return the first and the last space between rows that a net runs in; a space has the number of the row above."""
    return min(cells[name][0] for name in net.tails), max(cells[name][0] for name in net.heads) - 1


def _lanes(nets: list[_Net], cells: dict[str, tuple[int, int]], columns: int) -> list[int]:
    """Give each net that passes a row a lane between two columns, and return how many lanes each such space has."""
    taken: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    used = [0] * (columns + 1)
    for net in sorted(nets, key=lambda net: _channels(net, cells)):
        first, last = _channels(net, cells)
        if first == last:
            continue
        own = [cells[name][1] + 0.5 for name in (*net.tails, *net.heads)]
        net.gutter = min(
            range(columns + 1), key=lambda place: sum(abs(place - at) for at in own) / len(own) + 0.35 * used[place]
        )
        net.lane = next(
            lane for lane in range(len(nets)) if all(last < a or b < first for a, b in taken[net.gutter, lane])
        )
        taken[net.gutter, net.lane].append((first, last))
        used[net.gutter] = max(used[net.gutter], net.lane + 1)
    return used


def _ink(nets: list[_Net], cells: dict[str, tuple[int, int]]) -> None:
    """Give each net the colour that fewest of the nets before it have that run in the same spaces."""
    spaces = []
    for place, net in enumerate(nets):
        first, last = _channels(net, cells)
        spaces.append((first, last))
        beside = [nets[other].ink for other, (a, b) in enumerate(spaces[:place]) if a <= last and first <= b]
        net.ink = min(range(INKS), key=lambda ink: (beside.count(ink), ink))


def _tracks(nets: list[_Net], cells: dict[str, tuple[int, int]]) -> dict[int, dict[int, int]]:
    """Return, for each space between rows, the track of each net that runs sideways in it, by the net's number."""
    spans: dict[int, list[tuple[float, float, int]]] = defaultdict(list)
    for number, net in enumerate(nets):
        for channel, ends in _ends(net, cells).items():
            spans[channel].append((min(ends), max(ends), number))
    tracks: dict[int, dict[int, int]] = defaultdict(dict)
    for channel, wanted in spans.items():
        rightmost: list[float] = []
        for left, right, number in sorted(wanted):
            free = next((place for place, end in enumerate(rightmost) if end < left), len(rightmost))
            rightmost[free : free + 1] = [right]
            tracks[channel][number] = free
    return tracks


def _ends(net: _Net, cells: dict[str, tuple[int, int]]) -> dict[int, list[float]]:
    """Return, for each space between rows, the columns where a net comes or goes, a lane lying between two of them."""
    ends: dict[int, list[float]] = defaultdict(list)
    for name in net.tails:
        ends[cells[name][0]].append(cells[name][1] + 0.5)
    for name in net.heads:
        ends[cells[name][0] - 1].append(cells[name][1] + 0.5)
    if net.lane is not None:
        for own in ends.values():
            own.append(net.gutter + 0.01 * net.lane)
    return ends


def _ways(
    nets: list[_Net], boxes: dict[str, Box], tracks: dict[int, dict[int, int]], lane_lefts: Sequence[float]
) -> list[Way]:
    bottoms = {box.row: box.bottom for box in boxes.values()}
    turned_out, turned_in = _turned(nets, boxes)
    out = _slots(((name, number) for number, net in enumerate(nets) for name in net.tails), boxes, -1, turned_out)
    into = _slots(((name, number) for number, net in enumerate(nets) for name in net.heads), boxes, 1, turned_in)
    ways = []
    for number, net in enumerate(nets):
        heights = {
            channel: bottoms[channel] + ABOVE + TRACK * own[number] for channel, own in tracks.items() if number in own
        }
        lane = None if net.lane is None else lane_lefts[net.gutter] + LANE * net.lane
        ways.append(_way(number, net, boxes, heights, lane, out, into))
    return ways


def _way(
    number: int,
    net: _Net,
    boxes: dict[str, Box],
    heights: dict[int, float],
    lane: float | None,
    out: dict[tuple[str, int], float],
    into: dict[tuple[str, int], float],
) -> Way:
    """Return the lines of a net: down from each tail, sideways to its lane or straight to its head, and down to it."""
    hub = (
        lane
        if lane is not None
        else (into if len(net.heads) == 1 else out)[(net.heads if len(net.heads) == 1 else net.tails)[0], number]
    )
    if lane is None:
        out, into = _straightened(number, net, boxes, out, into)
        hub = into[net.heads[0], number] if len(net.heads) == 1 else out[net.tails[0], number]
    lines, heads = [], []
    for name in net.tails:
        y = heights[boxes[name].row]
        lines.append([(out[name, number], boxes[name].bottom), (out[name, number], y), (hub, y)])
    for name in net.heads:
        y, x = heights[boxes[name].row - 1], into[name, number]
        lines.append([(hub, y), (x, y), (x, boxes[name].top)])
        heads.append((x, boxes[name].top))
    if lane is not None:
        lines.append([(lane, min(heights.values())), (lane, max(heights.values()))])
    return Way(lines, heads, net.ink)


def _straightened(
    number: int,
    net: _Net,
    boxes: dict[str, Box],
    out: dict[tuple[str, int], float],
    into: dict[tuple[str, int], float],
) -> tuple[dict[tuple[str, int], float], dict[tuple[str, int], float]]:
    """Return where a net comes and goes, without a jog where a tail of it stands straight above a head."""
    if len(net.heads) == 1:
        head = net.heads[0]
        under = [name for name in net.tails if boxes[name].column == boxes[head].column]
        if under and len(net.tails) == 1:
            return out, {**into, (head, number): out[under[0], number]}
        return {**out, **{(name, number): into[head, number] for name in under}}, into
    tail = net.tails[0]
    over = [name for name in net.heads if boxes[name].column == boxes[tail].column]
    return out, {**into, **{(name, number): out[tail, number] for name in over}}


def _turned(nets: list[_Net], boxes: dict[str, Box]) -> tuple[set[str], set[str]]:
    """Return the boxes above, and those below, where what goes out is for the right and what comes in from the left.

    There the one comes in to the left of where the other goes out, so that they need not cross.
    """
    out: dict[str, list[float]] = defaultdict(list)
    into: dict[str, list[float]] = defaultdict(list)
    for net in nets:
        for ends, others, sides in ((net.tails, net.heads, out), (net.heads, net.tails, into)):
            far = [float(boxes[name].column) for name in others] if net.lane is None else [net.gutter - 0.5]
            for name in ends:
                sides[name].append(sum(far) / len(far) - boxes[name].column)
    places = {(box.row, box.column): name for name, box in boxes.items()}
    under = {name: places.get((boxes[name].row + 1, boxes[name].column), "") for name in out}
    above = {name for name, below in under.items() if below in into and min(out[name]) > 0 > max(into[below])}
    return above, {under[name] for name in above}


def _slots(
    ends: Iterable[tuple[str, int]], boxes: dict[str, Box], side: int, turned: set[str]
) -> dict[tuple[str, int], float]:
    """Return where along a box's edge each net comes or goes.

    What goes out above stands a little left (`side` -1) of what comes in below (1); in `turned` it is the other way.
    """
    of: dict[str, list[int]] = defaultdict(list)
    for name, number in ends:
        of[name].append(number)
    return {
        (name, number): boxes[name].middle
        + (place - (len(numbers) - 1) / 2) * _step(boxes[name], numbers)
        + (-side if name in turned else side) * SLOT / 8
        for name, numbers in of.items()
        for place, number in enumerate(numbers)
    }


def _step(box: Box, numbers: list[int]) -> float:
    return min(SLOT, (box.width - 0.2) / max(len(numbers), 1))


def _bands(boxes: dict[str, Box], levels: list[tuple[str, int, int]]) -> list[tuple[str, float, float]]:
    tops, bottoms = ({box.row: edge(box) for box in boxes.values()} for edge in (lambda b: b.top, lambda b: b.bottom))
    return [(label, tops[first], bottoms[last]) for label, first, last in levels]


def wrapped(text: str, width: float) -> str:
    """Return text broken into lines no wider than `width` inches; a word that is wider itself is divided."""
    lines: list[str] = []
    for word in (piece for whole in text.split() for piece in _pieces(whole, width)):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and inches(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return "\n".join(lines)


def _pieces(word: str, width: float) -> list[str]:
    if inches(word) <= width:
        return [word]
    cut = max(size for size in range(1, len(word)) if size == 1 or inches(f"{word[:size]}-") <= width)
    cut = min(cut, max(len(word) - LEFT_OVER, 1))
    cut = max((seam.end() for seam in SEAM.finditer(word) if BEFORE <= seam.end() <= cut), default=cut)
    return [f"{word[:cut]}-", *_pieces(word[cut:], width)]


def inches(text: str) -> float:
    """Return how wide a text is in the boxes' font."""
    return sum(map(_advance, text))


@cache
def _font() -> FT2Font:
    font = FT2Font(findfont(FONT))
    font.set_size(SIZE, 72)
    return font


@cache
def _advance(sign: str) -> float:
    return float(_font().load_char(ord(sign)).linearHoriAdvance) / 65536 / 72
