"""The Excel template of a logic model, written and read as a förbund would fill it in."""

import io
import re
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import openpyxl
import pytest
import yaml
from click.testing import CliRunner

from finsam_eval.cli import main
from finsam_eval.errors import BadInput
from finsam_eval.logic_model import LEVELS, load
from finsam_eval.mapping import model_template, read_model, write_model, write_template
from finsam_eval.mapping.model_faults import Faults
from finsam_eval.mapping.model_read import model_in
from finsam_eval.mapping.model_sheets import COLUMNS
from finsam_eval.render.workbook import LONGEST_PROMPT
from tests.programmes import programme

EXAMPLES = Path(__file__).parents[1] / "examples"
DEMO = EXAMPLES.parent / "logic_model.yaml"

FILLED = {
    "Modell": {
        "B3": "Vägen in",
        "B7": "2025-01-01",
        "B9": "2025–2027",
        "B11": "Vuxna 18–64 år",
        "B12": "ca 60 om året",
        "B14": "Konjunkturen; nya regler",
        "B15": "Enkät; intervjuer",
    },
    "Rutor": {
        "B2": "Aktivitet",
        "C2": "=SUMMA som text",
        "B3": "resultat",
        "C3": "Fler är redo för arbete",
        "E3": "individ",
        "F3": "1; 2",
    },
    "Pilar": {"A2": "=SUMMA som text", "B2": "fler är redo för arbete", "E2": "Tiden => Kort tid; Konjunkturen"},
    "Indikatorer": {
        "B2": "Fler är redo för arbete",
        "C2": "Redo",
        "D2": "Redo vid avslut",
        "F2": "Andel",
        "H2": "alla som avslutat",
        "I2": "personer",
        "O2": "var för sig",
        "P2": "ja",
        "Q2": 120,
        "Y2": "K07a; K07b",
        "Z2": "Förbundschef",
        "T2": 22,
        "U2": 100,
        "B3": "Fler är redo för arbete",
        "D3": "Avtal finns",
        "F3": "ja eller nej",
    },
    "Målvärden": {"A2": "Redo vid avslut", "B2": 2025, "D2": "30,5 %", "A3": "Avtal finns", "B3": "2025", "D3": "ja"},
    "Budget": {"A2": "Kostnader", "D2": "Löner", "E2": "1 510 000 kr", "A3": "Kostnader", "D3": "Summa", "E3": 1510000},
}


@cache
def template():
    # Empty rows are what takes time.
    with TemporaryDirectory() as folder, patch.multiple(model_template, EMPTY_ROWS=6, FEWEST_EMPTY=6):
        return write_template(Path(folder) / "mall.xlsx").read_bytes()


def filled_book(changes=None):
    book = openpyxl.load_workbook(io.BytesIO(template()))
    # Lists and help are not read, and take most of the time.
    for name in [name for name in book.sheetnames if name.startswith(("Val_", "Läs mig"))]:
        del book[name]
    for page in book.worksheets:
        page.data_validations.dataValidation = []
    for sheet, values in {**FILLED, **(changes or {})}.items():
        for cell, value in {**FILLED.get(sheet, {}), **values}.items():
            book[sheet][cell] = value
            if isinstance(value, str):
                book[sheet][cell].data_type = "s"
    return book


def filled(path, changes=None):
    filled_book(changes).save(path)
    return path


def refused_for(book):
    """The lines that tell what is wrong in an opened template."""
    with pytest.raises(BadInput) as refused:
        model_in(book, Faults("modell.xlsx"))
    return str(refused.value).splitlines()


