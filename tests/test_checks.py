import copy

import pandas as pd
import pytest

from finsam_eval import checks
from finsam_eval.checks import KAnonymity, check_tables, k_anonymity
from finsam_eval.errors import BadInput
from finsam_eval.ingest import ingest
from finsam_eval.pipeline import ingest_step
from finsam_eval.study import open_study
from tests.small import RAW, SETTINGS, write_study

HEADING = RAW["deltagare.csv"].splitlines()[0] + "\n"
STAFF = RAW["personal.csv"].splitlines()[0] + "\n"


def checked(folder, raw=None, **settings):
    study = open_study(write_study(folder, raw, **settings))
    return check_tables(study, ingest(study))


def found(table, check):
    rows = table[table["check"] == check]
    return rows[["file", "rows", "among"]].to_numpy().tolist()


def test_the_small_study_fits_but_for_what_is_known(tmp_path):
    table = checked(tmp_path)
    assert list(table.columns) == checks.COLUMNS
    assert table.loc[table["rows"] > 0, ["check", "file", "rows", "among"]].to_numpy().tolist() == [
        # p3 answered in the autumn, and nobody of the staff about D3
        [checks.NO_STAFF_ANSWER, "deltagare.csv", 1, 4],
        # p3 is not among the invited: F02 has no invitation at all
        [checks.MORE_THAN_INVITED, "inbjudna.csv", 1, 3],
    ]


@pytest.mark.parametrize(
    "date, check, number",
    [
        ("2025-01-09", checks.EARLY, 1),
        ("2025-01-10", checks.EARLY, 0),
        ("2025-12-02", checks.LATE, 0),  # 92 days after 1 September
        ("2025-12-03", checks.LATE, 1),
    ],
)
def test_an_exit_answer_before_the_start_or_long_after_the_end(tmp_path, date, check, number):
    """D2 lasts from 10 January to 1 September."""
    text = HEADING + f"p2;D2;Avslut;1;Nej;{date};;;4\n"
    assert found(checked(tmp_path, {"deltagare.csv": text}), check)[0] == ["deltagare.csv", number, 1]


def test_only_exit_answers_can_come_too_long_after_the_end(tmp_path):
    text = HEADING + "p2;D2;Under;1;Nej;2025-12-31;4;4;4\n"
    assert found(checked(tmp_path, {"deltagare.csv": text}), checks.LATE) == []


def test_a_staff_answer_without_the_participants_and_the_reverse(tmp_path):
    text = HEADING + "p1;D1;Under;1;Nej;2025-02-01;4;5;3\np1;D1;Under;1;Ja;2025-02-08;4;5;3\n"
    staff = STAFF + "s1;D1;Under;2025-02-02;4\ns1;D2;Under;2025-02-02;3\ns1;D1;Under;2025-08-02;4\n"
    table = checked(tmp_path, {"deltagare.csv": text, "personal.csv": staff})
    assert found(table, checks.NO_OWN_ANSWER) == [["personal.csv", 2, 3]]  # D2, and D1 in another half-year
    assert found(table, checks.NO_STAFF_ANSWER) == [["deltagare.csv", 0, 1]]


SIX = ["K01a", "K02a", "K03a", "K04a", "K05a", "K07a"]


def straight(folder, *answers, reverse=False):
    """One file of six questions; the first of them reversed where that is asked for."""
    items = "".join(
        f"  {{id: {item}, text: t {item}, scale: s, respondent_groups: [deltagare], occasions: [under]"
        f"{', reversed: true' if reverse and item == SIX[0] else ''}}},\n"
        for item in SIX
    )
    book = (
        "id: egen\ntitle: t\nversion: '1'\nowner: o\nsource: s\ngroups: [{id: deltagare, label: D}]\n"
        "occasions: [{id: under, label: u}, {id: avslut, label: a}]\n"
        "scales: {s: {min: 1, max: 5, lowest: l, highest: h}}\nkarnindikatorer:\n"
        f"- {{number: 1, heading: h, kind: process, level: d, items: [\n{items}]}}\n"
    )
    source = {"file": "svar.csv", "respondent_group": "deltagare", "occasion": "under", "period": "2025H1"}
    sources = {"responses": [{**source, "columns": {"respondent": "id"}}]}
    rows = "".join(f"p{number};{row}\n" for number, row in enumerate(answers))
    raw = {"svar.csv": f"id;{';'.join(SIX)}\n{rows}"}
    write_study(folder, raw, sources=sources, outcomes=[], codebook="egen.yaml")
    (folder / "egen.yaml").write_text(book, encoding="utf-8")
    study = open_study(folder)
    return found(check_tables(study, ingest(study)), checks.SAME_ANSWERS)


