"""Released data → reports and their index: one job a report, each by itself."""

from __future__ import annotations

import itertools
import os
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

import pandas as pd

from finsam_eval.comments import Comments, read_comments, to_json
from finsam_eval.errors import BadReport, UnknownName
from finsam_eval.files import file_hash, load_table, save_json
from finsam_eval.language import ENGLISH, SWEDISH, Language, named, said, spoken
from finsam_eval.logic_model import load_models
from finsam_eval.manifest import Work, carry_out, code_hash, discard, hashes, receipts, still_holds, write_manifest
from finsam_eval.pipeline import PROFILES, Done, definitions
from finsam_eval.render.index import IndexRow, write_index
from finsam_eval.render.page import Page, epoch
from finsam_eval.render.run import run_jobs
from finsam_eval.results import COUNTRY
from finsam_eval.study import Study
from finsam_eval.view import COMMENTS, STUDY_VARIABLE
from finsam_eval.wording import SYNTHETIC

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"


@dataclass(frozen=True)
class Subject:
    """What one report is about: its id, which names the files; its name; the notebook's parameters."""

    id: str
    name: str
    parameters: dict[str, str]


def _each_forbund(_: Study, units: pd.DataFrame) -> list[Subject]:
    return [Subject(unit.forbund, unit.name, {"forbund": unit.forbund}) for unit in units.itertuples()]


def _country(study: Study, _: pd.DataFrame) -> list[Subject]:
    return [Subject(COUNTRY, study.settings.name, {})]


def _instrument(study: Study, _: pd.DataFrame) -> list[Subject]:
    return [Subject("pilot", study.settings.name, {})]


def _each_model(study: Study, _: pd.DataFrame) -> list[Subject]:
    return [Subject(model.id, model.title, {"model": model.id}) for model in load_models(study).values()]


@dataclass(frozen=True)
class Report:
    """A kind of report: its notebook, what it is called, and what there is one of for each study.

    `about` marks those that tell of deltagare, under and at the end of an insats (`ABOUT`), `in_english` those whose
    notebook has the parameter `language`. `language` is set where it is not the study's.
    """

    notebook: str
    title: str
    subjects: Callable[[Study, pd.DataFrame], list[Subject]]
    about: bool = False
    in_english: bool = False
    language: Language | None = None


ABOUT = ("deltagare", "under", "avslut")

REPORTS = {
    "nationell": Report("91_national_report.ipynb", "Nationell rapport", _country, about=True),
    "forbund": Report("90_forbund_report.ipynb", "Förbundsrapport", _each_forbund, about=True),
    "pilot": Report("80_pilot_report.ipynb", "Pilotrapport", _instrument, in_english=True),
    "pilot_en": Report("80_pilot_report.ipynb", "Pilotrapport", _instrument, in_english=True, language=ENGLISH),
    "logikmodell": Report("92_logic_model_report.ipynb", "Logikmodell", _each_model),
}


@dataclass(frozen=True)
class Job:
    """One report to make: everything it needs, as plain values."""

    kind: str
    notebook: Path
    unit: str
    parameters: dict[str, str]
    page: Page
    executed: Path
    folder: Path
    work: Work


def index_of(study: Study, profile: str) -> Path:
    """Return where the page that lists a profile's reports lies."""
    return study.reports / ("index.html" if profile == "publik" else f"index_{profile}.html")


def report_step(
    study: Study,
    *,
    profile: str,
    only: list[str],
    workers: int,
    progress: Callable[[int, int], None],
    force: bool = False,
) -> Done:
    """Released data → reports and their index. A report that fails leaves the others whole and stands in the index.

    Reports whose receipt still holds are left as they are; those that the study no longer asks for are removed.
    """
    if profile not in PROFILES:
        raise UnknownName(f"profile {profile!r} is not known; there are {', '.join(PROFILES)}")
    comments = _read_comments(study, profile)
    told = {unit: to_json(sections) for unit, sections in comments.accepted.items()}
    save_json(told, study.released(profile) / f"{COMMENTS}.json")
    jobs = _jobs(study, profile, comments)
    chosen = _chosen(jobs, only)
    for name in receipts(study, f"report/{profile}/").keys() - {job.work.name for job in jobs}:
        discard(study, name)
    undone = [job for job in chosen if force or not still_holds(study, job.work)]
    errors = _make(study, undone, workers, progress)
    _write_index(study, profile, jobs, errors, comments)
    # With the hash of an unreleased table a hidden number could be tried out: that manifest stays in the study.
    write_manifest(study, study.processed / "manifest.json", receipts(study))
    shown = receipts(study, f"report/{profile}/")
    write_manifest(study, index_of(study, profile).with_name(f"manifest_{profile}.json"), shown)
    failed = [f"{job.unit}: {error}" for job in jobs if (error := errors.get(job.work.name))]
    wrote = f"{3 * (len(undone) - len(failed))} files and {index_of(study, profile).name} in {study.reports.name}/"
    kept = f"; {len(chosen) - len(undone)} reports unchanged" if len(chosen) > len(undone) else ""
    refused = [f"{COMMENTS}/{name}: {reason}" for name, reason in comments.refused.items()]
    return Done("report", f"release {profile}", wrote + kept, failed + refused, unchanged=not undone)


