import numpy as np
import pandas as pd
import pytest
from country_reference import COUNTS, MEANS, number, per_unit, units
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from finsam_eval.compare import Funnel, funnel, funnel_means, funnel_of_means
from finsam_eval.errors import UnknownName, WrongShape
from finsam_eval.results import Status

LINES = ["lower_95", "upper_95", "lower_99.8", "upper_99.8"]


def country(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    n = np.array(draw(st.lists(st.integers(0, 120), min_size=2, max_size=12)))
    x = np.array([draw(st.integers(0, size)) for size in n.tolist()])
    assume((n > 0).sum() > 1 and 0 < x.sum() < n.sum())
    return x, n


@st.composite
def funnels(draw: st.DrawFn) -> tuple[Funnel, np.ndarray]:
    x, n = country(draw)
    one = draw(st.sampled_from([1.0, 1.0, 1.7]))
    deff = np.array([draw(st.floats(1, 4)) for _ in n]) if draw(st.booleans()) else np.full(len(n), one)
    asked = {
        "overdispersion": draw(st.sampled_from([None, "phi", "tau2"])),
        "winsorise": draw(st.sampled_from([0.0, 0.1, 0.25])),
        "target": draw(st.sampled_from([None, None, 0.3, 0.9])),
    }
    return funnel(x, n, deff=deff, **asked), deff


@st.composite
def mean_funnels(draw: st.DrawFn) -> tuple[Funnel, np.ndarray]:
    _, n = country(draw)
    mean = np.where(n > 0, [draw(st.floats(1, 5)) for _ in n], np.nan)
    sd = np.where(n > 1, [draw(st.floats(0.1, 2)) for _ in n], np.nan)
    assume((n > 1).any())
    deff = np.array([draw(st.floats(1, 4)) for _ in n])
    asked = {
        "overdispersion": draw(st.sampled_from([None, "phi", "tau2"])),
        "target": draw(st.sampled_from([None, 3.0])),
    }
    return funnel_of_means(mean, sd, n, deff=deff, **asked), deff


@given(st.one_of(funnels(), mean_funnels()))
@settings(max_examples=40)
def test_a_unit_is_flagged_exactly_when_it_lies_outside_the_drawn_line(judged):
    result, deff = judged
    tested = result.units[result.units["n"] > 0]
    line = result.limits(tested["n"], deff=deff[result.units["n"] > 0]).set_index(tested.index)
    flag = pd.Series("", index=tested.index, dtype="str")
    for level, words in (("95", "95"), ("99.8", "99,8")):
        flag[tested["value"] < line[f"lower_{level}"] - 1e-12] = f"under {words}"
        flag[tested["value"] > line[f"upper_{level}"] + 1e-12] = f"över {words}"
    pd.testing.assert_series_equal(tested["flag"], flag, check_names=False)
    np.testing.assert_allclose(tested[LINES], line[LINES], rtol=0, atol=1e-12)
    assert (result.units["flag"][result.units["n"] == 0] == "").all()


@given(st.one_of(funnels(), mean_funnels()))
@settings(max_examples=40)
def test_p_is_below_a_level_exactly_when_the_unit_is_outside_that_line(judged):
    tested = judged[0].units.query("n > 0")
    assume((np.abs(tested["p"] - 0.05) > 1e-9).all() and (np.abs(tested["p"] - 0.002) > 1e-9).all())
    assert ((tested["p"] < 0.05) == (tested["flag"] != "")).all()
    assert ((tested["p"] < 0.002) == tested["flag"].str.endswith("99,8")).all()
    assert (tested["p_adjusted"] >= tested["p"] - 1e-15).all()


@given(st.data(), st.sampled_from([None, "phi", "tau2"]))
@settings(max_examples=40)
def test_agreement_and_disagreement_are_judged_alike(data, spread):
    x, n = country(data.draw)
    agree, differ = funnel(x, n, overdispersion=spread), funnel(n - x, n, overdispersion=spread)
    turned = differ.units["flag"].str.replace("över", "UNDER").str.replace("under", "över").str.lower()
    beyond = np.abs(agree.units[LINES].sub(agree.units["value"], axis=0)).min(axis=1)
    assert (agree.units["flag"] == turned)[~(beyond < 1e-9)].all()


@given(st.data())
@settings(max_examples=40)
def test_the_order_of_units_changes_nothing(data):
    x, n = country(data.draw)
    order = np.array(data.draw(st.permutations(range(len(n)))))
    there, back = funnel(x, n).units, funnel(x[order], n[order]).units
    pd.testing.assert_frame_equal(there.iloc[order].reset_index(drop=True), back.reset_index(drop=True))


@pytest.mark.parametrize("data", COUNTS)
@pytest.mark.parametrize("quantity", [*LINES, "p", "p_adjusted"])
def test_units_equal_r(data, quantity):
    table, expected = units(data), per_unit(data, quantity)
    found = funnel(table["x"], table["n"]).units.loc[expected.index, quantity]
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-9)


