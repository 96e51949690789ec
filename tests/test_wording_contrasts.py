import pytest

from finsam_eval import wording
from tests.small import SETTINGS, write_study
from tests.views import contrast, record, view

AT_END = {"group": "deltagare", "occasion": "avslut"}


def plain(text):
    return text.markdown.replace("\N{NO-BREAK SPACE}", " ")


def country(folder, *contrasts):
    return view(folder, [record(0.7, unit="riket")], unit="riket", contrasts=list(contrasts))


def own(folder, *contrasts):
    return view(folder, [], contrasts=list(contrasts))


def beside(value=0.8, verdict="", **other):
    return contrast("mot_riket", value, verdict=verdict, centre=0.7, **other)


def unreliable(needed=106.2, **other):
    return beside(status="kan inte jämföras", needed=needed, **other)


def test_standing_says_how_many_and_what_chance_gives(tmp_path):
    far = beside(unit="F02", verdict="under 99,8", value=0.4)
    text = plain(wording.standing(country(tmp_path, beside(verdict="över 95"), far, unreliable(unit="F03")), **AT_END))
    assert text == (
        "Andelen visas i 3 fall (ett förbund och en mätpunkt, deltagare vid avslut). I 2 av dem räcker svaren för att "
        "jämföra med riket: 1 ligger över riket och 1 under, 1 av dem långt. Slumpen ensam skulle ge ungefär 0,1."
    )


def test_standing_without_a_comparison(tmp_path):
    text = plain(wording.standing(country(tmp_path, unreliable(), contrast("mot_riket", None, unit="F02")), **AT_END))
    assert text.startswith("Andelen visas i 1 fall")
    assert "I inget av dem räcker svaren" in text
    hidden = plain(wording.standing(country(tmp_path, contrast("mot_riket", None)), **AT_END))
    assert hidden == "Inget förbunds andelar kan visas (deltagare vid avslut), så inget kan jämföras med riket."


def test_a_forbund_is_told_where_it_stands_out(tmp_path):
    within = beside(item="K02b")
    text = plain(wording.against_country(own(tmp_path, beside(verdict="över 99,8"), within), **AT_END))
    assert text == (
        "2 mätpunkter (deltagare vid avslut) kan visas. 2 av dem kan jämföras med riket. Utanför gränserna för "
        "slumpen: K01b över riket (80 % mot 70 %, utanför 99,8 %). Slumpen ensam skulle ge ungefär 0,1."
    )


def test_not_standing_out_is_never_called_the_same(tmp_path):
    text = plain(wording.against_country(own(tmp_path, beside()), **AT_END))
    assert text.endswith("Ingen skiljer sig säkert. Det visar inte att nivån är densamma.")


def test_a_forbund_that_cannot_be_compared_keeps_its_level(tmp_path):
    text = plain(wording.against_country(own(tmp_path, unreliable()), **AT_END))
    assert "Ingen av dem kan jämföras med riket" in text
    assert "De egna siffrorna kan ändå läsas, med den osäkerhet som anges." in text


def test_without_criteria_nothing_is_compared_and_the_report_says_so(tmp_path):
    write_study(tmp_path, **{**SETTINGS, "criteria": None})
    shown = view(tmp_path, [])
    for told in (wording.against_country, wording.standing):
        assert plain(told(shown, **AT_END)) == wording.contrasts.NO_CRITERIA
    assert plain(wording.how_to_compare(shown)) == wording.contrasts.NO_CRITERIA
    assert plain(wording.women_and_men(shown, **AT_END)) == wording.contrasts.NO_EQUALITY


def test_how_to_compare_names_the_limit_its_source_and_whom_it_hides(tmp_path):
    shown = country(tmp_path)
    text = plain(wording.how_to_compare(shown))
    assert "reliabilitet på minst 0,70. Skälet till gränsen: Läroboken." in text
    assert "minst 3 av dess svar ligger på vardera sidan" in text
    shown.facts["policy"]["opinion"]["min_x"] = 0
    assert "vardera sidan" not in plain(wording.how_to_compare(shown))


def alike(item, verdict):
    return contrast("lika_kon", 0.02, unit="riket", item=item, verdict=verdict)


def test_women_and_men_are_equal_only_by_the_margin(tmp_path):
    some = [alike("K01b", "lika inom marginalen"), alike("K02b", "olika"), alike("K03b", "kan inte avgöras")]
    within = contrast("kon_inom_forbund", 0.02, unit="riket", p=0.01, tested=8)
    text = plain(wording.women_and_men(country(tmp_path, *some, within), **AT_END))
    assert "säkert är mindre än 10 procentenheter (Prövarna)" in text
    assert "Av 3 mätpunkter är de lika i 1, olika i 1, och i 1 kan det inte avgöras." in text
    assert "olika stor i olika förbund för K01b (1 mätpunkter prövade, p under 0,05)" in text


def test_different_and_within_the_margin_is_both(tmp_path):
    text = plain(wording.women_and_men(country(tmp_path, alike("K01b", "olika men inom marginalen")), **AT_END))
    assert "är de lika i 1, olika i 1, och i 0" in text
    assert "I 1 gäller båda" in text


@pytest.mark.parametrize(
    ("lower", "upper", "says"),
    [
        (
            -0.08,
            -0.02,
            "Säkert ändrade: K01b −5 procentenheter per period (−8 till −2). Under riket och på väg nedåt: K01b.",
        ),
        (-0.08, 0.02, "Ingen stiger eller faller säkert."),
    ],
)
def test_a_trend_is_told_where_its_interval_is_on_one_side(tmp_path, lower, upper, says):
    row = contrast("trend", -0.05, lower=lower, upper=upper, verdict="sämre och blir sämre", tested=4)
    assert plain(wording.trends(own(tmp_path, row), **AT_END)).endswith(says)


def test_no_trend_no_sentence(tmp_path):
    assert wording.trends(own(tmp_path), **AT_END) is None
