"""Where am I, how far has the study come, what next: what the start notebook shows."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from finsam_eval.manifest import Receipt, receipts
from finsam_eval.pipeline import raw_files, states
from finsam_eval.reporting import NOTEBOOKS, REPORTS, waiting
from finsam_eval.study import Study, open_study
from finsam_eval.swedish import markdown_text
from finsam_eval.tables import Table
from finsam_eval.view import find_study
from finsam_eval.wording import SYNTHETIC, Text

ROOT = NOTEBOOKS.parent

FRESH, STALE, NOT_DONE = "färskt", "inaktuellt", "ej gjort"

STEPS = {
    "ingest": "läser filerna i data/raw och lägger undan det som inte går att använda",
    "count": "räknar svaren",
    "analyse": "räknar ut andelar, medelvärden och skillnader med osäkerhet",
    "release": "avgör vad som får visas utan att någon kan pekas ut",
    "report": "gör rapporterna",
}

ANSWERS = {
    "00_start": "Var är jag, och vad gör jag härnäst?",
    "10_data_quality": "Hur bra är data: svar, bortfall och det som lagts undan?",
    "20_reliability": "Hur säkert mäter frågorna?",
    "30_validity": "Vad mäter frågorna, och betyder de detsamma för alla?",
    "40_logic_model": "Håller förändringsteorin, och nås dess mål?",
    "50_comparison": "Skiljer sig förbunden åt, utöver slumpen?",
    "80_pilot_report": "Rapport om mätinstrumentet: frågor, svar och mätsäkerhet",
    "90_forbund_report": "Rapport till ett förbund: egna siffror bredvid rikets",
    "91_national_report": "Rapport om alla förbund tillsammans",
    "92_logic_model_report": "Rapport om en förändringsteori: mål och utfall",
}
"""What each notebook answers, by its name."""

FORMATS = {".html": "HTML", ".pdf": "PDF", ".docx": "Word"}

FIRST_REPORT = 80
"""Notebooks from this number on read released data only."""


@dataclass(frozen=True)
class Start:
    """The state of a study: each step's, by name, and the receipt of each report, by name."""

    study: Study
    has_raw: bool
    states: Mapping[str, str]
    reports: Mapping[str, Receipt]


def look_around(study: str = "") -> Start:
    """Return the state of a study, whether or not anything has been done in it.

    Raises
    ------
    BadDefinition
        When there is no study.yaml, or it says something it cannot mean.
    """
    opened = open_study(find_study(study))
    made = receipts(opened, "report/")
    steps = states(opened)
    return Start(
        study=opened,
        has_raw=bool(raw_files(opened)),
        states={**steps, "report": _state_of_reports(opened, made, steps.values())},
        reports=made,
    )


def where(start: Start) -> Text:
    """Which study this is, and whether its people exist."""
    settings = start.study.settings
    lines = [
        f"Du är i studien **{markdown_text(settings.name)}**. Rapporterna gäller "
        f"{markdown_text(start.study.period_label(settings.report_period))}.",
        f"**{SYNTHETIC}.** Inga verkliga personer eller förbund finns i den." if settings.synthetic else "",
        f"Personuppgiftsansvarig: {markdown_text(settings.controller)}.",
    ]
    return Text("\n\n".join(line for line in lines if line))


def steps(start: Start) -> Table:
    """Every step from raw data to report: what it does, and whether it is done for what lies there today."""
    rows = [[name, STEPS[name], state] for name, state in start.states.items()]
    return Table("Stegen från enkätfiler till rapporter", ["Steg", "Vad steget gör", "Läge"], rows)


