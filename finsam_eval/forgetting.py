"""A person who asks to be forgotten, out of the raw data and of everything that was made of them."""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from finsam_eval.errors import BadInput
from finsam_eval.files import write_atomically
from finsam_eval.ingest.delivered import TEXT, deliver
from finsam_eval.ingest.keys import undeclared
from finsam_eval.ingest.personnummer import without_personnummer
from finsam_eval.ingest.template import with_mappings
from finsam_eval.ingest.text import normalised
from finsam_eval.ingest.text_file import without
from finsam_eval.manifest import receipts
from finsam_eval.study import Source, Study

KEPT = {"released", "README.md", ".gitkeep", ".lock"}
"""What stays in data/processed: releases, that hold no rows of persons, until they are made anew."""


@dataclass(frozen=True)
class Forgotten:
    """How many rows of which raw files are gone, which files nobody has said what they are, and what was made of all.

    `unsearched` lie in data/raw, but study.yaml does not name them.
    """

    rows: dict[str, int]
    unsearched: list[str]
    releases: list[str]
    reports: list[str]

    def __str__(self) -> str:
        """What was done and what remains to be done, in plain words; the pseudonym is not repeated."""
        removed = ", ".join(f"{number} from {file}" for file, number in self.rows.items())
        unsearched = ", ".join(map(without_personnummer, self.unsearched))
        done = [
            f"Removed {removed}, and all processed tables of persons.",
            "Made with the person among the answers, and to be made anew with finsam-eval run "
            f"(the country's numbers are no longer the same): {self._made() or 'nothing yet'}.",
            f"Not searched, since study.yaml does not name them: {unsearched}." if unsearched else "",
            "What has been handed out already, exported files, notebooks saved with results and backups are not "
            "reached from here: withdraw or delete them yourself. Invitations are counts without names and stay.",
            "Tell the data owner, who has the key and the original files: a new delivery would bring the person back.",
        ]
        return "\n".join(filter(None, done))

    def _made(self) -> str:
        kinds = Counter(name.rpartition("/")[0] for name in self.reports)
        made = [f"release {name}" for name in self.releases]
        return ", ".join(made + [f"{number} reports in reports/{kind}" for kind, number in kinds.items()])


def forget(study: Study, pseudonym: str) -> Forgotten:
    """Remove a participant, with what staff have answered about them, or others, with what they have answered.

    The one exception to the rule that raw data are never written. CSV files lose the person's rows and nothing else,
    each file in one step; the list of participations is last, since it tells which answers are about the person. What
    was made of the raw data is deleted first, so that a run that is interrupted leaves nothing behind a second one
    would not find.

    Raises
    ------
    BadInput
        When nobody has the pseudonym, a raw file cannot be read as declared, or rows stand in a file that only its own
        program can write.
    """
    person = pseudonym.strip()
    found = {file: rows for file, rows in _rows_of(study, person).items() if rows}
    # Anonymous participants have the empty pseudonym: nobody can ask to be forgotten under it.
    if not found or not person:
        raise BadInput("no row in data/raw has that pseudonym as its person; check it against the data owner's list")
    _refuse_by_hand(found)
    told = Forgotten(
        rows={file: len(rows) for file, rows in found.items()},
        unsearched=undeclared(study),
        releases=[folder.name for folder in sorted((study.processed / "released").glob("*")) if folder.is_dir()],
        reports=[name.removeprefix("report/") for name in receipts(study, "report/")],
    )
    _delete_processed(study)
    for file, rows in found.items():
        _rewrite(study.raw / file, rows)
    return told


def _rewrite(path: Path, gone: set[int]) -> None:
    content = without(path.name, path.read_bytes(), gone)
    write_atomically(path, lambda temporary: temporary.write_bytes(content))


def _rows_of(study: Study, pseudonym: str) -> dict[str, set[int]]:
    """Return the rows to remove by file, the file of participations last."""
    sources = with_mappings(study).settings.sources
    own: set[str] = set()
    found: dict[str, set[int]] = {source.file: set() for source in sources.responses}
    if sources.participations is not None:
        rows = _people(study, sources.participations)
        # A participation without an id is nobody's: answers without one would all be its own.
        own = {participation for _, person, participation in rows if person == pseudonym and participation}
        _refuse_shared(sources.participations.file, rows, own, {pseudonym})
        found[sources.participations.file] = {number for number, person, _ in rows if person == pseudonym}
    if sources.panel is not None:
        found[sources.panel.file] = {
            number for number, person, _ in _people(study, sources.panel) if person == pseudonym
        }
    rating = {group.id for group in study.codebook.groups if group.rates_participant}
    for source in sources.responses:
        rows = _people(study, source)
        if source.respondent_group not in rating:
            _refuse_shared(source.file, rows, own, {pseudonym, ""})
        theirs = {number for number, person, participation in rows if person == pseudonym or participation in own}
        found[source.file] |= theirs
    return found


def _refuse_shared(file: str, rows: list[tuple[int, str, str]], own: set[str], allowed: set[str]) -> None:
    """Refuse where one of a person's own participations is also somebody else's: those answers may not be theirs."""
    others = [number for number, person, participation in rows if participation in own and person not in allowed]
    if others:
        raise BadInput(
            f"{file}, row {', '.join(map(str, others))}: a participation of the person to be forgotten stands there "
            "with somebody else, and nothing is removed; have the data owner say whose it is, correct the file, then "
            "give the command again"
        )


def _people(study: Study, source: Source) -> list[tuple[int, str, str]]:
    """Return row, person and participation (empty where the file has none) of every row of a file."""
    delivered = deliver(study.raw / source.file, sheet=source.sheet, heading_rows=source.heading_rows)
    heading = [normalised(name) for name in delivered.heading]
    person = "panellist" if "panellist" in source.columns else "respondent"
    wanted = [source.columns.get(name, "") for name in (person, "participation")]
    lacking = [name for name in wanted if name and normalised(name) not in heading]
    if lacking:
        raise BadInput(
            f"{source.file}, row 1: column {', '.join(lacking)} was expected; nothing is removed before every file can "
            "be searched: correct the file, or the column's name in study.yaml"
        )
    persons, participations = (
        [row[heading.index(normalised(name))] for row in delivered.rows] if name else [""] * len(delivered.rows)
        for name in wanted
    )
    return list(zip(delivered.numbers, persons, participations, strict=True))


def _refuse_by_hand(found: dict[str, set[int]]) -> None:
    by_hand = {file: rows for file, rows in found.items() if Path(file).suffix.lower() not in TEXT}
    if by_hand:
        places = "; ".join(f"{file}, row {', '.join(map(str, sorted(rows)))}" for file, rows in by_hand.items())
        raise BadInput(
            f"nothing is removed yet: {places} must be deleted in the program the file comes from (Excel, SPSS), and "
            "the file saved under the same name; then give the command again, and the rest is done"
        )


def _delete_processed(study: Study) -> None:
    for path in sorted(study.processed.glob("*")):
        if path.name in KEPT:
            continue
        try:
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
        except OSError as error:
            raise BadInput(
                f"{path.name} in data/processed cannot be deleted ({error.strerror}), and nothing is removed from the "
                "raw data yet; close the program that has it open, then give the command again"
            ) from None
