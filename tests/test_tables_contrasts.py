from finsam_eval import tables
from tests.small import SETTINGS, write_study
from tests.test_wording_contrasts import AT_END, alike, beside, country, unreliable
from tests.views import contrast, record, view

LABEL = "K01b Jag har fått stödet på ett sätt som är till nytta för mig."


def rows(table):
    return [[cell.replace("\N{NO-BREAK SPACE}", " ") for cell in row] for row in table.rows]


def own(folder, *contrasts):
    both = [record(0.8, item=item, unit=unit) for item in ("K01b", "K02b") for unit in ("F01", "riket")]
    return view(folder, both, contrasts=list(contrasts))


def smoothed(**other):
    return contrast("utjamnad", 0.74, lower=0.66, upper=0.81, **other)


def test_a_forbund_beside_the_country(tmp_path):
    like = contrast("standardiserad", 0.79, lower=0.7, upper=0.86)
    shown = tables.against_country(own(tmp_path, beside(verdict="över 95"), smoothed(), like), **AT_END)
    assert shown.columns[1:] == ["Svar", "Andel", "Riket", "Mot riket", "Utjämnad andel", "Med rikets könsfördelning"]
    assert rows(shown) == [
        [LABEL, "50", "80 % (60–80)", "70 %", "över riket (utanför 95 %)", "74 % (66–81)", "79 % (70–86)"]
    ]


def test_what_cannot_be_compared_says_how_many_answers_would_do(tmp_path):
    never = unreliable(needed=None, item="K02b")
    shown = tables.against_country(own(tmp_path, unreliable(), never, smoothed(), smoothed(item="K02b")), **AT_END)
    assert [row[1:3] for row in rows(shown)] == [["50", "80 % (60–80)"]] * 2
    assert [row[4] for row in rows(shown)] == [
        "kan inte jämföras (omkring 110 svar skulle räcka)",
        "kan inte jämföras (förbunden för lika)",
    ]
    assert "Med rikets könsfördelning" not in shown.columns


def test_the_country_is_told_also_where_the_forbund_is_hidden(tmp_path):
    hidden = contrast("mot_riket", None, item="K02b", centre=0.7)
    both = own(tmp_path, beside(), smoothed(), hidden, contrast("utjamnad", None, item="K02b"))
    assert rows(tables.against_country(both, **AT_END))[1][2:5] == ["visas inte", "70 %", "–"]


def needed(value=105.6, lower=31.5, upper=None, **other):
    return contrast("svar_som_behovs", value, lower=lower, upper=upper, unit="riket", **other)


def test_forbund_are_counted_by_side(tmp_path):
    some = [beside(verdict="över 99,8"), beside(unit="F02", verdict="under 95"), unreliable(unit="F03")]
    assert rows(tables.standing(country(tmp_path, *some, needed()), **AT_END)) == [
        [LABEL, "3", "2", "1, varav 1 långt", "1", "0,1", "106 (32 eller fler)"],
    ]


def test_columns_of_comparison_go_where_nothing_can_be_compared(tmp_path):
    shown = tables.standing(country(tmp_path, unreliable(), needed(status="ej tillämpligt", reason="r")), **AT_END)
    assert shown.columns == ["Mätpunkt", "Visas", "Kan jämföras", "Svar som behövs"]
    assert rows(shown) == [[LABEL, "1", "0", "förbunden för lika"]]


def test_women_and_men_with_the_test_that_forbund_agree(tmp_path):
    within = contrast("kon_inom_forbund", 0.02, unit="riket", p=0.0104, tested=8)
    shown = view(
        tmp_path, [record(0.7, unit="riket")], unit="riket", contrasts=[alike("K01b", "lika inom marginalen"), within]
    )
    assert rows(tables.women_and_men(shown, **AT_END)) == [
        [LABEL, "+2", "+60 till +80", "lika inom marginalen", "p = 0,010 (8 förbund)"],
    ]


def test_a_trend_with_its_periods(tmp_path):
    row = contrast("trend", -0.05, lower=-0.08, upper=-0.02, verdict="blir sämre", tested=4)
    assert rows(tables.trends(own(tmp_path, row), **AT_END)) == [[LABEL, "50", "4", "−5", "−8 till −2", "blir sämre"]]
    assert "minst tre perioder" in tables.trends(own(tmp_path), **AT_END)._repr_mimebundle_()["text/markdown"]


def test_without_contrasts_there_is_a_sentence(tmp_path):
    for table in (tables.against_country, tables.standing, tables.women_and_men):
        assert "talen kan inte visas" in table(country(tmp_path), **AT_END)._repr_mimebundle_()["text/markdown"]


def test_without_criteria_the_table_says_that_nothing_was_decided(tmp_path):
    write_study(tmp_path, **{**SETTINGS, "criteria": None})
    shown = view(tmp_path, [record(0.7, unit="riket")])
    for table in (tables.against_country, tables.standing, tables.women_and_men):
        assert "har inte bestämt" in table(shown, **AT_END)._repr_mimebundle_()["text/markdown"]
