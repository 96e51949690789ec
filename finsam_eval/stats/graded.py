"""Ordered answers as signs of one normal trait: the graded response model by marginal maximum likelihood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from finsam_eval.stats.ordered import climbed, likelihood_of, shares_of, slopes

Array = NDArray[np.float64]
Codes = NDArray[np.int64]

NODES = np.linspace(-6.0, 6.0, 61)
WEIGHTS = np.exp(-(NODES**2) / 2) / np.exp(-(NODES**2) / 2).sum()

CYCLES, NEAR = 500, (0.1, 1e-4)
"""EM goes on until the log-likelihood rises by less than this; Newton's method does the rest, or EM goes further."""

STEPS, SETTLED = 50, 1e-7
STEEPEST = 25.0
"""A discrimination beyond this belongs to an item that the trait explains wholly."""

LEAST = 1e-300


@dataclass(frozen=True, kw_only=True, slots=True)
class GradedFit:
    """Values of each item, cuts (intercepts, falling) and then the slope, and their covariance, items in a row.

    posterior : how likely each node is for each row of answers, rows × nodes. Without a maximum `converged` is False.
    """

    values: tuple[Array, ...]
    covariance: Array
    log_likelihood: float
    posterior: Array
    converged: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class _Answers:
    """Which step of which item each row chose, rows × (all items' steps), and how many gave each row."""

    chosen: Array
    counts: Array
    sizes: tuple[int, ...]

    def parts(self) -> list[slice]:
        """Where each item's steps are."""
        ends = np.cumsum(self.sizes)
        return [slice(int(end - size), int(end)) for size, end in zip(self.sizes, ends, strict=True)]


def fit_graded(codes: Codes, counts: Array, sizes: Sequence[int]) -> GradedFit:
    """Return the graded response model of rows of answers: logit P(step ≥ j) = cut j + slope · trait.

    The trait is standard normal, on 61 nodes from −6 to 6. EM first, and Newton's method with the observed information
    (Louis) to the end, whose inverse is the covariance.

    codes : rows × items, steps from 0, −1 where there is no answer. counts : how many gave each row.
    sizes : steps of each item, each of them chosen by someone.

    References: Samejima (1969), Psychometrika Monograph 17; Bock & Aitkin (1981), Psychometrika 46:443–459; Louis
    (1982), J R Stat Soc B 44:226–233.
    In R: ``mirt::mirt(items, 1, itemtype = "graded", TOL = 1e-8)``
    """
    answers = _answers(codes, counts, sizes)
    values = _start(codes, counts, answers)
    for near in NEAR:
        values, now = _em(values, answers, near)
        fit = _newton(_turned(values), now, answers)
        if fit.converged:
            break
    return fit


def steps_at(values: Array, nodes: Array) -> Array:
    """Return how likely each step of an item is at each place of the trait: nodes × steps."""
    return shares_of(_logits(values, nodes))[1]


def slopes_at(values: Array, nodes: Array) -> Array:
    """Return how fast each step becomes more likely along the trait: nodes × steps."""
    density = _densities(values, nodes)
    return values[-1] * (np.pad(density, ((0, 0), (1, 0))) - np.pad(density, ((0, 0), (0, 1))))


def _logits(values: Array, nodes: Array) -> Array:
    return values[np.newaxis, :-1] + values[-1] * nodes[:, np.newaxis]


def _densities(values: Array, nodes: Array) -> Array:
    logits = _logits(values, nodes)
    density: Array = special.expit(logits) * special.expit(-logits)
    return density


def _answers(codes: Codes, counts: Array, sizes: Sequence[int]) -> _Answers:
    chosen = [codes[:, [item]] == np.arange(size) for item, size in enumerate(sizes)]
    return _Answers(chosen=np.hstack(chosen).astype(float), counts=counts, sizes=tuple(sizes))


def _start(codes: Codes, counts: Array, answers: _Answers) -> tuple[Array, ...]:
    """Return cuts from the margins and slopes of ±1: − where an item goes against the sum of the others."""
    answered = codes >= 0
    centred = np.where(answered, codes - np.average(np.maximum(codes, 0), axis=0, weights=counts), 0.0)
    spread = np.sqrt(np.average(centred**2, axis=0, weights=counts))
    standard = centred / np.where(spread > 0, spread, 1.0)
    along = (counts[:, np.newaxis] * standard).T @ standard
    leading = np.linalg.eigh(along)[1][:, -1]
    sign = np.where(leading * np.sign(leading.sum() or 1.0) < 0, -1.0, 1.0)
    values = []
    for part, way in zip(answers.parts(), sign, strict=True):
        own = answers.counts @ answers.chosen[:, part]
        passed = np.cumsum(own[::-1])[::-1][1:] / own.sum()
        values.append(np.append(1.2 * special.logit(passed), way))
    return tuple(values)


def _posterior(values: tuple[Array, ...], answers: _Answers) -> tuple[Array, Array]:
    """Return how likely each node is for each row, and each row's log-likelihood."""
    table = np.vstack([np.log(np.maximum(steps_at(own, NODES), LEAST)).T for own in values])
    logs = answers.chosen @ table + np.log(WEIGHTS)
    highest = logs.max(axis=1, keepdims=True)
    likely = np.exp(logs - highest)
    total = likely.sum(axis=1, keepdims=True)
    return likely / total, (np.log(total) + highest)[:, 0]