def test_all_answers_alike_are_counted_where_there_are_at_least_six(tmp_path):
    answers = ["4;4;4;4;4;4", "4;4;4;4;4;3", "4;4;4;4;4;", "1;1;1;1;1;1", "5;4;3;2;1;5"]
    assert straight(tmp_path, *answers) == [["svar.csv", 2, 4]]


def test_alike_means_as_the_respondent_ticked_them(tmp_path):
    assert straight(tmp_path, "4;4;4;4;4;4", "2;4;4;4;4;4", reverse=True) == [["svar.csv", 1, 2]]


def test_nothing_is_deleted_because_all_answers_are_alike(tmp_path):
    straight(tmp_path, "4;4;4;4;4;4")
    assert len(ingest(open_study(tmp_path)).responses) == 6


@pytest.mark.parametrize(
    "rows, lonely, late",
    [
        (["Nej;2025-02-01", "Ja;2025-02-15"], 0, [0, 1]),
        (["Nej;2025-02-01", "Ja;2025-04-02"], 0, [0, 1]),  # 60 days
        (["Nej;2025-02-01", "Ja;2025-04-03"], 0, [1, 1]),
        (["Nej;2025-06-25", "Ja;2025-07-05"], 0, [0, 1]),  # in the next half-year
        (["Ja;2025-02-01"], 1, None),
        (["Ja;2025-02-01", "Nej;2025-02-15"], 1, None),
    ],
)
def test_a_retest_has_a_first_test_not_long_before(tmp_path, rows, lonely, late):
    text = HEADING + "".join(f"p2;D2;Under;1;{row};4;4;4\n" for row in rows)
    table = checked(tmp_path, {"deltagare.csv": text})
    assert found(table, checks.NO_FIRST_TEST) == [["deltagare.csv", lonely, 1]]
    assert found(table, checks.LATE_RETEST) == ([["deltagare.csv", *late]] if late else [])


def test_a_forbund_that_does_not_own_the_insats_is_counted_from_the_quarantine(tmp_path):
    text = RAW["inbjudna.csv"] + "F02;I1;deltagare;under;2025H2;Kvinna;2\n"
    table = checked(tmp_path, {"inbjudna.csv": text})
    assert found(table, checks.NOT_OWNER) == [["inbjudna.csv", 1, 3]]


def test_every_finding_says_what_to_do(tmp_path):
    beside = {checks.MORE_THAN_INVITED, checks.NOT_OWNER, checks.UNUSABLE, checks.OTHER_SCALE, checks.NOBODY}
    assert set(checks.REMEDIES) == {*checks.JUDGES, *beside}
    assert checked(tmp_path)["remedy"].str.len().min() > 10


def test_a_study_of_figures_alone_has_nothing_to_check(tmp_path):
    sources = {"observations": {"file": "tal.csv", "columns": {"indicator": "i", "period": "p", "value": "v"}}}
    table = checked(tmp_path, {"tal.csv": "i;p;v\na;2025;3\n"}, sources=sources, outcomes=[])
    assert table.empty
    assert list(table.columns) == checks.COLUMNS


def test_two_files_of_one_group_are_named_together(tmp_path):
    sources = copy.deepcopy(SETTINGS["sources"])
    sources["responses"].append({**sources["responses"][0], "file": "host.csv"})
    raw = {"host.csv": HEADING + "p2;D2;Under;1;Nej;2025-08-01;4;4;4\n"}
    table = checked(tmp_path, raw, sources=sources)
    assert found(table, checks.EARLY)[0] == ["deltagare.csv, host.csv", 0, 6]


