import copy

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finsam_eval.ingest import ingest
from finsam_eval.ingest.places import placed
from finsam_eval.ingest.quarantine import Quarantine
from finsam_eval.ingest.readers import ROW
from finsam_eval.study import open_study
from tests.small import RAW, SETTINGS, write_study

DATED = {"insats": "insats", "forbund": "forbund", "from": "fran", "to": "till"}
MERGED = {"forbund": "forbund", "name": "namn", "to": "till", "into": "in"}


def read(folder, raw, *, insatser=None, forbund=None, **settings):
    sources = copy.deepcopy(SETTINGS["sources"])
    sources["insatser"]["columns"] = insatser or sources["insatser"]["columns"]
    sources["forbund"]["columns"] = forbund or sources["forbund"]["columns"]
    return ingest(open_study(write_study(folder, raw, sources=sources, **settings)))


def moved(*rows):
    return {"insatser.csv": "insats;forbund;fran;till\n" + "".join(f"{row}\n" for row in rows)}


def where(result, person, **scope):
    rows = result.responses[result.responses["respondent"] == person]
    for name, value in scope.items():
        rows = rows[rows[name] == value]
    return set(rows["forbund"])


HANDED_OVER = ("I1;F01;;2025-02-28", "I1;F02;2025-03-01;", "I2;F01;;", "I3;F02;;")


def test_an_answer_belongs_to_the_forbund_that_owned_the_insats_that_day(tmp_path):
    result = read(tmp_path, moved(*HANDED_OVER), insatser=DATED)
    assert where(result, "p1", wave=1) == {"F01"}  # 1 February
    assert where(result, "p1", wave=2) == {"F02"}  # 1 and 15 March
    assert where(result, "s1") == {"F01"}
    aside = result.quarantine.to_dict("records")
    assert [(row["file"], row["reason"]) for row in aside] == [("inbjudna.csv", "förbundet äger inte insatsen")] * 2


def test_a_participation_belongs_by_its_end_and_while_it_lasts_by_its_start(tmp_path):
    rows = "D1;p1;I1;Kvinna;2025-01-10;2025-03-01;Nej;Ja\nD2;p2;I1;Man;2025-01-10;;Nej;\n"
    rows += "D3;p3;I1;Man;2025-01-10;2025-02-28;Nej;\nD4;p4;I1;Man;2025-03-01;;Nej;\n"
    raw = moved(*HANDED_OVER) | {"deltaganden.csv": RAW["deltaganden.csv"].splitlines()[0] + "\n" + rows}
    table = read(tmp_path, raw, insatser=DATED).participations.set_index("participation")
    assert table["forbund"].to_dict() == {"D1": "F02", "D2": "F01", "D3": "F01", "D4": "F02"}


def test_a_day_when_nobody_owned_the_insats_sets_the_answer_aside(tmp_path):
    rows = ("I1;F01;;2025-02-01", "I1;F02;2025-03-10;", "I2;F01;;", "I3;F02;;")
    result = read(tmp_path, moved(*rows), insatser=DATED)
    aside = result.quarantine[result.quarantine["file"].isin(["deltagare.csv", "personal.csv"])]
    places = [["deltagare.csv", 3], ["personal.csv", 2], ["personal.csv", 3]]
    assert aside[["file", "row"]].to_numpy().tolist() == places
    assert set(aside["reason"]) == {"insatsen hör inte till något förbund den dagen"}
    assert where(result, "p1", retest=True) == {"F02"}  # 15 March


@pytest.mark.parametrize(
    "rows, aside",
    [
        (("I1;F01;;2025-03-01", "I1;F02;2025-03-01;"), [2, 3]),  # both days are included
        (("I1;F01;;2025-02-28", "I1;F02;2025-03-01;"), []),
        (("I1;F01;;", "I1;F02;2025-03-01;"), [2, 3]),
        (("I1;F01;2025-01-01;2025-01-31", "I1;F02;2025-02-01;2025-02-28", "I1;F01;2025-03-01;"), []),
        (("I1;F01;2025-01-01;2025-12-31", "I1;F02;2025-02-01;2025-02-28", "I1;F01;2026-01-01;"), [2, 3]),
        (("I1;F01;2025-02-01;2025-01-01",), [2]),
        (("I1;F01;1 mars;",), [2]),
    ],
)
def test_owners_that_overlap_are_all_set_aside(tmp_path, rows, aside):
    result = read(tmp_path, moved(*rows, "I2;F01;;", "I3;F02;;"), insatser=DATED)
    found = result.quarantine[result.quarantine["file"] == "insatser.csv"]
    assert sorted(found["row"]) == aside
    line = result.account[result.account["file"] == "insatser.csv"].iloc[0]
    assert (line["read"], line["kept"]) == (len(rows) + 2, len(rows) + 2 - len(aside))


FORBUND = "forbund;namn;till;in\nF01;Gamla;2025-06-30;F03\nF02;Andra;2025-06-30;F03\nF03;Nya;;\n"


