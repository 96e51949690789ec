import numpy as np
import pytest
from country_reference import COUNTS, units
from scipy import special

from finsam_eval.compare import Shrunken, ranks, shrink_moments, shrink_proportions
from finsam_eval.errors import WrongShape
from finsam_eval.results import Status


def shrunken(data: str) -> Shrunken:
    table = units(data)
    if data in COUNTS:
        return shrink_proportions(table["x"], table["n"])
    return shrink_moments(table["mean"], table["sd"], table["n"])


@pytest.mark.parametrize("data", ["cbpp", "sleep"])
def test_the_mean_rank_is_one_and_the_probabilities_of_each_other_being_higher(data):
    source = shrunken(data)
    known = source.units[source.units["n"] > 0]
    at, se = known["position"].to_numpy(), known["own_se"].to_numpy()
    higher = special.ndtr((at - at[:, np.newaxis]) / np.hypot(se, se[:, np.newaxis]))
    expected = 1 + higher.sum(axis=1) - 0.5
    found = ranks(source).units.loc[known.index]
    np.testing.assert_allclose(found["rank"], expected, rtol=0, atol=0.15)  # 10 000 draws: 4 standard errors
    assert found["rank"].sum() == pytest.approx(len(known) * (len(known) + 1) / 2)


def test_quarters_limits_and_order():
    source = shrunken("cbpp")
    result = ranks(source)
    known = result.units[result.units["n"] > 0]
    assert list(result.units.index) == list(source.units.index)
    assert known["p_highest"].sum() == pytest.approx(3) and known["p_lowest"].sum() == pytest.approx(3)  # 15 // 4
    assert ((known["lower"] <= known["rank"]) & (known["rank"] <= known["upper"])).all()
    assert known["rank"].idxmin() == known["p_highest"].idxmax() == source.units["shrunken"].idxmax()
    assert (known["lower"] % 1 == 0).all() and known["upper"].max() <= 15


def test_rankability_is_of_the_median_sampling_variance():
    source = shrunken("cbpp")
    p, known = source.mean, source.units.query("n > 0")
    sampling = np.median(1 / (known["n"] * p * (1 - p)))
    assert ranks(source).rankability == pytest.approx(source.variance / (source.variance + sampling))


def test_the_same_seed_gives_the_same_ranks():
    source = shrunken("pritz")
    first, again, other = ranks(source), ranks(source), ranks(source, seed=1)
    np.testing.assert_array_equal(first.units["rank"], again.units["rank"])
    assert not np.array_equal(first.units["rank"], other.units["rank"], equal_nan=True)


def test_units_that_cannot_be_told_apart_may_have_any_rank():
    result = ranks(shrink_proportions([50] * 6, [100] * 6))
    assert (result.rankability, result.status) == (0, Status.OK)
    assert result.reason.startswith("Enheterna går inte att skilja åt")
    assert (result.units["lower"] == 1).all() and (result.units["upper"] == 6).all()


def test_where_there_are_no_levels_there_are_no_ranks():
    result = ranks(shrink_proportions([5, 7, 2], [5, 7, 2]))
    assert (result.status, result.rankability, result.tested) == (Status.NOT_APPLICABLE, None, 0)
    assert result.units["rank"].isna().all() and (result.units["reason"] != "").all()


def test_no_draws_are_refused():
    with pytest.raises(WrongShape, match="draws"):
        ranks(shrunken("cbpp"), draws=0)
