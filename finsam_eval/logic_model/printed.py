"""A printed percentage: whether it fits its counts, and which counts could have given it."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor

from finsam_eval.errors import WrongShape


def rounding_limits(printed: str) -> tuple[Fraction, Fraction]:
    """Return the lowest and the highest share that is printed as `printed` per cent, both included.

    Half a unit of the last printed digit to either side, since it is seldom said how halves were rounded: "28" is .275
    to .285, "28.5" is .2845 to .2855.

    Raises
    ------
    WrongShape
        When it is not digits with at most one decimal point.
    """
    whole, _, decimals = printed.partition(".")
    if not whole.isdecimal() or (decimals and not decimals.isdecimal()) or printed.endswith("."):
        raise WrongShape("printed must be a percentage as digits with a decimal point (28 or 28.5), without a sign")
    half = Fraction(1, 2 * 10 ** len(decimals))
    return (Fraction(printed) - half) / 100, (Fraction(printed) + half) / 100


def fits(x: int, n: int, printed: str) -> bool:
    """Return whether x of n is printed as `printed` per cent. Without n nothing fits."""
    lowest, highest = rounding_limits(printed)
    return n > 0 and lowest <= Fraction(x, n) <= highest


def possible_bases(x: int, printed: str) -> tuple[int, int | None] | None:
    """Return the fewest and the most n of which x is printed as `printed` per cent.

    None where no n gives it; the most is None where any large n does, as for 0 per cent. 37 printed as 28 → 130 to 134.
    """
    lowest, highest = rounding_limits(printed)
    if x == 0 and lowest > 0:
        return None
    fewest = max(ceil(x / highest), x, 1)
    if lowest <= 0:
        return fewest, None
    most = floor(x / lowest)
    return (fewest, most) if fewest <= most else None


def possible_counts(n: int, printed: str) -> tuple[int, int] | None:
    """Return the fewest and the most of n that are printed as `printed` per cent; None where no count gives it.

    88 per cent of 133 → 117, 117.
    """
    lowest, highest = rounding_limits(printed)
    fewest, most = max(ceil(lowest * n), 0), min(floor(highest * n), n)
    return (fewest, most) if fewest <= most else None
