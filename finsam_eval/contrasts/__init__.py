"""Shares that may be seen → how they stand to each other: to the country's, between women and men, over time.

Contrasts are made of records alone. Made of released ones they tell nothing that these do not tell, and so need no
disclosure control of their own; made of all they are for looking at inside.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import pandas as pd

from finsam_eval.codebook import Codebook
from finsam_eval.contrasts.counted import count_beside
from finsam_eval.contrasts.country import against_country, funnel_of, spread_of
from finsam_eval.contrasts.gender import women_and_men
from finsam_eval.contrasts.persons import same_persons, weighted_shares
from finsam_eval.contrasts.shared import COLUMNS, by_series, gathered, in_cell
from finsam_eval.contrasts.time import over_time, trend_of
from finsam_eval.criteria import Criteria, criteria_of
from finsam_eval.cube import SERIES
from finsam_eval.processors import Each
from finsam_eval.study import Study

__all__ = [
    "COLUMNS",
    "by_series",
    "cell_of",
    "contrast",
    "contrasts_of",
    "count_beside",
    "funnel_of",
    "in_cell",
    "same_persons",
    "spread_of",
    "trend_of",
    "weighted_shares",
]


def contrast(
    records: pd.DataFrame,
    *,
    codebook: Codebook,
    criteria: Criteria | None,
    period: str,
    periods: Sequence[str],
    breaks: Sequence[str] = (),
    each: Each = map,
) -> pd.DataFrame:
    """Return how the shares of one period stand to each other, by series.

    `mot_riket` a förbund's share beside the country's: `verdict` says on which side of the funnel's lines it lies
    ("" within them), where it is reliable enough, else "kan inte jämföras" and how many answers are `needed`.
    `utjamnad` its share drawn towards the others by as much as it is unsure. `svar_som_behovs` the answers that make a
    share reliable enough. `lika_kon` women minus men in the country, and whether they are equal within the margin
    decided beforehand. `kon_inom_forbund` that difference within förbund, with the test that they agree as `p`.
    `standardiserad` a share with the country's mix of women and men. `trend` the change from one of `periods` to the
    next.

    records : those of the study, or of one release; hidden shares keep their status.
    criteria : what is comparable and what is equal; without it nothing is compared, and there are no rows.
    period : the one compared; `periods` : the shortest, in time order; `breaks` : those that begin a new instrument.
    each : how the series are worked through, `map` or that of `processors.every_processor`.

    Returns
    -------
    DataFrame
        Columns of `COLUMNS`.
    """
    if criteria is None:
        return gathered([])
    work = partial(_of_series, criteria=criteria, period=period, periods=periods, breaks=breaks)
    return gathered([part for parts in each(work, by_series(records, codebook)) for part in parts])


def _of_series(
    one: tuple[dict[str, str], pd.DataFrame],
    *,
    criteria: Criteria,
    period: str,
    periods: Sequence[str],
    breaks: Sequence[str],
) -> list[pd.DataFrame]:
    series, shares = one
    key = {**series, "period": period}
    return [
        *against_country(key, shares, criteria),
        *women_and_men(key, shares, criteria),
        *over_time(key, shares, periods, breaks),
    ]


def cell_of(study: Study, records: pd.DataFrame, *, group: str, occasion: str, item: str) -> pd.DataFrame:
    """Return the shares of one series in the period of the study's report, one row per unit, unit as index.

    No rows where nobody answers it, or where it is of office holders.

    Raises
    ------
    UnknownName
        When the item is not in the codebook.
    """
    study.codebook.item(item)
    chosen = records[(records[SERIES] == [group, occasion, item]).all(axis=1)]
    found = [in_cell(shares, study.settings.report_period) for _, shares in by_series(chosen, study.codebook)]
    return found[0] if found else chosen.iloc[:0].assign(x=pd.Series(dtype="float64")).set_index("unit")


def contrasts_of(study: Study, records: pd.DataFrame, each: Each = map) -> pd.DataFrame:
    """Return how a study's records, all or released, stand to each other in the period of its report."""
    return contrast(
        records,
        codebook=study.codebook,
        criteria=criteria_of(study),
        period=study.settings.report_period,
        periods=study.shortest_periods,
        breaks=[name for name in study.settings.new_instrument if name in study.shortest_periods],
        each=each,
    )
