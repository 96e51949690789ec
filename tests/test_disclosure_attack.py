"""The attacker against an enumeration of every table that fits, and against cases one can solve by hand."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finsam_eval.codebook import Scale
from finsam_eval.disclosure.attack import confirmed, recovered
from finsam_eval.disclosure.cells import Table, calendar, categories, margins, monotone
from finsam_eval.disclosure.facts import Facts
from finsam_eval.errors import WrongShape

YEAR = {"ar": {"2025": ["2025"]}}
HALVES = {"halvar": {"H1": ["H1"], "H2": ["H2"]}, "ar": {"2025": ["H1", "H2"]}}
YES_NO = Scale(min=0, max=1, top=1, labels={0: "Nej", 1: "Ja"})
FIVE = Scale(min=1, max=5, lowest="Instämmer inte alls", highest="Instämmer helt")


def table(periods, scale):
    return Table(calendar(periods), categories(scale))


def public(cube, detail, one):
    cells = margins(cube, one.calendar, one.categories)
    return known(cube, cells, one).visible(detail)


def known(cube, cells, one):
    """Facts of a series that nothing was published of before."""
    reported = len(one.calendar.ids)
    return Facts(
        cube=cube,
        cells=cells,
        table=one,
        empty=np.zeros(cells.shape[:2], dtype=bool),
        secret=np.ones(cells.shape, dtype=bool),
        cap=np.full((len(cells), reported, 2), 4),
        known=np.full(cells.shape, np.nan),
    )


def names(found, one):
    unit, period, gender, category = np.nonzero(found)
    return {
        (u, one.calendar.ids[p], ("kvinna", "man", "okant", "alla")[g], one.categories.names[c])
        for u, p, g, c in zip(unit, period, gender, category, strict=True)
    }


def everything(units, grains, level):
    return np.full((units, grains, 2), level)


def test_the_one_forbund_hidden_under_a_published_total_is_the_total_minus_the_others():
    one = table(YEAR, YES_NO)
    cube = np.array([[[[3, 7], [4, 6], [0, 0]]], [[[2, 8], [5, 5], [0, 0]]], [[[1, 1], [0, 2], [0, 0]]]])
    detail = everything(4, 1, 0)
    detail[[0, 1, 3], 0, 1] = 4
    found = names(recovered(public(cube, detail, one), one), one)
    assert found == {(2, "2025", "alla", name) for name in ("n", "hog", "0", "1")}


def test_two_hidden_forbund_protect_each_other():
    one = table(YEAR, YES_NO)
    cube = np.array([[[[3, 7], [4, 6], [0, 0]]], [[[2, 8], [5, 5], [0, 0]]], [[[1, 1], [0, 2], [0, 0]]]])
    detail = everything(4, 1, 0)
    detail[[0, 3], 0, 1] = 4
    assert not recovered(public(cube, detail, one), one).any()


def test_a_hidden_half_year_is_the_year_minus_the_other():
    one = table(HALVES, YES_NO)
    cube = np.array([[[[3, 7], [4, 6], [0, 0]], [[1, 1], [0, 1], [0, 0]]]] * 2)
    values = public(cube, everything(3, 2, 4), one)
    values[0, 1] = np.nan
    values[2] = np.nan
    assert {(0, "H2", "alla", "hog"), (0, "H2", "man", "n")} <= names(recovered(values, one), one)


def test_everybody_in_two_forbund_said_yes_and_only_their_number_is_shown():
    one = table(YEAR, YES_NO)
    cube = np.array([[[[0, 4], [0, 6], [0, 0]]], [[[0, 5], [0, 5], [0, 0]]]])
    detail = everything(3, 1, 0)
    detail[:, 0, 1] = [1, 1, 4]
    found = names(recovered(public(cube, detail, one), one), one)
    assert {(0, "2025", "alla", "hog"), (1, "2025", "alla", "hog"), (0, "2025", "kvinna", "0")} <= found


def test_where_nobody_is_there_is_nobody_to_protect():
    one = table(YEAR, YES_NO)
    cube = np.array([[[[3, 7], [4, 6], [0, 0]]], [[[2, 8], [5, 5], [0, 0]]]])
    detail = everything(3, 1, 0)
    detail[2] = 4
    found = names(recovered(public(cube, detail, one), one), one)
    assert not any(gender == "okant" for _, _, gender, _ in found)


def test_the_middle_of_five_codes_is_code_three_and_no_secret_beside_three_classes():
    one = table(YEAR, FIVE)
    cube = np.array([[[[3, 4, 5, 6, 7]] * 3]] * 3)
    detail = everything(4, 1, 3)
    assert not np.isnan(public(cube, detail, one)[..., one.categories.names.index("3")]).any()
    assert not recovered(public(cube, detail, one), one).any()


def test_numbers_that_contradict_each_other_are_refused():
    one = table(YEAR, YES_NO)
    cube = np.array([[[[3, 7], [4, 6], [1, 0]]], [[[2, 8], [5, 5], [0, 0]]]])
    detail = everything(3, 1, 1)
    values = public(cube, detail, one)
    values[2, 0, 3, 0] += 1
    with pytest.raises(WrongShape, match="contradict"):
        recovered(values, one)


def enumerated(cube, values, one):
    """The cells with one possible value, by listing every table of each förbund and matching the country's sums."""
    flat = values.reshape(len(values), -1)
    most = int(cube.sum()) + 1
    tables = [feasible(row, one, most) for row in flat[:-1]]
    shown = ~np.isnan(flat[-1])
    seen = [set() for _ in range(flat.size)]
    for chosen in matching(tables, flat[-1][shown], one.sums[shown]):
        cells = np.array([one.sums @ np.array(t) for t in chosen])
        for number, value in enumerate(np.vstack([cells, cells.sum(axis=0)]).ravel()):
            seen[number].add(value)
    unique = np.array([len(s) == 1 for s in seen]).reshape(values.shape)
    return unique & np.isnan(values)


