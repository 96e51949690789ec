import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finsam_eval.codebook import load_codebook
from finsam_eval.criteria import Judging
from finsam_eval.errors import BadDefinition, WrongShape
from finsam_eval.judgement import JUDGEMENT_COLUMNS, judge, load_decisions, propose
from finsam_eval.psychometrics.properties import ITEM_TABLE_COLUMNS
from finsam_eval.psychometrics.rows import COEFFICIENT_COLUMNS, row_of
from finsam_eval.results import Estimate, Status, no_value

CODEBOOK = load_codebook("nns2015")
ITEMS = pd.DataFrame(columns=ITEM_TABLE_COLUMNS)
RULE = {"drop_if": [], "drop_at": 2, "source": "Prövarna"}


def judging(*properties, **rule):
    own = [
        {"label": one["id"], "question": "?", "statistic": "x", "source": "Boken", "good": 0.7, "bad": 0.6} | one
        for one in properties
    ]
    return Judging.model_validate({"properties": own, "proposal": RULE | rule})


def number(value, lower, upper, item="K01a", statistic="x", kind="item", occasion="under"):
    found = Estimate(value=value, lower=lower, upper=upper, level=0.95, method="prov", n=100)
    return row_of(kind, item, "", "deltagare", occasion, statistic, found)


def missing(status, reason="Därför."):
    return row_of("item", "K01a", "", "deltagare", "under", "x", no_value(status, reason, method="prov"))


def said(rows, criteria=None, item="K01a", items=ITEMS):
    table = pd.DataFrame(rows, columns=COEFFICIENT_COLUMNS)
    found = judge(table, items, CODEBOOK, criteria or judging({"id": "a"}))
    return found[found["item"] == item].iloc[0]


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ((0.80, 0.70, 0.90), "tillräcklig"),
        ((0.72, 0.60, 0.80), "tillräcklig"),  # good, and nothing within the interval is bad
        ((0.72, 0.59, 0.80), "obestämd"),
        ((0.69, 0.65, 0.72), "obestämd"),
        ((0.65, 0.61, 0.69), "otillräcklig"),  # not bad, but certainly not good
        ((0.50, 0.40, 0.69), "otillräcklig"),
    ],
)
def test_a_judgement_needs_the_whole_interval(numbers, expected):
    assert said([number(*numbers)])["judgement"] == expected


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [((0.1, 0.0, 0.2), "tillräcklig"), ((0.15, 0.1, 0.4), "obestämd"), ((0.5, 0.3, 0.6), "otillräcklig")],
)
def test_less_can_be_better(numbers, expected):
    assert (
        said([number(*numbers)], judging({"id": "a", "better": "lower", "good": 0.2, "bad": 0.3}))["judgement"]
        == expected
    )


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ((-0.1, -0.3, 0.2), "tillräcklig"),
        ((0.1, -0.7, 0.3), "obestämd"),
        ((-0.9, -1.2, -0.5), "otillräcklig"),
        ((0.9, 0.5, 1.2), "otillräcklig"),
    ],
)
def test_the_sign_of_a_difference_does_not_matter_to_how_large_it_is(numbers, expected):
    criteria = judging({"id": "a", "better": "nearer_zero", "good": 0.43, "bad": 0.64})
    assert said([number(*numbers)], criteria)["judgement"] == expected


@given(st.floats(-1, 1), st.floats(0, 1), st.floats(0, 1), st.sampled_from(["higher", "lower", "nearer_zero"]))
def test_no_number_is_both_good_and_certainly_not_good(value, below, above, better):
    limits = {"good": 0.5, "bad": 0.2} if better == "higher" else {"good": 0.2, "bad": 0.5}
    narrow = said([number(value, value, value)], judging({"id": "a", "better": better, **limits}))
    wide = said([number(value, value - below, value + above)], judging({"id": "a", "better": better, **limits}))
    certain = {"tillräcklig", "otillräcklig"}
    if wide["judgement"] in certain:
        assert narrow["judgement"] == wide["judgement"]  # to know less never changes one certain judgement to another


def test_a_number_held_against_another_needs_the_two_intervals_apart():
    criteria = judging({"id": "a", "statistic": "sdc", "against": "mic", "better": "lower", "good": None, "bad": None})
    limit = number(1.0, 0.8, 1.2, statistic="mic")
    expected = {
        (0.5, 0.4, 0.7): "tillräcklig",
        (0.9, 0.7, 1.1): "obestämd",
        (2.0, 1.5, 2.5): "otillräcklig",
    }
    for numbers, judgement in expected.items():
        assert said([number(*numbers, statistic="sdc"), limit], criteria)["judgement"] == judgement
    assert said([number(0.5, 0.4, 0.7, statistic="sdc")], criteria)["judgement"] == "obestämd"


def test_of_several_occasions_the_worst_one_counts_and_is_shown():
    rows = [number(0.9, 0.85, 0.95), number(0.4, 0.3, 0.5, occasion="avslut")]
    found = said(rows)
    assert (found["judgement"], found["occasion"], found["value"]) == ("otillräcklig", "avslut", 0.4)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (missing(Status.NO_DATA), "obestämd"),
        (missing(Status.SUPPRESSED), "obestämd"),
        (missing(Status.NOT_CONVERGED), "obestämd"),
        (missing(Status.NOT_APPLICABLE), "ej tillämplig"),
        (number(0.9, None, None), "obestämd"),
    ],
)
def test_a_number_that_is_not_there_decides_nothing_and_says_why(row, expected):
    found = said([row])
    assert found["judgement"] == expected and found["reason"]


