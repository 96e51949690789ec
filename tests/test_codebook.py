import hashlib
import json
from pathlib import Path

import pytest
import yaml

from finsam_eval.codebook import BUNDLED, Codebook, Scale, load_codebook
from finsam_eval.definitions import parse
from finsam_eval.errors import BadDefinition, UnknownName

REFERENCE = json.loads((Path(__file__).parent / "reference" / "nns2015_wording.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def book() -> Codebook:
    return load_codebook("nns2015")


def content() -> dict:
    return yaml.safe_load((BUNDLED / "nns2015.yaml").read_text(encoding="utf-8"))


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def test_every_wording_is_the_owners(book):
    assert {i.id: {"text": digest(i.text), "stem": digest(i.stem)} for i in book.items} == REFERENCE["items"]
    assert {str(k.number): digest(k.heading) for k in book.karnindikatorer} == REFERENCE["headings"]


def test_fifteen_indicators_28_questions_one_register_measure(book):
    assert [k.number for k in book.karnindikatorer] == list(range(1, 16))
    assert len(book.survey_items) == 28
    assert [item.id for item in book.items if item.register_measure] == ["K11r"]
    assert [k.kind for k in book.karnindikatorer] == ["process"] * 10 + ["effekt"] * 5


def test_item_sets_are_those_declared(book):
    sets = {s.id: s.items for s in book.item_sets}
    assert sets["under"] == ["K01a", "K02a", "K03a", "K04a", "K05a", "K07a", "K09d"]
    assert sets["avslut"] == ["K01b", "K02b", "K03b", "K04b", "K05b", "K06a", "K06b", "K07a", "K09d"]


def test_pairs_and_dyads(book):
    pairs = {(i.id, i.pair) for i in book.items if i.pair}
    assert pairs == {(f"K0{n}{a}", f"K0{n}{b}") for n in range(1, 6) for a, b in ("ab", "ba")}
    assert {i.id for i in book.items if not i.pair_comparable} == {"K05a", "K05b"}
    assert {i.id: i.dyad for i in book.items if i.dyad} == {
        "K03a": "K03c",
        "K03b": "K03c",
        "K06a": "K06a",
        "K07a": "K07b",
    }
    assert [k.number for k in book.karnindikatorer if k.both_sides] == [7]


def test_one_line_makes_the_scale_1_to_6():
    changed = (BUNDLED / "nns2015.yaml").read_text(encoding="utf-8").replace("    max: 5\n", "    max: 6\n")
    six = parse(Codebook, yaml.safe_load(changed), "changed")
    scale = six.scale("K01a")
    assert scale.top_codes == [5, 6]
    assert scale.label(6) == "6 Instämmer helt"
    assert scale.caveat.endswith("1–6 är ett antagande.")
    assert scale.classes == {"lag": [1, 2], "mellan": [3, 4], "hog": [5, 6]}


def test_four_step_scales_have_no_middle_and_yes_no_counts_yes():
    today = load_codebook("nns_fyrgradig")
    assert today.scale("F02").classes is None
    assert today.scale("F02").top_codes == [3, 4]
    assert today.scale("F04").top_codes == [1]
    assert {s for s in today.scales} & set(load_codebook("nns2015").scales) == set()


@pytest.mark.parametrize(
    "change, says",
    [
        (lambda c: c["karnindikatorer"][0]["items"][0].update(pair="K99"), "K99"),
        (lambda c: c["karnindikatorer"][0]["items"][0].update(pair="K02a"), "does not name it back"),
        (lambda c: c["karnindikatorer"][0]["items"][0].update(respondent_groups=["okand"]), "respondent group"),
        (lambda c: c["karnindikatorer"][0]["items"][0].update(scale=None), "survey item needs a scale"),
        (lambda c: c["karnindikatorer"][0]["items"][0].update(id="K01b"), "more than once"),
        (lambda c: c["item_sets"][0]["items"].append("K14a"), "not answered by deltagare"),
        (lambda c: c["item_sets"][0]["items"].append("K77"), "K77"),
        (lambda c: c.update(owners="x"), "owners"),
        (lambda c: c["scales"]["instammande"].update(max=1), "max (1) must be above min (1)"),
        (lambda c: c["scales"]["instammande"].update(top=5), "top (5)"),
    ],
)
def test_a_codebook_that_contradicts_itself_is_refused(change, says):
    broken = content()
    change(broken)
    with pytest.raises(BadDefinition) as refusal:
        parse(Codebook, broken, "broken.yaml")
    assert says in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_scale_labels_name_every_code_or_none():
    with pytest.raises(ValueError, match="labels must name every code"):
        Scale(min=1, max=3, top=1, labels={1: "a"})


def test_unknown_item_names_those_that_exist(book):
    with pytest.raises(UnknownName, match="K99.*K01a"):
        book.item("K99")


def test_own_codebook_is_read_from_the_study(tmp_path):
    (tmp_path / "egen.yaml").write_text((BUNDLED / "nns_fyrgradig.yaml").read_text("utf-8"), "utf-8")
    assert load_codebook("egen.yaml", tmp_path).id == "nns_fyrgradig"
    with pytest.raises(BadDefinition, match="saknas.yaml is missing"):
        load_codebook("saknas.yaml", tmp_path)
    with pytest.raises(BadDefinition, match="bundled are nns2015"):
        load_codebook("saknas")
    (tmp_path / "trasig.yaml").write_text("a: [1,\nb: }", "utf-8")
    with pytest.raises(BadDefinition, match=r"trasig.yaml, row \d"):
        load_codebook("trasig.yaml", tmp_path)
