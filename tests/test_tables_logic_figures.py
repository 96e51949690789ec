"""Tables and sentences of what a model's figures rest on, word by word."""

import pytest

from finsam_eval import tables, wording
from finsam_eval.logic_model import evaluate
from tests.programmes import NODES, indicator, no_records, observed, programme
from tests.test_logic_model_published import PARTS, ROSLAGEN, TARGETS, TOTAL


def plain(rows):
    return [[cell.replace("\N{NO-BREAK SPACE}", " ") for cell in row] for row in rows]


def told(text):
    return text.markdown.replace("\N{NO-BREAK SPACE}", " ").replace("\\", "")


def evaluated(*figures, **changes):
    model = programme(**changes)
    return model, evaluate(model, no_records(), observed(*figures))


def with_baseline(baseline, **changes):
    return {"indicators": [indicator(baseline=baseline, **changes)]}


@pytest.mark.parametrize(
    ("figure", "changes", "cells"),
    [
        (
            {"x": 56, "n": 70},
            with_baseline({"x": 48, "n": 80}),
            ["60 % (48 av 80)", "80 % (56 av 70)", "+20 procentenheter", "bättre", "bättre (+5 till +33)"],
        ),
        (
            {"x": 36, "n": 100},
            with_baseline({"value": 0.22}),
            ["22 % (okänt antal)", "36 % (36 av 100)", "+14 procentenheter", "bättre", "bättre (+5 till +24)"],
        ),
        (
            {"x": 37, "printed": "28"},
            with_baseline({"value": 0.32}),
            ["32 % (okänt antal)", "37 av 130–134", "–", "sämre", "kan inte avgöras (−11 till +5)"],
        ),
        (
            {"value": 3.5},
            with_baseline({"value": 3.25}, measure="mean", targets=[]),
            ["3,2", "3,5", "+0,2", "bättre", "–"],
        ),
        (
            {"x": 36, "n": 100},
            with_baseline({"value": 0.6, "operator": ">"}),
            ["mer än 60 %", "36 % (36 av 100)", "–", "–", "–"],
        ),
    ],
)
def test_the_level_before_and_now(figure, changes, cells):
    (row,) = plain(tables.against_baseline(*evaluated(figure, **changes)).rows)
    assert row == ["Andel redo, 2025", *cells]


def test_the_level_before_in_a_sentence():
    both = [indicator(baseline={"x": 48, "n": 80}), indicator(id="b", baseline={"value": 0.3, "n": 40})]
    shown = evaluated({"x": 56, "n": 70}, {"indicator": "b", "x": 14, "n": 40}, indicators=both)
    text = told(wording.against_baseline(*shown))
    assert text.startswith("2 andelar kan jämföras med utgångsläget. När slumpen räknas in är 1 bättre och 0 sämre,")
    assert wording.against_baseline(*evaluated({"x": 3, "n": 9}, **with_baseline(None))) is None
    assert tables.against_baseline(*evaluated({"x": 3, "n": 9}, **with_baseline(None))) is None


def test_how_many_it_takes():
    shown = evaluated({"x": 36, "n": 100}, **with_baseline({"value": 0.22}))
    (row,) = plain(tables.enough_counted(*shown).rows)
    assert row[1:] == ["30 % mot 22 %", "100", "45 %", "214 (säkert från 232)", "186 (säkert från 204)", "471"]
    assert "80 procents chans" in told(wording.enough_counted(*shown))
    nothing = evaluated({"x": 36, "n": 100}, **with_baseline(None))
    assert (tables.enough_counted(*nothing), wording.enough_counted(*nothing)) == (None, None)
    no_better = evaluated({"x": 36, "n": 100}, **with_baseline({"value": 0.3}))
    assert plain(tables.enough_counted(*no_better).rows)[0][4:] == ["Målet är inte bättre än utgångsläget.", "–", "–"]


def test_before_anybody_is_counted_the_number_that_is_expected_stands_in():
    shown = evaluated(**with_baseline({"value": 0.22}, expected_n=100))
    table = tables.enough_counted(*shown)
    assert table.columns[5] == "Ensidigt exakt test (5 %)"
    assert plain(table.rows)[0][2:4] == ["väntat 100", "45 %"]
    assert "Väntat antal inte är ifyllt" not in told(wording.enough_counted(*shown))
    unknown = evaluated(**with_baseline({"value": 0.22}))
    assert plain(tables.enough_counted(*unknown).rows)[0][2:4] == ["–", "–"]
    assert "”Antal nu” är tomt där inget är räknat än och Väntat antal inte är ifyllt." in told(
        wording.enough_counted(*unknown)
    )


ACCOUNTS = [{"period": "2025", "outcome": 900_000, "forecast": 1_430_000}]
LINE = {"id": "l", "title": "Coacher", "area": "a", "amount": 1_300_000}
AREA = {"areas": [{"id": "a", "title": "Vägen in"}], "nodes": [{**node, "area": "a"} for node in NODES]}


def budget(**changes):
    return {**AREA, "budgets": [{"id": "b", "title": "Budget", "lines": [{**LINE, **changes}]}]}


