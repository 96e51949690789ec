import ast
import json
import re
import subprocess
import tomllib
from functools import cache
from pathlib import Path

import pytest
import yaml

import finsam_eval

ROOT = Path(__file__).parents[1]
REQUIRED = ["jupyterlab", "pandas", "statsmodels", "pingouin", "seaborn", "papermill", "nbval"]
LOCAL = ("data", "reports")
"""Folders whose content stays where it was made."""
UNTRACKED = {".git", ".venv", "__pycache__", ".ipynb_checkpoints", ".hypothesis", "build"}
MACHINE = re.compile("(?<![\\w.*~-])/(?:" + "|".join(["work", "farm", "root", "tmp", "home", "Users"]) + ")/")
REGISTRY = re.compile(
    "|".join(["pypi" + r"\.org", "python" + "hosted", "npm" + r"js\.", "/sim" + "ple/", "index" + "-url"])
)
UNFINISHED = re.compile(
    "|".join(["TO" + "DO", "FIX" + "ME", "pytest" + r"\.skip", r"mark\.(skip|x" + "fail)", "importor" + "skip"])
)


@cache
def project_files() -> list[Path]:
    """What git has or would take; where this is no checkout, every file that .gitignore lets through."""
    listing = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    if (ROOT / ".git").exists():
        names = subprocess.run(listing, capture_output=True, check=True, encoding="utf-8").stdout.split("\0")
        return sorted(ROOT / name for name in set(names) if name and (ROOT / name).is_file())
    return sorted(path for path in ROOT.rglob("*") if path.is_file() and is_kept(path.relative_to(ROOT)))


def is_kept(path: Path) -> bool:
    study = path.parts[2:] if path.parts[0] == "examples" else path.parts
    open_rows = study != path.parts and study[:2] == ("data", "raw")
    made = study[:1] and study[0] in LOCAL and not open_rows and path.name != "README.md"
    return not made and not any(part in UNTRACKED or part.endswith(("_cache", ".egg-info")) for part in path.parts)


def texts(*suffixes: str) -> dict[str, str]:
    """Text by path below the root; all text files when no suffix is named."""
    found = {}
    for path in project_files():
        content = path.read_bytes()
        if b"\0" not in content and (not suffixes or path.suffix in suffixes):
            found[path.relative_to(ROOT).as_posix()] = content.decode("utf-8")
    return found


def lines_with(pattern: re.Pattern[str], files: dict[str, str]) -> list[str]:
    numbered = ((name, row, line) for name, text in files.items() for row, line in enumerate(text.splitlines(), 1))
    return [f"{name}:{row}" for name, row, line in numbered if pattern.search(line)]


def code_cells() -> dict[str, list[dict]]:
    notebooks = texts(".ipynb")
    return {
        name: [c for c in json.loads(text)["cells"] if c["cell_type"] == "code"] for name, text in notebooks.items()
    }


def pins() -> dict[str, str]:
    """Name → version of every package that the lock holds for all systems alike."""
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z][\w.-]*)==(\S+) \\$", lock, flags=re.MULTILINE))


def test_notebooks_are_committed_without_outputs() -> None:
    kept = [name for name, cells in code_cells().items() for c in cells if c["outputs"] or c["execution_count"]]
    assert kept == []


def test_notebooks_are_thin() -> None:
    sources = [(name, "".join(c["source"])) for name, cells in code_cells().items() for c in cells]
    assert [name for name, source in sources if len(source.splitlines()) > 15 or "def " in source] == []


def test_data_and_reports_stay_where_they_were_made() -> None:
    taken = [path.relative_to(ROOT) for path in project_files()]
    assert {p.as_posix() for p in taken if p.parts[0] in LOCAL} == {
        "data/raw/README.md",
        "data/processed/README.md",
        "reports/README.md",
    }
    examples = {p.parts[2:] for p in taken if p.parts[0] == "examples"}
    assert {p[:2] for p in examples if p[0] in LOCAL} <= {("data", "raw")}


@pytest.mark.parametrize("pattern", [MACHINE, REGISTRY], ids=["machine path", "registry host"])
def test_no_file_names_the_place_where_it_was_made(pattern: re.Pattern[str]) -> None:
    assert lines_with(pattern, texts()) == []


def test_nothing_is_left_for_later_or_passed_over() -> None:
    assert lines_with(UNFINISHED, texts(".py")) == []


@pytest.mark.parametrize(
    "pattern, line",
    [
        (MACHINE, "see /" + "tmp/x"),
        (REGISTRY, "https://pypi" + ".org/project"),
        (UNFINISHED, "# TO" + "DO: later"),
        (UNFINISHED, "@pytest.mark.x" + "fail"),
    ],
)
def test_the_patterns_find_what_they_are_for(pattern: re.Pattern[str], line: str) -> None:
    assert lines_with(pattern, {"a.py": f"first\n{line}"}) == ["a.py:2"]


def test_every_module_says_what_it_is_for() -> None:
    package = {name: text for name, text in texts(".py").items() if name.startswith("finsam_eval/")}
    assert [name for name, text in package.items() if not ast.get_docstring(ast.parse(text))] == []


def test_the_lock_has_a_hash_for_every_pin_and_names_no_index() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    rows = [row for row in lock.replace("\\\n", " ").splitlines() if row and not row.lstrip().startswith("#")]
    assert rows
    assert [row[:60] for row in rows if not re.match(r"[a-z][\w.-]*==\S+ .*--hash=sha256:[0-9a-f]{64}", row)] == []


def test_the_lock_holds_every_declared_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    locked = re.findall(r"^([a-z][\w.-]*)==", (ROOT / "requirements.lock").read_text(encoding="utf-8"), re.MULTILINE)
    assert {name.lower().replace("_", "-") for name in declared} <= set(locked)


def test_conda_installs_the_pins_of_the_lock() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    assert environment["dependencies"][:-1] == ["python>=3.11", "pip"]
    assert environment["dependencies"][-1]["pip"] == [
        "-r requirements.lock",
        *(f"{name}=={pins()[name]}" for name in REQUIRED),
    ]


def test_one_version_is_told_everywhere() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    latest = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    told = [citation["version"], citation["preferred-citation"]["version"], project["version"], latest and latest[1]]
    assert told == [finsam_eval.__version__] * 4
