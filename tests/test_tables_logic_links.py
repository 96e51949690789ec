"""Tables and sentences of what the answers say of a chain's arrows, word by word."""

import pytest

from finsam_eval import tables, wording
from finsam_eval.logic_model import contribution, evaluate, gaps_on_data, links_on_data, steps_on_data
from finsam_eval.logic_model.answers import NodeAnswers
from tests.programmes import LINKS, no_records, observed, programme
from tests.test_logic_model_support import RIVAL, chained, measured


def plain(rows):
    return [[cell.replace("\N{NO-BREAK SPACE}", " ") for cell in row] for row in rows]


def told(text):
    return text.markdown.replace("\N{NO-BREAK SPACE}", " ").replace("\\", "")


@pytest.fixture(scope="module")
def tested():
    return links_on_data(measured(), chained())


def test_associations_with_plain_shares_beside_the_odds_ratio(tested):
    first, _ = plain(tables.associations(measured(), tested).rows)
    assert first[:3] == ["Samtal → En plan", "80 % av 120", "20 % av 120"]
    assert first[3].startswith("16,0 (")
    assert first[4:] == ["finns", "kön", "240"]


def test_an_association_is_read_aloud_and_never_called_more_than_that(tested):
    text = told(wording.links(measured(), tested))
    assert "2 pilar av 2 kan prövas mot studiens egna svar. Sambandet finns längs 2" in text
    assert "Oddskvoten är" in text
    assert "inte att den ena leder till den andra" in text
    every = text + told(wording.steps_between(steps_on_data(measured(), chained())))
    assert not any(word in every.lower() for word in ("effekt", "orsak", "beror på"))


def test_a_chain_that_nobody_has_answered_for():
    answers = NodeAnswers(chained().frame[["kvinna", "insats"]], {}, {})
    links = links_on_data(measured(), answers)
    assert told(wording.links(measured(), links)) == ("Ingen av modellens 2 pilar kan prövas mot studiens egna svar.")
    assert tables.associations(measured(), links) is None
    steps, gaps = steps_on_data(measured(), answers), gaps_on_data(measured(), answers)
    assert (tables.steps_between(measured(), steps), wording.steps_between(steps)) == (None, None)
    assert (tables.missing_arrows(measured(), gaps), wording.missing_arrows(gaps)) == (None, None)


def test_an_association_that_cannot_be_had_says_why():
    answers = chained()
    same = NodeAnswers(answers.frame.assign(plan=1.0), answers.indicators, answers.whose)
    rows = plain(tables.associations(measured(), links_on_data(measured(), same)).rows)
    assert [row[1:4] for row in rows] == [["–"] * 3] * 2
    assert "Alla har samma värde" in rows[0][4]


def test_a_share_among_the_staff_of_an_insats_is_told_in_points():
    answers = chained()
    frame = answers.frame.assign(plan=answers.frame["plan"] * 0.5 + 0.25)
    shared = NodeAnswers(frame, answers.indicators, {})
    rows = plain(tables.associations(measured(), links_on_data(measured(), shared)).rows)
    assert rows[0][3].endswith("procentenheter")
    assert rows[0][1:3] == ["65 % av 120", "35 % av 120"]


def test_steps_and_missing_arrows():
    answers, model = chained(), measured()
    (step,) = plain(tables.steps_between(model, steps_on_data(model, answers)).rows)
    assert step[:2] == ["Samtal → Redo för arbete", "En plan"]
    assert " till " in step[3]
    gaps = gaps_on_data(model, answers)
    (gap,) = plain(tables.missing_arrows(model, gaps).rows)
    assert gap[:2] == ["Samtal och Redo för arbete", "En plan"]
    assert gap[3:] == ["talar inte emot", "240"]
    assert "svaren talar emot 0" in told(wording.missing_arrows(gaps))
    assert "är inget bevis" in told(wording.missing_arrows(gaps))


def judged(link):
    model = programme(links=[LINKS[0], {**LINKS[1], **link}])
    return model, contribution(model, evaluate(model, no_records(), observed()))


def test_support_shows_only_arrows_that_something_is_known_of():
    model, table = judged({"assumption": "Planen följs", "evidence": "Fokusgrupp", "rivals": [*RIVAL, "Urvalet"]})
    assert tables.support_of_arrows(model, table).rows == [
        [
            "En plan → Redo för arbete",
            "Planen följs",
            "inte prövat",
            "Fokusgrupp",
            "Konjunkturen: Den blev sämre; Urvalet (inte bemött)",
            "visst: Det finns ett beskrivet underlag, men sambandet är inte visat i svaren.",
        ]
    ]
    assert tables.weakest_arrows(model, table).rows == [
        ["Redo för arbete", "”Samtal”, 2 steg", "svagt", "Samtal → En plan"]
    ]
    text = told(wording.support_of_arrows(model, table, inside=False))
    assert "Modellen har 1 kedja från aktivitet till slut. Stödet är svagt för 1." in text
    assert "För 1 av 2 pilar är varken antagande" in text
    assert "Sambanden prövas på enskilda svar" not in text


def test_where_all_arrows_of_a_way_are_alike_none_is_called_the_weakest():
    model, table = judged({"assumption": "Planen följs"})
    assert [row[-1] for row in tables.weakest_arrows(model, table).rows] == ["alla lika"]


def test_where_nothing_is_known_of_any_arrow_there_is_no_table():
    model, table = judged({})
    assert (tables.support_of_arrows(model, table), tables.weakest_arrows(model, table)) == (None, None)
    assert "För 2 av 2 pilar" in told(wording.support_of_arrows(model, table, inside=False))
    lone = programme(links=[])
    nothing = contribution(lone, evaluate(lone, no_records(), observed()))
    assert told(wording.support_of_arrows(lone, nothing, inside=True)).startswith("Modellen har inga pilar")


def test_a_report_says_that_associations_stay_inside():
    model = measured()
    table = contribution(model, evaluate(model, no_records(), observed()))
    assert "De visas bara inom huset" in told(wording.support_of_arrows(model, table, inside=False))
    assert "De visas bara inom huset" not in told(wording.support_of_arrows(model, table, inside=True))


def test_titles_are_escaped(tested):
    nodes = [{"id": name, "level": level, "title": "<b>*x*"} for name, level in zip(
        ("samtal", "plan", "redo"), ("aktivitet", "prestation", "resultat"), strict=True
    )]  # fmt: skip
    model = measured(nodes=nodes)
    assert "<b>" not in tables.associations(model, tested).html
    assert "<b>" not in wording.links(model, tested).markdown
