import numpy as np
import pandas as pd
import pytest

from finsam_eval.errors import UnknownName, WrongShape
from finsam_eval.psychometrics.factors import cfa, invariance, invariance_over_occasions
from finsam_eval.results import Status
from tests.factor_data import ANSWERS, BIG_FIVE, DATCAT_MODEL, EXLONG, HS_MODEL, INVARIANCE, long, rows
from tests.psychometric_data import BFI

SCHOOL = ["Pasteur"] * 156 + ["Grant-White"] * 145
HALVES = ["a"] * 100 + ["b"] * 100
TWO = {factor: BIG_FIVE[factor] for factor in "AC"}
ONE = {"f": ["y1", "y2", "y3"]}
OVER_TIME = long(EXLONG)
IN_STEPS = OVER_TIME.assign(
    **{name: np.digitize(OVER_TIME[name], [-1, 0, 1], right=True) for name in ("y1", "y2", "y3")}
)


def over_occasions(items, *options):
    return invariance_over_occasions(items, ONE, items["person"], items["occasion"], *options)


CASES = {
    ("hs", "ML"): lambda: invariance(ANSWERS["hs"], HS_MODEL, SCHOOL, "ML"),
    ("hs", "MLR"): lambda: invariance(ANSWERS["hs"], HS_MODEL, SCHOOL, "MLR"),
    ("bfi", "MLR"): lambda: invariance(BFI, TWO, BFI["gender"], "MLR"),
    ("bfi", "WLSMV"): lambda: invariance(BFI, TWO, BFI["gender"]),
    ("bfi", "WLSMVpartial"): lambda: invariance(BFI, TWO, BFI["gender"], free=[("loading", "A1"), ("intercept", "C2")]),
    ("datcat", "WLSMV"): lambda: invariance(ANSWERS["datcat"], DATCAT_MODEL, HALVES),
    ("exlong", "MLR"): lambda: over_occasions(OVER_TIME, "MLR"),
    ("exlong", "WLSMV"): lambda: over_occasions(IN_STEPS),
}
"""bfi has missing answers."""


@pytest.mark.parametrize("n, top, told", [(400, 65, True), (400, 30, False), (1000, 65, False)])
def test_few_heaped_answers_are_said_to_fail_equal_intercepts_too_often(n, top, told):
    rng = np.random.default_rng(6)
    latent = 0.7 * rng.standard_normal((n, 1)) + 0.7 * rng.standard_normal((n, 4))
    answers = np.digitize(latent, np.percentile(latent, [(100 - top) / 2, 100 - top]))
    found = invariance(pd.DataFrame(answers, columns=list("abcd")), {"F": list("abcd")}, np.arange(n) % 2)
    assert found.steps["step"].iloc[-1] == "intercepts"
    assert ("oftare än det ska" in found.reason) is told


@pytest.fixture(scope="module")
def found():
    return {key: call() for key, call in CASES.items()}


@pytest.mark.parametrize("key", CASES, ids="-".join)
def test_every_step_fits_as_in_lavaan_and_semtools(found, key):
    steps = found[key].steps
    assert found[key].status == Status.OK
    assert len(steps) == 4
    for number, step in enumerate(steps.itertuples(), 1):
        fit = (key[0], f"{key[1]}{number}")
        assert step.df == rows(INVARIANCE, *fit, "df").iloc[0]
        assert step.chisq == pytest.approx(rows(INVARIANCE, *fit, "chisq").iloc[0], abs=1e-4)
        for name in ("cfi", "rmsea", "srmr"):
            assert getattr(step, name) == pytest.approx(rows(INVARIANCE, *fit, name).iloc[0], abs=1e-6)
        for name in ("chisq", "cfi", "rmsea"):
            theirs = rows(INVARIANCE, *fit, f"{name}.scaled")
            if len(theirs):
                assert getattr(step, f"{name}_scaled") == pytest.approx(
                    theirs.iloc[0], abs=5e-4 if name == "chisq" else 1e-6
                )


@pytest.mark.parametrize("key", CASES, ids="-".join)
def test_differences_between_steps_are_those_of_lavaan(found, key):
    theirs = rows(INVARIANCE, *key, "diff")
    for number, step in enumerate(found[key].steps.itertuples()):
        if number:
            at = str(number)
            assert step.difference_df == theirs[(at, "df")]
            assert step.difference == pytest.approx(theirs[(at, "chisq")], abs=1e-3)
            assert step.difference_p == pytest.approx(theirs[(at, "p")], abs=1e-4)
    assert len(theirs) == 9


