import pytest

from finsam_eval import wording
from tests.small import write_study
from tests.views import record, view

COUNTRY = {"unit": "riket"}
GAP = {"statistic": "skillnad", "gender": "kvinna", "against_gender": "man"}
CHANGE = {"statistic": "skillnad", "period": "2025H2", "against_period": "2025H1"}
RATE = {"item": "svarat"}


def goal(value, verdict, outcome, **other):
    judged = {
        "statistic": "mal",
        "target": 0.3,
        "verdict": verdict,
        "outcome": outcome,
        "probability": 0.903,
        "short": 0.0,
    }
    return record(value, 0.27, 0.46, 100, **{**judged, **other})


END = {"group": "deltagare", "occasion": "avslut"}


def plain(text):
    return text.markdown.replace("\N{NO-BREAK SPACE}", " ")


def told(folder, *records):
    return plain(wording.summary(view(folder, list(records)), **END))


def test_summary_says_that_nothing_may_be_shown(tmp_path):
    text = told(tmp_path, record(None), record(0.7, **COUNTRY), record(None, **GAP), goal(None, "", ""))
    assert "Svarsfrekvensen i Ål\\_vik kan inte visas (deltagare vid avslut)." in text
    assert "Ingen mätpunkt (deltagare vid avslut) kan visas, så inget kan jämföras med riket." in text
    why = "talen kan inte visas, av hänsyn till sekretessen."
    assert f"Svaren från kvinnor och män (deltagare vid avslut) kan inte jämföras: {why}" in text
    assert "Svaren från perioderna (deltagare vid avslut) kan inte jämföras: svar saknas." in text
    assert "Målnivåerna kan inte bedömas: talen kan inte visas, av hänsyn till sekretessen." in text


def test_summary_names_what_is_established_and_what_chance_does(tmp_path):
    text = told(
        tmp_path,
        record(0.62, **RATE),
        record(0.64, **RATE, **COUNTRY),
        record(0.80, 0.72, 0.88),
        record(0.70, **COUNTRY),
        record(-0.12, -0.21, -0.02, **GAP),
        record(-0.05, -0.2, 0.1, **CHANGE),
        goal(0.36, "kan inte avgöras", "nått"),
    )
    assert "Av dem som bjöds in (deltagare vid avslut) svarade 62 % under året (riket 64 %)." in text
    assert "1 skillnad är säkerställd: K01b, kvinnor 12 procentenheter lägre än män (−21 till −2)." in text
    assert text.count("ungefär en av tjugo jämförelser") == 1
    assert "Svaren från våren och hösten (deltagare vid avslut) kan jämföras för 1 mätpunkt. Ingen förändring" in text
    met = "1 målnivå kan visas: 1 nåddes bland dem som svarade eller avslutade, 0 inte. När slumpen räknas in "
    assert f"{met}är ingen säkert nådd eller säkert missad; för 1 räcker svaren inte för att avgöra." in text


def test_within_the_uncertainty_is_never_called_the_same(tmp_path):
    hidden = record(None, item="K02b", **GAP)
    shown = view(tmp_path, [record(0.8, 0.6, 0.9), record(0.7, **COUNTRY), record(0.05, -0.1, 0.2, **GAP), hidden])
    assert plain(wording.gaps(shown, **END)) == (
        "Svaren från kvinnor och män (deltagare vid avslut) kan jämföras för 1 av 2 mätpunkter. Ingen skillnad är "
        "säkerställd (osäkerheten täcker noll). Det visar inte att de har det lika."
    )


@pytest.mark.parametrize(
    "lower, upper, value, says",
    [
        (0.02, 0.2, 0.1, "1 förändring är säkerställd: K01b, +10 procentenheter (+2 till +20)."),
        (-0.2, -0.01, -0.1, "1 förändring är säkerställd: K01b, −10 procentenheter (−20 till −1)."),
        (-0.1, 0.2, 0.1, "Ingen förändring är säkerställd (osäkerheten täcker noll). Det visar inte att läget är oför"),
    ],
)
def test_changes_are_named_only_when_established(tmp_path, lower, upper, value, says):
    shown = view(tmp_path, [record(value, lower, upper, **CHANGE)])
    assert says in plain(wording.changes(shown, **END))


def test_the_rate_of_answers_is_no_opinion(tmp_path):
    shown = view(tmp_path, [record(0.2, 0.1, 0.3, **RATE, **GAP), record(0.2, 0.1, 0.3, **RATE, **CHANGE)])
    assert plain(wording.gaps(shown, **END)).endswith("kan inte jämföras: svar saknas.")
    assert plain(wording.changes(shown, **END)).endswith("kan inte jämföras: svar saknas.")


def test_summary_tells_between_which_shares_the_questions_lie(tmp_path):
    both = [record(0.7, item=item, **COUNTRY) for item in ("K01b", "K02b")]
    text = told(tmp_path, record(0.8, 0.7, 0.9), record(0.62, 0.5, 0.7, item="K02b"), *both)
    lowest, highest = "62 % (K02b, 50–70 %)", "80 % (K01b, 70–90 %)"
    assert f"- Mellan {lowest} och {highest} instämmer; " in text


def test_summary_tells_of_work_and_of_women_and_men_there(tmp_path):
    work = {"respondent_group": "register", "item": "arbete"}
    rows = [
        record(0.27, 0.18, 0.38, n=88, **work),
        record(0.25, **work, **COUNTRY),
        record(0.21, 0.01, 0.39, **work, **GAP),
    ]
    text = told(tmp_path, *rows)
    assert "I arbete: 27 % (18–38 %) av 88, riket 25 %. Säkerställd skillnad: kvinnor 21 procentenheter högre" in text


def test_outcomes_are_not_called_effects(tmp_path):
    assert "går inte att säga utan en jämförelsegrupp" in plain(wording.outcomes(view(tmp_path, [record(0.5)])))


def test_targets_say_who_decided_and_that_undecided_is_an_answer(tmp_path):
    goals = (
        "targets:\n- {item: K02b, respondent_group: deltagare, occasion: avslut, share: 0.8, gender_rule: each,"
        " origin: Egen_nivå, decided_on: 2024-11-15, decided_by: Styrelsen}\n"
    )
    folder = write_study(tmp_path, targets="targets.yaml")
    (folder / "targets.yaml").write_text(goals, encoding="utf-8")
    text = wording.targets(view(folder, [record(0.5)])).markdown.replace("\N{NO-BREAK SPACE}", " ")
    assert "minst 80 % av kvinnorna och minst 80 % av männen. Egen\\_nivå; beslutad 2024-11-15 av Styrelsen." in text
    assert "annars kan det inte avgöras" in text
    assert wording.targets(view(tmp_path / "utan", [record(0.5)])).markdown == "Studien har inga målnivåer."


def test_response_says_what_nobody_knows(tmp_path):
    text = plain(wording.response(view(tmp_path, [record(0.62, **RATE)]), **END))
    assert text.startswith("38 % av dem som bjöds in (deltagare vid avslut) svarade inte.")
    assert "kan inte visas" in plain(wording.response(view(tmp_path, [record(None, **RATE)]), **END))


def test_method_tells_the_assumption_the_rule_and_who_decided(tmp_path):
    text = wording.method(view(tmp_path, [record(0.5)])).markdown
    assert "1–5 är ett antagande." in text
    assert "minst 10 svar" in text
    assert "Styr\\<grupp\\>" in text
    assert "0123456789abcdef" in text
    assert "(12 av 48 frågor" in text
