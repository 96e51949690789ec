from datetime import date
from functools import cache

import numpy as np
import pandas as pd
import pytest

from finsam_eval.codebook import Codebook
from finsam_eval.compare import Target, design, difference, judge_target, proportion_interval, records
from finsam_eval.compare.frames import COLUMNS
from finsam_eval.errors import BadDefinition, UnknownName, WrongShape
from finsam_eval.stats import design_effect, mean_interval, pooled_icc, woodruff_quantile

PERIODS = {"halvar": {"2024H1": ["2024H1"], "2024H2": ["2024H2"]}, "ar": {"2024": ["2024H1", "2024H2"]}}
CUBE = ["forbund", "insats", "respondent_group", "occasion", "item", "period", "gender", "category", "n"]


@cache
def codebook() -> Codebook:
    asked = {"respondent_groups": ["deltagare", "styrelse"], "occasions": ["avslut"]}
    return Codebook.model_validate(
        {
            "id": "prov",
            "title": "Prov",
            "version": "1",
            "owner": "Ingen",
            "source": "Påhittad",
            "groups": [{"id": "deltagare", "label": "Deltagare"}, {"id": "styrelse", "label": "Styrelse"}],
            "occasions": [{"id": "avslut", "label": "vid avslut"}, {"id": "ar", "label": "varje år"}],
            "scales": {
                "fem": {"min": 1, "max": 5, "top": 2, "lowest": "Inte alls", "highest": "Helt"},
                "ja_nej": {"min": 0, "max": 1, "top": 1, "labels": {0: "Nej", 1: "Ja"}},
            },
            "karnindikatorer": [
                {
                    "number": 1,
                    "heading": "Prov",
                    "kind": "effekt",
                    "level": "deltagare",
                    "items": [
                        {"id": "fraga", "text": "Hjälpte det?", "scale": "fem", **asked},
                        {"id": "arbete", "text": "I arbete", "scale": "ja_nej", **asked},
                    ],
                }
            ],
        }
    )


def cube(*rows: str, item: str = "fraga", group: str = "deltagare") -> pd.DataFrame:
    """One row per string: förbund, insats (or -), period, gender, then as many numbers as the scale has codes."""
    lowest = 0 if item == "arbete" else 1
    atoms = [
        (forbund, insats.strip("-"), group, "avslut", item, period, gender, lowest + place, int(n))
        for forbund, insats, period, gender, *counts in map(str.split, rows)
        for place, n in enumerate(counts)
        if n != "0"
    ]
    return pd.DataFrame(atoms, columns=CUBE)


NO_INSATS = cube(
    "A - 2024H1 kvinna 1 0 1 2 1",
    "A - 2024H1 man    0 2 1 1 0",
    "A - 2024H2 kvinna 0 0 1 1 3",
    "A - 2024H2 okant  0 0 0 0 1",
    "B - 2024H1 man    0 0 0 4 0",
)
CLUSTERED = cube(
    "A a1 2024H1 kvinna 4 1 1 1 0",
    "A a1 2024H1 man    3 0 2 1 0",
    "A a2 2024H1 kvinna 0 1 1 5 3",
    "A a2 2024H2 man    0 0 1 2 4",
    "B b1 2024H1 kvinna 0 2 1 1 1",
    "B b2 2024H2 kvinna 0 0 0 2 6",
    "B b2 2024H2 man    0 1 0 2 0",
)


def make(counts: pd.DataFrame, **options) -> pd.DataFrame:
    return records(counts, codebook=codebook(), periods=PERIODS, **options)


@cache
def plain() -> pd.DataFrame:
    return make(NO_INSATS)


@cache
def clustered() -> pd.DataFrame:
    return make(CLUSTERED)


def one(table: pd.DataFrame, statistic: str, **key: str) -> pd.Series:
    wanted = {"gender": "alla", "against_period": "", "against_gender": "", "statistic": statistic, **key}
    found = table[(table[list(wanted)] == pd.Series(wanted)).all(axis=1)]
    assert len(found) == 1, wanted
    return found.iloc[0]


@cache
def of_clustered() -> pd.Series:
    return design(CLUSTERED, codebook=codebook(), periods=PERIODS).iloc[0]


def effect(n: int, k: int, icc: str) -> float:
    row = of_clustered()
    return float(design_effect(n, k, row[icc], row["cv2"]))


def test_a_share_is_that_of_the_top_codes():
    row = one(plain(), "andel", unit="A", period="2024H1")
    expected = proportion_interval(4, 9)
    assert (row["value"], row["n"], row["status"], row["reason"]) == (4 / 9, 9, "ok", "")
    assert (row["lower"], row["upper"]) == (expected.lower, expected.upper)
    assert row["method"] == "Wilson"


