import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finsam_eval.compare import Signal, trend
from finsam_eval.errors import UnknownName, WrongShape
from finsam_eval.results import RECORD_COLUMNS, Status

CASES = json.loads((Path(__file__).parent / "reference/compare_trends.json").read_text(encoding="utf-8"))["cases"]


def halves(count):
    return [f"{2010 + k // 2}-{1 + k % 2}" for k in range(count)]


def numbers(values):
    return np.array(values, dtype=float)  # null becomes nan


def of_shares(name):
    data = CASES["shares"][name]["data"]
    return trend(data["x"], halves(len(data["x"])), n=data["n"])


@pytest.mark.parametrize("name", CASES["shares"])
def test_the_trend_of_shares_equals_prop_trend_test(name):
    part, expected = of_shares(name).latest, CASES["shares"][name]["expected"]
    assert (part.value, part.lower, part.upper) == pytest.approx(
        [expected[k] for k in ("value", "lower", "upper")], abs=1e-9
    )
    assert part.p == pytest.approx(expected["p"], abs=1e-9)


def test_a_design_effect_divides_every_count():
    data, expected = CASES["effective"]["data"], CASES["effective"]["expected"]
    found = trend(data["x"], halves(8), n=data["n"], deff=data["deff"])
    assert (found.latest.p, found.latest.lower) == pytest.approx((expected["p"], expected["lower"]), abs=1e-9)
    assert (found.method, found.n) == ("Cochran–Armitage, effektivt n", sum(data["n"]))


@pytest.mark.parametrize("name", CASES["lines"])
def test_the_trend_of_means_equals_lm(name):
    data, expected = numbers(CASES["lines"][name]["data"]), CASES["lines"][name]["expected"]
    part = trend(data, halves(data.size)).latest
    assert (part.value, part.lower, part.upper, part.p) == pytest.approx(
        [expected[k] for k in ("value", "lower", "upper", "p")], abs=1e-9
    )


@pytest.mark.parametrize(
    "kind, name", [("charts", "juice"), ("charts", "plain"), ("charts", "wide"), ("xmr", "paint"), ("xmr", "means")]
)
def test_limits_follow_the_definitions(kind, name):
    data, expected = CASES[kind][name]["data"], CASES[kind][name]["expected"]
    found = of_shares(name) if kind == "charts" else trend(numbers(data), halves(len(data)))
    assert found.latest.chart == expected["chart"]
    assert found.latest.centre == pytest.approx(expected["centre"], abs=1e-12)
    np.testing.assert_allclose(found.series["lower"], numbers(expected["lower"]), rtol=0, atol=1e-9)
    np.testing.assert_allclose(found.series["upper"], numbers(expected["upper"]), rtol=0, atol=1e-9)


def test_the_printed_limits_of_the_orange_juice_cans():
    # Montgomery: centre .2313, limits .0524 and .4102; the cans vary more than chance, so ours are `excess` times wider
    part = of_shares("juice").latest
    upper = trend(CASES["shares"]["juice"]["data"]["x"], halves(30), n=[50] * 30).series["upper"][0]
    assert part.centre == pytest.approx(0.2313, abs=5e-5)
    assert part.centre + (upper - part.centre) / part.excess == pytest.approx(0.4102, abs=5e-5)
    assert (part.chart, part.excess > 1.5) == ("p′", True)


def test_the_printed_limits_of_the_primer_paint():
    # Montgomery: 33.52, 32.24 and 34.80, from the range .48 rounded
    data = CASES["xmr"]["paint"]["data"]
    series = trend(data, halves(len(data))).series
    assert series.loc[0, ["centre", "lower", "upper"]].tolist() == pytest.approx([33.52, 32.24, 34.80], abs=0.01)


def test_few_points_give_a_trend_and_no_alarm():
    found = of_shares("gap")
    assert (found.latest.chart, found.latest.signals, found.latest.centre, found.latest.excess) == ("", 0, None, None)
    assert (found.series["signal"] == "").all()
    assert "inget larm" in found.note


