import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from finsam_eval.errors import UnknownName, WrongShape
from finsam_eval.psychometrics import cronbach_alpha, item_statistics, spearman_brown
from finsam_eval.results import RECORD_COLUMNS, Status
from tests.consistency_data import expected as r_number
from tests.psychometric_data import ATTITUDE, BFI, ITEMS_OF_BFI, expected, printed

AGREEABLE = BFI[["A1", "A2", "A3", "A4", "A5"]].assign(A1=7 - BFI["A1"])
SETS = {
    "attitude": ATTITUDE,
    "bfi_A": AGREEABLE,
    "bfi_A_all_items": AGREEABLE[BFI[ITEMS_OF_BFI].notna().all(axis=1)],
}


@pytest.mark.parametrize("name", SETS)
def test_alpha_is_that_of_r(name):
    found = cronbach_alpha(SETS[name], ci="feldt")
    assert found.value == printed(name, "alpha")
    assert found.n == expected(name, "n")


@pytest.mark.parametrize("name", ["attitude", "bfi_A"])
def test_feldt_is_that_of_r(name):
    found = cronbach_alpha(SETS[name], ci="feldt")
    assert (found.lower, found.upper) == (printed(name, "feldt_lower"), printed(name, "feldt_upper"))


@pytest.mark.parametrize("name", ["attitude", "bfi_A"])
def test_the_jackknife_is_that_of_its_formula_in_r(name):
    found = cronbach_alpha(SETS[name])
    limits = [r_number(name, f"jackknife_{side}") for side in ("lower", "upper")]
    assert (found.lower, found.upper) == pytest.approx(limits, abs=1e-9)


def test_two_items_without_gaps_step_up_as_in_r():
    found = spearman_brown(ATTITUDE[["rating", "complaints"]])
    assert found.value == pytest.approx(r_number("attitude", "spearman_brown"), abs=1e-9)
    assert found.lower < found.value < found.upper < 1


@pytest.mark.parametrize("name", ["attitude", "bfi_A"])
def test_adf_is_the_robust_standard_error_of_lavaan(name):
    found = cronbach_alpha(SETS[name], ci="adf")
    error = (found.upper - found.lower) / 2 / 1.959963984540054
    # lavaan divides the squared pulls by n, Maydeu-Olivares et al. by n - 1.
    assert error * np.sqrt((found.n - 1) / found.n) == printed(name, "adf_se")


@pytest.mark.parametrize("name", ["attitude", "bfi_A"])
def test_item_statistics_are_those_of_r(name):
    table = item_statistics(SETS[name]).set_index("item")
    names = {"n": "item_n", "mean": "item_mean", "sd": "item_sd"}
    for column in ("n", "mean", "sd", "item_rest", "alpha_if_deleted"):
        for item, value in table[column].items():
            assert value == printed(name, names.get(column, column), item), (item, column)


def test_the_declared_numbers_of_the_example():
    assert round(cronbach_alpha(SETS["bfi_A"]).value, 6) == 0.703756
    assert round(cronbach_alpha(SETS["bfi_A_all_items"]).value, 6) == 0.715849


def test_two_items_step_up_their_correlation():
    two = BFI[["A2", "A3"]]
    found = spearman_brown(two)
    assert found.value == printed("bfi_A2_A3", "spearman_brown")
    assert found.n == expected("bfi_A2_A3", "n")
    assert found.lower < found.value < found.upper


def test_alpha_by_hand():
    # Item variances 1 and 1, the sum's 3 (1 + 1 + 2 · 0.5): alpha = 2 (1 - 2/3).
    items = pd.DataFrame({"a": [1, 2, 3], "b": [2, 1, 3]})
    found = cronbach_alpha(items)
    assert found.value == pytest.approx(2 / 3)
    assert (found.lower, found.upper) == (None, None)
    assert "går inte att räkna fram" in found.reason


def test_a_record_says_its_method_and_goes_into_a_frame():
    found = cronbach_alpha(ATTITUDE)
    frame = found.to_frame()
    assert list(frame.columns) == [*RECORD_COLUMNS, "k"]
    assert (found.method, found.k, found.n) == ("Cronbachs alfa, jackknife", 7, 30)
    assert frame["value"].iloc[0] == found.value