def test_margins_are_sums():
    table = plain()
    year = {"period": "2024"}
    assert one(table, "andel", unit="A", **year)["n"] == 15
    assert one(table, "andel", unit="A", gender="kvinna", **year)["n"] == 10
    assert one(table, "andel", unit="A", gender="okant", **year)["n"] == 1
    assert one(table, "andel", unit="riket", **year)["n"] == 19
    assert one(table, "andel", unit="riket", **year)["value"] == 13 / 19


def test_mean_and_median():
    row = one(plain(), "medel", unit="A", period="2024H1")
    values = np.array([1, 3, 4, 4, 5, 2, 2, 3, 4])
    assert row["value"] == pytest.approx(values.mean())
    limits = mean_interval(values.mean(), values.std(ddof=1), 9, 0.95)
    assert (row["lower"], row["upper"]) == pytest.approx(limits)
    row = one(plain(), "median", unit="A", period="2024H1")
    # 9 answers: Wilson limits of a half are .2344 and .7656; cumulative shares 1/9, 3/9, 5/9, 8/9, 1
    assert (row["value"], row["lower"], row["upper"], row["method"]) == (3, 2, 4, "Woodruff")


def test_limits_of_a_mean_stay_within_the_scale():
    row = one(plain(), "medel", unit="A", period="2024H2", gender="kvinna")
    assert row["value"] == pytest.approx(4.4)
    assert row["upper"] == 5
    assert 1 <= row["lower"] < 4.4


def test_women_minus_men():
    row = one(plain(), "skillnad", unit="A", period="2024H1", gender="kvinna", against_gender="man")
    expected = difference(3, 5, 1, 4)
    assert (row["value"], row["n"]) == (expected.value, 9)
    assert (row["lower"], row["upper"]) == (expected.lower, expected.upper)


def test_a_period_minus_the_one_before_of_its_kind():
    table = plain()
    row = one(table, "skillnad", unit="A", period="2024H2", against_period="2024H1")
    expected = difference(5, 6, 4, 9)
    assert (row["value"], row["lower"], row["upper"]) == (expected.value, expected.lower, expected.upper)
    row = one(table, "skillnad", unit="A", period="2024H2", against_period="2024H1", gender="kvinna")
    assert row["value"] == difference(4, 5, 3, 5).value
    over_time = table[table["against_period"] != ""]
    assert set(zip(over_time["period"], over_time["against_period"], strict=True)) == {("2024H2", "2024H1")}
    assert (over_time["against_gender"] == "").all()


def test_one_side_without_answers_leaves_no_difference():
    row = one(plain(), "skillnad", unit="B", period="2024H2", against_period="2024H1")
    assert (row["status"], row["n"]) == ("inga data", 4)
    assert np.isnan(row[["value", "lower", "upper"]].astype(float)).all()


def test_a_series_of_the_country_has_a_row_for_every_unit():
    table = plain()
    row = one(table, "andel", unit="B", period="2024H2")
    assert (row["status"], row["n"], row["reason"]) == ("inga data", 0, "Inga uppgifter finns för gruppen i perioden.")
    assert np.isnan(row["value"])
    shares = table[table["statistic"] == "andel"].groupby(["unit", "gender"]).size()
    assert shares["B"].to_dict() == {"alla": 3, "kvinna": 3, "man": 3}  # no row of unknown gender where there is none
    assert shares["A"].to_dict() == {"alla": 3, "kvinna": 3, "man": 3, "okant": 2}


def test_genders_that_the_country_does_not_have_get_no_rows():
    table = make(cube("A - 2024H1 okant 0 0 1 1 1", group="styrelse"))
    assert set(table["gender"]) == {"alla", "okant"}
    assert (table["against_gender"] == "").all()


def test_a_mean_without_an_honest_interval_says_why():
    table = make(cube("A - 2024H1 kvinna 0 0 0 0 7", "A - 2024H1 man 0 1 0 0 0"))
    equal = one(table, "medel", unit="A", period="2024H1", gender="kvinna")
    assert (equal["status"], equal["n"]) == ("ej tillämpligt", 7)
    assert "lika" in equal["reason"]
    single = one(table, "medel", unit="A", period="2024H1", gender="man")
    assert "Ett enda svar" in single["reason"]
    assert np.isnan(equal["value"])
    assert np.isnan(single["value"])
    assert one(table, "andel", unit="A", period="2024H1", gender="kvinna")["status"] == "ok"


