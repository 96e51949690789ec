"""Pseudonymised answers for a colleague's own program: SPSS and CSV per respondent group, and R scripts that fit them.

Everything here is about persons and stays inside.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pandas as pd
import pyreadstat
from pyreadstat.pyclasses import MissingRange

from finsam_eval.codebook import Codebook, Scale
from finsam_eval.errors import BadInput
from finsam_eval.exports.scripts import script
from finsam_eval.files import load_table, without_formulas, write_atomically
from finsam_eval.ingest.schemas import KEY
from finsam_eval.psychometrics.questionnaires import first_hand, in_time
from finsam_eval.study import Study

INTERN = "INTERN"
COUNTED = "i_analysen"
"""The column that says which questionnaires the analyses use: the latest of each person in the report's period."""

LABELS = {
    "respondent": "Den svarandes pseudonym",
    "participation": "Deltagandets pseudonym",
    "about": "Pseudonym för deltagaren som svaret gäller",
    "respondent_group": "Vem som svarar",
    "occasion": "Mättillfälle",
    "wave": "Vilken gång i ordningen",
    "retest": "Omtest",
    "period": "Period",
    "date": "Dagen då enkäten besvarades",
    "forbund": "Samordningsförbundets id",
    "insats": "Insatsens id",
    "gender": "Kön",
    COUNTED: "Räknas i analyserna: det senaste svaret i rapportens period",
}

ABOVE_MISSING = -90
"""Codes of missing answers lie below this, and below every code of every scale."""

YES_NO = {0: "Nej", 1: "Ja"}


@dataclass(frozen=True)
class Sheet:
    """One respondent group's questionnaires, a row each, and what its columns and codes are called.

    An answer that is missing has the code of its reason (`reasons`); empty is a question that was not asked then.
    """

    group: str
    table: pd.DataFrame
    labels: Mapping[str, str]
    codes: Mapping[str, Mapping[int, str]]
    reasons: Mapping[str, int]


def export(study: Study, folder: Path) -> list[Path]:
    """Write every group's answers as .sav and .csv, the list of their variables, and an R script per item set.

    Raises
    ------
    BadInput
        When the folder may end up where others can read it, holds something already, or nobody has answered.
    """
    _check_folder(study, folder)
    responses = load_table(study.processed / "responses.parquet")
    if responses.empty:
        raise BadInput("responses.parquet has no answers to export: the study has only figures that others counted")
    sheets = {group: sheet(study, responses, group) for group in responses["respondent_group"].unique()}
    written = [path for one in sheets.values() for path in _write(one, folder)]
    written.append(_write_text(folder / f"{INTERN}_variabler.csv", _variables(sheets.values()), "utf-8-sig"))
    for item_set in study.codebook.item_sets:
        if item_set.respondent_group in sheets:
            one = sheets[item_set.respondent_group]
            text = script(item_set, study.codebook, data=f"{_stem(one.group)}.csv", reasons=one.reasons)
            written.append(_write_text(folder / f"{item_set.id}.R", text))
    written.append(_write_text(folder / "LÄS_MIG.txt", _readme(study)))
    return written


def sheet(study: Study, responses: pd.DataFrame, group: str) -> Sheet:
    """Return one group's questionnaires, a row each, in the order in which they were delivered."""
    reasons = _reasons(responses, study.codebook)
    rows = responses[responses["respondent_group"] == group]
    asked = [item.id for item in study.codebook.survey_items if item.id in set(rows["item"])]
    wordings = {name: study.codebook.item(name).wording for name in asked}
    values = {name: _value_labels(name, study.codebook, reasons) for name in asked}
    codes = {"retest": YES_NO, COUNTED: YES_NO, **values}
    return Sheet(group, _table(study, rows, asked, reasons), {**LABELS, **wordings}, codes, reasons)


def _table(study: Study, rows: pd.DataFrame, asked: list[str], reasons: Mapping[str, int]) -> pd.DataFrame:
    codes = rows["value"].astype("float64").fillna(rows["missing"].map(reasons))
    # Not pivot_table: it drops those who left everything unanswered.
    wide = rows.assign(code=codes).pivot(index=KEY, columns="item", values="code")  # noqa: PD010
    counted = first_hand(in_time(rows, study.codebook, study.atoms_in_report))[KEY].drop_duplicates()
    about = rows[[*KEY, "date", "forbund", "insats", "gender"]].drop_duplicates(KEY)
    about = about.merge(counted.assign(**{COUNTED: 1}), on=KEY, how="left").fillna({COUNTED: 0})
    whole = {"retest": "int64", COUNTED: "int64", **dict.fromkeys(asked, "Int64")}
    return about.merge(wide[asked].reset_index(), on=KEY).astype(whole)


