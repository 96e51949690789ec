"""The commands: one an arrow, `run` for all of them.

Each imports what it needs when it is called: help and a second start must not wait for pandas and nbformat.
"""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from finsam_eval import __version__
from finsam_eval.errors import BadInput, FinsamError

if TYPE_CHECKING:
    from finsam_eval.codebook import Codebook
    from finsam_eval.pipeline import Done
    from finsam_eval.study import Study

STEPS = {
    "ingest": "data/raw → responses, participations, invited; what could not be used → quarantine.",
    "count": "Tables of persons → the cube of counts.",
    "analyse": "The cube → records: every share, mean and difference with its interval.",
    "release": "Counts and records → what may be seen, once for each profile.",
}

for library in ("OPENBLAS", "OMP", "MKL"):
    # Matrices here are small and processes many; and sums in one thread come out alike on every machine.
    os.environ.setdefault(f"{library}_NUM_THREADS", "1")

TEMPLATES = Path(__file__).parent / "templates"
COMMENTS = Path(__file__).parents[1] / "comments" / "README.md"


class Commands(click.Group):
    """A group whose commands end in one sentence, never in a traceback, when something is wrong with the input."""

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; a FinsamError becomes one line and exit code 1."""
        try:
            return super().invoke(ctx)
        except FinsamError as error:
            click.echo(f"finsam-eval: {_shown(str(error))}", err=True)
            sys.exit(1)


@click.group(cls=Commands)
@click.version_option(__version__)
def main() -> None:
    """Samordnad rehabilitering: from the survey tool's export to reports whose every number can be traced."""


def _shown(text: str) -> str:
    """Return a message without personnummer: a name or an argument that it quotes may have held one."""
    if sum(map(str.isdigit, text)) < 10:
        return text
    from finsam_eval.ingest.personnummer import masked

    return masked(text)


def study_option(command: click.decorators.FC) -> click.decorators.FC:
    """Add --study: the study's folder."""
    return click.option("--study", default="", help="The study's folder; this one, or the nearest above, if left out.")(
        command
    )


def force_option(command: click.decorators.FC) -> click.decorators.FC:
    """Add --force: do it again."""
    return click.option("--force", is_flag=True, help="Do it again, also where nothing it reads has changed.")(command)


def only_option(command: click.decorators.FC) -> click.decorators.FC:
    """Add --only: these reports and no others."""
    return click.option("--only", multiple=True, help="Only reports about these (F07,riket); may be given again.")(
        command
    )


@main.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--plan", type=click.Path(path_type=Path), help="A logic model as YAML: a study of it, without answers.")
def new(path: Path, plan: Path | None) -> None:
    """Make a study folder with its study.yaml, policy and criteria to fill in."""
    if path.exists() and any(path.iterdir()):
        raise BadInput(f"{path.name} already holds something: choose a new folder")
    settings = _around(plan) if plan else ""
    for folder in ("data/raw", "data/processed", "reports", "comments"):
        (path / folder).mkdir(parents=True)
    for template in sorted(TEMPLATES.iterdir()):
        shutil.copyfile(template, path / template.name)
    shutil.copyfile(COMMENTS, path / "comments" / COMMENTS.name)
    if plan:
        beside = [file for file in (plan, plan.with_suffix(".xlsx")) if file.exists()]
        for file in beside:
            shutil.copyfile(file, path / file.name)
        (path / "study.yaml").write_text(settings, encoding="utf-8")
        files, them = " och ".join(file.name for file in beside), "dem" if len(beside) > 1 else "den"
        click.echo(f"Studien ligger i {path}, med {files}: ändra i {them} från nu. Fyll i det som står inom < > i")
        click.echo("study.yaml, och i policy.yaml vem som har beslutat den, när och varför. Kör sedan:")
    else:
        click.echo(
            f"{path}/ is made. Put the files in data/raw, fill in study.yaml, policy.yaml and criteria.yaml, then:"
        )
    for command in ("lint", "run") if plan else ("map FILE", "lint", "run"):
        click.echo(f"  ./run {command} --study {path}")


def _around(plan: Path) -> str:
    from finsam_eval.logic_model import load
    from finsam_eval.mapping.plan_study import plan_settings

    return plan_settings(load(plan), plan.name)


@main.command()
@study_option
@click.option("--forbund", default=36, show_default=True, help="How many förbund the synthetic country has.")
def simulate(study: str, forbund: int) -> None:
    """Make a synthetic study's raw data, once."""
    from finsam_eval.manifest import alone
    from finsam_eval.pipeline import simulate_step, timed

    opened = _open(study)
    with alone(opened):
        _tell(timed(lambda: simulate_step(opened, forbund)))


@main.command()
@study_option
def lint(study: str) -> None:
    """Say what is wrong with a study's definitions, and what in data/raw does not fit them."""
    from finsam_eval.lint import check_study, model_remarks

    opened = _open(study)
    findings = check_study(opened)
    for finding in findings:
        click.echo(f"- {_shown(finding)}")
    number = "1 finding" if len(findings) == 1 else f"{len(findings)} findings"
    remarks = [] if findings else model_remarks(opened)
    click.echo(number if findings else "Inga fel i studiens filer." if remarks else "nothing to remark on")
    for remark in remarks:
        click.echo(_shown(remark))
    sys.exit(1 if findings else 0)


