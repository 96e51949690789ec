import hashlib
import hmac
import os
import re
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finsam_eval.codebook import Codebook, Scale, load_codebook
from finsam_eval.errors import BadInput, UnknownName, WrongShape
from finsam_eval.psychometrics.irt import dif
from finsam_eval.simulate import Country, half_written, model, simulate, write_raw
from finsam_eval.simulate.model import Instrument, code_correlation, location, outcome_intercept, thresholds

SEEDS = (2025, 1, 2, 3, 4, 5)
SURVEYS = ("deltagare", "personal", "insatspersonal", "forbundschef", "styrelse", "parternas_chefsgrupp")
OCCASIONS = {"Under insatsen": "under", "Vid avslut": "avslut"}
FOLLOW_UPS = {"deltagare": "enkat_indikator7.csv", "personal": "enkat_indikator7_personal.csv"}
HEADS = {"person", "deltagande", "tillfalle", "omgang", "omtest", "datum", "insats", "forbund", "kon"}


@pytest.fixture(scope="module")
def codebook() -> Codebook:
    return load_codebook("nns2015")


@pytest.fixture(scope="module")
def countries(codebook: Codebook) -> list[Country]:
    return [simulate(codebook, seed=seed) for seed in SEEDS]


@pytest.fixture(scope="module")
def country(countries: list[Country]) -> Country:
    return countries[0]


def on_scale(codebook: Codebook, low: int, high: int) -> Codebook:
    scale = Scale(min=low, max=high, lowest="Instämmer inte alls", highest="Instämmer helt")
    return Codebook(**{**dict(codebook), "scales": {"instammande": scale}, "english": {}})


def participations(country: Country) -> pd.DataFrame:
    """deltaganden with its förbund; the first ids of insatser are those of their förbund."""
    table = country.files["deltaganden.csv"]
    return table.assign(forbund=table["insats"].str[:3]).set_index("deltagande")


def survey(country: Country, group: str) -> pd.DataFrame:
    """Answers of a group with förbund, insats, half-year, occasion id and the gender the answer carries."""
    table = country.files[f"enkat_{group}.csv"]
    if "deltagande" in table:
        about = participations(country).loc[table["deltagande"]].reset_index(drop=True)
        table = table.assign(**about[["forbund", "insats", "kon"]], occasion=table["tillfalle"].map(OCCASIONS))
    else:
        yearly = group in ("styrelse", "parternas_chefsgrupp")
        table = table.assign(occasion="ar" if yearly else "halvar")
        table = table.assign(forbund=table["insats"].str[:3]) if "insats" in table else table.assign(insats="")
    return table.assign(period=np.where(table["datum"] < "2025-07-01", "2025H1", "2025H2"))


def first_answers(country: Country) -> pd.DataFrame:
    table = survey(country, "deltagare")
    return table[(table["omtest"] == "Nej") & (table["omgang"] == 1)]


def at(occasion: str, table: pd.DataFrame) -> pd.DataFrame:
    return table[table["occasion"] == occasion]


def follow_up(country: Country, group: str) -> pd.DataFrame:
    """Answers every one to three months, with förbund, insats, half-year, occasion and gender."""
    table = country.files[FOLLOW_UPS[group]]
    about = participations(country).loc[table["deltagande"]].reset_index(drop=True)
    table = table.assign(**about[["forbund", "insats", "kon"]], occasion="intervall")
    return table.assign(period=np.where(table["datum"] < "2025-07-01", "2025H1", "2025H2"))


def items_of(table: pd.DataFrame) -> list[str]:
    return [name for name in table if re.fullmatch(r"K\d\d[a-z]", name)]


def top_share(answers: pd.Series) -> float:
    return float((answers.dropna() >= 4).mean())


# --- reproducible -------------------------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_files_and_another_seed_others(codebook, country):
    again, other = simulate(codebook, seed=2025), simulate(codebook, seed=2026)
    tables = [name for name in country.files if name.endswith(".csv")]
    for name in tables:
        pd.testing.assert_frame_equal(country.files[name], again.files[name])
        assert not country.files[name].equals(other.files[name])
    assert country.truth == again.truth


def test_two_writings_give_the_same_bytes(country, tmp_path):
    write_raw(country, tmp_path / "a")
    write_raw(country, tmp_path / "b")
    assert sorted(path.name for path in (tmp_path / "a").iterdir()) == sorted(country.files)
    for name in country.files:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


# --- size and shares ----------------------------------------------------------------------------------------------


def test_sizes(countries):
    for country in countries:
        answers = pd.concat([survey(country, group)["forbund"] for group in SURVEYS]).value_counts()
        people = participations(country)["forbund"].value_counts()
        assert 3700 <= answers.sum() <= 4300
        assert 95 <= answers.median() <= 120
        assert 280 <= answers.max() <= 420
        assert sorted(people)[1] < 10 < sorted(people)[2]
        assert country.files["insatser.csv"].groupby("forbund").size().between(1, 6).all()


