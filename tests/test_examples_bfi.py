import json
import re
from pathlib import Path

import pytest

from finsam_eval.render.execute import execute

FOLDER = Path(__file__).parents[1] / "examples" / "bfi"
NOTEBOOK = FOLDER / "analysis.ipynb"


def code(notebook):
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code"]


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """What each cell shows, as words."""
    made = tmp_path_factory.mktemp("bfi") / "analysis.ipynb"
    execute(NOTEBOOK, {"answers": str(FOLDER / "data" / "raw" / "bfi.csv")}, made)
    outputs = [output.get("data", {}) for cell in code(made) for output in cell["outputs"]]
    tables = ["".join(output.get("text/html", output.get("text/plain", ""))) for output in outputs]
    words = [" ".join(re.sub("<style.*?</style>|<[^>]+>", " ", table, flags=re.DOTALL).split()) for table in tables]
    return [*words, *(name for output in outputs for name in output if name.startswith("image/"))]


def test_a_complete_analysis_takes_25_lines():
    lines = [line for cell in code(NOTEBOOK) for line in "".join(cell["source"]).splitlines() if line.strip()]
    assert len(lines) <= 25


@pytest.mark.parametrize(
    "words",
    [
        "0.85 5 5",  # KMO; five dimensions by MAP and by parallel analysis
        "2436 6049.275 265 0.824 0.801 0.095 0.083",  # n, scaled chi-square, df, CFI, TLI, RMSEA, and SRMR
        "O O4 0.17",
        "residual N1 N2",
        "A 1.00 0.37 0.65 0.25 0.28",  # HTMT
        "thresholds 85.805 75.0 0.185 0.818 -0.007 håller",
        "intercepts 232.664 20.0 0.000 0.828 -0.004 nästan",
        "medelvärden får jämföras mellan grupper",
        "vilar på osäker grund",
        "E1 0.005 0.003 -0.284 försumbar",
        "0.8 -1.66 2.19 0.94",  # where N1–N5 are that reliable, and for how many
        "image/png",
    ],
)
def test_it_shows_what_its_last_words_say(shown, words):
    assert any(words in text for text in shown), words


def test_no_item_of_extraversion_is_flagged(shown):
    (table,) = [text for text in shown if text.startswith("item p_adjusted")]
    assert table.count("försumbar") == 5
