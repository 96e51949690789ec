from dataclasses import astuple

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finsam_eval.errors import UnknownName, WrongShape
from finsam_eval.psychometrics.agreement import (
    bland_altman,
    both_sides_share,
    exact_agreement,
    gwet_ac,
    icc,
    krippendorff_alpha,
    measurement_error,
    weighted_kappa,
)
from finsam_eval.results import RECORD_COLUMNS, Status
from finsam_eval.stats import wilson
from tests.agreement_data import FLEISS_1971, KRIPPENDORFF, PAIRS, PEFR, RATINGS, SEVERAL, closed, of_r
from tests.psychometric_data import BFI, SHROUT_FLEISS

WEIGHTS = {None: "kappa", "linear": "kappa_linear", "quadratic": "kappa_quadratic"}
FORMS = ["ICC(1,1)", "ICC(2,1)", "ICC(3,1)", "ICC(1,k)", "ICC(2,k)", "ICC(3,k)"]


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize("weights", WEIGHTS)
def test_kappa_and_its_large_sample_error_are_those_of_r(name, weights):
    found = weighted_kappa(*PAIRS[name], weights)
    assert found.value == closed(name, WEIGHTS[weights])
    assert found.se == closed(name, f"{WEIGHTS[weights]}_se")
    assert found.lower < found.value < found.upper
    assert found.to_frame()["se"].item() == found.se


def test_kappa_is_that_printed_in_1969():
    found = weighted_kappa(*PAIRS["fleiss1969"])
    assert (round(found.value, 3), round(found.se**2, 6)) == (0.429, 0.002885)


@pytest.mark.parametrize("name", RATINGS)
@pytest.mark.parametrize("form", FORMS)
def test_icc_is_that_of_r(name, form):
    found = icc(RATINGS[name], form)
    assert found.value == closed(name, form)
    assert (found.n, found.method) == (of_r(name, "n"), f"{form}, jackknife")
    assert found.lower < found.value < found.upper


def test_the_six_forms_are_those_printed_in_1979():
    assert [round(icc(SHROUT_FLEISS, form).value, 2) for form in FORMS] == [0.17, 0.29, 0.71, 0.44, 0.62, 0.91]


@pytest.mark.parametrize("name", SEVERAL)
@pytest.mark.parametrize("weights", ["unweighted", "linear", "quadratic"])
def test_gwets_coefficients_are_those_of_r(name, weights):
    found = gwet_ac(SEVERAL[name], None if weights == "unweighted" else weights)
    assert found.value == closed(name, f"ac_{weights}")
    assert found.n == {"krippendorff2011": 11, "bfi_A2_A3_A5": 2796}[name]


def test_a_step_that_nobody_used_counts_among_gwets_categories():
    assert gwet_ac(KRIPPENDORFF, "quadratic", range(1, 7)).value == closed("krippendorff2011", "ac_quadratic_six")


@pytest.mark.parametrize("name", SEVERAL)
@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval", "ratio"])
def test_krippendorffs_alpha_is_that_of_r(name, level):
    found = krippendorff_alpha(SEVERAL[name], level)
    assert found.value == closed(name, f"alpha_{level}")
    assert found.lower < found.value < found.upper


@pytest.mark.parametrize("name", SEVERAL)
@pytest.mark.parametrize("level, weights", [("nominal", "unweighted"), ("interval", "quadratic")])
def test_krippendorffs_alpha_is_that_of_irrcac(name, level, weights):
    assert krippendorff_alpha(SEVERAL[name], level).value == closed(name, f"irrcac_alpha_{weights}")


def test_krippendorffs_alpha_is_that_printed_in_2011():
    levels = {"nominal": 0.743, "ordinal": 0.815, "interval": 0.849, "ratio": 0.797}
    assert {level: round(krippendorff_alpha(KRIPPENDORFF, level).value, 3) for level in levels} == levels


def test_the_psychiatrists_of_1971_agree_as_printed_then():
    # With all ratings there alpha is Fleiss' kappa but for a factor: 1 - alpha = (1 - kappa) (N - 1) / N, N = 180.
    alpha = krippendorff_alpha(FLEISS_1971, "nominal")
    kappa = 1 - (1 - alpha.value) * 180 / 179
    assert kappa == closed("fleiss1971", "fleiss_kappa")
    assert round(kappa, 3) == 0.430
    assert gwet_ac(FLEISS_1971).value == closed("fleiss1971", "ac_unweighted")


