"""Which parameters are the same for all groups, or at all occasions? The model at each step of a test of that."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

import numpy as np

from finsam_eval.errors import UnknownName, WrongShape
from finsam_eval.psychometrics.answers import Array
from finsam_eval.psychometrics.factors.models import Entry, Plan, cells, own_parts, relations
from finsam_eval.stats.structure import NO_THRESHOLDS, Part, Places, Structure

THRESHOLD, LOADING, INTERCEPT, RESIDUAL = "threshold", "loading", "intercept", "residual"

ORDERED = (
    ("configural", frozenset[str]()),
    ("thresholds", frozenset({THRESHOLD})),
    ("loadings", frozenset({THRESHOLD, LOADING})),
    ("intercepts", frozenset({THRESHOLD, LOADING, INTERCEPT})),
)
"""Of ordered answers thresholds come first: without these nothing else can be compared (Wu & Estabrook 2016)."""

CONTINUOUS = (
    ("configural", frozenset[str]()),
    ("metric", frozenset({LOADING})),
    ("scalar", frozenset({LOADING, INTERCEPT})),
    ("strict", frozenset({LOADING, INTERCEPT, RESIDUAL})),
)

Freed = frozenset[tuple[str, str]]


class Blocks(NamedTuple):
    """Answers of groups, or of the same persons at several occasions.

    correlations, sd, means : of each block's items, from which searches begin; of ordered answers sd is 1. cuts : of
    ordered answers, each block's thresholds, item by item, and item_of_threshold the item that each cuts.
    """

    plan: Plan
    ordered: bool
    occasions: bool
    correlations: list[Array]
    sd: list[Array]
    means: list[Array]
    cuts: list[Array]
    item_of_threshold: Places


def freed(free: Iterable[tuple[str, str]], items: Collection[str], ordered: bool) -> Freed:
    """Return which parameters stay free at every step.

    Raises
    ------
    UnknownName
        When an item is not in the model.
    WrongShape
        When a pair is not a kind of parameter and an item.
    """
    kinds = (THRESHOLD, LOADING, INTERCEPT) if ordered else (LOADING, INTERCEPT, RESIDUAL)
    found = set()
    for pair in free:
        if isinstance(pair, str) or len(pair) != 2 or pair[0] not in kinds:
            raise WrongShape(f"free must be pairs of {', '.join(kinds)} and an item, such as [('loading', 'a')]")
        if pair[1] not in items:
            raise UnknownName(f"free names {pair[1]}, which is no item of the model")
        found.add((pair[0], pair[1]))
    return frozenset(found)


def structure_of(blocks: Blocks, held: frozenset[str], free: Freed) -> tuple[Structure, list[Entry]]:
    """Return the model of all blocks in which the kinds of parameters that are `held` are equal, but those in `free`.

    The first block's factors have variance one and mean nought; the others' are free as soon as loadings, and
    intercepts, are held. Ordered answers (delta parameterisation): intercepts nought and scales one in the first block,
    free in the others as soon as thresholds are held. An item whose thresholds are free has all else free, too.
    """
    plan, size = blocks.plan, (len(blocks.plan.items), len(blocks.plan.factors))
    entries = [row for block in range(len(blocks.sd)) for row in _block(blocks, block, held, free)]
    of = blocks.item_of_threshold if blocks.ordered else NO_THRESHOLDS
    if not blocks.occasions:
        return Structure(cells(entries), len(blocks.sd), *size, blocks.ordered, True, of), entries
    times = len(blocks.sd)
    entries = [_moved(row, size, of.size) for row in entries] + _between(plan, times)
    of = np.concatenate([of + at * size[0] for at in range(times)])
    return Structure(cells(entries), 1, times * size[0], times * size[1], blocks.ordered, True, of), entries


def _block(blocks: Blocks, block: int, held: frozenset[str], free: Freed) -> list[Entry]:
    plan = blocks.plan
    entries = [
        (block, part, row, column, _named(plan, label, block, held, free), value)
        for _, part, row, column, label, value in relations(plan, blocks.correlations[0], blocks.sd[0])
        if not (part == Part.FACTOR and row == column)
    ]
    for factor in range(len(plan.factors)):
        scaled = block > 0 and LOADING in held
        centred = block > 0 and INTERCEPT in held
        entries.append((block, Part.FACTOR, factor, factor, ("variance", block, factor) if scaled else None, 1.0))
        entries.append((block, Part.MEAN, factor, 0, ("mean", block, factor) if centred else None, 0.0))
    return entries + (_cut if blocks.ordered else _measured)(blocks, block, held, free)


def _named(plan: Plan, label: object, block: int, held: frozenset[str], free: Freed) -> object:
    """Return the name of a parameter: without its block where it is the same in all."""
    assert isinstance(label, tuple)
    if label[0] == LOADING and LOADING in held and not _is_free(LOADING, plan.items[label[1]], free):
        return label
    return (*label, "of", block)


def _is_free(kind: str, item: str, free: Freed) -> bool:
    return (kind, item) in free or (THRESHOLD, item) in free


def _cut(blocks: Blocks, block: int, held: frozenset[str], free: Freed) -> list[Entry]:
    """Return thresholds, intercepts and scales of ordered answers."""
    entries: list[Entry] = []
    for at, item in enumerate(blocks.item_of_threshold):
        same = THRESHOLD in held and not _is_free(THRESHOLD, blocks.plan.items[item], free)
        value = float(np.mean([cuts[at] for cuts in blocks.cuts])) if same else float(blocks.cuts[block][at])
        entries.append((block, Part.THRESHOLD, at, 0, (THRESHOLD, at, None if same else block), value))
    for item, name in enumerate(blocks.plan.items):
        moved = block > 0 and THRESHOLD in held and not _is_free(THRESHOLD, name, free)
        fixed = not moved or (INTERCEPT in held and not _is_free(INTERCEPT, name, free))
        entries.append((block, Part.INTERCEPT, item, 0, None if fixed else (INTERCEPT, item, block), 0.0))
        entries.append((block, Part.SCALE, item, 0, ("scale", item, block) if moved else None, 1.0))
    return entries


def _measured(blocks: Blocks, block: int, held: frozenset[str], free: Freed) -> list[Entry]:
    """Return intercepts and residual variances of continuous answers."""
    entries: list[Entry] = []
    for item, name in enumerate(blocks.plan.items):
        same = INTERCEPT in held and not _is_free(INTERCEPT, name, free)
        value = float(blocks.means[0 if same else block][item])
        entries.append((block, Part.INTERCEPT, item, 0, (INTERCEPT, item, None if same else block), value))
    for _, part, row, column, _, value in own_parts(blocks.plan, blocks.sd[block] ** 2, blocks.correlations[block]):
        same = RESIDUAL in held and not _is_free(RESIDUAL, blocks.plan.items[row], free)
        entries.append((block, part, row, column, ("own", row, None if same else block), value))
    return entries


def _moved(entry: Entry, size: tuple[int, int], thresholds: int) -> Entry:
    """Return an entry of one occasion at its place among those of all occasions."""
    block, part, row, column, label, value = entry
    items, factors = size
    step = {
        Part.LOADING: (items, factors),
        Part.FACTOR: (factors, factors),
        Part.RESIDUAL: (items, items),
        Part.MEAN: (factors, 0),
        Part.THRESHOLD: (thresholds, 0),
    }.get(part, (items, 0))
    return 0, part, row + block * step[0], column + block * step[1], label, value


def _between(plan: Plan, times: int) -> list[Entry]:
    """Return how factors, and what is an item's own, go together from one occasion to another."""
    items, factors = len(plan.items), len(plan.factors)
    entries: list[Entry] = []
    for early in range(times):
        for late in range(early + 1, times):
            places = [(a + early * factors, b + late * factors) for a in range(factors) for b in range(factors)]
            entries += [(0, Part.FACTOR, a, b, ("across", a, b), 0.3 * (a % factors == b % factors)) for a, b in places]
            pairs = [(item + early * items, item + late * items) for item in range(items)]
            entries += [(0, Part.RESIDUAL, a, b, ("lasting", a, b), 0.0) for a, b in pairs]
    return entries
