import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finsam_eval.errors import WrongShape
from finsam_eval.psychometrics.irt import mokken
from finsam_eval.psychometrics.irt.item_ordering import item_ordering, person_scalability
from finsam_eval.psychometrics.irt.monotonicity import groups_of
from finsam_eval.results import Status
from finsam_eval.stats.scalability import scalability
from tests.irt_data import SETS, expected, reference

REFERENCE = reference("mokken")
SMALL = ["bfi_A", "bfi_N", "datcat", "acl", "transreas"]


@pytest.mark.parametrize("data", SMALL)
def test_h_and_its_errors_are_those_of_mokken(data):
    found = mokken(SETS[data])
    assert found.n == expected(REFERENCE, data, "n").item()
    assert (found.value, found.se) == pytest.approx(
        (expected(REFERENCE, data, "H").item(), expected(REFERENCE, data, "H_se").item()), abs=1e-9
    )
    items = found.items.set_index("item")
    pairs = found.pairs.set_index(found.pairs["first"] + " " + found.pairs["second"])
    for table, name in ((items, "Hi"), (pairs, "Hij")):
        assert table["h"].to_dict() == pytest.approx(expected(REFERENCE, data, name).to_dict(), abs=1e-9)
        assert table["se"].to_dict() == pytest.approx(expected(REFERENCE, data, f"{name}_se").to_dict(), abs=1e-9)


@pytest.mark.parametrize("data", SMALL)
def test_monotonicity_is_that_of_mokken(data):
    table = mokken(SETS[data]).monotonicity.set_index("item")
    for column in ("groups", "comparisons", "violations", "largest", "sum", "z", "significant"):
        theirs = expected(REFERENCE, data, f"mono_{column}").to_dict()
        assert table[column].to_dict() == pytest.approx(theirs, abs=1e-8), column


@pytest.mark.parametrize("data", SMALL)
def test_the_order_of_items_is_that_of_mokken(data):
    found = mokken(SETS[data])
    assert found.ht == pytest.approx(expected(REFERENCE, data, "HT").item(), abs=1e-9)
    table = found.ordering.set_index("item")
    columns = ["violations", "largest", "sum", "t", "significant"]
    # Of transreas a crossing of .03 exactly is no violation here, and one in mokken, whose .03 is rounded up.
    for column in columns if data != "transreas" else ["largest", "t", "significant"]:
        theirs = expected(REFERENCE, data, f"iio_{column}").to_dict()
        assert table[column].to_dict() == pytest.approx(theirs, abs=1e-8), column


def test_items_that_cross_by_hand():
    # a is easiest over all; but the 50 pass b and c, not a. So a crosses both others, and they are alike.
    low, high = [[1, 0, 0]] * 60, [[0, 1, 1]] * 50
    table = item_ordering(np.array(low + high, dtype=float), ["a", "b", "c"]).set_index("item")
    assert list(table["violations"]) == [2, 1, 1]
    assert list(table["sum"]) == [2.0, 1.0, 1.0]
    assert list(table["significant"]) == [2, 1, 1]


def test_persons_who_order_items_alike_by_hand():
    # Everybody finds a easiest and c hardest, at different distances: all covariances are as high as they can be.
    alike = np.array([[4.0, 3, 1], [3, 2, 1], [5, 3, 2]])
    assert person_scalability(alike) == pytest.approx(1)
    assert np.isnan(person_scalability(np.ones((4, 3))))
    assert mokken(SETS["datcat"].head(60)).ordering.empty


@pytest.mark.parametrize("lowest", [0.2, 0.3, 0.4])
@pytest.mark.parametrize("data", ["bfi", "acl20", "transreas"])
def test_the_scales_are_those_of_mokken(data, lowest):
    found, theirs = mokken(SETS[data], lowest), expected(REFERENCE, data, f"aisp_{lowest:g}")
    assert found.items.set_index("item")["scale"].to_dict() == theirs.to_dict()
    assert found.scales == theirs.max()


def test_a_perfect_order_by_hand():
    # Whoever passes the harder passes the easier: no Guttman error, H is 1 and stays so whoever is left out.
    items = pd.DataFrame({"easy": [0, 1, 1, 1], "middle": [0, 0, 1, 1], "hard": [0, 0, 0, 1]})
    found = mokken(items)
    assert (found.value, found.se) == (pytest.approx(1), pytest.approx(0, abs=1e-9))
    assert (found.lower, found.upper) == (None, None)
    assert "Osäkerheten går inte" in found.reason
    assert "två grupper om minst 50" in found.reason
    assert found.monotonicity.empty


