import numpy as np
import pandas as pd
import pytest

from finsam_eval.errors import UnknownName, WrongShape
from finsam_eval.psychometrics.factors import cfa
from finsam_eval.results import Status
from tests.factor_data import ANSWERS, BIG_FIVE, CFA, DATCAT_MODEL, HS_MODEL, measure, rows

ACE = {factor: BIG_FIVE[factor] for factor in "ACE"}
GENERAL = {"g": [name for items in ACE.values() for name in items], **ACE}

CASES = {
    ("bfi", "wlsmv5"): (BIG_FIVE, {}),
    ("bfi", "mlr5"): (BIG_FIVE, {"estimator": "MLR"}),
    ("bfi", "bifactor_wlsmv"): (GENERAL, {"orthogonal": True}),
    ("bfi", "bifactor_mlr"): (GENERAL, {"orthogonal": True, "estimator": "MLR"}),
    ("bfi", "second_wlsmv"): ({**ACE, "g": ["A", "C", "E"]}, {}),
    ("hs", "threeML"): (HS_MODEL, {"estimator": "ML"}),
    ("hs", "threeMLR"): (HS_MODEL, {"estimator": "MLR"}),
    ("hs", "residual"): (HS_MODEL, {"estimator": "ML", "residual_covariances": [("x7", "x8")]}),
    ("hs", "orthogonal"): (HS_MODEL, {"estimator": "ML", "orthogonal": True}),
    ("hs", "second"): ({**HS_MODEL, "g": ["v", "t", "s"]}, {"estimator": "ML"}),
    ("datcat", "wlsmv"): (DATCAT_MODEL, {"residual_covariances": [("u1", "u5")]}),
    ("airquality", "mlr"): ({"f": ["Ozone", "Wind", "Temp", "Solar.R"]}, {"estimator": "MLR"}),
}

MEASURES = {
    "pvalue": "pvalue",
    "pvalue_scaled": "pvalue.scaled",
    "cfi": "cfi",
    "tli": "tli",
    "rmsea": "rmsea",
    "rmsea_lower": "rmsea.ci.lower",
    "rmsea_upper": "rmsea.ci.upper",
    "srmr": "srmr",
    "cfi_scaled": "cfi.scaled",
    "tli_scaled": "tli.scaled",
    "rmsea_scaled": "rmsea.scaled",
    "rmsea_scaled_lower": "rmsea.ci.lower.scaled",
    "rmsea_scaled_upper": "rmsea.ci.upper.scaled",
}


def complete(data: str, model: dict) -> pd.DataFrame:
    """R's models of bfi all rest on the rows that are complete in its 25 items."""
    return ANSWERS[data].dropna() if data == "bfi" else ANSWERS[data]


@pytest.fixture(scope="module")
def found():
    return {key: cfa(complete(key[0], model), model, **options) for key, (model, options) in CASES.items()}


@pytest.mark.parametrize("key", CASES, ids="-".join)
def test_tests_and_measures_of_fit_are_those_of_lavaan(found, key):
    ours, theirs = found[key], {name: rows(CFA, *key, name) for name in ["chisq", "chisq.scaled", *MEASURES.values()]}
    assert ours.status == Status.OK
    assert ours.df == measure(CFA, *key, "df")
    assert ours.chisq == pytest.approx(theirs["chisq"].iloc[0], abs=1e-4)
    if len(theirs["chisq.scaled"]):
        assert ours.chisq_scaled == pytest.approx(theirs["chisq.scaled"].iloc[0], rel=1e-6)
    for name, in_r in MEASURES.items():
        if len(theirs[in_r]):
            assert getattr(ours, name) == pytest.approx(theirs[in_r].iloc[0], abs=1e-6), name
        else:
            assert getattr(ours, name) is None


@pytest.mark.parametrize("key", CASES, ids="-".join)
def test_loadings_errors_and_standardised_loadings_are_those_of_lavaan(found, key):
    table = found[key].loadings.set_index(["factor", "item"])
    for name, in_r in {"loading": "est=~", "se": "se=~", "std": "std=~"}.items():
        theirs = rows(CFA, *key, in_r)
        if name != "loading" or len(theirs):
            assert sorted(theirs.index) == sorted(table.index)
            assert table[name].loc[theirs.index].to_numpy() == pytest.approx(theirs.to_numpy(), abs=2e-5)


