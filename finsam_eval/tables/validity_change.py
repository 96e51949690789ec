"""How answers changed between two occasions, beside what one person's answer can tell, as tables."""

from __future__ import annotations

import pandas as pd

from finsam_eval.codebook import Codebook
from finsam_eval.language import headings, said
from finsam_eval.psychometrics.change_rows import CHANGES
from finsam_eval.psychometrics.questionnaires import AskedTwice, asked_twice
from finsam_eval.psychometrics.rows import ITEM
from finsam_eval.results import Status
from finsam_eval.swedish import DASH, HIDDEN, whole
from finsam_eval.tables.reliability import value_cell
from finsam_eval.tables.shared import Table

ANOTHER, ALREADY = "byter innebörd", "gäller redan en ändring"


def change_sizes(codebook: Codebook, coefficients: pd.DataFrame) -> Table | None:
    """Per question asked twice: mean change, SRM and ES, and what a change of one person must exceed to count."""
    rows = [
        [
            changed(one, group, codebook),
            _count(found["srm"]),
            *(flag_or(found[name], one) for name in CHANGES),
            value_cell(sdc_of(coefficients, one, group)),
            *(_least(found.get(name)) for name in ("mic_ankare", "mic_prediktiv")),
        ]
        for one, group, found in each_change(codebook, coefficients)
    ]
    columns = headings(
        "Fråga", "Personer", "Medelförändring", "SRM", "ES", "SDC, en person", "Viktig (ROC)", "Viktig (modell)"
    )
    return Table(said("Samma personer under insatsen och vid avslut, i skalsteg"), columns, rows) if rows else None


def low_beginners(codebook: Codebook, coefficients: pd.DataFrame) -> Table | None:
    """Per question: the change of those who began below the mean, and what of it chance alone gives; None without."""
    names = ("forandring_lag_start", "slump_lag_start")
    rows = [
        [changed(one, group, codebook), _count(found[names[0]]), *(value_cell(found[name]) for name in names)]
        for one, group, found in each_change(codebook, coefficients)
        if set(names) <= set(found)
    ]
    columns = headings("Fråga", "Började under medel", "Deras medelförändring", "Därav minst av slumpen")
    return Table(said("De som började lågt, i skalsteg"), columns, rows) if rows else None


Found = dict[str, pd.Series]


def each_change(codebook: Codebook, coefficients: pd.DataFrame) -> list[tuple[AskedTwice, str, Found]]:
    """Return each question asked twice that anybody answered, whose it is, and its coefficients by statistic."""
    items = coefficients[coefficients["kind"] == ITEM]
    found = []
    for group in codebook.groups:
        for one in asked_twice(codebook, group.id):
            at = items[["subject", "respondent_group", "occasion"]] == [one.later.id, group.id, one.at_later]
            rows = {row["statistic"]: row for _, row in items[at.all(axis=1)].iterrows()}
            if "srm" in rows:
                found.append((one, group.id, rows))
    return found


def changed(one: AskedTwice, group: str, codebook: Codebook) -> str:
    """Return which question is followed, and whose: "K01a → K01b, deltagare"."""
    name = one.later.id if one.first.id == one.later.id else f"{one.first.id} → {one.later.id}"
    return f"{name}, {codebook.group_label(group).lower()}"


def sdc_of(coefficients: pd.DataFrame, one: AskedTwice, group: str) -> pd.Series | None:
    """Return the SDC of a question as it was asked first, else later; None where nobody was asked again."""
    rows = coefficients[(coefficients["kind"] == ITEM) & (coefficients["statistic"] == "sdc")]
    for item, occasion in ((one.first.id, one.at_first), (one.later.id, one.at_later)):
        at = rows[(rows[["subject", "respondent_group", "occasion"]] == [item, group, occasion]).all(axis=1)]
        if len(at):
            return at.iloc[0]
    return None


def flag_or(row: pd.Series, one: AskedTwice) -> str:
    """Return a coefficient with its interval, or why the question is not differenced."""
    if row["status"] != Status.NOT_APPLICABLE:
        return value_cell(row)
    if one.later.transition:
        return said(ALREADY)
    return said(ANOTHER) if not one.later.pair_comparable else value_cell(row)


def _least(row: pd.Series | None) -> str:
    return DASH if row is None or row["status"] in (Status.NOT_APPLICABLE, Status.NO_DATA) else value_cell(row)


def _count(row: pd.Series) -> str:
    return said(HIDDEN) if row["status"] == Status.SUPPRESSED or pd.isna(row["n"]) else whole(row["n"])
