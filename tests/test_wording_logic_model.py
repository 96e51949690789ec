import pytest

from finsam_eval import wording
from finsam_eval.logic_model import evaluate, lint
from tests.programmes import LINKS, indicator, no_records, observed, programme


def told(text):
    return text.markdown.replace("\N{NO-BREAK SPACE}", " ").replace("\\", "")


def result(*figures, **changes):
    model = programme(**changes)
    return evaluate(model, no_records(), observed(*figures))


MANY = {"indicators": [indicator(id=name, title=f"Titel {name}") for name in "abcd"]}


def test_progress_counts_both_lines_and_names_what_is_unknown_and_what_contradicts_itself():
    figures = [
        {"indicator": "a", "x": 60, "n": 100, "printed": "60"},
        {"indicator": "b", "x": 36, "n": 100},
        {"indicator": "c", "x": 27, "n": 179, "printed": "19"},
    ]
    assert told(wording.progress(result(*figures, **MANY))).splitlines() == [
        "- Utfall: av 4 mål är 2 nådda och 1 inte nådda, 1 kan inte bedömas.",
        "- När slumpen räknas in (underliggande nivå): 1 mål nått, 1 inte nått, 1 går inte att avgöra.",
        "- Utan siffror att bedöma (okänt är inte noll): ”Titel d”.",
        "- 2 tryckta procentsatser har kontrollerats; 1 stämmer inte. ”Titel c”: 27 av 179 är 15 %, tryckt är 19 %.",
        "- Det finns ingen jämförelsegrupp. Siffrorna säger hur det gick (utfall), "
        "inte vad som hade hänt utan insatsen.",
    ]


def test_progress_where_all_is_well():
    lines = told(wording.progress(result({"x": 60, "n": 100, "printed": "60"}))).splitlines()
    assert lines[2] == "- 1 tryckt procentsats har kontrollerats mot antalen; alla stämmer."
    assert "Utan siffror" not in "".join(lines)


def test_progress_without_targets():
    lines = told(wording.progress(result(indicators=[indicator(targets=[])]))).splitlines()
    assert lines[0] == "- Modellen har inga mål att bedöma."


def test_hidden_is_not_the_same_as_unknown():
    hidden = observed({"kind": "entered"}).assign(status="undertryckt", reason="Talet visas inte.")
    text = told(wording.progress(evaluate(programme(), no_records(), hidden)))
    assert "- Visas inte, för att ingen ska kunna kännas igen: ”Andel redo”." in text
    assert "Utan siffror" not in text


@pytest.mark.parametrize("figure", [{"x": 60, "n": 100}, {"x": 1, "n": 100}, {"printed": "70"}, {}])
def test_what_came_out_is_never_called_an_effect(figure):
    evaluation = result(figure)
    text = told(wording.progress(evaluation)) + told(wording.figures(evaluation))
    assert "effekt" not in text.lower()
    assert "ingen jämförelsegrupp" in text


def test_published_figures_are_marked_with_their_sources():
    figures = [
        {"indicator": "a", "x": 60, "n": 100},
        {"indicator": "b", "x": 60, "n": 100, "source": "Bokslut"},
        {"indicator": "c", "x": 60, "n": 100, "kind": "entered"},
    ]
    first = told(wording.figures(result(*figures, **MANY))).splitlines()[0]
    assert first == (
        "2 siffror är publicerade sedan tidigare (markerade *Publicerad*): Bokslut; Årsredovisning. "
        "1 siffra är inlämnad till studien."
    )


def test_a_figure_that_is_not_there_is_not_counted_as_one():
    assert told(wording.figures(result())).startswith("Inga siffror finns än.")
    assert told(wording.figures(result({"printed": "70"}))).startswith("1 siffra är publicerad")


def test_the_programme_in_short():
    text = told(wording.programme(programme(problem="Många faller *mellan*", links=LINKS[:1])))
    assert text == "- Problem: Många faller *mellan*\n- Modellen har 3 rutor, 1 pil och 1 indikator."


def test_the_review_counts_findings_and_places():
    model = programme(indicators=[indicator(source="", occasion=""), indicator(id="b", title="B", source="")])
    assert told(wording.review(lint(model))).startswith("Modellen har 3 brister på 2 ställen.")
    assert told(wording.review(())) == "Reglerna har inte hittat något i modellen som hindrar en utvärdering."


def test_what_comes_from_a_model_is_escaped():
    model = programme(problem="<script>[x](y)", indicators=[indicator(title="a*b")])
    evaluation = evaluate(model, no_records(), observed({"x": 1, "n": 9, "printed": "50", "source": "<b>"}))
    texts = (wording.programme(model), wording.progress(evaluation), wording.figures(evaluation))
    text = "".join(text.markdown for text in texts)
    assert "\\<script\\>\\[x\\]" in text
    assert "a\\*b" in text
    assert "<b>" not in text


def test_diagram_source_is_one_fenced_block():
    lines = wording.diagram_source(programme(title="```")).markdown.splitlines()
    assert (lines[0], lines[1], lines[-1]) == ("```mermaid", "flowchart TD", "```")
    assert sum("```" in line for line in lines) == 2