def test_a_template_filled_in_by_hand_is_read(tmp_path):
    model = read_model(filled(tmp_path / "modell.xlsx"))
    assert (model.id, model.title, str(model.start), model.needs) == (
        "vagen_in",
        "Vägen in",
        "2025-01-01",
        ["Enkät", "intervjuer"],
    )
    assert (model.target_group, model.external) == ("Vuxna 18–64 år", ["Konjunkturen", "nya regler"])
    assert [(node.id, node.level, node.title) for node in model.nodes] == [
        ("summa_som_text", "aktivitet", "=SUMMA som text"),
        ("fler_ar_redo_for_arbete", "resultat", "Fler är redo för arbete"),
    ]
    assert (model.nodes[1].target_level, model.nodes[1].degrees) == ("individ", [1, 2])
    (link,) = model.links
    assert (link.tail, link.head) == ("summa_som_text", "fler_ar_redo_for_arbete")
    assert [(rival.text, rival.answer) for rival in link.rivals] == [("Tiden", "Kort tid"), ("Konjunkturen", "")]
    assert (model.duration, model.participants) == ("2025–2027", "ca 60 om året")
    share, yes = model.indicators
    assert (share.aim, yes.aim) == ("Redo", "")
    assert (share.measure, share.gender_rule, share.by_gender, share.expected_n) == ("share", "each", True, 120)
    assert [(one.item, one.confirmed_by) for one in share.matpunkter] == [
        ("K07a", "Förbundschef"),
        ("K07b", "Förbundschef"),
    ]
    assert (share.baseline.value, share.baseline.n) == (0.22, 100)
    assert [(goal.period, goal.value) for goal in share.targets] == [("2025", pytest.approx(0.305))]
    assert [(goal.period, goal.value) for goal in yes.targets] == [("2025", 1.0)]
    assert [(one.title, one.sum, one.total) for one in model.budgets] == [("Kostnader", 1_510_000, 1_510_000)]


def test_an_empty_template_has_no_model_and_says_what_to_write(tmp_path):
    with pytest.raises(
        BadInput, match=r"Titel \(cell B3\) är tom.*\n.*bladet Rutor: inga rutor är ifyllda. Skriv minst"
    ):
        read_model(write_template(tmp_path / "tom.xlsx"))


WITHOUT_COLUMN = {"part_of", "parts", "data", "accounts", "composites"}
"""What a model may hold that the template has no column for."""


def with_columns(told):
    """The parts of a model that the template holds; a budget's and its lines' ids are made of their words."""
    if isinstance(told, dict):
        kept = {key: with_columns(value) for key, value in told.items() if key not in WITHOUT_COLUMN}
        if {"lines", "stated"} & set(kept) or "positions" in kept:
            kept["id"] = kept["title"]
        return {**kept, "where": kept["where"].casefold()} if "where" in kept else kept
    return [with_columns(one) for one in told] if isinstance(told, list) else told


@pytest.mark.parametrize(
    "path", [*sorted(EXAMPLES.glob("*/logic_model.yaml")), DEMO], ids=lambda path: path.parent.name
)
def test_a_document_goes_to_excel_and_back_unchanged(path, tmp_path):
    told = {"target_group": "Vuxna 18–64 år", "external": ["Konjunkturen", "Nya regler"]}
    model = load(path).model_copy(update=told)
    again = read_model(write_template(tmp_path / "modell.xlsx", model))
    assert with_columns(again.model_dump()) == with_columns(model.model_dump())


def test_every_level_goes_to_excel_and_back(tmp_path):
    nodes = [{"id": f"n_{level}", "level": level, "title": level} for level in LEVELS]
    model = programme(nodes=nodes, links=[], indicators=[])
    assert read_model(write_template(tmp_path / "modell.xlsx", model)).nodes == model.nodes


def test_every_heading_says_what_to_write_in_words_that_fit_beside_it():
    for column in (column for columns in COLUMNS.values() for column in columns):
        assert len(column.help) > 10
        assert len(column.told) <= LONGEST_PROMPT
        assert "Fritt" not in column.told


def test_the_template_helps_where_it_is_written_in():
    book = openpyxl.load_workbook(io.BytesIO(template()))
    assert {page.sheet_state for page in book.worksheets if page.title.startswith("Val_")} == {"hidden"}
    heading = [cell.value for cell in book["Målvärden"][1]]
    assert heading == ["Indikator *", "Period *", "Minst eller högst", "Värde", "Till och med", "Kön", "Står i"]
    rules = {str(rule.sqref): rule for rule in book["Målvärden"].data_validations.dataValidation}
    assert rules["A2:A7"].formula1 == "OFFSET(Indikatorer!$D$2,0,0,MAX(1,COUNTA(Indikatorer!$D$2:$D$7)),1)"
    assert rules["B1"].prompt.startswith("Behövs. Året då det ska vara nått, till exempel 2027.")
    assert rules["F2:F7"].formula1 == "Val_Kön!$A$2:$A$3"
    asked = {
        (page.title, str(rule.sqref)[0]) for page in book.worksheets for rule in page.data_validations.dataValidation
    }
    assert {("Pilar", "A"), ("Pilar", "B"), ("Indikatorer", "B"), ("Rutor", "H"), ("Budget", "H")} <= asked


