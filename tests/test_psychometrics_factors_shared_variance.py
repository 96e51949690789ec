import numpy as np
import pytest

from finsam_eval.psychometrics.factors import cfa, convergent
from finsam_eval.results import Status
from tests.factor_data import ANSWERS, BIG_FIVE, CFA, HS_MODEL, rows


@pytest.mark.parametrize("fit, residuals", [("threeML", []), ("residual", [("x7", "x8")])])
def test_items_as_they_are_give_the_numbers_of_semtools(fit, residuals):
    table = convergent(cfa(ANSWERS["hs"], HS_MODEL, "ML", residuals)).factors.set_index("factor")
    for name, in_r in {"cr_raw": "omega", "ave_raw": "avevar"}.items():
        theirs = rows(CFA, "hs", fit, in_r).droplevel("b")
        assert table[name].loc[theirs.index].to_numpy() == pytest.approx(theirs.to_numpy(), abs=1e-6)


@pytest.mark.parametrize("fit, estimator", [("wlsmv5", "WLSMV"), ("mlr5", "MLR")])
def test_average_variance_extracted_is_that_of_semtools_to_its_printed_digits(fit, estimator):
    items = ANSWERS["bfi"]
    table = convergent(cfa(items, BIG_FIVE, estimator)).factors.set_index("factor")
    theirs = rows(CFA, "bfi", fit, "ave").droplevel("b")
    assert table["ave_raw"].loc[theirs.index].to_numpy() == pytest.approx(theirs.to_numpy(), abs=5.1e-4)
    if estimator == "WLSMV":
        assert table["ave_raw"].to_numpy() == pytest.approx(table["ave"].to_numpy(), abs=1e-12)


def test_standardised_items_by_hand():
    model = cfa(ANSWERS["hs"], HS_MODEL, "ML")
    found = convergent(model)
    std = rows(CFA, "hs", "threeML", "std=~").loc["t"].to_numpy()
    row = found.factors.set_index("factor").loc["t"]
    assert row["k"] == 3
    assert row["ave"] == pytest.approx((std**2).mean(), abs=1e-5)
    assert row["cr"] == pytest.approx(std.sum() ** 2 / (std.sum() ** 2 + (1 - std**2).sum()), abs=1e-5)
    assert found.n == 301
    assert "Fornell" in found.method


def test_factors_are_distinct_where_they_share_less_than_either_explains():
    found = convergent(cfa(ANSWERS["hs"], HS_MODEL, "ML"))
    ave = found.factors.set_index("factor")["ave"]
    for row in found.pairs.itertuples():
        assert row.shared == row.correlation**2
        assert row.smallest_ave == ave[[row.factor, row.other]].min()
        assert row.distinct == (row.shared < row.smallest_ave)
    assert len(found.pairs) == 3
    split = {"a": ["x4", "x5"], "b": ["x6", "x2", "x4"], "c": ["x7", "x8", "x9"]}
    together = convergent(cfa(ANSWERS["hs"], split, "ML"))
    assert not together.pairs.set_index(["factor", "other"]).loc[("a", "b"), "distinct"]


def test_factors_above_others_are_left_out_and_no_pairs_are_told():
    found = convergent(cfa(ANSWERS["hs"], {**HS_MODEL, "g": ["v", "t", "s"]}, "ML"))
    assert found.factors["factor"].tolist() == ["v", "t", "s"]
    assert found.pairs.empty
    assert "samvarierar fritt" in found.reason
    plain = convergent(cfa(ANSWERS["hs"], HS_MODEL, "ML"))
    assert found.factors["ave"].to_numpy() == pytest.approx(plain.factors["ave"].to_numpy(), abs=1e-6)


def test_no_model_no_numbers():
    found = convergent(cfa(ANSWERS["hs"].assign(x1=np.nan), HS_MODEL, "ML"))
    assert found.status == Status.NO_DATA
    assert "Ingen har svarat" in found.reason
    assert found.to_frame().empty
    assert found.pairs.empty