def test_two_meters_differ_as_printed_in_1986():
    found = bland_altman(*PEFR)
    told = [round(value, 1) for value in (found.value, found.sd, found.lower, found.upper)]
    assert told == [-2.1, 38.8, -22.0, 17.8]
    assert found.reason == ""


@pytest.mark.parametrize("name, pairs", [("pefr1986", PEFR), ("bfi_A2_A3", PAIRS["bfi_A2_A3"])])
def test_the_limits_of_agreement_are_those_of_r(name, pairs):
    found = bland_altman(*pairs)
    assert found.value == closed(name, "bias")
    assert (found.lower, found.upper) == (closed(name, "bias_lower"), closed(name, "bias_upper"))
    assert (found.sd, found.low, found.high) == tuple(closed(name, what) for what in ("sd", "low", "high"))
    assert found.low_lower < found.low < found.low_upper < found.high_lower < found.high < found.high_upper
    assert bland_altman(*PEFR).p == closed("pefr1986", "p")
    assert measurement_error(*pairs).sem == closed(name, "sem")


def test_shares_are_those_of_r():
    name = "bfi_A2_A3"
    exact, both = exact_agreement(*PAIRS[name]), both_sides_share(*PAIRS[name], top=(5, 6))
    for found, what in ((exact, "exact"), (both, "both_top")):
        ends = tuple(closed(name, f"{what}{end}") for end in ("", "_lower", "_upper"))
        assert (found.value, found.lower, found.upper) == ends
    assert both.bias == pytest.approx(both.share_first - both.share_second)
    assert both.bias_lower < both.bias < both.bias_upper
    assert list(both.to_frame())[: len(RECORD_COLUMNS)] == RECORD_COLUMNS


def test_shares_of_pairs_in_units_have_the_limits_of_r():
    pairs = PAIRS["bfi_A2_A3"]
    exact = exact_agreement(*pairs, unit=BFI["age"])
    both = both_sides_share(*pairs, top=(5, 6), unit=BFI["age"])
    for found, what in ((exact, "exact"), (both, "both_top")):
        limits = tuple(closed("bfi_A2_A3", f"{what}_in_age_{end}") for end in ("lower", "upper"))
        assert (found.lower, found.upper) == limits
        assert found.value == closed("bfi_A2_A3", what)
        assert found.method.endswith("Wilson på effektivt n")
    assert (both.bias_lower, both.bias_upper) == astuple(both_sides_share(*pairs, top=(5, 6)))[-2:]


def test_units_in_which_all_pairs_are_alike_count_as_one_pair_each():
    # Two units where both pairs are equal and two where none is: as much is known as from 2 of 4.
    found = exact_agreement([1] * 8, [1, 1, 1, 1, 2, 2, 2, 2], unit=list("aabbccdd"))
    assert (found.value, found.n) == (0.5, 8)
    assert (found.lower, found.upper) == pytest.approx([float(end) for end in wilson(2, 4, 0.95)])


@pytest.mark.parametrize(
    "unit, how",
    [
        (range(8), "Wilson"),  # alone in every unit
        (["a"] * 8, "Wilson"),  # one unit
        (list("abcdabcd"), "Wilson på effektivt n"),  # less alike in units than at random
    ],
)
def test_units_that_tell_nothing_or_differ_too_little_leave_the_interval(unit, how):
    pairs = [1] * 8, [1, 1, 1, 1, 2, 2, 2, 2]
    plain, found = exact_agreement(*pairs), exact_agreement(*pairs, unit=unit)
    assert (found.lower, found.upper) == (plain.lower, plain.upper)
    assert found.method == f"Andel exakt lika, {how}"


@settings(max_examples=60)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 4)), min_size=1, max_size=40), st.permutations(range(5)))
def test_units_never_make_an_interval_shorter_and_their_names_do_not_matter(pairs, names):
    b, unit = (np.array(column) for column in zip(*pairs, strict=True))
    plain, found = exact_agreement(np.ones(len(b)), b), exact_agreement(np.ones(len(b)), b, unit=unit)
    assert found.lower <= plain.lower + 1e-12
    assert found.upper >= plain.upper - 1e-12
    renamed = [f"insats {names[number]}" for number in unit]
    turned = exact_agreement(np.ones(len(b)), b[::-1], unit=renamed[::-1])
    assert (turned.lower, turned.upper) == pytest.approx((found.lower, found.upper))


