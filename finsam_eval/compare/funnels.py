"""Does a förbund lie further from the country than chance and ordinary spread explain? Flags, and the line they follow.

One line is drawn, a function of the number of answers, and a unit is flagged exactly when its value lies outside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from finsam_eval.compare.frames import EFFECTIVE, NO_ANSWERS
from finsam_eval.compare.funnel_line import BEYOND, Array, Line, percent
from finsam_eval.compare.unit_arrays import ordered_levels, unit_counts, unit_deff, unit_errors, unit_means
from finsam_eval.errors import UnknownName, WrongShape
from finsam_eval.results import Status
from finsam_eval.stats import benjamini_hochberg, dispersion, winsorised

Spread = Literal["phi", "tau2"]

LEVELS = (0.95, 0.998)
"""What the two lines of a funnel are by custom."""

TENTH = 0.1
"""The share at each end for the winsorised φ and τ² that are told beside the raw ones."""

ONE_UNIT = "Endast en enhet har svar; det finns inget att jämföra den med."
ALL_EQUAL = "Alla svar är lika; enheterna går inte att skilja åt."
NO_SPREAD = "Svaren skiljer sig inte inom någon enhet; hur långt isär enheterna får ligga av slump går inte att skatta."

SCALES = {"exact": "Spiegelhalter, exakt", "arcsine": "normal på arcsinusskala", "identity": "normal"}
NAMES = {"phi": "φ", "tau2": "τ²"}
AGAINST_OTHERS = "; den som har över en tiondel av svaren mot övriga"
FOUND_NONE = "; ingen överspridning"
"""Parts of `method`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Funnel:
    """Every unit beside the centre, in the order given.

    `units` has a row per unit: n, value, lower_95, upper_95, lower_99.8, upper_99.8 (the line at its n), z, p,
    p_adjusted (Benjamini–Hochberg over the tested units), flag ("", "över 95", "under 99,8" …), status and reason.
    `phi` and `tau2` are raw; `phi_winsorised` and `tau2_winsorised` with the share `winsorise` moved in at each end,
    a tenth if none was asked for; None where fewer than two units have answers. `tested` counts units, `n` answers.
    """

    units: pd.DataFrame
    centre: float | None
    phi: float | None
    tau2: float | None
    phi_winsorised: float | None
    tau2_winsorised: float | None
    winsorise: float
    tested: int
    n: int
    method: str
    status: Status
    reason: str
    line: Line | None

    def limits(self, n: ArrayLike, *, deff: ArrayLike | None = None) -> pd.DataFrame:
        """Return the drawn line at each number of answers n: n, lower_95, upper_95 and so on.

        deff : the design effect to draw for; that of the units unless they have one each.

        Raises
        ------
        WrongShape
            Where there is no line (`status` says why), n is not whole numbers, or deff is missing.
        """
        if self.line is None:
            raise WrongShape(f"this funnel has no line to draw; its status is {self.status.value!r}")
        return self.line.at(n, deff)

    def to_frame(self) -> pd.DataFrame:
        """One row per unit, with the centre and the method in every row."""
        return self.units.reset_index().assign(centre=self.centre, method=self.method)


