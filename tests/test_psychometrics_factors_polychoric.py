import tracemalloc

import numpy as np
import pandas as pd
import pytest

from finsam_eval.errors import WrongShape
from finsam_eval.psychometrics.factors import polychoric
from finsam_eval.results import Status
from finsam_eval.stats.ordered_moments import covariance, ordered_moments, standard_errors
from tests.factor_data import ANSWERS, POLYCHORIC


def test_correlations_thresholds_and_their_errors_are_those_of_lavaan():
    found = polychoric(ANSWERS["bfi"])
    pairs = POLYCHORIC[~POLYCHORIC["other"].str.startswith("t")].set_index(["item", "other"])
    ours = found.pairs.set_index(["item", "other"]).loc[pairs.index]
    assert ours["correlation"].to_numpy() == pytest.approx(pairs["value"].to_numpy(), abs=1e-6)
    assert ours["se"].to_numpy() == pytest.approx(pairs["se"].to_numpy(), abs=1e-6)
    cuts = POLYCHORIC[POLYCHORIC["other"].str.startswith("t")]
    assert found.thresholds["item"].tolist() == cuts["item"].tolist()
    assert found.thresholds["threshold"].to_numpy() == pytest.approx(cuts["value"].to_numpy(), abs=1e-8)
    assert found.thresholds["se"].to_numpy() == pytest.approx(cuts["se"].to_numpy(), abs=1e-8)
    assert (found.n, found.status, found.positive_definite, found.smoothed) == (2436, Status.OK, True, False)


def test_the_record_holds_the_same_numbers_as_its_frame():
    found = polychoric(ANSWERS["datcat"])
    frame = found.to_frame()
    row = frame[(frame["item"] == "u3") & (frame["other"] == "u7")].iloc[0]
    assert found.correlations.loc["u7", "u3"] == found.correlations.loc["u3", "u7"] == row["correlation"]
    assert found.standard_errors.loc["u7", "u3"] == row["se"]
    assert np.diag(found.correlations).tolist() == [1.0] * 8
    table = pd.crosstab(ANSWERS["datcat"]["u3"], ANSWERS["datcat"]["u7"])
    assert row["empty_cells"] == (table.to_numpy() == 0).sum()


def test_errors_are_how_much_leaving_each_respondent_out_moves_the_estimate():
    # Answers cut out of normal opinions: elsewhere products of scores are not the slopes of the equations.
    opinions = np.random.default_rng(11).multivariate_normal(np.zeros(4), 0.5 * np.eye(4) + 0.5, 600)
    steps = np.digitize(opinions, [-0.7, 0.2, 1.0])
    moments = ordered_moments(steps)
    n, middle = len(steps), np.r_[moments.cuts[moments.used], moments.correlations]
    left = []
    for row in range(n):
        fewer = ordered_moments(np.delete(steps, row, axis=0))
        left.append(np.r_[fewer.cuts[fewer.used], fewer.correlations])
    pulls = np.array(left) - middle
    jackknife = (n - 1) / n * pulls.T @ pulls
    ours = covariance(moments, steps) / n
    sd = np.sqrt(np.diag(jackknife))
    assert np.sqrt(np.diag(ours)) == pytest.approx(sd, rel=0.05)
    assert ours / sd / sd[:, np.newaxis] == pytest.approx(jackknife / sd / sd[:, np.newaxis], abs=0.12)


def test_the_whole_covariance_holds_the_errors_and_the_part_of_the_correlations():
    steps = ANSWERS["datcat"].to_numpy().astype(int) - 1
    moments = ordered_moments(steps)
    whole, part = covariance(moments, steps), covariance(moments, steps, with_thresholds=False)
    cuts, correlations = standard_errors(moments)
    errors = np.sqrt(np.diag(whole) / (len(steps) - 1))
    assert errors == pytest.approx(np.r_[cuts[moments.used], correlations], abs=1e-12)
    assert whole[-28:, -28:] == pytest.approx(part, abs=1e-12)


def test_memory_does_not_go_with_respondents_times_pairs():
    steps = np.random.default_rng(3).integers(0, 5, (100_000, 12))
    tracemalloc.start()
    try:
        standard_errors(ordered_moments(steps))
        _, ours = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # One number a respondent and pair would be 53 million bytes; what is held is pairs of steps at a time.
    assert ours < 20_000_000


