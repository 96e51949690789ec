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


def told(folder, *records):
    return wording.summary(view(folder, list(records))).markdown.replace("\N{NO-BREAK SPACE}", " ")


def test_summary_says_that_nothing_may_be_shown(tmp_path):
    text = told(tmp_path, record(None), record(0.7, **COUNTRY), record(None, **GAP))
    assert "Ål\\_vik har för få svar för att svarsfrekvensen ska kunna visas." in text
    assert "Ingen mätpunkt har så många svar att den kan ställas mot rikets." in text
    assert "Kvinnors och mäns svar kan inte visas var för sig: för få svar." in text
    assert "Förändring mellan perioderna kan inte visas: för få svar." in text
    assert "Mål" not in text


def test_summary_names_what_lies_outside_the_uncertainty_and_what_chance_does(tmp_path):
    text = told(
        tmp_path,
        record(0.62, **RATE),
        record(0.80, 0.72, 0.88),
        record(0.70, **COUNTRY),
        record(0.12, 0.02, 0.21, **GAP),
        record(-0.05, -0.2, 0.1, **CHANGE),
        goal(0.36, "kan inte avgöras", "nått"),
    )
    assert "I gruppen deltagare vid avslut svarade 62 % av de inbjudna under året." in text
    assert (
        "1 andelar kan ställas mot rikets. På 1 av dem är skillnaden större än osäkerheten: K01b (80 %, riket 70 %)"
        in text
    )
    assert "ungefär en av tjugo" in text
    assert "Kvinnor och män: 1 av 1 skillnader är större än osäkerheten: K01b +12 (+2 till +21)." in text
    assert "Mellan perioderna: ingen av 1 förändringar är större än osäkerheten." in text
    assert "Målnivåer: 1 kan bedömas. Underliggande nivå: nått 0, ej nått 0, kan inte avgöras 1." in text


def test_a_difference_within_the_uncertainty_is_not_called_equality(tmp_path):
    shown = view(tmp_path, [record(0.05, -0.1, 0.2, **GAP)])
    text = wording.gaps(shown, group="deltagare", occasion="avslut").markdown
    assert "Ingen av 1 skillnader" in text
    assert "Det visar inte att kvinnor och män har det lika" in text


@pytest.mark.parametrize(
    "lower, upper, value, says",
    [(0.02, 0.2, 0.1, "K01b (+10)"), (-0.2, -0.01, -0.1, "K01b (−10)"), (-0.1, 0.2, 0.1, "Ingen av 1 förändringar")],
)
def test_changes_are_named_only_when_larger_than_the_uncertainty(tmp_path, lower, upper, value, says):
    shown = view(tmp_path, [record(value, lower, upper, **CHANGE)])
    assert says in wording.changes(shown, group="deltagare", occasion="avslut").markdown


def test_targets_say_who_decided_and_that_undecided_is_an_answer(tmp_path):
    goals = (
        "targets:\n- {item: K02b, respondent_group: deltagare, occasion: avslut, share: 0.8, gender_rule: each,"
        " origin: Egen_nivå, decided_on: 2024-11-15, decided_by: Styrelsen}\n"
    )
    folder = write_study(tmp_path, targets="targets.yaml")
    (folder / "targets.yaml").write_text(goals, encoding="utf-8")
    text = wording.targets(view(folder, [record(0.5)])).markdown.replace("\N{NO-BREAK SPACE}", " ")
    assert "minst 80 % av kvinnor och minst lika många av män. Egen\\_nivå; beslutad 2024-11-15 av Styrelsen." in text
    assert "”kan inte avgöras” är ett riktigt svar" in text
    assert wording.targets(view(tmp_path / "utan", [record(0.5)])).markdown == "Studien har inga målnivåer."


def test_response_says_what_nobody_knows(tmp_path):
    text = wording.response(view(tmp_path, [record(0.62, **RATE)])).markdown.replace("\N{NO-BREAK SPACE}", " ")
    assert text.startswith("38 % av de inbjudna i gruppen deltagare vid avslut svarade inte.")
    assert "kan inte visas" in wording.response(view(tmp_path, [record(None, **RATE)])).markdown


def test_method_tells_the_assumption_the_rule_and_who_decided(tmp_path):
    text = wording.method(view(tmp_path, [record(0.5)])).markdown
    assert "1–5 är ett antagande." in text
    assert "minst 10 svar" in text
    assert "Styr\\<grupp\\>" in text
    assert "0123456789abcdef" in text
    assert "I 12 av 48 frågor" in text
