"""Are two opinions two? The heterotrait–monotrait ratio of correlations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from finsam_eval.errors import UnknownName, WrongShape
from finsam_eval.psychometrics.answers import TINY, Array
from finsam_eval.psychometrics.factors.matrices import KINDS, correlations_of
from finsam_eval.results import Status

VARIANTS = {"HTMT": "aritmetiska", "HTMT2": "geometriska"}
"""The mean that each takes of correlations: of absolute values, so that reversed items do no harm."""

UNRELATED = "Frågorna i {} hänger inte ihop alls; då finns ingen gemensam åsikt att skilja från andra."


@dataclass(frozen=True, kw_only=True, slots=True)
class Htmt:
    """Ratios of pairs of factors: correlations between, over those within; near 1 the two cannot be told apart.

    pairs : a row per pair: first, second, value. matrix : the same, factors × factors, 1 in the diagonal.
    Without ratios both are empty.
    """

    pairs: pd.DataFrame
    matrix: pd.DataFrame
    method: str
    n: int
    status: Status = Status.OK
    reason: str = ""

    def to_frame(self) -> pd.DataFrame:
        """One row per pair of factors."""
        return self.pairs.copy()


def htmt(
    items: pd.DataFrame, model: Mapping[str, Sequence[str]], variant: str = "HTMT", correlation: str = "polychoric"
) -> Htmt:
    """Return how high items of different factors correlate, against items of the same.

    The mean correlation of a factor's items with another's, over the geometric mean of both factors' mean correlations
    within. HTMT takes arithmetic means, and supposes that items load alike on their factor; HTMT2 takes geometric ones,
    and does not. Absolute correlations are used.

    items : DataFrame, respondents × items, numeric, whole steps with polychoric. NaN = no answer; rows that are
        incomplete on the model's items are dropped.
    model : the items of each factor, at least two factors of at least two items.
    variant : ``HTMT`` or ``HTMT2``. correlation : ``polychoric`` or ``pearson``.
    A status in place of ratios: as for `cronbach_alpha`; not applicable where a factor has one item, or items that do
    not correlate; not converged where a polychoric correlation lies at ±1.

    Raises
    ------
    UnknownName
        For an item that is not in the frame, another variant or correlation.
    WrongShape
        When the model has fewer than two factors or names an item twice, or items is not a frame of numbers.

    References: Henseler, Ringle & Sarstedt (2015), J Acad Mark Sci 43:115–135, equation 6; HTMT2: Roemer, Schuberth &
    Henseler (2021), Ind Manag Data Syst 121:2637–2650.
    In R: ``semTools::htmt(model, na.omit(items), ordered = names(items), htmt2 = FALSE)``
    """
    if variant not in VARIANTS:
        raise UnknownName(f"variant {variant!r} is not known; known are {', '.join(VARIANTS)}")
    names = _items_of(items, model)
    found = correlations_of(items[names], correlation, invertible=False)
    method = f"{variant} ({VARIANTS[variant]} medelvärden av absolutbelopp), {KINDS[correlation]}"
    obstacle = found.obstacle or _one_item(model)
    size = np.abs(found.matrix)
    places = {factor: [names.index(item) for item in members] for factor, members in model.items()}
    if obstacle is None:
        within = {factor: _mean(_pairs_within(size[np.ix_(own, own)]), variant) for factor, own in places.items()}
        obstacle = _unrelated(within)
    if obstacle:
        nothing = pd.DataFrame(columns=["first", "second", "value"])
        return Htmt(
            pairs=nothing, matrix=pd.DataFrame(), method=method, n=found.n, status=obstacle[0], reason=obstacle[1]
        )
    rows = []
    for first, second in combinations(places, 2):
        between = _mean(size[np.ix_(places[first], places[second])], variant)
        rows.append((first, second, between / np.sqrt(within[first] * within[second])))
    pairs = pd.DataFrame(rows, columns=["first", "second", "value"])
    return Htmt(pairs=pairs, matrix=_matrix(pairs, list(places)), method=method, n=found.n)


def _items_of(items: pd.DataFrame, model: Mapping[str, Sequence[str]]) -> list[str]:
    names = [item for members in model.values() for item in members]
    if len(model) < 2 or not all(model.values()):
        raise WrongShape(f"model must name at least two factors and the items of each, got {len(model)} factors")
    unknown = [name for name in names if name not in items.columns]
    if unknown:
        raise UnknownName(f"the model names {', '.join(map(str, unknown))}, which is not among the columns of items")
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise WrongShape(f"an item belongs to one factor in htmt; the model names {', '.join(twice)} more than once")
    return names


def _one_item(model: Mapping[str, Sequence[str]]) -> tuple[Status, str] | None:
    alone = [factor for factor, members in model.items() if len(members) < 2]
    if not alone:
        return None
    return Status.NOT_APPLICABLE, f"{', '.join(alone)} har bara en fråga: hur den hänger ihop med sig själv är okänt."


def _unrelated(within: Mapping[str, float]) -> tuple[Status, str] | None:
    which = [factor for factor, mean in within.items() if mean < TINY]
    return (Status.NOT_APPLICABLE, UNRELATED.format(", ".join(which))) if which else None


def _pairs_within(size: Array) -> Array:
    return size[np.triu_indices(len(size), 1)]


def _mean(values: Array, variant: str) -> float:
    if variant == "HTMT":
        return float(values.mean())
    return float(np.exp(np.log(values).mean())) if (values > 0).all() else 0.0


def _matrix(pairs: pd.DataFrame, factors: list[str]) -> pd.DataFrame:
    table = pd.DataFrame(np.eye(len(factors)), index=factors, columns=factors)
    for first, second, value in pairs.itertuples(index=False):
        table.loc[first, second] = table.loc[second, first] = value
    return table
