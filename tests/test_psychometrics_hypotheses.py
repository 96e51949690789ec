from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finsam_eval.codebook import Item, Karnindikator, Scale, load_codebook
from finsam_eval.errors import BadDefinition
from finsam_eval.hypotheses import Expected, Hypotheses
from finsam_eval.psychometrics.factors import polychoric
from finsam_eval.psychometrics.hypotheses import Verdict, hedges_g, of_hypotheses, spearman, together, verdict
from finsam_eval.psychometrics.rows import COEFFICIENT_COLUMNS
from finsam_eval.results import Estimate, Status, no_value
from finsam_eval.study import Outcome
from tests.test_psychometrics_change_rows import answer
from tests.test_psychometrics_responsiveness import ANOREXIA

BOOK = load_codebook("nns2015")
# R 4.2.2, metafor 3.8.1, MASS::anorexia: escalc("SMD", vtype = "LS") of Postwt, FT against Cont, yi and vi;
# r <- cor(Prewt, Postwt, method = "spearman"), tanh(atanh(r) + c(-1, 1) * qnorm(.975) * sqrt((1 + r^2 / 2) / (72 - 3)))
HEDGES_G, HEDGES_V = 1.425848674434, 0.12092511952894
SPEARMAN = [0.34417239765085, 0.11546185101625, 0.53822742173121]

OUTCOMES = [Outcome(id="arbete", label="I arbete", column="jobb")]


def found(value, lower, upper, n=100, **other):
    return Estimate(value=value, lower=lower, upper=upper, level=0.95, method="m", n=n, **other)


def said(*hypotheses):
    whole = [{"id": f"H{n}", "text": "t", "source": "s", **one} for n, one in enumerate(hypotheses)]
    return Hypotheses(decided_by="S", decided_on=date(2024, 1, 1), hypotheses=whole)


def tried(answers, *hypotheses, participations=None):
    table = pd.DataFrame({"participation": [], "jobb": []}) if participations is None else participations
    rows = pd.DataFrame(of_hypotheses(pd.DataFrame(answers), table, said(*hypotheses), book(), OUTCOMES, ["2025"]))
    assert list(rows.columns) == COEFFICIENT_COLUMNS
    return rows.set_index("subject")


def book():
    item = Item(
        id="arbete",
        text="I arbete",
        scale="ja_nej",
        respondent_groups=["register"],
        occasions=["avslut"],
        sensitivity="outcome",
    )
    extra = Karnindikator(number=0, heading="Utfall", kind="effekt", level="deltagare", items=[item])
    return BOOK.extended(extra, {"ja_nej": Scale(min=0, max=1, top=1, labels={0: "Nej", 1: "Ja"})}, [])


def people(n=80, seed=5):
    """Persons with two questions at exit that go together, one before, gender and outcome."""
    rng = np.random.default_rng(seed)
    first = rng.integers(1, 6, n)
    second = np.clip(first + rng.integers(-1, 2, n), 1, 5)
    gender = np.where(np.arange(n) % 2, "kvinna", "man")
    answers = []
    for person in range(n):
        who = {"gender": gender[person]}
        answers += [
            answer(person, "K01b", "avslut", first[person], **who),
            answer(person, "K02b", "avslut", second[person], **who),
            answer(person, "K02a", "under", max(1, second[person] - person % 2), **who),
        ]
    job = (first + rng.normal(size=n) > 3).astype(int)
    table = pd.DataFrame({"participation": [f"D{p}" for p in range(n)], "jobb": pd.array(job, dtype="Int64")})
    return answers, first, second, gender, job, table


def test_group_differences_and_ranks_are_those_of_r():
    weight = ANOREXIA["Postwt"]
    found = hedges_g(weight[ANOREXIA["Treat"] == "FT"], weight[ANOREXIA["Treat"] == "Cont"])
    assert found.value == pytest.approx(HEDGES_G, rel=1e-8)
    assert ((found.upper - found.lower) / 2 / 1.959963984540054) ** 2 == pytest.approx(HEDGES_V, rel=1e-8)
    ranked = spearman(ANOREXIA["Prewt"], weight)
    assert [ranked.value, ranked.lower, ranked.upper] == pytest.approx(SPEARMAN, rel=1e-8)


@pytest.mark.parametrize(
    ("limits", "expected", "held"),
    [
        ((0.4, 0.6), {"sign": "positiv", "at_least": 0.3}, Verdict.CONFIRMED),
        ((0.2, 0.6), {"sign": "positiv", "at_least": 0.3}, Verdict.UNDECIDED),
        ((0.1, 0.2), {"sign": "positiv", "at_least": 0.3}, Verdict.REFUTED),
        ((0.1, 0.2), {"sign": "positiv"}, Verdict.CONFIRMED),
        ((-0.3, -0.1), {"sign": "positiv"}, Verdict.REFUTED),
        ((-0.5, -0.4), {"sign": "negativ", "at_most": -0.3}, Verdict.CONFIRMED),
        ((-0.2, 0.2), {"at_least": -0.3, "at_most": 0.3}, Verdict.CONFIRMED),
        ((-0.4, 0.2), {"at_least": -0.3, "at_most": 0.3}, Verdict.UNDECIDED),
        ((None, None), {"sign": "positiv"}, Verdict.UNDECIDED),
    ],
)
def test_the_verdict_follows_the_whole_interval(limits, expected, held):
    assert verdict(found(0.5, *limits), Expected(**expected)) is held


