import re
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure as Canvas
from matplotlib.font_manager import FontProperties, findfont
from matplotlib.ft2font import FT2Font

from finsam_eval import plots
from finsam_eval.logic_model import Standing, evaluate, load
from finsam_eval.plots.chain import INKS, SIDE, SIZE, SLOT, Way, arrange, inches, wrapped
from finsam_eval.plots.logic_model import CLEAR, COLOURS, SIGNS, _fitted, _line, _together
from finsam_eval.plots.shared import TALLEST, WIDTH
from tests.programmes import indicator, no_records, observed, programme

EXAMPLES = Path(__file__).parents[1] / "examples"

LEVELS = ["aktivitet"] * 7 + ["prestation"] * 4 + ["resultat"] * 4 + ["effekt_kort"] * 2 + ["effekt_lang"] * 2 + ["mal"]


def twenty():
    titles = ["Löpande arbete i projektets olika fora för att förbättra samarbetet", "Kort"]
    nodes = [{"id": f"n{i}", "level": level, "title": f"{titles[i % 2]} {i}"} for i, level in enumerate(LEVELS)]
    pairs = [(i, 7 + i % 4) for i in range(7)] + [(7 + i, 11 + i) for i in range(4)] + [(0, 12), (3, 19)]
    pairs += [(11, 15), (12, 15), (13, 16), (14, 16), (15, 17), (16, 18), (17, 19), (18, 19)]
    links = [{"from": f"n{a}", "to": f"n{b}"} for a, b in pairs]
    return programme(nodes=nodes, links=links, indicators=[indicator(node="n11")])


def drawn(model, *figures):
    return plots.drawing(model, evaluate(model, no_records(), observed(*figures)))


def test_the_alt_text_tells_the_chain_and_where_each_stands():
    figure = drawn(programme(), {"x": 60, "n": 100})
    assert figure.alt == (
        "Kedja i Liten modell. Aktivitet ”Samtal” (kan inte bedömas), leder till ”En plan”. "
        "Prestation ”En plan” (kan inte bedömas), leder till ”Redo för arbete”. Resultat ”Redo för arbete” (nått)."
    )


def test_drawn_twice_the_same_bytes_and_whole_svg():
    first, second = (drawn(twenty(), {"x": 60, "n": 100}) for _ in range(2))
    assert first.svg == second.svg
    assert ElementTree.fromstring(first.svg).tag.endswith("svg")


FIGURES = {
    "nått": {"x": 60},
    "ej nått": {"x": 1},
    "kan inte avgöras": {"x": 36},
    "kan inte bedömas": {"n": pd.NA, "printed": "9"},
}


@pytest.mark.parametrize("stands", FIGURES)
def test_where_a_box_stands_is_seen_by_colour_and_told(stands):
    figure = drawn(programme(), {"n": 100, **FIGURES[stands]})
    face = SIGNS[Standing(stands)][2]
    assert f"”Redo för arbete” ({stands})" in figure.alt
    assert re.search(f"fill: {face}", figure.svg)


def test_the_font_has_every_sign():
    font = FT2Font(findfont(FontProperties(family="DejaVu Sans", weight="bold")))
    assert all(font.get_char_index(ord(sign)) for sign, *_ in SIGNS.values())
    assert len({sign for sign, *_ in SIGNS.values()}) == len({face for _, _, face, _ in SIGNS.values()}) == 4


def test_every_line_has_a_colour_and_neighbours_another():
    assert len(COLOURS) == len(set(COLOURS)) == INKS
    drawn = arrange(load(EXAMPLES / "esf_mia" / "logic_model.yaml"), WIDTH, 5)
    assert len({way.ink for way in drawn.ways}) == INKS


def segments(way):
    """The straight pieces of a net's lines: (fixed axis, where, from, to); a piece without length is none."""
    for corners in way.lines:
        for (x, y), (u, v) in zip(corners, corners[1:], strict=False):
            assert x == u or y == v
            if (x, y) != (u, v):
                yield ("x", x, min(y, v), max(y, v)) if x == u else ("y", y, min(x, u), max(x, u))


def no_line_lies_on_another_or_crosses_a_box(drawn):
    pieces = [(place, piece) for place, way in enumerate(drawn.ways) for piece in segments(way)]
    for order, (one, (axis, at, start, end)) in enumerate(pieces):
        for other, (axis2, at2, start2, end2) in pieces[:order]:
            if one != other and axis == axis2 and abs(at - at2) < 0.01:
                assert end <= start2 or end2 <= start, "two lines lie on each other"
        for box in drawn.boxes.values():
            within = (box.left, box.right) if axis == "x" else (box.top, box.bottom)
            along = (box.top, box.bottom) if axis == "x" else (box.left, box.right)
            inside = within[0] < at < within[1] and start < along[1] - 1e-9 and end > along[0] + 1e-9
            assert not inside, f"a line runs through {box.node}"


