"""Every arrow, every step between and every missing arrow of a chain, held against the answers that measure it."""

from __future__ import annotations

from typing import Any

import pandas as pd

from finsam_eval.logic_model.answers import PLACE, WOMAN, NodeAnswers
from finsam_eval.logic_model.links import association
from finsam_eval.logic_model.mediating import mediation
from finsam_eval.logic_model.model import LogicModel
from finsam_eval.logic_model.separation import independences, ring
from finsam_eval.results import Status

NOT_MEASURED = "Mäts inte med svar som hör ihop person för person."
EXPECTED, OPPOSITE, UNCLEAR = "finns", "går åt andra hållet", "går inte att avgöra"


def links_on_data(model: LogicModel, answers: NodeAnswers) -> pd.DataFrame:
    """Return the association along every arrow, the others that lead to the same box and gender held equal.

    Clustered in insatser. `verdict` is "finns" where the interval lies wholly on the side that the directions of the
    two indicators ask for, "går åt andra hållet" where wholly on the other, else "går inte att avgöra"; empty where the
    arrow could not be tested, with `reason`.

    Returns
    -------
    DataFrame
        tail, head, verdict and the columns of `Association.to_frame`; one row per arrow, in the model's order.
    """
    parts = [_link(model, answers, link.tail, link.head) for link in model.links]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["tail", "head", "verdict", "status"])


def steps_on_data(model: LogicModel, answers: NodeAnswers) -> pd.DataFrame:
    """Return how much of the association over two arrows in a row goes by way of the box between them.

    Returns
    -------
    DataFrame
        The columns of `Mediation.to_frame`, one row per three measured boxes joined by two arrows.
    """
    measured = set(answers.nodes)
    triples = [
        (one.tail, one.head, other.head)
        for one in model.links
        for other in model.links
        if one.head == other.tail and {one.tail, one.head, other.head} <= measured and one.tail != other.head
    ]
    data = answers.frame
    parts = [mediation(data, *three, controls=[WOMAN], cluster=PLACE).to_frame() for three in triples]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def gaps_on_data(model: LogicModel, answers: NodeAnswers) -> pd.DataFrame:
    """Return what the chain says by the arrows it does not have, held against the answers, as `independences`.

    No rows where the arrows go in a ring: such a chain says nothing of the kind.
    """
    arrows = [(link.tail, link.head) for link in model.links]
    joined = {name for arrow in arrows for name in arrow}
    columns = [node for node in answers.nodes if node in joined]
    if ring(arrows) or len(columns) < 2:
        return pd.DataFrame()
    return independences(answers.frame[[*columns, PLACE]], arrows, cluster=PLACE)


def _link(model: LogicModel, answers: NodeAnswers, tail: str, head: str) -> pd.DataFrame:
    about = {"tail": tail, "head": head}
    if not {tail, head} <= set(answers.nodes):
        untested = {"status": str(Status.NOT_APPLICABLE), "reason": NOT_MEASURED, "verdict": ""}
        return pd.DataFrame([{**about, **untested}])
    beside = [link.tail for link in model.links if link.head == head and link.tail in answers.nodes]
    others = [name for name in beside if name != tail]
    found = association(answers.frame, head, tail, controls=[WOMAN, *others], cluster=PLACE, kind=_kind(answers, head))
    told = found.to_frame().assign(**about)
    return told.assign(verdict=_verdict(model, answers, tail, head, found.lower, found.upper))


def _kind(answers: NodeAnswers, head: str) -> Any:
    """A share among the staff of an insats is no yes or no."""
    return "logistic" if set(answers.frame[head].dropna().unique()) <= {0.0, 1.0} else "linear"


def _verdict(
    model: LogicModel, answers: NodeAnswers, tail: str, head: str, lower: float | None, upper: float | None
) -> str:
    if lower is None or upper is None:
        return ""
    way = {one.id: 1 if one.direction == "increase" else -1 for one in model.indicators}
    expected = way[answers.indicators[tail]] * way[answers.indicators[head]]
    if lower <= 0 <= upper:
        return UNCLEAR
    return EXPECTED if (lower > 0) == (expected > 0) else OPPOSITE
