import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finsam_eval.errors import UnknownName
from finsam_eval.logic_model import RULES, lint, rule_title
from finsam_eval.logic_model.rules_chain import cycles
from tests.programmes import NODES, indicator, programme

PLAN, RESULT = NODES[1], NODES[2]
LONG = {"id": "lang", "level": "effekt_lang", "title": "Fler arbetar"}
GOAL = {"id": "malet", "level": "mal", "title": "Bättre liv"}
SHORT = {"id": "kort", "level": "effekt_kort", "title": "Närmare arbete"}


def one(**changes):
    return {"indicators": [indicator(**changes)]}


def goal(value, **changes):
    return one(targets=[{"period": "2025", "value": value}], **changes)


def linked(*pairs, nodes=NODES):
    return {"nodes": nodes, "links": [{"from": tail, "to": head} for tail, head in pairs]}


CHANGED = "change_at_one_time"
CHAIN = [("samtal", "plan"), ("plan", "redo")]
WORK = {"id": "traff", "level": "aktivitet", "title": "Träffar"}
SAME = {**RESULT, "id": "redo_igen"}
AREAS = [
    {"id": name, "title": f"Område {name}", "purpose": "Stöd", "duration": "2025", "responsible": "Chef"}
    for name in "ABC"
]
IN_AREAS = [{**node, "area": name} for node, name in zip(NODES, "ABC", strict=True)]


def titled(title, **changes):
    return {"nodes": [*NODES[:2], {**RESULT, "title": title, **changes}]}


def budget(**changes):
    lines = [{"id": "lon", "title": "Löner", "amount": 60}, {"id": "hyra", "title": "Hyra", "amount": 40}]
    return {"id": "budget", "title": "Budget 2025", "period": "2025", "total": 100, "lines": lines, **changes}


def unpriced():
    """A budget of 100, of which the salaries are 60 and the rent is not told."""
    lines = [{"id": "lon", "title": "Löner", "amount": 60}, {"id": "hyra", "title": "Hyra"}]
    return budget(lines=lines)


def headed(*titles):
    areas = [{"id": f"A{place}", "title": title} for place, title in enumerate(titles)]
    return {"areas": areas, "nodes": [{**node, "area": "A0"} for node in NODES]}


