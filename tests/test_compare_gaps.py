import pytest

from finsam_eval.compare import difference
from finsam_eval.errors import WrongShape
from finsam_eval.results import Status


def test_a_difference_with_its_interval():
    # Newcombe (1998), Table II, example a: 56/70 − 48/80, method 10
    estimate = difference(56, 70, 48, 80)
    assert estimate.value == pytest.approx(0.2)
    assert (estimate.lower, estimate.upper) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert (estimate.n, estimate.method) == (150, "Newcombe")


def test_each_side_has_its_own_design_effect():
    estimate = difference(56, 70, 48, 80, deff=(2, 4))
    fewer = difference(28, 35, 12, 20)
    assert (estimate.lower, estimate.upper) == pytest.approx((fewer.lower, fewer.upper), abs=1e-12)
    assert (estimate.n, estimate.method) == (150, "Newcombe, effektivt n")


@pytest.mark.parametrize("counts", [(0, 0, 3, 5), (3, 5, 0, 0), (0, 0, 0, 0)])
def test_a_difference_needs_answers_on_both_sides(counts):
    estimate = difference(*counts)
    assert (estimate.status, estimate.value, estimate.lower) == (Status.NO_DATA, None, None)


@pytest.mark.parametrize("counts", [(6, 5, 3, 5), (3, 5, 6, 5), (-1, 5, 3, 5), (3, 5, 0.5, 5)])
def test_counts_that_cannot_be_are_refused(counts):
    with pytest.raises(WrongShape, match="must be"):
        difference(*counts)


def test_design_effects_that_cannot_be_are_refused():
    with pytest.raises(WrongShape, match="deff"):
        difference(3, 5, 3, 5, deff=(1, 0))
