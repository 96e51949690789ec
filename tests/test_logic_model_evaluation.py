from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finsam_eval.compare import judge_target, records
from finsam_eval.errors import WrongShape
from finsam_eval.ingest import ingest
from finsam_eval.logic_model import COLUMNS, evaluate, load_models, model_targets, standing, unknown_indicators
from finsam_eval.logic_model.judging import judge, judge_record
from finsam_eval.logic_model.printed import possible_counts
from finsam_eval.results import Status
from finsam_eval.study import open_study
from tests.programmes import indicator, judged, no_records, observed, programme
from tests.small import write_study

EXAMPLES = Path(__file__).parents[1] / "examples"
DATA = {"item": "K02b", "respondent_group": "deltagare", "occasion": "avslut"}
DECIDED = {"decided_by": "Styrelsen", "decided_on": date(2024, 11, 15)}


def plain(text):
    return text.replace("\N{NO-BREAK SPACE}", " ")


def example(name):
    study = open_study(EXAMPLES / name)
    (model,) = load_models(study).values()
    observations = ingest(study).observations
    assert unknown_indicators([model], observations) == []
    return evaluate(model, no_records(), observations).set_index("indicator")


def test_x_of_n_is_judged_as_any_target_is():
    row, expected = judged({"x": 36, "n": 100}), judge_target(36, 100, 0.3)
    for name in ("value", "lower", "upper", "level", "method", "outcome", "verdict", "probability", "short"):
        assert row[name] == getattr(expected, name), name
    assert (row["outcome"], row["verdict"], round(row["probability"], 3)) == ("nått", "kan inte avgöras", 0.903)
    assert (row["x"], row["n"], row["target"], row["operator"], row["status"]) == (36, 100, 0.3, ">=", "ok")


@pytest.mark.parametrize(
    ("x", "outcome", "verdict", "short"),
    [(10, "nått", "nått", 0), (25, "nått", "kan inte avgöras", 0), (30, "nått", "kan inte avgöras", 0)]
    + [(31, "ej nått", "kan inte avgöras", 1), (60, "ej nått", "ej nått", 30)],
)
def test_a_target_of_at_most_is_judged_the_right_way_round(x, outcome, verdict, short):
    row = judged({"x": x, "n": 100}, direction="decrease", baseline={"value": 0.5})
    assert (row["outcome"], row["verdict"], row["short"], row["operator"]) == (outcome, verdict, short, "<=")
    at_least = judge_target(x, 100, 0.3)
    assert (row["value"], row["probability"]) == pytest.approx((x / 100, 1 - at_least.probability))
    assert (row["lower"], row["upper"]) == pytest.approx((at_least.lower, at_least.upper))


@given(st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), st.integers(1, 99))
def test_at_least_and_at_most_are_each_others_mirror(cell, percent):
    x, n = cell
    more, fewer = judge(x, n, percent / 100, ">="), judge(n - x, n, (100 - percent) / 100, "<=")
    assert (more["outcome"], more["verdict"], more["short"]) == (fewer["outcome"], fewer["verdict"], fewer["short"])


def test_a_printed_percentage_is_checked_against_its_counts():
    right, wrong = judged({"x": 271, "n": 705, "printed": "38"}), judged({"x": 27, "n": 179, "printed": "19"})
    assert (right["check"], right["reason"]) == ("stämmer", "")
    assert (wrong["check"], plain(wrong["reason"])) == ("stämmer inte", "27 av 179 är 15 %, tryckt är 19 %.")
    assert plain(judged({"x": 1, "n": 8, "printed": "12.4"})["reason"]) == "1 av 8 är 12,5 %, tryckt är 12,4 %."
    assert judged({"x": 1, "n": 8})["check"] == ""


def test_where_n_is_not_told_both_ends_of_what_it_can_be_are_judged():
    row = judged({"x": 37, "printed": "28", "mentioned": 227}, targets=[{"period": "2025", "value": 0.4}])
    assert (row["base_low"], row["base_high"]) == (130, 134)
    assert (row["outcome"], row["verdict"], row["status"], row["check"]) == ("ej nått", "ej nått", "ok", "stämmer inte")
    assert plain(row["reason"]) == (
        "Hur många det räknas på är inte tryckt; 37 blir 28 % av 130–134. Målet är bedömt vid båda ändarna. "
        "Det nämnda talet 227 ger 16 %, tryckt är 28 %. Räknat på 227 är utfallet också då ej nått."
    )
    ends = [judge_target(37, n, 0.4) for n in (130, 134)]
    assert (row["lower"], row["upper"]) == (ends[1].lower, ends[0].upper)
    assert pd.isna(row["n"]) and pd.isna(row["probability"]) and pd.isna(row["short"])


