"""What a chain says by the arrows it does not have: which things should not go together once others are held equal."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from finsam_eval.errors import UnknownName, WrongShape
from finsam_eval.logic_model.links import association, complete_rows
from finsam_eval.results import LEVEL, RECORD_COLUMNS, Status, validate_level
from finsam_eval.stats import benjamini_hochberg

Arrow = tuple[str, str]
"""From what to what."""

AGAINST, NOT_AGAINST = "talar emot", "talar inte emot"
LIMIT = 0.05
"""The share of false alarms that is accepted among the contradictions (Benjamini & Hochberg)."""


@dataclass(frozen=True, slots=True)
class Independence:
    """Two things that no arrow joins, and what has to be held equal for them not to go together."""

    first: str
    second: str
    given: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Separated:
    """How far two things go together that should not, once `given` is held equal.

    `value` is the partial correlation with Fisher's interval, on n through `inflation` where clusters are told; `p` is
    that of the regression coefficient, with clusters. 0 within the interval never proves that the arrow is missing.
    """

    first: str
    second: str
    given: tuple[str, ...]
    value: float | None
    lower: float | None
    upper: float | None
    level: float
    p: float | None
    method: str
    n: int
    clusters: int
    status: Status = Status.OK
    reason: str = ""

    def to_frame(self) -> pd.DataFrame:
        """One row: what it is about, then the columns of `RECORD_COLUMNS`, then p and clusters."""
        told = pd.DataFrame([{**asdict(self), "given": ", ".join(self.given)}])
        return told[["first", "second", "given", *RECORD_COLUMNS, "p", "clusters"]]


def d_separated(arrows: Collection[Arrow], first: str, second: str, given: Collection[str]) -> bool:
    """Return whether `given` blocks every way between two things in a chain without rings.

    They are separated where no way is left between them among their ancestors and those of `given`, when things with a
    common successor are joined, directions forgotten and `given` taken away.

    Raises
    ------
    WrongShape
        When the arrows go in a ring, or the two are the same or in `given`.

    References: Lauritzen, Dawid, Larsen & Leimer (1990), Networks 20:491–505, proposition 3.
    In Python: ``networkx.is_d_separator(graph, {first}, {second}, set(given))``
    """
    if first == second or first in given or second in given:
        raise WrongShape("first and second must be two different things, neither among the given")
    parents = _parents(arrows)
    kept = ancestors(arrows, [first, second, *given])
    joined: dict[str, set[str]] = {name: set() for name in kept}
    for child in kept:
        for one, other in combinations([*parents.get(child, []), child], 2):
            joined[one].add(other)
            joined[other].add(one)
    reached, waiting = {first}, [first]
    while waiting:
        new = joined[waiting.pop()] - reached - set(given)
        reached |= new
        waiting += new
    return second not in reached


def implied(arrows: Collection[Arrow], measured: Sequence[str]) -> tuple[Independence, ...]:
    """Return what a chain says of the measured things: every pair that some measured things separate, and by which.

    One statement a pair, held equal as few as can be taken away one by one from the measured ancestors of both: if
    anything measured separates the two, these do. Pairs that only something unmeasured separates say nothing.

    Raises
    ------
    WrongShape
        When the arrows go in a ring.

    References: Pearl (2009), Causality, section 1.2.3; van der Zander, Liśkiewicz & Textor (2019), Artif Intell
    270:1–40, on separators among the ancestors.
    """
    return tuple(_statements(arrows, measured))


def independence(
    data: pd.DataFrame, claim: Independence, *, cluster: str | None = None, level: float = LEVEL
) -> Separated:
    """Return how far the two go together when what should separate them is held equal, linearly.

    data : persons × columns named as in the claim, numeric; NaN = not known: such a row is left out.

    Raises
    ------
    WrongShape, UnknownName
        As `links.association`.

    References: Fisher (1924), Metron 3:329–332, on n less the number held equal; Shipley (2000), Struct Equ Modeling
    7:206–218, on testing what a graph leaves out.
    In R, without clusters: ``ppcor::pcor.test(first, second, given)``
    """
    level, given = validate_level(level), list(claim.given)
    found = association(data, claim.second, claim.first, controls=given, cluster=cluster, kind="linear", level=level)
    rows = complete_rows(data, [claim.second, claim.first, *given], cluster)
    facts: dict[str, Any] = {
        **{"first": claim.first, "second": claim.second, "given": claim.given, "level": level},
        "method": "Partiell korrelation" + found.method.removeprefix("Linjär regression"),
        **{"n": found.n, "clusters": found.clusters, "status": found.status, "reason": found.reason},
    }
    if found.status != Status.OK or found.inflation is None:
        return Separated(**facts, value=None, lower=None, upper=None, p=None)
    value = _partial(rows, claim.first, claim.second, list(found.controls))
    size = found.n / max(found.inflation, 1.0) - len(found.controls) - 3
    half = float(special.ndtri((1 + level) / 2)) / np.sqrt(size) if size > 0 else np.inf
    middle = np.arctanh(np.clip(value, -1 + 1e-15, 1 - 1e-15))
    lower, upper = (float(np.tanh(middle + sign * half)) for sign in (-1, 1))
    return Separated(**facts, value=value, lower=lower, upper=upper, p=found.p)


def independences(
    data: pd.DataFrame, arrows: Collection[Arrow], *, cluster: str | None = None, level: float = LEVEL
) -> pd.DataFrame:
    """Return every claim of a chain by the arrows it lacks, held against data: the columns of data but the cluster.

    Returns
    -------
    DataFrame
        The columns of `Separated.to_frame`, `p_adjusted` over all claims tested, and `verdict`: "talar emot" where
        that is below .05, else "talar inte emot"; empty where the claim could not be tested.
    """
    measured = [name for name in data.columns if name != cluster]
    claims = [independence(data, claim, cluster=cluster, level=level) for claim in implied(arrows, measured)]
    if not claims:
        columns = ["first", "second", "given", *RECORD_COLUMNS, "p", "clusters", "p_adjusted", "verdict"]
        return pd.DataFrame(columns=columns)
    table = pd.concat([claim.to_frame() for claim in claims], ignore_index=True)
    adjusted = benjamini_hochberg(table["p"].astype("float64"))
    verdict = np.where(adjusted < LIMIT, AGAINST, NOT_AGAINST)
    return table.assign(p_adjusted=adjusted, verdict=np.where(np.isnan(adjusted), "", verdict))


def ancestors(arrows: Collection[Arrow], names: Collection[str]) -> set[str]:
    """Return these things and all that lead to them."""
    parents = _parents(arrows)
    found, waiting = set(names), list(names)
    while waiting:
        new = [name for name in parents.get(waiting.pop(), []) if name not in found]
        found |= set(new)
        waiting += new
    return found


def ring(arrows: Collection[Arrow]) -> list[str]:
    """Return the things that are in a ring of arrows, or come after one; empty for a chain without rings."""
    left = {name: set(tails) for name, tails in _listed(arrows).items()}
    while left:
        free = {name for name, tails in left.items() if not tails}
        if not free:
            return sorted(left)
        left = {name: tails - free for name, tails in left.items() if name not in free}
    return []


def _parents(arrows: Collection[Arrow]) -> dict[str, list[str]]:
    """Return what leads straight to each thing; a ring has no such order and is refused."""
    turning = ring(arrows)
    if turning:
        raise WrongShape(f"the arrows go in a ring among {', '.join(turning)}; take one of them away")
    return _listed(arrows)


def _listed(arrows: Collection[Arrow]) -> dict[str, list[str]]:
    parents: dict[str, list[str]] = {}
    for tail, head in dict.fromkeys(arrows):
        parents.setdefault(tail, [])
        parents.setdefault(head, []).append(tail)
    return parents


def _statements(arrows: Collection[Arrow], measured: Sequence[str]) -> Iterator[Independence]:
    known = set(_parents(arrows))
    unknown = [name for name in measured if name not in known]
    if unknown:
        raise UnknownName(f"{unknown[0]!r} is not in the chain; it has {', '.join(sorted(known))}")
    joined = {frozenset(arrow) for arrow in arrows}
    for first, second in combinations(measured, 2):
        above = ancestors(arrows, [first, second]) - {first, second}
        given = [name for name in measured if name in above]
        if frozenset((first, second)) in joined or not d_separated(arrows, first, second, given):
            continue
        for name in list(given):
            fewer = [other for other in given if other != name]
            given = fewer if d_separated(arrows, first, second, fewer) else given
        yield Independence(first, second, tuple(given))


def _partial(rows: pd.DataFrame, first: str, second: str, given: Sequence[str]) -> float:
    """Return the correlation of what is left of both when the given are taken out of them."""
    held = np.column_stack([np.ones(len(rows)), *(rows[name] for name in given)])
    both = rows[[first, second]].to_numpy(float)
    left = both - held @ np.linalg.lstsq(held, both, rcond=None)[0]
    return float(left[:, 0] @ left[:, 1] / np.sqrt((left[:, 0] ** 2).sum() * (left[:, 1] ** 2).sum()))
