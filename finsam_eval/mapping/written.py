"""A proposal as a person reads it: YAML to paste into study.yaml, or an Excel template to correct and name there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from finsam_eval.codebook import Item
from finsam_eval.errors import BadInput
from finsam_eval.files import write_atomically
from finsam_eval.ingest.delivered import deliver
from finsam_eval.ingest.searched import refuse_beside, refuse_names
from finsam_eval.ingest.template import (
    COLUMNS_SHEET,
    COMPLETED,
    HEADING,
    IGNORED,
    MEANS,
    NAMES_SHEET,
    SWEDISH,
    answerable,
)
from finsam_eval.mapping.proposal import Match, propose
from finsam_eval.render.workbook import Sheet, workbook
from finsam_eval.study import ResponseSource, Source, Study
from finsam_eval.swedish import decimal

IN_CODEBOOK, IN_FILE = "kodboken", "filen"

PREFACE = """\
# Ett förslag av finsam-eval map. Ingenting av det används förrän någon har läst det, rättat det och klistrat in
# blocket under source i study.yaml. Rubriker under to_decide har ingen föreslagen betydelse: säg vad de är under
# columns eller items, eller skriv dem under ignored.
"""

MEANINGS = {
    "respondent": "pseudonymen som håller ihop en persons svar",
    "participation": "deltagandet: en person i en insats",
    "forbund": "samordningsförbundets id",
    "insats": "insatsens id",
    "gender": "kvinna, man eller okänt",
    "date": "dagen då enkäten besvarades",
    "occasion": "mättillfället",
    "wave": "vilken gång i ordningen: 1, 2, …",
    "retest": "om svaret är ett omtest",
    "period": "perioden",
    "respondent_group": "vem som svarar",
    "invited": "antal inbjudna",
    "item": "frågans id, där varje svar har en egen rad",
    "answer": "svaret, där varje svar har en egen rad",
    "name": "namnet",
    "lan": "länet",
    "start": "första dagen i insatsen",
    "end": "sista dagen i insatsen",
    "anonymous": "om deltagandet saknar person",
    COMPLETED: "tom där enkäten aldrig lämnades in",
    IGNORED: "kolumnen behövs inte",
}

COLUMNS_OF: dict[str, tuple[str, ...]] = {
    "forbund": ("forbund", "name", "lan"),
    "insatser": ("insats", "forbund", "name"),
    "participations": ("participation", "respondent", "insats", "gender", "start", "end", "anonymous"),
    "invited": ("forbund", "insats", "respondent_group", "occasion", "period", "gender", "invited"),
    "responses": (
        *("respondent", "participation", "forbund", "insats", "gender", "date", "occasion", "wave", "retest"),
        *("item", "answer"),
    ),
}
"""Our columns by the kind of file they may stand in."""


def write_proposal(study: Study, file: str, *, excel: bool) -> tuple[list[Match], Path]:
    """Read a delivered file, write what its columns seem to mean beside study.yaml, and return both.

    file : a name in data/raw, or a path
    excel : as a template for study.yaml's `mapping` instead of YAML

    Raises
    ------
    BadInput
        When the file cannot be read, holds what looks like a personnummer, or a proposal of that name is there.
    """
    path = study.raw / file if (study.raw / file).exists() else Path(file)
    refuse_names([path.name])
    target = study.folder / f"mapping_{path.stem}{'.xlsx' if excel else '.yaml'}"
    if target.exists():
        raise BadInput(f"{target.name} is already there and is left as it is: rename it or take it away first")
    kind, source = _declared(study, path.name)
    items, columns = _items(study, kind, source), _columns(study, kind)
    sheet, heading_rows = (source.sheet, source.heading_rows) if source else (None, 1)
    delivered = deliver(path, sheet=sheet, heading_rows=heading_rows)
    refuse_beside(path.name, delivered)
    matches = propose(delivered, items, columns)
    made = as_excel(matches, items, columns) if excel else as_yaml(matches, path.name, source).encode()
    write_atomically(target, lambda temporary: temporary.write_bytes(made))
    return matches, target


def _declared(study: Study, file: str) -> tuple[str, Source | None]:
    """Return what kind of file study.yaml says it is, and its source; answers where it does not name it."""
    sources = study.settings.sources
    for kind in COLUMNS_OF:
        declared = getattr(sources, kind)
        for source in declared if isinstance(declared, list) else [declared]:
            if source is not None and source.file == file:
                return kind, source
    return "responses", None


def _columns(study: Study, kind: str) -> dict[str, str]:
    """Return our columns that a kind of file may have, the study's outcomes among them, and what each means."""
    outcomes = study.settings.outcomes if kind == "participations" else []
    return {name: MEANINGS[name] for name in COLUMNS_OF[kind]} | {one.column: one.label for one in outcomes}