def test_what_was_before_a_merger_is_counted_in_the_forbund_that_it_became(tmp_path):
    result = read(tmp_path, {"forbund.csv": FORBUND}, forbund=MERGED)
    assert result.units.to_dict("records") == [{"forbund": "F03", "name": "Nya", "lan": ""}]
    assert set(result.responses["forbund"]) == set(result.participations["forbund"]) == {"F03"}
    assert result.quarantine.empty


def test_invitations_of_merged_forbund_are_added_together(tmp_path):
    invited = "F01;;styrelse;ar;2025H1;Man;4\nF02;;styrelse;ar;2025H1;Man;3\n"
    raw = {"forbund.csv": FORBUND, "inbjudna.csv": RAW["inbjudna.csv"].splitlines()[0] + "\n" + invited}
    (row,) = read(tmp_path, raw, forbund=MERGED).invited.to_dict("records")
    assert (row["forbund"], row["invited"]) == ("F03", 7)


def test_a_merger_after_the_report_period_changes_nothing_yet(tmp_path):
    result = read(tmp_path, {"forbund.csv": FORBUND}, forbund=MERGED, report_period="2025H1")
    assert list(result.units["forbund"]) == ["F01", "F02", "F03"]
    assert where(result, "p1") == {"F01"}


def test_mergers_are_followed_to_their_end(tmp_path):
    text = "forbund;namn;till;in\nF01;Gamla;2025-03-31;F02\nF02;Mitten;2025-06-30;F03\nF03;Nya;;\n"
    assert set(read(tmp_path, {"forbund.csv": text}, forbund=MERGED).responses["forbund"]) == {"F03"}


@pytest.mark.parametrize(
    "text, rows, column",
    [
        ("F01;A;2025-03-31;F09\nF02;B;;\n", [2], "into"),
        ("F01;A;2025-03-31;F01\nF02;B;;\n", [2], "into"),
        ("F01;A;2025-03-31;F02\nF02;B;2025-03-31;F01\nF03;C;;\n", [2, 3], "into"),
        ("F01;A;;F02\nF02;B;;\n", [2], "to"),
    ],
)
def test_a_merger_that_leads_nowhere_sets_its_forbund_aside(tmp_path, text, rows, column):
    result = read(tmp_path, {"forbund.csv": "forbund;namn;till;in\n" + text}, forbund=MERGED)
    aside = result.quarantine[result.quarantine["file"] == "forbund.csv"]
    assert (list(aside["row"]), set(aside["column"])) == (rows, {column})


def test_a_forbund_that_closed_keeps_its_answers_and_gets_no_more(tmp_path):
    text = "forbund;namn;till;in\nF01;A;2025-02-15;\nF02;B;;\n"
    ended = RAW["deltaganden.csv"].replace("2025-05-01", "2025-02-10").replace("2025-09-01", "2025-02-10")
    result = read(tmp_path, {"forbund.csv": text, "deltaganden.csv": ended}, forbund=MERGED)
    assert list(result.units["forbund"]) == ["F01", "F02"]
    assert where(result, "p1") == where(result, "s1") == {"F01"}
    aside = result.quarantine[result.quarantine["file"] == "deltagare.csv"]
    assert aside[["row", "reason"]].to_numpy().tolist() == [
        [3, "förbundet fanns inte längre den dagen"],
        [4, "förbundet fanns inte längre den dagen"],
    ]


@settings(max_examples=40)
@given(
    cuts=st.lists(st.integers(1, 200), unique=True, max_size=4).map(sorted),
    days=st.lists(st.integers(0, 201), min_size=1, max_size=10),
)
def test_an_insats_owned_without_gap_or_overlap_has_one_owner_on_any_day(cuts, days):
    """The owner changes after each cut; open at both ends."""
    units = pd.DataFrame({"forbund": ["F0", "F1"], "now": ["F0", "F1"], "to": pd.NaT}).astype({"to": "datetime64[us]"})
    owners = pd.DataFrame(
        {
            "insats": "I1",
            "forbund": [f"F{number % 2}" for number in range(len(cuts) + 1)],
            "from": dates([None, *(cut + 1 for cut in cuts)]),
            "to": dates([*cuts, None]),
        }
    )
    rows = pd.DataFrame({ROW: range(len(days)), "insats": "I1", "forbund": ""})
    aside = Quarantine()
    result = placed(rows, "fil.csv", dates(days), units, owners, aside)
    assert list(result["forbund"]) == [f"F{sum(day > cut for cut in cuts) % 2}" for day in days]
    assert list(result.columns) == list(rows.columns)
    assert aside.frame.empty


def dates(days):
    start = pd.Timestamp("2025-01-01")
    times = [pd.NaT if day is None else start + pd.Timedelta(days=day) for day in days]
    return pd.Series(times, dtype="datetime64[us]")
