from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from finsam_eval.errors import UnknownName, WrongShape
from finsam_eval.psychometrics.factors import htmt
from finsam_eval.results import Status
from tests.consistency_data import SETS
from tests.psychometric_data import BFI, ITEMS_OF_BFI

REFERENCE = pd.read_csv(Path(__file__).parent / "reference" / "factors_htmt.csv", sep=";", comment="#")
ANSWERS = {"bfi": BFI[ITEMS_OF_BFI], "hs": SETS["hs"], "datcat": SETS["datcat"]}
MODELS = {
    "bfi": {factor.lower(): [f"{factor}{number}" for number in range(1, 6)] for factor in "ACENO"},
    "hs": {"v": ["x1", "x2", "x3"], "t": ["x4", "x5", "x6"], "s": ["x7", "x8", "x9"]},
    "datcat": {"f": ["u1", "u2", "u3", "u4"], "g": ["u5", "u6", "u7", "u8"]},
}


@pytest.mark.parametrize("variant", ["HTMT", "HTMT2"])
@pytest.mark.parametrize(
    "data, kind", [("bfi", "polychoric"), ("bfi", "pearson"), ("hs", "pearson"), ("datcat", "polychoric")]
)
def test_ratios_are_those_of_semtools(data, kind, variant):
    rows = REFERENCE[(REFERENCE["data"] == data) & (REFERENCE["statistic"] == f"{kind}_{variant}")]
    theirs = rows.set_index("item")["value"].astype(float)
    found = htmt(ANSWERS[data], MODELS[data], variant, kind)
    assert len(found.pairs) == len(theirs)
    for pair, value in theirs.items():
        first, second = pair.split()
        assert found.matrix.loc[first, second] == pytest.approx(value, abs=1e-6)
    assert found.method.startswith(f"{variant} (")


def test_by_hand():
    # Within .64 and .36, between all .24: .24 / sqrt(.64 · .36) = .5.
    spread = np.full((4, 4), 0.24)
    spread[:2, :2], spread[2:, 2:] = 0.64, 0.36
    np.fill_diagonal(spread, 1)
    rng = np.random.default_rng(1)
    scores = np.linalg.qr(np.column_stack([np.ones(30), rng.normal(size=(30, 4))]))[0][:, 1:]
    items = pd.DataFrame(scores @ np.linalg.cholesky(spread).T, columns=list("abcd"))
    model = {"p": ["a", "b"], "q": ["c", "d"]}
    for variant in ("HTMT", "HTMT2"):
        assert htmt(items, model, variant, "pearson").pairs["value"].item() == pytest.approx(0.5)
        turned = items.assign(b=-items["b"])
        assert htmt(turned, model, variant, "pearson").pairs["value"].item() == pytest.approx(0.5)


def test_what_cannot_be_had_says_why():
    items = SETS["datcat"]
    alone = htmt(items, {"f": ["u1", "u2"], "g": ["u5"]})
    assert (alone.status, alone.pairs.empty) == (Status.NOT_APPLICABLE, True)
    assert "g har bara en fråga" in alone.reason
    rows = pd.DataFrame({"a": [1, 1, 2, 2], "b": [1, 2, 1, 2], "c": [1, 2, 2, 2], "d": [1, 1, 1, 2]})
    unrelated = htmt(rows, {"p": ["a", "b"], "q": ["c", "d"]}, correlation="pearson")
    assert unrelated.status == Status.NOT_APPLICABLE and "p hänger inte ihop" in unrelated.reason
    constant = htmt(items.assign(u1=1), {"f": ["u1", "u2"], "g": ["u5", "u6"]})
    assert constant.status == Status.NO_DATA and "u1" in constant.reason
    assert htmt(items.iloc[:0], MODELS["datcat"]).status == Status.NO_DATA
    same = items.assign(u2=items["u1"])
    assert htmt(same, MODELS["datcat"]).status == Status.NOT_CONVERGED


def test_only_the_models_own_items_decide_who_is_complete():
    items = SETS["datcat"].assign(other=np.nan)
    assert htmt(items, MODELS["datcat"]).n == len(items)


def test_calls_that_cannot_be_right_are_refused():
    items = SETS["datcat"]
    with pytest.raises(UnknownName, match="names u99"):
        htmt(items, {"f": ["u1", "u99"], "g": ["u5", "u6"]})
    with pytest.raises(UnknownName, match="known are HTMT, HTMT2"):
        htmt(items, MODELS["datcat"], "HTMT3")
    with pytest.raises(WrongShape, match="u1 more than once"):
        htmt(items, {"f": ["u1", "u2"], "g": ["u1", "u6"]})
    with pytest.raises(WrongShape, match="at least two factors"):
        htmt(items, {"f": ["u1", "u2"]})
