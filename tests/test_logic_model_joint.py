import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finsam_eval.compare import judge_target
from finsam_eval.logic_model import evaluate
from finsam_eval.logic_model.demands import by_goal, by_level, joint, leading_to
from finsam_eval.logic_model.judging import all_reach
from tests.programmes import LINKS, NODES, indicator, no_records, observed, programme

EACH = {"indicators": [indicator(gender_rule="each")]}
WORDS = ["nått", "ej nått", "kan inte avgöras", ""]


def together(*figures, **changes):
    return joint(evaluate(programme(**changes), no_records(), observed(*figures)))


def test_women_and_men_must_both_reach_it():
    row = together({"gender": "kvinna", "x": 20, "n": 60}, {"gender": "man", "x": 14, "n": 40}, **EACH).iloc[0]
    assert (row["outcome"], row["verdict"], round(row["probability"], 3)) == ("nått", "kan inte avgöras", 0.544)
    parts = [judge_target(x, n, 0.3).probability for x, n in ((20, 60), (14, 40))]
    assert row["probability"] == pytest.approx(parts[0] * parts[1], abs=1e-15)
    assert (row["genders"], row["short"], row["missing"]) == (2, 0, 0)


def test_persons_short_are_those_of_both():
    row = together({"gender": "kvinna", "x": 10, "n": 60}, {"gender": "man", "x": 11, "n": 40}, **EACH).iloc[0]
    assert (row["outcome"], row["short"]) == ("ej nått", 8 + 1)


@pytest.mark.parametrize(("x", "outcome"), [(20, "kan inte avgöras"), (1, "ej nått")])
def test_one_who_is_not_known_can_be_outweighed_only_by_one_who_is_not_reached(x, outcome):
    row = together({"gender": "kvinna", "x": x, "n": 60}, **EACH).iloc[0]
    assert (row["outcome"], row["missing"]) == (outcome, 1)
    assert pd.isna(row["probability"]) and pd.isna(row["short"])


def test_where_nobody_is_known_nothing_is_said():
    row = together(**EACH).iloc[0]
    assert (row["outcome"], row["verdict"], row["missing"]) == ("", "", 2)


def test_what_has_no_target_is_not_asked_for():
    assert together({"x": 3, "n": 9}, indicators=[indicator(targets=[])]).empty


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=5))
def test_all_reach_does_not_depend_on_the_order_and_is_never_better_than_one_of_them(said):
    answer = all_reach(said)
    assert answer == all_reach(sorted(said)) == all_reach([*said, *said])
    order = ["ej nått", "kan inte avgöras", "nått"]
    judged = [word for word in said if word]
    assert (answer == "") == (not judged)
    if judged:
        assert order.index(answer) <= min(order.index(word) for word in judged)
    if "" in said and judged:
        assert answer != "nått"


GOALS = [*NODES, {"id": "plats", "level": "mal", "title": "Arbete"}, {"id": "halsa", "level": "mal", "title": "Hälsa"}]


def whole(*figures):
    links = [*LINKS, {"from": "redo", "to": "plats"}]
    measured = [indicator(), indicator(id="b", node="plan"), indicator(id="c", node="plats")]
    model = programme(nodes=GOALS, links=links, indicators=measured)
    return model, evaluate(model, no_records(), observed(*figures))


def test_a_goal_has_the_demands_of_all_that_leads_to_it():
    model, evaluation = whole({"x": 60, "n": 100}, {"indicator": "b", "x": 36, "n": 100})
    goals = by_goal(model, evaluation).set_index("id")
    assert leading_to(model, "plats") == {"samtal", "plan", "redo", "plats"}
    assert goals.loc["plats", ["demands", "reached", "missed", "unknown"]].tolist() == [3, 2, 0, 1]
    assert goals.loc["plats", "level_reached":"level_unknown"].tolist() == [1, 0, 1, 1]
    assert goals.loc["plats", ["outcome", "verdict"]].tolist() == ["kan inte avgöras"] * 2
    assert goals.loc["halsa", ["demands", "outcome", "verdict"]].tolist() == [0, "kan inte bedömas", "kan inte bedömas"]


def test_the_two_lines_of_a_goal_are_kept_apart():
    model, evaluation = whole(*({"indicator": name, "x": 36, "n": 100} for name in ("andel", "b", "c")))
    row = by_goal(model, evaluation).set_index("id").loc["plats"]
    assert (row["outcome"], row["verdict"]) == ("nått", "kan inte avgöras")


def test_levels_are_told_in_the_order_of_the_chain_and_count_only_their_own():
    model, evaluation = whole({"x": 1, "n": 100}, {"indicator": "b", "x": 60, "n": 100})
    levels = by_level(model, evaluation)
    assert levels[["id", "demands", "outcome"]].to_numpy().tolist() == [
        ["prestation", 1, "nått"],
        ["resultat", 1, "ej nått"],
        ["mal", 1, "kan inte bedömas"],
    ]


def test_a_ring_is_gone_round_once():
    model = programme(links=[*LINKS, {"from": "redo", "to": "samtal"}])
    assert leading_to(model, "plan") == {"samtal", "plan", "redo"}