def waiting(study: Study, profile: str) -> list[Job]:
    """Return the reports that are not made, or were made of something that has changed since."""
    jobs = _jobs(study, profile, _read_comments(study, profile))
    return [job for job in jobs if not still_holds(study, job.work)]


def _read_comments(study: Study, profile: str) -> Comments:
    units = load_table(study.released(profile) / "units.parquet")
    return read_comments(study.folder / COMMENTS, list(units["forbund"]))


def _make(study: Study, jobs: list[Job], workers: int, progress: Callable[[int, int], None]) -> dict[str, str | None]:
    """Make every job's report; return what went wrong, by the name of its work."""
    if not jobs:
        return {}
    from finsam_eval.render.execute import check_parameters  # slow to import, and nothing to do is the usual case

    for job in jobs:
        check_parameters(job.notebook, job.parameters)
    # By the environment and not by a parameter: an executed notebook then carries no path and is the same everywhere.
    os.environ[STUDY_VARIABLE] = str(study.folder)
    made = itertools.count(1)

    def work(job: Job) -> None:
        carry_out(study, job.work, lambda: make_report(job), force=True)

    # The kinds with one report have the long ones: begun last, they would leave the other workers idle.
    alike = Counter(job.kind for job in jobs)
    longest_first = sorted(jobs, key=lambda job: alike[job.kind])
    outcomes = run_jobs(longest_first, work, workers=workers, progress=lambda _: progress(next(made), len(jobs)))
    return {outcome.job.work.name: outcome.error for outcome in outcomes}


def make_report(job: Job) -> dict[str, str]:
    """Execute one report's notebook and render it; nothing stands under a final name unless it is whole."""
    from finsam_eval.render.document import render
    from finsam_eval.render.execute import execute

    for old in job.folder.glob(f"{job.unit}.*"):
        old.unlink()
    execute(job.notebook, job.parameters, job.executed)
    render(job.executed, job.page, job.folder, job.unit)
    return {"title": job.page.title}


def _jobs(study: Study, profile: str, comments: Comments) -> list[Job]:
    """Return every report the study asks for, in the order it names them."""
    unknown = [name for name in study.settings.reports if name not in REPORTS]
    if unknown:
        raise BadReport(f"study.yaml, reports: {', '.join(unknown)} is not known; there are {', '.join(REPORTS)}")
    _refuse_what_cannot_be_told(study)
    _refuse_what_has_no_english(study)
    units = load_table(study.released(profile) / "units.parquet")
    shared = {"code": code_hash(showing=True), "epoch": str(epoch()), **definitions(study, "report")}
    released = set(study.released(profile).glob("*.*")) - {study.released(profile) / f"{COMMENTS}.json"}
    shared |= hashes(released, study.folder)
    return [
        _job(study, profile, kind, subject, shared | _own_words(kind, subject, comments))
        for kind in study.settings.reports
        for subject in REPORTS[kind].subjects(study, units)
    ]


def _refuse_what_cannot_be_told(study: Study) -> None:
    """Refuse the reports about förbund where the codebook has nobody whose answers they tell."""
    asked = [kind for kind in study.settings.reports if REPORTS[kind].about]
    groups, occasions = ([one.id for one in each] for each in (study.codebook.groups, study.codebook.occasions))
    lacking = [name for name in ABOUT if name not in [*groups, *occasions]]
    if asked and lacking:
        raise BadReport(
            f"study.yaml, reports: {', '.join(asked)} tells of deltagare under and at the end of an insats, and the "
            f"codebook has no {', '.join(lacking)}; take the report out of the list"
        )


