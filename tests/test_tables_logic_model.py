import pytest

from finsam_eval import tables
from finsam_eval.logic_model import evaluate, lint
from finsam_eval.study import open_study
from tests.programmes import indicator, no_records, observed, programme
from tests.small import write_study


def plain(rows):
    return [[cell.replace("\N{NO-BREAK SPACE}", " ") for cell in row] for row in rows]


def evaluated(*figures, **changes):
    model = programme(**changes)
    return model, evaluate(model, no_records(), observed(*figures))


def row_of(figure, **changes):
    (row,) = tables.indicators(*evaluated(figure, indicators=[indicator(**changes)])).rows
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
        ({"n": 400, "printed": "30"}, {}, ["okänt antal av 400, kan inte avgöras", "kan inte avgöras (25–35 %)", "–"]),
        ({"x": 31, "n": 100}, {"direction": "decrease"}, ["31 % (31 av 100), ej nått, 1 för många"]),
        ({"x": 3, "n": 9}, {"targets": []}, ["33 % (3 av 9)", "12–65 %", "–", "Publicerad: Årsredovisning"]),
        ({"value": 1}, {"measure": "yes_no", "targets": [{"period": "2025", "value": 1}]}, ["ja, nått", "–"]),
        ({"value": 3.25}, {"measure": "mean", "targets": [{"period": "2025", "value": 3}]}, ["3,2, nått", "–"]),
    ],
)
def test_what_stands_where_something_is_not_known(figure, changes, cells):
    assert row_of(figure, **changes)[2 : 2 + len(cells)] == cells


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"measure": "yes_no", "targets": [{"period": "2025", "value": 1}]}, "ja (2025)"),
        ({"targets": [{"period": "2025", "value": 0.3, "upper": 0.4}]}, "mellan 30 % och 40 % (2025)"),
        ({"measure": "count", "targets": [{"period": "2025", "value": 28, "operator": "="}]}, "precis 28 (2025)"),
        ({"direction": "decrease"}, "högst 30 % (2025)"),
        (
            {"targets": [{"period": period, "value": 0.8} for period in ("2026", "2027", "2028")]},
            "minst 80 % (2026, 2027 och 2028)",
        ),
        (
            {"targets": [{"period": period, "value": value} for period, value in [("2026", 0.3), ("2027", 0.4)]]},
            "minst 30 % (2026); minst 40 % (2027)",
        ),
        ({"targets": []}, "–"),
        ({"measure": "qualitative", "targets": [{"period": "2026", "value": None}]}, "ska öka (2026)"),
        (
            {"targets": [{"period": "2026", "value": 0.3, "gender": gender} for gender in ("kvinna", "man")]},
            "kvinnor minst 30 % (2026); män minst 30 % (2026)",
        ),
    ],
)
def test_the_target_in_words(changes, says):
    matrix = tables.target_matrix(programme(indicators=[indicator(**{"baseline": None, **changes})]))
    told = dict(zip(matrix.columns, plain(matrix.rows)[0], strict=True))
    assert (told["Indikator"], told["Mål"], told["Källa"]) == ("Andel redo", says, "Enkät")


def test_the_matrix_tells_what_the_plan_says_and_no_more():
    before = {"x": 33, "n": 60, "period": "2024"}
    said = indicator(baseline=before, occasion="vid avslut", follow_up="varje år", responsible="Processledaren")
    matrix = tables.target_matrix(programme(indicators=[said, indicator(id="b", title="Annan", source="")]))
    assert matrix.columns == ["Indikator", "Mäter", "Läge före", "Mål", "När", "Källa", "Ansvarig"]
    assert plain(matrix.rows)[0][2:] == [
        "55 % (33 av 60, 2024)",
        "minst 30 % (2025)",
        "vid avslut, varje år, 2025",
        "Enkät",
        "Processledaren",
    ]
    assert "Ansvarig" not in tables.target_matrix(programme()).columns
    assert tables.target_matrix(programme(indicators=[])) is None


def test_the_matrix_has_the_plans_short_names_and_the_period_where_no_occasion_is_said():
    said = indicator(aim="Steg närmare", occasion="", follow_up="")
    matrix = tables.target_matrix(programme(indicators=[said, indicator(id="b", title="Annan", targets=[])]))
    assert [(row[0], row[4]) for row in matrix.rows] == [
        ("Steg närmare: Andel redo", "2025"),
        ("Annan", "vid avslut, varje år"),
    ]


