"""What a release shows and hides, checked by hand; and that nothing hidden can be computed, on random cubes."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finsam_eval.codebook import Codebook
from finsam_eval.disclosure import PUBLIC_REASON, Policy, audit, release
from finsam_eval.errors import UnknownName, WrongShape

HALVES = {"halvar": {"H1": ["H1"], "H2": ["H2"]}, "ar": {"2025": ["H1", "H2"]}}
GENDERS = ["kvinna", "man", "okant"]
SERIES = {"respondent_group": "deltagare", "occasion": "avslut"}


def item(name, scale="fem", group="deltagare", **more):
    return {"id": name, "text": name, "scale": scale, "respondent_groups": [group], "occasions": ["avslut"], **more}


CODEBOOK = Codebook(
    id="test",
    title="Test",
    version="1",
    owner="Ingen",
    source="Påhittad",
    groups=[{"id": "deltagare", "label": "Deltagare"}, {"id": "chef", "label": "Förbundschef", "holds_office": True}],
    occasions=[{"id": "avslut", "label": "vid avslut"}],
    scales={
        "fem": {"min": 1, "max": 5, "lowest": "Inte alls", "highest": "Helt"},
        "tre": {"min": 1, "max": 3, "top": 1, "lowest": "Inte alls", "highest": "Helt"},
        "ja_nej": {"min": 0, "max": 1, "top": 1, "labels": {0: "Nej", 1: "Ja"}},
    },
    karnindikatorer=[
        {
            "number": 1,
            "heading": "Allt",
            "kind": "process",
            "level": "deltagare",
            "items": [
                item("stod"),
                item("arbete", "ja_nej", sensitivity="outcome"),
                item("svarat", "ja_nej", sensitivity="volume"),
                item("grad", "tre"),
                item("ledning", group="chef"),
            ],
        }
    ],
)


def profile(name, min_n, min_x, offices):
    threshold = {"min_n": min_n, "min_x": min_x, "both_sides": True}
    return Policy(
        profile=name,
        opinion=threshold,
        outcome=threshold,
        volume={"min_n": min_n, "min_x": 0, "both_sides": False},
        offices_country_only=offices,
        decided_by="Styrelsen",
        decided_on="2025-01-15",
        source="Protokoll",
    )


PUBLIK, INTERN = profile("publik", 10, 3, True), profile("intern", 5, 1, False)


def cube(answers, name="stod", group="deltagare"):
    """(förbund, atom, gender) → answers per code, as rows of the cube."""
    first = CODEBOOK.scale(name).min
    rows = [
        (forbund, "i", group, "avslut", atom, gender, name, first + place, n)
        for (forbund, atom, gender), counts in answers.items()
        for place, n in enumerate(counts)
    ]
    columns = ["forbund", "insats", "respondent_group", "occasion", "period", "gender", "item", "category", "n"]
    return pd.DataFrame(rows, columns=columns)


def same_everywhere(counts, forbund=("A", "B", "C"), atoms=("H1", "H2"), genders=("kvinna", "man")):
    return {(f, a, g): counts for f in forbund for a in atoms for g in genders}


def record(statistic="andel", unit="A", period="2025", gender="alla", **more):
    keys = {"unit": unit, **SERIES, "item": "stod", "period": period, "gender": gender}
    found = {"value": 0.5, "lower": 0.4, "upper": 0.6, "n": 40, "verdict": "nått", "probability": 0.9}
    shape = {"level": 0.95, "method": "Wilson", "target": 0.3, "status": "ok", "reason": ""}
    return {**keys, "against_period": "", "against_gender": "", "statistic": statistic, **found, **shape, **more}


def released(counts, policy=PUBLIK, records=(), **more):
    rows = pd.DataFrame([record()] + list(records))
    return release(counts, rows, policy, codebook=CODEBOOK, periods=HALVES, **more)


def shown(result, **where):
    rows = result.rungs
    for column, value in where.items():
        rows = rows[rows[column] == value]
    return list(rows["detail"])


def test_everything_is_shown_where_everything_passes():
    result = released(cube(same_everywhere([5, 5, 5, 5, 5])))
    okant = result.rungs["gender"] == "okant"
    assert set(result.rungs["detail"]) == {"fordelning"}
    assert (result.rungs["status"] == "ok").all()
    assert result.register.empty
    assert list(result.counts.query("unit == 'A' and period == 'H1' and gender == 'man'")["n"]) == [
        *[25, 10],  # n; topptva: hog
        *[10, 5, 10],  # tre_klasser: lag, mellan, hog
        *[5, 5, 5, 5, 5],
    ]
    assert okant.sum() == 4 * 3


def test_two_men_hide_the_women_too_and_the_half_years_stay_side_by_side():
    answers = same_everywhere([5, 5, 5, 5, 5], forbund="ABCD")
    answers["A", "H1", "man"] = [0, 0, 0, 1, 1]
    answers["A", "H2", "man"] = [0, 0, 0, 0, 0]
    result = released(cube(answers))
    assert set(shown(result, unit="A", gender="kvinna")) == {""}
    assert shown(result, unit="A", period="H1", gender="alla") == ["fordelning"]
    hidden = result.register.set_index(["unit", "kind", "gender"])["rule"]
    assert hidden["A", "ar", "per kön"] == "ett kön under gränsen"


def test_never_exactly_one_forbund_hides_under_a_published_total():
    answers = same_everywhere([5, 5, 5, 5, 5], forbund="ABCD")
    answers["B", "H1", "kvinna"] = [4, 4, 4, 4, 4]  # B is the smallest of those shown
    for atom in ("H1", "H2"):
        answers["A", atom, "kvinna"], answers["A", atom, "man"] = [0, 0, 1, 1, 0], [0, 0, 0, 1, 0]
    result = released(cube(answers))
    assert set(shown(result, unit="A")) == {""}
    assert set(shown(result, unit="B")) == {""}
    assert set(shown(result, unit="C")) == {"fordelning"}
    assert set(result.register.query("unit == 'B'")["rule"]) == {"kan räknas fram ur andra tal"}


@pytest.mark.parametrize(
    ("counts", "detail"),
    [
        ([0, 0, 0, 0, 20], "n"),  # 100 %
        ([10, 5, 5, 0, 0], "n"),  # 0 %
        ([1, 1, 0, 9, 9], "n"),  # two outside: who they are is easily said
        ([2, 1, 0, 9, 9], "topptva"),
        ([2, 1, 3, 9, 9], "tre_klasser"),
        ([3, 3, 3, 9, 9], "fordelning"),
    ],
)
def test_neither_none_nor_all_is_shown_as_a_share(counts, detail):
    answers = {("A", "H1", "kvinna"): counts, ("B", "H1", "kvinna"): counts}
    answers |= same_everywhere([9, 9, 9, 9, 9], forbund="CDEF", atoms=["H1"], genders=["kvinna"])
    result = released(cube(answers))
    assert shown(result, unit="A", period="H1", gender="alla") == [detail]


def test_yes_or_no_has_no_detail_between_number_and_distribution():
    result = released(cube(same_everywhere([10, 10]), "arbete"), records=[])
    assert set(shown(result)) == {"fordelning"}
    row = result.counts.query("unit == 'A' and period == 'H1' and gender == 'man'")
    assert list(zip(row["detail"], row["category"], row["n"], strict=True)) == [
        ("n", "n", 20),
        ("topptva", "hog", 10),
        ("fordelning", "0", 10),
        ("fordelning", "1", 10),
    ]


def test_a_volume_may_be_none_or_all():
    result = released(cube(same_everywhere([0, 12]), "svarat"))
    assert set(shown(result, unit="A")) == {"fordelning"}


def test_office_holders_are_shown_for_the_country_only_and_their_silence_is_not_told():
    answers = same_everywhere([20, 20, 20, 20, 20], genders=["kvinna"]) | {("D", "H1", "man"): [0, 0, 0, 0, 0]}
    counts = cube(answers, "ledning", "chef")
    result = released(counts)
    assert set(shown(result, unit="A")) == {""}
    assert set(result.rungs.query("unit == 'D'")["status"]) == {"undertryckt"}
    assert shown(result, unit="riket", period="2025", gender="alla") == ["fordelning"]
    assert "befattning visas bara för riket" in set(result.register["rule"])
    assert shown(released(counts, INTERN), unit="A", period="2025", gender="alla") == ["fordelning"]


def test_no_data_is_another_thing_than_hidden():
    answers = same_everywhere([5, 5, 5, 5, 5], forbund="ABC") | {("D", "H1", "kvinna"): [0, 1, 1, 0, 0]}
    rungs = released(cube(answers)).rungs.query("unit == 'D' and gender == 'alla'").set_index("period")
    assert dict(rungs["status"]) == {"H1": "undertryckt", "H2": "inga data", "2025": "undertryckt"}
    assert set(rungs["detail"]) == {""}
    assert rungs["reason"]["H1"] == PUBLIC_REASON != rungs["reason"]["H2"]


def test_two_forbund_are_no_country():
    result = released(cube(same_everywhere([5, 5, 5, 5, 5], forbund="AB")))
    assert set(shown(result, unit="riket")) == {""}
    assert set(shown(result, unit="A")) == {"fordelning"}
    assert set(result.register["rule"]) == {"färre än tre förbund i riket"}
    assert audit(result, PUBLIK).empty


@pytest.mark.parametrize("answers", [[5, 5, 5, 5, 5], [5, 5, 5, 1, 1], [1, 0, 0, 0, 0]])
def test_one_forbund_is_the_country_and_both_show_the_same(answers):
    for policy in (PUBLIK, INTERN):
        result = released(cube(same_everywhere(answers, forbund="A")), policy)
        keys = ["period", "gender", "detail", "category", "n"]
        own, country = (result.counts.loc[result.counts["unit"] == unit, keys] for unit in ("A", "riket"))
        assert own.to_numpy().tolist() == country.to_numpy().tolist()
        assert shown(result, unit="A") == shown(result, unit="riket")
        assert audit(result, policy).empty
    assert (len(own) > 0) == (answers != [1, 0, 0, 0, 0])


def test_the_office_holders_of_a_lone_forbund_are_not_shown_as_the_country():
    counts = cube(same_everywhere([5, 5, 5, 5, 5], forbund="A"), "ledning", "chef")
    assert set(shown(released(counts), unit="riket")) == {""}


def test_a_cube_without_rows_is_released_as_tables_without_rows():
    whole = released(cube(same_everywhere([5] * 5)))
    empty = release(
        cube(same_everywhere([5] * 5)).iloc[:0], whole.records.iloc[:0], PUBLIK, codebook=CODEBOOK, periods=HALVES
    )
    for name in ("rungs", "counts", "records"):
        assert getattr(empty, name).empty
        pd.testing.assert_series_equal(getattr(empty, name).dtypes, getattr(whole, name).dtypes)
    assert list(empty.register) == list(released(cube(same_everywhere([1] * 5))).register)
    found = audit(empty, PUBLIK)
    assert found.empty
    assert list(found) == list(audit(whole, PUBLIK))


def mixed_country():
    answers = same_everywhere([5, 5, 5, 5, 5], forbund="ABCD")
    answers["E", "H1", "kvinna"] = [0, 0, 2, 0, 0]  # n
    answers["F", "H1", "kvinna"] = [0, 0, 0, 20, 0]  # x
    answers["G", "H1", "man"] = [3, 3, 3, 3, 3]
    answers["H", "H2", "okant"] = [1, 0, 0, 0, 0]
    return cube(answers)


def test_one_reason_is_given_for_every_hidden_number_whatever_hid_it():
    result = released(
        mixed_country(), records=[record(unit=u, statistic=s) for u in "AEFH" for s in ("andel", "medel")]
    )
    assert len(set(result.register["rule"])) >= 3
    assert set(result.rungs.query("status == 'undertryckt'")["reason"]) == {PUBLIC_REASON}
    assert set(result.records.query("status == 'undertryckt'")["reason"]) == {PUBLIC_REASON}
    assert not any(word in PUBLIC_REASON for word in ("gräns", "kön", "befattning"))


def topptva_only():
    """A shows the share by year for all, the number by half-year for women and men, and no more."""
    answers = same_everywhere([9, 9, 9, 9, 9], forbund="CDEF")
    for forbund in "AB":
        answers |= same_everywhere([0, 1, 1, 10, 10], forbund=[forbund], genders=["kvinna"])
        answers |= same_everywhere([0, 0, 0, 12, 0], forbund=[forbund], genders=["man"])
    return cube(answers)


def test_a_record_is_hidden_with_the_cells_it_rests_on():
    rows = [
        record("medel"),
        record("mal"),
        record("andel", gender="kvinna"),
        record("skillnad", gender="kvinna", against_gender="man"),
        record("skillnad", period="H2", against_period="H1"),
        record("andel", unit="finns inte"),
    ]
    result = released(topptva_only(), records=rows)
    by_gender = dict(zip([*GENDERS, "alla"], shown(result, unit="A", period="2025"), strict=True))
    assert by_gender == {"kvinna": "n", "man": "n", "okant": "n", "alla": "topptva"}
    statuses = ["ok", "undertryckt", "ok", "undertryckt", "undertryckt", "undertryckt", "undertryckt"]
    assert list(result.records["status"]) == statuses
    hidden = result.records[result.records["status"] == "undertryckt"]
    assert hidden[["value", "lower", "upper", "n", "probability"]].isna().all().all()
    assert set(hidden["verdict"]) == {""}
    assert set(hidden["target"]) == {0.3}
    assert list(result.records["n"])[0] == 40


def test_a_difference_is_hidden_when_the_cell_of_either_gender_is():
    answers = same_everywhere([9, 9, 9, 9, 9], forbund="ABCD")
    answers |= same_everywhere([0, 0, 0, 12, 12], forbund="AB", genders=["man"])
    rows = [record("skillnad", gender=g, against_gender=a) for g, a in [("kvinna", "man"), ("man", "kvinna")]]
    records = released(cube(answers), records=rows).records
    assert list(records["status"]) == ["ok", "undertryckt", "undertryckt"]


def test_a_record_of_nobody_says_so_and_is_not_called_hidden():
    answers = same_everywhere([5, 5, 5, 5, 5], forbund="ABC", atoms=["H1"])
    empty = record(period="H2", value=np.nan, lower=np.nan, upper=np.nan, n=0, status="inga data", reason="Inga svar.")
    records = released(cube(answers), records=[empty]).records
    assert list(records["status"]) == ["ok", "inga data"]
    assert list(records["reason"]) == ["", "Inga svar."]


def test_a_statistic_without_declared_needs_is_refused():
    with pytest.raises(UnknownName, match="typvarde"):
        released(cube(same_everywhere([5] * 5)), records=[record("typvarde")])


@pytest.mark.parametrize(
    ("column", "value", "error"),
    [
        ("gender", "alla", UnknownName),
        ("forbund", "riket", WrongShape),
        ("n", -1, WrongShape),
        ("category", 6, WrongShape),
    ],
)
def test_a_cube_that_cannot_be_right_is_refused(column, value, error):
    counts = cube(same_everywhere([5] * 5))
    counts.loc[0, column] = value
    with pytest.raises(error):
        released(counts)


def test_periods_share_no_id():
    with pytest.raises(WrongShape, match="id of its own"):
        release(
            cube(same_everywhere([5] * 5)),
            pd.DataFrame([record()]),
            PUBLIK,
            codebook=CODEBOOK,
            periods={"halvar": {"H1": ["H1"], "H2": ["H2"]}, "ar": {"H1": ["H1", "H2"]}},
        )


def test_without_periods_each_atom_and_their_total_are_reported():
    result = release(cube(same_everywhere([5] * 5)), pd.DataFrame([record()]), PUBLIK, codebook=CODEBOOK)
    assert list(result.rungs[["kind", "period"]].drop_duplicates().itertuples(index=False, name=None)) == [
        ("atom", "H1"),
        ("atom", "H2"),
        ("totalt", "totalt"),
    ]


def test_a_release_without_the_secondary_step_is_caught():
    answers = same_everywhere([5, 5, 5, 5, 5], forbund="BCD", genders=["kvinna"])
    safe = released(cube(answers | same_everywhere([0, 0, 1, 1, 0], forbund="A", genders=["kvinna"])))
    assert audit(safe, PUBLIK).empty
    assert set(shown(safe, unit="B", period="2025", gender="alla")) == {""}
    full = released(cube(same_everywhere([5, 5, 5, 5, 5], forbund="BCD", genders=["kvinna"])))
    b_counts, b_rungs = (frame[frame["unit"] == "B"] for frame in (full.counts, full.rungs))
    leaky = replace(
        safe,
        counts=pd.concat([safe.counts[safe.counts["unit"] != "B"], b_counts], ignore_index=True),
        rungs=pd.concat([safe.rungs[safe.rungs["unit"] != "B"], b_rungs], ignore_index=True),
    )
    found = audit(leaky, PUBLIK)
    assert set(found["unit"]) == {"A"}
    assert {"n", "hog", "lag", "3", "5"} <= set(found.query("period == 'H1' and gender == 'alla'")["category"])


def test_what_the_policy_does_not_let_out_is_caught():
    result = released(cube(same_everywhere([1, 1, 1, 1, 2])), INTERN)
    found = audit(result, PUBLIK)
    assert audit(result, INTERN).empty
    assert {"n", "hog", "1"} <= set(found.query("unit == 'A' and period == 'H1' and gender == 'man'")["category"])


@st.composite
def cubes(draw, name="grad"):
    size = len(CODEBOOK.scale(name).codes)
    keys = [(f, a, g) for f in "ABCDE"[: draw(st.integers(1, 5))] for a in ("H1", "H2") for g in GENDERS]
    many = st.lists(st.sampled_from([0, 0, 1, 2, 3, 5, 8]), min_size=size, max_size=size)
    return cube({key: draw(many) for key in keys}, name)


@settings(max_examples=20)
@given(cubes(), st.sampled_from([PUBLIK, INTERN]))
def test_nothing_hidden_can_be_computed_from_what_is_shown(counts, policy):
    assert audit(released(counts, policy), policy).empty


@settings(max_examples=15)
@given(cubes("svarat"))
def test_nothing_hidden_about_a_volume_can_be_computed_from_what_is_shown(counts):
    assert audit(released(counts), PUBLIK).empty


@settings(max_examples=8)
@given(cubes())
def test_publik_shows_nothing_that_intern_hides_and_coarser_grains_show_at_least_as_much(counts):
    intern = released(counts, INTERN)
    publik = released(counts, PUBLIK, within=intern)
    order = ["", "n", "topptva", "tre_klasser", "fordelning"]
    wide, narrow = (r.rungs["detail"].map(order.index) for r in (intern, publik))
    assert (narrow <= wide).all()
    grains = publik.rungs.assign(level=narrow)[publik.rungs["status"] != "inga data"]
    finest = grains.groupby(["unit", "gender", "kind"])["level"].max().reset_index()
    levels = finest.pivot_table("level", ["unit", "gender"], "kind").reindex(columns=list(HALVES))
    assert (levels["halvar"].fillna(0) <= levels["ar"].fillna(4)).all()
    assert audit(publik, PUBLIK).empty


@settings(max_examples=6)
@given(cubes())
def test_a_release_is_deterministic_and_changes_nothing_given_to_it(counts):
    before, order = counts.copy(), np.random.default_rng(1).permutation(len(counts))
    first, second = released(counts), released(counts.iloc[order])
    pd.testing.assert_frame_equal(counts, before)
    for name in ("rungs", "counts", "records", "register"):
        pd.testing.assert_frame_equal(getattr(first, name), getattr(second, name))


@settings(max_examples=8)
@given(cubes())
def test_every_published_count_is_true_and_carries_its_coarser_details(counts):
    result = released(counts, INTERN)
    year = result.counts.query("period == '2025' and gender == 'alla' and unit != 'riket'")
    truth = counts.groupby(["forbund", "category"])["n"].sum()
    for row in year[year["detail"] == "fordelning"].itertuples():
        assert row.n == truth[row.unit, int(row.category)]
    for _, cell in result.counts.groupby(["unit", "period", "gender"]):
        by_detail = cell.groupby("detail")["n"].sum()
        assert "n" in by_detail
        if "fordelning" in by_detail:
            assert by_detail["fordelning"] == by_detail["n"]
            assert "topptva" in by_detail


def test_a_hidden_judgement_still_says_which_target_it_was_about():
    judged = record("mal", unit="E", period="H1", gender="kvinna", indicator="demo:andel", outcome="nått")
    row = released(mixed_country(), records=[judged]).records.set_index("statistic").loc["mal"]
    assert (row["status"], row["target"], row["indicator"]) == ("undertryckt", 0.3, "demo:andel")
    assert row["outcome"] == ""
    assert np.isnan(row["probability"])