def test_the_unit_of_a_pair_that_is_left_out_counts_for_nothing():
    given = exact_agreement([1, 1, 1, 1, 2, np.nan], [1, 1, 2, 2, 2, 1], unit=pd.Series(list("aabbca"), index=range(6)))
    complete = exact_agreement([1, 1, 1, 1, 2], [1, 1, 2, 2, 2], unit=list("aabbc"))
    assert (given.lower, given.upper, given.n) == (complete.lower, complete.upper, 5)


@pytest.mark.parametrize("unit", [["a"], ["a", None], ["a", "b", "c"]])
def test_every_pair_needs_a_unit(unit):
    with pytest.raises(WrongShape, match="each of the 2 pairs"):
        exact_agreement([1, 2], [1, 2], unit=unit)


def test_the_error_of_measurement_has_one_interval():
    found = measurement_error(*PAIRS["bfi_A2_A3"])
    assert found.value == pytest.approx(1.96 * np.sqrt(2) * found.sem)
    assert found.lower / found.value == pytest.approx(found.sem_lower / found.sem)
    assert found.sem_lower < found.sem < found.sem_upper


def test_by_hand():
    # Observed disagreement 1 of 4; by chance ½ · ½ + ½ · ½ = ½: kappa = 1 - ¼ / ½ for (1,1) (1,1) (2,2) (2,1)
    # has margins ½, ½ and ¾, ¼: by chance ½ · ¼ + ½ · ¾ = ½.
    assert weighted_kappa([1, 1, 2, 2], [1, 1, 2, 1]).value == pytest.approx(0.5)
    assert exact_agreement([1, 1, 2, 2], [1, 1, 2, 1]).value == 0.75
    # Differences 1, 0, -1, 0: no difference in level, residual variance 2 · ½ / 3 = 1/3.
    assert measurement_error([2, 3, 4, 5], [1, 3, 5, 5]).sem == pytest.approx(np.sqrt(1 / 3))


def test_a_step_nobody_took_is_still_a_step():
    kappas = [weighted_kappa([1, 2, high, 1], [2, 2, high, 1], "linear").value for high in (3, 5)]
    assert kappas[0] != kappas[1]


def test_a_shift_counts_in_the_second_form_and_not_in_the_third():
    shifted = pd.DataFrame({"a": [1, 2, 3, 4, 5], "b": [2, 3, 4, 5, 6]})
    assert icc(shifted, "ICC(3,1)").value == pytest.approx(1)
    assert icc(shifted, "ICC(2,1)").value == pytest.approx(2.5 / 3)  # 2.5 between persons, 0.5 between times


def test_perfect_agreement_is_one_and_its_uncertainty_is_unknown():
    kappa, agreement = weighted_kappa([1, 2, 3, 3], [1, 2, 3, 3], "quadratic"), exact_agreement([1, 2, 3], [1, 2, 3])
    assert (kappa.value, kappa.lower, kappa.upper, kappa.status) == (1, None, None, Status.OK)
    assert "går inte att räkna fram" in kappa.reason
    assert (agreement.value, agreement.upper) == (1, 1)
    assert agreement.lower == pytest.approx(3 / (3 + 1.959964**2), abs=1e-6)  # Wilson: n / (n + z²)
    assert icc(pd.DataFrame({"a": [1, 2, 3], "b": [1, 2, 3]})).value == pytest.approx(1)


def test_one_category_has_no_kappa_and_no_icc():
    same = [4, 4, 4]
    for found in (weighted_kappa(same, same), icc(pd.DataFrame({"a": same, "b": same}))):
        assert (found.status, found.value, found.n) == (Status.NO_DATA, None, 3)
        assert "Alla svar är desamma" in found.reason
    assert exact_agreement(same, same).value == 1
    assert measurement_error(same, same).value == 0


def test_a_negative_icc_is_shown_and_named():
    found = icc(pd.DataFrame({"a": [1, 2, 3, 4, 2], "b": [4, 3, 2, 1, 2]}))
    assert found.value < 0
    assert "negativt" in found.reason


def test_two_persons_have_a_value_without_an_interval():
    found = icc(pd.DataFrame({"a": [1, 5], "b": [2, 4]}))
    assert found.value is not None
    assert (found.lower, found.upper) == (None, None)


