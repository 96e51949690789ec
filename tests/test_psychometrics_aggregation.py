import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finsam_eval.errors import WrongShape
from finsam_eval.psychometrics.aggregation import unit_reliability, variance_components, within_group_agreement
from finsam_eval.results import Status
from finsam_eval.stats import mean_squares, pooled_icc
from tests.agreement_data import NESTED, PASTES, UNITS, closed, iterated, of_r

FITTED = {
    "nested": variance_components(NESTED["value"], NESTED[["forbund", "insats"]]),
    "pastes": variance_components(PASTES["strength"], PASTES[["batch", "cask"]]),
}


@pytest.mark.parametrize("name", UNITS)
@pytest.mark.parametrize("k, rwg, ad", [(1, "rwg", "ad"), (3, "rwgj", "adj")])
def test_agreement_within_units_is_that_of_r(name, k, rwg, ad):
    items, unit, categories = UNITS[name]
    found = within_group_agreement(items.iloc[:, :k], unit, categories)
    for row in found.units.itertuples():
        assert row.rwg == closed(name, rwg, str(row.unit))
        assert row.ad == closed(name, ad, str(row.unit))
    assert found.value == pytest.approx(found.units["rwg"].mean())
    assert (found.n, found.k) == (unit.nunique(), k)
    assert found.lower < found.value < found.upper
    assert "jämn fördelning" in found.method


def test_agreement_within_units_by_hand():
    # Variances 1/3 and 0 against (5² - 1) / 12 = 2: rwg 5/6 and 1; deviations from the means ¼ · (¾ + 3 · ¼) and 0.
    found = within_group_agreement(pd.DataFrame({"x": [4, 4, 4, 5, 2, 2]}), list("aaaabb"), categories=5)
    assert found.units["rwg"].tolist() == pytest.approx([1 - 0.25 / 2, 1])
    assert found.units["ad"].tolist() == pytest.approx([0.375, 0])
    assert (found.value, found.ad, found.null) == pytest.approx((0.9375, 0.1875, 2))


def test_answers_at_random_may_lean_to_one_side():
    # James, Demaree & Wolf (1984): slightly skewed answers on five steps have the variance 1.34.
    items, unit, _ = UNITS["lq2002"]
    skewed = within_group_agreement(items[["LEAD01"]], unit, null=[0.05, 0.15, 0.20, 0.35, 0.25])
    assert skewed.null == pytest.approx(1.34)
    assert skewed.value < within_group_agreement(items[["LEAD01"]], unit, 5).value
    assert "angiven fördelning" in skewed.method


def test_a_unit_that_differs_more_than_at_random_has_no_agreement_and_is_named():
    found = within_group_agreement(pd.DataFrame({"x": [1, 5, 3, 3]}), list("aabb"), categories=5)
    assert found.units["rwg"].tolist() == [0, 1]
    assert found.units["beyond"].tolist() == [True, False]
    assert "på måfå" in found.reason


def test_one_person_is_no_unit_and_missing_answers_are_dropped():
    items = pd.DataFrame({"x": [1, 2, 4, np.nan], "y": [1, 3, 4, 2]})
    found = within_group_agreement(items, ["a", "a", "b", "a"], 5)
    assert found.units["n"].tolist() == [2, 1]
    assert np.isnan(found.units["rwg"].iloc[1])
    assert (found.n, found.lower) == (1, None)
    assert "Bara en enhet" in found.reason


@pytest.mark.parametrize(
    "x, unit, what", [([], [], "två svar"), ([1, 2], ["a", "b"], "två svar"), ([3, 3], ["a", "a"], "ett steg")]
)
def test_units_without_enough_to_agree_on_say_so(x, unit, what):
    found = within_group_agreement(pd.DataFrame({"x": x}, dtype=float), unit)
    assert (found.status, found.value, found.ad) == (Status.NO_DATA, None, None)
    assert what in found.reason


def test_what_cannot_be_units_is_refused():
    items = pd.DataFrame({"x": [1, 2, 5]})
    with pytest.raises(WrongShape, match="one entry per row"):
        within_group_agreement(items, ["a", "a"])
    with pytest.raises(WrongShape, match="every step"):
        within_group_agreement(items, list("aaa"), categories=4)
    with pytest.raises(WrongShape, match="sum 1"):
        within_group_agreement(items, list("aaa"), null=[0.2, 0.2, 0.2, 0.2, 0.1])
    with pytest.raises(WrongShape, match="numbers"):
        unit_reliability(["ja", "nej"], ["a", "b"])
    with pytest.raises(WrongShape, match="between 0 and 1"):
        unit_reliability([1, 2], ["a", "b"], reliability=70)


