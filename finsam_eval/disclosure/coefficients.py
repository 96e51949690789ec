"""Coefficients of the whole country: shown where enough answered, and never beside the counts that are released."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from finsam_eval.codebook import Codebook
from finsam_eval.disclosure.ladder import FEWEST_FORBUND
from finsam_eval.disclosure.policy import Policy, Threshold
from finsam_eval.disclosure.records import PUBLIC_REASON
from finsam_eval.errors import WrongShape
from finsam_eval.psychometrics.properties import ITEM_TABLE_COLUMNS
from finsam_eval.psychometrics.rows import COEFFICIENT_COLUMNS, FORBUND
from finsam_eval.results import ALL, COUNTRY, Status

DECIMALS = 2
"""As many as are printed: rounding once more would move a last digit. Shares become whole per cent."""

FINER = "invarians"
"""How much a fit index changes is printed with one decimal more: the limit it is held against is a hundredth."""

SERIES = ["respondent_group", "occasion", "item"]
ADDITIVE = ["n", "mean", "sd", "floor", "ceiling"]

SHARES = ("exakt", "bada_sidor", "lankade", "anonyma")
"""Coefficients that are shares of pairs or persons: from share and n these can be counted."""

SHARED_ANSWERS = ["kind", "subject", "respondent_group", "occasion"]
"""Coefficients that agree in these rest on the same pairs: when all are alike, each of them says so."""


def release_coefficients(frame: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """Return coefficients with those blanked that rest on too few, or that tell what everybody answered.

    Hidden: n under `min_n`; pairs where fewer than `min_x` agree or fewer than `min_x` differ, or the same of both
    sides being positive, with all coefficients of those pairs; coefficients of the means of fewer than three förbund;
    numbers that do not exist because all gave the same answer. What is not applicable stays so.
    Shown numbers are rounded to two decimals (changes of fit to three), and numbers of answers to whole ones.

    frame : columns of `psychometrics.properties.COEFFICIENT_COLUMNS`.

    Returns
    -------
    DataFrame
        The same columns; n is Int64, missing where hidden.

    Raises
    ------
    WrongShape
        When a column is missing.
    """
    _check(frame, COEFFICIENT_COLUMNS)
    limits, status = policy.opinion, frame["status"]
    few = (frame["n"] < limits.min_n) | ((frame["kind"] == FORBUND) & (frame["k"] < FEWEST_FORBUND))
    unasked = (status == Status.NOT_APPLICABLE) | ((status == Status.NO_DATA) & (frame["n"] == 0))
    hidden = ~unasked & (few | (status != Status.OK) | _telling(frame, limits))
    numbers = ["value", "lower", "upper"]
    whole = frame["statistic"] == "svar_som_behovs"
    shown = frame[numbers].round(DECIMALS).where(~whole, frame[numbers].round())
    shown = shown.where(~frame["statistic"].str.startswith(FINER), frame[numbers].round(DECIMALS + 1))
    return frame.assign(
        **{name: shown[name].mask(hidden) for name in numbers},
        n=frame["n"].astype("Int64").mask(hidden | few),
        status=status.mask(hidden, str(Status.SUPPRESSED)),
        reason=frame["reason"].mask(hidden, PUBLIC_REASON),
    )


def release_items(frame: pd.DataFrame, *, counts: pd.DataFrame, period: str, codebook: Codebook) -> pd.DataFrame:
    """Return item statistics that tell no more about single answers than the published counts already do.

    n, mean, sd, floor and ceiling are those of the country's published distribution in `period`, and hidden where it
    is not published: were they of other answers, or of some more, the difference to the counts could be somebody's.
    The missing share is given in whole per cent: with it comes no more than the counts of those who answered the
    questionnaire, and the question, tell already.
    Correlations with the other items are rounded to two decimals, and hidden with the distribution.

    frame : columns of `psychometrics.properties.ITEM_TABLE_COLUMNS`.
    counts : published counts as in `Released.counts`.
    period : the reporting period to tell of.

    Returns
    -------
    DataFrame
        The same columns; n is Int64, missing where hidden.

    Raises
    ------
    WrongShape
        When a column is missing.
    """
    _check(frame, ITEM_TABLE_COLUMNS)
    place = {"unit": COUNTRY, "period": period, "gender": ALL, "detail": "fordelning"}
    _check(counts, [*place, *SERIES, "category", "n"])
    published = counts[(counts[list(place)] == pd.Series(place)).all(axis=1)]
    told = {series: _described(rows, codebook) for series, rows in published.groupby(SERIES, observed=True)}
    nothing = dict.fromkeys(ADDITIVE, np.nan)
    known = pd.DataFrame(
        [told.get(series, nothing) for series in frame[SERIES].itertuples(index=False, name=None)],
        columns=ADDITIVE,
        index=frame.index,
    )
    shown = known["n"].notna()
    missing = frame["missing"].round(DECIMALS)
    others = frame[["item_rest", "alpha_if_deleted"]].round(DECIMALS).where(shown)
    return frame.assign(**known.astype({"n": "Int64"}), missing=missing.where(shown), **others)


def _described(rows: pd.DataFrame, codebook: Codebook) -> dict[str, float]:
    """Return what a published distribution says of its answers."""
    scale = codebook.scale(str(rows["item"].iloc[0]))
    code, weight = rows["category"].astype("int64").to_numpy(), rows["n"].to_numpy(dtype="float64")
    n = weight.sum()
    mean = float(weight @ code) / n
    spread = float(weight @ (code - mean) ** 2) / (n - 1) if n > 1 else np.nan
    ends = {name: float(weight[code == at].sum()) / n for name, at in (("floor", scale.min), ("ceiling", scale.max))}
    return {"n": n, "mean": mean, "sd": spread**0.5, **ends}


def _check(frame: pd.DataFrame, columns: list[str]) -> None:
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        raise WrongShape(f"expected the columns {', '.join(columns)}; {missing[0]} is missing")


def _telling(frame: pd.DataFrame, limits: Threshold) -> NDArray[np.bool_]:
    """Return which coefficients rest on pairs where nearly all agree, or nearly none does."""
    shares = frame[frame["statistic"].isin(SHARES) & (frame["status"] == Status.OK)]
    telling = shares[_fewest(shares["value"] * shares["n"], shares["n"]) < limits.min_x]
    index = pd.MultiIndex.from_frame
    found: NDArray[np.bool_] = index(frame[SHARED_ANSWERS]).isin(index(telling[SHARED_ANSWERS]))
    return found


def _fewest(x: pd.Series, n: pd.Series) -> pd.Series:
    # Counts come back from shares: without rounding 3 of 10 could be 2.9999.
    return np.minimum(x, n - x).round(6)
