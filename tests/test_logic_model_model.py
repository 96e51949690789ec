from datetime import date

import pytest
import yaml

from finsam_eval.errors import BadDefinition, UnknownName
from finsam_eval.logic_model import (
    evaluability,
    find_model,
    layout,
    lint,
    load,
    load_models,
    mermaid,
    model_targets,
)
from finsam_eval.study import open_study
from tests.programmes import LINKS, NODES, indicator, programme
from tests.small import write_study

DATA = {"item": "K02b", "respondent_group": "deltagare", "occasion": "avslut"}
AREAS = [{"id": "A1", "title": "Arbete"}]
LINE = {"id": "lon", "title": "Löner", "amount": 10}
BUDGET = {"id": "b", "title": "Budget", "lines": [LINE]}
DECIDED = {"decided_by": "Styrelsen", "decided_on": date(2024, 11, 15)}


def written(tmp_path, **changes):
    path = tmp_path / "logic_model.yaml"
    model = {"id": "liten", "title": "Liten", "nodes": NODES, "links": LINKS, "indicators": [indicator()], **changes}
    path.write_text(yaml.safe_dump(model, allow_unicode=True), encoding="utf-8")
    return path


def test_a_model_is_read_from_yaml(tmp_path):
    model = load(written(tmp_path))
    assert (model.unit, model.leads_to("samtal"), model.key("andel")) == ("riket", ["plan"], "liten:andel")
    assert model.indicators_of("redo")[0].targets[0].value == 0.3


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"links": [{"from": "samtal", "to": "inget"}]}, "link samtal → inget: inget is not among the nodes"),
        ({"links": [{"from": "plan", "to": "plan"}]}, "link plan → plan: a node cannot lead to itself"),
        ({"links": [*LINKS, LINKS[0]]}, "two links between one pair: samtal → plan"),
        ({"nodes": [*NODES, NODES[0]]}, "two nodes with one id: samtal"),
        ({"indicators": [indicator(), indicator()]}, "two indicators with one id: andel"),
        ({"indicators": [indicator(node="inget")]}, "indicator andel: node: inget is not among the nodes"),
        ({"indicators": [indicator(data=DATA)]}, "indicator andel is judged on data: say decided_by and decided_on"),
        ({"links": [{"from": "samtal", "to": "pln"}]}, "pln is not among the nodes; did you mean plan?"),
        (
            {"nodes": [{**NODES[0], "area": "A9"}, *NODES[1:]]},
            "node samtal: area: A9 is not among the areas; known are none",
        ),
        ({"areas": AREAS, "nodes": [{**NODES[0], "degrees": [4]}]}, "nodes → 0 → degrees → 0"),
        ({"areas": [*AREAS, AREAS[0]]}, "two areas with one id: A1"),
        ({"areas": [{**AREAS[0], "start": "2025-02-01", "end": "2025-01-01"}]}, "area A1: ends 2025-01-01, before"),
        ({"start": "2025-02-01", "end": "2025-01-01"}, "ends 2025-01-01, before it starts 2025-02-01"),
        ({"indicators": [indicator(area="A9")]}, "indicator andel: area: A9 is not among the areas"),
        ({"indicators": [indicator(part_of="andel")]}, "indicator andel: part_of: andel is not among the other"),
        ({"budgets": [BUDGET, BUDGET]}, "two budgets with one id: b"),
        ({"budgets": [{**BUDGET, "lines": [LINE, LINE]}]}, "two lines of budget b with one id: lon"),
        ({"budgets": [{**BUDGET, "lines": [{**LINE, "area": "A9"}]}]}, "budget b, line lon: area: A9 is not among"),
        ({"budgets": [{**BUDGET, "lines": [{**LINE, "accounts": [{"period": "T1"}] * 2}]}]}, "two accounts for one"),
        ({"composites": [{"id": "i", "title": "Index", "node": "x"}]}, "composite i: node: x is not among the nodes"),
        ({"extra": 1}, "extra"),
        ({"nodes": []}, "nodes"),
        ({"nodes": [{**NODES[0], "level": "vision"}]}, "nodes → 0 → level"),
    ],
)
def test_a_model_that_contradicts_itself_is_refused_with_the_place(tmp_path, changes, told):
    with pytest.raises(BadDefinition, match=r"^logic_model\.yaml, ") as refused:
        load(written(tmp_path, **changes))
    assert told in str(refused.value)