def funnel(
    x: ArrayLike,
    n: ArrayLike,
    *,
    deff: ArrayLike = 1.0,
    target: float | None = None,
    levels: Sequence[float] = LEVELS,
    overdispersion: Spread | None = None,
    winsorise: float = 0.0,
) -> Funnel:
    """Return which units' shares x / n lie outside a funnel around the pooled share, or around a target.

    Without overdispersion and with deff 1 the limits are exact: binomial, interpolated between counts. Otherwise
    asin √((x + 3/8) / (n + 3/4)) is taken as normal with variance deff / (4n + 2), times φ ("phi") or plus τ² ("tau2").
    There the variance does not depend on the unit's own share, so one line serves all units, and τ² has a meaning.
    With 3/8 and 3/4 small units where nearly all agree are not flagged for being small, as on the plain arcsine.
    A unit with more than a tenth of all answers is compared with the others: by Fisher's exact test where limits are
    exact, else by the two-sample z. Given the country both depend on its n alone, so the line narrows beyond a tenth
    of all answers, and flag and line agree there too; the others' share is never told.

    x, n : whole numbers with 0 ≤ x ≤ n, one per unit; a Series gives the units their names.
    deff : one design effect for all, or one per unit, at least 1.
    target : a centre from elsewhere; then no unit is compared with the others.
    winsorise : the share at each end that is moved in before φ and τ² are used, such as 0.1. With it a few strong
        outliers do not widen the line they are judged by; raw and winsorised are both told.
    Missing: units without answers have status "inga data". No answers at all, one unit alone without a target, or all
        answers equal give a status and a Swedish reason.

    Raises
    ------
    WrongShape
        When counts, deff, target, levels or winsorise are out of range, or x and n name different units.
    UnknownName
        When overdispersion is none of "phi", "tau2" and None.

    References: Spiegelhalter (2005), Statistics in Medicine 24:1185–1202, with the upper limits of
        `stats.interpolated_limits`; Anscombe (1948), Biometrika 35:246–254, for the arcsine. φ and τ² are those of
        `stats.dispersion` on the plain arcsine, as others publish them.
    In R, φ and τ²: ``FunnelPlotR::funnel_plot(data_type = "PR", trim_by = 0.1)``
    """
    if target is not None and not 0 < target < 1:
        raise WrongShape(f"target must be a share between 0 and 1 (0.3 for 30 %), got {target}")
    asked = _asked(target, levels, overdispersion, winsorise)
    units = unit_counts(x, n)
    units["deff"] = unit_deff(deff, units)
    equal = target is None and units["x"].sum() in (0, units["n"].sum())
    return _judge(units, 0.25, asked, _obstacle(units, target, ALL_EQUAL if equal else ""), shares=True)


def funnel_of_means(
    mean: ArrayLike,
    sd: ArrayLike,
    n: ArrayLike,
    *,
    deff: ArrayLike = 1.0,
    target: float | None = None,
    levels: Sequence[float] = LEVELS,
    overdispersion: Spread | None = None,
    winsorise: float = 0.0,
) -> Funnel:
    """Return which units' means lie outside a funnel around the mean of all answers, or around a target.

    Limits are normal with the standard deviation pooled within units, s² = Σ(n − 1)sd² / Σ(n − 1): with each unit's
    own, a unit near the end of the scale would get a narrow line because of where it lies, and there would be no one
    line to draw. Everything else is as in `funnel`.

    mean, sd, n : one per unit; sd with divisor n − 1, nan where n < 2, mean nan where n is 0. `shrinkage.moments`
        makes them of counts per code.
    Missing: as in `funnel`; also where answers differ within no unit.

    Raises
    ------
    WrongShape, UnknownName
        As `funnel`.

    References: as `funnel`.
    In R, s: ``summary(lm(value ~ unit))$sigma``
    """
    if target is not None and not np.isfinite(target):
        raise WrongShape(f"target must be a number, got {target}")
    asked = _asked(target, levels, overdispersion, winsorise)
    units = unit_means(mean, sd, n)
    units["deff"] = unit_deff(deff, units)
    freedom = (units["n"] - 1).clip(lower=0)
    variance = float((freedom * units["sd"].fillna(0) ** 2).sum()) / max(int(freedom.sum()), 1)
    return _judge(units, variance, asked, _obstacle(units, target, "" if variance > 0 else NO_SPREAD), shares=False)


