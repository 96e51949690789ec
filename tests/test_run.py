import importlib.util
import json
import os
import shutil
import subprocess
import sys
import venv
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType

import pytest
from jupyterlab_server.workspaces_handler import WorkspacesManager

RUN = Path(__file__).parents[1] / "run"

ECHO = """import os, sys
print(sys.argv[1:], os.getcwd(), sys.prefix, sep="|")
"""


def load(folder: Path) -> ModuleType:
    """Return `run` as it works in a project in `folder`: a lock, and a package that echoes what it is asked."""
    (folder / "finsam_eval").mkdir(parents=True)
    (folder / "finsam_eval/__main__.py").write_text(ECHO)
    (folder / "requirements.lock").write_text("a==1\n")
    shutil.copy(RUN, folder / "run")
    loader = SourceFileLoader("bootstrap", str(folder / "run"))
    spec = importlib.util.spec_from_loader("bootstrap", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


@pytest.fixture
def run(tmp_path: Path) -> ModuleType:
    return load(tmp_path / "Skrivbord på Åsa")


def make_empty_environment(run: ModuleType) -> bool:
    venv.create(run.VENV, symlinks=os.name == "posix")
    return True


def call(run: ModuleType, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, str(run.ROOT / "run"), *arguments]
    return subprocess.run(line, cwd=cwd, capture_output=True, encoding="utf-8", check=False)


def test_without_a_word_it_says_how_it_is_used(run: ModuleType, tmp_path: Path) -> None:
    told = call(run, cwd=tmp_path)
    assert (told.returncode, told.stderr) == (2, "")
    assert told.stdout.startswith("Användning:\n  ./run report")
    assert not run.VENV.exists()


def test_an_old_python_is_told_in_one_line(run: ModuleType) -> None:
    pretend = (
        "import runpy, sys; sys.version_info = (3, 10, 4); sys.version = '3.10.4 (main)'; runpy.run_path(sys.argv[1])"
    )
    line = [sys.executable, "-c", pretend, str(run.ROOT / "run")]
    told = subprocess.run(line, capture_output=True, encoding="utf-8", check=False)
    assert (told.returncode, told.stderr) == (
        1,
        "finsam-eval behöver Python 3.11 eller senare; det här är Python 3.10.4.\n",
    )


def test_a_command_runs_in_the_callers_folder_with_our_package(
    run: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "install", lambda: make_empty_environment(run))
    run.set_up()
    other = tmp_path / "elsewhere"
    (other / "finsam_eval").mkdir(parents=True)
    (other / "finsam_eval/__main__.py").write_text("print('another copy')\n")
    named = subprocess.run(
        [run.PYTHON.parent / "finsam-eval", "lint"], cwd=other, capture_output=True, text=True, check=True
    )
    assert named.stdout.strip() == f"['lint']|{other}|{run.VENV}"
    for words, asked in [
        (["report"], ["run", "--study", str(run.ROOT)]),
        (["report", "--only", "F07"], ["report", "--only", "F07"]),
        (["lint"], ["lint"]),
    ]:
        told = call(run, *words, cwd=other)
        assert told.stdout.strip() == f"{asked}|{other}|{run.VENV}"
        assert told.stderr == ""


def test_set_up_is_done_once_and_again_when_the_lock_changes(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "install", lambda: make_empty_environment(run))
    before = run.is_ready()
    run.set_up()
    after = run.is_ready()
    run.LOCK.write_text("a==2\n")
    assert (before, after, run.is_ready()) == (False, True, False)


def test_an_interrupted_set_up_starts_over(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted() -> bool:
        make_empty_environment(run)
        raise KeyboardInterrupt

    monkeypatch.setattr(run, "install", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run.set_up()
    assert run.PYTHON.exists()
    assert not run.is_ready()
    monkeypatch.setattr(run, "install", lambda: make_empty_environment(run))
    run.set_up()
    assert run.is_ready()


def test_packages_that_cannot_be_installed_leave_no_ready_environment(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "install", lambda: False)
    with pytest.raises(SystemExit, match="gick inte att installera"):
        run.set_up()
    assert not run.is_ready()


def test_a_python_without_venv_is_told_what_to_do(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run.shutil, "which", lambda name: None)
    monkeypatch.setattr(run.importlib.util, "find_spec", lambda name: None if name == "ensurepip" else object())
    with pytest.raises(SystemExit, match="python3-venv"):
        run.install()


@pytest.mark.parametrize(
    "uv, failing, tried",
    [
        ("/opt/uv", [], ["uv venv", "uv pip"]),
        ("/opt/uv", ["uv pip"], ["uv venv", "uv pip", "venv", "-m pip"]),
        (None, [], ["venv", "-m pip", "-m uv"]),
        (None, ["-m uv"], ["venv", "-m pip", "-m uv", "-m pip"]),
    ],
)
def test_uv_comes_first_and_pip_when_uv_cannot(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch, uv: str | None, failing: list[str], tried: list[str]
) -> None:
    seen = []

    def pretend(*line: str) -> bool:
        words = " ".join(line)
        names = ["uv venv", "uv pip", "-m venv", "-m pip", "-m uv"]
        starts = {"-m venv": "venv"}
        name = next(n for n in (["uv venv", "uv pip"] if line[0] == uv else names[2:]) if n in words)
        seen.append(starts.get(name, name))
        return name not in failing

    monkeypatch.setattr(run.shutil, "which", lambda name: uv)
    monkeypatch.setattr(run, "call", pretend)
    assert run.install()
    assert seen == tried


@pytest.mark.parametrize(
    "broken, code, closing", [([], 0, "6 passed, 0 failed"), (["mypy", "simulate"], 1, "4 passed, 2 failed")]
)
def test_every_check_runs_though_one_failed(
    run: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    broken: list[str],
    code: int,
    closing: str,
) -> None:
    studies = []

    def pretend(line: list[str], *, cwd: Path, env: dict[str, str], check: bool) -> subprocess.CompletedProcess[str]:
        studies.append(env.get("FINSAM_STUDY"))
        return subprocess.CompletedProcess(line, int(any(word in line for word in broken)))

    monkeypatch.delenv("FINSAM_STUDY", raising=False)
    monkeypatch.setattr(run.subprocess, "run", pretend)
    assert run.check_all() == code
    assert capsys.readouterr().out == f"delar: {closing}\n"
    assert studies[:-1] == [None] * 5
    assert studies[-1]


def test_words_after_test_go_to_pytest_alone(run: ModuleType) -> None:
    line = run.command(["test", "-k", "ladder"])
    assert line[3:] == ["pytest", "--rootdir", str(run.ROOT), "-k", "ladder"]


def test_lab_opens_the_start_notebook_and_keeps_its_layout_in_the_environment(run: ModuleType) -> None:
    line = run.command(["lab", "--no-browser"])
    assert line[3:5] == ["jupyterlab", str(run.ROOT)]
    assert "--LabApp.default_url=/lab/tree/notebooks/00_start.ipynb" in line
    assert f"--LabApp.workspaces_dir={run.VENV / 'share/jupyter/lab/workspaces'}" in line
    assert line[-1] == "--no-browser"
    assert (RUN.parent / run.LAB_START).exists()


def test_the_table_of_contents_is_open_until_the_user_closes_it(run: ModuleType) -> None:
    run.lay_out()
    kept = WorkspacesManager(str(run.LAB_LAYOUT.parent))
    left = kept.load("default")["data"]["layout-restorer:data"]["left"]
    assert left["collapsed"] is False
    assert left["current"] in left["widgets"]
    kept.save("default", json.dumps({"data": {"own": 1}, "metadata": {"id": "default"}}))
    run.lay_out()
    assert kept.load("default")["data"] == {"own": 1}


def test_only_lab_lays_out(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "is_ready", lambda: True)
    monkeypatch.setattr(run, "hand_over", lambda line: 0)
    assert run.main(["lint"]) == 0
    assert not run.LAB_LAYOUT.exists()
    assert run.main(["lab"]) == 0
    assert run.LAB_LAYOUT.exists()


def test_an_unknown_word_is_finsam_evals_own(run: ModuleType) -> None:
    assert run.command(["lint", "--study", "x"])[3:] == ["finsam_eval", "lint", "--study", "x"]