FIRES = {
    "goal_without_indicator": ({"indicators": []}, "redo"),
    "indicator_without_source": (one(source=" "), "andel"),
    "share_without_denominator": (one(denominator=""), "andel"),
    "indicator_without_occasion": (one(occasion=""), "andel"),
    "indicator_without_follow_up": (one(follow_up="", targets=[]), "andel"),
    "target_without_baseline": (one(baseline=None), "andel"),
    "target_no_better_than_baseline": (one(baseline={"value": 0.3}), "andel"),
    "measure_undecided": (one(measure="undecided", targets=[], baseline=None), "andel"),
    "target_without_value": (one(targets=[{"period": "2025", "value": None}]), "andel"),
    "placeholder": (one(title="Minst x procent är redo"), "andel"),
    "leads_nowhere": (linked(("plan", "redo")), "samtal"),
    "nobody_works_for": (linked(("samtal", "plan")), "redo"),
    "level_jumped": (linked(*CHAIN, ("samtal", "redo")), "samtal"),
    "backwards": (linked(*CHAIN, ("redo", "samtal")), "redo"),
    "cycle": (linked(*CHAIN, ("redo", "samtal")), "samtal"),
    "gender_rule_undecided": (one(gender_rule=None), "andel"),
    "target_of_everybody": (goal(1), "andel"),
    "indicator_twice": ({"indicators": [indicator(), indicator(id="igen", title=" andel  REDO")]}, "andel"),
    "activity_without_indicator": (
        {
            "nodes": [*NODES, WORK, {**WORK, "id": "traff2"}],
            "indicators": [indicator(), indicator(id="b", node="samtal"), indicator(id="c", node="traff2")],
        },
        "traff",
    ),
    "output_without_indicator": (
        {
            "nodes": [*NODES, {**PLAN, "id": "plan2"}, {**PLAN, "id": "plan3"}],
            "indicators": [indicator(), indicator(id="b", node="plan"), indicator(id="c", node="plan2")],
        },
        "plan3",
    ),
    "indicator_without_responsible": (
        {
            "indicators": [
                indicator(id="a", title="Andel i arbete", responsible="Processledaren"),
                indicator(id="b", title="Andel i studier", responsible="Processledaren"),
                indicator(),
            ]
        },
        "andel",
    ),
    "indicator_in_words": (one(measure="qualitative", targets=[], baseline=None), "andel"),
    "indicator_without_target": (one(targets=[]), "andel"),
    "target_only_in_goal": (one(targets=[{"period": "2025", "value": 0.3, "stated_in": "node"}]), "andel"),
    "baseline_without_n": (one(baseline={"value": 0.2}), "andel"),
    "too_little_power": (goal(0.30, baseline={"value": 0.22, "n": 200}, expected_n=213), "andel"),
    "gender_not_reported": (one(gender_rule=None, targets=[]), "andel"),
    "target_by_gender_on_undivided_data": (one(gender_rule="each", by_gender=False), "andel"),
    "target_of_no_whole_number": (goal(7.5, measure="count", unit="kommuner", baseline=None), "andel"),
    "unmeasurable": (titled("Samsyn", description="Målet är inte mätbart"), "redo"),
    "undecided_wording": (titled("Redo (alternativ formulering: rustad)"), "redo"),
    "short_list": (titled("Redo inom tre områden: 1) skola, 2) arbete"), "redo"),
    "activity_as_measure": (one(title="Genomföra en enkät"), "andel"),
    "change_at_one_time": ({**titled("Fler är redo"), **one(baseline=None)}, "redo"),
    "goal_twice": ({"nodes": [*NODES, SAME]}, "redo_igen"),
    "heading_twice": (headed("Samtal", "Plan", "samtal"), "Område: ”samtal”"),
    "misplaced_heading": (headed("Långsiktig effekt, individ"), "Område: ”Långsiktig effekt, individ”"),
    "area_incomplete": ({"areas": [*AREAS[:2], {**AREAS[2], "purpose": ""}], "nodes": IN_AREAS}, "Område: ”Område C”"),
    "area_without_goal": ({"areas": AREAS, "nodes": IN_AREAS[:2] + [RESULT]}, "Område: ”Område C”"),
    "degree_missing": (
        titled("Redo", degrees=[1]) | {"nodes": [{**NODES[0], "degrees": [1]}, *NODES[1:], GOAL]},
        "malet",
    ),
    "budget_does_not_sum": ({"budgets": [budget(total=99)]}, "Budget: ”Budget 2025”"),
    "budget_partly_told": ({"budgets": [unpriced()]}, "Budget: ”Budget 2025”"),
    "budget_said_two_ways": (
        {"budgets": [budget(stated=[{"where": "texten", "amount": 90}])]},
        "Budget: ”Budget 2025”",
    ),
    "budget_unbalanced": (
        {"budgets": [budget(), budget(id="in", kind="income", total=90, lines=[])]},
        "Budget: ”Budget 2025”",
    ),
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
    assert (found[0].indicator or found[0].node or found[0].place) == place
    assert rule_title(rule)
    assert found[0].sentence.endswith(".")
    assert found[0].remedy.endswith(".")


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("goal_without_indicator", {"indicators": [indicator(node="plan"), indicator(id="b", node="redo")]}),
        ("indicator_without_source", one(source="SUS")),
        ("share_without_denominator", one(measure="count", denominator="", targets=[])),
        ("indicator_without_occasion", one(occasion="start", follow_up="årsvis")),
        ("indicator_without_follow_up", one(follow_up="")),
        ("budget_does_not_sum", {"budgets": [unpriced()]}),
        ("budget_partly_told", {"budgets": [budget(total=99)]}),
        ("budget_does_not_sum", {"budgets": [budget(total=120)]}),
        ("target_without_baseline", one(baseline=None, targets=[])),
        ("target_no_better_than_baseline", one(baseline={"value": 0.5}, direction="decrease")),
        ("target_no_better_than_baseline", one(baseline={"value": 0}, measure="yes_no", targets=[])),
        ("activity_without_indicator", {"nodes": [*NODES, WORK], "indicators": [indicator(node="samtal")]}),
        ("output_without_indicator", {"indicators": [indicator()]}),
        ("indicator_without_responsible", one(responsible="")),
        (
            "indicator_without_responsible",
            {
                "areas": [{**AREAS[0], "responsible": "Chef"}],
                "nodes": [{**node, "area": "A"} for node in NODES],
                "indicators": [indicator(responsible="Processledaren"), indicator(id="b", title="Andel i studier")],
            },
        ),
        ("indicator_without_target", one(measure="yes_no", baseline=None, targets=[])),
        (
            "target_without_baseline",
            one(node="samtal", measure="count", baseline=None, targets=[{"period": "a", "value": 9}]),
        ),
        ("target_without_baseline", goal(9, measure="count", unit="träffar", baseline=None)),
        ("baseline_without_n", one(baseline={"x": 20, "n": 100})),
        ("too_little_power", goal(0.30, baseline={"value": 0.22, "n": 200}, expected_n=214)),
        ("too_little_power", goal(0.30, baseline={"value": 0.22, "n": 200})),
        ("gender_rule_undecided", goal(5, measure="count", unit="grupper", baseline=None, gender_rule=None)),
        ("target_by_gender_on_undivided_data", one(gender_rule="pooled", by_gender=False)),
        ("target_by_gender_on_undivided_data", one(gender_rule="each", by_gender=True)),
        ("target_of_no_whole_number", goal(8, measure="count", unit="kommuner", baseline=None)),
        ("unmeasurable", titled("Målet är mätbart")),
        ("undecided_wording", titled("Arbetar enligt plan")),
        ("short_list", titled("Redo inom två områden: 1) skola, 2) arbete")),
        ("activity_as_measure", one(title="Genomförda enkäter")),
        ("change_at_one_time", titled("Fler är redo")),
        ("change_at_one_time", {**titled("Fler är redo"), **one(baseline=None, occasion="före och efter")}),
        ("change_at_one_time", {**titled("Insatsen har en förändringsteori"), **one(baseline=None)}),
        ("goal_twice", {"nodes": [*NODES, {**SAME, "title": "Redo för studier"}]}),
        ("heading_twice", headed("Samtal", "Plan")),
        ("misplaced_heading", headed("Resultat, individ")),
        ("area_incomplete", {"areas": AREAS, "nodes": IN_AREAS}),
        ("budget_does_not_sum", {"budgets": [budget()]}),
        ("budget_does_not_sum", {"budgets": [budget(total=None)]}),
        ("budget_said_two_ways", {"budgets": [budget(stated=[{"where": "texten", "amount": 100}])]}),
        ("budget_unbalanced", {"budgets": [budget(), budget(id="in", kind="income", lines=[])]}),
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


def test_a_goal_without_a_value_is_told_as_one():
    (finding,) = lint(programme(**goal(None)))
    assert (finding.rule, finding.sentence) == (
        "target_without_value",
        "Målet för ”Andel redo” (2025) har inget värde: det sägs inte hur mycket.",
    )


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


@pytest.mark.parametrize(
    ("title", "unit"), [("Kommuner som använder metoden", "kommuner"), ("Fler träffar", "träffar")]
)
def test_a_number_that_was_something_before_needs_a_baseline(title, unit):
    found = rules(**goal(6, title=title, measure="count", unit=unit, baseline=None))
    assert "target_without_baseline" in found


def test_a_target_no_better_says_both_numbers():
    (finding,) = lint(programme(**goal(0.6, baseline={"value": 0.6, "n": 100})))
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


@pytest.mark.parametrize(
    ("expected_n", "target", "fires"), [(13, 0.95, True), (13, 0.92, False), (10, 0.9, False), (10, 0.91, True)]
)
def test_a_target_that_needs_every_one_of_a_few_falls_on_one(expected_n, target, fires):
    assert ("target_of_everybody" in rules(**goal(target, expected_n=expected_n))) == fires


@pytest.mark.parametrize(("n", "fires"), [(13, True), (20, False)])
def test_a_span_of_shares_that_no_whole_number_gives(n, fires):
    targets = [{"period": "2025", "value": 0.78, "upper": 0.82}]  # of 13: 10 are 76.9 %, 11 are 84.6 %
    assert ("target_of_no_whole_number" in rules(**one(targets=targets, expected_n=n))) == fires


def test_a_goal_measured_only_by_what_leads_to_it_says_so():
    model = programme(**linked(*CHAIN, ("redo", "malet"), nodes=[*NODES, GOAL]))
    (finding,) = [one for one in lint(model) if one.rule == "goal_without_indicator"]
    assert "ingen egen indikator" in finding.sentence


@pytest.mark.parametrize(
    ("about", "fires"), [("organisation", False), ("individ", False), ("samhalle", True), (None, True)]
)
def test_a_goal_about_the_same_persons_or_the_organisation_needs_no_effect_between(about, fires):
    goal_node = GOAL if about is None else {**GOAL, "target_level": about}
    assert ("level_jumped" in rules(**linked(*CHAIN, ("redo", "malet"), nodes=[*NODES, goal_node]))) == fires


def test_what_the_plan_says_of_its_follow_up_holds_for_all_that_is_in_it():
    silent = {"indicator_without_follow_up", "indicator_without_occasion"}
    counted = indicator(measure="count", unit="träffar", occasion="", follow_up="", targets=[], baseline=None)
    assert silent <= set(rules(indicators=[counted]))
    assert not silent & set(rules(indicators=[counted], follow_up="Varje tertial"))


def test_when_persons_are_asked_is_not_told_by_how_often_the_plan_is_followed_up():
    found = rules(**one(occasion="", follow_up="", targets=[]), follow_up="Varje år")
    assert "indicator_without_follow_up" not in found
    assert "indicator_without_occasion" in found


def test_a_goal_measured_by_an_index_has_a_measure():
    index = {"id": "index", "title": "Impact Index", "node": "redo", "target": 0.7}
    assert "goal_without_indicator" in rules(indicators=[])
    assert "goal_without_indicator" not in rules(indicators=[], composites=[index])


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"measure": "count"}, "gender_not_reported"),
        ({"measure": "mean"}, "gender_not_reported"),
        ({"measure": "mean", "unit": "", "targets": [{"period": "2025", "value": 3}]}, "gender_rule_undecided"),
        ({}, "gender_rule_undecided"),
    ],
)
def test_a_number_of_persons_is_reported_by_gender_and_only_shares_and_levels_are_reached_by_each(changes, rule):
    told = {"targets": [{"period": "2025", "value": 1}], "baseline": None, **changes}
    found = rules(**one(gender_rule=None, **told))
    assert {"gender_not_reported", "gender_rule_undecided"} & set(found) == {rule}