def test_text_that_looks_like_a_formula_is_text_in_the_template(tmp_path):
    node = {"id": "a", "level": "resultat", "title": "=1+1"}
    write_template(tmp_path / "modell.xlsx", programme(nodes=[node], links=[], indicators=[]))
    cell = openpyxl.load_workbook(tmp_path / "modell.xlsx")["Rutor"]["C2"]
    assert (cell.data_type, cell.value, cell.quotePrefix) == ("s", "=1+1", True)


BAD = [
    (
        {"Rutor": {"B3": "effekt"}},
        "Rutor, Nivå (cell B3): ”effekt” går inte att välja. Menar ni effekt på kort sikt eller",
    ),
    (
        {"Rutor": {"B3": "Resultatet"}},
        "Rutor, Nivå (cell B3): ”Resultatet” går inte att välja. Menar ni resultat? Välj",
    ),
    ({"Rutor": {"B3": None}}, "Rutor, Nivå (cell B3) är tom. Välj problem, resurs, aktivitet, prestation, resultat, "),
    (
        {"Indikatorer": {"F2": None}},
        "Indikatorer, Mått (cell F2) är tom. Välj andel, antal, medelvärde, ja eller nej, belopp, i ord eller inte",
    ),
    ({"Rutor": {"B4": "resurs"}}, "Rutor, Text (cell C4) är tom. Fyll i den."),
    ({"Målvärden": {"B3": None}}, "Målvärden, Period (cell B3) är tom. Skriv året, till exempel 2027."),
    ({"Rutor": {"C1": "Texten *"}}, "Rutor, cell C1: ”Texten” är ingen känd rubrik. Menar ni Text?"),
    ({"Rutor": {"D1": "Text"}}, "Rutor, cell D1: rubriken Text står två gånger. Ta bort den ena."),
    ({"Rutor": {"F3": "4"}}, "Rutor, Framgångsgrad (cell F3): ”4” är ingen framgångsgrad. Skriv 1, 2 eller 3;"),
    ({"Rutor": {"A2": "a", "A3": "a"}}, "Rutor, Id (cell A3): a står redan i A2. Byt namn på en av dem."),
    (
        {"Rutor": {"B4": "resurs", "C4": "=SUMMA som text"}},
        "Pilar, Från (cell A2): ”=SUMMA som text” står på flera rader på bladet Rutor (C2, C4). Ge dem var",
    ),
    (
        {"Rutor": {"A2": "Åå Ää"}},
        "Rutor, Id (cell A2): ”Åå Ää” kan inte vara ett id: det har bara a–z, siffror och _. Skriv aa_aa, eller lämna",
    ),
    (
        {"Pilar": {"B2": "Fler är redo för arbetet"}},
        "Till (cell B2): ”Fler är redo för arbetet” står inte på bladet Rutor. Menar ni ”Fler är redo för arbete”?",
    ),
    (
        {"Pilar": {"B2": "redo"}},
        "Till (cell B2): ”redo” står inte på bladet Rutor. Menar ni ”Fler är redo för arbete”?",
    ),
    (
        {"Pilar": {"B2": "annat" * 9}},
        "Till (cell B2): det som står där står inte på bladet Rutor. Välj ur listan, eller",
    ),
    ({"Pilar": {"B2": "=SUMMA som text"}}, "Pilar, Till (cell B2): pilen går till samma ruta som den börjar vid."),
    (
        {"Pilar": {"A3": "=SUMMA som text", "B3": "Fler är redo för arbete"}},
        "Pilar, Till (cell B3): pilen står redan på rad 2. Ta bort den ena.",
    ),
    (
        {"Indikatorer": {"Q2": "många"}},
        "Väntat antal (cell Q2): ”många” är inte ett tal. Skriv ett tal med siffror, eller",
    ),
    ({"Indikatorer": {"Q2": "ca 60"}}, "Väntat antal (cell Q2): ”ca 60” är inte ett tal. Skriv bara 60."),
    ({"Indikatorer": {"Q2": "85 %"}}, "Väntat antal (cell Q2): ”85 %” är inte ett tal. Skriv ett antal, inte procent"),
    ({"Indikatorer": {"Q2": 1.5}}, "Väntat antal (cell Q2): ”1.5” är inget helt tal. Skriv ett antal utan decimaler."),
    ({"Indikatorer": {"Q2": 0}}, "Indikatorer, Väntat antal (cell Q2) ska vara minst 1."),
    ({"Indikatorer": {"T2": 122}}, "Indikatorer, Läge före, antal (cell T2): 122 av 100 går inte. Byt plats på talen"),
    (
        {"Indikatorer": {"R2": "40 %"}},
        "Läge före (cell R2): värdet är inte 22 av 100. Rätta det ena, eller lämna cellen",
    ),
    (
        {"Indikatorer": {"T2": None}},
        "Läge före (cell R2) är tom, men inte resten av Läge före. Skriv värdet, eller både",
    ),
    (
        {"Indikatorer": {"F2": "antal"}, "Målvärden": {"D2": 9}},
        "Läge före, av (cell U2): antal av ett helt hör till måttet andel. Välj andel under",
    ),
    (
        {"Indikatorer": {"R2": "-5 %", "T2": None, "U2": None}},
        "Läge före (cell R2): en andel ligger mellan 0 och 100 %.",
    ),
    ({"Indikatorer": {"Z2": None}}, "Bekräftade av (cell Z2) är tom. Skriv rollen som har bekräftat mätpunkterna"),
    ({"Indikatorer": {"Y2": "fråga 7"}}, "Mätpunkter (cell Y2) har något som inte kan vara en mätpunkt. Skriv till"),
    ({"Indikatorer": {"K2": "saknas"}}, "Källa (cell K2): ”saknas” räknas som ett svar. Lämna cellen tom."),
    (
        {"Indikatorer": {"R2": "55 % (2025, 33 av 60)"}},
        "Läge före (cell R2): ”55 % (2025, 33 av 60)” är inte ett tal. Skriv 55 % här, och 33 under Läge före, antal, "
        "60 under Läge före, av och 2025 under Läge före, period.",
    ),
    (
        {"Indikatorer": {"R2": "33 av 60"}},
        "är inte ett tal. Lämna cellen tom, och skriv 33 under Läge före, antal och 60 ",
    ),
    ({"Indikatorer": {"R2": "saknas"}}, "Läge före (cell R2): ”saknas” är inte ett tal. Lämna cellen tom."),
    ({"Indikatorer": {"R2": "–"}}, "Läge före (cell R2): ”–” är inte ett tal. Lämna cellen tom."),
    ({"Målvärden": {"D2": 30}}, "Målvärden, Värde (cell D2): ”30” är ingen andel. Skriv 30 %."),
    (
        {"Målvärden": {"D2": "ska öka"}},
        "”ska öka” är inte ett tal. Lämna tomt; riktningen står under Ska på bladet Ind",
    ),
    (
        {"Målvärden": {"D2": "minst 65 % 2027"}},
        "Skriv 65 % här, och minst under Minst eller högst och 2027 under Period.",
    ),
    (
        {"Målvärden": {"D2": "6–8 %"}},
        "Värde (cell D2): ”6–8 %” är inte ett tal. Skriv 6 % här och 8 % under Till och med.",
    ),
    ({"Målvärden": {"D2": "-5 %"}}, "Värde (cell D2): ett mål för en andel ligger mellan 0 och 100 %, och är inte det"),
    (
        {"Målvärden": {"D3": "30 %"}},
        "Värde (cell D3): ”30 %” är varken ja eller nej, som måttet är. Skriv ja eller nej",
    ),
    ({"Målvärden": {"D2": "ja"}}, "Värde (cell D2): ”ja” är inte ett tal. Ja och nej hör till måttet ja eller nej."),
    (
        {"Indikatorer": {"F2": "antal", "T2": None, "U2": None}},
        "Värde (cell D2): ”30,5 %” är i procent, men måttet är inte andel. Skriv utan %, eller byt mått till andel.",
    ),
    (
        {"Indikatorer": {"F3": "i ord"}, "Målvärden": {"D3": "8"}},
        "Värde (cell D3): måttet är i ord och har inget värde. Lämna cellen tom, eller välj ett annat mått på bladet",
    ),
    (
        {"Indikatorer": {"F3": "inte bestämt"}, "Målvärden": {"D3": "8"}},
        "Värde (cell D3): måttet är inte bestämt och har inget värde. Välj ett mått på bladet Indikatorer, eller",
    ),
    (
        {"Målvärden": {"A4": "Redo vid avslut", "B4": "2025", "D4": "40 %"}},
        "Målvärden, Period (cell B4): perioden 2025 står redan för den indikatorn. Ta bort en rad.",
    ),
    (
        {"Målvärden": {"A4": "Redo vid avslut", "B4": "2025", "D4": "40 %", "F4": "män"}},
        "Målvärden, Kön (cell F4): indikatorn har redan ett värde för båda. Ta bort en rad, eller töm Kvinnor och män",
    ),
    ({"Målvärden": {"C2": "högst"}}, "Minst eller högst (cell C2) går åt andra hållet än Ska på bladet Indikatorer."),
    ({"Målvärden": {"C2": "precis"}}, "Minst eller högst (cell C2): en andel blir aldrig precis sitt mål. Välj minst "),
    ({"Målvärden": {"C2": "minst", "E2": "40 %"}}, "Minst eller högst (cell C2) går inte ihop med Till och med."),
    ({"Målvärden": {"E2": "20 %"}}, "Till och med (cell E2) ska vara mer än Värde. Byt plats på dem, eller rätta."),
    ({"Målvärden": {"E3": "ja"}}, "Målvärden, Till och med (cell E3)"),
    (
        {"Målvärden": {"B2": "31 dec 2027"}},
        "Period (cell B2): ”31 dec 2027” kan inte vara en period. Skriv 2027; samma namn ska stå under periods i",
    ),
    ({"Målvärden": {"B2": "2027-12-31"}}, "Period (cell B2): ”2027-12-31” kan inte vara en period. Skriv 2027; samma"),
    (
        {"Målvärden": {"B2": "vid avslut"}},
        "Period (cell B2): ”vid avslut” kan inte vara en period. Skriv ett kort namn ut",
    ),
    ({"Budget": {"E2": "2 400 tkr"}}, "Budget, Kronor (cell E2): ”2 400 tkr” är inte ett tal. Skriv 2400000."),
    ({"Budget": {"E2": "3,2 mkr, varav 2,4 löner"}}, "Skriv 3200000. Det som står efter skrivs på en egen rad."),
    ({"Budget": {"F2": -1}}, "Budget, Årsarbetare (cell F2) ska vara minst 0."),
    ({"Budget": {"D3": "Summa enligt sidan 4", "E3": None}}, "Budget, Kronor (cell E3) är tom. Skriv summan, eller ta"),
    ({"Pilar": {"E2": "=> Kort tid"}}, "Andra förklaringar (cell E2): förklaringen saknas före =>. Skriv den där, och"),
    (
        {"Rutor": {"A3": "x y"}},
        "Rutor, Id (cell A3): ”x y” kan inte vara ett id: det har bara a–z, siffror och _. Skriv x_y",
    ),
    ({"Modell": {"B3": None}}, "Modell, Titel (cell B3) är tom. Fyll i den."),
    (
        {"Modell": {"B7": "i januari"}},
        "Modell, Startdatum (cell B7): ”i januari” är inget datum. Skriv det som 2026-03-31",
    ),
    (
        {"Modell": {"B7": "2026"}},
        "Startdatum (cell B7): ”2026” är inget datum. Skriv hela datumet, till exempel 2026-03-31. Är bara året känt: "
        "lämna cellen tom, och skriv det under Tidsperiod.",
    ),
    ({"Modell": {"B7": "2025-02-30"}}, "Modell, Startdatum (cell B7): ”2025-02-30” är inget datum."),
    ({"Modell": {"B7": "–"}}, "Modell, Startdatum (cell B7): ”–” är inget datum. Lämna cellen tom."),
    ({"Modell": {"B8": "2024-12-31"}}, "Modell, Slutdatum (cell B8) ligger före Startdatum. Byt plats på dem, eller"),
    (
        {"Områden": {"B2": "Väg", "K2": "2025-02-01", "L2": "2025-01-01"}},
        "Områden, Slutdatum (cell L2) ligger före Startdatum. Byt plats på dem, eller rätta det ena.",
    ),
    ({"Modell": {"A4": "Rubriken"}}, "Modell, cell A4: ”Rubriken” är ingen känd uppgift. Ta bort raden."),
]


