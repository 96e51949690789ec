import pytest

from finsam_eval.errors import BadDefinition, BadInput
from finsam_eval.ingest.template import SWEDISH, mappings, with_mapping, with_mappings
from finsam_eval.mapping.written import COLUMNS_OF, MEANINGS
from finsam_eval.study import ResponseSource, Source, open_study
from tests.deliveries import workbook
from tests.small import SETTINGS, write_study

FILE = "mapping_svar.xlsx"
HEADING = ("Rubrik i filen", "Betyder", "Poäng")


def template(folder, *rows, heading=HEADING, sheet="Kolumner"):
    (folder / FILE).write_bytes(workbook((sheet, [heading, *rows]), ("Namn", [("Namn",), ("person",)])))


def read(folder, **told):
    source = ResponseSource(file="svar.csv", respondent_group="deltagare", occasion="under", mapping=FILE, **told)
    return with_mapping(source, folder, items={"K01a", "K02a"}, outcomes={"arbete"})


def test_a_template_says_columns_items_and_what_is_not_read(tmp_path):
    rows = [("kod", "person"), ("Fråga 1", "K01a"), ("submit", "inlämnad"), ("submit", "datum"), ("x", "läses inte")]
    template(tmp_path, *rows, ("y", "LÄSES INTE"), ("", ""), ("kön", "gender"))
    got = read(tmp_path)
    assert got.columns == {"respondent": "kod", "date": "submit", "gender": "kön"}
    assert got.items == {"K01a": "Fråga 1"}
    assert got.ignored == ["x", "y"]
    assert got.completed == "submit"
    assert got.mapping is None


def test_an_outcome_is_a_column_of_participations(tmp_path):
    template(tmp_path, ("jobb", "arbete"))
    source = Source(file="d.csv", mapping=FILE)
    assert with_mapping(source, tmp_path, items=set(), outcomes={"arbete"}).columns == {"arbete": "jobb"}


def test_a_source_without_a_template_is_left_as_it_is(tmp_path):
    source = Source(file="a.csv", columns={"forbund": "f"})
    assert with_mapping(source, tmp_path, items=set(), outcomes=set()) is source


@pytest.mark.parametrize(
    "rows, cell",
    [
        ([("kod", "person"), ("a", "nonsens")], "cell B3: expected a name"),
        ([("kod", "person"), ("a", "")], "cell B3: is empty"),
        ([("kod", "person"), ("", ""), ("", "datum")], "cell A4: is empty"),
        ([("kod", "person"), ("a", "K01a"), ("b", "K01a")], "cell B4: says the same as cell B3"),
    ],
)
def test_a_bad_template_is_told_with_its_cell(tmp_path, rows, cell):
    template(tmp_path, *rows)
    with pytest.raises(BadInput, match=f"{FILE}, {cell}"):
        read(tmp_path)


@pytest.mark.parametrize(
    "heading, cell",
    [(("Rubrik", "Betyder"), "cell A1"), (("Rubrik i filen", "Vad"), "cell B1"), (("Rubrik i filen",), "cell B1")],
)
def test_a_workbook_with_other_headings_is_no_template(tmp_path, heading, cell):
    template(tmp_path, ("a", "b")[: len(heading)], heading=heading)
    with pytest.raises(BadInput, match=cell):
        read(tmp_path)


def test_a_question_in_a_file_without_answers_is_refused(tmp_path):
    template(tmp_path, ("a", "K01a"))
    with pytest.raises(BadInput, match="names a question"):
        with_mapping(Source(file="d.csv", mapping=FILE), tmp_path, items={"K01a"}, outcomes=set())


def test_a_template_that_is_not_there_or_has_another_sheet_is_told(tmp_path):
    with pytest.raises(BadInput, match=FILE):
        read(tmp_path)
    template(tmp_path, ("a", "person"), sheet="Blad1")
    with pytest.raises(BadInput, match="Kolumner"):
        read(tmp_path)


def study_of(folder, **told):
    source = {"file": "deltagare.csv", "respondent_group": "deltagare", "occasion": "under", "mapping": FILE, **told}
    return open_study(write_study(folder, sources={**SETTINGS["sources"], "responses": [source]}))


def test_what_a_template_says_must_hang_together_with_the_study(tmp_path):
    study = study_of(tmp_path)
    assert mappings(study) == [FILE]
    template(tmp_path, ("kod", "person"), ("datum", "datum"))
    with pytest.raises(BadDefinition, match=f"{FILE}.*forbund or insats or participation"):
        with_mappings(study)
    template(tmp_path, ("kod", "person"), ("datum", "datum"), ("d", "deltagande"))
    (source,) = with_mappings(study).settings.sources.responses
    assert source.columns == {"respondent": "kod", "date": "datum", "participation": "d"}


@pytest.mark.parametrize("told", [{"columns": {"respondent": "a"}}, {"ignored": ["a"]}, {"items": {"K01a": "a"}}])
def test_columns_stand_in_the_template_or_in_study_yaml_not_in_both(tmp_path, told):
    with pytest.raises(BadDefinition, match=f"stand in {FILE}"):
        study_of(tmp_path, **told)


def test_a_source_needs_columns_or_a_template(tmp_path):
    with pytest.raises(BadDefinition, match="give columns, or name a template"):
        study_of(tmp_path, mapping=None)


def test_every_name_has_a_swedish_word_of_its_own_and_a_meaning():
    assert len(set(SWEDISH.values())) == len(SWEDISH)
    assert set(MEANINGS) == set(SWEDISH)
    assert {name for names in COLUMNS_OF.values() for name in names} <= set(SWEDISH)
