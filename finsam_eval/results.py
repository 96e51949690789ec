"""The shapes of a result: what it is worth, how sure it is, how it was made, and why it may be missing."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum

import pandas as pd

from finsam_eval.errors import WrongShape

COUNTRY = "riket"
"""The unit that is the sum of all participating förbund."""

ALL = "alla"
"""The gender margin: kvinna + man + okant."""

UNKNOWN = "okant"
"""Another gender than woman or man, or not told."""

LEVEL = 0.95
"""Confidence level used unless another is asked for."""


class Status(StrEnum):
    """Whether a value exists, and if not, which of the reasons that people mix up."""

    OK = "ok"
    SUPPRESSED = "undertryckt"
    NOT_COMPARABLE = "kan inte jämföras"
    NOT_APPLICABLE = "ej tillämpligt"
    NOT_CONVERGED = "konvergerade inte"
    NO_DATA = "inga data"


RECORD_COLUMNS = ["value", "lower", "upper", "level", "method", "n", "status", "reason"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Estimate:
    """One number with its interval, unrounded. `n` counts the answers it rests on.

    `value`, `lower` and `upper` are None unless `status` is OK; `reason` says why in Swedish.
    """

    value: float | None
    lower: float | None
    upper: float | None
    level: float
    method: str
    n: int
    status: Status = Status.OK
    reason: str = ""

    def to_frame(self) -> pd.DataFrame:
        """One row with the columns of `RECORD_COLUMNS`."""
        return pd.DataFrame([asdict(self)])[RECORD_COLUMNS]


def no_value(status: Status, reason: str, *, method: str, n: int = 0, level: float = LEVEL) -> Estimate:
    """Return the record of a number that does not exist, and why."""
    return Estimate(value=None, lower=None, upper=None, level=level, method=method, n=n, status=status, reason=reason)


def validate_level(level: float) -> float:
    """Return a confidence level strictly between 0 and 1.

    Raises
    ------
    WrongShape
        For anything else; 95 instead of 0.95 is the usual slip.
    """
    if not 0 < level < 1:
        raise WrongShape(f"level must lie between 0 and 1 (0.95 for 95 %), got {level}")
    return float(level)