@pytest.mark.parametrize("a, b, n", [([], [], 0), ([1, np.nan], [np.nan, 2], 0), ([1, 2], [1, np.nan], 1)])
def test_fewer_than_two_pairs_say_so(a, b, n):
    found = [weighted_kappa(a, b), icc(pd.DataFrame({"a": a, "b": b}, dtype=float)), measurement_error(a, b)]
    assert {(record.status, record.value, record.n) for record in found} == {(Status.NO_DATA, None, n)}
    assert all("svarat" in record.reason for record in found)
    assert exact_agreement([], []).status == Status.NO_DATA


def test_missing_answers_of_integers_are_left_out():
    first = pd.Series([1, 2, pd.NA, 4], dtype="Int64", index=[9, 8, 7, 6])
    assert exact_agreement(first, pd.Series([1, 1, 1, 4])).value == pytest.approx(2 / 3)


@pytest.mark.parametrize("ratings", [SHROUT_FLEISS.T.iloc[:3], pd.DataFrame({"a": [1, 2]})])
def test_transposed_or_single_ratings_are_refused(ratings):
    with pytest.raises(WrongShape, match="subjects × raters"):
        icc(ratings)


def test_words_and_unequal_lengths_and_unknown_names_are_refused():
    with pytest.raises(WrongShape, match="numbers"):
        weighted_kappa(["ja", "nej"], ["ja", "ja"])
    with pytest.raises(WrongShape, match="got 3 and 2"):
        exact_agreement([1, 2, 3], [1, 2])
    with pytest.raises(UnknownName, match="'linear', 'quadratic'"):
        weighted_kappa([1, 2], [1, 2], "cubic")
    with pytest.raises(UnknownName, match="ICC\\(3,1\\)"):
        icc(SHROUT_FLEISS, "ICC(2,2)")


def test_sides_that_never_meet_have_no_share():
    found = both_sides_share([1, np.nan], [np.nan, 2], top=(4, 5))
    assert (found.status, found.value, found.bias, found.n) == (Status.NO_DATA, None, None, 0)
    with pytest.raises(WrongShape, match="at least one code"):
        both_sides_share([1], [1], top=())


def test_both_sides_by_hand():
    # Positive from 4: both in two of five, only the first in one, only the second in none.
    found = both_sides_share([5, 4, 4, 1, 2], [4, 5, 3, 1, 2], top=(4, 5))
    assert (found.value, found.share_first, found.share_second) == (0.4, 0.6, 0.4)
    assert found.bias == pytest.approx(0.2)


def test_answers_all_moved_alike_have_a_shift_without_an_interval():
    found = bland_altman([2, 3, 4], [1, 2, 3])
    assert (found.value, found.sd, found.low, found.high) == (1, 0, 1, 1)
    assert (found.lower, found.p, found.low_lower) == (None, None, None)
    assert "skiljer sig lika mycket" in found.reason


def test_two_pairs_have_a_shift_but_no_limits_for_the_limits():
    found = bland_altman([1, 2], [2, 5])
    assert found.lower < -2 == found.value < found.upper
    assert (found.low_lower, found.high_upper) == (None, None)
    assert "går inte att räkna fram" in found.reason


@pytest.mark.parametrize("statistic", [gwet_ac, krippendorff_alpha])
def test_several_raters_with_too_little_to_compare_say_so(statistic):
    once = pd.DataFrame({"a": [1, np.nan, 2], "b": [np.nan, 2, np.nan]})
    found = statistic(once)
    assert (found.status, found.value, found.n) == (Status.NO_DATA, None, 0)
    assert "minst två" in found.reason
    same = statistic(pd.DataFrame({"a": [4, 4, 4], "b": [4, 4, np.nan]}))
    assert (same.status, same.n) == (Status.NO_DATA, 2)
    assert "Alla svar är desamma" in same.reason


def test_one_category_of_a_known_scale_is_perfect_agreement_for_gwet():
    found = gwet_ac(pd.DataFrame({"a": [4, 4, 4], "b": [4, 4, 4]}), categories=range(1, 6))
    assert (found.value, found.lower, found.status) == (1, None, Status.OK)