def boxes_are_apart_and_on_the_page(drawn):
    flat = list(drawn.boxes.values())
    for place, a in enumerate(flat):
        assert a.left >= 0 and a.right <= drawn.width and a.bottom < drawn.height
        for b in flat[place + 1 :]:
            assert a.right <= b.left or b.right <= a.left or a.bottom <= b.top or b.bottom <= a.top


@pytest.mark.parametrize("name", ["esf_mia", "varend_2019", "umearegionen_2022", "sysselsattningsstrategi"])
def test_a_real_model_fits_an_a4_page_in_letters_that_can_be_read(name):
    drawn = _fitted(load(EXAMPLES / name / "logic_model.yaml"))
    assert drawn.height / drawn.width <= TALLEST / WIDTH
    assert SIZE * WIDTH / drawn.width >= 5.9  # points on paper
    boxes_are_apart_and_on_the_page(drawn)
    no_line_lies_on_another_or_crosses_a_box(drawn)


@given(
    st.lists(st.sampled_from(["aktivitet", "prestation", "resultat", "effekt_kort", "mal"]), min_size=2, max_size=14),
    st.lists(st.tuples(st.integers(0, 13), st.integers(0, 13)), max_size=25, unique=True),
    st.integers(2, 5),
)
@settings(max_examples=40, deadline=None)
def test_whatever_the_chain_lines_keep_apart_and_every_arrow_arrives(levels, pairs, columns):
    nodes = [{"id": f"n{i}", "level": level, "title": "Ord " * (1 + i % 5)} for i, level in enumerate(levels)]
    wanted = [(a, b) for a, b in pairs if a != b and a < len(nodes) and b < len(nodes)]
    links = [{"from": f"n{a}", "to": f"n{b}"} for a, b in wanted]
    drawn = arrange(programme(nodes=nodes, links=links, indicators=[]), WIDTH, columns)
    boxes_are_apart_and_on_the_page(drawn)
    no_line_lies_on_another_or_crosses_a_box(drawn)
    down = {(a, b) for a, b in wanted if drawn.boxes[f"n{a}"].row < drawn.boxes[f"n{b}"].row}
    assert len(drawn.odd) == len(wanted) - len(down)
    entered = {(round(x, 6), round(y, 6)) for way in drawn.ways for x, y in way.heads}
    for _, head in down:
        box = drawn.boxes[f"n{head}"]
        assert any(box.left < x < box.right and abs(y - box.top) < 1e-6 for x, y in entered)


def steps(resources):
    """Four activities, the second and the last with two outputs each, and resources in two of which all share one."""
    levels = {"resurs": ["tjanster", "lokal", "ledare"], "aktivitet": ["samtal", "coach", "praktik", "traffar"]}
    levels |= {"prestation": ["kartlagda", "moten", "fullfoljer", "platser", "fyra", "deltar"]}
    nodes = [{"id": one, "level": level, "title": one} for level, several in levels.items() for one in several]
    pairs = list(zip(["samtal", "coach", "coach", "praktik", "traffar", "traffar"], levels["prestation"], strict=True))
    pairs += [("tjanster", one) for one in levels["aktivitet"][:3]] + [("ledare", "traffar")] if resources else []
    return programme(nodes=nodes, links=[{"from": a, "to": b} for a, b in pairs], indicators=[])


@pytest.mark.parametrize("resources", [True, False])
def test_no_box_stands_above_one_that_another_leads_to(resources):
    model = steps(resources)
    boxes = arrange(model, WIDTH, 6).boxes
    led_to, pairs = {link.head for link in model.links}, {(link.tail, link.head) for link in model.links}
    tails = {tail for tail, _ in pairs}
    for above in tails:
        for below in led_to:
            straight = (boxes[below].row, boxes[below].column) == (boxes[above].row + 1, boxes[above].column)
            assert not straight or (above, below) in pairs


def test_an_arrow_straight_down_has_no_jog():
    drawn = arrange(steps(resources=True), WIDTH, 6)
    coach, moten = drawn.boxes["coach"], drawn.boxes["moten"]
    assert coach.column == moten.column
    across = [
        abs(u - x)
        for way in drawn.ways
        for corners in way.lines
        for (x, _), (u, _) in zip(corners, corners[1:], strict=False)
    ]
    assert all(step == 0 or step > SLOT for step in across)


def test_what_comes_from_the_left_stands_left_of_what_goes_to_the_right():
    rows = {"aktivitet": ["a", "b", "c"], "prestation": ["d", "e", "f"]}
    nodes = [{"id": one, "level": level, "title": one} for level, several in rows.items() for one in several]
    links = [{"from": tail, "to": head} for tail, head in [("a", "d"), ("a", "e"), ("b", "f"), ("c", "f")]]
    drawn = arrange(programme(nodes=nodes, links=links, indicators=[]), WIDTH, 3)
    above, below = drawn.boxes["b"], drawn.boxes["e"]
    assert above.column == below.column
    (into,) = (x for way in drawn.ways for x, _ in way.heads if below.left < x < below.right)
    starts = {line[0] for way in drawn.ways for line in way.lines}
    (out,) = (x for x, y in starts if y == above.bottom and above.left < x < above.right)
    assert into < above.middle < out


