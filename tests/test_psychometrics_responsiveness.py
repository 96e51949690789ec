from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special

from finsam_eval.errors import WrongShape
from finsam_eval.psychometrics.agreement import measurement_error
from finsam_eval.psychometrics.responsiveness import (
    effect_size,
    mean_change,
    minimal_important_change,
    responsiveness,
    standardised_mean,
    towards_mean,
)
from finsam_eval.results import RECORD_COLUMNS, Status

FOLDER = Path(__file__).parent / "reference"
OF_R = pd.read_csv(FOLDER / "responsiveness.csv", comment="#").set_index(["data", "statistic"])["value"]
ANOREXIA = pd.read_csv(FOLDER / "anorexia.csv", comment="#")
TREATED = (ANOREXIA["Treat"] != "Cont").astype(int)
SLEEP = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0], [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
PAIRS = {
    "sleep": SLEEP,
    "anorexia": (ANOREXIA["Prewt"], ANOREXIA["Postwt"]),
    "anorexia_steps": ((ANOREXIA["Prewt"] / 5).round(), (ANOREXIA["Postwt"] / 5).round()),
}
ANCHORED = ["anorexia", "anorexia_steps"]
CLOSED = 1e-8


def closed(data, statistic):
    return pytest.approx(OF_R[data, statistic], rel=CLOSED)


def change_of(data):
    before, after = PAIRS[data]
    return np.asarray(after) - np.asarray(before)


@pytest.mark.parametrize("data", PAIRS)
def test_sizes_of_change_are_those_of_r(data):
    change = mean_change(*PAIRS[data])
    assert (change.value, change.lower, change.upper) == (
        closed(data, "mean"),
        closed(data, "mean_lower"),
        closed(data, "mean_upper"),
    )
    assert standardised_mean(*PAIRS[data]).value == closed(data, "srm")
    assert effect_size(*PAIRS[data]).value == closed(data, "es")
    assert effect_size(*PAIRS[data], both=True).value == closed(data, "d_av")
    assert change.n == OF_R[data, "n"]


@pytest.mark.parametrize("data", ANCHORED)
def test_intervals_lie_near_those_of_normal_theory(data):
    srm, es = standardised_mean(*PAIRS[data]), effect_size(*PAIRS[data])
    width = OF_R[data, "srm_upper"] - OF_R[data, "srm_lower"]
    assert (srm.upper - srm.lower) == pytest.approx(width, rel=0.1)
    assert srm.lower == pytest.approx(OF_R[data, "srm_lower"], abs=0.1 * width)
    # Weights spread more after than before, which Becker's error takes to be alike; the jackknife's is the wider.
    assert es.upper - es.lower > 2 * 1.96 * OF_R[data, "becker_se"]


@pytest.mark.parametrize("data", ANCHORED)
def test_least_important_changes_are_those_of_r(data):
    found = minimal_important_change(change_of(data), TREATED)
    later = minimal_important_change(change_of(data), TREATED, anchor_reliability=0.7)
    assert found.correlation.value == closed(data, "anchor_r")
    assert found.auc.value == closed(data, "auc")
    assert found.mean.value == closed(data, "mic_mean")
    assert found.roc.value == closed(data, "mic_roc")
    assert found.predictive.value == closed(data, "mic_pred")
    assert found.adjusted.value == closed(data, "mic_apm")
    assert later.adjusted.value == closed(data, "mic_iapm")
    for one in (found.auc, found.mean, found.predictive, found.adjusted):
        assert one.lower < one.value < one.upper


def test_with_as_many_improved_as_not_nothing_is_corrected():
    change, anchor = np.tile([-1, 0, 1, 2], 10), np.tile([0, 1, 0, 1], 10)
    found = minimal_important_change(change, anchor)
    assert found.adjusted.value == pytest.approx(found.predictive.value)
    assert found.predictive.value == pytest.approx(0.5)
    assert found.roc.value == pytest.approx(-0.5)


@pytest.mark.parametrize(("mean", "pulled"), [(0.2, -0.1), (1.3, 0.3)])
def test_the_correction_brings_the_least_change_back_to_where_it_was_planted(mean, pulled):
    # Terluin, Eekhout & Terwee (2022): where more or fewer than half are improved, the plain one is pulled that way.
    rng = np.random.default_rng(2022)
    true = mean + rng.normal(size=40_000)
    seen, felt = (true + spread * rng.normal(size=true.size) for spread in (0.5, 0.6))
    anchor = (felt > 0.5).astype(int)
    found = minimal_important_change((4 * seen).round() / 4, anchor, anchor_reliability=1 / 1.36)
    usual = minimal_important_change((4 * seen).round() / 4, anchor)
    assert abs(found.adjusted.value - 0.5) < 0.04
    assert (found.predictive.value - 0.5) / pulled > 1
    assert abs(found.adjusted.value - 0.5) < abs(usual.adjusted.value - 0.5) < abs(usual.predictive.value - 0.5)


def test_regression_to_the_mean_is_that_of_the_truncated_normal():
    rng, reliability = np.random.default_rng(7), 0.6
    true = np.sqrt(reliability) * rng.normal(size=400_000)
    first, second = (true + np.sqrt(1 - reliability) * rng.normal(size=true.size) for _ in range(2))
    found = towards_mean(first, second, reliability).set_index("beginning")
    # Barnett et al. (2005): (1 − ρ) σ φ(0) / Φ(0) below the mean.
    drift = (1 - reliability) * np.sqrt(2 / np.pi)
    assert found.loc["under medel", "by_chance"] == pytest.approx(drift, abs=0.005)
    assert found.loc["under medel", "beyond"] == pytest.approx(0, abs=0.01)
    assert found.loc["över medel", "change"] == pytest.approx(-drift, abs=0.01)


def test_a_change_counts_for_one_person_when_it_is_beyond_the_error_of_a_retest():
    retest = pd.DataFrame({"a": [1, 2, 3, 4, 5, 3, 2, 4], "b": [1, 3, 3, 4, 4, 3, 2, 5]})
    before, after = [1, 2, 3, 3, 5, 4, np.nan, 2], [3, 4, 3, 4, 2, 4, 3, np.nan]
    found = responsiveness(before, after, retest=retest)
    error = measurement_error(retest["a"], retest["b"])
    assert (found.sdc.value, found.n, found.only_before, found.only_after) == (error.value, 6, 1, 1)
    assert 1 < error.value < 2
    assert (found.improved.value, found.worse.value) == (2 / 6, 1 / 6)
    assert found.guyatt.value == pytest.approx(found.change.value / (retest["b"] - retest["a"]).std())
    assert found.beginnings["by_chance"].notna().all()


def test_the_record_shows_every_number_with_its_name():
    frame = responsiveness(*PAIRS["anorexia_steps"], TREATED).to_frame()
    assert list(frame.columns) == ["statistic", *RECORD_COLUMNS]
    assert {"change", "srm", "es", "guyatt", "mic_roc", "mic_predictive", "mic_adjusted"} < set(frame["statistic"])
    assert set(frame.loc[frame["status"] == Status.NO_DATA, "statistic"]) == {"guyatt", "sdc", "improved", "worse"}


@pytest.mark.parametrize(
    ("before", "after"), [([], []), ([3], [4]), ([np.nan, 2], [1, np.nan]), ([np.nan, np.nan], [np.nan, np.nan])]
)
def test_without_two_pairs_there_is_no_number(before, after):
    found = responsiveness(before, after, anchor=[1] * len(before))
    told = found.to_frame()
    assert (told["status"] != Status.OK).all()
    assert (told["reason"] != "").all()
    assert told["value"].isna().all()


def test_two_persons_have_a_change_and_no_more_is_claimed_than_that():
    found = responsiveness([1, 2], [2, 5], anchor=[0, 1])
    assert found.change.value == 2
    assert found.change.lower < 0 < found.change.upper
    assert found.anchored.predictive.status is Status.NO_DATA


def test_no_change_at_all_is_a_change_of_nothing_in_no_spread():
    found = responsiveness([1, 2, 3] * 10, [1, 2, 3] * 10, anchor=[0, 1, 1] * 10)
    assert (found.change.value, found.change.lower, found.es.value) == (0, None, 0)
    assert found.srm.status is Status.NOT_APPLICABLE
    assert found.anchored.roc.status is Status.NOT_APPLICABLE


def test_all_alike_before_gives_no_effect_size():
    assert effect_size([3, 3, 3], [3, 4, 5]).status is Status.NOT_APPLICABLE
    assert len(towards_mean([3, 3, 3], [3, 4, 5], 0.5)) == 0


@pytest.mark.parametrize(
    ("anchor", "status"),
    [
        ([1] * 40, Status.NOT_APPLICABLE),
        ([1] * 5 + [0] * 35, Status.NO_DATA),
        ([1, 0, 0, 0] * 10, Status.NOT_APPLICABLE),
        (None, Status.NO_DATA),
    ],
)
def test_an_anchor_that_does_not_part_persons_or_parts_them_backwards_has_no_least_change(anchor, status):
    found = minimal_important_change([-1, 0, 1, 2] * 10, anchor)
    for one in (found.roc, found.predictive, found.adjusted):
        assert (one.status, one.value) == (status, None)
        assert one.reason


def test_an_anchor_that_parts_persons_wholly_has_a_threshold_and_no_curve():
    found = minimal_important_change([-1, 0, 1, 2] * 10, [0, 0, 1, 1] * 10)
    assert (found.roc.value, found.auc.value) == (0.5, 1)
    assert found.predictive.status is Status.NOT_APPLICABLE
    assert found.predictive.reason.startswith("Ankaret följer förändringen helt")


def test_a_weak_anchor_is_said():
    change, anchor = [0, 0, 1, 1] * 20, [0, 1, 0, 1] * 19 + [0, 0, 1, 1]
    found = minimal_important_change(change, anchor)
    assert found.correlation.value < 0.3
    assert "svagt" in found.predictive.reason


@pytest.mark.parametrize(
    "wrong",
    [
        {"after": [1, 2]},
        {"before": ["a", "b", "c"]},
        {"anchor": [0, 1]},
        {"anchor": [1, 2, 3]},
        {"anchor": ["ja", "nej", "ja"]},
        {"level": 95},
        {"anchor_reliability": 0},
        {"retest": pd.DataFrame({"one": [1, 2]})},
    ],
)
def test_a_call_that_cannot_be_right_is_refused(wrong):
    with pytest.raises(WrongShape):
        responsiveness(**{"before": [1, 2, 3], "after": [2, 3, 3], **wrong})


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=2, max_size=30))
def test_turning_time_round_turns_the_sign_and_steps_of_another_size_change_no_ratio(rows):
    before, after = np.array(rows, dtype=float).T
    there, back = standardised_mean(before, after), standardised_mean(after, before)
    assert there.status is back.status
    if there.value is not None:
        assert back.value == pytest.approx(-there.value, abs=1e-9)
        assert standardised_mean(before * 10, after * 10).value == pytest.approx(there.value, abs=1e-9)
    if there.lower is not None and back.upper is not None:
        assert back.upper == pytest.approx(-there.lower, abs=1e-7)


def test_the_noncentral_interval_that_the_jackknife_is_held_against_is_that_of_scipy():
    t, n = OF_R["anorexia", "srm"] * np.sqrt(72), 72
    limits = special.nctdtrinc(n - 1, [0.975, 0.025], t) / np.sqrt(n)
    assert limits == pytest.approx([OF_R["anorexia", "srm_lower"], OF_R["anorexia", "srm_upper"]], rel=1e-6)
