"""What is said of each mätpunkt, as tables: on one page, with its numbers, and by which criteria."""

from __future__ import annotations

import pandas as pd

from finsam_eval.criteria import Property
from finsam_eval.judgement import Decision, Judgement
from finsam_eval.language import headings, named, retold, said
from finsam_eval.swedish import DASH, between, decimal, percent, whole
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
        return Table(said("Omdöme om varje mätpunkt"), [], [], empty=said(_NONE))
    decisive = [one for one in found.judging.properties if one.decisive]
    judged = found.judged[["item", "property", "judgement"]].itertuples(index=False, name=None)
    signs = {(item, one): SIGNS[Judgement(told)] for item, one, told in judged}
    rows = [
        [
            str(row.item),
            *(signs[row.item, one.id] for one in decisive),
            said(str(row.proposal)),
            said(found.decisions[str(row.item)].decision) if row.item in found.decisions else DASH,
        ]
        for row in found.proposals.itertuples()
    ]
    columns = [said("Mätpunkt"), *(said(one.label) for one in decisive), *headings("Förslag", "Beslut")]
    return Table(said("Omdöme om varje mätpunkt"), columns, rows)


def proposals(view: View) -> Table:
    """Every mätpunkt's proposal with the properties that made it, and the decision with its reason where it differs."""
    found = view.judgements
    if found is None:
        return Table(said("Förslag och beslut"), [], [], empty=said(_NONE))
    rows = []
    for row in found.proposals.itertuples():
        decided = found.decisions.get(str(row.item))
        rule = ", ".join(said(label) for label in str(row.rule).split(", ")) if row.rule else DASH
        rows.append([str(row.item), said(str(row.proposal)), rule, _decision(decided) if decided else DASH])
    columns = headings("Mätpunkt", "Förslag", "Avgjort av", "Beslut och skäl")
    return Table(said("Förslag och beslut"), columns, rows)


def criteria(view: View) -> Table:
    """What each property asks, by which number, what is good and bad of it, and who says so."""
    found = view.judgements
    if found is None:
        return Table(said("Kriterierna"), [], [], empty=said(_NONE))
    rows = [
        [
            f"{said(one.label)}: {said(one.question)}",
            named(one.statistic),
            *_limits(one),
            said("ja" if one.decisive else "nej"),
            said(one.source),
        ]
        for one in found.judging.properties
    ]
    rule = found.judging.proposal
    rows.append([said(_RULE), DASH, DASH, DASH, DASH, said(rule.source)])
    columns = headings("Egenskap", "Mått", "Bra", "Dåligt", "Avgörande", "Källa")
    return Table(said("Kriterierna, bestämda innan svaren sågs"), columns, rows)


def judged_numbers(view: View) -> Table:
    """Every judged number with interval, n and method, or why there is none."""
    found = view.judgements
    if found is None:
        return Table(said("Talen bakom omdömena"), [], [], empty=said(_NONE))
    labels = {one.id: said(one.label) for one in found.judging.properties}
    rows = [
        [
            f"{row['item']} {labels[row['property']]}",
            whom(view.codebook, row["respondent_group"], row["occasion"]) if row["respondent_group"] else DASH,
            _number(row),
            whole(row["n"]) if pd.notna(row["n"]) else DASH,
            said(row["judgement"]),
            retold(row["reason"] or row["method"]),
        ]
        for _, row in found.judged.iterrows()
        if row["judgement"] != Judgement.NOT_APPLICABLE
    ]
    columns = headings(
        "Mätpunkt och egenskap", "Vem och när", "Värde (osäkerhet)", "n", "Omdöme", "Metod, eller varför inte"
    )
    return Table(said("Talen bakom omdömena"), columns, rows)


_RULE = "Förslaget: när en fråga föreslås utgå"
_SHARES = {"floor", "ceiling", "missing"}


def _limits(one: Property) -> list[str]:
    if one.good is None or one.bad is None:
        return [
            said("klart bättre än {other}", other=named(one.against)),
            said("klart sämre än {other}", other=named(one.against)),
        ]
    write = percent if one.statistic in _SHARES else _two
    good, bad = _ENDS[one.better]
    return [said(good, limit=write(one.good)), said(bad, limit=write(one.bad))]


_ENDS = {
    "higher": ("minst {limit}", "under {limit}"),
    "lower": ("högst {limit}", "över {limit}"),
    "nearer_zero": ("högst ± {limit}", "över ± {limit}"),
}


def _decision(decided: Decision) -> str:
    told = f"{said(decided.decision)}: {named(decided.reason)}"
    return f"{told} ({named(decided.decided_by)}, {decided.decided_on})"


def _number(row: pd.Series) -> str:
    if pd.isna(row["value"]):
        return DASH
    write = percent if row["statistic"] in _SHARES else _two
    ends = f" ({between(write(row['lower']), write(row['upper']))})" if pd.notna(row["lower"]) else ""
    return f"{write(row['value'])}{ends}"


def _two(value: float) -> str:
    return decimal(value, 2)