def test_pilots_are_eleven_of_mixed_size_and_hold_all_retests(country):
    forbund = country.files["forbund.csv"].set_index("forbund")["pilot"]
    people = participations(country)["forbund"].value_counts().sort_values()
    places = np.flatnonzero(forbund[people.index] == "Ja")
    assert len(places) == 11
    assert places.min() == 0
    assert places.max() == 35
    retests = survey(country, "deltagare").query("omtest == 'Ja'")
    assert len(retests) == 180
    assert (forbund[retests["forbund"]] == "Ja").all()


def test_anonymous_and_unknown_gender_are_few_and_unknown_is_clustered(countries):
    people = pd.concat([participations(country) for country in countries])
    assert (people["anonym"] == "Ja").mean() == pytest.approx(0.06, abs=0.01)
    assert (people["kon"] == "Annat eller okänt").mean() == pytest.approx(0.01, abs=0.005)
    for country in countries:
        known = participations(country)
        assert known.loc[known["kon"] == "Annat eller okänt", "forbund"].nunique() <= 36 // 7


def test_answers_are_fewer_than_invitations_everywhere_and_some_rows_have_none(country):
    keys = ["forbund", "insats", "grupp", "tillfalle", "period", "kon"]
    answers = [
        survey(country, group).drop(columns="tillfalle", errors="ignore").assign(grupp=group) for group in SURVEYS
    ]
    answers += [follow_up(country, group).assign(grupp=group) for group in FOLLOW_UPS]
    answers = [table.assign(who=table.get("deltagande", table["person"])) for table in answers]
    everyone = pd.concat(answers).rename(columns={"occasion": "tillfalle"})
    assert set(everyone["tillfalle"]) == {"under", "avslut", "intervall", "halvar", "ar"}
    answered = everyone.groupby(keys)["who"].nunique().rename("answered")
    invited = country.files["inbjudna.csv"].set_index(keys)["antal"]
    assert invited.index.is_unique
    assert invited.min() >= 1
    assert answered.index.isin(invited.index).all()
    both = pd.concat([invited, answered.reindex(invited.index, fill_value=0)], axis=1)
    assert (both["answered"] <= both["antal"]).all()
    assert (both["answered"] == 0).any()
    # Who is asked several times in a half-year is invited once, and has answered if it was once.
    rate = both.drop("intervall", level="tillfalle").groupby("forbund").sum().query("antal >= 80")
    expected = rate.index.map(country.truth.response_rate)
    assert ((rate["answered"] / rate["antal"] - expected).abs() < 0.12).all()
    assert min(country.truth.response_rate.values()) >= 0.55
    assert max(country.truth.response_rate.values()) <= 0.75


def test_item_non_response_is_as_drawn_and_between_one_and_four_percent(countries):
    for item in ("K01a", "K07a", "K04b"):
        asked = [first_answers(country).query(f"occasion == '{_occasion(item)}'")[item] for country in countries]
        lost = np.mean([answers.isna().mean() for answers in asked])
        assert lost == pytest.approx(np.mean([c.truth.item_missing[item] for c in countries]), abs=0.006)
    assert all(0.01 <= p <= 0.04 for country in countries for p in country.truth.item_missing.values())


def _occasion(item: str) -> str:
    return "avslut" if item.endswith("b") else "under"


# --- the truth is in the files ------------------------------------------------------------------------------------


def test_top_two_shares_are_the_true_ones(countries):
    answers = {group: pd.concat([survey(country, group) for country in countries]) for group in SURVEYS}
    for (group, item, occasion), true in countries[0].truth.top_two.items():
        tolerance = 0.03 if group in ("deltagare", "personal") else 0.07
        found = top_share(at(occasion, answers[group])[item])
        assert found == pytest.approx(true, abs=tolerance), (group, item, occasion)


def test_ceilings(country):
    shares = {key: p for key, p in country.truth.top_two.items() if key[0] == "deltagare"}
    assert np.mean(list(shares.values())) == pytest.approx(0.75, abs=0.01)
    assert shares.pop(("deltagare", "K06b", "avslut")) == pytest.approx(0.60, abs=0.01)
    assert min(shares.values()) >= 0.62
    assert max(shares.values()) <= 0.85


def test_a_better_forbund_has_better_answers(countries):
    for country in countries:
        answers = first_answers(country)
        mine = answers[answers["occasion"] == "under"].groupby("forbund")
        large = mine.size()[lambda n: n >= 20].index
        found = mine["K01a"].mean()[large].astype(float)
        true = np.array([country.truth.forbund_top_two[f, "K01a", "under"] for f in large])
        assert np.corrcoef(found, true)[0, 1] > 0.4