@pytest.mark.parametrize("name", UNITS)
def test_reliability_of_units_is_that_of_r(name):
    items, unit, _ = UNITS[name]
    found = unit_reliability(items.iloc[:, 0], unit)
    assert found.value == found.icc2 == closed(name, "ICC2")
    assert found.icc1 == closed(name, "ICC1_n0")
    assert found.size == closed(name, "n0")
    size = of_r(name, "mean_size")  # multilevel's ICC1 is its ICC2 turned back from the mean size
    assert found.value / (size - (size - 1) * found.value) == closed(name, "ICC1_multilevel")
    assert found.icc1 == pytest.approx(pooled_icc(items.iloc[:, 0], unit, np.zeros(len(unit))).value)
    assert found.lower < found.value < found.upper


@pytest.mark.parametrize("name", UNITS)
def test_mean_squares_are_those_of_r(name):
    items, unit, _ = UNITS[name]
    found = mean_squares(items.iloc[:, 0], unit)
    assert (found.between, found.within, found.n0) == tuple(closed(name, what) for what in ("MSB", "MSW", "n0"))


def test_so_many_answers_are_needed():
    # .7 (1 - ICC) / (.3 ICC): for .05 44.3. Limits are those of the ICC turned round.
    found = unit_reliability(UNITS["lq2002"][0]["LEAD01"], UNITS["lq2002"][1])
    for end, other in (("", ""), ("_lower", "_upper"), ("_upper", "_lower")):
        single = getattr(found, f"icc1{other}")
        assert getattr(found, f"needed{end}") == pytest.approx(0.7 * (1 - single) / (0.3 * single))
    n, single = found.needed, found.icc1
    assert n * single / (1 + (n - 1) * single) == pytest.approx(0.7)


def test_eleven_units_of_forty_cannot_tell_how_many_answers_are_needed():
    rng = np.random.default_rng(11)
    unit = np.repeat(np.arange(11), 40)
    values = np.sqrt(0.05) * rng.standard_normal(11)[unit] + np.sqrt(0.95) * rng.standard_normal(440)
    found = unit_reliability(values, unit)
    assert found.icc1_lower < 0.05 < found.icc1_upper
    assert found.needed_upper > 4 * found.needed_lower


def test_units_that_differ_less_than_chance_say_so():
    found = unit_reliability([1, 5, 2, 4, 1, 5.5], list("aabbcc"))
    assert found.value < 0 > found.icc1
    assert found.needed == np.inf
    assert "Inget antal svar räcker" in found.reason


@pytest.mark.parametrize(
    "values, unit, what",
    [
        ([], [], "två enheter"),
        ([1, 2, 3], ["a", "a", "a"], "två enheter"),
        ([1, 2, 3], ["a", "b", "c"], "två enheter"),
        ([1, 1, 3, 3], ["a", "a", "b", "b"], "inom någon enhet"),
        ([1, 2, 2, 1], ["a", "a", "b", "b"], "exakt lika"),
        ([np.nan, np.nan], ["a", "b"], "två enheter"),
    ],
)
def test_units_without_reliability_say_why(values, unit, what):
    found = unit_reliability(values, unit)
    assert (found.status, found.value, found.icc1, found.needed) == (Status.NO_DATA, None, None, None)
    assert what in found.reason


def test_two_units_have_a_reliability_without_limits():
    found = unit_reliability([1, 2, 4, 5], list("aabb"))
    assert found.value == pytest.approx(1 - 0.5 / 9)  # mean squares: within ½, between 2 · 2 · 1.5² = 9
    assert (found.lower, found.needed_upper) == (None, None)
    assert "går inte att räkna fram" in found.reason


@pytest.mark.parametrize("name", FITTED)
def test_variance_components_are_those_of_lme4(name):
    found = FITTED[name]
    table = found.components.set_index("component")
    for component in table.index:
        assert table.loc[component, "variance"] == iterated(name, component)
    assert found.mean == iterated(name, "mean")
    assert table["share"].sum() == pytest.approx(1)
    between = table.iloc[:-1]
    assert (between["lower"] <= between["variance"]).all()
    assert (between["variance"] < between["upper"]).all()
    assert found.to_frame()["n"].unique() == found.n


