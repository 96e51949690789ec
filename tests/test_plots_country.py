import pytest

from finsam_eval import plots
from tests.views import record, view

AT_END = {"group": "deltagare", "occasion": "avslut"}
RIKET = {"unit": "riket"}
OWN = [record(0.8, 0.7, 0.9, unit="F02"), record(0.6, 0.5, 0.7, unit="F01"), record(None, unit="F03")]


def drawn(folder, *records):
    return plots.in_every_forbund(view(folder, list(records), unit="riket"), **AT_END, item="K01b")


def test_forbund_stand_in_the_order_of_the_file_and_the_hidden_are_left_out(tmp_path):
    figure = drawn(tmp_path, record(0.75, **RIKET), *OWN)
    assert figure.alt.replace("\N{NO-BREAK SPACE}", " ") == (
        "Andel som instämmer i K01b, förbund för förbund: Ål_vik 60 % (50–70 %); Örn$kö$ping 80 % (70–90 %). "
        "Riket 75 %."
    )
    assert figure.caption == "Deltagare vid avslut: K01b i varje förbund som kan visas, året"


def test_a_hidden_country_has_no_line_and_no_words(tmp_path):
    assert "Riket" not in drawn(tmp_path, record(None, **RIKET), *OWN).alt


def test_no_forbund_to_show_is_no_figure(tmp_path):
    assert drawn(tmp_path, record(0.75, **RIKET), record(None, unit="F01")) is None


def test_a_hidden_number_leaves_no_mark(tmp_path):
    secret = record(0.31337, 0.3, 0.32, unit="F03", status="undertryckt")
    shown = record(0.75, **RIKET)
    assert drawn(tmp_path, shown, *OWN[:2], secret).svg == drawn(tmp_path, shown, *OWN).svg


@pytest.mark.parametrize("number, tallest", [(3, 3), (80, 9)])
def test_a_figure_fits_a_page(tmp_path, number, tallest):
    records = [record(0.7, 0.6, 0.8, unit=f"F{i:02}") for i in range(number)]
    seen = view(tmp_path, [record(0.75, **RIKET), *records], unit="riket")
    many = type(seen)(**{**vars(seen), "names": {f"F{i:02}": f"Förbund {i}" for i in range(number)}})
    height = plots.in_every_forbund(many, **AT_END, item="K01b").svg.split('height="')[1].split("pt")[0]
    assert float(height) / 72 < tallest


def test_the_country_is_not_marked_beside_itself(tmp_path):
    figure = plots.levels(view(tmp_path, [record(0.75, 0.7, 0.8, **RIKET)], unit="riket"), **AT_END)
    assert figure.alt.replace("\N{NO-BREAK SPACE}", " ") == "Andel som instämmer i riket: K01b 75 %."