@pytest.mark.parametrize("data", COUNTS)
def test_overdispersion_equals_the_published_definitions(data):
    table = units(data)
    found = funnel(table["x"], table["n"])
    for quantity in ("phi", "tau2", "phi_winsorised", "tau2_winsorised"):
        assert getattr(found, quantity) == pytest.approx(number(data, quantity), abs=1e-9)


@pytest.mark.parametrize("data", COUNTS)
def test_tau2_around_the_weighted_mean_is_that_of_metafor(data):
    table = units(data)
    found = funnel(table["x"], table["n"], target=number(data, "metafor_target"))
    assert found.tau2 == pytest.approx(number(data, "metafor_tau2"), abs=1e-9)


@pytest.mark.parametrize("data", MEANS)
def test_means_equal_r(data):
    table, expected = units(data), per_unit(data, "z")
    found = funnel_of_means(table["mean"], table["sd"], table["n"])
    assert found.centre == pytest.approx(number(data, "centre"), abs=1e-9)
    assert found.tau2 == pytest.approx(number(data, "metafor_tau2"), rel=1e-9)
    np.testing.assert_allclose(found.units.loc[expected.index, "z"], expected, rtol=0, atol=1e-9)


def test_a_large_unit_is_compared_with_the_others_by_fishers_test():
    x, n = [30, 70, 150, 100], [60, 100, 200, 140]
    judged = funnel(x, n).units
    for unit in range(4):
        low, high = (
            stats.fisher_exact([[x[unit], n[unit] - x[unit]], [350 - x[unit], 150 - n[unit] + x[unit]]], side).pvalue
            for side in ("less", "greater")
        )
        assert judged["p"][unit] == pytest.approx(min(1, 2 * min(low, high)), abs=1e-12)


def test_with_equal_units_and_tau2_a_large_one_is_tested_against_the_mean_of_the_others():
    # Four means with n = 10 and sd 2: variance 0.4 + τ² each; unit minus the mean of three others has 4/3 of it.
    found = funnel_of_means([1, 2, 4, 9], [2, 2, 2, 2], [10] * 4, overdispersion="tau2")
    sd = np.sqrt((0.4 + found.tau2) * 4 / 3)
    np.testing.assert_allclose(found.units["z"], [-4 / sd, -(8 / 3) / sd, 0, (20 / 3) / sd], rtol=0, atol=1e-12)
    assert found.method == "normal; τ²; den som har över en tiondel av svaren mot övriga"


def test_a_small_unit_where_all_agree_is_not_flagged_for_being_small():
    x, n = [5, 90, 88, 86, 91, 89, 90, 84, 95, 92, 90], [5, *[100] * 10]
    assert funnel(x, n).units["flag"][0] == ""
    assert funnel(x, n, overdispersion="phi").units["flag"][0] == ""


def test_limits_by_hand():
    # Binomial(3, ½) has F(0) = .125: at p = .2 r = 1, F(1) = .5, so the limit is (1 − .3 / .375) / 3 = 1 / 15.
    line = funnel([1, 2], [3, 3], target=0.5, levels=[0.6]).limits([3])
    assert line["lower_60"].item() == pytest.approx(1 / 15, abs=1e-12)
    assert line["upper_60"].item() == pytest.approx(14 / 15, abs=1e-12)


def test_winsorising_lets_a_few_strong_outliers_be_seen():
    x, n = np.array([50] * 18 + [85, 15]), np.full(20, 100)
    raw, winsorised = (funnel(x, n, overdispersion="tau2", winsorise=share) for share in (0, 0.1))
    assert (raw.tau2, raw.tau2_winsorised) == (winsorised.tau2, winsorised.tau2_winsorised)
    assert raw.tau2 > 0.01 > winsorised.tau2_winsorised
    assert (winsorised.units["flag"][18], winsorised.units["flag"][19]) == ("över 99,8", "under 99,8")
    assert winsorised.method == "normal på arcsinusskala; τ² winsoriserat 10\u00a0%; ingen överspridning"


def test_names_and_missing_units_are_kept():
    names = pd.Index(["F1", "F2", "F3"])
    result = funnel(pd.Series([3, 0, 5], index=names), pd.Series([9, 0, 8], index=names))
    assert list(result.units.index) == ["F1", "F2", "F3"]
    assert (result.tested, result.n, result.centre) == (2, 17, 8 / 17)
    assert result.units.loc["F2", "status"] == Status.NO_DATA
    assert np.isnan(result.units.loc["F2", "value"])
    assert list(result.to_frame().columns[:3]) == ["unit", "n", "value"]