def test_forbund_top_two_spread_around_the_population_share(countries):
    levels = [p for c in countries for key, p in c.truth.forbund_top_two.items() if key[1:] == ("K03a", "under")]
    assert np.mean(levels) == pytest.approx(countries[0].truth.top_two["deltagare", "K03a", "under"], abs=0.015)
    assert 0.03 < np.std(levels) < 0.10


def _anova_icc(values: pd.Series, unit: pd.Series) -> float:
    """One-way ICC(1) with unequal sizes."""
    groups = values.groupby(unit)
    n, k = len(values), groups.ngroups
    between = (groups.size() * (groups.mean() - values.mean()) ** 2).sum() / (k - 1)
    within = (groups.var().fillna(0) * (groups.size() - 1)).sum() / (n - k)
    size = (n - (groups.size() ** 2).sum() / n) / (k - 1)
    return float((between - within) / (between + (size - 1) * within))


def test_icc_of_insatser_and_forbund(countries):
    insats, forbund, expected = [], [], []
    for country in countries:
        table = first_answers(country).query("occasion == 'under' and period == '2025H2'")
        n_insats, n_forbund = table.groupby("insats").size(), table.groupby("forbund").size()
        share_same = (n_insats * (n_insats - 1)).sum() / (n_forbund * (n_forbund - 1)).sum()
        for item in ("K01a", "K03a", "K04a", "K05a", "K09d"):
            known = table.dropna(subset=item)
            insats.append(_anova_icc(known[item].astype(float), known["insats"]))
            forbund.append(_anova_icc(known[item].astype(float), known["forbund"]))
            far, near = country.truth.icc_forbund[item], country.truth.icc_insats[item]
            expected.append(far + (near - far) * share_same)
    assert np.mean(insats) == pytest.approx(np.mean(list(countries[0].truth.icc_insats.values())), abs=0.015)
    assert np.mean(forbund) == pytest.approx(np.mean(expected), abs=0.015)


def test_true_icc_lies_where_such_surveys_lie(country):
    assert all(0.02 <= icc <= 0.03 for icc in country.truth.icc_forbund.values())
    assert all(0.04 <= icc <= 0.06 for icc in country.truth.icc_insats.values())


def _pairs(a: pd.DataFrame, b: pd.DataFrame, names: tuple[str, str]) -> pd.DataFrame:
    keys = ["deltagande", "occasion", "period"]
    both = a[[*keys, names[0]]].merge(b[[*keys, names[1]]], on=keys, suffixes=("", "_again")).dropna()
    return both[[both.columns[3], both.columns[4]]].astype(float).set_axis(["a", "b"], axis=1)


def test_retests_correlate_as_the_truth_says(countries):
    tables = [survey(country, "deltagare") for country in countries]
    tests = [(t.query("omgang == 1 and omtest == 'Nej'"), t.query("omtest == 'Ja'")) for t in tables]
    found, true = [], []
    for item, correlation in countries[0].truth.retest.items():
        together = pd.concat([_pairs(first, again, (item, item)) for first, again in tests])
        assert len(together) > 900
        found.append(together.corr().iloc[0, 1])
        true.append(correlation)
    assert found == pytest.approx(true, abs=0.06)
    assert np.mean(found) == pytest.approx(np.mean(true), abs=0.03)


def test_staff_and_participants_correlate_as_the_truth_says(countries):
    sides = [(first_answers(country), survey(country, "personal")) for country in countries]
    for (own, staff, moment), correlation in countries[0].truth.dyad.items():
        together = pd.concat([_pairs(at(moment, mine), at(moment, theirs), (own, staff)) for mine, theirs in sides])
        assert len(together) > 900
        assert together.corr().iloc[0, 1] == pytest.approx(correlation, abs=0.05)
        assert 0.45 <= correlation <= 0.55


def test_women_answer_lower_only_where_the_truth_says(countries):
    answers = pd.concat([first_answers(country) for country in countries])
    gaps = {
        key: gap for key, gap in countries[0].truth.gender_gap_top_two.items() if key[0] in ("K02a", "K07a", "K01a")
    }
    for (item, occasion), true in gaps.items():
        shares = answers[answers["occasion"] == occasion].groupby("kon")[item].apply(top_share)
        assert shares["Kvinna"] - shares["Man"] == pytest.approx(true, abs=0.035), item
    assert gaps["K02a", "under"] < -0.06 < gaps["K01a", "under"] == 0


def test_one_item_is_read_differently_and_the_others_gaps_are_slight(codebook, country):
    truth = country.truth
    assert truth.dif == {"K06b": -0.8}
    item = codebook.item("K06b")
    assert (item.occasions, item.pair, item.dyad) == (["avslut"], None, None)
    assert truth.gender_gap["K06b"] == -0.8
    assert all(-0.25 <= gap <= 0 for item, gap in truth.gender_gap.items() if item not in truth.dif)
    assert truth.gender_gap_top_two["K06b", "avslut"] == pytest.approx(-0.29, abs=0.01)


