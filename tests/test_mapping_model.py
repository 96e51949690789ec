"""The Excel template of a logic model, written and read as a förbund would fill it in."""

import io
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
import pytest
import yaml
from click.testing import CliRunner

from finsam_eval.cli import main
from finsam_eval.errors import BadDefinition, BadInput
from finsam_eval.logic_model import load
from finsam_eval.mapping import read_model, write_model, write_template
from tests.programmes import programme

EXAMPLES = Path(__file__).parents[1] / "examples"

FILLED = {
    "Modell": {"B3": "Vägen in", "B7": "2025-01-01", "B11": "Enkät; intervjuer"},
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
        "C2": "Redo vid avslut",
        "E2": "Andel",
        "G2": "alla som avslutat",
        "H2": "personer",
        "N2": "var för sig",
        "O2": "ja",
        "P2": 120,
        "X2": "K07a; K07b",
        "Y2": "Förbundschef",
        "S2": 22,
        "T2": 100,
        "B3": "Fler är redo för arbete",
        "C3": "Avtal finns",
        "E3": "ja eller nej",
    },
    "Mål": {"A2": "Redo vid avslut", "B2": 2025, "D2": "30,5 %", "A3": "Avtal finns", "B3": "2025", "D3": "ja"},
    "Budget": {"A2": "Kostnader", "D2": "Löner", "E2": "1 510 000 kr", "A3": "Kostnader", "D3": "Summa", "E3": 1510000},
}


@cache
def template():
    with TemporaryDirectory() as folder:
        return write_template(Path(folder) / "mall.xlsx").read_bytes()


def filled(path, changes=None):
    book = openpyxl.load_workbook(io.BytesIO(template()))
    for name in [name for name in book.sheetnames if name.startswith("Val_")]:
        del book[name]  # the lists of choices are not read, and take half the time
    for sheet, values in {**FILLED, **(changes or {})}.items():
        for cell, value in {**FILLED.get(sheet, {}), **values}.items():
            book[sheet][cell] = value
            if isinstance(value, str):
                book[sheet][cell].data_type = "s"
    book.save(path)
    return path


def test_a_template_filled_in_by_hand_is_read(tmp_path):
    model = read_model(filled(tmp_path / "modell.xlsx"))
    assert (model.id, model.title, str(model.start), model.needs) == (
        "vagen_in",
        "Vägen in",
        "2025-01-01",
        ["Enkät", "intervjuer"],
    )
    assert [(node.id, node.level, node.title) for node in model.nodes] == [
        ("summa_som_text", "aktivitet", "=SUMMA som text"),
        ("fler_ar_redo_for_arbete", "resultat", "Fler är redo för arbete"),
    ]
    assert (model.nodes[1].target_level, model.nodes[1].degrees) == ("individ", [1, 2])
    (link,) = model.links
    assert (link.tail, link.head) == ("summa_som_text", "fler_ar_redo_for_arbete")
    assert [(rival.text, rival.answer) for rival in link.rivals] == [("Tiden", "Kort tid"), ("Konjunkturen", "")]
    share, yes = model.indicators
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
    with pytest.raises(BadDefinition, match="nodes: has too few in it"):
        read_model(write_template(tmp_path / "tom.xlsx"))


@pytest.mark.parametrize("name", ["sysselsattningsstrategi", "varend_2019", "esf_mia", "kommunal_utveckling_2018"])
def test_a_document_goes_to_excel_and_back_unchanged(name, tmp_path):
    model = load(EXAMPLES / name / "logic_model.yaml")
    again = read_model(write_template(tmp_path / "modell.xlsx", model))
    told, back = model.model_dump(), again.model_dump()
    for whole in (told, back):  # a budget's and its lines' ids are made of their words
        for budget in whole["budgets"]:
            budget["id"] = budget["title"]
            for line in budget["lines"]:
                line["id"] = line["title"]
            for stated in budget["stated"]:
                stated["where"] = stated["where"].casefold()
    assert back == told


def test_text_that_looks_like_a_formula_is_text_in_the_template(tmp_path):
    node = {"id": "a", "level": "resultat", "title": "=1+1"}
    write_template(tmp_path / "modell.xlsx", programme(nodes=[node], links=[], indicators=[]))
    cell = openpyxl.load_workbook(tmp_path / "modell.xlsx")["Rutor"]["C2"]
    assert (cell.data_type, cell.value, cell.quotePrefix) == ("s", "=1+1", True)


