import json
from pathlib import Path

import pytest

from finsam_eval import manifest, pipeline
from finsam_eval.errors import BadInput
from finsam_eval.files import write_atomically
from finsam_eval.manifest import Work, alone, carry_out, code_hash, discard, read_receipt, receipts, still_holds
from finsam_eval.study import open_study
from tests.small import write_study
from tests.test_architecture import imported, line_of, modules


@pytest.fixture
def study(tmp_path):
    return open_study(write_study(tmp_path))


def writing(study, text="a"):
    def do():
        write_atomically(study.processed / "made.txt", lambda path: path.write_text(text, encoding="utf-8"))
        return {"wrote": text}

    return do


def test_work_is_done_once_and_remembers_what_it_told(study):
    work = Work("step", {"raw": "1"})
    assert carry_out(study, work, writing(study)) is None
    assert carry_out(study, work, writing(study, "never")).told == {"wrote": "a"}
    assert (study.processed / "made.txt").read_text("utf-8") == "a"


@pytest.mark.parametrize(
    "change",
    [
        lambda study: Work("step", {"raw": "2"}),
        lambda study: Work("step", {"raw": "1", "also": "3"}),
        lambda study: (
            (study.processed / "made.txt").write_text("edited", encoding="utf-8") and Work("step", {"raw": "1"})
        ),
        lambda study: (study.processed / "made.txt").unlink() or Work("step", {"raw": "1"}),
    ],
    ids=["another input", "one more input", "an output edited", "an output gone"],
)
def test_work_is_done_again_when_what_it_read_or_wrote_has_changed(study, change):
    carry_out(study, Work("step", {"raw": "1"}), writing(study))
    assert carry_out(study, change(study), writing(study, "b")) is None
    assert (study.processed / "made.txt").read_text("utf-8") == "b"


def test_force_does_it_again(study):
    work = Work("step", {})
    carry_out(study, work, writing(study))
    assert carry_out(study, work, writing(study, "b"), force=True) is None
    assert (study.processed / "made.txt").read_text("utf-8") == "b"


def test_work_that_fails_has_no_receipt_even_if_an_older_one_stood_there(study):
    work = Work("step", {"raw": "1"})
    carry_out(study, work, writing(study))
    with pytest.raises(BadInput):
        carry_out(study, work, lambda: (_ for _ in ()).throw(BadInput("no")), force=True)
    assert read_receipt(study, "step") is None
    assert still_holds(study, work) is None


def test_work_nobody_asks_for_is_taken_away_with_its_files(study):
    carry_out(study, Work("report/publik/forbund/F01", {}), writing(study))
    assert list(receipts(study, "report/publik/")) == ["report/publik/forbund/F01"]
    discard(study, "report/publik/forbund/F01")
    assert receipts(study) == {}
    assert not (study.processed / "made.txt").exists()


@pytest.mark.parametrize(
    "text",
    ['{"read": ', "[]", '{"read": {}, "wrote": {}, "told": {}, "more": 1}', '{"read": {}, "wrote": [], "told": {}}'],
)
def test_a_damaged_receipt_is_no_receipt(study, text):
    carry_out(study, Work("step", {}), writing(study))
    (study.processed / "receipts" / "step.json").write_text(text, encoding="utf-8")
    assert still_holds(study, Work("step", {})) is None
    assert carry_out(study, Work("step", {}), writing(study, "b")) is None


@pytest.mark.parametrize("file", ["../mine.txt", "data/raw/deltagare.csv", "study.yaml"])
def test_a_receipt_cannot_take_away_what_this_package_did_not_make(study, file):
    victim = study.folder / file
    victim.parent.joinpath(victim.name).write_text("mine", encoding="utf-8")
    receipt = {"read": {}, "wrote": {file: "0"}, "told": {}}
    path = study.processed / "receipts" / "report" / "x.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(receipt), encoding="utf-8")
    discard(study, "report/x")
    assert victim.read_text("utf-8") == "mine"
    assert not path.exists()


def test_two_runs_in_one_study_do_not_meet(study):
    with alone(study), pytest.raises(BadInput, match="another run"), alone(study):
        pass
    with alone(study):
        pass