@pytest.mark.parametrize(
    ("target", "outcome", "verdict"),
    [(0.2, "nått", "nått"), (0.22, "nått", "kan inte avgöras"), (0.28, "kan inte avgöras", "kan inte avgöras")],
)
def test_where_the_ends_disagree_it_cannot_be_told(target, outcome, verdict):
    row = judged({"x": 37, "printed": "28"}, targets=[{"period": "2025", "value": target}])
    assert (row["outcome"], row["verdict"]) == (outcome, verdict)


def test_a_mentioned_number_that_fits_contradicts_nothing():
    row = judged({"x": 37, "printed": "28", "mentioned": 132})
    assert (row["check"], "nämnda" in row["reason"]) == ("", False)
    assert "Det nämnda talet 30 är mindre än 37." in judged({"x": 37, "printed": "28", "mentioned": 30})["reason"]


@pytest.mark.parametrize(
    ("figure", "status", "says"),
    [
        ({"printed": "70"}, "ej tillämpligt", "bara hur stor andel"),
        ({"n": 50}, "ej tillämpligt", "Hur många som nådde dit sägs inte"),
        ({"n": 50, "value": 0.7}, "ej tillämpligt", "bara hur stor andel"),
        ({"n": 50, "printed": "71"}, "ej tillämpligt", "Inget antal av 50 är 71 %."),
        ({"n": 0, "printed": "71"}, "inga data", "Ingen uppgift finns"),
        ({"value": 0.7}, "ej tillämpligt", "bara hur stor andel"),
        ({"x": 37}, "ej tillämpligt", "Hur många det räknas på är inte känt"),
        ({"x": 1, "printed": "40"}, "ej tillämpligt", "Inget antal finns som 1 är 40 % av"),
        ({"x": 0, "printed": "0"}, "ej tillämpligt", "går inte att räkna ut"),
        ({"x": 0, "n": 0}, "inga data", "Ingen uppgift finns"),
        ({}, "inga data", "Ingen uppgift finns"),
        ({"x": 5, "n": 9, "period": "2024"}, "inga data", "Ingen uppgift finns"),
        ({"x": 5, "n": 9, "unit": "F07"}, "inga data", "Ingen uppgift finns"),
    ],
)
def test_without_counts_nothing_is_judged(figure, status, says):
    table = evaluate(programme(), no_records(), observed(figure))
    row = table[table["period"] == "2025"].iloc[0]
    assert (row["status"], row["outcome"], row["verdict"]) == (status, "", "")
    assert says in plain(row["reason"])
    assert pd.isna(row["value"])


def test_where_x_is_not_told_the_counts_it_can_be_are_judged():
    row = judged({"n": 133, "printed": "88"}, targets=[{"period": "2025", "value": 0.8}])
    expected = judge_target(117, 133, 0.8)
    assert (row["x"], row["n"], row["value"], row["lower"]) == (117, 133, 117 / 133, expected.lower)
    assert plain(row["reason"]) == "Antalet är inte tryckt; 88 % av 133 är 117."
    wide = judged({"n": 400, "printed": "30"})
    assert plain(wide["reason"]) == (
        "Antalet är inte tryckt; 30 % av 400 är 118–122. Målet är bedömt vid båda ändarna."
    )
    assert (wide["outcome"], wide["verdict"]) == ("kan inte avgöras", "kan inte avgöras")
    assert pd.isna(wide["x"]) and pd.isna(wide["value"])
    assert (wide["lower"], wide["upper"]) == (judge_target(118, 400, 0.3).lower, judge_target(122, 400, 0.3).upper)


@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), st.integers(0, 1))
def test_a_share_printed_of_its_counts_is_always_among_the_counts_it_can_be(cell, digits):
    x, n = cell
    fewest, most = possible_counts(n, f"{100 * x / n:.{digits}f}")
    assert fewest <= x <= most


