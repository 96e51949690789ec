"""What was published before is judged together with what is released next."""

import pandas as pd
import pytest
from click.testing import CliRunner

from finsam_eval.cli import main
from finsam_eval.errors import BadInput
from finsam_eval.files import save_table
from finsam_eval.pipeline import STEPS, run_step
from finsam_eval.publishing import keep_published, published_before
from finsam_eval.study import open_study
from tests.small import write_study

POLICY = """
decided_by: Provet
decided_on: 2025-01-01
source: Provet
profiles:
  publik: &one
    opinion: {min_n: 10, min_x: 3, both_sides: true}
    outcome: {min_n: 10, min_x: 3, both_sides: true}
    volume: {min_n: 10, min_x: 0, both_sides: false}
    offices_country_only: true
  intern: *one
"""
FORBUND = [f"F0{number}" for number in range(1, 6)]
NAMES = ["forbund", "insats", "respondent_group", "occasion", "period", "gender", "item", "category", "n"]


def cube(extra=0):
    """Twenty women and twenty men in every förbund; `extra` more women of F01 who agree."""
    rows = [
        (
            forbund,
            "",
            "deltagare",
            "under",
            "2025H1",
            gender,
            "K01a",
            code,
            n + extra * (forbund == "F01" and gender == "kvinna" and code == 5),
        )
        for forbund in FORBUND
        for gender in ("kvinna", "man")
        for code, n in zip(range(1, 6), (4, 4, 4, 4, 4), strict=True)
    ]
    return pd.DataFrame(rows, columns=NAMES)


@pytest.fixture
def study(tmp_path):
    names = "".join(f"{name};Förbundet {name}\n" for name in FORBUND)
    raw = {"forbund.csv": "forbund;namn\n" + names, "insatser.csv": "insats;forbund\nI1;F01\nI2;F01\nI3;F02\n"}
    (write_study(tmp_path, raw) / "policy.yaml").write_text(POLICY, encoding="utf-8")
    opened = open_study(tmp_path)
    STEPS["ingest"](opened)
    STEPS["count"](opened)
    return opened


def released(study, counts):
    save_table(counts, study.processed / "counts.parquet")
    STEPS["analyse"](study)
    STEPS["release"](study)
    return pd.read_parquet(study.released("publik") / "counts.parquet")


def women(counts):
    return counts[(counts["unit"] == "F01") & (counts["gender"] == "kvinna") & (counts["period"] == "2025H1")]


def test_a_number_that_has_grown_by_one_is_not_shown_beside_the_one_before(study):
    before = released(study, cube())
    assert set(women(before)["detail"]) >= {"n", "topptva"}
    keep_published(study, "2026-03-01")
    after = women(released(study, cube(extra=1)))
    known = women(before).set_index(["detail", "category"])["n"]
    assert (
        after.set_index(["detail", "category"])["n"] == known.reindex(after.set_index(["detail", "category"]).index)
    ).all()


def test_what_has_not_changed_is_shown_again_and_readers_of_intern_know_publik_too(study):
    before = released(study, cube())
    keep_published(study, "2026-03-01")
    pd.testing.assert_frame_equal(released(study, cube()), before)
    assert [len(published_before(study, profile)) for profile in ("intern", "publik")] == [2, 1]


def test_a_release_is_made_again_when_something_has_been_published(study):
    for name in ("ingest", "count", "analyse", "release"):
        run_step(study, name)
    assert run_step(study, "release").unchanged
    keep_published(study, "a")
    assert not run_step(study, "release").unchanged


@pytest.mark.parametrize("name", ["../ute", "a/b", ""])
def test_a_name_that_is_no_folder_is_refused(tmp_path, name):
    study = open_study(write_study(tmp_path))
    with pytest.raises(BadInput, match="named by letters"):
        keep_published(study, name)


def test_nothing_is_published_twice_or_before_it_is_released(study):
    told = CliRunner().invoke(main, ["publish", "a", "--study", str(study.folder)])
    assert "no release yet" in told.output
    released(study, cube())
    assert CliRunner().invoke(main, ["publish", "a", "--study", str(study.folder)]).exit_code == 0
    with pytest.raises(BadInput, match="published already"):
        keep_published(study, "a")