def test_what_a_killed_run_left_half_written_is_cleared_away(study):
    half = study.processed / ".responses.parquet-x1.half"
    half.parent.mkdir(parents=True, exist_ok=True)
    half.write_bytes(b"PAR1")
    with alone(study):
        assert not half.exists()


def test_the_rooms_that_only_show_are_not_read_by_any_step_before_the_reports():
    known = modules()
    reached, waiting = set(), ["finsam_eval.pipeline"]
    while waiting:
        module = waiting.pop()
        if module not in reached:
            reached.add(module)
            waiting += imported(module, known)
    assert {line_of(module) for module in reached} & set(manifest.SHOWING) == set()


def test_a_change_in_what_only_shows_leaves_the_steps_code_as_it_was(tmp_path, monkeypatch):
    for name in ("cube.py", "wording/units.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("1", encoding="utf-8")
    monkeypatch.setattr(manifest, "PACKAGE", tmp_path)
    steps, reports = code_of()
    (tmp_path / "wording/units.py").write_text("2", encoding="utf-8")
    assert code_of()[0] == steps
    assert code_of()[1] != reports
    (tmp_path / "cube.py").write_text("2", encoding="utf-8")
    assert code_of()[0] != steps


def code_of():
    code_hash.cache_clear()
    found = code_hash(showing=False), code_hash(showing=True)
    code_hash.cache_clear()
    return found


UNTIL = "analyse"


def run_all(study):
    with alone(study):
        return pipeline.run_steps(study, UNTIL, lambda done: None)


def contents(folder: Path):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


class Killed(BaseException):
    """What happens to a process that is killed: nothing after it is done."""


def test_a_run_killed_at_any_write_and_resumed_leaves_the_same_files(tmp_path, monkeypatch):
    undisturbed = open_study(write_study(tmp_path / "undisturbed"))
    run_all(undisturbed)
    expected = contents(undisturbed.folder)
    writes = len([name for name in expected if name.startswith("data/processed/") and not name.endswith(".lock")])
    assert writes > 12
    for number in range(writes):
        study = open_study(write_study(tmp_path / str(number)))
        with monkeypatch.context() as during:
            kill_at_write(during, number)
            with pytest.raises(Killed):
                run_all(study)
        assert contents(study.folder) != expected
        run_all(study)
        assert contents(study.folder) == expected


def kill_at_write(monkeypatch, number):
    left = [number]
    replace, unlink = Path.replace, Path.unlink

    def killed_replace(self, target):
        if left[0] == 0:
            # Nothing is tidied up after a kill.
            monkeypatch.setattr(Path, "unlink", lambda self, missing_ok=False: None)
            raise Killed
        left[0] -= 1
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", killed_replace)
    monkeypatch.setattr(Path, "unlink", unlink)


def test_a_second_run_does_nothing_and_says_so(study):
    run_all(study)
    before = {path: path.stat().st_mtime_ns for path in study.processed.rglob("*.parquet")}
    assert [done.unchanged for done in run_all(study)] == [True, True, True]
    assert {path: path.stat().st_mtime_ns for path in study.processed.rglob("*.parquet")} == before


def test_only_the_steps_that_read_what_changed_are_done_again(study):
    run_all(study)
    assert set(pipeline.states(study).values()) == {"färskt", "ej gjort"}
    raw = study.raw / "deltagare.csv"
    raw.write_text(raw.read_text("utf-8").replace("p1;D1;Under;1;Nej;2025-02-01;4", "p1;D1;Under;1;Nej;2025-02-01;3"))
    assert pipeline.states(study)["ingest"] == "inaktuellt"
    assert pipeline.states(study)["count"] == "inaktuellt"
    assert [done.unchanged for done in run_all(study)] == [False, False, False]
    assert [done.unchanged for done in run_all(study)] == [True, True, True]


def test_a_manifest_names_inputs_outputs_code_and_versions(study, tmp_path):
    carry_out(study, Work("step", {"raw": "1"}), writing(study))
    path = study.processed / "manifest.json"
    manifest.write_manifest(study, path, receipts(study))
    told = json.loads(path.read_text("utf-8"))
    assert told["work"]["step"]["read"] == {"raw": "1"}
    assert list(told["work"]["step"]["wrote"]) == ["data/processed/made.txt"]
    assert {"code_sha256", "lock_sha256", "python", "packages", "git_commit"} <= set(told)
