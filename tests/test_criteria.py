import pytest

from finsam_eval.criteria import load_criteria
from finsam_eval.errors import BadDefinition

WHOLE = """
decided_by: Styrgruppen
decided_on: 2024-11-15
comparable_reliability: {value: 0.7, source: Boken}
equal_within: {value: 0.1, source: Styrgruppen}
"""


def written(folder, text):
    path = folder / "criteria.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_limit_comes_with_its_source(tmp_path):
    criteria = load_criteria(written(tmp_path, WHOLE))
    assert (criteria.comparable_reliability.value, criteria.equal_within.source) == (0.7, "Styrgruppen")


@pytest.mark.parametrize(
    ("given", "instead", "told"),
    [
        ("{value: 0.1, source: Styrgruppen}", "{value: 0.1}", "source"),
        ("{value: 0.1, source: Styrgruppen}", '{value: 0.1, source: ""}', "source"),
        ("{value: 0.1, source: Styrgruppen}", "{value: 0.1, source: <vem>}", "still to be filled in"),
        ("value: 0.7", "value: 70", "comparable_reliability"),
        ("decided_by: Styrgruppen", "", "decided_by"),
    ],
)
def test_a_limit_without_source_or_outside_its_range_is_refused(tmp_path, given, instead, told):
    with pytest.raises(BadDefinition, match=told):
        load_criteria(written(tmp_path, WHOLE.replace(given, instead, 1)))


def test_a_new_study_must_fill_in_what_it_calls_equal(tmp_path):
    from finsam_eval.cli import TEMPLATES

    with pytest.raises(BadDefinition, match="equal_within"):
        load_criteria(
            written(tmp_path, (TEMPLATES / "criteria.yaml").read_text(encoding="utf-8").replace("<vem som b", ""))
        )
