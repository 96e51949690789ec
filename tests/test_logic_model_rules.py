from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finsam_eval.logic_model import RULES, lint
from finsam_eval.logic_model.rules import cycles
from tests.programmes import NODES, indicator, programme

RESULT = NODES[2]
LONG = {"id": "lang", "level": "effekt_lang", "title": "Fler arbetar"}
GOAL = {"id": "malet", "level": "mal", "title": "Bättre liv"}
SHORT = {"id": "kort", "level": "effekt_kort", "title": "Närmare arbete"}


def one(**changes):
    return {"indicators": [indicator(**changes)]}


def goal(value, **changes):
    return one(targets=[{"period": "2025", "value": value}], **changes)


def linked(*pairs, nodes=NODES):
    return {"nodes": nodes, "links": [{"from": tail, "to": head} for tail, head in pairs]}


CHAIN = [("samtal", "plan"), ("plan", "redo")]

FIRES = {
    "goal_without_indicator": ({"indicators": []}, "redo"),
    "indicator_without_source": (one(source=" "), "andel"),
    "share_without_denominator": (one(denominator=""), "andel"),
    "indicator_without_occasion": (one(occasion=""), "andel"),
    "target_without_baseline": (one(baseline=None), "andel"),
    "target_no_better_than_baseline": (one(baseline={"value": 0.3}), "andel"),
    "placeholder": (one(title="Minst x procent är redo"), "andel"),
    "leads_nowhere": (linked(("plan", "redo")), "samtal"),
    "nobody_works_for": (linked(("samtal", "plan")), "redo"),
    "level_jumped": (linked(*CHAIN, ("samtal", "redo")), "samtal"),
    "backwards": (linked(*CHAIN, ("redo", "samtal")), "redo"),
    "cycle": (linked(*CHAIN, ("redo", "samtal")), "samtal"),
    "gender_rule_undecided": (one(gender_rule=None), "andel"),
    "target_of_everybody": (goal(1), "andel"),
    "indicator_twice": ({"indicators": [indicator(), indicator(id="igen", title=" andel  REDO")]}, "andel"),
}


def rules(**changes):
    return [finding.rule for finding in lint(programme(**changes))]


def test_a_sound_model_has_no_findings():
    assert lint(programme()) == ()


def test_every_rule_has_an_example():
    assert sorted(FIRES) == sorted(rule.id for rule in RULES)


@pytest.mark.parametrize("rule", FIRES)
def test_a_rule_fires_where_its_defect_is_and_says_a_way_out(rule):
    changes, place = FIRES[rule]
    found = [finding for finding in lint(programme(**changes)) if finding.rule == rule]
    assert (found[0].indicator or found[0].node) == place
    assert found[0].sentence.endswith(".")
    assert found[0].remedy.endswith(".")


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("goal_without_indicator", {"indicators": [indicator(node="plan"), indicator(id="b", node="redo")]}),
        ("indicator_without_source", one(source="SUS")),
        ("share_without_denominator", one(measure="count", denominator="", targets=[])),
        ("indicator_without_occasion", one(occasion="start", follow_up="årsvis")),
        ("target_without_baseline", one(baseline=None, targets=[])),
        ("target_no_better_than_baseline", one(baseline={"value": 0.5}, direction="decrease")),
        ("target_no_better_than_baseline", one(baseline={"value": 0}, measure="yes_no", targets=[])),
        ("placeholder", one(title="Minst 30 procent är redo 2017 (x av n)")),
        ("leads_nowhere", linked(*CHAIN)),
        ("nobody_works_for", linked(*CHAIN)),
        ("level_jumped", linked(("samtal", "redo"), nodes=[NODES[0], RESULT])),
        ("level_jumped", linked(*CHAIN, ("redo", "lang"), nodes=[*NODES, LONG])),
        ("backwards", linked(*CHAIN)),
        ("cycle", linked(*CHAIN, ("samtal", "redo"))),
        ("gender_rule_undecided", one(gender_rule=None, targets=[])),
        ("target_of_everybody", goal(0.99)),
        ("target_of_everybody", goal(1, measure="yes_no")),
        ("indicator_twice", {"indicators": [indicator(), indicator(id="b", title="Andel nästan redo")]}),
    ],
)
def test_a_rule_is_silent_where_its_defect_is_not(rule, changes):
    assert rule not in rules(**changes)


