"""Known worlds: countries whose truth is set beforehand, drawn many times over with numpy alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]

MOST_INSATSER = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class Design:
    """A country of förbund: how many, how large, how alike answers in one insats are, and who truly deviates.

    `share` is the true share of positive answers of an ordinary förbund; `deviation` what the `deviating` share of
    förbund truly lie above or below it, each with probability ½. Numbers of answers are lognormal with this median and
    log-sd; a förbund has 1 to 6 insatser, each number as likely, of uneven sizes (Dirichlet 3).
    """

    name: str
    share: float
    deviation: float
    icc: float
    forbund: int = 36
    median: int = 50
    log_sd: float = 0.8
    deviating: float = 0.2


@dataclass(frozen=True, kw_only=True, slots=True)
class Countries:
    """Replicates of one design: answers `n` and positive answers `x`, shape (replicates, förbund, insatser).

    `truth` is each förbund's true share and `deviates` whether it is another than the ordinary.
    """

    n: Counts
    x: Counts
    truth: Floats
    deviates: NDArray[np.bool_]


FLAGS = [
    Design(name="ingen avviker, ICC 0", share=0.70, deviation=0.0, icc=0.0),
    Design(name="ingen avviker, ICC .05", share=0.70, deviation=0.0, icc=0.05),
    Design(name="ingen avviker, ICC .05, tak", share=0.90, deviation=0.0, icc=0.05),
    Design(name="20 % avviker 10, ICC .05", share=0.70, deviation=0.10, icc=0.05),
    Design(name="20 % avviker 15, ICC .05", share=0.70, deviation=0.15, icc=0.05),
    Design(name="20 % avviker 15, ICC 0", share=0.70, deviation=0.15, icc=0.0),
]


def draw(design: Design, replicates: int, seed: int) -> Countries:
    """Return replicates of a design; the same seed gives the same countries."""
    rng, shape = np.random.default_rng(seed), (replicates, design.forbund)
    answers = np.maximum(1, np.rint(np.exp(rng.normal(np.log(design.median), design.log_sd, shape)))).astype(np.int64)
    insatser = np.minimum(rng.integers(1, MOST_INSATSER + 1, shape), answers)
    weight = rng.gamma(3, size=(*shape, MOST_INSATSER)) * (np.arange(MOST_INSATSER) < insatser[..., np.newaxis])
    n = rng.multinomial(answers, weight / weight.sum(axis=-1, keepdims=True))

    deviates = np.zeros(shape, dtype=bool)
    if design.deviation:
        deviates[:, : round(design.deviating * design.forbund)] = True  # sizes are drawn anew for each place
    side = rng.choice([-1.0, 1.0], size=shape)
    truth = design.share + deviates * side * design.deviation
    share = np.broadcast_to(truth[..., np.newaxis], n.shape)
    if design.icc:
        spread = (1 - design.icc) / design.icc
        share = rng.beta(share * spread, (1 - share) * spread)
    return Countries(n=n, x=rng.binomial(n, share), truth=truth, deviates=deviates)