def test_a_gap_stays_a_gap_and_keeps_its_place():
    found = of_shares("gap")
    assert (found.latest.points, found.n) == (7, sum(CASES["shares"]["gap"]["data"]["n"]))
    assert found.series["value"].isna().tolist() == [n == 0 for n in CASES["shares"]["gap"]["data"]["n"]]
    assert "Perioder utan svar lämnas tomma." in found.note
    closed = trend([20, 15, 10], halves(3), n=[40, 40, 40]).latest.value
    opened = trend([20, 0, 15, 0, 10], halves(5), n=[40, 0, 40, 0, 40]).latest.value
    assert opened == pytest.approx(closed / 2)


def test_a_point_outside_and_a_run_are_signals():
    found = trend([*[30, 33] * 7, 30, 47], halves(16), n=[60] * 16)
    assert found.series["signal"].tolist() == [""] * 15 + [Signal.OUTSIDE]
    assert (found.latest.chart, found.latest.signals) == ("p", 1)
    shifted = trend([30, 31, 30, 31, 30, 31, 30, 31, *[26, 27] * 4], halves(16), n=[60] * 16)
    assert shifted.series["signal"].tolist() == [Signal.RUN] * 16


def test_a_gap_ends_a_run():
    x, n = [30] * 7 + [0] + [30] + [26] * 4 + [0] + [26] * 4, [60] * 7 + [0] + [60] * 5 + [0] + [60] * 4
    assert (trend(x, halves(18), n=n).series["signal"] == "").all()


def test_a_series_is_cut_where_the_instrument_changed():
    x, n = [20, 22, 24, 26, 40, 38, 36, 34], [50] * 8
    found = trend(x, halves(8), n=n, breaks=["2012-1"])
    assert [(part.first, part.last, part.points) for part in found.parts] == [
        ("2010-1", "2011-2", 4),
        ("2012-1", "2013-2", 4),
    ]
    assert found.parts[0].value == pytest.approx(0.04)
    assert found.latest.value == pytest.approx(-0.04)
    assert found.series["part"].tolist() == [1] * 4 + [2] * 4
    assert found.note.startswith("Instrumentet ändrades (2012-1)")
    assert len(found.to_frame()) == 2
    alone = trend(x[4:], halves(8)[4:], n=n[4:])
    assert (alone.latest.value, alone.latest.p) == (found.latest.value, found.latest.p)


def test_a_break_at_the_first_period_cuts_nothing():
    found = trend([20, 22, 24], halves(3), n=[50] * 3, breaks=["2010-1"])
    assert (len(found.parts), "Instrumentet" in found.note) == (1, False)


@pytest.mark.parametrize(
    "values, n, status, words",
    [
        ([0, 0, 0], [0, 0, 0], Status.NO_DATA, "Inga uppgifter"),
        ([4, 0, 0], [9, 0, 0], Status.NOT_APPLICABLE, "En enda period"),
        ([4, 0, 6], [9, 0, 9], Status.NOT_APPLICABLE, "Två perioder"),
        ([9, 8, 7], [9, 8, 7], Status.NOT_APPLICABLE, "lika"),
        ([0] * 14, [9] * 14, Status.NOT_APPLICABLE, "lika"),
        ([3.5, 3.5, 3.5], None, Status.NOT_APPLICABLE, "lika"),
        ([3, 3.5, 4], None, Status.NOT_APPLICABLE, "linje"),
        ([np.nan, np.nan], None, Status.NO_DATA, "Inga uppgifter"),
    ],
)
def test_series_without_a_trend_say_why(values, n, status, words):
    found = trend(values, halves(len(values)), n=n)
    assert (found.status, found.latest.value, found.latest.p, found.latest.chart) == (status, None, None, "")
    assert words in found.reason


