import random

from hypothesis import given
from hypothesis import strategies as st

from finsam_eval.logic_model import Place, layout, mermaid
from tests.programmes import LINKS, NODES, programme


def crossings(model, places):
    """Pairs of arrows between the same two rows whose ends lie in opposite order."""
    at = {place.node: place for place in places}
    arrows = [(at[link.tail], at[link.head]) for link in model.links]
    return sum(
        a.row == c.row and b.row == d.row and (a.column - c.column) * (b.column - d.column) < 0
        for place, (a, b) in enumerate(arrows)
        for c, d in arrows[place + 1 :]
    )


def crossed(names):
    nodes = [{"id": f"a{i}", "level": "aktivitet", "title": "t"} for i in names]
    nodes += [{"id": f"b{i}", "level": "prestation", "title": "t"} for i in reversed(names)]
    links = [{"from": f"a{i}", "to": f"b{i}"} for i in names]
    return programme(nodes=nodes, links=links, indicators=[])


def test_a_level_is_a_row_and_levels_without_boxes_are_left_out():
    nodes = [NODES[2], NODES[0], {"id": "mal", "level": "mal", "title": "Mål"}]
    model = programme(nodes=nodes, links=[], indicators=[])
    assert layout(model) == [
        Place("samtal", "aktivitet", 0, 0),
        Place("redo", "resultat", 1, 0),
        Place("mal", "mal", 2, 0),
    ]


@given(st.permutations(range(6)))
def test_arrows_that_need_not_cross_do_not(names):
    model = crossed(names)
    assert crossings(model, layout(model)) == 0


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(5, 9)), max_size=15, unique=True))
def test_every_box_has_one_place_and_the_same_each_time(pairs):
    nodes = [{"id": f"n{i}", "level": "aktivitet" if i < 5 else "resultat", "title": "t"} for i in range(10)]
    links = [{"from": f"n{a}", "to": f"n{b}"} for a, b in pairs]
    model = programme(nodes=nodes, links=links, indicators=[])
    places = layout(model)
    assert sorted((place.row, place.column) for place in places) == [(row, c) for row in (0, 1) for c in range(5)]
    assert places == layout(programme(nodes=nodes, links=random.Random(1).sample(links, len(links)), indicators=[]))


def test_a_ring_is_laid_out_too():
    model = programme(links=[*LINKS, {"from": "redo", "to": "samtal"}])
    assert [place.node for place in layout(model)] == ["samtal", "plan", "redo"]


def test_mermaid_source():
    assert mermaid(programme(indicators=[])) == (
        "flowchart TD\n"
        '  subgraph aktivitet ["Aktivitet"]\n    n0["Samtal"]\n  end\n'
        '  subgraph prestation ["Prestation"]\n    n1["En plan"]\n  end\n'
        '  subgraph resultat ["Resultat"]\n    n2["Redo för arbete"]\n  end\n'
        "  n0 --> n1\n  n1 --> n2\n"
    )


def test_a_title_cannot_break_out_of_its_label():
    nasty = 'a"] --> b <script>alert(1)</script> ```\n| & # ; `{}`'
    nodes = [{**NODES[0], "title": nasty}, *NODES[1:]]
    line = mermaid(programme(nodes=nodes)).splitlines()[2]
    assert line.startswith('    n0["a#34;#93; --#62; b #60;script#62;')
    inside = line.removeprefix('    n0["').removesuffix('"]')
    assert not set('"<>[]{}`|&') & set(inside)
