import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finsam_eval.compare import difference, nonresponse, proportion_interval
from finsam_eval.errors import WrongShape
from finsam_eval.results import Status

CASES = json.loads((Path(__file__).parent / "reference/compare_weights.json").read_text(encoding="utf-8"))["cases"]


@pytest.mark.parametrize("name", ["response", "small"])
def test_the_r_indicator_equals_the_fitted_model_in_r(name):
    data, expected = CASES[name]["data"], CASES[name]["expected"]
    found = nonresponse(data["answered"], data["invited"], np.arange(len(data["invited"])))
    assert found.observed == pytest.approx(expected["observed"], abs=1e-6)
    assert found.observed < found.representativity.value <= 1
    assert found.representativity.lower <= found.representativity.value <= found.representativity.upper


def test_each_group_is_held_against_the_others():
    found = nonresponse([60, 30], [100, 80], ["kvinna", "man"])
    women, men = found.groups.itertuples()
    rate, gap = proportion_interval(60, 100), difference(60, 100, 30, 80)
    assert (women.rate, women.lower, women.upper) == pytest.approx((rate.value, rate.lower, rate.upper))
    assert (women.difference, women.difference_lower) == pytest.approx((gap.value, gap.lower))
    assert men.difference == pytest.approx(-women.difference)
    assert (found.rate.value, found.rate.n, found.n) == (0.5, 180, 180)
    # rates .60 and .375 around .5: variance (100 · .01 + 80 · .015625) / 179
    assert found.observed == pytest.approx(1 - 2 * np.sqrt(2.25 / 179))


def test_entries_of_one_group_are_summed():
    one = nonresponse([3, 4, 5], [9, 8, 7], ["a", "b", "a"])
    other = nonresponse([8, 4], [16, 8], ["a", "b"])
    assert one.groups.equals(other.groups)


def test_a_group_nobody_was_invited_in_has_no_rate():
    found = nonresponse([3, 0, 4], [9, 0, 8], ["a", "b", "c"])
    assert found.groups["rate"].isna().tolist() == [False, True, False]
    assert found.groups["difference"].isna().tolist() == [False, True, False]
    assert found.representativity.n == 17


def test_one_group_and_nobody():
    one = nonresponse([3], [9], ["a"])
    assert (one.representativity.status, one.observed) == (Status.NOT_APPLICABLE, None)
    assert np.isnan(one.groups["difference"][0])
    none = nonresponse([0, 0], [0, 0], ["a", "b"])
    assert (none.status, none.rate.status, none.representativity.status) == (Status.NO_DATA,) * 3


def test_all_answering_alike_is_wholly_representative():
    found = nonresponse([50, 50, 50], [100, 100, 100], ["a", "b", "c"])
    assert (found.representativity.value, found.observed) == (1, 1)
    assert nonresponse([100, 0], [100, 100], ["a", "b"]).representativity.value == pytest.approx(0, abs=0.003)


@pytest.mark.parametrize(
    "change, message",
    [
        ({"answered": [9, 1]}, "at most"),
        ({"answered": [0.5, 1]}, "whole"),
        ({"group": [None, "a"]}, "no group"),
        ({"group": ["a"]}, "equally"),
    ],
)
def test_calls_that_cannot_be_right_are_refused(change, message):
    with pytest.raises(WrongShape, match=message):
        nonresponse(**{"answered": [1, 2], "invited": [5, 6], "group": ["a", "b"], **change})


@settings(max_examples=30)
@given(
    st.lists(st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=2, max_size=8)
)
def test_representativity_lies_within_its_limits_and_those_who_did_not_answer_have_the_same(groups):
    x, n = np.array(groups).T
    found, opposite = (nonresponse(answers, n, np.arange(len(n))) for answers in (x, n - x))
    indicator = found.representativity
    assert indicator.lower - 1e-12 <= indicator.value <= indicator.upper + 1e-12
    assert found.observed <= indicator.value + 1e-12
    assert indicator.upper <= 1
    assert (indicator.value, indicator.lower) == pytest.approx(
        (opposite.representativity.value, opposite.representativity.lower), abs=1e-6
    )