GOAL = {"period": "2025", "value": 0.3}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"targets": [GOAL, {**GOAL, "value": 0.4}]}, "two targets for one period: 2025"),
        ({"targets": [{**GOAL, "gender": "man"}] * 2}, "two targets for one period: 2025 man"),
        ({"targets": [GOAL, {**GOAL, "gender": "man"}], "gender_rule": "each"}, "two targets for one gender"),
        ({"targets": [{**GOAL, "value": 30}]}, r"0.3 for 30 %"),
        ({"targets": [{**GOAL, "value": 0}]}, r"0.3 for 30 %"),
        ({"targets": [{**GOAL, "value": 1}], "direction": "decrease"}, r"0.3 for 30 %"),
        ({"targets": [{**GOAL, "value": 0}], "direction": "decrease", "data": DATA}, r"0.3 for 30 %"),
        ({"targets": [{**GOAL, "operator": "="}]}, "never exactly its target"),
        ({"targets": [{**GOAL, "operator": "<="}]}, "<= contradicts direction increase"),
        ({"targets": [{**GOAL, "operator": ">="}], "direction": "decrease"}, ">= contradicts direction decrease"),
        ({"targets": [{**GOAL, "value": float("nan")}]}, "finite number"),
        ({"measure": "count", "data": DATA}, "set measure: share"),
        ({"baseline": {"value": 22}}, "0.22 for 22 %"),
        ({"baseline": {"value": 0.22, "x": 5, "n": 4}}, "x must be at most n, got x = 5 of n = 4"),
        ({"baseline": {"value": 0.22, "x": 24, "n": 130}}, "value 0.22 is not x = 24 of n = 130"),
        ({"baseline": {"x": 24}}, "baseline → value: is missing"),
        ({"baseline": {"x": 1, "n": 2}, "measure": "mean", "targets": []}, "x of n is a share; set measure: share"),
        ({"targets": [{**GOAL, "upper": 0.2}]}, "upper 0.2 must be above value"),
        ({"targets": [{**GOAL, "upper": 1.2}]}, r"0.3 for 30 %"),
        ({"targets": [{**GOAL, "upper": 0.4, "operator": ">="}]}, "upper goes with between, not with >="),
        ({"targets": [{**GOAL, "operator": "between"}]}, "between needs upper"),
        ({"targets": [{**GOAL, "upper": 0.4}], "data": DATA}, "between cannot be asked here; leave upper out"),
        ({"targets": [GOAL], "measure": "qualitative", "baseline": None}, "what is described in words has no value"),
        ({"matpunkter": [{"item": "K07a", "confirmed_by": ""}]}, "confirmed_by"),
    ],
)
def test_an_indicator_that_contradicts_itself_is_refused(tmp_path, changes, told):
    with pytest.raises(BadDefinition, match="indicators → 0") as refused:
        load(written(tmp_path, indicators=[indicator(**changes)], **DECIDED))
    assert told in str(refused.value)


def test_women_and_men_may_have_a_target_each():
    goals = [{**GOAL, "gender": "kvinna"}, {**GOAL, "gender": "man", "value": 0.4}]
    (one,) = programme(indicators=[indicator(targets=goals)]).indicators
    assert [one.genders(goal) for goal in one.targets] == [["kvinna"], ["man"]]


def test_a_goal_without_an_operator_follows_the_direction():
    (less,) = programme(indicators=[indicator(direction="decrease")]).indicators
    (more,) = programme().indicators
    assert (less.operator(less.targets[0]), more.operator(more.targets[0])) == ("<=", ">=")


def test_a_baseline_is_its_counts_where_they_are_known_and_may_be_printed_in_whole_per_cent():
    (counted,) = programme(indicators=[indicator(baseline={"x": 24, "n": 130})]).indicators
    assert counted.baseline.value == 24 / 130
    (printed,) = programme(indicators=[indicator(baseline={"value": 0.18, "x": 24, "n": 130})]).indicators
    assert printed.baseline.value == 0.18


def test_a_span_is_between_its_ends():
    (one,) = programme(indicators=[indicator(targets=[{**GOAL, "upper": 0.4}])]).indicators
    assert one.operator(one.targets[0]) == "between"


def test_a_rival_explanation_may_be_a_text_alone():
    told = [{**LINKS[0], "rivals": ["Tiden", {"text": "Konjunkturen", "answer": "Den var oförändrad"}]}]
    (link,) = programme(links=told).links
    assert [(rival.text, rival.answer) for rival in link.rivals] == [
        ("Tiden", ""),
        ("Konjunkturen", "Den var oförändrad"),
    ]


def test_a_budget_sums_what_is_told():
    lines = [LINE, {"id": "hyra", "title": "Hyra"}, {"id": "av", "title": "Avgår", "amount": -2.5}]
    (budget,) = programme(budgets=[{**BUDGET, "lines": lines}]).budgets
    assert budget.sum == 7.5