def test_the_item_that_is_read_differently_is_found_and_no_other(codebook, countries):
    asked = next(one.items for one in codebook.item_sets if one.id == "avslut")
    for country in countries:
        exits = first_answers(country).query("occasion == 'avslut' and kon != 'Annat eller okänt'")
        found = dif(exits[asked].astype("float64"), exits["kon"]).items.set_index("item")
        assert found.index[found["flagged"]].tolist() == ["K06b"]
        # Log odds of men's answers against women's: men answer higher.
        assert 1.2 < found.loc["K06b", "log_odds"] < 2.2


def test_answers_improve_from_under_to_avslut_and_a_little_over_time(countries):
    answers = pd.concat([first_answers(country) for country in countries])
    scores = answers[["K07a", "K09d"]].astype(float).mean(axis=1)
    by_occasion = scores.groupby(answers["occasion"]).mean()
    by_period = scores.groupby([answers["occasion"], answers["period"]]).mean()
    assert 0.05 < by_occasion["avslut"] - by_occasion["under"] < 0.25
    assert 0 < by_period["under", "2025H2"] - by_period["under", "2025H1"] < 0.15


def test_the_location_moves_by_improvement_and_trend_times_the_slope(country):
    assert (country.truth.improvement, country.truth.trend) == (0.20, 0.08)
    assert location(0.5, "under", "2025H1") == 0
    assert location(0.5, "avslut", "2025H1") == pytest.approx(0.10)
    assert location(0.5, "avslut", "2025H2") == pytest.approx(0.14)


def test_outcomes_follow_the_model(countries):
    people = pd.concat([participations(country) for country in countries])
    for name, share in countries[0].truth.outcome_share.items():
        known = people[people[name] != ""]
        yes = known[name] == "Ja"
        assert yes.mean() == pytest.approx(share, abs=0.02)
        by_gender = yes.groupby(known["kon"]).mean()
        odds = by_gender / (1 - by_gender)
        assert 0.65 < odds["Kvinna"] / odds["Man"] < 0.98
    exits = pd.concat([first_answers(c).query("occasion == 'avslut'").assign(seed=s) for s, c in enumerate(countries)])
    people = pd.concat([participations(c).assign(seed=s) for s, c in enumerate(countries)]).reset_index()
    both = exits.merge(people[["deltagande", "seed", "arbete_studier_avslut"]], on=["deltagande", "seed"])
    ready = (both["arbete_studier_avslut"] == "Ja").groupby(both["K07a"] >= 4).mean()
    assert ready[True] - ready[False] > 0.08


def auc(answers: pd.Series, yes: pd.Series) -> float:
    """Share of pairs of a yes and a no where the yes is higher, ties counted half (Mann & Whitney 1947)."""
    ranks, n = answers.rank(), int(yes.sum())
    return float((ranks[yes].sum() - n * (n + 1) / 2) / (n * (len(yes) - n)))


@pytest.mark.parametrize("outcome", ["arbete_studier_avslut", "arbete_studier_6man"])
def test_the_answer_at_the_exit_tells_of_work_or_studies_as_well_as_the_truth_says(countries, outcome):
    found = []
    for country in countries:
        exits = first_answers(country).query("occasion == 'avslut'").set_index("deltagande")
        known = exits.assign(outcome=participations(country)[outcome]).query("outcome != ''").dropna(subset="K07a")
        found.append(auc(known["K07a"].astype("float64"), known["outcome"] == "Ja"))
    true = countries[0].truth.outcome_auc[outcome]
    assert 0.65 <= true <= 0.70
    assert np.mean(found) == pytest.approx(true, abs=0.02)
    assert min(found) > 0.6


def test_the_true_auc_is_what_many_answers_give(codebook, country):
    instrument, rng, n = Instrument(codebook), np.random.default_rng(0), 400_000
    slope = model.ITEMS["K07a"][1]
    ready, woman = rng.normal(size=n), rng.random(n) < model.WOMEN * (1 - model.UNKNOWN)
    place = np.where(rng.random(n) < 0.5, location(slope, "avslut", "2025H1"), location(slope, "avslut", "2025H2"))
    kept = model.reliability(slope)
    response = np.sqrt(kept) * ready + np.sqrt(1 - kept) * rng.normal(size=n) + place - 0.15 * woman
    codes = (response[:, None] > instrument.thresholds("K07a")).sum(axis=1)
    odds = outcome_intercept(0.24) + 0.9 * ready + 0.25 * rng.normal(size=n) + np.log(0.8) * woman
    yes = pd.Series(rng.random(n) < 1 / (1 + np.exp(-odds)))
    assert auc(pd.Series(codes), yes) == pytest.approx(country.truth.outcome_auc["arbete_studier_avslut"], abs=0.004)


# --- indicator 7 every one to three months ------------------------------------------------------------------------