@pytest.mark.parametrize(("changes", "told"), BAD)
def test_a_cell_that_cannot_be_read_is_told_in_one_line_with_its_place_and_what_to_write(changes, told):
    (line,) = refused_for(filled_book(changes))
    assert line.startswith("modell.xlsx, bladet ")
    assert told in line


@pytest.mark.parametrize(("sheet", "cell"), [("Modell", "B9"), ("Rutor", "D3")])
def test_what_looks_like_a_personnummer_is_told_with_its_place_and_not_repeated(sheet, cell, tmp_path):
    with pytest.raises(BadInput) as refused:
        read_model(filled(tmp_path / "modell.xlsx", {sheet: {cell: "Se 19850709-9805"}}))
    place = f"modell.xlsx, bladet {sheet}, cell {cell}"
    assert str(refused.value) == f"{place}: texten eller kommentaren liknar ett personnummer. Ta bort det."


@pytest.mark.parametrize("said", [8507099805, 507099802, "ord " * 20])
def test_what_may_be_about_a_person_or_is_long_is_not_repeated(said):
    (line,) = refused_for(filled_book({"Rutor": {"E3": said}}))
    assert "Gäller (cell E3): det som står där går inte att välja." in line
    assert str(said) not in line


def test_all_that_is_wrong_is_told_at_once_and_no_fault_causes_another():
    changes = {
        "Modell": {"B3": None, "B7": "2026"},
        "Rutor": {"B2": "effekt"},
        "Indikatorer": {"A2": "Redo nu", "F2": None, "T2": 122, "F3": None},
        "Målvärden": {"D2": "ska öka", "B3": "31 dec 2027"},
        "Budget": {"E2": "2 400 tkr"},
    }
    places = [
        re.match(r"modell\.xlsx, bladet (\w+), .*?\(cell (\w+)\)", line) for line in refused_for(filled_book(changes))
    ]
    assert [place.groups() for place in places] == [
        *[("Modell", "B3"), ("Modell", "B7"), ("Rutor", "B2")],
        *[("Indikatorer", "A2"), ("Indikatorer", "F2"), ("Indikatorer", "F3")],
        *[("Målvärden", "D2"), ("Målvärden", "B3"), ("Budget", "E2")],
    ]


