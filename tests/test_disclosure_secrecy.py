"""What follows from published numbers though no table names it: pieces of time, and what came since last time."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from finsam_eval.disclosure import PUBLIC_REASON, Policy, audit, load_policy, load_released, release
from finsam_eval.disclosure.cells import calendar
from finsam_eval.errors import BadDefinition, WrongShape
from finsam_eval.files import save_table

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))
import secrecy

YEAR = {
    "halvar": {"H1": ["jan"], "H2": ["jul", "sep"]},
    "janaug": {"JA": ["jan", "jul"]},
    "ar": {"2025": ["jan", "jul", "sep"]},
}
HALVES = {"halvar": {"H1": ["H1"], "H2": ["H2"]}, "ar": {"2025": ["H1", "H2"]}}
CODEBOOK = secrecy.CODEBOOK


def policy(min_n=10, min_x=3, **more):
    threshold = {"min_n": min_n, "min_x": min_x, "both_sides": True}
    decided = {"decided_by": "Styrelsen", "decided_on": "2025-01-15", "source": "Protokoll"}
    classes = dict.fromkeys(("opinion", "outcome", "volume"), threshold)
    return Policy(profile="publik", **classes, offices_country_only=False, **decided, **more)


def cube(answers, item="arbete"):
    """(förbund, atom, gender) → answers per code, as rows of the cube."""
    rows = [
        (forbund, "i", "deltagare", "avslut", atom, gender, item, code, n)
        for (forbund, atom, gender), counts in answers.items()
        for code, n in zip(CODEBOOK.scale(item).codes, counts, strict=True)
    ]
    columns = ["forbund", "insats", "respondent_group", "occasion", "period", "gender", "item", "category", "n"]
    return pd.DataFrame(rows, columns=columns)


def everywhere(counts, forbund="ABCD", atoms=("H1", "H2"), genders=("kvinna", "man")):
    return {(unit, atom, gender): counts for unit in forbund for atom in atoms for gender in genders}


def released(counts, rules=None, periods=HALVES, **more):
    nothing = pd.DataFrame(columns=secrecy.RECORDS, dtype="str")
    return release(counts, nothing, rules or policy(), codebook=CODEBOOK, periods=periods, **more)


def test_what_earlier_releases_tell_by_bounds_is_no_fault_of_the_new_one():
    random = np.random.default_rng(2)
    *_, drawn = (secrecy.world(random) for _ in range(228))
    now, earlier = secrecy.released_of(drawn)
    assert drawn.policy.min_width == 3
    assert audit(now, drawn.policy, earlier=earlier, counts=drawn.counts).empty


def shown(result, **where):
    rows = result.rungs
    for column, value in where.items():
        rows = rows[rows[column] == value]
    return list(rows["detail"])


def test_what_no_report_names_is_each_atom_and_each_period_without_shorter_ones():
    days = calendar(YEAR)
    assert dict(zip(days.derived, days.sums[len(days.ids) :].tolist(), strict=True)) == {
        "jul": [0, 1, 0],
        "sep": [0, 0, 1],
    }
    months = {"mitten": {"M": ["b"]}, "ar": {"Y": ["a", "b", "c"]}}
    assert calendar(months).derived == ("a", "c", "Y utom M")
    assert calendar(HALVES).derived == ()


def test_the_year_and_january_to_august_do_not_give_two_persons_in_the_autumn():
    answers = everywhere([20, 20], atoms=("jan", "jul", "sep"), genders=("kvinna",))
    answers["A", "sep", "kvinna"] = [1, 1]
    result = released(cube(answers), periods=YEAR)
    n = result.counts.query("unit == 'A' and gender == 'alla' and category == 'n'").set_index("period")["n"]
    assert not {"2025", "JA"} <= set(n.index)
    assert not {"2025", "H1"} <= set(n.index) or "JA" not in n.index
    assert audit(result, policy(), earlier=()).empty
    assert set(shown(result, unit="D", gender="alla")) == {"fordelning"}


def test_an_autumn_of_enough_may_follow_from_the_year():
    result = released(cube(everywhere([20, 20], atoms=("jan", "jul", "sep"))), periods=YEAR)
    assert set(result.rungs["detail"]) == {"fordelning"}
    assert audit(result, policy()).empty


def test_a_release_that_gives_an_autumn_of_two_is_caught():
    safe = released(cube(everywhere([20, 20], atoms=("jan", "jul", "sep"))), periods=YEAR)
    counts = safe.counts.copy()
    short = counts["period"].isin(["JA"]) & (counts["unit"] == "A") & (counts["gender"] == "alla")
    long = counts["period"].isin(["2025"]) & (counts["unit"] == "A") & (counts["gender"] == "alla")
    counts = counts[(counts["unit"] == "A") & (short | long)]
    counts.loc[short, "n"] = counts.loc[long, "n"].to_numpy() - np.where(counts.loc[long, "category"] == "n", 2, 1)
    rungs = safe.rungs.assign(
        status=safe.rungs["status"].where(safe.rungs["period"].isin(["JA", "2025"]), "undertryckt")
    )
    found = audit(replace(safe, counts=counts, rungs=rungs), policy())
    assert {("A", "sep", "alla", "n"), ("A", "sep", "alla", "hog")} <= set(
        found[["unit", "period", "gender", "category"]].itertuples(index=False, name=None)
    )


def test_the_cube_saves_the_audit_work_and_must_be_the_one_released():
    counts = cube(everywhere([20, 20]) | everywhere([1, 1], "AB"))
    result = released(counts)
    assert audit(result, policy(), counts=counts).empty
    with pytest.raises(WrongShape, match="not what the cube counts"):
        audit(result, policy(), counts=counts.assign(n=counts["n"] + 1))


def late(answers, key=("A", "H2", "kvinna")):
    """The same answers and one more."""
    changed = dict(answers)
    changed[key] = [answers[key][0] + 1, *answers[key][1:]]
    return changed


@pytest.mark.parametrize(("first", "second"), [(0, 1), (1, 0)])
def test_one_who_came_late_or_was_forgotten_cannot_be_subtracted(first, second):
    answers = everywhere([20, 20])
    versions = [cube(answers), cube(late(answers))]
    before = released(versions[first])
    assert set(shown(before)) == {"fordelning"}
    now = released(versions[second], earlier=[before])
    assert set(shown(now, unit="A", period="H2")) == {""}
    assert set(shown(now, unit="A", period="2025", gender="alla")) == {""}
    assert set(shown(now, unit="riket", period="2025", gender="alla")) == {""}
    assert set(shown(now, unit="A", period="H1")) == {"fordelning"}
    assert set(shown(now, unit="B")) == {"fordelning"}
    told = now.register[now.register["rule"] == "har ändrats med få sedan det visades"]
    assert {("A", "H2"), ("A", "2025"), ("riket", "H2")} <= set(
        told[["unit", "period"]].itertuples(index=False, name=None)
    )
    assert audit(now, policy(), earlier=[before]).empty
    unaware = released(versions[second])
    found = audit(unaware, policy(), earlier=[before])
    assert {"A", "riket"} <= set(found["unit"])


def test_a_correction_hides_the_distribution_and_leaves_the_number():
    answers = everywhere([20, 20, 20], genders=("kvinna",))
    before = released(cube(answers, "grad"))
    moved = answers | {("A", "H1", "kvinna"): [19, 21, 20]}
    now = released(cube(moved, "grad"), earlier=[before])
    assert shown(now, unit="A", period="H1", gender="alla") == ["topptva"]
    assert audit(now, policy(), earlier=[before]).empty


def test_a_change_of_enough_is_shown_and_an_unchanged_study_loses_nothing():
    answers = everywhere([20, 20])
    before = released(cube(answers))
    more = released(cube(answers | {("A", "H2", "kvinna"): [30, 35]}), earlier=[before])
    assert set(shown(more)) == {"fordelning"}
    again = released(cube(answers), earlier=[before])
    pd.testing.assert_frame_equal(again.counts, before.counts)
    assert audit(again, policy(), earlier=[before]).empty


def test_a_new_half_year_does_not_tell_what_a_changed_year_hides():
    answers = everywhere([20, 20], genders=("kvinna",))
    year = {"ar": HALVES["ar"]}
    before = released(cube(answers), periods=year)
    now = released(cube(late(answers)), earlier=[before])
    assert shown(now, unit="A", period="2025", gender="alla") == [""]
    assert "" in shown(now, unit="A", period="H1", gender="alla") + shown(now, unit="A", period="H2", gender="alla")
    assert audit(now, policy(), earlier=[before]).empty


def test_an_earlier_release_of_a_period_no_longer_reported_is_refused():
    before = released(cube(everywhere([20, 20])))
    with pytest.raises(WrongShape, match="H1"):
        released(cube(everywhere([20, 20])), periods={"ar": HALVES["ar"]}, earlier=[before])


def test_a_release_is_read_back_from_its_folder(tmp_path):
    before = released(cube(everywhere([20, 20])))
    for name in ("rungs", "counts"):
        save_table(getattr(before, name), tmp_path / f"{name}.parquet")
    read = load_released(tmp_path, codebook=CODEBOOK, periods=HALVES)
    changed = cube(late(everywhere([20, 20])))
    one, other = (released(changed, earlier=[known]) for known in (before, read))
    pd.testing.assert_frame_equal(one.counts, other.counts)


def test_a_hidden_number_has_as_many_other_values_as_the_policy_asks():
    answers = everywhere([20, 20], "CDE", atoms=("H1",), genders=("kvinna",))
    answers |= {("A", "H1", "kvinna"): [1, 0], ("B", "H1", "kvinna"): [1, 1]}
    counts, rules = cube(answers), policy(min_n=4, min_x=0)
    exact, wide = released(counts, rules), released(counts, rules.model_copy(update={"min_width": 5}))
    assert (wide.rungs["detail"] != "").sum() < (exact.rungs["detail"] != "").sum()
    assert audit(exact, rules).empty
    assert not audit(exact, rules.model_copy(update={"min_width": 5})).empty
    assert audit(wide, rules.model_copy(update={"min_width": 5})).empty


DECIDED = {"decided_by": "Nämnden", "decided_on": "2025-02-01", "reason": "Alla fyra har sagt ja."}


def test_an_exception_lifts_the_limits_it_names_and_no_others():
    answers = everywhere([20, 20], genders=("kvinna",)) | everywhere([2, 2], "A", genders=("kvinna",))
    exceptions = [{"unit": "A", "item": "arbete", "lifts": ["min_n", "min_x"], **DECIDED}]
    result = released(cube(answers), policy(exceptions=exceptions))
    assert shown(result, unit="A", period="H1", gender="alla") == ["fordelning"]
    row = result.register.query("unit == 'A' and exception != ''").iloc[0]
    assert row["exception"] == "min_n, min_x: Nämnden, 2025-02-01: Alla fyra har sagt ja."
    assert audit(result, policy(exceptions=exceptions)).empty
    assert not audit(result, policy()).empty
    only_n = [{"unit": "A", "item": "arbete", "lifts": ["min_n"], **DECIDED}]
    assert "fordelning" not in shown(released(cube(answers), policy(exceptions=only_n)), unit="A", period="H1")


def test_an_exception_never_lets_another_number_be_computed():
    answers = everywhere([20, 20], "CD", genders=("kvinna",)) | everywhere([2, 2], "AB", genders=("kvinna",))
    exceptions = [{"unit": "A", "item": "arbete", "lifts": ["min_n", "min_x"], **DECIDED}]
    result = released(cube(answers), policy(exceptions=exceptions))
    assert set(shown(result, unit="B")) == {""}
    assert audit(result, policy(exceptions=exceptions)).empty


def test_exceptions_stay_out_of_what_is_written_with_a_release_and_name_who_decided(tmp_path):
    path = tmp_path / "policy.yaml"
    limits = "{min_n: 10, min_x: 3, both_sides: true}"
    text = f"""
