import re
from xml.etree import ElementTree

import pytest
from matplotlib.font_manager import FontProperties, findfont
from matplotlib.ft2font import FT2Font

from finsam_eval import plots
from finsam_eval.logic_model import Standing, evaluate
from finsam_eval.plots.logic_model import AFTER, BEFORE, PER_ROW, SIGNS, SIZE, _arranged, _inches, _way
from tests.programmes import indicator, no_records, observed, programme

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
    assert (first.svg, first.png) == (second.svg, second.png)
    assert ElementTree.fromstring(first.svg).tag.endswith("svg")
    assert first.png.startswith(b"\x89PNG")


FIGURES = {"nått": {"x": 60}, "ej nått": {"x": 1}, "kan inte avgöras": {"x": 36}, "kan inte bedömas": {"printed": "9"}}


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


def test_boxes_do_not_overlap_and_stay_on_the_page():
    boxes, _, height = _arranged(twenty())
    assert len(boxes) == 20
    assert SIZE >= 7
    for box in boxes.values():
        assert box.left >= 0 and box.right <= 6.7 and box.bottom < height
    flat = list(boxes.values())
    apart = [
        a.right <= b.left or b.right <= a.left or a.bottom <= b.top or b.bottom <= a.top
        for place, a in enumerate(flat)
        for b in flat[place + 1 :]
    ]
    assert all(apart)


def test_a_level_with_many_boxes_is_broken_into_rows():
    boxes, headings, _ = _arranged(twenty())
    tops = [box.top for name, box in boxes.items() if name in {f"n{i}" for i in range(7)}]
    assert max(tops.count(top) for top in tops) <= PER_ROW
    assert [label for label, _ in headings].count("Aktivitet") == 1


def test_a_line_past_a_row_touches_none_of_its_boxes():
    boxes, _, _ = _arranged(twenty())
    way = _way(boxes["n3"], boxes["n19"], list(boxes.values()))
    for x, y in way[1:-1]:
        assert not any(box.left < x < box.right and box.top <= y <= box.bottom for box in boxes.values())


@pytest.mark.parametrize(
    "title", ["SAMVERKANSÖVERENSKOMMELSE OM ARBETSFÖRBEREDANDE INSATSER", "i" * 99, "W" * 60, "Kort"]
)
def test_text_fits_its_box_and_all_of_it_is_there(title):
    nodes = [{"id": f"n{i}", "level": "resultat", "title": title} for i in range(4)]
    boxes, _, _ = _arranged(programme(nodes=nodes, links=[], indicators=[]))
    lines = boxes["n0"].text.splitlines()
    assert all(_inches(line) <= boxes["n0"].width - BEFORE - AFTER for line in lines)
    assert "".join(lines).replace("-", "").replace(" ", "") == title.replace(" ", "")


def test_a_ring_is_drawn_too():
    links = [{"from": "samtal", "to": "plan"}, {"from": "plan", "to": "redo"}, {"from": "redo", "to": "samtal"}]
    assert "leder till ”Samtal”" in drawn(programme(links=links)).alt
