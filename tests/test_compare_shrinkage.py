import numpy as np
import pandas as pd
import pytest
from country_reference import COUNTS, MEANS, codes, number, per_unit, units
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from finsam_eval.compare import answers_needed, moments, shrink_means, shrink_moments, shrink_proportions
from finsam_eval.errors import WrongShape
from finsam_eval.results import Status


@pytest.mark.parametrize("data", COUNTS)
def test_shares_equal_lme4(data):
    table, expected = units(data), per_unit(data, "shrunken")
    found = shrink_proportions(table["x"], table["n"])
    for quantity in ("mean", "variance", "variance_lower", "variance_upper"):
        assert getattr(found, quantity) == pytest.approx(number(data, quantity), rel=1e-3)
    np.testing.assert_allclose(found.units.loc[expected.index, "shrunken"], expected, rtol=0, atol=1e-4)
    assert found.units.loc["none", ["status", "reason"]].tolist() == [
        Status.NO_DATA,
        "Inga uppgifter finns för gruppen i perioden.",
    ]


@pytest.mark.parametrize("data", MEANS)
def test_means_equal_lme4(data):
    table, expected = units(data), per_unit(data, "shrunken")
    found = shrink_moments(table["mean"], table["sd"], table["n"])
    for quantity in ("mean", "variance", "variance_upper", "icc"):
        assert getattr(found, quantity) == pytest.approx(number(data, quantity), rel=1e-3)
    np.testing.assert_allclose(found.units.loc[expected.index, "shrunken"], expected, rtol=1e-5)
    n = found.units.loc[expected.index, "n"]
    reliability = found.variance / (found.variance + number(data, "within") / n)
    np.testing.assert_allclose(found.units.loc[expected.index, "reliability"], reliability, rtol=1e-4)


def test_counts_per_code_give_the_means_and_sds_of_the_answers():
    table = units("insteval")
    found = moments(codes())
    np.testing.assert_allclose(found[["mean", "sd", "n"]], table.loc[found.index, ["mean", "sd", "n"]], rtol=1e-12)


def test_moments_by_hand():
    found = moments(pd.DataFrame({"1": [1, 0, 0], "2": [2, 0, 1], "3": [1, 0, 0]}))
    np.testing.assert_allclose(found["mean"], [2, np.nan, 2])
    np.testing.assert_allclose(found["sd"], [np.sqrt(2 / 3), np.nan, np.nan])
    assert found["n"].tolist() == [4, 0, 1]


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=3, max_size=8), st.floats(0.05, 0.95))
@settings(max_examples=12)
def test_with_a_known_centre_shares_are_drawn_towards_that(pairs, centre):
    x, n = np.array([pair[0] for pair in pairs]), np.array([sum(pair) for pair in pairs])
    assume((n > 0).sum() > 2 and 0 < x.sum() < n.sum())
    found, free = shrink_proportions(x, n, centre=centre), shrink_proportions(x, n)
    assume(found.status is Status.OK)
    known = found.units[n > 0]
    lowest, highest = np.minimum(known["raw"], centre), np.maximum(known["raw"], centre)
    assert known["shrunken"].between(lowest - 1e-6, highest + 1e-6).all()
    assert found.mean == pytest.approx(centre)
    assert found.variance == free.variance


def test_a_known_centre_that_is_the_mean_changes_nothing():
    table = units("cbpp")
    free = shrink_proportions(table["x"], table["n"])
    found = shrink_proportions(table["x"], table["n"], centre=free.mean)
    np.testing.assert_allclose(found.units["shrunken"], free.units["shrunken"], atol=1e-6)


@pytest.mark.parametrize("centre", [0, 1, -0.1])
def test_a_centre_is_a_share_that_some_but_not_all_reach(centre):
    with pytest.raises(WrongShape, match="centre must lie between 0 and 1"):
        shrink_proportions([1, 2, 3], [4, 4, 4], centre=centre)


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=3, max_size=8))
@settings(max_examples=12)
def test_a_shrunken_share_lies_between_the_raw_one_and_the_mean(pairs):
    x, n = np.array([pair[0] for pair in pairs]), np.array([sum(pair) for pair in pairs])
    assume((n > 0).sum() > 2 and 0 < x.sum() < n.sum())
    found = shrink_proportions(x, n)
    assume(found.status is Status.OK)
    known = found.units[n > 0]
    lowest, highest = np.minimum(known["raw"], found.mean), np.maximum(known["raw"], found.mean)
    assert known["shrunken"].between(lowest - 1e-6, highest + 1e-6).all()
    assert (known["lower"] <= known["shrunken"]).all() and (known["shrunken"] <= known["upper"]).all()
    assert found.variance_lower <= found.variance <= found.variance_upper
    assert found.icc_lower <= found.icc <= found.icc_upper
    order = np.argsort(known["n"], kind="stable")
    assert (np.diff(known["reliability"].to_numpy()[order]) >= 0).all()


def test_units_without_answers_change_nothing_for_the_others():
    with_none = shrink_proportions([9, 0, 5, 12], [40, 0, 61, 74])
    without = shrink_proportions([9, 5, 12], [40, 61, 74])
    assert with_none.variance == without.variance
    np.testing.assert_array_equal(with_none.units["shrunken"].to_numpy()[[0, 2, 3]], without.units["shrunken"])


def test_units_that_cannot_be_told_apart_are_an_answer_in_words():
    found = shrink_proportions([5, 5, 5, 6], [10, 10, 10, 12])
    assert (found.status, found.variance, found.icc) == (Status.OK, 0, 0)
    assert found.reason == "Enheterna går inte att skilja åt: de skiljer sig inte mer än slumpen ger."
    np.testing.assert_allclose(found.units["shrunken"], 0.5, rtol=0, atol=1e-9)
    assert (found.units["reliability"] == 0).all()


