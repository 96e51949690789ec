import io

import openpyxl
import pytest
import yaml
from click.testing import CliRunner

from finsam_eval.cli import main
from finsam_eval.errors import BadInput
from finsam_eval.ingest import ingest
from finsam_eval.mapping import Match, as_excel, summary, told_difference, write_proposal
from finsam_eval.study import open_study
from tests.deliveries import sav
from tests.small import RAW, SETTINGS, write_study

K01A = "Jag får stödet på ett sätt som är till nytta för mig."
SECRET = "hemligt svar"
LIMESURVEY = (
    'id;submitdate;token;"K01a. Jag får stödet på ett sätt som är till nytta för mig.";'
    f'"Jag är med och bestämmer vilket stöd jag ska få.";Övrigt\n1;2025-02-01;p1;4;5;{SECRET}\n'
)


def call(folder, *arguments):
    return CliRunner().invoke(main, ["map", *arguments, "--study", str(folder)])


def test_a_proposal_is_written_as_yaml_beside_study_yaml_and_its_block_can_be_pasted(tmp_path):
    study = write_study(tmp_path, {"lime.csv": LIMESURVEY})
    answered = call(study, "lime.csv")
    assert answered.exit_code == 1
    told = yaml.safe_load((study / "mapping_lime.yaml").read_text(encoding="utf-8"))
    assert told["source"] == {
        "file": "lime.csv",
        "columns": {"respondent": "token", "date": "submitdate"},
        "items": {
            "K01a": "K01a. Jag får stödet på ett sätt som är till nytta för mig.",
            "K02a": "Jag är med och bestämmer vilket stöd jag ska få.",
        },
        "respondent_group": "<vem som svarar>",
        "ignored": ["id"],
        "completed": "submitdate",
    }
    assert told["to_decide"] == ["Övrigt"]
    assert told["proposal"][-1] == {
        "heading": "Jag är med och bestämmer vilket stöd jag ska få.",
        "means": "K02a",
        "score": 0.96,
        "codebook": "Jag är med och bestämmer vilket stöd som jag ska få.",
        "difference": {
            "kodboken": "Jag är med och bestämmer vilket stöd ⟦som⟧ jag ska få.",
            "filen": "Jag är med och bestämmer vilket stöd ⟦⟧ jag ska få.",
        },
    }


def test_a_file_with_one_row_per_answer_is_proposed_as_such(tmp_path):
    study = write_study(tmp_path, {"lang.csv": "svarsid;fraga;svar\np1;K01a;4\n"})
    assert call(study, "lang.csv").exit_code == 0
    told = yaml.safe_load((study / "mapping_lang.yaml").read_text(encoding="utf-8"))
    assert told["source"] == {
        "file": "lang.csv",
        "columns": {"respondent": "svarsid", "item": "fraga", "answer": "svar"},
        "respondent_group": "<vem som svarar>",
    }


def test_what_a_file_says_of_its_columns_is_shown_for_all_of_them(tmp_path):
    study = write_study(tmp_path)
    labels = {"v1": "Kön", "v2": "Något annat", "K01a": K01A}
    content = sav({"id": ["p1"], "v1": [1.0], "v2": [1.0], "K01a": [4.0]}, column_labels=labels)
    (study / "data" / "raw" / "svar.sav").write_bytes(content)
    answered = call(study, "svar.sav")
    assert answered.exit_code == 0
    assert "v2 (Något annat)" in answered.output
    told = yaml.safe_load((study / "mapping_svar.yaml").read_text(encoding="utf-8"))
    assert told["source"]["columns"] == {"respondent": "id", "gender": "v1"}
    assert told["to_decide"] == [{"v2": "Något annat"}]
    assert {one["heading"]: one.get("label") for one in told["proposal"]} == {"id": None, "v1": "Kön", "K01a": K01A}


def test_no_answer_is_printed_or_written(tmp_path):
    study = write_study(tmp_path, {"lime.csv": LIMESURVEY})
    printed = call(study, "lime.csv").output + call(study, "lime.csv", "--excel").output
    sheets = openpyxl.load_workbook(study / "mapping_lime.xlsx").worksheets
    written = [str(cell) for sheet in sheets for row in sheet.iter_rows(values_only=True) for cell in row]
    assert "Övrigt" in printed
    assert "Övrigt" in written
    everything = printed + " ".join(written) + (study / "mapping_lime.yaml").read_text(encoding="utf-8")
    assert SECRET not in everything
    assert "p1" not in everything


