import copy

import pytest

from finsam_eval.codebook import Scale
from finsam_eval.definitions import parse, read_yaml
from finsam_eval.errors import BadDefinition
from finsam_eval.study import StudySettings
from tests.small import SETTINGS


def refused(path, text):
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadDefinition) as refusal:
        read_yaml(path)
    assert "\n" not in str(refusal.value)
    return str(refusal.value)


@pytest.mark.parametrize(
    "text, row, key",
    [
        ("a: 1\nb: 2\na: 3\n", 3, "a"),
        ("a:\n  b: 1\n  b: 1\n", 3, "b"),
        ("- {x: 1, x: 2}\n", 1, "x"),
        ('words: {"1": ja, "1": nej}\n', 1, "1"),
    ],
)
def test_a_key_that_stands_twice_is_refused_with_its_row(tmp_path, text, row, key):
    says = refused(tmp_path / "study.yaml", text)
    assert says == f"study.yaml, row {row}: the key {key} stands there already; keep one of them"


def test_the_same_key_in_different_places_and_of_different_kinds_is_fine(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text('a: {x: 1}\nb: {x: 2}\n1: i\n"1": t\n', encoding="utf-8")
    assert read_yaml(path) == {"a": {"x": 1}, "b": {"x": 2}, 1: "i", "1": "t"}


@pytest.mark.parametrize("text", ["a: [", "a: b: c\n", "\t- x\n", "? [a]\n: 1\n"])
def test_what_is_no_yaml_is_refused(tmp_path, text):
    assert "expected YAML in UTF-8" in refused(tmp_path / "a.yaml", text)


def changed(*steps, value, without=()):
    settings = copy.deepcopy(SETTINGS)
    place = settings
    for step in steps[:-1]:
        place = place[step]
    place[steps[-1]] = value
    for name in without:
        del place[name]
    return settings


@pytest.mark.parametrize(
    "settings, says",
    [
        (
            changed("sources", "responses", 0, "colums", value={}, without=["columns"]),
            "sources → responses → 0 → colums: is no key that can stand there; did you mean columns?",
        ),
        (changed("report_peroid", value="2025"), "report_peroid: is no key that can stand there; did you mean report_"),
        (
            changed("retention", "untill", value=1),
            "retention → untill: is no key that can stand there; did you mean un",
        ),
        (changed("retention", "x", value=1), "retention → x: is no key that can stand there; known are reason, until"),
        (changed("id", value="åäö"), "id: expected a letter first, then letters a-z, digits and _, at most 40 in all"),
        (changed("periods", 0, "id", value="vår 25"), "periods → 0 → id: expected letters a-z, digits, - and _"),
        (changed("sources", "forbund", "file", value="a/b.csv"), "file: expected the name of a file in data/raw"),
        (changed("sources", "forbund", "dates", value="%Y-%d"), "dates: expected day, month and year, such as"),
        (changed("sources", "forbund", value="f.csv"), "sources → forbund: expected keys with a value each"),
        (changed("sources", "responses", value={}), "sources → responses: expected a list"),
        (changed("id", value=7), "id: expected a text; put quotation marks around it"),
        (changed("language", value="fi"), "language: expected one of 'sv' or 'en'"),
        (changed("retention", "until", value="snart"), "retention → until: expected a date such as 2025-03-31"),
        (changed("synthetic", value="kanske"), "synthetic: expected true or false"),
        (changed("name", value="x", without=["name"]), "name: is missing; add it"),
    ],
)
def test_what_is_wrong_is_told_in_plain_words_with_its_place(settings, says):
    with pytest.raises(BadDefinition) as refusal:
        parse(StudySettings, settings, "study.yaml")
    assert f"study.yaml, {says}" in str(refusal.value) or says in str(refusal.value)


def test_the_unknown_key_is_told_before_the_one_that_it_was_meant_for():
    with pytest.raises(BadDefinition, match=r"\(1 more after it\)") as refusal:
        parse(Scale, {"min": 1, "maxx": 5, "labels": {}}, "scale")
    assert str(refusal.value).startswith("scale, maxx: is no key that can stand there; did you mean max?")


def test_a_rule_of_a_definition_keeps_its_own_words():
    with pytest.raises(BadDefinition, match=r"^scale, the file: max \(1\) must be above min \(5\)$"):
        parse(Scale, {"min": 5, "max": 1}, "scale")
