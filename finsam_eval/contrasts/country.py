"""A förbund beside the country: whether it stands out, and whether its answers suffice to say so."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from finsam_eval.compare import Funnel, Shrunken, answers_needed, funnel, shrink_proportions
from finsam_eval.contrasts.shared import forbund_of, in_cell, known, named
from finsam_eval.criteria import Criteria
from finsam_eval.results import COUNTRY, Status
from finsam_eval.stats import benjamini_hochberg

OTHERS = ""
"""The förbund whose own numbers are not among those given, taken together."""

UNALIKE = (
    "Förbunden skiljer sig inte mer än slumpen ger i den här frågan, så inget antal svar skiljer ett från de andra."
)
TOO_FEW = "Svaren är för få för att skilja förbundet från de andra."
NO_COUNTRY = "Rikets tal visas inte, så det finns inget att jämföra med."


def funnel_of(rows: pd.DataFrame) -> Funnel | None:
    """Return the funnel of one cell: every förbund that may be seen, around the country's share.

    Those that may not be seen are one unit together, what is left of the country, so that the centre is the country's
    and a large förbund is held against all others. Its own row is left out, and the tests adjusted without it.

    rows : the shares of one period, unit as index. None where the country or every förbund is hidden.
    """
    seen = known(rows)
    forbund = forbund_of(seen)
    if COUNTRY not in seen.index or forbund.empty:
        return None
    country = seen.loc[COUNTRY]
    rest = (int(country["n"] - forbund["n"].sum()), int(country["x"] - forbund["x"].sum()))
    whole = forbund[["x", "n", "deff"]]
    if rest[0] > 0:
        others = {"x": rest[1], "n": rest[0], "deff": country["deff"]}
        whole = pd.concat([whole, pd.DataFrame(others, index=[OTHERS])])
    return funnel(whole["x"], whole["n"], deff=whole["deff"].to_numpy())


def spread_of(rows: pd.DataFrame) -> Shrunken:
    """Return how much the förbund of one cell differ beyond chance, and where each lies when that is known.

    They are drawn towards the country's share, which holds also those that may not be seen: of these nearly all agree.
    """
    seen = known(rows)
    forbund = forbund_of(seen)
    country = float(seen.loc[COUNTRY, "value"]) if COUNTRY in seen.index else 0.0
    centre = country if 0 < country < 1 else None
    return shrink_proportions(forbund["x"], forbund["n"], deff=forbund["deff"].to_numpy(), centre=centre)


def against_country(key: Mapping[str, str], shares: pd.DataFrame, criteria: Criteria) -> list[pd.DataFrame]:
    """Return `mot_riket` and `utjamnad` of every förbund, and `svar_som_behovs` of the country.

    A förbund is held against the country where its share is reliable enough to tell it from the others; where it is
    not, `needed` answers would do. Its own level stands in any case.
    """
    rows = in_cell(shares, key["period"])
    beside, spread = funnel_of(rows), spread_of(rows)
    forbund = forbund_of(rows)
    if forbund.empty:
        return []
    limit = criteria.comparable_reliability.value
    return [
        named(key, "mot_riket", _beside(forbund, beside, spread, limit)),
        named(key, "utjamnad", _shrunken(forbund, spread)),
        named(key, "svar_som_behovs", _needed(spread, limit)),
    ]


def _beside(forbund: pd.DataFrame, beside: Funnel | None, spread: Shrunken, limit: float) -> pd.DataFrame:
    own = ["value", "lower", "upper", "level", "n", "status", "reason"]
    table = forbund[own].assign(method=forbund["method"])
    if beside is None or beside.status is not Status.OK:
        reason = NO_COUNTRY if beside is None else beside.reason
        return _without(table, table["status"] == Status.OK, pd.Series(reason, index=table.index))
    found = beside.units.drop(index=OTHERS, errors="ignore")
    table = table.assign(
        method=beside.method,
        centre=beside.centre,
        p=found["p"],
        p_adjusted=pd.Series(benjamini_hochberg(found["p"]), index=found.index),
        verdict=found["flag"],
        tested=len(found),
        reliability=spread.units["reliability"],
        needed=_answers(forbund["deff"], spread, limit),
    )
    unreliable = (table["status"] == Status.OK) & ~(table["reliability"] >= limit)
    reason = UNALIKE if spread.icc == 0 else spread.reason if spread.icc is None else TOO_FEW
    return _without(table, unreliable, pd.Series(reason, index=table.index))


def _without(table: pd.DataFrame, which: pd.Series, reason: pd.Series) -> pd.DataFrame:
    """Return the table with no comparison in some rows; their own level stays where it is."""
    found = [name for name in ("p", "p_adjusted") if name in table]
    return table.assign(
        **{name: table[name].mask(which) for name in found},
        verdict=table["verdict"].mask(which, "") if "verdict" in table else "",
        status=table["status"].mask(which, str(Status.NOT_COMPARABLE)),
        reason=table["reason"].mask(which, reason),
    )


def _answers(deff: pd.Series, spread: Shrunken, limit: float) -> pd.Series:
    """Return how many answers each förbund would need, clustered as now; nan where no number would do."""
    if not spread.icc:
        return pd.Series(np.nan, index=deff.index)
    return deff * answers_needed(spread.icc, limit).value


def _shrunken(forbund: pd.DataFrame, spread: Shrunken) -> pd.DataFrame:
    found = spread.units.rename(columns={"raw": "own", "shrunken": "value"}).drop(columns="status")
    table = forbund[["n", "status", "reason"]].join(found[["value", "lower", "upper", "reliability"]])
    missing = (table["status"] == Status.OK) & table["value"].isna()
    return table.assign(
        method=spread.method,
        level=spread.level,
        centre=spread.mean if spread.mean is not None else np.nan,
        status=table["status"].mask(missing, str(spread.status)),
        reason=table["reason"].mask(missing, spread.reason),
    )


def _needed(spread: Shrunken, limit: float) -> pd.DataFrame:
    """Return the answers that a förbund needs for the reliability that the study asks for, were they independent."""
    found = answers_needed(spread, limit)
    finite = found.value is not None and np.isfinite(found.value)
    row = {
        **found.to_frame().iloc[0].to_dict(),
        "reliability": limit,
        "tested": spread.tested,
        "status": str(found.status) if finite or found.value is None else str(Status.NOT_APPLICABLE),
        "value": found.value if finite else np.nan,
        "upper": found.upper if found.upper is not None and np.isfinite(found.upper) else np.nan,
    }
    return pd.DataFrame([row], index=[COUNTRY])
