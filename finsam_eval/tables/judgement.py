"""What is said of each mätpunkt, as tables: on one page, with its numbers, and by which criteria."""

from __future__ import annotations

import pandas as pd

from finsam_eval.criteria import Property
from finsam_eval.judgement import NOT_EXAMINED, Judgement, Judgements, Proposed
from finsam_eval.language import headings, named, retold, said
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


def judgements(view: View) -> Table | None:
    """Every mätpunkt × decisive property as a sign, the proposal, and what persons have decided: one page."""
    found = view.judgements
    if found is None:
        return None
    decisive = [one for one in found.judging.properties if one.decisive]
    judged = found.judged[["item", "property", "judgement"]].itertuples(index=False, name=None)
    signs = {(item, one): SIGNS[Judgement(said_of)] for item, one, said_of in judged}
    rows = [
        [
            str(row.item),
            *(signs[row.item, one.id] for one in decisive),
            said(str(row.proposal)),
            said(found.decisions[str(row.item)].decision) if row.item in found.decisions else DASH,
        ]
        for row in found.proposals.itertuples()
    ]
    columns = headings("Mätpunkt", *(one.label for one in decisive), "Förslag", "Beslut")
    return Table(said("Omdöme om varje mätpunkt"), columns, rows, whole=True)


def proposals(view: View) -> Table | None:
    """Every mätpunkt that should change or go with what made it, and every decision with its reason; None without."""
    found = view.judgements
    if found is None:
        return None
    rows = [
        [str(row.item), said(str(row.proposal)), _made_by(found, str(row.item)), _decision(found, str(row.item))]
        for row in found.proposals.itertuples()
        if row.proposal in (Proposed.REVISE, Proposed.DROP) or row.item in found.decisions
    ]
    columns = headings("Mätpunkt", "Förslag", "Avgjort av", "Beslut och skäl")
    return Table(said("Varför ändra, och vad som beslutats"), columns, rows) if rows else None


def criteria(view: View) -> Table | None:
    """What each property asks, by which number, what is good and bad of it, and who says so."""
    found = view.judgements
    if found is None:
        return None
    methods = _methods(found)
    rows = [
        [
            f"{said(one.label)}: {said(one.question)}",
            _limits(one),
            said("ja") if one.decisive else said("nej"),
            methods.get(one.id, DASH),
            said(one.source),
        ]
        for one in found.judging.properties
    ]
    rule = found.judging.proposal
    fatal = [said(one.label) for one in found.judging.properties if one.id in rule.drop_if]
    dropped = said("{n} otillräckliga avgörande egenskaper", n=rule.drop_at)
    alone = "".join(said(", eller {property} ensam", property=name) for name in fatal)
    rows.append([said("När en fråga föreslås utgå"), dropped + alone, DASH, DASH, said(rule.source)])
    columns = headings("Egenskap", "Gränser", "Avgör", "Metod", "Källa")
    return Table(said("Kriterierna"), columns, rows)


def judged_numbers(view: View) -> Table | None:
    """Every number that was judged, with interval and n, or why it cannot be shown."""
    found = view.judgements
    if found is None:
        return None
    labels = {one.id: one.label for one in found.judging.properties}
    examined = found.judged[
        (found.judged["judgement"] != Judgement.NOT_APPLICABLE) & (found.judged["reason"] != NOT_EXAMINED)
    ]
    rows = [
        [
            f"{row['item']} {said(labels[row['property']])}",
            whom(view.codebook, row["respondent_group"], row["occasion"]) if row["respondent_group"] else DASH,
            _number(row),
            whole(row["n"]) if pd.notna(row["n"]) else DASH,
            said(row["judgement"]) + (f": {retold(row['reason'])}" if row["reason"] else ""),
        ]
        for _, row in examined.iterrows()
    ]
    columns = headings("Mätpunkt och egenskap", "Vem och när", "Värde (osäkerhet)", "n", "Omdöme")
    return Table(said("Talen bakom omdömena; det som inte undersökts är inte med"), columns, rows)


_SHARES = {"floor", "ceiling", "missing"}
_ENDS = {
    "higher": "{measure}: bra minst {good}, dåligt under {bad}",
    "lower": "{measure}: bra högst {good}, dåligt över {bad}",
    "nearer_zero": "{measure}: bra högst ±{good}, dåligt över ±{bad}",
}


def _made_by(found: Judgements, item: str) -> str:
    """Return the properties that made a proposal; of a mätpunkt that may stay or wait there is nothing to point at."""
    row = found.proposals.set_index("item").loc[item]
    if row["proposal"] not in (Proposed.REVISE, Proposed.DROP):
        return DASH
    return ", ".join(said(name) for name in str(row["rule"]).split(", "))


def _decision(found: Judgements, item: str) -> str:
    one = found.decisions.get(item)
    return f"{said(one.decision)}: {said(one.reason)} ({said(one.decided_by)}, {one.decided_on})" if one else DASH


def _methods(found: Judgements) -> dict[str, str]:
    """Return the first words of the method behind each property's numbers."""
    told = found.judged[found.judged["method"] != ""].drop_duplicates("property")
    return {str(row.property): retold(str(row.method).split(";")[0]) for row in told.itertuples()}


def _limits(one: Property) -> str:
    if one.good is None or one.bad is None:
        return said("{measure}: hela osäkerheten mot {other}", measure=named(one.statistic), other=named(one.against))
    write = percent if one.statistic in _SHARES else _two
    return said(_ENDS[one.better], measure=named(one.statistic), good=write(one.good), bad=write(one.bad))


def _number(row: pd.Series) -> str:
    if pd.isna(row["value"]):
        return DASH
    write = percent if row["statistic"] in _SHARES else _two
    if pd.isna(row["lower"]):
        return write(row["value"])
    return f"{write(row['value'])} ({said('{low} till {high}', low=write(row['lower']), high=write(row['upper']))})"


def _two(value: float) -> str:
    return decimal(value, 2)
