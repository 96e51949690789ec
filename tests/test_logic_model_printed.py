from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finsam_eval.errors import WrongShape
from finsam_eval.logic_model import fits, possible_bases
from finsam_eval.logic_model.printed import rounding_limits


@pytest.mark.parametrize(
    ("x", "printed", "bases"),
    [
        (37, "28", (130, 134)),  # 37/130 = 28.46 %, 37/134 = 27.61 %
        (24, "18", (130, 137)),  # 24/130 = 18.46 %, 24/137 = 17.52 %
        (3, "100", (3, 3)),
        (1, "33.3", (3, 3)),
        (1, "40", None),
        (0, "5", None),
        (0, "0", (1, None)),
        (1, "0", (200, None)),  # 1/200 = .5 %, rounded down by some
    ],
)
def test_the_counts_that_a_percentage_can_come_from(x, printed, bases):
    assert possible_bases(x, printed) == bases


@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(1, n), st.just(n))), st.integers(0, 2))
def test_the_true_base_is_always_among_the_possible(cell, digits):
    x, n = cell
    printed = f"{100 * x / n:.{digits}f}"
    assert fits(x, n, printed)
    fewest, most = possible_bases(x, printed)
    assert fewest <= n
    assert most is None or n <= most


@given(st.integers(1, 9), st.integers(3, 100))
def test_the_possible_bases_are_exactly_those_that_fit(x, percent):
    fitting = [n for n in range(x, 40 * x + 1) if fits(x, n, str(percent))]  # x / 40x is below 2.5 %
    assert possible_bases(x, str(percent)) == ((fitting[0], fitting[-1]) if fitting else None)


def test_half_a_unit_of_the_last_digit_fits_either_way():
    assert rounding_limits("28.5") == (Fraction("0.2845"), Fraction("0.2855"))
    assert fits(1, 8, "12") and fits(1, 8, "13") and fits(1, 8, "12.5")
    assert not fits(27, 179, "19") and not fits(1, 8, "12.4")
    assert not fits(0, 0, "0")


@pytest.mark.parametrize("printed", ["28 %", "28,5", "28.", ".5", "ca 28", "-3", "1.2.3"])
def test_what_is_no_printed_percentage_is_refused(printed):
    with pytest.raises(WrongShape, match="28 or 28.5"):
        rounding_limits(printed)
