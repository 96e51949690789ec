import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finsam_eval.codebook import load_codebook
from finsam_eval.errors import UnknownName, WrongShape
from finsam_eval.psychometrics.agreement import gwet_ac
from finsam_eval.psychometrics.panel_rows import of_panel
from finsam_eval.psychometrics.rows import COEFFICIENT_COLUMNS
from finsam_eval.psychometrics.validity import compare_rounds, content_validity, panel_agreement, panel_groups
from finsam_eval.psychometrics.validity.panels import of_round
from finsam_eval.results import Status
from finsam_eval.stats.intervals import newcombe
from tests.panel_data import GROUPS, ITEMS, SIZE, ratings

CODEBOOK = load_codebook("nns2015")
THREE = pd.Series(["a"] * 5 + ["b"] * 5 + ["c"] * 5)


def made(long):
    return pd.DataFrame(of_panel(long, CODEBOOK), columns=COEFFICIENT_COLUMNS)


@pytest.fixture(scope="module")
def panel():
    return made(ratings())


def statistic(rows, name):
    return rows[rows["statistic"] == name].set_index("subject")


def test_three_groups_by_hand():
    frame = pd.DataFrame({"K01a": [4] * 5 + [4, 4, 4, 4, 1] + [1] * 5, "K02a": [4] * 15})
    found = panel_groups(frame, THREE)
    assert found.items["p"].tolist() == pytest.approx([_by_counting([5, 4, 0]), 1.0])
    assert found.items["p_adjusted"].tolist() == pytest.approx([2 * found.items["p"][0], 1.0])
    pair = found.pairs.set_index(["item", "first", "second"]).loc[("K01a", "a", "c")]
    assert pair["value"] == 1.0
    assert (pair["lower"], pair["upper"]) == pytest.approx([float(x) for x in newcombe(5, 5, 0, 5, 1 - 0.05 / 3)])
    assert (found.n, found.k, found.status, len(found.pairs)) == (15, 3, Status.OK, 6)


def _by_counting(seen):
    """P of all tables of three groups of five with nine yes that are no likelier than this one."""
    choose = [1, 5, 10, 10, 5, 1]
    tables = {(i, j, 9 - i - j): 0 for i in range(6) for j in range(6) if 0 <= 9 - i - j <= 5}
    ways = {table: choose[table[0]] * choose[table[1]] * choose[table[2]] for table in tables}
    return sum(w for w in ways.values() if w <= ways[tuple(seen)]) / sum(ways.values())


def test_a_group_of_one_is_not_compared_and_persons_without_a_group_are_in_none():
    group = pd.Series(["a"] * 3 + ["b"] * 3 + ["c", "", np.nan])
    found = panel_groups(pd.DataFrame({"K01a": [4] * 6 + [1] * 3}), group)
    assert (found.n, found.k, found.items["groups"].item(), found.items["n"].item()) == (7, 3, 2, 6)
    assert found.pairs["status"].tolist() == [Status.OK, Status.NOT_COMPARABLE, Status.NOT_COMPARABLE]
    alone = panel_groups(pd.DataFrame({"K01a": [4, 4]}), pd.Series(["a", "a"]))
    assert (alone.status, alone.items["status"].item()) == (Status.NOT_COMPARABLE, Status.NOT_COMPARABLE)
    assert "två grupper" in alone.reason
    with pytest.raises(WrongShape, match="one entry per row"):
        panel_groups(pd.DataFrame({"K01a": [4, 4]}), pd.Series(["a"]))


def test_agreement_is_that_of_items_by_panellists_even_when_the_panel_is_the_larger():
    rng = np.random.default_rng(4)
    few = pd.DataFrame(rng.integers(2, 5, (4, 9)))
    assert panel_agreement(few).value == gwet_ac(few.T, "quadratic", categories=[1, 2, 3, 4]).value
    assert panel_agreement(few).n == 4
    many = pd.concat([few.iloc[:, :3]] * 3, ignore_index=True)
    assert many.shape == (12, 3)
    counts = gwet_ac(pd.concat([many.T, pd.DataFrame(np.nan, range(9), range(12))]), "quadratic", [1, 2, 3, 4])
    assert panel_agreement(many).value == counts.value
    assert panel_agreement(few.iloc[:1]).status is Status.NO_DATA


