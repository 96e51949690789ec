from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from finsam_eval.codebook import load_codebook
from finsam_eval.psychometrics.rows import COEFFICIENT_COLUMNS
from finsam_eval.psychometrics.structure import repeated, structures
from finsam_eval.psychometrics.structure_rows import of_structure
from finsam_eval.results import Status
from tests.factor_data import ANSWERS
from tests.psychometric_data import BFI
from tests.structure_data import drawn, genders, set_items, sheet

ROOT = Path(__file__).parents[1]
OF_BFI = load_codebook("codebook.yaml", ROOT / "examples" / "bfi")
CODEBOOK = load_codebook("nns2015")
REVERSED = ["A1", "C4", "C5", "E1", "E2", "O2", "O5"]
THEIRS = pd.read_csv(Path(__file__).parent / "reference" / "structure_rows.csv", sep=";", comment="#")


@cache
def rows_of_bfi():
    answers = ANSWERS["bfi"].copy()
    answers[REVERSED] = 7 - answers[REVERSED]
    whole = sheet(answers, "insamling", "svarande")
    gender = pd.Series(BFI["gender"].map({1: "man", 2: "kvinna"}).to_numpy(), index=whole.index)
    return pd.DataFrame(of_structure({("svarande", "insamling"): whole}, gender, OF_BFI))


@cache
def both_occasions():
    sheets = {
        ("deltagare", "under"): drawn(2, set_items("under")),
        ("deltagare", "avslut"): drawn(3, set_items("avslut"), occasion="avslut"),
    }
    return sheets, pd.concat([genders(frame) for frame in sheets.values()])


def test_rows_have_the_columns_of_coefficients_and_no_subject_is_told_of_twice():
    rows = rows_of_bfi()
    assert list(rows.columns) == COEFFICIENT_COLUMNS
    key = ["kind", "subject", "respondent_group", "occasion", "statistic"]
    assert not rows.duplicated(key).any()
    assert set(rows["status"]) == {Status.OK}
    assert len(rows) == 25 * 4 + 6 * (4 + 2 + 1 + 3)
    assert set(rows.loc[rows["kind"] == "item_set", "k"]) == {5}


@pytest.mark.parametrize("row", THEIRS.to_dict("records"), ids=lambda row: f"{row['statistic']} {row['item']}")
def test_rows_are_the_numbers_of_lavaan_and_polr(row):
    rows = rows_of_bfi()
    subject = row["item"] if isinstance(row["item"], str) else "agreeableness"
    (found,) = rows[(rows["statistic"] == row["statistic"]) & (rows["subject"] == subject)].to_dict("records")
    for end in ("value", "lower", "upper"):
        if np.isfinite(row[end]):
            assert found[end] == pytest.approx(row[end], abs=2e-5), end
    assert found["n"] == 2709


def test_rmsea_has_its_own_level_and_other_intervals_theirs():
    rows = rows_of_bfi().set_index("statistic")
    assert set(rows.loc["rmsea", "level"]) == {0.90}
    assert set(rows.loc["laddning", "level"]) == {0.95}


def test_invariance_rows_say_the_test_and_the_verdict():
    rows = rows_of_bfi()
    steps = rows[rows["statistic"].str.startswith("invarians_kon:") & (rows["subject"] == "neuroticism")]
    assert steps["statistic"].str.split(":").str[1].tolist() == ["thresholds", "loadings", "intercepts"]
    assert steps["method"].str.match(r"ΔCFI, p [=<] 0,\d{3}: (håller|nästan|håller inte); ").all()


