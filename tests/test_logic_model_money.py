import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finsam_eval.errors import WrongShape
from finsam_eval.logic_model import evaluate
from finsam_eval.logic_model.cost import cost_per_person, costs
from finsam_eval.logic_model.money import economy
from finsam_eval.results import Status
from finsam_eval.stats import wilson
from tests.programmes import NODES, indicator, no_records, observed, programme

AREA = {"areas": [{"id": "a", "title": "Vägen in"}], "nodes": [{**node, "area": "a"} for node in NODES]}
LINE = {"id": "l", "title": "Coacher", "area": "a", "amount": 1_300_000}


def budget(*lines, **changes):
    return {**AREA, "budgets": [{"id": "b", "title": "Budget", "lines": list(lines), **changes}]}


def result(*figures, **changes):
    model = programme(**changes)
    return model, evaluate(model, no_records(), observed(*figures))


def test_twelve_of_sixty_at_one_million_three_hundred_thousand():
    found = cost_per_person(1_300_000, 12, 60)
    assert (round(found.value), round(found.lower), round(found.upper)) == (108_333, 68_173, 183_173)
    assert found.reason == "Kostnaden är tagen som fast; bara slumpen i hur många som nådde dit är med."


@given(st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(1, n), st.just(n))), st.floats(1, 1e9))
def test_the_limits_are_those_of_the_share(cell, cost):
    (x, n), (lower, upper) = cell, wilson(*cell, 0.95)
    found = cost_per_person(cost, x, n)
    assert (found.lower, found.upper) == pytest.approx((cost / (n * upper), cost / (n * lower)))
    assert found.lower <= found.value * (1 + 1e-12) and found.value <= found.upper * (1 + 1e-12)


def test_nobody_costs_nothing_that_can_be_told():
    none, empty = cost_per_person(1000, 0, 60), cost_per_person(1000, 0, 0)
    assert (none.status, none.value, none.upper) == (Status.NOT_APPLICABLE, None, None)
    assert "Ingen nådde dit" in none.reason
    assert empty.status == Status.NO_DATA


@pytest.mark.parametrize("cost", [0, -1, float("inf")])
def test_a_cost_that_cannot_be_is_refused(cost):
    with pytest.raises(WrongShape, match="cost must be"):
        cost_per_person(cost, 12, 60)


def test_an_areas_cost_is_what_it_had_cost_else_what_it_was_to_cost():
    (model, table), told = result({"x": 12, "n": 60}, **budget(LINE)), ["cost", "basis", "value"]
    assert costs(model, table).iloc[0][told].tolist() == [1_300_000, "budget", pytest.approx(108_333.33, abs=0.01)]
    spent = {**LINE, "accounts": [{"period": "2025", "outcome": 1_200_000}]}
    model, table = result({"x": 12, "n": 60}, **budget(spent))
    assert costs(model, table).iloc[0][told].tolist() == [1_200_000, "utfall", 100_000]


@pytest.mark.parametrize(
    "changes",
    [
        budget({**LINE, "amount": None}),
        budget(LINE, {"id": "m", "title": "Lokal", "area": "a"}),
        budget({**LINE, "area": None}),
        {**AREA, "budgets": [{"id": name, "title": name, "lines": [LINE]} for name in ("b", "c")]},
        budget(LINE, kind="income"),
        {**budget(LINE), "indicators": [indicator(unit="möten")]},
    ],
)
def test_where_money_is_unknown_told_twice_or_not_for_persons_no_cost_is_told(changes):
    model, table = result({"x": 12, "n": 60}, **changes)
    assert costs(model, table).empty


def test_money_and_quality_side_by_side_per_tertial():
    accounts = [{"period": "2024", "outcome": 400_000, "forecast": 1_300_000}]
    accounts += [{"period": "2025", "outcome": 900_000, "forecast": 1_430_000}]
    goals = [{"period": period, "value": 0.3} for period in ("2024", "2025")]
    changes = {**budget({**LINE, "accounts": accounts}), "indicators": [indicator(targets=goals)]}
    model, table = result({"x": 12, "n": 60, "period": "2024"}, {"x": 36, "n": 100}, **changes)
    rows = economy(model, table)
    assert rows[["title", "period"]].to_numpy().tolist() == [["Vägen in", "2024"], ["Vägen in", "2025"]]
    money = ["amount", "outcome", "forecast", "deviation", "deviation_share", "spent_share"]
    assert rows.loc[0, money].tolist() == [1.3e6, 4e5, 1.3e6, 0, 0, pytest.approx(4 / 13)]
    assert rows.loc[1, money].tolist() == [1.3e6, 9e5, 1.43e6, 1.3e5, pytest.approx(0.1), pytest.approx(9 / 13)]
    assert rows[["demands", "reached", "missed", "unknown"]].to_numpy().tolist() == [[1, 0, 1, 0], [1, 1, 0, 0]]


def test_what_one_line_does_not_tell_the_area_does_not_tell():
    accounts = [{"period": "2025", "outcome": 900_000, "forecast": 1_430_000}]
    other = {"id": "m", "title": "Lokal", "area": "a", "accounts": [{"period": "2025", "outcome": 10}]}
    model, table = result(**budget({**LINE, "accounts": accounts}, other))
    row = economy(model, table).iloc[0]
    assert row["outcome"] == 900_010
    assert pd.isna(row["amount"]) and pd.isna(row["forecast"]) and pd.isna(row["deviation"])
    assert row["reason"] == (
        "Minst en post saknar belopp; summan sägs inte, eftersom okänt inte är noll. Prognos saknas för minst en post."
    )


def test_a_budget_nobody_has_accounted_for_is_told_as_it_is():
    model, table = result(**budget(LINE, {"id": "m", "title": "Kansli", "amount": 5}))
    rows = economy(model, table)
    assert rows[["title", "period", "amount"]].to_numpy().tolist() == [["Vägen in", "", 1.3e6], ["Kansli", "", 5]]
    assert rows["outcome"].isna().all() and rows["demands"].isna().all()
