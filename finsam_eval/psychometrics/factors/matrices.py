"""Correlations that factors are sought in: of the answers as numbers, or of the opinions behind ordered steps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from finsam_eval.errors import UnknownName
from finsam_eval.psychometrics.answers import Array, Facts, numeric
from finsam_eval.psychometrics.ordinal import TOGETHER, Steps, square, whole_steps
from finsam_eval.psychometrics.reliability import SHAPE, why_none
from finsam_eval.results import Status
from finsam_eval.stats.polychoric import EDGE, pair_tables, polychoric

KINDS = {"pearson": "Pearsonkorrelationer", "polychoric": "polykoriska korrelationer"}

LEAST_EIGENVALUE = 1e-8
"""Below this, in a correlation matrix, an item is a sum of others."""

SINGULAR = "En fråga är en summa av andra, eller så är svaren för få för så många frågor."
TWO_ITEMS = "Två frågor är för få för att skilja dimensioner åt."
NOT_POSITIVE = (
    "De polykoriska korrelationerna går inte ihop med varandra (matrisen är inte positivt definit); "
    "pröva Pearsonkorrelationer eller färre frågor."
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Correlations:
    """Correlations of items among `n` complete rows, or why there are none."""

    matrix: Array
    names: list[str]
    n: int
    obstacle: tuple[Status, str] | None


def correlations_of(items: pd.DataFrame, kind: str, *, invertible: bool = True) -> Correlations:
    """Return the correlations of complete rows.

    kind : ``pearson`` or ``polychoric`` (two-step, from the items' own tables).
    invertible : whether a matrix that is singular, or polychoric and not positive definite, is an obstacle.

    Raises
    ------
    WrongShape
        When items is not a frame of numbers; with polychoric, of whole numbers within `ordinal.MOST_STEPS` steps.
    UnknownName
        For another kind.
    """
    if kind not in KINDS:
        raise UnknownName(f"correlation {kind!r} is not known; known are {', '.join(KINDS)}")
    complete = numeric(items, SHAPE).dropna()
    names = [str(name) for name in complete.columns]
    steps = whole_steps(complete) if kind == "polychoric" else None
    obstacle = why_none(complete)
    matrix = np.full((len(names), len(names)), np.nan)
    if obstacle is None:
        matrix = np.corrcoef(complete.to_numpy(), rowvar=False) if steps is None else polychoric_matrix(steps)
        obstacle = _obstacle(matrix, kind, invertible)
    return Correlations(matrix=matrix, names=names, n=len(complete), obstacle=obstacle)


def too_few(found: Correlations) -> tuple[Status, str] | None:
    """Return why so few items have no dimensions to tell apart; None where they may."""
    return (Status.NOT_APPLICABLE, TWO_ITEMS) if len(found.names) < 3 else None


def why(obstacle: tuple[Status, str]) -> Facts:
    """Return the fields of a record that say why it has no numbers."""
    return {"status": obstacle[0], "reason": obstacle[1]}


def polychoric_matrix(steps: Steps) -> Array:
    """Return the matrix of two-step polychoric correlations; ±`EDGE` or nan where one cannot be told."""
    return square(polychoric(pair_tables(steps))[np.newaxis], steps.shape[1])[0]


def _obstacle(matrix: Array, kind: str, invertible: bool) -> tuple[Status, str] | None:
    apart = np.abs(matrix - np.eye(len(matrix)))
    if kind == "polychoric" and not apart.max() < EDGE:
        return Status.NOT_CONVERGED, TOGETHER
    if invertible and np.linalg.eigvalsh(matrix)[0] < LEAST_EIGENVALUE:
        return Status.NOT_APPLICABLE, NOT_POSITIVE if kind == "polychoric" else SINGULAR
    return None
