import hashlib
import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from finsam_eval import pipeline, reporting
from finsam_eval.cli import STEPS, main
from finsam_eval.study import open_study

ROOT = Path(__file__).parents[1]
DEFINITIONS = (
    *("study.yaml", "policy.yaml", "criteria.yaml", "decisions.yaml"),
    *("hypotheses.yaml", "targets.yaml", "logic_model.yaml"),
)


def call(*arguments):
    return CliRunner().invoke(main, [str(a) for a in arguments])


def demo(folder):
    folder.mkdir(parents=True, exist_ok=True)
    for name in DEFINITIONS:
        shutil.copy(ROOT / name, folder / name)
    return folder


def hashes(folder):
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    folder = demo(tmp_path_factory.mktemp("demo"))
    assert call("simulate", "--study", folder, "--forbund", 6).exit_code == 0
    result = call("run", "--study", folder, "--until", "release")
    assert result.exit_code == 0, result.output
    return folder


def copy_of(released, folder):
    shutil.copytree(released, folder, dirs_exist_ok=True)
    return folder


def test_each_step_says_what_it_read_and_wrote_and_the_slowest_is_named(released):
    lines = call("run", "--study", released, "--until", "count").output.splitlines()
    assert [line.split()[0] for line in lines[:2]] == ["ingest", "count"]
    assert all("read" in line and "wrote" in line for line in lines[:2])
    assert "slowest: " in lines[2]


def test_two_runs_give_the_same_bytes(released, tmp_path):
    again = demo(tmp_path)
    call("simulate", "--study", again, "--forbund", 6)
    call("run", "--study", again, "--until", "release")
    assert hashes(again) == hashes(released)


def test_raw_data_are_made_once_and_never_written_again(released):
    before = hashes(released / "data" / "raw")
    assert "nothing" in call("simulate", "--study", released).output
    call("run", "--study", released, "--until", "ingest")
    assert hashes(released / "data" / "raw") == before


def test_what_is_released_holds_no_person(released):
    persons = set(pd.read_parquet(released / "data" / "processed" / "responses.parquet")["respondent"])
    for path in (released / "data" / "processed" / "released").rglob("*.parquet"):
        table = pd.read_parquet(path)
        assert not {"respondent", "participation", "about"} & set(table.columns)
        for column in table.select_dtypes("str"):
            assert not persons & set(table[column])


def test_publik_hides_all_that_intern_hides(released):
    key = ["unit", "respondent_group", "occasion", "item", "period", "gender", "detail", "category"]
    folder = released / "data" / "processed" / "released"
    intern, publik = (pd.read_parquet(folder / p / "counts.parquet").set_index(key)["n"] for p in ("intern", "publik"))
    assert publik.index.isin(intern.index).all()
    assert (intern.loc[publik.index] == publik).all()
    assert len(publik) < len(intern)


def test_a_hidden_person_of_unknown_gender_leaves_no_empty_row(released):
    for profile in ("intern", "publik"):
        table = pd.read_parquet(released / "data" / "processed" / "released" / profile / "records.parquet")
        assert not ((table["gender"] == "okant") & (table["status"] == "undertryckt")).any()


def test_reports_in_three_formats_and_an_index(released, tmp_path):
    folder = copy_of(released, tmp_path / "s")
    result = call("report", "--study", folder, "--only", "F02", "--only", "F03")
    assert result.exit_code == 0, result.output
    made = sorted(path.name for path in (folder / "reports" / "publik" / "forbund").iterdir())
    assert made == [f"{unit}.{form}" for unit in ("F02", "F03") for form in ("docx", "html", "pdf")]
    index = (folder / "reports" / "index.html").read_text(encoding="utf-8")
    assert "F04" not in index
    assert "publik/forbund/F02.pdf" in index
    assert result.output.splitlines()[-1] == f"Rapporterna: {folder / 'reports' / 'index.html'}"


def test_one_report_that_fails_leaves_the_others_whole_and_is_seen(released, tmp_path, monkeypatch):
    folder = copy_of(released, tmp_path / "s")
    made = reporting.make_report

    def fails_for_f02(job):
        if job.unit == "F02":
            raise reporting.BadReport("90_forbund_report.ipynb, cell 3: ValueError")
        made(job)

    monkeypatch.setattr(reporting, "make_report", fails_for_f02)
    result = call("report", "--study", folder, "--only", "F02", "--only", "F03")
    assert result.exit_code == 1
    assert "FAILED F02: 90_forbund_report.ipynb, cell 3" in result.output
    assert {path.stem for path in (folder / "reports" / "publik" / "forbund").iterdir()} == {"F03"}
    assert "misslyckades" in (folder / "reports" / "index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "arguments, says",
    [
        (["report", "--only", "F99"], "no report is about F99; there are reports about riket, F01"),
        (["report", "--profile", "alla"], "profile 'alla' is not known; there are intern, publik"),
    ],
)
def test_an_unknown_name_stops_before_anything_runs(released, arguments, says):
    result = call(*arguments, "--study", released)
    assert result.exit_code == 1
    assert says in result.output
    assert not (released / "reports").exists()


