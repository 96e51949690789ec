from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finsam_eval.errors import UnknownName, WrongShape
from finsam_eval.psychometrics.validity import (
    calibration,
    compare_roc,
    known_groups,
    log_odds,
    predict_outcome,
    predicted_elsewhere,
    roc,
)
from finsam_eval.results import Status

HERE = Path(__file__).parent / "reference"
R = pd.read_csv(HERE / "validity_outcomes.csv", sep=";", comment="#").set_index("name")["value"]
ASAH = pd.read_csv(HERE / "asah.csv", comment="#")
AIR = pd.read_csv(HERE / "airquality.csv", comment="#")
POOR = ASAH["outcome"]
Z = 1.959963984540054

ANSWERS = st.lists(st.tuples(st.integers(1, 5), st.integers(0, 1)), min_size=6, max_size=40)


@pytest.mark.parametrize("score", ["s100b", "ndka", "wfns"])
def test_area_error_and_limits_are_those_of_proc(score):
    found = roc(ASAH[score], POOR, ci="delong")
    ours = [found.value, found.se**2, found.lower, found.upper]
    assert ours == pytest.approx([R[f"{name}_{score}"] for name in ("auc", "var", "lower", "upper")], abs=1e-12)
    assert (found.n, found.had, found.had_not) == (113, 41, 72)


def test_area_of_s100b_is_that_which_is_printed():
    found = roc(ASAH["s100b"], POOR, ci="delong")  # Robin et al. (2011), BMC Bioinformatics 12:77
    assert (round(found.value, 4), round(found.lower, 4), round(found.upper, 4)) == (0.7314, 0.6301, 0.8326)


@pytest.mark.parametrize("other", ["wfns", "ndka"])
def test_two_areas_are_compared_as_in_proc(other):
    found = compare_roc(ASAH["s100b"], ASAH[other], POOR)
    assert found.value / found.se == pytest.approx(R[f"z_s100b_{other}"], abs=1e-10)
    assert found.p == pytest.approx(R[f"p_s100b_{other}"], abs=1e-12)
    assert (found.first, found.second) == pytest.approx((R["auc_s100b"], R[f"auc_{other}"]), abs=1e-12)


