import pytest

from finsam_eval.compare import Course, course, difference, trend

LOW, SAME, NOTHING = difference(30, 100, 700, 1000), difference(70, 100, 700, 1000), difference(0, 0, 700, 1000)


def shares(x):
    return trend(x, ["2024-1", "2024-2", "2025-1", "2025-2"], n=[100] * 4).latest


FALLING, LEVEL, RISING = shares([60, 50, 40, 30]), shares([50, 51, 49, 50]), shares([30, 40, 50, 60])


@pytest.mark.parametrize(
    "gap, part, words",
    [
        (LOW, FALLING, "sämre och blir sämre"),
        (LOW, LEVEL, "sämre"),
        (LOW, RISING, "sämre"),
        (SAME, FALLING, "blir sämre"),
        (SAME, LEVEL, Course.NEITHER),
        (SAME, RISING, Course.NEITHER),
        (NOTHING, FALLING, "kan inte avgöras"),
        (LOW, trend([3, 4], ["a", "b"], n=[9, 9]).latest, "kan inte avgöras"),
    ],
)
def test_each_half_is_said_only_where_its_interval_says_so(gap, part, words):
    assert course(gap, part) == words


def test_a_fall_that_may_be_chance_is_not_called_one():
    part = trend([6, 5, 4], ["a", "b", "c"], n=[9, 9, 9]).latest
    assert part.value < 0 < part.upper
    assert course(LOW, part) == Course.WORSE
