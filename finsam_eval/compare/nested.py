"""One series at every tier: insats, förbund, län, the country. Unsuppressed, and so for looking at inside only."""

from __future__ import annotations

import pandas as pd

from finsam_eval.codebook import Codebook
from finsam_eval.compare.cells import SERIES, Periods, tabulate_cells
from finsam_eval.compare.clusters import cell_design
from finsam_eval.compare.levels import share_records
from finsam_eval.errors import WrongShape
from finsam_eval.results import ALL, COUNTRY, LEVEL, validate_level

TIERS = ("insats", "forbund", "lan", COUNTRY)


def tiers(
    counts: pd.DataFrame,
    lan: pd.Series,
    *,
    series: tuple[str, str, str],
    codebook: Codebook,
    periods: Periods,
    level: float = LEVEL,
) -> pd.DataFrame:
    """Return the top-two share of a series in every insats, förbund, län and the country, in every reporting period.

    An insats has the interval of its own answers; the others have that of effective n, with the ICC within their own
    tier. Answers without insats count from the förbund upwards. The map of insatser and förbund is that of `counts`.

    counts : the cube, one row per atom.
    lan : län by förbund.
    series : respondent group, occasion, item.

    Returns
    -------
    DataFrame
        tier, unit and the columns of a record, for all genders together.

    Raises
    ------
    WrongShape
        When a förbund has no län, or level is out of range.
    """
    level = validate_level(level)
    rows = counts[(counts[SERIES] == list(series)).all(axis=1)]
    strange = sorted(set(rows["forbund"]) - set(lan.index))
    if strange:
        raise WrongShape(f"lan must name the län of every förbund; {strange[0]} is missing")
    placed = {
        "insats": rows[rows["insats"] != ""].assign(forbund=lambda frame: frame["insats"], insats=""),
        "forbund": rows,
        "lan": rows.assign(forbund=rows["forbund"].map(lan).astype("str"), insats=_apart(rows)),
    }
    parts = [
        _shares(part, codebook, periods, level).assign(tier=tier) for tier, part in placed.items() if not part.empty
    ]
    if not parts:
        return pd.DataFrame(columns=["tier", "unit"])
    table = pd.concat(parts, ignore_index=True)
    country = (table["unit"] == COUNTRY) & (table["tier"] == "forbund")
    kept = table[(table["unit"] != COUNTRY) | country].assign(tier=lambda frame: frame["tier"].mask(country, COUNTRY))
    order = kept["tier"].map(TIERS.index)
    return kept.loc[order.sort_values(kind="stable").index, ["tier", *table.columns.drop("tier")]].reset_index(
        drop=True
    )


def _apart(rows: pd.DataFrame) -> pd.Series:
    """Return names of insatser that are their own also where two förbund use the same."""
    return (rows["forbund"] + "/" + rows["insats"]).where(rows["insats"] != "", "")


def _shares(rows: pd.DataFrame, codebook: Codebook, periods: Periods, level: float) -> pd.DataFrame:
    cells = tabulate_cells(rows, codebook=codebook, periods=periods)
    found = share_records(cells, cell_design(cells, rows, periods), level)
    return found[found["gender"] == ALL]
