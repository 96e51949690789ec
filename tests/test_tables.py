import pytest

from finsam_eval import tables, wording
from finsam_eval.inside import look_inside
from finsam_eval.pipeline import count_step, ingest_step
from finsam_eval.study import open_study
from tests.small import RAW, SETTINGS, write_study
from tests.views import count, record, view

AT_END = {"group": "deltagare", "occasion": "avslut"}
COUNTRY = {"unit": "riket"}


def rows(table):
    return [[cell.replace("\N{NO-BREAK SPACE}", " ") for cell in row] for row in table.rows]


def test_levels_show_n_share_interval_mean_and_country(tmp_path):
    mean = record(3.94, 3.7, 4.2, statistic="medel")
    shown = view(tmp_path, [record(0.78, 0.71, 0.84, 94), record(0.75, n=2000, **COUNTRY), mean])
    label = "K01b Jag har fått stödet på ett sätt som är till nytta för mig."
    assert rows(tables.levels(shown, **AT_END)) == [[label, "94", "78 %", "71–84 %", "3,9 (3,7–4,2)", "75 %"]]


def test_a_hidden_number_is_called_hidden_and_its_n_is_not_told(tmp_path):
    hidden = record(None, item="K02b")
    shown = view(tmp_path, [record(0.78), record(0.7, **COUNTRY), hidden, record(0.7, item="K02b", **COUNTRY)])
    assert rows(tables.levels(shown, **AT_END))[1][1:] == ["–", "visas inte", "–", "70 %"]


def test_nothing_to_show_is_one_sentence_and_no_table(tmp_path):
    shown = view(tmp_path, [record(None), record(None, **COUNTRY)])
    bundle = tables.levels(shown, **AT_END)._repr_mimebundle_()
    assert list(bundle) == ["text/markdown"]
    assert "inga siffror kan visas" in bundle["text/markdown"]


def test_gaps_and_changes(tmp_path):
    gap = record(-0.27, -0.53, 0.08, statistic="skillnad", gender="kvinna", against_gender="man")
    change = record(0.05, -0.2, 0.31, statistic="skillnad", period="2025H2", against_period="2025H1")
    people = [record(0.64, n=14, gender="kvinna"), record(0.91, n=11, gender="man")]
    periods = [record(0.7, n=20, period="2025H1"), record(0.75, n=22, period="2025H2")]
    shown = view(tmp_path, [gap, change, *people, *periods, record(0.7, **COUNTRY)])
    assert rows(tables.gaps(shown, **AT_END))[0][1:] == ["64 %", "14", "91 %", "11", "−27", "−53 till +8"]
    assert rows(tables.changes(shown, **AT_END))[0][1:] == ["70 %", "20", "75 %", "22", "+5", "−20 till +31"]


@pytest.mark.parametrize("short, says", [(0, "nått"), (1, "ej nått; 1 till behövdes"), (3, "ej nått; 3 till behövdes")])
def test_targets_say_how_many_persons_are_lacking(tmp_path, short, says):
    judged = {
        "target": 0.3,
        "outcome": says.split(";")[0],
        "verdict": "kan inte avgöras",
        "probability": 0.9,
        "short": short,
    }
    shown = view(tmp_path, [record(0.36, 0.27, 0.46, n=100, statistic="mal", **judged)])
    assert rows(tables.targets(shown))[0][1:] == ["30 %", "100", "36,0 %", "27–46 %", says, "kan inte avgöras", "90 %"]


def test_a_logic_models_targets_are_not_among_the_studys(tmp_path):
    judged = {"target": 0.3, "outcome": "nått", "verdict": "nått", "probability": 0.99, "short": 0}
    shown = view(tmp_path, [record(0.5, statistic="mal", indicator=key, **judged) for key in ("", "demo:andel")])
    assert len(tables.targets(shown).rows) == 1


def test_without_invitations_nothing_is_said_to_be_hidden(tmp_path):
    sources = {name: source for name, source in SETTINGS["sources"].items() if name != "invited"}
    write_study(tmp_path, sources=sources)
    shown = view(tmp_path, [record(0.62)])
    says = "Svarsfrekvensen kan inte räknas: antalet inbjudna är inte angivet."
    assert tables.response(shown)._repr_mimebundle_() == {"text/markdown": f"*Inbjudna och svarande, året:* {says}"}
    assert wording.response(shown, **AT_END).markdown == says
    assert wording.units._who(shown, *AT_END.values()) == says


def test_response_shows_invited_and_answered(tmp_path):
    rate = record(0.62, n=50, item="svarat")
    answered = count("hog", 31, "topptva", item="svarat")
    shown = view(tmp_path, [rate, record(0.6, item="svarat", **COUNTRY)], [answered])
    assert rows(tables.response(shown)) == [["Deltagare, vid avslut", "50", "31", "62 %", "60 %"]]


def test_outcomes_by_gender(tmp_path):
    key = {"item": "arbete", "respondent_group": "register"}
    shown = view(tmp_path, [record(0.25, 0.2, 0.3, 40, **key), record(0.3, **key, **COUNTRY)])
    assert rows(tables.outcomes(shown)) == [
        ["I arbete (kvinnor)", "–", "–", "–", "–"],
        ["I arbete (män)", "–", "–", "–", "–"],
        ["I arbete (alla)", "40", "25 %", "20–30 %", "30 %"],
    ]


def test_cells_are_escaped_and_headings_have_scope():
    html = tables.Table("<x>", ["a", "b"], [["<script>", '"1"']]).html
    assert "<script>" not in html
    assert '<th scope="row">&lt;script&gt;</th>' in html
    assert html.count('<th scope="col">') == 2


def test_what_is_looked_at_inside(tmp_path):
    raw = {"deltagare.csv": RAW["deltagare.csv"] + "p9;D9;Under;1;Nej;2025-02-01;4;5;1\n"}
    study = open_study(write_study(tmp_path, raw))
    ingest_step(study)
    count_step(study)
    inside = look_inside(str(tmp_path))
    assert ["deltagare.csv (rader)", "6", "5", "1"] in [row[:4] for row in rows(tables.account(inside))]
    assert rows(tables.set_aside(inside)) == [["deltagare.csv", "participation", "okänt namn eller okänd kod", "1"]]
    assert rows(tables.response_by_forbund(inside, group="deltagare")) == [
        ["F01 Ålvendalen", "3", "2", "67 %"],
        ["F02 Örnsköping", "–", "1", "–"],
    ]
    assert ["F02", "3", "0", "0,0 %"] in rows(tables.missing_by_forbund(inside))
    assert ["K07a Deltagare", "3", "0", "0,0 %"] in rows(tables.missing_by_item(inside))
