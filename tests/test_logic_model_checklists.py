import pytest

from finsam_eval.logic_model import evaluability, indicator_criteria
from tests.programmes import LINKS, NODES, indicator, programme

MATCHED = [{"item": "K07a", "confirmed_by": "Förbundschefen"}]


def criteria(**changes):
    model = programme(indicators=[indicator(**changes)])
    return indicator_criteria(model).set_index("criterion")["answer"].to_dict()


def answers(**changes):
    return evaluability(programme(**changes)).set_index("question")


def test_a_sound_indicator_is_answered_where_the_model_can_tell_and_asked_where_not():
    assert criteria() == {
        "anger riktning": "ja",
        "relevant": "fråga",
        "valid": "fråga",
        "vedertagen": "fråga",
        "påverkbar": "ja",
        "mätbar": "ja",
    }


@pytest.mark.parametrize(
    ("criterion", "changes", "answer"),
    [
        ("anger riktning", {"targets": [], "baseline": None}, "fråga"),
        ("anger riktning", {"targets": [], "baseline": None, "direction": "increase"}, "ja"),
        ("relevant", {"title": "Genomföra en enkät"}, "nej"),
        ("valid", {"measure": "qualitative", "targets": [], "baseline": None}, "nej"),
        ("vedertagen", {"matpunkter": MATCHED}, "ja"),
        ("mätbar", {"source": ""}, "nej"),
        ("mätbar", {"denominator": ""}, "delvis"),
        ("mätbar", {"measure": "qualitative", "targets": [], "baseline": None}, "nej"),
    ],
)
def test_a_criterion_follows_what_is_said(criterion, changes, answer):
    assert criteria(**changes)[criterion] == answer


def test_what_no_activity_leads_to_cannot_be_influenced():
    table = indicator_criteria(programme(links=LINKS[1:]))
    assert table.set_index("criterion").loc["påverkbar", "answer"] == "nej"


def test_the_checklist_counts_in_the_open():
    table = answers()
    assert table.loc["Mäts det som ska uppnås?", ["answer", "told"]].tolist() == [
        "ja",
        "1 av 1 resultat, effekter och mål har en egen indikator.",
    ]
    assert table.loc["Finns en jämförelsegrupp?", "answer"] == "fråga"
    assert table["answer"].isin(["ja", "delvis", "nej", "fråga"]).all()
    assert (table["told"] != "").all()


@pytest.mark.parametrize(
    ("question", "changes", "answer"),
    [
        (
            "Är det tydligt vad som ska uppnås?",
            {"nodes": [*NODES[:2], {**NODES[2], "title": "Minst x procent"}]},
            "nej",
        ),
        ("Leder det som görs hela vägen till målen?", {"links": LINKS[:1]}, "nej"),
        ("Är antagandena bakom stegen utskrivna?", {"links": [{**LINKS[0], "assumption": "Tid"}, LINKS[1]]}, "delvis"),
        ("Är andra förklaringar utskrivna?", {"links": [{**link, "rivals": ["Tid"]} for link in LINKS]}, "ja"),
        ("Säger dokumentet samma sak överallt?", {"nodes": [*NODES, {**NODES[2], "id": "igen"}]}, "nej"),
        ("Är läget före känt?", {"indicators": [indicator(baseline=None)]}, "nej"),
        ("Är läget före känt?", {"indicators": []}, "fråga"),
        ("Kan kvinnor och män följas var för sig?", {"indicators": [indicator(by_gender=True)]}, "ja"),
        ("Kan kvinnor och män följas var för sig?", {"indicators": [indicator(by_gender=False)]}, "nej"),
        ("Kan kvinnor och män följas var för sig?", {}, "fråga"),
        ("Är det bestämt vem som följer upp?", {"indicators": [indicator(responsible="Kansliet")]}, "ja"),
    ],
)
def test_a_question_is_answered_by_the_model(question, changes, answer):
    assert answers(**changes).loc[question, "answer"] == answer


@pytest.mark.parametrize(
    ("several", "answer", "told"),
    [
        ([{}], "fråga", "Det är inte ifyllt om källan skiljer kvinnor och män åt (Kön i källan)."),
        ([{"unit": ""}], "fråga", "Det är inte ifyllt om källan skiljer kvinnor och män åt (Kön i källan)."),
        ([{"unit": "", "node": "plan"}], "fråga", "Kan inte besvaras: det är inte ifyllt vad som räknas (Enhet)"),
        ([{"unit": "kommuner"}], "fråga", "Går inte att pröva: i modellen finns inga indikatorer som räknar personer."),
        ([{"by_gender": True}, {}], "delvis", "1 av 2 indikatorer om personer kan delas på kvinnor och män. För 1 är"),
        ([{"by_gender": False}, {}], "fråga", "0 av 2 indikatorer om personer kan delas på kvinnor och män. För 1 är"),
        ([{"by_gender": False}, {"by_gender": True}], "delvis", "1 av 2 indikatorer om personer kan delas"),
    ],
)
def test_what_is_not_said_of_women_and_men_is_asked_and_never_answered_no(several, answer, told):
    indicators = [indicator(**{"id": f"i{place}", **changes}) for place, changes in enumerate(several)]
    row = answers(indicators=indicators).loc["Kan kvinnor och män följas var för sig?"]
    assert row["answer"] == answer
    assert row["told"].startswith(told)


def test_a_chain_that_ends_below_the_highest_level_does_not_lead_all_the_way():
    nodes = [*NODES, {"id": "kurs", "level": "aktivitet", "title": "Kurs"}]
    nodes += [
        {"id": name, "level": level, "title": name} for name, level in [("kan", "resultat"), ("i", "effekt_kort")]
    ]
    links = [*LINKS, {"from": "kurs", "to": "kan"}, {"from": "redo", "to": "i"}]
    row = answers(nodes=nodes, links=links).loc["Leder det som görs hela vägen till målen?"]
    assert row[["answer", "told"]].tolist() == [
        "delvis",
        "1 av 2 aktiviteter leder hela vägen till effekt på kort sikt.",
    ]