def test_of_many_faults_twenty_are_told_and_how_many_more():
    rows = {cell: value for n in range(10, 35) for cell, value in ((f"B{n}", "utfall"), (f"C{n}", f"Ruta {n}"))}
    lines = refused_for(filled_book({"Rutor": rows}))
    assert len(lines) == 21
    assert lines[-1] == "… och 5 fel till."


def changed(change):
    book = filled_book()
    change(book)
    return book


def taken_away(name):
    return lambda book: book.remove(book[name])


STRUCTURE = [
    (lambda book: book["Budget"].__setitem__("E3", "=SUM(E2:E2)"), "Budget, cell E3: en formel eller ett fel. Skriv"),
    (
        lambda book: book["Rutor"].merge_cells("H2:H3"),
        "Rutor, cell H2:H3: cellerna är sammanfogade. Dela dem, och skriv",
    ),
    (taken_away("Budget"), "bladet Budget saknas. Filen har Modell, Områden"),
    (
        lambda book: book["Budget"].delete_rows(1, 100),
        "bladet Budget: första raden har inga rubriker. Lägg tillbaka dem.",
    ),
    (lambda book: book["Budget"].delete_cols(4), "bladet Budget: kolumnen Post saknas. Lägg tillbaka den."),
    (
        lambda book: book["Modell"].__setitem__("A1", "Fråga"),
        "Modell, cell A1: här ska stå Uppgift, och Svar i cell B1.",
    ),
]


