import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from finsam_eval.compare import difference
from finsam_eval.errors import WrongShape
from finsam_eval.logic_model import evaluate
from finsam_eval.logic_model.change import enough, since_baseline
from finsam_eval.logic_model.power import needed, power_at
from finsam_eval.results import Status
from finsam_eval.stats import wilson
from tests.programmes import indicator, no_records, observed, programme


def changed(figure, baseline, **changes):
    model = programme(indicators=[indicator(baseline=baseline, **changes)])
    table = since_baseline(model, evaluate(model, no_records(), observed(figure)))
    assert len(table) == 1
    return table.iloc[0]


def test_a_baseline_with_n_is_as_uncertain_as_anything_counted():
    row, expected = changed({"x": 56, "n": 70}, {"x": 48, "n": 80}), difference(56, 70, 48, 80)
    # Newcombe (1998), Table II, example a: 56/70 − 48/80, method 10
    assert (row["change"], row["lower"], row["upper"]) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)
    assert (row["lower"], row["upper"]) == (expected.lower, expected.upper)
    assert (row["outcome"], row["verdict"], row["method"], row["reason"]) == ("bättre", "bättre", "Newcombe", "")
    assert (row["before_x"], row["before_n"]) == (48, 80)


def test_fewer_at_the_baseline_are_told_less_surely():
    row = changed({"x": 36, "n": 100}, {"value": 0.22, "n": 50})
    assert (row["before_x"], row["before"], row["outcome"], row["verdict"]) == (11, 0.22, "bättre", "kan inte avgöras")
    assert row["reason"] == "Utgångslägets antal är räknat ur dess andel."


def test_a_baseline_without_n_is_taken_as_certain_and_that_is_said():
    row, (lower, upper) = changed({"x": 36, "n": 100}, {"value": 0.22}), wilson(36, 100, 0.95)
    assert (row["lower"], row["upper"]) == pytest.approx((lower - 0.22, upper - 0.22))
    assert (row["verdict"], row["method"]) == ("bättre", "Wilson, säkert utgångsläge")
    assert "taget som säkert" in row["reason"]


@pytest.mark.parametrize(
    ("x", "direction", "outcome", "verdict"),
    [(10, "increase", "sämre", "sämre"), (10, "decrease", "bättre", "bättre"), (90, "decrease", "sämre", "sämre")]
    + [(50, "increase", "oförändrat", "kan inte avgöras")],
)
def test_better_is_in_the_indicators_own_direction(x, direction, outcome, verdict):
    row = changed({"x": x, "n": 100}, {"value": 0.5, "n": 100}, direction=direction, targets=[])
    assert (row["outcome"], row["verdict"]) == (outcome, verdict)


@pytest.mark.parametrize(
    ("figure", "baseline", "changes", "status", "says"),
    [
        ({"x": 36, "n": 100}, {"value": 0.6, "operator": ">"}, {}, "ej tillämpligt", "mer eller mindre än"),
        ({"n": 400, "printed": "30"}, {"value": 0.2}, {}, "ej tillämpligt", "Antalen är inte kända"),
        ({"value": 3.5}, {"value": 3.1}, {"measure": "mean", "targets": []}, "ok", "Bara utfallet jämförs"),
    ],
)
def test_what_cannot_be_told_says_why(figure, baseline, changes, status, says):
    row = changed(figure, baseline, **changes)
    assert (row["status"], row["verdict"]) == (status, "")
    assert says in row["reason"]
    assert pd.isna(row["lower"])


@pytest.mark.parametrize(("baseline", "outcome"), [(0.32, "sämre"), (0.28, "kan inte avgöras"), (0.1, "bättre")])
def test_where_n_is_not_printed_both_ends_are_held_against_the_baseline(baseline, outcome):
    row = changed({"x": 37, "printed": "28"}, {"value": baseline})
    assert (row["outcome"], row["base_low"], row["base_high"]) == (outcome, 130, 134)
    assert pd.isna(row["change"])
    limits = [wilson(37, n, 0.95) for n in (130, 134)]
    assert (row["lower"], row["upper"]) == pytest.approx((limits[1][0] - baseline, limits[0][1] - baseline))