@pytest.mark.parametrize(("group", "item"), [("deltagare", "K07a"), ("personal", "K07b")])
def test_only_indicator_7_is_asked_every_one_to_three_months(codebook, country, group, item):
    table = country.files[FOLLOW_UPS[group]]
    assert list(table) == ["person", "deltagande", "omgang", "datum", item]
    assert item in [i.id for i in codebook.survey_items if "intervall" in i.occasions and group in i.respondent_groups]
    assert not table.duplicated(["deltagande", "omgang"]).any()
    assert sorted(table["omgang"].unique()) == [1, 2, 3]
    assert table[item].notna().mean() > 0.9


def test_rounds_are_one_to_three_months_apart_within_the_insats_and_by_the_same_person(country):
    people = participations(country)
    for group in FOLLOW_UPS:
        table = country.files[FOLLOW_UPS[group]].sort_values(["deltagande", "omgang"])
        about = people.loc[table["deltagande"]].reset_index(drop=True).set_index(table.index)
        assert (about["anonym"] == "Nej").all()
        assert ((table["datum"] <= about["avslut"]) | (about["avslut"] == "")).all()
        assert not table[["deltagande", "person"]].drop_duplicates().duplicated("deltagande").any()
        assert (table["person"] == about["person"]).all() == (group == "deltagare")
        later = (
            table.assign(datum=pd.to_datetime(table["datum"]))
            .groupby("deltagande")[["datum", "omgang"]]
            .diff()
            .dropna()
        )
        assert later["datum"].dt.days.between(30 * later["omgang"], 91 * later["omgang"]).all()
        assert len(later) > 100


def test_those_who_are_followed_have_mostly_answered_under_the_insats(country):
    first = follow_up(country, "deltagare").query("omgang == 1")
    under = first_answers(country).query("occasion == 'under'").drop_duplicates("deltagande")
    both = first.merge(under, on=["deltagande", "person"], suffixes=("", "_under"))
    assert len(both) > 150
    days = (pd.to_datetime(both["datum"]) - pd.to_datetime(both["datum_under"])).dt.days
    # Some answered in the second half-year only, but were asked in the first.
    assert days.between(30, 91).mean() > 0.9


def test_who_is_asked_several_times_in_a_half_year_is_invited_once(country):
    invited = country.files["inbjudna.csv"].query("tillfalle == 'intervall'")
    asked = follow_up(country, "deltagare")
    assert asked.duplicated(["deltagande", "period"]).any()
    for group in FOLLOW_UPS:
        number = invited.query(f"grupp == '{group}'")["antal"].sum()
        answered = len(follow_up(country, group).drop_duplicates(["deltagande", "period"]))
        assert answered < number < 1.7 * answered


def test_answers_of_one_person_from_round_to_round_correlate_as_the_truth_says(countries):
    for group, item in (("deltagare", "K07a"), ("personal", "K07b")):
        answers = pd.concat([follow_up(country, group).assign(country=n) for n, country in enumerate(countries)])
        before = answers.assign(omgang=answers["omgang"] + 1)
        pairs = answers.merge(before, on=["country", "deltagande", "omgang"])[[f"{item}_x", f"{item}_y"]].dropna()
        assert len(pairs) > 350
        found = pairs.astype("float64").corr().iloc[0, 1]
        assert found == pytest.approx(countries[0].truth.returning[item], abs=0.08)


def test_the_later_the_round_the_higher_by_so_much_a_month(codebook, country, monkeypatch):
    assert country.truth.change_per_month == 0.03
    top = follow_up(country, "deltagare").groupby("omgang")["K07a"].mean()
    monkeypatch.setattr("finsam_eval.simulate.answering.CHANGE_PER_MONTH", 0.5)
    steep = simulate(codebook, seed=2025)
    rise = follow_up(steep, "deltagare").groupby("omgang")["K07a"].mean() - top
    # Two, four and six months at 0.47 more a month, times the slope of .7, is .7, 1.3 and 2 SD.
    assert rise[1] > 0.3
    assert rise[1] < rise[2] < rise[3]
    pd.testing.assert_frame_equal(steep.files["enkat_deltagare.csv"], country.files["enkat_deltagare.csv"])


# --- a panel --------------------------------------------------------------------------------------------------------


def panel(countries: list[Country], number: int) -> pd.DataFrame:
    rows = pd.concat([country.files["panel.csv"] for country in countries]).query(f"omgang == {number}")
    upper = {"relevans": rows["relevans"] >= 3, "tydlighet": rows["tydlighet"] >= 3}
    return rows.assign(**upper, nodvandighet=rows["nodvandighet"] == "Nödvändig")


