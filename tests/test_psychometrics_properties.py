from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from finsam_eval.codebook import load_codebook
from finsam_eval.psychometrics import (
    by_gender,
    cronbach_alpha,
    exact_agreement,
    measurement_properties,
    weighted_kappa,
)
from finsam_eval.psychometrics.properties import ITEM_TABLE_COLUMNS
from finsam_eval.psychometrics.questionnaires import both_sides, first_hand, in_time, retests
from finsam_eval.psychometrics.rows import COEFFICIENT_COLUMNS
from finsam_eval.results import Status
from finsam_eval.stats import wilson
from tests.psychometric_data import BFI

CODEBOOK = load_codebook("nns2015")
ATOMS = ["2025H1", "2025H2"]
UNDER = {"respondent_group": "deltagare", "occasion": "under", "item": "K01a", "period": "2025H1"}
STAFF = {"respondent_group": "personal", "occasion": "under", "item": "K07b", "respondent": "s1", "about": "p1"}


def answer(value, respondent="p1", **other):
    """One answer as ingest writes it."""
    row = {"respondent": respondent, "participation": "D1", "about": "", **UNDER, "wave": 1, "retest": False}
    row |= {"forbund": "F01", "insats": "F01I1", "gender": "kvinna"}
    return {**row, "date": "2025-03-01", "value": value, "missing": "" if value else "ej svar", **other}


def table(rows):
    frame = pd.DataFrame(rows, columns=list(answer(1)))
    kinds = {name: "str" for name in frame.columns if name not in ("wave", "retest", "date", "value")}
    return frame.astype({**kinds, "wave": "int64", "retest": "bool", "value": "Int64"}).assign(
        date=pd.to_datetime(frame["date"]).astype("datetime64[us]")
    )


def timely(rows):
    return in_time(table(rows), CODEBOOK, ATOMS)


def people(items, values, **other):
    """One questionnaire per row of values."""
    return [
        answer(value, f"p{person}", participation=f"D{person}", item=item, **other)
        for person, row in enumerate(values)
        for item, value in zip(items, row, strict=True)
    ]


def test_the_latest_period_and_in_it_the_latest_wave_counts():
    rows = [answer(1), answer(2, wave=2), answer(3, period="2025H2"), answer(5, period="2025H2", retest=True)]
    assert first_hand(timely(rows))["value"].tolist() == [3]
    assert first_hand(timely(rows[:2]))["value"].tolist() == [2]
    assert first_hand(timely([*rows, answer(4, participation="D2")]))["value"].tolist() == [3, 4]


def test_answers_of_other_periods_are_left_out():
    assert in_time(table([answer(1), answer(2, period="2025H2")]), CODEBOOK, ["2025H1"])["value"].tolist() == [1]


@pytest.mark.parametrize(
    "rows, pairs",
    [
        ([answer(3), answer(4, retest=True, date="2025-03-15")], [(3, 4)]),
        # A retest in July of an answer in June, across the turn of the half-year.
        ([answer(3, date="2025-06-25"), answer(4, retest=True, date="2025-07-05", period="2025H2")], [(3, 4)]),
        # Answered anew in September and then again: the autumn's answer is the one that is repeated.
        (
            [
                answer(1),
                answer(3, date="2025-09-01", period="2025H2"),
                answer(4, retest=True, date="2025-09-15", period="2025H2"),
            ],
            [(3, 4)],
        ),
        # Answered anew only after the retest.
        (
            [
                answer(3, date="2025-06-25"),
                answer(4, retest=True, date="2025-07-05", period="2025H2"),
                answer(1, date="2025-12-01", period="2025H2"),
            ],
            [(3, 4)],
        ),
        ([answer(3, date=None), answer(4, retest=True, date=None)], [(3, 4)]),
        ([answer(3, wave=2), answer(4, retest=True)], []),
        ([answer(3, date="2025-04-01"), answer(4, retest=True, date="2025-03-15")], []),
        ([answer(4, retest=True)], []),
    ],
)
def test_a_retest_repeats_the_questionnaire_before_it(rows, pairs):
    found = retests(timely(rows))
    assert list(found[["first", "second"]].itertuples(index=False, name=None)) == pairs


@pytest.mark.parametrize(
    "staff, pairs",
    [
        ([answer(4, **STAFF)], [("K07a", "K07b", 2, 4)]),
        ([answer(4, **STAFF), answer(5, **{**STAFF, "respondent": "s2"}, date="2025-04-01")], [("K07a", "K07b", 2, 5)]),
        ([answer(4, **STAFF, wave=1), answer(5, **STAFF, wave=2)], [("K07a", "K07b", 2, 5)]),
        ([answer(4, **{**STAFF, "about": "p2"})], []),
        ([answer(4, **STAFF, participation="D2")], []),
        ([answer(4, **{**STAFF, "occasion": "avslut"})], []),
        ([answer(4, **{**STAFF, "period": "2025H2"})], []),
    ],
)
def test_both_sides_are_about_the_same_thing(staff, pairs):
    found = both_sides(timely([answer(2, item="K07a"), answer(1, item="K01a"), *staff]), CODEBOOK)
    assert list(found[["item", "dyad", "first", "second"]].itertuples(index=False, name=None)) == pairs