def _reasons(responses: pd.DataFrame, codebook: Codebook) -> dict[str, int]:
    """Return the code of each reason for a missing answer, the same in all groups."""
    lowest = min(0, *(scale.min for scale in codebook.scales.values()))
    told = sorted(set(responses["missing"]) - {""})
    return {reason: lowest + ABOVE_MISSING - number for number, reason in enumerate(told, start=1)}


def _value_labels(name: str, codebook: Codebook, reasons: Mapping[str, int]) -> dict[int, str]:
    labels = _scale_labels(codebook.scale(name), turned=codebook.item(name).reversed)
    return {**labels, **{code: reason for reason, code in reasons.items()}}


def _scale_labels(scale: Scale, *, turned: bool) -> dict[int, str]:
    """Return what the codes are called, those of the end points where only they are; `turned` as the answers are."""
    labels = scale.labels or {scale.min: scale.lowest, scale.max: scale.highest}
    return {scale.min + scale.max - code if turned else code: label for code, label in labels.items()}


def _check_folder(study: Study, folder: Path) -> None:
    place = folder.resolve()
    inside = place.is_relative_to(study.internal)
    tracked = place.is_relative_to(study.folder) or any((above / ".git").exists() for above in (place, *place.parents))
    if tracked and not inside:
        raise BadInput(
            "the export holds answers of persons and is not written inside a study or a repository, where it may be "
            "handed out with it: choose a folder of your own, or data/processed/internal/export"
        )
    if place.exists() and (not place.is_dir() or any(place.iterdir())):
        raise BadInput(f"{folder.name} already holds something and is left as it is: choose a new folder")


def _stem(group: str) -> str:
    return f"{INTERN}_svar_{group}"


def _write(one: Sheet, folder: Path) -> list[Path]:
    csv, sav = (folder / f"{_stem(one.group)}.{kind}" for kind in ("csv", "sav"))
    shown = without_formulas(one.table)
    write_csv = partial(shown.to_csv, sep=";", decimal=",", index=False, encoding="utf-8-sig")
    write_atomically(csv, write_csv, private=True)
    write_atomically(sav, lambda temporary: _save_sav(one, temporary), private=True)
    return [csv, sav]


def _save_sav(one: Sheet, path: Path) -> None:
    items = [name for name in one.codes if name not in LABELS]
    codes = one.reasons.values()
    missing = [MissingRange(lo=min(codes), hi=max(codes))] if codes else []
    values: dict[str, dict[int | float, str]] = {name: dict(labels.items()) for name, labels in one.codes.items()}
    pyreadstat.write_sav(
        one.table.astype(dict.fromkeys(items, "float64")),
        str(path),
        file_label=f"{INTERN}: pseudonymiserade svar",
        column_labels={name: one.labels[name] for name in one.table.columns},
        variable_value_labels=values,
        missing_ranges={name: [*missing] for name in items},
        variable_measure=dict.fromkeys(items, "ordinal"),
        variable_format=dict.fromkeys(items, "F4.0"),
    )


def _variables(sheets: Iterable[Sheet]) -> str:
    """Return what columns and codes are called, as CSV: a row per group, column and code."""
    rows = []
    for one in sheets:
        missing = set(one.reasons.values())
        for name in one.table.columns:
            told = [one.group, name, one.labels[name]]
            codes = one.codes.get(name, {})
            rows += [
                [*told, str(code), label, "saknas" if code in missing else "svar"] for code, label in codes.items()
            ]
            rows += [] if codes else [[*told, "", "", ""]]
    heading = ["grupp", "variabel", "betydelse", "kod", "kodens betydelse", "slag"]
    listed = without_formulas(pd.DataFrame(rows, columns=heading, dtype="str"))
    return listed.to_csv(sep=";", index=False, lineterminator="\n")


def _readme(study: Study) -> str:
    settings = study.settings
    synthetic = "SYNTETISKA DATA: inga verkliga personer.\n\n" if settings.synthetic else ""
    return (
        f"{INTERN}: lämnas inte ut och läggs inte där andra kan läsa.\n\n{synthetic}"
        f"Pseudonymiserade svar ur {settings.name}, en rad per enkät. Omvända frågor är redan vända.\n"
        f"{COUNTED} = 1: svaren som analyserna räknar på ({study.period_label(settings.report_period)}, inga omtest).\n"
        f"Ett saknat svar har en negativ kod som säger varför; tomt betyder att frågan inte ställdes.\n"
        f"Vad kolumner och koder heter står i {INTERN}_variabler.csv och i .sav-filerna.\n\n"
        f"Personuppgiftsansvarig: {settings.controller}\nRättslig grund: {settings.legal_basis}\n"
        f"Etik: {settings.ethics}\nSparas till {settings.retention.until}: {settings.retention.reason}\n"
    )


def _write_text(path: Path, text: str, encoding: str = "utf-8") -> Path:
    write_atomically(path, lambda temporary: temporary.write_text(text, encoding=encoding), private=True)
    return path
