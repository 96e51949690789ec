"""What a panel's ratings look like: panellists × questions, and only what the scale has."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from finsam_eval.errors import UnknownName, WrongShape
from finsam_eval.psychometrics.answers import Facts, numeric

RELEVANCE, CLARITY, NECESSITY = "relevans", "tydlighet", "nodvandighet"


@dataclass(frozen=True, kw_only=True, slots=True)
class Aspect:
    """What a panel is asked about each question: the scale's codes, and those that count as yes."""

    name: str
    label: str
    codes: tuple[int, ...]
    yes: tuple[int, ...]


ASPECTS = {
    RELEVANCE: Aspect(name=RELEVANCE, label="Relevans", codes=(1, 2, 3, 4), yes=(3, 4)),
    CLARITY: Aspect(name=CLARITY, label="Tydlighet", codes=(1, 2, 3, 4), yes=(3, 4)),
    NECESSITY: Aspect(name=NECESSITY, label="Nödvändighet", codes=(1, 2, 3), yes=(3,)),
}

NOBODY = "Ingen i panelen har bedömt frågan."
ONLY_ONE = "Bara en i panelen har bedömt frågan; en persons mening är ingen panels."

COLUMNS = ["panellist", "panel_group", "round", "item", "aspect", "rating"]


def panellists_by_items(ratings: pd.DataFrame, aspect: str) -> pd.DataFrame:
    """Return ratings as floats, panellists × items; NaN = no answer.

    Raises
    ------
    WrongShape
        When it is no DataFrame, holds anything but numbers, or a rating that is not on the aspect's scale.
    UnknownName
        For another aspect than those of `ASPECTS`.
    """
    if aspect not in ASPECTS:
        raise UnknownName(f"aspect {aspect!r} is not known; known are {', '.join(ASPECTS)}")
    frame, codes = numeric(ratings, "ratings, panellists × items"), ASPECTS[aspect].codes
    outside = [str(name) for name, column in frame.items() if not column.dropna().isin(codes).all()]
    if outside:
        scale = ", ".join(map(str, codes))
        raise WrongShape(f"expected ratings of {aspect} among {scale}; {', '.join(outside)} has others")
    return frame


def tallied(frame: pd.DataFrame, aspect: str) -> tuple[dict[str, int], dict[str, int]]:
    """Return how many said yes to each item, and how many rated it."""
    yes, rated = frame.isin(ASPECTS[aspect].yes).sum(), frame.notna().sum()
    return {str(k): int(v) for k, v in yes.items()}, {str(k): int(v) for k, v in rated.items()}


def few(n: int) -> str | None:
    """Return why fewer than two ratings are no panel's; None where there are two or more."""
    return None if n > 1 else (ONLY_ONE if n else NOBODY)


def simple(value: float, lower: float | None, upper: float | None, facts: Facts, reason: str = "") -> Facts:
    """Return the fields of a number whose interval exists, or of one that has none for the `reason` given."""
    return {"value": value, "lower": lower, "upper": upper, "reason": reason, **facts}


def checked_long(ratings: pd.DataFrame) -> pd.DataFrame:
    """Return ratings in rows as the table `ratings` has them.

    Raises
    ------
    WrongShape
        When a column is missing, ratings or rounds are not numbers, someone has rated the same aspect of an item twice
        in a round, or is in two groups.
    UnknownName
        For another aspect than those of `ASPECTS`.
    """
    missing = [name for name in COLUMNS if name not in ratings.columns]
    if missing:
        raise WrongShape(f"expected the columns {', '.join(COLUMNS)}; {missing[0]} is missing")
    unknown = sorted(set(ratings["aspect"].dropna().astype("str")) - set(ASPECTS))
    if unknown or ratings["aspect"].isna().any():
        raise UnknownName(f"aspect {', '.join(unknown) or 'missing'} is not known; known are {', '.join(ASPECTS)}")
    words = [name for name in ("round", "rating") if not pd.api.types.is_numeric_dtype(ratings[name].dtype)]
    if words and len(ratings):
        raise WrongShape(f"expected numbers in the column {words[0]}; it holds {ratings[words[0]].dtype}")
    if ratings.duplicated(["panellist", "round", "item", "aspect"]).any():
        raise WrongShape("expected one rating per panellist, round, item and aspect; some are doubled")
    if ratings[["panellist", "panel_group"]].drop_duplicates()["panellist"].duplicated().any():
        raise WrongShape("expected each panellist in one panel group; some are in several")
    return ratings


def of_round(ratings: pd.DataFrame, aspect: str, at: int | None = None) -> pd.DataFrame:
    """Return one aspect's ratings of one round as panellists × items, in the items' first order.

    Without a round: of each item the last round in which anybody rated it, since a later round may ask about those
    items only that were not settled.
    """
    asked = ratings[ratings["aspect"] == aspect]
    asked = asked if at is None else asked[asked["round"] == at]
    rated = asked[asked["rating"].notna()]
    kept = rated[rated["round"] == rated.groupby("item")["round"].transform("max")]
    wide = kept.pivot(index="panellist", columns="item", values="rating")  # noqa: PD010
    return wide.reindex(columns=pd.unique(asked["item"])).astype(np.float64)