def test_where_no_wording_differs_all_is_well(tmp_path):
    study = write_study(tmp_path)
    answered = call(study, "deltagare.csv")
    assert (answered.exit_code, "ordalydelse" in answered.output) == (0, False)


def test_a_proposal_is_never_applied_and_never_written_over(tmp_path):
    study = write_study(tmp_path)
    before = (study / "study.yaml").read_bytes()
    call(study, "deltagare.csv")
    proposal = study / "mapping_deltagare.yaml"
    proposal.write_text("mitt", encoding="utf-8")
    again = call(study, "deltagare.csv")
    assert again.exit_code == 1
    assert "mapping_deltagare.yaml is already there" in again.output
    assert proposal.read_text(encoding="utf-8") == "mitt"
    assert (study / "study.yaml").read_bytes() == before


def test_a_group_is_asked_its_own_questions_only(tmp_path):
    study = write_study(tmp_path, {"personal.csv": RAW["personal.csv"].replace("K07b", "K01a")})
    matches, _ = write_proposal(open_study(study), "personal.csv", excel=False)
    assert [match.means for match in matches] == ["respondent", "participation", "occasion", "date", ""]


def with_template(kind, file):
    """The small study's sources with one file's columns in a template."""
    sources = {**SETTINGS["sources"]}
    told = [{"mapping": f"mapping_{file}.xlsx", **source} for source in sources[kind]] if kind == "responses" else None
    declared = told[0] if told else {"mapping": f"mapping_{file}.xlsx", **sources[kind]}
    del declared["columns"]
    return {**sources, kind: [declared, *sources[kind][1:]] if told else declared}


@pytest.mark.parametrize(
    "kind, file", [("participations", "deltaganden"), ("insatser", "insatser"), ("responses", "deltagare")]
)
def test_the_proposed_template_of_a_file_reads_as_its_columns_in_study_yaml(tmp_path, kind, file):
    study = write_study(tmp_path / "a")
    write_proposal(open_study(study), f"{file}.csv", excel=True)
    other = write_study(tmp_path / "b", sources=with_template(kind, file))
    (study / f"mapping_{file}.xlsx").rename(other / f"mapping_{file}.xlsx")
    one, two = ingest(open_study(study)), ingest(open_study(other))
    assert len(one.responses) > 0
    assert one.responses.equals(two.responses)
    assert one.participations.equals(two.participations)


def test_a_template_lets_a_person_choose_among_the_names_and_holds_no_formula():
    items = open_study_items()
    matches = [
        Match("=HYPERLINK(1)", "", 0.0, label="=1"),
        Match("token", "respondent", 1.0),
        Match("klar", "completed", 1.0),
    ]
    book = openpyxl.load_workbook(io.BytesIO(as_excel(matches, items, {"respondent": "pseudonymen"})))
    columns, names = book["Kolumner"], book["Namn"]
    assert list(columns.iter_rows(values_only=True)) == [
        ("Rubrik i filen", "Betyder", "Poäng", "Frågans lydelse i kodboken", "Skillnad", "Filens etikett"),
        ("=HYPERLINK(1)", None, None, None, None, "=1"),
        ("token", "person", "1,00", None, None, None),
        ("klar", "inlämnad", "1,00", None, None, None),
        ("klar", "datum", "1,00", None, None, None),
    ]
    assert columns["A2"].data_type == "s"
    (rule,) = columns.data_validations.dataValidation
    assert (str(rule.sqref), rule.formula1) == ("B2:B5", "Namn!$A$2:$A$5")
    assert [row[0] for row in names.iter_rows(values_only=True, min_row=2)] == [
        "person",
        "inlämnad",
        "läses inte",
        "K01a",
    ]


def open_study_items():
    from finsam_eval.codebook import load_codebook

    return load_codebook("nns2015").survey_items[:1]


def test_a_heading_cannot_steer_the_screen():
    lines = summary([Match("a\x1b[2Jb", "", 0.0)])
    assert lines == ["      ?              a [2Jb"]


def test_a_difference_has_a_line_for_each_text():
    assert told_difference(Match("h", "K", 0.9, "en två", "en tre")) == "kodboken: en ⟦två⟧\nfilen: en ⟦tre⟧"
    assert told_difference(Match("h", "K", 1.0, "en två", "en två")) == ""


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(BadInput, match="finns_inte.csv is missing"):
        write_proposal(open_study(write_study(tmp_path)), "finns_inte.csv", excel=False)