def _expected(posterior: Array, answers: _Answers) -> Array:
    """Return how many at each node chose each step: nodes × (all items' steps)."""
    return (posterior * answers.counts[:, np.newaxis]).T @ answers.chosen


def _em(values: tuple[Array, ...], answers: _Answers, near: float) -> tuple[tuple[Array, ...], float]:
    before, design = -np.inf, NODES[:, np.newaxis]
    for _ in range(CYCLES):
        posterior, logs = _posterior(values, answers)
        now = float(answers.counts @ logs)
        if now - before < near or _too_steep(values):
            break
        before, expected = now, _expected(posterior, answers)
        values = tuple(
            _better(own, design, expected[:, part]) for own, part in zip(values, answers.parts(), strict=True)
        )
    return values, now


def _better(values: Array, design: Array, counts: Array) -> Array:
    """Return an item's values after one step of Newton's method towards what is expected."""
    gradient, curvature = slopes(values, design, counts)
    step = np.asarray(np.linalg.lstsq(curvature, gradient, rcond=None)[0], dtype=float)
    return climbed(values, step, likelihood_of(values, design, counts), design, counts)[0]


def _turned(values: tuple[Array, ...]) -> tuple[Array, ...]:
    """Return the trait turned so that most items rise with it."""
    if sum(own[-1] for own in values) >= 0:
        return values
    return tuple(np.append(own[:-1], -own[-1]) for own in values)


def _newton(values: tuple[Array, ...], now: float, answers: _Answers) -> GradedFit:
    converged = False
    covariance = np.full((sum(answers.sizes),) * 2, np.nan)
    for _ in range(STEPS):
        if _too_steep(values):
            break
        gradient, information = _information(values, _posterior(values, answers)[0], answers)
        if not _positive(information):
            break
        step: Array = np.asarray(np.linalg.solve(information, gradient), dtype=float)
        converged = bool(np.abs(step).max() < SETTLED)
        if converged:
            break
        moved = _uphill(values, step, now, answers)
        if moved is None:
            # Rounding alone is left where so short a step no longer climbs.
            converged = bool(np.abs(step).max() < 1e-4)
            break
        values, now = moved
    posterior, logs = _posterior(values, answers)
    covariance = np.asarray(np.linalg.inv(information)) if converged else covariance
    return GradedFit(
        values=values,
        covariance=covariance,
        log_likelihood=float(answers.counts @ logs),
        posterior=posterior,
        converged=converged,
    )


def _too_steep(values: tuple[Array, ...]) -> bool:
    return max(abs(own[-1]) for own in values) > STEEPEST


def _positive(matrix: Array) -> bool:
    return bool(np.linalg.eigvalsh(matrix)[0] > 0)


def _uphill(
    values: tuple[Array, ...], step: Array, now: float, answers: _Answers
) -> tuple[tuple[Array, ...], float] | None:
    ends = np.cumsum([len(own) for own in values])[:-1]
    for _ in range(20):
        moved = tuple(own + part for own, part in zip(values, np.split(step, ends), strict=True))
        if all((np.diff(own[:-1]) < 0).all() for own in moved):
            reached = float(answers.counts @ _posterior(moved, answers)[1])
            if reached >= now:
                return moved, reached
        step = step / 2
    return None


def _information(values: tuple[Array, ...], posterior: Array, answers: _Answers) -> tuple[Array, Array]:
    """Return the gradient and the observed information of the values of all items.

    What would be known if the trait were, less what is not because it is not: how much the rows' gradients vary over
    the nodes that are likely for them.
    """
    expected, ends = _expected(posterior, answers), np.cumsum(answers.sizes)
    gradient, information = np.zeros(ends[-1]), np.zeros((ends[-1], ends[-1]))
    scores = np.zeros((len(NODES), ends[-1], ends[-1]))
    means = np.zeros((len(posterior), ends[-1]))
    # An item has as many values, its cuts and its slope, as steps: both lie in the same places.
    for own, part in zip(values, answers.parts(), strict=True):
        gradient[part], information[part, part] = slopes(own, NODES[:, np.newaxis], expected[:, part])
        scores[:, part, part] = _scores(own)
        averaged = np.tensordot(posterior, scores[:, part, part], axes=1)
        means[:, part] = np.einsum("rs,rsv->rv", answers.chosen[:, part], averaged)
    information -= (scores.transpose(0, 2, 1) @ _together(posterior, answers) @ scores).sum(axis=0)
    return gradient, information + means.T @ (means * answers.counts[:, np.newaxis])


def _together(posterior: Array, answers: _Answers) -> Array:
    """Return how many at each node chose both of two steps: nodes × (all items' steps) × (all items' steps)."""
    weighted = posterior * answers.counts[:, np.newaxis]
    both = [weighted[chose].T @ answers.chosen[chose] for chose in answers.chosen.T > 0]
    return np.array(both).transpose(1, 0, 2)


def _scores(values: Array) -> Array:
    """Return the slope of each step's log-likelihood at each node along the item's values: nodes × steps × values."""
    density, steps = _densities(values, NODES), np.maximum(steps_at(values, NODES), LEAST)
    cuts = density.shape[1]
    scores = np.zeros((len(NODES), cuts + 1, cuts + 1))
    place = np.arange(cuts)
    scores[:, place + 1, place] = density / steps[:, 1:]
    scores[:, place, place] = -density / steps[:, :-1]
    scores[:, :, cuts] = scores[:, :, :cuts].sum(axis=2) * NODES[:, np.newaxis]
    return scores
