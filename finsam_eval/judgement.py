"""Is a mätpunkt good enough? Each property judged by limits set beforehand, and the proposal that follows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
from pydantic import Field

from finsam_eval.codebook import Codebook, Identifier
from finsam_eval.criteria import Criteria, Judging, Property, Proposal, criteria_of
from finsam_eval.definitions import Definition, parse, read_yaml
from finsam_eval.errors import BadDefinition, WrongShape
from finsam_eval.files import file_hash
from finsam_eval.psychometrics.properties import ITEM_TABLE_COLUMNS
from finsam_eval.psychometrics.rows import COEFFICIENT_COLUMNS, DYAD, ITEM, ITEM_SET
from finsam_eval.results import LEVEL, RECORD_COLUMNS, Status
from finsam_eval.stats.intervals import wilson
from finsam_eval.study import Study

PLACE = ["respondent_group", "occasion"]
JUDGEMENT_COLUMNS = ["item", "property", "judgement", *PLACE, "statistic", *RECORD_COLUMNS]
PROPOSAL_COLUMNS = ["item", "proposal", "rule"]

NOT_EXAMINED = "Ingen uppgift om egenskapen finns i studien."
NO_INTERVAL = "Talet har ingen osäkerhet angiven, och avgör därför inget."
NOT_IN_SET = "Frågan ingår inte i någon grupp av frågor som ska mäta samma sak."
NOT_ASKED_FOR = "Gäller inte frågan, enligt kriterierna."
ONE_SIDE = "Frågan ställs bara till ena sidan."


class Judgement(StrEnum):
    """What is said of a property, the worst first."""

    INSUFFICIENT = "otillräcklig"
    UNDETERMINED = "obestämd"
    SUFFICIENT = "tillräcklig"
    NOT_APPLICABLE = "ej tillämplig"


class Proposed(StrEnum):
    """What is proposed for a mätpunkt."""

    KEEP = "behåll"
    REVISE = "revidera"
    DROP = "stryk"
    WAIT = "avvakta"


class Decision(Definition):
    """What a person has decided for a mätpunkt, and why: it stands beside the proposal, and never in its place."""

    item: Identifier
    decision: Literal["behåll", "revidera", "stryk"]
    reason: str = Field(min_length=10)
    decided_by: str = Field(min_length=1)
    decided_on: date


class Decisions(Definition):
    """Every decision of a study."""

    decisions: list[Decision]


def judge(coefficients: pd.DataFrame, items: pd.DataFrame, codebook: Codebook, judging: Judging) -> pd.DataFrame:
    """Return one row per mätpunkt × property: judgement, and the number that decided it.

    A property is *tillräcklig* where the value is good and no value within the interval is bad, *otillräcklig* where no
    value within the interval is good, and else *obestämd*. Of several numbers about one mätpunkt (occasions, groups)
    the worst judgement counts, and of equal ones the first. What is missing or has no interval decides nothing.

    coefficients : columns of `COEFFICIENT_COLUMNS`, whole or released.
    items : columns of `ITEM_TABLE_COLUMNS`; shares of it get Wilson's interval at `LEVEL`.

    Returns
    -------
    DataFrame
        Columns of `JUDGEMENT_COLUMNS`, in the codebook's and the criteria's order.

    Raises
    ------
    WrongShape
        When a column is missing.

    References
    ----------
    Prinsen et al. (2018), Quality of Life Research 27:1147–1157 (COSMIN: sufficient, insufficient, indeterminate).
    """
    for frame, columns in ((coefficients, COEFFICIENT_COLUMNS), (items, ITEM_TABLE_COLUMNS)):
        lacking = [name for name in columns if name not in frame.columns]
        if lacking:
            raise WrongShape(f"expected the columns {', '.join(columns)}; {lacking[0]} is missing")
    told = {one.id: _told_of(one, coefficients) for one in judging.properties}
    rows = [
        {"item": item.id, "property": one.id, **_judged(item.id, one, told[one.id], items, codebook)}
        for item in codebook.survey_items
        if item.sensitivity == "opinion"
        for one in judging.properties
    ]
    kinds = {"value": "float64", "lower": "float64", "upper": "float64", "level": "float64", "n": "Int64"}
    return pd.DataFrame(rows, columns=JUDGEMENT_COLUMNS).astype(kinds)


def _judged(
    item: str, one: Property, coefficients: pd.DataFrame, items: pd.DataFrame, codebook: Codebook
) -> dict[str, object]:
    spared = _spared(item, one, codebook)
    if spared:
        return _nothing(one, Judgement.NOT_APPLICABLE, Status.NOT_APPLICABLE, spared)
    found = _shares(items, item, one) if one.kind == "answers" else _numbers(coefficients, item, one, codebook)
    if found.empty:
        return _nothing(one, Judgement.UNDETERMINED, Status.NO_DATA, NOT_EXAMINED)
    told = [_row(row, limits, one) for row, limits in _with_limits(found, coefficients, item, one, codebook)]
    return min(told, key=lambda row: list(Judgement).index(Judgement(str(row["judgement"]))))


def _spared(item: str, one: Property, codebook: Codebook) -> str:
    """Return why a property does not apply to an item; empty where it does."""
    if one.items and item not in one.items:
        return NOT_ASKED_FOR
    if (one.in_set or one.kind == ITEM_SET) and not any(item in item_set.items for item_set in codebook.item_sets):
        return NOT_IN_SET
    if one.kind == DYAD and codebook.item(item).dyad is None:
        return ONE_SIDE
    return ""


def _nothing(one: Property, judgement: Judgement, status: Status, reason: str) -> dict[str, object]:
    told = {"judgement": str(judgement), "respondent_group": "", "occasion": "", "statistic": one.statistic}
    return {**told, "method": "", "level": LEVEL, "status": str(status), "reason": reason}


def _told_of(one: Property, coefficients: pd.DataFrame) -> pd.DataFrame:
    """Return the coefficients that a property is judged by, and those it is held against."""
    own = (coefficients["kind"] == one.kind) & (coefficients["statistic"] == one.statistic)
    limits = (coefficients["kind"] == ITEM) & (coefficients["statistic"] == one.against)
    return coefficients[own | limits]


def _numbers(coefficients: pd.DataFrame, item: str, one: Property, codebook: Codebook) -> pd.DataFrame:
    about = [item]
    if one.kind == ITEM_SET:
        about = [item_set.id for item_set in codebook.item_sets if item in item_set.items]
    return coefficients[coefficients["subject"].isin(about) & (coefficients["statistic"] == one.statistic)]


def _shares(items: pd.DataFrame, item: str, one: Property) -> pd.DataFrame:
    """Return an item table's shares with their intervals, one row a group and occasion."""
    if one.statistic not in ITEM_TABLE_COLUMNS:
        raise WrongShape(f"property {one.id}: the item table has no {one.statistic}; it has floor, ceiling and missing")
    rows = items[items["item"] == item].drop_duplicates(PLACE)
    share, n = rows[one.statistic].astype("float64"), rows["n"].astype("float64")
    of = n / (1 - rows["missing"].astype("float64")) if one.statistic == "missing" else n
    known = share.notna() & (of > 0)
    lower, upper = wilson(share.where(known, 0) * of.where(known, 1), of.where(known, 1), LEVEL)
    return rows.assign(
        statistic=one.statistic,
        value=share.where(known),
        lower=pd.Series(lower, rows.index).where(known),
        upper=pd.Series(upper, rows.index).where(known),
        level=LEVEL,
        method="Wilson",
        status=np.where(known, str(Status.OK), str(Status.SUPPRESSED)),
        reason=np.where(known, "", "Fördelningen visas inte, av hänsyn till sekretessen."),
    )


