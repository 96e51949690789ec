"""The Excel template in which a person says what a file's columns mean, read as if it stood in study.yaml."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

from finsam_eval.codebook import Item
from finsam_eval.definitions import parse
from finsam_eval.errors import BadInput
from finsam_eval.ingest.delivered import Delivered, deliver
from finsam_eval.study import RESPONSE, ResponseSource, Source, Study, StudySettings

HEADING = "Rubrik i filen"
MEANS = "Betyder"
COLUMNS_SHEET, NAMES_SHEET = "Kolumner", "Namn"
IGNORED, COMPLETED = "ignored", "completed"

SWEDISH = {
    "respondent": "person",
    "participation": "deltagande",
    "forbund": "förbund",
    "insats": "insats",
    "gender": "kön",
    "date": "datum",
    "occasion": "tillfälle",
    "wave": "omgång",
    "retest": "omtest",
    "period": "period",
    "respondent_group": "respondentgrupp",
    "invited": "inbjudna",
    "item": "fråga",
    "answer": "svar",
    "name": "namn",
    "lan": "län",
    "start": "start",
    "end": "avslut",
    "anonymous": "anonym",
    COMPLETED: "inlämnad",
    IGNORED: "läses inte",
}
"""What a person who writes Excel calls our columns; an outcome and an item go by their own names."""

_OURS = {swedish: name for name, swedish in SWEDISH.items()}

AnySource = TypeVar("AnySource", bound=Source)


def with_mappings(study: Study) -> Study:
    """Return the study with every template read into the source that names it.

    Raises
    ------
    BadInput
        When a template is missing or says what it cannot mean, with its cell.
    BadDefinition
        When what the templates say does not hang together.
    """
    sources, named = study.settings.sources, mappings(study)
    if not named:
        return study
    read = {name: _read(value, study) for name, value in dict(sources).items()}
    settings = {**study.settings.model_dump(exclude={"sources"}), "sources": read}
    return Study(study.folder, parse(StudySettings, settings, f"study.yaml with {', '.join(named)}"))


def mappings(study: Study) -> list[str]:
    """Return the templates that study.yaml names."""
    return [source.mapping for source in study.settings.sources.every if source.mapping]


def with_mapping(source: AnySource, folder: Path, *, items: set[str], outcomes: set[str]) -> AnySource:
    """Return a source with the columns, items and ignored headings of the template it names, or as it is without one.

    items, outcomes : the study's, which a column may mean beside our own columns
    """
    if source.mapping is None:
        return source
    template = deliver(folder / source.mapping, sheet=COLUMNS_SHEET)
    told: dict[str, Any] = {"columns": {}, "items": {}, "ignored": [], "completed": None}
    place: dict[str, int] = {}
    for row, heading, means in _rows(source.mapping, template):
        name = _OURS.get(means.casefold(), means)
        if name not in {*SWEDISH, *items, *outcomes}:
            raise BadInput(f"{source.mapping}, cell B{row}: expected a name from the sheet {NAMES_SHEET}; choose one")
        if name in place and name != IGNORED:
            raise BadInput(f"{source.mapping}, cell B{row}: says the same as cell B{place[name]}; keep one of them")
        place[name] = row
        _note(told, name, heading, items)
    surveyed = isinstance(source, ResponseSource)
    if not surveyed and (told["items"] or told["completed"]):
        raise BadInput(f"{source.mapping}: names a question or {SWEDISH[COMPLETED]}, but {source.file} has no answers")
    kept = {name: value for name, value in told.items() if surveyed or name in Source.model_fields}
    return source.model_copy(update={**kept, "mapping": None})


def _note(told: dict[str, Any], name: str, heading: str, items: set[str]) -> None:
    if name == IGNORED:
        told["ignored"].append(heading)
    elif name == COMPLETED:
        told["completed"] = heading
    else:
        told["items" if name in items else "columns"][name] = heading


def _rows(file: str, template: Delivered) -> Iterator[tuple[int, str, str]]:
    """Give row, heading and meaning of every column that the template tells of."""
    for number, name in enumerate((HEADING, MEANS)):
        if template.heading[number : number + 1] != [name]:
            raise BadInput(f"{file}, cell {'AB'[number]}1: expected {name}; make it anew with finsam-eval map --excel")
    for row, (heading, means, *_) in zip(template.numbers, template.rows, strict=True):
        if not heading and not means:
            continue
        if not heading or not means:
            raise BadInput(
                f"{file}, cell {'B' if heading else 'A'}{row}: is empty; give the heading and what it means, "
                f"{SWEDISH[IGNORED]} where it is not needed"
            )
        yield row, heading, means


def _read(value: Source | list[ResponseSource] | None, study: Study) -> Any:
    if isinstance(value, list):
        return [_read(source, study) for source in value]
    if value is None:
        return None
    items = {item.id for item in answerable(study)}
    outcomes = {outcome.column for outcome in study.settings.outcomes}
    return with_mapping(value, study.folder, items=items, outcomes=outcomes).model_dump()


def answerable(study: Study) -> list[Item]:
    """Return the items that a person answers in a questionnaire."""
    followed = {RESPONSE, *(outcome.id for outcome in study.settings.outcomes)}
    return [item for item in study.codebook.survey_items if item.id not in followed]