def test_areas_tell_what_some_area_says():
    areas = [{"id": "a", "title": "Arbete", "target_group": "Unga"}, {"id": "b", "title": "Studier"}]
    told = tables.areas(programme(areas=areas))
    assert (told.columns, told.rows) == (["Område", "Målgrupp"], [["Arbete", "Unga"], ["Studier", "–"]])
    assert tables.areas(programme(areas=[{"id": "b", "title": "Studier"}])) is None


def test_gender_and_period_are_named_where_there_are_several():
    goals = [{"period": "2025", "value": 0.3}, {"period": "2024", "value": 0.3}]
    measured = [indicator(gender_rule="each", targets=goals), indicator(id="b", title="Annan")]
    asked = evaluated({"indicator": "b", "x": 3, "n": 9}, indicators=measured)
    names = [row[0] for row in tables.without_figures(*asked).rows]
    assert names[:2] == ["Andel redo (kvinnor, 2025)", "Andel redo (män, 2025)"]


def test_indicators_with_and_without_figures_stand_apart():
    model, table = evaluated({"x": 3, "n": 9}, indicators=[indicator(), indicator(id="b", title="Annan", source="")])
    assert [row[0] for row in tables.indicators(model, table).rows] == ["Andel redo"]
    assert plain(tables.without_figures(model, table).rows) == [["Annan", "minst 30 %", "sägs inte"]]
    assert tables.without_figures(*evaluated({"x": 3, "n": 9})) is None


@pytest.mark.parametrize(("x", "says"), [(10, "20 till behövdes"), (55, "15 för många"), (35, "nått")])
def test_between_says_on_which_side_the_persons_are(x, says):
    goals = [{"period": "2025", "value": 0.3, "upper": 0.4}]
    assert row_of({"x": x, "n": 100}, targets=goals)[2].endswith(says)


def test_a_hidden_figure_is_called_hidden():
    hidden = observed({"kind": "entered"}).assign(status="undertryckt", reason="Talet visas inte.")
    model = programme()
    row = plain(tables.indicators(model, evaluate(model, no_records(), hidden)).rows)[0]
    assert row[2:] == ["visas inte", "–", "–", "Inlämnad: Årsredovisning"]


def test_remarks_tell_only_of_rows_that_have_one():
    measured = [indicator(), indicator(id="b", title="Annan")]
    _, table = evaluated({"x": 3, "n": 9}, {"indicator": "b", "printed": "70"}, indicators=measured)
    assert [row[0] for row in tables.remarks(table).rows] == ["Annan"]
    assert tables.remarks(evaluated({"x": 3, "n": 9})[1]) is None


def test_a_target_of_women_and_men_is_told_for_both_at_once():
    each = {"indicators": [indicator(gender_rule="each")]}
    _, table = evaluated({"gender": "kvinna", "x": 20, "n": 60}, {"gender": "man", "x": 14, "n": 40}, **each)
    assert plain(tables.both_genders(table).rows) == [["Andel redo, 2025", "nått", "0", "kan inte avgöras", "54 %"]]
    _, unknown = evaluated({"gender": "kvinna", "x": 20, "n": 60}, **each)
    assert plain(tables.both_genders(unknown).rows) == [
        ["Andel redo, 2025", "kan inte avgöras", "–", "kan inte avgöras", "–"]
    ]
    assert tables.both_genders(evaluated(**each)[1]) is None
    assert tables.both_genders(evaluated({"x": 3, "n": 9})[1]) is None


def test_goals_and_levels_with_both_lines_side_by_side():
    model, table = evaluated({"x": 36, "n": 100})
    assert tables.goals(model, table).rows == [
        ["Redo för arbete", "1", "nått", "1 · 0 · 0", "kan inte avgöras", "0 · 0 · 1 · 0"]
    ]
    assert tables.goal_levels(model, table).rows[0][:3] == ["Resultat", "1", "nått"]
    assert tables.goals(*evaluated()) is None
    assert tables.goal_levels(*evaluated()) is None