def test_a_panel_rates_every_item_twice_in_groups_of_five_to_eight(codebook, country):
    rows = country.files["panel.csv"]
    first, second = rows.query("omgang == 1"), rows.query("omgang == 2")
    assert first.groupby("grupp")["panellist"].nunique().to_dict() == {
        "Deltagare": 6,
        "Forskare": 7,
        "Personal": 6,
        "Politiker": 5,
    }
    assert len(first) == 24 * len(codebook.survey_items)
    assert set(second["panellist"]) <= set(first["panellist"])
    assert 0.7 < len(second) / len(first) <= 1
    assert not rows[["panellist", "grupp"]].drop_duplicates().duplicated("panellist").any()
    assert not rows.duplicated(["panellist", "omgang", "matpunkt"]).any()
    assert rows["relevans"].dropna().between(1, 4).all()
    assert rows["tydlighet"].dropna().between(1, 4).all()
    assert set(rows["nodvandighet"]) <= {"Onödig", "Användbar", "Nödvändig", ""}
    assert set(rows["panellist"]) <= set(_numbers(country.truth.key))


def test_a_panel_rates_as_the_truth_says(countries):
    rows = panel(countries, 1)
    share = countries[0].truth.panel_share
    for aspect in ("relevans", "tydlighet", "nodvandighet"):
        found = rows.groupby(["matpunkt", "grupp"])[aspect].mean()
        error = found - [share[item, aspect, group] for item, group in found.index]
        assert error.abs().mean() < 0.08
        assert error.mean() == pytest.approx(0, abs=0.02)


def test_the_items_to_doubt_are_those_the_instrument_gives_reason_to(codebook, country):
    share = country.truth.panel_share
    for aspect, doubted in (
        ("relevans", {"K05b"}),
        ("tydlighet", {"K05b", "K07a", "K07b"}),
        ("nodvandighet", {"K05b"}),
    ):
        low = {
            item for (item, rated, group), p in share.items() if rated == aspect and group == "Forskare" and p < 0.84
        }
        assert low == doubted
    assert not codebook.item("K05b").pair_comparable
    assert all("Mer redo" in codebook.item(item).note for item in ("K07a", "K07b"))
    commented = country.files["panel.csv"].query("kommentar != ''")
    assert set(commented["matpunkt"]) == {"K05b", "K07a", "K07b"}
    assert len(commented) == 9


def test_the_panel_agrees_more_in_the_second_round(countries):
    spreads = [
        pd.concat([c.files["panel.csv"] for c in countries])
        .query(f"omgang == {number}")
        .groupby("matpunkt")["relevans"]
        .std()
        for number in (1, 2)
    ]
    assert spreads[1].mean() < 0.85 * spreads[0].mean()


# --- the files fit together ---------------------------------------------------------------------------------------


def test_columns_are_the_items_each_group_answers(codebook, country):
    for group in SURVEYS:
        table = country.files[f"enkat_{group}.csv"]
        assert items_of(table) == [i.id for i in codebook.survey_items if group in i.respondent_groups]
        assert set(table) - set(items_of(table)) <= HEADS


def test_items_are_answered_only_at_their_occasions(codebook, country):
    for group in ("deltagare", "personal"):
        table = survey(country, group)
        for item in items_of(table):
            asked = table["occasion"].isin(codebook.item(item).occasions)
            assert table.loc[~asked, item].isna().all()
            assert table.loc[asked, item].notna().mean() > 0.9


@pytest.mark.parametrize(("low", "high"), [(1, 5), (1, 6), (0, 3)])
def test_codes_stay_on_the_scale_and_use_all_of_it(codebook, low, high):
    country = simulate(on_scale(codebook, low, high), seed=7, forbund=12)
    table = country.files["enkat_deltagare.csv"]
    values = pd.concat([table[item].dropna() for item in items_of(table)])
    assert sorted(values.unique()) == list(range(low, high + 1))


def test_another_scale_leaves_the_true_top_shares_as_they_are(codebook, country):
    longer = simulate(on_scale(codebook, 1, 6), seed=2025).truth
    assert longer.top_two == pytest.approx(country.truth.top_two)


def test_every_survey_lies_within_a_known_participation(country):
    people = participations(country)
    for group in ("deltagare", "personal"):
        table = country.files[f"enkat_{group}.csv"]
        about = people.loc[table["deltagande"]].reset_index(drop=True)
        assert (table["datum"] >= about["start"]).all()
        assert ((table["datum"] <= about["avslut"]) | (about["avslut"] == "")).all()
        assert (about["anonym"] == "Nej").all()
        if group == "deltagare":
            assert (table["person"] == about["person"]).all()
        else:
            assert not set(table["person"]) & set(people["person"])
    assert set(people["insats"]) <= set(country.files["insatser.csv"]["insats"])
    assert set(country.files["insatser.csv"]["forbund"]) == set(country.files["forbund.csv"]["forbund"])