def test_a_number_named_instead_can_change_the_outcome():
    told = judged({"x": 37, "printed": "28", "mentioned": 100})["reason"]
    assert "Räknat på 100 är utfallet då nått." in plain(told)


@pytest.mark.parametrize(
    ("x", "outcome", "verdict", "short"),
    [
        (10, "ej nått", "ej nått", 20),
        (35, "nått", "kan inte avgöras", 0),
        (55, "ej nått", "ej nått", 15),
        (41, "ej nått", "kan inte avgöras", 1),
    ],
)
def test_between_asks_for_both_sides(x, outcome, verdict, short):
    row = judged({"x": x, "n": 100}, targets=[{"period": "2025", "value": 0.3, "upper": 0.4}])
    assert (row["outcome"], row["verdict"], row["short"], row["operator"]) == (outcome, verdict, short, "between")
    assert (row["target"], row["target_upper"]) == (0.3, 0.4)
    low, high = judge_target(x, 100, 0.3), judge_target(x, 100, 0.4)
    assert row["probability"] == pytest.approx(low.probability - high.probability)


def test_a_wide_and_sure_share_between_two_limits_is_reached():
    row = judged({"x": 3500, "n": 10_000}, targets=[{"period": "2025", "value": 0.3, "upper": 0.4}])
    assert (row["outcome"], row["verdict"]) == ("nått", "nått")


def test_a_yes_needs_a_document_and_what_is_told_in_words_is_read_by_people():
    yes = {"measure": "yes_no", "targets": [{"period": "2025", "value": 1}]}
    bare = judged({"value": 1, "source": ""}, **yes)
    assert (bare["status"], bare["outcome"]) == ("ej tillämpligt", "")
    assert bare["reason"] == "Ett ja utan underlag bedöms inte: skriv vilket dokument som visar det."
    assert judged({"value": 0, "source": ""}, **yes)["outcome"] == "ej nått"
    assert judged({"value": 1, "source": "Beslut 4"}, **yes)["outcome"] == "nått"
    words = {"measure": "qualitative", "targets": [{"period": "2025", "value": None}]}
    assert judged({"source": "Fokusgrupp"}, **words)["reason"].startswith("Beskrivs i ord")
    assert judged({"source": ""}, **words)["reason"] == "Ingen uppgift finns."


def test_a_figure_beside_the_targets_is_shown_unjudged():
    table = evaluate(programme(), no_records(), observed({"x": 5, "n": 9, "period": "2024"}, {"x": 7, "n": 9}))
    assert list(table["period"]) == ["2025", "2024"]
    last = table.iloc[1]
    assert (last["value"], last["outcome"], last["verdict"], last["reason"]) == (5 / 9, "", "", "Inget mål är satt.")


@pytest.mark.parametrize(
    ("measure", "value", "goal", "operator", "outcome"),
    [
        ("yes_no", 1, 1, None, "nått"),
        ("yes_no", 0, 1, None, "ej nått"),
        ("count", 28, 28, "=", "nått"),
        ("count", 27, 28, "=", "ej nått"),
        ("mean", 3.2, 3, None, "nått"),
        ("amount", 140_000, 130_000, "<=", "ej nått"),
        ("count", 33, (30, 40), None, "nått"),
        ("count", 41, (30, 40), None, "ej nått"),
    ],
)
def test_what_is_no_share_has_an_outcome_and_no_interval(measure, value, goal, operator, outcome):
    value_, upper = goal if isinstance(goal, tuple) else (goal, None)
    goals = [{"period": "2025", "value": value_, "upper": upper, "operator": operator}]
    turned = "decrease" if operator == "<=" else "increase"
    row = judged({"value": value}, measure=measure, targets=goals, direction=turned)
    assert (row["value"], row["outcome"], row["verdict"], row["method"]) == (value, outcome, "", "utfall")
    assert row["reason"].startswith("Bara utfallet bedöms")
    assert pd.isna(row["lower"]) and pd.isna(row["probability"])


def test_a_count_may_stand_as_x():
    assert judged({"x": 30}, measure="count", targets=[{"period": "2025", "value": 28}])["outcome"] == "nått"


