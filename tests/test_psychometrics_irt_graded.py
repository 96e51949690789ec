from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finsam_eval.errors import WrongShape
from finsam_eval.psychometrics.irt import graded_response
from finsam_eval.psychometrics.irt.graded_fit import expected_answers, item_fit
from finsam_eval.results import Status
from finsam_eval.stats.graded import NODES, WEIGHTS, fit_graded, slopes_at, steps_at
from tests.irt_data import HERE, SETS, expected, reference

REFERENCE = reference("graded")
SCIENCE = pd.read_csv(HERE / "science.csv", comment="#")
ANSWERS = {
    "science": SCIENCE[["Comfort", "Work", "Future", "Benefit"]],
    "science_missing": pd.read_csv(HERE / "science_missing.csv", comment="#"),
    "datcat": SETS["datcat"],
    "bfi_A": SETS["bfi_A"],
    "bfi_N": SETS["bfi_N"],
}
FOUND = {name: graded_response(answers) for name, answers in ANSWERS.items()}


def steps_of(found, column: str) -> dict:
    table = found.thresholds.assign(number=found.thresholds.groupby("item").cumcount() + 1)
    return {(row.item, row.number): getattr(row, column) for row in table.itertuples()}


def drawn(seed: int, n: int = 300, k: int = 4) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    slope, cuts = np.linspace(1, 2, k)[:, np.newaxis], np.array([-1.0, 0.0, 1.0])
    noise = rng.logistic(size=(n, k, 1))
    steps = (slope * (rng.normal(size=(n, 1, 1)) - cuts) + noise > 0).sum(axis=2)
    return pd.DataFrame(steps, columns=list("abcdefgh")[:k])


@pytest.mark.parametrize("data", ANSWERS)
def test_the_likelihood_is_that_of_r(data):
    found = FOUND[data]
    assert found.status == Status.OK
    assert found.n == expected(REFERENCE, data, "n").item()
    assert found.log_likelihood == pytest.approx(expected(REFERENCE, data, "log_likelihood").item(), abs=1e-5)


@pytest.mark.parametrize("data", ["science", "datcat", "lsat"])
def test_the_likelihood_is_that_of_ltm(data):
    answers = ANSWERS[data] if data in ANSWERS else pd.read_csv(HERE / "lsat.csv", comment="#")
    theirs = expected(REFERENCE, data, "ltm_log_likelihood").item()
    assert graded_response(answers).log_likelihood == pytest.approx(theirs, abs=1e-4)


@pytest.mark.parametrize("data", ANSWERS)
def test_parameters_and_their_errors_are_those_of_r(data):
    items = FOUND[data].items.set_index("item")
    assert items["discrimination"].to_dict() == pytest.approx(
        expected(REFERENCE, data, "discrimination").to_dict(), abs=1e-5
    )
    assert items["se"].to_dict() == pytest.approx(expected(REFERENCE, data, "discrimination_se").to_dict(), abs=1e-5)
    thresholds, errors = steps_of(FOUND[data], "threshold"), steps_of(FOUND[data], "se")
    for number in range(1, 6):
        for item, value in expected(REFERENCE, data, f"threshold_{number}").items():
            assert thresholds.pop((item, number)) == pytest.approx(value, abs=1e-4)
            theirs = expected(REFERENCE, data, f"threshold_{number}_se")[item]
            assert errors[item, number] == pytest.approx(theirs, rel=1e-4)
    assert thresholds == {}


@pytest.mark.parametrize("data", ANSWERS)
def test_scores_dependence_and_information_are_those_of_r(data):
    found = FOUND[data]
    for column, name in (("score", "eap"), ("se", "eap_se")):
        theirs = list(expected(REFERENCE, data, name))
        answering = found.scores[found.scores["score"].notna()]
        assert list(answering[column].head(8)) == pytest.approx(theirs, abs=1e-5)
    assert found.reliability == pytest.approx(expected(REFERENCE, data, "reliability").item(), abs=1e-6)
    pairs = found.dependence.set_index(found.dependence["first"] + " " + found.dependence["second"])["q3"]
    assert pairs.to_dict() == pytest.approx(expected(REFERENCE, data, "q3").to_dict(), abs=1e-5)
    told = expected(REFERENCE, data, "information")
    ours = found.information([float(place) for place in told.index])
    assert list(ours["test"]) == pytest.approx(list(told), rel=1e-5)
    assert list(ours["se"]) == pytest.approx(list(told**-0.5), rel=1e-5)


def test_who_answered_nothing_has_no_score():
    answers = ANSWERS["science"].astype(float).copy()
    answers.iloc[5] = np.nan
    found = graded_response(answers)
    assert found.n == len(answers) - 1
    assert found.scores.iloc[5].isna().all()
    assert found.scores.drop(index=5).notna().all(axis=None)
    assert list(found.scores.index) == list(answers.index)


