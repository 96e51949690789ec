import pandas as pd
import pytest

from finsam_eval.ingest import ingest
from finsam_eval.logic_model import (
    chains,
    contribution,
    evaluate,
    gaps_on_data,
    links_on_data,
    node_answers,
    steps_on_data,
)
from finsam_eval.logic_model.answers import NodeAnswers
from finsam_eval.logic_model.support import STRENGTHS, something_known
from finsam_eval.study import open_study
from tests.programmes import LINKS, NODES, indicator, no_records, observed, programme
from tests.small import write_study

DECIDED = {"decided_by": "Styrelsen", "decided_on": "2024-11-15"}


def asked(item, group, occasion):
    return {"item": item, "respondent_group": group, "occasion": occasion}


def measured(**changes):
    """A chain samtal → plan → redo with every box measured by the small study's answers."""
    own = [
        indicator(id="a", node="samtal", data=asked("K01a", "deltagare", "under")),
        indicator(id="b", node="plan", data=asked("K07b", "personal", "under")),
        indicator(id="c", node="redo", data=asked("arbete", "register", "avslut")),
        indicator(id="d", node="redo", data=asked("K02a", "deltagare", "under")),
    ]
    return programme(**{"indicators": own, **DECIDED, **changes})


def answers_of(folder, **changes):
    study = open_study(write_study(folder, **changes))
    tables = ingest(study)
    return node_answers(measured(), tables.responses, tables.participations, study)


def test_each_box_has_the_answers_of_its_first_indicator_by_participation(tmp_path):
    answers = answers_of(tmp_path)
    assert answers.indicators == {"samtal": "a", "plan": "b", "redo": "c"}
    assert answers.whose == {
        "samtal": "deltagarens svar",
        "plan": "personalens svar om deltagaren",
        "redo": "registret",
    }
    # p1 answered 5 in the wave that counts (the retest does not), p2 2, p3 1; the top codes of the scale are 4 and 5.
    frame = answers.frame
    assert frame["samtal"].to_dict() == {"D1": 1.0, "D2": 0.0, "D3": 0.0}
    assert frame["plan"].dropna().to_dict() == {"D1": 1.0, "D2": 0.0}
    assert frame["redo"].dropna().to_dict() == {"D1": 1.0, "D2": 0.0}
    assert frame["kvinna"].to_dict() == {"D1": 1.0, "D2": 0.0, "D3": 1.0}
    assert frame["insats"].to_dict() == {"D1": "I1", "D2": "I1", "D3": "I3"}


def test_the_anonymous_and_what_is_outside_the_reports_period_are_left_out(tmp_path):
    answers = answers_of(tmp_path, report_period="2025H2")
    assert "D4" not in answers.frame.index
    assert answers.frame["samtal"].dropna().to_dict() == {"D3": 0.0}
    assert answers.frame["redo"].dropna().to_dict() == {"D2": 0.0}


