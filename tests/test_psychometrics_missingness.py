import numpy as np
import pandas as pd
import pytest

from finsam_eval.errors import UnknownName, WrongShape
from finsam_eval.psychometrics import (
    cronbach_alpha,
    dropout,
    handled_gaps,
    little_mcar,
    missing_patterns,
    pairwise_alpha,
)
from finsam_eval.psychometrics.gaps import COMPARED_COLUMNS, COMPLETE, IMPUTED, PAIRWISE
from finsam_eval.psychometrics.questionnaires import in_time
from finsam_eval.results import Status
from tests.consistency_data import SETS, expected
from tests.test_psychometrics_properties import ATOMS, CODEBOOK, answer, table

NAN = np.nan


def test_patterns_by_hand():
    found = missing_patterns(pd.DataFrame({"a": [1, 2, NAN, NAN], "b": [1, 2, 3, NAN]}))
    assert found.patterns.to_dict("list") == {
        "n": [2, 1, 1],
        "share": [0.5, 0.25, 0.25],
        "gaps": [0, 1, 2],
        "a": [True, False, False],
        "b": [True, True, False],
    }
    assert found.items.to_dict("list") == {"item": ["a", "b"], "n": [2, 3], "missing": [2, 1], "share": [0.5, 0.25]}
    assert (found.complete, found.n) == (0.5, 4)


def test_patterns_of_air_are_those_of_mice():
    # mice 3.15.0: md.pattern(airquality) counts 111, 35, 5, 2.
    found = missing_patterns(SETS["airquality"])
    assert found.patterns["n"].tolist() == [111, 35, 5, 2]
    assert found.to_frame()["gaps"].tolist() == [0, 1, 1, 2]


def test_nobody_has_no_patterns():
    found = missing_patterns(pd.DataFrame({"a": [], "b": []}, dtype=float))
    assert (found.status, found.complete, found.n, len(found.patterns)) == (Status.NO_DATA, None, 0, 0)
    assert "Ingen" in found.reason


@pytest.mark.parametrize("name", ["airquality", "bfi_first600"])
def test_littles_test_is_that_of_r(name):
    found = little_mcar(SETS[name])
    assert found.statistic == pytest.approx(expected(name, "little_d2"), rel=1e-7)
    assert found.p == pytest.approx(expected(name, "little_p"), abs=1e-7)
    assert (found.df, found.patterns) == (expected(name, "little_df"), expected(name, "patterns"))
    assert found.to_frame().loc[0, "p"] == found.p


@pytest.mark.parametrize(
    "items, status, says",
    [
        ({"a": [1, 2, 3], "b": [2, 1, 3]}, Status.NOT_APPLICABLE, "Ingen har hoppat över"),
        ({"a": [1, 2, 3], "b": [NAN] * 3}, Status.NOT_APPLICABLE, "samma frågor"),
        ({"a": [NAN], "b": [NAN]}, Status.NO_DATA, "Ingen har svarat"),
        ({"a": [1, 1, NAN], "b": [2, 1, 3]}, Status.NOT_CONVERGED, "går inte att skatta"),
        ({"a": [1, 2, 3, NAN], "b": [2, 4, 6, 8]}, Status.NOT_CONVERGED, "följs frågor åt helt"),
    ],
)
def test_a_test_that_cannot_be_made_says_why(items, status, says):
    found = little_mcar(pd.DataFrame(items, dtype=float))
    assert (found.status, found.statistic, found.df, found.p) == (status, None, None, None)
    assert says in found.reason


@pytest.mark.parametrize("name", ["bfi_A", "airquality"])
def test_pairwise_alpha_is_that_of_psych(name):
    items = SETS[name].iloc[:, : 5 if name == "bfi_A" else 4]
    assert pairwise_alpha(items).value == pytest.approx(expected(name, "pairwise_alpha"), abs=1e-9)


def test_without_gaps_all_three_ways_agree():
    items = SETS["datcat"]
    table = handled_gaps(items).to_frame().set_index(["handling", "statistic", "item"])
    whole = cronbach_alpha(items)
    for handling in (COMPLETE, PAIRWISE, IMPUTED):
        assert table.loc[(handling, "alfa", ""), "value"] == pytest.approx(whole.value)
        assert table.loc[(handling, "medel", "u1"), "value"] == pytest.approx(items["u1"].mean())
        assert table.loc[(handling, "skala", ""), "value"] == pytest.approx(items.to_numpy().mean())
    pairwise = table.loc[(PAIRWISE, "alfa", "")]
    assert (pairwise["lower"], pairwise["upper"]) == pytest.approx((whole.lower, whole.upper))


