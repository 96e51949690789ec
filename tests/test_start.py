import json
import shutil
from pathlib import Path

import pytest

from finsam_eval import reporting, start
from finsam_eval.files import write_atomically
from finsam_eval.manifest import Work, carry_out
from finsam_eval.pipeline import run_steps
from finsam_eval.reporting import waiting
from finsam_eval.study import open_study
from tests.small import write_study

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))
POLICY = (ROOT / "policy.yaml").read_text(encoding="utf-8")


def study(folder, **settings):
    folder = write_study(folder, **settings)
    (folder / "policy.yaml").write_text(POLICY, encoding="utf-8")
    return folder


def read(text):
    return text.markdown.replace("\N{NO-BREAK SPACE}", " ")


def state_of(folder):
    return [row[2] for row in start.steps(start.look_around(str(folder))).rows]


def report_on(folder, name="report/publik/forbund/F01", title="Rapport: A|B <i>"):
    """A report made without making one: its files and its receipt."""
    opened = open_study(folder)
    files = [opened.reports / f"publik/forbund/F 01.{form}" for form in ("html", "pdf")]

    def make():
        for file in files:
            write_atomically(file, lambda temporary: temporary.write_text("x", encoding="utf-8"))
        return {"title": title}

    carry_out(opened, Work(name, {}), make)
    return files


def make_reports(folder):
    """Every report the study asks for, made without making one."""
    for job in waiting(open_study(folder), "publik"):
        carry_out(open_study(folder), job.work, lambda job=job: write_report(job))


def write_report(job):
    write_atomically(job.folder / f"{job.unit}.html", lambda path: path.write_text("x", encoding="utf-8"))
    return {"title": job.page.title}


def test_every_notebook_has_its_question_and_no_other_is_named():
    assert sorted(start.ANSWERS) == NOTEBOOKS


def test_a_fresh_clone_is_told_to_make_everything():
    folder = Path(start.ROOT)
    seen = start.Start(open_study(folder), False, dict.fromkeys(start.STEPS, start.NOT_DONE), {})
    text = read(start.next_step(seen))
    assert text.startswith("Ingenting är gjort ännu. Kör `./run report` i en terminal")
    assert "python run report" in text
    assert read(start.reports(seen)) == "Inga rapporter är gjorda ännu."


def test_a_study_elsewhere_is_named_without_its_place(tmp_path):
    seen = start.look_around(str(study(tmp_path)))
    assert set(seen.states.values()) == {start.NOT_DONE}
    text = read(start.next_step(seen))
    assert "`./run run --study STUDIENS_MAPP`" in text
    assert str(tmp_path) not in text


def test_real_data_that_are_missing_come_first(tmp_path):
    folder = study(tmp_path, synthetic=False)
    shutil.rmtree(folder / "data/raw")
    seen = start.look_around(str(folder))
    assert read(start.next_step(seen)).startswith("Enkätfilerna saknas. Lägg dem i `data/raw`")
    assert "SYNTETISKA" not in read(start.where(seen))


def test_states_follow_the_steps_and_what_changes_after_them(tmp_path):
    folder = study(tmp_path)
    opened = open_study(folder)
    run_steps(opened, "count", lambda _: None)
    assert state_of(folder) == ["färskt", "färskt", "ej gjort", "ej gjort", "ej gjort"]
    assert "Steget *analyse* står på tur." in read(start.next_step(start.look_around(str(folder))))
    with (folder / "data/raw/deltagare.csv").open("a", encoding="utf-8") as file:
        file.write("p4;D4;Under;1;Nej;2025-02-02;1;1;1\n")
    assert state_of(folder) == ["inaktuellt", "inaktuellt", "ej gjort", "ej gjort", "ej gjort"]


def test_when_all_is_done_the_reports_are_next_until_something_changes(tmp_path, monkeypatch):
    folder = study(tmp_path, reports=["nationell", "forbund"])
    run_steps(open_study(folder), "release", lambda _: None)
    make_reports(folder)
    assert state_of(folder) == ["färskt"] * 5
    assert read(start.next_step(start.look_around(str(folder)))).startswith("Allt är gjort")
    with monkeypatch.context() as patched:
        patched.setattr(reporting, "code_hash", lambda showing: "other")
        assert state_of(folder)[-1] == "inaktuellt"
    (folder / "reports/publik/forbund/F01.html").write_text("changed", encoding="utf-8")
    assert state_of(folder) == [*["färskt"] * 4, "inaktuellt"]


def test_a_comment_makes_the_reports_next(tmp_path):
    folder = study(tmp_path, reports=["forbund"])
    run_steps(open_study(folder), "release", lambda _: None)
    make_reports(folder)
    (folder / "comments").mkdir()
    (folder / "comments/F02.md").write_text("## Hinder\n\nLokalen.\n", encoding="utf-8")
    assert state_of(folder) == [*["färskt"] * 4, "inaktuellt"]
    assert [job.unit for job in waiting(open_study(folder), "publik")] == ["F02"]


def test_reports_are_listed_with_harmless_names(tmp_path):
    folder = study(tmp_path)
    report_on(folder)
    report_on(folder, "report/intern/forbund/F01", "Rapport: C")
    rows = read(start.reports(start.look_around(str(folder)))).splitlines()[2:]
    assert rows == [
        "| Rapport\\: C | nej, bara inom projektet | HTML · PDF |",
        "| Rapport\\: A\\|B \\<i\\> | ja | HTML · PDF |",
    ]


def test_links_lead_from_the_notebooks_to_the_reports(tmp_path, monkeypatch):
    folder = study(tmp_path)
    report_on(folder)
    monkeypatch.setattr(start, "ROOT", folder)
    monkeypatch.setattr(start, "NOTEBOOKS", folder / "notebooks")
    text = read(start.reports(start.look_around(str(folder))))
    assert "[HTML](../reports/publik/forbund/F%2001.html) · [PDF](../reports/publik/forbund/F%2001.pdf)" in text


def test_notebooks_say_what_they_show(tmp_path):
    text = read(start.notebooks(start.look_around(str(study(tmp_path)))))
    assert "[10_data_quality](10_data_quality.ipynb)" in text
    assert "| *intern:* allt, får inte spridas |" in next(row for row in text.splitlines() if "10_data" in row)
    assert "| bara det som får visas |" in next(row for row in text.splitlines() if "91_national" in row)


def test_what_may_be_spread_and_what_may_not(tmp_path):
    text = read(start.secrecy(start.look_around(str(study(tmp_path)))))
    assert "**Får spridas:** rapporterna i `reports/publik`" in text
    assert "**Lämnar aldrig mappen:** allt i `data`" in text


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_every_notebook_takes_a_study_and_a_report_its_profile(name):
    cells = json.loads((ROOT / f"notebooks/{name}.ipynb").read_text(encoding="utf-8"))["cells"]
    told = ["".join(cell["source"]) for cell in cells if "parameters" in cell["metadata"].get("tags", [])]
    declared = [line.split(" = ")[0] for line in "".join(told).splitlines()]
    assert len(told) == 1
    assert "study" in declared
    assert ("profile" in declared) == (int(name[:2]) >= start.FIRST_REPORT)
