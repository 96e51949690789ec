"""Columns of a delivered file → which item or which of our columns each seems to be, with a score."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from finsam_eval.codebook import Item
from finsam_eval.errors import BadInput
from finsam_eval.ingest.delivered import Delivered
from finsam_eval.ingest.headings import ID_FIRST, Names, nearest, says
from finsam_eval.ingest.personnummer import looks_like_personnummer
from finsam_eval.ingest.rewording import as_compared, difference, likeness
from finsam_eval.ingest.searched import told_of
from finsam_eval.ingest.template import COMPLETED, IGNORED

ALIKE = 0.65
"""The least score that is proposed. Mätpunkter of nns2015 about other things are at most .57 alike; those of a pair or
a dyad up to .95, which is why the likest is taken first."""

USUAL = {
    "respondent": (
        *("respondent", "person", "pseudonym", "kod", "svarskod", "deltagarkod", "token", "access code", "id"),
        *("svarsid", "svars-id", "response id"),
    ),
    "participation": ("participation", "deltagande", "deltagande-id", "ärende", "ärendekod"),
    "insats": ("insats", "insats-id", "insatskod", "verksamhet"),
    "forbund": ("forbund", "förbund", "samordningsförbund", "förbundskod"),
    "gender": ("gender", "kön", "kon", "sex", "juridiskt kön", "är du", "kön?"),
    "date": ("date", "datum", "svarsdatum", "datestamp", "date last action", "senaste aktivitet"),
    "occasion": ("occasion", "tillfälle", "tillfalle", "mättillfälle"),
    "wave": ("wave", "omgång", "omgang", "mätning"),
    "retest": ("retest", "omtest"),
    "period": ("period", "mätperiod"),
    "respondent_group": ("respondent_group", "grupp", "respondentgrupp", "svarsgrupp"),
    "invited": ("invited", "inbjudna", "antal", "antal inbjudna", "utskick"),
    "item": ("item", "fråga", "fraga", "fråge-id", "frågekod", "question"),
    "answer": ("answer", "svar", "svarsvärde"),
    "name": ("name", "namn", "benämning"),
    "lan": ("lan", "län"),
    "start": ("start", "startdatum", "inskrivningsdatum", "inskriven"),
    "end": ("end", "avslut", "avslutsdatum", "slutdatum", "avslutad"),
    "anonymous": ("anonymous", "anonym"),
    COMPLETED: (
        *("submitdate", "date submitted", "completed", "inlämnad", "inlämningsdatum", "datum inskickat"),
        *("datum för slutförande", "slutförd", "slutfördes"),
    ),
    IGNORED: (
        *(
            "id",
            "response id",
            "svars-id",
            "svarsid",
            "lastpage",
            "last page",
            "sista sida",
            "startlanguage",
            "start language",
        ),
        *("startspråk", "seed", "startdate", "date started", "datum påbörjat", "ipaddr", "ip address", "ip-adress"),
        *("refurl", "referrer url", "interviewtime", "total time"),
    ),
}
"""What our columns are usually called in Swedish files and in LimeSurvey's exports, the surest name first."""

_CODE_IN_BRACKETS = re.compile(r".*\[([A-Za-z]\w{0,39})\]", re.DOTALL)


@dataclass(frozen=True)
class Match:
    """What one column seems to be.

    `means` is one of our columns, an item's id, "completed", "ignored", or empty where nothing is like it. `asked` is
    the wording in the codebook that `said`, the file's, was held against; both empty where there is nothing to hold.
    `label` is what an SPSS file says of the column beside its name.
    """

    heading: str
    means: str
    score: float
    asked: str = ""
    said: str = ""
    label: str = ""

    @property
    def differs(self) -> tuple[str, str] | None:
        """The codebook's and the file's wording with what differs marked; None where they agree."""
        return difference(self.asked, self.said) if self.said else None


