"""Where each förbund lies when its own answers are weighed together with the country's, and what sets them apart.

A unit's raw level holds its own chance too, most where answers are few. The shrunken level moves it towards the mean
by as much as the answers are unsure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import special

from finsam_eval.compare.frames import NO_ANSWERS, validate_deff
from finsam_eval.compare.unit_arrays import unit_counts, unit_deff, unit_means
from finsam_eval.errors import WrongShape
from finsam_eval.results import LEVEL, Estimate, Status, no_value, validate_level
from finsam_eval.stats import RandomIntercept, linear_intercept, logistic_intercept

Array = NDArray[np.float64]
Scale = Literal["logit", "identity"]

FEWEST_UNITS = 3

TOO_FEW = "Färre än tre enheter har svar; hur mycket enheter skiljer sig utöver slumpen går inte att skatta."
ALL_EQUAL = "Alla svar är lika; enheterna går inte att skilja åt."
NO_SPREAD = "Svaren skiljer sig inte inom någon enhet; vad som är slump går inte att skatta."
NOT_FOUND = "Enheterna skiljer sig så mycket att modellen inte kan skatta hur mycket."
NO_DIFFERENCE = "Enheterna går inte att skilja åt: de skiljer sig inte mer än slumpen ger."
NEVER = "Inget antal svar räcker: enheterna skiljer sig inte mer än slumpen ger."
PERHAPS_NEVER = "Övre gräns saknas: att enheterna inte skiljer sig alls kan inte uteslutas."

LOGISTIC = "logistisk modell med slumpmässig nivå, adaptiv Gauss–Hermite"
LINEAR = "linjär modell med slumpmässig nivå, REML"
NUMBERS = [f"{name}{limit}" for name in ("mean", "variance", "icc") for limit in ("", "_lower", "_upper")]
NEEDED = "svar för en reliabilitet på "


@dataclass(frozen=True, kw_only=True, slots=True)
class Shrunken:
    """Every unit's level, raw and shrunken, in the order given, and how much the units differ.

    `units` has a row per unit: n, raw, shrunken, lower, upper, reliability (between / (between + v), v the unit's
    sampling variance), position and own_se (where the unit lies on the model's scale and how surely, apart from what
    all share; ranks are drawn from them), status and reason.
    `mean` is the level of a typical unit. `variance` is that between units, on `scale`: in logits for shares.
    `icc` is one answer's reliability, for shares linearised at the mean. A variance of 0 is an answer; `reason` then
    says that the units cannot be told apart. Numbers are None unless `status` is OK. `tested` counts units with
    answers, `n` answers.
    """

    units: pd.DataFrame
    mean: float | None
    mean_lower: float | None
    mean_upper: float | None
    variance: float | None
    variance_lower: float | None
    variance_upper: float | None
    icc: float | None
    icc_lower: float | None
    icc_upper: float | None
    scale: Scale
    tested: int
    n: int
    level: float
    method: str
    status: Status
    reason: str

    def to_frame(self) -> pd.DataFrame:
        """One row per unit, with mean, variance, icc and the method in every row."""
        return self.units.reset_index().assign(
            mean=self.mean, variance=self.variance, icc=self.icc, level=self.level, method=self.method
        )


def shrink_proportions(
    x: ArrayLike, n: ArrayLike, *, deff: ArrayLike = 1.0, centre: float | None = None, level: float = LEVEL
) -> Shrunken:
    """Return the units' shares x / n, shrunken by a logistic model with a random intercept.

    The likelihood is integrated by adaptive Gauss–Hermite quadrature with 25 points. Limits of the variance are those
    of the profile likelihood; a unit's limits include that the mean and the variance are estimated. The icc is
    between · p(1 − p) / (1 + between · p(1 − p)) at the mean level p.

    x, n : whole numbers with 0 ≤ x ≤ n, one per unit; a Series gives the units their names.
    deff : design effect of all units or of each; the model then counts x / deff of n / deff answers. Without it the
        variance between units holds some of that between insatser.
    centre : the share that units are drawn towards, where it is known from more than these units, such as the
        country's when some förbund are hidden; it then is `mean`. The variance is still that around their own mean,
        so that a selection of units does not look like difference between them.
    Missing: units without answers have status "inga data". Fewer than three with answers, or all answers equal, give a
        status and a Swedish reason, as does a variance too large to estimate ("konvergerade inte").

    Raises
    ------
    WrongShape
        When counts, deff, level or centre (between 0 and 1) are out of range, or x and n name different units.

    References: `stats.logistic_intercept`.
    In R: ``m <- lme4::glmer(cbind(x, n - x) ~ 1 + (1 | unit), family = binomial, nAGQ = 25)``, then
    ``plogis(coef(m)$unit)``, ``lme4::VarCorr(m)``, ``confint(m, "theta_")``
    """
    units, level = unit_counts(x, n), validate_level(level)
    if centre is not None and not 0 < centre < 1:
        raise WrongShape(f"centre must lie between 0 and 1, got {centre}")
    effective = units[["x", "n"]].div(unit_deff(deff, units), axis=0)
    known = effective[units["n"] > 0]
    alike = known["x"].sum() in (0, known["n"].sum())
    status, reason = _obstacle(known, ALL_EQUAL if alike else "")
    fit = logistic_intercept(known["x"], known["n"], level, centre) if status is Status.OK else None
    return _shrunken(units, effective["n"], fit, "logit", level, LOGISTIC, status, reason)


def shrink_moments(mean: ArrayLike, sd: ArrayLike, n: ArrayLike, *, level: float = LEVEL) -> Shrunken:
    """Return the units' means, shrunken by a linear model with a random intercept (REML).

    mean, sd and n of each unit are all the model needs, so published numbers are enough; `moments` makes them of
    counts per code, and ``values.groupby(unit).agg(["mean", "std", "count"])`` of single answers.

    mean, sd, n : one per unit; sd with divisor n − 1, nan where n < 2, mean nan where n is 0.
    Missing: as in `shrink_proportions`; also where answers differ within no unit.

    Raises
    ------
    WrongShape
        When n, mean, sd or level are out of range, or name different units.

    References: `stats.linear_intercept`.
    In R: ``m <- lme4::lmer(value ~ 1 + (1 | unit))``, then ``coef(m)$unit``, ``lme4::VarCorr(m)``
    """
    units, level = unit_means(mean, sd, n), validate_level(level)
    known = units[units["n"] > 0]
    squares = float(((known["n"] - 1) * known["sd"].fillna(0) ** 2).sum())
    status, reason = _obstacle(known, "" if squares > 0 else NO_SPREAD)
    fit = linear_intercept(known["value"], squares, known["n"], level) if status is Status.OK else None
    return _shrunken(units, units["n"], fit, "identity", level, LINEAR, status, reason)


def shrink_means(values: ArrayLike, unit: ArrayLike, *, level: float = LEVEL) -> Shrunken:
    """Return the units' means, shrunken by a linear model with a random intercept, from single answers.

    values, unit : one entry per answer; nan = no answer, left out. Units come in the order they first stand.
    All else is as in `shrink_moments`.

    Raises
    ------
    WrongShape
        When values and unit are not equally long, values not numbers, or an entry has no unit.

    In R: ``m <- lme4::lmer(value ~ 1 + (1 | unit))``, then ``coef(m)$unit``
    """
    answers, units = np.asarray(values, dtype=float), np.asarray(unit)
    if answers.ndim != 1 or answers.shape != units.shape or pd.isna(units).any():
        raise WrongShape(
            f"values and unit must be equally long rows, all with a unit; got {answers.shape}, {units.shape}"
        )
    told = pd.Series(answers).groupby(units, sort=False).agg(["mean", "std", "count"])
    return shrink_moments(told["mean"], told["std"], told["count"], level=level)


def moments(counts: pd.DataFrame) -> pd.DataFrame:
    """Return mean, sd (divisor n − 1) and n of each unit, from how many gave each code.

    counts : one row per unit, one column per code, named by it; whole numbers.
    Missing: the mean is nan where n is 0, the sd where n < 2.

    Raises
    ------
    WrongShape
        When a column is not named by a number, or holds other than whole numbers, 0 or above.
    """
    codes = pd.to_numeric(pd.Series(counts.columns.astype("str")), errors="coerce").to_numpy(dtype=float)
    whole = all(pd.api.types.is_integer_dtype(kind) for kind in counts.dtypes)
    if not np.isfinite(codes).all() or not whole or (counts.to_numpy() < 0).any():
        raise WrongShape("counts must hold whole numbers, 0 or above, in columns named by the codes of the scale")
    answers = counts.to_numpy(dtype=float)
    n = answers.sum(axis=1)
    mean = answers @ codes / np.where(n > 0, n, np.nan)
    squares = (answers * (codes - mean[:, np.newaxis]) ** 2).sum(axis=1)
    table = {"mean": mean, "sd": np.sqrt(squares / np.where(n > 1, n - 1, np.nan)), "n": n.astype(np.int64)}
    return pd.DataFrame(table, index=counts.index)


def answers_needed(source: Shrunken | float, reliability: float = 0.7, *, deff: float = 1.0) -> Estimate:
    """Return how many answers give a unit's mean this reliability: r (1 − ICC) / ((1 − r) ICC) · deff, unrounded.

    The limits are those of the ICC turned round. Where units do not differ the number is infinite, and `reason` says
    so in words; so it does where only the upper limit is infinite.

    source : shrunken units, or an ICC from elsewhere; that has no limits.
    deff : design effect of answers within a unit.
    Missing: where the shrunken units have no ICC their status and reason are passed on.

    Raises
    ------
    WrongShape
        When reliability is not between 0 and 1, deff out of range, or an ICC not from 0 to 1.

    References: Spearman–Brown; Bliese (2000), in Klein & Kozlowski (eds), Multilevel Theory, 349–381, ICC(2).
    """
    if not 0 < reliability < 1:
        raise WrongShape(f"reliability must lie between 0 and 1, got {reliability}")
    factor = reliability / (1 - reliability) * validate_deff(deff)
    method = NEEDED + f"{reliability:g}".replace(".", ",")
    if isinstance(source, Shrunken):
        if source.icc is None or source.icc_lower is None or source.icc_upper is None:
            return no_value(source.status, source.reason, method=method, n=source.n, level=source.level)
        upper = factor * _odds_against(source.icc_lower)
        reason = NEVER if source.icc == 0 else PERHAPS_NEVER if np.isinf(upper) else ""
        return Estimate(
            value=factor * _odds_against(source.icc),
            lower=factor * _odds_against(source.icc_upper),
            upper=upper,
            level=source.level,
            method=method,
            n=source.n,
            reason=reason,
        )
    if not 0 <= source <= 1:
        raise WrongShape(f"an ICC must lie between 0 and 1, got {source}")
    value = factor * _odds_against(source)
    reason = NEVER if source == 0 else ""
    return Estimate(value=value, lower=None, upper=None, level=LEVEL, method=method, n=0, reason=reason)


def _odds_against(icc: float) -> float:
    return (1 - icc) / icc if icc > 0 else float("inf")


def _obstacle(known: pd.DataFrame, alike: str) -> tuple[Status, str]:
    if known.empty:
        return Status.NO_DATA, NO_ANSWERS
    if len(known) < FEWEST_UNITS:
        return Status.NOT_APPLICABLE, TOO_FEW
    return (Status.NOT_APPLICABLE, alike) if alike else (Status.OK, "")


def _shrunken(
    units: pd.DataFrame,
    size: pd.Series,
    fit: RandomIntercept | None,
    scale: Scale,
    level: float,
    method: str,
    status: Status,
    reason: str,
) -> Shrunken:
    if fit is not None and not fit.converged:
        fit, status, reason = None, Status.NOT_CONVERGED, NOT_FOUND
    if fit is not None and fit.between == 0:
        reason = NO_DIFFERENCE
    known = (units["n"] > 0).to_numpy()
    return Shrunken(
        units=_rows(units, size, known, fit, scale, level, status, reason),
        **(dict.fromkeys(NUMBERS) if fit is None else _numbers(fit, scale, level, int(known.sum()))),
        scale=scale,
        tested=int(known.sum()),
        n=int(units["n"].sum()),
        level=level,
        method=method,
        status=status,
        reason=reason,
    )


def _numbers(fit: RandomIntercept, scale: Scale, level: float, k: int) -> dict[str, Any]:
    half = float(special.stdtrit(k - 1, (1 + level) / 2)) * fit.mean_se
    mean, lower, upper = _back(np.array([fit.mean, fit.mean - half, fit.mean + half]), scale).tolist()
    spread = (fit.between, fit.between_lower, fit.between_upper, fit.icc, fit.icc_lower, fit.icc_upper)
    return dict(zip(NUMBERS, (mean, lower, upper, *spread), strict=True))


def _rows(
    units: pd.DataFrame,
    size: pd.Series,
    known: NDArray[np.bool_],
    fit: RandomIntercept | None,
    scale: Scale,
    level: float,
    status: Status,
    reason: str,
) -> pd.DataFrame:
    names = ["shrunken", "lower", "upper", "reliability", "position", "own_se"]
    found = {name: np.full(len(units), np.nan) for name in names}
    if fit is not None:
        half = float(special.ndtri((1 + level) / 2)) * fit.levels_se
        limits = [_back(position, scale) for position in (fit.levels, fit.levels - half, fit.levels + half)]
        sampling = fit.within / size.to_numpy()[known]
        columns = [*limits, fit.between / (fit.between + sampling), fit.levels, fit.own_se]
        for name, column in zip(names, columns, strict=True):
            found[name][known] = column
    words = {
        "status": np.where(known, status.value, Status.NO_DATA.value),
        "reason": np.where(known, "" if fit is not None else reason, NO_ANSWERS),
    }
    texts = {name: pd.Series(column, index=units.index, dtype="str") for name, column in words.items()}
    return pd.DataFrame({"n": units["n"], "raw": units["value"], **found, **texts}, index=units.index)


def _back(position: Array, scale: Scale) -> Array:
    return np.asarray(special.expit(position)) if scale == "logit" else position
