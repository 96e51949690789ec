import pytest

from finsam_eval import tables
from tests.views import count, record, view

AT_END = {"group": "deltagare", "occasion": "avslut"}
RIKET = {"unit": "riket"}


def rows(table):
    return [[cell.replace("\N{NO-BREAK SPACE}", " ") for cell in row] for row in table.rows]


def test_shown_forbund_counts_some_and_all(tmp_path):
    records = [record(0.7, item=item, **RIKET) for item in ("K01b", "K02b")]
    records += [record(0.7, item=item, unit="F01") for item in ("K01b", "K02b")] + [record(0.7, unit="F02")]
    shown = tables.shown_forbund(view(tmp_path, records, unit="riket"))
    assert shown.caption == "Förbund som kan visas, av 3 som deltar, året"
    assert rows(shown) == [["Deltagare vid avslut", "2", "2", "1"]]


@pytest.mark.parametrize("unit, columns", [("F01", ["Andel", "Osäkerhet", "Riket"]), ("riket", ["Andel", "Osäkerhet"])])
def test_the_country_never_stands_beside_itself(tmp_path, unit, columns):
    register = {"item": "arbete", "respondent_group": "register"}
    both = [record(0.7, **key, unit=of) for key in ({}, {"item": "svarat"}, register) for of in ("F01", "riket")]
    answered = count("hog", 31, "topptva", item="svarat", unit=unit)
    shown = view(tmp_path, both, [answered], unit=unit)
    levels, outcomes, response = tables.levels(shown, **AT_END), tables.outcomes(shown), tables.response(shown)
    assert levels.columns == ["Mätpunkt", "Svar", *columns]
    assert outcomes.columns == ["Utfall", "Avslutade med känt utfall", *columns]
    assert response.columns == ["Vem och när", "Inbjudna", "Svarade", "Svarsfrekvens", *columns[2:]]
    for table in (levels, outcomes, response):
        assert {len(row) for row in table.rows} == {len(table.columns)}