decided_by: Styrelsen
decided_on: 2025-01-15
source: Protokoll
profiles:
  publik:
    opinion: {limits}
    outcome: {limits}
    volume: {limits}
    offices_country_only: true
    min_width: 3
    exceptions:
      - {{unit: A, item: arbete, lifts: [min_n], decided_by: Nämnden, decided_on: 2025-02-01, reason: Alla har sagt ja}}
"""
    path.write_text(text, encoding="utf-8")
    loaded = load_policy(path)["publik"]
    assert (loaded.min_width, loaded.exceptions[0].unit) == (3, "A")
    assert "exceptions" not in loaded.model_dump(mode="json")
    path.write_text(text.replace("decided_by: Nämnden, ", ""), encoding="utf-8")
    with pytest.raises(BadDefinition):
        load_policy(path)


def test_every_row_of_the_register_has_a_status_and_the_one_public_reason():
    answers = everywhere([20, 20], "EFGH", genders=("kvinna",)) | everywhere([1, 1], "AB", genders=("kvinna",))
    answers |= everywhere([1, 20], "CD", genders=("kvinna",))
    register = released(cube(answers)).register
    hidden = register["detail"] == ""
    assert set(register.loc[hidden, "status"]) == {"undertryckt"}
    assert set(register.loc[hidden, "reason"]) == {PUBLIC_REASON}
    assert set(register.loc[~hidden, "reason"]) == {""}


def test_another_number_of_hidden_answers_leaves_every_published_frame_as_it_was():
    """Status, reason and absence of rows tell that something is hidden, and no more: also when nobody is there."""
    few = everywhere([20, 20], "CDE", genders=("kvinna",)) | everywhere([2, 2], "AB", genders=("kvinna",))
    frames = []
    for here, there in [((1, 3), (3, 1)), ((3, 1), (1, 3)), ((0, 4), (4, 0))]:
        moved = few | {("A", "H1", "kvinna"): list(here), ("B", "H1", "kvinna"): list(there)}
        frames.append(released(cube(moved)))
    for other in frames[1:]:
        for name in ("rungs", "counts"):
            pd.testing.assert_frame_equal(getattr(frames[0], name), getattr(other, name))


@pytest.mark.parametrize("seed", range(4))
def test_somebody_who_reads_random_releases_with_a_program_of_his_own_wins_nothing(seed):
    random = np.random.default_rng([2025, seed])
    for _ in range(10):
        drawn = secrecy.world(random, most=4)
        exact = drawn.policy.model_copy(update={"min_width": 1})
        assert secrecy.attack(replace(drawn, policy=exact)) == []


def test_little_more_is_hidden_than_an_exhaustive_search_would():
    random, pairs = np.random.default_rng(2026), []
    while len(pairs) < 15:
        drawn = secrecy.world(random, small=True)
        ours, least = secrecy.search(drawn) if list(drawn.periods) == ["ar"] else (0, 0)
        pairs += [(ours, least)] if ours else []
    assert max(ours - least for ours, least in pairs) <= 2
    assert sum(ours for ours, _ in pairs) <= 1.1 * sum(least for _, least in pairs)
