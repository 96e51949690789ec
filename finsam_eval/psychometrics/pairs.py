"""The coefficients of two answers to one question: by one person twice, or by two about the same person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from finsam_eval.codebook import Codebook
from finsam_eval.psychometrics.agreement import (
    bland_altman,
    both_sides_share,
    exact_agreement,
    gwet_ac,
    icc,
    krippendorff_alpha,
    measurement_error,
    weighted_kappa,
)
from finsam_eval.psychometrics.rows import DYAD, ITEM, Row, row_of
from finsam_eval.results import Estimate, Status


def retested(pairs: pd.DataFrame, codebook: Codebook) -> Iterator[Row]:
    """Give the coefficients of each item that persons answered twice; pairs as `questionnaires.retests` returns."""
    for key, part in _ordered(pairs, codebook):
        group, occasion, item = key
        for statistic, found in {**_agreement(part, item, codebook), **_error(part)}.items():
            yield row_of(ITEM, item, codebook.item(item).wording, group, occasion, statistic, found)


def dyadic(pairs: pd.DataFrame, codebook: Codebook) -> Iterator[Row]:
    """Give the coefficients of each item that both sides answered; pairs as `questionnaires.both_sides` returns.

    Where an indicator asks for both sides, the share of pairs where both are positive is among them.
    """
    both_required = {item.id for one in codebook.karnindikatorer if one.both_sides for item in one.items}
    for key, part in _ordered(pairs, codebook):
        group, occasion, item = key
        label = f"{item} och {codebook.item(item).dyad}"
        found = _agreement(part, item, codebook)
        if item in both_required:
            found["bada_sidor"] = both_sides_share(
                part["first"], part["second"], top=codebook.scale(item).top_codes, unit=part["unit"]
            )
        for statistic, estimate in found.items():
            yield row_of(DYAD, item, label, group, occasion, statistic, estimate)


def _agreement(pairs: pd.DataFrame, item: str, codebook: Codebook) -> dict[str, Estimate]:
    first, second = pairs["first"], pairs["second"]
    both = pd.DataFrame({"first": first, "second": second})
    return {
        "exakt": exact_agreement(first, second, unit=pairs["unit"]),
        "kappa": weighted_kappa(first, second),
        "kappa_linjar": weighted_kappa(first, second, "linear"),
        "vagd_kappa": weighted_kappa(first, second, "quadratic"),
        "ac2": gwet_ac(both, "quadratic", categories=codebook.scale(item).codes),
        "krippendorff": krippendorff_alpha(both),
        "icc": icc(both),
        **_shift(pairs),
    }


def _shift(pairs: pd.DataFrame) -> dict[str, Estimate]:
    """Return the mean of first − second, and the limits between which single differences lie."""
    found = bland_altman(pairs["first"], pairs["second"])
    shift = Estimate(**{name: getattr(found, name) for name in Estimate.__dataclass_fields__})
    if found.status is not Status.OK:
        return {"skift": shift}
    ends = {
        "lagst_skillnad": (found.low, found.low_lower, found.low_upper),
        "hogst_skillnad": (found.high, found.high_lower, found.high_upper),
    }
    limits = {name: replace(shift, value=at, lower=lower, upper=upper) for name, (at, lower, upper) in ends.items()}
    return {"skift": shift, **limits}


def _error(pairs: pd.DataFrame) -> dict[str, Estimate]:
    sdc = measurement_error(pairs["first"], pairs["second"])
    sem = replace(sdc, value=sdc.sem, lower=sdc.sem_lower, upper=sdc.sem_upper, method=sdc.method.split(" · ")[-1])
    return {"sem": sem, "sdc": sdc}


def _ordered(pairs: pd.DataFrame, codebook: Codebook) -> Iterator[tuple[tuple[str, str, str], pd.DataFrame]]:
    """Give the pairs by group, occasion and item, in the codebook's order."""
    parts = dict(iter(pairs.groupby(["respondent_group", "occasion", "item"])))
    for group in codebook.groups:
        for occasion in codebook.occasions:
            for item in codebook.items:
                key = (group.id, occasion.id, item.id)
                if key in parts:
                    yield key, parts[key]