def test_what_was_not_examined_is_undetermined_and_what_does_not_apply_is_not():
    assert said([])["judgement"] == "obestämd"
    assert said([], judging({"id": "a", "items": ["K02a"]}))["judgement"] == "ej tillämplig"
    assert said([], judging({"id": "a", "in_set": True}), item="K13a")["judgement"] == "ej tillämplig"
    assert said([], judging({"id": "a", "kind": "dyad"}), item="K01a")["judgement"] == "ej tillämplig"
    in_set = judging({"id": "a", "kind": "item_set"})
    assert said([number(0.9, 0.8, 0.95, item="under", kind="item_set")], in_set)["judgement"] == "tillräcklig"


def test_shares_of_the_item_table_get_an_interval_from_their_answers():
    table = pd.DataFrame([dict.fromkeys(ITEM_TABLE_COLUMNS, np.nan)]).assign(
        item="K01a", respondent_group="deltagare", occasion="under", item_set="", n=95, ceiling=0.4, missing=0.05
    )
    ceiling = {"id": "a", "kind": "answers", "statistic": "ceiling", "better": "lower", "good": 0.5, "bad": 0.6}
    found = said([], judging(ceiling), items=table)
    assert (round(found["lower"], 4), round(found["upper"], 4)) == (
        0.3072,
        0.5005,
    )  # prop.test(38, 95, correct = FALSE)
    assert found["judgement"] == "tillräcklig"
    asked = said([], judging(ceiling | {"statistic": "missing"}), items=table)
    assert (round(asked["lower"], 4), round(asked["upper"], 4)) == (
        0.0215,
        0.1118,
    )  # prop.test(5, 100, correct = FALSE)
    hidden = said([], judging(ceiling), items=table.assign(ceiling=np.nan))
    assert hidden["judgement"] == "obestämd" and hidden["reason"]
    with pytest.raises(WrongShape, match="floor, ceiling and missing"):
        said([], judging(ceiling | {"statistic": "x"}), items=table)


def test_a_table_without_its_columns_is_refused():
    with pytest.raises(WrongShape, match="statistic"):
        judge(pd.DataFrame(columns=["kind"]), ITEMS, CODEBOOK, judging({"id": "a"}))


def proposed(*judgements, **rule):
    properties = [{"id": f"p{place}"} for place in range(len(judgements))]
    judged = pd.DataFrame(columns=JUDGEMENT_COLUMNS).reindex(range(len(judgements)))
    judged = judged.assign(item="K01a", property=[one["id"] for one in properties], judgement=judgements)
    return propose(judged, judging(*properties, **rule)).iloc[0]


@pytest.mark.parametrize(
    ("judgements", "proposal"),
    [
        (["tillräcklig", "tillräcklig"], "behåll"),
        (["tillräcklig", "ej tillämplig"], "behåll"),
        (["tillräcklig", "obestämd"], "avvakta"),
        (["ej tillämplig", "ej tillämplig"], "avvakta"),
        (["otillräcklig", "obestämd"], "revidera"),
        (["otillräcklig", "otillräcklig"], "stryk"),
    ],
)
def test_the_proposal_follows_from_the_decisive_judgements(judgements, proposal):
    assert proposed(*judgements)["proposal"] == proposal


def test_one_fatal_property_is_enough_and_is_named():
    found = proposed("otillräcklig", "tillräcklig", drop_if=["p0"])
    assert (found["proposal"], found["rule"]) == ("stryk", "p0")


def test_a_property_that_is_not_decisive_proposes_nothing():
    criteria = judging({"id": "a"}, {"id": "b", "statistic": "y", "decisive": False})
    table = pd.DataFrame([number(0.9, 0.8, 0.95), number(0.1, 0.0, 0.2, statistic="y")], columns=COEFFICIENT_COLUMNS)
    found = propose(judge(table, ITEMS, CODEBOOK, criteria), criteria).set_index("item")
    assert found.loc["K01a", "proposal"] == "behåll"


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"source": ""}, "source"),
        ({"label": "Längre än ett huvud"}, "label"),
        ({"good": None}, "against"),
        ({"against": "mic"}, "against"),
        ({"good": 0.5, "bad": 0.6}, "changed places"),
        ({"better": "lower"}, "changed places"),
    ],
)
def test_a_criterion_without_source_or_with_limits_that_cannot_be_is_refused(wrong, told):
    with pytest.raises(ValueError, match=told):
        judging({"id": "a"} | wrong)


def test_a_rule_names_properties_that_there_are():
    with pytest.raises(ValueError, match="drop_if"):
        judging({"id": "a"}, drop_if=["b"])
    with pytest.raises(ValueError, match="same id"):
        judging({"id": "a"}, {"id": "a"})


DECISION = """
decisions:
  - {item: K05a, decision: revidera, reason: Frågan byter mening., decided_by: Styrgruppen, decided_on: 2025-12-01}
"""


def test_a_person_decides_with_a_written_reason(tmp_path):
    path = tmp_path / "decisions.yaml"
    path.write_text(DECISION, encoding="utf-8")
    (found,) = load_decisions(path, CODEBOOK)
    assert (found.item, found.decision, found.decided_by) == ("K05a", "revidera", "Styrgruppen")
    twice = DECISION + DECISION.split("\n", 2)[2]
    changes = {
        "reason": DECISION.replace("Frågan byter mening.", '""'),
        "K99": DECISION.replace("K05a", "K99"),
        "decided already": twice,
        "expected one of": DECISION.replace("revidera", "kanske"),
    }
    for told, text in changes.items():
        path.write_text(text, encoding="utf-8")
        with pytest.raises(BadDefinition, match=told):
            load_decisions(path, CODEBOOK)
