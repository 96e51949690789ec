"""What clustering costs: answers within one insats are alike, so that n answers tell less than n independent ones.

The ICC and the variation in size are pooled over the country: a förbund cannot estimate its own, and an interval from
its own insatser would give their cells away.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from finsam_eval.codebook import Codebook
from finsam_eval.compare.cells import SERIES, Cells, Periods, tabulate_cells
from finsam_eval.stats import design_effect, pooled_icc, size_cv2

ICC_DECIMALS, CV2_DECIMALS = 3, 2
"""Rounded before use: a reader can redo every interval from what is published, and solve it for no single insats."""

DESIGN_COLUMNS = [*SERIES, "icc_share", "icc_mean", "cv2", "k", "n"]


def design(counts: pd.DataFrame, *, codebook: Codebook, periods: Periods) -> pd.DataFrame:
    """Return, per series, what its design effects are made of; it is published with the release.

    A cluster is an insats in one period of the coarsest kind, its stratum the förbund in that period. `icc_share` is
    the ICC of being in the top codes, `icc_mean` that of the code, `cv2` the squared coefficient of variation of
    cluster sizes within strata, `k` the clusters and `n` their answers. Answers without insats are left out.
    Missing: an ICC is nan where no förbund has two insatser or no insats two answers; `cv2` where there is no insats.

    Returns
    -------
    DataFrame
        Columns of `DESIGN_COLUMNS`, one row per series.
    """
    return cell_design(tabulate_cells(counts, codebook=codebook, periods=periods), counts, periods)


def cell_design(cells: Cells, counts: pd.DataFrame, periods: Periods) -> pd.DataFrame:
    """Return the table of `design` for cells already tabulated from `counts`."""
    rows = _clustered(cells, counts, periods)
    found = {place: _describe(part) for place, part in rows.groupby("series")}
    nothing = {"icc_share": np.nan, "icc_mean": np.nan, "cv2": np.nan, "k": 0, "n": 0}
    described = [found.get(place, nothing) for place in range(len(cells.series))]
    kinds = {name: "int64" if name in "kn" else "float64" for name in nothing}
    table = pd.DataFrame(described, columns=list(nothing)).astype(kinds)
    return pd.concat([cells.series.to_frame(index=False), table], axis=1)


def effects(cells: Cells, table: pd.DataFrame, icc: str) -> NDArray[np.float64]:
    """Return the design effect of every cell, shape unit × series × period × gender.

    An ICC that nobody can estimate costs nothing: the interval is then about these insatser, and `method` says so.
    """
    by_series = {name: table[name].fillna(0).to_numpy()[:, np.newaxis, np.newaxis] for name in (icc, "cv2")}
    return design_effect(cells.n, cells.insatser, by_series[icc], by_series["cv2"])


def clustered(cells: Cells, table: pd.DataFrame, icc: str) -> NDArray[np.bool_]:
    """Return which cells have insatser and a known ICC, so that their interval takes clustering into account."""
    known: NDArray[np.bool_] = table[icc].notna().to_numpy()[:, np.newaxis, np.newaxis]
    return (cells.insatser > 0) & known


def _clustered(cells: Cells, counts: pd.DataFrame, periods: Periods) -> pd.DataFrame:
    """Return answers per cluster and code in the coarsest periods, with score and top as numbers."""
    coarsest = list(periods.values())[-1] if periods else {}
    places = [(atom, place) for place, atoms in enumerate(coarsest.values()) for atom in atoms]
    lookup = pd.DataFrame(places, columns=["period", "time"]).astype({"period": "str"})
    rows = counts[(counts["insats"] != "") & (counts["n"] > 0)].merge(lookup, on="period")
    series = cells.series.get_indexer(pd.MultiIndex.from_frame(rows[SERIES]))
    code = (rows["category"].to_numpy()[:, np.newaxis] == cells.scores[series]).argmax(axis=1)
    coded = pd.DataFrame(
        {
            "series": series,
            "stratum": rows.groupby(["forbund", "time"]).ngroup(),
            "cluster": rows.groupby(["forbund", "insats", "time"]).ngroup(),
            "score": rows["category"],
            "top": cells.top[series, code],
            "n": rows["n"],
        }
    )
    return coded.groupby(list(coded.columns[:-1]), as_index=False)["n"].sum()


def _describe(rows: pd.DataFrame) -> dict[str, float]:
    place = {"cluster": rows["cluster"], "stratum": rows["stratum"], "weights": rows["n"]}
    clusters = rows.groupby("cluster").agg({"n": "sum", "stratum": "first"})
    share, score = pooled_icc(rows["top"], **place), pooled_icc(rows["score"], **place)
    return {
        "icc_share": round(share.value, ICC_DECIMALS),
        "icc_mean": round(score.value, ICC_DECIMALS),
        "cv2": round(size_cv2(clusters["n"], clusters["stratum"]), CV2_DECIMALS),
        "k": share.k,
        "n": share.n,
    }
