import numpy as np
import pandas as pd
import pytest

from finsam_eval.codebook import Codebook, load_codebook
from finsam_eval.psychometrics.outcome_rows import FEWEST, LINKAGE, exits, linkage, of_outcomes
from finsam_eval.psychometrics.rows import COEFFICIENT_COLUMNS
from finsam_eval.psychometrics.validity import compare_roc, log_odds, roc
from finsam_eval.study import Outcome

WORK = Outcome(id="arbete", label="I arbete", column="i_arbete")
LATER = Outcome(id="senare", label="I arbete senare", column="i_arbete_senare")


@pytest.fixture(scope="module")
def codebook() -> Codebook:
    return load_codebook("nns2015")


def persons(n: int = 120, forbund: int = 6, seed: int = 4) -> pd.DataFrame:
    """What each of n participants answers at the end, what the staff answers about them, and what came of it."""
    rng = np.random.default_rng(seed)
    own, staff = rng.integers(1, 6, n), rng.integers(1, 6, n)
    had = (rng.random(n) < 1 / (1 + np.exp(2.5 - 0.4 * own - 0.3 * staff))).astype(int)
    names = {"participation": [f"D{i:03}" for i in range(n)], "respondent": [f"p{i:03}" for i in range(n)]}
    where = [f"F{i % forbund:02}" for i in range(n)]
    return pd.DataFrame({**names, "forbund": where, "K07a": own, "K07b": staff, "i_arbete": had})


def responses(people: pd.DataFrame, **about: object) -> pd.DataFrame:
    """The participants' and the staff's answers, in the shape of the table."""
    fixed = {"occasion": "avslut", "wave": 1, "retest": False, "period": "2025", "insats": "I1", "gender": "kvinna"}
    fixed |= {"date": pd.Timestamp("2025-03-01"), "missing": ""}
    own = people.assign(respondent_group="deltagare", about="", item="K07a", value=people["K07a"])
    other = people.assign(respondent_group="personal", about=people["respondent"], item="K07b", value=people["K07b"])
    rows = pd.concat([own, other.assign(respondent="s1")], ignore_index=True).assign(**{**fixed, **about})
    return rows.drop(columns=["K07a", "K07b", "i_arbete"]).astype({"value": "Int64"})


def participations(people: pd.DataFrame, **other: object) -> pd.DataFrame:
    told = {"anonymous": False, "i_arbete_senare": pd.NA, "insats": "I1", "gender": "kvinna"}
    table = people[["participation", "respondent", "forbund", "i_arbete"]].assign(**{**told, **other})
    return table.astype({"i_arbete": "Int64", "i_arbete_senare": "Int64"})


