"""Released data → reports and their index: one job a report, each by itself."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from finsam_eval.errors import BadReport, UnknownName
from finsam_eval.pipeline import PROFILES, Done
from finsam_eval.render.document import Page, render
from finsam_eval.render.execute import check_parameters, execute
from finsam_eval.render.index import IndexRow, write_index
from finsam_eval.render.run import run_jobs
from finsam_eval.study import Study, load_table
from finsam_eval.view import STUDY_VARIABLE
from finsam_eval.wording import SYNTHETIC

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"


@dataclass(frozen=True)
class Report:
    """A kind of report: its notebook, what it is called, and whom it is made for."""

    notebook: str
    title: str


REPORTS = {"forbund": Report("90_forbund_report.ipynb", "Förbundsrapport")}


def index_of(study: Study, profile: str) -> Path:
    """Return where the page that lists a profile's reports lies."""
    return study.reports / ("index.html" if profile == "publik" else f"index_{profile}.html")


def report_step(
    study: Study, *, profile: str, only: list[str], workers: int, progress: Callable[[int, int], None]
) -> Done:
    """Released data → reports and their index. A report that fails leaves the others whole and stands in the index."""
    if profile not in PROFILES:
        raise UnknownName(f"profile {profile!r} is not known; there are {', '.join(PROFILES)}")
    units = load_table(study.released(profile) / "units.parquet")
    unknown = [name for name in only if name not in set(units["forbund"])]
    if unknown:
        raise UnknownName(f"förbund {', '.join(unknown)} is not in the release; it has {', '.join(units['forbund'])}")
    jobs = _jobs(study, profile, units)
    for job in jobs:
        check_parameters(job.notebook, job.parameters)
    chosen = [job for job in jobs if not only or job.unit in only]
    # By the environment and not by a parameter: an executed notebook then carries no path and is the same everywhere.
    os.environ[STUDY_VARIABLE] = str(study.folder)
    made = itertools.count(1)
    outcomes = run_jobs(chosen, make_report, workers=workers, progress=lambda _: progress(next(made), len(chosen)))
    errors = {outcome.job: outcome.error for outcome in outcomes}
    rows = [row for job in jobs if (row := _index_row(job, errors.get(job))).files or row.reason]
    index = index_of(study, profile)
    write_index(index, f"Rapporter – {study.settings.name}", _banner(study, profile), study.settings.language, rows)
    failures = [f"{job.unit}: {error}" for job, error in errors.items() if error]
    wrote = f"{3 * (len(chosen) - len(failures))} files and {index.name} in {study.reports.name}/"
    return Done("report", f"release {profile}", wrote, failures)


@dataclass(frozen=True)
class Job:
    """One report to make: everything it needs, as plain values."""

    kind: str
    notebook: Path
    unit: str
    profile: str
    page: Page
    executed: Path
    folder: Path

    @property
    def parameters(self) -> dict[str, str]:
        """The notebook's parameters."""
        return {"forbund": self.unit, "profile": self.profile}


def make_report(job: Job) -> None:
    """Execute one report's notebook and render it; nothing stands under a final name unless it is whole."""
    for old in job.folder.glob(f"{job.unit}.*"):
        old.unlink()
    execute(job.notebook, job.parameters, job.executed)
    render(job.executed, job.page, job.folder, job.unit)


def _jobs(study: Study, profile: str, units: pd.DataFrame) -> list[Job]:
    unknown = [name for name in study.settings.reports if name not in REPORTS]
    if unknown:
        raise BadReport(f"study.yaml, reports: {', '.join(unknown)} is not known; there are {', '.join(REPORTS)}")
    jobs = []
    for kind in study.settings.reports:
        for unit in units.itertuples():
            page = Page(
                title=f"{REPORTS[kind].title}: {unit.name}",
                subtitle=f"{study.settings.name}, {study.period_label(study.settings.report_period)}",
                banner=_banner(study, profile),
                footer=study.settings.controller,
                lang=study.settings.language,
            )
            executed = study.released(profile) / "executed" / kind / f"{unit.forbund}.ipynb"
            folder = study.reports / profile / kind
            jobs.append(Job(kind, NOTEBOOKS / REPORTS[kind].notebook, unit.forbund, profile, page, executed, folder))
    return jobs


def _banner(study: Study, profile: str) -> str:
    parts = [SYNTHETIC] if study.settings.synthetic else []
    parts += ["INTERN – får inte spridas"] if profile == "intern" else []
    return " · ".join(parts)


def _index_row(job: Job, error: str | None) -> IndexRow:
    root = job.folder.parents[1]
    files = {
        form: path.relative_to(root).as_posix()
        for form in ("html", "pdf", "docx")
        if (path := job.folder / f"{job.unit}.{form}").exists()
    }
    return IndexRow(
        kind=REPORTS[job.kind].title,
        unit=job.unit,
        title=job.page.title,
        status="misslyckades" if error else "klar",
        reason=error or "",
        files=files,
    )


def workers() -> int:
    """Return how many reports to make at once."""
    return max(1, min(4, os.cpu_count() or 1))