@main.command(name="map")
@click.argument("file")
@study_option
@click.option("--excel", is_flag=True, help="As an Excel template, for study.yaml's mapping, instead of YAML.")
def map_columns(file: str, study: str, excel: bool) -> None:
    """Propose what the columns of a delivered FILE mean; exit code 1 if a wording is another than the codebook's."""
    from finsam_eval.mapping import reworded, summary, write_proposal

    matches, written = write_proposal(_open(study), file, excel=excel)
    for line in summary(matches):
        click.echo(line)
    click.echo(f"Förslaget: {written.name}. Inget av det används förrän någon har läst, rättat och bekräftat det.")
    sys.exit(1 if reworded(matches) else 0)


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--new", "empty", is_flag=True, help="Write an empty template with Swedish headings instead.")
def model(file: Path, empty: bool) -> None:
    """Read a logic model from the Excel template FILE, write it as YAML beside it, and say what cannot be evaluated."""
    from finsam_eval.mapping import write_model, write_template

    if empty:
        made = write_template(file)
        click.echo(f"Mallen: {made.name}. Öppna den i Excel och börja med bladet Läs mig; när den är ifylld, kör:")
        click.echo(f"  ./run model {shlex.quote(str(file))}")
        return
    from finsam_eval.codebook import load_codebook
    from finsam_eval.wording.logic_review import likest_lines, review_lines
    from finsam_eval.wording.shared import counted

    read, written = write_model(file)
    parts = (read.nodes, "ruta", "rutor"), (read.links, "pil", "pilar"), (read.indicators, "indikator", "indikatorer")
    size = ", ".join(counted(len(found), one, several) for found, one, several in parts)
    if (written.parent / "study.yaml").exists():
        click.echo(f"Modellen: {written.name} ({size}). Den ligger i en studie; dess rapport görs med:")
        click.echo(f"  ./run run --study {shlex.quote(str(written.parent))}")
    else:
        click.echo(
            f"Modellen: {written.name} ({size}). Nämn den under logic_models i study.yaml, eller gör en studie av den:"
        )
        click.echo(f"  ./run new MAPP --plan {shlex.quote(str(written))}")
    for line in [*review_lines(read), *likest_lines(read, load_codebook("nns2015"))]:
        click.echo(_shown(line))


@main.command()
@study_option
@click.option("--out", type=click.Path(path_type=Path), required=True, help="A new folder, outside any repository.")
def export(study: str, out: Path) -> None:
    """INTERN: pseudonymised answers for SPSS and R, with labels, and an R script per item set."""
    from finsam_eval.exports import export as write_export

    written = write_export(_open(study), out)
    click.echo(f"{len(written)} files in {out.name}/, about persons: keep them where nobody else can read them")


@main.command()
@study_option
@click.option("--profile", default="publik", show_default=True, help="publik or intern.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The Excel file to make.")
def tables(study: str, profile: str, out: Path) -> None:
    """Write a release's tables as one Excel file."""
    from finsam_eval.exports import write_released

    write_released(_open(study), profile, out)
    click.echo(f"{out.name}: the {profile} release")


@main.command()
@click.argument("name")
@study_option
def publish(name: str, study: str) -> None:
    """Keep the release as published under NAME: later ones are judged together with it."""
    from finsam_eval.manifest import alone
    from finsam_eval.publishing import keep_published

    opened = _open(study)
    with alone(opened):
        kept = keep_published(opened, name)
    click.echo(f"data/published/{kept.name}: nothing that follows from it and a later release will be shown")


@main.command()
@click.argument("name", default="")
@study_option
@click.option("--csv", "listed", type=click.Path(path_type=Path), help="Write it to this CSV file instead.")
@click.option("--questionnaire", "form", type=click.Path(path_type=Path), help="Write questionnaires: .docx, .pdf.")
def codebook(name: str, study: str, listed: Path | None, form: Path | None) -> None:
    """Print an instrument: every item with wording, scale, who answers and when."""
    from finsam_eval.codebook import load_codebook

    if listed or form:
        _write_instrument(_instrument(name, study), listed, form)
        return
    book = load_codebook(name) if name else _open(study).codebook
    click.echo(f"{book.title} ({book.id}, {book.version})\n{book.source}\n{book.method_note}")
    for scale, meant in book.scales.items():
        click.echo(f"{scale}: {', '.join(meant.label(code) for code in meant.codes)} {meant.caveat}".rstrip())
    for indicator in book.karnindikatorer:
        click.echo(
            f"\n{indicator.number}. {indicator.heading} [{indicator.kind}, {indicator.level}] {indicator.rule}".rstrip()
        )
        for item in indicator.items:
            who = f"{', '.join(item.respondent_groups)}; {', '.join(item.occasions)}"
            click.echo(f"   {item.id:6} {item.wording}\n          {who}; {item.scale or 'register'}")
    for item_set in book.item_sets:
        click.echo(f"\n{item_set.id}: {item_set.label}: {', '.join(item_set.items)}")


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--id", "ids", multiple=True, required=True, help="A column that says who somebody is; may be repeated.")
@click.option("--key", required=True, type=click.Path(path_type=Path), help="The key file; never in a study's folder.")
@click.option("--new-key", is_flag=True, help="Make the key file first.")
@click.option("--drop", multiple=True, help="A column to leave out, such as a name; may be repeated.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The CSV file to hand over.")
def pseudonymise(file: Path, ids: tuple[str, ...], key: Path, new_key: bool, drop: tuple[str, ...], out: Path) -> None:
    """For the data owner: write FILE with pseudonyms in place of ids; every other column stays as it is."""
    from finsam_eval.pseudonyms import pseudonymise_file

    click.echo(pseudonymise_file(file, ids, key, out, new_key=new_key, drop=drop))