def funnel_means(
    value: ArrayLike,
    se: ArrayLike,
    *,
    target: float | None = None,
    levels: Sequence[float] = LEVELS,
    overdispersion: Spread | None = None,
    winsorise: float = 0.0,
) -> Funnel:
    """Return which units' values, means or others, lie outside a funnel around their weighted mean, or around a target.

    For values whose standard errors are known but not how they were made. Each weighs by its precision, 1 / se², which
    stands where `funnel` has n: in `units` as `precision`, and in `limits`. `n` counts the units. All else is as in
    `funnel_of_means`, which has one line over the number of answers and is better where sd and n are known.

    value, se : one per unit; se above 0, both nan where there is none.

    Raises
    ------
    WrongShape, UnknownName
        As `funnel`; when se is 0 or below, or one of value and se is missing.

    References: Spiegelhalter (2005), Statistics in Medicine 24:1185–1202, section 2.
    In R: ``metafor::rma(value, sei = se, method = "FE")`` for the centre, "DL" for τ²
    """
    if target is not None and not np.isfinite(target):
        raise WrongShape(f"target must be a number, got {target}")
    asked = _asked(target, levels, overdispersion, winsorise)
    units = unit_errors(value, se)
    found = _judge(units, 1.0, asked, _obstacle(units, target, ""), shares=False)
    return replace(found, units=found.units.rename(columns={"n": "precision"}), n=int((units["n"] > 0).sum()))


class _Asked(NamedTuple):
    target: float | None
    levels: tuple[float, ...]
    spread: str | None
    winsorise: float


class _Known(NamedTuple):
    """The units with answers."""

    n: Array
    value: Array
    deff: Array


def _asked(target: float | None, levels: Sequence[float], spread: str | None, share: float) -> _Asked:
    if spread not in (None, *NAMES):
        raise UnknownName(f"overdispersion must be one of {', '.join(NAMES)}, or None; got {spread!r}")
    if not 0 <= share < 0.5:
        raise WrongShape(f"winsorise must be a share from 0 to below 0.5 (0.1 for a tenth at each end), got {share}")
    return _Asked(target, ordered_levels(levels), spread, share)


def _obstacle(units: pd.DataFrame, target: float | None, alike: str) -> tuple[Status, str]:
    answering = int((units["n"] > 0).sum())
    if answering == 0:
        return Status.NO_DATA, NO_ANSWERS
    if answering == 1 and target is None:
        return Status.NOT_APPLICABLE, ONE_UNIT
    return (Status.NOT_APPLICABLE, alike) if alike else (Status.OK, "")


def _judge(
    units: pd.DataFrame, variance: float, asked: _Asked, obstacle: tuple[Status, str], *, shares: bool
) -> Funnel:
    some = units["n"].to_numpy() > 0
    known = _Known(*(units[name].to_numpy(dtype=float)[some] for name in _Known._fields))
    line, found = None, _Dispersion(None, None, None, None)
    if obstacle[0] is Status.OK:
        plain = _line(known, variance, asked, shares=shares)
        found = _dispersion(plain, known, asked.winsorise or TENTH)
        line = _widened(plain, found, asked)
    return Funnel(
        units=_rows(units, some, {} if line is None else _tested(line, known), asked.levels, obstacle),
        centre=None if line is None else line.centre,
        **found._asdict(),
        winsorise=asked.winsorise or TENTH,
        tested=0 if line is None else len(known.n),
        n=int(units["n"].sum()),
        method=SCALES["exact" if shares else "identity"] if line is None else _method(line, known, asked),
        status=obstacle[0],
        reason=obstacle[1],
        line=line,
    )


def _line(known: _Known, variance: float, asked: _Asked, *, shares: bool) -> Line:
    """Return the line without overdispersion."""
    n, deff = known.n, known.deff
    total, independent = n.sum(), bool((deff == 1).all())
    return Line(
        scale=("exact" if independent and asked.spread is None else "arcsine") if shares else "identity",
        centre=float(n @ known.value / total) if asked.target is None else float(asked.target),
        levels=asked.levels,
        deff=float(deff[0]) if (deff == deff[0]).all() else None,
        variance=variance,
        phi=1.0,
        tau2=0.0,
        total=int(total) if asked.target is None else 0,
        concentration=float(((n / total) ** 2).sum()),
        noise=float((n * deff).sum() * variance / total**2),
    )