@pytest.mark.parametrize(
    "key", [("bfi", "wlsmv5"), ("bfi", "mlr5"), ("hs", "threeML"), ("hs", "threeMLR")], ids="-".join
)
def test_factors_correlate_as_in_lavaan(found, key):
    theirs, table = rows(CFA, *key, "std~~"), found[key].factors.set_index(["factor", "other"])
    assert len(theirs) == len(table)
    assert table["std"].loc[theirs.index].to_numpy() == pytest.approx(theirs.to_numpy(), abs=1e-5)
    errors = rows(CFA, *key, "se~~").loc[theirs.index]
    assert table["se"].loc[theirs.index].to_numpy() == pytest.approx(errors.to_numpy(), abs=1e-5)


@pytest.mark.parametrize(
    "key", [("bfi", "wlsmv5"), ("bfi", "mlr5"), ("hs", "threeML"), ("datcat", "wlsmv")], ids="-".join
)
def test_modification_indices_and_expected_changes_are_those_of_lavaan(found, key):
    table = found[key].modification
    for kind, sign in {"loading": "=~", "residual": "~~"}.items():
        ours = table[table["kind"] == kind].set_index(["left", "right"])
        for name in ("mi", "epc"):
            theirs = rows(CFA, *key, name + sign)
            assert ours[name].loc[theirs.index].to_numpy() == pytest.approx(theirs.to_numpy(), rel=1e-4)
    largest = max(rows(CFA, *key, "mi=~").max(), rows(CFA, *key, "mi~~").max())
    assert table["mi"].iloc[0] == table["mi"].max() == pytest.approx(largest, rel=1e-4)


def test_residual_covariances_are_those_of_lavaan(found):
    for key, pair in [(("hs", "residual"), ("x7", "x8")), (("datcat", "wlsmv"), ("u1", "u5"))]:
        table = found[key].residual_covariances.set_index(["item", "other"]).loc[[pair]]
        assert len(found[key].residual_covariances) == 1
        for name, in_r in {"covariance": "est~~", "se": "se~~", "std": "std~~"}.items():
            theirs = rows(CFA, *key, in_r)
            if pair in theirs.index:
                assert table[name].iloc[0] == pytest.approx(theirs.loc[pair], abs=1e-5)


def test_what_is_left_of_each_item_is_that_of_lavaan(found):
    theirs = rows(CFA, "hs", "threeML", "est~~")
    table = found["hs", "threeML"].residuals.set_index("item")
    own = [theirs.loc[(name, name)] for name in table.index]
    assert table["variance"].to_numpy() == pytest.approx(own, abs=1e-5)
    assert table["r2"].to_numpy() == pytest.approx(1 - table["std"].to_numpy(), abs=1e-12)
    ordered = found["bfi", "wlsmv5"]
    squares = ordered.loadings.set_index("item")["std"] ** 2
    assert ordered.residuals.set_index("item")["r2"].to_numpy() == pytest.approx(squares.to_numpy(), abs=1e-9)


def test_freeing_a_parameter_lowers_chi_square_about_as_told(found):
    told = found["hs", "threeML"].modification.set_index(["left", "right"]).loc[("v", "x9")]
    freed = cfa(ANSWERS["hs"], {**HS_MODEL, "v": ["x1", "x2", "x3", "x9"]}, "ML")
    fall = found["hs", "threeML"].chisq - freed.chisq
    assert fall == pytest.approx(told["mi"], rel=0.15)
    loading = freed.loadings.set_index(["factor", "item"]).loc[("v", "x9")]
    assert (loading["loading"], loading["std"]) == pytest.approx((told["epc"], told["std"]), rel=0.35)


def test_rows_with_gaps_in_the_model_alone_are_dropped():
    items = ANSWERS["bfi"]
    found = cfa(items, ACE)
    assert found.n == len(items[GENERAL["g"]].dropna()) > 2436
    same = cfa(items[GENERAL["g"]].dropna(), ACE)
    assert (found.chisq, found.cfi) == (same.chisq, same.cfi)


