from datetime import date

import pytest
import yaml

from finsam_eval.errors import BadDefinition, UnknownName
from finsam_eval.logic_model import find_model, load, load_models, model_targets
from finsam_eval.study import open_study
from tests.programmes import LINKS, NODES, indicator, programme
from tests.small import write_study

DATA = {"item": "K02b", "respondent_group": "deltagare", "occasion": "avslut"}
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
    assert programme(indicators=[*rows, persons]).impersonal == {"a", "b", "c"}


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