def test_a_mean_of_answers_worth_less_than_one_says_so():
    counts = cube(*(f"A a{i} 2024H1 kvinna {9 * (i < 2)} {i < 2:d} 0 {i > 1:d} {9 * i * (i > 1)}" for i in range(4)))
    row = one(make(pd.concat([counts, cube("B b1 2024H1 man 4 1 0 0 0")])), "medel", unit="B", period="2024H1")
    assert row["status"] == "ej tillämpligt"
    assert "högst ett oberoende svar" in row["reason"]


def test_two_codes_have_neither_mean_nor_median():
    table = make(cube("A a1 2024H1 kvinna 3 7", item="arbete"))
    assert set(table["statistic"]) == {"andel", "skillnad"}
    assert one(table, "andel", unit="A", period="2024")["value"] == 0.7


def test_design_is_pooled_over_the_country():
    row = of_clustered()
    answers = CLUSTERED.loc[CLUSTERED.index.repeat(CLUSTERED["n"])]
    top = answers["category"] >= 4
    assert row["icc_share"] == round(pooled_icc(top, answers["insats"], answers["forbund"]).value, 3)
    assert row["icc_mean"] == round(pooled_icc(answers["category"], answers["insats"], answers["forbund"]).value, 3)
    # insatser of 13 and 17 answers in one förbund, of 5 and 11 in another
    assert (row["k"], row["n"], row["cv2"]) == (4, 46, round(604 / (30**2 / 2 + 16**2 / 2) - 1, 2))


def test_a_cell_has_the_design_effect_of_its_own_insatser():
    table = clustered()
    for key, x, n, k in [
        ({"unit": "A", "period": "2024H1"}, 10, 23, 2),
        ({"unit": "A", "period": "2024H1", "gender": "man"}, 1, 6, 1),
        ({"unit": "A", "period": "2024"}, 16, 30, 2),
        ({"unit": "B", "period": "2024H2"}, 10, 11, 1),
        ({"unit": "riket", "period": "2024"}, 28, 46, 4),
    ]:
        row, expected = one(table, "andel", **key), proportion_interval(x, n, deff=effect(n, k, "icc_share"))
        assert (row["value"], row["lower"], row["upper"]) == (expected.value, expected.lower, expected.upper)
        assert row["method"] == "Wilson, effektivt n"


def test_differences_and_medians_use_the_icc_of_the_share_and_means_that_of_the_score():
    table = clustered()
    deff = (effect(17, 2, "icc_share"), effect(6, 1, "icc_share"))
    row = one(table, "skillnad", unit="A", period="2024H1", gender="kvinna", against_gender="man")
    expected = difference(9, 17, 1, 6, deff=deff)
    assert (row["lower"], row["upper"], row["method"]) == (expected.lower, expected.upper, "Newcombe, effektivt n")

    values = np.repeat([1, 2, 3, 4, 5], [0, 1, 0, 4, 6])
    row = one(table, "medel", unit="B", period="2024H2")
    limits = mean_interval(values.mean(), values.std(ddof=1), 11, 0.95, effect(11, 1, "icc_mean"))
    assert row["lower"] == pytest.approx(max(1, limits[0]))

    counts = [7, 2, 4, 7, 3]
    _, lower, upper = woodruff_quantile(counts, 0.5, 0.95, effect(23, 2, "icc_share"))
    row = one(table, "median", unit="A", period="2024H1")
    assert (row["value"], row["lower"], row["upper"]) == (3, 1 + lower, 1 + upper)


def test_an_icc_nobody_can_estimate_is_said_in_the_method():
    counts = cube("A a1 2024H1 kvinna 1 2 3 4 5", "B b1 2024H1 man 5 4 3 2 1")
    row = design(counts, codebook=codebook(), periods=PERIODS).iloc[0]
    assert np.isnan(row["icc_share"])
    assert row["k"] == 2
    assert one(make(counts), "andel", unit="A", period="2024")["method"] == "Wilson"


def target(**changes) -> Target:
    declared = {
        "item": "fraga",
        "respondent_group": "deltagare",
        "occasion": "avslut",
        "share": 0.6,
        "gender_rule": "pooled",
        "origin": "Verksamhetsplan",
        "decided_on": date(2024, 1, 1),
        "decided_by": "Styrelsen",
    }
    return Target(**{**declared, **changes})


def test_a_target_is_judged_in_the_coarsest_period():
    table = make(NO_INSATS, targets=[target()])
    judged = table[table["statistic"] == "mal"]
    assert set(judged["period"]) == {"2024"}
    assert list(judged["unit"]) == ["A", "B", "riket"]
    row, expected = one(table, "mal", unit="A", period="2024"), judge_target(9, 15, 0.6)
    for name in ("value", "lower", "upper", "n", "target", "outcome", "verdict", "probability", "short", "method"):
        assert row[name] == getattr(expected, name), name
    assert (row["outcome"], row["verdict"]) == ("nått", "kan inte avgöras")


