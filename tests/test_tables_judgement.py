from datetime import date
from types import SimpleNamespace

import pandas as pd
import pytest

from finsam_eval import tables, wording
from finsam_eval.codebook import load_codebook
from finsam_eval.criteria import Criteria
from finsam_eval.judgement import Decision, Judgements, judge, propose
from finsam_eval.psychometrics.properties import ITEM_TABLE_COLUMNS
from finsam_eval.psychometrics.rows import COEFFICIENT_COLUMNS
from tests.psychometric_frames import coefficient

CODEBOOK = load_codebook("nns2015")
OWN = {"source": "Boken", "good": 0.7, "bad": 0.6}
PROPERTIES = [
    {"id": "stabil", "label": "Stabilitet", "question": "Svarar man lika?", "statistic": "vagd_kappa", **OWN},
    {
        "id": "samsyn",
        "label": "Samsyn",
        "question": "Ser båda samma?",
        "statistic": "vagd_kappa",
        "kind": "dyad",
        **OWN,
    },
    {"id": "sidan", "label": "Bredvid", "question": "Och?", "statistic": "icc", "decisive": False, **OWN},
]
CRITERIA = {
    "decided_by": "Styr<b>gruppen",
    "decided_on": date(2024, 11, 15),
    "comparable_reliability": {"value": 0.7, "source": "Boken"},
    "equal_within": {"value": 0.1, "source": "Boken"},
    "judging": {"properties": PROPERTIES, "proposal": {"drop_if": [], "drop_at": 2, "source": "Regelboken"}},
}
NUMBERS = {"K01a": (0.80, 0.70, 0.90), "K02a": (0.40, 0.30, 0.50), "K03a": (0.65, 0.50, 0.80)}


def view_of(decisions=(), started=date(2025, 1, 1), numbers=NUMBERS):
    criteria = Criteria.model_validate(CRITERIA)
    rows = [coefficient("item", item, "vagd_kappa", *three, 150) for item, three in numbers.items()]
    coefficients = pd.DataFrame(rows, columns=COEFFICIENT_COLUMNS)
    judged = judge(coefficients, pd.DataFrame(columns=ITEM_TABLE_COLUMNS), CODEBOOK, criteria.judging)
    found = Judgements(
        criteria=criteria,
        judging=criteria.judging,
        judged=judged,
        proposals=propose(judged, criteria.judging),
        decisions={one.item: one for one in decisions},
        sha256="ab12",
    )
    study = SimpleNamespace(settings=SimpleNamespace(periods=[SimpleNamespace(start=started)]))
    return SimpleNamespace(judgements=found, codebook=CODEBOOK, study=study)


def decision(item, what):
    reason = "Vi behöver den ett år till."
    return Decision(item=item, decision=what, reason=reason, decided_by="Styrgruppen", decided_on=date(2026, 1, 2))


def test_one_row_a_matpunkt_with_a_sign_for_each_decisive_property():
    table = tables.judgements(view_of([decision("K02a", "behåll")]))
    rows = {row[0]: row[1:] for row in table.rows}
    assert table.columns == ["Mätpunkt", "Stabilitet", "Samsyn", "Förslag", "Beslut"]
    assert rows["K01a"] == ["+", "·", "behåll", "–"]
    assert rows["K02a"] == ["−", "·", "revidera", "behåll"]
    assert rows["K03a"] == ["?", "?", "avvakta", "–"]
    assert len(rows) == 28


def test_a_decision_stands_beside_the_proposal_with_its_reason():
    rows = {row[0]: row[1:] for row in tables.proposals(view_of([decision("K03a", "behåll")])).rows}
    told = "behåll: Vi behöver den ett år till. (Styrgruppen, 2026-01-02)"
    assert rows == {"K02a": ["revidera", "Stabilitet", "–"], "K03a": ["avvakta", "–", told]}
    assert tables.proposals(view_of(numbers={"K01a": (0.8, 0.7, 0.9)})) is None


def test_every_criterion_is_shown_with_limits_and_source():
    rows = tables.criteria(view_of()).rows
    limits = "vagd_kappa: bra minst 0,70, dåligt under 0,60"
    assert rows[0][:3] == ["Stabilitet: Svarar man lika?", limits, "ja"] and rows[0][-1] == "Boken"
    assert rows[2][2] == "nej" and rows[-1][-1] == "Regelboken"


def test_the_numbers_behind_stand_with_interval_and_n():
    rows = {row[0]: row[1:] for row in tables.judged_numbers(view_of()).rows}
    who, value, n, judgement = rows["K01a Stabilitet"]
    assert (value, n, judgement) == ("0,80 (0,70 till 0,90)", "150", "tillräcklig") and "eltagare" in who
    assert set(rows) == {"K01a Stabilitet", "K02a Stabilitet", "K03a Stabilitet"}


def test_the_summary_names_the_matpunkter_and_a_decision_that_differs():
    text = wording.judgement_summary(view_of([decision("K02a", "behåll"), decision("K01a", "behåll")])).markdown
    assert "**1 av 28** mätpunkter föreslås vara kvar som de är: K01a." in text
    assert "**1 av 28** mätpunkter föreslås bli omarbetade: K02a." in text
    assert "utgå" not in text
    assert "*Svarar man lika?* Det gäller 26 av 26." in text.replace("\\", "")
    assert "För K02a (behåll) har beslutet blivit ett annat än förslaget." in text


@pytest.mark.parametrize(
    ("started", "told"), [(date(2025, 1, 1), "innan den första"), (date(2024, 1, 1), "**efter** att mätningen")]
)
def test_it_is_said_whether_the_criteria_came_first_and_their_hash_is_printed(started, told):
    text = wording.judgement_basis(view_of(started=started)).markdown
    assert told in text and "`ab12`" in text and "<b>" not in text


def test_the_reading_names_every_sign():
    text = wording.judgement_reading(view_of()).markdown
    assert all(f"**{sign}**" in text for sign in "+−?·")


def test_a_study_without_criteria_for_it_says_so():
    view = SimpleNamespace(judgements=None)
    for make in (tables.judgements, tables.proposals, tables.criteria, tables.judged_numbers):
        assert make(view) is None
    assert "criteria.yaml" in wording.judgement_summary(view).markdown
    assert wording.judgement_reading(view) is None and wording.judgement_basis(view) is None
