"""What takes single answers to tell: whether the same persons changed, and what weights would change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from finsam_eval.codebook import Codebook, Item
from finsam_eval.compare import Calibration, calibration_weights, paired_change, weighted_share
from finsam_eval.cube import latest
from finsam_eval.psychometrics.questionnaires import ANOTHER_MEANING, asked_twice
from finsam_eval.results import Status, no_value

NOBODY_INVITED = "Antalet inbjudna är inte angivet, så det finns inget att väga mot."

PERSON = ["respondent", "participation", "about", "period"]


def same_persons(responses: pd.DataFrame, codebook: Codebook, *, group: str, atoms: Sequence[str]) -> pd.DataFrame:
    """Return the change from the first occasion to the later one, among participations answered at both.

    Of several answers at an occasion the last counts. A question that changes its meaning has no change.

    Returns
    -------
    DataFrame
        before, after (items) and the columns of a `PairedChange`; one row per pair of questions.
    """
    rows = latest(responses)
    rows = rows[(rows["respondent_group"] == group) & rows["period"].isin(atoms) & (rows["participation"] != "")]
    ordered = rows.sort_values("date", kind="stable")
    given = ordered.pivot_table(index="participation", columns="item", values="value", aggfunc="last")
    parts = [_change(given, first, later, codebook) for first, later in _pairs(codebook, group)]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _pairs(codebook: Codebook, group: str) -> Iterator[tuple[Item, Item]]:
    """Give each question of a group that has other words the second time, and its pair."""
    for asked in asked_twice(codebook, group):
        if asked.first.id != asked.later.id:
            yield asked.first, asked.later


def _change(given: pd.DataFrame, first: Item, later: Item, codebook: Codebook) -> pd.DataFrame:
    columns = given.reindex(columns=[first.id, later.id]).astype("float64").to_numpy()
    found = paired_change(columns[:, 0], columns[:, 1], top=codebook.scale(later.id).top_codes).to_frame()
    if not later.pair_comparable:
        numbers = ["value", "lower", "upper", "share_before", "share_after", "p"]
        found = found.assign(
            **dict.fromkeys(numbers, np.nan), status=str(Status.NOT_APPLICABLE), reason=ANOTHER_MEANING
        )
    return found.assign(before=first.id, after=later.id)


def weighted_shares(
    responses: pd.DataFrame,
    answered: pd.DataFrame,
    codebook: Codebook,
    *,
    series: tuple[str, str],
    atoms: Sequence[str],
) -> pd.DataFrame:
    """Return each question's share as it is, and weighted so that förbund and genders weigh as among those invited.

    answered : the table of invited and answered.
    series : respondent group and occasion.

    Returns
    -------
    DataFrame
        item, share (as it is) and the columns of a record for the weighted share; where no weights fit, why.
    """
    key = ["respondent_group", "occasion"]
    asked = answered[(answered[key] == list(series)).all(axis=1) & answered["period"].isin(atoms)]
    rows = latest(responses)
    rows = rows[(rows[key] == list(series)).all(axis=1) & rows["period"].isin(atoms)]
    weights = _weights(rows, asked)
    parts = [_weighted(part, str(item), weights, codebook) for item, part in rows.groupby("item", sort=True)]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _weights(rows: pd.DataFrame, asked: pd.DataFrame) -> Calibration | None:
    sample = rows.drop_duplicates(PERSON).set_index(PERSON)[["forbund", "gender"]]
    totals: dict[str | tuple[str, ...], dict[str, float]] = {
        name: asked.groupby(name)["invited"].sum().to_dict() for name in ("forbund", "gender")
    }
    among = all(set(sample[name]) <= {group for group, n in totals[name].items() if n > 0} for name in totals)
    return calibration_weights(sample, totals) if len(asked) and among else None


def _weighted(part: pd.DataFrame, item: str, weights: Calibration | None, codebook: Codebook) -> pd.DataFrame:
    known = part[part["value"].notna()].set_index(PERSON)["value"]
    positive = known.isin(codebook.scale(item).top_codes).astype("float64")
    share = positive.mean() if len(positive) else np.nan
    if weights is None or weights.status is not Status.OK:
        status, reason = (weights.status, weights.reason) if weights else (Status.NOT_APPLICABLE, NOBODY_INVITED)
        found = no_value(status, reason, method="", n=len(positive))
    else:
        found = weighted_share(positive.to_numpy(), weights.weights.loc[positive.index].to_numpy())
    return found.to_frame().assign(item=item, share=share)
