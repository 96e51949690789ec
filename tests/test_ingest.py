from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finsam_eval.errors import BadInput
from finsam_eval.ingest import ingest
from finsam_eval.ingest.personnummer import looks_like_personnummer
from finsam_eval.pipeline import ingest_step
from finsam_eval.study import open_study
from tests.rights import has
from tests.small import RAW, SETTINGS, write_study

DELTAGARE = RAW["deltagare.csv"]


def read(folder, raw=None, **settings):
    return ingest(open_study(write_study(folder, raw, **settings)))


def test_every_answer_becomes_one_row_and_a_missing_one_says_why(tmp_path):
    table = read(tmp_path).responses
    assert len(table) == 5 * 3 + 2 * 1
    first = table[(table["respondent"] == "p1") & (table["wave"] == 1) & ~table["retest"]].set_index("item")
    assert first["value"].dropna().to_dict() == {"K01a": 4, "K02a": 5}
    assert first.loc["K07a", "missing"] == "obesvarad"


def test_an_answer_about_a_participant_carries_the_participants_gender_and_place(tmp_path):
    table = read(tmp_path).responses
    about = table[table["respondent_group"] == "personal"].set_index("about")
    assert about[["gender", "forbund", "insats"]].to_dict("index") == {
        "p1": {"gender": "kvinna", "forbund": "F01", "insats": "I1"},
        "p2": {"gender": "man", "forbund": "F01", "insats": "I1"},
    }


def test_outcomes_are_yes_no_or_not_known(tmp_path):
    table = read(tmp_path).participations.set_index("participation")
    assert table["arbete"].astype(object).where(table["arbete"].notna(), None).to_dict() == {
        "D1": 1,
        "D2": 0,
        "D3": None,
        "D4": None,
    }
    assert table["anonymous"].to_dict() == {"D1": False, "D2": False, "D3": False, "D4": True}


@pytest.mark.parametrize(
    "file, row, column, reason",
    [
        ("deltagare.csv", "p9;D9;Under;1;Nej;2025-02-01;4;5;1", "participation", "okänt namn"),
        ("deltagare.csv", "p2;D1;Under;1;Nej;2025-02-01;4;5;1", "respondent", "inte deltagandets person"),
        ("deltagare.csv", ";D1;Under;1;Nej;2025-02-01;4;5;1", "respondent", "pseudonym saknas"),
        ("deltagare.csv", "p2;D2;Ibland;1;Nej;2025-02-01;4;5;1", "occasion", "ett ord som study.yaml inte anger"),
        ("deltagare.csv", "p2;D2;Avslut;x;Nej;2025-02-01;;;1", "wave", "omgång"),
        ("deltagare.csv", "p2;D2;Avslut;1;Nej;1/2 2025;;;1", "date", "ett datum som"),
        ("deltagare.csv", "p2;D2;Avslut;1;Nej;2024-02-01;;;1", "date", "utanför studiens perioder"),
        ("deltagare.csv", "p2;D2;Under;1;Nej;2025-02-01;2;3;4", "respondent", "samma svar inlämnat igen"),
        ("deltaganden.csv", "D5;p5;I9;Man;2025-01-01;;Nej;", "insats", "okänt namn"),
        ("deltaganden.csv", "D5;p5;I1;Herr;2025-01-01;;Nej;", "gender", "ett ord som study.yaml inte anger"),
        ("deltaganden.csv", "D5;p5;I1;Man;2025-05-01;2025-04-01;Nej;", "end", "slutar före sin start"),
        ("deltaganden.csv", "D5;;I1;Man;2025-05-01;;Nej;", "respondent", "anonym"),
        ("insatser.csv", "I9;F99", "forbund", "okänt namn"),
        ("inbjudna.csv", "F99;;deltagare;under;2025H1;Man;3", "forbund", "okänt namn"),
        ("inbjudna.csv", "F01;I2;deltagare;under;2025;Man;3", "period", "okänt namn"),
        ("inbjudna.csv", "F01;I2;deltagare;under;2025H1;Man;tre", "invited", "ett helt antal väntades"),
        ("forbund.csv", "../F9;Ond", "forbund", "ett id av bokstäver"),
    ],
)
def test_a_bad_row_is_set_aside_with_place_and_reason_and_the_rest_goes_on(tmp_path, file, row, column, reason):
    good = read(tmp_path / "good")
    text = RAW[file] + row + "\n"
    result = read(tmp_path / "bad", {file: text})
    (aside,) = result.quarantine.to_dict("records")
    assert (aside["file"], aside["row"], aside["column"]) == (file, text.count("\n"), column)
    assert reason in aside["reason"]
    pd.testing.assert_frame_equal(result.responses, good.responses)
    assert (result.account["read"] == result.account["kept"] + result.account["quarantined"]).all()