def propose(delivered: Delivered, items: Sequence[Item], columns: Iterable[str]) -> list[Match]:
    """Return what each column seems to be, in the file's order; no cell below the heading is looked at.

    By its id, by its usual heading or label, or by its wording, the likest pair first. An item or a column is proposed
    once.

    items : the items that may stand in the file
    columns : our columns that it may have

    Raises
    ------
    BadInput
        When a heading, a question or a label holds what looks like a personnummer.
    """
    _refuse_persons(delivered)
    allowed = [*columns, COMPLETED, IGNORED]
    matches: dict[int, Match] = {}
    taken: set[str] = set()
    for found in (_by_id(delivered, items), _by_heading(delivered, allowed), _by_wording(delivered, items)):
        for place, match in found:
            if place not in matches and match.means not in taken:
                matches[place] = match
                taken |= {match.means} - {IGNORED}
    if not {"item", "answer"} <= taken:  # a row is an answer only where one column says to what
        matches = {place: match for place, match in matches.items() if match.means not in ("item", "answer")}
    return [
        replace(matches.get(place, Match(heading, "", 0.0)), label=delivered.questions.get(heading, ""))
        for place, heading in enumerate(delivered.heading)
    ]


def reworded(matches: Iterable[Match]) -> list[Match]:
    """Return the matches whose wording is another than the codebook's."""
    return [match for match in matches if match.differs]


def _refuse_persons(delivered: Delivered) -> None:
    for place, heading in enumerate(delivered.heading, start=1):
        if any(looks_like_personnummer(text) for text in told_of(delivered, heading)):
            raise BadInput(
                f"row 1, column {place}: its heading or a label looks like a personnummer; the first row must be "
                "headings and not answers, and the data owner must pseudonymise the file before it is looked at"
            )


def _by_id(delivered: Delivered, items: Sequence[Item]) -> Iterator[tuple[int, Match]]:
    known = {item.id.casefold(): item for item in items}
    for place, heading in enumerate(delivered.heading):
        item = next((known[code] for code in _codes(heading) if code in known), None)
        if item is not None:
            said = _said(heading, delivered.questions.get(heading, ""), item)
            yield place, Match(heading, item.id, 1.0, nearest(item, said) if said else item.wording, said)


def _codes(heading: str) -> list[str]:
    """Return what may be an item's id in a heading: all of it, what stands first, or what stands last in brackets."""
    found = [ID_FIRST.fullmatch(heading.strip()), _CODE_IN_BRACKETS.fullmatch(heading.strip())]
    return [heading.strip().casefold(), *(match[1].casefold() for match in found if match)]


def _said(heading: str, question: str, item: Item) -> str:
    """Return the wording that the file gives beside an item's id; empty where it gives none but the item's own."""
    first = ID_FIRST.fullmatch(heading.strip())
    beside = [question, first[2] if first else ""]
    return next((text for text in beside if text and not says(item, text)), "")


def _by_heading(delivered: Delivered, allowed: Sequence[str]) -> Iterator[tuple[int, Match]]:
    told = [{as_compared(text) for text in (name, delivered.questions.get(name, ""))} for name in delivered.heading]
    for name in allowed:
        for usual in USUAL.get(name, (name.casefold(),)):
            for place, texts in enumerate(told):
                if usual in texts:
                    yield place, Match(delivered.heading[place], name, 1.0)


def _by_wording(delivered: Delivered, items: Sequence[Item]) -> Iterator[tuple[int, Match]]:
    pairs, names = [], Names(items)
    for place, heading in enumerate(delivered.heading):
        for said in {heading, delivered.questions.get(heading) or heading}:
            meant = names.items(said)
            for item in items:
                asked = nearest(item, said)
                same = Match(heading, item.id, 1.0, asked)
                other = Match(heading, item.id, likeness(asked, said), asked, said)
                pairs.append((place, same if item.id in meant else other))
    alike = [(place, match) for place, match in pairs if match.score >= ALIKE]
    yield from sorted(alike, key=lambda pair: (-pair[1].score, pair[0], pair[1].means, pair[1].said))