def found(answers: pd.DataFrame, known: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    rows = list(of_outcomes(answers, known, codebook, [WORK, LATER], ["2025"]))
    table = pd.DataFrame(rows, columns=COEFFICIENT_COLUMNS)
    assert not table.duplicated(["kind", "subject", "respondent_group", "occasion", "statistic"]).any()
    return table.set_index(["kind", "subject", "respondent_group", "statistic"]).sort_index()


def test_rows_are_the_numbers_of_the_functions(codebook):
    people = persons()
    table = found(responses(people), participations(people), codebook)
    own = table.loc[("item", "K07a", "deltagare")]
    direct = roc(people["K07a"], people["i_arbete"], cluster=people["forbund"])
    odds = log_odds(people["K07a"], people["i_arbete"], cluster=people["forbund"])
    for name, same in (("auc:arbete", direct), ("log_odds:arbete", odds)):
        assert own.loc[name, ["value", "lower", "upper", "n"]].tolist() == [same.value, same.lower, same.upper, 120]
    assert own.loc["auc:arbete", "occasion"] == "avslut"
    assert (
        table.loc[("item", "K07b", "personal", "auc:arbete"), "value"] == roc(people["K07b"], people["i_arbete"]).value
    )


def test_both_sides_are_told_alone_together_and_apart(codebook):
    people = persons()
    rows = found(responses(people), participations(people), codebook).loc[("dyad", "K07a", "deltagare")]
    both = people["K07a"] + people["K07b"]
    where = {"cluster": people["forbund"]}
    assert rows.loc["auc_forsta:arbete", "value"] == roc(people["K07a"], people["i_arbete"]).value
    assert rows.loc["auc_andra:arbete", "value"] == roc(people["K07b"], people["i_arbete"]).value
    assert rows.loc["auc_bada:arbete", "value"] == pytest.approx(roc(both, people["i_arbete"]).value)
    apart = compare_roc(people["K07a"], people["K07b"], people["i_arbete"], **where)
    added = compare_roc(both, people["K07a"], people["i_arbete"], **where)
    assert rows.loc["auc_skillnad:arbete", ["value", "lower"]].tolist() == pytest.approx([apart.value, apart.lower])
    assert rows.loc["auc_tillagg:arbete", ["value", "upper"]].tolist() == pytest.approx([added.value, added.upper])
    assert (rows["k"] == 2).all()


def test_a_side_that_did_not_answer_leaves_the_pair_out_of_every_comparison(codebook):
    people = persons()
    answers = responses(people)
    silent = (answers["item"] == "K07b") & answers["participation"].isin(people["participation"][:20])
    rows = found(answers.assign(value=answers["value"].mask(silent)), participations(people), codebook)
    pairs = rows.loc[("dyad", "K07a", "deltagare")]
    assert set(pairs.loc[pairs.index.str.endswith(":arbete"), "n"]) == {100}


def test_a_set_has_the_mean_of_its_items_and_their_number(codebook):
    people = persons()
    items = next(one.items for one in codebook.item_sets if one.occasion == "avslut")
    parts = [responses(people).query("item == 'K07a'").assign(item=name) for name in items]
    parts[0] = parts[0].assign(value=1)
    rows = found(pd.concat(parts, ignore_index=True), participations(people), codebook).loc["item_set"]
    row = rows.xs("auc:arbete", level="statistic").iloc[0]
    assert row["k"] == len(items)
    assert row["value"] == pytest.approx(roc(people["K07a"], people["i_arbete"]).value)
    odds = rows.xs("log_odds:arbete", level="statistic").iloc[0]
    step = log_odds(people["K07a"], people["i_arbete"], cluster=people["forbund"]).value
    assert odds["value"] == pytest.approx(step * len(items) / (len(items) - 1), abs=1e-6)


def test_an_outcome_that_nobody_knows_yet_says_so(codebook):
    people = persons()
    rows = found(responses(people), participations(people), codebook)
    unknown = rows[rows.index.get_level_values("statistic").str.endswith(":senare")]
    assert set(unknown["status"]) == {"inga data"}
    assert unknown["value"].isna().all()
    assert unknown["reason"].str.contains("utfall är känt").all()


@pytest.mark.parametrize("had", [1, FEWEST - 1])
def test_with_a_handful_of_outcomes_there_is_no_coefficient(codebook, had):
    people = persons().assign(i_arbete=[1] * had + [0] * (120 - had))
    rows = found(responses(people), participations(people), codebook)
    told = rows.drop("item_set")
    told = told[told.index.get_level_values("statistic").str.endswith(":arbete")]
    assert set(told["status"]) == {"kan inte jämföras"}
    assert told["value"].isna().all()


def test_outcomes_all_equal_say_so(codebook):
    people = persons().assign(i_arbete=0)
    rows = found(responses(people), participations(people), codebook)
    assert rows.loc[("item", "K07a", "deltagare", "auc:arbete"), "status"] == "ej tillämpligt"


def test_persons_who_cannot_be_linked_have_rows_without_a_number(codebook):
    people = persons()
    rows = found(
        responses(people), participations(people.assign(participation="X" + people["participation"])), codebook
    )
    assert set(rows["status"]) == {"inga data"}
    hidden = found(responses(people), participations(people, anonymous=True), codebook)
    assert set(hidden["status"]) == {"inga data"}


def test_linkage_counts_who_is_linked_and_why_not(codebook):
    people = persons()
    known = participations(people)
    known["anonymous"] = [True] * 10 + [False] * 110
    known.loc[10:14, "i_arbete"] = pd.NA
    table = linkage(responses(people), known.iloc[:115], codebook, [WORK], ["2025"]).set_index("respondent_group")
    row = table.loc["deltagare"]
    assert list(table.reset_index()[LINKAGE].columns) == LINKAGE
    assert (row["answered"], row["linked"], row["anonymous"], row["unlinked"]) == (120, 105, 10, 5)
    assert row["linked"] == row["not_known"] + row["had"] + row["had_not"]
    assert row["not_known"] == 5


def test_answers_of_another_occasion_or_period_are_left_out(codebook):
    people = persons()
    assert found(responses(people, occasion="under"), participations(people), codebook).empty
    assert found(responses(people, period="2024"), participations(people), codebook).empty


def test_the_last_wave_counts_and_retests_do_not(codebook):
    people = persons()
    first = responses(people)
    earlier = first.assign(wave=0, value=3)
    again = first.assign(retest=True, wave=2, value=3)
    rows = found(pd.concat([earlier, first, again], ignore_index=True), participations(people), codebook)
    same = found(first, participations(people), codebook)
    assert rows["value"].equals(same["value"])


def test_a_study_without_forbund_treats_persons_as_independent(codebook):
    people = persons(forbund=1)
    row = found(responses(people), participations(people), codebook).loc[("item", "K07a", "deltagare", "auc:arbete")]
    assert "DeLong" in row["method"]
    assert row["lower"] == roc(people["K07a"], people["i_arbete"]).lower


def test_exits_hold_answers_and_outcomes_side_by_side(codebook):
    people = persons()
    table = exits(responses(people), participations(people), codebook, "deltagare", ["2025"])
    assert len(table) == 120
    assert table["K07a"].tolist() == people["K07a"].tolist()
    assert table["i_arbete"].tolist() == people["i_arbete"].tolist()
    assert "respondent" not in table.columns
    assert exits(responses(people, occasion="under"), participations(people), codebook, "deltagare", ["2025"]).empty
