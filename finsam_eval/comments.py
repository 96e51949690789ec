"""A förbund's own words about its year: plain text, checked before it can stand in a report.

`comments/F07.md` holds up to three sections, each under its heading, with paragraphs and simple lists. A file that
holds anything else is refused with file, row and what to do; what it holds is never repeated.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from finsam_eval.ingest.columns import SAFE_ID
from finsam_eval.ingest.free_text import Fault, contact_in, personnummer_in

HEADINGS = ("Genomförande", "Framgångsfaktorer", "Hinder")
LONGEST = 20_000
IGNORED = {"README.md"}

UNSEEN = (
    r"[\x00-\x1f\x7f-\x9f\u200b-\u200f"
    r"\u2028-\u202e\u2060-\u2069\ufeff\ue000-\uf8ff\U000e0000-\U0010ffff]"
)

MARKUP = {
    r"^(\t| {4})": "indrag, som läses som kod; ta bort blankstegen i början av raden",
    r"`|^\s*~~~": "kod; ta bort markeringen",
    r"!\[": "en bild; ta bort den",
    r"\]\s?[(\[:]|\[\^|\b(?i:https?|ftp|mailto):|\bwww\.": "en länk; beskriv källan med ord",
    r"<[A-Za-z/!?]|&#?\w{1,31};": "HTML; skriv vanlig text, och ”mindre än” med ord",
    r"^\s*\||\|.*\|": "en tabell; skriv med meningar",
    r"^\s*([-=_*]\s*){3,}$": "en linje; ta bort den",
    r"^\s*>": "ett citat; ta bort tecknet > i början av raden",
    r"^\s*([*+]|\d{1,3}[.)])\s": "en lista av annat slag; börja varje punkt med bindestreck och blanksteg",
    r"^\s+-\s": "en lista i en lista; låt varje punkt börja längst till vänster",
    r"\*\S(.*\S)?\*|(?<!\w)_\S(.*\S)?_(?!\w)|~~": "fet, kursiv eller struken text; ta bort stjärnor och understreck",
    UNSEEN: "tecken som inte syns; skriv om raden",
}
"""What a row may not hold. Everything is shown as plain text, so markup would only be seen as stray signs."""


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph, or (`listed`) one point of a list, as plain text without line breaks."""

    text: str
    listed: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """What stands under one heading."""

    heading: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Comments:
    """The sections of each förbund, and for each file that was refused the reason, in Swedish.

    A refused file whose name cannot be repeated is called by its place in the folder.
    """

    accepted: dict[str, tuple[Section, ...]]
    refused: dict[str, str]


def read_comments(folder: Path, units: Sequence[str]) -> Comments:
    """Return the förbund's own words in `folder`, checked; a missing folder holds none.

    folder : a study's comments; one file per förbund, named by its id. Hidden files and README.md are left unread.
    units : the ids of the study's förbund.
    """
    accepted: dict[str, tuple[Section, ...]] = {}
    refused: dict[str, str] = {}
    for place, path in enumerate(_files(folder), start=1):
        found = _named(path, units) or _read(path)
        if isinstance(found, str):
            name = _called(path, place)
            refused[name] = f"{name}{found}"
        elif found:
            accepted[path.stem] = found
    return Comments(accepted=accepted, refused=refused)


def to_json(sections: Iterable[Section]) -> list[dict[str, Any]]:
    """Return sections as what JSON can hold."""
    return [asdict(section) for section in sections]


def from_json(content: Iterable[dict[str, Any]]) -> tuple[Section, ...]:
    """Return the sections that `to_json` wrote."""
    return tuple(Section(part["heading"], tuple(Line(**line) for line in part["lines"])) for part in content)


def _files(folder: Path) -> list[Path]:
    paths = sorted(folder.iterdir()) if folder.is_dir() else []
    return [path for path in paths if path.name not in IGNORED and not path.name.startswith(".")]


def _called(path: Path, place: int) -> str:
    harmless = re.fullmatch(r"[\w.-]{1,40}", path.name) and not personnummer_in([path.name])
    return path.name if harmless else f"fil nr {place}"


def _named(path: Path, units: Sequence[str]) -> str:
    """Return why a file's name cannot be used, "" where it can."""
    if path.suffix != ".md" or not re.fullmatch(SAFE_ID, path.stem) or path.is_symlink() or not path.is_file():
        return ": här väntades en vanlig textfil med förbundets id som namn, till exempel F07.md."
    if path.stem in units:
        return ""
    by_case = {unit.casefold(): unit for unit in units}
    near = get_close_matches(path.stem.casefold(), by_case, n=1)
    meant = f"menas {by_case[near[0]]}?" if near else "se förbundens id i studiens fil över förbund."
    return f": inget förbund i studien har filens namn som id; {meant}"


def _read(path: Path) -> tuple[Section, ...] | str:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        return " är inte UTF-8: spara filen igen som text i UTF-8."
    except OSError:
        return " kan inte läsas: är den öppen i ett annat program?"
    if len(text) > LONGEST:
        return f" är längre än {LONGEST} tecken: korta texten."
    # A Mac may write ö as o and two dots, and a word processor a hard space: to the writer the heading looks right.
    rows = unicodedata.normalize("NFC", text).replace("\N{NO-BREAK SPACE}", " ").split("\n")
    fault = next((fault for check in CHECKS if (fault := check(rows))), None)
    return f", rad {fault[0]}: {fault[1]}." if fault else _sections(rows)


def _markup(rows: list[str]) -> Fault | None:
    for row, line in enumerate(rows, start=1):
        for pattern, what in MARKUP.items():
            if re.search(pattern, line):
                return row, f"här finns {what}"
    return None


def _structure(rows: list[str]) -> Fault | None:
    known = ", ".join(f"”## {heading}”" for heading in HEADINGS)
    seen: set[str] = set()
    for row, line in enumerate(rows, start=1):
        heading = _heading(line)
        if heading is None and line.strip() and not seen:
            return row, f"text före den första rubriken; börja med någon av {known}"
        if heading is not None and heading not in HEADINGS:
            return row, f"en annan rubrik än {known}"
        if heading in seen:
            return row, "samma rubrik en gång till; samla texten under en"
        seen |= {heading} if heading else set()
    return None


def _heading(line: str) -> str | None:
    """Return the heading that a row is: without a name where it is one of another kind, None where it is none."""
    if not line.lstrip().startswith("#"):
        return None
    found = re.fullmatch(r"## +(.*?) *", line)
    return found[1] if found else ""


CHECKS: tuple[Callable[[list[str]], Fault | None], ...] = (personnummer_in, contact_in, _markup, _structure)


def _sections(rows: list[str]) -> tuple[Section, ...]:
    parts: dict[str, list[str]] = {}
    for row in rows:
        heading = _heading(row)
        if heading is not None:
            parts[heading] = []
        elif parts:
            parts[list(parts)[-1]].append(row)
    sections = [Section(heading, tuple(_lines(text))) for heading, text in parts.items()]
    return tuple(section for section in sections if section.lines)


def _lines(rows: list[str]) -> Iterator[Line]:
    """Return paragraphs and points: a point begins at its dash, a paragraph after an empty row."""
    for block in re.split(r"\n\s*\n", "\n".join(rows)):
        for part in re.split(r"\n(?=- )", block.strip("\n")):
            text = " ".join(part.removeprefix("- ").split())
            if text:
                yield Line(text, listed=part.startswith("- "))