def _with_limits(
    found: pd.DataFrame, coefficients: pd.DataFrame, item: str, one: Property, codebook: Codebook
) -> Iterator[tuple[pd.Series, tuple[float, float] | None]]:
    """Give each number with what is good and what is bad of it; None where the statistic it is held against is unknown.

    Held against an interval, a number is good beyond its better end and bad beyond its worse one. What is told of a
    change stands under the later of two paired items, and goes for both.
    """
    same = [name for name in (item, codebook.item(item).pair) if name]
    for _, row in found.iterrows():
        if not one.against:
            assert one.good is not None and one.bad is not None
            yield row, (one.good, one.bad)
            continue
        chosen = (coefficients["kind"] == ITEM) & coefficients["subject"].isin(same)
        other = coefficients[
            chosen & (coefficients["statistic"] == one.against) & (coefficients["status"] == Status.OK)
        ]
        ends = other[["lower", "upper"]].dropna().to_numpy(dtype="float64")
        low, high = (float(ends[0, 0]), float(ends[0, 1])) if len(ends) else (np.nan, np.nan)
        yield row, None if not len(ends) else (low, high) if one.better != "higher" else (high, low)


def _row(row: pd.Series, limits: tuple[float, float] | None, one: Property) -> dict[str, object]:
    judgement, reason = _placed(row, limits, one)
    told = {name: row[name] for name in [*PLACE, "statistic", *RECORD_COLUMNS]}
    return {**told, "judgement": str(judgement), "reason": reason}


