import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finsam_eval.compare import proportion_interval, standardise
from finsam_eval.errors import UnknownName, WrongShape
from finsam_eval.results import Status

CASES = json.loads((Path(__file__).parent / "reference/compare_standardisation.json").read_text(encoding="utf-8"))[
    "cases"
]
STRATA = list("abc")


def arguments(name):
    data = CASES[name]["data"]
    return {"x": data["x"], "n": data["n"], "strata": np.array(data["stratum"], dtype=object), "unit": data["unit"]}


def theirs(name, what):
    return np.array(CASES[name]["expected"][what], dtype=float)


def rows(standardised, units):
    return standardised.to_frame().set_index("unit").loc[units]


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize(
    "method, limits, reference, columns",
    [
        ("indirect", "wilson", "ratio_wilson", ["ratio", "ratio_lower", "ratio_upper"]),
        ("indirect", "byar", "ratio_byar", ["ratio", "ratio_lower", "ratio_upper"]),
        ("direct", "wilson", "direct_wilson", ["value", "lower", "upper"]),
        ("marginal", "wilson", "marginal", ["value", "lower", "upper"]),
    ],
)
def test_it_equals_r(name, method, limits, reference, columns):
    ours = rows(standardise(**arguments(name), method=method, limits=limits), CASES[name]["expected"]["unit"])
    np.testing.assert_allclose(ours[columns], theirs(name, reference), rtol=0, atol=1e-9)
    np.testing.assert_allclose(ours[["crude", "crude_lower", "crude_upper"]], theirs(name, "crude"), rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", CASES)
def test_dobsons_limits_equal_the_published_definition_but_stop_at_one(name):
    ours = rows(standardise(**arguments(name), method="direct", limits="byar"), CASES[name]["expected"]["unit"])
    expected = theirs(name, "direct_byar")
    np.testing.assert_allclose(ours["lower"], expected[:, 1], rtol=0, atol=1e-9)
    np.testing.assert_allclose(ours["upper"], np.minimum(expected[:, 2], 1), rtol=0, atol=1e-9)


def test_berkeley_women_applied_where_few_are_admitted():
    # Bickel, Hammel & O'Connell (1975), Science 187:398-404: fewer women in all, not within departments
    found = standardise(**arguments("berkeley"))
    women, men = rows(found, ["Female", "Male"]).itertuples()
    assert women.crude < men.crude
    assert women.value > men.value
    assert (found.strata, found.left_out, found.status) == (6, 0, Status.OK)
    assert women.value == pytest.approx(women.ratio * found.country)


def test_answers_without_stratum_are_left_out_and_counted():
    found = standardise(**arguments("forbund"))
    assert found.left_out == 6
    assert found.n == sum(
        n for n, s in zip(CASES["forbund"]["data"]["n"], CASES["forbund"]["data"]["stratum"], strict=True) if s
    )


@pytest.mark.parametrize("method", ["indirect", "direct", "marginal"])
def test_a_unit_without_answers_says_so_and_the_others_stand(method):
    table = rows(standardise(**arguments("forbund"), method=method), ["F9", "F2"])
    assert table["status"].tolist() == ["inga data", "ok"]
    assert table.loc["F9", ["crude", "value", "lower", "upper", "expected", "ratio"]].isna().all()


def test_direct_needs_every_stratum_and_the_others_do_not():
    statuses = {
        m: rows(standardise(**arguments("forbund"), method=m), ["F8"])["status"].item()
        for m in ("indirect", "direct", "marginal")
    }
    assert statuses == {"indirect": "ok", "direct": "ej tillämpligt", "marginal": "ok"}
    reason = rows(standardise(**arguments("forbund"), method="direct"), ["F8"])["reason"].item()
    assert reason == "Någon av grupperna saknar svar i enheten; direkt standardisering går inte."


def test_nobody_at_all():
    found = standardise([0, 0], [0, 0], ["a", "b"], unit=["u", "u"], method="marginal")
    assert (found.status, found.country, found.units["status"].tolist()) == (Status.NO_DATA, None, ["inga data"])


def test_a_unit_alone_is_as_the_country():
    unit = standardise([3, 9], [10, 12], ["a", "b"], unit=["u", "u"]).units.iloc[0]
    assert (unit["ratio"], unit["value"]) == pytest.approx((1, 12 / 22))


def test_marginal_leaves_out_units_whose_answers_are_all_equal():
    kwargs = {"x": [3, 5, 4, 4, 6, 2], "n": [9, 9, 8, 9, 6, 2], "strata": list("ababab"), "unit": list("uuvvww")}
    table = rows(standardise(**kwargs, method="marginal"), ["u", "v", "w"])
    assert table["status"].tolist() == ["ok", "ok", "ej tillämpligt"]
    without = standardise(
        *(kwargs[k][:4] for k in ("x", "n", "strata")),
        unit=kwargs["unit"][:4],
        method="marginal",
        reference=pd.DataFrame({"x": [13, 11], "n": [23, 20]}, index=["a", "b"]),
    )
    assert table["value"].tolist()[:2] == pytest.approx(without.units["value"].tolist(), abs=1e-12)


@pytest.mark.parametrize(
    "x, n, strata, unit, reason",
    [
        ([3, 4, 2, 0], [9, 9, 8, 5], list("abab"), list("uuvv"), ""),
        ([3, 9, 2, 5], [9, 9, 8, 5], list("abab"), list("uuvv"), "grupperna"),
        ([3, 4], [9, 9], list("ab"), list("uv"), "delar inte grupper"),
        ([0, 9, 4, 0], [9, 9, 8, 5], list("abab"), list("uuvv"), ""),
    ],
)
def test_marginal_says_why_a_model_cannot_be_had(x, n, strata, unit, reason):
    table = standardise(x, n, strata, unit=unit, method="marginal").units
    assert reason in table["reason"][0]
    assert (table["status"] == "ok").all() == (reason == "")


def test_a_model_without_a_finite_maximum_has_not_converged():
    # all in u × a and none in v × b: both at once become likelier the further apart u and v, a and b are placed
    table = standardise([5, 2, 3, 0], [5, 4, 6, 4], list("abab"), unit=list("uuvv"), method="marginal").units
    assert table["status"].tolist() == ["konvergerade inte"] * 2
    assert table["value"].isna().all()


def test_a_share_above_all_is_refused_while_the_ratio_stays():
    reference = pd.DataFrame({"x": [100, 900], "n": [1000, 1000]}, index=["a", "b"])
    unit = standardise([10], [10], ["a"], unit=["u"], reference=reference).units.iloc[0]
    assert (unit["ratio"], unit["status"]) == (pytest.approx(10), "ej tillämpligt")
    assert np.isnan(unit["value"])
    assert "100 %" in unit["reason"]


def test_the_country_must_know_the_strata():
    reference = pd.DataFrame({"x": [0], "n": [40]}, index=["a"])
    table = standardise([1, 1, 2], [5, 5, 6], list("aba"), unit=list("uuv"), reference=reference).units
    assert table["reason"].str.contains("inga svar i landet|inga sådana svar").tolist() == [True, True]


def test_a_design_effect_widens_each_units_own_interval():
    for method in ("indirect", "direct", "marginal"):
        for limits in ("wilson", "byar") if method != "marginal" else ("wilson",):
            kwargs = {**arguments("berkeley"), "method": method, "limits": limits}
            plain, wide = standardise(**kwargs), standardise(**kwargs, deff={"Female": 1, "Male": 4})
            widths = [(found.units["upper"] - found.units["lower"]).tolist() for found in (plain, wide)]
            assert widths[1][1] > 1.5 * widths[0][1]
            assert wide.method == plain.method + ", effektivt n"
    crude = standardise(**arguments("berkeley"), deff=3).units.iloc[0]
    assert crude["crude_lower"] == pytest.approx(proportion_interval(int(crude["x"]), int(crude["n"]), deff=3).lower)


@pytest.mark.parametrize(
    "change, message",
    [
        ({"x": [0.5, 1]}, "whole numbers"),
        ({"x": [3, 9]}, "at most n"),
        ({"n": [5]}, "equally long"),
        ({"unit": [None, "u"]}, "no unit"),
        ({"reference": pd.DataFrame({"p": [1]})}, "columns x and n"),
        ({"deff": 0}, "deff"),
        ({"level": 95}, "level"),
    ],
)
def test_calls_that_cannot_be_right_are_refused(change, message):
    kwargs = {"x": [1, 2], "n": [5, 6], "strata": ["a", "b"], "unit": ["u", "u"], **change}
    with pytest.raises(WrongShape, match=message):
        standardise(**kwargs)


@pytest.mark.parametrize(
    "change", [{"method": "crude"}, {"limits": "exact"}, {"method": "marginal", "limits": "byar"}, {"deff": {"v": 1}}]
)
def test_unknown_names_are_refused(change):
    with pytest.raises(UnknownName, match="known|names no"):
        standardise([1, 2], [5, 6], ["a", "b"], unit=["u", "u"], **change)


cell = st.integers(1, 30).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@settings(max_examples=15)
@given(st.lists(cell, min_size=9, max_size=9), st.permutations(range(9)))
def test_the_order_of_entries_changes_nothing_and_values_lie_within_their_limits(cells, order):
    x, n = np.array(cells).T
    strata, unit = np.tile(STRATA, 3), np.repeat(["u", "v", "w"], 3)
    for method in ("indirect", "direct", "marginal"):
        one = standardise(x, n, strata, unit=unit, method=method).units.set_index("unit")
        other = standardise(x[order], n[order], strata[order], unit=unit[order], method=method).units.set_index("unit")
        pd.testing.assert_frame_equal(one, other.loc[one.index], atol=1e-8)
        known = one[one["status"] == "ok"]
        assert (known["lower"] <= known["value"] + 1e-12).all()
        assert (known["value"] <= known["upper"] + 1e-12).all()
        assert known[["lower", "upper"]].to_numpy().min(initial=1) >= -1e-12
        assert known[["lower", "upper"]].to_numpy().max(initial=0) <= 1 + 1e-12
        assert (one["reason"] != "").eq(one["status"] != "ok").all()


@settings(max_examples=20)
@given(st.lists(cell, min_size=9, max_size=9))
def test_expected_numbers_add_up_to_the_observed_and_equal_composition_changes_nothing(cells):
    x, _ = np.array(cells).T
    n = np.tile([30, 40, 50], 3)
    strata, unit = np.tile(STRATA, 3), np.repeat(["u", "v", "w"], 3)
    indirect = standardise(x, n, strata, unit=unit).units
    if x.sum():
        assert indirect["expected"].sum() == pytest.approx(x.sum())
    direct = standardise(x, n, strata, unit=unit, method="direct").units
    assert direct["value"].tolist() == pytest.approx(direct["crude"].tolist())
    assert direct["lower"].tolist() == pytest.approx(direct["crude_lower"].tolist())
