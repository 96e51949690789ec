import numpy as np
import pandas as pd
import pytest

from finsam_eval.errors import WrongShape
from finsam_eval.psychometrics import cronbach_alpha, icc
from finsam_eval.psychometrics.groups import FEWEST, estimate_difference, women_and_men
from finsam_eval.results import Estimate, Status, no_value
from finsam_eval.stats import newcombe, wilson
from tests.psychometric_data import BFI

GENDER = BFI["gender"].map({1: "man", 2: "kvinna"}).fillna("okant")


def estimated(value: float, lower: float, upper: float, n: int = 50, level: float = 0.95) -> Estimate:
    return Estimate(value=value, lower=lower, upper=upper, level=level, method="", n=n)


def test_the_interval_of_a_difference_is_made_of_the_two():
    # Below 3 and 4 steps away: √(3² + 4²) = 5; above 6 and 8: 10.
    found = estimate_difference(estimated(20, 17, 26), estimated(10, 2, 14))
    assert (found.value, found.lower, found.upper, found.n) == (10, 5, 20, 100)
    assert "MOVER" in found.method


def test_of_two_shares_it_is_newcombes():
    shares = [estimated(x / n, *(float(end) for end in wilson(x, n, 0.95)), n) for x, n in ((56, 70), (48, 80))]
    found = estimate_difference(*shares)
    assert (found.lower, found.upper) == pytest.approx(newcombe(56, 70, 48, 80, 0.95))
    assert (round(found.lower, 4), round(found.upper, 4)) == (0.0524, 0.3339)  # Newcombe (1998), table II, method 10


def test_women_and_men_each_have_a_coefficient_and_a_difference():
    items = BFI[["A2", "A3", "A5"]]
    found = women_and_men(items, GENDER, cronbach_alpha).set_index("gender")
    own = {name: cronbach_alpha(items[name == GENDER]) for name in ("kvinna", "man")}
    for name, record in own.items():
        assert (found.loc[name, "value"], found.loc[name, "n"]) == (record.value, record.n)
    assert found.loc["kvinna − man", "value"] == pytest.approx(own["kvinna"].value - own["man"].value)
    assert found.loc["kvinna − man", "lower"] < found.loc["kvinna − man", "value"] < found.loc["kvinna − man", "upper"]
    assert found.loc["kvinna − man", "n"] == own["kvinna"].n + own["man"].n


def test_a_group_that_is_too_small_is_refused_with_the_reason():
    gender = pd.Series(["kvinna"] * 60 + ["man"] * (FEWEST - 1))
    answers = BFI[["A2", "A3"]].dropna().head(len(gender))
    found = women_and_men(answers, gender, icc).set_index("gender")
    assert found.loc["kvinna", "status"] == Status.OK
    for name in ("man", "kvinna − man"):
        assert (found.loc[name, "status"], found.loc[name, "value"]) == (Status.NOT_COMPARABLE, None)
        assert f"Färre än {FEWEST} svar" in found.loc[name, "reason"]
    allowed = women_and_men(answers, gender, icc, fewest=FEWEST - 1)
    assert set(allowed["status"]) == {Status.OK}


def test_a_value_or_an_interval_that_is_not_there_cannot_be_compared():
    known, nothing = estimated(0.7, 0.6, 0.8), no_value(Status.NO_DATA, "", method="", n=40)
    without = Estimate(value=1.0, lower=None, upper=None, level=0.95, method="", n=40)
    for other in (nothing, without):
        found = estimate_difference(known, other)
        assert (found.status, found.value, found.n) == (Status.NOT_COMPARABLE, None, 90)
        assert "saknas i en av grupperna" in found.reason


def test_what_cannot_be_compared_is_refused():
    with pytest.raises(WrongShape, match="one level"):
        estimate_difference(estimated(0.7, 0.6, 0.8), estimated(0.7, 0.6, 0.8, level=0.9))
    with pytest.raises(WrongShape, match="one entry per row"):
        women_and_men(BFI[["A2", "A3"]], GENDER.head(3), icc)


def test_the_order_of_groups_turns_the_sign():
    one, other = estimated(0.7, 0.6, 0.9), estimated(0.5, 0.1, 0.6)
    there, back = estimate_difference(one, other), estimate_difference(other, one)
    assert (there.lower, there.upper) == pytest.approx((-back.upper, -back.lower))
    assert np.sign(there.value) == -np.sign(back.value)
