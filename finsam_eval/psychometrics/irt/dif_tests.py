"""One item, several groups: tests of whether those with the same score answer alike."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from finsam_eval.psychometrics.answers import Array
from finsam_eval.stats.ordered import fit_ordered

Codes = NDArray[np.int64]


class Logistic(NamedTuple):
    """Likelihood ratio tests of an item, with what each explains (Nagelkerke's R²); nan where a fit has no maximum.

    uniform : the groups differ alike at every score; nonuniform : the more the higher, or lower, the score; total : in
    either way. log_odds : the second group's log odds of a higher step, and their standard error, of two groups; nan of
        more.
    """

    chisq_uniform: float
    p_uniform: float
    chisq_nonuniform: float
    p_nonuniform: float
    chisq: float
    p: float
    df: int
    r2_uniform: float
    r2_nonuniform: float
    r2: float
    log_odds: float
    log_odds_se: float


class Mantel(NamedTuple):
    """Mantel's chi-square of one degree of freedom, and how much higher the second group answers at the same score.

    difference : in steps, each score weighted by the second group's persons at it; standardised : in standard
    deviations of all answers to the item. nan where no score has both groups.
    """

    chisq: float
    p: float
    difference: float
    standardised: float


def ordinal_logistic(answers: Codes, score: Codes, group: Codes) -> Logistic:
    """Return tests of an item by ordinal logistic regression on the score, the groups and their product.

    answers : steps from 0, score : whole, group : from 0; one each per person.

    References: Zumbo (1999), A Handbook on the Theory and Methods of DIF; Nagelkerke (1991), Biometrika 78:691–692.
    In R: the difference in logLik between ``MASS::polr(answer ~ score)``, ``~ score + group`` and ``~ score * group``
    """
    used = np.unique(answers, return_inverse=True)[1]
    scores, place = np.unique(score, return_inverse=True)
    groups = int(group.max()) + 1
    counts = np.zeros((scores.size * groups, int(used.max()) + 1))
    np.add.at(counts, (place * groups + group, used), 1)
    kept = counts.sum(axis=1) > 0
    level = np.repeat((scores - score.mean()) / max(score.std(), 1e-12), groups)[kept]
    member = np.tile(np.eye(groups)[:, 1:], (scores.size, 1))[kept]
    return _compared(counts[kept], level[:, np.newaxis], member)


def _compared(counts: Array, level: Array, member: Array) -> Logistic:
    designs = [level[:, :0], level, np.hstack([level, member]), np.hstack([level, member, level * member])]
    fits = [fit_ordered(design, counts) for design in designs]
    likelihoods = np.array([fit.log_likelihood for fit in fits])
    n, df = counts.sum(), member.shape[1]
    # What a model explains is divided by the most that one could, 1 − L(nothing)^(2/n).
    r2 = -np.expm1(2 * (likelihoods[0] - likelihoods) / n) / -np.expm1(2 * likelihoods[0] / n)
    chisq = np.maximum(2 * (likelihoods[[2, 3, 3]] - likelihoods[[1, 2, 1]]), 0.0)
    p = special.chdtrc([df, df, 2 * df], chisq)
    return Logistic(
        chisq_uniform=float(chisq[0]),
        p_uniform=float(p[0]),
        chisq_nonuniform=float(chisq[1]),
        p_nonuniform=float(p[1]),
        chisq=float(chisq[2]),
        p=float(p[2]),
        df=2 * df,
        r2_uniform=float(r2[2] - r2[1]),
        r2_nonuniform=float(r2[3] - r2[2]),
        r2=float(r2[3] - r2[1]),
        log_odds=float(fits[2].coefficients[1]) if df == 1 else float("nan"),
        log_odds_se=float(fits[2].errors[1]) if df == 1 else float("nan"),
    )


def mantel(answers: Codes, score: Codes, group: Codes) -> Mantel:
    """Return Mantel's test of an item, without continuity correction, and the standardised mean difference.

    answers, score : as for `ordinal_logistic`; group : 0 or 1, the second being compared with the first.

    References: Mantel (1963), JASA 58:690–700; Dorans & Schmitt (1991), ETS RR-91-47; Zwick, Thayer & Mazzeo (1997),
    Appl Meas Educ 10:321–344.
    In R, of two steps: ``mantelhaen.test(answer, group, score, correct = FALSE)``
    """
    place = np.unique(score, return_inverse=True)[1]
    second = group == 1

    def summed(values: ArrayLike) -> Array:
        return np.bincount(place, values, int(place.max()) + 1).astype(float)

    n, m = summed(np.ones(len(answers))), summed(second.astype(float))
    total, squares, own = summed(answers), summed(answers**2.0), summed(answers * second)
    both = (m > 0) & (m < n)
    if not both.any():
        return Mantel(*[float("nan")] * 4)
    n, m, total, squares, own = (column[both] for column in (n, m, total, squares, own))
    expected = m * total / n
    variance = float((m * (n - m) / (n**2 * (n - 1)) * (n * squares - total**2)).sum())
    difference = float((m * (own / m - (total - own) / (n - m))).sum() / m.sum())
    if variance <= 0:
        return Mantel(*[float("nan")] * 4)
    chisq = float((own - expected).sum() ** 2 / variance)
    return Mantel(chisq, float(special.chdtrc(1, chisq)), difference, difference / float(answers.std(ddof=1)))
