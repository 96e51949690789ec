"""Hidden numbers that occur nowhere else: not one of them may stand in anything that leaves the house, in any form."""

import io
import itertools
import json
import re
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from pypdf import PdfReader

from finsam_eval.cli import main
from finsam_eval.disclosure.cells import calendar, categories, margins
from finsam_eval.files import save_table
from finsam_eval.pipeline import STEPS
from finsam_eval.study import open_study
from tests.small import write_study

FORBUND = ["F01", "F02", "F03", "F04", "F05", "F06"]
HIDDEN = ["F01", "F02"]
GENDERS, HALVES = ["kvinna", "man", "okant"], ["2025H1", "2025H2"]
ITEMS = ["K01a", "K02a"]
POLICY = """
decided_by: Provet
decided_on: 2025-01-01
source: Provet
profiles:
  publik: &one
    opinion: {min_n: 400000, min_x: 3, both_sides: true}
    outcome: {min_n: 400000, min_x: 3, both_sides: true}
    volume: {min_n: 400000, min_x: 0, both_sides: false}
    offices_country_only: true
  intern: *one
"""


def primes(above):
    """Give the primes above a number: sums of a few of them are told apart."""
    return (n for n in itertools.count(above | 1, 2) if all(n % d for d in range(3, int(n**0.5) + 1, 2)))


def cube():
    """The small förbund have some 300 000 answers a question and year, under the limit; the others a million."""
    small, large = primes(10_000), primes(40_000)
    cells = itertools.product(FORBUND, ITEMS, HALVES, GENDERS, range(1, 6))
    rows = [
        (forbund, "", "deltagare", "under", half, gender, item, code, next(small if forbund in HIDDEN else large))
        for forbund, item, half, gender, code in cells
    ]
    names = ["forbund", "insats", "respondent_group", "occasion", "period", "gender", "item", "category", "n"]
    return pd.DataFrame(rows, columns=names)


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """A study with these counts, released and reported."""
    names = "".join(f"{name};Förbundet {name}\n" for name in FORBUND)
    raw = {"forbund.csv": "forbund;namn\n" + names, "insatser.csv": "insats;forbund\nI1;F01\nI2;F01\nI3;F02\n"}
    folder = write_study(tmp_path_factory.mktemp("sentinels"), raw, reports=["nationell", "forbund"])
    (folder / "policy.yaml").write_text(POLICY, encoding="utf-8")
    opened = open_study(folder)
    STEPS["ingest"](opened)
    STEPS["count"](opened)
    save_table(cube(), opened.processed / "counts.parquet")
    STEPS["analyse"](opened)
    STEPS["release"](opened)
    only = [word for unit in ("riket", "F01", "F03") for word in ("--only", unit)]
    result = CliRunner().invoke(main, ["report", "--study", str(folder), *only])
    assert result.exit_code == 0, result.output
    (folder / "log.txt").write_text(result.output, encoding="utf-8")
    out = CliRunner().invoke(main, ["tables", "--study", str(folder), "--out", str(folder / "tables.xlsx")])
    assert out.exit_code == 0, out.output
    return opened


@pytest.fixture(scope="module")
def sentinels(study):
    """Every number that is hidden: the cells of the hidden förbund that no shown cell equals."""
    days = calendar(study.periods)
    shown = set(pd.read_parquet(study.released("publik") / "counts.parquet")["n"])
    every: set[int] = set()
    for item in ITEMS:
        parts = categories(study.codebook.scale(item))
        rows = cube()[lambda table, item=item: table["item"] == item]
        block = rows["n"].to_numpy().reshape(len(FORBUND), len(HALVES), len(GENDERS), 5)
        cells = margins(block, days, parts)
        every |= set(cells[[FORBUND.index(unit) for unit in HIDDEN]].ravel().tolist())
    hidden = {number for number in every if number > 9999} - shown
    assert len(hidden) > 100
    return hidden


def numbers_in(text):
    """Every whole number of five digits or more in a text, however its thousands are parted."""
    joined = re.sub(r"(?<=\d)[\u00a0\u202f ](?=\d{3}(?!\d))", "", text)
    return {int(found) for found in re.findall(r"(?<![\d.,])\d{5,9}(?![\d])", joined)}


def texts(path: Path):
    """The text in a file, and in the files it holds."""
    if path.suffix in {".docx", ".xlsx"}:
        with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as packed:
            return [packed.read(name).decode("utf-8", "replace") for name in packed.namelist()]
    if path.suffix == ".pdf":
        reader = PdfReader(path)
        return [page.extract_text() for page in reader.pages] + [str(reader.metadata)]
    if path.suffix == ".parquet":
        table = pd.read_parquet(path)
        whole = table.select_dtypes("number").to_numpy(dtype="float64", na_value=np.nan)
        kept = whole[np.isfinite(whole) & (np.round(whole) == whole)]
        return [" ; ".join(str(int(value)) for value in kept), table.select_dtypes(["str", "object"]).to_csv()]
    return [path.read_text(encoding="utf-8")]


def leaving(study):
    """Everything that leaves the house, what the terminal said included."""
    files = [*study.reports.rglob("*"), *study.released("publik").rglob("*")]
    return [path for path in files if path.is_file()] + [study.folder / "log.txt", study.folder / "tables.xlsx"]


def test_the_small_are_hidden_and_the_large_are_shown(study):
    counts = pd.read_parquet(study.released("publik") / "counts.parquet")
    assert set(counts["unit"]) == {*FORBUND, "riket"} - set(HIDDEN)


def test_shown_numbers_are_found_so_the_search_can_find(study):
    counts = pd.read_parquet(study.released("publik") / "counts.parquet")
    year = counts[(counts["unit"] == "F03") & (counts["period"] == "2025") & (counts["gender"] == "alla")]
    answers = int(year.loc[(year["detail"] == "n") & (year["item"] == "K01a"), "n"].iloc[0])
    for form in ("html", "pdf", "docx"):
        (path,) = study.reports.rglob(f"F03.{form}")
        assert answers in set().union(*map(numbers_in, texts(path))), form


def test_no_hidden_number_is_anywhere(study, sentinels):
    kinds = set()
    for path in leaving(study):
        kinds.add(path.suffix)
        for text in texts(path):
            assert not numbers_in(text) & sentinels, path.name
    assert kinds >= {".html", ".pdf", ".docx", ".xlsx", ".parquet", ".json", ".txt"}


def test_executed_notebooks_hold_none_either(study, sentinels):
    made = list(study.processed.rglob("*.ipynb"))
    assert made
    for path in made:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        assert not numbers_in(json.dumps(cells, ensure_ascii=False)) & sentinels, path.name
