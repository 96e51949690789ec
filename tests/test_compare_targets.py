from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from finsam_eval.compare import Target, Verdict, judge_target
from finsam_eval.errors import WrongShape
from finsam_eval.results import RECORD_COLUMNS, Status

DECIDED = {"origin": "Verksamhetsplan", "decided_on": date(2024, 1, 1), "decided_by": "Styrelsen"}


def test_the_outcome_is_a_fact_and_the_underlying_level_is_not():
    judged = judge_target(36, 100, 0.30)
    assert (judged.outcome, judged.verdict) == (Verdict.REACHED, Verdict.UNDECIDED)
    assert judged.probability == pytest.approx(0.903, abs=5e-4)
    assert judged.short == 0


def test_the_verdict_follows_the_interval_alone():
    judged = judge_target(39, 100, 0.30)
    assert (judged.outcome, judged.verdict) == (Verdict.REACHED, Verdict.REACHED)
    assert judged.lower == pytest.approx(0.3002, abs=5e-5)
    assert judged.probability == pytest.approx(0.973, abs=5e-4)
    assert judge_target(39, 100, 0.30, deff=1.1).verdict == Verdict.UNDECIDED


def test_a_target_clearly_missed():
    judged = judge_target(10, 100, 0.30)
    assert (judged.outcome, judged.verdict, judged.short) == (Verdict.NOT_REACHED, Verdict.NOT_REACHED, 20)
    assert judged.upper < 0.30


def test_both_genders_reach_it_with_the_product_of_their_probabilities():
    women, men = judge_target(20, 60, 0.30), judge_target(14, 40, 0.30)
    assert women.probability * men.probability == pytest.approx(0.544, abs=5e-4)


@pytest.mark.parametrize(
    "x, n, target, short",
    [
        (7, 100, 0.07, 0),  # .07 · 100 = 7.000000000000001
        (29, 100, 0.29, 0),
        (3, 10, 0.3, 0),
        (2, 10, 0.3, 1),
        (0, 3, 0.5, 2),
        (6, 6, 1, 0),
        (5, 6, 1, 1),
    ],
)
def test_whole_numbers_decide_the_outcome(x, n, target, short):
    judged = judge_target(x, n, target)
    assert judged.short == short
    assert judged.outcome == ("nått" if short == 0 else "ej nått")


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), st.integers(1, 100))
def test_short_is_the_fewest_more_that_reach_the_target(cell, percent):
    x, n = cell
    short, target = judge_target(x, n, percent / 100).short, Fraction(percent, 100)
    assert Fraction(x + short, n) >= target
    assert short == 0 or Fraction(x + short - 1, n) < target


def test_without_answers_nothing_is_judged():
    judged = judge_target(0, 0, 0.3)
    assert (judged.status, judged.outcome, judged.verdict) == (Status.NO_DATA, "", "")
    assert (judged.value, judged.lower, judged.probability, judged.short) == (None, None, None, None)


def test_a_judgement_as_one_row():
    row = judge_target(36, 100, 0.30, deff=2).to_frame()
    assert list(row) == [*RECORD_COLUMNS, "target", "outcome", "verdict", "probability", "short"]
    assert row.loc[0, "method"] == "Wilson, effektivt n; sannolikhet med Jeffreys prior"


@pytest.mark.parametrize("target", [0, -0.1, 30, float("nan")])
def test_a_target_is_a_share(target):
    with pytest.raises(WrongShape, match="30 %"):
        judge_target(36, 100, target)


def test_a_target_belongs_to_the_study_unless_a_logic_model_is_named():
    key = {"item": "K01", "respondent_group": "deltagare", "occasion": "avslut", "share": 0.3, "gender_rule": "each"}
    assert Target(**key, **DECIDED).indicator == ""
    assert Target(**key, **DECIDED, indicator="demo:andel").indicator == "demo:andel"


def test_a_target_is_declared_with_who_decided_it():
    key = {"item": "K01", "respondent_group": "deltagare", "occasion": "avslut", "share": 0.3, "gender_rule": "each"}
    assert Target(**key, **DECIDED).genders == ["kvinna", "man"]
    for wrong in ({"decided_by": None}, {"share": 30}, {"share": 0}, {"gender_rule": "min"}, {"extra": 1}):
        with pytest.raises(ValidationError):
            Target(**{**key, **DECIDED, **wrong})