@pytest.mark.parametrize(
    ("verdicts", "value", "upper", "held"),
    [
        ("bbbi", 0.75, 0.75, "tillräcklig"),
        ("bbio", 0.5, 0.75, "obestämd"),
        ("bbii", 0.5, 0.5, "otillräcklig"),
        ("bbbo", 0.75, 1.0, "tillräcklig"),
        ("ooo", 0.0, 1.0, "obestämd"),
    ],
)
def test_three_of_four_must_be_confirmed(verdicts, value, upper, held):
    words = {"b": "bekräftad", "i": "inte bekräftad", "o": "obestämd"}
    all_of_them = [found(0, 0, 0, n=90 + place, reason=words[one]) for place, one in enumerate(verdicts)]
    lost = no_value(Status.NO_DATA, "r", method="m", n=1)
    share = together([*all_of_them, lost])
    assert (share.value, share.upper, share.reason) == (value, upper, held)
    assert (share.k, share.n) == (len(verdicts), 90)


def test_each_kind_gives_its_own_number():
    answers, first, second, gender, job, table = people()
    together_ = {"kind": "korrelation", "measure_a": "K01b", "measure_b": "K02b", "expected": {"sign": "positiv"}}
    rows = tried(
        answers,
        together_,
        {**together_, "measure_b": "arbete"},
        {"kind": "skillnad", "measure_a": "K01b", "groups": "kon", "expected": {"at_least": -1, "at_most": 1}},
        {"kind": "skillnad", "measure_a": "K01b", "groups": "arbete", "expected": {"sign": "positiv"}},
        {"kind": "forandring", "measure_a": "K02a", "expected": {"sign": "negativ"}},
        participations=table,
    )
    pairs = polychoric(pd.DataFrame({"a": first, "b": second})).pairs
    assert rows.loc["H0", "value"] == pytest.approx(pairs["correlation"].item())
    assert rows.loc["H1", "value"] == pytest.approx(spearman(first, job).value)
    assert rows.loc["H2", "value"] == pytest.approx(hedges_g(first[gender == "kvinna"], first[gender == "man"]).value)
    assert rows.loc["H3", "value"] == pytest.approx(hedges_g(first[job == 1], first[job == 0]).value)
    assert rows.loc["H4", ["statistic", "n", "reason"]].tolist() == ["forandring", 80, "inte bekräftad"]
    assert rows.loc[["H0", "H1", "H2", "H3"], "reason"].tolist() == ["bekräftad"] * 4
    assert rows.loc["alla", ["value", "k", "reason"]].tolist() == [0.8, 5, "tillräcklig"]


def test_a_set_is_the_mean_of_those_who_answered_all_of_it():
    items = BOOK.item_sets[1].items
    answers = [answer(p, item, "avslut", 1 + (p + n) % 5) for p in range(20) for n, item in enumerate(items)]
    answers[-1]["value"] = np.nan
    one = {"kind": "korrelation", "measure_a": "avslut", "measure_b": "K01b", "expected": {"sign": "positiv"}}
    assert tried(answers, one).loc["H0", "n"] == 19


@pytest.mark.parametrize(
    ("one", "status"),
    [
        ({"kind": "korrelation", "measure_a": "K01b", "measure_b": "K02b"}, Status.NO_DATA),
        ({"kind": "skillnad", "measure_a": "K01b", "groups": "kon"}, Status.NO_DATA),
        ({"kind": "forandring", "measure_a": "K02a"}, Status.NO_DATA),
        ({"kind": "forandring", "measure_a": "K05a"}, Status.NOT_APPLICABLE),
        ({"kind": "forandring", "measure_a": "K06b"}, Status.NOT_APPLICABLE),
    ],
)
def test_what_cannot_be_tried_says_why_and_counts_for_nothing(one, status):
    answers, *_ = people(n=6)
    rows = tried(answers, {**one, "expected": {"sign": "positiv"}})
    assert (rows.loc["H0", "status"], rows.loc["alla", "status"]) == (status, Status.NO_DATA)
    assert rows["reason"].ne("").all()


def test_answers_all_alike_have_no_difference():
    assert hedges_g([3] * 12, [3] * 12).status is Status.NOT_APPLICABLE
    assert spearman([3] * 12, list(range(12))).status is Status.NOT_APPLICABLE


def test_unknown_measures_are_refused_when_tried_too():
    with pytest.raises(BadDefinition, match="did you mean K01b"):
        tried(people()[0], {"kind": "forandring", "measure_a": "K01bx", "expected": {"sign": "positiv"}})


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=12, max_size=40))
def test_a_turned_scale_turns_the_sign(rows):
    a, b = np.array(rows, dtype=float).T
    there, back = spearman(a, b), spearman(a, 6 - b)
    assert there.status is back.status
    if there.value is not None:
        assert back.value == pytest.approx(-there.value, abs=1e-12)
