import csv
import re
import shutil
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
from click.testing import CliRunner

from finsam_eval.cli import main
from finsam_eval.codebook import ItemSet, load_codebook
from finsam_eval.definitions import parse
from finsam_eval.errors import BadInput
from finsam_eval.exports import export, script
from finsam_eval.files import save_table
from finsam_eval.ingest import ingest
from finsam_eval.psychometrics import cronbach_alpha
from finsam_eval.study import open_study
from tests.rights import has
from tests.small import RAW, write_study

ROOT = Path(__file__).parents[1]
REFERENCE = ROOT / "tests" / "reference" / "exports_alpha.csv"
RAW_WITH_ERRORS = {
    "deltagare.csv": RAW["deltagare.csv"].replace(
        "p2;D2;Under;1;Nej;2025-02-01;2;3;4", "p2;D2;Under;1;Nej;2025-02-01;2;77;"
    )
}


def ingested(folder):
    study = open_study(folder)
    save_table(ingest(study).responses, study.processed / "responses.parquet")
    return study


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    study = ingested(write_study(tmp_path_factory.mktemp("liten"), RAW_WITH_ERRORS))
    folder = tmp_path_factory.mktemp("ut") / "export"
    return folder, export(study, folder)


def read_sav(folder, group, **told):
    return pyreadstat.read_sav(str(folder / f"INTERN_svar_{group}.sav"), **told)


def test_a_sav_and_a_csv_per_group_a_script_per_item_set_and_what_it_is(exported):
    folder, written = exported
    assert {path.name for path in written} == {
        *("INTERN_svar_deltagare.csv", "INTERN_svar_deltagare.sav", "INTERN_svar_personal.csv"),
        *("INTERN_svar_personal.sav", "INTERN_variabler.csv", "under.R", "avslut.R", "LÄS_MIG.txt"),
    }
    assert {path.name for path in folder.iterdir()} == {path.name for path in written}
    assert (folder / "LÄS_MIG.txt").read_text(encoding="utf-8").startswith("INTERN: lämnas inte ut")


def test_spss_reads_back_wordings_labels_and_why_answers_are_missing(exported):
    table, told = read_sav(exported[0], "deltagare", user_missing=True)
    assert told.column_names_to_labels["K01a"] == "Jag får stödet på ett sätt som är till nytta för mig."
    assert told.variable_value_labels["K01a"] == {
        1: "Instämmer inte alls",
        5: "Instämmer helt",
        -91: "obesvarad",
        -92: "oläsligt svar",
    }
    assert told.missing_ranges["K02a"] == [{"lo": -92, "hi": -91}]
    assert told.file_label.startswith("INTERN")
    assert told.variable_measure["K01a"] == "ordinal"
    first = table.set_index(["respondent", "wave", "retest"])[["K01a", "K02a", "K07a"]]
    assert first.loc[("p1", 1, 0)].tolist() == [4, 5, -91]
    assert first.loc[("p2", 1, 0)].tolist() == [2, -92, -91]


def test_spss_takes_the_codes_of_missing_answers_for_missing(exported):
    table, _ = read_sav(exported[0], "deltagare")
    assert table["K07a"].min() > 0
    assert table["K07a"].isna().sum() == 2


def test_the_csv_is_the_same_table(exported):
    folder, _ = exported
    one = pd.read_csv(folder / "INTERN_svar_deltagare.csv", sep=";", encoding="utf-8-sig", keep_default_na=False)
    two, _ = read_sav(folder, "deltagare", user_missing=True)
    assert list(one.columns) == list(two.columns)
    assert one["K02a"].tolist() == two["K02a"].tolist()
    assert one["respondent"].tolist() == ["p1", "p1", "p1", "p2", "p3"]
    assert one["date"].tolist()[0] == "2025-02-01"


def test_what_the_analyses_count_is_the_latest_of_each_person_and_no_retest(exported):
    table, _ = read_sav(exported[0], "deltagare")
    counted = table[table["i_analysen"] == 1]
    assert counted[["respondent", "wave", "retest"]].to_numpy().tolist() == [["p1", 2, 0], ["p2", 1, 0], ["p3", 1, 0]]


def test_every_column_and_code_is_listed(exported):
    with (exported[0] / "INTERN_variabler.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.reader(file, delimiter=";") if row[0] == "deltagare"]
    table, _ = read_sav(exported[0], "deltagare")
    assert [name for name in dict.fromkeys(row[1] for row in rows)] == list(table.columns)
    assert [
        "deltagare",
        "K01a",
        "Jag får stödet på ett sätt som är till nytta för mig.",
        "-91",
        "obesvarad",
        "saknas",
    ] in rows


def test_a_folder_where_others_may_read_is_refused(tmp_path):
    study = ingested(write_study(tmp_path / "studie"))
    (tmp_path / "repo" / ".git").mkdir(parents=True)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "fil").touch()
    for folder in (study.reports / "x", study.folder, study.raw / "x", tmp_path / "repo" / "a" / "b", ROOT / "ut"):
        with pytest.raises(BadInput, match="is not written inside a study or a repository"):
            export(study, folder)
        assert not list(folder.glob("INTERN*"))
    with pytest.raises(BadInput, match="full already holds something"):
        export(study, tmp_path / "full")
    assert export(study, study.internal / "export")


