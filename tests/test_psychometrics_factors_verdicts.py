import numpy as np
import pandas as pd
import pytest

from finsam_eval.psychometrics.factors.verdicts import FAILS, HOLDS, NEARLY, UNTESTED, conclusion_of, verdict_of
from finsam_eval.results import Status


@pytest.mark.parametrize(
    "p, fall, verdict",
    [
        (0.05, -0.5, HOLDS),
        (0.049, -0.01, NEARLY),
        (0.049, 0.02, NEARLY),
        (0.049, -0.011, FAILS),
        (0.0, None, FAILS),
        (None, -0.5, FAILS),
        (None, 0.0, NEARLY),
    ],
)
def test_a_step_holds_by_the_test_and_nearly_by_how_little_cfi_falls(p, fall, verdict):
    assert verdict_of(p, fall) == verdict


def steps(verdicts, cfi=0.97, scaled=np.nan, names=("configural", "metric", "scalar", "strict"), stopped=False):
    status = [Status.OK] * len(verdicts)
    if stopped:
        status[-1] = Status.NOT_CONVERGED
    return pd.DataFrame(
        {"step": names[: len(verdicts)], "verdict": verdicts, "status": status, "cfi": cfi, "cfi_scaled": scaled}
    )


@pytest.mark.parametrize(
    "verdicts, holds, says",
    [
        ([UNTESTED, FAILS, HOLDS, HOLDS], "configural", "varken samband, spridning eller medelvärden"),
        ([UNTESTED, HOLDS, FAILS, HOLDS], "metric", "men inte deras medelvärden"),
        ([UNTESTED, HOLDS, HOLDS, FAILS], "scalar", "jämför inte observerade summors"),
        ([UNTESTED, HOLDS, HOLDS, HOLDS], "strict", "så får summor av svaren"),
    ],
)
def test_what_holds_ends_at_the_first_step_that_does_not(verdicts, holds, says):
    found, sentence = conclusion_of(steps(verdicts), ordered=False, occasions=False, free=frozenset())
    assert found == holds
    assert says in sentence
    assert "grupper" in sentence


def test_a_step_without_a_solution_ends_it_and_is_said():
    table = steps([UNTESTED, HOLDS, UNTESTED], stopped=True)
    found, sentence = conclusion_of(table, ordered=False, occasions=True, free=frozenset())
    assert found == "metric"
    assert sentence.endswith("Nästa steg har ingen lösning.")
    assert "tillfällen" in sentence


def test_the_scaled_cfi_counts_where_there_is_one():
    names = ("configural", "thresholds", "loadings", "intercepts")
    good = steps([UNTESTED, NEARLY, HOLDS, FAILS], cfi=0.8, scaled=0.95, names=names)
    found, sentence = conclusion_of(good, ordered=True, occasions=False, free=frozenset({("loading", "a")}))
    assert found == "loadings"
    assert "passar dåligt" not in sentence
    assert "säkerställda men små" in sentence
    assert "Undantagna från kraven: loading a." in sentence
    bad = steps([UNTESTED, FAILS], cfi=0.95, scaled=0.8, names=names)
    assert "passar dåligt" in conclusion_of(bad, ordered=True, occasions=False, free=frozenset())[1]
