import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finsam_eval.compare import mantel_haenszel
from finsam_eval.errors import WrongShape
from finsam_eval.results import RECORD_COLUMNS, Status

CASES = json.loads((Path(__file__).parent / "reference/compare_pooled.json").read_text(encoding="utf-8"))["cases"]
FIELDS = ["value", "lower", "upper", "odds_ratio", "odds_lower", "odds_upper", "tarone", "tarone_p", "q", "q_p", "i2"]


@pytest.mark.parametrize("name", CASES)
def test_it_equals_metafor(name):
    found = mantel_haenszel(**CASES[name]["data"])
    ours = np.array([getattr(found, field) for field in FIELDS])
    theirs = np.array([CASES[name]["expected"][field] for field in FIELDS])
    np.testing.assert_allclose(ours, theirs, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("name", CASES)
def test_the_odds_ratio_equals_mantelhaen_test(name):
    found = mantel_haenszel(**CASES[name]["data"])
    ours = [found.odds_ratio, found.odds_lower, found.odds_upper]
    assert ours == pytest.approx(CASES[name]["expected"]["mantelhaen"], rel=1e-9)


def test_units_with_an_empty_side_are_left_out_and_told():
    found = mantel_haenszel(**CASES["forbund"]["data"])
    assert (found.units, found.left_out) == (16, 2)
    assert found.note == "2 enheter har svar på bara en sida och är inte med."
    assert found.n == sum(CASES["forbund"]["data"]["n1"][1:17]) + sum(CASES["forbund"]["data"]["n2"][1:17])


def test_units_that_disagree_are_told():
    assert "inte lika stor i alla enheter" in mantel_haenszel(**CASES["berkeley"]["data"]).note
    assert mantel_haenszel([6, 7], [10, 12], [3, 4], [12, 13]).note == ""


def test_one_unit_is_a_plain_difference_without_a_test_of_agreement():
    found = mantel_haenszel([6], [10], [3], [12])
    assert found.value == pytest.approx(0.35)
    assert found.odds_ratio == pytest.approx(6 * 9 / (4 * 3))
    assert (found.tarone, found.q, found.i2, found.tarone_df, found.note) == (None, None, None, 0, "")


@pytest.mark.parametrize(
    "counts, status, words",
    [
        (([0], [0], [0], [0]), Status.NO_DATA, "Inga uppgifter"),
        (([3, 0], [5, 0], [0, 2], [0, 4]), Status.NO_DATA, "båda sidor"),
        (([5, 4], [5, 4], [6, 3], [6, 3]), Status.NOT_APPLICABLE, "alla svar lika"),
        (([5, 4], [5, 4], [0, 0], [6, 3]), Status.NOT_APPLICABLE, "alla svar lika"),
    ],
)
def test_data_without_a_difference_say_why(counts, status, words):
    found = mantel_haenszel(*counts)
    assert (found.status, found.value, found.odds_ratio, found.q) == (status, None, None, None)
    assert words in found.reason


def test_no_odds_ratio_where_one_side_is_never_below_all():
    found = mantel_haenszel([5, 4], [5, 4], [3, 2], [6, 3])
    assert (found.status, found.odds_ratio, found.tarone) == (Status.OK, None, None)
    assert found.q is not None


def test_design_effects_divide_every_count():
    counts = {"x1": [60, 30], "n1": [100, 80], "x2": [40, 60], "n2": [90, 100]}
    wide = mantel_haenszel(**counts, deff=(2, [2, 2]))
    halved = mantel_haenszel(*(np.array(side) // 2 for side in counts.values()))
    assert (wide.value, wide.lower, wide.q) == pytest.approx((halved.value, halved.lower, halved.q), rel=1e-12)
    assert (wide.n, wide.method) == (370, "Mantel–Haenszel, Sato, effektivt n")


def test_a_frame_has_the_columns_of_a_record_first():
    frame = mantel_haenszel([6, 2], [10, 9], [3, 4], [12, 8]).to_frame()
    assert list(frame.columns[:8]) == RECORD_COLUMNS
    assert {"odds_ratio", "tarone_p", "i2", "left_out", "note"} <= set(frame.columns)


@pytest.mark.parametrize(
    "change, message",
    [
        ({"x1": [1, 2, 3]}, "equally long"),
        ({"x1": [0.2, 1]}, "whole numbers"),
        ({"x2": [9, 9]}, "at most n"),
        ({"deff": (1, 0)}, "deff"),
        ({"deff": (1, [1, 1, 1])}, "deff"),
        ({"level": 95}, "level"),
    ],
)
def test_calls_that_cannot_be_right_are_refused(change, message):
    kwargs = {"x1": [1, 2], "n1": [5, 5], "x2": [3, 2], "n2": [6, 6], **change}
    with pytest.raises(WrongShape, match=message):
        mantel_haenszel(**kwargs)


cells = st.integers(1, 40).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(st.lists(st.tuples(cells, cells), min_size=1, max_size=8))
def test_changing_sides_changes_signs(units):
    (x1, n1), (x2, n2) = (np.array(side).T for side in zip(*units, strict=True))
    one, other = mantel_haenszel(x1, n1, x2, n2), mantel_haenszel(x2, n2, x1, n1)
    assert one.status == other.status
    if one.value is not None:
        assert (one.value, one.lower, one.upper) == pytest.approx((-other.value, -other.upper, -other.lower), abs=1e-12)
        assert one.lower <= one.value <= one.upper
    if one.q is not None:
        assert one.q == pytest.approx(other.q, rel=1e-6, abs=1e-9)
    if one.odds_ratio is not None:
        assert one.odds_ratio == pytest.approx(1 / other.odds_ratio)
    if one.tarone is not None:
        assert one.tarone == pytest.approx(other.tarone, rel=1e-6, abs=1e-8)


@given(cells, cells, st.integers(2, 5))
def test_the_same_table_many_times_has_its_difference_and_no_disagreement(first, second, times):
    found = mantel_haenszel(*([number] * times for number in (*first, *second)))
    if found.value is not None:
        assert found.value == pytest.approx(first[0] / first[1] - second[0] / second[1], abs=1e-12)
    if all(0 < x < n for x, n in (first, second)):  # half an answer in an empty cell moves each unit's difference
        assert (found.q, found.i2, found.tarone) == pytest.approx((0, 0, 0), abs=1e-6)