def test_two_items_by_hand():
    # Covariance .5 - .6 · .6; with margins .6 and .6 at most .6 - .36.
    items = pd.DataFrame([[1, 1]] * 5 + [[1, 0]] + [[0, 1]] + [[0, 0]] * 3, columns=["a", "b"])
    found = mokken(items)
    assert found.value == pytest.approx((0.5 - 0.36) / (0.6 - 0.36))
    assert found.pairs["h"].item() == pytest.approx(found.value)
    assert found.lower < found.value < found.upper < 1


def test_the_error_is_that_of_the_influence_of_a_person():
    steps = SETS["datcat"].to_numpy() - SETS["datcat"].to_numpy().min(axis=0)
    once, little = np.ones(len(steps)), 1e-5

    def counted(row: int, weight: float) -> float:
        return scalability(steps, once + weight * (np.arange(len(steps)) == row)).whole

    # To both sides, since H has an edge where two steps are as common.
    pulls = [(counted(row, little) - counted(row, -little)) / (2 * little) for row in range(len(steps))]
    by_hand = np.sqrt((np.array(pulls) ** 2).sum())
    assert mokken(SETS["datcat"]).se == pytest.approx(by_hand, rel=1e-4)


def test_groups_are_filled_from_below_and_the_rest_joins_the_last():
    score = np.array([0, 0, 1, 2, 2, 2, 3, 4, 5])
    assert list(groups_of(score, 3)) == [0, 0, 0, 1, 1, 1, 2, 2, 2]
    assert list(groups_of(score, 4)) == [0, 0, 0, 0, 0, 0, 0, 0, 0]
    assert list(groups_of(np.array([0, 1, 2, 3, 4]), 2)) == [0, 0, 1, 1, 1]


def test_an_item_keyed_the_other_way_is_seen():
    items = SETS["bfi_A"].assign(A2=7 - SETS["bfi_A"]["A2"])
    found = mokken(items)
    assert (found.pairs.loc[found.pairs["second"].eq("A2") | found.pairs["first"].eq("A2"), "h"] < 0).all()
    assert found.items.set_index("item")["scale"]["A2"] == 0
    assert found.monotonicity.set_index("item")["significant"]["A2"] > 0


@pytest.mark.parametrize(
    "items, status, says",
    [
        ({"a": [1, 2, 3]}, Status.NOT_APPLICABLE, "Bara en fråga"),
        ({"a": [1, 2, 3], "b": [2, 3, 3], "c": [4, 4, 4]}, Status.NO_DATA, "samma svar på c"),
        ({"a": [1, np.nan], "b": [2, 3], "c": [1, 2]}, Status.NO_DATA, "Bara en har svarat"),
        ({"a": [np.nan, np.nan], "b": [2, 3], "c": [1, 2]}, Status.NO_DATA, "Ingen har svarat"),
    ],
)
def test_what_cannot_be_had_says_why(items, status, says):
    found = mokken(pd.DataFrame(items, dtype=float))
    assert (found.status, found.value, found.se, found.scales) == (status, None, None, None)
    assert found.pairs.empty and found.items.empty and found.monotonicity.empty
    assert says in found.reason
    assert len(found.to_frame()) == 1


def test_calls_that_cannot_be_right_are_refused():
    with pytest.raises(WrongShape, match="0.3 is usual"):
        mokken(SETS["datcat"], lowest=30)
    with pytest.raises(WrongShape, match="level must lie between"):
        mokken(SETS["datcat"], level=95)
    with pytest.raises(WrongShape, match="whole numbers within 15"):
        mokken(pd.DataFrame({"a": [0.5, 1.0], "b": [1.0, 2.0]}))


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10_000))
def test_neither_order_nor_a_shifted_scale_changes_anything(seed):
    rng = np.random.default_rng(seed)
    opinion = rng.normal(size=(60, 1))
    items = pd.DataFrame(np.clip(np.round(opinion + rng.normal(size=(60, 4))), -2, 2), columns=list("abcd"))
    before, found = items.copy(), mokken(items)
    moved = mokken((items + 3)[list("dcba")].iloc[::-1])
    assert (moved.value, moved.se) == pytest.approx((found.value, found.se))
    ours, theirs = found.items.set_index("item"), moved.items.set_index("item").loc[list("abcd")]
    pd.testing.assert_series_equal(ours["h"], theirs["h"])
    assert found.value <= 1
    pd.testing.assert_frame_equal(items, before)