def test_one_question_is_not_applicable_two_have_spearman_brown_three_alpha():
    rng = np.random.default_rng(1)
    office = {"occasion": "halvar", "respondent_group": "forbundschef"}
    rows = people(["K09a", "K09b", "K09c", "K10a"], rng.integers(1, 6, size=(20, 4)), **office)
    rows += people(["K06a", "K06b"], rng.integers(1, 6, size=(20, 2)), occasion="avslut")
    found = measurement_properties(table(rows), CODEBOOK, ATOMS).coefficients
    of_indicators = found[found["kind"] == "karnindikator"].set_index("subject")
    assert of_indicators["statistic"].to_dict() == {"6": "spearman_brown", "9": "alfa", "10": "alfa"}
    assert of_indicators["k"].to_dict() == {"6": 2, "9": 3, "10": 1}
    alone = of_indicators.loc["10"]
    assert (alone["status"], alone["n"], np.isnan(alone["value"])) == (Status.NOT_APPLICABLE, 20, True)
    assert "omtest" in alone["reason"]


def test_a_retest_gives_every_coefficient_of_its_pairs():
    rng = np.random.default_rng(2)
    first = rng.integers(1, 6, size=(25, 1))
    second = np.clip(first + rng.integers(-1, 2, size=(25, 1)), 1, 5)
    rows = people(["K01a"], first) + people(["K01a"], second, retest=True, date="2025-03-15")
    found = measurement_properties(table(rows), CODEBOOK, ATOMS).coefficients
    of_item = found[found["kind"] == "item"].set_index("statistic")
    assert of_item.index.tolist() == [
        *("exakt", "kappa", "kappa_linjar", "vagd_kappa", "ac2", "krippendorff", "icc"),
        *("skift", "lagst_skillnad", "hogst_skillnad", "sem", "sdc"),
    ]
    assert (of_item["n"] == 25).all()
    assert of_item.loc["vagd_kappa", "value"] == weighted_kappa(first[:, 0], second[:, 0], "quadratic").value
    for column in ("value", "lower", "upper"):
        assert of_item.loc["sdc", column] == pytest.approx(1.96 * np.sqrt(2) * of_item.loc["sem", column])


def test_pairs_of_one_insats_count_as_fewer():
    first = np.ones((24, 1), dtype=int)
    second = np.repeat([1, 1, 2, 1], 6)[:, np.newaxis]
    rows = people(["K01a"], first) + people(["K01a"], second, retest=True, date="2025-03-15")
    placed = [{**row, "insats": f"F01I{int(row['respondent'][1:]) // 6}"} for row in rows]
    found = measurement_properties(table(placed), CODEBOOK, ATOMS).coefficients.set_index(["kind", "statistic"])
    exact = found.loc[("item", "exakt")]
    by_hand = exact_agreement(first[:, 0], second[:, 0], unit=np.repeat(range(4), 6))
    assert (exact["lower"], exact["upper"], exact["method"]) == (by_hand.lower, by_hand.upper, by_hand.method)
    assert (exact["lower"], exact["upper"]) == pytest.approx([float(end) for end in wilson(3, 4, 0.95)])  # of insatser


def test_item_statistics_take_all_that_counts_and_coefficients_nobody_twice():
    rng = np.random.default_rng(3)
    items = CODEBOOK.item_sets[0].items
    spring, autumn = rng.integers(1, 6, size=(12, 7)), rng.integers(1, 6, size=(5, 7))
    rows = people(items, spring) + people(items, autumn, period="2025H2", date="2025-09-01")
    found = measurement_properties(table(rows), CODEBOOK, ATOMS)
    latest = pd.DataFrame(np.vstack([autumn, spring[5:]]), columns=items)
    alpha = found.coefficients.set_index(["kind", "statistic"]).loc[("item_set", "alfa"), "value"]
    assert alpha == pytest.approx(cronbach_alpha(latest).value)
    assert (found.items["n"] == 17).all()
    assert found.items["mean"].tolist() == pytest.approx(np.vstack([spring, autumn]).mean(axis=0))
    assert (found.items["item_set"] == "under").all()


def test_a_study_without_answers_has_the_same_columns_and_kinds():
    full = measurement_properties(table(people(["K01a"], [[1], [2]])), CODEBOOK, ATOMS)
    empty = measurement_properties(table([]), CODEBOOK, ATOMS)
    for name, columns in (("coefficients", COEFFICIENT_COLUMNS), ("items", ITEM_TABLE_COLUMNS)):
        none, some = getattr(empty, name), getattr(full, name)
        assert (len(none), list(none.columns)) == (0, columns)
        assert none.dtypes.equals(some.dtypes)


def test_response_and_outcomes_are_no_opinions():
    assert timely([answer(1, item="svarat"), answer(1, item="K11r")]).empty