@pytest.mark.parametrize(
    "items, status, says, n",
    [
        ({"a": [1, 2, 3]}, Status.NOT_APPLICABLE, "Bara en fråga", 3),
        ({"a": [1, 2, 3], "b": [4, 4, 4]}, Status.NO_DATA, "samma svar på b", 3),
        ({"a": [1, np.nan], "b": [2, 3]}, Status.NO_DATA, "Bara en har svarat", 1),
        ({"a": [np.nan, np.nan], "b": [2, 3]}, Status.NO_DATA, "Ingen har svarat", 0),
        ({"a": [1, 2, 3], "b": [3, 2, 1]}, Status.NO_DATA, "densamma för alla", 3),
    ],
)
def test_what_cannot_be_had_says_why(items, status, says, n):
    found = cronbach_alpha(pd.DataFrame(items, dtype=float))
    assert (found.status, found.n, found.value, found.lower) == (status, n, None, None)
    assert says in found.reason


def test_opposite_items_have_no_spearman_brown_and_three_are_too_many():
    opposite = spearman_brown(pd.DataFrame({"a": [1, 2, 3], "b": [3, 2, 1]}))
    assert (opposite.status, opposite.value) == (Status.NO_DATA, None)
    assert spearman_brown(pd.DataFrame({"a": [1, 2, 3]})).status == Status.NOT_APPLICABLE
    with pytest.raises(WrongShape, match="two items, got 7"):
        spearman_brown(ATTITUDE)


def test_a_negative_alpha_is_shown_and_named():
    found = cronbach_alpha(pd.DataFrame({"a": [1, 2, 3, 4, 4, 1], "b": [4, 3, 3, 1, 2, 4]}))
    assert found.value < 0
    assert "negativt" in found.reason


@pytest.mark.parametrize("items", [pd.DataFrame({"a": ["1", "2"]}), [[1, 2], [3, 4]], pd.DataFrame(index=[0, 1])])
def test_what_is_no_frame_of_numbers_is_refused(items):
    with pytest.raises(WrongShape, match="respondents × items"):
        cronbach_alpha(items)


def test_an_unknown_interval_is_refused():
    with pytest.raises(UnknownName, match="jackknife, bca, adf, feldt"):
        cronbach_alpha(ATTITUDE, ci="bonett")


def test_the_ends_of_the_scale_are_those_declared():
    items = pd.DataFrame({"a": [1, 1, 4, np.nan], "b": [5, 5, 5, 5]})
    table = item_statistics(items, {"a": (1, 5), "b": (1, 5)}).set_index("item")
    assert table.loc["a", ["n", "floor", "ceiling", "missing"]].tolist() == [3, 2 / 3, 0, 0.25]
    assert table.loc["b", "ceiling"] == 1
    assert table[["item_rest"]].isna().all(axis=None)


def test_an_item_without_answers_is_counted_and_has_nothing_else():
    row = item_statistics(pd.DataFrame({"a": [np.nan, np.nan]})).iloc[0]
    assert (row["n"], row["missing"]) == (0, 1)
    assert row[["mean", "sd", "floor", "ceiling"]].isna().all()


answers = arrays(np.int64, st.tuples(st.integers(6, 12), st.integers(2, 4)), elements=st.integers(1, 5))


@settings(max_examples=30)
@given(answers, st.integers(-5, 5), st.integers(1, 4))
def test_alpha_does_not_depend_on_the_scale_or_on_who_comes_first(values, shift, factor):
    items = pd.DataFrame(values)
    plain = cronbach_alpha(items, ci="feldt")
    other = cronbach_alpha((items * factor + shift).iloc[::-1], ci="feldt")
    assert plain.status == other.status
    if plain.value is not None:
        assert plain.value <= 1
        assert other.value == pytest.approx(plain.value, abs=1e-9)


@settings(max_examples=30)
@given(answers)
def test_two_parallel_copies_have_alpha_one(values):
    found = cronbach_alpha(pd.DataFrame({"a": values[:, 0], "b": values[:, 0]}), ci="feldt")
    assert found.status == (Status.NO_DATA if np.ptp(values[:, 0]) == 0 else Status.OK)
    assert found.value is None or found.value == pytest.approx(1)