def test_a_resource_without_arrows_is_for_the_whole():
    model = steps(resources=True)
    figure = drawn(model)
    assert "Resurs ”lokal”, gäller hela insatsen." in figure.alt
    assert figure.alt.count("gäller hela insatsen") == 1
    assert figure.svg.count("stroke-dasharray") == 1
    assert "gäller hela insatsen" not in drawn(programme()).alt


def test_the_last_piece_of_an_arrow_lies_above_the_lines_that_cross_it():
    figure = Canvas(figsize=(2, 2))
    axes = figure.add_axes((0, 0, 1, 1))
    _line(axes, Way([[(1.0, 0.2), (1.0, 1.0)]], [(1.0, 1.0)], 0), COLOURS[0], 1)
    _line(axes, Way([[(0.0, 0.6), (2.0, 0.6)]], [], 1), COLOURS[1], 1.001)
    above = sorted(axes.lines, key=lambda line: line.get_zorder())[-2:]
    assert [(line.get_color(), set(line.get_xdata())) for line in above] == [("white", {1.0}), (COLOURS[0], {1.0})]
    assert min(above[0].get_ydata()) == pytest.approx(0.2 + CLEAR)


def test_a_level_with_many_boxes_is_broken_into_rows():
    drawn = arrange(twenty(), WIDTH, 4)
    tops = Counter(drawn.boxes[f"n{i}"].top for i in range(7))
    assert sorted(tops.values()) == [3, 4]
    assert [label for label, _, _ in drawn.bands].count("Aktivitet") == 1


def test_sixty_boxes_are_drawn_one_by_one_and_more_are_folded_by_section():
    nodes = [{"id": f"n{i}", "level": "resultat", "title": "Kort text om vad som ska uppnås här"} for i in range(61)]
    page = _fitted(programme(nodes=nodes[:60], links=[], indicators=[]))
    assert len(page.boxes) == 60
    assert SIZE * WIDTH / page.width >= 6
    areas = [{"id": "A1", "title": "Arbete", "section": "Vuxna"}, {"id": "A2", "title": "Studier", "section": "Vuxna"}]
    inside = [{**node, "area": f"A{1 + place % 2}"} for place, node in enumerate(nodes)]
    goal = {"id": "mal", "level": "mal", "title": "Målet"}
    links = [{"from": f"n{i}", "to": "mal"} for i in range(61)]
    figure = drawn(programme(areas=areas, nodes=[*inside, goal], links=links, indicators=[indicator(node="n0")]))
    assert figure.alt == ("Kedja i Liten modell. Resultat ”Vuxna: 61 resultat”, leder till ”Målet”. Mål ”Målet”.")


@pytest.mark.parametrize(
    ("stands", "together"),
    [
        (["nått", "nått"], "nått"),
        (["nått", "ej nått"], "ej nått"),
        (["nått", "kan inte bedömas"], "kan inte avgöras"),
        (["kan inte bedömas"] * 2, "kan inte bedömas"),
    ],
)
def test_boxes_drawn_as_one_are_reached_only_if_all_are(stands, together):
    assert _together([Standing(one) for one in stands]) == together


@pytest.mark.parametrize(
    "title", ["SAMVERKANSÖVERENSKOMMELSE OM ARBETSFÖRBEREDANDE INSATSER", "i" * 99, "W" * 60, "Kort"]
)
def test_text_fits_its_box_and_all_of_it_is_there(title):
    nodes = [{"id": f"n{i}", "level": "resultat", "title": title} for i in range(4)]
    box = arrange(programme(nodes=nodes, links=[], indicators=[]), WIDTH, 4).boxes["n0"]
    lines = box.text.splitlines()
    assert all(inches(line) <= box.width - 2 * SIDE for line in lines)
    assert "".join(lines).replace("-", "").replace(" ", "") == title.replace(" ", "")


@pytest.mark.parametrize(
    ("word", "divided"),
    [
        ("Arbetsförmedlingen", "Arbets-\nförmedlingen"),
        ("myndighetsgemensam", "myndighets-\ngemensam"),
        ("Kartläggningssamtal", "Kartläggnings-\nsamtal"),
        ("tjänstepersonerna", "tjänsteperson-\nerna"),
    ],
)
def test_a_long_word_is_divided_at_its_seam_where_it_has_one(word, divided):
    assert wrapped(word, inches(word) * 0.8) == divided


def test_a_ring_is_drawn_too():
    links = [{"from": "samtal", "to": "plan"}, {"from": "plan", "to": "redo"}, {"from": "redo", "to": "samtal"}]
    assert "leder till ”Samtal”" in drawn(programme(links=links)).alt
