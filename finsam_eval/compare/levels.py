"""What level: the share of positive answers, the mean, the median, each with an interval."""

from __future__ import annotations

import numpy as np
import pandas as pd

from finsam_eval.compare.cells import Cells
from finsam_eval.compare.clusters import clustered, effects
from finsam_eval.compare.frames import (
    EFFECTIVE,
    estimate,
    methods,
    ratio,
    record_rows,
    shares,
    statuses,
    validate_count,
    validate_deff,
)
from finsam_eval.results import LEVEL, Estimate, validate_level
from finsam_eval.stats import mean_interval, wilson, woodruff_quantile

ONE_ANSWER = "Ett enda svar ger inget intervall för medelvärdet."
ALL_EQUAL = "Alla svar är lika; hur säkert medelvärdet är går inte att skatta ur dem."
TOO_CLUSTERED = "Svaren är så lika inom insatserna att de motsvarar högst ett oberoende svar."


def proportion_interval(x: int, n: int, *, deff: float = 1.0, level: float = LEVEL) -> Estimate:
    """Return the share x / n with its Wilson interval on n / deff answers.

    With n = 0 the status is "inga data".

    Raises
    ------
    WrongShape
        When x and n are not whole numbers with 0 ≤ x ≤ n, or deff or level is out of range.

    References: Wilson (1927), JASA 22:209–212.
    In R, for deff = 1: ``prop.test(x, n, correct = FALSE)$conf.int``
    """
    (x, n), level, deff = validate_count(x, n), validate_level(level), validate_deff(deff)
    method = "Wilson" if deff == 1 else "Wilson" + EFFECTIVE
    return estimate(ratio(x, n), wilson(x, n, level, deff), level=level, method=method, n=n)


def share_records(cells: Cells, design: pd.DataFrame, level: float) -> pd.DataFrame:
    """Return the records `andel`: the share in the scale's top codes, in every expected cell."""
    at = cells.expected
    deff = effects(cells, design, "icc_share")[at]
    lower, upper = wilson(cells.x[at], cells.n[at], level, deff)
    columns = {
        "statistic": "andel",
        "value": shares(cells, at),
        "lower": lower,
        "upper": upper,
        "method": methods("Wilson", clustered(cells, design, "icc_share")[at]),
        "n": cells.n[at],
        "deff": deff,
        **statuses(cells.n[at]),
    }
    return record_rows(cells.keys(at), columns, level=level)


def mean_records(cells: Cells, design: pd.DataFrame, level: float) -> pd.DataFrame:
    """Return the records `medel` of scales with more than two codes; limits stay within the scale."""
    at = cells.expected & ~cells.two_codes[:, np.newaxis, np.newaxis]
    answers, n, series = cells.answers[at], cells.n[at], np.nonzero(at)[1]
    scores, divisor = cells.scores[series], np.maximum(n, 1)
    mean = (answers * scores).sum(axis=-1) / divisor
    squares = (answers * (scores - mean[:, np.newaxis]) ** 2).sum(axis=-1)
    sd = np.sqrt(squares / np.maximum(n - 1, 1))
    deff = effects(cells, design, "icc_mean")[at]
    lower, upper = mean_interval(mean, sd, n, level, deff)
    columns = {
        "statistic": "medel",
        "value": mean,
        "lower": np.maximum(lower, scores[:, 0]),
        "upper": np.minimum(upper, scores.max(axis=1)),
        "method": methods("t", clustered(cells, design, "icc_mean")[at]),
        "n": n,
        "deff": deff,
        "sd": sd,
        **statuses(n, (n == 1, ONE_ANSWER), ((answers > 0).sum(axis=-1) == 1, ALL_EQUAL), (n <= deff, TOO_CLUSTERED)),
    }
    return record_rows(cells.keys(at), columns, level=level)


def median_records(cells: Cells, design: pd.DataFrame, level: float) -> pd.DataFrame:
    """Return the records `median` of scales with more than two codes: the first code that half of the answers reach."""
    at = cells.expected & ~cells.two_codes[:, np.newaxis, np.newaxis]
    lowest = cells.scores[np.nonzero(at)[1], 0]
    positions = woodruff_quantile(cells.answers[at], 0.5, level, effects(cells, design, "icc_share")[at])
    value, lower, upper = (lowest + position for position in positions)
    columns = {
        "statistic": "median",
        "value": value,
        "lower": lower,
        "upper": upper,
        "method": methods("Woodruff", clustered(cells, design, "icc_share")[at]),
        "n": cells.n[at],
        **statuses(cells.n[at]),
    }
    return record_rows(cells.keys(at), columns, level=level)
