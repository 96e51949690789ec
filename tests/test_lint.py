import os

import pytest
from click.testing import CliRunner

from finsam_eval.cli import TEMPLATES, main
from finsam_eval.definitions import parse, read_yaml
from finsam_eval.errors import BadInput
from finsam_eval.ingest.delivered import deliver
from finsam_eval.lint import check_study
from finsam_eval.study import StudySettings, open_study
from tests.deliveries import SOURCE
from tests.small import SETTINGS, write_study

POLICY = "policy.yaml"


def findings(folder, raw=None, **settings):
    return [told for told in check_study(open_study(write_study(folder, raw, **settings))) if POLICY not in told]


def test_what_is_not_filled_in_is_told_with_the_keys_that_lead_to_it(tmp_path):
    retention = {**SETTINGS["retention"], "reason": "<varför så länge>"}
    told = findings(tmp_path, retention=retention, controller="<vem>")
    assert "study.yaml, retention → reason: still says <varför så länge>; fill it in" in told
    assert "study.yaml, controller: still says <vem>; fill it in" in told


def test_a_file_that_nobody_has_declared_is_told(tmp_path):
    strangers = {"gammal.csv": "a\n", "19121212-1212.csv": "a\n"}
    known = {"README.md": "", "pseudonymer_a.yaml": "", ".DS_Store": "", "~$svar.xlsx": "", "mapping_svar.yaml": ""}
    told = findings(tmp_path, {**strangers, **known})
    rest = "is not named in study.yaml, and is not read; name it under sources, or take it away"
    assert [one for one in told if rest in one] == [f"data/raw: … {rest}", f"data/raw: gammal.csv {rest}"]
    assert not any("19121212" in one for one in told)


def test_a_heading_that_is_ignored_in_vain_is_told(tmp_path):
    source = {**SOURCE, "file": "svar.csv", "ignored": ["Fritext", "Övrigt", "Aldrig"]}
    told = findings(tmp_path, {"svar.csv": "id;K01a;Övrigt\n"}, sources={"responses": [source]}, outcomes=[])
    assert [one for one in told if "ignored" in one] == [
        "study.yaml, svar.csv, ignored: Fritext, Aldrig is no heading in the file; correct it, or take it out"
    ]


def test_a_file_that_cannot_be_read_is_told_where_its_headings_are_asked_for(tmp_path):
    source = {**SOURCE, "file": "svar.csv", "ignored": ["Fritext"]}
    told = findings(tmp_path, {"svar.csv": "id;K01a\np1\n"}, sources={"responses": [source]}, outcomes=[])
    assert any("row 2: expected 2 columns" in one for one in told)


@pytest.mark.parametrize("number, told", [(1, "1 finding\n"), (2, "2 findings\n")])
def test_findings_are_counted(tmp_path, monkeypatch, number, told):
    write_study(tmp_path)
    monkeypatch.setattr("finsam_eval.lint.check_study", lambda _: ["x"] * number)
    result = CliRunner().invoke(main, ["lint", "--study", str(tmp_path)])
    assert (result.exit_code, result.output) == (1, "- x\n" * number + told)


def test_a_new_study_says_what_to_do_next_as_the_readme_does(tmp_path):
    told = CliRunner().invoke(main, ["new", str(tmp_path / "min")]).output
    assert f"./run lint --study {tmp_path / 'min'}" in told


def test_every_example_of_a_new_study_is_what_it_can_say(tmp_path):
    text = (TEMPLATES / "study.yaml").read_text(encoding="utf-8")
    begin, end = text.index("#     sheet:"), text.index("# observations:")
    lines = text[begin:end].splitlines()
    uncommented = "\n".join(" " + line[1:] if "    " in line[:6] or "  - " in line[:6] else line for line in lines)
    whole = (text[:begin] + uncommented + "\n" + text[end:]).replace("# key_fingerprint", "key_fingerprint")
    settings = parse(StudySettings, _loaded(tmp_path, whole), "study.yaml")
    own, board, long = settings.sources.responses
    assert (own.sheet, own.heading_rows, own.dates, own.completed) == ("Svar", 2, "%d/%m/%Y", "submitdate")
    assert (own.missing, own.answers) == ({"Vet ej": "vet ej", "9": "vill ej svara"}, {"Håller med": 4, "21": 5})
    assert (board.occasion, board.period, long.long) == ("halvar", "2025H1", True)
    assert settings.key_fingerprint == "0123456789abcdef"


def _loaded(folder, text):
    (folder / "study.yaml").write_text(text, encoding="utf-8")
    return read_yaml(folder / "study.yaml")


def test_a_folder_or_a_pipe_in_the_place_of_a_file(tmp_path):
    (tmp_path / "a.csv").mkdir()
    os.mkfifo(tmp_path / "b.csv")
    with pytest.raises(BadInput, match=r"a.csv is a folder; put the file itself"):
        deliver(tmp_path / "a.csv")
    with pytest.raises(BadInput, match=r"b.csv is no file \(a pipe or a device\)"):
        deliver(tmp_path / "b.csv")
