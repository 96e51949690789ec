"""Women and men: whether they are alike, and whether another mix of them would change a förbund's share."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from finsam_eval.compare import Margin, equivalence, mantel_haenszel, standardise
from finsam_eval.contrasts.shared import forbund_of, in_cell, known, named
from finsam_eval.criteria import Criteria
from finsam_eval.results import COUNTRY, Status

FEWEST_FORBUND = 3
"""With fewer nothing is told of whether förbund agree."""

WOMEN, MEN = "kvinna", "man"


def women_and_men(key: Mapping[str, str], shares: pd.DataFrame, criteria: Criteria) -> list[pd.DataFrame]:
    """Return `lika_kon` and `kon_inom_forbund` of the country, and `standardiserad` of every förbund.

    Only units where both women and men may be seen are there: a difference that is hidden has no verdict. That women
    and men of one förbund are alike would take more answers than any has.
    """
    women, men = (known(in_cell(shares, key["period"], gender)) for gender in (WOMEN, MEN))
    both = women.index.intersection(men.index)
    if both.empty:
        return []
    women, men = women.loc[both], men.loc[both]
    parts = [named(key, "lika_kon", _alike(women, men, criteria))] if COUNTRY in both else []
    if len(forbund_of(women)) >= FEWEST_FORBUND:
        parts.append(named(key, "kon_inom_forbund", _within(forbund_of(women), forbund_of(men))))
    if len(forbund_of(women)):
        parts.append(named(key, "standardiserad", _standardised(women, men)))
    return parts


def _alike(women: pd.DataFrame, men: pd.DataFrame, criteria: Criteria) -> pd.DataFrame:
    first, second = women.loc[COUNTRY], men.loc[COUNTRY]
    margin = Margin(value=criteria.equal_within.value, source=criteria.equal_within.source)
    deff = (float(first["deff"]), float(second["deff"]))
    found = equivalence(int(first["x"]), int(first["n"]), int(second["x"]), int(second["n"]), margin=margin, deff=deff)
    return found.to_frame().set_axis([COUNTRY])


def _within(women: pd.DataFrame, men: pd.DataFrame) -> pd.DataFrame:
    """Return the difference within förbund; `p` is that of the test that they all have the same."""
    found = mantel_haenszel(
        women["x"], women["n"], men["x"], men["n"], deff=(women["deff"].to_numpy(), men["deff"].to_numpy())
    )
    row = found.to_frame().assign(p=found.tarone_p, tested=found.units)
    return row.set_axis([COUNTRY])


def _standardised(women: pd.DataFrame, men: pd.DataFrame) -> pd.DataFrame:
    """Return each förbund's share as it would be with the country's women and men, where the country shows both."""
    if COUNTRY not in women.index:
        return forbund_of(women)[["n"]].assign(
            status=str(Status.NOT_APPLICABLE), method="", reason=NO_COUNTRY_BY_GENDER
        )
    reference = pd.DataFrame({name: [women.loc[COUNTRY, name], men.loc[COUNTRY, name]] for name in "xn"}, [WOMEN, MEN])
    rows = pd.concat([forbund_of(women).assign(gender=WOMEN), forbund_of(men).assign(gender=MEN)])
    n = rows["n"].groupby(level=0).sum()
    deff = ((rows["n"] * rows["deff"]).groupby(level=0).sum() / n).to_dict()
    found = standardise(rows["x"], rows["n"], rows["gender"], unit=rows.index, reference=reference, deff=deff)
    units = found.units.set_index("unit")
    told = units[["n", "value", "lower", "upper", "status", "reason"]]
    return told.assign(method=found.method, level=found.level, centre=found.country if found.country else np.nan)


NO_COUNTRY_BY_GENDER = "Rikets tal för kvinnor och män visas inte, så det finns ingen sammansättning att utgå från."
