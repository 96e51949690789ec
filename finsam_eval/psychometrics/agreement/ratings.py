"""What the coefficients of agreement ask of ratings, and how much two answers disagree."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from finsam_eval.errors import UnknownName, WrongShape
from finsam_eval.psychometrics.answers import Array, numeric

ONE_CATEGORY = "Alla svar är desamma; då går slump och överensstämmelse inte att skilja åt."

DISAGREEMENT: dict[str | None, tuple[str, Callable[[Array], Array]]] = {
    None: ("utan vikter", lambda steps: (steps != 0).astype(float)),
    "linear": ("med linjära vikter", np.abs),
    "quadratic": ("med kvadratiska vikter", np.square),
}
"""How much two answers differ that lie so many scale steps apart."""


def disagreement(weights: str | None) -> tuple[str, Callable[[Array], Array]]:
    """Return the Swedish name of weights and how much answers so many steps apart disagree.

    Raises
    ------
    UnknownName
        For other weights than those of `DISAGREEMENT`.
    """
    if weights not in DISAGREEMENT:
        raise UnknownName(f"weights {weights!r} is not known; known are {', '.join(map(repr, DISAGREEMENT))}")
    return DISAGREEMENT[weights]


def subjects_by_raters(ratings: pd.DataFrame) -> pd.DataFrame:
    """Return ratings as floats.

    Raises
    ------
    WrongShape
        When there are fewer than two raters, more raters than subjects (transposed), or anything but numbers.
    """
    frame = numeric(ratings, "subjects × raters")
    subjects, raters = frame.shape
    if raters < 2 or raters > max(subjects, 2):
        raise WrongShape(
            f"ratings must be subjects × raters, at least 2 raters and no more raters than subjects; got {frame.shape}"
        )
    return frame
