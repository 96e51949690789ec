"""Hide a little more wherever the numbers shown together would give a hidden one away."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from finsam_eval.disclosure.cells import Array, Mask, Table, monotone
from finsam_eval.disclosure.facts import Facts
from finsam_eval.disclosure.program import Values

SMALL = 4
"""Up to so many förbund other ways to hide are tried after the first."""

HELPERS = 8
"""How many förbund, smallest first, are weighed against each other when one more must hide a number."""


@dataclass(frozen=True)
class Place:
    """Where a number was found: its grain (`by`: 0 by gender, 1 all), the level to hide there, and the cell."""

    kind: int
    by: int
    level: int
    cell: tuple[int, int]
    codes: tuple[int, ...]

    def covers(self, other: Place, within: Mask) -> bool:
        """Whether hiding this place hides the other with it."""
        return bool(within[other.kind, self.kind]) and self.by >= other.by and self.level <= other.level


def secure(facts: Facts, detail: Array) -> Array:
    """Return `detail` (unit × kind × grain) lowered until no secret can be computed.

    A unit that gives itself away shows less. A number that the country's total gives away is mixed with that of one
    more förbund, the smallest that can; else the country shows less. Every round lowers some detail, so it ends.
    What was lowered for a reason that other hiding has since removed is shown again.
    """
    found = _lowered_until_safe(facts, detail)
    best = detail * 0 if found is None else _given_back(facts, detail, found)
    return _reconsidered(facts, detail, best) if len(facts.cube) <= SMALL else best


def _reconsidered(facts: Facts, most: Array, best: Array) -> Array:
    """Try for each lowered grain to spare it and hide others; keep what shows more, until nothing does.

    Among many förbund there is nearly always one that hides at the least cost; among few the first choice may be poor.
    """
    levels = facts.table.categories.levels
    for unit, kind, by in np.argwhere(best < most)[::-1].tolist():
        wider = np.flatnonzero(facts.table.calendar.within[kind])
        for spared in sorted({most[unit, kind, by], levels[levels.index(best[unit, kind, by]) + 1]}, reverse=True):
            floor = np.zeros_like(best)
            floor[unit, wider, by:] = spared
            found = _lowered_until_safe(replace(facts, floor=floor), most)
            other = best if found is None else _given_back(facts, most, found)
            if steps(facts.table, other) > steps(facts.table, best):
                return _reconsidered(facts, most, other)
    return best


def _given_back(facts: Facts, most: Array, detail: Array) -> Array:
    """Raise grains again, one by one and step by step up to `most`, where nothing follows from that."""
    levels, calendar = facts.table.categories.levels, facts.table.calendar
    # What most are counted in comes first: the country, the longest period, all genders.
    order = [place for place in np.argwhere(detail < most)[::-1].tolist()]
    raised = True
    while raised:
        raised = False
        for place in order:
            at = detail[tuple(place)]
            if at < most[tuple(place)]:
                more = detail.copy()
                more[tuple(place)] = levels[levels.index(at) + 1]
                if (monotone(more, calendar) == more).all() and _safe(facts, more, place[0]):
                    detail, raised = more, True
    return detail


def _safe(facts: Facts, detail: Array, unit: int) -> bool:
    """Whether no secret follows from what is shown; looked for first where it is cheap to see."""
    values = facts.visible(detail)
    if (_lone(values) & facts.secret).any() or _leaks(facts, detail, unit):
        return False
    return not facts.given_away(values, first=True).any()


def _lowered_until_safe(facts: Facts, detail: Array) -> Array | None:
    """Return `detail` lowered until no secret follows, or None where the floor does not allow it."""
    proved = np.zeros(facts.cells.shape, dtype=bool)
    while True:
        values = facts.visible(detail)
        found = _lone(values) & facts.secret
        if not found.any():
            # To find how near every number is takes long when some must be some way off: one is enough to go on with.
            found = facts.given_away(values, proved, first=facts.width > 1)
            if facts.width == 1:
                proved |= np.isnan(values) & ~found
        if not found.any() or not detail.any():
            return detail
        units = np.flatnonzero(found.any(axis=(1, 2, 3))).tolist()
        leaking = [unit for unit in units if _leaks(facts, detail, unit)]
        lowered = _less_of_each(facts, detail, leaking) if leaking else _mixed(facts, detail, found)
        lowered = lowered if (lowered < detail).any() else _last_resort(facts, detail)
        if not (lowered < detail).any() or not _allowed(facts, lowered):
            return None
        detail = lowered


def _allowed(facts: Facts, detail: Array) -> bool:
    return facts.floor is None or bool((detail >= facts.floor).all())


def _lone(values: Values) -> Mask:
    """Which cells are hidden in one förbund only, under a published total: the total minus the others."""
    hidden = np.isnan(values)
    people = ~(values[..., :1] == 0) & ~(values[-1:, ..., :1] == 0)
    lone = hidden & people & (hidden[:-1].sum(axis=0) == 1) & ~hidden[-1]
    lone[-1] = False
    return lone


def _leaks(facts: Facts, detail: Array, unit: int) -> bool:
    """Whether a unit's own numbers, and where the country has nobody, give hidden ones away."""
    nobody = facts.visible(detail)[-1] == 0
    key = unit, detail[unit].tobytes(), nobody.tobytes()
    if key not in facts.judged:
        alone = facts.alone(unit)
        values = np.where(nobody, 0, alone.visible(detail[[unit, unit]]))
        facts.judged[key] = alone.leaks(values)
    return facts.judged[key]