@pytest.mark.parametrize(
    "text",
    ["Minst x procent", "beslutad 2017MMDD", "senast ÅÅÅÅ", "<fyll i>", "XX personer", "minst x % nöjda", "2019-XX-XX"],
)
def test_what_people_leave_to_fill_in(text):
    assert rules(indicators=[indicator(occasion=text)]) == ["placeholder"]
    nodes = [*NODES[:2], {**RESULT, "title": text}]
    assert rules(nodes=nodes) == ["placeholder"]


def test_a_goal_without_a_value_is_a_placeholder():
    (finding,) = lint(programme(**goal(None)))
    assert (finding.rule, finding.sentence) == ("placeholder", "Målet för ”Andel redo” 2025 har inget värde.")


@pytest.mark.parametrize(
    ("direction", "before", "after", "fires"),
    [
        ("increase", 0.60, 0.60, True),
        ("increase", 0.60, 0.61, False),
        ("decrease", 0.60, 0.60, True),
        ("decrease", 0.60, 0.61, True),
        ("decrease", 0.60, 0.59, False),
    ],
)
def test_a_target_is_better_than_its_baseline(direction, before, after, fires):
    found = rules(**goal(after, direction=direction, baseline={"value": before}))
    assert ("target_no_better_than_baseline" in found) == fires


def test_a_target_no_better_says_both_numbers():
    (finding,) = lint(programme(**goal(0.6, baseline={"value": 0.6})))
    assert finding.sentence.replace("\N{NO-BREAK SPACE}", " ") == (
        "Målet 60 % för ”Andel redo” är ingen förbättring: utgångsläget är 60 %."
    )


@pytest.mark.parametrize(
    ("nodes", "arrow", "over"),
    [
        ([*NODES, SHORT], ("plan", "kort"), "resultat"),
        ([*NODES, SHORT, GOAL], ("redo", "malet"), "effekt på kort sikt"),
        ([*NODES, GOAL], ("redo", "malet"), "effekt på kort sikt"),
        ([*NODES, LONG, GOAL], ("plan", "malet"), "resultat och effekt på lång sikt"),
    ],
)
def test_a_jump_names_what_is_jumped(nodes, arrow, over):
    found = [f for f in lint(programme(**linked(*CHAIN, arrow, nodes=nodes))) if f.rule == "level_jumped"]
    assert [finding.sentence.rsplit("nivån ", 1)[1] for finding in found] == [f"{over}."]


def test_a_result_that_leads_to_no_goal_leads_nowhere():
    assert ("leads_nowhere" in rules(**linked(*CHAIN, nodes=[*NODES, GOAL]))) is True
    assert ("leads_nowhere" in rules(**linked(*CHAIN))) is False


def test_two_rings_are_both_told_and_each_once():
    nodes = [{"id": name, "level": "resultat", "title": name} for name in "abcde"]
    model = programme(**linked(*["ab", "ba", "cd", "de", "ec"], nodes=nodes), indicators=[])
    assert cycles(model) == [["a", "b"], ["c", "d", "e"]]


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=12, unique=True))
def test_a_ring_is_found_exactly_where_there_is_no_order(pairs):
    pairs = [(f"n{a}", f"n{b}") for a, b in pairs if a != b]
    nodes = [{"id": f"n{i}", "level": "resultat", "title": "t"} for i in range(6)]
    rings = cycles(programme(**linked(*pairs, nodes=nodes), indicators=[]))
    left = {f"n{i}" for i in range(6)}
    while free := {node for node in left if not any(b == node and a in left for a, b in pairs)}:
        left -= free
    assert bool(rings) == bool(left)
    for ring in rings:
        assert all(step in pairs for step in zip(ring, [*ring[1:], ring[0]], strict=True))


def test_findings_are_frozen():
    (finding,) = lint(programme(**one(source="")))
    assert replace(finding, rule="annan").rule == "annan"
    with pytest.raises(AttributeError):
        finding.rule = "annan"