def test_rounds_and_retests_follow_the_first_answer_in_the_same_half_year(country):
    table = survey(country, "deltagare")
    keys = ["deltagande", "occasion", "period"]
    assert not table.duplicated([*keys, "omgang", "omtest"]).any()
    first = table.query("omgang == 1 and omtest == 'Nej'")[[*keys, "datum"]]
    days = {}
    for name, later in (("again", table.query("omgang == 2")), ("retest", table.query("omtest == 'Ja'"))):
        both = later.merge(first, on=keys, suffixes=("", "_first"))
        assert len(both) == len(later) > 0
        days[name] = (pd.to_datetime(both["datum"]) - pd.to_datetime(both["datum_first"])).dt.days
    assert days["retest"].between(7, 21).all()
    assert days["again"].between(30, 60).all()


def test_an_anonymous_participant_has_gender_and_start_only(country):
    hidden = participations(country).query("anonym == 'Ja'")
    assert (hidden[["person", "avslut", "arbete_studier_avslut", "arbete_studier_6man"]] == "").all(axis=None)
    assert (hidden[["kon", "start"]] != "").all(axis=None)


def test_outcomes_are_known_for_the_finished_and_only_half_a_year_later(country):
    named = participations(country).query("anonym == 'Nej'")
    finished = named["avslut"] != ""
    assert finished.any()
    assert not finished.all()
    assert ((named["arbete_studier_avslut"] != "") == finished).all()
    assert ((named["arbete_studier_6man"] != "") == (finished & (named["avslut"] <= "2025-07-02"))).all()
    assert named["start"].max() < "2025-12-31"


def test_a_person_may_be_in_several_insatser_of_one_forbund_never_twice_in_one(country):
    named = participations(country).query("anonym == 'Nej'")
    times = named["person"].value_counts()
    assert 0.01 < (times > 1).mean() < 0.08
    assert not named.duplicated(["person", "insats"]).any()
    assert named.drop_duplicates(["person", "forbund", "kon"])["person"].is_unique


# --- pseudonyms and names -----------------------------------------------------------------------------------------


def _numbers(key: str) -> dict[str, int]:
    return {hmac.new(key.encode(), str(n).encode(), hashlib.sha256).hexdigest()[:16]: n for n in range(6000)}


def test_persons_are_pseudonyms_by_the_public_key_and_their_order_tells_nothing(country):
    numbers = _numbers(country.truth.key)
    fingerprint = hashlib.sha256(country.truth.key.encode()).hexdigest()[:16]
    assert country.files["pseudonymer.yaml"]["key_fingerprint"] == fingerprint
    for name in ("deltaganden.csv", *(f"enkat_{group}.csv" for group in SURVEYS)):
        persons = country.files[name]["person"][lambda ids: ids != ""]
        assert persons.isin(numbers).all()
        places = np.arange(len(persons))
        assert abs(np.corrcoef(places, persons.map(numbers))[0, 1]) < 0.5
        assert abs(np.corrcoef(places, persons.rank())[0, 1]) < 0.5
    for name in ("deltaganden.csv", "enkat_deltagare.csv"):
        numbered = country.files[name]["person"].map(numbers).dropna()
        assert abs(np.corrcoef(np.arange(len(numbered)), numbered)[0, 1]) < 0.08


@pytest.mark.parametrize(("name", "date"), [("deltaganden.csv", "start"), ("enkat_deltagare.csv", "datum")])
def test_rows_are_by_date_and_by_chance_within_a_day(countries, name, date):
    rising = []
    for country in countries:
        table = country.files[name].query("person != ''")
        assert table[date].is_monotonic_increasing
        order = table["person"].map(_numbers(country.truth.key)) if date == "start" else table["deltagande"].str[1:]
        steps = order.astype(int).diff()[table[date] == table[date].shift()]
        rising.extend(steps[steps != 0] > 0)
    assert len(rising) > 1000
    assert np.mean(rising) == pytest.approx(0.5, abs=0.05)


def test_names_are_all_different_invented_and_swedish(codebook):
    forbund = simulate(codebook, seed=0, forbund=40).files["forbund.csv"]
    stems = forbund["namn"].str.removeprefix("Samordningsförbundet ")
    reference = Path(__file__).parent / "reference" / "kommuner.csv"
    real = set(pd.read_csv(reference, sep=";", comment="#")["kommun"])
    assert len(real) == 290
    assert stems.is_unique
    assert not set(stems) & real
    assert stems.str.contains("[åäöÅÄÖ]").mean() > 0.75
    assert forbund["forbund"].tolist()[:2] == ["F01", "F02"]
    assert forbund["lan"].nunique() == 6


def test_insatser_have_different_names_within_a_forbund(country):
    insatser = country.files["insatser.csv"]
    assert not insatser.duplicated(["forbund", "namn"]).any()
    assert insatser["insats"].str.match(r"F\d\dI[1-6]$").all()


# --- writing ------------------------------------------------------------------------------------------------------


