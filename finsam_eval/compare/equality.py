"""May two groups be called equal? Only when they are shown to differ by less than a margin decided beforehand."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum

import pandas as pd

from finsam_eval.compare.gaps import difference
from finsam_eval.errors import WrongShape
from finsam_eval.results import LEVEL, RECORD_COLUMNS, Estimate, validate_level


@dataclass(frozen=True, kw_only=True, slots=True)
class Margin:
    """The largest difference (a share, above 0 and below 1) that does not matter, and who says so."""

    value: float
    source: str

    def __post_init__(self) -> None:
        """Refuse a margin that cannot be, or that nobody stands for."""
        if not 0 < self.value < 1:
            raise WrongShape(f"margin must be a share above 0 and below 1 (0.05 for 5 points), got {self.value}")
        if not self.source.strip():
            raise WrongShape("margin needs a source: where it was decided, by whom, before the data were seen")


class Equality(StrEnum):
    """What can be said of two shares and a margin."""

    EQUAL = "lika inom marginalen"
    DIFFERENT = "olika"
    DIFFERENT_WITHIN = "olika men inom marginalen"
    UNDECIDED = "kan inte avgöras"


@dataclass(frozen=True, kw_only=True, slots=True)
class Equivalence(Estimate):
    """A difference and whether it is shown to lie within a margin.

    `lower` and `upper` are those of the difference at `level`; `inner_lower` and `inner_upper` those of the two
    one-sided tests, at 1 − 2 · (1 − level). `verdict` is one of `Equality`, blank unless `status` is OK.
    """

    inner_lower: float | None
    inner_upper: float | None
    margin: float
    margin_source: str
    verdict: str

    def to_frame(self) -> pd.DataFrame:
        """One row with the columns of `RECORD_COLUMNS`, the inner limits, the margin and the verdict."""
        row = asdict(self)
        return pd.DataFrame([row])[[*RECORD_COLUMNS, *(name for name in row if name not in RECORD_COLUMNS)]]


def equivalence(
    x1: int,
    n1: int,
    x2: int,
    n2: int,
    *,
    margin: Margin,
    deff: tuple[float, float] = (1.0, 1.0),
    level: float = LEVEL,
) -> Equivalence:
    """Return whether x1 / n1 and x2 / n2 are shown to be equal within a margin, by two one-sided tests.

    Equal: the 90 % interval (at level .95) lies inside ± margin, which each of the two tests at 5 % asks for.
    Different: the 95 % interval leaves 0 out. Both may hold of large groups, and neither: not being shown to differ
    is not being equal.

    Raises
    ------
    WrongShape
        When counts, deff or level cannot be, level is not above .5, or margin is not a `Margin`.

    References: Schuirmann (1987), J Pharmacokin Biopharm 15:657–680; Newcombe (1998), Stat Med 17:873–890, method 10.
    """
    if not isinstance(margin, Margin):
        raise WrongShape(f"margin must be a Margin(value=…, source=…), got {type(margin).__name__}")
    level = validate_level(level)
    if level <= 0.5:
        raise WrongShape(f"level must be above 0.5, since the tests' interval is at 1 - 2 (1 - level), got {level}")
    outer = difference(x1, n1, x2, n2, deff=deff, level=level)
    inner = difference(x1, n1, x2, n2, deff=deff, level=1 - 2 * (1 - level))
    return Equivalence(
        value=outer.value,
        lower=outer.lower,
        upper=outer.upper,
        level=level,
        method=f"TOST, {outer.method}",
        n=outer.n,
        status=outer.status,
        reason=outer.reason,
        inner_lower=inner.lower,
        inner_upper=inner.upper,
        margin=margin.value,
        margin_source=margin.source,
        verdict=_verdict(outer, inner, margin.value),
    )


def _verdict(outer: Estimate, inner: Estimate, margin: float) -> str:
    if outer.lower is None or outer.upper is None or inner.lower is None or inner.upper is None:
        return ""
    equal, different = -margin < inner.lower and inner.upper < margin, not outer.lower <= 0 <= outer.upper
    words = {
        (True, True): Equality.DIFFERENT_WITHIN,
        (True, False): Equality.EQUAL,
        (False, True): Equality.DIFFERENT,
        (False, False): Equality.UNDECIDED,
    }
    return words[equal, different].value