@pytest.mark.parametrize(
    "text, reason", [("fyra", "helt tal"), ("4,5", "helt tal"), ("6", "utanför"), ("0", "utanför")]
)
def test_a_bad_answer_is_set_aside_alone(tmp_path, text, reason):
    result = read(tmp_path, {"deltagare.csv": DELTAGARE + f"p2;D2;Under;2;Nej;2025-03-01;{text};3;4\n"})
    (aside,) = result.quarantine.to_dict("records")
    assert (aside["row"], aside["column"]) == (7, "K01a")
    assert reason in aside["reason"]
    table = result.responses.query("respondent == 'p2' and wave == 2").set_index("item")
    assert table.loc["K01a", "missing"] == "oläsligt svar"
    assert table["value"].dropna().to_dict() == {"K02a": 3, "K07a": 4}
    answers = result.account.set_index(["file", "unit"]).loc[("deltagare.csv", "svar")]
    assert (answers["read"], answers["kept"], answers["quarantined"]) == (17, 16, 1)


def test_an_answer_nobody_asked_for_is_set_aside(tmp_path):
    text = DELTAGARE + "p2;D2;Avslut;1;Nej;2025-08-01;4;;5\n"
    result = read(tmp_path, {"deltagare.csv": text})
    assert result.quarantine[["row", "column"]].to_numpy().tolist() == [[7, "K01a"]]


def test_two_answers_that_contradict_each_other_are_both_set_aside(tmp_path):
    result = read(tmp_path, {"deltagare.csv": DELTAGARE + "p2;D2;Under;1;Nej;2025-02-01;5;5;5\n"})
    assert sorted(result.quarantine["row"]) == [5, 7]
    assert "p2" not in set(result.responses["respondent"])


def test_reversed_items_are_turned_once(tmp_path):
    book = (
        "id: vand\ntitle: t\nversion: '1'\nowner: o\nsource: s\ngroups: [{id: deltagare, label: D}, "
        "{id: personal, label: P, rates_participant: true}]\n"
        "occasions: [{id: under, label: u}, {id: avslut, label: a}]\n"
        "scales: {s: {min: 1, max: 6, lowest: l, highest: h}}\nkarnindikatorer:\n"
        "- {number: 1, heading: h, kind: process, level: d, items: [\n"
        "  {id: K01a, text: x, scale: s, respondent_groups: [deltagare], occasions: [under], reversed: true},\n"
        "  {id: K02a, text: y, scale: s, respondent_groups: [deltagare], occasions: [under]},\n"
        "  {id: K07a, text: z, scale: s, respondent_groups: [deltagare], occasions: [under]},\n"
        "  {id: K07b, text: z, scale: s, respondent_groups: [personal], occasions: [under]}]}\n"
    )
    folder = write_study(tmp_path, codebook="vand.yaml")
    (folder / "vand.yaml").write_text(book, encoding="utf-8")
    table = ingest(open_study(folder)).responses.query("respondent == 'p2'").set_index("item")
    assert table["value"].to_dict() == {"K01a": 5, "K02a": 3, "K07a": 4}