def _items(study: Study, kind: str, source: Source | None) -> list[Item]:
    if kind != "responses":
        return []
    group = source.respondent_group if isinstance(source, ResponseSource) else None
    return [item for item in answerable(study) if group is None or group in item.respondent_groups]


def as_yaml(matches: Sequence[Match], file: str, source: Source | None) -> str:
    """Return a proposal as YAML: a block for study.yaml, what is left to decide, and the score of each column."""
    found = [match for match in matches if match.means not in ("", IGNORED, COMPLETED)]
    columns = {match.means: match.heading for match in found if not match.asked}
    items = {match.means: match.heading for match in found if match.asked}
    handed_in = next((match.heading for match in matches if match.means == COMPLETED), "")
    if handed_in:
        columns.setdefault("date", handed_in)
    block: dict[str, Any] = {"file": file, "columns": columns, "items": items}
    if (items or "answer" in columns) and source is None:
        block["respondent_group"] = "<vem som svarar>"
    block["ignored"] = [match.heading for match in matches if match.means == IGNORED]
    block[COMPLETED] = handed_in
    told = {
        "source": {name: value for name, value in block.items() if value},
        "to_decide": [_with_label(match) for match in matches if not match.means],
        "proposal": [_told(match) for match in matches if match.means],
    }
    return PREFACE + yaml.safe_dump(told, allow_unicode=True, sort_keys=False, width=120)


def _with_label(match: Match) -> str | dict[str, str]:
    return {match.heading: match.label} if match.label else match.heading


def _told(match: Match) -> dict[str, Any]:
    told: dict[str, Any] = {"heading": match.heading, "means": match.means, "score": round(match.score, 2)}
    if match.label:
        told["label"] = match.label
    if match.asked:
        told["codebook"] = match.asked
    if match.differs:
        told["difference"] = dict(zip((IN_CODEBOOK, IN_FILE), match.differs, strict=True))
    return told


def as_excel(matches: Sequence[Match], items: Sequence[Item], columns: Mapping[str, str]) -> bytes:
    """Return a proposal as an Excel template: a row per column of the file, and the names that may be chosen.

    columns : our columns that the file may have, and what each means
    A column that tells both when a response was handed in and its date stands in two rows.
    """
    rows = [_row(match, match.means) for match in matches]
    if not any(match.means == "date" for match in matches):
        rows += [_row(match, "date") for match in matches if match.means == COMPLETED]
    meanings = {**columns, COMPLETED: MEANINGS[COMPLETED], IGNORED: MEANINGS[IGNORED]}
    names = [(SWEDISH.get(name, name), meaning) for name, meaning in meanings.items()]
    wordings = [(item.id, item.wording) for item in items]
    heading = (HEADING, MEANS, "Poäng", "Frågans lydelse i kodboken", "Skillnad", "Filens etikett")
    return workbook(
        [
            Sheet(title=COLUMNS_SHEET, heading=heading, rows=rows, choices={MEANS: NAMES_SHEET}),
            Sheet(title=NAMES_SHEET, heading=("Namn", "Vad det är"), rows=[*names, *wordings]),
        ],
        title="Vad kolumnerna betyder",
    )


def _row(match: Match, means: str) -> tuple[str, str, str, str, str, str]:
    score = decimal(match.score, 2) if match.means else ""
    return match.heading, SWEDISH.get(means, means), score, match.asked, told_difference(match), match.label


def summary(matches: Sequence[Match]) -> list[str]:
    """Return the proposal in lines for a screen: what each column seems to mean, then each wording that differs."""
    lines = [
        f"{decimal(match.score, 2) if match.means else '    '}  {SWEDISH.get(match.means, match.means) or '?':14} "
        f"{_visible(match.heading)}{f' ({_visible(match.label)})' if match.label else ''}"
        for match in matches
    ]
    changed = [match for match in matches if match.differs]
    if changed:
        lines.append(f"Annan ordalydelse än kodbokens ({len(changed)}); ett låst instrument får inte omformuleras:")
    return lines + [f"{match.means}\n{_visible(told_difference(match))}" for match in changed]


def _visible(text: str) -> str:
    """Return text from a file without signs that could steer a screen."""
    return "".join(sign if sign.isprintable() or sign == "\n" else " " for sign in text)


def told_difference(match: Match) -> str:
    """Return both wordings with what differs marked, a line each; empty where they agree."""
    return "\n".join(f"{who}: {text}" for who, text in zip((IN_CODEBOOK, IN_FILE), match.differs or (), strict=False))