def test_the_order_of_the_rows_does_not_matter():
    rng = np.random.default_rng(4)
    first = rng.integers(1, 6, size=(30, 2))
    rows = people(["K06a", "K06b"], first, occasion="avslut")
    rows += people(["K06a"], first[::-1, :1], occasion="avslut", retest=True)
    one = measurement_properties(table(rows), CODEBOOK, ATOMS)
    other = measurement_properties(table(rows).sample(frac=1, random_state=1), CODEBOOK, ATOMS)
    pd.testing.assert_frame_equal(one.coefficients, other.coefficients, check_exact=True)
    pd.testing.assert_frame_equal(one.items, other.items, check_exact=True)


def test_real_answers_give_the_numbers_of_r_both_ways_of_counting_cases():
    codebook = load_codebook("codebook.yaml", Path(__file__).parents[1] / "examples" / "bfi")
    turned = {item.id: 7 - BFI[item.id] if item.reversed else BFI[item.id] for item in codebook.items}
    long = pd.DataFrame(turned).set_axis([f"p{i}" for i in BFI.index]).stack(future_stack=True)  # noqa: PD013
    place = {"respondent_group": codebook.groups[0].id, "occasion": codebook.occasions[0].id}
    rows = long.rename_axis(["respondent", "item"]).rename("value").reset_index().assign(participation="", about="")
    rows = rows.assign(**place, wave=1, retest=False, period="2010", date=pd.NaT, forbund="studien", insats="")
    found = measurement_properties(rows, codebook, ["2010"])
    of_sets = found.coefficients[found.coefficients["kind"] == "item_set"]
    sets = of_sets[of_sets["statistic"] == "alfa"]
    assert sets["value"].iloc[:2].round(6).tolist() == [0.703756, 0.715849]
    assert sets["n"].iloc[:2].tolist() == [2709, 2436]
    assert set(found.coefficients["kind"]) == {"item_set", "karnindikator"}
    assert found.items.loc[found.items["item"] == "A1", "n"].unique().tolist() == [2784]


def test_both_sides_are_counted_where_the_indicator_asks_for_both():
    own = people(["K07a"], [[5], [5], [2], [4]])
    staff = [
        answer(value, **{**STAFF, "respondent": "s1", "about": f"p{person}"}, participation=f"D{person}")
        for person, value in enumerate([5, 3, 5, 4])
    ]
    found = measurement_properties(table(own + staff), CODEBOOK, ATOMS).coefficients
    (both,) = found[found["statistic"] == "bada_sidor"].to_dict("records")
    assert (both["kind"], both["subject"], both["value"], both["n"], both["k"]) == ("dyad", "K07a", 0.5, 4, 2)
    shift = found[(found["kind"] == "dyad") & (found["statistic"] == "skift")].iloc[0]
    assert shift["value"] == pytest.approx((0 + 2 - 3 + 0) / 4)


def test_forbund_means_that_differ_need_few_answers_and_those_that_do_not_need_any_number():
    apart = [
        answer(value, f"p{number}{side}", participation=f"D{number}{side}", forbund=f"F0{side}", item=item)
        for side in range(1, 5)
        for number in range(12)
        for item, value in (("K01a", min(5, side + number % 2)), ("K02a", 1 + (number + side) % 5))
    ]
    found = measurement_properties(table(apart), CODEBOOK, ATOMS).coefficients
    means = found[found["kind"] == "forbund"].set_index(["subject", "statistic"])
    assert means.loc[("K01a", "svar_som_behovs"), "value"] < 12
    assert means.loc[("K02a", "svar_som_behovs"), "status"] == Status.NOT_APPLICABLE
    assert (means["k"] == 4).all()
    assert means.loc[("K01a", "icc1"), "n"] == 48


def test_women_and_men_have_coefficients_of_their_own_where_they_are_enough():
    rng = np.random.default_rng(7)
    level = rng.normal(size=(80, 1))
    values = np.clip(np.rint(3 + level + rng.normal(size=(80, 7))), 1, 5).astype(int)
    items = next(one.items for one in CODEBOOK.item_sets if one.occasion == "under")
    rows = people(items, values)
    women = [{**row, "gender": "kvinna" if int(row["respondent"][1:]) < 45 else "man"} for row in rows]
    found = by_gender(table(women), CODEBOOK, ATOMS).set_index("gender")
    frame = pd.DataFrame(values)
    assert found.loc["kvinna", "value"] == pytest.approx(cronbach_alpha(frame[:45]).value)
    assert found.loc["man", "n"] == 35
    difference = found.loc["kvinna", "value"] - found.loc["man", "value"]
    assert found.loc["kvinna − man", "value"] == pytest.approx(difference)
    few = [{**row, "gender": "kvinna" if int(row["respondent"][1:]) < 70 else "man"} for row in rows]
    assert by_gender(table(few), CODEBOOK, ATOMS).set_index("gender").loc["man", "status"] == "kan inte jämföras"