@pytest.mark.parametrize("title", ["Tas fram om projektet blir av", "Anges i varje projekt", "Mätetal, ej angivna"])
def test_an_indicator_that_is_to_be_written_is_no_indicator_in_words(title):
    found = rules(**one(title=title, measure="qualitative", targets=[], baseline=None))
    assert "placeholder" in found
    assert "indicator_in_words" not in found


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Tre vägar, förslag: skola", "är ett förslag (”Tre vägar, förslag: skola”): det är inte beslutat"),
        ("Alla (alternativ formulering: några)", "har mer än en lydelse (”Alla (alternativ formulering: några)”)"),
        ("enligt planen alla; enligt bilagan fyra", "har mer än en lydelse"),
    ],
)
def test_a_proposal_is_not_told_as_two_wordings(text, words):
    (finding,) = [one for one in lint(programme(**titled("Redo", description=text))) if one.rule == "undecided_wording"]
    assert words in finding.sentence


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("Andel som upplever ökad kunskap", "frågar i efterhand om en förändring"),
        ("Andel med ökad kunskap", "sägs inte från vilket läge"),
        ("Äldre syns mer än i dag", None),
        ("Färre rekryteringar över tid", None),
    ],
)
def test_a_change_that_is_remembered_is_told_from_one_that_is_measured_once(title, words):
    found = [one.sentence for one in lint(programme(**one(title=title, baseline=None))) if one.rule == CHANGED]
    assert [words in sentence for sentence in found] == ([True] if words else [])


