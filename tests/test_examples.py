"""The examples, run as a user runs them: what nobody here made goes through the same chain."""

import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from finsam_eval.cli import main
from finsam_eval.inside import look_inside
from finsam_eval.logic_model import evaluate
from finsam_eval.view import open_view

EXAMPLES = Path(__file__).parents[1] / "examples"
PLANS = ("sysselsattningsstrategi", "varend_2019", "kommunal_utveckling_2018")
"""Plans without figures: what there is to see is in tests/test_logic_model_documents.py."""


def run(name, folder, *further):
    shutil.copytree(EXAMPLES / name, folder, ignore=shutil.ignore_patterns("processed", "reports"))
    result = CliRunner().invoke(main, ["run", "--study", str(folder), *further])
    assert result.exit_code == 0, result.output
    return folder


def evaluation(folder, model):
    inside = look_inside(str(folder))
    found = evaluate(inside.model(model), inside.records, inside.observations)
    assert not found["indicator"].duplicated().any()
    return found.set_index("indicator")


def made(folder, kind):
    return sorted(path.name for path in (folder / "reports" / "publik" / kind).iterdir())


@pytest.fixture(scope="module")
def umearegionen(tmp_path_factory):
    return run("umearegionen_2022", tmp_path_factory.mktemp("examples") / "umearegionen_2022")


@pytest.fixture(scope="module")
def roslagen(tmp_path_factory):
    return run("esf_mia", tmp_path_factory.mktemp("examples") / "esf_mia")


@pytest.fixture(scope="module")
def bfi(tmp_path_factory):
    return run("bfi", tmp_path_factory.mktemp("examples") / "bfi")


def test_every_example_is_run_here():
    assert {path.name for path in EXAMPLES.iterdir()} == {"umearegionen_2022", "esf_mia", "bfi", *PLANS}


@pytest.mark.parametrize("plan", PLANS)
def test_a_plan_without_figures_goes_through_the_chain(plan, tmp_path):
    run(plan, tmp_path / plan, "--until", "analyse")


def test_umearegionen_has_nine_indicators_eight_of_them_with_x_and_n_and_each_a_status(umearegionen):
    found = evaluation(umearegionen, "umearegionen_2022")
    assert len(found) == 9
    assert (found["x"].notna() & found["n"].notna()).sum() == 8
    assert found["status"].tolist().count("ok") == 8
    assert found.loc["atta_av_tio", ["status", "verdict"]].tolist() == ["ej tillämpligt", ""]


def test_umearegionen_27_of_179_printed_as_19_per_cent_is_the_one_figure_that_does_not_agree(umearegionen):
    found = evaluation(umearegionen, "umearegionen_2022")
    assert found.index[found["check"] == "stämmer inte"].tolist() == ["till_studier"]
    assert found.loc["till_studier", ["x", "n", "printed"]].tolist() == [27, 179, "19"]
    assert "27 av 179 är 15 %, tryckt är 19 %" in found.loc["till_studier", "reason"].replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    "indicator, share, lower, upper, outcome, verdict",
    [  # shares and Wilson limits by R 4.2.2: prop.test(x, n, correct = FALSE)
        ("avslut", 0.3844, 0.3492, 0.4208, "ej nått", "kan inte avgöras"),
        ("positiv_losning", 0.6605, 0.6022, 0.7143, "ej nått", "ej nått"),
        ("till_studier", 0.1508, 0.1058, 0.2106, "ej nått", "ej nått"),
        ("bestamma_stod", 0.8797, 0.8135, 0.9246, "nått", "nått"),
    ],
)
def test_umearegionen_is_judged_by_the_interval(umearegionen, indicator, share, lower, upper, outcome, verdict):
    row = evaluation(umearegionen, "umearegionen_2022").loc[indicator]
    assert row[["value", "lower", "upper"]].tolist() == pytest.approx([share, lower, upper], abs=5e-5)
    assert row[["outcome", "verdict"]].tolist() == [outcome, verdict]


def test_roslagen_37_printed_as_28_per_cent_are_of_130_to_134_and_not_of_227(roslagen):
    found = evaluation(roslagen, "esf_mia")
    row = found.loc["redo_for_ordinarie"]
    assert row[["x", "base_low", "base_high", "check"]].tolist() == [37, 130, 134, "stämmer inte"]
    assert "227 ger 16 %" in row["reason"].replace("\N{NO-BREAK SPACE}", " ")
    assert found["verdict"].value_counts().to_dict() == {"": 12, "ej nått": 2}


def test_the_reports_on_published_figures_mark_them_as_published(umearegionen, roslagen):
    for folder, model in ((umearegionen, "umearegionen_2022"), (roslagen, "esf_mia")):
        assert made(folder, "logikmodell") == [f"{model}.{form}" for form in ("docx", "html", "pdf")]
        page = (folder / "reports" / "publik" / "logikmodell" / f"{model}.html").read_text("utf-8")
        assert "Publicerad: " in page
        assert "SYNTETISKA" not in page


@pytest.mark.parametrize(
    "item_set, alpha, n", [("agreeableness", 0.703756, 2709), ("agreeableness_all", 0.715849, 2436)]
)
def test_bfi_gives_the_alpha_that_psych_gives(bfi, item_set, alpha, n):
    table = look_inside(str(bfi)).properties.coefficients
    row = table[(table["subject"] == item_set) & (table["statistic"] == "alfa")].iloc[0]
    assert row["n"] == n
    assert row["value"] == pytest.approx(alpha, abs=5e-7)
    assert row["lower"] < alpha < row["upper"]


def test_bfi_is_read_without_a_row_set_aside_and_reported(bfi):
    assert pd.read_csv(bfi / "data/processed/internal/quarantine.csv", sep=";").empty
    assert made(bfi, "pilot") == ["pilot.docx", "pilot.html", "pilot.pdf"]
    page = (bfi / "reports" / "publik" / "pilot" / "pilot.html").read_text("utf-8")
    assert re.search(r"2.709</td>\s*<td[^>]*>0,70<", page)
    assert re.search(r"2.436</td>\s*<td[^>]*>0,72<", page)


def test_bfi_is_judged_item_by_item(bfi):
    """A1 and O4 load weakly on their own scales in every published analysis of these answers."""
    proposals = open_view(str(bfi), forbund="riket", profile="publik").judgements.proposals
    told = proposals.set_index("item")["proposal"]
    assert len(told) == 25 and told["O4"] == "stryk" and told["A1"] == "revidera"
    assert {told[name] for name in ("A2", "A3", "E4", "N1", "N2", "C4")} == {"behåll"}
    page = (bfi / "reports" / "publik" / "pilot" / "pilot.html").read_text("utf-8")
    assert "Omdöme om varje mätpunkt" in page and "efter</strong> att mätningen" in page