def test_a_target_for_each_gender_has_a_row_for_each():
    table = make(NO_INSATS, targets=[target(gender_rule="each", share=0.7)])
    judged = table[(table["statistic"] == "mal") & (table["unit"] == "A")].set_index("gender")
    assert list(judged.index) == ["kvinna", "man"]
    assert judged["outcome"].to_dict() == {"kvinna": "nått", "man": "ej nått"}
    assert judged["short"].to_dict() == {"kvinna": 0, "man": 2}  # 1 of 4, 3 needed
    women = one(table, "mal", unit="B", period="2024", gender="kvinna")
    assert (women["status"], women["outcome"], women["verdict"], women["target"]) == ("inga data", "", "", 0.7)
    assert np.isnan(women["short"])


def test_a_target_nobody_has_answered_yet_is_shown_without_data():
    table = make(NO_INSATS, targets=[target(item="arbete")])
    of_item = table[table["item"] == "arbete"]
    assert set(of_item["statistic"]) == {"mal"}
    assert set(of_item["status"]) == {"inga data"}


def test_a_target_on_the_effective_answers():
    table = make(CLUSTERED, targets=[target()])
    row = one(table, "mal", unit="A", period="2024")
    expected = judge_target(16, 30, 0.6, deff=effect(30, 2, "icc_share"))
    assert (row["lower"], row["probability"], row["method"]) == (expected.lower, expected.probability, expected.method)


def test_a_target_that_nobody_can_answer_is_refused():
    with pytest.raises(BadDefinition, match="not answered by deltagare at ar"):
        make(NO_INSATS, targets=[target(occasion="ar")])
    with pytest.raises(UnknownName, match="okand"):
        make(NO_INSATS, targets=[target(item="okand")])


def test_columns_and_keys():
    table = make(CLUSTERED, targets=[target()])
    assert list(table) == COLUMNS
    assert not table.duplicated(COLUMNS[:9]).any()
    assert table[COLUMNS[:9]].notna().all(axis=None)
    others = table[table["statistic"] != "mal"]
    assert others[["target", "probability", "short"]].isna().all(axis=None)
    assert (others[["outcome", "verdict"]] == "").all(axis=None)


def test_an_interval_holds_its_value():
    table = pd.concat([make(NO_INSATS, targets=[target()]), make(CLUSTERED, targets=[target()], level=0.8)])
    there = table[table["status"] == "ok"]
    assert len(there) > 50
    assert (there["lower"] <= there["value"]).all()
    assert (there["value"] <= there["upper"]).all()
    absent = table[table["status"] != "ok"]
    assert absent[["value", "lower", "upper"]].isna().all(axis=None)
    assert (absent["reason"] != "").all()


def test_the_order_of_rows_in_the_cube_does_not_matter():
    shuffled = CLUSTERED.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(make(shuffled), clustered())


def test_the_cube_is_left_as_it_was():
    before = CLUSTERED.copy()
    make(CLUSTERED)
    pd.testing.assert_frame_equal(CLUSTERED, before)


def test_an_empty_cube_gives_no_records_of_the_same_kind():
    empty = make(CLUSTERED.iloc[:0])
    assert len(empty) == 0
    pd.testing.assert_series_equal(empty.dtypes, clustered().dtypes)


def test_answers_outside_every_period_are_left_out():
    more = pd.concat([CLUSTERED, cube("A a1 2019H1 man 0 0 0 0 9")])
    pd.testing.assert_frame_equal(make(more), clustered())


@pytest.mark.parametrize(
    "wrong, error, words",
    [
        (CLUSTERED.drop(columns="insats"), WrongShape, "insats is missing"),
        (CLUSTERED.assign(category=6), WrongShape, "not a code on its scale"),
        (CLUSTERED.assign(category="4"), WrongShape, "whole numbers"),
        (CLUSTERED.assign(n=-1), WrongShape, "negative"),
        (CLUSTERED.assign(gender="alla"), WrongShape, "never stored"),
        (CLUSTERED.assign(item="okand"), UnknownName, "okand"),
    ],
)
def test_a_cube_that_cannot_be_is_refused(wrong, error, words):
    with pytest.raises(error, match=words):
        make(wrong)


def test_a_level_in_percent_is_refused():
    with pytest.raises(WrongShape, match="0.95"):
        make(CLUSTERED, level=95)
