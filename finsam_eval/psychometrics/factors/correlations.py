"""How would ordered answers correlate if they were continuous opinions? Polychorics, with errors and empty cells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from finsam_eval.psychometrics.answers import Array, numeric
from finsam_eval.psychometrics.ordinal import whole_steps
from finsam_eval.psychometrics.reliability import SHAPE, why_none
from finsam_eval.results import Status
from finsam_eval.stats.ordered_moments import OrderedMoments, Steps, ordered_moments, standard_errors
from finsam_eval.stats.polychoric import EDGE as AT_EDGE

PILED = 0.5
"""With this share of the answers on one step they are heaped there."""

LEAST_EIGENVALUE = 1e-9
SMOOTHED_TO = 1e-6
"""What eigenvalues below `LEAST_EIGENVALUE` are raised to where smoothing is asked for."""

NOT_POSITIVE = (
    "Korrelationerna hör inte ihop som i en enda grupp svar (matrisen är inte positivt definit); de är inte utjämnade."
)
SMOOTHED = "Korrelationerna är utjämnade så att de hör ihop som i en enda grupp svar."


@dataclass(frozen=True, kw_only=True, slots=True)
class Polychoric:
    """Polychoric correlations of items with ordered steps.

    correlations, standard_errors : items × items; nan where a pair has none, and `reason` says which. The standard
        errors are those before any smoothing.
    thresholds : item, step (the lower of the two that it parts), threshold, se.
    pairs : item, other, correlation, se, empty_cells (cells of the pair's table that nobody chose).
    positive_definite : whether the correlations are, before any smoothing; None where some are missing.
    n counts respondents with complete answers.
    """

    correlations: pd.DataFrame
    standard_errors: pd.DataFrame
    thresholds: pd.DataFrame
    pairs: pd.DataFrame
    positive_definite: bool | None
    smoothed: bool
    method: str
    n: int
    status: Status = Status.OK
    reason: str = ""

    def to_frame(self) -> pd.DataFrame:
        """One row per pair of items."""
        return self.pairs.copy()


def polychoric(items: pd.DataFrame, smooth: bool = False) -> Polychoric:
    """Return polychoric correlations and thresholds with standard errors.

    Two steps: thresholds from each item's shares, then each pair's correlation by maximum likelihood. Nothing is added
    to empty cells, but for a table of two by two with one such: there half an answer is, its margins kept (the
    correlation would be ±1).

    items : DataFrame, respondents × items, whole steps. NaN = no answer; incomplete rows are dropped. Steps that nobody
        chose are left out.
    smooth : raise eigenvalues that are not positive, as far as needed for a correlation matrix.
    A status in place of values: no data with fewer than two complete rows or a constant item; not applicable with one
    item; not converged where a pair goes together wholly: its own value is missing, the others' are there.

    Raises
    ------
    WrongShape
        When items is not a frame of whole numbers within 15 ordered steps.

    References: Olsson (1979), Psychometrika 44:443–460; Muthén (1984), Psychometrika 49:115–132, on the errors.
    In R: ``lavaan::lavCor(na.omit(items), ordered = names(items), output = "fit", se = "robust")``
    """
    complete = numeric(items, SHAPE).dropna()
    steps, kept = used_steps(complete)
    method = "Polykoriska korrelationer i två steg (Olsson 1979), kompletta svar, tomma celler orörda"
    method += " (halvt svar i en ensam tom cell av fyra)" + (", utjämnade" if smooth else "")
    obstacle = why_none(complete)
    if obstacle:
        return _absent(*obstacle, method, len(complete))
    moments = ordered_moments(steps)
    return _record([str(name) for name in items.columns], moments, kept, smooth, method)


def used_steps(complete: pd.DataFrame) -> tuple[Steps, list[Array]]:
    """Return steps counted from 0 among those in use, respondents × items, and which answers they were.

    Raises
    ------
    WrongShape
        When the answers are not whole numbers within 15 ordered steps.
    """
    whole_steps(complete)
    values = complete.to_numpy()
    columns = [np.unique(column, return_inverse=True) for column in values.T]
    places = [place for _, place in columns]
    steps: Steps = np.array(places, dtype=np.int64).T.reshape(values.shape)
    return steps, [kept for kept, _ in columns]


def heaped(steps: Steps) -> bool:
    """Return whether the middle item, by how much its answers are heaped, has half of them or more on one step."""
    return float(np.median([np.bincount(item).max() / len(item) for item in steps.T])) >= PILED


def _absent(status: Status, reason: str, method: str, n: int) -> Polychoric:
    empty, pairs = pd.DataFrame(), pd.DataFrame(columns=["item", "other", "correlation", "se", "empty_cells"])
    cuts = pd.DataFrame(columns=["item", "step", "threshold", "se"])
    return Polychoric(
        correlations=empty,
        standard_errors=empty,
        thresholds=cuts,
        pairs=pairs,
        positive_definite=None,
        smoothed=False,
        method=method,
        n=n,
        status=status,
        reason=reason,
    )


def _record(names: list[str], moments: OrderedMoments, kept: list[Array], smooth: bool, method: str) -> Polychoric:
    cut_errors, errors = standard_errors(moments)
    edge = at_edge(moments)
    r, errors = np.where(edge, np.nan, moments.correlations), np.where(edge, np.nan, errors)
    matrix = symmetric(r, len(names), 1.0)
    whole = not edge.any()
    positive = bool(np.linalg.eigvalsh(matrix)[0] > LEAST_EIGENVALUE) if whole else None
    smoothed = smooth and positive is False
    return Polychoric(
        correlations=_named(_smoothed(matrix) if smoothed else matrix, names),
        standard_errors=_named(symmetric(errors, len(names), 0.0), names),
        thresholds=threshold_table(names, moments.cuts, cut_errors, kept),
        pairs=_pairs(names, moments, r, errors),
        positive_definite=positive,
        smoothed=smoothed,
        method=method,
        n=moments.n,
        status=Status.OK if whole else Status.NOT_CONVERGED,
        reason=(SMOOTHED if smoothed else "" if positive else NOT_POSITIVE) if whole else together(names, edge),
    )


def at_edge(moments: OrderedMoments) -> NDArray[np.bool_]:
    """Return which pairs have no correlation but ±1, or one that the answers tell nothing of: (pairs,)."""
    edge: NDArray[np.bool_] = ~(np.abs(moments.correlations) < AT_EDGE)
    return edge | np.isnan(moments.correlation_pulls).any(axis=(1, 2))


def together(names: list[str], edge: NDArray[np.bool_]) -> str:
    """Return which pairs of items go together so wholly that they have no polychoric correlation."""
    first, second = np.triu_indices(len(names), 1)
    found = [f"{names[first[pair]]} och {names[second[pair]]}" for pair in np.flatnonzero(edge)]
    more = f" och {len(found) - 5} par till" if len(found) > 5 else ""
    return f"Följs åt så helt att deras polykoriska korrelation inte går att skatta: {', '.join(found[:5])}{more}."


def symmetric(pairs: Array, items: int, diagonal: float) -> Array:
    """Return a symmetric matrix from what pairs i < j have, row by row."""
    matrix = np.eye(items) * diagonal
    first, second = np.triu_indices(items, 1)
    matrix[first, second] = matrix[second, first] = pairs
    return matrix


def _smoothed(matrix: Array) -> Array:
    values, vectors = np.linalg.eigh(matrix)
    raised = vectors * np.maximum(values, SMOOTHED_TO) @ vectors.T
    sd = np.sqrt(np.diag(raised))
    smooth: Array = raised / sd / sd[:, np.newaxis]
    return smooth


def threshold_table(names: list[str], cuts: Array, errors: Array, kept: list[Array]) -> pd.DataFrame:
    """Return one row per threshold: item, step (the answer just below it), threshold, se."""
    rows = [
        (name, int(kept[item][step]), cuts[item, step], errors[item, step])
        for item, name in enumerate(names)
        for step in range(len(kept[item]) - 1)
    ]
    return pd.DataFrame(rows, columns=["item", "step", "threshold", "se"])


def _pairs(names: list[str], moments: OrderedMoments, r: Array, errors: Array) -> pd.DataFrame:
    first, second = np.triu_indices(len(names), 1)
    steps = moments.used.sum(axis=1) + 1
    empty = steps[first] * steps[second] - (moments.tables > 0).sum(axis=(1, 2))
    labels = np.array(names, dtype=object)
    columns = {"item": labels[first], "other": labels[second], "correlation": r, "se": errors, "empty_cells": empty}
    return pd.DataFrame(columns).astype({"item": "str", "other": "str"})


def _named(matrix: Array, names: list[str]) -> pd.DataFrame:
    return pd.DataFrame(matrix, index=names, columns=names)