def test_without_baseline_or_figure_there_is_no_row():
    for baseline, figure in ((None, {"x": 3, "n": 9}), ({"value": 0.2}, {})):
        model = programme(indicators=[indicator(baseline=baseline)])
        assert since_baseline(model, evaluate(model, no_records(), observed(figure))).empty


def test_thirty_against_twenty_two():
    found = needed(0.30, 0.22)
    assert (found.n, found.stable, found.exact, found.exact_stable, found.per_group) == (214, 232, 186, 204, 471)
    assert power_at([213, 214], 0.30, 0.22) == pytest.approx([0.78925983, 0.80163359], abs=1e-8)
    mirrored = needed(0.70, 0.78)
    assert (mirrored.n, mirrored.stable, mirrored.exact, mirrored.per_group) == (214, 232, 186, 471)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 400), st.integers(1, 99), st.integers(1, 99))
def test_power_is_the_share_of_outcomes_whose_wilson_interval_lies_on_that_side(n, true, against):
    counts = range(n + 1)
    lower, upper = wilson(list(counts), n, 0.95)
    side = lower >= against / 100 - 1e-12 if true >= against else upper <= against / 100 + 1e-12
    expected = stats.binom.pmf(list(counts), n, true / 100)[side].sum()
    assert power_at(n, true / 100, against / 100) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(("true", "against"), [(0.3, 0.2), (0.1, 0.4), (0.9, 0.2), (0.55, 0.5)])
def test_the_fewest_are_enough_one_less_is_not_and_from_the_stable_number_all_are(true, against):
    found = needed(true, against)
    assert power_at(found.n, true, against) >= 0.8
    assert found.n == 1 or power_at(found.n - 1, true, against) < 0.8
    later = range(found.stable, found.stable + 200)
    assert (power_at(list(later), true, against) >= 0.8).all()


def test_a_test_that_is_exact_never_gives_more_false_alarms_than_it_says():
    found = needed(0.3, 0.22)
    fewest = next(x for x in range(found.exact) if stats.binom.sf(x - 1, found.exact, 0.22) <= 0.05)
    assert stats.binom.sf(fewest - 1, found.exact, 0.30) >= 0.8


@pytest.mark.parametrize(("true", "against", "says"), [(0.3, 0.3, "ingen skillnad"), (0.5001, 0.5, "fler än 200 000")])
def test_a_difference_that_cannot_be_seen(true, against, says):
    found = needed(true, against)
    assert (found.status, found.n, found.per_group) == (Status.NOT_APPLICABLE, None, None)
    assert says in found.reason.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("arguments", [(30, 0.22), (0.3, 0), (0.3, 1)])
def test_shares_that_cannot_be_are_refused(arguments):
    with pytest.raises(WrongShape, match="share between 0 and 1"):
        needed(*arguments)
    with pytest.raises(WrongShape, match="power"):
        needed(0.3, 0.22, power=80)


def test_how_many_it_takes_beside_how_many_there_are():
    model = programme(indicators=[indicator(baseline={"value": 0.22})])
    row = enough(model, evaluate(model, no_records(), observed({"x": 36, "n": 100}))).iloc[0]
    assert (row["target"], row["against"], row["n"], row["needed"], row["stable"]) == (0.3, 0.22, 100, 214, 232)
    assert row["chance"] == pytest.approx(0.4508764, abs=1e-7)
    unknown = enough(model, evaluate(model, no_records(), observed())).iloc[0]
    assert unknown["needed"] == 214 and pd.isna(unknown["chance"])


@pytest.mark.parametrize(
    ("baseline", "target", "says"), [(0.3, 0.3, "inte bättre"), (0.4, 0.3, "inte bättre"), (0.0, 0.3, "0 eller 100")]
)
def test_a_target_that_is_no_other_level_needs_nobody(baseline, target, says):
    model = programme(
        indicators=[indicator(baseline={"value": baseline}, targets=[{"period": "2025", "value": target}])]
    )
    row = enough(model, evaluate(model, no_records(), observed({"x": 36, "n": 100}))).iloc[0]
    assert (row["status"], pd.isna(row["needed"])) == ("ej tillämpligt", True)
    assert says in row["reason"]