def test_only_imputation_repairs_a_mean_when_the_low_skip_the_second_question():
    rng = np.random.default_rng(8)
    first = rng.normal(size=2000)
    second = 0.8 * first + 0.6 * rng.normal(size=2000)
    skipped = pd.DataFrame({"a": first, "b": np.where(first < 0, np.nan, second)})
    table = handled_gaps(skipped).to_frame().set_index(["handling", "statistic", "item"])
    means = {handling: table.loc[(handling, "medel", "b")] for handling in (COMPLETE, PAIRWISE, IMPUTED)}
    assert means[COMPLETE]["lower"] > 0.5
    assert means[PAIRWISE]["lower"] > 0.5
    assert means[IMPUTED]["lower"] < 0 < means[IMPUTED]["upper"]
    assert means[IMPUTED]["n"] == 2000


def test_gaps_cost_information_and_the_same_data_give_the_same_numbers():
    found, again = handled_gaps(SETS["bfi_first600"]), handled_gaps(SETS["bfi_first600"])
    pd.testing.assert_frame_equal(found.estimates, again.estimates)
    assert list(found.estimates.columns) == COMPARED_COLUMNS
    assert 0 < found.missing_information < 0.1
    assert handled_gaps(SETS["datcat"]).missing_information == 0


@pytest.mark.parametrize(
    "items", [{"a": [NAN, NAN], "b": [NAN, NAN]}, {"a": [1, NAN, 2], "b": [NAN, 3, NAN]}, {"a": [1.0, 1, 1, NAN]}]
)
def test_what_cannot_be_had_has_a_reason_in_every_row(items):
    table = handled_gaps(pd.DataFrame(items)).to_frame()
    lacking = table[table["value"].isna() | table["lower"].isna()]
    assert len(lacking)
    assert (lacking["reason"] != "").all()
    assert table[table["value"].isna()]["status"].ne(Status.OK).all()


def test_two_items_never_answered_together_have_no_pairwise_alpha():
    apart = pd.DataFrame({"a": [1, 2, 3, NAN, NAN], "b": [NAN, NAN, NAN, 1, 2]})
    assert "samtidigt" in pairwise_alpha(apart).reason
    with pytest.raises(WrongShape, match="respondents × items"):
        handled_gaps(pd.DataFrame({"a": ["1"]}))


def followed(rows):
    return in_time(table(rows), CODEBOOK, ATOMS)


def person(number, value, *, stays, **other):
    place = {"participation": f"D{number}", "forbund": "F01", "insats": "I1", "gender": "kvinna", **other}
    rows = [{**answer(value, f"p{number}"), **place}]
    if stays:
        rows.append({**answer(3, f"p{number}", occasion="avslut", period="2025H2"), **place})
    return rows


def people(*persons):
    return followed([row for rows in persons for row in rows])


LOST = [person(number, value, stays=False) for number, value in enumerate([1, 2, 4, 5, 5])]
STAYED = [person(5 + number, value, stays=True, gender="man") for number, value in enumerate([3, 4, 4, 5])]
ENDED = [f"D{number}" for number in range(9)]


def test_who_drops_out_and_how_they_had_answered():
    found = dropout(people(*LOST, *STAYED), "under", "avslut", ENDED, by=["gender"])
    assert (found.n, found.not_yet, found.share.value) == (9, 0, 5 / 9)
    groups = found.to_frame().set_index("group")
    assert groups.loc["kvinna", ["n", "lost", "share", "difference"]].tolist() == [5, 5, 1, 1]
    assert groups.loc["man", ["n", "lost", "share", "difference"]].tolist() == [4, 0, 0, -1]
    (item,) = found.items.to_dict("records")
    assert (item["item"], item["n_stayed"], item["n_lost"]) == ("K01a", 4, 5)
    assert (item["mean_stayed"], item["mean_lost"]) == (4, 3.4)
    assert item["difference"] == pytest.approx(expected("two_groups", "smd"), abs=1e-9)
    assert item["lower"] < item["difference"] < item["upper"]


def test_who_is_still_in_the_insats_has_not_dropped_out():
    found = dropout(people(*LOST, *STAYED), "under", "avslut", ENDED[1:], by=["gender"])
    assert (found.n, found.not_yet, found.share.value) == (8, 1, 0.5)


def test_one_group_has_nothing_to_be_compared_with_and_nobody_no_share():
    alone = dropout(people(*LOST), "under", "avslut", ENDED, by=["forbund"])
    assert alone.groups["difference"].isna().all()
    assert alone.items["difference"].isna().all()
    nobody = dropout(people(*LOST), "under", "avslut", [], by=["gender"])
    assert (nobody.status, nobody.share.value, nobody.n, nobody.not_yet) == (Status.NO_DATA, None, 0, 5)
    assert "Ingen" in nobody.reason
    assert nobody.groups.empty
    with pytest.raises(UnknownName, match="by: region is no column"):
        dropout(people(*LOST), "under", "avslut", ENDED, by=["region"])