def _refuse_what_has_no_english(study: Study) -> None:
    lacking = [
        kind for kind in study.settings.reports if not REPORTS[kind].in_english and _language(study, kind) == ENGLISH
    ]
    if lacking:
        known = [kind for kind, report in REPORTS.items() if report.in_english]
        raise BadReport(
            f"study.yaml, language: {', '.join(lacking)} is written in Swedish only; with language: {ENGLISH} a study "
            f"can ask for {', '.join(known)}, and with language: {SWEDISH} for all"
        )


def _language(study: Study, kind: str) -> Language:
    return REPORTS[kind].language or study.settings.language


def _own_words(kind: str, subject: Subject, comments: Comments) -> dict[str, str]:
    """Return the hash of what one förbund has written: only its own report is made anew for it."""
    sections = comments.accepted.get(subject.id) if kind == "forbund" else None
    return {COMMENTS: sha256(repr(to_json(sections)).encode()).hexdigest()} if sections else {}


def _job(study: Study, profile: str, kind: str, subject: Subject, shared: dict[str, str]) -> Job:
    notebook = NOTEBOOKS / REPORTS[kind].notebook
    language = _language(study, kind)
    with spoken(language, study.english):
        page = Page(
            title=f"{said(REPORTS[kind].title)}: {named(subject.name)}",
            subtitle=_subtitle(study),
            banner=_banner(study, profile),
            footer=named(study.settings.controller),
            lang=language,
        )
    parameters = {**subject.parameters, "profile": profile}
    parameters |= {"language": language} if REPORTS[kind].in_english else {}
    around = sha256(repr((sorted(parameters.items()), sorted(asdict(page).items()))).encode()).hexdigest()
    read = {**shared, f"notebooks/{notebook.name}": file_hash(notebook), "parameters and page": around}
    return Job(
        kind=kind,
        notebook=notebook,
        unit=subject.id,
        parameters=parameters,
        page=page,
        executed=study.released(profile) / "executed" / kind / f"{subject.id}.ipynb",
        folder=study.reports / profile / kind,
        work=Work(f"report/{profile}/{kind}/{subject.id}", read),
    )


def _subtitle(study: Study) -> str:
    """Return the study's name and the period of its reports, unless it has no figures or its name ends with it."""
    name, period = named(study.settings.name), study.period_label(study.settings.report_period)
    return name if name.endswith(period) or not study.settings.sources.every else f"{name}, {period}"


def _chosen(jobs: list[Job], only: list[str]) -> list[Job]:
    known = list(dict.fromkeys(job.unit for job in jobs))
    unknown = [name for name in only if name not in known]
    if unknown:
        raise UnknownName(f"no report is about {', '.join(unknown)}; there are reports about {', '.join(known)}")
    return [job for job in jobs if not only or job.unit in only]


def _banner(study: Study, profile: str) -> str:
    parts = [said(SYNTHETIC)] if study.settings.synthetic else []
    parts += [said("INTERN – får inte spridas")] if profile == "intern" else []
    return " · ".join(parts)


def _write_index(
    study: Study, profile: str, jobs: list[Job], errors: dict[str, str | None], comments: Comments
) -> None:
    # Why a comment was refused is told to the one who runs this, not to every reader of the index.
    refused = {f"report/{profile}/forbund/{Path(name).stem}" for name in comments.refused}
    language = study.settings.language
    with spoken(language, study.english):
        made = [_index_row(study, job, errors.get(job.work.name), job.work.name in refused) for job in jobs]
        title = said("Rapporter – {study}", study=named(study.settings.name))
        banner = _banner(study, profile)
    rows = [row for row in made if row.files or row.reason]
    write_index(index_of(study, profile), title, banner, language, rows)


def _index_row(study: Study, job: Job, error: str | None, comment: bool) -> IndexRow:
    root = job.folder.parents[1]
    files = {
        form: path.relative_to(root).as_posix()
        for form in ("html", "pdf", "docx")
        if (path := job.folder / f"{job.unit}.{form}").exists()
    }
    return IndexRow(
        kind=said(REPORTS[job.kind].title),
        unit=job.unit,
        title=job.page.title,
        status=said("misslyckades" if error else "klar, men utan kommentaren" if comment else "klar"),
        reason=error or "",
        files=files,
        lang="" if job.page.lang == study.settings.language else job.page.lang,
    )


def workers() -> int:
    """Return how many reports to make at once."""
    return max(1, min(4, os.cpu_count() or 1))
