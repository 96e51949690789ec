"""How the cells of one series add up: periods over atoms, genders, and answers in finer and finer detail.

Arrays of cells have the axes unit (förbund, last the country), reporting period, gender (last all), category.
A grain is a kind of period, by gender or for all; `detail` has the axes unit, kind, by gender (0) or for all (1).

Derived periods are not reported, but follow from those that are when one is taken from another: Jan–Aug from the year
leaves September to December. Their cells stand after those of the reporting periods and are never shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, product

import numpy as np
from numpy.typing import NDArray

from finsam_eval.codebook import Scale
from finsam_eval.errors import WrongShape
from finsam_eval.results import ALL

GENDERS = ("kvinna", "man", "okant")
SHOWN_GENDERS = (*GENDERS, ALL)
GENDER_SUMS = np.vstack([np.eye(3, dtype=int), np.ones(3, dtype=int)])

DETAILS = ("", "n", "topptva", "tre_klasser", "fordelning")
"""What is shown of a cell; the place in the tuple is its level, and each level includes those before it."""

Array = NDArray[np.int64]
Mask = NDArray[np.bool_]
Periods = Mapping[str, Mapping[str, Sequence[str]]]


@dataclass(frozen=True)
class Calendar:
    """Reporting periods, kinds ordered fine to coarse. `sums` (period × atom) says which atoms make a period.

    `derived` are the periods that follow from the reported ones; they stand last in `sums`. `within` (kind × kind) says
    whether each period of one kind lies in one of another: half-years lie in years, but not in Jan–Aug.
    """

    kinds: tuple[str, ...]
    ids: tuple[str, ...]
    derived: tuple[str, ...]
    atoms: tuple[str, ...]
    kind_of: Array
    sums: Array
    within: Mask

    @property
    def names(self) -> tuple[str, ...]:
        """Every period, the derived last."""
        return (*self.ids, *self.derived)


@dataclass(frozen=True)
class Categories:
    """What can be shown of answers on one scale.

    `sums` (category × code); `level` is where a set of codes first appears: the middle class of five codes is code 3.
    `rows` lists (level, category) as published; `levels` are those that say more than the one before, hidden first.
    """

    names: tuple[str, ...]
    level: Array
    sums: Array
    rows: tuple[tuple[int, int], ...]
    levels: tuple[int, ...]

    @property
    def codes(self) -> int:
        """How many codes the scale has."""
        return int(self.sums.shape[1])

    def reach(self, category: int) -> int:
        """Return the first level of this scale that shows a category."""
        return min(at for at in self.levels if at >= self.level[category])

    def part(self, level: int, category: int) -> list[int]:
        """Return the places of the codes that `level` shows together and that hold those of a category."""
        code = self.sums[category].argmax()
        shown = [self.sums[part] for at, part in self.rows if at == level]
        held = next((codes for codes in shown if codes[code]), 1 - sum(shown))
        return [int(place) for place in np.flatnonzero(held)]

    def below(self, level: int) -> int:
        """Return the finest level that shows less than `level`."""
        return max(at for at in self.levels if at < level)

    def at_most(self, detail: Array) -> Array:
        """Return each level lowered to one that exists on this scale."""
        return np.array(self.levels)[np.searchsorted(self.levels, detail, side="right") - 1]


def calendar(periods: Periods) -> Calendar:
    """Return the calendar of kind → reporting period → atoms.

    Raises
    ------
    WrongShape
        When two kinds use the same id for a period: a published row names only the id.
    """
    ids = [period for kind in periods.values() for period in kind]
    if len(set(ids)) < len(ids):
        raise WrongShape(f"each reporting period needs an id of its own, got {', '.join(ids)}; rename those that recur")
    members = {period: frozenset(atoms) for kind in periods.values() for period, atoms in kind.items()}
    atoms = sorted(set().union(*members.values()))
    derived = _derived(periods, members, atoms)
    return Calendar(
        kinds=tuple(periods),
        ids=tuple(ids),
        derived=tuple(derived),
        atoms=tuple(atoms),
        kind_of=np.array([number for number, kind in enumerate(periods.values()) for _ in kind]),
        sums=np.array([[int(atom in member) for atom in atoms] for member in [*members.values(), *derived.values()]]),
        within=np.array([[_lies_within(fine, coarse) for coarse in periods.values()] for fine in periods.values()]),
    )


def _lies_within(fine: Mapping[str, Sequence[str]], coarse: Mapping[str, Sequence[str]]) -> bool:
    return all(any(set(short) <= set(long) for long in coarse.values()) for short in fine.values())


def _derived(
    periods: Periods, members: Mapping[str, frozenset[str]], atoms: Sequence[str]
) -> dict[str, frozenset[str]]:
    """Return the pieces of time that no report names: atoms, and what is left of a period without shorter ones.

    Taken away is one shorter period, or all of a kind together. A piece with two names has the first.
    """
    pieces = {atom: frozenset([atom]) for atom in atoms}
    for (long, whole), (short, part) in product(members.items(), repeat=2):
        if part < whole:
            pieces[f"{long} utom {short}"] = whole - part
    for (long, whole), (kind, shorter) in product(members.items(), periods.items()):
        taken = frozenset().union(*(members[period] for period in shorter if members[period] < whole))
        pieces[f"{long} utom {kind}"] = whole - taken
    first = {piece: name for name, piece in reversed(pieces.items()) if piece}
    reported = set(members.values())
    return {name: piece for name, piece in pieces.items() if piece not in reported and first.get(piece) == name}


def categories(scale: Scale) -> Categories:
    """Return what can be shown of answers on `scale`, coarse to fine."""
    classes = scale.classes or {}
    parts = {
        1: {"n": scale.codes},
        2: {"hog": scale.top_codes},
        3: classes,
        4: {str(code): [code] for code in scale.codes},
    }
    members = {name: codes for part in parts.values() for name, codes in part.items()}
    names = list(members)
    return Categories(
        names=tuple(names),
        level=np.array([min(at for at, part in parts.items() if codes in part.values()) for codes in members.values()]),
        sums=np.array([[int(code in members[name]) for code in scale.codes] for name in names]),
        rows=tuple((level, names.index(name)) for level, part in parts.items() for name in part),
        levels=_levels(scale),
    )


def _levels(scale: Scale) -> tuple[int, ...]:
    """Of details that say the same on this scale, only the finest counts: Ja/Nej has no class between."""
    sizes = {1: 1, 2: 2, 3: 3 if scale.classes else 0, 4: len(scale.codes)}
    return (0, *(level for level in sizes if sizes[level] and sizes[level] not in list(sizes.values())[level:]))


def margins(cube: Array, calendar: Calendar, categories: Categories) -> Array:
    """Return every cell of a series from its atoms (förbund × atom × gender × code), the country added last."""
    whole = np.concatenate([cube, cube.sum(axis=0, keepdims=True)])
    cells: Array = np.einsum("uagc,pa,hg,qc->uphq", whole, calendar.sums, GENDER_SUMS, categories.sums, optimize=True)
    return cells


@dataclass(frozen=True)
class Table:
    """How the cells of one unit are made of its atoms (period × gender × code), and the small moves between them."""

    calendar: Calendar
    categories: Categories

    @cached_property
    def sums(self) -> Array:
        """Cell × atom, in the order of raveled cells."""
        return np.kron(np.kron(self.calendar.sums, GENDER_SUMS), self.categories.sums)

    @cached_property
    def moves(self) -> Array:
        """Atom × move: one person to an atom that differs in one thing, or two that change places; then the opposites.

        No cell counts more than one of them, so a cell changes by one or not at all.
        """
        shape = (len(self.calendar.atoms), len(GENDERS), self.categories.codes)
        number = np.arange(np.prod(shape)).reshape(shape)
        lines = [line for axis in range(3) for line in np.moveaxis(number, axis, 2).reshape(-1, shape[axis])]
        steps = [([up], [down]) for line in lines for up, down in combinations(line.tolist(), 2)]
        steps += [step for axis in range(3) for plane in np.moveaxis(number, axis, 0) for step in _swaps(plane)]
        moves = np.zeros((number.size, 2 * len(steps)), dtype=np.int64)
        for column, (up, down) in enumerate(steps):
            moves[up, column], moves[down, column] = 1, -1
            moves[up, column + len(steps)], moves[down, column + len(steps)] = -1, 1
        return moves

    @cached_property
    def changed(self) -> NDArray[np.float32]:
        """Cell × move: 1 where the move changes the cell."""
        return (self.sums.astype(np.float32) @ self.moves.astype(np.float32) != 0).astype(np.float32)

    @cached_property
    def taken(self) -> NDArray[np.float32]:
        """Atom × move: 1 where the move takes a person away."""
        return (self.moves < 0).astype(np.float32)


def _swaps(plane: Array) -> list[tuple[list[int], list[int]]]:
    rows, columns = combinations(range(plane.shape[0]), 2), combinations(range(plane.shape[1]), 2)
    return [([plane[a, c], plane[b, d]], [plane[a, d], plane[b, c]]) for (a, b), (c, d) in product(rows, columns)]


def cell_detail(detail: Array, calendar: Calendar) -> Array:
    """Return the detail of every reported cell (unit × period × gender) from that of its grain."""
    return detail[:, calendar.kind_of][:, :, [0, 0, 0, 1]]


def monotone(detail: Array, calendar: Calendar) -> Array:
    """Return `detail` lowered so that a coarser grain always shows at least as much as a finer one within it."""
    wider = calendar.within | np.eye(len(calendar.kinds), dtype=bool)
    lowered = np.stack([detail[:, coarse].min(axis=1) for coarse in wider], axis=1)
    return np.stack([lowered.min(axis=2), lowered[:, :, 1]], axis=2)