BAD = [
    ({"Rutor": {"B3": "Utfall"}}, r"sheet Rutor, cell B3: expected one of problem, aktivitet"),
    ({"Rutor": {"B3": None}}, r"sheet Rutor, cell B3: is empty; fill it in"),
    ({"Rutor": {"C1": "Texten"}}, r"sheet Rutor, cell C1: an unknown heading; did you mean Text\?"),
    ({"Rutor": {"F3": "4"}}, r"sheet Rutor, cell F3: expected 1, 2 or 3"),
    ({"Rutor": {"A2": "a", "A3": "a"}}, r"sheet Rutor, cell A3: a stands twice; rename one"),
    ({"Rutor": {"C3": "=SUMMA som text"}}, r"sheet Rutor, cell C2: several rows have this text; give each an id"),
    ({"Rutor": {"A2": "Åå"}}, r"sheet Rutor, row 2, id: expected a letter first"),
    ({"Pilar": {"B2": "Fler är redo för arbetet"}}, r"sheet Pilar, cell B2: .*did you mean fler är redo för arbete\?"),
    ({"Indikatorer": {"P2": "många"}}, r"sheet Indikatorer, cell P2: expected a number"),
    ({"Indikatorer": {"P2": 1.5}}, r"sheet Indikatorer, cell P2: expected a whole number"),
    ({"Indikatorer": {"S2": 122}}, r"sheet Indikatorer, row 2, baseline: x must be at most n, got x = 122 of n = 100"),
    ({"Mål": {"D2": 30}}, r"sheet Mål, cell D2: expected a share such as 30 % or 0,3; write the per cent sign"),
    ({"Mål": {"D3": "30 %"}}, r"sheet Mål, cell D3: expected a number without %"),
    ({"Mål": {"D2": "ja"}}, r"sheet Mål, cell D2: expected a number; ja and nej go with"),
    (
        {"Mål": {"A4": "Redo vid avslut", "B4": "2025", "D4": "40 %"}},
        r"row 2, the file: two targets for one period: 2025",
    ),
    ({"Modell": {"B7": "i januari"}}, r"sheet Modell, cell B7: expected a date such as 2025-03-31"),
    ({"Modell": {"B8": "2024-12-31"}}, r"ends 2024-12-31, before it starts 2025-01-01"),
    ({"Modell": {"A3": "Rubriken"}}, r"sheet Modell, cell A3: Rubriken is no known fact"),
    ({"Modell": {"B9": "Se 19850709-9805"}}, r"looks like a personnummer"),
    ({"Rutor": {"D3": "Se 19850709-9805"}}, r"looks like a personnummer"),
]


@pytest.mark.parametrize(("changes", "told"), BAD)
def test_a_cell_that_cannot_be_read_is_told_with_its_place_and_a_way_out(changes, told, tmp_path):
    with pytest.raises((BadInput, BadDefinition), match=told):
        read_model(filled(tmp_path / "modell.xlsx", changes))


def test_a_formula_is_refused_with_its_place(tmp_path):
    path = filled(tmp_path / "modell.xlsx")
    book = openpyxl.load_workbook(path)
    book["Budget"]["E3"] = "=SUM(E2:E2)"
    book.save(path)
    with pytest.raises(BadInput, match=r"sheet Budget, cell E3: a formula or an error; write the value itself"):
        read_model(path)


def test_merged_cells_are_refused_with_their_place(tmp_path):
    path = filled(tmp_path / "modell.xlsx")
    book = openpyxl.load_workbook(path)
    book["Rutor"].merge_cells("H2:H3")
    book.save(path)
    with pytest.raises(BadInput, match=r"sheet Rutor, cells H2:H3: are merged; take the merging away"):
        read_model(path)


@pytest.mark.parametrize("sheet", ["Modell", "Rutor"])
def test_a_sheet_that_is_gone_is_told(sheet, tmp_path):
    path = filled(tmp_path / "modell.xlsx")
    book = openpyxl.load_workbook(path)
    del book[sheet]
    book.save(path)
    with pytest.raises(BadInput, match=f"has no sheet {sheet}"):
        read_model(path)


def test_a_sheet_without_headings_is_told(tmp_path):
    path = filled(tmp_path / "modell.xlsx")
    book = openpyxl.load_workbook(path)
    book["Budget"].delete_rows(1, 100)
    book.save(path)
    with pytest.raises(BadInput, match="sheet Budget: the first row has no headings; put them back"):
        read_model(path)


def test_a_template_is_never_written_over(tmp_path):
    path = write_template(tmp_path / "modell.xlsx")
    with pytest.raises(BadInput, match="already there"):
        write_template(path)
    with pytest.raises(BadInput, match="let its name end in .xlsx"):
        write_template(tmp_path / "modell.ods")


def test_a_model_written_as_yaml_is_the_one_read_and_can_be_written_again(tmp_path):
    path = filled(tmp_path / "modell.xlsx")
    for _ in range(2):
        model, target = write_model(path)
        assert load(target) == model
    target.write_text("id: egen\n")
    with pytest.raises(BadInput, match="was not made from Excel"):
        write_model(path)


def test_from_an_empty_template_to_a_reviewed_model_by_the_command(tmp_path):
    path = tmp_path / "modell.xlsx"
    made = CliRunner().invoke(main, ["model", "--new", str(path)])
    assert (made.exit_code, made.output) == (0, "Mallen: modell.xlsx. Börja med bladet Läs mig.\n")
    path.unlink()
    read = CliRunner().invoke(main, ["model", str(filled(path))])
    assert read.exit_code == 0
    assert "Modellen: modell.yaml (2 rutor, 1 pil, 2 indikatorer)" in read.output
    assert "- Indikator utan källa (2): Skriv vilket register" in read.output
    assert yaml.safe_load((tmp_path / "modell.yaml").read_text())["id"] == "vagen_in"
