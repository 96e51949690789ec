import pytest

from finsam_eval import tables
from finsam_eval.logic_model import evaluate, lint
from tests.programmes import indicator, no_records, observed, programme


def plain(rows):
    return [[cell.replace("\N{NO-BREAK SPACE}", " ") for cell in row] for row in rows]


def row_of(figure, **changes):
    model = programme(indicators=[indicator(**changes)])
    (row,) = tables.indicators(model, evaluate(model, no_records(), observed(figure))).rows
    return plain([row])[0]


def test_a_share_with_both_lines_its_printed_figure_and_its_source():
    told = row_of({"x": 27, "n": 179, "printed": "19", "printed_status": "röd"})
    assert told == [
        "Andel redo",
        "minst 30 %",
        "15 % (27 av 179), ej nått, 27 till behövdes",
        "ej nått (11–21 %)",
        "<1 %",
        "19 %, röd, stämmer inte",
        "Publicerad: Årsredovisning",
    ]


@pytest.mark.parametrize(
    ("figure", "changes", "cells"),
    [
        ({"x": 37, "printed": "28"}, {}, ["37 av 130–134, ej nått", "kan inte avgöras (21–37 %)", "–", "28 %"]),
        ({"x": 3, "printed": "100"}, {}, ["3 av 3, nått", "nått (44–100 %)", "–", "100 %"]),
        ({"printed": "70"}, {}, ["kan inte bedömas", "–", "–", "70 %"]),
        ({}, {}, ["inga uppgifter", "–", "–", "–"]),
        ({"x": 31, "n": 100}, {"direction": "decrease"}, ["31 % (31 av 100), ej nått, 1 för många"]),
        ({"x": 3, "n": 9, "period": "2025"}, {"targets": []}, ["33 % (3 av 9)", "12–65 %", "–", "–"]),
        ({"value": 1}, {"measure": "yes_no", "targets": [{"period": "2025", "value": 1}]}, ["ja, nått", "–"]),
        ({"value": 3.25}, {"measure": "mean", "targets": [{"period": "2025", "value": 3}]}, ["3,2, nått", "–"]),
    ],
)
def test_what_stands_where_something_is_not_known(figure, changes, cells):
    assert row_of(figure, **changes)[2 : 2 + len(cells)] == cells


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"measure": "yes_no", "targets": [{"period": "2025", "value": 1}]}, "ja"),
        ({"measure": "count", "targets": [{"period": "2025", "value": 28, "operator": "="}]}, "precis 28"),
        ({"direction": "decrease"}, "högst 30 %"),
        ({"targets": []}, "–"),
    ],
)
def test_the_target_in_words(changes, says):
    assert row_of({}, **changes)[1] == says


def test_gender_and_period_are_named_where_there_are_several():
    goals = [{"period": "2025", "value": 0.3}, {"period": "2024", "value": 0.3}]
    model = programme(indicators=[indicator(gender_rule="each", targets=goals)])
    names = [row[0] for row in tables.indicators(model, evaluate(model, no_records(), observed())).rows]
    assert names[:2] == ["Andel redo (kvinnor, 2025)", "Andel redo (män, 2025)"]


def test_a_hidden_figure_is_called_hidden():
    hidden = observed({"kind": "entered"}).assign(status="undertryckt", reason="Talet visas inte.")
    model = programme()
    row = plain(tables.indicators(model, evaluate(model, no_records(), hidden)).rows)[0]
    assert row[2:] == ["visas inte", "–", "–", "–", "Inlämnad: Årsredovisning"]


def test_remarks_tell_only_of_rows_that_have_one():
    model = programme(indicators=[indicator(), indicator(id="b", title="Annan")])
    figures = observed({"x": 3, "n": 9}, {"indicator": "b", "printed": "70"})
    table = tables.remarks(model, evaluate(model, no_records(), figures))
    assert [row[0] for row in table.rows] == ["Annan"]


def test_findings_with_place_and_way_out():
    model = programme(indicators=[indicator(source="")])
    (row,) = tables.findings(model, lint(model)).rows
    assert row[:2] == ["Indikator andel", "”Andel redo” har ingen datakälla."]
    assert row[2] == "Skriv vilket register, vilken enkät eller vilket dokument."
    assert "reglerna har inte hittat något" in tables.findings(programme(), ())._repr_mimebundle_()["text/markdown"]


def test_the_chain_in_words():
    model = programme()
    chain = tables.chain(model, evaluate(model, no_records(), observed({"x": 10, "n": 100})))
    assert chain.rows == [
        ["Samtal", "Aktivitet", "ingen indikator", "En plan"],
        ["En plan", "Prestation", "ingen indikator", "Redo för arbete"],
        ["Redo för arbete", "Resultat", "ej nått", "–"],
    ]


def test_names_and_sources_are_escaped():
    model = programme(title="<b>x", indicators=[indicator(title="<script>")])
    evaluation = evaluate(model, no_records(), observed({"x": 1, "n": 9, "source": "<img>"}))
    html = tables.indicators(model, evaluation).html + tables.remarks(model, evaluation).html
    assert not any(tag in html for tag in ("<script>", "<img>", "<b>"))