def feasible(row, one, most):
    shown = ~np.isnan(row)
    atoms = one.sums.shape[1]
    n_all = one.sums[shown].sum(axis=0)
    result = []

    def grow(prefix, left):
        if len(prefix) == atoms:
            if (one.sums[shown] @ np.array(prefix) == row[shown]).all():
                result.append(tuple(prefix))
            return
        caps = row[shown][one.sums[shown][:, len(prefix)] > 0] if n_all[len(prefix)] else [left]
        for count in range(int(min(left, *caps, left)) + 1):
            grow([*prefix, count], left - count)

    grow([], most)
    return result


def matching(tables, totals, sums):
    """Every choice of one table a förbund whose sums give the country's totals."""
    last = {}
    for t in tables[-1]:
        last.setdefault(tuple(sums @ np.array(t)), []).append(t)
    for chosen in product(*tables[:-1]):
        need = tuple(totals - sum((sums @ np.array(t) for t in chosen), np.zeros(len(totals))))
        for t in last.get(need, []):
            yield [*chosen, t]


@st.composite
def small_worlds(draw):
    periods, units = draw(st.sampled_from([(YEAR, 2), (YEAR, 3), (HALVES, 2)]))
    one = table(periods, YES_NO)
    atoms = len(one.calendar.atoms)
    size = units * atoms * 6
    placed = draw(st.lists(st.integers(0, size - 1), max_size=4 if units == 2 and atoms == 1 else 3))
    cube = np.bincount(placed, minlength=size).reshape(units, atoms, 3, 2)
    levels = st.sampled_from(one.categories.levels)
    shape = (units + 1, len(one.calendar.kinds), 2)
    flat = draw(st.lists(levels, min_size=int(np.prod(shape)), max_size=int(np.prod(shape))))
    return one, cube, monotone(np.array(flat).reshape(shape), one.calendar)


def nobody(values, one):
    """Cells where published zeros leave nobody: their n is a sum of atoms that stand in a published n of zero."""
    zero = np.zeros((len(values) - 1, one.sums.shape[1]), dtype=bool)
    n_cell = np.zeros(values.shape[1:], dtype=bool)
    n_cell[..., 0] = True
    for unit, cells in enumerate(values):
        covered = one.sums[((cells == 0) & n_cell).ravel()].any(axis=0)
        zero[unit if unit < len(zero) else slice(None)] |= covered
    alive = np.vstack([~zero, (~zero).any(axis=0)])
    people = (alive @ one.sums.T).reshape(values.shape)
    return np.broadcast_to(people[..., :1] == 0, values.shape)


@settings(max_examples=40, deadline=None)
@given(small_worlds())
def test_the_attacker_finds_what_an_enumeration_of_all_tables_finds(world):
    one, cube, detail = world
    values = public(cube, detail, one)
    expected = enumerated(cube, values, one) & ~nobody(values, one)
    found, begun = recovered(values, one), recovered(values, one, start=cube)
    assert not (expected & ~(found & begun)).any()
    assert names(confirmed(found | begun, values, one), one) == names(expected, one)
