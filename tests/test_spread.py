from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finsam_eval import spread
from tests.views import NAMES, record, view

AT_END = {"group": "deltagare", "occasion": "avslut"}
RIKET = {"unit": "riket"}


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    """The country's view, whose study is read once."""
    return view(tmp_path_factory.mktemp("study"), [record(0.7, **RIKET)], unit="riket")


def standing(empty, *records):
    return spread.standing(replace(empty, records=pd.DataFrame(records)), **AT_END).to_dict("records")


def test_clearly_beside_means_that_the_whole_interval_is(empty):
    found = standing(
        empty,
        record(0.70, **RIKET),
        record(0.80, 0.71, 0.88, unit="F01"),
        record(0.60, 0.50, 0.69, unit="F02"),
        record(0.75, 0.70, 0.80, unit="F03"),
    )
    assert found == [{"item": "K01b", "comparable": 3, "above": 1, "below": 1, "by_chance": pytest.approx(0.15)}]


def test_a_hidden_share_makes_no_comparison(empty):
    hidden = [record(None, unit="F01"), record(0.9, 0.8, 0.95, unit="F02", status="undertryckt")]
    found = standing(empty, record(0.7, **RIKET), *hidden, record(0.9, 0.8, 0.95, unit="F03"))
    assert [(row["comparable"], row["above"]) for row in found] == [(1, 1)]
    without_country = standing(empty, record(None, **RIKET), record(0.9, 0.8, 0.95, unit="F03"))
    assert [(row["comparable"], row["above"], row["by_chance"]) for row in without_country] == [(0, 0, 0.0)]


def test_women_other_periods_and_other_numbers_are_left_out(empty):
    others = [{"gender": "kvinna"}, {"period": "2025H1"}, {"statistic": "medel"}, {"against_period": "2025H1"}]
    records = [record(0.9, 0.8, 0.95, unit="F01", **other) for other in others]
    assert standing(empty, record(0.7, **RIKET), *records)[0]["comparable"] == 0


def test_every_forbund_stands_in_the_order_of_the_file(empty):
    records = [record(0.7, **RIKET), record(0.9, unit="F03"), record(0.1, unit="F01")]
    found = spread.of_forbund(replace(empty, records=pd.DataFrame(records)), **AT_END, item="K01b")
    assert list(found.index) == list(NAMES)
    assert list(found["status"]) == ["ok", "inga data", "ok"]
    assert found.loc[["F01", "F03"], "value"].tolist() == [0.1, 0.9]


def test_how_many_items_may_be_shown(empty):
    both = [record(0.7, item=item, **RIKET) for item in ("K01b", "K02b")]
    seen = [record(0.7, unit="F01"), record(0.7, item="K02b", unit="F01"), record(0.7, unit="F02")]
    records = [*both, *seen, record(None, item="K02b", unit="F02")]
    found = spread.shown(replace(empty, records=pd.DataFrame(records)), **AT_END)
    assert found.to_dict("index") == {
        "F01": {"shown": 2, "items": 2},
        "F02": {"shown": 1, "items": 2},
        "F03": {"shown": 0, "items": 2},
    }


shares = st.floats(0, 1)


@given(value=shares, ends=st.lists(st.tuples(shares, shares).map(sorted), min_size=3, max_size=3))
def test_above_and_below_change_places_in_the_mirror(empty, value, ends):
    def counted(value, ends):
        intervals = [record(lower, lower, upper, unit=unit) for unit, (lower, upper) in zip(NAMES, ends, strict=True)]
        return standing(empty, record(value, **RIKET), *intervals)[0]

    one = counted(value, ends)
    other = counted(-value, [(-upper, -lower) for lower, upper in ends])
    assert (one["above"], one["below"]) == (other["below"], other["above"])
    assert one["above"] + one["below"] <= one["comparable"] == 3
