"""How well each arrow of a chain is supported, and each chain: as well as its weakest link."""

from __future__ import annotations

from typing import Any

import pandas as pd

from finsam_eval.logic_model.evaluation import Standing, standing
from finsam_eval.logic_model.model import LogicModel
from finsam_eval.logic_model.parts import Link
from finsam_eval.logic_model.tested import EXPECTED, OPPOSITE

CONTRADICTED, WEAK, SOME, STRONG = "motsägs", "svagt", "visst", "starkt"
STRENGTHS = [CONTRADICTED, WEAK, SOME, STRONG]
"""From the weakest."""

CONTRIBUTION = ["tail", "head", "tail_stands", "head_stands", "assumption", "association", "evidence"]
CONTRIBUTION += ["rivals", "answered", "support", "why"]
"""Columns of `contribution`."""

CHAINS = ["goal", "title", "support", "way", "weakest_tail", "weakest_head"]
"""Columns of `chains`."""

SUPPORT_RULE = (
    "Stödet är starkt när sambandet finns i svaren och minst en annan förklaring är nämnd och alla nämnda är bemötta; "
    "visst när sambandet finns eller något underlag är beskrivet; svagt annars, och när det som ska leda dit inte är "
    "nått; motsägs när sambandet går åt andra hållet. En kedja har det stöd som dess svagaste pil har."
)
"""How the support of an arrow is judged, in the words that stand beside it."""


def contribution(model: LogicModel, evaluation: pd.DataFrame, tested: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return what speaks for and against every arrow: how both ends stand, the association, rivals, and the support.

    tested : the rows of `links_on_data`; without them no association is known, as in a released report.

    Returns
    -------
    DataFrame
        Columns of `CONTRIBUTION`, one row per arrow in the model's order. `support` follows `SUPPORT_RULE`, `why` says
        which part of it decided. Support is for the arrow being there, not for how much it does.

    References: Mayne (2008), Contribution analysis, ILAC Brief 16; Mayne (2012), Evaluation 18:270–280.
    """
    stands = standing(model, evaluation)
    found = {} if tested is None else {(row.tail, row.head): row.verdict for row in tested.itertuples()}
    rows = [_row(link, stands, found.get((link.tail, link.head), "")) for link in model.links]
    return pd.DataFrame(rows, columns=CONTRIBUTION).astype({"rivals": "object", "answered": "object"})


def chains(model: LogicModel, judged: pd.DataFrame) -> pd.DataFrame:
    """Return, for every box that leads no further, the best supported way to it from where the chain begins.

    A way is worth what its weakest arrow is. It begins at an activity, or at a box that nothing leads to. Boxes that
    nothing leads to are left out.

    judged : the rows of `contribution`.

    Returns
    -------
    DataFrame
        Columns of `CHAINS`: `way` holds the boxes from first to last. The weakest arrow is blank where several are
        all alike.
    """
    strength = {(row.tail, row.head): STRENGTHS.index(str(row.support)) for row in judged.itertuples()}
    tails, heads = {link.tail for link in model.links}, {link.head for link in model.links}
    begins = {node.id for node in model.nodes if node.level == "aktivitet" or node.id not in heads}
    rows = [_best(node.id, node.title, begins & tails, strength) for node in model.nodes if node.id in heads - tails]
    return pd.DataFrame([row for row in rows if row], columns=CHAINS)


def something_known(judged: pd.DataFrame) -> pd.Series:
    """Return of which arrows anything is written or tested: assumption, association, evidence or a rival."""
    told = judged[["assumption", "association", "evidence"]].ne("").any(axis=1)
    return told | judged["rivals"].map(len).gt(0)


def _row(link: Link, stands: dict[str, Standing], association: str) -> dict[str, Any]:
    support, why = _support(link, stands[link.tail], association)
    return {
        **{"tail": link.tail, "head": link.head, "assumption": link.assumption, "evidence": link.evidence},
        **{"tail_stands": str(stands[link.tail]), "head_stands": str(stands[link.head]), "association": association},
        "rivals": [rival.text for rival in link.rivals],
        "answered": [rival.answer for rival in link.rivals],
        **{"support": support, "why": why},
    }


def _support(link: Link, tail: Standing, association: str) -> tuple[str, str]:
    """Return the first part of `SUPPORT_RULE` that holds, the worst first."""
    unanswered = sum(not rival.answer for rival in link.rivals)
    if association == OPPOSITE:
        return CONTRADICTED, "Sambandet i svaren går åt andra hållet."
    if tail == Standing.NOT_REACHED:
        return WEAK, "Det som ska leda dit är inte nått."
    if association == EXPECTED and link.rivals and not unanswered:
        return STRONG, "Sambandet finns i svaren och de andra förklaringarna är bemötta."
    if association == EXPECTED:
        lacking = "alla andra förklaringar är inte bemötta" if link.rivals else "ingen annan förklaring är prövad"
        return SOME, f"Sambandet finns i svaren, men {lacking}."
    if link.evidence:
        return SOME, "Det finns ett beskrivet underlag, men sambandet är inte visat i svaren."
    return WEAK, "Varken samband eller underlag."


def _best(goal: str, title: str, starts: set[str], strength: dict[tuple[str, str], int]) -> dict[str, Any]:
    for floor in reversed(range(len(STRENGTHS))):
        way = _way_to(goal, starts, {arrow for arrow, worth in strength.items() if worth >= floor})
        if way:
            arrows = list(zip(way, way[1:], strict=False))
            weakest = min(arrows, key=lambda arrow: strength[arrow])
            alike = len(arrows) > 1 and len({strength[arrow] for arrow in arrows}) == 1
            told = {"goal": goal, "title": title, "support": STRENGTHS[strength[weakest]], "way": way}
            tail, head = ("", "") if alike else weakest
            return {**told, "weakest_tail": tail, "weakest_head": head}
    return {}


def _way_to(goal: str, starts: set[str], arrows: set[tuple[str, str]]) -> list[str]:
    """Return the shortest way along these arrows from a start to the goal, from first to last; empty without one."""
    ways, visited = [[goal]], {goal}
    for way in ways:
        if way[0] in starts:
            return way
        for tail in sorted(tail for tail, head in arrows if head == way[0]):
            if tail not in visited:
                visited.add(tail)
                ways.append([tail, *way])
    return []
