import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finsam_eval.compare import paired_change
from finsam_eval.errors import WrongShape
from finsam_eval.results import RECORD_COLUMNS, Status

CASES = json.loads((Path(__file__).parent / "reference/compare_paired.json").read_text(encoding="utf-8"))["cases"]
nan = np.nan


def answers(both, first, second, neither):
    """Before and after of persons on a scale 1–5 with top codes 4 and 5, change being after minus before."""
    before = [5] * both + [2] * first + [4] * second + [1] * neither
    after = [4] * both + [5] * first + [3] * second + [3] * neither
    return before, after


@pytest.mark.parametrize("name", CASES)
def test_it_equals_the_formulas_in_r(name):
    found, expected = paired_change(*answers(*CASES[name]["data"]), top=(4, 5)), CASES[name]["expected"]
    assert (found.value, found.lower, found.upper, found.p) == pytest.approx(
        [expected[k] for k in ("value", "lower", "upper", "p")], abs=1e-9
    )


@pytest.mark.parametrize(
    "name, printed, tolerance",
    [("culture", (0.056156, 0.329207), 5e-7), ("airways", (-0.507, -0.026), 5e-4), ("ceiling", (0.0569, 0.3404), 5e-5)],
)
def test_it_equals_what_is_printed(name, printed, tolerance):
    found = paired_change(*answers(*CASES[name]["data"]), top=(4, 5))
    assert (found.lower, found.upper) == pytest.approx(printed, abs=tolerance)


def test_those_who_answered_once_are_counted_and_not_compared():
    found = paired_change([5, 2, 4, nan, nan, 3, nan], [4, 5, nan, 1, 5, nan, nan], top=[4, 5])
    assert (found.n, found.only_before, found.only_after, found.up, found.down) == (2, 2, 2, 1, 0)
    assert (found.value, found.share_before, found.share_after) == (0.5, 0.5, 1.0)


@pytest.mark.parametrize("before, after", [([], []), ([4, nan], [nan, 5]), ([nan], [nan])])
def test_no_pairs_is_no_data(before, after):
    found = paired_change(before, after, top=[5])
    assert (found.status, found.value, found.p, found.share_before, found.n) == (Status.NO_DATA, None, None, None, 0)
    assert found.reason == "Ingen har svarat båda gångerna."


@pytest.mark.parametrize(
    "change, message",
    [
        ({"after": [1]}, "equally long"),
        ({"top": []}, "top"),
        ({"before": ["a", "b"]}, "numbers"),
        ({"level": 0}, "level"),
    ],
)
def test_calls_that_cannot_be_right_are_refused(change, message):
    with pytest.raises(WrongShape, match=message):
        paired_change(**{"before": [1, 2], "after": [2, 3], "top": [3], **change})


def test_a_frame_has_the_columns_of_a_record_first():
    frame = paired_change([1, 5], [5, 5], top=[5]).to_frame()
    assert list(frame.columns[:8]) == RECORD_COLUMNS
    assert frame.loc[0, ["up", "down", "only_before"]].tolist() == [1, 0, 0]


tables = st.lists(st.integers(0, 30), min_size=4, max_size=4).filter(any)


@given(tables)
def test_time_and_scale_turned_round_turn_the_interval(table):
    both, first, second, neither = table
    one = paired_change(*answers(both, first, second, neither), top=(4, 5))
    turned = paired_change(*answers(both, second, first, neither), top=(4, 5))
    opposite = paired_change(*answers(both, first, second, neither), top=(1, 2, 3))
    for other in (turned, opposite):
        assert (one.value, one.lower, one.upper) == pytest.approx((-other.value, -other.upper, -other.lower), abs=1e-12)
        assert one.p == pytest.approx(other.p)
    assert -1 - 1e-12 <= one.lower <= one.value <= one.upper <= 1 + 1e-12
    assert 0 < one.p <= 1