@pytest.mark.parametrize("at", range(4))
def test_the_theta_parameterisation_of_semtools_gives_the_same_tests(found, at):
    theirs = rows(INVARIANCE, "bfi", f"WLSMVtheta{at + 1}", "chisq.scaled").iloc[0]
    assert found["bfi", "WLSMV"].steps["chisq_scaled"].iloc[at] == pytest.approx(theirs, abs=1e-2)


def test_intercepts_freed_in_part_fit_as_in_lavaan():
    found = invariance(ANSWERS["hs"], HS_MODEL, SCHOOL, "MLR", [("intercept", "x3"), ("intercept", "x7")])
    for name in ("chisq", "df", "cfi", "chisq_scaled"):
        theirs = rows(INVARIANCE, "hs", "MLRpartial", name.replace("_", ".")).iloc[0]
        assert found.steps.set_index("step").loc["scalar", name] == pytest.approx(theirs, abs=1e-4)
    assert found.holds == "strict"
    assert "Undantagna från kraven: intercept x3, intercept x7" in found.conclusion


def test_means_variances_scales_and_their_errors_in_the_other_group_are_those_of_semtools(found):
    table = found["datcat", "WLSMV"].parameters
    table = table[(table["step"] == "intercepts") & (table["group"] == "b")]
    kinds = {"mean": "~1", "variance": "~~", "covariance": "~~", "scale": "~*~", "loading": "=~"}
    compared = 0
    for row in table[table["kind"].isin(list(kinds))].itertuples():
        left, right = row.left, "" if row.kind == "mean" else row.right or row.left
        for value, in_r in ((row.value, "est"), (row.se, "se")):
            theirs = rows(INVARIANCE, "datcat", "WLSMV4g2", in_r + kinds[row.kind])
            assert value == pytest.approx(theirs[(left, right)], abs=1e-4)
            compared += 1
    assert compared == 2 * (8 + 2 + 2 + 1 + 8)


def test_the_first_group_has_variances_one_and_means_nought_and_shares_what_is_held(found):
    table = found["datcat", "WLSMV"].parameters.set_index(["step", "group", "kind"]).sort_index()
    last = table.loc["intercepts"]
    assert not {"mean", "variance", "scale", "intercept"} & set(last.loc["a"].index)
    for kind in ("loading", "threshold"):
        assert last.loc[("a", kind), "value"].tolist() == last.loc[("b", kind), "value"].tolist()
    first = table.loc["configural"]
    assert first.loc[("a", "loading"), "value"].tolist() != first.loc[("b", "loading"), "value"].tolist()


def test_the_first_step_is_each_group_by_itself(found):
    steps = found["hs", "ML"].steps
    parts = [cfa(ANSWERS["hs"][np.array(SCHOOL) == name], HS_MODEL, "ML") for name in ("Pasteur", "Grant-White")]
    assert steps["chisq"].iloc[0] == pytest.approx(sum(part.chisq for part in parts), abs=1e-6)
    assert steps["df"].iloc[0] == 48
    assert found["hs", "ML"].groups.to_dict("list") == {"group": ["Grant-White", "Pasteur"], "n": [145, 156]}


def test_what_may_be_compared_follows_the_steps_that_hold(found):
    school = found["hs", "MLR"]
    assert school.steps["verdict"].tolist() == ["prövas inte", "håller", "håller inte", "håller"]
    assert school.holds == "metric"
    assert school.conclusion == (
        "Faktorernas samband och spridning får jämföras mellan grupper, men inte deras medelvärden."
    )
    gender = found["bfi", "WLSMV"]
    assert gender.steps["verdict"].tolist() == ["prövas inte", "håller", "nästan", "nästan"]
    assert "medelvärden får jämföras mellan grupper" in gender.conclusion
    assert "CFI sjunker högst 0,01" in gender.conclusion
    assert "tillfällen" in found["exlong", "MLR"].conclusion
    assert "Wu & Estabrook (2016)" in gender.method
    assert "Satorra & Bentler (2001)" in school.method


def test_a_model_that_fits_badly_from_the_start_is_said():
    mixed = {"f": ["x1", "x4", "x7", "x2", "x5", "x8"]}
    assert "passar dåligt redan utan krav på likhet" in invariance(ANSWERS["hs"], mixed, SCHOOL, "ML").conclusion


