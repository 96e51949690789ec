import copy
import traceback

import pytest
from click.testing import CliRunner

from finsam_eval.cli import main
from finsam_eval.errors import BadInput
from finsam_eval.ingest import ingest
from finsam_eval.ingest.folder import refuse_keys
from finsam_eval.mapping import write_proposal
from finsam_eval.pipeline import run_steps
from finsam_eval.study import open_study
from tests.small import RAW, SETTINGS, write_study

NUMBER = "811228-9874"  # a public example of Skatteverket
KEY = "0123456789abcdef" * 4 + "\n"
IN_NAME = "a file in data/raw has a personnummer in its name"


def named(folder, name, *, there=True):
    """The small study with its file of participants' answers under another name."""
    sources = copy.deepcopy(SETTINGS["sources"])
    sources["responses"][0]["file"] = name
    study = write_study(folder, sources=sources)
    answers = study / "data" / "raw" / "deltagare.csv"
    if there:
        answers.rename(answers.with_name(name))
    else:
        answers.unlink()
    return study


def said(study, *arguments):
    result = CliRunner().invoke(main, [*arguments, "--study", str(study)])
    assert result.exit_code == 1
    assert "9874" not in result.output
    assert all("9874" not in path.name and b"9874" not in path.read_bytes() for path in made(study))
    return result.output


def made(study):
    return [path for path in (study / "data" / "processed").rglob("*") if path.is_file()]


@pytest.mark.parametrize("name", [f"{NUMBER}.csv", "svar_8112289874_v2.csv", "811228\N{SOFT HYPHEN}9874.csv"])
@pytest.mark.parametrize("there", [True, False])
def test_a_declared_file_named_after_a_person_stops_everything(tmp_path, name, there):
    study = named(tmp_path, name, there=there)
    for command in ("run", "ingest", "lint"):
        assert IN_NAME in said(study, command)
    with pytest.raises(BadInput) as refusal:
        ingest(open_study(study))
    assert "9874" not in "".join(traceback.format_exception(refusal.value))


def test_a_file_that_nobody_declared_stops_it_too(tmp_path):
    study = write_study(tmp_path, {f"{NUMBER}.xlsx": "x"})
    assert IN_NAME in said(study, "run")
    assert IN_NAME in said(study, "lint")
    assert "Not searched" in CliRunner().invoke(main, ["forget", "p1", "--study", str(study)]).output
    assert not [path for path in study.rglob("*") if path.is_file() and b"9874" in path.read_bytes()]


def test_no_proposal_is_made_for_a_file_named_after_a_person(tmp_path):
    study = write_study(tmp_path, {f"{NUMBER}.csv": "id;K01a\np1;4\n"})
    with pytest.raises(BadInput, match="a file has a personnummer in its name"):
        write_proposal(open_study(study), f"{NUMBER}.csv", excel=False)
    assert not list(study.glob("mapping*"))


def test_a_message_that_quotes_an_argument_is_masked(tmp_path):
    (tmp_path / NUMBER).mkdir()
    assert "no study.yaml in [personnummer]: go" in said(tmp_path / NUMBER, "lint")


@pytest.mark.parametrize("place", ["nyckel.txt", "data/nyckel", "data/raw/nyckel.txt"])
@pytest.mark.parametrize("text", [KEY, KEY.strip().upper(), f"\n {KEY}"])
def test_a_key_in_the_studys_folder_is_told_by_lint_and_stops_a_run(tmp_path, place, text):
    study = write_study(tmp_path)
    (study / place).write_text(text, encoding="ascii")
    opened = open_study(study)
    with pytest.raises(BadInput, match=f"{place} looks like a key for pseudonyms"):
        run_steps(opened, "ingest", lambda _: None)
    assert f"{place} looks like a key" in said(study, "lint")


def test_a_key_put_there_after_a_run_stops_the_next(tmp_path):
    study = write_study(tmp_path)
    opened = open_study(study)
    run_steps(opened, "ingest", lambda _: None)
    (study / "nyckel.txt").write_text(KEY, encoding="ascii")
    with pytest.raises(BadInput, match=r"nyckel.txt looks like a key"):
        run_steps(opened, "ingest", lambda _: None)


def test_other_files_are_no_keys(tmp_path):
    study = write_study(tmp_path, {"sum.txt": f"{KEY.strip()}  deltagare.csv\n", "kort.txt": KEY[:40]})
    (study / "lång.txt").write_text(KEY * 10, encoding="ascii")
    refuse_keys(open_study(study))
    assert set(RAW) < {path.name for path in (study / "data" / "raw").iterdir()}
