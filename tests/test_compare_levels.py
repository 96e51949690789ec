import numpy as np
import pytest

from finsam_eval.compare import proportion_interval
from finsam_eval.errors import WrongShape
from finsam_eval.results import RECORD_COLUMNS, Status


def test_a_share_with_its_interval():
    estimate = proportion_interval(36, 100)
    assert (estimate.value, estimate.n, estimate.level, estimate.status) == (0.36, 100, 0.95, Status.OK)
    # R 4.2.2: prop.test(36, 100, correct = FALSE)$conf.int
    assert (estimate.lower, estimate.upper) == pytest.approx((0.2727122040, 0.4576459755), abs=5e-11)
    assert list(estimate.to_frame()) == RECORD_COLUMNS


def test_the_method_says_what_was_done():
    assert proportion_interval(36, 100).method == "Wilson"
    assert proportion_interval(36, 100, deff=2).method == "Wilson, effektivt n"


def test_effective_answers_decide_the_width():
    clustered, fewer = proportion_interval(36, 100, deff=2), proportion_interval(18, 50)
    assert (clustered.lower, clustered.upper) == pytest.approx((fewer.lower, fewer.upper), abs=1e-12)
    assert clustered.n == 100


def test_without_answers_there_is_no_number():
    estimate = proportion_interval(0, 0)
    assert estimate.status == Status.NO_DATA
    assert (estimate.value, estimate.lower, estimate.upper) == (None, None, None)
    assert estimate.reason == "Inga uppgifter finns för gruppen i perioden."


@pytest.mark.parametrize(
    "x, n", [(5, 4), (-1, 4), (1, -4), (0.36, 100), (36, 100.5), (float("nan"), 4), ("36", 100), (None, 4)]
)
def test_counts_that_cannot_be_are_refused(x, n):
    with pytest.raises(WrongShape, match="must be"):
        proportion_interval(x, n)


@pytest.mark.parametrize("options", [{"level": 95}, {"level": 0}, {"deff": 0}, {"deff": -1}, {"deff": float("nan")}])
def test_options_that_cannot_be_are_refused(options):
    with pytest.raises(WrongShape):
        proportion_interval(36, 100, **options)


def test_numpy_counts_are_counts():
    assert proportion_interval(np.int64(36), np.float64(100)) == proportion_interval(36, 100)