def planted(shift, seed=4, n=600):
    """Two groups; the answers behind y1's steps lie higher in the second by `shift`, its factor's mean by .3."""
    rng = np.random.default_rng(seed)
    group = np.repeat(["a", "b"], n)
    factor = rng.normal(size=(2 * n, 1)) + 0.3 * (group == "b")[:, np.newaxis]
    answers = 0.8 * factor + 0.6 * rng.normal(size=(2 * n, 5))
    answers[:, 0] += shift * (group == "b")
    return pd.DataFrame(np.digitize(answers, [-0.8, 0.0, 0.7]), columns=[f"y{at}" for at in range(1, 6)]), group


def test_a_planted_difference_in_one_item_is_found_and_freeing_it_restores_the_rest():
    items, group = planted(0.5)
    model = {"f": list(items)}
    found = invariance(items, model, group)
    assert found.steps["verdict"].tolist()[1:3] == ["håller", "håller"]
    assert found.steps["difference_p"].iloc[3] < 1e-6
    mended = invariance(items, model, group, free=[("intercept", "y1")])
    assert mended.steps["verdict"].iloc[3] == "håller"
    last = mended.parameters[mended.parameters["step"] == "intercepts"].set_index(["kind", "left"])
    assert last.loc[("mean", "f"), "value"] == pytest.approx(0.3, abs=3 * last.loc[("mean", "f"), "se"])
    assert last.loc[("intercept", "y1"), "value"] == pytest.approx(0.5, abs=0.2)
    equal, group = planted(0.0)
    assert invariance(equal, model, group).holds == "intercepts"


def test_an_item_whose_thresholds_are_free_has_all_else_free():
    items, group = planted(0.0)
    model = {"f": list(items)}
    steps = invariance(items, model, group, free=[("threshold", "y1")]).steps
    plain = invariance(items, model, group).steps
    # Of four answers the item has three thresholds, one more than an intercept and a scale; then a loading, and so on.
    assert (plain["df"] - steps["df"]).tolist() == [0, 1, 2, 3]


def test_three_steps_leave_nothing_to_test_in_the_thresholds():
    items, group = planted(0.0)
    found = invariance(items.clip(upper=2), {"f": list(items)}, group)
    assert found.steps["difference_df"].tolist()[1:] == [0, 4, 4]
    assert found.steps["verdict"].iloc[1] == "prövas inte"
    assert found.steps["difference_p"].isna().tolist() == [True, True, False, False]
    assert found.steps["chisq"].iloc[1] == pytest.approx(found.steps["chisq"].iloc[0], abs=1e-6)


def test_neither_order_nor_names_of_groups_change_the_tests():
    items, before = ANSWERS["datcat"], ANSWERS["datcat"].copy()
    found = invariance(items, DATCAT_MODEL, HALVES)
    order = np.random.default_rng(1).permutation(len(items))
    turned = ["z" if label == "a" else "b" for label in HALVES]
    moved = invariance(items.iloc[order], DATCAT_MODEL, pd.Series(turned).iloc[order])
    columns = ["chisq", "chisq_scaled", "cfi_scaled", "difference", "difference_p"]
    assert moved.steps[columns].astype(float).to_numpy() == pytest.approx(
        found.steps[columns].astype(float).to_numpy(), abs=1e-5, nan_ok=True
    )
    pd.testing.assert_frame_equal(items, before)


def nothing(found, status, says):
    assert (found.status, found.holds, found.conclusion) == (status, "", "")
    assert says in found.reason
    assert found.to_frame().empty
    assert found.parameters.empty


def test_a_step_nobody_in_one_group_chose_is_named():
    items = ANSWERS["datcat"].copy()
    items.loc[:99, "u2"] = items.loc[:99, "u2"].clip(upper=items["u2"].max() - 1)
    nothing(invariance(items, DATCAT_MODEL, HALVES), Status.NO_DATA, "Ingen i a valde svaret 5 på u2: slå ihop")


