import pytest
from hypothesis import given
from hypothesis import strategies as st

from finsam_eval.compare import Equality, Margin, difference, equivalence
from finsam_eval.errors import WrongShape
from finsam_eval.results import RECORD_COLUMNS, Status

MARGIN = Margin(value=0.1, source="criteria.yaml, beslutad 2025-01-10 av styrelsen")


@pytest.mark.parametrize(
    "counts, inner, outer, verdict",
    [  # R 4.2.2: as in stats_newcombe.csv, from prop.test(x, n, conf.level = .90 and .95, correct = FALSE)
        ((560, 700, 480, 800), (0.16171062, 0.23727770), (0.15427745, 0.24428834), "olika"),
        ((300, 400, 296, 400), (-0.04066032, 0.06059514), (-0.05034092, 0.07024851), "lika inom marginalen"),
        ((6000, 8000, 5800, 8000), (0.01355811, 0.03643342), (0.01136558, 0.03862240), "olika men inom marginalen"),
        ((20, 30, 18, 30), (-0.13377488, 0.25987980), (-0.16942224, 0.29282140), "kan inte avgöras"),
    ],
)
def test_verdicts_follow_both_intervals(counts, inner, outer, verdict):
    found = equivalence(*counts, margin=MARGIN)
    assert (found.inner_lower, found.inner_upper) == pytest.approx(inner, abs=5e-9)
    assert (found.lower, found.upper) == pytest.approx(outer, abs=5e-9)
    assert (found.verdict, found.margin, found.margin_source) == (verdict, 0.1, MARGIN.source)


def test_no_answers_on_one_side_has_no_verdict():
    found = equivalence(0, 0, 3, 9, margin=MARGIN)
    assert (found.status, found.verdict, found.value, found.inner_lower) == (Status.NO_DATA, "", None, None)
    assert found.reason


def test_clustering_takes_an_equality_away():
    assert equivalence(300, 400, 296, 400, margin=MARGIN, deff=(4, 4)).verdict == Equality.UNDECIDED
    assert equivalence(300, 400, 296, 400, margin=MARGIN, deff=(4, 4)).method == "TOST, Newcombe, effektivt n"


@pytest.mark.parametrize("value, source, message", [(0.1, "  ", "source"), (5, "x", "margin"), (0, "x", "margin")])
def test_a_margin_needs_a_source_and_a_share(value, source, message):
    with pytest.raises(WrongShape, match=message):
        Margin(value=value, source=source)


@pytest.mark.parametrize(
    "change, message", [({"margin": 0.1}, "Margin"), ({"level": 0.4}, "0.5"), ({"x1": 0.3}, "whole")]
)
def test_calls_that_cannot_be_right_are_refused(change, message):
    kwargs = {"x1": 3, "n1": 9, "x2": 4, "n2": 8, "margin": MARGIN, **change}
    with pytest.raises(WrongShape, match=message):
        equivalence(**kwargs)


def test_a_frame_has_the_columns_of_a_record_first():
    frame = equivalence(3, 9, 4, 8, margin=MARGIN).to_frame()
    assert list(frame.columns) == [*RECORD_COLUMNS, "inner_lower", "inner_upper", "margin", "margin_source", "verdict"]


cells = st.integers(1, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(cells, cells, st.floats(0.02, 0.3))
def test_a_wider_margin_never_takes_an_equality_away_and_the_verdict_has_no_side(first, second, value):
    narrow, wide = Margin(value=value, source="a"), Margin(value=value + 0.1, source="a")
    equal = {Equality.EQUAL, Equality.DIFFERENT_WITHIN}
    one = equivalence(*first, *second, margin=narrow)
    assert one.verdict == equivalence(*second, *first, margin=narrow).verdict
    if one.verdict in equal:
        assert equivalence(*first, *second, margin=wide).verdict in equal
    plain = difference(*first, *second)
    assert (one.lower, one.value, one.upper) == (plain.lower, plain.value, plain.upper)
    assert one.lower <= one.inner_lower <= one.value <= one.inner_upper <= one.upper
