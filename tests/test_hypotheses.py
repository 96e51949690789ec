from pathlib import Path

import pytest

from finsam_eval.cli import TEMPLATES
from finsam_eval.codebook import load_codebook
from finsam_eval.errors import BadDefinition
from finsam_eval.hypotheses import hypotheses_of, load_hypotheses, placed
from finsam_eval.study import open_study
from tests.small import write_study

BOOK = load_codebook("nns2015")
WHOLE = """
decided_by: Styrgruppen
decided_on: 2024-11-15
hypotheses:
  - id: H1
    text: De hör ihop
    kind: korrelation
    measure_a: K01b
    measure_b: {measure: K07a, respondent_group: deltagare, occasion: avslut}
    expected: {sign: positiv, at_least: 0.3}
    source: Antagandet
"""


def written(folder, text):
    path = folder / "hypotheses.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_measure_is_a_name_or_a_name_with_whose_and_when(tmp_path):
    one = load_hypotheses(written(tmp_path, WHOLE), BOOK).hypotheses[0]
    assert [placed(measure, BOOK) for measure in one.measures] == [
        (["K01b"], "deltagare", "avslut"),
        (["K07a"], "deltagare", "avslut"),
    ]
    assert one.expected.ends == (0.3, float("inf"))


@pytest.mark.parametrize(
    ("given", "instead", "told"),
    [
        ("measure_a: K01b", "measure_a: K01bb", "H1: measure K01bb is not known; did you mean K01b"),
        ("measure_a: K01b", "measure_a: K07a", "name its occasion, one of under, avslut, intervall"),
        ("measure_a: K01b", "measure_a: K12a", "name its respondent_group"),
        ("respondent_group: deltagare", "respondent_group: deltagarna", "did you mean deltagare"),
        ("occasion: avslut", "occasion: avslutning", "did you mean avslut"),
        ("    source: Antagandet\n", "", "source"),
        ("    source: Antagandet\n", '    source: ""\n', "source"),
        ("source: Antagandet", "source: <varför>", "still says"),
        ("kind: korrelation", "kind: samband", "kind"),
        ("kind: korrelation", "kind: skillnad", "takes measure_a and groups"),
        ("kind: korrelation", "kind: forandring", "takes measure_a alone"),
        ("{sign: positiv, at_least: 0.3}", "{}", "say what is expected"),
        ("{sign: positiv, at_least: 0.3}", "{sign: negativ, at_least: 0.3}", "both above and below"),
        ("{sign: positiv, at_least: 0.3}", "{at_least: 30}", "between -1 and 1"),
        ("decided_by: Styrgruppen", "", "decided_by"),
        ("  - id: H1", "  - id: 1", "id"),
    ],
)
def test_what_cannot_be_tried_is_refused_with_the_place(tmp_path, given, instead, told):
    assert given in WHOLE
    with pytest.raises(BadDefinition, match=told):
        load_hypotheses(written(tmp_path, WHOLE.replace(given, instead, 1)), BOOK)


def test_two_of_one_name_are_refused(tmp_path):
    doubled = WHOLE + WHOLE.partition("hypotheses:\n")[2]
    with pytest.raises(BadDefinition, match="H1 stands there twice"):
        load_hypotheses(written(tmp_path, doubled), BOOK)


def test_unknown_groups_are_refused(tmp_path):
    text = WHOLE.replace("korrelation", "skillnad").replace("    measure_b: {measure: K07a", "    groups: kvinna #")
    with pytest.raises(BadDefinition, match="groups kvinna is not known"):
        load_hypotheses(written(tmp_path, text), BOOK)


def test_a_study_may_have_none_and_a_new_one_must_fill_in_its_own(tmp_path):
    study = open_study(write_study(tmp_path / "study"))
    assert hypotheses_of(study) is None
    with pytest.raises(BadDefinition, match="still says"):
        load_hypotheses(TEMPLATES / "hypotheses.yaml", BOOK)


def test_the_demos_are_whole():
    study = open_study(Path(__file__).parents[1])
    found = hypotheses_of(study)
    assert {one.kind for one in found.hypotheses} == {"korrelation", "skillnad", "forandring"}
