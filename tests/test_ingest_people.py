import copy

import pytest

from finsam_eval.cube import count
from finsam_eval.errors import BadInput
from finsam_eval.ingest import ingest
from finsam_eval.study import open_study
from tests.small import RAW, SETTINGS, write_study

HEADING = RAW["deltaganden.csv"].splitlines()[0] + "\n"


def study(folder, raw=None, **settings):
    return open_study(write_study(folder, raw, **settings))


def participations(folder, rows):
    return ingest(study(folder, {"deltaganden.csv": RAW["deltaganden.csv"] + rows}))


def test_of_an_anonymous_participant_the_year_of_the_start_is_enough(tmp_path):
    table = participations(tmp_path, "D5;;I2;Kvinna;2025;;Ja;\n").participations.set_index("participation")
    assert f"{table.loc['D5', 'start']:%Y-%m-%d}" == "2025-01-01"
    assert table.loc["D5", "anonymous"]


@pytest.mark.parametrize(
    "row, column",
    [
        ("D5;p5;I2;Kvinna;2025;;Nej;", "start"),  # of a named one the date is needed
        ("D5;;I2;Kvinna;25;;Ja;", "start"),
        ("D5;;I2;Kvinna;2025;2024-12-31;Ja;", "end"),
    ],
)
def test_a_year_is_no_date_of_anybody_else(tmp_path, row, column):
    result = participations(tmp_path, row + "\n")
    assert list(result.quarantine["column"]) == [column]


def test_anonymous_participants_are_in_the_volumes_and_never_in_an_outcomes_denominator(tmp_path):
    opened = study(tmp_path)
    raw = HEADING + "D1;p1;I1;Kvinna;2025-01-10;2025-05-01;Nej;Ja\nD2;;I1;Kvinna;2025;2025-05-01;Ja;Nej\n"
    (opened.raw / "deltaganden.csv").write_text(raw, encoding="utf-8")
    tables = ingest(opened)
    settings = {"outcomes": opened.settings.outcomes, "atoms": opened.atoms}
    cube = count(tables.responses, tables.participations, tables.invited, **settings)
    assert len(tables.participations) == 2
    assert cube.loc[cube["item"] == "arbete", "n"].sum() == 1


def test_an_answer_that_names_another_insats_than_its_participation_is_set_aside(tmp_path):
    sources = copy.deepcopy(SETTINGS["sources"])
    sources["responses"][1]["columns"] |= {"insats": "insats", "forbund": "forbund"}
    text = "person;deltagande;tillfalle;datum;insats;forbund;K07b\n"
    rows = ["s1;D1;Under;2025-02-02;I1;F01;4", "s1;D2;Under;2025-02-02;I3;;3", "s1;D3;Under;2025-02-02;;F01;3"]
    result = ingest(study(tmp_path, {"personal.csv": text + "\n".join(rows) + "\n"}, sources=sources))
    assert result.quarantine[["row", "column", "reason"]].to_numpy().tolist() == [
        [3, "insats", "inte deltagandets insats"],
        [4, "forbund", "förbundet äger inte insatsen"],
    ]


NOTE = "key_fingerprint: {}\n"


TWO_KEYS = {"pseudonymer_a.yaml": NOTE.format("abc"), "pseudonymer_b.yaml": NOTE.format("xyz")}


@pytest.mark.parametrize(
    "notes, expected, named",
    [
        ({"pseudonymer.yaml": NOTE.format("xyz")}, "abc", "pseudonymer.yaml in data/raw"),
        (TWO_KEYS, "abc", "pseudonymer_b.yaml"),
        (TWO_KEYS, None, "pseudonymer_b.yaml"),
    ],
)
def test_answers_made_with_another_key_or_with_two_are_refused(tmp_path, notes, expected, named):
    with pytest.raises(BadInput, match="key fingerprint") as refusal:
        ingest(study(tmp_path, notes, key_fingerprint=expected))
    assert str(refusal.value).startswith(named)


@pytest.mark.parametrize("expected", ["abc", None])
@pytest.mark.parametrize("note", ["- abc\n", "file: a.csv\n", ""])
def test_a_note_that_carries_no_fingerprint_is_refused_as_such(tmp_path, expected, note):
    with pytest.raises(BadInput, match=r"pseudonymer_a.yaml in data/raw has no key_fingerprint: put the note there"):
        ingest(study(tmp_path, {"pseudonymer_a.yaml": note}, key_fingerprint=expected))


@pytest.mark.parametrize("expected", ["abc", None])
def test_deliveries_made_with_one_key_are_read(tmp_path, expected):
    notes = {f"pseudonymer_{name}.yaml": NOTE.format("abc") for name in ("a", "b")}
    assert len(ingest(study(tmp_path, notes, key_fingerprint=expected)).responses) == 17