def test_curves_add_up_and_cross_at_their_thresholds():
    found = FOUND["science"]
    curves = found.category_curves([-1.0, 0.5])
    totals = curves.groupby(["item", "trait"])["share"].sum()
    assert list(totals) == pytest.approx([1.0] * 8)
    cut = found.thresholds.query("item == 'Work' and step == 3")["threshold"].item()
    at = found.category_curves([cut]).query("item == 'Work'")["share"].to_numpy()
    assert at[2:].sum() == pytest.approx(0.5)


def test_information_is_the_squared_slope_over_the_shares():
    values, at, small = np.array([1.0, -0.5, 1.7]), np.array([0.3]), 1e-6
    slope = (steps_at(values, at + small) - steps_at(values, at - small)) / (2 * small)
    assert slopes_at(values, at)[0] == pytest.approx(slope[0], abs=1e-8)
    # Of two steps: a² p (1 − p).
    two, share = np.array([0.4, 1.3]), 1 / (1 + np.exp(-(0.4 + 1.3 * 0.3)))
    told = (slopes_at(two, at) ** 2 / steps_at(two, at)).sum()
    assert told == pytest.approx(1.3**2 * share * (1 - share))


def test_where_items_measure():
    found = FOUND["bfi_N"]
    reach = found.reach.set_index("reliability")
    for reliability in (0.7, 0.8):
        ends = found.information([reach["lower"][reliability], reach["upper"][reliability]])
        assert list(ends["reliability"]) == pytest.approx([reliability] * 2, abs=0.01)
        scores = found.scores["score"].dropna()
        inside = scores.between(reach["lower"][reliability], reach["upper"][reliability]).mean()
        assert reach["share"][reliability] == pytest.approx(inside)
    # Four items on science nowhere tell nine tenths.
    nowhere = FOUND["science"].reach.set_index("reliability").loc[0.9]
    assert nowhere["share"] == 0 and np.isnan(nowhere["lower"])


def test_expected_answers_are_those_of_every_possible_pattern():
    values = [np.array([0.5, 1.2]), np.array([1.0, -1.0, 0.8]), np.array([0.2, 1.9])]
    curves = [steps_at(own, NODES) for own in values]
    by_hand = np.zeros((5, 3))
    for pattern in product(range(2), range(3), range(2)):
        likely = np.prod([curve[:, step] for curve, step in zip(curves, pattern, strict=True)], axis=0) @ WEIGHTS
        by_hand[sum(pattern), pattern[1]] += likely
    by_hand /= by_hand.sum(axis=1, keepdims=True)
    assert expected_answers(curves, 1) == pytest.approx(by_hand)


def test_item_fit_by_hand():
    # Of two items one score alone leaves a choice: one cell too few for two values.
    values = [np.array([0.0, 1.0]), np.array([0.0, 1.0])]
    codes = np.array([[1, 0]] * 70 + [[0, 1]] * 30 + [[0, 0], [1, 1]])
    table = item_fit(values, codes, ["a", "b"])
    assert table["chisq"].isna().all()
    four = [np.array([0.0, 1.0])] * 4
    drawn_codes = np.array(list(product(range(2), repeat=4)))
    table = item_fit(four, np.repeat(drawn_codes, 25, axis=0), list("abcd"))
    # All patterns as often: among those with one (two, three) right, each item in a quarter (half, three quarters).
    assert list(table["chisq"]) == pytest.approx([0.0] * 4, abs=1e-9)
    assert list(table["df"]) == [1.0] * 4
    moved = np.vstack([np.repeat(drawn_codes, 25, axis=0), [[1, 0, 0, 0]] * 20])
    # Of 120 with one right 45 have a right, where 30 are expected.
    by_hand = (45 - 30) ** 2 / 30 + (75 - 90) ** 2 / 90
    assert item_fit(four, moved, list("abcd"))["chisq"][0] == pytest.approx(by_hand)


def test_an_item_that_measures_something_else_does_not_fit():
    answers = drawn(4, n=1500, k=6)
    rng = np.random.default_rng(1)
    middle = np.where(rng.random(1500) < 0.7, (answers["c"].isin([1, 2])) * 3, answers["c"])
    found = graded_response(answers.assign(c=middle))
    assert found.fit.set_index("item")["p_adjusted"].idxmin() == "c"
    assert found.fit["p_adjusted"].min() < 0.01


