"""A release's tables as one Excel file: what may be seen, and what is hidden said to be."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from finsam_eval.codebook import Codebook
from finsam_eval.errors import BadInput, UnknownName
from finsam_eval.files import load_table, write_atomically
from finsam_eval.render.workbook import Sheet, Value, workbook
from finsam_eval.results import Status
from finsam_eval.study import Study
from finsam_eval.swedish import HIDDEN

SYNTHETIC = "SYNTETISKA DATA: inga verkliga personer"
INTERN = "INTERN: får inte spridas"

ABOUT = "Om"

SHEETS = {
    "records": ("Skattningar", "Andelar, medel, skillnader och målnivåer med osäkerhet, en rad per tal"),
    "counts": ("Antal", "Hur många som svarat vad, i den detalj som får visas"),
    "contrasts": ("Jämförelser", "Hur talen som visas står mot varandra: riket, kvinnor och män, över tid"),
    "coefficients": ("Koefficienter", "Hur tillförlitliga frågorna är, för hela landet"),
    "items": ("Frågor", "Hur varje fråga besvaras, för hela landet"),
    "observations": ("Observationer", "Tal som andra har räknat fram eller redan offentliggjort"),
    "units": ("Enheter", "Samordningsförbunden"),
}
"""Table → its sheet, and what lies there."""

CODES = "Koder"

HEADINGS = {
    "against_gender": "Jämfört med kön",
    "against_period": "Jämfört med period",
    "alpha_if_deleted": "Alfa utan frågan",
    "category": "Svar",
    "ceiling": "Andel på högsta steget",
    "centre": "Rikets tal",
    "deff": "Designeffekt",
    "detail": "Detalj",
    "floor": "Andel på lägsta steget",
    "forbund": "Förbund",
    "gender": "Kön",
    "indicator": "Indikator",
    "item": "Fråga",
    "item_rest": "Samband med de övriga",
    "item_set": "Frågemängd",
    "k": "Antal frågor",
    "kind": "Slag",
    "label": "Benämning",
    "lan": "Län",
    "level": "Konfidensnivå",
    "lower": "Undre gräns",
    "mean": "Medel",
    "mentioned": "Antal som källan talar om",
    "method": "Metod",
    "missing": "Andel som inte svarat",
    "n": "n",
    "name": "Namn",
    "needed": "Svar som behövs",
    "occasion": "Tillfälle",
    "outcome": "Utfall mot målet",
    "p": "p",
    "p_adjusted": "p, justerat för antal förbund (BH)",
    "period": "Period",
    "printed": "Procent som det står i källan",
    "printed_status": "Källans omdöme",
    "probability": "Sannolikhet att nivån når målet",
    "reason": "Varför talet saknas",
    "reliability": "Reliabilitet",
    "respondent_group": "Vem som svarar",
    "sd": "Standardavvikelse",
    "short": "Personer som fattas till målet",
    "source": "Källa",
    "statistic": "Mått",
    "status": "Status",
    "subject": "Vad det gäller",
    "target": "Mål",
    "tested": "Antal enheter eller perioder",
    "unit": "Enhet",
    "upper": "Övre gräns",
    "value": "Värde",
    "verdict": "Underliggande nivå mot målet",
    "x": "x",
}

ANSWERS = {
    "n": "alla som svarat",
    "hog": "de högsta stegen på skalan",
    "mellan": "stegen däremellan",
    "lag": "de lägsta stegen på skalan",
}

STATUSES = {
    Status.OK: "talet finns",
    Status.SUPPRESSED: "talet finns men visas inte, för att ingen enskild person ska kunna kännas igen",
    Status.NOT_COMPARABLE: "för osäkert för att jämföras; den egna nivån kan ändå visas",
    Status.NOT_APPLICABLE: "måttet går inte att använda här",
    Status.NOT_CONVERGED: "beräkningen nådde inget svar",
    Status.NO_DATA: "ingen har svarat",
}

FIGURES = ("value", "lower", "upper", "n", "x")
"""Numbers that say "visas inte" where their row is hidden."""

REST_ON = "n"
"""In a table without status, the number that every other rests on: a row that lacks it is hidden."""


def write_released(study: Study, profile: str, out: Path) -> None:
    """Write one release as an Excel file.

    Raises
    ------
    UnknownName
        For another profile than the study releases.
    BadInput
        When the release is not made, or `out` is no .xlsx.
    """
    known = sorted(path.name for path in study.released(profile).parent.glob("*") if path.is_dir())
    if profile not in known:
        raise UnknownName(f"profile {profile!r} is not released; there are {', '.join(known) or 'none yet'}")
    if out.suffix != ".xlsx":
        raise BadInput(f"{out.name}: expected a name that ends with .xlsx")
    write_atomically(out, partial(Path.write_bytes, data=released_workbook(study, profile)))


def released_workbook(study: Study, profile: str) -> bytes:
    """Return one release as an Excel file: a sheet of what it is, one per table, and one of what codes mean.

    A number that is hidden says so; one that does not exist is empty, and the row's status tells why.

    Raises
    ------
    BadInput
        When the release is not made.
    """
    folder = study.released(profile)
    tables = {name: load_table(folder / f"{name}.parquet") for name in SHEETS}
    facts = json.loads((folder / "release.json").read_text(encoding="utf-8"))
    sheets = [
        Sheet(title=title, heading=[HEADINGS[name] for name in tables[table]], rows=cells(tables[table]))
        for table, (title, _) in SHEETS.items()
    ]
    codes = Sheet(title=CODES, heading=("Slag", "Kod", "Betydelse"), rows=_codes(study))
    about = Sheet(
        title=ABOUT, heading=("Uppgift", "Innehåll"), rows=_about(study, profile, facts), banner=_banner(study, profile)
    )
    return workbook([about, *sheets, codes], title=f"{study.settings.name}: {profile}")


def cells(table: pd.DataFrame) -> list[list[Value]]:
    """Return the rows of a released table, "visas inte" where a hidden number would stand.

    Without a status a row is hidden where n is missing, and so are then all its numbers.
    """
    told = table.astype("object").where(table.notna(), None)
    hidden = table["status"] == Status.SUPPRESSED if "status" in table else _without_n(table)
    for name in _figures(table):
        told[name] = told[name].mask(hidden & table[name].isna(), HIDDEN)
    rows: list[list[Value]] = told.to_numpy().tolist()
    return rows


def _without_n(table: pd.DataFrame) -> pd.Series:
    return table[REST_ON].isna() if REST_ON in table else pd.Series(False, index=table.index)


def _figures(table: pd.DataFrame) -> list[str]:
    if "status" in table:
        return [name for name in FIGURES if name in table]
    return list(table.select_dtypes("number"))


def _banner(study: Study, profile: str) -> str:
    parts = [SYNTHETIC] if study.settings.synthetic else []
    return " · ".join([*parts, *([INTERN] if profile == "intern" else [])])


def _about(study: Study, profile: str, facts: dict[str, Any]) -> list[Sequence[Value]]:
    settings, policy, limits = study.settings, facts["policy"], facts["policy"]["opinion"]
    return [
        ("Studie", settings.name),
        ("Utgåva", profile),
        ("Rapportens period", study.period_label(settings.report_period)),
        ("Instrument", f"{study.codebook.title} ({study.codebook.version}), {study.codebook.owner}"),
        ("Personuppgiftsansvarig", settings.controller),
        ("Sekretessregel", f"minst {limits['min_n']} svar, och minst {limits['min_x']} på vardera sidan av en andel"),
        ("Beslutad av", f"{policy['decided_by']}, {policy['decided_on']}"),
        ("Dolda tal", f"”{HIDDEN}” står där ett tal finns men inte får visas; tomt där inget tal finns"),
        ("Utgåvans kontrollsumma", facts["released_sha256"]),
        *((f"Blad: {title}", what) for title, what in SHEETS.values()),
        (f"Blad: {CODES}", "Vad koderna för frågor, grupper, tillfällen, perioder och svar betyder"),
        *((f"Status: {status}", what) for status, what in STATUSES.items()),
    ]


def _codes(study: Study) -> list[Sequence[Value]]:
    book: Codebook = study.codebook
    told: dict[str, dict[str, str]] = {
        "Fråga": {item.id: item.wording for item in book.items},
        "Vem som svarar": {group.id: group.label for group in book.groups},
        "Tillfälle": {occasion.id: occasion.label for occasion in book.occasions},
        "Period": {period.id: period.label for period in study.settings.periods},
        "Frågemängd": {one.id: f"{one.label}: {', '.join(one.items)}" for one in book.item_sets},
        "Svar": ANSWERS,
    }
    return [(kind, code, meaning) for kind, codes in told.items() for code, meaning in codes.items()]
