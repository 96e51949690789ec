import pytest

from finsam_eval.errors import BadInput
from finsam_eval.ingest import ingest
from finsam_eval.pipeline import run_steps
from finsam_eval.study import open_study
from tests.deliveries import SOURCE, codes, set_aside
from tests.small import write_study

WEB = "id;K01a;K02a\np1;4;5\np2;1;2\n"
COPY, OTHER = "samma svar inlämnat igen", "två olika svar av samma person"


def several(folder, files, **declared):
    """What ingest makes of several files of participants' answers, and the study."""
    sources = [{**SOURCE, "file": name, **declared.get(name.split(".")[0], {})} for name in files]
    study = open_study(write_study(folder, files, sources={"responses": sources}, outcomes=[]))
    result = ingest(study)
    assert (result.account["read"] == result.account["kept"] + result.account["quarantined"]).all()
    return result, study


def kept(result):
    """Rows that are kept, by file."""
    lines = result.account[result.account["unit"] == "rader"]
    return dict(zip(lines["file"], lines["kept"], strict=True))


def test_the_same_person_in_two_files_counts_once_and_the_first_file_is_kept(tmp_path):
    result, study = several(tmp_path, {"webb.csv": WEB, "papper.csv": "id;K01a;K02a\np3;3;3\np2;1;2\n"})
    assert codes(result) == {"p1": {"K01a": 4, "K02a": 5}, "p2": {"K01a": 1, "K02a": 2}, "p3": {"K01a": 3, "K02a": 3}}
    assert set_aside(result) == [(3, "respondent", f"{COPY} (i webb.csv, papper.csv)")]
    assert list(result.quarantine["file"]) == ["papper.csv"]
    assert kept(result) == {"webb.csv": 2, "papper.csv": 1}
    run_steps(study, "analyse", lambda _: None)


def test_two_files_that_contradict_each_other_about_a_person_are_both_set_aside_there(tmp_path):
    result, _ = several(tmp_path, {"webb.csv": WEB, "papper.csv": "id;K01a;K02a\np2;1;3\np3;3;3\n"})
    assert sorted(codes(result)) == ["p1", "p3"]
    reason = f"{OTHER} (i webb.csv, papper.csv)"
    assert set_aside(result) == [(3, "respondent", reason), (2, "respondent", reason)]
    assert kept(result) == {"webb.csv": 1, "papper.csv": 1}
    answers = result.account[result.account["unit"] == "svar"].set_index("file")
    assert answers.loc["webb.csv", ["read", "kept", "quarantined"]].tolist() == [4, 2, 2]


def test_what_is_the_same_is_judged_by_what_the_answers_mean(tmp_path):
    words = "id;K02a;K01a;K07a\np1;5 – Instämmer helt;4,0;\np2;2;Instämmer inte alls;3\n"
    result, _ = several(tmp_path, {"webb.csv": WEB, "papper.csv": words})
    assert sorted(codes(result)) == ["p1"]
    assert [(file, row) for file, (row, *_) in zip(result.quarantine["file"], set_aside(result), strict=True)] == [
        ("webb.csv", 3),
        ("papper.csv", 2),
        ("papper.csv", 3),
    ]


def test_one_row_per_answer_and_one_per_person_are_held_against_each_other(tmp_path):
    long = {"columns": {"respondent": "id", "item": "fraga", "answer": "svar"}}
    rows = "id;fraga;svar\np1;K01a;4\np1;K02a;5\np2;K01a;1\np2;K02a;1\np2;K06a;1\n"
    result, _ = several(tmp_path, {"webb.csv": WEB, "lang.csv": rows}, lang=long)
    assert codes(result) == {"p1": {"K01a": 4, "K02a": 5}}
    assert kept(result) == {"webb.csv": 1, "lang.csv": 0}


def test_a_questionnaire_whose_questions_are_divided_between_files_is_one(tmp_path):
    result, _ = several(tmp_path, {"ett.csv": WEB, "tva.csv": "id;K07a\np1;3\np2;4\n"})
    assert codes(result) == {"p1": {"K01a": 4, "K02a": 5, "K07a": 3}, "p2": {"K01a": 1, "K02a": 2, "K07a": 4}}
    assert result.quarantine.empty


def test_other_occasions_and_other_groups_are_other_questionnaires(tmp_path):
    declared = {"avslut": {"occasion": "avslut"}, "annan": {"respondent_group": "personal"}}
    files = {"webb.csv": "id;K07a\np1;3\n", "avslut.csv": "id;K07a\np1;4\n", "annan.csv": "id;K07b\np1;3\n"}
    result, _ = several(tmp_path, files, **declared)
    assert len(result.responses) == 3
    assert result.quarantine.empty


def test_three_files_and_one_declared_twice(tmp_path):
    same = "id;K02a;K01a\np2;2;1\n"
    result, _ = several(tmp_path, {"a.csv": WEB, "b.csv": same, "c.csv": "id;K01a;K02a\np2;1;2\n\np4;5;5\n"})
    assert sorted(codes(result)) == ["p1", "p2", "p4"]
    assert {reason for *_, reason in set_aside(result)} == {f"{COPY} (i a.csv, b.csv, c.csv)"}
    sources = [{**SOURCE, "file": "a.csv"}, {**SOURCE, "file": "a.csv"}]
    study = write_study(tmp_path / "twice", {"a.csv": WEB}, sources={"responses": sources}, outcomes=[])
    assert len(ingest(open_study(study)).responses) == 4


def test_one_file_under_two_names_is_refused_unless_nobody_is_in_it(tmp_path):
    with pytest.raises(BadInput, match=r"papper.csv and webb.csv in data/raw are the same file, byte for byte"):
        several(tmp_path / "full", {"webb.csv": WEB, "papper.csv": WEB})
    result, _ = several(tmp_path / "empty", {"webb.csv": "id;K01a\n", "papper.csv": "id;K01a\n"})
    assert result.responses.empty