def test_women_and_men_are_judged_each_by_themselves():
    model = programme(indicators=[indicator(gender_rule="each")])
    table = evaluate(model, no_records(), observed({"gender": "kvinna", "x": 20, "n": 60}))
    assert list(table["gender"]) == ["kvinna", "man"]
    assert list(table["outcome"]) == ["nått", ""]
    assert list(table["status"]) == ["ok", "inga data"]


def test_an_indicator_without_target_or_figure_still_has_a_row():
    undecided = indicator(id="b", targets=[{"period": "2025", "value": None}])
    model = programme(indicators=[indicator(targets=[]), undecided])
    table = evaluate(model, no_records(), observed())
    assert list(table) == COLUMNS
    assert table[["indicator", "period", "status"]].to_numpy().tolist() == [
        ["andel", "", "inga data"],
        ["b", "2025", "inga data"],
    ]


def test_a_hidden_figure_keeps_its_reason_and_is_not_judged():
    row = {"x": pd.NA, "n": pd.NA, "kind": "entered"}
    hidden = observed(row).assign(status="undertryckt", reason="Talet visas inte.")
    told = evaluate(programme(), no_records(), hidden).iloc[0]
    assert (told["status"], told["reason"], told["outcome"]) == (Status.SUPPRESSED, "Talet visas inte.", "")


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([{"x": 10, "n": 9}], "x above n for andel × 2025 × alla"),
        ([{"x": 1, "n": 9}, {"x": 2, "n": 9}], "two rows for andel × 2025 × alla"),
    ],
)
def test_figures_that_cannot_be_right_are_refused(rows, says):
    with pytest.raises(WrongShape, match=says):
        evaluate(programme(), no_records(), observed(*rows))


def test_tables_of_another_shape_are_refused():
    with pytest.raises(WrongShape, match="observations need the column mentioned"):
        evaluate(programme(), no_records(), observed().drop(columns="mentioned"))
    with pytest.raises(WrongShape, match="records need the column indicator"):
        evaluate(programme(), no_records().drop(columns="indicator"), observed())


@pytest.fixture
def cube():
    def answers(gender, high, low):
        key = {"forbund": "F01", "insats": "", **{k: DATA[k] for k in ("respondent_group", "occasion", "item")}}
        return [{**key, "period": "2025H1", "gender": gender, "category": c, "n": n} for c, n in ((5, high), (1, low))]

    return pd.DataFrame([*answers("kvinna", 20, 40), *answers("man", 14, 26)])


@pytest.mark.parametrize("direction", ["increase", "decrease"])
def test_the_studys_own_answers_are_judged_by_their_records(tmp_path, cube, direction):
    study = open_study(write_study(tmp_path))
    tied = {"data": DATA, "direction": direction}
    model = programme(indicators=[indicator(**tied), indicator(id="var", gender_rule="each", **tied)], **DECIDED)
    made = records(cube, codebook=study.codebook, periods=study.periods, targets=model_targets(model))
    table = evaluate(model, made, observed({"x": 1, "n": 2}))
    assert table[["indicator", "gender", "x", "n"]].to_numpy().tolist() == [
        ["andel", "alla", 34, 100],
        ["var", "kvinna", 20, 60],
        ["var", "man", 14, 40],
    ]
    for row in table.itertuples():
        expected = judged({"x": row.x, "n": row.n}, direction=direction)
        for name in ("value", "lower", "upper", "outcome", "verdict", "probability", "short"):
            assert getattr(row, name) == pytest.approx(expected[name]), name
    assert set(table["kind"]) == {"study"}


def test_targets_of_different_levels_and_of_the_study_itself_are_kept_apart(tmp_path, cube):
    study = open_study(write_study(tmp_path))
    goals = [{"period": "2025", "value": 0.3}, {"period": "2026", "value": 0.5}]
    model = programme(indicators=[indicator(data=DATA, targets=goals)], **DECIDED)
    own = [target.model_copy(update={"indicator": "", "share": 0.9}) for target in model_targets(model)[:1]]
    targets = [*own, *model_targets(model)]
    made = records(cube, codebook=study.codebook, periods=study.periods, targets=targets)
    table = evaluate(model, made, observed())
    assert table[["period", "target", "outcome", "status"]].to_numpy().tolist() == [
        ["2025", 0.3, "nått", "ok"],
        ["2026", 0.5, "", "inga data"],
    ]