def test_written_files_are_as_the_survey_tool_exports_them(country, tmp_path):
    folder = tmp_path / "data" / "raw"
    write_raw(country, folder)
    text = (folder / "enkat_deltagare.csv").read_text(encoding="utf-8")
    head, first = text.splitlines()[:2]
    assert head.startswith("person;deltagande;tillfalle;omgang;omtest;datum;K01a;K01b;")
    assert re.fullmatch(r"[0-9a-f]{16};D\d{5};(Under insatsen|Vid avslut);1;Nej;2025-\d\d-\d\d(;[1-5]?){14}", first)
    assert "\r" not in text
    assert "nan" not in text.lower()
    read = pd.read_csv(folder / "inbjudna.csv", sep=";", keep_default_na=False)
    assert read.equals(country.files["inbjudna.csv"])


@pytest.mark.parametrize("name", ["enkat_deltagare.csv", "anteckning.txt", "README.txt"])
def test_a_folder_that_holds_anything_is_never_written(country, tmp_path, name):
    (tmp_path / name).write_text("kvar")
    with pytest.raises(BadInput, match="never overwritten"):
        write_raw(country, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text() == "kvar"


def test_a_readme_may_stand_in_the_folder_and_nothing_is_left_beside_it(country, tmp_path):
    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / "README.md").write_text("Här ligger rådata.")
    write_raw(country, raw)
    assert {path.name for path in raw.iterdir()} == {"README.md", *country.files}
    assert [path.name for path in tmp_path.iterdir()] == ["raw"]
    with pytest.raises(BadInput):
        write_raw(country, raw)


def test_an_interrupted_writing_is_seen_and_made_whole(country, tmp_path, monkeypatch):
    write_raw(country, tmp_path / "whole")
    with monkeypatch.context() as during:
        during.setattr("finsam_eval.simulate.os.replace", stop_at_third(os.replace))
        with pytest.raises(KeyboardInterrupt):
            write_raw(country, tmp_path / "raw")
    assert half_written(tmp_path / "raw")
    write_raw(country, tmp_path / "raw")
    assert not half_written(tmp_path / "raw")
    for path in (tmp_path / "whole").iterdir():
        assert (tmp_path / "raw" / path.name).read_bytes() == path.read_bytes()


def stop_at_third(replace):
    left = iter(range(3))

    def stopping(source, target):
        if next(left) == 2:
            raise KeyboardInterrupt
        replace(source, target)

    return stopping


def test_a_failed_writing_leaves_no_file(country, tmp_path):
    broken = Country(files={**country.files, "sist.yaml": {"a": object()}}, truth=country.truth)
    with pytest.raises(Exception, match="represent"):
        write_raw(broken, tmp_path / "raw")
    assert list((tmp_path / "raw").iterdir()) == []
    assert [path.name for path in tmp_path.iterdir()] == ["raw"]


# --- refusals and formulas ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [3, 41])
def test_a_country_of_impossible_size_is_refused(codebook, count):
    with pytest.raises(WrongShape, match="4–40"):
        simulate(codebook, seed=1, forbund=count)


def test_the_smallest_country_has_all_files(codebook, country):
    small = simulate(codebook, seed=1, forbund=4)
    assert list(small.files) == list(country.files)
    assert all(len(table) > 0 for table in small.files.values())


def test_a_codebook_with_other_items_is_refused(codebook):
    fewer = [k for k in codebook.karnindikatorer if k.number != 15]
    with pytest.raises(UnknownName, match="K15a"):
        simulate(Codebook(**{**dict(codebook), "karnindikatorer": fewer, "english": {}}), seed=1)


@given(st.floats(0.02, 0.98), st.integers(2, 11), st.data())
def test_thresholds_rise_and_leave_the_wanted_share_on_top(share, codes, data):
    top = data.draw(st.integers(1, codes - 1))
    cuts = thresholds(share, Scale(min=1, max=codes, top=top, lowest="lägst", highest="högst"))
    assert len(cuts) == codes - 1
    assert (np.diff(cuts) > 0).all()
    probabilities = np.diff([0, *(NormalDist().cdf(cut) for cut in cuts), 1])
    assert probabilities[-top:].sum() == pytest.approx(share)


@pytest.mark.parametrize("rho", [0.0, 0.05, 0.3, 0.55, 0.75])
def test_halves_of_two_normals_correlate_as_sheppard_found(rho):
    # Sheppard (1899): two median-split normals correlate 2/π · arcsin ρ.
    cut = np.array([0.0])
    assert code_correlation(cut, cut, rho) == pytest.approx(2 / np.pi * np.arcsin(rho), abs=1e-6)


@pytest.mark.parametrize("share", [0.24, 0.27])
def test_the_outcome_intercept_gives_the_share_it_is_asked_for(share):
    rng = np.random.default_rng(0)
    spread = rng.normal(scale=np.hypot(0.9, 0.25), size=400_000)
    woman = rng.random(400_000) < 0.57 * 0.99
    odds = np.exp(outcome_intercept(share) + spread + np.log(0.8) * woman)
    assert (odds / (1 + odds)).mean() == pytest.approx(share, abs=0.001)
