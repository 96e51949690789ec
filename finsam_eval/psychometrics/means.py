"""The coefficients of förbund's means: how much förbund differ, and how many answers tell them apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from finsam_eval.codebook import Codebook
from finsam_eval.psychometrics.aggregation import UnitReliability, unit_reliability, within_group_agreement
from finsam_eval.psychometrics.rows import FORBUND, Row, row_of
from finsam_eval.results import Estimate, Status, no_value

NEVER = "Inget antal svar räcker: förbunden skiljer sig inte mer än slumpen ger."


def of_forbund(sheet: pd.DataFrame, forbund: pd.Series, group: str, occasion: str, codebook: Codebook) -> Iterator[Row]:
    """Give ICC(1), ICC(2), the answers needed and rwg of each item that anybody in a group answers at an occasion.

    sheet : questionnaires × items. forbund : one per questionnaire, in the same order.
    """
    for item in sheet.columns[sheet.notna().any()]:
        asked = codebook.item(item)
        means = unit_reliability(sheet[item], forbund)
        alike = within_group_agreement(sheet[[item]], forbund, categories=len(codebook.scale(item).codes))
        for statistic, found in {**_reliability(means), "rwg": alike}.items():
            row = row_of(FORBUND, item, asked.wording, group, occasion, statistic, found)
            yield {**row, "k": means.k}


def _reliability(means: UnitReliability) -> dict[str, Estimate]:
    plain = Estimate(**{name: getattr(means, name) for name in Estimate.__dataclass_fields__})
    if means.status is not Status.OK:
        return {"icc1": plain, "icc2": plain, "svar_som_behovs": plain}
    single = replace(plain, value=means.icc1, lower=means.icc1_lower, upper=means.icc1_upper)
    return {"icc1": single, "icc2": plain, "svar_som_behovs": _needed(means, plain)}


def _needed(means: UnitReliability, plain: Estimate) -> Estimate:
    """Return the answers needed; an upper limit that is infinite has no number, and `reason` says so."""
    if means.needed is None or np.isinf(means.needed):
        return no_value(Status.NOT_APPLICABLE, NEVER, method=plain.method, n=plain.n, level=plain.level)
    limits = (means.needed_lower, means.needed_upper)
    lower, upper = (limit if limit is not None and np.isfinite(limit) else None for limit in limits)
    return replace(plain, value=means.needed, lower=lower, upper=upper)