def test_a_forbund_without_answers_is_released_as_no_data(released, tmp_path):
    folder = copy_of(released, tmp_path / "s")
    raw = folder / "data" / "raw" / "forbund.csv"
    raw.write_text(raw.read_text(encoding="utf-8") + "F77;Samordningsförbundet Tomhult;Ingen;Nej\n", encoding="utf-8")
    assert call("run", "--study", folder, "--until", "release").exit_code == 0
    result = call("report", "--study", folder, "--only", "F77")
    assert result.exit_code == 0, result.output
    assert "Tomhult" in (folder / "reports" / "publik" / "forbund" / "F77.html").read_text(encoding="utf-8")


def test_a_policy_nobody_decided_releases_nothing(released, tmp_path):
    folder = copy_of(released, tmp_path / "s")
    shutil.rmtree(folder / "data" / "processed" / "released")
    text = (folder / "policy.yaml").read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if line.startswith("decided_by"))
    (folder / "policy.yaml").write_text(text.replace(line, "decided_by:"), encoding="utf-8")
    result = call("release", "--study", folder)
    assert result.exit_code == 1
    assert "decided" in result.output
    assert not (folder / "data" / "processed" / "released").exists()


def test_real_answers_never_mix_with_simulated_ones(tmp_path):
    folder = demo(tmp_path)
    (folder / "study.yaml").write_text(
        (folder / "study.yaml").read_text("utf-8").replace("synthetic: true", "synthetic: false"), "utf-8"
    )
    assert "never mix" in call("simulate", "--study", folder).output


def test_a_new_study_tells_what_to_fill_in(tmp_path):
    folder = tmp_path / "min"
    assert call("new", folder).exit_code == 0
    assert "## Genomförande" in (folder / "comments" / "README.md").read_text("utf-8")
    result = call("lint", "--study", folder)
    assert result.exit_code == 1
    assert "study.yaml, controller: still says <personuppgiftsansvarig>" in result.output
    assert "policy.yaml" in result.output
    assert call("new", folder).exit_code == 1


def test_lint_finds_nothing_in_the_demo(released):
    assert call("lint", "--study", released).output.startswith("Inga fel i studiens filer.\n")


def test_lint_finds_a_target_nobody_answers_and_a_missing_file(released, tmp_path):
    folder = copy_of(released, tmp_path / "s")
    text = (folder / "targets.yaml").read_text(encoding="utf-8")
    (folder / "targets.yaml").write_text(text.replace("occasion: avslut", "occasion: under", 1), encoding="utf-8")
    (folder / "data" / "raw" / "inbjudna.csv").unlink()
    output = call("lint", "--study", folder).output
    assert "target for K02b: it is not answered by deltagare at under" in output
    assert "inbjudna.csv is not in data/raw" in output


def test_the_instrument_is_printed():
    output = call("codebook", "nns2015").output
    assert "K01a   Jag får stödet på ett sätt som är till nytta för mig." in output
    assert "1–5 är ett antagande" in output


def test_release_json_carries_the_policy_and_the_hash_of_what_was_released(released):
    facts = json.loads((released / "data/processed/released/publik/release.json").read_text(encoding="utf-8"))
    counts = (released / "data/processed/released/publik/counts.parquet").read_bytes()
    assert facts["released_sha256"] == hashlib.sha256(counts).hexdigest()
    assert facts["policy"]["opinion"]["min_n"] == 10


def test_what_leaves_the_house_carries_no_hash_of_what_stays(released, tmp_path):
    folder = copy_of(released, tmp_path / "s")
    assert call("report", "--study", folder, "--only", "F02").exit_code == 0
    processed = folder / "data" / "processed"
    inside = [*processed.glob("*.parquet"), *(folder / "data" / "raw").iterdir(), *(processed / "internal").iterdir()]
    inside += [path for path in (processed / "released" / "intern").iterdir() if path.name != "units.parquet"]
    secret = {hashlib.sha256(path.read_bytes()).hexdigest() for path in inside} - {
        hashlib.sha256(path.read_bytes()).hexdigest() for path in (processed / "released" / "publik").glob("*.*")
    }
    shown = [*(folder / "reports").rglob("*.*"), *(processed / "released" / "publik").rglob("*.json")]
    texts = [path.read_bytes().decode("latin-1") for path in shown if path.suffix in {".json", ".html"}]
    assert texts
    assert not [digest for digest in secret for text in texts if digest[:16] in text]


def test_every_report_of_the_demo_is_about_a_known_kind():
    study = open_study(ROOT)
    assert set(study.settings.reports) <= set(reporting.REPORTS)
    assert all((reporting.NOTEBOOKS / report.notebook).exists() for report in reporting.REPORTS.values())


def test_the_commands_are_the_steps_in_their_order():
    assert list(STEPS) == list(pipeline.STEPS)


def test_a_report_about_deltagare_is_refused_where_the_codebook_has_none(tmp_path):
    folder = tmp_path / "bfi"
    shutil.copytree(ROOT / "examples" / "bfi", folder, ignore=shutil.ignore_patterns("processed", "reports"))
    settings = folder / "study.yaml"
    settings.write_text(settings.read_text("utf-8").replace("reports: [pilot]", "reports: [nationell]"), "utf-8")
    result = call("run", "--study", folder)
    assert result.exit_code == 1
    assert "nationell tells of deltagare under and at the end of an insats" in result.output
    assert "take the report out of the list" in result.output