def test_targets_on_the_studys_own_data():
    levels = {"2025": 0.3, "2026": 0.3, "2027": 0.5, "2028": None}
    goals = [{"period": period, "value": level} for period, level in levels.items()]
    with_data = indicator(data=DATA, gender_rule="each", targets=goals)
    without = indicator(id="annan")
    targets = model_targets(programme(indicators=[with_data, without], source="Plan", **DECIDED))
    told = [(target.indicator, target.item, target.share, target.gender_rule, target.origin) for target in targets]
    assert told == [("liten:andel", "K02b", 0.3, "each", "Plan"), ("liten:andel", "K02b", 0.5, "each", "Plan")]


def test_indicators_that_count_no_persons():
    ids = {"yes_no": "a", "amount": "b", "count": "c", "mean": "d", "share": "e"}
    rows = [indicator(id=name, measure=measure, unit="", targets=[], baseline=None) for measure, name in ids.items()]
    persons = indicator(id="f", measure="count", unit="personer", targets=[], baseline=None)
    things = indicator(id="g", measure="count", unit="möten", targets=[], baseline=None)
    assert programme(indicators=[*rows, persons, things]).impersonal == {"a", "b", "g"}


def test_a_study_finds_its_models_by_id(tmp_path):
    study = open_study(write_study(tmp_path, logic_models=["logic_model.yaml"]))
    written(study.folder)
    assert list(load_models(study)) == ["liten"]
    assert find_model(study, "liten").title == "Liten"
    with pytest.raises(UnknownName, match="logic model 'stor' is not in the study; it has liten"):
        find_model(study, "stor")


def test_two_models_that_share_an_indicator_are_refused(tmp_path):
    study = open_study(write_study(tmp_path, logic_models=["logic_model.yaml", "annan.yaml"]))
    written(study.folder)
    text = (tmp_path / "logic_model.yaml").read_text(encoding="utf-8")
    (tmp_path / "annan.yaml").write_text(text.replace("id: liten", "id: annan", 1), encoding="utf-8")
    with pytest.raises(BadDefinition, match=r"annan.yaml: indicator \w+ is also one of liten's.*rename one"):
        load_models(study)


def test_two_models_with_one_id_are_refused(tmp_path):
    study = open_study(write_study(tmp_path, logic_models=["logic_model.yaml", "logic_model.yaml"]))
    written(study.folder)
    with pytest.raises(BadDefinition, match="another of the study's logic models is called liten"):
        load_models(study)


@pytest.mark.parametrize(
    ("period", "data", "told"),
    [
        ("2024", None, "target for period '2024'; it can be judged for 2025H1, 2025H2, 2025"),
        ("2025H1", DATA, "target for period '2025H1'; it can be judged for 2025$"),
    ],
)
def test_a_target_for_a_period_that_is_never_judged_is_refused(tmp_path, period, data, told):
    study = open_study(write_study(tmp_path, logic_models=["logic_model.yaml"]))
    goals = [{"period": period, "value": 0.3}]
    written(study.folder, indicators=[indicator(targets=goals, data=data)], **DECIDED)
    with pytest.raises(BadDefinition, match=told):
        load_models(study)


RESOURCE = {"id": "tjanster", "level": "resurs", "title": "3,5 tjänster"}


@pytest.mark.parametrize("arrows", [[], [{"from": "tjanster", "to": "samtal"}]])
def test_a_resource_is_asked_for_no_indicator_and_nothing_need_lead_to_it(arrows):
    model = programme(nodes=[*NODES, RESOURCE], links=[*LINKS, *arrows])
    assert lint(model) == lint(programme()) == ()
    told = [evaluability(one).set_index("question")["told"] for one in (model, programme())]
    assert (
        told[0]["Mäts det som ska uppnås?"] == told[1]["Mäts det som ska uppnås?"] == "1 av 1 resultat, effekter och "
        "mål har en egen indikator."
    )


@pytest.mark.parametrize(
    ("arrow", "rule"),
    [({"from": "tjanster", "to": "plan"}, "level_jumped"), ({"from": "samtal", "to": "tjanster"}, "backwards")],
)
def test_an_arrow_past_the_work_or_back_to_a_resource_is_found(arrow, rule):
    model = programme(nodes=[*NODES, RESOURCE], links=[*LINKS, arrow])
    assert [finding.rule for finding in lint(model)] == [rule]


def test_a_resource_is_drawn_above_the_work():
    model = programme(nodes=[*NODES, RESOURCE])
    assert layout(model)[0].node == "tjanster"
    assert 'subgraph resurs ["Resurs"]' in mermaid(model)


def test_whom_it_is_for_and_what_it_cannot_change_are_kept(tmp_path):
    told = {"target_group": "Vuxna 18–64 år", "external": ["Konjunkturen", "Lagen"]}
    model = load(written(tmp_path, **told))
    assert (model.target_group, model.external) == ("Vuxna 18–64 år", ["Konjunkturen", "Lagen"])