@pytest.mark.parametrize(
    "x, n, status, word",
    [
        ([0, 0], [0, 0], Status.NO_DATA, "Inga uppgifter"),
        ([], [], Status.NO_DATA, "Inga uppgifter"),
        ([3, 0], [5, 0], Status.NOT_APPLICABLE, "Endast en enhet"),
        ([5, 7], [5, 7], Status.NOT_APPLICABLE, "Alla svar är lika"),
        ([0, 0], [5, 7], Status.NOT_APPLICABLE, "Alla svar är lika"),
    ],
)
def test_data_that_cannot_be_compared_are_told_in_words(x, n, status, word):
    result = funnel(np.array(x, dtype=int), np.array(n, dtype=int))
    assert (result.status, result.centre, result.phi, result.tested) == (status, None, None, 0)
    assert result.reason.startswith(word)
    assert (result.units["flag"] == "").all()
    assert (result.units["reason"] != "").all()
    with pytest.raises(WrongShape, match="no line"):
        result.limits([10])


def test_means_without_spread_within_units_are_told_in_words():
    assert funnel_of_means([3, 4], [0, 0], [5, 5]).reason.startswith("Svaren skiljer sig inte")
    assert funnel_of_means([3, 4], [np.nan, np.nan], [1, 1]).status is Status.NOT_APPLICABLE


def test_one_unit_can_be_held_against_a_target():
    result = funnel([3], [40], target=0.3)
    assert (result.status, result.phi, result.units["flag"][0]) == (Status.OK, None, "under 99,8")


def test_arguments_are_left_as_they_were():
    x, n = pd.Series([3, 4]), pd.Series([9, 8])
    funnel(x, n, deff=2)
    pd.testing.assert_series_equal(x, pd.Series([3, 4]))
    pd.testing.assert_series_equal(n, pd.Series([9, 8]))


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: funnel([3, 6], [5, 5]), "at most n"),
        (lambda: funnel([0.5, 1], [5, 5]), "whole numbers"),
        (lambda: funnel([1, 2, 3], [5, 5]), "one length"),
        (lambda: funnel(pd.Series([1, 2]), pd.Series([5, 5], index=[1, 0])), "same units"),
        (lambda: funnel(["a", "b"], [5, 5]), "numbers"),
        (lambda: funnel([1, 2], [5, 5], deff=0.5), "deff"),
        (lambda: funnel([1, 2], [5, 5], deff=[1, 2, 3]), "deff"),
        (lambda: funnel([1, 2], [5, 5], target=30), "target"),
        (lambda: funnel([1, 2], [5, 5], levels=[95]), "level"),
        (lambda: funnel([1, 2], [5, 5], levels=[]), "levels"),
        (lambda: funnel([1, 2], [5, 5], winsorise=10), "winsorise"),
        (lambda: funnel([1, 2], [5, 5]).limits([0]), "whole numbers"),
        (lambda: funnel([1, 2], [5, 5]).limits([5], deff=2), "exact"),
        (lambda: funnel([1, 2], [5, 5], deff=[1, 2]).limits([5]), "deff"),
        (lambda: funnel_of_means([1, np.nan], [1, 1], [5, 5]), "mean"),
        (lambda: funnel_of_means([1, 2], [1, np.nan], [5, 5]), "sd"),
    ],
)
def test_calls_that_cannot_be_right_are_refused(call, message):
    with pytest.raises(WrongShape, match=message):
        call()


def test_an_unknown_overdispersion_is_refused():
    with pytest.raises(UnknownName, match="phi, tau2"):
        funnel([1, 2], [5, 5], overdispersion="theta")


def test_a_funnel_of_values_with_known_errors_weighs_by_precision():
    value, se = np.array([1.0, 2.0, 3.0, 6.0, np.nan]), np.array([0.5, 1.0, 0.5, 1.0, np.nan])
    found = funnel_means(value, se)
    assert found.centre == pytest.approx((4 * 1 + 2 + 4 * 3 + 6) / 10)
    assert (found.n, found.tested) == (4, 4)
    assert found.units["precision"].to_list() == [4, 1, 4, 1, 0]
    assert found.units["status"].to_list() == ["ok"] * 4 + ["inga data"]
    alone = funnel_means(value, se, target=2.0).units
    assert alone["z"].to_list()[:4] == pytest.approx([-2, 0, 2, 4])
    assert alone["flag"].to_list() == ["under 95", "", "över 95", "över 99,8", ""]


def test_where_sd_and_n_are_known_both_funnels_of_means_agree():
    mean, n = np.array([2.0, 3.0, 3.5, 4.0]), np.array([10, 20, 30, 40])
    known = funnel_of_means(mean, np.ones(4), n, target=3.0)
    assert funnel_means(mean, 1 / np.sqrt(n), target=3.0).units["p"].to_numpy() == pytest.approx(
        known.units["p"].to_numpy()
    )


@pytest.mark.parametrize(("value", "se"), [([1, 2], [1, 0]), ([1, np.nan], [1, 1]), ([1, 2], [1, np.nan])])
def test_a_value_without_its_error_is_refused(value, se):
    with pytest.raises(WrongShape, match="se"):
        funnel_means(value, se)