@pytest.mark.parametrize(
    "items, group, says, status",
    [
        (ANSWERS["datcat"], ["a"] * 200, "inget att jämföra med", Status.NOT_APPLICABLE),
        (ANSWERS["datcat"], [None] * 200, "inget att jämföra med", Status.NOT_APPLICABLE),
        (ANSWERS["datcat"], ["a"] * 199 + ["b"], "b har för få", Status.NO_DATA),
        (ANSWERS["datcat"].clip(upper=2), HALVES, "bara två svarssteg", Status.NOT_APPLICABLE),
        (ANSWERS["datcat"].assign(u1=[3] * 100 + [1, 2] * 50), HALVES, "I a gav alla samma svar på u1", Status.NO_DATA),
        (ANSWERS["datcat"].assign(u2=ANSWERS["datcat"]["u1"]), HALVES, "u1 (a) och u2 (a)", Status.NOT_CONVERGED),
    ],
)
def test_answers_that_cannot_be_compared_say_why(items, group, says, status):
    nothing(invariance(items, DATCAT_MODEL, group), status, says)


def test_fewer_respondents_than_parameters_and_models_not_identified_are_told():
    few = list(range(20)) + list(range(156, 176))
    found = invariance(ANSWERS["hs"].iloc[few], HS_MODEL, [SCHOOL[at] for at in few], "ML")
    nothing(found, Status.NO_DATA, "40 svarande är färre än modellens 60 parametrar")
    nothing(invariance(ANSWERS["hs"], {"f": ["x1", "x2"]}, SCHOOL, "ML"), Status.NOT_APPLICABLE, "inte identifierad")


def test_a_heywood_case_in_one_group_is_named_with_its_group():
    rng = np.random.default_rng(2)
    factor = rng.normal(size=(400, 1))
    items = pd.DataFrame(0.7 * factor + 0.7 * rng.normal(size=(400, 4)), columns=list("wxyz"))
    bad = items.iloc[200:]
    r = np.array([[1, 0.8, 0.8, 0.1], [0.8, 1, 0.5, 0.1], [0.8, 0.5, 1, 0.1], [0.1, 0.1, 0.1, 1]])
    white = (bad - bad.mean()) @ np.linalg.inv(np.linalg.cholesky(np.cov(bad.T))).T
    items.iloc[200:] = (white @ np.linalg.cholesky(r).T).to_numpy()
    found = invariance(items, {"f": list("wxyz")}, ["a"] * 200 + ["b"] * 200, "ML")
    nothing(found, Status.NOT_CONVERGED, "(Heywood): w (b)")


@pytest.mark.parametrize(
    "options, error, says",
    [
        ({"group": HALVES[:-1]}, WrongShape, "one entry per row"),
        ({"free": ["loading"]}, WrongShape, "pairs"),
        ({"free": [("residual", "u1")]}, WrongShape, "threshold, loading, intercept"),
        ({"free": [("loading", "nix")]}, UnknownName, "nix"),
        ({"estimator": "OLS"}, WrongShape, "one of"),
        ({"model": {**DATCAT_MODEL, "g": ["f1", "f2"]}}, WrongShape, "factors of items only"),
        ({"model": {"f": ["u1", "nix"]}}, UnknownName, "nix"),
    ],
)
def test_calls_that_cannot_be_right_are_refused(options, error, says):
    call = {"items": ANSWERS["datcat"], "model": DATCAT_MODEL, "group": HALVES, **options}
    with pytest.raises(error, match=says):
        invariance(**call)


def test_a_person_answers_once_at_an_occasion_and_only_those_who_did_at_all_count():
    with pytest.raises(WrongShape, match="several at the same"):
        over_occasions(pd.concat([OVER_TIME, OVER_TIME.head(1)]), "ML")
    with pytest.raises(WrongShape, match="one entry per row"):
        invariance_over_occasions(OVER_TIME, ONE, OVER_TIME["person"].head(3), OVER_TIME["occasion"], "ML")
    gaps = OVER_TIME.assign(y1=OVER_TIME["y1"].mask(OVER_TIME.index == 5))
    found = over_occasions(gaps, "ML")
    assert found.n == 199
    left_out = over_occasions(OVER_TIME[OVER_TIME["person"] != 5], "ML")
    assert found.steps["chisq"].tolist() == pytest.approx(left_out.steps["chisq"].tolist(), abs=1e-8)


def test_what_goes_together_over_occasions_is_named(found):
    table = found["exlong", "MLR"].parameters
    first = table[table["step"] == "configural"].set_index(["kind", "left", "right"])
    assert first.loc[[("residual covariance", "y1", "y1 (t2)")], "group"].tolist() == ["t1"]
    assert first.loc[[("covariance", "f", "f (t3)")], "group"].tolist() == ["t1", "t2"]
    strict = table[(table["step"] == "strict") & (table["kind"] == "mean")]
    assert strict["group"].tolist() == ["t2", "t3"]
