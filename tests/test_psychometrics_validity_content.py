import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special

from finsam_eval.errors import UnknownName, WrongShape
from finsam_eval.psychometrics.validity import content_validity, critical_count, lawshe
from finsam_eval.psychometrics.validity.content import evaluation, modified_kappa
from finsam_eval.psychometrics.validity.exact import clopper_pearson, freeman_halton, sign_flips, upper_tail
from finsam_eval.results import RECORD_COLUMNS, Status

HERE = Path(__file__).parent / "reference"
PRINTED = json.loads((HERE / "content_validity.json").read_text(encoding="utf-8"))
OF_R = pd.read_csv(HERE / "content_validity.csv", sep=";", comment="#").set_index("name")["value"]
HALF_A_UNIT = {"i_cvi": 0.005 + 1e-9, "pc": 0.0005 + 1e-9}


def panel(agreeing, n, high=4, low=1):
    return pd.DataFrame({"K01a": [high] * agreeing + [low] * (n - agreeing)})


def numbers(text):
    return [int(word) for word in text.split()]


@pytest.mark.parametrize("name", [name for name in OF_R.index if "/" in name])
def test_limits_chance_kappa_and_tail_are_those_of_r(name):
    what, share = name.split()
    agreeing, n = (int(part) for part in share.split("/"))
    item = content_validity(panel(agreeing, n)).items.iloc[0]
    ours = {"p": upper_tail(agreeing, n), **item}[what]
    assert ours == pytest.approx(OF_R[name], abs=1e-8)


@pytest.mark.parametrize("name", [name for name in OF_R.index if name.startswith("fisher")])
def test_the_test_over_groups_is_that_of_r(name):
    x, n = name.removeprefix("fisher ").split(" of ")
    assert freeman_halton(numbers(x), numbers(n)) == pytest.approx(OF_R[name], abs=1e-8)


@pytest.mark.parametrize("name", [name for name in OF_R.index if name.startswith("flips")])
def test_the_test_of_a_shift_counts_every_way_the_steps_could_have_gone(name):
    assert sign_flips(numbers(name.removeprefix("flips "))) == pytest.approx(OF_R[name], abs=1e-12)


@pytest.mark.parametrize("n, agreeing, i_cvi, pc, kappa, name", PRINTED["polit_beck_owen_2007"]["rows"])
def test_the_table_of_2007_is_ours_but_that_it_rounds_before_it_divides(n, agreeing, i_cvi, pc, kappa, name):
    item = content_validity(panel(agreeing, n)).items.iloc[0]
    assert item["value"] == pytest.approx(i_cvi, abs=HALF_A_UNIT["i_cvi"])
    assert item["chance"] == pytest.approx(pc, abs=HALF_A_UNIT["pc"])
    assert (i_cvi - pc) / (1 - pc) == pytest.approx(kappa, abs=0.005)
    assert item["kappa"] == pytest.approx(kappa, abs=0.01)
    assert item["evaluation"] == name


@pytest.mark.parametrize("aspect", ["relevance", "clarity"])
def test_a_published_set_of_items_has_the_printed_indices(aspect):
    printed = PRINTED["bmc_2017"]
    ratings = pd.concat([panel(a, n) for n, a, *_ in printed[aspect]], axis=1).set_axis(list("abcdef"), axis=1)
    found = content_validity(ratings)
    assert found.items["kappa"].round(2).tolist() == [kappa for *_, kappa in printed[aspect]]
    assert found.items["chance"].round(3).tolist() == [pc for *_, pc, _ in printed[aspect]]
    assert round(found.value, 2) == printed["s_cvi_ave"][aspect]
    assert round(found.s_cvi_ua, 2) == printed["s_cvi_ua"][aspect]


@pytest.mark.parametrize("n, needed, cvr", PRINTED["ayre_scally_2014"]["rows"])
def test_the_number_needed_is_that_of_the_table_for_every_panel_of_5_to_40(n, needed, cvr):
    assert critical_count(n) == needed
    enough, short = (lawshe(panel(x, n, high=3)).items.iloc[0] for x in (needed, needed - 1))
    assert enough["value"] == enough["critical"] == pytest.approx(cvr, abs=0.0005 + 1e-9)
    assert (enough["kept"], short["kept"]) == (True, False)
    assert enough["p"] <= 0.05 < short["p"]


def test_lawshes_own_table_asks_for_the_same_number_unless_its_two_decimals_are_taken_at_their_word():
    exact = {n: cvr for n, _, cvr in PRINTED["ayre_scally_2014"]["rows"]}
    asked, literal = {}, {}
    for n, cvr in lawshes().items():
        ratios = 2 * np.arange(n + 1) / n - 1
        asked[n] = int(np.argmax(ratios.round(2) >= cvr))
        literal[n] = int(np.argmax(ratios >= cvr))
    assert asked == {n: critical_count(n) for n in asked}
    assert {n: x for n, x in literal.items() if x != critical_count(n)} == {9: 9, 13: 11}
    impossible = [n for n, cvr in lawshes().items() if n > 7 and abs(cvr - exact[n]) > 0.005]
    assert impossible == [10, 11, 12, 14, 15, 20, 25, 40]


def lawshes():
    return dict(PRINTED["lawshe_1975"]["rows"])