def _placed(row: pd.Series, limits: tuple[float, float] | None, one: Property) -> tuple[Judgement, str]:
    if row["status"] == Status.NOT_APPLICABLE:
        return Judgement.NOT_APPLICABLE, str(row["reason"])
    if row["status"] != Status.OK:
        return Judgement.UNDETERMINED, str(row["reason"]) or str(row["status"])
    if limits is None:
        return Judgement.UNDETERMINED, NOT_EXAMINED
    if pd.isna(row["lower"]) or pd.isna(row["upper"]):
        return Judgement.UNDETERMINED, NO_INTERVAL
    value, worst, best = _turned(float(row["value"]), float(row["lower"]), float(row["upper"]), one)
    sign = 1 if one.better == "higher" else -1
    good, bad = sign * limits[0], sign * limits[1]
    if best < good:
        return Judgement.INSUFFICIENT, ""
    return (Judgement.SUFFICIENT, "") if value >= good and worst >= bad else (Judgement.UNDETERMINED, "")


def _turned(value: float, lower: float, upper: float, one: Property) -> tuple[float, float, float]:
    """Return value, the worst and the best end of the interval, turned so that more is better."""
    if one.better == "higher":
        return value, lower, upper
    if one.better == "lower":
        return -value, -upper, -lower
    nearest = 0.0 if lower <= 0 <= upper else min(abs(lower), abs(upper))
    return -abs(value), -max(abs(lower), abs(upper)), -nearest


def propose(judged: pd.DataFrame, judging: Judging) -> pd.DataFrame:
    """Return what follows for each mätpunkt: behåll, revidera, stryk, or avvakta where it cannot be told, and why.

    judged : as `judge` returns.

    Returns
    -------
    DataFrame
        Columns of `PROPOSAL_COLUMNS`; the rule names the properties that made it.
    """
    labels = {one.id: one.label for one in judging.properties if one.decisive}
    rows = []
    for item, part in judged[judged["property"].isin(labels)].groupby("item", sort=False):
        by = {str(kind): list(part.loc[part["judgement"] == kind, "property"]) for kind in Judgement}
        proposal, why = _follows(by, judging.proposal)
        rows.append([item, str(proposal), ", ".join(labels[name] for name in why)])
    return pd.DataFrame(rows, columns=PROPOSAL_COLUMNS)


def _follows(by: dict[str, list[str]], rule: Proposal) -> tuple[Proposed, list[str]]:
    wrong, unknown = by[Judgement.INSUFFICIENT], by[Judgement.UNDETERMINED]
    fatal = [name for name in wrong if name in rule.drop_if]
    if fatal or len(wrong) >= rule.drop_at:
        return Proposed.DROP, fatal or wrong
    if wrong:
        return Proposed.REVISE, wrong
    if unknown or not by[Judgement.SUFFICIENT]:
        return Proposed.WAIT, unknown
    return Proposed.KEEP, by[Judgement.SUFFICIENT]


def load_decisions(path: Path, codebook: Codebook) -> list[Decision]:
    """Return what persons have decided, with their reasons.

    Raises
    ------
    BadDefinition
        When the file is missing, a decision has no written reason, or its mätpunkt is unknown or decided twice.
    """
    found = parse(Decisions, read_yaml(path), path.name).decisions
    known = [item.id for item in codebook.survey_items]
    for place, one in enumerate(found):
        if one.item not in known:
            raise BadDefinition(
                f"{path.name}, decisions → {place}: {one.item} is no mätpunkt of codebook {codebook.id}"
            )
        if one.item in [earlier.item for earlier in found[:place]]:
            raise BadDefinition(f"{path.name}, decisions → {place}: {one.item} is decided already; keep one of them")
    return found


def decisions_of(study: Study) -> list[Decision]:
    """Return what persons have decided in a study; none where it names no file of decisions."""
    name = study.settings.decisions
    return load_decisions(study.folder / name, study.codebook) if name else []


@dataclass(frozen=True, kw_only=True)
class Judgements:
    """What is said of every mätpunkt of a study, what follows, and what persons have decided.

    judged : as `judge` returns. proposals : as `propose` returns. decisions : by item.
    sha256 : of the file of criteria, so that it can be shown to be the one that was set beforehand.
    """

    criteria: Criteria
    judging: Judging
    judged: pd.DataFrame
    proposals: pd.DataFrame
    decisions: dict[str, Decision]
    sha256: str


def judgements_of(study: Study, coefficients: pd.DataFrame, items: pd.DataFrame) -> Judgements | None:
    """Return the judgements of a study, None where it has no criteria for them.

    coefficients, items : as `judge` takes them, whole or released; what is hidden decides nothing.
    """
    criteria, settings = criteria_of(study), study.settings
    if criteria is None or criteria.judging is None or settings.criteria is None:
        return None
    judged = judge(coefficients, items, study.codebook, criteria.judging)
    return Judgements(
        criteria=criteria,
        judging=criteria.judging,
        judged=judged,
        proposals=propose(judged, criteria.judging),
        decisions={one.item: one for one in decisions_of(study)},
        sha256=file_hash(study.folder / settings.criteria),
    )
