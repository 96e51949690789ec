import numpy as np
import pandas as pd
import pytest

from finsam_eval.codebook import load_codebook
from finsam_eval.contrasts.persons import same_persons
from finsam_eval.psychometrics.change_rows import A_CHANGE_ALREADY, of_change
from finsam_eval.psychometrics.questionnaires import ANOTHER_MEANING, asked_twice
from finsam_eval.psychometrics.responsiveness import effect_size, mean_change, responsiveness, standardised_mean
from finsam_eval.psychometrics.rows import COEFFICIENT_COLUMNS
from finsam_eval.results import Status

BOOK = load_codebook("nns2015")
ANONYMOUS = pd.DataFrame({"participation": ["D1", "D2", "D3", "D4"], "anonymous": [False, False, False, True]})


def answer(person, item, occasion, value, **other):
    row = {"respondent": f"p{person}", "participation": f"D{person}", "about": "", "respondent_group": "deltagare"}
    row |= {"item": item, "occasion": occasion, "wave": 1, "retest": False, "period": "2025", "date": pd.NaT}
    return {**row, "forbund": "F", "insats": "", "gender": "man", "value": value, "missing": "", **other}


def rows_of(answers, participations=ANONYMOUS):
    found = pd.DataFrame(of_change(pd.DataFrame(answers), participations, BOOK, ["2025"]))
    assert list(found.columns) == COEFFICIENT_COLUMNS
    return found.set_index(["subject", "occasion", "statistic"])


def many(n=60, tie=1.0, seed=3):
    """Persons whose K01 changes, with a retest, and who say at exit whether they are more ready."""
    rng = np.random.default_rng(seed)
    before, step = rng.integers(2, 4, n), rng.integers(-1, 3, n)
    ready = np.where(rng.random(n) < tie, np.where(step > 0, 5, 2), rng.integers(1, 6, n))
    answers = []
    for person in range(n):
        answers += [
            answer(person, "K01a", "under", before[person]),
            answer(person, "K01b", "avslut", before[person] + step[person]),
            answer(person, "K07a", "avslut", ready[person]),
            answer(person, "K01a", "under", before[person] + rng.integers(0, 2), retest=True),
        ]
    return answers, before, before + step, (ready >= 4).astype(float)


def test_the_codebook_says_what_is_asked_twice():
    found = [(one.first.id, one.at_first, one.later.id, one.at_later) for one in asked_twice(BOOK, "deltagare")]
    pairs = [(f"K0{n}a", "under", f"K0{n}b", "avslut") for n in (1, 2, 3, 4, 5)]
    assert found == [*pairs, ("K07a", "under", "K07a", "avslut"), ("K09d", "under", "K09d", "avslut")]
    assert [one.later.id for one in asked_twice(BOOK, "personal")] == ["K03c", "K07b"]
    assert not list(asked_twice(BOOK, "styrelse"))


def test_the_numbers_are_those_of_the_linked_persons():
    answers, before, after, ready = many(tie=0.7)
    found = rows_of([*answers, answer(98, "K01a", "under", 1), answer(99, "K01b", "avslut", 5)])
    one = found.loc["K01b", "avslut"]
    assert one["label"].iloc[0].startswith("K01a → K01b ")
    for name, size in {"medelforandring": mean_change, "srm": standardised_mean, "es": effect_size}.items():
        assert one.loc[name, ["value", "lower", "n"]].tolist() == [
            pytest.approx(size(before, after).value),
            pytest.approx(size(before, after).lower),
            60,
        ]
    anchored = responsiveness(before, after, ready).anchored
    assert anchored.correlation.value > 0.3
    assert one.loc["mic_ankare", "value"] == anchored.roc.value == 0.5
    assert one.loc["mic_prediktiv", "value"] == pytest.approx(anchored.adjusted.value)
    assert one.loc["guyatt", "status"] == Status.OK
    assert one.loc["slump_lag_start", "value"] > 0
    # One of those who answered at exit had not answered before.
    assert found.loc[("deltagare", "avslut", "lankade"), "value"] == pytest.approx(60 / 61)
    assert found.loc[("deltagare", "avslut", "anonyma"), ["value", "n"]].tolist() == [0.25, 4]


def test_persons_are_the_ones_that_comparisons_pair():
    answers, *_ = many()
    responses = pd.DataFrame([*answers, answer(98, "K01a", "under", 1)])
    pairs = same_persons(responses, BOOK, group="deltagare", atoms=["2025"]).set_index("after")
    assert rows_of(answers).loc[("K01b", "avslut", "srm"), "n"] == pairs.loc["K01b", "n"]


def test_questions_that_change_meaning_or_ask_about_change_are_flagged_and_not_differenced():
    answers = [answer(p, item, at, 3) for p in range(20) for item, at in (("K05a", "under"), ("K05b", "avslut"))]
    answers += [answer(p, "K07a", at, 3, wave=wave) for p in range(20) for at, wave in (("under", 1), ("avslut", 1))]
    answers += [answer(p, "K07a", "intervall", 4, wave=wave) for p in range(12) for wave in (1, 2, 3)]
    found = rows_of(answers)
    for subject, occasion, reason, n in (
        ("K05b", "avslut", ANOTHER_MEANING, 20),
        ("K07a", "avslut", A_CHANGE_ALREADY, 20),
        ("K07a", "intervall", A_CHANGE_ALREADY, 12),
    ):
        rows = found.loc[subject, occasion]
        assert set(rows["status"]) == {Status.NOT_APPLICABLE}
        assert set(rows["reason"]) == {reason}
        assert rows["value"].isna().all()
        assert set(rows["n"]) == {n}


def test_a_weak_anchor_gives_no_least_change():
    answers, *_ = many(tie=0.0)
    rows = rows_of(answers).loc["K01b", "avslut"]
    assert rows.loc["ankare_korrelation", "value"] < 0.3
    assert rows.loc[["mic_ankare", "mic_prediktiv"], "status"].tolist() == [Status.NOT_APPLICABLE] * 2
    assert rows.loc["mic_prediktiv", "reason"].startswith("Ankaret hänger för svagt")


def test_without_any_linked_person_every_row_says_why():
    rows = rows_of([answer(1, "K01a", "under", 3), answer(2, "K01b", "avslut", 4)])
    coefficients = rows[rows["kind"] == "item"]
    assert (coefficients["status"] != Status.OK).all()
    assert (coefficients["reason"] != "").all()
    assert set(coefficients["n"]) == {0}


def test_of_waves_the_latest_counts_and_retests_never_do():
    answers = [answer(p, "K01a", "under", 1) for p in range(12)]
    answers += [answer(p, "K01a", "under", 3 + p % 2, wave=2) for p in range(12)]
    answers += [answer(p, "K01a", "under", 5, wave=2, retest=True) for p in range(12)]
    answers += [answer(p, "K01b", "avslut", 5 - p % 3) for p in range(12)]
    value = rows_of(answers).loc[("K01b", "avslut", "medelforandring"), "value"]
    assert value == pytest.approx(4 - 3.5)


def test_nobody_changes_anything_of_an_empty_study():
    assert list(of_change(pd.DataFrame([answer(1, "K08a", "halvar", 3)]), ANONYMOUS, BOOK, ["2025"])) == []