def test_what_several_raters_cannot_be_is_refused():
    with pytest.raises(WrongShape, match="subjects × raters"):
        krippendorff_alpha(KRIPPENDORFF.T)
    with pytest.raises(WrongShape, match="among categories"):
        gwet_ac(KRIPPENDORFF, categories=[1, 2, 3])
    with pytest.raises(UnknownName, match="nominal, ordinal"):
        krippendorff_alpha(KRIPPENDORFF, "likert")
    with pytest.raises(WrongShape, match="ratio"):
        krippendorff_alpha(KRIPPENDORFF - 3, "ratio")
    with pytest.raises(WrongShape, match="numbers"):
        gwet_ac(pd.DataFrame({"a": ["ja", "nej"], "b": ["ja", "ja"]}))


def test_alpha_of_few_on_a_ratio_scale_says_that_its_interval_is_too_narrow():
    assert "för smalt" in krippendorff_alpha(KRIPPENDORFF, "ratio").reason
    assert krippendorff_alpha(KRIPPENDORFF, "interval").reason == ""
    assert krippendorff_alpha(SEVERAL["bfi_A2_A3_A5"], "ratio").reason == ""


def test_a_mean_of_raters_is_as_reliable_as_one_stepped_up():
    one, all_three = (icc(RATINGS["bfi_A2_A3_A5"], f"ICC(2,{count})") for count in "1k")
    for name in ("value", "lower", "upper"):
        single = getattr(one, name)
        assert getattr(all_three, name) == pytest.approx(3 * single / (1 + 2 * single))


def test_ratings_that_cancel_out_have_no_reliable_mean():
    found = icc(pd.DataFrame({"a": [1, 2, 3], "b": [3, 2, 1]}), "ICC(3,k)")
    assert (found.status, found.value) == (Status.NO_DATA, None)
    assert "tar ut varandra" in found.reason
    turned = weighted_kappa([1, 2, 3], [3, 2, 1], "quadratic")
    assert (turned.value, turned.se, turned.lower) == (pytest.approx(-1), None, None)


def test_arguments_stay_as_they_were():
    ratings = BFI[["A2", "A3"]].head(60)
    before = ratings.copy()
    for of_frame in (icc, gwet_ac, krippendorff_alpha):
        of_frame(ratings)
    for of_pair in (weighted_kappa, bland_altman, measurement_error, exact_agreement):
        of_pair(ratings["A2"], ratings["A3"])
    pd.testing.assert_frame_equal(ratings, before)


pairs = st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=3, max_size=15)


@settings(max_examples=20)
@given(pairs)
def test_kappa_is_the_same_from_both_sides_and_unweighted_when_there_are_two_codes(found):
    a, b = np.array(found).T
    for weights in WEIGHTS:
        assert weighted_kappa(a, b, weights).value == pytest.approx(weighted_kappa(b, a, weights).value)
    two = [weighted_kappa(a > 2, b > 2, weights).value for weights in WEIGHTS]
    assert two == pytest.approx([two[0]] * 3)


@settings(max_examples=20)
@given(pairs)
def test_the_error_of_measurement_is_what_the_icc_lacks(found):
    ratings = pd.DataFrame(found, columns=["a", "b"])
    coefficient, error = icc(ratings).value, measurement_error(ratings["a"], ratings["b"]).sem
    a, b = ratings["a"], ratings["b"]
    level = max(0, ((a.mean() - b.mean()) ** 2 - (a - b).var() / len(a)) / 2)
    assert error**2 == pytest.approx((a - b).var() / 2 + level)
    if coefficient is not None and level > 0:
        assert coefficient == pytest.approx(a.cov(b) / (a.cov(b) + error**2))


ratings = st.lists(
    st.lists(st.sampled_from([1.0, 2.0, 3.0, 4.0, np.nan]), min_size=3, max_size=3), min_size=4, max_size=12
)


@settings(max_examples=20)
@given(ratings, st.permutations([0, 1, 2]))
def test_the_order_of_raters_makes_no_difference_to_several(rows, order):
    given_order = pd.DataFrame(rows)
    for statistic in (gwet_ac, krippendorff_alpha):
        one, other = statistic(given_order), statistic(given_order[order])
        assert one.n == other.n
        assert one.value == other.value or one.value == pytest.approx(other.value)


@settings(max_examples=20)
@given(pairs)
def test_no_limit_reaches_beyond_what_a_coefficient_can_be(found):
    a, b = np.array(found).T
    frame = pd.DataFrame({"a": a, "b": b})
    for record in (weighted_kappa(a, b, "linear"), icc(frame), icc(frame, "ICC(3,k)"), gwet_ac(frame)):
        if record.lower is not None:
            assert record.lower <= record.value <= record.upper <= 1