@pytest.mark.parametrize(
    "file, text, says",
    [
        ("deltagare.csv", None, "deltagare.csv is missing in data/raw"),
        ("deltagare.csv", "", "has no heading"),
        ("deltagare.csv", DELTAGARE.replace("omgang", "varv"), "column omgang was expected"),
        ("deltagare.csv", DELTAGARE.replace("K07a", "K99a"), "row 1, column 9"),
        ("deltagare.csv", DELTAGARE.replace("K07a", "K02a"), "column K02a stands there more than once"),
        ("deltagare.csv", DELTAGARE + "p2;D2;Under\n", "row 7: expected 9 columns as in the heading, found 3"),
        ("deltagare.csv", DELTAGARE.replace(";", "|"), "column person, deltagande"),
        ("deltagare.csv", DELTAGARE + '"p2;D2', "quotation mark is left open"),
        (
            "deltagare.csv",
            DELTAGARE.replace("p1;D1;Under;1", "p1;D1;811228-9874;1"),
            "row 2, column tillfalle: looks like",
        ),
        (
            "deltagare.csv",
            DELTAGARE.replace("p1;D1;Under;1", "198112289874;D1;Under;1"),
            "row 2, column person: looks like",
        ),
        ("forbund.csv", "forbund;namn\na b;x\n", "no usable förbund"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_one_sentence(tmp_path, file, text, says):
    folder = write_study(tmp_path, {file: text} if text is not None else {})
    if text is None:
        (folder / "data" / "raw" / file).unlink()
    with pytest.raises(BadInput) as refusal:
        ingest(open_study(folder))
    message = str(refusal.value)
    assert says in message
    assert file in message
    assert "\n" not in message
    assert "811228" not in message


def test_the_account_says_what_kind_of_file_each_was(tmp_path):
    folder = write_study(tmp_path)
    (folder / "data" / "raw" / "forbund.csv").write_bytes("forbund,namn\nF01,Ål\nF02,Ör\n".encode("cp1252"))
    result = ingest(open_study(folder))
    assert list(result.units["name"]) == ["Ål", "Ör"]
    forms = result.account.set_index("file")["form"].to_dict()
    assert (forms["forbund.csv"], forms["deltagare.csv"]) == (
        "CSV, cp1252, komma mellan kolumner",
        "CSV, utf-8, semikolon mellan kolumner",
    )


@pytest.mark.parametrize("empty, answers", [("deltagare.csv", 2), ("personal.csv", 15), ("inbjudna.csv", 17)])
def test_a_file_of_nobody_is_read_as_such(tmp_path, empty, answers):
    result = read(tmp_path, {empty: RAW[empty].splitlines()[0] + "\n"})
    assert len(result.responses) == answers
    assert result.quarantine.empty
    rows = result.account[(result.account["file"] == empty) & (result.account["unit"] == "rader")]
    assert rows[["read", "kept", "quarantined"]].to_numpy().tolist() == [[0, 0, 0]]


def test_a_study_without_usable_answers_is_refused(tmp_path):
    text = DELTAGARE.splitlines()[0] + "\np1;D1;Under;1;Nej;2025-02-01;9;9;9\n"
    staff = RAW["personal.csv"].splitlines()[0] + "\ns1;D1;Under;2025-02-02;\n"
    study = open_study(write_study(tmp_path, {"deltagare.csv": text, "personal.csv": staff}))
    with pytest.raises(
        BadInput, match="no usable answer or figure in Liten studie: 3 rows and answers lie in quarantine"
    ):
        ingest_step(study)
    assert (study.internal / "quarantine.csv").read_text(encoding="utf-8").count("utanför skalan") == 3


def test_pseudonyms_made_with_another_key_are_refused(tmp_path):
    with pytest.raises(BadInput, match=r"data/raw has no pseudonymer_<file>.yaml to hold it against"):
        read(tmp_path / "none", key_fingerprint="abc")
    with pytest.raises(BadInput, match=r"pseudonymer_a.yaml in data/raw has no key_fingerprint: put the note there"):
        read(tmp_path / "empty", {"pseudonymer_a.yaml": "file: a.csv\n"}, key_fingerprint="abc")
    with pytest.raises(BadInput, match="key fingerprint"):
        read(tmp_path / "other", {"pseudonymer.yaml": "key_fingerprint: xyz\n"}, key_fingerprint="abc")
    assert len(read(tmp_path / "same", {"pseudonymer.yaml": "key_fingerprint: abc\n"}, key_fingerprint="abc").responses)


def test_without_participations_and_invitations_other_groups_can_still_be_read(tmp_path):
    sources = {k: v for k, v in SETTINGS["sources"].items() if k in ("forbund", "insatser")}
    chefs = {
        "file": "styrelse.csv",
        "respondent_group": "styrelse",
        "occasion": "halvar",
        "columns": {"respondent": "person", "forbund": "forbund", "date": "datum"},
    }
    raw = {"styrelse.csv": "person;forbund;datum;K12a\nb1;F02;2025-03-01;3\nb2;F77;2025-03-01;3\n"}
    result = read(tmp_path, raw, sources={**sources, "responses": [chefs]}, outcomes=[])
    (row,) = result.responses.to_dict("records")
    assert (row["forbund"], row["insats"], row["gender"], row["value"]) == ("F02", "", "okant", 3)
    assert len(result.quarantine) == 1


# Publicly known examples: Skatteverket's own 811228-9874, and samordningsnummer 701063-2391.
@pytest.mark.parametrize("text", ["8112289874", "811228-9874", "19811228-9874", "Anna 811228-9874.", "701063-2391"])
def test_personnummer_is_recognised(text):
    assert looks_like_personnummer(text)


@pytest.mark.parametrize(
    "text", ["811228-9873", "811328-9874", "0701234567", "2025-01-10", "1234567890", "46708112289874"]
)
def test_other_numbers_are_not(text):
    assert not looks_like_personnummer(text)


@given(st.text(max_size=60))
def test_any_text_is_judged_without_failing(text):
    assert looks_like_personnummer(text) in (True, False)


ONE_FILE = {
    "file": "svar.csv",
    "respondent_group": "deltagare",
    "occasion": "under",
    "period": "2025H1",
    "columns": {"respondent": "id"},
}


def read_one(folder, text, sources=None, **source):
    sources = sources or {"responses": [{**ONE_FILE, **source}]}
    return read(folder, {"svar.csv": text}, sources=sources, outcomes=[])


def test_a_study_without_forbund_and_dates_is_one_unit_and_one_period(tmp_path):
    result = read_one(tmp_path, "id;K01a\np1;4\np2;\n")
    assert result.units.to_dict("records") == [{"forbund": "studien", "name": "Liten studie", "lan": ""}]
    assert result.responses[["respondent", "forbund", "insats", "period", "gender"]].to_numpy().tolist() == [
        ["p1", "studien", "", "2025H1", "okant"],
        ["p2", "studien", "", "2025H1", "okant"],
    ]
    assert result.responses["date"].isna().all()
    assert list(result.account["file"]) == ["svar.csv", "svar.csv"]


def test_invitations_of_one_unit_need_neither_forbund_nor_insats(tmp_path):
    columns = {name: name for name in ("respondent_group", "occasion", "period", "gender", "invited")}
    sources = {"responses": [ONE_FILE], "invited": {"file": "bjudna.csv", "columns": columns}}
    raw = {
        "svar.csv": "id;K01a\np1;4\n",
        "bjudna.csv": "respondent_group;occasion;period;gender;invited\ndeltagare;under;2025H1;okant;7\n",
    }
    (row,) = read(tmp_path, raw, sources=sources, outcomes=[]).invited.to_dict("records")
    assert (row["forbund"], row["insats"], row["invited"]) == ("studien", "", 7)


def test_forbund_without_insatser(tmp_path):
    source = {**ONE_FILE, "columns": {"respondent": "id", "forbund": "f"}}
    sources = {"forbund": SETTINGS["sources"]["forbund"], "responses": [source]}
    result = read_one(tmp_path, "id;f;K01a\np1;F02;4\np2;F09;4\n", sources)
    assert result.responses[["forbund", "insats"]].to_numpy().tolist() == [["F02", ""]]
    assert list(result.quarantine["column"]) == ["forbund"]


def test_the_example_bfi_is_read_whole_and_gives_the_alpha_that_psych_gives():
    folder = Path(__file__).parents[1] / "examples" / "bfi"
    result = ingest(open_study(folder))
    assert result.quarantine.empty
    items = [f"A{number}" for number in range(1, 6)]
    scores = result.responses.astype({"value": "float64"})
    answers = scores.pivot_table(index="respondent", columns="item", values="value")
    own, everything = answers[items].dropna(), answers.dropna()[items]
    assert (len(answers), len(own), len(everything)) == (2800, 2709, 2436)
    # psych 2.2.9: psych::alpha(na.omit(bfi[, 1:5]), keys = "A1"), and on the rows of na.omit(bfi[, 1:25])
    for part, alpha in ((own, 0.703756), (everything, 0.715849)):
        covariance = part.cov().to_numpy()
        assert 5 / 4 * (1 - covariance.trace() / covariance.sum()) == pytest.approx(alpha, abs=5e-7)


def test_tables_of_persons_are_their_owners_and_quarantine_holds_no_formula(tmp_path):
    """Whoever opens quarantine.csv in a spreadsheet reckons with nothing that a respondent wrote."""
    raw = {"deltagare.csv": RAW["deltagare.csv"].replace(";2;3;4", ";=cmd|' /C calc'!A0;-3;+1+1")}
    opened = open_study(write_study(tmp_path, raw))
    ingest_step(opened)
    private = [opened.processed / f"{name}.parquet" for name in ("responses", "participations", "ratings")]
    private.append(opened.internal / "quarantine.csv")
    assert all(has(path, 0o600) for path in private)
    values = pd.read_csv(private[-1], sep=";", dtype="str")["value"].tolist()
    assert sorted(values) == ["'+1+1", "'=cmd|' /C calc'!A0", "-3"]