def test_a_pair_with_something_of_its_own_is_seen():
    answers = drawn(5, n=800, k=7)
    found = graded_response(answers.assign(b=np.where(np.arange(800) % 3 == 0, answers["a"], answers["b"])))
    most = found.dependence.loc[found.dependence["above"].idxmax()]
    assert {most["first"], most["second"]} == {"a", "b"}
    assert most["above"] > 0.2


def test_steps_that_nobody_chose_are_told_and_do_not_count():
    answers = ANSWERS["science"].astype(float)
    spread = answers.assign(Comfort=answers["Comfort"].replace({4.0: 6.0, 3.0: 4.0}))
    found = graded_response(spread)
    assert found.log_likelihood == pytest.approx(FOUND["science"].log_likelihood)
    assert "räknas inte: Comfort" in found.reason
    assert list(found.thresholds.query("item == 'Comfort'")["step"]) == [2, 4, 6]


def test_an_item_keyed_the_other_way_has_a_negative_discrimination():
    turned = graded_response(ANSWERS["science"].assign(Work=5 - ANSWERS["science"]["Work"]))
    ours, theirs = turned.items.set_index("item"), FOUND["science"].items.set_index("item")
    assert ours["discrimination"]["Work"] == pytest.approx(-theirs["discrimination"]["Work"], abs=1e-5)
    assert turned.log_likelihood == pytest.approx(FOUND["science"].log_likelihood, abs=1e-6)


@pytest.mark.parametrize(
    "items, status, says",
    [
        ({"a": [1, 2, 3]}, Status.NOT_APPLICABLE, "en räcker inte"),
        ({"a": [1, 2, 3], "b": [1, 2, 3]}, Status.NOT_APPLICABLE, "två räcker inte"),
        ({"a": [1, 2], "b": [1, 2], "c": [1, 2]}, Status.NOT_APPLICABLE, "2 svarande är färre än de 6 tal"),
        ({"a": [1, 2], "b": [1, 2], "c": [2, 2]}, Status.NO_DATA, "samma svar på c"),
        ({"a": [1, 2], "b": [1, 2], "c": [np.nan, np.nan]}, Status.NO_DATA, "Ingen har svarat på c"),
        ({"a": [np.nan], "b": [np.nan], "c": [np.nan]}, Status.NO_DATA, "Ingen har svarat"),
    ],
)
def test_what_cannot_be_had_says_why(items, status, says):
    found = graded_response(pd.DataFrame(items, dtype=float))
    assert (found.status, found.log_likelihood, found.reliability) == (status, None, None)
    assert says in found.reason
    for table in (found.items, found.thresholds, found.reach, found.fit, found.dependence, found.category_curves()):
        assert table.empty
    assert found.scores["score"].isna().all()
    assert found.information([0.0])["test"].isna().all()


def test_items_that_are_one_have_no_model():
    answers = drawn(6, n=200, k=3)
    found = graded_response(answers.assign(b=answers["a"], c=answers["a"]))
    assert (found.status, found.items.empty) == (Status.NOT_CONVERGED, True)
    assert found.reason


def test_two_steps_are_a_logistic_curve():
    # Right and wrong answers: cuts and slopes such that the margins come back.
    answers = pd.read_csv(HERE / "lsat.csv", comment="#")
    rows, counts = np.unique(answers.to_numpy(), axis=0, return_counts=True)
    fit = fit_graded(rows - rows.min(), counts.astype(float), [2] * 5)
    shares = [(steps_at(own, NODES)[:, 1] * WEIGHTS).sum() for own in fit.values]  # noqa: PD011
    # Cuts meet the margins of the posterior, which are nearly those of the trait.
    assert shares == pytest.approx(list((answers - answers.min()).mean()), abs=2e-3)


def test_calls_that_cannot_be_right_are_refused():
    with pytest.raises(WrongShape, match="whole numbers within 15"):
        graded_response(ANSWERS["science"] + 0.5)
    with pytest.raises(WrongShape, match="respondents × items"):
        graded_response(pd.DataFrame({"a": ["x"], "b": ["y"], "c": ["z"]}))


@settings(max_examples=4, deadline=None)
@given(st.integers(0, 10_000))
def test_neither_order_nor_a_shifted_scale_changes_anything(seed):
    answers = drawn(seed)
    before, one = answers.copy(), graded_response(answers)
    other = graded_response((answers + 3)[list("dcba")].iloc[::-1])
    assert other.log_likelihood == pytest.approx(one.log_likelihood, abs=1e-6)
    ours, theirs = one.items.set_index("item"), other.items.set_index("item").loc[list("abcd")]
    assert list(ours["discrimination"]) == pytest.approx(list(theirs["discrimination"]), abs=1e-5)
    pd.testing.assert_series_equal(other.scores["score"].sort_index(), one.scores["score"], atol=1e-5)
    pd.testing.assert_frame_equal(answers, before)
