import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finsam_eval.compare import calibration_weights, proportion_interval, weighted_share
from finsam_eval.errors import UnknownName, WrongShape
from finsam_eval.results import Status

CASES = json.loads((Path(__file__).parent / "reference/compare_weights.json").read_text(encoding="utf-8"))["cases"]
NAMES = ["schools", "people"]


def table(name):
    return pd.DataFrame(CASES[name]["data"]).astype({"positive": float})


def margins(name):
    found = {}
    for margin in CASES[name]["margins"].values():
        columns = [column for column in margin if column != "Freq"]
        keys = margin[columns[0]] if len(columns) == 1 else list(zip(*(margin[c] for c in columns), strict=True))
        found[columns[0] if len(columns) == 1 else tuple(columns)] = dict(zip(keys, margin["Freq"], strict=True))
    return found


@pytest.mark.parametrize("name", NAMES)
def test_weights_equal_survey_rake(name):
    found, expected = calibration_weights(table(name), margins(name)), CASES[name]["expected"]
    np.testing.assert_allclose(found.weights, expected["weights"], rtol=1e-6)
    assert (found.deff, found.largest) == pytest.approx((expected["deff"], expected["largest"]), rel=1e-6)
    assert found.status == Status.OK


@pytest.mark.parametrize("name", NAMES)
def test_the_weighted_share_equals_svymean(name):
    sample = table(name)
    weights = calibration_weights(sample, margins(name)).weights
    found = weighted_share(sample["positive"], weights)
    assert found.value == pytest.approx(CASES[name]["expected"]["share"], abs=1e-6)
    assert found.n == sample["positive"].notna().sum()
    assert found.lower < found.value < found.upper


@pytest.mark.parametrize("name", NAMES)
def test_every_margin_gets_its_totals(name):
    sample, known = table(name), margins(name)
    sample["weight"] = calibration_weights(sample, known).weights
    for columns, totals in known.items():
        sums = sample.groupby([columns] if isinstance(columns, str) else list(columns))["weight"].sum()
        for category, total in totals.items():
            assert sums.loc[category] == pytest.approx(total, rel=1e-8)


def test_one_margin_is_poststratification():
    sample = pd.DataFrame({"gender": ["kvinna", "kvinna", "man"]}, index=[7, 3, 5])
    found = calibration_weights(sample, {"gender": {"kvinna": 10, "man": 20, "okant": 0}})
    assert found.weights.to_dict() == {7: 5, 3: 5, 5: 20}
    assert (found.deff, found.largest, found.n) == (3 * 450 / 900, 2, 3)
    assert found.to_frame().columns.tolist() == ["weight"]


def test_no_weights_where_a_group_is_silent():
    sample = pd.DataFrame({"forbund": ["A", "A", "B"], "gender": ["kvinna", "man", "man"]})
    found = calibration_weights(
        sample,
        {
            "forbund": {"A": 5, "B": 5, "C": 5},
            ("forbund", "gender"): {("A", "kvinna"): 3, ("A", "man"): 4, ("B", "man"): 4, ("B", "kvinna"): 4},
        },
    )
    assert (found.status, found.empty, found.deff, len(found.weights)) == (
        Status.NOT_APPLICABLE,
        ("C", "B × kvinna"),
        None,
        0,
    )
    assert "C" not in found.reason


def test_nobody_answered_is_no_data():
    found = calibration_weights(pd.DataFrame({"gender": pd.Series([], dtype="str")}), {"gender": {"man": 4}})
    assert (found.status, found.n, found.empty) == (Status.NO_DATA, 0, ())


def test_margins_that_contradict_each_other_have_no_weights():
    # a and x are the same persons, who cannot be 9 and 5 at the same time
    sample = pd.DataFrame({"one": ["a", "b"], "two": ["x", "y"]})
    found = calibration_weights(sample, {"one": {"a": 9, "b": 1}, "two": {"x": 5, "y": 5}})
    assert (found.status, found.deff) == (Status.NOT_CONVERGED, None)


@pytest.mark.parametrize(
    "margins, error, message",
    [
        ({}, WrongShape, "at least one"),
        ({"age": {"a": 1}}, UnknownName, "no column age"),
        ({"gender": {"kvinna": 5}}, WrongShape, "1 respondents are in a category"),
        ({"gender": {"kvinna": 5, "man": 0}}, WrongShape, "without a total"),
        ({"gender": {"kvinna": 5, "man": -1}}, WrongShape, "totals must be"),
        ({"gender": {"kvinna": 0, "man": 0}}, WrongShape, "not all 0"),
        ({"gender": {"kvinna": 5, "man": 5}, "forbund": {"A": 11}}, WrongShape, "same number"),
        ({"period": {"p": 2}}, WrongShape, "missing"),
    ],
)
def test_calls_that_cannot_be_right_are_refused(margins, error, message):
    sample = pd.DataFrame({"gender": ["kvinna", "man"], "forbund": ["A", "A"], "period": ["p", None]})
    with pytest.raises(error, match=message):
        calibration_weights(sample, margins)


def test_equal_weights_give_the_plain_interval():
    answers = [1] * 12 + [0] * 8 + [np.nan] * 3
    found, plain = weighted_share(answers, [2.5] * 23), proportion_interval(12, 20)
    assert (found.value, found.lower, found.upper, found.n) == pytest.approx(
        (plain.value, plain.lower, plain.upper, 20)
    )


def test_weights_and_clusters_both_cost():
    weights = [1, 3] * 10  # Kish: 20 · 100 / 40² = 1.25
    found, plain = weighted_share([1, 1, 0, 0] * 5, weights, deff=2), proportion_interval(10, 20, deff=2.5)
    assert (found.value, found.lower, found.upper) == pytest.approx((plain.value, plain.lower, plain.upper))


@pytest.mark.parametrize("answers, weights", [([], []), ([np.nan], [1]), ([1, 0], [0, 0])])
def test_a_share_of_nobody_is_no_data(answers, weights):
    found = weighted_share(answers, weights)
    assert (found.status, found.value) == (Status.NO_DATA, None)
    assert found.reason


@pytest.mark.parametrize(
    "answers, weights, message",
    [
        ([1, 2], [1, 1], "1, 0 or nan"),
        ([1, 0], [1], "equally long"),
        ([1, 0], [1, -1], "weights"),
        ([1, 0], [1, np.nan], "weights"),
    ],
)
def test_shares_that_cannot_be_are_refused(answers, weights, message):
    with pytest.raises(WrongShape, match=message):
        weighted_share(answers, weights)


rows = st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("xyz")), min_size=8, max_size=40)


@settings(max_examples=25)
@given(rows, st.lists(st.integers(1, 50), min_size=6, max_size=6))
def test_weights_are_positive_cost_something_and_follow_their_rows(drawn, cells):
    every = [(a, b) for a in "ab" for b in "xyz"]
    sample = pd.DataFrame([*drawn, *every], columns=["one", "two"])
    full = pd.Series(cells, index=pd.MultiIndex.from_tuples(every, names=["one", "two"]))
    known = {"one": full.groupby("one").sum(), "two": full.groupby("two").sum()}
    found = calibration_weights(sample, known)
    assert (found.weights > 0).all()
    assert found.weights.sum() == pytest.approx(full.sum())
    assert found.deff >= 1 - 1e-12
    turned = calibration_weights(sample.iloc[::-1], known)
    np.testing.assert_allclose(turned.weights.sort_index(), found.weights, rtol=1e-8)