def test_women_and_men_with_a_level_each_are_held_against_their_own(tmp_path, cube):
    study = open_study(write_study(tmp_path))
    goals = [{"period": "2025", "value": level, "gender": who} for who, level in (("kvinna", 0.5), ("man", 0.3))]
    model = programme(indicators=[indicator(data=DATA, targets=goals)], **DECIDED)
    made = records(cube, codebook=study.codebook, periods=study.periods, targets=model_targets(model))
    table = evaluate(model, made, observed())
    assert table[["gender", "target", "short"]].to_numpy().tolist() == [["kvinna", 0.5, 10], ["man", 0.3, 0]]


@given(st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), st.integers(1, 99))
def test_a_record_of_at_most_is_turned_into_what_its_counts_give(cell, percent):
    (x, n), target = cell, percent / 100
    row = judge_target(x, n, target).to_frame().iloc[0]
    turned, expected = judge_record(row, target, "<="), judge(x, n, target, "<=")
    for name in ("outcome", "verdict", "short"):
        assert turned[name] == expected[name], name
    assert turned["probability"] == pytest.approx(expected["probability"], abs=1e-9)


def test_a_hidden_record_is_not_judged(tmp_path, cube):
    study = open_study(write_study(tmp_path))
    model = programme(indicators=[indicator(data=DATA)], **DECIDED)
    made = records(cube, codebook=study.codebook, periods=study.periods, targets=model_targets(model))
    hidden = made.assign(status="undertryckt", reason="Talet visas inte.", value=float("nan"), outcome="", verdict="")
    row = evaluate(model, hidden, observed()).iloc[0]
    assert (row["status"], row["reason"], row["outcome"]) == ("undertryckt", "Talet visas inte.", "")
    assert pd.isna(row["x"])


def test_another_unit_is_read_where_the_model_is_about_it(tmp_path, cube):
    study = open_study(write_study(tmp_path))
    model = programme(unit="F02", indicators=[indicator(data=DATA)], **DECIDED)
    made = records(cube, codebook=study.codebook, periods=study.periods, targets=model_targets(model))
    assert list(evaluate(model, made, observed())["status"]) == ["inga data"]


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ([("nått", "nått"), ("nått", "")], "nått"),
        ([("nått", "nått"), ("nått", "kan inte avgöras")], "kan inte avgöras"),
        ([("nått", "nått"), ("", "")], "kan inte avgöras"),
        ([("nått", "kan inte avgöras"), ("ej nått", "ej nått")], "ej nått"),
        ([("ej nått", "")], "ej nått"),
        ([("", "")], "kan inte bedömas"),
        ([], "kan inte bedömas"),
    ],
)
def test_where_a_node_stands_follows_its_indicators(said, where):
    table = pd.DataFrame([("redo", *lines) for lines in said], columns=["node", "outcome", "verdict"])
    assert standing(programme(), table)["redo"] == where


def test_observed_indicators_that_no_model_has():
    assert unknown_indicators([programme()], observed({}, {"indicator": "andle"})) == ["andle"]


def test_umearegionen_all_nine_indicators_have_a_status_and_one_is_flagged():
    table = example("umearegionen_2022")
    assert len(table) == 9
    assert table["status"].value_counts().to_dict() == {"ok": 8, "ej tillämpligt": 1}
    assert table.index[table["check"] == "stämmer inte"].tolist() == ["till_studier"]
    assert plain(table.loc["till_studier", "reason"]) == "27 av 179 är 15 %, tryckt är 19 %."
    assert table["outcome"].tolist() == ["ej nått", "ej nått", "nått", "ej nått", "", *["nått"] * 4]
    unsure = "kan inte avgöras"
    assert table["verdict"].tolist() == [unsure, "ej nått", unsure, "ej nått", "", *["nått"] * 4]


def test_roslagen_neither_target_is_reached_whatever_the_base_was():
    table = example("esf_mia")
    table = table[table["printed"] != ""].sort_index()
    assert table.index.tolist() == ["arbete_studier", "redo_for_ordinarie"]
    assert table[["base_low", "base_high"]].to_numpy().tolist() == [[130, 137], [130, 134]]
    assert table[["outcome", "verdict", "check"]].to_numpy().tolist() == [["ej nått", "ej nått", "stämmer inte"]] * 2
    assert "Det nämnda talet 227 ger 11 %, tryckt är 18 %." in plain(table.loc["arbete_studier", "reason"])