def test_money_beside_goals():
    shown = evaluated({"x": 36, "n": 100}, **budget(accounts=ACCOUNTS))
    table = tables.money_and_goals(*shown)
    assert table.columns[2] == "Budget (kr)"
    assert plain(table.rows) == [
        ["Vägen in", "2025", "1 300 000", "900 000", "1 430 000", "+130 000 (+10 %)", "1 nådda, 0 ej nådda, 0 okända"]
    ]
    assert "okänt inte är noll" in told(wording.money_and_goals(shown[0]))
    under = evaluated(**budget(accounts=[{**ACCOUNTS[0], "forecast": 1_170_000}]))
    assert plain(tables.money_and_goals(*under).rows)[0][5] == "−130 000 (−10 %)"
    assert plain(tables.budgets(shown[0]).rows) == [["Budget", "kostnader", "1", "1 300 000 kr", "sägs inte"]]
    unknown = evaluated(**budget(accounts=ACCOUNTS, amount=None))
    assert plain(tables.budgets(unknown[0]).rows)[0][2:4] == ["1, 1 utan belopp", "0 kr"]
    assert plain(tables.money_and_goals(*unknown).rows)[0][2] == "–"
    assert tables.money_and_goals(*evaluated(**budget())) is wording.money_and_goals(programme()) is None


def test_what_a_budget_does_not_tell_has_a_row_of_its_own():
    model = programme(budgets=[{"id": "b", "title": "Budget", "total": 3_200_000, "lines": [{**LINE, "area": None}]}])
    lines = tables.budget_lines(model)
    assert lines.columns[2] == "Belopp (kr)"
    assert [row[1:3] for row in plain(lines.rows)] == [["Coacher", "1 300 000"], ["Inte redovisat", "1 900 000"]]
    assert tables.budgets(model).columns[-1] == "Summa enligt planen"
    euro = programme(budgets=[{"id": "b", "title": "B", "currency": "EUR", "lines": [{**LINE, "area": None}]}])
    assert (tables.budget_lines(euro).columns[2], len(tables.budget_lines(euro).rows)) == ("Belopp (EUR)", 1)


def test_what_each_cost():
    shown = evaluated({"x": 12, "n": 60}, **budget())
    assert plain(tables.cost_of_each(*shown).rows) == [
        ["Andel redo, 2025", "1 300 000 kr (budget)", "12 av 60", "108 333 kr", "68 173–183 173"]
    ]
    assert "Kostnaden är tagen som fast" in told(wording.cost_of_each(*shown))
    nobody = evaluated({"x": 0, "n": 60}, **budget())
    assert plain(tables.cost_of_each(*nobody).rows)[0][3:] == [
        "–",
        "Ingen nådde dit, så det finns ingen kostnad för var och en.",
    ]
    nothing = evaluated({"x": 12, "n": 60})
    assert (tables.cost_of_each(*nothing), wording.cost_of_each(*nothing)) == (None, None)


def test_an_index_counted_again():
    model = programme(composites=[{"id": "i", "title": "Impact *Index*", "target": 0.7, "published": TOTAL}])
    assert plain(tables.published_indices(model).rows) == [
        ["Impact *Index*", "impact-värdet", "171 av 244", "70,1 %", "70 %", "stämmer", "nått (minst 70 %)"],
        ["Impact *Index*", "måluppfyllelse", "111 av 177", "62,7 %", "70 %", "stämmer inte", "ej nått (minst 70 %)"],
        ["Impact *Index*", "Impact Index", "inte tryckta", "–", "63 %", "–", "ej nått (minst 70 %)"],
    ]
    text = wording.published_indices(model)
    assert "går inte ihop: 70 %, 70,1 % (171 av 244), 62,7 % (111 av 177) och 63 %." in told(text)
    assert "Impact \\*Index\\*" in text.markdown
    right = [{"where": "a", "points": 33, "most": 38, "percent": "87"}]
    assert wording.published_indices(programme(composites=[{"id": "i", "title": "I", "published": right}])) is None


def test_bases_that_were_not_printed():
    shown = evaluated(*ROSLAGEN, indicators=TARGETS)
    assert plain(tables.unprinted_bases(*shown).rows)[0] == [
        "Andel redo",
        "37 personer, tryckt 28 %",
        "130–134",
        "130–134",
        "minst 40 %",
        "ej nått",
        "ej nått (21–37 %)",
    ]
    text = told(wording.unprinted_bases(*shown))
    assert "Om ”Andel redo” och ”Andel redo” är andelar av samma personer är de 130–134." in text
    assert "Det säger ingen källa, så det är ett antagande" in text
    assert "På 130–134 är målet för ”Andel redo” ej nått (underliggande nivå: ej nått)" in text
    nothing = evaluated({"x": 36, "n": 100})
    assert (tables.unprinted_bases(*nothing), wording.unprinted_bases(*nothing)) == (None, None)


def test_parts_that_are_not_added():
    count = {"measure": "count", "targets": [], "baseline": None}
    measured = [indicator(id="alla", title="Deltagare", parts="overlapping", **count)]
    measured += [indicator(id=f"del{n}", title=name, part_of="alla", **count) for n, (_, name) in enumerate(PARTS)]
    figures = [{"indicator": f"del{n}", "value": x} for n, (x, _) in enumerate(PARTS)]
    shown = evaluated({"indicator": "alla", "value": 159}, *figures, indicators=measured)
    assert plain(tables.parts_of_wholes(*shown).rows)[0][:5] == [
        "Deltagare, 2025",
        "159",
        "kurs",
        "62",
        "läggs inte ihop",
    ]
    assert "194" not in tables.parts_of_wholes(*shown).html
    assert "Delar läggs ihop bara när" in told(wording.parts_of_wholes(*shown))
    nothing = evaluated({"x": 36, "n": 100})
    assert (tables.parts_of_wholes(*nothing), wording.parts_of_wholes(*nothing)) == (None, None)