def one_file(folder, answers, **source):
    """The checks of one file of two questions; K02a is always answered as it should be."""
    text = "id;K01a;K02a\n" + "".join(f"p{number};{answer};3\n" for number, answer in enumerate(answers))
    declared = {"file": "svar.csv", "respondent_group": "deltagare", "occasion": "under", "period": "2025H1"}
    sources = {"responses": [{**declared, "columns": {"respondent": "id"}, **source}]}
    study = open_study(write_study(folder, {"svar.csv": text}, sources=sources, outcomes=[]))
    return check_tables(study, ingest(study)), study


@pytest.mark.parametrize(
    "answers, unusable, other",
    [
        (["1", "2", "3", "4", "x"], False, False),  # a fifth, not more
        (["1", "2", "3", "4", "x", "", "", "", "", "y"], True, False),  # empty ones are not given
        (["Vet ej"] * 3 + ["4"] * 7, True, False),
        (["9"] * 3 + ["4"] * 7, True, False),  # 6 to 8 lie between
        (["6"] + ["4"] * 19, False, False),
        (["6"] + ["4"] * 18, False, True),
        (["6", "7", "7"] + ["4"] * 7, True, True),
        (["0"] + ["4"] * 9, False, True),
        (["6,0"] * 2 + ["4"] * 8, False, True),
    ],
)
def test_questions_that_lose_many_answers_are_named_with_their_file(tmp_path, answers, unusable, other):
    table, study = one_file(tmp_path, answers)
    named = {True: [["svar.csv: K01a", 1, 2]], False: [["svar.csv", 0, 2]]}
    assert found(table, checks.UNUSABLE) == named[unusable]
    assert found(table, checks.OTHER_SCALE) == named[other]
    told = ingest_step(study).wrote
    assert ("frågor där mer än en femtedel av de givna svaren lagts undan (svar.csv: K01a)" in told) == unusable
    assert ("frågor där svaren kan ha en annan skala än kodbokens (svar.csv: K01a)" in told) == other
    assert ("SEE TO THIS FIRST" in told) == (unusable or other)


def test_answers_that_are_declared_missing_are_not_lost(tmp_path):
    table, _ = one_file(tmp_path, ["6"] * 5 + ["4"] * 5, missing={"6": "vet ej"})
    assert found(table, checks.UNUSABLE) == found(table, checks.OTHER_SCALE) == [["svar.csv", 0, 2]]


def test_answers_that_nobody_asked_for_are_lost(tmp_path):
    table, _ = one_file(tmp_path, ["4"] * 3, occasion="avslut")
    assert found(table, checks.UNUSABLE) == [["svar.csv: K01a, K02a", 2, 2]]


def test_a_file_of_nobody_is_mentioned(tmp_path):
    table, study = one_file(tmp_path, [])
    assert found(table, checks.NOBODY) == [["svar.csv", 1, 1]]
    with pytest.raises(BadInput, match="the files have no rows, or no question in them is answered"):
        ingest_step(study)


def people(*rows):
    table = pd.DataFrame(rows, columns=["respondent", "gender", "insats", "start"])
    return table.assign(start=pd.to_datetime(table["start"]), anonymous=table["respondent"] == "")


def test_k_anonymity_counts_persons_who_share_gender_insats_and_half_year():
    together = [(f"p{number}", "kvinna", "I1", f"2025-0{1 + number}-30") for number in (0, 2, 3, 4, 5)]
    table = people(
        *together,
        ("p9", "kvinna", "I1", "2025-07-01"),  # the next half-year
        ("p8", "man", "I1", "2025-01-01"),
        ("p0", "kvinna", "I1", "2025-05-01"),  # p0 again, in the same class: one person
        ("", "man", "I1", "2025-01-01"),  # anonymous
    )
    assert k_anonymity(table) == KAnonymity(persons=7, classes=3, smallest=1, exposed=2)
    assert k_anonymity(table).share == pytest.approx(2 / 7)


def test_k_anonymity_of_nobody():
    assert k_anonymity(people(("", "man", "I1", "2025-01-01"))) == KAnonymity(0, 0, 0, 0)
    assert k_anonymity(people(("", "man", "I1", "2025-01-01"))).share is None
