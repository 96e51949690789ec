"""What is asked of women and of men together, and of all the indicators of a goal or of a level."""

from __future__ import annotations

from typing import Any

import pandas as pd

from finsam_eval.logic_model.evaluation import Standing
from finsam_eval.logic_model.judging import all_reach
from finsam_eval.logic_model.model import LogicModel
from finsam_eval.logic_model.parts import LEVEL_LABELS, LEVELS
from finsam_eval.results import ALL

JOINT = ["indicator", "node", "title", "period", "genders", "outcome", "verdict", "probability", "short", "missing"]
"""Columns of `joint`."""

SUMMED = [
    *["kind", "id", "title", "demands"],
    *["reached", "missed", "unknown", "outcome"],
    *["level_reached", "level_missed", "level_undecided", "level_unknown", "verdict"],
]
"""Columns of `by_goal` and `by_level`."""

RULE = (
    "Alla krav som hör till ska vara nådda. Är ett enda inte nått är helheten inte nådd, hur det än gick med de andra. "
    "Är inget ej nått, men något osäkert eller utan siffror, går helheten inte att avgöra. Okänt räknas aldrig som "
    "noll och aldrig som nått. Alla krav väger lika."
)
"""How several demands become one answer, in the words that stand beside it."""


def joint(evaluation: pd.DataFrame) -> pd.DataFrame:
    """Return what is asked, one row per indicator and period with a target: women and men must both reach theirs.

    `probability` is that both underlying levels reach it: the product, since they are different persons. It is blank
    where one of them is not known, and so is `short`, the sum of those who lack. `missing` counts those not judged.

    20 of 60 women and 14 of 40 men against 30 %: .544.
    """
    asked = evaluation[evaluation["target"].notna()]
    rows = [_together(rows) for _, rows in asked.groupby(["indicator", "period"], sort=False)]
    whole = {"genders": "int64", "missing": "int64", "short": "Int64", "probability": "float64"}
    types = {name: whole.get(name, "str") for name in JOINT}
    return pd.DataFrame(rows, columns=JOINT).astype(types)


def by_goal(model: LogicModel, evaluation: pd.DataFrame) -> pd.DataFrame:
    """Return how the demands on each box of the highest level used stand, those of all that leads to it with them.

    Returns
    -------
    DataFrame
        Columns of `SUMMED`: how many demands are reached, missed and without figures by outcome; by underlying level,
        also how many cannot be told, and how many have no such level. `RULE` says how they become one answer.
    """
    used = {node.level for node in model.nodes}
    highest = max(used, key=LEVELS.index)
    demands = joint(evaluation)
    rows = [
        {"kind": "mal", "id": node.id, "title": node.title, **_summed(demands, leading_to(model, node.id))}
        for node in model.nodes
        if node.level == highest
    ]
    return _typed(rows)


def by_level(model: LogicModel, evaluation: pd.DataFrame) -> pd.DataFrame:
    """Return how the demands on each level of the chain stand; columns as of `by_goal`."""
    demands = joint(evaluation)
    members = {level: {node.id for node in model.nodes if node.level == level} for level in LEVELS}
    rows = [
        {"kind": "niva", "id": level, "title": LEVEL_LABELS[level], **_summed(demands, names)}
        for level, names in members.items()
        if any(model.indicators_of(name) for name in names)
    ]
    return _typed(rows)


def box_lines(evaluation: pd.DataFrame, boxes: dict[str, list[str]]) -> dict[str, tuple[str, str]]:
    """Return where each box stands by outcome and by underlying level, the two never mixed.

    boxes : the nodes that each box stands for: one, or several where they are folded into one.
    """
    demands, unknown = joint(evaluation), str(Standing.UNKNOWN)
    own = {name: demands[demands["node"].isin(nodes)] for name, nodes in boxes.items()}
    return {
        name: (all_reach(list(rows["outcome"])) or unknown, all_reach(list(rows["verdict"])) or unknown)
        for name, rows in own.items()
    }


def leading_to(model: LogicModel, name: str) -> set[str]:
    """Return a box and all that leads to it, by however many arrows; rings are gone round once."""
    before: dict[str, list[str]] = {}
    for link in model.links:
        before.setdefault(link.head, []).append(link.tail)
    found, waiting = {name}, [name]
    while waiting:
        new = [tail for tail in before.get(waiting.pop(), []) if tail not in found]
        found |= set(new)
        waiting += new
    return found


def _together(rows: pd.DataFrame) -> dict[str, Any]:
    first = rows.iloc[0]
    known = rows["outcome"] != ""
    complete = bool(known.all())
    return {
        **{name: first[name] for name in ("indicator", "node", "title", "period")},
        "genders": int((rows["gender"] != ALL).sum()),
        "outcome": all_reach(list(rows["outcome"])),
        "verdict": all_reach(list(rows["verdict"])),
        "probability": rows["probability"].prod(min_count=1) if rows["probability"].notna().all() else None,
        "short": rows["short"].sum() if complete and rows["short"].notna().all() else None,
        "missing": int((~known).sum()),
    }


def _summed(demands: pd.DataFrame, nodes: set[str]) -> dict[str, Any]:
    own = demands[demands["node"].isin(nodes)]
    outcomes, verdicts = own["outcome"], own["verdict"]
    reached, missed, unsure = Standing.REACHED, Standing.NOT_REACHED, Standing.UNDECIDED
    return {
        "demands": len(own),
        "reached": int((outcomes == reached).sum()),
        "missed": int((outcomes == missed).sum()),
        "unknown": int((~outcomes.isin([reached, missed])).sum()),
        "outcome": all_reach(list(outcomes)) or str(Standing.UNKNOWN),
        "level_reached": int((verdicts == reached).sum()),
        "level_missed": int((verdicts == missed).sum()),
        "level_undecided": int((verdicts == unsure).sum()),
        "level_unknown": int((verdicts == "").sum()),
        "verdict": all_reach(list(verdicts)) or str(Standing.UNKNOWN),
    }


def _typed(rows: list[dict[str, Any]]) -> pd.DataFrame:
    words = ["kind", "id", "title", "outcome", "verdict"]
    types = {name: "str" if name in words else "int64" for name in SUMMED}
    return pd.DataFrame(rows, columns=SUMMED).astype(types)
