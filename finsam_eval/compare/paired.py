"""Did the same persons change? Pairs only; those who answered once belong to the cross-sections, not here."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from finsam_eval.errors import WrongShape
from finsam_eval.results import LEVEL, RECORD_COLUMNS, Estimate, Status, no_value, validate_level
from finsam_eval.stats.pairs import mcnemar_mid_p, paired_newcombe

METHOD = "samma personer, Newcombe för par; McNemar mid-p"
NO_PAIRS = "Ingen har svarat båda gångerna."


@dataclass(frozen=True, kw_only=True, slots=True)
class PairedChange(Estimate):
    """The share after minus the share before, among persons who answered both times; n counts these pairs.

    `share_before` and `share_after` are the pairs' own. `up` counts those who came to the top codes, `down` those who
    left them, and `p` is that as many do either. `only_before` and `only_after` count those who answered one time.
    """

    share_before: float | None
    share_after: float | None
    up: int
    down: int
    p: float | None
    only_before: int
    only_after: int

    def to_frame(self) -> pd.DataFrame:
        """One row with the columns of `RECORD_COLUMNS` and those of the change."""
        row = asdict(self)
        return pd.DataFrame([row])[[*RECORD_COLUMNS, *(name for name in row if name not in RECORD_COLUMNS)]]


def paired_change(before: ArrayLike, after: ArrayLike, *, top: Collection[float], level: float = LEVEL) -> PairedChange:
    """Return how the share in the top codes changed among persons who answered both times.

    Persons are taken as independent of each other: that they sit in insatser is not accounted for, since how alike
    persons of one insats change is another number than how alike they answer.

    before, after : codes, one entry per person in the same order. NaN = no answer: that person is no pair.
    top : the codes that count as positive.
    Without pairs the status is "inga data".

    Raises
    ------
    WrongShape
        When before and after are not equally many numbers, or top is empty or level out of range.

    References: Newcombe (1998), Stat Med 17:2635–2650, method 10; Fagerland, Lydersen & Laake (2013), BMC Med Res
    Methodol 13:91 (mid-p).
    """
    level = validate_level(level)
    first, second = _answers(before, after)
    if not top:
        raise WrongShape("top must name at least one code that counts as positive")
    gave_first, gave_second = ~np.isnan(first), ~np.isnan(second)
    pairs = gave_first & gave_second
    was, is_now = (np.isin(answers[pairs], list(top)) for answers in (first, second))
    n, up, down = int(pairs.sum()), int((~was & is_now).sum()), int((was & ~is_now).sum())
    once: dict[str, Any] = {
        "only_before": int((gave_first & ~gave_second).sum()),
        "only_after": int((gave_second & ~gave_first).sum()),
    }
    if not n:
        empty = no_value(Status.NO_DATA, NO_PAIRS, method=METHOD, level=level)
        return PairedChange(**asdict(empty), **once, share_before=None, share_after=None, up=0, down=0, p=None)
    both = int((was & is_now).sum())
    lower, upper = paired_newcombe(both, up, down, n - both - up - down, level)
    return PairedChange(
        value=(up - down) / n,
        lower=lower,
        upper=upper,
        level=level,
        method=METHOD,
        n=n,
        share_before=float(was.mean()),
        share_after=float(is_now.mean()),
        up=up,
        down=down,
        p=mcnemar_mid_p(up, down),
        **once,
    )


def _answers(before: ArrayLike, after: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    first, second = np.asarray(before), np.asarray(after)
    if first.ndim != 1 or first.shape != second.shape:
        raise WrongShape(f"before and after must be equally long rows, got {first.shape} and {second.shape}")
    if first.dtype.kind not in "iufb" or second.dtype.kind not in "iufb":
        raise WrongShape("before and after must be numbers (codes, nan for no answer)")
    return first.astype(float), second.astype(float)
