"""A small programme theory and figures for it, so that rules and judgements can be checked one by one."""

from __future__ import annotations

from typing import Any

import pandas as pd

from finsam_eval.compare.frames import COLUMNS
from finsam_eval.logic_model import OBSERVED, LogicModel, evaluate

NODES = [
    {"id": "samtal", "level": "aktivitet", "title": "Samtal"},
    {"id": "plan", "level": "prestation", "title": "En plan"},
    {"id": "redo", "level": "resultat", "title": "Redo för arbete", "target_level": "individ"},
]
LINKS = [{"from": "samtal", "to": "plan"}, {"from": "plan", "to": "redo"}]
INDICATOR = {
    "id": "andel",
    "node": "redo",
    "title": "Andel redo",
    "measure": "share",
    "denominator": "alla som avslutat",
    "unit": "personer",
    "source": "Enkät",
    "occasion": "vid avslut",
    "follow_up": "varje år",
    "gender_rule": "pooled",
    "baseline": {"value": 0.2, "n": 200},
    "targets": [{"period": "2025", "value": 0.3}],
}
COUNTS = {"x": "Int64", "n": "Int64", "mentioned": "Int64", "value": "float64"}


def indicator(**changes: Any) -> dict[str, Any]:
    """The indicator, changed."""
    return {**INDICATOR, **changes}


def programme(**changes: Any) -> LogicModel:
    """A sound model of three boxes and one indicator, changed."""
    whole = {"id": "liten", "title": "Liten modell", "nodes": NODES, "links": LINKS, "indicators": [INDICATOR]}
    return LogicModel.model_validate({**whole, **changes})


def observed(*rows: dict[str, Any]) -> pd.DataFrame:
    """Observations as ingest makes them; what a row does not say is not known."""
    base = {**dict.fromkeys(OBSERVED, ""), **dict.fromkeys(COUNTS, pd.NA), "indicator": "andel", "unit": "riket"}
    base |= {"period": "2025", "gender": "alla", "kind": "published", "source": "Årsredovisning", "value": float("nan")}
    words = {name: "str" for name in OBSERVED if name not in COUNTS}
    return pd.DataFrame([{**base, **row} for row in rows], columns=OBSERVED).astype({**words, **COUNTS})


def no_records() -> pd.DataFrame:
    """The records of a study without answers."""
    return pd.DataFrame({name: pd.Series(dtype="str") for name in COLUMNS})


def judged(figure: dict[str, Any], **changes: Any) -> pd.Series:
    """The one row of an evaluation of one figure against one indicator, changed."""
    table = evaluate(programme(indicators=[indicator(**changes)]), no_records(), observed(figure))
    assert len(table) == 1
    return table.iloc[0]