def test_a_defect_in_few_places_is_told_in_sentences_with_the_way_out():
    (row,) = [
        row for row in tables.findings(lint(programme(indicators=[indicator(source="")]))).rows if "källa" in row[0]
    ]
    assert row == [
        "Indikator utan källa",
        "1",
        "”Andel redo” har ingen datakälla.",
        "Skriv vilket register, vilken enkät eller vilket dokument.",
    ]
    assert "reglerna har inte hittat något" in tables.findings(())._repr_mimebundle_()["text/markdown"]


def test_a_defect_in_many_places_has_one_row_with_the_first_of_them():
    measured = [indicator(id=f"i{n}", title=f"Titel {n}", source="") for n in range(20)]
    found = lint(programme(indicators=measured))
    (row,) = [row for row in tables.findings(found).rows if row[0] == "Indikator utan källa"]
    assert row[1] == "20"
    assert row[2] == "Indikator: " + ", ".join(f"”Titel {n}”" for n in range(6)) + " och 14 till."
    every = tables.every_finding(found)
    assert len(every.rows) == len(found)
    assert ["Indikator: ”Titel 19”", "”Titel 19” har ingen datakälla."] in [row[:2] for row in every.rows]


def test_no_table_of_a_model_has_words_of_the_format_in_it():
    found = lint(programme(indicators=[indicator(gender_rule=None)]))
    html = tables.findings(found).html + tables.every_finding(found).html + tables.checklist(programme()).html
    assert not any(word in html for word in ("pooled", "each", "gender_rule"))


def test_the_chain_in_words():
    chain = tables.chain(*evaluated({"x": 36, "n": 100}))
    assert chain.rows == [
        ["Samtal", "Aktivitet", "ingen indikator", "–", "En plan"],
        ["En plan", "Prestation", "ingen indikator", "–", "Redo för arbete"],
        ["Redo för arbete", "Resultat", "nått", "kan inte avgöras", "–"],
    ]


def test_a_model_larger_than_a_page_is_told_by_section_and_area():
    areas = [{"id": f"a{n}", "title": f"Område {n}", "section": "Unga"} for n in range(2)]
    nodes = [{"id": f"n{n}", "level": "resultat", "title": f"R{n}", "area": f"a{n % 2}"} for n in range(70)]
    goal = {"id": "m", "level": "mal", "title": "Målet"}
    links = [{"from": node["id"], "to": "m"} for node in nodes]
    asked = [indicator(id=f"i{n}", node=f"n{n}", source="" if n else "SUS") for n in range(70)]
    model, table = evaluated(areas=areas, nodes=[*nodes, goal], links=links, indicators=asked)
    chain = tables.chain(model, table)
    assert [row[0] for row in chain.rows] == ["Unga: 70 resultat", "Målet"]
    assert chain.rows[0][2:] == ["kan inte bedömas", "kan inte bedömas", "Målet"]
    assert tables.without_figures(model, table).rows == [["Område 0", "35", "35", "1"], ["Område 1", "35", "35", "0"]]


def test_matpunkter_are_proposed_and_nothing_is_decided(tmp_path):
    codebook = open_study(write_study(tmp_path)).codebook
    model = programme(indicators=[indicator(title="Deltagare som är mer redo att arbeta eller studera")])
    rows = tables.matpunkter(model, codebook).rows
    assert any(row[1].startswith("7. ") for row in rows)
    assert {row[4] for row in rows} == {"nej"}
    assert tables.matpunkter(programme(indicators=[]), codebook) is None


def test_the_checklists():
    model = programme(indicators=[indicator(occasion="", source="")])
    checklist = tables.checklist(model)
    assert len(checklist.rows) > 15
    assert {row[2] for row in checklist.rows} <= {"ja", "delvis", "nej", "fråga"}
    six = tables.six_criteria(model)
    assert [len(row) for row in six.rows] == [len(six.columns)] == [7]
    assert all(row[0] == "Andel redo" for row in tables.criteria_to_mend(model).rows)


def test_names_and_sources_are_escaped():
    model, table = evaluated(
        {"x": 1, "n": 9, "source": "<img>"}, title="<b>x", indicators=[indicator(title="<script>")]
    )
    html = tables.indicators(model, table).html + tables.goals(model, table).html + tables.chain(model, table).html
    assert not any(tag in html for tag in ("<script>", "<img>", "<b>"))