def test_neither_order_nor_a_column_beside_nor_a_shifted_scale_changes_anything():
    items = ANSWERS["datcat"]
    before = items.copy()
    found = cfa(items, DATCAT_MODEL)
    turned = {name: list(reversed(parts)) for name, parts in reversed(DATCAT_MODEL.items())}
    moved = cfa((items.iloc[::-1, ::-1] + 2).assign(other=np.nan), turned)
    assert (moved.chisq, moved.chisq_scaled, moved.cfi, moved.srmr) == pytest.approx(
        (found.chisq, found.chisq_scaled, found.cfi, found.srmr), abs=1e-8
    )
    pd.testing.assert_frame_equal(items, before)


def test_each_factor_is_turned_so_that_its_first_loading_is_positive():
    items = ANSWERS["hs"].assign(x1=-ANSWERS["hs"]["x1"])
    found = cfa(items, HS_MODEL, "ML").loadings.set_index("item")["std"]
    plain = cfa(ANSWERS["hs"], HS_MODEL, "ML").loadings.set_index("item")["std"]
    assert found["x1"] == pytest.approx(plain["x1"], abs=1e-8)
    assert found[["x2", "x3"]].to_numpy() == pytest.approx(-plain[["x2", "x3"]].to_numpy(), abs=1e-8)


def test_a_model_with_no_degrees_of_freedom_is_not_tested_and_says_so():
    found = cfa(ANSWERS["datcat"], {"f": ["u1", "u2", "u3"]})
    assert (found.status, found.df, found.pvalue, found.chisq_scaled, found.tli) == (Status.OK, 0, None, None, None)
    assert "kan inte prövas" in found.reason
    assert found.chisq == pytest.approx(0, abs=1e-10)
    assert len(found.loadings) == 3
    assert found.modification.empty


@pytest.mark.parametrize(
    "n, top, estimator, told",
    [(200, 65, "WLSMV", True), (200, 30, "WLSMV", False), (500, 65, "WLSMV", False), (200, 65, "ML", False)],
)
def test_few_answers_heaped_on_a_step_are_said_to_fail_a_true_model_too_often(n, top, estimator, told):
    rng = np.random.default_rng(5)
    latent = 0.7 * rng.standard_normal((n, 1)) + 0.7 * rng.standard_normal((n, 5))
    answers = np.digitize(latent, np.percentile(latent, [(100 - top) / 2, 100 - top]))
    found = cfa(pd.DataFrame(answers, columns=list("abcde")), {"F": list("abcde")}, estimator)
    assert found.status is Status.OK
    assert ("oftare än det ska" in found.reason) is told


def test_the_method_names_estimator_and_definitions(found):
    assert "DWLS på polykoriska korrelationer" in found["bfi", "wlsmv5"].method
    assert "RMSEA med N − antal grupper" in found["bfi", "wlsmv5"].method
    assert "sandwich" in found["hs", "threeMLR"].method
    assert "kompletta svar" in found["hs", "threeML"].method
    frame = found["hs", "threeML"].to_frame()
    assert len(frame) == 1
    assert frame["cfi"].iloc[0] == found["hs", "threeML"].cfi


def nothing(found, status, says):
    """No record of a model that is none looks like one."""
    assert found.status == status
    assert says in found.reason
    row = found.to_frame().iloc[0].drop(["estimator", "method", "n", "status", "reason"])
    assert row.isna().all()
    assert all(
        getattr(found, name).empty for name in ("loadings", "factors", "residuals", "thresholds", "modification")
    )


def heywood():
    """x1 has correlations with the others that no share of its variance below one gives."""
    r = np.array([[1, 0.8, 0.8, 0.1], [0.8, 1, 0.5, 0.1], [0.8, 0.5, 1, 0.1], [0.1, 0.1, 0.1, 1]])
    values = np.random.default_rng(1).normal(size=(300, 4))
    white = (values - values.mean(0)) @ np.linalg.inv(np.linalg.cholesky(np.cov(values.T))).T
    return pd.DataFrame(white @ np.linalg.cholesky(r).T, columns=["x1", "x2", "x3", "x4"])


@pytest.mark.parametrize("estimator", ["ML", "MLR", "WLSMV"])
def test_a_heywood_case_shows_no_fit(estimator):
    items = heywood()
    if estimator == "WLSMV":
        items = items.apply(lambda column: np.digitize(column, [-1, -0.3, 0.3, 1]))
    nothing(cfa(items, {"f": list(items)}, estimator), Status.NOT_CONVERGED, "(Heywood): x1")