def _less_of_each(facts: Facts, detail: Array, units: list[int]) -> Array:
    """Lower one grain of each unit, the one that costs least of those that stop its leak, or else the finest."""
    for unit in units:
        ways = [
            _lowered(facts, detail, unit, kind, by, level)
            for kind, by in np.argwhere(detail[unit] > 0)
            for level in facts.table.categories.levels[:0:-1]
            if level <= detail[unit, kind, by]
        ]
        less = [lowered for lowered in ways if _allowed(facts, lowered)]
        cheapest = sorted(less, key=lambda lowered: steps(facts.table, lowered), reverse=True)
        tight = (lowered for lowered in cheapest if not _leaks(facts, lowered, unit))
        detail = next(tight, less[0] if less else detail)
    return detail


def steps(table: Table, detail: Array) -> int:
    """Return how many steps of the ladder are shown, over all grains."""
    return int(np.searchsorted(table.categories.levels, detail).sum())


def _lowered(facts: Facts, detail: Array, unit: int, kind: int, by: int, level: int) -> Array:
    """Show less than `level` of a unit's grain, and no more of its finer ones."""
    lowered = detail.copy()
    lowered[unit, kind, by] = min(detail[unit, kind, by], facts.table.categories.below(level))
    return monotone(lowered, facts.table.calendar)


def _mixed(facts: Facts, detail: Array, found: Mask) -> Array:
    """Let one more förbund hide each number found, or else hide the country's."""
    lowered = detail
    for place in _places(facts, detail, found):
        helpers = _helpers(facts, place)
        before, now = (facts.levels(some)[helpers, *place.cell] >= place.level for some in (detail, lowered))
        if not (before & ~now).any():
            country = _lowered(facts, lowered, len(facts.cube), place.kind, place.by, place.level)
            tried = [_helped(facts, lowered, place, unit) for unit in helpers[now][:HELPERS]]
            ways = [less for less in [*tried, country] if less is not None and _allowed(facts, less)]
            # Of equals the smallest förbund comes first, and the country, which every report shows, last.
            lowered = max(ways, key=lambda less: steps(facts.table, less), default=lowered)
    return lowered


def _helped(facts: Facts, detail: Array, place: Place, unit: int) -> Array | None:
    """Hide a förbund's number at the place, and one grain more where its others give that away, if this is enough."""
    lowered = _lowered(facts, detail, unit, place.kind, place.by, place.level)
    if _leaks(facts, lowered, unit):
        lowered = _less_of_each(facts, lowered, [unit])
    return None if _leaks(facts, lowered, unit) else lowered


def _places(facts: Facts, detail: Array, found: Mask) -> list[Place]:
    """Return where numbers were found, without the places that go with a coarser one."""
    calendar = facts.table.calendar
    reported = found[:, : len(calendar.ids)]
    places = {_place(facts, detail, *cell) for cell in np.argwhere(reported).tolist()}
    coarsest = [
        place
        for place in places
        if all(place.covers(other, calendar.within) for other in places if other.covers(place, calendar.within))
    ]
    return sorted(coarsest, key=lambda place: (-place.kind, -place.by, place.level, place.cell, place.codes))


def _place(facts: Facts, detail: Array, unit: int, period: int, gender: int, category: int) -> Place:
    """Return where to hide so that a found cell is mixed: at the coarsest level where those who hide are all alike."""
    categories, kind, by = facts.table.categories, int(facts.table.calendar.kind_of[period]), int(gender == 3)
    shown = facts.levels(detail)[unit, period, gender]
    places = [
        Place(kind, by, level, (period, gender), tuple(categories.part(level, category)))
        for level in categories.levels
        if shown < level <= categories.reach(category)
    ]
    return next((place for place in places if _alike(facts, detail, place)), places[-1])


def _alike(facts: Facts, detail: Array, place: Place) -> bool:
    """Whether all who hide the place are in the part, or none, or only one förbund hides it."""
    x, whole = (counts[facts.levels(detail)[:-1][:, *place.cell] < place.level] for counts in _part(facts, place))
    everybody = place.level == 1 and place.by == 1
    return bool((whole > 0).sum() <= 1 or x.sum() == 0 or (x.sum() == whole.sum() and not everybody))


def _part(facts: Facts, place: Place) -> tuple[Array, Array]:
    """Return how many of each förbund are in the part, and of how many: all answers, or all genders for a number."""
    period, gender = place.cell
    codes = facts.cells[:-1, period, gender, -facts.table.categories.codes :]
    whole = facts.cells[:-1, period, 3, 0] if place.level == 1 else codes.sum(axis=1)
    return codes[:, list(place.codes)].sum(axis=1), whole


def _helpers(facts: Facts, place: Place) -> Array:
    """Return the förbund, smallest first, that have persons in the part and, if it is not all, outside it."""
    x, whole = _part(facts, place)
    told = facts.table.categories.level == place.level
    public = ~np.isnan(facts.known[:-1][:, *place.cell][:, told]).any(axis=1)
    able = np.flatnonzero(~public & (x > 0) & ((x < whole) | (place.level == 1 and place.by == 1)))
    return able[np.argsort(whole[able], kind="stable")]


def _last_resort(facts: Facts, detail: Array) -> Array:
    """Show less of the country, finest grain first; when it shows nothing, of the smallest förbund that does."""
    order = np.argsort(facts.cells[:-1, len(facts.table.calendar.ids) - 1, 3, 0], kind="stable")
    ways = (
        _lowered(facts, detail, unit, kind, by, detail[unit, kind, by])
        for unit in [len(facts.cube), *order]
        for kind, by in np.argwhere(detail[unit] > 0)
    )
    return next((lowered for lowered in ways if _allowed(facts, lowered)), detail)
