"""Who answers during an insats and not at exit: which groups, and what they had answered while they did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from finsam_eval.errors import UnknownName
from finsam_eval.psychometrics.answers import TINY, Array
from finsam_eval.psychometrics.questionnaires import first_hand
from finsam_eval.results import LEVEL, Estimate, Status, no_value, validate_level
from finsam_eval.stats.intervals import newcombe, wilson

WHO = ["respondent", "participation", "about", "respondent_group"]
"""Who is followed from one occasion to the other."""

GROUP_COLUMNS = ["variable", "group", "n", "lost", "share", "lower", "upper", "difference", "d_lower", "d_upper"]
COUNTS = {"n": "int64", "lost": "int64"}
ITEM_COLUMNS = ["item", "n_stayed", "mean_stayed", "n_lost", "mean_lost", "difference", "lower", "upper"]

METHOD = "Bortfall mellan tillfällen: Wilson, Newcombe mot övriga; standardiserad skillnad i tidigare svar"
NOBODY = "Ingen som hunnit till det senare tillfället har svarat vid det tidigare."


@dataclass(frozen=True, kw_only=True, slots=True)
class Dropout:
    """How many of those who answered at the first occasion did not at the second, and how they differ.

    share : the share lost of all, Wilson. groups : by each variable, columns of `GROUP_COLUMNS`: share lost with
        Wilson limits, its difference to all other groups of the variable with Newcombe limits; NaN without others.
    items : answers at the first occasion, columns of `ITEM_COLUMNS`: the difference is mean of the lost minus mean of
        those who stayed, in standard deviations. NaN where there are fewer than two of either or nobody differs.
    n : who answered at the first occasion and could have at the second; `not_yet` counts those who could not.
    """

    share: Estimate
    groups: pd.DataFrame
    items: pd.DataFrame
    not_yet: int
    level: float
    method: str
    n: int
    status: Status = Status.OK
    reason: str = ""

    def to_frame(self) -> pd.DataFrame:
        """One row per variable and group."""
        return self.groups.copy()


def dropout(
    answers: pd.DataFrame,
    first: str,
    second: str,
    ended: Sequence[str] | pd.Series,
    by: Sequence[str] = ("gender", "forbund"),
    level: float = LEVEL,
) -> Dropout:
    """Return who answers at `first` and not at `second`, by group and by what they answered.

    A respondent's latest questionnaire at the first occasion counts; retests do not. Who has left every question
    unanswered has not answered.

    answers : answers of some periods, as `questionnaires.in_time` gives them.
    first, second : occasions, such as ``under`` and ``avslut``.
    ended : participations that are over: only of these can an answer at exit be missing.
    by : columns of `answers` to split by, as they are at the first occasion.
    A status in place of shares: no data where nobody answered at the first occasion, or no participation is over.

    Raises
    ------
    UnknownName
        When a column of `by` is not in answers.

    References: Newcombe (1998), Statistics in Medicine 17:873–890; the standardised difference and its error: Hedges &
    Olkin (1985), Statistical Methods for Meta-Analysis, ch. 5; Austin (2009), Statistics in Medicine 28:3083–3107.
    In R, its value: ``(mean(lost) - mean(stayed)) / sqrt((var(lost) + var(stayed)) / 2)``
    """
    unknown = [name for name in by if name not in answers.columns]
    if unknown:
        raise UnknownName(f"by: {', '.join(unknown)} is no column of answers")
    level, given = validate_level(level), first_hand(answers[answers["value"].notna()])
    before, after = (given[given["occasion"] == occasion] for occasion in (first, second))
    everyone = before.drop_duplicates(WHO)[list(dict.fromkeys([*WHO, *by]))]
    over = everyone["participation"].isin(list(ended))
    followed = everyone[over].merge(after[WHO].drop_duplicates().assign(stayed=True), on=WHO, how="left")
    followed["lost"] = followed["stayed"].isna()
    n, lost = len(followed), int(followed["lost"].sum())
    return Dropout(
        share=_share(lost, n, level),
        groups=_groups(followed, by, level),
        items=_items(before.merge(followed[[*WHO, "lost"]], on=WHO), level),
        not_yet=int((~over).sum()),
        level=level,
        method=METHOD,
        n=n,
        status=Status.OK if n else Status.NO_DATA,
        reason="" if n else NOBODY,
    )


def _share(lost: int, n: int, level: float) -> Estimate:
    if not n:
        return no_value(Status.NO_DATA, NOBODY, method="Wilson", level=level)
    lower, upper = wilson(lost, n, level)
    return Estimate(value=lost / n, lower=float(lower), upper=float(upper), level=level, method="Wilson", n=n)


def _groups(followed: pd.DataFrame, by: Sequence[str], level: float) -> pd.DataFrame:
    tables = [_by(followed, name, level) for name in by]
    empty = pd.DataFrame(columns=GROUP_COLUMNS)
    kinds = {name: "str" if name in GROUP_COLUMNS[:2] else "float64" for name in GROUP_COLUMNS} | COUNTS
    return (pd.concat(tables, ignore_index=True) if tables else empty)[GROUP_COLUMNS].astype(kinds)


def _by(followed: pd.DataFrame, name: str, level: float) -> pd.DataFrame:
    table = (
        followed.groupby(name)["lost"].agg(n="size", lost="sum").reset_index(names="group").astype({"lost": "int64"})
    )
    n, lost = table["n"].to_numpy(), table["lost"].to_numpy()
    lower, upper = wilson(lost, n, level)
    others, lost_others = n.sum() - n, lost.sum() - lost
    d_lower, d_upper = newcombe(lost, n, lost_others, others, level)
    difference = lost / n - lost_others / np.where(others > 0, others, np.nan)
    limits = {"lower": lower, "upper": upper, "difference": difference, "d_lower": d_lower, "d_upper": d_upper}
    return table.assign(variable=name, share=lost / n, **limits)


def _items(answers: pd.DataFrame, level: float) -> pd.DataFrame:
    rows = [_apart(str(item), part, level) for item, part in answers.groupby("item")]
    kinds = {
        name: "str" if name == "item" else "int64" if name.startswith("n_") else "float64" for name in ITEM_COLUMNS
    }
    return pd.DataFrame(rows, columns=ITEM_COLUMNS).astype(kinds)


def _apart(item: str, answers: pd.DataFrame, level: float) -> dict[str, object]:
    lost, stayed = (answers.loc[answers["lost"] == flag, "value"].to_numpy() for flag in (True, False))
    row = {"item": item, "n_stayed": stayed.size, "n_lost": lost.size}
    row |= {"mean_stayed": _mean(stayed), "mean_lost": _mean(lost)}
    nothing = dict.fromkeys(["difference", "lower", "upper"], np.nan)
    if min(lost.size, stayed.size) < 2:
        return {**row, **nothing}
    spread = (lost.var(ddof=1) + stayed.var(ddof=1)) / 2
    if spread < TINY:
        return {**row, **nothing}
    difference = (lost.mean() - stayed.mean()) / np.sqrt(spread)
    error = np.sqrt(1 / lost.size + 1 / stayed.size + difference**2 / (2 * (lost.size + stayed.size)))
    half = special.ndtri((1 + level) / 2) * error
    return {**row, "difference": difference, "lower": difference - half, "upper": difference + half}


def _mean(values: Array) -> float:
    return float(values.mean()) if values.size else float("nan")
