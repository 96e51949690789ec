"""What the factor models, scalability and DIF of the declared item sets found, as rows of the coefficients."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy import special

from finsam_eval.codebook import Codebook
from finsam_eval.psychometrics.factors import FactorModel, Invariance
from finsam_eval.psychometrics.factors.indices import RMSEA_LEVEL
from finsam_eval.psychometrics.irt.dif import NO_FIT
from finsam_eval.psychometrics.properties import Sheets
from finsam_eval.psychometrics.rows import ITEM, ITEM_SET, Row, row_of
from finsam_eval.psychometrics.structure import Structure, repeated, structures
from finsam_eval.results import LEVEL, Estimate, Status, no_value

STEPS = ("thresholds", "loadings", "intercepts")
"""What is asked to be equal, one step after another."""

FIT = {
    "cfi": ("cfi_scaled", "CFI, skalat"),
    "tli": ("tli_scaled", "TLI, skalat"),
    "rmsea": ("rmsea_scaled", "RMSEA, skalat"),
    "srmr": ("srmr", "SRMR efter Bentler"),
}
CONVERGENT = {"ave": ("ave", "AVE"), "sammansatt_reliabilitet": ("cr", "Sammansatt reliabilitet")}

NOT_REACHED = "Ett tidigare steg har ingen lösning."
Z = float(special.ndtri((1 + LEVEL) / 2))


def of_structure(sheets: Sheets, gender: pd.Series, codebook: Codebook) -> Iterator[Row]:
    """Give the coefficients of each declared item set: of its items, and of the whole.

    Of an item: `laddning` (standardised, one factor, WLSMV), `H_i`, `dif_kon` (women's log odds of a higher step less
    men's, at the same sum), `dif_kon_r2` (what gender explains beyond the sum). Of a set: `cfi`, `tli`, `rmsea` (90 %
    interval), `srmr`, `ave`, `sammansatt_reliabilitet`, `H`, and `invarians_kon:<step>` (how much CFI falls; the test
    is told in `method`); of a set asked again, `invarians_tillfalle:<step>` under the later set. An item that stands in
    several sets of one group and occasion is told of in the first.

    sheets : as `properties.sheets_of` returns. gender : of each questionnaire, indexed as the sheets are.
    """
    found, told = structures(sheets, gender, codebook), set()
    for structure in found:
        place = (structure.item_set.respondent_group, structure.item_set.occasion)
        for item, statistic, estimate in _of_items(structure):
            if (*place, item, statistic) not in told:
                told.add((*place, item, statistic))
                yield row_of(ITEM, item, codebook.item(item).wording, *place, statistic, estimate)
        yield from _set_rows(structure, _of_set(structure), len(structure.items.columns))
    for pair in repeated(found, codebook):
        if not pair.reason:
            yield from _set_rows(pair.second, _invariance("invarians_tillfalle", pair.invariance), len(pair.shared))


def _set_rows(structure: Structure, estimates: Mapping[str, Estimate], k: int) -> Iterator[Row]:
    own = structure.item_set
    for statistic, estimate in estimates.items():
        row = row_of(ITEM_SET, own.id, own.label, own.respondent_group, own.occasion, statistic, estimate)
        yield {**row, "k": k}


def _of_set(structure: Structure) -> dict[str, Estimate]:
    mokken = structure.mokken
    whole = Estimate(**{name: getattr(mokken, name) for name in Estimate.__dataclass_fields__})
    return {
        **_fit(structure.model),
        **_convergent(structure),
        "H": whole,
        **_invariance("invarians_kon", structure.invariance),
    }


def _of_items(structure: Structure) -> Iterator[tuple[str, str, Estimate]]:
    for item in structure.items.columns:
        yield item, "laddning", _loading(structure.model, item)
        yield item, "H_i", _scalability(structure, item)
        yield item, "dif_kon", _log_odds(structure, item)
        yield item, "dif_kon_r2", _explained(structure, item)


def _loading(model: FactorModel, item: str) -> Estimate:
    method = f"Standardiserad laddning, en faktor; {model.method}"
    if model.status != Status.OK:
        return no_value(model.status, model.reason, method=method, n=model.n)
    row = model.loadings.set_index("item").loc[item]
    # Of ordered answers behind one factor of variance one the items are standardised: se is that of std, too.
    return _normal(float(row["std"]), float(row["se"]), method, model.n)


def _normal(value: float, se: float, method: str, n: int) -> Estimate:
    return Estimate(value=value, lower=value - Z * se, upper=value + Z * se, level=LEVEL, method=method, n=n)


def _scalability(structure: Structure, item: str) -> Estimate:
    found = structure.mokken
    if found.status != Status.OK:
        return no_value(found.status, found.reason, method=found.method, n=found.n)
    row = found.items.set_index("item").loc[item]
    lower, upper = _number(row["lower"]), _number(row["upper"])
    return Estimate(value=float(row["h"]), lower=lower, upper=upper, level=found.level, method=found.method, n=found.n)


def _log_odds(structure: Structure, item: str) -> Estimate:
    found = structure.dif
    method = f"{found.method}; logodds, kvinnor minus män, Walds intervall"
    row = _dif_row(structure, item)
    if isinstance(row, Estimate):
        return row
    # The second group, men, is what the model's own log odds tell of.
    return _normal(-float(row["log_odds"]), float(row["log_odds_se"]), method, found.n)


def _explained(structure: Structure, item: str) -> Estimate:
    row = _dif_row(structure, item)
    if isinstance(row, Estimate):
        return row
    found = structure.dif
    method = f"{found.method}; likformig och olikformig DIF tillsammans, p {_p(row['p_adjusted'])}"
    return _bare(float(row["r2"]), method, found.n)


def _dif_row(structure: Structure, item: str) -> pd.Series | Estimate:
    found = structure.dif
    if found.status != Status.OK:
        return no_value(found.status, found.reason, method=found.method, n=found.n)
    row = found.items.set_index("item").loc[item]
    if not np.isfinite(row["p"]):
        return no_value(Status.NOT_CONVERGED, NO_FIT, method=found.method, n=found.n)
    return row


def _fit(model: FactorModel) -> dict[str, Estimate]:
    return {name: _index(model, column, words) for name, (column, words) in FIT.items()}


def _index(model: FactorModel, column: str, words: str) -> Estimate:
    method, value = f"{words}; {model.method}", getattr(model, column)
    if value is None:
        status = Status.NOT_APPLICABLE if model.status == Status.OK else model.status
        return no_value(status, model.reason, method=method, n=model.n)
    found = _bare(float(value), method, model.n)
    if column != "rmsea_scaled":
        return found
    return replace(found, lower=model.rmsea_scaled_lower, upper=model.rmsea_scaled_upper, level=RMSEA_LEVEL)


def _convergent(structure: Structure) -> dict[str, Estimate]:
    found = structure.convergent
    if found.status != Status.OK:
        return {name: no_value(found.status, found.reason, method=found.method, n=found.n) for name in CONVERGENT}
    (row,) = found.factors.to_dict("records")
    return {
        name: _bare(float(row[column]), f"{words}; {found.method}", found.n)
        for name, (column, words) in CONVERGENT.items()
    }


def _invariance(name: str, found: Invariance) -> dict[str, Estimate]:
    """Return one estimate a step: how CFI changes when that, too, is asked to be equal."""
    steps = found.steps.set_index("step")
    return {f"{name}:{step}": _step(steps.loc[step] if step in steps.index else None, found) for step in STEPS}


def _step(row: pd.Series | None, found: Invariance) -> Estimate:
    if found.status != Status.OK:
        return no_value(found.status, found.reason, method=found.method, n=found.n)
    if row is None:
        return no_value(Status.NOT_CONVERGED, NOT_REACHED, method=found.method, n=found.n)
    if row["status"] != Status.OK:
        return no_value(row["status"], row["reason"], method=found.method, n=found.n)
    if pd.isna(row["delta_cfi"]):
        return no_value(Status.NOT_APPLICABLE, str(row["verdict"]), method=found.method, n=found.n)
    test = f"p {_p(row['difference_p'])}: {row['verdict']}" if pd.notna(row["difference_p"]) else ""
    return _bare(float(row["delta_cfi"]), f"ΔCFI, {test}; {found.method}", found.n)


def _bare(value: float, method: str, n: int) -> Estimate:
    return Estimate(value=value, lower=None, upper=None, level=LEVEL, method=method, n=n)


def _p(value: float) -> str:
    """Return "= 0,062" or "< 0,001"."""
    return "< 0,001" if value < 0.0005 else f"= {value:.3f}".replace(".", ",")


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
