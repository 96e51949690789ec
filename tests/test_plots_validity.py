import numpy as np

from finsam_eval import plots
from tests.structure_data import CODEBOOK, too_few, with_dif

FOUND, _ = with_dif()


def figures(found):
    return {
        "scree": plots.scree(found),
        "path_diagram": plots.path_diagram(CODEBOOK, found),
        "loadings": plots.loadings(found),
        "scalability": plots.scalability(found),
        "read_differently": plots.read_differently(found),
        "category_curves": plots.category_curves(found),
        "information": plots.information(found),
        "item_information": plots.item_information(found),
    }


def test_every_figure_has_a_caption_and_words_for_those_who_cannot_see_it():
    for name, figure in figures(FOUND[1:]).items():
        assert figure.caption, name
        assert len(figure.alt) > 60, name
        assert "nan" not in figure.alt, name
        assert figure.svg.startswith("<?xml"), name


def test_a_set_has_a_panel_of_its_own():
    both = plots.loadings(FOUND)
    assert all(one.item_set.label in both.alt for one in FOUND)


def test_nothing_is_drawn_of_too_few_answers():
    assert {name: figure for name, figure in figures(too_few()).items() if figure is not None} == {}


def test_the_words_hold_the_numbers():
    one = FOUND[:1]
    std = FOUND[0].model.loadings.set_index("item")["std"]
    assert f"K01a {std['K01a']:.2f}".replace(".", ",") in plots.path_diagram(CODEBOOK, one).alt
    h = FOUND[0].mokken.items.set_index("item")["h"]
    assert f"K02a {h['K02a']:.2f}".replace(".", ",") in plots.scalability(one).alt
    assert "1 ligger över slumpens gräns" in plots.scree(one).alt


def test_women_answering_lower_lie_to_the_left():
    assert "K06b −" in plots.read_differently(FOUND[1:]).alt


def test_the_same_answers_give_the_same_bytes():
    assert plots.loadings(FOUND[:1]).svg == plots.loadings(FOUND[:1]).svg


def test_negative_scalability_is_not_cut_off():
    from finsam_eval.plots.validity import forest

    one = FOUND[0]
    figure = forest([one], lambda _: {"K01a": (-0.2, -0.3, np.nan)}, "axel", "rubrik", line=0.3, start=0.0)
    assert "−0,20" in figure.alt