def test_lawshe_by_hand():
    ratings = pd.DataFrame({"K01a": [3] * 10, "K02a": [3] * 9 + [2], "K03a": [3] * 8 + [1, 2], "K04a": [1] * 10})
    found = lawshe(ratings)
    assert found.items["value"].tolist() == pytest.approx([1.0, 0.8, 0.6, -1.0])
    assert found.items["needed"].tolist() == [9] * 4
    assert found.items["kept"].tolist() == [True, True, False, False]
    assert (found.value, found.k, found.n) == (pytest.approx(0.9), 2, 10)
    assert found.items["lower"].iloc[0] == pytest.approx(2 * 0.025**0.1 - 1)


def test_content_by_hand_with_a_question_not_all_have_rated():
    ratings = pd.DataFrame(
        {"K01a": [4, 4, 3, 3], "K02a": [4, 1, 2, np.nan], "K03a": [np.nan] * 4, "K04a": [4] + [np.nan] * 3}
    )
    found = content_validity(ratings)
    assert found.items["status"].tolist() == ["ok", "ok", "inga data", "inga data"]
    assert found.items["n"].tolist() == [4, 3, 0, 1]
    assert (found.value, found.s_cvi_ua, found.k, found.n) == (pytest.approx((1 + 1 / 3) / 2), 0.5, 2, 4)
    assert "Bara en" in found.items["reason"].iloc[3]
    assert list(found.to_frame().columns) == [*RECORD_COLUMNS, "k", "s_cvi_ua"]


@pytest.mark.parametrize("ratings", [pd.DataFrame({"a": [4]}), pd.DataFrame({"a": []}, dtype=float)])
def test_one_panellist_or_none_is_no_panel(ratings):
    for found in (content_validity(ratings), lawshe(ratings.clip(upper=3))):
        assert found.value is None
        assert found.status is not Status.OK and found.reason
        assert found.items["status"].tolist() == [Status.NO_DATA]


def test_four_in_a_panel_can_never_be_told_from_chance():
    found = lawshe(pd.DataFrame({"a": [3, 3, 3, 3]}))
    assert found.items.loc[0, ["value", "p"]].tolist() == [1.0, 0.0625]
    assert np.isnan(found.items.loc[0, "needed"]) and "Färre än fem" in found.items.loc[0, "reason"]
    assert (found.value, found.status) == (None, Status.NOT_APPLICABLE)


def test_all_alike_has_a_value_and_an_interval():
    found = content_validity(pd.DataFrame(np.full((8, 5), 4), columns=list("abcde")))
    assert (found.value, found.upper) == (1.0, 1.0)
    assert found.lower == pytest.approx(0.025 ** (1 / 8))


def test_bad_ratings_are_refused_by_column_and_without_telling_them():
    for call, bad in ((content_validity, 5), (content_validity, 2.5), (lawshe, 4)):
        with pytest.raises(WrongShape, match="K02a has others") as raised:
            call(pd.DataFrame({"K01a": [1, 2], "K02a": [1, bad]}))
        assert str(bad) not in str(raised.value).replace("1, 2, 3, 4", "")
    with pytest.raises(WrongShape, match="column K01a"):
        content_validity(pd.DataFrame({"K01a": ["4", "3"]}))
    with pytest.raises(WrongShape, match="DataFrame"):
        content_validity([[4, 3]])
    with pytest.raises(UnknownName, match="relevans"):
        content_validity(panel(2, 3), aspect="vikt")
    with pytest.raises(WrongShape):
        critical_count(0)


@given(st.integers(5, 30).flatmap(lambda n: st.tuples(st.just(n), st.floats(0.5, 0.99))))
def test_the_limits_hold_the_truth_as_often_as_they_say(drawn):
    n, share = drawn
    counts = np.arange(n + 1)
    lower, upper = clopper_pearson(counts, n, 0.95)
    chance = special.comb(n, counts) * share**counts * (1 - share) ** (n - counts)
    assert chance[(lower <= share) & (share <= upper)].sum() >= 0.95


@settings(max_examples=40)
@given(st.integers(2, 40).flatmap(lambda n: st.tuples(st.just(n), st.integers(1, n))))
def test_one_more_who_agrees_never_lowers_a_number(drawn):
    n, agreeing = drawn
    fewer, more = (content_validity(panel(x, n)).items.iloc[0] for x in (agreeing - 1, agreeing))
    assert all(fewer[name] <= more[name] for name in ("value", "lower", "upper"))
    assert more["lower"] <= more["value"] <= more["upper"]
    assert modified_kappa(agreeing, n)[1] <= agreeing / n


def test_kappa_is_called_what_the_paper_calls_it():
    assert [evaluation(kappa) for kappa in (0.75, 0.74, 0.6, 0.59, 0.4, 0.39, -0.2)] == [
        "utmärkt", "god", "god", "svag men godtagbar", "svag men godtagbar", "otillräcklig", "otillräcklig",
    ]  # fmt: skip


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=2, max_size=4))
def test_the_order_of_groups_and_of_yes_and_no_makes_no_difference(shares):
    x, n = [a for a, _ in shares], [a + b for a, b in shares]
    p = freeman_halton(x, n)
    assert 0 < p <= 1
    assert freeman_halton(x[::-1], n[::-1]) == pytest.approx(p)
    assert freeman_halton([b for _, b in shares], n) == pytest.approx(p)