def test_equal_shares_that_are_neither_none_nor_all_have_a_slope_of_zero():
    part = trend([3, 6, 9], halves(3), n=[10, 20, 30]).latest
    assert (part.value, part.p) == pytest.approx((0, 1))
    assert part.lower < 0 < part.upper


def test_values_alone_among_gaps_have_no_chart():
    values = [v for k in range(12) for v in (3.5 + 0.1 * (k % 3), np.nan)]
    assert (trend(values, halves(24)).latest.chart, trend(values, halves(24)).latest.points) == ("", 12)


@pytest.mark.parametrize(
    "change, error, message",
    [
        ({"periods": ["a", "b"]}, WrongShape, "equally long"),
        ({"periods": ["a", "b", "a"]}, WrongShape, "twice"),
        ({"n": [5, 5]}, WrongShape, "equally long"),
        ({"values": [6, 1, 2]}, WrongShape, "at most n"),
        ({"values": [0.5, 1, 2]}, WrongShape, "whole numbers"),
        ({"values": [np.nan, 1, 2]}, WrongShape, "whole numbers"),
        ({"n": None, "values": [np.inf, 1, 2]}, WrongShape, "finite"),
        ({"n": None, "deff": 2}, WrongShape, "deff belongs"),
        ({"deff": [1, 1]}, WrongShape, "deff"),
        ({"deff": 0}, WrongShape, "deff"),
        ({"level": 95}, WrongShape, "level"),
        ({"breaks": ["d"]}, UnknownName, "not among"),
        ({"values": [], "periods": [], "n": []}, WrongShape, "at least one"),
    ],
)
def test_calls_that_cannot_be_right_are_refused(change, error, message):
    kwargs = {"values": [1, 2, 3], "periods": ["a", "b", "c"], "n": [5, 5, 5], **change}
    with pytest.raises(error, match=message):
        trend(**kwargs)


def test_frames():
    found = of_shares("juice")
    assert [column for column in found.to_frame() if column in RECORD_COLUMNS] == RECORD_COLUMNS
    assert list(found.series) == ["period", "part", "value", "n", "centre", "lower", "upper", "signal"]


cells = st.integers(0, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@settings(max_examples=40)
@given(st.lists(cells, min_size=3, max_size=20))
def test_time_turned_round_turns_the_slope_and_keeps_the_chart(series):
    x, n = np.array(series).T
    one, other = (trend(a, halves(len(x)), n=b) for a, b in ((x, n), (x[::-1], n[::-1])))
    assert one.status == other.status
    if one.latest.value is not None:
        assert one.latest.value == pytest.approx(-other.latest.value, abs=1e-12)
        assert one.latest.p == pytest.approx(other.latest.p, abs=1e-9)
        assert (one.latest.p < 0.05) == (not one.latest.lower <= 0 <= one.latest.upper)
    backwards = other.series.iloc[::-1].reset_index(drop=True)
    pd.testing.assert_frame_equal(one.series.drop(columns="period"), backwards.drop(columns="period"))
    flagged = one.series["signal"] == Signal.OUTSIDE
    beyond = (one.series["value"] > one.series["upper"]) | (one.series["value"] < one.series["lower"])
    assert (flagged == beyond).all()


@settings(max_examples=30)
@given(st.lists(st.one_of(st.floats(1, 5), st.just(float("nan"))), min_size=3, max_size=20), st.floats(0.5, 3))
def test_means_on_another_scale_have_the_same_signals(values, factor):
    values = np.round(np.array(values), 3)
    one, other = trend(values, halves(values.size)), trend(values * factor, halves(values.size))
    assert one.status == other.status
    if one.latest.value is not None and one.latest.p > 1e-9:
        assert other.latest.value == pytest.approx(factor * one.latest.value, abs=1e-9)
        assert other.latest.p == pytest.approx(one.latest.p, abs=1e-6)
