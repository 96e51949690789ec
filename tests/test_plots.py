from dataclasses import replace
from xml.etree import ElementTree

import pytest

from finsam_eval import plots
from tests.views import count, record, view

AT_END = {"group": "deltagare", "occasion": "avslut"}
COUNTRY = {"unit": "riket"}
GAP = {"statistic": "skillnad", "gender": "kvinna", "against_gender": "man"}


@pytest.fixture
def shown(tmp_path):
    records = [
        record(0.78, 0.71, 0.84),
        record(0.75, **COUNTRY),
        record(-0.27, -0.5, -0.1, **GAP),
        record(None, item="K02b"),
        record(0.7, item="K02b", **COUNTRY),
        record(None, item="K02b", **GAP),
    ]
    return view(
        tmp_path, records, [count(str(code), n) for code, n in zip(range(1, 6), (3, 4, 5, 20, 30), strict=True)]
    )


def figures(shown):
    return {
        "levels": plots.levels(shown, **AT_END),
        "gaps": plots.gaps(shown, **AT_END),
        "distribution": plots.distribution(shown, **AT_END),
    }


def test_a_figure_tells_its_numbers_in_words(shown):
    drawn = figures(shown)
    plain = {name: figure.alt.replace("\N{NO-BREAK SPACE}", " ") for name, figure in drawn.items()}
    assert plain["levels"] == "Andel som instämmer i Ål_vik: K01b 78 %, riket 75 %; K02b visas inte, riket 70 %."
    assert plain["gaps"] == "Kvinnors andel minus mäns, i procentenheter: K01b −27."
    assert plain["distribution"] == "Svarens fördelning, Ål_vik. Andel i de högsta stegen: K01b 81 %."


def test_drawn_twice_a_figure_has_the_same_bytes(shown):
    first, second = figures(shown), figures(shown)
    for name, figure in first.items():
        assert figure.svg == second[name].svg


def test_a_figure_is_whole_svg(shown):
    data, metadata = figures(shown)["levels"]._repr_mimebundle_()
    assert ElementTree.fromstring(data["image/svg+xml"]).tag.endswith("svg")
    assert metadata["finsam"]["alt"]


def test_where_nothing_may_be_shown_a_sentence_stands_instead(tmp_path):
    response = [record(0.6, item="svarat"), record(0.1, item="svarat", **GAP)]
    records = [record(None), record(0.7, **COUNTRY), record(None, **GAP), *response]
    hidden = view(tmp_path, records, [count("1", 3, detail="n")])
    drawn = figures(hidden)
    assert drawn["levels"] is drawn["gaps"] is None  # their tables say it
    assert "inga siffror kan visas" in drawn["distribution"]._repr_markdown_()


def test_a_hidden_number_leaves_no_mark_in_the_figure(shown, tmp_path):
    secret = [record(0.31337, 0.3, 0.32, item="K02b", status="undertryckt")]
    leaky = view(
        tmp_path,
        [
            *[r for r in shown.records.to_dict("records") if r["item"] == "K01b"],
            *secret,
            record(0.7, item="K02b", **COUNTRY),
        ],
    )
    assert plots.levels(leaky, **AT_END).svg == plots.levels(shown, **AT_END).svg


def test_a_name_that_holds_a_formula_is_drawn_as_it_stands(shown):
    assert plots.levels(replace(shown, name=r"50 $\frac{$ kr"), **AT_END).svg
