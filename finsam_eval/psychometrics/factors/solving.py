"""Does a factor model have a solution, and how good is it? Answers and a structure in, parameters and tests out."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from finsam_eval.errors import WrongShape
from finsam_eval.psychometrics.answers import Array
from finsam_eval.psychometrics.factors.indices import ChiSquare
from finsam_eval.results import Status
from finsam_eval.stats.ordered_moments import OrderedMoments, Steps, covariance
from finsam_eval.stats.structure import NO_THRESHOLDS, Cells, Filled, Part, Structure, filled, implied
from finsam_eval.stats.structure_fit import Fit, Sample, fit_at, fit_from, square
from finsam_eval.stats.structure_robust import (
    Robust,
    chi_square,
    degrees,
    distinct,
    normal_errors,
    robust_likelihood,
    robust_squares,
)

ESTIMATORS = {
    "WLSMV": "DWLS på polykoriska korrelationer, robusta fel av hela viktmatrisen, skalat och förskjutet test, "
    "RMSEA med N − antal grupper",
    "ML": "ML på kovarianser, fel enligt normalteori, RMSEA med N",
    "MLR": "ML på kovarianser, robusta fel (sandwich), Yuan–Bentlers test som i Mplus, RMSEA med N",
}

NEAR, SEED = 0.1, 19040415
"""Parameters can be told apart in general where they can near the start, a little off it."""

NOT_IDENTIFIED = (
    "Modellen är inte identifierad: svaren kan inte skilja dess parametrar åt. Ge varje faktor minst tre frågor, eller "
    "ta bort en faktor eller en samvariation."
)
NOT_FOUND = "Sökningen fann ingen lösning: modellen passar inte svaren, eller så är de för få. Pröva en mindre modell."
SINGULAR = "Frågor följs åt helt, eller så är svaren för få: deras kovarianser kan inte skiljas åt. Ta bort en av dem."


class Data(NamedTuple):
    """What a model is fitted to. gammas : of weighted squares, (groups, moments, moments); rows : of likelihood."""

    sample: Sample
    gammas: Array | None = None
    rows: tuple[Array, ...] = ()

    @property
    def n(self) -> int:
        """Respondents of all groups."""
        return int(self.sample.n.sum())

    @property
    def counted(self) -> int:
        """Respondents that RMSEA counts: of weighted squares one less in each group."""
        return int(self.sample.counted.sum())


class Solution(NamedTuple):
    """A model at its best. covariance : of the parameters; scaled : none for normal theory."""

    structure: Structure
    fit: Fit
    covariance: Array
    test: ChiSquare
    scaled: ChiSquare | None
    scale: float | None
    shift: float | None


def estimator_of(name: str) -> str:
    """Return the name of an estimator there is.

    Raises
    ------
    WrongShape
        For any other.
    """
    if name not in ESTIMATORS:
        raise WrongShape(f"estimator must be one of {', '.join(ESTIMATORS)}, got {name!r}")
    return name


def ordered_data(groups: list[tuple[Steps, OrderedMoments]], levels: bool) -> Data:
    """Return the moments of ordered answers, with thresholds where levels are asked for."""
    gammas = np.array([covariance(moments, steps, levels) for steps, moments in groups])
    rows = [np.concatenate([m.cuts[m.used], m.correlations]) if levels else m.correlations for _, m in groups]
    n = np.array([float(len(steps)) for steps, _ in groups])
    return Data(Sample(n, np.array(rows), 1 / np.diagonal(gammas, axis1=1, axis2=2)), gammas)


def continuous_data(groups: list[Array], levels: bool) -> Data:
    """Return the covariances (divisor n) of answers, with means where levels are asked for."""
    moments = []
    for rows in groups:
        spread = np.cov(rows.T, bias=True)[np.triu_indices(rows.shape[1])]
        moments.append(np.concatenate([rows.mean(axis=0), spread]) if levels else spread)
    return Data(Sample(np.array([float(len(rows)) for rows in groups]), np.array(moments)), None, tuple(groups))


def impossible(structure: Structure, data: Data, parameters: int) -> tuple[Status, str] | None:
    """Return why a model cannot be fitted to these answers at all; None where it can."""
    if degrees(structure) < 0 or not distinct(structure, _off_start(structure)):
        return Status.NOT_APPLICABLE, NOT_IDENTIFIED
    if data.n < parameters:
        few = f"{data.n} svarande är färre än modellens {parameters} parametrar"
        return Status.NO_DATA, f"{few}: samla in fler svar eller använd en mindre modell."
    if data.sample.weights is None and not _positive(structure, data):
        return Status.NO_DATA, SINGULAR
    return None


def _off_start(structure: Structure) -> Array:
    start = structure.start
    moved: Array = start + NEAR * np.random.default_rng(SEED).uniform(0.5, 1.5, start.size)
    return moved


def _positive(structure: Structure, data: Data) -> bool:
    for row in data.sample.moments:
        spread = square(structure, row[structure.level_moments :])
        sd = np.sqrt(np.diag(spread))
        if (sd < 1e-9).any() or np.linalg.eigvalsh(spread / sd / sd[:, np.newaxis])[0] < 1e-9:
            return False
    return True


def solve(structure: Structure, data: Data, estimator: str, start: Array | None = None) -> Solution | None:
    """Return the model at its best, each factor turned so that its first loading is positive; None where none is."""
    found = fit_from(structure, data.sample, start)
    if not found.settled or not distinct(structure, found.parameters):
        return None
    turned = found._replace(parameters=_turned(structure, found.parameters))
    solution = _tested(structure, data, estimator, turned)
    return solution if np.isfinite(solution.covariance).all() else None


def _turned(structure: Structure, parameters: Array) -> Array:
    """Return parameters with the sign of each factor such that its first loading is positive."""
    turned, entries = np.array(parameters), structure.cells
    for part in (Part.LOADING, Part.PATH):
        for factor in range(structure.factors):
            own = np.flatnonzero((entries.part == part) & (entries.column == factor) & (entries.free >= 0))
            measured = ((entries.part == Part.LOADING) & (entries.column == factor)).any()
            if own.size and measured == (part == Part.LOADING) and turned[entries.free[own[0]]] < 0:
                turned[_touching(entries, factor)] *= -1
    return turned


def _touching(entries: Cells, factor: int) -> Array:
    """Return the parameters that change their sign when a factor does, each once."""
    row, column = entries.row == factor, entries.column == factor
    touched = (entries.part == Part.LOADING) & column
    touched |= np.isin(entries.part, (Part.PATH, Part.FACTOR)) & (row ^ column)
    touched |= (entries.part == Part.MEAN) & row
    return np.unique(entries.free[touched & (entries.free >= 0)])


def _tested(structure: Structure, data: Data, estimator: str, found: Fit) -> Solution:
    test = ChiSquare(chi_square(data.sample, found), degrees(structure))
    if estimator == "ML":
        errors = normal_errors(structure, data.sample, found.parameters)
        return Solution(structure, found, errors, test, None, None, None)
    robust = _robust(structure, data, found)
    if not test.df:
        return Solution(structure, found, robust.covariance, test, test, None, None)
    spread = robust.trace if estimator == "MLR" else None
    scaled = ChiSquare(test.chisq / robust.scale + robust.shift, test.df)
    return Solution(
        structure, found, robust.covariance, test._replace(spread=spread), scaled, robust.scale, robust.shift
    )


def _robust(structure: Structure, data: Data, found: Fit) -> Robust:
    if data.gammas is not None:
        return robust_squares(structure, data.sample, found, data.gammas)
    return robust_likelihood(structure, data.sample, found, list(data.rows))


def baseline(structure: Structure, data: Data, estimator: str) -> Solution:
    """Return the model in which no items have anything in common, and levels are as they are."""
    sample, levels = data.sample, structure.level_moments
    if structure.ordered:
        kept = sample.weights[:, levels:] if sample.weights is not None else None
        sample = Sample(sample.n, sample.moments[:, levels:], kept)
        gammas = None if data.gammas is None else data.gammas[:, levels:, levels:]
        bare = Structure(_no_cells(), structure.groups, structure.items, 0, True, False, NO_THRESHOLDS)
        return _tested(bare, Data(sample, gammas), estimator, fit_at(bare, sample, np.zeros(0)))
    bare = structure._replace(cells=_own_cells(structure), factors=0)
    parameters = [row[: structure.items * structure.levels] for row in sample.moments]
    variances = [np.diag(square(structure, row[levels:])) for row in sample.moments]
    both = np.concatenate([np.concatenate(pair) for pair in zip(parameters, variances, strict=True)])
    return _tested(bare, data, estimator, fit_at(bare, sample, both))


def _no_cells() -> Cells:
    none = NO_THRESHOLDS
    return Cells(none, none, none, none, none, np.zeros(0))


def _own_cells(structure: Structure) -> Cells:
    p, groups = structure.items, structure.groups
    kinds = [Part.INTERCEPT, Part.RESIDUAL] if structure.levels else [Part.RESIDUAL]
    part = np.tile(np.repeat([int(kind) for kind in kinds], p), groups)
    row = np.tile(np.arange(p), groups * len(kinds))
    column = np.where(part == Part.RESIDUAL, row, 0)
    group = np.repeat(np.arange(groups), p * len(kinds))
    return Cells(group, part, row, column, np.arange(row.size), np.ones(row.size))


def srmr(structure: Structure, data: Data, found: Fit) -> float:
    """Return the standardised root mean square residual (Bentler's), with means where they are among the moments.

    Divided by the number of covariances and variances, and means; of ordered answers correlations alone have residuals.

    References: Bentler (1995), EQS structural equations program manual, ch. 6.
    """
    first, second = structure.pairs
    levels, p = structure.level_moments, structure.items
    squares = []
    for row, fitted in zip(data.sample.moments, implied(structure, found.parameters), strict=True):
        sd = np.sqrt(np.diag(square(structure, row[levels:])))
        gaps = (row - fitted)[levels:] / (sd[first] * sd[second])
        mean = 0.0 if structure.ordered else float((((row - fitted)[:levels] / sd[: levels or 0]) ** 2).sum())
        counted = p * (p + 1) / 2 + (0 if structure.ordered else levels)
        squares.append(((gaps**2).sum() + mean) / counted)
    return float(data.sample.shares @ np.sqrt(squares))


def improper(structure: Structure, found: Fit, names: list[list[str]], factors: list[list[str]]) -> str:
    """Return what in a solution cannot be, such as an item explained beyond its variance; empty if nothing.

    names, factors : of each group's items and factors.
    """
    for group in range(structure.groups):
        parts = filled(structure, found.parameters, group)
        over = [name for name, own in zip(names[group], own_variances(structure, parts), strict=True) if own <= 0]
        if over:
            return (
                f"Ingen tillåten lösning (Heywood): {', '.join(over)} förklaras till mer än hela sin variation. "
                "Ta bort frågan, låt faktorn få fler frågor eller samla in fler svar."
            )
        spread = factor_covariance(parts)
        sd = np.sqrt(np.diag(spread))
        if np.linalg.eigvalsh(spread / sd / sd[:, np.newaxis])[0] <= 0:
            return (
                f"Ingen tillåten lösning: {', '.join(factors[group])} går inte att skilja åt (korrelationer på 1 "
                "eller mer). Slå ihop faktorer eller samla in fler svar."
            )
    return ""


def factor_covariance(parts: Filled) -> Array:
    """Return how factors vary, with what comes from factors above."""
    spread: Array = parts.back @ parts.factor @ parts.back.T
    return spread


def item_variances(structure: Structure, parts: Filled) -> Array:
    """Return the variances of items; of ordered ones those of the answers behind the steps."""
    variances: Array = 1 / parts.scale**2 if structure.ordered else np.diag(parts.covariance)
    return variances


def own_variances(structure: Structure, parts: Filled) -> Array:
    """Return what of each item's variance no factor explains."""
    common = np.diag(parts.through @ parts.factor @ parts.through.T)
    left: Array = item_variances(structure, parts) - common
    return left