def test_the_same_questions_at_two_occasions_are_compared_and_others_are_left_out():
    sheets, gender = both_occasions()
    found = structures(sheets, gender, CODEBOOK)
    (pair,) = repeated(found, CODEBOOK)
    # K05b ascribes the change to the support and is no comparable pair; K06 is asked at exit only.
    assert pair.shared == {
        "K01a": "K01b",
        "K02a": "K02b",
        "K03a": "K03b",
        "K04a": "K04b",
        "K07a": "K07a",
        "K09d": "K09d",
    }
    assert pair.reason == ""
    assert (pair.invariance.status, pair.invariance.n) == (Status.OK, 400)
    rows = pd.DataFrame(of_structure(sheets, gender, CODEBOOK))
    over = rows[rows["statistic"].str.startswith("invarians_tillfalle:")]
    assert (over["subject"].unique().tolist(), over["k"].unique().tolist(), len(over)) == (["avslut"], [6], 3)


def test_occasions_without_anybody_in_common_are_not_compared():
    sheets, gender = both_occasions()
    late = sheets["deltagare", "avslut"]
    strangers = sheet(late.reset_index(drop=True), "avslut", start=1000)
    apart = {**sheets, ("deltagare", "avslut"): strangers}
    (pair,) = repeated(structures(apart, gender, CODEBOOK), CODEBOOK)
    assert "Ingen har besvarat" in pair.reason
    assert not any("tillfalle" in str(row["statistic"]) for row in of_structure(apart, gender, CODEBOOK))


def test_only_women_and_men_are_compared():
    sheets, gender = both_occasions()
    first = structures(sheets, gender, CODEBOOK)[0]
    assert set(first.gender.dropna()) == {"gruppen kvinnor", "gruppen män"}
    assert first.dif.n == (first.gender.notna() & first.items.notna().all(axis=1)).sum()


def test_womens_log_odds_are_positive_where_women_answer_higher():
    sheets, gender = both_occasions()
    frame = sheets["deltagare", "under"].copy()
    woman = gender.reindex(frame.index) == "kvinna"
    frame.loc[woman, "K03a"] = (frame.loc[woman, "K03a"] + 1).clip(upper=5)
    rows = pd.DataFrame(of_structure({("deltagare", "under"): frame}, gender, CODEBOOK)).set_index(
        ["statistic", "subject"]
    )
    shifted = rows.loc[("dif_kon", "K03a")]
    assert shifted["lower"] > 1
    assert rows.loc[("dif_kon_r2", "K03a"), "value"] > 0.035
    assert rows.loc["dif_kon"].drop("K03a")["lower"].max() < 0.5


@pytest.mark.parametrize("kept", [0, 1, 12])
def test_too_few_answers_give_a_status_and_a_reason_on_every_row(kept):
    sheets, gender = both_occasions()
    few = sheets["deltagare", "under"].copy()
    few.iloc[kept:] = np.nan
    rows = pd.DataFrame(of_structure({("deltagare", "under"): few}, gender, CODEBOOK))
    missing = rows[rows["status"] != Status.OK]
    assert missing[["value", "lower", "upper"]].isna().all(axis=None)
    assert (missing["reason"] != "").all()
    assert set(rows.loc[rows["statistic"].isin(["laddning", "cfi", "ave"]), "status"]) <= {
        Status.NO_DATA,
        Status.NOT_CONVERGED,
    }
    assert len(rows) == 7 * 4 + 10


def test_a_set_of_two_items_has_no_factor_of_its_own_but_is_told_of():
    small = CODEBOOK.model_copy(deep=True)
    small.item_sets[0].items[:] = ["K01a", "K02a"]
    sheets, gender = both_occasions()
    rows = pd.DataFrame(of_structure({("deltagare", "under"): sheets["deltagare", "under"]}, gender, small))
    by = rows.set_index(["statistic", "subject"])["status"]
    assert by["laddning"].tolist() == [Status.NOT_APPLICABLE] * 2
    assert by[("H", "under")] == Status.OK


def test_one_gender_alone_is_not_compared():
    sheets, gender = both_occasions()
    women = gender.where(gender == "kvinna", "okant")
    rows = pd.DataFrame(of_structure(sheets, women, CODEBOOK))
    told = rows[rows["statistic"].str.contains("kon")]
    assert set(told["status"]) == {Status.NOT_APPLICABLE}
    assert told["reason"].str.contains("Bara en grupp").all()