def test_one_level_is_the_mixed_model_with_one_intercept():
    from finsam_eval.stats import linear_intercept

    units = NESTED.dropna().groupby("forbund")["value"]
    squares = float((units.var() * (units.size() - 1)).sum())
    other = linear_intercept(units.mean(), squares, units.size(), 0.95)
    table = variance_components(NESTED["value"], NESTED[["forbund"]]).components
    assert table["variance"].tolist() == pytest.approx([other.between, other.within], rel=1e-5)
    limits = table.loc[0, ["share_lower", "share_upper"]].tolist()
    assert limits == pytest.approx([other.icc_lower, other.icc_upper], rel=2e-3)


def test_balanced_answers_have_the_components_of_their_mean_squares():
    # Pastes: ten batches of three casks, two answers each.
    casks = PASTES.groupby(["batch", "cask"])["strength"].mean()
    batches = casks.groupby("batch").mean()
    between = 2 * ((casks - batches.reindex(casks.index, level="batch")) ** 2).sum() / 20
    assert 2 * of_r("pastes", "cask") + of_r("pastes", "rest") == pytest.approx(between, rel=1e-6)
    table = FITTED["pastes"].components.set_index("component")["variance"]
    assert 2 * table["cask"] + table["rest"] == pytest.approx(between, rel=1e-5)
    assert 6 * table["batch"] + between == pytest.approx(6 * batches.var(), rel=1e-5)


def test_names_are_read_within_the_level_outside():
    renamed = NESTED.assign(insats=NESTED["forbund"] * 10 + NESTED["insats"])
    found = variance_components(renamed["value"], renamed[["forbund", "insats"]])
    pd.testing.assert_frame_equal(found.components, FITTED["nested"].components, check_exact=False, rtol=1e-6)


def test_a_level_that_cannot_be_told_apart_is_left_out_and_named():
    levels = NESTED.assign(person=range(len(NESTED)), country="riket", twin=NESTED["forbund"])
    found = variance_components(NESTED["value"], levels[["country", "forbund", "twin", "person"]])
    assert found.components["component"].tolist() == ["forbund", "rest"]
    for what in ("country", "twin", "person"):
        assert f"Nivån {what}" in found.reason or f"nivån {what}" in found.reason


@pytest.mark.parametrize(
    "values, forbund, what",
    [
        ([1, 2], [1, 2], "Färre än tre"),
        ([3, 3, 3, 3], [1, 1, 2, 2], "Alla svar är lika"),
        ([1, 1, 3, 3], [1, 1, 2, 2], "inom någon enhet"),
        ([1, 2, 3, 4], [1, 1, 1, 1], "Ingen nivå"),
    ],
)
def test_variance_that_cannot_be_parted_says_why(values, forbund, what):
    found = variance_components(values, pd.DataFrame({"forbund": forbund}))
    assert (found.status, found.mean, len(found.components)) == (Status.NO_DATA, None, 0)
    assert what in found.reason


def test_levels_must_be_as_many_as_answers():
    with pytest.raises(WrongShape, match="one row per answer"):
        variance_components([1, 2, 3], pd.DataFrame({"forbund": [1, 2]}))
    with pytest.raises(WrongShape, match="column per level"):
        variance_components([1, 2], pd.DataFrame(index=[0, 1]))


answered = st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 5)), min_size=5, max_size=25)


@settings(max_examples=25)
@given(answered)
def test_names_and_order_of_units_make_no_difference(rows):
    unit, values = zip(*rows, strict=True)
    one = unit_reliability(values, unit)
    other = unit_reliability(values[::-1], [{"a": "z", "b": "y", "c": "x"}[name] for name in unit[::-1]])
    for name in ("value", "icc1_lower", "needed"):
        ours, theirs = getattr(one, name), getattr(other, name)
        assert ours == theirs or ours == pytest.approx(theirs)


@settings(max_examples=25)
@given(answered)
def test_agreement_is_a_share_and_does_not_care_where_the_scale_begins(rows):
    unit, values = zip(*rows, strict=True)
    frame = pd.DataFrame({"x": values})
    one, moved = (within_group_agreement(items, unit, 5) for items in (frame, frame + 3))
    known = one.units["rwg"].dropna()
    assert known.between(0, 1).all()
    assert one.value == moved.value or one.value == pytest.approx(moved.value)