def test_rounds_by_hand():
    first = pd.DataFrame({"K01a": [4, 3, 3, 2, 1, 4, 4, 3], "K02a": [4] * 8}, index=list("abcdefgh"))
    second = pd.DataFrame({"K01a": [4, 4, 4, 3, 2, 4, 4, 3], "K02a": [4] * 7 + [2]}, index=list("abcdefgi"))
    found = compare_rounds(first, second)
    moved, still = (found.items.iloc[i] for i in (0, 1))
    assert (found.n, found.left, found.joined, found.k, found.stable) == (7, 1, 1, 2, 1)
    assert (moved["n"], moved["value"]) == (7, pytest.approx(4 / 7))
    # 4: 3 → 5, 3: 2 → 1, 2: 1 → 1, 1: 1 → 0 of seven
    assert moved["net"] == pytest.approx((2 + 1 + 0 + 1) / 2 / 7)
    assert (moved["shift"], moved["p"]) == (pytest.approx(4 / 7), pytest.approx(2 / 16))
    assert (moved["median"], moved["yes"]) == (4.0, 7 / 8)
    assert (moved["stable"], moved["agreed"]) == (False, True)
    assert (still["value"], still["net"], still["p"], still["stable"]) == (0, 0, 1, True)
    assert found.value == pytest.approx(4 / 14)
    assert "items" not in found.to_frame()


def test_a_panel_may_settle_in_disagreement_and_changes_may_cancel_out():
    split = pd.DataFrame({"K01a": [1, 1, 1, 1, 4, 4, 4, 4]})
    found = compare_rounds(split, split).items.iloc[0]
    assert (found["stable"], found["agreed"], found["spread"]) == (True, False, 3.0)
    turned = compare_rounds(split, 5 - split).items.iloc[0]
    assert (turned["value"], turned["net"], turned["p"], turned["kappa"]) == (1.0, 0.0, 1.0, -1.0)


def test_fifteen_in_a_hundred_is_not_less_than_fifteen_in_a_hundred():
    first = pd.DataFrame({"K01a": [4] * 20})
    two, three = (pd.DataFrame({"K01a": [3] * changed + [4] * (20 - changed)}) for changed in (2, 3))
    assert compare_rounds(first, two).items["stable"].item() is True
    assert compare_rounds(first, three).items[["net", "stable"]].iloc[0].tolist() == [0.15, False]


def test_rounds_without_anyone_in_both_have_a_status():
    first, second = (pd.DataFrame({"K01a": [4, 3]}, index=list(names)) for names in ("ab", "cd"))
    found = compare_rounds(first, second)
    assert (found.value, found.status, found.left, found.joined) == (None, Status.NO_DATA, 2, 2)
    assert found.items["status"].tolist() == [Status.NO_DATA]
    with pytest.raises(WrongShape, match="once in the index"):
        compare_rounds(first.set_axis(["a", "a"]), second)


def test_the_rows_hold_the_same_numbers_as_the_functions(panel):
    rows, wide = panel, of_round(ratings(), "relevans")
    own = content_validity(wide)
    i_cvi = statistic(rows, "i_cvi")
    assert list(i_cvi.index) == ITEMS
    assert i_cvi["value"].tolist() == own.items["value"].tolist()
    assert statistic(rows, "kappa_modifierad")["value"].tolist() == own.items["kappa"].tolist()
    assert statistic(rows, "s_cvi_ave").loc["relevans", ["value", "n", "k"]].tolist() == [own.value, 23, 6]
    assert statistic(rows, "s_cvi_ua").loc["relevans", "value"] == own.s_cvi_ua == 4 / 6
    assert statistic(rows, "cvr")["value"].tolist() == [1.0] * 5 + [-1.0]
    assert statistic(rows, "cvr_krav")["value"].tolist() == pytest.approx([2 * 17 / 24 - 1] * 6)
    assert (rows[["respondent_group", "occasion"]] == "").all(axis=None)
    assert rows["label"].iloc[0] == CODEBOOK.item("K01a").wording


