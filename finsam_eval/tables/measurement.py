"""The further coefficients that a journal asks for: every measure of consistency and agreement, and förbund's means."""

from __future__ import annotations

import pandas as pd

from finsam_eval.codebook import Codebook
from finsam_eval.psychometrics.rows import DYAD, FORBUND, ITEM, ITEM_SET
from finsam_eval.results import Status
from finsam_eval.swedish import DASH, percent, whole
from finsam_eval.tables.instrument import briefly, whom
from finsam_eval.tables.reliability import grouped, value_cell
from finsam_eval.tables.shared import Table, answers_needed

CONSISTENCY = {
    "alfa": "Alfa",
    "ordinal_alfa": "Ordinal alfa",
    "omega_total": "Omega total",
    "omega_hierarkisk": "Omega hierarkisk",
    "omega_kategorisk": "Omega kategorisk",
}
AGREEMENT = {
    "kappa": "Kappa",
    "kappa_linjar": "Linjär kappa",
    "vagd_kappa": "Vägd kappa",
    "ac2": "AC2",
    "krippendorff": "Krippendorffs alfa",
}
NEVER = "inget antal räcker"


def consistency(codebook: Codebook, coefficients: pd.DataFrame) -> Table | None:
    """Per declared item set: alpha beside its relatives for few ordered steps and for several factors."""
    rows = [
        [f"{_label(found)} ({whom(codebook, key[0], key[1])})", *(value_cell(found.get(name)) for name in CONSISTENCY)]
        for key, found in grouped(coefficients, ITEM_SET)
    ]
    columns = ["Grupp av frågor", *CONSISTENCY.values()]
    return Table("Samstämmighet, flera mått (95-procentsintervall)", columns, rows) if rows else None


def agreement(codebook: Codebook, coefficients: pd.DataFrame, kind: str) -> Table | None:
    """Per question answered twice (kind "item") or by two sides ("dyad"): every coefficient of agreement."""
    rows = [
        [_pair(codebook, key, found), *(value_cell(found.get(name)) for name in AGREEMENT)]
        for key, found in grouped(coefficients, kind)
    ]
    columns = ["Fråga", *AGREEMENT.values()]
    return Table(f"{_TITLES[kind]}: fler mått på överensstämmelse", columns, rows) if rows else None


def shifts(codebook: Codebook, coefficients: pd.DataFrame, kind: str) -> Table | None:
    """Per question: the mean difference between the two answers, and between which limits single ones lie."""
    rows = []
    for key, found in grouped(coefficients, kind):
        cells = [value_cell(found.get(name)) for name in ("skift", "lagst_skillnad", "hogst_skillnad")]
        both = [value_cell(found.get("bada_sidor"), percent)] if kind == DYAD else []
        rows.append([_pair(codebook, key, found), *cells, *both])
    columns = ["Fråga", "Medelskillnad, steg", "Nedre gräns", "Övre gräns"]
    columns += ["Båda instämmer"] if kind == DYAD else []
    return Table(f"{_TITLES[kind]}: skillnad mellan de två svaren (Bland–Altman)", columns, rows) if rows else None


def forbund_means(codebook: Codebook, coefficients: pd.DataFrame) -> Table | None:
    """Per question: how much of the answers' variation lies between förbund, and how many answers tell them apart."""
    rows = [
        [
            briefly(codebook, *key),
            whole(found["icc1"]["n"]) if found["icc1"]["status"] == Status.OK else DASH,
            *(value_cell(found.get(name)) for name in ("icc1", "icc2")),
            _needed(found["svar_som_behovs"]),
            value_cell(found.get("rwg")),
        ]
        for key, found in grouped(coefficients, FORBUND)
    ]
    columns = ["Fråga och vem", "Svar", "ICC(1)", "ICC(2)", "Svar som behövs", "rwg"]
    return Table("Hur säkert är ett förbunds medelvärde?", columns, rows) if rows else None


def by_gender(codebook: Codebook, found: pd.DataFrame) -> Table | None:
    """Per item set and retest: the coefficient of women, of men, and the difference with its interval."""
    rows = []
    for _, part in found.groupby(["kind", "subject", "respondent_group", "occasion"], sort=False):
        own = {row["gender"]: row for _, row in part.iterrows()}
        first = part.iloc[0]
        name = first["label"] if first["kind"] == ITEM_SET else first["subject"]
        cells = [
            f"{name} ({whom(codebook, first['respondent_group'], first['occasion'])})",
            CONSISTENCY.get(first["statistic"], AGREEMENT.get(first["statistic"], first["statistic"])),
        ]
        rows.append([*cells, *(value_cell(row) for row in own.values())])
    columns = ["Vad", "Mått", "Kvinnor", "Män", "Skillnad"]
    return Table("Mäter frågorna lika säkert för kvinnor och män?", columns, rows) if rows else None


def _needed(row: pd.Series) -> str:
    if row["status"] == Status.NOT_APPLICABLE:
        return NEVER
    if row["status"] != Status.OK:
        return value_cell(row)
    return answers_needed(row)


_TITLES = {ITEM: "Samma fråga två gånger", DYAD: "Deltagare och personal"}


def _label(found: dict[str, pd.Series]) -> str:
    return str(next(iter(found.values()))["label"])


def _pair(codebook: Codebook, key: tuple[str, str, str], found: dict[str, pd.Series]) -> str:
    first = next(iter(found.values()))
    if first["kind"] == DYAD:
        return f"{first['label']}, {codebook.occasion_label(key[1])}"
    return briefly(codebook, *key)