def chained(slope=3.0, size=240):
    """Boxes that go together along the chain, and nothing else; made without chance so that it can be followed."""
    rows = []
    for place in range(size):
        a = place % 2
        b = a if place % 5 else 1 - a
        c = b if place % 7 else 1 - b
        rows.append((a, b, c if slope > 0 else 1 - c, place // 2 % 2, f"I{place % 24}"))
    frame = pd.DataFrame(rows, columns=["samtal", "plan", "redo", "kvinna", "insats"])
    frame[["samtal", "plan", "redo", "kvinna"]] = frame[["samtal", "plan", "redo", "kvinna"]].astype(float)
    boxes = {"samtal": "a", "plan": "b", "redo": "c"}
    return NodeAnswers(frame, boxes, dict.fromkeys(boxes, "deltagarens svar"))


def test_associations_along_the_arrows():
    table = links_on_data(measured(), chained())
    assert table[["tail", "head", "verdict"]].to_numpy().tolist() == [
        ["samtal", "plan", "finns"],
        ["plan", "redo", "finns"],
    ]
    assert table["kind"].tolist() == ["logistic"] * 2
    assert table["clusters"].tolist() == [24] * 2
    assert table["controls"].tolist() == ["kvinna"] * 2
    assert table.loc[0, ["among_high", "among_low"]].tolist() == pytest.approx([0.8, 0.2])


def test_an_association_the_other_way_and_one_that_is_meant_to_be():
    falling = links_on_data(measured(), chained(slope=-1))
    assert falling["verdict"].tolist() == ["finns", "går åt andra hållet"]
    meant = measured(
        indicators=[
            indicator(id="a", node="samtal"),
            indicator(id="b", node="plan"),
            indicator(id="c", node="redo", direction="decrease", baseline={"value": 0.5}),
        ]
    )
    assert links_on_data(meant, chained(slope=-1))["verdict"].tolist() == ["finns", "finns"]


def test_an_arrow_without_answers_says_so():
    answers = chained()
    half = NodeAnswers(answers.frame.drop(columns="plan"), {"samtal": "a", "redo": "c"}, answers.whose)
    table = links_on_data(measured(), half)
    assert table["verdict"].tolist() == ["", ""]
    assert table["reason"].tolist() == ["Mäts inte med svar som hör ihop person för person."] * 2


def test_what_goes_by_way_of_the_box_between():
    row = steps_on_data(measured(), chained()).iloc[0]
    assert (row["first"], row["between"], row["last"]) == ("samtal", "plan", "redo")
    assert row["lower"] > 0
    assert row["value"] + row["direct"] == pytest.approx(row["total"])


def test_the_arrow_that_is_not_there():
    gaps = gaps_on_data(measured(), chained())
    assert gaps[["first", "second", "given", "verdict"]].to_numpy().tolist() == [
        ["samtal", "redo", "plan", "talar inte emot"]
    ]
    ring = measured(links=[*LINKS, {"from": "redo", "to": "samtal"}])
    assert gaps_on_data(ring, chained()).empty


RIVAL = [{"text": "Konjunkturen", "answer": "Den blev sämre"}]


def judged(link, association="", figure=None, measures=("redo",)):
    nodes = [indicator(id=f"i{place}", node=node) for place, node in enumerate(measures)]
    model = programme(links=[LINKS[0], {**LINKS[1], **link}], indicators=nodes)
    figures = [] if figure is None else [{"indicator": "i0", **figure}]
    evaluation = evaluate(model, no_records(), observed(*figures))
    tested = pd.DataFrame([("plan", "redo", association)], columns=["tail", "head", "verdict"])
    table = contribution(model, evaluation, tested if association else None)
    return model, table


@pytest.mark.parametrize(
    ("link", "association", "figure", "support"),
    [
        ({"rivals": RIVAL}, "finns", None, "starkt"),
        ({"rivals": [*RIVAL, "Urvalet"]}, "finns", None, "visst"),
        ({}, "finns", None, "visst"),
        ({"evidence": "Fokusgrupp 2025"}, "", None, "visst"),
        ({"evidence": "Fokusgrupp 2025"}, "går inte att avgöra", None, "visst"),
        ({"rivals": RIVAL}, "", None, "svagt"),
        ({}, "", None, "svagt"),
        ({"rivals": RIVAL}, "finns", {"x": 1, "n": 100}, "svagt"),
        ({"rivals": RIVAL, "evidence": "Fokusgrupp"}, "går åt andra hållet", None, "motsägs"),
    ],
)
def test_support_follows_the_rule_that_is_printed(link, association, figure, support):
    _, table = judged(link, association, figure, measures=("plan",))
    assert table.loc[1, "support"] == support
    assert table.loc[1, "why"]


def test_a_chain_is_as_strong_as_its_weakest_arrow():
    model, table = judged({"rivals": RIVAL}, "finns")
    assert table["support"].tolist() == ["svagt", "starkt"]
    row = chains(model, table).iloc[0]
    assert (row["goal"], row["support"], row["weakest_tail"], row["weakest_head"]) == (
        "redo",
        "svagt",
        "samtal",
        "plan",
    )
    assert row["way"] == ["samtal", "plan", "redo"]


def test_of_several_ways_the_best_supported_counts():
    nodes = [*NODES, {"id": "kurs", "level": "aktivitet", "title": "Kurs"}]
    links = [*LINKS, {"from": "kurs", "to": "redo", "evidence": "Sett i två andra förbund"}]
    model = programme(nodes=nodes, links=links)
    table = contribution(model, evaluate(model, no_records(), observed()))
    row = chains(model, table).iloc[0]
    assert (row["support"], row["way"]) == ("visst", ["kurs", "redo"])
    assert something_known(table).tolist() == [False, False, True]


def test_strengths_are_in_order_and_a_model_without_arrows_has_no_chain():
    assert STRENGTHS == ["motsägs", "svagt", "visst", "starkt"]
    model = programme(links=[])
    table = contribution(model, evaluate(model, no_records(), observed()))
    assert table.empty
    assert chains(model, table).empty