def test_the_command_says_how_many_files_and_what_they_are(tmp_path):
    study = ingested(write_study(tmp_path / "studie"))
    answered = CliRunner().invoke(main, ["export", "--study", str(study.folder), "--out", str(tmp_path / "ut")])
    assert (answered.exit_code, answered.output[:8]) == (0, "8 files ")


def test_a_study_of_others_figures_has_nothing_to_export(tmp_path):
    study = open_study(write_study(tmp_path / "studie"))
    save_table(ingest(study).responses.iloc[:0], study.processed / "responses.parquet")
    with pytest.raises(BadInput, match="has no answers to export"):
        export(study, tmp_path / "ut")


# What R makes of bfi ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def bfi(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bfi") / "bfi"
    shutil.copytree(ROOT / "examples" / "bfi", folder, ignore=shutil.ignore_patterns("processed", "reports"))
    target = tmp_path_factory.mktemp("ut") / "export"
    export(ingested(folder), target)
    return target


def as_the_script_does(folder, name):
    """The answers that an R script hands to psych::alpha, read by what the script itself says."""
    text = (folder / f"{name}.R").read_text(encoding="utf-8")

    def told(pattern):
        return re.findall(r"[\w-]+", re.search(pattern, text)[1])

    table = pd.read_csv(folder / re.search(r'read.csv2\("(.*?)"', text)[1], sep=";", encoding="utf-8-sig")
    occasion = re.search(r'occasion == "(\w+)"', text)[1]
    chosen = table[(table["i_analysen"] == 1) & (table["occasion"] == occasion)]
    complete = chosen[told(r"hela <- c\((.*?)\)")]
    missing = [int(code) for code in told(r"%in% c\((.*?)\)")]
    return complete.mask(complete.isin(missing)).dropna()[told(r"fragor <- c\((.*?)\)")]


REFERENCES = [line.split(",") for line in REFERENCE.read_text(encoding="utf-8").splitlines()[2:]]


@pytest.mark.parametrize("name, alpha, n", REFERENCES, ids=[row[0] for row in REFERENCES])
def test_our_alpha_of_what_the_script_reads_is_the_one_r_printed(bfi, name, alpha, n):
    got = cronbach_alpha(as_the_script_does(bfi, name).astype("float64"), ci="feldt")
    assert got.n == int(n)
    assert got.value == pytest.approx(float(alpha), abs=5e-10)


def test_a_reversed_item_carries_the_labels_of_the_answers_as_given(bfi):
    table, told = read_sav(bfi, "svarande")
    assert told.variable_value_labels["A1"][6] == "Very Inaccurate"
    assert told.variable_value_labels["A2"][6] == "Very Accurate"
    raw = pd.read_csv(ROOT / "examples" / "bfi" / "data" / "raw" / "bfi.csv", sep=None, engine="python")
    assert (table["A1"] == 6).sum() == (raw["A1"] == 1).sum() > 0


def test_two_items_get_no_factor_model_and_a_label_cannot_end_its_comment():
    book = load_codebook("nns2015")
    two = parse(
        ItemSet,
        {
            "id": "par",
            "label": 'A\nq("yes")',
            "respondent_group": "deltagare",
            "occasion": "under",
            "items": ["K01a", "K02a"],
        },
        "here",
    )
    text = script(two, book, data="a.csv", reasons={})
    assert "lavaan::" not in text
    assert [line for line in text.splitlines() if "q(" in line] == ['# INTERN. A q("yes") (par).']
    assert "%in% c()" in text


def test_exported_files_are_their_owners_and_no_text_in_them_is_a_formula(tmp_path):
    raw = {name: RAW[name].replace("p3;", "=1+1;").replace(";p3;", ";=1+1;") for name in RAW}
    study = ingested(write_study(tmp_path / "studie", raw))
    folder = tmp_path / "ut"
    written = export(study, folder)
    assert all(has(path, 0o600) for path in written)
    made = pd.read_csv(folder / "INTERN_svar_deltagare.csv", sep=";", decimal=",")
    assert "'=1+1" in set(made["respondent"])
    assert "=1+1" not in set(made["respondent"])
    table, _ = read_sav(folder, "deltagare", user_missing=True)
    assert made["K01a"].tolist() == table["K01a"].tolist()
