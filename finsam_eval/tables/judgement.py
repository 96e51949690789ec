"""What is said of each mätpunkt, as tables: on one page, with its numbers, and by which criteria."""

from __future__ import annotations

import pandas as pd

from finsam_eval.criteria import Property
from finsam_eval.judgement import Judgement
from finsam_eval.swedish import DASH, decimal, percent, whole
from finsam_eval.tables.instrument import whom
from finsam_eval.tables.shared import Table
from finsam_eval.view import View

SIGNS = {
    Judgement.SUFFICIENT: "+",
    Judgement.INSUFFICIENT: "\N{MINUS SIGN}",
    Judgement.UNDETERMINED: "?",
    Judgement.NOT_APPLICABLE: "·",
}
"""COSMIN's signs, and a dot where the property does not apply."""

_NONE = "studien har inga kriterier för omdömen (criteria.yaml, judging)."


def judgements(view: View) -> Table:
    """Every mätpunkt × decisive property as a sign, the proposal, and what persons have decided: one page."""
    found = view.judgements
    if found is None:
        return Table("Omdöme om varje mätpunkt", [], [], empty=_NONE)
    decisive = [one for one in found.judging.properties if one.decisive]
    judged = found.judged[["item", "property", "judgement"]].itertuples(index=False, name=None)
    signs = {(item, one): SIGNS[Judgement(said)] for item, one, said in judged}
    rows = [
        [
            str(row.item),
            *(signs[row.item, one.id] for one in decisive),
            str(row.proposal),
            found.decisions[str(row.item)].decision if row.item in found.decisions else DASH,
        ]
        for row in found.proposals.itertuples()
    ]
    columns = ["Mätpunkt", *(one.label for one in decisive), "Förslag", "Beslut"]
    return Table("Omdöme om varje mätpunkt", columns, rows)


def proposals(view: View) -> Table:
    """Every mätpunkt's proposal with the properties that made it, and the decision with its reason where it differs."""
    found = view.judgements
    if found is None:
        return Table("Förslag och beslut", [], [], empty=_NONE)
    rows = []
    for row in found.proposals.itertuples():
        decided = found.decisions.get(str(row.item))
        told = f"{decided.decision}: {decided.reason} ({decided.decided_by}, {decided.decided_on})" if decided else DASH
        rows.append([str(row.item), str(row.proposal), str(row.rule) or DASH, told])
    return Table("Förslag och beslut", ["Mätpunkt", "Förslag", "Avgjort av", "Beslut och skäl"], rows)


def criteria(view: View) -> Table:
    """What each property asks, by which number, what is good and bad of it, and who says so."""
    found = view.judgements
    if found is None:
        return Table("Kriterierna", [], [], empty=_NONE)
    rows = [
        [f"{one.label}: {one.question}", one.statistic, *_limits(one), "ja" if one.decisive else "nej", one.source]
        for one in found.judging.properties
    ]
    rule = found.judging.proposal
    rows.append([_RULE, DASH, DASH, DASH, DASH, rule.source])
    columns = ["Egenskap", "Mått", "Bra", "Dåligt", "Avgörande", "Källa"]
    return Table("Kriterierna, bestämda innan svaren sågs", columns, rows)


def judged_numbers(view: View) -> Table:
    """Every judged number with interval, n and method, or why there is none."""
    found = view.judgements
    if found is None:
        return Table("Talen bakom omdömena", [], [], empty=_NONE)
    labels = {one.id: one.label for one in found.judging.properties}
    rows = [
        [
            f"{row['item']} {labels[row['property']]}",
            whom(view.codebook, row["respondent_group"], row["occasion"]) if row["respondent_group"] else DASH,
            _number(row),
            whole(row["n"]) if pd.notna(row["n"]) else DASH,
            row["judgement"],
            row["reason"] or row["method"],
        ]
        for _, row in found.judged.iterrows()
        if row["judgement"] != Judgement.NOT_APPLICABLE
    ]
    columns = ["Mätpunkt och egenskap", "Vem och när", "Värde (osäkerhet)", "n", "Omdöme", "Metod, eller varför inte"]
    return Table("Talen bakom omdömena", columns, rows)


_RULE = "Förslaget: när en fråga föreslås utgå"
_SHARES = {"floor", "ceiling", "missing"}


def _limits(one: Property) -> list[str]:
    if one.good is None or one.bad is None:
        return [f"klart bättre än {one.against}", f"klart sämre än {one.against}"]
    write = percent if one.statistic in _SHARES else _two
    ends = {"higher": ("minst", "under"), "lower": ("högst", "över"), "nearer_zero": ("högst ±", "över ±")}
    return [f"{ends[one.better][0]} {write(one.good)}", f"{ends[one.better][1]} {write(one.bad)}"]


def _number(row: pd.Series) -> str:
    if pd.isna(row["value"]):
        return DASH
    write = percent if row["statistic"] in _SHARES else _two
    ends = f" ({write(row['lower'])} till {write(row['upper'])})" if pd.notna(row["lower"]) else ""
    return f"{write(row['value'])}{ends}"


def _two(value: float) -> str:
    return decimal(value, 2)