@pytest.mark.parametrize(
    "x, n, status, word",
    [
        ([0, 0, 0], [0, 0, 0], Status.NO_DATA, "Inga uppgifter"),
        ([3, 2, 0], [5, 5, 0], Status.NOT_APPLICABLE, "Färre än tre"),
        ([5, 7, 2], [5, 7, 2], Status.NOT_APPLICABLE, "Alla svar är lika"),
        ([40, 0, 40, 0], [40] * 4, Status.NOT_CONVERGED, "Enheterna skiljer sig så mycket"),
    ],
)
def test_data_that_give_no_levels_are_told_in_words(x, n, status, word):
    found = shrink_proportions(x, n)
    assert (found.status, found.mean, found.variance, found.icc_upper) == (status, None, None, None)
    assert found.reason.startswith(word)
    assert found.units["shrunken"].isna().all() and (found.units["reason"] != "").all()
    assert answers_needed(found).status is status


def test_means_without_spread_within_units_are_told_in_words():
    assert shrink_moments([1, 2, 3], [0, 0, 0], [4, 4, 4]).reason.startswith("Svaren skiljer sig inte")
    assert shrink_moments([1, 2, 3], [np.nan] * 3, [1, 1, 1]).status is Status.NOT_APPLICABLE


@pytest.mark.parametrize("icc, n", [(0.02, 115), (0.05, 45), (0.10, 21)])
def test_answers_needed_for_a_reliability_of_seven_tenths(icc, n):
    assert np.ceil(answers_needed(icc).value) == n
    assert answers_needed(icc, deff=2).value == pytest.approx(2 * answers_needed(icc).value)


def test_with_the_answers_needed_the_reliability_is_there():
    table = units("sleep")
    found = shrink_moments(table["mean"], table["sd"], table["n"])
    needed = answers_needed(found, 0.8)
    within = found.variance * (1 - found.icc) / found.icc
    assert found.variance / (found.variance + within / needed.value) == pytest.approx(0.8)
    assert needed.lower < needed.value < needed.upper < np.inf
    assert (needed.reason, needed.method, needed.n) == ("", "svar för en reliabilitet på 0,8", found.n)


def test_where_units_do_not_differ_no_number_of_answers_is_enough():
    needed = answers_needed(shrink_proportions([5, 5, 5, 6], [10, 10, 10, 12]))
    assert (needed.value, needed.upper) == (np.inf, np.inf)
    assert 1 < needed.lower < np.inf
    assert needed.reason.startswith("Inget antal svar räcker")
    assert answers_needed(0.0).reason.startswith("Inget antal svar räcker")


def test_an_upper_limit_that_is_infinite_is_told_in_words():
    table = units("insteval")
    needed = answers_needed(shrink_moments(table["mean"], table["sd"], table["n"]))
    assert needed.value < needed.upper == np.inf
    assert needed.reason.startswith("Övre gräns saknas")


def test_frames_have_a_row_per_unit_and_the_facts_beside():
    frame = shrink_proportions([9, 5, 12], [40, 61, 74]).to_frame()
    assert list(frame.columns[:4]) == ["unit", "n", "raw", "shrunken"]
    assert (frame["method"] == frame["method"][0]).all()


@pytest.mark.parametrize(
    "call",
    [
        lambda: shrink_proportions([6, 1, 1], [5, 5, 5]),
        lambda: shrink_proportions([1, 1, 1], [5, 5, 5], level=95),
        lambda: shrink_moments([1, np.nan, 1], [1, 1, 1], [5, 5, 5]),
        lambda: answers_needed(1.2),
        lambda: answers_needed(0.05, 70),
        lambda: answers_needed(0.05, deff=0),
        lambda: moments(pd.DataFrame({"ja": [1], "nej": [2]})),
        lambda: moments(pd.DataFrame({1: [1.5], 2: [2.0]})),
    ],
)
def test_calls_that_cannot_be_right_are_refused(call):
    with pytest.raises(WrongShape):
        call()


def test_single_answers_give_what_their_moments_give():
    values = [1, 2, 4, np.nan, 5, 3, 3, 2, 5, 4, 1, 2]
    unit = ["b", "b", "b", "b", "a", "a", "a", "a", "c", "c", "c", "c"]
    table = pd.Series(values).groupby(unit, sort=False).agg(["mean", "std", "count"])
    found, expected = shrink_means(values, unit), shrink_moments(table["mean"], table["std"], table["count"])
    pd.testing.assert_frame_equal(found.units, expected.units)
    assert list(found.units.index) == ["b", "a", "c"]
    assert (found.icc, found.n) == (expected.icc, 11)


@pytest.mark.parametrize("unit", [["a", "b"], ["a", "b", None]])
def test_answers_without_unit_are_refused(unit):
    with pytest.raises(WrongShape, match="equally long rows"):
        shrink_means([1, 2, 3], unit)


def test_a_design_effect_is_that_many_fewer_answers():
    x, n = np.array([4, 10, 16, 8]), np.array([20, 20, 20, 20])
    found, fewer = shrink_proportions(x, n, deff=2.0), shrink_proportions(x // 2, n // 2)
    assert found.variance == pytest.approx(fewer.variance, rel=1e-9)
    assert found.units["reliability"].to_numpy() == pytest.approx(fewer.units["reliability"].to_numpy(), rel=1e-9)
    assert (found.units["n"] == 20).all()
