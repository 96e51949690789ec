import pytest

from finsam_eval import wording
from finsam_eval.logic_model import evaluate, lint
from tests.programmes import LINKS, indicator, no_records, observed, programme


def told(text):
    return text.markdown.replace("\N{NO-BREAK SPACE}", " ").replace("\\", "")


def evaluated(*figures, **changes):
    model = programme(**changes)
    return model, evaluate(model, no_records(), observed(*figures))


def result(*figures, **changes):
    return evaluated(*figures, **changes)[1]


MANY = {"indicators": [indicator(id=name, title=f"Titel {name}") for name in "abcd"]}


def test_progress_counts_both_lines_and_names_what_is_unknown_and_what_contradicts_itself():
    figures = [
        {"indicator": "a", "x": 60, "n": 100, "printed": "60"},
        {"indicator": "b", "x": 36, "n": 100},
        {"indicator": "c", "x": 27, "n": 179, "printed": "19"},
    ]
    assert told(wording.progress(*evaluated(*figures, **MANY))).splitlines() == [
        "- Utfall: av 4 målvärden är 2 nådda och 1 inte nådda, 1 kan inte bedömas.",
        "- När slumpen räknas in (underliggande nivå): 1 mål nått, 1 inte nått, 1 går inte att avgöra.",
        "- Utan siffror att bedöma (okänt är inte noll): ”Titel d”.",
        "- 2 tryckta procentsatser har kontrollerats; 1 stämmer inte. ”Titel c”: 27 av 179 är 15 %, tryckt är 19 %.",
        "- Siffrorna har ingen jämförelsegrupp: de säger hur det gick (utfall), inte vad som hade hänt utan insatsen.",
    ]


def test_a_target_of_women_and_men_counts_once_and_many_names_are_not_listed():
    both = [{"gender": "kvinna", "x": 20, "n": 60}, {"gender": "man", "x": 14, "n": 40}]
    lines = told(wording.progress(*evaluated(*both, indicators=[indicator(gender_rule="each")]))).splitlines()
    assert lines[:3] == [
        "- Utfall: av 1 målvärde är 1 nådda och 0 inte nådda.",
        "- När slumpen räknas in (underliggande nivå): 0 mål nådda, 0 inte nådda, 1 går inte att avgöra.",
        "- 1 mål gäller kvinnor och män var för sig och är nådda först när båda har nått dem.",
    ]
    many = {"indicators": [indicator(id=f"i{n}", title=f"T{n}") for n in range(10)]}
    text = told(wording.progress(*evaluated({"indicator": "i9", "x": 3, "n": 9}, **many)))
    assert "”T0”, ”T1”, ”T2”, ”T3”, ”T4” och 4 till." in text


def test_a_plan_without_figures_is_not_told_as_failed():
    lines = told(wording.progress(*evaluated(**MANY))).splitlines()
    assert lines == [
        "- Planen har 4 indikatorer: 4 har ett målvärde, 4 har ett utgångsläge och 0 har någon som ansvarar.",
        "- Inga utfall finns än. Målmatrisen visar vad planen säger.",
    ]
    assert told(wording.figures(result(**MANY))) == "Inga utfall finns än. Målmatrisen visar vad planen säger."
    assert wording.goal_rule(result(**MANY)) is None


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"source": ""}, "1 brist i modellen står i vägen för en utvärdering; det räknas upp längre fram."),
        (
            {"gender_rule": None},
            "För 1 indikator är det oklart hur kvinnor och män räknas; det räknas upp längre fram.",
        ),
        (
            {"gender_rule": None, "source": ""},
            "1 brist i modellen står i vägen för en utvärdering, och för 1 indikator är det oklart hur kvinnor och män "
            "räknas; det räknas upp längre fram.",
        ),
        ({"expected_n": 50}, "Med 50 räknade är chansen 43 % att skilja 30 % från 20 % för ”Andel redo”."),
    ],
)
def test_what_is_lacking_is_told_by_what_it_hinders(changes, line):
    assert f"- {line}" in told(wording.progress(*evaluated(indicators=[indicator(**changes)]))).splitlines()


