"""Which observed figures may be shown: the published as they are, the entered under the policy of outcomes."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from finsam_eval.disclosure.policy import Policy, Threshold
from finsam_eval.disclosure.records import PUBLIC_REASON
from finsam_eval.results import ALL, Status

FIGURES = ["x", "n", "mentioned", "value", "printed", "printed_status"]
"""What an observation tells; the other columns say what it is about."""

HALF = 0.5
"""Per cent: how far a printed percentage may lie from the true one, at most."""


def release_observations(
    observations: pd.DataFrame, policy: Policy, *, impersonal: Collection[str] = ()
) -> pd.DataFrame:
    """Return the observations with `status` and `reason`, the figures blanked where they may not be shown.

    Published figures pass. An entered one rests on at least `min_n` persons, with `min_x` on either side of a share;
    one that does not tell how many it rests on is hidden. A percentage of n without x counts as the numbers that could
    have given it: 1 per cent of 100 is one person. All periods and, of the parts, all genders of one indicator
    and unit are shown or hidden together, and so are those whose total leaves a remainder that could not be shown:
    otherwise the hidden could be subtracted. So are figures of one unit that share an x or n with a hidden one: 14 of
    40, 12 of 14 and 5 of 12 tell each other. `impersonal` names the indicators that count no persons; they pass.
    """
    table = observations.reset_index(drop=True)
    entered = (table["kind"] != "published") & ~table["indicator"].isin(list(impersonal))
    fewest, most = _possible_counts(table)
    passes = ~entered | (_passes(fewest, table["n"], policy.outcome) & _passes(most, table["n"], policy.outcome))
    whole = table["gender"] == ALL
    series = [table["indicator"], table["unit"]]
    all_whole = (passes | ~whole).groupby(series).transform("all")
    all_parts = (passes & _remainder_passes(table.assign(x=fewest), policy.outcome)).groupby(series).transform("all")
    hidden = entered & ~(all_whole & (whole | all_parts))
    return _blanked(table, _with_neighbours(table, hidden, entered))


def _with_neighbours(table: pd.DataFrame, hidden: pd.Series, entered: pd.Series) -> pd.Series:
    """Hide too what shares a number with something hidden: who is counted in one share is often whom another is of."""
    while True:
        told = table.loc[hidden, ["unit", "x", "n"]].melt("unit")[["unit", "value"]].dropna()
        secret = pd.MultiIndex.from_frame(told)
        shares = [pd.MultiIndex.from_frame(table[["unit", name]]).isin(secret) for name in ("x", "n")]
        wider = hidden | (entered & (shares[0] | shares[1]))
        if (wider == hidden).all():
            return hidden
        hidden = wider


def _possible_counts(table: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Return x, or where only a percentage is printed the fewest and the most of n that it can stand for."""
    n, printed = table["n"].astype("Float64"), pd.to_numeric(table["printed"], errors="coerce").astype("Float64")
    ends = ((printed - HALF) * n / 100, (printed + HALF) * n / 100)
    fewest, most = (table["x"].astype("Float64").fillna(end.round()).clip(lower=0) for end in ends)
    return fewest, most.mask((most > n).fillna(False), n)


def _passes(x: pd.Series, n: pd.Series, limits: Threshold) -> pd.Series:
    """Return whether x of n may be shown; without x only n counts."""
    enough = (n >= limits.min_n).fillna(False)
    above = (x >= limits.min_x).fillna(True)
    below = (n - x >= limits.min_x).fillna(True) if limits.both_sides else True
    return (enough & above & below).astype(bool)


def _remainder_passes(table: pd.DataFrame, limits: Threshold) -> pd.Series:
    """Return whether what is left of each cell's total, when its parts are subtracted, is nobody or may be shown."""
    cell = [table["indicator"], table["unit"], table["period"]]
    whole = table["gender"] == ALL
    rest = {}
    for name in ("x", "n"):
        total = table[name].where(whole).groupby(cell).transform("max")
        parts = table[name].where(~whole).groupby(cell).transform("sum")
        rest[name] = total - parts
    nobody = (rest["n"] == 0).fillna(True) | ~(~whole).groupby(cell).transform("any")
    return (nobody | _passes(rest["x"], rest["n"], limits)).astype(bool)


def _blanked(table: pd.DataFrame, hidden: pd.Series) -> pd.DataFrame:
    words = {name: table[name].mask(hidden, "") for name in ("printed", "printed_status")}
    numbers = {name: table[name].mask(hidden) for name in FIGURES if name not in words}
    status = hidden.map({True: str(Status.SUPPRESSED), False: str(Status.OK)}).astype("str")
    reason = hidden.map({True: PUBLIC_REASON, False: ""}).astype("str")
    return table.assign(**words, **numbers, status=status, reason=reason)