def test_clustered_error_is_obuchowskis():
    found = roc(ASAH["s100b"], POOR, cluster=ASAH["age"] // 10)
    assert found.se**2 == pytest.approx(R["obuchowski_var_s100b"], abs=1e-14)
    assert found.clusters == 8


def test_with_each_person_a_cluster_the_error_is_delongs():
    alone = roc(ASAH["s100b"], POOR, cluster=list(range(113)))
    assert alone.se**2 == pytest.approx(R["var_s100b"], abs=1e-14)


def test_one_cluster_has_an_area_without_an_interval():
    found = roc(ASAH["s100b"], POOR, cluster=["F01"] * 113)
    assert found.value == pytest.approx(R["auc_s100b"])
    assert found.lower is None
    assert found.upper is None
    assert "samma förbund" in found.reason


def test_curve_by_hand():
    found = roc([1, 2, 2, 3], [0, 1, 0, 1])
    assert found.value == (1 + 0.5 + 1 + 1) / 4
    assert found.curve.to_dict("list") == {
        "threshold": [np.inf, 3.0, 2.0, 1.0],
        "sensitivity": [0.0, 0.5, 1.0, 1.0],
        "specificity": [1.0, 1.0, 0.5, 0.0],
        "expected": [0.0, 1.0, 3.0, 4.0],
    }


@settings(max_examples=60, deadline=None)
@given(ANSWERS)
def test_area_is_the_one_under_the_curve_and_turns_with_the_score(answers):
    score, outcome = np.array(answers, dtype=float).T
    found = roc(score, outcome)
    if found.value is None:
        return
    curve = found.curve
    under = np.trapezoid(curve["sensitivity"], 1 - curve["specificity"])
    turned = roc(-score, outcome)
    assert found.value == pytest.approx(under)
    assert turned.value == pytest.approx(1 - found.value)
    if found.lower is not None:
        assert 0 <= found.lower <= found.value <= found.upper <= 1
        assert (turned.lower, turned.upper) == pytest.approx((1 - found.upper, 1 - found.lower))


def test_scores_that_tell_all_apart_have_a_value_and_no_interval():
    found = roc([1, 2, 4, 5], [0, 0, 1, 1])
    assert (found.value, found.lower, found.upper) == (1.0, None, None)
    assert found.reason


def test_scores_that_order_alike_differ_by_nothing():
    found = compare_roc(ASAH["s100b"], ASAH["s100b"] * 2, POOR)
    assert (found.value, found.lower) == (0.0, None)
    assert "ordnar alla likadant" in found.reason


BAD = {
    "nobody": ([], [], Status.NO_DATA),
    "all missing": ([np.nan, 1.0], [1.0, np.nan], Status.NO_DATA),
    "all had it": ([1, 2, 3, 4], [1, 1, 1, 1], Status.NOT_APPLICABLE),
    "two persons": ([1, 2], [0, 1], Status.NO_DATA),
    "one had it": ([1, 2, 3, 4], [0, 0, 0, 1], Status.NO_DATA),
    "constant score": ([2, 2, 2, 2], [0, 1, 0, 1], Status.NOT_APPLICABLE),
}


@pytest.mark.parametrize("name", BAD)
def test_data_that_give_no_area_say_why(name):
    score, outcome, status = BAD[name]
    for found in (roc(score, outcome), compare_roc(score, score, outcome)):
        assert found.value is None
        assert found.status is status
        assert found.reason
        assert found.to_frame()["value"].isna().all()


@pytest.mark.parametrize("function", [roc, log_odds, predict_outcome, calibration])
def test_calls_that_cannot_be_right_are_refused(function):
    with pytest.raises(WrongShape, match="same order"):
        function([0.1, 0.2, 0.3], [0, 1])
    with pytest.raises(WrongShape, match="outcome must be 1"):
        function([0.1, 0.2, 0.3], [0, 1, 2])
    with pytest.raises(WrongShape, match="numbers") as refused:
        function(["0.1", "0.2", "hemlig"], [0, 1, 1])
    assert "hemlig" not in str(refused.value)
    with pytest.raises(WrongShape, match="level"):
        function([0.1, 0.2, 0.3], [0, 1, 1], level=95)


def test_unknown_interval_is_refused():
    with pytest.raises(UnknownName, match="logit, delong"):
        roc([1, 2, 3, 4], [0, 1, 0, 1], ci="bootstrap")


def test_who_lacks_score_or_outcome_is_left_out():
    scores = pd.Series([1, 2, np.nan, 3, 4, 5], index=list("fedcba"))
    found = roc(scores, pd.Series([0, 1, 1, 0, np.nan, 1]))
    assert found.value == roc([1, 2, 3, 5], [0, 1, 0, 1]).value
    assert found.n == 4


CHANCES = 1 / (1 + np.exp(1.5 - 0.7 * ASAH["wfns"]))


def test_calibration_is_that_of_glm():
    found = calibration(CHANCES, POOR)
    assert found.value == pytest.approx(R["cal_slope"], abs=1e-8)
    assert (found.upper - found.value) / Z == pytest.approx(R["cal_slope_se"], abs=1e-6)
    assert found.intercept == pytest.approx(R["cal_intercept"], abs=1e-8)
    assert (found.intercept_upper - found.intercept) / Z == pytest.approx(R["cal_intercept_se"], abs=1e-8)
    assert found.brier == pytest.approx(R["brier"], abs=1e-12)


def test_bins_hold_all_and_never_part_equal_chances():
    bins = calibration(CHANCES, POOR, bins=4).bins
    assert bins["n"].sum() == 113
    assert bins["predicted"].is_monotonic_increasing
    assert ((bins["lower"] <= bins["observed"]) & (bins["observed"] <= bins["upper"])).all()
    assert (bins["n"] * bins["observed"]).sum() == pytest.approx(41)
    assert set(bins["n"].cumsum()) <= {39, 71, 75, 91, 113}
    assert len(bins) > 2


def test_those_who_are_told_to_belong_together_are_shown_so():
    bins = calibration(CHANCES, POOR, together=ASAH["wfns"]).bins
    assert bins["n"].tolist() == [39, 32, 4, 16, 22]
    assert bins["observed"].tolist() == pytest.approx(POOR.groupby(ASAH["wfns"]).mean().tolist())


def test_calibration_says_what_it_cannot_tell():
    assert calibration([0.3] * 4, [0, 1, 0, 1]).status is Status.NOT_APPLICABLE
    assert calibration([0.3] * 4, [0, 1, 0, 1]).brier == pytest.approx((2 * 0.09 + 2 * 0.49) / 4)
    assert calibration([0.1, 0.2, 0.8, 0.9], [0, 0, 1, 1]).status is Status.NOT_CONVERGED
    assert calibration([0.1, 0.2], [1, 1]).status is Status.NOT_APPLICABLE
    assert calibration([], []).status is Status.NO_DATA
    with pytest.raises(WrongShape, match="strictly between 0 and 1"):
        calibration([0.0, 0.5], [0, 1])
    with pytest.raises(WrongShape, match="bins"):
        calibration([0.1, 0.5], [0, 1], bins=1)


def test_two_known_groups_are_those_of_r():
    found = known_groups(ASAH["s100b"], POOR)
    pair = found.pairs.iloc[0]
    ours = [pair["g"], pair["g_lower"], pair["g_upper"], pair["p"]]
    theirs = [R[name] for name in ("g_s100b", "g_s100b_lower", "g_s100b_upper", "wilcox_s100b")]
    assert ours == pytest.approx(theirs, abs=1e-8)
    assert found.value == pytest.approx(R["auc_s100b"])
    assert (found.lower, found.upper) == (roc(ASAH["s100b"], POOR).lower, roc(ASAH["s100b"], POOR).upper)


def test_several_groups_and_their_order_are_those_of_r():
    found = known_groups(AIR["Ozone"], AIR["Month"])
    assert found.value == pytest.approx(R["trend_airquality"], abs=1e-12)
    assert found.p == pytest.approx(R["trend_p_airquality"], abs=1e-10)
    assert found.lower < found.value < found.upper
    pair = found.pairs[(found.pairs["first"] == 5) & (found.pairs["second"] == 7)].iloc[0]
    assert pair["p_adjusted"] == pytest.approx(R["pair_p_5_7"], abs=1e-12)
    assert known_groups(ASAH["s100b"], ASAH["wfns"]).p == pytest.approx(R["trend_p_asah"], rel=1e-8)


def test_limits_of_many_pairs_are_wider_than_of_one():
    months = AIR[AIR["Month"].isin([5, 7])]
    alone = known_groups(months["Ozone"], months["Month"]).pairs.iloc[0]
    among = known_groups(AIR["Ozone"], AIR["Month"]).pairs
    same = among[(among["first"] == 5) & (among["second"] == 7)].iloc[0]
    assert same["g"] == pytest.approx(alone["g"])
    assert same["g_lower"] < alone["g_lower"] < alone["g_upper"] < same["g_upper"]
    assert same["above_lower"] < alone["above_lower"]


def test_order_is_the_one_that_was_told():
    values, group = [1, 2, 3, 3, 4, 5], list("aabbcc")
    up, down = (known_groups(values, group, order=order) for order in ("abc", "cba"))
    assert up.value == pytest.approx(1.0)
    assert down.value == pytest.approx(0.0)
    assert list(down.groups["group"]) == ["c", "b", "a"]
    assert known_groups(values, group, order="ab").n == 4


def test_order_of_several_groups_of_two_is_that_of_the_curve():
    rng = np.random.default_rng(2)
    values, group = rng.integers(1, 6, 90), rng.integers(0, 3, 90)
    wins = ties = pairs = 0
    for i in range(90):
        for j in range(90):
            if group[i] < group[j]:
                pairs += 1
                wins += values[i] < values[j]
                ties += values[i] == values[j]
    assert known_groups(values, group).value == pytest.approx((wins + ties / 2) / pairs)


@pytest.mark.parametrize(
    ("values", "group", "status"),
    [
        ([], [], Status.NO_DATA),
        ([1, 2], ["a", "b"], Status.NO_DATA),
        ([1, 2, 3], ["a", "a", "a"], Status.NOT_APPLICABLE),
        ([2, 2, 2, 2], ["a", "a", "b", "b"], Status.NOT_APPLICABLE),
        ([np.nan, np.nan], ["a", "b"], Status.NO_DATA),
    ],
)
def test_groups_that_cannot_be_compared_say_why(values, group, status):
    found = known_groups(values, group)
    assert (found.value, found.status) == (None, status)
    assert found.reason


def test_groups_that_do_not_vary_within_have_an_order_and_no_standardised_difference():
    pair = known_groups([1, 1, 2, 2], ["a", "a", "b", "b"]).pairs.iloc[0]
    assert pair["above"] == 1.0
    assert np.isnan(pair["g"])


def test_wrong_groups_are_refused():
    with pytest.raises(UnknownName, match="nobody"):
        known_groups([1, 2], ["a", "b"], order=["a", "c"])
    with pytest.raises(WrongShape, match="once"):
        known_groups([1, 2], ["a", "b"], order=["a", "a"])
    with pytest.raises(WrongShape, match="one entry per person"):
        known_groups([1, 2, 3], ["a", "b"])


def persons(seed: int = 1, units: int = 20, sd: float = 0.7) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    unit, step = rng.integers(0, units, 500), rng.integers(1, 6, 500)
    logit = -2 + 0.5 * step + sd * rng.normal(size=units)[unit]
    return pd.DataFrame({"step": step, "had": (rng.random(500) < 1 / (1 + np.exp(-logit))) * 1.0, "unit": unit})


def test_odds_of_a_step_alone_are_those_of_the_whole_model():
    data = persons()
    model = predict_outcome(data[["step"]], data["had"], data["unit"])
    alone, row = log_odds(data["step"], data["had"], cluster=data["unit"]), model.coefficients.iloc[1]
    assert (alone.value, alone.lower, alone.upper) == (row["value"], row["lower"], row["upper"])
    assert row["odds_ratio"] == pytest.approx(np.exp(row["value"]))
    assert row["lower"] < 0.5 < row["upper"]
    assert model.between_lower < 0.49 < model.between_upper


def test_median_odds_ratio_is_that_of_larsen_and_merlo():
    data = persons()
    model = predict_outcome(data["step"], data["had"], data["unit"])
    assert model.median_odds_ratio == pytest.approx(np.exp(0.6744897501960817 * np.sqrt(2 * model.between)))
    assert model.median_odds_lower < model.median_odds_ratio < model.median_odds_upper


def test_without_units_it_is_plain_logistic_regression():
    data = persons()
    found = predict_outcome(data["step"], data["had"])
    same = predict_outcome(data["step"], data["had"], [1] * 500)
    assert "slumpintercept" not in found.method
    assert found.between is None
    assert same.coefficients.equals(found.coefficients)


def test_models_that_cannot_be_had_say_why():
    data = persons()
    assert predict_outcome(data["step"], data["step"] > 3, data["unit"]).status is Status.NOT_CONVERGED
    assert log_odds(data["step"], data["step"] > 3, cluster=data["unit"]).status is Status.NOT_CONVERGED
    twice = data[["step"]].assign(again=data["step"] * 2)
    assert predict_outcome(twice, data["had"], data["unit"]).status is Status.NOT_APPLICABLE
    assert predict_outcome([3, 3, 3], [0, 1, 1]).status is Status.NOT_APPLICABLE
    assert log_odds([], []).status is Status.NO_DATA
    assert predict_outcome([1, 2, 3], [1, 1, 1]).to_frame().empty
    assert "bara 4 grupper" in log_odds(data["step"], data["had"], cluster=data["unit"] % 4).reason


def test_chances_elsewhere_know_nothing_of_the_persons_own_unit():
    data = persons()
    before = predicted_elsewhere(data[["step"]], data["had"], data["unit"])
    turned = data["had"].mask(data["unit"] == 0, 1 - data["had"])
    after = predicted_elsewhere(data[["step"]], turned, data["unit"])
    own = (before["unit"] == before.loc[data.index[data["unit"] == 0][0], "unit"]).to_numpy()
    assert before["predicted"][own].equals(after["predicted"][own])
    assert not before["predicted"][~own].equals(after["predicted"][~own])
    found = calibration(before["predicted"], before["outcome"])
    assert found.lower < 1 < found.upper
    assert found.intercept_lower < 0 < found.intercept_upper
    assert found.brier < found.brier_of_share


def test_one_unit_alone_has_no_chances_from_elsewhere():
    assert predicted_elsewhere([1, 2, 3], [0, 1, 0], ["a"] * 3)["predicted"].isna().all()


def test_the_unit_of_a_score_changes_its_coefficient_and_nothing_else():
    data = persons()
    plain, tiny = (predict_outcome(data["step"] * unit, data["had"], data["unit"]) for unit in (1, 1e-6))
    assert tiny.coefficients.loc[1, "value"] * 1e-6 == pytest.approx(plain.coefficients.loc[1, "value"])
    assert tiny.coefficients.loc[0, "value"] == pytest.approx(plain.coefficients.loc[0, "value"])
    assert tiny.coefficients["p"].tolist() == pytest.approx(plain.coefficients["p"].tolist())
    assert (tiny.between_lower, tiny.between_upper) == pytest.approx((plain.between_lower, plain.between_upper))


@pytest.mark.parametrize(
    ("score", "outcome", "unit"),
    [
        ([2e-6, 1e-6, 3e-6, 1e-6], [0, 1, 1, 1], [2, 3, 3, 0]),
        ([4.000000000017588, 3.9999999998980034, 3.0], [1, 0, 1], [1, 0, 1]),
        ([1, 2, 1, 2, 1], [1, 0, 0, 1, 1], [0, 0, 1, 1, 2]),
    ],
)
def test_hardly_any_data_give_a_number_or_a_reason(score, outcome, unit):
    model, alone = predict_outcome(score, outcome, unit), log_odds(score, outcome, cluster=unit)
    assert model.status == alone.status
    assert np.isfinite(model.coefficients["value"]).all()
    assert (alone.value is None) == (alone.status is not Status.OK)
    assert alone.reason


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 5), st.integers(0, 3)), max_size=14))
def test_any_groups_give_numbers_or_a_reason(answers):
    found = known_groups([value for value, _ in answers], [group for _, group in answers])
    assert (found.value is None) == (found.status is not Status.OK)
    assert found.value is not None or found.reason
    ok = found.pairs[found.pairs["status"] == Status.OK]
    assert ok["above"].between(0, 1).all()
    known = ok.dropna(subset=["g"])
    assert ((known["g_lower"] <= known["g"]) & (known["g"] <= known["g_upper"])).all()