def test_a_lone_empty_cell_of_four_gets_half_an_answer_and_other_empty_cells_nothing():
    table = [(0, 0, 30), (0, 1, 10), (1, 1, 20)]
    two = pd.DataFrame([(a, b) for a, b, n in table for _ in range(n)], columns=["a", "b"], dtype=float)
    found = polychoric(two)
    by_hand = pd.DataFrame(
        [(a, b) for a, b, n in [(0, 0, 59), (0, 1, 21), (1, 0, 1), (1, 1, 39)] for _ in range(n)], columns=["a", "b"]
    )
    assert found.correlations.loc["a", "b"] == pytest.approx(polychoric(by_hand).correlations.loc["a", "b"], abs=1e-9)
    assert found.pairs["empty_cells"].tolist() == [1]
    assert found.status == Status.OK


def test_a_step_nobody_chose_is_left_out_and_a_step_is_named_by_its_answer():
    items = ANSWERS["datcat"][["u1", "u2"]]
    wider = items.assign(u1=items["u1"].where(items["u1"] < 3, items["u1"] + 4))
    found, same = polychoric(wider), polychoric(items)
    assert found.correlations.to_numpy() == pytest.approx(same.correlations.to_numpy(), abs=1e-12)
    assert found.thresholds["threshold"].to_numpy() == pytest.approx(same.thresholds["threshold"].to_numpy())
    assert found.thresholds["step"].tolist()[:2] == same.thresholds["step"].tolist()[:2]


def test_smoothing_happens_only_when_asked_for_and_is_said():
    r = np.random.default_rng(0)
    items = pd.DataFrame(np.clip(np.round(r.normal(size=(20, 7)) + r.normal(size=(20, 1))), -1, 1))
    plain, smooth = polychoric(items), polychoric(items, smooth=True)
    assert plain.status == Status.OK
    assert (plain.positive_definite, plain.smoothed, smooth.positive_definite, smooth.smoothed) == (
        False,
        False,
        False,
        True,
    )
    assert np.linalg.eigvalsh(plain.correlations)[0] < 0 < np.linalg.eigvalsh(smooth.correlations)[0]
    assert np.diag(smooth.correlations) == pytest.approx(1, abs=1e-12)
    assert "inte positivt definit" in plain.reason
    assert "utjämnade" in smooth.reason
    assert "utjämnade" in smooth.method


def test_a_pair_that_goes_together_is_named_and_the_others_are_there():
    items = ANSWERS["datcat"][["u1", "u2", "u3"]].assign(copy=ANSWERS["datcat"]["u1"])
    found = polychoric(items)
    assert found.status == Status.NOT_CONVERGED
    assert "u1 och copy" in found.reason
    assert np.isnan(found.correlations.loc["u1", "copy"])
    assert found.correlations.loc["u1", "u2"] == polychoric(items[["u1", "u2"]]).correlations.loc["u1", "u2"]
    assert found.positive_definite is None


@pytest.mark.parametrize(
    "items, status, says",
    [
        ({"a": [1, 2, 3]}, Status.NOT_APPLICABLE, "Bara en fråga"),
        ({"a": [1, 2, 3], "b": [4, 4, 4]}, Status.NO_DATA, "samma svar på b"),
        ({"a": [1, np.nan], "b": [2, 3]}, Status.NO_DATA, "Bara en har svarat"),
        ({"a": [np.nan, np.nan], "b": [2, 3]}, Status.NO_DATA, "Ingen har svarat"),
    ],
)
def test_what_cannot_be_had_says_why(items, status, says):
    found = polychoric(pd.DataFrame(items, dtype=float))
    assert found.status == status
    assert says in found.reason
    assert found.correlations.empty
    assert found.to_frame().empty


@pytest.mark.parametrize("answers", [[1.5, 2, 3], [1, 2, 40]])
def test_answers_that_are_no_steps_are_refused(answers):
    with pytest.raises(WrongShape, match="whole numbers within 15 ordered steps"):
        polychoric(pd.DataFrame({"a": answers, "b": [1, 2, 3]}))