def test_a_long_reason_is_left_to_the_remarks():
    text = told(wording.progress(*evaluated({"x": 37, "printed": "28", "mentioned": 227})))
    assert "1 tryckt procentsats har kontrollerats; 1 stämmer inte. ”Andel redo”: se anmärkningarna." in text


def test_an_index_that_contradicts_itself_is_among_the_first_lines():
    index = {"id": "i", "title": "Index", "published": [{"where": "a", "points": 111, "most": 177, "percent": "70"}]}
    text = told(wording.progress(*evaluated({"x": 3, "n": 9}, composites=[index])))
    assert "- Sammanvägda index vars tryckta siffror inte går ihop: ”Index”." in text


def test_progress_where_all_is_well():
    lines = told(wording.progress(*evaluated({"x": 60, "n": 100, "printed": "60"}))).splitlines()
    assert lines[2] == "- 1 tryckt procentsats har kontrollerats mot antalen; alla stämmer."
    assert "Utan siffror" not in "".join(lines)


def test_progress_without_targets():
    lines = told(wording.progress(*evaluated({"x": 3, "n": 9}, indicators=[indicator(targets=[])]))).splitlines()
    assert lines[0] == "- Modellen har inga målvärden."


def test_hidden_is_not_the_same_as_unknown():
    hidden = observed({"kind": "entered"}).assign(status="undertryckt", reason="Talet visas inte.")
    text = told(wording.progress(programme(), evaluate(programme(), no_records(), hidden)))
    assert "- Visas inte, för att ingen ska kunna kännas igen: ”Andel redo”." in text
    assert "Utan siffror" not in text


@pytest.mark.parametrize("figure", [{"x": 60, "n": 100}, {"x": 1, "n": 100}, {"printed": "70"}])
def test_what_came_out_is_never_called_an_effect(figure):
    model, evaluation = evaluated(figure)
    text = told(wording.progress(model, evaluation)) + told(wording.figures(evaluation))
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
    assert told(wording.figures(result())).startswith("Inga utfall finns än.")
    assert told(wording.figures(result({"printed": "70"}))).startswith("1 siffra är publicerad")


def test_the_programme_in_short():
    said = {"problem": "Många faller *mellan*", "target_group": "Unga", "external": ["Konjunkturen", "Ny lag"]}
    said["follow_up"] = "Varje tertial"
    text = told(wording.programme(programme(**said, links=LINKS[:1])))
    first = "- Problem: Många faller *mellan*\n- Målgrupp: Unga\n- Yttre faktorer: Konjunkturen; Ny lag\n"
    first += "- Följs upp: Varje tertial\n"
    assert text == f"{first}- Modellen har 3 rutor, 1 pil och 1 indikator."


def test_the_programme_tells_how_long_for_how_many_and_what_its_arrows_assume():
    links = [{**link, "assumption": "Arbetsgivarna tar emot."} for link in LINKS]
    text = told(wording.programme(programme(duration="2026–2028", participants="ca 60 om året", links=links)))
    assert text.startswith(
        "- Deltagande: ca 60 om året\n- Tidsperiod: 2026–2028\n- Antaganden vid pilarna: Arbetsgivarna tar emot\n"
    )


def test_the_review_counts_findings_and_places():
    model = programme(indicators=[indicator(source="", occasion=""), indicator(id="b", title="B", source="")])
    assert told(wording.review(lint(model))).startswith("Modellen har 3 brister av 2 slag, hos 2 av dess delar")
    assert told(wording.review(())) == "Reglerna har inte hittat något i modellen som hindrar en utvärdering."


def test_what_comes_from_a_model_is_escaped():
    model = programme(problem="<script>[x](y)", indicators=[indicator(title="a*b")])
    evaluation = evaluate(model, no_records(), observed({"x": 1, "n": 9, "printed": "50", "source": "<b>"}))
    texts = (wording.programme(model), wording.progress(model, evaluation), wording.figures(evaluation))
    text = "".join(text.markdown for text in texts)
    assert "\\<script\\>\\[x\\]" in text
    assert "a\\*b" in text
    assert "<b>" not in text


def test_diagram_source_is_one_fenced_block():
    lines = wording.diagram_source(programme(title="```")).markdown.splitlines()
    assert (lines[0], lines[1], lines[-1]) == ("```mermaid", "flowchart TD", "```")
    assert sum("```" in line for line in lines) == 2