@pytest.mark.parametrize(("change", "told"), STRUCTURE)
def test_a_sheet_that_is_not_as_the_template_has_it_is_told(change, told):
    assert told in refused_for(changed(change))[0]


def test_a_file_without_the_first_sheet_is_told(tmp_path):
    changed(taken_away("Modell")).save(tmp_path / "modell.xlsx")
    with pytest.raises(BadInput, match="has no sheet Modell"):
        read_model(tmp_path / "modell.xlsx")


def as_before(book):
    """The template as it was: the sheet Mål, headings without a mark, no short names, time or number of the whole."""
    book["Indikatorer"].delete_cols(3)
    for row in (12, 9):
        book["Modell"].delete_rows(row)
    book["Målvärden"].title = "Mål"
    for cell in (cell for page in book.worksheets for cell in [*page[1], page["A3"]]):
        if isinstance(cell.value, str) and cell.value.endswith(" *"):
            cell.value = cell.value.removesuffix(" *")


def test_a_template_filled_in_before_is_read_still():
    now = filled_book({"Modell": {"B9": None, "B12": None}, "Indikatorer": {"C2": None}})
    assert model_in(changed(as_before), Faults("modell.xlsx")) == model_in(now, Faults("modell.xlsx"))


def test_a_fault_names_the_sheet_as_the_file_has_it():
    def change(book):
        as_before(book)
        book["Mål"]["D2"] = "ska öka"

    (line,) = refused_for(changed(change))
    assert line.startswith("modell.xlsx, bladet Mål, Värde (cell D2): ”ska öka” är inte ett tal.")


