import pandas as pd
import pytest

from finsam_eval.cube import (
    answered,
    count,
    missing_answers,
    more_answers_than_invited,
    without_rare_gender,
)
from finsam_eval.ingest import ingest
from finsam_eval.study import open_study
from tests.small import RAW, SETTINGS, write_study


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return open_study(write_study(tmp_path_factory.mktemp("cube")))


@pytest.fixture(scope="module")
def tables(study):
    return ingest(study)


@pytest.fixture(scope="module")
def cube(study, tables):
    return count(
        tables.responses,
        tables.participations,
        tables.invited,
        outcomes=study.settings.outcomes,
        atoms=study.atoms,
    )


def cells(cube, item):
    chosen = cube[cube["item"] == item]
    return {(r.forbund, r.insats, r.period, r.gender, r.category): r.n for r in chosen.itertuples()}


def test_the_latest_wave_counts_and_the_retest_never(cube):
    assert cells(cube, "K01a") == {
        ("F01", "I1", "2025H1", "kvinna", 5): 1,
        ("F01", "I1", "2025H1", "man", 2): 1,
        ("F02", "I3", "2025H2", "kvinna", 1): 1,
    }


def test_response_is_counted_as_an_item(cube):
    assert cells(cube, "svarat") == {
        ("F01", "I1", "2025H1", "kvinna", 0): 1,
        ("F01", "I1", "2025H1", "kvinna", 1): 1,
        ("F01", "I1", "2025H1", "man", 1): 1,
    }


def test_an_outcome_belongs_to_the_period_in_which_the_participation_ended(cube):
    assert cells(cube, "arbete") == {("F01", "I1", "2025H1", "kvinna", 1): 1, ("F01", "I1", "2025H2", "man", 0): 1}


def test_more_answers_than_invitations_are_told_and_not_counted_as_response(tmp_path, study):
    raw = {"inbjudna.csv": RAW["inbjudna.csv"].replace("Kvinna;2", "Kvinna;1").replace("Man;1", "Man;0")}
    other = ingest(open_study(write_study(tmp_path, raw)))
    told = more_answers_than_invited(answered(other.responses, other.invited))
    assert sorted(told["forbund"] + told["gender"]) == ["F01man", "F02kvinna"]
    made = count(other.responses, other.participations, other.invited, outcomes=[], atoms=study.atoms)
    assert cells(made, "svarat") == {("F01", "I1", "2025H1", "kvinna", 1): 1}


def test_missing_answers_are_counted_per_item(tables):
    table = missing_answers(tables.responses).set_index(["forbund", "respondent_group", "item"])
    assert table.loc[("F01", "deltagare", "K07a"), ["asked", "missing"]].tolist() == [2, 0]
    assert table.loc[("F02", "deltagare", "K01a"), ["asked", "missing"]].tolist() == [1, 0]


@pytest.fixture(scope="module")
def followed(tmp_path_factory):
    """The small study where p1 and p3 are asked anew about indicator 7, and staff about D1."""
    columns = {"respondent": "person", "participation": "deltagande", "wave": "omgang", "date": "datum"}
    files = {"sju.csv": "deltagare", "sju_personal.csv": "personal"}
    follow_ups = [
        {"file": name, "respondent_group": group, "occasion": "intervall", "columns": columns}
        for name, group in files.items()
    ]
    raw = {
        "sju.csv": (
            "person;deltagande;omgang;datum;K07a\n"
            "p1;D1;1;2025-03-05;2\n"
            "p1;D1;2;2025-04-20;4\n"
            "p3;D3;1;2025-06-20;\n"
            "p3;D3;2;2025-08-20;5\n"
        ),
        "sju_personal.csv": "person;deltagande;omgang;datum;K07b\ns1;D1;1;2025-03-06;3\n",
        "inbjudna.csv": RAW["inbjudna.csv"]
        + "F01;I1;deltagare;intervall;2025H1;Kvinna;1\n"
        + "F02;I3;deltagare;intervall;2025H1;Kvinna;1\n"
        + "F02;I3;deltagare;intervall;2025H2;Kvinna;1\n",
    }
    sources = {**SETTINGS["sources"], "responses": [*SETTINGS["sources"]["responses"], *follow_ups]}
    return ingest(open_study(write_study(tmp_path_factory.mktemp("followed"), raw, sources=sources)))


def test_questions_asked_in_between_leave_all_other_numbers_as_they_were(study, followed, cube):
    made = count(
        followed.responses,
        followed.participations,
        followed.invited,
        outcomes=study.settings.outcomes,
        atoms=study.atoms,
    )
    assert followed.quarantine.empty
    others = made[made["occasion"] != "intervall"].reset_index(drop=True)
    pd.testing.assert_frame_equal(others, cube)


def test_of_rounds_in_a_period_the_latest_counts_and_nobody_is_invited_or_counted_twice(study, followed):
    made = count(followed.responses, followed.participations, followed.invited, outcomes=[], atoms=study.atoms)
    between = made[made["occasion"] == "intervall"]
    assert set(between["item"]) == {"K07a", "K07b", "svarat"}
    assert cells(between, "K07a") == {("F01", "I1", "2025H1", "kvinna", 4): 1, ("F02", "I3", "2025H2", "kvinna", 5): 1}
    own = between[between["respondent_group"] == "deltagare"]
    assert cells(own, "svarat") == {
        ("F01", "I1", "2025H1", "kvinna", 1): 1,
        ("F02", "I3", "2025H1", "kvinna", 0): 1,
        ("F02", "I3", "2025H2", "kvinna", 1): 1,
    }
    over = more_answers_than_invited(answered(followed.responses, followed.invited))
    assert over.query("occasion == 'intervall' and respondent_group == 'deltagare'").empty


def test_questions_that_are_not_asked_in_between_are_not_missing(followed):
    table = missing_answers(followed.responses)
    between = table[table["occasion"] == "intervall"].set_index(["forbund", "item"])[["asked", "missing"]]
    assert between.to_dict("index") == {
        ("F01", "K07a"): {"asked": 1, "missing": 0},
        ("F01", "K07b"): {"asked": 1, "missing": 0},
        ("F02", "K07a"): {"asked": 2, "missing": 1},
    }


def test_a_gender_too_rare_in_one_series_is_left_out_of_all_that_the_same_people_answer():
    key = {"forbund": "F01", "insats": "i", "period": "2025", "gender": "okant", "category": 1}
    series = [("deltagare", "avslut", "K01a"), ("deltagare", "avslut", "svarat"), ("deltagare", "under", "K01a")]
    rows = [
        {**key, "respondent_group": group, "occasion": occasion, "item": item, "n": n}
        for (group, occasion, item), n in zip(series, (3, 25, 25), strict=True)
    ]
    kept, left_out = without_rare_gender(pd.DataFrame(rows), 20)
    assert kept[["occasion", "item", "n"]].to_numpy().tolist() == [["under", "K01a", 25]]
    assert sorted(left_out["n"]) == [3, 25]


def test_a_gender_too_rare_in_the_whole_country_is_left_out_of_its_series_only(cube):
    strange = cube.assign(gender=cube["gender"].replace("man", "okant"))
    kept, left_out = without_rare_gender(strange, 2)
    assert set(left_out["item"]) == set(strange.loc[strange["gender"] == "okant", "item"])
    assert "okant" not in set(kept["gender"])
    assert kept["n"].sum() + left_out["n"].sum() == strange["n"].sum()
    same, nothing = without_rare_gender(strange, 1)
    assert len(nothing) == 0
    pd.testing.assert_frame_equal(same, strange)
