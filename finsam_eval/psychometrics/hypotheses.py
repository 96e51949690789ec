"""Whether the answers show what was said beforehand that they should, if the questions measure what they are for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import special

from finsam_eval.codebook import Codebook
from finsam_eval.hypotheses import FORANDRING, GENDER, KORRELATION, Expected, Hypotheses, Hypothesis, Measure, placed
from finsam_eval.psychometrics.answers import TINY, Array, pair
from finsam_eval.psychometrics.change_rows import why_not_differenced
from finsam_eval.psychometrics.factors import polychoric
from finsam_eval.psychometrics.groups import MEN, WOMEN
from finsam_eval.psychometrics.questionnaires import asked_twice, followed, in_time, linked
from finsam_eval.psychometrics.responsiveness import standardised_mean
from finsam_eval.psychometrics.rows import Row, row_of
from finsam_eval.results import LEVEL, Estimate, Status, no_value, validate_level
from finsam_eval.study import Outcome

HYPOTES, TOGETHER = "hypotes", "alla"

ENOUGH = 0.75
"""Share of hypotheses confirmed that makes construct validity sufficient (Terwee et al. 2007, J Clin Epidemiol
60:34–42; Prinsen et al. 2018, Qual Life Res 27:1147–1157)."""

FEWEST = 10
"""Persons at least, in each group where two are compared."""

POLYCHORIC = "Polykorisk korrelation (Olsson 1979), intervall på Fishers skala"
SPEARMAN = "Spearmans korrelation, intervall efter Bonett och Wright (2000)"
HEDGES = "Hedges g, intervall efter Hedges och Olkin (1985)"

TOO_FEW = f"Färre än {FEWEST} personer, eller färre än så i en av grupperna."
ALIKE = "Alla har svarat likadant, så det finns inget att jämföra."
ONCE = "Frågan ställs bara vid ett tillfälle."
NONE_TRIED = "Ingen av hypoteserna kunde prövas."


class Verdict(StrEnum):
    """Whether the whole interval lies where it was said, wholly elsewhere, or on both sides of a bound."""

    CONFIRMED = "bekräftad"
    REFUTED = "inte bekräftad"
    UNDECIDED = "obestämd"


class Enough(StrEnum):
    """Whether enough of the hypotheses are confirmed, whatever those undecided would show."""

    SUFFICIENT = "tillräcklig"
    INSUFFICIENT = "otillräcklig"
    UNDECIDED = "obestämd"


@dataclass(frozen=True, kw_only=True, slots=True)
class Together(Estimate):
    """The share confirmed of the `k` hypotheses that could be tried; n is the least number of persons behind any."""

    k: int


def of_hypotheses(
    responses: pd.DataFrame,
    participations: pd.DataFrame,
    hypotheses: Hypotheses,
    codebook: Codebook,
    outcomes: Sequence[Outcome],
    atoms: Sequence[str],
) -> Iterator[Row]:
    """Give the estimate behind each hypothesis with its verdict as `reason`, and last how many are confirmed.

    A person's latest answer counts. Two questions are correlated by the polychoric correlation, anything else by
    Spearman's; groups are compared by Hedges' g, occasions by the SRM. Persons are taken as independent of each other.

    responses, participations : the tables that ingest writes. outcomes : the study's, whose columns participations has.
    atoms : ids of the periods to use, in time order.

    Raises
    ------
    BadDefinition
        When a hypothesis names a measure that the codebook does not have.
    """
    answers = in_time(responses, codebook, atoms)
    known = {outcome.id: participations.set_index("participation")[outcome.column] for outcome in outcomes}
    tried = []
    for one in hypotheses.hypotheses:
        found = _judged(_estimate(one, answers, known, codebook), one.expected)
        tried.append(found)
        _, group, occasion = placed(one.measure_a, codebook)
        yield row_of(HYPOTES, one.id, one.text, group, occasion, one.kind, found)
    yield row_of(HYPOTES, TOGETHER, "Alla hypoteser", "", "", "andel_bekraftade", together(tried))


def verdict(found: Estimate, expected: Expected) -> Verdict:
    """Return what an estimate with its interval says of what was expected; undecided without an interval."""
    low, high = expected.ends
    if found.lower is None or found.upper is None:
        return Verdict.UNDECIDED
    if low <= found.lower and found.upper <= high:
        return Verdict.CONFIRMED
    return Verdict.REFUTED if found.upper < low or found.lower > high else Verdict.UNDECIDED


def together(tried: Sequence[Estimate]) -> Together:
    """Return the share confirmed, the verdict on all as `reason`; `reason` of each is its verdict where it is OK.

    The limits are no chance: from none to all of the undecided confirmed.
    A status in place of a value: no data where none could be tried.
    """
    method = "Andel bekräftade av dem som kunde prövas; övre gränsen om också de obestämda vore bekräftade; krav 75 %"
    said = [found for found in tried if found.status is Status.OK]
    if not said:
        return Together(
            value=None,
            lower=None,
            upper=None,
            level=LEVEL,
            method=method,
            n=0,
            k=0,
            status=Status.NO_DATA,
            reason=NONE_TRIED,
        )
    confirmed, open_still = (sum(found.reason == kind for found in said) for kind in (Verdict.CONFIRMED, "obestämd"))
    least, most = confirmed / len(said), (confirmed + open_still) / len(said)
    held = Enough.SUFFICIENT if least >= ENOUGH else Enough.INSUFFICIENT if most < ENOUGH else Enough.UNDECIDED
    n = min(found.n for found in said)
    return Together(
        value=least, lower=least, upper=most, level=LEVEL, method=method, n=n, k=len(said), reason=str(held)
    )


def hedges_g(first: ArrayLike, second: ArrayLike, level: float = LEVEL) -> Estimate:
    """Return the mean of first minus that of second, two groups of persons, in their pooled SD, corrected for few.

    NaN = no answer. A status in place of a value: no data with fewer than `FEWEST` in a group; not applicable where
    nobody differs within the groups.

    References: Hedges (1981), J Educ Stat 6:107–128, eq. 6e; Hedges & Olkin (1985), ch. 5, eq. 8.
    In R: ``metafor::escalc("SMD", m1i = m1, m2i = m2, sd1i = s1, sd2i = s2, n1i = n1, n2i = n2)``
    """
    one, other = (np.asarray(values, dtype=float) for values in (first, second))
    one, other = one[~np.isnan(one)], other[~np.isnan(other)]
    level, n = validate_level(level), one.size + other.size
    if min(one.size, other.size) < FEWEST:
        return no_value(Status.NO_DATA, TOO_FEW, method=HEDGES, n=n, level=level)
    free = n - 2
    spread = ((one.size - 1) * one.var(ddof=1) + (other.size - 1) * other.var(ddof=1)) / free
    if spread < TINY:
        return no_value(Status.NOT_APPLICABLE, ALIKE, method=HEDGES, n=n, level=level)
    few = np.exp(special.gammaln(free / 2) - special.gammaln((free - 1) / 2)) / np.sqrt(free / 2)
    g = float(few * (one.mean() - other.mean()) / np.sqrt(spread))
    half = float(special.ndtri((1 + level) / 2)) * np.sqrt(1 / one.size + 1 / other.size + g**2 / (2 * n))
    return Estimate(value=g, lower=g - half, upper=g + half, level=level, method=HEDGES, n=n)


def spearman(a: ArrayLike, b: ArrayLike, level: float = LEVEL) -> Estimate:
    """Return Spearman's rank correlation of two scores of the same persons.

    NaN = no answer; incomplete persons are dropped. A status in place of a value: no data with fewer than `FEWEST`;
    not applicable where either is the same for all.

    Raises
    ------
    WrongShape
        When a and b are not equally many numbers.

    References: Bonett & Wright (2000), Psychometrika 65:23–28, on the interval.
    In R: ``cor(a, b, method = "spearman")``
    """
    rows, level = pair(a, b), validate_level(level)
    if len(rows) < FEWEST:
        return no_value(Status.NO_DATA, TOO_FEW, method=SPEARMAN, n=len(rows), level=level)
    if (rows.min(axis=0) == rows.max(axis=0)).any():
        return no_value(Status.NOT_APPLICABLE, ALIKE, method=SPEARMAN, n=len(rows), level=level)
    ranks: Array = pd.DataFrame(rows).rank().to_numpy()
    r = float(np.corrcoef(ranks[:, 0], ranks[:, 1]).item(1))
    return _on_fishers(r, float(np.sqrt((1 + r**2 / 2) / (len(rows) - 3))), level, SPEARMAN, len(rows))


def _on_fishers(r: float, error: float, level: float, method: str, n: int) -> Estimate:
    if abs(r) >= 1 - TINY:
        return Estimate(value=r, lower=None, upper=None, level=level, method=method, n=n)
    half = float(special.ndtri((1 + level) / 2)) * error
    lower, upper = (float(np.tanh(np.arctanh(r) + end)) for end in (-half, half))
    return Estimate(value=r, lower=lower, upper=upper, level=level, method=method, n=n)


def _judged(found: Estimate, expected: Expected) -> Estimate:
    plain = Estimate(**{name: getattr(found, name) for name in Estimate.__dataclass_fields__})
    return replace(plain, reason=str(verdict(plain, expected))) if plain.status is Status.OK else plain


def _estimate(one: Hypothesis, answers: pd.DataFrame, known: dict[str, pd.Series], codebook: Codebook) -> Estimate:
    if one.kind == FORANDRING:
        return _change(one.measure_a, answers, codebook)
    mine = _scores(one.measure_a, answers, known, codebook)
    if one.kind == KORRELATION and one.measure_b is not None:
        both = pd.concat([mine, _scores(one.measure_b, answers, known, codebook)], axis=1, keys=["a", "b"]).dropna()
        questions = all(measure.measure in _questions(codebook) for measure in one.measures)
        return _polychoric(both) if questions else spearman(both["a"], both["b"])
    if one.groups == GENDER:
        genders = _genders(one.measure_a, answers, codebook).reindex(mine.index)
        return hedges_g(mine[genders == WOMEN], mine[genders == MEN])
    had = known[str(one.groups)].reindex(mine.index).astype("float64")
    return hedges_g(mine[had == 1], mine[had == 0])


def _questions(codebook: Codebook) -> set[str]:
    return {item.id for item in codebook.survey_items if item.sensitivity == "opinion"}


def _polychoric(both: pd.DataFrame) -> Estimate:
    if len(both) < FEWEST:
        return no_value(Status.NO_DATA, TOO_FEW, method=POLYCHORIC, n=len(both))
    found = polychoric(both)
    if found.status is not Status.OK:
        return no_value(found.status, found.reason, method=POLYCHORIC, n=len(both))
    r, se = (float(found.pairs[name].iloc[0]) for name in ("correlation", "se"))
    return _on_fishers(r, se / (1 - r**2), LEVEL, POLYCHORIC, len(both))


def _change(measure: Measure, answers: pd.DataFrame, codebook: Codebook) -> Estimate:
    for group in codebook.item(measure.measure).respondent_groups if measure.measure in _questions(codebook) else []:
        for asked in asked_twice(codebook, group):
            if measure.measure in (asked.first.id, asked.later.id) and measure.respondent_group in (None, group):
                return _of_pairs(linked(followed(answers, group), asked), why_not_differenced(asked.later, asked))
    return no_value(Status.NOT_APPLICABLE, ONCE, method="SRM")


def _of_pairs(pairs: pd.DataFrame, hindrance: str) -> Estimate:
    n = int(pairs.notna().all(axis=1).sum())
    if hindrance:
        return no_value(Status.NOT_APPLICABLE, hindrance, method="SRM", n=n)
    if n < FEWEST:
        return no_value(Status.NO_DATA, TOO_FEW, method="SRM", n=n)
    return standardised_mean(pairs["before"], pairs["after"])


def _scores(measure: Measure, answers: pd.DataFrame, known: dict[str, pd.Series], codebook: Codebook) -> pd.Series:
    """Return a measure's value by participation, or by respondent where there is none; the mean of a whole set."""
    items, group, occasion = placed(measure, codebook)
    if not group:
        return known[measure.measure].astype("float64")
    wide = _latest(answers, items, group, occasion).pivot_table(
        index="key", columns="item", values="value", aggfunc="last", dropna=False
    )
    return wide.reindex(columns=items).mean(axis=1, skipna=False)


def _genders(measure: Measure, answers: pd.DataFrame, codebook: Codebook) -> pd.Series:
    return _latest(answers, *placed(measure, codebook)).drop_duplicates("key", keep="last").set_index("key")["gender"]


def _latest(answers: pd.DataFrame, items: list[str], group: str, occasion: str) -> pd.DataFrame:
    given = answers[(answers["respondent_group"] == group) & (answers["occasion"] == occasion) & ~answers["retest"]]
    rows = given[given["item"].isin(items)]
    rows = rows.assign(key=rows["participation"].where(rows["participation"] != "", rows["respondent"]))
    ordered = rows.sort_values(["key", "item", "at", "wave", "date", "respondent"], na_position="first")
    return ordered.drop_duplicates(["key", "item"], keep="last")
