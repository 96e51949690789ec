"""Both languages from one source: no sentence without English where English is asked for, and none left over."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import nbformat
import pytest

from finsam_eval import language as room
from finsam_eval.errors import BadDefinition, BadReport
from finsam_eval.language import catalogue, fields, headings, in_markdown, named, retold, said, spoken
from finsam_eval.reporting import NOTEBOOKS, REPORTS
from finsam_eval.swedish import between, decimal, listing, percent, percent_interval, points_interval, whole

PACKAGE = Path(room.__file__).parent
SAID = {"said", "retold", "headings"}
TRANSLATED = sorted({NOTEBOOKS / report.notebook for report in REPORTS.values() if report.in_english})


@cache
def nodes() -> list[ast.AST]:
    """Every piece of the package's code."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in sorted(PACKAGE.rglob("*.py"))]
    return [node for tree in trees for node in ast.walk(tree)]


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Give every call in the package by the name of what is called."""
    for node in nodes():
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            yield (node.func.id if isinstance(node.func, ast.Name) else node.func.attr), node


def literals(given: list[ast.expr]) -> list[str]:
    """The texts among some arguments, and those that are one of two."""
    either = [[node.body, node.orelse] if isinstance(node, ast.IfExp) else [node] for node in given]
    parts = [part for pair in either for part in pair]
    return [part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)]


def counted_keys() -> set[str]:
    """The keys that `counted` makes of the words it is given, where they stand in the call."""
    pairs = [literals(call.args[1:]) for name, call in calls() if name in ("counted", "_against_floor")]
    told = [pair for pair in pairs if len(pair) == 2]
    return {f"1 {one}" for one, _ in told} | {f"{{number}} {several}" for _, several in told}


def paragraphs(notebook: Path) -> list[str]:
    cells = nbformat.read(notebook, as_version=4).cells
    return [
        " ".join(part.lstrip("# ").split())
        for cell in cells
        if cell.cell_type == "markdown"
        for part in re.split(r"\n{2,}", cell.source)
    ]


def words_in_code() -> set[str]:
    """Every text in the code; text that follows text without a sign between them is one."""
    return {node.value for node in nodes() if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def finished_in_code() -> list[re.Pattern[str]]:
    """What is filled in where it is made and stands finished in a table, such as the name of a method."""
    made = [node for node in nodes() if isinstance(node, ast.JoinedStr)]
    parts = [[part.value if isinstance(part, ast.Constant) else None for part in node.values] for node in made]
    told = [part for part in parts if len("".join(text or "" for text in part)) >= len("Cohens kappa")]
    return [re.compile("".join("(.+)" if text is None else re.escape(text) for text in part)) for part in told]


def test_every_sentence_of_the_catalogue_is_said_somewhere():
    known = words_in_code() | counted_keys() | {part for path in TRANSLATED for part in paragraphs(path)}
    unknown = [sentence for sentence in catalogue() if sentence not in known]
    finished = finished_in_code()
    assert [sentence for sentence in unknown if not any(form.fullmatch(sentence) for form in finished)] == []


def test_what_is_filled_in_is_the_same_in_both_languages():
    apart = [sv for sv, en in catalogue().items() if sorted(set(fields(sv))) != sorted(set(fields(en)))]
    assert apart == []
    places = [sv for sv, en in catalogue().items() if fields(sv).count("") != fields(en).count("")]
    assert places == []


def test_every_sentence_that_is_said_in_so_many_words_has_english():
    told = [text for name, call in calls() if name in SAID for text in literals(call.args)]
    assert len(told) > 50
    assert sorted({text for text in told if text not in catalogue()} - {""}) == []


def test_what_is_said_is_filled_with_what_it_names():
    for name, call in calls():
        if name == "said" and call.args and isinstance(call.args[0], ast.Constant) and call.keywords[:1]:
            given = {word.arg for word in call.keywords}
            assert given == set(fields(call.args[0].value)) or None in given, call.args[0].value


@pytest.mark.parametrize("notebook", TRANSLATED, ids=lambda path: path.stem)
def test_every_heading_of_a_report_in_english_has_english(notebook):
    assert [part for part in paragraphs(notebook) if part not in catalogue()] == []


def test_english_is_written_without_swedish_letters():
    assert [sentence for sentence in catalogue().values() if set(sentence.lower()) & set("åäö")] == []


def test_numbers_follow_the_language():
    with spoken("en"):
        assert decimal(-1234.5) == "\N{MINUS SIGN}1,234.5"
        assert whole(12345) == "12,345"
        assert [percent(0.784), percent(0.0284, 1), percent(0.002), percent(0.998)] == ["78%", "2.8%", "<1%", ">99%"]
        assert percent_interval(0.7051, 0.8449) == "71–84%"
        assert points_interval(-0.09, 0.041) == "−9 to +4"
        assert between("1.0", "2.0") == "1.0 to 2.0"
        assert listing(["a", "b", "c"]) == "a, b and c"
    assert percent(0.784) == "78\N{NO-BREAK SPACE}%"


def test_the_language_is_that_of_before_also_after_an_error():
    with pytest.raises(ZeroDivisionError), spoken("en"):
        _ = 1 / 0
    assert said("Tabell") == "Tabell"


def test_a_sentence_without_english_is_never_shown_in_swedish():
    with spoken("en"):
        for ask in (said, retold, headings, in_markdown):
            with pytest.raises(BadReport, match="no English for 'Helt ny mening.'"):
                ask("Helt ny mening.")
    with pytest.raises(BadReport, match="'fi' is not known; there are sv and en"), spoken("fi"):
        pass


def test_headings_keep_their_level_and_paragraphs_their_place():
    cell = "## Hur säkert mäter frågorna?\n\n### Hänger frågorna i varje\ngrupp ihop?"
    assert in_markdown(cell) == cell
    with spoken("en"):
        assert in_markdown(cell) == (
            "## How reliably do the questions measure?\n\n### Do the questions in each set hold together?"
        )


def test_the_studys_own_words_come_before_the_packages_and_names_may_stay():
    with spoken("en", {"Tabell": "Tableau", "Påhittat universitet": "An invented university"}):
        assert said("Tabell") == "Tableau"
        assert named("Påhittat universitet") == "An invented university"
        assert named("Ålvendalen") == "Ålvendalen"
    assert named("Påhittat universitet") == "Påhittat universitet"


def test_a_finished_sentence_is_found_again_with_what_was_filled_in():
    with spoken("en", {"kvinna": "women"}):
        assert retold("Alfa är 0,84.") == "Alpha is 0.84."
        assert retold("K03a och K03c") == "K03a and K03c"
        assert retold("Alfa är 0,84. Inget värde kan visas.") == "Alpha is 0.84. No value can be shown."
        assert retold("12\N{NO-BREAK SPACE}345 rader") == "12,345 rows"
        with pytest.raises(BadReport):
            retold("Vad som helst på svenska är 0,84.")
    assert retold("Alfa är 0,84.") == "Alfa är 0,84."


def test_a_sentence_that_stands_twice_is_refused(tmp_path, monkeypatch):
    (tmp_path / "english.yaml").write_text("sentences:\n- {sv: A, en: B}\n- {sv: A, en: C}\n", encoding="utf-8")
    monkeypatch.setattr(room, "CATALOGUE", tmp_path / "english.yaml")
    with pytest.raises(BadDefinition, match="'A' stands there twice"):
        catalogue.__wrapped__()
