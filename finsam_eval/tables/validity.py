"""What the declared item sets measure, as tables: dimensions, loadings, fit, equality, response model, DIF."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import pandas as pd

from finsam_eval.codebook import Codebook
from finsam_eval.psychometrics.factors import Invariance
from finsam_eval.psychometrics.structure import Repeated, Structure
from finsam_eval.results import Status
from finsam_eval.swedish import DASH, decimal, percent, whole
from finsam_eval.tables.instrument import whom
from finsam_eval.tables.shared import Table

STEPS = {
    "configural": "Samma frågor hör ihop",
    "thresholds": "Svarsstegen är lika",
    "loadings": "Laddningarna är lika",
    "intercepts": "Utgångslägena är lika",
}

Z = 1.959963984540054
NOTHING = "svaren räcker inte; texten ovanför säger varför."


def dimensions(found: Sequence[Structure]) -> Table:
    """Per item set: adequacy, Bartlett, and how many dimensions each rule finds."""
    rows = [
        [
            one.item_set.label,
            whole(one.kmo.n),
            _or_status(one.kmo, one.kmo.value, _two),
            _or_status(one.bartlett, one.bartlett.p, p_value),
            _or_status(one.parallel, one.parallel.n_components, whole),
            _or_status(one.parallel, one.parallel.n_factors, whole),
            _or_status(one.map_test, one.map_test.n_components, whole),
            _or_status(one.map_test, one.map_test.n_components_fourth, whole),
        ]
        for one in having(found, "kmo", "parallel", "map_test")
    ]
    columns = [
        "Grupp av frågor",
        "Personer",
        "KMO",
        "Bartlett, p",
        "Parallell: komponenter",
        "Parallell: faktorer",
        "MAP (1976)",
        "MAP (2000)",
    ]
    return Table("Hur många saker mäter frågorna?", columns, rows, empty=NOTHING)


def model_fit(found: Sequence[Structure]) -> Table:
    """Per item set: how well one factor fits, and what it explains."""
    rows = [[one.item_set.label, *_fit(one)] for one in having(found, "model")]
    columns = ["Grupp av frågor", "Personer", "χ² (frihetsgrader)", "p", "CFI", "TLI", "RMSEA (90 %)", "SRMR"]
    columns += ["AVE", "CR"]
    return Table("Passar en enda faktor? (WLSMV, skalade mått)", columns, rows, empty=NOTHING)


def loadings(codebook: Codebook, found: Sequence[Structure]) -> Table:
    """Per question: its standardised loading with interval, what the factor explains of it, and its scalability."""
    rows = []
    for one, item, name in _items(codebook, found, "model", "mokken"):
        own = _row(one.model.loadings, item)
        left = _row(one.model.residuals, item)
        scalable = _row(one.mokken.items, item)
        rows.append(
            [
                name,
                _or_reason(one.model, own, lambda row: within(row["std"], row["se"])),
                _or_reason(one.model, left, lambda row: percent(row["r2"])),
                _or_reason(one.mokken, scalable, lambda row: between(row["h"], row["lower"], row["upper"])),
                _or_reason(one.mokken, scalable, lambda row: whole(row["scale"]) if row["scale"] else "ingen"),
                _violations(one, item),
            ]
        )
    columns = ["Fråga", "Laddning", "Förklarat", "Mokkens Hᵢ", "Skala", "Fall i ordning"]
    return Table("Hur hör varje fråga ihop med de andra?", columns, rows, empty=NOTHING)


def equality(found: Sequence[Structure]) -> Table:
    """Per item set and step: the test that women and men have that in common."""
    rows = []
    for one in having(found, "invariance"):
        rows += _steps(one.item_set.label, one.invariance)
        if one.partial:
            rows += _steps(f"{one.item_set.label}, utan krav på {', '.join(freed(one))}", one.partial)[-1:]
    return Table("Betyder frågorna detsamma för kvinnor och män?", _EQUALITY, rows, empty=NOTHING)


def equality_over_time(codebook: Codebook, found: Sequence[Repeated]) -> Table | None:
    """Per pair of occasions and step: the test that they have that in common; None where none can be tested."""
    rows = []
    for pair in found:
        if not pair.reason:
            rows += _steps(between_occasions(codebook, pair), pair.invariance)
    return Table("Betyder frågorna detsamma vid båda tillfällena?", _EQUALITY, rows) if rows else None


def item_response(codebook: Codebook, found: Sequence[Structure]) -> Table:
    """Per question: how sharply it tells persons apart, between which thresholds, and whether the model fits it."""
    rows = []
    for one, item, name in _items(codebook, found, "graded"):
        own, fit = _row(one.graded.items, item), _row(one.graded.fit, item)
        steps = one.graded.thresholds
        at = steps.loc[steps["item"] == item, "threshold"]
        rows.append(
            [
                name,
                _or_reason(one.graded, own, lambda row: whole(row["n"])),
                _or_reason(one.graded, own, lambda row: within(row["discrimination"], row["se"])),
                "; ".join(_two(value) for value in at) or DASH,
                _or_reason(one.graded, fit, lambda row: _test(row)),
                _or_reason(one.graded, fit, lambda row: p_value(row["p_adjusted"])),
            ]
        )
    columns = ["Fråga", "Svar", "Skärpa", "Trösklar", "S-X² (frihetsgrader)", "p, justerat"]
    return Table("Var på skalan mäter frågorna? (graderad responsmodell)", columns, rows, empty=NOTHING)


def read_differently(codebook: Codebook, found: Sequence[Structure]) -> Table:
    """Per question: how women and men with the same sum answer it, by two tests."""
    rows = []
    for one, item, name in _items(codebook, found, "dif", "mantel"):
        own, other = _row(one.dif.items, item), _row(one.mantel.items, item)
        rows.append(
            [
                name,
                _or_reason(one.dif, own, lambda row: within(-row["log_odds"], row["log_odds_se"])),
                _or_reason(one.dif, own, lambda row: decimal(row["r2"], 3)),
                _or_reason(one.dif, own, lambda row: p_value(row["p_adjusted"])),
                _or_reason(one.dif, own, lambda row: row["size"] or DASH),
                _or_reason(one.mantel, other, lambda row: _two(-row["standardised"])),
                _or_reason(one.mantel, other, lambda row: row["size"] or DASH),
            ]
        )
    columns = ["Fråga", "Logodds, kvinnor − män", "ΔR²", "p, justerat", "Klass", "Mantel, SD", "Klass, Mantel"]
    return Table("Svarar kvinnor och män med samma summa lika? (DIF)", columns, rows, empty=NOTHING)


_EQUALITY = ["Vad", "Krav", "Personer", "Δχ² (frihetsgrader)", "p", "CFI", "ΔCFI", "Utfall"]


def having(found: Iterable[Structure], *results: str) -> list[Structure]:
    """Return the sets of which one of these results, by its name in `Structure`, has numbers."""
    return [one for one in found if any(getattr(one, name).status == Status.OK for name in results)]


def between_occasions(codebook: Codebook, pair: Repeated) -> str:
    """Return "under insatsen och vid avslut"."""
    first, second = (codebook.occasion_label(one.item_set.occasion) for one in (pair.first, pair.second))
    return f"{first} och {second}"


def freed(one: Structure) -> list[str]:
    """Return the items that women and men read differently, whose intercepts are free in the partial model."""
    return list(one.dif.items.loc[one.dif.items["flagged"].astype(bool), "item"])


def p_value(p: float) -> str:
    """Return "0,032", or "<0,001"."""
    return DASH if pd.isna(p) else "<0,001" if p < 0.001 else decimal(p, 3)


def within(value: float, se: float) -> str:
    """Return a number with its 95 % interval by the normal distribution."""
    return DASH if pd.isna(value) else between(value, value - Z * se, value + Z * se)


def between(value: float, lower: float, upper: float) -> str:
    """Return a number with its interval."""
    return _two(value) if pd.isna(lower) else f"{_two(value)} ({_two(lower)} till {_two(upper)})"


def _items(codebook: Codebook, found: Sequence[Structure], *results: str) -> Iterator[tuple[Structure, str, str]]:
    """Give every question of the sets with results, with a name that tells it from the same one elsewhere."""
    several = len({(one.item_set.respondent_group, one.item_set.occasion) for one in found}) < len(found)
    for one in having(found, *results):
        where = one.item_set.label if several else whom(codebook, one.item_set.respondent_group, one.item_set.occasion)
        for item in one.items.columns:
            yield one, item, f"{item}, {where[:1].lower()}{where[1:]}"


def _row(table: pd.DataFrame, item: str) -> pd.Series | None:
    rows = table[table["item"] == item]
    return None if rows.empty else rows.iloc[0]


def _or_reason(result: Any, row: pd.Series | None, write: Callable[[pd.Series], str]) -> str:
    if result.status != Status.OK:
        return str(result.status)
    return DASH if row is None else write(row)


def _or_status(result: Any, value: float | None, write: Callable[[float], str]) -> str:
    if result.status != Status.OK:
        return str(result.status)
    return DASH if value is None else write(value)


def _fit(one: Structure) -> list[str]:
    model = one.model
    if model.status != Status.OK:
        return [whole(model.n), str(model.status), *[DASH] * 7]
    (explained,) = one.convergent.factors.to_dict("records")
    if model.chisq_scaled is None:
        return [whole(model.n), *[DASH] * 6, _two(explained["ave"]), _two(explained["cr"])]
    assert model.rmsea_scaled is not None and model.srmr is not None
    ends = (decimal(limit or 0, 3) for limit in (model.rmsea_scaled_lower, model.rmsea_scaled_upper))
    return [
        whole(model.n),
        f"{decimal(model.chisq_scaled, 1)} ({model.df})",
        p_value(model.pvalue_scaled if model.pvalue_scaled is not None else float("nan")),
        *(DASH if value is None else decimal(value, 3) for value in (model.cfi_scaled, model.tli_scaled)),
        f"{decimal(model.rmsea_scaled, 3)} ({DASH.join(ends)})",
        decimal(model.srmr, 3),
        _two(explained["ave"]),
        _two(explained["cr"]),
    ]


def _violations(one: Structure, item: str) -> str:
    row = _row(one.mokken.monotonicity, item)
    if row is None:
        return DASH
    return f"{whole(row['violations'])} av {whole(row['comparisons'])}"


def _steps(name: str, found: Invariance) -> list[list[str]]:
    if found.status != Status.OK:
        return [[name, DASH, whole(found.n), str(found.status), *[DASH] * 4]]
    return [[name, STEPS[row["step"]], whole(found.n), *_step(row)] for _, row in found.steps.iterrows()]


def _step(row: pd.Series) -> list[str]:
    if row["status"] != Status.OK:
        return [str(row["status"]), *[DASH] * 4]
    cfi = DASH if pd.isna(row["cfi_scaled"]) else decimal(row["cfi_scaled"], 3)
    if pd.isna(row["difference"]):
        return [DASH, DASH, cfi, DASH, "utgångspunkt" if row["step"] == "configural" else row["verdict"]]
    return [
        f"{decimal(row['difference'], 1)} ({whole(row['difference_df'])})",
        p_value(row["difference_p"]),
        cfi,
        DASH if pd.isna(row["delta_cfi"]) else decimal(row["delta_cfi"], 3),
        row["verdict"],
    ]


def _test(row: pd.Series) -> str:
    return DASH if pd.isna(row["chisq"]) else f"{decimal(row['chisq'], 1)} ({whole(row['df'])})"


def _two(value: float) -> str:
    return decimal(value, 2)