@main.command()
@click.argument("pseudonym")
@study_option
def forget(pseudonym: str, study: str) -> None:
    """Remove a person from the raw data and from everything made of them."""
    from finsam_eval import forgetting
    from finsam_eval.manifest import alone

    opened = _open(study)
    with alone(opened):
        click.echo(forgetting.forget(opened, pseudonym))


def _instrument(name: str, study: str) -> Codebook:
    """Return an instrument as its owner made it, without what a study follows beside it."""
    from finsam_eval.codebook import load_codebook

    if name:
        return load_codebook(name)
    opened = _open(study)
    return load_codebook(opened.settings.codebook, opened.folder)


def _write_instrument(book: Codebook, listed: Path | None, form: Path | None) -> None:
    from finsam_eval.exports import write_codebook_csv, write_questionnaires

    written = [write_codebook_csv(book, listed)] if listed else []
    written += write_questionnaires(book, form) if form else []
    for path in written:
        click.echo(path)


def _step_command(name: str) -> None:
    @main.command(name=name, help=STEPS[name])
    @study_option
    @force_option
    def command(study: str, force: bool) -> None:
        from finsam_eval.manifest import alone
        from finsam_eval.pipeline import run_step

        opened = _open(study)
        with alone(opened):
            _tell(run_step(opened, name, force=force))


for step in STEPS:
    _step_command(step)


@main.command()
@study_option
@click.option("--profile", default="publik", show_default=True, help="publik or intern.")
@only_option
@force_option
def report(study: str, profile: str, only: tuple[str, ...], force: bool) -> None:
    """Make the reports of a release."""
    from finsam_eval.manifest import alone

    opened = _open(study)
    with alone(opened):
        done = [_report(opened, profile, only, force)]
    _end(done, _index(opened, profile))


@main.command()
@study_option
@click.option("--until", type=click.Choice([*STEPS, "report"]), default="report", show_default=True)
@only_option
@force_option
def run(study: str, until: str, only: tuple[str, ...], force: bool) -> None:
    """Everything that has changed, from raw data to reports; a synthetic study's raw data are made first."""
    from finsam_eval.manifest import alone
    from finsam_eval.pipeline import has_raw, run_steps, simulate_step, timed

    opened = _open(study)
    done = []
    with alone(opened):
        if opened.settings.synthetic and not has_raw(opened):
            done.append(timed(lambda: simulate_step(opened, 36)))
            _tell(done[-1])
        done += run_steps(opened, until if until in STEPS else list(STEPS)[-1], _tell, force=force)
        if until == "report":
            done.append(_report(opened, "publik", only, force))
    _end(done, _index(opened, "publik") if until == "report" else None)


def _open(study: str) -> Study:
    from finsam_eval.study import open_study
    from finsam_eval.view import find_study

    return open_study(find_study(study))


def _report(study: Study, profile: str, only: tuple[str, ...], force: bool) -> Done:
    from finsam_eval.pipeline import timed
    from finsam_eval.reporting import report_step, workers

    named = [name.strip() for part in only for name in part.split(",") if name.strip()]

    def progress(made: int, of: int) -> None:
        click.echo(f"\rreports   {made} of {of}", nl=made == of, err=True)

    done = timed(
        lambda: report_step(study, profile=profile, only=named, workers=workers(), progress=progress, force=force)
    )
    _tell(done)
    return done


def _index(study: Study, profile: str) -> Path:
    from finsam_eval.reporting import index_of

    return index_of(study, profile)


def _tell(done: Done) -> None:
    word = "unchanged: " if done.unchanged else ""
    click.echo(f"{done.step:9} {done.seconds:6.1f} s  {word}read {done.read}; wrote {done.wrote}")


def _end(done: list[Done], index: Path | None) -> None:
    failures = [failure for step in done for failure in step.failures]
    for failure in failures:
        click.echo(f"FAILED {failure}", err=True)
    slowest = max(done, key=lambda step: step.seconds)
    total = sum(step.seconds for step in done)
    click.echo(f"{total:.0f} s in all; slowest: {slowest.step}, {slowest.seconds:.0f} s")
    if index is not None:
        click.echo(f"Rapporterna: {index}")
    if failures:
        sys.exit(1)