def next_step(start: Start) -> Text:
    """What to do now, with the command to give."""
    waiting = [name for name, state in start.states.items() if state != FRESH]
    if not waiting:
        return Text(
            "Allt är gjort för de data och definitioner som ligger i mappen nu: öppna rapporterna nedan. Ändras en "
            f"fil: kör {_command(start)}. Bara det som berörs görs om."
        )
    if not start.has_raw and not start.study.settings.synthetic:
        return Text(
            "Enkätfilerna saknas. Lägg dem i `data/raw` i studiens mapp, med de namn som står i `study.yaml` under "
            f"`sources`. Kör sedan {_command(start)}."
        )
    nothing = set(start.states.values()) == {NOT_DONE}
    begin = "Ingenting är gjort ännu." if nothing else f"Steget *{waiting[0]}* står på tur."
    return Text(
        f"{begin} Kör {_command(start)}. Då görs alla steg som behövs, i ordning. Kör sedan den här anteckningsboken "
        "igen."
    )


def reports(start: Start) -> Text:
    """The reports there are, with links that hold as seen from the notebooks."""
    if not start.reports:
        return Text("Inga rapporter är gjorda ännu.")
    rows = [_report_row(start.study, name, receipt) for name, receipt in start.reports.items()]
    return Text("\n".join(["| Rapport | Får spridas? | Filer |", "|---|---|---|", *rows]))


def notebooks(start: Start) -> Text:
    """The notebooks, what each answers, and whether what it shows may be spread."""
    rows = [
        f"| [{path.stem}]({quote(path.name)}) | {ANSWERS[path.stem]} | {_may_be_spread(path)} |"
        for path in sorted(NOTEBOOKS.glob("*.ipynb"))
    ]
    return Text("\n".join(["| Anteckningsbok | Vad den svarar på | Vad den visar |", "|---|---|---|", *rows]))


def secrecy(start: Start) -> Text:
    """What may leave the house, and what must stay."""
    policy = markdown_text(start.study.settings.policy)
    return Text(
        "- **Får spridas:** rapporterna i `reports/publik`. Där döljs tal som kan peka ut någon, enligt reglerna i "
        f"{policy}.\n"
        "- **Bara inom projektet:** rapporterna i `reports/intern`, och rapporternas anteckningsböcker när de körs med "
        "profilen intern.\n"
        "- **Lämnar aldrig mappen:** allt i `data`. Där finns svar från enskilda personer. Det gäller också det som "
        "visas i anteckningsböcker märkta *intern*: spara dem utan resultat innan du skickar dem vidare."
    )


def _state_of_reports(study: Study, made: Mapping[str, Receipt], before: Iterable[str]) -> str:
    if not made:
        return NOT_DONE
    profiles = {"publik", *(_profile(name) for name in made)}
    held = all(state == FRESH for state in before) and not any(waiting(study, profile) for profile in profiles)
    return FRESH if held else STALE


def _profile(name: str) -> str:
    return name.split("/")[1]


def _command(start: Start) -> str:
    folder = start.study.folder
    if folder == ROOT:
        return "`./run report` i en terminal i projektets mapp (på Windows `python run report`)"
    named = folder.relative_to(ROOT).as_posix() if folder.is_relative_to(ROOT) else "STUDIENS_MAPP"
    return f"`./run run --study {named}` i en terminal i projektets mapp (på Windows `python run run …`)"


def _report_row(study: Study, name: str, receipt: Receipt) -> str:
    kind, unit = name.split("/")[2:]
    wrote = {Path(file).suffix: study.folder / file for file in receipt.wrote}
    links = [_link(label, wrote[suffix]) for suffix, label in FORMATS.items() if suffix in wrote]
    title = markdown_text(receipt.told.get("title", f"{REPORTS[kind].title}: {unit}"))
    spread = "ja" if _profile(name) == "publik" else "nej, bara inom projektet"
    return f"| {title} | {spread} | {' · '.join(links)} |"


def _link(label: str, file: Path) -> str:
    if not file.is_relative_to(ROOT):
        return label
    return f"[{label}]({quote(Path(os.path.relpath(file, NOTEBOOKS)).as_posix())})"


def _may_be_spread(path: Path) -> str:
    number = int(path.stem.split("_")[0])
    if number == 0:
        return "inga svar"
    return "bara det som får visas" if number >= FIRST_REPORT else "*intern:* allt, får inte spridas"