def test_a_goal_that_is_to_be_more_than_today_is_a_change():
    assert CHANGED in rules(**{**titled("Äldres ohälsa syns mer än i dag"), **one(baseline=None)})


def test_a_model_that_says_nothing_of_what_is_done_is_told_so_once():
    found = [one for one in lint(programme(nodes=NODES[1:], links=[])) if one.rule == "nobody_works_for"]
    assert [(one.place, one.sentence) for one in found] == [
        ("Modellen", "Modellen har inga aktiviteter: det sägs inte vad som ska leda till målen.")
    ]


def test_an_effect_in_the_long_run_may_be_the_end_of_a_chain():
    nodes = [*NODES, LONG, GOAL]
    found = lint(programme(**linked(*CHAIN, ("redo", "lang"), ("redo", "malet"), nodes=nodes)))
    assert [one.node for one in found if one.rule == "leads_nowhere"] == []


def test_a_heading_about_organisations_over_what_is_about_persons_is_misplaced():
    model = programme(**headed("Resultat organisationsnivå"))
    assert [one.sentence for one in lint(model) if one.rule == "misplaced_heading"] == []
    individ = [{**node, "target_level": "individ"} for node in headed("x")["nodes"]]
    model = programme(areas=headed("Resultat organisationsnivå")["areas"], nodes=individ)
    assert [one.sentence for one in lint(model) if one.rule == "misplaced_heading"] == [
        "Under rubriken ”Resultat organisationsnivå” (A0) gäller det mesta individer."
    ]
    model = programme(areas=headed("Individuell uppföljning")["areas"], nodes=individ)
    assert "misplaced_heading" not in [one.rule for one in lint(model)]


