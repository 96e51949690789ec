"""What does a factor model say? A dict of factors and items, read and turned into the entries of its matrices."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from finsam_eval.errors import UnknownName, WrongShape
from finsam_eval.psychometrics.answers import Array, numeric
from finsam_eval.psychometrics.reliability import SHAPE
from finsam_eval.stats.structure import Cells, Part

Model = Mapping[str, Sequence[str]]
Pairs = Iterable[tuple[str, str]]
Entry = tuple[int, Part, int, int, Hashable | None, float]
"""Group, matrix, row, column, the parameter's name (none where it is fixed), value or start."""

START_PATH, MOST_LOADING = 0.5, 0.9


class Plan(NamedTuple):
    """A model in numbers. Factors and items are told by their place; items stand in the order of the model.

    loadings : (item, factor); paths : (lower factor, the one above it); covariances : pairs of factors that vary
    freely together; residuals : pairs of items whose own parts do.
    """

    items: list[str]
    factors: list[str]
    loadings: list[tuple[int, int]]
    paths: list[tuple[int, int]]
    covariances: list[tuple[int, int]]
    residuals: list[tuple[int, int]]


def plan(model: Model, names: Sequence[str], residual_covariances: Pairs, orthogonal: bool) -> Plan:
    """Return a model whose names are all known.

    names : of the items there are. A factor measured by factors is one above them.

    Raises
    ------
    UnknownName
        When a name is neither an item nor a factor of the model, or a residual covariance names no item of it.
    WrongShape
        When the model is no dict of lists, a factor is empty, is named as an item, names something twice or stands
        above itself.
    """
    factors = _factors(model, names)
    items = list(dict.fromkeys(name for parts in model.values() for name in parts if name not in factors))
    unknown = [name for name in items if name not in names]
    if unknown:
        raise UnknownName(f"the model names {', '.join(unknown)}, which is neither a column of items nor a factor")
    loadings = [(items.index(x), at) for at, parts in enumerate(model.values()) for x in parts if x in items]
    paths = [(factors.index(x), at) for at, parts in enumerate(model.values()) for x in parts if x in factors]
    _upwards(factors, paths)
    below = {lower for lower, _ in paths}
    top = [at for at in range(len(factors)) if at not in below]
    pairs = [] if orthogonal else [(a, b) for i, a in enumerate(top) for b in top[i + 1 :]]
    return Plan(items, factors, loadings, paths, pairs, _residuals(residual_covariances, items))


def _factors(model: Model, names: Sequence[str]) -> list[str]:
    if not isinstance(model, Mapping) or not model or any(isinstance(parts, str) for parts in model.values()):
        raise WrongShape(
            "model must be a dict from each factor to the list of its items, such as {'f': ['a', 'b', 'c']}"
        )
    for factor, parts in model.items():
        if not parts or len(set(parts)) < len(list(parts)):
            raise WrongShape(f"factor {factor} must list its items, each once")
        if factor in names:
            raise WrongShape(f"factor {factor} has the name of an item; give it another")
    return list(model)


def _upwards(factors: list[str], paths: list[tuple[int, int]]) -> None:
    above = np.zeros((len(factors), len(factors)), dtype=int)
    for lower, upper in paths:
        above[lower, upper] = 1
    if np.trace(np.linalg.matrix_power(above + np.eye(len(factors), dtype=int), len(factors))) > len(factors):
        raise WrongShape("a factor of the model stands above itself; factors above factors must end somewhere")


def _residuals(pairs: Pairs, items: list[str]) -> list[tuple[int, int]]:
    found = []
    for pair in pairs:
        if isinstance(pair, str) or len(pair) != 2 or pair[0] == pair[1]:
            raise WrongShape("residual_covariances must be pairs of two different items, such as [('a', 'b')]")
        unknown = [name for name in pair if name not in items]
        if unknown:
            raise UnknownName(f"residual_covariances names {', '.join(unknown)}, which is no item of the model")
        found.append((items.index(pair[0]), items.index(pair[1])))
    return found


def cells(entries: Iterable[Entry]) -> Cells:
    """Return entries as numbers; those with the same name share a parameter, numbered as they first come."""
    rows = list(entries)
    numbers: dict[Hashable, int] = {}
    for row in rows:
        if row[4] is not None:
            numbers.setdefault(row[4], len(numbers))
    free = [-1 if row[4] is None else numbers[row[4]] for row in rows]
    places = np.array([[group, part, row, column] for group, part, row, column, _, _ in rows], dtype=np.int64)
    values = np.array([row[5] for row in rows])
    group, part, at, column = places.reshape(-1, 4).T
    return Cells(group, part, at, column, np.array(free, dtype=np.int64), values)


def relations(plan: Plan, correlations: Array, sd: Array) -> list[Entry]:
    """Return loadings, paths, covariances of factors and of residuals.

    Each factor's variance, or what factors above leave of it, is one.

    correlations, sd : of the items, from which searches begin.
    """
    start = _first_loadings(plan, correlations) * sd[:, np.newaxis]
    entries: list[Entry] = [
        (0, Part.LOADING, item, factor, ("loading", item, factor), float(start[item, factor]))
        for item, factor in plan.loadings
    ]
    entries += [(0, Part.PATH, low, up, ("path", low, up), START_PATH) for low, up in plan.paths]
    entries += [(0, Part.FACTOR, a, b, ("factor", a, b), 0.0) for a, b in plan.covariances]
    entries += [(0, Part.FACTOR, at, at, None, 1.0) for at in range(len(plan.factors))]
    entries += [(0, Part.RESIDUAL, a, b, ("residual", a, b), 0.0) for a, b in plan.residuals]
    return entries


def _first_loadings(plan: Plan, correlations: Array) -> Array:
    """Return loadings to begin with: each factor's items' first component, of what the factors before have left."""
    start, left = np.zeros((len(plan.items), len(plan.factors))), np.array(correlations)
    for factor in range(len(plan.factors)):
        own = [item for item, at in plan.loadings if at == factor]
        if not own:
            continue
        values, vectors = np.linalg.eigh(left[np.ix_(own, own)])
        found = 0.8 * vectors[:, -1] * np.sqrt(max(values[-1], 0.1))
        found = np.clip(found * (1 if found[0] >= 0 else -1), -MOST_LOADING, MOST_LOADING)
        start[own, factor] = found
        part = np.zeros(len(plan.items))
        part[own] = found
        left = left - np.outer(part, part)
    return start


def own_parts(plan: Plan, variances: Array, correlations: Array) -> list[Entry]:
    """Return the residual variances of continuous items."""
    left = np.maximum(1 - (_first_loadings(plan, correlations) ** 2).sum(axis=1), 0.2)
    return [
        (0, Part.RESIDUAL, item, item, ("residual", item, item), float(variances[item] * left[item]))
        for item in range(len(plan.items))
    ]


def names_of(items: pd.DataFrame) -> list[str]:
    """Return the names of the columns.

    Raises
    ------
    WrongShape
        When items is no DataFrame, or two columns have the same name.
    """
    if not isinstance(items, pd.DataFrame):
        raise WrongShape(f"expected a DataFrame of {SHAPE}; got {type(items).__name__}")
    names = [str(name) for name in items.columns]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise WrongShape(f"expected a DataFrame of {SHAPE} with a name to each column; {', '.join(twice)} comes twice")
    return names


def items_of(items: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Return the answers to the items that a model names, in its order, as floats.

    Raises
    ------
    WrongShape
        When one of them is not numeric.
    """
    return numeric(items.set_axis(names_of(items), axis=1)[plan.items], SHAPE)
