"""An index made of points: recomputed from its points, and its own printed figures held against each other."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import pandas as pd

from finsam_eval.logic_model.figures import DOES_NOT_FIT, FITS
from finsam_eval.logic_model.model import LogicModel
from finsam_eval.logic_model.parts import Composite, Printed
from finsam_eval.logic_model.printed import rounding_limits
from finsam_eval.swedish import DASH, decimal, listing, percent

COMPOSITE = [
    *["composite", "title", "where", "points", "most", "value", "printed", "check", "target"],
    *["outcome", "contradicts", "reason"],
]
"""Columns of `composites`."""

ONLY_PRINTED = "Poängen är inte tryckta: talet kan inte kontrolleras."
NO_FIGURE = "Ingen siffra är tryckt."


def composites(model: LogicModel) -> pd.DataFrame:
    """Return every published figure of every composite index, recomputed and checked against the others of the same.

    `value` is points through the most points, `check` whether that is printed as it was. `contradicts` says whether
    figures of one index, as recomputed and as printed, cannot all be true; the `reason` of the first says which. An
    index is no sample of persons: its outcome is a fact about points, without interval.

    Returns
    -------
    DataFrame
        Columns of `COMPOSITE`, one row per published figure.
    """
    rows = [row for composite in model.composites for row in _of_one(composite)]
    words = ["composite", "title", "where", "printed", "check", "outcome", "reason"]
    types = {**dict.fromkeys(COMPOSITE, "float64"), **dict.fromkeys(words, "str"), "contradicts": "bool"}
    return pd.DataFrame(rows, columns=COMPOSITE).astype(types)


def share_of(figure: Printed) -> Fraction | None:
    """Return points through the most points, exactly; None where either is not told."""
    if figure.points is None or not figure.most:
        return None
    return Fraction(str(figure.points)) / Fraction(str(figure.most))


def _of_one(composite: Composite) -> list[dict[str, Any]]:
    apart = _apart(composite.published)
    return [_row(composite, figure, apart, first=place == 0) for place, figure in enumerate(composite.published)]


def _row(composite: Composite, figure: Printed, apart: str, *, first: bool) -> dict[str, Any]:
    share = share_of(figure)
    check = _check(figure, share)
    return {
        **{"composite": composite.id, "title": composite.title, "where": figure.where},
        **{"points": figure.points, "most": figure.most, "value": None if share is None else float(share)},
        **{"printed": figure.percent, "check": check, "target": composite.target},
        "outcome": _outcome(composite.target, figure, share),
        "contradicts": bool(apart),
        "reason": " ".join(part for part in (_remark(figure, share, check), apart if first else "") if part),
    }


def _check(figure: Printed, share: Fraction | None) -> str:
    if share is None or not figure.percent:
        return ""
    lowest, highest = rounding_limits(figure.percent)
    return FITS if lowest <= share <= highest else DOES_NOT_FIT


def _remark(figure: Printed, share: Fraction | None, check: str) -> str:
    if share is None:
        return ONLY_PRINTED if figure.percent else NO_FIGURE
    if check == DOES_NOT_FIT:
        return f"{_counts(figure)} är {_percent(share, figure.percent)}, tryckt är {_sign(figure.percent)}."
    return ""


def _apart(figures: Sequence[Printed]) -> str:
    """Say which figures of one index cannot be the same number; nothing where all can be."""
    spans = [span for figure in figures for span in _spans(figure)]
    if not spans or max(low for low, _, _ in spans) <= min(high for _, high, _ in spans):
        return ""
    named = list(dict.fromkeys(name for _, _, name in spans))
    return f"Siffror som ska gälla samma index går inte ihop: {listing(named)}."


def _spans(figure: Printed) -> list[tuple[Fraction, Fraction, str]]:
    """Return what the points say and what the printed percentage says, each as least, greatest and words."""
    share = share_of(figure)
    told = []
    if figure.percent:
        told.append((*rounding_limits(figure.percent), _sign(figure.percent)))
    if share is not None:
        told.append((share, share, f"{_percent(share, '0.0')} ({_counts(figure)})"))
    return told


def _outcome(target: float | None, figure: Printed, share: Fraction | None) -> str:
    """Return whether the index reaches its target: by its points, else by the printed figure where that decides it."""
    if target is None:
        return ""
    lowest, highest = (share, share) if share is not None else _printed_span(figure)
    wanted = Fraction(str(target))
    if lowest is None or highest is None or lowest < wanted <= highest:
        return ""
    return "nått" if lowest >= wanted else "ej nått"


def _printed_span(figure: Printed) -> tuple[Fraction | None, Fraction | None]:
    return rounding_limits(figure.percent) if figure.percent else (None, None)


def _counts(figure: Printed) -> str:
    told = [number or 0.0 for number in (figure.points, figure.most)]
    return " av ".join(decimal(number, 0 if number.is_integer() else 1) for number in told)


def _percent(share: Fraction, like: str) -> str:
    return percent(float(share), len(like.partition(".")[2]))


def _sign(printed: str) -> str:
    return f"{printed.replace('.', ',')}\N{NO-BREAK SPACE}%" if printed else DASH
