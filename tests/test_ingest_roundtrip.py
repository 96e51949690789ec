"""Nothing is lost and nothing is changed between a file and the tables."""

import csv
import io

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finsam_eval.ingest import ingest
from finsam_eval.study import open_study
from tests.deliveries import SOURCE
from tests.small import write_study

ITEMS = ["K01a", "K02a", "K07a"]
slow = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    declared = {**SOURCE, "file": "svar.csv", "missing": {"Vet ej": "vet ej"}}
    declared["columns"] = {"respondent": "id", "wave": "varv"}
    folder = tmp_path_factory.mktemp("study")
    return open_study(write_study(folder, sources={"responses": [declared]}, outcomes=[]))


def written(study, rows, delimiter=";", encoding="utf-8", quoting=csv.QUOTE_MINIMAL):
    target = io.StringIO(newline="")
    csv.writer(target, delimiter=delimiter, quoting=quoting).writerows([["id", "varv", *ITEMS], *rows])
    (study.raw / "svar.csv").write_bytes(target.getvalue().encode(encoding))
    return ingest(study)


CODE = st.sampled_from(["1", "2", "3", "4", "5", ""])
PERSONS = st.lists(
    st.from_regex(r"[a-zåäö][a-zåäö0-9;, \"']{0,8}x", fullmatch=True), min_size=1, max_size=6, unique=True
)


@slow
@given(
    PERSONS,
    st.data(),
    st.sampled_from(";,\t"),
    st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_good_rows_come_back_from_the_tables_as_they_were(study, persons, data, delimiter, encoding, quoting):
    rows = [[person, "1", *data.draw(st.lists(CODE, min_size=3, max_size=3))] for person in persons]
    result = written(study, rows, delimiter, encoding, quoting)
    assert result.quarantine.empty
    table = result.responses.set_index(["respondent", "item"])["value"]
    back = [[table.loc[(person, item)] for item in ITEMS] for person in persons]
    assert [["" if pd.isna(code) else str(code) for code in row] for row in back] == [row[2:] for row in rows]


ANYTHING = st.sampled_from(["1", "5", "", "6", "-9", "4,0", "fyra", "Vet ej", "Instämmer helt", "2 – ok", " 3 "])
ROWS = st.lists(
    st.tuples(st.sampled_from(["a", "b", "c", ""]), st.sampled_from(["1", "2", "x"]), ANYTHING, ANYTHING, ANYTHING),
    min_size=1,
    max_size=8,
)


@slow
@given(ROWS)
def test_every_row_and_every_answer_is_kept_or_told_of(study, rows):
    result = written(study, rows)
    lines = result.account.set_index("unit")
    aside = result.quarantine
    whole = aside[~aside["column"].isin(ITEMS)]
    assert whole["row"].is_unique
    assert lines.loc["rader", ["read", "quarantined"]].to_list() == [len(rows), len(whole)]
    answers = result.responses
    used = answers["value"].notna() | (answers["missing"] == "vet ej")
    given_in = {
        (row, item)
        for row, cells in enumerate(rows, start=2)
        for item, cell in zip(ITEMS, cells[2:], strict=True)
        if cell
    }
    lost = {(row, item) for row, item in given_in if row in set(whole["row"])}
    told = set(aside.loc[aside["column"].isin(ITEMS), ["row", "column"]].itertuples(index=False, name=None))
    assert told <= given_in - lost
    assert int(used.sum()) == len(given_in - lost - told)
    assert lines.loc["svar", ["read", "kept"]].to_list() == [len(given_in), int(used.sum())]
    assert len(answers) == 3 * (len(rows) - len(whole))