class _Dispersion(NamedTuple):
    phi: float | None
    tau2: float | None
    phi_winsorised: float | None
    tau2_winsorised: float | None


def _dispersion(line: Line, known: _Known, share: float) -> _Dispersion:
    if len(known.n) < 2:
        return _Dispersion(None, None, None, None)
    variance = line.variance * known.deff / known.n
    value, centre = known.value, np.asarray(line.centre)
    if line.scale != "identity":
        value, centre = np.arcsin(np.sqrt(value)), np.arcsin(np.sqrt(centre))
    z = (value - centre) / np.sqrt(variance)
    return _Dispersion(*dispersion(z, variance), *dispersion(winsorised(z, share), variance))


def _widened(line: Line, found: _Dispersion, asked: _Asked) -> Line:
    """Return the line with the overdispersion asked for; it never narrows it."""
    raw = not asked.winsorise
    phi, tau2 = (found.phi, found.tau2) if raw else (found.phi_winsorised, found.tau2_winsorised)
    if asked.spread == "phi":
        return replace(line, phi=max(1.0, phi or 1.0))
    return replace(line, tau2=tau2 or 0.0) if asked.spread == "tau2" else line


def _rows(
    units: pd.DataFrame,
    known: NDArray[np.bool_],
    tested: dict[str, NDArray[Any]],
    levels: tuple[float, ...],
    obstacle: tuple[Status, str],
) -> pd.DataFrame:
    names = [f"{side}_{percent(level)}" for level in levels for side in ("lower", "upper")]
    columns = {name: _spread_out(tested.get(name), known, np.nan) for name in [*names, "z", "p", "p_adjusted"]}
    words = {
        "flag": _spread_out(tested.get("flag"), known, ""),
        "status": np.where(known, obstacle[0].value, Status.NO_DATA.value),
        "reason": np.where(known, obstacle[1], NO_ANSWERS),
    }
    index = units.index
    texts = {name: pd.Series(column, index=index, dtype="str") for name, column in words.items()}
    return pd.DataFrame({"n": units["n"], "value": units["value"], **columns, **texts}, index=index)


def _tested(line: Line, known: _Known) -> dict[str, NDArray[Any]]:
    n, value, deff = known
    limits = line.limits(n, deff)
    z, p = line.test(np.rint(value * n), n, value, deff)
    flag = np.full(len(n), "", dtype=object)
    for level in line.levels:
        words = percent(level).replace(".", ",")
        flag[value < limits[f"lower_{percent(level)}"] - BEYOND] = f"under {words}"
        flag[value > limits[f"upper_{percent(level)}"] + BEYOND] = f"över {words}"
    return {**limits, "z": z, "p": p, "p_adjusted": benjamini_hochberg(p), "flag": flag}


def _spread_out(column: NDArray[Any] | None, known: NDArray[np.bool_], blank: Any) -> NDArray[Any]:
    everywhere = np.full(len(known), blank, dtype=object if blank == "" else float)
    if column is not None:
        everywhere[known] = column
    return everywhere


def _method(line: Line, known: _Known, asked: _Asked) -> str:
    effective = EFFECTIVE if (known.deff > 1).any() else ""
    spread = "" if asked.spread is None else f"; {NAMES[asked.spread]}"
    trimmed = f" winsoriserat {percent(asked.winsorise).replace('.', ',')}\u00a0%" if spread and asked.winsorise else ""
    none = FOUND_NONE if spread and line.phi == 1 and line.tau2 == 0 else ""
    others = AGAINST_OTHERS if line.large(known.n).any() else ""
    return SCALES[line.scale] + effective + spread + trimmed + none + others