def test_a_part_of_a_line_is_not_summed_twice_and_a_deduction_is():
    lines = [{"id": "a", "title": "Löner", "amount": 100}, {"id": "b", "title": "Varav chefen", "amount": 40}]
    assert "budget_does_not_sum" not in rules(budgets=[budget(lines=lines)])
    lines[1] = {"id": "b", "title": "Varav betalt av andra", "amount": -40}
    assert rules(budgets=[budget(lines=lines, total=60)]) == []


def test_a_budget_in_parts_of_a_krona_sums():
    lines = [{"id": "a", "title": "Löner", "amount": 0.1}, {"id": "b", "title": "Hyra", "amount": 0.2}]
    assert rules(budgets=[budget(lines=lines, total=0.3)]) == []


@pytest.mark.parametrize(
    ("title", "targets", "words"),
    [
        ("Alla kommuner deltar", [], "målet säger ”alla”, men inte i tal"),
        ("Utbildning varje år", [], "varje utfall går att kalla bra"),
        ("Fler kommuner deltar", [], "det sägs att något ska ändras, men inte hur mycket"),
        ("Alla deltar", [{"period": "2025", "value": 0.9}], "varje utfall går att kalla bra"),
    ],
)
def test_a_goal_that_says_all_is_told_as_a_target_without_a_number(title, targets, words):
    others = [indicator(id="annan", title="Antal", targets=targets)]
    model = programme(**titled(title), indicators=[indicator(targets=[]), *(others if targets else [])])
    (finding,) = [one for one in lint(model) if one.rule == "indicator_without_target"]
    assert words in finding.sentence


def test_an_unknown_rule_has_no_title():
    with pytest.raises(UnknownName, match="no rule is called 'okand'"):
        rule_title("okand")


def test_no_remedy_uses_the_words_of_the_file():
    told = " ".join(rule.remedy for rule in RULES)
    assert "pooled" not in told
    assert "each" not in told


def occasion(about="individ", level="resultat", **heading):
    areas = [{"id": "a", "title": "Mål", **heading}]
    nodes = [*NODES[:2], {**NODES[2], "level": level, "target_level": about, "area": "a"}]
    found = lint(programme(areas=areas, nodes=nodes, indicators=[indicator(occasion="")]))
    return [one.sentence for one in found if one.rule == "indicator_without_occasion"]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({}, "när den mäts. Nivån resultat är läget vid avslut: skriv det om den mäts då."),
        ({"level": "effekt_kort"}, "Nivån effekt på kort sikt är läget inom ett år efter avslut: skriv det om"),
        ({"about": "organisation"}, "sägs det inte när den mäts."),
        ({"level": "mal"}, "sägs det inte när den mäts."),
    ],
)
def test_when_a_level_is_in_the_way_of_a_participant_is_asked_and_not_taken_for_said(said, words):
    (sentence,) = occasion(**said)
    assert words in sentence
    assert ("Nivån" in sentence) == ("Nivån" in words)


@pytest.mark.parametrize("heading", [{"title": "Resultat (vid avslut)"}, {"section": "Effekter, ett år efter avslut"}])
def test_the_heading_above_an_indicator_may_say_when_it_is_measured(heading):
    assert occasion(**heading) == []


def test_no_way_out_takes_a_part_of_the_plan_away():
    assert not [rule.id for rule in RULES if re.search(r"\b(stryk|ta bort)\b", rule.remedy, re.IGNORECASE)]
