import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finsam_eval.stats import design_effect, pooled_icc, size_cv2

REFERENCE = Path(__file__).parent / "reference"
VALUES = json.loads((REFERENCE / "stats_icc.json").read_text(encoding="utf-8"))


def example(name: str) -> pd.DataFrame:
    rows = pd.read_csv(REFERENCE / "stats_icc.csv", comment="#")
    return rows[rows["data"] == name]


@pytest.mark.parametrize("name", VALUES)
def test_icc_equals_r(name):
    rows = example(name)
    icc = pooled_icc(rows["value"], rows["cluster"], rows["stratum"])
    assert icc.value == pytest.approx(VALUES[name]["value"], abs=VALUES[name]["tolerance"])
    assert (icc.k, icc.n) == (rows["cluster"].nunique(), len(rows))


@pytest.mark.parametrize("stratum, value", [(1, 0.310447761194), (2, 0), (3, 0.0817813765182)])
def test_icc_of_one_stratum_equals_r(stratum, value):
    # R 4.2.2, multilevel 2.7: ICC1(aov(value ~ factor(cluster))); in stratum 2 it is −.053
    rows = example("balanced").query("stratum == @stratum")
    assert pooled_icc(rows["value"], rows["cluster"], rows["stratum"]).value == pytest.approx(value, abs=5e-13)


def test_icc_by_hand():
    # clusters (0, 0, 1) and (1, 1, 0): MSB 1/6, MSW 1/3, below 0 → 0
    assert pooled_icc([0, 0, 1, 1, 1, 0], [1, 1, 1, 2, 2, 2], [1] * 6).value == 0
    # clusters (1, 3) and (5, 7): MSB 16, MSW 2, n0 2 → 7 / (7 + 2)
    assert pooled_icc([1, 3, 5, 7], ["a", "a", "b", "b"], ["s"] * 4).value == pytest.approx(7 / 9)


def test_counts_weigh_as_many_answers_do():
    rows = example("unbalanced")
    counted = rows.groupby(["stratum", "cluster", "value"], as_index=False).size()
    one_by_one = pooled_icc(rows["value"], rows["cluster"], rows["stratum"])
    by_count = pooled_icc(counted["value"], counted["cluster"], counted["stratum"], counted["size"])
    assert by_count.value == pytest.approx(one_by_one.value, abs=1e-12)
    assert (by_count.k, by_count.n) == (one_by_one.k, one_by_one.n)


def test_differences_between_strata_are_left_out():
    rows = example("unbalanced")
    moved = pooled_icc(rows["value"] + 10 * rows["stratum"], rows["cluster"], rows["stratum"])
    assert moved.value == pytest.approx(VALUES["unbalanced"]["value"], abs=5e-13)


@pytest.mark.parametrize(
    "values, cluster, stratum",
    [
        ([1, 2, 3, 4], [1, 1, 2, 2], [1, 1, 2, 2]),  # one cluster in each stratum
        ([1, 2, 3, 4], [1, 2, 3, 4], [1, 1, 1, 1]),  # one answer in each cluster
        ([3, 3, 3, 3], [1, 1, 2, 2], [1, 1, 1, 1]),  # nobody differs
        ([], [], []),
    ],
)
def test_no_icc_where_the_data_hold_none(values, cluster, stratum):
    icc = pooled_icc(values, cluster, stratum)
    assert np.isnan(icc.value)
    assert icc.n == len(values)


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(0, 5), st.integers(1, 9)), min_size=1, max_size=40))
def test_icc_lies_between_0_and_1(rows):
    values, cluster, weights = map(np.array, zip(*rows, strict=True))
    icc = pooled_icc(values, cluster, cluster % 2, weights)
    assert np.isnan(icc.value) or 0 <= icc.value <= 1


def test_size_cv2_gives_the_size_that_an_average_answer_meets():
    sizes = np.array([5, 10, 15])
    assert size_cv2(sizes, [1, 1, 1]) == pytest.approx(1 / 6)
    assert sizes.mean() * (1 + size_cv2(sizes, [1, 1, 1])) == pytest.approx(sizes @ sizes / sizes.sum())
    assert size_cv2([5, 5], ["a", "a"]) == 0
    assert np.isnan(size_cv2([], []))


def test_size_cv2_does_not_count_how_strata_differ_in_size():
    assert size_cv2([5, 5, 50, 50], ["a", "a", "b", "b"]) == pytest.approx(0)
    assert size_cv2([5, 15, 20], ["a", "a", "b"]) == pytest.approx(650 / (400 / 2 + 400) - 1)


def test_design_effect_by_hand():
    # 40 answers in 4 insatser: 1 + (10 · 1.2 − 1) · .05
    assert design_effect(40, 4, 0.05, 0.2) == pytest.approx(1.55)
    assert design_effect(40, 0, 0.05, 0.2) == 1
    assert design_effect(4, 4, 0.05, 0) == 1
    assert design_effect([40, 0], [4, 0], 0.05, 0.2) == pytest.approx([1.55, 1])