def test_the_last_round_counts_and_each_group_has_its_own(panel):
    rows = panel
    assert statistic(rows, "i_cvi").loc["K05a", "value"] == 17 / 23
    assert statistic(rows, "i_cvi:politiker").loc["K05a", ["value", "n"]].tolist() == [0.0, SIZE]
    assert {name.split(":")[1] for name in rows["statistic"] if name.startswith("i_cvi:")} == set(GROUPS)
    apart = statistic(rows, "gruppskillnad").loc["K05a"]
    assert (apart["value"], apart["n"]) == (1.0, SIZE)
    assert apart["method"].startswith("deltagare − politiker")
    p = statistic(rows, "gruppskillnad_p")["value"]
    assert p["K05a"] < 0.01 and (p.drop("K05a") == 1.0).all()
    moved = statistic(rows, "delphi_andrat")["value"]
    assert moved["K01b"] == 1.0 and (moved.drop("K01b") == 0).all()


def test_an_item_that_is_not_asked_about_again_keeps_its_last_round():
    long = ratings()
    settled = long[~((long["item"] == "K01b") & (long["round"] == 2))]
    rows = made(settled)
    assert statistic(rows, "i_cvi").loc["K01b", "n"] == 24
    assert "K01b" not in statistic(rows, "delphi_andrat").index


def test_an_item_that_nobody_rated_and_one_panellist_have_a_status():
    long = ratings().astype({"rating": "Int64"})
    long.loc[long["item"] == "K02a", "rating"] = pd.NA
    row = statistic(made(long), "i_cvi").loc["K02a"]
    assert (row["status"], row["n"]) == (Status.NO_DATA, 0)
    assert pd.isna(row["value"])
    alone = made(ratings().query("panellist == 'personal1'"))
    assert set(alone["status"]) <= {Status.NO_DATA, Status.NOT_COMPARABLE}
    assert (alone["reason"] != "").all()


def test_no_ratings_give_no_rows():
    assert made(ratings().iloc[:0]).empty


@pytest.mark.parametrize(
    "change, told",
    [
        ({"rating": 5}, "K01a has others"),
        ({"aspect": "vikt"}, "vikt"),
        ({"item": "Q99"}, "Q99"),
        ({"round": 2}, "doubled"),
        ({"panel_group": "personal"}, "several"),
    ],
)
def test_a_bad_row_is_refused_without_telling_whose(change, told):
    long = ratings()
    for column, value in change.items():
        long.loc[0, column] = value
    with pytest.raises((WrongShape, UnknownName), match=told) as raised:
        made(long)
    assert long.loc[0, "panellist"] not in str(raised.value)


def test_strings_and_missing_columns_are_refused():
    with pytest.raises(WrongShape, match="numbers in the column rating"):
        made(ratings().astype({"rating": "str"}))
    with pytest.raises(WrongShape, match="aspect is missing"):
        made(ratings().drop(columns="aspect"))


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 4)), min_size=2, max_size=12))
def test_net_movement_is_never_more_than_the_share_who_changed_and_order_is_nothing(pairs):
    first, second = (pd.DataFrame({"K01a": [pair[i] for pair in pairs]}) for i in (0, 1))
    there, back = compare_rounds(first, second).items.iloc[0], compare_rounds(second, first).items.iloc[0]
    assert there["net"] <= there["value"] + 1e-12
    assert (there["value"], there["net"], there["p"]) == (back["value"], back["net"], pytest.approx(back["p"]))
    assert there["shift"] == -back["shift"]
    mixed = compare_rounds(first[::-1], second).items.iloc[0]
    assert mixed["value"] == there["value"]
