from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finsam_eval.disclosure import PUBLIC_REASON, Policy, Threshold, release_observations
from tests.programmes import observed

LIMITS = Threshold(min_n=10, min_x=3, both_sides=True)
POLICY = Policy(
    profile="publik",
    opinion=LIMITS,
    outcome=LIMITS,
    volume=Threshold(min_n=10, min_x=0, both_sides=False),
    offices_country_only=True,
    decided_by="Styrgruppen",
    decided_on=date(2025, 1, 15),
    source="Exempel",
)


def entered(x, n, gender="alla", **other):
    return {"x": x, "n": n, "gender": gender, "kind": "entered", **other}


def shown(*rows, **options):
    released = release_observations(observed(*rows), POLICY, **options)
    return [status == "ok" for status in released["status"]]


@pytest.mark.parametrize(
    ("x", "n", "passes"),
    [(3, 10, True), (3, 9, False), (2, 10, False), (7, 10, True), (8, 10, False), (0, 50, False), (50, 50, False)]
    + [(pd.NA, 10, True), (pd.NA, 9, False), (5, pd.NA, False), (pd.NA, pd.NA, False)],
)
def test_an_entered_figure_needs_enough_on_both_sides(x, n, passes):
    assert shown(entered(x, n, value=0.5, printed="50")) == [passes]


def test_a_published_figure_passes_as_it_is():
    rows = observed({"x": 1, "n": 2, "printed": "50", "printed_status": "grön", "mentioned": 9})
    released = release_observations(rows, POLICY)
    pd.testing.assert_frame_equal(released[rows.columns], rows)
    assert (list(released["status"]), list(released["reason"])) == (["ok"], [""])


def test_a_hidden_figure_tells_nothing_but_the_one_public_reason():
    rows = observed(entered(1, 4, mentioned=5, value=0.25, printed="25", printed_status="röd"))
    before = rows.copy()
    (row,) = release_observations(rows, POLICY).to_dict("records")
    assert (row["status"], row["reason"]) == ("undertryckt", PUBLIC_REASON)
    assert (row["printed"], row["printed_status"]) == ("", "")
    assert all(pd.isna(row[name]) for name in ("x", "n", "mentioned", "value"))
    assert (row["indicator"], row["period"], row["source"]) == ("andel", "2025", "Årsredovisning")
    pd.testing.assert_frame_equal(rows, before)


def test_what_counts_no_persons_passes():
    assert shown(entered(pd.NA, pd.NA, value=1), impersonal={"andel"}) == [True]
    assert shown(entered(pd.NA, pd.NA, value=1), impersonal={"annan"}) == [False]


def test_women_and_men_are_hidden_together_and_their_total_is_not():
    total, women, men = entered(20, 40), entered(17, 32, "kvinna"), entered(3, 8, "man")
    assert shown(total, women, men) == [True, False, False]
    assert shown(total, entered(10, 20, "kvinna"), entered(10, 20, "man")) == [True, True, True]


def test_a_part_whose_remainder_is_small_is_hidden():
    assert shown(entered(20, 40), entered(17, 32, "kvinna")) == [True, False]
    assert shown(entered(20, 40), entered(10, 20, "kvinna")) == [True, True]
    published = {"x": 20, "n": 40, "gender": "alla"}
    assert shown(published, entered(17, 32, "kvinna")) == [True, False]


def test_where_a_total_is_hidden_so_are_its_parts():
    assert shown(entered(38, 40), entered(10, 20, "kvinna"), entered(10, 20, "man")) == [False, False, False]


def test_periods_of_one_indicator_are_hidden_together_and_other_indicators_are_not():
    rows = [entered(20, 40), entered(2, 4, period="2024"), entered(21, 41, indicator="b"), entered(20, 40, unit="F01")]
    assert shown(*rows) == [False, False, True, True]


def test_no_observations():
    released = release_observations(observed(), POLICY)
    assert (len(released), list(released)[-2:]) == (0, ["status", "reason"])


@pytest.mark.parametrize(
    ("printed", "n", "passes"),
    [("1", 100, False), ("5", 100, True), ("98", 100, False), ("0", 50, False), ("37.5", 40, True), ("", 40, True)],
)
def test_a_percentage_without_a_count_is_held_to_the_counts_that_it_can_stand_for(printed, n, passes):
    assert shown(entered(pd.NA, n, printed=printed)) == [passes]


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=2, max_size=3))
def test_no_hidden_part_can_be_worked_out_by_subtraction(parts):
    genders = ["kvinna", "man", "okant"]
    counts = [(x, x + rest) for x, rest in parts]
    total = entered(sum(x for x, _ in counts), sum(n for _, n in counts))
    rows = [total, *(entered(x, n, gender) for (x, n), gender in zip(counts, genders, strict=False))]
    whole, *each = shown(*rows)
    assert len(set(each)) == 1
    assert whole or not each[0]
    if each[0]:
        assert all(n >= 10 and x >= 3 and n - x >= 3 for x, n in counts)


def test_figures_that_count_the_same_persons_are_hidden_with_the_one_between_them():
    rows = [
        entered(14, 40, indicator="avslut"),
        entered(12, 14, indicator="losning"),
        entered(5, 12, indicator="arbete"),
    ]
    assert shown(*rows) == [False, False, False]
    assert shown(rows[0], rows[2]) == [True, True]
    assert shown(*rows[:2], entered(12, 50, indicator="annat", unit="F01")) == [False, False, True]