@pytest.mark.parametrize("estimator", ["ML", "MLR", "WLSMV"])
@pytest.mark.parametrize(
    "model, options",
    [
        ({"f": ["u1", "u2"]}, {}),
        ({"f": ["u1", "u2", "u3"], "g": ["u4", "u5"]}, {"orthogonal": True}),
        ({"a": ["u1", "u2", "u3"], "b": ["u4", "u5", "u6"], "g": ["a", "b"]}, {}),
        ({"f": ["u1", "u2", "u3"]}, {"residual_covariances": [("u1", "u2")]}),
    ],
)
def test_a_model_that_is_not_identified_shows_no_fit(model, options, estimator):
    nothing(cfa(ANSWERS["datcat"], model, estimator, **options), Status.NOT_APPLICABLE, "inte identifierad")


def test_two_items_identify_a_factor_that_varies_with_another():
    model = {"f": ["u1", "u2", "u3"], "g": ["u7", "u8"]}
    assert cfa(ANSWERS["datcat"], model).status == Status.OK


def test_fewer_respondents_than_parameters_are_told():
    few = cfa(ANSWERS["hs"].head(15), HS_MODEL, "ML")
    nothing(few, Status.NO_DATA, "15 svarande är färre än modellens 21 parametrar")
    few = cfa(ANSWERS["bfi"].dropna().head(40), BIG_FIVE)
    nothing(few, Status.NO_DATA, "parametrar: samla in fler svar")


def test_items_that_determine_each_other_are_told():
    copied = ANSWERS["hs"].assign(x2=ANSWERS["hs"]["x1"])
    nothing(cfa(copied, HS_MODEL, "MLR"), Status.NO_DATA, "följs åt helt")
    copied = ANSWERS["datcat"].assign(u2=ANSWERS["datcat"]["u1"])
    nothing(cfa(copied, DATCAT_MODEL), Status.NOT_CONVERGED, "u1 och u2")


@pytest.mark.parametrize(
    "change, says",
    [({"u2": 3.0}, "samma svar på u2"), ({"u2": np.nan}, "Ingen har svarat"), ({}, "Bara en har svarat")],
)
def test_answers_that_give_nothing_say_why(change, says):
    items = ANSWERS["datcat"].assign(**change) if change else ANSWERS["datcat"].head(1)
    nothing(cfa(items, DATCAT_MODEL), Status.NO_DATA, says)


@pytest.mark.parametrize(
    "model, options, error, says",
    [
        ({"f": ["u1", "u2", "nix"]}, {}, UnknownName, "nix"),
        (DATCAT_MODEL, {"residual_covariances": [("u1", "nix")]}, UnknownName, "nix"),
        (DATCAT_MODEL, {"residual_covariances": ["u1"]}, WrongShape, "pairs"),
        (DATCAT_MODEL, {"residual_covariances": [("u1", "u1")]}, WrongShape, "two different"),
        (DATCAT_MODEL, {"estimator": "OLS"}, WrongShape, "one of WLSMV, ML, MLR"),
        (["u1", "u2"], {}, WrongShape, "dict"),
        ({}, {}, WrongShape, "dict"),
        ({"f": "u1"}, {}, WrongShape, "dict"),
        ({"f": []}, {}, WrongShape, "must list its items"),
        ({"f": ["u1", "u1", "u2"]}, {}, WrongShape, "each once"),
        ({"u1": ["u2", "u3", "u4"]}, {}, WrongShape, "name of an item"),
        ({"f": ["u1", "u2", "u3", "g"], "g": ["u4", "u5", "u6", "f"]}, {}, WrongShape, "above itself"),
    ],
)
def test_calls_that_cannot_be_right_are_refused(model, options, error, says):
    with pytest.raises(error, match=says):
        cfa(ANSWERS["datcat"], model, **options)


def test_answers_that_are_no_steps_are_refused_for_ordered_models_only():
    with pytest.raises(WrongShape, match="whole numbers within 15 ordered steps"):
        cfa(ANSWERS["hs"], HS_MODEL)
    with pytest.raises(WrongShape, match="respondents × items"):
        cfa(pd.DataFrame({"a": ["x", "y"]}), {"f": ["a"]})