def test_a_template_is_never_written_over(tmp_path):
    path = write_template(tmp_path / "modell.xlsx")
    with pytest.raises(BadInput, match="finns redan"):
        write_template(path)
    with pytest.raises(BadInput, match="Låt namnet sluta på .xlsx"):
        write_template(tmp_path / "modell.ods")


def test_a_model_written_as_yaml_is_the_one_read_and_can_be_written_again(tmp_path):
    path = filled(tmp_path / "modell.xlsx")
    for _ in range(2):
        model, target = write_model(path)
        assert load(target) == model
    target.write_text("id: egen\n")
    with pytest.raises(BadInput, match="är inte gjord ur Excel"):
        write_model(path)


def test_from_an_empty_template_to_a_reviewed_model_by_the_command(tmp_path):
    path = tmp_path / "modell.xlsx"
    made = CliRunner().invoke(main, ["model", "--new", str(path)])
    assert made.exit_code == 0
    assert made.output.startswith("Mallen: modell.xlsx. Öppna den i Excel och börja med bladet Läs mig;")
    assert made.output.endswith(f"./run model {path}\n")
    path.unlink()
    read = CliRunner().invoke(main, ["model", str(filled(path))])
    assert read.exit_code == 0
    assert "Modellen: modell.yaml (2 rutor, 1 pil, 2 indikatorer)" in read.output
    assert "Det som inte går att utvärdera som det står, " in read.output
    assert "- Indikator utan källa (2): Skriv vilket register" in read.output
    assert "till (alla finns i rapporten)" not in read.output
    assert read.output.endswith("Inga andra mätpunkter i den gemensamma enkäten liknar de 2 indikatorerna.\n")
    assert yaml.safe_load((tmp_path / "modell.yaml").read_text())["id"] == "vagen_in"


def test_a_measure_that_is_not_decided_is_read_as_that_and_found(tmp_path):
    changes = {"Indikatorer": {"F3": "inte bestämt"}, "Målvärden": {"D3": None}}
    read = CliRunner().invoke(main, ["model", str(filled(tmp_path / "modell.xlsx", changes))])
    assert "- Indikator utan bestämt mått (1): Bestäm om det är en andel" in read.output
    assert "- Mål utan värde (1): Skriv vilket värde som ska nås, eller att det ska bestämmas när läget" in read.output


def test_in_a_study_the_next_step_is_its_report(tmp_path):
    (tmp_path / "study.yaml").write_text("id: x\n", encoding="utf-8")
    read = CliRunner().invoke(main, ["model", str(filled(tmp_path / "modell.xlsx"))])
    assert "Den ligger i en studie; dess rapport görs med:" in read.output
    assert f"./run run --study {tmp_path}" in read.output
    assert "./run new" not in read.output


def test_a_list_of_findings_that_is_cut_says_how_many_more_there_are(tmp_path):
    nodes = [{"id": f"n{number}", "level": "resultat", "title": f"Resultat nummer {number}"} for number in range(5)]
    nodes.append({"id": "samtal", "level": "aktivitet", "title": "Samtal"})
    path = write_template(tmp_path / "modell.xlsx", programme(nodes=nodes, links=[], indicators=[]))
    read = CliRunner().invoke(main, ["model", str(path)])
    told = read.output.split("- Ingen arbetar för det (5): ")[1].splitlines()
    assert told[4] == "    … och 2 till (alla finns i rapporten)."


def test_the_command_tells_every_fault_and_writes_nothing(tmp_path):
    path = filled(tmp_path / "modell.xlsx", {"Indikatorer": {"F2": None}, "Målvärden": {"B3": "31 dec 2027"}})
    read = CliRunner().invoke(main, ["model", str(path)])
    assert read.exit_code == 1
    assert read.output.startswith("finsam-eval: modell.xlsx, bladet Indikatorer, Mått (cell F2) är tom. Välj andel,")
    assert len(read.output.splitlines()) == 2
    assert not (tmp_path / "modell.yaml").exists()
