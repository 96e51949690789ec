from finsam_eval import wording
from tests.views import record, view

AT_END = {"group": "deltagare", "occasion": "avslut"}
RIKET = {"unit": "riket"}
GAP = {"statistic": "skillnad", "gender": "kvinna", "against_gender": "man"}
BESIDE = [
    record(0.70, **RIKET),
    record(0.80, 0.71, 0.88, unit="F01"),
    record(0.60, 0.50, 0.69, unit="F02"),
    record(None, unit="F03"),
]


def country(folder, *records):
    return view(folder, list(records), unit="riket")


def plain(text):
    return text.markdown.replace("\N{NO-BREAK SPACE}", " ")


def test_the_summary_never_speaks_of_the_country_as_a_forbund(tmp_path):
    rate = [record(0.62, item="svarat", **RIKET), record(-0.12, -0.21, -0.02, **GAP, **RIKET)]
    lines = plain(wording.national_summary(country(tmp_path, *BESIDE, *rate), **AT_END)).splitlines()
    assert lines[0] == "- 3 förbund deltar. I 2 av dem kan minst en mätpunkt visas (deltagare vid avslut)."
    assert lines[1] == "- Av dem som bjöds in (deltagare vid avslut) svarade 62 % under året."
    assert "K01b, kvinnor 12 procentenheter lägre än män" in lines[2]
    assert lines[-1] == "- Inget förbunds andelar kan visas (deltagare vid avslut), så inget kan jämföras med riket."
    assert all(line.startswith("- ") for line in lines)
    assert not any(word in line for line in lines[:-1] for word in ("förbundets", "(riket ", "med riket"))
    hidden = plain(wording.national_summary(country(tmp_path, *BESIDE), **AT_END))
    assert "Svarsfrekvensen i riket kan inte visas" in hidden


def test_how_to_read_speaks_of_ones_own_only_to_a_forbund(tmp_path):
    assert "det egna inräknat" in plain(wording.how_to_read(view(tmp_path, [record(0.5)])))
    assert "Riket" not in plain(wording.how_to_read(country(tmp_path, record(0.5, **RIKET))))


def test_taking_part_says_why_offices_are_shown_for_the_country_alone(tmp_path):
    seen = country(tmp_path, *BESIDE)
    assert "3 förbund deltar i mätningen." in plain(wording.taking_part(seen))
    offices = "Svar från förbundschef, styrelse och parternas chefsgrupp visas bara för riket"
    assert offices in plain(wording.taking_part(seen))
    seen.facts["policy"]["offices_country_only"] = False
    assert offices not in plain(wording.taking_part(seen))


def test_the_hidden_are_named_and_their_names_are_harmless(tmp_path):
    text = wording.in_every_forbund(country(tmp_path, *BESIDE), **AT_END, item="K01b").markdown
    assert "en mätpunkt, K01b, i 2 av 3 förbund" in text
    assert text.endswith("Visas inte, av hänsyn till sekretessen eller för att svar saknas: Åmål \\<b\\>.")
    every = [record(0.7, unit=unit) for unit in ("F01", "F02", "F03")]
    told = wording.in_every_forbund(country(tmp_path, record(0.7, **RIKET), *every), **AT_END, item="K01b").markdown
    assert "Visas inte" not in told
    nobody = wording.in_every_forbund(country(tmp_path, record(0.7, **RIKET)), **AT_END, item="K01b").markdown
    assert nobody == "Inget förbund kan visas för K01b, av hänsyn till sekretessen eller för att svar saknas."
